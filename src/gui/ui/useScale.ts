/** How large text is at an element: interface scale times font size (1 = as designed). */
import { useLayoutEffect, useState, type RefObject } from 'react';

/** The scale at an element, now. */
export function scaleAt(element: HTMLElement): number {
  const value = Number.parseFloat(
    getComputedStyle(element.ownerDocument.documentElement).getPropertyValue('--text-scale'),
  );
  return Number.isFinite(value) && value > 0 ? value : 1;
}

export function useScale(ref: RefObject<HTMLElement | null>): number {
  const [scale, setScale] = useState(1);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const read = (): void => setScale(scaleAt(element));
    read();
    const observer = new MutationObserver(read);
    observer.observe(element.ownerDocument.documentElement, { attributes: true, attributeFilter: ['style'] });
    return () => observer.disconnect();
  }, [ref]);
  return scale;
}
