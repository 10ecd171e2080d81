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
  /** Sets a value, or removes it (`undefined`, `null`), and writes it soon. Several changes in a row are one write. */
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
}

interface Loaded {
  readonly values: Readonly<Record<string, unknown>>;
  /** Why the file cannot be used; null when it can, or when there is none. */
  readonly trouble: string | null;
}

/** Reads the settings in file `name`. Never fails: a file that cannot be used counts as empty, with a message. */
export async function openSettings(options: SettingsOptions): Promise<Settings> {
  const { storage, name, now, onTrouble, instead = 'Defaults are used' } = options;
  const loaded = await load(storage, name);
  const values = new Map(Object.entries(loaded.values));
  const changed = new Set<string>();
  let aside = loaded.trouble !== null;
  let refusedBefore = '';
  let writing: Promise<void> | null = null;
  if (loaded.trouble !== null) onTrouble(`${loaded.trouble} ${instead}; the file is set aside at the next change.`);

  const write = async (): Promise<void> => {
    await options.beforeWrite?.();
    const current = await load(storage, name);
    if (aside || current.trouble !== null) await setAside(storage, name, now());
    aside = false;
    // Another window may have written meanwhile: only what changed here replaces what is there.
    const merged = new Map(Object.entries(current.values));
    for (const key of changed) {
      if (values.has(key)) merged.set(key, values.get(key));
      else merged.delete(key);
    }
    changed.clear();
    await storage.replace(name, encode(Object.fromEntries(merged)));
  };
  const writeAll = async (): Promise<void> => {
    try {
      while (changed.size > 0) await write();
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
      if (value === undefined || value === null) values.delete(key);
      else values.set(key, value);
      changed.add(key);
      writing ??= Promise.resolve().then(writeAll);
    },
    async settled() {
      await writing;
    },
  };
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

/** Copies a file that is about to be overwritten; the name of the copy, null when there is no file. */
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
