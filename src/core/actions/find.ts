/** Finds an action by its name, an older name or its snippet. */
import type { ClusterGroup } from '../curation/groups.ts';
import type { ActionSpec } from './action.ts';
import { ACTIONS, allActions, sortActions } from './list.ts';

const byName = (specs: readonly ActionSpec[], name: string): ActionSpec | undefined =>
  specs.find((spec) => spec.name === name) ?? specs.find((spec) => spec.aliases.includes(name));

/**
 * The action of that name or alias, undefined when there is none. `columns` of the cluster view bring `sort_by_<column>` and their
 * snippets, `groups` the actions that move clusters, `added` those of core/engine/additions.ts; declared actions come first.
 */
export function findAction(
  name: string,
  columns: readonly string[] = [],
  groups?: readonly ClusterGroup[],
  added: readonly ActionSpec[] = [],
): ActionSpec | undefined {
  const declared = groups === undefined ? ACTIONS : allActions(groups);
  return byName(declared, name) ?? byName(added, name) ?? byName(sortActions(columns), name);
}
