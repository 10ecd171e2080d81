/** A sorting of very many small clusters, for measuring the tables: what they need, and no features or raw data. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { nd, type NdArray } from '../src/core/base/nd.ts';
import { DemoRandom } from '../src/core/demo/random.ts';
import { encodeNpy } from '../src/core/files/npy.ts';

const SPIKES_PER_CLUSTER = 30;
const TEMPLATES = 400;
const CHANNELS = 128;
const SAMPLES = 40;
const SAMPLES_BETWEEN_SPIKES = 30;

/** Writes the dataset into an empty folder. The same numbers at every call. */
export function writeManyClusters(folder: string, clusterCount: number): void {
  const random = new DemoRandom(1, 'many clusters');
  const clusters = clusterOfSpikes(random, clusterCount);
  const write = (name: string, array: NdArray): void =>
    writeFileSync(path.join(folder, name), Buffer.concat(encodeNpy(array)));
  write('spike_clusters.npy', nd(clusters));
  write('spike_templates.npy', nd(clusters.map((id) => id % TEMPLATES)));
  write('spike_times.npy', nd(Float64Array.from(clusters, (_, spike) => spike * SAMPLES_BETWEEN_SPIKES)));
  write('amplitudes.npy', nd(Float64Array.from(clusters, () => random.between(5, 40))));
  write('channel_map.npy', nd(Int32Array.from({ length: CHANNELS }, (_, k) => k)));
  write('channel_positions.npy', nd(positions(), [CHANNELS, 2]));
  write('templates.npy', nd(templates(random), [TEMPLATES, SAMPLES, CHANNELS]));
  write('similar_templates.npy', nd(similarities(random), [TEMPLATES, TEMPLATES]));
  for (const [field, valueOf] of Object.entries(labels(random))) {
    const lines = Array.from({ length: clusterCount }, (_, id) => [id, valueOf(id)] as const);
    const rows = lines.filter(([, value]) => value !== '').map(([id, value]) => `${id}\t${value}`);
    writeFileSync(path.join(folder, `cluster_${field}.tsv`), `cluster_id\t${field}\n${rows.join('\n')}\n`);
  }
  const params = ['dat_path = []', `n_channels_dat = ${CHANNELS}`, "dtype = 'int16'", 'offset = 0'];
  writeFileSync(path.join(folder, 'params.py'), [...params, 'sample_rate = 30000.', 'hp_filtered = True'].join('\n'));
}

/** A few big clusters and many small ones, each with a spike at least. */
function clusterOfSpikes(random: DemoRandom, clusterCount: number): Int32Array {
  return Int32Array.from({ length: clusterCount * SPIKES_PER_CLUSTER }, (_, spike) =>
    spike < clusterCount ? spike : Math.floor(clusterCount * random.uniform() ** 2),
  );
}

const positions = (): Float64Array =>
  Float64Array.from({ length: 2 * CHANNELS }, (_, k) => (k % 2 === 0 ? 32 * ((k / 2) % 2) : 10 * (k - 1)));

/** One trough on a channel, weaker beside it. */
function templates(random: DemoRandom): Float32Array {
  const values = new Float32Array(TEMPLATES * SAMPLES * CHANNELS);
  for (let template = 0; template < TEMPLATES; template++) {
    const best = random.below(CHANNELS);
    const depth = random.between(2, 20);
    for (let channel = Math.max(0, best - 5); channel < Math.min(CHANNELS, best + 6); channel++)
      values[(template * SAMPLES + SAMPLES / 2) * CHANNELS + channel] = -depth / (1 + Math.abs(channel - best));
  }
  return values;
}

function similarities(random: DemoRandom): Float32Array {
  const values = new Float32Array(TEMPLATES * TEMPLATES);
  for (let a = 0; a < TEMPLATES; a++)
    for (let b = 0; b <= a; b++)
      values[a * TEMPLATES + b] = values[b * TEMPLATES + a] = a === b ? 1 : random.between(0, 0.95);
  return values;
}

/** Words, numbers with gaps, numbers as text among words, and groups. */
function labels(random: DemoRandom): Record<string, (id: number) => string> {
  const pick = (words: readonly string[]): string => words[random.below(words.length)];
  return {
    group: () => pick(['good', 'mua', 'noise', '', '']),
    KSLabel: () => pick(['good', 'mua']),
    ContamPct: () => random.between(0, 100).toFixed(1),
    quality: (id) => (id % 3 === 0 ? '' : String(random.below(5))),
    note: (id) => (id % 7 === 0 ? pick(['7', '12', 'drifts', 'split later']) : ''),
  };
}
