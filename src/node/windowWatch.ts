/** Knows when the last window is gone for good: a page that is loaded anew leaves and comes back, and must not end the program. */

import { EventEmitter, once } from 'node:events';

/** A window that was closed is waited for so long, in case it was only loaded anew. */
const CLOSED_GRACE_MS = 5000;
/** One that vanished (its browser was killed, or put the page aside) may come back later. */
const VANISHED_GRACE_MS = 120_000;

/** Codes of a WebSocket whose page said goodbye: closed, navigated away, no reason given. */
const GOODBYES: ReadonlySet<number> = new Set([1000, 1001, 1005]);

export interface WindowWatch {
  joined(): void;
  /** `code` as the WebSocket's end gives it. */
  left(code: number): void;
  /** Resolves once the last window has been away for its time; never before one has come. */
  readonly gone: Promise<void>;
  stop(): void;
}

export function watchWindows(): WindowWatch {
  let open = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const absence = new EventEmitter();
  return {
    gone: once(absence, 'over').then(() => undefined),
    joined() {
      open += 1;
      clearTimeout(timer);
    },
    left(code) {
      open -= 1;
      if (open > 0) return;
      timer = setTimeout(() => absence.emit('over'), GOODBYES.has(code) ? CLOSED_GRACE_MS : VANISHED_GRACE_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
