/**
 * Threads that read what will be asked for soon, so that it lies in memory when its turn comes: a disk answers eight reads in little more time
 * than one. What they read is thrown away, so that nothing depends on them: the one who asks reads all of it again.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** Reads that a disk is kept busy with. */
const THREADS = 8;
/** The compiled src/main.reader.ts. Where only the sources are, nothing is read ahead. */
const ENTRY = fileURLToPath(new URL('../main.reader.js', import.meta.url));

/** Rows of a file that will be asked for. */
export interface AheadRows {
  readonly file: string;
  readonly rowBytes: number;
  /** Where each row begins. */
  readonly offsets: Float64Array<SharedArrayBuffer>;
  /** Shared by all threads: the next row that none has taken, and whether to stop. */
  readonly state: Int32Array<SharedArrayBuffer>;
}

/** Places in `AheadRows.state`. */
export const NEXT_ROW = 0;
export const STOPPED = 1;

let threads: readonly Worker[] | undefined;

/** Has rows of a file read by other threads. Returns what stops them. */
export function readAhead(file: string, offsets: Float64Array, rowBytes: number): () => void {
  threads ??= startThreads();
  const shared = new Float64Array(new SharedArrayBuffer(offsets.byteLength));
  shared.set(offsets);
  const state = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const rows: AheadRows = { file, rowBytes, offsets: shared, state };
  for (const thread of threads) thread.postMessage(rows);
  return () => void Atomics.store(state, STOPPED, 1);
}

/** They do not keep the program alive, and one that fails is only missed. */
function startThreads(): readonly Worker[] {
  if (!existsSync(ENTRY)) return [];
  return Array.from({ length: THREADS }, () => {
    const thread = new Worker(ENTRY, { resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 8 } });
    thread.on('error', () => {});
    thread.unref();
    return thread;
  });
}
