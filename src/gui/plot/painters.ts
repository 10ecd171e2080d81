/** Which renderer paints marks: WebGL2 on a graphics processor, Canvas2D otherwise. */
import { CanvasPainter } from './canvas2d.ts';
import type { Ground } from './furniture.ts';
import { GlPainter } from './gl/renderer.ts';
import type { Context2D, MarkPainter } from './paint.ts';
import type { Camera, Scene } from './scene.ts';
import type { Rect } from './transform.ts';

/**
 * `auto` is WebGL2 unless there is none, it is lost, or it runs on the main processor (remote desktops, virtual machines): our own raster
 * behind Canvas2D is two to five times as fast as WebGL2 in software, and smooths lines.
 */
export type RendererChoice = 'auto' | 'webgl' | 'canvas';

/** The painters that all plots of a page share: one WebGL2 context however many views there are, and the Canvas2D one behind it. */
export class Painters {
  private choice: RendererChoice;
  private readonly canvas = new CanvasPainter();
  private gl: GlPainter | undefined;
  private glTried = false;
  private readonly listeners = new Set<() => void>();

  constructor(choice: RendererChoice = 'auto') {
    this.choice = choice;
  }

  /** Chooses the renderer from the next picture on; all plots are drawn again. */
  set(choice: RendererChoice): void {
    this.choice = choice;
    this.changed();
  }

  /** Calls `listener` when pictures should be drawn again: another renderer, context lost or back. Returns what stops it. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private chosen(): GlPainter | undefined {
    if (this.choice === 'canvas') return undefined;
    const gl = this.webgl();
    return this.choice === 'auto' && gl?.device.software === true ? undefined : gl;
  }

  /** Paints with WebGL2 if it is chosen, there and able to, else with Canvas2D. Returns which one it was. */
  paint(
    context: Context2D,
    scene: Scene,
    camera: Camera,
    area: Rect,
    ratio: number,
    under?: readonly Ground[],
  ): MarkPainter['kind'] {
    const gl = this.chosen();
    if (gl?.paint(context, scene, camera, area, ratio) === true) return gl.kind;
    this.canvas.paint(context, scene, camera, area, ratio, under);
    return this.canvas.kind;
  }

  /** The WebGL2 painter, made when first wanted; undefined while there is none. */
  webgl(): GlPainter | undefined {
    if (!this.glTried) {
      this.glTried = true;
      this.gl = GlPainter.create(() => this.changed());
    }
    return this.gl;
  }

  /** Makes ready what the first picture would otherwise wait for. */
  prepare(): void {
    this.chosen()?.device.prepare();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

let shared: Painters | undefined;

function choiceOfAddress(address: string): RendererChoice {
  const wanted = new URL(address).searchParams.get('renderer');
  return wanted === 'canvas' || wanted === 'webgl' ? wanted : 'auto';
}

/** The painters of this page. The address may name one: `?renderer=canvas`, `?renderer=webgl`. */
export function sharedPainters(): Painters {
  shared ??= new Painters(choiceOfAddress(window.location.href));
  return shared;
}

/** Chooses the renderer of all plots of this page. */
export function setRenderer(choice: RendererChoice): void {
  sharedPainters().set(choice);
}
