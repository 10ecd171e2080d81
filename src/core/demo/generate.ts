/**
 * Generates a demo dataset: what Kilosort would have written for a recording whose truth is known. Spikes are kept in memory
 * (about 14 bytes each, 22 while they are sorted); features and raw data are streamed.
 */
import { npyHeader } from '../files/npy.ts';
import { writeAll, type FileSink } from '../storage/sink.ts';
import { featureModel } from './features.ts';
import { noiseSource } from './noise.ts';
import type { DemoPlan } from './plan.ts';
import { localCount, PC_COUNT, rawColumns, TEMPLATE_SAMPLES } from './plan.ts';
import type { Probe } from './probe.ts';
import { makeProbe } from './probe.ts';
import { DemoRandom } from './random.ts';
import { rawMaker } from './raw.ts';
import { waveformBank } from './shape.ts';
import type { Block, NumberStream, StreamDtype } from './stream.ts';
import { bytesOf, openStream } from './stream.ts';
import { clusterTables, paramsText, truthText } from './tables.ts';
import type { DemoTemplates } from './templates.ts';
import { makeTemplates } from './templates.ts';
import type { SpikeTrains } from './trains.ts';
import { makeTrains } from './trains.ts';
import type { DemoTruth } from './units.ts';
import { driftSteps, makeTruth } from './units.ts';

/** Spikes per block of the feature and vector files. */
const SPIKE_BLOCK = 8192;
/** Numbers per buffer of the feature files: 4 MiB. */
const FEATURE_BUFFER = 1 << 20;

interface Demo {
  readonly plan: DemoPlan;
  readonly probe: Probe;
  readonly truth: DemoTruth;
  readonly trains: SpikeTrains;
  readonly templates: DemoTemplates;
}

/**
 * Writes every file of the plan into the sink; params.py comes last. Equal plans give equal bytes. Gives up the thread through
 * `pause`, called between blocks; what it throws ends the work.
 */
export async function generateDemo(plan: DemoPlan, sink: FileSink, pause: () => Promise<void>): Promise<void> {
  const probe = makeProbe(plan.channels);
  const truth = makeTruth(plan, probe);
  await writeText(sink, 'truth.json', truthText(plan, truth));
  const trains = await makeTrains(plan, truth, pause);
  const bank = waveformBank(plan.seed, probe, truth.units);
  const templates = makeTemplates(plan, probe, truth, trains, bank, noiseSource(plan.seed, plan.channels));
  await pause();
  const demo: Demo = { plan, probe, truth, trains, templates };
  await writeProbe(sink, demo);
  await writeTemplates(sink, demo);
  await writeSpikes(sink, demo, pause);
  const model = featureModel(plan, probe, truth, trains, templates, bank);
  await writeTemplateFeatures(sink, demo, (first, into) => model.fillTemplateFeatures(first, into), pause);
  if (plan.raw) await writeRawAndFeatures(sink, demo, rawMaker(plan, probe, truth, trains, templates, bank), pause);
  else await writeFeatures(sink, demo, (first, into) => model.fillFeatures(first, into), pause);
  const tables = clusterTables(plan, truth, trains, templates);
  for (const [name, text] of Object.entries(tables)) await writeText(sink, name, text);
  await writeText(sink, 'params.py', paramsText(plan));
}

const writeText = (sink: FileSink, name: string, text: string): Promise<void> =>
  writeAll(sink, name, [new TextEncoder().encode(text)]);

const writeArray = (
  sink: FileSink,
  name: string,
  dtype: StreamDtype,
  shape: readonly number[],
  values: ArrayBufferView,
): Promise<void> => writeAll(sink, `${name}.npy`, [npyHeader(dtype, shape), bytesOf(values)]);

async function writeProbe(sink: FileSink, { probe }: Demo): Promise<void> {
  const n = probe.count;
  const positions = new Float32Array(2 * n);
  for (let channel = 0; channel < n; channel++) positions.set([probe.x[channel], probe.y[channel]], 2 * channel);
  await writeArray(sink, 'channel_map', 'int32', [n], probe.map);
  await writeArray(sink, 'channel_positions', 'float32', [n, 2], positions);
  await writeArray(sink, 'channel_shanks', 'float32', [n], new Float32Array(n));
  await writeArray(sink, 'whitening_mat', 'float64', [n, n], probe.whitening);
  await writeArray(sink, 'whitening_mat_inv', 'float64', [n, n], probe.unwhitening);
}

async function writeTemplates(sink: FileSink, { plan, probe, templates }: Demo): Promise<void> {
  const count = plan.units;
  const columns = new Int32Array(2 * count * probe.count);
  for (let i = 0; i < columns.length; i += 2) columns[i] = (i / 2) % probe.count;
  await writeArray(sink, 'templates', 'float32', [count, TEMPLATE_SAMPLES, probe.count], templates.whitened);
  await writeArray(sink, 'templates_ind', 'int64', [count, probe.count], columns);
  await writeArray(sink, 'similar_templates', 'float32', [count, count], templates.similarity);
  await writeArray(sink, 'pc_feature_ind', 'uint32', [count, localCount(probe.count)], templates.localChannels);
  await writeArray(sink, 'template_feature_ind', 'uint32', [count, localCount(count)], templates.localTemplates);
}

const int32 = (): Int32Array => new Int32Array(2 * SPIKE_BLOCK);
const float32 = (): Float32Array => new Float32Array(2 * SPIKE_BLOCK);
const ids = (of: (spike: number) => number) => (block: Int32Array, first: number) => {
  for (let i = 0; i < block.length; i++) block[i] = of(first + i);
};

/** The per-spike vectors, block by block. */
async function writeSpikes(sink: FileSink, demo: Demo, pause: () => Promise<void>): Promise<void> {
  const { truth, trains, templates, probe, plan } = demo;
  const clusterOf = (spike: number): number => truth.components[trains.components[spike]].clusterId;
  const unitOf = (spike: number): number => truth.components[trains.components[spike]].unitId;
  const write = async <T extends Block<T>>(
    name: string,
    dtype: StreamDtype,
    perSpike: number,
    make: () => T,
    fill: (block: T, first: number) => void,
  ): Promise<void> => {
    const shape = perSpike === 1 || dtype === 'int64' ? [trains.count] : [trains.count, perSpike];
    const stream = await openStream(sink, `${name}.npy`, npyHeader(dtype, shape), make);
    await eachBlock(trains.count, pause, async (first, count) => fill(await stream.next(count * perSpike), first));
    await stream.close();
  };
  // Samples stay below 2^31 (the longest plan), so the high half is 0.
  await write('spike_times', 'int64', 2, int32, (block, first) => {
    for (let i = 0; i < block.length; i += 2) {
      block[i] = trains.samples[first + i / 2];
      block[i + 1] = 0;
    }
  });
  await write('spike_templates', 'int32', 1, int32, ids(clusterOf));
  await write('spike_clusters', 'int32', 1, int32, ids(clusterOf));
  await write('truth_unit', 'int32', 1, int32, ids(unitOf));
  await write('amplitudes', 'float32', 1, float32, (block, first) => {
    for (let i = 0; i < block.length; i++) block[i] = trains.gains[first + i] * templates.scales[clusterOf(first + i)];
  });
  const random = new DemoRandom(plan.seed, 'positions');
  await write('spike_positions', 'float32', 2, float32, (block, first) => {
    for (let i = 0; i < block.length; i += 2) {
      const spike = first + i / 2;
      const unit = truth.units[unitOf(spike)];
      const shift = trains.states[spike] - driftSteps(unit);
      block[i] = Math.min(70, Math.max(0, unit.x + 2 * random.gaussian()));
      block[i + 1] = Math.min(probe.height + 20, Math.max(-20, unit.y + shift + 3 * random.gaussian()));
    }
  });
}

async function eachBlock(
  total: number,
  pause: () => Promise<void>,
  block: (first: number, count: number) => Promise<void>,
): Promise<void> {
  for (let first = 0; first < total; first += SPIKE_BLOCK) {
    await block(first, Math.min(SPIKE_BLOCK, total - first));
    await pause();
  }
}

type FillRows = (first: number, into: Float32Array) => void;

const openFeatures = (sink: FileSink, { plan, trains }: Demo): Promise<NumberStream<Float32Array>> =>
  openStream(
    sink,
    'pc_features.npy',
    npyHeader('float32', [trains.count, PC_COUNT, localCount(plan.channels)]),
    () => new Float32Array(FEATURE_BUFFER),
  );

async function writeFeatures(sink: FileSink, demo: Demo, fill: FillRows, pause: () => Promise<void>): Promise<void> {
  const columns = PC_COUNT * localCount(demo.plan.channels);
  const stream = await openFeatures(sink, demo);
  await eachBlock(demo.trains.count, pause, async (first, count) => fill(first, await stream.next(count * columns)));
  await stream.close();
}

async function writeTemplateFeatures(
  sink: FileSink,
  demo: Demo,
  fill: FillRows,
  pause: () => Promise<void>,
): Promise<void> {
  const columns = localCount(demo.plan.units);
  const head = npyHeader('float32', [demo.trains.count, columns]);
  const stream = await openStream(sink, 'template_features.npy', head, () => new Float32Array(FEATURE_BUFFER));
  await eachBlock(demo.trains.count, pause, async (first, count) => fill(first, await stream.next(count * columns)));
  await stream.close();
}

/** One pass over the recording: each block gives its samples, and the features of its spikes. */
async function writeRawAndFeatures(
  sink: FileSink,
  demo: Demo,
  maker: ReturnType<typeof rawMaker>,
  pause: () => Promise<void>,
): Promise<void> {
  const columns = rawColumns(demo.plan);
  const perSpike = PC_COUNT * localCount(demo.plan.channels);
  const raw = await openStream(
    sink,
    'recording.dat',
    new Uint8Array(),
    () => new Int16Array(maker.blockSamples * columns),
  );
  const features = await openFeatures(sink, demo);
  for (let index = 0; index < maker.blocks; index++) {
    const block = maker.make(index);
    maker.fillSamples(block, await raw.next((block.end - block.start) * columns));
    for (let first = block.firstSpike; first < block.lastSpike; first += SPIKE_BLOCK) {
      const count = Math.min(SPIKE_BLOCK, block.lastSpike - first);
      maker.fillFeatures(block, first, await features.next(count * perSpike));
    }
    await pause();
  }
  await raw.close();
  await features.close();
}
