/** Waveforms as a scene (spec/views.md 2a and 2b, look.md 5): boxes at the places of the channels, one slot per cluster in each. */
import { paintOrder } from '../../core/base/arrays.ts';
import type { NdArray } from '../../core/base/nd.ts';
import { niceBelow } from '../../core/base/layout.ts';
import type { Values } from '../../core/base/params.ts';
import type { PlotStyle } from '../../gui/colors/style.ts';
import type { Box, Frame, LinesMark, Mark, Rgba, Scene, SegmentsMark, TextMark } from '../../gui/plot/scene.ts';
import type { params } from './params.ts';
import type { WaveformAnswer, WaveformCluster } from './query.ts';

export type WaveformValues = Values<typeof params>;

export interface WaveformInput {
  readonly answer: WaveformAnswer;
  readonly values: WaveformValues;
  readonly style: PlotStyle;
  /** Full scale of a box, in the answer's unit: M of spec/views.md 2a, kept across selections. */
  readonly yMax: number;
  /** CSS px of the whole plot, gutters included. */
  readonly size: { readonly width: number; readonly height: number };
  /** Zoom of the camera, for the length of the scale bars. */
  readonly zoom: readonly [number, number];
  /** Rank of the cluster drawn last, null for the order of the selection. */
  readonly front: number | null;
}

const CHANNEL = 'channel';
const GUTTERS = { left: 8, right: 8, top: 6, bottom: 2 };
/** Height of the strip with the scale bars. */
const STRIP_PX = 18;
/** Width of a character of a tick label. */
const CHARACTER_PX = 6.2;
const GAP_PX = 5;
/** Half height of the line at the spike's sample, relative to the full scale of a box. */
const SPIKE_LINE = 0.5;
/** A box narrower than this has no room for its channel number. */
const LABEL_FROM_PX = 44;

/** Slot of each cluster when drawn side by side (spec/views.md 2a): clusters that share no channel may share a slot. */
export function slotOffsets(clusters: readonly { readonly channelIds: NdArray<Int32Array> }[]): {
  readonly offsets: readonly number[];
  readonly slots: number;
} {
  const taken = new Map<number, number>();
  const offsets = clusters.map(({ channelIds }) => {
    const offset = channelIds.data.reduce((most, id) => Math.max(most, taken.get(id) ?? 0), 0);
    for (const id of channelIds.data) taken.set(id, (taken.get(id) ?? 0) + 1);
    return offset;
  });
  return { offsets, slots: 1 + Math.max(0, ...offsets) };
}

/** Where x in [-1, 1] of a wave lies in its box: slots of width 8 with gaps of 1. `slots` = 1 is the whole box. */
export function slotRange(offset: number, slots: number): readonly [number, number] {
  const at = (x: number): number => -1 + (2 * offset * 9 + 8 * (x + 1)) / (9 * slots - 1);
  return [at(-1), at(1)];
}

/** Smallest horizontal distance between two centres whose boxes share some height; infinite without such a pair. */
function closestBeside(answer: WaveformAnswer): number {
  const centers = answer.boxPositions.data;
  let least = Infinity;
  for (let i = 0; i < centers.length; i += 2) {
    for (let j = 0; j < i; j += 2) {
      if (Math.abs(centers[i + 1] - centers[j + 1]) >= 2 * answer.boxSize[1]) continue;
      least = Math.min(least, Math.abs(centers[i] - centers[j]));
    }
  }
  return least;
}

/**
 * Boxes as drawn before scaling: those of spec/views.md 1.6 leave much room beside them where rows of sites are staggered. They are widened
 * until neighbours at the same height are 5 % apart, and the centres moved inwards so that all still fit (departs from the reference).
 */
export function roomyBoxes(answer: WaveformAnswer): { readonly spreadX: number; readonly halfWidth: number } {
  const [w] = answer.boxSize;
  const centers = answer.boxPositions.data;
  const edge = centers.reduce((most, v, k) => (k % 2 === 0 ? Math.max(most, Math.abs(v)) : most), 0);
  const beside = closestBeside(answer);
  const wider = Number.isFinite(beside) ? 0.475 * beside : Math.max(w, edge);
  if (edge === 0 || wider <= w) return { spreadX: 1, halfWidth: w };
  const fit = 1 / (edge + wider);
  return { spreadX: fit, halfWidth: wider * fit };
}

/** The largest single values set the scale; at this gain over spec/views.md 2a usual waves fill their box (look.md 5). */
const GAIN = 1.6;

/**
 * Boxes as high as the gain wants them, less where there are few rows, and the centres moved inwards so that the full scale of the outermost
 * rows is on screen: what is cut off at the edge of the plot looks like the end of a wave.
 */
export function tallBoxes(answer: WaveformAnswer): { readonly spreadY: number; readonly halfHeight: number } {
  const [, h] = answer.boxSize;
  const edge = answer.boxPositions.data.reduce((most, v, k) => (k % 2 === 1 ? Math.max(most, Math.abs(v)) : most), 0);
  const halfHeight = Math.min(1, h * Math.min(GAIN, 1 + (0.1 * (1 - h)) / h));
  return { spreadY: edge === 0 ? 1 : Math.min(1, (1 - halfHeight) / edge), halfHeight };
}

/** The box of each channel of the answer, scaled, in NDC of the whole plot (strip for the scale bars not yet taken off). */
export function channelBoxes(answer: WaveformAnswer, values: WaveformValues): readonly Box[] {
  const { spreadX, halfWidth } = roomyBoxes(answer);
  const w = halfWidth * values.boxScaleX;
  const { spreadY, halfHeight } = tallBoxes(answer);
  const h = halfHeight * values.boxScaleY;
  const centers = answer.boxPositions.data;
  return Array.from({ length: answer.channelIds.data.length }, (_, k) => {
    const x = centers[2 * k] * spreadX * values.probeScaleX;
    const y = centers[2 * k + 1] * spreadY * values.probeScaleY;
    return [x - w, y - h, x + w, y + h];
  });
}

/** Makes room for the strip at the bottom: [-1, 1] becomes [low, 1]. */
const above = (box: Box, low: number): Box => {
  const y = (v: number): number => low + ((v + 1) / 2) * (1 - low);
  return [box[0], y(box[1]), box[2], y(box[3])];
};

/** Bottom of the area for boxes in plot NDC, above the strip with the scale bars. */
export function stripTop(height: number): number {
  return -1 + (2 * STRIP_PX) / Math.max(1, height - GUTTERS.top - GUTTERS.bottom);
}

/** Where the boxes of the channels lie in plot NDC, strip for the scale bars taken off. `height`: CSS px of the whole plot. */
export function placedBoxes(answer: WaveformAnswer, values: WaveformValues, height: number): readonly Box[] {
  const low = stripTop(height);
  return channelBoxes(answer, values).map((box) => above(box, low));
}

interface ClusterMarks {
  /** Per channel of the cluster: all waves, and their mean where it is drawn on top. */
  readonly waves: readonly LinesMark[];
  readonly means: readonly LinesMark[];
}
interface AnswerMarks {
  readonly clusters: readonly ClusterMarks[];
  /** Under the waves of every box: the zero line with its ticks, the sample of the spike. */
  readonly under: readonly SegmentsMark[];
}

const fade = (color: Rgba, alpha: number): Rgba => [color[0], color[1], color[2], alpha];

/** Saturation times m, value times (1 + m) / 2 (spec/views.md 1.2). */
function masked(color: Rgba, m: number): Rgba {
  const value = Math.max(color[0], color[1], color[2]);
  const channel = (c: number): number => ((value - (value - c) * m) * (1 + m)) / 2;
  return [channel(color[0]), channel(color[1]), channel(color[2]), color[3]];
}

/** Which samples of an answer are drawn, and where. */
export interface Alignment {
  /** Where the sample of the spike lies in a box, in samples from its left edge. */
  readonly spike: number;
  /** Samples that waves are moved to the right, so that the spike's sample of templates lies where that of raw data does. */
  readonly shift: number;
  /** Samples [first, last) are drawn: those that a box has room for. */
  readonly first: number;
  readonly last: number;
}

/**
 * All types are aligned on the sample of the spike (users-and-rivals B8). Where there are waveforms to compare with, templates cut elsewhere
 * are moved and lose what sticks out of the window; templates alone stay as they are.
 */
export function alignmentOf({ types, spikeSample, alignSample, sampleCount }: WaveformAnswer): Alignment {
  const own = alignSample ?? spikeSample;
  const shift = types.includes('waveforms') ? spikeSample - own : 0;
  return { spike: own + shift, shift, first: Math.max(0, -shift), last: Math.min(sampleCount, sampleCount - shift) };
}

/** x of the drawn samples, repeated for each wave; one array serves every channel and cluster. */
function sampleAxis({ first, last, shift }: Alignment, waves: number): Float32Array {
  const samples = last - first;
  const x = new Float32Array(samples * waves);
  for (let i = 0; i < x.length; i++) x[i] = first + shift + (i % samples);
  return x;
}

/** [wave][drawn sample] of one channel out of [wave][sample][channel]. */
function ofChannel(waveforms: NdArray<Float32Array>, channel: number, { first, last }: Alignment): Float32Array {
  const [waves, samples, channels] = waveforms.shape;
  const drawn = last - first;
  const y = new Float32Array(waves * drawn);
  for (let i = 0; i < y.length; i++) {
    const sample = Math.floor(i / drawn) * samples + first + (i % drawn);
    y[i] = waveforms.data[sample * channels + channel];
  }
  return y;
}

/** Mean over waves of [wave][sample]. */
function meanOf(y: Float32Array, samples: number): Float32Array {
  const mean = new Float64Array(samples);
  const waves = y.length / samples;
  for (let i = 0; i < y.length; i++) mean[i % samples] += y[i];
  return Float32Array.from(mean, (sum) => sum / waves);
}

/** Masks of the waves on a channel: those of klusta, which are of the spike there, else one for all channels (templates). */
function masksOn({ masks, channelMasks }: WaveformCluster, channel: number): Float32Array {
  if (channelMasks === undefined) return masks.data;
  const [waves, width] = channelMasks.shape;
  return Float32Array.from({ length: waves }, (_, wave) => channelMasks.data[wave * width + channel]);
}

/** One colour per wave, 4 bytes each, when some wave is masked. */
function maskColors(masks: Float32Array, color: Rgba): Uint8Array | undefined {
  if (masks.every((m) => m === 1)) return undefined;
  return Uint8Array.from([...masks].flatMap((m) => masked(color, m).map((c) => Math.round(c * 255))));
}

/** Mask of a mean wave, as klusta has it: the mean of the masks to the power of 0.1 (spec/data.md 12.4). */
const meanMask = (masks: Float32Array): number =>
  (masks.reduce((sum, m) => sum + m, 0) / Math.max(1, masks.length)) ** 0.1;

/** Opacity of single waves under their mean: the more of them, the fainter, so that spread stays readable. */
export function singleAlpha(waves: number): number {
  return Math.min(0.75, Math.max(0.07, 8 / Math.max(1, waves)));
}

function clusterMarks(cluster: WaveformCluster, rank: number, input: WaveformInput, axis: Float32Array): ClusterMarks {
  const { answer, style, values } = input;
  const [waves] = cluster.waveforms.shape;
  const alignment = alignmentOf(answer);
  const samples = alignment.last - alignment.first;
  const single = answer.type === 'waveforms';
  const withMean = single && values.meanOnTop && waves > 1;
  const alpha = single ? (withMean ? singleAlpha(waves) : style.alpha.wave) : 1;
  const color = fade(style.clusterColor(rank), alpha);
  const starts = Uint32Array.from({ length: waves + 1 }, (_, i) => i * samples);
  const columns = Array.from(cluster.channelIds.data, (_, k) => ofChannel(cluster.waveforms, k, alignment));
  const masks = columns.map((_, k) => masksOn(cluster, k));
  const isMasked = !single || cluster.channelMasks !== undefined;
  const lines = { kind: 'lines', color, width: single ? 1 : 3, starts } as const;
  const colorsOn = (k: number): Pick<LinesMark, 'stripColors'> => {
    const stripColors = isMasked ? maskColors(masks[k], color) : undefined;
    return stripColors === undefined ? {} : { stripColors };
  };
  const mean = { kind: 'lines', width: 2, starts: new Uint32Array([0, samples]) } as const;
  const meanColor = style.meanColor(rank);
  const meanOn = (k: number): Rgba =>
    cluster.channelMasks === undefined ? meanColor : masked(meanColor, meanMask(masks[k]));
  return {
    waves: columns.map((y, k) => ({ ...lines, ...colorsOn(k), x: axis.subarray(0, y.length), y })),
    means: withMean
      ? columns.map((y, k) => ({ ...mean, color: meanOn(k), x: axis.subarray(0, samples), y: meanOf(y, samples) }))
      : [],
  };
}

function allClusterMarks(input: WaveformInput): readonly ClusterMarks[] {
  const { clusters } = input.answer;
  const waves = Math.max(1, ...clusters.map((cluster) => cluster.waveforms.shape[0]));
  const axis = sampleAxis(alignmentOf(input.answer), waves);
  return clusters.map((cluster, rank) => clusterMarks(cluster, rank, input, axis));
}

/** Zero line over the slot and a tick at every millisecond of the window (spec/views.md 2b). */
function zeroMark(answer: WaveformAnswer, yMax: number, color: Rgba): SegmentsMark {
  const last = Math.max(1, answer.sampleCount - 1);
  const seconds = answer.sampleCount / answer.sampleRate;
  const ticks = Math.round(1000 * seconds);
  const half = yMax * 0.04;
  const ends = [0, 0, last, 0];
  for (let k = 0; k < ticks; k++) {
    const x = ((k / 1000) * last) / seconds;
    ends.push(x, -half, x, half);
  }
  return { kind: 'segments', ends: Float32Array.from(ends), color, width: 1 };
}

/** A thin dashed line where the sample of the spike is, over the height of a usual wave. */
function spikeMark(answer: WaveformAnswer, yMax: number, color: Rgba): SegmentsMark {
  const { spike } = alignmentOf(answer);
  const ends = Float32Array.of(spike, -yMax * SPIKE_LINE, spike, yMax * SPIKE_LINE);
  return { kind: 'segments', ends, color, width: 1, dash: [2, 3] };
}

interface Memo {
  readonly style: PlotStyle;
  readonly meanOnTop: boolean;
  readonly yMax: number;
  readonly marks: AnswerMarks;
}
const memos = new WeakMap<WaveformAnswer, Memo>();

/** The marks of an answer; the same objects as long as answer, style and full scale stay, so that scaling moves only boxes. */
function marksOf(input: WaveformInput): AnswerMarks {
  const { answer, style, values, yMax } = input;
  const memo = memos.get(answer);
  if (memo?.style === style && memo.meanOnTop === values.meanOnTop && memo.yMax === yMax) return memo.marks;
  const same = memo?.style === style && memo.meanOnTop === values.meanOnTop;
  const clusters = same ? memo.marks.clusters : allClusterMarks(input);
  const under = [zeroMark(answer, yMax, style.zero), spikeMark(answer, yMax, style.zero)];
  const marks = { clusters, under };
  memos.set(answer, { style, meanOnTop: values.meanOnTop, yMax, marks });
  return marks;
}

/** Everything placed: pixels of the area, boxes above the strip, the part of a box left of which the channel number stands. */
interface Layout {
  readonly width: number;
  readonly height: number;
  readonly low: number;
  readonly boxes: readonly Box[];
  /** NDC taken from the left of every box for its channel number. */
  readonly label: number;
}

function layoutOf({ answer, values, size, style }: WaveformInput): Layout {
  const width = Math.max(1, size.width - GUTTERS.left - GUTTERS.right);
  const height = Math.max(1, size.height - GUTTERS.top - GUTTERS.bottom);
  const low = stripTop(size.height);
  const boxes = placedBoxes(answer, values, size.height);
  const boxPx = roomyBoxes(answer).halfWidth * values.boxScaleX * width;
  const characters = Math.max(1, ...answer.channelLabels.map((label) => label.length));
  const labelPx = Math.min(characters * CHARACTER_PX * style.scale + GAP_PX + 2, boxPx * 0.5);
  const label = values.labels && boxPx >= LABEL_FROM_PX ? (2 * labelPx) / width : 0;
  return { width, height, low, boxes, label };
}

/** The part of a box that waves may use, and of it one slot. */
function slotBox(box: Box, label: number, offset: number, slots: number): Box {
  const left = box[0] + label;
  const [x0, x1] = slotRange(offset, slots);
  const at = (x: number): number => left + ((x + 1) / 2) * (box[2] - left);
  return [at(x0), box[1], at(x1), box[3]];
}

/** Channel numbers left of their boxes, in one frame that moves with the camera. */
function labelFrame(input: WaveformInput, layout: Layout): Frame {
  const { answer, style } = input;
  const text: TextMark = {
    kind: 'text',
    x: Float32Array.from(layout.boxes, (box) => box[0] + layout.label),
    y: Float32Array.from(layout.boxes, (box) => (box[1] + box[3]) / 2),
    text: answer.channelLabels,
    anchor: [1, 0],
    offset: [-GAP_PX, 0],
    color: style.tick,
    size: style.tickSize,
  };
  const whole: Box = [-1, -1, 1, 1];
  const window: Box = [-1, layout.low, 1, 1];
  return { id: 'labels', box: whole, bounds: whole, clip: false, window, inert: true, marks: [text] };
}

/** `1 ms`, unless that is too short or too long to read: then a rounder multiple or part of it. */
export function timeBar(pxPerMs: number, available: number): { readonly ms: number; readonly px: number } {
  const SHORTEST = 8;
  let ms = 1;
  if (pxPerMs < SHORTEST) ms = niceBelow((2.5 * SHORTEST) / pxPerMs);
  else if (pxPerMs > available) ms = niceBelow(Math.max(available, SHORTEST) / pxPerMs);
  return { ms, px: ms * pxPerMs };
}

/** The unit of an answer as people write it; templates are in the unit of the sorter. */
export function unitText({ unit, type }: Pick<WaveformAnswer, 'unit' | 'type'>): string {
  if (unit === 'uV') return 'µV';
  return type === 'templates' ? 'template units' : 'raw units';
}

/** The strip below the boxes: one time bar on the right, one amplitude bar beside it; pixels are its data units. */
function scaleFrame(input: WaveformInput, layout: Layout): Frame {
  const { answer, style, zoom, yMax, values } = input;
  const { slots } = slotOffsets(answer.clusters);
  const box = layout.boxes[0];
  const marks: Mark[] = [];
  const write = (text: string, x: number, anchor: -1 | 1, color: Rgba): void => {
    const y = new Float32Array([STRIP_PX / 2 - 1]);
    marks.push({
      kind: 'text',
      x: new Float32Array([x]),
      y,
      text: [text],
      anchor: [anchor, 0],
      color,
      size: style.tickSize,
    });
  };
  if (box !== undefined && answer.clusters.length > 0) {
    const [x0, , x1] = slotBox(box, layout.label, 0, values.overlap ? 1 : slots);
    const pxPerMs = ((((x1 - x0) / 2) * layout.width * zoom[0]) / answer.sampleCount) * (answer.sampleRate / 1000);
    const time = timeBar(pxPerMs, layout.width * 0.3);
    const right = layout.width - 4;
    const mid = STRIP_PX / 2 - 1;
    const ends = [
      right - time.px,
      mid,
      right,
      mid,
      right - time.px,
      mid - 3,
      right - time.px,
      mid + 3,
      right,
      mid - 3,
      right,
      mid + 3,
    ];
    const timeText = `${Number(time.ms.toPrecision(3))} ms`;
    write(timeText, right - time.px - 6, 1, style.tick);
    const perPx = (2 * yMax) / Math.max(1e-9, ((box[3] - box[1]) / 2) * layout.height * zoom[1]);
    const amplitude = niceBelow(perPx * (STRIP_PX - 5));
    const x = right - time.px - 6 - (timeText.length + 2) * CHARACTER_PX * style.scale - 10;
    const bottom = 2;
    const top = bottom + amplitude / perPx;
    ends.push(x, bottom, x, top, x - 3, bottom, x + 3, bottom, x - 3, top, x + 3, top);
    const amplitudeText = `${Number(amplitude.toPrecision(3))} ${unitText(answer)}`;
    write(amplitudeText, x - 7, 1, style.tick);
    marks.push({ kind: 'segments', ends: Float32Array.from(ends), color: style.tick, width: 1 });
    // What the numbers beside the boxes are, where the scale bars leave room for it.
    const free = x - 7 - amplitudeText.length * CHARACTER_PX * style.scale;
    if (values.labels && free > 4 + (CHANNEL.length + 2) * CHARACTER_PX * style.scale)
      write(CHANNEL, 4, -1, style.faint);
  }
  return {
    id: 'scale',
    box: [-1, -1, 1, layout.low],
    bounds: [0, 0, layout.width, STRIP_PX],
    clip: true,
    fixed: 'both',
    inert: true,
    marks,
  };
}

/** Frames of one layer of marks, for every cluster and each of its channels. Ids are `channel:cluster`, with the layer when it is not the first. */
function waveFrames(
  input: WaveformInput,
  layout: Layout,
  layers: (rank: number, channel: number) => readonly Mark[],
  name: string,
): readonly Frame[] {
  const { answer, values, yMax } = input;
  const { offsets, slots } = slotOffsets(answer.clusters);
  const places = new Map(Array.from(answer.channelIds.data, (id, place) => [id, place]));
  const bounds: Box = [0, -yMax, Math.max(1, answer.sampleCount - 1), yMax];
  const window: Box = [-1, layout.low, 1, 1];
  return paintOrder(answer.clusters.length, input.front).flatMap((rank) => {
    const cluster = answer.clusters[rank];
    return Array.from(cluster.channelIds.data, (channelId, k): Frame => {
      const place = places.get(channelId) ?? 0;
      const slot = values.overlap ? ([0, 1] as const) : ([offsets[rank], slots] as const);
      const box = slotBox(layout.boxes[place], layout.label, ...slot);
      const id = `${channelId}:${cluster.clusterId}${name}`;
      return { id, box, bounds, clip: false, window, inert: name !== '', marks: layers(rank, k) };
    });
  });
}

/** The scene of an answer. Frame ids `<channelId>:<clusterId>`; data units are samples and the answer's unit. */
export function waveformScene(input: WaveformInput): Scene {
  const { style, values } = input;
  const layout = layoutOf(input);
  const { clusters, under } = marksOf(input);
  const means = (rank: number, k: number): readonly Mark[] => clusters[rank].means.slice(k, k + 1);
  const waves = (rank: number, k: number): readonly Mark[] => [clusters[rank].waves[k]];
  // Layer after layer, because like marks are painted fastest together; on top of each other no cluster's waves may cover another's mean.
  const frames = [
    ...waveFrames(input, layout, () => under, ''),
    ...waveFrames(
      input,
      layout,
      values.overlap ? waves : (rank, k) => [...waves(rank, k), ...means(rank, k)],
      ':waves',
    ),
    ...(values.overlap ? waveFrames(input, layout, means, ':mean') : []),
  ];
  return {
    frames: [...(values.labels ? [labelFrame(input, layout)] : []), ...frames, scaleFrame(input, layout)],
    gutters: GUTTERS,
    background: style.background,
    xAxes: [],
    yAxes: [],
    labels: [],
  };
}
