import { useEffect, useRef, useState } from 'react';

/** A value that follows another one at most once in so many milliseconds; the last one always arrives. */
export function useCalm<T>(value: T, milliseconds: number): T {
  const [shown, setShown] = useState(value);
  const last = useRef(-Infinity);
  useEffect(() => {
    const show = (): void => {
      last.current = performance.now();
      setShown(value);
    };
    const wait = last.current + milliseconds - performance.now();
    if (wait <= 0) {
      show();
      return undefined;
    }
    const timer = setTimeout(show, wait);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return shown;
}
