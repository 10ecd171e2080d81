/**
 * `phy run` is killed at random instants, also while it saves. Whatever it had acknowledged (printed a line for) must be there at the next
 * start, and every curation file must be whole. PHY_KILLS sets the number of kills.
 */
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyDataset, hasDataset, removeFolder, repo, temporaryFolder } from './harness.ts';

const main = join(repo, 'dist/src/main.node.js');
const KILLS = Number(process.env.PHY_KILLS ?? 12);

interface Line {
  readonly action: string;
  readonly ok: boolean;
  readonly newClusterId: number;
  readonly dirty: boolean;
}

/** Small reproducible random numbers, so that a failure can be repeated. */
function randomly(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Runs lines; kills the process after `killAfterMs` when given. Resolves with the lines it printed before it ended. */
async function run(
  folder: string,
  config: string,
  script: string,
  flags: readonly string[],
  killAfterMs?: number,
): Promise<{ lines: Line[]; code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [main, 'run', folder, '-', ...flags], {
    env: { ...process.env, PHY_CONFIG_DIR: config },
  });
  let out = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => {
    if (out === '' && killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    out += bytes.toString();
  });
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  child.stdin.on('error', () => {});
  child.stdin.end(script);
  const code = await new Promise<number | null>((done) => child.on('close', done));
  const whole = out.slice(0, out.lastIndexOf('\n') + 1).trimEnd();
  const lines = whole === '' ? [] : whole.split('\n').map((text): Line => JSON.parse(text));
  return { lines, code, stderr };
}

/** A script of changes with a save here and there. `query cluster` afterwards shows what survived. */
function script(random: () => number): string {
  const lines: string[] = [];
  for (let i = 0; i < 60; i++) {
    const dice = random();
    if (dice < 0.2) lines.push(`label note ${Math.floor(random() * 1000)} [${Math.floor(random() * 30)}]`);
    else if (dice < 0.4) lines.push('first', 'next', 'merge');
    else if (dice < 0.55)
      lines.push(`split {"spikes":[${Math.floor(random() * 13000)},${Math.floor(random() * 13000)}]}`);
    else if (dice < 0.7) lines.push('undo');
    else if (dice < 0.8) lines.push('redo');
    else if (dice < 0.9) lines.push('first', 'move good best');
    else lines.push('save');
  }
  return `${lines.join('\n')}\n`;
}

describe.skipIf(!hasDataset('mini'))('a killed session', () => {
  let config = '';
  beforeAll(() => {
    config = temporaryFolder('config');
  });
  afterAll(() => removeFolder(config));

  it(
    `keeps every acknowledged action, ${KILLS} times`,
    async () => {
      const random = randomly(20261123);
      for (let kill = 0; kill < KILLS; kill++) {
        const folder = copyDataset('mini');
        const text = script(random);
        const killed = await run(folder, config, text, ['--keep-going'], random() * 350);
        expect(killed.lines.length, killed.stderr).toBeGreaterThan(0);
        const again = await run(folder, config, 'first\n', ['--recover']);
        expect(again.code, `kill ${kill}: ${again.stderr}`).toBe(0);
        // The same lines without a kill, in another folder, give the state that must have survived.
        const twin = copyDataset('mini');
        const done = text.split('\n').slice(0, killed.lines.length).join('\n');
        const calm = await run(twin, config, `${done}\n`, ['--keep-going']);
        expect(calm.lines).toHaveLength(killed.lines.length);
        const last = calm.lines.at(-1);
        // One more action may have reached the journal without having been printed.
        expect(again.lines[0]?.newClusterId, `kill ${kill}`).toBeGreaterThanOrEqual(last?.newClusterId ?? 0);
        const [found, wanted] = await Promise.all([state(folder, config), state(twin, config)]);
        if (JSON.stringify(found) !== JSON.stringify(wanted)) {
          const third = copyDataset('mini');
          const more = text
            .split('\n')
            .slice(0, killed.lines.length + 1)
            .join('\n');
          await run(third, config, `${more}\n`, ['--keep-going']);
          expect(found, `kill ${kill} after ${killed.lines.length} lines`).toEqual(await state(third, config));
          removeFolder(third);
        }
        expect((await run(folder, config, 'save\n', ['--recover'])).code).toBe(0);
        expect(await state(folder, config)).toEqual(found);
        expect(leftovers(folder)).toEqual([]);
        removeFolder(folder);
        removeFolder(twin);
      }
    },
    KILLS * 20_000,
  );
});

/** Clusters with their counts, groups and notes, unsaved actions included. */
async function state(folder: string, config: string): Promise<unknown> {
  const child = spawn(
    process.execPath,
    [main, 'query', folder, 'cluster', '--recover', '--set', 'sort=id', 'direction=asc'],
    {
      env: { ...process.env, PHY_CONFIG_DIR: config },
    },
  );
  let out = '';
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
  await new Promise((done) => child.on('close', done));
  const parsed: { answer: { rows: unknown } } = JSON.parse(out);
  return parsed.answer.rows;
}

/** Temporary files that a kill left behind and the next save did not put away; empty or torn arrays. */
function leftovers(folder: string): readonly string[] {
  const bad = readdirSync(folder).filter((name) => name.includes('tmp') || name.includes('partial'));
  const clusters = readFileSync(join(folder, 'spike_clusters.npy'));
  if (clusters.length !== 56_072) bad.push(`spike_clusters.npy has ${clusters.length} bytes`);
  return bad;
}
