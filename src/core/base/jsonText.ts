/**
 * JSON files that people write by hand: read with the place of every value, so that one member can be changed while the rest of the text
 * stays as it is, and so that what is wrong can be said with line and column.
 */
import { PhyError } from './errors.ts';

interface Span {
  /** Place of the first character. */
  readonly start: number;
  /** Place after the last one. */
  readonly end: number;
}
export interface JsonMember extends Span {
  readonly key: string;
  readonly value: JsonNode;
}
export interface JsonObject extends Span {
  readonly kind: 'object';
  /** As written: a key may stand there twice. */
  readonly members: readonly JsonMember[];
}
export interface JsonList extends Span {
  readonly kind: 'list';
  readonly items: readonly JsonNode[];
}
export interface JsonScalar extends Span {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}
export type JsonNode = JsonObject | JsonList | JsonScalar;

const SPACE = /[\t\n\r ]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const MOST_DEPTH = 100;

/** The whole text as one value. Throws `input` with line, column and what was expected there. A byte order mark is skipped. */
export function parseJsonText(text: string): JsonNode {
  return new Reader(text).whole();
}

class Reader {
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  whole(): JsonNode {
    if (this.text.startsWith('\ufeff')) this.at = 1;
    const value = this.value();
    if (this.at < this.text.length) this.fail('the end of the file');
    return value;
  }

  /** With the space around it. */
  private value(): JsonNode {
    this.match(SPACE);
    const start = this.at;
    if (++this.depth > MOST_DEPTH) this.fail('fewer levels');
    const node = this.take('{') ? this.object(start) : this.take('[') ? this.list(start) : this.scalar(start);
    this.depth--;
    this.match(SPACE);
    return node;
  }

  private object(start: number): JsonObject {
    const members: JsonMember[] = [];
    this.match(SPACE);
    while (!this.take('}')) {
      if (members.length > 0) {
        this.need(',', '“,” or “}”');
        this.match(SPACE);
      }
      const from = this.at;
      const key = this.string('a name in double quotes');
      this.match(SPACE);
      this.need(':', '“:”');
      const value = this.value();
      members.push({ key, value, start: from, end: value.end });
    }
    return { kind: 'object', members, start, end: this.at };
  }

  private list(start: number): JsonList {
    const items: JsonNode[] = [];
    this.match(SPACE);
    while (!this.take(']')) {
      if (items.length > 0) this.need(',', '“,” or “]”');
      items.push(this.value());
    }
    return { kind: 'list', items, start, end: this.at };
  }

  private scalar(start: number): JsonScalar {
    if (this.text[start] === '"') return { kind: 'scalar', value: this.string('text'), start, end: this.at };
    const word = this.match(WORD) ?? this.match(NUMBER);
    if (word === null) return this.fail('a value');
    const value: unknown = JSON.parse(word);
    return {
      kind: 'scalar',
      value: typeof value === 'number' || typeof value === 'boolean' ? value : null,
      start,
      end: this.at,
    };
  }

  private string(expected: string): string {
    const quoted = this.match(STRING);
    return quoted === null ? this.fail(expected) : String(JSON.parse(quoted));
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return null;
    this.at += found[0].length;
    return found[0];
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private need(character: string, expected: string): void {
    if (!this.take(character)) this.fail(expected);
  }

  private fail(expected: string): never {
    const lines = this.text.slice(0, this.at).split('\n');
    const [line, column] = [lines.length, (lines.at(-1)?.length ?? 0) + 1];
    throw new PhyError('input', `line ${line}, column ${column}: expected ${expected}`, { line, column });
  }
}

/**
 * The text with member `key` of the object set to `value` (JSON text), at the end of the object when it is new; `undefined` takes it out.
 * Everything else stays as it is written. `object` must come from this very text.
 */
export function setMember(text: string, object: JsonObject, key: string, value: string | undefined): string {
  const place = object.members.findIndex((member) => member.key === key);
  const present = object.members[place];
  if (present === undefined)
    return value === undefined ? text : withNew(text, object, `${JSON.stringify(key)}: ${value}`);
  if (value !== undefined) return splice(text, present.value, value);
  const [before, after] = [object.members[place - 1], object.members[place + 1]];
  if (after !== undefined) return splice(text, { start: present.start, end: after.start }, '');
  const start = before === undefined ? object.start + 1 : before.end;
  const end = before === undefined ? object.end - 1 : present.end;
  return splice(text, { start, end }, '');
}

const splice = (text: string, { start, end }: Span, by: string): string => text.slice(0, start) + by + text.slice(end);

function withNew(text: string, object: JsonObject, member: string): string {
  const last = object.members.at(-1);
  if (last === undefined) {
    const line = text.includes('\r\n') ? '\r\n' : '\n';
    const outside = indentationAt(text, object.start);
    const step = outside === '' ? '  ' : outside.startsWith('\t') ? '\t' : outside;
    return splice(text, object, `{${line}${outside}${step}${member}${line}${outside}}`);
  }
  // A member more looks as the last one does: on a line of its own, or after a blank.
  const gap = /\s*$/.exec(text.slice(0, last.start))?.[0] ?? '';
  return splice(text, { start: last.end, end: last.end }, `,${gap === '' ? ' ' : gap}${member}`);
}

/** The blanks at the beginning of the line in which a place lies. */
function indentationAt(text: string, place: number): string {
  const line = text.slice(text.lastIndexOf('\n', place - 1) + 1, place);
  return /^[\t ]*/.exec(line)?.[0] ?? '';
}
