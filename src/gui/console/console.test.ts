/** What the consoles show, as values. */
import { describe as group, expect, test } from 'vitest';
import { nd } from '../../core/base/nd.ts';
import type { KernelCell, OutputEvent } from '../../core/protocol/kernel.ts';
import { withOutput } from '../../core/protocol/kernelCells.ts';
import { darkStyle } from '../colors/style.ts';
import { ansiPieces, withoutAnsi } from './ansi.ts';
import { arrayHelpers } from './arrays.ts';
import { complete, inspect } from './complete.ts';
import { describe, describeTable, printed } from './describe.ts';
import { History } from './history.ts';
import { histData, imageData, lineData, scatterData } from './plotData.ts';
import { plotScene } from './plotScene.ts';
import { consoleRuntime } from './runtime.ts';
import { withOutput as withConsoleOutput } from './session.ts';
import type { ScriptStart } from '../../core/scripting/mirror.ts';
import type { ConsoleOutput, FromWorker, ToWorker } from './workerMessages.ts';

const text = (value: unknown): string => {
  const shown = describe(value);
  return shown?.kind === 'text' ? shown.text : `not text: ${JSON.stringify(shown)}`;
};
const print = (text: string, name: 'stdout' | 'stderr' = 'stdout'): OutputEvent => ({ kind: 'stream', name, text });
const show = (text: string, display: string | null = null, isUpdate = false): OutputEvent => ({
  kind: 'data',
  data: { 'text/plain': text },
  isResult: false,
  display,
  isUpdate,
});
const outputs = (said: readonly FromWorker[]) =>
  said.flatMap((message) => (message.type === 'output' ? [message.output] : []));

const nothing = (): void => undefined;

group('values', () => {
  test('arrays say dtype, shape and head', () => {
    expect(describe(Float64Array.of(1, 2.123456789))).toEqual({
      kind: 'array',
      facts: 'Float64Array [2]',
      head: '[1, 2.12346]',
    });
    expect(describe(nd(new Float32Array(24), [2, 3, 4]))).toMatchObject({ facts: 'float32 [2][3][4]' });
    expect(describe(nd(Int32Array.of(1, 2, 3, 4), [2, 2]))).toEqual({
      kind: 'table',
      facts: 'int32 [2][2]',
      columns: ['', '0', '1'],
      rows: [
        ['0', '1', '2'],
        ['1', '3', '4'],
      ],
    });
    expect(describe(new Int32Array(1000))).toMatchObject({ facts: 'Int32Array [1,000]' });
  });

  test('lists of rows and maps are tables, with empty cells', () => {
    expect(
      describe([
        { id: 1, group: null },
        { id: 2, ch: 'a' },
      ]),
    ).toEqual({
      kind: 'table',
      facts: '2 rows',
      columns: ['id', 'group', 'ch'],
      rows: [
        ['1', '', ''],
        ['2', '', 'a'],
      ],
    });
    expect(describe(new Map([[1, 2]]))).toMatchObject({ facts: 'Map, 1 entry', rows: [['1', '2']] });
    expect(describeTable([1, 2])).toMatchObject({ columns: ['value'], rows: [['1'], ['2']] });
    const many = describe(Array.from({ length: 100 }, (_, id) => ({ id })));
    expect(many).toMatchObject({ facts: '100 rows, the first 30' });
  });

  test('anything else is text that ends', () => {
    expect(describe(undefined)).toBeNull();
    expect(text(null)).toBe('null');
    expect(text("it's")).toBe("'it\\'s'");
    expect(text([1, 'a', [2]])).toBe("[1, 'a', [2]]");
    expect(text({ a: { b: { c: { d: { e: 1 } } } } })).toBe('{ a: { b: { c: { d: {…} } } } }');
    const round: Record<string, unknown> = {};
    round['self'] = round;
    expect(text(round)).toBe('{ self: (itself) }');
    expect(text((a: number, b: number) => a + b)).toMatch(/^ƒ \w*\(a, b\)$/);
    expect(text(new Set([1]))).toBe('Set { 1 }');
    expect(text(10n)).toBe('10n');
    expect(text({ message: 'Merged.', selection: {} })).toBe('Merged.');
    expect(printed('a\nb')).toBe('a\nb');
  });

  test('nothing is computed to be shown', () => {
    class Lazy {
      get large(): number {
        throw new Error('was computed');
      }
    }
    expect(describe(new Lazy())).toEqual({ kind: 'text', text: 'Lazy { large: (…) }' });
  });
});

group('plots', () => {
  const style = darkStyle();
  test('a histogram counts every value once', () => {
    const plot = histData([0, 1, 1, 2, Number.NaN, 10], 5);
    expect(plot).toMatchObject({ kind: 'hist', edges: Float64Array.of(0, 2, 4, 6, 8, 10) });
    if (plot.kind === 'hist') expect([...plot.counts]).toEqual([3, 1, 0, 0, 1]);
    expect(histData([3, 3], { bins: 2 })).toMatchObject({ edges: Float64Array.of(2.5, 3, 3.5) });
    expect(plotScene(plot, style).frames[0].bounds.slice(0, 3)).toEqual([0, 0, 10]);
  });

  test('long lines keep their extremes', () => {
    const values = Float64Array.from({ length: 1_000_000 }, (_, k) => (k === 654_321 ? 99 : Math.sin(k)));
    const plot = lineData(values);
    if (plot.kind !== 'line') throw new Error('no line');
    expect(plot.y.length).toBe(40_000);
    expect(arrayHelpers.max(plot.y)).toBe(99);
    expect(plot.x[plot.y.indexOf(99)]).toBe(654_321);
    // Values that are none hide no others, also where a step begins with one.
    const holed = values.map((value, k) => (k === 654_321 || k % 3 === 1 ? value : Number.NaN));
    const kept = lineData(holed);
    if (kept.kind !== 'line') throw new Error('no line');
    expect([...kept.y].filter(Number.isNaN)).toEqual([]);
    expect(kept.y).toContain(99);
  });

  test('points that are too many are thinned, and the title says so', () => {
    const many = new Float64Array(500_000);
    expect(scatterData(many, many)).toMatchObject({ title: 'every 3rd of 500,000 points' });
    expect(scatterData(many, many, { title: 'a' })).toMatchObject({ title: 'a (every 3rd of 500,000 points)' });
  });

  test('several lines, points and images', () => {
    expect(
      lineData([
        [1, 2],
        [3, 4, 5],
      ]),
    ).toMatchObject({ starts: Uint32Array.of(0, 2, 5) });
    expect(lineData([10, 20], nd(Int32Array.of(1, 2, 3, 4), [2, 2]))).toMatchObject({
      x: Float64Array.of(10, 20, 10, 20),
    });
    expect(
      plotScene(
        lineData([
          [1, 2],
          [3, 4],
        ]),
        style,
      ).frames[0].marks.length,
    ).toBe(2);
    expect(scatterData([1, 2], [3, 4], { title: 'a' })).toMatchObject({ kind: 'scatter', title: 'a', size: 3 });
    const image = imageData([
      [0, 1],
      [2, Number.NaN],
    ]);
    expect(image).toMatchObject({ rows: 2, columns: 2, low: 0, high: 2 });
    const [mark] = plotScene(image, style).frames[0].marks;
    expect(mark).toMatchObject({ kind: 'image', rows: 2, columns: 2 });
    if (mark.kind === 'image') expect([mark.pixels[3], mark.pixels[15]]).toEqual([255, 0]);
  });

  test('what cannot be drawn is said', () => {
    expect(() => lineData()).toThrow('plot.line expects');
    expect(() => scatterData([1], [1, 2])).toThrow('plot.scatter got 1 x and 2 y, expected as many.');
    expect(() => histData(Promise.resolve([1]))).toThrow('put await before it');
    expect(() => imageData([1, 2])).toThrow('expects a list of numbers');
    expect(() => lineData('abc')).toThrow('plot.line expects a list of numbers');
  });
});

test('the helpers of arrays', () => {
  const a = arrayHelpers;
  expect([a.sum([1, 2]), a.mean(Int32Array.of(1, 3)), a.std([1, 3]), a.median([3, 1, 2, 10])]).toEqual([3, 2, 1, 2.5]);
  expect([...a.diff([1, 4, 9])]).toEqual([3, 5]);
  expect(a.unique(nd(Int32Array.of(3, 1, 3)))).toEqual([1, 3]);
  expect([...a.argsort([3, 1, 2])]).toEqual([1, 2, 0]);
  expect([...a.take([5, 6, 7], [2, 0])]).toEqual([7, 5]);
  expect([a.range(3), a.range(1, 4), a.range(0, 1, 0.5)]).toEqual([
    [0, 1, 2],
    [1, 2, 3],
    [0, 0.5],
  ]);
  expect([...a.linspace(0, 1, 3)]).toEqual([0, 0.5, 1]);
});

group('ANSI', () => {
  test('colours, weights and resets', () => {
    const pieces = ansiPieces('a\u001b[31;1mb\u001b[0mc\u001b[38;5;196md\u001b[48;2;1;2;3me\u001b[39;49mf');
    expect(pieces.map(({ text, color, ground, bold }) => [text, color, ground, bold])).toEqual([
      ['a', null, null, false],
      ['b', 1, null, true],
      ['c', null, null, false],
      ['d', '#ff0000', null, false],
      ['e', '#ff0000', '#010203', false],
      ['f', null, null, false],
    ]);
  });
  test('what else a terminal would do is left out', () => {
    expect(withoutAnsi('\u001b[2Ka\u001b]0;title\u0007b\u001b[1;1Hc')).toBe('abc');
  });
});

group('cells of a kernel', () => {
  const cell: KernelCell = { id: 1, code: '', count: 1, phase: 'running', ok: true, outputs: [], clears: false };
  const after = (...events: readonly OutputEvent[]): KernelCell['outputs'] => events.reduce(withOutput, cell).outputs;
  test('prints are joined, a carriage return begins the line anew', () => {
    expect(after(print('a'), print('b\n'), print('e', 'stderr'))).toEqual([
      { kind: 'stream', name: 'stdout', text: 'ab\n' },
      { kind: 'stream', name: 'stderr', text: 'e' },
    ]);
    expect(after(print('10%\r'), print('50%\r'), print('100%\n'))).toMatchObject([{ text: '100%\n' }]);
    expect(after(print('a\r\nb'))).toMatchObject([{ text: 'a\nb' }]);
  });
  test('a display is updated where it stands; clearing waits when it is told to', () => {
    expect(after(show('1', 'x'), show('2'), show('3', 'x', true))).toMatchObject([
      { data: { 'text/plain': '3' } },
      { data: { 'text/plain': '2' } },
    ]);
    expect(after(show('1'), { kind: 'clear', wait: true })).toHaveLength(1);
    expect(after(show('1'), { kind: 'clear', wait: true }, show('2'))).toMatchObject([{ data: { 'text/plain': '2' } }]);
    expect(after(show('1'), { kind: 'clear', wait: false })).toEqual([]);
  });
  test('endless output is cut off', () => {
    const [first] = after(...Array.from({ length: 30 }, () => print('x'.repeat(100_000))));
    expect(first.kind === 'stream' && first.text.length).toBeLessThan(1_100_000);
    expect(first).toMatchObject({ text: expect.stringContaining('the rest of the output is left out') });
  });
});

test('history keeps what is being typed', () => {
  const history = new History(['a', 'b'], 3);
  expect([history.step(-1, 'new'), history.step(-1, 'b'), history.step(-1, 'a')]).toEqual(['b', 'a', null]);
  expect([history.step(1, 'a'), history.step(1, 'b'), history.step(1, 'new')]).toEqual(['b', 'new', null]);
  history.add('c');
  history.add('c');
  history.add('d');
  expect(history.all).toEqual(['b', 'c', 'd']);
});

group('completion', () => {
  const known = {
    scope: { s: { merge: () => 1, actions: {} }, mine: 5, f: (a: number, b: number) => a + b },
    builtIn: new Set<string>(),
  };
  const labels = (code: string): readonly string[] =>
    complete(known, code, code.length)?.candidates.map(({ label }) => label) ?? [];
  test('names, members and actions with their signature', () => {
    expect(labels('mi')).toEqual(['mine']);
    expect(labels('awa')).toEqual(['await']);
    expect(labels('await s.mer')).toEqual(['merge']);
    expect(complete(known, 's.mer', 5)?.candidates[0].detail).toBe(
      '(cluster_ids?, to?)  Merges these clusters, or the selected ones.',
    );
    expect(labels('s.actions.und')).toEqual(['undo']);
    expect(labels('m.spike_t')).toEqual(['spike_templates', 'spike_times']);
    expect(labels('"s.')).toEqual([]);
  });
  test('what is at the caret, or the call around it', () => {
    expect(inspect(known, 's.merge', 3)).toBe(
      's.merge  (cluster_ids?, to?)  Merges these clusters, or the selected ones.',
    );
    expect(inspect(known, 's.merge(', 8)).toContain('(cluster_ids?, to?)');
    expect(inspect(known, 'f', 1)).toMatch(/^f {2}ƒ \w+\(a, b\)$/);
    expect(inspect(known, 'nothing', 3)).toBe('');
  });
});

group('the runtime', () => {
  const start: ScriptStart = {
    dataset: {
      name: 'a',
      folder: '/a',
      format: 'template',
      spikeCount: 3,
      channelCount: 1,
      templateCount: 1,
      sampleRate: 10,
      durationSeconds: 1,
      channelLabels: ['0'],
      shankCount: 1,
      has: {
        traces: false,
        waveforms: false,
        templates: false,
        features: false,
        templateFeatures: false,
        amplitudes: false,
        similarity: false,
        reorderedTimes: false,
      },
      spikeAttributes: [],
      missingBecause: {},
    },
    model: {
      sampleCount: 1,
      templateCount: 1,
      channelMapping: nd(Int32Array.of(0)),
      channelPositions: nd(new Float64Array(2), [1, 2]),
      channelShanks: nd(new Float64Array(1)),
      channelProbes: nd(new Float64Array(1)),
      metadataFields: [],
    },
    actions: ['undo'],
    state: {
      selection: { clusters: [1], similar: [] },
      columns: ['id'],
      clusterTable: {
        shown: [1],
        total: 1,
        settings: { sort: { column: 'id', direction: 'asc' }, filter: '' },
        filterError: null,
      },
      similarityTable: {
        shown: [],
        similarity: [],
        referenceId: null,
        total: 0,
        settings: { sort: { column: 'similarity', direction: 'desc' }, filter: '' },
        filterError: null,
      },
      dirty: false,
      newClusterId: 2,
    },
    rows: [{ id: 1, group: null, is_masked: false, n_spikes: 3 }],
    budgets: {
      n_spikes_waveforms: 100,
      batch_size_waveforms: 10,
      n_spikes_features: 2500,
      n_spikes_features_background: 1000,
      n_spikes_correlograms: 100_000,
      n_spikes_amplitudes: 5000,
    },
  };

  /** Runs code in a scope of its own; `answer` is what the window says to a question. */
  async function run(codes: readonly string[], answer: (message: FromWorker) => ToWorker | null = () => null) {
    const said: FromWorker[] = [];
    const scope: Record<string, unknown> = globalThis;
    let finished: () => void = nothing;
    const { take, failed } = consoleRuntime(scope, (message) => {
      said.push(message);
      if (message.type === 'done') finished();
      const reply = answer(message);
      if (reply !== null) queueMicrotask(() => take(reply));
    });
    scope['failLate'] = failed;
    const console = scope['console'];
    take({ type: 'begin', start });
    try {
      for (const [k, code] of codes.entries()) {
        const done = new Promise<void>((resolve) => (finished = resolve));
        take({ type: 'run', id: k + 1, code, budgets: start.budgets });
        await done;
      }
    } finally {
      scope['console'] = console;
    }
    return said;
  }
  test('keeps names, shows the last value, prints', async () => {
    const said = await run(['const zz1 = 2; zz1 + 1', 'print("a", 1); zz1', 's.n_spikes(1)', 'm.n_spikes', '_ * 2']);
    expect(outputs(said)).toEqual([
      { kind: 'value', value: { kind: 'text', text: '3' } },
      { kind: 'stream', name: 'stdout', text: 'a 1\n' },
      { kind: 'value', value: { kind: 'text', text: '2' } },
      { kind: 'value', value: { kind: 'text', text: '3' } },
      { kind: 'value', value: { kind: 'text', text: '3' } },
      { kind: 'value', value: { kind: 'text', text: '6' } },
    ]);
  });

  test('says the line of an error and of what cannot be read', async () => {
    const said = await run(['1\n\nnull.x', 'let a = 1\nlet b = ;\na', 'throw 5']);
    expect(outputs(said)).toMatchObject([
      { kind: 'failure', line: 3, source: 'null.x' },
      { kind: 'failure', line: 2, source: 'let b = ;', text: "SyntaxError: Unexpected token ';'" },
      { kind: 'failure', line: null, text: 'Thrown: 5' },
    ]);
    expect(said.filter(({ type }) => type === 'done')).toMatchObject([{ ok: false }, { ok: false }, { ok: false }]);
  });

  test('asks the window, and takes its refusal as a sentence', async () => {
    const said = await run(['1\nawait s.undo()', '1\n\nawait m.get_template(3)'], (message) => {
      if (message.type === 'act') {
        const { id, action } = message;
        return { type: 'acted', id, result: { action, ok: false, message: 'Nothing to undo.', change: null } };
      }
      return message.type === 'ask' ? { type: 'failed', id: message.id, message: 'No templates.' } : null;
    });
    expect(outputs(said)).toMatchObject([
      { text: 'Nothing to undo.', line: 2 },
      { text: 'No templates.', line: 3 },
    ]);
    expect(said.find(({ type }) => type === 'ask')).toMatchObject({ query: 'scriptTemplate', params: { template: 3 } });
  });

  test('a loop that prints without end sends few messages and bounded text', async () => {
    const said = await run(['for (let k = 0; k < 300000; k++) print("0123456789")', 'print("again")']);
    const printed = outputs(said).flatMap((output) => (output.kind === 'stream' ? [output.text] : []));
    expect(printed.length).toBeLessThan(1000);
    const all = printed.join('');
    expect(all.length).toBeLessThan(501_000);
    expect(all).toContain('… the rest is left out.');
    expect(all.endsWith('again\n')).toBe(true);
  });

  test('what fails after its run is shown with its line, and ends nothing', async () => {
    const code = 'function later() {\n  null.x\n}\n1';
    const said = await run([code, 'try { later() } catch (error) { failLate(error) }', '2']);
    expect(outputs(said).filter(({ kind }) => kind === 'failure')).toMatchObject([{ line: 1, source: /later/ }]);
    const always = await run(['for (let k = 0; k < 1000; k++) failLate(k)', 'failLate("again")']);
    expect(outputs(always).filter(({ kind }) => kind === 'failure')).toHaveLength(51);
    // Of a function of an earlier run.
    const other = await run(['function zz2() {\n  null.x\n}', 'connect("mine", zz2); emit("mine")']);
    expect(outputs(other)).toMatchObject([
      { kind: 'failure', line: 1, source: 'connect("mine", zz2); emit("mine")' },
      { kind: 'value' },
    ]);
  });

  test('what acts says how things stand, the model its facts', async () => {
    const said = outputs(await run(['s', 's.clustering', 'c.supervisor.cluster_meta', 's.actions', 'm']));
    expect(said).toMatchObject([
      { value: { text: 'Supervisor: 1 clusters, selected: 1' } },
      { value: { text: 'Clustering: 1 clusters, the next id is 2' } },
      { value: { text: 'Metadata: group' } },
      { value: { text: 'Actions: undo' } },
      { value: { text: /^Model \{.*n_spikes: 3/s } },
    ]);
  });

  test('emit calls what is connected in the console, in order', async () => {
    const said = await run(['const zz3 = connect("mine", (a, b) => a + b); emit("mine", 1, 2)', 'zz3(); emit("mine")']);
    expect(outputs(said)).toMatchObject([{ value: { text: '[3]' } }, { value: { text: '[]' } }]);
    expect(outputs(await run(['connect("x")']))).toMatchObject([{ text: /the name of an event and a function/ }]);
  });

  test('a name that cannot be set is refused, also in sloppy code', async () => {
    const said = await run([
      'c.n_spikes_waveform = 7',
      'm.n_spikes = 3',
      's.selected = []',
      'gui.actions === s.actions',
    ]);
    expect(outputs(said)).toMatchObject([
      { text: 'TypeError: n_spikes_waveform of the controller does not exist.' },
      { text: 'TypeError: n_spikes of the model cannot be set.' },
      { text: 'TypeError: selected of the supervisor cannot be set.' },
      { value: { text: 'true' } },
    ]);
  });

  test('many displays are bounded, and what is left out is said', async () => {
    const shown = outputs(await run(['for (let k = 0; k < 2000; k++) display(k)']));
    expect(shown).toHaveLength(501);
    const kept = shown.reduce<readonly ConsoleOutput[]>(withConsoleOutput, []);
    expect(kept).toHaveLength(501);
    expect(kept.at(-1)).toEqual({ kind: 'stream', name: 'stdout', text: '… the rest is left out.\n' });
  });

  test('a limit goes to the window, a wrong one does not', async () => {
    const said = await run(['c.n_spikes_waveforms = 7', 'c.n_spikes_waveforms', 'c.n_spikes_waveforms = 0.5']);
    expect(said.filter(({ type }) => type === 'budget')).toEqual([
      { type: 'budget', name: 'n_spikes_waveforms', value: 7 },
    ]);
    expect(outputs(said).at(-1)).toMatchObject({ kind: 'failure', text: expect.stringContaining('whole number') });
  });
});
