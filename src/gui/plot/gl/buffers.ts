/** Vertices of marks in GPU memory, kept by the identity of the mark within a budget of bytes. */
import type { BarsMark, Coordinates, ImageMark, LinesMark, PointsMark, SignalRows, SignalValues } from '../scene.ts';
import type { GlDevice } from './device.ts';

/** Middle and half-width of the values of a mark along one axis; values are stored relative to these. */
export interface Extent {
  readonly middle: number;
  readonly half: number;
}
export interface Extents {
  readonly x: Extent;
  readonly y: Extent;
}

/** GPU objects of one mark. */
export interface Stored {
  readonly extents: Extents;
  /** Vertices or indices to draw. */
  readonly count: number;
  readonly hi?: WebGLBuffer;
  /** Absent when the data had no more precision than `hi` holds. */
  readonly lo?: WebGLBuffer;
  readonly colors?: WebGLBuffer;
  readonly sizes?: WebGLBuffer;
  readonly indices?: WebGLBuffer;
  readonly texture?: WebGLTexture;
  readonly colorTexture?: WebGLTexture;
  readonly bytes: number;
}

interface Entry {
  readonly stored: Stored;
  readonly epoch: number;
  lastUse: number;
  gone: boolean;
}
type Form = 'points' | 'quads' | 'thin' | 'wide' | 'bars' | 'image' | 'values' | 'rows';

/** Extents of what is placed without them. */
const UNIT: Extents = { x: { middle: 0, half: 1 }, y: { middle: 0, half: 1 } };
const FAR_NORMAL = 1e30;
const GAP = 3e38;

/** Middle and half-width of the finite values of all lists together; half-width 1 when they are all equal. */
export function extentOf(...lists: Coordinates[]): Extent {
  let low = Infinity;
  let high = -Infinity;
  for (const list of lists) {
    for (let k = 0; k < list.length; k++) {
      const value = list[k];
      if (value < low && value !== -Infinity) low = value;
      if (value > high && value !== Infinity) high = value;
    }
  }
  if (!(low <= high)) return { middle: 0, half: 1 };
  const half = (high - low) / 2;
  return { middle: low + half, half: half > 0 ? half : 1 };
}

/** Normalised value; infinite ones become very large. */
function normalised(value: number, { middle, half }: Extent): number {
  return Math.min(FAR_NORMAL, Math.max(-FAR_NORMAL, (value - middle) / half));
}

/** Float64 data may need more precision than one 32-bit number has. */
function needsLow(...lists: Coordinates[]): boolean {
  return lists.some((list) => list instanceof Float64Array);
}

const BUDGET = 256 * 2 ** 20;

export class MarkBuffers {
  private readonly device: GlDevice;
  private readonly budget: number;
  private readonly entries: { readonly [F in Form]: WeakMap<object, Entry> };
  /** Oldest use first. */
  private readonly order = new Set<Entry>();
  private readonly collected: FinalizationRegistry<Entry>;
  private bytes = 0;
  private picture = 0;
  private quadIndices: { buffer: WebGLBuffer; quads: number; epoch: number } | undefined;

  constructor(device: GlDevice, budget = BUDGET) {
    this.device = device;
    this.budget = budget;
    this.entries = {
      points: new WeakMap(),
      quads: new WeakMap(),
      thin: new WeakMap(),
      wide: new WeakMap(),
      bars: new WeakMap(),
      image: new WeakMap(),
      values: new WeakMap(),
      rows: new WeakMap(),
    };
    this.collected = new FinalizationRegistry((entry) => this.free(entry));
  }

  /** Bytes in use. */
  get size(): number {
    return this.bytes;
  }

  /** Begins a picture: what it uses stays until it is done, even beyond the budget. */
  begin(): void {
    this.picture++;
  }

  points(mark: PointsMark): Stored {
    return this.get('points', mark, () => this.storePoints(mark, 1));
  }
  quads(mark: PointsMark): Stored {
    return this.get('quads', mark, () => this.storePoints(mark, 4));
  }
  thinLines(mark: LinesMark): Stored {
    return this.get('thin', mark, () => this.storeThinLines(mark));
  }
  wideLines(mark: LinesMark): Stored {
    return this.get('wide', mark, () => this.storeWideLines(mark));
  }
  bars(mark: BarsMark): Stored {
    return this.get('bars', mark, () => this.storeBars(mark));
  }
  values(values: SignalValues): Stored {
    return this.get('values', values, () => this.storeValues(values));
  }
  rows(rows: SignalRows): Stored {
    return this.get('rows', rows, () => this.storeRows(rows));
  }
  image(mark: ImageMark): Stored {
    return this.get('image', mark, () => this.storeImage(mark));
  }

  /** Indices 0 1 2, 0 2 3 for each of at least `quads` groups of four vertices. */
  quadIndexBuffer(quads: number): WebGLBuffer {
    const known = this.quadIndices;
    if (known !== undefined && known.quads >= quads && known.epoch === this.device.epoch) return known.buffer;
    const size = Math.max(1024, 2 ** Math.ceil(Math.log2(quads)));
    const indices = new Uint32Array(size * 6);
    for (let k = 0; k < size; k++) indices.set([4 * k, 4 * k + 1, 4 * k + 2, 4 * k, 4 * k + 2, 4 * k + 3], 6 * k);
    const { gl } = this.device;
    if (known !== undefined && known.epoch === this.device.epoch) gl.deleteBuffer(known.buffer);
    const buffer = this.upload(gl.ELEMENT_ARRAY_BUFFER, indices);
    this.quadIndices = { buffer, quads: size, epoch: this.device.epoch };
    return buffer;
  }

  // ---- keeping

  private get(form: Form, mark: object, store: () => Stored): Stored {
    const known = this.entries[form].get(mark);
    if (known !== undefined && !known.gone && known.epoch === this.device.epoch) {
      known.lastUse = this.picture;
      this.order.delete(known);
      this.order.add(known);
      return known.stored;
    }
    if (known !== undefined) this.free(known);
    const entry: Entry = { stored: store(), epoch: this.device.epoch, lastUse: this.picture, gone: false };
    this.entries[form].set(mark, entry);
    this.collected.register(mark, entry);
    this.order.add(entry);
    this.bytes += entry.stored.bytes;
    this.makeRoom();
    return entry.stored;
  }

  private makeRoom(): void {
    for (const entry of this.order) {
      if (this.bytes <= this.budget || entry.lastUse === this.picture) return;
      this.free(entry);
    }
  }

  private free(entry: Entry): void {
    if (entry.gone) return;
    entry.gone = true;
    this.order.delete(entry);
    this.bytes -= entry.stored.bytes;
    if (entry.epoch !== this.device.epoch) return;
    const { gl } = this.device;
    const { hi, lo, colors, sizes, indices, texture, colorTexture } = entry.stored;
    for (const buffer of [hi, lo, colors, sizes, indices]) if (buffer !== undefined) gl.deleteBuffer(buffer);
    for (const one of [texture, colorTexture]) if (one !== undefined) gl.deleteTexture(one);
  }

  private upload(target: number, data: Float32Array | Uint32Array | Uint8Array): WebGLBuffer {
    const { gl } = this.device;
    const buffer = gl.createBuffer();
    gl.bindBuffer(target, buffer);
    gl.bufferData(target, data, gl.STATIC_DRAW);
    return buffer;
  }

  // ---- storing

  private storePoints(mark: PointsMark, copies: number): Stored {
    const { gl } = this.device;
    const extents = { x: extentOf(mark.x), y: extentOf(mark.y) };
    const pairs = normalPairs(mark.x, mark.y, extents, copies);
    const sizes = mark.sizes === undefined ? undefined : repeat(mark.sizes, 1, copies);
    const colors = mark.colors === undefined ? undefined : repeat(mark.colors, 4, copies);
    const low = pairs.lo;
    return {
      extents,
      count: mark.x.length * copies,
      hi: this.upload(gl.ARRAY_BUFFER, pairs.hi),
      ...(low !== undefined && { lo: this.upload(gl.ARRAY_BUFFER, low) }),
      ...(sizes !== undefined && { sizes: this.upload(gl.ARRAY_BUFFER, sizes) }),
      ...(colors !== undefined && { colors: this.upload(gl.ARRAY_BUFFER, colors) }),
      bytes: pairs.hi.byteLength + (low?.byteLength ?? 0) + (sizes?.byteLength ?? 0) + (colors?.byteLength ?? 0),
    };
  }

  private storeThinLines(mark: LinesMark): Stored {
    const { gl } = this.device;
    const extents = { x: extentOf(mark.x), y: extentOf(mark.y) };
    const pairs = normalPairs(mark.x, mark.y, extents, 1);
    const indices = lineIndices(mark);
    const colors = mark.stripColors === undefined ? undefined : vertexColors(mark, mark.stripColors);
    const low = pairs.lo;
    return {
      extents,
      count: indices.length,
      hi: this.upload(gl.ARRAY_BUFFER, pairs.hi),
      ...(low !== undefined && { lo: this.upload(gl.ARRAY_BUFFER, low) }),
      ...(colors !== undefined && { colors: this.upload(gl.ARRAY_BUFFER, colors) }),
      indices: this.upload(gl.ELEMENT_ARRAY_BUFFER, indices),
      bytes: pairs.hi.byteLength + (low?.byteLength ?? 0) + (colors?.byteLength ?? 0) + indices.byteLength,
    };
  }

  private storeWideLines(mark: LinesMark): Stored {
    const extents = { x: extentOf(mark.x), y: extentOf(mark.y) };
    const { texels, colors, count } = lineTexels(mark, extents);
    const { gl } = this.device;
    const columns = Math.min(4096, this.device.limits.texture);
    const texture = this.texture(texels, columns, gl.RGBA32F, gl.FLOAT);
    if (colors === undefined) return { extents, count: 6 * count, texture, bytes: texels.byteLength };
    const colorTexture = this.texture(colors, columns, gl.RGBA8, gl.UNSIGNED_BYTE);
    return { extents, count: 6 * count, texture, colorTexture, bytes: texels.byteLength + colors.byteLength };
  }

  /** A list of RGBA texels as a texture of rows `columns` wide. */
  private texture(texels: Float32Array | Uint8Array, columns: number, format: number, type: number): WebGLTexture {
    const { gl } = this.device;
    const rows = Math.max(1, Math.ceil(texels.length / 4 / columns));
    const size = rows * columns * 4;
    const padded = texels instanceof Float32Array ? new Float32Array(size).fill(GAP) : new Uint8Array(size);
    padded.set(texels);
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    plainTexture(gl);
    gl.texImage2D(gl.TEXTURE_2D, 0, format, columns, rows, 0, gl.RGBA, type, padded);
    return texture;
  }

  private storeBars(mark: BarsMark): Stored {
    const { gl } = this.device;
    const extents = { x: extentOf(mark.x0, mark.x1), y: extentOf(mark.y0, mark.y1) };
    const n = mark.x0.length;
    const hi = new Float32Array(n * 16);
    const lo = needsLow(mark.x0, mark.x1, mark.y0, mark.y1) ? new Float32Array(n * 16) : undefined;
    const edges = [mark.x0, mark.x1, mark.y0, mark.y1];
    for (let k = 0; k < n; k++) {
      for (let edge = 0; edge < 4; edge++) {
        const value = normalised(edges[edge][k], edge < 2 ? extents.x : extents.y);
        const high = Math.fround(value);
        for (let corner = 0; corner < 4; corner++) {
          hi[16 * k + 4 * corner + edge] = high;
          if (lo !== undefined) lo[16 * k + 4 * corner + edge] = value - high;
        }
      }
    }
    return {
      extents,
      count: 6 * n,
      hi: this.upload(gl.ARRAY_BUFFER, hi),
      ...(lo !== undefined && { lo: this.upload(gl.ARRAY_BUFFER, lo) }),
      bytes: hi.byteLength + (lo?.byteLength ?? 0),
    };
  }

  /** Smallest and largest values as texels of two numbers; what is not a number becomes a gap. */
  private storeValues({ lower, upper }: SignalValues): Stored {
    const { gl } = this.device;
    const columns = Math.min(4096, this.device.limits.texture);
    const rows = Math.max(1, Math.ceil(lower.length / columns));
    const texels = new Float32Array(2 * rows * columns).fill(GAP);
    for (let k = 0; k < lower.length; k++) {
      if (lower[k] !== lower[k]) continue;
      texels[2 * k] = lower[k];
      texels[2 * k + 1] = upper[k];
    }
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    plainTexture(gl);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RG32F, columns, rows, 0, gl.RG, gl.FLOAT, texels);
    return { extents: UNIT, count: lower.length, texture, bytes: texels.byteLength };
  }

  /** Base and colour (three bytes in one number, opacity) of each row. */
  private storeRows({ base, colors }: SignalRows): Stored {
    const texels = new Float32Array(4 * base.length);
    for (let k = 0; k < base.length; k++) {
      const [r, g, b, a] = colors.subarray(4 * k, 4 * k + 4);
      texels.set([base[k], r + 256 * g + 65536 * b, a], 4 * k);
    }
    const columns = Math.min(1024, this.device.limits.texture);
    const texture = this.texture(texels, columns, this.device.gl.RGBA32F, this.device.gl.FLOAT);
    return { extents: UNIT, count: base.length, texture, bytes: texels.byteLength };
  }

  private storeImage(mark: ImageMark): Stored {
    const { gl } = this.device;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    plainTexture(gl);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, mark.columns, mark.rows, 0, gl.RGBA, gl.UNSIGNED_BYTE, mark.pixels);
    return { extents: UNIT, count: 4, texture, bytes: mark.pixels.byteLength };
  }
}

/** No smoothing, no repetition. */
function plainTexture(gl: WebGL2RenderingContext): void {
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
}

/** Interleaved x, y of each point (each one `copies` times), split into large and small parts. What is not a number goes far outside. */
function normalPairs(x: Coordinates, y: Coordinates, extents: Extents, copies: number) {
  const n = x.length;
  const hi = new Float32Array(2 * n * copies);
  const lo = needsLow(x, y) ? new Float32Array(2 * n * copies) : undefined;
  for (let k = 0; k < n; k++) {
    let u = normalised(x[k], extents.x);
    let v = normalised(y[k], extents.y);
    if (u !== u || v !== v) u = v = FAR_NORMAL;
    const uHigh = Math.fround(u);
    const vHigh = Math.fround(v);
    for (let at = 2 * k * copies; at < 2 * (k + 1) * copies; at += 2) {
      hi[at] = uHigh;
      hi[at + 1] = vHigh;
      if (lo === undefined) continue;
      lo[at] = u - uHigh;
      lo[at + 1] = v - vHigh;
    }
  }
  return { hi, lo };
}

/** Every group of `width` values `copies` times. */
function repeat(values: Float32Array | Uint8Array, width: number, copies: number): Float32Array | Uint8Array {
  if (copies === 1) return values;
  const out =
    values instanceof Float32Array ? new Float32Array(values.length * copies) : new Uint8Array(values.length * copies);
  for (let k = 0; k * width < values.length; k++) {
    for (let copy = 0; copy < copies; copy++) {
      for (let j = 0; j < width; j++) out[(k * copies + copy) * width + j] = values[k * width + j];
    }
  }
  return out;
}

/** Pairs of neighbouring vertices of each strip; pairs with a vertex that is not finite are left out. */
export function lineIndices({ x, y, starts }: LinesMark): Uint32Array {
  const strips = Math.max(0, starts.length - 1);
  const indices = new Uint32Array(2 * x.length);
  let n = 0;
  for (let strip = 0; strip < strips; strip++) {
    for (let k = starts[strip] + 1; k < starts[strip + 1]; k++) {
      const sum = x[k - 1] + y[k - 1] + x[k] + y[k];
      if (sum - sum !== 0) continue;
      indices[n++] = k - 1;
      indices[n++] = k;
    }
  }
  return indices.subarray(0, n);
}

function vertexColors({ x, starts }: LinesMark, stripColors: Uint8Array): Uint8Array {
  const colors = new Uint8Array(4 * x.length);
  const wide = new Uint32Array(colors.buffer);
  for (let strip = 0; strip + 1 < starts.length; strip++) {
    const [r, g, b, a] = stripColors.subarray(4 * strip, 4 * strip + 4);
    colors.set([r, g, b, a], 4 * starts[strip]);
    wide.fill(wide[starts[strip]], starts[strip], starts[strip + 1]);
  }
  return colors;
}

/** Vertices as texels (hi.xy, lo.xy) with a gap before, between and after strips; a vertex that is not finite becomes a gap. */
export function lineTexels({ x, y, starts, stripColors }: LinesMark, extents: Extents) {
  const strips = Math.max(0, starts.length - 1);
  const vertices = strips === 0 ? 0 : starts[strips] - starts[0];
  const length = vertices + strips + 1;
  const texels = new Float32Array(4 * (length + 3)).fill(GAP);
  const colors = stripColors === undefined ? undefined : new Uint8Array(4 * (length + 3));
  let at = 1;
  for (let strip = 0; strip < strips; strip++, at++) {
    for (let k = starts[strip]; k < starts[strip + 1]; k++, at++) {
      const u = (x[k] - extents.x.middle) / extents.x.half;
      const v = (y[k] - extents.y.middle) / extents.y.half;
      if (u + v - (u + v) !== 0) continue;
      const uHigh = Math.fround(u);
      const vHigh = Math.fround(v);
      texels[4 * at] = uHigh;
      texels[4 * at + 1] = vHigh;
      texels[4 * at + 2] = u - uHigh;
      texels[4 * at + 3] = v - vHigh;
      if (colors !== undefined && stripColors !== undefined) {
        for (let j = 0; j < 4; j++) colors[4 * at + j] = stripColors[4 * strip + j];
      }
    }
  }
  return { texels, colors, count: Math.max(0, length - 2) };
}
