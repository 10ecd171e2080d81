/** Who may tell others that a dataset is in use, and where. */
import { join } from 'node:path';
import type { Lock } from '../core/engine/lock.ts';
import { lockFile } from './lockFile.ts';
import { datasetKey, userFolder } from './places.ts';

/**
 * `lock` is held while a dataset is curated, `presence` while it is open (Places in core/engine/session.ts). `home` is our folder for it,
 * `scope` tells several datasets of one folder apart.
 */
export function datasetLocks(
  dataFolder: string,
  home: string,
  scope: string,
): { readonly lock: Lock; readonly presence: Lock } {
  return {
    lock: lockFile(join(home, 'lock')),
    presence: lockFile(join(userFolder(), 'ts', 'open', `${datasetKey(join(dataFolder, scope))}.lock`)),
  };
}
