/** Waves of every cluster and channel as marks, made once for an answer (spec/views.md 2b). */
import type { NdArray } from '../../core/base/nd.ts';
import type { PlotStyle } from '../../gui/colors/style.ts';
import type { LinesMark, Rgba, SegmentsMark } from '../../gui/plot/scene.ts';
import type { WaveformValues } from './drawBoxes.ts';
import type { WaveformAnswer, WaveformCluster } from './query.ts';

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

/** Half height of the line at the spike's sample, relative to the full scale of a box. */
const SPIKE_LINE = 0.5;

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
export function marksOf(input: WaveformInput): AnswerMarks {
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
