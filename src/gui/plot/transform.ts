/**
 * The one transform, used twice: forward for every renderer, backward for the pointer and the lasso.
 *
 * data --(frame bounds to frame box)--> plot NDC --(camera)--> screen NDC --(plot area)--> pixel
 * (spec/views.md 1.3; the plot area is what the gutters leave of the canvas)
 */
import type { Box, Camera, Frame, Scene } from './scene.ts';

/** A map of each axis on its own: `x' = ax * x + bx`, `y' = ay * y + by`. */
export interface Affine {
  readonly ax: number;
  readonly bx: number;
  readonly ay: number;
  readonly by: number;
}
/** A rectangle in pixels, y down. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export type Point = readonly [number, number];

/** First `first`, then `second`. */
export function chain(first: Affine, second: Affine): Affine {
  return {
    ax: first.ax * second.ax,
    bx: first.bx * second.ax + second.bx,
    ay: first.ay * second.ay,
    by: first.by * second.ay + second.by,
  };
}

/** The map that undoes `map`. A factor of zero gives infinite coordinates. */
export function inverse(map: Affine): Affine {
  return { ax: 1 / map.ax, bx: -map.bx / map.ax, ay: 1 / map.ay, by: -map.by / map.ay };
}

export function apply(map: Affine, x: number, y: number): Point {
  return [map.ax * x + map.bx, map.ay * y + map.by];
}

/** Range of one axis; a degenerate one (narrower than 1e-8) counts as [-1, 1] (spec/views.md 1.3). */
function usable(low: number, high: number): Point {
  return Math.abs(high - low) < 1e-8 || Number.isNaN(high - low) ? [-1, 1] : [low, high];
}

/** The map that takes the rectangle `from` to the rectangle `to`; degenerate axes of `from` count as [-1, 1]. */
export function boxToBox(from: Box, to: Box): Affine {
  const [x0, x1] = usable(from[0], from[2]);
  const [y0, y1] = usable(from[1], from[3]);
  const ax = (to[2] - to[0]) / (x1 - x0);
  const ay = (to[3] - to[1]) / (y1 - y0);
  return { ax, bx: to[0] - ax * x0, ay, by: to[1] - ay * y0 };
}

/** Screen NDC = (plot NDC + pan) * zoom, on the axes that `fixed` does not hold still. */
export function cameraMap(camera: Camera, fixed?: Frame['fixed']): Affine {
  const holdX = fixed === 'x' || fixed === 'both';
  const holdY = fixed === 'y' || fixed === 'both';
  return {
    ax: holdX ? 1 : camera.zoom[0],
    bx: holdX ? 0 : camera.pan[0] * camera.zoom[0],
    ay: holdY ? 1 : camera.zoom[1],
    by: holdY ? 0 : camera.pan[1] * camera.zoom[1],
  };
}

/** Screen NDC (y up) to pixels (y down) of the plot area. */
export function areaMap(area: Rect): Affine {
  return {
    ax: area.width / 2,
    bx: area.x + area.width / 2,
    ay: -area.height / 2,
    by: area.y + area.height / 2,
  };
}

/** Plot NDC to pixels, for what belongs to no frame (gutter labels). */
export function ndcToPixel(camera: Camera, area: Rect): Affine {
  return chain(cameraMap(camera), areaMap(area));
}

/** Data units of `frame` to pixels. */
export function dataToPixel(frame: Frame, camera: Camera, area: Rect): Affine {
  return chain(boxToBox(frame.bounds, frame.box), boxToPixel(frame, camera, area));
}

/** Plot NDC to pixels as `frame` sees it: without the camera on the axes that it holds still. */
export function boxToPixel(frame: Frame, camera: Camera, area: Rect): Affine {
  return chain(cameraMap(camera, frame.fixed), areaMap(area));
}

/**
 * The plot area in device pixels, whole ones, for a canvas of `width` x `height` device pixels. Gutters are CSS px. At least one pixel
 * in each direction, however small the canvas.
 */
export function plotArea(width: number, height: number, gutters: Scene['gutters'], ratio: number): Rect {
  const x = Math.min(width - 1, Math.round(gutters.left * ratio));
  const y = Math.min(height - 1, Math.round(gutters.top * ratio));
  return {
    x: Math.max(0, x),
    y: Math.max(0, y),
    width: Math.max(1, width - x - Math.round(gutters.right * ratio)),
    height: Math.max(1, height - y - Math.round(gutters.bottom * ratio)),
  };
}

/** The common part of two rectangles; width or height 0 when they do not meet. */
export function intersect(a: Rect, b: Rect): Rect {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x),
    height: Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y),
  };
}

/** A box of plot NDC as a rectangle of whole pixels. */
export function boxRect(box: Box, map: Affine): Rect {
  const x = Math.round(map.ax * box[0] + map.bx);
  const y = Math.round(map.ay * box[3] + map.by);
  return {
    x,
    y,
    width: Math.max(0, Math.round(map.ax * box[2] + map.bx) - x),
    height: Math.max(0, Math.round(map.ay * box[1] + map.by) - y),
  };
}

/** Where the marks of a frame may paint, in whole pixels. */
export function frameClip(frame: Frame, camera: Camera, area: Rect): Rect {
  let clip = area;
  if (frame.clip) clip = intersect(clip, boxRect(frame.box, boxToPixel(frame, camera, area)));
  if (frame.window !== undefined) clip = intersect(clip, boxRect(frame.window, areaMap(area)));
  return clip;
}

/** Squared distance from a pixel to a rectangle, 0 inside. */
function squaredDistance(rect: Rect, px: number, py: number): number {
  const dx = Math.max(rect.x - px, px - rect.x - rect.width, 0);
  const dy = Math.max(rect.y - py, py - rect.y - rect.height, 0);
  return dx * dx + dy * dy;
}

export interface Hit {
  readonly frame: Frame;
  /** Data units of the frame. */
  readonly data: Point;
  /** False when the frame is only the nearest one. */
  readonly inside: boolean;
}

/** What lies under a pixel: the frame that contains it, else the nearest one (the first of several). Undefined without frames. */
export function hitFrame(scene: Scene, camera: Camera, area: Rect, px: number, py: number): Hit | undefined {
  let best: Frame | undefined;
  let least = Infinity;
  for (const frame of scene.frames) {
    if (frame.inert === true) continue;
    let rect = boxRect(frame.box, boxToPixel(frame, camera, area));
    if (frame.window !== undefined) rect = intersect(rect, boxRect(frame.window, areaMap(area)));
    const distance = squaredDistance(rect, px, py);
    if (distance < least) {
      least = distance;
      best = frame;
    }
  }
  if (best === undefined) return undefined;
  return { frame: best, data: apply(inverse(dataToPixel(best, camera, area)), px, py), inside: least === 0 };
}

/** Screen NDC of a pixel: [-1, 1] over the plot area, y up. */
export function pixelToNdc(area: Rect, px: number, py: number): Point {
  return [(2 * (px - area.x)) / area.width - 1, 1 - (2 * (py - area.y)) / area.height];
}
