/** Makes one open copy of a view: its parameters (defaults overlaid by what was kept), its visibility, its lasso. No drawing. */
import { createStore } from 'zustand/vanilla';
import { PhyError } from '../../core/base/errors.ts';
import { type Param, type ParamSpecs, type ParamValue, checkValue, defaults } from '../../core/base/params.ts';
import { Scope } from '../../core/base/scope.ts';
import type { Client } from '../client/client.ts';
import type { LassoState, ViewInstance, ViewSpec, ViewState } from './instance.ts';

type Values = Readonly<Record<string, ParamValue>>;
type KeepScope = 'user' | 'dataset';
const SCOPES: readonly KeepScope[] = ['user', 'dataset'];
const AUTO_UPDATE = 'auto_update';

/** Where a parameter stands in the state file: a setting, or one element of a list (`box_scaling.0`). */
function placeOf(name: string, param: Param): { readonly key: string; readonly index: number | null } {
  const key = param.stateKey ?? name;
  const element = /^(.+)\.(\d+)$/.exec(key);
  return element === null ? { key, index: null } : { key: element[1], index: Number(element[2]) };
}
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What the kept settings hold for one parameter, undefined when nothing. */
function keptValue(kept: Readonly<Record<string, unknown>>, name: string, param: Param): unknown {
  const { key, index } = placeOf(name, param);
  return index === null ? kept[key] : listOf(kept[key])[index];
}

/** The kept settings of one view (`kept[id]`), an empty object when there are none or the file holds something else. */
export function keptOf(client: Client, scope: KeepScope, id: string): Readonly<Record<string, unknown>> {
  const kept = client.kept(scope)[id];
  return typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? { ...kept } : {};
}

/** Writes settings of one view beside those already kept there; nothing is sent when nothing changes. */
function keepIn(client: Client, scope: KeepScope, id: string, settings: Readonly<Record<string, unknown>>): void {
  const before = keptOf(client, scope, id);
  const changed = Object.entries(settings).some(
    ([key, value]) => JSON.stringify(before[key]) !== JSON.stringify(value),
  );
  if (changed) client.keep(scope, id, { ...before, ...settings });
}

/** A kept value in the declared range, else undefined: a damaged state file must never keep a view from opening. */
export function readKept(name: string, param: Param, value: unknown): ParamValue | undefined {
  if (value === undefined) return undefined;
  try {
    return checkValue(name, param, value);
  } catch {
    return undefined;
  }
}

/** `base` overlaid by kept values; each parameter is read only from the scope it is declared for (spec/views.md 1.14). */
function withKept(base: Values, specs: ParamSpecs, client: Client, id: string): Values {
  const kept = { user: keptOf(client, 'user', id), dataset: keptOf(client, 'dataset', id) };
  const values: Record<string, ParamValue> = { ...base };
  for (const [name, param] of Object.entries(specs)) {
    if (param.keep === undefined) continue;
    const value = readKept(name, param, keptValue(kept[param.keep], name, param));
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** Of the values, those that the settings form changes: hidden parameters only where it has fields of its own. */
export function offered(spec: ViewSpec, values: Values): Values {
  if (spec.fields !== undefined) return values;
  return Object.fromEntries(Object.entries(values).filter(([name]) => spec.params[name]?.hidden !== true));
}

/** Every given value checked against its declaration. Throws `usage` with the list of names for an unknown one. */
function checkValues(specs: ParamSpecs, given: Values): Values {
  const checked: Record<string, ParamValue> = {};
  for (const [name, value] of Object.entries(given)) {
    const param = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (param === undefined) {
      const names = Object.keys(specs).join(', ');
      throw new PhyError('usage', `There is no parameter ${name}. Known: ${names}.`, { name });
    }
    checked[name] = checkValue(name, param, value);
  }
  return checked;
}

/** The given values of one scope under their names in the state file; lists are completed from the values in force. */
function toKeep(specs: ParamSpecs, given: Values, all: Values, scope: KeepScope): Readonly<Record<string, unknown>> {
  const settings: Record<string, unknown> = {};
  const touched = new Set(Object.keys(given).map((name) => placeOf(name, specs[name]).key));
  for (const [name, param] of Object.entries(specs)) {
    const { key, index } = placeOf(name, param);
    if (param.keep !== scope || !touched.has(key)) continue;
    settings[key] = index === null ? all[name] : Object.assign([...listOf(settings[key])], { [index]: all[name] });
  }
  return settings;
}

/**
 * One open view. `id` keys its kept settings (`WaveformView`, `WaveformView (1)`). The instance asks and draws nothing by itself: its
 * component does (useViewAnswer.ts).
 */
export function createViewInstance(spec: ViewSpec, id: string, client: Client): ViewInstance {
  const scope = new Scope();
  const state = createStore<ViewState>(() => ({
    values: withKept(defaults(spec.params), spec.params, client, id),
    autoUpdate: keptOf(client, 'user', id)[AUTO_UPDATE] !== false,
    visible: true,
    status: '',
    shown: '',
    drawn: [],
    answered: null,
    phase: 'empty',
    lasso: null,
  }));
  const apply = (values: Values): void => {
    const next = { ...state.getState().values, ...values };
    const contradiction = spec.validate?.(next, client.mirror.getState().dataset) ?? null;
    if (contradiction !== null) throw new PhyError('usage', contradiction, { view: id });
    for (const where of SCOPES) keepIn(client, where, id, toKeep(spec.params, values, next, where));
    state.setState({ values: next });
  };
  const view: ViewInstance = {
    id,
    spec,
    client,
    state,
    picture: null,
    set: (values) => apply(checkValues(spec.params, values)),
    resetToDefaults: () => apply(offered(spec, defaults(spec.params))),
    setAutoUpdate(on) {
      keepIn(client, 'user', id, { [AUTO_UPDATE]: on });
      state.setState({ autoUpdate: on });
    },
    setVisible: (visible) => state.setState({ visible }),
    setLasso: (lasso: LassoState | null) => state.setState({ lasso }),
    dispose: () => scope.dispose(),
  };
  // Another window shows the same settings; whether it follows the selection is its own affair.
  const follow = client.keptElsewhere.listen(({ key }) => {
    if (key === id) state.setState(({ values }) => ({ values: withKept(values, spec.params, client, id) }));
  });
  scope.add(follow);
  const detach = spec.attach?.(view);
  if (detach !== undefined) scope.add(detach);
  return view;
}
