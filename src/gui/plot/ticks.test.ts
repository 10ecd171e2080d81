import { describe, expect, it } from 'vitest';
import { autoTicks, axisTicks, endText, tickTexts } from './ticks.ts';

describe('ticks', () => {
  it('never stand closer than one label needs', () => {
    for (const length of [30, 71, 140, 300, 901]) {
      for (const [low, high] of [
        [0, 1],
        [-3.3, 7.9],
        [3599.9, 3600.1],
        [-1e-6, 2e-6],
        [0, 1e7],
      ]) {
        const values = autoTicks(low, high, length, 70);
        for (let k = 1; k < values.length; k++) {
          expect(((values[k] - values[k - 1]) / (high - low)) * length).toBeGreaterThanOrEqual(69.99);
        }
        if (length >= 140) expect(values.length).toBeGreaterThan(0);
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(low);
          expect(value).toBeLessThanOrEqual(high);
        }
      }
    }
  });
  it('have steps of 1, 2 or 5', () => {
    expect(autoTicks(0, 20, 300, 70)).toEqual([0, 5, 10, 15, 20]);
    expect(autoTicks(-40, 60, 500, 70)).toEqual([-40, -20, 0, 20, 40, 60]);
    expect(autoTicks(0, 100, 260, 50)).toEqual([0, 20, 40, 60, 80, 100]);
  });
  it('are none for an empty or broken range', () => {
    expect(autoTicks(1, 1, 300, 70)).toEqual([]);
    expect(autoTicks(2, 1, 300, 70)).toEqual([]);
    expect(autoTicks(0, NaN, 300, 70)).toEqual([]);
    expect(autoTicks(0, 1, 0, 70)).toEqual([]);
  });
});

describe('tick labels', () => {
  it('are as short as exact, with the same decimals, a true minus and separators', () => {
    expect(tickTexts([-0.02, 0, 0.02])).toEqual(['−0.02', '0.00', '0.02']);
    expect(tickTexts([9.95, 10, 10.05])).toEqual(['9.95', '10.00', '10.05']);
    expect(tickTexts([0, 5000, 10000])).toEqual(['0', '5,000', '10,000']);
    expect(tickTexts([3600.0001, 3600.0002])).toEqual(['3,600.0001', '3,600.0002']);
    expect(tickTexts([0])).toEqual(['0']);
    expect(tickTexts([])).toEqual([]);
  });
  it('use powers of ten only for what plain digits cannot say', () => {
    expect(tickTexts([0, 2e9])).toEqual(['0e+0', '2e+9']);
    expect(tickTexts([0, 5e-6])).toEqual(['0e+0', '5e-6']);
  });
});

const ends = (low: number, high: number, length: number, which: 'both' | 'high') =>
  axisTicks({ ends: which }, low, high, length, 50).map(({ text }) => text);
expect(ends(0, 377, 45, 'both')).toEqual(['0', '377']);

describe('an axis', () => {
  it('shows seconds as milliseconds and keeps data units', () => {
    const ticks = axisTicks({ unitScale: 0.001 }, -0.025, 0.025, 300, 70);
    expect(ticks.map((t) => t.text)).toEqual(['−20', '0', '20']);
    expect(ticks.map((t) => t.value)).toEqual([-0.02, 0, 0.02]);
  });
  it('takes given ticks, those in range', () => {
    const ticks = axisTicks({ ticks: [0, 50, 200] }, 0, 100, 40, 50);
    expect(ticks).toEqual([
      { value: 0, text: '0' },
      { value: 50, text: '50' },
    ]);
    expect(axisTicks({ ticks: [1], tickLabels: ['one'] }, 0, 2, 40, 50)).toEqual([{ value: 1, text: 'one' }]);
  });
  it('has two ticks closer together where there is no room for two at the usual distance', () => {
    const ticks = [200, 47, 30, 15].map((length) => axisTicks({}, -3, 118, length, 50));
    expect(ticks.map((list) => list.map(({ text }) => text))).toEqual([
      ['0', '50', '100'],
      ['0', '100'],
      ['0', '100'],
      [],
    ]);
  });

  it('names its ends, rounded, where there is no room for two ticks', () => {
    expect(ends(0, 377, 45, 'high')).toEqual(['377']);
    expect(ends(0, 377, 300, 'both')).toEqual(['0', '100', '200', '300']);
    expect(ends(87.312, 214.881, 45, 'both')).toEqual(['87.3', '215']);
    expect([13986, 9.9497, 0, 0.0123456].map(endText)).toEqual(['13,986', '9.95', '0', '0.0123']);
  });
});
