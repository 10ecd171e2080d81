/** Marks a table whose pointer moves: rows are tinted under it, but not when others come to lie beneath one that rests (look.md 6). */
import { useEffect, useLayoutEffect, type RefObject } from 'react';

/** Sets `data-pointing` on the table while the pointer has moved since the rows last did. `shown`: the rows in their order. */
export function usePointing(table: RefObject<HTMLElement | null>, shown: readonly number[]): void {
  const stop = (): void => void delete table.current?.dataset.pointing;
  useLayoutEffect(stop, [table, shown]);
  useEffect(() => {
    const element = table.current;
    if (element === null) return;
    let place = '';
    // Browsers tell of moves too when something else moved under the pointer.
    const onMove = ({ screenX, screenY }: MouseEvent): void => {
      const next = `${screenX} ${screenY}`;
      if (next !== place) element.dataset.pointing = '';
      place = next;
    };
    const rest = (): void => void delete element.dataset.pointing;
    element.addEventListener('mousemove', onMove);
    element.addEventListener('scroll', rest, { passive: true });
    return () => {
      element.removeEventListener('mousemove', onMove);
      element.removeEventListener('scroll', rest);
    };
  }, [table]);
}
