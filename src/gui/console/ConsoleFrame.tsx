/** A console: what was run and what came of it above, the field below. Nothing typed in it reaches the program's shortcuts. */
import { type KeyboardEvent, type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import css from './Console.module.css';
import type { CodeInputHandle } from './CodeInput.tsx';
import { FollowEnd } from './followEnd.ts';

interface ConsoleFrameProps {
  readonly label: string;
  readonly input: RefObject<CodeInputHandle | null>;
  readonly children: ReactNode;
  readonly field: ReactNode;
}

export function ConsoleFrame({ label, input, children, field }: ConsoleFrameProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [end] = useState(() => new FollowEnd());
  useLayoutEffect(() => {
    if (scroller.current === null || content.current === null) return undefined;
    return end.watch(scroller.current, content.current);
  }, [end]);
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
        onPointerDown={() => end.means()}
        onPointerMove={({ buttons }) => buttons !== 0 && end.means()}
        onTouchMove={() => end.means()}
        onScroll={({ currentTarget }) => end.scrolled(currentTarget)}
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
