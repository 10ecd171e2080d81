/** The bins of a histogram view as they are set and changed, whatever its statistic (spec/views.md 9c). Pure; in stored units. */
import type { NumberParam, ParamValue } from '../../../core/base/params.ts';

export interface Bins {
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

/** Names of a view's parameters: `{count: 'binCount', min: 'minSeconds', max: 'maxSeconds'}`. */
export type BinNames = { readonly [K in keyof Bins]: string };

type Values = Readonly<Record<string, ParamValue>>;

/** What the values of a view say; `end` stands for a maximum that is not set. */
export function binsOf(values: Values, names: BinNames, end: number): Bins {
  const numberOf = (name: string, otherwise: number): number => {
    const value = values[name];
    return typeof value === 'number' ? value : otherwise;
  };
  return { count: numberOf(names.count, 2), min: numberOf(names.min, 0), max: numberOf(names.max, end) };
}

/** Why there is no such range, null when there is. */
export function rangeFault({ min, max }: Bins): string | null {
  return max > min ? null : 'Range maximum must be greater than range minimum.';
}

export const binSize = ({ count, min, max }: Bins): number => (max - min) / count;

const clip = (count: number, { min = 2, max = 1e6 }: NumberParam): number => Math.min(Math.max(count, min), max);

/** Number of bins of about that size, as many as `spec` allows. */
export function countFor(size: number, { min, max }: Bins, spec: NumberParam): number {
  return clip(Math.round((max - min) / size), spec);
}

/** Number of bins after notches of the wheel, fewer for a positive number; one at least where 5 % are less than that. */
export function turned(count: number, notches: number, spec: NumberParam): number {
  const turnedTo = Math.trunc(count / 1.05 ** notches);
  const next = notches > 0 ? Math.min(turnedTo, count - 1) : Math.max(turnedTo, count + 1);
  return clip(notches === 0 ? count : next, spec);
}
