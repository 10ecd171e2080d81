/** `plot` of the console: what is to be drawn, made small enough to draw at once. Pure; the window makes a scene of it (plotScene.ts). */
import { isNdArray, isTypedArray } from '../../core/base/nd.ts';

interface Words {
  readonly title: string;
  readonly xlabel: string;
  readonly ylabel: string;
}
export type PlotData = Words &
  (
    | { readonly kind: 'line'; readonly x: Float64Array; readonly y: Float64Array; readonly starts: Uint32Array }
    | { readonly kind: 'scatter'; readonly x: Float64Array; readonly y: Float64Array; readonly size: number }
    /** `edges` [bin + 1] */
    | { readonly kind: 'hist'; readonly edges: Float64Array; readonly counts: Float64Array }
    /** [row][column], row 0 at the top; `low` and `high` are the ends of the colours. */
    | {
        readonly kind: 'image';
        readonly values: Float32Array;
        readonly rows: number;
        readonly columns: number;
        readonly low: number;
        readonly high: number;
      }
  );

export interface PlotOptions {
  readonly title?: string;
  readonly xlabel?: string;
  readonly ylabel?: string;
  readonly bins?: number;
  readonly range?: readonly [number, number];
  readonly size?: number;
}

type Numbers = ArrayLike<number>;

/** Vertices of a line, points of a scatter plot, pixels of an image at most. */
const MOST_VERTICES = 40_000;
const MOST_POINTS = 200_000;
const MOST_PIXELS = 4_000_000;

/** `line(y)`, `line(x, y)`; a list of lists, or an array [line][value], draws several. Throws TypeError with what was expected. */
export function lineData(...args: readonly unknown[]): PlotData {
  const { numbers, options } = argumentsOf('line', args, 2);
  const [first, second] = numbers;
  const lines = linesOf(second ?? first);
  const parts = lines.map((y) => reduced(second === undefined ? null : numbersOf('line', first), y));
  const lengths = parts.map(({ x }) => x.length);
  const starts = Uint32Array.from({ length: parts.length + 1 });
  lengths.forEach((length, k) => void (starts[k + 1] = starts[k] + length));
  return {
    kind: 'line',
    x: joined(parts.map(({ x }) => x)),
    y: joined(parts.map(({ y }) => y)),
    starts,
    ...wordsOf(options),
  };
}

/** `scatter(x, y)`. */
export function scatterData(...args: readonly unknown[]): PlotData {
  const { numbers, options } = argumentsOf('scatter', args, 2);
  if (numbers.length < 2) throw new TypeError('plot.scatter expects x and y.');
  const [x, y] = numbers.map((values) => numbersOf('scatter', values));
  sameLength('scatter', x, y);
  const step = Math.max(1, Math.ceil(x.length / MOST_POINTS));
  const kept = Math.ceil(x.length / step);
  return {
    kind: 'scatter',
    x: Float64Array.from({ length: kept }, (_, k) => x[k * step]),
    y: Float64Array.from({ length: kept }, (_, k) => y[k * step]),
    size: options.size ?? 3,
    ...wordsOf({ ...options, title: thinnedTitle(options.title ?? '', step, x.length) }),
  };
}

const ORDINALS = ['', '', '2nd', '3rd'];

function thinnedTitle(title: string, step: number, total: number): string {
  if (step === 1) return title;
  const said = `every ${ORDINALS[step] ?? `${step}th`} of ${total.toLocaleString('en')} points`;
  return title === '' ? said : `${title} (${said})`;
}

/** `hist(values, bins)`, `hist(values, {bins, range})`: 50 bins between the smallest and the largest value. */
export function histData(...args: readonly unknown[]): PlotData {
  const [values, second, ...rest] = args;
  const given = typeof second === 'number' ? [values, { ...objectOf(rest[0]), bins: second }] : [values, second];
  const { numbers, options } = argumentsOf('hist', given, 1);
  const data = numbersOf('hist', numbers[0]);
  const bins = Math.max(1, Math.min(10_000, Math.round(options.bins ?? 50)));
  const [low, high] = options.range ?? widened(extent(data));
  const counts = new Float64Array(bins);
  const perBin = bins / (high - low);
  for (let k = 0; k < data.length; k++) {
    const value = data[k];
    if (value < low || value > high || Number.isNaN(value)) continue;
    counts[Math.min(bins - 1, Math.floor((value - low) * perBin))] += 1;
  }
  const edges = Float64Array.from({ length: bins + 1 }, (_, k) => low + ((high - low) * k) / bins);
  return { kind: 'hist', edges, counts, ...wordsOf(options) };
}

/** `image(rows)`: an array [row][column], or a list of rows. */
export function imageData(...args: readonly unknown[]): PlotData {
  const { numbers, options } = argumentsOf('image', args, 1);
  const { values, rows, columns } = gridOf(numbers[0]);
  if (rows * columns > MOST_PIXELS) {
    throw new TypeError(
      `plot.image has ${rows} x ${columns} values, at most ${MOST_PIXELS} are drawn. Take a part of it.`,
    );
  }
  const [low, high] = options.range ?? widened(extent(values));
  return { kind: 'image', values, rows, columns, low, high, ...wordsOf(options) };
}

const wordsOf = ({ title = '', xlabel = '', ylabel = '' }: PlotOptions): Words => ({ title, xlabel, ylabel });

const isOptions = (value: unknown): value is PlotOptions => {
  if (typeof value !== 'object' || value === null || isNdArray(value)) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
};
const objectOf = (value: unknown): PlotOptions => (isOptions(value) ? value : {});

function argumentsOf(
  name: string,
  args: readonly unknown[],
  most: number,
): { readonly numbers: readonly unknown[]; readonly options: PlotOptions } {
  const given = args.filter((value) => value !== undefined);
  const last = given.at(-1);
  const numbers = isOptions(last) ? given.slice(0, -1) : given;
  if (numbers.length === 0 || numbers.length > most) {
    throw new TypeError(`plot.${name} expects ${most === 1 ? 'one list of numbers' : 'one list of numbers or two'}.`);
  }
  return { numbers, options: objectOf(last) };
}

function numbersOf(name: string, value: unknown): Numbers {
  if (isNdArray(value)) return value.data;
  if (value instanceof Promise) throw new TypeError(`plot.${name} got a promise: put await before it.`);
  if (isTypedArray(value)) return value;
  if (Array.isArray(value)) return Float64Array.from(value as readonly unknown[], Number);
  throw new TypeError(`plot.${name} expects a list of numbers, a typed array or an array of the model.`);
}

const sameLength = (name: string, x: Numbers, y: Numbers): void => {
  if (x.length !== y.length) throw new TypeError(`plot.${name} got ${x.length} x and ${y.length} y, expected as many.`);
};

/** One line, or each row of a table. */
function linesOf(value: unknown): readonly Numbers[] {
  if (isNdArray(value) && value.shape.length === 2) {
    const [rows, columns] = value.shape;
    return Array.from({ length: rows }, (_, row) => value.data.subarray(row * columns, (row + 1) * columns));
  }
  const isList =
    Array.isArray(value) && value.length > 0 && value.every((row) => Array.isArray(row) || ArrayBuffer.isView(row));
  return isList ? value.map((row: unknown) => numbersOf('line', row)) : [numbersOf('line', value)];
}

/** A line with at most MOST_VERTICES: of many values the smallest and the largest of each step. */
function reduced(x: Numbers | null, y: Numbers): { readonly x: Float64Array; readonly y: Float64Array } {
  if (x !== null) sameLength('line', x, y);
  const at = (k: number): number => (x === null ? k : x[k]);
  if (y.length <= MOST_VERTICES) {
    return {
      x: Float64Array.from({ length: y.length }, (_, k) => at(k)),
      y: Float64Array.from({ length: y.length }, (_, k) => y[k]),
    };
  }
  const steps = MOST_VERTICES / 2;
  const [px, py] = [new Float64Array(MOST_VERTICES), new Float64Array(MOST_VERTICES)];
  for (let step = 0; step < steps; step++) {
    const from = Math.floor((step * y.length) / steps);
    const to = Math.floor(((step + 1) * y.length) / steps);
    let [low, high] = [from, from];
    for (let k = from; k < to; k++) {
      if (Number.isNaN(y[k])) continue;
      // Also where the first value of the step is none.
      if (!(y[low] <= y[k])) low = k;
      if (!(y[high] >= y[k])) high = k;
    }
    const [a, b] = low < high ? [low, high] : [high, low];
    px.set([at(a), at(b)], 2 * step);
    py.set([y[a], y[b]], 2 * step);
  }
  return { x: px, y: py };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function gridOf(value: unknown): { readonly values: Float32Array; readonly rows: number; readonly columns: number } {
  if (isNdArray(value) && value.shape.length === 2) {
    const [rows, columns] = value.shape;
    return { values: Float32Array.from(value.data), rows, columns };
  }
  if (Array.isArray(value) && value.length > 0) {
    const rows = value.map((row: unknown) => numbersOf('image', row));
    const columns = rows[0].length;
    if (rows.some((row) => row.length !== columns)) throw new TypeError('plot.image expects rows of the same length.');
    const values = new Float32Array(rows.length * columns);
    rows.forEach((row, k) => values.set(row, k * columns));
    return { values, rows: rows.length, columns };
  }
  throw new TypeError('plot.image expects an array [row][column], or a list of rows.');
}

/** Smallest and largest finite value; [0, 1] without any. */
export function extent(values: Numbers): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let k = 0; k < values.length; k++) {
    const value = values[k];
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}

const widened = ([low, high]: readonly [number, number]): readonly [number, number] =>
  low === high ? [low - 0.5, high + 0.5] : [low, high];
