import { expect, test } from 'vitest';
import { withoutIds } from './sortedIds.ts';

test('withoutIds takes away what is in both lists, and keeps the list itself when nothing is', () => {
  const ids = Int32Array.of(1, 4, 6, 9);
  expect([...withoutIds(ids, Int32Array.of(0, 4, 5, 9, 12))]).toEqual([1, 6]);
  expect(withoutIds(ids, Int32Array.of(2, 3))).toBe(ids);
  expect([...withoutIds(ids, ids)]).toEqual([]);
  expect([...withoutIds(new Int32Array(0), ids)]).toEqual([]);
});
