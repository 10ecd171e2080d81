/** Inverse whitening matrices as lists of non-zero entries: few are not zero in the usual case of a diagonal or banded one. */

/** Column c of the matrix: `rows`, ascending, and `values` from start[c] to start[c + 1]. */
export interface ColumnLists {
  readonly size: number;
  /** True when no entry is zero: column c then starts at c * size and row k is entry k. */
  readonly full: boolean;
  readonly start: Int32Array;
  readonly rows: Int32Array;
  readonly values: Float64Array;
}

/** Non-zero entries of a square matrix by column; undefined for the identity. */
export function columnLists(data: Float32Array | Float64Array, size: number): ColumnLists | undefined {
  const start = new Int32Array(size + 1);
  let isIdentity = true;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const value = data[row * size + column];
      if (value !== 0) start[column + 1]++;
      if (value !== (row === column ? 1 : 0)) isIdentity = false;
    }
  }
  if (isIdentity) return undefined;
  for (let column = 0; column < size; column++) start[column + 1] += start[column];
  const count = start[size];
  const rows = new Int32Array(count);
  const values = new Float64Array(count);
  const cursor = start.slice();
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const value = data[row * size + column];
      if (value === 0) continue;
      const at = cursor[column]++;
      rows[at] = row;
      values[at] = value;
    }
  }
  return { size, full: count === size * size, start, rows, values };
}

/** Inverse of a square matrix by elimination with partial pivoting; undefined when it is singular. */
export function invert(matrix: ArrayLike<number>, size: number): Float64Array | undefined {
  const left = Float64Array.from(matrix);
  const inverse = new Float64Array(size * size);
  for (let k = 0; k < size; k++) inverse[k * size + k] = 1;
  for (let column = 0; column < size; column++) {
    const pivot = pivotRow(left, size, column);
    const value = left[pivot * size + column];
    if (Math.abs(value) < Number.MIN_VALUE * 4 || !Number.isFinite(value)) return undefined;
    swapRows(left, size, pivot, column);
    swapRows(inverse, size, pivot, column);
    scaleRow(left, size, column, 1 / value);
    scaleRow(inverse, size, column, 1 / value);
    for (let row = 0; row < size; row++) {
      const factor = left[row * size + column];
      if (row === column || factor === 0) continue;
      subtractRow(left, size, row, column, factor, column);
      subtractRow(inverse, size, row, column, factor, 0);
    }
  }
  return inverse.every(Number.isFinite) ? inverse : undefined;
}

function pivotRow(matrix: Float64Array, size: number, column: number): number {
  let best = column;
  for (let row = column + 1; row < size; row++) {
    if (Math.abs(matrix[row * size + column]) > Math.abs(matrix[best * size + column])) best = row;
  }
  return best;
}

function swapRows(matrix: Float64Array, size: number, a: number, b: number): void {
  if (a === b) return;
  const row = matrix.slice(a * size, (a + 1) * size);
  matrix.copyWithin(a * size, b * size, (b + 1) * size);
  matrix.set(row, b * size);
}

function scaleRow(matrix: Float64Array, size: number, row: number, factor: number): void {
  for (let k = row * size; k < (row + 1) * size; k++) matrix[k] *= factor;
}

/** Subtracts `factor` times row `from`, whose entries before column `first` are known to be zero. */
function subtractRow(
  matrix: Float64Array,
  size: number,
  row: number,
  from: number,
  factor: number,
  first: number,
): void {
  const to = row * size;
  const source = from * size;
  for (let k = first; k < size; k++) matrix[to + k] -= factor * matrix[source + k];
}
