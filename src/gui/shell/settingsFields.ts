/** What can be set in a view, and how. */
import { defaults } from '../../core/base/params.ts';
import type { SettingsFields, ViewInstance } from '../view/instance.ts';

/** The fields that a view declares, else one for each parameter. */
export function fieldsOf(view: ViewInstance): SettingsFields {
  return (
    view.spec.fields?.(view) ?? {
      specs: view.spec.params,
      values: () => view.state.getState().values,
      defaults: () => defaults(view.spec.params),
      change: (name, value) => view.set({ [name]: value }),
    }
  );
}
