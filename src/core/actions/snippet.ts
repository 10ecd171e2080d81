/**
 * The command line of the window and of `phy run` (spec/curation.md 4.5 with the port's extensions): `:c 47 49`, `move good 3-6`,
 * `label quality 3 [31,12]`, `f n_spikes > 20`, `s depth asc, fr desc`, `split {"spikes": [1, 2]}`. The colon changes nothing.
 */
import { PhyError } from '../base/errors.ts';
import type { ClusterGroup } from '../curation/groups.ts';
import { parseSortText } from '../curation/sortText.ts';
import type { ActionSpec } from './action.ts';
import { findAction } from './find.ts';
import type { ActionArguments } from './parse.ts';

export interface Snippet {
  readonly name: string;
  /** Everything after the name, trimmed. */
  readonly rest: string;
}

/** Name and remainder of a line; undefined for a blank one. */
export function splitSnippet(line: string): Snippet | undefined {
  const found = /^\s*:?\s*(\S+)\s*(.*?)\s*$/s.exec(line);
  return found === null ? undefined : { name: found[1], rest: found[2] };
}

/** The action of a line and its arguments. Throws `usage` for an unknown name and for words that cannot be read. */
export function parseLine(
  line: string,
  columns: readonly string[] = [],
  groups?: readonly ClusterGroup[],
  added?: readonly ActionSpec[],
): { spec: ActionSpec; args: ActionArguments } {
  const snippet = splitSnippet(line);
  const spec = snippet === undefined ? undefined : findAction(snippet.name, columns, groups, added);
  if (snippet === undefined || spec === undefined) {
    throw new PhyError('usage', `Couldn't find action \`${snippet?.name ?? ''}\`.`, { name: snippet?.name ?? '' });
  }
  return { spec, args: argumentsOf(spec, snippet.rest) };
}

/** Arguments of an action as typed after its name. */
export function argumentsOf(spec: ActionSpec, rest: string): ActionArguments {
  if (rest.startsWith('{')) return parseObject(rest);
  if (spec.name === 'filter' || spec.wholeText === true) return rest === '' ? [] : [rest];
  if (spec.name === 'label') return labelWords(rest);
  if (spec.name === 'sort' && rest.includes(',')) return { by: parseSortText(rest, 'desc') };
  return parseWords(rest);
}

/** The value of a label is one word as it stands: `3-6` and `a,b` are text there. */
function labelWords(rest: string): readonly unknown[] {
  const [name, value, ...ids] = tokens(rest);
  if (name === undefined) return [];
  return value === undefined ? [plain(name)] : [plain(name), scalar(value), ...ids.map(typed)];
}

const plain = (token: Token): string => token.text;
const scalar = (token: Token): unknown => (token.quoted ? token.text : number(token.text));

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Answered below, like any other text that is not an object.
  }
  throw new PhyError('usage', `Invalid action arguments: ${text} is not a JSON object.`);
}

/** Typed arguments: numbers, lists `1,3-5` and `[31, 12]`, inclusive ranges `3-6`, text; quotes keep blanks and make text. */
export function parseWords(text: string): readonly unknown[] {
  return tokens(text).map(typed);
}

interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

const TOKEN = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\[[^\]]*\])|(\S+)/gs;

function tokens(text: string): Token[] {
  return [...text.matchAll(TOKEN)].map(([, double, single, list, word]) => {
    const quoted = double ?? single;
    if (quoted !== undefined) return { text: quoted.replaceAll(/\\(.)/gs, '$1'), quoted: true };
    return { text: list ?? word, quoted: false };
  });
}

function typed({ text, quoted }: Token): unknown {
  if (quoted) return text;
  if (text.startsWith('[')) return bracketed(text);
  if (!text.includes(',')) return range(text) ?? number(text);
  const parts = text.split(',').filter((part) => part !== '');
  return parts.flatMap((part) => range(part) ?? [number(part)]);
}

function bracketed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PhyError('usage', `Invalid action arguments: ${text} is not a list.`);
  }
}

const MOST = 1_000_000;

/** `3-6` is 3, 4, 5, 6; anything else, a range that runs backwards too, is no range. */
function range(text: string): number[] | undefined {
  const found = /^(\d+)-(\d+)$/.exec(text);
  if (found === null) return undefined;
  const from = Number(found[1]);
  const count = Number(found[2]) - from + 1;
  if (count < 1) return undefined;
  if (count > MOST) throw new PhyError('usage', `Invalid action arguments: ${text} has more than ${MOST} numbers.`);
  return Array.from({ length: count }, (_, i) => from + i);
}

/** A number where it is one (`5`, `-5`, `1.`, `1e3`), else the text. */
function number(text: string): number | string {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}
