/** Words of Python source: what literals and assignments consist of. Everything else becomes an operator or a `broken` token. */

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'operator' | 'newline' | 'broken';
  /** Name, operator, decoded text of a string, or why the token is broken. */
  readonly text: string;
  /** Text of a string with its backslashes as written. */
  readonly raw: string;
  readonly number: number;
  /** As it stands in the file. */
  readonly source: string;
  readonly start: number;
  /** 1-based. */
  readonly line: number;
  /** True for the first token of an indented line. */
  readonly indented: boolean;
}

const blank = /[ \t\f]+/y;
const name = /[\p{L}_][\p{L}\p{N}_]*/uy;
const number = /(0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)([eE][+-]?\d[\d_]*)?)[lL]?/y;
const opening = /([rRuUbBfF]{0,2})('''|"""|'|")/y;
const operator = /\*\*|\/\/|[-+*/%@&|^~<>=!]=?|[()[\]{},:.;]|->/y;

/** Splits Python source into tokens. A byte order mark is skipped; any line ending is accepted. */
export function tokenize(source: string): Token[] {
  return new Tokenizer(source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')).run();
}

class Tokenizer {
  private readonly source: string;
  private readonly tokens: Token[] = [];
  private at = 0;
  private line = 1;
  private depth = 0;
  constructor(source: string) {
    this.source = source;
  }

  run(): Token[] {
    while (this.at < this.source.length) this.step();
    return this.tokens;
  }

  private step(): void {
    const char = this.source[this.at];
    if (char === '\n') this.newline();
    else if (char === '#') this.skipComment();
    else if (char === '\\' && this.source[this.at + 1] === '\n') {
      this.at += 2;
      this.line++;
    } else if (this.match(blank) === undefined) this.word();
  }

  private word(): void {
    const start = this.at;
    const open = this.match(opening);
    if (open !== undefined) return this.string(start, open[1].toLowerCase(), open[2]);
    const digits = this.match(number);
    if (digits !== undefined) return this.push('number', start, digits[0], '', numberValue(digits[0]));
    const word = this.match(name);
    if (word !== undefined) return this.push('name', start, word[0]);
    const sign = this.match(operator);
    if (sign === undefined) {
      this.at++;
      return this.push('broken', start, 'is not a plain value');
    }
    if (sign[0] === ';') return this.push('newline', start, ';');
    if ('([{'.includes(sign[0])) this.depth++;
    if (')]}'.includes(sign[0])) this.depth = Math.max(0, this.depth - 1);
    this.push('operator', start, sign[0]);
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source);
    if (found === null || found[0] === '') return undefined;
    this.at = pattern.lastIndex;
    return found;
  }

  private push(kind: Token['kind'], start: number, text: string, raw = '', value = 0): void {
    const lineStart = this.source.lastIndexOf('\n', start - 1) + 1;
    const indented = start > lineStart && this.source.slice(lineStart, start).trim() === '';
    const source = this.source.slice(start, this.at);
    this.tokens.push({ kind, text, raw, number: value, source, start, line: this.line, indented });
  }

  private newline(): void {
    const start = this.at++;
    if (this.depth === 0) this.push('newline', start, '\n');
    this.line++;
  }

  private skipComment(): void {
    const end = this.source.indexOf('\n', this.at);
    this.at = end < 0 ? this.source.length : end;
  }

  private string(start: number, prefix: string, quote: string): void {
    const end = this.endOfString(quote);
    const line = this.line;
    const raw = this.source.slice(this.at, end ?? this.source.length);
    if (end === undefined) {
      const newline = this.source.indexOf('\n', this.at);
      this.at = newline < 0 ? this.source.length : newline;
      // A bracket that was open cannot be trusted to close after this.
      this.depth = 0;
      return this.push('broken', start, 'has text without an end quote');
    }
    this.at = end + quote.length;
    const isRaw = prefix.includes('r');
    if (prefix.includes('b')) this.push('broken', start, 'is bytes, not text');
    else if (prefix.includes('f') && /[{}]/.test(raw)) this.push('broken', start, 'is text with computed parts');
    else this.push('string', start, isRaw ? raw : (unescape(raw) ?? raw), raw);
    this.line = line + (raw.match(/\n/g)?.length ?? 0);
  }

  private endOfString(quote: string): number | undefined {
    for (let k = this.at; k < this.source.length; k++) {
      if (this.source[k] === '\\') k++;
      else if (this.source.startsWith(quote, k)) return k;
      else if (quote.length === 1 && this.source[k] === '\n') return undefined;
    }
    return undefined;
  }
}

function numberValue(source: string): number {
  const digits = source.replace(/_/g, '').replace(/[lL]$/, '');
  return Number(digits);
}

const simpleEscapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Python's escapes; unknown ones keep the backslash. undefined when one is malformed, as in 'C:\Users'. */
function unescape(raw: string): string | undefined {
  let malformed = false;
  const text = raw.replace(
    /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[\s\S])/g,
    (whole: string, code: string) => {
      const simple = simpleEscapes[code];
      if (simple !== undefined) return simple;
      if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
      const point = Number.parseInt(code.slice(1), 16);
      if (/^[xuUN]$/.test(code) || point > 0x10ffff) malformed = true;
      else if (/^[xuU]/.test(code)) return String.fromCodePoint(point);
      return whole;
    },
  );
  return malformed ? undefined : text;
}
