/**
 * What can follow the name of a command, in the snippet bar and in prompts: read off its usage (`NAME VALUE [ID...]`, `COLUMN [asc|desc], ...`),
 * and for filters off the expression so far. Pure.
 */
import { filterCompleter } from '../tables/filterCompletion.ts';
import type { Complete } from '../ui/completion.ts';
import type { Command } from './command.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface Completion {
  /** Everything after the name. */
  readonly rest: string;
  /** Where in it the completed word begins. */
  readonly from: number;
  readonly doc: string;
}
interface Word {
  readonly word: string;
  readonly doc: string;
}

/** Completions of `rest`, the text after the name and a blank, in the order in which they are offered. */
export function completeArguments(command: Command, rest: string, words: Vocabulary): readonly Completion[] {
  if (command.usage === 'EXPRESSION') return completeExpression(rest, words);
  const list = /^(.*), \.\.\.$/.exec(command.usage);
  if (list === null) return completeWords(command.usage, rest, words);
  // Each part between commas has the same usage.
  const done = rest.slice(0, rest.lastIndexOf(',') + 1) + (/,(\s*)[^,]*$/.exec(rest)?.[1] ?? '');
  return completeWords(list[1], rest.slice(done.length), words).map((completion) => ({
    ...completion,
    rest: done + completion.rest,
    from: done.length + completion.from,
  }));
}

function completeWords(usage: string, rest: string, words: Vocabulary): readonly Completion[] {
  const { before, begun, place } = lastWord(rest);
  const [name = ''] = before.trim().split(/\s+/);
  const offered = wordsAt(usage, place, name, words);
  // In a list (`1,2` or `[1, 2`) the last item is completed.
  const item = /[^,[\]\s-]*$/.exec(begun)?.[0] ?? '';
  const head = before + begun.slice(0, begun.length - item.length);
  const taken = new Set(rest.slice(0, rest.length - item.length).match(/[^\s,[\]]+/g));
  return offered
    .filter(({ word }) => word.startsWith(item) && word !== item && !taken.has(word))
    .map(({ word, doc }) => ({ rest: head + quoted(word), from: head.length, doc }));
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

/** Columns, comparisons, values and keywords, as in the filter box. */
function completeExpression(rest: string, words: Vocabulary): readonly Completion[] {
  const completion = filterCompleter(words.filter)(rest, rest.length);
  if (completion === null) return [];
  const { from, suggestions } = completion;
  return suggestions.map(({ text, detail }) => ({ rest: (rest.slice(0, from) + text).trimEnd(), from, doc: detail }));
}

/** Placeholders of usages that stand for words of the dataset, and words that are written as they are. */
const WITH_WORDS = /\b(ID|COLUMN|FIELD|GROUP|NAME|VALUE|EXPRESSION)\b|[a-z]/;

/** Completes the arguments of a command wherever they are typed; undefined for one whose arguments are no words. */
export function argumentsCompleter(command: Command, words: () => Vocabulary): Complete | undefined {
  if (!WITH_WORDS.test(command.usage)) return undefined;
  return (text, caret) => {
    const found = completeArguments(command, text.slice(0, caret), words());
    const from = Math.min(...found.map((completion) => completion.from));
    const suggestions = found.map(({ rest, doc }) => ({
      text: rest.slice(from),
      label: rest.slice(from),
      detail: doc,
    }));
    return suggestions.length === 0 ? null : { from, to: caret, suggestions };
  };
}
