/**
 * Everything of a plot that is not a mark: grounds, grids, axes, ticks, gutter labels, texts. Computed once as plain items in device pixels,
 * then painted on a canvas or written as SVG. Lines of odd width lie on half pixels, so that they are crisp at every device ratio.
 */
import type { PlotStyle } from '../colors/style.ts';
import type { AxisSpec, Camera, Frame, GutterLabel, Rgba, Scene, Shape, TextMark } from './scene.ts';
import type { Tick } from './ticks.ts';
import { axisTicks, LABEL_SPACING, shortText } from './ticks.ts';
import type { Affine, Rect } from './transform.ts';
import { boxRect, boxToPixel, dataToPixel, frameClip, inverse, ndcToPixel } from './transform.ts';

export type Item =
  | { readonly kind: 'rect'; readonly rect: Rect; readonly color: Rgba }
  | {
      readonly kind: 'line';
      readonly from: readonly [number, number];
      readonly to: readonly [number, number];
      readonly width: number;
      readonly color: Rgba;
    }
  | {
      readonly kind: 'text';
      readonly x: number;
      /** Middle of the line of text. */
      readonly y: number;
      readonly text: string;
      readonly align: 'left' | 'center' | 'right';
      readonly size: number;
      readonly color: Rgba;
      /** Turned a quarter to the left about (x, y). */
      readonly upward?: boolean;
      readonly clip?: Rect;
      /** Colour and width of a margin about the letters. */
      readonly halo?: { readonly color: Rgba; readonly width: number };
    }
  | {
      readonly kind: 'shape';
      readonly shape: Shape;
      readonly x: number;
      readonly y: number;
      /** Diameter. */
      readonly size: number;
      readonly color: Rgba;
    };

/** What lies beneath marks. */
export type Ground = Extract<Item, { readonly kind: 'rect' | 'line' }>;

/** Width of a text in device pixels at a font size in device pixels. */
export type MeasureText = (text: string, size: number) => number;

/** Where a scene is shown: the whole canvas and its plot area in device pixels. */
export interface Place {
  readonly width: number;
  readonly height: number;
  readonly area: Rect;
  /** Device pixels per CSS px. */
  readonly ratio: number;
  readonly camera: Camera;
}

/** Sizes in CSS px at scale 1 (look.md 5). */
const TICK_LENGTH = 4;
const LABEL_GAP = 7;
const X_LABEL_MIDDLE = 12;
const MARKER_SIZE = 8;
const MARKER_GAP = 5;
const UNIT_GAP = 3;
const EDGE = 2;
const HALO_WIDTH = 3;

/** Whole device pixels of a line `width` CSS px wide; never less than one. */
export function lineWidth(width: number, ratio: number): number {
  return Math.max(1, Math.round(width * ratio));
}

/** Where the middle of a line `width` device pixels wide must lie so that its edges fall between pixels. */
export function crisp(position: number, width: number): number {
  return width % 2 === 1 ? Math.floor(position) + 0.5 : Math.round(position);
}

interface Context {
  readonly scene: Scene;
  readonly place: Place;
  readonly style: PlotStyle;
  readonly measure: MeasureText;
  readonly frames: ReadonlyMap<string, Frame>;
  /** CSS px at the interface scale to device pixels. */
  readonly px: (value: number) => number;
  readonly fontSize: number;
}

export interface Furniture {
  readonly under: readonly Ground[];
  readonly over: readonly Item[];
}

/** Lays out all that is painted under and over the marks. */
export function layoutFurniture(scene: Scene, place: Place, style: PlotStyle, measure: MeasureText): Furniture {
  const context: Context = {
    scene,
    place,
    style,
    measure,
    frames: new Map(scene.frames.map((frame) => [frame.id, frame])),
    px: (value) => value * place.ratio * style.scale,
    fontSize: style.tickSize * place.ratio,
  };
  const under: Ground[] = [groundItem({ x: 0, y: 0, width: place.width, height: place.height }, scene.background)];
  const over: Item[] = [];
  for (const frame of scene.frames) addFrame(context, frame, under, over);
  addAxes(context, under, over);
  addGutterLabels(context, over);
  for (const frame of scene.frames) addTexts(context, frame, over);
  return { under, over };
}

function groundItem(rect: Rect, color: Rgba): Ground {
  return { kind: 'rect', rect, color };
}

/** The part of the plot area that a frame covers, whether it cuts its marks off or not. */
function frameRect({ place }: Context, frame: Frame): Rect {
  return frameClip({ ...frame, clip: true }, place.camera, place.area);
}

function addFrame(context: Context, frame: Frame, under: Ground[], over: Item[]): void {
  if (frame.ground === undefined && frame.border === undefined) return;
  const rect = frameRect(context, frame);
  if (rect.width === 0 || rect.height === 0) return;
  if (frame.ground !== undefined) under.push(groundItem(rect, frame.ground));
  if (frame.border !== undefined) over.push(...borderItems(context, frame, rect, frame.border));
}

/** Edges of a frame just inside it; an edge that lies off screen is left out. */
function borderItems({ place }: Context, frame: Frame, visible: Rect, color: Rgba): Item[] {
  const whole = boxRect(frame.box, boxToPixel(frame, place.camera, place.area));
  const width = lineWidth(1, place.ratio);
  const inset = width / 2;
  const [left, top, right, bottom] = [visible.x, visible.y, visible.x + visible.width, visible.y + visible.height];
  const items: Item[] = [];
  const vertical = (x: number) => items.push({ kind: 'line', from: [x, top], to: [x, bottom], width, color });
  const horizontal = (y: number) =>
    items.push({ kind: 'line', from: [left + width, y], to: [right - width, y], width, color });
  if (left === whole.x) vertical(left + inset);
  if (right === whole.x + whole.width) vertical(right - inset);
  if (top === whole.y) horizontal(top + inset);
  if (bottom === whole.y + whole.height) horizontal(bottom - inset);
  return items;
}

/** One axis with its ticks in pixels along its direction. */
interface PlacedAxis {
  readonly axis: AxisSpec;
  readonly rect: Rect;
  readonly ticks: readonly (Tick & { readonly at: number })[];
}

/** Finds ticks for the visible part of the axis's frame. */
function placeAxis(context: Context, axis: AxisSpec, direction: 'x' | 'y'): PlacedAxis | undefined {
  const frame = context.frames.get(axis.frame);
  if (frame === undefined) return undefined;
  const rect = frameRect(context, frame);
  const length = direction === 'x' ? rect.width : rect.height;
  if (length === 0) return undefined;
  const map = dataToPixel(frame, context.place.camera, context.place.area);
  const back = inverse(map);
  const [a, b, first, last]: readonly number[] =
    direction === 'x'
      ? [map.ax, map.bx, back.ax * rect.x + back.bx, back.ax * (rect.x + rect.width) + back.bx]
      : [map.ay, map.by, back.ay * (rect.y + rect.height) + back.by, back.ay * rect.y + back.by];
  const k = direction === 'x' ? 0 : 1;
  const low = exactEnd(first, frame.bounds[k], a);
  const high = exactEnd(last, frame.bounds[k + 2], a);
  const wide = axisTicks(axis, low, high, length, context.px(LABEL_SPACING[direction]));
  const ticks = direction === 'y' ? inGutter(context, axis, wide) : wide;
  return { axis, rect, ticks: ticks.map((tick) => ({ ...tick, at: a * tick.value + b })) };
}

/** The ticks of a y axis, written `100k` where the gutter is too narrow for one of them in full. */
function inGutter({ place, px, measure, fontSize }: Context, axis: AxisSpec, ticks: readonly Tick[]): readonly Tick[] {
  const room = place.area.x - px(LABEL_GAP + EDGE);
  if (axis.tickLabels !== undefined || ticks.every(({ text }) => measure(text, fontSize) <= room)) return ticks;
  return ticks.map((tick) => ({ ...tick, text: shortText(tick.value / (axis.unitScale ?? 1)) }));
}

/** The end of what is visible: the frame's own end when only rounding to whole pixels keeps them apart, so that no tick there is lost. */
function exactEnd(visible: number, own: number, pixelsPerUnit: number): number {
  return Math.abs((visible - own) * pixelsPerUnit) < 1 ? own : visible;
}

function addAxes(context: Context, under: Ground[], over: Item[]): void {
  const place = (direction: 'x' | 'y') => (axis: AxisSpec) => placeAxis(context, axis, direction) ?? [];
  const xs = context.scene.xAxes.flatMap(place('x'));
  const ys = context.scene.yAxes.flatMap(place('y'));
  for (const x of xs) addXLines(context, x, under, over);
  for (const y of ys) addYLines(context, y, under, over);
  addXLabels(context, xs, over);
  addYLabels(context, ys, over);
}

function addXLines(
  { place, style, px }: Context,
  { axis, rect, ticks }: PlacedAxis,
  under: Ground[],
  over: Item[],
): void {
  const width = lineWidth(1, place.ratio);
  const edge = place.area.y + place.area.height;
  const y = edge + width / 2;
  over.push({ kind: 'line', from: [rect.x, y], to: [rect.x + rect.width, y], width, color: style.axis });
  for (const { at } of ticks) {
    const x = crisp(Math.min(at, rect.x + rect.width - width), width);
    if (axis.grid) {
      under.push({ kind: 'line', from: [x, rect.y], to: [x, rect.y + rect.height], width, color: style.grid });
    }
    over.push({ kind: 'line', from: [x, edge], to: [x, edge + Math.round(px(TICK_LENGTH))], width, color: style.axis });
  }
}

function addYLines(
  { place, style, px }: Context,
  { axis, rect, ticks }: PlacedAxis,
  under: Ground[],
  over: Item[],
): void {
  const width = lineWidth(1, place.ratio);
  const edge = place.area.x;
  const x = edge - width / 2;
  over.push({ kind: 'line', from: [x, rect.y], to: [x, rect.y + rect.height], width, color: style.axis });
  for (const { at } of ticks) {
    const y = crisp(Math.min(at, rect.y + rect.height - width), width);
    if (axis.grid) {
      under.push({ kind: 'line', from: [rect.x, y], to: [rect.x + rect.width, y], width, color: style.grid });
    }
    over.push({ kind: 'line', from: [edge - Math.round(px(TICK_LENGTH)), y], to: [edge, y], width, color: style.axis });
  }
}

/** Labels under the ticks, from left to right; one that would touch the one before is left out. */
function addXLabels(context: Context, axes: readonly PlacedAxis[], over: Item[]): void {
  const { place, style, px, measure, fontSize } = context;
  const y = place.area.y + place.area.height + px(X_LABEL_MIDDLE);
  const end = place.width - px(EDGE);
  let taken = -Infinity;
  for (const { axis, rect, ticks } of axes) {
    let firstLeft = rect.x + rect.width;
    for (const [k, tick] of ticks.entries()) {
      const unit = k === ticks.length - 1 ? (axis.unit ?? '') : '';
      const width = measure(tick.text, fontSize);
      const unitWidth = unit === '' ? 0 : measure(unit, fontSize) + px(UNIT_GAP);
      const left = Math.max(px(EDGE), Math.min(tick.at - width / 2, end - width - unitWidth));
      if (tick.text === '' || left < taken + px(4)) continue;
      firstLeft = Math.min(firstLeft, left);
      taken = left + width + unitWidth;
      over.push({ kind: 'text', x: left, y, text: tick.text, align: 'left', size: fontSize, color: style.tick });
      if (unit === '') continue;
      over.push({
        kind: 'text',
        x: left + width + px(UNIT_GAP),
        y,
        text: unit,
        align: 'left',
        size: fontSize,
        color: style.faint,
      });
    }
    addXTitle(context, axis, rect, ticks.length > 0 ? firstLeft : undefined, over);
  }
}

/** Bottom gutters from this on have a row for the title below the labels, CSS px at scale 1. */
const X_TITLE_GUTTER = 32;
const X_TITLE_MIDDLE = 27;

/**
 * A title stands in the middle of a row of its own where the gutter has one; else left of the first label where there is room, or at the
 * end of an axis without labels.
 */
function addXTitle(context: Context, axis: AxisSpec, rect: Rect, firstLeft: number | undefined, over: Item[]): void {
  const { scene, place, style, px, measure, fontSize } = context;
  if (axis.title === undefined) return;
  const width = markerRoom(context, axis) + measure(axis.title, fontSize);
  const hasRow = scene.gutters.bottom * place.ratio >= px(X_TITLE_GUTTER);
  const beside =
    firstLeft === undefined
      ? Math.min(rect.x + rect.width, place.width - px(EDGE))
      : Math.min(place.area.x - px(LABEL_GAP), firstLeft - px(6));
  const x = hasRow ? rect.x + (rect.width + width) / 2 : beside;
  if (x - width < px(EDGE)) return;
  const y = place.area.y + place.area.height + px(hasRow ? X_TITLE_MIDDLE : X_LABEL_MIDDLE);
  const color = titleColor(axis, style);
  over.push({ kind: 'text', x, y, text: axis.title, align: 'right', size: fontSize, color });
  addTitleMarker(context, axis, x - width + px(MARKER_SIZE / 2), y, over);
}

/** A title that names a cluster is as bright as an id. */
const titleColor = ({ titleMarker }: AxisSpec, style: PlotStyle): Rgba =>
  titleMarker === undefined ? style.faint : style.text;

function markerRoom({ px }: Context, { titleMarker }: AxisSpec): number {
  return titleMarker === undefined ? 0 : px(MARKER_SIZE + MARKER_GAP);
}

function addTitleMarker({ px }: Context, { titleMarker }: AxisSpec, x: number, y: number, over: Item[]): void {
  if (titleMarker !== undefined) over.push({ kind: 'shape', ...titleMarker, x, y, size: px(MARKER_SIZE) });
}

/** Labels left of the ticks, right-aligned, from top to bottom; one that would touch the one above is left out. */
function addYLabels(context: Context, axes: readonly PlacedAxis[], over: Item[]): void {
  const { place, px, fontSize } = context;
  const right = place.area.x - px(LABEL_GAP);
  const labels = axes.flatMap(({ axis, ticks }) => withUnit(context, axis, ticks));
  labels.sort((a, b) => a.y - b.y);
  let taken = -Infinity;
  for (const { y, text, color } of labels) {
    const middle = Math.max(fontSize / 2, Math.min(y, place.height - fontSize / 2));
    if (middle - fontSize / 2 < taken) continue;
    taken = middle + fontSize / 2;
    over.push({ kind: 'text', x: right, y: middle, text, align: 'right', size: fontSize, color });
  }
  for (const axis of axes) addYTitle(context, axis, over);
}

interface YLabel {
  readonly y: number;
  readonly text: string;
  readonly color: Rgba;
}

/** The unit follows the topmost number, on the same line when the gutter is wide enough, else on a line of its own under it. */
function withUnit(
  { place, style, px, measure, fontSize }: Context,
  axis: AxisSpec,
  ticks: PlacedAxis['ticks'],
): YLabel[] {
  const labels: YLabel[] = ticks.map((tick) => ({ y: tick.at, text: tick.text, color: style.tick }));
  const top = labels.reduce<YLabel | undefined>((best, label) => (best && best.y <= label.y ? best : label), undefined);
  if (axis.unit === undefined || axis.unit === '' || top === undefined) return labels;
  const joined = `${top.text} ${axis.unit}`;
  const titleRoom = axis.title === undefined ? 0 : fontSize + px(EDGE);
  const fits = measure(joined, fontSize) <= place.area.x - px(LABEL_GAP + EDGE) - titleRoom;
  if (fits) return labels.map((label) => (label === top ? { ...label, text: joined } : label));
  const y = top.y + fontSize * 1.15;
  return [...labels, { y, text: axis.unit, color: style.faint }];
}

/** A title of a y axis is written upwards along the edge of the canvas, where the numbers leave room; its marker stands below. */
function addYTitle(context: Context, { axis, rect, ticks }: PlacedAxis, over: Item[]): void {
  const { place, style, px, measure, fontSize } = context;
  if (axis.title === undefined) return;
  const numbers = Math.max(0, ...withUnit(context, axis, ticks).map(({ text }) => measure(text, fontSize)));
  const room = place.area.x - px(LABEL_GAP) - numbers;
  const width = measure(axis.title, fontSize);
  const marker = markerRoom(context, axis);
  if (room < fontSize + px(2 * EDGE) || width + marker > rect.height) return;
  const x = px(EDGE) + fontSize / 2;
  const middle = rect.y + rect.height / 2;
  const y = middle - marker / 2;
  const color = titleColor(axis, style);
  over.push({ kind: 'text', x, y, text: axis.title, align: 'center', size: fontSize, color, upward: true });
  addTitleMarker(context, axis, x, middle + (width + marker) / 2 - px(MARKER_SIZE / 2), over);
}

/** Labels of one edge, in order along it; one that would touch the one before is left out. */
function addGutterLabels(context: Context, over: Item[]): void {
  for (const edge of ['left', 'right', 'bottom', 'top'] as const) {
    const labels = context.scene.labels.filter((label) => label.edge === edge);
    if (edge === 'left' || edge === 'right') addSideLabels(context, labels, edge, over);
    else addRowLabels(context, labels, edge, over);
  }
}

function alongEdge({ place }: Context, label: GutterLabel): number | undefined {
  const map: Affine = ndcToPixel(place.camera, place.area);
  const { area } = place;
  const vertical = label.edge === 'left' || label.edge === 'right';
  const at = vertical ? map.ay * label.at + map.by : map.ax * label.at + map.bx;
  const [low, high] = vertical ? [area.y, area.y + area.height] : [area.x, area.x + area.width];
  return at >= low && at <= high ? at : undefined;
}

interface PlacedLabel {
  readonly label: GutterLabel;
  readonly at: number;
}
function placedLabels(context: Context, labels: readonly GutterLabel[]): PlacedLabel[] {
  const placed = labels.flatMap((label) => {
    const at = alongEdge(context, label);
    return at === undefined ? [] : [{ label, at }];
  });
  return placed.sort((a, b) => a.at - b.at);
}

/** Part of an edge that a label takes, pixels. */
type Span = readonly [number, number];

/** The labels that do not touch each other: those marked `first`, then from the beginning of the edge on whichever has room. */
function thinned(labels: readonly PlacedLabel[], spanOf: (label: PlacedLabel) => Span, gap: number): PlacedLabel[] {
  const first = greedy(
    labels.filter(({ label }) => label.first === true),
    spanOf,
    gap,
    [],
  );
  return greedy(labels, spanOf, gap, first);
}

/** `kept` are taken anyway, in order; the others where neither the last one taken nor the next one kept is in their way. */
function greedy(
  labels: readonly PlacedLabel[],
  spanOf: (label: PlacedLabel) => Span,
  gap: number,
  kept: readonly PlacedLabel[],
): PlacedLabel[] {
  let next = 0;
  let taken = -Infinity;
  return labels.filter((label) => {
    const [low, high] = spanOf(label);
    const isKept = label === kept[next];
    if (isKept) next++;
    else if (low < taken || (next < kept.length && high + gap > spanOf(kept[next])[0])) return false;
    taken = high + gap;
    return true;
  });
}

function addSideLabels(context: Context, labels: readonly GutterLabel[], edge: 'left' | 'right', over: Item[]): void {
  const { place, px, measure, fontSize } = context;
  const placed = thinned(placedLabels(context, labels), ({ at }) => [at - fontSize / 2, at + fontSize / 2], px(1));
  const widest = Math.max(0, ...placed.map(({ label }) => measure(label.text, fontSize)));
  for (const { label, at } of placed) {
    const { text, color, marker } = label;
    const rightEdge = place.area.x + place.area.width;
    const markerRoom = marker === undefined ? 0 : px(MARKER_SIZE + MARKER_GAP);
    const x = edge === 'left' ? place.area.x - px(LABEL_GAP) : rightEdge + px(LABEL_GAP) + markerRoom;
    const align = edge === 'left' ? 'right' : 'left';
    over.push({ kind: 'text', x, y: at, text, align, size: fontSize, color });
    if (marker === undefined) continue;
    const column =
      edge === 'left' ? x - widest - px(MARKER_GAP + MARKER_SIZE / 2) : x - px(MARKER_GAP + MARKER_SIZE / 2);
    over.push({ kind: 'shape', shape: marker.shape, x: column, y: at, size: px(MARKER_SIZE), color: marker.color });
  }
}

/** Middle of the row of labels: under the tick labels when there are any. */
function labelRow({ scene, place, px }: Context, edge: 'bottom' | 'top'): number {
  if (edge === 'top') return place.area.y / 2;
  const gutter = scene.gutters.bottom * place.ratio;
  const hasTicks = scene.xAxes.some((axis) => axis.ticks === undefined || axis.ticks.length > 0);
  return place.area.y + place.area.height + (hasTicks ? (gutter + px(18)) / 2 : gutter / 2 + px(1));
}

function addRowLabels(context: Context, labels: readonly GutterLabel[], edge: 'bottom' | 'top', over: Item[]): void {
  const { place, px, measure, fontSize } = context;
  const y = labelRow(context, edge);
  const markerRoomOf = ({ marker }: GutterLabel): number => (marker === undefined ? 0 : px(MARKER_SIZE + MARKER_GAP));
  const spanOf = ({ label, at }: PlacedLabel): Span => {
    const width = markerRoomOf(label) + measure(label.text, fontSize);
    const left = Math.max(px(EDGE), Math.min(at - width / 2, place.width - px(EDGE) - width));
    return [left, left + width];
  };
  for (const placed of thinned(placedLabels(context, labels), spanOf, px(4))) {
    const { text, color, marker } = placed.label;
    const [left] = spanOf(placed);
    const markerRoom = markerRoomOf(placed.label);
    over.push({ kind: 'text', x: left + markerRoom, y, text, align: 'left', size: fontSize, color });
    if (marker === undefined) continue;
    const x = left + px(MARKER_SIZE / 2);
    over.push({ kind: 'shape', shape: marker.shape, x, y, size: px(MARKER_SIZE), color: marker.color });
  }
}

function addTexts(context: Context, frame: Frame, over: Item[]): void {
  const { place } = context;
  for (const mark of frame.marks) {
    if (mark.kind === 'text') addText(context, mark, dataToPixel(frame, place.camera, place.area), over);
  }
}

/** Texts of one mark. A text whose position lies outside the plot area is left out. */
function addText({ place, measure }: Context, mark: TextMark, map: Affine, over: Item[]): void {
  const { area, ratio } = place;
  const size = mark.size * ratio;
  const [dx, dy] = mark.offset ?? [0, 0];
  const halo = mark.halo === undefined ? undefined : { color: mark.halo, width: HALO_WIDTH * ratio };
  for (const [k, text] of mark.text.entries()) {
    const x = map.ax * mark.x[k] + map.bx;
    const y = map.ay * mark.y[k] + map.by;
    const slack = 1;
    const inside =
      x >= area.x - slack &&
      x <= area.x + area.width + slack &&
      y >= area.y - slack &&
      y <= area.y + area.height + slack;
    if (!inside) continue;
    const left = x - (measure(text, size) * (mark.anchor[0] + 1)) / 2 + dx * ratio;
    const middle = y + (size / 2) * mark.anchor[1] + dy * ratio;
    over.push({ kind: 'text', x: left, y: middle, text, align: 'left', size, color: mark.color, clip: area, halo });
  }
}

/** A rough text width for places without a canvas: half the size per character. */
export const roughMeasure: MeasureText = (text, size) => text.length * size * 0.55;
