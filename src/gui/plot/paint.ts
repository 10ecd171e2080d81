/** Puts furniture items on a 2D canvas. */
import { toCss } from '../colors/convert.ts';
import { roughMeasure, type Ground, type Item, type MeasureText } from './furniture.ts';
import type { Camera, Scene, Shape } from './scene.ts';
import { OUTLINES } from './shapes.ts';
import type { Rect } from './transform.ts';

/** What a visible canvas and an off-screen one have in common. */
export type Context2D = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** One way to put marks on a canvas. */
export interface MarkPainter {
  readonly kind: 'webgl' | 'canvas';
  /**
   * Paints all marks but texts over what the canvas holds, which may be told as `under`. `area` and the canvas are in device pixels, `ratio`
   * per CSS px. False when it could not be done (context lost, picture too large); the canvas is then as it was.
   */
  paint(
    context: Context2D,
    scene: Scene,
    camera: Camera,
    area: Rect,
    ratio: number,
    under?: readonly Ground[],
  ): boolean;
}

/** Texts whose widths are kept for one font family: ids, channels and ticks come again and again. */
const MOST_WIDTHS = 20_000;
const measures = new Map<string, MeasureText>();

/**
 * Measures texts of a font family, the same function for all plots. On a canvas of its own, because naming a font on one that is in a page
 * makes the browser look at all styles of that page.
 */
export function textMeasure(fontFamily: string): MeasureText {
  const known = measures.get(fontFamily) ?? newMeasure(fontFamily);
  measures.set(fontFamily, known);
  return known;
}

function newMeasure(fontFamily: string): MeasureText {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  const widths = new Map<number, Map<string, number>>();
  let named = Number.NaN;
  return (text, size) => {
    const ofSize = widths.get(size) ?? new Map<string, number>();
    if (ofSize.size === 0) widths.set(size, ofSize);
    const known = ofSize.get(text);
    if (known !== undefined) return known;
    if (context === null) return roughMeasure(text, size);
    if (size !== named) context.font = `${size}px ${fontFamily}`;
    named = size;
    const { width } = context.measureText(text);
    if (ofSize.size >= MOST_WIDTHS) ofSize.clear();
    ofSize.set(text, width);
    return width;
  };
}

/** Adds the outline of a marker `size` pixels across to the present path. */
export function shapePath(context: Context2D, shape: Shape, x: number, y: number, size: number): void {
  const radius = size / 2;
  if (shape === 'disc') {
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  for (const [k, [u, v]] of OUTLINES[shape].entries()) {
    if (k === 0) context.moveTo(x + u * radius, y + v * radius);
    else context.lineTo(x + u * radius, y + v * radius);
  }
  context.closePath();
}

/** Runs `draw` with painting limited to a rectangle. */
export function withClip(context: Context2D, rect: Rect, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(rect.x, rect.y, rect.width, rect.height);
  context.clip();
  draw();
  context.restore();
}

/** In the present font. */
function paintText(context: Context2D, item: Extract<Item, { kind: 'text' }>): void {
  context.textAlign = item.align;
  context.textBaseline = 'middle';
  context.fillStyle = toCss(item.color);
  if (item.halo !== undefined) {
    context.strokeStyle = toCss(item.halo.color);
    context.lineWidth = item.halo.width;
    context.lineJoin = 'round';
    context.strokeText(item.text, item.x, item.y);
  }
  if (item.upward !== true) {
    context.fillText(item.text, item.x, item.y);
    return;
  }
  context.save();
  context.translate(item.x, item.y);
  context.rotate(-Math.PI / 2);
  context.fillText(item.text, 0, 0);
  context.restore();
}

function paintItem(context: Context2D, item: Item): void {
  switch (item.kind) {
    case 'rect':
      context.fillStyle = toCss(item.color);
      context.fillRect(item.rect.x, item.rect.y, item.rect.width, item.rect.height);
      return;
    case 'line':
      context.strokeStyle = toCss(item.color);
      context.lineWidth = item.width;
      context.beginPath();
      context.moveTo(...item.from);
      context.lineTo(...item.to);
      context.stroke();
      return;
    case 'text':
      if (item.clip === undefined) paintText(context, item);
      else withClip(context, item.clip, () => paintText(context, item));
      return;
    case 'shape':
      context.fillStyle = toCss(item.color);
      context.beginPath();
      shapePath(context, item.shape, item.x, item.y, item.size);
      context.fill();
      return;
  }
}

/** The font that a context was last given, and how it says it. */
const namedFonts = new WeakMap<Context2D, { readonly named: string; readonly said: string }>();

/** Naming a font makes the browser bring all styles of the page up to date: only where the context has another one. */
function setFont(context: Context2D, font: string): void {
  const last = namedFonts.get(context);
  if (last?.named === font && context.font === last.said) return;
  context.font = font;
  namedFonts.set(context, { named: font, said: context.font });
}

/** Paints items in order; the context works in device pixels. */
export function paintItems(context: Context2D, items: readonly Item[], fontFamily: string): void {
  context.lineCap = 'butt';
  context.setLineDash([]);
  let size = Number.NaN;
  for (const item of items) {
    if (item.kind === 'text' && item.size !== size) {
      size = item.size;
      setFont(context, `${size}px ${fontFamily}`);
    }
    paintItem(context, item);
  }
}
