/**
 * Answers about one selection come one by one, and every frame in which something changed costs the browser as much as drawing a view: answers
 * that come shortly after each other are shown in one frame.
 */
import type { Client } from '../client/client.ts';

/** The first answer waits this long for the others. */
const HOLD_MS = 30;
/** Showing goes on in another task after this long, so that no frame is late (50 ms at most). */
const SLICE_MS = 25;

/** An answer that is on its way. */
export interface Expected {
  /** Shows it, now or together with the others. */
  arrived(show: () => void): void;
  /** It will not come: nobody is to wait for it. Does nothing once it has arrived. */
  gone(): void;
}

export class Arrivals {
  private expected = 0;
  private held: (() => void)[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;
  private showing = false;

  expect(): Expected {
    this.expected += 1;
    let open = true;
    const close = (): boolean => {
      if (!open) return false;
      open = false;
      this.expected -= 1;
      return true;
    };
    return {
      arrived: (show) => {
        close();
        this.held.push(show);
        this.consider();
      },
      gone: () => {
        // Later, because it may be another selection that all views are about to turn to.
        if (close()) queueMicrotask(() => this.consider());
      },
    };
  }

  private consider(): void {
    if (this.held.length === 0) return;
    if (this.expected === 0) void this.showAll();
    else this.timer ??= setTimeout(() => void this.showAll(), HOLD_MS);
  }

  private async showAll(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.showing) return;
    this.showing = true;
    let started = performance.now();
    for (;;) {
      const show = this.held.shift();
      if (show === undefined) break;
      shown(show);
      // What it changed is drawn in the microtasks before this one goes on.
      await Promise.resolve();
      if (this.held.length === 0 || performance.now() - started < SLICE_MS) continue;
      await new Promise((go) => setTimeout(go, 0));
      started = performance.now();
    }
    this.showing = false;
  }
}

/** One that cannot be shown is reported as any uncaught error is; the others are shown all the same. */
function shown(show: () => void): void {
  try {
    show();
  } catch (error) {
    reportError(error);
  }
}

const arrivals = new WeakMap<Client, Arrivals>();

/** Those of one window. */
export function arrivalsOf(client: Client): Arrivals {
  const known = arrivals.get(client) ?? new Arrivals();
  arrivals.set(client, known);
  return known;
}
