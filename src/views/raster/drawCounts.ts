/** Spikes as pixels lit by exact counts, where single bars would hide each other (spec/views.md 10b). */
import { type Lines, linesOfAtLeast, RowImage, widen } from '../../core/base/rowImage.ts';
import type { ImageMark, Rgba } from '../../gui/plot/scene.ts';
import {
  ALPHA,
  barWidth,
  GAP_FROM_PX,
  isDensity,
  type RasterInput,
  type Row,
  ROW_MARGIN,
  rowsOnScreen,
  type Screen,
  secondsOnScreen,
  SELECTED_PX,
  TINT,
} from './drawRows.ts';
import type { RasterAnswer, RasterDensity, RasterSpikes } from './query.ts';

export const DENSITY = 'density';

const LEAST = 0.35;

const LEAST_SELECTED = 0.55;

/** Adds the spikes of one row to the pixels they lie in. */
type CountPixels = (row: number, pixels: Float32Array) => void;

/** From counts in columns. A column narrower than a pixel lies in that of its middle, a wider one is spread over its pixels. */
function pixelsOfDensity({ density, startSeconds, endSeconds }: RasterDensity, screen: Screen): CountPixels {
  const columns = density.shape[1];
  const perColumn = (endSeconds - startSeconds) / columns;
  const edge = (column: number): number => (startSeconds + column * perColumn - screen.start) / screen.perPixel;
  const first = Math.max(0, Math.floor((screen.start - startSeconds) / perColumn));
  const end = screen.start + screen.width * screen.perPixel;
  const last = Math.min(columns, Math.ceil((end - startSeconds) / perColumn));
  const narrow = perColumn <= screen.perPixel;
  const from = new Int32Array(columns + 1);
  for (let c = first; c <= last; c++) from[c] = narrow ? Math.floor(edge(c + 0.5)) : Math.round(edge(c));
  return (row, pixels) => {
    for (let c = first; c < last; c++) {
      const count = density.data[row * columns + c];
      if (count === 0) continue;
      const to = narrow ? from[c] + 1 : Math.max(from[c] + 1, from[c + 1]);
      const share = count / (to - from[c]);
      for (let x = Math.max(0, from[c]); x < Math.min(to, pixels.length); x++) pixels[x] += share;
    }
  };
}

/** Times of the spikes of each row, ascending, one row after the other. */
interface RowTimes {
  readonly starts: Int32Array;
  readonly times: Float64Array;
}

const rowTimes = new WeakMap<RasterSpikes, RowTimes>();

export function timesOf(answer: RasterSpikes): RowTimes {
  const known = rowTimes.get(answer);
  if (known !== undefined) return known;
  const { spikeRows, spikeTimes, clusterIds } = answer;
  const starts = new Int32Array(clusterIds.data.length + 1);
  for (const row of spikeRows.data) starts[row + 1]++;
  for (let row = 0; row < clusterIds.data.length; row++) starts[row + 1] += starts[row];
  const next = starts.slice();
  const times = new Float64Array(spikeTimes.data.length);
  for (let k = 0; k < times.length; k++) times[next[spikeRows.data[k]]++] = spikeTimes.data[k];
  const made = { starts, times };
  rowTimes.set(answer, made);
  return made;
}

/** Index of the first time that is not below `seconds`. */
export function firstAt({ times, starts }: RowTimes, row: number, seconds: number): number {
  let low = starts[row];
  let high = starts[row + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

function pixelsOfSpikes(answer: RasterSpikes, screen: Screen): CountPixels {
  const known = timesOf(answer);
  const { times, starts } = known;
  return (row, pixels) => {
    for (let k = firstAt(known, row, screen.start); k < starts[row + 1]; k++) {
      const x = Math.floor((times[k] - screen.start) / screen.perPixel);
      if (x >= pixels.length) return;
      pixels[x]++;
    }
  };
}

const pixelsOf = (answer: RasterAnswer, screen: Screen): CountPixels =>
  isDensity(answer) ? pixelsOfDensity(answer, screen) : pixelsOfSpikes(answer, screen);

/** Whether an answer has all that is on screen. */
export const covers = ({ startSeconds, endSeconds }: RasterAnswer, [from, to]: readonly [number, number]): boolean =>
  startSeconds <= from && endSeconds >= to;

/** From the answer, and beside the interval that it has from the one about all of the recording. */
function countPixels({ answer, whole, visible }: RasterInput, screen: Screen): CountPixels {
  const own = pixelsOf(answer, screen);
  const end = Math.max(answer.endSeconds, whole?.endSeconds ?? 0);
  const [from, to] = secondsOnScreen(answer, visible);
  if (!whole || !sameRows(answer, whole) || covers(answer, [from, Math.min(to, end)])) return own;
  const beside = pixelsOf(whole, screen);
  const pixelOf = (seconds: number): number => Math.round((seconds - screen.start) / screen.perPixel);
  const [first, last] = [pixelOf(answer.startSeconds), pixelOf(answer.endSeconds)];
  return (row, pixels) => {
    beside(row, pixels);
    pixels.fill(0, Math.max(0, first), Math.max(0, last));
    own(row, pixels);
  };
}

/** Whether two answers have the same clusters in the same rows. */
function sameRows(a: RasterAnswer, b: RasterAnswer): boolean {
  const [one, other] = [a.clusterIds.data, b.clusterIds.data];
  return one === other || (one.length === other.length && one.every((id, row) => id === other[row]));
}

/** Brightness 0..1 of a row at every pixel, `least` for a single spike in its busiest row. */
class Brightness {
  private readonly counts: Float32Array;
  private readonly pixels: Float32Array;
  private readonly count: CountPixels;
  private readonly barWidth: number;
  /** Largest count of all rows; 0 where each has a scale of its own. */
  private readonly scale: number;

  constructor(input: RasterInput, screen: Screen, rows: readonly Row[]) {
    this.counts = new Float32Array(screen.width);
    this.pixels = new Float32Array(screen.width);
    this.count = countPixels(input, screen);
    this.barWidth = Math.max(1, Math.round(barWidth(input.values.markerSize) * input.resolution));
    this.scale = input.values.uniform ? rows.reduce((most, row) => Math.max(most, this.largest(row)), 0) : 0;
  }

  /** Fills `into`; false when the row has no spike on screen. */
  of(row: Row, least: number, into: Float32Array): boolean {
    const largest = this.largest(row);
    if (largest === 0) return false;
    const slope = (1 - least) / Math.sqrt(this.scale > 0 ? this.scale : largest);
    const { counts } = this;
    // Sums of fractions may leave a trace where there is nothing.
    for (let x = 0; x < counts.length; x++) into[x] = counts[x] > 1e-4 ? least + slope * Math.sqrt(counts[x]) : 0;
    return true;
  }

  private largest({ index }: Row): number {
    this.pixels.fill(0);
    this.count(index, this.pixels);
    widen(this.pixels, this.barWidth, this.counts);
    let largest = 0;
    for (let x = 0; x < this.counts.length; x++) if (this.counts[x] > largest) largest = this.counts[x];
    return largest > 1e-4 ? largest : 0;
  }
}

/** Lines of the bars in a row: without the gap to its neighbours, where there is room for one. */
function barLines({ top, rowHeight }: Screen, place: number): Lines {
  const gap = rowHeight < GAP_FROM_PX ? 0 : Math.max(0.5, ROW_MARGIN * rowHeight);
  const [from, to] = [Math.round((place - top) * rowHeight), Math.round((place + 1 - top) * rowHeight)];
  return [from + Math.floor(gap), to - Math.ceil(gap)];
}

/** Lines of the bars in the band of a selected row. */
function selectedBars([from, to]: Lines): Lines {
  const gap = to - from < 2 * GAP_FROM_PX ? 0 : Math.max(1, Math.round(ROW_MARGIN * (to - from)));
  return [from + gap, to - gap];
}

/** Rows that are not selected, from place `first` on. Several that are lower than a pixel share a line. */
function paintRows(image: RowImage, brightness: Brightness, screen: Screen, rows: readonly Row[], first: number): void {
  const { top, rowHeight, width } = screen;
  if (rowHeight >= 1) {
    const levels = new Float32Array(width);
    for (const [k, row] of rows.entries()) {
      if (!row.selected && brightness.of(row, LEAST, levels)) {
        image.row(levels, row.color, ALPHA, barLines(screen, first + k));
      }
    }
    return;
  }
  const lines = new Map<number, { readonly levels: Float32Array; readonly color: Rgba }[]>();
  for (const [k, row] of rows.entries()) {
    const levels = new Float32Array(width);
    if (!brightness.of(row, LEAST, levels)) continue;
    const y = Math.floor((first + k + 0.5 - top) * rowHeight);
    const line = lines.get(y) ?? [];
    line.push({ levels, color: row.color });
    lines.set(y, line);
  }
  for (const [y, line] of lines) image.mixture(line, ALPHA, y);
}

/** Selected rows over everything, opaque on a faint band of their colour. */
function paintSelected(
  image: RowImage,
  brightness: Brightness,
  screen: Screen,
  rows: readonly Row[],
  first: number,
  background: Rgba,
): void {
  const selected = [...rows.entries()].filter(([, row]) => row.selected);
  const places = selected.map(([k]) => first + k);
  const bands = linesOfAtLeast(places, screen, SELECTED_PX);
  const levels = new Float32Array(screen.width);
  for (const [k, [, row]] of selected.entries()) {
    const any = brightness.of(row, LEAST_SELECTED, levels);
    image.opaqueRow(any ? levels : null, row.color, background, TINT, bands[k], selectedBars(bands[k]));
  }
}

/** All spikes as pixels. */
export function densityImage(input: RasterInput, screen: Screen, rows: readonly Row[]): ImageMark {
  const first = Math.max(0, Math.floor(screen.top));
  const onScreen = rowsOnScreen(screen, rows);
  const brightness = new Brightness(input, screen, onScreen);
  const image = new RowImage(screen.width, screen.height);
  paintRows(image, brightness, screen, onScreen, first);
  paintSelected(image, brightness, screen, onScreen, first, input.style.background);
  return { kind: 'image', pixels: image.bytes, columns: screen.width, rows: screen.height };
}
