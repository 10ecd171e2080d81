import { describe, expect, test } from 'vitest';
import { classOf, indexOf, nextViewId } from './viewShelf.ts';

test('a name is a class and a number', () => {
  expect([classOf('WaveformView (12)'), indexOf('WaveformView (12)')]).toEqual(['WaveformView', 12]);
  expect([classOf('WaveformView'), indexOf('WaveformView')]).toEqual(['WaveformView', 0]);
});

describe('nextViewId (spec/curation.md 4.2)', () => {
  test('the bare name first, then numbers', () => {
    expect(nextViewId('WaveformView', ['FeatureView'], 0)).toBe('WaveformView');
    expect(nextViewId('WaveformView', ['WaveformView'], 0)).toBe('WaveformView (1)');
    expect(nextViewId('WaveformView', ['WaveformView', 'WaveformView (1)'], 1)).toBe('WaveformView (2)');
  });
  test('numbers never go back while one is open', () => {
    expect(nextViewId('WaveformView', ['WaveformView (1)'], 1)).toBe('WaveformView (2)');
    expect(nextViewId('WaveformView', ['WaveformView'], 3)).toBe('WaveformView (4)');
  });
});
