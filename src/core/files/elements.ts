/** Numbers as they lie in files: type, byte order, and conversion to typed arrays (a view where that is possible). */
import type { Dtype, TypedArray } from '../base/nd.ts';

export type ElementName = Dtype | 'int64' | 'uint64' | 'float16';

export interface ElementType {
  readonly name: ElementName;
  /** Bytes per number. */
  readonly bytes: number;
  readonly bigEndian: boolean;
}

const sizes: Readonly<Record<ElementName, number>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float16: 2,
  float32: 4,
  float64: 8,
};

/** numpy's one-letter and C names. */
const aliases: Readonly<Record<string, ElementName>> = {
  '?': 'bool',
  b: 'int8',
  B: 'uint8',
  h: 'int16',
  H: 'uint16',
  i: 'int32',
  I: 'uint32',
  l: 'int64',
  L: 'uint64',
  q: 'int64',
  Q: 'uint64',
  e: 'float16',
  f: 'float32',
  d: 'float64',
  bool_: 'bool',
  byte: 'int8',
  ubyte: 'uint8',
  short: 'int16',
  ushort: 'uint16',
  intc: 'int32',
  uintc: 'uint32',
  int: 'int64',
  uint: 'uint64',
  half: 'float16',
  single: 'float32',
  float: 'float64',
  double: 'float64',
};
const kinds: Readonly<Record<string, string>> = { b: 'bool', i: 'int', u: 'uint', f: 'float' };

function isElementName(text: string): text is ElementName {
  return Object.hasOwn(sizes, text);
}

/** Makes a little-endian element type from its name. */
export function elementType(name: ElementName, bigEndian = false): ElementType {
  return { name, bytes: sizes[name], bigEndian: bigEndian && sizes[name] > 1 };
}

/** Reads a numpy dtype: `int16`, `<i2`, `>f4`, `|b1`, `i2`, `h`, `double`. undefined for text, objects and records. */
export function parseElementType(text: string): ElementType | undefined {
  const [, order, rest] = /^\s*([<>=|]?)(.*?)\s*$/.exec(text) ?? ['', '', ''];
  const code = /^([biuf])(\d)$/.exec(rest);
  const bits = code === null || code[1] === 'b' ? '' : String(8 * Number(code[2]));
  const name = code === null ? (Object.hasOwn(aliases, rest) ? aliases[rest] : rest) : `${kinds[code[1]]}${bits}`;
  if (!isElementName(name) || (code?.[1] === 'b' && code[2] !== '1')) return undefined;
  return elementType(name, order === '>');
}

/** `<i4`, as numpy writes it. */
export function numpyDescr(name: ElementName): string {
  const size = sizes[name];
  const kind = name === 'bool' ? 'b' : name.startsWith('u') ? 'u' : name.startsWith('i') ? 'i' : 'f';
  return `${size === 1 ? '|' : '<'}${kind}${size}`;
}

/** Reverses the bytes of every number. */
function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const copy = new Uint8Array(bytes.length);
  for (let start = 0; start + size <= bytes.length; start += size) {
    for (let k = 0; k < size; k++) copy[start + k] = bytes[start + size - 1 - k];
  }
  return copy;
}

/**
 * The numbers in `bytes`: a view where order and alignment allow, else a copy. 64-bit integers become doubles (RangeError beyond
 * 2^53), half floats become floats, `bool` a Uint8Array.
 */
export function elements(bytes: Uint8Array, type: ElementType): TypedArray {
  const ordered = type.bigEndian ? swapped(bytes, type.bytes) : bytes;
  const source = ordered.byteOffset % type.bytes === 0 ? ordered : ordered.slice();
  const { buffer, byteOffset } = source;
  const count = Math.floor(source.length / type.bytes);
  switch (type.name) {
    case 'bool':
    case 'uint8':
      return new Uint8Array(buffer, byteOffset, count);
    case 'int8':
      return new Int8Array(buffer, byteOffset, count);
    case 'int16':
      return new Int16Array(buffer, byteOffset, count);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, count);
    case 'int32':
      return new Int32Array(buffer, byteOffset, count);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, count);
    case 'float32':
      return new Float32Array(buffer, byteOffset, count);
    case 'float64':
      return new Float64Array(buffer, byteOffset, count);
    case 'float16':
      return halfFloats(new Uint16Array(buffer, byteOffset, count));
    case 'int64':
    case 'uint64': {
      const words = longWords(source, type);
      for (let k = 1; k < words.length; k += 2) {
        if (words[k] >= 0x200000 || words[k] < -0x200000) throw new RangeError('a value beyond 2^53');
      }
      return longIntegers(words);
    }
  }
}

/** Samples of raw data: as `elements`, but beyond 2^53, where nobody needs every digit, they are rounded. */
export function samplesOf(bytes: Uint8Array, type: ElementType): TypedArray {
  if (type.name !== 'int64' && type.name !== 'uint64') return elements(bytes, type);
  return longIntegers(longWords(type.bigEndian ? swapped(bytes, type.bytes) : bytes.slice(), type));
}

/** Low and high halves, the latter signed as the type is. `bytes` is aligned. */
function longWords({ buffer, byteOffset, length }: Uint8Array, { name }: ElementType): Int32Array | Uint32Array {
  const count = 2 * Math.floor(length / 8);
  return name === 'int64' ? new Int32Array(buffer, byteOffset, count) : new Uint32Array(buffer, byteOffset, count);
}

function longIntegers(words: Int32Array | Uint32Array): Float64Array {
  const values = new Float64Array(words.length / 2);
  for (let k = 0; k < values.length; k++) values[k] = words[2 * k + 1] * 0x100000000 + (words[2 * k] >>> 0);
  return values;
}

function halfFloats(words: Uint16Array): Float32Array {
  return Float32Array.from(words, (word) => {
    const sign = word & 0x8000 ? -1 : 1;
    const exponent = (word >> 10) & 31;
    const fraction = word & 1023;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** The bytes of a typed array without copying. */
export function bytesOf(data: TypedArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
