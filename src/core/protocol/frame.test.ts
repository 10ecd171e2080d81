import { describe, expect, it } from 'vitest';
import { nd, type NdArray, type TypedArray } from '../base/nd.ts';
import { decodeFrame, decodeValue, encodeValue } from './frame.ts';

/** A small seeded generator, so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const MAKERS: readonly ((n: number) => TypedArray)[] = [
  (n) => new Int8Array(n),
  (n) => new Uint8Array(n),
  (n) => new Int16Array(n),
  (n) => new Uint16Array(n),
  (n) => new Int32Array(n),
  (n) => new Uint32Array(n),
  (n) => new Float32Array(n),
  (n) => new Float64Array(n),
];

function randomArray(next: () => number): NdArray {
  const shape = Array.from({ length: Math.floor(next() * 4) }, () => Math.floor(next() * 4));
  const data = MAKERS[Math.floor(next() * MAKERS.length)](shape.reduce((product, n) => product * n, 1));
  for (let i = 0; i < data.length; i++) data[i] = next() * 1000 - 300;
  return nd(data, shape);
}

const LEAVES: readonly unknown[] = [
  null,
  true,
  false,
  '',
  'µm ✓',
  0,
  1.5,
  -3e300,
  Number.NaN,
  Infinity,
  -Infinity,
  2 ** 53,
];
const KEYS = ['a', 'b', '$a', '$n', '$o', '', 'n_spikes', '__proto__', 'constructor'];

function randomTree(next: () => number, depth: number): unknown {
  const kind = next();
  if (depth === 0 || kind < 0.3) return LEAVES[Math.floor(next() * LEAVES.length)];
  if (kind < 0.5) return randomArray(next);
  const size = Math.floor(next() * 4);
  if (kind < 0.7) return Array.from({ length: size }, () => randomTree(next, depth - 1));
  const entries = Array.from({ length: size }, () => [
    KEYS[Math.floor(next() * KEYS.length)],
    randomTree(next, depth - 1),
  ]);
  return Object.fromEntries(entries);
}

describe('frame', () => {
  it('gives back what was put in', () => {
    const message = {
      type: 'answer',
      answer: { x: nd(new Float64Array([1, Number.NaN])), list: [1, Number.NaN, null] },
    };
    expect(decodeFrame(encodeValue(message))).toEqual(message);
  });

  it('gives back any tree of plain values and arrays', () => {
    const next = random(7);
    for (let i = 0; i < 500; i++) {
      const tree = randomTree(next, 5);
      expect(decodeValue(encodeValue(tree))).toEqual(tree);
    }
  });

  it('keeps shapes of empty arrays, and bool', () => {
    const empty = nd(new Float32Array(0), [0, 82, 12]);
    const flags: NdArray = { dtype: 'bool', shape: [2], data: new Uint8Array([1, 0]) };
    expect(decodeValue(encodeValue({ empty, flags }))).toEqual({ empty, flags });
  });

  it('puts every array on an 8-byte boundary and decodes without copying', () => {
    const frame = encodeValue({ a: nd(new Uint8Array([1])), b: nd(new Float64Array([2, 3])) });
    const value = decodeValue(frame) as { a: NdArray; b: NdArray };
    expect(value.b.data.byteOffset % 8).toBe(0);
    expect(value.b.data.buffer).toBe(frame.buffer);
    frame[value.a.data.byteOffset] = 9;
    expect(value.a.data[0]).toBe(9);
  });

  it('reads a frame that lies anywhere in its buffer', () => {
    const frame = encodeValue({ b: nd(new Float64Array([2, 3])) });
    const shifted = new Uint8Array(frame.length + 3);
    shifted.set(frame, 3);
    expect(decodeValue(shifted.subarray(3))).toEqual({ b: nd(new Float64Array([2, 3])) });
  });

  it('drops undefined members, as JSON does', () => {
    expect(decodeValue(encodeValue({ a: undefined, b: [undefined] }))).toEqual({ b: [null] });
  });

  it('refuses what cannot travel', () => {
    expect(() => encodeValue({ a: new Float32Array(1) })).toThrow('a Float32Array cannot be sent');
    expect(() => encodeValue({ a: new Map() })).toThrow('a Map cannot be sent');
    expect(() => encodeValue({ a: () => 1 })).toThrow('a Function cannot be sent');
  });

  it('refuses malformed frames in a sentence', () => {
    const good = encodeValue({ type: 'x', a: nd(new Float64Array(4)) });
    const bad: Uint8Array[] = [new Uint8Array(0), new Uint8Array(7), good.slice(0, 20), good.slice(0, good.length - 8)];
    for (const marker of ['{"$a":1}', '{"$a":["int99",[1],0]}', '{"$a":["int8",[-1],0]}', '{"$a":["int8",[1],3]}'])
      bad.push(raw(marker));
    for (const marker of ['{"$a":["float64",[9e15],0]}', '{"$n":"x"}', '{"$z":1}', '{"$o":1}', '{', '\xff'])
      bad.push(raw(marker));
    for (const frame of bad) expect(() => decodeValue(frame)).toThrow('A message of the engine could not be read');
    expect(() => decodeFrame(encodeValue([1]))).toThrow('it holds no message');
  });

  it('never throws anything but its own error on damaged bytes', () => {
    const next = random(3);
    const good = encodeValue({ type: 'x', a: nd(new Float64Array(4)), b: [Number.NaN, { $a: 1 }] });
    for (let i = 0; i < 2000; i++) {
      const damaged = good.slice(0, Math.ceil(next() * good.length));
      for (let k = 0; k < 3; k++) damaged[Math.floor(next() * damaged.length)] = Math.floor(next() * 256);
      try {
        decodeValue(damaged);
      } catch (error) {
        expect(error).toMatchObject({ name: 'PhyError', kind: 'input' });
      }
    }
  });
});

/** A frame with the given JSON text and no arrays. */
function raw(json: string): Uint8Array {
  const text = Uint8Array.from(json, (c) => c.charCodeAt(0));
  const frame = new Uint8Array(Math.ceil((8 + text.length) / 8) * 8);
  new DataView(frame.buffer).setUint32(0, text.length, true);
  new DataView(frame.buffer).setUint32(4, frame.length, true);
  frame.set(text, 8);
  return frame;
}
