import { expect, test } from 'vitest';
import { missingText, shownText } from './shown.ts';

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

test('what is missing, and where it was looked for', () => {
  expect(missingText('FeatureView', ['pc_features.npy was not found beside params.py.'])).toBe(
    'FeatureView needs pc_features.npy, which was not found beside params.py.',
  );
  expect(missingText('WaveformView', ['params.py names no raw data (dat_path).', undefined])).toBe(
    'params.py names no raw data (dat_path).',
  );
  expect(missingText('WaveformView', [])).toBe('WaveformView needs data that this dataset does not have.');
});
