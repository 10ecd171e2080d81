/** Values as a console shows them: arrays by dtype, shape and head, lists of rows as tables, anything else as text. */
import { isNdArray, type NdArray } from '../../core/base/nd.ts';

export type Shown =
  | { readonly kind: 'text'; readonly text: string }
  /** `facts`: dtype and shape; `head` its first values. */
  | { readonly kind: 'array'; readonly facts: string; readonly head: string }
  | {
      readonly kind: 'table';
      readonly facts: string;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
    };

const MOST_ROWS = 30;
const MOST_COLUMNS = 16;
const HEAD = 24;
const WIDTH = 88;
const MOST_DEPTH = 4;
const MOST_TEXT = 100_000;

/** null for undefined: nothing is shown then. */
export function describe(value: unknown): Shown | null {
  if (value === undefined) return null;
  if (isNdArray(value)) return describeNd(value);
  if (isTyped(value))
    return { kind: 'array', facts: factsOf(value.constructor.name, value.length), head: headOf(value) };
  const table = tableOf(value);
  if (table !== null) return table;
  if (isResult(value)) return { kind: 'text', text: value.message };
  return { kind: 'text', text: bounded(typeof value === 'string' ? quoted(value) : textOf(value)) };
}

/** As `print` writes it: strings as they are. */
export function printed(value: unknown): string {
  if (typeof value === 'string') return value;
  const shown = describe(value);
  if (shown === null) return 'undefined';
  if (shown.kind === 'text') return shown.text;
  if (shown.kind === 'array') return `${shown.facts} ${shown.head}`;
  const lines = [shown.columns, ...shown.rows].map((row) => row.join('\t'));
  return `${shown.facts}\n${lines.join('\n')}`;
}

/** A table of any list or map; of anything else what `describe` makes. */
export function describeTable(value: unknown): Shown | null {
  if (Array.isArray(value) && value.length > 0) {
    const rows: readonly unknown[] = value;
    return rowsTable(rows.map((row) => (isPlain(row) ? row : { value: row })));
  }
  return describe(value);
}

type Typed = ArrayLike<number> & { readonly constructor: { readonly name: string } };
const isTyped = (value: unknown): value is Typed => ArrayBuffer.isView(value) && !(value instanceof DataView);

const factsOf = (name: string, length: number): string => `${name} [${length.toLocaleString('en')}]`;

function describeNd({ dtype, shape, data }: NdArray): Shown {
  const facts = `${dtype} [${shape.map((size) => size.toLocaleString('en')).join('][')}]`;
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === 0 || columns === 0) return { kind: 'array', facts, head: headOf(data) };
  const shownRows = Array.from({ length: Math.min(rows, MOST_ROWS) }, (_, row) => row);
  const shownColumns = Array.from({ length: Math.min(columns, MOST_COLUMNS) }, (_, column) => column);
  return {
    kind: 'table',
    facts,
    columns: ['', ...shownColumns.map(String), ...(columns > MOST_COLUMNS ? ['…'] : [])],
    rows: shownRows.map((row) => [
      String(row),
      ...shownColumns.map((column) => numberText(data[row * columns + column])),
      ...(columns > MOST_COLUMNS ? ['…'] : []),
    ]),
  };
}

function headOf(values: ArrayLike<number>): string {
  const head = Array.from({ length: Math.min(HEAD, values.length) }, (_, k) => numberText(values[k]));
  return `[${head.join(', ')}${values.length > HEAD ? ', …' : ''}]`;
}

/** Six digits say enough of a value in a list. */
function numberText(value: number): string {
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !isNdArray(value);
};

/** What an action did is said by its sentence. */
const isResult = (value: unknown): value is { readonly message: string } =>
  isPlain(value) && typeof value['message'] === 'string' && ('selection' in value || Object.keys(value).length <= 3);

/** Lists of rows, and maps. */
function tableOf(value: unknown): Shown | null {
  if (Array.isArray(value)) {
    const rows: readonly unknown[] = value;
    return rows.length > 0 && rows.every(isPlain) ? rowsTable(rows) : null;
  }
  if (!(value instanceof Map) || value.size === 0) return null;
  const entries = Array.from(value.entries(), ([key, of]: [unknown, unknown]) => ({ key, value: of }));
  return { ...rowsTable(entries), facts: `Map, ${count(value.size, 'entry', 'entries')}` };
}

const count = (size: number, one: string, many: string): string =>
  `${size.toLocaleString('en')} ${size === 1 ? one : many}`;

function rowsTable(all: readonly Readonly<Record<string, unknown>>[]): Shown & { readonly kind: 'table' } {
  const rows = all.slice(0, MOST_ROWS);
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.slice(0, MOST_COLUMNS);
  const more = all.length > rows.length ? `, the first ${rows.length}` : '';
  return {
    kind: 'table',
    facts: `${count(all.length, 'row', 'rows')}${more}`,
    columns: names.length > columns.length ? [...columns, '…'] : columns,
    rows: rows.map((row) => [
      ...columns.map((name) => (row[name] === undefined || row[name] === null ? '' : cellText(row[name]))),
      ...(names.length > columns.length ? ['…'] : []),
    ]),
  };
}

function cellText(value: unknown): string {
  if (typeof value === 'string') return value.length > 80 ? `${value.slice(0, 79)}…` : value;
  if (typeof value === 'number') return numberText(value);
  const text = textOf(value, 2).replaceAll(/\s+/g, ' ');
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

const bounded = (text: string): string => (text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text);
const quoted = (text: string): string => `'${bounded(text).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function textOf(value: unknown, depth = 0, seen: readonly unknown[] = []): string {
  switch (typeof value) {
    case 'string':
      return quoted(value.length > 1000 ? `${value.slice(0, 1000)}…` : value);
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return value.toString();
    case 'function':
      return functionText(value);
    case 'object':
      return value === null ? 'null' : objectText(value, depth, seen);
    default:
      return '';
  }
}

type AnyFunction = (...args: never) => unknown;

/** `f(a, b)`, or the name of a class. */
export function functionText(value: unknown): string {
  const source = Function.prototype.toString.call(value as AnyFunction);
  const name = (value as AnyFunction).name;
  if (source.startsWith('class')) return `class ${name}`;
  const params = /^(?:async\s+)?(?:function\s*\*?\s*[\w$]*\s*|[\w$#]+\s*)?\(([^)]*)\)/.exec(source)?.[1] ?? '';
  const single = /^(?:async\s+)?([\w$]+)\s*=>/.exec(source)?.[1];
  return `ƒ ${name}(${(single ?? params).replaceAll(/\s+/g, ' ').trim()})`;
}

function objectText(value: object, depth: number, seen: readonly unknown[]): string {
  if (seen.includes(value)) return '(itself)';
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Date || value instanceof RegExp) return String(value);
  if (value instanceof Promise) return 'Promise (await it)';
  const said = ownText(value);
  if (said !== null) return said;
  if (isNdArray(value)) return `${value.dtype} [${value.shape.join('][')}]`;
  if (isTyped(value)) return depth > 0 ? factsOf(value.constructor.name, value.length) : headOf(value);
  if (depth >= MOST_DEPTH) return Array.isArray(value) ? '[…]' : '{…}';
  const path = [...seen, value];
  if (Array.isArray(value) || value instanceof Set) {
    const items: readonly unknown[] = [...value];
    const [open, close] = Array.isArray(value) ? ['[', ']'] : ['Set {', '}'];
    return joined(
      open,
      items.slice(0, 100).map((item) => textOf(item, depth + 1, path)),
      items.length > 100,
      close,
      depth,
    );
  }
  if (value instanceof Map) {
    const items = Array.from(
      value,
      ([key, of]: [unknown, unknown]) => `${textOf(key, depth + 1, path)} → ${textOf(of, depth + 1, path)}`,
    );
    return joined('Map {', items.slice(0, 100), items.length > 100, '}', depth);
  }
  const name = classOf(value);
  const items = membersOf(value).map(
    ([key, read]) => `${keyText(key)}: ${read === null ? '(…)' : textOf(read.value, depth + 1, path)}`,
  );
  const head = name === '' || name === 'Object' ? '{' : `${name} {`;
  return joined(head, items.slice(0, 100), items.length > 100, '}', depth);
}

/** The text that an object has of itself, and not only of its class. */
function ownText(value: object): string | null {
  const said: unknown = Object.getOwnPropertyDescriptor(value, 'toString')?.value;
  return typeof said === 'function' ? String(Reflect.apply(said, value, [])) : null;
}

/** What the object says it is, else the name of its class. */
function classOf(value: object): string {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null;
  return tag === 'Object' ? (prototype?.constructor?.name ?? '') : tag;
}

const keyText = (key: string): string => (/^[\w$]+$/.test(key) ? key : quoted(key));

/** Own members with their values, and what the class computes without computing it. */
function membersOf(value: object): readonly (readonly [string, { readonly value: unknown } | null])[] {
  const own = Object.entries(Object.getOwnPropertyDescriptors(value)).filter(
    ([, { enumerable }]) => enumerable === true,
  );
  const members = own.map(([key, descriptor]): [string, { readonly value: unknown } | null] => [
    key,
    'value' in descriptor ? { value: descriptor.value as unknown } : null,
  ]);
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null || prototype === Object.prototype) return members;
  const computed = Object.entries(Object.getOwnPropertyDescriptors(prototype)).filter(
    ([, descriptor]) => descriptor.get !== undefined,
  );
  return [...members, ...computed.map(([key]): [string, null] => [key, null])];
}

function joined(open: string, items: readonly string[], more: boolean, close: string, depth: number): string {
  const all = more ? [...items, '…'] : items;
  if (all.length === 0) return `${open}${close}`;
  const pad = open.endsWith('{') ? ' ' : '';
  const line = `${open}${pad}${all.join(', ')}${pad}${close}`;
  if (line.length <= WIDTH && !line.includes('\n')) return line;
  const indent = '  '.repeat(depth + 1);
  if (all.every((item) => item.length < 14 && !item.includes('\n'))) return wrapped(open, all, close, indent, depth);
  return `${open}\n${all.map((item) => indent + item).join(',\n')},\n${'  '.repeat(depth)}${close}`;
}

/** Short items, as many in a line as fit. */
function wrapped(open: string, items: readonly string[], close: string, indent: string, depth: number): string {
  const lines: string[] = [];
  let line = indent;
  for (const item of items) {
    if (line.length + item.length + 2 > WIDTH && line !== indent) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${item}, `;
  }
  lines.push(line.trimEnd());
  return `${open}\n${lines.join('\n')}\n${'  '.repeat(depth)}${close}`;
}
