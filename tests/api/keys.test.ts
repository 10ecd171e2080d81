/** The keys of the whole program together: none is given out twice, and what the documents say about keymap.json is true. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { KEY_PROFILES } from '../../src/core/actions/index.ts';
import { keyTrouble, normalizeKey } from '../../src/core/base/keys.ts';
import { keyTargets } from '../../src/gui/shell/commands.ts';
import { keymapTrouble } from '../../src/gui/shell/keymap.ts';
import { actionOf, fakeDesk } from '../fixtures/desk.ts';

describe.each(KEY_PROFILES)('the keys of profile %s', (profile) => {
  const targets = keyTargets(fakeDesk(), profile);
  it('can be pressed and are written in one way', () => {
    const keys = targets.flatMap((target) => target.keys);
    expect(keys.length).toBeGreaterThan(50);
    expect(keys.filter((key) => keyTrouble(key) !== null || normalizeKey(key) !== key)).toEqual([]);
  });
  it('belong to one action each, also with every view open', () => {
    const owners = new Map<string, string[]>();
    for (const { id, keys } of targets) for (const key of keys) owners.set(key, [...(owners.get(key) ?? []), id]);
    expect([...owners].filter(([, ids]) => ids.length > 1)).toEqual([]);
  });
  it('are those of actions with names of their own', () => {
    const ids = targets.map(({ id }) => id);
    expect(ids.filter((id, place) => ids.indexOf(id) < place)).toEqual([]);
  });
});

test('the keymap.json of docs/shortcuts.md is in force', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../docs/shortcuts.md'), 'utf8');
  const example = /```json\n(.+?)```/s.exec(text)?.[1] ?? '';
  const desk = fakeDesk(example);
  expect(keymapTrouble(desk)).toBeNull();
  expect(Object.fromEntries(desk.keys().changed)).toEqual({
    'Edit.merge': ['ctrl+shift+m'],
    'Edit.redo': ['ctrl+shift+z', 'f4'],
    'WaveformView.widen': ['w'],
    'WaveformView.next_waveforms_type': ['alt+w'],
    'Select.clear_filter': [],
  });
});

describe('the commands of a window', () => {
  const bindings = { 'Edit.merge': 'x', 'WaveformView.widen': ['b', 'ctrl+right'], 'WaveformView.screenshot': 'f9' };
  const desk = fakeDesk(JSON.stringify({ bindings }));
  for (const id of ['WaveformView', 'WaveformView (1)']) desk.shelf.ensure(id);
  it('have the keys of keymap.json; of several views of a class only the first has keys', () => {
    expect(actionOf(desk, 'Edit', 'merge').keys).toEqual(['x']);
    expect(actionOf(desk, 'WaveformView', 'widen').keys).toEqual(['b', 'ctrl+right']);
    expect(actionOf(desk, 'WaveformView', 'screenshot').keys).toEqual(['f9']);
    expect(actionOf(desk, 'WaveformView (1)', 'widen').keys).toEqual([]);
    expect([...desk.bindings().keys()]).toContain('f9');
    expect(desk.bindings().get('g')).toBeUndefined();
  });
  it('follow it when it changes, and go back to all default keys when it cannot be in force', () => {
    const { mirror } = desk.client;
    const write = (text: string): void => mirror.setState({ keymap: { path: '/k', text, trouble: null } });
    write('{"bindings": {"Edit.merge": "j"}}');
    expect([actionOf(desk, 'Edit', 'merge').keys, actionOf(desk, 'WaveformView', 'widen').keys]).toEqual([
      ['j'],
      ['ctrl+right'],
    ]);
    write('{"bindings": {"Edit.merge": "j", "Edit.marge": "q"}}');
    expect(actionOf(desk, 'Edit', 'merge').keys).toEqual(['g']);
    expect(keymapTrouble(desk)).toBe(
      'The keys of /k are not in force: Edit.marge is not an action. The default keys (profile mission) are.',
    );
  });
  it('in a tab begin with the key that the browser leaves to the page', () => {
    expect(actionOf(fakeDesk(null, undefined, true), 'File', 'exit').keys).toEqual(['alt+shift+q', 'ctrl+q']);
    expect(actionOf(fakeDesk(), 'File', 'exit').keys).toEqual(['ctrl+q', 'alt+shift+q']);
  });
});
