/** Where a cluster fires faster than a neuron can: asked by the window, which goes from one place to the next. */
import { nd, type NdArray } from '../base/nd.ts';
import { number } from '../base/params.ts';
import { REFRACTORY_SECONDS } from '../base/viewParams.ts';
import { mergeSpikes } from '../analysis/mergeSpikes.ts';
import { shortIntervalTimes } from '../analysis/shortIntervals.ts';
import { NO_ADDITIONS, type Additions } from '../engine/additions.ts';
import { defineQuery } from '../engine/query.ts';

const params = {
  seconds: number({
    default: REFRACTORY_SECONDS,
    min: 0,
    max: 1,
    unit: { name: 'ms', perStored: 1000 },
    label: 'Shorter than',
    doc: 'Intervals shorter than this are violations.',
  }),
};

export interface ViolationsAnswer {
  /** float64 [violation], s: middles of the intervals, ascending. Spikes of all clusters together. */
  readonly times: NdArray<Float64Array>;
}

const violationsQuery = defineQuery({
  name: 'violations',
  params,
  maxClusters: 0,
  ownClustersOnly: true,
  onDemand: true,
  missing: () => [],
  async run({ dataset, clusters, progress }, { seconds }, clusterIds): Promise<ViolationsAnswer> {
    const { spikeIds } = await mergeSpikes(
      clusterIds.map((id) => clusters.spikesOf(id)),
      progress,
    );
    return { times: nd(shortIntervalTimes(dataset.spikes.secondsOf(spikeIds), seconds)) };
  },
});

export const violations: Additions = { ...NO_ADDITIONS, queries: { violations: violationsQuery } };
