/** What the sorter learnt: templates, principal components, similarity, and how each component's spikes project on them. */
import type { NoiseSource } from './noise.ts';
import { topComponents } from './linalg.ts';
import type { DemoPlan } from './plan.ts';
import { localCount, PC_COUNT, TEMPLATE_SAMPLES } from './plan.ts';
import type { Probe } from './probe.ts';
import { nearestChannels } from './probe.ts';
import type { UnitWaveform } from './shape.ts';
import { taper } from './shape.ts';
import type { SpikeTrains } from './trains.ts';
import type { DemoTruth } from './units.ts';
import { displacement, driftSteps, gain, probeDrift } from './units.ts';

export interface DemoTemplates {
  /** float32 [template][sample][channel], whitened, of unit norm: templates.npy. */
  readonly whitened: Float32Array;
  /** Amplitude (norm of the whitened spike) of a spike of gain 1, per template. */
  readonly scales: Float64Array;
  /** Channel with the largest peak-to-peak before whitening, per template. */
  readonly peakChannels: Int32Array;
  /** [pc][sample], orthonormal, shared by all channels. */
  readonly components: Float64Array;
  /** float64 [template][pc][channel]: projections of the whitened templates on the components. */
  readonly projections: Float64Array;
  /** float32 [template][template]. */
  readonly similarity: Float32Array;
  /** uint32 [template][local channel], nearest to the peak first: pc_feature_ind.npy. */
  readonly localChannels: Uint32Array;
  /** uint32 [template][column], most similar (itself) first: template_feature_ind.npy. */
  readonly localTemplates: Uint32Array;
}

type Bank = (unitId: number, state: number) => UnitWaveform;

/** Makes the templates of all clusters from the units' waveforms, weighted by their spikes. */
export function makeTemplates(
  plan: DemoPlan,
  probe: Probe,
  truth: DemoTruth,
  trains: SpikeTrains,
  bank: Bank,
  noise: NoiseSource,
): DemoTemplates {
  const count = plan.units;
  const size = TEMPLATE_SAMPLES * probe.count;
  const whitened = new Float32Array(count * size);
  const scales = new Float64Array(count);
  const peakChannels = new Int32Array(count);
  const weights = componentCounts(truth, trains);
  const drift = probeDrift(plan);
  for (let cluster = 0; cluster < count; cluster++) {
    const raw = clusterWaveform(probe, truth, bank, weights, drift, cluster);
    peakChannels[cluster] = peakChannel(raw, probe.count);
    addEstimationNoise(probe, raw, noise, cluster);
    const template = whitened.subarray(cluster * size, (cluster + 1) * size);
    scales[cluster] = whitenAndNormalise(probe, raw, template);
  }
  const neurons = Array.from({ length: count }, (_, c) => c).filter((c) => !truth.noise.includes(c));
  const components = sharedComponents(whitened, probe.count, neurons);
  const projections = projectTemplates(whitened, count, probe.count, components);
  const similarity = similarityOf(projections, count);
  const localChannels = Uint32Array.from(
    Array.from(peakChannels).flatMap((c) => nearestChannels(probe, probe.x[c], probe.y[c], localCount(probe.count))),
  );
  const localTemplates = mostSimilar(similarity, count, localCount(count));
  return { whitened, scales, peakChannels, components, projections, similarity, localChannels, localTemplates };
}

function componentCounts(truth: DemoTruth, trains: SpikeTrains): Float64Array {
  const counts = new Float64Array(truth.components.length);
  for (let i = 0; i < trains.count; i++) counts[trains.components[i]]++;
  return counts;
}

/** float64 [channel][sample]: mean waveform of a cluster, raw units, at the mean displacement of each component. */
function clusterWaveform(
  probe: Probe,
  truth: DemoTruth,
  bank: Bank,
  weights: Float64Array,
  drift: (share: number) => number,
  clusterId: number,
): Float64Array {
  const mean = new Float64Array(probe.count * TEMPLATE_SAMPLES);
  const ids = truth.componentsOfCluster[clusterId];
  const total = ids.reduce((sum, id) => sum + weights[id], 0);
  for (const id of ids) {
    const { unitId, from, to } = truth.components[id];
    const unit = truth.units[unitId];
    const middle = (from + to) / 2;
    const { channels, data } = bank(
      unitId,
      displacement(unit, middle, meanBetween(drift, from, to)) + driftSteps(unit),
    );
    const factor = (weights[id] / Math.max(1, total)) * gain(unit, middle);
    channels.forEach((channel, i) => {
      for (let t = 0; t < TEMPLATE_SAMPLES; t++)
        mean[channel * TEMPLATE_SAMPLES + t] += factor * data[i * TEMPLATE_SAMPLES + t];
    });
  }
  return mean;
}

function meanBetween(f: (share: number) => number, from: number, to: number): number {
  const steps = 64;
  let sum = 0;
  for (let i = 0; i < steps; i++) sum += f(from + ((to - from) * (i + 0.5)) / steps);
  return sum / steps;
}

/** A sorter averages a few hundred spikes: what is left of the noise makes two halves of one unit alike, not equal. */
function addEstimationNoise(probe: Probe, raw: Float64Array, noise: NoiseSource, clusterId: number): void {
  const residue = new Float32Array(TEMPLATE_SAMPLES);
  for (let channel = 0; channel < probe.count; channel++) {
    const row = raw.subarray(channel * TEMPLATE_SAMPLES, (channel + 1) * TEMPLATE_SAMPLES);
    if (row.every((value) => value === 0)) continue;
    noise.fill(channel, -TEMPLATE_SAMPLES * (clusterId + 1), residue);
    for (let t = 0; t < TEMPLATE_SAMPLES; t++) row[t] += 0.4 * taper(t) * residue[t];
  }
}

function peakChannel(raw: Float64Array, channelCount: number): number {
  let best = 0;
  let largest = -1;
  for (let channel = 0; channel < channelCount; channel++) {
    const row = raw.subarray(channel * TEMPLATE_SAMPLES, (channel + 1) * TEMPLATE_SAMPLES);
    const size = row.reduce((a, b) => Math.max(a, b), 0) - row.reduce((a, b) => Math.min(a, b), 0);
    if (size > largest) [best, largest] = [channel, size];
  }
  return best;
}

/** Writes raw [channel][sample] times the whitening matrix as unit-norm [sample][channel]; returns the norm before. */
function whitenAndNormalise(probe: Probe, raw: Float64Array, into: Float32Array): number {
  const n = probe.count;
  const sums = new Float64Array(into.length);
  for (let source = 0; source < n; source++) {
    const weights = probe.whitening.subarray(source * n, (source + 1) * n);
    for (let t = 0; t < TEMPLATE_SAMPLES; t++) {
      const value = raw[source * TEMPLATE_SAMPLES + t];
      if (value === 0) continue;
      for (let channel = 0; channel < n; channel++) sums[t * n + channel] += value * weights[channel];
    }
  }
  const norm = Math.sqrt(sums.reduce((sum, value) => sum + value * value, 0));
  for (let i = 0; i < sums.length; i++) into[i] = sums[i] / norm;
  return norm;
}

/** Principal components over time of the five largest channels of the given templates. */
function sharedComponents(whitened: Float32Array, channelCount: number, templateIds: readonly number[]): Float64Array {
  const n = TEMPLATE_SAMPLES;
  const covariance = new Float64Array(n * n);
  const size = n * channelCount;
  for (const templateId of templateIds) {
    const template = whitened.subarray(templateId * size, (templateId + 1) * size);
    for (const channel of largestChannels(template, channelCount, 5)) {
      for (let a = 0; a < n; a++) {
        const value = template[a * channelCount + channel];
        if (value === 0) continue;
        for (let b = 0; b < n; b++) covariance[a * n + b] += value * template[b * channelCount + channel];
      }
    }
  }
  return troughPositive(topComponents(covariance, n, PC_COUNT));
}

function largestChannels(template: Float32Array, channelCount: number, limit: number): number[] {
  const squares = new Float64Array(channelCount);
  for (let i = 0; i < template.length; i++) squares[i % channelCount] += template[i] * template[i];
  const order = Array.from(squares, (_, channel) => channel);
  return order.sort((a, b) => squares[b] - squares[a] || a - b).slice(0, limit);
}

/** Turns the first component so that an ordinary spike (a trough) projects to a positive value, as Kilosort's do. */
function troughPositive(components: Float64Array): Float64Array {
  const first = components.subarray(0, TEMPLATE_SAMPLES);
  const peak = first.reduce((best, value, t) => (Math.abs(value) > Math.abs(first[best]) ? t : best), 0);
  if (first[peak] > 0) for (let t = 0; t < first.length; t++) first[t] *= -1;
  return components;
}

function projectTemplates(
  whitened: Float32Array,
  count: number,
  channelCount: number,
  components: Float64Array,
): Float64Array {
  const projections = new Float64Array(count * PC_COUNT * channelCount);
  for (let template = 0; template < count; template++) {
    for (let pc = 0; pc < PC_COUNT; pc++) {
      const row = projections.subarray((template * PC_COUNT + pc) * channelCount).subarray(0, channelCount);
      for (let t = 0; t < TEMPLATE_SAMPLES; t++) {
        const weight = components[pc * TEMPLATE_SAMPLES + t];
        const from = (template * TEMPLATE_SAMPLES + t) * channelCount;
        for (let channel = 0; channel < channelCount; channel++) row[channel] += weight * whitened[from + channel];
      }
    }
  }
  return projections;
}

/** Cosine of the projections of every two templates. */
function similarityOf(projections: Float64Array, count: number): Float32Array {
  const size = projections.length / count;
  const norms = Float64Array.from({ length: count }, (_, a) => Math.sqrt(dot(projections, a * size, a * size, size)));
  const similarity = new Float32Array(count * count);
  for (let a = 0; a < count; a++) {
    similarity[a * count + a] = 1;
    for (let b = 0; b < a; b++) {
      const cosine = dot(projections, a * size, b * size, size) / (norms[a] * norms[b]);
      similarity[a * count + b] = similarity[b * count + a] = cosine;
    }
  }
  return similarity;
}

function dot(values: Float64Array, a: number, b: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += values[a + i] * values[b + i];
  return sum;
}

function mostSimilar(similarity: Float32Array, count: number, limit: number): Uint32Array {
  const result = new Uint32Array(count * limit);
  for (let template = 0; template < count; template++) {
    const row = similarity.subarray(template * count, (template + 1) * count);
    const order = Array.from(row, (_, other) => other);
    order.sort((a, b) => (a === template ? -1 : b === template ? 1 : row[b] - row[a] || a - b));
    result.set(order.slice(0, limit), template * limit);
  }
  return result;
}
