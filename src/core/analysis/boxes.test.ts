import { describe, expect, it } from 'vitest';
import { maxDifference } from '../../../tests/fixtures/golden.ts';
import { seededRandom } from '../base/random.ts';
import { nonOverlappingBoxes } from './boxes.ts';

describe('boxes (vectors of views.md 1.6)', () => {
  it('stand above each other for sites in a line', () => {
    const { centers, halfSize } = nonOverlappingBoxes([0, 0, 0, 20, 0, 40, 0, 60]);
    expect(maxDifference(centers, [0, -0.7692, 0, -0.2564, 0, 0.2564, 0, 0.7692])).toBeLessThan(1e-4);
    expect(maxDifference(halfSize, [0.95, 0.2077])).toBeLessThan(1e-4);
  });
  it('fill the view for one site', () => {
    const { centers, halfSize } = nonOverlappingBoxes([13, 7]);
    expect(Array.from(centers)).toEqual([0, 0]);
    expect(maxDifference(halfSize, [0.95, 0.9])).toBeLessThan(1e-12);
  });
  it('share a square', () => {
    const { centers, halfSize } = nonOverlappingBoxes([0, 0, 10, 0, 0, 10, 10, 10]);
    expect(
      maxDifference(centers.map(Math.abs), [0.5263, 0.6897, 0.5263, 0.6897, 0.5263, 0.6897, 0.5263, 0.6897]),
    ).toBeLessThan(1e-4);
    expect(maxDifference(halfSize, [0.45, 0.2793])).toBeLessThan(1e-4);
  });
  it('are staggered for a Neuropixels probe', () => {
    const columns = [43, 11, 59, 27];
    const positions = Array.from({ length: 12 }, (_, i) => [columns[i % 4], 20 * Math.floor(i / 2)]).flat();
    const { centers, halfSize } = nonOverlappingBoxes(positions);
    const expected = [0.2083, -0.8475, -0.625, -0.8475, 0.625, -0.5085, -0.2083, -0.5085];
    expect(maxDifference(centers.subarray(0, 8), expected)).toBeLessThan(1e-4);
    expect(maxDifference(centers.subarray(22), [-0.2083, 0.8475])).toBeLessThan(1e-4);
    expect(maxDifference(halfSize, [0.3562, 0.1373])).toBeLessThan(1e-4);
  });
  it('never overlap and stay inside the view', () => {
    const random = seededRandom(5);
    for (let n = 2; n < 40; n++) {
      const { centers, halfSize } = nonOverlappingBoxes(Array.from({ length: 2 * n }, () => random.below(1000)));
      for (let i = 0; i < n; i++) {
        expect(Math.abs(centers[2 * i]) + halfSize[0]).toBeLessThanOrEqual(1 + 1e-9);
        expect(Math.abs(centers[2 * i + 1]) + halfSize[1]).toBeLessThanOrEqual(1 + 1e-9);
        for (let j = 0; j < i; j++) {
          const apartX = Math.abs(centers[2 * i] - centers[2 * j]) >= 2 * halfSize[0] - 1e-9;
          const apartY = Math.abs(centers[2 * i + 1] - centers[2 * j + 1]) >= 2 * halfSize[1] - 1e-9;
          expect(apartX || apartY).toBe(true);
        }
      }
    }
  });
  it('are as large as a comparison of all pairs allows', () => {
    const random = seededRandom(6);
    for (let n = 2; n < 40; n++) {
      const { centers, halfSize } = nonOverlappingBoxes(Array.from({ length: 2 * n }, () => random.below(50) * 20));
      const pairs = Array.from({ length: n }, (_, i) => Array.from({ length: i }, (__, j) => [i, j])).flat();
      // The drawn height is 0.9 of what was kept free; some pair must limit the width, or there is nothing beside.
      const beside = pairs
        .filter(([i, j]) => Math.abs(centers[2 * i + 1] - centers[2 * j + 1]) < (2 * halfSize[1]) / 0.9 - 1e-9)
        .map(([i, j]) => Math.abs(centers[2 * i] - centers[2 * j]) / 2);
      if (beside.length > 0) expect(halfSize[0]).toBeCloseTo(0.9 * 0.95 * Math.min(...beside), 6);
    }
  });
  it('do without positions, and do not fail on coinciding ones', () => {
    expect(nonOverlappingBoxes([]).centers.length).toBe(0);
    const { centers, halfSize } = nonOverlappingBoxes([5, 5, 5, 5]);
    expect(Array.from(centers).every(Number.isFinite)).toBe(true);
    expect(halfSize.every(Number.isFinite)).toBe(true);
  });
});
