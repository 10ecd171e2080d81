/**
 * Converts a sorting to the ALF files of the International Brain Laboratory (spec/data.md 15): spikes, templates, clusters and channels, one
 * file for each attribute, amplitudes and waveforms in the units of the raw data. The sources are only read.
 */
import { PhyError } from '../base/errors.ts';
import { nd, type NdArray } from '../base/nd.ts';
import { readMatrixRows } from '../dataset/readers/matrixRows.ts';
import type { Channels, Dataset, Templates } from '../dataset/dataset.ts';
import { encodeNpy } from '../files/npy.ts';
import { type FileSink, writeAll } from '../storage/sink.ts';
import type { Storage } from '../storage/storage.ts';
import { copyFile, sampleType, writeIntegers } from './alfFiles.ts';
import {
  type AlfProgress,
  amplitudeFactors,
  amplitudesOf,
  extremes,
  type Shape,
  shapesOf,
  WIDTH,
  writeShapes,
} from './alfShapes.ts';
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

/** Waveforms that are cut out of the raw data for each template. */
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
  refuseHugeIds(dataset);
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

/** ALF has a row for each id up to the largest: more than these are a mistake of numbering, and would fill the disk. */
const MOST_ROWS = 1_000_000;

function refuseHugeIds({ spikes }: Dataset): void {
  const largest = spikes.clusters.reduce((most, id) => Math.max(most, id), 0);
  if (largest < MOST_ROWS) return;
  const message = `Cluster ids go up to ${largest.toLocaleString('en')}, expected less than ${MOST_ROWS.toLocaleString('en')}: ALF files have a row for each id up to the largest. Give the clusters smaller ids first.`;
  throw new PhyError('refused', message, { found: largest });
}

function requireAmplitudes(dataset: Dataset): Float32Array | Float64Array {
  const factors = amplitudeFactors(dataset);
  if (factors !== undefined) return factors;
  throw new PhyError('missing', 'The sorting has no amplitudes.npy, without which there are no ALF files of it.', {
    missing: ['amplitudes'],
  });
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

/** Depth of each spike from its first principal components, squared where positive; without them that of its cluster. */
async function spikeDepths(
  { dataset, storage }: AlfSource,
  clusterDepths: Float64Array,
  progress: AlfProgress,
): Promise<Float32Array> {
  const { spikes, channels } = dataset;
  const depths = new Float32Array(spikes.count);
  // Features that opening could not use are none here either; computed ones are of some spikes only.
  const isUsed = dataset.report.files.some(({ name, status }) => name === 'pc_features.npy' && status === 'read');
  const rows = isUsed ? await readMatrixRows(storage, 'pc_features.npy', 'pc_feature_ind.npy') : undefined;
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
