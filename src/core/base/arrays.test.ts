import { describe, expect, it } from 'vitest';
import { countRowsWithNaN, fastMedian, linspace, maxAbs, medianInPlace, selectInPlace } from './arrays.ts';
import { seededRandom } from './random.ts';
import { hasId, intersectIds, lowerBound, unionOf } from './sortedIds.ts';

describe('arrays', () => {
  it('spaces values evenly, both ends exact', () => {
    expect(Array.from(linspace(0, 1, 5))).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(linspace(0.1, 0.7, 100)[99]).toBe(0.7);
    expect(Array.from(linspace(3, 9, 1))).toEqual([3]);
  });
  it('leaves NaN out of the largest magnitude and counts rows that have one', () => {
    expect(maxAbs([1, -3, Number.NaN])).toBe(3);
    expect(maxAbs([])).toBe(0);
    expect(countRowsWithNaN(Float32Array.of(1, 2, Number.NaN, Number.NaN, 5, Number.NaN), 2)).toBe(2);
    expect(countRowsWithNaN(new Float32Array(0), 3)).toBe(0);
  });
  it('finds ranks and medians as sorting does', () => {
    const random = seededRandom(7);
    for (let count = 1; count < 60; count++) {
      const values = Float64Array.from({ length: count }, () => random.below(20) - 10);
      const sorted = values.slice().sort();
      for (let rank = 0; rank < count; rank++) expect(selectInPlace(values.slice(), count, rank)).toBe(sorted[rank]);
      const middle = (sorted[Math.floor((count - 1) / 2)] + sorted[Math.floor(count / 2)]) / 2;
      expect(medianInPlace(values)).toBe(middle);
    }
    expect(medianInPlace(new Float64Array(0))).toBeNaN();
  });
  it('counts whole numbers for a median, and sorts others', () => {
    const random = seededRandom(8);
    for (const count of [511, 512, 513, 2000]) {
      for (const [range, scale] of [
        [30, 1],
        [70_000, 1],
        [40, 0.5],
        [1, 1],
      ] as const) {
        const values = Float64Array.from({ length: count + 5 }, () => scale * (random.below(range) - 15));
        values[count] = 1e9;
        expect(fastMedian(values.slice(), count)).toBe(medianInPlace(values.slice(), count));
      }
    }
    const holey = new Float64Array(600).fill(2);
    holey[3] = Number.NaN;
    expect(() => fastMedian(holey)).not.toThrow();
    expect(fastMedian(new Float64Array(0))).toBeNaN();
  });
});

describe('sorted ids', () => {
  it('finds positions', () => {
    const ids = Int32Array.of(2, 4, 4, 9);
    expect([0, 2, 3, 4, 9, 10].map((value) => lowerBound(ids, value))).toEqual([0, 0, 1, 1, 3, 4]);
    expect([0, 2, 5, 9, 10].map((value) => hasId(ids, value))).toEqual([false, true, false, true, false]);
  });
  it('intersects lists of any relative size', () => {
    const many = Int32Array.from({ length: 1000 }, (_, i) => 3 * i);
    expect(Array.from(intersectIds(many, Int32Array.of(1, 3, 4, 999, 2997, 5000)))).toEqual([3, 999, 2997]);
    const even = Int32Array.from({ length: 1000 }, (_, i) => 2 * i);
    const both = Array.from(even).filter((id) => id % 3 === 0);
    expect(Array.from(intersectIds(even, many))).toEqual(both);
    expect(intersectIds(even, new Int32Array(0)).length).toBe(0);
  });
  it('unites lists in any order', () => {
    expect(Array.from(unionOf([Int32Array.of(5, 1), [3, 5], []]))).toEqual([1, 3, 5]);
  });
});

function first(...seeds: readonly number[]): readonly number[] {
  const random = seededRandom(...seeds);
  return [random.uint32(), random.uint32(), random.next()];
}

describe('random numbers', () => {
  it('depend on every seed and nothing else', () => {
    expect(first(1, 2)).toEqual(first(1, 2));
    const seen = new Set(
      [[1, 2], [2, 1], [1, 3], [1], [2 ** 40 + 1, 2], [0, 0]].map((seeds) => first(...seeds).join()),
    );
    expect(seen.size).toBe(6);
  });
  it('are uniform', () => {
    const random = seededRandom(3);
    const counts = new Float64Array(10);
    let sum = 0;
    let outside = 0;
    for (let i = 0; i < 100_000; i++) {
      counts[random.below(10)]++;
      const value = random.next();
      if (!(value >= 0 && value < 1)) outside++;
      sum += value;
    }
    expect(outside).toBe(0);
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    expect(Math.abs(sum / 100_000 - 0.5)).toBeLessThan(0.01);
  });
});
