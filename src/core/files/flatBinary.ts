/**
 * Raw data as interleaved samples in one file or several consecutive ones (spec/data.md 6.1 to 6.4). Only bytes of the asked samples are
 * read, only asked columns are converted.
 */
import type { RandomAccess, ReadProgress } from '../storage/storage.ts';
import { type ElementType, samplesOf } from './elements.ts';
import { pickColumns, type RawSource, type Strides } from './rawSource.ts';

/** One file: time-major, column c of sample t at byte `offset + (t * columnCount + c) * bytes`. */
export interface RawPart {
  readonly file: RandomAccess;
  readonly offset: number;
  readonly sampleCount: number;
}

/** Bytes of windows read together. */
const blockBytes = 4 * 2 ** 20;
/** Bytes of consecutive samples read and converted before others get their turn. */
const runBytes = 2 ** 20;

/** Samples in a file: whole rows after the offset; `restBytes` are left over. */
export function countSamples(size: number, offset: number, columnCount: number, type: ElementType) {
  const rowBytes = columnCount * type.bytes;
  const bytes = Math.max(0, size - offset);
  return { sampleCount: Math.floor(bytes / rowBytes), restBytes: bytes % rowBytes };
}

/** Joins parts on the time axis. The files stay open until `close`. */
export function flatBinary(parts: readonly RawPart[], columnCount: number, type: ElementType): RawSource {
  const partBounds = new Float64Array(parts.length + 1);
  parts.forEach((part, k) => {
    partBounds[k + 1] = partBounds[k] + part.sampleCount;
  });
  const strides = { sampleStride: columnCount, columnStride: 1 };
  const source: Source = { parts, partBounds, strides, type, rowBytes: columnCount * type.bytes };
  const sampleCount = partBounds[parts.length];
  return {
    sampleCount,
    columnCount,
    chunkBounds: (sampleRate) => chunkBoundsOf(partBounds, sampleRate),
    read: async (start, end, columns, progress) => {
      const first = Math.min(Math.max(start, 0), sampleCount);
      const last = Math.min(Math.max(end, first), sampleCount);
      const data = new Float32Array((last - first) * columns.length);
      await readSamples(source, first, last, columns, data, 0, progress);
      return data;
    },
    windows: async (spikeSamples, before, windowSamples, columns, progress) => {
      const data = new Float32Array(spikeSamples.length * windowSamples * columns.length);
      await readWindows(source, { spikeSamples, before, windowSamples, columns, data }, progress);
      return data;
    },
    close: async () => {
      for (const part of parts) await part.file.close();
    },
  };
}

interface Source {
  readonly parts: readonly RawPart[];
  readonly partBounds: Float64Array;
  readonly strides: Strides;
  readonly type: ElementType;
  readonly rowBytes: number;
}

function partAt(bounds: Float64Array, sample: number): number {
  let part = 0;
  while (part < bounds.length - 2 && sample >= bounds[part + 1]) part++;
  return part;
}

/** Samples [start, end) inside the recording, written to `data` from number `at` on, across part boundaries. */
async function readSamples(
  source: Source,
  start: number,
  end: number,
  columns: ArrayLike<number>,
  data: Float32Array,
  at: number,
  progress?: ReadProgress,
): Promise<void> {
  const { rowBytes, partBounds } = source;
  const perBlock = Math.max(1, Math.floor(runBytes / rowBytes));
  const buffer = new Uint8Array(Math.min(perBlock, end - start) * rowBytes);
  for (let sample = start; sample < end; ) {
    const part = partAt(partBounds, sample);
    const rows = Math.min(perBlock, end - sample, partBounds[part + 1] - sample);
    const { file, offset } = source.parts[part];
    const bytes = buffer.subarray(0, rows * rowBytes);
    await file.read(offset + (sample - partBounds[part]) * rowBytes, bytes);
    const to = at + (sample - start) * columns.length;
    pickColumns(samplesOf(bytes, source.type), source.strides, 0, rows, columns, data, to);
    sample += rows;
    if (sample < end) await progress?.();
  }
}

interface Windows {
  readonly spikeSamples: ArrayLike<number>;
  readonly before: number;
  readonly windowSamples: number;
  readonly columns: ArrayLike<number>;
  readonly data: Float32Array;
}

/** Windows inside one part are read together in blocks; those that touch an edge are read one by one. */
async function readWindows(source: Source, windows: Windows, progress?: ReadProgress): Promise<void> {
  const { spikeSamples, before, windowSamples } = windows;
  const windowBytes = windowSamples * source.rowBytes;
  const perBlock = Math.max(1, Math.floor(blockBytes / Math.max(windowBytes, 1)));
  const buffer = new Uint8Array(Math.min(perBlock, spikeSamples.length) * windowBytes);
  let inside: number[] = [];
  let insidePart = -1;
  const flush = async () => {
    if (inside.length > 0) await readInside(source, windows, insidePart, inside, buffer);
    inside = [];
    await progress?.();
  };
  for (let spike = 0; spike < spikeSamples.length; spike++) {
    const start = spikeSamples[spike] - before;
    const part = insidePartOf(source.partBounds, start, windowSamples);
    if (part === undefined) {
      await readAtEdge(source, windows, spike, start);
      continue;
    }
    if (part !== insidePart || inside.length === perBlock) await flush();
    insidePart = part;
    inside.push(spike);
  }
  await flush();
}

/** The part that holds the whole window, if one does. */
function insidePartOf(bounds: Float64Array, start: number, windowSamples: number): number | undefined {
  if (start < 0) return undefined;
  const part = partAt(bounds, start);
  return start + windowSamples <= bounds[part + 1] ? part : undefined;
}

async function readInside(
  source: Source,
  windows: Windows,
  part: number,
  spikes: readonly number[],
  buffer: Uint8Array,
): Promise<void> {
  const { before, windowSamples, columns, data } = windows;
  const { file, offset } = source.parts[part];
  const offsets = new Float64Array(spikes.length);
  spikes.forEach((spike, k) => {
    offsets[k] = offset + (windows.spikeSamples[spike] - before - source.partBounds[part]) * source.rowBytes;
  });
  const bytes = buffer.subarray(0, spikes.length * windowSamples * source.rowBytes);
  await file.readRows(offsets, windowSamples * source.rowBytes, bytes);
  const values = samplesOf(bytes, source.type);
  const size = windowSamples * columns.length;
  spikes.forEach((spike, k) => {
    pickColumns(values, source.strides, k * windowSamples, windowSamples, columns, data, spike * size);
  });
}

async function readAtEdge(source: Source, windows: Windows, spike: number, start: number): Promise<void> {
  const { windowSamples, columns, data } = windows;
  const sampleCount = source.partBounds[source.parts.length];
  const first = Math.max(start, 0);
  const last = Math.min(start + windowSamples, sampleCount);
  if (first >= last) return;
  const at = (spike * windowSamples + first - start) * columns.length;
  await readSamples(source, first, last, columns, data, at);
}

/** Chunk bounds of spec/data.md 6.2: regular chunks of 600 s restarted in each part, plus each part's end. */
export function chunkBoundsOf(partBounds: Float64Array, sampleRate: number): Float64Array {
  const chunk = Math.max(1, Math.round(600 * sampleRate));
  const bounds: number[] = [0];
  for (let part = 0; part + 1 < partBounds.length; part++) {
    for (let at = partBounds[part] + chunk; at < partBounds[part + 1]; at += chunk) bounds.push(at);
    if (partBounds[part + 1] > bounds[bounds.length - 1]) bounds.push(partBounds[part + 1]);
  }
  return Float64Array.from(bounds);
}
