/** What `--clear-cache` and `--clear-state` remove, and nothing else (DESIGN: what is stored where). */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findDataFolder, isKwik, isRaw } from '../core/dataset/open.ts';
import { kwikScope } from '../core/dataset/readers/kwik.ts';
import type { KwikChoice } from '../core/dataset/readers/kwikModel.ts';
import { scopeOfRaw } from '../core/dataset/readers/rawRecording.ts';
import { folderStorage, type ParamsLocation } from './folder.ts';
import { datasetHome, userFolder } from './places.ts';

/** Deletes the caches of the dataset: ours, and those of the Python program. Never the journal, generations, state or ids. */
export async function clearCaches(params: ParamsLocation, kwik: KwikChoice = {}): Promise<void> {
  const { folder, home } = await homeOf(params, kwik);
  const python = ['memcache', 'phy', 'spikes_per_cluster.pkl'].map((name) => join(folder, '.phy', name));
  const ours = join(home, 'cache');
  for (const path of [ours, ...python]) await rm(path, { recursive: true, force: true });
  process.stderr.write('The caches of this dataset were deleted.\n');
}

/** Deletes the two state files of ours: of the user, and of the dataset. */
export async function clearStates(params: ParamsLocation, guiName: string, kwik: KwikChoice = {}): Promise<void> {
  const { home } = await homeOf(params, kwik);
  const ofUser = join(userFolder(), 'ts', guiName, 'state.json');
  const ofDataset = join(home, 'state.json');
  for (const path of [ofUser, ofDataset]) {
    await rm(path, { force: true });
    process.stderr.write(`Deleted ${path}.\n`);
  }
}

/** Folder of the data, and the folder of ours that belongs to the dataset. */
async function homeOf(
  { folder: own, name }: ParamsLocation,
  kwik: KwikChoice,
): Promise<{ readonly folder: string; readonly home: string }> {
  const storage = folderStorage(own);
  const folder = await findDataFolder(storage, name);
  const isRecording = isRaw(name, undefined);
  const scope = isRecording ? scopeOfRaw(name) : isKwik(name) ? await kwikScope(storage, name, kwik) : '';
  return { folder, home: (await datasetHome(folder, scope, isRecording)).path };
}
