/** Engine side of the raster view: spec/views.md 10a, answer of spec/commands.md 2. */
import { PhyError } from '../../core/base/errors.ts';
import { nd } from '../../core/base/nd.ts';
import type { NdArray } from '../../core/base/nd.ts';
import type { Values } from '../../core/base/params.ts';
import { mergeSpikes } from '../../core/analysis/mergeSpikes.ts';
import { requireRoom } from '../../core/analysis/request.ts';
import { spikeDensity, spikesOfClusters } from '../../core/analysis/spikeDensity.ts';
import type { TimeInterval } from '../../core/analysis/spikeDensity.ts';
import type { Dataset } from '../../core/dataset/dataset.ts';
import { defineQuery } from '../../core/engine/query.ts';
import type { QueryContext } from '../../core/engine/query.ts';
import { params } from './params.ts';

interface RasterRows {
  /** int32 [row], top first. */
  readonly clusterIds: NdArray<Int32Array>;
  /** The interval in force, s. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** [0, 0, 1.01 times the last spike of the recording (s), rows] */
  readonly bounds: readonly [number, number, number, number];
}
/** Without columns: every spike, in time order. */
export interface RasterSpikes extends RasterRows {
  /** float64 [spike], s. */
  readonly spikeTimes: NdArray<Float64Array>;
  /** int32 [spike] */
  readonly spikeRows: NdArray<Int32Array>;
  /** int32 [spike], ascending. */
  readonly spikeIds: NdArray<Int32Array>;
}
/** With columns: exact counts. */
export interface RasterDensity extends RasterRows {
  /** int32 [row][column]; the sum is the number of spikes of the rows in the interval. */
  readonly density: NdArray<Int32Array>;
}
export type RasterAnswer = RasterSpikes | RasterDensity;

type RasterParams = Values<typeof params>;

/** Seconds of the last spike; 0 without spikes. */
const lastSecond = ({ spikes }: Dataset): number => (spikes.count === 0 ? 0 : spikes.seconds(spikes.count - 1));

/** The interval in force. One that reaches the end of the recording has a spike at its very end too. Throws `usage` for an empty one. */
function intervalOf(dataset: Dataset, { startSeconds: start, endSeconds }: RasterParams): TimeInterval {
  const last = Math.max(dataset.duration, lastSecond(dataset));
  const end = endSeconds ?? last;
  if (end < start || (end === start && endSeconds !== null)) {
    throw new PhyError('usage', `The interval from ${start} s to ${end} s is empty.`, { start, end });
  }
  return { start, end, closed: end >= last };
}

/** Spikes per turn of the thread. */
const SLICE = 2 ** 18;

/** Times of spikes, s. */
async function secondsOf({ dataset, progress }: QueryContext, spikeIds: Int32Array): Promise<Float64Array> {
  const times = new Float64Array(spikeIds.length);
  for (let at = 0; at < spikeIds.length; at += SLICE) {
    await progress();
    times.set(dataset.spikes.secondsOf(spikeIds.subarray(at, at + SLICE)), at);
  }
  return times;
}

async function run(context: QueryContext, values: RasterParams, clusterIds: readonly number[]): Promise<RasterAnswer> {
  const { dataset, clusters, table, progress } = context;
  const { columns } = values;
  const interval = intervalOf(dataset, values);
  const rows = table.arrange(clusterIds, values);
  const shared: RasterRows = {
    clusterIds: nd(Int32Array.from(rows)),
    startSeconds: interval.start,
    endSeconds: interval.end,
    bounds: [0, 0, 1.01 * lastSecond(dataset), rows.length],
  };
  if (columns !== null) {
    requireRoom(rows.length * columns, `${rows.length} rows of ${columns} columns`);
    const density = await spikeDensity(dataset, clusters, rows, interval, columns, progress);
    return { ...shared, density: nd(density, [rows.length, columns]) };
  }
  const lists = spikesOfClusters(dataset, clusters, rows, interval);
  const count = lists.reduce((sum, list) => sum + list.length, 0);
  requireRoom(4 * count, `A list of ${count} spikes`);
  const { spikeIds, owners } = await mergeSpikes(lists, progress);
  const spikeTimes = await secondsOf(context, spikeIds);
  return { ...shared, spikeTimes: nd(spikeTimes), spikeRows: nd(owners), spikeIds: nd(spikeIds) };
}

export const query = defineQuery({
  name: 'raster',
  params,
  maxClusters: 0,
  showsAll: true,
  uncached: true,
  missing: () => [],
  run,
});
