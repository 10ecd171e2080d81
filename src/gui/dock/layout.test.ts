import { describe, expect, test } from 'vitest';
import { defaultLayout } from './defaultLayout.ts';
import { fromDockview, toDockview } from './dockviewLayout.ts';
import { panelsOf, pruneLayout, readLayout, type Layout, type LayoutNode } from './layout.ts';

const FOUR = ['ClusterView', 'SimilarityView', 'WaveformView', 'AmplitudeView', 'FeatureView', 'CorrelogramView'];
const four = (panel: string): boolean => FOUR.includes(panel);
const layout: Layout = {
  version: 1,
  root: {
    kind: 'row',
    size: 1,
    children: [
      {
        kind: 'column',
        size: 0.3,
        children: [
          { kind: 'tabs', size: 0.6, panels: ['ClusterView'], active: 'ClusterView' },
          { kind: 'tabs', size: 0.4, panels: ['SimilarityView', 'ClusterScatterView'], active: 'ClusterScatterView' },
        ],
      },
      { kind: 'tabs', size: 0.7, panels: ['WaveformView (1)'], active: 'WaveformView (1)' },
    ],
  },
  floating: [
    {
      root: { kind: 'tabs', size: 1, panels: ['FeatureView'], active: 'FeatureView' },
      box: { left: 10, top: 20, width: 300, height: 200 },
    },
  ],
};
const leaf = (panel: string): LayoutNode => ({ kind: 'tabs', size: 0.5, panels: [panel], active: panel });
/** Width of the first column. */
const left = (width: number): number => {
  const { root } = defaultLayout(width, four);
  return root.kind === 'tabs' ? 0 : root.children[0].size;
};
const kinds = (node: LayoutNode): unknown =>
  node.kind === 'tabs' ? node.panels.join('+') : [node.kind, ...node.children.map(kinds)];

describe('dockview', () => {
  test('a layout comes back as it was', () => {
    expect(fromDockview(toDockview(layout, { width: 1000, height: 500 }, (id) => id))).toEqual(layout);
  });

  test('sizes are px of the dock, directions alternate', () => {
    const { grid, panels, floatingGroups } = toDockview(layout, { width: 1000, height: 500 }, (id) => `[${id}]`);
    expect(grid.orientation).toBe('HORIZONTAL');
    expect(grid.root).toMatchObject({
      type: 'branch',
      size: 500,
      data: [
        {
          type: 'branch',
          size: 300,
          data: [
            { type: 'leaf', size: 300 },
            { type: 'leaf', size: 200 },
          ],
        },
        { type: 'leaf', size: 700, data: { views: ['WaveformView (1)'] } },
      ],
    });
    expect(Object.keys(panels).sort()).toEqual([...panelsOf(layout)].sort());
    expect(panels.ClusterView).toMatchObject({ title: '[ClusterView]', renderer: 'always' });
    expect(floatingGroups?.[0]?.position).toEqual({ left: 10, top: 20, width: 300, height: 200 });
  });

  test('a row in a row is wrapped, and only its place is found again', () => {
    const nested: Layout = {
      version: 1,
      root: {
        kind: 'row',
        size: 1,
        children: [leaf('a'), { kind: 'row', size: 0.5, children: [leaf('b'), leaf('c')] }],
      },
      floating: [],
    };
    const back = fromDockview(toDockview(nested, { width: 800, height: 400 }, (id) => id));
    expect(back === null ? null : kinds(back.root)).toEqual(['row', 'a', ['row', 'b', 'c']]);
  });

  test('places beside each other that float, and windows of their own as floats', () => {
    const pair: LayoutNode = { kind: 'row', size: 1, children: [leaf('b'), leaf('c')] };
    const box = { left: 5, top: 6, width: 400, height: 300 };
    const floats: Layout = { version: 1, root: { ...leaf('a'), size: 1 }, floating: [{ root: pair, box }] };
    const serialized = toDockview(floats, { width: 800, height: 400 }, (id) => id);
    expect(fromDockview(serialized)).toEqual(floats);
    const group = { views: ['d', 'e'], activeView: 'e', id: '9' };
    const popped = fromDockview({
      ...serialized,
      floatingGroups: [],
      popoutGroups: [{ data: group, position: { left: 2000, top: 10, width: 700, height: 500 } }],
    });
    expect(popped?.floating).toEqual([
      {
        root: { kind: 'tabs', size: 1, panels: ['d', 'e'], active: 'e' },
        box: { left: 80, top: 60, width: 700, height: 500 },
      },
    ]);
  });

  test('with nothing docked the first float is', () => {
    const { grid, panels } = toDockview(layout, { width: 800, height: 400 }, (id) => id);
    const group = { views: ['a'], activeView: 'a', id: '9' };
    const empty = { ...grid, root: { type: 'branch' as const, data: [], size: 400 } };
    const all = fromDockview({
      grid: empty,
      panels,
      floatingGroups: [{ data: group, position: { left: 1, top: 1, width: 9, height: 9 } }],
    });
    expect(all).toEqual({ version: 1, root: { kind: 'tabs', size: 1, panels: ['a'], active: 'a' }, floating: [] });
  });

  test('one place alone', () => {
    const one: Layout = { version: 1, root: { kind: 'tabs', size: 1, panels: ['a'], active: 'a' }, floating: [] };
    expect(fromDockview(toDockview(one, { width: 800, height: 400 }, (id) => id))).toEqual(one);
  });
});

describe('pruneLayout', () => {
  test('takes out unknown panels and empty places', () => {
    const pruned = pruneLayout(layout, (panel) => panel !== 'ClusterScatterView' && panel !== 'FeatureView');
    expect(pruned?.floating).toEqual([]);
    expect(pruned === null ? null : kinds(pruned.root)).toEqual([
      'row',
      ['column', 'ClusterView', 'SimilarityView'],
      'WaveformView (1)',
    ]);
    expect(pruneLayout(layout, () => false)).toBeNull();
  });
});

describe('readLayout', () => {
  test('takes what was written', () => expect(readLayout(JSON.parse(JSON.stringify(layout)))).toEqual(layout));
  test('takes floats as earlier versions wrote them', () => {
    const { box } = layout.floating[0];
    const former = { ...layout, floating: [{ panels: ['FeatureView'], active: 'FeatureView', box }] };
    expect(readLayout(former)).toEqual(layout);
  });
  test.each([
    ['nothing', undefined],
    ['text', 'x'],
    ['another version', { ...layout, version: 2 }],
    ['no children', { version: 1, root: { kind: 'row', size: 1, children: [] }, floating: [] }],
    ['a negative size', { version: 1, root: { kind: 'tabs', size: -1, panels: ['a'], active: 'a' }, floating: [] }],
    ['a panel twice', { version: 1, root: { kind: 'tabs', size: 1, panels: ['a', 'a'], active: 'a' }, floating: [] }],
    ['a float without a box', { ...layout, floating: [{ panels: ['q'], active: 'q' }] }],
  ])('refuses %s', (_, kept) => expect(readLayout(kept)).toBeNull());
});

describe('defaultLayout (look.md 2), with four views', () => {
  test('1280: tables of 396 px, waveform over amplitude, feature over correlogram', () => {
    const { root } = defaultLayout(1280, four);
    expect(kinds(root)).toEqual([
      'row',
      ['column', 'ClusterView', 'SimilarityView'],
      ['column', 'WaveformView', 'AmplitudeView'],
      ['column', 'FeatureView', 'CorrelogramView'],
    ]);
    expect(root.kind === 'tabs' ? [] : root.children.map((child) => child.size)).toEqual([396, 442, 442]);
  });
  test('1600 and 1920: wider tables', () => {
    expect([left(1600), left(1920), left(3840)]).toEqual([470, 548, 720]);
  });
  test('names every view once', () => {
    for (const width of [1280, 1600, 1920, 3840]) {
      const panels = panelsOf(defaultLayout(width, () => true));
      expect(new Set(panels).size).toBe(panels.length);
      expect(panels).toContain('TraceView');
    }
  });
  test('640 px: the tables leave room', () => {
    const { root } = defaultLayout(640, four);
    expect(root.kind === 'tabs' ? 0 : root.children[0].size).toBeCloseTo(217.6);
  });
});
