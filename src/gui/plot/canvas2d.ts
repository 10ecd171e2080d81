/** Marks on a 2D canvas through a software raster: for machines without a graphics processor or WebGL2, and for when it is lost. */
import { toCss } from '../colors/convert.ts';
import type { Ground } from './furniture.ts';
import { lineWidth } from './furniture.ts';
import { barRect, crispEnds, isSampled, near, segmentEnds, snapRange, visibleColumns } from './geometry.ts';
import type { Context2D, MarkPainter } from './paint.ts';
import { withClip } from './paint.ts';
import type { Stamp } from './raster.ts';
import { makeStamp, Raster } from './raster.ts';
import type {
  BarsMark,
  Camera,
  LinesMark,
  Mark,
  PointsMark,
  Scene,
  SegmentsMark,
  Shape,
  SignalsMark,
} from './scene.ts';
import type { Affine, Rect } from './transform.ts';
import { boxRect, boxToPixel, dataToPixel, frameClip } from './transform.ts';

/** Lines up to this many device pixels wide go through the raster: stroking many strips is very slow. Wider ones are rare. */
const THIN = 4;

/** Shapes and sizes of markers that are kept; a scatter of clusters by size has hundreds. */
const MOST_STAMPS = 2000;

/** Where one frame lies, device pixels. */
interface FramePlace {
  readonly map: Affine;
  readonly box: Rect;
  readonly clip: Rect;
  readonly area: Rect;
  readonly ratio: number;
}

/** Paints marks through Canvas2D and a software raster of its own. */
export class CanvasPainter implements MarkPainter {
  readonly kind = 'canvas';
  private raster = new Raster(1, 1);
  private readonly stamps = new Map<string, Stamp>();
  private buffer: OffscreenCanvas | undefined;
  /** The raster holds what is beneath the marks as well. */
  private opaque = false;

  /**
   * Paints all marks but texts over what the canvas holds. `area` and the canvas are in device pixels, `ratio` per CSS px. With `under`,
   * what the canvas holds is painted once more beneath them, so that opaque pixels are put onto the canvas without any blending.
   */
  paint(
    context: Context2D,
    scene: Scene,
    camera: Camera,
    area: Rect,
    ratio: number,
    under?: readonly Ground[],
  ): boolean {
    this.raster.resize(area.width, area.height);
    this.ground(scene, area, under);
    for (const frame of scene.frames) {
      const clip = frameClip(frame, camera, area);
      if (clip.width === 0 || clip.height === 0) continue;
      this.raster.setClip({ ...clip, x: clip.x - area.x, y: clip.y - area.y });
      const place: FramePlace = {
        map: dataToPixel(frame, camera, area),
        box: boxRect(frame.box, boxToPixel(frame, camera, area)),
        clip,
        area,
        ratio,
      };
      for (const mark of frame.marks) this.paintMark(context, mark, place);
    }
    this.flush(context, area);
    return true;
  }

  /** Begins an opaque picture with what lies beneath the marks. */
  private ground(scene: Scene, area: Rect, under: readonly Ground[] | undefined): void {
    const { raster } = this;
    this.opaque = under !== undefined && scene.background[3] === 1;
    raster.start(this.opaque ? scene.background : null);
    if (under === undefined || !this.opaque) return;
    raster.setClip({ x: 0, y: 0, width: area.width, height: area.height });
    for (const item of under) {
      raster.setColor(item.color);
      if (item.kind === 'rect') {
        const { x, y, width, height } = item.rect;
        raster.fillRect(x - area.x, y - area.y, width, height);
        continue;
      }
      const [[x0, y0], [x1, y1]] = [item.from, item.to];
      pieces(raster, [x0 - area.x, y0 - area.y, x1 - area.x, y1 - area.y], item.width, Infinity, 0, 0);
    }
  }

  private paintMark(context: Context2D, mark: Mark, { map, box, clip, area, ratio }: FramePlace): void {
    const inRaster: Affine = { ...map, bx: map.bx - area.x, by: map.by - area.y };
    switch (mark.kind) {
      case 'points':
        this.points(mark, inRaster, ratio);
        return;
      case 'bars':
        bars(this.raster, mark, inRaster);
        return;
      case 'segments':
        segments(this.raster, mark, inRaster, { ...clip, x: clip.x - area.x, y: clip.y - area.y }, ratio);
        return;
      case 'lines':
        if (mark.width * ratio <= THIN) thinLines(this.raster, mark, inRaster, mark.width * ratio);
        else this.onCanvas(context, area, clip, () => wideLines(context, mark, map, ratio));
        return;
      case 'signals':
        signals(this.raster, mark, inRaster, clip.x - area.x, clip.x - area.x + clip.width, mark.width * ratio);
        return;
      case 'image':
        this.raster.image(mark.pixels, mark.columns, mark.rows, { ...box, x: box.x - area.x, y: box.y - area.y });
        return;
      case 'text':
        return;
    }
  }

  /** What the raster does not do: the canvas draws it over what the raster held so far. */
  private onCanvas(context: Context2D, area: Rect, clip: Rect, draw: () => void): void {
    this.flush(context, area);
    withClip(context, clip, draw);
  }

  /** Brings what the raster holds onto the canvas, before anything else is painted over it. From then on the raster is transparent. */
  private flush(context: Context2D, area: Rect): void {
    const { raster } = this;
    const dirty = raster.dirty();
    if (dirty !== undefined) {
      if (this.opaque) putPixels(context, raster, area.x, area.y, dirty);
      else this.blendOnto(context, area, dirty);
    }
    this.opaque = false;
    raster.start(null);
  }

  private blendOnto(context: Context2D, area: Rect, dirty: Rect): void {
    const { raster } = this;
    raster.unpremultiply();
    this.buffer ??= new OffscreenCanvas(raster.width, raster.height);
    if (this.buffer.width < raster.width) this.buffer.width = raster.width;
    if (this.buffer.height < raster.height) this.buffer.height = raster.height;
    const buffer = this.buffer.getContext('2d', { willReadFrequently: true });
    if (buffer === null) return;
    const { x, y, width, height } = dirty;
    putPixels(buffer, raster, 0, 0, dirty);
    context.drawImage(this.buffer, x, y, width, height, area.x + x, area.y + y, width, height);
  }

  private stamp(shape: Shape, size: number): Stamp {
    const rounded = Math.max(0.25, Math.round(size * 4) / 4);
    const key = `${shape}${rounded}`;
    let stamp = this.stamps.get(key);
    if (stamp === undefined) {
      if (this.stamps.size >= MOST_STAMPS) this.stamps.clear();
      stamp = makeStamp(shape, rounded);
      this.stamps.set(key, stamp);
    }
    return stamp;
  }

  private points(mark: PointsMark, map: Affine, ratio: number): void {
    const { raster } = this;
    const shape = mark.shape ?? 'disc';
    const { x, y, sizes, colors } = mark;
    let stamp = this.stamp(shape, mark.size * ratio);
    raster.setColor(mark.color);
    for (let k = 0; k < x.length; k++) {
      if (sizes !== undefined) stamp = this.stamp(shape, sizes[k] * ratio);
      if (colors !== undefined) raster.setBytes(colors[4 * k], colors[4 * k + 1], colors[4 * k + 2], colors[4 * k + 3]);
      raster.stamp(stamp, map.ax * x[k] + map.bx, map.ay * y[k] + map.by);
    }
  }
}

/** Copies the dirty pixels; nothing of what the canvas held shines through. */
function putPixels(context: Context2D, raster: Raster, left: number, top: number, dirty: Rect): void {
  const { x, y, width, height } = dirty;
  context.putImageData(new ImageData(raster.data, raster.width, raster.height), left, top, x, y, width, height);
}

function setStripColor(raster: Raster, colors: Uint8Array, strip: number, share: number): void {
  raster.setBytes(colors[4 * strip], colors[4 * strip + 1], colors[4 * strip + 2], colors[4 * strip + 3] * share);
}

/** A vertex that is not a number breaks the line. Thinner than a pixel is fainter instead. */
function thinLines(raster: Raster, mark: LinesMark, map: Affine, width: number): void {
  const drawn = Math.max(1, width);
  const share = Math.min(1, width);
  const { x, y, starts, stripColors } = mark;
  raster.setColor([mark.color[0], mark.color[1], mark.color[2], mark.color[3] * share]);
  for (let strip = 0; strip + 1 < starts.length; strip++) {
    if (stripColors !== undefined) setStripColor(raster, stripColors, strip, share);
    const end = starts[strip + 1];
    let px = NaN;
    let py = NaN;
    for (let k = starts[strip]; k < end; k++) {
      const nx = map.ax * x[k] + map.bx;
      const ny = map.ay * y[k] + map.by;
      if (px === px && py === py && nx === nx && ny === ny) raster.segment(px, py, nx, ny, drawn);
      px = nx;
      py = ny;
    }
  }
}

/** Each strip is a path of its own, so that strips add up where they cross. */
function wideLines(context: Context2D, mark: LinesMark, map: Affine, ratio: number): void {
  const { x, y, starts, stripColors } = mark;
  context.lineWidth = mark.width * ratio;
  context.lineJoin = 'round';
  context.lineCap = 'butt';
  context.strokeStyle = toCss(mark.color);
  for (let strip = 0; strip + 1 < starts.length; strip++) {
    if (stripColors !== undefined) {
      const at = (k: number) => stripColors[4 * strip + k] / 255;
      context.strokeStyle = toCss([at(0), at(1), at(2), at(3)]);
    }
    context.beginPath();
    let down = false;
    for (let k = starts[strip]; k < starts[strip + 1]; k++) {
      const px = near(map.ax * x[k] + map.bx);
      const py = near(map.ay * y[k] + map.by);
      if (Number.isNaN(px + py)) down = false;
      else if (down) context.lineTo(px, py);
      else {
        context.moveTo(px, py);
        down = true;
      }
    }
    context.stroke();
  }
}

/** Marks of one colour in the raster; `map` and `clip` are in its pixels. */
function segments(raster: Raster, mark: SegmentsMark, map: Affine, clip: Rect, ratio: number): void {
  const width = lineWidth(mark.width, ratio);
  const [on, off] = (mark.dash ?? [0, 0]).map((length) => length * ratio);
  const dashed = on > 0 && off > 0;
  for (let k = 0; 4 * k + 3 < mark.ends.length; k++) {
    const ends = segmentEnds(mark, k, map, clip);
    if (ends === undefined) continue;
    const crispOnes = crispEnds(ends, width).map(near);
    raster.setColor(mark.color);
    pieces(raster, crispOnes, width, dashed ? on : Infinity, off, 0);
    if (!dashed || mark.gapColor === undefined) continue;
    raster.setColor(mark.gapColor);
    pieces(raster, crispOnes, width, off, on, on);
  }
}

/** Pieces of length `on` with gaps of length `off`, from `first` on. Upright and level ones are rectangles on whole pixels. */
function pieces(raster: Raster, ends: readonly number[], width: number, on: number, off: number, first: number): void {
  const [x0, y0, x1, y1] = ends;
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length === 0) return;
  const [dx, dy] = [(x1 - x0) / length, (y1 - y0) / length];
  for (let from = first; from < length; from += on + off) {
    const to = Math.min(from + on, length);
    const [ax, ay, bx, by] = [x0 + dx * from, y0 + dy * from, x0 + dx * to, y0 + dy * to];
    if (dy === 0) raster.fillRect(Math.min(ax, bx), ay - width / 2, Math.abs(bx - ax), width);
    else if (dx === 0) raster.fillRect(ax - width / 2, Math.min(ay, by), width, Math.abs(by - ay));
    else raster.segment(ax, ay, bx, by, width);
  }
}

function bars(raster: Raster, mark: BarsMark, map: Affine): void {
  raster.setColor(mark.color);
  for (let k = 0; k < mark.x0.length; k++) {
    const { x, y, width, height } = barRect(mark, k, map);
    raster.fillRect(x, y, width, height);
  }
}

/** So many columns are painted of all rows before the next ones, so that values are still at hand when the next row wants its own beside them. */
const BLOCK_COLUMNS = 64;

/** Row by row; only what lies between two pixels. A line thinner than a pixel is fainter instead. */
function signals(raster: Raster, mark: SignalsMark, map: Affine, left: number, right: number, width: number): void {
  const [from, to] = visibleColumns(mark, map, left, right);
  if (to <= from) return;
  const start = map.ax * mark.x0 + map.bx;
  const step = map.ax * mark.dx;
  const drawn = Math.max(1, width);
  // More samples than pixels: upright strokes look like the lines, and take less time.
  if (isSampled(mark) && step >= 1) {
    eachRow(raster, mark, map, width, (row, scale, shift) => {
      joinSamples(raster, mark, { row, scale, shift, from, to }, start, step, drawn);
    });
    return;
  }
  for (let first = from; first < to; first += BLOCK_COLUMNS) {
    const columns = pixelColumns(start, step, first, Math.min(to, first + BLOCK_COLUMNS));
    eachRow(raster, mark, map, width, (row, scale, shift) => {
      spansOf(mark, columns, { row, scale, shift, from: first, to: first + columns.slots.length }, drawn / 2);
      raster.uprights(columns.edges, columns.ends);
    });
  }
}

/** Calls `paint` with each row, the colour of which is then set, and where its values lie. */
function eachRow(
  raster: Raster,
  { values, rows, gain }: SignalsMark,
  map: Affine,
  width: number,
  paint: (row: number, scale: number, shift: number) => void,
): void {
  const { colors, base } = rows;
  const share = Math.min(1, width);
  for (let row = 0; row < values.rows; row++) {
    const at = 4 * row;
    raster.setBytes(colors[at], colors[at + 1], colors[at + 2], colors[at + 3] * share);
    paint(row, map.ay * gain, map.ay * base[row] + map.by);
  }
}

/** One signal in pixels: value v lies at scale * v + shift. */
interface RowPlace {
  readonly row: number;
  readonly scale: number;
  readonly shift: number;
  readonly from: number;
  readonly to: number;
}

/** Columns of signals in pixels. Those that are narrower than a pixel and lie in the same one are painted as one. */
interface PixelColumns {
  /** Which of the strokes each column is part of. */
  readonly slots: Int32Array;
  /** First pixel of each stroke and the one after its last. */
  readonly edges: Int32Array;
  /** Upper and lower end of each stroke, filled in for one row after the other. */
  readonly ends: Float64Array;
}

function pixelColumns(start: number, step: number, from: number, to: number): PixelColumns {
  const slots = new Int32Array(to - from);
  const edges: number[] = [];
  for (let k = from; k < to; k++) {
    const [left, right] = snapRange(start + step * k, start + step * (k + 1));
    const last = edges.length - 2;
    if (last < 0 || edges[last] !== left || edges[last + 1] !== right) edges.push(left, right);
    slots[k - from] = edges.length / 2 - 1;
  }
  return { slots, edges: Int32Array.from(edges), ends: new Float64Array(edges.length) };
}

function joinSamples(
  raster: Raster,
  { values }: SignalsMark,
  { row, scale, shift, from, to }: RowPlace,
  start: number,
  step: number,
  width: number,
): void {
  const { lower, rows } = values;
  let before = scale * lower[from * rows + row] + shift;
  for (let k = from + 1; k < to; k++) {
    const y = scale * lower[k * rows + row] + shift;
    if (before === before && y === y) raster.segment(start + step * (k - 1), before, start + step * k, y, width);
    before = y;
  }
}

/** The strokes of one row: from the smallest to the largest value of each, and on to its neighbour on the left where they would not touch. */
function spansOf(
  { values, from: firstOfAll }: SignalsMark,
  { slots, ends }: PixelColumns,
  { row, scale, shift, from, to }: RowPlace,
  half: number,
): void {
  const { lower, upper, rows } = values;
  const hasNeighbour = from > firstOfAll;
  let lowBefore = hasNeighbour ? lower[(from - 1) * rows + row] : NaN;
  let highBefore = hasNeighbour ? upper[(from - 1) * rows + row] : NaN;
  let slot = -1;
  for (let k = from, at = from * rows + row; k < to; k++, at += rows) {
    const low = lower[at];
    const high = upper[at];
    // Comparing with what is not a number changes nothing.
    const bottom = scale * (highBefore < low ? highBefore : low) + shift + half;
    const top = scale * (lowBefore > high ? lowBefore : high) + shift - half;
    lowBefore = low;
    highBefore = high;
    const to = 2 * slots[k - from];
    if (to !== slot) {
      slot = to;
      ends[to] = Infinity;
      ends[to + 1] = -Infinity;
    }
    if (top < ends[to]) ends[to] = top;
    if (bottom > ends[to + 1]) ends[to + 1] = bottom;
  }
}
