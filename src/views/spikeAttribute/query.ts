/** Engine side of the views of spike attributes: spec/views.md 14a, answer of spec/commands.md 2. */
import type { Values } from '../../core/base/params.ts';
import { PhyError } from '../../core/base/errors.ts';
import { requireRoom } from '../../core/analysis/request.ts';
import { concatenate, sampleRandom } from '../../core/analysis/sampling.ts';
import { scatterBounds, scatterCluster } from '../../core/analysis/scatter.ts';
import type { Bounds, ScatterCluster } from '../../core/analysis/scatter.ts';
import { attributeCoordinates, attributeDimensions } from '../../core/analysis/spikeAttributes.ts';
import type { Dataset, SpikeAttribute } from '../../core/dataset/dataset.ts';
import { defineQuery } from '../../core/engine/query.ts';
import type { LassoCoordinates, QueryContext } from '../../core/engine/query.ts';
import { params } from './params.ts';

export interface SpikeAttributeAnswer {
  /** 1: x are seconds and y the values; 2: x and y are the first two columns. */
  readonly dimensions: 1 | 2;
  readonly clusters: readonly ScatterCluster[];
  /** Of the spikes shown. */
  readonly bounds: Bounds;
}

type AttributeParams = Values<typeof params>;

interface Drawable {
  readonly attribute: SpikeAttribute;
  readonly dimensions: 1 | 2;
}

/** The attribute of that name, undefined when there is none or it cannot be drawn. */
function findDrawable({ spikeAttributes }: Dataset, name: string): Drawable | undefined {
  const attribute = spikeAttributes.get(name);
  if (attribute === undefined) return undefined;
  const dimensions = attributeDimensions(attribute);
  return dimensions === undefined ? undefined : { attribute, dimensions };
}

function requireDrawable(dataset: Dataset, name: string): Drawable {
  const found = findDrawable(dataset, name);
  if (found === undefined) throw new PhyError('missing', `This dataset has no spike attribute ${name} to draw.`);
  return found;
}

/** A random sample of each cluster and its coordinates. */
async function readShown(
  { dataset, clusters, progress }: QueryContext,
  values: AttributeParams,
  attribute: SpikeAttribute,
  ids: readonly number[],
): Promise<ScatterCluster[]> {
  const samples = ids.map((id) => {
    const spikes = clusters.spikesOf(id);
    return sampleRandom(spikes, values.spikesPerCluster ?? spikes.length, id);
  });
  requireRoom(5 * samples.reduce((sum, sample) => sum + sample.length, 0), 'These coordinates');
  const entries: ScatterCluster[] = [];
  for (const [i, id] of ids.entries()) {
    const points = await attributeCoordinates(dataset, attribute, samples[i], progress);
    entries.push(scatterCluster(id, samples[i], points, clusters.spikesOf(id).length, 'random'));
  }
  return entries;
}

const boundsOf = (entries: readonly ScatterCluster[]): Bounds =>
  scatterBounds(entries.map(({ x, y }) => ({ x: x.data, y: y.data })));

async function run(
  context: QueryContext,
  values: AttributeParams,
  clusterIds: readonly number[],
): Promise<SpikeAttributeAnswer> {
  const { attribute, dimensions } = requireDrawable(context.dataset, values.attribute);
  const clusters = await readShown(context, values, attribute, clusterIds);
  return { dimensions, clusters, bounds: boundsOf(clusters) };
}

/** Coordinates of every spike of the clusters. */
async function lasso(
  context: QueryContext,
  values: AttributeParams,
  clusterIds: readonly number[],
): Promise<LassoCoordinates> {
  const { dataset, clusters, progress } = context;
  const { attribute } = requireDrawable(dataset, values.attribute);
  const spikeIds = concatenate(clusterIds.map((id) => clusters.spikesOf(id)));
  const { x, y } = await attributeCoordinates(dataset, attribute, spikeIds, progress);
  return { spikeIds, x, y, bounds: boundsOf(await readShown(context, values, attribute, clusterIds)) };
}

export const query = defineQuery({
  name: 'spikeAttribute',
  params,
  maxClusters: 8,
  ownClustersOnly: true,
  missing: (dataset, { attribute }) => (findDrawable(dataset, attribute) === undefined ? ['spikeAttribute'] : []),
  run,
  lasso,
});
