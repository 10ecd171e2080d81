/** Files of numbers written block by block, so that the generator needs no memory for a file. */
import type { npyHeader } from '../files/npy.ts';
import type { FileSink } from '../storage/sink.ts';

/** The bytes of a typed array, not a copy. */
export function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Number types whose files are written block by block; `int64` is given as pairs of int32, low half first. */
export type StreamDtype = Parameters<typeof npyHeader>[0];

/**
 * A file of numbers written block by block. Two buffers take turns, so that one is written while the next is filled.
 * `next(n)` gives n numbers to fill in before the following call.
 */
export interface NumberStream<T> {
  next(count: number): Promise<T>;
  close(): Promise<void>;
}

/** A typed array as far as a stream needs one. */
export interface Block<T> extends ArrayBufferView {
  readonly length: number;
  subarray(begin: number, end: number): T;
}

/** Opens a stream; `make` gives the two buffers, whose length is the limit for `next`. `head` (an NPY header) comes first. */
export async function openStream<T extends Block<T>>(
  sink: FileSink,
  name: string,
  head: Uint8Array,
  make: () => T,
): Promise<NumberStream<T>> {
  const file = await sink.create(name);
  await file.append(head);
  let [current, other] = [make(), make()];
  let filled = 0;
  let pending: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    await pending;
    pending = file.append(bytesOf(current.subarray(0, filled)));
    // The error is thrown by the next await; until then it must not count as unhandled.
    pending.catch(() => {});
    [current, other] = [other, current];
    filled = 0;
  };
  return {
    async next(count) {
      if (filled + count > current.length) await flush();
      if (count > current.length)
        throw new RangeError(`a block of ${count} numbers does not fit into ${current.length}`);
      filled += count;
      return current.subarray(filled - count, filled);
    },
    async close() {
      await flush();
      await pending;
      await file.close();
    },
  };
}
