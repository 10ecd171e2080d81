/** Engine side of the probe view: spec/views.md 13a, answer of spec/commands.md 2. */
import { nd } from '../../core/base/nd.ts';
import type { NdArray } from '../../core/base/nd.ts';
import type { Values } from '../../core/base/params.ts';
import { probeSites } from '../../core/analysis/probe.ts';
import { defineQuery } from '../../core/engine/query.ts';
import type { QueryContext } from '../../core/engine/query.ts';
import { params } from './params.ts';

export interface ProbeCluster {
  readonly clusterId: number;
  /** int32 [channel]: its best channels, best first. */
  readonly channelIds: NdArray<Int32Array>;
}

export interface ProbeAnswer {
  /** int32 [channel]: all of them, 0 .. nc - 1. */
  readonly channelIds: NdArray<Int32Array>;
  readonly channelLabels: readonly string[];
  /** int32 [channel] */
  readonly shanks: NdArray<Int32Array>;
  /** float64 [channel][x, y], µm. */
  readonly positions: NdArray<Float64Array>;
  /** float64 [channel][x, y] in [-1, 1]: where the reference draws the sites (views.md 1.6). */
  readonly drawn: NdArray<Float64Array>;
  /** float64 [pair][dx, dy], µm: the closest pairs of sites on a shank, see siteSpacing in core/analysis/probe.ts. */
  readonly spacing: NdArray<Float64Array>;
  readonly clusters: readonly ProbeCluster[];
}

async function run(
  { dataset, facts, progress }: QueryContext,
  _values: Values<typeof params>,
  clusterIds: readonly number[],
): Promise<ProbeAnswer> {
  const { channels } = dataset;
  const { drawn, spacing } = await probeSites(channels, progress);
  return {
    channelIds: nd(Int32Array.from({ length: channels.count }, (_, channelId) => channelId)),
    channelLabels: channels.labels,
    shanks: nd(Int32Array.from(channels.shanks)),
    positions: nd(channels.positions, [channels.count, 2]),
    drawn: nd(drawn, [channels.count, 2]),
    spacing: nd(spacing, [spacing.length / 2, 2]),
    clusters: clusterIds.map((clusterId) => ({ clusterId, channelIds: nd(facts.bestChannels(clusterId)) })),
  };
}

export const query = defineQuery({
  name: 'probe',
  params,
  maxClusters: 20,
  ownClustersOnly: true,
  missing: () => [],
  run,
});
