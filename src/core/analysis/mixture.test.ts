import { describe, expect, it } from 'vitest';
import { seededRandom } from '../base/random.ts';
import { chiSquareBeyond, gaussianMixture, kMeans, mahalanobis, MOST_FITTED, subset } from './mixture.ts';

const pause = (): Promise<void> => Promise.resolve();

/** Clouds about given centres; [point][dimension] and the cloud of each. */
function clouds(centres: readonly (readonly number[])[], each: number, widths: readonly number[], seed = 1) {
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const size = centres[0].length;
  const truth = Int32Array.from({ length: each * centres.length }, (_, i) => i % centres.length);
  const points = Float64Array.from({ length: truth.length * size }, (_, k) => {
    const cloud = truth[Math.floor(k / size)];
    return centres[cloud][k % size] + widths[(k % size) % widths.length] * normal();
  });
  return { points, truth, size };
}

/** True when two labellings put the same points together. */
function sameParts(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  const there = new Map<number, number>();
  const back = new Map<number, number>();
  return Array.from(a).every((label, i) => {
    if (!there.has(label)) there.set(label, b[i]);
    if (!back.has(b[i])) back.set(b[i], label);
    return there.get(label) === b[i] && back.get(b[i]) === label;
  });
}

describe('k-means', () => {
  it('finds clouds that lie apart, whatever the seed', async () => {
    const { points, truth, size } = clouds(
      [
        [0, 0, 0],
        [9, 0, 0],
        [0, 9, 3],
      ],
      200,
      [1],
    );
    for (const seed of [0, 1, 2, 17]) {
      const { labels } = await kMeans(points, size, 3, seed, pause);
      expect(sameParts(labels, truth)).toBe(true);
    }
  });

  it('gives the same numbers for the same seed, and puts each point to its nearest centre', async () => {
    const { points, size } = clouds(
      [
        [0, 0],
        [2, 1],
      ],
      300,
      [1],
    );
    const [a, b] = [await kMeans(points, size, 4, 5, pause), await kMeans(points, size, 4, 5, pause)];
    expect(a.labels).toEqual(b.labels);
    a.labels.forEach((label, i) => {
      const distances = Array.from({ length: 4 }, (_, c) =>
        Math.hypot(points[2 * i] - a.centres[2 * c], points[2 * i + 1] - a.centres[2 * c + 1]),
      );
      expect(distances[label]).toBe(Math.min(...distances));
    });
  });

  it('has nothing to say about no points, and survives equal ones', async () => {
    expect((await kMeans(new Float64Array(0), 2, 2, 0, pause)).labels).toHaveLength(0);
    const { labels } = await kMeans(new Float64Array(20).fill(3), 2, 2, 0, pause);
    expect(new Set(labels).size).toBe(1);
  });

  it('fits many points on a part of them, and assigns all', async () => {
    const { points, truth, size } = clouds([[0], [20]], MOST_FITTED, [1]);
    const { labels } = await kMeans(points, size, 2, 0, pause);
    expect(labels).toHaveLength(2 * MOST_FITTED);
    expect(sameParts(labels, truth)).toBe(true);
    expect(subset(points, size, 10, 3)).toEqual(subset(points, size, 10, 3));
    expect(subset(points, size, 10, 3)).toHaveLength(10);
  });
});

describe('a Gaussian mixture', () => {
  it('tells long thin clouds apart, which k-means cuts across', async () => {
    const { points, truth, size } = clouds(
      [
        [0, 0],
        [0, 4],
      ],
      400,
      [12, 0.4],
    );
    const { labels } = await gaussianMixture(points, size, 2, 0, pause);
    expect(sameParts(labels, truth)).toBe(true);
    expect(sameParts((await kMeans(points, size, 2, 0, pause)).labels, truth)).toBe(false);
    expect((await gaussianMixture(points, size, 2, 0, pause)).labels).toEqual(labels);
  });
});

describe('Mahalanobis distances', () => {
  it('are those of a plain computation', async () => {
    const { points } = clouds([[1, 2]], 200, [3, 0.5]);
    const count = points.length / 2;
    const at = (i: number, d: number): number => points[2 * i + d];
    const mean = [0, 1].map((d) => Array.from({ length: count }, (_, i) => at(i, d)).reduce((a, b) => a + b) / count);
    const cov = (a: number, b: number): number =>
      Array.from({ length: count }, (_, i) => (at(i, a) - mean[a]) * (at(i, b) - mean[b])).reduce((x, y) => x + y) /
      (count - 1);
    const [xx, xy, yy] = [cov(0, 0), cov(0, 1), cov(1, 1)];
    const found = await mahalanobis(points, 2, null, pause);
    for (let i = 0; i < count; i++) {
      const [x, y] = [at(i, 0) - mean[0], at(i, 1) - mean[1]];
      expect(found[i]).toBeCloseTo((yy * x * x - 2 * xy * x * y + xx * y * y) / (xx * yy - xy * xy), 8);
    }
  });

  it('do not let outliers hide each other', async () => {
    const { points } = clouds([[0, 0]], 500, [1]);
    for (let i = 0; i < 60; i++) points.set([14 + (i % 7) * 0.1, 14], 2 * i);
    const limit = chiSquareBeyond(0.001, 2);
    const far = (distances: Float64Array): number =>
      distances.slice(0, 60).filter((distance) => distance > limit).length;
    expect(far(await mahalanobis(points, 2, limit, pause))).toBe(60);
  });
});

describe('the chi-square limit', () => {
  // scipy.stats.chi2.isf
  const known: readonly (readonly [number, number, number])[] = [
    [0.05, 1, 3.841458820694124],
    [0.001, 2, 13.815510557964274],
    [0.001, 12, 32.90949040736021],
    [0.5, 7, 6.345811195521515],
    [1e-6, 36, 91.50239105668832],
  ];
  for (const [probability, degrees, value] of known) {
    it(`for ${probability} and ${degrees} degrees of freedom`, () => {
      expect(chiSquareBeyond(probability, degrees) / value).toBeCloseTo(1, 9);
    });
  }
});
