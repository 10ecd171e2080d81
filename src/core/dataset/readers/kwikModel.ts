/** What a .kwik file says (spec/data.md 12): everything but features and raw data, which are read when they are asked for. */
import { PhyError } from '../../base/errors.ts';
import type { Hdf5File, Hdf5Value } from '../../storage/hdf5.ts';

/** Parameters that klusta assumes where a file does not say. */
const DEFAULTS = {
  sampleRate: 1,
  rawDtype: 'int16',
  samplesBefore: 10,
  samplesAfter: 10,
  featuresPerChannel: 3,
  filterLow: 500,
  filterHighFactor: 0.475,
  filterOrder: 3,
} as const;

export interface KwikParams {
  /** Hz; undefined where the file does not say. */
  readonly storedSampleRate: number | undefined;
  /** Hz; 1 where the file does not say. */
  readonly sampleRate: number;
  readonly rawDtype: string;
  /** Columns of the raw files; null where the file does not say. */
  readonly rawChannelCount: number | null;
  /** Samples of a waveform before the spike, and from it on. */
  readonly samplesBefore: number;
  readonly samplesAfter: number;
  readonly featuresPerChannel: number;
  /** Band of waveforms: Hz, and as a fraction of the sample rate. */
  readonly filterLow: number;
  readonly filterHighFactor: number;
  readonly filterOrder: number;
}

export interface KwikRecording {
  readonly id: number;
  /** Paths as written, undefined when there are none. */
  readonly datPath: string | undefined;
  readonly kwdPath: string | undefined;
}

export interface KwikModel {
  readonly params: KwikParams;
  readonly channelGroups: readonly number[];
  readonly channelGroup: number;
  /** `main` first. */
  readonly clusterings: readonly string[];
  readonly clustering: string;
  /** Raw column of each channel, in channel order. */
  readonly channelOrder: Int32Array;
  /** [channel][x, y] in µm. */
  readonly positions: Float64Array;
  /** [spike] within its recording. */
  readonly timeSamples: Float64Array;
  /** [spike] */
  readonly recordingOf: Int32Array;
  /** [spike] */
  readonly spikeClusters: Int32Array;
  /** Names of cluster groups as the file has them, by id. */
  readonly groupNames: ReadonlyMap<number, string>;
  /** Group of each cluster that the file knows, lower case. */
  readonly clusterGroups: ReadonlyMap<number, string>;
  readonly recordings: readonly KwikRecording[];
}

/** Which part of a .kwik file to open; undefined takes the first channel group, and clustering `main`. */
export interface KwikChoice {
  readonly channelGroup?: number;
  readonly clustering?: string;
}

/** Path of the channel group's own part. */
export const groupPath = (channelGroup: number): string => `/channel_groups/${channelGroup}`;

/** Reads the file. Throws `input` for one that is not a .kwik of version 2, `usage` for a group or clustering that it does not have. */
export function readKwikModel(file: Hdf5File, choice: KwikChoice): KwikModel {
  const version = file.attribute('/', 'kwik_version');
  if (version !== 2) {
    const found = version === undefined ? 'no kwik_version' : `kwik_version ${String(version)}`;
    const message = `${file.name} has ${found}, expected 2. Convert it with klusta, or open the file that klusta wrote.`;
    throw new PhyError('input', message, { file: file.name, found, expected: 'kwik_version 2' });
  }
  const channelGroups = numbersOf(file.children('/channel_groups'));
  const channelGroup = pick(channelGroups, choice.channelGroup, `${file.name} has no channel group`);
  const group = groupPath(channelGroup);
  const names = file.children(`${group}/spikes/clusters`);
  const clusterings = [...names].sort((a, b) => Number(b === 'main') - Number(a === 'main'));
  const clustering = pick(clusterings, choice.clustering, `${file.name} has no clustering`);
  const timeSamples = spikeVector(file, `${group}/spikes/time_samples`);
  const count = timeSamples.length;
  const groupNames = readGroupNames(file, `${group}/cluster_groups/${clustering}`);
  const channelIds = numbersOf(file.children(`${group}/channels`));
  const channelOrder = readChannelOrder(file, group, channelIds);
  return {
    params: readParams(file),
    channelGroups,
    channelGroup,
    clusterings,
    clustering,
    channelOrder,
    positions: readPositions(file, group, channelOrder),
    timeSamples: Float64Array.from(timeSamples),
    recordingOf: Int32Array.from(optionalVector(file, `${group}/spikes/recording`, count)),
    spikeClusters: Int32Array.from(spikeVector(file, `${group}/spikes/clusters/${clustering}`, count)),
    groupNames,
    clusterGroups: readClusterGroups(file, `${group}/clusters/${clustering}`, groupNames),
    recordings: numbersOf(file.children('/recordings')).map((id) => readRecording(file, id)),
  };
}

/** Children that are numbers, in numeric order: the file lists `10` before `2`. */
function numbersOf(names: readonly string[]): readonly number[] {
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

function pick<T extends number | string>(known: readonly T[], wanted: T | undefined, sentence: string): T {
  const chosen = wanted ?? known[0];
  if (chosen !== undefined && known.includes(chosen)) return chosen;
  if (known.length === 0) throw new PhyError('input', `${sentence}s, expected at least one.`, {});
  throw new PhyError('usage', `${sentence} ${chosen}. It has ${known.join(', ')}.`, { known });
}

function readParams(file: Hdf5File): KwikParams {
  const path = '/application_data/spikedetekt';
  const numberAt = (name: string): number | undefined => {
    const value = file.attribute(path, name);
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  };
  const dtype = file.attribute(path, 'dtype');
  const columns = numberAt('n_channels') ?? numberAt('nchannels');
  const storedSampleRate = positive(numberAt('sample_rate'));
  return {
    storedSampleRate,
    sampleRate: storedSampleRate ?? DEFAULTS.sampleRate,
    rawDtype: typeof dtype === 'string' && dtype !== '' ? dtype : DEFAULTS.rawDtype,
    rawChannelCount: positive(columns) ?? null,
    samplesBefore: numberAt('extract_s_before') ?? DEFAULTS.samplesBefore,
    samplesAfter: numberAt('extract_s_after') ?? DEFAULTS.samplesAfter,
    featuresPerChannel: positive(numberAt('n_features_per_channel')) ?? DEFAULTS.featuresPerChannel,
    filterLow: numberAt('filter_low') ?? DEFAULTS.filterLow,
    filterHighFactor: numberAt('filter_high_factor') ?? DEFAULTS.filterHighFactor,
    filterOrder: positive(numberAt('filter_butter_order')) ?? DEFAULTS.filterOrder,
  };
}

const positive = (value: number | undefined): number | undefined =>
  value !== undefined && value > 0 ? value : undefined;

/** Numbers, one per spike. Throws `input` when they are absent, or not as many as there are spikes. */
function spikeVector(file: Hdf5File, path: string, count?: number): ArrayLike<number> {
  const shape = file.shape(path);
  if (shape === undefined) {
    const message = `${file.name} has no ${path}, without which nothing can be shown. Run klusta again.`;
    throw new PhyError('input', message, { file: file.name, expected: path });
  }
  if (count !== undefined && shape[0] !== count) {
    const message = `${path} of ${file.name} has ${shape[0]} values, expected ${count} (one per spike). Run klusta again.`;
    throw new PhyError('input', message, { file: file.name, found: shape[0], expected: count });
  }
  return file.rows(path, 0, shape[0]);
}

/** The same, zeros where there is none. */
function optionalVector(file: Hdf5File, path: string, count: number): ArrayLike<number> {
  return file.shape(path) === undefined ? new Int32Array(count) : spikeVector(file, path, count);
}

function readChannelOrder(file: Hdf5File, group: string, channelIds: readonly number[]): Int32Array {
  const order = file.attribute(group, 'channel_order');
  const list = listOf(order);
  return Int32Array.from(list.length > 0 ? list : channelIds);
}

/** Numbers of an attribute that may be one number or several. */
function listOf(value: Hdf5Value | undefined): readonly number[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((entry) => typeof entry === 'number');
}

const finite = (value: number | undefined): number | undefined => (Number.isFinite(value) ? value : undefined);

/** Where the file gives no position, channels stand in a line. */
function readPositions(file: Hdf5File, group: string, channelOrder: Int32Array): Float64Array {
  const positions = new Float64Array(2 * channelOrder.length);
  for (const [k, channel] of channelOrder.entries()) {
    const [x, y] = listOf(file.attribute(`${group}/channels/${channel}`, 'position'));
    positions[2 * k] = finite(x) ?? 0;
    positions[2 * k + 1] = finite(y) ?? k;
  }
  return positions;
}

function readGroupNames(file: Hdf5File, path: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const id of numbersOf(file.children(path))) {
    const name = file.attribute(`${path}/${id}`, 'name');
    if (typeof name === 'string') names.set(id, name);
  }
  return names;
}

/** `cluster_group` is an id, or (in some files) a name; an id that has no name is `group_<id>`. */
function readClusterGroups(
  file: Hdf5File,
  path: string,
  names: ReadonlyMap<number, string>,
): ReadonlyMap<number, string> {
  const groups = new Map<number, string>();
  for (const cluster of numbersOf(file.children(path))) {
    const value = file.attribute(`${path}/${cluster}`, 'cluster_group');
    const group = Array.isArray(value) ? value[0] : value;
    if (typeof group === 'string') groups.set(cluster, group.toLowerCase());
    if (typeof group === 'number') groups.set(cluster, (names.get(group) ?? `group_${group}`).toLowerCase());
  }
  return groups;
}

function readRecording(file: Hdf5File, id: number): KwikRecording {
  const path = `/recordings/${id}/raw`;
  const text = (name: string): string | undefined => {
    const value = file.attribute(path, name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return { id, datPath: text('dat_path'), kwdPath: text('hdf5_path') };
}

/**
 * Samples from the start of the first recording. `lengths` are the recordings' numbers of samples, where the raw data are there; without
 * them a recording begins after the last spike of those before it. Times that go back are raised to the one before (spec/data.md 12.3).
 */
export function joinedSamples(model: KwikModel, lengths: readonly number[] | undefined): Float64Array {
  const { timeSamples, recordingOf, recordings } = model;
  const offsets = recordingOffsets(model, lengths);
  const places = new Map(recordings.map(({ id }, place) => [id, place]));
  const samples = new Float64Array(timeSamples.length);
  for (let spike = 0; spike < samples.length; spike++) {
    const offset = offsets[places.get(recordingOf[spike]) ?? 0] ?? 0;
    const sample = timeSamples[spike] + offset;
    samples[spike] = spike > 0 && sample < samples[spike - 1] ? samples[spike - 1] : sample;
  }
  return samples;
}

function recordingOffsets(model: KwikModel, lengths: readonly number[] | undefined): readonly number[] {
  const { recordings } = model;
  const offsets: number[] = [];
  let sum = 0;
  for (const [place, { id }] of recordings.entries()) {
    const known = lengths !== undefined && recordings.length > 1;
    offsets.push(known ? sum : sum - place);
    sum += known ? (lengths[place] ?? 0) : lastSampleOf(model, id);
  }
  return offsets;
}

/** The last spike of a recording, in samples from its start; 0 without spikes. */
export function lastSampleOf({ timeSamples, recordingOf }: KwikModel, recording: number): number {
  for (let spike = timeSamples.length - 1; spike >= 0; spike--)
    if (recordingOf[spike] === recording) return timeSamples[spike];
  return 0;
}
