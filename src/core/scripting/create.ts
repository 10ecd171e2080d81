/** Makes `m`, `c` and `s` over any line to an engine: the window's, or a session in the same process. Their shapes are those of api.ts. */
import { PhyError } from '../base/errors.ts';
import { isTypedArray } from '../base/nd.ts';
import type {
  ScriptChannelsAnswer,
  ScriptClusterParts,
  ScriptClusterSpikesAnswer,
  ScriptModelAnswer,
  ScriptSpikeIdsAnswer,
  ScriptSpikesAnswer,
  ScriptTableAnswer,
  ScriptTemplateAnswer,
  SpikeVector,
} from '../engine/scriptQueries.ts';
import type { SimilarityTableAnswer } from '../engine/tableQueries.ts';
import type { ActionResult, DatasetSummary, Snapshot } from '../protocol/messages.ts';
import type {
  Numbers,
  ScriptActions,
  ScriptClustering,
  ScriptController,
  ScriptMetadata,
  ScriptModel,
  ScriptResult,
  ScriptRow,
  ScriptSupervisor,
  ScriptTemplate,
  Scripting,
  SettingValue,
  Value,
} from './api.ts';
import { budgetNames, type BudgetName } from './budgets.ts';

/** The part of the state that scripts see. */
export type ScriptState = Pick<
  Snapshot,
  'selection' | 'columns' | 'clusterTable' | 'similarityTable' | 'dirty' | 'newClusterId'
>;

/** The line to an engine, and what is known of its state. */
export interface ScriptPort {
  readonly dataset: DatasetSummary;
  /** Answer of the query `scriptModel`. */
  readonly model: ScriptModelAnswer;
  /** Names of all actions. */
  readonly actions: readonly string[];
  snapshot(): ScriptState;
  rows(): ReadonlyMap<number, ScriptRow>;
  /** Rejects with the sentence of the failure. */
  ask(query: string, clusters: readonly number[], params: Readonly<Record<string, SettingValue>>): Promise<unknown>;
  act(action: string, args: readonly unknown[] | Readonly<Record<string, unknown>>): Promise<ActionResult>;
  budget(name: BudgetName): number;
  setBudget(name: BudgetName, value: number): void;
}

export function createScripting(port: ScriptPort): Scripting {
  const m = createModel(port);
  const s = createSupervisor(port, m);
  return { m, s, c: createController(port, m, s) };
}

const listOf = (ids: ArrayLike<number>): readonly number[] => Array.from(ids);
const listOrNumber = (ids: ArrayLike<number> | number): readonly number[] =>
  typeof ids === 'number' ? [ids] : listOf(ids);

/** Fixes an object under the name that consoles show. Its methods are left out where it is listed; `summary` is shown instead of the members. */
function titled<T extends object>(title: string, object: T, summary?: () => string): T {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
    if (typeof value === 'function') Object.defineProperty(object, name, { enumerable: false });
  }
  return fixed(title, object, summary);
}

/**
 * Setting what cannot be set throws in sloppy code too, which would go on otherwise: a console must not take `c.n_spikes_waveform = 5` for
 * done.
 */
function fixed<T extends object>(title: string, object: T, summary?: () => string): T {
  if (summary !== undefined) Object.defineProperty(object, 'toString', { value: () => `${title}: ${summary()}` });
  Object.defineProperty(object, Symbol.toStringTag, { value: title });
  return new Proxy(Object.freeze(object), {
    set(target, name, value) {
      if (Object.getOwnPropertyDescriptor(target, name)?.set !== undefined) return Reflect.set(target, name, value);
      const what = Object.hasOwn(target, name) ? 'cannot be set' : 'does not exist';
      throw new TypeError(`${String(name)} of the ${title.toLowerCase()} ${what}.`);
    },
  });
}

/** Answers of the engine are what its queries say they are. */
async function answerOf<A>(
  port: ScriptPort,
  query: string,
  clusters: readonly number[],
  params: Readonly<Record<string, SettingValue>> = {},
): Promise<A> {
  return (await port.ask(query, clusters, params)) as A;
}

function createModel(port: ScriptPort): ScriptModel {
  const { dataset, model } = port;
  const table = async <T extends Float32Array | Float64Array>(
    query: string,
    params: Readonly<Record<string, SettingValue>>,
  ): Promise<Numbers<T>> => (await answerOf<ScriptTableAnswer>(port, query, [], params)).values as Numbers<T>;
  const m: ScriptModel = {
    name: dataset.name,
    dir_path: dataset.folder,
    format: dataset.format,
    sample_rate: dataset.sampleRate,
    duration: dataset.durationSeconds,
    n_spikes: dataset.spikeCount,
    n_channels: dataset.channelCount,
    n_templates: dataset.templateCount,
    n_samples_waveforms: model.sampleCount,
    channel_mapping: model.channelMapping.data,
    channel_positions: model.channelPositions,
    channel_shanks: model.channelShanks.data,
    channel_probes: model.channelProbes.data,
    channel_labels: dataset.channelLabels,
    metadata_fields: model.metadataFields,
    get spike_times() {
      return vectorOf(port, 'spike_times', new Float64Array(dataset.spikeCount));
    },
    get spike_samples() {
      return vectorOf(port, 'spike_samples', new Float64Array(dataset.spikeCount));
    },
    get spike_clusters() {
      return vectorOf(port, 'spike_clusters', new Int32Array(dataset.spikeCount));
    },
    get spike_templates() {
      return vectorOf(port, 'spike_templates', new Int32Array(dataset.spikeCount));
    },
    get amplitudes() {
      return vectorOf(port, 'amplitudes', new Float64Array(dataset.spikeCount));
    },
    get_template: async (template_id) =>
      templateOf(await answerOf(port, 'scriptTemplate', [], { template: template_id })),
    get_features: async (spike_ids, channel_ids) =>
      await table('scriptFeatures', { spikes: listOf(spike_ids), ...channelsIn(channel_ids) }),
    get_template_features: async (spike_ids) => await table('scriptTemplateFeatures', { spikes: listOf(spike_ids) }),
    get_waveforms: async (spike_ids, channel_ids, before, sample_count) =>
      await table('scriptWaveforms', {
        spikes: listOf(spike_ids),
        ...channelsIn(channel_ids),
        ...(before === undefined ? {} : { before }),
        ...(sample_count === undefined ? {} : { count: sample_count }),
      }),
    get_traces: async (start, end, channel_ids) =>
      await table('scriptTraces', { start, end, ...channelsIn(channel_ids) }),
    async cluster(cluster_id) {
      const found = await answerOf<ScriptClusterParts>(port, 'scriptCluster', [cluster_id]);
      const { spikeIds, times, templates, amplitudes, channels, labels } = found;
      const parts = { spikeIds: spikeIds.data, times: times.data, templates: templates.data, channels: channels.data };
      return { id: cluster_id, ...parts, ...(amplitudes === undefined ? {} : { amplitudes: amplitudes.data }), labels };
    },
    get_cluster_template: async (cluster_id) => templateOf(await answerOf(port, 'scriptClusterTemplate', [cluster_id])),
    async get_template_spikes(template_id) {
      const params = { template: template_id };
      return (await answerOf<ScriptSpikeIdsAnswer>(port, 'scriptTemplateSpikes', [], params)).spikeIds.data;
    },
    get_cluster_spikes: async (cluster_id) =>
      (await answerOf<ScriptClusterSpikesAnswer>(port, 'scriptClusterSpikes', [cluster_id])).spikeIds.data,
    get_template_channels: async (template_id) => (await m.get_template(template_id))?.channel_ids ?? new Int32Array(0),
    get_cluster_channels: async (cluster_id) =>
      (await answerOf<ScriptChannelsAnswer>(port, 'scriptClusterChannels', [cluster_id])).channelIds.data,
  };
  return titled('Model', m);
}

const channelsIn = (channels: ArrayLike<number> | undefined): Readonly<Record<string, SettingValue>> =>
  channels === undefined ? {} : { channels: listOf(channels) };

function templateOf({ channelIds, amplitudes, waveform }: ScriptTemplateAnswer): ScriptTemplate | null {
  if (channelIds === undefined || amplitudes === undefined || waveform === undefined) return null;
  const channel_ids = channelIds.data;
  return { template: waveform, channel_ids, best_channel: channel_ids[0] ?? 0, amplitude: amplitudes.data };
}

/** Fills `all` with the values of a vector over the spikes, asked for in pieces. */
async function vectorOf<T extends Float64Array | Int32Array>(
  port: ScriptPort,
  vector: SpikeVector,
  all: T,
): Promise<T> {
  for (let start = 0; start < all.length; ) {
    const { values } = await answerOf<ScriptSpikesAnswer>(port, 'scriptSpikes', [], { vector, start });
    all.set(values.data, start);
    start += values.data.length;
  }
  return all;
}

function createClustering(port: ScriptPort, model: ScriptModel): ScriptClustering {
  const clustering: ScriptClustering = {
    get cluster_ids() {
      return sortedRows(port).map(({ id }) => id);
    },
    get n_clusters() {
      return port.rows().size;
    },
    get new_cluster_id() {
      return port.snapshot().newClusterId;
    },
    get cluster_counts() {
      return new Map(sortedRows(port).map((row) => [row.id, numberIn(row, 'n_spikes')]));
    },
    get spike_clusters() {
      return model.spike_clusters;
    },
    spikes_per_cluster: { get: (cluster_id: number) => model.get_cluster_spikes(cluster_id) },
    async spikes_in_clusters(cluster_ids: readonly number[]) {
      const { spikeIds } = await answerOf<ScriptClusterSpikesAnswer>(port, 'scriptClusterSpikes', cluster_ids);
      return spikeIds.data.slice().sort();
    },
  };
  const summary = (): string => `${clustering.n_clusters} clusters, the next id is ${clustering.new_cluster_id}`;
  return titled('Clustering', clustering, summary);
}

const sortedRows = (port: ScriptPort): readonly ScriptRow[] => [...port.rows().values()].sort((a, b) => a.id - b.id);

function rowOf(port: ScriptPort, cluster_id: number): ScriptRow {
  const row = port.rows().get(cluster_id);
  if (row === undefined) throw new PhyError('usage', `There is no cluster ${cluster_id}.`);
  return row;
}

function numberIn(row: ScriptRow, column: string): number {
  const value = row[column];
  return typeof value === 'number' ? value : Number.NaN;
}

/** Value of a column for every cluster, in the order of the ids. */
const valuesIn = (port: ScriptPort, field: string): readonly (readonly [number, Value])[] =>
  sortedRows(port).map((row) => [row.id, row[field] ?? null]);

function createMetadata(port: ScriptPort): ScriptMetadata {
  const fields = (): readonly string[] => ['group', ...labelsOf(port)];
  const metadata: ScriptMetadata = {
    get fields() {
      return fields();
    },
    get: (field, cluster_id) => rowOf(port, cluster_id)[field] ?? null,
    to_dict: (field) => new Map(valuesIn(port, field).filter(([, value]) => value !== null)),
  };
  return titled('Metadata', metadata, () => fields().join(', '));
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

function createSupervisor(port: ScriptPort, model: ScriptModel): ScriptSupervisor {
  const act = async (
    action: string,
    args: readonly unknown[] | Readonly<Record<string, unknown>> = [],
  ): Promise<ScriptResult> => {
    const { ok, message, change, files, missing } = await port.act(action, args);
    if (!ok) throw new PhyError('refused', message);
    const more = { ...(files === undefined ? {} : { files }), ...(missing === undefined ? {} : { missing }) };
    return { ...change, message, ...more };
  };
  const s: ScriptSupervisor = {
    clustering: createClustering(port, model),
    cluster_meta: createMetadata(port),
    actions: createActions(port.actions, act),
    get selected() {
      return [...new Set([...s.selected_clusters, ...s.selected_similar])];
    },
    get selected_clusters() {
      return port.snapshot().selection.clusters;
    },
    get selected_similar() {
      return port.snapshot().selection.similar;
    },
    get columns() {
      return port.snapshot().columns;
    },
    get fields() {
      return labelsOf(port);
    },
    get cluster_info() {
      return sortedRows(port);
    },
    get shown() {
      return port.snapshot().clusterTable.shown;
    },
    get shown_similar() {
      return port.snapshot().similarityTable.shown;
    },
    get dirty() {
      return port.snapshot().dirty;
    },
    get_cluster_info: (cluster_id) => port.rows().get(cluster_id),
    get_labels: (field) => new Map(valuesIn(port, field)),
    n_spikes: (cluster_id) => numberIn(rowOf(port, cluster_id), 'n_spikes'),
    select: (cluster_ids, ...more) => act('select', { ids: [...listOrNumber(cluster_ids), ...more] }),
    merge: (cluster_ids, to) => act('merge', { ...idsIn(cluster_ids), ...(to === undefined ? {} : { to }) }),
    split: (spike_ids, labels) =>
      act('split', { spikes: listOf(spike_ids), ...(labels === undefined ? {} : { labels: listOf(labels) }) }),
    label: (name, value, cluster_ids) => act('label', { name, value, ...idsIn(cluster_ids) }),
    move: (group, which = 'best') =>
      act('move', { group, which: typeof which === 'string' ? which : listOrNumber(which) }),
    filter: (text) => act('filter', { text }),
    sort: (column, direction = 'desc') => act('sort', [column, direction]),
    undo: () => act('undo'),
    redo: () => act('redo'),
    save: (over = false) => act('save', over ? ['over'] : []),
  };
  const chosen = (): string => (s.selected.length === 0 ? 'none' : s.selected.join(', '));
  return titled('Supervisor', s, () => `${port.rows().size} clusters, selected: ${chosen()}`);
}

type Act = (action: string, args: readonly unknown[] | Readonly<Record<string, unknown>>) => Promise<ScriptResult>;

function createActions(names: readonly string[], act: Act): ScriptActions {
  const run = (name: string, args: readonly unknown[]): Promise<ScriptResult> =>
    act(name, oneObject(args) ?? args.map(plain));
  const actions = Object.fromEntries(names.map((name) => [name, (...args: readonly unknown[]) => run(name, args)]));
  return fixed('Actions', actions, () => names.join(', '));
}

const idsIn = (ids: readonly number[] | number | undefined): Readonly<Record<string, unknown>> =>
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

function createController(port: ScriptPort, model: ScriptModel, supervisor: ScriptSupervisor): ScriptController {
  const c: ScriptController = {
    model,
    supervisor,
    get n_spikes_waveforms() {
      return port.budget('n_spikes_waveforms');
    },
    set n_spikes_waveforms(value) {
      port.setBudget('n_spikes_waveforms', value);
    },
    get batch_size_waveforms() {
      return port.budget('batch_size_waveforms');
    },
    set batch_size_waveforms(value) {
      port.setBudget('batch_size_waveforms', value);
    },
    get n_spikes_features() {
      return port.budget('n_spikes_features');
    },
    set n_spikes_features(value) {
      port.setBudget('n_spikes_features', value);
    },
    get n_spikes_features_background() {
      return port.budget('n_spikes_features_background');
    },
    set n_spikes_features_background(value) {
      port.setBudget('n_spikes_features_background', value);
    },
    get n_spikes_correlograms() {
      return port.budget('n_spikes_correlograms');
    },
    set n_spikes_correlograms(value) {
      port.setBudget('n_spikes_correlograms', value);
    },
    get n_spikes_amplitudes() {
      return port.budget('n_spikes_amplitudes');
    },
    set n_spikes_amplitudes(value) {
      port.setBudget('n_spikes_amplitudes', value);
    },
    get_best_channel: async (cluster_id) => (await c.get_best_channels(cluster_id))[0] ?? 0,
    get_best_channels: (cluster_id) => model.get_cluster_channels(cluster_id),
    async get_spike_times(cluster_id) {
      const params = { times: true };
      const { times } = await answerOf<ScriptClusterSpikesAnswer>(port, 'scriptClusterSpikes', [cluster_id], params);
      return times?.data ?? new Float64Array(0);
    },
    get_spike_ids: (cluster_id) => model.get_cluster_spikes(cluster_id),
    get_mean_firing_rate: (cluster_id) => numberIn(rowOf(port, cluster_id), 'fr'),
    get_probe_depth: (cluster_id) => numberIn(rowOf(port, cluster_id), 'depth'),
    get_cluster_amplitude: (cluster_id) => numberIn(rowOf(port, cluster_id), 'amp'),
    async similarity(cluster_id) {
      const { clusterIds, similarity } = await answerOf<SimilarityTableAnswer>(port, 'similarity', [cluster_id]);
      return Array.from(clusterIds.data, (id, k) => [id, similarity.data[k]] as const);
    },
    query: (name, cluster_ids = supervisor.selected, params = {}) => port.ask(name, cluster_ids, params),
  };
  return titled('Controller', c, () => budgetNames.map((name) => `${name} ${c[name]}`).join(', '));
}
