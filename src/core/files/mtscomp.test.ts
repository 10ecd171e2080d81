import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { PhyError } from '../base/errors.ts';
import { memoryStorage } from '../storage/memory.ts';
import { elementType } from './elements.ts';
import { headerPathOf, openMtscomp, parseMtscompHeader } from './mtscomp.ts';

const COLUMNS = 5;
const SAMPLES = 233;
const BOUNDS = [0, 100, 100, 200, 233];
const noise = (sample: number, column: number): number => {
  const value = Math.sin(sample * 12.9898 + column * 78.233) * 43758.5453;
  return Math.round((value - Math.floor(value)) * 65535) - 32768;
};
const data = Int16Array.from({ length: SAMPLES * COLUMNS }, (_, k) => noise(Math.floor(k / COLUMNS), k % COLUMNS));

interface Variant {
  readonly order: 'C' | 'F';
  readonly time: boolean;
  readonly spatial: boolean;
}

/** One chunk as mtscomp writes it: differences over time, then over columns, in int16 with its overflow. */
function packed(first: number, last: number, { order, time, spatial }: Variant): Uint8Array {
  const rows = last - first;
  const values = data.slice(first * COLUMNS, last * COLUMNS);
  if (time) for (let k = values.length - 1; k >= COLUMNS; k--) values[k] -= values[k - COLUMNS];
  if (spatial) {
    for (let k = values.length - 1; k >= 0; k--) if (k % COLUMNS > 0) values[k] -= values[k - 1];
  }
  const at = (k: number): number => (order === 'C' ? k : (k % rows) * COLUMNS + Math.floor(k / rows));
  const lying = Int16Array.from({ length: values.length }, (_, k) => values[at(k)]);
  return deflateSync(new Uint8Array(lying.buffer));
}

function files(variant: Variant, change: Readonly<Record<string, unknown>> = {}) {
  const chunks = BOUNDS.slice(1).map((end, k) => packed(BOUNDS[k], end, variant));
  const offsets = chunks.reduce((list, chunk) => [...list, (list.at(-1) ?? 0) + chunk.length], [0]);
  const header = {
    version: '1.0',
    algorithm: 'zlib',
    dtype: 'int16',
    n_channels: COLUMNS,
    sample_rate: 100,
    chunk_bounds: BOUNDS,
    chunk_offsets: offsets,
    chunk_order: variant.order,
    do_time_diff: variant.time,
    do_spatial_diff: variant.spatial,
    ...change,
  };
  const cbin = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
  return memoryStorage({ 'rec.ap.cbin': cbin, 'rec.ap.ch': JSON.stringify(header) });
}

const expected = (start: number, end: number, columns: readonly number[]): Float32Array =>
  Float32Array.from({ length: (end - start) * columns.length }, (_, k) => {
    const sample = start + Math.floor(k / columns.length);
    const column = columns[k % columns.length];
    return column < 0 || sample < 0 || sample >= SAMPLES ? 0 : data[sample * COLUMNS + column];
  });

const VARIANTS: readonly Variant[] = (['C', 'F'] as const).flatMap((order) =>
  [false, true].flatMap((time) => [false, true].map((spatial) => ({ order, time, spatial }))),
);
const usual: Variant = { order: 'F', time: true, spatial: false };

describe('mtscomp (spec/data.md 7)', () => {
  test.each(VARIANTS)('every sample of a recording, %o', async (variant) => {
    const { header, source } = await openMtscomp(files(variant), 'rec.ap.cbin');
    expect(header).toMatchObject({ columnCount: COLUMNS, sampleRate: 100, type: elementType('int16') });
    expect([source.sampleCount, source.columnCount]).toEqual([SAMPLES, COLUMNS]);
    expect([...source.chunkBounds(1)]).toEqual(BOUNDS);
    const all = [0, 1, 2, 3, 4];
    expect(await source.read(0, SAMPLES, all)).toEqual(expected(0, SAMPLES, all));
    expect(await source.read(-5, 4, [4, -1, 0])).toEqual(expected(0, 4, [4, -1, 0]));
    expect(await source.read(95, 205, [2])).toEqual(expected(95, 205, [2]));
    expect(await source.read(400, 500, [2])).toEqual(new Float32Array());
  });

  test('windows: inside, across chunks, over both ends, beyond', async () => {
    const { source } = await openMtscomp(files(usual), 'rec.ap.cbin');
    const spikes = [150, 2, 101, 199, 231, 500];
    const columns = [3, -1, 1];
    const windows = await source.windows(spikes, 4, 10, columns);
    const one = (spike: number): number[] => [...expected(spike - 4, spike + 6, columns)];
    expect([...windows]).toEqual(spikes.flatMap(one));
  });

  test('chunks beyond the budget are unpacked again; two requests at once unpack a chunk once', async () => {
    const stored = files(usual);
    let unpacked = 0;
    const counting = {
      ...stored,
      inflate: (bytes: Uint8Array, size: number) => {
        unpacked += 1;
        return stored.inflate(bytes, size);
      },
    };
    const { source } = await openMtscomp(counting, 'rec.ap.cbin', 100 * COLUMNS * 2);
    await Promise.all([source.read(0, 10, [0]), source.read(50, 60, [1])]);
    expect(unpacked).toBe(1);
    await source.read(90, 110, [0]);
    expect(unpacked).toBe(2);
    expect(await source.read(0, 10, [0])).toEqual(expected(0, 10, [0]));
    expect(unpacked).toBe(3);
  });

  test('unsigned 64-bit numbers that go down', async () => {
    // 5, 3, 9 as mtscomp has them: 5, 2^64 - 2, 6.
    const cbin = deflateSync(new Uint8Array(BigUint64Array.of(5n, 2n ** 64n - 2n, 6n).buffer));
    const header = {
      dtype: 'uint64',
      n_channels: 1,
      sample_rate: 100,
      chunk_bounds: [0, 3],
      chunk_offsets: [0, cbin.length],
      do_time_diff: true,
    };
    const storage = memoryStorage({ 'r.cbin': new Uint8Array(cbin), 'r.ch': JSON.stringify(header) });
    const { source } = await openMtscomp(storage, 'r.cbin');
    expect([...(await source.read(0, 3, [0]))]).toEqual([5, 3, 9]);
  });

  test('a cancelled request stops between chunks', async () => {
    const { source } = await openMtscomp(files(usual), 'rec.ap.cbin');
    let turns = 0;
    const progress = async (): Promise<void> => {
      turns += 1;
      if (turns === 2) throw new Error('superseded');
    };
    await expect(source.read(0, SAMPLES, [0], progress)).rejects.toThrow('superseded');
    expect(await source.read(0, 3, [0])).toEqual(expected(0, 3, [0]));
  });

  test('files that the Python program compressed', async () => {
    const folder = join(import.meta.dirname, '../../../tests/fixtures/mtscomp');
    const storage = memoryStorage(
      Object.fromEntries(
        ['time', 'both'].flatMap((name) =>
          ['cbin', 'ch'].map((extension) => [
            `${name}.${extension}`,
            new Uint8Array(readFileSync(join(folder, `${name}.${extension}`))),
          ]),
        ),
      ),
    );
    for (const name of ['time', 'both']) {
      const { source } = await openMtscomp(storage, `${name}.cbin`);
      const read = await source.read(0, 2550, [0, 1, 2]);
      const wanted = Float32Array.from({ length: 2550 * 3 }, (_, k) => {
        const [t, c] = [Math.floor(k / 3), k % 3];
        return t === 5 ? 32767 : t === 6 ? -32768 : ((t * 37 + c * 101) % 4001) - 2000;
      });
      expect(read).toEqual(wanted);
    }
  });
});

const refused = async (change: Readonly<Record<string, unknown>>): Promise<string> => {
  try {
    await openMtscomp(files(usual, change), 'rec.ap.cbin');
  } catch (error) {
    if (error instanceof PhyError && error.kind === 'input') return error.message;
    throw error;
  }
  throw new Error('it was opened');
};

describe('what is wrong with compressed data', () => {
  test.each([
    [{ dtype: 'complex' }, 'rec.ap.ch has dtype "complex", expected a number type.'],
    [{ n_channels: 0 }, 'rec.ap.ch has n_channels 0, expected a number of channels.'],
    [{ algorithm: 'lz4' }, 'rec.ap.ch has algorithm "lz4", expected zlib.'],
    [{ chunk_bounds: [0, 5, 3] }, 'chunk_bounds that go back'],
    [{ chunk_bounds: [0, 100] }, 'rec.ap.ch has 2 chunk_bounds, expected 5 as there are chunk_offsets.'],
    [{ chunk_offsets: undefined }, 'no usable chunk_offsets'],
    [{ chunk_offsets: [0, 10, 20, 30, 9e9] }, 'bytes, expected 9,000,000,000 by rec.ap.ch.'],
  ])('%o', async (change, sentence) => {
    expect(await refused(change)).toContain(sentence);
  });

  test('a header that is no JSON, or missing', async () => {
    expect(() => parseMtscompHeader('{', 'x.ch')).toThrow('x.ch has text that is not JSON');
    const alone = memoryStorage({ 'x.cbin': new Uint8Array(3) });
    await expect(openMtscomp(alone, 'x.cbin')).rejects.toThrow('x.ch was not found: without it x.cbin cannot be read.');
    expect(headerPathOf('/data/run_1/a.ap.cbin')).toBe('/data/run_1/a.ap.ch');
  });

  test('a damaged chunk is named, and the others can be read', async () => {
    const stored = files(usual);
    const bytes = await stored.readAll('rec.ap.cbin');
    bytes[10] ^= 0xff;
    await stored.replace('rec.ap.cbin', bytes);
    const { source } = await openMtscomp(stored, 'rec.ap.cbin');
    await expect(source.read(0, 5, [0])).rejects.toThrow('rec.ap.cbin has a damaged chunk (1 of 4), expected');
    expect(await source.read(120, 125, [0])).toEqual(expected(120, 125, [0]));
  });

  test('an old header without chunk_order is read row by row', async () => {
    const old = files({ ...usual, order: 'C' }, { chunk_order: undefined });
    const { source } = await openMtscomp(old, 'rec.ap.cbin');
    expect(await source.read(0, SAMPLES, [2])).toEqual(expected(0, SAMPLES, [2]));
  });
});
