import { describe, expect, it } from 'vitest';
import { hasGolden, maxDifference, readGolden } from '../../../tests/fixtures/golden.ts';
import type { GoldenArray } from '../../../tests/fixtures/golden.ts';
import { linspace } from '../base/arrays.ts';
import { histogramCounts, histogramDensity } from './histogram.ts';
import { quantiles } from '../base/quantile.ts';

describe('histograms', () => {
  it('close the last bin and leave out what is outside or missing', () => {
    const edges = linspace(0, 3, 4);
    expect(Array.from(histogramCounts([0, 0.5, 1, 2.999, 3, 3.1, -1, Number.NaN], edges))).toEqual([2, 1, 2]);
  });
  it('put a value on an edge where the edges say, whatever the rounding', () => {
    const edges = linspace(0.1, 0.7, 100);
    expect(Array.from(histogramCounts(edges, edges))).toEqual([...Array.from({ length: 98 }, () => 1), 2]);
  });
  it('are densities, zeros left out on request', () => {
    const edges = linspace(0, 2, 3);
    expect(Array.from(histogramDensity([0, 0, 0.5, 1.5], edges))).toEqual([0.75, 0.25]);
    expect(Array.from(histogramDensity([0, 0, 0.5, 1.5], edges, { ignoreZeros: true }))).toEqual([0.5, 0.5]);
    expect(Array.from(histogramDensity([], edges))).toEqual([0, 0]);
    expect(Array.from(histogramDensity([1], linspace(1, 1, 3)))).toEqual([0, 0]);
  });
});

describe('quantiles', () => {
  it('interpolate between ranks and leave NaN out', () => {
    expect(quantiles([4, 1, Number.NaN, 3, 2], [0, 0.5, 1, 0.1])).toEqual([1, 2.5, 4, expect.closeTo(1.3, 12)]);
    expect(quantiles([7], [0.01, 0.99])).toEqual([7, 7]);
    expect(quantiles([Number.NaN], [0.5])).toEqual([Number.NaN]);
  });
});

interface Case {
  readonly data: GoldenArray;
  readonly x_min: number;
  readonly x_max: number;
  readonly n_bins: number;
  readonly ignore_zeros?: boolean;
  readonly out: GoldenArray;
  readonly counts: GoldenArray;
}
describe.skipIf(!hasGolden('functions'))('golden histogram', () => {
  it('has the same counts and densities (n_bins of the reference is one more than its bars)', () => {
    const cases = (readGolden('functions') as { readonly histogram: readonly Case[] }).histogram;
    expect(cases.length).toBe(12);
    for (const { data, x_min, x_max, n_bins, out, counts } of cases) {
      const edges = linspace(x_min, x_max, n_bins);
      expect(Array.from(histogramCounts(data.data, edges))).toEqual(counts.data);
      expect(maxDifference(histogramDensity(data.data, edges), out.data)).toBeLessThan(1e-9 * Math.max(1, ...out.data));
    }
  });
});
