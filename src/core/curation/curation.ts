/**
 * The curation state and the one function that changes it (spec/curation.md 2). `reduce` takes a state and a command and gives the next
 * state, the change to tell everyone, and what to write into the journal. States are immutable; the only thing that moves is
 * `live`, which follows the newest state and is all that queries need.
 */
import { PhyError } from '../base/errors.ts';
import type { Metadata } from '../dataset/dataset.ts';
import type { ClusterChange, Clustering } from './clustering.ts';
import {
  applyChange,
  changedSpikeCount,
  createClustering,
  invertChange,
  knownIds,
  largestRemoved,
  orderedAssignment,
  planAssign,
  planMerge,
  spikesOf,
  union,
} from './clustering.ts';
import type { MetricSource } from './columns.ts';
import { cellGetter, columnNames, filterColumns, makeRows, OWN_FIELDS } from './columns.ts';
import type { Command, TableName } from './command.ts';
import { compileFilter } from './filter.ts';
import type { Effect, History, HistoryEntry } from './history.ts';
import {
  allValues,
  distanceToSaved,
  markSaved,
  needsFullRecord,
  NO_HISTORY,
  push,
  redoable,
  stepBack,
  stepForward,
  undoable,
} from './history.ts';
import type { JournalRecord, RecordedEffect } from './journal.ts';
import { encodeInts } from './journal.ts';
import { LiveClusters } from './live.ts';
import { createMetadata, inherit, isMasked, valuesOf, withValues } from './metadata.ts';
import {
  demote,
  NOTHING,
  promote,
  referenceOf,
  sameIds,
  sameSelection,
  withClusters,
  withMore,
  withSimilar,
} from './selection.ts';
import * as say from './sentences.ts';
import type {
  Change,
  ClusterReader,
  Row,
  Selection,
  ShownTable,
  SimilarityTable,
  TableSettings,
  WizardSettings,
} from './state.ts';
import { selectedIds } from './state.ts';
import type { Getter, Rows } from './table.ts';
import { extended, sortIds, toggled, visibleOnly } from './table.ts';
import type { Tables } from './wizard.ts';
import * as wizard from './wizard.ts';

/** What the engine knows about clusters. Both are asked about clusters of `live`, also in the middle of `reduce`. */
export interface CurationSource extends MetricSource {
  /** Decreasing similarity; may contain the cluster itself. */
  similar(clusterId: number): readonly { readonly id: number; readonly similarity: number }[];
  /** [spike] -> original template, for `split_init`. */
  readonly spikeTemplates?: ArrayLike<number>;
}

interface TableState {
  readonly settings: TableSettings;
  /** All rows in displayed order, before the filter. */
  readonly order: readonly number[];
  /** Rows that the filter keeps. */
  readonly shown: readonly number[];
  readonly filterError: string | null;
}
interface SimilarState extends TableState {
  readonly referenceId: number | null;
  readonly values: ReadonlyMap<number, number>;
}

export interface CurationState {
  readonly clustering: Clustering;
  readonly metadata: Metadata;
  readonly metrics: readonly string[];
  readonly selection: Selection;
  readonly wizard: WizardSettings;
  readonly clusters: TableState;
  readonly similar: SimilarState;
  readonly history: History;
  readonly live: LiveClusters;
}

export interface CurationOptions {
  /** [spike] as loaded; copied. Negative = unclustered. */
  readonly spikeClusters: Int32Array;
  readonly metadata: Metadata;
  readonly storedNewClusterId?: number;
  /** Names of metrics in table order, without `n_spikes` (it is always the last one). */
  readonly metrics: readonly string[];
  /** Throws `usage` when they are invalid (T17). */
  readonly wizard?: WizardSettings;
}

const CLUSTER_SETTINGS: TableSettings = { sort: { column: 'n_spikes', direction: 'desc' }, filter: '' };
const SIMILAR_SETTINGS: TableSettings = { sort: { column: 'similarity', direction: 'desc' }, filter: '' };
const NO_SIMILAR: SimilarState = {
  settings: SIMILAR_SETTINGS,
  order: [],
  shown: [],
  filterError: null,
  referenceId: null,
  values: new Map(),
};

/** The state at opening: nothing selected, sorted by decreasing `n_spikes`, no filter. The only work proportional to all spikes. */
export function createCuration(options: CurationOptions): CurationState {
  const settings = options.wizard ?? wizard.DEFAULT_WIZARD;
  wizard.checkSimilarCount(settings.similarCount);
  wizard.checkSkipMasked(settings.skipMasked);
  const clustering = createClustering(options.spikeClusters, options.storedNewClusterId);
  const metadata = createMetadata(options.metadata);
  const order = sortIds(clustering.ids, (id) => spikesOf(clustering, id).length, 'desc');
  return {
    clustering,
    metadata,
    metrics: [...options.metrics.filter((name) => name !== 'n_spikes'), 'n_spikes'],
    selection: NOTHING,
    wizard: settings,
    clusters: { settings: CLUSTER_SETTINGS, order, shown: order, filterError: null },
    similar: NO_SIMILAR,
    history: NO_HISTORY,
    live: new LiveClusters(options.spikeClusters.slice(), clustering, metadata),
  };
}

export interface Reduced {
  readonly state: CurationState;
  readonly change: Change;
  /** What to append to the journal before the change is shown; null when neither clusters nor metadata changed. */
  readonly record: JournalRecord | null;
}

/**
 * Performs a command. A command that does nothing (merge of fewer than two clusters, undo with nothing to undo) succeeds with a message.
 * Throws PhyError `usage` for unknown ids, spikes, columns or wrong values; the state is then as before.
 */
export function reduce(state: CurationState, command: Command, source: CurationSource): Reduced {
  followState(state);
  try {
    const step = perform(state, command, source);
    return finish(state, command, step);
  } catch (error) {
    followState(state);
    throw error;
  }
}

/**
 * Makes `live` show this state. `reduce` does so itself; needed only to go back to an earlier state, as when the journal could not be
 * written.
 */
export function followState(state: CurationState): void {
  state.live.follow(state.clustering, state.metadata);
}

/** What a command came to: everything of the change that cannot be read off the two states. */
interface Step {
  readonly state: CurationState;
  readonly message: string;
  readonly effect?: Effect;
  readonly history?: 'undo' | 'redo';
  readonly record?: JournalRecord;
}

function finish(before: CurationState, command: Command, step: Step): Reduced {
  const { effect } = step;
  const clusterChange = effect?.kind === 'clusters' ? effect.change : undefined;
  const description = clusterChange?.description ?? (effect?.kind === 'metadata' ? `metadata_${effect.field}` : null);
  const change: Change = {
    action: canonicalName(command),
    message: step.message,
    description,
    history: step.history ?? null,
    added: say.ascending(clusterChange?.added.keys() ?? []),
    deleted: say.ascending(clusterChange?.removed.keys() ?? []),
    descendants: clusterChange?.descendants ?? [],
    changed: effect?.kind === 'metadata' ? say.ascending(effect.after.map(([id]) => id)) : [],
    spikeCount: clusterChange === undefined ? 0 : changedSpikeCount(clusterChange),
    selectionBefore: before.selection,
    selection: step.state.selection,
  };
  return { state: step.state, change, record: step.record ?? null };
}

/** The name under which an action is known, where the command has none of its own. */
export function canonicalName(command: Command): string {
  return command.action ?? command.type;
}

function perform(state: CurationState, command: Command, source: CurationSource): Step {
  switch (command.type) {
    case 'select':
    case 'select_similar':
    case 'toggle':
    case 'extend':
    case 'promote_similar':
    case 'demote_cluster':
    case 'select_more':
      return selected(state, source, pick(state, command));
    case 'next':
    case 'previous':
    case 'next_best':
    case 'previous_best':
    case 'first':
    case 'last':
    case 'reset_wizard':
    case 'unselect_similar':
      return selected(state, source, walk(state, source, command.type));
    case 'select_first_similar':
      return selectFirstSimilar(state, source, command.count);
    case 'skip_noise_and_mua':
      return skipMasked(state, command.value);
    case 'sort':
      return sortTable(state, source, command);
    case 'filter':
      return filterTable(state, source, command.table, command.text);
    case 'merge':
      return merge(state, source, command, canonicalName(command));
    case 'split':
      return split(state, source, command, canonicalName(command));
    case 'split_init':
      return splitByTemplate(state, source, canonicalName(command));
    case 'move':
      return move(state, source, command, canonicalName(command));
    case 'label':
      return label(state, source, command, canonicalName(command));
    case 'undo':
      return undo(state, source);
    case 'redo':
      return redo(state, source);
  }
}

// --- tables ----------------------------------------------------------------------------------------------------------------------

/** Sorts and filters rows that are given in the order they were displayed in. */
function arranged(
  ids: readonly number[],
  settings: TableSettings,
  columns: ReadonlyMap<string, Getter>,
): Pick<TableState, 'order' | 'shown' | 'filterError'> {
  const getter = columns.get(settings.sort.column);
  const order = getter === undefined ? ids : sortIds(ids, getter, settings.sort.direction);
  const filter = compileFilter(settings.filter, columns);
  const shown = settings.filter.trim() === '' ? order : order.filter((id) => filter.accept(id));
  return { order, shown, filterError: filter.error };
}

/** The cluster view after rows or settings changed: rows that stay keep their order, new ones are added at the end, then it is sorted. */
function refreshClusters(
  state: CurationState,
  source: CurationSource,
  settings = state.clusters.settings,
): CurationState {
  const { clusters } = state.clustering;
  const kept = state.clusters.order.filter((id) => clusters.has(id));
  const known = new Set(kept);
  const ids = kept.length === clusters.size ? kept : [...kept, ...state.clustering.ids.filter((id) => !known.has(id))];
  return { ...state, clusters: { settings, ...arranged(ids, settings, filterColumns(state, source)) } };
}

function similarColumns(state: CurationState, source: CurationSource): Map<string, Getter> {
  return filterColumns(state, source).set('similarity', (id) => state.similar.values.get(id));
}

/** New candidates for the present selection (spec 2.4): those of the reference, without what is selected in the cluster view. */
function resetSimilar(state: CurationState, source: CurationSource): CurationState {
  const reference = referenceOf(state.selection);
  const { settings } = state.similar;
  if (reference === undefined) return { ...state, similar: { ...NO_SIMILAR, settings } };
  const taken = new Set(state.selection.clusters);
  const values = new Map<number, number>();
  for (const { id, similarity } of source.similar(reference)) {
    if (state.clustering.clusters.has(id) && !taken.has(id)) values.set(id, similarity);
  }
  const next = {
    ...state,
    similar: { ...NO_SIMILAR, settings, order: [...values.keys()], values, referenceId: reference },
  };
  return refreshSimilar(next, source);
}

/** The similarity view after settings or metadata changed. */
function refreshSimilar(
  state: CurationState,
  source: CurationSource,
  settings = state.similar.settings,
): CurationState {
  const arrangement = arranged(state.similar.order, settings, similarColumns(state, source));
  return { ...state, similar: { ...state.similar, settings, ...arrangement } };
}

function withSelection(state: CurationState, source: CurationSource, selection: Selection): CurationState {
  if (sameSelection(selection, state.selection)) return state;
  const next = { ...state, selection };
  return sameIds(selection.clusters, state.selection.clusters) ? next : resetSimilar(next, source);
}

/** What the wizard walks over. A candidate selection brings its own similar rows. */
function tablesOf(state: CurationState, source: CurationSource): Tables {
  const isNavigable = (id: number): boolean => !state.wizard.skipMasked || !isMasked(state.metadata, id);
  const rows = (shown: readonly number[]): Rows => ({ shown, isNavigable });
  return {
    clusters: rows(state.clusters.shown),
    similar: (selection) => rows(withSelection(state, source, selection).similar.shown),
  };
}

type SortCommand = Extract<Command, { type: 'sort' }>;
function sortTable(state: CurationState, source: CurationSource, { table, column, direction }: SortCommand): Step {
  const columns = table === 'clusters' ? filterColumns(state, source) : similarColumns(state, source);
  if (!columns.has(column)) {
    const names = [...columns.keys()].join(', ');
    throw new PhyError('usage', `There is no column ${column}. Columns: ${names}.`, { column });
  }
  const sort = { column, direction };
  const next =
    table === 'clusters'
      ? refreshClusters(state, source, { ...state.clusters.settings, sort })
      : refreshSimilar(state, source, { ...state.similar.settings, sort });
  const order = direction === 'asc' ? 'ascending' : 'descending';
  return {
    state: next,
    message: `Sorted ${table === 'clusters' ? 'clusters' : 'similar clusters'} by ${column}, ${order}.`,
  };
}

function filterTable(state: CurationState, source: CurationSource, table: TableName, text: string): Step {
  const next =
    table === 'clusters'
      ? refreshClusters(state, source, { ...state.clusters.settings, filter: text })
      : refreshSimilar(state, source, { ...state.similar.settings, filter: text });
  const { shown, order, filterError } = table === 'clusters' ? next.clusters : next.similar;
  const counts = `${say.grouped(shown.length)} of ${say.counted(order.length, 'cluster')} shown.`;
  return { state: next, message: filterError ?? counts };
}

// --- selection -------------------------------------------------------------------------------------------------------------------

function selected(state: CurationState, source: CurationSource, selection: Selection): Step {
  return { state: withSelection(state, source, selection), message: say.selectionSentence(selection) };
}

type PickCommand = Extract<
  Command,
  { type: 'select' | 'select_similar' | 'toggle' | 'extend' | 'promote_similar' | 'demote_cluster' | 'select_more' }
>;
function pick(state: CurationState, command: PickCommand): Selection {
  const { selection, clustering } = state;
  knownIds(clustering, 'ids' in command ? command.ids : [command.id]);
  switch (command.type) {
    case 'select':
      return withClusters(visibleOnly(state.clusters.shown, command.ids));
    case 'select_similar':
      return withSimilar(selection, visibleOnly(state.similar.shown, command.ids));
    case 'toggle':
      return picked(selection, command.table, (ids) => toggled(ids, command.id));
    case 'extend': {
      const { shown } = command.table === 'clusters' ? state.clusters : state.similar;
      if (!shown.includes(command.id)) return selection;
      return picked(selection, command.table, (ids) => extended(shown, ids, command.id));
    }
    case 'promote_similar':
      return promote(selection, command.id);
    case 'demote_cluster':
      return demote(selection, command.id);
    case 'select_more':
      return withMore(selection, command.ids);
  }
}

function picked(
  selection: Selection,
  table: TableName,
  choose: (ids: readonly number[]) => readonly number[],
): Selection {
  if (table === 'clusters') return withClusters(choose(selection.clusters));
  return withSimilar(selection, choose(selection.similar));
}

type WalkName =
  | 'next'
  | 'previous'
  | 'next_best'
  | 'previous_best'
  | 'first'
  | 'last'
  | 'reset_wizard'
  | 'unselect_similar';
function walk(state: CurationState, source: CurationSource, name: WalkName): Selection {
  const { selection } = state;
  const tables = tablesOf(state, source);
  switch (name) {
    case 'next':
      return wizard.stepSimilar(tables, selection, 1);
    case 'previous':
      return wizard.stepSimilar(tables, selection, -1);
    case 'next_best':
      return wizard.stepBest(tables, selection, 1);
    case 'previous_best':
      return wizard.stepBest(tables, selection, -1);
    case 'first':
    case 'reset_wizard':
      return wizard.first(tables, selection);
    case 'last':
      return wizard.last(tables, selection);
    case 'unselect_similar':
      return withClusters(selection.clusters);
  }
}

function selectFirstSimilar(state: CurationState, source: CurationSource, count: number | undefined): Step {
  const similarCount = count === undefined ? state.wizard.similarCount : wizard.checkSimilarCount(count);
  const next = { ...state, wizard: { ...state.wizard, similarCount } };
  return selected(next, source, wizard.firstSimilar(tablesOf(next, source), state.selection, similarCount));
}

function skipMasked(state: CurationState, value: boolean | undefined): Step {
  const skip = value === undefined ? !state.wizard.skipMasked : wizard.checkSkipMasked(value);
  const message = `The wizard ${skip ? 'skips' : 'stops at'} noise and mua clusters.`;
  return { state: { ...state, wizard: { ...state.wizard, skipMasked: skip } }, message };
}

// --- clusters --------------------------------------------------------------------------------------------------------------------

/** State with another clustering and metadata, `live` and the tables in step, and the given selection. */
function regrouped(
  state: CurationState,
  source: CurationSource,
  clustering: Clustering,
  metadata: Metadata,
  selection: Selection,
): CurationState {
  const next = { ...state, clustering, metadata, selection };
  followState(next);
  return resetSimilar(refreshClusters(next, source), source);
}

/** Performs a new merge or split: inheritance, selection of what is new, an entry in the history. */
function regroup(
  state: CurationState,
  source: CurationSource,
  change: ClusterChange,
  entry: { readonly action: string; readonly label: string },
): CurationState {
  const metadata = inherit(state.metadata, change.removed.keys(), change.added.keys(), largestRemoved(change));
  const after = withClusters(say.ascending(change.added.keys()));
  const next = regrouped(state, source, applyChange(state.clustering, change), metadata, after);
  const effect: Effect = { kind: 'clusters', change };
  return { ...next, history: push(state.history, { ...entry, effect, before: state.selection, after }) };
}

type MergeCommand = Extract<Command, { type: 'merge' }>;
function merge(state: CurationState, source: CurationSource, { ids, to }: MergeCommand, action: string): Step {
  const targets = knownIds(state.clustering, ids ?? selectedIds(state.selection));
  if (targets.length < 2) {
    const found = targets.length === 0 ? 'none is' : `only ${targets[0]} is`;
    return { state, message: `A merge needs two clusters or more, ${found} selected.` };
  }
  const change = planMerge(state.clustering, targets, to);
  const removed = say.ascending(change.removed.keys());
  const next = regroup(state, source, change, { action, label: `merge of ${say.listed(removed)}` });
  const record: JournalRecord = {
    op: 'merge',
    action,
    ids: removed,
    to: [...change.added.keys()][0],
    before: state.selection,
    after: next.selection,
  };
  return { state: next, message: say.mergeSentence(change), effect: { kind: 'clusters', change }, record };
}

interface SplitRequest {
  readonly spikes: ArrayLike<number>;
  readonly labels?: ArrayLike<number>;
}
function split(state: CurationState, source: CurationSource, request: SplitRequest, action: string): Step {
  const { spikes, labels } = orderedAssignment(state.clustering, request);
  const change = planAssign(state.clustering, (spike) => state.live.clusterOf(spike), { spikes, labels });
  if (change === undefined) return { state, message: 'No spikes selected, cannot split.' };
  const removed = say.ascending(change.removed.keys());
  const what = action === 'split_init' ? 'split by template' : 'split';
  const next = regroup(state, source, change, { action, label: `${what} of ${say.listed(removed)}` });
  const record: JournalRecord = {
    op: 'split',
    action,
    spikes: encodeInts(spikes),
    spikeCount: spikes.length,
    ...(labels === undefined ? {} : { labels: encodeInts(labels) }),
    first: state.clustering.newClusterId,
    removed,
    added: say.ascending(change.added.keys()),
    before: state.selection,
    after: next.selection,
  };
  return { state: next, message: say.splitSentence(change), effect: { kind: 'clusters', change }, record };
}

function splitByTemplate(state: CurationState, source: CurationSource, action: string): Step {
  const { spikeTemplates } = source;
  if (spikeTemplates === undefined) {
    throw new PhyError(
      'refused',
      'This dataset does not say which template found each spike, so there is nothing to split by.',
    );
  }
  const ids = selectedIds(state.selection);
  if (ids.length === 0) return { state, message: 'No clusters selected, cannot split by template.' };
  const spikes = union(ids.map((id) => spikesOf(state.clustering, id)));
  return split(state, source, { spikes, labels: Int32Array.from(spikes, (spike) => spikeTemplates[spike]) }, action);
}

// --- metadata --------------------------------------------------------------------------------------------------------------------

/** State with other values in one field, tables in step. */
function relabelled(state: CurationState, source: CurationSource, metadata: Metadata): CurationState {
  const next = { ...state, metadata };
  followState(next);
  return refreshSimilar(refreshClusters(next, source), source);
}

type MoveCommand = Extract<Command, { type: 'move' }>;
function move(state: CurationState, source: CurationSource, { group, which }: MoveCommand, action: string): Step {
  const moved = moveTargets(state, which);
  if (moved.length === 0) return { state, message: 'No clusters to move.' };
  const value = group === '' ? 'unsorted' : group;
  const entry = { action, label: `move of ${say.listed(moved)} to ${value}` };
  return setField(state, source, { field: 'group', ids: moved, value }, entry, (next) => ({
    selection: wizard.afterMove(tablesOf(next, source), next.selection, moved),
    message: say.moveSentence(moved, value),
  }));
}

function moveTargets(state: CurationState, which: MoveCommand['which']): readonly number[] {
  if (which === 'best') return state.selection.clusters;
  if (which === 'similar') return state.selection.similar;
  return which === 'all' ? selectedIds(state.selection) : knownIds(state.clustering, which);
}

type LabelCommand = Extract<Command, { type: 'label' }>;
function label(state: CurationState, source: CurationSource, command: LabelCommand, action: string): Step {
  const { name: field, value } = command;
  checkFieldName(field);
  const ids = knownIds(state.clustering, command.ids ?? selectedIds(state.selection));
  if (ids.length === 0) return { state, message: 'No clusters to label.' };
  const entry = { action, label: `label ${field} of ${say.listed(ids)}` };
  return setField(state, source, { field, ids, value }, entry, (next) => ({
    selection: next.selection,
    message: say.labelSentence(ids, field, value),
  }));
}

/** A label becomes a column and a file `cluster_<name>.tsv`, so not every name will do. */
function checkFieldName(field: string): void {
  const own = field !== 'group' && (OWN_FIELDS.includes(field) || field === 'cluster_id' || field === 'similarity');
  if (own) throw new PhyError('usage', `${field} is a column of its own and cannot be a label. Choose another name.`);
  const unsafe = field.trim() === '' || field.startsWith('.') || /[\t\n\r/\\:*?"<>|]/.test(field);
  if (!unsafe) return;
  const found = JSON.stringify(field);
  throw new PhyError('usage', `The label name is ${found}, expected a name that can be part of a file name.`, {
    field,
  });
}

interface Assignment {
  readonly field: string;
  readonly ids: readonly number[];
  readonly value: LabelCommand['value'];
}

function setField(
  state: CurationState,
  source: CurationSource,
  { field, ids, value }: Assignment,
  entry: { readonly action: string; readonly label: string },
  conclude: (next: CurationState) => { readonly selection: Selection; readonly message: string },
): Step {
  const after = ids.map((id) => [id, value] as const);
  const effect: Effect = { kind: 'metadata', field, before: valuesOf(state.metadata, field, ids), after };
  const set = relabelled(state, source, withValues(state.metadata, field, after));
  const { selection, message } = conclude(set);
  const next = withSelection(set, source, selection);
  const history = push(state.history, { ...entry, effect, before: state.selection, after: selection });
  const record: JournalRecord = {
    op: 'label',
    action: entry.action,
    field,
    ids,
    value,
    before: state.selection,
    after: selection,
  };
  return { state: { ...next, history }, message, effect, record };
}

// --- undo and redo ---------------------------------------------------------------------------------------------------------------

function undo(state: CurationState, source: CurationSource): Step {
  const entry = undoable(state.history);
  if (entry === undefined) return { state, message: 'There is nothing to undo.' };
  const next = performEffect(state, source, inverted(entry.effect), entry.before);
  return {
    state: { ...next, history: stepBack(state.history, state.selection) },
    message: `Undid: ${entry.label}.`,
    effect: inverted(entry.effect),
    history: 'undo',
    record: stepRecord('undo', state, next, entry),
  };
}

function redo(state: CurationState, source: CurationSource): Step {
  const entry = redoable(state.history);
  if (entry === undefined) return { state, message: 'There is nothing to redo.' };
  const next = performEffect(state, source, entry.effect, entry.after);
  return {
    state: { ...next, history: stepForward(state.history) },
    message: `Redid: ${entry.label}.`,
    effect: entry.effect,
    history: 'redo',
    record: stepRecord('redo', state, next, entry),
  };
}

/** The effect that takes back another. */
export function inverted(effect: Effect): Effect {
  if (effect.kind === 'clusters') return { kind: 'clusters', change: invertChange(effect.change) };
  return { ...effect, before: effect.after, after: effect.before };
}

/** Data only: clustering and metadata after an effect. Metadata of vanished clusters are kept, so nothing else has to be restored. */
export function effectOn(
  state: Pick<CurationState, 'clustering' | 'metadata'>,
  effect: Effect,
): Pick<CurationState, 'clustering' | 'metadata'> {
  const { clustering, metadata } = state;
  if (effect.kind === 'clusters') return { clustering: applyChange(clustering, effect.change), metadata };
  return { clustering, metadata: withValues(metadata, effect.field, effect.after) };
}

function performEffect(
  state: CurationState,
  source: CurationSource,
  effect: Effect,
  selection: Selection,
): CurationState {
  const { clustering, metadata } = effectOn(state, effect);
  if (effect.kind === 'clusters') return regrouped(state, source, clustering, metadata, selection);
  return withSelection(relabelled(state, source, metadata), source, selection);
}

function stepRecord(
  op: 'undo' | 'redo',
  before: CurationState,
  after: CurationState,
  entry: HistoryEntry,
): JournalRecord {
  const record: JournalRecord = {
    op,
    action: op,
    label: entry.label,
    before: before.selection,
    after: after.selection,
  };
  if (!needsFullRecord(before.history, entry)) return record;
  const effect = op === 'undo' ? inverted(entry.effect) : entry.effect;
  return { ...record, of: entry.action, start: entry.before, effect: recordedEffect(effect, after.metadata) };
}

function recordedEffect(effect: Effect, metadata: Metadata): RecordedEffect {
  if (effect.kind === 'metadata') return { kind: 'metadata', field: effect.field, values: effect.after };
  const { removed, added } = effect.change;
  const whole = added.size === 1;
  return {
    kind: 'clusters',
    removed: say.ascending(removed.keys()),
    added: [...added].map(([id, spikes]) => [id, whole ? null : encodeInts(spikes)] as const),
    metadata: allValues(metadata, added.keys()),
  };
}

// --- what others read ------------------------------------------------------------------------------------------------------------

/** State at the moment when the files hold everything. */
export function savedState(state: CurationState): CurationState {
  return { ...state, history: markSaved(state.history) };
}

/** True when there is something that the files do not hold. */
export function isDirty(state: CurationState): boolean {
  return distanceToSaved(state.history) > 0;
}

/** Actions and undos between the present state and the saved one. */
export function unsavedCount(state: CurationState): number {
  return distanceToSaved(state.history);
}

/** `merge of 2 and 24`, null when there is nothing to undo. */
export function undoLabel(state: CurationState): string | null {
  return undoable(state.history)?.label ?? null;
}

/** `merge of 2 and 24`, null when there is nothing to redo. */
export function redoLabel(state: CurationState): string | null {
  return redoable(state.history)?.label ?? null;
}

/** Columns of the cluster view, `id` first, without `group` and `is_masked`. */
export function columns(state: CurationState): readonly string[] {
  return columnNames(state);
}

/** The cluster view after sort and filter. */
export function clusterTable(state: CurationState): ShownTable {
  const { shown, order, settings, filterError } = state.clusters;
  return { shown, total: order.length, settings, filterError };
}

/** The similarity view after sort and filter; empty while no cluster is selected. */
export function similarityTable(state: CurationState): SimilarityTable {
  const { shown, order, settings, filterError, referenceId, values } = state.similar;
  const similarity = shown.map((id) => values.get(id) ?? Number.NaN);
  return { shown, total: order.length, settings, filterError, referenceId, similarity };
}

/** Rows of the given clusters, default all in ascending order. */
export function rows(state: CurationState, source: MetricSource, ids = state.clustering.ids): Row[] {
  return makeRows(state, source, ids);
}

/** What a mirror of the rows has to replace and remove after a change. */
export function rowsAfter(
  state: CurationState,
  source: MetricSource,
  change: Change,
): { readonly rows: readonly Row[]; readonly removedRows: readonly number[] } {
  const ids = [...change.added, ...change.changed].filter((id) => state.clustering.clusters.has(id));
  return { rows: makeRows(state, source, ids), removedRows: change.deleted };
}

/** The clusters for queries. The same object for all states that come from one `createCuration`: it always shows the newest. */
export function clusterReader(state: CurationState): ClusterReader {
  return state.live;
}

/** One cell of the cluster view; undefined = empty. */
export function cell(state: CurationState, source: MetricSource, column: string, id: number): ReturnType<Getter> {
  return cellGetter(state, source, column)?.(id);
}

/** Tables and selection of a state whose clusters and metadata were replaced by replaying a journal. */
export function restoredTables(state: CurationState, source: CurationSource, selection: Selection): CurationState {
  return regrouped(state, source, state.clustering, state.metadata, selection);
}
