/**
 * The order of actions, with what each needs to be taken back and done again (spec/curation.md 1.8, 2.7.5-2.7.7). Immutable.
 * Every entry carries the selection before and after, so that any number of undos and redos restores it (BUG-8).
 */
import type { Metadata } from '../dataset/dataset.ts';
import type { ClusterChange } from './clustering.ts';
import type { Values } from './metadata.ts';
import type { Selection } from './state.ts';

/** What an action did to the data. Inherited metadata belong to the clusters that inherit and need no entry. */
export type Effect =
  | { readonly kind: 'clusters'; readonly change: ClusterChange }
  | { readonly kind: 'metadata'; readonly field: string; readonly before: Values; readonly after: Values };

export interface HistoryEntry {
  /** Canonical action name. */
  readonly action: string;
  /** `merge of 2 and 24`. */
  readonly label: string;
  readonly effect: Effect;
  /** Selection when the action started. */
  readonly before: Selection;
  /** Selection right after the action, later the one that was left when it was undone. */
  readonly after: Selection;
  /**
   * Save generation in which the journal last held everything needed to repeat this entry. Older entries are not in the part of the journal
   * that is replayed, so undoing or redoing one writes it out in full.
   */
  readonly journalled: number;
}

export interface History {
  readonly entries: readonly HistoryEntry[];
  /** Number of entries in force; the others can be redone. */
  readonly position: number;
  /** Position at the last save. */
  readonly saved: number;
  /** Lowest position from which new actions replaced others since the last save: only entries below it are still those that were saved. */
  readonly shared: number;
  /** Number of saves. */
  readonly generation: number;
}

export const NO_HISTORY: History = { entries: [], position: 0, saved: 0, shared: Infinity, generation: 0 };

/** History after a new action: what could be redone is gone. */
export function push(history: History, entry: Omit<HistoryEntry, 'journalled'>): History {
  const { entries, position, generation } = history;
  const kept = entries.slice(0, position);
  const shared = position < history.saved ? Math.min(history.shared, position) : history.shared;
  return { ...history, entries: [...kept, { ...entry, journalled: generation }], position: position + 1, shared };
}

/** The entry that undo takes back. */
export function undoable(history: History): HistoryEntry | undefined {
  return history.entries[history.position - 1];
}

/** The entry that redo repeats. */
export function redoable(history: History): HistoryEntry | undefined {
  return history.entries[history.position];
}

/** History one step back; `left` is the selection at this moment, which redo will restore. */
export function stepBack(history: History, left: Selection): History {
  const entry = undoable(history);
  if (entry === undefined) return history;
  const position = history.position - 1;
  return { ...withEntry(history, position, { ...entry, after: left, journalled: history.generation }), position };
}

/** History one step forward. */
export function stepForward(history: History): History {
  const entry = redoable(history);
  if (entry === undefined) return history;
  const next = withEntry(history, history.position, { ...entry, journalled: history.generation });
  return { ...next, position: history.position + 1 };
}

function withEntry(history: History, index: number, entry: HistoryEntry): History {
  return { ...history, entries: history.entries.with(index, entry) };
}

/** History at the moment of a save. */
export function markSaved(history: History): History {
  return { ...history, saved: history.position, shared: Infinity, generation: history.generation + 1 };
}

/** Steps between the present position and the saved one: undos and actions needed to get from one to the other. 0 = nothing to save. */
export function distanceToSaved(history: History): number {
  const common = Math.min(history.shared, history.position, history.saved);
  return history.saved - common + (history.position - common);
}

/** True when the part of the journal since the last save does not hold this entry. */
export function needsFullRecord(history: History, entry: HistoryEntry): boolean {
  return entry.journalled !== history.generation;
}

/** Puts an entry known from the journal only before (undo) or after (redo) what is known, without performing it. */
export function graft(history: History, entry: HistoryEntry, where: 'before' | 'after'): History {
  if (where === 'after') {
    return { ...history, entries: [...history.entries.slice(0, history.position), entry] };
  }
  return {
    ...history,
    entries: [entry, ...history.entries],
    position: history.position + 1,
    saved: history.saved + 1,
    shared: history.shared + 1,
  };
}

/** Values of given clusters in every field that has one: what must be written down with clusters that the files no longer hold. */
export function allValues(metadata: Metadata, ids: Iterable<number>): Readonly<Record<string, Values>> {
  const wanted = [...ids];
  const fields: Record<string, Values> = {};
  for (const [field, values] of metadata) {
    const present = wanted.filter((id) => values.has(id)).map((id) => [id, values.get(id) ?? null] as const);
    if (present.length > 0) fields[field] = present;
  }
  return fields;
}
