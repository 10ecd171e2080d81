/** Where ticks go and how they are written (look.md 3 and 5; steps 1, 2 and 5 by d3-array). */
import { ticks as niceTicks } from 'd3-array';
import { format } from 'd3-format';

/** CSS px that one label needs: across for x, down for y. */
export const LABEL_SPACING = { x: 70, y: 50 };

/** Two ticks may be so much closer than labels usually are. */
const LEAST_SHARE = 0.4;

/**
 * Tick values in [low, high], a range drawn over `length` px, with at least `spacing` px between two. Values are whole multiples of the
 * step, so they are exact.
 */
export function autoTicks(low: number, high: number, length: number, spacing: number): number[] {
  if (!(high > low) || !Number.isFinite(high - low) || length <= 0) return [];
  const room = Math.max(1, Math.floor(length / spacing));
  for (let count = room; count >= 1; count--) {
    const values = niceTicks(low, high, count);
    const step = values.length > 1 ? values[1] - values[0] : Infinity;
    if ((step / (high - low)) * length >= spacing) return values.map((v) => (v === 0 ? 0 : v));
  }
  return [];
}

/** Decimals that tell all values exactly, at most 6 or what 9 significant digits allow. */
function decimalsFor(values: readonly number[]): number {
  const largest = Math.max(...values.map(Math.abs));
  const most = Math.max(0, Math.min(6, 8 - Math.floor(Math.log10(largest))));
  for (let decimals = 0; decimals < most; decimals++) {
    const scale = 10 ** decimals;
    if (values.every((v) => Math.abs(Math.round(v * scale) / scale - v) <= 1e-9 * largest)) return decimals;
  }
  return most;
}

/**
 * Texts of an axis, as short as exact and all with the same number of decimals: true minus, `13,986`, powers of ten only when plain digits
 * would be longer than 9.
 */
export function tickTexts(values: readonly number[]): string[] {
  const largest = Math.max(0, ...values.map(Math.abs));
  if (largest === 0) return values.map(() => '0');
  if (largest >= 1e9 || largest < 1e-4) return values.map(format('~e'));
  return values.map(format(`,.${decimalsFor(values)}f`));
}

/** A number of four digits or more where there is no room for all of them: `100k`, `2.5M`. */
export const shortText = (value: number): string =>
  Math.abs(value) < 1000 ? tickTexts([value])[0] : format('~s')(value);

export interface Tick {
  /** Data units. */
  readonly value: number;
  readonly text: string;
}

/** What an axis asks for; see AxisSpec. `unitScale` divides data units for display. */
export interface TickRequest {
  readonly unitScale?: number;
  readonly ticks?: readonly number[];
  readonly tickLabels?: readonly string[];
  readonly ends?: 'both' | 'high';
}

/** A number that stands for the end of a range: whole from 100 on, else three digits. */
function endNumber(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

/** How the end of a range is written, `13,986` or `9.95`. */
export const endText = (value: number): string => tickTexts([endNumber(value)])[0];

/** Ticks of an axis that shows the data range [low, high] over `length` px. Given ticks outside the range are left out. */
export function axisTicks(request: TickRequest, low: number, high: number, length: number, spacing: number): Tick[] {
  const scale = request.unitScale ?? 1;
  const [from, to] = low <= high ? [low, high] : [high, low];
  if (request.ticks !== undefined) {
    const texts = request.tickLabels ?? tickTexts(request.ticks.map((v) => v / scale));
    const slack = (to - from) * 1e-9;
    return request.ticks
      .map((value, k) => ({ value, text: texts[k] ?? '' }))
      .filter(({ value }) => value >= from - slack && value <= to + slack);
  }
  const wide = autoTicks(from / scale, to / scale, length, spacing);
  // One tick tells no scale: in a low or narrow plot two that are closer do.
  const closer = wide.length < 2 && request.ends === undefined;
  const values = closer ? autoTicks(from / scale, to / scale, length, LEAST_SHARE * spacing) : wide;
  if (request.ends !== undefined && values.length < 2 && to > from) {
    const ends = request.ends === 'both' ? [from, to] : [to];
    return ends.map((value) => ({ value, text: endText(value / scale) }));
  }
  const texts = tickTexts(values);
  return values.map((value, k) => ({ value: value * scale, text: texts[k] }));
}
