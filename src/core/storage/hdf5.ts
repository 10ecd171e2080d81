/** HDF5 files as the readers need them. The library behind it belongs to the platform (it is loaded when the first such file is opened). */
import type { TypedArray } from '../base/nd.ts';

/** An attribute: one number or text, or several. 64-bit integers are numbers (exact up to 2^53); fixed-length text has no padding. */
export type Hdf5Value = number | string | readonly number[] | readonly string[];

export interface Hdf5File {
  /** Path as it was given. */
  readonly name: string;
  /** Names inside a group, in file order; empty for a path that is no group. */
  children(path: string): readonly string[];
  /** undefined when the object or the attribute does not exist. */
  attribute(path: string, name: string): Hdf5Value | undefined;
  /** Sizes of a dataset, undefined when there is none at the path. */
  shape(path: string): readonly number[] | undefined;
  /** Rows [start, end) along the first axis of a dataset, C order; 64-bit integers become doubles. Throws `input` when they cannot be read. */
  rows(path: string, start: number, end: number): TypedArray;
  close(): void;
}

/** One change of an HDF5 file. Nothing is ever removed. */
export type Hdf5Edit =
  /** Overwrites a dataset of int32 with as many numbers. */
  | { readonly kind: 'dataset'; readonly path: string; readonly data: Int32Array }
  /** Makes a group and those above it, where they do not exist. */
  | { readonly kind: 'group'; readonly path: string }
  /** Sets an attribute: a 64-bit integer, or fixed-length text in an array of one, as klusta writes them. */
  | { readonly kind: 'attribute'; readonly path: string; readonly name: string; readonly value: number | string };
