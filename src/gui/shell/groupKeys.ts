/** Keys of groups beside those of views and of the window, which the engine does not know. Pure. */
import { takenGroupKey, type ClusterGroup } from '../../core/actions/index.ts';
import type { Command } from './command.ts';

/** What each key does. */
export const titlesOfKeys = (commands: readonly Command[]): ReadonlyMap<string, string> =>
  new Map(commands.flatMap(({ keys, scope, title }) => keys.map((key) => [key, `${scope}: ${title}`] as const)));

/** The groups without the keys that other commands have: a config.json written by hand may ask for them. */
export function usableGroups(
  groups: readonly ClusterGroup[] | undefined,
  others: readonly Command[],
): readonly ClusterGroup[] | undefined {
  const taken = titlesOfKeys(others);
  return groups?.map((group) => (takenGroupKey([group], taken) === null ? group : { ...group, key: null }));
}
