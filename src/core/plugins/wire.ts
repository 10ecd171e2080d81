/** Typed arrays inside plain values: wrapped for the frame that goes to a window, and unwrapped again for a plugin. */
import { isNdArray, nd, type TypedArray } from '../base/nd.ts';

/** A value as an answer: every typed array as an array with a shape. Throws TypeError for what cannot travel. */
export function toAnswer(value: unknown): unknown {
  if (isNdArray(value)) return value;
  if (ArrayBuffer.isView(value)) return nd(asTyped(value));
  if (Array.isArray(value)) return value.map(toAnswer);
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') {
    throw new TypeError(`a ${typeof value} cannot be part of an answer`);
  }
  if (typeof value !== 'object' || value === null) return value ?? null;
  // They would arrive empty.
  if (value instanceof Map || value instanceof Set || value instanceof Date) throw cannotTravel(value);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toAnswer(member)]));
}

/** An answer as the plugin gave it: arrays of one dimension are typed arrays again. */
export function fromAnswer(value: unknown): unknown {
  if (isNdArray(value)) return value.shape.length === 1 ? value.data : value;
  if (Array.isArray(value)) return value.map(fromAnswer);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fromAnswer(member)]));
}

function asTyped(view: ArrayBufferView): TypedArray {
  if (
    view instanceof Int8Array ||
    view instanceof Uint8Array ||
    view instanceof Int16Array ||
    view instanceof Uint16Array ||
    view instanceof Int32Array ||
    view instanceof Uint32Array ||
    view instanceof Float32Array ||
    view instanceof Float64Array
  ) {
    return view;
  }
  throw cannotTravel(view);
}

const cannotTravel = (value: object): TypeError =>
  new TypeError(`a ${Object.prototype.toString.call(value).slice(8, -1)} cannot be part of an answer`);
