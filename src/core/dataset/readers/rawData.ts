/** Finding and opening the raw data (spec/data.md 1.3, 6.1, 6.2). Whatever is wrong with them, the sorting opens without. */
import { PhyError } from '../../base/errors.ts';
import { channelMajor } from '../../files/channelMajor.ts';
import { type ElementType, parseElementType } from '../../files/elements.ts';
import { countSamples, flatBinary, type RawPart } from '../../files/flatBinary.ts';
import { openMtscomp } from '../../files/mtscomp.ts';
import { openNpy } from '../../files/npy.ts';
import type { RawSource } from '../../files/rawSource.ts';
import { baseName, extensionOf, isAbsolutePath, joinPath } from '../../storage/paths.ts';
import type { RandomAccess, Storage } from '../../storage/storage.ts';
import type { Channels, Dataset, MovedFile, Spikes, Traces } from '../dataset.ts';
import { readMicrovolts } from './gains.ts';
import { findMoved, rawNeeds } from './movedFiles.ts';
import type { PathChoice, TemplateParams } from './params.ts';
import type { Reading } from './reading.ts';

export interface RawData {
  readonly dataFiles: Dataset['dataFiles'];
  readonly movedFiles: Dataset['movedFiles'];
  readonly traces: Traces | undefined;
  close(): Promise<void>;
}

export interface Found {
  /** Absolute. */
  readonly path: string;
  readonly exists: boolean;
}

/** Opens the raw data of a dataset, or says why there are none. */
export async function openRawData(
  reading: Reading,
  params: TemplateParams,
  channels: Channels,
  spikes: Spikes,
): Promise<RawData> {
  const found: Found[] = [];
  const moved: MovedFile[] = [];
  const needs = rawNeeds('params.py', params, channels, spikes, params.dataPaths.length);
  const locations: Found[] = [];
  for (const choice of params.dataPaths) locations.push(await locate(reading, choice));
  const taken = locations.filter(({ exists }) => exists).map(({ path }) => path);
  for (const located of locations) {
    const instead = located.exists
      ? undefined
      : await findMoved(reading, located.path, needs, 'dat_path in params.py', taken);
    if (instead !== undefined) moved.push(instead);
    const chosen = instead?.chosen ?? null;
    found.push(chosen === null ? located : { path: chosen, exists: true });
  }
  const movedFiles = moved.length === 0 ? undefined : moved;
  const opened = await openFound(reading, params, found, channels);
  const raw = typeof opened === 'string' ? undefined : opened;
  const dataFiles = found.map(({ path, exists }, k) => ({ path, exists, sampleCount: raw?.sampleCounts[k] ?? null }));
  noteFiles(reading, found, opened);
  if (raw === undefined) return { dataFiles, movedFiles, traces: undefined, close: async () => {} };
  const paths = found.map(({ path }) => path);
  const microvolts = await readMicrovolts(reading, paths, raw.source.columnCount, raw.type.name, channels);
  const traces = { ...tracesOf(raw.source, channels, params.sampleRate), microvolts };
  return { dataFiles, movedFiles, traces, close: () => raw.source.close() };
}

/** `opened` is why there are no raw data, in a sentence, when there are none. */
function noteFiles({ report }: Reading, found: readonly Found[], opened: OpenRaw | string): void {
  const absent = found.filter(({ exists }) => !exists).map(({ path }) => baseName(path));
  found.forEach(({ path, exists }, k) => {
    const name = baseName(path);
    if (!exists) report.file(name, 'missing', 'There are no raw traces and no raw waveforms.');
    else if (absent.length > 0) report.file(name, 'ignored', `It is not read without ${absent.join(', ')}.`);
    else if (typeof opened === 'string') report.file(name, 'bad', opened);
    else
      report.file(name, 'read', '', { type: opened.type, shape: [opened.sampleCounts[k], opened.source.columnCount] });
  });
}

/** The path as written, the same with literal backslashes, else a file of that name beside params.py. */
export async function locate(reading: Reading, choice: PathChoice): Promise<Found> {
  const folder = joinPath(reading.storage.folder, reading.folder);
  const absolute = (path: string) => (isAbsolutePath(path) ? path : joinPath(folder, path));
  for (const path of new Set([choice.path, choice.literal])) {
    const entry = await statQuietly(reading, absolute(path));
    if (entry) return { path: absolute(path), exists: true };
  }
  // What was meant by backslashes that became control characters is what is written.
  const named = /\p{Cc}/u.test(choice.path) ? choice.literal : choice.path;
  const beside = absolute(baseName(choice.literal));
  if (beside !== absolute(choice.path) && (await statQuietly(reading, beside))) {
    reading.report.warn('params', `${named} does not exist; ${baseName(beside)} beside params.py is read instead.`);
    return { path: beside, exists: true };
  }
  return { path: absolute(named), exists: false };
}

/** True for an existing file; a path that cannot even be looked at does not exist for us. */
async function statQuietly(reading: Reading, path: string): Promise<boolean> {
  try {
    const entry = await reading.storage.stat(path);
    return entry !== undefined && !entry.isFolder;
  } catch (error) {
    if (error instanceof PhyError) return false;
    throw error;
  }
}

const NO_RAW_NAMED = 'params.py names no raw data (dat_path).';
/** Of an ALF folder without a params.py. */
export const NO_RAW_BESIDE =
  'There is no raw file with its .ch or .meta beside the ALF files, and no params.py that names one (dat_path).';

interface OpenRaw {
  readonly source: RawSource;
  readonly type: ElementType;
  readonly sampleCounts: readonly number[];
}

/** The raw data, or in a sentence (which the report then has) why there are none. */
async function openFound(
  reading: Reading,
  params: TemplateParams,
  found: readonly Found[],
  channels: Channels,
): Promise<OpenRaw | string> {
  const without = (sentence: string, concern: 'data' | 'missing' = 'data'): string => {
    const whole = `${sentence} The sorting is open without raw data.`;
    reading.report.warn(concern, whole);
    return whole;
  };
  if (found.length === 0) return without(params.isThere ? NO_RAW_NAMED : NO_RAW_BESIDE, 'missing');
  const missing = found.filter(({ exists }) => !exists).map(({ path }) => path);
  if (missing.length > 0) {
    const verb = missing.length === 1 ? 'does not exist' : 'do not exist';
    return without(`${missing.join(', ')} ${verb}. Correct dat_path in params.py or bring the file back.`);
  }
  const extension = extensionOf(found[0].path);
  try {
    const raw = await openRaw(extension, reading, params, found);
    const highest = channels.map.reduce((a, b) => Math.max(a, b), 0);
    if (highest < raw.source.columnCount) return raw;
    await raw.source.close();
    return without(
      `The raw data have ${raw.source.columnCount} columns, expected at least ${highest + 1} by the channel map.`,
    );
  } catch (error) {
    if (error instanceof PhyError && error.kind === 'input') return without(error.message);
    throw error;
  }
}

function openRaw(
  extension: string,
  reading: Reading,
  params: TemplateParams,
  found: readonly Found[],
): Promise<OpenRaw> {
  if (extension === '.cbin') return openCompressedRaw(reading, params, found);
  return extension === '.npy' ? openNpyRaw(reading, found) : openFlatRaw(reading, params, found);
}

/** One .cbin file; the .ch beside it says what params.py says for other files. */
async function openCompressedRaw(reading: Reading, params: TemplateParams, found: readonly Found[]): Promise<OpenRaw> {
  const name = baseName(found[0].path);
  if (found.length > 1) {
    reading.report.warn('data', `dat_path names ${found.length} files; of compressed ones only ${name} is read.`);
  }
  const { header, source } = await openMtscomp(reading.storage, found[0].path);
  if (Math.abs(header.sampleRate - params.sampleRate) > 1e-6 * params.sampleRate) {
    const sentence = `params.py has sample_rate = ${params.sampleRate}, ${name} was compressed at ${header.sampleRate} Hz. Times are counted at ${params.sampleRate} Hz.`;
    reading.report.warn('params', sentence);
  }
  return checked([source.sampleCount], source, header.type, name);
}

/** One .npy file of samples by columns; its header says what params.py says for other files. */
async function openNpyRaw(reading: Reading, found: readonly Found[]): Promise<OpenRaw> {
  const name = baseName(found[0].path);
  if (found.length > 1) throw new PhyError('input', `dat_path has ${found.length} files, expected one .npy file.`);
  const { source, type } = await openNpyMatrix(reading.storage, found[0].path);
  return checked([source.sampleCount], source, type, name);
}

/** A .npy file of samples by columns as raw data, in either order. Throws `input` when it is no such matrix. */
export async function openNpyMatrix(
  storage: Storage,
  path: string,
): Promise<{ readonly source: RawSource; readonly type: ElementType }> {
  const npy = await openNpy(storage, path);
  const { shape, type, fortran, dataOffset } = npy.header;
  if (shape.length !== 2 || shape[1] === 0) {
    await npy.file.close();
    const name = baseName(path);
    throw new PhyError('input', `${name} has shape (${shape.join(', ')}), expected samples by channels.`, {
      file: name,
    });
  }
  const [sampleCount, columnCount] = shape;
  const source = fortran
    ? channelMajor(npy.file, dataOffset, sampleCount, columnCount, type)
    : flatBinary([{ file: npy.file, offset: dataOffset, sampleCount }], columnCount, type);
  return { source, type };
}

async function openFlatRaw(reading: Reading, params: TemplateParams, found: readonly Found[]): Promise<OpenRaw> {
  const columnCount = params.rawChannelCount;
  if (columnCount === null)
    throw new PhyError(
      'input',
      'params.py does not give n_channels_dat, the number of columns of the raw data. Add it there.',
    );
  const type = parseElementType(params.dtype);
  if (type === undefined)
    throw new PhyError(
      'input',
      `params.py has dtype = ${params.dtype}, expected a number type such as int16. Correct it there.`,
    );
  const parts: RawPart[] = [];
  try {
    for (const { path } of found) {
      const file = await reading.storage.open(path);
      parts.push(partOf(reading, file, params.offset, columnCount, type, baseName(path)));
    }
    const names = found.map(({ path }) => baseName(path)).join(', ');
    return checked(
      parts.map((part) => part.sampleCount),
      flatBinary(parts, columnCount, type),
      type,
      names,
    );
  } catch (error) {
    for (const part of parts) await part.file.close();
    throw error;
  }
}

function partOf(
  reading: Reading,
  file: RandomAccess,
  offset: number,
  columnCount: number,
  type: ElementType,
  name: string,
): RawPart {
  const { sampleCount, restBytes } = countSamples(file.size, offset, columnCount, type);
  if (file.size > 0 && offset >= file.size) {
    const [size, skipped] = [file.size, offset].map((bytes) => bytes.toLocaleString('en'));
    const sentence = `${name} has ${size} bytes, expected more than the offset of ${skipped} in params.py. Correct it there.`;
    throw new PhyError('input', sentence, { file: name, found: file.size, expected: offset });
  }
  if (restBytes > 0) {
    const size = (file.size - offset).toLocaleString('en');
    const sentence = `${name} has ${size} bytes of data, expected a multiple of ${columnCount * type.bytes} (${columnCount} columns of ${type.name}); the last ${restBytes} are left out. Check n_channels_dat and dtype in params.py.`;
    reading.report.warn('data', sentence);
  }
  return { file, offset, sampleCount };
}

function checked(sampleCounts: readonly number[], source: RawSource, type: ElementType, name: string): OpenRaw {
  if (source.sampleCount === 0) {
    throw new PhyError('input', `${name} has no samples, expected raw data. Copy the whole file again.`, {
      file: name,
    });
  }
  return { source, type, sampleCounts };
}

/** The mapped channels of raw data. */
export function tracesOf(source: RawSource, channels: Channels, sampleRate: number): Traces {
  const columnsOf = (channelIds: ArrayLike<number>) =>
    Int32Array.from(channelIds, (channelId) =>
      channelId < 0 || channelId >= channels.count ? -1 : channels.map[channelId],
    );
  return {
    sampleCount: source.sampleCount,
    chunkBounds: source.chunkBounds(sampleRate),
    read: (start, end, channelIds, progress) => source.read(start, end, columnsOf(channelIds), progress),
    windows: (spikeSamples, before, sampleCount, channelIds, progress) =>
      source.windows(spikeSamples, before, sampleCount, columnsOf(channelIds), progress),
  };
}

/** Says so when spikes lie after the end of the raw data: these are of another recording, or read wrongly. `todo` is what to check. */
export function warnOfSpikesAfter(
  { report }: Reading,
  { samples, count }: Spikes,
  { traces, dataFiles }: Pick<RawData, 'traces' | 'dataFiles'>,
  todo: string,
): void {
  if (traces === undefined) return;
  let after = 0;
  while (after < count && samples[count - 1 - after] >= traces.sampleCount) after++;
  if (after === 0) return;
  const files = dataFiles.map(({ path }) => baseName(path)).join(', ');
  const share = `${after.toLocaleString('en')} of ${count.toLocaleString('en')} spikes`;
  report.warn('data', `${share} lie after the end of the raw data (${files}). ${todo}`);
}
