/**
 * A small software rasteriser for what Canvas2D is slow at: very many points and thin lines, each blended on its own. Works on plain memory,
 * so it also runs without a browser.
 */
import type { Rgba, Shape } from './scene.ts';
import { shapeDistance } from './shapes.ts';
import type { Rect } from './transform.ts';

/** Positions of a marker within a pixel that get a mask of their own, each way. */
const PHASES = 4;

/** Pixels of the plot area, premultiplied RGBA bytes, cleared to transparent. Coordinates are pixels of this raster, y down. */
export class Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  /** Nothing was painted since the last clear. */
  empty = true;
  private clip: Rect;
  private red = 0;
  private green = 0;
  private blue = 0;
  private alpha = 1;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.data = new Uint8ClampedArray(width * height * 4);
    this.clip = { x: 0, y: 0, width, height };
  }

  clear(): void {
    this.data.fill(0);
    this.empty = true;
  }

  /** Painting outside of `clip` does nothing. */
  setClip(clip: Rect): void {
    this.clip = clip;
  }

  setColor(color: Rgba): void {
    this.setBytes(color[0] * 255, color[1] * 255, color[2] * 255, color[3] * 255);
  }

  /** 0..255 each. */
  setBytes(red: number, green: number, blue: number, alpha: number): void {
    this.red = red;
    this.green = green;
    this.blue = blue;
    this.alpha = alpha / 255;
  }

  /** Puts the present colour over one pixel, covered by `coverage` in 0..1. */
  private blend(index: number, coverage: number): void {
    const alpha = this.alpha * coverage;
    const rest = 1 - alpha;
    const { data } = this;
    data[index] = this.red * alpha + data[index] * rest;
    data[index + 1] = this.green * alpha + data[index + 1] * rest;
    data[index + 2] = this.blue * alpha + data[index + 2] * rest;
    data[index + 3] = 255 * alpha + data[index + 3] * rest;
  }

  /** Blends one pixel if it lies inside the clip. */
  private plot(x: number, y: number, coverage: number): void {
    const { clip } = this;
    if (x < clip.x || y < clip.y || x >= clip.x + clip.width || y >= clip.y + clip.height) return;
    this.blend((y * this.width + x) * 4, coverage);
  }

  /** A marker with its centre at (x, y), to a quarter of a pixel. */
  stamp(stamp: Stamp, x: number, y: number): void {
    const { clip } = this;
    const reach = stamp.reach;
    if (!(x > clip.x - reach && y > clip.y - reach)) return;
    if (x > clip.x + clip.width + reach || y > clip.y + clip.height + reach) return;
    this.empty = false;
    const qx = Math.floor(x * PHASES);
    const qy = Math.floor(y * PHASES);
    const px = Math.floor(qx / PHASES);
    const py = Math.floor(qy / PHASES);
    const mask = stamp.masks[(qy - py * PHASES) * PHASES + qx - px * PHASES];
    const left = px - reach;
    const top = py - reach;
    const fromX = Math.max(0, clip.x - left);
    const toX = Math.min(stamp.side, clip.x + clip.width - left);
    const fromY = Math.max(0, clip.y - top);
    const toY = Math.min(stamp.side, clip.y + clip.height - top);
    for (let j = fromY; j < toY; j++) {
      let index = ((top + j) * this.width + left + fromX) * 4;
      for (let i = fromX; i < toX; i++, index += 4) {
        const coverage = mask[j * stamp.side + i];
        if (coverage > 0) this.blend(index, coverage);
      }
    }
  }

  /** A smooth line one pixel wide, without its last end, so that joined segments do not paint their joint twice. */
  segment(x0: number, y0: number, x1: number, y1: number): void {
    const { clip } = this;
    const right = clip.x + clip.width;
    const bottom = clip.y + clip.height;
    if ((x0 < clip.x && x1 < clip.x) || (x0 > right && x1 > right)) return;
    if ((y0 < clip.y && y1 < clip.y) || (y0 > bottom && y1 > bottom)) return;
    this.empty = false;
    if (Math.abs(x1 - x0) >= Math.abs(y1 - y0)) this.shallow(x0 - 0.5, y0 - 0.5, x1 - 0.5, y1 - 0.5);
    else this.steep(x0 - 0.5, y0 - 0.5, x1 - 0.5, y1 - 0.5);
  }

  private shallow(x0: number, y0: number, x1: number, y1: number): void {
    const [low, high] = x0 < x1 ? [x0, x1] : [x1, x0];
    const slope = x1 === x0 ? 0 : (y1 - y0) / (x1 - x0);
    const first = Math.max(Math.ceil(low), this.clip.x);
    const last = Math.min(Math.ceil(high) - 1, this.clip.x + this.clip.width - 1);
    for (let x = first; x <= last; x++) {
      const y = y0 + slope * (x - x0);
      const row = Math.floor(y);
      const share = y - row;
      this.plot(x, row, 1 - share);
      this.plot(x, row + 1, share);
    }
  }

  private steep(x0: number, y0: number, x1: number, y1: number): void {
    const [low, high] = y0 < y1 ? [y0, y1] : [y1, y0];
    const slope = (x1 - x0) / (y1 - y0);
    const first = Math.max(Math.ceil(low), this.clip.y);
    const last = Math.min(Math.ceil(high) - 1, this.clip.y + this.clip.height - 1);
    for (let y = first; y <= last; y++) {
      const x = x0 + slope * (y - y0);
      const column = Math.floor(x);
      const share = x - column;
      this.plot(column, y, 1 - share);
      this.plot(column + 1, y, share);
    }
  }

  /** Colour and opacity (not premultiplied, 0..1) of one pixel. */
  at(x: number, y: number): Rgba {
    const index = (y * this.width + x) * 4;
    const alpha = this.data[index + 3];
    const part = (k: number) => (alpha === 0 ? 0 : this.data[index + k] / alpha);
    return [part(0), part(1), part(2), alpha / 255];
  }

  /** Turns the pixels into not premultiplied ones, as ImageData wants them. The raster must be cleared before it is painted on again. */
  unpremultiply(): void {
    const { data } = this;
    for (let index = 0; index < data.length; index += 4) {
      const alpha = data[index + 3];
      if (alpha === 0 || alpha === 255) continue;
      const factor = 255 / alpha;
      data[index] *= factor;
      data[index + 1] *= factor;
      data[index + 2] *= factor;
    }
  }
}

/** Coverage masks of one marker, one for each position within a pixel. */
export interface Stamp {
  /** Pixels of a mask each way. */
  readonly side: number;
  /** Pixels left of and above the one that holds the centre. */
  readonly reach: number;
  /** [phaseY * PHASES + phaseX][row * side + column] coverage in 0..1. */
  readonly masks: readonly Float32Array[];
}

/** Masks of a marker `size` device pixels across, with a soft edge of one pixel. */
export function makeStamp(shape: Shape, size: number): Stamp {
  const radius = size / 2;
  const reach = Math.ceil(radius + 0.5);
  const side = 2 * reach + 1;
  const masks: Float32Array[] = [];
  for (let phase = 0; phase < PHASES * PHASES; phase++) {
    const cx = reach + ((phase % PHASES) + 0.5) / PHASES;
    const cy = reach + (Math.floor(phase / PHASES) + 0.5) / PHASES;
    const mask = new Float32Array(side * side);
    for (let k = 0; k < mask.length; k++) {
      const x = (k % side) + 0.5 - cx;
      const y = Math.floor(k / side) + 0.5 - cy;
      mask[k] = Math.min(1, Math.max(0, 0.5 - shapeDistance(shape, x, y, radius))) * Math.min(1, size);
    }
    masks.push(mask);
  }
  return { side, reach, masks };
}
