/** Where the cells of a grid lie when gaps are pixels and the rest is shared out evenly. */

/** [xMin, yMin, xMax, yMax] in [-1, 1] over the whole plot, y up. */
export type NdcBox = readonly [number, number, number, number];

export interface CellGrid {
  readonly rows: number;
  readonly columns: number;
  /** Size of the plot in pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels between neighbouring cells. */
  readonly gap: number;
  /** Pixels above each cell that stay free (a caption). */
  readonly caption?: number;
}

/** The cell in `row` (from the top) and `column`. Cells never get smaller than nothing, however small the plot. */
export function cellBox(grid: CellGrid, row: number, column: number): NdcBox {
  const caption = grid.caption ?? 0;
  const width = Math.max(0, (grid.width - grid.gap * (grid.columns - 1)) / grid.columns);
  const height = Math.max(0, (grid.height - grid.gap * (grid.rows - 1)) / grid.rows);
  const left = column * (width + grid.gap);
  const top = row * (height + grid.gap) + Math.min(caption, height);
  const bottom = row * (height + grid.gap) + height;
  const x = (px: number): number => (2 * px) / Math.max(1, grid.width) - 1;
  const y = (px: number): number => 1 - (2 * px) / Math.max(1, grid.height);
  return [x(left), y(bottom), x(left + width), y(top)];
}

/** The largest of 1, 2 and 5 times a power of ten that is not above `limit` (> 0). */
export function niceBelow(limit: number): number {
  const power = 10 ** Math.floor(Math.log10(limit));
  const step = [5, 2, 1].find((factor) => factor * power <= limit * (1 + 1e-12)) ?? 1;
  return step * power;
}
