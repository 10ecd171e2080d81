/** Bounding box of a polygon: [xMin, yMin, xMax, yMax]. */
function boundsOf(polygon: readonly (readonly [number, number])[]): [number, number, number, number] {
  const bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of polygon) {
    bounds[0] = Math.min(bounds[0], x);
    bounds[1] = Math.min(bounds[1], y);
    bounds[2] = Math.max(bounds[2], x);
    bounds[3] = Math.max(bounds[3], y);
  }
  return bounds;
}

/**
 * For each point 1 when it lies inside the closed polygon by the even-odd rule, in double precision, else 0; a point without a coordinate
 * (NaN) is outside. A point exactly on an edge may fall on either side, always the same (spec/commands.md 3). Fewer than three
 * vertices enclose nothing.
 */
export function insidePolygon(
  x: Float64Array,
  y: Float64Array,
  polygon: readonly (readonly [number, number])[],
): Uint8Array {
  const inside = new Uint8Array(x.length);
  const count = polygon.length;
  if (count < 3) return inside;
  const [xMin, yMin, xMax, yMax] = boundsOf(polygon);
  const px = Float64Array.from(polygon, (vertex) => vertex[0]);
  const py = Float64Array.from(polygon, (vertex) => vertex[1]);
  for (let i = 0; i < x.length; i++) {
    const u = x[i];
    const v = y[i];
    if (!(u >= xMin && u <= xMax && v >= yMin && v <= yMax)) continue;
    let odd = 0;
    for (let a = 0, b = count - 1; a < count; b = a++) {
      const ya = py[a];
      const yb = py[b];
      if (ya > v !== yb > v && u < ((px[b] - px[a]) * (v - ya)) / (yb - ya) + px[a]) odd ^= 1;
    }
    inside[i] = odd;
  }
  return inside;
}
