import { describe, expect, test } from 'vitest';
import { fakeClient } from '../../../tests/fixtures/fakeClient.ts';
import { colorScheme } from '../../core/base/viewParams.ts';
import type { Row } from '../../core/curation/state.ts';
import { toHex } from '../colors/convert.ts';
import { palettes } from '../colors/palettes.ts';
import { darkStyle, styleFromVariables } from '../colors/style.ts';
import { clusterColors, colorFields, rotateScheme, schemeActions } from './colorSchemes.ts';
import { createViewInstance } from './createView.ts';
import type { ViewSpec } from './instance.ts';
import { linksOf, setCustomColors, type CustomColors } from './links.ts';

const row = (id: number, group: string | null, fr: number, depth: number): Row => ({
  id,
  group,
  is_masked: false,
  fr,
  depth,
  label: id === 3 ? null : `L${id % 2}`,
});
const rows = new Map([
  [1, row(1, 'noise', 0, 0)],
  [2, row(2, 'mua', 1, 100)],
  [3, row(3, 'good', 10, 200)],
  [4, row(4, null, 100, 400)],
]);
const initial: CustomColors = { field: 'cluster', palette: 'categorical', categorical: true, logarithmic: false };
const colors = (scheme: Parameters<typeof clusterColors>[0], custom = initial): readonly string[] => {
  const colorOf = clusterColors(scheme, custom, rows, darkStyle());
  return [1, 2, 3, 4].map((id) => toHex(colorOf(id)));
};

const at = (k: number): string => toHex(palettes.linear[k]);

describe('colour schemes (views.md 1.10)', () => {
  test('blank, random, cluster_group', () => {
    expect(colors('blank')).toEqual(['#bfbfbf', '#bfbfbf', '#bfbfbf', '#bfbfbf']);
    expect(colors('random')).toEqual(['#028800', '#b600ff', '#06acc6', '#98ff00']);
    expect(colors('cluster_group')).toEqual(['#666666', '#808080', '#86d16d', '#ffffff']);
  });
  test('depth is linear; firing rate logarithmic, with zero as the smallest rate above it', () => {
    expect(colors('depth')).toEqual([at(0), at(64), at(128), at(255)]);
    expect(colors('firing_rate')).toEqual([at(0), at(0), at(128), at(255)]);
  });
  test('custom: the defaults are scheme random; group on cluster_group goes by name; texts by rank, nothing first', () => {
    expect(colors('custom')).toEqual(colors('random'));
    expect(colors('custom', { ...initial, field: 'group', palette: 'cluster_group' })).toEqual(colors('cluster_group'));
    const labels = colors('custom', { ...initial, field: 'label' });
    expect(labels).toEqual(['#b600ff', '#028800', '#d70000', '#028800']);
    expect(colors('custom', { field: 'fr', palette: 'linear', categorical: false, logarithmic: true })).toEqual(
      colors('firing_rate'),
    );
  });
  test('groups have the colours that they were given, others that of noise', () => {
    const groups = [
      { name: 'noise', color: '#111111' },
      { name: 'unsorted', color: '#222222' },
      { name: 'fast', color: '#12ab9f' },
    ];
    const moved = new Map([...rows, [5, row(5, 'fast', 1, 1)], [6, row(6, 'odd', 1, 1)]]);
    const colorOf = clusterColors('cluster_group', initial, moved, darkStyle(), groups);
    expect([1, 4, 5, 6].map((id) => toHex(colorOf(id)))).toEqual(['#111111', '#222222', '#12ab9f', '#111111']);
  });
  test('a cluster that is not there is grey; a light ground gets darker colours', () => {
    expect(toHex(clusterColors('random', initial, rows, darkStyle())(99))).toBe('#bfbfbf');
    const light = styleFromVariables((name) => (name === '--plot-bg' ? '#ffffff' : ''));
    expect(toHex(clusterColors('cluster_group', initial, rows, light)(4))).not.toBe('#ffffff');
  });
});

const spec: ViewSpec = {
  name: 'TestView',
  query: 'test',
  params: { colorScheme: colorScheme('depth') },
  maxClusters: 0,
  actions: schemeActions(1),
  gestures: [],
  missing: () => null,
  Component: () => null,
};

describe('choosing a scheme', () => {
  test('the wheel goes round', () => {
    const view = createViewInstance(spec, 'TestView', fakeClient());
    const seen = Array.from({ length: 6 }, () => {
      rotateScheme(view, 1);
      return view.state.getState().values.colorScheme;
    });
    expect(seen).toEqual(['firing_rate', 'custom', 'blank', 'random', 'cluster_group', 'depth']);
    rotateScheme(view, -3);
    expect(view.state.getState().values.colorScheme).toBe('cluster_group');
    expect(view.client.kept('user')).toEqual({ TestView: { color_scheme: 'cluster_group' } });
  });
  test('what the View menu sets is kept under the names of the reference, and read again', () => {
    const client = fakeClient();
    setCustomColors(client, { field: 'fr', palette: 'rainbow', categorical: false });
    expect(client.kept('user').color_selector).toEqual({
      color_field: 'fr',
      colormap: 'rainbow',
      categorical: false,
      logarithmic: false,
    });
    const state = client.kept('user');
    const next = { ...fakeClient(), kept: () => state };
    expect(linksOf(next).getState().customColors).toEqual({
      ...initial,
      field: 'fr',
      palette: 'rainbow',
      categorical: false,
    });
    const damaged = { ...fakeClient(), kept: () => ({ color_selector: { color_field: 3, colormap: 'x' } }) };
    expect(linksOf(damaged).getState().customColors).toEqual(initial);
    expect(colorFields(client)).toEqual(['cluster', 'group']);
  });
});
