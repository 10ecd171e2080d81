/**
 * Raw data as trace views show them (spec/views.md 1.17 and 6a): samples of an interval without their offset and filtered, or the smallest
 * and largest values in columns of it.
 *
 * There are two definitions. An *excerpt* is what the reference program shows: the median over the interval is subtracted, then the filter
 * runs over the interval alone, from rest, so that both ends show transients. The *filtered trace* is what the filter makes of the whole
 * recording, cut afterwards: blocks are filtered together with enough of their surroundings for the filter to forget where it began.
 */
import { medianInPlace } from '../base/arrays.ts';
import { PhyError } from '../base/errors.ts';
import { FIRST_INTERVAL_SECONDS, sampleInterval } from '../base/interval.ts';
import type { Dataset, ReadProgress, Traces } from '../dataset/dataset.ts';
import { filterFor, filterPair, type FilterName, type PairEntry } from './filter.ts';
import { quantiles } from '../base/quantile.ts';
import { requireRoom } from './request.ts';
import { cleanWaveforms } from './waveforms.ts';

/** Channels of the raw data and the filter they go through. */
export interface SignalSource {
  readonly traces: Traces;
  readonly sampleRate: number;
  readonly channelIds: Int32Array;
  readonly filter: FilterName;
}
/** Half-open, in samples. */
export type SampleRange = readonly [start: number, end: number];

/** Smallest and largest values, float32 [column][channel]. */
export interface Envelopes {
  readonly lower: Float32Array;
  readonly upper: Float32Array;
}

/**
 * The samples of an interval in seconds. Without one end it is 0.25 s long, without both it lies around the middle of the recording. Throws
 * `usage` when no sample is left.
 */
export function excerptRange(
  dataset: Dataset,
  sampleCount: number,
  startSeconds: number | null,
  endSeconds: number | null,
): SampleRange {
  const start =
    startSeconds ?? (endSeconds ?? dataset.duration / 2 + FIRST_INTERVAL_SECONDS / 2) - FIRST_INTERVAL_SECONDS;
  const end = endSeconds ?? start + FIRST_INTERVAL_SECONDS;
  const range = sampleInterval(start, end, dataset.sampleRate, sampleCount);
  if (range[1] > range[0]) return range;
  const message = `There is no sample from ${start} to ${end} s. The recording lasts ${dataset.duration} s.`;
  throw new PhyError('usage', message, { startSeconds, endSeconds });
}

// ---- excerpts

/** Float32 [sample][channel] of an excerpt. Throws `refused` when it would be larger than a gigabyte. */
export async function readExcerpt(
  { traces, sampleRate, channelIds, filter }: SignalSource,
  [start, end]: SampleRange,
  progress: ReadProgress,
): Promise<Float32Array> {
  requireRoom((end - start) * channelIds.length, 'These traces', 'Ask for a shorter interval, or for columns.');
  const samples = await traces.read(start, end, channelIds, progress);
  await cleanWaveforms(samples, end - start, channelIds.length, filterFor(filter, sampleRate), progress);
  return samples;
}

/** Values of which envelopes are computed from the excerpt itself: 128 MB. Longer intervals are those of the filtered trace. */
const MAX_EXCERPT_VALUES = 2 ** 25;
/** Values that quantiles are computed from; of more every k-th is taken. */
const QUANTILE_VALUES = 2 ** 22;

/** Envelopes of an interval in `columns` columns (column k begins at sample floor(k n / columns)), and quantiles of its samples. */
export async function readEnvelopes(
  source: SignalSource,
  range: SampleRange,
  columns: number,
  levels: readonly number[],
  progress: ReadProgress,
): Promise<Envelopes & { readonly quantiles: readonly number[] }> {
  const width = source.channelIds.length;
  const count = range[1] - range[0];
  const edges = columnEdges(count, columns);
  requireRoom(2 * columns * width, 'These envelopes', 'Ask for fewer columns.');
  const envelopes = emptyEnvelopes(columns * width);
  if (count * width <= MAX_EXCERPT_VALUES) {
    const samples = await readExcerpt(source, range, progress);
    await foldSamples(samples, width, edges, envelopes, progress);
    return { ...envelopes, quantiles: sampleQuantiles(samples, levels) };
  }
  const picked = await foldTrace(source, range, edges, envelopes, progress);
  return { ...envelopes, quantiles: quantiles(picked, levels) };
}

/** Quantiles of values; of very many only of every k-th one. */
export function sampleQuantiles(values: Float32Array, levels: readonly number[]): readonly number[] {
  const step = Math.ceil(values.length / QUANTILE_VALUES);
  if (step <= 1) return quantiles(values, levels);
  return quantiles(
    Float32Array.from({ length: Math.floor(values.length / step) }, (_, i) => values[i * step]),
    levels,
  );
}

/** First sample of each column and the end. No column is empty when there are at least as many samples. */
function columnEdges(count: number, columns: number): Float64Array {
  return Float64Array.from({ length: columns + 1 }, (_, k) => Math.floor((k * count) / columns));
}

/** Columns that hold nothing yet: anything is smaller, and larger. */
export function emptyEnvelopes(size: number): Envelopes {
  return { lower: new Float32Array(size).fill(Infinity), upper: new Float32Array(size).fill(-Infinity) };
}

async function foldSamples(
  samples: Float32Array,
  width: number,
  edges: Float64Array,
  { lower, upper }: Envelopes,
  progress: ReadProgress,
): Promise<void> {
  for (let column = 0; column + 1 < edges.length; column++) {
    await progress();
    const to = column * width;
    for (let at = edges[column] * width; at < edges[column + 1] * width; at += width) {
      for (let c = 0; c < width; c++) {
        const value = samples[at + c];
        if (value < lower[to + c]) lower[to + c] = value;
        if (value > upper[to + c]) upper[to + c] = value;
      }
    }
  }
}

// ---- the filtered trace

/** After so long the filter has forgotten where it began: to a millionth of a step of the raw data. */
const CONTEXT_SECONDS = 0.03;
/** Values of one block, its surroundings included: about 12 MB, and 40 ms of work in small steps. */
const BLOCK_VALUES = 3 * 2 ** 20;

/** Samples that a block is read with on either side. */
export function contextSamples({ filter, sampleRate }: SignalSource, seconds: number = CONTEXT_SECONDS): number {
  return filter === 'raw' ? 0 : Math.ceil(seconds * sampleRate);
}

/** Samples of a block that is worth its surroundings and fits into memory. */
export function blockSamples(source: SignalSource): number {
  const context = contextSamples(source);
  return Math.max(context, 256, Math.floor(BLOCK_VALUES / source.channelIds.length) - 2 * context);
}

/** Samples of two channels of a block: `pair` [sample][2] from `first` on. For a single channel left over both are the same. */
export interface PairOfChannels {
  readonly pair: Float64Array;
  readonly first: number;
  /** Places in `channelIds`. */
  readonly places: readonly [number, number];
}

/** Reads samples [start, end) of the filtered trace, two channels after the other. The arrays given to `take` are used again afterwards. */
export async function readPairs(
  source: SignalSource,
  [start, end]: SampleRange,
  context: number,
  progress: ReadProgress,
  take: (pair: PairOfChannels) => void,
): Promise<void> {
  const { traces, channelIds, sampleRate } = source;
  const width = channelIds.length;
  const from = Math.max(0, start - context);
  const to = Math.min(traces.sampleCount, end + context);
  const data = await traces.read(from, to, channelIds, progress);
  const filter = filterFor(source.filter, sampleRate);
  const pair = new Float64Array(2 * (to - from));
  // The filter begins at rest on the first sample, not on zero, so that there is less to forget.
  const entry = (place: number): PairEntry => ({ first: place, base: filter === undefined ? 0 : (data[place] ?? 0) });
  for (let place = 0; place < width; place += 2) {
    const second = Math.min(place + 1, width - 1);
    filterPair(filter, data, width, [entry(place), entry(second)], to - from, pair);
    take({ pair, first: start - from, places: [place, second] });
    await progress();
  }
}

/** Samples [start, end) of the filtered trace: float32 [sample][channel]. */
export async function readTrace(
  source: SignalSource,
  range: SampleRange,
  progress: ReadProgress,
): Promise<Float32Array> {
  const width = source.channelIds.length;
  const count = range[1] - range[0];
  const samples = new Float32Array(count * width);
  await readPairs(source, range, contextSamples(source), progress, ({ pair, first, places: [a, b] }) => {
    for (let s = 0, from = 2 * first; s < count; s++, from += 2) {
      samples[s * width + a] = pair[from];
      samples[s * width + b] = pair[from + 1];
    }
  });
  return samples;
}

/** Widens columns by two channels: samples edges[k] .. edges[k + 1] - 1 from `first` on belong to column `column` + k. */
export function foldPair(
  { pair, first, places: [a, b] }: PairOfChannels,
  edges: ArrayLike<number>,
  column: number,
  width: number,
  { lower, upper }: Envelopes,
): void {
  for (let k = 0; k + 1 < edges.length; k++) {
    const to = (column + k) * width;
    let lowA = lower[to + a];
    let lowB = lower[to + b];
    let highA = upper[to + a];
    let highB = upper[to + b];
    const end = 2 * (first + edges[k + 1]);
    for (let at = 2 * (first + edges[k]); at < end; at += 2) {
      const u = pair[at];
      const v = pair[at + 1];
      if (u < lowA) lowA = u;
      if (u > highA) highA = u;
      if (v < lowB) lowB = v;
      if (v > highB) highB = v;
    }
    lower[to + a] = lowA;
    lower[to + b] = lowB;
    upper[to + a] = highA;
    upper[to + b] = highB;
  }
}

/** Fills columns of a long interval block by block; returns samples for quantiles. Without a filter typical values are subtracted. */
async function foldTrace(
  source: SignalSource,
  [start, end]: SampleRange,
  edges: Float64Array,
  envelopes: Envelopes,
  progress: ReadProgress,
): Promise<number[]> {
  const width = source.channelIds.length;
  const step = Math.ceil(((end - start) * width) / (QUANTILE_VALUES / 4));
  const offsets = source.filter === 'raw' ? await typicalValues(source, [start, end], progress) : null;
  const picked: number[] = [];
  const block = blockSamples(source);
  let column = 0;
  for (let from = start; from < end; from += block) {
    const to = Math.min(from + block, end);
    while (edges[column + 1] <= from - start) column++;
    const within: number[] = [0];
    for (let k = column + 1; k < edges.length && edges[k] < to - start; k++) within.push(start + edges[k] - from);
    within.push(to - from);
    await readPairs(source, [from, to], contextSamples(source), progress, (channels) => {
      if (offsets !== null) subtract(channels, offsets, to - from);
      foldPair(channels, within, column, width, envelopes);
      const { pair, first } = channels;
      for (let s = (channels.places[0] * 7919) % step; s < to - from; s += step) picked.push(pair[2 * (first + s)]);
    });
    await progress((to - start) / (end - start));
  }
  return picked;
}

function subtract({ pair, first, places: [a, b] }: PairOfChannels, offsets: Float64Array, count: number): void {
  for (let s = 0, at = 2 * first; s < count; s++, at += 2) {
    pair[at] -= offsets[a];
    pair[at + 1] -= offsets[b];
  }
}

/** Stretches of raw data that typical values are taken from, and their length. */
const STRETCHES = 64;
const STRETCH_SAMPLES = 64;

/** Median of each channel over stretches spread evenly over a long interval. */
async function typicalValues(
  { traces, channelIds }: SignalSource,
  [start, end]: SampleRange,
  progress: ReadProgress,
): Promise<Float64Array> {
  const width = channelIds.length;
  const parts: Float32Array[] = [];
  for (let k = 0; k < STRETCHES; k++) {
    const from = start + Math.floor((k * (end - start - STRETCH_SAMPLES)) / (STRETCHES - 1));
    parts.push(await traces.read(from, from + STRETCH_SAMPLES, channelIds, progress));
  }
  const values = new Float64Array(STRETCHES * STRETCH_SAMPLES);
  return Float64Array.from(channelIds, (_, c) => {
    let count = 0;
    for (const part of parts) for (let at = c; at < part.length; at += width) values[count++] = part[at];
    return medianInPlace(values, count);
  });
}
