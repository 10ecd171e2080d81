import { describe, expect, test } from 'vitest';
import { keyLabel } from '../ui/keyLabel.ts';
import { actsInTextField, keysOf, type KeyPress } from './shortcuts.ts';

const press = (key: string, code: string, held = ''): KeyPress => ({
  key,
  code,
  ctrlKey: held.includes('c'),
  altKey: held.includes('a'),
  shiftKey: held.includes('s'),
  metaKey: held.includes('m'),
});

describe('keysOf', () => {
  test.each<[string, KeyPress, string[]]>([
    ['g', press('g', 'KeyG'), ['g']],
    ['G with caps lock', press('G', 'KeyG'), ['g']],
    ['shift+a', press('A', 'KeyA', 's'), ['shift+a']],
    ['ctrl+shift+z', press('Z', 'KeyZ', 'cs'), ['ctrl+shift+z']],
    ['space', press(' ', 'Space'), ['space']],
    ['shift+space', press(' ', 'Space', 's'), ['shift+space']],
    ['ctrl+alt+space', press(' ', 'Space', 'ca'), ['ctrl+alt+space']],
    ['up', press('ArrowUp', 'ArrowUp'), ['up']],
    ['F1', press('F1', 'F1'), ['f1']],
    ['alt+PageDown', press('PageDown', 'PageDown', 'a'), ['alt+pgdown']],
    ['colon on a US layout', press(':', 'Semicolon', 's'), [':', 'shift+:']],
    ['colon without shift (French)', press(':', 'Period'), [':', ':']],
    ['question mark', press('?', 'Slash', 's'), ['?', 'shift+?']],
    ['ctrl and = is ctrl++', press('=', 'Equal', 'c'), ['ctrl++']],
    ['ctrl, shift and = is ctrl+shift++, else ctrl++', press('+', 'Equal', 'cs'), ['ctrl+shift++', 'ctrl++']],
    ['ctrl and + without shift (German)', press('+', 'BracketRight', 'c'), ['ctrl++']],
    ['ctrl and -', press('-', 'Minus', 'c'), ['ctrl+-']],
    ['ctrl, shift and -', press('_', 'Minus', 'cs'), ['ctrl+shift+-', 'ctrl+-']],
    ['alt and =', press('=', 'Equal', 'a'), ['alt++']],
    ['keypad + carries no shift', press('+', 'NumpadAdd', 'cs'), ['ctrl++']],
    ['a Cyrillic letter falls back on its place', press('п', 'KeyG', 'a'), ['alt+g']],
    ['a modifier alone', press('Shift', 'ShiftLeft', 's'), []],
    ['a dead key', press('Dead', 'BracketLeft'), []],
  ])('%s', (_, event, keys) => expect(keysOf(event)).toEqual(keys));

  test('on macOS ctrl is Command, meta the physical Control, alt+g what alt+g types', () => {
    expect(keysOf(press('s', 'KeyS', 'm'), true)).toEqual(['ctrl+s']);
    expect(keysOf(press(' ', 'Space', 'c'), true)).toEqual(['meta+space']);
    expect(keysOf(press('©', 'KeyG', 'a'), true)).toEqual(['alt+g']);
  });
});

test.each([
  ['g', false],
  ['space', false],
  ['esc', false],
  ['shift+space', false],
  ['ctrl+z', false],
  ['ctrl+left', false],
  ['ctrl+s', true],
  ['ctrl+p', true],
  ['f1', true],
  ['alt+g', true],
])('%s in a text field: %s', (key, acts) => expect(actsInTextField(key)).toBe(acts));

test.each([
  ['ctrl+shift+z', 'Ctrl+Shift+Z', '⌘⇧Z'],
  ['ctrl++', 'Ctrl++', '⌘+'],
  ['alt+-', 'Alt+−', '⌥−'],
  ['space', 'Space', 'Space'],
  [':', ':', ':'],
])('%s is shown as %s', (key, label, mac) => {
  expect(keyLabel(key, false)).toBe(label);
  expect(keyLabel(key, true)).toBe(mac);
});
