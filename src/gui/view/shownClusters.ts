/** What a view of all clusters draws besides its answer: their order in the cluster view, and which are selected (spec/views.md 10 to 12). */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { sameIds } from '../../core/base/arrays.ts';
import type { Dispose } from '../../core/base/scope.ts';
import { Scope } from '../../core/base/scope.ts';
import type { Selection } from '../../core/curation/state.ts';
import type { ViewInstance } from './instance.ts';
import { perView } from './local.ts';

export interface ShownClusters {
  /** Rows of the cluster view, first at the top. Of the clusters on screen: new ones join together with the picture that has them. */
  readonly order: readonly number[];
  /** In selection order: the place is the colour. */
  readonly selected: readonly number[];
}

const storeOf = perView(() => createStore<ShownClusters>(() => ({ order: [], selected: [] })));

/** Follows table and selection until disposed, except while automatic update is off. For `attach` of a view. */
export function followClusters(view: ViewInstance): Dispose {
  const store = storeOf(view);
  const isOf = rememberingMembers();
  const update = (): void => {
    const { snapshot } = view.client.mirror.getState();
    const { autoUpdate, drawn } = view.state.getState();
    if (snapshot === null || !autoUpdate) return;
    const { shown } = snapshot.clusterTable;
    const { order, selected } = store.getState();
    const next = { order: isOf(shown, drawn) ? shown : order, selected: keepList(selected, snapshot.selection) };
    if (next.order !== order || next.selected !== selected) store.setState(next);
  };
  const scope = new Scope();
  scope.add(view.client.mirror.subscribe(update));
  scope.add(view.state.subscribe(update));
  update();
  return () => scope.dispose();
}

/** Order and selection to draw now. */
export const shownClusters = (view: ViewInstance): ShownClusters => storeOf(view).getState();

/** Order and selection to draw; the same object while nothing about them changed. */
export const useShownClusters = (view: ViewInstance): ShownClusters => useStore(storeOf(view));

/** Rows of the cluster view before its filter. */
export const useRowCount = (view: ViewInstance): number =>
  useStore(view.client.mirror, ({ snapshot }) => snapshot?.clusterTable.total ?? 0);

/** Whether two lists have the same members; the answer for the lists asked last is remembered. */
function rememberingMembers(): (a: readonly number[], b: readonly number[]) => boolean {
  let last: { readonly a: readonly number[]; readonly b: readonly number[]; readonly same: boolean } | null = null;
  return (a, b) => {
    if (last?.a === a && last.b === b) return last.same;
    const members = new Set(b);
    const same = a.length === b.length && a.every((id) => members.has(id));
    last = { a, b, same };
    return same;
  };
}

/** The selected ids, clusters then similar ones; `before` itself when they are the same. */
function keepList(before: readonly number[], { clusters, similar }: Selection): readonly number[] {
  const now = [...new Set([...clusters, ...similar])];
  return sameIds(now, before) ? before : now;
}
