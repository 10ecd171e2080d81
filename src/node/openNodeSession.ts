/** A session on a folder of this machine. */
import { join } from 'node:path';
import type { KwikChoice } from '../core/dataset/readers/kwikModel.ts';
import type { RawChoice } from '../core/dataset/readers/rawRecording.ts';
import { openSession, type Session, type Places } from '../core/engine/session.ts';
import type { QueryTable } from '../core/engine/query.ts';
import { folderStorage, resolveParams } from './folder.ts';
import { datasetLocks } from './datasetLocks.ts';
import { whileLocked } from './lockFile.ts';
import { chosenRawFiles } from './rawFiles.ts';
import { datasetHome, packageVersion, userFolder } from './places.ts';

export interface NodeSessionOptions {
  /** A params.py, or its folder. */
  readonly paramsPath: string;
  readonly queries: QueryTable;
  readonly guiName: string;
  /** False for readers: nothing is ever written, and another engine may have the dataset open. */
  readonly curates: boolean;
  /** False where the settings of the window play no part. */
  readonly usesSettings: boolean;
  /** Which part of a .kwik file to open. */
  readonly kwik?: KwikChoice;
  /** What a person says of a raw file that is opened without a sorting. */
  readonly raw?: RawChoice;
  readonly onProgress?: (text: string, fraction: number) => void;
  readonly onTold?: (sentence: string) => void;
}

/** Opens the session. Throws `input` when the dataset cannot be read, `held` when another engine has it. */
export async function openNodeSession(options: NodeSessionOptions): Promise<Session> {
  const { folder, name, path } = resolveParams(options.paramsPath);
  return await openSession({
    storage: folderStorage(folder),
    paramsName: name,
    kwik: options.kwik,
    raw: options.raw,
    chosenFiles: await chosenRawFiles(path),
    places: findPlaces,
    userHome: folderStorage(userFolder()),
    exclusively: (write) => whileLocked(join(userFolder(), 'ts', 'settings.lock'), write),
    queries: options.queries,
    guiName: options.guiName,
    version: packageVersion(),
    now: Date.now,
    yieldThread: () => new Promise((resolve) => void setImmediate(resolve)),
    curates: options.curates,
    usesSettings: options.usesSettings,
    onProgress: options.onProgress,
    onTold: options.onTold,
  });
}

async function findPlaces(dataFolder: string, scope: string, elsewhere: boolean): Promise<Places> {
  const { path, isBeside } = await datasetHome(dataFolder, scope, elsewhere);
  return {
    data: folderStorage(dataFolder),
    home: folderStorage(path),
    isBeside,
    ...datasetLocks(dataFolder, path, scope),
  };
}
