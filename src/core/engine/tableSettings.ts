/**
 * What the tables and the wizard keep between launches, under the reference's keys (spec/curation.md 2.1, 2.2, 4.7): sort and wizard for the
 * user, the selection for the dataset.
 */
import { PhyError } from '../base/errors.ts';
import type { Command } from '../curation/command.ts';
import { filterColumns } from '../curation/columns.ts';
import { reduce, type CurationSource, type CurationState } from '../curation/curation.ts';
import { sortBy, type SortColumn } from '../curation/state.ts';
import type { SavedState } from '../protocol/messages.ts';
import type { Settings } from './settings.ts';

const TABLE = 'ClusterView';

/** The state with kept sort and selection; what does not fit this dataset is left out. Filters are not kept. */
export function withKeptTables(
  state: CurationState,
  source: CurationSource,
  kept: { readonly user: SavedState; readonly dataset: SavedState },
): CurationState {
  const known = filterColumns(state, source);
  return [...sortCommand(kept.user, (column) => known.has(column)), ...selectCommand(kept.dataset)].reduce(
    (current, command) => attempt(current, source, command),
    state,
  );
}

/** Keeps what differs from before. The selection is kept at the end only: see `keepSelection`. */
export function keepTables(settings: Settings, before: CurationState, after: CurationState): void {
  const { sort } = after.clusters.settings;
  if (sort !== before.clusters.settings.sort) {
    const { further_sort: _, ...others } = tableOf(settings.values);
    const further = sort.further === undefined ? {} : { further_sort: sort.further.map(pair) };
    settings.keep(TABLE, { ...others, current_sort: pair(sort), ...further });
  }
  if (after.wizard === before.wizard) return;
  settings.keep('n_similar_clusters_to_select', after.wizard.similarCount);
  settings.keep('skip_masked_clusters', after.wizard.skipMasked);
}

/** Keeps the selection for the next launch. */
export function keepSelection(settings: Settings, { selection }: CurationState): void {
  settings.keep(TABLE, { ...tableOf(settings.values), selected: selection.clusters });
}

/** As the reference keeps a sort. */
const pair = ({ column, direction }: SortColumn): readonly string[] => [column, direction];

function tableOf(values: SavedState): Readonly<Record<string, unknown>> {
  const table = values[TABLE];
  return typeof table === 'object' && table !== null ? { ...table } : {};
}

/** `current_sort` is the reference's key and has its form; further columns are kept beside it. Columns of other datasets are left out. */
function sortCommand(user: SavedState, isKnown: (column: string) => boolean): readonly Command[] {
  const { current_sort: first, further_sort: further } = tableOf(user);
  const pairs: readonly unknown[] = [first, ...(Array.isArray(further) ? further : [])];
  const columns = pairs.flatMap(sortColumn).filter(({ column }) => isKnown(column));
  return columns.length === 0 ? [] : [{ type: 'sort', table: 'clusters', ...sortBy(columns) }];
}

function sortColumn(kept: unknown): readonly SortColumn[] {
  if (!Array.isArray(kept)) return [];
  const [column, direction]: readonly unknown[] = kept;
  if (typeof column !== 'string' || (direction !== 'asc' && direction !== 'desc')) return [];
  return [{ column, direction }];
}

function selectCommand(dataset: SavedState): readonly Command[] {
  const ids = tableOf(dataset)['selected'];
  const isIds = Array.isArray(ids) && ids.every((id): id is number => Number.isSafeInteger(id));
  return isIds ? [{ type: 'select', ids }] : [];
}

function attempt(state: CurationState, source: CurationSource, command: Command): CurationState {
  try {
    return reduce(state, command, source).state;
  } catch (error) {
    if (error instanceof PhyError) return state;
    throw error;
  }
}
