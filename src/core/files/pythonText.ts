/** Numbers as Python reads and prints them (spec/data.md 5.1 to 5.3): files written here must equal the reference's byte for byte. */

const integerText = /^[+-]?\d+(_\d+)*$/;
const floatText = /^[+-]?((\d+(_\d+)*)?\.?(\d+(_\d+)*)?)([eE][+-]?\d+(_\d+)*)?$/;
const nonFinite = /^([+-]?)(nan|inf|infinity)$/i;

export interface PythonNumber {
  readonly value: number;
  /** True when Python's int() refuses the text and float() accepts it: `2.0`, `1e5`, `nan`. */
  readonly isFloat: boolean;
}

/** Python's int(), then float(). undefined for text, and for integers that a double cannot hold (they stay text, digit for digit). */
export function parsePythonNumber(text: string): PythonNumber | undefined {
  const trimmed = text.trim();
  const plain = trimmed.replaceAll('_', '');
  if (integerText.test(trimmed)) {
    const value = Number(plain);
    return Number.isSafeInteger(value) ? { value: value === 0 ? 0 : value, isFloat: false } : undefined;
  }
  const special = nonFinite.exec(trimmed);
  if (special !== null) {
    const size = special[2].toLowerCase() === 'nan' ? NaN : Infinity;
    return { value: special[1] === '-' ? -size : size, isFloat: true };
  }
  const parts = floatText.exec(trimmed);
  if (parts === null || !/\d/.test(parts[1])) return undefined;
  return { value: Number(plain), isFloat: true };
}

/** Python's str(float): shortest text that reads back, `2.0`, `1e-07`, `1e+16`, `nan`, `inf`. */
export function pythonFloat(x: number): string {
  if (Number.isNaN(x)) return 'nan';
  if (!Number.isFinite(x)) return x > 0 ? 'inf' : '-inf';
  const sign = x < 0 || Object.is(x, -0) ? '-' : '';
  const [mantissa, exponentText] = Math.abs(x).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const tail = digits.length > 1 ? `.${digits.slice(1)}` : '';
    const power = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${digits[0]}${tail}e${exponent < 0 ? '-' : '+'}${power}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

/** Python's `'%.8f' % x` (or another number of decimals): exact decimal value, ties to even. */
export function pretty(x: number, decimals = 8): string {
  if (!Number.isFinite(x)) return pythonFloat(x);
  const sign = x < 0 || Object.is(x, -0) ? '-' : '';
  const size = Math.abs(x);
  if (size >= 1e21) return `${sign}${BigInt(size)}${decimals > 0 ? `.${'0'.repeat(decimals)}` : ''}`;
  // toFixed is exact but rounds ties up. A tie ends in a 5 one decimal further on; only multiples of 2^-(decimals+1) can.
  const isTie = Number.isInteger(size * 2 ** (decimals + 1)) && size.toFixed(decimals + 1).endsWith('5');
  const cut = isTie ? size.toFixed(decimals + 1).slice(0, -1) : '';
  return sign + (isTie && /[02468]\.?$/.test(cut) ? cut.replace(/\.$/, '') : size.toFixed(decimals));
}

/** Python's str() of an int, float, bool or text; None is the empty text. `asFloat` says what a whole number was in Python. */
export function pythonText(value: string | number | boolean | null | undefined, asFloat: boolean): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return value;
  return asFloat || !Number.isInteger(value) ? pythonFloat(value) : String(BigInt(value));
}
