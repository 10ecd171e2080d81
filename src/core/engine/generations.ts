/**
 * What saving replaces is kept: each save first copies the files as they were into `generations/<n>/`, so that an interrupted save can be
 * taken back as a whole and an old state can be found again. The first generation (the sorter's own files) and the last ten stay.
 */
import { baseName, isAbsolutePath, joinPath } from '../storage/paths.ts';
import type { Storage, WritableStorage } from '../storage/storage.ts';

const FOLDER = 'generations';
const KEPT = 10;
const MANIFEST = 'manifest.json';

interface Manifest {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Files that the save replaced; those that did not exist before have no copy. */
  readonly files: readonly { readonly name: string; readonly existed: boolean }[];
}

/** Copies the files as they are now into a new generation and returns its number. The manifest comes last: without it there is no generation. */
export async function keepGeneration(
  home: WritableStorage,
  dataset: Storage,
  names: readonly string[],
  time: number,
): Promise<number> {
  const numbers = await listGenerations(home);
  const number = (numbers.at(-1) ?? 0) + 1;
  const files: { name: string; existed: boolean }[] = [];
  for (const name of names) {
    const existed = (await dataset.stat(name)) !== undefined;
    if (existed) await home.replace(`${FOLDER}/${number}/${name}`, await dataset.readAll(name));
    files.push({ name, existed });
  }
  const manifest: Manifest = { time, files };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await home.replace(`${FOLDER}/${number}/${MANIFEST}`, new TextEncoder().encode(text));
  return number;
}

/** Removes generations beyond those that are kept. */
export async function pruneGenerations(home: WritableStorage): Promise<void> {
  const numbers = await listGenerations(home);
  for (const number of numbers.slice(1, -KEPT)) {
    const folder = `${FOLDER}/${number}`;
    for (const file of await home.list(folder)) await home.remove(`${folder}/${file.name}`);
    await home.remove(folder);
  }
}

/** Puts the files of a generation back, and removes those that did not exist then. */
export async function restoreGeneration(
  home: WritableStorage,
  dataset: WritableStorage,
  number: number,
): Promise<void> {
  for (const { name, existed } of (await readManifest(home, number)).files) {
    if (existed) await dataset.replace(name, await home.readAll(`${FOLDER}/${number}/${name}`));
    else await dataset.remove(name);
  }
}

/**
 * `storage` as it was before that save: reading a file that was replaced in `dataFolder` reads its copy. Names may be relative to the
 * storage's folder or absolute.
 */
export async function withGeneration(
  storage: Storage,
  dataFolder: string,
  home: Storage,
  number: number,
): Promise<Storage> {
  const { files } = await readManifest(home, number);
  const existed = new Map(files.map((file) => [joinPath(dataFolder, file.name), file.existed]));
  const whole = (name: string): string => (isAbsolutePath(name) ? name : joinPath(storage.folder, name));
  const pick = (name: string): { readonly from: Storage; readonly name: string } =>
    existed.has(whole(name))
      ? { from: home, name: `${FOLDER}/${number}/${baseName(whole(name))}` }
      : { from: storage, name };
  return {
    folder: storage.folder,
    async list(folder) {
      const entries = await storage.list(folder);
      const at = whole(folder ?? '');
      return entries.filter((entry) => existed.get(joinPath(at, entry.name)) !== false);
    },
    async stat(name) {
      const found = await pick(name).from.stat(pick(name).name);
      return found === undefined ? undefined : { ...found, name };
    },
    open: (name) => pick(name).from.open(pick(name).name),
    readAll: (name) => pick(name).from.readAll(pick(name).name),
  };
}

/** Numbers in use, ascending; one without a manifest is of a save that never began. */
async function listGenerations(home: Storage): Promise<readonly number[]> {
  const folders = await home.list(FOLDER);
  const numbers = folders.map((entry) => entry.name.split('/').at(-1) ?? '').filter((name) => /^\d+$/.test(name));
  return numbers.map(Number).sort((a, b) => a - b);
}

async function readManifest(home: Storage, number: number): Promise<Manifest> {
  const bytes = await home.readAll(`${FOLDER}/${number}/${MANIFEST}`);
  return JSON.parse(new TextDecoder().decode(bytes));
}
