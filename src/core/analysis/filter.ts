/** The raw data filter: Butterworth high-pass at 150 Hz, order 3, forwards and backwards (spec/views.md 1.17, spec/data.md 10.2). */

/** `raw`, `high_pass`, or the name of a plugin's filter (foreignFilter.ts). */
export type FilterName = string;

/** Coefficients of a third-order recursive filter, a[0] = 1. */
export interface Filter {
  readonly b: readonly [number, number, number, number];
  readonly a: readonly [number, number, number, number];
}

const CUTOFF_HZ = 150;

/**
 * The high-pass filter for a sample rate in Hz: the analog Butterworth filter (a first-order and a second-order section) mapped by the
 * bilinear transform with the cutoff kept exact. undefined when the rate is too low to have a cutoff below half of it.
 */
export function designHighPass(sampleRate: number): Filter | undefined {
  if (!(sampleRate > 2 * CUTOFF_HZ)) return undefined;
  const k = Math.tan((Math.PI * CUTOFF_HZ) / sampleRate);
  // First section (1 - z) / (p0 + p1 z), second (1 - z)^2 / (q0 + q1 z + q2 z^2), z = one sample back.
  const p0 = 1 + k;
  const p1 = k - 1;
  const q0 = 1 + k + k * k;
  const q1 = 2 * k * k - 2;
  const q2 = 1 - k + k * k;
  const gain = 1 / (p0 * q0);
  return {
    b: [gain, -3 * gain, 3 * gain, -gain],
    a: [1, (p0 * q1 + p1 * q0) * gain, (p0 * q2 + p1 * q1) * gain, p1 * q2 * gain],
  };
}

/** The filter of that name for a sample rate; undefined leaves the data as they are. */
export function filterFor(name: FilterName, sampleRate: number): Filter | undefined {
  return name === 'high_pass' ? designHighPass(sampleRate) : undefined;
}

/** One of two channels that are taken together: samples at `source[first]`, `source[first + stride]`, .. less `base`. */
export interface PairEntry {
  readonly first: number;
  /** Subtracted from every sample: the value that counts as rest. */
  readonly base: number;
}

/** Values [sample][channel]. */
type Samples = Float32Array | Float64Array;

/**
 * Two channels as `pair` [sample][2]: less their base, then filtered forwards and backwards, each time from rest, so that nothing is shifted
 * in time; without a filter only less their base. `stride` is the number of channels of `source`. What the processor waits for in one channel
 * it computes for the other: together they take two thirds of the time.
 */
export function filterPair(
  filter: Filter | undefined,
  source: Samples,
  stride: number,
  entries: readonly [PairEntry, PairEntry],
  count: number,
  pair: Float64Array,
): void {
  if (filter === undefined) {
    copyPair(source, stride, entries, count, pair);
    return;
  }
  forwardPair(filter, source, stride, entries, count, pair);
  backwardPair(filter, pair, count);
}

function copyPair(
  source: Samples,
  stride: number,
  [a, b]: readonly [PairEntry, PairEntry],
  count: number,
  pair: Float64Array,
): void {
  for (let i = 0, at = 0; i < count; i++, at += stride) {
    pair[2 * i] = source[a.first + at] - a.base;
    pair[2 * i + 1] = source[b.first + at] - b.base;
  }
}

/** One pass in transposed direct form II, which is how SciPy does it, so that rounding agrees. */
function forwardPair(
  { a, b }: Filter,
  source: Samples,
  stride: number,
  [one, two]: readonly [PairEntry, PairEntry],
  count: number,
  pair: Float64Array,
): void {
  const [b0, b1, b2, b3] = b;
  const [, a1, a2, a3] = a;
  let y1 = 0;
  let y2 = 0;
  let y3 = 0;
  let z1 = 0;
  let z2 = 0;
  let z3 = 0;
  for (let i = 0, at = 0; i < count; i++, at += stride) {
    const u = source[one.first + at] - one.base;
    const v = source[two.first + at] - two.base;
    const p = b0 * u + y1;
    const q = b0 * v + z1;
    y1 = b1 * u + y2 - a1 * p;
    z1 = b1 * v + z2 - a1 * q;
    y2 = b2 * u + y3 - a2 * p;
    z2 = b2 * v + z3 - a2 * q;
    y3 = b3 * u - a3 * p;
    z3 = b3 * v - a3 * q;
    pair[2 * i] = p;
    pair[2 * i + 1] = q;
  }
}

function backwardPair({ a, b }: Filter, pair: Float64Array, count: number): void {
  const [b0, b1, b2, b3] = b;
  const [, a1, a2, a3] = a;
  let y1 = 0;
  let y2 = 0;
  let y3 = 0;
  let z1 = 0;
  let z2 = 0;
  let z3 = 0;
  for (let at = 2 * count - 2; at >= 0; at -= 2) {
    const u = pair[at];
    const v = pair[at + 1];
    const p = b0 * u + y1;
    const q = b0 * v + z1;
    y1 = b1 * u + y2 - a1 * p;
    z1 = b1 * v + z2 - a1 * q;
    y2 = b2 * u + y3 - a2 * p;
    z2 = b2 * v + z3 - a2 * q;
    y3 = b3 * u - a3 * p;
    z3 = b3 * v - a3 * q;
    pair[at] = p;
    pair[at + 1] = q;
  }
}
