/** Promise: what trace views ask of 384 channels, a tile of the signal or the spikes in it, is there within 100 ms; a first picture of everything within 200 ms. */
import type { Session } from '../src/core/engine/session.ts';
import { duration, median, printTable, quantile, readOnce, verdict } from './measure.ts';
import { makeWorkspace, openEngine } from './workspace.ts';

const PROMISE_MS = 100;
const PROMISE_FIRST_MS = 200;
const REPETITIONS = 7;
/** Screens are about so wide. */
const COLUMNS = 1600;

type Params = Readonly<Record<string, string | number | boolean | null>>;

/** On a dataset with raw data. */
export async function traces(dataset: string): Promise<void> {
  const workspace = makeWorkspace(dataset);
  readOnce(workspace.folder);
  const session = await openEngine(workspace.folder);
  try {
    session.welcome();
    await session.warmUp();
    const costs = await measureAll(session);
    const rows = [...costs].map(([label, all]) => [label, duration(median(all)), duration(quantile(all, 1))]);
    const { channels, duration: seconds } = session.dataset;
    const title = `Raw data, ${channels.count} channels, ${Math.round(seconds)} s`;
    printTable(title, [['engine time, files in the page cache', 'median', 'slowest'], ...rows]);
    const slowest = Math.max(...PROMISED.map((label) => median(costs.get(label) ?? [])));
    const first = median(costs.get(OVERVIEW) ?? []);
    verdict(
      first <= PROMISE_FIRST_MS,
      `the first picture takes ${duration(first)}, at most ${PROMISE_FIRST_MS} ms promised.`,
    );
    verdict(slowest <= PROMISE_MS, `the slowest step takes ${duration(slowest)}, at most ${PROMISE_MS} ms promised.`);
  } finally {
    await session.close();
    workspace.remove();
  }
}

const FILTERED = 'trace, 0.25 s, filtered';
const RAW = 'trace, 0.25 s, raw';
const ENVELOPES = `trace, 4 s in ${COLUMNS} columns, filtered`;
const TILE = 'a tile of samples, filtered';
const OVERVIEW = 'the whole recording, first picture';
const SPIKES = 'spikes of all clusters, 0.25 s';
/** What a person waits for at each step. Excerpts and envelopes are what `phy query` gives. */
const PROMISED = [TILE, SPIKES];

async function measureAll(session: Session): Promise<ReadonlyMap<string, readonly number[]>> {
  const costs = new Map<string, number[]>();
  const seconds = session.dataset.duration;
  const overview = levelOf(session.dataset.traces?.sampleCount ?? 0);
  for (let round = 0; round < REPETITIONS; round++) {
    const startSeconds = (seconds * (round + 0.5)) / (REPETITIONS + 1);
    const asks: readonly (readonly [label: string, query: string, params: Params])[] = [
      [FILTERED, 'trace', { startSeconds, endSeconds: startSeconds + 0.25, filter: 'high_pass' }],
      [RAW, 'trace', { startSeconds, endSeconds: startSeconds + 0.25, filter: 'raw' }],
      [ENVELOPES, 'trace', { startSeconds, endSeconds: startSeconds + 4, columns: COLUMNS }],
      [TILE, 'signal', { level: 0, first: 3 * round, count: 1, filter: 'high_pass' }],
      // Another filter each time would be another pyramid: only the first picture of each is new.
      ...(round < 2
        ? ([
            [OVERVIEW, 'signal', { level: overview, first: 0, count: 4, filter: ['raw', 'high_pass'][round] }],
          ] as const)
        : []),
      [SPIKES, 'traceSpikes', { startSeconds, endSeconds: startSeconds + 0.25, allSpikes: true }],
    ];
    for (const [label, query, params] of asks) {
      costs.set(label, [...(costs.get(label) ?? []), await askOnce(session, query, params)]);
    }
  }
  return costs;
}

/** The level at which the whole recording is about a screen wide. */
const levelOf = (samples: number): number => Math.max(0, Math.ceil(Math.log2(samples / COLUMNS)));

async function askOnce(session: Session, query: string, params: Params): Promise<number> {
  const start = performance.now();
  await session.ask(query, [], params, new AbortController().signal);
  return performance.now() - start;
}
