/** Colours as numbers in 0..1: reading CSS values, writing them, HSV, contrast. */
import type { Rgba } from '../plot/scene.ts';

/** r, g, b in 0..1 (sRGB). */
export type Rgb = readonly [number, number, number];

/** The same colour with another opacity. */
export function withAlpha(color: Rgb | Rgba, alpha: number): Rgba {
  return [color[0], color[1], color[2], alpha];
}

/** `a` and `b` mixed in sRGB: `share` of `a`, the rest of `b`; opaque. */
export function mix(a: Rgb | Rgba, b: Rgb | Rgba, share: number): Rgba {
  const at = (k: 0 | 1 | 2) => a[k] * share + b[k] * (1 - share);
  return [at(0), at(1), at(2), 1];
}

const byte = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 255);

/** `#rrggbb`; opacity is left out. */
export function toHex(color: Rgb | Rgba): string {
  const digits = [color[0], color[1], color[2]].map((v) => byte(v).toString(16).padStart(2, '0'));
  return `#${digits.join('')}`;
}

/** A value that CSS and Canvas2D understand: `#rrggbb` when opaque, else `rgba(...)`. */
export function toCss(color: Rgba): string {
  if (color[3] >= 1) return toHex(color);
  return `rgba(${byte(color[0])},${byte(color[1])},${byte(color[2])},${Number(color[3].toFixed(4))})`;
}

function parseHex(digits: string): Rgba | undefined {
  const wide = digits.length <= 4 ? Array.from(digits, (d) => d + d).join('') : digits;
  if (!/^([0-9a-f]{6}|[0-9a-f]{8})$/i.test(wide)) return undefined;
  const at = (k: number) => Number.parseInt(wide.slice(2 * k, 2 * k + 2), 16) / 255;
  return [at(0), at(1), at(2), wide.length === 8 ? at(3) : 1];
}

/** Reads `#rgb`, `#rrggbb`, `#rrggbbaa`, `rgb(r g b / a)` and `rgba(r, g, b, a)`; undefined for anything else. */
export function parseColor(text: string): Rgba | undefined {
  const value = text.trim();
  if (value.startsWith('#')) return parseHex(value.slice(1));
  const inside = /^rgba?\(([^)]*)\)$/.exec(value)?.[1];
  const parts = inside?.split(/[\s,/]+/).filter((part) => part !== '') ?? [];
  if (parts.length < 3) return undefined;
  const numbers = parts.map((part, k) =>
    part.endsWith('%') ? parseFloat(part) / 100 : Number(part) / (k < 3 ? 255 : 1),
  );
  if (numbers.some((n) => !Number.isFinite(n))) return undefined;
  return [numbers[0], numbers[1], numbers[2], numbers[3] ?? 1];
}

/** Hue in 0..6 (sextants), saturation and value in 0..1. */
export function rgbToHsv(color: Rgb | Rgba): readonly [number, number, number] {
  const [r, g, b] = color;
  const value = Math.max(r, g, b);
  const chroma = value - Math.min(r, g, b);
  if (chroma === 0) return [0, 0, value];
  let hue: number;
  if (value === r) hue = ((g - b) / chroma + 6) % 6;
  else if (value === g) hue = (b - r) / chroma + 2;
  else hue = (r - g) / chroma + 4;
  return [hue, chroma / value, value];
}

/** Inverse of `rgbToHsv`. */
export function hsvToRgb(hue: number, saturation: number, value: number): Rgb {
  const channel = (n: number) => {
    const k = (n + hue) % 6;
    return value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1));
  };
  return [channel(5), channel(3), channel(1)];
}

/** Colour of a mark with mask `m` in 0..1: S times m, V times (1 + m) / 2 (spec/views.md 1.2). Opacity is kept. */
export function maskColor(color: Rgba, m: number): Rgba {
  const [h, s, v] = rgbToHsv(color);
  return withAlpha(hsvToRgb(h, s * m, (v * (1 + m)) / 2), color[3]);
}

/** Colour of a cross-correlogram: the hue of its row's cluster with S = 0.1, V = 1 (spec/views.md 1.9). Opaque; a grey becomes white. */
export function paleTint(color: Rgb | Rgba): Rgba {
  const [h, s] = rgbToHsv(color);
  return withAlpha(hsvToRgb(h, s === 0 ? 0 : 0.1, 1), 1);
}

const linear = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);

/** Relative luminance of WCAG 2, 0 (black) to 1 (white). */
export function luminance(color: Rgb | Rgba): number {
  return 0.2126 * linear(color[0]) + 0.7152 * linear(color[1]) + 0.0722 * linear(color[2]);
}

/** Contrast of WCAG 2 between two opaque colours, 1 to 21. */
export function contrast(a: Rgb | Rgba, b: Rgb | Rgba): number {
  const x = luminance(a);
  const y = luminance(b);
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** `color` made darker, same hue and saturation, until its contrast with a light `ground` is at least `wanted` (look.md 4). */
export function darkenUntil(color: Rgb, ground: Rgb | Rgba, wanted: number): Rgb {
  if (contrast(color, ground) >= wanted) return color;
  const [h, s, v] = rgbToHsv(color);
  let enough = 0;
  let tooLittle = v;
  for (let step = 0; step < 20; step++) {
    const middle = (enough + tooLittle) / 2;
    if (contrast(hsvToRgb(h, s, middle), ground) >= wanted) enough = middle;
    else tooLittle = middle;
  }
  return hsvToRgb(h, s, enough);
}

/** `color`, darker on a light ground or nearer to white on a dark one, until its contrast with the ground is at least `wanted`. */
export function readableOn(color: Rgb, ground: Rgb, wanted: number): Rgb {
  if (luminance(ground) > 0.18) return darkenUntil(color, ground, wanted);
  const lightened = (share: number): Rgb => {
    const [r, g, b] = mix([1, 1, 1], color, share);
    return [r, g, b];
  };
  if (contrast(color, ground) >= wanted) return color;
  let tooLittle = 0;
  let enough = 1;
  for (let step = 0; step < 20; step++) {
    const middle = (tooLittle + enough) / 2;
    if (contrast(lightened(middle), ground) >= wanted) enough = middle;
    else tooLittle = middle;
  }
  return lightened(enough);
}
