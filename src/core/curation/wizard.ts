/** Where the wizard goes next (spec/curation.md 2.5-2.7). Every function gives the new selection; the same object when nothing changes. */
import type { Rows } from './table.ts';
import { firstRow, firstRows, lastRow, neighbour } from './table.ts';
import type { Selection, WizardSettings } from './state.ts';
import { withClusters, withSimilar } from './selection.ts';
import { PhyError } from '../base/errors.ts';

export const DEFAULT_WIZARD: WizardSettings = { skipMasked: true, similarCount: 15 };

/** Both tables as the wizard sees them; `similar` is computed for a selection, because a new reference brings other rows. */
export interface Tables {
  readonly clusters: Rows;
  similar(selection: Selection): Rows;
}

const choose = (selection: Selection, id: number | undefined): Selection =>
  id === undefined ? selection : withClusters([id]);
const chooseSimilar = (selection: Selection, id: number | undefined): Selection =>
  id === undefined ? selection : withSimilar(selection, [id]);

/** `first` and `reset_wizard`. */
export function first(tables: Tables, selection: Selection): Selection {
  return choose(selection, firstRow(tables.clusters));
}

/** `last`. */
export function last(tables: Tables, selection: Selection): Selection {
  return choose(selection, lastRow(tables.clusters));
}

/** `next_best` (1) and `previous_best` (-1). */
export function stepBest(tables: Tables, selection: Selection, step: 1 | -1): Selection {
  return choose(selection, neighbour(tables.clusters, selection.clusters, step));
}

/** `next` (1) and `previous` (-1): along the similar clusters; without a selected cluster `next` takes the first one. */
export function stepSimilar(tables: Tables, selection: Selection, step: 1 | -1): Selection {
  if (selection.clusters.length === 0) return step === 1 ? first(tables, selection) : selection;
  return chooseSimilar(selection, neighbour(tables.similar(selection), selection.similar, step));
}

/** `select_first_similar`: the first `count` navigable similar clusters. */
export function firstSimilar(tables: Tables, selection: Selection, count: number): Selection {
  return withSimilar(selection, firstRows(tables.similar(selection), count));
}

/**
 * Selection after clusters were moved to a group (spec 2.7.3): the next cluster when only selected clusters were moved, the next similar
 * one when only similar ones were, else both. At the end of the cluster view both tables are cleared (T45). The new groups already count.
 */
export function afterMove(tables: Tables, selection: Selection, moved: readonly number[]): Selection {
  const onlyBest = moved.every((id) => selection.clusters.includes(id));
  if (!onlyBest && moved.every((id) => selection.similar.includes(id))) return stepSimilar(tables, selection, 1);
  const next = neighbour(tables.clusters, selection.clusters, 1);
  if (next === undefined) return withClusters([]);
  const best = withClusters([next]);
  return onlyBest ? best : stepSimilar(tables, best, 1);
}

/** A number of similar clusters: a whole number above 0, else `usage`. */
export function checkSimilarCount(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new PhyError(
    'usage',
    `The number of similar clusters is ${JSON.stringify(value)}, expected a positive integer.`,
  );
}

/** True or false, else `usage`. */
export function checkSkipMasked(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new PhyError('usage', `skip_noise_and_mua is ${JSON.stringify(value)}, expected true or false.`);
}

/** Settings kept from an earlier launch over given ones; invalid values are left out, each with a sentence. */
export function restoreWizard(
  kept: Readonly<Record<string, unknown>>,
  settings: WizardSettings = DEFAULT_WIZARD,
): { readonly wizard: WizardSettings; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const restore = <T>(key: string, fallback: T, check: (value: unknown) => T): T => {
    if (kept[key] === undefined) return fallback;
    try {
      return check(kept[key]);
    } catch (error) {
      if (!(error instanceof PhyError)) throw error;
      warnings.push(`${key} of the saved state was ignored. ${error.message}`);
      return fallback;
    }
  };
  const similarCount = restore('n_similar_clusters_to_select', settings.similarCount, checkSimilarCount);
  const skipMasked = restore('skip_masked_clusters', settings.skipMasked, checkSkipMasked);
  return { wizard: { skipMasked, similarCount }, warnings };
}
