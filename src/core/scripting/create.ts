/** Makes `m`, `c` and `s` over any line to an engine: the window's, or a session in the same process. */
import { PhyError } from '../base/errors.ts';
import { isTypedArray, type NdArray } from '../base/nd.ts';
import type { ParamValue } from '../base/params.ts';
import type {
  ScriptChannelsAnswer,
  ScriptClusterSpikesAnswer,
  ScriptModelAnswer,
  ScriptSpikeIdsAnswer,
  ScriptSpikesAnswer,
  ScriptTableAnswer,
  ScriptTemplateAnswer,
  SpikeVector,
} from '../engine/scriptQueries.ts';
import type { SimilarityTableAnswer } from '../engine/tableQueries.ts';
import type { Row, Selection } from '../curation/state.ts';
import type { MetadataValue } from '../dataset/dataset.ts';
import type { ActionResult, DatasetSummary, Snapshot } from '../protocol/messages.ts';
import type {
  ScriptActions,
  ScriptClustering,
  ScriptController,
  ScriptMetadata,
  ScriptModel,
  ScriptResult,
  ScriptSupervisor,
  Scripting,
} from './api.ts';
import type { BudgetName } from './budgets.ts';

/** The line to an engine, and what is known of its state. */
export interface ScriptPort {
  readonly dataset: DatasetSummary;
  /** Answer of the query `scriptModel`. */
  readonly model: ScriptModelAnswer;
  /** Names of all actions. */
  readonly actions: readonly string[];
  snapshot(): Pick<Snapshot, 'selection' | 'columns' | 'clusterTable' | 'dirty' | 'newClusterId'>;
  rows(): ReadonlyMap<number, Row>;
  /** Rejects with the sentence of the failure. */
  ask(query: string, clusters: readonly number[], params: Readonly<Record<string, ParamValue>>): Promise<unknown>;
  act(action: string, args: readonly unknown[] | Readonly<Record<string, unknown>>): Promise<ActionResult>;
  budget(name: BudgetName): number;
  setBudget(name: BudgetName, value: number): void;
}

export function createScripting(port: ScriptPort): Scripting {
  const m = new Model(port);
  const s = new Supervisor(port, m);
  return { m, s, c: new Controller(port, m, s) };
}

const listOf = (ids: ArrayLike<number>): readonly number[] => Array.from(ids);
const listOrNumber = (ids: ArrayLike<number> | number): readonly number[] =>
  typeof ids === 'number' ? [ids] : listOf(ids);

class Model implements ScriptModel {
  readonly [Symbol.toStringTag] = 'Model';
  readonly name: string;
  readonly dir_path: string;
  readonly format: 'template' | 'kwik' | 'raw';
  readonly sample_rate: number;
  readonly duration: number;
  readonly n_spikes: number;
  readonly n_channels: number;
  readonly n_templates: number;
  readonly n_samples_waveforms: number;
  readonly channel_mapping: Int32Array;
  readonly channel_positions: NdArray<Float64Array>;
  readonly channel_shanks: Float64Array;
  readonly channel_probes: Float64Array;
  readonly channel_labels: readonly string[];
  readonly metadata_fields: readonly string[];
  readonly #port: ScriptPort;

  constructor(port: ScriptPort) {
    const { dataset, model } = port;
    this.#port = port;
    this.name = dataset.name;
    this.dir_path = dataset.folder;
    this.format = dataset.format;
    this.sample_rate = dataset.sampleRate;
    this.duration = dataset.durationSeconds;
    this.n_spikes = dataset.spikeCount;
    this.n_channels = dataset.channelCount;
    this.n_templates = dataset.templateCount;
    this.n_samples_waveforms = model.sampleCount;
    this.channel_mapping = model.channelMapping.data;
    this.channel_positions = model.channelPositions;
    this.channel_shanks = model.channelShanks.data;
    this.channel_probes = model.channelProbes.data;
    this.channel_labels = dataset.channelLabels;
    this.metadata_fields = model.metadataFields;
  }

  get spike_times(): Promise<Float64Array> {
    return this.#vector('spike_times', (count) => new Float64Array(count));
  }
  get spike_samples(): Promise<Float64Array> {
    return this.#vector('spike_samples', (count) => new Float64Array(count));
  }
  get spike_clusters(): Promise<Int32Array> {
    return this.#vector('spike_clusters', (count) => new Int32Array(count));
  }
  get spike_templates(): Promise<Int32Array> {
    return this.#vector('spike_templates', (count) => new Int32Array(count));
  }
  get amplitudes(): Promise<Float64Array> {
    return this.#vector('amplitudes', (count) => new Float64Array(count));
  }

  async get_template(template_id: number): Promise<Awaited<ReturnType<ScriptModel['get_template']>>> {
    const answer = await this.#ask<ScriptTemplateAnswer>('scriptTemplate', [], { template: template_id });
    const { channelIds, amplitudes, waveform } = answer;
    if (channelIds === undefined || amplitudes === undefined || waveform === undefined) return null;
    const channel_ids = channelIds.data;
    return { template: waveform, channel_ids, best_channel: channel_ids[0] ?? 0, amplitude: amplitudes.data };
  }
  async get_features(spikes: ArrayLike<number>, channels?: ArrayLike<number>): Promise<NdArray<Float32Array>> {
    return await this.#table('scriptFeatures', { spikes: listOf(spikes), ...channelsOf(channels) });
  }
  async get_template_features(spikes: ArrayLike<number>): Promise<NdArray<Float64Array>> {
    return await this.#table('scriptTemplateFeatures', { spikes: listOf(spikes) });
  }
  async get_waveforms(spikes: ArrayLike<number>, channels?: ArrayLike<number>): Promise<NdArray<Float32Array>> {
    return await this.#table('scriptWaveforms', { spikes: listOf(spikes), ...channelsOf(channels) });
  }
  async get_traces(start: number, end: number, channels?: ArrayLike<number>): Promise<NdArray<Float32Array>> {
    return await this.#table('scriptTraces', { start, end, ...channelsOf(channels) });
  }
  async get_template_spikes(template_id: number): Promise<Int32Array> {
    const params = { template: template_id };
    const { spikeIds } = await this.#ask<ScriptSpikeIdsAnswer>('scriptTemplateSpikes', [], params);
    return spikeIds.data;
  }
  async get_cluster_spikes(cluster_id: number): Promise<Int32Array> {
    const { spikeIds } = await this.#ask<ScriptClusterSpikesAnswer>('scriptClusterSpikes', [cluster_id]);
    return spikeIds.data;
  }
  async get_template_channels(template_id: number): Promise<Int32Array> {
    return (await this.get_template(template_id))?.channel_ids ?? new Int32Array(0);
  }
  async get_cluster_channels(cluster_id: number): Promise<Int32Array> {
    const { channelIds } = await this.#ask<ScriptChannelsAnswer>('scriptClusterChannels', [cluster_id]);
    return channelIds.data;
  }

  /** The engine's answers are what its queries say they are. */
  async #ask<A>(
    query: string,
    clusters: readonly number[],
    params: Readonly<Record<string, ParamValue>> = {},
  ): Promise<A> {
    return (await this.#port.ask(query, clusters, params)) as A;
  }

  async #table<T extends Float32Array | Float64Array>(
    query: string,
    params: Readonly<Record<string, ParamValue>>,
  ): Promise<NdArray<T>> {
    const { values } = await this.#ask<ScriptTableAnswer>(query, [], params);
    return values as NdArray<T>;
  }

  /** Every value of a vector over the spikes, asked for in pieces. */
  async #vector<T extends Float64Array | Int32Array>(vector: SpikeVector, make: (count: number) => T): Promise<T> {
    const all = make(this.n_spikes);
    for (let start = 0; start < all.length; ) {
      const { values } = await this.#ask<ScriptSpikesAnswer>('scriptSpikes', [], { vector, start });
      all.set(values.data, start);
      start += values.data.length;
    }
    return all;
  }
}

const channelsOf = (channels: ArrayLike<number> | undefined): Readonly<Record<string, ParamValue>> =>
  channels === undefined ? {} : { channels: listOf(channels) };

class Clustering implements ScriptClustering {
  readonly [Symbol.toStringTag] = 'Clustering';
  readonly spikes_per_cluster: ScriptClustering['spikes_per_cluster'];
  readonly #port: ScriptPort;
  readonly #model: ScriptModel;

  constructor(port: ScriptPort, model: ScriptModel) {
    this.#port = port;
    this.#model = model;
    this.spikes_per_cluster = { get: (cluster_id) => model.get_cluster_spikes(cluster_id) };
  }

  get cluster_ids(): readonly number[] {
    return sortedIds(this.#port.rows());
  }
  get n_clusters(): number {
    return this.#port.rows().size;
  }
  get new_cluster_id(): number {
    return this.#port.snapshot().newClusterId;
  }
  get cluster_counts(): ReadonlyMap<number, number> {
    return new Map(sortedRows(this.#port).map((row) => [row.id, numberIn(row, 'n_spikes')]));
  }
  get spike_clusters(): Promise<Int32Array> {
    return this.#model.spike_clusters;
  }
  async spikes_in_clusters(cluster_ids: readonly number[]): Promise<Int32Array> {
    const answer = (await this.#port.ask('scriptClusterSpikes', cluster_ids, {})) as ScriptClusterSpikesAnswer;
    return answer.spikeIds.data.slice().sort();
  }
}

const sortedIds = (rows: ReadonlyMap<number, Row>): readonly number[] => [...rows.keys()].sort((a, b) => a - b);
const sortedRows = (port: ScriptPort): readonly Row[] => [...port.rows().values()].sort((a, b) => a.id - b.id);

function rowOf(port: ScriptPort, cluster_id: number): Row {
  const row = port.rows().get(cluster_id);
  if (row === undefined) throw new PhyError('usage', `There is no cluster ${cluster_id}.`);
  return row;
}

function numberIn(row: Row, column: string): number {
  const value = row[column];
  return typeof value === 'number' ? value : Number.NaN;
}

class Metadata implements ScriptMetadata {
  readonly [Symbol.toStringTag] = 'Metadata';
  readonly #port: ScriptPort;
  constructor(port: ScriptPort) {
    this.#port = port;
  }
  get fields(): readonly string[] {
    return ['group', ...labelsOf(this.#port)];
  }
  get(field: string, cluster_id: number): MetadataValue {
    return rowOf(this.#port, cluster_id)[field] ?? null;
  }
  to_dict(field: string): ReadonlyMap<number, MetadataValue> {
    const values = sortedRows(this.#port).map((row): [number, MetadataValue] => [row.id, row[field] ?? null]);
    return new Map(values.filter(([, value]) => value !== null));
  }
}

const NO_LABELS: ReadonlySet<string> = new Set([
  'id',
  'is_masked',
  'ch',
  'sh',
  'depth',
  'fr',
  'amp',
  'n_spikes',
  'group',
]);
const labelsOf = (port: ScriptPort): readonly string[] =>
  port.snapshot().columns.filter((column) => !NO_LABELS.has(column));

class Supervisor implements ScriptSupervisor {
  readonly [Symbol.toStringTag] = 'Supervisor';
  readonly clustering: ScriptClustering;
  readonly cluster_meta: ScriptMetadata;
  readonly actions: ScriptActions;
  readonly #port: ScriptPort;

  constructor(port: ScriptPort, model: ScriptModel) {
    this.#port = port;
    this.clustering = new Clustering(port, model);
    this.cluster_meta = new Metadata(port);
    const entries = port.actions.map((name) => [
      name,
      (...args: readonly unknown[]) => this.#act(name, oneObject(args) ?? args.map(plain)),
    ]);
    this.actions = Object.freeze(Object.fromEntries(entries));
  }

  get #selection(): Selection {
    return this.#port.snapshot().selection;
  }
  get selected(): readonly number[] {
    return [...new Set([...this.#selection.clusters, ...this.#selection.similar])];
  }
  get selected_clusters(): readonly number[] {
    return this.#selection.clusters;
  }
  get selected_similar(): readonly number[] {
    return this.#selection.similar;
  }
  get columns(): readonly string[] {
    return this.#port.snapshot().columns;
  }
  get fields(): readonly string[] {
    return labelsOf(this.#port);
  }
  get cluster_info(): readonly Row[] {
    return sortedRows(this.#port);
  }
  get shown(): readonly number[] {
    return this.#port.snapshot().clusterTable.shown;
  }
  get dirty(): boolean {
    return this.#port.snapshot().dirty;
  }
  get_cluster_info(cluster_id: number): Row | undefined {
    return this.#port.rows().get(cluster_id);
  }
  get_labels(field: string): ReadonlyMap<number, MetadataValue> {
    return new Map(sortedRows(this.#port).map((row) => [row.id, row[field] ?? null]));
  }
  n_spikes(cluster_id: number): number {
    return numberIn(rowOf(this.#port, cluster_id), 'n_spikes');
  }
  select(cluster_ids: readonly number[] | number, ...more: readonly number[]): Promise<ScriptResult> {
    return this.#act('select', { ids: [...listOrNumber(cluster_ids), ...more] });
  }
  merge(cluster_ids?: readonly number[], to?: number): Promise<ScriptResult> {
    return this.#act('merge', { ...idsOf(cluster_ids), ...(to === undefined ? {} : { to }) });
  }
  split(spike_ids: ArrayLike<number>, labels?: ArrayLike<number>): Promise<ScriptResult> {
    const groups = labels === undefined ? {} : { labels: listOf(labels) };
    return this.#act('split', { spikes: listOf(spike_ids), ...groups });
  }
  label(name: string, value: MetadataValue, cluster_ids?: readonly number[] | number): Promise<ScriptResult> {
    return this.#act('label', { name, value, ...idsOf(cluster_ids) });
  }
  move(
    group: string | null,
    which: 'best' | 'similar' | 'all' | readonly number[] | number = 'best',
  ): Promise<ScriptResult> {
    return this.#act('move', { group, which: typeof which === 'string' ? which : listOrNumber(which) });
  }
  filter(text: string): Promise<ScriptResult> {
    return this.#act('filter', { text });
  }
  sort(column: string, direction: 'asc' | 'desc' = 'desc'): Promise<ScriptResult> {
    return this.#act('sort', [column, direction]);
  }
  undo(): Promise<ScriptResult> {
    return this.#act('undo', []);
  }
  redo(): Promise<ScriptResult> {
    return this.#act('redo', []);
  }
  save(): Promise<ScriptResult> {
    return this.#act('save', []);
  }

  async #act(action: string, args: readonly unknown[] | Readonly<Record<string, unknown>>): Promise<ScriptResult> {
    const { ok, message, change, files, missing } = await this.#port.act(action, args);
    if (!ok) throw new PhyError('refused', message);
    const more = { ...(files === undefined ? {} : { files }), ...(missing === undefined ? {} : { missing }) };
    return { ...change, message, ...more };
  }
}

const idsOf = (ids: readonly number[] | number | undefined): Readonly<Record<string, unknown>> =>
  ids === undefined ? {} : { ids: listOrNumber(ids) };

/** The named arguments of a call with one plain object. */
function oneObject(args: readonly unknown[]): Readonly<Record<string, unknown>> | undefined {
  const [only] = args;
  if (args.length !== 1 || typeof only !== 'object' || only === null) return undefined;
  if (Array.isArray(only) || ArrayBuffer.isView(only)) return undefined;
  return Object.fromEntries(Object.entries(only).map(([name, value]) => [name, plain(value)]));
}

/** Typed arrays as lists: actions travel as JSON. */
function plain(value: unknown): unknown {
  return isTypedArray(value) ? Array.from(value) : value;
}

class Controller implements ScriptController {
  readonly [Symbol.toStringTag] = 'Controller';
  readonly model: ScriptModel;
  readonly supervisor: ScriptSupervisor;
  readonly #port: ScriptPort;

  constructor(port: ScriptPort, model: ScriptModel, supervisor: ScriptSupervisor) {
    this.#port = port;
    this.model = model;
    this.supervisor = supervisor;
  }

  get n_spikes_waveforms(): number {
    return this.#port.budget('n_spikes_waveforms');
  }
  set n_spikes_waveforms(value: number) {
    this.#port.setBudget('n_spikes_waveforms', value);
  }
  get batch_size_waveforms(): number {
    return this.#port.budget('batch_size_waveforms');
  }
  set batch_size_waveforms(value: number) {
    this.#port.setBudget('batch_size_waveforms', value);
  }
  get n_spikes_features(): number {
    return this.#port.budget('n_spikes_features');
  }
  set n_spikes_features(value: number) {
    this.#port.setBudget('n_spikes_features', value);
  }
  get n_spikes_features_background(): number {
    return this.#port.budget('n_spikes_features_background');
  }
  set n_spikes_features_background(value: number) {
    this.#port.setBudget('n_spikes_features_background', value);
  }
  get n_spikes_correlograms(): number {
    return this.#port.budget('n_spikes_correlograms');
  }
  set n_spikes_correlograms(value: number) {
    this.#port.setBudget('n_spikes_correlograms', value);
  }
  get n_spikes_amplitudes(): number {
    return this.#port.budget('n_spikes_amplitudes');
  }
  set n_spikes_amplitudes(value: number) {
    this.#port.setBudget('n_spikes_amplitudes', value);
  }

  async get_best_channel(cluster_id: number): Promise<number> {
    return (await this.get_best_channels(cluster_id))[0] ?? 0;
  }
  get_best_channels(cluster_id: number): Promise<Int32Array> {
    return this.model.get_cluster_channels(cluster_id);
  }
  async get_spike_times(cluster_id: number): Promise<Float64Array> {
    const answer = await this.#port.ask('scriptClusterSpikes', [cluster_id], { times: true });
    return (answer as ScriptClusterSpikesAnswer).times?.data ?? new Float64Array(0);
  }
  get_spike_ids(cluster_id: number): Promise<Int32Array> {
    return this.model.get_cluster_spikes(cluster_id);
  }
  get_mean_firing_rate(cluster_id: number): number {
    return numberIn(rowOf(this.#port, cluster_id), 'fr');
  }
  get_probe_depth(cluster_id: number): number {
    return numberIn(rowOf(this.#port, cluster_id), 'depth');
  }
  get_cluster_amplitude(cluster_id: number): number {
    return numberIn(rowOf(this.#port, cluster_id), 'amp');
  }
  async similarity(cluster_id: number): Promise<readonly (readonly [number, number])[]> {
    const answer = (await this.#port.ask('similarity', [cluster_id], {})) as SimilarityTableAnswer;
    return Array.from(answer.clusterIds.data, (id, k) => [id, answer.similarity.data[k]] as const);
  }
  query(
    name: string,
    cluster_ids: readonly number[] = this.supervisor.selected,
    params: Readonly<Record<string, ParamValue>> = {},
  ): Promise<unknown> {
    return this.#port.ask(name, cluster_ids, params);
  }
}
