import { describe, expect, it } from 'vitest';
import { goldenValues, hasGolden, maxDifference, readGolden } from '../../../tests/fixtures/golden.ts';
import { designHighPass, type Filter, filterFor, filterPair } from './filter.ts';
import { cleanWaveforms, meanWaveform, peakToPeak } from './waveforms.ts';

const free = (): Promise<void> => Promise.resolve();

/** One signal, filtered beside a copy of itself that has another offset. */
function filtered(filter: Filter | undefined, x: ArrayLike<number>): Float64Array {
  const both = Float64Array.from({ length: 2 * x.length }, (_, i) => x[i >> 1] + (i % 2 === 0 ? 0 : 1000));
  const pair = new Float64Array(both.length);
  const entries = [
    { first: 0, base: 0 },
    { first: 1, base: 1000 },
  ] as const;
  filterPair(filter, both, 2, entries, x.length, pair);
  const one = pair.filter((_, i) => i % 2 === 0);
  expect(
    maxDifference(
      one,
      pair.filter((_, i) => i % 2 === 1),
    ),
  ).toBeLessThan(1e-9);
  return one;
}

describe('high-pass filter (views.md 1.17, data.md 10.2)', () => {
  it('has the coefficients of the specification', () => {
    const known: readonly [number, number, readonly number[]][] = [
      [30_000, 0.969071174031813, [1, -2.9371707284498907, 2.8762997234793315, -0.939098940325283]],
      [25_000, 0.9630005027993445, [1, -2.9246062354506974, 2.852027818593894, -0.9273699683501638]],
      [20_000, 0.9539650414384022, [1, -2.9057609235003685, 2.815910107876166, -0.9100493001306842]],
    ];
    for (const [rate, b0, a] of known) {
      const filter = designHighPass(rate);
      expect(filter?.b[0]).toBeCloseTo(b0, 12);
      expect(filter?.b.map((b) => b / b0)).toEqual([1, -3, 3, -1].map((b) => expect.closeTo(b, 12)));
      expect(filter?.a).toEqual(a.map((value) => expect.closeTo(value, 12)));
    }
  });
  it('filters the vector of the specification without shifting it', () => {
    const x = filtered(designHighPass(30_000), [0, 0, 0, 100, 0, 0, -50, 0, 0, 0]);
    const expected = [-1.742, -1.7935, -1.8456, 98.1014, -1.9522, -2.0066, -52.0617, -2.1176, -2.1741, -2.2314];
    expect(maxDifference(x, expected)).toBeLessThan(1e-4);
  });
  it('only subtracts without a filter', () => {
    expect(Array.from(filtered(undefined, [3, -4, 5]))).toEqual([3, -4, 5]);
  });
  it('is left out where it is not wanted or cannot exist', () => {
    expect(filterFor('raw', 30_000)).toBeUndefined();
    expect(filterFor('high_pass', 30_000)).toEqual(designHighPass(30_000));
    expect(designHighPass(300)).toBeUndefined();
    expect(designHighPass(Number.NaN)).toBeUndefined();
  });
});

interface Golden {
  readonly high_pass: {
    readonly x: { readonly shape: readonly number[]; readonly data: readonly number[] };
    readonly y: { readonly data: readonly number[] };
    readonly butter: Readonly<Record<string, readonly [readonly number[], readonly number[]]>>;
  };
}
describe.skipIf(!hasGolden('functions'))('golden high_pass', () => {
  const golden = hasGolden('functions') ? (readGolden('functions') as Golden).high_pass : undefined;
  it('has the same coefficients at every rate', () => {
    for (const [rate, [b, a]] of Object.entries(golden?.butter ?? {})) {
      const filter = designHighPass(Number(rate));
      expect(maxDifference(filter?.b ?? [], b)).toBeLessThan(1e-12);
      expect(maxDifference(filter?.a ?? [], a)).toBeLessThan(1e-12);
    }
  });
  it('gives the same signal', () => {
    const filter = designHighPass(30_000);
    if (golden === undefined || filter === undefined) throw new Error('nothing to compare');
    const [, channels] = golden.x.shape;
    const x = goldenValues(golden.x);
    const y = goldenValues(golden.y);
    for (let c = 0; c < channels; c++) {
      const signal = x.filter((_, i) => i % channels === c);
      const expected = y.filter((_, i) => i % channels === c);
      expect(maxDifference(filtered(filter, signal), expected)).toBeLessThan(1e-9);
    }
  });
});

describe('waveforms', () => {
  it('lose their median over time, each window and channel on its own', async () => {
    // Two windows of three samples on two channels.
    const windows = Float32Array.of(1, 10, 2, 30, 9, 20, -5, 0, -4, 0, -6, 6);
    await cleanWaveforms(windows, 3, 2, undefined, free);
    expect(Array.from(windows)).toEqual([-1, -10, 0, 10, 7, 0, 0, 0, 1, 0, -1, 6]);
    expect(Array.from(meanWaveform(windows, 6))).toEqual([-0.5, -5, 0.5, 5, 3, 3]);
    expect(meanWaveform(new Float32Array(0), 6).length).toBe(0);
  });
  it('are filtered after that', async () => {
    const filter = designHighPass(30_000);
    const windows = Float32Array.from([7, 7, 7, 107, 7, 7, -43, 7, 7, 7]);
    await cleanWaveforms(windows, 10, 1, filter, free);
    expect(windows[3]).toBeCloseTo(98.1014, 3);
    expect(peakToPeak(windows, 10)[0]).toBeCloseTo(98.1014 + 52.0617, 3);
  });
  it('have a peak-to-peak per window', () => {
    expect(Array.from(peakToPeak(Float32Array.of(1, -2, 5, 0, 0, 0), 3))).toEqual([7, 0]);
    expect(peakToPeak(new Float32Array(0), 0).length).toBe(0);
  });
});
