/** The dataset as it was before a save that was cut short: the files may then be a mixture, but a copy of each was kept. */
import { folderOfScope, type Generation } from '../dataset/generations.ts';
import { isAbsolutePath, joinPath } from '../storage/paths.ts';
import type { Storage } from '../storage/storage.ts';

/**
 * `storage` with the copies of a generation in place of the files in `dataFolder`; files that did not exist then are absent. Names may be
 * relative to the storage's folder or absolute.
 */
export function storageBeforeSave(storage: Storage, dataFolder: string, generation: Generation, scope = ''): Storage {
  const copies = new Map(generation.files.map(({ name, existed }) => [joinPath(dataFolder, name), { name, existed }]));
  const whole = (name: string): string => (isAbsolutePath(name) ? name : joinPath(storage.folder, name));
  const pick = (name: string): string => {
    const copy = copies.get(whole(name));
    return copy === undefined ? name : joinPath(dataFolder, `${folderOfScope(scope)}/${generation.name}/${copy.name}`);
  };
  return {
    folder: storage.folder,
    async list(folder) {
      const entries = await storage.list(folder);
      const at = whole(folder ?? '');
      return entries.filter((entry) => copies.get(joinPath(at, entry.name))?.existed !== false);
    },
    async stat(name) {
      const found = await storage.stat(pick(name));
      return found === undefined ? undefined : { ...found, name };
    },
    open: (name) => storage.open(pick(name)),
    readAll: (name) => storage.readAll(pick(name)),
    inflate: storage.inflate,
    openHdf5: (name) => storage.openHdf5(pick(name)),
  };
}
