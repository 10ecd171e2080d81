/** Principal components of a set of vectors. */
import { seededRandom } from './random.ts';

/** Gives up the thread now and then, and throws when nobody waits any more. */
type Pause = () => Promise<void>;

/** Vectors between two pauses. */
const VECTORS_PER_STEP = 64;
/** Sweeps of the eigenvalue search: it converges quadratically, so that a dozen is far more than enough. */
const MOST_SWEEPS = 30;
/** Axes followed beside those wanted: the search converges by the ratio of the first left out to the last wanted. */
const SPARE_AXES = 5;
const MOST_ROUNDS = 60;
/** Multiplications by the matrix between two looks at how far the search has come. */
const STEPS_PER_ROUND = 5;
/** Largest residual, relative to the largest eigenvalue, of axes that are good enough. */
const TOLERANCE = 1e-9;

/**
 * The `kept` components of largest variance: float32 [component][size], each of length 1. `vectors` is [vector][size]. The covariance is
 * regularised by 1 / count on its diagonal, so that few vectors, or none, have components too (spec/data.md 8.4). A component points to where
 * the mean of the vectors lies, so that the sign is the same every time.
 */
export async function principalComponents(
  vectors: Float32Array | Float64Array,
  size: number,
  kept: number,
  pause: Pause,
): Promise<Float32Array> {
  const count = size === 0 ? 0 : vectors.length / size;
  const mean = new Float64Array(size);
  for (let i = 0; i < vectors.length; i++) mean[i % size] += vectors[i] / count;
  const covariance = await covarianceOf(vectors, mean, count, pause);
  const axes = await largestAxes(covariance, size, kept, pause);
  const components = new Float32Array(kept * size);
  for (const [k, axis] of axes.entries()) {
    const sign = dot(axis, mean) < 0 ? -1 : 1;
    for (let i = 0; i < size; i++) components[k * size + i] = sign * axis[i];
  }
  return components;
}

/** [size][size], with 1 / count added to the diagonal. */
async function covarianceOf(
  vectors: Float32Array | Float64Array,
  mean: Float64Array,
  count: number,
  pause: Pause,
): Promise<Float64Array> {
  const size = mean.length;
  const covariance = new Float64Array(size * size);
  const centred = new Float64Array(size);
  const counted = count > 1 ? count : 0;
  for (let v = 0; v < counted; v++) {
    if (v % VECTORS_PER_STEP === 0) await pause();
    for (let i = 0; i < size; i++) centred[i] = vectors[v * size + i] - mean[i];
    for (let i = 0; i < size; i++) {
      const value = centred[i] / (count - 1);
      for (let j = 0; j <= i; j++) covariance[i * size + j] += value * centred[j];
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) covariance[j * size + i] = covariance[i * size + j];
    covariance[i * size + i] += 1 / Math.max(1, count);
  }
  return covariance;
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

/** The `count` unit eigenvectors of largest eigenvalue of a symmetric matrix without negative eigenvalues, largest first (subspace iteration). */
async function largestAxes(
  matrix: Float64Array,
  size: number,
  count: number,
  pause: Pause,
): Promise<readonly Float64Array[]> {
  const random = seededRandom(size);
  const width = Math.min(size, count + SPARE_AXES);
  let axes: readonly Float64Array[] = orthonormal(
    Array.from({ length: width }, () => Float64Array.from({ length: size }, () => random.next() - 0.5)),
  );
  for (let round = 0; round < MOST_ROUNDS; round++) {
    for (let step = 0; step < STEPS_PER_ROUND; step++) {
      await pause();
      axes = orthonormal(axes.map((axis) => product(matrix, axis)));
    }
    const ritz = await turnedToEigenvectors(matrix, axes, pause);
    axes = ritz.axes;
    if (ritz.residuals.slice(0, count).every((residual) => residual <= TOLERANCE * ritz.values[0])) break;
  }
  return axes.slice(0, count);
}

function product(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  return Float64Array.from({ length: size }, (_, i) => dot(matrix.subarray(i * size, (i + 1) * size), vector));
}

/** Vectors of length 1 at right angles that span the same space (Gram-Schmidt, twice over for the sake of rounding). */
function orthonormal(vectors: readonly Float64Array[]): readonly Float64Array[] {
  const done: Float64Array[] = [];
  for (const given of vectors) {
    const vector = given.slice();
    for (let pass = 0; pass < 2; pass++) {
      for (const other of done) {
        const along = dot(vector, other);
        for (let i = 0; i < vector.length; i++) vector[i] -= along * other[i];
      }
      const length = Math.sqrt(dot(vector, vector));
      for (let i = 0; i < vector.length; i++) vector[i] = length > 0 ? vector[i] / length : 0;
    }
    done.push(vector);
  }
  return done;
}

/** The best approximations of eigenvectors in the space of `axes`, largest eigenvalue first, and how far each is from being one. */
async function turnedToEigenvectors(
  matrix: Float64Array,
  axes: readonly Float64Array[],
  pause: Pause,
): Promise<{
  readonly axes: readonly Float64Array[];
  readonly values: readonly number[];
  readonly residuals: readonly number[];
}> {
  const width = axes.length;
  const images = axes.map((axis) => product(matrix, axis));
  const small = Float64Array.from({ length: width * width }, (_, k) =>
    dot(axes[Math.floor(k / width)], images[k % width]),
  );
  const { values, vectors } = await symmetricEigen(small, width, pause);
  const order = Array.from(values.keys()).sort((a, b) => values[b] - values[a]);
  const turn = (of: readonly Float64Array[], column: number): Float64Array => {
    const turned = new Float64Array(of[0].length);
    for (let k = 0; k < width; k++) {
      const weight = vectors[k * width + column];
      for (let i = 0; i < turned.length; i++) turned[i] += weight * of[k][i];
    }
    return turned;
  };
  const turned = order.map((column) => turn(axes, column));
  const residuals = order.map((column, k) => {
    const rest = turn(images, column).map((value, i) => value - values[column] * turned[k][i]);
    return Math.sqrt(dot(rest, rest));
  });
  return { axes: turned, values: order.map((column) => values[column]), residuals };
}

/** Eigenvalues, and eigenvectors in the columns of `vectors`, of a symmetric matrix [size][size], by Jacobi's rotations. */
export async function symmetricEigen(
  matrix: Float64Array,
  size: number,
  pause: Pause,
): Promise<{ readonly values: Float64Array; readonly vectors: Float64Array }> {
  const a = matrix.slice();
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  const total = a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonal(a, size) > 1e-28 * total; sweep++) {
    for (let p = 0; p < size - 1; p++) {
      await pause();
      for (let q = p + 1; q < size; q++) rotate(a, vectors, size, p, q);
    }
  }
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i]), vectors };
}

function offDiagonal(a: Float64Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) sum += 2 * a[i * size + j] * a[i * size + j];
  return sum;
}

/** Turns the axes p and q so that a[p][q] becomes 0. */
function rotate(a: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const apq = a[p * size + q];
  if (apq === 0) return;
  const theta = (a[q * size + q] - a[p * size + p]) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < size; k++) {
    const akp = a[k * size + p];
    const akq = a[k * size + q];
    a[k * size + p] = c * akp - s * akq;
    a[k * size + q] = s * akp + c * akq;
  }
  for (let k = 0; k < size; k++) {
    const apk = a[p * size + k];
    const aqk = a[q * size + k];
    a[p * size + k] = c * apk - s * aqk;
    a[q * size + k] = s * apk + c * aqk;
  }
  for (let k = 0; k < size; k++) {
    const vkp = vectors[k * size + p];
    const vkq = vectors[k * size + q];
    vectors[k * size + p] = c * vkp - s * vkq;
    vectors[k * size + q] = s * vkp + c * vkq;
  }
}
