import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Change, Row } from '../../core/curation/state.ts';
import type { ClientMessage, DatasetSummary, EngineMessage, Snapshot, Recovery } from '../../core/protocol/messages.ts';
import { connect, STRANDED, type Connection, type LineEvents } from './connect.ts';

const dataset: DatasetSummary = {
  name: 'mini',
  folder: '/data/mini',
  format: 'template',
  spikeCount: 10,
  channelCount: 4,
  templateCount: 2,
  sampleRate: 30000,
  durationSeconds: 1,
  channelLabels: ['0', '1', '2', '3'],
  shankCount: 1,
  has: {
    traces: true,
    waveforms: true,
    templates: true,
    features: true,
    templateFeatures: true,
    amplitudes: true,
    similarity: true,
    reorderedTimes: false,
  },
  spikeAttributes: [],
  missingBecause: {},
};
const table = { shown: [0, 1], total: 2, settings: { sort: { column: 'id', direction: 'asc' }, filter: '' } } as const;
function snapshot(revision: number): Snapshot {
  return {
    revision,
    selection: { clusters: [], similar: [] },
    columns: ['id'],
    clusterTable: { ...table, filterError: null },
    similarityTable: { ...table, filterError: null, referenceId: null, similarity: [] },
    groups: [],
    wizard: { skipMasked: true, similarCount: 1 },
    actions: [],
    undo: null,
    redo: null,
    dirty: false,
    unsavedCount: 0,
    savedAt: null,
    savedFiles: [],
    journalAt: null,
    newClusterId: 2,
  };
}
const row = (id: number, group: string | null = null): Row => ({ id, group, is_masked: false });
const merge: Change = {
  action: 'merge',
  message: 'Merged 0 and 1 into 2.',
  description: 'merge',
  history: null,
  added: [2],
  deleted: [0, 1],
  descendants: [
    [0, 2],
    [1, 2],
  ],
  changed: [],
  spikeCount: 10,
  selectionBefore: { clusters: [0], similar: [1] },
  selection: { clusters: [2], similar: [] },
};
const welcome = (
  revision: number,
  user: Record<string, unknown> = {},
  recovery: Recovery | null = null,
  startedAt = 1000,
  of: DatasetSummary = dataset,
): EngineMessage => ({
  type: 'welcome',
  protocol: 1,
  version: '1',
  guiName: 'TemplateGUI',
  startedAt,
  dataset: of,
  report: { files: [], warnings: [] },
  state: { snapshot: snapshot(revision), rows: [row(0), row(1)], removedRows: [], change: null },
  kept: { user, dataset: {} },
  keymap: { path: '/user/keymap.json', text: null, trouble: null },
  layouts: {},
  recovery,
  plugins: { plugins: [], troubles: [], asking: null },
});

/** An engine in memory: remembers what was sent on every line, and lets the test answer. */
class FakeEngine {
  sent: ClientMessage[] = [];
  lines = 0;
  events: LineEvents | null = null;
  dial = (events: LineEvents) => {
    this.lines++;
    this.events = events;
    return { send: (message: ClientMessage) => void this.sent.push(message), close: () => undefined };
  };
  open(message: EngineMessage): void {
    this.events?.opened();
    this.events?.received(message);
  }
  say(message: EngineMessage): void {
    this.events?.received(message);
  }
  lose(moved = false): void {
    this.events?.closed(moved);
  }
  refuse(): void {
    this.events?.refused();
  }
}

let engine: FakeEngine;
let client: Connection;
let reloads = 0;
beforeEach(() => {
  vi.useFakeTimers();
  engine = new FakeEngine();
  reloads = 0;
  client = connect(engine.dial, () => void (reloads += 1));
});
afterEach(() => {
  client.close();
  vi.useRealTimers();
});
const mirror = () => client.mirror.getState();
const never = new AbortController().signal;

describe('mirror', () => {
  test('says hello, then shows the welcome', () => {
    expect(mirror().connection).toBe('connecting');
    engine.open(welcome(7, { theme: 'light' }));
    expect(engine.sent).toEqual([{ type: 'hello', protocol: 1 }]);
    expect(mirror().connection).toBe('open');
    expect(mirror().snapshot?.revision).toBe(7);
    expect([...mirror().rows.keys()]).toEqual([0, 1]);
    expect(client.kept('user')).toEqual({ theme: 'light' });
  });

  test('patches rows, keeps the same map when none changed, drops older revisions', () => {
    engine.open(welcome(1));
    const before = mirror().rows;
    engine.say({ type: 'state', update: { snapshot: snapshot(2), rows: [], removedRows: [], change: null } });
    expect(mirror().rows).toBe(before);
    engine.say({
      type: 'state',
      update: { snapshot: snapshot(3), rows: [row(2)], removedRows: [0, 1], change: merge },
    });
    expect([...mirror().rows.keys()]).toEqual([2]);
    expect(mirror().lastChange).toEqual(merge);
    engine.say({ type: 'state', update: { snapshot: snapshot(2), rows: [row(9)], removedRows: [], change: null } });
    expect(mirror().snapshot?.revision).toBe(3);
    expect([...mirror().rows.keys()]).toEqual([2]);
  });

  test('offers nothing to restore once any window has answered', () => {
    const recovery = { count: 1, lastAt: 0, actions: ['Moved cluster 6 to good.'] };
    engine.open(welcome(1, {}, recovery));
    engine.say({ type: 'state', update: { snapshot: snapshot(2), rows: [], removedRows: [], change: merge } });
    expect(mirror().recovery).toEqual(recovery);
    const change = { ...merge, action: 'recover', description: null };
    engine.say({ type: 'state', update: { snapshot: snapshot(3), rows: [], removedRows: [], change } });
    expect(mirror().recovery).toBeNull();
  });

  test('keeps the very parts of a state that an update leaves out or repeats, and no other', () => {
    engine.open(welcome(1));
    const before = mirror().snapshot;
    const next = snapshot(2);
    const similarityTable = { ...next.similarityTable, shown: [1], similarity: [0.5] };
    const { clusterTable: _, ...selected } = { ...next, selection: { clusters: [1], similar: [] }, similarityTable };
    engine.say({ type: 'state', update: { snapshot: selected, rows: [], removedRows: [], change: null } });
    const after = mirror().snapshot;
    expect(after).toEqual({ ...before, ...selected });
    expect(after?.clusterTable).toBe(before?.clusterTable);
    expect(after?.columns).toBe(before?.columns);
    expect(after?.selection.similar).toBe(before?.selection.similar);
    expect(after?.similarityTable.similarity).toEqual([0.5]);
    expect(after?.selection.clusters).toEqual([1]);
  });
});

describe('questions', () => {
  test('are answered by id, in any order', async () => {
    engine.open(welcome(1));
    const first = client.ask<string>('waveform', [1], {}, never);
    const second = client.ask<string>('isi', [1], {}, never);
    engine.say({ type: 'answer', id: 2, revision: 1, params: {}, answer: 'b', engineMs: 1 });
    engine.say({ type: 'answer', id: 1, revision: 1, params: { n: 3 }, answer: 'a', engineMs: 2 });
    expect(await second).toEqual({ answer: 'b', revision: 1, params: {}, engineMs: 1 });
    expect((await first).params).toEqual({ n: 3 });
  });

  test('an abort reaches the engine and rejects at once', async () => {
    engine.open(welcome(1));
    const controller = new AbortController();
    const answer = client.ask('waveform', [1], {}, controller.signal);
    controller.abort();
    await expect(answer).rejects.toMatchObject({ kind: 'aborted' });
    expect(engine.sent.at(-1)).toEqual({ type: 'cancel', id: 1 });
  });

  test('a failure keeps its kind and sentence', async () => {
    engine.open(welcome(1));
    const answer = client.ask('feature', [1], {}, never);
    engine.say({
      type: 'failed',
      id: 1,
      kind: 'missing',
      message: 'There are no features.',
      facts: { missing: 'features' },
    });
    await expect(answer).rejects.toMatchObject({ kind: 'missing', message: 'There are no features.' });
  });
});

describe('actions', () => {
  test('a change offers undo at its revision; a selection is quiet and replaces the one before', async () => {
    engine.open(welcome(1));
    const done = client.act('merge', [0, 1]);
    engine.say({
      type: 'state',
      update: { snapshot: snapshot(2), rows: [row(2)], removedRows: [0, 1], change: merge },
    });
    engine.say({ type: 'acted', id: 1, result: { action: 'merge', ok: true, message: merge.message, change: merge } });
    expect((await done).ok).toBe(true);
    expect(mirror().messages.at(-1)).toMatchObject({ text: 'Merged 0 and 1 into 2.', undoRevision: 2 });
    const select = { ...merge, action: 'select', description: null, message: 'Selected 2.' };
    for (const message of ['Selected 2.', 'Selected 1.'])
      engine.say({ type: 'acted', id: 99, result: { action: 'select', ok: true, message, change: select } });
    expect(mirror().messages.map((message) => message.text)).toEqual(['Merged 0 and 1 into 2.', 'Selected 1.']);
  });

  test('what another window did is said too, once', () => {
    engine.open(welcome(1));
    const update = { snapshot: snapshot(2), rows: [row(2)], removedRows: [0, 1] };
    engine.say({ type: 'state', update: { ...update, change: merge } });
    expect(mirror().messages).toMatchObject([{ text: 'Merged 0 and 1 into 2.', undoRevision: 2 }]);
    const select = { ...merge, action: 'select', description: null, message: 'Selected 1.' };
    void client.act('select', [2]);
    engine.say({ type: 'state', update: { snapshot: snapshot(3), rows: [], removedRows: [], change: select } });
    expect(mirror().messages).toHaveLength(1);
    const message = 'Selected 2.';
    engine.say({ type: 'acted', id: 1, result: { action: 'select', ok: true, message, change: select } });
    engine.say({ type: 'state', update: { snapshot: snapshot(4), rows: [], removedRows: [], change: select } });
    expect(mirror().messages.map(({ text }) => text)).toEqual(['Merged 0 and 1 into 2.', 'Selected 1.']);
  });

  test('a refusal is said as a warning', async () => {
    engine.open(welcome(1));
    const done = client.act('merge');
    expect(mirror().acting).toBe(1);
    engine.say({ type: 'acted', id: 1, result: { action: 'merge', ok: false, message: 'Select two.', change: null } });
    expect(mirror().acting).toBe(0);
    expect((await done).message).toBe('Select two.');
    expect(mirror().messages.at(-1)?.level).toBe('warning');
  });
});

describe('a lost connection', () => {
  test('is announced, dialled again with growing pauses, and recovered by a fresh welcome', () => {
    engine.open(welcome(4));
    engine.lose();
    expect(mirror()).toMatchObject({ connection: 'lost', retryAt: Date.now() + 500 });
    expect(mirror().snapshot?.revision).toBe(4);
    vi.advanceTimersByTime(499);
    expect(engine.lines).toBe(1);
    vi.advanceTimersByTime(1);
    expect(engine.lines).toBe(2);
    engine.lose();
    expect(mirror().retryAt).toBe(Date.now() + 1000);
    vi.advanceTimersByTime(1000);
    engine.open(welcome(6));
    expect(mirror()).toMatchObject({ connection: 'open', retryAt: null });
    expect(mirror().snapshot?.revision).toBe(6);
    engine.lose();
    expect(mirror().retryAt).toBe(Date.now() + 500);
  });

  test('another start of the program is not gone on with: the window says so and does nothing more', async () => {
    engine.open(welcome(40));
    const asked = client.ask('isi', [1], {}, never);
    engine.lose();
    vi.advanceTimersByTime(500);
    engine.open(welcome(1, {}, null, 2000));
    expect(mirror()).toMatchObject({ connection: 'replaced', snapshot: { revision: 40 } });
    await expect(asked).rejects.toMatchObject({ kind: 'aborted' });
    expect((await client.act('undo')).message).toBe(`undo was not done. ${STRANDED.replaced}`);
    engine.lose();
    vi.advanceTimersByTime(60000);
    expect(engine.lines).toBe(2);
  });

  test('one that does not know this page is not dialled again', () => {
    engine.open(welcome(40));
    engine.lose();
    vi.advanceTimersByTime(500);
    engine.refuse();
    expect(mirror()).toMatchObject({ connection: 'refused', snapshot: { revision: 40 } });
    vi.advanceTimersByTime(60000);
    expect(engine.lines).toBe(2);
  });

  test('refuses actions with a message and answers those on their way', async () => {
    engine.open(welcome(1));
    const onTheWay = client.act('merge');
    engine.lose();
    expect((await onTheWay).ok).toBe(false);
    const sent = engine.sent.length;
    expect((await client.act('undo')).ok).toBe(false);
    expect(engine.sent.length).toBe(sent);
    expect(mirror().messages.at(-1)?.text).toContain('Connection lost');
    // What was on its way may have been done or not: only what was never sent is known to be.
    vi.advanceTimersByTime(500);
    engine.open(welcome(1));
    const text =
      'The connection is back, but no answer to merge came: look whether it was done before you do it again.';
    expect(mirror().messages.at(-1)).toMatchObject({ level: 'warning', text });
    engine.lose();
    vi.advanceTimersByTime(500);
    engine.open(welcome(1));
    expect(mirror().messages.at(-1)?.text).toBe('The connection is back. Nothing was lost.');
  });

  test('asks again what was not answered', async () => {
    engine.open(welcome(1));
    const answer = client.ask<number>('isi', [1], {}, never);
    engine.lose();
    vi.advanceTimersByTime(500);
    engine.open(welcome(1));
    expect(engine.sent.filter((message) => message.type === 'ask')).toHaveLength(2);
    engine.say({ type: 'answer', id: 1, revision: 1, params: {}, answer: 5, engineMs: 1 });
    expect((await answer).answer).toBe(5);
  });

  test('an engine that ends is not dialled again', () => {
    engine.open(welcome(1));
    engine.say({ type: 'closing', reason: 'phy was closed.', goesOn: false });
    engine.lose();
    vi.advanceTimersByTime(60000);
    expect(engine.lines).toBe(1);
    expect(mirror().connection).toBe('closed');
  });
});

test('what another window keeps is known here at once', () => {
  engine.open(welcome(1, { a: 1, appearance: { theme: 'dark' } }));
  const heard: unknown[] = [];
  client.keptElsewhere.listen((change) => heard.push([change, client.kept('user')[change.key]]));
  engine.say({ type: 'kept', scope: 'user', key: 'appearance', value: { theme: 'light' } });
  expect(heard).toEqual([[{ scope: 'user', key: 'appearance' }, { theme: 'light' }]]);
  expect(client.kept('user').a).toBe(1);
  engine.say({ type: 'layouts', layouts: { wide: { version: 1 } } });
  expect(mirror().layouts).toEqual({ wide: { version: 1 } });
});

test('what is kept while the line is lost is said once it is back, and what others kept meanwhile is heard', () => {
  engine.open(welcome(1, { font: 12, theme: 'dark', hint: true }));
  const heard: string[] = [];
  client.keptElsewhere.listen(({ key }) => heard.push(key));
  engine.lose();
  client.keep('user', 'font', 13);
  client.keep('user', 'font', 14);
  vi.advanceTimersByTime(500);
  engine.open(welcome(1, { font: 12, theme: 'light', hint: true }));
  expect(engine.sent.filter(({ type }) => type === 'keep')).toEqual([
    { type: 'keep', scope: 'user', key: 'font', value: 14 },
  ]);
  expect(client.kept('user')).toEqual({ font: 14, theme: 'light', hint: true });
  expect(heard).toEqual(['theme']);
  // Once is enough, when the engine was heard some time after.
  vi.advanceTimersByTime(6000);
  engine.say({ type: 'busy', text: null, fraction: null, stoppable: false });
  engine.lose();
  vi.advanceTimersByTime(500);
  engine.open(welcome(1, { font: 14, theme: 'light', hint: true }));
  expect(engine.sent.filter(({ type }) => type === 'keep')).toHaveLength(1);
});

test('what was kept just before the line was lost is said again: it may not have arrived', () => {
  engine.open(welcome(1, { font: 12 }));
  const heard: string[] = [];
  client.keptElsewhere.listen(({ key }) => heard.push(key));
  client.keep('user', 'font', 14);
  engine.lose();
  vi.advanceTimersByTime(500);
  engine.open(welcome(1, { font: 12 }));
  expect(engine.sent.filter(({ type }) => type === 'keep')).toHaveLength(2);
  expect(client.kept('user')).toEqual({ font: 14 });
  expect(heard).toEqual([]);
});

describe('when another dataset takes its place', () => {
  test('nothing can be done any more, and the page is loaded again when the line ends', async () => {
    engine.open(welcome(1));
    const asked = client.ask('isi', [1], {}, never).catch((error: unknown) => String(error));
    const acted = client.act('merge');
    void client.exit('save', { open: { path: '/data/other' } });
    expect(engine.sent.at(-1)).toMatchObject({ type: 'exit', choice: 'save', next: { open: { path: '/data/other' } } });
    engine.say({ type: 'closing', reason: 'The dataset was closed.', goesOn: true });
    expect(mirror().connection).toBe('leaving');
    expect((await acted).ok).toBe(false);
    expect(await asked).toContain('superseded');
    expect(reloads).toBe(0);
    engine.lose(true);
    expect(reloads).toBe(1);
    vi.advanceTimersByTime(60000);
    expect(engine.lines).toBe(1);
  });

  test('a window that slept over it finds out', () => {
    engine.open(welcome(1));
    engine.lose();
    vi.advanceTimersByTime(500);
    engine.lose(true);
    expect([reloads, mirror().connection]).toEqual([1, 'leaving']);
  });

  test('or is welcomed by another dataset, of which it shows nothing', () => {
    engine.open(welcome(1));
    engine.lose();
    vi.advanceTimersByTime(500);
    engine.open(welcome(9, {}, null, 1000, { ...dataset, folder: '/data/other' }));
    expect([reloads, mirror().connection]).toEqual([1, 'leaving']);
    expect(mirror().dataset?.folder).toBe('/data/mini');
  });
});

test('a picture is sent as base64', () => {
  engine.open(welcome(1));
  void client.screenshot('WaveformView', 'png', new Uint8Array([137, 80, 78, 71]));
  expect(engine.sent.at(-1)).toMatchObject({ type: 'screenshot', data: 'iVBORw==' });
});
