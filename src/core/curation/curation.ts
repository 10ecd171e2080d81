/**
 * The curation state and the one function that changes it (spec/curation.md 2). `reduce` takes a state and a command and gives the next
 * state, the change to tell everyone, and what to write into the journal. States are immutable; the only thing that moves is
 * `live`, which follows the newest state and is all that queries need.
 */
import { filterTable, refreshClusters, refreshSimilar, resetSimilar, sortTable } from './arrange.ts';
import { changedSpikeCount } from './clustering.ts';
import type { MetricSource } from './columns.ts';
import { cellGetter, columnNames, makeRows } from './columns.ts';
import type { Command } from './command.ts';
import { distanceToSaved, markSaved, redoable, undoable } from './history.ts';
import type { JournalRecord } from './journal.ts';
import type { CurationSource, CurationState, SimilarState, Step, TableState } from './model.ts';
import { followState } from './model.ts';
import { merge, split, splitByTemplate } from './regroup.ts';
import { label, move } from './relabel.ts';
import { pick, selected, selectFirstSimilar, skipMasked, walk, type WalkName } from './selecting.ts';
import * as say from './sentences.ts';
import type { Change, ClusterReader, Row, Selection, ShownTable, SimilarityTable } from './state.ts';
import type { Getter } from './table.ts';
import { redo, undo } from './undo.ts';

export { createCuration, followState } from './model.ts';
export type { CurationOptions, CurationSource, CurationState } from './model.ts';

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
function canonicalName(command: Command): string {
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
    case 'set_groups':
      return { state: { ...state, groups: command.groups }, message: say.groupsSentence(command.groups) };
  }
}

/** What a step of the wizard would select; nothing changes. */
export function selectionAfter(state: CurationState, source: CurationSource, step: WalkName): Selection {
  return walk(state, source, step);
}

/** The tables after values of metrics became known that were empty before; with `similar` other candidates too. */
export function refreshed(state: CurationState, source: CurationSource, similar: boolean): CurationState {
  const next = refreshClusters(state, source);
  return similar ? resetSimilar(next, source) : refreshSimilar(next, source);
}

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

/** Makes a projection of a part of the state once for as long as that part lives: whoever compares sees by identity that nothing changed. */
function once<Part extends object, Made>(make: (part: Part) => Made): (part: Part) => Made {
  const made = new WeakMap<Part, { readonly value: Made }>();
  return (part) => {
    const known = made.get(part) ?? { value: make(part) };
    made.set(part, known);
    return known.value;
  };
}

const shownTable = once(({ shown, order, settings, filterError }: TableState): ShownTable => {
  return { shown, total: order.length, settings, filterError };
});
const shownSimilar = once(({ shown, order, settings, filterError, referenceId, values }: SimilarState) => {
  const similarity = shown.map((id) => values.get(id) ?? Number.NaN);
  return { shown, total: order.length, settings, filterError, referenceId, similarity };
});

/** The cluster view after sort and filter. */
export function clusterTable(state: CurationState): ShownTable {
  return shownTable(state.clusters);
}

/** The similarity view after sort and filter; empty while no cluster is selected. */
export function similarityTable(state: CurationState): SimilarityTable {
  return shownSimilar(state.similar);
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
