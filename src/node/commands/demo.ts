/** `phy demo`: writes a generated dataset into a folder, with a progress bar, whole or not at all. */
import { mkdir, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { PhyError } from '../../core/base/errors.ts';
import { generateDemo } from '../../core/demo/generate.ts';
import type { DemoPlan, DemoSize } from '../../core/demo/plan.ts';
import { DEMO_SIZES, demoPlan, expectedBytes } from '../../core/demo/plan.ts';
import { DEMO_MARKER } from '../../core/demo/tables.ts';
import { folderSink } from '../folderSink.ts';
import { longWork } from '../longWork.ts';
import { failedWork } from '../writeFailure.ts';

/** Options as commander gives them: text from the command line or values from a script. */
export interface DemoOptions {
  readonly size?: string;
  readonly seed?: string | number;
  readonly spikes?: string | number;
  readonly units?: string | number;
  readonly channels?: string | number;
  /** Seconds. */
  readonly duration?: string | number;
  /** False leaves raw data out; otherwise the size decides (small has them, the others would take tens of gigabytes). */
  readonly raw?: boolean;
  /** Raw data whatever the size. */
  readonly withRaw?: boolean;
  /** Folder to make; `phy-demo-<size>` in the current folder without it. */
  readonly out?: string;
}

/** `runDemo` with messages and progress on stderr. */
export function demoCommand(options: DemoOptions): Promise<string> {
  return runDemo(options, process.stderr);
}

/**
 * Makes the dataset and returns the absolute path of its params.py. The files are written to `<out>.partial`, which becomes `<out>`
 * at the end; after a failure or an interruption nothing is left. Throws `usage` for options that do not fit, `refused` when the
 * folder holds something else or the disk is too small, `aborted` after ctrl+c.
 */
export async function runDemo(options: DemoOptions, stderr: NodeJS.WritableStream): Promise<string> {
  const size = demoSize(options.size);
  const plan = planOf(size, options);
  const out = path.resolve(options.out ?? `phy-demo-${size}`);
  const say = (sentence: string): void => void stderr.write(`${sentence}\n`);
  const replaces = await checkFolder(out);
  if (replaces) say(`The demo dataset in ${out} is replaced.`);
  await mkdir(path.dirname(out), { recursive: true }).catch((error: unknown) => {
    throw failedWork(error, 'The demo dataset', out);
  });
  await checkSpace(path.dirname(out), expectedBytes(plan));
  const partial = `${out}.partial`;
  await checkFolder(partial);
  await rm(partial, { recursive: true, force: true });
  try {
    await mkdir(partial);
    await generateInto(partial, plan, stderr);
    await moveInto(partial, out);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw failedWork(error, 'The demo dataset', out);
  }
  say(summary(plan, out));
  return path.join(out, 'params.py');
}

/** True for a folder that `phy demo` made. */
export async function isDemoFolder(folder: string): Promise<boolean> {
  try {
    const truth: unknown = JSON.parse(await readFile(path.join(folder, 'truth.json'), 'utf8'));
    return typeof truth === 'object' && truth !== null && 'made_by' in truth && truth.made_by === DEMO_MARKER;
  } catch {
    return false;
  }
}

function demoSize(text = 'small'): DemoSize {
  const size = DEMO_SIZES.find((name) => name === text);
  if (size !== undefined) return size;
  throw new PhyError('usage', `--size is ${text}, expected one of ${DEMO_SIZES.join(', ')}.`);
}

function planOf(size: DemoSize, options: DemoOptions): DemoPlan {
  return demoPlan(size, {
    seed: numberOf('--seed', options.seed),
    spikes: numberOf('--spikes', options.spikes),
    units: numberOf('--units', options.units),
    channels: numberOf('--channels', options.channels),
    durationSeconds: numberOf('--duration', options.duration),
    raw: options.withRaw === true ? true : options.raw === false ? false : undefined,
  });
}

function numberOf(name: string, value: string | number | undefined): number | undefined {
  if (value === undefined || typeof value === 'number') return value;
  const parsed = Number(value.replaceAll('_', ''));
  if (value.trim() !== '' && Number.isFinite(parsed)) return parsed;
  throw new PhyError('usage', `${name} is ${value}, expected a number.`);
}

/** True when the folder holds an older demo. Throws `refused` when it holds something else. */
async function checkFolder(folder: string): Promise<boolean> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new PhyError('refused', `${folder} exists and is not a folder. Choose another one with --out.`);
  });
  if (entries.length === 0) return false;
  if (await isDemoFolder(folder)) {
    await refuseIfCurated(folder);
    return true;
  }
  throw new PhyError('refused', `${folder} is not empty and no demo dataset. Choose another folder with --out.`);
}

/** A demo is quickly made again, an hour of curation is not. */
async function refuseIfCurated(folder: string): Promise<void> {
  const journal = path.join(folder, '.phy', 'ts', 'journal.jsonl');
  const isCurated = await stat(journal).then(
    () => true,
    () => false,
  );
  if (!isCurated) return;
  const message = `The demo dataset in ${folder} was curated. Remove the folder, or choose another one with --out.`;
  throw new PhyError('refused', message, { file: journal });
}

async function checkSpace(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free > needed * 1.02) return;
  const sentence = `The demo dataset needs ${gigabytes(needed)}, but ${folder} has ${gigabytes(free)} free.`;
  throw new PhyError('refused', `${sentence} Choose a smaller --size, --no-raw or another folder with --out.`);
}

const gigabytes = (bytes: number): string =>
  bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

/** Generates under a progress bar; ctrl+c (or a request to end) stops between two blocks. */
async function generateInto(folder: string, plan: DemoPlan, stderr: NodeJS.WritableStream): Promise<void> {
  const stopped = 'Stopped. No demo dataset was made, nothing was left behind.';
  const megabytes = Math.round(expectedBytes(plan) / 1e6);
  await longWork({ title: 'Making demo data', unit: 'MB', total: megabytes, stderr, stopped }, async (progress) => {
    let written = 0;
    const sink = folderSink(folder, (bytes) => void (written += bytes));
    try {
      await generateDemo(plan, sink, () => progress(written / 1e6));
    } finally {
      await sink.closeAll();
    }
  });
}

/** Puts the finished folder in place of the old one. */
async function moveInto(partial: string, out: string): Promise<void> {
  const old = `${out}.replaced`;
  await rm(old, { recursive: true, force: true });
  await rename(out, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(partial, out);
  await rm(old, { recursive: true, force: true });
}

const n = (value: number): string => value.toLocaleString('en');

function summary(plan: DemoPlan, out: string): string {
  const facts = `${n(plan.spikes)} spikes, ${n(plan.units)} units, ${n(plan.channels)} channels, ${n(plan.durationSeconds)} s`;
  const raw = plan.raw
    ? 'with raw data'
    : `without raw data (--with-raw adds ${gigabytes(expectedBytes({ ...plan, raw: true }) - expectedBytes(plan))})`;
  return `Made a demo dataset of ${facts}, ${raw}, in ${out}. truth.json tells what is hidden in it.`;
}
