/**
 * Settings kept between launches: one JSON file per user and GUI, one per dataset (spec/curation.md 4.7). A file that cannot be read is
 * set aside when it would be overwritten, and said so; it is never deleted.
 */
import { PhyError } from '../base/errors.ts';
import type { WritableStorage } from '../storage/storage.ts';
import type { SavedState } from '../protocol/messages.ts';

/** Version of the layout of these files, the reference's number. */
const STATE_VERSION = 2;
const VERSION_KEY = 'GUI_VERSION';

export interface Settings {
  readonly values: SavedState;
  /**
   * Sets a value, or removes it (`undefined`, `null`), and writes it soon. Several changes in a row are one write. Of an object only the
   * members that differ are changed in the file, because another program may have changed others of them meanwhile; one that has a
   * `version` is a document of its own and written whole.
   */
  keep(key: string, value: unknown): void;
  /** Resolves when everything kept so far is on the disk or was refused. */
  settled(): Promise<void>;
}

interface SettingsOptions {
  readonly storage: WritableStorage;
  readonly name: string;
  readonly now: () => number;
  /** A sentence for the person; called once per kind of trouble. */
  readonly onTrouble: (message: string) => void;
  /** What holds while the file cannot be used, for the message; by default `Defaults are used`. */
  readonly instead?: string;
  /** Called before the first write; a thrown PhyError refuses it. */
  readonly beforeWrite?: () => Promise<void>;
  /** Keeps other programs from writing between our reading of the file and our writing of it. */
  readonly exclusively?: (write: () => Promise<void>) => Promise<void>;
}

type Values = Readonly<Record<string, unknown>>;

interface Loaded {
  readonly values: Values;
  /** Why the file cannot be used; null when it can, or when there is none. */
  readonly trouble: string | null;
}

/** Reads the settings in file `name`. Never fails: a file that cannot be used counts as empty, with a message. */
export async function openSettings(options: SettingsOptions): Promise<Settings> {
  const { storage, name, now, onTrouble, instead = 'Defaults are used' } = options;
  const loaded = await load(storage, name);
  const values = new Map(Object.entries(loaded.values));
  const changed = new Changes();
  let aside = loaded.trouble !== null;
  let refusedBefore = '';
  let writing: Promise<void> | null = null;
  const exclusively = options.exclusively ?? ((run: () => Promise<void>) => run());
  if (loaded.trouble !== null) onTrouble(`${loaded.trouble} ${instead}; the file is set aside at the next change.`);

  const write = async (): Promise<void> => {
    const current = await load(storage, name);
    if (aside || current.trouble !== null) await setAside(storage, name, now());
    aside = false;
    const merged = changed.takeOver(current.values, values);
    await storage.replace(name, encode(merged));
  };
  const writeAll = async (): Promise<void> => {
    try {
      while (!changed.isEmpty) {
        await options.beforeWrite?.();
        await exclusively(write);
      }
    } catch (error) {
      changed.clear();
      if (!(error instanceof PhyError)) throw error;
      if (error.message !== refusedBefore) onTrouble(`Settings were not kept. ${error.message}`);
      refusedBefore = error.message;
    } finally {
      writing = null;
    }
  };

  return {
    get values() {
      return Object.fromEntries(values);
    },
    keep(key, value) {
      changed.note(key, values.get(key), value);
      if (value === undefined || value === null) values.delete(key);
      else values.set(key, value);
      writing ??= Promise.resolve().then(writeAll);
    },
    async settled() {
      await writing;
    },
  };
}

/** What was changed here since the last write: whole values, or members of objects. */
class Changes {
  private readonly changed = new Map<string, Set<string> | 'all'>();

  get isEmpty(): boolean {
    return this.changed.size === 0;
  }

  note(key: string, before: unknown, after: unknown): void {
    const known = this.changed.get(key);
    const former = before ?? {};
    if (known === 'all' || !isMergeable(former) || !isMergeable(after)) return void this.changed.set(key, 'all');
    const names = new Set([...Object.keys(former), ...Object.keys(after)]);
    const differing = [...names].filter((name) => JSON.stringify(former[name]) !== JSON.stringify(after[name]));
    this.changed.set(key, new Set([...(known ?? []), ...differing]));
  }

  clear(): void {
    this.changed.clear();
  }

  /** The values in the file, with what was changed here in their place. The changes are then written down and forgotten. */
  takeOver(inFile: Values, here: ReadonlyMap<string, unknown>): Values {
    const merged = new Map(Object.entries(inFile));
    for (const [key, members] of this.changed) {
      const [theirs, ours] = [merged.get(key), here.get(key)];
      if (members !== 'all' && isMergeable(theirs) && isMergeable(ours))
        merged.set(key, withMembers(theirs, ours, members));
      else if (here.has(key)) merged.set(key, ours);
      else merged.delete(key);
    }
    this.changed.clear();
    return Object.fromEntries(merged);
  }
}

const isMergeable = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('version' in value);

function withMembers(theirs: Values, ours: Values, members: ReadonlySet<string>): Values {
  const next = new Map(Object.entries(theirs));
  for (const name of members) {
    if (ours[name] === undefined) next.delete(name);
    else next.set(name, ours[name]);
  }
  return Object.fromEntries(next);
}

async function load(storage: WritableStorage, name: string): Promise<Loaded> {
  if ((await storage.stat(name)) === undefined) return { values: {}, trouble: null };
  const file = `${storage.folder}/${name}`;
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await storage.readAll(name)));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { values: {}, trouble: `${file} holds no settings.` };
    }
    const { [VERSION_KEY]: version, ...values }: Record<string, unknown> = { ...value };
    if (typeof version === 'number' && version > STATE_VERSION) {
      return { values: {}, trouble: `${file} was written by a newer version of phy.` };
    }
    return { values, trouble: null };
  } catch (error) {
    const why = error instanceof PhyError ? error.message : `${file} is not valid JSON.`;
    return { values: {}, trouble: why };
  }
}

/** Copies a file that cannot be used, or will be overwritten, to a name of its own with a date; the name, null when there is no file. */
export async function setAside(storage: WritableStorage, name: string, now: number): Promise<string | null> {
  if ((await storage.stat(name)) === undefined) return null;
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const copy = name.replace(/(\.json)?$/, `-${stamp}.json`);
  await storage.replace(copy, await storage.readAll(name));
  return copy;
}

/** Keys sorted at every level and two blanks of indentation, as the reference writes its own. */
function encode(values: Readonly<Record<string, unknown>>): Uint8Array {
  const sorted = sortKeys({ ...values, [VERSION_KEY]: STATE_VERSION });
  return new TextEncoder().encode(`${JSON.stringify(sorted, null, 2)}\n`);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sortKeys(member)]));
}
