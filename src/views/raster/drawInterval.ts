/** What the raster view must ask for to show what is on screen, and how many spikes that is. */
import { isFineEnough, zoomedPart } from '../../core/base/zoomGrid.ts';
import type { Box } from '../../gui/plot/scene.ts';
import { firstAt, timesOf } from './drawCounts.ts';
import { isDensity, placesOf, rowIds, secondsOnScreen } from './drawRows.ts';
import type { RasterAnswer } from './query.ts';

/** Spikes on screen; with counts only those of the columns whose middle is on screen. */
export function spikesOnScreen(answer: RasterAnswer, order: readonly number[], visible: Box): number {
  const rows = rowIds(answer, order);
  const known = placesOf(answer);
  const [, y0, , y1] = visible;
  const top = Math.max(0, Math.floor(((1 - y1) / 2) * rows.length + 1e-6));
  const bottom = Math.min(rows.length, Math.ceil(((1 - y0) / 2) * rows.length - 1e-6));
  const count = counter(answer, secondsOnScreen(answer, visible));
  return rows.slice(top, bottom).reduce((sum, id) => sum + count(known.get(id) ?? 0), 0);
}

/** Counts the spikes of a row in an interval of seconds. */
export function counter(answer: RasterAnswer, [from, to]: readonly [number, number]): (row: number) => number {
  if (!isDensity(answer)) {
    const known = timesOf(answer);
    // What is on screen to its very end includes a spike there.
    const end = to * (1 + 1e-12);
    return (row) => firstAt(known, row, end) - firstAt(known, row, from);
  }
  const { density, startSeconds, endSeconds } = answer;
  const columns = density.shape[1];
  const perColumn = (endSeconds - startSeconds) / columns;
  const first = Math.max(0, Math.ceil((from - startSeconds) / perColumn - 0.5));
  const last = Math.min(columns, Math.ceil((to - startSeconds) / perColumn - 0.5));
  return (row) => {
    let sum = 0;
    for (let c = first; c < last; c++) sum += density.data[row * columns + c];
    return sum;
  };
}

/** What to ask the engine for. */
export interface RasterInterval {
  readonly startSeconds: number;
  /** null: to the end of the recording. */
  readonly endSeconds: number | null;
  /** null: every spike. */
  readonly columns: number | null;
}

/** Up to so many spikes are asked for one by one, so that they can be drawn as bars of their own. */
const SINGLE_SPIKES = 30_000;

/** Numbers of columns go in these steps, so that a panel a little wider asks for nothing. */
const COLUMN_STEP = 128;

interface Wanted {
  /** What was asked last; null before the first time. */
  readonly asked: RasterInterval | null;
  /** The last answer, of that or of something asked before. */
  readonly answer: RasterAnswer | null;
  readonly visible: Box;
  /** Width of the plot, CSS px. */
  readonly width: number;
  /** Of the whole recording. */
  readonly spikeCount: number;
  readonly durationSeconds: number;
}

/**
 * The interval whose answer has a column, or every spike, for each pixel on screen, with something beside it for panning. What was asked
 * last, as long as it does.
 */
export function wantedInterval(wanted: Wanted): RasterInterval {
  const { asked, answer, visible, width, spikeCount } = wanted;
  const columns = Math.max(1, Math.ceil(width / COLUMN_STEP)) * COLUMN_STEP;
  const whole = { startSeconds: 0, endSeconds: null, columns: spikeCount <= SINGLE_SPIKES ? null : columns };
  if (answer === null) return whole;
  const end = Math.max(wanted.durationSeconds, answer.bounds[2] / 1.01);
  const [from, to] = secondsOnScreen(answer, visible);
  if (!(to > from) || end <= 0) return asked ?? whole;
  const onScreen = [from, Math.min(to, end)] as const;
  const part = zoomedPart(onScreen, end, columns);
  const next = part === null ? whole : { startSeconds: part.from, endSeconds: part.to, columns: part.columns };
  const few = next.columns !== null && estimate(answer, next, end) <= SINGLE_SPIKES;
  const perPixel = (to - from) / Math.max(1, width);
  const isServed = asked !== null && serves(asked, onScreen, end, perPixel);
  if (isServed && (!few || asked.columns === null)) return asked;
  return few ? { ...next, columns: null } : next;
}

/** Whether an answer to `asked` is fine enough for what is on screen, and has all of it. */
function serves(asked: RasterInterval, onScreen: readonly [number, number], end: number, perPixel: number): boolean {
  const { startSeconds, endSeconds, columns } = asked;
  return isFineEnough({ from: startSeconds, to: endSeconds ?? end, columns: columns ?? Infinity }, onScreen, perPixel);
}

/** At most so many spikes are in an interval; infinite when the answer does not reach that far. */
function estimate(answer: RasterAnswer, { startSeconds, endSeconds }: RasterInterval, end: number): number {
  const [from, to] = [startSeconds, Math.min(end, endSeconds ?? end)];
  if (answer.startSeconds > from || answer.endSeconds < to) return Infinity;
  const margin = isDensity(answer) ? (answer.endSeconds - answer.startSeconds) / answer.density.shape[1] : 0;
  const count = counter(answer, [from - margin, to + margin]);
  return answer.clusterIds.data.reduce((sum, _, row) => sum + count(row), 0);
}
