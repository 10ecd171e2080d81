/** HDF5 files of the file system, through h5wasm (the HDF5 library as WebAssembly), which is loaded when the first one is opened. */
import type * as H5 from 'h5wasm/node';
import { PhyError } from '../core/base/errors.ts';
import type { TypedArray } from '../core/base/nd.ts';
import type { Hdf5Edit, Hdf5File, Hdf5Value } from '../core/storage/hdf5.ts';

type Library = typeof H5;
let loading: Promise<Library> | undefined;

/** The library, told to throw instead of printing. */
async function load(): Promise<Library> {
  loading ??= import('h5wasm/node').then(async (library) => {
    const module = await library.ready;
    module.activate_throwing_error_handler();
    return library;
  });
  return await loading;
}

/** Opens a file read-only. `name` is what errors call it. Throws `input` when it is no readable HDF5 file. */
export async function openHdf5(path: string, name: string): Promise<Hdf5File> {
  const library = await load();
  let file: H5.File;
  try {
    file = new library.File(path, 'r');
  } catch {
    const message = `${name} cannot be read as HDF5. Copy it again from where it was made, or check that you may read it.`;
    throw new PhyError('input', message, { file: name, expected: 'an HDF5 file' });
  }
  return new OpenFile(library, file, name);
}

class OpenFile implements Hdf5File {
  readonly name: string;
  private readonly library: Library;
  private readonly file: H5.File;

  constructor(library: Library, file: H5.File, name: string) {
    this.library = library;
    this.file = file;
    this.name = name;
  }

  children(path: string): readonly string[] {
    return this.guarded(path, () => {
      const entity = this.file.get(path);
      return entity instanceof this.library.Group ? entity.keys() : [];
    });
  }

  attribute(path: string, name: string): Hdf5Value | undefined {
    return this.guarded(path, () => {
      const entity = path === '/' ? this.file : this.file.get(path);
      if (!(entity instanceof this.library.Group || entity instanceof this.library.Dataset)) return undefined;
      return plainValue(entity.attrs[name]?.value);
    });
  }

  shape(path: string): readonly number[] | undefined {
    return this.guarded(path, () => this.dataset(path)?.shape ?? undefined);
  }

  rows(path: string, start: number, end: number): TypedArray {
    return this.guarded(path, () => {
      const dataset = this.dataset(path);
      const shape = dataset?.shape;
      if (dataset === undefined || shape === null || shape === undefined) throw this.unreadable(path, 'no dataset');
      if (start >= end) return new Float64Array(0);
      const numbers = typedArray(dataset.slice([[start, end], ...shape.slice(1).map(() => [] as [])]));
      if (numbers === undefined) throw this.unreadable(path, 'something else than numbers');
      return numbers;
    });
  }

  close(): void {
    this.file.close();
  }

  /** What the library throws of a damaged file is of no use to a person. */
  private guarded<T>(path: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof PhyError) throw error;
      throw this.unreadable(path, 'damaged data');
    }
  }

  private dataset(path: string): H5.Dataset | undefined {
    const entity = this.file.get(path);
    return entity instanceof this.library.Dataset ? entity : undefined;
  }

  private unreadable(path: string, found: string): PhyError {
    const message = `${this.name} has ${found} at ${path}, expected numbers. Copy the file again from where it was made.`;
    return new PhyError('input', message, { file: this.name, found, expected: 'numbers' });
  }
}

/** Numbers of any width; integers beyond 2^53 are refused by the caller's range checks as they lose their last bits. */
function typedArray(values: unknown): TypedArray | undefined {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) return Float64Array.from(values, Number);
  if (
    values instanceof Int8Array ||
    values instanceof Uint8Array ||
    values instanceof Int16Array ||
    values instanceof Uint16Array ||
    values instanceof Int32Array ||
    values instanceof Uint32Array ||
    values instanceof Float32Array ||
    values instanceof Float64Array
  )
    return values;
  return undefined;
}

/** An attribute's value without the library's types: bigint as number, text without its padding, an array of one text as the text. */
function plainValue(value: unknown): Hdf5Value | undefined {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'string') return withoutPadding(value);
  if (ArrayBuffer.isView(value)) return [...(typedArray(value) ?? [])];
  if (!Array.isArray(value)) return undefined;
  const plain = value.map(plainValue);
  const texts = plain.filter((entry) => typeof entry === 'string');
  if (texts.length === plain.length) return texts.length === 1 ? texts[0] : texts;
  return plain.filter((entry) => typeof entry === 'number');
}

const withoutPadding = (text: string): string => text.replace(/\0+$/, '');

/** Edits a file in place. Throws what the library throws: callers edit a copy. */
export async function editHdf5(path: string, edits: readonly Hdf5Edit[]): Promise<void> {
  const library = await load();
  const file = new library.File(path, 'a');
  try {
    for (const edit of edits) applyEdit(library, file, edit);
    file.flush();
  } finally {
    file.close();
  }
}

function applyEdit(library: Library, file: H5.File, edit: Hdf5Edit): void {
  switch (edit.kind) {
    case 'group':
      return makeGroup(library, file, edit.path);
    case 'dataset': {
      const dataset = file.get(edit.path);
      if (!(dataset instanceof library.Dataset)) throw new Error(`no dataset at ${edit.path}`);
      if (dataset.shape?.[0] !== edit.data.length) throw new Error(`${edit.path} has another length`);
      dataset.write_slice([[0, edit.data.length]], inTypeOf(dataset, edit.data, edit.path));
      return;
    }
    case 'attribute': {
      const entity = file.get(edit.path);
      if (!(entity instanceof library.Group)) throw new Error(`no group at ${edit.path}`);
      if (Object.hasOwn(entity.attrs, edit.name)) {
        const present = plainValue(entity.attrs[edit.name].value);
        if ((Array.isArray(present) && present.length === 1 ? present[0] : present) === edit.value) return;
        entity.delete_attribute(edit.name);
      }
      if (typeof edit.value === 'number') entity.create_attribute(edit.name, edit.value, [], '<q');
      else {
        const bytes = Math.max(1, new TextEncoder().encode(edit.value).length);
        entity.create_attribute(edit.name, [edit.value], [1], `S${bytes}`);
      }
      return;
    }
  }
}

const BITS: Readonly<Record<string, number>> = { b: 8, h: 16, i: 32, q: 64 };

/** The numbers as the library takes them for the type of a dataset. Throws `refused` where one does not fit: it would become another. */
function inTypeOf({ dtype }: H5.Dataset, data: Int32Array, path: string): Int32Array | BigInt64Array | BigUint64Array {
  const code = typeof dtype === 'string' ? dtype.slice(-1) : '';
  const bits = BITS[code.toLowerCase()];
  if (bits === undefined) return data;
  const isSigned = code === code.toLowerCase();
  const [lowest, highest] = isSigned ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  const misfit = data.find((value) => value < lowest || value > highest);
  if (misfit !== undefined) {
    const message = `${path} holds whole numbers from ${lowest} to ${highest}, and ${misfit} does not fit. The file is unchanged.`;
    throw new PhyError('refused', message, { found: misfit, expected: `${lowest} to ${highest}` });
  }
  if (bits < 64) return data;
  return isSigned ? BigInt64Array.from(data, BigInt) : BigUint64Array.from(data, BigInt);
}

/** Makes every missing group along a path. */
function makeGroup(library: Library, file: H5.File, path: string): void {
  const parts = path.split('/').filter((part) => part !== '');
  for (let depth = 1; depth <= parts.length; depth++) {
    const part = `/${parts.slice(0, depth).join('/')}`;
    if (file.get(part) instanceof library.Group) continue;
    file.create_group(part);
  }
}
