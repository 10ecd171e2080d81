/** From a lasso to the spikes that leave their clusters (spec/commands.md 3, spec/users-and-rivals.md B1). */
import { PhyError } from '../base/errors.ts';
import type { ReadProgress } from '../dataset/dataset.ts';
import { sortIds } from './mergeSpikes.ts';
import { polygonMarker } from '../base/polygon.ts';

/** Coordinates of every spike of the shown clusters; NaN = the spike has none there (LassoCoordinates of engine/query.ts). */
interface Coordinates {
  readonly spikeIds: Int32Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly bounds: readonly [number, number, number, number];
}

/** Where a spike is. */
const INSIDE = 1;
const NOWHERE = 2;
/** Spikes between two calls of `progress`: a millisecond of work for a lasso of a hundred vertices. */
const SPIKES_PER_STEP = 8192;

export interface LassoCounts {
  /** Spikes inside the polygon. In the order of the coordinates, as `missing`. */
  readonly inside: Int32Array;
  /** Spikes without a coordinate, which no polygon can hold. */
  readonly missing: Int32Array;
  /** Number of spikes considered, so that `total - inside - missing` are outside. */
  readonly total: number;
  /** [spike of the coordinates]: 1 inside, 2 without a coordinate, 0 outside. */
  readonly sides: Uint8Array;
}

/** What happens to spikes without a coordinate: see MissingMode of core/actions/parse.ts. */
type MissingMode = 'cancel' | 'remainder' | 'nearest' | 'own';

/** Vertices of a polygon given in NDC ([-1, 1] in both axes) in the data units that `bounds` stand for. */
export function polygonFromNdc(
  polygon: readonly (readonly [number, number])[],
  bounds: readonly [number, number, number, number],
): readonly (readonly [number, number])[] {
  const [xMin, yMin, xMax, yMax] = bounds;
  const [x0, x1] = drawnRange(xMin, xMax);
  const [y0, y1] = drawnRange(yMin, yMax);
  return polygon.map(([x, y]) => [x0 + ((x + 1) / 2) * (x1 - x0), y0 + ((y + 1) / 2) * (y1 - y0)] as const);
}

/** An axis without extent is drawn as [-1, 1] (spec/views.md 1.3). */
function drawnRange(min: number, max: number): readonly [number, number] {
  return Math.abs(max - min) < 1e-8 ? [-1, 1] : [min, max];
}

/** Which spikes a polygon in data units holds, and which have no coordinate. The same function serves preview and split. */
export async function lassoCounts(
  coordinates: Coordinates,
  polygon: readonly (readonly [number, number])[],
  progress?: ReadProgress,
): Promise<LassoCounts> {
  const { spikeIds, x, y } = coordinates;
  const sides = new Uint8Array(x.length);
  const mark = polygonMarker(polygon);
  for (let first = 0; first < x.length; first += SPIKES_PER_STEP) {
    await progress?.();
    const last = Math.min(first + SPIKES_PER_STEP, x.length);
    mark(x, y, sides, first, last);
    markMissing(x, y, sides, first, last);
  }
  return { inside: chosen(spikeIds, sides, INSIDE), missing: chosen(spikeIds, sides, NOWHERE), total: x.length, sides };
}

function markMissing(x: Float64Array, y: Float64Array, sides: Uint8Array, first: number, last: number): void {
  for (let i = first; i < last; i++) if (Number.isNaN(x[i]) || Number.isNaN(y[i])) sides[i] = NOWHERE;
}

/** The spikes on that side. */
function chosen(spikeIds: Int32Array, sides: Uint8Array, side: number): Int32Array {
  let count = 0;
  for (let i = 0; i < sides.length; i++) if (sides[i] === side) count++;
  const ids = new Int32Array(count);
  for (let i = 0, at = 0; i < sides.length; i++) if (sides[i] === side) ids[at++] = spikeIds[i];
  return ids;
}

/**
 * The spikes inside and those that join them, ascending: what becomes the first new cluster. Throws `refused` with the counts in mode `cancel` when any spike has no coordinate.
 * `nearest` compares, along the axes on which the spike has a coordinate and in units of the view's bounds, with the centroids of the
 * spikes inside and outside; a spike with no coordinate at all, or when one side is empty, stays with the unlassoed part.
 */
export function resolveMissing(mode: MissingMode, coordinates: Coordinates, counts: LassoCounts): Int32Array {
  const { inside, missing, total } = counts;
  if (missing.length === 0 || inside.length === 0 || mode === 'remainder' || mode === 'own') return sortIds(inside);
  if (mode === 'cancel') throw missingError(missing.length, total, inside.length);
  const joining = nearerInside(coordinates, counts.sides);
  const all = new Int32Array(inside.length + joining.length);
  all.set(inside);
  all.set(joining, inside.length);
  return sortIds(all);
}

/** A whole number with thousands separated: 4,029. */
function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

function missingError(missing: number, total: number, inside: number): PhyError {
  const verb = missing === 1 ? 'has' : 'have';
  return new PhyError(
    'refused',
    `${grouped(missing)} of ${grouped(total)} spikes ${verb} no coordinate here. Choose where they go.`,
    { missing, total, inside, choices: ['remainder', 'nearest', 'own'] },
  );
}

/** Spikes without a full coordinate that are nearer to the centroid of the spikes inside than to that of those outside. */
function nearerInside({ spikeIds, x, y, bounds }: Coordinates, sides: Uint8Array): Int32Array {
  const within = centroid(x, y, (i) => sides[i] === INSIDE);
  const outside = centroid(x, y, (i) => sides[i] === 0);
  if (within === undefined || outside === undefined) return new Int32Array(0);
  const [x0, x1] = drawnRange(bounds[0], bounds[2]);
  const [y0, y1] = drawnRange(bounds[1], bounds[3]);
  const distance = (i: number, [cx, cy]: readonly [number, number]): number => {
    const dx = Number.isNaN(x[i]) ? 0 : (x[i] - cx) / (x1 - x0);
    const dy = Number.isNaN(y[i]) ? 0 : (y[i] - cy) / (y1 - y0);
    return dx * dx + dy * dy;
  };
  return spikeIds.filter((_, i) => {
    const noX = Number.isNaN(x[i]);
    const noY = Number.isNaN(y[i]);
    return noX !== noY && distance(i, within) < distance(i, outside);
  });
}

/** Mean position of the chosen points; undefined without any. */
function centroid(
  x: Float64Array,
  y: Float64Array,
  chosen: (i: number) => boolean,
): readonly [number, number] | undefined {
  let count = 0;
  let sumX = 0;
  let sumY = 0;
  for (let i = 0; i < x.length; i++) {
    if (!chosen(i)) continue;
    count++;
    sumX += x[i];
    sumY += y[i];
  }
  return count === 0 ? undefined : [sumX / count, sumY / count];
}
