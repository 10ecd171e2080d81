/** What a thread of src/node/readAhead.ts does: it reads rows that no other has taken, and forgets them. */
import * as fs from 'node:fs';
import { rowRuns } from '../core/storage/rows.ts';
import { NEXT_ROW, STOPPED, type AheadRows } from './readAhead.ts';

/** Rows that a thread takes at once: all threads stay near each other, just before the one who asks. */
const ROWS_AT_ONCE = 16;
/** More than so many bytes are not read at once. */
const MOST_BYTES = 2 ** 18;

/** Reads until all rows are taken or nobody wants them any more. Failures are left to the one who asks for the rows. */
export function fetchRows({ file, rowBytes, offsets, state }: AheadRows): void {
  let fd: number | undefined;
  const forgotten = Buffer.allocUnsafe(MOST_BYTES);
  try {
    fd = fs.openSync(file, 'r');
    while (Atomics.load(state, STOPPED) === 0) {
      const first = Atomics.add(state, NEXT_ROW, ROWS_AT_ONCE);
      if (first >= offsets.length) break;
      const own = Float64Array.from(offsets.subarray(first, first + ROWS_AT_ONCE));
      for (const { start, end } of rowRuns(own, rowBytes, MOST_BYTES))
        fs.readSync(fd, forgotten, 0, Math.min(end - start, MOST_BYTES), start);
    }
  } catch {
    // The one who asks meets the same failure and says so.
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}
