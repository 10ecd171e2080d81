/**
 * What a script, the console and a plugin call `m`, `c` and `s`: model, controller and supervisor under the names of the Python program
 * (spec/curation.md 6.4), the same wherever the code runs. What is small is there at once; what is large is a promise of typed arrays.
 * Actions run in the engine, one after the other, with the undo, the journal and the tables that the window has.
 *
 *     const times = await m.spike_times;
 *     const { added } = await s.merge([12, 15]);
 *
 * This file imports nothing, so that what the compiler makes of it can lie beside a plugin.
 */

/** A cell of the cluster view; null leaves it empty. */
export type Value = string | number | boolean | null;
/** The value of a parameter of a view. */
export type SettingValue = number | boolean | string | readonly number[] | null;

/** Numbers in C order, with the name of their type as in NumPy. NaN stands for a value that is missing. */
export interface Numbers<T> {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: T;
}

/** A row of the cluster view. */
export interface ScriptRow {
  readonly id: number;
  readonly is_masked: boolean;
  readonly group: Value;
  readonly [column: string]: Value | undefined;
}

/** One cluster as it is at the moment of the call. */
export interface Cluster {
  readonly id: number;
  /** Ascending. */
  readonly spikeIds: Int32Array;
  /** [spike], s, ascending. */
  readonly times: Float64Array;
  /** [spike]: the template that found it. */
  readonly templates: Int32Array;
  /** [spike]: amplitudes.npy, where the dataset has it. */
  readonly amplitudes?: Float64Array;
  /** Best channels, the best first. */
  readonly channels: Int32Array;
  /** Group and labels by name. */
  readonly labels: Readonly<Record<string, Value>>;
}

/** One template, unwhitened, on its channels, the best one first. */
export interface ScriptTemplate {
  /** float32 [sample][channel] */
  readonly template: Numbers<Float32Array>;
  readonly channel_ids: Int32Array;
  readonly best_channel: number;
  /** Peak-to-peak on each of `channel_ids`, decreasing. */
  readonly amplitude: Float64Array;
}

/** The dataset as it was read. Arrays are copies: writing to them changes nothing. */
export interface ScriptModel {
  readonly name: string;
  /** Folder of the data. */
  readonly dir_path: string;
  readonly format: 'template' | 'kwik' | 'raw';
  /** Hz */
  readonly sample_rate: number;
  /** s */
  readonly duration: number;
  readonly n_spikes: number;
  readonly n_channels: number;
  readonly n_templates: number;
  /** Samples of a waveform of `get_waveforms`. */
  readonly n_samples_waveforms: number;
  /** Raw column of each channel. */
  readonly channel_mapping: Int32Array;
  /** float64 [channel][x, y], µm */
  readonly channel_positions: Numbers<Float64Array>;
  readonly channel_shanks: Float64Array;
  readonly channel_probes: Float64Array;
  readonly channel_labels: readonly string[];
  /** Names of the label files, without `group`. */
  readonly metadata_fields: readonly string[];
  /** [spike], s */
  readonly spike_times: Promise<Float64Array>;
  /** [spike], sample index from the start of the recording */
  readonly spike_samples: Promise<Float64Array>;
  /** [spike], the cluster of each spike now; negative for none */
  readonly spike_clusters: Promise<Int32Array>;
  /** [spike], the template that found it */
  readonly spike_templates: Promise<Int32Array>;
  /** [spike]; rejects when the dataset has none */
  readonly amplitudes: Promise<Float64Array>;
  /** null for a template that does not exist. */
  get_template(template_id: number): Promise<ScriptTemplate | null>;
  /** float32 [spike][channel][pc]; NaN where nothing is stored. */
  get_features(spike_ids: ArrayLike<number>, channel_ids?: ArrayLike<number>): Promise<Numbers<Float32Array>>;
  /** float64 [spike][template]; NaN for a spike without a row. */
  get_template_features(spike_ids: ArrayLike<number>): Promise<Numbers<Float64Array>>;
  /**
   * float32 [spike][sample][channel], raw units, unfiltered, zero outside the recording: `n_samples_waveforms` samples around each spike, or
   * `sample_count` from `before` samples before it.
   */
  get_waveforms(
    spike_ids: ArrayLike<number>,
    channel_ids?: ArrayLike<number>,
    before?: number,
    sample_count?: number,
  ): Promise<Numbers<Float32Array>>;
  /** float32 [sample][channel] of samples [start, end), raw units. */
  get_traces(start: number, end: number, channel_ids?: ArrayLike<number>): Promise<Numbers<Float32Array>>;
  /** Spikes, times, templates, amplitudes, channels and labels of a cluster now. */
  cluster(cluster_id: number): Promise<Cluster>;
  /** The template that found most spikes of the cluster; null without templates. */
  get_cluster_template(cluster_id: number): Promise<ScriptTemplate | null>;
  /** Spikes that the template found, ascending. */
  get_template_spikes(template_id: number): Promise<Int32Array>;
  /** Spikes of the cluster now, ascending. */
  get_cluster_spikes(cluster_id: number): Promise<Int32Array>;
  /** Channels of the template, the best one first. */
  get_template_channels(template_id: number): Promise<Int32Array>;
  /** Channels of the cluster's most frequent template, the best one first. */
  get_cluster_channels(cluster_id: number): Promise<Int32Array>;
}

/** Limits that views sample spikes by. Setting one moves every open view. */
export interface ScriptBudgets {
  n_spikes_waveforms: number;
  batch_size_waveforms: number;
  n_spikes_features: number;
  n_spikes_features_background: number;
  n_spikes_correlograms: number;
  n_spikes_amplitudes: number;
}

export interface ScriptController extends ScriptBudgets {
  readonly model: ScriptModel;
  readonly supervisor: ScriptSupervisor;
  get_best_channel(cluster_id: number): Promise<number>;
  get_best_channels(cluster_id: number): Promise<Int32Array>;
  /** s */
  get_spike_times(cluster_id: number): Promise<Float64Array>;
  get_spike_ids(cluster_id: number): Promise<Int32Array>;
  /** Hz */
  get_mean_firing_rate(cluster_id: number): number;
  /** µm */
  get_probe_depth(cluster_id: number): number;
  get_cluster_amplitude(cluster_id: number): number;
  /** [id, similarity] pairs, decreasing, the cluster itself left out. */
  similarity(cluster_id: number): Promise<readonly (readonly [number, number])[]>;
  /**
   * The answer of a view's query, as `phy query` prints it: `await c.query('correlogram', [2, 24])`. Takes the selected clusters when none
   * are given.
   */
  query(
    name: string,
    cluster_ids?: readonly number[],
    params?: Readonly<Record<string, SettingValue>>,
  ): Promise<unknown>;
}

export interface ScriptSelection {
  readonly clusters: readonly number[];
  readonly similar: readonly number[];
}

/** What an action did to clusters, labels and selection. */
export interface ScriptChange {
  readonly action: string;
  /** The sentence of the status bar. */
  readonly message: string;
  /** `merge`, `assign`, `metadata_<field>`, or null when neither clusters nor metadata changed. */
  readonly description: string | null;
  readonly history: 'undo' | 'redo' | null;
  /** Ascending. */
  readonly added: readonly number[];
  readonly deleted: readonly number[];
  /** [old, new] pairs. */
  readonly descendants: readonly (readonly [number, number])[];
  /** Clusters whose group or label changed (not by inheritance), ascending. */
  readonly changed: readonly number[];
  /** Number of spikes that changed cluster. */
  readonly spikeCount: number;
  readonly selectionBefore: ScriptSelection;
  readonly selection: ScriptSelection;
}

/** What an action did; `message` is the sentence of the status bar. */
export interface ScriptResult extends Partial<Omit<ScriptChange, 'message'>> {
  readonly message: string;
  /** Only for save. */
  readonly files?: readonly string[];
  /** Only for split: spikes without a coordinate. */
  readonly missing?: number;
}

/** Any action by its name, with words or one object, as in a snippet: `s.actions.next()`, `s.actions.sort('depth', 'asc')`. */
export type ScriptActions = Readonly<Record<string, (...args: readonly unknown[]) => Promise<ScriptResult>>>;

export interface ScriptClustering {
  /** Ascending. */
  readonly cluster_ids: readonly number[];
  readonly n_clusters: number;
  /** The next free id. */
  readonly new_cluster_id: number;
  /** cluster id -> number of spikes */
  readonly cluster_counts: ReadonlyMap<number, number>;
  /** [spike], the cluster of each spike now */
  readonly spike_clusters: Promise<Int32Array>;
  /** cluster id -> its spikes, ascending: `await s.clustering.spikes_per_cluster.get(12)`. */
  readonly spikes_per_cluster: { get(cluster_id: number): Promise<Int32Array> };
  /** Spikes of all of them, ascending. */
  spikes_in_clusters(cluster_ids: readonly number[]): Promise<Int32Array>;
}

export interface ScriptMetadata {
  /** `group` and the labels. */
  readonly fields: readonly string[];
  get(field: string, cluster_id: number): Value;
  /** cluster id -> value, only clusters that have one. */
  to_dict(field: string): ReadonlyMap<number, Value>;
}

/** The curation. Methods that act reject with the sentence of the status bar when the action was refused. */
export interface ScriptSupervisor {
  /** Selected clusters, then selected similar ones. */
  readonly selected: readonly number[];
  readonly selected_clusters: readonly number[];
  readonly selected_similar: readonly number[];
  readonly clustering: ScriptClustering;
  readonly cluster_meta: ScriptMetadata;
  readonly actions: ScriptActions;
  /** Columns of the cluster view, in order. */
  readonly columns: readonly string[];
  /** Names of the labels. */
  readonly fields: readonly string[];
  /** One row for each cluster, in the order of the ids. */
  readonly cluster_info: readonly ScriptRow[];
  /** Clusters in the order of the cluster view, after its filter. */
  readonly shown: readonly number[];
  /** Clusters in the order of the similarity view, after its filter. */
  readonly shown_similar: readonly number[];
  /** True when something is not saved. */
  readonly dirty: boolean;
  get_cluster_info(cluster_id: number): ScriptRow | undefined;
  /** cluster id -> value, every cluster. */
  get_labels(field: string): ReadonlyMap<number, Value>;
  n_spikes(cluster_id: number): number;
  select(cluster_ids: readonly number[] | number, ...more: readonly number[]): Promise<ScriptResult>;
  /** The selected clusters when none are given. */
  merge(cluster_ids?: readonly number[], to?: number): Promise<ScriptResult>;
  /** `labels`: one whole number per spike, only differences matter; without, the spikes become one cluster. */
  split(spike_ids: ArrayLike<number>, labels?: ArrayLike<number>): Promise<ScriptResult>;
  /** The selected clusters when none are given. */
  label(field: string, value: Value, cluster_ids?: readonly number[] | number): Promise<ScriptResult>;
  move(group: string | null, which?: 'best' | 'similar' | 'all' | readonly number[] | number): Promise<ScriptResult>;
  filter(expression: string): Promise<ScriptResult>;
  sort(column: string, direction?: 'asc' | 'desc'): Promise<ScriptResult>;
  undo(): Promise<ScriptResult>;
  redo(): Promise<ScriptResult>;
  /** `over`: also over files that another program changed since they were read or saved here. */
  save(over?: boolean): Promise<ScriptResult>;
}

/** The three of them, as a script gets them: `export default async ({ m, c, s }) => { ... }`. */
export interface Scripting {
  readonly m: ScriptModel;
  readonly c: ScriptController;
  readonly s: ScriptSupervisor;
}
