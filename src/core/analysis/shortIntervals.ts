/** Intervals that are shorter than one neuron can fire. */

/** 1 for spikes of an interval shorter than `seconds` (the second one, or both), else 0. Times ascend. */
export function shortIntervalSpikes(times: Float64Array, seconds: number, both: boolean): Int32Array {
  const labels = new Int32Array(times.length);
  for (let i = 1; i < times.length; i++) {
    if (times[i] - times[i - 1] >= seconds) continue;
    labels[i] = 1;
    if (both) labels[i - 1] = 1;
  }
  return labels;
}

/** Middles of the intervals shorter than `seconds`, ascending. */
export function shortIntervalTimes(times: Float64Array, seconds: number): Float64Array {
  const found: number[] = [];
  for (let i = 1; i < times.length; i++) {
    if (times[i] - times[i - 1] < seconds) found.push((times[i] + times[i - 1]) / 2);
  }
  return Float64Array.from(found);
}
