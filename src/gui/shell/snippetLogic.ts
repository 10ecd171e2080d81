/** What the snippet bar offers while typing, and its history (spec/curation.md 4.5). Pure. */
import { snippetOf, type Command } from './command.ts';

export interface Suggestion {
  /** The whole text after completion, without the colon. */
  readonly text: string;
  /** `:filter EXPRESSION` */
  readonly label: string;
  readonly doc: string;
}

/** Words that can follow: column names, groups, ids of the selection. */
export interface Vocabulary {
  readonly columns: readonly string[];
  readonly groups: readonly string[];
}

const MOST = 8;
/** Commands whose arguments are made of columns and groups. */
const WITH_COLUMNS: ReadonlySet<string> = new Set(['filter', 'sort']);
const WITH_GROUPS: ReadonlySet<string> = new Set(['filter', 'move']);

/** Suggestions for `typed` (without the colon), best first. */
export function suggest(typed: string, commands: readonly Command[], words: Vocabulary): readonly Suggestion[] {
  const space = typed.indexOf(' ');
  if (space < 0) return suggestCommands(typed, commands);
  const name = typed.slice(0, space);
  const command = commands.find((other) => other.name === name || other.aliases.includes(name));
  return command === undefined ? [] : suggestArguments(typed, command, words);
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

function suggestArguments(typed: string, command: Command, words: Vocabulary): readonly Suggestion[] {
  const own = { ...suggestionFor(command, typed.slice(0, typed.indexOf(' '))), text: typed };
  const begun = /[\p{L}\p{N}_]*$/u.exec(typed)?.[0] ?? '';
  if (begun === '') return [own];
  const before = typed.slice(0, typed.length - begun.length);
  // Inside quotes only values make sense, and the quote is closed.
  const quote = /(['"])$/.exec(before)?.[1] ?? '';
  const columns = WITH_COLUMNS.has(command.name) && quote === '' ? [...words.columns, 'group'] : [];
  const offered = [...columns, ...(WITH_GROUPS.has(command.name) ? words.groups : [])];
  const matching = [...new Set(offered)].filter((word) => word.startsWith(begun) && word !== begun);
  const completed = matching.slice(0, MOST - 1).map((word) => {
    const text = before + word + quote;
    return { text, label: `:${text}`, doc: '' };
  });
  return [...completed, own];
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
