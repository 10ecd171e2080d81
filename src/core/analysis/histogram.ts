/**
 * The bin that a value falls into, by NumPy's rules: a bin holds its left edge, the last one its right edge too. -1 for NaN and for values
 * outside. `edges` are equally spaced and ascending.
 */
export function binFinder(edges: Float64Array): (value: number) => number {
  const last = edges.length - 2;
  const from = edges[0];
  const to = edges[last + 1];
  if (!(to > from)) return () => -1;
  const perUnit = (last + 1) / (to - from);
  return (value) => {
    if (!(value >= from && value <= to)) return -1;
    let bin = Math.min(Math.floor((value - from) * perUnit), last);
    // The product above may be a rounding error off; the edges decide.
    while (value < edges[bin]) bin--;
    while (bin < last && value >= edges[bin + 1]) bin++;
    return bin;
  };
}

/** Counts of the values between consecutive edges (see `binFinder`): int32 [edge - 1]. */
export function histogramCounts(values: ArrayLike<number>, edges: Float64Array): Int32Array {
  const counts = new Int32Array(Math.max(0, edges.length - 1));
  const binOf = binFinder(edges);
  for (let i = 0; i < values.length; i++) {
    const bin = binOf(values[i]);
    if (bin >= 0) counts[bin]++;
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
