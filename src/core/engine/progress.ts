import { abortedError, PhyError } from '../base/errors.ts';
import type { ReadProgress } from '../dataset/dataset.ts';

/** A request may hold the thread for about this long before others get their turn. */
const SLICE_MS = 6;

/**
 * Lets those who give up the thread have it back one after the other, with a turn for whatever else waits between any two: however many
 * requests are computed, a message waits for one slice only.
 */
export function oneByOne(yieldThread: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(yieldThread);
    return last;
  };
}

interface ProgressOptions {
  readonly signal: AbortSignal;
  readonly yieldThread: () => Promise<void>;
  /** True when what the request computes on has changed. */
  readonly isStale: () => boolean;
  /** Aborted with the error to throw when a person stopped the request. */
  readonly stop?: AbortSignal;
  /** Told, at every call, how far the request has come; null when it does not say. */
  readonly onProgress?: (fraction: number | null) => void;
}

/**
 * The `progress` of one request: cheap to call often, gives up the thread once a slice is used up, throws `aborted` when the request was
 * cancelled or is stale, and what `stop` says when a person stopped it.
 */
export function makeProgress({ signal, yieldThread, isStale, stop, onProgress }: ProgressOptions): ReadProgress {
  let sliceStart = performance.now();
  return async (fraction) => {
    onProgress?.(fraction ?? null);
    if (performance.now() - sliceStart >= SLICE_MS) {
      await yieldThread();
      sliceStart = performance.now();
    }
    if (stop?.aborted === true) throw stop.reason instanceof PhyError ? stop.reason : abortedError();
    if (signal.aborted || isStale()) throw abortedError();
  };
}
