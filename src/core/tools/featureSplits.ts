/** Splits by features: k-means, Gaussian mixture, and what lies far from all the rest. */
import { choice, number, type Values } from '../base/params.ts';
import { chiSquareBeyond, gaussianMixture, kMeans, mahalanobis, MOST_FITTED } from '../analysis/mixture.ts';
import { defineSplitter } from '../engine/additions.ts';
import type { MissingPart, QueryContext } from '../engine/query.ts';
import type { Dataset } from '../dataset/dataset.ts';

const channels = number({
  default: 4,
  min: 1,
  max: 32,
  integer: true,
  label: 'Channels',
  doc: 'Features of so many best channels of the first selected cluster count.',
});
const seed = number({
  default: 0,
  min: 0,
  integer: true,
  label: 'Seed',
  doc: 'Another number begins from other places. It is recorded with the split.',
});

const params = {
  parts: number({ default: 2, min: 2, max: 20, integer: true, label: 'Parts', doc: 'How many parts to look for.' }),
  channels,
  seed,
};

/** Points of the spikes that have all features wanted. */
interface Points {
  readonly points: Float64Array;
  readonly size: number;
  /** Place of each point in the list of spikes. */
  readonly places: Int32Array;
}

/** Values read at once. */
const BLOCK = 16_384;

async function featurePoints(
  { dataset, facts, progress }: QueryContext,
  spikeIds: Int32Array,
  clusterId: number,
  most: number,
): Promise<Points> {
  const { features } = dataset;
  if (features === undefined) return { points: new Float64Array(0), size: 0, places: new Int32Array(0) };
  const channelIds = facts.bestChannels(clusterId).subarray(0, most);
  const size = channelIds.length * features.pcCount;
  const points = new Float64Array(spikeIds.length * size);
  const places = new Int32Array(spikeIds.length);
  let count = 0;
  for (let start = 0; start < spikeIds.length; start += BLOCK) {
    await progress((0.5 * start) / spikeIds.length);
    const block = spikeIds.subarray(start, start + BLOCK);
    const values = await features.read(block, channelIds, progress);
    for (let i = 0; i < block.length; i++) {
      const row = values.subarray(i * size, (i + 1) * size);
      if (!row.every(Number.isFinite)) continue;
      points.set(row, count * size);
      places[count++] = start + i;
    }
  }
  return { points: points.subarray(0, count * size), size, places: places.subarray(0, count) };
}

/** Labels of all spikes from those of the points; -1 for spikes without features. */
function spread(count: number, places: Int32Array, labels: ArrayLike<number>): Int32Array {
  const all = new Int32Array(count).fill(-1);
  for (let i = 0; i < places.length; i++) all[places[i]] = labels[i];
  return all;
}

const needsFeatures = ({ features }: Dataset): readonly MissingPart[] => (features === undefined ? ['features'] : []);

const fittedNote = (count: number): string =>
  count > MOST_FITTED
    ? `The parts were found on ${MOST_FITTED.toLocaleString('en-US')} of ${count.toLocaleString('en-US')} spikes; all spikes were then assigned.`
    : '';

/** Why some spikes are in no part. */
function lackingNote(count: number): string {
  if (count === 0) return '';
  const who = count === 1 ? '1 spike has' : `${count.toLocaleString('en-US')} spikes have`;
  return `${who} no features on these channels: a part of their own.`;
}

const sentences = (...notes: readonly string[]): string => notes.filter((note) => note !== '').join(' ');

/** Parts of the spikes that have features; the others are a part of their own. */
async function partsOf(
  context: QueryContext,
  find: typeof kMeans,
  given: Values<typeof params>,
  { spikeIds, clusterIds }: { readonly spikeIds: Int32Array; readonly clusterIds: readonly number[] },
) {
  const { points, size, places } = await featurePoints(context, spikeIds, clusterIds[0], given.channels);
  const { labels } = await find(points, size, given.parts, given.seed, () => context.progress());
  const note = sentences(fittedNote(places.length), lackingNote(spikeIds.length - places.length));
  return { labels: spread(spikeIds.length, places, labels), note };
}

export const byKMeans = defineSplitter({
  name: 'kmeans',
  title: 'K-means',
  doc: 'Finds a number of parts of about the same width in the features of the selected clusters.',
  params,
  missing: needsFeatures,
  split: (context, given, input) => partsOf(context, kMeans, given, input),
});

export const byGaussians = defineSplitter({
  name: 'gaussians',
  title: 'Gaussian mixture',
  doc: 'Finds a number of parts in the features of the selected clusters; parts may be long, thin, large or small.',
  aliases: ['recluster'],
  params,
  missing: needsFeatures,
  split: (context, given, input) => partsOf(context, gaussianMixture, given, input),
});

const outlierParams = {
  share: number({
    default: 0.001,
    min: 1e-9,
    max: 0.5,
    label: 'Expected share',
    doc: 'Spikes are outliers where a normal distribution has only this share of its spikes.',
  }),
  channels,
  fit: choice({
    choices: ['robust', 'all'],
    default: 'robust',
    label: 'Shape from',
    doc: 'Outliers make a cluster look larger than it is: robust leaves them out when finding its shape.',
  }),
};

export const outliers = defineSplitter({
  name: 'outliers',
  title: 'Mahalanobis outliers',
  doc: 'Takes out the spikes whose features lie far from those of all others, measured in widths of the cluster.',
  params: outlierParams,
  missing: needsFeatures,
  async split(context, { share, channels: most, fit }: Values<typeof outlierParams>, { spikeIds, clusterIds }) {
    const { points, size, places } = await featurePoints(context, spikeIds, clusterIds[0], most);
    const limit = chiSquareBeyond(share, size);
    const distances = await mahalanobis(points, size, fit === 'all' ? null : limit, () => context.progress());
    return {
      labels: spread(
        spikeIds.length,
        places,
        distances.map((distance) => Number(distance > limit)),
      ),
      names: { 0: 'within', 1: 'outliers' },
      note: sentences(
        `Outliers are farther than ${Math.sqrt(limit).toFixed(2)} widths.`,
        lackingNote(spikeIds.length - places.length),
      ),
    };
  },
});
