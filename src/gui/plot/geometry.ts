/** How marks become pixels: rules that every renderer follows, so that all of them light the same regions. */
import type { BarsMark, SegmentsMark, SignalsMark } from './scene.ts';
import type { Affine, Rect } from './transform.ts';

/** Bar `k` in whole pixels: neighbours touch, and a bar that is not empty is at least one pixel wide and high. */
export function barRect(mark: BarsMark, k: number, map: Affine): Rect {
  const [left, right] = snapRange(map.ax * mark.x0[k] + map.bx, map.ax * mark.x1[k] + map.bx);
  const [top, bottom] = snapRange(map.ay * mark.y0[k] + map.by, map.ay * mark.y1[k] + map.by);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Far outside every canvas; coordinates beyond it are moved to it, infinite ones too. */
export const FAR = 1e6;

/** The nearest coordinate that a canvas can work with exactly. */
export function near(value: number): number {
  return Math.min(FAR, Math.max(-FAR, value));
}

/** Both ends rounded, the smaller first; at least one apart unless they are equal to begin with. */
export function snapRange(a: number, b: number): readonly [number, number] {
  const low = Math.round(near(Math.min(a, b)));
  const high = Math.round(near(Math.max(a, b)));
  return high === low && a !== b ? [low, low + 1] : [low, high];
}

/** Ends of segment `k` in pixels. Infinite data coordinates reach the edge of `clip`; undefined when an end is not a number. */
export function segmentEnds(
  mark: SegmentsMark,
  k: number,
  map: Affine,
  clip: Rect,
): readonly [number, number, number, number] | undefined {
  const ends = mark.ends;
  const x0 = edgeX(ends[4 * k], map, clip);
  const y0 = edgeY(ends[4 * k + 1], map, clip);
  const x1 = edgeX(ends[4 * k + 2], map, clip);
  const y1 = edgeY(ends[4 * k + 3], map, clip);
  return Number.isNaN(x0 + y0 + x1 + y1) ? undefined : [x0, y0, x1, y1];
}

function edgeX(value: number, map: Affine, clip: Rect): number {
  if (value === Infinity) return map.ax >= 0 ? clip.x + clip.width : clip.x;
  if (value === -Infinity) return map.ax >= 0 ? clip.x : clip.x + clip.width;
  return map.ax * value + map.bx;
}

function edgeY(value: number, map: Affine, clip: Rect): number {
  if (value === Infinity) return map.ay >= 0 ? clip.y + clip.height : clip.y;
  if (value === -Infinity) return map.ay >= 0 ? clip.y : clip.y + clip.height;
  return map.ay * value + map.by;
}

/** The mark's segments, upright and level ones moved to where they are crisp. `width` in device pixels. */
export function crispEnds(
  ends: readonly [number, number, number, number],
  width: number,
): readonly [number, number, number, number] {
  const [x0, y0, x1, y1] = ends;
  const snap = (value: number) => (Math.round(width) % 2 === 1 ? Math.floor(value) + 0.5 : Math.round(value));
  if (Math.abs(x1 - x0) < 1e-6) return [snap(x0), y0, snap(x0), y1];
  if (Math.abs(y1 - y0) < 1e-6) return [x0, snap(y0), x1, snap(y0)];
  return ends;
}

/** Columns of signals that can be seen between two pixels, one more on either side. `map` leads to pixels. */
export function visibleColumns(mark: SignalsMark, map: Affine, left: number, right: number): readonly [number, number] {
  const start = map.ax * mark.x0 + map.bx;
  const step = map.ax * mark.dx;
  if (!(step > 0)) return [mark.from, mark.to];
  const from = Math.max(mark.from, Math.floor((left - start) / step) - 1);
  return [from, Math.min(mark.to, Math.ceil((right - start) / step) + 2)];
}

/** True for samples, which are joined by lines. */
export const isSampled = ({ values }: SignalsMark): boolean => values.lower === values.upper;
