/**
 * Gaps below this many bytes are read too. A call costs about 2 µs, as much as copying 10 kB from the page cache; from a disk, reading on
 * is cheaper still.
 */
const maxGapBytes = 12_288;

/** Rows `first` to `last` (exclusive) that one read from byte `start` to byte `end` covers. */
export interface RowRun {
  readonly first: number;
  readonly last: number;
  readonly start: number;
  readonly end: number;
  /** True when the rows follow each other without gap or overlap, so that they can be read in place. */
  readonly adjacent: boolean;
}

/**
 * Groups rows of a file into reads: neighbours in ascending order whose gaps are small, up to `maxBytes` per read.
 * A row that goes backwards starts a new run.
 */
export function* rowRuns(offsets: Float64Array, rowBytes: number, maxBytes: number): Generator<RowRun> {
  let first = 0;
  while (first < offsets.length) {
    const start = offsets[first];
    let end = start + rowBytes;
    let adjacent = true;
    let last = first + 1;
    for (; last < offsets.length; last++) {
      const offset = offsets[last];
      const newEnd = Math.max(end, offset + rowBytes);
      if (offset < offsets[last - 1] || offset - end >= maxGapBytes || newEnd - start > maxBytes) break;
      adjacent &&= offset === end;
      end = newEnd;
    }
    yield { first, last, start, end, adjacent };
    first = last;
  }
}
