import { describe, expect, test } from 'vitest';
import { ids, number, toggle } from '../../core/base/params.ts';
import { toHex } from '../colors/convert.ts';
import { colorOfRank } from '../colors/selection.ts';
import { rankColor } from './marks.tsx';
import { parseNumberField, shownNumber, shownValue, steppedNumber, switchedOn } from './numberField.ts';
import { counted, duration, fixed, grouped } from './numbers.ts';

const bin = number({
  label: 'Bin size',
  doc: '',
  default: 0.001,
  min: 0.0001,
  max: 1,
  unit: { name: 'ms', perStored: 1000 },
  decimals: 3,
});
const spikes = number({ label: 'Spikes per cluster', doc: '', default: 100, min: 1, integer: true });

describe('numbers', () => {
  test('thin groups and a true minus', () => {
    expect(grouped(13986)).toBe('13,986');
    expect(grouped(-20)).toBe('−20');
    expect(fixed(-1.25, 1)).toBe('−1.3');
  });
  test('counts and durations', () => {
    expect(counted(1, 'cluster')).toBe('1 cluster');
    expect(counted(13986, 'spike')).toBe('13,986 spikes');
    expect([duration(20), duration(9.25), duration(600), duration(9000)]).toEqual(['20 s', '9.3 s', '10 min', '2.5 h']);
  });
});

describe('number fields', () => {
  test('show the unit people know', () => {
    expect(shownNumber(bin, 0.001)).toBe('1.000');
    expect(shownNumber(spikes, 100000)).toBe('100,000');
  });
  test('store ours', () => {
    expect(parseNumberField(bin, '0.3')).toEqual({ value: 0.0003, error: null });
    expect(parseNumberField(spikes, '100,000')).toEqual({ value: 100000, error: null });
  });
  test.each([
    [bin, 'x', 'Bin size must be a number.'],
    [bin, '', 'Bin size must be a number.'],
    [bin, '0.01', 'Bin size must be at least 0.1 ms.'],
    [bin, '2000', 'Bin size must be at most 1000 ms.'],
    [spikes, '1.5', 'Spikes per cluster must be a whole number.'],
    [spikes, '0', 'Spikes per cluster must be at least 1.'],
  ])('refuse in a sentence', (param, typed, error) => expect(parseNumberField(param, typed).error).toBe(error));
});

describe('values with their units', () => {
  test.each([
    [bin, 0.001, '1.000 ms'],
    [spikes, 100, '100'],
    [number({ label: '', doc: '', default: null, nullable: true, nullMeans: 'no limit' }), null, 'no limit'],
    [toggle({ label: '', doc: '', default: true }), true, 'on'],
    [ids({ label: '', doc: '', default: null }), null, 'automatic'],
    [ids({ label: '', doc: '', default: null }), [3, 4], '3, 4'],
  ])('%#', (param, value, shown) => expect(shownValue(param, value)).toBe(shown));
  test.each([
    [spikes, 100, 1, 101],
    [spikes, 1, -1, 1],
    [spikes, 100, 10, 110],
    [bin, 0.001, 1, 0.0011],
    [bin, 0.05, -1, 0.049],
    [bin, 1, 1, 1],
  ])('steps %#', (param, from, steps, to) => expect(steppedNumber(param, from, steps)).toBe(to));
});

describe('a number that is switched on', () => {
  const limit = { label: '', doc: '', integer: true, min: 1, max: 1e9, nullable: true } as const;
  const specs = {
    perCluster: number({ ...limit, default: 100 }),
    total: number({ ...limit, default: null, proposal: { param: 'perCluster', times: 8 } }),
    other: number({ ...limit, default: null }),
  };
  // spec/views.md 1.13.
  test.each([
    ['total', 50, 400],
    ['total', null, 800],
    ['total', 1e9, 1e9],
    ['perCluster', null, 100],
    ['other', 50, 1],
  ] as const)('%s begins with what makes sense', (name, perCluster, begins) => {
    expect(switchedOn(specs[name], specs, { perCluster, total: null, other: null })).toBe(begins);
  });
});

describe('the colour of a place in the selection', () => {
  test('is a token for the first eight', () => {
    expect([0, 1, 7].map(rankColor)).toEqual(['var(--sel-1)', 'var(--sel-2)', 'var(--sel-8)']);
  });
  test('is what plots paint from the ninth on, in both themes', () => {
    for (const rank of [8, 9, 19, 255]) {
      const [light, dark] = [colorOfRank(rank, [], [1, 1, 1]), colorOfRank(rank, [])].map(toHex);
      expect(rankColor(rank)).toBe(`light-dark(${light}, ${dark})`);
    }
    expect(rankColor(8)).toBe('light-dark(#00a889, #00fecf)');
  });
  test('comes again after 256', () => expect([256, 264].map(rankColor)).toEqual([rankColor(0), rankColor(8)]));
});
