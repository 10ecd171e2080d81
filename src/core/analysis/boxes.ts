/** Boxes of one common size around positions on the probe, as large as possible without overlapping (spec/views.md 1.6). */

export interface Boxes {
  /** float64 [box][x, y] in [-1, 1]. */
  readonly centers: Float64Array;
  /** Half width and half height, common to all boxes. */
  readonly halfSize: readonly [number, number];
}

/**
 * Steps 1 to 5 of views.md 1.6. The reference finds both widths by bisection to 1e-9; here they are computed: two boxes of half size
 * (w, h) overlap when |dx| < 2w and |dy| < 2h, so the limit is a minimum over pairs.
 */
export function nonOverlappingBoxes(positions: ArrayLike<number>): Boxes {
  const count = positions.length / 2;
  const centers = Float64Array.from(positions);
  if (count === 0) return { centers, halfSize: [0, 0] };
  spanUnit(centers, 0);
  spanUnit(centers, 1);
  const [xMin, xMax] = range(centers, 0, 0);
  const widest = xMax === xMin ? 1 : xMax - xMin;
  const byHeight = sortedByY(centers);
  const both = 0.9 * widthLimit(byHeight, widest);
  const height = both / 2;
  const wide = 0.9 * Math.max(both, widthLimit(byHeight, widest, 2 * height));
  const scaleX = fit(centers, 0, wide);
  const scaleY = fit(centers, 1, height);
  return { centers, halfSize: [wide * scaleX * 0.95, height * scaleY * 0.9] };
}

/** The same positions, lowest first: whoever looks for close pairs can then stop early, so that thousands of sites take no time. */
function sortedByY(positions: Float64Array): Float64Array {
  const order = Uint32Array.from({ length: positions.length / 2 }, (_, i) => i);
  order.sort((a, b) => positions[2 * a + 1] - positions[2 * b + 1]);
  const sorted = new Float64Array(positions.length);
  for (let k = 0; k < order.length; k++) {
    sorted[2 * k] = positions[2 * order[k]];
    sorted[2 * k + 1] = positions[2 * order[k] + 1];
  }
  return sorted;
}

/**
 * Half width, at most `largest`, at which the first two boxes touch: boxes half as high as wide, or where given of this height. The distance
 * in y only grows along the sorted positions, so a pair that is too far apart in y ends the search from its lower box.
 */
function widthLimit(sorted: Float64Array, largest: number, height?: number): number {
  let smallest = largest;
  for (let i = 0; i < sorted.length; i += 2) {
    for (let j = i + 2; j < sorted.length; j += 2) {
      const dy = sorted[j + 1] - sorted[i + 1];
      if (dy >= (height ?? smallest)) break;
      const half = Math.abs(sorted[j] - sorted[i]) / 2;
      const limit = height === undefined ? Math.max(half, dy) : half;
      if (limit < smallest) smallest = limit;
    }
  }
  return smallest;
}

/** Smallest and largest coordinate on an axis, each moved outwards by a margin. */
function range(centers: Float64Array, axis: 0 | 1, margin: number): [number, number] {
  let min = Infinity;
  let max = -Infinity;
  for (let i = axis; i < centers.length; i += 2) {
    min = Math.min(min, centers[i]);
    max = Math.max(max, centers[i]);
  }
  return [min - margin, max + margin];
}

/** Maps an axis to [-1, 1] in place; an axis without extent stays as it is. */
function spanUnit(centers: Float64Array, axis: 0 | 1): void {
  const [min, max] = range(centers, axis, 0);
  if (max === min) return;
  for (let i = axis; i < centers.length; i += 2) centers[i] = -1 + (2 * (centers[i] - min)) / (max - min);
}

/** Maps the extent of the boxes on an axis to [-1, 1] in place and returns the factor on sizes. */
function fit(centers: Float64Array, axis: 0 | 1, half: number): number {
  const [min, max] = range(centers, axis, half);
  const scale = max > min ? 2 / (max - min) : 1;
  const middle = (min + max) / 2;
  for (let i = axis; i < centers.length; i += 2) centers[i] = (centers[i] - middle) * scale;
  return scale;
}
