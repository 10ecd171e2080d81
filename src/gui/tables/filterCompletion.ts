/** What can follow in a filter (spec/curation.md 3.6): columns, comparisons, values that the column holds, `and`, `or`. Pure. */
import type { Row } from '../../core/curation/state.ts';
import type { Mirror } from '../client/client.ts';
import { matching, type Complete, type Suggestion } from '../ui/completion.ts';
import { grouped } from '../ui/numbers.ts';
import { columnDoc, type CellValue } from './columns.ts';

/** What a filter is made of. */
export interface FilterWords {
  /** Columns that a filter may name. */
  readonly columns: readonly string[];
  readonly rows: ReadonlyMap<number, Row>;
  /** Names of groups, of which some may have no cluster yet. */
  readonly groups: readonly string[];
}

/** Words for filters of a table as it is now: a filter can only name a column that is a word. */
export function filterWords(
  { snapshot, rows }: Pick<Mirror, 'snapshot' | 'rows'>,
  withSimilarity = false,
): FilterWords {
  const names = new Set([...(snapshot?.columns ?? []), ...(withSimilarity ? ['similarity'] : []), 'group']);
  const columns = [...names].filter((name) => NAME.test(name));
  return { columns, rows, groups: snapshot?.groups.map(({ name }) => name) ?? [] };
}

/** The last parts of a filter: text in quotes, numbers, names, operators. */
const TOKEN = /'[^']*'?|"[^"]*"?|\d+(?:\.\d*)?|[\p{L}_$][\p{L}\p{N}_$]*|[=!<>]=?=?|&&|\|\||\S/gu;
const NAME = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;
const COMPARISON = /^(===?|!==?|[<>]=?)$/;
const WORDS = ['and', 'or', 'not', 'in'];

/** Completes a filter over these words. */
export function filterCompleter(words: FilterWords): Complete {
  return (text, caret) => {
    const before = text.slice(0, caret);
    const tokens = [...before.matchAll(TOKEN)].map((match) => ({ text: match[0], at: match.index }));
    const last = tokens.at(-1);
    const isAtCaret = last !== undefined && last.at + last.text.length === caret;
    // What is being typed: the last part, unless a blank or a closing quote has ended it.
    const isBegun = isAtCaret && isOpen(last.text);
    if (isAtCaret && !isBegun && !isOperator(last.text) && last.text !== '.') return null;
    const begun = isBegun ? last.text : '';
    const done = (isBegun ? tokens.slice(0, -1) : tokens).map((token) => token.text);
    const suggestions = suggestionsAfter(done, begun, words);
    return suggestions.length === 0 ? null : { from: caret - begun.length, to: caret, suggestions };
  };
}

/** True for a part that more can be typed to. */
const isOpen = (token: string): boolean =>
  NAME.test(token) || /^[=!]$/.test(token) || (/^['"]/.test(token) && !(token.length > 1 && token.endsWith(token[0])));

function suggestionsAfter(done: readonly string[], begun: string, words: FilterWords): readonly Suggestion[] {
  const last = done.at(-1);
  const quote = /^['"]/.exec(begun)?.[0];
  if (last === '.') return quote === undefined ? methods(begun) : [];
  if (/^[=!]$/.test(begun)) return last === undefined || isOperator(last) ? [] : operators(last, done, begun, words);
  const column = comparedColumn(done);
  if (column !== null) return values(column, begun, words);
  if (quote !== undefined) return [];
  if (last === undefined || isOperator(last))
    return begun === '' && last !== undefined ? columns('', words) : columns(begun, words);
  // A value stands before: an operator follows.
  return operators(last, done, begun, words);
}

const isOperator = (token: string): boolean =>
  COMPARISON.test(token) || /^(&&|\|\||[!(,+\-*/%])$/.test(token) || WORDS.includes(token);

/** The column that a value is about: before `==`, `!=`, `<`, or before `in (`; null when no value follows. */
function comparedColumn(done: readonly string[]): string | null {
  const last = done.at(-1) ?? '';
  const name = (place: number): string | null => {
    const token = done.at(place) ?? '';
    return NAME.test(token) && !WORDS.includes(token) ? token : null;
  };
  if (COMPARISON.test(last)) return name(-2);
  const open = done.lastIndexOf('(');
  const isList = open >= 2 && done[open - 1] === 'in' && !done.slice(open).includes(')');
  if (!isList || (last !== '(' && last !== ',')) return null;
  return name((done[open - 2] === 'not' ? open - 3 : open - 2) - done.length);
}

function columns(begun: string, { columns: names }: FilterWords): readonly Suggestion[] {
  const offered = [
    ...names.map((name) => ({ text: `${name} `, label: name, detail: columnDoc(name) })),
    { text: 'not ', label: 'not', detail: 'the contrary' },
  ];
  return matching(begun, offered, ({ label }) => label);
}

const METHODS: readonly Suggestion[] = [
  { text: 'includes(', label: 'includes(', detail: 'holds the text' },
  { text: 'startsWith(', label: 'startsWith(', detail: 'begins with the text' },
  { text: 'endsWith(', label: 'endsWith(', detail: 'ends with the text' },
  { text: 'toLowerCase()', label: 'toLowerCase()', detail: 'in small letters' },
];
const methods = (begun: string): readonly Suggestion[] => matching(begun, METHODS, ({ label }) => label);

const JOINING: readonly Suggestion[] = [
  { text: 'and ', label: 'and', detail: 'both hold' },
  { text: 'or ', label: 'or', detail: 'one holds' },
];
const COMPARING: readonly Suggestion[] = [
  { text: '== ', label: '==', detail: 'equal' },
  { text: '!= ', label: '!=', detail: 'not equal' },
  { text: '> ', label: '>', detail: 'greater' },
  { text: '< ', label: '<', detail: 'less' },
  { text: '>= ', label: '>=', detail: 'greater or equal' },
  { text: '<= ', label: '<=', detail: 'less or equal' },
  { text: 'in (', label: 'in (', detail: 'one of several' },
];

/** After a column comes a comparison, after a whole comparison `and` or `or`. */
function operators(last: string, done: readonly string[], begun: string, words: FilterWords): readonly Suggestion[] {
  const isColumn = words.columns.includes(last) && !COMPARISON.test(done.at(-2) ?? '');
  const offered = isColumn ? [...COMPARING, ...JOINING] : JOINING;
  return matching(begun, offered, ({ label }) => label);
}

const MOST_VALUES = 200;

/** Values of a column, the most frequent first, as they are written in a filter. */
function values(column: string, begun: string, words: FilterWords): readonly Suggestion[] {
  if (!words.columns.includes(column)) return columns(begun, words);
  const counted = countedValues(column, words);
  const quote = /^['"]/.exec(begun)?.[0];
  const offered = counted.map(([value, count]): Suggestion => {
    const label = typeof value === 'string' ? quoted(value, quote) : String(value);
    return { text: `${label} `, label, detail: count === 1 ? '1 cluster' : `${grouped(count)} clusters` };
  });
  const wanted = begun.slice(quote?.length ?? 0);
  return matching(wanted, offered, ({ label }) => label.replaceAll(/^['"]|['"]$/g, ''));
}

/** In the quotes that were opened, unless the text holds them. */
function quoted(text: string, opened = "'"): string {
  const mark = text.includes(opened) ? (opened === "'" ? '"' : "'") : opened;
  return mark + text + mark;
}

/** What a cell holds and how often. Numbers that say little by themselves (many different ones) are left out; `null` stands for nothing. */
function countedValues(column: string, { rows, groups }: FilterWords): readonly (readonly [CellValue, number])[] {
  const counts = new Map<CellValue, number>();
  for (const row of rows.values()) {
    const value = row[column] ?? null;
    counts.set(value, (counts.get(value) ?? 0) + 1);
    if (counts.size > MOST_VALUES) return [];
  }
  if (column === 'group') for (const group of groups) if (!counts.has(group)) counts.set(group, 0);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
