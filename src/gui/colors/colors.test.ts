import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contrast, hsvToRgb, maskColor, paleTint, parseColor, rgbToHsv, toCss, toHex } from './convert.ts';
import { colorMap, continuousIndex, groupIndex } from './mapping.ts';
import type { PaletteName } from './palettes.ts';
import { palettes } from './palettes.ts';
import { colorOfRank, SHAPES, shapeOfRank } from './selection.ts';
import { darkStyle, parseLength, styleFromVariables } from './style.ts';

const repository = resolve(import.meta.dirname, '../../..');
const goldenFile = resolve(repository, '../shared/golden/functions.json');

interface Golden {
  readonly colormaps: Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>;
  readonly selected_cluster_color: readonly { readonly i: number; readonly rgb: readonly number[] }[];
  readonly color_selector: readonly {
    readonly name: string;
    readonly values: readonly number[];
    readonly colormap: PaletteName;
    readonly categorical: boolean;
    readonly logarithmic: boolean;
    readonly out: readonly (readonly number[])[];
  }[];
}

/** Palettes are kept as bytes, the reference's as decimals: half a byte apart at most. */
const HALF_BYTE = 0.5 / 255 + 1e-6;
function expectColor(found: readonly number[], wanted: readonly number[]): void {
  for (let k = 0; k < 3; k++) expect(Math.abs(found[k] - wanted[k])).toBeLessThan(HALF_BYTE);
}

describe('colours as text', () => {
  it('reads what tokens.css holds', () => {
    expect(parseColor(' #0892fc')).toEqual([8 / 255, 146 / 255, 252 / 255, 1]);
    expect(parseColor('#fff')).toEqual([1, 1, 1, 1]);
    expect(parseColor('#ffffff80')?.[3]).toBeCloseTo(128 / 255);
    expect(parseColor('rgb(128 128 128 / .5)')).toEqual([128 / 255, 128 / 255, 128 / 255, 0.5]);
    expect(parseColor('rgba(255, 0, 51, 0.25)')).toEqual([1, 0, 0.2, 0.25]);
    expect(parseColor('rgb(0 0 0 / 50%)')).toEqual([0, 0, 0, 0.5]);
    expect(parseColor('red')).toBeUndefined();
    expect(parseColor('#12345')).toBeUndefined();
  });
  it('writes them again', () => {
    expect(toHex([8 / 255, 146 / 255, 252 / 255])).toBe('#0892fc');
    expect(toCss([1, 0, 0.2, 0.25])).toBe('rgba(255,0,51,0.25)');
    expect(toCss([1, 0, 0.2, 1])).toBe('#ff0033');
  });
  it('reads lengths with the interface scale in them', () => {
    expect(parseLength('10.5px')).toBe(10.5);
    expect(parseLength('calc(10.5px * 1.5)')).toBeCloseTo(15.75);
    expect(parseLength('')).toBeNaN();
    expect(parseLength('2em')).toBeNaN();
  });
});

describe('HSV', () => {
  it('goes there and back', () => {
    for (const color of palettes.default) expectColor(hsvToRgb(...rgbToHsv(color)), color);
  });
  it('colours by mask as spec/views.md 1.2 says', () => {
    const blue = parseColor('#0892fc')!;
    expect(toHex(maskColor(blue, 1))).toBe('#0892fc');
    // Its red lies half way between 0x61 and 0x62.
    for (const [k, value] of [0x61, 0x95, 0xbd].entries()) {
      expect(Math.abs(maskColor(blue, 0.5)[k] * 255 - value)).toBeLessThan(0.52);
    }
    expect(toHex(maskColor(blue, 0))).toBe('#7e7e7e');
    expect(maskColor([...blue.slice(0, 3), 0.75] as [number, number, number, number], 0.5)[3]).toBe(0.75);
  });
  it('makes the pale colours of cross-correlograms of spec/views.md 1.9', () => {
    const rows = palettes.default.slice(0, 8).map((color) => toHex(paleTint(color)));
    const wanted = ['#e6f4ff', '#ffe6e6', '#f5ffe6', '#fff4e6', '#f8e6ff', '#e6ffe6', '#ffe6f2', '#ffe6ee'];
    expect(rows).toEqual(wanted);
  });
});

describe('colour and shape by rank', () => {
  it('begins with the eight of the theme and repeats after 256', () => {
    const first = [[0, 0, 1]] as const;
    expect(colorOfRank(0, first)).toEqual([0, 0, 1]);
    expect(colorOfRank(1, first)).toBe(palettes.default[1]);
    expect(colorOfRank(256, first)).toEqual([0, 0, 1]);
    expect(shapeOfRank(9)).toBe('square');
    expect(new Set(SHAPES).size).toBe(8);
  });
  it('darkens colours of later ranks on white to 3:1', () => {
    for (let rank = 8; rank < 256; rank++) {
      expect(contrast(colorOfRank(rank, [], [1, 1, 1]), [1, 1, 1])).toBeGreaterThanOrEqual(2.999);
    }
  });
});

describe('mapping of values', () => {
  it('rounds to the nearest entry and clips (spec/views.md 1.9)', () => {
    expect(continuousIndex(0, 0, 10, 11)).toBe(0);
    expect(continuousIndex(9.6, 0, 10, 11)).toBe(10);
    expect(continuousIndex(-5, 0, 10, 11)).toBe(0);
    expect(continuousIndex(50, 0, 10, 11)).toBe(10);
    expect(continuousIndex(7, 7, 7, 11)).toBe(0);
  });
  it('ranks texts, lower-cased, nothing first', () => {
    const map = colorMap({ palette: 'categorical', categorical: true, logarithmic: false }, ['b', null, 'A']);
    expect(map('a')).toBe(palettes.categorical[1]);
    expect(map('B')).toBe(palettes.categorical[2]);
    expect(map(undefined)).toBe(palettes.categorical[0]);
  });
  it('takes values at or under zero as the smallest positive one when logarithmic (spec/views.md 1.10)', () => {
    const map = colorMap({ palette: 'linear', categorical: false, logarithmic: true }, [0, 1, 10, 100]);
    expect(map(0)).toBe(palettes.linear[0]);
    expect(map(-3)).toBe(palettes.linear[0]);
    expect(map(1)).toBe(palettes.linear[0]);
    expect(map(10)).toBe(palettes.linear[128]);
    expect(map(100)).toBe(palettes.linear[255]);
  });
  it('knows the groups', () => {
    expect(['noise', 'mua', 'good', null, undefined, 'unsorted', 'odd'].map(groupIndex)).toEqual([0, 1, 2, 3, 3, 3, 0]);
  });
});

const plain = (style: object) => JSON.parse(JSON.stringify({ ...style, fontFamily: '' })) as unknown;

describe('the style', () => {
  it('has the dark values without any style sheet', () => {
    const style = darkStyle();
    expect(style.theme).toBe('dark');
    expect(toHex(style.background)).toBe('#0d0f11');
    expect(toHex(style.clusterColor(0))).toBe('#0892fc');
    expect(toHex(style.clusterColor(8))).toBe('#00fecf');
    expect(style.clusterShape(2)).toBe('triangle');
    expect(toHex(style.crossColor(0))).toBe('#e6f4ff');
    expect(style.crossColor(0)[3]).toBe(0.6);
    expect(style.gutter).toEqual({ left: 40, right: 8, top: 8, bottom: 20 });
    expect(style.tickSize).toBe(10.5);
    expect(style.alpha).toEqual({ wave: 0.75, feature: 0.5, amplitude: 1, sideHistogram: 0.5, cross: 0.6 });
    expect(toHex(style.groupColor('good'))).toBe('#86d16d');
  });
  it('agrees with tokens.css in every variable that it has a default for', () => {
    const css = readFileSync(resolve(repository, 'src/gui/theme/tokens.css'), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    const read = (theme: string) => (name: string) => {
      let found = '';
      for (const [, heads, body] of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
        const selectors = heads.split(',').map((head) => head.trim());
        if (!selectors.includes(':root') && !selectors.includes(`[data-theme="${theme}"]`)) continue;
        found = new RegExp(`${name}:\\s*([^;]+);`).exec(body)?.[1] ?? found;
      }
      return found.replace('var(--text-scale)', '1');
    };
    const dark = styleFromVariables(read('dark'));
    expect(plain(dark)).toEqual(plain(darkStyle()));
    const light = styleFromVariables(read('light'));
    expect(light.theme).toBe('light');
    expect(toHex(light.clusterColor(0))).toBe('#0878d1');
    expect(light.crossColor(0)[3]).toBe(0.9);
    for (let rank = 0; rank < 20; rank++)
      expect(contrast(light.clusterColor(rank), light.background)).toBeGreaterThan(2.99);
  });
});

describe.skipIf(!existsSync(goldenFile))('as the reference program', () => {
  const golden = existsSync(goldenFile) ? (JSON.parse(readFileSync(goldenFile, 'utf8')) as Golden) : undefined;
  it('has the same palettes', () => {
    for (const [name, { shape, data }] of Object.entries(golden?.colormaps ?? {})) {
      const palette = palettes[name as PaletteName];
      expect(palette.length).toBe(shape[0]);
      // spec/views.md 1.9 RES: unsorted is white here, grey 0.75 there.
      const compared = name === 'cluster_group' ? palette.slice(0, 3) : palette;
      for (const [k, color] of compared.entries()) expectColor(color, data.slice(3 * k, 3 * k + 3));
    }
  });
  it('gives selected clusters the same colours', () => {
    for (const { i, rgb } of golden?.selected_cluster_color ?? []) expectColor(darkStyle().clusterColor(i), rgb);
  });
  it('maps values to the same colours', () => {
    for (const { values, colormap, categorical, logarithmic, out } of golden?.color_selector ?? []) {
      const map = colorMap({ palette: colormap, categorical, logarithmic }, values);
      for (const [k, value] of values.entries()) {
        if (colormap === 'cluster_group' && value === 3) continue;
        expectColor(map(value), out[k]);
      }
    }
  });
});
