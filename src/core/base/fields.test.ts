import { expect, test } from 'vitest';
import { cellNumber, numericFields } from './fields.ts';

test('cellNumber: numbers and switches', () => {
  const cells = [3.5, -0, true, false, '3', '', null, undefined, Number.NaN, {}];
  expect(cells.map(cellNumber)).toEqual([3.5, -0, 1, 0, ...Array.from({ length: 6 })]);
});

test('numericFields: columns with at least one number and no text, sorted by code units', () => {
  const table: Readonly<Record<string, readonly unknown[]>> = {
    fr: [1, 2, 3],
    Amplitude: [null, 2, undefined],
    label: [null, null, 'good'],
    mixed: [1, '2', 3],
    empty: [null, undefined, null],
    is_masked: [false, true, false],
    nothing: [],
  };
  expect(numericFields(Object.keys(table), (column) => table[column])).toEqual(['Amplitude', 'fr', 'is_masked']);
});
