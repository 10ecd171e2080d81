/** Values to palette entries: the colour schemes of spec/views.md 1.9 and 1.10. */
import { roundHalfEven } from '../../core/base/round.ts';
import { parseColor, type Rgb } from './convert.ts';
import type { PaletteName } from './palettes.ts';
import { palettes } from './palettes.ts';

export interface ColorScale {
  readonly palette: PaletteName;
  readonly categorical: boolean;
  readonly logarithmic: boolean;
}
/** What a field holds for a cluster; undefined where it holds nothing. */
export type FieldValue = number | string | null | undefined;

/** Entry of a continuous palette of `n` colours for a value in [low, high]; values outside take the end colours. */
export function continuousIndex(value: number, low: number, high: number, n: number): number {
  const span = high - low || 1;
  return Math.min(n - 1, Math.max(0, roundHalfEven(((n - 1) * (value - low)) / span)));
}

/** Rank of each distinct text, lower-cased, nothing as an empty text, sorted by code unit. */
export function textRanks(values: Iterable<FieldValue>): ReadonlyMap<string, number> {
  const texts = new Set<string>();
  for (const value of values) texts.add(textOf(value));
  return new Map(
    Array.from(texts)
      .sort()
      .map((text, rank) => [text, rank]),
  );
}

function textOf(value: FieldValue): string {
  return value === null || value === undefined ? '' : String(value).toLowerCase();
}

const positiveModulo = (value: number, n: number) => ((value % n) + n) % n;

function categoricalMap(values: readonly FieldValue[], colors: readonly Rgb[]): (value: FieldValue) => Rgb {
  const whole = values.every((value) => typeof value === 'number' && Number.isInteger(value));
  const ranks = whole ? undefined : textRanks(values);
  return (value) => {
    const index = ranks === undefined ? Number(value ?? 0) : (ranks.get(textOf(value)) ?? 0);
    return colors[positiveModulo(Math.trunc(index), colors.length)];
  };
}

/** Smallest and largest of the finite (with `positive`: above zero) numbers; [0, 1] or [1, 1] when there is none. */
function rangeOf(values: readonly FieldValue[], positive: boolean): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (typeof value !== 'number' || !Number.isFinite(value) || (positive && value <= 0)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low <= high) return [low, high];
  return positive ? [1, 1] : [0, 1];
}

function continuousMap(
  values: readonly FieldValue[],
  colors: readonly Rgb[],
  logarithmic: boolean,
): (value: FieldValue) => Rgb {
  const [low, high] = rangeOf(values, logarithmic);
  const scale = logarithmic ? (v: number) => Math.log(Math.max(v, low)) : (v: number) => v;
  return (value) => {
    const number = typeof value === 'number' && !Number.isNaN(value) ? value : low;
    return colors[continuousIndex(scale(number), scale(low), scale(high), colors.length)];
  };
}

/**
 * Makes the function from a field's value to a colour. `values` are those of all clusters known now: they fix the range (continuous) or the
 * ranks of texts (categorical). Logarithmic: values at or under zero count as the smallest positive one (spec/views.md 1.10).
 */
export function colorMap(scale: ColorScale, values: readonly FieldValue[]): (value: FieldValue) => Rgb {
  const colors = palettes[scale.palette];
  return scale.categorical ? categoricalMap(values, colors) : continuousMap(values, colors, scale.logarithmic);
}

export interface GroupColor {
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
}

/** Colours of groups by name as they are configured; an unknown one counts as noise (spec/views.md 1.9), nothing as unsorted. */
export function groupColors(groups: readonly GroupColor[]): (group: FieldValue) => Rgb {
  const colors = new Map(groups.map(({ name, color }) => [name, rgbOf(color)]));
  const unknown = colors.get('noise') ?? palettes.cluster_group[0];
  return (group) =>
    colors.get(group === null || group === undefined || group === '' ? 'unsorted' : String(group)) ?? unknown;
}

function rgbOf(color: string): Rgb {
  const [r, g, b] = parseColor(color) ?? [1, 1, 1];
  return [r, g, b];
}

/** Entry of the palette `cluster_group`: noise 0, mua 1, good 2, unsorted (nothing) 3; an unknown group counts as noise. */
export function groupIndex(group: string | null | undefined): number {
  if (group === null || group === undefined || group === '' || group === 'unsorted') return 3;
  return Math.max(0, ['noise', 'mua', 'good'].indexOf(group));
}
