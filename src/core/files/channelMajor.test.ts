import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../storage/memory.ts';
import { channelMajor } from './channelMajor.ts';
import { elementType } from './elements.ts';
import { flatBinary } from './flatBinary.ts';

const SAMPLES = 50;
const COLUMNS = 3;
const HEADER = 6;
const value = (sample: number, column: number): number => 1000 * column + sample;

async function open() {
  const byColumn = Int16Array.from({ length: SAMPLES * COLUMNS }, (_, at) =>
    value(at % SAMPLES, Math.floor(at / SAMPLES)),
  );
  const bySample = Int16Array.from({ length: SAMPLES * COLUMNS }, (_, at) =>
    value(Math.floor(at / COLUMNS), at % COLUMNS),
  );
  const withHeader = (data: Int16Array): Uint8Array => {
    const bytes = new Uint8Array(HEADER + data.byteLength);
    bytes.set(new Uint8Array(data.buffer), HEADER);
    return bytes;
  };
  const storage = memoryStorage({ 'f.dat': withHeader(byColumn), 'c.dat': withHeader(bySample) });
  const type = elementType('int16');
  return {
    fortran: channelMajor(await storage.open('f.dat'), HEADER, SAMPLES, COLUMNS, type),
    plain: flatBinary([{ file: await storage.open('c.dat'), offset: HEADER, sampleCount: SAMPLES }], COLUMNS, type),
  };
}

describe('raw data that keep each channel together', () => {
  it('reads the same numbers as interleaved data', async () => {
    const { fortran, plain } = await open();
    expect([fortran.sampleCount, fortran.columnCount]).toEqual([SAMPLES, COLUMNS]);
    for (const [start, end] of [
      [0, 50],
      [7, 20],
      [-5, 3],
      [48, 99],
      [60, 70],
    ] as const) {
      const columns = [2, -1, 0];
      expect(await fortran.read(start, end, columns)).toEqual(await plain.read(start, end, columns));
    }
    expect(fortran.chunkBounds(10)).toEqual(plain.chunkBounds(10));
  });

  it('NaN and infinities count as 0, in either order', async () => {
    const numbers = Float32Array.of(1, Number.NaN, 3, Infinity, 5, -Infinity);
    const storage = memoryStorage({ 'f.dat': new Uint8Array(numbers.buffer) });
    const file = await storage.open('f.dat');
    const type = elementType('float32');
    const plain = flatBinary([{ file, offset: 0, sampleCount: 3 }], 2, type);
    expect([...(await plain.read(0, 3, [0, 1]))]).toEqual([1, 0, 3, 0, 5, 0]);
    const fortran = channelMajor(file, 0, 3, 2, type);
    expect([...(await fortran.read(0, 3, [0, 1]))]).toEqual([1, 0, 0, 5, 3, 0]);
    expect([...(await fortran.windows([1], 1, 3, [1]))]).toEqual([0, 5, 0]);
  });

  it('cuts the same windows, zero outside of the recording', async () => {
    const { fortran, plain } = await open();
    const spikes = [0, 3, 20, 49, 80];
    expect(await fortran.windows(spikes, 4, 9, [1, 2])).toEqual(await plain.windows(spikes, 4, 9, [1, 2]));
  });
});
