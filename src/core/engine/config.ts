/**
 * The user's `ts/config.json` (DESIGN.md): written by hand or by the forms of the window, read at every start. What cannot be read never
 * keeps a dataset from being opened: defaults are in force then, and the file stays as it is until somebody changes it.
 */
import { checkedGroups } from '../actions/index.ts';
import { PhyError } from '../base/errors.ts';
import { BUILT_IN_GROUPS, groupEntries, type ClusterGroup } from '../curation/groups.ts';
import type { WritableStorage } from '../storage/storage.ts';
import { setAside } from './settings.ts';

const NAME = 'ts/config.json';

type Json = Readonly<Record<string, unknown>>;

export interface Config {
  readonly groups: readonly ClusterGroup[];
  /** What is wrong with the file, in a sentence for the person; null when it is fine or absent. */
  readonly trouble: string | null;
}

/** The configuration in the user's folder. Never fails. */
export async function readConfig(userHome: WritableStorage): Promise<Config> {
  const file = `${userHome.folder}/${NAME}`;
  try {
    const { groups } = await load(userHome);
    return { groups: groups === undefined ? BUILT_IN_GROUPS : checkedGroups(groups), trouble: null };
  } catch (error) {
    const why = error instanceof PhyError ? error.message : 'It is not valid JSON.';
    const trouble = `${file} was not used. ${why} The groups of phy are in force; the file is left as it is.`;
    return { groups: BUILT_IN_GROUPS, trouble };
  }
}

/**
 * Keeps the groups for the next launch; everything else in the file stays. A file that cannot be read is set aside. Throws `refused` when
 * it could not be written. Returns a sentence when a file was set aside, else an empty text.
 */
export async function writeGroups(
  userHome: WritableStorage,
  groups: readonly ClusterGroup[],
  now: number,
): Promise<string> {
  const { trouble } = await readConfig(userHome);
  const aside = trouble === null ? null : await setAside(userHome, NAME, now);
  const { groups: _, ...others }: Json = await load(userHome).catch(() => ({}));
  const entries = groupEntries(groups);
  const values = entries.length === 0 ? others : { ...others, groups: entries };
  const isNew = (await userHome.stat(NAME)) === undefined;
  if (isNew && Object.keys(values).length === 0) return '';
  await userHome.replace(NAME, new TextEncoder().encode(`${JSON.stringify(values, null, 2)}\n`));
  return aside === null ? '' : `The file that could not be read is now ${userHome.folder}/${aside}.`;
}

/** The object in the file; empty when there is no file. Throws when it is none. */
async function load(userHome: WritableStorage): Promise<Json> {
  if ((await userHome.stat(NAME)) === undefined) return {};
  const text = new TextDecoder('utf-8', { fatal: true }).decode(await userHome.readAll(NAME));
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new PhyError('input', 'It holds no object.');
}
