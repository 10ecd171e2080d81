/**
 * Where bytes come from and go to. A name is a path relative to the storage's folder with `/` between parts; an absolute path is
 * taken as it is (raw data often lies elsewhere). Reads are exact or throw: a short read is an `input` error naming the file.
 */
import type { Hdf5Edit, Hdf5File } from './hdf5.ts';

export interface FileEntry {
  readonly name: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly isFolder: boolean;
}

/** An open file. Reads within one call run without giving up the thread, so callers split long work themselves. */
export interface RandomAccess {
  readonly name: string;
  readonly size: number;
  /** Fills `into` from byte `offset` on. */
  read(offset: number, into: Uint8Array): Promise<void>;
  /** Row k of `into` (rowBytes each) comes from byte offsets[k]; neighbouring rows are read together where that is cheaper. */
  readRows(offsets: Float64Array, rowBytes: number, into: Uint8Array): Promise<void>;
  /**
   * Says which rows `readRows` will be asked for next. Where the last ones came slowly, from a disk rather than from memory, and the platform can,
   * they are fetched meanwhile; the answer then is what stops that. A hint: it changes what reading costs, never what it gives.
   */
  ahead?(offsets: () => Float64Array, rowBytes: number): (() => void) | undefined;
  close(): Promise<void>;
}

/**
 * Lets long work give up the thread and be cancelled: called between blocks, throws when the request is aborted. `fraction` (0 to 1) says
 * how far it has come, where the work can tell.
 */
export type ReadProgress = (fraction?: number) => Promise<void>;

/** Unpacks a zlib stream. Rejects when it is damaged or does not hold exactly `size` bytes. */
export type Inflate = (packed: Uint8Array, size: number) => Promise<Uint8Array>;

export interface Storage {
  /** The folder as people see it (an absolute path, or a name for storage in memory). */
  readonly folder: string;
  /** Entries of a folder, sorted by name; the storage's own folder without an argument. A missing folder has no entries. */
  list(folder?: string): Promise<readonly FileEntry[]>;
  /** undefined when there is no such file. */
  stat(name: string): Promise<FileEntry | undefined>;
  /** Opens read-only. Throws `input` when it cannot. */
  open(name: string): Promise<RandomAccess>;
  /** The whole of a small file. */
  readAll(name: string): Promise<Uint8Array>;
  /** Beside the reading thread where the platform can. */
  readonly inflate: Inflate;
  /** Opens an HDF5 file read-only. Throws `input` when it cannot, or when the platform has no reader of HDF5. */
  openHdf5(name: string): Promise<Hdf5File>;
}

/** Storage that can be changed. Every method returns only after the bytes are on the disk (fsync). */
export interface WritableStorage extends Storage {
  /** Replaces (or makes) a file in one step: temporary file beside it, fsync, rename, fsync of the folder. Makes missing folders. */
  replace(name: string, parts: Uint8Array | readonly Uint8Array[]): Promise<void>;
  /** Appends and flushes. Makes missing folders. A torn write is cut off again. */
  append(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  /** Changes an HDF5 file in one step: a copy beside it is edited, flushed, and put in its place. */
  editHdf5(name: string, edits: readonly Hdf5Edit[]): Promise<void>;
}
