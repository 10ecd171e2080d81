/** Where things lie in a plot: cells of a grid whose gaps are pixels, labels that must not meet. */

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

/** [xMin, yMin, xMax, yMax] in any unit. */
export type Rect = readonly [number, number, number, number];

/** Rectangles that nothing may cover, looked up by rows of about a label's height: thousands of labels take no time. */
export class TakenRoom {
  private readonly rows = new Map<number, Rect[]>();
  private readonly rowHeight: number;

  constructor(rowHeight: number) {
    this.rowHeight = rowHeight;
  }

  private rowsOf([, yMin, , yMax]: Rect): readonly number[] {
    const first = Math.floor(yMin / this.rowHeight);
    return Array.from({ length: Math.floor(yMax / this.rowHeight) - first + 1 }, (_, k) => first + k);
  }

  private isFree(rect: Rect): boolean {
    const meets = ([x0, y0, x1, y1]: Rect): boolean => x0 < rect[2] && rect[0] < x1 && y0 < rect[3] && rect[1] < y1;
    return this.rowsOf(rect).every((row) => this.rows.get(row)?.some(meets) !== true);
  }

  take(rect: Rect): void {
    for (const row of this.rowsOf(rect)) {
      const list = this.rows.get(row);
      if (list === undefined) this.rows.set(row, [rect]);
      else list.push(rect);
    }
  }

  /** Takes a rectangle that meets none of those taken before; false for any other. */
  takeIfFree(rect: Rect): boolean {
    const free = this.isFree(rect);
    if (free) this.take(rect);
    return free;
  }
}
