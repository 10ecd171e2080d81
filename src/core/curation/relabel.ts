/** Move and label: values of one field, then the wizard goes on (spec/curation.md 1.7, 2.7.3, 2.7.4). */
import { PhyError } from '../base/errors.ts';
import { isFieldName } from '../base/fieldNames.ts';
import type { Metadata } from '../dataset/dataset.ts';
import { refreshClusters, refreshSimilar, tablesOf, withSelection } from './arrange.ts';
import { knownIds } from './clustering.ts';
import { OWN_FIELDS } from './columns.ts';
import type { Command } from './command.ts';
import type { Effect } from './history.ts';
import { push } from './history.ts';
import type { JournalRecord } from './journal.ts';
import { valuesOf, withValues } from './metadata.ts';
import type { CurationSource, CurationState, Step } from './model.ts';
import { followState } from './model.ts';
import * as say from './sentences.ts';
import type { Selection } from './state.ts';
import { selectedIds } from './state.ts';
import * as wizard from './wizard.ts';

/** State with other values in one field, tables in step. */
export function relabelled(state: CurationState, source: CurationSource, metadata: Metadata): CurationState {
  const next = { ...state, metadata };
  followState(next);
  return refreshSimilar(refreshClusters(next, source), source);
}

type MoveCommand = Extract<Command, { type: 'move' }>;
export function move(
  state: CurationState,
  source: CurationSource,
  { group, which }: MoveCommand,
  action: string,
): Step {
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
export function label(state: CurationState, source: CurationSource, command: LabelCommand, action: string): Step {
  const { name: field, value } = command;
  checkFieldName(field);
  checkLength(field, value);
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
  if (!isFieldName(field)) throw new PhyError('usage', `${field} cannot be a label. Choose another name.`, { field });
  if (own) throw new PhyError('usage', `${field} is a column of its own and cannot be a label. Choose another name.`);
  if (field.toLowerCase() === 'info') {
    throw new PhyError(
      'usage',
      `${field} cannot be a label: cluster_info.tsv holds the whole table. Choose another name.`,
    );
  }
  const unsafe = field.trim() === '' || field.startsWith('.') || /[\t\n\r/\\:*?"<>|]/.test(field);
  if (!unsafe) return;
  const found = JSON.stringify(field);
  throw new PhyError('usage', `The label name is ${found}, expected a name that can be part of a file name.`, {
    field,
  });
}

/** More is no note about a cluster but something pasted by mistake, and tables would have to draw it. */
const LONGEST = 10_000;

function checkLength(field: string, value: LabelCommand['value']): void {
  if (typeof value !== 'string' || value.length <= LONGEST) return;
  const found = say.grouped(value.length);
  throw new PhyError(
    'usage',
    `The value of ${field} has ${found} characters, expected ${say.grouped(LONGEST)} at most.`,
  );
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
