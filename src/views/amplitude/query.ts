/** Engine side of the amplitude view: spec/views.md 8a, answer of spec/commands.md 2. */
import { linspace } from '../../core/base/arrays.ts';
import { nd } from '../../core/base/nd.ts';
import type { NdArray } from '../../core/base/nd.ts';
import type { Values } from '../../core/base/params.ts';
import { amplitudeKinds, amplitudesOf, spikesWithAmplitude } from '../../core/analysis/amplitude.ts';
import type { AmplitudeSettings } from '../../core/analysis/amplitude.ts';
import { histogramDensity } from '../../core/analysis/histogram.ts';
import { mergeSpikes } from '../../core/analysis/mergeSpikes.ts';
import { quantiles } from '../../core/base/quantile.ts';
import { checkChannels, spikeSeconds } from '../../core/analysis/request.ts';
import { allocate, concatenate, sampleEvenly, sampleRandom } from '../../core/analysis/sampling.ts';
import type { SampleFacts, SamplingRule } from '../../core/analysis/sampling.ts';
import { waveformUnit } from '../../core/analysis/windows.ts';
import { defineQuery } from '../../core/engine/query.ts';
import type { LassoCoordinates, MissingPart, QueryContext } from '../../core/engine/query.ts';
import { params } from './params.ts';
import type { AmplitudeType } from './params.ts';

export interface AmplitudeSpikes extends SampleFacts {
  /** int32 [spike], ascending. */
  readonly spikeIds: NdArray<Int32Array>;
  /** float64 [spike], s. */
  readonly times: NdArray<Float64Array>;
  /** float64 [spike]; NaN = missing. */
  readonly amplitudes: NdArray<Float64Array>;
}
interface AmplitudeCluster extends AmplitudeSpikes {
  readonly clusterId: number;
}
interface AmplitudeBackground extends AmplitudeSpikes {
  /** int32 [spike]: whose spikes they are. */
  readonly clusterIds: NdArray<Int32Array>;
}

export interface AmplitudeAnswer {
  readonly type: AmplitudeType;
  /** What the dataset offers, in rotation order. */
  readonly types: readonly AmplitudeType[];
  /** Channel of the feature and raw types. */
  readonly channelId: number;
  readonly pc: number;
  /** `uV` for raw amplitudes where the gain of the raw data is known; absent otherwise. */
  readonly unit?: 'uV';
  /** s */
  readonly duration: number;
  /** [0, low, duration, high] */
  readonly bounds: readonly [number, number, number, number];
  readonly clusters: readonly AmplitudeCluster[];
  readonly background: AmplitudeBackground;
  /** float64 [100], from low to high. */
  readonly histogramEdges: NdArray<Float64Array>;
  /** float64 [1 + cluster][99]: densities, background first. */
  readonly histograms: NdArray<Float64Array>;
}

type AmplitudeParams = Values<typeof params>;

/** Edges of a histogram; one less bins. */
const HISTOGRAM_EDGES = 100;
/** Raw amplitudes read a window for each spike, so their budgets are divided by this (views.md 8a). */
const RAW_DIVISOR = 5;

/** What each type needs. */
const needs: Readonly<Record<AmplitudeType, MissingPart>> = {
  feature: 'features',
  raw: 'traces',
  template: 'amplitudes',
  template_feature: 'templateFeatures',
};

/** Channel and template follow the first cluster unless a channel is given. */
function settingsOf(
  { dataset, facts }: QueryContext,
  values: AmplitudeParams,
  ids: readonly number[],
): AmplitudeSettings {
  const { type, pc, filter } = values;
  const best = ids.length === 0 ? 0 : facts.bestChannels(ids[0])[0];
  const channelId = values.channel === null ? best : checkChannels(dataset, [values.channel])[0];
  return { type, pc, filter, channelId, templateId: ids.length === 0 ? -1 : facts.dominantTemplate(ids[0]) };
}

/** Spikes of one bunch (a cluster, or the background) and the clusters they belong to. */
interface Bunch {
  readonly spikeIds: Int32Array;
  /** Number of spikes they stand for, and how many of these cannot be in the sample. */
  readonly total: number;
  readonly withoutRow: number;
  readonly rule: SamplingRule;
}

function budgetOf(limit: number | null, { type }: AmplitudeParams): number | null {
  return limit === null || type !== 'raw' ? limit : Math.ceil(limit / RAW_DIVISOR);
}

/** Samples of the selected clusters: at even steps, for raw amplitudes at random. */
function sampleClusters({ dataset, clusters }: QueryContext, values: AmplitudeParams, ids: readonly number[]): Bunch[] {
  const all = ids.map((id) => clusters.spikesOf(id));
  const usable = all.map((spikes) => spikesWithAmplitude(dataset, values.type, spikes));
  const counts = usable.map((spikes) => spikes.length);
  const budget = allocate(counts, budgetOf(values.spikesPerCluster, values), budgetOf(values.spikesTotal, values));
  return all.map((spikes, i) => {
    const random = values.type === 'raw';
    const spikeIds = random ? sampleRandom(usable[i], budget[i], ids[i]) : sampleEvenly(usable[i], budget[i]);
    return {
      spikeIds,
      total: spikes.length,
      withoutRow: spikes.length - counts[i],
      rule: spikeIds.length === spikes.length ? 'all' : random ? 'random' : 'even',
    };
  });
}

/** Spikes of the clusters that share the first cluster's best channel and are not selected, and whose they are. */
async function sampleBackground(
  { dataset, clusters, facts, progress }: QueryContext,
  values: AmplitudeParams,
  ids: readonly number[],
): Promise<Bunch & { readonly clusterIds: Int32Array }> {
  const best = ids.length === 0 ? -1 : facts.bestChannels(ids[0])[0];
  const others = facts.clustersOnChannel(best).filter((id) => !ids.includes(id));
  const usable = others.map((id) => spikesWithAmplitude(dataset, values.type, clusters.spikesOf(id)));
  const total = others.reduce((sum, id) => sum + clusters.spikesOf(id).length, 0);
  const counts = usable.map((spikes) => spikes.length);
  const budget = allocate(counts, null, budgetOf(values.backgroundSpikes, values));
  const samples = usable.map((spikes, i) => sampleEvenly(spikes, budget[i]));
  const { spikeIds, owners } = await mergeSpikes(samples, progress);
  return {
    spikeIds,
    total,
    withoutRow: total - counts.reduce((a, b) => a + b, 0),
    rule: spikeIds.length === total ? 'all' : 'even',
    clusterIds: owners.map((owner) => others[owner]),
  };
}

/**
 * Amplitudes of spikes, whose clusters `clusterOf` tells by index. A raw amplitude exists only for clusters that have the channel among
 * their best ones (views.md 8a); the others are missing.
 */
async function valuesOf(
  { dataset, facts, progress }: QueryContext,
  settings: AmplitudeSettings,
  spikeIds: Int32Array,
  clusterOf: (index: number) => number,
): Promise<Float64Array> {
  if (settings.type !== 'raw') return amplitudesOf(dataset, settings, spikeIds, progress);
  const near = new Map<number, boolean>();
  const isNear = (clusterId: number): boolean => {
    const known = near.get(clusterId);
    if (known !== undefined) return known;
    const found = facts.bestChannels(clusterId).includes(settings.channelId);
    near.set(clusterId, found);
    return found;
  };
  const positions = Int32Array.from(spikeIds.keys()).filter((i) => isNear(clusterOf(i)));
  const read = await amplitudesOf(
    dataset,
    settings,
    positions.map((i) => spikeIds[i]),
    progress,
  );
  const values = new Float64Array(spikeIds.length).fill(Number.NaN);
  for (let i = 0; i < positions.length; i++) values[positions[i]] = read[i];
  return values;
}

async function readBunch(
  context: QueryContext,
  values: AmplitudeParams,
  settings: AmplitudeSettings,
  bunch: Bunch,
  clusterOf: (index: number) => number,
): Promise<AmplitudeSpikes> {
  const { spikeIds, total, rule, withoutRow } = bunch;
  const amplitudes = await valuesOf(context, settings, spikeIds, clusterOf);
  return {
    shown: spikeIds.length,
    total,
    rule,
    missing: withoutRow + amplitudes.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0),
    spikeIds: nd(spikeIds),
    times: nd(spikeSeconds(context.dataset.spikes, spikeIds, values.reordered)),
    amplitudes: nd(amplitudes),
  };
}

/** What is drawn: background and clusters. */
async function readShown(
  context: QueryContext,
  values: AmplitudeParams,
  settings: AmplitudeSettings,
  ids: readonly number[],
): Promise<{ clusters: AmplitudeCluster[]; background: AmplitudeBackground }> {
  const clusters: AmplitudeCluster[] = [];
  for (const [i, bunch] of sampleClusters(context, values, ids).entries()) {
    const clusterId = ids[i];
    clusters.push({ clusterId, ...(await readBunch(context, values, settings, bunch, () => clusterId)) });
  }
  const bunch = await sampleBackground(context, values, ids);
  const entry = await readBunch(context, values, settings, bunch, (i) => bunch.clusterIds[i]);
  return { clusters, background: { ...entry, clusterIds: nd(bunch.clusterIds) } };
}

/** [0, low, duration, high]: low = the smallest 1 % quantile of a bunch but at most 0, high = the largest 99 % quantile. */
function boundsOf(duration: number, bunches: readonly AmplitudeSpikes[]): readonly [number, number, number, number] {
  let low = 0;
  let high = -Infinity;
  for (const { amplitudes } of bunches) {
    const [first, last] = quantiles(amplitudes.data, [0.01, 0.99]);
    if (Number.isNaN(first)) continue;
    low = Math.min(low, first);
    high = Math.max(high, last);
  }
  return [0, low, duration, high === -Infinity ? 1 : high];
}

async function run(
  context: QueryContext,
  values: AmplitudeParams,
  clusterIds: readonly number[],
): Promise<AmplitudeAnswer> {
  const { dataset } = context;
  const settings = settingsOf(context, values, clusterIds);
  const { clusters, background } = await readShown(context, values, settings, clusterIds);
  const bunches = [background, ...clusters];
  const bounds = boundsOf(dataset.duration, bunches);
  const edges = linspace(bounds[1], bounds[3], HISTOGRAM_EDGES);
  const bins = HISTOGRAM_EDGES - 1;
  const histograms = new Float64Array(bunches.length * bins);
  for (const [i, { amplitudes }] of bunches.entries()) {
    histograms.set(histogramDensity(amplitudes.data, edges, { ignoreZeros: true }), i * bins);
  }
  return {
    type: values.type,
    types: amplitudeKinds(dataset),
    channelId: settings.channelId,
    pc: settings.pc,
    ...(values.type === 'raw' && waveformUnit(dataset) === 'uV' ? { unit: 'uV' } : {}),
    duration: dataset.duration,
    bounds,
    clusters,
    background,
    histogramEdges: nd(edges),
    histograms: nd(histograms, [bunches.length, bins]),
  };
}

/** Time and amplitude of every spike of the selected clusters; the background takes no part. */
async function lasso(
  context: QueryContext,
  values: AmplitudeParams,
  clusterIds: readonly number[],
): Promise<LassoCoordinates> {
  const { dataset, clusters } = context;
  const settings = settingsOf(context, values, clusterIds);
  const lists = clusterIds.map((id) => clusters.spikesOf(id));
  const spikeIds = concatenate(lists);
  const amplitudes: Float64Array[] = [];
  for (const [i, list] of lists.entries())
    amplitudes.push(await valuesOf(context, settings, list, () => clusterIds[i]));
  const y = new Float64Array(spikeIds.length);
  let at = 0;
  for (const part of amplitudes) {
    y.set(part, at);
    at += part.length;
  }
  const shown = await readShown(context, values, settings, clusterIds);
  const bounds = boundsOf(dataset.duration, [shown.background, ...shown.clusters]);
  return { spikeIds, x: spikeSeconds(dataset.spikes, spikeIds, values.reordered), y, bounds };
}

export const query = defineQuery({
  name: 'amplitude',
  params,
  maxClusters: 8,
  missing: (dataset, { type }) => (amplitudeKinds(dataset).includes(type) ? [] : [needs[type]]),
  run,
  lasso,
});
