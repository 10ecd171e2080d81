/** Whether an action can do anything now, and if not, why: the reason is the tooltip of its dimmed entry (look.md 2, 7). */
import type { Selection } from '../curation/state.ts';
import { selectedIds } from '../curation/state.ts';
import { firstRow, neighbour, type Rows } from '../curation/table.ts';
import type { ActionSpec } from './action.ts';

/** The part of a snapshot that decides, what the window knows, and what the dataset has. */
export interface AvailabilityFacts {
  readonly selection: Selection;
  readonly undo: string | null;
  readonly redo: string | null;
  readonly dirty: boolean;
  readonly clusterTable: { readonly shown: readonly number[]; readonly settings: { readonly filter: string } };
  readonly similarityTable: { readonly shown: readonly number[] };
  readonly wizard: { readonly skipMasked: boolean };
  /** The cluster is noise or mua. */
  readonly isMasked: (clusterId: number) => boolean;
  /** A view holds a lasso of three points or more. */
  readonly lasso: boolean;
  readonly has: { readonly waveforms: boolean; readonly reorderedTimes: boolean };
  readonly format: 'template' | 'kwik' | 'raw';
}

type Rule = (facts: AvailabilityFacts) => true | string;

const needsSelection: Rule = ({ selection }) => selectedIds(selection).length > 0 || 'Select a cluster first.';
const needsBest: Rule = ({ selection }) =>
  selection.clusters.length > 0 || 'Select a cluster in the cluster view first.';
const needsSimilar: Rule = ({ selection }) =>
  selection.similar.length > 0 || 'Select a cluster in the similarity view first.';
const needsCandidates: Rule = ({ similarityTable }) =>
  similarityTable.shown.length > 0 || 'No similar cluster is shown.';

/** A table as the wizard walks it. */
const rowsOf = ({ wizard, isMasked }: AvailabilityFacts, shown: readonly number[]): Rows => ({
  shown,
  isNavigable: (id) => !wizard.skipMasked || !isMasked(id),
});

const ALL_MASKED = 'All clusters shown are noise or mua, which are skipped.';
const needsRows: Rule = (facts) => {
  const { shown } = facts.clusterTable;
  if (shown.length === 0) return 'No cluster is shown. Clear the filter of the cluster view.';
  return firstRow(rowsOf(facts, shown)) !== undefined || ALL_MASKED;
};

const stepBest =
  (step: 1 | -1): Rule =>
  (facts) => {
    const found = neighbour(rowsOf(facts, facts.clusterTable.shown), facts.selection.clusters, step);
    if (found !== undefined) return true;
    const some = needsRows(facts);
    return some === true ? `There is no cluster ${step === 1 ? 'after' : 'before'} this one.` : some;
  };

const stepSimilar =
  (step: 1 | -1): Rule =>
  (facts) => {
    if (facts.selection.clusters.length === 0) return step === 1 ? needsRows(facts) : needsBest(facts);
    const rows = rowsOf(facts, facts.similarityTable.shown);
    if (neighbour(rows, facts.selection.similar, step) !== undefined) return true;
    const some = needsCandidates(facts);
    if (some !== true) return some;
    if (firstRow(rows) === undefined) return ALL_MASKED;
    return `There is no similar cluster ${step === 1 ? 'after' : 'before'} this one.`;
  };

const RULES: Readonly<Record<string, Rule>> = {
  save: ({ dirty }) => dirty || 'Everything is saved.',
  undo: ({ undo }) => undo !== null || 'There is nothing to undo.',
  redo: ({ redo }) => redo !== null || 'There is nothing to redo.',
  merge: ({ selection }) => selectedIds(selection).length > 1 || 'Select two clusters or more first.',
  split: ({ lasso }) => lasso || 'Draw a lasso with Ctrl+click first.',
  split_init: (facts) =>
    facts.format === 'kwik' ? 'Spikes of a klusta dataset have no templates to split by.' : needsSelection(facts),
  label: needsSelection,
  select_first_similar: needsCandidates,
  select_n_similar: needsCandidates,
  unselect_similar: needsSimilar,
  clear_filter: ({ clusterTable }) => clusterTable.settings.filter.trim() !== '' || 'There is no filter.',
  first: needsRows,
  last: needsRows,
  reset_wizard: needsRows,
  next_best: stepBest(1),
  previous_best: stepBest(-1),
  next: stepSimilar(1),
  previous: stepSimilar(-1),
  toggle_spike_reorder: ({ has }) => has.reorderedTimes || 'This dataset has no reordered spike times.',
  switch_raw_data_filter: ({ has }) => has.waveforms || 'This dataset has no raw data.',
};

/** A recording without a sorting has nothing that these actions could change. */
export const NOTHING_TO_CURATE = 'This is a raw recording: there are no clusters to curate.';
/** What a window can do with a recording all the same. */
const WITHOUT_CLUSTERS: ReadonlySet<string> = new Set([
  'enable_snippet_mode',
  'exit',
  'switch_raw_data_filter',
  'show_all_shortcuts',
  'about',
]);

/** Whether the action is of use without clusters. */
export const needsNoClusters = (name: string): boolean => WITHOUT_CLUSTERS.has(name);

/** true, or the reason why not. */
export function enabled(spec: ActionSpec, facts: AvailabilityFacts): true | string {
  if (facts.format === 'raw' && !needsNoClusters(spec.name)) return NOTHING_TO_CURATE;
  if (spec.move?.which === 'best') return needsBest(facts);
  if (spec.move?.which === 'similar') return needsSimilar(facts);
  if (spec.move?.which === 'all') return needsSelection(facts);
  if (spec.needs === 'selection') return needsSelection(facts);
  if (spec.needs === 'similar') return needsSimilar(facts);
  return RULES[spec.name]?.(facts) ?? true;
}
