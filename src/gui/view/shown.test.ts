import { expect, test } from 'vitest';
import { clustersText, missingText, noRows, noSelection, shareText, shownText, spikesText } from './shown.ts';

test('how much of the data is on screen', () => {
  expect(
    shownText([
      { shown: 100, total: 2483 },
      { shown: 200, total: 1546 },
    ]),
  ).toBe('shown 300 of 4,029');
  expect(shownText([{ shown: 4029, total: 4029 }])).toBe('all 4,029 spikes');
  expect(shownText([{ shown: 1, total: 1 }])).toBe('all 1 spike');
  expect(shownText([{ shown: 5, total: 9, missing: 2 }], 3)).toBe(
    'first 1 of 4 clusters · shown 5 of 9 · 2 without coordinate',
  );
});

test('spikes and clusters of views of everything', () => {
  expect([spikesText(40, 40), spikesText(300, 4029)]).toEqual(['all 40 spikes', 'shown 300 of 4,029']);
  expect(clustersText([2, 24, 29])).toBe('2, 24, 29');
  expect(clustersText(Array.from({ length: 1600 }, (_, id) => id))).toBe('1,600 clusters');
  expect([noRows(true, 36), noRows(true, 0), noRows(false, 36)].map(({ title }) => title)).toEqual([
    'No cluster passes the filter',
    'This dataset has no clusters',
    'Automatic update is off',
  ]);
});

test('a share never looks like nothing or like all', () => {
  expect([0.00001, 0.0042, 0.031, 0.25, 0.9999].map(shareText)).toEqual([
    'less than 0.01 %',
    '0.4 %',
    '3.1 %',
    '25 %',
    '99 %',
  ]);
});

test('what is missing, and where it was looked for', () => {
  expect(missingText('FeatureView', ['pc_features.npy was not found beside params.py.'])).toBe(
    'FeatureView needs pc_features.npy, which was not found beside params.py.',
  );
  expect(missingText('WaveformView', ['params.py names no raw data (dat_path).', undefined])).toBe(
    'params.py names no raw data (dat_path).',
  );
  expect(missingText('WaveformView', [])).toBe('WaveformView needs data that this dataset does not have.');
});

test('a view that does not follow blames itself, not the selection', () => {
  expect([noSelection(true), noSelection(false)].map(({ title }) => title)).toEqual([
    'No cluster is selected',
    'Automatic update is off',
  ]);
});
