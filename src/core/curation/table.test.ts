import { describe, expect, it } from 'vitest';
import { fixture } from '../../../tests/fixtures/curation.ts';
import { hasGolden, readGolden } from '../../../tests/fixtures/golden.ts';
import type { MetadataValue } from '../dataset/dataset.ts';
import { parseSortText } from './sortText.ts';
import { sortColumns, type TableSort } from './state.ts';
import {
  addedSort,
  extended,
  headerSort,
  neighbour,
  numericText,
  sortIds,
  sortIdsByAll,
  sortKey,
  toggled,
  visibleOnly,
} from './table.ts';

const values: readonly (MetadataValue | undefined)[] = [
  'b',
  null,
  10,
  '9',
  'B',
  2,
  undefined,
  '',
  'nan',
  ' 7 ',
  Number.NaN,
];
const sorted = (ids: readonly number[], direction: 'asc' | 'desc') =>
  sortIds(ids, (id) => values[id], direction).map((id) => values[id]);
const parity = (id: number): number => id % 2;
const depth = (id: number): number => (id * 7919) % 1000;
const all = values.map((_, id) => id);

describe('sorting (3.3)', () => {
  it('numbers and numeric text by value, then text by code points, then missing values', () => {
    expect(sorted(all, 'asc')).toEqual([2, ' 7 ', '9', 10, '', 'B', 'b', 'nan', null, undefined, Number.NaN]);
  });
  it('descending puts missing values first', () => {
    expect(sorted(all, 'desc')).toEqual([null, undefined, Number.NaN, 'nan', 'b', 'B', '', 10, '9', ' 7 ', 2]);
  });
  it('equal values keep the displayed order in both directions', () => {
    expect(sortIds([5, 2, 3, 4, 1], parity, 'asc')).toEqual([2, 4, 5, 3, 1]);
    expect(sortIds([5, 2, 3, 4, 1], parity, 'desc')).toEqual([5, 3, 1, 2, 4]);
  });
  it('a header click sorts ascending first', () => {
    const sort = { column: 'id', direction: 'asc' } as const;
    expect(headerSort(sort, 'id')).toEqual({ column: 'id', direction: 'desc' });
    expect(headerSort({ column: 'id', direction: 'desc' }, 'id')).toEqual(sort);
    expect(headerSort(sort, 'fr')).toEqual({ column: 'fr', direction: 'asc' });
  });
  it('a table sorted again keeps the earlier order among equals; new rows come last among them', () => {
    const session = fixture();
    session.do({ type: 'sort', table: 'clusters', column: 'n_spikes', direction: 'asc' });
    expect(session.shown).toEqual([30, 20, 11, 10, 2, 1, 0]);
    session.split([4]);
    expect(session.shown).toEqual([31, 32, 30, 20, 11, 10, 1, 0]);
    session.do('undo');
    expect(session.shown).toEqual([30, 20, 11, 10, 1, 0, 2]);
  });
  it('refuses an unknown column and names the columns', () => {
    const sort = { type: 'sort', table: 'clusters', column: 'size', direction: 'asc' } as const;
    expect(() => fixture().do(sort)).toThrow('There is no column size. Columns: id, n_spikes, test_label, group.');
  });
});

const thirds = (id: number): string => (id % 3 === 0 ? 'good' : 'mua');
const fourths = (id: number): number => id % 4;
const textOf = (sort: TableSort): string =>
  sortColumns(sort)
    .map(({ column, direction }) => `${column} ${direction}`)
    .join(', ');

describe('sorting by several columns', () => {
  it('agrees with sorting by the columns one after the other, the most important last', () => {
    const ids = Array.from({ length: 500 }, (_, k) => (k * 7919) % 500);
    for (const [a, b] of [
      ['asc', 'asc'],
      ['asc', 'desc'],
      ['desc', 'asc'],
    ] as const) {
      const byAll = sortIdsByAll(ids, [
        { getter: thirds, direction: a },
        { getter: fourths, direction: b },
      ]);
      expect(byAll).toEqual(sortIds(sortIds(ids, fourths, b), thirds, a));
    }
  });
  it('shift+click adds a column, turns it round, takes it out; a plain click is one column again', () => {
    const steps = ['depth', 'fr', 'fr', 'depth', 'fr', 'depth', 'depth'];
    let sort: TableSort = { column: 'n_spikes', direction: 'desc' };
    const seen = steps.map((column) => textOf((sort = addedSort(sort, column))));
    expect(seen).toEqual([
      'n_spikes desc, depth asc',
      'n_spikes desc, depth asc, fr asc',
      'n_spikes desc, depth asc, fr desc',
      'n_spikes desc, depth desc, fr desc',
      'n_spikes desc, depth desc',
      'n_spikes desc',
      'n_spikes desc, depth asc',
    ]);
    expect(headerSort(sort, 'n_spikes')).toEqual({ column: 'n_spikes', direction: 'asc' });
    expect(headerSort(sort, 'depth')).toEqual({ column: 'depth', direction: 'asc' });
    const alone = addedSort({ column: 'fr', direction: 'desc' }, 'fr');
    expect(alone).toEqual({ column: 'fr', direction: 'asc' });
    expect(addedSort(alone, 'fr')).toEqual({ column: 'fr', direction: 'desc' });
  });
  it('new rows find their place by all columns, and a column given twice counts once', () => {
    const session = fixture();
    session.do({
      type: 'sort',
      table: 'clusters',
      column: 'n_spikes',
      direction: 'desc',
      further: [
        { column: 'id', direction: 'asc' },
        { column: 'n_spikes', direction: 'asc' },
      ],
    });
    expect(session.shown).toEqual([0, 1, 2, 10, 11, 20, 30]);
    session.split([4]);
    expect(session.shown).toEqual([0, 1, 10, 11, 20, 30, 31, 32]);
    session.do('undo');
    expect(session.shown).toEqual([0, 1, 2, 10, 11, 20, 30]);
    expect(session.state.clusters.settings.sort).toEqual({
      column: 'n_spikes',
      direction: 'desc',
      further: [{ column: 'id', direction: 'asc' }],
    });
  });
  it('is typed as columns between commas', () => {
    expect(parseSortText(`depth asc, "my label", 'a,b' asc`, 'desc')).toEqual([
      { column: 'depth', direction: 'asc' },
      { column: 'my label', direction: 'desc' },
      { column: 'a,b', direction: 'asc' },
    ]);
    for (const text of ['', 'depth,', 'depth up', 'depth asc fr', ',depth'])
      expect(() => parseSortText(text, 'asc')).toThrow('is not an order');
  });
});

describe('numeric text', () => {
  it.each(['10', ' 7 ', '1e3', '-5', '.5', '5.', '1_000', 'inf', '-Infinity'])('%j is a number', (text) => {
    expect(numericText(text)).not.toBeUndefined();
  });
  it.each(['', ' ', 'nan', 'abc', '0x10', '1e', '--5', '1__0', '1,5'])('%j is none', (text) => {
    expect(numericText(text)).toBeUndefined();
  });
});

describe('selection in a table (2.5, 3.4)', () => {
  const rows = { shown: [4, 3, 2, 1, 0], isNavigable: (id: number) => id !== 2 };
  it('walks from the first visible selected row over navigable ones', () => {
    expect(neighbour(rows, [9, 3], 1)).toBe(1);
    expect(neighbour(rows, [2], -1)).toBe(3);
    expect(neighbour(rows, [9], -1)).toBe(4);
    expect(neighbour(rows, [0], 1)).toBeUndefined();
  });
  it('shift-click appends the rows in between in displayed order', () => {
    expect(extended([0, 1, 2, 3, 4], [3, 1], 4)).toEqual([3, 1, 2, 4]);
    expect(extended([0, 1, 2, 3, 4], [3, 9], 1)).toEqual([3, 9, 1, 2]);
    expect(extended([0, 1, 2], [9], 1)).toEqual([1]);
  });
  it('ctrl-click appends or removes', () => {
    expect(toggled([3, 1], 2)).toEqual([3, 1, 2]);
    expect(toggled([3, 1, 2], 1)).toEqual([3, 2]);
  });
  it('select keeps order, drops doubles and hidden rows', () => {
    expect(visibleOnly(rows.shown, [0, 7, 3, 0])).toEqual([0, 3]);
  });
});

describe('a large table', () => {
  it('sorts and filters 10,000 clusters to the same rows as a plain computation', () => {
    const count = 10_000;
    const session = fixture(
      {
        spikeClusters: Int32Array.from({ length: 2 * count }, (_, i) => i % count),
        metrics: ['depth'],
        metadata: new Map(),
      },
      { metrics: (id) => ({ depth: depth(id) }), similar: () => [] },
    );
    session.do({ type: 'sort', table: 'clusters', column: 'depth', direction: 'asc' });
    session.do({ type: 'filter', table: 'clusters', text: 'depth > 500 && id % 3 == 0' });
    const wanted = Array.from({ length: count }, (_, i) => count - 1 - i)
      .filter((id) => depth(id) > 500 && id % 3 === 0)
      .sort((a, b) => depth(a) - depth(b));
    expect(session.shown).toEqual(wanted);
  });
});

describe.skipIf(!hasGolden('functions'))('text keys of the reference', () => {
  it('has the same class, number and text', () => {
    const { text_sort_key } = readGolden('functions') as {
      text_sort_key: { v: string; out: [0 | 1, number | 'inf', string] }[];
    };
    for (const { v, out } of text_sort_key) {
      const number = out[1] === 'inf' ? Infinity : out[1];
      expect(sortKey(v)).toEqual({ rank: out[0], number, text: out[2] });
    }
  });
});
