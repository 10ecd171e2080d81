/**
 * The order in which Tab walks through the docks (look.md 8): each place in reading order, its header and then what it shows. The contents
 * of all panels stand behind all headers in the document, because a panel that moves must keep its canvases.
 */

/** One place of the docks: its header, and the content of the panel in front, which stands elsewhere in the document. */
export interface DockPlace {
  readonly header: HTMLElement;
  readonly content: HTMLElement | null;
}

const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex]';

/** Where Tab leads from `active` among `places` (in reading order); `before` and `after` beyond the ends, null when it is in none of them. */
export function nextInDocks(
  places: readonly DockPlace[],
  active: Element,
  step: 1 | -1,
): HTMLElement | 'before' | 'after' | null {
  const stops = places.flatMap(({ header, content }) => [
    ...stopsIn(header),
    ...(content === null || header.contains(content) ? [] : stopsIn(content)),
  ]);
  const at = stops.findIndex((stop) => stop === active);
  if (at < 0) return null;
  return stops[at + step] ?? (step > 0 ? 'after' : 'before');
}

function stopsIn(element: HTMLElement): readonly HTMLElement[] {
  return [...element.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (stop) => stop.tabIndex >= 0 && stop.checkVisibility({ visibilityProperty: true }),
  );
}
