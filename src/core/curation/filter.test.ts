import { describe, expect, it } from 'vitest';
import { hasGolden, readGolden } from '../../../tests/fixtures/golden.ts';
import type { MetadataValue } from '../dataset/dataset.ts';
import { compileFilter } from './filter.ts';
import type { Getter } from './table.ts';

type Cells = Readonly<Record<string, MetadataValue>>;
const ROWS: readonly Cells[] = [
  { id: 0, ch: '0', fr: 0, depth: -20, group: null, KSLabel: 'good', n: null },
  { id: 1, ch: '3', fr: 0.7, depth: -10, group: 'good', KSLabel: 'mua', n: 1 },
  { id: 2, ch: '6', fr: 1.4, depth: 0, group: 'mua', KSLabel: 'Good cell', n: 2 },
  { id: 3, ch: '9', fr: 2.1, depth: 10, group: 'noise', KSLabel: 'mua', n: null },
  { id: 4, ch: '12', fr: 2.8, depth: 20, group: 'unsorted', KSLabel: "it's && so", n: 4 },
];

function filterRows(rows: readonly Cells[], text: string): { ids: number[]; error: string | null } {
  const names = Object.keys(rows[0]);
  const getters = new Map<string, Getter>(names.map((name) => [name, (id: number) => rows[id][name]]));
  const { accept, error } = compileFilter(text, getters);
  return { ids: rows.map((_, id) => id).filter(accept), error };
}
const ids = (text: string): number[] => {
  const { ids, error } = filterRows(ROWS, text);
  expect(error).toBeNull();
  return ids;
};
const error = (text: string): string | null => {
  const { ids, error } = filterRows(ROWS, text);
  expect(ids).toEqual([0, 1, 2, 3, 4]);
  return error;
};

describe('what the reference accepts', () => {
  it.each([
    ['id > 3', [4]],
    ['group == \'good\' || group=="mua"', [1, 2]],
    ['group == null', [0]],
    ['group == None and id < 1', [0]],
    ['1 < id < 4', [2, 3]],
    ['1 < id <= 3 and (fr < 2 or fr > 2)', [2, 3]],
    ['not id > 3', [0, 1, 2, 3]],
    ['id', [1, 2, 3, 4]],
    ['group', [1, 2, 3, 4]],
    ['True', [0, 1, 2, 3, 4]],
    ['false', []],
    ['fr > 1.4e0', [3, 4]],
    ['n == 4', [4]],
    ['n != null', [1, 2, 4]],
  ])('%s', (text, wanted) => {
    expect(ids(text)).toEqual(wanted);
  });
  it('blank text takes every row', () => {
    expect(ids('   ')).toEqual([0, 1, 2, 3, 4]);
  });
  it('a comparison that cannot be made keeps the row, whatever else is asked of it', () => {
    expect(ids('n > 3')).toEqual([0, 3, 4]);
    expect(ids('KSLabel > 3')).toEqual([0, 1, 2, 3, 4]);
    expect(ids('n > 3 && id > 100')).toEqual([0, 3]);
    expect(ids('id > 100 && n > 3')).toEqual([]);
  });
});

describe('the port beyond it (3.6)', () => {
  it.each([
    ['!(id > 2)', [0, 1, 2]],
    ['!id > 2', [0, 1, 2]],
    ['!group', [0]],
    [' depth > -5', [2, 3, 4]],
    ['depth > - 15 and depth < +5', [1, 2]],
    ['id + 1 > 3', [3, 4]],
    ['id * 2 - 1 == 3', [2]],
    ['id % 2 == 0', [0, 2, 4]],
    ['10 / id == 5', [2]],
    ['id === 3', [3]],
    ['id !== 3', [0, 1, 2, 4]],
    ['id in (1, 3)', [1, 3]],
    ['id in [1,3]', [1, 3]],
    ["group in ('good', 'mua')", [1, 2]],
    ["group in ('good')", [1]],
    ["group not   in ('good', 'mua')", [0, 3, 4]],
    ['ch == 9', [3]],
    ["ch == '9'", [3]],
    ['ch > 5', [2, 3, 4]],
    ['ch + 1 > 7', [3, 4]],
    ["KSLabel.includes('oo')", [0, 2]],
    ["KSLabel.startsWith('G')", [2]],
    ["KSLabel.endsWith('cell')", [2]],
    ["KSLabel.toLowerCase() == 'good cell'", [2]],
    ["KSLabel.toLowerCase().includes('GOOD')", []],
    ["group.includes('o')", [1, 3, 4]],
    ['/^g/i.test(KSLabel)', [0, 2]],
    ['/oo/g.test(KSLabel)', [0, 2]],
    ["KSLabel == 'it\\'s && so'", [4]],
    ['KSLabel == "it\'s && so"', [4]],
    ["not KSLabel == 'mua' and id > 1", [2, 4]],
    ['(1 < id) == true', [2, 3, 4]],
  ])('%s', (text, wanted) => {
    expect(ids(text)).toEqual(wanted);
  });
});

describe('what is refused, in a sentence', () => {
  it.each([
    ['group = good', "“=” cannot compare. Write group == 'good'. All rows are shown."],
    ["group = 'good'", "“=” cannot compare. Write group == 'good'. All rows are shown."],
    ['id > 1 && n = 3', '“=” cannot compare. Write n == 3. All rows are shown.'],
    ['=', '“=” cannot compare. Write ==. All rows are shown.'],
    ['xyz > 2', 'There is no column xyz. Columns: id, ch, fr, depth, group, KSLabel, n. All rows are shown.'],
    ['group == good', "There is no column good. Write 'good' for text. All rows are shown."],
    ['is_masked', /^There is no column is_masked\./],
    ["group == 'good' and", /^A value is missing beside “and”\./],
    ['this is junk (', /not complete/],
    ['id >', /expected expression after >/i],
    ["'abc", /unclosed quote/i],
    ['()', /parentheses/],
    ['((', /not complete/],
    ['[1, 2]', /A list can only follow “in”/],
    ['id in 3', /“in” needs a list/],
    ['a b', /^There is no column a\./],
    ['id fr', /side by side/],
    ['/a/', /needs \.test\(column\)/],
    ['id > 3 ? 1 : 2', /not allowed/],
    ['`x`', /not/],
  ])('%s', (text, wanted) => {
    const found = error(text);
    if (typeof wanted === 'string') expect(found).toBe(wanted);
    else expect(found).toMatch(wanted);
    expect(found).toMatch(/\. All rows are shown\.$/);
  });
  it.each([
    'id.constructor',
    "id.constructor('a')",
    "KSLabel['includes']('a')",
    "'abc'.includes('a')",
    "KSLabel.replace('a', 'b')",
    "KSLabel.includes('a', 1)",
    'foo(1)',
    'this',
    'constructor',
    '__proto__',
    '/a/.exec(KSLabel)',
    '(id)(1)',
    "group.toLowerCase().toLowerCase.constructor('x')",
    'id ** 2',
    'id & 1',
    'id ?? 1',
  ])('never runs %s', (text) => {
    expect(error(text)).not.toBeNull();
  });
});

describe.skipIf(!hasGolden('functions'))('the reference', () => {
  interface Golden {
    readonly rows: readonly Cells[];
    readonly out: readonly { readonly expr: string; readonly valid: boolean; readonly accepted: number[] }[];
  }
  /** curation.md 3.6 (golden/README.md, table_filter): the superset, and numeric text equals numbers. */
  const OURS: Readonly<Record<string, number[]>> = {
    '!(id > 3)': [0, 1, 2, 3],
    ' !(id>3)': [0, 1, 2, 3],
    '!group': [0, 5, 10],
    'ch == 9': [3],
    'ch > 5': [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    'id + 1 > 3': [3, 4, 5, 6, 7, 8, 9, 10, 11],
    'id in [1,2]': [1, 2],
  };
  const golden = (): Golden => (readGolden('functions') as { filter: Golden }).filter;
  it('takes the same rows', () => {
    for (const { expr, valid, accepted } of golden().out) {
      const found = filterRows(golden().rows, expr);
      expect(found.ids, expr).toEqual(OURS[expr] ?? accepted);
      expect(found.error === null, expr).toBe(valid || expr in OURS || expr === '');
    }
  });
});
