/** Correlograms as a scene (spec/views.md 5a and 5b, look.md 5): an N x N grid of histograms over delays in seconds. */
import { cellBox } from '../../core/base/layout.ts';
import type { Values } from '../../core/base/params.ts';
import { roundHalfEven } from '../../core/base/round.ts';
import type { PlotStyle } from '../../gui/colors/style.ts';
import { CHARACTER_PX } from '../../gui/plot/layouts.ts';
import { bandMark, boundMark, captionFrame, levelMarks, noteMark } from '../../gui/plot/marks.ts';
import type { AxisSpec, BarsMark, Box, Frame, GutterLabel, Rgba, Scene, SegmentsMark } from '../../gui/plot/scene.ts';
import type { params } from './params.ts';
import type { CorrelogramAnswer } from './query.ts';

export type CorrelogramValues = Values<typeof params>;

export interface CorrelogramInput {
  readonly answer: CorrelogramAnswer;
  /** The values the answer was made with (bin, window), and those that only draw. */
  readonly values: CorrelogramValues;
  readonly style: PlotStyle;
  /** CSS px of the whole plot, gutters included. */
  readonly size: { readonly width: number; readonly height: number };
}

/** Pixels between cells: fewer when there are many cells, so that the data keeps the room. */
const gapOf = (n: number): number => (n <= 6 ? 6 : n <= 12 ? 3 : 2);
/** A cell that is smaller than this has no room for a halo and dashes. */
const LINES_FROM_PX = 24;
/** Below columns narrower than this, ids stand without their shapes. */
const MARKERS_FROM_PX = 44;
/** `max N` stands above a cell that is taller than this; all of these at scale 1. */
const CAPTION_FROM_PX = 58;
const CAPTION_PX = 13;
/** Room for the shape before a cluster's id. */
const MARKER_PX = 16;
const TICKS_PX = 18;

/** Bin edges at which the refractory period begins and ends (23 and 28 for 50 / 1 / 2 ms). */
export function refractoryBins(
  windowSeconds: number,
  binSeconds: number,
  refractorySeconds: number,
): readonly [number, number] {
  const half = windowSeconds / 2;
  return [
    roundHalfEven((half - refractorySeconds) / binSeconds),
    roundHalfEven((half + refractorySeconds) / binSeconds) + 1,
  ];
}

/** Counts of one pair (a view, not a copy). */
export function countsOf(answer: CorrelogramAnswer, row: number, col: number): Int32Array {
  const [, columns, bins] = answer.counts.shape;
  const from = (row * columns + col) * bins;
  return answer.counts.data.subarray(from, from + bins);
}

/** Width of a bin in whole samples, s: shorter than the one asked for where that is no whole number of samples (29 of 29.9998 samples at 29,999.8 Hz). */
function binWidth({ delays, half }: CorrelogramAnswer, binSeconds: number): number {
  return half > 0 ? delays.data[half + 1] - delays.data[half] : binSeconds;
}

/** Left edge of the drawn bin `k`, s: the centre bin is drawn symmetrically about zero. */
const edge = (k: number, answer: CorrelogramAnswer, binSeconds: number): number =>
  (k - answer.half - 0.5) * binWidth(answer, binSeconds);

interface Cell {
  readonly bars: BarsMark;
  readonly top: number;
}
interface Memo {
  readonly style: PlotStyle;
  readonly binSeconds: number;
  readonly cells: readonly (readonly Cell[])[];
}
const memos = new WeakMap<CorrelogramAnswer, Memo>();

/** A translucent colour on a ground, opaque: bars that share a pixel must not add up. */
function over([r, g, b, a]: Rgba, ground: Rgba): Rgba {
  const mix = (c: number, under: number): number => c * a + under * (1 - a);
  return [mix(r, ground[0]), mix(g, ground[1]), mix(b, ground[2]), 1];
}

/** Bars of every pair; they share the arrays of their edges and their ground. */
function cellsOf({ answer, style, values }: CorrelogramInput): Memo['cells'] {
  const { binSeconds } = values;
  const memo = memos.get(answer);
  if (memo?.style === style && memo.binSeconds === binSeconds) return memo.cells;
  const [n, , bins] = answer.counts.shape;
  const x0 = Float64Array.from({ length: bins }, (_, k) => edge(k, answer, binSeconds));
  const x1 = Float64Array.from({ length: bins }, (_, k) => edge(k + 1, answer, binSeconds));
  const y0 = new Float64Array(bins);
  const cells = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j): Cell => {
      const y1 = Float64Array.from(countsOf(answer, i, j));
      const color = i === j ? style.clusterColor(i) : over(style.crossColor(i), style.cell);
      return { bars: { kind: 'bars', x0, x1, y0, y1, color }, top: Math.max(0, ...y1) };
    }),
  );
  memos.set(answer, { style, binSeconds, cells });
  return cells;
}

/** Expected count as a line with a halo; in a cell without room for lines as a faint one. */
function baselineMarks(level: number, style: PlotStyle, room: boolean): readonly SegmentsMark[] {
  const ends = new Float64Array([-Infinity, level, Infinity, level]);
  if (room) return levelMarks(ends, style);
  const [r, g, b] = style.reference;
  return [{ kind: 'segments', ends, color: [r, g, b, 0.4], width: 1 }];
}

const grouping = new Intl.NumberFormat('en-US');

/** Ends of upright lines over the full height of a frame. */
const upright = (xs: readonly number[]): Float64Array =>
  Float64Array.from(xs.flatMap((x) => [x, -Infinity, x, Infinity]));

interface Shared {
  readonly refractory: readonly [number, number];
  readonly x: readonly [number, number];
  /** Room for refractory dashes and for the halo of the baseline. */
  readonly lines: boolean;
}

function cellFrame(
  input: CorrelogramInput,
  cell: Cell,
  place: { i: number; j: number; box: Box; top: number },
  shared: Shared,
): Frame {
  const { answer, style } = input;
  const top = place.top > 0 ? place.top : 1;
  const n = answer.counts.shape[1];
  const band = bandMark(shared.refractory, top, style);
  const baseline = answer.baseline.data[place.i * n + place.j];
  const level = baseline <= top ? baselineMarks(baseline, style, shared.lines) : [];
  const bounds = shared.lines ? [boundMark(upright(shared.refractory), style)] : [];
  return {
    id: `${place.i},${place.j}`,
    box: place.box,
    bounds: [shared.x[0], 0, shared.x[1], top],
    clip: true,
    ground: style.cell,
    marks: [band, cell.bars, ...bounds, ...level],
  };
}

/** Ids with their shapes: left of the first column, below the last row (there without shapes when columns are narrow). */
function idLabels(
  input: CorrelogramInput,
  boxes: readonly (readonly Box[])[],
  markersBelow: boolean,
): readonly GutterLabel[] {
  const { answer, style } = input;
  return answer.clusters.flatMap(({ clusterId }, rank): GutterLabel[] => {
    const marker = { shape: style.clusterShape(rank), color: style.clusterColor(rank) };
    const shared = { text: String(clusterId), color: style.text };
    const row = boxes[rank][0];
    const column = boxes[0][rank];
    return [
      { edge: 'left', at: (row[1] + row[3]) / 2, ...shared, marker },
      { edge: 'bottom', at: (column[0] + column[2]) / 2, ...shared, ...(markersBelow && { marker }) },
    ];
  });
}

/** Three round delays: zero and the largest of 1, 2, 4 and 5 times a power of ten seconds within 90 % of the half window. */
export function delayTicks(halfWindow: number): readonly number[] {
  const limit = halfWindow * 0.9;
  if (!(limit > 0)) return [0];
  const power = 10 ** Math.floor(Math.log10(limit));
  const step = ([5, 4, 2, 1].find((factor) => factor * power <= limit) ?? 1) * power;
  return [-step, 0, step];
}

const UNIT = 'ms';
const LABEL_GAP_PX = 4;
const RIGHT_PX = 12;

/** Text of a delay in ms, as the axis writes it. */
const delayText = (seconds: number): string => String(Number((seconds * 1000).toPrecision(6))).replace('-', '−');

/** CSS px from the middle of the last label's tick to the end of its unit. */
const unitReach = (text: string, scale: number): number =>
  ((text.length * CHARACTER_PX) / 2 + UNIT.length * 8) * scale + 3;

/** Where a column has ticks: three where their labels do not touch, else zero alone. */
function columnTicks(halfWindow: number, cellWidth: number, scale: number): readonly number[] {
  const ticks = delayTicks(halfWindow);
  const spacing = ((ticks.at(-1) ?? 0) / halfWindow) * (cellWidth / 2);
  const widest = delayText(ticks[0]).length * CHARACTER_PX;
  return spacing >= ((widest + CHARACTER_PX) / 2) * scale + LABEL_GAP_PX ? ticks : [0];
}

/** Room right of the last column for the unit that follows its last label: more where columns are narrow. */
function rightGutter(halfWindow: number, cellWidth: number, scale: number): number {
  const last = columnTicks(halfWindow, cellWidth, scale).at(-1) ?? 0;
  const inside = (1 - last / halfWindow) * (cellWidth / 2);
  return Math.max(RIGHT_PX, Math.min(26 * scale, Math.ceil(unitReach(delayText(last), scale) - inside) + 3));
}

/** `max 1,234` where a cell is wide enough for it, else the number alone, else nothing. */
export function captionText(top: number, cellWidth: number, scale: number): string | null {
  const counted = grouping.format(top);
  const texts = [`max ${counted}`, counted];
  return texts.find((text) => text.length * CHARACTER_PX * scale <= cellWidth) ?? null;
}

/**
 * Axes of the columns: labels under each, or under the last one only where those of neighbours would touch: never some labels of some columns.
 */
export function delayAxes(
  n: number,
  halfWindow: number,
  cellWidth: number,
  gap: number,
  scale = 1,
): readonly AxisSpec[] {
  const ticks = columnTicks(halfWindow, cellWidth, scale);
  const [low, high] = [ticks[0], ticks.at(-1) ?? 0];
  const between = cellWidth + gap - ((high - low) / (2 * halfWindow)) * cellWidth;
  const labels = ((delayText(low).length + delayText(high).length) * CHARACTER_PX * scale) / 2;
  const apart = between >= labels + LABEL_GAP_PX;
  return Array.from({ length: n }, (_, j): AxisSpec => {
    const last = j === n - 1;
    return {
      frame: `${n - 1},${j}`,
      unitScale: 0.001,
      ...(last && { unit: UNIT }),
      grid: false,
      ticks,
      ...(!apart && !last && { tickLabels: ticks.map(() => '') }),
    };
  });
}

/** The scene of an answer. Frame ids are `row,column`; data units are seconds of delay and counts. */
export function correlogramScene(input: CorrelogramInput): Scene {
  const { answer, style, values, size } = input;
  const { scale } = style;
  const n = answer.clusters.length;
  const ids = answer.clusters.map(({ clusterId }) => String(clusterId).length);
  const left = values.labels
    ? Math.max(40, Math.ceil((MARKER_PX + Math.max(0, ...ids) * CHARACTER_PX) * scale) + 10)
    : 8;
  const gap = gapOf(n);
  const halfWindow = edge(answer.counts.shape[2], answer, values.binSeconds);
  const columnWidth = (across: number): number => (across - gap * (n - 1)) / Math.max(1, n);
  const right = rightGutter(halfWindow, columnWidth(size.width - left - RIGHT_PX), scale);
  const gutters = { left, right, top: 4, bottom: (TICKS_PX + (values.labels ? 18 : 0)) * scale };
  const width = size.width - gutters.left - gutters.right;
  const height = size.height - gutters.top - gutters.bottom;
  const cellHeight = (height - gap * (n - 1)) / Math.max(1, n);
  const cellWidth = columnWidth(width);
  const caption = cellHeight > CAPTION_FROM_PX * scale;
  const grid = { rows: n, columns: n, width, height, gap, caption: caption ? CAPTION_PX * scale : 0 };
  const boxes = answer.clusters.map((_, i) => answer.clusters.map((_, j) => cellBox(grid, i, j)));
  const cells = cellsOf(input);
  const highest = Math.max(0, ...cells.flat().map((cell) => cell.top));
  const [first, last] = refractoryBins(values.windowSeconds, values.binSeconds, values.refractorySeconds);
  const at = (k: number): number => edge(k, answer, values.binSeconds);
  const shared: Shared = {
    refractory: [at(first), at(last)],
    x: [at(0), at(answer.counts.shape[2])],
    lines: Math.min(cellHeight, cellWidth) >= LINES_FROM_PX,
  };
  const frames = cells.flatMap((row, i) =>
    row.flatMap((cell, j) => {
      const top = values.uniform ? highest : cell.top;
      const frame = cellFrame(input, cell, { i, j, box: boxes[i][j], top }, shared);
      const words = caption ? captionText(cell.top, cellWidth, scale) : null;
      if (words === null) return [frame];
      return [frame, captionFrame(`${frame.id}:max`, frame.box, [noteMark(words, style)])];
    }),
  );
  return {
    frames,
    gutters,
    background: style.background,
    xAxes: delayAxes(n, halfWindow, cellWidth, gap, scale),
    yAxes: [],
    labels: values.labels ? idLabels(input, boxes, cellWidth >= MARKERS_FROM_PX * scale) : [],
  };
}

/**
 * What lies under the pointer in a cell: the delays that its bin counts, s, and how many there are; null outside of the bins. The central bin counts
 * delays of less than a bin in the order that has more of them: `from` is then the opposite of `to`.
 */
export function binAt(
  answer: CorrelogramAnswer,
  binSeconds: number,
  cell: { readonly row: number; readonly column: number },
  delay: number,
): { readonly from: number; readonly to: number; readonly count: number } | null {
  const width = binWidth(answer, binSeconds);
  const k = Math.floor(delay / width + answer.half + 0.5);
  if (k < 0 || k >= answer.counts.shape[2]) return null;
  const place = k - answer.half;
  const from = (place > 0 ? place : place - 1) * width;
  const to = (place < 0 ? place : place + 1) * width;
  return { from, to, count: countsOf(answer, cell.row, cell.column)[k] };
}
