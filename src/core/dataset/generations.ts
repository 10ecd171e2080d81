/**
 * Generations: the curation files as they were before each of the last saves, so that a save which was cut short, or regretted, can be
 * taken back to one consistent set (users-and-rivals B5). They lie in `.phy/ts/generations/<time>/` with a manifest.
 */
import { PhyError } from '../base/errors.ts';
import type { WritableStorage } from '../storage/storage.ts';

/** Generations of a folder; a .kwik file has a `scope` of its own, because several may lie in one folder. */
export const folderOfScope = (scope: string): string =>
  scope === '' ? '.phy/ts/generations' : `.phy/ts/${scope}/generations`;
const keptCount = 10;

interface KeptFile {
  readonly name: string;
  /** False for a file that the save made: restoring removes it. */
  readonly existed: boolean;
  readonly size: number;
}
interface Manifest {
  readonly version: 1;
  /** ISO time of the save. */
  readonly time: string;
  /** True once every file of the save was written. */
  readonly finished: boolean;
  readonly files: readonly KeptFile[];
}
export interface Generation extends Manifest {
  /** Name of its folder, sortable by time. */
  readonly name: string;
}

function manifestPath(scope: string, name: string): string {
  return `${folderOfScope(scope)}/${name}/manifest.json`;
}

async function writeManifest(storage: WritableStorage, scope: string, name: string, manifest: Manifest): Promise<void> {
  await storage.replace(manifestPath(scope, name), new TextEncoder().encode(JSON.stringify(manifest, null, 2)));
}

/**
 * Copies the files that a save will replace, and every other cluster_*.tsv, before the save begins. Returns the generation's name. The
 * manifest is written last: a generation without one was cut short and counts for nothing.
 */
export async function keepGeneration(
  storage: WritableStorage,
  names: readonly string[],
  time: Date,
  scope = '',
): Promise<string> {
  const name = await freeName(storage, scope, time.toISOString().replaceAll(':', '-'));
  const tables = (await storage.list()).filter((entry) => /^cluster_.*\.tsv$/.test(entry.name));
  try {
    const files: KeptFile[] = [];
    for (const file of new Set([...names, ...tables.map((entry) => entry.name)])) {
      const entry = await storage.stat(file);
      files.push({ name: file, existed: entry !== undefined, size: entry?.size ?? 0 });
      if (entry !== undefined)
        await storage.replace(`${folderOfScope(scope)}/${name}/${file}`, await storage.readAll(file));
    }
    await writeManifest(storage, scope, name, { version: 1, time: time.toISOString(), finished: false, files });
  } catch (error) {
    // Half a copy is of no use, and would take the place of a whole one. On a full disk it goes away with the next save.
    await dropGeneration(storage, name, scope).catch(() => undefined);
    throw error;
  }
  return name;
}

async function freeName(storage: WritableStorage, scope: string, wanted: string): Promise<string> {
  let name = wanted;
  for (let k = 2; (await storage.stat(`${folderOfScope(scope)}/${name}`)) !== undefined; k++) name = `${wanted}-${k}`;
  return name;
}

/** Notes that the save is complete, and removes all but the last generations, and what was cut short before. */
export async function finishGeneration(storage: WritableStorage, name: string, scope = ''): Promise<void> {
  const generation = await readGeneration(storage, scope, name);
  if (generation !== undefined) {
    const { version, time, files } = generation;
    await writeManifest(storage, scope, name, { version, time, finished: true, files });
  }
  const kept = (await listGenerations(storage, scope)).slice(0, keptCount);
  const oldest = kept.length < keptCount ? '' : kept[keptCount - 1].name;
  for (const { name: folder, isFolder } of await storage.list(folderOfScope(scope))) {
    // One that was cut short, by a full disk or a power cut, has no manifest.
    const isCutShort = folder < name && (await storage.stat(manifestPath(scope, folder))) === undefined;
    if (isFolder && (folder < oldest || isCutShort)) await dropGeneration(storage, folder, scope);
  }
}

/** Removes a generation, its manifest first. */
export async function dropGeneration(storage: WritableStorage, name: string, scope = ''): Promise<void> {
  const own = `${folderOfScope(scope)}/${name}`;
  await storage.remove(manifestPath(scope, name));
  for (const entry of await storage.list(own)) await storage.remove(`${own}/${entry.name}`);
  await storage.remove(own);
}

/** All complete copies, newest first. */
export async function listGenerations(storage: WritableStorage, scope = ''): Promise<readonly Generation[]> {
  const generations: Generation[] = [];
  for (const entry of await storage.list(folderOfScope(scope))) {
    const generation = entry.isFolder ? await readGeneration(storage, scope, entry.name) : undefined;
    if (generation !== undefined) generations.push(generation);
  }
  return generations.sort((a, b) => (a.name < b.name ? 1 : -1));
}

/** The last save, when it was cut short: its files may be a mixture of before and after. */
export async function unfinishedSave(storage: WritableStorage, scope = ''): Promise<Generation | undefined> {
  const newest = (await listGenerations(storage, scope))[0];
  return newest === undefined || newest.finished ? undefined : newest;
}

/**
 * Puts the files of a generation back and removes those that saves since then have made. Throws `input` when a copy is missing, before
 * anything is changed. Running it again after an interruption completes it.
 */
export async function restoreGeneration(storage: WritableStorage, name: string, scope = ''): Promise<void> {
  const generations = await listGenerations(storage, scope);
  const copies = `${folderOfScope(scope)}/${name}`;
  const generation = generations.find((other) => other.name === name);
  if (generation === undefined) throw new PhyError('input', `There is no kept set of files from ${name}.`, { name });
  const kept = generation.files.filter((file) => file.existed);
  for (const file of kept) {
    const entry = await storage.stat(`${copies}/${file.name}`);
    if (entry?.size === file.size) continue;
    const message = `The kept copy of ${file.name} from ${generation.time} is damaged, expected ${file.size} bytes. Choose another time.`;
    throw new PhyError('input', message, { file: file.name });
  }
  for (const file of kept) await storage.replace(file.name, await storage.readAll(`${copies}/${file.name}`));
  const later = generations.filter((other) => other.name >= name).flatMap((other) => other.files);
  const before = new Set(kept.map((file) => file.name));
  for (const file of later) if (!file.existed && !before.has(file.name)) await storage.remove(file.name);
  const { version, time, files } = generation;
  await writeManifest(storage, scope, name, { version, time, finished: true, files });
}

async function readGeneration(storage: WritableStorage, scope: string, name: string): Promise<Generation | undefined> {
  if ((await storage.stat(manifestPath(scope, name))) === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(await storage.readAll(manifestPath(scope, name))));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return isManifest(value) ? { ...value, name } : undefined;
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 1) return false;
  if (!('time' in value) || typeof value.time !== 'string') return false;
  if (!('finished' in value) || typeof value.finished !== 'boolean') return false;
  return 'files' in value && Array.isArray(value.files) && value.files.every(isKeptFile);
}

function isKeptFile(value: unknown): value is KeptFile {
  if (typeof value !== 'object' || value === null) return false;
  if (!('name' in value) || typeof value.name !== 'string') return false;
  // A name that leaves the folder would let a damaged manifest overwrite anything.
  if (/^([\\/]|[A-Za-z]:)|(^|[\\/])\.\.([\\/]|$)/.test(value.name)) return false;
  return 'existed' in value && typeof value.existed === 'boolean' && 'size' in value && typeof value.size === 'number';
}
