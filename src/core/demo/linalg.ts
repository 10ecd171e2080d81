/** The little linear algebra of the demo generator. Matrices are row-major. */

/** Inverse of an n x n matrix (Gauss-Jordan with row pivoting). Throws RangeError when it is singular. */
export function inverse(matrix: Float64Array, n: number): Float64Array {
  const left = matrix.slice();
  const right = new Float64Array(n * n);
  for (let i = 0; i < n; i++) right[i * n + i] = 1;
  for (let column = 0; column < n; column++) {
    const pivot = pivotRow(left, n, column);
    if (left[pivot * n + column] === 0) throw new RangeError('singular matrix');
    swapRows(left, n, pivot, column);
    swapRows(right, n, pivot, column);
    const scale = 1 / left[column * n + column];
    scaleRow(left, n, column, scale);
    scaleRow(right, n, column, scale);
    for (let row = 0; row < n; row++) {
      const factor = left[row * n + column];
      if (row === column || factor === 0) continue;
      subtractRow(left, n, row, column, factor);
      subtractRow(right, n, row, column, factor);
    }
  }
  return right;
}

/** Orthonormal components [component][n] of largest variance of a symmetric matrix, by power iteration with deflation. */
export function topComponents(symmetric: Float64Array, n: number, count: number): Float64Array {
  const rest = symmetric.slice();
  const components = new Float64Array(count * n);
  for (let k = 0; k < count; k++) {
    const vector = components.subarray(k * n, (k + 1) * n);
    for (let i = 0; i < n; i++) vector[i] = Math.sin((i + 1) * (k + 1));
    let size = 0;
    for (let step = 0; step < 200; step++) size = multiplyAndNormalise(rest, n, vector);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) rest[i * n + j] -= size * vector[i] * vector[j];
    }
  }
  return components;
}

function multiplyAndNormalise(matrix: Float64Array, n: number, vector: Float64Array): number {
  const product = new Float64Array(n);
  let square = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += matrix[i * n + j] * vector[j];
    product[i] = sum;
    square += sum * sum;
  }
  const size = Math.sqrt(square);
  for (let i = 0; i < n; i++) vector[i] = size > 0 ? product[i] / size : 0;
  return size;
}

function pivotRow(matrix: Float64Array, n: number, column: number): number {
  let best = column;
  for (let row = column + 1; row < n; row++) {
    if (Math.abs(matrix[row * n + column]) > Math.abs(matrix[best * n + column])) best = row;
  }
  return best;
}

function swapRows(matrix: Float64Array, n: number, a: number, b: number): void {
  if (a === b) return;
  const row = matrix.slice(a * n, (a + 1) * n);
  matrix.copyWithin(a * n, b * n, (b + 1) * n);
  matrix.set(row, b * n);
}

function scaleRow(matrix: Float64Array, n: number, row: number, factor: number): void {
  for (let j = row * n; j < (row + 1) * n; j++) matrix[j] *= factor;
}

function subtractRow(matrix: Float64Array, n: number, row: number, source: number, factor: number): void {
  for (let j = 0; j < n; j++) matrix[row * n + j] -= factor * matrix[source * n + j];
}
