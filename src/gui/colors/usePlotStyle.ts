import { useMemo, useSyncExternalStore } from 'react';
import type { PlotStyle } from './style.ts';
import { readPlotStyle, watchStyle } from './style.ts';

/**
 * The plot style at `element` (of the whole document while it is null); renders again when theme, palette or scale change. The same theme
 * gives the same object, so it can be a dependency of a memo.
 */
export function usePlotStyle(element: Element | null): PlotStyle {
  const store = useMemo(() => new StyleStore(element ?? document.documentElement), [element]);
  return useSyncExternalStore(store.subscribe, store.get);
}

/** Reads the style anew only after the document's looks changed: reading makes the browser compute all styles there and then. */
class StyleStore {
  private readonly place: Element;
  /** Whose changes are followed; a place that moved into another document is read every time. */
  private watched: Document | null = null;
  private style: PlotStyle | null = null;

  constructor(place: Element) {
    this.place = place;
  }

  readonly get = (): PlotStyle => {
    if (this.style !== null && this.place.ownerDocument === this.watched) return this.style;
    this.style = readPlotStyle(this.place);
    return this.style;
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.watched = this.place.ownerDocument;
    this.style = null;
    const stop = watchStyle(this.watched, () => {
      this.style = null;
      listener();
    });
    return () => {
      this.watched = null;
      stop();
    };
  };
}
