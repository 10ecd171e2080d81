/** Repeats journal entries on the state that the files of the last save give (journal.ts says why this is the state that was lost). */
import { PhyError } from '../base/errors.ts';
import type { ClusterChange } from './clustering.ts';
import { applyChange, largestRemoved, planAssign, planMerge, spikesOf, union } from './clustering.ts';
import type { Effect, HistoryEntry } from './history.ts';
import { graft, push, redoable, stepBack, stepForward, undoable } from './history.ts';
import type {
  ActionEntry,
  JournalRecord,
  LabelRecord,
  MergeRecord,
  RecordedEffect,
  SplitRecord,
  StepRecord,
} from './journal.ts';
import { decodeInts, splitWords } from './journal.ts';
import { inherit, valuesOf, withValues } from './metadata.ts';
import type { CurationSource, CurationState } from './model.ts';
import { followState } from './model.ts';
import { regrouped } from './regroup.ts';
import { listed } from './sentences.ts';
import type { Selection } from './state.ts';
import { effectOn, inverted } from './undo.ts';

/**
 * The state after the entries, with history (all of it can be undone) and selection. `state` is freshly created from the files.
 * Throws `refused` when an entry does not fit, naming it; the state given is then still the one in force.
 */
export function replay(state: CurationState, entries: readonly ActionEntry[], source: CurationSource): CurationState {
  // The stored counter already counts the ids of these entries; they are given out again here, and no others.
  const { clustering } = state;
  let next: CurationState = {
    ...state,
    clustering: { ...clustering, newClusterId: (clustering.ids.at(-1) ?? -1) + 1 },
  };
  try {
    followState(next);
    for (const entry of entries) next = replayOne(next, entry);
    const newClusterId = Math.max(clustering.newClusterId, next.clustering.newClusterId);
    next = { ...next, clustering: { ...next.clustering, newClusterId } };
    const selection = existing(next, entries.at(-1)?.after ?? state.selection);
    return regrouped(next, source, next.clustering, next.metadata, selection);
  } catch (error) {
    followState(state);
    throw error;
  }
}

function existing(state: CurationState, { clusters, similar }: Selection): Selection {
  const known = (id: number): boolean => state.clustering.clusters.has(id);
  return { clusters: clusters.filter(known), similar: similar.filter(known) };
}

function replayOne(state: CurationState, entry: ActionEntry): CurationState {
  try {
    const next = repeat(state, entry);
    followState(next);
    return next;
  } catch (error) {
    if (!(error instanceof PhyError) && !(error instanceof RangeError)) throw error;
    const reason = `Unsaved action ${entry.seq} (${entry.action}) does not fit these files: ${error.message}`;
    throw new PhyError('refused', `${reason} Restore the files that it was made on, or discard the unsaved actions.`);
  }
}

function repeat(state: CurationState, entry: JournalRecord): CurationState {
  switch (entry.op) {
    case 'merge':
      return again(state, entry, planMerge(state.clustering, entry.ids, entry.to), 'merge');
    case 'split':
      return again(state, entry, splitChange(state, entry), splitWords(entry));
    case 'label':
      return labelled(state, entry);
    case 'undo':
    case 'redo':
      return stepped(entry.effect === undefined ? state : grafted(state, entry, entry.effect), entry);
  }
}

function splitChange(state: CurationState, entry: SplitRecord): ClusterChange {
  const change = planAssign(state.clustering, (spike) => state.live.clusterOf(spike), {
    spikes: decodeInts(entry.spikes),
    labels: entry.labels === undefined ? undefined : decodeInts(entry.labels),
    first: entry.first,
  });
  const added = [...(change?.added.keys() ?? [])].sort((a, b) => a - b);
  if (change === undefined || added.join() !== entry.added.join()) {
    throw new PhyError('refused', `it gives clusters ${added.join(', ')}, expected ${entry.added.join(', ')}.`);
  }
  return change;
}

function again(
  state: CurationState,
  entry: MergeRecord | SplitRecord,
  change: ClusterChange,
  what: string,
): CurationState {
  const label = `${what} of ${listed([...change.removed.keys()].sort((a, b) => a - b))}`;
  const { action, before, after } = entry;
  return {
    ...state,
    clustering: applyChange(state.clustering, change),
    metadata: inherit(state.metadata, change.removed.keys(), change.added.keys(), largestRemoved(change)),
    history: push(state.history, { action, label, effect: { kind: 'clusters', change }, before, after }),
  };
}

function labelled(state: CurationState, entry: LabelRecord): CurationState {
  const { field, ids, value, action, before, after } = entry;
  const values = ids.map((id) => [id, value] as const);
  const effect: Effect = { kind: 'metadata', field, before: valuesOf(state.metadata, field, ids), after: values };
  const label = action === 'label' ? `label ${field} of ${listed(ids)}` : `move of ${listed(ids)} to ${value}`;
  return {
    ...state,
    metadata: withValues(state.metadata, field, values),
    history: push(state.history, { action, label, effect, before, after }),
  };
}

/** An undo or redo of an action that the history now has. */
function stepped(state: CurationState, entry: StepRecord): CurationState {
  const known = entry.op === 'undo' ? undoable(state.history) : redoable(state.history);
  if (known === undefined) throw new PhyError('refused', `there is nothing to ${entry.op}.`);
  const effect = entry.op === 'undo' ? inverted(known.effect) : known.effect;
  const history = entry.op === 'undo' ? stepBack(state.history, entry.before) : stepForward(state.history);
  return { ...state, ...effectOn(state, effect), history };
}

/** Adds the action behind a fully recorded undo or redo to the history, and the metadata of clusters that the files no longer hold. */
function grafted(state: CurationState, entry: StepRecord, recorded: RecordedEffect): CurationState {
  const effect = effectOf(state, recorded);
  const known: HistoryEntry = {
    action: entry.of ?? entry.op,
    label: entry.label,
    effect: entry.op === 'undo' ? inverted(effect) : effect,
    before: entry.start ?? entry.before,
    after: entry.op === 'undo' ? entry.before : entry.after,
    journalled: state.history.generation,
  };
  let { metadata } = state;
  if (recorded.kind === 'clusters') {
    for (const [field, values] of Object.entries(recorded.metadata)) metadata = withValues(metadata, field, values);
  }
  return { ...state, metadata, history: graft(state.history, known, entry.op === 'undo' ? 'before' : 'after') };
}

function effectOf(state: CurationState, recorded: RecordedEffect): Effect {
  if (recorded.kind === 'metadata') {
    const ids = recorded.values.map(([id]) => id);
    const before = valuesOf(state.metadata, recorded.field, ids);
    return { kind: 'metadata', field: recorded.field, before, after: recorded.values };
  }
  const removed = new Map(recorded.removed.map((id) => [id, spikesOf(state.clustering, id)]));
  const all = (): Int32Array => union([...removed.values()]);
  const added = new Map(
    recorded.added.map(([id, spikes]) => [id, spikes === null ? all() : Int32Array.from(decodeInts(spikes))]),
  );
  return { kind: 'clusters', change: { ...describe(removed, added), removed, added } };
}

/** Descendants are found from the spikes, as when the action was new. */
function describe(
  removed: ReadonlyMap<number, Int32Array>,
  added: ReadonlyMap<number, Int32Array>,
): Pick<ClusterChange, 'description' | 'descendants'> {
  const oldOf = new Map<number, number>();
  for (const [id, spikes] of removed) for (const spike of spikes) oldOf.set(spike, id);
  const pairs = new Map<string, readonly [number, number]>();
  for (const [id, spikes] of added) {
    for (const spike of spikes) {
      const old = oldOf.get(spike);
      if (old === undefined)
        throw new PhyError('refused', `spike ${spike} is not in the clusters that were regrouped.`);
      pairs.set(`${old}>${id}`, [old, id]);
    }
  }
  const descendants = [...pairs.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return { description: added.size === 1 ? 'merge' : 'assign', descendants };
}
