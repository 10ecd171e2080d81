/** Rows of stored features as they lie in the file, for work that goes through all spikes. */
import { openNpy, readArray, readRows } from '../../files/npy.ts';
import type { TypedArray } from '../../base/nd.ts';
import type { Storage } from '../../storage/storage.ts';
import { readIdMatrix } from './reading.ts';

export interface MatrixRows {
  readonly shape: readonly number[];
  /** int32 [template][column] of the index file, undefined without it. */
  readonly ids: Int32Array | undefined;
  /** [row][column]: the first `width` numbers of each of `count` rows from row `first` on. */
  read(first: number, count: number, width: number): Promise<TypedArray>;
  close(): Promise<void>;
}

/** Opens a file of three axes and its index; undefined without the file, or when it has other axes. */
export async function readMatrixRows(
  storage: Storage,
  name: string,
  indexName: string,
): Promise<MatrixRows | undefined> {
  if ((await storage.stat(name)) === undefined) return undefined;
  const npy = await openNpy(storage, name);
  if (npy.header.shape.length !== 3) {
    await npy.file.close();
    return undefined;
  }
  return {
    shape: npy.header.shape,
    ids: await readIndex(storage, indexName),
    read: (first, count, width) => {
      const rows = Int32Array.from({ length: count }, (_, k) => first + k);
      return readRows(
        npy,
        rows,
        Int32Array.from({ length: width }, (_, column) => column),
      );
    },
    close: () => npy.file.close(),
  };
}

async function readIndex(storage: Storage, name: string): Promise<Int32Array | undefined> {
  if ((await storage.stat(name)) === undefined) return undefined;
  const npy = await openNpy(storage, name);
  try {
    return await readIdMatrix(npy);
  } finally {
    await npy.file.close();
  }
}

/** float64 [row][column] of a square matrix; undefined without the file, or when it has another size. */
export async function readSquareMatrix(
  storage: Storage,
  name: string,
  size: number,
): Promise<Float64Array | undefined> {
  if ((await storage.stat(name)) === undefined) return undefined;
  const npy = await openNpy(storage, name);
  try {
    const { shape } = npy.header;
    if (shape.length !== 2 || shape[0] !== size || shape[1] !== size) return undefined;
    return Float64Array.from((await readArray(npy)).data);
  } finally {
    await npy.file.close();
  }
}
