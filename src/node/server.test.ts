import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { summary } from '../../tests/fixtures/fakeClient.ts';
import { WebSocket } from 'ws';
import { MOVED_CODE, type BlobNotice } from '../core/protocol/messages.ts';
import type { StartMessage, StartRequest } from '../core/protocol/start.ts';
import { decodeFrame, encodeFrame } from '../core/protocol/frame.ts';
import { PhyError } from '../core/base/errors.ts';
import { nd } from '../core/base/nd.ts';
import type { EngineHost } from './engineHost.ts';
import { Program } from './program.ts';
import { startServer, type GuiServer } from './server.ts';

/** An engine that says welcome to nobody: it answers every text with an answer of that many numbers. */
function fakeEngine(): EngineHost {
  return {
    opened: {
      summary,
      paramsPath: '/data/mini/params.py',
      scope: '',
      clusterCount: 12,
      report: { files: [], warnings: [] },
      recoverable: 0,
      journalTrouble: null,
    },
    modules: [],
    join: (receive) => ({
      send(text) {
        const answer = nd(new Float64Array(Number(text)));
        receive(encodeFrame({ type: 'answer', id: 1, revision: 0, params: {}, answer, engineMs: 0 }), true);
      },
      leave: () => undefined,
    }),
    announce: () => undefined,
    ended: new Promise(() => undefined),
    stop: () => Promise.resolve({ clusterCount: 12, unsaved: 0 }),
  };
}

/** A program without threads: what is opened is the fake engine, and a folder named `broken` does not open. */
function fakeProgram(): Program {
  return new Program(({ path }) => ({
    engine: path.endsWith('broken')
      ? Promise.reject(new PhyError('input', `${path} was not found.`))
      : Promise.resolve(fakeEngine()),
    abandon: () => undefined,
  }));
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

let folder: string;
let program: Program;
let server: GuiServer;
let cookie: string;
let configured: string | undefined;

/** A request exactly as written: no normalisation of the path, any header. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, headers, method }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Opens a socket; `open`, or the status of the refusal. */
function openSocket(headers: Record<string, string>, path = '/socket'): Promise<'open' | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
    socket.on('open', () => {
      socket.close();
      resolve('open');
    });
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => resolve(0));
  });
}

beforeAll(async () => {
  const root = mkdtempSync(join(tmpdir(), 'phy-server-'));
  folder = join(root, 'gui');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  configured = process.env['PHY_CONFIG_DIR'];
  process.env['PHY_CONFIG_DIR'] = join(root, 'config');
  writeFileSync(join(folder, 'index.html'), '<html data-theme="dark"><title>phy</title>');
  writeFileSync(join(folder, 'start.html'), '<html data-theme="dark"><title>start</title>');
  writeFileSync(join(folder, 'assets', 'main-a1.js'), 'export {};');
  writeFileSync(join(root, 'secret.html'), 'secret');
  symlinkSync(join(root, 'secret.html'), join(folder, 'linked.html'));
  program = fakeProgram();
  await program.open({ path: '/data/mini' });
  server = await startServer({ program, guiFolder: folder, port: 0 });
  const first = await ask(new URL(server.url).pathname + new URL(server.url).search);
  cookie = String(first.headers['set-cookie']).split(';')[0] ?? '';
});
afterAll(async () => {
  await server.close('phy has ended.');
  if (configured === undefined) delete process.env['PHY_CONFIG_DIR'];
  else process.env['PHY_CONFIG_DIR'] = configured;
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

describe('the way in', () => {
  it('trades the token for a cookie and takes it out of the address', async () => {
    const { search } = new URL(server.url);
    const reply = await ask(`/${search}`);
    expect(reply.status).toBe(303);
    expect(reply.headers['location']).toBe('/');
    const set = String(reply.headers['set-cookie']);
    expect(set).toMatch(/^phy-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(search).not.toContain(set.slice(set.indexOf('=') + 1, set.indexOf(';')));
  });

  it('refuses whoever has neither, or a wrong one', async () => {
    expect((await ask('/')).status).toBe(403);
    expect((await ask('/?token=')).status).toBe(403);
    expect((await ask(`/?token=${'a'.repeat(43)}`)).status).toBe(403);
    expect((await ask('/', { cookie: `phy-${server.port}=${'a'.repeat(43)}` })).status).toBe(403);
    expect((await ask('/assets/main-a1.js')).status).toBe(403);
    expect((await ask('/blob/abc')).status).toBe(403);
    expect(await openSocket({ origin: `http://127.0.0.1:${server.port}` })).toBe(403);
  });

  it('refuses every name but ours (DNS rebinding)', async () => {
    for (const host of ['evil.example', `evil.example:${server.port}`, '127.0.0.1', '127.0.0.1:1', '[::1]']) {
      expect((await ask('/', { host, cookie })).status, host).toBe(403);
    }
    expect((await ask('/', { host: `localhost:${server.port}`, cookie })).status).toBe(200);
  });

  it('refuses other pages, even of another local port', async () => {
    for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:1', `https://127.0.0.1:${server.port}`]) {
      expect((await ask('/', { origin, cookie })).status, origin).toBe(403);
      expect(await openSocket({ origin, cookie }), origin).toBe(403);
    }
    expect(await openSocket({ cookie })).toBe(403);
    expect(await openSocket({ cookie, origin: `http://127.0.0.1:${server.port}` }, '/other')).toBe(403);
    expect(await openSocket({ cookie, origin: `http://127.0.0.1:${server.port}`, host: 'evil.example' })).toBe(403);
    expect(await openSocket({ cookie, origin: `http://127.0.0.1:${server.port}` })).toBe('open');
  });

  it('listens on the loopback address only', async () => {
    const reachable = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '::1', port: server.port });
      socket.on('connect', () => resolve(true));
      socket.on('error', () => resolve(false));
    });
    expect(reachable).toBe(false);
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
  });
});

describe('what it serves', () => {
  it('serves the page with a strict policy and the right types', async () => {
    const page = await ask('/', { cookie });
    expect([page.status, page.body.toString()]).toEqual([200, '<html data-theme="dark"><title>phy</title>']);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(policy).not.toContain('unsafe-eval');
    const script = await ask('/assets/main-a1.js', { cookie });
    expect([script.status, script.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
    const popout = await ask('/popout.html', { cookie });
    expect([popout.status, popout.headers['content-security-policy']]).toEqual([200, policy]);
  });

  it('never leaves its folder', async () => {
    const paths = [
      '/../secret.html',
      '/%2e%2e/secret.html',
      '/assets/../../secret.html',
      '/..%2fsecret.html',
      '/linked.html',
    ];
    paths.push(
      '//etc/passwd',
      '/assets',
      '/assets/',
      '/.hidden.html',
      '/%00.html',
      '/%',
      '/index.html%00.js',
      '/a\\..\\secret.html',
    );
    for (const path of paths) {
      const reply = await ask(path, { cookie });
      expect(reply.status, path).toBe(404);
      expect(reply.body.toString(), path).not.toContain('secret');
    }
  });

  it('answers GET and HEAD only', async () => {
    expect((await ask('/', { cookie }, 'POST')).status).toBe(405);
    expect((await ask('/', { cookie }, 'OPTIONS')).status).toBe(405);
    expect((await ask('/', { cookie }, 'HEAD')).status).toBe(200);
  });
});

describe('answers', () => {
  it('sends small ones on the socket, and announces large ones that can be fetched once', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/socket`, {
      headers: { cookie, origin: `http://127.0.0.1:${server.port}` },
    });
    await new Promise((resolve) => socket.on('open', resolve));
    const next = (): Promise<{ data: Buffer; binary: boolean }> =>
      new Promise((resolve) => socket.once('message', (data, binary) => resolve({ data: data as Buffer, binary })));
    const small = next();
    socket.send('3');
    expect(decodeFrame((await small).data)).toMatchObject({ type: 'answer', answer: { shape: [3] } });
    const large = next();
    socket.send('200000');
    const notice = await large;
    expect(notice.binary).toBe(false);
    const { blob, answer }: BlobNotice = JSON.parse(notice.data.toString());
    expect(answer).toBe(true);
    const fetched = await ask(`/blob/${blob}`, { cookie });
    expect(decodeFrame(fetched.body)).toMatchObject({ type: 'answer', answer: { shape: [200_000] } });
    expect((await ask(`/blob/${blob}`, { cookie })).status).toBe(404);
    socket.close();
  });

  it('says so when the port is taken', async () => {
    await expect(startServer({ program, guiFolder: folder, port: server.port })).rejects.toThrow(
      `Port ${server.port} is in use. Leave --port out, and a free one is chosen.`,
    );
  });
});

describe('without a dataset', () => {
  /** A window of the start page: what it was told, and a way to ask. */
  class StartWindow {
    readonly told: StartMessage[] = [];
    readonly socket: WebSocket;
    constructor(at: GuiServer, withCookie: string) {
      const origin = `http://127.0.0.1:${at.port}`;
      this.socket = new WebSocket(`ws://127.0.0.1:${at.port}/start`, { headers: { cookie: withCookie, origin } });
      this.socket.on('message', (data: Buffer) => this.told.push(JSON.parse(data.toString())));
    }
    ask(request: StartRequest | Readonly<Record<string, unknown>>): void {
      this.socket.send(JSON.stringify(request));
    }
    async next<T extends StartMessage['type']>(type: T): Promise<StartMessage & { readonly type: T }> {
      const isIt = (message: StartMessage): message is StartMessage & { readonly type: T } => message.type === type;
      return await vi.waitFor(() => {
        const found = this.told.findLast(isIt);
        if (found === undefined) throw new Error(`no ${type} came`);
        return found;
      });
    }
  }
  let bare: Program;
  let second: GuiServer;
  let key = '';
  const seen: string[] = [];
  const windows = { joined: () => void seen.push('joined'), left: (code: number) => void seen.push(`left ${code}`) };
  beforeEach(async () => {
    seen.length = 0;
    bare = fakeProgram();
    second = await startServer({ program: bare, guiFolder: folder, port: 0, windows });
    const { search } = new URL(second.url);
    key = String(
      (await fetch(`http://127.0.0.1:${second.port}/${search}`, { redirect: 'manual' })).headers.get('set-cookie'),
    );
    key = key.split(';')[0] ?? '';
  });
  afterEach(() => second.close('phy has ended.'));
  const page = async (): Promise<string> =>
    await (await fetch(`http://127.0.0.1:${second.port}/?path=/etc`, { headers: { cookie: key } })).text();

  it('shows the start page, in the kept theme, whatever the address says', async () => {
    expect(await page()).toBe('<html data-theme="dark"><title>start</title>');
    const window = new StartWindow(second, key);
    await window.next('hello');
    window.ask({ type: 'look', appearance: { theme: 'light' } });
    await vi.waitFor(async () => expect(await page()).toBe('<html data-theme="light"><title>start</title>'));
    expect((await window.next('place')).place).toEqual({ kind: 'start', failure: null });
  });

  it('opens what a window asks for, says why not, and tells every window', async () => {
    const [one, two] = [new StartWindow(second, key), new StartWindow(second, key)];
    await one.next('recent');
    await two.next('recent');
    one.ask({ type: 'open', path: '/data/broken' });
    const failure = { path: '/data/broken', message: '/data/broken was not found.' };
    for (const window of [one, two]) {
      await vi.waitFor(() => expect(window.told).toContainEqual({ type: 'place', place: { kind: 'start', failure } }));
    }
    two.ask({ type: 'open', path: '/data/mini' });
    await vi.waitFor(() => expect(one.told.at(-1)).toEqual({ type: 'place', place: { kind: 'open' } }));
    expect(await page()).toBe('<html data-theme="light"><title>phy</title>');
    const listed = await fetch(`http://127.0.0.1:${second.port}/recent`, { headers: { cookie: key } });
    expect(await listed.json()).toMatchObject([{ params: '/data/mini/params.py', clusterCount: 12 }]);
  });

  it('lists names and nothing else', async () => {
    const window = new StartWindow(second, key);
    await window.next('hello');
    window.ask({ type: 'list', id: 7, text: `${folder}/`, whole: false });
    const { id, listing } = await window.next('listed');
    expect([id, listing.entries.map(({ name }) => name)]).toEqual([7, ['assets']]);
  });

  it('refuses what is not a request', async () => {
    const window = new StartWindow(second, key);
    await window.next('hello');
    for (const request of [
      { type: 'read', path: '/etc/passwd' },
      { type: 'open', path: 3 },
      { type: 'list', id: 1 },
    ]) {
      window.told.splice(0);
      window.ask(request);
      expect((await window.next('notice')).message).toMatch(/^A message of the window was refused: /);
    }
  });

  it('lets only its own page in', async () => {
    const socket = (headers: Record<string, string>): Promise<number> =>
      new Promise((resolve) => {
        const line = new WebSocket(`ws://127.0.0.1:${second.port}/start`, { headers });
        line.on('open', () => resolve(101));
        line.on('unexpected-response', (_, { statusCode = 0 }) => resolve(statusCode));
        line.on('error', () => resolve(0));
      });
    const origin = `http://127.0.0.1:${second.port}`;
    expect(await socket({ origin })).toBe(403);
    expect(await socket({ cookie: key })).toBe(403);
    expect(await socket({ cookie: key, origin: 'http://evil.example' })).toBe(403);
    expect(await socket({ cookie: key, origin, host: 'evil.example' })).toBe(403);
    expect((await fetch(`${origin}/recent`)).status).toBe(403);
  });

  it('sends a window of a dataset that is not open any more to the start page', async () => {
    const origin = `http://127.0.0.1:${second.port}`;
    const line = new WebSocket(`ws://127.0.0.1:${second.port}/socket`, { headers: { cookie: key, origin } });
    expect(await new Promise((resolve) => line.on('close', resolve))).toBe(MOVED_CODE);
  });

  it('tells of windows that come and go', async () => {
    const [one, two] = [new StartWindow(second, key), new StartWindow(second, key)];
    await one.next('hello');
    await two.next('hello');
    one.socket.close(1000);
    await vi.waitFor(() => expect(seen).toEqual(['joined', 'joined', 'left 1000']));
    two.socket.terminate();
    await vi.waitFor(() => expect(seen.at(-1)).toBe('left 1006'));
  });

  it('says goodbye', async () => {
    const window = new StartWindow(second, key);
    await window.next('hello');
    window.ask({ type: 'quit' });
    await bare.ended;
    await second.close('phy has ended.');
    expect(await window.next('closing')).toEqual({ type: 'closing', reason: 'phy has ended.' });
  });
});
