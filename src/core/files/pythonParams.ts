/**
 * Reads the assignments of a params.py (and the header of an NPY file) without Python: a tokenizer and an evaluator of literals.
 * Nothing is executed; what is not a literal is skipped with a warning that names its line. Forms: spec/data.md 1.3.
 */
import { baseName, folderOf, joinPath } from '../storage/paths.ts';
import { type Token, tokenize } from './pythonTokens.ts';

export type PythonValue = string | number | boolean | null | readonly PythonValue[] | ReadonlyMap<string, PythonValue>;

export interface Assignments {
  /** Values by lower-cased name; the last assignment of a name wins. */
  readonly values: ReadonlyMap<string, PythonValue>;
  /** The same with backslashes in text taken as they are: the second chance of an unprefixed Windows path. */
  readonly literal: ReadonlyMap<string, PythonValue>;
  /** `line 3: dat_path = giverandomname.dat is not a plain value and was skipped.` */
  readonly warnings: readonly string[];
}

/** Reads every module-level assignment it can. Never throws. */
export function readAssignments(text: string): Assignments {
  const warnings: string[] = [];
  const values = new Map<string, PythonValue>();
  const literal = new Map<string, PythonValue>();
  for (const statement of splitStatements(tokenize(text))) {
    const first = statement[0];
    if (first.kind === 'name' && (first.text === 'import' || first.text === 'from')) continue;
    // Text by itself is a remark.
    if (statement.every(({ kind }) => kind === 'string')) continue;
    try {
      for (const { name, value, raw } of readStatement(statement, values, literal)) {
        values.set(name, value);
        literal.set(name, raw);
      }
    } catch (error) {
      if (!(error instanceof NotAValue)) throw error;
      const source = sourceOf(statement);
      const shown = source.length > 80 ? `${source.slice(0, 77)}...` : source;
      warnings.push(`line ${first.line}: ${shown} ${error.message} and was skipped.`);
    }
  }
  return { values, literal, warnings };
}

/** Evaluates one literal, such as the dict in an NPY header. Throws SyntaxError when it is none. */
export function readLiteral(text: string): PythonValue {
  try {
    const parser = new Parser(
      tokenize(text).filter((token) => token.kind !== 'newline'),
      new Map(),
      false,
    );
    const value = parser.value();
    parser.expectEnd();
    return value;
  } catch (error) {
    if (error instanceof NotAValue) throw new SyntaxError(`${text.trim().slice(0, 80)} ${error.message}`);
    throw error;
  }
}

/** What cannot be read as a value; the message continues a sentence that starts with the source text. */
class NotAValue extends Error {}

/** Groups tokens into logical lines; `;` separates as a newline does. Lines of an indented block stay with its header. */
function splitStatements(tokens: readonly Token[]): (readonly [Token, ...Token[]])[] {
  const statements: [Token, ...Token[]][] = [];
  let current: Token[] = [];
  const finish = () => {
    const [first, ...rest] = current;
    current = [];
    if (first === undefined) return;
    const block = first.indented ? statements.at(-1) : undefined;
    if (block === undefined) statements.push([first, ...rest]);
    else block.push(first, ...rest);
  };
  for (const token of tokens) {
    if (token.kind === 'newline') finish();
    else current.push(token);
  }
  finish();
  return statements;
}

function sourceOf(statement: readonly Token[]): string {
  const line = statement.filter((token) => token.line === statement[0].line);
  let text = '';
  let end = line[0].start;
  for (const token of line) {
    text += `${token.start > end ? ' ' : ''}${token.source}`;
    end = token.start + token.source.length;
  }
  return text;
}

interface Assignment {
  readonly name: string;
  readonly value: PythonValue;
  readonly raw: PythonValue;
}

/** `a = 1`, `a: int = 1`, `a = b = 1`; a second statement glued to the first value (JRCLUST) is read too. */
function readStatement(
  statement: readonly Token[],
  values: ReadonlyMap<string, PythonValue>,
  literal: ReadonlyMap<string, PythonValue>,
): Assignment[] {
  const assignments: Assignment[] = [];
  let rest = statement;
  while (rest.length > 0) {
    const { names, expression } = readTargets(rest);
    const parser = new Parser(expression, values, false);
    const value = parser.value();
    const raw = new Parser(expression, literal, true).value();
    for (const name of names) assignments.push({ name: name.toLowerCase(), value, raw });
    rest = parser.rest();
    if (rest.length > 0 && !(rest[0].kind === 'name' && isOperator(rest[1], '=')))
      throw new NotAValue('is not a plain value');
  }
  return assignments;
}

function readTargets(tokens: readonly Token[]): { names: string[]; expression: readonly Token[] } {
  const names: string[] = [];
  let at = 0;
  while (tokens[at]?.kind === 'name') {
    let next = at + 1;
    // An annotation lies between the name and the equals sign.
    if (isOperator(tokens[next], ':')) while (next < tokens.length && !isOperator(tokens[next], '=')) next++;
    if (!isOperator(tokens[next], '=')) break;
    names.push(tokens[at].text);
    at = next + 1;
  }
  if (names.length === 0) throw new NotAValue('is not an assignment');
  return { names, expression: tokens.slice(at) };
}

function isOperator(token: Token | undefined, text: string): boolean {
  return token?.kind === 'operator' && token.text === text;
}

/** A dotted name such as np.int16, or a path object; both become text when the value is complete. */
class Dotted {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
}
class PathText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
type Item = PythonValue | Dotted | PathText | readonly Item[];

const numpyTypes = /^(np|numpy)\.(u?int(8|16|32|64)|float(16|32|64)|bool_?|single|double|half|short|intc|uintc)$/;
const pathNames = /^(pathlib\.)?(Pure)?(Posix|Windows)?Path$/;
const textNames = /^(str|os\.fspath|os\.path\.(abspath|realpath|normpath))$/;
const numberNames = /^(int|float|(np|numpy)\.(u?int(8|16|32|64)|float(16|32|64)))$/;

class Parser {
  private readonly tokens: readonly Token[];
  private readonly names: ReadonlyMap<string, PythonValue>;
  private readonly rawText: boolean;
  private at = 0;
  constructor(tokens: readonly Token[], names: ReadonlyMap<string, PythonValue>, rawText: boolean) {
    this.tokens = tokens;
    this.names = names;
    this.rawText = rawText;
  }

  /** A whole right-hand side; a list without brackets is a tuple. */
  value(): PythonValue {
    const first = this.sum();
    if (!isOperator(this.peek(), ',')) return finished(first);
    const items = [first];
    while (this.accept(',') && this.startsValue()) items.push(this.sum());
    return finished(items);
  }
  rest(): readonly Token[] {
    return this.tokens.slice(this.at);
  }
  expectEnd(): void {
    if (this.at < this.tokens.length) throw new NotAValue('is not a plain value');
  }

  private peek(): Token | undefined {
    return this.tokens[this.at];
  }
  private accept(operator: string): boolean {
    const found = isOperator(this.peek(), operator);
    if (found) this.at++;
    return found;
  }
  private expect(operator: string): void {
    if (!this.accept(operator)) throw new NotAValue(`lacks “${operator}”`);
  }
  private startsValue(): boolean {
    const token = this.peek();
    if (token === undefined) return false;
    return token.kind !== 'operator' || ['[', '(', '{', '-', '+'].includes(token.text);
  }

  private sum(): Item {
    let left = this.product();
    for (;;) {
      if (this.accept('+')) left = added(left, this.product());
      else if (this.accept('-')) left = numberOf(left) - numberOf(this.product());
      else return left;
    }
  }
  private product(): Item {
    let left = this.unary();
    for (;;) {
      if (this.accept('*')) left = numberOf(left) * numberOf(this.unary());
      else if (this.accept('//')) left = Math.floor(numberOf(left) / numberOf(this.unary()));
      else if (this.accept('/')) left = divided(left, this.unary());
      else return left;
    }
  }
  private unary(): Item {
    if (this.accept('-')) return -numberOf(this.unary());
    if (this.accept('+')) return numberOf(this.unary());
    const base = this.postfix();
    return this.accept('**') ? numberOf(base) ** numberOf(this.unary()) : base;
  }
  private postfix(): Item {
    let item = this.atom();
    for (;;) {
      if (this.accept('.')) item = this.attribute(item);
      else if (this.accept('(')) item = called(item, this.items(')'));
      else return item;
    }
  }
  private attribute(item: Item): Item {
    const token = this.peek();
    if (token?.kind !== 'name') throw new NotAValue('is not a plain value');
    this.at++;
    if (item instanceof Dotted) return new Dotted(`${item.path}.${token.text}`);
    if (item instanceof PathText) return pathAttribute(item, token.text);
    throw new NotAValue('is not a plain value');
  }
  private atom(): Item {
    const token = this.peek();
    if (token === undefined) throw new NotAValue('has no value');
    this.at++;
    switch (token.kind) {
      case 'number':
        return token.number;
      case 'string':
        return this.text(token);
      case 'name':
        return this.name(token.text);
      case 'operator':
        if (token.text === '[') return this.items(']');
        if (token.text === '(') return this.parenthesis();
        if (token.text === '{') return this.dictionary();
        throw new NotAValue('is not a plain value');
      case 'broken':
        throw new NotAValue(token.text);
      case 'newline':
        throw new NotAValue('has no value');
    }
  }
  private text(first: Token): string {
    let text = this.rawText ? first.raw : first.text;
    for (let next = this.peek(); next?.kind === 'string'; next = this.peek()) {
      text += this.rawText ? next.raw : next.text;
      this.at++;
    }
    return text;
  }
  private name(name: string): Item {
    if (name === 'True') return true;
    if (name === 'False') return false;
    if (name === 'None') return null;
    if (name === '__file__') return new PathText('params.py');
    const known = this.names.get(name.toLowerCase());
    return known === undefined ? new Dotted(name) : known;
  }
  private items(close: string): readonly Item[] {
    const items: Item[] = [];
    while (!this.accept(close)) {
      items.push(this.sum());
      if (!this.accept(',')) {
        this.expect(close);
        break;
      }
    }
    return items;
  }
  private parenthesis(): Item {
    const start = this.at;
    const items = this.items(')');
    const isTuple = items.length !== 1 || isOperator(this.tokens[this.at - 2], ',');
    if (this.at - start === 1 || isTuple) return items;
    return items[0];
  }
  private dictionary(): Item {
    const entries = new Map<string, PythonValue>();
    while (!this.accept('}')) {
      const key = textOf(this.sum());
      this.expect(':');
      entries.set(key, finished(this.sum()));
      if (!this.accept(',')) {
        this.expect('}');
        break;
      }
    }
    return entries;
  }
}

function isList(item: Item): item is readonly Item[] {
  return Array.isArray(item);
}

/** Turns paths and numpy types into text; any other name left over has no value here. */
function finished(item: Item): PythonValue {
  if (item instanceof PathText) return item.text;
  if (item instanceof Dotted) {
    if (numpyTypes.test(item.path)) return item.path.replace(/^.*\./, '');
    throw new NotAValue('is not a plain value');
  }
  return isList(item) ? item.map(finished) : item;
}

function numberOf(item: Item): number {
  if (typeof item === 'number') return item;
  if (typeof item === 'boolean') return Number(item);
  throw new NotAValue('is not a plain value');
}

function textOf(item: Item | undefined): string {
  if (typeof item === 'string') return item;
  if (item instanceof PathText) return item.text;
  throw new NotAValue('is not a plain value');
}

function added(left: Item, right: Item): Item {
  if (typeof left === 'string' && typeof right === 'string') return left + right;
  if (isList(left) && isList(right)) return [...left, ...right];
  return numberOf(left) + numberOf(right);
}

function divided(left: Item, right: Item): Item {
  if (left instanceof PathText) return new PathText(joinPath(left.text, textOf(right)));
  if (right instanceof PathText) return new PathText(joinPath(textOf(left), right.text));
  return numberOf(left) / numberOf(right);
}

function pathAttribute(path: PathText, name: string): Item {
  if (name === 'parent') return new PathText(folderOf(path.text));
  if (name === 'name') return baseName(path.text);
  if (['resolve', 'absolute', 'as_posix', 'expanduser'].includes(name)) return new Dotted(`\0${name}:${path.text}`);
  throw new NotAValue('is not a plain value');
}

/** The few calls that stand in params files. */
function called(callee: Item, args: readonly Item[]): Item {
  if (!(callee instanceof Dotted)) throw new NotAValue('is not a plain value');
  const name = callee.path;
  const method = /^\0(\w+):(.*)$/s.exec(name);
  if (method !== null) return method[1] === 'as_posix' ? method[2].replaceAll('\\', '/') : new PathText(method[2]);
  if (pathNames.test(name)) return new PathText(args.map(textOf).reduce((folder, part) => joinPath(folder, part), ''));
  if (name === 'os.path.join') return args.map(textOf).reduce((folder, part) => joinPath(folder, part), '');
  if (name === 'os.path.dirname') return folderOf(textOf(args[0]));
  if (textNames.test(name)) return textOf(args[0]);
  if (/^((np|numpy)\.)?dtype$/.test(name)) return finished(args[0]);
  if (numberNames.test(name)) return name === 'int' ? Math.trunc(toNumber(args[0])) : toNumber(args[0]);
  if (name === 'list' || name === 'tuple') return args[0];
  throw new NotAValue('calls a function');
}

function toNumber(item: Item): number {
  const value = typeof item === 'string' && item.trim() !== '' ? Number(item) : numberOf(item);
  if (Number.isNaN(value)) throw new NotAValue('is not a number');
  return value;
}
