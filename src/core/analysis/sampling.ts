/** Which spikes stand for a cluster when there are too many to show (spec/views.md 1.16 and 2a, spec/data.md 9). */
import { randomUint32s } from '../base/random.ts';
import { intersectIds } from '../base/sortedIds.ts';

/** How the shown spikes of a cluster were chosen (spec/commands.md 2). */
export type SamplingRule = 'all' | 'even' | 'batches' | 'random' | 'stride';

/** What every entry of an answer says of its sample. */
export interface SampleFacts {
  /** Number of spikes in this entry. */
  readonly shown: number;
  /** Number of spikes they stand for: all of the cluster, or of the recording for a background. */
  readonly total: number;
  readonly rule: SamplingRule;
  /** Spikes without a value: those of the sample with a NaN, and those of the cluster that cannot be in the sample because the file has no row for them. */
  readonly missing: number;
}

/** Number of raw data chunks that waveforms are taken from (spec/data.md 9). */
const CHUNKS_KEPT = 20;

/**
 * Number of spikes of each cluster under a limit per cluster and a limit for all together (null = no limit): the total is shared evenly,
 * what a small cluster leaves goes to the others, the remainder to the first ones.
 */
export function allocate(available: readonly number[], perCluster: number | null, total: number | null): number[] {
  const capacity = available.map((n) => Math.min(n, perCluster ?? n));
  if (total === null || capacity.reduce((a, b) => a + b, 0) <= total) return capacity;
  const given = capacity.map(() => 0);
  let remaining = total;
  let unfilled = capacity.map((_, i) => i).filter((i) => capacity[i] > 0);
  while (remaining > 0 && unfilled.length > 0) {
    const share = Math.floor(remaining / unfilled.length);
    const extra = remaining % unfilled.length;
    for (const [position, i] of unfilled.entries()) {
      const more = Math.min(share + (position < extra ? 1 : 0), capacity[i] - given[i]);
      given[i] += more;
      remaining -= more;
    }
    unfilled = unfilled.filter((i) => given[i] < capacity[i]);
  }
  return given;
}

/** `count` of the ids at even steps, first and last included: positions floor(k (N - 1) / (count - 1)). A view when nothing is left out. */
export function sampleEvenly(ids: Int32Array, count: number): Int32Array {
  if (count < 0) throw new RangeError('a sample cannot have a negative size');
  if (count >= ids.length) return ids;
  if (count <= 1) return ids.subarray(0, count);
  const sample = new Int32Array(count);
  for (let k = 0; k < count; k++) sample[k] = ids[Math.floor((k * (ids.length - 1)) / (count - 1))];
  return sample;
}

/** Number and size of the runs that `count` spikes of `length` are taken in; undefined when there are too few spikes for it. */
function planBatches(length: number, count: number, batches: number): { runs: number; size: number } | undefined {
  const runs = Math.min(batches, count);
  const size = Math.ceil(count / runs);
  return runs > 0 && length >= runs * size ? { runs, size } : undefined;
}

/** The rule that `sampleBatches` follows: with too few spikes for runs it samples evenly. */
export function batchesRule(length: number, count: number, batches: number): SamplingRule {
  return planBatches(length, count, batches) === undefined ? 'even' : 'batches';
}

/** `count` of the ids in runs of successive ones, spread over the whole list: the rule of views.md 2a RES. */
export function sampleBatches(ids: Int32Array, count: number, batches: number): Int32Array {
  const plan = planBatches(ids.length, count, batches);
  if (plan === undefined) return sampleEvenly(ids, count);
  const { runs, size } = plan;
  if (runs === 1) return ids.subarray(0, size);
  const step = Math.max(Math.floor((ids.length - size) / (runs - 1)), size);
  const sample = new Int32Array(count);
  let at = 0;
  for (let run = 0; run < runs && run * step < ids.length; run++) {
    const end = Math.min(run * step + size, ids.length);
    for (let i = run * step; i < end && at < count; i++) sample[at++] = ids[i];
  }
  return sample.subarray(0, at);
}

/**
 * A uniform random sample without replacement, ascending. The same cluster id, number of spikes and sample size give the same sample, so
 * a redraw or an undo does not flicker. Robert Floyd's algorithm: its cost follows the size of the sample, not of the cluster.
 */
export function sampleRandom(ids: Int32Array, count: number, clusterId: number): Int32Array {
  if (count >= ids.length) return ids;
  if (count <= 0) return ids.subarray(0, 0);
  const small = count * 32 < ids.length;
  const candidates = drawCandidates(ids.length, count, clusterId);
  const positions = small ? choosePositions(candidates, ids.length) : markPositions(candidates, ids.length);
  const sample = new Int32Array(count);
  for (let i = 0; i < count; i++) sample[i] = ids[positions[i]];
  return sample;
}

/** Spikes that stand for a cluster of which a file may hold some only. */
export interface RowSample extends Pick<SampleFacts, 'total' | 'rule'> {
  /** Ascending. */
  readonly spikeIds: Int32Array;
  /** Spikes that cannot be in the sample because the file has no row for them. */
  readonly withoutRow: number;
}

/** A random sample of at most `limit` (null = all) of the spikes that have a row in a file; `rows` undefined = all have. */
export function sampleWithRows(
  spikes: Int32Array,
  rows: Int32Array | undefined,
  limit: number | null,
  clusterId: number,
): RowSample {
  const usable = rows === undefined ? spikes : intersectIds(spikes, rows);
  const spikeIds = sampleRandom(usable, limit ?? usable.length, clusterId);
  return {
    spikeIds,
    total: spikes.length,
    rule: spikeIds.length === spikes.length ? 'all' : 'random',
    withoutRow: spikes.length - usable.length,
  };
}

/** For each of the last `count` positions of a list, a uniform random position up to and including it. */
function drawCandidates(length: number, count: number, clusterId: number): Int32Array {
  const draws = randomUint32s(count, clusterId, length, count);
  const candidates = new Int32Array(count);
  for (let i = 0; i < count; i++) candidates[i] = Math.floor((draws[i] / 2 ** 32) * (length - count + i + 1));
  return candidates;
}

/** Ascending distinct positions: each candidate, or the position it was drawn for when it is taken. For a sample small beside the list. */
function choosePositions(candidates: Int32Array, length: number): Int32Array {
  const chosen = new Set<number>();
  for (const [i, candidate] of candidates.entries()) {
    chosen.add(chosen.has(candidate) ? length - candidates.length + i : candidate);
  }
  return Int32Array.from(chosen).sort();
}

/** The same positions by marking them, which needs no sorting. */
function markPositions(candidates: Int32Array, length: number): Int32Array {
  const count = candidates.length;
  const marked = new Uint8Array(length);
  for (let i = 0; i < count; i++) marked[marked[candidates[i]] === 1 ? length - count + i : candidates[i]] = 1;
  const positions = new Int32Array(count);
  for (let i = 0, at = 0; i < length; i++) if (marked[i] === 1) positions[at++] = i;
  return positions;
}

/** Every k-th spike of a recording, k = max(1, floor(spikeCount / budget)); null = every spike, 0 = none (spec/views.md 1.16). */
export function backgroundStride(spikeCount: number, budget: number | null): Int32Array {
  if (budget === 0) return new Int32Array(0);
  const step = budget === null ? 1 : Math.max(1, Math.floor(spikeCount / budget));
  return Int32Array.from({ length: Math.ceil(spikeCount / step) }, (_, i) => i * step);
}

/** Half-open sample intervals [start, end, start, end, ...] that waveforms may be taken from: every ceil(K / 20)-th chunk (spec/data.md 9). */
export function keptChunks(chunkBounds: ArrayLike<number>): Float64Array {
  const count = Math.max(0, chunkBounds.length - 1);
  const step = Math.max(1, Math.ceil(count / CHUNKS_KEPT));
  const kept: number[] = [];
  for (let i = 0; i < count; i += step) kept.push(chunkBounds[i], chunkBounds[i + 1]);
  return Float64Array.from(kept);
}

/**
 * The spikes whose sample lies in one of the intervals. `samples` is non-decreasing in the spike id, so each interval is a run of the
 * ascending ids found by bisection; when everything is kept the list itself is returned.
 */
export function spikesInChunks(ids: Int32Array, samples: ArrayLike<number>, intervals: Float64Array): Int32Array {
  const runs: Int32Array[] = [];
  for (let i = 0; i + 1 < intervals.length; i += 2) {
    const start = firstAtOrAfter(ids, samples, intervals[i]);
    const end = firstAtOrAfter(ids, samples, intervals[i + 1]);
    if (end > start) runs.push(ids.subarray(start, end));
  }
  return concatenate(runs);
}

/** Position in `ids` of the first spike at or after a sample. */
export function firstAtOrAfter(ids: Int32Array, samples: ArrayLike<number>, sample: number): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (samples[ids[middle]] < sample) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Successive lists as one; the list itself when there is only one. */
export function concatenate(lists: readonly Int32Array[]): Int32Array {
  if (lists.length === 1) return lists[0];
  const all = new Int32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}
