/**
 * The frame that carries an engine message: one block of bytes that is decoded without copying its arrays.
 *
 *     u32 jsonLength | u32 dataStart | JSON (UTF-8) | zeros up to dataStart | arrays, each on an 8-byte boundary      (little endian)
 *
 * In the JSON an array is `{"$a": [dtype, shape, byte offset from dataStart]}` and a number that JSON lacks is `{"$n": "NaN"}`. An object
 * of somebody else that happens to look like that is wrapped: `{"$o": {...}}`.
 */
import { PhyError } from '../base/errors.ts';
import { isNdArray, type Dtype, type NdArray, type TypedArray } from '../base/nd.ts';
import type { EngineMessage } from './messages.ts';

const HEAD_BYTES = 8;
const ALIGNMENT = 8;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Encodes a message, copying every array once. Throws TypeError for values that cannot travel (functions, maps, bare typed arrays). */
export function encodeFrame(message: EngineMessage): Uint8Array<ArrayBuffer> {
  return encodeValue(message);
}

/** Decodes a message; its arrays are views of `bytes` when they lie on 8-byte boundaries. Throws `input` when the frame is malformed. */
export function decodeFrame(bytes: Uint8Array): EngineMessage {
  const value = decodeValue(bytes);
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') {
    throw malformed('it holds no message');
  }
  return value as EngineMessage;
}

/** `encodeFrame` for any value made of plain objects, lists, numbers, text and NdArrays. */
export function encodeValue(value: unknown): Uint8Array<ArrayBuffer> {
  const arrays: NdArray[] = [];
  const offsets = new ArrayOffsets();
  const json = new TextEncoder().encode(JSON.stringify(pack(value, arrays, offsets)));
  const dataStart = align(HEAD_BYTES + json.length);
  const frame = new Uint8Array(dataStart + offsets.end);
  const head = new DataView(frame.buffer);
  head.setUint32(0, json.length, true);
  head.setUint32(4, dataStart, true);
  frame.set(json, HEAD_BYTES);
  let offset = dataStart;
  for (const { data } of arrays) {
    frame.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset = align(offset + data.byteLength);
  }
  return frame;
}

/** Inverse of `encodeValue`. */
export function decodeValue(bytes: Uint8Array): unknown {
  const frame = bytes.byteOffset % ALIGNMENT === 0 ? bytes : new Uint8Array(bytes);
  if (frame.byteLength < HEAD_BYTES) throw malformed('it is shorter than its head');
  const head = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const jsonLength = head.getUint32(0, true);
  const dataStart = head.getUint32(4, true);
  if (dataStart % ALIGNMENT !== 0 || dataStart < HEAD_BYTES + jsonLength || dataStart > frame.byteLength) {
    throw malformed('its head does not fit its length');
  }
  const json = frame.subarray(HEAD_BYTES, HEAD_BYTES + jsonLength);
  return unpack(parseJson(json), frame.subarray(dataStart));
}

/** Hands out the byte offset of each array, the next one always aligned. */
class ArrayOffsets {
  end = 0;
  take(byteLength: number): number {
    const start = this.end;
    this.end = align(start + byteLength);
    return start;
  }
}

const align = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** The JSON for `value`; arrays are collected in `arrays`. `undefined` members vanish, as in JSON. */
function pack(value: unknown, arrays: NdArray[], offsets: ArrayOffsets): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $n: String(value) };
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item) => pack(item, arrays, offsets));
  if (typeof value !== 'object' || ArrayBuffer.isView(value)) throw notSendable(value);
  if (isNdArray(value)) {
    arrays.push(value);
    return { $a: [value.dtype, [...value.shape], offsets.take(value.data.byteLength)] };
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw notSendable(value);
  const packed = packMembers(value, arrays, offsets);
  return looksSpecial(packed) ? { $o: packed } : packed;
}

function packMembers(object: object, arrays: NdArray[], offsets: ArrayOffsets): { [key: string]: Json } {
  const packed: { [key: string]: Json } = {};
  for (const [key, member] of Object.entries(object)) {
    if (member !== undefined) define(packed, key, pack(member, arrays, offsets));
  }
  return packed;
}

/** Sets an own property, whatever its name: a label called `__proto__` stays a label. */
function define<T>(object: { [key: string]: T }, key: string, value: T): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

function looksSpecial(object: { readonly [key: string]: Json }): boolean {
  const keys = Object.keys(object);
  return keys.length === 1 && keys[0].startsWith('$');
}

/** Replaces markers in place (the tree was just parsed and belongs to nobody else). */
function unpack(value: Json, data: Uint8Array): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => unpack(item, data));
  if (!looksSpecial(value)) return unpackMembers(value, data);
  if ('$a' in value) return arrayOf(value.$a, data);
  if ('$n' in value) return numberOf(value.$n);
  const inner = value.$o;
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) throw malformed('it has an unknown marker');
  return unpackMembers(inner, data);
}

function unpackMembers(object: { [key: string]: Json }, data: Uint8Array): { [key: string]: unknown } {
  const members: { [key: string]: unknown } = object;
  for (const key of Object.keys(object)) {
    const member = object[key];
    if (typeof member === 'object' && member !== null) define(members, key, unpack(member, data));
  }
  return members;
}

function numberOf(marker: Json): number {
  if (marker === 'NaN') return Number.NaN;
  if (marker === 'Infinity') return Infinity;
  if (marker === '-Infinity') return -Infinity;
  throw malformed('it has an unknown number');
}

function arrayOf(marker: Json, data: Uint8Array): NdArray {
  if (!Array.isArray(marker) || marker.length !== 3) throw malformed('it has a broken array');
  const [dtype, shape, offset] = marker;
  if (typeof dtype !== 'string' || !isDtype(dtype) || !isSizes(shape) || !isSize(offset)) {
    throw malformed('it has a broken array');
  }
  const length = shape.reduce((product, n) => product * n, 1);
  const bytes = length * BYTES[dtype];
  if (offset % ALIGNMENT !== 0 || offset + bytes > data.byteLength) throw malformed('an array lies outside of it');
  return { dtype, shape, data: view(dtype, data.buffer, data.byteOffset + offset, length) };
}

const isSize = (value: Json): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isSizes = (value: Json): value is number[] => Array.isArray(value) && value.every(isSize);

const BYTES: Readonly<Record<Dtype, number>> = {
  int8: 1,
  uint8: 1,
  bool: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  float64: 8,
};
const isDtype = (name: string): name is Dtype => Object.hasOwn(BYTES, name);

function view(dtype: Dtype, buffer: ArrayBufferLike, offset: number, length: number): TypedArray {
  switch (dtype) {
    case 'int8':
      return new Int8Array(buffer, offset, length);
    case 'uint8':
    case 'bool':
      return new Uint8Array(buffer, offset, length);
    case 'int16':
      return new Int16Array(buffer, offset, length);
    case 'uint16':
      return new Uint16Array(buffer, offset, length);
    case 'int32':
      return new Int32Array(buffer, offset, length);
    case 'uint32':
      return new Uint32Array(buffer, offset, length);
    case 'float32':
      return new Float32Array(buffer, offset, length);
    case 'float64':
      return new Float64Array(buffer, offset, length);
  }
}

function parseJson(bytes: Uint8Array): Json {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json;
  } catch {
    throw malformed('its head is not JSON');
  }
}

function malformed(why: string): PhyError {
  return new PhyError('input', `A message of the engine could not be read: ${why}.`);
}

function notSendable(value: unknown): TypeError {
  return new TypeError(`a ${Object.prototype.toString.call(value).slice(8, -1)} cannot be sent`);
}
