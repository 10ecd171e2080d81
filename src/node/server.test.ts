import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { BlobNotice } from '../core/protocol/messages.ts';
import { decodeFrame, encodeFrame } from '../core/protocol/frame.ts';
import { nd } from '../core/base/nd.ts';
import type { EngineHost } from './engineHost.ts';
import { startServer, type GuiServer } from './server.ts';

/** An engine that says welcome to nobody: it answers every text with an answer of that many numbers. */
function fakeEngine(): EngineHost {
  return {
    opened: { summary: null as never, report: { files: [], warnings: [] }, recoverable: 0 },
    join: (receive) => ({
      send(text) {
        const answer = nd(new Float64Array(Number(text)));
        receive(encodeFrame({ type: 'answer', id: 1, revision: 0, params: {}, answer, engineMs: 0 }), true);
      },
      leave: () => undefined,
    }),
    announce: () => undefined,
    ended: new Promise(() => undefined),
    stop: () => Promise.resolve({ unsaved: 0 }),
  };
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

let folder: string;
let server: GuiServer;
let cookie: string;

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
  writeFileSync(join(folder, 'index.html'), '<title>phy</title>');
  writeFileSync(join(folder, 'assets', 'main-a1.js'), 'export {};');
  writeFileSync(join(root, 'secret.html'), 'secret');
  symlinkSync(join(root, 'secret.html'), join(folder, 'linked.html'));
  server = await startServer({ engine: fakeEngine(), guiFolder: folder, port: 0 });
  const first = await ask(new URL(server.url).pathname + new URL(server.url).search);
  cookie = String(first.headers['set-cookie']).split(';')[0] ?? '';
});
afterAll(async () => {
  await server.close();
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
    expect([page.status, page.body.toString()]).toEqual([200, '<title>phy</title>']);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self';");
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
    await expect(startServer({ engine: fakeEngine(), guiFolder: folder, port: server.port })).rejects.toThrow(
      `Port ${server.port} is in use. Leave --port out, and a free one is chosen.`,
    );
  });
});
