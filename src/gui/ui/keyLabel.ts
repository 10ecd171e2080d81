/** How keys are written for people: `ctrl+shift+z` -> `Ctrl+Shift+Z`, on macOS `⇧⌘Z` (there ctrl means Command, meta the physical Control). */
import { keyParts } from '../../core/base/keys.ts';

const NAMES: Readonly<Record<string, string>> = {
  ctrl: 'Ctrl',
  alt: 'Alt',
  shift: 'Shift',
  meta: 'Meta',
  space: 'Space',
  esc: 'Esc',
  backspace: 'Backspace',
  delete: 'Delete',
  enter: 'Enter',
  tab: 'Tab',
  home: 'Home',
  end: 'End',
  up: 'Up',
  down: 'Down',
  left: 'Left',
  right: 'Right',
  pgup: 'PgUp',
  pgdown: 'PgDn',
};
const MAC_NAMES: Readonly<Record<string, string>> = {
  ...NAMES,
  ctrl: '⌘',
  alt: '⌥',
  shift: '⇧',
  meta: '⌃',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
};

export const isMac = (): boolean => typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** One key as menus and tooltips show it. */
export function keyLabel(key: string, mac: boolean = isMac()): string {
  const names = mac ? MAC_NAMES : NAMES;
  const parts = keyParts(key).map((part) => names[part] ?? (part === '-' ? '−' : part.toUpperCase()));
  return parts.join(mac ? '' : '+');
}
