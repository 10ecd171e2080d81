import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** WCAG 2.2 contrast of the tokens: every pair of look.md section 4 and every state of a control, in both themes, palettes and contrasts. */
const gui = resolve(import.meta.dirname, '../../src/gui');
const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\//g, '');
const css = withoutComments(readFileSync(join(gui, 'theme/tokens.css'), 'utf8'));

type Tokens = Readonly<Record<string, string>>;
function tokens(...selectors: readonly string[]): Tokens {
  const found: Record<string, string> = {};
  for (const [, head, body] of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    if (!head.split(',').some((part) => selectors.includes(part.trim()))) continue;
    for (const [, name, value] of body.matchAll(/--([\w-]+):\s*([^;]+);/g)) found[name] = value.trim();
  }
  return found;
}

type Colour = readonly [number, number, number];
/** The colour of a token; one that stands for another is looked up. */
function colourOf(theme: Tokens, name: string): Colour {
  const value = theme[name] ?? '';
  const other = /^var\(--([\w-]+)\)$/.exec(value)?.[1];
  return other === undefined ? colour(value) : colourOf(theme, other);
}
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
const themes: Readonly<Record<string, Tokens>> = { dark, light };
const palettes: Readonly<Record<string, Tokens>> = {
  'dark default': dark,
  'dark cvd': { ...dark, ...tokens('[data-palette="cvd"]') },
  'light default': light,
  'light cvd': { ...light, ...tokens('[data-theme="light"][data-palette="cvd"]') },
};
const high = tokens('[data-contrast="high"]');
const highThemes: Readonly<Record<string, Tokens>> = {
  dark: { ...dark, ...high },
  light: { ...light, ...high, ...tokens('[data-contrast="high"][data-theme="light"]') },
};

/** Pairs below `least`, as `text-3 on surface-5 3.49`. */
function below(theme: Tokens, inks: readonly string[], grounds: readonly string[], least: number): readonly string[] {
  return inks.flatMap((ink) =>
    grounds.flatMap((ground) => {
      const found = contrast(colourOf(theme, ink), colourOf(theme, ground));
      return found >= least ? [] : [`${ink} on ${ground} ${found.toFixed(2)}`];
    }),
  );
}

/** Where text stands at rest. */
const RESTING = ['surface-1', 'surface-2', 'surface-3', 'field', 'plot-bg'];
/** Under the pointer, pressed, chosen, beside the docks; strips that warn. */
const STATES = ['surface-0', 'surface-4', 'surface-5', 'warn-surface', 'error-surface'];
const QUIET = ['text-3'];
const LOUD = ['text-1', 'text-2', 'accent', 'warn', 'error', 'ok', 'info'];
const GROUPS = ['noise', 'mua', 'good', 'unsorted'];
const groupWords = GROUPS.map((group) => `group-${group}-text`);

describe('contrast of the theme', () => {
  it('computes the two ends of the scale', () => {
    expect(contrast([0, 0, 0], [1, 1, 1])).toBeCloseTo(21, 6);
    expect(contrast([0.5, 0.5, 0.5], [0.5, 0.5, 0.5])).toBe(1);
    expect(contrast(colour('#777777'), colour('#ffffff'))).toBeLessThan(4.5); // the check can fail
    expect(below(dark, ['text-disabled'], ['surface-1'], 4.5)).toEqual(['text-disabled on surface-1 2.99']);
  });

  for (const [name, theme] of Object.entries(themes)) {
    it(`${name}: every text is AA on every surface, also hovered, pressed and chosen`, () => {
      expect(below(theme, [...QUIET, ...LOUD], RESTING, 4.5)).toEqual([]);
      expect(below(theme, LOUD, STATES, 4.5)).toEqual([]);
      expect(below(theme, QUIET, ['warn-surface', 'error-surface'], 4.5)).toEqual([]);
      expect(below(theme, ['plot-tick', 'plot-title'], ['plot-bg', 'plot-cell'], 4.5)).toEqual([]);
      expect(below(theme, ['on-accent'], ['accent-fill'], 4.5)).toEqual([]);
    });
    it(`${name}: icons, edges of controls and the focus ring reach 3 in every state`, () => {
      expect(below(theme, ['text-3', 'text-2', 'text-1', 'accent', 'warn', 'error', 'ok'], STATES, 3)).toEqual([]);
      expect(below(theme, ['line-3'], RESTING, 3)).toEqual([]);
      expect(below(theme, ['focus'], [...RESTING, ...STATES], 3)).toEqual([]);
      expect(below(theme, ['group-mua', 'group-good'], ['plot-bg', 'surface-1'], 3)).toEqual([]);
      expect(below(theme, ['trace-low', 'trace-high', 'plot-reference'], ['plot-bg'], 3)).toEqual([]);
    });
    it(`${name}: group words stay AA at rest, under the pointer and in chips`, () => {
      expect(below(theme, groupWords, ['row-hover', 'surface-1', 'surface-2', 'surface-3'], 4.5)).toEqual([]);
    });
  }

  for (const [name, theme] of Object.entries(palettes)) {
    it(`${name}: selected rows can be read, and marks reach 3 on the plot (dark default: the palette is fixed, 2.8)`, () => {
      const tint = Number(theme['row-tint']);
      for (let rank = 1; rank <= 8; rank++) {
        const mark = colourOf(theme, `sel-${rank}`);
        const row = mix(mark, colourOf(theme, 'surface-1'), tint);
        expect(contrast(colourOf(theme, 'text-1'), row), `text in row ${rank}`).toBeGreaterThanOrEqual(4.5);
        expect(contrast(colourOf(theme, 'focus'), row), `cursor in row ${rank}`).toBeGreaterThanOrEqual(3);
        const least = name === 'dark default' ? 2.8 : 3;
        expect(contrast(mark, colourOf(theme, 'plot-bg')), `mark ${rank}`).toBeGreaterThanOrEqual(least);
      }
    });
  }

  for (const [name, theme] of Object.entries(highThemes)) {
    it(`${name}, high contrast: all text reaches 7, what is disabled 4.5, edges 4.5`, () => {
      const all = [...RESTING, 'surface-0', 'surface-4', 'surface-5'];
      expect(below(theme, ['text-1', 'text-2', 'text-3', 'plot-tick'], all, 7)).toEqual([]);
      expect(below(theme, ['text-disabled', 'line-1', 'line-2', 'line-3', 'plot-axis'], RESTING, 4.5)).toEqual([]);
    });
  }
});

describe('style sheets', () => {
  const sheets = readdirSync(gui, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.css'));
  /** Rules that set both ink and ground, by `file selector`. */
  function pairs(file: string): readonly (readonly [string, string, string])[] {
    const text = withoutComments(readFileSync(join(gui, file), 'utf8'));
    return [...text.matchAll(/([^{};]+)\{([^{}]*)\}/g)].flatMap(([, selector, body]) => {
      const ink = /(?:^|[\s;])color:\s*var\(--([\w-]+)\)/.exec(body)?.[1];
      const ground = /background(?:-color)?:\s*var\(--([\w-]+)\)/.exec(body)?.[1];
      return ink === undefined || ground === undefined ? [] : [[`${file} ${selector.trim()}`, ink, ground] as const];
    });
  }
  it('are found', () => {
    expect(sheets.length).toBeGreaterThan(15);
    expect(sheets.flatMap(pairs).length).toBeGreaterThan(15);
  });
  for (const [name, theme] of Object.entries(themes)) {
    it(`${name}: no rule puts text on a ground where it is not AA; what is disabled is exempt`, () => {
      const bad = sheets.flatMap(pairs).flatMap(([where, ink, ground]) => {
        const found = ink === 'text-disabled' ? [] : below(theme, [ink], [ground], 4.5);
        return found.map((pair) => `${where}: ${pair}`);
      });
      expect(bad).toEqual([]);
    });
  }
});
