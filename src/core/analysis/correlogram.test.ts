import { describe, expect, it } from 'vitest';
import { hasGolden, readGolden } from '../../../tests/fixtures/golden.ts';
import type { GoldenArray } from '../../../tests/fixtures/golden.ts';
import { randomSpikeTrain } from '../../../tests/fixtures/fakeDataset.ts';
import { correlogramBins, correlograms, correlogramSamples } from './correlogram.ts';
import { mergeSpikes } from './mergeSpikes.ts';

const stop = (): Promise<void> => Promise.reject(new Error('stopped'));
const free = (): Promise<void> => Promise.resolve();

/** Correlograms of an assignment of all spikes, rows in the order of `ids`. */
async function ofTrain(
  given: ArrayLike<number>,
  clusters: ArrayLike<number>,
  ids: readonly number[],
  rate: number,
  bin: number,
  window: number,
  zeroCenter: boolean,
): Promise<{ size: number; row: (a: number, b: number) => number[] }> {
  const samples = Int32Array.from(given);
  const all = Array.from(samples, (_, i) => i);
  const merged = await mergeSpikes(ids.map((id) => Int32Array.from(all.filter((i) => clusters[i] === id))));
  const bins = correlogramBins(rate, bin, window);
  const indices = await correlogramSamples(samples, merged.spikeIds, rate, free);
  const counts = await correlograms(indices, merged.owners, ids.length, bins, free, zeroCenter);
  const size = 2 * bins.half + 1;
  return {
    size,
    row: (a, b) => Array.from(counts.subarray((a * ids.length + b) * size, (a * ids.length + b + 1) * size)),
  };
}

describe('correlograms', () => {
  const samples = [10, 12, 15, 15, 30, 31, 33, 60];
  const clusters = [1, 2, 1, 2, 1, 1, 2, 2];
  it('are those of views.md 5a for 2 ms bins', async () => {
    const { size, row } = await ofTrain(samples, clusters, [1, 2], 1000, 0.002, 0.02, false);
    expect(size).toBe(11);
    expect(row(0, 0)).toEqual([0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0]);
    expect(row(0, 1)).toEqual([0, 0, 0, 0, 1, 1, 3, 1, 0, 0, 0]);
    expect(row(1, 0)).toEqual([0, 0, 0, 1, 3, 1, 1, 0, 0, 0, 0]);
    expect(row(1, 1)).toEqual([0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0]);
  });
  it('are those of views.md 5a for 1 ms bins', async () => {
    const { row } = await ofTrain(samples, clusters, [1, 2], 1000, 0.001, 0.01, false);
    expect(row(0, 0)).toEqual([1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1]);
    expect(row(0, 1)).toEqual([0, 0, 1, 0, 0, 1, 0, 2, 1, 0, 1]);
    expect(row(1, 1)).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0]);
  });
  it('have no central peak on the diagonal (views.md 5a RES)', async () => {
    const { row } = await ofTrain(samples, clusters, [1, 2], 1000, 0.002, 0.02, true);
    expect(row(0, 0)[5]).toBe(0);
    expect(row(0, 1)[5]).toBe(1);
  });
  it('agree with counting every pair', async () => {
    const train = randomSpikeTrain(1, 2000, 3, 40);
    const { size, row } = await ofTrain(train.samples, train.clusters, [2, 0, 1], 20_000, 0.0007, 0.02, false);
    // 20,000 Hz x 0.7 ms = 14 samples; 0.5 x 20 / 0.7 = 14 bins each side.
    expect(size).toBe(29);
    const all = Int32Array.from(train.samples, (_, i) => i);
    const indices = await correlogramSamples(train.samples, all, 20_000, free);
    const forward = (a: number, b: number): number[] => {
      const counts = Array.from({ length: 15 }, () => 0);
      for (let i = 0; i < indices.length; i++)
        for (let j = i + 1; j < indices.length; j++) {
          const d = Math.floor((indices[j] - indices[i]) / 14);
          if (train.clusters[i] === a && train.clusters[j] === b && d <= 14) counts[d]++;
        }
      return counts;
    };
    const ids = [2, 0, 1];
    for (const [i, a] of ids.entries())
      for (const [j, b] of ids.entries()) {
        const after = forward(a, b);
        const before = forward(b, a);
        const center = Math.max(after[0], before[0]);
        expect(row(i, j)).toEqual([...before.slice(1).reverse(), center, ...after.slice(1)]);
      }
  });
  it('have bins as the reference computes them', () => {
    expect(correlogramBins(30_000, 0.001, 0.05)).toEqual({ binSamples: 30, half: 25 });
    expect(correlogramBins(30_000, 0.0001, 0.05).half).toBe(250);
    expect(correlogramBins(100, 0.001, 0.05).binSamples).toBe(1);
  });
  it('merge spikes in time order', async () => {
    const lists = [
      Int32Array.of(1, 5, 9),
      Int32Array.of(0, 6),
      new Int32Array(0),
      Int32Array.of(2, 3, 10),
      Int32Array.of(4),
    ];
    const { spikeIds, owners } = await mergeSpikes(lists);
    expect(Array.from(spikeIds)).toEqual([0, 1, 2, 3, 4, 5, 6, 9, 10]);
    expect(Array.from(owners)).toEqual([1, 0, 3, 3, 4, 0, 1, 0, 3]);
    expect((await mergeSpikes([])).spikeIds.length).toBe(0);
    const train = randomSpikeTrain(2, 5000, 300, 1);
    const ids = Array.from({ length: 300 }, (_, c) =>
      Int32Array.from(train.clusters.keys())
        .filter((i) => train.clusters[i] === c)
        .map((i) => 400_000 * i),
    );
    const many = await mergeSpikes(ids);
    expect(Array.from(many.owners)).toEqual(Array.from(train.clusters));
    expect(many.spikeIds).toEqual(train.clusters.map((_, i) => 400_000 * i));
  });
  it('count the same in a recording longer than 32 bits of samples', async () => {
    const late = Float64Array.from([10, 12, 15, 15, 30], (sample) => sample + 2 ** 33);
    const early = Int32Array.of(10, 12, 15, 15, 30);
    const ids = Int32Array.of(0, 1, 2, 3, 4);
    const bins = { binSamples: 2, half: 5 };
    // At 1 Hz the round trip through seconds is exact.
    const [a, b] = [await correlogramSamples(late, ids, 1, free), await correlogramSamples(early, ids, 1, free)];
    expect([a instanceof Float64Array, b instanceof Int32Array]).toEqual([true, true]);
    const owners = new Int32Array(5);
    expect(await correlograms(a, owners, 1, bins, free)).toEqual(await correlograms(b, owners, 1, bins, free));
  });
  it('give up the thread while they count, and stop when told so', async () => {
    const samples = new Float64Array(3000);
    const owners = new Int32Array(3000);
    let calls = 0;
    await correlograms(samples, owners, 1, { binSamples: 1, half: 0 }, () => {
      calls++;
      return Promise.resolve();
    });
    expect(calls).toBeGreaterThan(2);
    await expect(correlograms(samples, owners, 1, { binSamples: 1, half: 0 }, stop)).rejects.toThrow('stopped');
  });
});

interface Case {
  readonly spike_samples: GoldenArray;
  readonly spike_clusters: GoldenArray;
  readonly sample_rate: number;
  readonly cluster_ids: readonly number[];
  readonly bin_size: number;
  readonly window_size: number;
  readonly ccg: GoldenArray;
}
describe.skipIf(!hasGolden('functions'))('golden correlograms', () => {
  it('agree, before the centre of the diagonal is removed', async () => {
    const cases = (readGolden('functions') as { readonly correlograms: readonly Case[] }).correlograms;
    expect(cases.length).toBe(24);
    for (const c of cases) {
      const { data } = c.spike_samples;
      const { size, row } = await ofTrain(
        data,
        c.spike_clusters.data,
        c.cluster_ids,
        c.sample_rate,
        c.bin_size,
        c.window_size,
        false,
      );
      expect(c.ccg.shape).toEqual([c.cluster_ids.length, c.cluster_ids.length, size]);
      const ours = c.cluster_ids.flatMap((_, a) => c.cluster_ids.flatMap((__, b) => row(a, b)));
      expect(ours).toEqual(c.ccg.data);
    }
  });
});
