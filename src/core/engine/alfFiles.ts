/** How ALF files are written: whole numbers of any type, and copies of files of the source. */
import { bytesOf } from '../files/elements.ts';
import { npyHeader, openNpy } from '../files/npy.ts';
import { type FileSink, writeAll } from '../storage/sink.ts';
import type { Storage } from '../storage/storage.ts';

/** Types that whole numbers are written in. */
type IntegerType = 'uint16' | 'int32' | 'uint32' | 'int64' | 'uint64' | 'float64';

/** Spike times keep the type that they have. */
export function sampleType(dtype: string | undefined): IntegerType {
  return dtype === 'uint64' || dtype === 'int32' || dtype === 'uint32' || dtype === 'float64' ? dtype : 'int64';
}

/** Whole numbers as a vector of some type, 64-bit ones included; values must fit. */
export async function writeIntegers(
  sink: FileSink,
  name: string,
  values: Int32Array | Float64Array,
  dtype: IntegerType,
): Promise<void> {
  await writeAll(sink, name, [npyHeader(dtype, [values.length]), integerBytes(values, dtype)]);
}

function integerBytes(values: Int32Array | Float64Array, dtype: IntegerType): Uint8Array {
  switch (dtype) {
    case 'uint16':
      return bytesOf(Uint16Array.from(values));
    case 'int32':
      return bytesOf(Int32Array.from(values));
    case 'uint32':
      return bytesOf(Uint32Array.from(values));
    case 'float64':
      return bytesOf(Float64Array.from(values));
    case 'int64':
    case 'uint64': {
      const words = new Int32Array(2 * values.length);
      for (let k = 0; k < values.length; k++) {
        words[2 * k] = values[k] | 0;
        // The low half of a number beyond 2^31 is what is left of it.
        if (values[k] < -0x80000000 || values[k] > 0x7fffffff)
          words[2 * k] = Number(BigInt.asIntN(32, BigInt(values[k])));
        words[2 * k + 1] = Math.floor(values[k] / 2 ** 32);
      }
      return bytesOf(words);
    }
  }
}

const COPY_BYTES = 4 * 2 ** 20;

/** Copies a file where it is there; `squeezed` makes a vector of a column. */
export async function copyFile(
  storage: Storage,
  from: string,
  sink: FileSink,
  to: string,
  squeezed: boolean,
): Promise<void> {
  if ((await storage.stat(from)) === undefined) return;
  if (squeezed && (await copySqueezed(storage, from, sink, to))) return;
  const file = await storage.open(from);
  const target = await sink.create(to);
  for (let at = 0; at < file.size; at += COPY_BYTES) {
    const bytes = new Uint8Array(Math.min(COPY_BYTES, file.size - at));
    await file.read(at, bytes);
    await target.append(bytes);
  }
  await target.close();
  await file.close();
}

/** True when the file was a column and is written as a vector. */
async function copySqueezed(storage: Storage, from: string, sink: FileSink, to: string): Promise<boolean> {
  const npy = await openNpy(storage, from);
  const { shape, type, count, dataOffset } = npy.header;
  const isColumn = shape.length === 2 && shape[1] === 1 && !type.bigEndian;
  if (isColumn) {
    const bytes = new Uint8Array(count * type.bytes);
    await npy.file.read(dataOffset, bytes);
    await writeAll(sink, to, [npyHeader(type.name, [shape[0]]), bytes]);
  }
  await npy.file.close();
  return isColumn;
}
