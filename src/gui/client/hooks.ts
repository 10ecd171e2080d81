/** The client for React components. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Client, Mirror } from './client.ts';

export const ClientContext = createContext<Client | null>(null);

/** The client of this window. Throws outside of a ClientContext: a defect of ours. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('useClient outside of ClientContext');
  return client;
}

/** A part of the mirror; the component renders again only when that part is another value. */
export function useMirror<T>(selector: (mirror: Mirror) => T): T {
  return useStore(useClient().mirror, selector);
}
