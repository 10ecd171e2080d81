import { describe, expect, it } from 'vitest';
import { hasGolden, readGolden } from '../../../tests/fixtures/golden.ts';
import type { GoldenArray } from '../../../tests/fixtures/golden.ts';
import {
  allocate,
  backgroundStride,
  keptChunks,
  sampleBatches,
  sampleEvenly,
  sampleRandom,
  sampleWithRows,
  spikesInChunks,
} from './sampling.ts';

const range = (start: number, end: number, step = 1): Int32Array =>
  Int32Array.from({ length: Math.ceil((end - start) / step) }, (_, i) => start + i * step);

describe('allocation of a budget', () => {
  it('shares a total evenly and hands on what small clusters leave (vectors of views.md 1.16 and curation.md 5.3)', () => {
    expect(allocate([50, 1000, 300], 100, null)).toEqual([50, 100, 100]);
    expect(allocate([50, 1000, 300], 100, 200)).toEqual([50, 76, 74]);
    expect(allocate([3, 1000, 7, 1000], null, 101)).toEqual([3, 46, 7, 45]);
    expect(allocate([0, 1, 100], 10, 7)).toEqual([0, 1, 6]);
    expect(allocate([100, 100, 100], 10, 8)).toEqual([3, 3, 2]);
    expect(allocate([100, 2], 10, null)).toEqual([10, 2]);
    expect(allocate([], 10, 5)).toEqual([]);
  });
});

describe('even samples', () => {
  it('hold first and last (vectors of views.md 1.16)', () => {
    expect(Array.from(sampleEvenly(range(100, 110), 4))).toEqual([100, 103, 106, 109]);
    expect(Array.from(sampleEvenly(range(100, 117), 5))).toEqual([100, 104, 108, 112, 116]);
    expect(Array.from(sampleEvenly(range(5, 9), 1))).toEqual([5]);
    expect(() => sampleEvenly(range(0, 3), -1)).toThrow(RangeError);
  });
});

describe('batches (views.md 2a RES)', () => {
  it('are runs of successive spikes spread over the cluster', () => {
    const sample = sampleBatches(range(0, 1000), 100, 10);
    // step = floor((1000 - 10) / 9) = 110
    expect(Array.from(sample)).toEqual(
      Array.from({ length: 10 }, (_, b) => Array.from(range(110 * b, 110 * b + 10))).flat(),
    );
  });
  it('take everything, evenly, when there are too few spikes', () => {
    expect(Array.from(sampleBatches(range(0, 95), 100, 10))).toEqual(Array.from(range(0, 95)));
    // n = 13 in 10 batches of 2 need 20 spikes: 15 are sampled evenly to 13.
    expect(Array.from(sampleBatches(range(0, 15), 13, 10))).toEqual(Array.from(sampleEvenly(range(0, 15), 13)));
  });
  it('are the first spikes for one batch, and never more than asked for', () => {
    expect(Array.from(sampleBatches(range(7, 100), 5, 1))).toEqual([7, 8, 9, 10, 11]);
    expect(sampleBatches(range(0, 1000), 13, 10).length).toBe(13);
    expect(sampleBatches(range(0, 1000), 3, 10).length).toBe(3);
    expect(sampleBatches(new Int32Array(0), 100, 10).length).toBe(0);
  });
});

describe('random samples', () => {
  const ids = range(1000, 11_000, 2);
  it('are ascending, distinct, of the size asked for, and the same every time', () => {
    for (const count of [1, 10, 100, 300, 2500, 4999]) {
      const sample = sampleRandom(ids, count, 7);
      expect(sample.length).toBe(count);
      const known = new Set(ids);
      for (let i = 0; i < count; i++) {
        expect(known.has(sample[i])).toBe(true);
        if (i > 0) expect(sample[i]).toBeGreaterThan(sample[i - 1]);
      }
      expect(sampleRandom(ids, count, 7)).toEqual(sample);
    }
    expect(sampleRandom(ids, 100, 7)).not.toEqual(sampleRandom(ids, 100, 8));
    expect(sampleRandom(ids, 5000, 7)).toBe(ids);
    expect(sampleRandom(ids, 0, 7).length).toBe(0);
  });
  it('choose every spike equally often', () => {
    const small = range(0, 10);
    const counts = new Int32Array(10);
    for (let cluster = 0; cluster < 20_000; cluster++) for (const id of sampleRandom(small, 3, cluster)) counts[id]++;
    for (const count of counts) expect(Math.abs(count - 6000)).toBeLessThan(300);
  });
});

describe('background', () => {
  it('is every k-th spike of the recording', () => {
    expect(Array.from(backgroundStride(10, 3))).toEqual([0, 3, 6, 9]);
    expect(Array.from(backgroundStride(13_986, 2500)).slice(-2)).toEqual([13_980, 13_985]);
    expect(backgroundStride(13_986, 2500).length).toBe(2798);
    expect(backgroundStride(5, null).length).toBe(5);
    expect(backgroundStride(5, 0).length).toBe(0);
    expect(backgroundStride(0, 100).length).toBe(0);
  });
});

describe('kept chunks', () => {
  it('are every ceil(K / 20)-th one (spec/data.md 9)', () => {
    expect(Array.from(keptChunks([0, 600]))).toEqual([0, 600]);
    const kept = keptChunks(range(0, 46));
    expect(kept.length / 2).toBe(15);
    expect(Array.from(kept.subarray(0, 4))).toEqual([0, 1, 3, 4]);
  });
  it('hold the spikes of half-open intervals', () => {
    const samples = [0, 5, 9, 10, 15, 20, 25, 29, 30];
    const ids = range(0, 9);
    expect(Array.from(spikesInChunks(ids, samples, Float64Array.of(0, 10, 20, 30)))).toEqual([0, 1, 2, 5, 6, 7]);
    expect(spikesInChunks(ids, samples, Float64Array.of(0, 100))).toEqual(ids);
    expect(spikesInChunks(ids, samples, new Float64Array(0)).length).toBe(0);
  });
});

interface Golden {
  readonly allocate_spike_counts: readonly {
    readonly available: readonly number[];
    readonly per_cluster: number | null;
    readonly total: number | null;
    readonly out: GoldenArray;
  }[];
  readonly sample_spikes_evenly: readonly { readonly n: number; readonly k: number; readonly out: GoldenArray }[];
  readonly times_in_chunks: readonly {
    readonly times: readonly number[];
    readonly chunks: readonly number[];
    readonly out: { readonly data: readonly boolean[] };
  }[];
}

describe.skipIf(!hasGolden('functions'))('golden functions', () => {
  const values = hasGolden('functions') ? (readGolden('functions') as Golden) : undefined;
  it('allocate_spike_counts', () => {
    expect(values?.allocate_spike_counts.length).toBe(64);
    for (const { available, per_cluster, total, out } of values?.allocate_spike_counts ?? []) {
      expect(allocate(available, per_cluster, total)).toEqual(out.data);
    }
  });
  it('sample_spikes_evenly', () => {
    expect(values?.sample_spikes_evenly.length).toBe(36);
    for (const { n, k, out } of values?.sample_spikes_evenly ?? []) {
      expect(Array.from(sampleEvenly(range(0, 3 * n, 3), k))).toEqual(out.data);
    }
  });
  it('times_in_chunks', () => {
    for (const { times, chunks, out } of values?.times_in_chunks ?? []) {
      const inside = spikesInChunks(range(0, times.length), times, Float64Array.from(chunks));
      expect(Array.from(inside)).toEqual(times.map((_, i) => i).filter((i) => out.data[i]));
    }
  });
});

describe('samples of spikes that have a row', () => {
  it('are random, and count those without', () => {
    const spikes = range(0, 100);
    const rows = range(50, 200);
    const sample = sampleWithRows(spikes, rows, 10, 3);
    expect([sample.total, sample.withoutRow, sample.rule]).toEqual([100, 50, 'random']);
    expect(sample.spikeIds).toEqual(sampleRandom(range(50, 100), 10, 3));
    expect(sampleWithRows(spikes, rows, null, 3)).toMatchObject({ rule: 'random', withoutRow: 50 });
  });
  it('are all spikes where all have one', () => {
    const spikes = range(3, 9);
    expect(sampleWithRows(spikes, undefined, null, 1)).toEqual({
      spikeIds: spikes,
      total: 6,
      rule: 'all',
      withoutRow: 0,
    });
  });
});
