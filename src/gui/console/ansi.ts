/** Text with ANSI colours, as terminals get it, cut into pieces of one look each. Whatever else an escape sequence does is left out. */

export interface AnsiPiece {
  readonly text: string;
  /** 0 to 7 of the terminal's palette, 8 to 15 the bright ones, or `#rrggbb`; null for the ordinary ink. */
  readonly color: number | string | null;
  readonly ground: number | string | null;
  readonly bold: boolean;
  readonly faint: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}

type Look = Omit<AnsiPiece, 'text'>;
const PLAIN: Look = { color: null, ground: null, bold: false, faint: false, italic: false, underline: false };

// eslint-disable-next-line no-control-regex
const SEQUENCE = /\u001b(?:\[([0-9;:?]*)([ -/]*[@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

export function ansiPieces(text: string): readonly AnsiPiece[] {
  const pieces: AnsiPiece[] = [];
  let look = PLAIN;
  let from = 0;
  const add = (until: number): void => {
    if (until > from) pieces.push({ ...look, text: text.slice(from, until) });
  };
  for (const match of text.matchAll(SEQUENCE)) {
    add(match.index);
    from = match.index + match[0].length;
    if (match[2] === 'm') look = lookAfter(look, match[1] ?? '');
  }
  add(text.length);
  return pieces;
}

/** The text alone. */
export const withoutAnsi = (text: string): string => text.replaceAll(SEQUENCE, '');

function lookAfter(look: Look, codes: string): Look {
  const numbers = codes.split(/[;:]/).map((code) => (code === '' ? 0 : Number(code)));
  let next = look;
  for (let at = 0; at < numbers.length; at++) {
    const code = numbers[at];
    if (code === 38 || code === 48) {
      const { color, used } = extendedColor(numbers.slice(at + 1));
      next = code === 38 ? { ...next, color } : { ...next, ground: color };
      at += used;
    } else next = lookOf(next, code);
  }
  return next;
}

function lookOf(look: Look, code: number): Look {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...look, bold: true };
  if (code === 2) return { ...look, faint: true };
  if (code === 3) return { ...look, italic: true };
  if (code === 4) return { ...look, underline: true };
  if (code === 22) return { ...look, bold: false, faint: false };
  if (code === 23) return { ...look, italic: false };
  if (code === 24) return { ...look, underline: false };
  if (code >= 30 && code <= 37) return { ...look, color: code - 30 };
  if (code === 39) return { ...look, color: null };
  if (code >= 40 && code <= 47) return { ...look, ground: code - 40 };
  if (code === 49) return { ...look, ground: null };
  if (code >= 90 && code <= 97) return { ...look, color: code - 82 };
  if (code >= 100 && code <= 107) return { ...look, ground: code - 92 };
  return look;
}

/** `5;n` one of 256 colours, `2;r;g;b` any. */
function extendedColor([kind, ...rest]: readonly number[]): {
  readonly color: number | string | null;
  readonly used: number;
} {
  if (kind === 5) return { color: paletteColor(rest[0] ?? 0), used: 2 };
  if (kind === 2) return { color: hex(rest[0] ?? 0, rest[1] ?? 0, rest[2] ?? 0), used: 4 };
  return { color: null, used: 0 };
}

const level = (step: number): number => (step === 0 ? 0 : 55 + 40 * step);

function paletteColor(index: number): number | string {
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232);
    return hex(grey, grey, grey);
  }
  const cube = index - 16;
  return hex(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

const hex = (...parts: readonly number[]): string =>
  `#${parts.map((part) => Math.max(0, Math.min(255, part)).toString(16).padStart(2, '0')).join('')}`;
