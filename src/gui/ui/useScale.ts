/** How large text is at an element: interface scale times font size (1 = as designed). */
import { useLayoutEffect, useState, type RefObject } from 'react';

export function useScale(ref: RefObject<HTMLElement | null>): number {
  const [scale, setScale] = useState(1);
  useLayoutEffect(() => {
    const root = ref.current?.ownerDocument.documentElement;
    if (root === undefined) return;
    const read = (): void => {
      const value = Number.parseFloat(getComputedStyle(root).getPropertyValue('--text-scale'));
      setScale(Number.isFinite(value) && value > 0 ? value : 1);
    };
    read();
    const observer = new MutationObserver(read);
    observer.observe(root, { attributes: true, attributeFilter: ['style'] });
    return () => observer.disconnect();
  }, [ref]);
  return scale;
}
