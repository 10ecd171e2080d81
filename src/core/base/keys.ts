/** Keys as text, in Qt spelling: `ctrl+shift+z`, `alt+pgup`, `:`, `ctrl++` (spec/views.md 1.20). */

export const MODIFIERS = ['ctrl', 'alt', 'shift', 'meta'] as const;

/** Splits Qt spelling; a trailing `+` is the plus key (`ctrl++`). */
export function keyParts(key: string): readonly string[] {
  const plus = key.endsWith('++') || key === '+';
  const body = plus ? key.slice(0, -1) : key;
  const parts = body.split('+').filter((part) => part !== '');
  return plus ? [...parts, '+'] : parts;
}

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['control', 'ctrl'],
  ['pageup', 'pgup'],
  ['pagedown', 'pgdown'],
  ['pgdn', 'pgdown'],
  ['escape', 'esc'],
  ['return', 'enter'],
  ['del', 'delete'],
  ['ins', 'insert'],
  [' ', 'space'],
]);
/** With a modifier these two are typed on the keys of `+` and `-`. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ['=', '+'],
  ['_', '-'],
]);

/** The one way a key is written here: modifiers in the order ctrl, alt, shift, meta, lower case. `shift+ctrl+K` -> `ctrl+shift+k`. */
export function normalizeKey(key: string): string {
  const { held, last } = taken(key);
  const modifiers = MODIFIERS.filter((name) => held.includes(name));
  const isHeld = modifiers.some((name) => name !== 'shift');
  return [...modifiers, isHeld ? (SIGNS.get(last) ?? last) : last].join('+');
}

function taken(key: string): { readonly held: readonly string[]; readonly last: string } {
  const lower = key.toLowerCase();
  const parts = keyParts(lower === ' ' ? lower : lower.trim()).map((part) => ALIASES.get(part) ?? part);
  return { held: parts.slice(0, -1), last: parts.at(-1) ?? '' };
}

const NAMED: ReadonlySet<string> = new Set(
  'space esc backspace delete enter tab insert home end pgup pgdown up down left right'.split(' '),
);
const FUNCTION_KEY = /^f([1-9]|1\d|2[0-4])$/;

/** Why a text names no key that can be pressed, null when it names one. */
export function keyTrouble(key: string): string | null {
  const { held, last } = taken(key);
  const unknown = held.find((part) => !isModifier(part));
  if (unknown !== undefined) return `there is no modifier “${unknown}” (ctrl, alt, shift and meta are)`;
  if (new Set(held).size < held.length) return 'a modifier is named twice';
  if (last === '' || isModifier(last)) return 'a modifier alone is no key';
  if (last === 'tab' && held.every((part) => part === 'shift')) return 'Tab moves the focus';
  const isOne =
    NAMED.has(last) || FUNCTION_KEY.test(last) || (Array.from(last).length === 1 && !/[\s\p{C}]/u.test(last));
  return isOne ? null : `there is no key “${last}”`;
}

const isModifier = (part: string): boolean => MODIFIERS.some((name) => name === part);
