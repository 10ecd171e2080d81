/** Points in polygons. */
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
 * Edges as [lower y, upper y, x0, dx/dy], x = x0 + dx/dy y, without horizontal ones: a point on the level of the half-open range of y is
 * left of the edge when its x is smaller. An odd number of edges on its right puts a point inside.
 */
function edgesOf(polygon: readonly (readonly [number, number])[]): Float64Array {
  const edges: number[] = [];
  for (const [i, [xb, yb]] of polygon.entries()) {
    const [xa, ya] = polygon[(i + polygon.length - 1) % polygon.length];
    if (ya === yb) continue;
    const slope = (xb - xa) / (yb - ya);
    edges.push(Math.min(ya, yb), Math.max(ya, yb), xa - slope * ya, slope);
  }
  return Float64Array.from(edges);
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
  polygonMarker(polygon)(x, y, inside, 0, x.length);
  return inside;
}

type Marker = (x: Float64Array, y: Float64Array, inside: Uint8Array, first: number, last: number) => void;

/** What `insidePolygon` does, for the points first..last-1 only: sets their `inside` to 1, leaves those outside as they are. */
export function polygonMarker(polygon: readonly (readonly [number, number])[]): Marker {
  if (polygon.length < 3) return () => undefined;
  const [xMin, yMin, xMax, yMax] = boundsOf(polygon);
  const edges = edgesOf(polygon);
  return (x, y, inside, first, last) => {
    for (let i = first; i < last; i++) {
      const u = x[i];
      const v = y[i];
      if (!(u >= xMin && u <= xMax && v >= yMin && v <= yMax)) continue;
      let odd = 0;
      for (let e = 0; e < edges.length; e += 4) {
        if (v >= edges[e] && v < edges[e + 1] && u < edges[e + 2] + edges[e + 3] * v) odd ^= 1;
      }
      if (odd === 1) inside[i] = 1;
    }
  };
}
