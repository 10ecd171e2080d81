/** Per-spike vectors (spec/data.md 3, 4 steps 1 to 5). */
import { PhyError } from '../../base/errors.ts';
import { roundHalfEven } from '../../base/round.ts';
import { dtypeInMemory, type NpyFile, readRows } from '../../files/npy.ts';
import type { SpikeAttribute, Spikes } from '../dataset.ts';
import {
  checkVector,
  findName,
  optional,
  type Reading,
  readIds,
  readRealNumbers,
  readWholeNumbers,
  required,
  wrongShape,
} from './reading.ts';

const timeFiles = ['spike_times.npy'];
const secondFiles = ['spikes.times*.npy'];
/** Names of the file with the template of each spike. */
export const SPIKE_TEMPLATES = ['spike_templates.npy', 'spikes.templates*.npy'];
const clusterFiles = ['spike_clusters.npy', 'spikes.clusters*.npy'];

/** Reads all spikes into memory. Throws `input` when times, templates or clusters are absent or disagree. */
export async function readSpikes(reading: Reading, sampleRate: number): Promise<Spikes> {
  const samples = await readSamples(reading, sampleRate);
  const count = samples.length;
  reading.step('spike templates', 0.3);
  const templates = await required(reading, SPIKE_TEMPLATES, 'the template of each spike', async (npy) => {
    checkVector(npy, count, `spike of ${timesName(reading)}`);
    return readIds(npy, reading.progress);
  });
  reading.step('spike clusters', 0.4);
  const clusters = await readClusters(reading, templates);
  reading.step('amplitudes', 0.5);
  const amplitudes = await optional(
    reading,
    ['amplitudes.npy', 'spikes.amps*.npy'],
    async (npy) => {
      checkVector(npy, count, 'spike');
      return (await readRealNumbers(reading, npy)).data;
    },
    { whenMissing: 'There are no template amplitudes to show.' },
  );
  const reorderedSeconds = await optional(reading, ['spike_times_reordered.npy'], async (npy) => {
    checkVector(npy, count, 'spike');
    return Float64Array.from((await readRealNumbers(reading, npy)).data, (sample) => sample / sampleRate);
  });
  return {
    count,
    samples,
    clusters,
    templates,
    amplitudes,
    amplitudesAreSizes: amplitudes !== undefined && findName(reading, ['amplitudes.npy']) === undefined,
    reorderedSeconds,
    seconds: (spikeId) => samples[spikeId] / sampleRate,
    secondsOf: (spikeIds) => {
      const seconds = new Float64Array(spikeIds.length);
      for (let k = 0; k < seconds.length; k++) seconds[k] = samples[spikeIds[k]] / sampleRate;
      return seconds;
    },
  };
}

/** The file that says how many spikes there are: when lengths differ, it may be the wrong one as well. */
const timesName = (reading: Reading): string => findName(reading, [...timeFiles, ...secondFiles]) ?? timeFiles[0];

async function readSamples(reading: Reading, sampleRate: number): Promise<Int32Array | Float64Array> {
  reading.step('spike times', 0.05);
  if (findName(reading, timeFiles) === undefined && findName(reading, secondFiles) !== undefined) {
    return readAlfSamples(reading, sampleRate);
  }
  return required(reading, timeFiles, 'the time of each spike in samples', async (npy) => {
    checkVector(npy);
    const samples = await readWholeNumbers(npy, reading.progress);
    checkOrder(npy.name, samples);
    return samples;
  });
}

/** ALF keeps seconds, and samples beside them where it can. */
async function readAlfSamples(reading: Reading, sampleRate: number): Promise<Int32Array | Float64Array> {
  const rounded = await required(reading, secondFiles, 'the time of each spike in seconds', async (npy) => {
    checkVector(npy);
    const seconds = (await readRealNumbers(reading, npy)).data;
    checkOrder(npy.name, seconds);
    return Float64Array.from(seconds, (time) => roundHalfEven(time * sampleRate));
  });
  const samples = await optional(reading, ['spikes.samples*.npy'], async (npy) => {
    checkVector(npy, rounded.length, 'spike');
    const stored = await readWholeNumbers(npy, reading.progress);
    checkOrder(npy.name, stored);
    return stored;
  });
  if (samples !== undefined) {
    noteOtherClock(reading, rounded, samples, sampleRate);
    return samples;
  }
  const last = rounded[rounded.length - 1] ?? 0;
  return last <= 0x7fffffff && (rounded[0] ?? 0) >= -0x80000000 ? Int32Array.from(rounded) : rounded;
}

/** Times that the experiment's clock gave are not those of the raw data. */
function noteOtherClock(
  reading: Reading,
  rounded: Float64Array,
  samples: Int32Array | Float64Array,
  sampleRate: number,
): void {
  let apart = 0;
  for (let k = 0; k < samples.length; k++) apart = Math.max(apart, Math.abs(rounded[k] - samples[k]));
  if (apart <= 1e-3 * sampleRate) return;
  const seconds = (apart / sampleRate).toPrecision(3);
  const sentence = `spikes.times.npy and spikes.samples.npy are up to ${seconds} s apart at ${sampleRate.toLocaleString('en')} Hz: the times are by another clock, such as that of the experiment. Times here are those of the recording (samples by rate).`;
  reading.report.warn('detail', sentence);
}

function checkOrder(name: string, times: ArrayLike<number>): void {
  for (let k = 1; k < times.length; k++) {
    if (times[k] >= times[k - 1]) continue;
    const found = `spike ${k.toLocaleString('en')} before spike ${(k - 1).toLocaleString('en')}`;
    const message = `${name} is not in time order (${times[k]} after ${times[k - 1]} at spike ${k.toLocaleString('en')}), expected increasing times. Sort the spikes and export again.`;
    throw new PhyError('input', message, { file: name, found, expected: 'increasing times' });
  }
}

/** Without a file of clusters every spike is in the cluster of its template, and nothing is written until a save. */
async function readClusters(reading: Reading, templates: Int32Array): Promise<Int32Array> {
  const names = clusterFiles.map((pattern) => findName(reading, [pattern])).filter((name) => name !== undefined);
  if (names.length > 1) {
    const message = `${names.join(' and ')} both exist, expected one of them. Move the outdated one away.`;
    throw new PhyError('input', message, { file: names[1], found: names.join(' and '), expected: 'one file' });
  }
  if (names.length === 0) {
    reading.report.file(clusterFiles[0], 'missing', 'Every spike is in the cluster of its template.');
    return templates;
  }
  return required(reading, clusterFiles, 'the cluster of each spike', async (npy) => {
    checkVector(npy, templates.length, 'spike');
    return readIds(npy, reading.progress);
  });
}

const notAttributes = /^spike_(clusters|templates|samples|times|times_reordered|amplitudes)\.npy$/;

/** Every other `spike_*.npy` with one row per spike, by the name after `spike_`. Only their headers are read now. */
export async function readSpikeAttributes(reading: Reading, spikeCount: number): Promise<Map<string, SpikeAttribute>> {
  const attributes = new Map<string, SpikeAttribute>();
  for (const name of reading.names) {
    const match = /^spike_(.+)\.npy$/.exec(name);
    if (match === null || notAttributes.test(name)) continue;
    const attribute = await optional(reading, [name], async (npy) => openAttribute(npy, spikeCount), {
      keepOpen: true,
    });
    if (attribute !== undefined) attributes.set(match[1], attribute);
  }
  return attributes;
}

function openAttribute(npy: NpyFile, spikeCount: number): SpikeAttribute {
  const shape = vectorShape(npy.header.shape, spikeCount);
  if (shape[0] !== spikeCount) {
    const expected = `${spikeCount.toLocaleString('en')} rows (one per spike)`;
    throw wrongShape(npy.name, npy.header.shape, expected);
  }
  // Rows of (1, n) lie in the file like those of (n,).
  const rows = shape.length === 1 ? { ...npy, header: { ...npy.header, shape } } : npy;
  return {
    dtype: dtypeInMemory(npy.header.type.name),
    shape,
    read: async (spikeIds, columns, progress) => {
      const values = await readRows(rows, spikeIds, columns, progress);
      return values instanceof Float64Array ? values : Float64Array.from(values);
    },
  };
}

/** (n, 1) and (1, n) are vectors. */
function vectorShape(shape: readonly number[], count: number): readonly number[] {
  const long = shape.filter((size) => size !== 1);
  return long.length <= 1 && shape.includes(count) ? [count] : shape;
}
