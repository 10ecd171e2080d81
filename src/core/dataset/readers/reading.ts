/** What the parts of a reader share: finding files by their possible names, and reading them as checked vectors and matrices. */
import { PhyError } from '../../base/errors.ts';
import type { NdArray, TypedArray } from '../../base/nd.ts';
import { forEachBlock, forEachRawBlock, type NpyFile, openNpy, readArray, squeezeTo } from '../../files/npy.ts';
import { joinPath } from '../../storage/paths.ts';
import type { ReadProgress, Storage } from '../../storage/storage.ts';
import type { ReportBuilder } from '../report.ts';

export interface Reading {
  readonly storage: Storage;
  /** Folder of the data files relative to the storage; empty for its own. */
  readonly folder: string;
  /** Files in that folder, sorted. */
  readonly names: readonly string[];
  readonly report: ReportBuilder;
  /** Files that stay open as long as the dataset. */
  readonly open: NpyFile[];
  readonly progress?: ReadProgress;
  /** Files that a person chose in place of raw files that are not where params.py says, by the path there. */
  readonly chosenFiles?: Readonly<Record<string, string>>;
  readonly step: (text: string, fraction: number) => void;
}

/** The first of the candidates that exists; `*` stands for anything (spec/data.md 3). */
export function findName(reading: Pick<Reading, 'names'>, candidates: readonly string[]): string | undefined {
  for (const candidate of candidates) {
    const escaped = candidate.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
    const pattern = new RegExp(`^${escaped}$`);
    const found = reading.names.find((name) => pattern.test(name));
    if (found !== undefined) return found;
  }
  return undefined;
}

const grouped = (n: number): string => n.toLocaleString('en');
/** `1 template`, `2,000 templates` */
export const counted = (n: number, noun: string): string => `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`;
const shapeText = (shape: readonly number[]): string =>
  shape.length === 1 ? counted(shape[0], 'value') : `shape (${shape.join(', ')})`;

/** `amplitudes.npy has 13,900 values, expected 13,986 (one per spike). Export the sorting again.` */
export function wrongShape(name: string, shape: readonly number[], expected: string): PhyError {
  const found = shapeText(shape);
  const message = `${name} has ${found}, expected ${expected}. Export the sorting again.`;
  return new PhyError('input', message, { file: name, found, expected });
}

/** Closes the file whatever happens. */
async function withNpy<T>(reading: Reading, name: string, use: (npy: NpyFile) => Promise<T>): Promise<T> {
  const npy = await openNpy(reading.storage, joinPath(reading.folder, name));
  try {
    return await use({ ...npy, name });
  } finally {
    await npy.file.close();
  }
}

/** A file without which nothing can be shown: any fault ends the opening with a sentence. */
export async function required<T>(
  reading: Reading,
  candidates: readonly string[],
  what: string,
  use: (npy: NpyFile) => Promise<T>,
): Promise<T> {
  const name = findName(reading, candidates);
  if (name === undefined) {
    const folder = joinPath(reading.storage.folder, reading.folder);
    const message = `${candidates[0]} was not found in ${folder}. It holds ${what}, without which nothing can be shown. Export the sorting again.`;
    throw new PhyError('input', message, { file: candidates[0], expected: what, found: 'no file' });
  }
  return withNpy(reading, name, async (npy) => {
    const value = await use(npy);
    if (!reading.report.has(name)) reading.report.file(name, 'read', '', npy.header);
    return value;
  });
}

/** A file that may be absent; a faulty one counts as absent, with a warning (spec/data.md 4). `keepOpen` leaves the file open for later reads. */
export async function optional<T>(
  reading: Reading,
  candidates: readonly string[],
  use: (npy: NpyFile) => Promise<T>,
  options: {
    readonly keepOpen?: boolean;
    readonly whenMissing?: string;
    readonly onFault?: () => void;
  } = {},
): Promise<T | undefined> {
  const name = findName(reading, candidates);
  if (name === undefined) {
    if (options.whenMissing !== undefined) reading.report.file(candidates[0], 'missing', options.whenMissing);
    return undefined;
  }
  let npy: NpyFile | undefined;
  try {
    const opened = await openNpy(reading.storage, joinPath(reading.folder, name));
    npy = { ...opened, name };
    const value = await use(npy);
    if (!reading.report.has(name)) reading.report.file(name, 'read', '', npy.header);
    if (options.keepOpen === true) reading.open.push(npy);
    else await npy.file.close();
    return value;
  } catch (error) {
    await npy?.file.close();
    if (!(error instanceof PhyError) || error.kind !== 'input') throw error;
    reading.report.bad(name, notUsed(error.message));
    options.onFault?.();
    return undefined;
  }
}

/**
 * An optional file that says what is in another one. When it is there and broken, nobody knows what is in the other one: `refuse` throws
 * `input` for that one then.
 */
export async function explaining<T>(
  reading: Reading,
  candidates: readonly string[],
  use: (npy: NpyFile) => Promise<T>,
  whenMissing?: string,
): Promise<{ readonly value: T | undefined; readonly refuse: (npy: NpyFile) => void }> {
  let isBroken = false;
  const onFault = (): void => {
    isBroken = true;
  };
  const value = await optional(reading, candidates, use, { onFault, whenMissing });
  const refuse = ({ name }: NpyFile): void => {
    if (!isBroken) return;
    const index = findName(reading, candidates) ?? candidates[0];
    const message = `What is in ${name} is not known, as ${index} is broken. Export the sorting again.`;
    throw new PhyError('input', message, { file: name, found: `a broken ${index}` });
  };
  return { value, refuse };
}

/** That an optional file is left out comes before what can be done about it. */
function notUsed(sentence: string): string {
  const advice = / (Export|Copy|Save|Give|Check) [^.]*\.$/.exec(sentence)?.[0] ?? '';
  return `${sentence.slice(0, sentence.length - advice.length)} It is not used.${advice}`;
}

/** Checks that an array is a vector, of the given length where one is given. */
export function checkVector(npy: NpyFile, length?: number, unit = 'value'): number {
  const shape = squeezeTo(npy.header.shape, 1);
  if (shape.length !== 1) throw wrongShape(npy.name, npy.header.shape, 'one axis');
  if (length !== undefined && shape[0] !== length) {
    throw wrongShape(npy.name, shape, `${grouped(length)} (one per ${unit})`);
  }
  return shape[0];
}

/** Checks the shape of a matrix; undefined allows any size on that axis. */
export function checkShape(
  npy: NpyFile,
  expected: readonly (number | undefined)[],
  meaning: string,
): readonly number[] {
  const shape = squeezeTo(npy.header.shape, expected.length);
  const fits =
    shape.length === expected.length && expected.every((size, axis) => size === undefined || size === shape[axis]);
  if (fits) return shape;
  const text = expected.map((size) => size ?? 'any').join(', ');
  throw wrongShape(npy.name, npy.header.shape, `(${text}): ${meaning}`);
}

/** A vector of whole numbers: Int32Array, or Float64Array when one is larger. Throws `input` on fractions and NaN. */
export async function readWholeNumbers(npy: NpyFile, progress?: ReadProgress): Promise<Int32Array | Float64Array> {
  if (npy.header.type.name === 'int32') {
    const { data } = await readArray(npy, progress);
    if (data instanceof Int32Array) return data;
  }
  const short = await readShortIntegers(npy, progress);
  if (short !== undefined) return short;
  let data: Int32Array | Float64Array = new Int32Array(npy.header.count);
  await forEachBlock(
    npy,
    (values, start) => {
      if (isSmallInteger(values)) data.set(values, start);
      else data = setWholeNumbers(npy.name, data, values, start);
    },
    progress,
  );
  return data;
}

/**
 * 64-bit integers that all fit 32 bits, the usual spike times: their low halves, without a detour through doubles. undefined for another
 * type, or as soon as one is larger.
 */
async function readShortIntegers(npy: NpyFile, progress?: ReadProgress): Promise<Int32Array | undefined> {
  const { type, count } = npy.header;
  if ((type.name !== 'int64' && type.name !== 'uint64') || type.bigEndian) return undefined;
  const data = new Int32Array(count);
  const signed = type.name === 'int64';
  const take = (bytes: Uint8Array, start: number): boolean =>
    takeLowHalves(new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4), signed, data, start);
  return (await forEachRawBlock(npy, take, progress)) ? data : undefined;
}

/** Copies the low halves of `words` ([low, high] pairs); false when one of the numbers is not an int32. */
function takeLowHalves(words: Int32Array, signed: boolean, into: Int32Array, start: number): boolean {
  const forbidden = signed ? 0 : 1 << 31;
  let odd = 0;
  for (let k = 0, at = start; k < words.length; k += 2, at++) {
    const low = words[k];
    odd |= (words[k + 1] ^ (low >> 31)) | (low & forbidden);
    into[at] = low;
  }
  return odd === 0;
}

function isSmallInteger(values: TypedArray): boolean {
  return !(values instanceof Float64Array || values instanceof Float32Array || values instanceof Uint32Array);
}

function setWholeNumbers(
  name: string,
  data: Int32Array | Float64Array,
  values: TypedArray,
  start: number,
): Int32Array | Float64Array {
  let target = data;
  for (let k = 0; k < values.length; k++) {
    const value = values[k];
    if ((value | 0) !== value) {
      if (!Number.isInteger(value)) {
        const found = `the value ${value}`;
        const message = `${name} has ${found}, expected whole numbers. Export the sorting again.`;
        throw new PhyError('input', message, { file: name, found, expected: 'whole numbers' });
      }
      if (target instanceof Int32Array) target = Float64Array.from(target);
    }
    target[start + k] = value;
  }
  return target;
}

/** Whole numbers that must fit an Int32Array (ids, channels). */
export async function readIds(npy: NpyFile, progress?: ReadProgress): Promise<Int32Array> {
  const data = await readWholeNumbers(npy, progress);
  if (data instanceof Int32Array) return data;
  const message = `${npy.name} has ids beyond 2,147,483,647, expected smaller ones. Export the sorting again.`;
  throw new PhyError('input', message, { file: npy.name, expected: 'ids below 2^31' });
}

/** A matrix of whole numbers in C order, such as template_ind.npy. NaN, which MATLAB writes for padding, becomes -1. */
export async function readIdMatrix(npy: NpyFile): Promise<Int32Array> {
  const { data } = await readArray(npy);
  const ids = new Int32Array(data.length);
  for (let k = 0; k < data.length; k++) {
    const value = data[k];
    if (!Number.isNaN(value) && (value | 0) !== value) {
      const message = `${npy.name} has the value ${value}, expected ids. Export the sorting again.`;
      throw new PhyError('input', message, { file: npy.name, found: String(value), expected: 'ids' });
    }
    ids[k] = Number.isNaN(value) ? -1 : value;
  }
  return ids;
}

/** Real numbers in C order; NaN and infinities become 0, with a warning (spec/data.md 2). Integers become float64. */
export async function readRealNumbers(reading: Reading, npy: NpyFile): Promise<NdArray<Float32Array | Float64Array>> {
  const { data, shape } = await readArray(npy, reading.progress);
  const isReal = data instanceof Float32Array || data instanceof Float64Array;
  const real = isReal ? data : Float64Array.from(data);
  const count = isReal ? replaceNonFinite(real) : 0;
  if (count > 0) {
    const sentence = `${npy.name} has ${grouped(count)} of ${grouped(real.length)} values that are NaN or infinite; they count as 0.`;
    reading.report.repaired(npy.name, sentence, npy.header);
  }
  return { dtype: real instanceof Float32Array ? 'float32' : 'float64', shape, data: real };
}

function replaceNonFinite(data: Float32Array | Float64Array): number {
  let count = 0;
  for (let k = 0; k < data.length; k++) {
    if (data[k] - data[k] !== 0) {
      data[k] = 0;
      count++;
    }
  }
  return count;
}
