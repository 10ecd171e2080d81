/** From raw windows to displayed waveforms: median removal, then the filter, each window and channel on its own (spec/views.md 1.17). */
import { medianInPlace } from '../base/arrays.ts';
import type { ReadProgress } from '../dataset/dataset.ts';
import { filterBothWays } from './filter.ts';
import type { Filter } from './filter.ts';

/** Windows between two calls of `progress`: well under a millisecond of work each. */
const WINDOWS_PER_STEP = 32;

/**
 * Subtracts from each window and channel its median over time and applies the filter, in place. `windows` is float32
 * [spike][sample][channel]; computed in doubles.
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
  const signal = new Float64Array(sampleCount);
  const scratch = new Float64Array(sampleCount);
  for (let start = 0, window = 0; start < windows.length; start += size, window++) {
    if (window % WINDOWS_PER_STEP === 0) await progress();
    for (let channel = 0; channel < channelCount; channel++) {
      cleanChannel(windows, start + channel, channelCount, signal, scratch, filter);
    }
  }
}

/** One channel of one window: samples at `first`, `first + stride`, ... */
function cleanChannel(
  windows: Float32Array,
  first: number,
  stride: number,
  signal: Float64Array,
  scratch: Float64Array,
  filter: Filter | undefined,
): void {
  const count = signal.length;
  for (let s = 0, i = first; s < count; s++, i += stride) scratch[s] = signal[s] = windows[i];
  const median = medianInPlace(scratch);
  for (let s = 0; s < count; s++) signal[s] -= median;
  if (filter !== undefined) filterBothWays(filter, signal);
  for (let s = 0, i = first; s < count; s++, i += stride) windows[i] = signal[s];
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
