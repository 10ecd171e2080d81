/** `array` of the console: the few things one always needs of numbers. All take lists, typed arrays and arrays of the model. */
import { isNdArray, isTypedArray } from '../../core/base/nd.ts';

type Numbers = ArrayLike<number>;

function numbers(value: unknown): Numbers {
  if (isNdArray(value)) return value.data;
  if (value instanceof Promise) throw new TypeError('This is a promise: put await before it.');
  if (isTypedArray(value)) return value;
  if (Array.isArray(value)) return value as readonly number[];
  throw new TypeError('Expected a list of numbers.');
}

/** The value that goes before all others; NaN of nothing, or when one is NaN. */
function most(data: Numbers, isBefore: (value: number, found: number) => boolean): number {
  let found = data.length === 0 ? Number.NaN : data[0];
  for (let k = 1; k < data.length; k++) if (Number.isNaN(data[k]) || isBefore(data[k], found)) found = data[k];
  return found;
}

export const arrayHelpers = {
  sum(values: unknown): number {
    const data = numbers(values);
    let total = 0;
    for (let k = 0; k < data.length; k++) total += data[k];
    return total;
  },
  mean: (values: unknown): number => arrayHelpers.sum(values) / numbers(values).length,
  /** Of the whole population. */
  std(values: unknown): number {
    const data = numbers(values);
    const mean = arrayHelpers.mean(data);
    let total = 0;
    for (let k = 0; k < data.length; k++) total += (data[k] - mean) ** 2;
    return Math.sqrt(total / data.length);
  },
  min: (values: unknown): number => most(numbers(values), (value, least) => value < least),
  max: (values: unknown): number => most(numbers(values), (value, largest) => value > largest),
  median(values: unknown): number {
    const sorted = Float64Array.from(numbers(values)).sort();
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  },
  diff(values: unknown): Float64Array {
    const data = numbers(values);
    return Float64Array.from({ length: Math.max(0, data.length - 1) }, (_, k) => data[k + 1] - data[k]);
  },
  unique: (values: unknown): number[] => [...new Set(Array.from(numbers(values)))].sort((a, b) => a - b),
  /** Indices that sort the values. */
  argsort(values: unknown): Int32Array {
    const data = numbers(values);
    return Int32Array.from({ length: data.length }, (_, k) => k).sort((a, b) => data[a] - data[b]);
  },
  /** The values at these places. */
  take(values: unknown, places: unknown): Float64Array {
    const data = numbers(values);
    return Float64Array.from(numbers(places), (place) => data[place]);
  },
  range: (start: number, end?: number, step = 1): number[] => {
    const [from, to] = end === undefined ? [0, start] : [start, end];
    return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, k) => from + k * step);
  },
  linspace: (start: number, end: number, count = 50): Float64Array =>
    Float64Array.from({ length: count }, (_, k) => start + ((end - start) * k) / Math.max(1, count - 1)),
};
