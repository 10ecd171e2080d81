/** Engine side of the firing rate view: spec/views.md 9a, answer of spec/commands.md 2. */
import { nd } from '../../core/base/nd.ts';
import type { NdArray } from '../../core/base/nd.ts';
import type { Values } from '../../core/base/params.ts';
import { countTimes, histogramRows } from '../../core/analysis/histogramRows.ts';
import type { HistogramAnswer } from '../../core/analysis/histogramRows.ts';
import { defineQuery } from '../../core/engine/query.ts';
import type { QueryContext } from '../../core/engine/query.ts';
import { params } from './params.ts';

/** Histograms of the spike times, s; `total` counts spikes. */
export interface FiringRateAnswer extends HistogramAnswer {
  /** float64 [cluster][bin], Hz: counts / width of a bin. */
  readonly rate: NdArray<Float64Array>;
}

async function run(
  context: QueryContext,
  { binCount, minSeconds, maxSeconds }: Values<typeof params>,
  clusterIds: readonly number[],
): Promise<FiringRateAnswer> {
  const max = maxSeconds ?? context.dataset.duration;
  const answer = await histogramRows(context, { binCount, min: minSeconds, max }, clusterIds, countTimes);
  const perSecond = binCount / (max - minSeconds);
  const rate = Float64Array.from(answer.counts.data, (count) => count * perSecond);
  return { ...answer, rate: nd(rate, answer.counts.shape) };
}

export const query = defineQuery({
  name: 'firingRate',
  params,
  maxClusters: 20,
  ownClustersOnly: true,
  missing: () => [],
  run,
});
