/** PC features and template features from the model: the projection of the unit's waveform, scaled, plus noise. */
import { DemoRandom, gaussianPool } from './random.ts';
import { projectedVariance } from './noise.ts';
import { PC_COUNT, TEMPLATE_SAMPLES } from './plan.ts';
import type { DemoPlan } from './plan.ts';
import type { Probe } from './probe.ts';
import type { UnitWaveform } from './shape.ts';
import type { DemoTemplates } from './templates.ts';
import type { SpikeTrains } from './trains.ts';
import type { DemoTruth } from './units.ts';
import { driftSteps } from './units.ts';

export interface FeatureModel {
  /** Fills rows [spike][pc][local channel] of pc_features.npy for spikes first, first + 1, ... */
  fillFeatures(first: number, into: Float32Array): void;
  /** Fills rows [spike][column] of template_features.npy. */
  fillTemplateFeatures(first: number, into: Float32Array): void;
}

const POOL_LENGTH = 1 << 18;

/** The model for spikes whose raw data are not made, or too many to be cut out. */
export function featureModel(
  plan: DemoPlan,
  probe: Probe,
  truth: DemoTruth,
  trains: SpikeTrains,
  templates: DemoTemplates,
  bank: (unitId: number, state: number) => UnitWaveform,
): FeatureModel {
  const random = new DemoRandom(plan.seed, 'features');
  const columns = PC_COUNT * (templates.localChannels.length / plan.units);
  const pool = gaussianPool(random, POOL_LENGTH + Math.max(columns, plan.units) + 1);
  const offsets = new DemoRandom(plan.seed, 'feature offsets').next();
  const noiseSizes = columnNoise(templates, columns);
  const means = truth.components.map((component) => {
    const states = 2 * driftSteps(truth.units[component.unitId]) + 1;
    return Array.from<Float32Array | undefined>({ length: states });
  });
  const meanOf = (component: number, state: number): Float32Array => {
    const known = means[component][state];
    if (known !== undefined) return known;
    const { clusterId, unitId } = truth.components[component];
    const local = templates.localChannels.subarray(
      (clusterId * columns) / PC_COUNT,
      ((clusterId + 1) * columns) / PC_COUNT,
    );
    const made = projectWaveform(probe, templates.components, bank(unitId, state), local);
    means[component][state] = made;
    return made;
  };
  const own = templateProjections(plan, probe, truth, templates, bank);
  return {
    fillFeatures(first, into) {
      for (let row = 0; row * columns < into.length; row++) {
        const spike = first + row;
        const mean = meanOf(trains.components[spike], trains.states[spike]);
        const gain = trains.gains[spike];
        const noise = poolOffset(offsets, spike);
        for (let j = 0; j < columns; j++) into[row * columns + j] = gain * mean[j] + noiseSizes[j] * pool[noise + j];
      }
    },
    fillTemplateFeatures(first, into) {
      const width = own.width;
      const size = noiseSizes[0];
      for (let row = 0; row * width < into.length; row++) {
        const spike = first + row;
        const component = trains.components[spike];
        const noise = poolOffset(offsets, spike);
        const common = size * pool[noise];
        for (let k = 0; k < width; k++) {
          const at = component * width + k;
          into[row * width + k] =
            trains.gains[spike] * own.means[at] + own.shared[at] * common + own.rest[at] * size * pool[noise + 1 + k];
        }
      }
    },
  };
}

/** Where a spike's noise begins in the pool: an integer hash, so that spikes can be filled in any order. */
function poolOffset(seed: number, spike: number): number {
  let h = Math.imul(spike ^ seed, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  return (h ^ (h >>> 13)) & (POOL_LENGTH - 1);
}

/** Standard deviation of the noise in each column [pc][local channel]: whitened noise is alike on all channels. */
function columnNoise(templates: DemoTemplates, columns: number): Float64Array {
  const local = columns / PC_COUNT;
  const sizes = new Float64Array(columns);
  for (let pc = 0; pc < PC_COUNT; pc++) {
    const component = templates.components.subarray(pc * TEMPLATE_SAMPLES, (pc + 1) * TEMPLATE_SAMPLES);
    sizes.fill(Math.sqrt(projectedVariance(component)), pc * local, (pc + 1) * local);
  }
  return sizes;
}

/** float32 [pc][channel]: projections of the whitened waveform on the given channels. */
function projectWaveform(
  probe: Probe,
  components: Float64Array,
  waveform: UnitWaveform,
  channels: ArrayLike<number>,
): Float32Array {
  const result = new Float32Array(PC_COUNT * channels.length);
  waveform.channels.forEach((source, i) => {
    const row = waveform.data.subarray(i * TEMPLATE_SAMPLES, (i + 1) * TEMPLATE_SAMPLES);
    for (let pc = 0; pc < PC_COUNT; pc++) {
      let projection = 0;
      for (let t = 0; t < TEMPLATE_SAMPLES; t++) projection += components[pc * TEMPLATE_SAMPLES + t] * row[t];
      for (let k = 0; k < channels.length; k++)
        result[pc * channels.length + k] += projection * probe.whitening[source * probe.count + channels[k]];
    }
  });
  return result;
}

interface TemplateProjections {
  readonly width: number;
  /** [component][column]: projection of a spike of gain 1 on the template of that column. */
  readonly means: Float64Array;
  /** How much of the noise a column shares with the spike's own template, and what remains. */
  readonly shared: Float64Array;
  readonly rest: Float64Array;
}

function templateProjections(
  plan: DemoPlan,
  probe: Probe,
  truth: DemoTruth,
  templates: DemoTemplates,
  bank: (unitId: number, state: number) => UnitWaveform,
): TemplateProjections {
  const width = templates.localTemplates.length / plan.units;
  const size = truth.components.length * width;
  const result = { width, means: new Float64Array(size), shared: new Float64Array(size), rest: new Float64Array(size) };
  const everyChannel = Array.from({ length: probe.count }, (_, c) => c);
  truth.components.forEach(({ clusterId, unitId }, component) => {
    const state = driftSteps(truth.units[unitId]);
    const spike = projectWaveform(probe, templates.components, bank(unitId, state), everyChannel);
    for (let k = 0; k < width; k++) {
      const other = templates.localTemplates[clusterId * width + k];
      const template = templates.projections.subarray(other * spike.length, (other + 1) * spike.length);
      const norm = Math.hypot(...template);
      const similarity = templates.similarity[clusterId * plan.units + other];
      const at = component * width + k;
      result.means[at] = spike.reduce((sum, value, i) => sum + value * template[i], 0) / norm;
      result.shared[at] = similarity;
      result.rest[at] = Math.sqrt(Math.max(0, 1 - similarity * similarity));
    }
  });
  return result;
}
