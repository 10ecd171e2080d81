import { expect, test } from 'vitest';
import { clickedPlace, withChannel } from './channelList.ts';

const at = (key: number | null, button: 'left' | 'middle' | 'right') => clickedPlace({ key, button }, 4);

test('left is the first place, other buttons the second, a digit its own', () => {
  expect([
    at(null, 'left'),
    at(null, 'right'),
    at(null, 'middle'),
    at(3, 'left'),
    at(9, 'left'),
    at(0, 'left'),
  ]).toEqual([0, 1, 1, 2, 3, 0]);
});

test('the clicked channel takes its place, swaps with the other of the first two, and stands only once', () => {
  expect(withChannel([5, 6, 7, 8], 9, 0)).toEqual([9, 6, 7, 8]);
  expect(withChannel([5, 6, 7, 8], 6, 0)).toEqual([6, 5, 7, 8]);
  expect(withChannel([5, 6, 7, 8], 5, 1)).toEqual([6, 5, 7, 8]);
  expect(withChannel([5, 6, 7, 8], 7, 0)).toEqual([7, 6, 8]);
  expect(withChannel([5, 6, 7, 8], 8, 1)).toEqual([5, 8, 7]);
  expect(withChannel([5, 6, 7], 5, 0)).toEqual([5, 6, 7]);
  expect(withChannel([5], 6, 0)).toEqual([5]);
  // A digit beyond the first two: the channel is taken from the first place, which receives the old one.
  expect(withChannel([5, 6, 7], 5, 2)).toEqual([7, 6, 5]);
});
