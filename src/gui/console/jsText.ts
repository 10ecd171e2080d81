/**
 * As much of JavaScript's grammar as a console needs: where tokens begin, whether a text is a complete statement, and the text of a function
 * that does what the statements say, keeps what they declare for the next ones and returns the value of the last one. The engine of the
 * browser parses for real; what is guessed here is checked by it.
 */

export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'template' | 'regex' | 'sign';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Brackets around it. */
  readonly depth: number;
  /** A line ends between it and the token before. */
  readonly newLine: boolean;
}

export interface Scan {
  readonly tokens: readonly Token[];
  /** What is still open at the end: a bracket, a string, a template or a comment. */
  readonly open: 'bracket' | 'template' | 'comment' | 'string' | null;
  readonly depth: number;
}

const OPEN = '([{';
const CLOSE = ')]}';
const WORD = /[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*/uy;
const NUMBER = /(0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)([eE][+-]?\d+)?)n?/y;
const SIGN =
  /=>|\.\.\.|\?\.(?!\d)|\?\?=?|\*\*=?|&&=?|\|\|=?|[=!]==?|>>>=?|>>=?|<<=?|[<>]=|\+\+|--|[+\-*/%&|^]=|[^\s]/uy;
const REGEX = /\/(?:[^\\/[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+\/[a-z]*/y;
/** After these a `/` begins a regular expression, and a statement goes on. */
const BEFORE_VALUE = /^(return|typeof|instanceof|in|of|new|delete|void|throw|case|do|else|await|yield)$/;

export function scan(code: string): Scan {
  const tokens: Token[] = [];
  const brackets: string[] = [];
  let at = 0;
  let newLine = false;
  let open: Scan['open'] = null;
  const add = (kind: Token['kind'], end: number, depth = brackets.length): void => {
    tokens.push({ kind, text: code.slice(at, end), start: at, end, depth, newLine });
    newLine = false;
    at = end;
  };
  while (at < code.length) {
    const character = code[at];
    if (/\s/.test(character)) {
      if (character === '\n') newLine = true;
      at += 1;
    } else if (code.startsWith('//', at)) {
      const end = code.indexOf('\n', at);
      at = end < 0 ? code.length : end;
    } else if (code.startsWith('/*', at)) {
      const end = code.indexOf('*/', at + 2);
      if (end < 0) open = 'comment';
      if (code.slice(at, end < 0 ? code.length : end).includes('\n')) newLine = true;
      at = end < 0 ? code.length : end + 2;
    } else if (character === '"' || character === "'") {
      const end = endOfString(code, at);
      if (end < 0) open = 'string';
      add('string', end < 0 ? code.length : end);
    } else if (character === '`') {
      const end = endOfTemplate(code, at);
      if (end < 0) open = 'template';
      add('template', end < 0 ? code.length : end);
    } else if (character === '/' && valueMayBegin(tokens.at(-1))) add('regex', lengthOf(REGEX, code, at, 1));
    else if (/[\d]|\.\d/.test(code.slice(at, at + 2)) && /[\d.]/.test(character) && !/^\.\D/.test(code.slice(at))) {
      add('number', lengthOf(NUMBER, code, at, 1));
    } else if (OPEN.includes(character)) {
      add('sign', at + 1);
      brackets.push(character);
    } else if (CLOSE.includes(character)) {
      brackets.pop();
      add('sign', at + 1);
    } else {
      const word = lengthOf(WORD, code, at, 0);
      if (word > at) add('word', word);
      else add('sign', lengthOf(SIGN, code, at, 1));
    }
  }
  return { tokens, open: open ?? (brackets.length > 0 ? 'bracket' : null), depth: brackets.length };
}

function lengthOf(pattern: RegExp, code: string, at: number, least: number): number {
  pattern.lastIndex = at;
  return at + Math.max(least, pattern.exec(code)?.[0].length ?? 0);
}

/** -1 when the line ends first. */
function endOfString(code: string, start: number): number {
  for (let at = start + 1; at < code.length && code[at] !== '\n'; at++) {
    if (code[at] === '\\') at += 1;
    else if (code[at] === code[start]) return at + 1;
  }
  return -1;
}

/** -1 when it is not closed. */
function endOfTemplate(code: string, start: number): number {
  for (let at = start + 1; at < code.length; at++) {
    if (code[at] === '\\') at += 1;
    else if (code[at] === '`') return at + 1;
    else if (code.startsWith('${', at)) {
      const end = endOfHole(code, at + 2);
      if (end < 0) return -1;
      at = end - 1;
    }
  }
  return -1;
}

function endOfHole(code: string, start: number): number {
  let depth = 1;
  for (let at = start; at < code.length; at++) {
    const character = code[at];
    if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (character === '`' || character === '"' || character === "'") {
      const end = character === '`' ? endOfTemplate(code, at) : endOfString(code, at);
      if (end < 0) return -1;
      at = end - 1;
    }
  }
  return -1;
}

/** Whether a value may come after the token, and not an operator. */
function valueMayBegin(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === 'word') return BEFORE_VALUE.test(before.text);
  return before.kind === 'sign' && !/^([)\]}]|\+\+|--)$/.test(before.text);
}

/** Operators that want something after them. */
const WANTS_MORE = /^(=>|\.\.\.|\.|\?\.|[=!]==?|[<>]=?|[-+*/%&|^~!?:,]|\*\*|&&|\|\||\?\?|>>>?|<<|.*=)$/;

/** Whether Enter may run it: nothing is open, and it does not end with an operator. */
export function isCompleteStatement(code: string): boolean {
  const { tokens, open } = scan(code);
  if (open !== null && open !== 'string') return false;
  const last = tokens.at(-1);
  if (last === undefined) return true;
  if (last.kind === 'word')
    return !/^(else|do|await|return|typeof|new|in|of|instanceof|const|let|var)$/.test(last.text);
  return last.kind !== 'sign' || last.text === '++' || last.text === '--' || !WANTS_MORE.test(last.text);
}

/** A statement that cannot begin an expression. */
const STATEMENT =
  /^(const|let|var|function|class|if|for|while|do|switch|try|throw|return|break|continue|import|export|debugger|else|catch|finally|case|default|with)$/;
/** The token cannot go on with the statement before it. */
const goesOn = (token: Token): boolean =>
  token.kind === 'sign'
    ? /^([)\].,;(:[?*/%&|^=<>+-]|=>|\?\.|.{2,})$/.test(token.text) && !/^(\+\+|--)$/.test(token.text)
    : token.kind === 'template' ||
      (token.kind === 'word' && /^(in|of|instanceof|else|catch|finally)$/.test(token.text));

const endsValue = (token: Token): boolean =>
  token.kind === 'sign' ? /^([)\]}]|\+\+|--)$/.test(token.text) : !BEFORE_VALUE.test(token.text);

/** Indices of the tokens that statements outside of all brackets begin with. */
export function statementStarts(tokens: readonly Token[]): readonly number[] {
  const starts: number[] = [];
  const heads = headsOf(tokens);
  tokens.forEach((token, index) => {
    if (token.depth > 0 || (token.kind === 'sign' && /^[;)\]}]$/.test(token.text))) return;
    const before = tokens[index - 1];
    if (before === undefined || (before.depth === 0 && before.text === ';')) starts.push(index);
    else if (before.text === '}' && before.depth === 0 && endsBlock(tokens, index - 1, heads) && !goesOn(token)) {
      starts.push(index);
    } else if (token.newLine && endsValue(before) && !goesOn(token) && !heads.has(index - 1)) starts.push(index);
  });
  return starts;
}

/** Indices of the `)` that close the head of if, for, while and with: what comes after belongs to them. */
function headsOf(tokens: readonly Token[]): ReadonlySet<number> {
  const heads = new Set<number>();
  const open: boolean[] = [];
  tokens.forEach((token, index) => {
    if (token.kind !== 'sign') return;
    const before = tokens[index - 1];
    if (OPEN.includes(token.text)) {
      const after = before?.text === 'await' ? tokens[index - 2] : before;
      open.push(token.text === '(' && after?.kind === 'word' && /^(if|for|while|with|catch|switch)$/.test(after.text));
    } else if (CLOSE.includes(token.text) && open.pop() === true) heads.add(index);
  });
  return heads;
}

/** Whether a `}` ends a block, and not an object: the statement begins with a word that has one. */
function endsBlock(tokens: readonly Token[], index: number, heads: ReadonlySet<number>): boolean {
  let depth = 0;
  for (let at = index; at >= 0; at--) {
    const { text, kind } = tokens[at];
    if (kind !== 'sign') continue;
    if (text === '}') depth += 1;
    if (text === '{') depth -= 1;
    if (depth > 0) continue;
    const before = tokens[at - 1];
    if (before === undefined || before.text === ';' || before.text === '}') return true;
    if (heads.has(at - 1) || /^(else|do|try|finally)$/.test(before.text)) return true;
    return isDeclaration(tokens, at);
  }
  return false;
}

/** `function name(...) {` and `class Name ... {`. */
function isDeclaration(tokens: readonly Token[], brace: number): boolean {
  for (let at = brace - 1; at >= 0; at--) {
    const token = tokens[at];
    if (token.depth > 0) continue;
    const before = tokens[at - 1];
    const begins = before === undefined || before.text === ';' || before.text === '}' || token.newLine;
    if (token.text === 'function' || token.text === 'class') {
      return begins || (before.text === 'async' && (tokens[at - 2] === undefined || before.newLine));
    }
    if (token.text === ';' || token.text === '=') return false;
  }
  return false;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Bodies of an async function that do what the code says, the best one first; lines are those of the code. */
export function bodiesOf(code: string): readonly string[] {
  const { tokens } = scan(code);
  const starts = statementStarts(tokens);
  const edits = starts.flatMap((start, k) => keepEdits(tokens, start, starts[k + 1] ?? tokens.length));
  const plain = applied(
    code,
    edits.filter(({ text }) => text !== ''),
  );
  const functions = functionNames(tokens, starts).map((name) => `globalThis.${name} = ${name};`);
  const head = functions.join(' ');
  const last = starts.at(-1);
  const first = last === undefined ? undefined : tokens[last];
  const bodies = [head + plain];
  if (first !== undefined && last !== undefined && returnsValue(tokens, last)) {
    const end = endOfValue(tokens);
    const returned = [
      ...edits.filter(({ start }) => start < first.start),
      { start: first.start, end: first.start, text: 'return (' },
      { start: end, end, text: ')' },
    ];
    bodies.unshift(head + applied(code, returned));
  }
  return bodies;
}

function returnsValue(tokens: readonly Token[], start: number): boolean {
  const { kind, text } = tokens[start];
  const next = tokens[start + 1]?.text;
  if (kind === 'word' && text === 'async' && next === 'function') return false;
  if (text === 'import' && (next === '(' || next === '.')) return true;
  return !(kind === 'word' && STATEMENT.test(text));
}

/** Where the last statement ends, without its semicolons. */
function endOfValue(tokens: readonly Token[]): number {
  let at = tokens.length - 1;
  while (at > 0 && tokens[at].text === ';') at -= 1;
  return tokens[at].end;
}

/** Declarations become assignments to names that the next code sees too. */
function keepEdits(tokens: readonly Token[], start: number, next: number): readonly Edit[] {
  const first = tokens[start];
  if (first.kind !== 'word') return [];
  if (first.text === 'class' && tokens[start + 1]?.kind === 'word') {
    const name = tokens[start + 1].text;
    const last = tokens[next - 1];
    return [
      { start: first.start, end: first.start, text: `globalThis.${name} = ` },
      { start: last.end, end: last.end, text: ';' },
    ];
  }
  if (!/^(const|let|var)$/.test(first.text)) return [];
  const ends = tokens[next - 1]?.text === ';' ? next - 1 : next;
  const last = tokens[ends - 1];
  return [
    { start: first.start, end: first.end, text: 'void (' },
    ...withoutValue(tokens, start + 1, ends),
    { start: last.end, end: last.end, text: ');' },
  ];
}

/** `let a, b` gives both the value undefined. */
function withoutValue(tokens: readonly Token[], from: number, to: number): readonly Edit[] {
  const edits: Edit[] = [];
  let hasValue = false;
  for (let at = from; at <= to; at++) {
    const token = tokens[at];
    const ends = at === to || (token.depth === 0 && token.text === ',');
    if (ends && !hasValue && at > from) {
      const { end } = tokens[at - 1];
      edits.push({ start: end, end, text: ' = undefined' });
    }
    if (ends) hasValue = false;
    else if (token.depth === 0 && token.text === '=') hasValue = true;
  }
  return edits;
}

function functionNames(tokens: readonly Token[], starts: readonly number[]): readonly string[] {
  return starts.flatMap((start) => {
    const isAsync = tokens[start].text === 'async' && tokens[start + 1]?.text === 'function';
    const at = isAsync ? start + 1 : start;
    if (tokens[at].text !== 'function') return [];
    const name = tokens[at + 1]?.text === '*' ? tokens[at + 2] : tokens[at + 1];
    return name?.kind === 'word' ? [name.text] : [];
  });
}

function applied(code: string, edits: readonly Edit[]): string {
  let made = '';
  let from = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    made += code.slice(from, start) + text;
    from = end;
  }
  return made + code.slice(from);
}

/** The path of members that ends at the caret: `s.clustering.clu` is `['s', 'clustering']` and `clu`. */
export function pathBefore(
  code: string,
  caret: number,
): { readonly owner: readonly string[]; readonly start: number } | null {
  const before = code.slice(0, caret);
  if (scan(before).open === 'string') return null;
  const match = /((?:[\p{ID_Start}$_][\p{ID_Continue}$]*\s*\??\.\s*)*)([\p{ID_Start}$_]?[\p{ID_Continue}$]*)$/u.exec(
    before,
  );
  if (match === null) return null;
  const head = match[1] ?? '';
  const start = caret - (match[2] ?? '').length;
  if (head === '' && /[\])"'`}.]\s*\??\.?\s*$/.test(before.slice(0, start)) && /\.\s*$/.test(before.slice(0, start)))
    return null;
  const owner = head
    .split(/\??\./)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return { owner, start };
}

/** The call that the caret stands in: `s.label(` is `['s', 'label']`. */
export function callAround(code: string, caret: number): readonly string[] | null {
  const { tokens } = scan(code.slice(0, caret));
  let depth = 0;
  for (let at = tokens.length - 1; at > 0; at--) {
    const { text } = tokens[at];
    if (text === ')' || text === ']' || text === '}') depth += 1;
    if (text !== '(' && text !== '[' && text !== '{') continue;
    if (depth > 0) depth -= 1;
    else return text === '(' ? wordsBefore(tokens, at) : null;
  }
  return null;
}

function wordsBefore(tokens: readonly Token[], paren: number): readonly string[] | null {
  const path: string[] = [];
  for (let at = paren - 1; at >= 0; at -= 2) {
    if (tokens[at].kind !== 'word') return null;
    path.unshift(tokens[at].text);
    if (tokens[at - 1]?.text !== '.') return path;
  }
  return path.length > 0 ? path : null;
}

/** The blanks that the next line begins with: one step more for each bracket that the last line leaves open. */
export function indentAfter(code: string): string {
  const line = code.slice(code.lastIndexOf('\n') + 1);
  const before = /^ */.exec(line)?.[0] ?? '';
  const { tokens } = scan(line);
  const opened = tokens.reduce((sum, { kind, text }) => {
    if (kind !== 'sign') return sum;
    return sum + (OPEN.includes(text) ? 1 : CLOSE.includes(text) ? -1 : 0);
  }, 0);
  return opened > 0 ? `${before}  ` : before;
}
