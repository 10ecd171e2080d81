import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../storage/memory.ts';
import { type ElementName, elementType } from './elements.ts';
import { chunkBoundsOf, countSamples, flatBinary } from './flatBinary.ts';

const columnCount = 5;
const valueAt = (sample: number, column: number) => ((sample * 7 + column * 13) % 200) - 100;

/** A file of `samples` rows from row `first` on, with a header of `offset` bytes. */
function rawFile(first: number, samples: number, offset: number, type: ElementName, bigEndian: boolean): Uint8Array {
  const { bytes } = elementType(type);
  const file = new Uint8Array(offset + samples * columnCount * bytes);
  const view = new DataView(file.buffer);
  for (let k = 0; k < samples * columnCount; k++) {
    const value = valueAt(first + Math.floor(k / columnCount), k % columnCount);
    const at = offset + k * bytes;
    if (type === 'int16') view.setInt16(at, value, !bigEndian);
    else if (type === 'uint16') view.setUint16(at, value + 100, !bigEndian);
    else if (type === 'int8') view.setInt8(at, value);
    else if (type === 'int32') view.setInt32(at, value, !bigEndian);
    else if (type === 'float32') view.setFloat32(at, value, !bigEndian);
    else view.setFloat64(at, value, !bigEndian);
  }
  return file;
}

async function open(lengths: readonly number[], type: ElementName = 'int16', bigEndian = false, offset = 0) {
  const storage = memoryStorage();
  const parts = [];
  let first = 0;
  for (const [k, samples] of lengths.entries()) {
    await storage.replace(`part${k}.dat`, rawFile(first, samples, offset, type, bigEndian));
    parts.push({ file: await storage.open(`part${k}.dat`), offset, sampleCount: samples });
    first += samples;
  }
  return flatBinary(parts, columnCount, elementType(type, bigEndian));
}

function expected(start: number, end: number, columns: readonly number[], total: number, shift = 0): Float32Array {
  const values: number[] = [];
  for (let sample = start; sample < end; sample++) {
    for (const column of columns) {
      values.push(column < 0 || sample < 0 || sample >= total ? 0 : valueAt(sample, column) + shift);
    }
  }
  return Float32Array.from(values);
}

const upTo = (from: number, count: number) => Array.from({ length: count }, (_, c) => from + c);

describe('flatBinary (spec/data.md 6)', () => {
  it.each<readonly [ElementName, boolean, number]>([
    ['int8', false, 0],
    ['int16', false, 0],
    ['int16', true, 0],
    ['uint16', false, 100],
    ['int32', true, 0],
    ['float32', false, 0],
    ['float64', true, 0],
  ])('reads %s, big-endian %s', async (type, bigEndian, shift) => {
    const raw = await open([40], type, bigEndian, 3);
    expect(await raw.read(3, 8, [4, 0, -1])).toEqual(expected(3, 8, [4, 0, -1], 40, shift));
  });

  it('clips to the recording and answers nothing beyond it', async () => {
    const raw = await open([40]);
    expect(await raw.read(-5, 2, [0])).toEqual(expected(0, 2, [0], 40));
    expect(await raw.read(38, 99, [0, 1])).toEqual(expected(38, 40, [0, 1], 40));
    expect(await raw.read(60, 70, [0])).toEqual(new Float32Array());
    expect(await raw.read(10, 5, [0])).toEqual(new Float32Array());
  });

  it('joins several files and skips the offset of each', async () => {
    const raw = await open([10, 1, 20], 'int16', false, 16);
    expect(raw.sampleCount).toBe(31);
    expect([...raw.chunkBounds(1)]).toEqual([0, 10, 11, 31]);
    expect(await raw.read(0, 31, [0, 1, 2, 3, 4])).toEqual(expected(0, 31, [0, 1, 2, 3, 4], 31));
    expect(await raw.read(8, 13, [2])).toEqual(expected(8, 13, [2], 31));
  });

  it('takes many columns as it takes few, in any order, and zeros for those that do not exist', async () => {
    const raw = await open([10, 30]);
    const columns = [4, 0, -1, 2, 2, 1, 3, -1, 0, 4, 1];
    expect(await raw.read(7, 23, columns)).toEqual(expected(7, 23, columns, 40));
  });

  it('takes long runs of neighbouring columns as it takes single ones', async () => {
    const width = 64;
    const file = Int16Array.from({ length: 50 * width }, (_, k) => (k * 31) % 1000);
    const storage = memoryStorage({ 'wide.dat': new Uint8Array(file.buffer) });
    const parts = [{ file: await storage.open('wide.dat'), offset: 0, sampleCount: 50 }];
    const raw = flatBinary(parts, width, elementType('int16'));
    const columns = [...upTo(3, 20), -1, 40, 41, ...upTo(49, 15), 0];
    const values = upTo(5, 30).map((s) => columns.map((column) => (column < 0 ? 0 : file[s * width + column])));
    expect(await raw.read(5, 35, columns)).toEqual(Float32Array.from(values.flat()));
    expect(await raw.windows([10], 4, 9, columns)).toEqual(Float32Array.from(values.slice(1, 10).flat()));
  });

  it('cuts windows, with zeros outside the recording, in any order and across files', async () => {
    const raw = await open([200, 3, 97]);
    const spikes = [0, 3, 4, 150, 150, 199, 201, 250, 100, 296, 300, 900, -50];
    const windows = await raw.windows(Int32Array.from(spikes), 4, 9, [3, -1, 0]);
    const size = 9 * 3;
    spikes.forEach((spike, k) => {
      expect(windows.subarray(k * size, (k + 1) * size), `spike at ${spike}`).toEqual(
        expected(spike - 4, spike + 5, [3, -1, 0], 300),
      );
    });
  });

  it('reads many blocks and lets others run in between', async () => {
    const raw = await open([300_000]);
    let pauses = 0;
    const progress = async () => void pauses++;
    const spikes = Float64Array.from({ length: 3000 }, (_, k) => k * 97 + 50);
    const windows = await raw.windows(spikes, 20, 200, [1], progress);
    for (const k of [0, 999, 2999]) {
      expect(windows.subarray(k * 200, (k + 1) * 200)).toEqual(expected(spikes[k] - 20, spikes[k] + 180, [1], 300_000));
    }
    expect(pauses).toBeGreaterThan(1);
    const all = await raw.read(0, 300_000, [2], progress);
    expect(all.length).toBe(300_000);
    expect(all[299_999]).toBe(valueAt(299_999, 2));
  });

  it('counts samples and chunks', () => {
    expect(countSamples(1003, 3, 5, elementType('int16'))).toEqual({ sampleCount: 100, restBytes: 0 });
    expect(countSamples(1009, 3, 5, elementType('int16'))).toEqual({ sampleCount: 100, restBytes: 6 });
    expect(countSamples(2, 3, 5, elementType('int16'))).toEqual({ sampleCount: 0, restBytes: 0 });
    expect([...chunkBoundsOf(Float64Array.of(0, 1500, 1600), 1)]).toEqual([0, 600, 1200, 1500, 1600]);
    expect([...chunkBoundsOf(Float64Array.of(0, 600), 1)]).toEqual([0, 600]);
    expect([...chunkBoundsOf(Float64Array.of(0, 0), 1)]).toEqual([0]);
  });
});
