import { describe, expect, test } from 'vitest';
import { toggle } from '../../core/base/params.ts';
import type { ViewSpec } from '../view/instance.ts';
import { simpleCommand, type Command } from './command.ts';
import { helpGroups, searchHelp, type HelpGroup } from './helpRows.ts';

const command = (scope: string, name: string, given: Partial<Command> = {}): Command => ({
  ...simpleCommand({ name, scope, title: name, doc: `Does ${name}.`, section: 0, run: () => undefined }),
  ...given,
});
const view = (name: string, actions: readonly string[]): ViewSpec => ({
  name,
  query: name,
  params: { on: toggle({ label: 'On', doc: 'On.', default: false }) },
  maxClusters: 8,
  actions: actions.map((action) => ({
    name: action,
    aliases: [],
    title: action,
    doc: '',
    section: 0,
    keys: {},
    usage: '',
    run: () => undefined,
  })),
  gestures: [
    { name: 'change_marker_size', input: { mission: 'ctrl+wheel, alt+wheel', 'phy-2.1': 'alt+wheel' }, doc: 'Size.' },
  ],
  missing: () => null,
  Component: () => null,
});
const specs = [view('WaveformView', ['widen']), view('ProbeView', ['labels'])];
const ofView = (name: string, own: string): readonly Command[] => [
  command(name, 'screenshot'),
  command(name, 'close'),
  command(name, own),
];
const commands = [
  command('Edit', 'merge', { aliases: ['g'], usage: '[ID...]', keys: ['x'], defaultKeys: ['g'] }),
  command('Select', 'next', { keys: ['space'], defaultKeys: ['space'] }),
  ...ofView('WaveformView', 'widen').map((one) => (one.name === 'close' ? { ...one, keys: ['f9'] } : one)),
  ...ofView('ProbeView', 'labels'),
];
const groups = helpGroups({ commands, specs, open: ['WaveformView'], profile: 'mission' });
const namesOf = (found: readonly HelpGroup[]) =>
  Object.fromEntries(found.map(({ name, rows }) => [name, rows.map((row) => row.name)]));

const inputs = (profile: 'mission' | 'phy-2.1') =>
  helpGroups({ commands, specs, open: [], profile })
    .flatMap(({ rows }) => rows)
    .filter(({ name }) => name === 'change_marker_size' || name === 'toggle')
    .map((row) => row.gesture);
const found = (text: string, scope: string | null = null) => namesOf(searchHelp(groups, text, scope));

describe('the help', () => {
  test('lists the program, tables, what every view has, then each view, open or not', () => {
    expect(groups.map(({ name, note }) => [name, note])).toEqual([
      ['Edit', null],
      ['Select', null],
      ['Tables', null],
      ['Every view', null],
      ['WaveformView', null],
      ['ProbeView', 'not open'],
    ]);
    expect(namesOf(groups)).toMatchObject({
      'Every view': ['screenshot', 'close', 'pan', 'zoom', 'zoom', 'reset_view'],
      WaveformView: ['close', 'widen', 'change_marker_size'],
      ProbeView: ['labels', 'change_marker_size'],
    });
  });
  test('shows the keys in force, and which of them keymap.json changed', () => {
    const rows = groups.flatMap((group) => group.rows);
    expect(rows.find(({ name }) => name === 'merge')).toMatchObject({
      keys: ['x'],
      changed: true,
      snippet: ':g [ID...]',
    });
    expect(rows.find(({ name }) => name === 'next')).toMatchObject({ keys: ['space'], changed: false });
  });
  test('gestures are those of the profile, written as keys are', () => {
    expect(inputs('mission')).toEqual(['Ctrl+click on a row', 'Ctrl+wheel, Alt+wheel', 'Ctrl+wheel, Alt+wheel']);
    expect(inputs('phy-2.1')).toEqual(['Ctrl+click on a row', 'Alt+wheel', 'Alt+wheel']);
  });
  test('finds keys as shown and as spelt, names, snippets, words of several columns', () => {
    expect(found(':g')).toEqual({ Edit: ['merge'] });
    expect(found('Space')).toEqual({ Select: ['next'] });
    expect(found('ctrl right')).toEqual({ Tables: ['demote_cluster', 'promote_similar'] });
    expect(found('marker size probeview')).toEqual({ ProbeView: ['change_marker_size'] });
    expect(found('close', 'Every view')).toEqual({ 'Every view': ['close'] });
    expect(found('', 'Select')).toEqual({ Select: ['next'] });
    expect(found('nothing like it')).toEqual({});
  });
});
