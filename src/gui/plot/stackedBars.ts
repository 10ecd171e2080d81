/**
 * Histograms one above the other, the first at the bottom, over a common x axis (spec/views.md 1.6 and 9b, look.md 5): every row has its own
 * scale. Rows with room have a caption with their id and a note; of lower ones the id stands in the gutter.
 */
import type { PlotStyle } from '../colors/style.ts';
import { stackedRow } from './layouts.ts';
import { bandMark, boundMark, captionFrame, levelMarks, noteMark } from './marks.ts';
import type { AxisSpec, BarsMark, Box, Frame, GutterLabel, Mark, Scene, SegmentsMark } from './scene.ts';
import { endText } from './ticks.ts';

export interface StackedRow {
  /** Id of the cluster. */
  readonly label: string;
  readonly bars: BarsMark;
  /** Largest bar; 0 for a row without data. */
  readonly top: number;
  /** End of a period at the beginning of the x axis that is marked, such as the refractory one. */
  readonly bound?: number;
  /** A level across the row, such as a mean. */
  readonly level?: number;
  /** What the caption says, in long and in short. */
  readonly notes: readonly string[];
}

export interface StackedInput {
  /** First at the bottom; the place is the rank. */
  readonly rows: readonly StackedRow[];
  /** Range of the x axis in the units of the bars. */
  readonly range: readonly [number, number];
  readonly xAxis: Pick<AxisSpec, 'unit' | 'unitScale'>;
  /** Unit of the heights, written once. */
  readonly yUnit?: string;
  readonly style: PlotStyle;
  /** CSS px of the whole plot, gutters included. */
  readonly size: { readonly width: number; readonly height: number };
}

/** CSS px at scale 1. A row lower than these has no caption, no numbers and halo, no level at all. */
const CAPTION_FROM = 42;
const NUMBERS_FROM = 24;
const LEVEL_FROM = 12;
const CAPTION = 15;
const CHARACTER = 6.2;
const MARKER = 8;
const MARKER_ROOM = 16;
const TOP = 6;
const RIGHT = 8;

interface Bars {
  readonly style: PlotStyle;
  readonly bars: readonly BarsMark[];
}
const memos = new WeakMap<object, Bars>();

/** The bars of all rows, made once for an answer and a style. `heights[row]` has one height per bin between the edges. */
export function barsOfRows(
  answer: object,
  style: PlotStyle,
  edges: Float64Array,
  heights: readonly ArrayLike<number>[],
): readonly BarsMark[] {
  const memo = memos.get(answer);
  if (memo?.style === style) return memo.bars;
  const x0 = edges.subarray(0, -1);
  const x1 = edges.subarray(1);
  const y0 = new Float64Array(x0.length);
  const bars = heights.map((row, rank): BarsMark => {
    return { kind: 'bars', x0, x1, y0, y1: Float64Array.from(row), color: style.clusterColor(rank) };
  });
  memos.set(answer, { style, bars });
  return bars;
}

/** Sizes in CSS px at the present interface scale. */
interface Plan {
  readonly gutters: Scene['gutters'];
  readonly width: number;
  readonly height: number;
  readonly captions: boolean;
  readonly numbers: boolean;
  readonly levels: boolean;
}

function planOf({ rows, style, size, yUnit }: StackedInput): Plan {
  const px = (value: number): number => value * style.scale;
  const height = Math.max(1, size.height - px(TOP) - style.gutter.bottom);
  const [low, high] = stackedRow(0, Math.max(1, rows.length), 'bottom');
  const row = ((high - low) / 2) * height;
  const captions = row >= px(CAPTION_FROM);
  const numbers = row >= px(NUMBERS_FROM);
  const unit = yUnit === undefined ? 0 : yUnit.length + 1;
  const tops = numbers ? rows.map(({ top }, i) => endText(top).length + (i === rows.length - 1 ? unit : 0)) : [];
  const ids = captions ? [] : rows.map(({ label }) => px(MARKER_ROOM) + label.length * px(CHARACTER));
  const widest = Math.max(...tops.map((length) => length * px(CHARACTER)), ...ids, 0);
  const left = Math.max(style.gutter.left, Math.ceil(widest + px(10)));
  const gutters = { left, right: px(RIGHT), top: px(TOP), bottom: style.gutter.bottom };
  const width = Math.max(1, size.width - left - gutters.right);
  return { gutters, width, height, captions, numbers, levels: row >= px(LEVEL_FROM) };
}

/** The part of a row that its bars fill, and what is above it. */
function boxOf(row: number, count: number, plan: Plan, scale: number): Box {
  const [low, high] = stackedRow(row, count, 'bottom');
  const caption = plan.captions ? (2 * CAPTION * scale) / plan.height : 0;
  return [-1, low, 1, high - caption];
}

/** The longest note that fits beside the id, none when not even the shortest does. */
function noteThatFits(notes: readonly string[], label: string, plan: Plan, scale: number): string | undefined {
  const room = plan.width / scale - MARKER_ROOM - (label.length + 2) * CHARACTER;
  return notes.find((note) => note.length * CHARACTER <= room);
}

/** Shape and id at the left end, the note at the right end. Both stay where they are when one zooms along x. */
function captionOf(row: number, { label, notes }: StackedRow, box: Box, plan: Plan, style: PlotStyle): Frame {
  const { scale } = style;
  const note = noteThatFits(notes, label, plan, scale);
  const half = (MARKER / 2) * scale;
  const rise = (box[3] - box[1]) / 2;
  const boxHeight = Math.max(1, rise * plan.height);
  const marker: Mark = {
    kind: 'points',
    x: new Float64Array([(half + scale) / plan.width]),
    y: new Float64Array([1 + (0.5 * CAPTION * scale) / boxHeight]),
    size: MARKER * scale,
    color: style.clusterColor(row),
    shape: style.clusterShape(row),
  };
  const id: Mark = {
    ...noteMark(label, style),
    x: new Float64Array([0]),
    anchor: [-1, -1],
    offset: [(MARKER + 6) * scale, -1],
    color: style.text,
  };
  const marks = note === undefined ? [marker, id] : [marker, id, noteMark(note, style)];
  return { ...captionFrame(`${row}:caption`, box, marks), fixed: 'x' };
}

/** Band and dashes of the bound, as far as they lie in the range: under the bars, and over them. */
function boundMarks(
  [from, to]: StackedInput['range'],
  bound: number,
  height: number,
  style: PlotStyle,
): { readonly under: readonly Mark[]; readonly over: readonly Mark[] } {
  if (bound <= from) return { under: [], over: [] };
  const under = [bandMark([from, Math.min(bound, to)], height, style)];
  return { under, over: bound < to ? [boundMark(new Float64Array([bound, 0, bound, height]), style)] : [] };
}

/** The level from end to end; in a low row without its halo. */
function levelOf([from, to]: StackedInput['range'], level: number, plan: Plan, style: PlotStyle): readonly Mark[] {
  const marks = levelMarks(new Float64Array([from, level, to, level]), style);
  if (!plan.levels) return [];
  return plan.numbers ? marks : marks.slice(-1);
}

/** Bars between what marks their range and what is drawn over them. */
function marksOf({ bars, top, bound, level }: StackedRow, { range, style }: StackedInput, plan: Plan): readonly Mark[] {
  const height = heightOf(top);
  const { under, over } = boundMarks(range, bound ?? -Infinity, height, style);
  const across = level !== undefined && level <= height ? levelOf(range, level, plan, style) : [];
  return [baseLine(range, style), ...under, bars, ...over, ...across];
}

/** Full scale of a row. */
const heightOf = (top: number): number => (top > 0 ? top : 1);

/** Line on which the bars of a row stand. */
function baseLine([from, to]: readonly [number, number], style: PlotStyle): SegmentsMark {
  return { kind: 'segments', ends: new Float64Array([from, 0, to, 0]), color: style.axis, width: 1 };
}

function idLabel({ label }: StackedRow, row: number, box: Box, style: PlotStyle): GutterLabel {
  const marker = { shape: style.clusterShape(row), color: style.clusterColor(row) };
  return { edge: 'left', at: (box[1] + box[3]) / 2, text: label, color: style.text, marker };
}

/** A row's own numbers, from 0 to its maximum; above a low row's id there is room for the maximum only. */
function yAxisOf(row: number, { rows, yUnit }: StackedInput, plan: Plan): AxisSpec {
  const frame = String(row);
  if (!plan.numbers || rows[row].top === 0) return { frame, grid: false, ticks: [] };
  const unit = row === rows.length - 1 && yUnit !== undefined ? { unit: yUnit } : {};
  return { frame, grid: false, ends: plan.captions ? 'both' : 'high', ...unit };
}

/** The scene of a stack. The id of a row's frame is its rank; data units are those of the bars. */
export function stackedBarsScene(input: StackedInput): Scene {
  const { rows, range, xAxis, style } = input;
  const plan = planOf(input);
  const boxes = rows.map((_, row) => boxOf(row, rows.length, plan, style.scale));
  const frames = rows.map((row, i): Frame => {
    const bounds: Box = [range[0], 0, range[1], heightOf(row.top)];
    return { id: String(i), box: boxes[i], bounds, clip: false, marks: marksOf(row, input, plan) };
  });
  const captions = plan.captions ? rows.map((row, i) => captionOf(i, row, boxes[i], plan, style)) : [];
  return {
    frames: [...frames, ...captions],
    gutters: plan.gutters,
    background: style.background,
    // Every row has its grid; the labels of all but the first would lie on those of the first and are left out.
    xAxes: rows.map((_, row) => ({
      frame: String(row),
      grid: true,
      unitScale: xAxis.unitScale,
      ...(row === 0 && { unit: xAxis.unit }),
    })),
    yAxes: rows.map((_, row) => yAxisOf(row, input, plan)),
    labels: plan.captions ? [] : rows.map((row, i) => idLabel(row, i, boxes[i], style)),
  };
}
