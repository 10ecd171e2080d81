/** Draws what a plugin's view returns: plots in rows and columns, with axes. A pure function, as `draw.ts` of a view is. */
import type { Axis, Figure, Mark as PluginMark, PlotSpec, Rgba } from '../../core/plugins/api.ts';
import type { PlotStyle } from '../colors/style.ts';
import { captionFrame } from '../plot/marks.ts';
import { gridCell } from '../plot/layouts.ts';
import type { AxisSpec, Box, Frame, Mark, Scene } from '../plot/scene.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

const CAPTION_PX = 16;
const GAP_PX = 8;

/** The scene of a figure. The id of a frame is the place of its plot. */
export function figureScene({ plots, columns = 1 }: Figure, style: PlotStyle, size: Size): Scene {
  const count = Math.max(1, Math.min(columns, plots.length));
  const rows = Math.max(1, Math.ceil(plots.length / count));
  const bounds = plots.map(boundsOf);
  const gutters = { left: style.gutter.left, right: GAP_PX, top: GAP_PX, bottom: style.gutter.bottom };
  const plotSize = {
    width: Math.max(1, size.width - gutters.left - gutters.right),
    height: Math.max(1, size.height - gutters.top - gutters.bottom),
  };
  const frames = plots.flatMap((plot, place): readonly Frame[] => {
    const cell = gridCell(Math.floor(place / count), place % count, rows, count);
    const box = insideOf(cell, plot.title !== undefined, plotSize, style.scale, { rows, columns: count });
    const marks = plot.marks.map((mark) => markOf(mark, style, bounds[place]));
    const frame: Frame = { id: String(place), box, bounds: bounds[place], clip: true, border: style.border, marks };
    if (plot.title === undefined) return [frame];
    return [frame, captionFrame(`title ${place}`, box, [titleMark(plot.title, style)])];
  });
  return {
    frames,
    gutters,
    background: style.background,
    // One scale stands for a row or a column of plots that have the same one.
    xAxes: plots.slice(0, count).map((_, column) => axisOf(plots, lastInColumn(column, plots.length, count), 'x')),
    yAxes: Array.from({ length: rows }, (_, row) => axisOf(plots, row * count, 'y')),
    labels: [],
  };
}

/** A scene that says why there is no figure. */
export function sentenceScene(text: string, style: PlotStyle, { width }: Size): Scene {
  const most = Math.max(12, Math.floor(width / (6.4 * style.scale)) - 2);
  const lines = wrapped(text, most);
  const mark: Mark = {
    kind: 'text',
    x: new Float64Array(lines.length).fill(0.5),
    y: Float64Array.from(lines, () => 0.5),
    text: lines,
    anchor: [0, 0],
    color: style.text,
    size: 11 * style.scale,
  };
  const marks = lines.map(
    (_, line): Mark => ({
      ...mark,
      x: mark.x.slice(0, 1),
      y: mark.y.slice(0, 1),
      text: [lines[line]],
      offset: [0, (line - (lines.length - 1) / 2) * 16 * style.scale],
    }),
  );
  const frame: Frame = { id: 'sentence', box: [-1, -1, 1, 1], bounds: [0, 0, 1, 1], clip: false, inert: true, marks };
  const gutters = { left: 8, right: 8, top: 8, bottom: 8 };
  return { frames: [frame], gutters, background: style.background, xAxes: [], yAxes: [], labels: [] };
}

function wrapped(text: string, most: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const lastInColumn = (column: number, plots: number, columns: number): number =>
  column + columns * Math.floor((plots - 1 - column) / columns);

function axisOf(plots: readonly PlotSpec[], place: number, side: 'x' | 'y'): AxisSpec {
  const unit = plots[place]?.[side]?.unit;
  return { frame: String(place), grid: true, ...(unit === undefined ? {} : { unit }) };
}

/** A cell without the room for its title and the gaps to its neighbours. */
function insideOf(
  [x0, y0, x1, y1]: Box,
  hasTitle: boolean,
  { width, height }: Size,
  scale: number,
  grid: { readonly rows: number; readonly columns: number },
): Box {
  const gapX = grid.columns > 1 ? (2 * GAP_PX * scale) / width : 0;
  const gapY = grid.rows > 1 ? (2 * GAP_PX * scale) / height : 0;
  const caption = hasTitle ? (2 * CAPTION_PX * scale) / height : 0;
  return [x0 + gapX / 2, y0 + gapY / 2, x1 - gapX / 2, Math.max(y0 + gapY, y1 - gapY / 2 - caption)];
}

function titleMark(text: string, style: PlotStyle): Mark {
  return {
    kind: 'text',
    x: new Float64Array([0]),
    y: new Float64Array([1]),
    text: [text],
    anchor: [-1, -1],
    offset: [2, -2],
    color: style.title,
    size: style.tickSize,
  };
}

/** Data units that fill a plot: the limits that are stated, else those of the marks with a little room. */
function boundsOf({ marks, x, y }: PlotSpec): Box {
  const [x0, x1] = rangeOf(
    marks.flatMap((mark) => extent(mark, 'x')),
    x,
    marks.some(({ kind }) => kind === 'image' || kind === 'bars'),
  );
  const [y0, y1] = rangeOf(
    marks.flatMap((mark) => extent(mark, 'y')),
    y,
    marks.some(({ kind }) => kind === 'image'),
  );
  return [x0, y0, x1, y1];
}

const ROOM = 0.04;

function rangeOf(ends: readonly number[], axis: Axis | undefined, tight: boolean): readonly [number, number] {
  const found = ends.filter(Number.isFinite);
  const low = found.length === 0 ? 0 : Math.min(...found);
  const high = found.length === 0 ? 1 : Math.max(...found);
  const room = tight ? 0 : ROOM * (high - low || 1);
  const from = axis?.min ?? low - room;
  const to = axis?.max ?? high + room;
  return to > from ? [from, to] : [from, from + 1];
}

/** Smallest and largest coordinate of a mark. */
function extent(mark: PluginMark, side: 'x' | 'y'): readonly number[] {
  switch (mark.kind) {
    case 'points':
    case 'line':
      return ends(mark[side]);
    case 'bars':
      return side === 'x' ? ends(mark.edges) : [0, ...ends(mark.heights)];
    case 'image': {
      const [x0, y0, x1, y1] = mark.bounds ?? [0, 0, mark.columns, mark.rows];
      return side === 'x' ? [x0, x1] : [y0, y1];
    }
    case 'text':
      return [mark[side]];
  }
}

function ends(values: ArrayLike<number>): readonly number[] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return low > high ? [] : [low, high];
}

const numbers = (values: ArrayLike<number>): Float64Array =>
  values instanceof Float64Array ? values : Float64Array.from(values);

function markOf(mark: PluginMark, style: PlotStyle, bounds: Box): Mark {
  switch (mark.kind) {
    case 'points':
      return { kind: 'points', x: numbers(mark.x), y: numbers(mark.y), size: mark.size ?? 4, color: mark.color };
    case 'line': {
      const x = numbers(mark.x);
      const starts = new Uint32Array([0, x.length]);
      return { kind: 'lines', x, y: numbers(mark.y), starts, color: mark.color, width: mark.width ?? 1.5 };
    }
    case 'bars': {
      const edges = numbers(mark.edges);
      const y1 = numbers(mark.heights);
      return {
        kind: 'bars',
        x0: edges.subarray(0, -1),
        x1: edges.subarray(1),
        y0: new Float64Array(y1.length),
        y1,
        color: mark.color,
      };
    }
    case 'image':
      return imageOf(mark, style, bounds);
    case 'text':
      return {
        kind: 'text',
        x: new Float64Array([mark.x]),
        y: new Float64Array([mark.y]),
        text: [mark.text],
        anchor: [0, 0],
        color: mark.color ?? style.text,
        size: style.tickSize,
      };
  }
}

/** Shades from transparent (0 or the smallest value) to the colour (the largest). */
function imageOf(
  { values, rows, columns, color }: PluginMark & { readonly kind: 'image' },
  style: PlotStyle,
  _bounds: Box,
): Mark {
  const [low, high] = ends(values).length === 0 ? [0, 1] : ends(values);
  const span = high > low ? high - low : 1;
  const [r, g, b]: Rgba = color ?? style.accent;
  const pixels = new Uint8Array(4 * rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column];
      const at = 4 * ((rows - 1 - row) * columns + column);
      const share = Number.isFinite(value) ? (value - low) / span : 0;
      pixels.set([255 * r, 255 * g, 255 * b, 255 * share].map(Math.round), at);
    }
  }
  return { kind: 'image', pixels, columns, rows };
}
