/** Rows of the raster view: which cluster is where, and where rows and seconds lie on screen. */
import type { Values } from '../../core/base/params.ts';
import type { PlotStyle } from '../../gui/colors/style.ts';
import { CHARACTER_PX } from '../../gui/plot/layouts.ts';
import type { Box, Rgba, Scene } from '../../gui/plot/scene.ts';
import type { params } from './params.ts';
import type { RasterAnswer, RasterDensity } from './query.ts';

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

/** Room for a shape and the gap beside it. */
const MARKER_PX = 16;

/** One row to draw. */
export interface Row {
  readonly clusterId: number;
  /** Row of the answer. */
  readonly index: number;
  readonly color: Rgba;
  readonly selected: boolean;
}

/** True for counts of columns, false for single spikes. */
export const isDensity = (answer: RasterAnswer): answer is RasterDensity => 'density' in answer;

const places = new WeakMap<RasterAnswer, ReadonlyMap<number, number>>();

/** Row of the answer by cluster id. */
export function placesOf(answer: RasterAnswer): ReadonlyMap<number, number> {
  const known = places.get(answer) ?? new Map(Array.from(answer.clusterIds.data, (id, row) => [id, row]));
  places.set(answer, known);
  return known;
}

/** The clusters of the answer in the order to draw them. */
export function rowIds(answer: RasterAnswer, order: readonly number[]): readonly number[] {
  const known = placesOf(answer);
  return order.filter((id) => known.has(id));
}

/** The rows to draw from the top, in the colours of their clusters. */
export function rowsOf({ answer, order, selected, colorOf, style }: RasterInput): readonly Row[] {
  const known = placesOf(answer);
  const ranks = new Map(selected.map((id, rank) => [id, rank]));
  return rowIds(answer, order).map((clusterId) => {
    const rank = ranks.get(clusterId);
    const color = rank === undefined ? colorOf(clusterId) : style.clusterColor(rank);
    return { clusterId, index: known.get(clusterId) ?? 0, color, selected: rank !== undefined };
  });
}

/** What the pixels of the plot stand for. */
export interface Screen {
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

/** CSS px; the left one is as wide as the longest id with its shape. */
export function gutters(input: RasterInput): Scene['gutters'] {
  const { style, answer } = input;
  const characters = Math.max(2, ...rowIds(answer, input.order).map((id) => String(id).length));
  const left = Math.max(style.gutter.left, (characters * CHARACTER_PX + MARKER_PX + 9) * style.scale);
  return { ...style.gutter, left: Math.round(left) };
}

/** Seconds along the whole x axis. */
export const duration = (answer: RasterAnswer): number => (answer.bounds[2] > 0 ? answer.bounds[2] : 1);

/** The pixels of a plot of so many rows. */
export function screenOf(input: RasterInput, around: Scene['gutters'], rows: number): Screen {
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

/** Opacity of spikes (spec/views.md 1.9), and the share of it that a single spike in the busiest row has. */
export const ALPHA = 0.75;

/** Share of its colour that a selected row has where it has no spikes. */
export const TINT = 0.16;

/** Width of the bar of a spike, px (spec/views.md 10b at zoom 1: it does not grow when zooming, so that more can be told apart). */
export const barWidth = (markerSize: number): number =>
  Math.round(2 * Math.min(20, Math.max(1, 0.2 * (markerSize + 5))));

/** Those that are at least in part between the upper and the lower edge. */
export function rowsOnScreen({ top, rowHeight, height }: Screen, rows: readonly Row[]): readonly Row[] {
  return rows.slice(Math.max(0, Math.floor(top)), Math.ceil(top + height / rowHeight));
}

/** From this height on rows have a gap between them, and bars of their own where they are few. */
export const GAP_FROM_PX = 4;

/** Share of a row above and below its bars. */
export const ROW_MARGIN = 0.08;

/** A selected row is never lower than this. */
export const SELECTED_PX = 3;

/** The part of the recording on screen, s; never more than all of it. */
export function secondsOnScreen(answer: RasterAnswer, [x0, , x1]: Box): readonly [number, number] {
  const all = duration(answer);
  return [Math.max(0, ((x0 + 1) / 2) * all), Math.min(all, ((x1 + 1) / 2) * all)];
}
