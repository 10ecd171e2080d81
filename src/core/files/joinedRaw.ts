/** Several raw sources one after the other in time, as one; and raw data kept in an HDF5 dataset (spec/data.md 12.3). */
import type { Hdf5File } from '../storage/hdf5.ts';
import type { ReadProgress } from '../storage/storage.ts';
import { chunkBoundsOf } from './flatBinary.ts';
import { pickColumns, type RawSource } from './rawSource.ts';

/** Samples of an HDF5 dataset that are read at a time. */
const BLOCK = 4096;

/** A dataset [sample][column] of an HDF5 file. Closing it closes the file. */
export function hdf5Raw(file: Hdf5File, path: string, shape: readonly [number, number]): RawSource {
  const [sampleCount, columnCount] = shape;
  const strides = { sampleStride: columnCount, columnStride: 1 };
  const copy = async (
    start: number,
    end: number,
    columns: ArrayLike<number>,
    data: Float32Array,
    at: number,
    progress?: ReadProgress,
  ): Promise<void> => {
    for (let sample = start; sample < end; sample += BLOCK) {
      await progress?.();
      const last = Math.min(sample + BLOCK, end);
      const to = at + (sample - start) * columns.length;
      pickColumns(file.rows(path, sample, last), strides, 0, last - sample, columns, data, to);
    }
  };
  return {
    sampleCount,
    columnCount,
    chunkBounds: (sampleRate) => chunkBoundsOf(Float64Array.of(0, sampleCount), sampleRate),
    async read(start, end, columns, progress) {
      const first = Math.min(Math.max(start, 0), sampleCount);
      const last = Math.min(Math.max(end, first), sampleCount);
      const data = new Float32Array((last - first) * columns.length);
      await copy(first, last, columns, data, 0, progress);
      return data;
    },
    async windows(spikeSamples, before, windowSamples, columns, progress) {
      const size = windowSamples * columns.length;
      const data = new Float32Array(spikeSamples.length * size);
      for (let spike = 0; spike < spikeSamples.length; spike++) {
        const start = spikeSamples[spike] - before;
        const first = Math.min(Math.max(start, 0), sampleCount);
        const last = Math.min(Math.max(start + windowSamples, first), sampleCount);
        await copy(first, last, columns, data, spike * size + (first - start) * columns.length, progress);
      }
      return data;
    },
    close: async () => file.close(),
  };
}

/** Joins sources of equal columns on the time axis. */
export function joinRaw(sources: readonly RawSource[]): RawSource {
  const [only] = sources;
  if (sources.length === 1 && only !== undefined) return only;
  const bounds = [0];
  for (const source of sources) bounds.push((bounds.at(-1) ?? 0) + source.sampleCount);
  const sampleCount = bounds[sources.length];
  const columnCount = Math.min(...sources.map((source) => source.columnCount));
  const read = async (
    start: number,
    end: number,
    columns: ArrayLike<number>,
    progress?: ReadProgress,
  ): Promise<Float32Array> => {
    const first = Math.min(Math.max(start, 0), sampleCount);
    const last = Math.min(Math.max(end, first), sampleCount);
    const data = new Float32Array((last - first) * columns.length);
    for (const [k, source] of sources.entries()) {
      const from = Math.max(first, bounds[k]);
      const to = Math.min(last, bounds[k + 1]);
      if (from >= to) continue;
      const part = await source.read(from - bounds[k], to - bounds[k], columns, progress);
      data.set(part, (from - first) * columns.length);
    }
    return data;
  };
  return {
    sampleCount,
    columnCount,
    chunkBounds: (sampleRate) => chunkBoundsOf(Float64Array.from(bounds), sampleRate),
    read,
    async windows(spikeSamples, before, windowSamples, columns, progress) {
      const size = windowSamples * columns.length;
      const data = new Float32Array(spikeSamples.length * size);
      for (let spike = 0; spike < spikeSamples.length; spike++) {
        await progress?.();
        const start = spikeSamples[spike] - before;
        const shift = Math.max(0, -start);
        if (shift >= windowSamples) continue;
        data.set(await read(start, start + windowSamples, columns), spike * size + shift * columns.length);
      }
      return data;
    },
    async close() {
      for (const source of sources) await source.close();
    },
  };
}
