/** Amplitudes over time as a scene (spec/views.md 8a and 8b, look.md 5): scatter on the left, histograms on the right. */
import { finitePoints, paintOrder } from '../../core/base/arrays.ts';
import type { Values } from '../../core/base/params.ts';
import type { PlotStyle } from '../../gui/colors/style.ts';
import type { BarsMark, Box, Frame, LinesMark, PointsMark, Rgba, Scene, SegmentsMark } from '../../gui/plot/scene.ts';
import type { params } from './params.ts';
import type { AmplitudeAnswer, AmplitudeSpikes } from './query.ts';

export type AmplitudeValues = Values<typeof params>;

export interface AmplitudeInput {
  readonly answer: AmplitudeAnswer;
  readonly values: AmplitudeValues;
  readonly style: PlotStyle;
  /** CSS px of the whole plot, gutters included. */
  readonly size: { readonly width: number; readonly height: number };
  /** Rank of the cluster drawn last, null for the order of the selection. */
  readonly front: number | null;
  /** Interval of the trace view, s; null before there is one. */
  readonly timeRange: readonly [number, number] | null;
}

export const SCATTER = 'scatter';
export const HISTOGRAM = 'histogram';

const GAP_PX = 6;
/** Share of the range left free above the highest quantile, so that points at the edge are whole. */
const HEADROOM = 0.02;

/** Width of the side histograms in px: a fifth of the plot, within limits. */
export function sideWidth(plotWidth: number): number {
  return Math.max(46, Math.min(92, plotWidth * 0.19));
}

const fade = (color: Rgba, alpha: number): Rgba => [color[0], color[1], color[2], alpha];

/** Horizontal bars of one histogram and their outline, over densities. */
function histogramMarks(
  answer: AmplitudeAnswer,
  entry: number,
  color: Rgba,
  alpha: number,
): readonly [BarsMark, LinesMark] {
  const edges = answer.histogramEdges.data;
  const bins = answer.histograms.shape[1];
  const densities = answer.histograms.data.subarray(entry * bins, (entry + 1) * bins);
  const bars: BarsMark = {
    kind: 'bars',
    x0: new Float64Array(bins),
    x1: densities,
    y0: edges.subarray(0, bins),
    y1: edges.subarray(1, bins + 1),
    color: fade(color, alpha),
  };
  const x = new Float64Array(2 * bins);
  const y = new Float64Array(2 * bins);
  for (let k = 0; k < bins; k++) {
    x[2 * k] = densities[k];
    x[2 * k + 1] = densities[k];
    y[2 * k] = edges[k];
    y[2 * k + 1] = edges[k + 1];
  }
  const outline: LinesMark = {
    kind: 'lines',
    x,
    y,
    starts: new Uint32Array([0, 2 * bins]),
    color: fade(color, 0.9),
    width: 1,
  };
  return [bars, outline];
}

interface AnswerMarks {
  readonly style: PlotStyle;
  readonly coordinates: readonly Pick<PointsMark, 'x' | 'y'>[];
  /** [background, cluster 0, ..]; replaced when the marker size changes, its coordinates stay. */
  points: readonly PointsMark[];
  readonly histograms: readonly (readonly [BarsMark, LinesMark])[];
  /** Largest density of all. */
  readonly highest: number;
}
const memos = new WeakMap<AmplitudeAnswer, AnswerMarks>();

const colorOf = (entry: number, style: PlotStyle): Rgba =>
  entry === 0 ? fade(style.backgroundSpikes, 1) : style.clusterColor(entry - 1);

function makeMarks(answer: AmplitudeAnswer, style: PlotStyle): AnswerMarks {
  const entries: readonly AmplitudeSpikes[] = [answer.background, ...answer.clusters];
  return {
    style,
    coordinates: entries.map((entry) => finitePoints(entry.times.data, entry.amplitudes.data)),
    points: [],
    histograms: entries.map((_, entry) =>
      histogramMarks(answer, entry, colorOf(entry, style), style.alpha.sideHistogram * 0.7),
    ),
    highest: answer.histograms.data.reduce((most, value) => Math.max(most, value), 0),
  };
}

/** Marks of an answer, made once for a style; another marker size takes the same coordinates. */
function marksOf({ answer, style, values }: AmplitudeInput): AnswerMarks {
  const memo = memos.get(answer);
  const marks = memo?.style === style ? memo : makeMarks(answer, style);
  if (marks !== memo) memos.set(answer, marks);
  if (marks.points[0]?.size !== values.markerSize) {
    marks.points = marks.coordinates.map((at, entry) => ({
      kind: 'points',
      ...at,
      size: values.markerSize,
      color: entry === 0 ? style.backgroundSpikes : fade(colorOf(entry, style), style.alpha.amplitude),
    }));
  }
  return marks;
}

/** Entries in painting order: background, clusters in order, `front` last. */
function order(count: number, front: number | null): readonly number[] {
  return [0, ...paintOrder(count, front).map((rank) => rank + 1)];
}

/** Yellow bar over the trace view's interval; at least 3 px wide. */
function timeBar(
  range: readonly [number, number],
  answer: AmplitudeAnswer,
  width: number,
  color: Rgba,
): SegmentsMark | BarsMark {
  const px = ((range[1] - range[0]) / Math.max(1e-9, answer.duration)) * width;
  const middle = (range[0] + range[1]) / 2;
  if (px < 3) {
    const ends = new Float64Array([middle, -Infinity, middle, Infinity]);
    return { kind: 'segments', ends, color, width: 3 };
  }
  const reach = 1e3 * Math.max(1e-9, answer.bounds[3] - answer.bounds[1]);
  return {
    kind: 'bars',
    x0: new Float64Array([range[0]]),
    x1: new Float64Array([range[1]]),
    y0: new Float64Array([answer.bounds[1] - reach]),
    y1: new Float64Array([answer.bounds[3] + reach]),
    color,
  };
}

/** [low, high] of the amplitude axis: the answer's bounds with a little room above. */
export function amplitudeRange(answer: AmplitudeAnswer): readonly [number, number] {
  const [, low, , high] = answer.bounds;
  return high > low ? [low, high + HEADROOM * (high - low)] : [low - 1, low + 1];
}

/** The scene of an answer. Frame `scatter` is in seconds and amplitudes, `histogram` in density and amplitudes. */
export function amplitudeScene(input: AmplitudeInput): Scene {
  const { answer, style, size, timeRange } = input;
  const gutters = { left: style.gutter.left, right: 8, top: 8, bottom: style.gutter.bottom };
  const width = Math.max(1, size.width - gutters.left - gutters.right);
  const side = Math.min(sideWidth(size.width), width / 3);
  const x = (px: number): number => (2 * px) / width - 1;
  const left: Box = [-1, -1, x(width - side - GAP_PX), 1];
  const right: Box = [x(width - side), -1, 1, 1];
  const [low, high] = amplitudeRange(answer);
  const marks = marksOf(input);
  const entries = order(answer.clusters.length, input.front);
  const bar = timeRange === null ? [] : [timeBar(timeRange, answer, width - side - GAP_PX, style.timeBar)];
  const scatter: Frame = {
    id: SCATTER,
    box: left,
    // A pixel more than the recording, so that a tick at its very end is not cut off by rounding.
    bounds: [0, low, Math.max(1e-9, answer.duration) * (1 + 1.5 / Math.max(1, width - side - GAP_PX)), high],
    clip: false,
    window: left,
    marks: [...bar, ...entries.map((entry) => marks.points[entry])],
  };
  const divider: SegmentsMark = {
    kind: 'segments',
    ends: new Float64Array([0, -Infinity, 0, Infinity]),
    color: style.axis,
    width: 1,
  };
  const histogram: Frame = {
    id: HISTOGRAM,
    box: right,
    bounds: [0, low, marks.highest > 0 ? marks.highest * 1.02 : 1, high],
    clip: false,
    window: right,
    fixed: 'x',
    inert: true,
    // All bars before all outlines: like marks are painted fastest together.
    marks: [
      ...entries.map((entry) => marks.histograms[entry][0]),
      ...entries.map((entry) => marks.histograms[entry][1]),
      divider,
    ],
  };
  return {
    frames: [scatter, histogram],
    gutters,
    background: style.background,
    xAxes: [
      { frame: SCATTER, unit: 's', grid: true },
      { frame: HISTOGRAM, grid: false, ticks: [histogram.bounds[2] / 2], tickLabels: ['density'] },
    ],
    yAxes: [{ frame: SCATTER, grid: true, ...(answer.unit === 'uV' && { unit: 'µV' }) }],
    labels: [],
  };
}
