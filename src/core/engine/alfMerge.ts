/**
 * Several probes of one recording as one sorting (spec/data.md 15.3): spikes in time order, ids of clusters and templates and columns of
 * channels one probe after the other, templates and matrices block-diagonal. Offsets are the full sizes of the probes before.
 */
import { PhyError } from '../base/errors.ts';
import { nd } from '../base/nd.ts';
import type { Dataset, Metadata, MetadataValue, Templates } from '../dataset/dataset.ts';
import { readSquareMatrix } from '../dataset/readers/matrixRows.ts';
import { invert } from '../dataset/readers/whitening.ts';
import { labelFile } from '../dataset/save.ts';
import { bytesOf } from '../files/elements.ts';
import { encodeNpy, npyHeader } from '../files/npy.ts';
import { type PythonValue, readAssignments } from '../files/pythonParams.ts';
import { pythonFloat } from '../files/pythonText.ts';
import { writeTable } from '../files/tsv.ts';
import { type FileSink, writeAll } from '../storage/sink.ts';
import type { Storage } from '../storage/storage.ts';
import { writeIntegers } from './alfFiles.ts';
import { amplitudeFactors, type AlfProgress } from './alfShapes.ts';

export interface ProbeSource {
  readonly dataset: Dataset;
  /** Folder of the data files. */
  readonly storage: Storage;
  /** Name of the probe in probes.description.tsv. */
  readonly label: string;
  /** Text of params.py. */
  readonly params: string;
}

export interface Merged {
  /** int32 [channel]: raw column of each channel in the recording of its own probe. */
  readonly rawIndices: Int32Array;
}

interface Probe extends ProbeSource {
  readonly templates: Templates;
  readonly amplitudes: Float32Array | Float64Array;
  readonly offsets: {
    readonly cluster: number;
    readonly template: number;
    readonly channel: number;
    readonly raw: number;
  };
}

/** Labels that the probes' tables give to clusters. */
const LABELS = ['Amplitude', 'ContamPct', 'KSLabel', 'group'];

/** Writes the merged sorting. Throws `missing` or `input` in a sentence when the probes do not fit together. */
export async function mergeProbes(
  sources: readonly ProbeSource[],
  sink: FileSink,
  progress: AlfProgress,
): Promise<Merged> {
  const probes = checkedProbes(sources);
  await progress(0);
  await writeAll(sink, 'params.py', [new TextEncoder().encode(mergedParams(probes))]);
  const labels = [['label'], ...probes.map(({ label }) => [label])];
  await writeAll(sink, 'probes.description.tsv', [writeTable(labels)]);
  await writeSpikes(probes, sink, progress);
  await progress(0.4);
  const rawIndices = await writeChannels(probes, sink);
  await writeTemplates(probes, sink, progress);
  await progress(0.8);
  await writeMatrices(probes, sink);
  await writeLabels(probes, sink);
  await progress(1);
  return { rawIndices };
}

/** Raw columns of a probe: those of its recording, else as many as its channels need. */
const rawColumns = ({ rawChannelCount, channels }: Dataset): number =>
  rawChannelCount ?? channels.map.reduce((largest, column) => Math.max(largest, column), -1) + 1;

/** Ids that the clusters and templates of a probe take up: with equal offsets, clusters that are templates stay so. */
const clusterIds = (dataset: Dataset, templates: Templates): number =>
  dataset.spikes.clusters.reduce((largest, id) => Math.max(largest, id), templates.count - 1) + 1;

function checkedProbes(sources: readonly ProbeSource[]): readonly Probe[] {
  const probes: Probe[] = [];
  const next = { cluster: 0, template: 0, channel: 0, raw: 0 };
  for (const source of sources) {
    const { dataset, label } = source;
    const { templates } = dataset;
    const amplitudes = amplitudeFactors(dataset);
    if (templates === undefined || amplitudes === undefined) {
      const file = templates === undefined ? 'templates.npy' : 'amplitudes.npy';
      throw new PhyError('missing', `${label} has no ${file}, without which the probes cannot be merged.`, { file });
    }
    const [first] = probes;
    if (first !== undefined) {
      differs('sample_rate', first, first.dataset.sampleRate, label, dataset.sampleRate);
      differs('samples of a template', first, first.templates.sampleCount, label, templates.sampleCount);
    }
    probes.push({ ...source, templates, amplitudes, offsets: { ...next } });
    next.cluster += clusterIds(dataset, templates);
    next.template += templates.count;
    next.channel += dataset.channels.count;
    next.raw += rawColumns(dataset);
  }
  return probes;
}

function differs(what: string, first: Probe, expected: number, label: string, found: number): void {
  if (expected === found) return;
  throw new PhyError('input', `${label} has ${what} ${found}, expected ${expected} as in ${first.label}.`, {
    found,
    expected,
  });
}

/** params.py of the first probe, without raw data, with the columns of all. */
function mergedParams(probes: readonly Probe[]): string {
  const values = new Map(readAssignments(probes[0].params).values);
  values.set('dat_path', []);
  values.set(
    'n_channels_dat',
    probes.reduce((sum, { dataset }) => sum + rawColumns(dataset), 0),
  );
  values.delete('dir_path');
  const lines = [...values].flatMap(([name, value]) => {
    const text = name === 'sample_rate' && typeof value === 'number' ? pythonFloat(value) : pythonLiteral(value);
    return text === undefined ? [] : [`${name} = ${text}`];
  });
  return `${lines.join('\n')}\n`;
}

function pythonLiteral(value: PythonValue): string | undefined {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : pythonFloat(value);
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (!Array.isArray(value)) return undefined;
  return `[${value.map((item: PythonValue) => pythonLiteral(item) ?? 'None').join(', ')}]`;
}

// ---- spikes

/** Which probe each spike of the merged sorting is of: in time order, earlier probes first at equal samples. */
async function mergedOrder(probes: readonly Probe[], progress: AlfProgress): Promise<Uint8Array> {
  const total = probes.reduce((sum, { dataset }) => sum + dataset.spikes.count, 0);
  const order = new Uint8Array(total);
  const cursor = probes.map(() => 0);
  for (let k = 0; k < total; k++) {
    let best = -1;
    let earliest = Infinity;
    for (const [probe, { dataset }] of probes.entries()) {
      const { samples, count } = dataset.spikes;
      if (cursor[probe] >= count || samples[cursor[probe]] >= earliest) continue;
      best = probe;
      earliest = samples[cursor[probe]];
    }
    cursor[best]++;
    order[k] = best;
    if (k % 100_000 === 0) await progress((0.2 * k) / total);
  }
  return order;
}

async function writeSpikes(probes: readonly Probe[], sink: FileSink, progress: AlfProgress): Promise<void> {
  const order = await mergedOrder(probes, progress);
  const inOrder = (valueOf: (probe: Probe, spike: number) => number): Float64Array => {
    const cursor = probes.map(() => 0);
    return Float64Array.from(order, (probe) => valueOf(probes[probe], cursor[probe]++));
  };
  const samples = inOrder(({ dataset }, spike) => dataset.spikes.samples[spike]);
  await writeIntegers(sink, 'spike_times.npy', samples, 'int64');
  await writeAll(sink, 'amplitudes.npy', encodeNpy(nd(inOrder(({ amplitudes }, spike) => amplitudes[spike]))));
  const templates = inOrder(({ dataset, offsets }, spike) => dataset.spikes.templates[spike] + offsets.template);
  await writeIntegers(sink, 'spike_templates.npy', templates, 'int32');
  const clusters = inOrder(({ dataset, offsets }, spike) => dataset.spikes.clusters[spike] + offsets.cluster);
  await writeIntegers(sink, 'spike_clusters.npy', clusters, 'int32');
  const owners = probes.flatMap(({ dataset, templates: own }, probe) =>
    Array.from({ length: clusterIds(dataset, own) }, () => probe),
  );
  await writeAll(sink, 'cluster_probes.npy', encodeNpy(nd(Int32Array.from(owners))));
}

// ---- channels and templates

/** Returns the raw column of each channel in its own recording. */
async function writeChannels(probes: readonly Probe[], sink: FileSink): Promise<Int32Array> {
  const concatenated = (valuesOf: (probe: Probe, at: number) => Iterable<number>): number[] =>
    probes.flatMap((probe, at) => [...valuesOf(probe, at)]);
  const own = Int32Array.from(concatenated(({ dataset }) => dataset.channels.map));
  const map = Int32Array.from(concatenated(({ dataset, offsets }) => dataset.channels.map.map((c) => c + offsets.raw)));
  await writeAll(sink, 'channel_map.npy', encodeNpy(nd(map)));
  const probeOf = Int32Array.from(concatenated(({ dataset }, at) => dataset.channels.map.map(() => at)));
  await writeAll(sink, 'channel_probe.npy', encodeNpy(nd(probeOf)));
  let lastShank = 0;
  const shanks = concatenated(({ dataset }) => {
    const shifted = dataset.channels.shanks.map((shank) => shank + lastShank);
    lastShank = shifted.reduce((largest, shank) => Math.max(largest, shank), -1) + 1;
    return shifted;
  });
  // Probes are apart like shanks are: no template reaches from one to another.
  await writeAll(sink, 'channel_shanks.npy', encodeNpy(nd(Int32Array.from(shanks))));
  const positions = Float64Array.from(shiftedPositions(probes));
  await writeAll(sink, 'channel_positions.npy', encodeNpy(nd(positions, [positions.length / 2, 2])));
  return own;
}

/** x grows from probe to probe by twice the largest x of the one before, less its smallest. */
function shiftedPositions(probes: readonly Probe[]): number[] {
  let shift = 0;
  return probes.flatMap(({ dataset }) => {
    const shifted = Array.from(dataset.channels.positions, (value, k) => (k % 2 === 0 ? value + shift : value));
    const x = shifted.filter((_, k) => k % 2 === 0);
    const [low, high] = [Math.min(...x), Math.max(...x)];
    shift = 2 * high - low;
    return shifted;
  });
}

async function writeTemplates(probes: readonly Probe[], sink: FileSink, progress: AlfProgress): Promise<void> {
  const total = probes.reduce((sum, { templates }) => sum + templates.count, 0);
  const width = probes.reduce((sum, { dataset }) => sum + dataset.channels.count, 0);
  const { sampleCount } = probes[0].templates;
  const file = await sink.create('templates.npy');
  await file.append(npyHeader('float32', [total, sampleCount, width]));
  for (const { templates, offsets } of probes) {
    for (let id = 0; id < templates.count; id++) {
      const row = new Float32Array(sampleCount * width);
      const stored = templates.stored(id);
      for (const [slot, channelId] of stored?.channelIds.entries() ?? []) {
        for (let s = 0; s < sampleCount; s++) {
          row[s * width + offsets.channel + channelId] = stored?.values[slot * sampleCount + s] ?? 0;
        }
      }
      await file.append(bytesOf(row));
      await progress(0.4 + (0.4 * (offsets.template + id)) / total);
    }
  }
  await file.close();
}

// ---- matrices and labels

async function writeMatrices(probes: readonly Probe[], sink: FileSink): Promise<void> {
  if (probes.every(({ dataset }) => dataset.similarity !== undefined)) {
    const blocks = probes.map(({ dataset, templates }) => ({
      size: templates.count,
      data: dataset.similarity?.data ?? new Float32Array(0),
    }));
    await writeAll(sink, 'similar_templates.npy', blockDiagonal(blocks));
  }
  if (!probes.some(({ dataset }) => dataset.hasWhitening)) return;
  const whitening: Block[] = [];
  const inverses: Block[] = [];
  for (const { storage, dataset } of probes) {
    const size = dataset.channels.count;
    const matrix = await readSquareMatrix(storage, 'whitening_mat.npy', size);
    const inverse = await readSquareMatrix(storage, 'whitening_mat_inv.npy', size);
    whitening.push({ size, data: matrix ?? identity(size) });
    inverses.push({ size, data: inverse ?? invert(matrix ?? identity(size), size) ?? identity(size) });
  }
  await writeAll(sink, 'whitening_mat.npy', blockDiagonal(whitening));
  await writeAll(sink, 'whitening_mat_inv.npy', blockDiagonal(inverses));
}

interface Block {
  readonly size: number;
  readonly data: ArrayLike<number>;
}

function identity(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, k) => (k % (size + 1) === 0 ? 1 : 0));
}

/** A square matrix as a file; what is beside the blocks is 0. */
function blockDiagonal(blocks: readonly Block[]): readonly Uint8Array[] {
  const size = blocks.reduce((sum, block) => sum + block.size, 0);
  const matrix = new Float64Array(size * size);
  let offset = 0;
  for (const block of blocks) {
    for (let row = 0; row < block.size; row++) {
      for (let column = 0; column < block.size; column++) {
        matrix[(offset + row) * size + offset + column] = block.data[row * block.size + column];
      }
    }
    offset += block.size;
  }
  return encodeNpy(nd(matrix, [size, size]));
}

async function writeLabels(probes: readonly Probe[], sink: FileSink): Promise<void> {
  const merged: Metadata = new Map(
    LABELS.map((field) => [
      field,
      new Map(
        probes.flatMap(({ dataset, offsets }) =>
          [...(dataset.metadata.get(field) ?? [])].map(([id, value]): readonly [number, MetadataValue] => [
            id + offsets.cluster,
            value,
          ]),
        ),
      ),
    ]),
  );
  const labels = new Map(
    LABELS.map((field) => [
      field,
      new Set(probes.flatMap(({ dataset }) => [...(dataset.floatText.labels.get(field) ?? [])])),
    ]),
  );
  for (const [field, values] of merged) {
    if (values.size === 0) continue;
    const ids = [...values.keys()].sort((a, b) => a - b);
    const { name, parts } = labelFile(field, ids, values, { columns: new Set(), labels });
    await writeAll(sink, name, parts);
  }
}
