/** Titles that the user gave to panels, kept per user under `titles`. A panel's id, which keys its settings, never changes. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Client } from '../client/client.ts';

const KEY = 'titles';
const LONGEST = 60;
type Names = Readonly<Record<string, string>>;

export interface Titles {
  /** Panel id -> title, for those that have one of the user's own. */
  readonly names: StoreApi<Names>;
  titleOf(id: string): string;
  /** Empty text gives the panel its own name back. */
  rename(id: string, title: string): void;
}

/** To be made after the first welcome. */
export function createTitles(client: Client): Titles {
  const names = createStore<Names>(() => readNames(client.kept('user')[KEY]));
  client.keptElsewhere.listen(({ key }) => key === KEY && names.setState(readNames(client.kept('user')[KEY]), true));
  return {
    names,
    titleOf: (id) => names.getState()[id] ?? id,
    rename(id, title) {
      const words = title.trim().replaceAll(/\s+/g, ' ').slice(0, LONGEST);
      const { [id]: _, ...others } = names.getState();
      const next = words === '' || words === id ? others : { ...others, [id]: words };
      names.setState(next, true);
      client.keep('user', KEY, Object.keys(next).length === 0 ? null : next);
    },
  };
}

/** Kept titles; anything that is no text is left out. */
function readNames(kept: unknown): Names {
  if (typeof kept !== 'object' || kept === null || Array.isArray(kept)) return {};
  const texts = Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(texts);
}
