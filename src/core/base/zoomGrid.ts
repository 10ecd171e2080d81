/** Which part of a long axis to ask for at a zoom, and how finely: on a grid, so that the same place is asked for in the same words. */

/** A part of the axis [0, end], in `columns` equal columns. */
export interface AxisPart {
  readonly from: number;
  readonly to: number;
  readonly columns: number;
}

/** Parts begin and end at multiples of a quarter of what a plot shows. */
const TILES = 4;

/**
 * The part that holds what is on screen and up to half a screen on either side, by steps of the square root of 2 of the zoom; its columns are
 * no wider than a screen divided by `columns`, a multiple of 4. null when that is the whole axis.
 */
export function zoomedPart([from, to]: readonly [number, number], end: number, columns: number): AxisPart | null {
  const step = Math.ceil(2 * Math.log2(end / (to - from)) - 0.05);
  if (step <= 0) return null;
  const tile = end / TILES / 2 ** (step / 2);
  const first = Math.max(0, Math.floor(from / tile) - 1);
  const last = Math.min(Math.ceil(end / tile), Math.ceil(to / tile) + 1);
  return { from: first * tile, to: last * tile, columns: ((last - first) * columns) / TILES };
}

/** Whether a part has all that is on screen, in columns not (noticeably) wider than `perPixel`. */
export function isFineEnough(part: AxisPart, [from, to]: readonly [number, number], perPixel: number): boolean {
  return part.from <= from && part.to >= to && (part.to - part.from) / part.columns <= 1.02 * perPixel;
}
