/**
 * The raster as a scene (spec/views.md 10a and 10b): one row per cluster, time along x. Spikes are drawn at every pixel of the screen from
 * exact counts: however many fall onto one pixel, none is left out. Few spikes in rows high enough are bars of their own.
 */
import type { Values } from '../../core/base/params.ts';
import { type Lines, RowImage, linesOfAtLeast, widen } from '../../core/base/rowImage.ts';
import { isFineEnough, zoomedPart } from '../../core/base/zoomGrid.ts';
import type { PlotStyle } from '../../gui/colors/style.ts';
import type {
  BarsMark,
  Box,
  Frame,
  GutterLabel,
  ImageMark,
  Mark,
  Rgba,
  Scene,
  SegmentsMark,
} from '../../gui/plot/scene.ts';
import type { params } from './params.ts';
import type { RasterAnswer, RasterDensity, RasterSpikes } from './query.ts';

export interface RasterInput {
  readonly answer: RasterAnswer;
  /** An answer about all of the recording, shown where `answer` says nothing (yet); null without one. */
  readonly whole?: RasterAnswer | null;
  readonly values: Pick<Values<typeof params>, 'markerSize' | 'uniform'>;
  readonly style: PlotStyle;
  /** CSS px of the whole plot, gutters included. */
  readonly size: { readonly width: number; readonly height: number };
  /** The part of plot NDC on screen. */
  readonly visible: Box;
  /** Device pixels per CSS px where that is less than 1, so that no count falls between pixels; else 1. */
  readonly resolution: number;
  /** Cluster ids, first row at the top. Those that the answer does not have are left out. */
  readonly order: readonly number[];
  /** In selection order. */
  readonly selected: readonly number[];
  readonly colorOf: (clusterId: number) => Rgba;
}

/** Frame in seconds and rows: row k from the top lies between n - k - 1 and n - k. */
export const RASTER = 'raster';
const DENSITY = 'density';

/** Width of a character of a tick label, and room for a shape and the gap beside it. */
const CHARACTER_PX = 6.2;
const MARKER_PX = 16;
/** From this height on rows have a gap between them, and bars of their own where they are few. */
const GAP_FROM_PX = 4;
/** Share of a row above and below its bars. */
const ROW_MARGIN = 0.08;
/** A selected row is never lower than this. */
const SELECTED_PX = 3;
/** Opacity of spikes (spec/views.md 1.9), and the share of it that a single spike in the busiest row has. */
const ALPHA = 0.75;
const LEAST = 0.35;
const LEAST_SELECTED = 0.55;
/** Share of its colour that a selected row has where it has no spikes. */
const TINT = 0.16;

/** One row to draw. */
interface Row {
  readonly clusterId: number;
  /** Row of the answer. */
  readonly index: number;
  readonly color: Rgba;
  readonly selected: boolean;
}

const isDensity = (answer: RasterAnswer): answer is RasterDensity => 'density' in answer;

const places = new WeakMap<RasterAnswer, ReadonlyMap<number, number>>();
/** Row of the answer by cluster id. */
function placesOf(answer: RasterAnswer): ReadonlyMap<number, number> {
  const known = places.get(answer) ?? new Map(Array.from(answer.clusterIds.data, (id, row) => [id, row]));
  places.set(answer, known);
  return known;
}

/** The clusters of the answer in the order to draw them. */
export function rowIds(answer: RasterAnswer, order: readonly number[]): readonly number[] {
  const known = placesOf(answer);
  return order.filter((id) => known.has(id));
}

function rowsOf({ answer, order, selected, colorOf, style }: RasterInput): readonly Row[] {
  const known = placesOf(answer);
  const ranks = new Map(selected.map((id, rank) => [id, rank]));
  return rowIds(answer, order).map((clusterId) => {
    const rank = ranks.get(clusterId);
    const color = rank === undefined ? colorOf(clusterId) : style.clusterColor(rank);
    return { clusterId, index: known.get(clusterId) ?? 0, color, selected: rank !== undefined };
  });
}

/** Width of the bar of a spike, px (spec/views.md 10b at zoom 1: it does not grow when zooming, so that more can be told apart). */
export const barWidth = (markerSize: number): number =>
  Math.round(2 * Math.min(20, Math.max(1, 0.2 * (markerSize + 5))));

/** What the pixels of the plot stand for. */
interface Screen {
  /** Whole pixels of the picture, one CSS px or more each. */
  readonly width: number;
  readonly height: number;
  /** Seconds at the left edge, and of a pixel. */
  readonly start: number;
  readonly perPixel: number;
  /** Rows above the upper edge, and pixels of a row. */
  readonly top: number;
  readonly rowHeight: number;
}

function gutters(input: RasterInput): Scene['gutters'] {
  const { style, answer } = input;
  const characters = Math.max(2, ...rowIds(answer, input.order).map((id) => String(id).length));
  const left = Math.max(style.gutter.left, (characters * CHARACTER_PX + MARKER_PX + 9) * style.scale);
  return { ...style.gutter, left: Math.round(left) };
}

/** Seconds along the whole x axis. */
const duration = (answer: RasterAnswer): number => (answer.bounds[2] > 0 ? answer.bounds[2] : 1);

function screenOf(input: RasterInput, around: Scene['gutters'], rows: number): Screen {
  const { size, visible, resolution, answer } = input;
  const [x0, y0, x1, y1] = visible;
  const width = Math.max(1, Math.floor((size.width - around.left - around.right) * resolution));
  const height = Math.max(1, Math.floor((size.height - around.top - around.bottom) * resolution));
  return {
    width,
    height,
    start: ((x0 + 1) / 2) * duration(answer),
    perPixel: (((x1 - x0) / 2) * duration(answer)) / width,
    top: ((1 - y1) / 2) * rows,
    rowHeight: height / (((y1 - y0) / 2) * rows),
  };
}

/** Adds the spikes of one row to the pixels they lie in. */
type CountPixels = (row: number, pixels: Float32Array) => void;

/** From counts in columns. A column narrower than a pixel lies in that of its middle, a wider one is spread over its pixels. */
function pixelsOfDensity({ density, startSeconds, endSeconds }: RasterDensity, screen: Screen): CountPixels {
  const columns = density.shape[1];
  const perColumn = (endSeconds - startSeconds) / columns;
  const edge = (column: number): number => (startSeconds + column * perColumn - screen.start) / screen.perPixel;
  const first = Math.max(0, Math.floor((screen.start - startSeconds) / perColumn));
  const end = screen.start + screen.width * screen.perPixel;
  const last = Math.min(columns, Math.ceil((end - startSeconds) / perColumn));
  const narrow = perColumn <= screen.perPixel;
  const from = new Int32Array(columns + 1);
  for (let c = first; c <= last; c++) from[c] = narrow ? Math.floor(edge(c + 0.5)) : Math.round(edge(c));
  return (row, pixels) => {
    for (let c = first; c < last; c++) {
      const count = density.data[row * columns + c];
      if (count === 0) continue;
      const to = narrow ? from[c] + 1 : Math.max(from[c] + 1, from[c + 1]);
      const share = count / (to - from[c]);
      for (let x = Math.max(0, from[c]); x < Math.min(to, pixels.length); x++) pixels[x] += share;
    }
  };
}

/** Times of the spikes of each row, ascending, one row after the other. */
interface RowTimes {
  readonly starts: Int32Array;
  readonly times: Float64Array;
}
const rowTimes = new WeakMap<RasterSpikes, RowTimes>();

function timesOf(answer: RasterSpikes): RowTimes {
  const known = rowTimes.get(answer);
  if (known !== undefined) return known;
  const { spikeRows, spikeTimes, clusterIds } = answer;
  const starts = new Int32Array(clusterIds.data.length + 1);
  for (const row of spikeRows.data) starts[row + 1]++;
  for (let row = 0; row < clusterIds.data.length; row++) starts[row + 1] += starts[row];
  const next = starts.slice();
  const times = new Float64Array(spikeTimes.data.length);
  for (let k = 0; k < times.length; k++) times[next[spikeRows.data[k]]++] = spikeTimes.data[k];
  const made = { starts, times };
  rowTimes.set(answer, made);
  return made;
}

/** Index of the first time that is not below `seconds`. */
function firstAt({ times, starts }: RowTimes, row: number, seconds: number): number {
  let low = starts[row];
  let high = starts[row + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

function pixelsOfSpikes(answer: RasterSpikes, screen: Screen): CountPixels {
  const known = timesOf(answer);
  const { times, starts } = known;
  return (row, pixels) => {
    for (let k = firstAt(known, row, screen.start); k < starts[row + 1]; k++) {
      const x = Math.floor((times[k] - screen.start) / screen.perPixel);
      if (x >= pixels.length) return;
      pixels[x]++;
    }
  };
}

const pixelsOf = (answer: RasterAnswer, screen: Screen): CountPixels =>
  isDensity(answer) ? pixelsOfDensity(answer, screen) : pixelsOfSpikes(answer, screen);

/** Whether an answer has all that is on screen. */
const covers = ({ startSeconds, endSeconds }: RasterAnswer, [from, to]: readonly [number, number]): boolean =>
  startSeconds <= from && endSeconds >= to;

/** From the answer, and beside the interval that it has from the one about all of the recording. */
function countPixels({ answer, whole, visible }: RasterInput, screen: Screen): CountPixels {
  const own = pixelsOf(answer, screen);
  const end = Math.max(answer.endSeconds, whole?.endSeconds ?? 0);
  const [from, to] = secondsOnScreen(answer, visible);
  if (!whole || !sameRows(answer, whole) || covers(answer, [from, Math.min(to, end)])) return own;
  const beside = pixelsOf(whole, screen);
  const pixelOf = (seconds: number): number => Math.round((seconds - screen.start) / screen.perPixel);
  const [first, last] = [pixelOf(answer.startSeconds), pixelOf(answer.endSeconds)];
  return (row, pixels) => {
    beside(row, pixels);
    pixels.fill(0, Math.max(0, first), Math.max(0, last));
    own(row, pixels);
  };
}

/** Whether two answers have the same clusters in the same rows. */
function sameRows(a: RasterAnswer, b: RasterAnswer): boolean {
  const [one, other] = [a.clusterIds.data, b.clusterIds.data];
  return one === other || (one.length === other.length && one.every((id, row) => id === other[row]));
}

/** Brightness 0..1 of a row at every pixel, `least` for a single spike in its busiest row. */
class Brightness {
  private readonly counts: Float32Array;
  private readonly pixels: Float32Array;
  private readonly count: CountPixels;
  private readonly barWidth: number;
  /** Largest count of all rows; 0 where each has a scale of its own. */
  private readonly scale: number;

  constructor(input: RasterInput, screen: Screen, rows: readonly Row[]) {
    this.counts = new Float32Array(screen.width);
    this.pixels = new Float32Array(screen.width);
    this.count = countPixels(input, screen);
    this.barWidth = Math.max(1, Math.round(barWidth(input.values.markerSize) * input.resolution));
    this.scale = input.values.uniform ? rows.reduce((most, row) => Math.max(most, this.largest(row)), 0) : 0;
  }

  /** Fills `into`; false when the row has no spike on screen. */
  of(row: Row, least: number, into: Float32Array): boolean {
    const largest = this.largest(row);
    if (largest === 0) return false;
    const slope = (1 - least) / Math.sqrt(this.scale > 0 ? this.scale : largest);
    const { counts } = this;
    // Sums of fractions may leave a trace where there is nothing.
    for (let x = 0; x < counts.length; x++) into[x] = counts[x] > 1e-4 ? least + slope * Math.sqrt(counts[x]) : 0;
    return true;
  }

  private largest({ index }: Row): number {
    this.pixels.fill(0);
    this.count(index, this.pixels);
    widen(this.pixels, this.barWidth, this.counts);
    let largest = 0;
    for (let x = 0; x < this.counts.length; x++) if (this.counts[x] > largest) largest = this.counts[x];
    return largest > 1e-4 ? largest : 0;
  }
}

/** Lines of the bars in a row: without the gap to its neighbours, where there is room for one. */
function barLines({ top, rowHeight }: Screen, place: number): Lines {
  const gap = rowHeight < GAP_FROM_PX ? 0 : Math.max(0.5, ROW_MARGIN * rowHeight);
  const [from, to] = [Math.round((place - top) * rowHeight), Math.round((place + 1 - top) * rowHeight)];
  return [from + Math.floor(gap), to - Math.ceil(gap)];
}

/** Lines of the bars in the band of a selected row. */
function selectedBars([from, to]: Lines): Lines {
  const gap = to - from < 2 * GAP_FROM_PX ? 0 : Math.max(1, Math.round(ROW_MARGIN * (to - from)));
  return [from + gap, to - gap];
}

/** Rows that are not selected, from place `first` on. Several that are lower than a pixel share a line. */
function paintRows(image: RowImage, brightness: Brightness, screen: Screen, rows: readonly Row[], first: number): void {
  const { top, rowHeight, width } = screen;
  if (rowHeight >= 1) {
    const levels = new Float32Array(width);
    for (const [k, row] of rows.entries()) {
      if (!row.selected && brightness.of(row, LEAST, levels)) {
        image.row(levels, row.color, ALPHA, barLines(screen, first + k));
      }
    }
    return;
  }
  const lines = new Map<number, { readonly levels: Float32Array; readonly color: Rgba }[]>();
  for (const [k, row] of rows.entries()) {
    const levels = new Float32Array(width);
    if (!brightness.of(row, LEAST, levels)) continue;
    const y = Math.floor((first + k + 0.5 - top) * rowHeight);
    const line = lines.get(y) ?? [];
    line.push({ levels, color: row.color });
    lines.set(y, line);
  }
  for (const [y, line] of lines) image.mixture(line, ALPHA, y);
}

/** Selected rows over everything, opaque on a faint band of their colour. */
function paintSelected(
  image: RowImage,
  brightness: Brightness,
  screen: Screen,
  rows: readonly Row[],
  first: number,
  background: Rgba,
): void {
  const selected = [...rows.entries()].filter(([, row]) => row.selected);
  const places = selected.map(([k]) => first + k);
  const bands = linesOfAtLeast(places, screen, SELECTED_PX);
  const levels = new Float32Array(screen.width);
  for (const [k, [, row]] of selected.entries()) {
    const any = brightness.of(row, LEAST_SELECTED, levels);
    image.opaqueRow(any ? levels : null, row.color, background, TINT, bands[k], selectedBars(bands[k]));
  }
}

/** All spikes as pixels. */
function densityImage(input: RasterInput, screen: Screen, rows: readonly Row[]): ImageMark {
  const first = Math.max(0, Math.floor(screen.top));
  const onScreen = rowsOnScreen(screen, rows);
  const brightness = new Brightness(input, screen, onScreen);
  const image = new RowImage(screen.width, screen.height);
  paintRows(image, brightness, screen, onScreen, first);
  paintSelected(image, brightness, screen, onScreen, first, input.style.background);
  return { kind: 'image', pixels: image.bytes, columns: screen.width, rows: screen.height };
}

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

function rowsOnScreen({ top, rowHeight, height }: Screen, rows: readonly Row[]): readonly Row[] {
  return rows.slice(Math.max(0, Math.floor(top)), Math.ceil(top + height / rowHeight));
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

/** The part of the recording on screen, s; never more than all of it. */
export function secondsOnScreen(answer: RasterAnswer, [x0, , x1]: Box): readonly [number, number] {
  const all = duration(answer);
  return [Math.max(0, ((x0 + 1) / 2) * all), Math.min(all, ((x1 + 1) / 2) * all)];
}

/** Spikes on screen; with counts only those of the columns whose middle is on screen. */
export function spikesOnScreen(answer: RasterAnswer, order: readonly number[], visible: Box): number {
  const rows = rowIds(answer, order);
  const known = placesOf(answer);
  const [, y0, , y1] = visible;
  const top = Math.max(0, Math.floor(((1 - y1) / 2) * rows.length + 1e-6));
  const bottom = Math.min(rows.length, Math.ceil(((1 - y0) / 2) * rows.length - 1e-6));
  const count = counter(answer, secondsOnScreen(answer, visible));
  return rows.slice(top, bottom).reduce((sum, id) => sum + count(known.get(id) ?? 0), 0);
}

/** Counts the spikes of a row in an interval of seconds. */
function counter(answer: RasterAnswer, [from, to]: readonly [number, number]): (row: number) => number {
  if (!isDensity(answer)) {
    const known = timesOf(answer);
    // What is on screen to its very end includes a spike there.
    const end = to * (1 + 1e-12);
    return (row) => firstAt(known, row, end) - firstAt(known, row, from);
  }
  const { density, startSeconds, endSeconds } = answer;
  const columns = density.shape[1];
  const perColumn = (endSeconds - startSeconds) / columns;
  const first = Math.max(0, Math.ceil((from - startSeconds) / perColumn - 0.5));
  const last = Math.min(columns, Math.ceil((to - startSeconds) / perColumn - 0.5));
  return (row) => {
    let sum = 0;
    for (let c = first; c < last; c++) sum += density.data[row * columns + c];
    return sum;
  };
}

/** What to ask the engine for. */
export interface RasterInterval {
  readonly startSeconds: number;
  /** null: to the end of the recording. */
  readonly endSeconds: number | null;
  /** null: every spike. */
  readonly columns: number | null;
}

/** Up to so many spikes are asked for one by one, so that they can be drawn as bars of their own. */
const SINGLE_SPIKES = 30_000;
/** Numbers of columns go in these steps, so that a panel a little wider asks for nothing. */
const COLUMN_STEP = 128;

interface Wanted {
  /** What was asked last; null before the first time. */
  readonly asked: RasterInterval | null;
  /** The last answer, of that or of something asked before. */
  readonly answer: RasterAnswer | null;
  readonly visible: Box;
  /** Width of the plot, CSS px. */
  readonly width: number;
  /** Of the whole recording. */
  readonly spikeCount: number;
  readonly durationSeconds: number;
}

/**
 * The interval whose answer has a column, or every spike, for each pixel on screen, with something beside it for panning. What was asked
 * last, as long as it does.
 */
export function wantedInterval(wanted: Wanted): RasterInterval {
  const { asked, answer, visible, width, spikeCount } = wanted;
  const columns = Math.max(1, Math.ceil(width / COLUMN_STEP)) * COLUMN_STEP;
  const whole = { startSeconds: 0, endSeconds: null, columns: spikeCount <= SINGLE_SPIKES ? null : columns };
  if (answer === null) return whole;
  const end = Math.max(wanted.durationSeconds, answer.bounds[2] / 1.01);
  const [from, to] = secondsOnScreen(answer, visible);
  if (!(to > from) || end <= 0) return asked ?? whole;
  const onScreen = [from, Math.min(to, end)] as const;
  const part = zoomedPart(onScreen, end, columns);
  const next = part === null ? whole : { startSeconds: part.from, endSeconds: part.to, columns: part.columns };
  const few = next.columns !== null && estimate(answer, next, end) <= SINGLE_SPIKES;
  const perPixel = (to - from) / Math.max(1, width);
  const isServed = asked !== null && serves(asked, onScreen, end, perPixel);
  if (isServed && (!few || asked.columns === null)) return asked;
  return few ? { ...next, columns: null } : next;
}

/** Whether an answer to `asked` is fine enough for what is on screen, and has all of it. */
function serves(asked: RasterInterval, onScreen: readonly [number, number], end: number, perPixel: number): boolean {
  const { startSeconds, endSeconds, columns } = asked;
  return isFineEnough({ from: startSeconds, to: endSeconds ?? end, columns: columns ?? Infinity }, onScreen, perPixel);
}

/** At most so many spikes are in an interval; infinite when the answer does not reach that far. */
function estimate(answer: RasterAnswer, { startSeconds, endSeconds }: RasterInterval, end: number): number {
  const [from, to] = [startSeconds, Math.min(end, endSeconds ?? end)];
  if (answer.startSeconds > from || answer.endSeconds < to) return Infinity;
  const margin = isDensity(answer) ? (answer.endSeconds - answer.startSeconds) / answer.density.shape[1] : 0;
  const count = counter(answer, [from - margin, to + margin]);
  return answer.clusterIds.data.reduce((sum, _, row) => sum + count(row), 0);
}
