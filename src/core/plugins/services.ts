/** What plugins may want of the engine: clusters, pieces of the data, answers of views, actions. */
import { PhyError } from '../base/errors.ts';
import { nd } from '../base/nd.ts';
import type { Dataset, MetadataValue, ReadProgress } from '../dataset/dataset.ts';
import type { QueryContext } from '../engine/query.ts';
import type { Session } from '../engine/session.ts';
import type { Cluster, State } from './api.ts';
import type { ModelFacts, Service } from './talk.ts';

/** Facts that never change. */
export function modelFacts(dataset: Dataset): ModelFacts {
  const { name, folder, sampleRate, duration, spikes, channels } = dataset;
  return {
    name,
    dir_path: folder,
    sample_rate: sampleRate,
    duration,
    n_spikes: spikes.count,
    n_channels: channels.count,
    channel_positions: nd(channels.positions, [channels.count, 2]),
    channel_labels: channels.labels,
  };
}

type Reader = Pick<QueryContext, 'dataset' | 'clusters' | 'facts'>;

/** One cluster as it is now. Its arrays are copies: to send a part of an array to another thread means to send all that it is a part of. */
export function clusterOf({ dataset, clusters, facts }: Reader, id: number, fields: readonly string[]): Cluster {
  const spikeIds = clusters.spikesOf(id).slice();
  const labels = fields.map((field): readonly [string, MetadataValue] => [field, clusters.metadata(field, id)]);
  return {
    id,
    spikeIds,
    ...spikeFacts(dataset, spikeIds),
    channels: facts.bestChannels(id).slice(),
    labels: Object.fromEntries(labels.filter(([, value]) => value !== null)),
  };
}

/** Times, templates and amplitudes of spikes. */
export function spikeFacts(
  { spikes }: Dataset,
  spikeIds: Int32Array,
): Pick<Cluster, 'times' | 'templates' | 'amplitudes'> {
  const { templates, amplitudes } = spikes;
  return {
    times: spikes.secondsOf(spikeIds),
    templates: spikeIds.map((spike) => templates[spike]),
    ...(amplitudes === undefined ? {} : { amplitudes: Float64Array.from(spikeIds, (spike) => amplitudes[spike]) }),
  };
}

/** Fields that may hold labels: the columns of the cluster view, those that were made in this session among them. */
export const labelFields = (columns: readonly string[]): readonly string[] => [...new Set(['group', ...columns])];

/** Does what a plugin wants. Throws PhyError for what cannot be done. */
export type Serve = (service: Service, args: readonly unknown[]) => Promise<unknown>;

export function pluginServices(session: Session, progress: ReadProgress): Serve {
  const { dataset } = session;
  const existing = (value: unknown): number => {
    const id = numberOf(value, 'a cluster id');
    if (!session.clusters.has(id)) throw new PhyError('usage', `There is no cluster ${id}.`);
    return id;
  };
  const services: Readonly<Record<Service, (args: readonly unknown[]) => Promise<unknown>>> = {
    clusterIds: async () => session.clusters.ids,
    cluster: async ([id]) => clusterOf(session, existing(id), labelFields(session.snapshot().columns)),
    features: async ([spikes, channels]) => await features(dataset, spikes, channels, progress),
    waveforms: async ([spikes, channels, before, samples]) =>
      await waveforms(dataset, { spikes, channels, before, samples }, progress),
    template: async ([id]) => template(session, existing(id)),
    ask: async ([query, clusters = [], params = {}]) => {
      const named = isObject(params) ? params : {};
      const ids = intsOf(clusters, 'cluster ids');
      return (await session.ask(textOf(query), [...ids], named, new AbortController().signal)).answer;
    },
    act: async ([name, words]) => await act(session, textOf(name), words),
    state: async () => stateOf(session),
  };
  return (service, args) => services[service](args);
}

const onlyShown = ({ shown }: { readonly shown: readonly number[] }) => ({ shown });

/** What a plugin sees of selection and tables. */
function stateOf(session: Session): State {
  const { selection, columns, clusterTable, similarityTable } = session.snapshot();
  return { selection, columns, clusterTable: onlyShown(clusterTable), similarityTable: onlyShown(similarityTable) };
}

async function act(session: Session, name: string, words: unknown): Promise<string> {
  const list: readonly unknown[] = Array.isArray(words) ? words : [];
  const [only] = list;
  const result = await session.act(name, list.length === 1 && isObject(only) ? only : list);
  if (!result.ok) throw new PhyError('refused', result.message);
  return result.message;
}

async function features(dataset: Dataset, spikes: unknown, channels: unknown, progress: ReadProgress) {
  if (dataset.features === undefined) throw new PhyError('missing', 'This dataset has no features.');
  const [spikeIds, channelIds] = [spikesOf(dataset, spikes), channelsOf(dataset, channels)];
  const data = await dataset.features.read(spikeIds, channelIds, progress);
  return nd(data, [spikeIds.length, channelIds.length, dataset.features.pcCount]);
}

/** Most values read at once: 256 MB. */
const MOST_VALUES = 2 ** 26;

async function waveforms(
  dataset: Dataset,
  given: Readonly<Record<'spikes' | 'channels' | 'before' | 'samples', unknown>>,
  progress: ReadProgress,
) {
  if (dataset.traces === undefined) throw new PhyError('missing', 'This dataset has no raw data.');
  const [spikeIds, channelIds] = [spikesOf(dataset, given.spikes), channelsOf(dataset, given.channels)];
  const before = numberOf(given.before, 'a number of samples before the spike');
  const count = numberOf(given.samples, 'a number of samples');
  if (spikeIds.length * channelIds.length * count > MOST_VALUES) {
    throw new PhyError(
      'usage',
      `${spikeIds.length} waveforms of ${count} samples on ${channelIds.length} channels are too many at once.`,
    );
  }
  const samples = Float64Array.from(spikeIds, (spike) => dataset.spikes.samples[spike]);
  const data = await dataset.traces.windows(samples, before, count, channelIds, progress);
  return nd(data, [spikeIds.length, count, channelIds.length]);
}

function template({ dataset, facts }: Session, clusterId: number) {
  const found = dataset.templates?.get(facts.dominantTemplate(clusterId));
  if (found === undefined || dataset.templates === undefined) return null;
  const { channelIds, waveform } = found;
  return { ...nd(waveform, [dataset.templates.sampleCount, channelIds.length]), channel_ids: channelIds };
}

function spikesOf({ spikes }: Dataset, value: unknown): Int32Array {
  const ids = intsOf(value, 'spike ids');
  const wrong = ids.find((id) => id < 0 || id >= spikes.count);
  if (wrong !== undefined) throw new PhyError('usage', `There is no spike ${wrong}.`);
  return ids;
}

function channelsOf({ channels }: Dataset, value: unknown): Int32Array {
  const ids = intsOf(value, 'channel ids');
  const wrong = ids.find((id) => id < 0 || id >= channels.count);
  if (wrong !== undefined) throw new PhyError('usage', `There is no channel ${wrong}.`);
  return ids;
}

/** Whole numbers of a list or a typed array. */
function intsOf(value: unknown, what: string): Int32Array {
  if (value instanceof Int32Array) return value;
  const list =
    typeof value === 'number'
      ? [value]
      : ArrayBuffer.isView(value) || Array.isArray(value)
        ? Array.from(value as ArrayLike<unknown>)
        : null;
  if (list?.every((item): item is number => typeof item === 'number' && Number.isInteger(item)) === true) {
    return Int32Array.from(list);
  }
  throw new PhyError('usage', `A plugin asked with something else than ${what}.`);
}

function numberOf(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new PhyError('usage', `A plugin asked with ${String(value)}, expected ${what}.`);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
