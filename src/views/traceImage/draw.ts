/** The trace image as a scene (spec/views.md 7a and 7b): one row of colours per channel by depth, time along x. */
import type { Values } from '../../core/base/params.ts';
import { samplesPerColumn } from '../../core/base/tiles.ts';
import type { PlotStyle } from '../../gui/colors/style.ts';
import type { Camera, Frame, ImageMark, Scene } from '../../gui/plot/scene.ts';
import { further, type SignalScale } from '../../gui/view/signalScale.ts';
import { columnStart, type Piece } from '../../gui/view/signalTiles.ts';
import type { params } from './params.ts';

export type TraceImageValues = Values<typeof params>;

export interface TraceImageInput {
  readonly pieces: readonly Piece[];
  /** Rank of each channel by depth, lowest first. */
  readonly ranks: Int32Array;
  readonly sampleRate: number;
  /** Of the recording, s. */
  readonly duration: number;
  /** Values that take the two ends of the palette at scaling 1. */
  readonly limits: SignalScale;
  /** RGBA bytes of each colour, lowest first. */
  readonly palette: Uint32Array;
  readonly values: TraceImageValues;
  readonly style: PlotStyle;
  /** What a double click returns to. */
  readonly home: Camera;
}

/** CSS px at scale 1. */
export const GUTTER_LEFT = 8;

/** The frame that covers the whole recording, in seconds and rows from the bottom. */
export const ROWS = 'rows';

interface Look {
  readonly ranks: Int32Array;
  readonly limits: SignalScale;
  readonly palette: Uint32Array;
  readonly origin: TraceImageValues['origin'];
  readonly scaling: number;
}
const images = new WeakMap<Piece['tile'], Map<string, { readonly look: Look; readonly mark: ImageMark }>>();

const sameLook = (a: Look, b: Look): boolean =>
  a.ranks === b.ranks &&
  a.limits === b.limits &&
  a.palette === b.palette &&
  a.origin === b.origin &&
  a.scaling === b.scaling;

/** The pixels of a piece, made once for a look. */
function imageOf(piece: Piece, look: Look): ImageMark {
  const { tile, from, to } = piece;
  const known = images.get(tile) ?? new Map<string, { readonly look: Look; readonly mark: ImageMark }>();
  images.set(tile, known);
  const key = `${from} ${to}`;
  const found = known.get(key);
  if (found !== undefined && sameLook(found.look, look)) return found.mark;
  const mark = paintImage(piece, look);
  known.set(key, { look, mark });
  return mark;
}

/** Colours of the values, clipped to the limits; samples as they are, columns by their value further from zero. */
function paintImage({ tile, from, to }: Piece, { ranks, limits, palette, origin, scaling }: Look): ImageMark {
  const { lower, upper, rows } = tile.values;
  const columns = to - from;
  const pixels = new Uint32Array(columns * rows);
  const low = scaling * limits.low;
  const last = palette.length - 1;
  const perColor = last / (scaling * (limits.high - limits.low));
  const starts = Int32Array.from(ranks, (rank) => columns * (origin === 'bottom' ? rows - 1 - rank : rank));
  const offsets = limits.offsets ?? new Float64Array(rows);
  // Along the memory of the values; plain operations, because a screen holds hundreds of thousands of them.
  for (let column = 0, at = from * rows; column < columns; column++) {
    for (let channel = 0; channel < rows; channel++, at++) {
      const value = further(lower[at] - offsets[channel], upper[at] - offsets[channel]);
      const place = (value - low) * perColor + 0.5;
      pixels[starts[channel] + column] = palette[place < last ? (place > 0 ? Math.trunc(place) : 0) : last];
    }
  }
  return { kind: 'image', pixels: new Uint8Array(pixels.buffer), columns, rows };
}

/** A frame for each piece, as wide as its columns; a sample fills the time up to the next one. */
function pieceFrame(piece: Piece, k: number, look: Look, { sampleRate, duration }: TraceImageInput): Frame {
  const { tile, from, to } = piece;
  const x = (column: number): number => (2 * columnStart(tile, column)) / sampleRate / duration - 1;
  return {
    id: `piece ${k}`,
    box: [x(from), -1, x(to), 1],
    bounds: [0, 0, (to - from) * samplesPerColumn(tile.level), tile.values.rows],
    clip: false,
    inert: true,
    marks: [imageOf(piece, look)],
  };
}

/** The scene: pieces of the image, and over them one empty frame for the axis and the pointer. */
export function traceImageScene(input: TraceImageInput): Scene {
  const { pieces, ranks, limits, palette, values, style, duration, home } = input;
  const look: Look = { ranks, limits, palette, origin: values.origin, scaling: values.scaling };
  return {
    frames: [
      ...pieces.map((piece, k) => pieceFrame(piece, k, look, input)),
      { id: ROWS, box: [-1, -1, 1, 1], bounds: [0, 0, duration, ranks.length], clip: false, marks: [] },
    ],
    gutters: {
      left: GUTTER_LEFT * style.scale,
      right: style.gutter.right,
      top: style.gutter.top,
      bottom: style.gutter.bottom,
    },
    background: style.background,
    xAxes: [{ frame: ROWS, unit: 's', grid: false }],
    yAxes: [],
    labels: [],
    home,
  };
}

/** Rank of the row at a height given in rows from the bottom, whichever end the first one lies at. */
export function rankAt(y: number, rows: number, origin: TraceImageValues['origin']): number {
  const fromBottom = Math.min(rows - 1, Math.max(0, Math.floor(y)));
  return origin === 'bottom' ? fromBottom : rows - 1 - fromBottom;
}
