import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** WCAG 2.2 contrast of the tokens that look.md section 4 promises, in both themes and both palettes. */
const file = resolve(import.meta.dirname, '../../src/gui/theme/tokens.css');
const css = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');

function tokens(...selectors: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, head, body] of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    if (!head.split(',').some((part) => selectors.includes(part.trim()))) continue;
    for (const [, name, value] of body.matchAll(/--([\w-]+):\s*([^;]+);/g)) found[name] = value.trim();
  }
  return found;
}

type Colour = readonly [number, number, number];
function colour(hex: string): Colour {
  expect(hex).toMatch(/^#[0-9a-f]{6}$/);
  const part = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return [part(1), part(3), part(5)];
}
function luminance(rgb: Colour): number {
  const [r, g, b] = rgb.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: Colour, b: Colour): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}
const mix = (a: Colour, b: Colour, share: number): Colour => [
  a[0] * share + b[0] * (1 - share),
  a[1] * share + b[1] * (1 - share),
  a[2] * share + b[2] * (1 - share),
];

const dark = tokens(':root', '[data-theme="dark"]');
const light = { ...dark, ...tokens('[data-theme="light"]') };
const palettes = {
  'dark default': dark,
  'dark cvd': { ...dark, ...tokens('[data-palette="cvd"]') },
  'light default': light,
  'light cvd': { ...light, ...tokens('[data-theme="light"][data-palette="cvd"]') },
};

describe('contrast of the theme', () => {
  it('computes the two ends of the scale', () => {
    expect(contrast([0, 0, 0], [1, 1, 1])).toBeCloseTo(21, 6);
    expect(contrast([0.5, 0.5, 0.5], [0.5, 0.5, 0.5])).toBe(1);
    expect(contrast(colour('#777777'), colour('#ffffff'))).toBeLessThan(4.5); // the check can fail
  });
  for (const [name, theme] of Object.entries({ dark, light })) {
    const text = ['text-1', 'text-2', 'text-3', 'accent', 'warn', 'error', 'ok'];
    const surfaces = ['surface-1', 'surface-2', 'surface-3', 'plot-bg', 'field'];
    it(`${name}: every text is AA on every surface`, () => {
      for (const t of text)
        for (const s of surfaces)
          expect(contrast(colour(theme[t]), colour(theme[s])), `${t} on ${s}`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colour(theme['plot-tick']), colour(theme['plot-bg']))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colour(theme['on-accent']), colour(theme['accent-fill']))).toBeGreaterThanOrEqual(4.5);
    });
    it(`${name}: group words stay AA on a hovered row, control edges and focus ring reach 3`, () => {
      const hovered = colour(theme[name === 'dark' ? 'surface-3' : 'surface-2']);
      for (const group of ['noise', 'mua', 'good', 'unsorted'])
        expect(contrast(colour(theme[`group-${group}-text`]), hovered), group).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colour(theme.focus), colour(theme['surface-3']))).toBeGreaterThanOrEqual(3);
      expect(contrast(colour(theme['line-3']), colour(theme['surface-3']))).toBeGreaterThanOrEqual(3);
    });
  }
  for (const [name, theme] of Object.entries(palettes)) {
    it(`${name}: text on every selected row is AA, marks reach 3 on the plot (dark default: the palette is fixed, 2.8)`, () => {
      const tint = Number(theme['row-tint']);
      for (let rank = 1; rank <= 8; rank++) {
        const mark = colour(theme[`sel-${rank}`]);
        const row = mix(mark, colour(theme['surface-1']), tint);
        expect(contrast(colour(theme['text-1']), row), `row ${rank}`).toBeGreaterThanOrEqual(4.5);
        expect(contrast(mark, colour(theme['plot-bg'])), `mark ${rank}`).toBeGreaterThanOrEqual(
          name === 'dark default' ? 2.8 : 3,
        );
      }
    });
  }
});
