/** Answers as the JSON of spec/commands.md 1: arrays as `{dtype, shape, data}`, NaN and infinities as null. */
import { isNdArray, type NdArray } from './nd.ts';

/** Values written per piece of text, so that no single string grows with the data. */
const VALUES_PER_PIECE = 1 << 16;

/**
 * The JSON text of `value` in pieces, in order. `onArray` (for `--out`) may take an array over: the object that it returns is written
 * instead. Its `path` names the members that lead to the array (`['clusters', '0', 'spikeIds']`).
 */
export function* jsonPieces(
  value: unknown,
  onArray?: (array: NdArray, path: readonly string[]) => object,
  path: readonly string[] = [],
): Generator<string> {
  if (isNdArray(value)) {
    if (onArray === undefined) yield* arrayPieces(value);
    else yield JSON.stringify(onArray(value, path));
  } else if (Array.isArray(value)) {
    yield '[';
    for (let i = 0; i < value.length; i++) {
      if (i > 0) yield ',';
      yield* jsonPieces(value[i], onArray, [...path, String(i)]);
    }
    yield ']';
  } else if (typeof value === 'object' && value !== null) {
    yield* objectPieces(value, onArray, path);
  } else {
    yield JSON.stringify(value ?? null);
  }
}

/** The whole text of `jsonPieces`, for answers that are known to be small. */
export function jsonText(value: unknown): string {
  return [...jsonPieces(value)].join('');
}

/** The file of an array for `--out`: its path in the answer, joined with `_`. */
export function arrayFileName(path: readonly string[]): string {
  return `${path.join('_')}.npy`;
}

function* objectPieces(
  object: object,
  onArray: ((array: NdArray, path: readonly string[]) => object) | undefined,
  path: readonly string[],
): Generator<string> {
  yield '{';
  let separator = '';
  for (const [key, member] of Object.entries(object)) {
    if (member === undefined) continue;
    yield `${separator}${JSON.stringify(key)}:`;
    yield* jsonPieces(member, onArray, [...path, key]);
    separator = ',';
  }
  yield '}';
}

function* arrayPieces({ dtype, shape, data }: NdArray): Generator<string> {
  yield `{"dtype":"${dtype}","shape":${JSON.stringify(shape)},"data":[`;
  for (let start = 0; start < data.length; start += VALUES_PER_PIECE) {
    const values = Array.from(data.subarray(start, start + VALUES_PER_PIECE));
    const text = JSON.stringify(dtype === 'bool' ? values.map((value) => value !== 0) : values);
    yield `${start > 0 ? ',' : ''}${text.slice(1, -1)}`;
  }
  yield ']}';
}
