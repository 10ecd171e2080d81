/** Outlines of the marker shapes, one source for every renderer. */
import type { Shape } from './scene.ts';
import type { Point } from './transform.ts';

/**
 * Corners in marker units: the marker spans [-1, 1] each way, x right, y down. The disc has none. Sizes are chosen so that all shapes look
 * about equally large.
 */
export const OUTLINES: { readonly [P in Shape]: readonly Point[] } = {
  disc: [],
  square: [
    [-0.82, -0.82],
    [0.82, -0.82],
    [0.82, 0.82],
    [-0.82, 0.82],
  ],
  triangle: [
    [0, -0.92],
    [0.94, 0.8],
    [-0.94, 0.8],
  ],
  diamond: [
    [0, -1],
    [1, 0],
    [0, 1],
    [-1, 0],
  ],
  pentagon: [
    [0, -1],
    [0.96, -0.3],
    [0.6, 0.86],
    [-0.6, 0.86],
    [-0.96, -0.3],
  ],
  cross: [
    [-0.34, -1],
    [0.34, -1],
    [0.34, -0.34],
    [1, -0.34],
    [1, 0.34],
    [0.34, 0.34],
    [0.34, 1],
    [-0.34, 1],
    [-0.34, 0.34],
    [-1, 0.34],
    [-1, -0.34],
    [-0.34, -0.34],
  ],
  hexagon: [
    [-0.5, -0.87],
    [0.5, -0.87],
    [1, 0],
    [0.5, 0.87],
    [-0.5, 0.87],
    [-1, 0],
  ],
  wedge: [
    [-0.94, -0.8],
    [0.94, -0.8],
    [0, 0.92],
  ],
};

/**
 * Signed distance (negative inside) from (x, y) to the edge of a shape whose marker units are scaled by `radius`; all in px. Outside corners
 * it is a lower bound, which is all that smoothing an edge needs.
 */
export function shapeDistance(shape: Shape, x: number, y: number, radius: number): number {
  if (shape === 'disc') return Math.hypot(x, y) - radius;
  if (shape === 'cross') {
    const [a, b] = [Math.abs(x), Math.abs(y)];
    return Math.min(Math.max(a - radius, b - 0.34 * radius), Math.max(a - 0.34 * radius, b - radius));
  }
  return convexDistance(OUTLINES[shape], x / radius, y / radius) * radius;
}

/** Largest distance beyond an edge of a convex outline whose corners go clockwise on screen. */
function convexDistance(outline: readonly Point[], x: number, y: number): number {
  let largest = -Infinity;
  for (const [nx, ny, offset] of edgesOf(outline)) largest = Math.max(largest, nx * x + ny * y - offset);
  return largest;
}

/** For each edge of a convex outline its outer normal and its distance from the origin: [nx, ny, offset], marker units. */
export function edgesOf(outline: readonly Point[]): (readonly [number, number, number])[] {
  return outline.map(([x0, y0], k) => {
    const [x1, y1] = outline[(k + 1) % outline.length];
    const length = Math.hypot(x1 - x0, y1 - y0);
    const nx = (y1 - y0) / length;
    const ny = -(x1 - x0) / length;
    return [nx, ny, nx * x0 + ny * y0];
  });
}
