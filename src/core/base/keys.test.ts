import { describe, expect, test } from 'vitest';
import { keyTrouble, normalizeKey } from './keys.ts';

test.each([
  ['shift+ctrl+k', 'ctrl+shift+k'],
  ['Ctrl+Alt+Space', 'ctrl+alt+space'],
  ['Control+Return', 'ctrl+enter'],
  ['ctrl++', 'ctrl++'],
  ['ctrl+=', 'ctrl++'],
  ['alt+_', 'alt+-'],
  ['=', '='],
  ['ctrl+shift++', 'ctrl+shift++'],
  ['alt+-', 'alt+-'],
  ['+', '+'],
  [':', ':'],
  [' ', 'space'],
  ['alt+pageup', 'alt+pgup'],
  ['G', 'g'],
])('%s is written %s', (key, normal) => expect(normalizeKey(key)).toBe(normal));

describe('what names no key', () => {
  test.each(['g', 'ctrl++', 'F12', 'shift+space', ':', 'é', 'meta+space', 'ctrl+shift+Tab'])('%s does', (key) =>
    expect(keyTrouble(key)).toBeNull(),
  );
  test.each([
    ['cmd+g', 'there is no modifier “cmd” (ctrl, alt, shift and meta are)'],
    ['ctrl+', 'a modifier alone is no key'],
    ['', 'a modifier alone is no key'],
    ['ctrl+ctrl+g', 'a modifier is named twice'],
    ['spce', 'there is no key “spce”'],
    ['ctrl+a b', 'there is no key “a b”'],
    ['f25', 'there is no key “f25”'],
    ['shift+tab', 'Tab moves the focus'],
  ])('%s: %s', (key, why) => expect(keyTrouble(key)).toBe(why));
});
