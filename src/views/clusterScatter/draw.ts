/** Clusters as points (spec/views.md 12a and 12b, look.md 5): any two columns of the table along the axes, a third one as size. */
import { niceBelow } from '../../core/base/layout.ts';
import type { Values } from '../../core/base/params.ts';
import type { PlotStyle } from '../../gui/colors/style.ts';
import { CHARACTER_PX } from '../../gui/plot/layouts.ts';
import type { AxisSpec, Box, Frame, PointsMark, Rgba, Scene, TextMark } from '../../gui/plot/scene.ts';
import type { params } from './params.ts';
import type { ClusterScatterAnswer } from './query.ts';

type Point = readonly [number, number];
/** What an answer was made with, and what only draws. */
export type ScatterValues = Omit<Values<typeof params>, 'colorScheme' | 'filter'>;
/** Smallest and largest value that sizes stand for. */
export type SizeRange = readonly [number, number];

export interface ScatterInput {
  readonly answer: ClusterScatterAnswer;
  readonly values: ScatterValues;
  readonly sizeRange: SizeRange;
  readonly style: PlotStyle;
  /** CSS px of the whole plot, gutters included. */
  readonly size: { readonly width: number; readonly height: number };
  /** The part of plot NDC on screen. */
  readonly visible: Box;
  /** In selection order. */
  readonly selected: readonly number[];
  readonly colorOf: (clusterId: number) => Rgba;
}

/** Frame in the units of the columns, or their logarithms. */
export const SCATTER = 'scatter';

/** Diameters of the smallest and the largest point, CSS px (spec/views.md 12a). */
const SMALLEST_PX = 5;
const LARGEST_PX = 30;
const ALPHA = 0.75;
/** Room for the points at the edges. */
const PADDING_PX = 16;
/** A ring about selected points. */
const RING_PX = 1.5;
/** Beside more selected points than these no ids are written. */
const MOST_LABELS = 40;

/** Units of the columns that have one. */
const UNITS: Readonly<Record<string, string>> = { depth: 'µm', fr: 'Hz' };

/** A blank and the unit of a column, or nothing. */
export const unitOf = (field: string): string => (UNITS[field] === undefined ? '' : ` ${UNITS[field]}`);

/** Smallest and largest of finite values; [0, 0] of none. */
export function rangeOf(values: Float64Array): SizeRange {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 0];
}

/** The value itself, or ln(1 + value - smallest) (spec/views.md 12a). */
const scaled = (value: number, smallest: number, log: boolean): number =>
  log ? Math.log(Math.max(0, value - smallest) + 1) : value;

/** Diameters in CSS px: the range becomes 5 to 30 px; values beyond it, of clusters made since, are as small or as large as its ends. */
export function diameters(values: Float64Array, [low, high]: SizeRange, log: boolean, factor: number): Float32Array {
  const first = scaled(low, low, log);
  const span = scaled(high, low, log) - first;
  return Float32Array.from(values, (value) => {
    const share = span > 0 ? Math.min(1, Math.max(0, (scaled(value, low, log) - first) / span)) : 0;
    return factor * (SMALLEST_PX + (LARGEST_PX - SMALLEST_PX) * share);
  });
}

/** Where the points lie, in units of the frame, and how large they are. */
export interface Places {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly sizes: Float32Array;
  /** Exact extent of x and y: [xMin, yMin, xMax, yMax]. */
  readonly bounds: Box;
}

function axisPlaces(values: Float64Array, log: boolean): Float64Array {
  if (!log) return values;
  const [smallest] = rangeOf(values);
  return values.map((value) => scaled(value, smallest, true));
}

/** Whether several clusters lie over each other as one point: without templates all have the same amplitude and depth. */
export function isOnePlace({ x, y }: ClusterScatterAnswer): boolean {
  return x.data.length > 1 && [x, y].map(({ data }) => rangeOf(data)).every(([low, high]) => low === high);
}

interface Memo {
  readonly values: ScatterValues;
  readonly sizeRange: SizeRange;
  readonly places: Places;
}
const memos = new WeakMap<ClusterScatterAnswer, Memo>();

/** Places of the points; the same object while nothing about them changed. */
export function placesOf({ answer, values, sizeRange }: Pick<ScatterInput, 'answer' | 'values' | 'sizeRange'>): Places {
  const memo = memos.get(answer);
  if (memo?.values === values && memo.sizeRange === sizeRange) return memo.places;
  const x = axisPlaces(answer.x.data, values.xLog);
  const y = axisPlaces(answer.y.data, values.yLog);
  const [[xMin, xMax], [yMin, yMax]] = [rangeOf(x), rangeOf(y)];
  const sizes = diameters(answer.size.data, sizeRange, values.sizeLog, values.markerSize);
  const places: Places = { x, y, sizes, bounds: [xMin, yMin, xMax, yMax] };
  memos.set(answer, { values, sizeRange, places });
  return places;
}

/** Gutters: left of the axis there is room for its numbers and its title. */
function guttersOf({ style, answer }: ScatterInput): Scene['gutters'] {
  const longest = Math.max(2, ...[...rangeOf(answer.y.data)].map((value) => Math.round(value).toString().length));
  const left = Math.max(style.gutter.left, (longest * CHARACTER_PX + 32) * style.scale);
  return { ...style.gutter, left: Math.round(left) };
}

/** The exact extent and a margin in px, so that no point is cut off at the edge. A degenerate axis is 2 units long. */
function padded(low: number, high: number, pixels: number): readonly [number, number] {
  if (!(high > low)) return [low - 1, low + 1];
  const padding = Math.min(PADDING_PX, pixels / 4);
  const unit = (high - low) / Math.max(1, pixels - 2 * padding);
  return [low - padding * unit, high + padding * unit];
}

/** Pixels of the plot area, the units that fill it, and pixels per unit as the camera shows them. */
export interface Metrics {
  readonly gutters: Scene['gutters'];
  readonly bounds: Box;
  readonly pxPerUnit: Point;
}

export function metricsOf(input: ScatterInput): Metrics {
  const { size, visible } = input;
  const gutters = guttersOf(input);
  const width = Math.max(1, size.width - gutters.left - gutters.right);
  const height = Math.max(1, size.height - gutters.top - gutters.bottom);
  const [xMin, yMin, xMax, yMax] = placesOf(input).bounds;
  const [x0, x1] = padded(xMin, xMax, width);
  const [y0, y1] = padded(yMin, yMax, height);
  const zoom: Point = [2 / (visible[2] - visible[0]), 2 / (visible[3] - visible[1])];
  return {
    gutters,
    bounds: [x0, y0, x1, y1],
    pxPerUnit: [(zoom[0] * width) / (x1 - x0), (zoom[1] * height) / (y1 - y0)],
  };
}

const bytes = ([r, g, b]: Rgba, alpha: number): readonly number[] => [r, g, b, alpha].map((v) => Math.round(255 * v));

interface PaintedMemo {
  readonly selected: readonly number[];
  readonly colorOf: ScatterInput['colorOf'];
  readonly style: PlotStyle;
  readonly marks: readonly PointsMark[];
}
const painted = new WeakMap<Places, PaintedMemo>();

/** All points in increasing id, then the selected ones with a ring, the first selected one on top. */
function pointMarks(input: ScatterInput): readonly PointsMark[] {
  const { answer, selected, colorOf, style } = input;
  const places = placesOf(input);
  const memo = painted.get(places);
  if (memo?.selected === selected && memo.colorOf === colorOf && memo.style === style) return memo.marks;
  const ids = answer.clusterIds.data;
  const { x, y, sizes } = places;
  const ranks = new Map(selected.map((id, rank) => [id, rank]));
  const colors = new Uint8Array(4 * ids.length);
  for (const [k, id] of ids.entries()) if (!ranks.has(id)) colors.set(bytes(colorOf(id), ALPHA), 4 * k);
  const points = { kind: 'points', color: style.tick, size: 1, shape: 'disc' } as const;
  const chosen = placesOfSelected(answer, selected).toReversed();
  const at = (values: Float64Array): Float64Array => Float64Array.from(chosen, ({ place }) => values[place]);
  const own = new Uint8Array(chosen.flatMap(({ rank }) => bytes(style.clusterColor(rank), 1)));
  const ring = Float32Array.from(chosen, ({ place }) => sizes[place] + 2 * RING_PX);
  const inner = Float32Array.from(chosen, ({ place }) => sizes[place]);
  const marks: readonly PointsMark[] = [
    { ...points, x, y, sizes, colors },
    ...chosen.flatMap((_, k): readonly PointsMark[] => {
      const one = { x: at(x).subarray(k, k + 1), y: at(y).subarray(k, k + 1) };
      return [
        { ...points, ...one, color: style.text, sizes: ring.subarray(k, k + 1) },
        { ...points, ...one, sizes: inner.subarray(k, k + 1), colors: own.subarray(4 * k, 4 * k + 4) },
      ];
    }),
  ];
  painted.set(places, { selected, colorOf, style, marks });
  return marks;
}

/** Places in the answer of the selected clusters that it has, in selection order. */
function placesOfSelected(
  answer: ClusterScatterAnswer,
  selected: readonly number[],
): readonly { readonly rank: number; readonly place: number }[] {
  const known = new Map(Array.from(answer.clusterIds.data, (id, place) => [id, place]));
  return selected.flatMap((id, rank) => {
    const place = known.get(id);
    return place === undefined ? [] : [{ rank, place }];
  });
}

/** Where an id can stand beside its point, the best first: steps right and down. */
const SIDES: readonly Point[] = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
];

/** CSS px from the lower left corner of the plot area: [x0, y0, x1, y1]. */
type Rect = Box;
const around = ([x, y]: Point, halfX: number, halfY: number): Rect => [x - halfX, y - halfY, x + halfX, y + halfY];
const meet = (a: Rect, b: Rect): boolean => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];

/**
 * Ids beside the selected points: right of them, or on another side where they would leave the plot or cover another selected point or its id;
 * over a point where there is no such side, and left out rather than over another id.
 */
function labelMarks(input: ScatterInput, { bounds, pxPerUnit, gutters }: Metrics): readonly TextMark[] {
  const { answer, selected, style, size, visible } = input;
  const chosen = placesOfSelected(answer, selected);
  if (chosen.length > MOST_LABELS) return [];
  const { x, y, sizes } = placesOf(input);
  const width = size.width - gutters.left - gutters.right;
  const height = size.height - gutters.top - gutters.bottom;
  const corner = [0, 1].map((k) => bounds[k] + ((visible[k] + 1) / 2) * (bounds[k + 2] - bounds[k]));
  const pixel = (place: number): Point => [
    (x[place] - corner[0]) * pxPerUnit[0],
    (y[place] - corner[1]) * pxPerUnit[1],
  ];
  const radiusOf = (place: number): number => sizes[place] / 2 + RING_PX;
  const points = chosen.map(({ place }) => around(pixel(place), radiusOf(place), radiusOf(place)));
  const taken: Rect[] = [];
  return chosen.flatMap(({ place }, own): readonly TextMark[] => {
    const { length } = String(answer.clusterIds.data[place]);
    const half: Point = [(length * CHARACTER_PX * style.scale) / 2, style.tickSize / 2];
    const [px, py] = pixel(place);
    // Beside the point; one that lies on larger ones, beside these.
    const reaches = chosen.map(({ place: other }) => {
      const [ox, oy] = pixel(other);
      const away = Math.hypot(ox - px, oy - py);
      return away < radiusOf(other) ? away + radiusOf(other) : 0;
    });
    const gaps = [radiusOf(place), Math.max(...reaches)].map((reach) => reach + 4);
    const beside = gaps.flatMap((gap) =>
      SIDES.map((side) => ({
        side,
        gap,
        rect: around([px + side[0] * (gap + half[0]), py - side[1] * (gap + half[1])], half[0], half[1]),
      })),
    );
    const free = beside.filter(
      ({ rect: [x0, y0, x1, y1], rect }) =>
        x0 >= 0 && x1 <= width && y1 > 0 && y0 < height && !taken.some((other) => meet(rect, other)),
    );
    const found = free.find(({ rect }) => !points.some((other, k) => k !== own && meet(rect, other))) ?? free.at(0);
    if (found === undefined) return [];
    taken.push(found.rect);
    return [idMark(input, place, found.side, found.gap)];
  });
}

/** The id of the cluster at a place of the answer, on one side of its point. */
function idMark(input: ScatterInput, place: number, [right, down]: Point, gap: number): TextMark {
  const { answer, style } = input;
  const { x, y } = placesOf(input);
  return {
    kind: 'text',
    x: x.subarray(place, place + 1),
    y: y.subarray(place, place + 1),
    text: [String(answer.clusterIds.data[place])],
    anchor: [0 - right, down],
    offset: [right * gap, down * gap],
    color: style.text,
    size: style.tickSize,
    halo: style.background,
  };
}

const numbers = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 });
/** A number as people read it: `13,986`, `−0.5`. */
export const valueText = (value: number): string => numbers.format(value).replace('-', '−');

/** CSS px between two labels of an axis (look.md 5). */
const SPACING_PX = { x: 70, y: 50 };

/** Round values of either sign about the size of `largest` and below: 0, powers of ten, 5 and 2 times these. */
function roundValues(largest: number): readonly number[] {
  const powers = Array.from({ length: 12 }, (_, k) => 10 ** (Math.ceil(Math.log10(largest)) - k));
  return [0, ...[1, 5, 2].flatMap((factor) => powers.flatMap((power) => [factor * power, -factor * power]))];
}

/** Values in equal steps from `from` to `to`. */
function evenValues(from: number, to: number): readonly number[] {
  const step = niceBelow((to - from) / 3);
  const first = Math.ceil(from / step - 1e-9);
  return Array.from({ length: Math.floor(to / step + 1e-9) - first + 1 }, (_, k) => (first + k) * step);
}

/** A logarithmic axis with fewer round values than this has equal steps between them. */
const FEW_TICKS = 3;

/** Ticks of a logarithmic axis that begins at `smallest`, as far as there is room. */
export function logTicks(
  smallest: number,
  [low, high]: readonly [number, number],
  pxPerUnit: number,
  spacing: number,
): readonly { readonly value: number; readonly at: number }[] {
  const valueAt = (place: number): number => smallest + Math.exp(Math.max(0, place)) - 1;
  const [from, to] = [valueAt(low), valueAt(high)];
  if (!(to > from)) return [{ value: from, at: Math.log(from - smallest + 1) }];
  const slack = 1e-9 * (to - from);
  const ticks: { readonly value: number; readonly at: number }[] = [];
  const add = (values: readonly number[]): void => {
    for (const value of values) {
      if (value < from - slack || value > to + slack) continue;
      const at = Math.log(Math.max(0, value - smallest) + 1);
      if (ticks.every((tick) => Math.abs(tick.at - at) * pxPerUnit >= spacing)) ticks.push({ value, at });
    }
  };
  add(roundValues(Math.max(Math.abs(from), Math.abs(to))));
  if (ticks.length < FEW_TICKS) add(evenValues(from, to));
  return ticks.toSorted((a, b) => a.at - b.at);
}

/** Ticks of one axis: automatic, or on a logarithmic one at round values. */
function axisOf(input: ScatterInput, metrics: Metrics, axis: 'x' | 'y'): AxisSpec {
  const { values, answer, visible } = input;
  const field = values[axis];
  const unit = UNITS[field];
  const shared: AxisSpec = {
    frame: SCATTER,
    title: field,
    grid: true,

    ...(unit !== undefined && { unit }),
  };
  if (!(axis === 'x' ? values.xLog : values.yLog)) return shared;
  const k = axis === 'x' ? 0 : 1;
  const [low, high] = [metrics.bounds[k], metrics.bounds[k + 2]];
  const at = (ndc: number): number => low + ((ndc + 1) / 2) * (high - low);
  const [smallest] = rangeOf(answer[axis].data);
  const range: Point = [at(visible[k]), at(visible[k + 2])];
  const ticks = logTicks(smallest, range, metrics.pxPerUnit[k], SPACING_PX[axis]);
  return { ...shared, ticks: ticks.map((tick) => tick.at), tickLabels: ticks.map((tick) => valueText(tick.value)) };
}

/** The scene of an answer. */
export function scatterScene(input: ScatterInput): Scene {
  const metrics = metricsOf(input);
  const isEmpty = input.answer.clusterIds.data.length === 0;
  const frame: Frame = {
    id: SCATTER,
    box: [-1, -1, 1, 1],
    bounds: metrics.bounds,
    clip: false,
    marks: isEmpty ? [] : [...pointMarks(input), ...labelMarks(input, metrics)],
  };
  return {
    frames: [frame],
    gutters: metrics.gutters,
    background: input.style.background,
    xAxes: [axisOf(input, metrics, 'x')],
    yAxes: [axisOf(input, metrics, 'y')],
    labels: [],
  };
}

/** Place in the answer of the point nearest to a place of the frame, as it is seen on screen, and its distance in px; null without points. */
export function nearestPoint(
  places: Places,
  [x, y]: Point,
  [perX, perY]: Point,
): { readonly place: number; readonly distance: number } | null {
  let place = -1;
  let distance = Infinity;
  for (let k = 0; k < places.x.length; k++) {
    const away = Math.hypot((places.x[k] - x) * perX, (places.y[k] - y) * perY);
    if (away < distance) {
      distance = away;
      place = k;
    }
  }
  return place < 0 ? null : { place, distance };
}
