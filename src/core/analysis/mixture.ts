/** Groups of points: k-means and Gaussian mixtures. The same points and seed give the same groups. Points are float64 [point][dimension]. */
import { seededRandom, type Random } from '../base/random.ts';

/** Gives up the thread now and then, and throws when nobody waits any more. */
type Pause = () => Promise<void>;

const POINTS_PER_STEP = 4096;
const STARTS = 5;
const MOST_ROUNDS = 300;
/** Points that groups are found on; all others then go to the group that suits them best. */
export const MOST_FITTED = 20_000;

export interface Groups {
  /** [point] */
  readonly labels: Int32Array;
  /** [group][dimension] */
  readonly centres: Float64Array;
}

/** So many points, evenly chosen by the seed; all of them when there are not more. */
export function subset(points: Float64Array, size: number, most: number, seed: number): Float64Array {
  const count = points.length / size;
  if (count <= most) return points;
  const random = seededRandom(seed, count, size);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < most; i++) {
    const j = i + random.below(count - i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  const chosen = order.subarray(0, most).sort();
  const out = new Float64Array(most * size);
  chosen.forEach((point, place) => out.set(points.subarray(point * size, (point + 1) * size), place * size));
  return out;
}

/**
 * `k` groups of least squared distance to their centres: the best of several starts (k-means++), each taken to where nothing moves any more.
 * Groups are numbered by the first coordinate of their centres. Fewer than `k` different points give fewer groups.
 */
export async function kMeans(
  points: Float64Array,
  size: number,
  k: number,
  seed: number,
  pause: Pause,
): Promise<Groups> {
  const fitted = subset(points, size, MOST_FITTED, seed);
  let best: { readonly centres: Float64Array; readonly cost: number } | null = null;
  for (let start = 0; start < STARTS; start++) {
    const random = seededRandom(seed, start, k);
    const run = await lloyd(fitted, size, firstCentres(fitted, size, k, random), pause);
    if (best === null || run.cost < best.cost * (1 - 1e-12)) best = run;
  }
  const centres = ordered(best?.centres ?? new Float64Array(0), size);
  const { labels } = await nearest(points, size, centres, pause);
  return { labels, centres };
}

/** Points far from each other, by the rule of k-means++. */
function firstCentres(points: Float64Array, size: number, k: number, random: Random): Float64Array {
  const count = points.length / size;
  const centres = new Float64Array(k * size);
  const distances = new Float64Array(count).fill(Infinity);
  let chosen = random.below(Math.max(1, count));
  for (let c = 0; c < k; c++) {
    centres.set(points.subarray(chosen * size, (chosen + 1) * size), c * size);
    let total = 0;
    for (let i = 0; i < count; i++) {
      distances[i] = Math.min(distances[i], squared(points, i * size, centres, c * size, size));
      total += distances[i];
    }
    let rest = random.next() * total;
    chosen = count - 1;
    for (let i = 0; i < count; i++) {
      rest -= distances[i];
      if (rest < 0) {
        chosen = i;
        break;
      }
    }
  }
  return centres;
}

async function lloyd(points: Float64Array, size: number, start: Float64Array, pause: Pause) {
  let centres = start;
  let { labels, cost } = await nearest(points, size, centres, pause);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    centres = meansOf(points, size, labels, centres);
    const next = await nearest(points, size, centres, pause);
    const moved = next.labels.some((label, i) => label !== labels[i]);
    ({ labels, cost } = next);
    if (!moved) break;
  }
  return { centres, cost };
}

/** Means of the groups; a group without points keeps its centre. */
function meansOf(points: Float64Array, size: number, labels: Int32Array, before: Float64Array): Float64Array {
  const centres = new Float64Array(before.length);
  const counts = new Int32Array(before.length / size);
  for (let i = 0; i < labels.length; i++) {
    counts[labels[i]]++;
    for (let d = 0; d < size; d++) centres[labels[i] * size + d] += points[i * size + d];
  }
  for (let c = 0; c < counts.length; c++) {
    for (let d = 0; d < size; d++) {
      const at = c * size + d;
      centres[at] = counts[c] === 0 ? before[at] : centres[at] / counts[c];
    }
  }
  return centres;
}

async function nearest(points: Float64Array, size: number, centres: Float64Array, pause: Pause) {
  const count = points.length / size;
  const labels = new Int32Array(count);
  let cost = 0;
  for (let i = 0; i < count; i++) {
    if (i % POINTS_PER_STEP === 0) await pause();
    let least = Infinity;
    for (let c = 0; c * size < centres.length; c++) {
      const distance = squared(points, i * size, centres, c * size, size);
      if (distance < least) {
        least = distance;
        labels[i] = c;
      }
    }
    cost += least;
  }
  return { labels, cost };
}

function squared(a: Float64Array, i: number, b: Float64Array, j: number, size: number): number {
  let sum = 0;
  for (let d = 0; d < size; d++) sum += (a[i + d] - b[j + d]) ** 2;
  return sum;
}

/** Centres by their first coordinate, so that numbers do not depend on the start. */
function ordered(centres: Float64Array, size: number): Float64Array {
  const rows = Array.from({ length: size === 0 ? 0 : centres.length / size }, (_, c) =>
    centres.slice(c * size, (c + 1) * size),
  );
  rows.sort((a, b) => (a.findIndex((value, d) => value !== b[d]) === -1 ? 0 : a[0] - b[0] || a[1] - b[1] || 0));
  return Float64Array.from(rows.flatMap((row) => [...row]));
}

/** Added to variances so that they can be inverted, relative to the mean variance. */
const LEAST_VARIANCE = 1e-6;
const TOLERANCE = 1e-5;
const MOST_STEPS = 200;

interface Component {
  readonly weight: number;
  readonly mean: Float64Array;
  /** Lower triangle of the Cholesky factor, [row][column]. */
  readonly factor: Float64Array;
}

/** `k` Gaussians with covariances of their own, from the groups of k-means on (expectation maximisation); each point goes to the likeliest. */
export async function gaussianMixture(
  points: Float64Array,
  size: number,
  k: number,
  seed: number,
  pause: Pause,
): Promise<Groups> {
  const fitted = subset(points, size, MOST_FITTED, seed);
  const { labels: first } = await kMeans(fitted, size, k, seed, pause);
  const count = fitted.length / size;
  let shares = new Float64Array(count * k);
  first.forEach((label, i) => {
    shares[i * k + label] = 1;
  });
  const floor = LEAST_VARIANCE * meanVariance(fitted, size);
  let components = maximise(fitted, size, k, shares, floor);
  let before = -Infinity;
  for (let step = 0; step < MOST_STEPS; step++) {
    const expected = await expect(fitted, size, components, pause);
    shares = expected.shares;
    components = maximise(fitted, size, k, shares, floor);
    if (Math.abs(expected.likelihood - before) < TOLERANCE) break;
    before = expected.likelihood;
  }
  const { shares: all } = await expect(points, size, components, pause);
  const labels = Int32Array.from({ length: points.length / size }, (_, i) => largest(all, i * k, k));
  return { labels, centres: Float64Array.from(components.flatMap(({ mean }) => [...mean])) };
}

function largest(values: Float64Array, start: number, count: number): number {
  let best = 0;
  for (let c = 1; c < count; c++) if (values[start + c] > values[start + best]) best = c;
  return best;
}

function meanVariance(points: Float64Array, size: number): number {
  const { covariance } = momentsOf(points, size, () => 1, 0);
  let sum = 0;
  for (let d = 0; d < size; d++) sum += covariance[d * size + d];
  return sum / Math.max(1, size) || 1;
}

function maximise(
  points: Float64Array,
  size: number,
  k: number,
  shares: Float64Array,
  floor: number,
): readonly Component[] {
  const count = points.length / size;
  return Array.from({ length: k }, (_, c) => {
    const { mean, covariance, weight } = momentsOf(points, size, (i) => shares[i * k + c], floor);
    return { weight: weight / count, mean, factor: cholesky(covariance, size) };
  });
}

async function expect(points: Float64Array, size: number, components: readonly Component[], pause: Pause) {
  const count = points.length / size;
  const k = components.length;
  const shares = new Float64Array(count * k);
  const scratch = new Float64Array(size);
  const logs = components.map(({ weight, factor }) => {
    let logDeterminant = 0;
    for (let d = 0; d < size; d++) logDeterminant += Math.log(factor[d * size + d]);
    return Math.log(Math.max(weight, Number.MIN_VALUE)) - logDeterminant - (size / 2) * Math.log(2 * Math.PI);
  });
  let likelihood = 0;
  for (let i = 0; i < count; i++) {
    if (i % POINTS_PER_STEP === 0) await pause();
    let most = -Infinity;
    for (let c = 0; c < k; c++) {
      const { mean, factor } = components[c];
      const value = logs[c] - 0.5 * squaredMahalanobis(points, i * size, mean, factor, scratch);
      shares[i * k + c] = value;
      most = Math.max(most, value);
    }
    let sum = 0;
    for (let c = 0; c < k; c++) sum += Math.exp(shares[i * k + c] - most);
    for (let c = 0; c < k; c++) shares[i * k + c] = Math.exp(shares[i * k + c] - most) / sum;
    likelihood += most + Math.log(sum);
  }
  return { shares, likelihood: likelihood / Math.max(1, count) };
}

/** Weighted mean and covariance (divided by the sum of weights); `floor` is added to the diagonal. */
function momentsOf(points: Float64Array, size: number, weightOf: (point: number) => number, floor: number) {
  const count = points.length / size;
  const mean = new Float64Array(size);
  const covariance = new Float64Array(size * size);
  let weight = 0;
  for (let i = 0; i < count; i++) {
    const share = weightOf(i);
    weight += share;
    for (let d = 0; d < size; d++) mean[d] += share * points[i * size + d];
  }
  const total = Math.max(weight, 1e-12);
  for (let d = 0; d < size; d++) mean[d] /= total;
  for (let i = 0; i < count; i++) {
    const share = weightOf(i);
    if (share === 0) continue;
    for (let a = 0; a < size; a++) {
      const value = share * (points[i * size + a] - mean[a]);
      for (let b = 0; b <= a; b++) covariance[a * size + b] += value * (points[i * size + b] - mean[b]);
    }
  }
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      covariance[a * size + b] /= total;
      covariance[b * size + a] = covariance[a * size + b];
    }
    covariance[a * size + a] += floor;
  }
  return { mean, covariance, weight };
}

/** Lower triangle L with L Lᵀ = the matrix. A matrix that is not positive takes the smallest positive pivot. */
function cholesky(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = matrix[a * size + b];
      for (let d = 0; d < b; d++) sum -= factor[a * size + d] * factor[b * size + d];
      factor[a * size + b] = a === b ? Math.sqrt(Math.max(sum, 1e-300)) : sum / factor[b * size + b];
    }
  }
  return factor;
}

function squaredMahalanobis(
  points: Float64Array,
  at: number,
  mean: Float64Array,
  factor: Float64Array,
  scratch: Float64Array,
): number {
  const size = mean.length;
  let total = 0;
  for (let a = 0; a < size; a++) {
    let sum = points[at + a] - mean[a];
    for (let b = 0; b < a; b++) sum -= factor[a * size + b] * scratch[b];
    scratch[a] = sum / factor[a * size + a];
    total += scratch[a] ** 2;
  }
  return total;
}

const MOST_REJECTIONS = 20;

/**
 * Squared Mahalanobis distance of every point to all of them, float64 [point]. With a `limit` mean and covariance (divided by count - 1) are
 * those of the points within it, found anew until they stay the same; it begins with the middle half of the points, so that many outliers do not
 * hide each other.
 */
export async function mahalanobis(
  points: Float64Array,
  size: number,
  limit: number | null,
  pause: Pause,
): Promise<Float64Array> {
  const count = points.length / size;
  if (limit === null) return await distancesTo(points, size, new Uint8Array(count).fill(1), pause);
  const first = await distancesTo(points, size, middleHalf(points, size), pause);
  // Half of all points are narrower than all: the median distance says by how much.
  const scale = chiSquareBeyond(0.5, size) / (medianOf(first) || 1);
  let distances: Float64Array = first.map((distance) => distance * scale);
  let kept = within(distances, limit);
  for (let round = 0; round < MOST_REJECTIONS; round++) {
    // Too few to say anything about a shape: what was known before holds.
    if (kept.reduce((sum, one) => sum + one, 0) <= size + 1) break;
    distances = await distancesTo(points, size, kept, pause);
    const next = within(distances, limit);
    if (next.every((one, i) => one === kept[i])) break;
    kept = next;
  }
  return distances;
}

const within = (distances: Float64Array, limit: number): Uint8Array =>
  Uint8Array.from(distances, (distance) => Number(distance <= limit));

/** Squared distances to the points that are kept, in their widths. */
async function distancesTo(points: Float64Array, size: number, kept: Uint8Array, pause: Pause): Promise<Float64Array> {
  const { mean, covariance, weight } = momentsOf(points, size, (i) => kept[i], 0);
  const unbiased = covariance.map((value) => (value * weight) / Math.max(1, weight - 1));
  const factor = cholesky(unbiased, size);
  const scratch = new Float64Array(size);
  const distances = new Float64Array(kept.length);
  for (let i = 0; i < kept.length; i++) {
    if (i % POINTS_PER_STEP === 0) await pause();
    distances[i] = squaredMahalanobis(points, i * size, mean, factor, scratch);
  }
  return distances;
}

/** 1 for the half of the points nearest to the medians, each dimension in its median deviation. */
function middleHalf(points: Float64Array, size: number): Uint8Array {
  const count = points.length / size;
  const sums = new Float64Array(count);
  for (let d = 0; d < size; d++) {
    const values = Float64Array.from({ length: count }, (_, i) => points[i * size + d]);
    const middle = medianOf(values);
    const deviations = values.map((value) => Math.abs(value - middle));
    const width = medianOf(deviations) || 1;
    for (let i = 0; i < count; i++) sums[i] += (deviations[i] / width) ** 2;
  }
  const half = medianOf(sums);
  return Uint8Array.from(sums, (sum) => Number(sum <= half));
}

function medianOf(values: Float64Array): number {
  const sorted = values.slice().sort();
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

/** The value that a chi-square variable with `degrees` of freedom exceeds with that probability. */
export function chiSquareBeyond(probability: number, degrees: number): number {
  let low = 0;
  let high = degrees + 10;
  while (1 - gammaShare(degrees / 2, high / 2) > probability) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-12 * high; i++) {
    const middle = (low + high) / 2;
    if (1 - gammaShare(degrees / 2, middle / 2) > probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularised lower incomplete gamma function, by its series. */
function gammaShare(a: number, x: number): number {
  if (x <= 0) return 0;
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < 10_000; n++) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * 1e-16) break;
  }
  return Math.min(1, sum * Math.exp(a * Math.log(x) - x - logGamma(a)));
}

/** Of a positive multiple of one half. */
function logGamma(a: number): number {
  let value = Number.isInteger(a) ? 0 : 0.5 * Math.log(Math.PI);
  for (let b = Number.isInteger(a) ? 1 : 0.5; b < a; b++) value += Math.log(b);
  return value;
}
