/** The open views: their names, in the order they were opened, and which of them have the keys of their class (spec/curation.md 4.2). */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Client } from '../client/client.ts';
import { createViewInstance } from '../view/createView.ts';
import type { ViewCatalog, ViewInstance, ViewSpec } from '../view/instance.ts';

/** `WaveformView (2)` -> `WaveformView`. */
export const classOf = (id: string): string => id.replace(/ \(\d+\)$/, '');
/** `WaveformView (2)` -> 2, `WaveformView` -> 0. */
export const indexOf = (id: string): number => Number(/ \((\d+)\)$/.exec(id)?.[1] ?? 0);

/**
 * Name of another view of a class: the bare name when none is open, else the next number. Numbers never go back while one is open:
 * `highest` is the highest given since the class was last empty.
 */
export function nextViewId(className: string, open: readonly string[], highest: number): string {
  const same = open.filter((id) => classOf(id) === className);
  if (same.length === 0) return className;
  return `${className} (${Math.max(highest, ...same.map(indexOf)) + 1})`;
}

export interface ViewShelf {
  /** The views that can be added. */
  readonly specs: readonly ViewSpec[];
  /** Those of other datasets only. */
  readonly others: readonly ViewSpec[];
  readonly open: StoreApi<readonly ViewInstance[]>;
  get(id: string): ViewInstance | undefined;
  /** The open view of that name, made now if there is none. undefined for an unknown class. */
  ensure(id: string): ViewInstance | undefined;
  nextId(className: string): string;
  close(id: string): void;
  /** Says that a panel was clicked or walked to. */
  use(id: string): void;
  /** The view of each class that has its keys: the one that was used last, the first one as long as none was. */
  withKeys(): readonly ViewInstance[];
}

export function createViewShelf(client: Client, views: ViewCatalog): ViewShelf {
  const open = createStore<readonly ViewInstance[]>(() => []);
  const highest = new Map<string, number>();
  const usedLast = new Map<string, string>();
  const get = (id: string): ViewInstance | undefined => open.getState().find((view) => view.id === id);
  return {
    specs: views.offered,
    others: views.others ?? [],
    open,
    get,
    ensure(id) {
      const present = get(id);
      if (present !== undefined) return present;
      const className = classOf(id);
      const spec = views.find(className);
      if (spec === undefined) return undefined;
      const view = createViewInstance(spec, id, client);
      highest.set(className, Math.max(highest.get(className) ?? 0, indexOf(id)));
      open.setState((others) => [...others, view], true);
      return view;
    },
    nextId: (className) =>
      nextViewId(
        className,
        open.getState().map((view) => view.id),
        highest.get(className) ?? 0,
      ),
    close(id) {
      const view = get(id);
      if (view === undefined) return;
      open.setState((others) => others.filter((other) => other !== view), true);
      const className = classOf(id);
      if (!open.getState().some((other) => classOf(other.id) === className)) highest.delete(className);
      if (usedLast.get(className) === id) usedLast.delete(className);
      view.dispose();
    },
    use: (id) => usedLast.set(classOf(id), id),
    withKeys() {
      const having = new Map<string, ViewInstance>();
      for (const view of open.getState()) {
        const { name } = view.spec;
        if (!having.has(name) || usedLast.get(name) === view.id) having.set(name, view);
      }
      return [...having.values()];
    },
  };
}
