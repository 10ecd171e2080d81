/** Commands that change the selection or how the wizard walks (spec/curation.md 2.5, 2.6, 3.4). */
import { tablesOf, withSelection } from './arrange.ts';
import { knownIds } from './clustering.ts';
import type { Command, TableName } from './command.ts';
import type { CurationSource, CurationState, Step } from './model.ts';
import { demote, promote, withClusters, withMore, withSimilar } from './selection.ts';
import * as say from './sentences.ts';
import type { Selection } from './state.ts';
import { extended, toggled, visibleOnly } from './table.ts';
import * as wizard from './wizard.ts';

export function selected(state: CurationState, source: CurationSource, selection: Selection): Step {
  return { state: withSelection(state, source, selection), message: say.selectionSentence(selection) };
}

type PickCommand = Extract<
  Command,
  { type: 'select' | 'select_similar' | 'toggle' | 'extend' | 'promote_similar' | 'demote_cluster' | 'select_more' }
>;
export function pick(state: CurationState, command: PickCommand): Selection {
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

/** A step of the wizard. */
export type WalkName =
  | 'next'
  | 'previous'
  | 'next_best'
  | 'previous_best'
  | 'first'
  | 'last'
  | 'reset_wizard'
  | 'unselect_similar';
export function walk(state: CurationState, source: CurationSource, name: WalkName): Selection {
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

export function selectFirstSimilar(state: CurationState, source: CurationSource, count: number | undefined): Step {
  const similarCount = count === undefined ? state.wizard.similarCount : wizard.checkSimilarCount(count);
  const next = { ...state, wizard: { ...state.wizard, similarCount } };
  return selected(next, source, wizard.firstSimilar(tablesOf(next, source), state.selection, similarCount));
}

export function skipMasked(state: CurationState, value: boolean | undefined): Step {
  const skip = value === undefined ? !state.wizard.skipMasked : wizard.checkSkipMasked(value);
  const message = say.skipSentence(skip, state.groups);
  return { state: { ...state, wizard: { ...state.wizard, skipMasked: skip } }, message };
}
