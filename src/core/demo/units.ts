/** The truth: which units exist, how they fire, where they are, and which clusters a sorter would have made of them. */
import { DemoRandom } from './random.ts';
import type { DemoPlan } from './plan.ts';
import { SAMPLE_RATE, sampleCount } from './plan.ts';
import type { Probe } from './probe.ts';

/** `neuron` has a refractory period; `mua` is faint, of many neurons, without one; `noise` is no neuron at all. */
export type UnitKind = 'neuron' | 'mua' | 'noise';

export interface DemoUnit {
  readonly unitId: number;
  readonly kind: UnitKind;
  /** Position in µm at the middle of the drift. */
  readonly x: number;
  readonly y: number;
  /** Distance from the plane of the probe, µm: how flat the decay is near the unit. */
  readonly offPlane: number;
  /** Decay length in µm. */
  readonly decay: number;
  /** Depth of the trough right beside the unit, raw units. */
  readonly trough: number;
  /** Stretches the waveform in time; 1 is a broad spike, 0.5 a narrow one. */
  readonly width: number;
  /** Height of the second, positive phase relative to the trough. */
  readonly afterwave: number;
  /** Height of a leading positive phase relative to the trough. */
  readonly forewave: number;
  /** Samples between two of its spikes at least. */
  readonly refractory: number;
  /** Share of intervals that are short (bursts). */
  readonly burst: number;
  /** Share of all spikes, before normalisation. */
  readonly weight: number;
  /** Relative change of amplitude from begin to end. */
  readonly amplitudeTrend: number;
  /** Standard deviation of log amplitude. */
  readonly amplitudeSpread: number;
  /** Own displacement in depth from begin to end, µm, beside the drift of the whole probe. */
  readonly ownDrift: number;
}

/** The spikes that one unit contributes to one cluster. */
export interface Component {
  readonly clusterId: number;
  readonly unitId: number;
  /** Share of the recording, [from, to) in 0..1, from which its spikes come. */
  readonly from: number;
  readonly to: number;
}

export interface DemoTruth {
  readonly units: readonly DemoUnit[];
  readonly components: readonly Component[];
  /** Component ids of each unit, of each cluster. */
  readonly componentsOfUnit: readonly (readonly number[])[];
  readonly componentsOfCluster: readonly (readonly number[])[];
  /** Pairs of clusters that are one unit, whose spikes fell at random into the one or the other. */
  readonly oversplitRandom: readonly (readonly [number, number])[];
  /** Pairs of clusters that are one unit which drifted: the first holds the early, the second the late spikes. */
  readonly oversplitDrift: readonly (readonly [number, number])[];
  /** Clusters of two units each. */
  readonly contaminated: readonly number[];
  readonly mua: readonly number[];
  readonly noise: readonly number[];
  /** Share of spikes of an over-split unit that fall into the first cluster of its pair, by unit id. */
  readonly share: readonly number[];
}

type Slot = 'neuron' | 'mua' | 'noise' | 'splitRandom' | 'splitDrift' | 'contaminated';

/** Draws the units of a plan and how they were sorted. */
export function makeTruth(plan: DemoPlan, probe: Probe): DemoTruth {
  const random = new DemoRandom(plan.seed, 'units');
  const slots = random.shuffle(slotList(plan.units));
  const clusterIds = random.shuffle(Array.from({ length: plan.units }, (_, i) => i));
  const units: DemoUnit[] = [];
  const components: Component[] = [];
  const share: number[] = [];
  const pairs = { splitRandom: [] as [number, number][], splitDrift: [] as [number, number][] };
  const lists = { contaminated: [] as number[], mua: [] as number[], noise: [] as number[] };
  const addUnit = (slot: Slot, partner?: DemoUnit): DemoUnit => {
    const unit = makeUnit(random, probe, units.length, slot, partner);
    units.push(unit);
    share.push(random.between(0.35, 0.65));
    return unit;
  };
  const addComponent = (clusterId: number, unit: DemoUnit, from = 0, to = 1): void => {
    components.push({ clusterId, unitId: unit.unitId, from, to });
  };
  for (const slot of slots) {
    const clusterId = clusterIds.pop()!;
    const unit = addUnit(slot);
    const early = slot === 'splitDrift' ? random.between(0.4, 0.6) : 1;
    addComponent(clusterId, unit, 0, early);
    if (slot === 'splitRandom' || slot === 'splitDrift') {
      const second = clusterIds.pop()!;
      addComponent(second, unit, slot === 'splitDrift' ? early : 0, 1);
      pairs[slot].push([clusterId, second]);
    }
    if (slot === 'contaminated') addComponent(clusterId, addUnit(slot, unit));
    if (slot === 'contaminated' || slot === 'mua' || slot === 'noise') lists[slot].push(clusterId);
  }
  return {
    units,
    components,
    share,
    componentsOfUnit: group(components, units.length, (c) => c.unitId),
    componentsOfCluster: group(components, plan.units, (c) => c.clusterId),
    oversplitRandom: pairs.splitRandom,
    oversplitDrift: pairs.splitDrift,
    contaminated: lists.contaminated.sort((a, b) => a - b),
    mua: lists.mua.sort((a, b) => a - b),
    noise: lists.noise.sort((a, b) => a - b),
  };
}

/** What each unit becomes in the sorting; the clusters they make add up to `clusters`. */
function slotList(clusters: number): Slot[] {
  const slots: Slot[] = [];
  const add = (slot: Slot, count: number): void => {
    for (let i = 0; i < count; i++) slots.push(slot);
  };
  const few = Math.max(1, Math.round(clusters / 20));
  const fewer = Math.max(1, Math.round(clusters / 40));
  add('splitRandom', few);
  add('splitDrift', fewer);
  add('contaminated', few);
  add('noise', few);
  add('mua', few);
  add('neuron', clusters - slots.length - few - fewer);
  return slots;
}

function group(components: readonly Component[], count: number, key: (c: Component) => number): number[][] {
  const groups: number[][] = Array.from({ length: count }, () => []);
  components.forEach((component, id) => groups[key(component)].push(id));
  return groups;
}

function makeUnit(random: DemoRandom, probe: Probe, unitId: number, slot: Slot, partner?: DemoUnit): DemoUnit {
  const kind: UnitKind = slot === 'mua' || slot === 'noise' ? slot : 'neuron';
  const narrow = random.uniform() < 0.3;
  const unit: DemoUnit = {
    unitId,
    kind,
    x: random.between(5, 65),
    y: random.between(0, probe.height),
    offPlane: random.between(8, 20),
    decay: random.between(16, 32),
    trough: drawTrough(random, slot),
    width: narrow ? random.between(0.5, 0.65) : random.between(0.85, 1.15),
    afterwave: random.between(0.2, 0.45),
    forewave: random.uniform() < 0.25 ? random.between(0.15, 0.3) : random.between(0, 0.08),
    refractory: Math.round((kind === 'neuron' ? random.between(0.002, 0.0035) : 0.0003) * SAMPLE_RATE),
    burst: kind === 'neuron' && random.uniform() < 0.3 ? random.between(0.05, 0.2) : 0,
    weight: random.logNormal(1, 1.1) * (slot === 'splitRandom' || slot === 'splitDrift' ? 2 : 1),
    amplitudeTrend: slot === 'splitDrift' ? -0.3 : random.between(-0.2, 0.2),
    amplitudeSpread: kind === 'noise' ? 0.4 : kind === 'mua' ? 0.2 : 0.07,
    ownDrift: slot === 'splitDrift' ? (random.uniform() < 0.5 ? -24 : 24) : 0,
  };
  if (partner === undefined) return unit;
  // The two units of a contaminated cluster are neighbours that differ enough to be told apart.
  const side = partner.y > probe.height / 2 ? -1 : 1;
  const size = partner.trough * random.between(0.65, 0.8);
  const width = partner.width > 0.7 ? 0.55 : 1;
  return { ...unit, x: 70 - partner.x, y: partner.y + side * random.between(15, 30), trough: size, width };
}

/** Faint for multi-unit activity; large enough to be judged by eye where there is something to find. */
function drawTrough(random: DemoRandom, slot: Slot): number {
  const trough = random.logNormal(130, 0.5);
  if (slot === 'mua') return random.between(40, 60);
  if (slot === 'contaminated') return random.between(220, 340);
  return Math.min(450, Math.max(slot === 'neuron' || slot === 'noise' ? 70 : 140, trough));
}

/** Depth by which the whole probe has moved at each share of the recording (0..1), µm: slow and smooth, within ±8. */
export function probeDrift(plan: DemoPlan): (share: number) => number {
  const random = new DemoRandom(plan.seed, 'drift');
  const [a, b] = [random.between(0, 2 * Math.PI), random.between(0, 2 * Math.PI)];
  return (share) => 6 * Math.sin(2 * Math.PI * 0.8 * share + a) + 2 * Math.sin(2 * Math.PI * 3.1 * share + b);
}

/** Steps of 1 µm by which a unit may be displaced either way. */
export const driftSteps = (unit: DemoUnit): number => (unit.kind === 'noise' ? 0 : 8 + Math.abs(unit.ownDrift) / 2);

/** Displacement of a unit in whole µm at a share of the recording. */
export function displacement(unit: DemoUnit, share: number, drift: number): number {
  if (unit.kind === 'noise') return 0;
  const steps = driftSteps(unit);
  return Math.round(Math.min(steps, Math.max(-steps, drift + unit.ownDrift * (share - 0.5))));
}

/** Amplitude relative to the middle of the recording. */
export const gain = (unit: DemoUnit, share: number): number => 1 + unit.amplitudeTrend * (share - 0.5);

/** Spikes per second of the busiest units. */
const MAX_RATE = 70;

/** How many spikes each unit fires: log-normal, at most MAX_RATE unless all are busier, exactly plan.spikes in all. */
export function spikeCounts(plan: DemoPlan, truth: DemoTruth): Int32Array {
  const total = sampleCount(plan);
  const counts = new Int32Array(truth.units.length);
  const minimum = 10;
  const most = Math.max(MAX_RATE * plan.durationSeconds, (4 * plan.spikes) / counts.length);
  const room = truth.units.map((unit) => {
    const fitting = (0.5 * total) / (unit.refractory + unit.burst * 90 + 1);
    return Math.floor(Math.min(fitting, most)) - minimum;
  });
  counts.fill(minimum);
  let left = plan.spikes - minimum * counts.length;
  while (left > 0) {
    const open = truth.units.filter((unit) => room[unit.unitId] > 0);
    const weights = open.reduce((sum, unit) => sum + unit.weight, 0);
    const share = left / weights;
    for (const { unitId, weight } of open) {
      const more = Math.min(left, room[unitId], Math.max(1, Math.floor(weight * share)));
      counts[unitId] += more;
      room[unitId] -= more;
      left -= more;
    }
    if (open.length === 0) break;
  }
  return counts;
}
