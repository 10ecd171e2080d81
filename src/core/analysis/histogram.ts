/**
 * Counts of the values between consecutive edges, the last bin closed (NumPy's histogram on equal bins). `edges` are equally spaced and
 * ascending. NaN and values outside are left out.
 */
export function histogramCounts(values: ArrayLike<number>, edges: Float64Array): Int32Array {
  const bins = edges.length - 1;
  const counts = new Int32Array(Math.max(0, bins));
  const first = edges[0];
  const last = edges[bins];
  if (!(last > first)) return counts;
  const perUnit = bins / (last - first);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(value >= first && value <= last)) continue;
    let bin = Math.min(Math.floor((value - first) * perUnit), bins - 1);
    // The product above may be one rounding error off; the edges decide.
    if (value < edges[bin]) bin--;
    else if (bin < bins - 1 && value >= edges[bin + 1]) bin++;
    counts[bin]++;
  }
  return counts;
}

/**
 * Density of the values over the bins: counts / (number counted x bin width), all zero when nothing falls in. With `ignoreZeros` values
 * equal to 0 are left out (spec/views.md 8a).
 */
export function histogramDensity(
  values: ArrayLike<number>,
  edges: Float64Array,
  options: { readonly ignoreZeros: boolean } = { ignoreZeros: false },
): Float64Array {
  const used = options.ignoreZeros ? Float64Array.from(values).filter((value) => value !== 0) : values;
  const counts = histogramCounts(used, edges);
  const total = counts.reduce((a, b) => a + b, 0);
  const width = edges.length > 1 ? edges[1] - edges[0] : 0;
  const scale = total > 0 && width > 0 ? 1 / (total * width) : 0;
  return Float64Array.from(counts, (count) => count * scale);
}
