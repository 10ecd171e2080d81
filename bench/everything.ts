/** Promise: views of all clusters are computed within 300 ms on 10 million spikes when first shown, and within 100 ms after a merge or at a zoom. */
import type { Session } from '../src/core/engine/session.ts';
import { duration, median, printTable, quantile, readOnce, verdict } from './measure.ts';
import { clustersBySize, makeWorkspace, openEngine } from './workspace.ts';

const PROMISE_FIRST_MS = 300;
const PROMISE_MS = 100;
const REPETITIONS = 5;
/** A panel of about a thousand pixels. */
const COLUMNS = 1024;
/** As the window asks: rows in the order of their ids. */
const ORDER = { sort: 'id', direction: 'asc' };

type Params = Readonly<Record<string, string | number | null>>;
interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

export async function everything(dataset: string): Promise<void> {
  const workspace = makeWorkspace(dataset);
  readOnce(workspace.folder);
  const session = await openEngine(workspace.folder);
  try {
    session.welcome();
    await session.warmUp();
    const costs = await measureAll(session);
    const rows = Object.entries(costs).map(([label, all]) => [
      label,
      duration(median(all.map((cost) => cost.wall))),
      duration(median(all.map((cost) => cost.cpu))),
      duration(
        quantile(
          all.map((cost) => cost.wall),
          1,
        ),
      ),
    ]);
    const spikes = session.dataset.spikes.count.toLocaleString('en');
    const clusters = session.clusters.ids.length.toLocaleString('en');
    const title = `Views of all clusters, ${spikes} spikes, ${clusters} clusters`;
    printTable(title, [['engine time', 'median', 'processor', 'slowest'], ...rows]);
    const walls = (label: string): number => median((costs[label] ?? []).map((cost) => cost.wall));
    const first = walls(FIRST);
    verdict(
      first <= PROMISE_FIRST_MS,
      `the first raster takes ${duration(first)}, at most ${PROMISE_FIRST_MS} ms promised.`,
    );
    const slowest = Math.max(...[AFTER_MERGE, ZOOMED, SINGLE, 'template', 'clusterScatter'].map(walls));
    verdict(
      slowest <= PROMISE_MS,
      `the slowest of the others takes ${duration(slowest)}, at most ${PROMISE_MS} ms promised.`,
    );
  } finally {
    await session.close();
    workspace.remove();
  }
}

const FIRST = `raster, whole, ${COLUMNS} columns, first`;
const KNOWN = 'raster, whole, again';
const ZOOMED = 'raster, a tenth of the recording';
const SINGLE = 'raster, every spike of 10 s';
const AFTER_MERGE = 'raster, whole, after a merge';

async function measureAll(session: Session): Promise<Readonly<Record<string, readonly Cost[]>>> {
  const costs: Record<string, Cost[]> = {};
  const ask = async (label: string, query: string, params: Params): Promise<void> => {
    (costs[label] ??= []).push(await askOnce(session, query, params));
  };
  const seconds = session.dataset.duration;
  await ask(FIRST, 'raster', { ...ORDER, columns: COLUMNS });
  for (let round = 0; round < REPETITIONS; round++) {
    await ask(KNOWN, 'raster', { ...ORDER, columns: COLUMNS });
    const startSeconds = (seconds * (2 * round + 1)) / (2.5 * REPETITIONS);
    await ask(ZOOMED, 'raster', { ...ORDER, startSeconds, endSeconds: startSeconds + seconds / 10, columns: COLUMNS });
    await ask(SINGLE, 'raster', { ...ORDER, startSeconds, endSeconds: startSeconds + 10, columns: null });
    await ask('template', 'template', ORDER);
    await ask('clusterScatter', 'clusterScatter', {});
    await mergeTwo(session, round);
    await ask(AFTER_MERGE, 'raster', { ...ORDER, columns: COLUMNS });
  }
  return costs;
}

async function mergeTwo(session: Session, round: number): Promise<void> {
  const ids = clustersBySize(session).slice(10 * round, 10 * round + 2);
  const result = await session.act('merge', ids);
  if (!result.ok) throw new Error(result.message);
}

/** Time for one answer about all clusters. */
async function askOnce(session: Session, query: string, params: Params): Promise<Cost> {
  const start = performance.now();
  const before = process.cpuUsage();
  await session.ask(query, session.clusters.ids, params, new AbortController().signal);
  const { user, system } = process.cpuUsage(before);
  return { wall: performance.now() - start, cpu: (user + system) / 1000 };
}
