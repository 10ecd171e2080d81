/**
 * What stands on screen, as rectangles, texts and outlines in CSS px: a picture of the window is made of these and of the plots' own
 * pictures. Reads the document, changes nothing. Scroll bars and decoration by pseudo-elements are left out.
 */
import type { Rect } from '../plot/transform.ts';

/** `color` is a CSS colour. */
export type PictureItem =
  | { readonly kind: 'rect'; readonly rect: Rect; readonly radius: number; readonly color: string }
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Left end, and the middle of the line. */
      readonly x: number;
      readonly y: number;
      readonly size: number;
      readonly weight: string;
      readonly family: string;
      readonly color: string;
      /** Present when only a part of it is seen. */
      readonly clip: Rect | null;
    }
  | {
      readonly kind: 'path';
      readonly d: string;
      /** Of the path's own units: its origin in CSS px, and CSS px per unit. */
      readonly x: number;
      readonly y: number;
      readonly scale: number;
      readonly fill: string | null;
      readonly stroke: string | null;
      /** In the path's own units. */
      readonly strokeWidth: number;
    }
  | { readonly kind: 'plot'; readonly rect: Rect; readonly canvas: Element };

interface Place {
  /** What the ancestors let be seen. */
  readonly clip: Rect;
  readonly opacity: number;
  /** z-index of the layer it is in. */
  readonly layer: number;
  readonly except: string;
}
type Placed = readonly [layer: number, item: PictureItem];

/** Everything below `root`, in painting order; positions are relative to its top left corner. What matches `except` is left out. */
export function readPicture(root: HTMLElement, except: string): readonly PictureItem[] {
  const whole = root.getBoundingClientRect();
  const placed: Placed[] = [];
  const add: Add = (item, layer) => placed.push([layer, item]);
  readElement(root, { clip: whole, opacity: 1, layer: 0, except }, add);
  const inOrder = placed.map((each, order) => ({ each, order }));
  inOrder.sort((a, b) => a.each[0] - b.each[0] || a.order - b.order);
  return inOrder.map(({ each: [, item] }) => moved(item, -whole.left, -whole.top));
}

type Add = (item: PictureItem, layer: number) => void;

function readElement(element: Element, outer: Place, add: Add): void {
  const view = element.ownerDocument.defaultView;
  if (view === null || element.matches(outer.except)) return;
  if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return;
  const style = view.getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const zIndex = Number.parseInt(style.zIndex, 10);
  const layer = outer.layer === 0 && Number.isFinite(zIndex) ? zIndex : outer.layer;
  const place: Place = { ...outer, opacity: outer.opacity * Number(style.opacity), layer };
  const put = (item: PictureItem | null): void => {
    if (item !== null) add(item, layer);
  };
  const seen = intersection(box, place.clip);
  if (element.tagName === 'CANVAS') return put(seen === null ? null : { kind: 'plot', rect: box, canvas: element });
  if (seen !== null) for (const item of groundOf(style, box, place)) put(item);
  if (element.tagName === 'svg') {
    if (seen !== null) for (const item of outlinesOf(element, place)) put(item);
    return;
  }
  const inner = style.overflow === 'visible' ? place : { ...place, clip: seen ?? NOTHING };
  if (isField(element)) return put(fieldText(element, style, box, inner));
  for (const child of element.childNodes) {
    if (child.nodeType === TEXT_NODE) for (const item of textsOf(child, style, inner)) put(item);
    else if ('tagName' in child && isElement(child)) readElement(child, inner, add);
  }
}

const TEXT_NODE = 3;
const NOTHING: Rect = { x: 0, y: 0, width: 0, height: 0 };
const isElement = (node: Node): node is Element => node.nodeType === 1;

function intersection(a: Rect, b: Rect): Rect | null {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)];
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

/** Its background, its borders, and edges drawn as sharp inner shadows. */
function groundOf(style: CSSStyleDeclaration, box: Rect, { clip, opacity }: Place): readonly PictureItem[] {
  const items: PictureItem[] = [];
  const put = (rect: Rect, color: string, radius = 0): void => {
    const seen = intersection(rect, clip);
    if (seen !== null && isVisible(color))
      items.push({ kind: 'rect', rect: seen, radius, color: faded(color, opacity) });
  };
  put(box, style.backgroundColor, Number.parseFloat(style.borderTopLeftRadius) || 0);
  const width = (side: string): number =>
    style.getPropertyValue(`border-${side}-style`) === 'none'
      ? 0
      : Number.parseFloat(style.getPropertyValue(`border-${side}-width`));
  const { x, y } = box;
  const [top, right, bottom, left] = ['top', 'right', 'bottom', 'left'].map(width);
  if (top > 0) put({ x, y, width: box.width, height: top }, style.borderTopColor);
  if (bottom > 0) put({ x, y: y + box.height - bottom, width: box.width, height: bottom }, style.borderBottomColor);
  if (left > 0) put({ x, y, width: left, height: box.height }, style.borderLeftColor);
  if (right > 0) put({ x: x + box.width - right, y, width: right, height: box.height }, style.borderRightColor);
  const edge = /^(.+?) (\d+)px (\d+)px 0px 0px inset$/.exec(style.boxShadow);
  if (edge !== null) {
    const [, color, fromLeft, fromTop] = edge;
    put({ x, y, width: Number(fromLeft), height: box.height }, color);
    put({ x, y, width: box.width, height: Number(fromTop) }, color);
  }
  return items;
}

const isVisible = (color: string): boolean => color !== 'transparent' && !/(,|\/) ?0\)$/.test(color);

/** A colour under the opacity of its ancestors. */
const faded = (color: string, opacity: number): string =>
  opacity >= 1 ? color : `color-mix(in srgb, ${color} ${100 * opacity}%, transparent)`;

interface Letters {
  readonly size: number;
  readonly weight: string;
  readonly family: string;
  readonly color: string;
}

const lettersOf = (style: CSSStyleDeclaration, opacity: number): Letters => ({
  size: Number.parseFloat(style.fontSize),
  weight: style.fontWeight,
  family: style.fontFamily,
  color: faded(style.color, opacity),
});

/** The lines of a text node. */
function textsOf(node: Node, style: CSSStyleDeclaration, { clip, opacity }: Place): readonly PictureItem[] {
  const text = node.textContent ?? '';
  if (text.trim() === '') return [];
  const letters = lettersOf(style, opacity);
  return linesOf(node, text).flatMap(({ line, box }): readonly PictureItem[] => {
    const seen = intersection(box, clip);
    if (seen === null) return [];
    const isCut = seen.width < box.width - 1 || seen.height < box.height - 1;
    return [{ kind: 'text', text: line, x: box.x, y: box.y + box.height / 2, clip: isCut ? seen : null, ...letters }];
  });
}

interface Line {
  readonly line: string;
  readonly box: Rect;
}

/** A text that is broken into several lines is put together again from its words, by where they stand. */
function linesOf(node: Node, text: string): readonly Line[] {
  const range = node.ownerDocument?.createRange();
  if (range === undefined) return [];
  // Blanks at the ends are collapsed here and there; what stands between them is where the browser says.
  range.setStart(node, text.length - text.trimStart().length);
  range.setEnd(node, text.trimEnd().length);
  if (range.getClientRects().length <= 1) {
    return [{ line: text.trim().replaceAll(/\s+/g, ' '), box: range.getBoundingClientRect() }];
  }
  const lines: { line: string; box: Rect }[] = [];
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const box = range.getBoundingClientRect();
    const last = lines.at(-1);
    if (last !== undefined && Math.abs(last.box.y - box.y) < 2) {
      last.line += ` ${word}`;
      last.box = { ...last.box, width: box.x + box.width - last.box.x };
    } else lines.push({ line: word, box });
  }
  return lines;
}

type Field = Element & { readonly value: string; readonly placeholder?: string };
const isField = (element: Element): element is Field =>
  (element.tagName === 'INPUT' || element.tagName === 'SELECT') && 'value' in element;

function fieldText(
  element: Field,
  style: CSSStyleDeclaration,
  box: Rect,
  { clip, opacity }: Place,
): PictureItem | null {
  const isEmpty = element.value === '';
  const text = isEmpty ? (element.placeholder ?? '') : element.value;
  const seen = intersection(box, clip);
  if (text === '' || seen === null) return null;
  const hint = isEmpty ? element.ownerDocument.defaultView?.getComputedStyle(element, '::placeholder') : undefined;
  const x = box.x + Number.parseFloat(style.borderLeftWidth) + Number.parseFloat(style.paddingLeft);
  return { kind: 'text', text, x, y: box.y + box.height / 2, clip: seen, ...lettersOf(hint ?? style, opacity) };
}

/** The shapes of an icon or a mark, in the units of its view box. */
function outlinesOf(svg: Element, { opacity }: Place): readonly PictureItem[] {
  const view = svg.ownerDocument.defaultView;
  const box = svg.getBoundingClientRect();
  const [left = 0, top = 0, width = box.width] = (svg.getAttribute('viewBox') ?? `0 0 ${box.width}`)
    .split(/[\s,]+/)
    .map(Number);
  const scale = box.width / width;
  if (view === null || !Number.isFinite(scale)) return [];
  const place = { x: box.x - left * scale, y: box.y - top * scale, scale };
  return [...svg.querySelectorAll('*')].flatMap((shape): readonly PictureItem[] => {
    const d = outlineOf(shape);
    const style = view.getComputedStyle(shape);
    if (d === null) return [];
    const strokeWidth = Number.parseFloat(style.strokeWidth);
    return [
      {
        kind: 'path',
        d,
        ...place,
        fill: inkOf(style.fill, opacity),
        stroke: inkOf(style.stroke, opacity),
        strokeWidth,
      },
    ];
  });
}

const inkOf = (color: string, opacity: number): string | null => (color === 'none' ? null : faded(color, opacity));

/** The outline of an SVG shape as path data; null for an element that has none. */
function outlineOf(shape: Element): string | null {
  const n = (name: string): number => Number(shape.getAttribute(name) ?? 0);
  switch (shape.tagName) {
    case 'path':
      return shape.getAttribute('d');
    case 'circle':
    case 'ellipse': {
      const rx = shape.tagName === 'circle' ? n('r') : n('rx');
      const ry = shape.tagName === 'circle' ? n('r') : n('ry');
      return `M${n('cx') - rx} ${n('cy')}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0z`;
    }
    case 'line':
      return `M${n('x1')} ${n('y1')}L${n('x2')} ${n('y2')}`;
    case 'rect':
      return `M${n('x')} ${n('y')}h${n('width')}v${n('height')}h${-n('width')}z`;
    case 'polyline':
    case 'polygon': {
      const points = (shape.getAttribute('points') ?? '').trim();
      return points === '' ? null : `M${points}${shape.tagName === 'polygon' ? 'z' : ''}`;
    }
    default:
      return null;
  }
}

function moved(item: PictureItem, dx: number, dy: number): PictureItem {
  const shift = (rect: Rect): Rect => ({ x: rect.x + dx, y: rect.y + dy, width: rect.width, height: rect.height });
  switch (item.kind) {
    case 'rect':
    case 'plot':
      return { ...item, rect: shift(item.rect) };
    case 'text':
      return { ...item, x: item.x + dx, y: item.y + dy, clip: item.clip === null ? null : shift(item.clip) };
    case 'path':
      return { ...item, x: item.x + dx, y: item.y + dy };
  }
}
