/** One picture of a scene on a 2D canvas: furniture under the marks, the marks, furniture over them. */
import type { PlotStyle } from '../colors/style.ts';
import type { Place } from './furniture.ts';
import { layoutFurniture } from './furniture.ts';
import type { Context2D } from './paint.ts';
import { textMeasure, paintItems } from './paint.ts';
import type { Painters } from './painters.ts';
import type { Camera, Scene } from './scene.ts';
import { plotArea } from './transform.ts';

/** Where the scene lies on a canvas of `width` x `height` device pixels. */
export function placeScene(scene: Scene, camera: Camera, width: number, height: number, ratio: number): Place {
  return { width, height, ratio, camera, area: plotArea(width, height, scene.gutters, ratio) };
}

/** Paints everything. The context works in device pixels and keeps no state. */
export function paintPicture(
  context: Context2D,
  scene: Scene,
  place: Place,
  style: PlotStyle,
  painters: Painters,
): void {
  const furniture = layoutFurniture(scene, place, style, textMeasure(style.fontFamily));
  paintItems(context, furniture.under, style.fontFamily);
  painters.paint(context, scene, place.camera, place.area, place.ratio, furniture.under);
  paintItems(context, furniture.over, style.fontFamily);
}
