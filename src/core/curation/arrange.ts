/** Keeps both tables in step with clusters, metadata, settings and selection (spec/curation.md 2.4, 3.3, 3.6). */
import { sameIds } from '../base/arrays.ts';
import { PhyError } from '../base/errors.ts';
import { filterColumns } from './columns.ts';
import type { Command, TableName } from './command.ts';
import { compileFilter } from './filter.ts';
import { maskedTest } from './groups.ts';
import { metadataValue } from './metadata.ts';
import type { CurationSource, CurationState, Step, TableState } from './model.ts';
import { NO_SIMILAR } from './model.ts';
import { referenceOf, sameSelection } from './selection.ts';
import * as say from './sentences.ts';
import { sortBy, sortColumns, type Selection, type TableSettings } from './state.ts';
import type { Getter, Rows } from './table.ts';
import { sortIdsByAll } from './table.ts';
import type { Tables } from './wizard.ts';

/** `next`, or `before` where nothing that a table shows differs. */
function unlessSame<T extends TableState>(before: T, next: T): T {
  const same =
    sameIds(before.order, next.order) &&
    sameIds(before.shown, next.shown) &&
    before.filterError === next.filterError &&
    before.settings === next.settings;
  return same ? before : next;
}

/** Sorts and filters rows that are given in the order they were displayed in. */
function arranged(
  ids: readonly number[],
  settings: TableSettings,
  columns: ReadonlyMap<string, Getter>,
): Pick<TableState, 'order' | 'shown' | 'filterError'> {
  const steps = sortColumns(settings.sort).flatMap(({ column, direction }) => {
    const getter = columns.get(column);
    return getter === undefined ? [] : [{ getter, direction }];
  });
  const order = steps.length === 0 ? ids : sortIdsByAll(ids, steps);
  const filter = compileFilter(settings.filter, columns);
  const shown = settings.filter.trim() === '' ? order : order.filter((id) => filter.accept(id));
  return { order, shown, filterError: filter.error };
}

/** The cluster view after rows or settings changed: rows that stay keep their order, new ones are added at the end, then it is sorted. */
export function refreshClusters(
  state: CurationState,
  source: CurationSource,
  settings = state.clusters.settings,
): CurationState {
  const { clusters } = state.clustering;
  const kept = state.clusters.order.filter((id) => clusters.has(id));
  const known = new Set(kept);
  const ids = kept.length === clusters.size ? kept : [...kept, ...state.clustering.ids.filter((id) => !known.has(id))];
  const next = { settings, ...arranged(ids, settings, filterColumns(state, source)) };
  return { ...state, clusters: unlessSame(state.clusters, next) };
}

function similarColumns(state: CurationState, source: CurationSource): Map<string, Getter> {
  return filterColumns(state, source).set('similarity', (id) => state.similar.values.get(id));
}

/** New candidates for the present selection (spec 2.4): those of the reference, without what is selected in the cluster view. */
export function resetSimilar(state: CurationState, source: CurationSource): CurationState {
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
export function refreshSimilar(
  state: CurationState,
  source: CurationSource,
  settings = state.similar.settings,
): CurationState {
  const arrangement = arranged(state.similar.order, settings, similarColumns(state, source));
  return { ...state, similar: unlessSame(state.similar, { ...state.similar, settings, ...arrangement }) };
}

export function withSelection(state: CurationState, source: CurationSource, selection: Selection): CurationState {
  if (sameSelection(selection, state.selection)) return state;
  const next = { ...state, selection };
  return sameIds(selection.clusters, state.selection.clusters) ? next : resetSimilar(next, source);
}

/** What the wizard walks over. A candidate selection brings its own similar rows. */
export function tablesOf(state: CurationState, source: CurationSource): Tables {
  const isMasked = maskedTest(state.groups);
  const isNavigable = (id: number): boolean =>
    !state.wizard.skipMasked || !isMasked(metadataValue(state.metadata, 'group', id));
  const rows = (shown: readonly number[]): Rows => ({ shown, isNavigable });
  return {
    clusters: rows(state.clusters.shown),
    similar: (selection) => rows(withSelection(state, source, selection).similar.shown),
  };
}

type SortCommand = Extract<Command, { type: 'sort' }>;
export function sortTable(state: CurationState, source: CurationSource, { table, ...by }: SortCommand): Step {
  const columns = table === 'clusters' ? filterColumns(state, source) : similarColumns(state, source);
  const sorted = sortColumns(by);
  for (const { column } of sorted) {
    if (columns.has(column)) continue;
    const names = [...columns.keys()].join(', ');
    throw new PhyError('usage', `There is no column ${column}. Columns: ${names}.`, { column });
  }
  // A column that comes again decides nothing any more.
  const isFirst = (column: string, place: number): boolean =>
    sorted.findIndex((each) => each.column === column) === place;
  const sort = sortBy(sorted.filter(({ column }, place) => isFirst(column, place)));
  const next =
    table === 'clusters'
      ? refreshClusters(state, source, { ...state.clusters.settings, sort })
      : refreshSimilar(state, source, { ...state.similar.settings, sort });
  const orders = sortColumns(sort).map(
    ({ column, direction }) => `${column}, ${direction === 'asc' ? 'ascending' : 'descending'}`,
  );
  return {
    state: next,
    message: `Sorted ${table === 'clusters' ? 'clusters' : 'similar clusters'} by ${orders.join(', then ')}.`,
  };
}

export function filterTable(state: CurationState, source: CurationSource, table: TableName, text: string): Step {
  const next =
    table === 'clusters'
      ? refreshClusters(state, source, { ...state.clusters.settings, filter: text })
      : refreshSimilar(state, source, { ...state.similar.settings, filter: text });
  const { shown, order, filterError } = table === 'clusters' ? next.clusters : next.similar;
  const counts = `${say.grouped(shown.length)} of ${say.counted(order.length, 'cluster')} shown.`;
  return { state: next, message: filterError ?? counts };
}
