/** Features as a scene (spec/views.md 3a and 3b, look.md 5): a grid of scatter plots, dimension names in the outer gutters. */
import { PhyError } from '../../core/base/errors.ts';
import { cellBox } from '../../core/base/layout.ts';
import type { Values } from '../../core/base/params.ts';
import type { PlotStyle } from '../../gui/colors/style.ts';
import { CHARACTER_PX } from '../../gui/plot/layouts.ts';
import type {
  Box,
  Coordinates,
  Frame,
  GutterLabel,
  Mark,
  PointsMark,
  Rgba,
  Scene,
  SegmentsMark,
} from '../../gui/plot/scene.ts';
import type { params } from './params.ts';
import type { FeatureAnswer, FeatureSpikes } from './query.ts';

export type FeatureValues = Values<typeof params>;
/** `x,y` dimensions of each cell, row by row from the top. */
export type FeatureGrid = readonly (readonly string[])[];

/** The default grid of spec/views.md 3a. */
export const GRID: FeatureGrid = [
  ['time,0A', '1A,0A', '0B,0A', '1B,0A'],
  ['0A,1A', 'time,1A', '0B,1A', '1B,1A'],
  ['0A,0B', '1A,0B', 'time,0B', '1B,0B'],
  ['0A,1B', '1A,1B', '0B,1B', 'time,1B'],
];

export interface FeatureInput {
  readonly answer: FeatureAnswer;
  readonly values: FeatureValues;
  readonly style: PlotStyle;
  /** CSS px of the whole plot, gutters included. */
  readonly size: { readonly width: number; readonly height: number };
  /** Rank of the cluster drawn last, null for the order of the selection. */
  readonly front: number | null;
  readonly grid?: FeatureGrid;
}

const GAP_PX = 4;
/** Strip below the points of a cell where its words are written, at scale 1; a cell less than three times as high has none. */
const STRIP_PX = 13;
const EDGES = { right: 6, top: 6, bottom: 18 };

/** A dimension: an attribute such as `time`, or a PC of the r-th channel of the list. */
export type Dimension = { readonly attribute: string } | { readonly relative: number; readonly pc: number };

/** Reads `time` or `0A` (letters A..J are PC 0..9); undefined for anything else. */
export function parseDimension(dim: string): Dimension | undefined {
  const match = /^(\d+)([A-J])$/.exec(dim);
  if (match !== null) return { relative: Number(match[1]), pc: match[2].charCodeAt(0) - 65 };
  return /^[a-z]\w*$/i.test(dim) ? { attribute: dim } : undefined;
}

/** Rows and cells of the setting `Grid`; undefined for an empty text. Throws `usage` for a text that is no grid. */
export function readGrid(given: string): FeatureGrid | undefined {
  const rows = given.split(';').map((row) => row.split(/\s+/).filter((cell) => cell !== ''));
  const filled = rows.filter((row) => row.length > 0);
  if (filled.length === 0) return undefined;
  const wrong = filled.flat().find((cell) => !/^(time|\d+[A-J]),(time|\d+[A-J])$/.test(cell));
  if (wrong !== undefined)
    throw new PhyError('usage', `${wrong} is no cell of a grid, expected such as 0A,1B or time,0A.`);
  if (filled.some((row) => row.length !== filled[0].length)) {
    throw new PhyError('usage', 'All rows of a grid have the same number of cells.');
  }
  return filled;
}

/** The grid of the setting, else the default one. */
const gridOf = ({ grid, values }: Pick<FeatureInput, 'grid' | 'values'>): FeatureGrid =>
  grid ?? readGrid(values.grid) ?? GRID;

/** What people read: `time`, or channel label and PC letter (`165A`). */
export function dimensionLabel(dim: string, channelLabels: readonly string[]): string {
  const parsed = parseDimension(dim);
  if (parsed === undefined || 'attribute' in parsed || channelLabels.length === 0) return dim;
  return `${channelLabels[parsed.relative % channelLabels.length]}${dim.slice(-1)}`;
}

/** The two dimensions of a cell. */
export function cellDimensions(cell: string): readonly [string, string] {
  const [x, y] = cell.split(',');
  return [x, y ?? x];
}

/** Dimensions that the gutters name: y of all cells of a row, x of all cells of a column that have no time there; null where cells differ. */
interface Shared {
  readonly rows: readonly (string | null)[];
  readonly columns: readonly (string | null)[];
}

const onlyOne = (dims: readonly string[]): string | null => (new Set(dims).size === 1 ? dims[0] : null);

function sharedDimensions(grid: FeatureGrid): Shared {
  const xOf = (j: number): readonly string[] => grid.map((row) => cellDimensions(row[j])[0]);
  return {
    rows: grid.map((row) => onlyOne(row.map((cell) => cellDimensions(cell)[1]))),
    columns: grid[0].map((_, j) => {
      const dims = xOf(j).filter((dim) => dim !== 'time');
      return dims.length === 0 ? 'time' : onlyOne(dims);
    }),
  };
}

/** What a cell says itself, because the gutters do not: that x is time, both dimensions, a PC that the file does not have; null for nothing. */
function wordsOf(cell: string, answer: FeatureAnswer, isShared: boolean): string | null {
  const [x, y] = cellDimensions(cell);
  const label = (dim: string): string => dimensionLabel(dim, answer.channelLabels);
  const absent = [x, y].find((dim) => {
    const parsed = parseDimension(dim);
    return parsed !== undefined && 'pc' in parsed && parsed.pc >= answer.pcCount;
  });
  const parts = [
    ...(isShared ? [] : [`${label(y)} by ${label(x)}`]),
    ...(isShared && x === 'time' ? ['time'] : []),
    ...(absent === undefined ? [] : [`no PC ${absent.slice(-1)}`]),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}

/** Data units that fill an axis: the recording for `time`, (-L, L) divided by the feature scaling for a PC. */
export function axisRange(dim: string, answer: FeatureAnswer, featureScaling: number): readonly [number, number] {
  const parsed = parseDimension(dim);
  if (parsed !== undefined && 'attribute' in parsed)
    return parsed.attribute === 'time' ? [0, answer.duration] : [-1, 1];
  const limit = answer.limit / featureScaling;
  return [-limit, limit];
}

interface Column {
  readonly values: Coordinates;
  /** True when some value is NaN. */
  readonly gaps: boolean;
}

/** One coordinate of every spike of an entry; NaN where the spike has none, also for a PC that the file does not hold. */
function column(spikes: FeatureSpikes, dim: string): Column {
  const parsed = parseDimension(dim);
  const count = spikes.spikeIds.data.length;
  if (parsed !== undefined && 'attribute' in parsed) {
    const known = parsed.attribute === 'time';
    return { values: known ? spikes.times.data : new Float32Array(count).fill(NaN), gaps: !known };
  }
  const [, channels, pcs] = spikes.features.shape;
  const values = new Float32Array(count);
  if (parsed === undefined || channels === 0 || parsed.pc >= pcs) return { values: values.fill(NaN), gaps: true };
  const from = (parsed.relative % channels) * pcs + parsed.pc;
  for (let i = 0; i < count; i++) values[i] = spikes.features.data[i * channels * pcs + from];
  return { values, gaps: values.some(Number.isNaN) };
}

/** Coordinates of the spikes that have both; the columns themselves when all have. */
function pair(x: Column, y: Column): readonly [Coordinates, Coordinates] {
  if (!x.gaps && !y.gaps) return [x.values, y.values];
  const here: number[] = [];
  for (let i = 0; i < x.values.length; i++) {
    if (!Number.isNaN(x.values[i]) && !Number.isNaN(y.values[i])) here.push(i);
  }
  return [Float64Array.from(here, (i) => x.values[i]), Float32Array.from(here, (i) => y.values[i])];
}

/** Up to so many spikes of a cluster are drawn opaque, from so many on as faint as spec/views.md 3b has them. */
const FEW_SPIKES = 100;
const MANY_SPIKES = 1000;
const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
const fade = (color: Rgba, alpha: number): Rgba => [color[0], color[1], color[2], alpha];

/** Coordinates and points of one answer, made once: [background, cluster 0, cluster 1, ..] per cell. */
class AnswerMarks {
  private readonly columns = new Map<string, Column>();
  private readonly pairs = new Map<string, readonly [Coordinates, Coordinates]>();
  private readonly points = new Map<string, PointsMark>();
  private readonly answer: FeatureAnswer;
  private readonly style: PlotStyle;

  constructor(answer: FeatureAnswer, style: PlotStyle) {
    this.answer = answer;
    this.style = style;
  }

  of(style: PlotStyle): AnswerMarks {
    return style === this.style ? this : new AnswerMarks(this.answer, style);
  }

  /** Points of an entry (-1 the background, else the rank) in the cell with these dimensions. */
  cell(entry: number, dims: readonly [string, string], size: number): PointsMark {
    const key = `${entry}:${dims[0]},${dims[1]}`;
    const known = this.points.get(key);
    if (known?.size === size) return known;
    const [x, y] = this.coordinates(entry, dims, key);
    const color = entry < 0 ? this.style.backgroundSpikes : fade(this.style.clusterColor(entry), this.alpha(entry));
    const mark: PointsMark = { kind: 'points', x, y, size, color };
    this.points.set(key, mark);
    return mark;
  }

  /** Opacity of the points of a cluster: a few small ones would be lost among the grey ones. */
  private alpha(rank: number): number {
    const few = clamp((MANY_SPIKES - this.answer.clusters[rank].shown) / (MANY_SPIKES - FEW_SPIKES), 0, 1);
    return this.style.alpha.feature + few * (1 - this.style.alpha.feature);
  }

  private coordinates(
    entry: number,
    dims: readonly [string, string],
    key: string,
  ): readonly [Coordinates, Coordinates] {
    const known = this.pairs.get(key);
    if (known !== undefined) return known;
    const made = pair(this.column(entry, dims[0]), this.column(entry, dims[1]));
    this.pairs.set(key, made);
    return made;
  }

  private column(entry: number, dim: string): Column {
    const key = `${entry}:${dim}`;
    const known = this.columns.get(key);
    if (known !== undefined) return known;
    const made = column(entry < 0 ? this.answer.background : this.answer.clusters[entry], dim);
    this.columns.set(key, made);
    return made;
  }
}
const memos = new WeakMap<FeatureAnswer, AnswerMarks>();

function marksOf(answer: FeatureAnswer, style: PlotStyle): AnswerMarks {
  const marks = (memos.get(answer) ?? new AnswerMarks(answer, style)).of(style);
  memos.set(answer, marks);
  return marks;
}

/** Cross through zero; in a time cell its vertical line is at mid-recording. */
function cross(x: readonly [number, number], color: Rgba): SegmentsMark {
  const middle = (x[0] + x[1]) / 2;
  const ends = new Float32Array([-Infinity, 0, Infinity, 0, middle, -Infinity, middle, Infinity]);
  return { kind: 'segments', ends, color, width: 1 };
}

/** Entries in painting order: background, clusters in order, `front` last. */
function entries(count: number, front: number | null): readonly number[] {
  const ranks = Array.from({ length: count }, (_, rank) => rank);
  return [-1, ...ranks.filter((rank) => rank !== front), ...ranks.filter((rank) => rank === front)];
}

/** A cell in a plot of so many CSS px. */
interface Placed {
  readonly box: Box;
  readonly width: number;
  readonly height: number;
}

/** NDC that the strip for the words of a cell takes off its bottom: none where the cell is too low or too narrow for them. */
function stripOf({ box, width, height }: Placed, words: string | null, scale: number): number {
  if (words === null) return 0;
  const room = ((box[2] - box[0]) / 2) * width;
  const strip = (2 * STRIP_PX * scale) / Math.max(1, height);
  const fits = 3 * strip <= box[3] - box[1] && words.length * CHARACTER_PX * scale + 8 <= room;
  return fits ? strip : 0;
}

/** Ground of a cell, with words in its strip. */
function groundFrame(id: string, box: Box, style: PlotStyle, words: string | null): Frame {
  const text: Mark = {
    kind: 'text',
    x: new Float32Array([1]),
    y: new Float32Array([0]),
    text: [words ?? ''],
    anchor: [1, -1],
    offset: [-4, -1],
    color: style.faint,
    size: style.tickSize,
  };
  return {
    id: `${id}:ground`,
    box,
    bounds: [0, 0, 1, 1],
    clip: true,
    ground: style.cell,
    border: style.border,
    inert: true,
    marks: words === null ? [] : [text],
  };
}

interface PlacedCell extends Placed {
  readonly cell: string;
  readonly words: string | null;
}

/** A cell is three frames: its ground, the cross, the points. All crosses are painted before all points: like marks are fastest together. */
function cellFrames(
  input: FeatureInput,
  { cell, words, ...place }: PlacedCell,
): { readonly under: readonly Frame[]; readonly points: Frame } {
  const { answer, style, values } = input;
  const dims = cellDimensions(cell);
  const x = axisRange(dims[0], answer, values.featureScaling);
  const y = axisRange(dims[1], answer, values.featureScaling);
  const marks = marksOf(answer, style);
  const order = entries(answer.clusters.length, input.front);
  const { box } = place;
  const strip = stripOf(place, words, style.scale);
  const points: Frame = {
    id: cell,
    box: [box[0], box[1] + strip, box[2], box[3]],
    bounds: [x[0], y[0], x[1], y[1]],
    clip: true,
    marks: order.map((entry) => marks.cell(entry, dims, values.markerSize)),
  };
  const crossed: Frame = { ...points, id: `${cell}:cross`, inert: true, marks: [cross(x, style.grid)] };
  return { under: [groundFrame(cell, box, style, strip > 0 ? words : null), crossed], points };
}

/** Names of the rows on the left and of the columns below, where all of their cells have them. */
function gutterLabels(
  { answer, style }: FeatureInput,
  { rows, columns }: Shared,
  boxes: readonly (readonly Box[])[],
): readonly GutterLabel[] {
  const label = (edge: 'left' | 'bottom', at: number, dim: string | null): readonly GutterLabel[] =>
    dim === null ? [] : [{ edge, at, text: dimensionLabel(dim, answer.channelLabels), color: style.tick }];
  return [
    ...rows.flatMap((dim, i) => label('left', (boxes[i][0][1] + boxes[i][0][3]) / 2, dim)),
    ...columns.flatMap((dim, j) => label('bottom', (boxes[0][j][0] + boxes[0][j][2]) / 2, dim)),
  ];
}

interface Layout {
  readonly cells: readonly PlacedCell[];
  readonly labels: readonly GutterLabel[];
  readonly gutters: Scene['gutters'];
}

function layoutOf(input: FeatureInput): Layout {
  const { answer, style, size } = input;
  const grid = gridOf(input);
  const shared = sharedDimensions(grid);
  const names = shared.rows.map((dim) => (dim === null ? '' : dimensionLabel(dim, answer.channelLabels)));
  const longest = Math.max(...names.map((name) => name.length));
  const left = Math.ceil(Math.max(34, longest * CHARACTER_PX + 12) * style.scale);
  const bottom = EDGES.bottom * style.scale;
  const width = size.width - left - EDGES.right;
  const height = size.height - EDGES.top - bottom;
  const places = { rows: grid.length, columns: grid[0].length, width, height, gap: GAP_PX };
  const boxes = grid.map((row, i) => row.map((_, j) => cellBox(places, i, j)));
  const cells = grid.flatMap((row, i) =>
    row.map((cell, j): PlacedCell => {
      const isShared = shared.rows[i] !== null && shared.columns[j] !== null;
      return { cell, words: wordsOf(cell, answer, isShared), box: boxes[i][j], width, height };
    }),
  );
  return { cells, labels: gutterLabels(input, shared, boxes), gutters: { left, ...EDGES, bottom } };
}

/** The words of a cell that has no room for them, for a tooltip; null where nothing is left unsaid. */
export function unsaidWords(input: FeatureInput, frame: string): string | null {
  const cell = layoutOf(input).cells.find((one) => one.cell === frame);
  return cell === undefined || stripOf(cell, cell.words, input.style.scale) > 0 ? null : cell.words;
}

/** The scene of an answer. A frame's id is its cell in the grid (`1A,0A`); data units are seconds and unscaled features. */
export function featureScene(input: FeatureInput): Scene {
  const { cells, labels, gutters } = layoutOf(input);
  const placed = cells.map((cell) => cellFrames(input, cell));
  return {
    frames: [...placed.flatMap((cell) => cell.under), ...placed.map((cell) => cell.points)],
    gutters,
    background: input.style.background,
    xAxes: [],
    yAxes: [],
    labels,
  };
}
