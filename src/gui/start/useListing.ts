/** Names in a folder, asked for whenever the text changes; the last answer stays until the next one is here. */
import { useEffect, useState } from 'react';
import type { Listing } from '../../core/protocol/start.ts';
import type { StartClient } from './startClient.ts';

/** `text` null: nothing is asked for, and nothing is listed. */
export function useListing(client: StartClient, text: string | null, whole: boolean): Listing | null {
  const [listing, setListing] = useState<Listing | null>(null);
  useEffect(() => {
    if (text === null) return;
    let isLatest = true;
    void client.list(text, whole).then((found) => isLatest && found !== null && setListing(found));
    return () => {
      isLatest = false;
    };
  }, [client, text, whole]);
  return text === null ? null : listing;
}

/** The separator of the machine whose folder this is. */
export const separatorOf = ({ folder }: Listing): string => (folder.includes('\\') ? '\\' : '/');
