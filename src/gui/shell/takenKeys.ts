/** Keys that groups cannot have, as they are in force now. */
import { takenGroupKey } from '../../core/actions/index.ts';
import { everyCommand } from './commands.ts';
import type { Desk } from './desk.ts';
import { titlesOfKeys } from './groupKeys.ts';

/** Keys of everything but groups, with what they do: of every view there is, open or not, and as keymap.json has them. */
export const otherKeys = (desk: Desk): ReadonlyMap<string, string> =>
  titlesOfKeys(everyCommand(desk).filter(({ move }) => move === undefined));

/** Says which key of config.json was not given out, once after the start. */
export function sayTakenKeys(desk: Desk): void {
  const groups = desk.client.mirror.getState().snapshot?.groups ?? [];
  const taken = takenGroupKey(groups, otherKeys(desk));
  if (taken !== null) desk.client.say('warning', `${taken} Edit > Cluster groups changes it.`);
}
