/** The lasso of spec/views.md 1.8: its vertices are in data units of one frame, so it follows the camera and survives a change of size. */
import type { Camera, Scene } from './scene.ts';
import type { Hit, Point, Rect } from './transform.ts';
import { apply, dataToPixel, hitFrame, inverse } from './transform.ts';

export interface Lasso {
  /** Id of the frame that the first vertex fixed. */
  readonly frame: string;
  readonly polygon: readonly Point[];
}

/** Vertices in device pixels; empty when the frame is not part of the scene. */
export function lassoPixels(lasso: Lasso, scene: Scene, camera: Camera, area: Rect): Point[] {
  const frame = scene.frames.find(({ id }) => id === lasso.frame);
  if (frame === undefined) return [];
  const map = dataToPixel(frame, camera, area);
  return lasso.polygon.map(([x, y]) => apply(map, x, y));
}

/**
 * The vertex that a click at a pixel adds: frame and data units. The first one belongs to the frame under the pointer or the nearest one;
 * later ones to the frame of the lasso, undefined (nothing is added) inside another frame.
 */
export function lassoVertex(
  lasso: Lasso | null,
  scene: Scene,
  camera: Camera,
  area: Rect,
  pixel: Point,
): { readonly frame: string; readonly data: Point } | undefined {
  const hit: Hit | undefined = hitFrame(scene, camera, area, pixel[0], pixel[1]);
  if (hit === undefined) return undefined;
  const begun = lasso === null || lasso.polygon.length === 0 ? undefined : lasso.frame;
  if (begun === undefined || begun === hit.frame.id) return { frame: hit.frame.id, data: hit.data };
  const own = scene.frames.find(({ id }) => id === begun);
  if (hit.inside || own === undefined) return undefined;
  return { frame: begun, data: apply(inverse(dataToPixel(own, camera, area)), pixel[0], pixel[1]) };
}
