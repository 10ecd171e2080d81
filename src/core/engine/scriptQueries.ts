/**
 * What scripts and consoles ask of a dataset beside the views: vectors of spikes by range, rows of features and waveforms for given spikes.
 * `core/scripting` and the kernel of the IPython view turn the answers into `m`, `c` and `s`.
 */
import { PhyError } from '../base/errors.ts';
import { nd, type NdArray } from '../base/nd.ts';
import { choice, ids, number, toggle } from '../base/params.ts';
import { spikeSampleOf, windowLength } from '../analysis/windows.ts';
import type { Dataset, MetadataValue, Template } from '../dataset/dataset.ts';
import { defineQuery, type QueryContext, type QueryTable } from './query.ts';

/** Vectors with one value for each spike, under the names of the Python program. */
export const SPIKE_VECTORS = [
  'spike_times',
  'spike_samples',
  'spike_clusters',
  'spike_templates',
  'amplitudes',
] as const;
export type SpikeVector = (typeof SPIKE_VECTORS)[number];

/** Values of one answer at most: a longer vector is asked for in pieces. */
export const VECTOR_PIECE = 2 ** 18;
/** Values of a table of features, waveforms or traces at most: 256 MB. */
const MOST_VALUES = 2 ** 26;

const common = { maxClusters: 0, missing: () => [], service: true, uncached: true } as const;
const hidden = { hidden: true, label: '', doc: '' } as const;
const spikes = ids({ ...hidden, default: [] });
const channels = ids({ ...hidden, default: null });

/** Facts and small arrays of the dataset. */
export interface ScriptModelAnswer {
  readonly sampleCount: number;
  readonly templateCount: number;
  readonly channelMapping: NdArray<Int32Array>;
  readonly channelPositions: NdArray<Float64Array>;
  readonly channelShanks: NdArray<Float64Array>;
  readonly channelProbes: NdArray<Float64Array>;
  readonly metadataFields: readonly string[];
}

/** The answer of `scriptModel`, which never changes. */
export function scriptModelOf(dataset: Dataset): ScriptModelAnswer {
  const { map, positions, shanks, probes, count } = dataset.channels;
  return {
    sampleCount: windowLength(dataset),
    templateCount: dataset.templateCount,
    channelMapping: nd(map),
    channelPositions: nd(positions, [count, 2]),
    channelShanks: nd(shanks),
    channelProbes: nd(probes),
    metadataFields: [...dataset.metadata.keys()].filter((field) => field !== 'group'),
  };
}

const model = defineQuery({
  ...common,
  name: 'scriptModel',
  params: {},
  run: async ({ dataset }): Promise<ScriptModelAnswer> => scriptModelOf(dataset),
});

/** Piece of a vector over all spikes: values of the spikes from `start`, at most VECTOR_PIECE. */
export interface ScriptSpikesAnswer {
  readonly values: NdArray;
}

const vector = defineQuery({
  ...common,
  name: 'scriptSpikes',
  params: {
    vector: choice({ ...hidden, choices: SPIKE_VECTORS, default: 'spike_times' }),
    start: number({ ...hidden, default: 0, min: 0, integer: true }),
  },
  async run({ dataset, clusters }, params): Promise<ScriptSpikesAnswer> {
    const start = Math.min(params.start, dataset.spikes.count);
    const end = Math.min(start + VECTOR_PIECE, dataset.spikes.count);
    return { values: nd(piece(dataset, params.vector, start, end, (spike) => clusters.clusterOf(spike))) };
  },
});

function range(start: number, end: number): Int32Array {
  const all = new Int32Array(end - start);
  for (let k = 0; k < all.length; k++) all[k] = start + k;
  return all;
}

function piece(
  { spikes }: Dataset,
  name: SpikeVector,
  start: number,
  end: number,
  clusterOf: (spike: number) => number,
): Float64Array | Float32Array | Int32Array {
  switch (name) {
    case 'spike_times':
      return spikes.secondsOf(range(start, end));
    case 'spike_samples':
      return spikes.samples.slice(start, end);
    case 'spike_clusters':
      return range(start, end).map((spike) => clusterOf(spike));
    case 'spike_templates':
      return spikes.templates.slice(start, end);
    case 'amplitudes':
      if (spikes.amplitudes === undefined) throw new PhyError('missing', 'This dataset has no amplitudes.');
      return spikes.amplitudes.slice(start, end);
  }
}

/** Spikes of the clusters asked for, one list after the other; `offsets` [cluster + 1]. */
export interface ScriptClusterSpikesAnswer {
  readonly spikeIds: NdArray<Int32Array>;
  readonly offsets: NdArray<Int32Array>;
  /** float64 [spike], s, when asked for */
  readonly times?: NdArray<Float64Array>;
}

const clusterSpikes = defineQuery({
  ...common,
  name: 'scriptClusterSpikes',
  params: { times: toggle({ ...hidden, default: false }) },
  async run({ dataset, clusters }, params, clusterIds): Promise<ScriptClusterSpikesAnswer> {
    const lists = clusterIds.map((id) => clusters.spikesOf(id));
    const offsets = Int32Array.from({ length: lists.length + 1 });
    lists.forEach((list, k) => void (offsets[k + 1] = offsets[k] + list.length));
    const spikeIds = new Int32Array(offsets[lists.length]);
    lists.forEach((list, k) => spikeIds.set(list, offsets[k]));
    const times = params.times ? { times: nd(dataset.spikes.secondsOf(spikeIds)) } : {};
    return { spikeIds: nd(spikeIds), offsets: nd(offsets), ...times };
  },
});

/** Everything that is small of one cluster as it is now. */
export interface ScriptClusterAnswer {
  readonly id: number;
  readonly spikeIds: Int32Array;
  readonly times: Float64Array;
  readonly templates: Int32Array;
  readonly amplitudes?: Float64Array;
  readonly channels: Int32Array;
  /** Group and labels that it has. */
  readonly labels: Readonly<Record<string, MetadataValue>>;
}

/** The arrays are copies, which may be sent elsewhere. Throws RangeError for a cluster that there is not. */
export function scriptClusterOf(
  { dataset, clusters, facts }: Pick<QueryContext, 'dataset' | 'clusters' | 'facts'>,
  id: number,
  columns: readonly string[],
): ScriptClusterAnswer {
  const spikeIds = clusters.spikesOf(id).slice();
  // Columns that were made in this session among them.
  const fields = [...new Set(['group', ...columns])];
  const labels = fields.map((field): readonly [string, MetadataValue] => [field, clusters.metadata(field, id)]);
  return {
    id,
    spikeIds,
    ...spikeFactsOf(dataset, spikeIds),
    channels: facts.bestChannels(id).slice(),
    labels: Object.fromEntries(labels.filter(([, value]) => value !== null)),
  };
}

/** Times, templates and amplitudes of spikes. */
export function spikeFactsOf(
  { spikes }: Pick<Dataset, 'spikes'>,
  spikeIds: Int32Array,
): Pick<ScriptClusterAnswer, 'times' | 'templates' | 'amplitudes'> {
  const { templates, amplitudes } = spikes;
  return {
    times: spikes.secondsOf(spikeIds),
    templates: spikeIds.map((spike) => templates[spike]),
    ...(amplitudes === undefined ? {} : { amplitudes: Float64Array.from(spikeIds, (spike) => amplitudes[spike]) }),
  };
}

/** Each array of `scriptClusterOf` as an array with a shape; no cluster, no answer. */
export interface ScriptClusterParts {
  readonly spikeIds: NdArray<Int32Array>;
  readonly times: NdArray<Float64Array>;
  readonly templates: NdArray<Int32Array>;
  readonly amplitudes?: NdArray<Float64Array>;
  readonly channels: NdArray<Int32Array>;
  readonly labels: Readonly<Record<string, MetadataValue>>;
}

const cluster = defineQuery({
  ...common,
  name: 'scriptCluster',
  params: {},
  async run(context, _, clusterIds): Promise<ScriptClusterParts> {
    const found = scriptClusterOf(context, onlyCluster(clusterIds), context.table.columns);
    const { spikeIds, times, templates, amplitudes, channels: best, labels } = found;
    return {
      spikeIds: nd(spikeIds),
      times: nd(times),
      templates: nd(templates),
      ...(amplitudes === undefined ? {} : { amplitudes: nd(amplitudes) }),
      channels: nd(best),
      labels,
    };
  },
});

/** Throws `usage` unless it is one. */
function onlyCluster(clusterIds: readonly number[]): number {
  if (clusterIds.length === 1) return clusterIds[0];
  throw new PhyError('usage', `Expected one cluster, got ${clusterIds.length}.`);
}

export interface ScriptChannelsAnswer {
  readonly channelIds: NdArray<Int32Array>;
}

const clusterChannels = defineQuery({
  ...common,
  name: 'scriptClusterChannels',
  params: {},
  async run({ facts }, _, [clusterId]): Promise<ScriptChannelsAnswer> {
    return { channelIds: nd(clusterId === undefined ? new Int32Array(0) : facts.bestChannels(clusterId).slice()) };
  },
});

/** `channelIds` is absent for a template that does not exist. */
export interface ScriptTemplateAnswer {
  readonly channelIds?: NdArray<Int32Array>;
  /** Peak-to-peak on each of them. */
  readonly amplitudes?: NdArray<Float64Array>;
  /** [sample][channel] */
  readonly waveform?: NdArray<Float32Array>;
}

const template = defineQuery({
  ...common,
  name: 'scriptTemplate',
  params: { template: number({ ...hidden, default: 0, min: 0, integer: true }) },
  run: async ({ dataset }, params) => templateAnswer(dataset, dataset.templates?.get(params.template)),
});

const clusterTemplate = defineQuery({
  ...common,
  name: 'scriptClusterTemplate',
  params: {},
  run: async ({ dataset, facts }, _, clusterIds) =>
    templateAnswer(dataset, dataset.templates?.get(facts.dominantTemplate(onlyCluster(clusterIds)))),
});

function templateAnswer({ templates }: Dataset, found: Template | undefined): ScriptTemplateAnswer {
  if (templates === undefined || found === undefined) return {};
  const { channelIds, amplitudes, waveform } = found;
  return {
    channelIds: nd(channelIds),
    amplitudes: nd(amplitudes),
    waveform: nd(waveform, [templates.sampleCount, channelIds.length]),
  };
}

export interface ScriptSpikeIdsAnswer {
  readonly spikeIds: NdArray<Int32Array>;
}

const templateSpikes = defineQuery({
  ...common,
  name: 'scriptTemplateSpikes',
  params: { template: number({ ...hidden, default: 0, min: 0, integer: true }) },
  async run({ dataset, progress }, params): Promise<ScriptSpikeIdsAnswer> {
    const { templates } = dataset.spikes;
    const found: number[] = [];
    for (let spike = 0; spike < templates.length; spike++) {
      if ((spike & 0xffff) === 0) await progress(spike / templates.length);
      if (templates[spike] === params.template) found.push(spike);
    }
    return { spikeIds: nd(Int32Array.from(found)) };
  },
});

export interface ScriptTableAnswer {
  readonly values: NdArray;
}

const features = defineQuery({
  ...common,
  name: 'scriptFeatures',
  params: { spikes, channels },
  async run({ dataset, progress }, params): Promise<ScriptTableAnswer> {
    const spikeIds = checkedSpikes(dataset, params.spikes);
    const channelIds = checkedChannels(dataset, params.channels);
    if (dataset.features === undefined) throw new PhyError('missing', 'This dataset has no features.');
    const { pcCount } = dataset.features;
    refuseTooLarge(spikeIds.length * channelIds.length * pcCount);
    const values = await dataset.features.read(spikeIds, channelIds, progress);
    return { values: nd(values, [spikeIds.length, channelIds.length, pcCount]) };
  },
});

const templateFeatures = defineQuery({
  ...common,
  name: 'scriptTemplateFeatures',
  params: { spikes },
  async run({ dataset, progress }, params): Promise<ScriptTableAnswer> {
    const spikeIds = checkedSpikes(dataset, params.spikes);
    if (dataset.templateFeatures === undefined) {
      throw new PhyError('missing', 'This dataset has no template features.');
    }
    const { templateCount } = dataset;
    refuseTooLarge(2 * spikeIds.length * templateCount);
    const all = Int32Array.from({ length: templateCount }, (_, id) => id);
    const values = await dataset.templateFeatures.read(spikeIds, all, progress);
    return { values: nd(values, [spikeIds.length, templateCount]) };
  },
});

const waveforms = defineQuery({
  ...common,
  name: 'scriptWaveforms',
  params: {
    spikes,
    channels,
    before: number({ ...hidden, default: null, nullable: true, min: 0, integer: true }),
    count: number({ ...hidden, default: null, nullable: true, min: 1, integer: true }),
  },
  async run({ dataset, progress }, params): Promise<ScriptTableAnswer> {
    const spikeIds = checkedSpikes(dataset, params.spikes);
    const channelIds = checkedChannels(dataset, params.channels);
    const { traces, waveformSubset, klusta } = dataset;
    const isUsual = params.before === null && params.count === null;
    const sampleCount = params.count ?? windowLength(dataset);
    refuseTooLarge(spikeIds.length * sampleCount * channelIds.length);
    const shape = [spikeIds.length, sampleCount, channelIds.length];
    if (traces !== undefined) {
      const samples = Float64Array.from(spikeIds, (id) => dataset.spikes.samples[id]);
      const before = params.before ?? klusta?.samplesBefore ?? spikeSampleOf(sampleCount);
      return { values: nd(await traces.windows(samples, before, sampleCount, channelIds, progress), shape) };
    }
    if (waveformSubset !== undefined && isUsual) {
      return { values: nd(await waveformSubset.read(spikeIds, channelIds, progress), shape) };
    }
    throw new PhyError('missing', 'This dataset has no raw data and no exported waveforms.');
  },
});

const traces = defineQuery({
  ...common,
  name: 'scriptTraces',
  params: {
    start: number({ ...hidden, default: 0, min: 0, integer: true }),
    end: number({ ...hidden, default: 0, min: 0, integer: true }),
    channels,
  },
  async run({ dataset, progress }, params): Promise<ScriptTableAnswer> {
    if (dataset.traces === undefined) throw new PhyError('missing', 'This dataset has no raw data.');
    const channelIds = checkedChannels(dataset, params.channels);
    const end = Math.min(params.end, dataset.traces.sampleCount);
    const start = Math.min(params.start, end);
    refuseTooLarge((end - start) * channelIds.length);
    const values = await dataset.traces.read(start, end, channelIds, progress);
    return { values: nd(values, [end - start, channelIds.length]) };
  },
});

/** Throws `usage` for a spike that does not exist. */
function checkedSpikes({ spikes: { count } }: Dataset, given: readonly number[] | null): Int32Array {
  const wrong = (given ?? []).find((id) => id >= count);
  if (wrong !== undefined) throw new PhyError('usage', `There is no spike ${wrong}. Spikes are 0 to ${count - 1}.`);
  return Int32Array.from(given ?? []);
}

/** null = all. Throws `usage` for a channel that does not exist. */
function checkedChannels({ channels: { count } }: Dataset, given: readonly number[] | null): Int32Array {
  if (given === null) return Int32Array.from({ length: count }, (_, id) => id);
  const wrong = given.find((id) => id >= count);
  if (wrong !== undefined) throw new PhyError('usage', `There is no channel ${wrong}. Channels are 0 to ${count - 1}.`);
  return Int32Array.from(given);
}

function refuseTooLarge(values: number): void {
  if (values <= MOST_VALUES) return;
  throw new PhyError('usage', `These are ${values} values, at most ${MOST_VALUES} can be read at once. Ask for fewer.`);
}

export const scriptQueries = {
  scriptModel: model,
  scriptSpikes: vector,
  scriptClusterSpikes: clusterSpikes,
  scriptCluster: cluster,
  scriptClusterChannels: clusterChannels,
  scriptClusterTemplate: clusterTemplate,
  scriptTemplate: template,
  scriptTemplateSpikes: templateSpikes,
  scriptFeatures: features,
  scriptTemplateFeatures: templateFeatures,
  scriptWaveforms: waveforms,
  scriptTraces: traces,
} satisfies QueryTable;
