import { expect, test } from 'vitest';
import { fromAnswer, toAnswer } from './wire.ts';

test('what a plugin returns arrives as it was', () => {
  const value = { a: Float64Array.of(1, Number.NaN), b: [{ c: Int32Array.of(2), d: null, e: 'x', f: true }], g: {} };
  expect(fromAnswer(toAnswer(value))).toEqual(value);
  expect(toAnswer(undefined)).toBeNull();
});

test('what would arrive empty or not at all is refused by its name', () => {
  for (const [value, name] of [
    [new Map([[1, 2]]), 'Map'],
    [new Set([1]), 'Set'],
    [new Date(0), 'Date'],
    [BigInt64Array.of(1n), 'BigInt64Array'],
    [() => 1, 'function'],
    [1n, 'bigint'],
  ] as const) {
    expect(() => toAnswer({ list: [value] })).toThrow(`a ${name} cannot be part of an answer`);
  }
});
