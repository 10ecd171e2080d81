/** What the disk says about a recent dataset, now; bounded in bytes and in time. Nothing is written, and no data file is opened. */
import { access, open } from 'node:fs/promises';
import { join } from 'node:path';
import { countWaiting } from '../core/curation/journal.ts';
import { JOURNAL_NAME } from '../core/engine/journalStore.ts';
import type { RecentDataset, RecentFacts } from '../core/protocol/start.ts';
import { withDeadline } from './deadline.ts';
import { datasetLocks } from './datasetLocks.ts';
import { datasetHome } from './places.ts';

const DISK_MS = 3000;
/** So much of a journal's end is read. */
const TAIL_BYTES = 2 ** 18;
/** After so many disks that do not answer no other one is asked: each holds a thread of the process. */
const MOST_SILENT = 2;

/** Looks at the datasets one after another and tells what it found; stops when `signal` fires. */
export async function lookAt(
  datasets: readonly RecentDataset[],
  tell: (facts: RecentFacts) => void,
  signal: AbortSignal,
): Promise<void> {
  let silent = 0;
  for (const dataset of datasets) {
    if (signal.aborted) return;
    const facts = silent < MOST_SILENT ? await withDeadline(factsOf(dataset), DISK_MS) : null;
    if (facts === null) silent += 1;
    if (!signal.aborted) tell(facts ?? unknown(dataset.key));
  }
}

const unknown = (key: string): RecentFacts => ({ key, place: 'unknown', unsaved: 0, isAll: true, isHeld: false });

async function factsOf({ key, params, folder, scope }: RecentDataset): Promise<RecentFacts> {
  const place = await placeOf(params);
  if (place !== 'there') return { ...unknown(key), place };
  const { path } = await datasetHome(folder, scope);
  const { count, isAll } = await unsavedIn(join(path, JOURNAL_NAME)).catch(() => ({ count: 0, isAll: true }));
  return { key, place, unsaved: count, isAll, isHeld: await isHeld(folder, path, scope) };
}

function placeOf(params: string): Promise<RecentFacts['place']> {
  return access(params).then(
    () => 'there',
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' || error.code === 'ENOTDIR' ? 'gone' : 'unknown'),
  );
}

async function unsavedIn(journal: string): Promise<{ readonly count: number; readonly isAll: boolean }> {
  const file = await open(journal, 'r');
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const tail = Buffer.alloc(size - start);
    const { bytesRead } = await file.read(tail, 0, tail.length, start);
    const { count, isSettled } = countWaiting(tail.toString('utf8', 0, bytesRead));
    return { count, isAll: isSettled || start === 0 };
  } finally {
    await file.close();
  }
}

async function isHeld(folder: string, home: string, scope: string): Promise<boolean> {
  const { lock, presence } = datasetLocks(folder, home, scope);
  return (await lock.holder()) !== null || (await presence.holder()) !== null;
}
