/**
 * The band-pass filter that klusta shows waveforms through (spec/data.md 12.3): a digital Butterworth filter run forwards and backwards over
 * the signal with its ends mirrored, as SciPy's `butter` and `filtfilt` do.
 */

export interface RationalFilter {
  /** Same length as `a`. */
  readonly b: Float64Array;
  /** a[0] = 1. */
  readonly a: Float64Array;
}

interface Complex {
  readonly re: number;
  readonly im: number;
}
const complex = (re: number, im = 0): Complex => ({ re, im });
const times = (p: Complex, q: Complex): Complex => complex(p.re * q.re - p.im * q.im, p.re * q.im + p.im * q.re);
const plus = (p: Complex, q: Complex): Complex => complex(p.re + q.re, p.im + q.im);
const minus = (p: Complex, q: Complex): Complex => complex(p.re - q.re, p.im - q.im);
const over = (p: Complex, q: Complex): Complex => {
  const size = q.re * q.re + q.im * q.im;
  return complex((p.re * q.re + p.im * q.im) / size, (p.im * q.re - p.re * q.im) / size);
};
function squareRoot(p: Complex): Complex {
  const size = Math.hypot(p.re, p.im);
  const re = Math.sqrt((size + p.re) / 2);
  const im = Math.sqrt((size - p.re) / 2);
  return complex(re, p.im < 0 ? -im : im);
}

/**
 * A band-pass filter of order `order` on either side between two frequencies, given as fractions of half the sample rate.
 * undefined when they are not 0 < low < high < 1: there is then nothing to filter by.
 */
export function designBandPass(order: number, low: number, high: number): RationalFilter | undefined {
  if (!(low > 0 && high < 1 && low < high) || !Number.isInteger(order) || order < 1) return undefined;
  // Frequencies as the bilinear transform will bend them back.
  const [from, to] = [4 * Math.tan((Math.PI * low) / 2), 4 * Math.tan((Math.PI * high) / 2)];
  const width = to - from;
  const centre = complex(from * to);
  const poles: Complex[] = [];
  for (let m = -order + 1; m < order; m += 2) {
    const angle = (Math.PI * m) / (2 * order);
    const scaled = complex((-Math.cos(angle) * width) / 2, (-Math.sin(angle) * width) / 2);
    const root = squareRoot(minus(times(scaled, scaled), centre));
    poles.push(plus(scaled, root), minus(scaled, root));
  }
  const four = complex(4);
  // As many zeros at 0 as at infinity: 1 and -1 after the transform.
  const zeros = Array.from({ length: 2 * order }, (_, k) => complex(k < order ? 1 : -1));
  const digital = poles.map((pole) => over(plus(four, pole), minus(four, pole)));
  const bent = poles.reduce((product, pole) => times(product, minus(four, pole)), complex(1));
  const gain = over(complex((4 * width) ** order), bent).re;
  return { b: polynomial(zeros).map((value) => value * gain), a: polynomial(digital) };
}

/** Coefficients of the polynomial with these roots, highest power first; the roots come in conjugate pairs. */
function polynomial(roots: readonly Complex[]): Float64Array {
  let coefficients: Complex[] = [complex(1)];
  for (const root of roots) {
    const shifted = [...coefficients, complex(0)];
    for (const [k, value] of coefficients.entries()) shifted[k + 1] = minus(shifted[k + 1], times(root, value));
    coefficients = shifted;
  }
  return Float64Array.from(coefficients, (value) => value.re);
}

/** State of the filter in which a constant 1 comes out as it will for ever (SciPy's `lfilter_zi`). */
function steadyState({ a, b }: RationalFilter): Float64Array {
  const state = new Float64Array(a.length - 1);
  let drive = 0;
  let rest = 0;
  for (let k = 1; k < a.length; k++) drive += b[k] - a[k] * b[0];
  for (const value of a) rest += value;
  state[0] = drive / rest;
  let sum = 1;
  let taken = 0;
  for (let k = 1; k < state.length; k++) {
    sum += a[k];
    taken += b[k] - a[k] * b[0];
    state[k] = sum * state[0] - taken;
  }
  return state;
}

/** One pass in place from a steady state scaled to the first value. */
function pass({ a, b }: RationalFilter, steady: Float64Array, x: Float64Array, backwards: boolean): void {
  const [first, step] = backwards ? [x.length - 1, -1] : [0, 1];
  const state = steady.map((value) => value * x[first]);
  const last = state.length - 1;
  for (let n = 0, i = first; n < x.length; n++, i += step) {
    const input = x[i];
    const output = b[0] * input + state[0];
    for (let k = 0; k < last; k++) state[k] = b[k + 1] * input + state[k + 1] - a[k + 1] * output;
    state[last] = b[last + 1] * input - a[last + 1] * output;
    x[i] = output;
  }
}

/** Filters a signal forwards and backwards, its ends continued by their mirror images about the end points. */
export function filterMirrored(filter: RationalFilter, signal: Float64Array): Float64Array {
  const length = signal.length;
  if (length < 2) return signal.slice();
  const edge = Math.min(3 * filter.a.length, length - 1);
  const extended = new Float64Array(length + 2 * edge);
  extended.set(signal, edge);
  for (let k = 1; k <= edge; k++) {
    extended[edge - k] = 2 * signal[0] - signal[k];
    extended[edge + length - 1 + k] = 2 * signal[length - 1] - signal[length - 1 - k];
  }
  const steady = steadyState(filter);
  pass(filter, steady, extended, false);
  pass(filter, steady, extended, true);
  return extended.slice(edge, edge + length);
}
