import { PhyError } from '../base/errors.ts';
import { inflateStream } from './inflate.ts';
import { isAbsolutePath } from './paths.ts';
import type { FileEntry, RandomAccess, WritableStorage } from './storage.ts';

interface MemoryFile {
  bytes: Uint8Array;
  modifiedMs: number;
}

/** Storage in memory for tests and demos: the same contract as a folder. `files` maps names to contents and is copied shallowly. */
export function memoryStorage(files: Readonly<Record<string, Uint8Array | string>> = {}, folder = '/memory') {
  const encoder = new TextEncoder();
  const stored = new Map<string, MemoryFile>();
  let clock = 1;
  const keyOf = (name: string) => relativeName(folder, name);
  const put = (name: string, bytes: Uint8Array) => void stored.set(keyOf(name), { bytes, modifiedMs: clock++ });
  for (const [name, content] of Object.entries(files)) {
    put(name, typeof content === 'string' ? encoder.encode(content) : content);
  }
  const get = (name: string): Uint8Array => {
    const file = stored.get(keyOf(name));
    if (file === undefined) throw new PhyError('input', `${name} was not found.`, { file: name });
    return file.bytes;
  };
  const storage: WritableStorage = {
    folder,
    list: async (sub) => entriesOf(stored, sub === undefined ? '' : keyOf(sub)),
    stat: async (name) => {
      const key = keyOf(name);
      const file = stored.get(key);
      if (file !== undefined) return { name, size: file.bytes.length, modifiedMs: file.modifiedMs, isFolder: false };
      const isFolder = key === '' || [...stored.keys()].some((other) => other.startsWith(`${key}/`));
      return isFolder ? { name, size: 0, modifiedMs: 0, isFolder } : undefined;
    },
    open: async (name) => openMemory(name, get(name)),
    readAll: async (name) => get(name).slice(),
    inflate: inflateStream,
    openHdf5: async (name) => {
      throw noHdf5(name);
    },
    editHdf5: async (name) => {
      throw noHdf5(name);
    },
    replace: async (name, parts) => put(name, joinBytes(parts)),
    append: async (name, bytes) => put(name, joinBytes([stored.get(keyOf(name))?.bytes ?? new Uint8Array(), bytes])),
    remove: async (name) => void stored.delete(keyOf(name)),
  };
  return storage;
}

/** HDF5 needs a file system. */
const noHdf5 = (name: string): PhyError =>
  new PhyError('input', `${name} cannot be read here: HDF5 files must lie on a disk.`, { file: name });

/** One array of all bytes. */
export function joinBytes(parts: Uint8Array | readonly Uint8Array[]): Uint8Array {
  const list = parts instanceof Uint8Array ? [parts] : parts;
  const joined = new Uint8Array(list.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of list) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function relativeName(folder: string, name: string): string {
  const plain = name.replaceAll('\\', '/').replace(/\/+$/, '');
  if (plain === folder || plain === '.') return '';
  if (plain.startsWith(`${folder}/`)) return plain.slice(folder.length + 1);
  return isAbsolutePath(plain) ? plain : plain.replace(/^(\.\/)+/, '');
}

function entriesOf(stored: ReadonlyMap<string, MemoryFile>, folder: string): FileEntry[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const entries = new Map<string, FileEntry>();
  for (const [key, file] of stored) {
    if (!key.startsWith(prefix) || (folder === '' && isAbsolutePath(key))) continue;
    const rest = key.slice(prefix.length);
    const slash = rest.indexOf('/');
    const isFolder = slash >= 0;
    const name = isFolder ? rest.slice(0, slash) : rest;
    const size = isFolder ? 0 : file.bytes.length;
    entries.set(name, { name, size, modifiedMs: isFolder ? 0 : file.modifiedMs, isFolder });
  }
  return [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function openMemory(name: string, bytes: Uint8Array): RandomAccess {
  const read = (offset: number, into: Uint8Array) => {
    if (offset < 0 || offset + into.length > bytes.length) throw shortFile(name, bytes.length, offset + into.length);
    into.set(bytes.subarray(offset, offset + into.length));
  };
  return {
    name,
    size: bytes.length,
    read: async (offset, into) => read(offset, into),
    readRows: async (offsets, rowBytes, into) => {
      offsets.forEach((offset, row) => read(offset, into.subarray(row * rowBytes, (row + 1) * rowBytes)));
    },
    close: async () => {},
  };
}

/** The sentence for a file that ends before the bytes asked for. */
export function shortFile(name: string, size: number, needed: number): PhyError {
  const found = `${size.toLocaleString('en')} bytes`;
  const expected = `at least ${needed.toLocaleString('en')}`;
  return new PhyError('input', `${name} has ${found}, expected ${expected}. Copy or export the file again.`, {
    file: name,
    found,
    expected,
  });
}
