import { describe, expect, it } from 'vitest';
import { parsePythonNumber, pretty, pythonFloat, pythonText } from './pythonText.ts';
import { parseCells, readClusterTable, writeTable } from './tsv.ts';

const table = (text: string) => readClusterTable(new TextEncoder().encode(text));
const fields = (text: string) =>
  Object.fromEntries(table(text).fields.map((field) => [field.name, Object.fromEntries(field.values)]));
const written = (rows: readonly (readonly string[])[], delimiter?: string) =>
  new TextDecoder().decode(writeTable(rows, delimiter));

describe('numbers in cells (spec/data.md 5.1)', () => {
  it.each([
    [' 7', 7, false],
    ['+3', 3, false],
    ['-0', 0, false],
    ['1_000', 1000, false],
    ['007', 7, false],
    ['1e5', 100000, true],
    ['1.', 1, true],
    ['.5', 0.5, true],
    ['1_0.2_5', 10.25, true],
    ['100.0', 100, true],
    ['-Inf', -Infinity, true],
    ['infinity', Infinity, true],
    ['NaN', NaN, true],
  ])('%j is %d', (text, value, isFloat) => {
    expect(parsePythonNumber(text)).toEqual({ value, isFloat });
  });
  it.each([
    'True',
    'None',
    '0x10',
    '',
    ' ',
    '1__0',
    '_1',
    '1 2',
    '.',
    'e5',
    '1e',
    '--1',
    '12345678901234567890',
    '1,5',
  ])('%j stays text', (text) => {
    expect(parsePythonNumber(text)).toBeUndefined();
  });
});

describe('numbers as Python prints them (spec/data.md 5.2, 5.3)', () => {
  it.each([
    [2, '2.0'],
    [0, '0.0'],
    [-0, '-0.0'],
    [1.23456789012, '1.23456789012'],
    [1e-7, '1e-07'],
    [0.0001, '0.0001'],
    [0.00001234, '1.234e-05'],
    [1e15, '1000000000000000.0'],
    [1e16, '1e+16'],
    [123456789012345680, '1.2345678901234568e+17'],
    [-1.5e300, '-1.5e+300'],
    [129.1, '129.1'],
    [NaN, 'nan'],
    [-Infinity, '-inf'],
  ])('str(%d) is %s', (x, text) => {
    expect(pythonFloat(x)).toBe(text);
  });
  it.each([
    [2 ** -9, '0.00195312'],
    [3 * 2 ** -9, '0.00585938'],
    [-(2 ** -9), '-0.00195312'],
    [-1e-12, '-0.00000000'],
    [-0, '-0.00000000'],
    [1e22, '10000000000000000000000.00000000'],
    [1234567890.123, '1234567890.12299991'],
    [NaN, 'nan'],
    [Infinity, 'inf'],
  ])("'%%.8f' of %d is %s", (x, text) => {
    expect(pretty(x)).toBe(text);
  });
  it('rounds ties to even at any number of decimals', () => {
    expect([0.5, 1.5, 2.5].map((x) => pretty(x, 0))).toEqual(['0', '2', '2']);
    expect([0.125, 0.375, 2.675].map((x) => pretty(x, 2))).toEqual(['0.12', '0.38', '2.67']);
  });
  it('prints every kind of value', () => {
    expect([pythonText(true, false), pythonText(null, false), pythonText('x', true)]).toEqual(['True', '', 'x']);
    expect([pythonText(3, false), pythonText(3, true), pythonText(2.5, false), pythonText(NaN, false)]).toEqual([
      '3',
      '3.0',
      '2.5',
      'nan',
    ]);
  });
});

describe('reading', () => {
  it('takes fields from the header, drops empty cells, keeps text as it is', () => {
    expect(fields('cluster_id\tq\tname\n1\t3\tabc\n2\t3.5\t\n3\t1e3\t007\n4\tnan\tTrue\n\n')).toEqual({
      q: { 1: 3, 2: 3.5, 3: 1000, 4: NaN },
      name: { 1: 'abc', 3: 7, 4: 'True' },
    });
    expect([...table('cluster_id\tq\n1\t100.0\n2\t3\n3\t2.5').fields[0].floatValues]).toEqual([100]);
  });
  it('strips a byte order mark and accepts CR, LF and CRLF, commas, short and long rows', () => {
    expect(fields('\uFEFFcluster_id,group,x\r\n1,good\r2.0, mua ,1,extra\n')).toEqual({
      group: { 1: 'good', 2: ' mua ' },
      x: { 2: 1 },
    });
    expect(fields('id\tgroup\n1\tgood\n')).toEqual({});
    expect(table('id\tgroup\n1\tgood\n').hasClusterIds).toBe(false);
  });
  it('says which rows count for nothing and which ids stand in several', () => {
    const odd = table('cluster_id\tgroup\n2\tgood\nabc\tmua\n\n2\tnoise\n\t\n1.5\tmua\n3\t\n3\tgood\n');
    expect(odd).toMatchObject({ strayRows: ['abc', '1.5'], repeatedIds: [2] });
    expect(Object.fromEntries(odd.fields[0].values)).toEqual({ 2: 'noise', 3: 'good' });
  });
  it('follows csv quoting', () => {
    expect(parseCells('"a ""b""\tc"\td"e\t"x"y\r\n\n""', '\t')).toEqual([['a "b"\tc', 'd"e', 'xy'], [], ['']]);
    expect(parseCells('"a\nb",c', ',')).toEqual([['a\nb', 'c']]);
    expect(parseCells('', ',')).toEqual([]);
  });
  it('refuses empty files and other encodings', () => {
    expect(() => table('')).toThrow('is empty');
    expect(() => readClusterTable(Uint8Array.of(0xff, 0xfe, 0x41))).toThrow('is not UTF-8 text');
  });
});

describe('writing', () => {
  it('quotes as little as possible and ends lines with CRLF', () => {
    expect(
      written([
        ['cluster_id', 'foo'],
        ['2', 'a\tb'],
        ['3', 'say "x"'],
        ['7', ''],
        ['8', 'a,b'],
      ]),
    ).toBe('cluster_id\tfoo\r\n2\t"a\tb"\r\n3\t"say ""x"""\r\n7\t\r\n8\ta,b\r\n');
    expect(written([['a', 'b,c'], ['']], ',')).toBe('a,"b,c"\r\n""\r\n');
  });
});
