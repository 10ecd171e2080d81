/**
 * What a sorting is: the files as typed, checked parts. Optional parts are `undefined` when the dataset lacks them; nobody below the
 * readers checks files again. Symbols as in spec/data.md: channelId is an index 0..channels.count-1, never a raw column.
 */
import type { NdArray } from '../base/nd.ts';
import type { ReadProgress } from '../storage/storage.ts';
import type { KwikModel, KwikParams } from './readers/kwikModel.ts';

export type { ReadProgress } from '../storage/storage.ts';

/** Values of cluster_*.tsv cells after type conversion (spec/data.md 5.1). */
export type MetadataValue = string | number | boolean | null;
/** field -> cluster id -> value, in the order the files were read; `group` is one of the fields. */
export type Metadata = ReadonlyMap<string, ReadonlyMap<number, MetadataValue>>;

/** Per-spike vectors, held in memory; about 20 bytes per spike. Spike id = index, in time order. */
export interface Spikes {
  readonly count: number;
  /** Sample index from the start of the recording, non-decreasing. */
  readonly samples: Int32Array | Float64Array;
  /** Cluster of each spike as loaded from disk. Never changed; the live assignment is in core/curation. */
  readonly clusters: Int32Array;
  /** Original template of each spike. May exceed the number of templates in broken exports. */
  readonly templates: Int32Array;
  /** amplitudes.npy in its own precision. */
  readonly amplitudes?: Float32Array | Float64Array;
  /** True for those of ALF (spikes.amps.npy): sizes in the unit of the templates, where others are factors of these. */
  readonly amplitudesAreSizes?: boolean;
  /** Seconds: samples / sampleRate in doubles. */
  seconds(spikeId: number): number;
  secondsOf(spikeIds: Int32Array): Float64Array;
  /** spike_times_reordered.npy in seconds, where the dataset has it. */
  readonly reorderedSeconds?: Float64Array;
}

export interface Channels {
  readonly count: number;
  /** Raw column of each channel. */
  readonly map: Int32Array;
  /** [channel][x, y] in µm; replaced by a vertical line of sites (0..1) when two sites coincide (spec/data.md 4 step 7). */
  readonly positions: Float64Array;
  readonly shanks: Float64Array;
  readonly probes: Float64Array;
  /** What people see: the raw column, or the channel id when params.py says show_mapped_channels = False. */
  readonly labels: readonly string[];
}

/** One template, unwhitened and scaled (spec/data.md 8.1), restricted to its channels, best channel first. */
export interface Template {
  readonly templateId: number;
  readonly channelIds: Int32Array;
  /** Peak-to-peak per entry of channelIds (aligned: users-and-rivals B6), decreasing. */
  readonly amplitudes: Float64Array;
  /** float32 [sample][channel] over channelIds. */
  readonly waveform: Float32Array;
}

/** One template as the file has it, whitened and without scaling: `values` is [channel][sample] over `channelIds`, where it is not zero. */
export interface StoredTemplate {
  readonly channelIds: Int32Array;
  readonly values: Float32Array | Float64Array;
}

export interface Templates {
  /** Rows of templates.npy. */
  readonly count: number;
  readonly sampleCount: number;
  readonly sparse: boolean;
  /** Columns stored per template (all channels when dense). */
  readonly localChannelCount: number;
  /** undefined for an id outside 0..count-1 or an all-NaN template. Cached. `threshold` as in spec/data.md 8.1 step 3 (default 0). */
  get(templateId: number, threshold?: number): Template | undefined;
  /** Largest peak-to-peak over channels of the unwhitened template (`amp`); 0 when there is no such template. Cached. */
  peakToPeak(templateId: number): number;
  /** float32 [sample][channel] of the template over the given channels; 0 on channels it does not have. */
  onChannels(templateId: number, channelIds: ArrayLike<number>): Float32Array;
  /** undefined for an id outside 0..count-1 or an all-NaN template. */
  stored(templateId: number): StoredTemplate | undefined;
  /**
   * Unwhitens anything of the shape of a stored template, without scaling, as it reaches everywhere: its peak-to-peak on its largest channel,
   * and float32 [sample][channel] on the given channels.
   */
  unwhitened(
    stored: StoredTemplate,
    channelIds: Int32Array,
  ): { readonly peakToPeak: number; readonly waveform: Float32Array };
}

export interface Features {
  readonly pcCount: number;
  /** Ascending ids of the spikes that have a row; undefined when all have. */
  readonly spikeIds?: Int32Array;
  /** float32 [spike][channel][pc]; NaN where the file stores nothing for that spike and channel. Reads only the rows asked for. */
  read(spikeIds: Int32Array, channelIds: ArrayLike<number>, progress?: ReadProgress): Promise<Float32Array>;
}

export interface TemplateFeatures {
  readonly spikeIds?: Int32Array;
  /** float64 [spike][templateIds]: stored value, 0 where the file stores nothing for that template, NaN for a spike without a row. */
  read(spikeIds: Int32Array, templateIds: ArrayLike<number>, progress?: ReadProgress): Promise<Float64Array>;
}

/** Raw data of the mapped channels. */
export interface Traces {
  readonly sampleCount: number;
  /** Sample bounds of the reader's chunks, first 0, last sampleCount (spec/data.md 6.2). */
  readonly chunkBounds: Float64Array;
  /** float64 [channel]: µV per raw unit; undefined where nothing says it. What is read stays in raw units. */
  readonly microvolts?: Float64Array;
  /** float32 [sample][channel] of samples [start, end) clipped to the recording, raw units. */
  read(start: number, end: number, channelIds: ArrayLike<number>, progress?: ReadProgress): Promise<Float32Array>;
  /**
   * float32 [spike][sample][channel]: windows of `sampleCount` samples starting `before` samples before each spike sample; zero
   * outside the recording and for channel -1 (spec/data.md 6.4). Raw units, unfiltered.
   */
  windows(
    spikeSamples: ArrayLike<number>,
    before: number,
    sampleCount: number,
    channelIds: ArrayLike<number>,
    progress?: ReadProgress,
  ): Promise<Float32Array>;
}

/** A filter of raw data beside our own. */
export interface ForeignFilter {
  /** Samples on either side that it sees beside those that are wanted. */
  readonly context: number;
  /** Channels that it wants together, whichever are shown; undefined when it takes each by itself. */
  readonly allChannels?: Int32Array;
  /** Filters each window along its samples: float32 [window][sample][channel] as given. Throws PhyError when it fails. */
  apply(
    windows: Float32Array,
    sampleCount: number,
    channelCount: number,
    progress: ReadProgress,
  ): Promise<Float32Array>;
}

/** A raw file that is not where params.py says. */
export interface MovedFile {
  /** The path that params.py names, absolute. */
  readonly named: string;
  /** What a person chose to be read instead; null when nothing is read. */
  readonly chosen: string | null;
  /** Files that may be it, absolute, likeliest first. */
  readonly candidates: readonly string[];
}

export type FileStatus = 'read' | 'ignored' | 'missing' | 'repaired' | 'bad';
export interface FileNote {
  readonly name: string;
  readonly status: FileStatus;
  readonly dtype?: string;
  readonly shape?: readonly number[];
  /** One sentence, empty when there is nothing to say. */
  readonly note: string;
}
/** What opening found: shown in the terminal, in the GUI and by template-describe. */
export interface OpenReport {
  readonly files: readonly FileNote[];
  /** Sentences, most important first. */
  readonly warnings: readonly string[];
}

/**
 * Numbers that were floats in Python. A number here does not say whether it was read as `2` or `2.0`, but files must be written back as
 * they were (spec/data.md 5.2, 5.3).
 */
export interface FloatText {
  /** Columns of cluster_info.tsv whose whole values are floats: `fr`, and `depth`, `amp`, `sh` depending on the dataset. */
  readonly columns: ReadonlySet<string>;
  /** By metadata field: whole values that the files write as floats, such as 100 for `100.0`. */
  readonly labels: ReadonlyMap<string, ReadonlySet<number>>;
}

/** Waveforms exported by extract-waveforms for some spikes: what is left to show when the raw data are elsewhere (spec/data.md 8.3). */
export interface WaveformSubset {
  /** Ascending ids of the spikes that have a waveform. */
  readonly spikeIds: Int32Array;
  readonly sampleCount: number;
  /** Ascending ids of the spikes whose waveform has the channel. */
  spikesOn(channelId: number): Int32Array;
  /** float32 [spike][sample][channel]: zeros on channels that are not stored for a spike, and for spikes without a waveform. */
  read(spikeIds: Int32Array, channelIds: ArrayLike<number>, progress?: ReadProgress): Promise<Float32Array>;
}

/** How far each spike reaches into each channel, 0 to 1 (klusta). */
export interface Masks {
  /** float32 [spike][channel] */
  read(spikeIds: Int32Array, channelIds: ArrayLike<number>, progress?: ReadProgress): Promise<Float32Array>;
}

/** What only klusta datasets have (spec/data.md 12.3). */
export interface Klusta extends KwikParams {
  readonly model: KwikModel;
  /** undefined without a .kwx: every channel then counts fully. */
  readonly masks?: Masks;
  /** Channels of a group of spikes (ascending ids), best first. */
  readonly bestChannels: (spikeIds: Int32Array) => Int32Array;
}

/** Values that a file keeps for every spike, such as positions. They stay in the file until they are asked for. */
export interface SpikeAttribute {
  /** dtype of the values in memory. */
  readonly dtype: NdArray['dtype'];
  /** [spike][...] */
  readonly shape: readonly number[];
  /**
   * float64 [spike][column] of the given spikes and columns of the flattened remaining axes, as stored. Reads only these rows. Throws `input`
   * when the file cannot be read any more.
   */
  read(spikeIds: Int32Array, columns: readonly number[], progress?: ReadProgress): Promise<Float64Array>;
}

export interface Dataset {
  /** `raw`: a recording without spikes and clusters. */
  readonly format: 'template' | 'kwik' | 'raw';
  /** Folder of the data files, and of what we write. */
  readonly folder: string;
  /** Last part of the folder's path. */
  readonly name: string;
  readonly paramsPath: string;
  readonly sampleRate: number;
  /** Seconds: of the raw data when present, else the last spike time. */
  readonly duration: number;
  readonly rawDtype: string;
  readonly rawOffset: number;
  /** n_channels_dat, null when params.py does not say. */
  readonly rawChannelCount: number | null;
  readonly dataFiles: readonly {
    readonly path: string;
    readonly exists: boolean;
    readonly sampleCount: number | null;
  }[];
  /** Raw files that are not where they should be; undefined when all are. */
  readonly movedFiles?: readonly MovedFile[];
  readonly spikes: Spikes;
  readonly channels: Channels;
  readonly templates?: Templates;
  /** [template][template], row-major, size similarityCount². */
  readonly similarity?: { readonly count: number; readonly data: Float32Array | Float64Array };
  readonly features?: Features;
  readonly templateFeatures?: TemplateFeatures;
  readonly traces?: Traces;
  /** Filters of plugins, by name. */
  readonly filters?: ReadonlyMap<string, ForeignFilter>;
  readonly waveformSubset?: WaveformSubset;
  readonly spikeAttributes: ReadonlyMap<string, SpikeAttribute>;
  readonly metadata: Metadata;
  readonly floatText: FloatText;
  /** Number of template ids that may occur: rows of templates.npy, else largest id + 1. */
  readonly templateCount: number;
  readonly hasWhitening: boolean;
  /** False when nothing says where the channels are: their positions only keep them apart. True when absent. */
  readonly knowsSites?: boolean;
  /** Present when the format is `kwik`. */
  readonly klusta?: Klusta;
  /** Next free cluster id by `.phy/new_cluster_id.json`, undefined without the file. */
  readonly storedNewClusterId?: number;
  readonly report: OpenReport;
  close(): Promise<void>;
}
