/** A place that scrolls when its content is too long for it, with the keyboard too: then Tab stops there and the arrow keys move it. */
import { useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from 'react';

interface ScrollerProps {
  /** What is in it, for those who do not see it. */
  readonly label: string;
  readonly className?: string | undefined;
  /** For those who scroll it themselves. */
  readonly place?: RefObject<HTMLDivElement | null>;
  readonly children: ReactNode;
}

export function Scroller({ label, className, place: given, children }: ScrollerProps) {
  const own = useRef<HTMLDivElement>(null);
  const place = given ?? own;
  const [scrolls, setScrolls] = useState(false);
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const measure = (): void => setScrolls(element.scrollHeight > element.clientHeight);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // Its own box stays as it is when there is more in it.
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  });
  const asRegion = scrolls ? { tabIndex: 0, role: 'region', 'aria-label': label } : {};
  return (
    <div ref={place} className={className} {...asRegion}>
      {children}
    </div>
  );
}
