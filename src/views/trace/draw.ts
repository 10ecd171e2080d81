/** Traces as a scene (spec/views.md 6a and 6b, look.md 5): one row per channel by depth, spikes coloured over them, time along x. */
import type { Values } from '../../core/base/params.ts';
import { samplesPerColumn } from '../../core/base/tiles.ts';
import type { PlotStyle } from '../../gui/colors/style.ts';
import { stackedAt, stackedRow } from '../../gui/plot/layouts.ts';
import type { Camera, GutterLabel, LinesMark, Mark, Rgba, Scene, SignalsMark } from '../../gui/plot/scene.ts';
import type { SignalScale } from '../../gui/view/signalScale.ts';
import { columnStart, type Piece, type SignalTile } from '../../gui/view/signalTiles.ts';
import type { params } from './params.ts';
import type { TraceSpikes } from './query.ts';

export type TraceValues = Values<typeof params>;

export interface TraceInput {
  readonly pieces: readonly Piece[];
  /** Rank of each channel by depth, lowest first. */
  readonly ranks: Int32Array;
  readonly channelLabels: readonly string[];
  readonly sampleRate: number;
  /** Of the recording, s. */
  readonly duration: number;
  readonly scale: SignalScale;
  readonly spikes: TraceSpikes;
  /** Selected clusters: their order is their colour. */
  readonly clusters: readonly number[];
  /** Colour of a cluster that is not selected. */
  readonly colorOf: (clusterId: number) => Rgba;
  readonly values: TraceValues;
  readonly style: PlotStyle;
  /** CSS px of the whole plot, gutters included. */
  readonly size: { readonly width: number; readonly height: number };
  /** Rank of the cluster drawn last, null for the order of the selection. */
  readonly front: number | null;
  /** Vertical zoom of the camera: how many channel numbers have room. */
  readonly zoomY: number;
  /** What a double click returns to. */
  readonly home: Camera;
}

export const TRACES = 'traces';
/** Left gutter at scale 1, with channel numbers and without, CSS px. */
export const gutterLeft = (labels: boolean): number => (labels ? 30 : 8);
const TRACE_PX = 1;
const SPIKE_PX = 1.4;
/** CSS px that a channel number needs. */
const LABEL_PX = 13;
/** [low, high] of the row of rank `rank`, plot NDC. */
const rowOf = (input: Pick<TraceInput, 'ranks' | 'values'>, rank: number): readonly [number, number] =>
  stackedRow(rank, input.ranks.length, input.values.origin, input.values.scaling);

/** Rank of the row nearest to plot NDC `y`, and the channel in it. */
export function channelAt(ranks: Int32Array, origin: TraceValues['origin'], y: number): number {
  return ranks.indexOf(stackedAt(y, ranks.length, origin));
}

/** Where value 0 of each channel lies, and how far value 1 is from it; plot NDC. */
interface Placing {
  readonly base: Float64Array;
  readonly gain: number;
}

function placingOf(input: TraceInput): Placing {
  const { ranks, scale } = input;
  const [bottom, top] = rowOf(input, 0);
  const gain = (top - bottom) / (scale.high - scale.low);
  const middle = (scale.low + scale.high) / 2;
  const base = Float64Array.from(ranks, (rank, channel) => {
    const [low, high] = rowOf(input, rank);
    return (low + high) / 2 - gain * (middle + (scale.offsets?.[channel] ?? 0));
  });
  return { base, gain };
}

/**
 * A quiet gradient along the channel ids (spec/views.md 6b). Columns are filled, which is much more ink than lines: they are mixed with the ground,
 * so that spikes lead at every scale.
 */
function traceColors({ ranks, style }: TraceInput, strength: number): Uint8Array {
  const { traceLow, traceHigh, background } = style;
  const colors = new Uint8Array(4 * ranks.length);
  for (let channel = 0; channel < ranks.length; channel++) {
    const share = channel / ranks.length;
    for (let k = 0; k < 3; k++) {
      const color = traceLow[k] * (1 - share) + traceHigh[k] * share;
      colors[4 * channel + k] = Math.round(255 * (color * strength + background[k] * (1 - strength)));
    }
    colors[4 * channel + 3] = 255;
  }
  return colors;
}
/** Share of the colour at each level, from samples to columns that are mostly ink. */
const STRENGTHS = [1, 0.92, 0.84, 0.76, 0.68, 0.62];

// ---- traces

function signalMarks(input: TraceInput, { base, gain }: Placing): readonly SignalsMark[] {
  const { pieces, sampleRate } = input;
  const looks = STRENGTHS.map((strength) => ({ base, colors: traceColors(input, strength) }));
  const marks: SignalsMark[] = [];
  const mark = (values: SignalsMark['values'], level: number, start: number, from: number, to: number): void => {
    const dx = samplesPerColumn(level) / sampleRate;
    const rows = looks[Math.min(level, looks.length - 1)];
    marks.push({ kind: 'signals', values, rows, from, to, x0: start / sampleRate, dx, gain, width: TRACE_PX });
  };
  for (const [k, piece] of pieces.entries()) {
    const { tile, from, to } = piece;
    mark(tile.values, tile.level, columnStart(tile, 0), from, to);
    const next = pieces[k + 1];
    const joint = next === undefined ? undefined : jointOf(piece, next);
    if (joint !== undefined) mark(joint, tile.level, columnStart(tile, to - 1), 0, 2);
  }
  return marks;
}

interface Joint {
  readonly from: number;
  readonly next: SignalTile;
  readonly to: number;
  readonly values: SignalsMark['values'];
}
const joints = new WeakMap<SignalTile, Joint>();

/** The last column of a piece and the first of its neighbour, so that lines and columns do not break where tiles meet. */
function jointOf(piece: Piece, next: Piece): SignalsMark['values'] | undefined {
  const { tile, to } = piece;
  if (next.tile.level !== tile.level || columnStart(next.tile, next.from) !== columnStart(tile, to)) return undefined;
  const known = joints.get(tile);
  if (known?.from === to && known.next === next.tile && known.to === next.from) return known.values;
  const { rows } = tile.values;
  const two = (which: 'lower' | 'upper'): Float32Array => {
    const values = new Float32Array(2 * rows);
    values.set(tile.values[which].subarray((to - 1) * rows, to * rows));
    values.set(next.tile.values[which].subarray(next.from * rows, (next.from + 1) * rows), rows);
    return values;
  };
  const lower = two('lower');
  const upper = tile.values.lower === tile.values.upper ? lower : two('upper');
  const values = { lower, upper, rows };
  joints.set(tile, { from: to, next: next.tile, to: next.from, values });
  return values;
}

// ---- spikes over traces

/** Vertices of polylines, grown as needed. */
class Strips {
  private readonly x: number[] = [];
  private readonly y: number[] = [];
  private readonly starts: number[] = [0];
  private readonly colors: number[] = [];

  add(x: number, y: number): void {
    this.x.push(x);
    this.y.push(y);
  }
  /** Ends a line; one of a single vertex is dropped. */
  end(color: Rgba): void {
    const start = this.starts[this.starts.length - 1];
    if (this.x.length - start < 2) {
      this.x.length = start;
      this.y.length = start;
      return;
    }
    this.starts.push(this.x.length);
    for (const part of color) this.colors.push(Math.round(255 * part));
  }
  mark(width: number): LinesMark {
    return {
      kind: 'lines',
      x: new Float64Array(this.x),
      y: new Float64Array(this.y),
      starts: new Uint32Array(this.starts),
      color: [1, 1, 1, 1],
      stripColors: new Uint8Array(this.colors),
      width,
    };
  }
}

/** Channels of each cluster that occurs. */
export function spikeChannelsOf({ channels }: TraceSpikes): ReadonlyMap<number, Int32Array> {
  return new Map(channels.map(({ clusterId, channelIds }) => [clusterId, channelIds.data]));
}

/** Spikes as colour over the traces: those that are not selected first, then the selected ones in order, `front` last. */
function spikeMarks(input: TraceInput, placing: Placing): readonly LinesMark[] {
  const { spikes, clusters, style, colorOf, front } = input;
  const channels = spikeChannelsOf(spikes);
  const rankOf = new Map(clusters.map((id, rank) => [id, rank]));
  const byRank = new Map<number, number[]>();
  for (const [k, clusterId] of spikes.spikeClusters.data.entries()) {
    const rank = rankOf.get(clusterId) ?? -1;
    const list = byRank.get(rank);
    if (list === undefined) byRank.set(rank, [k]);
    else list.push(k);
  }
  const others = new Strips();
  const selected = new Strips();
  const painter = new SpikePainter(input, placing);
  const order = [...byRank.keys()].sort((a, b) => Number(a === front) - Number(b === front) || a - b);
  for (const rank of order) {
    for (const k of byRank.get(rank) ?? []) {
      const clusterId = spikes.spikeClusters.data[k];
      const color = rank < 0 ? colorOf(clusterId) : style.clusterColor(rank);
      painter.paint(rank < 0 ? others : selected, k, channels.get(clusterId) ?? NO_CHANNELS, color);
    }
  }
  return [others.mark(TRACE_PX), selected.mark(SPIKE_PX)];
}
const NO_CHANNELS = new Int32Array(0);

/** Traces the pieces again where spikes are: the very values that the traces under them are drawn from. */
class SpikePainter {
  private readonly input: TraceInput;
  private readonly placing: Placing;
  /** Up to where, in samples, the columns of a cluster are painted: its spikes come in order, and a column that holds many is painted once. */
  private readonly painted = new Map<number, number>();

  constructor(input: TraceInput, placing: Placing) {
    this.input = input;
    this.placing = placing;
  }

  paint(strips: Strips, spike: number, channels: Int32Array, color: Rgba): void {
    const { spikes, pieces } = this.input;
    const count = spikes.spikeSampleCount;
    const start = spikes.spikeSamples.data[spike] - Math.floor(count / 2);
    const touched = piecesIn(pieces, start, start + count);
    const clusterId = spikes.spikeClusters.data[spike];
    const painted = this.painted.get(clusterId) ?? -Infinity;
    const last = touched.at(-1);
    if (last !== undefined) this.painted.set(clusterId, endOfColumn(last, start + count - 1));
    for (const channel of channels) {
      for (const [k, piece] of touched.entries()) {
        this.paintPiece(strips, piece, channel, start, start + count, painted);
        // Samples go on from tile to tile in one line.
        const next = touched[k + 1];
        if (next === undefined || next.tile.level > 0 || piece.tile.level > 0) strips.end(color);
      }
    }
  }

  private paintPiece(strips: Strips, piece: Piece, channel: number, start: number, end: number, painted: number): void {
    const { tile } = piece;
    const samples = samplesPerColumn(tile.level);
    // A column that is shorter than a spike is part of its shape and is never left out.
    const from = samples < end - start ? start : Math.max(start, painted);
    const first = Math.max(piece.from, Math.floor((from - columnStart(tile, 0)) / samples));
    const last = Math.min(piece.to, Math.floor((end - 1 - columnStart(tile, 0)) / samples) + 1);
    for (let column = first; column < last; column++) {
      if (tile.level === 0) this.addSample(strips, tile, column, channel);
      else this.addColumn(strips, tile, column, channel);
    }
  }

  private addSample(strips: Strips, tile: SignalTile, column: number, channel: number): void {
    const { base, gain } = this.placing;
    const value = tile.values.lower[column * tile.values.rows + channel];
    strips.add(columnStart(tile, column) / this.input.sampleRate, base[channel] + gain * value);
  }

  /** Up one column, down the next. */
  private addColumn(strips: Strips, tile: SignalTile, column: number, channel: number): void {
    const { base, gain } = this.placing;
    const { lower, upper, rows } = tile.values;
    const x = (columnStart(tile, column) + samplesPerColumn(tile.level) / 2) / this.input.sampleRate;
    const low = base[channel] + gain * lower[column * rows + channel];
    const high = base[channel] + gain * upper[column * rows + channel];
    strips.add(x, column % 2 === 0 ? low : high);
    strips.add(x, column % 2 === 0 ? high : low);
  }
}

/** First sample after the column of a piece that holds a sample. */
function endOfColumn({ tile }: Piece, sample: number): number {
  const samples = samplesPerColumn(tile.level);
  return columnStart(tile, Math.floor((sample - columnStart(tile, 0)) / samples) + 1);
}

/** The pieces that hold samples [start, end), in order; found by bisection. */
function piecesIn(pieces: readonly Piece[], start: number, end: number): readonly Piece[] {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { tile, to } = pieces[middle];
    if (columnStart(tile, to) <= start) low = middle + 1;
    else high = middle;
  }
  const found: Piece[] = [];
  for (let k = low; k < pieces.length && columnStart(pieces[k].tile, pieces[k].from) < end; k++) found.push(pieces[k]);
  return found;
}

// ---- the scene

/** How many rows apart channel numbers are so that they never touch: 1, 2 or 5 times a power of ten. */
export function labelStep(rows: number, height: number, zoomY: number, least: number): number {
  const pitch = (height * zoomY) / Math.max(1, rows);
  const wanted = least / Math.max(pitch, 1e-9);
  if (wanted <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= wanted) ?? 10 * power;
}

function labelsOf(input: TraceInput, height: number): readonly GutterLabel[] {
  const { ranks, channelLabels, style, values, zoomY } = input;
  if (!values.labels) return [];
  const step = labelStep(ranks.length, height, zoomY, LABEL_PX * style.scale);
  const labels: GutterLabel[] = [];
  for (const [channel, rank] of ranks.entries()) {
    if (rank % step !== 0) continue;
    const [low, high] = rowOf(input, rank);
    labels.push({
      edge: 'left',
      at: (low + high) / 2,
      text: channelLabels[channel] ?? String(channel),
      color: style.tick,
    });
  }
  return labels;
}

/** Marks of the same data stay the same objects while only labels or the camera's home change. */
interface Memo {
  readonly key: readonly unknown[];
  readonly marks: readonly Mark[];
}
const memos = new WeakMap<readonly Piece[], Memo>();

function marksOf(input: TraceInput): readonly Mark[] {
  const { pieces, ranks, scale, spikes, clusters, colorOf, style, front, values } = input;
  const key = [ranks, scale, spikes, clusters, colorOf, style, front, values.origin, values.scaling];
  const memo = memos.get(pieces);
  if (memo !== undefined && key.every((part, k) => part === memo.key[k])) return memo.marks;
  const placing = placingOf(input);
  const marks = [...signalMarks(input, placing), ...spikeMarks(input, placing)];
  memos.set(pieces, { key, marks });
  return marks;
}

/** The scene: one frame over the whole recording, in seconds and plot NDC; the camera shows the interval. */
export function traceScene(input: TraceInput): Scene {
  const { style, size, values, duration, home } = input;
  const gutters = {
    left: gutterLeft(values.labels) * style.scale,
    right: style.gutter.right,
    top: style.gutter.top,
    bottom: style.gutter.bottom,
  };
  const height = Math.max(1, size.height - gutters.top - gutters.bottom);
  return {
    frames: [{ id: TRACES, box: [-1, -1, 1, 1], bounds: [0, -1, duration, 1], clip: false, marks: marksOf(input) }],
    gutters,
    background: style.background,
    xAxes: [{ frame: TRACES, unit: 's', grid: true }],
    yAxes: [],
    labels: labelsOf(input, height),
    home,
  };
}

/** Index of the spike on a channel that is nearest in time to a sample, of those from sample `first` to `last`; undefined without any. */
export function nearestSpike(
  spikes: TraceSpikes,
  channel: number,
  sample: number,
  [first, last]: readonly [number, number],
): number | undefined {
  const channels = spikeChannelsOf(spikes);
  let best: number | undefined;
  let least = Infinity;
  for (const [k, clusterId] of spikes.spikeClusters.data.entries()) {
    const own = spikes.spikeSamples.data[k];
    const distance = Math.abs(own - sample);
    if (own < first || own > last || distance >= least || channels.get(clusterId)?.includes(channel) !== true) continue;
    best = k;
    least = distance;
  }
  return best;
}
