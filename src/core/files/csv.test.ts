import { describe, expect, it } from 'vitest';
import { nd, type NdArray } from '../base/nd.ts';
import { joinBytes } from '../storage/memory.ts';
import { csvPieces } from './csv.ts';

const csv = (array: NdArray): string => new TextDecoder().decode(joinBytes([...csvPieces(array)]));

describe('csvPieces', () => {
  it('a vector has one value per line, a matrix one row', () => {
    expect(csv(nd(new Float64Array([1.5, NaN, -Infinity])))).toBe('1.5\nnan\n-inf\n');
    expect(csv(nd(new Int32Array([1, 2, 3, 4, 5, 6]), [2, 3]))).toBe('1,2,3\n4,5,6\n');
    expect(csv({ dtype: 'bool', shape: [2], data: new Uint8Array([0, 1]) })).toBe('false\ntrue\n');
  });
  it('more axes: the place along the outer ones goes before each row', () => {
    const array = nd(
      Int8Array.from({ length: 12 }, (_, k) => k),
      [2, 3, 2],
    );
    expect(csv(array)).toBe('0,0,0,1\n0,1,2,3\n0,2,4,5\n1,0,6,7\n1,1,8,9\n1,2,10,11\n');
  });
  it('nothing is an empty file', () => {
    expect([csv(nd(new Float32Array(0))), csv(nd(new Float32Array(0), [3, 0]))]).toEqual(['', '']);
  });
  it('long arrays come in pieces', () => {
    const pieces = [...csvPieces(nd(new Int32Array(200_000)))];
    expect(pieces.length).toBeGreaterThan(2);
    expect(joinBytes(pieces).length).toBe(400_000);
  });
});
