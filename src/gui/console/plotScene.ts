/** Quick plots of the console as scenes of our plot toolkit. */
import type { PlotStyle } from '../colors/style.ts';
import { palettes } from '../colors/palettes.ts';
import type { AxisSpec, Box, Frame, GutterLabel, ImageMark, Mark, Scene } from '../plot/scene.ts';
import { endText } from '../plot/ticks.ts';
import { extent, type PlotData } from './plotData.ts';

const FRAME = 'plot';
const CHARACTER = 6.2;

export function plotScene(plot: PlotData, style: PlotStyle): Scene {
  const { bounds, marks } = contentsOf(plot, style);
  const frame: Frame = { id: FRAME, box: [-1, -1, 1, 1], bounds, clip: true, marks };
  const px = (value: number): number => value * style.scale;
  const widest = Math.max(endText(bounds[1]).length, endText(bounds[3]).length, 4);
  const left = Math.max(style.gutter.left, Math.ceil(px(widest * CHARACTER + 12))) + (plot.ylabel === '' ? 0 : px(16));
  const bottom = style.gutter.bottom + (plot.xlabel === '' ? 0 : px(16));
  const axis = (title: string): AxisSpec => ({ frame: FRAME, grid: true, ...(title === '' ? {} : { title }) });
  return {
    frames: [frame],
    gutters: { left, right: px(12), top: plot.title === '' ? px(8) : px(22), bottom },
    background: style.background,
    xAxes: [axis(plot.xlabel)],
    yAxes: [plot.kind === 'image' ? { ...axis(plot.ylabel), ...rowTicks(plot.rows) } : axis(plot.ylabel)],
    labels: titleOf(plot, style),
  };
}

const titleOf = ({ title }: PlotData, style: PlotStyle): readonly GutterLabel[] =>
  title === '' ? [] : [{ edge: 'top', at: 0, text: title, color: style.text }];

function contentsOf(plot: PlotData, style: PlotStyle): { readonly bounds: Box; readonly marks: readonly Mark[] } {
  switch (plot.kind) {
    case 'line': {
      const { x, y, starts } = plot;
      const marks = Array.from({ length: starts.length - 1 }, (_, k): Mark => {
        const [from, to] = [starts[k], starts[k + 1]];
        const strip = Uint32Array.of(0, to - from);
        const color = style.clusterColor(k);
        return { kind: 'lines', x: x.subarray(from, to), y: y.subarray(from, to), starts: strip, color, width: 1.25 };
      });
      return { bounds: around(extent(x), extent(y), 0), marks };
    }
    case 'scatter': {
      const { x, y, size } = plot;
      const mark: Mark = { kind: 'points', x, y, size, color: style.clusterColor(0), shape: 'disc' };
      return { bounds: around(extent(x), extent(y), 0.03), marks: [mark] };
    }
    case 'hist': {
      const { edges, counts } = plot;
      const top = extent(counts)[1];
      const [x0, x1] = [edges.subarray(0, -1), edges.subarray(1)];
      const y0 = new Float64Array(counts.length);
      const mark: Mark = { kind: 'bars', x0, x1, y0, y1: counts, color: style.clusterColor(0) };
      return { bounds: [edges[0], 0, edges[edges.length - 1], top === 0 ? 1 : top * 1.05], marks: [mark] };
    }
    case 'image':
      return { bounds: [0, 0, plot.columns, plot.rows], marks: [imageMark(plot)] };
  }
}

/** Rows count from the top. */
function rowTicks(rows: number): Pick<AxisSpec, 'ticks' | 'tickLabels'> {
  const at = [0, Math.floor(rows / 2), rows];
  return { ticks: at.map((row) => rows - row), tickLabels: at.map(String) };
}

/** Room about the data, so that no mark lies on the edge. */
function around([x0, x1]: readonly [number, number], [y0, y1]: readonly [number, number], share: number): Box {
  const dx = (x1 - x0) * share || (x1 === x0 ? 0.5 : 0);
  const dy = (y1 - y0) * Math.max(share, 0.05) || 0.5;
  return [x0 - dx, y0 - dy, x1 + dx, y1 + dy];
}

function imageMark({ values, rows, columns, low, high }: PlotData & { readonly kind: 'image' }): ImageMark {
  const colors = palettes.linear;
  const pixels = new Uint8Array(values.length * 4);
  const perColor = (colors.length - 1) / (high - low);
  for (let k = 0; k < values.length; k++) {
    const index = Math.round((values[k] - low) * perColor);
    // A value that is none stays without colour.
    if (Number.isNaN(index)) continue;
    const [r, g, b] = colors[Math.max(0, Math.min(colors.length - 1, index))];
    pixels.set([255 * r, 255 * g, 255 * b, 255], 4 * k);
  }
  return { kind: 'image', pixels, columns, rows };
}
