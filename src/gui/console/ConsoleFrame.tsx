/** A console: what was run and what came of it above, the field below. Nothing typed in it reaches the program's shortcuts. */
import { type KeyboardEvent, type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react';
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
  const atEnd = useRef(true);
  // Only who scrolls up leaves the end: what is added below moves it away too.
  const lastTop = useRef(0);
  // The newest is brought into sight, unless one reads further up; pictures have their height only once they are there.
  useLayoutEffect(() => {
    const view = scroller.current;
    if (view === null || content.current === null) return undefined;
    const follow = (): void => {
      if (atEnd.current) view.scrollTop = view.scrollHeight;
    };
    const observer = new ResizeObserver(follow);
    observer.observe(content.current);
    observer.observe(view);
    return () => observer.disconnect();
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    // Tab goes on through the docks where the field has no use for it.
    if (event.key === 'Tab' && !event.defaultPrevented) return;
    event.stopPropagation();
    // Who clicked into the text above and types means the field.
    const isText = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (isText && event.target === scroller.current) input.current?.focus();
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
        onScroll={({ currentTarget: view }) => {
          const isUp = view.scrollTop < lastTop.current;
          lastTop.current = view.scrollTop;
          if (view.scrollHeight - view.scrollTop - view.clientHeight < NEAR_END) atEnd.current = true;
          else if (isUp) atEnd.current = false;
        }}
      >
        <div ref={content} className={css.content}>
          {children}
        </div>
      </div>
      {field}
    </div>
  );
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
