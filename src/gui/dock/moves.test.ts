import { describe, expect, test } from 'vitest';
import { homesOf } from './home.ts';
import type { Box, Layout, LayoutNode } from './layout.ts';
import { isAtEdge, neighbourOf } from './neighbour.ts';

const box = (left: number, top: number, width: number, height: number): Box => ({ left, top, width, height });

/** A column of two, a tall one, and a column of two of other heights, 4 px apart. */
const BOXES = {
  a: box(0, 0, 100, 300),
  b: box(0, 304, 100, 296),
  tall: box(104, 0, 200, 600),
  c: box(308, 0, 100, 200),
  d: box(308, 204, 100, 396),
};
const names = Object.keys(BOXES);
const next = (from: keyof typeof BOXES, direction: 'left' | 'right' | 'up' | 'down'): string => {
  const others = names.filter((name) => name !== from);
  const boxes = Object.entries(BOXES).flatMap(([name, each]) => (name === from ? [] : [each]));
  return others[neighbourOf(BOXES[from], boxes, direction)] ?? 'none';
};

describe('neighbourOf', () => {
  test('the one that faces it', () => {
    expect([next('a', 'down'), next('b', 'up'), next('a', 'right'), next('d', 'left')]).toEqual([
      'b',
      'a',
      'tall',
      'tall',
    ]);
  });
  test('of several the one that faces it most', () => {
    expect([next('tall', 'left'), next('tall', 'right')]).toEqual(['a', 'd']);
  });
  test('none beyond an edge', () => {
    expect([next('a', 'left'), next('a', 'up'), next('d', 'right'), next('tall', 'down')]).toEqual([
      'none',
      'none',
      'none',
      'none',
    ]);
  });
  test('an edge is taken only by one that fills it', () => {
    const dock = box(0, 0, 408, 600);
    expect(isAtEdge(BOXES.a, dock, 'left')).toBe(false);
    expect(isAtEdge(box(0, 0, 100, 600), dock, 'left')).toBe(true);
    expect(isAtEdge(BOXES.tall, dock, 'up')).toBe(false);
  });
});

const leaf = (...panels: string[]): LayoutNode => ({ kind: 'tabs', size: 1, panels, active: panels[0] });

describe('homesOf', () => {
  const layout: Layout = {
    version: 1,
    root: {
      kind: 'row',
      size: 1,
      children: [
        leaf('Cluster'),
        { kind: 'column', size: 1, children: [leaf('Wave', 'Trace'), leaf('Amp')] },
        leaf('Probe'),
      ],
    },
    floating: [],
  };
  test('with its tabs first, then beside what stood there', () => {
    expect(homesOf(layout, 'Trace').slice(0, 2)).toEqual([
      { tabWith: 'Wave', index: 1 },
      { beside: 'Amp', side: 'up' },
    ]);
    expect(homesOf(layout, 'Amp')[0]).toEqual({ beside: 'Wave', side: 'down' });
  });
  test('one that filled an edge goes back there', () => {
    expect([homesOf(layout, 'Cluster')[0], homesOf(layout, 'Probe')[0]]).toEqual([{ edge: 'left' }, { edge: 'right' }]);
  });
  test('none for a panel that was not there', () => expect(homesOf(layout, 'X')).toEqual([]));
});
