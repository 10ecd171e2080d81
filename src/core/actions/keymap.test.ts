import { describe, expect, test } from 'vitest';
import type { KeyProfile } from './action.ts';
import { editKeymap, keymapSentence, keysInForce, readKeymap, type KeyTarget } from './keymap.ts';

const target = (id: string, keys: readonly string[] = [], aliases: readonly string[] = []): KeyTarget => ({
  id,
  keys,
  aliases,
});
const TARGETS = [
  target('File.enable_snippet_mode', [':']),
  target('Edit.undo', ['ctrl+z']),
  target('Edit.redo', ['ctrl+shift+z', 'ctrl+y']),
  target('Edit.merge', ['g'], ['g']),
  target('Select.next', ['space']),
  target('Select.sort_by_fr'),
  target('AmplitudeView.next_amplitudes_type', ['a'], ['next_amplitude_type']),
  target('WaveformView.widen', ['ctrl+right']),
  target('TraceView.increase', ['alt+up']),
];
const targetsOf = (profile: KeyProfile): readonly KeyTarget[] =>
  profile === 'mission'
    ? TARGETS
    : [...TARGETS.filter(({ id }) => id !== 'Select.next'), target('Select.next', ['f2'])];
const inForce = (value: unknown) => keysInForce(JSON.stringify(value), targetsOf);
const bind = (bindings: Record<string, unknown>) => inForce({ bindings });
const troubles = (bindings: Record<string, unknown>): readonly string[] =>
  bind(bindings).problems.map(({ text }) => text);

describe('a keymap in force', () => {
  test('without a file the mission profile holds', () => {
    expect(keysInForce(null, targetsOf)).toEqual({
      profile: 'mission',
      changed: new Map(),
      asked: new Map(),
      problems: [],
    });
  });
  test('keys, lists of keys, none; written in any way', () => {
    const { changed, problems } = bind({
      'Edit.merge': 'Shift+Ctrl+M',
      'Edit.redo': ['ctrl+y', 'f3'],
      'Edit.undo': null,
      'Select.next': [],
      'WaveformView.widen': 'ctrl+=',
    });
    expect(problems).toEqual([]);
    expect(Object.fromEntries(changed)).toEqual({
      'Edit.merge': ['ctrl+shift+m'],
      'Edit.redo': ['ctrl+y', 'f3'],
      'Edit.undo': [],
      'Select.next': [],
      'WaveformView.widen': ['ctrl++'],
    });
  });
  test('two actions may swap their keys, three may rotate', () => {
    expect(troubles({ 'Edit.merge': 'space', 'Select.next': 'g' })).toEqual([]);
    expect(troubles({ 'Edit.merge': 'space', 'Select.next': 'ctrl+z', 'Edit.undo': 'g' })).toEqual([]);
  });
  test('a key is free when its action has another one, or none', () => {
    expect(troubles({ 'Edit.merge': 'space', 'Select.next': null })).toEqual([]);
    expect(troubles({ 'Edit.merge': 'ctrl+y', 'Edit.redo': 'ctrl+shift+z' })).toEqual([]);
  });
  test('older names, the group of the reference, and columns that another dataset has', () => {
    const { changed, problems } = bind({
      'AmplitudeView.next_amplitude_type': 'x',
      'Snippets.enable_snippet_mode': 'f4',
      'Select.sort_by_quality': 'f5',
      'SpikePositionsView.reset_marker_size': 'f6',
    });
    expect(problems).toEqual([]);
    expect([...changed.keys()]).toEqual([
      'AmplitudeView.next_amplitudes_type',
      'File.enable_snippet_mode',
      'Select.sort_by_quality',
      'SpikePositionsView.reset_marker_size',
    ]);
  });
  test('the profile decides what the others have', () => {
    expect(inForce({ profile: 'phy-2.1', bindings: { 'Edit.merge': 'space' } })).toMatchObject({
      profile: 'phy-2.1',
      problems: [],
    });
    expect(inForce({ profile: 'phy-2.1', bindings: { 'Edit.merge': 'f2' } }).problems).toHaveLength(1);
  });
});

describe('what is refused, all of it', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['unknown group', { 'Nothing.at_all': 'x' }, 'Nothing.at_all is not an action'],
    ['wrong group', { 'Select.merge': 'x' }, 'Select.merge is not an action (Edit.merge is)'],
    [
      'a copy of a view',
      { 'WaveformView (1).widen': 'x' },
      'WaveformView (1).widen is not an action (WaveformView.widen is)',
    ],
    ['a key that another action has', { 'Edit.merge': 'ctrl+z' }, 'Edit.undo and Edit.merge both want ctrl+z'],
    [
      'a second key that another action has',
      { 'Edit.merge': ['x', 'ctrl+y'] },
      'Edit.redo and Edit.merge both want ctrl+y',
    ],
    [
      'a key of a view that need not be open',
      { 'Edit.merge': 'alt+up' },
      'TraceView.increase and Edit.merge both want alt+up',
    ],
    ['two entries for one key', { 'Edit.merge': 'x', 'Select.next': 'X' }, 'Edit.merge and Select.next both want x'],
    ['no key', { 'Edit.merge': 'spce' }, 'Edit.merge: “spce” cannot be pressed, there is no key “spce”'],
    ['a key twice', { 'Edit.merge': ['x', 'X'] }, 'Edit.merge names x twice'],
    ['another kind of value', { 'Edit.merge': 3 }, 'Edit.merge must be a key, a list of keys or null'],
    [
      'one action under two names',
      { 'AmplitudeView.next_amplitudes_type': 'x', 'AmplitudeView.next_amplitude_type': 'y' },
      'AmplitudeView.next_amplitudes_type and AmplitudeView.next_amplitude_type are the same action',
    ],
  ])('%s', (_, bindings, text) => {
    const all = bind({ ...bindings, 'WaveformView.widen': 'w' });
    expect(all.problems.map((one) => one.text)).toEqual([text]);
    expect(all.changed.size).toBe(0);
    for (const entry of all.problems[0].entries) expect(text).toContain(entry);
  });
  test('several are all named', () => {
    const found = bind({ 'Edit.nothing': 'x', 'Edit.merge': 'space' });
    expect(keymapSentence('/user/keymap.json', found)).toBe(
      'The keys of /user/keymap.json are not in force: Edit.nothing is not an action; Select.next and Edit.merge both want space. The default keys (profile mission) are.',
    );
  });
  test.each([
    ['{"profile": "vim"}', '“profile” must be "mission" or "phy-2.1"'],
    ['{"binding": {}}', '“binding” is neither “profile” nor “bindings”'],
    ['{"bindings": []}', '“bindings” must be an object {...}'],
    ['[]', 'it holds no object {...}'],
    ['{"bindings": {"Edit.merge": "x", "Edit.merge": "y"}}', 'Edit.merge stands there twice'],
    [
      '{"bindings": {"Edit.merge": "x",}}',
      'it is not valid JSON (line 1, column 33: expected a name in double quotes)',
    ],
    ['', 'it is not valid JSON (line 1, column 1: expected a value)'],
  ])('%s', (text, trouble) => expect(readKeymap(text).problems.map((one) => one.text)).toEqual([trouble]));
  test('a valid profile holds all the same', () => {
    expect(inForce({ profile: 'phy-2.1', bindings: { 'Edit.x': 'y' } }).profile).toBe('phy-2.1');
  });
});

describe('editing', () => {
  const mine =
    '{ "profile": "phy-2.1",\n  "bindings": { "Edit.merge":"x",\n    "Snippets.enable_snippet_mode": "f4" } }\n';
  const edit = (bindings: Record<string, readonly string[] | null>, text: string | null = mine): string =>
    editKeymap(text, { bindings: new Map(Object.entries(bindings)) }, TARGETS);

  test('the first change makes the file', () => {
    expect(edit({ 'Edit.merge': ['x'] }, null)).toBe(
      '{\n  "profile": "mission",\n  "bindings": {\n    "Edit.merge": "x"\n  }\n}\n',
    );
    expect(editKeymap(null, { profile: 'phy-2.1' }, TARGETS)).toBe('{\n  "profile": "phy-2.1",\n  "bindings": {}\n}\n');
  });
  test('changes nothing else', () => {
    expect(edit({ 'Edit.merge': ['y', 'z'] })).toBe(mine.replace('"x"', '["y", "z"]'));
    expect(edit({ 'Edit.merge': [] })).toBe(mine.replace('"x"', 'null'));
    expect(edit({ 'Edit.merge': null })).toBe(mine.replace('"Edit.merge":"x",\n    ', ''));
    expect(editKeymap(mine, { profile: 'mission' }, TARGETS)).toBe(mine.replace('phy-2.1', 'mission'));
  });
  test('finds an entry under its other name', () => {
    expect(edit({ 'File.enable_snippet_mode': ['f6'] })).toBe(mine.replace('f4', 'f6'));
  });
  test('adds a binding, or the object for them', () => {
    expect(edit({ 'Edit.undo': ['u'] })).toBe(mine.replace('"f4"', '"f4",\n    "Edit.undo": "u"'));
    expect(edit({ 'Edit.undo': ['u'] }, '{"profile": "mission"}')).toBe(
      '{"profile": "mission", "bindings": {\n  "Edit.undo": "u"\n}}',
    );
  });
  test('takes all of them out', () => {
    expect(editKeymap(mine, { resetAll: true }, TARGETS)).toBe('{ "profile": "phy-2.1",\n  "bindings": {} }\n');
  });
  test('refuses text that is no object', () => {
    expect(() => edit({ 'Edit.undo': ['u'] }, '{"a": ')).toThrow(
      'keymap.json is not valid JSON (line 1, column 7: expected a value). Correct it first.',
    );
  });
});
