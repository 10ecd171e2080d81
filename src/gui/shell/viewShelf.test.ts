import { describe, expect, test } from 'vitest';
import { fakeClient } from '../../../tests/fixtures/fakeClient.ts';
import type { ViewSpec } from '../view/instance.ts';
import { classOf, createViewShelf, indexOf, nextViewId } from './viewShelf.ts';

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

/** A view that draws nothing. */
const spec = (name: string): ViewSpec => ({
  name,
  query: 'none',
  params: {},
  maxClusters: 0,
  actions: [],
  gestures: [],
  missing: () => null,
  Component: () => null,
});

test('the keys of a class go to the view that was used last', () => {
  const offered = [spec('WaveformView'), spec('RasterView')];
  const find = (name: string) => offered.find((one) => one.name === name);
  const shelf = createViewShelf(fakeClient(), { offered, find });
  for (const id of ['WaveformView', 'RasterView', 'WaveformView (1)', 'WaveformView (2)']) shelf.ensure(id);
  const having = () => shelf.withKeys().map(({ id }) => id);
  expect(having()).toEqual(['WaveformView', 'RasterView']);
  shelf.use('WaveformView (1)');
  expect(having()).toEqual(['WaveformView (1)', 'RasterView']);
  shelf.use('RasterView');
  shelf.use('ClusterView');
  expect(having()).toEqual(['WaveformView (1)', 'RasterView']);
  shelf.use('WaveformView (2)');
  shelf.close('WaveformView (1)');
  expect(having()).toEqual(['WaveformView (2)', 'RasterView']);
  shelf.close('WaveformView (2)');
  expect(having()).toEqual(['WaveformView', 'RasterView']);
});
