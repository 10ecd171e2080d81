/**
 * Points of clusters in a plane as a scene (spec/views.md 14b, look.md 5): what every scatter view draws, whatever its coordinates are. A pure
 * function; the marks of an answer are made once for a style.
 */
import { finitePoints, paintOrder } from '../../core/base/arrays.ts';
import type { NdArray } from '../../core/base/nd.ts';
import type { PlotStyle } from '../colors/style.ts';
import type { Box, PointsMark, Rgba, Scene } from '../plot/scene.ts';
import type { Sample } from './shown.ts';

/** Coordinates of the shown spikes of one cluster; a spike without one is NaN and not drawn. */
export interface ScatterPoints extends Sample {
  readonly clusterId: number;
  readonly x: NdArray<Float64Array>;
  readonly y: NdArray<Float64Array>;
}
export interface ScatterAnswer {
  /** In the order of the selection. */
  readonly clusters: readonly ScatterPoints[];
  /** [xMin, yMin, xMax, yMax]; an axis without extent is [-1, 1]. */
  readonly bounds: Box;
}
/** What an axis says of itself. */
export interface ScatterAxis {
  readonly name: string;
  readonly unit?: string;
}

export interface ScatterInput {
  readonly answer: ScatterAnswer;
  readonly axes: readonly [x: ScatterAxis, y: ScatterAxis];
  /** Diameter in CSS px. */
  readonly markerSize: number;
  readonly style: PlotStyle;
  /** CSS px of the whole plot, gutters included. */
  readonly size: { readonly width: number; readonly height: number };
  /** Rank of the cluster drawn last, null for the order of the selection. */
  readonly front: number | null;
}

export const SCATTER = 'scatter';
/** Opacity of the points (spec/views.md 1.9). */
const ALPHA = 0.75;

const fade = (color: Rgba, alpha: number): Rgba => [color[0], color[1], color[2], alpha];

interface AnswerMarks {
  readonly style: PlotStyle;
  readonly coordinates: readonly Pick<PointsMark, 'x' | 'y'>[];
  /** [rank]; replaced when the marker size changes, the coordinates stay. */
  points: readonly PointsMark[];
}
const memos = new WeakMap<ScatterAnswer, AnswerMarks>();

function marksOf({ answer, style, markerSize }: ScatterInput): readonly PointsMark[] {
  const memo = memos.get(answer);
  const coordinates = memo?.coordinates ?? answer.clusters.map(({ x, y }) => finitePoints(x.data, y.data));
  const marks: AnswerMarks = memo?.style === style ? memo : { style, coordinates, points: [] };
  if (marks !== memo) memos.set(answer, marks);
  if (marks.points[0]?.size !== markerSize) {
    marks.points = coordinates.map((at, rank) => ({
      kind: 'points',
      ...at,
      size: markerSize,
      color: fade(style.clusterColor(rank), ALPHA),
    }));
  }
  return marks.points;
}

/** A range with room for whole points at its ends: `px` of them at each end of an axis `length` px long. */
function withRoom(low: number, high: number, length: number, px: number): readonly [number, number] {
  const extra = ((high - low) * px) / Math.max(1, length - 2 * px);
  return [low - extra, high + extra];
}

/** Where all points of an axis lie, when they lie at one place: the axis then has no extent of its own, and is drawn around it. */
function onePlace(points: readonly PointsMark[], axis: 'x' | 'y'): number | undefined {
  const first = points.find((mark) => mark[axis].length > 0)?.[axis][0];
  const isSame = first !== undefined && points.every((mark) => mark[axis].every((value) => value === first));
  return isSame ? first : undefined;
}

/** The scene of an answer. The only frame is `scatter`, in data units. */
export function scatterScene(input: ScatterInput): Scene {
  const { answer, axes, style, size, markerSize, front } = input;
  const gutters = style.gutter;
  const points = marksOf(input);
  const edge = Math.min(markerSize / 2 + 3, 20);
  const range = (axis: 'x' | 'y', low: number, high: number, length: number): readonly [number, number] => {
    const place = onePlace(points, axis);
    return place === undefined ? withRoom(low, high, length, edge) : [place - 1, place + 1];
  };
  const [xMin, yMin, xMax, yMax] = answer.bounds;
  const [x0, x1] = range('x', xMin, xMax, size.width - gutters.left - gutters.right);
  const [y0, y1] = range('y', yMin, yMax, size.height - gutters.top - gutters.bottom);
  return {
    frames: [
      {
        id: SCATTER,
        box: [-1, -1, 1, 1],
        bounds: [x0, y0, x1, y1],
        clip: false,
        marks: paintOrder(points.length, front).map((rank) => points[rank]),
      },
    ],
    gutters,
    background: style.background,
    xAxes: [{ frame: SCATTER, grid: true, ...(axes[0].unit !== undefined && { unit: axes[0].unit }) }],
    yAxes: [{ frame: SCATTER, grid: true, ...(axes[1].unit !== undefined && { unit: axes[1].unit }) }],
    labels: [],
  };
}

const named = ({ name, unit }: ScatterAxis): string => (unit === undefined ? name : `${name} (${unit})`);

/** Left side of the status line: `snr over time (s)`. */
export function scatterFacts([x, y]: ScatterInput['axes']): string {
  return `${named(y)} over ${named(x)}`;
}
