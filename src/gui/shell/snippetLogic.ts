/** What the snippet bar offers while typing, and its history (spec/curation.md 4.5). Pure. */
import { findCommand, snippetOf, type Command } from './command.ts';
import { completeArguments } from './snippetArguments.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface Suggestion {
  /** The whole text after completion, without the colon. */
  readonly text: string;
  /** `:filter EXPRESSION` */
  readonly label: string;
  readonly doc: string;
}

const MOST = 8;

/** Suggestions for `typed` (without the colon), best first: commands, then what can follow the one that was typed. */
export function suggest(typed: string, commands: readonly Command[], words: Vocabulary): readonly Suggestion[] {
  const { name, rest } = split(typed);
  if (rest === null) return suggestCommands(name, commands);
  const command = findCommand(commands, name);
  if (command === undefined) return [];
  return completeArguments(command, rest, words)
    .slice(0, MOST)
    .map((completion) => {
      const text = `${name} ${completion.rest}`;
      return { text, label: `:${text}`, doc: completion.doc };
    });
}

/** How the command that is typed is used and what it does; null before its name is whole. */
export function describe(typed: string, commands: readonly Command[]): Omit<Suggestion, 'text'> | null {
  const { name } = split(typed);
  const command = findCommand(commands, name);
  if (command === undefined) return null;
  const { label, doc } = suggestionFor(command, name);
  return { label, doc };
}

/** The clusters that a line would select (`c 47 49`); none while it is something else. */
export function clustersTyped(typed: string, commands: readonly Command[]): readonly number[] {
  const { name, rest } = split(typed);
  const ids = rest?.trim() ?? '';
  if (!/^\d{1,9}([\s,]+\d{1,9})*$/.test(ids) || findCommand(commands, name)?.name !== 'select') return [];
  return ids.split(/[\s,]+/).map(Number);
}

/** The name and what stands after it; null while the name is being typed. Blanks before them count for nothing. */
function split(typed: string): { readonly name: string; readonly rest: string | null } {
  const found = /^\s*(\S+)\s+(.*)$/s.exec(typed);
  return found === null ? { name: typed.trim(), rest: null } : { name: found[1], rest: found[2] };
}

function suggestCommands(word: string, commands: readonly Command[]): readonly Suggestion[] {
  const place = (command: Command): number => {
    const names = [...command.aliases, command.name];
    if (names.includes(word)) return 0;
    if (names.some((name) => name.startsWith(word))) return 1;
    return word.length > 1 && command.name.includes(word) ? 2 : 3;
  };
  const ranked = commands.map((command, order) => ({ command, order, rank: place(command), long: isLong(command) }));
  const found = ranked
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank || (word === '' ? a.long - b.long : 0) || a.order - b.order)
    .map(({ command }) => suggestionFor(command, bestName(command, word)));
  // Every open view has a `close`; the name runs the first of them, so it is offered once.
  return found.filter(({ label }, at) => found.findIndex((other) => other.label === label) === at).slice(0, MOST);
}

/** Before anything is typed the commands made for this line come first: those with a short name, then those with arguments. */
const isLong = (command: Command): number => (command.aliases.length > 0 ? 0 : command.usage === '' ? 2 : 1);

/** The alias or name that was begun. */
function bestName(command: Command, word: string): string {
  const names = [...command.aliases, command.name];
  return names.find((name) => name === word) ?? names.find((name) => name.startsWith(word)) ?? snippetOf(command);
}

function suggestionFor(command: Command, name: string): Suggestion {
  const usage = command.usage === '' ? '' : ` ${command.usage}`;
  return { text: usage === '' ? name : `${name} `, label: `:${name}${usage}`, doc: command.doc };
}

/** Why there is no such command now: its view is not open, or there is none in the program. `all`: of every view, open or not. */
export function whyUnknown(name: string, all: readonly Command[]): string {
  const command = findCommand(all, name);
  if (command === undefined) return `Couldn't find action \`${name}\`.`;
  return `\`${name}\` belongs to ${command.scope}, which is not open. Add it from the View menu.`;
}

const HISTORY_LIMIT = 100;

/** The history with `text` as its newest entry; an entry stands in it once. */
export function remember(history: readonly string[], text: string): readonly string[] {
  return [...history.filter((entry) => entry !== text), text].slice(-HISTORY_LIMIT);
}

/**
 * Moving through the history: `place` counts back from the newest (0 = what is being typed). Returns the new place and its text.
 */
export function recall(
  history: readonly string[],
  place: number,
  step: 1 | -1,
  typed: string,
): { readonly place: number; readonly text: string } {
  const next = Math.min(Math.max(place + step, 0), history.length);
  return { place: next, text: next === 0 ? typed : (history.at(-next) ?? typed) };
}

/** Going through the suggestions with Tab: those for `base`, of which the one at `place` is in the line. */
export interface Cycle {
  readonly base: string;
  readonly place: number;
}

/**
 * The next suggestion in the line; null when there is none. A single one is taken, and the next Tab completes what comes after it. `count`: of
 * the suggestions for the base of the present cycle, or for what is typed.
 */
export function cycle(present: Cycle | null, typed: string, count: number, step: 1 | -1): Cycle | null {
  if (count === 0) return null;
  if (present === null) return { base: typed, place: step === 1 ? 0 : count - 1 };
  return { base: present.base, place: (present.place + step + count) % count };
}
