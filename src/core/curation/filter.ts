/**
 * The filter language of the tables (spec/curation.md 3.6): jsep makes a tree, an allow-list turns it into a closure, nothing is ever
 * evaluated as code. Comparisons chain as in Python; ordering against a missing value or against text that is no number keeps the row.
 */
import jsep from 'jsep';
import regex from '@jsep-plugin/regex';
import { PhyError } from '../base/errors.ts';
import type { MetadataValue } from '../dataset/dataset.ts';
import { numericText } from './table.ts';
import type { Getter } from './table.ts';

/** True when the row is shown. */
type RowFilter = (clusterId: number) => boolean;

export interface CompiledFilter {
  readonly accept: RowFilter;
  /** What is wrong with the text, in a sentence; null when it is fine. `accept` takes every row then. */
  readonly error: string | null;
}

const EVERYTHING: CompiledFilter = { accept: () => true, error: null };

/** The rows that a filter text over the given columns keeps; blank text keeps every row. Throws `usage` for invalid text. */
export function rowFilter(text: string, columns: ReadonlyMap<string, Getter>): RowFilter {
  if (text.trim() === '') return EVERYTHING.accept;
  const evaluate = compile(parse(text), { columns, text });
  return (id) => keeps(evaluate, id);
}

/** `rowFilter` for a table: invalid text keeps every row too, with an error. */
export function compileFilter(text: string, columns: ReadonlyMap<string, Getter>): CompiledFilter {
  try {
    return { accept: rowFilter(text, columns), error: null };
  } catch (error) {
    if (!(error instanceof PhyError)) throw error;
    return { accept: EVERYTHING.accept, error: `${error.message} All rows are shown.` };
  }
}

/** A comparison that cannot be made fails the whole row, which is then kept; a flag is cheaper than throwing for every row. */
interface Row {
  readonly id: number;
  failed: boolean;
}
type Value = MetadataValue | undefined;
type Evaluate = (row: Row) => Value;

function keeps(evaluate: Evaluate, id: number): boolean {
  const row: Row = { id, failed: false };
  const value = evaluate(row);
  return row.failed || truthy(value);
}

const truthy = (value: Value): boolean => Boolean(value) || Number.isNaN(value);

// --- parsing ---------------------------------------------------------------------------------------------------------------------

const COMPARISONS = ['==', '===', '!=', '!==', '<', '<=', '>', '>=', 'in', 'not in'];
const ARITHMETIC = ['+', '-', '*', '/', '%'];
let prepared = false;

/** jsep keeps its grammar in static tables: they are set once, on first use. All comparisons get one precedence, so that they chain. */
function prepareParser(): void {
  if (prepared) return;
  prepared = true;
  jsep.removeAllUnaryOps();
  jsep.removeAllBinaryOps();
  jsep.removeAllLiterals();
  for (const op of ['!', 'not', '-', '+']) jsep.addUnaryOp(op);
  for (const op of ['||', 'or']) jsep.addBinaryOp(op, 1);
  for (const op of ['&&', 'and']) jsep.addBinaryOp(op, 2);
  for (const op of COMPARISONS) jsep.addBinaryOp(op, 6);
  for (const op of ['+', '-']) jsep.addBinaryOp(op, 9);
  for (const op of ['*', '/', '%']) jsep.addBinaryOp(op, 10);
  jsep.plugins.register(regex, groups);
}

/** Keeps parentheses in the tree: `(a < b) < c` does not chain, `!(a) == b` negates less than `!a == b`. */
const groups: jsep.IPlugin = {
  name: 'groups',
  init() {
    jsep.hooks.add('gobble-token', function keepGroup(env) {
      if (this.char !== '(') return;
      const argument = this.gobbleGroup();
      if (!isExpression(argument)) this.throwError('Nothing between the parentheses');
      env.node = this.gobbleTokenProperty({ type: 'Group', argument });
    });
  },
};

const NAMED: ReadonlyMap<string, MetadataValue> = new Map<string, MetadataValue>([
  ['null', null],
  ['None', null],
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
]);

function fail(sentence: string): never {
  throw new PhyError('usage', sentence);
}

function parse(text: string): jsep.Expression {
  prepareParser();
  refuseAssignment(text);
  try {
    return jsep(oneBlank(text.trim()));
  } catch (error) {
    const found = /^(.*) at character (\d+)$/s.exec(error instanceof Error ? error.message : '');
    const what = found === null ? 'It cannot be read' : `${found[1]} at character ${Number(found[2]) + 1}`;
    return fail(`The filter is not complete or not understood: ${lowerFirst(what)}.`);
  }
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** `not   in` is one operator with one blank for the parser. */
function oneBlank(text: string): string {
  return text.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\bnot\s+in\b/gs, (part) =>
    part.startsWith('not') ? 'not in' : part,
  );
}

/** `=` is the most frequent slip: it is answered with the comparison to write. */
function refuseAssignment(text: string): void {
  const bare = text.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/gs, (part) => '\u0001'.repeat(part.length));
  const at = /(?<![=!<>])=(?!=)/.exec(bare);
  if (at === null) return;
  const name = /([A-Za-z_$][\w$]*)\s*$/.exec(text.slice(0, at.index))?.[1];
  const value = /^\s*('[^']*'|"[^"]*"|[^\s()&|]+)/.exec(text.slice(at.index + 1))?.[1];
  if (name === undefined || value === undefined) fail('“=” cannot compare. Write ==.');
  const plain = /^['"]/.test(value) || numericText(value) !== undefined || NAMED.has(value);
  fail(`“=” cannot compare. Write ${name} == ${plain ? value : `'${value}'`}.`);
}

// --- compiling -------------------------------------------------------------------------------------------------------------------

interface Scope {
  readonly columns: ReadonlyMap<string, Getter>;
  readonly text: string;
}

const isExpression = (value: unknown): value is jsep.Expression =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** A child of a node; jsep types children loosely. */
function child(node: jsep.Expression, key: string): jsep.Expression {
  const value = node[key];
  return isExpression(value) ? value : fail('The filter is not complete.');
}

function children(node: jsep.Expression, key: string): jsep.Expression[] {
  const value = node[key];
  return Array.isArray(value) ? value.filter(isExpression) : [];
}

const textOf = (node: jsep.Expression, key: string): string => {
  const value = node[key];
  return typeof value === 'string' ? value : '';
};

function compile(node: jsep.Expression, scope: Scope): Evaluate {
  switch (node.type) {
    case 'Group':
      return compile(child(node, 'argument'), scope);
    case 'Literal':
      return literal(node);
    case 'Identifier':
      return name(textOf(node, 'name'), scope);
    case 'UnaryExpression':
      return unary(node, scope);
    case 'BinaryExpression':
      return binary(node, scope);
    case 'CallExpression':
      return call(node, scope);
    case 'ArrayExpression':
    case 'SequenceExpression':
      return fail("A list can only follow “in”. Write group in ('good', 'mua').");
    case 'Compound':
      return fail(compoundSentence(node, scope));
    default:
      return fail(
        'The filter uses something that is not allowed here: columns, numbers, text, comparisons, and, or, not, in.',
      );
  }
}

/** Two values side by side: an operator or quotes are missing. */
function compoundSentence(node: jsep.Expression, scope: Scope): string {
  const unknown = children(node, 'body').find(
    (part) => part.type === 'Identifier' && !scope.columns.has(textOf(part, 'name')),
  );
  if (unknown !== undefined) return unknownName(textOf(unknown, 'name'), scope);
  return 'Two values stand side by side. Join them with and, or, or a comparison.';
}

function literal(node: jsep.Expression): Evaluate {
  const { value } = node;
  if (typeof value === 'number' || typeof value === 'string') return () => value;
  return fail('A regular expression needs .test(column), such as /^A/.test(KSLabel).');
}

function name(identifier: string, scope: Scope): Evaluate {
  const constant = NAMED.get(identifier);
  if (constant !== undefined) return () => constant;
  const getter = scope.columns.get(identifier);
  if (getter === undefined) return fail(unknownName(identifier, scope));
  return (row) => getter(row.id);
}

function unknownName(identifier: string, scope: Scope): string {
  if (['and', 'or', 'not', 'in'].includes(identifier)) return `A value is missing beside “${identifier}”.`;
  const compared = new RegExp(`([=<>]\\s*|\\bin\\s*[([].*)${identifier.replaceAll('$', '\\$')}\\b`).test(scope.text);
  if (compared) return `There is no column ${identifier}. Write '${identifier}' for text.`;
  return `There is no column ${identifier}. Columns: ${[...scope.columns.keys()].join(', ')}.`;
}

function unary(node: jsep.Expression, scope: Scope): Evaluate {
  const argument = compile(child(node, 'argument'), scope);
  const operator = textOf(node, 'operator');
  if (operator === '!' || operator === 'not') return (row) => !truthy(argument(row));
  const sign = operator === '-' ? -1 : 1;
  return (row) => {
    const value = toNumber(argument(row));
    if (value === undefined) row.failed = true;
    return sign * (value ?? 0);
  };
}

const isNot = (node: jsep.Expression): boolean =>
  node.type === 'UnaryExpression' && ['!', 'not'].includes(textOf(node, 'operator'));

/** `not a == b` negates the comparison, as in Python; jsep binds the sign to `a`, so it is taken from the far left of the operation. */
function withoutLeadingNot(node: jsep.Expression): jsep.Expression | undefined {
  if (isNot(node)) return child(node, 'argument');
  if (node.type !== 'BinaryExpression' || isLogical(node)) return undefined;
  const left = withoutLeadingNot(child(node, 'left'));
  return left === undefined ? undefined : { ...node, left };
}

const isLogical = (node: jsep.Expression): boolean => ['&&', 'and', '||', 'or'].includes(textOf(node, 'operator'));

function binary(node: jsep.Expression, scope: Scope): Evaluate {
  const operator = textOf(node, 'operator');
  if (isLogical(node)) {
    const left = compile(child(node, 'left'), scope);
    const right = compile(child(node, 'right'), scope);
    if (operator === '&&' || operator === 'and') return (row) => truthy(left(row)) && truthy(right(row));
    return (row) => truthy(left(row)) || truthy(right(row));
  }
  const positive = withoutLeadingNot(node);
  if (positive !== undefined) {
    const inner = compile(positive, scope);
    return (row) => !truthy(inner(row));
  }
  return COMPARISONS.includes(operator) ? comparison(node, scope) : arithmetic(node, scope);
}

/** One comparison, or a chain of them: `5 < n < 11` is `5 < n and n < 11`. */
function comparison(node: jsep.Expression, scope: Scope): Evaluate {
  const left = child(node, 'left');
  const test = oneComparison(node, scope);
  if (left.type !== 'BinaryExpression' || !COMPARISONS.includes(textOf(left, 'operator'))) return test;
  const before = comparison(left, scope);
  return (row) => truthy(before(row)) && test(row);
}

/** The last comparison of a chain: its left side is the right side of the one before. */
function oneComparison(node: jsep.Expression, scope: Scope): Evaluate {
  const left = child(node, 'left');
  const chained = left.type === 'BinaryExpression' && COMPARISONS.includes(textOf(left, 'operator'));
  const a = compile(chained ? child(left, 'right') : left, scope);
  const operator = textOf(node, 'operator');
  if (operator === 'in' || operator === 'not in') {
    const options = list(child(node, 'right')).map((item) => compile(item, scope));
    const wanted = operator === 'in';
    return (row) => {
      const value = a(row);
      return options.some((option) => equal(value, option(row))) === wanted;
    };
  }
  const b = compile(child(node, 'right'), scope);
  if (operator.startsWith('==')) return (row) => equal(a(row), b(row));
  if (operator.startsWith('!=')) return (row) => !equal(a(row), b(row));
  return (row) => ordered(row, operator, a(row), b(row));
}

/** What may follow `in`: a list in brackets, or one value in parentheses. */
function list(node: jsep.Expression): jsep.Expression[] {
  if (node.type === 'Group') {
    const inner = child(node, 'argument');
    return inner.type === 'SequenceExpression' ? children(inner, 'expressions') : [inner];
  }
  if (node.type === 'ArrayExpression') return children(node, 'elements');
  return fail("“in” needs a list. Write group in ('good', 'mua').");
}

const toNumber = (value: Value): number | undefined => {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' ? numericText(value) : undefined;
};

/** Equality: missing equals missing only; numeric text equals the number; otherwise the same value. */
function equal(a: Value, b: Value): boolean {
  const left = a ?? null;
  const right = b ?? null;
  if (left === null || right === null || typeof left === typeof right) return left === right;
  const x = toNumber(left);
  return x !== undefined && x === toNumber(right);
}

function ordered(row: Row, operator: string, a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') return holds(operator, a < b ? -1 : a === b ? 0 : 1);
  const x = toNumber(a);
  const y = toNumber(b);
  if (x === undefined || y === undefined) {
    row.failed = true;
    return false;
  }
  if (Number.isNaN(x) || Number.isNaN(y)) return false;
  return holds(operator, x < y ? -1 : x === y ? 0 : 1);
}

function holds(operator: string, order: -1 | 0 | 1): boolean {
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

function arithmetic(node: jsep.Expression, scope: Scope): Evaluate {
  const operator = textOf(node, 'operator');
  if (!ARITHMETIC.includes(operator)) return fail(`“${operator}” is not allowed in a filter.`);
  const a = compile(child(node, 'left'), scope);
  const b = compile(child(node, 'right'), scope);
  return (row) => {
    const left = toNumber(a(row));
    const right = toNumber(b(row));
    if (left === undefined || right === undefined) {
      row.failed = true;
      return null;
    }
    return calculate(operator, left, right);
  };
}

function calculate(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    default:
      return a % b;
  }
}

const METHODS = ['includes', 'startsWith', 'endsWith', 'toLowerCase'] as const;

/** A missing value has no text: no method finds anything in it. */
const textFrom = (value: Value): string => (value === null || value === undefined ? '' : String(value));

/** The five calls: four string methods on a column, and `.test` of a regular expression. */
function call(node: jsep.Expression, scope: Scope): Evaluate {
  const callee = child(node, 'callee');
  const allowed = `Allowed calls: column.${METHODS.join('(), column.')}(), /pattern/.test(column).`;
  if (callee.type !== 'MemberExpression' || callee.computed === true) return fail(allowed);
  const method = textOf(child(callee, 'property'), 'name');
  const object = child(callee, 'object');
  const args = children(node, 'arguments').map((argument) => compile(argument, scope));
  if (object.type === 'Literal' && object.value instanceof RegExp) {
    return method === 'test' && args.length === 1 ? regexTest(object.value, args[0]) : fail(allowed);
  }
  const lowered = object.type === 'CallExpression';
  if (!METHODS.some((known) => known === method) || (object.type !== 'Identifier' && !lowered)) return fail(allowed);
  const subject = compile(object, scope);
  if (method === 'toLowerCase') {
    return args.length === 0 ? (row) => textFrom(subject(row)).toLowerCase() : fail(allowed);
  }
  return args.length === 1 ? search(method, subject, args[0]) : fail(allowed);
}

function regexTest(pattern: RegExp, argument: Evaluate): Evaluate {
  // Flags that make a pattern remember its last match would make the answer depend on the row before.
  const stateless = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ''));
  return (row) => stateless.test(textFrom(argument(row)));
}

function search(method: string, subject: Evaluate, argument: Evaluate): Evaluate {
  return (row) => {
    const value = subject(row);
    if (value === null || value === undefined) return false;
    const text = textFrom(value);
    const wanted = textFrom(argument(row));
    if (method === 'includes') return text.includes(wanted);
    return method === 'startsWith' ? text.startsWith(wanted) : text.endsWith(wanted);
  };
}
