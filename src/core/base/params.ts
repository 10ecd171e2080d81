/**
 * Parameters: declared once in a view's `params.ts`, used for the settings form, persistence, validation, snippets, `phy query --set`
 * and the generated documentation. A declaration is plain data.
 */
import { PhyError } from './errors.ts';

interface ParamBase {
  /** Label in the settings form, sentence case without a colon. */
  readonly label: string;
  /** One sentence: what it does. Shown as tooltip and in the documentation. */
  readonly doc: string;
  /** Where the value is kept between launches (spec/curation.md 4.7): per user, per dataset, or not at all. Default: not. */
  readonly keep?: 'user' | 'dataset';
  /** Name in the state file where it differs from ours (`bin_size`), so that people recognise the reference's. */
  readonly stateKey?: string;
  /** True when it only changes the drawing: never sent to the engine, not accepted by `phy query --set`. */
  readonly drawOnly?: boolean;
  /** True when it is not offered in the settings form (changed by gestures or actions only). */
  readonly hidden?: boolean;
}
export interface NumberParam extends ParamBase {
  readonly kind: 'number';
  readonly default: number | null;
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
  /** True when null is a value of its own; `nullMeans` says which ("no limit", "automatic"). `all` on the command line is null. */
  readonly nullable?: boolean;
  readonly nullMeans?: string;
  /** For a nullable number without a default: what switching it on begins with, so many times another parameter. */
  readonly proposal?: { readonly param: string; readonly times: number };
  /** Unit people see, and how many of it make one stored unit: `{name: 'ms', perStored: 1000}` for a value kept in seconds. */
  readonly unit?: { readonly name: string; readonly perStored: number };
  readonly decimals?: number;
  /** Snippet that sets it, in the shown unit (`cb` for `:cb 0.5`). */
  readonly snippet?: string;
}
export interface ToggleParam extends ParamBase {
  readonly kind: 'toggle';
  readonly default: boolean;
}
export interface ChoiceParam<C extends string = string> extends ParamBase {
  readonly kind: 'choice';
  readonly default: C;
  readonly choices: readonly C[];
  /** True while it is not known which choices plugins add: another one is then taken as it is. */
  readonly open?: boolean;
}
export interface TextParam extends ParamBase {
  readonly kind: 'text';
  readonly default: string;
  readonly required?: boolean;
}
/** A list of ids, or null for an automatic choice. */
export interface IdsParam extends ParamBase {
  readonly kind: 'ids';
  readonly default: readonly number[] | null;
}
export type Param = NumberParam | ToggleParam | ChoiceParam | TextParam | IdsParam;
export type ParamSpecs = Readonly<Record<string, Param>>;

type ValueOf<P extends Param> = P extends NumberParam
  ? P extends { readonly nullable: true }
    ? number | null
    : number
  : P extends ToggleParam
    ? boolean
    : P extends ChoiceParam<infer C>
      ? C
      : P extends TextParam
        ? string
        : readonly number[] | null;
/** The values that a declaration stands for: `Values<typeof params>`. */
export type Values<S extends ParamSpecs> = { readonly [K in keyof S]: ValueOf<S[K]> };
export type ParamValue = number | boolean | string | readonly number[] | null;

export const number = <const P extends Omit<NumberParam, 'kind'>>(param: P): P & { readonly kind: 'number' } => ({
  ...param,
  kind: 'number',
});
export const toggle = <const P extends Omit<ToggleParam, 'kind'>>(param: P): P & { readonly kind: 'toggle' } => ({
  ...param,
  kind: 'toggle',
});
export const choice = <const C extends string>(
  param: Omit<ChoiceParam<C>, 'kind' | 'choices' | 'default'> & {
    readonly choices: readonly C[];
    readonly default: NoInfer<C>;
  },
): ChoiceParam<C> => ({ ...param, kind: 'choice' });
export const text = <const P extends Omit<TextParam, 'kind'>>(param: P): P & { readonly kind: 'text' } => ({
  ...param,
  kind: 'text',
});
export const ids = <const P extends Omit<IdsParam, 'kind'>>(param: P): P & { readonly kind: 'ids' } => ({
  ...param,
  kind: 'ids',
});

/** Every parameter at its default. */
export function defaults<S extends ParamSpecs>(specs: S): Values<S> {
  const entries = Object.entries(specs).map(([name, spec]) => [name, spec.default]);
  return Object.fromEntries(entries) as Values<S>;
}

/** Checks one value against its declaration: numbers are clipped to their limits, anything else of the wrong kind is refused in a sentence. */
export function checkValue(name: string, spec: Param, value: unknown): ParamValue {
  const refuse = (expected: string): never => {
    throw new PhyError('usage', `${name} is ${JSON.stringify(value)}, expected ${expected}.`, { name, value });
  };
  switch (spec.kind) {
    case 'number': {
      if (value === null || value === 'all') return spec.nullable === true ? null : refuse('a number');
      if (typeof value !== 'number' || !Number.isFinite(value)) return refuse('a number');
      if (spec.integer === true && !Number.isInteger(value)) return refuse('a whole number');
      return Math.min(Math.max(value, spec.min ?? -Infinity), spec.max ?? Infinity);
    }
    case 'toggle':
      return typeof value === 'boolean' ? value : refuse('true or false');
    case 'choice':
      return typeof value === 'string' && (spec.open === true || spec.choices.includes(value))
        ? value
        : refuse(`one of ${spec.choices.join(', ')}`);
    case 'text':
      return typeof value === 'string' ? value : refuse('text');
    case 'ids': {
      if (value === null) return null;
      const list = typeof value === 'number' ? [value] : value;
      const valid = Array.isArray(list) && list.every((id) => Number.isInteger(id) && id >= 0);
      return valid ? list : refuse('a list of ids, or null');
    }
  }
}

/** Fills in defaults and checks every given value. Throws `usage` naming an unknown parameter, with the list of names. */
export function parseParams<S extends ParamSpecs>(specs: S, given: Readonly<Record<string, unknown>>): Values<S> {
  const values: Record<string, ParamValue> = { ...defaults(specs) };
  for (const [name, value] of Object.entries(given)) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) {
      const names = Object.keys(specs).join(', ');
      throw new PhyError('usage', `There is no parameter ${name}. Known: ${names === '' ? 'none' : names}.`, { name });
    }
    values[name] = checkValue(name, spec, value);
  }
  return values as Values<S>;
}
