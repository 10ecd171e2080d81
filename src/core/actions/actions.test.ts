import { describe, expect, it } from 'vitest';
import { BUILT_IN_GROUPS, readGroups } from '../curation/groups.ts';
import type { AvailabilityFacts } from './index.ts';
import {
  actions,
  allActions,
  enabled,
  findAction,
  parseArguments,
  parseLine,
  parseWords,
  sortActions,
  splitSnippet,
  takenGroupKey,
} from './index.ts';

const COLUMNS = ['id', 'ch', 'sh', 'depth', 'fr', 'amp', 'n_spikes', 'KSLabel'];
const call = (line: string) => {
  const { spec, args } = parseLine(line, COLUMNS);
  return parseArguments(spec, args);
};
const command = (line: string): unknown => {
  const parsed = call(line);
  return parsed.kind === 'curation' ? parsed.command : parsed;
};

describe('the registry', () => {
  it('has every action of 7.1 and 7.2 once', () => {
    const names = actions.filter((spec) => spec.hidden !== true).map((spec) => spec.name);
    const groups = ['noise', 'mua', 'good', 'unsorted'];
    const moves = ['best', 'similar', 'all'].flatMap((which) => groups.map((group) => `move_${which}_to_${group}`));
    const others =
      'undo redo merge split move label split_init select select_first_similar select_n_similar unselect_similar ' +
      'skip_noise_and_mua filter sort clear_filter first last reset_wizard next previous next_best previous_best ' +
      'enable_snippet_mode save exit show_all_shortcuts about toggle_spike_reorder switch_raw_data_filter';
    expect(names.toSorted()).toEqual([...moves, ...others.split(' ')].toSorted());
  });
  it('gives no key, name or snippet twice', () => {
    const all = [...actions, ...sortActions(COLUMNS)];
    const keys = all.flatMap((spec) => spec.keys.mission);
    const words = all.flatMap((spec) => [spec.name, ...spec.aliases]);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(words).size).toBe(words.length);
  });
  it.each([
    ['undo', ['ctrl+z']],
    ['redo', ['ctrl+shift+z', 'ctrl+y']],
    ['merge', ['g']],
    ['split', ['k']],
    ['label', ['l']],
    ['split_init', ['ctrl+shift+k']],
    ['move_best_to_noise', ['alt+n']],
    ['move_best_to_unsorted', ['alt+u']],
    ['move_similar_to_mua', ['ctrl+m']],
    ['move_all_to_good', ['ctrl+alt+g']],
    ['select_first_similar', ['ctrl+space']],
    ['unselect_similar', ['backspace']],
    ['clear_filter', ['esc']],
    ['first', ['home']],
    ['last', ['end']],
    ['reset_wizard', ['ctrl+alt+space']],
    ['next', ['space']],
    ['previous', ['shift+space']],
    ['next_best', ['down']],
    ['previous_best', ['up']],
    ['save', ['ctrl+s']],
    ['exit', ['ctrl+q']],
    ['enable_snippet_mode', [':']],
    ['show_all_shortcuts', ['f1', 'h']],
    ['about', ['?']],
    ['toggle_spike_reorder', ['ctrl+r']],
    ['switch_raw_data_filter', ['alt+r']],
  ])('%s is on %j (7.1, 7.2; BUG-9, 7.4)', (name, keys) => {
    expect(findAction(name)?.keys.mission).toEqual(keys);
  });
  it('T17 on macOS select_first_similar is on the physical Control key', () => {
    expect(findAction('select_first_similar')?.macKeys).toEqual(['meta+space']);
  });
  it('finds actions by snippet and older name', () => {
    const found = ['g', 'k', 'l', 'c', 'f', 's', 'set_skip_masked_clusters', 'reset'].map(
      (word) => findAction(word)?.name,
    );
    expect(found).toEqual([
      'merge',
      'split',
      'label',
      'select',
      'filter',
      'sort',
      'skip_noise_and_mua',
      'reset_wizard',
    ]);
    expect(findAction('nothing')).toBeUndefined();
    expect(findAction('constructor')).toBeUndefined();
  });
  it('sorts by column under s and two letters (7.1); the later of two columns has the snippet', () => {
    const specs = sortActions(COLUMNS);
    expect(specs.map((spec) => spec.name)).not.toContain('sort_by_id');
    expect(specs.map((spec) => spec.aliases[0])).toEqual(['sch', 'ssh', 'sde', 'sfr', 'sam', 'sns', 'sKS']);
    expect(sortActions(['id', 'depth', 'density']).map((spec) => spec.aliases)).toEqual([[], ['sde']]);
    expect(command(':sns')).toEqual({
      type: 'sort',
      table: 'clusters',
      column: 'n_spikes',
      direction: 'desc',
      action: 'sort_by_n_spikes',
    });
    expect(findAction('sns')).toBeUndefined();
  });
});

describe('words (4.5)', () => {
  it.each([
    ['5', [5]],
    ['-5', [-5]],
    ['1.', [1]],
    ['1e3', [1000]],
    ['.5', [0.5]],
    ['3-6', [[3, 4, 5, 6]]],
    ['6-3', ['6-3']],
    ['1 2,3 4-6', [1, [2, 3], [4, 5, 6]]],
    ['1,3-5', [[1, 3, 4, 5]]],
    ['a,b,2', [['a', 'b', 2]]],
    ['10,', [[10]]],
    ['x-y', ['x-y']],
    ['a  b', ['a', 'b']],
    ['"two words" \'and more\'', ['two words', 'and more']],
    ['"5"', ['5']],
    ['"say \\"yes\\""', ['say "yes"']],
    ['[31, 12]', [[31, 12]]],
    ['', []],
    ['1,5', [[1, 5]]],
  ])('%s', (text, wanted) => {
    expect(parseWords(text)).toEqual(wanted);
  });
  it('refuses lists that are none and ranges without end', () => {
    for (const text of ['[1,', '[1,,2]']) expect(() => parseWords(text)).toThrow('is not a list');
    expect(() => parseWords('0-99999999')).toThrow('more than');
  });
  it('splits name and remainder, with or without colon', () => {
    expect(splitSnippet('  : c 1  2 ')).toEqual({ name: 'c', rest: '1  2' });
    expect(splitSnippet('undo')).toEqual({ name: 'undo', rest: '' });
    expect(splitSnippet('   ')).toBeUndefined();
  });
});

describe('lines', () => {
  it.each([
    [':c 47 49', { type: 'select', ids: [47, 49] }],
    ['c 10,11', { type: 'select', ids: [10, 11] }],
    [':c 0-2', { type: 'select', ids: [0, 1, 2] }],
    ['select {"ids":[27,34]}', { type: 'select', ids: [27, 34] }],
    ['select {"ids":[]}', { type: 'select', ids: [] }],
    [':g', { type: 'merge', ids: undefined }],
    ['merge 2 22', { type: 'merge', ids: [2, 22] }],
    ['merge {"ids":[2,22],"to":50}', { type: 'merge', ids: [2, 22], to: 50 }],
    [':k', { type: 'split', spikes: [] }],
    ['split {"spikes":[5,9,12]}', { type: 'split', spikes: [5, 9, 12] }],
    ['split {"spikes":[5,9,12],"labels":[5,6,7]}', { type: 'split', spikes: [5, 9, 12], labels: [5, 6, 7] }],
    ['move good 20', { type: 'move', group: 'good', which: [20] }],
    [':move mua best', { type: 'move', group: 'mua', which: 'best' }],
    [':move noise 3-6', { type: 'move', group: 'noise', which: [3, 4, 5, 6] }],
    ['move good [20,30]', { type: 'move', group: 'good', which: [20, 30] }],
    ['move good 20 30', { type: 'move', group: 'good', which: [20, 30] }],
    ['move {"group":"good","which":"all"}', { type: 'move', group: 'good', which: 'all' }],
    ['move {"group":null,"which":"best"}', { type: 'move', group: 'unsorted', which: 'best' }],
    ['move {"group":"good","which":[3]}', { type: 'move', group: 'good', which: [3] }],
    ['move_best_to_good', { type: 'move', group: 'good', which: 'best', action: 'move_best_to_good' }],
    [':l neurontype interneuron', { type: 'label', name: 'neurontype', value: 'interneuron' }],
    ['label quality 3', { type: 'label', name: 'quality', value: 3 }],
    ['label quality 3 [31,12]', { type: 'label', name: 'quality', value: 3, ids: [31, 12] }],
    ['label note "two words" 4', { type: 'label', name: 'note', value: 'two words', ids: [4] }],
    ['label note 3-6', { type: 'label', name: 'note', value: '3-6' }],
    ['label note "3"', { type: 'label', name: 'note', value: '3' }],
    ['label {"name":"q","value":null,"ids":[1]}', { type: 'label', name: 'q', value: null, ids: [1] }],
    ['filter n_spikes > 20', { type: 'filter', table: 'clusters', text: 'n_spikes > 20' }],
    [":f group == 'good'", { type: 'filter', table: 'clusters', text: "group == 'good'" }],
    [':f depth>-5', { type: 'filter', table: 'clusters', text: 'depth>-5' }],
    [':f', { type: 'filter', table: 'clusters', text: '' }],
    ['filter {"table":"similar","text":"id > 3"}', { type: 'filter', table: 'similar', text: 'id > 3' }],
    ['clear_filter', { type: 'filter', table: 'clusters', text: '', action: 'clear_filter' }],
    ['sort depth asc', { type: 'sort', table: 'clusters', column: 'depth', direction: 'asc' }],
    [
      ':s depth asc, n_spikes desc,fr',
      {
        type: 'sort',
        table: 'clusters',
        column: 'depth',
        direction: 'asc',
        further: [
          { column: 'n_spikes', direction: 'desc' },
          { column: 'fr', direction: 'desc' },
        ],
      },
    ],
    [
      'sort {"table":"similar","by":[{"column":"fr","direction":"asc"}]}',
      { type: 'sort', table: 'similar', column: 'fr', direction: 'asc' },
    ],
    [':s id', { type: 'sort', table: 'clusters', column: 'id', direction: 'desc' }],
    [
      'sort {"table":"similar","column":"id","direction":"asc"}',
      { type: 'sort', table: 'similar', column: 'id', direction: 'asc' },
    ],
    ['select_n_similar 3', { type: 'select_first_similar', count: 3, action: 'select_n_similar' }],
    ['select_first_similar', { type: 'select_first_similar' }],
    ['skip_noise_and_mua false', { type: 'skip_noise_and_mua', value: false }],
    ['skip_noise_and_mua', { type: 'skip_noise_and_mua', value: undefined }],
    ['toggle {"table":"similar","id":3}', { type: 'toggle', table: 'similar', id: 3 }],
    ['toggle_cluster_selection 3', { type: 'toggle', table: 'clusters', id: 3 }],
    ['promote_similar 3', { type: 'promote_similar', id: 3 }],
    ['select_more 3', { type: 'select_more', ids: [3] }],
    ['undo', { type: 'undo' }],
    ['next_best', { type: 'next_best' }],
    ['save', { kind: 'save', over: false }],
    ['save over', { kind: 'save', over: true }],
    ['about', { kind: 'window', action: 'about' }],
  ])('%s', (line, wanted) => {
    expect(command(line)).toEqual(wanted);
  });
  it('a lasso', () => {
    const line = 'split {"view":"feature","x":"0A","y":"0B","polygon":[[0,0],[1,0],[1,1]],"params":{"channels":[3]}}';
    expect(command(line)).toEqual({
      kind: 'lasso',
      request: {
        view: 'feature',
        polygon: [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
        x: '0A',
        y: '0B',
        space: 'data',
        params: { channels: [3] },
        clusters: undefined,
        missing: 'cancel',
      },
    });
  });
  it.each([
    ['frobnicate 3', "Couldn't find action `frobnicate`."],
    ['c', 'Invalid action arguments: select expects one cluster id or more.'],
    ['c one', 'Invalid action arguments: select expects cluster ids.'],
    ['c -1', 'Invalid action arguments: select expects cluster ids.'],
    ['undo 3', 'Invalid action arguments: undo expects no arguments.'],
    ['move good', 'Invalid action arguments: move expects best, similar, all or cluster ids after the group.'],
    ['move', 'Invalid action arguments: move expects a group, then best, similar, all or cluster ids.'],
    ['label q', 'Invalid action arguments: label expects a name and a value.'],
    [
      'sort {"by":[]}',
      'Invalid action arguments: sort expects a list of columns for “by”, each {"column": NAME, "direction": "asc" or "desc"}.',
    ],
    ['sort depth sideways', 'Invalid action arguments: sort expects asc or desc after the column.'],
    ['select_n_similar 0', 'Invalid action arguments: select_n_similar expects a positive integer.'],
    ['select_n_similar 1.5', 'Invalid action arguments: select_n_similar expects a positive integer.'],
    ['select_n_similar', 'Invalid action arguments: select_n_similar expects a positive integer.'],
    ['skip_noise_and_mua maybe', 'Invalid action arguments: skip_noise_and_mua expects true or false.'],
    [
      'split {"spikes":[1],"labels":["a"]}',
      'Invalid action arguments: split expects one whole number per spike as labels.',
    ],
    [
      'split {"view":"feature","polygon":[[0,0],[1,1]]}',
      'Invalid action arguments: split expects a polygon of three points [x, y] or more.',
    ],
    ['split {"polygon":[[0,0],[1,1],[1,0]]}', 'Invalid action arguments: split expects the name of a view.'],
    ['split {broken', 'Invalid action arguments: {broken is not a JSON object.'],
  ])('refuses %s', (line, message) => {
    expect(() => call(line)).toThrow(message);
  });
});

const facts = (given: Partial<AvailabilityFacts> = {}): AvailabilityFacts => ({
  selection: { clusters: [], similar: [] },
  undo: null,
  redo: null,
  dirty: false,
  clusterTable: { shown: [1, 2], settings: { filter: '' } },
  similarityTable: { shown: [] },
  wizard: { skipMasked: true },
  isMasked: (id) => id >= 10,
  lasso: false,
  has: { waveforms: false, reorderedTimes: false },
  format: 'template',
  ...given,
});

const can = (name: string, given: Partial<AvailabilityFacts> = {}): true | string => {
  const spec = findAction(name);
  if (spec === undefined) throw new Error(name);
  return enabled(spec, facts(given));
};

const table = (...shown: number[]) => ({ shown, settings: { filter: '' } });
const at = (clusters: number[], similar: number[] = []) => ({ selection: { clusters, similar } });

describe('availability', () => {
  it('says why not', () => {
    expect(can('merge')).toBe('Select two clusters or more first.');
    expect(can('split')).toBe('Draw a lasso with Ctrl+click first.');
    expect(can('undo')).toBe('There is nothing to undo.');
    expect(can('redo')).toBe('There is nothing to redo.');
    expect(can('save')).toBe('Everything is saved.');
    expect(can('move_best_to_good')).toBe('Select a cluster in the cluster view first.');
    expect(can('move_similar_to_good')).toBe('Select a cluster in the similarity view first.');
    expect(can('clear_filter')).toBe('There is no filter.');
    expect(can('split_init')).toBe('Select a cluster first.');
    expect(can('split_init', { format: 'kwik' })).toBe('Spikes of a klusta dataset have no templates to split by.');
    expect(can('switch_raw_data_filter')).toBe('This dataset has no raw data.');
    expect(can('next_best', { clusterTable: { shown: [], settings: { filter: 'id > 9' } } })).toMatch(
      /^No cluster is shown/,
    );
  });
  it('and when it can', () => {
    expect(can('merge', { selection: { clusters: [1], similar: [2] } })).toBe(true);
    expect(can('split', { lasso: true })).toBe(true);
    expect(can('undo', { undo: 'merge of 1 and 2' })).toBe(true);
    expect(can('move_all_to_good', { selection: { clusters: [], similar: [2] } })).toBe(true);
    expect(can('next')).toBe(true);
    expect(can('next', { selection: { clusters: [1], similar: [] } })).toBe('No similar cluster is shown.');
    expect(can('select')).toBe(true);
  });
  it('knows the ends of the tables, and which rows are skipped', () => {
    const clusterTable = table(1, 10, 2, 11);
    expect(can('next_best', { clusterTable, ...at([1]) })).toBe(true);
    expect(can('next_best', { clusterTable, ...at([2]) })).toBe('There is no cluster after this one.');
    expect(can('next_best', { clusterTable, ...at([2]), wizard: { skipMasked: false } })).toBe(true);
    expect(can('previous_best', { clusterTable, ...at([1]) })).toBe('There is no cluster before this one.');
    expect(can('previous_best', { clusterTable })).toBe(true);
    expect(can('first', { clusterTable: table(10, 11) })).toBe(
      'All clusters shown are noise or mua, which are skipped.',
    );
    expect(can('next_best', { clusterTable: table(10) })).toBe(
      'All clusters shown are noise or mua, which are skipped.',
    );
    const similarityTable = { shown: [3, 12, 4] };
    expect(can('next', { similarityTable, ...at([1], [3]) })).toBe(true);
    expect(can('next', { similarityTable, ...at([1], [4]) })).toBe('There is no similar cluster after this one.');
    expect(can('previous', { similarityTable, ...at([1], [3]) })).toBe('There is no similar cluster before this one.');
    expect(can('previous', { similarityTable, ...at([1]) })).toBe(true);
    expect(can('previous', { similarityTable })).toBe('Select a cluster in the cluster view first.');
    expect(can('next', { similarityTable: { shown: [12] }, ...at([1]) })).toMatch(/noise or mua/);
  });
});

describe('groups', () => {
  const groups = readGroups([{ name: 'fast spiking', key: 'f' }, { name: 'odd' }]);
  it('each have an action for best, similar and all, in the place of the built-in ones', () => {
    const all = allActions(groups, COLUMNS);
    const moves = all.filter((spec) => spec.move !== undefined);
    expect(moves).toHaveLength(18);
    expect(moves.map((spec) => all.indexOf(spec))).toEqual(moves.map((_, k) => all.indexOf(moves[0]) + k));
    expect(all.filter((spec) => spec.move === undefined)).toEqual(
      [...actions, ...sortActions(COLUMNS)].filter((spec) => spec.move === undefined),
    );
    expect(new Set(all.map((spec) => spec.name)).size).toBe(all.length);
    const spec = findAction('move_similar_to_fast_spiking', [], groups);
    expect(spec).toMatchObject({
      title: 'Move similar to fast spiking',
      submenu: 'Move similar to',
      keys: { mission: ['ctrl+f'] },
      tabKeys: ['alt+shift+f'],
    });
    expect(findAction('move_all_to_odd', [], groups)?.keys.mission).toEqual([]);
    expect(findAction('move_all_to_odd')).toBeUndefined();
  });
  it('move clusters to the name as it is', () => {
    const { spec, args } = parseLine('move_best_to_fast_spiking', [], groups);
    expect(parseArguments(spec, args)).toEqual({
      kind: 'curation',
      command: { type: 'move', group: 'fast spiking', which: 'best', action: 'move_best_to_fast_spiking' },
    });
    const typed = parseLine('move "fast spiking" 3-5', [], groups);
    expect(parseArguments(typed.spec, typed.args)).toMatchObject({
      command: { group: 'fast spiking', which: [3, 4, 5] },
    });
  });
  it('take no key from another action', () => {
    expect(takenGroupKey(groups)).toBeNull();
    expect(takenGroupKey(readGroups([{ name: 'a', key: 's' }]))).toBe(
      'The key s of group a would take ctrl+s from “Save”. Choose another letter.',
    );
    expect(takenGroupKey(groups, new Map([['alt+f', 'Find']]))).toContain('alt+f from “Find”');
    expect(takenGroupKey(BUILT_IN_GROUPS)).toBeNull();
  });
});
