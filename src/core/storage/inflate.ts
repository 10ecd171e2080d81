/** Inflate of a zlib stream with what every platform has. Slower than Node's own (spec/data.md 7 needs it for compressed raw data). */
export async function inflateStream(packed: Uint8Array, size: number): Promise<Uint8Array> {
  const stream = new DecompressionStream('deflate');
  const writer = stream.writable.getWriter();
  // A copy, because a stream takes no shared memory. Whatever goes wrong while writing is told by reading.
  const written = writer.write(packed.slice()).then(() => writer.close());
  written.catch(() => undefined);
  const unpacked = new Uint8Array(size);
  const reader = stream.readable.getReader();
  let at = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (at + part.value.length > size) throw wrongSize(size, 'more');
    unpacked.set(part.value, at);
    at += part.value.length;
  }
  if (at < size) throw wrongSize(size, `${at}`);
  return unpacked;
}

/** A stream that holds another number of bytes than it should. */
export const wrongSize = (size: number, found: string): RangeError =>
  new RangeError(`${size} bytes expected, found ${found}`);
