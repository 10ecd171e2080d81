/** What can be set in a view, and how. */
import { defaults, type Param, type ParamSpecs, type ParamValue } from '../../core/base/params.ts';
import type { SettingsFields, ViewInstance } from '../view/instance.ts';

type Offered = Readonly<Record<string, readonly string[]>>;

/** The fields that a view declares, else one for each parameter, with the choices that the dataset can show. */
export function fieldsOf(view: ViewInstance): SettingsFields {
  const { params } = view.spec;
  const choices = view.spec.choices?.(view) ?? {};
  return (
    view.spec.fields?.(view) ?? {
      specs: withChoices(params, choices),
      values: () => inForce(view.state.getState().values, choices),
      defaults: () => inForce(defaults(params), choices),
      change: (name, value) => view.set({ [name]: value }),
    }
  );
}

function withChoices(specs: ParamSpecs, choices: Offered): ParamSpecs {
  const entries = Object.entries(specs).map(([name, spec]): readonly [string, Param] => [
    name,
    spec.kind === 'choice' && name in choices ? { ...spec, choices: choices[name] } : spec,
  ]);
  return Object.fromEntries(entries);
}

/** What the view shows in place of a choice kept from another dataset. */
function inForce(values: Readonly<Record<string, ParamValue>>, choices: Offered): Readonly<Record<string, ParamValue>> {
  const shown = Object.entries(choices).flatMap(([name, offered]) =>
    offered.some((choice) => choice === values[name]) ? [] : offered.slice(0, 1).map((first) => [name, first] as const),
  );
  return { ...values, ...Object.fromEntries(shown) };
}
