/** Template features of two clusters as a scene (spec/views.md 4b, look.md 5): along the templates of the first and of the second. */
import type { Values } from '../../core/base/params.ts';
import type { PlotStyle } from '../../gui/colors/style.ts';
import type { AxisSpec, Box, Frame, PointsMark, Rgba, Scene } from '../../gui/plot/scene.ts';
import type { params } from './params.ts';
import type { TemplateFeatureAnswer } from './query.ts';

interface TemplateFeatureInput {
  readonly answer: TemplateFeatureAnswer;
  readonly values: Pick<Values<typeof params>, 'markerSize'>;
  readonly style: PlotStyle;
  /** CSS px of the whole plot, gutters included. */
  readonly size: { readonly width: number; readonly height: number };
  /** Rank of the cluster drawn last, null for the order of the selection. */
  readonly front: number | null;
}

export const SCATTER = 'scatter';

/** Opacity of the points (spec/views.md 1.9). */
const ALPHA = 0.75;
/** CSS px at scale 1: room for numbers and a title turned upwards, for numbers and a title below. */
const GUTTERS = { left: 56, right: 8, top: 8, bottom: 36 };

type Coordinates = Pick<PointsMark, 'x' | 'y'>;

/** Coordinates of the spikes that have both; the answer's own arrays when all have. */
function finite({ x, y, missing }: TemplateFeatureAnswer['clusters'][number]): Coordinates {
  if (missing === 0) return { x: x.data, y: y.data };
  const here = Array.from(x.data.keys()).filter((i) => !Number.isNaN(x.data[i]) && !Number.isNaN(y.data[i]));
  return { x: Float64Array.from(here, (i) => x.data[i]), y: Float64Array.from(here, (i) => y.data[i]) };
}

const known = new WeakMap<TemplateFeatureAnswer, readonly Coordinates[]>();

function coordinatesOf(answer: TemplateFeatureAnswer): readonly Coordinates[] {
  const made = known.get(answer) ?? answer.clusters.map(finite);
  known.set(answer, made);
  return made;
}

/** What is shown: the bounds, and the radius of a point around them so that points at the edge are whole. */
function shownBounds([xMin, yMin, xMax, yMax]: Box, radius: number, width: number, height: number): Box {
  const spread = (low: number, high: number, length: number): number =>
    ((high - low) * radius) / Math.max(1, length - 2 * radius);
  const dx = spread(xMin, xMax, width);
  const dy = spread(yMin, yMax, height);
  return [xMin - dx, yMin - dy, xMax + dx, yMax + dy];
}

/** An axis along the templates of a cluster, which its title names. */
function axisOf(rank: number, { answer, style }: TemplateFeatureInput): AxisSpec {
  const color: Rgba = style.clusterColor(rank);
  const titleMarker = { shape: style.clusterShape(rank), color };
  return {
    frame: SCATTER,
    grid: true,
    ends: 'both',
    title: `templates of ${answer.clusters[rank].clusterId}`,
    titleMarker,
  };
}

/** The scene of an answer, the ground alone where that has no pair. Data units are those of template_features.npy. */
export function templateFeatureScene(input: TemplateFeatureInput): Scene {
  const { answer, values, style, size, front } = input;
  const px = (value: number): number => value * style.scale;
  const gutters = {
    left: px(GUTTERS.left),
    right: px(GUTTERS.right),
    top: px(GUTTERS.top),
    bottom: px(GUTTERS.bottom),
  };
  const ground = { gutters, background: style.background, labels: [] };
  if (answer.clusters.length !== 2) return { ...ground, frames: [], xAxes: [], yAxes: [] };
  const width = size.width - gutters.left - gutters.right;
  const height = size.height - gutters.top - gutters.bottom;
  const points = coordinatesOf(answer).map((at, rank): PointsMark => {
    const [r, g, b] = style.clusterColor(rank);
    return { kind: 'points', ...at, size: values.markerSize, color: [r, g, b, ALPHA] };
  });
  const frame: Frame = {
    id: SCATTER,
    box: [-1, -1, 1, 1],
    bounds: shownBounds(answer.bounds, values.markerSize / 2 + 1, width, height),
    clip: false,
    marks: front === null ? points : [...points.filter((_, rank) => rank !== front), points[front]],
  };
  return { ...ground, frames: [frame], xAxes: [axisOf(0, input)], yAxes: [axisOf(1, input)] };
}
