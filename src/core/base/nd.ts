/** Typed arrays that answers and files consist of. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** dtype names of spec/commands.md 1. `bool` is stored in a Uint8Array of 0 and 1. */
export type Dtype = 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'float32' | 'float64' | 'bool';

/** An n-dimensional array in C order; `data.length` is the product of `shape`. NaN means missing in float arrays. */
export interface NdArray<T extends TypedArray = TypedArray> {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: T;
}

/** The dtype of a typed array (a Uint8Array is `uint8`; say `bool` explicitly where it is meant). */
export function dtypeOf(data: TypedArray): Dtype {
  if (data instanceof Int8Array) return 'int8';
  if (data instanceof Uint8Array) return 'uint8';
  if (data instanceof Int16Array) return 'int16';
  if (data instanceof Uint16Array) return 'uint16';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Uint32Array) return 'uint32';
  if (data instanceof Float32Array) return 'float32';
  return 'float64';
}

/** Wraps typed data as an NdArray; without a shape it is one-dimensional. Throws RangeError when the sizes disagree. */
export function nd<T extends TypedArray>(data: T, shape: readonly number[] = [data.length]): NdArray<T> {
  const size = shape.reduce((product, n) => product * n, 1);
  if (size !== data.length) throw new RangeError(`shape [${shape.join(', ')}] does not hold ${data.length} values`);
  return { dtype: dtypeOf(data), shape, data };
}

/** True for a typed array of any kind; a DataView has no length. */
export const isTypedArray = (value: unknown): value is ArrayLike<number> =>
  ArrayBuffer.isView(value) && 'length' in value;

/** True for values made by `nd` (used by the JSON writer and the frame encoder to find arrays in an answer). */
export function isNdArray(value: unknown): value is NdArray {
  return (
    typeof value === 'object' &&
    value !== null &&
    'data' in value &&
    'shape' in value &&
    'dtype' in value &&
    ArrayBuffer.isView(value.data)
  );
}
