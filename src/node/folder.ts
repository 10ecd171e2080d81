/** A folder of the file system as Storage. Reads are synchronous within one call: asynchronous ones cost ten times more per row. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as zlib from 'node:zlib';
import { PhyError } from '../core/base/errors.ts';
import { isKwik } from '../core/dataset/open.ts';
import { alfNameOf } from '../core/dataset/readers/alf.ts';
import type { Hdf5Edit } from '../core/storage/hdf5.ts';
import { wrongSize } from '../core/storage/inflate.ts';
import { shortFile } from '../core/storage/memory.ts';
import { rowRuns } from '../core/storage/rows.ts';
import { editHdf5, openHdf5 } from './hdf5.ts';
import { readAhead } from './readAhead.ts';
import { codeOf, writeReason } from './writeFailure.ts';
import type { FileEntry, RandomAccess, WritableStorage } from '../core/storage/storage.ts';

/** A single read or write call must stay below 2^31 bytes. */
const maxCallBytes = 2 ** 30;
/** Rows with gaps are read together up to this size, which still fits the processor's cache. */
const scratchBytes = 2 ** 19;
/** A read that takes longer did not come from memory: there it takes about 5 µs, from the fastest disks 80. */
const slowReadMs = 0.03;
/** Fewer reads say nothing: a single one may just have been interrupted. */
const tellingReads = 24;

/** Storage on a folder. The folder need not exist yet; reading never makes anything. */
export function folderStorage(folder: string): WritableStorage {
  const root = path.resolve(folder);
  const at = (name: string) => path.resolve(root, name);
  return {
    folder: root,
    list: async (sub) => listFolder(sub === undefined ? root : at(sub)),
    stat: async (name) => statEntry(at(name), name),
    open: async (name) => openFile(at(name), name),
    readAll: async (name) => readAll(at(name), name),
    inflate,
    openHdf5: async (name) => openHdf5(at(name), name),
    editHdf5: async (name, edits) => editFile(at(name), name, edits),
    replace: async (name, parts) => replaceFile(at(name), name, parts instanceof Uint8Array ? [parts] : parts),
    append: async (name, bytes) => appendFile(at(name), name, bytes),
    remove: async (name) => removeEntry(at(name), name),
  };
}

export interface ParamsLocation {
  /** Absolute folder of the params file. */
  readonly folder: string;
  /** Name of the params file in it. */
  readonly name: string;
  readonly path: string;
}

/**
 * Where the params file is: a folder stands for its params.py, or for the spike times of ALF when it has none. Throws `input` when there is
 * neither.
 */
export function resolveParams(pathOrFolder: string): ParamsLocation {
  const given = path.resolve(pathOrFolder);
  const entry = statEntry(given, given);
  if (entry === undefined) throw new PhyError('input', `${given} was not found.`, { file: given });
  const file = entry.isFolder ? fileFor(given) : given;
  return { folder: path.dirname(file), name: path.basename(file), path: file };
}

/** The .kwik file that a path names: itself, or the only one of a folder. Throws `usage` or `input` in a sentence otherwise. */
export function resolveKwik(fileOrFolder: string): string {
  const given = path.resolve(fileOrFolder);
  const entry = statEntry(given, given);
  if (entry === undefined) throw new PhyError('input', `${given} was not found.`, { file: given });
  if (!entry.isFolder && isKwik(given)) return given;
  const files = entry.isFolder ? listFolder(given).filter(({ name }) => isKwik(name)) : [];
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0) return path.join(given, only.name);
  const found = entry.isFolder ? `${given} holds ${files.length === 0 ? 'no' : files.length} .kwik files` : given;
  const message = `${found}, expected one .kwik file. Other sortings are opened with phy template-gui.`;
  throw new PhyError('usage', message, { file: given });
}

/** The file that stands for a folder. */
function fileFor(folder: string): string {
  const params = path.join(folder, 'params.py');
  if (statEntry(params, params) !== undefined) return params;
  const entries = listFolder(folder);
  const alf = alfNameOf(entries.filter((entry) => !entry.isFolder).map((entry) => entry.name));
  if (alf !== undefined) return path.join(folder, alf);
  const kwik = entries.filter(({ name, isFolder }) => !isFolder && isKwik(name)).map(({ name }) => name);
  if (kwik.length > 0) {
    const todo = `There is ${kwik.join(', ')} of klusta: give ${path.join(folder, kwik[0])}.`;
    throw new PhyError('input', `There is no params.py in ${folder}. ${todo}`, { file: params });
  }
  const below = entries.filter((entry) => entry.isFolder && isSorting(path.join(folder, entry.name)));
  const [first] = below;
  const todo =
    first === undefined
      ? 'Give the params.py that the sorter exported.'
      : `There is a sorting in ${below.map(({ name }) => name).join(', ')}: give ${path.join(folder, first.name)}.`;
  throw new PhyError('input', `There is no params.py in ${folder}. ${todo}`, { file: params });
}

/** True for a folder with a params.py or ALF files; false for one that cannot be read. */
function isSorting(folder: string): boolean {
  try {
    const names = listFolder(folder).map((entry) => entry.name);
    return names.includes('params.py') || alfNameOf(names) !== undefined;
  } catch {
    return false;
  }
}

function readFailure(name: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new PhyError('input', `${name} was not found.`, { file: name, code });
  if (code === 'EISDIR') return new PhyError('input', `${name} is a folder, expected a file.`, { file: name, code });
  if (code === 'ENOTFILE')
    return new PhyError('input', `${name} is a pipe or a device, expected a file.`, { file: name, code });
  if (code === 'EACCES' || code === 'EPERM') {
    const todo = 'Give yourself the right to read it.';
    return new PhyError('input', `${name} cannot be read: permission denied. ${todo}`, { file: name, code });
  }
  if (code === '') return error;
  return new PhyError('input', `${name} cannot be read (${code}). Check the disk or the connection.`, {
    file: name,
    code,
  });
}

/** `file` is the path on the disk, `name` what people know it by. */
function writeFailure(name: string, file: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === '') return error;
  const why = writeReason(error, file);
  const safe = 'The former file is unchanged and nothing you curated is lost.';
  const message = `${name} could not be written: ${why}. ${safe} ${TODO[why] ?? 'Check the disk'} and save again.`;
  return new PhyError('refused', message, { file: name, code });
}

const TODO: Readonly<Record<string, string>> = {
  'the disk is full': 'Free some space',
  'permission denied': 'Make the folder writable',
  'the disk is read-only': 'Make it writable, or move the folder to one that is,',
  'another program holds it': 'Close that program',
};

function entryOf(stats: fs.Stats, name: string): FileEntry {
  return { name, size: stats.size, modifiedMs: stats.mtimeMs, isFolder: stats.isDirectory() };
}

function statEntry(file: string, name: string): FileEntry | undefined {
  try {
    return entryOf(fs.statSync(file), name);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined;
    throw readFailure(name, error);
  }
}

function listFolder(folder: string): FileEntry[] {
  let names: string[];
  try {
    names = fs.readdirSync(folder);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw readFailure(folder, error);
  }
  const entries: FileEntry[] = [];
  for (const name of names.sort((a, b) => (a < b ? -1 : 1))) {
    const entry = statEntry(path.join(folder, name), name);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

function readExactly(fd: number, name: string, offset: number, into: Uint8Array): void {
  let done = 0;
  while (done < into.length) {
    const wanted = Math.min(into.length - done, maxCallBytes);
    let count: number;
    try {
      count = fs.readSync(fd, into, done, wanted, offset + done);
    } catch (error) {
      throw readFailure(name, error);
    }
    if (count === 0) throw shortFile(name, fs.fstatSync(fd).size, offset + into.length);
    done += count;
  }
}

/** Returns how many reads it took. */
function readRows(fd: number, name: string, offsets: Float64Array, rowBytes: number, into: Uint8Array): number {
  let scratch = Buffer.alloc(0);
  let reads = 0;
  for (const run of rowRuns(offsets, rowBytes, scratchBytes)) {
    reads++;
    const target = into.subarray(run.first * rowBytes, run.last * rowBytes);
    if (run.adjacent) {
      readExactly(fd, name, run.start, target);
      continue;
    }
    const size = run.end - run.start;
    if (scratch.length < size) scratch = Buffer.allocUnsafe(scratchBytes);
    readExactly(fd, name, run.start, scratch.subarray(0, size));
    for (let row = run.first; row < run.last; row++) {
      const from = offsets[row] - run.start;
      scratch.copy(into, row * rowBytes, from, from + rowBytes);
    }
  }
  return reads;
}

function openFile(file: string, name: string): RandomAccess {
  let fd: number;
  let size: number;
  try {
    // A pipe would wait for somebody to write into it.
    fd = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
    const stats = fs.fstatSync(fd);
    if (!stats.isFile()) {
      fs.closeSync(fd);
      throw Object.assign(new Error(name), { code: stats.isDirectory() ? 'EISDIR' : 'ENOTFILE' });
    }
    size = stats.size;
  } catch (error) {
    throw readFailure(name, error);
  }
  let open = true;
  let isSlow = false;
  const check = () => {
    if (!open) throw new Error(`${name} is closed`);
  };
  return {
    name,
    size,
    read: async (offset, into) => {
      check();
      readExactly(fd, name, offset, into);
    },
    readRows: async (offsets, rowBytes, into) => {
      check();
      const started = performance.now();
      const reads = readRows(fd, name, offsets, rowBytes, into);
      if (reads >= tellingReads) isSlow = performance.now() - started > reads * slowReadMs;
    },
    ahead: (offsets, rowBytes) => (isSlow ? readAhead(file, offsets(), rowBytes) : undefined),
    close: async () => {
      if (open) fs.closeSync(fd);
      open = false;
    },
  };
}

async function readAll(file: string, name: string): Promise<Uint8Array> {
  const access = openFile(file, name);
  try {
    const bytes = new Uint8Array(access.size);
    await access.read(0, bytes);
    return bytes;
  } finally {
    await access.close();
  }
}

/** In a thread of Node's pool, into one piece of memory. */
function inflate(packed: Uint8Array, size: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    zlib.inflate(packed, { chunkSize: Math.max(64, size), maxOutputLength: Math.max(1, size) }, (error, unpacked) => {
      if (error !== null) reject(error);
      else if (unpacked.length !== size) reject(wrongSize(size, String(unpacked.length)));
      else resolve(unpacked);
    });
  });
}

async function writeAll(handle: fs.promises.FileHandle, parts: readonly Uint8Array[]): Promise<void> {
  for (const part of parts) {
    for (let done = 0; done < part.length; ) {
      const wanted = Math.min(part.length - done, maxCallBytes);
      done += (await handle.write(part, done, wanted, null)).bytesWritten;
    }
  }
}

/** Makes a rename or a new file survive a power cut. Windows has no such call for folders. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await fs.promises.open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems refuse to flush a folder; the rename itself is done.
    if (!['EINVAL', 'EISDIR', 'ENOTSUP', 'EPERM', 'EACCES'].includes(codeOf(error))) throw error;
  } finally {
    await handle.close();
  }
}

/** A link is followed, so that the file it points to changes and the link stays. */
function writeTarget(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    return file;
  }
}

let temporaryCount = 0;

/** A copy is edited and put in place of the file: whatever happens, the file is the old one or the new one. */
async function editFile(file: string, name: string, edits: readonly Hdf5Edit[]): Promise<void> {
  const target = writeTarget(file);
  const folder = path.dirname(target);
  const temporary = path.join(folder, `.${path.basename(target)}.${process.pid}-${temporaryCount++}.tmp`);
  try {
    await fs.promises.copyFile(target, temporary);
    await editHdf5(temporary, edits);
    await flushFile(temporary);
    await renameOver(temporary, target);
    await removeOrphans(target);
    await flushFolder(folder);
  } catch (error) {
    await fs.promises.rm(temporary, { force: true }).catch(() => {});
    throw codeOf(error) === '' ? notEdited(name, error) : writeFailure(name, file, error);
  }
}

/** The library's words are no help to a person; the file they are about is the copy. */
function notEdited(name: string, error: unknown): unknown {
  if (error instanceof PhyError) return error;
  const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
  const sentence = `${name} could not be changed (${why}). The former file is unchanged and nothing you curated is lost.`;
  return new PhyError('refused', sentence, { file: name });
}

async function flushFile(file: string): Promise<void> {
  const handle = await fs.promises.open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function replaceFile(file: string, name: string, parts: readonly Uint8Array[]): Promise<void> {
  const target = writeTarget(file);
  const folder = path.dirname(target);
  const temporary = path.join(folder, `.${path.basename(target)}.${process.pid}-${temporaryCount++}.tmp`);
  try {
    await fs.promises.mkdir(folder, { recursive: true });
    await writeNew(temporary, target, parts);
    await renameOver(temporary, target);
    await removeOrphans(target);
    await flushFolder(folder);
  } catch (error) {
    await fs.promises.rm(temporary, { force: true }).catch(() => {});
    throw writeFailure(name, file, error);
  }
}

/** Temporary files of this target that a killed process left behind. Those of a process that still runs are left alone. */
async function removeOrphans(target: string): Promise<void> {
  const start = `.${path.basename(target)}.`;
  for (const name of await fs.promises.readdir(path.dirname(target))) {
    const pid = name.startsWith(start) ? /^(\d+)-\d+\.tmp$/.exec(name.slice(start.length))?.[1] : undefined;
    if (pid === undefined || isRunning(Number(pid))) continue;
    await fs.promises.rm(path.join(path.dirname(target), name), { force: true }).catch(() => {});
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

async function writeNew(temporary: string, target: string, parts: readonly Uint8Array[]): Promise<void> {
  const mode = statMode(target);
  const handle = await fs.promises.open(temporary, 'wx', mode);
  try {
    await writeAll(handle, parts);
    if (mode !== undefined) await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Permission bits of an existing file, which its successor keeps. */
function statMode(file: string): number | undefined {
  try {
    return fs.statSync(file).mode & 0o777;
  } catch {
    return undefined;
  }
}

/** On Windows a virus scanner or an indexer may hold the old file for a moment: a few short waits are enough. */
async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await fs.promises.rename(from, to);
      return;
    } catch (error) {
      const held = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error));
      if (!held || attempt === 6) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** attempt));
    }
  }
}

async function appendFile(file: string, name: string, bytes: Uint8Array): Promise<void> {
  try {
    const isNew = statMode(file) === undefined;
    if (isNew) await fs.promises.mkdir(path.dirname(file), { recursive: true });
    const handle = await fs.promises.open(file, 'a');
    try {
      await appendWhole(handle, bytes);
    } finally {
      await handle.close();
    }
    if (isNew) await flushFolder(path.dirname(file));
  } catch (error) {
    throw writeFailure(name, file, error);
  }
}

/** Either all bytes are on the disk or the file is as long as before. */
async function appendWhole(handle: fs.promises.FileHandle, bytes: Uint8Array): Promise<void> {
  const { size } = await handle.stat();
  try {
    await writeAll(handle, [bytes]);
    await handle.sync();
  } catch (error) {
    await handle.truncate(size);
    await handle.sync().catch(() => {});
    throw error;
  }
}

async function removeEntry(file: string, name: string): Promise<void> {
  try {
    const entry = statEntry(file, name);
    if (entry === undefined) return;
    if (entry.isFolder) await fs.promises.rmdir(file);
    else await fs.promises.unlink(file);
  } catch (error) {
    throw writeFailure(name, file, error);
  }
}
