/** The raw data filter: Butterworth high-pass at 150 Hz, order 3, forwards and backwards (spec/views.md 1.17, spec/data.md 10.2). */

export type FilterName = 'raw' | 'high_pass';

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

/** Filters `x[0..count)` in place forwards, then backwards, each time from rest, so that nothing is shifted in time. */
export function filterBothWays(filter: Filter, x: Float64Array, count: number = x.length): void {
  run(filter, x, 0, count, 1);
  run(filter, x, count - 1, -1, -1);
}

/** One pass in transposed direct form II, which is how SciPy does it, so that rounding agrees. */
function run({ a, b }: Filter, x: Float64Array, start: number, end: number, step: 1 | -1): void {
  const [b0, b1, b2, b3] = b;
  const [, a1, a2, a3] = a;
  let z1 = 0;
  let z2 = 0;
  let z3 = 0;
  for (let i = start; i !== end; i += step) {
    const input = x[i];
    const output = b0 * input + z1;
    z1 = b1 * input + z2 - a1 * output;
    z2 = b2 * input + z3 - a2 * output;
    z3 = b3 * input - a3 * output;
    x[i] = output;
  }
}
