/** Promise: the small demo dataset is made within 10 seconds; making one needs memory for its spikes only. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { demoCommand } from '../src/node/commands/demo.ts';
import { duration, megabytes, memory, printTable, timed, verdict } from './measure.ts';

const PROMISE_MS = 10_000;
/** Spikes while they are sorted, and everything else. */
const memoryLimit = (spikes: number): number => spikes * 30 + 250 * 2 ** 20;
const SPIKES: Readonly<Record<string, number>> = { small: 40_000, medium: 2_000_000, large: 10_000_000 };

/** Makes small and the given size, each in a process of its own. */
export function demo(script: string, size: string): void {
  for (const each of new Set(['small', size]))
    spawnSync(process.execPath, [script, 'demo-one', '--size', each], { stdio: 'inherit' });
}

/** Makes one size in this process and says what it took. */
export async function demoOne(size: string): Promise<void> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'phy-bench-'));
  try {
    const ms = await timed(() => demoCommand({ size, out: path.join(root, 'demo') }));
    const { most } = memory();
    printTable(`Making the ${size} demo dataset`, [
      ['', 'phy'],
      ['time', duration(ms)],
      ['most memory', megabytes(most)],
    ]);
    if (size === 'small') verdict(ms <= PROMISE_MS, `the small demo takes ${duration(ms)}, at most 10 s promised.`);
    const limit = memoryLimit(SPIKES[size]);
    verdict(most <= limit, `${megabytes(most)} at most, ${megabytes(limit)} promised.`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
