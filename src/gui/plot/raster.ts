/**
 * A small software rasteriser for what Canvas2D is slow at: very many points and thin lines, each blended on its own. Works on plain memory,
 * so it also runs without a browser.
 */
import type { Rgba, Shape } from './scene.ts';
import { shapeDistance } from './shapes.ts';
import type { Rect } from './transform.ts';

/** Positions of a marker within a pixel that get a mask of their own, each way. */
const PHASES = 4;

/** Two 8-bit channels in a 32-bit number, and a half in each for rounding. */
const LANES = 0x00ff00ff;
const HALVES = 0x00800080;

/** Pixels of the plot area, premultiplied RGBA bytes, transparent at first. Coordinates are pixels of this raster, y down. */
export class Raster {
  width = 0;
  height = 0;
  data: Uint8ClampedArray<ArrayBuffer> = new Uint8ClampedArray(0);
  /** The same memory, one number per pixel. */
  private pixels = new Uint32Array(0);
  /** The clips that something was painted in since the start: everything else is as it was then. */
  private dirtyLeft = Infinity;
  private dirtyTop = Infinity;
  private dirtyRight = -Infinity;
  private dirtyBottom = -Infinity;
  private touched = false;
  private left = 0;
  private top = 0;
  private right = 0;
  private bottom = 0;
  /** Red and blue, green and 255, each in 16 bits of their own: two channels are blended by one multiplication. */
  private redBlue = 0;
  private greenAlpha = 0;
  /** 0..256. */
  private alpha = 256;

  constructor(width: number, height: number) {
    this.resize(width, height);
  }

  /** Another size, in the same memory where that is large enough. What it holds is then undefined until `start`. */
  resize(width: number, height: number): void {
    if (width === this.width && height === this.height) return;
    this.width = width;
    this.height = height;
    const bytes = width * height * 4;
    const memory = bytes <= this.data.buffer.byteLength ? this.data.buffer : new ArrayBuffer(bytes);
    this.data = new Uint8ClampedArray(memory, 0, bytes);
    this.pixels = new Uint32Array(memory, 0, width * height);
    this.left = this.top = 0;
    this.right = width;
    this.bottom = height;
  }

  /** Begins a picture: everything has one opaque colour, or is transparent. */
  start(color: Rgba | null): void {
    if (color === null) this.pixels.fill(0);
    else {
      this.setColor(color);
      this.pixels.fill(this.solid());
    }
    this.touched = false;
    this.dirtyLeft = this.dirtyTop = Infinity;
    this.dirtyRight = this.dirtyBottom = -Infinity;
  }

  /** The part that was painted since the start, or a little more; undefined when nothing was. */
  dirty(): Rect | undefined {
    this.noteClip();
    const [x, y] = [this.dirtyLeft, this.dirtyTop];
    if (!(this.dirtyRight > x && this.dirtyBottom > y)) return undefined;
    return { x, y, width: this.dirtyRight - x, height: this.dirtyBottom - y };
  }

  /** Counts the present clip as painted in, if it was. */
  private noteClip(): void {
    if (!this.touched) return;
    this.touched = false;
    this.dirtyLeft = Math.min(this.dirtyLeft, this.left);
    this.dirtyTop = Math.min(this.dirtyTop, this.top);
    this.dirtyRight = Math.max(this.dirtyRight, this.right);
    this.dirtyBottom = Math.max(this.dirtyBottom, this.bottom);
  }

  /** Painting outside of `clip` does nothing. */
  setClip(clip: Rect): void {
    this.noteClip();
    this.left = Math.max(0, clip.x);
    this.top = Math.max(0, clip.y);
    this.right = Math.min(this.width, clip.x + clip.width);
    this.bottom = Math.min(this.height, clip.y + clip.height);
  }

  setColor(color: Rgba): void {
    this.setBytes(color[0] * 255, color[1] * 255, color[2] * 255, color[3] * 255);
  }

  /** 0..255 each. */
  setBytes(red: number, green: number, blue: number, alpha: number): void {
    this.redBlue = Math.round(red) | (Math.round(blue) << 16);
    this.greenAlpha = Math.round(green) | (255 << 16);
    this.alpha = Math.round((alpha / 255) * 256);
  }

  /** The present colour as a pixel, opaque. */
  private solid(): number {
    return (this.redBlue | (this.greenAlpha << 8)) >>> 0;
  }

  /** A marker with its centre at (x, y), to a quarter of a pixel. */
  stamp(stamp: Stamp, x: number, y: number): void {
    const { reach } = stamp;
    if (!(x > this.left - reach && y > this.top - reach)) return;
    if (x > this.right + reach || y > this.bottom + reach) return;
    this.touched = true;
    const qx = Math.floor(x * PHASES);
    const qy = Math.floor(y * PHASES);
    const px = Math.floor(qx / PHASES);
    const py = Math.floor(qy / PHASES);
    const mask = stamp.mask((qy - py * PHASES) * PHASES + qx - px * PHASES);
    const whole =
      px - reach >= this.left && px + reach < this.right && py - reach >= this.top && py + reach < this.bottom;
    if (whole) this.stampWhole(mask, py * this.width + px);
    else this.stampCut(mask, px, py);
  }

  /** All pixels of a mask are inside the clip. The blending is written out: this is where a picture's time goes. */
  private stampWhole(mask: Mask, centre: number): void {
    const { pixels, redBlue, greenAlpha, alpha, width } = this;
    const { right, down, coverage } = mask;
    for (let k = 0; k < coverage.length; k++) {
      const index = centre + down[k] * width + right[k];
      const share = (alpha * coverage[k] + 128) >> 8;
      const rest = 256 - share;
      const under = pixels[index];
      const lowLanes = Math.imul(under & LANES, rest) + Math.imul(redBlue, share) + HALVES;
      const highLanes = Math.imul((under >>> 8) & LANES, rest) + Math.imul(greenAlpha, share) + HALVES;
      pixels[index] = ((lowLanes >>> 8) & LANES) | (highLanes & ~LANES);
    }
  }

  private stampCut(mask: Mask, px: number, py: number): void {
    const { right, down, coverage } = mask;
    for (let k = 0; k < coverage.length; k++) {
      const x = px + right[k];
      const y = py + down[k];
      if (x < this.left || x >= this.right || y < this.top || y >= this.bottom) continue;
      this.blend(y * this.width + x, (this.alpha * coverage[k] + 128) >> 8);
    }
  }

  /** Puts the present colour over pixel `index`, with a share of 0..256. */
  private blend(index: number, share: number): void {
    const rest = 256 - share;
    const under = this.pixels[index];
    const redBlue = Math.imul(under & LANES, rest) + Math.imul(this.redBlue, share) + HALVES;
    const greenAlpha = Math.imul((under >>> 8) & LANES, rest) + Math.imul(this.greenAlpha, share) + HALVES;
    this.pixels[index] = ((redBlue >>> 8) & LANES) | (greenAlpha & ~LANES);
  }

  /** A filled rectangle; edges are rounded to whole pixels. */
  fillRect(x: number, y: number, width: number, height: number): void {
    const fromX = Math.max(this.left, Math.round(x));
    const toX = Math.min(this.right, Math.round(x + width));
    const fromY = Math.max(this.top, Math.round(y));
    const toY = Math.min(this.bottom, Math.round(y + height));
    if (fromX >= toX || fromY >= toY) return;
    this.touched = true;
    for (let row = fromY * this.width; row < toY * this.width; row += this.width) {
      if (this.alpha === 256) this.pixels.fill(this.solid(), row + fromX, row + toX);
      else for (let index = row + fromX; index < row + toX; index++) this.blend(index, this.alpha);
    }
  }

  /** Pixels ([row][column] RGBA bytes, row 0 at the top, not premultiplied) stretched over a box, each place with the pixel it lies in. */
  image(bytes: Uint8Array, columns: number, rows: number, box: Rect): void {
    const fromX = Math.max(this.left, box.x);
    const toX = Math.min(this.right, box.x + box.width);
    const fromY = Math.max(this.top, box.y);
    const toY = Math.min(this.bottom, box.y + box.height);
    if (fromX >= toX || fromY >= toY || columns === 0 || rows === 0) return;
    this.touched = true;
    const colors = wordsOf(bytes);
    const source = new Int32Array(toX - fromX);
    const [first, perPixel] = [((fromX + 0.5 - box.x) * columns) / box.width, columns / box.width];
    for (let k = 0; k < source.length; k++) source[k] = Math.floor(first + k * perPixel);
    let before = -1;
    for (let y = fromY; y < toY; y++) {
      const row = Math.floor(((y + 0.5 - box.y) * rows) / box.height);
      const to = y * this.width + fromX;
      if (row === before) this.pixels.copyWithin(to, to - this.width, to - this.width + source.length);
      // Only what hides all that was below is the same in the next line of pixels.
      else before = this.imageRow(colors, row * columns, source, to) ? row : -1;
    }
  }

  /** Paints colours `source` from `first` on over the pixels from `to` on. True when all of them were opaque. */
  private imageRow(colors: Uint32Array, first: number, source: Int32Array, to: number): boolean {
    const { pixels } = this;
    let isOpaque = true;
    for (let k = 0; k < source.length; k++) {
      const color = colors[first + source[k]];
      const alpha = color >>> 24;
      if (alpha === 255) {
        pixels[to + k] = color;
        continue;
      }
      isOpaque = false;
      if (alpha === 0) continue;
      this.redBlue = color & LANES;
      this.greenAlpha = ((color >>> 8) & 0xff) | (255 << 16);
      this.blend(to + k, alpha + (alpha >> 7));
    }
    return isOpaque;
  }

  /**
   * Whole columns of pixels with smooth ends, one after the other: `edges` holds for each the pixels [x0, x1), `ends` where it begins and ends
   * downwards; nothing when it ends before it begins. Written out: signals are hundreds of thousands of them.
   */
  uprights(edges: Int32Array, ends: Float64Array): void {
    const { pixels, width, alpha, left, right, top, bottom } = this;
    const solid = this.solid();
    const isOpaque = alpha === 256;
    this.touched = true;
    for (let k = 0; k < edges.length; k += 2) {
      const from = ends[k] > top ? ends[k] : top;
      const to = ends[k + 1] < bottom ? ends[k + 1] : bottom;
      if (!(from < to)) continue;
      const last = edges[k + 1] < right ? edges[k + 1] : right;
      // The pixels at its ends by the share that is covered, those between them whole. Nothing is above pixel 0: cutting off is rounding down.
      const end = to | 0;
      const above = from | 0;
      const first = from > above ? above + 1 : above;
      for (let x = edges[k] > left ? edges[k] : left; x < last; x++) {
        if (first > end) {
          this.blend(end * width + x, (alpha * (to - from) + 0.5) | 0);
          continue;
        }
        if (first > from) this.blend(above * width + x, (alpha * (first - from) + 0.5) | 0);
        const stop = end * width + x;
        if (isOpaque) for (let index = first * width + x; index < stop; index += width) pixels[index] = solid;
        else for (let index = first * width + x; index < stop; index += width) this.blend(index, alpha);
        if (to > end) this.blend(stop, (alpha * (to - end) + 0.5) | 0);
      }
    }
  }

  /**
   * A smooth line `width` pixels wide, without its last end, so that joined segments do not paint their joint twice. Ends are cut along the
   * axis that the line is nearer to, which nobody sees on thin lines.
   */
  segment(x0: number, y0: number, x1: number, y1: number, width = 1): void {
    const { left, top, right, bottom } = this;
    if ((x0 < left && x1 < left) || (x0 > right && x1 > right)) return;
    if ((y0 < top && y1 < top) || (y0 > bottom && y1 > bottom)) return;
    this.touched = true;
    const dx = x1 - x0;
    const dy = y1 - y0;
    if (Math.abs(dx) >= Math.abs(dy)) {
      const slope = dx === 0 ? 0 : dy / dx;
      const half = (Math.sqrt(1 + slope * slope) * width) / 2;
      this.runs(x0, y0, x1, slope, half, left, right, top, bottom, 1, this.width);
    } else {
      const slope = dx / dy;
      const half = (Math.sqrt(1 + slope * slope) * width) / 2;
      this.runs(y0, x0, y1, slope, half, top, bottom, left, right, this.width, 1);
    }
  }

  /**
   * For every whole step along one axis (`u`, from u0 to u1) the pixels that the line covers across it (`v`), by share of their length.
   * `stepU` and `stepV` are what one pixel means in the data.
   */
  private runs(
    u0: number,
    v0: number,
    u1: number,
    slope: number,
    half: number,
    uLow: number,
    uHigh: number,
    vLow: number,
    vHigh: number,
    stepU: number,
    stepV: number,
  ): void {
    const first = Math.max(uLow, Math.ceil(Math.min(u0, u1) - 0.5));
    const last = Math.min(uHigh, Math.ceil(Math.max(u0, u1) - 0.5));
    for (let u = first; u < last; u++) {
      const middle = v0 + slope * (u + 0.5 - u0);
      const from = middle - half;
      const to = middle + half;
      const begin = Math.max(vLow, Math.floor(from));
      const end = Math.min(vHigh, Math.ceil(to));
      let index = u * stepU + begin * stepV;
      for (let v = begin; v < end; v++, index += stepV) {
        this.blend(index, (this.alpha * (Math.min(v + 1, to) - Math.max(v, from)) + 0.5) | 0);
      }
    }
  }

  /** Colour and opacity (not premultiplied, 0..1) of one pixel. */
  at(x: number, y: number): Rgba {
    const index = (y * this.width + x) * 4;
    const alpha = this.data[index + 3];
    const part = (k: number) => (alpha === 0 ? 0 : this.data[index + k] / alpha);
    return [part(0), part(1), part(2), alpha / 255];
  }

  /** Turns the dirty pixels into not premultiplied ones, as ImageData wants them. Only `start` is then allowed. */
  unpremultiply(): void {
    const dirty = this.dirty();
    if (dirty === undefined) return;
    for (let y = dirty.y; y < dirty.y + dirty.height; y++) {
      const row = y * this.width + dirty.x;
      for (let index = row; index < row + dirty.width; index++) this.unpremultiplyPixel(index);
    }
  }

  private unpremultiplyPixel(index: number): void {
    const alpha = this.pixels[index] >>> 24;
    if (alpha === 0 || alpha === 255) return;
    const factor = 255 / alpha;
    const { data } = this;
    data[4 * index] *= factor;
    data[4 * index + 1] *= factor;
    data[4 * index + 2] *= factor;
  }
}

/** The pixels that a marker covers, in no particular order. */
interface Mask {
  /** Columns right of and rows below the pixel that holds the centre. */
  readonly right: Int16Array;
  readonly down: Int16Array;
  /** 1..256. */
  readonly coverage: Uint16Array;
}

/** Coverage masks of one marker, one for each position within a pixel. */
export interface Stamp {
  /** No covered pixel is further than this from the one that holds the centre. */
  readonly reach: number;
  /** Of phaseY * PHASES + phaseX; made when it is first asked for, because few sizes are seen at every place within a pixel. */
  mask(phase: number): Mask;
}

/** Masks of a marker `size` device pixels across, with a soft edge of one pixel. */
export function makeStamp(shape: Shape, size: number): Stamp {
  const reach = Math.ceil(size / 2 + 0.5);
  const masks: (Mask | undefined)[] = Array.from({ length: PHASES * PHASES }, () => undefined);
  const make = (phase: number): Mask =>
    makeMask(shape, size, reach, ((phase % PHASES) + 0.5) / PHASES, (Math.floor(phase / PHASES) + 0.5) / PHASES);
  return { reach, mask: (phase) => (masks[phase] ??= make(phase)) };
}

/** `cx` and `cy`: the centre within its pixel. */
function makeMask(shape: Shape, size: number, reach: number, cx: number, cy: number): Mask {
  const right: number[] = [];
  const down: number[] = [];
  const coverage: number[] = [];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const inside = 0.5 - shapeDistance(shape, x + 0.5 - cx, y + 0.5 - cy, size / 2);
      const covered = Math.round(256 * Math.min(1, Math.max(0, inside)) * Math.min(1, size));
      if (covered === 0) continue;
      right.push(x);
      down.push(y);
      coverage.push(covered);
    }
  }
  return { right: Int16Array.from(right), down: Int16Array.from(down), coverage: Uint16Array.from(coverage) };
}

/** RGBA bytes as one number per pixel, red in the lowest byte; the same memory where it begins at a multiple of four. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(buffer, byteOffset, length >> 2);
}
