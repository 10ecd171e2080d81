/** Merge and split: a plan, inheritance, the selection of what is new, an entry in history and journal (spec/curation.md 1.3, 1.4, 2.7). */
import { PhyError } from '../base/errors.ts';
import type { Metadata } from '../dataset/dataset.ts';
import { refreshClusters, resetSimilar } from './arrange.ts';
import type { ClusterChange, Clustering } from './clustering.ts';
import {
  applyChange,
  knownIds,
  largestRemoved,
  orderedAssignment,
  planAssign,
  planMerge,
  spikesOf,
  union,
} from './clustering.ts';
import type { Command } from './command.ts';
import type { Effect } from './history.ts';
import { push } from './history.ts';
import type { JournalRecord, SplitBy } from './journal.ts';
import { encodeInts, splitWords } from './journal.ts';
import { inherit } from './metadata.ts';
import type { CurationSource, CurationState, Step } from './model.ts';
import { followState } from './model.ts';
import { withClusters } from './selection.ts';
import * as say from './sentences.ts';
import type { Selection } from './state.ts';
import { selectedIds } from './state.ts';

/** State with another clustering and metadata, `live` and the tables in step, and the given selection. */
export function regrouped(
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
export function merge(state: CurationState, source: CurationSource, { ids, to }: MergeCommand, action: string): Step {
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
  readonly by?: SplitBy;
}
export function split(state: CurationState, source: CurationSource, request: SplitRequest, action: string): Step {
  const { spikes, labels } = orderedAssignment(state.clustering, request);
  const change = planAssign(state.clustering, (spike) => state.live.clusterOf(spike), { spikes, labels });
  if (change === undefined) return { state, message: 'No spikes selected, cannot split.' };
  const removed = say.ascending(change.removed.keys());
  const next = regroup(state, source, change, {
    action,
    label: `${splitWords({ action, by: request.by })} of ${say.listed(removed)}`,
  });
  const record: JournalRecord = {
    op: 'split',
    action,
    spikes: encodeInts(spikes),
    spikeCount: spikes.length,
    ...(labels === undefined ? {} : { labels: encodeInts(labels) }),
    ...(request.by === undefined ? {} : { by: request.by }),
    first: state.clustering.newClusterId,
    removed,
    added: say.ascending(change.added.keys()),
    before: state.selection,
    after: next.selection,
  };
  return { state: next, message: say.splitSentence(change), effect: { kind: 'clusters', change }, record };
}

export function splitByTemplate(state: CurationState, source: CurationSource, action: string): Step {
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
