import { describe, expect, it } from 'vitest';
import { readAssignments, readLiteral } from './pythonParams.ts';

const valuesOf = (text: string) => Object.fromEntries(readAssignments(text).values);
const one = (text: string) => readAssignments(`x = ${text}`).values.get('x');

describe('readAssignments (spec/data.md 1.3)', () => {
  it('reads a Kilosort file: trailing dot, no final newline, CRLF, byte order mark', () => {
    const text =
      "\uFEFFdat_path = 'sim_binary.dat'\r\nN_CHANNELS_DAT=34\r\nsample_rate = 25000.\r\nhp_filtered = False";
    expect(valuesOf(text)).toEqual({
      dat_path: 'sim_binary.dat',
      n_channels_dat: 34,
      sample_rate: 25000,
      hp_filtered: false,
    });
  });

  it.each([
    [`"file.dat"`, 'file.dat'],
    [String.raw`r'C:\a\b.dat'`, String.raw`C:\a\b.dat`],
    [`u'ü.dat'`, 'ü.dat'],
    [`'''a\nb'''`, 'a\nb'],
    [`'a' "b" 'c'`, 'abc'],
    [`'a' + 'b'`, 'ab'],
    [String.raw`'a\tb\x41\u0042\103\q\\'`, 'a\tbABC\\q\\'],
    [`[r"a", r"b", ]`, ['a', 'b']],
    [`['a',\n  # here\n  'b'\n]`, ['a', 'b']],
    [`('a', 'b')`, ['a', 'b']],
    [`('a')`, 'a'],
    [`('a',)`, ['a']],
    [`()`, []],
    [`'a', 'b'`, ['a', 'b']],
    ['[]', []],
    ['None', null],
    [`Path('x')`, 'x'],
    [`Path('a') / 'b' / "c.dat"`, 'a/b/c.dat'],
    [`pathlib.Path('a', 'b').resolve()`, 'a/b'],
    [`Path(__file__).parent / 'raw.bin'`, 'raw.bin'],
    [`str(Path('a'))`, 'a'],
    [`os.path.join('a', 'b')`, 'a/b'],
    [`os.path.join('a', '/b')`, '/b'],
    ['np.int16', 'int16'],
    [`np.dtype('int16')`, 'int16'],
    ['np.dtype(np.float32)', 'float32'],
    ['np.float64(30000.0)', 30000],
    ['3e4', 30000],
    ['30_000', 30000],
    ['-1', -1],
    ['25000.0', 25000],
    ['.5', 0.5],
    ['0x10', 16],
    ['30000 * 2 + 1', 60001],
    ['2 ** 3', 8],
    ['7 // 2', 3],
    ['True', true],
    [
      '{"a": 1, \'b\': (1, 2)}',
      new Map<string, unknown>([
        ['a', 1],
        ['b', [1, 2]],
      ]),
    ],
  ])('evaluates %s', (text, value) => {
    expect(one(text)).toEqual(value);
  });

  it('reads several statements, chains, annotations, names and continued lines', () => {
    const text = `from pathlib import Path; import numpy as np
root = '/data'   # where
dat_path: str = root + \\
   '/a.bin'; offset = 0
a = b = 3
dat_path_list = [r'a',
   r'b']n_channels_dat = 4`;
    expect(valuesOf(text)).toEqual({
      root: '/data',
      dat_path: '/data/a.bin',
      offset: 0,
      a: 3,
      b: 3,
      dat_path_list: ['a', 'b'],
      n_channels_dat: 4,
    });
    expect(readAssignments(text).warnings).toEqual([]);
  });

  it('takes text that stands by itself for a remark', () => {
    const { values, warnings } = readAssignments('"""Made by\na script."""\ndat_path = "a.dat"\n');
    expect([Object.fromEntries(values), warnings]).toEqual([{ dat_path: 'a.dat' }, []]);
  });

  it('skips what is no literal and says where', () => {
    const text = `dat_path = giverandomname.dat
if True:
    offset = 3
    dtype = 'x'
dtype = 'int16'
n = open('x').read()
s = 'no end
t = f'{n}.dat'
x += 1
y = 3 $ 4
sample_rate = 1.`;
    const { values, warnings } = readAssignments(text);
    expect(Object.fromEntries(values)).toEqual({ dtype: 'int16', sample_rate: 1 });
    expect(warnings).toEqual([
      'line 1: dat_path = giverandomname.dat is not a plain value and was skipped.',
      'line 2: if True: is not an assignment and was skipped.',
      "line 6: n = open('x').read() calls a function and was skipped.",
      "line 7: s = 'no end has text without an end quote and was skipped.",
      "line 8: t = f'{n}.dat' is text with computed parts and was skipped.",
      'line 9: x += 1 is not an assignment and was skipped.',
      'line 10: y = 3 $ 4 is not a plain value and was skipped.',
    ]);
  });

  it('keeps the backslashes of unprefixed Windows paths as a second chance', () => {
    const assignments = readAssignments(String.raw`dat_path = 'D:\new\table.dat'
other = 'C:\Users\me.dat'`);
    expect(assignments.values.get('dat_path')).toBe('D:\new\table.dat');
    expect(assignments.literal.get('dat_path')).toBe(String.raw`D:\new\table.dat`);
    expect(assignments.values.get('other')).toBe(String.raw`C:\Users\me.dat`);
  });
});

describe('readLiteral', () => {
  it('reads NPY headers in any spacing and of any age', () => {
    const header = readLiteral("{'descr': '<i4', 'fortran_order': False, 'shape': (314,), }      \n");
    expect(header).toEqual(
      new Map<string, unknown>([
        ['descr', '<i4'],
        ['fortran_order', false],
        ['shape', [314]],
      ]),
    );
    expect(readLiteral('{"shape":(3L,1L)}')).toEqual(new Map([['shape', [3, 1]]]));
  });
  it('refuses anything else', () => {
    expect(() => readLiteral('{')).toThrow(SyntaxError);
    expect(() => readLiteral('open("x")')).toThrow(SyntaxError);
    expect(() => readLiteral('')).toThrow(SyntaxError);
  });
});
