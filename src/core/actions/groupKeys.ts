/** Keys of groups stand beside those of all other actions: none may take another's. */
import { PhyError } from '../base/errors.ts';
import { readGroups, type ClusterGroup } from '../curation/groups.ts';
import { ACTIONS, groupActions } from './list.ts';

/** Keys of everything else that the engine declares, with what they do. */
const DECLARED: ReadonlyMap<string, string> = new Map(
  ACTIONS.filter((spec) => spec.move === undefined).flatMap((spec) =>
    [...spec.keys.mission, ...(spec.keys['phy-2.1'] ?? []), ...(spec.tabKeys ?? [])].map((key) => [key, spec.title]),
  ),
);

/**
 * A sentence about the first group whose letter would take a key from another action; null when none does. `others`: further keys that are
 * taken, with the titles of what they do (those of views, which the engine does not know).
 */
export function takenGroupKey(
  groups: readonly ClusterGroup[],
  others: ReadonlyMap<string, string> = new Map(),
): string | null {
  for (const group of groups) {
    const keys = groupActions([group]).flatMap((spec) => [...spec.keys.mission, ...(spec.tabKeys ?? [])]);
    const taken = keys.find((key) => DECLARED.has(key) || others.has(key));
    if (taken === undefined) continue;
    const owner = DECLARED.get(taken) ?? others.get(taken) ?? '';
    return `The key ${group.key ?? ''} of group ${group.name} would take ${taken} from “${owner}”. Choose another letter.`;
  }
  return null;
}

/**
 * Groups from a file or a form whose keys leave those of all other actions alone. Throws `usage`. `others` as for takenGroupKey, `nameOf` as
 * for readGroups.
 */
export function checkedGroups(
  list: unknown,
  others?: ReadonlyMap<string, string>,
  nameOf?: (place: number) => string,
): readonly ClusterGroup[] {
  const groups = readGroups(list, nameOf);
  const taken = takenGroupKey(groups, others);
  if (taken !== null) throw new PhyError('usage', taken);
  return groups;
}
