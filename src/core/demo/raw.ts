/** Raw int16 data, block by block: coloured noise with every spike added at its sample, and features cut out of it. */
import type { NoiseSource } from './noise.ts';
import { noiseSource } from './noise.ts';
import { DemoRandom } from './random.ts';
import type { DemoPlan } from './plan.ts';
import { PC_COUNT, rawColumns, SAMPLE_RATE, sampleCount, SPIKE_SAMPLE, TEMPLATE_SAMPLES } from './plan.ts';
import type { Probe } from './probe.ts';
import { MIXING, nearestChannels, NOISE_SCALE } from './probe.ts';
import type { UnitWaveform } from './shape.ts';
import { FIRST_SAMPLE } from './shape.ts';
import type { DemoTemplates } from './templates.ts';
import type { SpikeTrains } from './trains.ts';
import type { DemoTruth } from './units.ts';

/** Samples of a block, and how many beside it are made too, so that windows of its spikes are complete. */
const BLOCK = 8192;
const PAD = 128;
const WIDTH = BLOCK + 2 * PAD;
/** Channels that whitening looks at, relative to the channels it gives. */
const HALO = 1.5;

export interface RawBlock {
  /** Samples [start, end) of the recording. */
  readonly start: number;
  readonly end: number;
  /** Spikes [firstSpike, lastSpike) lie in it. */
  readonly firstSpike: number;
  readonly lastSpike: number;
}

export interface RawMaker {
  readonly blocks: number;
  /** Samples of a block at most. */
  readonly blockSamples: number;
  /** Makes block `index`; the fill methods are about the block made last. */
  make(index: number): RawBlock;
  /** int16 [sample][raw column] of the block. */
  fillSamples(block: RawBlock, into: Int16Array): void;
  /** float32 [spike][pc][local channel] of spikes [first, first + rows) of the block: projections of the noisy, whitened waveforms. */
  fillFeatures(block: RawBlock, first: number, into: Float32Array): void;
}

/** Makes the raw data of a plan. Blocks are independent of each other: equal index, equal samples. */
export function rawMaker(
  plan: DemoPlan,
  probe: Probe,
  truth: DemoTruth,
  trains: SpikeTrains,
  templates: DemoTemplates,
  bank: (unitId: number, state: number) => UnitWaveform,
): RawMaker {
  const columns = rawColumns(plan);
  const source = noiseSource(plan.seed, columns);
  const baseline = baselines(plan.seed, columns);
  const traces = new Float32Array(probe.count * WIDTH);
  const white = new Float32Array(probe.count * WIDTH);
  const halos = makeHalos(probe, templates.localChannels, plan.units);
  const total = sampleCount(plan);
  return {
    blocks: Math.ceil(total / BLOCK),
    blockSamples: BLOCK,
    make(index) {
      const start = index * BLOCK;
      const end = Math.min(start + BLOCK, total);
      makeNoise(probe, source, start - PAD, white, traces);
      addSpikes(truth, trains, bank, start - PAD, traces);
      return {
        start,
        end,
        firstSpike: firstAtOrAfter(trains.samples, start),
        lastSpike: firstAtOrAfter(trains.samples, end),
      };
    },
    fillSamples(block, into) {
      for (let channel = 0; channel < probe.count; channel++) {
        const from = channel * WIDTH + PAD;
        const row = traces.subarray(from, from + block.end - block.start);
        toColumn(row, probe.map[channel], columns, baseline, into);
      }
      const dead = new Float32Array(block.end - block.start);
      for (const column of probe.dead) {
        source.fill(column, block.start, dead);
        toColumn(dead, column, columns, baseline, into);
      }
      fillSync(block, columns, into);
    },
    fillFeatures(block, first, into) {
      const local = templates.localChannels.length / plan.units;
      const rowSize = PC_COUNT * local;
      const projected = new Float64Array(PC_COUNT * Math.ceil(HALO * local));
      for (let row = 0; row * rowSize < into.length; row++) {
        const spike = first + row;
        const { clusterId } = truth.components[trains.components[spike]];
        const at = trains.samples[spike] - SPIKE_SAMPLE - block.start + PAD;
        const halo = halos[clusterId];
        project(traces, at, halo.channels, templates.components, projected);
        whiten(projected, halo, into.subarray(row * rowSize, (row + 1) * rowSize));
      }
    },
  };
}

/** traces = white noise times the mixing of neighbouring channels. */
function makeNoise(probe: Probe, source: NoiseSource, start: number, white: Float32Array, traces: Float32Array): void {
  for (let channel = 0; channel < probe.count; channel++)
    source.fill(probe.map[channel], start, white.subarray(channel * WIDTH, (channel + 1) * WIDTH));
  for (let channel = 0; channel < probe.count; channel++) {
    const row = traces.subarray(channel * WIDTH, (channel + 1) * WIDTH);
    const near = probe.neighbours[channel];
    const rowOf = (k: number): Float32Array => white.subarray(near[k] * WIDTH, (near[k] + 1) * WIDTH);
    scaled(white.subarray(channel * WIDTH, (channel + 1) * WIDTH), NOISE_SCALE, row);
    for (let k = 1; k < near.length; k += 2) addScaled(rowOf(k - 1), rowOf(k), NOISE_SCALE * MIXING, row);
    if (near.length % 2 === 1) addScaled(rowOf(near.length - 1), undefined, NOISE_SCALE * MIXING, row);
  }
}

function scaled(from: Float32Array, factor: number, into: Float32Array): void {
  for (let i = 0; i < into.length; i++) into[i] = factor * from[i];
}

/** Two rows per pass over `into`: the passes are what noise costs. */
function addScaled(a: Float32Array, b: Float32Array | undefined, factor: number, into: Float32Array): void {
  if (b === undefined) for (let i = 0; i < into.length; i++) into[i] += factor * a[i];
  else for (let i = 0; i < into.length; i++) into[i] += factor * (a[i] + b[i]);
}

/** Adds every spike that reaches into the block's samples, padding included. */
function addSpikes(
  truth: DemoTruth,
  trains: SpikeTrains,
  bank: (unitId: number, state: number) => UnitWaveform,
  start: number,
  traces: Float32Array,
): void {
  const first = firstAtOrAfter(trains.samples, start - TEMPLATE_SAMPLES);
  for (let spike = first; spike < trains.count; spike++) {
    const at = trains.samples[spike] - SPIKE_SAMPLE - start;
    if (at >= WIDTH) return;
    const { unitId } = truth.components[trains.components[spike]];
    const { channels, data } = bank(unitId, trains.states[spike]);
    const low = Math.max(FIRST_SAMPLE, -at);
    const high = Math.min(TEMPLATE_SAMPLES, WIDTH - at);
    for (let i = 0; i < channels.length; i++) {
      const row = channels[i] * WIDTH + at;
      for (let t = low; t < high; t++) traces[row + t] += trains.gains[spike] * data[i * TEMPLATE_SAMPLES + t];
    }
  }
}

/** Each column rests at a level of its own, as amplifiers do. */
function baselines(seed: number, columns: number): Float64Array {
  const random = new DemoRandom(seed, 'baselines');
  return Float64Array.from({ length: columns }, () => Math.round(12 * random.gaussian()));
}

function toColumn(row: Float32Array, column: number, columns: number, baseline: Float64Array, into: Int16Array): void {
  // Adding before truncating rounds to nearest without a call per sample.
  const level = baseline[column] + 32768.5;
  for (let t = 0, at = column; t < row.length; t++, at += columns) into[at] = ((row[t] + level) | 0) - 32768;
}

/** Last column: a square wave of 1 Hz, bit 6, as a synchronisation line. */
function fillSync(block: RawBlock, columns: number, into: Int16Array): void {
  for (let t = block.start, at = columns - 1; t < block.end; t++, at += columns)
    into[at] = Math.floor((2 * t) / SAMPLE_RATE) % 2 === 0 ? 0 : 64;
}

interface Halo {
  /** Channels whose data are needed to whiten the local ones: these and half as many again around them. */
  readonly channels: Int32Array;
  readonly local: number;
  /** [halo channel][local channel]. */
  readonly whitening: Float64Array;
}

function makeHalos(probe: Probe, localChannels: Uint32Array, templateCount: number): Halo[] {
  const local = localChannels.length / templateCount;
  return Array.from({ length: templateCount }, (_, template) => {
    const own = localChannels.subarray(template * local, (template + 1) * local);
    const peak = own[0];
    const channels = Int32Array.from(nearestChannels(probe, probe.x[peak], probe.y[peak], Math.ceil(HALO * local)));
    const whitening = new Float64Array(channels.length * local);
    channels.forEach((source, i) => {
      own.forEach((target, k) => (whitening[i * local + k] = probe.whitening[source * probe.count + target]));
    });
    return { channels, local, whitening };
  });
}

/** projected [pc][halo channel] = window of each channel times each component. */
function project(
  traces: Float32Array,
  at: number,
  channels: Int32Array,
  components: Float64Array,
  projected: Float64Array,
): void {
  const n = channels.length;
  for (let i = 0; i < n; i++) {
    const from = channels[i] * WIDTH + at;
    let a = 0;
    let b = 0;
    let c = 0;
    for (let t = FIRST_SAMPLE; t < TEMPLATE_SAMPLES; t++) {
      const value = traces[from + t];
      a += value * components[t];
      b += value * components[TEMPLATE_SAMPLES + t];
      c += value * components[2 * TEMPLATE_SAMPLES + t];
    }
    projected[i] = a;
    projected[n + i] = b;
    projected[2 * n + i] = c;
  }
}

function whiten(projected: Float64Array, halo: Halo, into: Float32Array): void {
  const { channels, local, whitening } = halo;
  const sums = new Float64Array(local);
  for (let pc = 0; pc < PC_COUNT; pc++) {
    sums.fill(0);
    for (let i = 0; i < channels.length; i++) {
      const value = projected[pc * channels.length + i];
      for (let k = 0; k < local; k++) sums[k] += value * whitening[i * local + k];
    }
    into.set(sums, pc * local);
  }
}

/** Index of the first sample that is not below `limit`. */
function firstAtOrAfter(samples: Int32Array, limit: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (samples[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
