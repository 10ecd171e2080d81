/** NumPy's .npy files (spec/data.md 2): header from a small read, whole arrays, ranges, and rows of files too large for memory. */
import { PhyError } from '../base/errors.ts';
import { dtypeOf, type NdArray, type TypedArray } from '../base/nd.ts';
import type { RandomAccess, ReadProgress, Storage } from '../storage/storage.ts';
import { bytesOf, type ElementName, type ElementType, elements, numpyDescr, parseElementType } from './elements.ts';
import { type PythonValue, readLiteral } from './pythonParams.ts';

export interface NpyHeader {
  readonly type: ElementType;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** First byte of the numbers. */
  readonly dataOffset: number;
  /** Numbers in all. */
  readonly count: number;
}

/** An open .npy file whose size fits its header. Close it when done. */
export interface NpyFile {
  readonly name: string;
  readonly header: NpyHeader;
  readonly file: RandomAccess;
}

/** Numbers are read in blocks of this many bytes, so that others get their turn in between. */
const blockBytes = 8 * 2 ** 20;
/** Blocks that are converted: small enough to still be in the processor's cache when they are. */
const convertedBytes = 2 ** 19;

function bad(name: string, found: string, expected: string): PhyError {
  return new PhyError('input', `${name} ${found}, expected ${expected}. Export or copy the file again.`, {
    file: name,
    found,
    expected,
  });
}

/** Reads and checks the header. Throws `input` for anything that is not a plain numeric array or is shorter than its header says. */
export async function readNpyHeader(file: RandomAccess): Promise<NpyHeader> {
  const { name, size } = file;
  if (size === 0) throw bad(name, 'is empty', 'a NumPy file');
  const start = new Uint8Array(Math.min(size, 512));
  await file.read(0, start);
  const isNpy = start.length >= 12 && start[0] === 0x93 && new TextDecoder().decode(start.subarray(1, 6)) === 'NUMPY';
  if (!isNpy) throw bad(name, 'does not start with \\x93NUMPY', 'a NumPy file');
  const version = start[6];
  if (version < 1 || version > 3) throw bad(name, `has format version ${version}`, '1, 2 or 3');
  const view = new DataView(start.buffer);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const headerStart = version === 1 ? 10 : 12;
  const dataOffset = headerStart + length;
  if (dataOffset > size) throw bad(name, `ends inside its header (${size} bytes)`, `at least ${dataOffset} bytes`);
  const text = new Uint8Array(length);
  await file.read(headerStart, text);
  return checkedHeader(name, size, dataOffset, new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(text));
}

function checkedHeader(name: string, size: number, dataOffset: number, text: string): NpyHeader {
  const fields = headerFields(text);
  if (fields === undefined) throw bad(name, 'has a header that cannot be read', 'descr, fortran_order and shape');
  const { descr, fortran, shape } = fields;
  const type = typeof descr === 'string' ? parseElementType(descr) : undefined;
  if (type === undefined) {
    const shown = typeof descr === 'string' ? describeDescr(descr) : 'records';
    throw new PhyError('input', `${name} holds ${shown}, expected numbers. Save it as a numeric array.`, {
      file: name,
      found: shown,
      expected: 'numbers',
    });
  }
  const count = shape.reduce((product, n) => product * n, 1);
  const needed = dataOffset + count * type.bytes;
  if (needed > size) {
    throw bad(name, `has ${grouped(size)} bytes`, `${grouped(needed)} for shape (${shape.join(', ')})`);
  }
  return { type, fortran, shape, dataOffset, count };
}

function headerFields(text: string): { descr: PythonValue; fortran: boolean; shape: number[] } | undefined {
  let dict: PythonValue;
  try {
    dict = readLiteral(text);
  } catch {
    return undefined;
  }
  if (!(dict instanceof Map)) return undefined;
  const descr: unknown = dict.get('descr');
  const fortran: unknown = dict.get('fortran_order');
  const shape: unknown = dict.get('shape');
  const sizes: unknown[] | undefined = Array.isArray(shape) ? shape : undefined;
  if (typeof fortran !== 'boolean' || sizes === undefined) return undefined;
  if (!sizes.every((n): n is number => typeof n === 'number' && Number.isInteger(n) && n >= 0)) return undefined;
  return { descr: typeof descr === 'string' ? descr : null, fortran, shape: sizes };
}

function describeDescr(descr: string): string {
  if (/O/.test(descr)) return 'Python objects';
  if (/[US]\d*$/.test(descr)) return 'text';
  if (/c\d+$/.test(descr)) return 'complex numbers';
  return `values of type ${descr}`;
}

const grouped = (n: number): string => n.toLocaleString('en');

/** Opens a .npy file and checks its header and size. Throws `input`. */
export async function openNpy(storage: Storage, name: string): Promise<NpyFile> {
  const file = await storage.open(name);
  try {
    return { name, header: await readNpyHeader(file), file };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The dtype that reading gives for a stored type: 64-bit integers become float64, half floats float32. */
export function dtypeInMemory(name: ElementName): NdArray['dtype'] {
  if (name === 'int64' || name === 'uint64') return 'float64';
  return name === 'float16' ? 'float32' : name;
}

/** `count` numbers from number `start` on, in the order of the file. */
export async function readFlat(npy: NpyFile, start: number, count: number): Promise<TypedArray> {
  const { type, dataOffset } = npy.header;
  const bytes = new Uint8Array(count * type.bytes);
  await npy.file.read(dataOffset + start * type.bytes, bytes);
  return numbers(npy, bytes);
}

function numbers(npy: NpyFile, bytes: Uint8Array): TypedArray {
  try {
    return elements(bytes, npy.header.type);
  } catch (error) {
    if (error instanceof RangeError) throw bad(npy.name, `has ${error.message}`, 'values that a double holds exactly');
    throw error;
  }
}

/**
 * Calls `take(values, start)` for one block after the other, in the order of the file. The values are only valid during the call: the next
 * block overwrites them.
 */
export async function forEachBlock(
  npy: NpyFile,
  take: (values: TypedArray, start: number) => void,
  progress?: ReadProgress,
): Promise<void> {
  const takeBytes = (bytes: Uint8Array, start: number): boolean => {
    take(numbers(npy, bytes), start);
    return true;
  };
  await forEachRawBlock(npy, takeBytes, progress);
}

/**
 * The same with the bytes of whole numbers, at an offset that suits any typed array. Stops when `take` returns false; returns whether all
 * blocks were taken.
 */
export async function forEachRawBlock(
  npy: NpyFile,
  take: (bytes: Uint8Array, start: number) => boolean,
  progress?: ReadProgress,
): Promise<boolean> {
  const { count, type, dataOffset } = npy.header;
  const blockCount = Math.floor(convertedBytes / type.bytes);
  const buffer = new Uint8Array(Math.min(count, blockCount) * type.bytes);
  for (let start = 0; start < count; start += blockCount) {
    const bytes = buffer.subarray(0, Math.min(blockCount, count - start) * type.bytes);
    await npy.file.read(dataOffset + start * type.bytes, bytes);
    if (!take(bytes, start)) return false;
    await progress?.();
  }
  return true;
}

/** Reads every number, in the order of the file, into an array of the dtype that dtypeInMemory says. */
async function readInOrder(npy: NpyFile, progress?: ReadProgress): Promise<TypedArray> {
  const { count, type, dataOffset } = npy.header;
  const data = allocate(dtypeInMemory(type.name), count);
  if (!isStoredAsInMemory(type)) {
    await forEachBlock(npy, (values, start) => data.set(values, start), progress);
    return data;
  }
  // Stored as in memory: no second copy.
  const bytes = bytesOf(data);
  for (let start = 0; start < bytes.length; start += blockBytes) {
    await npy.file.read(dataOffset + start, bytes.subarray(start, Math.min(start + blockBytes, bytes.length)));
    await progress?.();
  }
  return data;
}

/** An uninitialised array of a dtype. */
export function allocate(dtype: NdArray['dtype'], length: number): TypedArray {
  switch (dtype) {
    case 'bool':
    case 'uint8':
      return new Uint8Array(length);
    case 'int8':
      return new Int8Array(length);
    case 'int16':
      return new Int16Array(length);
    case 'uint16':
      return new Uint16Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'uint32':
      return new Uint32Array(length);
    case 'float32':
      return new Float32Array(length);
    case 'float64':
      return new Float64Array(length);
  }
}

/** The whole array in C order, in its own precision (see dtypeInMemory). For small and medium files. */
export async function readArray(npy: NpyFile, progress?: ReadProgress): Promise<NdArray> {
  const { shape, fortran, type } = npy.header;
  const dtype = dtypeInMemory(type.name);
  const data = await readInOrder(npy, progress);
  const isMatrix = shape.filter((n) => n > 1).length > 1;
  return { dtype, shape, data: fortran && isMatrix ? cOrder(data, shape) : data };
}

/** Re-orders Fortran-ordered data: the index that varies fastest in the file becomes the first axis again. */
export function cOrder(data: TypedArray, shape: readonly number[]): TypedArray {
  const result = allocate(dtypeOf(data), data.length);
  const first = shape[0];
  const inner = data.length / Math.max(first, 1);
  // The strides of the remaining axes differ between the orders as well; the position in C order is built from the file's counters.
  const index = shape.slice(1).map(() => 0);
  const strides = index.map((_, axis) => shape.slice(axis + 2).reduce((product, n) => product * n, 1));
  for (let column = 0; column < inner; column++) {
    const target = index.reduce((sum, k, axis) => sum + k * strides[axis], 0);
    for (let row = 0; row < first; row++) result[row * inner + target] = data[column * first + row];
    for (let axis = 0; axis < index.length; axis++) {
      if (++index[axis] < shape[axis + 1]) break;
      index[axis] = 0;
    }
  }
  return result;
}

/** Drops axes of length 1 as far as needed to reach `dimensions` axes: (n, 1) and (1, n) are vectors, (1, 3) stays a 1 by 3 matrix. */
export function squeezeTo(shape: readonly number[], dimensions: number): number[] {
  const result = [...shape];
  for (let axis = result.length - 1; axis >= 0 && result.length > dimensions; axis--) {
    if (result[axis] === 1) result.splice(axis, 1);
  }
  while (result.length < dimensions && shape.length === 0) result.push(1);
  return result;
}

/**
 * Rows of an array along its first axis, in C order of the remaining axes: [row][...]. Only the rows asked for are read, in a file of
 * Fortran order column by column. `columns` restricts the flattened remaining axes (default: all). `reuse` is an earlier answer
 * of this function that nobody needs any more: it is filled again where it is large enough.
 */
export async function readRows(
  npy: NpyFile,
  rows: ArrayLike<number>,
  columns?: ArrayLike<number>,
  progress?: ReadProgress,
  reuse?: TypedArray,
): Promise<TypedArray> {
  const { shape, type, fortran, count } = npy.header;
  const inner = shape[0] === 0 ? 0 : count / shape[0];
  const size = rows.length * (columns?.length ?? inner);
  const fits = reuse !== undefined && reuse.length >= size;
  const data = fits ? reuse.subarray(0, size) : allocate(dtypeInMemory(type.name), size);
  if (fortran && inner > 1) await readColumns(npy, rows, columns, data, progress);
  else await readRowBlocks(npy, rows, columns, data, progress);
  return data;
}

/**
 * Says which rows `readRows` will be asked for next, so that the storage can fetch them meanwhile where they come slowly. Returns what stops
 * that; undefined when nothing is fetched. In a file of Fortran order rows lie scattered: nothing is.
 */
export function readRowsAhead(npy: NpyFile, rows: () => ArrayLike<number>): (() => void) | undefined {
  if (npy.header.fortran) return undefined;
  const { rowBytes, offsetsOf } = rowLayout(npy);
  return npy.file.ahead?.(() => offsetsOf(rows()), rowBytes);
}

/** Where the rows of an array in C order lie. */
function rowLayout({ header }: NpyFile) {
  const { shape, type, count, dataOffset } = header;
  const inner = count / Math.max(shape[0], 1);
  const rowBytes = inner * type.bytes;
  const offsetsOf = (rows: ArrayLike<number>, first = 0, size = rows.length): Float64Array => {
    const offsets = new Float64Array(size);
    for (let k = 0; k < size; k++) offsets[k] = dataOffset + rows[first + k] * rowBytes;
    return offsets;
  };
  return { inner, rowBytes, offsetsOf };
}

async function readRowBlocks(
  npy: NpyFile,
  rows: ArrayLike<number>,
  columns: ArrayLike<number> | undefined,
  data: TypedArray,
  progress?: ReadProgress,
): Promise<void> {
  const { type } = npy.header;
  const { inner, rowBytes, offsetsOf } = rowLayout(npy);
  const perBlock = Math.max(1, Math.floor((2 * 2 ** 20) / Math.max(rowBytes, 1)));
  const whole = columns === undefined && isStoredAsInMemory(type);
  const buffer = whole ? bytesOf(data) : new Uint8Array(Math.min(perBlock, rows.length) * rowBytes);
  for (let start = 0; start < rows.length; start += perBlock) {
    const size = Math.min(perBlock, rows.length - start);
    const from = whole ? start * rowBytes : 0;
    const block = buffer.subarray(from, from + size * rowBytes);
    await npy.file.readRows(offsetsOf(rows, start, size), rowBytes, block);
    if (!whole) putRows(numbers(npy, block), inner, columns, data, start);
    await progress?.();
  }
}

/** True when the bytes of the file are those of the array in memory. */
function isStoredAsInMemory({ name, bigEndian }: ElementType): boolean {
  return !bigEndian && dtypeInMemory(name) === name;
}

/** Puts whole rows, or the wanted columns of them, into `data` from row `first` on. */
function putRows(
  values: TypedArray,
  inner: number,
  columns: ArrayLike<number> | undefined,
  data: TypedArray,
  first: number,
): void {
  if (columns === undefined) return data.set(values, first * inner);
  const width = columns.length;
  const size = values.length / Math.max(inner, 1);
  for (let k = 0; k < size; k++) {
    for (let c = 0; c < width; c++) data[(first + k) * width + c] = values[k * inner + columns[c]];
  }
}

/** One read per wanted column of a Fortran-ordered file: its values lie next to each other, rows apart. */
async function readColumns(
  npy: NpyFile,
  rows: ArrayLike<number>,
  columns: ArrayLike<number> | undefined,
  data: TypedArray,
  progress?: ReadProgress,
): Promise<void> {
  const { shape, type, count, dataOffset } = npy.header;
  const rowCount = shape[0];
  const inner = count / rowCount;
  const width = columns?.length ?? inner;
  const offsets = new Float64Array(rows.length);
  const bytes = new Uint8Array(rows.length * type.bytes);
  for (let c = 0; c < width; c++) {
    const fileColumn = fortranColumn(columns === undefined ? c : columns[c], shape);
    const start = dataOffset + fileColumn * rowCount * type.bytes;
    for (let k = 0; k < rows.length; k++) offsets[k] = start + rows[k] * type.bytes;
    await npy.file.readRows(offsets, type.bytes, bytes);
    const values = numbers(npy, bytes);
    for (let k = 0; k < rows.length; k++) data[k * width + c] = values[k];
    await progress?.();
  }
}

/** Position of a flattened C-order column among the columns of a Fortran-ordered file. */
function fortranColumn(column: number, shape: readonly number[]): number {
  let rest = column;
  let position = 0;
  const strides = [1];
  for (let axis = 1; axis < shape.length - 1; axis++) strides.push(strides[axis - 1] * shape[axis]);
  for (let axis = shape.length - 1; axis >= 1; axis--) {
    position += (rest % shape[axis]) * strides[axis - 1];
    rest = Math.floor(rest / shape[axis]);
  }
  return position;
}

/** Header of a version 1.0 file in C order, little-endian: magic, dict and padding to a multiple of 64 bytes. Numbers follow it. */
export function npyHeader(dtype: ElementName, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dict = `{'descr': '${numpyDescr(dtype)}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const size = Math.ceil((10 + dict.length + 1) / 64) * 64;
  const header = new Uint8Array(size).fill(0x20);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(header.buffer).setUint16(8, size - 10, true);
  header.set(new TextEncoder().encode(dict), 10);
  header[size - 1] = 0x0a;
  return header;
}

/** An array as a .npy file in two parts: header and numbers (the latter a view, not a copy). */
export function encodeNpy(array: NdArray): Uint8Array[] {
  return [npyHeader(array.dtype, array.shape), bytesOf(array.data)];
}
