/** Which rows of a long list are in sight. Rows have one height, so this is a division; only steps of several rows render again. */
import { useLayoutEffect, useRef, useState, type RefObject } from 'react';

interface ListWindow {
  /** First row to be made. */
  readonly first: number;
  /** One after the last. */
  readonly end: number;
  /** At most so many rows are made at once. */
  readonly size: number;
  /** Rows that are wholly in sight at once. */
  readonly page: number;
  /** Scrolls as little as possible until row `index` is wholly in sight; nothing for a negative one. */
  readonly show: (index: number) => void;
  /** Scrolls to the first row. */
  readonly begin: () => void;
}

/** Rows made beyond each edge; the window moves in steps of half of it. */
const MARGIN = 8;

/** `headerHeight`: px at the top of the scroller that a sticky header covers. */
export function useWindow(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  headerHeight: number,
): ListWindow {
  const [[top, rows], setSeen] = useState<readonly [number, number]>([0, 40]);
  // Asking the element would make the browser lay out the page, for every selection.
  const scrolled = useRef({ top: 0, height: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const read = (): void => {
      const step = MARGIN / 2;
      scrolled.current = { top: element.scrollTop, height: element.clientHeight };
      const first = Math.floor(element.scrollTop / rowHeight / step) * step;
      const visible = Math.ceil(element.clientHeight / rowHeight / step) * step + step;
      setSeen((last) => (last[0] === first && last[1] === visible ? last : [first, visible]));
    };
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener('scroll', read, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', read);
    };
  }, [scroller, rowHeight]);
  const show = (index: number): void => {
    if (index < 0) return;
    const above = index * rowHeight;
    const below = above + rowHeight + headerHeight - scrolled.current.height;
    if (scrolled.current.top > above) scrollTo(above);
    else if (scrolled.current.top < below) scrollTo(below);
  };
  const begin = (): void => {
    if (scrolled.current.top > 0) scrollTo(0);
  };
  const scrollTo = (to: number): void => {
    scroller.current?.scrollTo({ top: to });
    scrolled.current = { ...scrolled.current, top: scroller.current?.scrollTop ?? to };
  };
  const page = Math.max(1, rows - MARGIN);
  const [first, end] = [Math.max(0, top - MARGIN / 2), Math.min(count, top + rows + MARGIN / 2)];
  return { first, end, size: rows + MARGIN, page, show, begin };
}
