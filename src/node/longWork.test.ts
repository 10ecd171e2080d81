import { expect, it } from 'vitest';
import { paceOf } from './longWork.ts';

it('the line of long work says its rate and the time that is left, and nothing it does not know', () => {
  expect(paceOf(0, 1000, 0)).toEqual({ rate: '–', left: '–' });
  expect(paceOf(0, 1000, 5000)).toEqual({ rate: '–', left: '–' });
  expect(paceOf(250, 1000, 1000)).toEqual({ rate: '250', left: '3 s' });
  expect(paceOf(1, 1000, 100)).toEqual({ rate: '10', left: '1 min 40 s' });
  expect(paceOf(1, 100_000, 100)).toEqual({ rate: '10', left: '2 h 46 min' });
  expect(paceOf(1000, 1000, 1000)).toEqual({ rate: '1,000', left: '0 s' });
});
