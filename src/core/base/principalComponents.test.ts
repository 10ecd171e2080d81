import { describe, expect, it } from 'vitest';
import { goldenValues, hasGolden, readGolden } from '../../../tests/fixtures/golden.ts';
import { principalComponents, symmetricEigen } from './principalComponents.ts';
import { seededRandom } from './random.ts';

const pause = async (): Promise<void> => undefined;

describe('eigenvectors of a symmetric matrix', () => {
  it('are orthogonal and belong to their values', async () => {
    const random = seededRandom(2);
    for (const size of [1, 2, 3, 10, 41]) {
      const matrix = new Float64Array(size * size);
      for (let i = 0; i < size; i++)
        for (let j = 0; j <= i; j++) matrix[i * size + j] = matrix[j * size + i] = random.next() - 0.5;
      const { values, vectors } = await symmetricEigen(matrix, size, pause);
      let [residual, skew] = [0, 0];
      for (let column = 0; column < size; column++) {
        for (let i = 0; i < size; i++) {
          let product = 0;
          let dot = 0;
          for (let j = 0; j < size; j++) {
            product += matrix[i * size + j] * vectors[j * size + column];
            dot += vectors[j * size + i] * vectors[j * size + column];
          }
          residual = Math.max(residual, Math.abs(product - values[column] * vectors[i * size + column]));
          skew = Math.max(skew, Math.abs(dot - (i === column ? 1 : 0)));
        }
      }
      expect(residual).toBeLessThan(1e-10);
      expect(skew).toBeLessThan(1e-10);
    }
  });
  it('of a diagonal matrix are its axes', async () => {
    const { values, vectors } = await symmetricEigen(Float64Array.of(3, 0, 0, 5), 2, pause);
    expect([...values, ...vectors]).toEqual([3, 5, 1, 0, 0, 1]);
  });
});

describe('principal components', () => {
  it('are the directions of largest variance, towards the mean', async () => {
    const random = seededRandom(9);
    const vectors = Float64Array.from({ length: 300 }, (_, k) => {
      const a = random.next() - 0.5;
      return [-4 + 6 * a, 1 - 6 * a, 0.1 * random.next()][k % 3];
    });
    // The first two values of each vector must use the same random number.
    for (let k = 0; k < 300; k += 3) vectors[k + 1] = -vectors[k] - 3;
    const first = await principalComponents(vectors, 3, 2, pause);
    expect(Math.abs(first[0] + Math.SQRT1_2)).toBeLessThan(0.02);
    expect(Math.abs(first[1] - Math.SQRT1_2)).toBeLessThan(0.02);
  });
  it('exist for one vector and for none', async () => {
    for (const vectors of [new Float64Array(0), Float64Array.of(1, 2, 3, 4)]) {
      const components = await principalComponents(vectors, 4, 3, pause);
      expect(components).toHaveLength(12);
      expect(components.every(Number.isFinite)).toBe(true);
    }
  });
  it('are cancelled between steps', async () => {
    await expect(
      principalComponents(new Float64Array(40), 4, 3, () => Promise.reject(new Error('aborted'))),
    ).rejects.toThrow('aborted');
  });

  interface Golden {
    readonly compute_features: {
      readonly waveforms: { readonly shape: readonly number[]; readonly data: readonly number[] };
      readonly out: { readonly shape: readonly number[]; readonly data: readonly number[] };
    };
  }
  it.skipIf(!hasGolden('functions'))('give the features of the reference, up to sign', async () => {
    const { waveforms, out } = (readGolden('functions') as Golden).compute_features;
    const [spikes, samples, channels] = waveforms.shape;
    expect(out.shape).toEqual([spikes, channels, 3]);
    const [data, expected] = [goldenValues(waveforms), goldenValues(out)];
    for (let channel = 0; channel < channels; channel++) {
      const vectors = Float64Array.from({ length: spikes * samples }, (_, i) => data[i * channels + channel]);
      const components = await principalComponents(vectors, samples, 3, pause);
      for (let pc = 0; pc < 3; pc++) {
        const projected = Array.from({ length: spikes }, (_, s) =>
          vectors
            .subarray(s * samples, (s + 1) * samples)
            .reduce((sum, value, t) => sum + value * components[pc * samples + t], 0),
        );
        const theirs = projected.map((_, s) => expected[(s * channels + channel) * 3 + pc]);
        const sign = projected.reduce((sum, value, s) => sum + value * theirs[s], 0) < 0 ? -1 : 1;
        const difference = Math.max(...projected.map((value, s) => Math.abs(sign * value - theirs[s])));
        expect(difference).toBeLessThan(1e-4);
      }
    }
  });
});
