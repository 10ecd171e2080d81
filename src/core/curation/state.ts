/**
 * The vocabulary of manual curation (spec/curation.md 1 and 2): what the engine holds, what a change is, what tables and views are told.
 * Everything here is an immutable value. `curation.ts` reduces commands over it; nothing else may make a new state.
 */
import type { MetadataValue } from '../dataset/dataset.ts';

/** Ids in selection order. `clusters` are selected in the cluster view ("best"), `similar` in the similarity view. */
export interface Selection {
  readonly clusters: readonly number[];
  readonly similar: readonly number[];
}

/** `clusters` then `similar` without duplicates: the list that views, merge, split and label act on. The index is the colour. */
export function selectedIds(selection: Selection): readonly number[] {
  return [...new Set([...selection.clusters, ...selection.similar])];
}

export type Direction = 'asc' | 'desc';
export interface SortColumn {
  readonly column: string;
  readonly direction: Direction;
}
/** What rows are sorted by. `further` columns decide, in their order, among rows that the ones before hold for equal. */
export interface TableSort extends SortColumn {
  readonly further?: readonly SortColumn[];
}
/** Every column of a sort, the most important first. */
export function sortColumns({ column, direction, further = [] }: TableSort): readonly SortColumn[] {
  return [{ column, direction }, ...further];
}
/** The sort by these columns; at least one. */
export function sortBy([first, ...further]: readonly SortColumn[]): TableSort {
  return further.length === 0 ? first : { ...first, further };
}

export interface TableSettings {
  readonly sort: TableSort;
  /** Filter text as typed; empty = no filter. */
  readonly filter: string;
}

/** One table row: `id`, metrics, labels, `group`, `is_masked` under the reference's column names. undefined = empty cell. */
export interface Row {
  readonly id: number;
  readonly is_masked: boolean;
  readonly group: MetadataValue;
  readonly [column: string]: MetadataValue | undefined;
}

export interface WizardSettings {
  readonly skipMasked: boolean;
  /** Number of similar clusters that select_first_similar takes. */
  readonly similarCount: number;
}

/** What is shown of a table after sort and filter. */
export interface ShownTable {
  /** Ids of the visible rows in displayed order. */
  readonly shown: readonly number[];
  readonly total: number;
  readonly settings: TableSettings;
  /** A sentence when the filter is invalid (all rows are shown then). */
  readonly filterError: string | null;
}
export interface SimilarityTable extends ShownTable {
  readonly referenceId: number | null;
  /** Unrounded, aligned with `shown`. */
  readonly similarity: readonly number[];
}

/** What one action did. The same object tells tables, caches, views, journal and scripts. */
export interface Change {
  /** Canonical action name. */
  readonly action: string;
  /** The sentence for the status bar (look.md 9). */
  readonly message: string;
  /** `merge`, `assign`, `metadata_<field>`, or null when neither clusters nor metadata changed. */
  readonly description: string | null;
  readonly history: 'undo' | 'redo' | null;
  /** Ascending. */
  readonly added: readonly number[];
  readonly deleted: readonly number[];
  /** [old, new] pairs. */
  readonly descendants: readonly (readonly [number, number])[];
  /** Clusters whose group or label changed (not by inheritance), ascending. */
  readonly changed: readonly number[];
  /** Number of spikes that changed cluster. */
  readonly spikeCount: number;
  readonly selectionBefore: Selection;
  readonly selection: Selection;
}

/** The clusters as queries see them: a view of the live assignment, valid until the next change. */
export interface ClusterReader {
  /** Non-empty clusters, ascending. */
  readonly ids: readonly number[];
  has(clusterId: number): boolean;
  /** Ascending spike ids; the array is shared: never write to it. Throws RangeError for an unknown id. */
  spikesOf(clusterId: number): Int32Array;
  clusterOf(spikeId: number): number;
  metadata(field: string, clusterId: number): MetadataValue;
}
