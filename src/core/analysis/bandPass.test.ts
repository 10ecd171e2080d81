import { describe, expect, test } from 'vitest';
import { designBandPass, filterMirrored } from './bandPass.ts';

/** scipy.signal.butter(3, (500 / 10000, 0.95), 'bandpass') */
const b = [0.7294407226, 0.0, -2.1883221679, 0.0, 2.1883221679, 0.0, -0.7294407226];
const a = [1.0, 0.0, -2.3740947437, -0.0, 1.9293556691, 0.0, -0.5320753683];
/** scipy.signal.filtfilt of `signal`. */
const filtered = [
  -6.3007323941, 58.7452105895, 88.6482751014, 81.083270119, 20.5289636359, -39.4538659334, -102.828075501,
  -101.4528664234, -81.2111740472, -0.1487205943, 45.4945486789, 98.5022903425, 63.5280028761, 33.1829531608,
  -59.7635130077, -85.1180099232, -121.5075803376, -57.4904378881, -19.8596518095, 72.5381306651, 377.0767690315,
  91.0749960108, 10.273417039, -31.2856702479, -106.5325688596, -90.9092789805, -76.2423875995, 10.5404307267,
  53.5860374329, 102.5529200105, 68.7596308872, 28.5419157807, -56.8510352766, -94.445321066, -118.6023761288,
  -70.1709263018, -21.124469413, 51.0333164976, 63.4807255497, 56.0154789895, -18.0195045866,
];
const signal = Float64Array.from({ length: 41 }, (_, t) => Math.sin(t * 0.7) * 100 + (t === 20 ? 300 : 0) + 2 * t);

const close = (found: ArrayLike<number>, wanted: readonly number[]): void => {
  expect(found.length).toBe(wanted.length);
  for (let k = 0; k < wanted.length; k++) expect(found[k]).toBeCloseTo(wanted[k], 7);
};

describe('band pass (spec/data.md 12.3)', () => {
  test('coefficients and output are those of SciPy', () => {
    const filter = designBandPass(3, 500 / 10_000, 0.95);
    if (filter === undefined) throw new Error('no filter');
    close(filter.b, b);
    close(filter.a, a);
    close(filterMirrored(filter, signal), filtered);
  });
  test('a constant comes out as nothing; bands that make no sense are no filter', () => {
    const filter = designBandPass(3, 0.1, 0.5);
    if (filter === undefined) throw new Error('no filter');
    close(
      filterMirrored(filter, new Float64Array(30).fill(7)),
      Array.from({ length: 30 }, () => 0),
    );
    expect(filterMirrored(filter, Float64Array.of(5))).toEqual(Float64Array.of(5));
    for (const [low, high] of [
      [0, 0.5],
      [0.5, 0.5],
      [0.2, 1],
    ])
      expect(designBandPass(3, low, high)).toBeUndefined();
  });
});
