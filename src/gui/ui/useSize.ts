/** Size of an element in CSS px, followed as it changes. */
import { useLayoutEffect, useState, type RefObject } from 'react';

/** [width, height]; [0, 0] before the first layout. */
export function useSize(ref: RefObject<HTMLElement | null>): readonly [number, number] {
  const [size, setSize] = useState<readonly [number, number]>([0, 0]);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const read = (): void => {
      const [width, height] = [element.clientWidth, element.clientHeight];
      setSize((last) => (last[0] === width && last[1] === height ? last : [width, height]));
    };
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}
