/**
 * The log of the program (spec/curation.md 4.9): what was opened, done and said, and what failed. In the user's folder, never beside the data;
 * one file a day. A log that cannot be written keeps nobody from working.
 */
import { appendFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { userFolder } from './places.ts';

export interface Log {
  write(level: 'info' | 'warning' | 'error', text: string): void;
  /** Resolves when everything said so far is written. */
  settled(): Promise<void>;
}

/** For programs that keep none. */
export const NO_LOG: Log = { write: () => undefined, settled: () => Promise.resolve() };

/** Days that are kept. */
const MOST_FILES = 14;
const NAME = /^phy-\d{4}-\d\d-\d\d\.log$/;

/** Appends to `phy-2026-11-26.log` of the folder; several threads and programs may. Days are those of UTC, as the times in the lines are. */
export function openLog(folder = join(userFolder(), 'ts', 'log'), now = (): Date => new Date()): Log {
  let isFine = true;
  let last = prepare(folder).catch(() => void (isFine = false));
  return {
    write(level, text) {
      const time = now().toISOString();
      const line = `${time} ${level.toUpperCase().padEnd(7)} ${text.replaceAll(/\r?\n/g, '\n    ')}\n`;
      const append = async (): Promise<void> => {
        if (isFine) await appendFile(join(folder, `phy-${time.slice(0, 10)}.log`), line);
      };
      last = last.then(append).catch(() => void (isFine = false));
    },
    settled: () => last,
  };
}

/** Makes the folder and room for the file of today. */
async function prepare(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = (await readdir(folder)).filter((name) => NAME.test(name)).sort();
  for (const name of files.slice(0, Math.max(0, files.length - MOST_FILES + 1)))
    await rm(join(folder, name), { force: true });
}
