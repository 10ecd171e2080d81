/** The words on a panel's tab. */
import { useStore } from 'zustand';
import { useDesk } from './desk.ts';

export function PanelTitle({ id }: { readonly id: string }) {
  const title = useStore(useDesk().titles.names, (names) => names[id] ?? id);
  return <span title={title === id ? undefined : id}>{title}</span>;
}
