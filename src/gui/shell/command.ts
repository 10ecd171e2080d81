/** What menus, keys, palette, snippets and help are made of. */
import type { ActionSpec } from '../../core/actions/action.ts';
import type { KeysInForce } from '../../core/actions/index.ts';
import { classOf } from './viewShelf.ts';

/**
 * A thing that can be done, as menus, keys, palette, snippets and help see it: an action of the engine, of the window or of one view.
 * Commands are made anew whenever the open views change; nothing is kept in them.
 */
export interface Command {
  /** `merge`, `toggle_waveform_overlap`. */
  readonly name: string;
  /** Where it belongs: `File`, `Edit`, `Select`, `View`, `Help`, or the id of a view. */
  readonly scope: string;
  readonly title: string;
  readonly doc: string;
  readonly aliases: readonly string[];
  readonly section: number;
  readonly submenu?: string | undefined;
  /** In force, normalised; the first one is shown. */
  readonly keys: readonly string[];
  /** Without keymap.json. */
  readonly defaultKeys: readonly string[];
  /** Normalised; each acts only while nothing else has it, and none does once keymap.json gives other keys. */
  readonly spareKeys?: readonly string[] | undefined;
  readonly usage: string;
  readonly prompt?: Prompt | undefined;
  /** What it moves where, for those that move clusters to a group. */
  readonly move?: ActionSpec['move'];
  /** Opens a form: written with dots, as one with a prompt. */
  readonly asks?: boolean | undefined;
  /** Not in menus. */
  readonly hidden?: boolean | undefined;
  /** Present for a check mark. */
  readonly checked?: (() => boolean) | undefined;
  /** Done by the engine, which has the last word on whether it can be done. */
  readonly remote?: boolean | undefined;
  /** true, or why not. */
  readonly enabled: () => true | string;
  /** The words typed after its name. Throws PhyError `usage`. */
  readonly parse: (rest: string) => Arguments;
  /** Throws PhyError `usage` on wrong arguments. */
  readonly run: (args: Arguments) => void | Promise<void>;
}

/** What a dialog asks before a command is run. */
interface Prompt {
  readonly text: string;
  readonly example: string;
  readonly initial: string;
  /** True when no text is an answer too; else it means Cancel. */
  readonly mayBeEmpty?: boolean;
}

/** Words and values as a snippet gives them, or named ones. */
export type Arguments = readonly unknown[] | Readonly<Record<string, unknown>>;
export const NO_ARGUMENTS: Arguments = [];
export const isWithout = (args: Arguments): boolean => Object.keys(args).length === 0;

/** Its name in keymap.json: `Edit.merge`, `WaveformView.widen` for the views of that class. */
export const addressOf = ({ scope, name }: Pick<Command, 'scope' | 'name'>): string => `${classOf(scope)}.${name}`;

/** The same commands with the keys that keymap.json gives them. */
export function withKeysInForce(commands: readonly Command[], { changed }: KeysInForce): readonly Command[] {
  return commands.map((command) => {
    const keys = changed.get(addressOf(command));
    return keys === undefined ? command : { ...command, keys, spareKeys: [] };
  });
}

/** How a command is written in the snippet bar: by its short name when it has one. */
export function snippetOf({ aliases: [alias], name }: Command): string {
  return alias !== undefined && alias.length < name.length ? alias : name;
}

/** Keys to commands; where two want the same key, the first in the list has it. Spare keys come last. */
export function bindKeys(commands: readonly Command[]): ReadonlyMap<string, Command> {
  const bound = new Map<string, Command>();
  const bind = (keys: readonly string[], command: Command): void => {
    for (const key of keys) if (!bound.has(key)) bound.set(key, command);
  };
  for (const command of commands) bind(command.keys, command);
  for (const command of commands) bind(command.spareKeys ?? [], command);
  return bound;
}

/** Menus of the program; every other scope is an open view. */
export const PROGRAM: ReadonlySet<string> = new Set(['File', 'Edit', 'Select', 'View', 'Help']);

/**
 * The command of that name or alias; names before aliases, those of the program before those of views. Of several views it is the one in
 * use (`panel`), else the first that can do it now.
 */
export function findCommand(
  commands: readonly Command[],
  word: string,
  panel: string | null = null,
): Command | undefined {
  const named = commands.filter((command) => command.name === word);
  const found = named.length > 0 ? named : commands.filter((command) => command.aliases.includes(word));
  if (found.length < 2 || PROGRAM.has(found[0].scope)) return found.at(0);
  const can = found.filter((command) => command.enabled() === true);
  return can.find(({ scope }) => scope === panel) ?? can.at(0) ?? found[0];
}

const always = (): true => true;

/** A command that takes no arguments, with the usual gaps filled. */
export function simpleCommand(
  given: Pick<Command, 'name' | 'scope' | 'title' | 'doc' | 'section' | 'run'> & Partial<Command>,
): Command {
  const { keys = [] } = given;
  const gaps = { aliases: [], usage: '', enabled: always, parse: () => NO_ARGUMENTS };
  return { ...gaps, ...given, keys, defaultKeys: keys };
}
