import { abortedError } from '../base/errors.ts';
import type { ReadProgress } from '../dataset/dataset.ts';

/** A request may hold the thread for about this long before others get their turn. */
const SLICE_MS = 8;

/**
 * The `progress` of one request: cheap to call often, gives up the thread once a slice is used up, throws `aborted` when the request was
 * cancelled or when `isStale` says that what it computes on has changed.
 */
export function makeProgress(
  signal: AbortSignal,
  yieldThread: () => Promise<void>,
  isStale: () => boolean,
): ReadProgress {
  let sliceStart = performance.now();
  return async () => {
    if (performance.now() - sliceStart >= SLICE_MS) {
      await yieldThread();
      sliceStart = performance.now();
    }
    if (signal.aborted || isStale()) throw abortedError();
  };
}
