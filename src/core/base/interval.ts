/** Intervals of a recording: whole samples, inside it (spec/views.md 6a). */
import { roundHalfEven } from './round.ts';

/**
 * Samples [start, end) of an interval in seconds: both ends rounded to whole samples; one that begins before the recording or ends after it
 * is moved inside, one that is longer is cut.
 */
export function sampleInterval(
  startSeconds: number,
  endSeconds: number,
  sampleRate: number,
  sampleCount: number,
): readonly [number, number] {
  let start = roundHalfEven(startSeconds * sampleRate);
  let end = roundHalfEven(endSeconds * sampleRate);
  if (start < 0) {
    end -= start;
    start = 0;
  } else if (end >= sampleCount) {
    start -= end - sampleCount;
    end = sampleCount;
  }
  const last = Math.min(Math.max(end, 0), sampleCount);
  return [Math.min(Math.max(start, 0), last), last];
}

/** Length of the interval that trace views begin with, s: it lies in the middle of the recording. */
export const FIRST_INTERVAL_SECONDS = 0.25;
