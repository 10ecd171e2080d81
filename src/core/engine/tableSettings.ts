/**
 * What the tables and the wizard keep between launches, under the reference's keys (spec/curation.md 2.1, 2.2, 4.7): sort and wizard for the
 * user, the selection for the dataset.
 */
import { PhyError } from '../base/errors.ts';
import type { Command } from '../curation/command.ts';
import { reduce, type CurationSource, type CurationState } from '../curation/curation.ts';
import type { SavedState } from '../protocol/messages.ts';
import type { Settings } from './settings.ts';

const TABLE = 'ClusterView';

/** The state with kept sort and selection; what does not fit this dataset is left out. Filters are not kept. */
export function withKeptTables(
  state: CurationState,
  source: CurationSource,
  kept: { readonly user: SavedState; readonly dataset: SavedState },
): CurationState {
  return [...sortCommand(kept.user), ...selectCommand(kept.dataset)].reduce(
    (current, command) => attempt(current, source, command),
    state,
  );
}

/** Keeps what differs from before. The selection is kept at the end only: see `keepSelection`. */
export function keepTables(settings: Settings, before: CurationState, after: CurationState): void {
  const { sort } = after.clusters.settings;
  if (sort !== before.clusters.settings.sort) {
    settings.keep(TABLE, { ...tableOf(settings.values), current_sort: [sort.column, sort.direction] });
  }
  if (after.wizard === before.wizard) return;
  settings.keep('n_similar_clusters_to_select', after.wizard.similarCount);
  settings.keep('skip_masked_clusters', after.wizard.skipMasked);
}

/** Keeps the selection for the next launch. */
export function keepSelection(settings: Settings, { selection }: CurationState): void {
  settings.keep(TABLE, { ...tableOf(settings.values), selected: selection.clusters });
}

function tableOf(values: SavedState): Readonly<Record<string, unknown>> {
  const table = values[TABLE];
  return typeof table === 'object' && table !== null ? { ...table } : {};
}

function sortCommand(user: SavedState): readonly Command[] {
  const kept = tableOf(user)['current_sort'];
  if (!Array.isArray(kept)) return [];
  const [column, direction]: readonly unknown[] = kept;
  if (typeof column !== 'string' || (direction !== 'asc' && direction !== 'desc')) return [];
  return [{ type: 'sort', table: 'clusters', column, direction }];
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
