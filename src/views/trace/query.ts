/** Engine side of the trace view: spec/views.md 6a, answer of spec/commands.md 2; spikes and their neighbours for the window. */
import { nd } from '../../core/base/nd.ts';
import type { NdArray } from '../../core/base/nd.ts';
import { number } from '../../core/base/params.ts';
import type { Values } from '../../core/base/params.ts';
import { spikeBudget } from '../../core/base/viewParams.ts';
import { depthRanks } from '../../core/analysis/depth.ts';
import { throughForeign } from '../../core/analysis/foreignFilter.ts';
import { mergeSpikes } from '../../core/analysis/mergeSpikes.ts';
import { checkChannels, labelsOf } from '../../core/analysis/request.ts';
import { allocate, firstAtOrAfter, sampleEvenly } from '../../core/analysis/sampling.ts';
import { excerptRange, readEnvelopes, readExcerpt, sampleQuantiles } from '../../core/analysis/signal.ts';
import type { SampleRange, SignalSource } from '../../core/analysis/signal.ts';
import { firstAt, idsBetween, spikeChannels, spikesInside, spikeSampleCount } from '../../core/analysis/traceSpikes.ts';
import type { Dataset } from '../../core/dataset/dataset.ts';
import { defineQuery } from '../../core/engine/query.ts';
import type { QueryContext } from '../../core/engine/query.ts';
import { params } from './params.ts';

export interface TraceAnswer {
  /** Half-open, samples. */
  readonly startSample: number;
  readonly endSample: number;
  readonly sampleRate: number;
  /** int32 [channel] */
  readonly channelIds: NdArray<Int32Array>;
  readonly channelLabels: readonly string[];
  /** int32 [channel]: rank by depth among all channels, lowest first. */
  readonly rows: NdArray<Int32Array>;
  /** float32 [sample][channel] after median and filter; absent with columns. */
  readonly traces?: NdArray<Float32Array>;
  /** float32 [column][channel]; only with columns. */
  readonly lower?: NdArray<Float32Array>;
  readonly upper?: NdArray<Float32Array>;
  /** 1 % and 99 % quantile of all values of all channels. */
  readonly range: readonly [number, number];
  /** int32 [spike], ascending. */
  readonly spikeIds: NdArray<Int32Array>;
  readonly spikeClusters: NdArray<Int32Array>;
  readonly spikeStartSamples: NdArray<Int32Array>;
  /** float64 [spike], s. */
  readonly spikeTimes: NdArray<Float64Array>;
  readonly spikeSampleCount: number;
  /** int32: channels of spike k are entries offsets[k] .. offsets[k + 1] - 1, best first. */
  readonly spikeChannelIds: NdArray<Int32Array>;
  /** int32 [spike + 1] */
  readonly spikeChannelOffsets: NdArray<Int32Array>;
}

type TraceParams = Values<typeof params>;

const LEVELS = [0.01, 0.99];

/** Raw data of the channels asked for. Only called with traces: `missing` refuses the others. */
function sourceOf(dataset: Dataset, values: TraceParams, channelIds: Int32Array): SignalSource {
  const { traces, channels, sampleRate } = dataset;
  if (traces === undefined) throw new Error(`no traces for ${channels.count} channels`);
  return throughForeign({ traces, sampleRate, channelIds, filter: values.filter }, dataset);
}

const rangeOf = (dataset: Dataset, { startSeconds, endSeconds }: TraceParams): SampleRange =>
  excerptRange(dataset, dataset.traces?.sampleCount ?? 0, startSeconds, endSeconds);

async function readSignal(
  { dataset, progress }: QueryContext,
  values: TraceParams,
  range: SampleRange,
  channelIds: Int32Array,
): Promise<Pick<TraceAnswer, 'traces' | 'lower' | 'upper' | 'range'>> {
  const source = sourceOf(dataset, values, channelIds);
  const width = channelIds.length;
  const count = range[1] - range[0];
  if (values.columns === null || width === 0) {
    const samples = width === 0 ? new Float32Array(0) : await readExcerpt(source, range, progress);
    const [low, high] = sampleQuantiles(samples, LEVELS);
    return { traces: nd(samples, [count, width]), range: [low, high] };
  }
  const columns = Math.min(values.columns, count);
  const { lower, upper, quantiles } = await readEnvelopes(source, range, columns, LEVELS, progress);
  const shape = [columns, width];
  return { lower: nd(lower, shape), upper: nd(upper, shape), range: [quantiles[0], quantiles[1]] };
}

/** Spikes of the clusters, or of all, ascending. */
async function spikesOf(
  { clusters, progress }: QueryContext,
  ids: SampleRange,
  allSpikes: boolean,
  clusterIds: readonly number[],
): Promise<Int32Array> {
  if (allSpikes) return Int32Array.from({ length: ids[1] - ids[0] }, (_, k) => ids[0] + k);
  const lists = clusterIds.map((id) => idsBetween(clusters.spikesOf(id), ids));
  return (await mergeSpikes(lists, progress)).spikeIds;
}

/** Each spike with the channels it is drawn on. */
function describeSpikes({ dataset, clusters, facts }: QueryContext, spikeIds: Int32Array) {
  const count = spikeSampleCount(dataset.sampleRate);
  const owners = spikeIds.map((id) => clusters.clusterOf(id));
  const known = new Map<number, Int32Array>();
  for (const id of owners) if (!known.has(id)) known.set(id, spikeChannels(dataset, facts, id));
  const offsets = new Int32Array(spikeIds.length + 1);
  for (const [k, id] of owners.entries()) offsets[k + 1] = offsets[k] + (known.get(id)?.length ?? 0);
  const channels = new Int32Array(offsets[spikeIds.length]);
  for (const [k, id] of owners.entries()) channels.set(known.get(id) ?? [], offsets[k]);
  return {
    spikeIds: nd(spikeIds),
    spikeClusters: nd(owners),
    spikeStartSamples: nd(spikeIds.map((id) => dataset.spikes.samples[id] - Math.floor(count / 2))),
    spikeTimes: nd(dataset.spikes.secondsOf(spikeIds)),
    spikeSampleCount: count,
    spikeChannelIds: nd(channels),
    spikeChannelOffsets: nd(offsets),
  };
}

async function run(context: QueryContext, values: TraceParams, clusterIds: readonly number[]): Promise<TraceAnswer> {
  const { dataset } = context;
  const range = rangeOf(dataset, values);
  const all = Array.from({ length: dataset.channels.count }, (_, id) => id);
  const channelIds = checkChannels(dataset, values.channels ?? all);
  const ranks = depthRanks(dataset.channels);
  const signal = await readSignal(context, values, range, channelIds);
  const spikeIds = await spikesOf(context, spikesInside(dataset, range), values.allSpikes, clusterIds);
  return {
    startSample: range[0],
    endSample: range[1],
    sampleRate: dataset.sampleRate,
    channelIds: nd(channelIds),
    channelLabels: labelsOf(dataset, channelIds),
    rows: nd(channelIds.map((id) => ranks[id])),
    ...signal,
    ...describeSpikes(context, spikeIds),
  };
}

/** The interval that is shown when none is given, in whole samples. */
function inForce(dataset: Dataset, values: TraceParams): TraceParams {
  const [start, end] = rangeOf(dataset, values);
  return { ...values, startSeconds: start / dataset.sampleRate, endSeconds: end / dataset.sampleRate };
}

export const query = defineQuery({
  name: 'trace',
  params,
  maxClusters: 0,
  onDemand: true,
  missing: ({ traces }) => (traces === undefined ? ['traces'] : []),
  inForce,
  run,
});

// ---- for the window

/** Spikes to colour in an interval that may be long, some of them when there are too many; and where in the recording there are how many. */
export interface TraceSpikes {
  /** int32 [spike], ascending. */
  readonly spikeIds: NdArray<Int32Array>;
  readonly spikeClusters: NdArray<Int32Array>;
  /** float64 [spike]: the spike's own sample. */
  readonly spikeSamples: NdArray<Float64Array>;
  readonly spikeSampleCount: number;
  readonly shown: number;
  readonly total: number;
  /** Channels of the clusters that occur, best first. */
  readonly channels: readonly { readonly clusterId: number; readonly channelIds: NdArray<Int32Array> }[];
  /** int32 [cluster][bin]: spikes of the first clusters in equal parts of the recording. */
  readonly density: NdArray<Int32Array>;
}

const spikesParams = {
  ...params,
  spikesTotal: spikeBudget({
    label: 'Spikes',
    default: 4000,
    doc: 'Colour at most so many spikes of the selected clusters, and as many of the others, spread evenly.',
    stateKey: 'n_spikes_traces',
  }),
};
const DENSITY_CLUSTERS = 3;
const DENSITY_BINS = 240;

/** At even steps when there are too many. */
async function sampledSpikes(
  context: QueryContext,
  ids: SampleRange,
  values: Values<typeof spikesParams>,
  clusterIds: readonly number[],
): Promise<{ readonly spikeIds: Int32Array; readonly total: number }> {
  const { clusters, progress } = context;
  const own = clusterIds.map((id) => idsBetween(clusters.spikesOf(id), ids));
  const counts = own.map((list) => list.length);
  const budgets = allocate(counts, null, values.spikesTotal);
  const lists = own.map((list, i) => sampleEvenly(list, budgets[i]));
  const selected = counts.reduce((a, b) => a + b, 0);
  if (!values.allSpikes) return { spikeIds: (await mergeSpikes(lists, progress)).spikeIds, total: selected };
  const [first, last] = ids;
  const step = Math.max(1, Math.ceil((last - first) / (values.spikesTotal ?? Infinity)));
  const chosen = new Set(clusterIds);
  const others: number[] = [];
  for (let id = first; id < last; id += step) if (!chosen.has(clusters.clusterOf(id))) others.push(id);
  lists.push(Int32Array.from(others));
  return { spikeIds: (await mergeSpikes(lists, progress)).spikeIds, total: last - first };
}

function densityOf({ dataset, clusters }: QueryContext, clusterIds: readonly number[]): NdArray<Int32Array> {
  const few = clusterIds.slice(0, DENSITY_CLUSTERS);
  const counts = new Int32Array(few.length * DENSITY_BINS);
  const { samples } = dataset.spikes;
  const end = dataset.traces?.sampleCount ?? 0;
  const edges = Array.from({ length: DENSITY_BINS + 1 }, (_, k) => firstAt(samples, (k * end) / DENSITY_BINS));
  for (const [row, id] of few.entries()) {
    const spikes = clusters.spikesOf(id);
    for (let k = 0; k < DENSITY_BINS; k++) {
      counts[row * DENSITY_BINS + k] = idsBetween(spikes, [edges[k], edges[k + 1]]).length;
    }
  }
  return nd(counts, [few.length, DENSITY_BINS]);
}

export const spikesQuery = defineQuery({
  name: 'traceSpikes',
  service: true,
  params: spikesParams,
  maxClusters: 0,
  missing: ({ traces }) => (traces === undefined ? ['traces'] : []),
  async run(context, values, clusterIds): Promise<TraceSpikes> {
    const { dataset, clusters, facts } = context;
    const { spikeIds, total } = await sampledSpikes(
      context,
      spikesInside(dataset, rangeOf(dataset, values)),
      values,
      clusterIds,
    );
    const owners = spikeIds.map((id) => clusters.clusterOf(id));
    return {
      spikeIds: nd(spikeIds),
      spikeClusters: nd(owners),
      spikeSamples: nd(Float64Array.from(spikeIds, (id) => dataset.spikes.samples[id])),
      spikeSampleCount: spikeSampleCount(dataset.sampleRate),
      shown: spikeIds.length,
      total,
      channels: Array.from(new Set([...clusterIds, ...owners]), (clusterId) => ({
        clusterId,
        channelIds: nd(spikeChannels(dataset, facts, clusterId)),
      })),
      density: densityOf(context, clusterIds),
    };
  },
});

/** The next or the previous spike of a cluster, null when it has none. */
export interface NeighbourSpike {
  readonly spikeId: number;
  readonly seconds: number;
}

export const neighbourQuery = defineQuery({
  name: 'traceNeighbour',
  service: true,
  params: {
    seconds: number({ default: 0, label: 'Time', doc: 'Where to begin.' }),
    direction: number({
      default: 1,
      min: -1,
      max: 1,
      integer: true,
      label: 'Direction',
      doc: '1 forwards, -1 backwards.',
    }),
  },
  maxClusters: 1,
  missing: () => [],
  /** More than half a sample away from where one is; from the last one on to the first and back (spec/views.md 6c FIX). */
  run({ dataset, clusters }, { seconds, direction }, [clusterId]): Promise<NeighbourSpike | null> {
    const { spikes, sampleRate } = dataset;
    const ids = clusterId === undefined ? new Int32Array(0) : clusters.spikesOf(clusterId);
    const at = seconds * sampleRate;
    const index =
      direction > 0
        ? firstAtOrAfter(ids, spikes.samples, Math.floor(at + 0.5) + 1)
        : firstAtOrAfter(ids, spikes.samples, at - 0.5) - 1;
    const spikeId = ids.at(index === ids.length ? 0 : index);
    return Promise.resolve(spikeId === undefined ? null : { spikeId, seconds: spikes.seconds(spikeId) });
  },
});
