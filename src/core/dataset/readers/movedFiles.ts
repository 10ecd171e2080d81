/**
 * Raw files that are not where params.py or the .kwik file says: which files may be it, and whether a file can be it at all, by its size.
 * Nothing is opened for more than its header.
 */
import { PhyError } from '../../base/errors.ts';
import { parseElementType } from '../../files/elements.ts';
import { countSamples } from '../../files/flatBinary.ts';
import { headerPathOf, parseMtscompHeader } from '../../files/mtscomp.ts';
import { openNpy } from '../../files/npy.ts';
import { isRawPath } from '../../files/rawSource.ts';
import { baseName, extensionOf, folderOf, joinPath } from '../../storage/paths.ts';
import type { FileEntry, Storage } from '../../storage/storage.ts';
import type { Channels, MovedFile, Spikes } from '../dataset.ts';
import type { TemplateParams } from './params.ts';
import type { Reading } from './reading.ts';

/** What raw data of a sorting must hold. */
export interface RawNeeds {
  /** Name of the file that says so. */
  readonly describedBy: string;
  /** Columns of a flat file, null when params.py does not say. */
  readonly columnCount: number | null;
  readonly dtype: string;
  readonly offset: number;
  readonly sampleRate: number;
  /** Largest raw column of the channel map. */
  readonly highestColumn: number;
  /** -1 without spikes, or when the file is one of several. */
  readonly lastSample: number;
  /** Which recording of an HDF5 file (`.raw.kwd`); only klusta datasets have such files. */
  readonly recording?: number;
}

export function rawNeeds(
  describedBy: string,
  params: Pick<TemplateParams, 'rawChannelCount' | 'dtype' | 'offset' | 'sampleRate'>,
  channels: Channels,
  spikes: Spikes,
  fileCount: number,
): RawNeeds {
  const { rawChannelCount, dtype, offset, sampleRate } = params;
  const lastSample = fileCount === 1 && spikes.count > 0 ? spikes.samples[spikes.count - 1] : -1;
  const highestColumn = channels.map.reduce((largest, column) => Math.max(largest, column), 0);
  return { describedBy, columnCount: rawChannelCount, dtype, offset, sampleRate, highestColumn, lastSample };
}

/**
 * What was chosen in place of a file that is not there, where that can be it; else what may be it. `named` is absolute, `whatNames` says for
 * sentences where it is named (`dat_path in params.py`); `taken` are files that are in use and cannot be it.
 */
export async function findMoved(
  reading: Reading,
  named: string,
  needs: RawNeeds,
  whatNames: string,
  taken: readonly string[] = [],
): Promise<MovedFile> {
  const { storage, report } = reading;
  const chosen = reading.chosenFiles?.[named];
  const fault = chosen === undefined ? null : await rawFault(storage, chosen, needs);
  if (chosen !== undefined && fault === null) {
    const where = 'Choose another one or forget it with File > Locate raw data…';
    report.warn('params', `${named} (${whatNames}) does not exist; ${chosen} is read instead, as you chose. ${where}`);
    return { named, chosen, candidates: [] };
  }
  if (fault !== null) report.warn('params', `The file chosen in place of ${named} is not read: ${fault}`);
  const folder = joinPath(storage.folder, reading.folder);
  const possible = await rawCandidates(storage, folder, reading.names, named, needs);
  const candidates = possible.filter((path) => !taken.includes(path));
  if (candidates.length > 0) {
    const [only, ...others] = candidates;
    const list = others.length === 0 ? `${only} may be it` : `one of these may be it: ${candidates.join(', ')}`;
    const where = 'Choose it with File > Locate raw data… in the window.';
    report.warn('params', `${baseName(named)} may have moved; ${list}. ${where}`);
  }
  return { named, chosen: null, candidates };
}

const grouped = (n: number): string => n.toLocaleString('en');

/** Why a file cannot be the raw data, in a sentence; null when it can. */
export async function rawFault(storage: Storage, path: string, needs: RawNeeds): Promise<string | null> {
  try {
    const entry = await storage.stat(path);
    if (entry === undefined) return `${path} was not found.`;
    if (entry.isFolder) return `${path} is a folder, expected a file.`;
    const size = await sizeOf(storage, path, entry, needs);
    return typeof size === 'string' ? size : sizeFault(baseName(path), size, needs);
  } catch (error) {
    if (error instanceof PhyError) return error.message;
    throw error;
  }
}

interface RawSize {
  readonly sampleCount: number;
  readonly columnCount: number;
}

function sizeFault(name: string, { sampleCount, columnCount }: RawSize, needs: RawNeeds): string | null {
  if (columnCount <= needs.highestColumn) {
    return `${name} has ${columnCount} ${columnCount === 1 ? 'column' : 'columns'}, expected at least ${needs.highestColumn + 1} by the channel map.`;
  }
  if (sampleCount > needs.lastSample) return null;
  const seconds = (samples: number): string => (samples / needs.sampleRate).toFixed(1);
  return `${name} ends at ${seconds(sampleCount)} s, but the last spike is at ${seconds(needs.lastSample)} s.`;
}

/** Samples and columns by the header or the size; a sentence when these do not fit. */
async function sizeOf(storage: Storage, path: string, entry: FileEntry, needs: RawNeeds): Promise<RawSize | string> {
  const name = baseName(path);
  if (extensionOf(path) === '.cbin') {
    const text = new TextDecoder().decode(await storage.readAll(headerPathOf(path)));
    const { chunkBounds, columnCount } = parseMtscompHeader(text, baseName(headerPathOf(path)));
    return { sampleCount: chunkBounds.at(-1) ?? 0, columnCount };
  }
  if (extensionOf(path) === '.npy') {
    const { file, header } = await openNpy(storage, path);
    await file.close();
    if (header.shape.length === 2) return { sampleCount: header.shape[0], columnCount: header.shape[1] };
    return `${name} has shape (${header.shape.join(', ')}), expected samples by channels.`;
  }
  if (isKwd(path) && needs.recording !== undefined) return kwdSize(storage, path, needs.recording);
  const type = parseElementType(needs.dtype);
  if (needs.columnCount === null) return `${needs.describedBy} has no n_channels_dat, expected the number of columns.`;
  if (type === undefined)
    return `${needs.describedBy} has dtype = ${needs.dtype}, expected a number type such as int16.`;
  const { sampleCount, restBytes } = countSamples(entry.size, needs.offset, needs.columnCount, type);
  if (restBytes === 0) return { sampleCount, columnCount: needs.columnCount };
  const row = `${needs.columnCount * type.bytes} (${needs.columnCount} columns of ${type.name})`;
  return `${name} has ${grouped(entry.size - needs.offset)} bytes of data, expected a multiple of ${row}.`;
}

/** True for the path of an HDF5 file of raw data, as klusta writes them. */
export const isKwd = (path: string): boolean => extensionOf(path) === '.kwd';
/** Where such a file keeps a recording: [sample][column]. */
export const kwdData = (recording: number): string => `/recordings/${recording}/data`;

async function kwdSize(storage: Storage, path: string, recording: number): Promise<RawSize | string> {
  const file = await storage.openHdf5(path);
  const shape = file.shape(kwdData(recording));
  file.close();
  if (shape?.length === 2) return { sampleCount: shape[0], columnCount: shape[1] };
  return `${baseName(path)} has no ${kwdData(recording)} of samples by channels.`;
}

const isRecording = (name: string): boolean => isRawPath(name) || isKwd(name);
/** `a` of `a.dat` and of `a.raw.kwd`. */
function stem(name: string): string {
  const plain = name.replace(/\.raw\.kwd$/i, '.kwd');
  return plain.slice(0, plain.length - extensionOf(plain).length);
}

const MOST_CANDIDATES = 8;

/**
 * Files that may be the raw file `named`, absolute, likeliest first: in the folder of the data those of its name with another extension or of
 * its extension, in the folder above those of its name. Only files that can be it.
 */
export async function rawCandidates(
  storage: Storage,
  folder: string,
  names: readonly string[],
  named: string,
  needs: RawNeeds,
): Promise<readonly string[]> {
  const wanted = baseName(named);
  const beside = names.filter((name) => isRecording(name) && stem(name) === stem(wanted));
  const alike = names.filter(
    (name) => !beside.includes(name) && !isArray(name) && extensionOf(name) === extensionOf(wanted),
  );
  const parent = folderOf(folder);
  const above =
    parent === ''
      ? []
      : (await namesOf(storage, parent)).filter((name) => isRecording(name) && stem(name) === stem(wanted));
  const paths = [
    ...beside.map((name) => joinPath(folder, name)),
    ...above.map((name) => joinPath(parent, name)),
    ...alike.map((name) => joinPath(folder, name)),
  ];
  const possible: string[] = [];
  for (const path of paths) {
    if (possible.length === MOST_CANDIDATES) break;
    if ((await rawFault(storage, path, needs)) === null) possible.push(path);
  }
  return possible;
}

/** Any `.npy` beside params.py is an array of the sorting. */
const isArray = (name: string): boolean => extensionOf(name) === '.npy';

async function namesOf(storage: Storage, folder: string): Promise<readonly string[]> {
  try {
    return (await storage.list(folder)).filter((entry) => !entry.isFolder).map((entry) => entry.name);
  } catch (error) {
    if (error instanceof PhyError) return [];
    throw error;
  }
}
