/** Mean waveforms of clusters on every channel, as a file for other programs. */
import { nd, type NdArray } from '../base/nd.ts';
import { choice, number, type Values } from '../base/params.ts';
import { filterFor } from '../analysis/filter.ts';
import { cleanWaveforms } from '../analysis/waveforms.ts';
import { NO_ADDITIONS, type AddedAction, type Additions } from '../engine/additions.ts';
import { defineQuery, type QueryContext } from '../engine/query.ts';

const params = {
  spikesPerCluster: number({
    default: 500,
    min: 1,
    max: 100_000,
    integer: true,
    label: 'Spikes per cluster',
    doc: 'Spikes that a mean is made of, evenly chosen over the recording.',
  }),
  milliseconds: number({
    default: 3,
    min: 0.1,
    max: 50,
    label: 'Length',
    doc: 'Length of a waveform, ms; the spike is in the middle.',
  }),
  filter: choice({
    choices: ['high_pass', 'raw'],
    default: 'high_pass',
    label: 'Filter',
    doc: 'Raw data as recorded, or filtered as the views show them.',
  }),
};

interface MeanWaveformsAnswer {
  /** int32 [cluster] */
  readonly clusterIds: NdArray<Int32Array>;
  /** float32 [cluster][sample][channel], raw units. */
  readonly means: NdArray<Float32Array>;
  /** int32 [cluster]: spikes that each mean is made of. */
  readonly spikeCounts: NdArray<Int32Array>;
  readonly sampleRate: number;
  /** Index of the spike's sample. */
  readonly spikeSample: number;
}

/** Spikes read at once, which bounds memory. */
const BLOCK = 64;

async function run(
  { dataset, clusters, progress }: QueryContext,
  { spikesPerCluster, milliseconds, filter }: Values<typeof params>,
  clusterIds: readonly number[],
): Promise<MeanWaveformsAnswer> {
  const { traces, sampleRate, channels } = dataset;
  const count = Math.max(2, Math.round((milliseconds / 1000) * sampleRate));
  const before = Math.floor(count / 2);
  const channelIds = Int32Array.from({ length: channels.count }, (_, channel) => channel);
  const size = count * channels.count;
  const means = new Float32Array(clusterIds.length * size);
  const used = new Int32Array(clusterIds.length);
  const high = filterFor(filter, sampleRate);
  for (const [place, id] of clusterIds.entries()) {
    const spikes = evenly(clusters.spikesOf(id), spikesPerCluster);
    const sum = new Float64Array(size);
    for (let start = 0; start < spikes.length; start += BLOCK) {
      await progress((place + start / spikes.length) / clusterIds.length);
      const samples = Float64Array.from(
        spikes.subarray(start, start + BLOCK),
        (spike) => dataset.spikes.samples[spike],
      );
      const windows = (await traces?.windows(samples, before, count, channelIds, progress)) ?? new Float32Array(0);
      await cleanWaveforms(windows, count, channels.count, high, progress);
      for (let i = 0; i < windows.length; i++) sum[i % size] += windows[i];
    }
    for (let i = 0; i < size; i++) means[place * size + i] = spikes.length === 0 ? 0 : sum[i] / spikes.length;
    used[place] = spikes.length;
  }
  return {
    clusterIds: nd(Int32Array.from(clusterIds)),
    means: nd(means, [clusterIds.length, count, channels.count]),
    spikeCounts: nd(used),
    sampleRate,
    spikeSample: before,
  };
}

/** So many of the spikes, evenly chosen; all when there are not more. */
function evenly(spikes: Int32Array, most: number): Int32Array {
  if (spikes.length <= most) return spikes;
  return Int32Array.from({ length: most }, (_, k) => spikes[Math.floor((k * spikes.length) / most)]);
}

const query = defineQuery({
  name: 'mean_waveforms',
  params,
  doing: 'Averaging waveforms',
  maxClusters: 0,
  showsAll: true,
  onDemand: true,
  uncached: true,
  missing: ({ traces }) => (traces === undefined ? ['traces'] : []),
  run,
});

const exportMeans: AddedAction = {
  spec: {
    name: 'export_mean_waveforms',
    aliases: [],
    title: 'Export mean waveforms',
    doc: 'Writes the mean waveforms of the selected clusters, or of all when none is selected, as .npy into the exports folder.',
    group: 'File',
    section: -0.5,
    keys: { mission: [] },
    usage: '',
  },
  run: (_, tools) =>
    tools.export({
      view: 'mean_waveforms',
      query: 'mean_waveforms',
      clusters: tools.selected(),
      params: {},
      format: 'npy',
    }),
};

export const meanWaveforms: Additions = {
  ...NO_ADDITIONS,
  queries: { mean_waveforms: query },
  actions: [exportMeans],
};
