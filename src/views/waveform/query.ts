/** Engine side of the waveform view: spec/views.md 2a, answer of spec/commands.md 2. */
import { maxAbs } from '../../core/base/arrays.ts';
import { nd } from '../../core/base/nd.ts';
import type { NdArray } from '../../core/base/nd.ts';
import type { Values } from '../../core/base/params.ts';
import { nonOverlappingBoxes } from '../../core/analysis/boxes.ts';
import { checkChannels, labelsOf, requireRoom, unionOfChannels } from '../../core/analysis/request.ts';
import { allocate, batchesRule, sampleBatches, sampleEvenly } from '../../core/analysis/sampling.ts';
import type { SampleFacts, SamplingRule } from '../../core/analysis/sampling.ts';
import { meanWaveform } from '../../core/analysis/waveforms.ts';
import {
  hasWaveforms,
  readWaveforms,
  spikeSampleIn,
  spikesWithWaveforms,
  templateAlignSample,
  waveformUnit,
  windowLength,
} from '../../core/analysis/windows.ts';
import type { Dataset } from '../../core/dataset/dataset.ts';
import { defineQuery } from '../../core/engine/query.ts';
import type { MissingPart, QueryContext } from '../../core/engine/query.ts';
import { params } from './params.ts';
import type { WaveformType } from './params.ts';

export interface WaveformCluster extends SampleFacts {
  readonly clusterId: number;
  /** int32 [wave]; type `mean_waveforms`: the averaged spikes; type `templates`: empty. */
  readonly spikeIds: NdArray<Int32Array>;
  /** int32 [wave], ascending; only type `templates`, else empty. */
  readonly templateIds: NdArray<Int32Array>;
  /** int32 [channel]: the cluster's best channels, best first, or the channels asked for. */
  readonly channelIds: NdArray<Int32Array>;
  /** float32 [wave][sample][channel] over this entry's channelIds, in `unit`. */
  readonly waveforms: NdArray<Float32Array>;
  /** float32 [wave]: 1, for templates their spike count relative to the largest. */
  readonly masks: NdArray<Float32Array>;
  /** float32 [wave][channel]: how far a spike reaches into each channel; of a mean wave, mean mask to the power of 0.1. Only klusta. */
  readonly channelMasks?: NdArray<Float32Array>;
}

export interface WaveformAnswer {
  /** The type in force: `templates` where there is no raw data. */
  readonly type: WaveformType;
  /** What the dataset offers, in rotation order. */
  readonly types: readonly WaveformType[];
  /** int32 [channel]: sorted union of the channels of all entries. */
  readonly channelIds: NdArray<Int32Array>;
  readonly channelLabels: readonly string[];
  /** float64 [channel][2], µm. */
  readonly channelPositions: NdArray<Float64Array>;
  /** float64 [channel][2]: centres of the boxes in [-1, 1] (views.md 1.6). */
  readonly boxPositions: NdArray<Float64Array>;
  /** Half width and half height of a box. */
  readonly boxSize: readonly [number, number];
  readonly sampleRate: number;
  readonly sampleCount: number;
  /** Index of the spike's sample in a window of raw data: floor(sampleCount / 2). */
  readonly spikeSample: number;
  /** Index of the spike's sample in the templates where it differs from `spikeSample` (users-and-rivals.md B8). */
  readonly alignSample?: number;
  /** M of views.md 2a: largest absolute value shown; 1 when nothing is. */
  readonly yMax: number;
  /** `uV` where the gain of the raw data is known; templates are in the unit of the sorter. */
  readonly unit: 'raw' | 'uV';
  readonly clusters: readonly WaveformCluster[];
}

type WaveformParams = Values<typeof params>;

/** The types whose data the dataset has, in rotation order. */
function typesOf(dataset: Dataset): WaveformType[] {
  const fromTraces: WaveformType[] = hasWaveforms(dataset) ? ['waveforms', 'mean_waveforms'] : [];
  return dataset.templates === undefined ? fromTraces : [...fromTraces, 'templates'];
}

/** Without raw data the templates stand in for the two other types. */
function inForce(dataset: Dataset, params: WaveformParams): WaveformParams {
  return typesOf(dataset).includes(params.type) ? params : { ...params, type: 'templates' };
}

function missing(dataset: Dataset, { type }: WaveformParams): readonly MissingPart[] {
  const types = typesOf(dataset);
  if (types.includes(type) || (type !== 'templates' && types.includes('templates'))) return [];
  return type === 'templates' ? ['templates'] : ['traces', 'templates'];
}

interface SpikeSample {
  readonly spikeIds: Int32Array;
  readonly total: number;
  readonly rule: SamplingRule;
}

/** Which spikes of each cluster are shown: budgets shared over the clusters, then batches (exported waveforms: even steps) within each. */
function sampleSpikes(
  { dataset, clusters }: QueryContext,
  values: WaveformParams,
  ids: readonly number[],
): readonly SpikeSample[] {
  const all = ids.map((id) => clusters.spikesOf(id));
  const usable = all.map((spikes) => spikesWithWaveforms(dataset, spikes));
  const budget = allocate(
    usable.map((spikes) => spikes.length),
    values.spikesPerCluster,
    values.spikesTotal,
  );
  return all.map((spikes, i) => {
    const even = values.sampling === 'even' || dataset.waveformSubset !== undefined;
    const spikeIds = even ? sampleEvenly(usable[i], budget[i]) : sampleBatches(usable[i], budget[i], values.batches);
    const rule = even ? 'even' : batchesRule(usable[i].length, budget[i], values.batches);
    return { spikeIds, total: spikes.length, rule: spikeIds.length === spikes.length ? 'all' : rule };
  });
}
/** Individual waveforms of the sample, or their mean. */
async function fromTraces(
  { dataset, progress }: QueryContext,
  values: WaveformParams,
  clusterId: number,
  sample: SpikeSample,
  channelIds: Int32Array,
): Promise<WaveformCluster> {
  const { spikeIds, total, rule } = sample;
  const shape = [windowLength(dataset), channelIds.length];
  const size = shape[0] * shape[1];
  const { filter, filterOver } = values;
  const single = await readWaveforms(dataset, spikeIds, channelIds, filter, progress, filterOver);
  const waveforms = values.type === 'mean_waveforms' ? meanWaveform(single, size) : single;
  const count = size === 0 ? 0 : waveforms.length / size;
  return {
    clusterId,
    shown: spikeIds.length,
    total,
    rule,
    missing: 0,
    spikeIds: nd(spikeIds),
    templateIds: nd(new Int32Array(0)),
    channelIds: nd(channelIds),
    waveforms: nd(waveforms, [count, ...shape]),
    masks: nd(new Float32Array(count).fill(1)),
    ...(await klustaMasks(dataset, values, spikeIds, channelIds, progress)),
  };
}

/** Masks of the waves of a klusta dataset (spec/data.md 12.4). */
async function klustaMasks(
  { klusta }: Dataset,
  { type }: WaveformParams,
  spikeIds: Int32Array,
  channelIds: Int32Array,
  progress: QueryContext['progress'],
): Promise<Pick<WaveformCluster, 'channelMasks'>> {
  const masks = await klusta?.masks?.read(spikeIds, channelIds, progress);
  if (masks === undefined) return {};
  const width = channelIds.length;
  if (type !== 'mean_waveforms') return { channelMasks: nd(masks, [spikeIds.length, width]) };
  const mean = meanWaveform(masks, width).map((value) => value ** 0.1);
  return { channelMasks: nd(mean, [mean.length / Math.max(1, width), width]) };
}

/** klusta's order of channels: by the peak-to-peak of the mean wave times the mean mask, largest first (spec/data.md 12.4). */
function byMaskedAmplitude(entry: WaveformCluster): WaveformCluster {
  const { channelIds, waveforms, channelMasks } = entry;
  const [waves, samples, width] = waveforms.shape;
  if (channelMasks === undefined || waves === 0) return entry;
  const mean = meanWaveform(waveforms.data, samples * width);
  const mask = meanWaveform(channelMasks.data, width);
  const sizes = Array.from({ length: width }, (_, k) => {
    const wave = Array.from({ length: samples }, (_each, s) => mean[s * width + k]);
    return (Math.max(...wave) - Math.min(...wave)) * mask[k];
  });
  const order = sizes.map((_, k) => k).sort((a, b) => sizes[b] - sizes[a] || a - b);
  const ordered = (data: Float32Array): Float32Array =>
    data.map((_, at) => data[at - (at % width) + order[at % width]]);
  return {
    ...entry,
    channelIds: nd(Int32Array.from(order, (k) => channelIds.data[k])),
    waveforms: nd(ordered(waveforms.data), waveforms.shape),
    channelMasks: nd(ordered(channelMasks.data), channelMasks.shape),
  };
}

/** Channels of a cluster's waves: its best ones; klusta shows all channels. */
function channelsOf({ dataset, facts }: QueryContext, clusterId: number): Int32Array {
  const best = facts.bestChannels(clusterId);
  if (dataset.klusta === undefined) return best;
  const all = Int32Array.from({ length: dataset.channels.count }, (_, channelId) => channelId);
  return Int32Array.from(new Set([...best, ...all]));
}

/** One wave per template that spikes of the cluster come from; those that templates.npy does not have are left out and counted as missing. */
function fromTemplates(
  { dataset, clusters, facts }: QueryContext,
  clusterId: number,
  channelIds: Int32Array,
): WaveformCluster {
  const { templates } = dataset;
  const total = clusters.spikesOf(clusterId).length;
  const counts = facts.templateCounts(clusterId).filter(([id]) => templates?.get(id) !== undefined);
  const shown = counts.reduce((sum, [, n]) => sum + n, 0);
  const most = counts.reduce((max, [, n]) => Math.max(max, n), 1);
  const sampleCount = windowLength(dataset);
  const size = sampleCount * channelIds.length;
  const waveforms = new Float32Array(counts.length * size);
  for (const [i, [id]] of counts.entries()) {
    if (templates !== undefined) waveforms.set(templates.onChannels(id, channelIds), i * size);
  }
  return {
    clusterId,
    shown,
    total,
    rule: 'all',
    missing: total - shown,
    spikeIds: nd(new Int32Array(0)),
    templateIds: nd(Int32Array.from(counts, ([id]) => id)),
    channelIds: nd(channelIds),
    waveforms: nd(waveforms, [counts.length, sampleCount, channelIds.length]),
    masks: nd(Float32Array.from(counts, ([, n]) => n / most)),
  };
}

async function readClusters(
  context: QueryContext,
  values: WaveformParams,
  clusterIds: readonly number[],
  channels: readonly Int32Array[],
): Promise<WaveformCluster[]> {
  if (values.type === 'templates') return clusterIds.map((id, i) => fromTemplates(context, id, channels[i]));
  const samples = sampleSpikes(context, values, clusterIds);
  const sampleCount = windowLength(context.dataset);
  const numbers =
    samples.reduce((sum, sample, i) => sum + sample.spikeIds.length * channels[i].length, 0) * sampleCount;
  requireRoom(numbers, 'These waveforms');
  const entries: WaveformCluster[] = [];
  for (const [i, id] of clusterIds.entries()) {
    const entry = await fromTraces(context, values, id, samples[i], channels[i]);
    entries.push(values.channels === null ? byMaskedAmplitude(entry) : entry);
  }
  return entries;
}

async function run(
  context: QueryContext,
  given: WaveformParams,
  clusterIds: readonly number[],
): Promise<WaveformAnswer> {
  const { dataset, facts, clusters } = context;
  const values = inForce(dataset, given);
  const wanted = values.channels === null ? undefined : checkChannels(dataset, values.channels);
  const lists = clusterIds.map((id) => wanted ?? channelsOf(context, id));
  const entries = await readClusters(context, values, clusterIds, lists);
  const { channelIds, positions } = unionOfChannels(dataset, lists);
  const boxes = nonOverlappingBoxes(positions);
  const sampleCount = windowLength(dataset);
  const largest = entries.reduce((max, entry) => Math.max(max, maxAbs(entry.waveforms.data)), 0);
  const align =
    values.type === 'templates' && dataset.templates !== undefined
      ? templateAlignSample(
          dataset.templates,
          clusters.ids.map((id) => facts.dominantTemplate(id)),
        )
      : undefined;
  return {
    type: values.type,
    types: typesOf(dataset),
    channelIds: nd(channelIds),
    channelLabels: labelsOf(dataset, channelIds),
    channelPositions: nd(positions, [channelIds.length, 2]),
    boxPositions: nd(boxes.centers, [channelIds.length, 2]),
    boxSize: boxes.halfSize,
    sampleRate: dataset.sampleRate,
    sampleCount,
    spikeSample: spikeSampleIn(dataset),
    ...(align === undefined ? {} : { alignSample: align }),
    yMax: largest > 0 ? largest : 1,
    unit: values.type === 'templates' ? 'raw' : waveformUnit(dataset),
    clusters: entries,
  };
}

export const query = defineQuery({
  name: 'waveform',
  params,
  maxClusters: 8,
  ownClustersOnly: true,
  missing,
  inForce,
  run,
});
