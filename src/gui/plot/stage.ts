/**
 * One plot on screen, without React: owns the canvas, its size and device ratio, the camera. A new scene is drawn at once, so that views
 * whose answers come one after the other do not all draw in one long frame; anything else that changed is drawn on the next animation frame. The canvas is disposable: it is made anew whenever the element came into another document, because a 2D canvas is dead
 * once the window it was in has closed.
 */
import type { PlotStyle } from '../colors/style.ts';
import { readPlotStyle, watchStyle } from '../colors/style.ts';
import { watchDocument } from './adopted.ts';
import type { Axes, Limits } from './camera.ts';
import { cameraOfKey, constrain, HOME, panBy, sameCamera, zoomByDrag, zoomByWheel } from './camera.ts';
import type { Place } from './furniture.ts';
import type { Button, GestureTarget, Modifiers, WheelModifiers } from './gestures.ts';
import { listenToGestures } from './gestures.ts';
import type { Lasso } from './lasso.ts';
import { lassoPixels, lassoVertex } from './lasso.ts';
import { drawOverlay } from './overlay.ts';
import { textMeasure } from './paint.ts';
import { sharedPainters } from './painters.ts';
import { paintPicture, placeScene } from './picture.ts';
import type { Box, Camera, Scene } from './scene.ts';
import { writeSvg } from './svg.ts';
import type { Point } from './transform.ts';
import { apply, hitFrame, inverse, ndcToPixel, pixelToNdc } from './transform.ts';

/** A place in a plot that the pointer is at. */
export interface PlotPoint {
  /** Id of the frame under the pointer, or of the nearest one. */
  readonly frame: string;
  /** Data units of that frame. */
  readonly data: Point;
  /** Plot NDC, before the camera. */
  readonly ndc: Point;
  /** CSS px from the plot's top left corner. */
  readonly position: Point;
  /** False when the pointer is beside the frame (in a gutter, between two). */
  readonly inside: boolean;
}
export interface PlotClick extends PlotPoint {
  readonly button: Button;
  readonly modifiers: Modifiers;
  /** Digit key that is held down. */
  readonly digitKey: number | null;
  /** CSS px between press and release: a short drag is a click too (spec/views.md 1.5). */
  readonly travelled: number;
}
export interface PlotWheel extends PlotPoint {
  /** Exactly these are held. */
  readonly modifiers: WheelModifiers;
  /** Whole notches; positive is up. */
  readonly notches: number;
}
/** What panning and zooming may do. */
export interface Interaction {
  readonly pan?: boolean;
  readonly zoom?: boolean;
  /** Plot NDC that the view cannot leave; (-2, -2, 2, 2) unless stated. */
  readonly constraint?: Box;
  /** Smallest and largest zoom along x and y; 1e-5 and 1e5 unless stated. */
  readonly leastZoom?: readonly [number, number];
  readonly mostZoom?: readonly [number, number];
  /** For plots over time: the wheel zooms along x alone, in the left gutter along y, and arrow keys move by a part of what is on screen. */
  readonly alongTime?: boolean;
}

export interface StageEvents {
  onClick?(event: PlotClick): void;
  onWheel?(event: PlotWheel): void;
  onHover?(event: PlotPoint | null): void;
  onLassoPoint?(event: { readonly frame: string; readonly data: Point }): void;
  onLassoClear?(): void;
  onCamera?(camera: Camera): void;
  /** Where a plot begins that has shown nothing yet; the home of its first scene unless there is this. */
  startCamera?(): Camera;
  /** After the frame that shows a new scene. */
  onPainted?(): void;
  /** Plot area in CSS px, when it changed. */
  onResize?(size: { readonly width: number; readonly height: number }): void;
}

/** A plot smaller than this (CSS px) is not drawn (spec/views.md 1.1). */
const LEAST_SIZE = 10;

/** The exact size in device pixels when the browser tells it and it agrees with the ratio (an emulated ratio is not told). */
function devicePixels(computed: number, exact: number | undefined): number {
  return exact !== undefined && Math.abs(exact - computed) < 1.5 ? exact : Math.round(computed);
}

/** A canvas that is given a size is blank afterwards. */
function fit(canvas: HTMLCanvasElement | OffscreenCanvas, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

export class Stage implements GestureTarget {
  camera: Camera = HOME;
  /** What a double click returns to: that of the last scene. */
  private homeCamera: Camera = HOME;
  private scene: Scene | null = null;
  private style: PlotStyle;
  private lasso: Lasso | null = null;
  private interaction: Interaction = {};
  private crosshair = false;
  private pointer: Point | null = null;
  /** What was drawn when `onHover` was called last; null while the pointer is elsewhere. */
  private hovered: { readonly scene: Scene | null; readonly camera: Camera } | null = null;
  private events: StageEvents = {};

  private readonly host: HTMLElement;
  private view: Window & typeof globalThis;
  private canvas: HTMLCanvasElement;
  /** Where pictures are painted: texts on a canvas that is in a page make the browser lay out all of it, once per plot. */
  private readonly ground = new OffscreenCanvas(1, 1);
  private overlay: SVGSVGElement;
  private width = 0;
  private height = 0;
  private ratio = 1;

  private requested = 0;
  private newScene = false;
  /** Request for the frame that shows a scene drawn before it; 0 when there is none. Until then nothing more is drawn at once. */
  private awaited = 0;
  private readonly stopWatching: () => void;
  private unbind: () => void = () => undefined;

  /** Draws inside `host`, which must be positioned. */
  constructor(host: HTMLElement) {
    this.host = host;
    this.style = readPlotStyle(host);
    this.view = host.ownerDocument.defaultView ?? window;
    this.canvas = host.ownerDocument.createElement('canvas');
    this.overlay = host.ownerDocument.createElementNS('http://www.w3.org/2000/svg', 'svg');
    this.bind();
    this.stopWatching = watchDocument(host, () => this.adopt());
  }

  dispose(): void {
    this.stopWatching();
    this.unbind();
    this.view.cancelAnimationFrame(this.requested);
    this.view.cancelAnimationFrame(this.awaited);
    this.canvas.remove();
    this.overlay.remove();
  }

  setEvents(events: StageEvents): void {
    this.events = events;
  }

  /** Shows another scene with the present camera; one that still is at its home goes to the new scene's home. */
  setScene(scene: Scene | null): void {
    if (scene === this.scene) return;
    if (this.scene === null && scene !== null && this.events.startCamera !== undefined) {
      this.camera = constrain(this.events.startCamera(), this.limits());
    }
    const wasHome = sameCamera(this.camera, this.homeCamera);
    this.scene = scene;
    if (scene !== null) this.newScene = true;
    // A bare ground, as while the view is hidden, says nothing of where to be.
    if (scene !== null && scene.frames.length > 0) {
      this.homeCamera = scene.home ?? HOME;
      if (wasHome) this.moveCamera(this.homeCamera);
    }
    if (this.awaited !== 0) return this.invalidate();
    this.draw();
    this.awaited = this.view.requestAnimationFrame(() => {
      this.awaited = 0;
      if (this.requested !== 0) return;
      this.tellPainted();
      this.tellHover();
    });
  }

  setLasso(lasso: Lasso | null): void {
    this.lasso = lasso;
    this.refreshOverlay();
  }

  setInteraction(interaction: Interaction): void {
    this.interaction = interaction;
    this.moveCamera(constrain(this.camera, this.limits()));
  }

  setCrosshair(shown: boolean): void {
    this.crosshair = shown;
    this.refreshOverlay();
  }

  resetCamera(): void {
    this.moveCamera(this.homeCamera);
  }

  setCamera(camera: Camera): void {
    this.moveCamera(constrain(camera, this.limits()));
  }

  /** Asks for a redraw on the next frame; any number of calls make one. */
  invalidate(): void {
    if (this.requested !== 0) return;
    this.requested = this.view.requestAnimationFrame(() => {
      this.draw();
      this.tellPainted();
      this.tellHover();
    });
  }

  /** The picture as it is, `scale` pixels per CSS px. */
  async png(scale: number): Promise<Blob> {
    const width = Math.max(1, Math.round((this.width / this.ratio) * scale));
    const height = Math.max(1, Math.round((this.height / this.ratio) * scale));
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    if (context !== null && this.scene !== null) {
      const place = placeScene(this.scene, this.camera, width, height, scale);
      paintPicture(context, this.scene, place, this.style, sharedPainters());
    }
    return canvas.convertToBlob({ type: 'image/png' });
  }

  /** The same as vectors; empty without a scene. */
  svg(title: string): string {
    if (this.scene === null) return '';
    const [width, height] = [Math.round(this.width / this.ratio), Math.round(this.height / this.ratio)];
    const { camera, style, lasso } = this;
    const measure = textMeasure(style.fontFamily);
    return writeSvg(this.scene, { width, height, camera, style, measure, lasso, title });
  }

  // ---- document, size, ratio

  private adopt(): void {
    if (this.host.ownerDocument.defaultView === this.view && this.canvas.isConnected) return;
    this.unbind();
    this.canvas.remove();
    this.overlay.remove();
    this.view.cancelAnimationFrame(this.requested);
    this.view.cancelAnimationFrame(this.awaited);
    this.requested = this.awaited = 0;
    this.view = this.host.ownerDocument.defaultView ?? this.view;
    this.canvas = this.host.ownerDocument.createElement('canvas');
    this.overlay = this.host.ownerDocument.createElementNS('http://www.w3.org/2000/svg', 'svg');
    this.bind();
    this.invalidate();
  }

  /** Puts canvas and overlay into the host and listens to its window. */
  private bind(): void {
    const { host, view, canvas, overlay } = this;
    const fill = 'position:absolute;inset:0;width:100%;height:100%;display:block';
    canvas.style.cssText = fill;
    overlay.style.cssText = `${fill};pointer-events:none;overflow:hidden`;
    overlay.setAttribute('aria-hidden', 'true');
    host.append(canvas, overlay);
    const sizes = new view.ResizeObserver((entries) => this.resized(entries[entries.length - 1]));
    try {
      sizes.observe(host, { box: 'device-pixel-content-box' });
    } catch {
      // Safari knows only the content box; the size is then computed from the ratio.
      sizes.observe(host);
    }
    const stopStyle = watchStyle(view.document, () => this.restyle());
    const stopGestures = listenToGestures(host, view, this);
    const stopPainters = sharedPainters().listen(() => this.invalidate());
    this.unbind = () => {
      stopPainters();
      sizes.disconnect();
      stopStyle();
      stopGestures();
    };
  }

  private resized(entry: ResizeObserverEntry): void {
    if (this.host.ownerDocument.defaultView !== this.view) {
      this.adopt();
      return;
    }
    this.ratio = this.view.devicePixelRatio;
    const exact: readonly ResizeObserverSize[] | undefined = entry.devicePixelContentBoxSize;
    this.width = devicePixels(entry.contentRect.width * this.ratio, exact?.[0]?.inlineSize);
    this.height = devicePixels(entry.contentRect.height * this.ratio, exact?.[0]?.blockSize);
    if (Math.min(this.width, this.height) <= LEAST_SIZE * this.ratio) return;
    // Drawn at once: a canvas that was resized is blank, and the browser paints right after this.
    this.draw();
    this.tellPainted();
    this.tellSize();
  }

  private tellSize(): void {
    const place = this.place();
    if (place === undefined) return;
    this.events.onResize?.({ width: place.area.width / this.ratio, height: place.area.height / this.ratio });
  }

  private restyle(): void {
    const style = readPlotStyle(this.host);
    if (style === this.style) return;
    this.style = style;
    this.invalidate();
  }

  // ---- drawing

  private place(): Place | undefined {
    if (this.scene === null || Math.min(this.width, this.height) <= LEAST_SIZE * this.ratio) return undefined;
    return placeScene(this.scene, this.camera, this.width, this.height, this.ratio);
  }

  private draw(): void {
    this.view.cancelAnimationFrame(this.requested);
    this.requested = 0;
    const place = this.place();
    if (place === undefined || this.scene === null) return;
    fit(this.canvas, this.width, this.height);
    fit(this.ground, this.width, this.height);
    const context = this.canvas.getContext('2d', { alpha: false });
    const painted = this.ground.getContext('2d', { alpha: false });
    if (context === null || painted === null) return;
    paintPicture(painted, this.scene, place, this.style, sharedPainters());
    context.drawImage(this.ground, 0, 0);
    this.refreshOverlay();
  }

  /** To be called while a frame is made. */
  private tellPainted(): void {
    if (!this.newScene || this.place() === undefined) return;
    this.newScene = false;
    // A task that is queued while a frame is made runs after that frame was painted.
    this.view.setTimeout(() => this.events.onPainted?.(), 0);
  }

  private refreshOverlay(): void {
    const place = this.place();
    if (place === undefined || this.scene === null) {
      this.overlay.replaceChildren();
      return;
    }
    const css = (points: Point[]) => points.map(([x, y]): Point => [x / this.ratio, y / this.ratio]);
    const lasso = this.lasso === null ? [] : css(lassoPixels(this.lasso, this.scene, this.camera, place.area));
    const drawing = this.lasso !== null && this.events.onLassoPoint !== undefined && this.lassoHeld;
    drawOverlay(
      this.overlay,
      { lasso, live: drawing ? this.pointer : null, crosshair: this.crosshair ? this.pointer : null },
      this.style,
    );
  }

  // ---- camera

  private limits(): Limits {
    const { constraint, leastZoom, mostZoom } = this.interaction;
    return { box: constraint, leastZoom, mostZoom };
  }

  private moveCamera(camera: Camera): void {
    if (sameCamera(camera, this.camera)) return;
    this.camera = camera;
    this.invalidate();
    this.events.onCamera?.(camera);
  }

  // ---- gestures; positions in CSS px

  private lassoHeld = false;

  private ndc(at: Point): Point {
    const place = this.place();
    return place === undefined ? [0, 0] : pixelToNdc(place.area, at[0] * this.ratio, at[1] * this.ratio);
  }

  private pointAt(at: Point): PlotPoint | undefined {
    const place = this.place();
    if (place === undefined || this.scene === null) return undefined;
    const [px, py] = [at[0] * this.ratio, at[1] * this.ratio];
    const hit = hitFrame(this.scene, this.camera, place.area, px, py);
    if (hit === undefined) return undefined;
    const ndc = apply(inverse(ndcToPixel(this.camera, place.area)), px, py);
    return { frame: hit.frame.id, data: hit.data, ndc, position: at, inside: hit.inside };
  }

  pan(from: Point, to: Point): void {
    if (this.interaction.pan === false) return;
    const [x0, y0] = this.ndc(from);
    const [x1, y1] = this.ndc(to);
    this.moveCamera(panBy(this.camera, [x1 - x0, y1 - y0], this.limits()));
  }

  zoom(from: Point, to: Point, press: Point): void {
    if (this.interaction.zoom === false) return;
    const [x0, y0] = this.ndc(from);
    const [x1, y1] = this.ndc(to);
    const width = this.width / this.ratio;
    this.moveCamera(zoomByDrag(this.camera, [x1 - x0, y1 - y0], this.ndc(press), width, this.limits()));
  }

  home(): void {
    this.resetCamera();
  }

  wheelZoom(sign: number, at: Point): void {
    if (this.interaction.zoom === false) return;
    this.moveCamera(zoomByWheel(this.camera, sign, this.ndc(at), this.limits(), this.wheelAxes(at)));
  }

  private wheelAxes([x]: Point): Axes {
    if (this.interaction.alongTime !== true) return 'both';
    return x * this.ratio < (this.place()?.area.x ?? 0) ? 'y' : 'x';
  }

  click(at: Point, button: Button, modifiers: Modifiers, digitKey: number | null, travelled: number): void {
    const point = this.pointAt(at);
    if (point === undefined) return;
    if (modifiers.ctrl) this.lassoClick(at, button);
    this.events.onClick?.({ ...point, button, modifiers, digitKey, travelled });
  }

  private lassoClick(at: Point, button: Button): void {
    const place = this.place();
    if (place === undefined || this.scene === null) return;
    if (button === 'right') {
      this.events.onLassoClear?.();
      return;
    }
    if (button !== 'left') return;
    const pixel: Point = [at[0] * this.ratio, at[1] * this.ratio];
    const vertex = lassoVertex(this.lasso, this.scene, this.camera, place.area, pixel);
    if (vertex !== undefined) this.events.onLassoPoint?.(vertex);
  }

  wheel(modifiers: WheelModifiers, notches: number, at: Point): void {
    const point = this.pointAt(at);
    if (point !== undefined) this.events.onWheel?.({ ...point, modifiers, notches });
  }

  hover(at: Point | null, event: PointerEvent): void {
    this.pointer = at;
    this.lassoHeld = event.ctrlKey || event.metaKey;
    if (this.crosshair || this.lasso !== null) this.refreshOverlay();
    this.tellPlace();
  }

  private tellPlace(): void {
    const { events, pointer, scene, camera } = this;
    this.hovered = pointer === null ? null : { scene, camera };
    events.onHover?.(pointer === null ? null : (this.pointAt(pointer) ?? null));
  }

  /** Under a pointer that rests is something else when another scene was drawn or the camera moved. */
  private tellHover(): void {
    const { hovered, scene, camera } = this;
    if (hovered === null || (hovered.scene === scene && sameCamera(hovered.camera, camera))) return;
    this.tellPlace();
  }

  /** Arrows, plus, minus and R. */
  key(key: string): boolean {
    const { pan, zoom, alongTime } = this.interaction;
    if (pan === false && zoom === false) return false;
    const camera = cameraOfKey(this.camera, key, this.homeCamera, this.limits(), alongTime);
    if (camera === undefined) return false;
    this.moveCamera(camera);
    return true;
  }
}
