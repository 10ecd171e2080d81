/** Where subplots lie in plot NDC: grids, stacked rows, boxes (spec/views.md 1.6). Boxes of a probe are computed by the engine. */
import type { Box } from './scene.ts';

/** Width of a character of a tick label, CSS px at scale 1. */
export const CHARACTER_PX = 6.2;

/** Share of a grid cell that its content fills. */
export const GRID_MARGIN = 0.925;

/** Cell (row from the top, column), whole. */
export function gridCell(row: number, column: number, rows: number, columns: number): Box {
  return [
    -1 + (2 * column) / columns,
    1 - (2 * (row + 1)) / rows,
    -1 + (2 * (column + 1)) / columns,
    1 - (2 * row) / rows,
  ];
}

/** A box made smaller (or larger) about its centre. */
export function scaleBox(box: Box, sx: number, sy: number): Box {
  const cx = (box[0] + box[2]) / 2;
  const cy = (box[1] + box[3]) / 2;
  const w = ((box[2] - box[0]) / 2) * sx;
  const h = ((box[3] - box[1]) / 2) * sy;
  return [cx - w, cy - h, cx + w, cy + h];
}

/** The part of a grid cell that the content fills, with its margin around it. */
export function gridBox(row: number, column: number, rows: number, columns: number, margin = GRID_MARGIN): Box {
  return scaleBox(gridCell(row, column, rows, columns), margin, margin);
}

const indexIn = (share: number, n: number) => Math.min(n - 1, Math.max(0, Math.trunc(share * n)));

/** Row and column of the cell at plot NDC (x, y); positions outside belong to the nearest cell. */
export function gridAt(x: number, y: number, rows: number, columns: number): { row: number; column: number } {
  return { row: indexIn((1 - y) / 2, rows), column: indexIn((1 + x) / 2, columns) };
}

/** Which end the first row of a stack lies at. */
export type Origin = 'top' | 'bottom';

/** [yMin, yMax] of row `index` of `n` full-width rows; `scaling` stretches it about its centre. */
export function stackedRow(index: number, n: number, origin: Origin, scaling = 1): readonly [number, number] {
  const fromBottom = origin === 'bottom' ? index : n - 1 - index;
  const u = fromBottom / Math.max(1, n - 1);
  const a = 1 - 2 / n + 0.1 / n;
  const low = -1 + u * (a + 1);
  const high = -a + u * (1 + a);
  const centre = (low + high) / 2;
  const half = ((high - low) / 2) * scaling;
  return [centre - half, centre + half];
}

/** The row nearest to plot NDC `y`, by the formula of `stackedRow`. */
export function stackedAt(y: number, n: number, origin: Origin): number {
  if (n <= 1) return 0;
  const [low, high] = stackedRow(0, n, 'bottom');
  const [low1, high1] = stackedRow(1, n, 'bottom');
  const first = (low + high) / 2;
  const step = (low1 + high1) / 2 - first;
  const fromBottom = Math.min(n - 1, Math.max(0, Math.round((y - first) / step)));
  return origin === 'bottom' ? fromBottom : n - 1 - fromBottom;
}

/** Centres (x, y interleaved) and the half-size that all boxes share, in plot NDC. */
export interface Boxes {
  readonly centers: ArrayLike<number>;
  readonly half: readonly [number, number];
}
type Pair = readonly [number, number];

/** Box `index`: centre times `layoutScaling`, half-size times `boxScaling`. */
export function boxedBox(boxes: Boxes, index: number, layoutScaling: Pair = [1, 1], boxScaling: Pair = [1, 1]): Box {
  const x = boxes.centers[2 * index] * layoutScaling[0];
  const y = boxes.centers[2 * index + 1] * layoutScaling[1];
  const w = boxes.half[0] * boxScaling[0];
  const h = boxes.half[1] * boxScaling[1];
  return [x - w, y - h, x + w, y + h];
}

/** Index of the box nearest to (x, y), the first of several; -1 without boxes. Boxes are taken as they are drawn. */
export function nearestBox(boxes: readonly Box[], x: number, y: number): number {
  let best = -1;
  let least = Infinity;
  for (const [index, box] of boxes.entries()) {
    const dx = Math.max(box[0] - x, x - box[2], 0);
    const dy = Math.max(box[1] - y, y - box[3], 0);
    const distance = dx * dx + dy * dy;
    if (distance < least) {
      least = distance;
      best = index;
    }
  }
  return best;
}
