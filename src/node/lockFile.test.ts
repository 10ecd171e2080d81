import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFile, whileLocked } from './lockFile.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phy-lock-'));
  path = join(folder, 'ts', 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that does nothing, for its number. */
async function otherProcess(): Promise<{ readonly pid: number; end(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await new Promise((resolve) => child.on('spawn', resolve));
  return {
    pid: child.pid ?? 0,
    end: () =>
      new Promise((resolve) => {
        child.on('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}

async function write(holder: object): Promise<void> {
  await lockFile(path).take();
  writeFileSync(path, JSON.stringify(holder));
}

describe('lockFile', () => {
  it('is made by the first who takes it and removed when it is given back', async () => {
    const lock = lockFile(path);
    expect(await lock.holder()).toBeNull();
    expect(existsSync(path)).toBe(false);
    expect(await lock.take()).toBeNull();
    expect(await lock.take()).toBeNull();
    await lock.announce('http://127.0.0.1:1/');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid, url: 'http://127.0.0.1:1/' });
    expect(readdirSync(join(folder, 'ts'))).toEqual(['lock']);
    await lock.release();
    expect(readdirSync(join(folder, 'ts'))).toEqual([]);
  });

  it('is gone once it is given back, whatever was still being written', async () => {
    const lock = lockFile(path);
    await lock.take();
    await Promise.all([lock.announce('http://127.0.0.1:1/'), lock.release(), lock.announce('http://127.0.0.1:2/')]);
    expect(readdirSync(join(folder, 'ts'))).toEqual([]);
  });

  it('names the living process that holds it', async () => {
    const other = await otherProcess();
    const holder = { pid: other.pid, host: hostname(), processStart: null, since: 5, url: null };
    await write(holder);
    const lock = lockFile(path);
    expect(await lock.holder()).toEqual(holder);
    expect(await lock.take()).toEqual(holder);
    await lock.release();
    expect(existsSync(path)).toBe(true);
    await other.end();
    expect(await lock.holder()).toBeNull();
    expect(await lock.take()).toBeNull();
  });

  it('takes over a lock whose maker is gone, whose number another process has now, or that cannot be read', async () => {
    const other = await otherProcess();
    const gone = { pid: 2 ** 30, host: hostname(), processStart: null, since: 5, url: null };
    const reused = { ...gone, pid: other.pid, processStart: '1' };
    for (const holder of process.platform === 'linux' ? [gone, reused] : [gone]) {
      await write(holder);
      expect(await lockFile(path).take()).toBeNull();
      rmSync(path);
    }
    await lockFile(path).take();
    writeFileSync(path, '{"pid":');
    expect(await lockFile(path).take()).toBeNull();
    await other.end();
  });

  it('believes a lock of another machine', async () => {
    const holder = { pid: 2 ** 30, host: 'other-machine', processStart: null, since: 5, url: null };
    await write(holder);
    expect(await lockFile(path).take()).toEqual(holder);
  });
});

describe('whileLocked', () => {
  it('keeps the lock for the write, and gives it back also when the write fails', async () => {
    const seen: boolean[] = [];
    const look = async (): Promise<void> => void seen.push(existsSync(path));
    await whileLocked(path, look);
    await expect(whileLocked(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect([...seen, existsSync(path)]).toEqual([true, false]);
  });

  it('waits for another program, but not for ever', async () => {
    const other = await otherProcess();
    await write({ pid: other.pid, host: hostname(), processStart: null, since: 5, url: null });
    const log: string[] = [];
    const waiting = whileLocked(path, async () => void log.push('written'));
    log.push('asked');
    rmSync(path);
    await waiting;
    await write({ pid: other.pid, host: hostname(), processStart: null, since: 5, url: null });
    await whileLocked(path, async () => void log.push('written all the same'));
    expect(log).toEqual(['asked', 'written', 'written all the same']);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: other.pid });
    await other.end();
  });
});
