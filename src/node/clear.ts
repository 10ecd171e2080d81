/** What `--clear-cache` and `--clear-state` remove, and nothing else (DESIGN: what is stored where). */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findDataFolder } from '../core/dataset/open.ts';
import { folderStorage, type ParamsLocation } from './folder.ts';
import { datasetHome, userFolder } from './places.ts';

/** Deletes the caches of the dataset: ours, and those of the Python program. Never the journal, generations, state or ids. */
export async function clearCaches(params: ParamsLocation): Promise<void> {
  const folder = await findDataFolder(folderStorage(params.folder), params.name);
  const python = ['memcache', 'phy', 'spikes_per_cluster.pkl'].map((name) => join(folder, '.phy', name));
  const ours = join((await datasetHome(folder)).path, 'cache');
  for (const path of [ours, ...python]) await rm(path, { recursive: true, force: true });
  process.stderr.write('The caches of this dataset were deleted.\n');
}

/** Deletes the two state files of ours: of the user, and of the dataset. */
export async function clearStates(params: ParamsLocation, guiName: string): Promise<void> {
  const folder = await findDataFolder(folderStorage(params.folder), params.name);
  const ofUser = join(userFolder(), 'ts', guiName, 'state.json');
  const ofDataset = join((await datasetHome(folder)).path, 'state.json');
  for (const path of [ofUser, ofDataset]) {
    await rm(path, { force: true });
    process.stderr.write(`Deleted ${path}.\n`);
  }
}
