/** Which files were chosen in place of raw files that moved: `~/.phy/ts/raw_files.json`, by dataset. params.py is never changed. */
import { openSettings } from '../core/engine/settings.ts';
import { folderStorage } from './folder.ts';
import { datasetKey, userFolder } from './places.ts';

const FILE = 'ts/raw_files.json';

/** By the path that params.py names, absolute. */
type ChosenFiles = Readonly<Record<string, string>>;

const open = (onTrouble: (message: string) => void) =>
  openSettings({
    storage: folderStorage(userFolder()),
    name: FILE,
    now: Date.now,
    onTrouble,
    instead: 'Raw files that were chosen are not known',
  });

/** Those of a dataset. Never fails: what cannot be read counts as nothing chosen. */
export async function chosenRawFiles(paramsPath: string): Promise<ChosenFiles> {
  const file = await open(() => undefined);
  return read(file.values[datasetKey(paramsPath)]);
}

/** Keeps choices, or forgets them (null). A sentence of what could not be written goes to `onTrouble`. */
export async function keepRawFiles(
  paramsPath: string,
  changes: Readonly<Record<string, string | null>>,
  onTrouble: (message: string) => void,
): Promise<void> {
  const file = await open(onTrouble);
  const key = datasetKey(paramsPath);
  const entries = Object.entries({ ...read(file.values[key]), ...changes }).filter(([, path]) => path !== null);
  file.keep(key, entries.length === 0 ? null : { version: 1, params: paramsPath, files: Object.fromEntries(entries) });
  await file.settled();
}

function read(value: unknown): ChosenFiles {
  if (typeof value !== 'object' || value === null || !('files' in value)) return {};
  const { files } = value;
  if (typeof files !== 'object' || files === null) return {};
  const entries = Object.entries(files).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries);
}
