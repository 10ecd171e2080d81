/** A klusta dataset: a `.kwik` file, the `.kwx` beside it, and raw data (spec/data.md 12). Opening writes nothing. */
import { baseName, folderOf, joinPath } from '../../storage/paths.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Dataset, Spikes } from '../dataset.ts';
import { joinedSamples, readKwikModel, type KwikChoice, type KwikModel } from './kwikModel.ts';
import { openKwikRaw } from './kwikRaw.ts';
import { openKwx } from './kwx.ts';
import { warnOfSpikesAfter } from './rawData.ts';
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
  if (params.storedSampleRate === undefined) {
    reading.report.warn('params', `${name} has no sample_rate. Times are counted in samples, as if it were 1 Hz.`);
  }
  const raw = await openKwikRaw(reading, model, name);
  const samples = shortest(joinedSamples(model, raw.lengths));
  const spikes = spikesOf(samples, model.spikeClusters, params.sampleRate);
  warnOfSpikesAfter(reading, spikes, raw, 'Check that it is the right file.');
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
    movedFiles: raw.movedFiles,
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
