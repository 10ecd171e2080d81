/** What docs/protocol.md says, over HTTP and over the WebSocket; the Python example, where there is a Python. */
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { decodeFrame } from '../../src/core/protocol/frame.ts';
import type { EngineMessage } from '../../src/core/protocol/messages.ts';
import { smallFolder } from './commandLine.ts';
import { removeFolder, repo, startProgram, temporaryFolder, type Program } from './harness.ts';

const folder = smallFolder();
const config = temporaryFolder('config');
let program: Program;
let base: string;
let cookie: string;

beforeAll(async () => {
  program = await startProgram(folder, config);
  base = new URL(program.url).origin;
  const reply = await fetch(program.url, { redirect: 'manual' });
  cookie = (reply.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
});
afterAll(async () => {
  await program.end();
  removeFolder(folder);
  removeFolder(config);
});

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}
function post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const all = { cookie, 'content-type': 'application/json', ...headers };
    const sent = request(`${base}/api/${path}`, { method: 'POST', headers: all }, (response) => {
      let received = '';
      response.on('data', (bytes: Buffer) => (received += bytes.toString()));
      response.on('end', () => {
        const isJson = received.startsWith('{');
        resolve({ status: response.statusCode ?? 0, body: isJson ? (JSON.parse(received) as Reply['body']) : {} });
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

describe('over HTTP', () => {
  it('does actions and answers questions', async () => {
    expect(await post('act', { action: 'select', args: [2, 3] })).toMatchObject({
      status: 200,
      body: { ok: true, message: 'Selected 2 and 3.' },
    });
    const asked = await post('ask', { query: 'isi', clusters: [2], params: { binCount: 7 } });
    expect(asked).toMatchObject({
      status: 200,
      body: { params: { binCount: 7 }, answer: { counts: { shape: [1, 7] } } },
    });
    expect(await post('act', { action: 'label', args: { name: 'quality', value: 2, ids: [2] } })).toMatchObject({
      body: { ok: true },
    });
  });

  it('says in a sentence what cannot be done', async () => {
    expect(await post('act', { action: 'nonsense' })).toMatchObject({
      status: 200,
      body: { ok: false, message: "Couldn't find action `nonsense`." },
    });
    expect(await post('ask', { query: 'isi', clusters: [99] })).toMatchObject({
      status: 400,
      body: { error: 'There is no cluster 99.' },
    });
    expect((await post('act', 'not json')).status).toBe(400);
    expect((await post('act', { action: 5 })).status).toBe(400);
    expect((await post('elsewhere', {})).status).toBe(404);
  });

  it('is closed to whoever has no cookie, to other pages, and to forms', async () => {
    const act = { action: 'merge', args: [2, 3] };
    expect((await post('act', act, { cookie: '' })).status).toBe(403);
    for (const origin of ['http://evil.example', 'null', base.replace('127.0.0.1', 'localhost')]) {
      expect((await post('act', act, { origin })).status).toBe(403);
    }
    expect((await post('act', act, { host: 'evil.example' })).status).toBe(403);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      expect((await post('act', act, { 'content-type': type })).status).toBe(400);
    }
    expect((await fetch(`${base}/api/events`)).status).toBe(403);
    const answer = await post('ask', { query: 'cluster' });
    expect(JSON.stringify(answer.body)).toContain('"id":2');
  });

  it('tells of every change', async () => {
    const events: string[] = [];
    const abort = new AbortController();
    const stream = await fetch(`${base}/api/events`, { headers: { cookie }, signal: abort.signal });
    const reader = stream.body?.getReader();
    const read = (async () => {
      let text = '';
      for (;;) {
        const part = await reader?.read();
        if (part === undefined || part.done) return;
        text += new TextDecoder().decode(part.value);
        const whole = text.split('\n\n');
        text = whole.pop() ?? '';
        events.push(...whole);
      }
    })().catch(() => undefined);
    await expect.poll(() => events.length).toBe(1);
    expect(events[0]).toMatch(/^event: state\ndata: \{"dataset":/);
    await post('act', { action: 'merge', args: [2, 3] });
    await post('act', { action: 'undo' });
    await post('act', { action: 'select', args: [0] });
    await expect.poll(() => events.length).toBe(4);
    const kinds = events.map((event) => event.split('\n')[0]);
    expect(kinds).toEqual(['event: state', 'event: change', 'event: change', 'event: selection']);
    expect(JSON.parse(events[1].slice(events[1].indexOf('{')))).toMatchObject({ action: 'merge', deleted: [2, 3] });
    abort.abort();
    await read;
  });
});

describe('over the WebSocket', () => {
  it('says welcome, and answers by id', async () => {
    const line = new WebSocket(`${base.replace('http', 'ws')}/socket`, { headers: { cookie, origin: base } });
    const heard: EngineMessage[] = [];
    const texts: string[] = [];
    line.on('message', (data, isBinary) => {
      if (!Buffer.isBuffer(data)) return;
      if (isBinary) heard.push(decodeFrame(new Uint8Array(data)));
      else texts.push(data.toString());
    });
    await new Promise((done) => line.on('open', done));
    line.send(JSON.stringify({ type: 'hello', protocol: 1 }));
    await expect.poll(() => heard.some(({ type }) => type === 'welcome')).toBe(true);
    line.send(JSON.stringify({ type: 'act', id: 7, action: 'select', args: [1] }));
    line.send(JSON.stringify({ type: 'ask', id: 8, query: 'isi', clusters: [1], params: {} }));
    await expect.poll(() => heard.some((message) => message.type === 'acted' && message.id === 7)).toBe(true);
    await expect.poll(() => heard.some((message) => message.type === 'answer' && message.id === 8)).toBe(true);
    line.send('{"type":"ping"}');
    await expect.poll(() => texts).toContain('{"type":"pong"}');
    line.close();
  });
});

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!hasPython())('the Python example', () => {
  it('selects, asks, merges and hears of it', async () => {
    const script = join(repo, 'examples/python/merge.py');
    const out = await new Promise<string>((done, failed) => {
      execFile('python3', [script, program.url, '0', '5'], { timeout: 60_000 }, (error, stdout, stderr) =>
        error === null ? done(stdout) : failed(new Error(stderr)),
      );
    });
    expect(out).toMatch(/^open: .*\nSelected 0 and 5\.\nintervals: \[\d+, \d+\]\n/);
    expect(out).toMatch(/Merge clusters 0, 5 to \d+\./);
    expect(out).toMatch(/heard: Merge clusters 0, 5 to (\d+)\. added \[\1\]/);
    expect(readFileSync(script, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(40);
  });
});
