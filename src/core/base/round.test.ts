import { expect, it } from 'vitest';
import { roundHalfEven } from './round.ts';

it('rounds a half to the even neighbour', () => {
  expect([0.5, 1.5, 2.5, 2.4, 2.6, -0.5, -1.5, 7].map((value) => roundHalfEven(value) + 0)).toEqual([
    0, 2, 2, 2, 3, 0, -2, 7,
  ]);
});
