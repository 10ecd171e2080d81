/** Promise: what one or two clusters look like is computed within 100 ms on 10 million spikes, also when they are seen first. */
import { PhyError } from '../src/core/base/errors.ts';
import type { Session } from '../src/core/engine/session.ts';
import { duration, evict, median, printTable, quantile, readOnce, verdict } from './measure.ts';
import { REFERENCE, scaleOf } from './reference.ts';
import { clustersBySize, makeWorkspace, openEngine, pickSelections } from './workspace.ts';

const PROMISE_MS = 100;
interface MeasuredQuery {
  readonly label: string;
  readonly query: string;
  readonly params: Record<string, string>;
  /** Asked only when so many clusters are selected. */
  readonly clusters?: number;
}
const QUERIES: readonly MeasuredQuery[] = [
  { label: 'waveform', query: 'waveform', params: {} },
  { label: 'feature', query: 'feature', params: {} },
  { label: 'correlogram', query: 'correlogram', params: {} },
  { label: 'amplitude', query: 'amplitude', params: {} },
  { label: 'amplitude (feature)', query: 'amplitude', params: { type: 'feature' } },
  { label: 'isi', query: 'isi', params: {} },
  { label: 'firing rate', query: 'firingRate', params: {} },
  { label: 'probe', query: 'probe', params: {} },
  { label: 'spike attribute', query: 'spikeAttribute', params: { attribute: 'positions' } },
  { label: 'template feature', query: 'templateFeature', params: {}, clusters: 2 },
  { label: 'similarity', query: 'similarity', params: {} },
];
const FIRST_EVER = 'the first selection of all';
const FIRST_COLD = 'the first, in the moment of opening';
/** Labels of what a selection shows with the views as they open first, and their queries. */
const SHOWN = ['waveform', 'feature', 'correlogram', 'amplitude', 'isi', 'firing rate', 'similarity'];
const SHOWN_QUERIES = QUERIES.filter(({ label }) => SHOWN.includes(label)).map(({ query }) => query);

/** Milliseconds by the clock, and of processor time, which other work on the machine hardly changes. */
interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** What a query costs; null when the dataset lacks what it needs. */
async function ask(
  session: Session,
  query: string,
  clusters: readonly number[],
  params: Readonly<Record<string, string>>,
): Promise<Cost | null> {
  try {
    const start = performance.now();
    const before = process.cpuUsage();
    await session.ask(query, clusters, params, new AbortController().signal);
    const { user, system } = process.cpuUsage(before);
    return { wall: performance.now() - start, cpu: (user + system) / 1000 };
  } catch (error) {
    if (error instanceof PhyError && error.kind === 'missing') return null;
    throw error;
  }
}

/** Cost of all that a selection shows. */
async function askShown(session: Session, clusters: readonly number[]): Promise<Cost> {
  let total = { wall: 0, cpu: 0 };
  for (const query of SHOWN_QUERIES) total = sum(total, await ask(session, query, clusters, {}));
  return total;
}

const sum = (a: Cost, b: Cost | null): Cost => (b === null ? a : { wall: a.wall + b.wall, cpu: a.cpu + b.cpu });

type Times = Record<string, { readonly first: Cost[]; readonly again: Cost[] }>;

const wall = (costs: readonly Cost[]): readonly number[] => costs.map((cost) => cost.wall);

/** Asks every query for every selection, twice: the second time the answer is known. */
async function measureAll(session: Session): Promise<{ readonly times: Times; readonly totals: Times }> {
  const times: Times = {};
  const totals: Times = {};
  const add = (into: Times, key: string, when: 'first' | 'again', cost: Cost | null): void => {
    into[key] ??= { first: [], again: [] };
    if (cost !== null) into[key][when].push(cost);
  };
  // As the window does: it asks for the table, and the engine uses the time until the first selection.
  session.welcome();
  await session.warmUp();
  add(totals, FIRST_EVER, 'first', await askShown(session, rareCluster(session)));
  for (const { name, selections } of pickSelections(session)) {
    for (const clusters of selections) {
      for (const when of ['first', 'again'] as const) {
        let total: Cost = { wall: 0, cpu: 0 };
        for (const { label, query, params, clusters: only } of QUERIES) {
          if (only !== undefined && only !== clusters.length) continue;
          const cost = await ask(session, query, clusters, params);
          add(times, `${label} ${name}`, when, cost);
          if (SHOWN.includes(label)) total = sum(total, cost);
        }
        add(totals, name, when, total);
      }
    }
  }
  add(times, 'cluster table', 'first', await ask(session, 'cluster', [], {}));
  return { times, totals };
}

/** A cluster that no other measurement shows. */
function rareCluster(session: Session): readonly number[] {
  const ids = clustersBySize(session);
  return [ids[Math.floor(ids.length * 0.8)]];
}

export async function selection(dataset: string): Promise<void> {
  const warm = await inWorkspace(dataset, readOnce);
  if (warm === undefined) return;
  const cold = await inWorkspace(dataset, evict);
  const scale = scaleOf(warm.spikes);
  const head = ['engine time per query', 'first', 'processor', 'slowest', 'known', 'from disk', 'phy 2.1'];
  const rowOf = (times: Times, coldTimes: Times, key: string): readonly string[] => [
    key,
    duration(median(wall(times[key].first))),
    duration(median(times[key].first.map((cost) => cost.cpu))),
    duration(quantile(wall(times[key].first), 1)),
    duration(median(wall(times[key].again))),
    coldTimes[key] === undefined ? '–' : duration(median(wall(coldTimes[key].first))),
    scale === null ? '–' : duration(REFERENCE[key]?.[scale]),
  ];
  const queries = Object.keys(warm.times).map((key) => rowOf(warm.times, cold?.times ?? {}, key));
  printTable(`Queries, ${warm.spikes.toLocaleString('en')} spikes`, [head, ...queries]);
  const totals = Object.keys(warm.totals).map((key) => rowOf(warm.totals, cold?.totals ?? {}, key).slice(0, 6));
  const names = ['a whole selection (six views and similarity)', ...head.slice(1, 6)];
  printTable('Sums', [names, ...totals]);
  const firsts = ['1 mid', '1 biggest', '2 mid', '2 biggest'].flatMap((name) => wall(warm.totals[name]?.first ?? []));
  const slow = quantile(firsts, 0.95);
  const sentence = `one or two clusters seen first take ${duration(slow)} at the 95th percentile, at most ${PROMISE_MS} ms promised.`;
  verdict(slow <= PROMISE_MS, sentence);
}

interface Measured {
  readonly spikes: number;
  readonly times: Times;
  readonly totals: Times;
}

/** Measures in a fresh session on a folder of its own; `prepare` says whether the files are as they should be. */
async function inWorkspace(dataset: string, prepare: (dataset: string) => boolean): Promise<Measured | undefined> {
  const workspace = makeWorkspace(dataset);
  try {
    const hasty = await openEngine(workspace.folder);
    const isPrepared = prepare(dataset);
    const cold = await askShown(hasty, rareCluster(hasty));
    await hasty.close();
    return isPrepared ? await inSession(workspace.folder, dataset, prepare, cold) : undefined;
  } finally {
    workspace.remove();
  }
}

async function inSession(
  folder: string,
  dataset: string,
  prepare: (dataset: string) => boolean,
  cold: Cost,
): Promise<Measured> {
  const session = await openEngine(folder);
  try {
    prepare(dataset);
    const { times, totals } = await measureAll(session);
    const first = { [FIRST_COLD]: { first: [cold], again: [] } };
    return { spikes: session.dataset.spikes.count, times, totals: { ...first, ...totals } };
  } finally {
    await session.close();
  }
}
