/**
 * Raw data of a klusta dataset: the file that the `.kwik` names for each recording, or files beside it (spec/data.md 12.3), or files that a
 * person chose in place of those. Whatever is wrong with them, the sorting opens without.
 */
import { PhyError } from '../../base/errors.ts';
import { parseElementType } from '../../files/elements.ts';
import { countSamples, flatBinary } from '../../files/flatBinary.ts';
import { hdf5Raw, joinRaw } from '../../files/joinedRaw.ts';
import { openMtscomp } from '../../files/mtscomp.ts';
import type { RawSource } from '../../files/rawSource.ts';
import { baseName, extensionOf, isAbsolutePath, joinPath } from '../../storage/paths.ts';
import type { Dataset, MovedFile, Traces } from '../dataset.ts';
import { lastSampleOf, type KwikModel, type KwikRecording } from './kwikModel.ts';
import { findMoved, isKwd, kwdData, type RawNeeds } from './movedFiles.ts';
import { openNpyMatrix } from './rawData.ts';
import type { Reading } from './reading.ts';

export interface KwikRaw {
  readonly dataFiles: Dataset['dataFiles'];
  readonly movedFiles: Dataset['movedFiles'];
  readonly traces: Traces | undefined;
  /** Samples of each recording, undefined without raw data. */
  readonly lengths: readonly number[] | undefined;
  close(): Promise<void>;
}

/** One recording: where its raw data should be, and what is there. */
interface Part {
  readonly path: string;
  readonly source: RawSource | undefined;
  readonly moved: MovedFile | undefined;
  /** Why a file that is there cannot be read. */
  readonly fault?: string;
}

/** The raw data of all recordings, or none: a hole would shift all times after it. `name` is that of the .kwik file. */
export async function openKwikRaw(reading: Reading, model: KwikModel, name: string): Promise<KwikRaw> {
  const stem = name.replace(/\.kwik$/i, '');
  const recordings =
    model.recordings.length > 0 ? model.recordings : [{ id: 0, datPath: `${stem}.dat`, kwdPath: undefined }];
  const parts: Part[] = [];
  for (const recording of recordings) parts.push(await openPart(reading, model, recording, name, stem));
  const dataFiles = parts.map(({ path, source, fault }) => ({
    path,
    exists: source !== undefined || fault !== undefined,
    sampleCount: source?.sampleCount ?? null,
  }));
  for (const { path, source, fault } of parts)
    reading.report.file(baseName(path), source !== undefined ? 'read' : fault === undefined ? 'missing' : 'bad', fault);
  const sources = parts.flatMap(({ source }) => source ?? []);
  const fault = faultOf(parts, sources, model);
  const movedFiles = movedOf(parts);
  if (fault !== null) {
    reading.report.warn('data', `${fault} The sorting is open without raw data.`);
    for (const source of sources) await source.close();
    return { dataFiles, movedFiles, traces: undefined, lengths: undefined, close: async () => {} };
  }
  const joined = joinRaw(sources);
  const lengths = sources.map((source) => source.sampleCount);
  return { dataFiles, movedFiles, traces: tracesOf(joined, model), lengths, close: () => joined.close() };
}

/** Why there are no raw data; null when all are there and have every channel. */
function faultOf(parts: readonly Part[], sources: readonly RawSource[], { channelOrder }: KwikModel): string | null {
  const unreadable = parts.find(({ fault }) => fault !== undefined);
  if (unreadable?.fault !== undefined) return unreadable.fault;
  const absent = [...new Set(parts.filter(({ source }) => source === undefined).map(({ path }) => path))];
  if (absent.length > 0) {
    const verb = absent.length === 1 ? 'does not exist' : 'do not exist';
    return `${absent.join(', ')} ${verb}. Put the file beside the .kwik.`;
  }
  const highest = channelOrder.reduce((a, b) => Math.max(a, b), 0);
  const columns = Math.min(...sources.map((source) => source.columnCount));
  if (highest < columns) return null;
  return `The raw data have ${columns} columns, expected at least ${highest + 1} by the channel order.`;
}

/** Files that are not where they should be, each once: several recordings may be in one. */
function movedOf(parts: readonly Part[]): readonly MovedFile[] | undefined {
  const byName = new Map(parts.flatMap(({ moved }) => (moved === undefined ? [] : [[moved.named, moved] as const])));
  return byName.size === 0 ? undefined : [...byName.values()];
}

async function openPart(
  reading: Reading,
  model: KwikModel,
  recording: KwikRecording,
  name: string,
  stem: string,
): Promise<Part> {
  const { named, places } = placesOf(recording, stem);
  let unreadable: Part | undefined;
  for (const place of places) {
    const path = wholePath(reading, place);
    const part = { path, moved: undefined, ...(await openRawFile(reading, model, path, recording.id)) };
    if (part.source !== undefined) return part;
    if (part.fault !== undefined) unreadable ??= part;
  }
  if (unreadable !== undefined) return unreadable;
  const path = wholePath(reading, named);
  const moved = await findMoved(reading, path, needsOf(model, recording.id, name), `named in ${name}`);
  if (moved.chosen === null) return { path, source: undefined, moved };
  return { path: moved.chosen, moved, ...(await openRawFile(reading, model, moved.chosen, recording.id)) };
}

/** Where the raw data of a recording may be, in order, and where the .kwik file says that they are. */
function placesOf({ datPath, kwdPath }: KwikRecording, stem: string): { named: string; places: readonly string[] } {
  const kwd = kwdPath === undefined ? undefined : `${kwdPath.replace(/\.raw\.kwd.*$/, '')}.raw.kwd`;
  const named = [kwd, datPath].filter((path) => path !== undefined);
  const places = [...named.flatMap((path) => [path, baseName(path)]), `${stem}.raw.kwd`];
  return { named: datPath ?? kwd ?? `${stem}.dat`, places };
}

function needsOf(model: KwikModel, recording: number, name: string): RawNeeds {
  const { rawDtype, sampleRate } = model.params;
  return {
    describedBy: name,
    columnCount: columnsOf(model),
    dtype: rawDtype,
    offset: 0,
    sampleRate,
    highestColumn: model.channelOrder.reduce((a, b) => Math.max(a, b), 0),
    lastSample: lastSampleOf(model, recording),
    recording,
  };
}

/** Columns of a flat raw file. */
const columnsOf = ({ params, channelOrder }: KwikModel): number => params.rawChannelCount ?? channelOrder.length;

const wholePath = (reading: Reading, path: string): string =>
  isAbsolutePath(path) ? path : joinPath(joinPath(reading.storage.folder, reading.folder), path);

async function isFile(reading: Reading, path: string): Promise<boolean> {
  try {
    const entry = await reading.storage.stat(path);
    return entry !== undefined && !entry.isFolder;
  } catch (error) {
    if (error instanceof PhyError) return false;
    throw error;
  }
}

/** Neither source nor fault when there is no such file. */
type OpenedFile = Pick<Part, 'source' | 'fault'>;

async function openRawFile(reading: Reading, model: KwikModel, path: string, recording: number): Promise<OpenedFile> {
  if (!(await isFile(reading, path))) return { source: undefined };
  try {
    const source = await openSource(reading, model, path, recording);
    if (source.sampleCount > 0) return { source };
    await source.close();
    return { source: undefined, fault: `${baseName(path)} has no samples, expected raw data.` };
  } catch (error) {
    if (!(error instanceof PhyError) || error.kind !== 'input') throw error;
    return { source: undefined, fault: error.message };
  }
}

/** Throws `input` for a file that cannot be read. */
async function openSource(reading: Reading, model: KwikModel, path: string, recording: number): Promise<RawSource> {
  if (isKwd(path)) return openKwd(reading, path, recording);
  const extension = extensionOf(path);
  if (extension === '.cbin') return (await openMtscomp(reading.storage, path)).source;
  if (extension === '.npy') return (await openNpyMatrix(reading.storage, path)).source;
  return openFlat(reading, model, path);
}

async function openFlat(reading: Reading, model: KwikModel, path: string): Promise<RawSource> {
  const { rawDtype } = model.params;
  const type = parseElementType(rawDtype);
  const columns = columnsOf(model);
  const name = baseName(path);
  if (type === undefined) {
    throw new PhyError(
      'input',
      `The .kwik file has dtype ${rawDtype} for ${name}, expected a number type such as int16.`,
    );
  }
  const file = await reading.storage.open(path);
  const { sampleCount, restBytes } = countSamples(file.size, 0, columns, type);
  if (restBytes > 0) {
    const size = file.size.toLocaleString('en');
    const sentence = `${name} has ${size} bytes, expected a multiple of ${columns * type.bytes} (${columns} columns of ${type.name}); the last ${restBytes} are left out. Check that it is the right file.`;
    reading.report.warn('data', sentence);
  }
  return flatBinary([{ file, offset: 0, sampleCount }], columns, type);
}

async function openKwd(reading: Reading, path: string, recording: number): Promise<RawSource> {
  const file = await reading.storage.openHdf5(path);
  const data = kwdData(recording);
  const shape = file.shape(data);
  if (shape !== undefined && shape.length === 2) return hdf5Raw(file, data, [shape[0], shape[1]]);
  file.close();
  throw new PhyError('input', `${baseName(path)} has no ${data} of samples by channels.`);
}

function tracesOf(source: RawSource, { channelOrder, params }: KwikModel): Traces {
  const rawColumns = (channelIds: ArrayLike<number>) =>
    Int32Array.from(channelIds, (id) => (id < 0 || id >= channelOrder.length ? -1 : channelOrder[id]));
  return {
    sampleCount: source.sampleCount,
    chunkBounds: source.chunkBounds(params.sampleRate),
    read: (start, end, channelIds, progress) => source.read(start, end, rawColumns(channelIds), progress),
    windows: (spikeSamples, before, sampleCount, channelIds, progress) =>
      source.windows(spikeSamples, before, sampleCount, rawColumns(channelIds), progress),
  };
}
