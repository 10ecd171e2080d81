/** Engine side of the feature view: spec/views.md 3a, answer of spec/commands.md 2. */
import { countRowsWithNaN, maxAbs } from '../../core/base/arrays.ts';
import { PhyError } from '../../core/base/errors.ts';
import { nd } from '../../core/base/nd.ts';
import type { NdArray } from '../../core/base/nd.ts';
import type { Values } from '../../core/base/params.ts';
import { unionOf } from '../../core/base/sortedIds.ts';
import { checkChannels, labelsOf, requireRoom, spikeSeconds } from '../../core/analysis/request.ts';
import { backgroundStride, concatenate, sampleWithRows } from '../../core/analysis/sampling.ts';
import type { RowSample, SampleFacts } from '../../core/analysis/sampling.ts';
import type { Dataset, Features } from '../../core/dataset/dataset.ts';
import { defineQuery } from '../../core/engine/query.ts';
import type { LassoCoordinates, QueryContext } from '../../core/engine/query.ts';
import { params } from './params.ts';

export interface FeatureSpikes extends SampleFacts {
  /** int32 [spike], ascending. */
  readonly spikeIds: NdArray<Int32Array>;
  /** float64 [spike], s. */
  readonly times: NdArray<Float64Array>;
  /** float32 [spike][channel][pc] over the answer's channelIds, not scaled; NaN = missing. */
  readonly features: NdArray<Float32Array>;
}
interface FeatureCluster extends FeatureSpikes {
  readonly clusterId: number;
}

export interface FeatureAnswer {
  /** int32 [channel]: dimension `<r><letter>` reads channelIds[r mod length]. */
  readonly channelIds: NdArray<Int32Array>;
  readonly channelLabels: readonly string[];
  readonly pcCount: number;
  /** L of views.md 3a: every PC axis spans (-L, L); 1 when nothing is shown. */
  readonly limit: number;
  /** s; the time axis spans (0, duration). */
  readonly duration: number;
  readonly clusters: readonly FeatureCluster[];
  readonly background: FeatureSpikes;
}

type FeatureParams = Values<typeof params>;

/** Spikes read at a time for a split: bounds its memory. */
const BLOCK = 16_384;

function requireFeatures(dataset: Dataset): Features {
  if (dataset.features === undefined) throw new PhyError('missing', 'This dataset has no features.');
  return dataset.features;
}

/**
 * The channels of the view, views.md 3a: those that every shown cluster has among its best channels, then the other best channels of the
 * first cluster, both in the first cluster's order.
 */
function channelList(
  { dataset, facts }: QueryContext,
  values: FeatureParams,
  clusterIds: readonly number[],
): Int32Array {
  if (values.channels !== null) return checkChannels(dataset, values.channels);
  const best = clusterIds.map((id) => facts.bestChannels(id));
  if (best.length === 0) return new Int32Array(0);
  const isCommon = (channel: number): boolean => best.every((list) => list.includes(channel));
  const common = best[0].filter(isCommon);
  return concatenate([common, best[0].filter((channel) => !isCommon(channel))]);
}

/** Every k-th spike of the recording, whatever its cluster. */
function sampleBackground({ spikes }: Dataset, values: FeatureParams): RowSample {
  const spikeIds = backgroundStride(spikes.count, values.backgroundSpikes);
  const rule = spikeIds.length === spikes.count ? 'all' : 'stride';
  return { spikeIds, total: spikes.count, rule, withoutRow: 0 };
}

async function readSpikes(
  { dataset, progress }: QueryContext,
  values: FeatureParams,
  sample: RowSample,
  channelIds: Int32Array,
): Promise<FeatureSpikes> {
  const source = requireFeatures(dataset);
  const { spikeIds, total, rule, withoutRow } = sample;
  const features = await source.read(spikeIds, channelIds, progress);
  const width = channelIds.length * source.pcCount;
  return {
    shown: spikeIds.length,
    total,
    rule,
    missing: withoutRow + countRowsWithNaN(features, width),
    spikeIds: nd(spikeIds),
    times: nd(spikeSeconds(dataset.spikes, spikeIds, values.reordered)),
    features: nd(features, [spikeIds.length, channelIds.length, source.pcCount]),
  };
}

/** The entries of the shown clusters. */
async function readClusters(
  context: QueryContext,
  values: FeatureParams,
  clusterIds: readonly number[],
  channelIds: Int32Array,
): Promise<FeatureCluster[]> {
  const source = requireFeatures(context.dataset);
  const samples = clusterIds.map((id) =>
    sampleWithRows(context.clusters.spikesOf(id), source.spikeIds, values.spikesPerCluster, id),
  );
  const spikes = samples.reduce((sum, sample) => sum + sample.spikeIds.length, 0);
  requireRoom(spikes * channelIds.length * source.pcCount, 'These features');
  const entries: FeatureCluster[] = [];
  for (const [i, clusterId] of clusterIds.entries()) {
    entries.push({ clusterId, ...(await readSpikes(context, values, samples[i], channelIds)) });
  }
  return entries;
}

/** L of views.md 3a; 1 when nothing is shown, which is how an axis without extent is drawn. */
function limitOf(entries: readonly FeatureCluster[]): number {
  const largest = entries.reduce((max, entry) => Math.max(max, maxAbs(entry.features.data)), 0);
  return largest > 0 ? largest : 1;
}

async function run(
  context: QueryContext,
  values: FeatureParams,
  clusterIds: readonly number[],
): Promise<FeatureAnswer> {
  const { dataset } = context;
  const channelIds = channelList(context, values, clusterIds);
  const clusters = await readClusters(context, values, clusterIds, channelIds);
  const background = await readSpikes(context, values, sampleBackground(dataset, values), channelIds);
  return {
    channelIds: nd(channelIds),
    channelLabels: labelsOf(dataset, channelIds),
    pcCount: requireFeatures(dataset).pcCount,
    limit: limitOf(clusters),
    duration: dataset.duration,
    clusters,
    background,
  };
}

/** An axis of a cell: time, or a principal component on a channel (undefined when the view has no channel). */
type Dimension = 'time' | { readonly channelId: number | undefined; readonly pc: number };

/** `time`, or `<r><letter>`: channel r of the list (again from the start after its end), letters A..J = PC 0..9. */
function parseDimension(text: string | undefined, channelIds: Int32Array): Dimension {
  if (text === 'time') return 'time';
  const [, relative, letter] = /^(\d+)([A-J])$/.exec(text ?? '') ?? [];
  if (relative === undefined || letter === undefined) {
    const found = text === undefined ? 'missing' : `"${text}"`;
    throw new PhyError('usage', `A dimension is ${found}, expected time or a channel and a letter such as 0A.`);
  }
  const channelId = channelIds.length === 0 ? undefined : channelIds[Number(relative) % channelIds.length];
  return { channelId, pc: letter.charCodeAt(0) - 65 };
}

/**
 * Coordinates of spikes along dimensions, one list each; NaN where the file stores nothing. The features of all dimensions are read
 * together, block by block, because a row of the file holds all channels.
 */
async function coordinatesOf(
  { dataset, progress }: QueryContext,
  values: FeatureParams,
  spikeIds: Int32Array,
  dimensions: readonly Dimension[],
): Promise<Float64Array[]> {
  const source = requireFeatures(dataset);
  const { pcCount } = source;
  const channels = unionOf([dimensions.flatMap((dim) => (dim === 'time' ? [] : (dim.channelId ?? [])))]);
  const columns = dimensions.map((dim) =>
    dim === 'time' || dim.channelId === undefined || dim.pc >= pcCount
      ? undefined
      : channels.indexOf(dim.channelId) * pcCount + dim.pc,
  );
  const out = dimensions.map((dim) =>
    dim === 'time'
      ? spikeSeconds(dataset.spikes, spikeIds, values.reordered)
      : new Float64Array(spikeIds.length).fill(Number.NaN),
  );
  if (columns.every((column) => column === undefined)) return out;
  const width = channels.length * pcCount;
  for (let start = 0; start < spikeIds.length; start += BLOCK) {
    await progress(start / spikeIds.length);
    const block = spikeIds.subarray(start, start + BLOCK);
    const features = await source.read(block, channels, progress);
    for (const [d, column] of columns.entries()) {
      if (column === undefined) continue;
      for (let i = 0; i < block.length; i++) out[d][start + i] = features[i * width + column];
    }
  }
  return out;
}

async function lasso(
  context: QueryContext,
  values: FeatureParams,
  clusterIds: readonly number[],
  dims: { readonly x?: string; readonly y?: string },
): Promise<LassoCoordinates> {
  const { dataset, clusters } = context;
  const channelIds = channelList(context, values, clusterIds);
  const dimX = parseDimension(dims.x, channelIds);
  const dimY = parseDimension(dims.y, channelIds);
  const spikeIds = concatenate(clusterIds.map((id) => clusters.spikesOf(id)));
  const [x, y] = await coordinatesOf(context, values, spikeIds, [dimX, dimY]);
  const limit = limitOf(await readClusters(context, values, clusterIds, channelIds));
  const [xMin, xMax] = dimX === 'time' ? [0, dataset.duration] : [-limit, limit];
  const [yMin, yMax] = dimY === 'time' ? [0, dataset.duration] : [-limit, limit];
  return { spikeIds, x, y, bounds: [xMin, yMin, xMax, yMax] };
}

export const query = defineQuery({
  name: 'feature',
  params,
  maxClusters: 8,
  ownClustersOnly: true,
  missing: (dataset) => (dataset.features === undefined ? ['features'] : []),
  run,
  lasso,
});
