/** Other pages, other names and other people on the same machine get nothing (spec/tech-evidence.md 4). */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { smallFolder } from './commandLine.ts';
import { removeFolder, startProgram, temporaryFolder, type Program } from './harness.ts';

let program: Program;
let folder: string;
let config: string;
let plugins: string;
let port: number;
let cookie: string;

beforeAll(async () => {
  folder = smallFolder();
  config = temporaryFolder('config');
  plugins = temporaryFolder('plugins');
  writeFileSync(join(plugins, 'one.mjs'), "export default { name: 'one' };\n");
  writeFileSync(join(plugins, 'private.mjs'), 'throw new Error();\n');
  mkdirSync(join(plugins, 'two'));
  writeFileSync(join(plugins, 'two', 'index.mjs'), "export default { name: 'two' };\n");
  writeFileSync(join(plugins, 'two', 'part.mjs'), 'export const part = 1;\n');
  symlinkSync(join(plugins, 'private.mjs'), join(plugins, 'two', 'way-out.mjs'));
  program = await startProgram(folder, config, [
    '--plugin',
    join(plugins, 'one.mjs'),
    '--plugin',
    join(plugins, 'two'),
  ]);
  port = Number(new URL(program.url).port);
  const reply = await fetch(program.url, { redirect: 'manual' });
  cookie = (reply.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
});
afterAll(async () => {
  await program.end();
  removeFolder(folder);
  removeFolder(config);
  removeFolder(plugins);
});

function status(path: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end();
  });
}

function socket(headers: Readonly<Record<string, string>>, path = '/socket'): Promise<'open' | 'refused'> {
  return new Promise((resolve) => {
    const line = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    line.on('open', () => {
      line.close();
      resolve('open');
    });
    line.on('error', () => resolve('refused'));
  });
}

describe('the running program', () => {
  it('lets its own window in', async () => {
    expect(await status('/', { cookie })).toBe(200);
    expect(await socket({ cookie, origin: `http://127.0.0.1:${port}` })).toBe('open');
  });

  it('refuses whoever does not hold the token', async () => {
    expect(await status('/', {})).toBe(403);
    expect(await status('/?token=guess', {})).toBe(403);
    expect(await status('/', { cookie: cookie.replace(/.{4}$/, 'AAAA') })).toBe(403);
    expect(await socket({ origin: `http://127.0.0.1:${port}` })).toBe('refused');
  });

  it('refuses other pages and other names', async () => {
    for (const origin of ['http://evil.example', 'null', `http://127.0.0.1:${port + 1}`, `http://localhost:${port}`]) {
      expect(await status('/', { cookie, origin }), origin).toBe(403);
      expect(await socket({ cookie, origin }), origin).toBe('refused');
    }
    expect(await status('/', { cookie, host: `evil.example:${port}` })).toBe(403);
    expect(await socket({ cookie, origin: `http://127.0.0.1:${port}`, host: 'evil.example' })).toBe('refused');
  });

  it('lists folders and recent datasets to nobody else', async () => {
    const origin = `http://127.0.0.1:${port}`;
    expect(await socket({ cookie, origin }, '/start')).toBe('open');
    expect(await socket({ origin }, '/start')).toBe('refused');
    expect(await socket({ cookie }, '/start')).toBe('refused');
    expect(await socket({ cookie, origin: 'http://evil.example' }, '/start')).toBe('refused');
    expect(await status('/recent', { cookie })).toBe(200);
    expect(await status('/recent', {})).toBe(403);
    expect(await status('/recent', { cookie, origin: 'http://evil.example' })).toBe(403);
  });

  it('lets nobody else to the kernel, and allows code from text in the worker of the console only', async () => {
    const origin = `http://127.0.0.1:${port}`;
    expect(await socket({ cookie, origin }, '/kernel')).toBe('open');
    expect(await socket({ origin }, '/kernel')).toBe('refused');
    expect(await socket({ cookie }, '/kernel')).toBe('refused');
    for (const other of ['http://evil.example', 'null', `http://127.0.0.1:${port + 1}`, `http://localhost:${port}`]) {
      expect(await socket({ cookie, origin: other }, '/kernel'), other).toBe('refused');
      expect(await status('/workers/main.console.js', { cookie, origin: other }), other).toBe(403);
    }
    expect(await status('/workers/main.console.js', {})).toBe(403);
    const policy = async (path: string): Promise<string> => {
      const reply = await fetch(new URL(path, program.url), { headers: { cookie } });
      return reply.headers.get('content-security-policy') ?? '';
    };
    for (const path of ['/', '/popout.html', '/favicon.svg']) expect(await policy(path)).not.toContain('unsafe-eval');
    expect(await policy('/workers/main.console.js')).toBe(
      "default-src 'none'; script-src 'self' 'unsafe-eval'; connect-src 'none'; frame-ancestors 'none'",
    );
    expect(await policy('/workers/main.drawer.js')).toBe(
      "default-src 'none'; script-src 'self'; connect-src 'none'; frame-ancestors 'none'",
    );
    expect(await policy('/')).toContain("script-src 'self';");
  });

  it('serves nothing beside its own files', async () => {
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2f..%2fpackage.json',
      '/etc/passwd',
      '/assets/',
    ]) {
      expect(await status(path, { cookie }), path).toBe(404);
    }
  });

  it('shows plugins to its own window only, and nothing beside them', async () => {
    for (const path of [
      '/plugins/0-one.mjs/one.mjs',
      '/plugins/1-two/index.mjs',
      '/plugins/1-two/part.mjs',
      '/plugins/phy.js',
    ]) {
      expect(await status(path, { cookie }), path).toBe(200);
      expect(await status(path, {}), path).toBe(403);
      expect(await status(path, { cookie, origin: 'http://evil.example' }), path).toBe(403);
      expect(await status(path, { cookie, host: `evil.example:${port}` }), path).toBe(403);
    }
    for (const path of [
      '/plugins/',
      '/plugins/one.mjs',
      '/plugins/0-one.mjs/private.mjs',
      '/plugins/0-one.mjs/../private.mjs',
      '/plugins/0-one.mjs/%2e%2e/private.mjs',
      '/plugins/1-two/..%2fprivate.mjs',
      '/plugins/1-two/way-out.mjs',
      '/plugins/2-private.mjs/private.mjs',
    ]) {
      expect(await status(path, { cookie }), path).toBe(404);
    }
  });

  it('takes no plugin from an address', async () => {
    const proof = join(plugins, 'proof.txt');
    const bad = join(plugins, 'bad.mjs');
    writeFileSync(bad, `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(proof)}, 'ran');\n`);
    for (const name of ['plugin', 'plugins', 'module']) {
      expect(await status(`/?${name}=${encodeURIComponent(bad)}`, { cookie })).toBe(200);
    }
    expect(await status(`/plugins/${encodeURIComponent(bad)}`, { cookie })).toBe(404);
    expect(existsSync(proof)).toBe(false);
  });
});
