/**
 * One engine curates a dataset at a time. The lock is a file made in one step (`wx`), holding who made it; one whose maker no longer
 * runs is taken over.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { PhyError } from '../core/base/errors.ts';
import type { Lock, LockHolder } from '../core/engine/lock.ts';
import { codeOf, writeReason } from './writeFailure.ts';

/** A lock in the file `path`, for this process. */
export function lockFile(path: string): Lock {
  let me: LockHolder = {
    pid: process.pid,
    host: hostname(),
    processStart: processStart(process.pid),
    since: Date.now(),
    url: null,
  };
  let held: LockHolder | null = null;
  let last: Promise<unknown> = Promise.resolve();
  /** Writes follow each other: an address that is still being written must not bring a lock back that was given up. */
  const inTurn = <T>(write: () => Promise<T>): Promise<T> => {
    const result = last.then(write);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    path,
    async holder() {
      const found = await readHolder(path);
      return found === null || isMine(found) || isStale(found) ? null : found;
    },
    take: () =>
      inTurn(async () => {
        if (held !== null) return null;
        for (let attempt = 0; attempt < 3; attempt++) {
          if (await makeLock(path, me)) {
            held = me;
            return null;
          }
          const found = await readHolder(path);
          if (found !== null && !isMine(found) && !isStale(found)) return found;
          await setAside(path);
        }
        return readHolder(path);
      }),
    announce: (url) =>
      inTurn(async () => {
        me = { ...me, url };
        if (held !== null) await replace(path, me);
      }),
    release: () =>
      inTurn(async () => {
        if (held === null) return;
        held = null;
        await rm(path, { force: true });
      }),
  };
}

/** Another program writes for a few milliseconds; one that holds the lock longer than this is not waited for. */
const BRIEF_WAITS = 40;
const BRIEF_WAIT_MS = 25;

/** Runs `write` while no other program holds the lock in `path`. After a second it runs all the same: a setting kept is worth more. */
export async function whileLocked(path: string, write: () => Promise<void>): Promise<void> {
  const lock = lockFile(path);
  for (let waits = 0; waits < BRIEF_WAITS && (await lock.take().catch(() => null)) !== null; waits++) {
    await new Promise((resolve) => void setTimeout(resolve, BRIEF_WAIT_MS));
  }
  try {
    await write();
  } finally {
    await lock.release().catch(() => undefined);
  }
}

/** The same in a folder that need not exist. Throws `refused` in a sentence when nothing can be written there. */
async function makeLock(path: string, holder: LockHolder): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return await create(path, holder);
  } catch (error) {
    const why = writeReason(error, path);
    if (why === '') throw error;
    throw new PhyError('refused', `${path} could not be written: ${why}. Nothing was changed.`, { file: path });
  }
}

/** Writes the file under another name and links it, so that nobody ever reads half a lock. False when there is one already. */
async function create(path: string, holder: LockHolder): Promise<boolean> {
  const draft = `${path}.${process.pid}`;
  try {
    await writeFile(draft, `${JSON.stringify(holder, null, 2)}\n`);
    return await linked(draft, path, holder);
  } finally {
    await rm(draft, { force: true });
  }
}

async function linked(draft: string, path: string, holder: LockHolder): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    return await createPlainly(path, holder);
  }
}

/** For file systems without links. */
async function createPlainly(path: string, holder: LockHolder): Promise<boolean> {
  try {
    await writeFile(path, `${JSON.stringify(holder, null, 2)}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function replace(path: string, holder: LockHolder): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(holder, null, 2)}\n`);
  await rename(draft, path);
}

/**
 * Moves a stale lock away. Of two processes that do so at once the slower one may catch the lock that the other has just made: it is put
 * back.
 */
async function setAside(path: string): Promise<void> {
  const aside = `${path}.stale.${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  const caught = await readHolder(aside);
  if (caught !== null && !isMine(caught) && !isStale(caught)) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

/** null when there is no lock; a lock that cannot be read counts as stale. */
async function readHolder(path: string): Promise<LockHolder | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return null;
  }
  return parseHolder(text) ?? { pid: 0, host: hostname(), processStart: null, since: 0, url: null };
}

function parseHolder(text: string): LockHolder | null {
  try {
    const value: unknown = JSON.parse(text);
    const isHolder =
      typeof value === 'object' && value !== null && 'pid' in value && 'host' in value && typeof value.pid === 'number';
    return isHolder ? (value as LockHolder) : null;
  } catch {
    return null;
  }
}

const isMine = (holder: LockHolder): boolean =>
  holder.pid === process.pid && holder.host === hostname() && holder.processStart === processStart(process.pid);

/** Only a process of this machine can be looked at; a lock of another machine is believed. */
function isStale(holder: LockHolder): boolean {
  if (holder.host !== hostname()) return false;
  if (holder.pid <= 0 || !isRunning(holder.pid)) return true;
  const start = processStart(holder.pid);
  return start !== null && holder.processStart !== null && start !== holder.processStart;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** When a process started, in the system's own words: numbers are given again to other processes. null where the system does not tell. */
function processStart(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
    }
    if (process.platform === 'darwin') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    }
  } catch {
    return null;
  }
  return null;
}
