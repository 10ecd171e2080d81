/** Raw data of one recording as a matrix of samples by columns, however the files keep them (spec/data.md 6). */
import type { TypedArray } from '../base/nd.ts';
import type { ReadProgress } from '../storage/storage.ts';

export interface RawSource {
  readonly sampleCount: number;
  readonly columnCount: number;
  /** Sample bounds of the chunks that sampling keeps or leaves out: first 0, last sampleCount (spec/data.md 6.2 and 7). */
  chunkBounds(sampleRate: number): Float64Array;
  /** float32 [sample][column] of samples [start, end) clipped to the recording; column -1 gives zeros. */
  read(start: number, end: number, columns: ArrayLike<number>, progress?: ReadProgress): Promise<Float32Array>;
  /** float32 [spike][sample][column]: `sampleCount` samples from `before` samples before each spike sample; zero outside the recording. */
  windows(
    spikeSamples: ArrayLike<number>,
    before: number,
    sampleCount: number,
    columns: ArrayLike<number>,
    progress?: ReadProgress,
  ): Promise<Float32Array>;
  close(): Promise<void>;
}

/** How a block of samples lies in memory: number `sample * sampleStride + column * columnStride` is that sample on that column. */
export interface Strides {
  readonly sampleStride: number;
  readonly columnStride: number;
}

/** Copies `rows` samples from sample `firstRow` on, on some columns, to `data` [row][column] beginning at number `at`. Column -1 is left. */
export function pickColumns(
  values: TypedArray,
  { sampleStride, columnStride }: Strides,
  firstRow: number,
  rows: number,
  columns: ArrayLike<number>,
  data: Float32Array,
  at: number,
): void {
  const width = columns.length;
  for (let c = 0; c < width; c++) {
    const column = columns[c];
    if (column < 0) continue;
    let from = firstRow * sampleStride + column * columnStride;
    let to = at + c;
    for (let row = 0; row < rows; row++) {
      data[to] = values[from];
      from += sampleStride;
      to += width;
    }
  }
}
