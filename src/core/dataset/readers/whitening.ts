/** Inverse whitening matrices as lists of non-zero entries: identity and diagonal ones, the usual case, then cost nothing. */

/** Row c of the matrix: `columns` and `values` from start[c] to start[c + 1]. */
export interface SparseMatrix {
  readonly size: number;
  /** True when no entry is zero: row c then starts at c * size and column k is entry k. */
  readonly full: boolean;
  readonly start: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** Non-zero entries of a square matrix; undefined for the identity. */
export function sparseMatrix(data: ArrayLike<number>, size: number): SparseMatrix | undefined {
  const start = new Int32Array(size + 1);
  let count = 0;
  let isIdentity = true;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const value = data[row * size + column];
      if (value !== 0) count++;
      if (value !== (row === column ? 1 : 0)) isIdentity = false;
    }
    start[row + 1] = count;
  }
  if (isIdentity) return undefined;
  const columns = new Int32Array(count);
  const values = new Float64Array(count);
  let at = 0;
  for (let k = 0; k < size * size; k++) {
    if (data[k] === 0) continue;
    columns[at] = k % size;
    values[at++] = data[k];
  }
  return { size, full: count === size * size, start, columns, values };
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
