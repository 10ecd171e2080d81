/**
 * Readers of files beside Python's own on many random inputs: NPY (numpy), params.py (ast), tables (csv, int, float), mtscomp (mtscomp). Needs a
 * Python with numpy, named by PHY_TEST_PYTHON; skipped without one. Every input is made from a fixed seed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNpy, openNpy, readArray, readRows } from '../../src/core/files/npy.ts';
import { openMtscomp } from '../../src/core/files/mtscomp.ts';
import { type PythonValue, readAssignments } from '../../src/core/files/pythonParams.ts';
import { readClusterTable } from '../../src/core/files/tsv.ts';
import { joinBytes } from '../../src/core/storage/memory.ts';
import { folderStorage } from '../../src/node/folder.ts';

const python = process.env['PHY_TEST_PYTHON'] ?? '';
function has(module: string): boolean {
  if (python === '') return false;
  try {
    execFileSync(python, ['-c', `import ${module}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const run = (script: string, ...args: string[]): unknown =>
  JSON.parse(
    execFileSync(python, ['-c', script, ...args], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'phy-readers-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Numbers as JSON has them; NaN and infinities by name, as Python prints them below. */
const plain = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

const shown = (value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? `number:${value}` : value;

const makeArrays = `
import sys, json
import numpy as np
rng = np.random.default_rng(7)
out = []
for k in range(120):
    dtype = np.dtype(str(rng.choice(['|b1', '|i1', '|u1', '<i2', '>i2', '<u2', '<i4', '>i4', '<u4', '<i8', '>i8', '<u8', '<f2', '<f4', '>f4', '<f8', '>f8'])))
    shape = tuple(int(n) for n in rng.integers(0 if k % 10 == 0 else 1, 7, rng.integers(0, 4)))
    size = int(np.prod(shape))
    if dtype.kind == 'f':
        a = rng.normal(0, 100, size)
        if size > 2: a[:3] = [np.nan, np.inf, -np.inf]
    elif dtype.kind == 'b': a = rng.integers(0, 2, size)
    else:
        info = np.iinfo(dtype)
        a = rng.integers(max(info.min, -2**53), min(info.max, 2**53), size, endpoint=True, dtype=np.int64)
    with np.errstate(over='ignore'):
        a = a.astype(dtype).reshape(shape)
    if rng.random() < 0.5: a = np.asfortranarray(a)
    version = [(1, 0), (2, 0), (3, 0)][int(rng.integers(0, 3))]
    with open(f'{sys.argv[1]}/a{k}.npy', 'wb') as f: np.lib.format.write_array(f, a, version=version)
    name = lambda v: v if np.isfinite(v) else {True: 'NaN'}.get(bool(np.isnan(v)), 'Infinity' if v > 0 else '-Infinity')
    out.append({'shape': list(a.shape), 'values': [name(float(v)) for v in a.ravel(order='C')]})
print(json.dumps(out))
`;
interface Expected {
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

describe.skipIf(!has('numpy'))('readers beside Python', () => {
  it('NPY of every type, order, shape and version', async () => {
    const expected = run(makeArrays, folder) as readonly Expected[];
    const storage = folderStorage(folder);
    for (const [k, { shape, values }] of expected.entries()) {
      const npy = await openNpy(storage, `a${k}.npy`);
      expect(npy.header.shape, `a${k}`).toEqual(shape);
      const { data } = await readArray(npy);
      expect(Array.from(data, plain), `a${k}`).toEqual(values);
      // Some rows in any order, each by itself.
      if (shape.length > 1 && values.length > 0) {
        const inner = values.length / (shape[0] ?? 1);
        const rows = Array.from({ length: shape[0] ?? 0 }, (_, row) => row).filter((row) => row % 2 === 0);
        const read = await readRows(npy, rows);
        expect(Array.from(read, plain), `rows of a${k}`).toEqual(
          rows.flatMap((row) => values.slice(row * inner, (row + 1) * inner)),
        );
      }
      await npy.file.close();
    }
  });

  it('NPY that is written here is read there', async () => {
    const storage = folderStorage(folder);
    const arrays = [
      { dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, -2.5, 3e10, NaN, 0, 7) },
      { dtype: 'int32', shape: [4], data: Int32Array.of(-1, 0, 2147483647, -2147483648) },
      { dtype: 'float64', shape: [1, 1, 2], data: Float64Array.of(0.1, 1e-300) },
      { dtype: 'uint8', shape: [0], data: new Uint8Array(0) },
    ] as const;
    for (const [k, array] of arrays.entries()) await storage.replace(`w${k}.npy`, [joinBytes(encodeNpy(array))]);
    const script = `
import sys, json
import numpy as np
print(json.dumps([[str(a.dtype), list(a.shape), [None if v != v else float(v) for v in a.ravel()]] for a in (np.load(f'{sys.argv[1]}/w{k}.npy') for k in range(4))]))
`;
    expect(run(script, folder)).toEqual(
      arrays.map(({ dtype, shape, data }) => [
        dtype,
        [...shape],
        Array.from(data, (v) => (Number.isNaN(v) ? null : v)),
      ]),
    );
  });

  it('params.py: random literals in random spellings', () => {
    const script = `
import sys, json, ast, random
r = random.Random(11)
alphabet = 'abcXYZ012 _-./\\\\\\'"#é\\t'
def text():
    s = ''.join(r.choice(alphabet) for _ in range(r.randrange(0, 9)))
    form = r.randrange(4)
    if form == 0: return repr(s)
    if form == 1:
        s = s.replace('"', '').replace('\\\\', '/')
        return 'r"' + s + '"'
    if form == 2: return json.dumps(s, ensure_ascii=False)
    return '"""' + s.replace('\\\\', '/').replace('"', "'") + '"""'
def number():
    return r.choice([lambda: str(r.randrange(-10**6, 10**6)), lambda: repr(r.uniform(-1e6, 1e6)), lambda: f'{r.randrange(10**5)}.', lambda: f'{r.randrange(1, 9)}e{r.randrange(-5, 9)}', lambda: f'{r.randrange(1, 99)}_{r.randrange(100, 999)}', lambda: f'.{r.randrange(1, 999)}', lambda: hex(r.randrange(2**20))])()
def value(depth=0):
    k = r.randrange(6 if depth < 2 else 4)
    if k == 0: return number()
    if k == 1: return text()
    if k == 2: return r.choice(['True', 'False', 'None'])
    if k == 3: return text() + ' ' + text()
    items = [value(depth + 1) for _ in range(r.randrange(0, 4))]
    sep = r.choice([', ', ',', ',\\n    ', ' , '])
    tail = ',' if items and r.random() < .4 else ''
    if k == 4: return '[' + sep.join(items) + tail + ']'
    return '(' + sep.join(items) + (',' if items else '') + ')'
cases = []
for _ in range(400):
    lines, wanted = [], {}
    for name in r.sample(['dat_path', 'dtype', 'offset', 'Sample_Rate', 'n_channels_dat', 'x'], r.randrange(1, 6)):
        v = value()
        wanted[name.lower()] = ast.literal_eval(v)
        lines.append(name + r.choice([' = ', '=', ' =', '= ', '   =  ']) + v + r.choice(['', '  # ' + r.choice(['c', 'a = 1', "'"]), ' ', '' if v.endswith('"""') else ';']))
        if r.random() < .2: lines.append(r.choice(['', '# comment', 'import os', 'from pathlib import Path']))
    source = r.choice(['\\n', '\\r\\n']).join(lines) + r.choice(['', '\\n'])
    namespace = {}
    ast.parse(source)
    cases.append({'source': source, 'wanted': wanted})
print(json.dumps(cases))
`;
    const cases = run(script) as readonly {
      readonly source: string;
      readonly wanted: Readonly<Record<string, unknown>>;
    }[];
    for (const { source, wanted } of cases) {
      const { values, warnings } = readAssignments(source);
      const found = Object.fromEntries([...values].map(([name, value]) => [name, jsonOf(value)]));
      expect({ source, found, warnings }).toEqual({ source, found: wanted, warnings: [] });
    }
  });

  it('tables: quotes, line ends, short rows, numbers and words', () => {
    const script = `
import sys, json, csv, io, random
r = random.Random(5)
def number(text):
    for kind in (int, float):
        try: return kind(text)
        except ValueError: pass
    return text
cells = ['1', ' 7', '+3', '1_000', '1e5', '2.0', '-0.5', 'nan', 'inf', '-Infinity', 'True', 'None', '0x10', '1__0', 'good', 'a b', ' x ', '', '1.', '.5', '.', 'e5', '1e', 'a"b', 'a,b', 'two\\nlines', 'tab\\tin', '00012', '-0']
out = []
for k in range(300):
    delimiter = r.choice(['\\t', ','])
    end = r.choice(['\\r\\n', '\\n'])
    fields = r.sample(['group', 'KSLabel', 'amp', 'x y'], r.randrange(1, 4))
    header = fields[:]
    header.insert(r.randrange(len(header) + 1), 'cluster_id')
    rows = []
    for id in r.sample(range(50), r.randrange(0, 8)):
        row = [r.choice(cells) for _ in header]
        row[header.index('cluster_id')] = r.choice([str(id), f'{id}.0', f' {id}'])
        if r.random() < .15: row = row[:r.randrange(1, len(row) + 1)]
        if r.random() < .1: row.append('beyond')
        rows.append(row)
    f = io.StringIO(newline='')
    w = csv.writer(f, delimiter=delimiter, lineterminator=end)
    w.writerow(header)
    for row in rows: w.writerow(row)
    source = f.getvalue()
    first = source.split('\\n')[0]
    sniffed = '\\t' if '\\t' in first else ','
    wanted = {name: {} for name in fields}
    for row in list(csv.reader(io.StringIO(source, newline=''), delimiter=sniffed))[1:]:
        data = {n: v for n, v in zip(header, row) if v != ''}
        if 'cluster_id' not in data: continue
        id = number(data.pop('cluster_id'))
        if isinstance(id, str) or id != int(id): continue
        for name, v in data.items(): wanted[name][str(int(id))] = number(v)
    js = lambda v: v if isinstance(v, str) or (v == v and abs(v) != float('inf')) else 'number:' + ('NaN' if v != v else 'Infinity' if v > 0 else '-Infinity')
    out.append({'source': source, 'wanted': {n: {i: js(v) for i, v in d.items()} for n, d in wanted.items()}})
print(json.dumps(out))
`;
    const cases = run(script) as readonly {
      readonly source: string;
      readonly wanted: Readonly<Record<string, unknown>>;
    }[];
    for (const { source, wanted } of cases) {
      const { fields } = readClusterTable(new TextEncoder().encode(source));
      const found = Object.fromEntries(
        fields.map(({ name, values }) => [
          name,
          Object.fromEntries([...values].map(([id, v]) => [String(id), shown(v)])),
        ]),
      );
      expect({ source, found }).toEqual({ source, found: wanted });
    }
  });
});

describe.skipIf(!has('mtscomp'))('compressed raw data beside mtscomp', () => {
  it('of every integer type, with differences in time and space, whole and in part', async () => {
    const script = `
import sys, json
import numpy as np, mtscomp
rng = np.random.default_rng(3)
out = []
for k in range(21):
    dtype = [np.int16, np.uint16, np.int32, np.int8, np.uint32, np.int64, np.uint64][k % 7]
    nc, n = int(rng.integers(1, 9)), int(rng.integers(50, 4000))
    info = np.iinfo(dtype)
    # Of 64 bits only those that a double holds.
    low, high = max(info.min, -2 ** 52), min(info.max, 2 ** 52)
    data = rng.integers(low, high, (n, nc), endpoint=True, dtype=np.int64).astype(dtype)
    base = f'{sys.argv[1]}/m{k}'
    data.tofile(base + '.dat')
    mtscomp.compress(base + '.dat', base + '.cbin', base + '.ch', sample_rate=float(rng.integers(100, 1500)), n_channels=nc, dtype=dtype,
                     do_time_diff=bool(k % 3), do_spatial_diff=bool(k % 5 == 0))
    out.append({'columns': nc, 'samples': n})
print(json.dumps(out).join(['\\n', '\\n']))
`;
    const text = execFileSync(python, ['-c', script, folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const made = JSON.parse(text.trim().split('\n').at(-1) ?? '[]') as readonly { columns: number; samples: number }[];
    const storage = folderStorage(folder);
    const types = [Int16Array, Uint16Array, Int32Array, Int8Array, Uint32Array, BigInt64Array, BigUint64Array];
    for (const [k, { columns, samples }] of made.entries()) {
      const bytes = readFileSync(path.join(folder, `m${k}.dat`));
      const Type = types[k % 7] ?? Int16Array;
      const raw = Array.from(
        new Type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)),
        Number,
      );
      const { source } = await openMtscomp(storage, path.join(folder, `m${k}.cbin`));
      expect([source.columnCount, source.sampleCount]).toEqual([columns, samples]);
      const all = Int32Array.from({ length: columns }, (_, column) => column);
      expect(await source.read(0, samples, all), `m${k}`).toEqual(Float32Array.from(raw));
      const [start, end] = [Math.floor(samples / 3), Math.floor(samples / 2)];
      const last = columns - 1;
      expect([...(await source.read(start, end, [last]))]).toEqual(
        Array.from({ length: end - start }, (_, s) => Math.fround(raw[(start + s) * columns + last] ?? 0)),
      );
      await source.close();
    }
  });
});

function jsonOf(value: PythonValue): unknown {
  if (Array.isArray(value)) return value.map((item: PythonValue) => jsonOf(item));
  return value instanceof Map ? Object.fromEntries([...value].map(([key, item]) => [key, jsonOf(item)])) : value;
}
