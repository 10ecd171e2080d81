import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../../tests/fixtures/fakeClient.ts';
import { bindKeys, findCommand, simpleCommand, withKeysInForce, type Command } from './command.ts';
import { typedText } from './keyboard.ts';
import { menuEntries } from './menuEntries.ts';
import { fit } from './paletteItems.ts';
import { placeBeside } from './placeBeside.ts';
import { chipsThatFit } from './chipsThatFit.ts';
import { reportNotes, unusualFirst } from './reportNotes.ts';
import { shorten } from './shorten.ts';
import {
  clustersTyped,
  cycle,
  describe as describeSnippet,
  recall,
  remember,
  suggest,
  whyUnknown,
} from './snippetLogic.ts';
import { vocabularyOf } from './vocabulary.ts';

const command = (name: string, given: Partial<Command> = {}): Command =>
  simpleCommand({ name, scope: 'Edit', title: name, doc: `Does ${name}.`, section: 0, run: () => undefined, ...given });
const commands = [
  command('merge', { aliases: ['g'], keys: ['g'], usage: '[ID...]' }),
  command('move', { usage: 'GROUP best|ID...' }),
  command('filter', { aliases: ['f'], usage: 'EXPRESSION' }),
  command('next', { section: 1, keys: ['space'] }),
  command('sort', { usage: 'COLUMN [asc|desc], ...' }),
  command('label', { usage: 'NAME VALUE [ID...]' }),
  command('set_bin', { scope: 'CorrelogramView', aliases: ['cb'], keys: ['g'] }),
];
const rows = new Map(
  [
    { id: 2, group: 'good', n_spikes: 2483, KSLabel: 'good' },
    { id: 24, group: null, n_spikes: 1361, KSLabel: 'mua' },
    { id: 4, group: 'to check', n_spikes: 960, KSLabel: 'mua' },
  ].map((row) => [row.id, { ...row, is_masked: false }]),
);
const state = snapshotOf(1, []);
const columns = ['id', 'n_spikes', 'fr', 'KSLabel'];
const words = vocabularyOf({
  snapshot: { ...state, columns, clusterTable: { ...state.clusterTable, shown: [2, 24, 4] } },
  rows,
});
const texts = (typed: string): readonly string[] =>
  suggest(typed, commands, words).map((suggestion) => suggestion.text);

const press = (key: string, ctrlKey = false) => ({ key, ctrlKey, altKey: false, metaKey: false });

describe('clusters that are typed', () => {
  const known = [...commands, command('select', { aliases: ['c'] }), command('close')];
  test('ids behind a command that selects', () => {
    expect(clustersTyped('c 47 49', known)).toEqual([47, 49]);
    expect(clustersTyped(' select 3, 5 ', known)).toEqual([3, 5]);
  });
  test('nothing else', () => {
    for (const typed of ['', 'c', 'c ', 'c 3-6', 'c x', 'c 3 x', 'g 3 4', 'close 3', 'c 99999999999']) {
      expect(clustersTyped(typed, known), typed).toEqual([]);
    }
  });
});

describe('suggest', () => {
  test('an alias first, then beginnings, then parts of names', () => {
    expect(texts('g')).toEqual(['g ']);
    expect(texts('m')).toEqual(['merge ', 'move ']);
    expect(texts('bin')).toEqual(['cb']);
    expect(suggest('f', commands, words)[0]).toMatchObject({ label: ':f EXPRESSION', doc: 'Does filter.' });
    expect(texts('')).toHaveLength(7);
  });
  test('before anything is typed: short names, then those with arguments', () => {
    expect(texts('')).toEqual(['g ', 'f ', 'cb', 'move ', 'sort ', 'label ', 'next']);
  });
  test('what every open view has is offered once', () => {
    const views = ['WaveformView', 'FeatureView'].map((scope) => command('close', { scope }));
    expect(suggest('clo', views, words)).toHaveLength(1);
  });
  test('ids of clusters, in the order of the table, with what they are', () => {
    expect(suggest('g ', commands, words)).toEqual([
      { text: 'g 2', label: ':g 2', doc: 'good, 2,483 spikes' },
      { text: 'g 24', label: ':g 24', doc: 'unsorted, 1,361 spikes' },
      { text: 'g 4', label: ':g 4', doc: 'to check, 960 spikes' },
    ]);
    expect(texts('g 2')).toEqual(['g 24']);
    expect(texts('g 2 ')).toEqual(['g 2 24', 'g 2 4']);
    expect(texts('g 2,')).toEqual(['g 2,24', 'g 2,4']);
    expect(texts('g [2, 2')).toEqual(['g [2, 24']);
    expect(texts('  g   2 4 2')).toEqual(['g 2 4 24']);
  });
  test('each place of the usage has its words', () => {
    expect(texts('move ')).toEqual(['move noise', 'move mua', 'move good', 'move unsorted', "move 'to check'"]);
    expect(texts('move m')).toEqual(['move mua']);
    expect(texts('move good ')).toEqual(['move good best', 'move good 2', 'move good 24', 'move good 4']);
    expect(texts("move 'to check' b")).toEqual(["move 'to check' best"]);
    expect(texts('sort ')).toEqual(['sort id', 'sort n_spikes', 'sort fr', 'sort KSLabel']);
    expect(texts('sort fr d')).toEqual(['sort fr desc']);
    expect(texts('sort fr desc ')).toEqual([]);
    expect(texts('sort fr desc, n')).toEqual(['sort fr desc, n_spikes']);
    expect(texts('sort fr desc,n_spikes ')).toEqual(['sort fr desc,n_spikes asc', 'sort fr desc,n_spikes desc']);
    expect(texts('label ')).toEqual(['label KSLabel', 'label group']);
    expect(texts('label KSLabel ')).toEqual(['label KSLabel good', 'label KSLabel mua']);
    expect(texts('label KSLabel good 2')).toEqual(['label KSLabel good 24']);
    expect(texts('next ')).toEqual([]);
    expect(texts('unknown x')).toEqual([]);
  });
  test('a filter is completed where it stands', () => {
    expect(texts('f n_')).toEqual(['f n_spikes']);
    expect(texts('f fr > 3 ')).toEqual(['f fr > 3 and', 'f fr > 3 or']);
    expect(texts('f fr > 3 and gr')).toEqual(['f fr > 3 and group']);
    expect(texts("f group == 'g")).toEqual(["f group == 'good'"]);
    expect(texts('f group == "t')).toEqual(['f group == "to check"']);
    expect(texts('f KSLabel != ')).toEqual(["f KSLabel != 'mua'", "f KSLabel != 'good'"]);
    expect(texts("f KSLabel in ('good', 'm")).toEqual(["f KSLabel in ('good', 'mua'"]);
    expect(texts("f group == 'good' ")).toEqual(["f group == 'good' and", "f group == 'good' or"]);
    expect(texts("f not group == 'good' and n")).toEqual([
      "f not group == 'good' and n_spikes",
      "f not group == 'good' and not",
    ]);
    expect(texts("f group == 'nothing begins like this")).toEqual([]);
  });
  test('what is typed is described from the moment its name is whole', () => {
    expect(describeSnippet('f', commands)).toEqual({ label: ':f EXPRESSION', doc: 'Does filter.' });
    expect(describeSnippet('f group', commands)).toEqual({ label: ':f EXPRESSION', doc: 'Does filter.' });
    expect(describeSnippet('fi', commands)).toBeNull();
  });
  test('Tab goes round the suggestions for what was typed, in both directions', () => {
    const first = cycle(null, 'm', 3, 1);
    expect(first).toEqual({ base: 'm', place: 0 });
    expect(cycle(first, 'merge', 3, 1)).toEqual({ base: 'm', place: 1 });
    expect(cycle(first, 'merge', 3, -1)).toEqual({ base: 'm', place: 2 });
    expect(cycle(null, 'm', 3, -1)).toEqual({ base: 'm', place: 2 });
    expect(cycle(null, 'xyz', 0, 1)).toBeNull();
  });
  test('a snippet of a view that is not open says so', () => {
    const all = [...commands, command('go_to', { scope: 'TraceView', aliases: ['tg'] })];
    expect(whyUnknown('tg', all)).toBe('`tg` belongs to TraceView, which is not open. Add it from the View menu.');
    expect(whyUnknown('bogus', all)).toBe("Couldn't find action `bogus`.");
  });
});

describe('history', () => {
  test('an entry stands once, the newest last', () => {
    expect(remember(['c 1', 'g'], 'c 1')).toEqual(['g', 'c 1']);
    expect(
      remember(
        Array.from({ length: 100 }, (_, i) => `c ${i}`),
        'new',
      ),
    ).toHaveLength(100);
  });
  test('up goes back, down comes to what was typed', () => {
    const history = ['c 1', 'g'];
    expect(recall(history, 0, 1, 'typed')).toEqual({ place: 1, text: 'g' });
    expect(recall(history, 1, 1, 'typed')).toEqual({ place: 2, text: 'c 1' });
    expect(recall(history, 2, 1, 'typed')).toEqual({ place: 2, text: 'c 1' });
    expect(recall(history, 1, -1, 'typed')).toEqual({ place: 0, text: 'typed' });
  });
});

describe('commands', () => {
  test('names before aliases; the first of two keeps a key', () => {
    expect(findCommand(commands, 'g')?.name).toBe('merge');
    expect(findCommand([command('a', { aliases: ['b'] }), command('b')], 'b')?.name).toBe('b');
    expect(bindKeys(commands).get('g')?.name).toBe('merge');
    const spare = command('spare', { keys: ['x'], spareKeys: ['g', 'y'] });
    const bound = bindKeys([spare, ...commands]);
    expect(['x', 'y', 'g'].map((key) => bound.get(key)?.name)).toEqual(['spare', 'spare', 'merge']);
    const changed = new Map([['Edit.spare', ['z']]]);
    const force = { profile: 'mission', changed, asked: changed, problems: [] } as const;
    expect([...bindKeys(withKeysInForce([spare], force)).keys()]).toEqual(['z']);
  });
  test('a name that several views have means the one in use, else the first that can', () => {
    const views = [
      command('shoot', { scope: 'A', enabled: () => 'A shows no picture yet.' }),
      command('shoot', { scope: 'B' }),
      command('shoot', { scope: 'C', aliases: ['g'] }),
    ];
    const scopeOf = (panel: string | null): string | undefined => findCommand(views, 'shoot', panel)?.scope;
    expect([null, 'A', 'B', 'C'].map(scopeOf)).toEqual(['B', 'B', 'B', 'C']);
    expect(findCommand(views.slice(0, 1), 'shoot')?.scope).toBe('A');
    expect(findCommand([...commands, ...views], 'g', 'C')?.name).toBe('merge');
  });
  test('a menu has sections, submenus, check marks and reasons', () => {
    const entries = menuEntries(
      [
        command('b', { section: 1, prompt: { text: '', example: '', initial: '' } }),
        command('a1', { submenu: 'A' }),
        command('a2', { submenu: 'A', checked: () => true }),
        command('hidden', { hidden: true }),
        command('off', { enabled: () => 'not now' }),
      ],
      () => undefined,
    );
    expect(entries.map((entry) => entry.kind)).toEqual(['submenu', 'item', 'separator', 'item']);
    expect(entries[0]).toMatchObject({ label: 'A', entries: [{ label: 'a1' }, { label: 'a2', checked: true }] });
    expect(entries[1]).toMatchObject({ reason: 'not now' });
    expect(entries[3]).toMatchObject({ label: 'b…' });
  });
});

test('the palette wants every word, beginnings count more', () => {
  expect(fit('move good', 'Move best to good')).toBe(1);
  expect(fit('', 'anything')).toBe(0);
  expect(fit('xyz', 'Move')).toBeNull();
  expect(fit('ove', 'Move')).toBe(3);
});

test('long status texts lose their middle from 64 characters on', () => {
  expect(shorten('a'.repeat(63))).toBe('a'.repeat(63));
  expect(shorten(`${'a'.repeat(40)}${'b'.repeat(40)}`)).toBe(`${'a'.repeat(32)} … ${'b'.repeat(32)}`);
});

test('settings open beside their view: left, else right, else over it', () => {
  const popup = { width: 300, height: 200 };
  const window = { width: 1000, height: 600 };
  expect(placeBeside({ left: 400, top: 100, width: 300, height: 400 }, popup, window)).toEqual({ left: 92, top: 100 });
  expect(placeBeside({ left: 100, top: 100, width: 300, height: 400 }, popup, window)).toEqual({ left: 408, top: 100 });
  expect(placeBeside({ left: 0, top: 500, width: 1000, height: 90 }, popup, window)).toEqual({ left: 692, top: 392 });
});

test('keys pressed while a bar opens are kept for it', () => {
  expect(typedText('mer', press('g'))).toBe('merg');
  expect(typedText('mer', press('Backspace'))).toBe('me');
  expect(typedText('mer', press('z', true))).toBe('mer');
  expect(typedText('mer', press('Shift'))).toBe('mer');
});

const file = (name: string, status: 'read' | 'ignored' | 'missing' | 'repaired' | 'bad', note = '') => ({
  name,
  status,
  note,
});
test('the opening report begins with what needs a look', () => {
  const files = [
    file('params.py', 'read'),
    file('kept.npy', 'ignored', 'Not used.'),
    file('group.tsv', 'read', 'No group.'),
    file('templates.npy', 'missing', 'No best channel.'),
    file('times.npy', 'repaired', 'Sorted.'),
    file('label.tsv', 'bad', 'Not a table.'),
  ];
  const names = unusualFirst(files).map(({ name }) => name);
  expect(names).toEqual(['label.tsv', 'templates.npy', 'times.npy', 'group.tsv', 'params.py', 'kept.npy']);
});

test('columns that say nothing without templates are explained', () => {
  const has = {
    traces: false,
    waveforms: false,
    templates: true,
    features: false,
    templateFeatures: false,
    amplitudes: true,
    similarity: false,
    reorderedTimes: false,
  };
  expect(reportNotes({ has })).toEqual([]);
  expect(reportNotes({ has: { ...has, templates: false } })[0]).toMatch(/the columns ch, amp and depth hold the same/);
});

test('chips: all when they fit, else as many as leave room for the rest to be counted', () => {
  const ids = [2, 24, 129, 3, 4, 5];
  expect(chipsThatFit(ids, false, 306)).toBe(6);
  expect(chipsThatFit(ids, false, 305)).toBe(4);
  expect(chipsThatFit(ids, true, 305)).toBe(3);
  expect(chipsThatFit(ids, true, 20)).toBe(1);
  expect(chipsThatFit([], false, 300)).toBe(0);
  expect(chipsThatFit(ids, false, 0)).toBe(6);
});
