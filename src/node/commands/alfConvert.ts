/** `phy alf-convert`: a sorting, or several probes of one recording, as ALF files in a new folder, whole or not at all (spec/data.md 15). */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { PhyError } from '../../core/base/errors.ts';
import type { Dataset } from '../../core/dataset/dataset.ts';
import { isAlf } from '../../core/dataset/readers/alf.ts';
import { convertToAlf } from '../../core/engine/alf.ts';
import { mergeProbes, type ProbeSource } from '../../core/engine/alfMerge.ts';
import type { Session } from '../../core/engine/session.ts';
import { folderSink } from '../folderSink.ts';
import { folderStorage } from '../folder.ts';
import { longWork, type WorkProgress } from '../longWork.ts';
import { openForReading } from '../openForReading.ts';
import { failedWork } from '../writeFailure.ts';

/** Where the probes are put together before they are converted; it stays there. */
const MERGED = '_tmp_merged';

/** Parts of the progress bar. */
const TOTAL = 1000;

/** Resolves with what was written, in sentences. After a failure or an interruption nothing of it is there; the sources are only read. */
export async function alfConvert(folders: readonly string[], stderr: NodeJS.WritableStream): Promise<string> {
  const [target, ...sources] = folders.toReversed();
  if (target === undefined || sources.length === 0) {
    throw new PhyError('usage', 'Give one folder or more to convert, and then the folder to write.');
  }
  const out = path.resolve(target);
  const inputs = sources.toReversed();
  await checkTarget(out, inputs);
  const partial = `${out}.partial-${process.pid}`;
  const sessions: Session[] = [];
  try {
    for (const input of inputs) {
      sessions.push(await openForReading(input, {}, { recover: false, report: sources.length === 1 }));
    }
    const stopped = 'Stopped. Nothing was written, nothing was left behind.';
    const work = { title: 'Converting to ALF', unit: 'parts', total: TOTAL, stderr, stopped };
    const notes = await longWork(work, async (progress) => {
      await mkdir(partial);
      return await convert(sessions, inputs, partial, progress);
    });
    await rm(out, { recursive: true, force: true });
    await rename(partial, out);
    const probes = sessions.length > 1 ? `${sessions.length} probes` : 'the sorting';
    return [`Converted ${probes} to ALF files in ${out}.`, ...notes].join('\n');
  } catch (error) {
    throw failedWork(error, 'ALF files', out);
  } finally {
    await rm(partial, { recursive: true, force: true });
    for (const session of sessions) await session.close();
  }
}

async function convert(
  sessions: readonly Session[],
  inputs: readonly string[],
  folder: string,
  progress: WorkProgress,
): Promise<readonly string[]> {
  const [only] = sessions;
  if (only === undefined) throw new Error('no session to convert');
  if (sessions.length === 1) {
    return await write(only, folder, undefined, (fraction) => progress(TOTAL * fraction));
  }
  const merged = path.join(folder, MERGED);
  await mkdir(merged);
  const { rawIndices } = await merge(sessions, inputs, merged, (fraction) => progress(0.5 * TOTAL * fraction));
  const session = await openForReading(merged, {}, { recover: false, report: false });
  try {
    return await write(session, folder, rawIndices, (fraction) => progress(TOTAL * (0.5 + 0.5 * fraction)));
  } finally {
    await session.close();
  }
}

async function merge(
  sessions: readonly Session[],
  inputs: readonly string[],
  folder: string,
  progress: (fraction: number) => Promise<void>,
): Promise<{ readonly rawIndices: Int32Array }> {
  const probes: ProbeSource[] = [];
  for (const [k, { dataset }] of sessions.entries()) {
    const params = isAlf(dataset.paramsPath) ? paramsOf(dataset) : await readFile(dataset.paramsPath, 'utf8');
    const label = path.basename(path.resolve(inputs[k] ?? dataset.folder)).replace(/\.py$/, '');
    probes.push({ dataset, storage: folderStorage(dataset.folder), label, params });
  }
  return await intoFolder(folder, (sink) => mergeProbes(probes, sink, progress));
}

/** What a params.py would say of a folder that has none. */
const paramsOf = ({ sampleRate, rawDtype }: Dataset): string => `dtype = '${rawDtype}'\nsample_rate = ${sampleRate}\n`;

function write(
  { dataset }: Session,
  folder: string,
  rawIndices: Int32Array | undefined,
  progress: (fraction: number) => Promise<void>,
): Promise<readonly string[]> {
  const source = { dataset, storage: folderStorage(dataset.folder), uuid: randomUUID, rawIndices };
  return intoFolder(folder, (sink) => convertToAlf(source, sink, progress));
}

async function intoFolder<T>(folder: string, run: (sink: ReturnType<typeof folderSink>) => Promise<T>): Promise<T> {
  const sink = folderSink(folder);
  try {
    return await run(sink);
  } finally {
    await sink.closeAll();
  }
}

/** The folder must be new or empty, and no source; its parent must be there. */
async function checkTarget(out: string, inputs: readonly string[]): Promise<void> {
  for (const input of inputs) {
    const folder = await realpath(input).catch(() => path.resolve(input));
    if (folder !== (await realpath(out).catch(() => out))) continue;
    throw new PhyError('refused', `${out} is what is to be converted. Choose another folder to write.`, { file: out });
  }
  const parent = await stat(path.dirname(out)).catch(() => undefined);
  if (parent?.isDirectory() !== true) {
    throw new PhyError('input', `${path.dirname(out)} was not found. Make that folder first.`, { file: out });
  }
  const entries = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new PhyError('refused', `${out} exists and is not a folder. Choose another one.`, { file: out });
  });
  if (entries.length > 0) {
    throw new PhyError('refused', `${out} is not empty. Choose another folder, or empty it first.`, { file: out });
  }
}
