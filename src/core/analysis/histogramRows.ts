/**
 * One histogram for each cluster over common bins (spec/views.md 9a): exact, over all its spikes. A statistic is a function from spikes to
 * values; everything else is the same for all of them. Spike times are looked up rather than gone through, because they ascend.
 */
import { linspace } from '../base/arrays.ts';
import { PhyError } from '../base/errors.ts';
import { nd } from '../base/nd.ts';
import type { NdArray } from '../base/nd.ts';
import type { ClusterReader } from '../curation/state.ts';
import type { Dataset, ReadProgress } from '../dataset/dataset.ts';
import { binFinder } from './histogram.ts';
import type { SampleFacts } from './sampling.ts';

/**
 * The values of a cluster, block by block, so that a pass over many spikes can be interrupted. A block may be overwritten once the next one
 * is asked for.
 */
export type Statistic = (dataset: Dataset, spikeIds: Int32Array) => Iterable<Float64Array>;

/** Spikes of a cluster that are to be counted. */
interface HistogramRow {
  readonly dataset: Dataset;
  readonly spikeIds: Int32Array;
  readonly edges: Float64Array;
  /** Says that work is going on, and gives up the thread. */
  readonly step: () => Promise<void>;
}

/** Adds the values of a cluster to the counts of their bins. `total` counts its values, `inRange` those between the first and the last edge. */
export type RowCounter = (
  row: HistogramRow,
  counts: Int32Array,
) => Promise<{ readonly inRange: number; readonly total: number }>;

/** Bins that lie between two values, in the unit of the statistic. */
export interface HistogramRange {
  readonly binCount: number;
  readonly min: number;
  readonly max: number;
}

interface HistogramCluster extends SampleFacts {
  readonly clusterId: number;
}

export interface HistogramAnswer {
  /** float64 [bin + 1]: equally spaced, both ends exact. */
  readonly edges: NdArray<Float64Array>;
  /** int32 [cluster][bin] */
  readonly counts: NdArray<Int32Array>;
  /** int32 [cluster]: values between the first and the last edge. */
  readonly inRange: NdArray<Int32Array>;
  /** int32 [cluster]: all values. */
  readonly total: NdArray<Int32Array>;
  /** Every spike takes part: `shown` equals `total`. */
  readonly clusters: readonly HistogramCluster[];
}

interface HistogramSource {
  readonly dataset: Dataset;
  readonly clusters: ClusterReader;
  readonly progress: ReadProgress;
}

/** Values in a block: under a millisecond of work. */
const BLOCK = 16_384;
/** Largest number of bins over all clusters: 16 MB of counts and rates. */
const MAX_BINS = 2_000_000;

// Loops over values stand in plain functions: in generators and async functions they run several times slower.

/** Spike times, s. */
function* spikeTimes({ spikes, sampleRate }: Dataset, spikeIds: Int32Array): Iterable<Float64Array> {
  const block = new Float64Array(Math.min(BLOCK, spikeIds.length));
  for (let first = 0; first < spikeIds.length; first += BLOCK) {
    const times = block.subarray(0, Math.min(BLOCK, spikeIds.length - first));
    fillTimes(times, spikes.samples, spikeIds, first, sampleRate);
    yield times;
  }
}

function fillTimes(
  times: Float64Array,
  samples: Dataset['spikes']['samples'],
  spikeIds: Int32Array,
  first: number,
  sampleRate: number,
): void {
  for (let i = 0; i < times.length; i++) times[i] = samples[spikeIds[first + i]] / sampleRate;
}

/** Times between successive spikes of the cluster, s: one less than it has spikes. Differences of times in seconds, as in the reference. */
export function* intervals(dataset: Dataset, spikeIds: Int32Array): Iterable<Float64Array> {
  let before = Number.NaN;
  for (const times of spikeTimes(dataset, spikeIds)) {
    const isFirst = Number.isNaN(before);
    before = toDifferences(times, before);
    // Nothing comes before the first spike.
    yield isFirst ? times.subarray(1) : times;
  }
}

/** Replaces each value by its distance from the one before. Returns the last value. */
function toDifferences(values: Float64Array, before: number): number {
  let last = before;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    values[i] = value - last;
    last = value;
  }
  return last;
}

/** Counts spike times, s. A search per edge, whatever the number of spikes. */
export const countTimes: RowCounter = async ({ dataset, spikeIds, edges, step }, counts) => {
  const { spikes, sampleRate } = dataset;
  const last = edges.length - 1;
  let before = firstBeyond(spikes.samples, spikeIds, sampleRate, 0, edges[0], false);
  const first = before;
  for (let bin = 0; bin < last; bin++) {
    if (bin % BLOCK === 0) await step();
    // The last bin holds its right edge too.
    const isLast = bin === last - 1;
    const after = firstBeyond(spikes.samples, spikeIds, sampleRate, before, edges[bin + 1], isLast);
    counts[bin] += after - before;
    before = after;
  }
  return { inRange: before - first, total: spikeIds.length };
};

/** Position of the first spike from `from` on whose time is after `seconds`, or at it unless `after`: steps that double, then halving. */
function firstBeyond(
  samples: Dataset['spikes']['samples'],
  spikeIds: Int32Array,
  sampleRate: number,
  from: number,
  seconds: number,
  after: boolean,
): number {
  const isBefore = (position: number): boolean => {
    const time = samples[spikeIds[position]] / sampleRate;
    return time < seconds || (after && time === seconds);
  };
  let low = from;
  let high = from;
  for (let step = 1; high < spikeIds.length && isBefore(high); step *= 2) {
    low = high + 1;
    high += step;
  }
  high = Math.min(high, spikeIds.length);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Counts the values of a statistic, block by block. */
export function countValues(statistic: Statistic): RowCounter {
  return async ({ dataset, spikeIds, edges, step }, counts) => {
    const binOf = binFinder(edges);
    let inRange = 0;
    let total = 0;
    for (const values of statistic(dataset, spikeIds)) {
      await step();
      total += values.length;
      inRange += countInto(counts, values, binOf);
    }
    return { inRange, total };
  };
}

/** Edges of the bins. Throws `usage` for an empty range, and for more bins than an answer can hold. */
function edgesOf({ binCount, min, max }: HistogramRange, clusterCount: number): Float64Array {
  if (!(max > min)) throw new PhyError('usage', 'Range maximum must be greater than range minimum.', { min, max });
  if (binCount * clusterCount > MAX_BINS) {
    const message = `${binCount} bins for each of ${clusterCount} clusters are too many. Widen the bins.`;
    throw new PhyError('usage', message, { binCount, clusters: clusterCount });
  }
  return linspace(min, max, binCount + 1);
}

/** Counts the values of every cluster. Throws `usage` for an empty range or too many bins. */
export async function histogramRows(
  { dataset, clusters, progress }: HistogramSource,
  range: HistogramRange,
  clusterIds: readonly number[],
  countRow: RowCounter,
): Promise<HistogramAnswer> {
  const { binCount } = range;
  const edges = edgesOf(range, clusterIds.length);
  const lists = clusterIds.map((id) => clusters.spikesOf(id));
  const counts = new Int32Array(clusterIds.length * binCount);
  const inRange = new Int32Array(clusterIds.length);
  const total = new Int32Array(clusterIds.length);
  for (const [row, spikeIds] of lists.entries()) {
    const step = (): Promise<void> => progress(row / lists.length);
    const own = counts.subarray(row * binCount, (row + 1) * binCount);
    const counted = await countRow({ dataset, spikeIds, edges, step }, own);
    inRange[row] = counted.inRange;
    total[row] = counted.total;
  }
  return {
    edges: nd(edges),
    counts: nd(counts, [clusterIds.length, binCount]),
    inRange: nd(inRange),
    total: nd(total),
    clusters: lists.map(({ length }, row) => ({
      clusterId: clusterIds[row],
      shown: length,
      total: length,
      rule: 'all',
      missing: 0,
    })),
  };
}

/** Adds the values to the counts of their bins. Returns how many lie in a bin. */
function countInto(counts: Int32Array, values: Float64Array, binOf: (value: number) => number): number {
  let inRange = 0;
  for (let i = 0; i < values.length; i++) {
    const bin = binOf(values[i]);
    if (bin < 0) continue;
    counts[bin]++;
    inRange++;
  }
  return inRange;
}
