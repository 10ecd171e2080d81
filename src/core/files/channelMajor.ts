/**
 * Raw data that keep each channel together, as NumPy's Fortran order of samples by channels does (spec/data.md 13.6): sample t of column c at
 * byte `offset + (c * sampleCount + t) * bytes`. Each asked column is read by itself.
 */
import type { RandomAccess, ReadProgress } from '../storage/storage.ts';
import { type ElementType, samplesOf } from './elements.ts';
import { chunkBoundsOf } from './flatBinary.ts';
import { clearNonFinite, type RawSource } from './rawSource.ts';

/** Bytes of one column read before others get their turn. */
const RUN_BYTES = 2 ** 20;

/** One file with its data from byte `offset` on. It stays open until `close`. */
export function channelMajor(
  file: RandomAccess,
  offset: number,
  sampleCount: number,
  columnCount: number,
  type: ElementType,
): RawSource {
  const startOf = (column: number, sample: number): number => offset + (column * sampleCount + sample) * type.bytes;

  /** Samples [start, end) of the recording into [sample][column] of `data`, beginning with row `row` of `width` numbers. */
  const fill = async (
    start: number,
    end: number,
    columns: ArrayLike<number>,
    data: Float32Array,
    row: number,
    progress?: ReadProgress,
  ): Promise<void> => {
    const width = columns.length;
    const perRun = Math.max(1, Math.floor(RUN_BYTES / type.bytes));
    const buffer = new Uint8Array(Math.min(perRun, Math.max(end - start, 0)) * type.bytes);
    for (let k = 0; k < width; k++) {
      if (columns[k] < 0) continue;
      for (let sample = start; sample < end; sample += perRun) {
        const count = Math.min(perRun, end - sample);
        const bytes = buffer.subarray(0, count * type.bytes);
        await file.read(startOf(columns[k], sample), bytes);
        const values = samplesOf(bytes, type);
        for (let i = 0, to = (row + sample - start) * width + k; i < count; i++, to += width) data[to] = values[i];
        await progress?.();
      }
    }
    if (type.name.startsWith('float')) clearNonFinite(data, row * width, Math.max(end - start, 0) * width);
  };

  return {
    sampleCount,
    columnCount,
    chunkBounds: (sampleRate) => chunkBoundsOf(Float64Array.of(0, sampleCount), sampleRate),
    async read(start, end, columns, progress) {
      const first = Math.min(Math.max(start, 0), sampleCount);
      const last = Math.min(Math.max(end, first), sampleCount);
      const data = new Float32Array((last - first) * columns.length);
      await fill(first, last, columns, data, 0, progress);
      return data;
    },
    async windows(spikeSamples, before, windowSamples, columns, progress) {
      const data = new Float32Array(spikeSamples.length * windowSamples * columns.length);
      for (let spike = 0; spike < spikeSamples.length; spike++) {
        const start = spikeSamples[spike] - before;
        const first = Math.max(start, 0);
        const last = Math.min(start + windowSamples, sampleCount);
        await fill(first, last, columns, data, spike * windowSamples + first - start);
        await progress?.();
      }
      return data;
    },
    close: () => file.close(),
  };
}
