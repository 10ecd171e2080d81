/** Splits by features against scikit-learn and NumPy. Needs a Python with scikit-learn, named by PHY_TEST_PYTHON; skipped without one. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/base/random.ts';
import { gaussianMixture, kMeans, mahalanobis } from '../../src/core/analysis/mixture.ts';

const python = process.env['PHY_TEST_PYTHON'] ?? '';

function hasSklearn(): boolean {
  if (python === '') return false;
  try {
    execFileSync(python, ['-c', 'import sklearn'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const compute = `
import json, sys
import numpy as np
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture
from scipy.spatial.distance import mahalanobis
x = np.array(json.load(sys.stdin))
k = KMeans(3, n_init=10, random_state=0).fit(x)
g = GaussianMixture(3, n_init=5, random_state=0).fit(x)
inverse = np.linalg.inv(np.cov(x.T))
m = x.mean(axis=0)
print(json.dumps({'inertia': k.inertia_, 'kmeans': k.labels_.tolist(), 'gaussians': g.predict(x).tolist(),
  'distances': [mahalanobis(row, m, inverse) ** 2 for row in x]}))
`;

interface Computed {
  readonly inertia: number;
  readonly kmeans: readonly number[];
  readonly gaussians: readonly number[];
  readonly distances: readonly number[];
}

const pause = (): Promise<void> => Promise.resolve();

/** Share of points on which two labellings agree, whatever the numbers of their parts. */
function agreement(a: ArrayLike<number>, b: ArrayLike<number>, parts: number): number {
  const table = Array.from({ length: parts }, () => new Int32Array(parts));
  for (let i = 0; i < a.length; i++) table[a[i]][b[i]] += 1;
  return table.reduce((sum, row) => sum + Math.max(...row), 0) / a.length;
}

describe.skipIf(!hasSklearn())('beside scikit-learn', () => {
  const random = seededRandom(11);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  // Three clouds of different sizes and shapes that touch.
  const rows = Array.from({ length: 1200 }, (_, i) => {
    const [u, v, w] = [normal(), normal(), normal()];
    if (i % 6 === 0) return [4 + 0.4 * u, 4 + 0.4 * v, 0.4 * w];
    return i % 2 === 0 ? [3 * u, u + 0.5 * v, w] : [-5 + u, 3 + v + 0.5 * u, 2 + 0.7 * w];
  });
  const points = Float64Array.from(rows.flat());
  const found = (): Computed =>
    JSON.parse(execFileSync(python, ['-c', compute], { input: JSON.stringify(rows), encoding: 'utf8' })) as Computed;

  it('k-means is as good, Gaussians say the same, distances are equal', async () => {
    const theirs = found();
    const ours = await kMeans(points, 3, 3, 0, pause);
    const inertia = rows.reduce(
      (sum, row, i) =>
        sum + row.reduce((part, value, d) => part + (value - ours.centres[3 * ours.labels[i] + d]) ** 2, 0),
      0,
    );
    expect(inertia / theirs.inertia).toBeCloseTo(1, 3);
    expect(agreement(ours.labels, theirs.kmeans, 3)).toBeGreaterThan(0.99);
    const mixture = await gaussianMixture(points, 3, 3, 0, pause);
    expect(agreement(mixture.labels, theirs.gaussians, 3)).toBeGreaterThan(0.98);
    const distances = await mahalanobis(points, 3, null, pause);
    distances.forEach((distance, i) => expect(distance).toBeCloseTo(theirs.distances[i], 8));
  });
});
