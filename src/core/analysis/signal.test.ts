import { describe, expect, it } from 'vitest';
import { fakeTraces } from '../../../tests/fixtures/fakeDataset.ts';
import { maxDifference } from '../../../tests/fixtures/golden.ts';
import { seededRandom } from '../base/random.ts';
import { samplesPerColumn, samplesPerTile, TILE_COLUMNS } from '../base/tiles.ts';
import type { Traces } from '../dataset/dataset.ts';
import { filterFor, filterPair } from './filter.ts';
import { readEnvelopes, readTrace, type SignalSource } from './signal.ts';
import { type PyramidTile, SignalPyramid } from './signalPyramid.ts';

const SAMPLE_RATE = 10_000;
const free = (): Promise<void> => Promise.resolve();

/** Noise on slow waves with an offset of its own on each channel, like an unfiltered recording. */
function recording(
  sampleCount: number,
  channelCount: number,
): { readonly data: Float32Array; readonly traces: Traces } {
  const random = seededRandom(5, sampleCount);
  const data = new Float32Array(sampleCount * channelCount);
  for (let i = 0; i < data.length; i++) {
    const [s, c] = [Math.floor(i / channelCount), i % channelCount];
    const slow = 300 * Math.sin((2 * Math.PI * 8 * s) / SAMPLE_RATE + c) + 100 * (c - 1);
    data[i] = Math.round(slow + 40 * (random.next() + random.next() - 1) - (random.below(400) === 0 ? 200 : 0));
  }
  return { data, traces: fakeTraces(sampleCount, (s, c) => data[s * channelCount + c]) };
}

type OurFilter = 'raw' | 'high_pass';

/** The filter over the whole recording at once: [sample][channel]. */
function wholeTrace(data: Float32Array, channelCount: number, filter: OurFilter): Float32Array {
  const count = data.length / channelCount;
  const pair = new Float64Array(2 * count);
  const out = new Float32Array(data.length);
  for (let c = 0; c < channelCount; c++) {
    const entry = { first: c, base: filter === 'raw' ? 0 : data[c] };
    filterPair(filterFor(filter, SAMPLE_RATE), data, channelCount, [entry, entry], count, pair);
    for (let s = 0; s < count; s++) out[s * channelCount + c] = pair[2 * s];
  }
  return out;
}

const sourceOf = (traces: Traces, channelCount: number, filter: OurFilter): SignalSource => ({
  traces,
  sampleRate: SAMPLE_RATE,
  channelIds: Int32Array.from({ length: channelCount }, (_, c) => c),
  filter,
});

describe('the filtered trace', () => {
  const channelCount = 3;
  const { data, traces } = recording(30_000, channelCount);
  it.each(['raw', 'high_pass'] as const)('is the slice of the whole, wherever it is cut: %s', async (filter) => {
    const whole = wholeTrace(data, channelCount, filter);
    const source = sourceOf(traces, channelCount, filter);
    for (const [start, end] of [
      [0, 400],
      [12_345, 12_346],
      [12_000, 14_000],
      [29_900, 30_000],
    ] as const) {
      const slice = await readTrace(source, [start, end], free);
      expect(maxDifference(slice, whole.subarray(start * channelCount, end * channelCount))).toBeLessThan(1e-3);
    }
  });
});

describe('envelopes of an interval too long for memory', () => {
  it('have the extremes of the filtered trace, and quantiles near those of all samples', async () => {
    // As many channels as make an excerpt too large, all alike.
    const channelCount = 1200;
    const sampleCount = 30_000;
    const one = recording(sampleCount, 1);
    const whole = wholeTrace(one.data, 1, 'high_pass');
    const traces: Traces = {
      ...one.traces,
      read: (start, end, ids) => {
        const from = Math.max(0, start);
        const count = Math.max(0, Math.min(sampleCount, end) - from);
        const block = new Float32Array(count * ids.length);
        for (let s = 0; s < count; s++) block.fill(one.data[from + s], s * ids.length, (s + 1) * ids.length);
        return Promise.resolve(block);
      },
    };
    const { lower, upper, quantiles } = await readEnvelopes(
      sourceOf(traces, channelCount, 'high_pass'),
      [100, 29_900],
      50,
      [0.01, 0.99],
      free,
    );
    for (const k of [0, 1, 25, 49]) {
      const own = whole.subarray(100 + Math.floor((k * 29_800) / 50), 100 + Math.floor(((k + 1) * 29_800) / 50));
      for (const c of [0, 599, 1199]) {
        expect(lower[k * channelCount + c]).toBeCloseTo(Math.min(...own), 2);
        expect(upper[k * channelCount + c]).toBeCloseTo(Math.max(...own), 2);
      }
    }
    const sorted = whole.slice(100, 29_900).sort();
    expect(Math.abs(quantiles[0] - sorted[298])).toBeLessThan(2);
    expect(Math.abs(quantiles[1] - sorted[29_501])).toBeLessThan(2);
    const raw = await readEnvelopes(sourceOf(traces, channelCount, 'raw'), [0, 30_000], 10, [0.01, 0.99], free);
    const shifts = Array.from({ length: 10 }, (_, k) => {
      const own = one.data.subarray(3000 * k, 3000 * (k + 1));
      return Math.min(...own) - raw.lower[k * channelCount + 7];
    });
    // One offset for all columns: about the median of the recording.
    expect(Math.max(...shifts) - Math.min(...shifts)).toBeLessThan(1e-3);
    expect(Math.abs(shifts[0] - one.data.slice().sort()[15_000])).toBeLessThan(60);
  });
});

describe('tiles', () => {
  const channelCount = 5;
  const sampleCount = 700_000;
  const { data, traces } = recording(sampleCount, channelCount);
  const source = sourceOf(traces, channelCount, 'high_pass');
  const whole = { raw: wholeTrace(data, channelCount, 'raw'), high_pass: wholeTrace(data, channelCount, 'high_pass') };

  /** Largest difference between columns that were read completely and the extremes of their samples. */
  function worst(tile: PyramidTile, filter: OurFilter): number {
    const samples = samplesPerColumn(tile.level);
    let most = 0;
    for (let k = 0; k < tile.columns; k++) {
      const start = tile.index * samplesPerTile(tile.level) + k * samples;
      const end = Math.min(start + samples, sampleCount);
      if (tile.read[k] < end - start) continue;
      for (let c = 0; c < channelCount; c++) {
        let low = Infinity;
        let high = -Infinity;
        for (let s = start; s < end; s++) {
          low = Math.min(low, whole[filter][s * channelCount + c]);
          high = Math.max(high, whole[filter][s * channelCount + c]);
        }
        const at = k * channelCount + c;
        most = Math.max(most, Math.abs(tile.lower[at] - low), Math.abs(tile.upper[at] - high));
      }
    }
    return most;
  }
  const complete = ({ read, level, index }: PyramidTile): boolean =>
    read.every((n, k) => n === Math.min(2 ** level, sampleCount - index * samplesPerTile(level) - k * 2 ** level));

  it.each(['raw', 'high_pass'] as const)('hold the extremes of every column at every level: %s', async (filter) => {
    const pyramid = new SignalPyramid(source, 1e9);
    for (const [level, first] of [
      [0, 0],
      [0, 1000],
      [1, 700],
      [4, 20],
      [5, 84],
      [8, 9],
      [10, 2],
      [12, 0],
    ] as const) {
      for (let rounds = 0; rounds < 100; rounds++) {
        const { tiles, stage } = await pyramid.improve({ filter, level, first, count: 2, refine: false }, free);
        for (const tile of tiles) expect(worst(tile, filter)).toBeLessThan(2e-3);
        if (stage !== 'done') continue;
        expect(tiles.every(complete)).toBe(true);
        break;
      }
    }
  });

  it('end with the recording', async () => {
    const pyramid = new SignalPyramid(source, 1e9);
    const last = Math.ceil(sampleCount / samplesPerTile(4)) - 1;
    const { tiles } = await pyramid.improve({ filter: 'raw', level: 4, first: last, count: 3, refine: false }, free);
    expect(tiles.map((tile) => tile.index)).toEqual([last]);
    expect(tiles[0].columns).toBe(Math.ceil((sampleCount - last * samplesPerTile(4)) / 16));
    const none = await pyramid.improve({ filter: 'raw', level: 4, first: last + 1, count: 1, refine: false }, free);
    expect(none).toEqual({ tiles: [], stage: 'done' });
  });

  it('are put together from finer ones without reading', async () => {
    let reads = 0;
    const counted = { ...traces, read: (...args: Parameters<Traces['read']>) => (reads++, traces.read(...args)) };
    const pyramid = new SignalPyramid({ ...source, traces: counted }, 1e9);
    const all = async (level: number, first: number, count: number) => {
      for (;;) {
        const answer = await pyramid.improve({ filter: 'high_pass', level, first, count, refine: false }, free);
        if (answer.stage === 'done') return answer.tiles;
      }
    };
    await all(3, 4, 4);
    const before = reads;
    const tiles = await all(4, 2, 2);
    await all(5, 1, 1);
    expect(reads).toBe(before);
    expect(Math.max(...tiles.map((tile) => worst(tile, 'high_pass')))).toBeLessThan(2e-3);
  });

  it('stay within their limit of bytes', async () => {
    const pyramid = new SignalPyramid(source, 200_000);
    for (let first = 0; first < 100; first += 4) {
      await pyramid.improve({ filter: 'raw', level: 2, first, count: 4, refine: false }, free);
    }
    expect(pyramid.bytes).toBeLessThanOrEqual(200_000);
  });
});

const wave = (s: number, c: number): number => 100 * c + 50 * Math.sin(s / 3 + c) + (s % 1000 === 500 ? 30 : 0);

describe('columns too long to be read completely', () => {
  const channelCount = 4;
  const sampleCount = 2_000_000;
  const traces = fakeTraces(sampleCount, wave);
  const source = { traces, sampleRate: SAMPLE_RATE, channelIds: Int32Array.of(0, 1, 2, 3) };

  it('are read in stretches, evenly spread first, more when there is time, and say how much', async () => {
    const pyramid = new SignalPyramid(source, 1e9);
    const request = { filter: 'raw', level: 14, first: 0, count: 1 } as const;
    let answer = await pyramid.improve({ ...request, refine: false }, free);
    while (answer.stage === 'glance') answer = await pyramid.improve({ ...request, refine: false }, free);
    const [tile] = answer.tiles;
    expect(answer.stage).toBe('shown');
    expect(tile.columns).toBe(Math.ceil(sampleCount / 2 ** 14));
    const last = sampleCount % 2 ** 14;
    expect(Array.from(new Set(tile.read))).toEqual([256, last]);
    expect((await pyramid.improve({ ...request, refine: false }, free)).tiles[0].read[5]).toBe(256);
    while (answer.stage !== 'done') answer = await pyramid.improve({ ...request, refine: true }, free);
    expect(Array.from(new Set(tile.read))).toEqual([2048, last]);
    for (let k = 0; k < tile.columns; k++) {
      for (let c = 0; c < channelCount; c++) {
        const at = k * channelCount + c;
        expect(tile.lower[at]).toBeGreaterThanOrEqual(100 * c - 50.001);
        expect(tile.lower[at]).toBeLessThan(100 * c - 49);
        expect(tile.upper[at]).toBeGreaterThan(100 * c + 49);
      }
    }
  });

  it('are glanced at all over before they are read from left to right', async () => {
    const many = 400;
    const long = fakeLong(many);
    const pyramid = new SignalPyramid(
      { ...source, traces: long, channelIds: Int32Array.from({ length: many }, (_, c) => c) },
      1e9,
    );
    const request = { filter: 'raw', level: 10, first: 0, count: 2, refine: false } as const;
    let columns: number[] = [];
    // 64 columns of the 512, then all of them.
    while (columns.length <= 64) {
      const { tiles, stage } = await pyramid.improve(request, free);
      expect(stage).toBe('glance');
      columns = tiles
        .flatMap(({ read, index }) => Array.from(read, (n, k) => (n > 0 ? index * TILE_COLUMNS + k : -1)))
        .filter((column) => column >= 0);
    }
    const parts = Array.from({ length: 64 }, (_, part) => columns.some((column) => column >> 3 === part));
    expect(parts).not.toContain(false);
  });

  it('are glanced at twice in each tile when they take longer than one request but not long', async () => {
    const many = 400;
    const channelIds = Int32Array.from({ length: many }, (_, c) => c);
    const pyramid = new SignalPyramid({ ...source, traces: fakeLong(many), channelIds }, 1e9);
    // 8 tiles of 256 columns of 8 samples: 6.5 million values.
    const request = { filter: 'raw', level: 3, first: 0, count: 8, refine: false } as const;
    let tiles: readonly PyramidTile[] = [];
    let steps = 0;
    const interrupted = (): Promise<void> =>
      steps++ < 16 * (many / 2) ? Promise.resolve() : Promise.reject(new Error('enough'));
    await expect(pyramid.improve(request, interrupted)).rejects.toThrow('enough');
    ({ tiles } = await pyramid.improve({ ...request, refine: true }, free));
    for (const { read } of tiles) expect(read.filter((n) => n > 0).length).toBeGreaterThanOrEqual(2);
  });
});

/** A long recording whose blocks are quickly made. */
function fakeLong(channelCount: number): Traces {
  const sampleCount = 5_000_000;
  return {
    ...fakeTraces(1, () => 0),
    sampleCount,
    read: (start, end) => {
      const count = Math.min(end, sampleCount) - Math.max(0, start);
      return Promise.resolve(new Float32Array(count * channelCount).fill(1));
    },
  };
}
