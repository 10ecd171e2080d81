/**
 * Converts a sorting to the ALF files of the International Brain Laboratory (spec/data.md 15): spikes, templates, clusters and channels, one
 * file for each attribute, amplitudes and waveforms in the units of the raw data. The sources are only read.
 */
import { PhyError } from '../base/errors.ts';
import { nd, type NdArray } from '../base/nd.ts';
import { readMatrixRows } from '../dataset/readers/matrixRows.ts';
import { nearestChannels } from '../dataset/templateStore.ts';
import type { Channels, Dataset, StoredTemplate, Templates } from '../dataset/dataset.ts';
import { bytesOf } from '../files/elements.ts';
import { encodeNpy, npyHeader, openNpy } from '../files/npy.ts';
import { type FileSink, writeAll } from '../storage/sink.ts';
import type { Storage } from '../storage/storage.ts';
import { planSubset, SUBSET_FILES, writeSubset } from './extractWaveforms.ts';

export interface AlfSource {
  readonly dataset: Dataset;
  /** Folder of the data files. */
  readonly storage: Storage;
  /** A new random UUID. */
  readonly uuid: () => string;
  /** Raw column of each channel in the recording of its own probe, where a merge knows it. */
  readonly rawIndices?: Int32Array;
}

/** Is told the fraction that is done, and throws when the work is to stop. */
export type AlfProgress = (fraction: number) => Promise<void>;

/** Channels of a waveform, and waveforms that are cut out of the raw data for each template. */
const WIDTH = 12;
const SUBSET_SPIKES = 500;

/**
 * Writes all files into the sink. Resolves with sentences about what could not be written. Throws `missing` without templates or amplitudes.
 */
export async function convertToAlf(
  source: AlfSource,
  sink: FileSink,
  progress: AlfProgress,
): Promise<readonly string[]> {
  const { dataset } = source;
  const templates = requireTemplates(dataset);
  const amplitudes = requireAmplitudes(dataset);
  const notes: string[] = [];
  const write = (name: string, array: NdArray): Promise<void> => writeAll(sink, name, encodeNpy(array));
  await progress(0);
  const shapes = await shapesOf(dataset, templates, progress);
  await progress(0.1);
  const byTemplate = amplitudesOf(dataset.spikes.templates, amplitudes, shapes.templates);
  const byCluster = amplitudesOf(dataset.spikes.clusters, amplitudes, shapes.clusters);
  await writeSpikes(source, sink, byTemplate.spikes, notes);
  await progress(0.2);
  await writeShapes(dataset, templates, 'templates', shapes.templates, byTemplate.means, sink, progress);
  await write('templates.amps.npy', nd(byTemplate.means));
  await progress(0.4);
  await writeShapes(dataset, templates, 'clusters', shapes.clusters, byCluster.means, sink, progress);
  await write('clusters.amps.npy', nd(byCluster.means));
  await progress(0.5);
  const depths = await writeClusters(source, sink, shapes.clusters);
  await write('spikes.depths.npy', nd(await spikeDepths(source, depths, progress)));
  await progress(0.6);
  await writeChannels(source, sink);
  await writeWaveforms(source, sink, notes, (fraction) => progress(0.6 + 0.35 * fraction));
  for (const [from, to, squeezed] of COPIES) await copyFile(source.storage, from, sink, to, squeezed);
  await progress(1);
  return notes;
}

function requireTemplates({ templates }: Dataset): Templates {
  if (templates !== undefined) return templates;
  throw new PhyError('missing', 'The sorting has no templates.npy, without which there are no ALF files of it.', {
    missing: ['templates'],
  });
}

function requireAmplitudes(dataset: Dataset): Float32Array | Float64Array {
  const factors = amplitudeFactors(dataset);
  if (factors !== undefined) return factors;
  throw new PhyError('missing', 'The sorting has no amplitudes.npy, without which there are no ALF files of it.', {
    missing: ['amplitudes'],
  });
}

/** Amplitudes as factors of templates, also where the file has sizes (ALF); 0 where there is no template. */
export function amplitudeFactors({ spikes, templates }: Dataset): Float32Array | Float64Array | undefined {
  const { amplitudes, amplitudesAreSizes } = spikes;
  if (amplitudes === undefined || amplitudesAreSizes !== true || templates === undefined) return amplitudes;
  return Float64Array.from(amplitudes, (size, spike) => {
    const peakToPeak = templates.peakToPeak(spikes.templates[spike]);
    return peakToPeak > 0 ? size / peakToPeak : 0;
  });
}

// ---- shapes of templates and clusters

/** What is written of one template or cluster. */
interface Shape {
  /** undefined where there is nothing: no spikes in a cluster, NaN in a template. */
  readonly stored: StoredTemplate | undefined;
  /** Channel of the largest peak-to-peak of the stored shape, 0 without one. */
  readonly peakChannel: number;
  /** Peak-to-peak of the unwhitened shape. */
  readonly peakToPeak: number;
}

interface Shapes {
  readonly templates: readonly Shape[];
  /** For ids 0 to the largest. */
  readonly clusters: readonly Shape[];
}

async function shapesOf(dataset: Dataset, templates: Templates, progress: AlfProgress): Promise<Shapes> {
  const none = new Int32Array(0);
  const shapeOf = (stored: StoredTemplate | undefined): Shape => ({
    stored,
    peakChannel: stored === undefined ? 0 : peakChannelOf(stored, templates.sampleCount),
    peakToPeak: stored === undefined ? 0 : templates.unwhitened(stored, none).peakToPeak,
  });
  const ofTemplates: Shape[] = [];
  for (let id = 0; id < templates.count; id++) {
    ofTemplates.push(shapeOf(templates.stored(id)));
    await progress(0.05 * (id / templates.count));
  }
  const { spikes, channels } = dataset;
  const ofClusters: Shape[] = [];
  for (const counts of countTemplates(spikes.clusters, spikes.templates)) {
    const only = counts.size === 1 ? [...counts.keys()][0] : undefined;
    const known = only === undefined ? undefined : ofTemplates[only];
    ofClusters.push(known ?? shapeOf(meanShape(counts, ofTemplates, templates.sampleCount, channels)));
    await progress(0.05);
  }
  return { templates: ofTemplates, clusters: ofClusters };
}

/** For each cluster id up to the largest: template -> spikes of it. */
function countTemplates(clusters: Int32Array, templates: Int32Array): readonly ReadonlyMap<number, number>[] {
  const counts: Map<number, number>[] = [];
  for (let spike = 0; spike < clusters.length; spike++) {
    const id = clusters[spike];
    if (id < 0) continue;
    while (counts.length <= id) counts.push(new Map());
    counts[id].set(templates[spike], (counts[id].get(templates[spike]) ?? 0) + 1);
  }
  return counts;
}

/**
 * The mean of the templates of a cluster by their spikes, each on the channels near its peak, on those of the most frequent one, as the
 * reference has it.
 */
function meanShape(
  counts: ReadonlyMap<number, number>,
  shapes: readonly Shape[],
  sampleCount: number,
  channels: Channels,
): StoredTemplate | undefined {
  const parts = [...counts].filter(([id]) => shapes[id]?.stored !== undefined).sort(([a, m], [b, n]) => n - m || a - b);
  const [main] = parts;
  if (main === undefined) return undefined;
  const near = (id: number): Int32Array => nearestChannels(channels, shapes[id].peakChannel, WIDTH);
  const channelIds = near(main[0]);
  const total = parts.reduce((sum, [, count]) => sum + count, 0);
  const values = new Float64Array(channelIds.length * sampleCount);
  for (const [id, count] of parts) {
    const stored = shapes[id].stored;
    if (stored === undefined) continue;
    const own = near(id);
    for (const [slot, channelId] of channelIds.entries()) {
      const at = own.includes(channelId) ? stored.channelIds.indexOf(channelId) : -1;
      if (at < 0) continue;
      for (let s = 0; s < sampleCount; s++) {
        values[slot * sampleCount + s] += (stored.values[at * sampleCount + s] * count) / total;
      }
    }
  }
  return { channelIds, values };
}

/** Samples of the largest and the smallest value of a channel of a stored shape, the first of equals. */
function extremes({ values }: StoredTemplate, slot: number, sampleCount: number): { max: number; min: number } {
  const at = slot * sampleCount;
  let max = 0;
  let min = 0;
  for (let s = 1; s < sampleCount; s++) {
    if (values[at + s] > values[at + max]) max = s;
    if (values[at + s] < values[at + min]) min = s;
  }
  return { max, min };
}

function peakChannelOf(stored: StoredTemplate, sampleCount: number): number {
  let best = 0;
  let largest = -1;
  for (const [slot, channelId] of stored.channelIds.entries()) {
    const { max, min } = extremes(stored, slot, sampleCount);
    const size = stored.values[slot * sampleCount + max] - stored.values[slot * sampleCount + min];
    if (size < largest || (size === largest && channelId > best)) continue;
    best = channelId;
    largest = size;
  }
  return best;
}

/** Amplitude of each spike in raw units, and their mean for each id (NaN without spikes). */
function amplitudesOf(
  ids: Int32Array,
  amplitudes: Float32Array | Float64Array,
  shapes: readonly Shape[],
): { readonly spikes: Float32Array; readonly means: Float64Array } {
  const spikes = new Float32Array(ids.length);
  const means = new Float64Array(shapes.length);
  const counts = new Float64Array(shapes.length);
  for (let spike = 0; spike < ids.length; spike++) {
    const shape = shapes[ids[spike]];
    if (shape === undefined) continue;
    const amplitude = shape.peakToPeak * amplitudes[spike];
    spikes[spike] = amplitude;
    means[ids[spike]] += amplitude;
    counts[ids[spike]]++;
  }
  for (let id = 0; id < means.length; id++) means[id] = counts[id] === 0 ? Number.NaN : means[id] / counts[id];
  return { spikes, means };
}

/** Waveforms in raw units on the channels nearest to the peak, row by row; zeros for ids without spikes. */
async function writeShapes(
  { channels }: Dataset,
  templates: Templates,
  what: 'templates' | 'clusters',
  shapes: readonly Shape[],
  means: Float64Array,
  sink: FileSink,
  progress: AlfProgress,
): Promise<void> {
  const width = Math.min(WIDTH, channels.count);
  const near = new Map<number, Int32Array>();
  const nearOf = (channelId: number): Int32Array => {
    const known = near.get(channelId) ?? nearestOnProbe(channels, channelId, width);
    near.set(channelId, known);
    return known;
  };
  const { sampleCount } = templates;
  const file = await sink.create(`${what}.waveforms.npy`);
  await file.append(npyHeader('float32', [shapes.length, sampleCount, width]));
  for (const [id, { stored, peakChannel, peakToPeak }] of shapes.entries()) {
    const scale = means[id] / peakToPeak;
    const row =
      stored === undefined || !Number.isFinite(scale)
        ? new Float32Array(sampleCount * width)
        : templates.unwhitened(stored, nearOf(peakChannel)).waveform.map((value) => value * scale);
    await file.append(bytesOf(row));
    await progress(what === 'templates' ? 0.3 : 0.45);
  }
  await file.close();
  const ids = new Int32Array(shapes.length * width);
  for (const [id, { peakChannel }] of shapes.entries()) ids.set(nearOf(peakChannel), id * width);
  await writeAll(sink, `${what}.waveformsChannels.npy`, encodeNpy(nd(ids, [shapes.length, width])));
}

/** Channels by |dx| + |dy| from one, those of its probe first, ties by id. */
export function nearestOnProbe({ count, positions, probes }: Channels, channelId: number, width: number): Int32Array {
  const distance = Float64Array.from({ length: count }, (_, other) =>
    probes[other] === probes[channelId]
      ? Math.abs(positions[2 * other] - positions[2 * channelId]) +
        Math.abs(positions[2 * other + 1] - positions[2 * channelId + 1])
      : Infinity,
  );
  const order = Array.from({ length: count }, (_, id) => id);
  // Infinity - Infinity is no order.
  order.sort((a, b) => (distance[a] === distance[b] ? a - b : distance[a] - distance[b]));
  return Int32Array.from(order.slice(0, width));
}

// ---- spikes

async function writeSpikes(
  { dataset }: AlfSource,
  sink: FileSink,
  amplitudes: Float32Array,
  notes: string[],
): Promise<void> {
  const { spikes, sampleRate, report } = dataset;
  const times = Float64Array.from(spikes.samples, (sample) => sample / sampleRate);
  await writeAll(sink, 'spikes.times.npy', encodeNpy(nd(times)));
  const dtype = report.files.find(({ name }) => name === 'spike_times.npy')?.dtype;
  await writeIntegers(sink, 'spikes.samples.npy', spikes.samples, sampleType(dtype));
  await writeAll(sink, 'spikes.amps.npy', encodeNpy(nd(amplitudes)));
  for (const what of ['clusters', 'templates'] as const) {
    const fits = spikes[what].every((id) => id >= 0 && id <= 0xffff);
    if (!fits) notes.push(`spikes.${what}.npy is int32: it has ids that uint16, which is usual there, cannot hold.`);
    await writeIntegers(sink, `spikes.${what}.npy`, spikes[what], fits ? 'uint16' : 'int32');
  }
}

/** Types that whole numbers are written in. */
type IntegerType = 'uint16' | 'int32' | 'uint32' | 'int64' | 'uint64' | 'float64';

/** Spike times keep the type that they have. */
function sampleType(dtype: string | undefined): IntegerType {
  return dtype === 'uint64' || dtype === 'int32' || dtype === 'uint32' || dtype === 'float64' ? dtype : 'int64';
}

/** Whole numbers as a vector of some type, 64-bit ones included; values must fit. */
export async function writeIntegers(
  sink: FileSink,
  name: string,
  values: Int32Array | Float64Array,
  dtype: IntegerType,
): Promise<void> {
  await writeAll(sink, name, [npyHeader(dtype, [values.length]), integerBytes(values, dtype)]);
}

function integerBytes(values: Int32Array | Float64Array, dtype: IntegerType): Uint8Array {
  switch (dtype) {
    case 'uint16':
      return bytesOf(Uint16Array.from(values));
    case 'int32':
      return bytesOf(Int32Array.from(values));
    case 'uint32':
      return bytesOf(Uint32Array.from(values));
    case 'float64':
      return bytesOf(Float64Array.from(values));
    case 'int64':
    case 'uint64': {
      const words = new Int32Array(2 * values.length);
      for (let k = 0; k < values.length; k++) {
        words[2 * k] = values[k] | 0;
        // The low half of a number beyond 2^31 is what is left of it.
        if (values[k] < -0x80000000 || values[k] > 0x7fffffff)
          words[2 * k] = Number(BigInt.asIntN(32, BigInt(values[k])));
        words[2 * k + 1] = Math.floor(values[k] / 2 ** 32);
      }
      return bytesOf(words);
    }
  }
}

/** Depth of each spike from its first principal components, squared where positive; without them that of its cluster. */
async function spikeDepths(
  { dataset, storage }: AlfSource,
  clusterDepths: Float64Array,
  progress: AlfProgress,
): Promise<Float32Array> {
  const { spikes, channels } = dataset;
  const depths = new Float32Array(spikes.count);
  const rows = await readMatrixRows(storage, 'pc_features.npy', 'pc_feature_ind.npy');
  const isWhole = rows !== undefined && rows.shape[0] === spikes.count && dataset.features?.spikeIds === undefined;
  if (!isWhole) {
    await rows?.close();
    return depths.map((_, spike) => clusterDepths[spikes.clusters[spike]] ?? Number.NaN);
  }
  const width = rows.shape[2];
  const block = 50_000;
  for (let first = 0; first < spikes.count; first += block) {
    await progress(0.5 + (0.1 * first) / spikes.count);
    const count = Math.min(block, spikes.count - first);
    const values = await rows.read(first, count, width);
    for (let k = 0; k < count; k++) {
      const template = spikes.templates[first + k];
      let weight = 0;
      let sum = 0;
      for (let c = 0; c < width; c++) {
        const channelId = rows.ids === undefined ? c : (rows.ids[template * width + c] ?? -1);
        const value = Math.max(values[k * width + c], 0) ** 2;
        if (channelId < 0 || channelId >= channels.count || Number.isNaN(value)) continue;
        weight += value;
        sum += value * channels.positions[2 * channelId + 1];
      }
      depths[first + k] = sum / weight;
    }
  }
  await rows.close();
  return depths;
}

// ---- clusters, channels

/** Returns the depth of each cluster. */
async function writeClusters(
  { dataset, uuid }: AlfSource,
  sink: FileSink,
  shapes: readonly Shape[],
): Promise<Float64Array> {
  const { channels, sampleRate, templates } = dataset;
  const sampleCount = templates?.sampleCount ?? 0;
  const peaks = Int32Array.from(shapes, ({ peakChannel }) => peakChannel);
  await writeIntegers(sink, 'clusters.channels.npy', peaks, 'int64');
  const depths = Float64Array.from(shapes, ({ stored, peakChannel }) =>
    stored === undefined ? Number.NaN : channels.positions[2 * peakChannel + 1],
  );
  await writeAll(sink, 'clusters.depths.npy', encodeNpy(nd(depths)));
  const durations = Float64Array.from(shapes, ({ stored, peakChannel }) => {
    const slot = stored?.channelIds.indexOf(peakChannel) ?? -1;
    if (stored === undefined || slot < 0) return Number.NaN;
    const { max, min } = extremes(stored, slot, sampleCount);
    return ((max - min) / sampleRate) * 1e3;
  });
  await writeAll(sink, 'clusters.peakToTrough.npy', encodeNpy(nd(durations)));
  const lines = ['uuids', ...shapes.map(() => uuid())];
  await writeAll(sink, 'clusters.uuids.csv', [new TextEncoder().encode(lines.join('\n'))]);
  return depths;
}

async function writeChannels({ dataset, storage, rawIndices }: AlfSource, sink: FileSink): Promise<void> {
  const { channels } = dataset;
  await writeIntegers(sink, 'channels.rawInd.npy', rawIndices ?? rawColumns(channels), 'int64');
  if ((await storage.stat('channel_positions.npy')) !== undefined) return;
  const positions = nd(channels.positions.slice(), [channels.count, 2]);
  await writeAll(sink, 'channels.localCoordinates.npy', encodeNpy(positions));
}

/** The channel map; for each probe after the first less the largest columns of those before, as the reference merges them. */
function rawColumns({ map, probes }: Channels): Int32Array {
  const columns = map.slice();
  let offset = 0;
  for (const probe of [...new Set(probes)].sort((a, b) => a - b)) {
    let largest = 0;
    for (let id = 0; id < map.length; id++) {
      if (probes[id] !== probe) continue;
      columns[id] = map[id] - offset;
      largest = Math.max(largest, map[id]);
    }
    offset += largest;
  }
  return columns.every((column) => column >= 0) ? columns : map.slice();
}

// ---- waveforms and copies

/** Those that were cut out before, else new ones from the raw data. */
async function writeWaveforms(
  { dataset, storage }: AlfSource,
  sink: FileSink,
  notes: string[],
  progress: AlfProgress,
): Promise<void> {
  const names = Object.values(SUBSET_FILES);
  if (dataset.waveformSubset !== undefined) {
    for (const name of names) await copyFile(storage, name, sink, name, false);
    return;
  }
  if (dataset.traces === undefined) {
    notes.push('There are no waveforms of single spikes: the raw data are not there.');
    return;
  }
  const plan = planSubset(dataset, SUBSET_SPIKES, WIDTH);
  await writeSubset(dataset, plan, sink, (spikes) => progress(spikes / Math.max(1, plan.spikeIds.length)));
}

/** Source, target, and whether (n, 1) becomes (n,). */
const COPIES: readonly (readonly [string, string, boolean])[] = [
  ['params.py', 'params.py', false],
  ['iblsorter_parameters.yaml', 'iblsorter_parameters.yaml', false],
  ['cluster_KSLabel.tsv', 'cluster_KSLabel.tsv', false],
  ['channel_positions.npy', 'channels.localCoordinates.npy', false],
  ['channel_probe.npy', 'channels.probes.npy', true],
  ['channel_labels.npy', 'channels.labels.npy', true],
  ['cluster_probes.npy', 'clusters.probes.npy', true],
  ['cluster_shanks.npy', 'clusters.shanks.npy', true],
  ['whitening_mat.npy', '_kilosort_whitening.matrix.npy', false],
  ['drift_depths.um.npy', 'drift_depths.um.npy', false],
  ['drift.times.npy', 'drift.times.npy', false],
  ['drift.um.npy', 'drift.um.npy', false],
];

const COPY_BYTES = 4 * 2 ** 20;

async function copyFile(storage: Storage, from: string, sink: FileSink, to: string, squeezed: boolean): Promise<void> {
  if ((await storage.stat(from)) === undefined) return;
  if (squeezed && (await copySqueezed(storage, from, sink, to))) return;
  const file = await storage.open(from);
  const target = await sink.create(to);
  for (let at = 0; at < file.size; at += COPY_BYTES) {
    const bytes = new Uint8Array(Math.min(COPY_BYTES, file.size - at));
    await file.read(at, bytes);
    await target.append(bytes);
  }
  await target.close();
  await file.close();
}

/** True when the file was a column and is written as a vector. */
async function copySqueezed(storage: Storage, from: string, sink: FileSink, to: string): Promise<boolean> {
  const npy = await openNpy(storage, from);
  const { shape, type, count, dataOffset } = npy.header;
  const isColumn = shape.length === 2 && shape[1] === 1 && !type.bigEndian;
  if (isColumn) {
    const bytes = new Uint8Array(count * type.bytes);
    await npy.file.read(dataOffset, bytes);
    await writeAll(sink, to, [npyHeader(type.name, [shape[0]]), bytes]);
  }
  await npy.file.close();
  return isColumn;
}
