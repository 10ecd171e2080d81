import { expect, test } from 'vitest';
import { chipsInLegend, wordInLegend } from './legendRoom.ts';

test('all chips where there is room, else as many as leave room for the number of the others', () => {
  expect(chipsInLegend([2, 24, 29], 122)).toBe(3);
  expect(chipsInLegend([0, 1, 2, 3, 4], 122)).toBe(2);
  expect(chipsInLegend([0, 1, 2, 3, 4], 300)).toBe(5);
  expect(chipsInLegend([1000, 2000], 60)).toBe(1);
  expect(chipsInLegend([5, 6], 0)).toBe(2);
  expect(chipsInLegend([], 100)).toBe(0);
});

test('the word for grey spikes stands only where it is whole', () => {
  expect([120, 190, 210, 0].map((room) => wordInLegend([2, 24, 29], 'all spikes', room))).toEqual([
    false,
    false,
    true,
    true,
  ]);
});
