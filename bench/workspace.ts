/** Datasets for measuring: made once, and opened in a folder of their own so that nothing measured changes them. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Session } from '../src/core/engine/session.ts';
import { demoCommand } from '../src/node/commands/demo.ts';
import { openNodeSession } from '../src/node/openNodeSession.ts';
import { packageFolder } from '../src/node/places.ts';
import { queries } from '../src/views/queries.ts';

/** The folder of `--data`, or of a demo dataset of the size, which is made when it is not there yet. */
export async function datasetFolder(data: string | undefined, size: string): Promise<string> {
  if (data !== undefined) return path.resolve(data.endsWith('.py') ? path.dirname(data) : data);
  const folder = path.join(packageFolder(), 'demo-data', size);
  if (!existsSync(path.join(folder, 'params.py'))) await demoCommand({ size, out: folder });
  return folder;
}

/** A demo dataset with raw data of 384 channels, 1.4 GB; made when it is not there yet. */
export async function rawDataFolder(): Promise<string> {
  const folder = path.join(packageFolder(), 'demo-data', 'raw');
  if (existsSync(path.join(folder, 'params.py'))) return folder;
  await demoCommand({
    size: 'small',
    channels: 384,
    units: 120,
    spikes: 60_000,
    duration: 60,
    withRaw: true,
    out: folder,
  });
  return folder;
}

export interface Workspace {
  /** Folder that looks like the dataset; what is saved goes there. */
  readonly folder: string;
  remove(): void;
}

/** Files that curation replaces or reads again are copied, the large ones linked. The user's folder is an empty one. */
export function makeWorkspace(dataset: string): Workspace {
  const root = mkdtempSync(path.join(os.tmpdir(), 'phy-bench-'));
  const folder = path.join(root, path.basename(dataset));
  mkdirSync(folder);
  for (const name of readdirSync(dataset)) {
    const [from, to] = [path.join(dataset, name), path.join(folder, name)];
    if (name.startsWith('.phy')) continue;
    if (/\.(tsv|csv|py)$|^spike_clusters\.npy$/.test(name)) copyFileSync(from, to);
    else link(from, to);
  }
  process.env.PHY_CONFIG_DIR = path.join(root, 'user');
  // Whoever held files here may still be writing its last ones.
  return { folder, remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) };
}

function link(from: string, to: string): void {
  try {
    symlinkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/** The engine as the window has it, without a window. */
export function openEngine(folder: string): Promise<Session> {
  return openNodeSession({
    paramsPath: path.join(folder, 'params.py'),
    guiName: 'Bench',
    queries,
    curates: true,
    usesSettings: false,
  });
}

export interface Picked {
  /** `1 mid`, `2 biggest`. */
  readonly name: string;
  /** Different clusters each, to be asked one after the other. */
  readonly selections: readonly (readonly number[])[];
}

/** Selections as the reference was measured with: middle half of the table by number of spikes, and its top rows. */
export function pickSelections(session: Session, repetitions = 5): readonly Picked[] {
  const ids = clustersBySize(session);
  const middle = ids.slice(Math.floor(ids.length * 0.25), Math.floor(ids.length * 0.75));
  const step = Math.max(1, Math.floor(middle.length / (7 * repetitions)));
  const spread = middle.filter((_, i) => i % step === 0);
  const take = (from: readonly number[], each: number, offset: number): readonly (readonly number[])[] =>
    Array.from({ length: repetitions }, (_, i) => from.slice(offset + i * each, offset + (i + 1) * each)).filter(
      (selection) => selection.length === each,
    );
  return [
    { name: '1 mid', selections: take(spread, 1, 0) },
    { name: '1 biggest', selections: ids.slice(0, 3).map((id) => [id]) },
    { name: '2 mid', selections: take(spread, 2, repetitions) },
    { name: '2 biggest', selections: [ids.slice(0, 2), ids.slice(2, 4), ids.slice(4, 6)] },
    { name: '5 biggest', selections: [ids.slice(0, 5), ids.slice(1, 6), ids.slice(2, 7)] },
  ];
}

/** Cluster ids, biggest first: the order in which the cluster view starts. */
export function clustersBySize(session: Session): readonly number[] {
  return session.snapshot().clusterTable.shown;
}
