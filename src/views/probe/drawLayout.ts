/** Where shanks and sites of a probe lie in a plot, and how much room each site has. */
import type { Values } from '../../core/base/params.ts';
import type { PlotStyle } from '../../gui/colors/style.ts';
import { CHARACTER_PX } from '../../gui/plot/layouts.ts';
import type { Box, Scene } from '../../gui/plot/scene.ts';
import type { params } from './params.ts';
import type { ProbeAnswer } from './query.ts';

export type ProbeValues = Values<typeof params>;

export interface ProbeInput {
  readonly answer: ProbeAnswer;
  readonly values: ProbeValues;
  readonly style: PlotStyle;
  /** CSS px of the whole plot, gutters included. */
  readonly size: { readonly width: number; readonly height: number };
  /** Zoom of the camera: how many labels there is room for. */
  readonly zoom: readonly [number, number];
}

/** Sizes in CSS px at scale 1 and zoom 1. */
const GUTTERS = { left: 36, right: 6, top: 8, bottom: 8 };

/** Top gutter with the numbers of the shanks. */
const SHANK_NUMBERS = 18;

/** Free room around the outermost sites, at most. */
const EDGE: Pair = [18, 12];

/** The same above and below when labels are written below the sites. */
const LABELLED_EDGE = 22;

const SHANK_GAP = 10;

export type Pair = readonly [number, number];

/** One shank: which sites it has and where they are drawn. */
export interface ShankPlace {
  readonly shank: number;
  readonly frame: string;
  /** Channel ids. */
  readonly sites: readonly number[];
  /** Plot NDC before the camera. */
  readonly box: Box;
  /** µm */
  readonly bounds: Box;
}

export interface ProbeLayout {
  /** From left to right. */
  readonly shanks: readonly ShankPlace[];
  /** CSS px per µm at zoom 1. */
  readonly scale: Pair;
  /** CSS px at zoom 1: the rectangle around each site into which nothing of another site comes. */
  readonly cell: Pair;
  /** The same for labels, which may be wider and higher than the marks of a site. */
  readonly pitch: Pair;
}

interface Extent {
  readonly shank: number;
  readonly sites: readonly number[];
  /** µm */
  readonly x: Pair;
}

export const rangeOf = (values: readonly number[]): Pair =>
  values.reduce<Pair>(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** Shanks with their sites, by the place of their leftmost site. */
export function extentsOf({ shanks, positions }: ProbeAnswer): readonly Extent[] {
  const byShank = new Map<number, number[]>();
  for (const [site, shank] of shanks.data.entries()) {
    const sites = byShank.get(shank);
    if (sites === undefined) byShank.set(shank, [site]);
    else sites.push(site);
  }
  const extents = [...byShank].map(([shank, sites]) => {
    return { shank, sites, x: rangeOf(sites.map((site) => positions.data[2 * site])) };
  });
  return extents.sort((a, b) => a.x[0] - b.x[0] || a.shank - b.shank);
}

/** Left and right edge of each shank's column in CSS px, and CSS px per µm in both directions. */
interface Columns {
  readonly columns: readonly Pair[];
  readonly scale: Pair;
  /** CSS px free around the outermost sites of a column. */
  readonly edge: Pair;
}

/** CSS px left free beside the outermost sites where there is plenty of room. */
export const mostEdge = ({ labels }: ProbeValues): Pair => [EDGE[0], labels ? LABELLED_EDGE : EDGE[1]];

/** CSS px left free beside the outermost sites in a room of this length. */
export const edgeOf = (length: number, most: number): number => clamp(length * 0.16, 0.5, most);

/** CSS px per µm so that `range` µm fill `room` px; any scale will do for a single row or column of sites. */
const scaleFor = (range: number, room: number): number => (range > 0 ? Math.max(room, 1) / range : 1);

/** Columns of equal width; each direction fills the view. */
function stretchedColumns(
  extents: readonly Extent[],
  depth: number,
  width: number,
  height: number,
  most: Pair,
): Columns {
  const gap = Math.min(SHANK_GAP, width / (4 * extents.length));
  const column = (width - gap * (extents.length - 1)) / extents.length;
  const edge: Pair = [edgeOf(column, most[0]), edgeOf(height, most[1])];
  const widest = Math.max(...extents.map(({ x }) => x[1] - x[0]));
  const columns = extents.map((_, k): Pair => [k * (column + gap), k * (column + gap) + column]);
  return { columns, scale: [scaleFor(widest, column - 2 * edge[0]), scaleFor(depth, height - 2 * edge[1])], edge };
}

/** One scale for both directions. Shanks lie as far apart as they do in tissue, unless the file gives each its own coordinates. */
function trueColumns(extents: readonly Extent[], depth: number, width: number, height: number, most: Pair): Columns {
  const isApart = extents.every(({ x }, k) => k === 0 || x[0] > extents[k - 1].x[1]);
  const step = 1.25 * Math.max(...extents.map(({ x }) => x[1] - x[0])) + 1;
  const starts = extents.map(({ x }, k) => (isApart ? x[0] - extents[0].x[0] : k * step));
  const ends = extents.map(({ x }, k) => starts[k] + x[1] - x[0]);
  const total = ends[ends.length - 1];
  const outer: Pair = [edgeOf(width, most[0]), edgeOf(height, most[1])];
  const px = Math.min(
    total > 0 ? scaleFor(total, width - 2 * outer[0]) : Infinity,
    total > 0 && depth === 0 ? Infinity : scaleFor(depth, height - 2 * outer[1]),
  );
  const left = (width - total * px) / 2;
  const gaps = starts.slice(1).map((start, k) => (start - ends[k]) * px);
  const edge = Math.min(outer[0], ...gaps.map((gap) => gap / 2));
  const columns = extents.map((_, k): Pair => [left + starts[k] * px - edge, left + ends[k] * px + edge]);
  return { columns, scale: [px, px], edge: [edge, outer[1]] };
}

/** Less than the limit by more than rounding: a pair that just touches is not too close. */
const isBelow = (value: number, limit: number): boolean => value < limit * (1 - 1e-9);

/**
 * The largest rectangle, about 1.5 times as wide as high, that can surround every site without meeting another one; first as large as that
 * shape allows, then as wide, then as high as there is room.
 */
function cellOf(spacing: ArrayLike<number>, [sx, sy]: Pair, [widest, highest]: Pair): Pair {
  const ASPECT = 1.5;
  let width = widest;
  for (let k = 0; k < spacing.length; k += 2) {
    width = Math.min(width, Math.max(spacing[k] * sx, spacing[k + 1] * sy * ASPECT));
  }
  const low = Math.min(width / ASPECT, highest);
  let wide = widest;
  for (let k = 0; k < spacing.length; k += 2) {
    if (isBelow(spacing[k + 1] * sy, low)) wide = Math.min(wide, spacing[k] * sx);
  }
  let high = highest;
  for (let k = 0; k < spacing.length; k += 2) {
    if (isBelow(spacing[k] * sx, wide)) high = Math.min(high, spacing[k + 1] * sy);
  }
  return [wide, high];
}

/** Room for the depths, as wide as the longest (`30,000`), and for the numbers of shanks where there are several. */
export function guttersOf(extents: readonly Extent[], depths: Pair, style: PlotStyle): Scene['gutters'] {
  const top = extents.length > 1 ? SHANK_NUMBERS : GUTTERS.top;
  const { right, bottom } = GUTTERS;
  const longest = Math.max(...depths.map((depth) => Math.round(depth).toLocaleString('en-US').length));
  const left = Math.max(GUTTERS.left, longest * CHARACTER_PX + 10);
  return { left: left * style.scale, right, top: top * style.scale, bottom };
}

/** Depths of all sites, µm. */
export const depthsOf = ({ positions }: ProbeAnswer): readonly number[] =>
  Array.from({ length: positions.data.length / 2 }, (_, site) => positions.data[2 * site + 1]);

/** Where everything is in a plot of that size. */
export function layoutOf(
  { answer, values }: ProbeInput,
  extents: readonly Extent[],
  depths: Pair,
  width: number,
  height: number,
): ProbeLayout {
  const place = values.trueAspect ? trueColumns : stretchedColumns;
  const { columns, scale, edge } = place(extents, depths[1] - depths[0], width, height, mostEdge(values));
  const [sx, sy] = scale;
  const middle = (depths[0] + depths[1]) / 2;
  const shanks = extents.map(({ shank, sites, x }, k): ShankPlace => {
    const [left, right] = columns[k];
    const centre = (x[0] + x[1]) / 2;
    const half = (right - left) / 2 / sx;
    const box: Box = [(2 * left) / width - 1, -1, (2 * right) / width - 1, 1];
    const bounds: Box = [centre - half, middle - height / 2 / sy, centre + half, middle + height / 2 / sy];
    return { shank, frame: `shank ${shank}`, sites, box, bounds };
  });
  const spacing = answer.spacing.data;
  const [pitchX, pitchY] = cellOf(spacing, scale, [width, height]);
  return {
    shanks,
    scale,
    cell: cellOf(spacing, scale, [2 * edge[0], 2 * edge[1]]),
    pitch: [Math.min(pitchX, roomBeside(extents, columns, sx, width)), pitchY],
  };
}

/** CSS px between the sites of neighbouring shanks, or twice those to the edge of the view: so wide may labels be that are centred on sites. */
function roomBeside(extents: readonly Extent[], columns: readonly Pair[], sx: number, width: number): number {
  let room = Infinity;
  let before = -Infinity;
  for (const [k, { x }] of extents.entries()) {
    const middle = (columns[k][0] + columns[k][1]) / 2;
    const half = ((x[1] - x[0]) / 2) * sx;
    room = Math.min(room, k === 0 ? 2 * (middle - half) : middle - half - before);
    before = middle + half;
  }
  return Math.min(room, 2 * (width - before));
}

/** Plot NDC of a coordinate of a shank along axis 0 (x) or 1 (y). */
export function ndcOf(value: number, { box, bounds }: ShankPlace, axis: 0 | 1): number {
  const share = (value - bounds[axis]) / (bounds[axis + 2] - bounds[axis]);
  return box[axis] + share * (box[axis + 2] - box[axis]);
}

// ---- clusters on a site

/** One cluster on a site, CSS px. */
export const MARKER: Pair = [12, 12];
/** Share of the room between sites that the clusters of one take at most; of its height when labels are written below. */
const MARKER_SHARE = 0.9;
const LABELLED_SHARE = 0.5;
/** Clusters of a site stand in one row, unless another row makes them so many times as large. */
const ANOTHER_ROW = 1.5;

/** CSS px that the clusters of a site have together, at zoom 1. */
export const markerRoom = ({ cell }: ProbeLayout, { labels }: ProbeValues): Pair => [
  cell[0] * MARKER_SHARE,
  cell[1] * (labels ? LABELLED_SHARE : MARKER_SHARE),
];

/** How many rectangles beside and above each other show `count` clusters in a room of w by h, and how large one is. */
export function arrangement(
  count: number,
  [w, h]: Pair,
  scale: number,
): { readonly columns: number; readonly size: Pair } {
  let best: { columns: number; size: Pair; fit: number } | undefined;
  for (let rows = 1; rows <= count; rows++) {
    const columns = Math.ceil(count / rows);
    const size: Pair = [Math.min(MARKER[0] * scale, w / columns), Math.min(MARKER[1] * scale, h / rows)];
    const fit = Math.min(size[0] / MARKER[0], size[1] / MARKER[1]);
    if (best === undefined || fit > best.fit * ANOTHER_ROW) best = { columns, size, fit };
  }
  return best ?? { columns: 1, size: [0, 0] };
}
