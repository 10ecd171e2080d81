/**
 * Keys in Qt spelling and the keyboard events that mean them (spec/views.md 1.20, spec/curation.md 7.4). Printable keys are matched by the
 * character they produce, so that `:` and `+` work on every layout; letters of other scripts fall back on the key's place.
 */
import { MODIFIERS } from '../../core/base/keys.ts';

/** What is read of a KeyboardEvent. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
}

const NAMED: Readonly<Record<string, string>> = {
  ' ': 'space',
  Spacebar: 'space',
  Escape: 'esc',
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  PageUp: 'pgup',
  PageDown: 'pgdown',
  Enter: 'enter',
  Backspace: 'backspace',
  Delete: 'delete',
  Home: 'home',
  End: 'end',
  Tab: 'tab',
  Insert: 'insert',
};

/** The keys that an event may mean, best first; the first one that is bound is run. Empty for a modifier alone or a composed character. */
export function keysOf(event: KeyPress, mac = false): readonly string[] {
  const held = heldModifiers(event, mac);
  const named = NAMED[event.key] ?? (/^F\d{1,2}$/.test(event.key) ? event.key.toLowerCase() : undefined);
  if (named !== undefined) return [spell(held, named)];
  if (event.key.length !== 1) return [];
  const character = producedLetter(event) ?? event.key;
  if (/^\p{L}$/u.test(character)) return [spell(held, character.toLowerCase())];
  return symbolKeys(event, held, character);
}

interface Held {
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly meta: boolean;
}

/** On macOS ctrl means Command and meta the physical Control (spec/curation.md 6.6). */
function heldModifiers(event: KeyPress, mac: boolean): Held {
  const { ctrlKey, metaKey, altKey: alt, shiftKey: shift } = event;
  return mac ? { ctrl: metaKey, meta: ctrlKey, alt, shift } : { ctrl: ctrlKey, meta: metaKey, alt, shift };
}

const spell = (held: Held, key: string): string => [...MODIFIERS.filter((name) => held[name]), key].join('+');

/** The Latin letter at the key's place when the layout (or alt on macOS) produced none. */
function producedLetter(event: KeyPress): string | undefined {
  if (/^[\x20-\x7e]$/.test(event.key)) return undefined;
  return /^Key([A-Z])$/.exec(event.code)?.[1];
}

/** `+` and `-` wherever they are on the keyboard; other symbols carry their own shift. */
function symbolKeys(event: KeyPress, held: Held, character: string): readonly string[] {
  const bare = { ...held, shift: false };
  if (event.code.startsWith('Numpad')) return [spell(bare, character)];
  const modified = held.ctrl || held.alt || held.meta;
  if (modified && (character === '=' || character === '+'))
    return signKeys(held, '+', character === '+' && !held.shift);
  if (modified && (character === '-' || character === '_')) return signKeys(held, '-', false);
  return [spell(bare, character), spell(held, character)];
}

/** `ctrl+shift++` if something is bound to it, else `ctrl++`. */
function signKeys(held: Held, sign: string, unshifted: boolean): readonly string[] {
  const plain = spell({ ...held, shift: false }, sign);
  return held.shift && !unshifted ? [spell(held, sign), plain] : [plain];
}

/** Keys that edit text: inside a text field they keep that meaning. */
const EDITING: ReadonlySet<string> = new Set([
  ...['a', 'c', 'v', 'x', 'z', 'y', 'left', 'right', 'up', 'down', 'home', 'end', 'backspace', 'delete'].flatMap(
    (key) => [`ctrl+${key}`, `ctrl+shift+${key}`],
  ),
  'alt+left',
  'alt+right',
  'alt+backspace',
]);

/** Whether a text field leaves this key to the program: a function key, or a ctrl or alt combination that edits nothing. */
export function actsInTextField(key: string): boolean {
  if (/^(shift\+)?f\d+$/.test(key)) return true;
  return /^(ctrl|alt|meta)\+/.test(key) && !EDITING.has(key);
}
