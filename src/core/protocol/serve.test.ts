import { describe, expect, it } from 'vitest';
import { copyOfFiles, Disk, openMemorySession } from '../../../tests/fixtures/memorySession.ts';
import { makeSmallDataset } from '../../../tests/fixtures/smallDataset.ts';
import { defineQuery } from '../engine/query.ts';
import { memoryStorage } from '../storage/memory.ts';
import type { ClientMessage, EngineMessage } from './messages.ts';
import { serve, type Served } from './serve.ts';

const small = makeSmallDataset();

/** Runs until it is released, or forever. */
let release: () => void = () => undefined;
const waiting = defineQuery({
  name: 'waiting',
  params: {},
  maxClusters: 0,
  missing: () => [],
  async run({ progress }) {
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    await progress();
    return { done: true };
  },
});
/** Says how far it has come until it is stopped. */
const slow = defineQuery({
  name: 'slow',
  params: {},
  maxClusters: 0,
  missing: () => [],
  async run({ progress }) {
    for (;;) {
      await progress(0.25);
      await new Promise((resolve) => void setTimeout(resolve, 5));
    }
  },
});
const needy = defineQuery({
  name: 'needy',
  params: {},
  maxClusters: 0,
  missing: () => ['traces'],
  run: async () => null,
});
const broken = defineQuery({
  name: 'broken',
  params: {},
  maxClusters: 0,
  missing: () => [],
  run: async () => {
    throw new TypeError('x is not a function');
  },
});

class Window {
  readonly received: EngineMessage[] = [];
  private readonly peer: ReturnType<Served['join']>;
  constructor(served: Served) {
    this.peer = served.join({ send: (message) => this.received.push(message) });
  }
  send(message: ClientMessage): void {
    this.peer.receive(JSON.stringify(message));
  }
  raw(text: string): void {
    this.peer.receive(text);
  }
  leave(): void {
    this.peer.leave();
  }
  async next(type: EngineMessage['type'], count = 1): Promise<EngineMessage> {
    for (let turn = 0; turn < 200; turn++) {
      const found = this.received.filter((message) => message.type === type);
      if (found.length >= count) return found[count - 1];
      await new Promise((resolve) => void setTimeout(resolve, 5));
    }
    throw new Error(`no ${type} came`);
  }
}

async function start(userHome = memoryStorage({}, '/user')) {
  const told: string[] = [];
  const options = { queries: { waiting, slow, needy, broken }, onTold: (sentence: string) => void told.push(sentence) };
  const session = await openMemorySession(new Disk(copyOfFiles(small.files)), options, userHome);
  const exits: unknown[] = [];
  const served = serve(session, (next) => exits.push(next ?? 'exit'));
  const open = (): Window => {
    const window = new Window(served);
    window.send({ type: 'hello', protocol: 1 });
    return window;
  };
  return { session, served, exits, open, told };
}

describe('serve', () => {
  it('welcomes with the whole state, then tells everybody every change once', async () => {
    const { served, open } = await start();
    const [first, second] = [open(), open()];
    const silent = new Window(served);
    expect(first.received).toMatchObject([{ type: 'welcome', state: { rows: [{}, {}, {}, {}, {}] } }]);
    first.send({ type: 'act', id: 1, action: 'merge', args: [[0, 5]] });
    const state = await second.next('state');
    expect(state).toMatchObject({ update: { removedRows: [0, 5], rows: [{ id: 6 }], change: { action: 'merge' } } });
    expect(await first.next('acted')).toMatchObject({ id: 1, result: { ok: true } });
    const types = first.received.map((message) => message.type);
    expect(types).toEqual(['welcome', 'state', 'acted']);
    expect(second.received.map((message) => message.type)).toEqual(['welcome', 'state']);
    expect(silent.received).toEqual([]);
    expect(new Window(served).received).toEqual([]);
  });

  it('sends of the state what changed, to each window from what it has', async () => {
    const { session, open } = await start();
    const first = open();
    const sent = async (action: string, args: readonly unknown[]): Promise<readonly string[]> => {
      const count = first.received.filter((message) => message.type === 'state').length;
      await session.act(action, args);
      const message = await first.next('state', count + 1);
      return message.type === 'state' ? Object.keys(message.update.snapshot) : [];
    };
    expect(await sent('select', [[1]])).toEqual(expect.arrayContaining(['revision', 'selection', 'similarityTable']));
    expect(await sent('select', [[2]])).not.toContain('clusterTable');
    const moved = await sent('move', ['good', [3]]);
    expect(moved).toContain('unsavedCount');
    expect(moved).not.toContain('clusterTable');
    expect(await sent('sort', ['id', 'asc'])).toContain('clusterTable');
    expect(await sent('sort', ['id', 'asc'])).toContain('clusterTable');
    expect(await sent('filter', ['id > 1'])).toContain('clusterTable');
    const late = open();
    await session.act('select', [[2]]);
    const message = await late.next('state');
    expect(message).not.toHaveProperty('update.snapshot.clusterTable');
    const { clusterTable } = session.snapshot();
    expect(late.received[0]).toMatchObject({ state: { snapshot: { clusterTable } } });
  });

  it('answers the one who asked', async () => {
    const { open } = await start();
    const [first, second] = [open(), open()];
    first.send({ type: 'ask', id: 4, query: 'cluster', clusters: [], params: { sort: 'id' } });
    const answer = await first.next('answer');
    expect(answer).toMatchObject({
      id: 4,
      revision: 1,
      params: { sort: 'id', direction: 'desc', filter: '' },
      answer: { total: 5 },
    });
    expect(second.received).toHaveLength(1);
  });

  it('says why there is no answer', async () => {
    const { open } = await start();
    const window = open();
    window.send({ type: 'ask', id: 1, query: 'needy', clusters: [], params: {} });
    window.send({ type: 'ask', id: 2, query: 'broken', clusters: [], params: {} });
    window.send({ type: 'ask', id: 3, query: 'nothing', clusters: [], params: {} });
    await window.next('failed', 3);
    const failed = window.received.filter((message) => message.type === 'failed');
    const byId = new Map(failed.map((message) => [message.id, message]));
    expect(byId.get(1)).toMatchObject({
      kind: 'missing',
      message: 'This dataset has no raw data.',
      facts: { missing: ['traces'] },
    });
    expect(byId.get(2)).toMatchObject({
      kind: 'defect',
      message: 'Something went wrong inside phy: x is not a function.',
    });
    expect(byId.get(3)).toMatchObject({ kind: 'usage' });
  });

  it('sends nothing for what was cancelled, and only the newest under one id', async () => {
    const { open } = await start();
    const window = open();
    window.send({ type: 'ask', id: 1, query: 'waiting', clusters: [], params: {} });
    await new Promise((resolve) => void setTimeout(resolve, 10));
    const first = release;
    window.send({ type: 'cancel', id: 1 });
    first();
    window.send({ type: 'ask', id: 2, query: 'waiting', clusters: [], params: {} });
    await new Promise((resolve) => void setTimeout(resolve, 10));
    const second = release;
    window.send({ type: 'ask', id: 2, query: 'cluster', clusters: [], params: {} });
    second();
    await window.next('answer');
    await new Promise((resolve) => void setTimeout(resolve, 20));
    expect(window.received.map((message) => message.type)).toEqual(['welcome', 'answer']);
    expect(window.received[1]).toMatchObject({ id: 2, answer: { total: 5 } });
  });

  it('tells the other windows what one keeps, and all of them the layouts', async () => {
    const { open, session } = await start();
    const [first, second] = [open(), open()];
    first.send({ type: 'keep', scope: 'user', key: 'appearance', value: { theme: 'light' } });
    first.send({ type: 'layouts', id: 1, change: { kind: 'save', name: 'wide', layout: { version: 1 } } });
    expect(await second.next('kept')).toEqual({
      type: 'kept',
      scope: 'user',
      key: 'appearance',
      value: { theme: 'light' },
    });
    for (const window of [first, second]) {
      expect(await window.next('layouts')).toEqual({ type: 'layouts', layouts: { wide: { version: 1 } } });
    }
    expect(await first.next('acted')).toMatchObject({ result: { ok: true, message: 'Saved the layout “wide”.' } });
    expect(first.received.map(({ type }) => type)).toEqual(['welcome', 'layouts', 'acted']);
    expect(session.welcome()).toMatchObject({
      kept: { user: { appearance: { theme: 'light' } } },
      layouts: { wide: { version: 1 } },
    });
    // What is there already is not told again.
    first.send({ type: 'layouts', id: 2, change: { kind: 'list' } });
    expect(await first.next('acted', 2)).toMatchObject({ id: 2, result: { ok: true, message: '' } });
    expect(second.received.filter(({ type }) => type === 'layouts')).toHaveLength(1);
  });

  it('stops what takes long when a person asks for it, and says so to the one who waits', async () => {
    const { open } = await start();
    const window = open();
    window.send({ type: 'ask', id: 1, query: 'slow', clusters: [], params: {} });
    expect(await window.next('busy')).toEqual({
      type: 'busy',
      text: 'Computing slow',
      fraction: 0.25,
      stoppable: true,
    });
    window.send({ type: 'stop' });
    expect(await window.next('failed')).toMatchObject({
      id: 1,
      kind: 'refused',
      message: 'Stopped computing slow. Nothing was changed.',
    });
    expect(await window.next('busy', 2)).toMatchObject({ text: null });
  });

  it('writes an answer into the user folder', async () => {
    const { open } = await start();
    const window = open();
    const request = {
      view: 'ClusterView',
      query: 'cluster',
      clusters: [],
      params: { sort: 'id' },
      format: 'npy',
    } as const;
    window.send({ type: 'export', id: 1, ...request });
    const acted = await window.next('acted');
    expect(acted).toMatchObject({
      result: {
        ok: true,
        message: expect.stringMatching(/^Saved \d+ arrays? of ClusterView as NPY in \/user\/exports\//),
      },
    });
    window.send({ type: 'export', id: 2, ...request, query: 'needy', params: {} });
    expect(await window.next('acted', 2)).toMatchObject({
      result: { ok: false, message: 'This dataset has no raw data.' },
    });
  });

  it('forgets a window that left', async () => {
    const { open, session } = await start();
    const window = open();
    window.send({ type: 'ask', id: 1, query: 'waiting', clusters: [], params: {} });
    window.leave();
    release();
    await session.act('merge', [[0, 5]]);
    expect(window.received.map((message) => message.type)).toEqual(['welcome']);
  });

  it('answers nonsense with a notice, and another version with a reason', async () => {
    const { served } = await start();
    const window = new Window(served);
    window.raw('{"type":"format"}');
    window.send({ type: 'hello', protocol: 99 });
    expect(window.received).toMatchObject([
      { type: 'notice', level: 'error' },
      { type: 'notice', message: 'This window belongs to another version of phy. Reload it.' },
    ]);
  });

  it('writes keymap.json for one window and tells it to all', async () => {
    const { open } = await start();
    const [first, second] = [open(), open()];
    expect(first.received[0]).toMatchObject({ keymap: { path: '/user/ts/keymap.json', text: null, trouble: null } });
    first.send({ type: 'keymap', id: 1, before: null, text: '{}' });
    for (const window of [first, second]) {
      expect(await window.next('keymap')).toEqual({
        type: 'keymap',
        keymap: { path: '/user/ts/keymap.json', text: '{}', trouble: null },
      });
    }
    expect(await first.next('acted')).toMatchObject({ id: 1, result: { ok: true, message: '' } });
    second.send({ type: 'keymap', id: 2, before: null, text: '{"bindings": {}}' });
    expect(await second.next('acted')).toMatchObject({ result: { ok: false } });
    expect(open().received[0]).toMatchObject({ keymap: { text: '{}' } });
  });

  it('sees that keymap.json was edited when a window asks, and when one comes', async () => {
    const userHome = memoryStorage({}, '/user');
    const { open } = await start(userHome);
    const window = open();
    for (const [count, text] of ['{"profile": "mission"}', '{"profile": "phy-2.1"}'].entries()) {
      await userHome.replace('ts/keymap.json', new TextEncoder().encode(text));
      if (count === 0) window.send({ type: 'reread_keymap' });
      else open();
      expect(await window.next('keymap', count + 1)).toMatchObject({ keymap: { text } });
    }
  });

  it('says at the terminal what is no keymap, and what windows tell, once', async () => {
    const { open, told } = await start(memoryStorage({ 'ts/keymap.json': '{' }, '/user'));
    const sentence =
      'The keys of /user/ts/keymap.json are not in force: it is not valid JSON (line 1, column 2: expected a name in double quotes). The default keys (profile mission) are.';
    expect(told).toEqual([sentence]);
    for (const text of [sentence, 'a\u001b[2J\nb', 'a\u001b[2J\nb', '  ']) open().send({ type: 'tell', text });
    expect(told).toEqual([sentence, 'a [2J b']);
  });

  it('ends the program when asked to, after saving', async () => {
    const { open, exits, session, served } = await start();
    const window = open();
    window.send({ type: 'act', id: 1, action: 'merge', args: [[0, 5]] });
    window.send({ type: 'exit', id: 2, choice: 'save' });
    const acted = await window.next('acted', 2);
    expect(acted).toMatchObject({ id: 2, result: { ok: true, files: expect.arrayContaining(['spike_clusters.npy']) } });
    expect(exits).toEqual(['exit']);
    expect(session.snapshot().dirty).toBe(false);
    served.close('phy has ended.', false);
    expect(window.received.at(-1)).toEqual({ type: 'closing', reason: 'phy has ended.', goesOn: false });
  });

  it('closes the dataset to go on with another one, or with the start page', async () => {
    const { open, exits, session } = await start();
    const window = open();
    window.send({ type: 'act', id: 1, action: 'merge', args: [[0, 5]] });
    window.send({ type: 'exit', id: 2, choice: 'discard', next: { open: { path: '/data/other' } } });
    await window.next('acted', 2);
    expect(session.recovery()).toBeNull();
    window.send({ type: 'exit', id: 3, choice: 'discard', next: { open: null } });
    await window.next('acted', 3);
    expect(exits).toEqual([{ open: { path: '/data/other' } }, { open: null }]);
  });
});
