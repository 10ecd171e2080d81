import { describe, expect, it } from 'vitest';
import { sampleInterval } from './interval.ts';

const of = (start: number, end: number) => sampleInterval(start, end, 1000, 20_000);

describe('sampleInterval (views.md 6a)', () => {
  it('rounds both ends to whole samples, halves to the even one', () => {
    expect(of(1, 1.25)).toEqual([1000, 1250]);
    expect(of(1.00049, 1.2506)).toEqual([1000, 1251]);
    expect(of(1.0005, 1.0015)).toEqual([1000, 1002]);
  });
  it('moves an interval into the recording', () => {
    expect(of(-0.1, 0.15)).toEqual([0, 250]);
    expect(of(19.9, 20.15)).toEqual([19_750, 20_000]);
    expect(of(19.75, 20)).toEqual([19_750, 20_000]);
    expect(of(90, 90.25)).toEqual([19_750, 20_000]);
  });
  it('cuts one that is longer than the recording', () => {
    expect(of(-5, 40)).toEqual([0, 20_000]);
    expect(of(3, 40)).toEqual([0, 20_000]);
  });
});
