import { describe, expect, test } from 'vitest';
import { defaultLayout } from './defaultLayout.ts';
import { fitFloating, fitNode, leastOf, shareOut } from './fit.ts';
import type { LayoutNode } from './layout.ts';
import { leastSize } from './leastSize.ts';

const leaf = (size: number, panel: string): LayoutNode => ({ kind: 'tabs', size, panels: [panel], active: panel });
/** Sizes of the children, in px. */
const sizes = (node: LayoutNode): readonly number[] =>
  node.kind === 'tabs' ? [] : node.children.map((child) => Math.round(child.size));

describe('shareOut', () => {
  test('shares by weight while all have enough', () => {
    expect(shareOut(1000, [1, 3], [100, 100])).toEqual([250, 750]);
  });
  test('who would have too little takes what it needs, and the others share the rest', () => {
    expect(shareOut(1000, [0.05, 0.95], [100, 100])).toEqual([100, 900]);
    // Raising the first leaves the second too little: it is raised too.
    expect(shareOut(300, [0.1, 0.35, 0.55], [80, 95, 100]).map(Math.round)).toEqual([80, 95, 125]);
  });
  test('a room too small for all is shared by need', () => {
    expect(shareOut(150, [1, 1], [100, 200])).toEqual([50, 100]);
  });
});

const all = (): boolean => true;

describe('a layout of another window', () => {
  test('the five columns of 1920 px in 1280 px: shares stay, but the probe keeps its room', () => {
    const { root } = defaultLayout(1920, all);
    expect(sizes(fitNode(root, { width: 1920, height: 1000 }))).toEqual([548, 425, 459, 366, 122]);
    const small = sizes(fitNode(root, { width: 1280, height: 650 }));
    expect(small[4]).toBe(leastSize('ProbeView').width);
    expect(small.reduce((sum, px) => sum + px, 0)).toBeCloseTo(1280, -1);
    for (const px of small.slice(0, 4)) expect(px).toBeGreaterThan(200);
  });
  test('a column squeezed below its least height', () => {
    const column: LayoutNode = { kind: 'column', size: 1, children: [leaf(0.9, 'WaveformView'), leaf(0.1, 'ISIView')] };
    expect(sizes(fitNode(column, { width: 400, height: 600 }))).toEqual([490, 110]);
  });
  test('a row needs the sum of widths and the largest height; tabs what is in front', () => {
    const tabs: LayoutNode = { kind: 'tabs', size: 1, panels: ['ProbeView', 'TraceView'], active: 'ProbeView' };
    const row: LayoutNode = { kind: 'row', size: 1, children: [tabs, leaf(1, 'ClusterView')] };
    expect(leastOf(row)).toEqual({ width: 320, height: 120 });
  });
  test('what floats is brought back into the window', () => {
    const box = { left: 1500, top: -20, width: 400, height: 900 };
    expect(fitFloating(box, { width: 1280, height: 650 })).toEqual({ left: 880, top: 0, width: 400, height: 650 });
  });
});
