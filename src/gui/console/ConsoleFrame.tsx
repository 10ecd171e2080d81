/** A console: what was run and what came of it above, the field below. Nothing typed in it reaches the program's shortcuts. */
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  type UIEvent,
  useCallback,
  useLayoutEffect,
  useRef,
} from 'react';
import css from './Console.module.css';
import type { CodeInputHandle } from './CodeInput.tsx';

interface ConsoleFrameProps {
  readonly label: string;
  readonly input: RefObject<CodeInputHandle | null>;
  readonly children: ReactNode;
  readonly field: ReactNode;
}

/** Px from the end within which one is at the end. */
const NEAR_END = 24;

export function ConsoleFrame({ label, input, children, field }: ConsoleFrameProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const end = useEnd(scroller, content);
  const onKeyDown = (event: KeyboardEvent): void => {
    const isAbove = event.target === scroller.current;
    if (isAbove && UPWARD.has(event.key)) end.means();
    // Who runs something wants to see what comes of it.
    if (event.key === 'Enter' && !isAbove) end.go();
    // Tab goes on through the docks where the field has no use for it.
    if (event.key === 'Tab' && !event.defaultPrevented) return;
    event.stopPropagation();
    // Who clicked into the text above and types means the field.
    const isText = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (isText && isAbove) input.current?.focus();
  };
  const focusField = (): void => {
    const selected = scroller.current?.ownerDocument.getSelection()?.toString() ?? '';
    if (selected === '') input.current?.focus();
  };
  return (
    <div className={css.console} onKeyDown={onKeyDown} role="none">
      <div
        ref={scroller}
        className={css.scroller}
        role="log"
        aria-label={label}
        tabIndex={0}
        data-selectable=""
        onMouseUp={focusField}
        onWheel={({ deltaY }) => deltaY < 0 && end.means()}
        onPointerDown={end.means}
        onPointerMove={({ buttons }) => buttons !== 0 && end.means()}
        onTouchMove={end.means}
        onScroll={end.scrolled}
      >
        <div ref={content} className={css.content}>
          {children}
        </div>
      </div>
      {field}
    </div>
  );
}

const UPWARD: ReadonlySet<string> = new Set(['ArrowUp', 'PageUp', 'Home']);
/** How long after a wheel, a key or a press a scroll may be its doing. */
const INTENT_MS = 2000;

interface End {
  /** A person is about to scroll. */
  readonly means: () => void;
  readonly scrolled: (event: UIEvent<HTMLElement>) => void;
  /** Goes to the end and stays there. */
  readonly go: () => void;
}

/**
 * Keeps the end in sight until a person scrolls up, and again once they are back. The browser scrolls up too, by itself: when something above
 * goes away, or when what is there becomes shorter before more comes.
 */
function useEnd(scroller: RefObject<HTMLElement | null>, content: RefObject<HTMLElement | null>): End {
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const meantAt = useRef(Number.NEGATIVE_INFINITY);
  const follow = useCallback((): void => {
    const view = scroller.current;
    if (view !== null && atEnd.current) view.scrollTop = view.scrollHeight;
  }, [scroller]);
  // Pictures have their height only once they are there.
  useLayoutEffect(() => {
    if (scroller.current === null || content.current === null) return undefined;
    const observer = new ResizeObserver(follow);
    observer.observe(content.current);
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [scroller, content, follow]);
  return {
    means() {
      meantAt.current = performance.now();
    },
    scrolled({ currentTarget: view }) {
      const isUp = view.scrollTop < lastTop.current;
      lastTop.current = view.scrollTop;
      if (view.scrollHeight - view.scrollTop - view.clientHeight < NEAR_END) atEnd.current = true;
      else if (isUp && performance.now() - meantAt.current < INTENT_MS) atEnd.current = false;
    },
    go() {
      atEnd.current = true;
      follow();
    },
  };
}

interface CellProps {
  /** `In [3]:`, `In [*]:` while it runs. */
  readonly prompt: string;
  readonly code: string;
  readonly running: boolean;
  /** Waits or runs. */
  readonly busy: boolean;
  readonly children: ReactNode;
}

/** One input and what came of it. */
export function Cell({ prompt, code, running, busy, children }: CellProps) {
  return (
    <section className={`${css.cell} ${running ? css.running : ''}`} aria-busy={busy}>
      <span className={css.prompt}>{prompt}</span>
      <pre className={css.code}>{code}</pre>
      <div className={css.outputs}>{children}</div>
    </section>
  );
}
