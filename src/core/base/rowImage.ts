/** A picture made of rows that are each one line of brightnesses, repeated downwards: what a raster of very many marks is on a screen. */

/** r, g, b in 0..1; a fourth member is not looked at. */
type Color = readonly [number, number, number, ...(readonly number[])];
/** Lines [from, to) of the picture, counted from the top. Parts outside of it are left out; no row is lower than one line. */
export type Lines = readonly [number, number];

const byte = (value: number): number => Math.round(255 * value);
/** RGBA bytes as one number, as they lie in memory. */
const pack = ([r, g, b]: Color, alpha: number): number =>
  ((byte(alpha) << 24) | (byte(b) << 16) | (byte(g) << 8) | byte(r)) >>> 0;

/** Sums of `width` neighbouring pixels: every mark becomes that wide, about where it is. */
export function widen(pixels: Float32Array, width: number, into: Float32Array): void {
  const before = Math.floor(width / 2);
  const after = width - before - 1;
  let sum = 0;
  for (let x = 0; x < Math.min(before, pixels.length); x++) sum += pixels[x];
  for (let x = 0; x < pixels.length; x++) {
    if (x + before < pixels.length) sum += pixels[x + before];
    into[x] = sum;
    if (x >= after) sum -= pixels[x - after];
  }
}

/** Transparent at first. `levels` are brightnesses 0..1 of every pixel of a row, 0 where there is nothing. */
export class RowImage {
  readonly width: number;
  readonly height: number;
  private readonly data: Uint32Array;
  private readonly line: Uint32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.data = new Uint32Array(width * height);
    this.line = new Uint32Array(width);
  }

  /** [row][column] RGBA bytes, row 0 at the top, not premultiplied: the memory itself. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.data.buffer);
  }

  /** A row whose opacity is its brightness times `alpha`. */
  row(levels: Float32Array, color: Color, alpha: number, lines: Lines): void {
    const { line } = this;
    const clear = pack(color, 0);
    const scale = 255 * alpha;
    for (let x = 0; x < line.length; x++) line[x] = levels[x] > 0 ? clear | ((scale * levels[x] + 0.5) << 24) : 0;
    this.repeat(lines);
  }

  /** Rows that share a line: it shows the mixture of their colours, as bright as the brightest of them. */
  mixture(rows: readonly { readonly levels: Float32Array; readonly color: Color }[], alpha: number, y: number): void {
    for (let x = 0; x < this.line.length; x++) {
      let [r, g, b, sum, brightest] = [0, 0, 0, 0, 0];
      for (const { levels, color } of rows) {
        const level = levels[x];
        if (level === 0) continue;
        r += level * color[0];
        g += level * color[1];
        b += level * color[2];
        sum += level;
        if (level > brightest) brightest = level;
      }
      this.line[x] = sum === 0 ? 0 : pack([r / sum, g / sum, b / sum], alpha * brightest);
    }
    this.repeat([y, y + 1]);
  }

  /** An opaque row over whatever is there: its colour on `ground`, by brightness, and at least `tint` of it. */
  opaqueRow(levels: Float32Array | null, color: Color, ground: Color, tint: number, outer: Lines, inner: Lines): void {
    const mixed = (share: number): number => {
      const at = (k: 0 | 1 | 2): number => color[k] * share + ground[k] * (1 - share);
      return pack([at(0), at(1), at(2)], 1);
    };
    this.line.fill(mixed(tint));
    this.repeat(outer);
    if (levels === null) return;
    const shades = Uint32Array.from({ length: 256 }, (_, k) => mixed(k / 255));
    const { line } = this;
    for (let x = 0; x < line.length; x++) if (levels[x] > 0) line[x] = shades[(255 * levels[x] + 0.5) | 0];
    this.repeat(inner);
  }

  private repeat([from, to]: Lines): void {
    const end = Math.min(this.height, Math.max(from + 1, to));
    for (let y = Math.max(0, from); y < end; y++) this.data.set(this.line, y * this.width);
  }
}

/**
 * Lines of some rows of a list, given their places in it: all of a row, but at least `least` lines about its middle as far as the next of these
 * rows leaves room. `top` rows are above the picture, and a row has `rowHeight` lines.
 */
export function linesOfAtLeast(
  places: readonly number[],
  { top, rowHeight }: { readonly top: number; readonly rowHeight: number },
  least: number,
): readonly Lines[] {
  const middles = places.map((place) => Math.floor((place + 0.5 - top) * rowHeight));
  const reach = Math.floor(least / 2);
  return places.map((place, k): Lines => {
    const from = Math.min(Math.round((place - top) * rowHeight), middles[k] - reach);
    const to = Math.max(Math.round((place + 1 - top) * rowHeight), middles[k] + reach + 1);
    if (rowHeight >= least) return [from, to];
    const above = k === 0 ? -Infinity : Math.floor((middles[k - 1] + middles[k]) / 2) + 1;
    const below = k + 1 === places.length ? Infinity : Math.floor((middles[k] + middles[k + 1]) / 2) + 1;
    return [Math.min(middles[k], Math.max(from, above)), Math.max(middles[k] + 1, Math.min(to, below))];
  });
}
