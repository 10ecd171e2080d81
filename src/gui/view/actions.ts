/** Makers of the actions that several views have: scaling by steps of 1.1, marker size, toggles, prompts (spec/views.md 1.12). */
import type { KeyProfile } from '../../core/actions/action.ts';
import { PhyError } from '../../core/base/errors.ts';
import type { NumberParam } from '../../core/base/params.ts';
import type { ViewAction, ViewInstance } from './instance.ts';

/** One step of every scaling action and wheel gesture. */
export const STEP = 1.1;

type Keys = { readonly [P in KeyProfile]?: readonly string[] };
/** The same keys in both profiles. */
export const keys = (...list: readonly string[]): Keys => ({ mission: list, 'phy-2.1': list });

/** What the makers fill in when it is not said. */
type Given = Pick<ViewAction, 'name' | 'doc' | 'section' | 'run'> & Partial<ViewAction>;

/** Menu text of an action, as the reference makes it: `toggle_waveform_overlap` is `Toggle waveform overlap`. */
export const titleOf = (name: string): string => `${name[0].toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`;

/** An action with the usual gaps filled: no alias, no key, no arguments, title from the name. */
export function action(given: Given): ViewAction {
  return { aliases: [], title: titleOf(given.name), keys: {}, usage: '', ...given };
}

/** Value of a numeric parameter; 0 for one that is not a number. */
export function numberOf(view: ViewInstance, param: string): number {
  const value = view.state.getState().values[param];
  return typeof value === 'number' ? value : 0;
}
export const isOn = (view: ViewInstance, param: string): boolean => view.state.getState().values[param] === true;

/** Multiplies a parameter; its declaration clips it. */
export function multiply(view: ViewInstance, param: string, factor: number): void {
  view.set({ [param]: numberOf(view, param) * factor });
}

/** An action that multiplies a parameter by 1.1, or divides by it. */
export function stepAction(
  name: string,
  param: string,
  direction: 1 | -1,
  rest: Pick<ViewAction, 'doc' | 'section'> & Partial<ViewAction>,
): ViewAction {
  return action({ name, ...rest, run: (view) => multiply(view, param, STEP ** direction) });
}

/** A checkable action over an on/off parameter. */
export function toggleAction(
  name: string,
  param: string,
  rest: Pick<ViewAction, 'doc' | 'section'> & Partial<ViewAction>,
): ViewAction {
  return action({
    name,
    checked: (view) => isOn(view, param),
    run: (view) => view.set({ [param]: !isOn(view, param) }),
    ...rest,
  });
}

/** Marker size of 1.1 up, down and back; `what` is a width or diameter, `rest` has keys and older names of up and down. */
export function markerActions(
  section: number,
  what = 'diameter of the points',
  rest: { readonly up?: Partial<ViewAction>; readonly down?: Partial<ViewAction> } = {},
): readonly ViewAction[] {
  const doc = `${what[0].toUpperCase()}${what.slice(1)}.`;
  return [
    stepAction('increase_marker_size', 'markerSize', 1, { section, doc, ...rest.up }),
    stepAction('decrease_marker_size', 'markerSize', -1, { section, doc, ...rest.down }),
    action({
      name: 'reset_marker_size',
      section,
      doc: `Back to the default ${what}.`,
      run: (view) => view.set({ markerSize: view.spec.params.markerSize.default }),
    }),
  ];
}

const shownNumber = (value: number): string => String(Number(value.toPrecision(9)));

/** Where an action finds a number and puts it, in the stored unit; null stands for `all`. */
interface Place {
  read(view: ViewInstance): number | null;
  write(view: ViewInstance, value: number | null): void;
}

/** An action that sets a number, asked for in the unit people see; the prompt offers the present value. */
export function quantityAction(
  name: string,
  spec: NumberParam,
  place: Place,
  rest: Pick<ViewAction, 'doc' | 'section' | 'aliases'>,
): ViewAction {
  const perStored = spec.unit?.perStored ?? 1;
  const unit = spec.unit === undefined ? '' : ` (${spec.unit.name})`;
  return action({
    name,
    usage: spec.nullable === true ? 'NUMBER|all' : 'NUMBER',
    prompt: {
      text: `${spec.label}${unit}`,
      value: (view) => {
        const value = place.read(view);
        return value === null ? 'all' : shownNumber(value * perStored);
      },
    },
    ...rest,
    run: (view, args) => place.write(view, readNumber(name, spec, args, perStored)),
  });
}

/** An action that sets a numeric parameter. */
export function numberAction(
  name: string,
  param: string,
  spec: NumberParam,
  rest: Pick<ViewAction, 'doc' | 'section' | 'aliases'>,
): ViewAction {
  const place: Place = {
    read: (view) => {
      const value = view.state.getState().values[param];
      return typeof value === 'number' ? value : null;
    },
    write: (view, value) => view.set({ [param]: value }),
  };
  return quantityAction(name, spec, place, rest);
}

function readNumber(name: string, spec: NumberParam, args: readonly unknown[], perStored: number): number | null {
  const given = args[0];
  if (given === 'all' && spec.nullable === true) return null;
  if (args.length !== 1 || typeof given !== 'number' || !Number.isFinite(given)) {
    throw new PhyError('usage', `${name} takes one number${spec.nullable === true ? ' or all' : ''}.`, { name });
  }
  const { min = -Infinity, max = Infinity } = spec;
  const value = given / perStored;
  if (spec.integer === true && !Number.isInteger(value)) {
    throw new PhyError('usage', `${spec.label} must be a whole number.`, { name });
  }
  if (value < min || value > max) {
    const unit = spec.unit === undefined ? '' : ` ${spec.unit.name}`;
    const [low, high] = [min, max].map((limit) => shownNumber(limit * perStored));
    const range = max === Infinity ? `at least ${low}${unit}` : `${low} to ${high}${unit}`;
    throw new PhyError('usage', `${spec.label} must be ${range}.`, { name, min, max });
  }
  return value;
}
