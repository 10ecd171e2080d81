/** Whether a view holds a lasso that can split, followed as lassos are drawn and cleared. */
import { useCallback, useSyncExternalStore } from 'react';
import type { Desk } from './desk.ts';
import { hasLasso } from './split.ts';

export function useLassoPresent(desk: Desk): boolean {
  const subscribe = useCallback((changed: () => void) => followViews(desk, changed), [desk]);
  return useSyncExternalStore(subscribe, () => hasLasso(desk.shelf.open.getState()));
}

/** Calls `changed` whenever a view is opened, closed, or changes its state. */
function followViews(desk: Desk, changed: () => void): () => void {
  let views: readonly (() => void)[] = [];
  const stop = (): void => views.forEach((unsubscribe) => unsubscribe());
  const follow = (): void => {
    stop();
    views = desk.shelf.open.getState().map((view) => view.state.subscribe(changed));
    changed();
  };
  const unsubscribe = desk.shelf.open.subscribe(follow);
  views = desk.shelf.open.getState().map((view) => view.state.subscribe(changed));
  return () => {
    unsubscribe();
    stop();
  };
}
