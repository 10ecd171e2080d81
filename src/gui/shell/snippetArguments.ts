/**
 * What can follow the name of a snippet: read off the usage of its command (`NAME VALUE [ID...]`, `COLUMN [asc|desc]`), and for filters off
 * the expression so far. Pure.
 */
import type { Command } from './command.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface Completion {
  /** Everything after the name. */
  readonly rest: string;
  readonly doc: string;
}
interface Word {
  readonly word: string;
  readonly doc: string;
}

/** Completions of `rest`, the text after the name and a blank, in the order in which they are offered. */
export function completeArguments(command: Command, rest: string, words: Vocabulary): readonly Completion[] {
  if (command.usage === 'EXPRESSION') return completeExpression(rest, words);
  const { before, begun, place } = lastWord(rest);
  const [name = ''] = before.trim().split(/\s+/);
  const offered = wordsAt(command.usage, place, name, words);
  // In a list (`1,2` or `[1, 2`) the last item is completed.
  const item = /[^,[\]\s-]*$/.exec(begun)?.[0] ?? '';
  const head = before + begun.slice(0, begun.length - item.length);
  const taken = new Set(rest.slice(0, rest.length - item.length).match(/[^\s,[\]]+/g));
  return offered
    .filter(({ word }) => word.startsWith(item) && word !== item && !taken.has(word))
    .map(({ word, doc }) => ({ rest: head + quoted(word), doc }));
}

/** Values with blanks are one word only in quotes. */
const quoted = (word: string): string => (/\s/.test(word) ? `'${word}'` : word);

/** The word that is being typed, what stands before it, and how many words that are. */
function lastWord(rest: string): { readonly before: string; readonly begun: string; readonly place: number } {
  const begun = /(\[[^\]]*|\S*)$/.exec(rest)?.[0] ?? '';
  const before = rest.slice(0, rest.length - begun.length);
  const complete = before.match(/"[^"]*"|'[^']*'|\[[^\]]*\]|\S+/g) ?? [];
  return { before, begun, place: complete.length };
}

/** Words for one place of a usage. `first`: the word in the first place, which names the label whose values follow. */
function wordsAt(usage: string, place: number, first: string, words: Vocabulary): readonly Word[] {
  const places = usage.split(/\s+/).map((part) => part.replaceAll(/[[\]]/g, ''));
  const last = places.at(-1) ?? '';
  const alternatives = places[place] ?? (last.endsWith('...') ? last : '');
  return alternatives.split('|').flatMap((part) => wordsOf(part.replace('...', ''), first, words));
}

function wordsOf(placeholder: string, first: string, words: Vocabulary): readonly Word[] {
  switch (placeholder) {
    case 'ID':
      return words.clusters.map((id) => ({ word: String(id), doc: words.describe(id) }));
    case 'COLUMN':
    case 'FIELD':
      return plain(words.columns);
    case 'GROUP':
      return plain(words.valuesOf('group'));
    case 'NAME':
      return plain([...words.labels, 'group']);
    case 'VALUE':
      return plain(words.valuesOf(first));
    default:
      return /^[a-z_]+$/.test(placeholder) ? plain([placeholder]) : [];
  }
}

const plain = (list: readonly string[]): readonly Word[] => [...new Set(list)].map((word) => ({ word, doc: '' }));

const KEYWORDS = ['and', 'or', 'not', 'in', 'null', 'true', 'false'];

/** Values after a comparison (in quotes, which are closed), else columns and keywords. */
function completeExpression(rest: string, words: Vocabulary): readonly Completion[] {
  const value = /([\p{L}_][\p{L}\p{N}_]*)\s*(?:[!=]==?|(?:not\s+)?in\s*\((?:[^()]*,)?)\s*(['"]?)([^'"()]*)$/u.exec(
    rest,
  );
  if (value !== null && !isClosed(value[2], value[3])) {
    const [, column, quote, begun] = value;
    const before = rest.slice(0, rest.length - begun.length - quote.length);
    const offered = words.valuesOf(column).filter((text) => text.startsWith(begun) && text !== begun);
    const mark = quote === '' ? "'" : quote;
    return offered.map((text) => ({ rest: `${before}${mark}${text}${mark}`, doc: '' }));
  }
  const isQuoted = (rest.match(/['"]/g)?.length ?? 0) % 2 === 1;
  if (isQuoted) return [];
  const begun = /[\p{L}_][\p{L}\p{N}_]*$/u.exec(rest)?.[0] ?? '';
  const before = rest.slice(0, rest.length - begun.length);
  // After a whole operand an operator follows, not a name.
  if (begun === '' && /[\p{L}\p{N}_'")]\s+$/u.test(before) && !/\b(and|or|not|in)\s+$/.test(before)) {
    return ['and', 'or'].map((word) => ({ rest: before + word, doc: '' }));
  }
  const names = [...words.columns, 'group'];
  const offered = begun === '' ? names : [...names, ...KEYWORDS];
  const fitting = offered.filter((word) => word.startsWith(begun) && word !== begun);
  return [...new Set(fitting)].map((word) => ({ rest: before + word, doc: '' }));
}

/** Without a quote a value ends at the first blank: `fr == 3 and` is over. */
const isClosed = (quote: string, begun: string): boolean => quote === '' && /\s/.test(begun);
