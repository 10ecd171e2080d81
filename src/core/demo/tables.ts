/** The small text files of the export, and the ground truth. */
import type { DemoPlan } from './plan.ts';
import { rawColumns, SAMPLE_RATE } from './plan.ts';
import { DemoRandom } from './random.ts';
import type { DemoTemplates } from './templates.ts';
import type { SpikeTrains } from './trains.ts';
import type { DemoTruth } from './units.ts';

/** Value of `made_by` in truth.json: by it a demo dataset is recognised before it is replaced. */
export const DEMO_MARKER = 'phy demo';

/** params.py as Kilosort 4 writes it (spec/data.md 17.2), without a final newline. */
export function paramsText(plan: DemoPlan): string {
  return [
    `n_channels_dat = ${rawColumns(plan)}`,
    'offset = 0',
    `sample_rate = ${SAMPLE_RATE}.`,
    "dtype = 'int16'",
    'hp_filtered = False',
    plan.raw ? "dat_path = 'recording.dat'" : 'dat_path = []',
  ].join('\n');
}

/** The four cluster tables Kilosort writes; cluster_group.tsv repeats KSLabel under its own header (spec/data.md 5.1). */
export function clusterTables(
  plan: DemoPlan,
  truth: DemoTruth,
  trains: SpikeTrains,
  templates: DemoTemplates,
): Record<string, string> {
  const random = new DemoRandom(plan.seed, 'labels');
  const kinds = Array.from({ length: plan.units }, (_, id) => clusterKind(truth, id));
  const contamination = kinds.map((kind) => {
    const [low, high] = CONTAMINATION[kind];
    return random.between(low, high).toFixed(1);
  });
  const gains = meanGains(plan, truth, trains);
  const labels = kinds.map((kind) => (kind === 'good' ? 'good' : 'mua'));
  return {
    'cluster_Amplitude.tsv': table(
      'Amplitude',
      Array.from(gains, (gain, id) => (gain * templates.scales[id]).toFixed(1)),
    ),
    'cluster_ContamPct.tsv': table('ContamPct', contamination),
    'cluster_KSLabel.tsv': table('KSLabel', labels),
    'cluster_group.tsv': table('KSLabel', labels),
  };
}

/** A table of one field; row k is cluster k. */
const table = (field: string, cells: readonly string[]): string =>
  [`cluster_id\t${field}`, ...cells.map((cell, id) => `${id}\t${cell}`), ''].join('\n');

type ClusterKind = 'good' | 'contaminated' | 'mua' | 'noise';
const CONTAMINATION: Readonly<Record<ClusterKind, readonly [number, number]>> = {
  good: [0, 6],
  contaminated: [25, 60],
  mua: [60, 110],
  noise: [90, 110],
};

function clusterKind(truth: DemoTruth, clusterId: number): ClusterKind {
  if (truth.noise.includes(clusterId)) return 'noise';
  if (truth.mua.includes(clusterId)) return 'mua';
  return truth.contaminated.includes(clusterId) ? 'contaminated' : 'good';
}

function meanGains(plan: DemoPlan, truth: DemoTruth, trains: SpikeTrains): Float64Array {
  const sums = new Float64Array(plan.units);
  for (let i = 0; i < trains.count; i++) sums[truth.components[trains.components[i]].clusterId] += trains.gains[i];
  return sums.map((sum, id) => sum / Math.max(1, trains.perCluster[id]));
}

/** Everything known about the truth, for checking what a curator did. Cluster and unit ids as in the files. */
export function truthText(plan: DemoPlan, truth: DemoTruth): string {
  const facts = {
    made_by: DEMO_MARKER,
    seed: plan.seed,
    units: plan.units,
    channels: plan.channels,
    duration: plan.durationSeconds,
    raw: plan.raw,
    n_spikes: plan.spikes,
    n_true_units: truth.units.length,
    oversplit_random: truth.oversplitRandom,
    oversplit_drift: truth.oversplitDrift,
    contaminated_clusters: truth.contaminated,
    mua_clusters: truth.mua,
    noise_clusters: truth.noise,
    cluster_units: truth.componentsOfCluster.map((ids) => ids.map((id) => truth.components[id].unitId)),
    true_units: truth.units.map((unit) => ({
      unit: unit.unitId,
      kind: unit.kind,
      clusters: truth.componentsOfUnit[unit.unitId].map((id) => truth.components[id].clusterId),
      x: round(unit.x),
      y: round(unit.y),
      refractory_samples: unit.refractory,
    })),
  };
  return `${JSON.stringify(facts, null, 1)}\n`;
}

const round = (value: number): number => Math.round(value * 100) / 100;
