import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../core/base/random.ts';
import { nd } from '../../core/base/nd.ts';
import { columnsOfTile, samplesPerColumn, samplesPerTile, type SignalStage } from '../../core/base/tiles.ts';
import { limitsOf, scaleOf, steadyScale } from './signalScale.ts';
import {
  columnStart,
  coverTiles,
  covers,
  isSharp,
  levelFor,
  type Piece,
  type SignalTile,
  tileOf,
} from './signalTiles.ts';

const ROWS = 3;

function tile(level: number, index: number, sampleCount: number, stage: SignalStage = 'done'): SignalTile {
  const columns = columnsOfTile(level, index, sampleCount);
  const values = new Float32Array(columns * ROWS).fill(level);
  return { level, index, columns, values: { lower: values, upper: values, rows: ROWS }, share: 1, stage, bytes: 1 };
}

const data = (read: readonly number[]) => ({
  index: 7,
  lower: nd(
    Float32Array.from(read, (part, k) => (part > 0 ? -k : Number.NaN)),
    [read.length, 1],
  ),
  upper: nd(
    Float32Array.from(read, (part, k) => (part > 0 ? k : Number.NaN)),
    [read.length, 1],
  ),
  read: nd(Float32Array.from(read)),
});

describe('a tile as it came', () => {
  it('shows the nearest column where nothing was read', () => {
    const found = tileOf(4, data([0, 0, 1, 0, 0, 0, 0.5, 0]), 'glance');
    expect([...(found?.values.lower ?? [])]).toEqual([-2, -2, -2, -2, -2, -6, -6, -6]);
    expect([...(found?.values.upper ?? [])]).toEqual([2, 2, 2, 2, 2, 6, 6, 6]);
    expect(found?.share).toBeCloseTo(1.5 / 8, 6);
    expect(found?.stage).toBe('glance');
  });
  it('is done when all of it was read, whatever became of its neighbours, and nothing before the first column', () => {
    expect(tileOf(4, data([1, 1]), 'glance')).toMatchObject({ index: 7, stage: 'done', share: 1 });
    expect(tileOf(4, data([0, 0]), 'glance')).toBeUndefined();
  });
  it('is one list of samples at level 0', () => {
    const { upper: _, ...samples } = data([1, 1]);
    const found = tileOf(0, samples, 'done');
    expect(found?.values.lower).toBe(found?.values.upper);
  });
});

describe('levels', () => {
  it('have columns from the least width to twice as much', () => {
    for (const perPixel of [0.01, 0.5, 1, 1.4, 1.5, 7, 100, 12_345]) {
      for (const least of [0.7, 1]) {
        const level = levelFor(perPixel, least);
        const px = samplesPerColumn(level) / perPixel;
        expect(px).toBeGreaterThanOrEqual(least - 1e-9);
        if (level > 0) expect(px).toBeLessThan(2 * least);
      }
    }
  });
});

const among =
  (...all: readonly SignalTile[]) =>
  (level: number, index: number) =>
    all.find((one) => one.level === level && one.index === index);
const shown = (pieces: readonly Piece[]) => pieces.map(({ tile: { level }, from, to }) => [level, from, to]);

describe('what is drawn of a part of the recording', () => {
  const sampleCount = 1_234_567;

  it('is in order, never twice, never elsewhere, and the best there is', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 300; round++) {
      const tiles = new Map<string, SignalTile>();
      const density = random.next();
      for (let level = 0; level <= 12; level++) {
        const count = Math.ceil(sampleCount / samplesPerTile(level));
        for (let k = 0; k < 40; k++) {
          const index = Math.floor(count / 2) + k - 20;
          if (index < 0 || index >= count || random.next() > density * (level < 3 ? 1 : 0.6)) continue;
          tiles.set(`${level} ${index}`, tile(level, index, sampleCount, random.next() < 0.3 ? 'glance' : 'done'));
        }
      }
      const level = random.below(9);
      const middle = Math.floor(sampleCount / samplesPerTile(level) / 2);
      const [first, last] = [middle - random.below(4), middle + random.below(4)];
      const lookup = (at: number, index: number) => tiles.get(`${at} ${index}`);
      const pieces = coverTiles(lookup, level, first, last, sampleCount);
      const start = Math.max(0, first) * samplesPerTile(level);
      const end = Math.min(sampleCount, (last + 1) * samplesPerTile(level));
      let at = start;
      for (const { tile: shown, from, to } of pieces) {
        expect(from).toBeLessThan(to);
        expect(to).toBeLessThanOrEqual(shown.columns);
        expect(columnStart(shown, from)).toBeGreaterThanOrEqual(at);
        at = columnStart(shown, to);
        expect(at).toBeLessThan(end + samplesPerColumn(shown.level));
      }
      for (let index = first; index <= last; index++) {
        const own = lookup(level, index);
        if (own?.stage === 'done') expect(pieces.some((piece) => piece.tile === own)).toBe(true);
        if (own !== undefined) {
          const from = index * samplesPerTile(level);
          expect(covers(pieces, from, Math.min(sampleCount, from + samplesPerTile(level)))).toBe(true);
        }
      }
    }
  });

  it('takes finer tiles when all are there, else coarser ones around them', () => {
    const [a, b, c] = [tile(3, 8, sampleCount), tile(3, 9, sampleCount), tile(6, 1, sampleCount)];
    expect(shown(coverTiles(among(a, b, c), 4, 4, 4, sampleCount))).toEqual([
      [3, 0, 256],
      [3, 0, 256],
    ]);
    expect(shown(coverTiles(among(b, c), 4, 4, 4, sampleCount))).toEqual([
      [6, 0, 32],
      [3, 0, 256],
    ]);
    expect(shown(coverTiles(among(c), 4, 5, 5, sampleCount))).toEqual([[6, 64, 128]]);
    expect(coverTiles(among(a), 4, 5, 6, sampleCount)).toEqual([]);
  });

  it('says whether an interval is covered without a gap', () => {
    const [a, b, d] = [tile(0, 0, sampleCount), tile(0, 1, sampleCount), tile(0, 3, sampleCount)];
    const whole = [a, b, d].map((one) => ({ tile: one, from: 0, to: 256 }));
    expect(covers(whole, 10, 512)).toBe(true);
    expect(covers(whole, 10, 513)).toBe(false);
    expect(covers(whole, 500, 800)).toBe(false);
    expect(covers(whole, 768, 1024)).toBe(true);
    expect(covers([], 5, 6)).toBe(false);
  });

  it('says whether an interval is as sharp as it gets', () => {
    const first = tile(3, 0, sampleCount);
    const [start, end] = [0, 2 * samplesPerTile(3)];
    const sharp = (...others: readonly SignalTile[]) =>
      isSharp(coverTiles(among(first, ...others), 3, 0, 1, sampleCount), 3, start, end);
    expect(sharp(tile(3, 1, sampleCount))).toBe(true);
    // Finer tiles are as good; a part, coarser ones, or tiles still being read are not.
    expect(sharp(tile(2, 2, sampleCount), tile(2, 3, sampleCount))).toBe(true);
    expect(sharp(tile(2, 2, sampleCount))).toBe(false);
    expect(sharp()).toBe(false);
    expect(sharp(tile(5, 0, sampleCount))).toBe(false);
    expect(sharp(tile(3, 1, sampleCount, 'glance'))).toBe(false);
    expect(sharp(tile(3, 1, sampleCount, 'shown'))).toBe(false);
    // What lies beside the interval does not matter.
    const beside = coverTiles(among(first, tile(5, 0, sampleCount)), 3, 0, 1, sampleCount);
    expect(isSharp(beside, 3, 0, samplesPerTile(3))).toBe(true);
    expect(isSharp([], 3, 0, 1)).toBe(false);
  });
});

describe('scales', () => {
  const random = seededRandom(4);
  const noise = (): number => random.next() + random.next() + random.next() - 1.5;
  const rows = 8;
  const made = (level: number, offset = 0): Piece => {
    const columns = 256;
    const lower = new Float32Array(columns * rows);
    const upper = level === 0 ? lower : new Float32Array(columns * rows);
    for (let k = 0; k < lower.length; k++) {
      const own = Array.from({ length: 2 ** level }, noise);
      lower[k] = Math.min(...own) + offset * (k % rows);
      upper[k] = Math.max(...own) + offset * (k % rows);
    }
    const values = { lower, upper, rows };
    return { tile: { level, index: 0, columns, values, share: 1, stage: 'done', bytes: 1 }, from: 0, to: columns };
  };
  it('are the 1 % and 99 % quantile of samples, and grow slowly with the columns', () => {
    const samples = made(0);
    const sorted = samples.tile.values.lower.slice().sort();
    const exact = scaleOf([samples], 'high_pass');
    expect(exact?.low).toBeCloseTo(sorted[Math.round(0.01 * 2047)], 1);
    expect(exact?.high).toBeCloseTo(sorted[Math.round(0.99 * 2047)], 1);
    const spans = [0, 1, 2, 3, 4, 5, 6].map((level) => {
      const { low, high } = scaleOf([made(level)], 'high_pass')!;
      return high - low;
    });
    for (let k = 1; k < spans.length; k++) expect(spans[k] / spans[k - 1]).toBeLessThan(1.25);
    expect(spans[6]).toBeGreaterThan(spans[0]);
    expect(scaleOf([], 'raw')).toBeNull();
  });
  it.each(['raw', 'of_a_plugin'])('take the offset of each channel off: %s', (filter) => {
    for (const scale of [scaleOf([made(0, 100)], filter), limitsOf([made(0, 100)], filter)]) {
      expect(Math.abs((scale?.low ?? 9) + 1.2)).toBeLessThan(0.4);
      for (const [row, offset] of scale!.offsets!.entries()) expect(Math.abs(offset - 100 * row)).toBeLessThan(0.5);
    }
    expect(scaleOf([made(0)], 'high_pass')?.offsets).toBeNull();
  });
  it('are the same on either side of zero for the columns of an image', () => {
    const { low, high } = limitsOf([made(4)], 'high_pass')!;
    expect(low).toBe(-high);
    expect(limitsOf([made(0)], 'high_pass')?.low).not.toBe(-limitsOf([made(0)], 'high_pass')!.high);
  });
  it('stay while they hardly change', () => {
    const before = { low: -10, high: 10, offsets: null };
    const offsets = Float64Array.of(1);
    expect(steadyScale(null, before)).toBe(before);
    expect(steadyScale(before, { low: -10.5, high: 9.6, offsets })).toEqual({ low: -10, high: 10, offsets });
    expect(steadyScale(before, { low: -13, high: 10, offsets: null })).toEqual({ low: -13, high: 10, offsets: null });
  });
});
