/** Engine side of the ISI view: spec/views.md 9a, answer of spec/commands.md 2. */
import type { Values } from '../../core/base/params.ts';
import { countValues, histogramRows, intervals } from '../../core/analysis/histogramRows.ts';
import type { HistogramAnswer, Statistic } from '../../core/analysis/histogramRows.ts';
import { defineQuery } from '../../core/engine/query.ts';
import type { QueryContext } from '../../core/engine/query.ts';
import { params } from './params.ts';

/** Histograms of the intervals between successive spikes, s; `total` counts intervals. */
export interface IsiAnswer extends HistogramAnswer {
  /** The refractory bound, s. */
  readonly refractorySeconds: number;
  readonly clusters: readonly (HistogramAnswer['clusters'][number] & {
    /** Intervals shorter than the refractory bound, whatever the range; compared as the bins compare. */
    readonly shortIntervals: number;
  })[];
}

function countBelow(values: Float64Array, limit: number): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] < limit) count++;
  return count;
}

async function run(
  context: QueryContext,
  { binCount, minSeconds, maxSeconds, refractorySeconds }: Values<typeof params>,
  clusterIds: readonly number[],
): Promise<IsiAnswer> {
  const short: number[] = [];
  const statistic: Statistic = function* (dataset, spikeIds) {
    let count = 0;
    for (const values of intervals(dataset, spikeIds)) {
      count += countBelow(values, refractorySeconds);
      yield values;
    }
    short.push(count);
  };
  const range = { binCount, min: minSeconds, max: maxSeconds };
  const answer = await histogramRows(context, range, clusterIds, countValues(statistic));
  const clusters = answer.clusters.map((entry, i) => ({ ...entry, shortIntervals: short[i] }));
  return { ...answer, refractorySeconds, clusters };
}

export const query = defineQuery({
  name: 'isi',
  params,
  maxClusters: 20,
  ownClustersOnly: true,
  missing: () => [],
  run,
});
