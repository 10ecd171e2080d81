/** Promise: merge, split, undo and redo are done and in the journal within 100 ms on ten million spikes; saving takes under a second. */
import type { Session } from '../src/core/engine/session.ts';
import { duration, median, printTable, timed, verdict } from './measure.ts';
import { REFERENCE, scaleOf } from './reference.ts';
import { clustersBySize, makeWorkspace, openEngine } from './workspace.ts';

const PROMISE_MS = 100;
const PROMISE_SAVE_MS = 1000;
const REPETITIONS = 5;

type Arguments = readonly unknown[] | Readonly<Record<string, unknown>>;

export async function curation(dataset: string): Promise<void> {
  const workspace = makeWorkspace(dataset);
  const session = await openEngine(workspace.folder);
  const times: Record<string, number[]> = {};
  const processor: Record<string, number[]> = {};
  const act = async (label: string, action: string, args: Arguments = []): Promise<void> => {
    const before = process.cpuUsage();
    const ms = await timed(async () => {
      const result = await session.act(action, args);
      if (!result.ok) throw new Error(`${action}: ${result.message}`);
    });
    (times[label] ??= []).push(ms);
    const { user, system } = process.cpuUsage(before);
    (processor[label] ??= []).push((user + system) / 1000);
  };
  try {
    for (let i = 0; i < REPETITIONS; i++) await curateOnce(session, i, act);
    const scale = scaleOf(session.dataset.spikes.count);
    const rows = Object.entries(times).map(([label, all]) => [
      label,
      duration(median(all)),
      duration(median(processor[label])),
      duration(Math.max(...all)),
      scale === null ? '–' : duration(REFERENCE[label]?.[scale]),
    ]);
    const title = `Curation, ${session.dataset.spikes.count.toLocaleString('en')} spikes (with the journal flushed to the disk)`;
    printTable(title, [['action', 'median', 'processor', 'slowest', 'phy 2.1'], ...rows]);
    const slowest = Math.max(...['merge', 'undo merge', 'redo merge', 'split'].map((label) => median(times[label])));
    verdict(slowest <= PROMISE_MS, `the slowest of merge, undo, redo and split takes ${duration(slowest)}.`);
    verdict(median(times['save']) <= PROMISE_SAVE_MS, `saving takes ${duration(median(times['save']))}.`);
  } finally {
    await session.close();
    workspace.remove();
  }
}

/** One round; each works on the biggest cluster and on other mid-size ones. */
async function curateOnce(
  session: Session,
  round: number,
  act: (label: string, action: string, args?: Arguments) => Promise<void>,
): Promise<void> {
  const ids = clustersBySize(session);
  const middle = Math.floor(ids.length / 2) + 2 * round;
  await act('select', 'select', { ids: ids.slice(middle, middle + 2) });
  await act('merge', 'merge');
  await act('undo merge', 'undo');
  await act('redo merge', 'redo');
  const spikes = await someSpikes(session, ids[0]);
  await act('select', 'select', { ids: [ids[0]] });
  await act('split', 'split', { spikes });
  await act('undo split', 'undo');
  await act('move', 'move_all_to_good');
  await act('next', 'next');
  await act('save', 'save');
}

/** At most 10,000 spikes and half of a cluster, as the reference was measured. */
async function someSpikes(session: Session, clusterId: number): Promise<readonly number[]> {
  const count = session.facts.metrics(clusterId).n_spikes;
  const params = { spikesPerCluster: null };
  const { answer } = await session.ask('amplitude', [clusterId], params, new AbortController().signal);
  const first = firstCluster(answer);
  return Array.from(first.slice(0, Math.min(10_000, Math.floor(count / 2))));
}

/** Spike ids of the first cluster of an amplitude answer. */
function firstCluster(answer: unknown): Int32Array {
  if (typeof answer === 'object' && answer !== null && 'clusters' in answer && Array.isArray(answer.clusters)) {
    const spikeIds: unknown = answer.clusters[0]?.spikeIds?.data;
    if (spikeIds instanceof Int32Array) return spikeIds;
  }
  throw new Error('amplitude answered without spikes');
}
