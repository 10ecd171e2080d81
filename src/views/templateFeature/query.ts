/** Engine side of the template feature view: spec/views.md 4a, answer of spec/commands.md 2. */
import { PhyError } from '../../core/base/errors.ts';
import { nd } from '../../core/base/nd.ts';
import type { NdArray } from '../../core/base/nd.ts';
import type { Values } from '../../core/base/params.ts';
import { concatenate, sampleWithRows } from '../../core/analysis/sampling.ts';
import type { SampleFacts } from '../../core/analysis/sampling.ts';
import { templateFeatureCoordinates } from '../../core/analysis/templateFeatures.ts';
import { defineQuery } from '../../core/engine/query.ts';
import type { LassoCoordinates, QueryContext } from '../../core/engine/query.ts';
import { params } from './params.ts';

interface TemplateFeatureCluster extends SampleFacts {
  readonly clusterId: number;
  /** int32 [spike], ascending. */
  readonly spikeIds: NdArray<Int32Array>;
  /** float64 [spike]: along the templates of the first cluster; NaN = missing. */
  readonly x: NdArray<Float64Array>;
  /** float64 [spike]: along the templates of the second cluster; NaN = missing. */
  readonly y: NdArray<Float64Array>;
}

export interface TemplateFeatureAnswer {
  /** The two clusters; empty when there were more or fewer. */
  readonly clusters: readonly TemplateFeatureCluster[];
  /** [xMin, yMin, xMax, yMax] over the shown spikes of both. */
  readonly bounds: readonly [number, number, number, number];
}

type TemplateFeatureParams = Values<typeof params>;

/** Reads coordinates of spikes on the axes of the two clusters. */
function readerFor({ dataset, facts, progress }: QueryContext, pair: readonly number[]) {
  const { templateFeatures } = dataset;
  if (templateFeatures === undefined) throw new PhyError('missing', 'This dataset has no template features.');
  const weights = [facts.templateCounts(pair[0]), facts.templateCounts(pair[1])] as const;
  return (spikeIds: Int32Array) => templateFeatureCoordinates(templateFeatures, weights, spikeIds, progress);
}

async function readShown(
  context: QueryContext,
  values: TemplateFeatureParams,
  pair: readonly number[],
): Promise<TemplateFeatureCluster[]> {
  const { dataset, clusters } = context;
  const read = readerFor(context, pair);
  const shown: TemplateFeatureCluster[] = [];
  for (const clusterId of pair) {
    const rows = dataset.templateFeatures?.spikeIds;
    const sample = sampleWithRows(clusters.spikesOf(clusterId), rows, values.spikesPerCluster, clusterId);
    const { spikeIds, total, rule, withoutRow } = sample;
    const { x, y } = await read(spikeIds);
    shown.push({
      clusterId,
      shown: spikeIds.length,
      total,
      rule,
      missing: withoutRow + countMissing(x, y),
      spikeIds: nd(spikeIds),
      x: nd(x),
      y: nd(y),
    });
  }
  return shown;
}

/** Spikes that lack one of the coordinates. */
function countMissing(x: Float64Array, y: Float64Array): number {
  return x.reduce((count, value, i) => count + (Number.isNaN(value) || Number.isNaN(y[i]) ? 1 : 0), 0);
}

/** Smallest and largest value, missing ones left out; an axis without extent is [-1, 1] (views.md 1.3). */
function extentOf(lists: readonly Float64Array[]): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const values of lists) {
    for (let i = 0; i < values.length; i++) {
      if (values[i] < low) low = values[i];
      if (values[i] > high) high = values[i];
    }
  }
  return high - low > 1e-8 ? [low, high] : [-1, 1];
}

function boundsOf(clusters: readonly TemplateFeatureCluster[]): TemplateFeatureAnswer['bounds'] {
  const [xMin, xMax] = extentOf(clusters.map(({ x }) => x.data));
  const [yMin, yMax] = extentOf(clusters.map(({ y }) => y.data));
  return [xMin, yMin, xMax, yMax];
}

async function run(
  context: QueryContext,
  values: TemplateFeatureParams,
  clusterIds: readonly number[],
): Promise<TemplateFeatureAnswer> {
  const clusters = clusterIds.length === 2 ? await readShown(context, values, clusterIds) : [];
  return { clusters, bounds: boundsOf(clusters) };
}

/** Coordinates of every spike of both clusters. Throws `refused` for any other number of clusters. */
async function lasso(
  context: QueryContext,
  values: TemplateFeatureParams,
  clusterIds: readonly number[],
): Promise<LassoCoordinates> {
  if (clusterIds.length !== 2) {
    const message = `TemplateFeatureView shows exactly two clusters, not ${clusterIds.length}. Select two to split there.`;
    throw new PhyError('refused', message, { clusters: clusterIds });
  }
  const spikeIds = concatenate(clusterIds.map((id) => context.clusters.spikesOf(id)));
  const { x, y } = await readerFor(context, clusterIds)(spikeIds);
  return { spikeIds, x, y, bounds: boundsOf(await readShown(context, values, clusterIds)) };
}

export const query = defineQuery({
  name: 'templateFeature',
  params,
  maxClusters: 8,
  ownClustersOnly: true,
  missing: (dataset) => (dataset.templateFeatures === undefined ? ['templateFeatures'] : []),
  run,
  lasso,
});
