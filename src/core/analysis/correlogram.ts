/** Auto- and cross-correlograms (spec/views.md 5a). */
import type { ReadProgress } from '../dataset/dataset.ts';

/** Pairs between two calls of `progress`: about a millisecond of work. */
const PAIRS_PER_STEP = 250_000;
/** Spikes between two calls of `progress`. */
const SPIKES_PER_STEP = 100_000;
/** Longest delay in samples for which the bins are looked up rather than computed: the table stays in the processor's cache. */
const MAX_TABLE = 2 ** 14;

/** Bins of a correlogram in samples. */
export interface CorrelogramBins {
  /** Width of a bin: trunc(sampleRate x bin), at least 1. */
  readonly binSamples: number;
  /** Bins on either side of the central one; 2 half + 1 in all. */
  readonly half: number;
}

/** Bins for a bin size and a full window width in seconds, in the same doubles as the reference. */
export function correlogramBins(sampleRate: number, binSeconds: number, windowSeconds: number): CorrelogramBins {
  const bin = Math.min(Math.max(binSeconds, 1e-5), 1e5);
  const window = Math.min(Math.max(windowSeconds, 1e-5), 1e5);
  return { binSamples: Math.max(1, Math.trunc(sampleRate * bin)), half: Math.trunc((0.5 * window) / bin) };
}

/** Sample indices; a whole recording fits into 32 bits unless it is longer than 19 hours at 30 kHz. */
export type SampleIndices = Int32Array | Float64Array;

/**
 * Sample indices as the correlogram uses them: time in seconds and back to samples, truncated. The round trip moves some spikes by one
 * sample; the reference does the same, and equal counts need it. `spikeIds` ascend.
 */
export async function correlogramSamples(
  samples: SampleIndices,
  spikeIds: Int32Array,
  sampleRate: number,
  progress: ReadProgress,
): Promise<SampleIndices> {
  const count = spikeIds.length;
  const last = count === 0 ? 0 : samples[spikeIds[count - 1]];
  const out = last < 2 ** 31 ? new Int32Array(count) : new Float64Array(count);
  for (let start = 0; start < count; start += SPIKES_PER_STEP) {
    await progress();
    roundTrip(samples, spikeIds, sampleRate, out, start, Math.min(start + SPIKES_PER_STEP, count));
  }
  return out;
}

function roundTrip(
  samples: SampleIndices,
  spikeIds: Int32Array,
  sampleRate: number,
  out: SampleIndices,
  first: number,
  last: number,
): void {
  for (let i = first; i < last; i++) out[i] = Math.trunc((samples[spikeIds[i]] / sampleRate) * sampleRate);
}

/**
 * Number of pairs by delay: int32 [a][b][d], d = 0..half: an earlier spike of a, a later one of b, floor(delay / binSamples) = d. Spikes
 * are in time order; two at the same sample count in the order given.
 */
async function countPairs(
  samples: SampleIndices,
  owners: Int32Array,
  clusterCount: number,
  { binSamples, half }: CorrelogramBins,
  progress: ReadProgress,
): Promise<Int32Array> {
  const width = half + 1;
  const reach = width * binSamples;
  const counts = new Int32Array(clusterCount * clusterCount * width);
  const columns = new Int32Array(owners.length);
  for (let i = 0; i < owners.length; i++) columns[i] = owners[i] * width;
  const count: PairCounter =
    samples instanceof Int32Array && reach <= MAX_TABLE
      ? tableCounter(samples, columns, clusterCount, reach, binSamples, counts)
      : divisionCounter(samples, columns, clusterCount, reach, binSamples, counts);
  for (let i = 0; i < samples.length; ) {
    i = count(i);
    await progress();
  }
  return counts;
}

/** Counts the pairs of the spikes from `first` on, some at a time; returns the first spike not looked at. */
type PairCounter = (first: number) => number;

function tableCounter(
  samples: Int32Array,
  columns: Int32Array,
  clusterCount: number,
  reach: number,
  binSamples: number,
  counts: Int32Array,
): PairCounter {
  // A division per pair would be most of the work.
  const bins = Int32Array.from({ length: reach }, (_, delay) => Math.floor(delay / binSamples));
  const last = samples.length;
  return (first) => {
    let budget = PAIRS_PER_STEP;
    let i = first;
    for (; i < last && budget > 0; i++) {
      const from = samples[i];
      const row = columns[i] * clusterCount;
      let j = i + 1;
      for (; j < last; j++) {
        const delay = samples[j] - from;
        if (delay >= reach) break;
        counts[row + columns[j] + bins[delay]]++;
      }
      budget -= j - i;
    }
    return i;
  };
}

function divisionCounter(
  samples: SampleIndices,
  columns: Int32Array,
  clusterCount: number,
  reach: number,
  binSamples: number,
  counts: Int32Array,
): PairCounter {
  return (first) => {
    let budget = PAIRS_PER_STEP;
    let i = first;
    for (; i < samples.length && budget > 0; i++) {
      const from = samples[i];
      const row = columns[i] * clusterCount;
      let j = i + 1;
      for (; j < samples.length; j++) {
        const delay = samples[j] - from;
        if (delay >= reach) break;
        // Delays are not negative, so cutting the fraction off is the floor.
        counts[row + columns[j] + Math.trunc(delay / binSamples)]++;
      }
      budget -= j - i;
    }
    return i;
  };
}

/**
 * Correlograms of merged spikes: int32 [a][b][bin] with 2 half + 1 bins; right of the centre are spikes of b after spikes of a, [a][b] is
 * the mirror image of [b][a], the central bin holds delays in [0, bin) of whichever order has more of them. The centre of the diagonal
 * is 0 when `zeroCenter` (views.md 5a RES).
 */
export async function correlograms(
  samples: SampleIndices,
  owners: Int32Array,
  clusterCount: number,
  bins: CorrelogramBins,
  progress: ReadProgress,
  zeroCenter = true,
): Promise<Int32Array> {
  const pairs = await countPairs(samples, owners, clusterCount, bins, progress);
  const { half } = bins;
  const width = half + 1;
  const size = 2 * half + 1;
  const out = new Int32Array(clusterCount * clusterCount * size);
  for (let a = 0; a < clusterCount; a++) {
    for (let b = 0; b < clusterCount; b++) {
      const after = (a * clusterCount + b) * width;
      const before = (b * clusterCount + a) * width;
      const center = (a * clusterCount + b) * size + half;
      for (let d = 1; d <= half; d++) {
        out[center + d] = pairs[after + d];
        out[center - d] = pairs[before + d];
      }
      out[center] = a === b && zeroCenter ? 0 : Math.max(pairs[after], pairs[before]);
    }
  }
  return out;
}
