/** Runs the real command line to its end, on a small dataset made on the spot. */
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSmallDataset } from '../fixtures/smallDataset.ts';
import { repo } from './harness.ts';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Surroundings {
  readonly input?: string;
  /** Replaces ~/.phy. */
  readonly config: string;
  readonly cwd?: string;
  /** Ctrl+C once standard error has this text. */
  readonly interruptAt?: string;
}

/** `phy WORDS` with text on stdin. */
export async function phy(
  words: readonly string[],
  { input = '', config, cwd = repo, interruptAt }: Surroundings,
): Promise<Finished> {
  const child = spawn(process.execPath, [join(repo, 'dist/src/main.node.js'), ...words], {
    cwd,
    env: { ...process.env, PHY_CONFIG_DIR: config },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => {
    const isSaid = interruptAt !== undefined && !stderr.includes(interruptAt);
    stderr += bytes.toString();
    if (isSaid && stderr.includes(interruptAt)) child.kill('SIGINT');
  });
  child.stdin.end(input);
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, stdout, stderr };
}

/** A folder with 200 spikes in clusters 0, 1, 2, 3 and 5. */
export function smallFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'phy-small-'));
  for (const [name, bytes] of Object.entries(makeSmallDataset().files)) writeFileSync(join(folder, name), bytes);
  return folder;
}

/** The JSON lines of `phy run`. */
export function jsonLines(text: string): readonly Readonly<Record<string, unknown>>[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line));
}
