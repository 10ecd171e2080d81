import { useCallback, useSyncExternalStore } from 'react';
import type { PlotStyle } from './style.ts';
import { readPlotStyle, watchStyle } from './style.ts';

/**
 * The plot style at `element` (of the whole document while it is null); renders again when theme, palette or scale change. The same theme
 * gives the same object, so it can be a dependency of a memo.
 */
export function usePlotStyle(element: Element | null): PlotStyle {
  const place = element ?? document.documentElement;
  const subscribe = useCallback((listener: () => void) => watchStyle(place.ownerDocument, listener), [place]);
  return useSyncExternalStore(subscribe, () => readPlotStyle(place));
}
