import { describe, expect, test } from 'vitest';
import { contrast, parseColor, type Rgb } from '../colors/convert.ts';
import { groupLooks } from './groupLooks.ts';

const BUILT_IN = [
  { name: 'noise', color: '#666666', key: 'n', masked: true },
  { name: 'mua', color: '#808080', key: 'm', masked: true },
  { name: 'good', color: '#86d16d', key: 'g', masked: false },
  { name: 'unsorted', color: '#ffffff', key: 'u', masked: false },
];
const own = (color: string, place: number) => ({ name: `own ${place}`, color, key: null, masked: false });
const rgb = (text: string): Rgb => {
  const [r, g, b] = parseColor(text) ?? [0, 0, 0];
  return [r, g, b];
};

describe('looks of groups', () => {
  test('the built-in ones have the colours of the theme until they are given others', () => {
    const look = groupLooks(BUILT_IN);
    expect(look('good').color).toBe('var(--group-good-text)');
    expect(look('mua')).toMatchObject({ color: 'var(--group-mua-text)', masked: true });
    expect(look('unsorted').mark).toBeNull();
    expect(groupLooks([{ ...BUILT_IN[2], color: '#ff0000' }])('good').color).toContain('light-dark(');
  });

  test('every group of the user has a mark of its own, and a value that is no group a neutral one', () => {
    const look = groupLooks([...BUILT_IN, ...['#111111', '#222222', '#333333'].map(own)]);
    const marks = ['good', 'mua', 'noise', 'own 0', 'own 1', 'own 2', 'no group'].map((name) => look(name).mark);
    expect(new Set(marks).size).toBe(7);
    expect(look('constructor').color).toBe('var(--text-1)');
  });

  test('any colour can be read as text on the worst ground of both themes', () => {
    for (const color of ['#000000', '#ffffff', '#0000ff', '#ffff00', '#12ab9f', '#7f7f7f', '#800000']) {
      const [light, dark] = [...groupLooks([own(color, 0)])('own 0').color.matchAll(/#[0-9a-f]{6}/g)].map(String);
      expect(contrast(rgb(light), rgb('#e4e8ec'))).toBeGreaterThan(4.45);
      expect(contrast(rgb(dark), rgb('#2d343b'))).toBeGreaterThan(4.45);
    }
    expect(groupLooks([own('#8fd0f0', 0)])('own 0').color).toContain(', #8fd0f0)');
  });
});
