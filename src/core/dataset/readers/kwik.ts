/** A klusta dataset: a `.kwik` file, the `.kwx` beside it, and raw data (spec/data.md 12). Opening writes nothing. */
import { PhyError } from '../../base/errors.ts';
import { parseElementType } from '../../files/elements.ts';
import { countSamples, flatBinary } from '../../files/flatBinary.ts';
import { hdf5Raw, joinRaw } from '../../files/joinedRaw.ts';
import type { RawSource } from '../../files/rawSource.ts';
import { baseName, folderOf, isAbsolutePath, joinPath } from '../../storage/paths.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Dataset, Spikes, Traces } from '../dataset.ts';
import { joinedSamples, readKwikModel, type KwikChoice, type KwikModel, type KwikRecording } from './kwikModel.ts';
import { openKwx } from './kwx.ts';
import { readKwikLabels, readNewClusterId } from './metadata.ts';
import type { Reading } from './reading.ts';

export interface KwikDatasetNames {
  /** Absolute. */
  readonly folder: string;
  /** Absolute path of the .kwik file. */
  readonly path: string;
}

/** Where a .kwik file is; `path` is relative to the storage's folder or absolute. */
export function kwikNames(storage: Pick<Storage, 'folder'>, path: string): KwikDatasetNames {
  const whole = joinPath(storage.folder, path);
  return { folder: folderOf(whole), path: whole };
}

/** A name for what is kept of a part of a .kwik file: its folder may hold several that can be curated. */
export const scopeOfKwik = (path: string, { channelGroup, clustering }: KwikModel): string =>
  `${baseName(path)}/${channelGroup}-${clustering.replaceAll(/[^\w.-]/g, '_')}`;

/** The same for a file that is not open. */
export async function kwikScope(storage: Storage, path: string, choice: KwikChoice): Promise<string> {
  const file = await storage.openHdf5(path);
  try {
    return scopeOfKwik(path, readKwikModel(file, choice));
  } finally {
    file.close();
  }
}

/** Reads all parts. Throws `input` when the .kwik file is absent or wrong, `usage` for a group or clustering that it does not have. */
export async function readKwikDataset(
  reading: Reading,
  { folder, path }: KwikDatasetNames,
  choice: KwikChoice,
): Promise<Dataset> {
  const name = baseName(path);
  const stem = name.replace(/\.kwik$/i, '');
  reading.step('spikes', 0.1);
  const model = await readModel(reading, name, choice);
  const { params } = model;
  const raw = await openRaw(reading, model, stem);
  const samples = shortest(joinedSamples(model, raw.lengths));
  const spikes = spikesOf(samples, model.spikeClusters, params.sampleRate);
  reading.step('masks', 0.5);
  const kwx = await openKwx(reading, `${stem}.kwx`, model);
  const { metadata, floatLabels } = await readKwikLabels(reading);
  const groups = new Map(
    [...new Set(model.spikeClusters)].map((id) => [id, model.clusterGroups.get(id) ?? 'unsorted']),
  );
  reading.step('', 1);
  const storedNewClusterId = await readNewClusterId(reading, kwikIdFile(choice));
  const lastSample = samples[samples.length - 1] ?? 0;
  return {
    format: 'kwik',
    folder,
    name: stem,
    paramsPath: path,
    sampleRate: params.sampleRate,
    duration: raw.traces === undefined ? lastSample / params.sampleRate : raw.traces.sampleCount / params.sampleRate,
    rawDtype: params.rawDtype,
    rawOffset: 0,
    rawChannelCount: params.rawChannelCount,
    dataFiles: raw.dataFiles,
    spikes,
    channels: {
      count: model.channelOrder.length,
      map: model.channelOrder,
      positions: model.positions,
      shanks: new Float64Array(model.channelOrder.length),
      probes: new Float64Array(model.channelOrder.length),
      labels: Array.from(model.channelOrder, (_, channelId) => String(channelId)),
    },
    features: kwx?.features,
    traces: raw.traces,
    spikeAttributes: new Map(),
    metadata: new Map([['group', groups], ...metadata]),
    floatText: { columns: new Set(['fr', 'depth']), labels: floatLabels },
    templateCount: 0,
    hasWhitening: false,
    storedNewClusterId,
    klusta: {
      ...params,
      model,
      masks: kwx?.masks,
      bestChannels: kwx === undefined ? firstChannels(model) : (ids) => kwx.bestChannels(ids),
    },
    report: reading.report.build(),
    close: async () => {
      kwx?.close();
      await raw.close();
    },
  };
}

/** Where the reference keeps the next free id: in a folder of its own when the channel group was named. */
export const kwikIdFile = ({ channelGroup }: KwikChoice): string =>
  channelGroup === undefined ? '.phy/new_cluster_id.json' : `.phy/${channelGroup}/new_cluster_id.json`;

async function readModel(reading: Reading, name: string, choice: KwikChoice): Promise<KwikModel> {
  const file = await reading.storage.openHdf5(joinPath(reading.folder, name));
  try {
    const model = readKwikModel(file, choice);
    reading.report.file(name, 'read');
    return model;
  } finally {
    file.close();
  }
}

/** int32 where all samples fit. */
function shortest(samples: Float64Array): Int32Array | Float64Array {
  const last = samples[samples.length - 1] ?? 0;
  return last <= 0x7fffffff && (samples[0] ?? 0) >= -0x80000000 ? Int32Array.from(samples) : samples;
}

function spikesOf(samples: Int32Array | Float64Array, clusters: Int32Array, sampleRate: number): Spikes {
  return {
    count: samples.length,
    samples,
    clusters,
    // There are no templates: no spike has one.
    templates: new Int32Array(samples.length).fill(-1),
    seconds: (spikeId) => samples[spikeId] / sampleRate,
    secondsOf: (spikeIds) => Float64Array.from(spikeIds, (id) => samples[id] / sampleRate),
  };
}

/** Without masks nothing says where a cluster is: the first four channels stand for all. */
const firstChannels = ({ channelOrder }: KwikModel) => {
  const first = Int32Array.from(channelOrder.slice(0, 4).keys());
  return (): Int32Array => first;
};

interface OpenRaw {
  readonly dataFiles: Dataset['dataFiles'];
  readonly traces: Traces | undefined;
  /** Samples of each recording, undefined without raw data. */
  readonly lengths: readonly number[] | undefined;
  close(): Promise<void>;
}

/** The raw data of all recordings, or none: a hole would shift all times after it. */
async function openRaw(reading: Reading, model: KwikModel, stem: string): Promise<OpenRaw> {
  const recordings =
    model.recordings.length > 0 ? model.recordings : [{ id: 0, datPath: `${stem}.dat`, kwdPath: undefined }];
  const sources: RawSource[] = [];
  const dataFiles: { path: string; exists: boolean; sampleCount: number | null }[] = [];
  const close = async (): Promise<void> => {
    for (const source of sources) await source.close();
  };
  for (const recording of recordings) {
    const found = await openRecording(reading, model, recording, stem);
    const path = found?.path ?? wholePath(reading, recording.datPath ?? recording.kwdPath ?? `${stem}.dat`);
    dataFiles.push({ path, exists: found !== undefined, sampleCount: found?.source.sampleCount ?? null });
    reading.report.file(baseName(path), found === undefined ? 'missing' : 'read');
    if (found !== undefined) sources.push(found.source);
  }
  const absent = dataFiles.filter((file) => !file.exists).map((file) => file.path);
  if (absent.length > 0) {
    const verb = absent.length === 1 ? 'does not exist' : 'do not exist';
    const sentence = `${absent.join(', ')} ${verb}. The sorting is open without raw data. Put the file beside the .kwik.`;
    reading.report.warn('data', sentence);
    await close();
    return { dataFiles, traces: undefined, lengths: undefined, close: async () => undefined };
  }
  const highest = model.channelOrder.reduce((a, b) => Math.max(a, b), 0);
  const source = joinRaw(sources);
  if (highest >= source.columnCount) {
    const sentence = `The raw data have ${source.columnCount} columns, expected at least ${highest + 1} by the channel order. The sorting is open without raw data.`;
    reading.report.warn('data', sentence);
    await close();
    return { dataFiles, traces: undefined, lengths: undefined, close: async () => undefined };
  }
  const lengths = sources.map((part) => part.sampleCount);
  return { dataFiles, traces: tracesOf(source, model), lengths, close };
}

interface FoundRecording {
  readonly path: string;
  readonly source: RawSource;
}

/** The places of spec/data.md 12.3, in their order. */
async function openRecording(
  reading: Reading,
  model: KwikModel,
  { id, datPath, kwdPath }: KwikRecording,
  stem: string,
): Promise<FoundRecording | undefined> {
  const kwd = kwdPath === undefined ? undefined : `${kwdPath.replace(/\.raw\.kwd.*$/, '')}.raw.kwd`;
  const dats = datPath === undefined ? [] : [datPath, baseName(datPath)];
  const kwds = [kwd, kwd === undefined ? undefined : baseName(kwd)].filter((path) => path !== undefined);
  for (const path of kwds) {
    const source = await openKwd(reading, wholePath(reading, path), id);
    if (source !== undefined) return { path: wholePath(reading, path), source };
  }
  for (const path of dats) {
    const source = await openDat(reading, model, wholePath(reading, path));
    if (source !== undefined) return { path: wholePath(reading, path), source };
  }
  const beside = wholePath(reading, `${stem}.raw.kwd`);
  const source = await openKwd(reading, beside, id);
  return source === undefined ? undefined : { path: beside, source };
}

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

async function openDat(reading: Reading, model: KwikModel, path: string): Promise<RawSource | undefined> {
  if (!(await isFile(reading, path))) return undefined;
  const { rawDtype } = model.params;
  const type = parseElementType(rawDtype);
  const columns = model.params.rawChannelCount ?? model.channelOrder.length;
  if (type === undefined) {
    reading.report.bad(
      baseName(path),
      `The .kwik file has dtype ${rawDtype}, expected a number type. ${baseName(path)} is not used.`,
    );
    return undefined;
  }
  const file = await reading.storage.open(path);
  const { sampleCount } = countSamples(file.size, 0, columns, type);
  return flatBinary([{ file, offset: 0, sampleCount }], columns, type);
}

async function openKwd(reading: Reading, path: string, recording: number): Promise<RawSource | undefined> {
  if (!(await isFile(reading, path))) return undefined;
  const file = await reading.storage.openHdf5(path);
  const data = `/recordings/${recording}/data`;
  const shape = file.shape(data);
  if (shape !== undefined && shape.length === 2) return hdf5Raw(file, data, [shape[0], shape[1]]);
  file.close();
  reading.report.bad(baseName(path), `${baseName(path)} has no ${data} of samples by channels. It is not used.`);
  return undefined;
}

function tracesOf(source: RawSource, { channelOrder, params }: KwikModel): Traces {
  const columnsOf = (channelIds: ArrayLike<number>) =>
    Int32Array.from(channelIds, (id) => (id < 0 || id >= channelOrder.length ? -1 : channelOrder[id]));
  return {
    sampleCount: source.sampleCount,
    chunkBounds: source.chunkBounds(params.sampleRate),
    read: (start, end, channelIds) => source.read(start, end, columnsOf(channelIds)),
    windows: (spikeSamples, before, sampleCount, channelIds, progress) =>
      source.windows(spikeSamples, before, sampleCount, columnsOf(channelIds), progress),
  };
}
