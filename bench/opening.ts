/** Promise: ten million spikes are open within 3 seconds, at about 25 bytes of memory per spike; pc_features.npy is never read whole. */
import { duration, evict, megabytes, memory, printTable, timed, verdict } from './measure.ts';
import { REFERENCE, REFERENCE_MEMORY, scaleOf } from './reference.ts';
import type { Session } from '../src/core/engine/session.ts';
import { makeWorkspace, openEngine, pickSelections } from './workspace.ts';

const PROMISE_MS = 3000;
/** Arrays of the session itself; the program, its buffers and bounded caches come to this much more. */
const BYTES_PER_SPIKE = 25;
const PROGRAM_BYTES = 400 * 2 ** 20;

export async function opening(dataset: string): Promise<void> {
  const workspace = makeWorkspace(dataset);
  const before = memory().now;
  const session = await openEngine(workspace.folder);
  const spikes = session.dataset.spikes.count;
  const afterOpening = memory().now;
  for (const { selections } of pickSelections(session)) {
    for (const clusters of selections) await askAll(session, clusters);
  }
  const afterWork = memory();
  await session.close();
  const warm = await timed(() => openAndClose(workspace.folder));
  const cold = evict(dataset) ? await timed(() => openAndClose(workspace.folder)) : null;
  workspace.remove();

  const scale = scaleOf(spikes);
  const theirs = (row: 'start' | 'most'): string =>
    scale === null || REFERENCE_MEMORY[row][scale] === null ? '–' : `${REFERENCE_MEMORY[row][scale]} MB`;
  printTable(`Opening, ${spikes.toLocaleString('en')} spikes`, [
    ['', 'phy', 'phy 2.1'],
    ['open, files in the page cache', duration(warm), scale === null ? '–' : duration(REFERENCE['open'][scale])],
    ['open, from disk', duration(cold), '–'],
    ['memory of the process before', megabytes(before), '–'],
    ['memory after opening', megabytes(afterOpening), theirs('start')],
    ['memory after showing 21 selections', megabytes(afterWork.now), '–'],
    ['most memory', megabytes(afterWork.most), theirs('most')],
  ]);
  verdict(warm <= PROMISE_MS, `opening takes ${duration(warm)}, at most ${duration(PROMISE_MS)} promised.`);
  const limit = spikes * BYTES_PER_SPIKE + PROGRAM_BYTES + before;
  const sentence = `${megabytes(afterOpening)} after opening, at most ${megabytes(limit)} promised (25 bytes per spike and the program).`;
  verdict(afterOpening <= limit, sentence);
}

async function openAndClose(folder: string): Promise<void> {
  const session = await openEngine(folder);
  await session.close();
}

async function askAll(session: Session, clusters: readonly number[]): Promise<void> {
  for (const query of ['waveform', 'feature', 'correlogram', 'amplitude'])
    await session.ask(query, clusters, {}, new AbortController().signal).catch(() => undefined);
}
