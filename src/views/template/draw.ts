/**
 * Templates of all clusters as a scene (spec/views.md 11a and 11b): one column per cluster, one row per channel. Where a column is narrow, a
 * waveform is drawn with as many steps as it has pixels, each from the lowest to the highest of its samples, so that no peak is lost.
 */
import type { Values } from '../../core/base/params.ts';
import type { PlotStyle } from '../../gui/colors/style.ts';
import { CHARACTER_PX } from '../../gui/plot/layouts.ts';
import type { BarsMark, Box, Frame, GutterLabel, LinesMark, Mark, Rgba, Scene } from '../../gui/plot/scene.ts';
import type { params } from './params.ts';
import type { TemplateAnswer, TemplateCluster } from './query.ts';

export interface TemplateInput {
  readonly answer: TemplateAnswer;
  readonly values: Pick<Values<typeof params>, 'scaling' | 'channelOrder'>;
  readonly style: PlotStyle;
  /** CSS px of the whole plot, gutters included. */
  readonly size: { readonly width: number; readonly height: number };
  /** The part of plot NDC on screen. */
  readonly visible: Box;
  /** Cluster ids, first column on the left. Those that the answer does not have are left out. */
  readonly order: readonly number[];
  /** In selection order. */
  readonly selected: readonly number[];
  readonly colorOf: (clusterId: number) => Rgba;
}

/** Frame in columns and rows: row k from the top lies between n - k - 1 and n - k. */
export const TEMPLATES = 'templates';

/** Share of a cell that its waveform fills (spec/views.md 1.6). */
const FILLED = 0.925;
const ALPHA = 0.75;
/** In rows too low to show anything, full scale reaches this far up and down, over the neighbours. */
const LEAST_HALF_PX = 4;
/** Share of its colour that the ground of a selected column has, and its least width. */
const TINT = 0.18;
const SELECTED_PX = 3;

const byId = new WeakMap<TemplateAnswer, ReadonlyMap<number, TemplateCluster>>();
function clustersById(answer: TemplateAnswer): ReadonlyMap<number, TemplateCluster> {
  const known = byId.get(answer) ?? new Map(answer.clusters.map((cluster) => [cluster.clusterId, cluster]));
  byId.set(answer, known);
  return known;
}

/** The clusters of the answer in the order to draw them. */
export function columnIds(answer: TemplateAnswer, order: readonly number[]): readonly number[] {
  const known = clustersById(answer);
  return order.filter((id) => known.has(id));
}

/** Channel ids from the top row to the bottom one: by index, or by decreasing y, then x, of their sites. */
export function channelRows(answer: TemplateAnswer, channelOrder: 'index' | 'depth'): readonly number[] {
  const ids = Array.from(answer.channelLabels.keys());
  if (channelOrder === 'index') return ids;
  const at = answer.channelPositions.data;
  return ids.toSorted((a, b) => at[2 * b + 1] - at[2 * a + 1] || at[2 * a] - at[2 * b] || a - b);
}

/** Steps of a waveform of `samples` samples in `pixels` pixels: powers of 2 so that zooming changes them seldom; null for every sample. */
export function stepsFor(pixels: number, samples: number): number | null {
  const steps = 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(1, pixels))));
  return 2 * steps >= samples ? null : steps;
}

/** Vertices of one waveform in [0, 1] across and in the waveform's unit, appended to lists. */
type AddWave = (values: (sample: number) => number, x0: number, y0: number, into: { x: number[]; y: number[] }) => void;

/** Place in a cell of a share of the waveform. */
const at = (share: number): number => (1 - FILLED) / 2 + FILLED * share;

/** Every sample, or two vertices for each step: its extremes in the order in which they occur. */
function waveAdder(samples: number, steps: number | null, height: number): AddWave {
  if (steps === null) {
    return (value, x0, y0, { x, y }) => {
      for (let s = 0; s < samples; s++) {
        x.push(x0 + at(samples > 1 ? s / (samples - 1) : 0.5));
        y.push(y0 + height * value(s));
      }
    };
  }
  return (value, x0, y0, { x, y }) => {
    for (let step = 0; step < steps; step++) {
      const first = Math.floor((step * samples) / steps);
      let lowest = first;
      let highest = first;
      // With the first sample of the next step, so that nothing between two steps is lost.
      for (let s = first; s < Math.min(samples, Math.floor(((step + 1) * samples) / steps) + 1); s++) {
        if (value(s) < value(lowest)) lowest = s;
        if (value(s) > value(highest)) highest = s;
      }
      const middle = x0 + at((step + 0.5) / steps);
      const [a, b] = lowest < highest ? [lowest, highest] : [highest, lowest];
      x.push(middle, middle);
      y.push(y0 + height * value(a), y0 + height * value(b));
    }
  };
}

/** Waveforms of some columns: vertices, and for each strip the place of its cluster. */
interface Waves {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly starts: Uint32Array;
  readonly columns: Int32Array;
}

function makeWaves(
  input: TemplateInput,
  ids: readonly number[],
  [first, last]: readonly [number, number],
  steps: number | null,
  gain: number,
): Waves {
  const { answer, values } = input;
  const rows = new Map(channelRows(answer, values.channelOrder).map((channelId, row) => [channelId, row]));
  const known = clustersById(answer);
  const into = { x: [] as number[], y: [] as number[] };
  const starts = [0];
  const columns: number[] = [];
  const add = waveAdder(answer.sampleCount, steps, (gain * FILLED * values.scaling) / (2 * answer.yMax));
  for (let column = first; column < last; column++) {
    const cluster = known.get(ids[column]);
    if (cluster === undefined) continue;
    const width = cluster.channelIds.data.length;
    const { data } = cluster.waveform;
    for (let c = 0; c < width; c++) {
      const row = rows.get(cluster.channelIds.data[c]);
      if (row === undefined) continue;
      add((sample) => data[sample * width + c], column, rows.size - row - 0.5, into);
      starts.push(into.x.length);
      columns.push(column);
    }
  }
  return {
    x: Float64Array.from(into.x),
    y: Float64Array.from(into.y),
    starts: Uint32Array.from(starts),
    columns: Int32Array.from(columns),
  };
}

interface Memo {
  readonly key: string;
  readonly order: readonly number[];
  readonly waves: Waves;
}
const memos = new WeakMap<TemplateAnswer, Memo>();

/** Factor on heights where rows are low; by steps of the square root of 2, so that zooming changes it seldom. */
export function gainOf(rowPixels: number): number {
  const needed = LEAST_HALF_PX / ((FILLED * rowPixels) / 2);
  return needed <= 1 ? 1 : 2 ** (Math.ceil(2 * Math.log2(needed)) / 2);
}

/** Columns on screen and as many on either side, in whole screens; and how finely they are drawn. */
function wavesOnScreen(
  input: TemplateInput,
  ids: readonly number[],
  [width, height]: readonly [number, number],
): Waves {
  const { answer, visible, values, order } = input;
  const [from, to] = [visible[0], visible[2]].map((x) => ((x + 1) / 2) * ids.length);
  const screen = Math.max(1, 2 ** Math.ceil(Math.log2(Math.max(1, to - from))));
  const first = Math.max(0, (Math.floor(from / screen) - 1) * screen);
  const last = Math.min(ids.length, (Math.ceil(to / screen) + 1) * screen);
  const steps = stepsFor((FILLED * width) / (to - from), answer.sampleCount);
  const gain = gainOf((2 * height) / (visible[3] - visible[1]) / answer.channelLabels.length);
  const key = JSON.stringify([first, last, steps, gain, values.scaling, values.channelOrder]);
  const memo = memos.get(answer);
  if (memo?.key === key && memo.order === order) return memo.waves;
  const waves = makeWaves(input, ids, [first, last], steps, gain);
  memos.set(answer, { key, order, waves });
  return waves;
}

interface Painted {
  readonly waves: Waves;
  readonly selected: readonly number[];
  readonly colorOf: TemplateInput['colorOf'];
  readonly style: PlotStyle;
  readonly marks: readonly LinesMark[];
}
const painted = new WeakMap<Waves, Painted>();

const bytes = ([r, g, b]: Rgba, alpha: number): readonly number[] => [r, g, b, alpha].map((v) => Math.round(255 * v));

/** All waveforms in their colours, then those of the selected clusters; the same marks while only the camera moves. */
function waveMarks(input: TemplateInput, ids: readonly number[], waves: Waves): readonly LinesMark[] {
  const { selected, colorOf, style } = input;
  const memo = painted.get(waves);
  if (memo?.selected === selected && memo.colorOf === colorOf && memo.style === style) return memo.marks;
  const ranks = new Map(selected.map((id, rank) => [id, rank]));
  const stripColors = (color: (id: number) => readonly number[]): Uint8Array => {
    const colors = new Uint8Array(4 * waves.columns.length);
    for (const [strip, column] of waves.columns.entries()) colors.set(color(ids[column]), 4 * strip);
    return colors;
  };
  const { x, y, starts } = waves;
  const mark = (colors: Uint8Array): LinesMark => ({
    kind: 'lines',
    x,
    y,
    starts,
    color: style.tick,
    stripColors: colors,
    width: 1,
  });
  const none = [0, 0, 0, 0];
  const others = mark(stripColors((id) => (ranks.has(id) ? none : bytes(colorOf(id), ALPHA))));
  const marks = [others, ...selectedMarks(waves, ids, ranks, style)];
  painted.set(waves, { waves, selected, colorOf, style, marks });
  return marks;
}

/** The strips of selected clusters, opaque, one mark for each cluster. */
function selectedMarks(
  { x, y, starts, columns }: Waves,
  ids: readonly number[],
  ranks: ReadonlyMap<number, number>,
  style: PlotStyle,
): readonly LinesMark[] {
  const marks: LinesMark[] = [];
  let strip = 0;
  while (strip < columns.length) {
    const column = columns[strip];
    let end = strip;
    while (columns[end] === column) end++;
    const rank = ranks.get(ids[column]);
    if (rank !== undefined) {
      const [from, to] = [starts[strip], starts[end]];
      const own = starts.slice(strip, end + 1).map((start) => start - from);
      const color = style.clusterColor(rank);
      marks.push({ kind: 'lines', x: x.subarray(from, to), y: y.subarray(from, to), starts: own, color, width: 1 });
    }
    strip = end;
  }
  return marks;
}

/** A faint ground under a selected column, at least 3 px wide. */
function band(column: number, rows: number, pxPerColumn: number, [r, g, b]: Rgba): BarsMark {
  const half = Math.max(0.5, SELECTED_PX / 2 / pxPerColumn);
  return {
    kind: 'bars',
    x0: new Float64Array([column + 0.5 - half]),
    x1: new Float64Array([column + 0.5 + half]),
    y0: new Float64Array([0]),
    y1: new Float64Array([rows]),
    color: [r, g, b, TINT],
  };
}

/** Middle of the part of [low, high] between two edges of the screen, of all of it when none is between them. */
function middleOnScreen(low: number, high: number, from: number, to: number): number {
  const isSeen = low < to && high > from;
  return isSeen ? (Math.max(low, from) + Math.min(high, to)) / 2 : (low + high) / 2;
}

/** Channels left of their rows, ids under their columns; selected ones have precedence, and their shapes. */
function labelsOf(
  { answer, values, style, selected, visible }: TemplateInput,
  ids: readonly number[],
): readonly GutterLabel[] {
  const [left, bottom, right, top] = visible;
  const rows = channelRows(answer, values.channelOrder);
  const channels = rows.map((channelId, row): GutterLabel => {
    const at = middleOnScreen(1 - (2 * (row + 1)) / rows.length, 1 - (2 * row) / rows.length, bottom, top);
    return { edge: 'left', at, text: answer.channelLabels[channelId], color: style.tick };
  });
  const clusters = ids.map((id, column): GutterLabel => {
    const at = middleOnScreen((2 * column) / ids.length - 1, (2 * (column + 1)) / ids.length - 1, left, right);
    const rank = selected.indexOf(id);
    const label = { edge: 'bottom', at, text: String(id) } as const;
    if (rank < 0) return { ...label, color: style.tick };
    const marker = { shape: style.clusterShape(rank), color: style.clusterColor(rank) };
    return { ...label, color: style.text, marker, first: true };
  });
  return [...channels, ...clusters];
}

/** Gutters of the scene: room for the longest channel label. */
export function templateGutters(answer: TemplateAnswer, style: PlotStyle): Scene['gutters'] {
  const characters = Math.max(2, ...answer.channelLabels.map((label) => label.length));
  return { ...style.gutter, left: Math.round(Math.max(30, characters * CHARACTER_PX + 10) * style.scale) };
}

/** The scene of an answer. */
export function templateScene(input: TemplateInput): Scene {
  const { answer, style, size, selected, visible } = input;
  const ids = columnIds(answer, input.order);
  const gutters = templateGutters(answer, style);
  const width = Math.max(1, size.width - gutters.left - gutters.right);
  const height = Math.max(1, size.height - gutters.top - gutters.bottom);
  const rows = answer.channelLabels.length;
  const pxPerColumn = (2 * width) / (visible[2] - visible[0]) / Math.max(1, ids.length);
  const bands = selected.flatMap((id, rank): Mark[] => {
    const column = ids.indexOf(id);
    return column < 0 ? [] : [band(column, rows, pxPerColumn, style.clusterColor(rank))];
  });
  const frame: Frame = {
    id: TEMPLATES,
    box: [-1, -1, 1, 1],
    bounds: [0, 0, Math.max(1, ids.length), Math.max(1, rows)],
    clip: true,
    marks: ids.length === 0 ? [] : [...bands, ...waveMarks(input, ids, wavesOnScreen(input, ids, [width, height]))],
  };
  return {
    frames: [frame],
    gutters,
    background: style.background,
    xAxes: [{ frame: TEMPLATES, grid: false, ticks: [] }],
    yAxes: [{ frame: TEMPLATES, grid: false, ticks: [] }],
    labels: labelsOf(input, ids),
  };
}

/** Cluster, its template and channel at a place of the frame; null beside the columns. */
export function templateAt(
  answer: TemplateAnswer,
  order: readonly number[],
  channelOrder: 'index' | 'depth',
  [x, y]: readonly [number, number],
): { readonly cluster: TemplateCluster; readonly channelLabel: string } | null {
  const cluster = clustersById(answer).get(columnIds(answer, order)[Math.floor(x)]);
  const rows = channelRows(answer, channelOrder);
  const channelId = rows[Math.floor(rows.length - y)];
  if (cluster === undefined || channelId === undefined) return null;
  return { cluster, channelLabel: answer.channelLabels[channelId] };
}
