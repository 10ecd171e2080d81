/** What can be set in a view, and how. */
import type { SettingsFields, ViewInstance } from '../view/instance.ts';

/** The fields that a view declares, else one for each parameter. */
export function fieldsOf(view: ViewInstance): SettingsFields {
  return (
    view.spec.fields?.(view) ?? {
      specs: view.spec.params,
      values: () => view.state.getState().values,
      change: (name, value) => view.set({ [name]: value }),
    }
  );
}
