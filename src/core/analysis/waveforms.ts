/** From raw windows to displayed waveforms: median removal, then the filter, each window and channel on its own (spec/views.md 1.17). */
import { fastMedian } from '../base/arrays.ts';
import type { ReadProgress } from '../dataset/dataset.ts';
import { filterPair } from './filter.ts';
import type { Filter, PairEntry } from './filter.ts';

/** Values between two calls of `progress`: under a millisecond of work. */
const VALUES_PER_STEP = 30_000;

/**
 * Subtracts from each window and channel its median over time and applies the filter, in place. `windows` is float32
 * [spike][sample][channel]; computed in doubles. One window may be as long as an interval of the recording.
 */
export async function cleanWaveforms(
  windows: Float32Array,
  sampleCount: number,
  channelCount: number,
  filter: Filter | undefined,
  progress: ReadProgress,
): Promise<void> {
  const size = sampleCount * channelCount;
  if (size === 0) return;
  const pair = new Float64Array(2 * sampleCount);
  const scratch = new Float64Array(sampleCount);
  let done = VALUES_PER_STEP;
  for (let start = 0; start < windows.length; start += size) {
    for (let channel = 0; channel < channelCount; channel += 2) {
      if (done >= VALUES_PER_STEP) {
        await progress();
        done = 0;
      }
      const second = Math.min(channel + 1, channelCount - 1);
      cleanPair(windows, start + channel, start + second, channelCount, pair, scratch, filter);
      done += 2 * sampleCount;
    }
  }
}

/** Two channels of one window: samples at `first`, `first + stride`, ... and at `second`, ... (the same one for an odd channel left over). */
function cleanPair(
  windows: Float32Array,
  first: number,
  second: number,
  stride: number,
  pair: Float64Array,
  scratch: Float64Array,
  filter: Filter | undefined,
): void {
  const count = scratch.length;
  const entries = [entryOf(windows, first, stride, scratch), entryOf(windows, second, stride, scratch)] as const;
  filterPair(filter, windows, stride, entries, count, pair);
  for (let s = 0, at = 0; s < count; s++, at += stride) {
    windows[first + at] = pair[2 * s];
    windows[second + at] = pair[2 * s + 1];
  }
}

/** A channel with its median as the value to subtract. */
function entryOf(windows: Float32Array, first: number, stride: number, scratch: Float64Array): PairEntry {
  for (let s = 0, i = first; s < scratch.length; s++, i += stride) scratch[s] = windows[i];
  return { first, base: fastMedian(scratch) };
}

/** Windows that reach beyond what is wanted of them, by the same number of samples on both sides. */
export interface WideWindows {
  /** float32 [spike][sample][channel] */
  readonly data: Float32Array;
  readonly sampleCount: number;
  readonly channelCount: number;
  /** Samples on either side that only help the filter. */
  readonly margin: number;
  /** [first, last) of the samples of a window that lie in the recording. */
  range(spike: number): readonly [first: number, last: number];
}

/**
 * The middles of wide windows after the filter has run over all of each: with margins longer than its memory, slices of the filtered trace
 * (users-and-rivals B8). Less their median over time first. What lies outside of the recording is 0. float32 [spike][sample][channel].
 */
export async function slicesOfFiltered(
  wide: WideWindows,
  filter: Filter,
  progress: ReadProgress,
): Promise<Float32Array> {
  const { data, sampleCount, channelCount, margin } = wide;
  const wanted = sampleCount - 2 * margin;
  const size = sampleCount * channelCount;
  const count = size === 0 ? 0 : data.length / size;
  const out = new Float32Array(count * wanted * channelCount);
  for (let spike = 0; spike < count; spike++) {
    const [first, last] = wide.range(spike);
    const [begin, end] = [Math.max(first, margin), Math.min(last, margin + wanted)];
    if (end <= begin) continue;
    const [from, to] = [spike * size + first * channelCount, spike * size + last * channelCount];
    await cleanWaveforms(data.subarray(from, to), last - first, channelCount, filter, progress);
    const kept = data.subarray(spike * size + begin * channelCount, spike * size + end * channelCount);
    out.set(kept, (spike * wanted + begin - margin) * channelCount);
  }
  return out;
}

/** Multiplies each channel by its factor, in place. `windows` is [spike][sample][channel]. */
export function scaleChannels(windows: Float32Array, factors: ArrayLike<number>): void {
  const count = factors.length;
  for (let i = 0, channel = 0; i < windows.length; i++) {
    windows[i] *= factors[channel];
    channel = channel + 1 === count ? 0 : channel + 1;
  }
}

/** Mean over windows: float32 [sample][channel] from [spike][sample][channel]; empty without windows. */
export function meanWaveform(windows: Float32Array, size: number): Float32Array {
  const count = size === 0 ? 0 : windows.length / size;
  if (count === 0) return new Float32Array(0);
  const sum = new Float64Array(size);
  for (let start = 0; start < windows.length; start += size)
    for (let i = 0; i < size; i++) sum[i] += windows[start + i];
  return Float32Array.from(sum, (value) => value / count);
}

/** Largest minus smallest value of each one-channel window of `sampleCount` samples. */
export function peakToPeak(windows: Float32Array, sampleCount: number): Float64Array {
  const out = new Float64Array(sampleCount === 0 ? 0 : windows.length / sampleCount);
  for (let i = 0; i < out.length; i++) {
    let min = Infinity;
    let max = -Infinity;
    for (let s = i * sampleCount; s < (i + 1) * sampleCount; s++) {
      if (windows[s] < min) min = windows[s];
      if (windows[s] > max) max = windows[s];
    }
    out[i] = max - min;
  }
  return out;
}
