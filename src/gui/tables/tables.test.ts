import { describe, expect, test } from 'vitest';
import { inOrder, moveColumn, NO_CHOICES, toggleColumn } from './choices.ts';
import { seededRandom } from '../../core/base/random.ts';
import type { Row } from '../../core/curation/state.ts';
import {
  ColumnDescriber,
  columnNames,
  describeColumn,
  fitColumns,
  fitWidth,
  formatCell,
  fullValue,
} from './columns.ts';
import { rowsAsTsv } from './rows.ts';

const measure = (text: string): number => text.length * 7;
const given = ['id', 'ch', 'sh', 'depth', 'fr', 'amp', 'n_spikes', 'ContamPct', 'KSLabel'];

describe('columns', () => {
  test('sh needs several shanks, similarity stands after n_spikes, group is last', () => {
    expect(columnNames(given, 1, false)).toEqual([
      'id',
      'ch',
      'depth',
      'fr',
      'amp',
      'n_spikes',
      'ContamPct',
      'KSLabel',
      'group',
    ]);
    const withShanks = columnNames(given, 2, true);
    expect(withShanks.join(' ')).toBe('id ch sh depth fr amp n_spikes similarity ContamPct KSLabel group');
  });

  test('numbers stand right, words left, numeric text right', () => {
    expect(describeColumn('fr', [1.5, 2]).align).toBe('right');
    expect(describeColumn('KSLabel', ['good', 'mua']).align).toBe('left');
    expect(describeColumn('ch', ['12', '3']).align).toBe('right');
    expect(describeColumn('group', []).align).toBe('left');
  });

  test.each([
    ['n_spikes', 1234567, '1,234,567'],
    ['fr', 124.2456, '124.2'],
    ['Amplitude', 62.249, '62.2'],
    ['ContamPct', 100, '100.0'],
    ['amp', 2.60099, '2.60'],
    ['depth', 140, '140'],
    ['depth', -20, '−20'],
    ['similarity', 0.8651, '0.865'],
    ['ch', '15', '15'],
    ['id', 12345, '12345'],
    ['fr', null, ''],
    ['fr', undefined, ''],
    ['fr', Number.NaN, ''],
    ['label', true, 'true'],
  ])('%s of %s is written %s', (name, value, text) => {
    expect(formatCell(describeColumn(name, [value]), value)).toBe(text);
  });

  test('amplitudes in volts have three digits', () => {
    expect(describeColumn('amp', [0, 76.5, 0.2]).decimals).toBe(2);
    expect(formatCell(describeColumn('amp', [0.000123456, 0.00002]), 0.00002)).toBe('0.000020');
    expect(describeColumn('amp', []).decimals).toBe(2);
  });

  test('other numbers have the decimals that the column needs, at most 3', () => {
    expect(describeColumn('snr', [1, 2]).decimals).toBe(0);
    expect(describeColumn('snr', [1, 2.5]).decimals).toBe(1);
    expect(describeColumn('snr', [1.23456, 2]).decimals).toBe(3);
    expect(formatCell(describeColumn('snr', [1, 2.5]), 1)).toBe('1.0');
  });

  test('are described as their rows come and go as if they were looked at anew', () => {
    const values = [1, 2.5, 3.25, 'word', '12', null, true, 1e-9, Number.NaN];
    const random = seededRandom(7);
    const row = (id: number): Row => ({
      id,
      n_spikes: 1,
      group: 'good',
      is_masked: false,
      snr: values[random.below(values.length)],
      label: values[random.below(values.length)],
    });
    const describer = new ColumnDescriber();
    let rows = new Map<number, Row>();
    for (let step = 0; step < 200; step += 1) {
      rows = new Map(rows);
      const id = random.below(6);
      if (random.below(3) > 0) rows.set(id, row(id));
      else rows.delete(id);
      const names = step < 50 ? ['snr', 'fr', 'group'] : ['label', 'snr', 'n_spikes'];
      const anew = names.map((name) =>
        describeColumn(
          name,
          Array.from(rows.values(), (each) => each[name]),
        ),
      );
      expect(describer.describe(names, rows)).toEqual(anew);
    }
  });

  test('the whole value only where the cell shows less', () => {
    const amp = describeColumn('amp', [2.60099]);
    expect(fullValue(amp, 2.60099)).toBe('2.60099');
    expect(fullValue(amp, 2.5)).toBe('2.5');
    expect(fullValue(describeColumn('id', [3]), 3)).toBeUndefined();
    // Words that are cut off are whole in the tooltip.
    const label = describeColumn('label', ['narrow spike']);
    expect([fullValue(label, 'narrow spike'), fullValue(label, 'narrow spike', false)]).toEqual([
      undefined,
      'narrow spike',
    ]);
    expect(fullValue(label, null, false)).toBeUndefined();
  });

  test('a width fits header and longest value', () => {
    expect(fitWidth(describeColumn('n_spikes', [1]), [1, 1234567], measure)).toBe(Math.max(8 * 7 + 8, 9 * 7) + 12);
    expect(fitWidth(describeColumn('id', [1]), [1], measure)).toBe(7 + 22 + 12);
  });

  test('without room the least important columns go, pinned ones stay', () => {
    const columns = columnNames(given, 1, false).map((name) => ({ name, width: 50 }));
    expect([...fitColumns(columns, 1000, new Set())]).toHaveLength(9);
    expect([...fitColumns(columns, 350, new Set())]).toEqual(['id', 'ch', 'depth', 'fr', 'amp', 'n_spikes', 'group']);
    expect([...fitColumns(columns, 200, new Set(['KSLabel']))]).toEqual(['id', 'n_spikes', 'KSLabel', 'group']);
    expect([...fitColumns(columns, 10, new Set(['KSLabel']))]).toEqual(['id', 'KSLabel']);
  });
});

describe('rows', () => {
  test('copies are tab-separated with full values', () => {
    const rows: Row[] = [{ id: 2, is_masked: false, group: 'good', amp: 2.60099, note: 'a\tb' }];
    expect(rowsAsTsv(['id', 'amp', 'similarity', 'note', 'group', 'x'], rows, new Map([[2, 0.5]]))).toBe(
      'id\tamp\tsimilarity\tnote\tgroup\tx\n2\t2.60099\t0.5\ta b\tgood\t\n',
    );
  });
});

describe('the menu of columns', () => {
  test('a column on screen is hidden, one that is not stays even without room', () => {
    const hidden = toggleColumn(NO_CHOICES, 'fr', true);
    expect(hidden).toEqual({ ...NO_CHOICES, hidden: ['fr'] });
    expect(toggleColumn(hidden, 'fr', false)).toEqual({ ...NO_CHOICES, pinned: ['fr'] });
  });
  test('a column without room was never hidden: one click shows it', () => {
    expect(toggleColumn(NO_CHOICES, 'KSLabel', false)).toEqual({ ...NO_CHOICES, pinned: ['KSLabel'] });
  });
});

describe('the order of columns', () => {
  const names = ['id', 'ch', 'depth', 'fr', 'n_spikes', 'KSLabel', 'group'];
  const ordered = (moves: readonly (readonly [string, string | null])[]): string => {
    const choices = moves.reduce((last, [column, before]) => moveColumn(last, names, column, before), NO_CHOICES);
    return inOrder(names, choices.order).join(' ');
  };
  test('is as they come until one is moved', () => {
    expect(ordered([])).toBe(names.join(' '));
    expect(ordered([['group', 'ch']])).toBe('id group ch depth fr n_spikes KSLabel');
    expect(ordered([['ch', null]])).toBe('id depth fr n_spikes KSLabel group ch');
    expect(ordered([['fr', 'fr']])).toBe(names.join(' '));
  });
  test('the id stays first', () => {
    expect(ordered([['id', 'fr']])).toBe(names.join(' '));
    expect(ordered([['fr', 'id']])).toBe('id fr ch depth n_spikes KSLabel group');
  });
  test('a new column comes behind the one it follows, one of another dataset keeps its place', () => {
    const { order } = moveColumn(NO_CHOICES, names, 'group', 'ch');
    expect(inOrder([...names.slice(0, -1), 'quality', 'group'], order).join(' ')).toBe(
      'id group ch depth fr n_spikes KSLabel quality',
    );
    const elsewhere = ['id', 'ch', 'n_spikes', 'group'];
    const moved = moveColumn({ ...NO_CHOICES, order }, elsewhere, 'n_spikes', 'group');
    expect(inOrder(elsewhere, moved.order).join(' ')).toBe('id n_spikes group ch');
    expect(inOrder(names, moved.order).join(' ')).toBe('id n_spikes group ch depth fr KSLabel');
  });
});
