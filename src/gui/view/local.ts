/** State of one view type that neither the shell nor the engine needs to know (a channel list fixed for one answer, a kept scale). */
import type { ViewInstance } from './instance.ts';

/** Returns a function that gives each instance its own value, made by `init` at first use and forgotten together with the instance. */
export function perView<T>(init: (view: ViewInstance) => T): (view: ViewInstance) => T {
  const values = new WeakMap<ViewInstance, { readonly value: T }>();
  return (view) => {
    const existing = values.get(view);
    if (existing !== undefined) return existing.value;
    const value = init(view);
    values.set(view, { value });
    return value;
  };
}
