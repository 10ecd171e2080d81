/** Undo and redo: the recorded effect the other way round or again, with the selection of that time (spec/curation.md 2.7.5-2.7.7). */
import type { Metadata } from '../dataset/dataset.ts';
import { withSelection } from './arrange.ts';
import { applyChange, invertChange } from './clustering.ts';
import type { Effect, HistoryEntry } from './history.ts';
import { allValues, needsFullRecord, redoable, stepBack, stepForward, undoable } from './history.ts';
import type { JournalRecord, RecordedEffect } from './journal.ts';
import { encodeInts } from './journal.ts';
import { withValues } from './metadata.ts';
import type { CurationSource, CurationState, Step } from './model.ts';
import { regrouped } from './regroup.ts';
import { relabelled } from './relabel.ts';
import * as say from './sentences.ts';
import type { Selection } from './state.ts';

export function undo(state: CurationState, source: CurationSource): Step {
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

export function redo(state: CurationState, source: CurationSource): Step {
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
