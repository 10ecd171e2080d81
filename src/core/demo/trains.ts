/** Spike trains of all units in time order. 14 bytes per spike. */
import { DemoRandom } from './random.ts';
import type { DemoPlan } from './plan.ts';
import { sampleCount, SPIKE_SAMPLE, TEMPLATE_SAMPLES } from './plan.ts';
import type { DemoTruth, DemoUnit } from './units.ts';
import { gain, probeDrift, displacement, driftSteps, spikeCounts } from './units.ts';

export interface SpikeTrains {
  readonly count: number;
  /** Sample of each spike, non-decreasing. */
  readonly samples: Int32Array;
  /** Component (unit within a cluster) of each spike. */
  readonly components: Uint16Array;
  /** Amplitude relative to the unit's waveform; float32 so that file and raw data agree exactly. */
  readonly gains: Float32Array;
  /** Row of the unit's waveform bank: displacement in µm plus driftSteps. */
  readonly states: Uint8Array;
  /** Spikes per cluster. */
  readonly perCluster: Int32Array;
}

/** No spike lies nearer to an end of the recording, so that its waveform is complete. */
const MARGIN = 2 * TEMPLATE_SAMPLES;
/** Short intervals within a burst, in samples beyond the refractory period. */
const BURST_SAMPLES = 60;

/** Draws every spike of the plan. `pause` is called between units and blocks (for cancelling). */
export async function makeTrains(plan: DemoPlan, truth: DemoTruth, pause: () => Promise<void>): Promise<SpikeTrains> {
  const count = plan.spikes;
  const keys = new Float64Array(count);
  const counts = spikeCounts(plan, truth);
  let filled = 0;
  for (const unit of truth.units) {
    const n = counts[unit.unitId];
    fillTrain(plan, unit, keys.subarray(filled, filled + n), truth.units.length);
    filled += n;
    await pause();
  }
  keys.sort();
  await pause();
  return assign(plan, truth, keys, pause);
}

/**
 * Ascending keys sample * unitCount + unit of one unit's spikes. Intervals are drawn once to learn their sum, then again from the
 * same seed, stretched to fill the recording: an exact count and an exact refractory period without keeping the intervals.
 */
function fillTrain(plan: DemoPlan, unit: DemoUnit, keys: Float64Array, unitCount: number): void {
  const n = keys.length;
  const room = sampleCount(plan) - 2 * MARGIN - SPIKE_SAMPLE;
  let fixed = 0;
  let stretchable = 0;
  eachInterval(plan, unit, n, (minimum, extra) => {
    fixed += minimum;
    stretchable += extra;
  });
  const scale = (room - fixed) / stretchable;
  let at = MARGIN + SPIKE_SAMPLE;
  let i = 0;
  eachInterval(plan, unit, n, (minimum, extra) => {
    at += minimum + extra * scale;
    if (i < n) keys[i++] = Math.floor(at) * unitCount + unit.unitId;
  });
}

/** Calls back n + 1 times: interval = minimum (samples) + extra (to be stretched). */
function eachInterval(plan: DemoPlan, unit: DemoUnit, n: number, interval: (min: number, extra: number) => void): void {
  const random = new DemoRandom(plan.seed, `train ${unit.unitId}`);
  const phase = random.between(0, 2 * Math.PI);
  const waves = random.between(0.5, 3);
  for (let i = 0; i <= n; i++) {
    if (random.uniform() < unit.burst) {
      interval(unit.refractory + Math.floor(random.uniform() * BURST_SAMPLES), 0);
      continue;
    }
    // Slow changes of the rate over the recording.
    const slow = 1 + 0.4 * Math.sin((2 * Math.PI * waves * i) / n + phase);
    interval(i === 0 ? 0 : unit.refractory, random.exponential() * slow);
  }
}

/** Gives every spike, in time order, its component, amplitude and displacement. */
async function assign(
  plan: DemoPlan,
  truth: DemoTruth,
  keys: Float64Array,
  pause: () => Promise<void>,
): Promise<SpikeTrains> {
  const count = keys.length;
  const random = new DemoRandom(plan.seed, 'amplitudes');
  const driftAt = driftTable(plan);
  const trains: SpikeTrains = {
    count,
    samples: new Int32Array(count),
    components: new Uint16Array(count),
    gains: new Float32Array(count),
    states: new Uint8Array(count),
    perCluster: new Int32Array(plan.units),
  };
  const unitCount = truth.units.length;
  const total = sampleCount(plan);
  for (let i = 0; i < count; i++) {
    const sample = Math.floor(keys[i] / unitCount);
    const unit = truth.units[keys[i] - sample * unitCount];
    const share = sample / total;
    const component = pickComponent(truth, unit.unitId, share, random.uniform());
    trains.samples[i] = sample;
    trains.components[i] = component;
    trains.gains[i] = gain(unit, share) * Math.exp(unit.amplitudeSpread * random.gaussian());
    trains.states[i] = displacement(unit, share, driftAt(share)) + driftSteps(unit);
    trains.perCluster[truth.components[component].clusterId]++;
    if (i % 262_144 === 0) await pause();
  }
  return trains;
}

function pickComponent(truth: DemoTruth, unitId: number, share: number, chance: number): number {
  const ids = truth.componentsOfUnit[unitId];
  if (ids.length === 1) return ids[0];
  const second = truth.components[ids[1]];
  const early = second.from > 0 ? share < second.from : chance < truth.share[unitId];
  return early ? ids[0] : ids[1];
}

/** probeDrift in 4,096 steps: it is asked for every spike. */
function driftTable(plan: DemoPlan): (share: number) => number {
  const drift = probeDrift(plan);
  const table = Float64Array.from({ length: 4097 }, (_, i) => drift(i / 4096));
  return (share) => table[Math.floor(share * 4096)];
}
