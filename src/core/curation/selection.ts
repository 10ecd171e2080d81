/** Pure transitions of the one authoritative selection (spec/curation.md 2.3, 2.6). */
import { sameIds } from '../base/arrays.ts';
import type { Selection } from './state.ts';

export const NOTHING: Selection = { clusters: [], similar: [] };

/**
 * The cluster that similarity is measured against: the LAST one selected in the cluster view (spec 2.3, decided). The only place
 * that says so.
 */
export function referenceOf(selection: Selection): number | undefined {
  return selection.clusters.at(-1);
}

/** A new choice in the cluster view. The similar selection is dropped. */
export function withClusters(clusters: readonly number[]): Selection {
  return { clusters, similar: [] };
}

/** A new choice in the similarity view; clusters already selected are left out. */
export function withSimilar(selection: Selection, similar: readonly number[]): Selection {
  const taken = new Set(selection.clusters);
  return { clusters: selection.clusters, similar: similar.filter((id) => !taken.has(id)) };
}

/** Moves a similar cluster into the cluster view just before the reference, which stays the reference. */
export function promote(selection: Selection, id: number): Selection {
  if (selection.clusters.includes(id)) return selection;
  const { clusters } = selection;
  return {
    clusters: [...clusters.slice(0, -1), id, ...clusters.slice(-1)],
    similar: selection.similar.filter((other) => other !== id),
  };
}

/** Moves a selected cluster to the end of the similar selection; ignored for others and for the only one. */
export function demote(selection: Selection, id: number): Selection {
  if (!selection.clusters.includes(id) || selection.clusters.length === 1) return selection;
  return {
    clusters: selection.clusters.filter((other) => other !== id),
    similar: [...selection.similar.filter((other) => other !== id), id],
  };
}

/** Adds clusters to everything that is selected; all of it then stands in the cluster view (BUG-18). */
export function withMore(selection: Selection, ids: readonly number[]): Selection {
  return withClusters([...new Set([...selection.clusters, ...selection.similar, ...ids])]);
}

/** True when nothing that a view shows differs. */
export function sameSelection(a: Selection, b: Selection): boolean {
  return sameIds(a.clusters, b.clusters) && sameIds(a.similar, b.similar);
}
