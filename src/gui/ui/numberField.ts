/** Numbers of a settings form: kept in one unit, shown in another, refused in a sentence. */
import type { NumberParam, Param, ParamSpecs, ParamValue } from '../../core/base/params.ts';
import { fixed, grouped } from './numbers.ts';

/** `0.001` s with unit ms and 3 decimals -> `1.000`; whole numbers with separators. */
export function shownNumber(param: NumberParam, stored: number): string {
  const value = stored * (param.unit?.perStored ?? 1);
  if (param.decimals !== undefined) return fixed(value, param.decimals);
  return Number.isInteger(value) ? grouped(value) : String(Number(value.toPrecision(6))).replace('-', '−');
}

/** Any value as a form shows it, with its unit: `1.000 ms`, `on`, `automatic`. */
export function shownValue(param: Param, value: ParamValue): string {
  if (param.kind === 'number') {
    if (typeof value !== 'number') return param.nullMeans ?? 'off';
    return `${shownNumber(param, value)}${param.unit === undefined ? '' : ` ${param.unit.name}`}`;
  }
  if (param.kind === 'toggle') return value === true ? 'on' : 'off';
  if (param.kind === 'ids') return Array.isArray(value) ? value.join(', ') : 'automatic';
  return String(value);
}

/**
 * A number some steps further, within its limits: whole numbers by one, others by one in their second digit, so that 50 ms goes to 51 ms
 * and 1 ms to 1.1 ms.
 */
export function steppedNumber(param: NumberParam, stored: number, steps: number): number {
  const perStored = param.unit?.perStored ?? 1;
  const shown = stored * perStored;
  const digit = shown === 0 ? 0.1 : 10 ** (Math.floor(Math.log10(Math.abs(shown)) + 1e-9) - 1);
  const next = Number(((shown + steps * (param.integer === true ? 1 : digit)) / perStored).toPrecision(12));
  return Math.min(Math.max(next, param.min ?? -Infinity), param.max ?? Infinity);
}

/** What a number begins with that is switched on: its default, else what its declaration proposes, else the least. */
export function switchedOn(
  param: NumberParam,
  specs: ParamSpecs,
  values: Readonly<Record<string, ParamValue>>,
): number {
  const least = param.min ?? 1;
  if (param.default !== null) return param.default;
  if (param.proposal === undefined) return least;
  const { param: other, times } = param.proposal;
  const number = [values[other], specs[other]?.default].find((value) => typeof value === 'number');
  return number === undefined ? least : Math.min(number * times, param.max ?? Infinity);
}

type Parsed = { readonly value: number; readonly error: null } | { readonly value: null; readonly error: string };

/** What is typed, as stored. Separators and a true minus are understood. */
export function parseNumberField(param: NumberParam, typed: string): Parsed {
  const text = typed.trim().replaceAll(',', '').replace('−', '-');
  const refuse = (rest: string): Parsed => ({ value: null, error: `${param.label} ${rest}.` });
  if (text === '' || !Number.isFinite(Number(text))) return refuse('must be a number');
  const perStored = param.unit?.perStored ?? 1;
  // A value such as 0.3 ms must not become 0.00029999999999999998 s.
  const stored = Number((Number(text) / perStored).toPrecision(12));
  if (param.integer === true && !Number.isInteger(stored)) return refuse('must be a whole number');
  const unit = param.unit === undefined ? '' : ` ${param.unit.name}`;
  const limit = (value: number): string => `${Number((value * perStored).toPrecision(6))}${unit}`;
  if (param.min !== undefined && stored < param.min) return refuse(`must be at least ${limit(param.min)}`);
  if (param.max !== undefined && stored > param.max) return refuse(`must be at most ${limit(param.max)}`);
  return { value: stored, error: null };
}
