/** Keys that groups cannot have, and keys that actions of plugins share with others, as they are in force now. */
import { takenGroupKey } from '../../core/actions/index.ts';
import { keyLabel } from '../ui/keyLabel.ts';
import { bindKeys, PROGRAM, type Command } from './command.ts';
import { everyCommand } from './commands.ts';
import type { Desk } from './desk.ts';
import { titlesOfKeys } from './groupKeys.ts';

/** Keys of everything but groups, with what they do: of every view there is, open or not, and as keymap.json has them. */
export const otherKeys = (desk: Desk): ReadonlyMap<string, string> =>
  titlesOfKeys(everyCommand(desk).filter(({ move }) => move === undefined));

/** An action of a plugin and another one that have the same key: only one of them gets it. */
export interface SharedKey {
  readonly plugin: string;
  readonly key: string;
  readonly command: Command;
  readonly other: Command;
  /** The one that the key does. */
  readonly winner: Command;
}

export function sharedKeys(desk: Desk): readonly SharedKey[] {
  const plugins = desk.client.mirror.getState().plugins?.plugins ?? [];
  const owners = new Map(
    plugins.flatMap(({ declaration: { name, commands, splitters } }) => [
      ...commands.map((command): [string, string] => [command.name, name]),
      ...splitters.map((splitter): [string, string] => [`split_${splitter.name}`, name]),
    ]),
  );
  const all = everyCommand(desk);
  const bound = bindKeys(all);
  const isOwn = (command: Command): boolean => PROGRAM.has(command.scope) && owners.has(command.name);
  return all.filter(isOwn).flatMap((command) =>
    command.keys.flatMap((key) => {
      const other = all.find((each) => each !== command && each.keys.includes(key));
      if (other === undefined || (isOwn(other) && all.indexOf(other) > all.indexOf(command))) return [];
      return [{ plugin: owners.get(command.name) ?? '', key, command, other, winner: bound.get(key) ?? other }];
    }),
  );
}

/** `Alt+A of "Display message" (plugin x) is also the key of "Toggle" in AmplitudeView, which has it.` */
export function sharedKeySentence({ plugin, key, command, other, winner }: SharedKey): string {
  const where = PROGRAM.has(other.scope) ? '' : ` in ${other.scope}`;
  const has = winner === command ? 'which does not get it' : 'which has it';
  return `${keyLabel(key)} of “${command.title}” (plugin ${plugin}) is also the key of “${other.title}”${where}, ${has}.`;
}

/** Says which keys of plugins are shared, once after the start. */
export function saySharedKeys(desk: Desk): void {
  const sentences = sharedKeys(desk).map(sharedKeySentence);
  if (sentences.length === 0) return;
  const sentence = `${sentences.join(' ')} Help > Edit shortcuts gives another one.`;
  desk.client.say('warning', sentence);
  desk.client.tell(sentence);
}

/** Says which key of config.json was not given out, once after the start. */
export function sayTakenKeys(desk: Desk): void {
  const groups = desk.client.mirror.getState().snapshot?.groups ?? [];
  const taken = takenGroupKey(groups, otherKeys(desk));
  if (taken !== null) desk.client.say('warning', `${taken} Edit > Cluster groups changes it.`);
}
