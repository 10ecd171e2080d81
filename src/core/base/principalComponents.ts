/** Principal components of a set of vectors. */

/** Gives up the thread now and then, and throws when nobody waits any more. */
type Pause = () => Promise<void>;

/** Vectors between two pauses. */
const VECTORS_PER_STEP = 64;
/** Sweeps of the eigenvalue search: it converges quadratically, so that a dozen is far more than enough. */
const MOST_SWEEPS = 30;

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
  const { values, vectors: axes } = await symmetricEigen(covariance, size, pause);
  const order = Array.from(values.keys()).sort((a, b) => values[b] - values[a]);
  const components = new Float32Array(kept * size);
  for (const [k, column] of order.slice(0, kept).entries()) {
    let along = 0;
    for (let i = 0; i < size; i++) along += axes[i * size + column] * mean[i];
    for (let i = 0; i < size; i++) components[k * size + i] = (along < 0 ? -1 : 1) * axes[i * size + column];
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
