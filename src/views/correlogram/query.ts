/** Engine side of the correlogram view: spec/views.md 5a, answer of spec/commands.md 2. */
import { nd } from '../../core/base/nd.ts';
import type { NdArray } from '../../core/base/nd.ts';
import type { Values } from '../../core/base/params.ts';
import { PhyError } from '../../core/base/errors.ts';
import { correlogramBins, correlograms, correlogramSamples } from '../../core/analysis/correlogram.ts';
import type { CorrelogramBins } from '../../core/analysis/correlogram.ts';
import { mergeSpikes } from '../../core/analysis/mergeSpikes.ts';
import { allocate, sampleRandom } from '../../core/analysis/sampling.ts';
import type { SampleFacts } from '../../core/analysis/sampling.ts';
import { defineQuery } from '../../core/engine/query.ts';
import type { QueryContext } from '../../core/engine/query.ts';
import { params } from './params.ts';

interface CorrelogramCluster extends SampleFacts {
  readonly clusterId: number;
}

export interface CorrelogramAnswer {
  /** int32 [cluster][cluster][bin]: counts[i][j][half + d] = pairs with a spike of j in bin d after a spike of i; counts[i][i][half] = 0. */
  readonly counts: NdArray<Int32Array>;
  /** (bins - 1) / 2. */
  readonly half: number;
  /** float64 [bin]: left edges, s. */
  readonly delays: NdArray<Float64Array>;
  /** float64 [cluster][cluster]: counts per bin expected of independent clusters. */
  readonly baseline: NdArray<Float64Array>;
  /** int32 [cluster] */
  readonly usedSpikes: NdArray<Int32Array>;
  /** int32 [cluster] */
  readonly totalSpikes: NdArray<Int32Array>;
  /** s */
  readonly duration: number;
  readonly clusters: readonly CorrelogramCluster[];
}

/** Largest number of bins over all pairs: 80 MB. */
const MAX_BINS = 20_000_000;

/** Bins for the parameters. Throws `usage` when a bin is not narrower than the window or there are too many bins. */
function checkBins(sampleRate: number, clusterCount: number, values: Values<typeof params>): CorrelogramBins {
  const { binSeconds, windowSeconds } = values;
  if (binSeconds >= windowSeconds) {
    const bin = Number((1000 * binSeconds).toPrecision(6));
    throw new PhyError('usage', `Window must be wider than one bin (${bin} ms).`, { binSeconds, windowSeconds });
  }
  const bins = correlogramBins(sampleRate, binSeconds, windowSeconds);
  if ((2 * bins.half + 1) * clusterCount ** 2 > MAX_BINS) {
    const count = 2 * bins.half + 1;
    throw new PhyError(
      'usage',
      `${count} bins for each pair of ${clusterCount} clusters are too many. Widen the bins.`,
    );
  }
  return bins;
}

/** Counts expected in each bin of each pair if the clusters were independent and even in time: n_i n_j bin / duration. */
function baselineOf(used: Int32Array, binSeconds: number, duration: number): Float64Array {
  const scale = duration > 0 ? binSeconds / duration : 0;
  return Float64Array.from({ length: used.length ** 2 }, (_, i) => {
    const row = Math.floor(i / used.length);
    return used[row] * used[i % used.length] * scale;
  });
}

async function run(
  { dataset, clusters, progress }: QueryContext,
  values: Values<typeof params>,
  clusterIds: readonly number[],
): Promise<CorrelogramAnswer> {
  const count = clusterIds.length;
  const bins = checkBins(dataset.sampleRate, count, values);
  const all = clusterIds.map((id) => clusters.spikesOf(id));
  const total = Int32Array.from(all, (spikes) => spikes.length);
  const used = Int32Array.from(allocate(Array.from(total), values.spikesPerCluster, values.spikesTotal));
  const samples: Int32Array[] = [];
  for (const [i, spikes] of all.entries()) {
    await progress();
    samples.push(sampleRandom(spikes, used[i], clusterIds[i]));
  }
  const { spikeIds, owners } = await mergeSpikes(samples, progress);
  const indices = await correlogramSamples(dataset.spikes.samples, spikeIds, dataset.sampleRate, progress);
  const counts = await correlograms(indices, owners, count, bins, progress);
  const size = 2 * bins.half + 1;
  const binWidth = bins.binSamples / dataset.sampleRate;
  return {
    counts: nd(counts, [count, count, size]),
    half: bins.half,
    delays: nd(Float64Array.from({ length: size }, (_, i) => (i - bins.half) * binWidth)),
    baseline: nd(baselineOf(used, values.binSeconds, dataset.duration), [count, count]),
    usedSpikes: nd(used),
    totalSpikes: nd(total),
    duration: dataset.duration,
    clusters: clusterIds.map((clusterId, i) => ({
      clusterId,
      shown: used[i],
      total: total[i],
      rule: used[i] === total[i] ? 'all' : 'random',
      missing: 0,
    })),
  };
}

export const query = defineQuery({
  name: 'correlogram',
  params,
  maxClusters: 20,
  ownClustersOnly: true,
  missing: () => [],
  run,
});
