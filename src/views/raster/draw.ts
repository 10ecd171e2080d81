/**
 * The raster as a scene (spec/views.md 10a and 10b): one row per cluster, time along x. Spikes are drawn at every pixel of the screen from
 * exact counts: however many fall onto one pixel, none is left out. Few spikes in rows high enough are bars of their own.
 */
import type { BarsMark, Frame, GutterLabel, Mark, Scene, SegmentsMark } from '../../gui/plot/scene.ts';
import { covers, DENSITY, densityImage, firstAt, timesOf } from './drawCounts.ts';
import { counter } from './drawInterval.ts';
import {
  ALPHA,
  barWidth,
  duration,
  GAP_FROM_PX,
  gutters,
  isDensity,
  placesOf,
  type RasterInput,
  type Row,
  ROW_MARGIN,
  rowIds,
  rowsOf,
  rowsOnScreen,
  type Screen,
  screenOf,
  secondsOnScreen,
  TINT,
} from './drawRows.ts';
import type { RasterAnswer, RasterDensity, RasterSpikes } from './query.ts';

/** Frame in seconds and rows: row k from the top lies between n - k - 1 and n - k. */
export const RASTER = 'raster';

/** Bars of their own for every spike, and a band behind each selected row. */
function spikeMarks(input: RasterInput, answer: RasterSpikes, rows: readonly Row[]): readonly Mark[] {
  const { starts, times } = timesOf(answer);
  const width = barWidth(input.values.markerSize);
  const bars = (row: Row, place: number): SegmentsMark => {
    const own = times.subarray(starts[row.index], starts[row.index + 1]);
    const ends = new Float64Array(4 * own.length);
    const bottom = rows.length - place - 1 + ROW_MARGIN;
    for (let k = 0; k < own.length; k++) ends.set([own[k], bottom, own[k], bottom + 1 - 2 * ROW_MARGIN], 4 * k);
    const [r, g, b] = row.color;
    return { kind: 'segments', ends, color: [r, g, b, row.selected ? 1 : ALPHA], width };
  };
  const marks = rows.map((row, place) => ({ row, place, mark: bars(row, place) }));
  const shown = marks.filter(({ mark }) => mark.ends.length > 0);
  return [
    ...shown.filter(({ row }) => !row.selected).map(({ mark }) => mark),
    ...marks.filter(({ row }) => row.selected).map(({ row, place }) => band(row, place, rows.length, duration(answer))),
    ...shown.filter(({ row }) => row.selected).map(({ mark }) => mark),
  ];
}

/** A faint ground for a selected row, over the whole axis. */
function band({ color: [r, g, b] }: Row, place: number, rows: number, seconds: number): BarsMark {
  const [x0, x1] = [new Float64Array([0]), new Float64Array([seconds])];
  const [y0, y1] = [new Float64Array([rows - place - 1]), new Float64Array([rows - place])];
  return { kind: 'bars', x0, x1, y0, y1, color: [r, g, b, TINT] };
}

interface Memo {
  readonly input: RasterInput;
  readonly marks: readonly Mark[];
}

const memos = new WeakMap<RasterSpikes, Memo>();

/** The marks of an answer; the same while it only moves. */
function marksOf(input: RasterInput, answer: RasterSpikes, rows: readonly Row[]): readonly Mark[] {
  const memo = memos.get(answer);
  const keep = (['style', 'order', 'selected', 'colorOf', 'values'] as const).every(
    (part) => memo?.input[part] === input[part],
  );
  if (memo !== undefined && keep) return memo.marks;
  const marks = spikeMarks(input, answer, rows);
  memos.set(answer, { input, marks });
  return marks;
}

/** Where bars would cover more of a row than this, the brightness of pixels tells more. */
const MOST_COVERED = 0.6;

/** Whether every spike is drawn as a bar of its own: they are known one by one, rows are high enough, and no row on screen is crowded. */
function hasBars(
  answer: RasterAnswer,
  input: RasterInput,
  screen: Screen,
  rows: readonly Row[],
): answer is RasterSpikes {
  const onScreen = secondsOnScreen(answer, input.visible);
  if (isDensity(answer) || screen.rowHeight < GAP_FROM_PX) return false;
  if (input.whole && !covers(answer, [onScreen[0], Math.min(onScreen[1], input.whole.endSeconds)])) return false;
  const count = counter(answer, onScreen);
  const most = (MOST_COVERED * screen.width) / (barWidth(input.values.markerSize) * input.resolution);
  return rowsOnScreen(screen, rows).every(({ index }) => count(index) <= most);
}

/** Cluster ids left of their rows, or of the part of a row that is on screen; those selected have precedence, and their shapes. */
function labelsOf({ style, selected, visible }: RasterInput, rows: readonly Row[]): readonly GutterLabel[] {
  const [, low, , high] = visible;
  return rows.map((row, place): GutterLabel => {
    const [bottom, top] = [1 - (2 * (place + 1)) / rows.length, 1 - (2 * place) / rows.length];
    const isCut = bottom < high && top > low && (bottom < low || top > high);
    const at = isCut ? (Math.max(bottom, low) + Math.min(top, high)) / 2 : (bottom + top) / 2;
    const label = { edge: 'left', at, text: String(row.clusterId) } as const;
    if (!row.selected) return { ...label, color: style.tick };
    const shape = style.clusterShape(selected.indexOf(row.clusterId));
    return { ...label, color: style.text, marker: { shape, color: row.color }, first: true };
  });
}

/** The scene of an answer. */
export function rasterScene(input: RasterInput): Scene {
  const { answer, style, visible } = input;
  const rows = rowsOf(input);
  const around = gutters(input);
  const screen = screenOf(input, around, Math.max(1, rows.length));
  const bars = hasBars(answer, input, screen, rows) ? marksOf(input, answer, rows) : null;
  const raster: Frame = {
    id: RASTER,
    box: [-1, -1, 1, 1],
    bounds: [0, 0, duration(answer), Math.max(1, rows.length)],
    clip: true,
    marks: bars ?? [],
  };
  const density: Frame = {
    id: DENSITY,
    box: visible,
    bounds: [0, 0, 1, 1],
    clip: true,
    inert: true,
    marks: bars === null && rows.length > 0 ? [densityImage(input, screen, rows)] : [],
  };
  return {
    frames: [raster, density],
    gutters: around,
    background: style.background,
    xAxes: [{ frame: RASTER, unit: 's', grid: true }],
    yAxes: [{ frame: RASTER, grid: false, ticks: [] }],
    labels: labelsOf(input, rows),
  };
}

/** What lies at a place of the frame: row and cluster, and the spikes there; null beside the rows. */
export function spikesAt(
  answer: RasterAnswer,
  order: readonly number[],
  [seconds, y]: readonly [number, number],
  tolerance: number,
): { readonly clusterId: number; readonly nearest: number | null; readonly count: number | null } | null {
  const rows = rowIds(answer, order);
  const clusterId = rows[Math.floor(rows.length - y)];
  const row = placesOf(answer).get(clusterId);
  if (row === undefined || y <= 0) return null;
  if (isDensity(answer)) return { clusterId, nearest: null, count: countAbout(answer, row, seconds, tolerance) };
  const known = timesOf(answer);
  const from = firstAt(known, row, seconds);
  const near = [from - 1, from].filter((k) => k >= known.starts[row] && k < known.starts[row + 1]);
  const distances = near.map((k) => Math.abs(known.times[k] - seconds));
  const best = distances.indexOf(Math.min(...distances));
  return { clusterId, nearest: distances[best] <= tolerance ? known.times[near[best]] : null, count: null };
}

/** Spikes of a row in the columns within `tolerance` seconds of a time; null outside of what the answer counts. */
function countAbout(
  { density, startSeconds, endSeconds }: RasterDensity,
  row: number,
  seconds: number,
  tolerance: number,
): number | null {
  const columns = density.shape[1];
  const columnOf = (at: number): number => Math.floor(((at - startSeconds) / (endSeconds - startSeconds)) * columns);
  const at = columnOf(seconds);
  if (at < 0 || at >= columns) return null;
  const [first, last] = [
    Math.max(0, columnOf(seconds - tolerance)),
    Math.min(columns - 1, columnOf(seconds + tolerance)),
  ];
  let sum = 0;
  for (let c = first; c <= last; c++) sum += density.data[row * columns + c];
  return sum;
}
