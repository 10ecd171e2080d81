/** Finds an action by its name, an older name or its snippet. */
import type { ActionSpec } from './action.ts';
import { ACTIONS, sortActions } from './list.ts';

const byName = (specs: readonly ActionSpec[], name: string): ActionSpec | undefined =>
  specs.find((spec) => spec.name === name) ?? specs.find((spec) => spec.aliases.includes(name));

/**
 * The action of that name or alias, undefined when there is none. `columns` of the cluster view bring `sort_by_<column>` and their
 * snippets; declared actions come first.
 */
export function findAction(name: string, columns: readonly string[] = []): ActionSpec | undefined {
  return byName(ACTIONS, name) ?? byName(sortActions(columns), name);
}
