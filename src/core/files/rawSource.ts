/** Raw data of one recording as a matrix of samples by columns, however the files keep them (spec/data.md 6). */
import type { TypedArray } from '../base/nd.ts';
import { extensionOf } from '../storage/paths.ts';
import type { ReadProgress } from '../storage/storage.ts';

const RAW_EXTENSIONS: readonly string[] = ['.dat', '.bin', '.raw', '.mda', '.cbin', '.npy'];

/** True for the path of what is raw data by its name. */
export const isRawPath = (path: string): boolean => RAW_EXTENSIONS.includes(extensionOf(path));

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

/** Neighbouring columns that become neighbouring ones: `count` columns of the file from `source` on go to `target`. */
interface ColumnRun {
  readonly source: number;
  readonly target: number;
  readonly count: number;
}

/** Columns -1 are left out. */
function columnRuns(columns: ArrayLike<number>): ColumnRun[] {
  const runs: ColumnRun[] = [];
  for (let target = 0; target < columns.length; ) {
    const source = columns[target];
    let end = target + 1;
    while (end < columns.length && columns[end] === source + end - target) end += 1;
    // A run from -1 on would not be one of neighbours.
    if (source < 0) end = target + 1;
    else runs.push({ source, target, count: end - target });
    target = end;
  }
  return runs;
}

/** Runs of this length and longer are copied whole: converting a typed array at once is five times as fast as number by number. */
const LONG_RUN = 12;

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
  const start = firstRow * sampleStride;
  for (const { source, target, count } of columnRuns(columns)) {
    if (columnStride === 1 && count >= LONG_RUN) {
      for (let row = 0, from = start + source, to = at + target; row < rows; row++, from += sampleStride, to += width) {
        data.set(values.subarray(from, from + count), to);
      }
      continue;
    }
    for (let k = 0; k < count; k++) {
      let from = start + (source + k) * columnStride;
      let to = at + target + k;
      for (let row = 0; row < rows; row++, from += sampleStride, to += width) data[to] = values[from];
    }
  }
  if (values instanceof Float32Array || values instanceof Float64Array) clearNonFinite(data, at, rows * width);
}

/** NaN and infinities of raw data count as 0: a filter would carry one of them to the end of the channel. */
export function clearNonFinite(data: Float32Array, at: number, count: number): void {
  for (let k = at; k < at + count; k++) if (data[k] - data[k] !== 0) data[k] = 0;
}
