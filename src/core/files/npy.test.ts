import { describe, expect, it } from 'vitest';
import { PhyError } from '../base/errors.ts';
import { nd } from '../base/nd.ts';
import { joinBytes, memoryStorage } from '../storage/memory.ts';
import { elements, elementType, numpyDescr, parseElementType, samplesOf } from './elements.ts';
import { cOrder, encodeNpy, npyHeader, openNpy, readArray, readFlat, readRows, squeezeTo } from './npy.ts';

/** A file with any header, as other programs write them. */
function npyFile(dict: string, body: ArrayBuffer | Uint8Array, version = 1, pad = 128): Uint8Array {
  const start = version === 1 ? 10 : 12;
  const text = new TextEncoder().encode(`${dict.padEnd(pad - start - 1)}\n`);
  const head = new Uint8Array(start + text.length);
  head.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(head.buffer);
  if (version === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  head.set(text, start);
  return joinBytes([head, body instanceof Uint8Array ? body : new Uint8Array(body)]);
}
const open = (bytes: Uint8Array) => openNpy(memoryStorage({ 'x.npy': bytes }), 'x.npy');
const read = async (bytes: Uint8Array) => readArray(await open(bytes));
const dict = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

async function message(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof PhyError)) throw new Error(`expected a PhyError, got ${String(error)}`);
  expect(error.kind).toBe('input');
  return error.message;
}

describe('element types', () => {
  it.each([
    ['int16', 'int16', 2, false],
    ['<i2', 'int16', 2, false],
    ['>i2', 'int16', 2, true],
    ['i2', 'int16', 2, false],
    ['f4', 'float32', 4, false],
    ['|b1', 'bool', 1, false],
    ['>u1', 'uint8', 1, false],
    ['=f8', 'float64', 8, false],
    ['h', 'int16', 2, false],
    ['double', 'float64', 8, false],
    ['float', 'float64', 8, false],
    ['int', 'int64', 8, false],
  ])('%s', (text, name, bytes, bigEndian) => {
    expect(parseElementType(text)).toEqual({ name, bytes, bigEndian });
  });
  it.each(['|O', '<U8', '|S3', '<c8', 'i3', 'b2', 'toString', '', '<M8[ns]'])('has no number for %s', (text) => {
    expect(parseElementType(text)).toBeUndefined();
  });
  it('converts half floats and 64-bit integers, in either byte order', () => {
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00, 0x3555);
    expect([...elements(new Uint8Array(halves.buffer), elementType('float16'))]).toEqual([
      1,
      -2,
      5.960464477539063e-8,
      Infinity,
      0.333251953125,
    ]);
    const view = new DataView(new ArrayBuffer(16));
    view.setBigInt64(0, -3n, false);
    view.setBigInt64(8, 2n ** 53n - 1n, false);
    const bytes = new Uint8Array(view.buffer);
    expect([...elements(bytes, elementType('int64', true))]).toEqual([-3, 2 ** 53 - 1]);
    expect(() => elements(bytes, elementType('uint64', true))).toThrow(RangeError);
  });

  it('takes samples of raw data beyond 2^53 as well as a double can, at any place in memory', () => {
    const bytes = new Uint8Array(17).fill(255);
    const shifted = bytes.subarray(1);
    expect([...samplesOf(shifted, elementType('uint64'))]).toEqual([2 ** 64, 2 ** 64]);
    expect([...samplesOf(shifted, elementType('int64', true))]).toEqual([-1, -1]);
  });
});

describe('reading', () => {
  it.each([
    ['|b1', 'bool', Uint8Array.of(1, 0, 1, 1, 0, 0)],
    ['|i1', 'int8', Int8Array.of(-1, 2, -3, 4, 5, -128)],
    ['|u1', 'uint8', Uint8Array.of(1, 2, 3, 4, 5, 255)],
    ['<i2', 'int16', Int16Array.of(-1, 2, -3, 4, 5, -32768)],
    ['<u2', 'uint16', Uint16Array.of(1, 2, 3, 4, 5, 65535)],
    ['<i4', 'int32', Int32Array.of(-1, 2, -3, 4, 5, 2 ** 31 - 1)],
    ['<u4', 'uint32', Uint32Array.of(1, 2, 3, 4, 5, 2 ** 32 - 1)],
    ['<f4', 'float32', Float32Array.of(0.5, -1, NaN, Infinity, 3, 1e30)],
    ['<f8', 'float64', Float64Array.of(0.1, -1, NaN, Infinity, 3, 1e300)],
  ])('reads %s', async (descr, dtype, values) => {
    const array = await read(npyFile(dict(descr, '(2, 3)'), new Uint8Array(values.buffer)));
    expect(array).toEqual({ dtype, shape: [2, 3], data: values });
  });

  it('reads versions 2 and 3, short headers, odd spacing, big-endian and 64-bit integers', async () => {
    const body = BigInt64Array.of(58n, -2699982n);
    const expected = { dtype: 'float64', shape: [2], data: Float64Array.of(58, -2699982) };
    for (const version of [1, 2, 3])
      expect(await read(npyFile(dict('<i8', '(2,)'), body.buffer, version))).toEqual(expected);
    expect(await read(npyFile(`{"shape":(2,),'fortran_order':False,"descr":"<i8"}`, body.buffer, 1, 80))).toEqual(
      expected,
    );
    const swapped = new DataView(new ArrayBuffer(4));
    swapped.setInt16(0, -2, false);
    swapped.setInt16(2, 300, false);
    expect((await read(npyFile(dict('>i2', '(2,)'), swapped.buffer))).data).toEqual(Int16Array.of(-2, 300));
  });

  it('reads shapes (), (n, 1), (1, n) and empty ones', async () => {
    const four = Int32Array.of(1, 2, 3, 4).buffer;
    expect((await read(npyFile(dict('<i4', '()'), four.slice(0, 4)))).data).toEqual(Int32Array.of(1));
    expect((await read(npyFile(dict('<i4', '(4, 1)', 'True'), four))).data).toEqual(Int32Array.of(1, 2, 3, 4));
    expect((await read(npyFile(dict('<i4', '(1, 4)', 'True'), four))).data).toEqual(Int32Array.of(1, 2, 3, 4));
    expect(await read(npyFile(dict('<i4', '(0, 3)'), new Uint8Array()))).toEqual({
      dtype: 'int32',
      shape: [0, 3],
      data: new Int32Array(),
    });
    expect(squeezeTo([5, 1], 1)).toEqual([5]);
    expect(squeezeTo([1, 5], 1)).toEqual([5]);
    expect(squeezeTo([1, 1], 1)).toEqual([1]);
    expect(squeezeTo([], 1)).toEqual([1]);
    expect(squeezeTo([1, 82, 4], 3)).toEqual([1, 82, 4]);
    expect(squeezeTo([2, 3], 1)).toEqual([2, 3]);
  });

  it('puts Fortran order into C order for 2 and 3 axes, by array and by rows', async () => {
    const shape = [4, 3, 2];
    const c = Float32Array.from({ length: 24 }, (_, k) => k);
    const f = new Float32Array(24);
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 3; j++) for (let k = 0; k < 2; k++) f[i + 4 * (j + 3 * k)] = c[(i * 3 + j) * 2 + k];
    }
    expect(cOrder(f, shape)).toEqual(c);
    const fortran = await open(npyFile(dict('<f4', '(4, 3, 2)', 'True'), f.buffer));
    const plain = await open(npyFile(dict('<f4', '(4, 3, 2)'), c.buffer));
    for (const npy of [fortran, plain]) {
      expect((await readArray(npy)).data).toEqual(c);
      expect(await readRows(npy, [3, 0, 3])).toEqual(
        Float32Array.of(18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 18, 19, 20, 21, 22, 23),
      );
      expect(await readRows(npy, [1, 2], [5, 0, 3])).toEqual(Float32Array.of(11, 6, 9, 17, 12, 15));
      expect(await readRows(npy, [])).toEqual(new Float32Array());
    }
    expect(await readFlat(plain, 5, 3)).toEqual(Float32Array.of(5, 6, 7));
    const matrix = await read(npyFile(dict('<i2', '(2, 3)', 'True'), Int16Array.of(1, 4, 2, 5, 3, 6).buffer));
    expect(matrix.data).toEqual(Int16Array.of(1, 2, 3, 4, 5, 6));
  });

  it('reads arrays larger than one block', async () => {
    const values = Float64Array.from({ length: 2_200_000 }, (_, k) => k);
    const array = await read(joinBytes(encodeNpy(nd(values))));
    expect(array.data[2_199_999]).toBe(2_199_999);
    expect(array.data[1_048_576]).toBe(1_048_576);
  });
});

describe('refusals', () => {
  it('says in a sentence what is wrong', async () => {
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [new Uint8Array(), 'x.npy is empty, expected a NumPy file. Export or copy the file again.'],
      [new TextEncoder().encode('hello, this is text'), 'x.npy does not start with \\x93NUMPY, expected a NumPy file.'],
      [npyFile(dict('<i4', '(3,)'), new Uint8Array(8)), 'x.npy has 136 bytes, expected 140 for shape (3).'],
      [npyFile(dict('<i4', '(3,)'), new Uint8Array()).subarray(0, 60), 'x.npy ends inside its header (60 bytes)'],
      [npyFile(dict('|O', '()'), new Uint8Array(8)), 'x.npy holds Python objects, expected numbers.'],
      [npyFile(dict('<U4', '(1,)'), new Uint8Array(16)), 'x.npy holds text, expected numbers.'],
      [npyFile(dict('<c8', '(1,)'), new Uint8Array(16)), 'x.npy holds complex numbers, expected numbers.'],
      [
        npyFile(`{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,)}`, new Uint8Array(4)),
        'x.npy holds records',
      ],
      [npyFile('rubbish', new Uint8Array(4)), 'x.npy has a header that cannot be read'],
      [npyFile(dict('<i4', '(-3,)'), new Uint8Array(8)), 'x.npy has a header that cannot be read'],
    ];
    for (const [bytes, expected] of cases) expect(await message(open(bytes))).toContain(expected);
    const huge = BigUint64Array.of(2n ** 60n);
    expect(await message(read(npyFile(dict('<u8', '(1,)'), huge.buffer)))).toContain('x.npy has a value beyond 2^53');
  });
});

describe('writing (spec/data.md 2)', () => {
  it('writes what numpy writes', () => {
    const [header, body] = encodeNpy(nd(Int32Array.from({ length: 314 }, (_, k) => k)));
    const text = new TextDecoder('latin1').decode(header);
    expect(header.length).toBe(128);
    expect(text.slice(10)).toBe(`${"{'descr': '<i4', 'fortran_order': False, 'shape': (314,), }".padEnd(117)}\n`);
    expect([...header.subarray(0, 10)]).toEqual([0x93, 78, 85, 77, 80, 89, 1, 0, 118, 0]);
    expect(body.length).toBe(314 * 4);
  });
  it('names every type as numpy does and survives a round trip', async () => {
    expect(numpyDescr('bool')).toBe('|b1');
    expect(numpyDescr('uint8')).toBe('|u1');
    expect(numpyDescr('uint64')).toBe('<u8');
    expect(numpyDescr('float16')).toBe('<f2');
    expect(new TextDecoder('latin1').decode(npyHeader('float32', [2, 3, 4]))).toContain("'shape': (2, 3, 4), }");
    expect(new TextDecoder('latin1').decode(npyHeader('float32', []))).toContain("'shape': (), }");
    const array = nd(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
    expect(await read(joinBytes(encodeNpy(array)))).toEqual(array);
  });
});
