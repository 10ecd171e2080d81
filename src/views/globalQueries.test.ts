/** The queries about all clusters, against values computed here in the plainest way. */
import { describe, expect, it } from 'vitest';
import { fakeDataset, fakeSpikes, fakeTemplates, randomSpikeTrain } from '../../tests/fixtures/fakeDataset.ts';
import { queryContext } from '../../tests/fixtures/queryContext.ts';
import { parseParams } from '../core/base/params.ts';
import type { MetadataValue } from '../core/dataset/dataset.ts';
import { query as clusterScatter } from './clusterScatter/query.ts';
import { query as raster } from './raster/query.ts';
import type { RasterAnswer, RasterDensity, RasterSpikes } from './raster/query.ts';
import { query as template } from './template/query.ts';

const rate = 1000;
const train = randomSpikeTrain(4, 3000, 5, 6);
/** Cluster 3 has templates 0 (a quarter), 1 (half) and 7, which does not exist; cluster 4 only 7. */
const templateOf = train.clusters.map((cluster, i) =>
  cluster === 3 ? [0, 1, 1, 7][i % 4] : cluster === 4 ? 7 : cluster,
);
const spikes = fakeSpikes({ ...train, templates: templateOf, sampleRate: rate });
const templates = fakeTemplates(3, [
  {
    channelIds: [1, 0],
    waveform: [
      [0, 0],
      [-8, 1],
      [2, 0],
    ],
  },
  {
    channelIds: [2, 3],
    waveform: [
      [0, 0],
      [-4, 1],
      [3, 0],
    ],
  },
  { channelIds: [3], waveform: [[0], [-2], [5]] },
]);
const metadata = new Map<string, ReadonlyMap<number, MetadataValue>>([
  [
    'group',
    new Map([
      [0, 'good'],
      [2, 'noise'],
    ]),
  ],
  [
    'quality',
    new Map([
      [1, 3.5],
      [4, -1],
    ]),
  ],
  ['note', new Map([[4, 'odd']])],
]);
const duration = 30;
const context = queryContext(fakeDataset(spikes, rate, { templates, metadata, duration }));
const { ids } = context.clusters;
const sizeOf = (id: number): number => context.clusters.spikesOf(id).length;
const bySize = ids.toSorted((a, b) => sizeOf(b) - sizeOf(a) || a - b);
const none = new Int32Array(0);

const isDensity = (answer: RasterAnswer): answer is RasterDensity => 'density' in answer;
async function density(given: Record<string, unknown>, clusters = ids): Promise<RasterDensity> {
  const answer = await raster.run(context, parseParams(raster.params, { columns: 10, ...given }), clusters);
  if (!isDensity(answer)) throw new Error('no density');
  return answer;
}
async function listed(given: Record<string, unknown>, clusters = ids): Promise<RasterSpikes> {
  const answer = await raster.run(context, parseParams(raster.params, given), clusters);
  if (isDensity(answer)) throw new Error('a density');
  return answer;
}

describe('raster', () => {
  it('has the parameters and defaults of spec/commands.md 2', () => {
    const { startSeconds, endSeconds, columns, sort, direction, filter } = parseParams(raster.params, {});
    expect({ startSeconds, endSeconds, columns, sort, direction, filter }).toEqual({
      startSeconds: 0,
      endSeconds: null,
      columns: null,
      sort: 'n_spikes',
      direction: 'desc',
      filter: '',
    });
  });
  it('lists every spike in time order, with its row in the order of the table', async () => {
    const answer = await listed({});
    expect(Array.from(answer.clusterIds.data)).toEqual(bySize);
    expect(Array.from(answer.spikeIds.data)).toEqual(Array.from({ length: 3000 }, (_, i) => i));
    expect(Array.from(answer.spikeRows.data)).toEqual(Array.from(train.clusters, (id) => bySize.indexOf(id)));
    expect(Array.from(answer.spikeTimes.data)).toEqual(Array.from(train.samples, (sample) => sample / rate));
    expect([answer.startSeconds, answer.endSeconds]).toEqual([0, 30]);
    expect(answer.bounds).toEqual([0, 0, 1.01 * (train.samples[2999] / rate), 5]);
  });
  it('lists those of some clusters in an interval', async () => {
    const answer = await listed({ startSeconds: 1, endSeconds: 2.5, sort: 'id', direction: 'asc' }, [4, 1]);
    expect(Array.from(answer.clusterIds.data)).toEqual([1, 4]);
    const wanted = Array.from(train.samples.keys()).filter((i) => {
      const inside = train.samples[i] >= 1000 && train.samples[i] < 2500;
      return inside && [1, 4].includes(train.clusters[i]);
    });
    expect(Array.from(answer.spikeIds.data)).toEqual(wanted);
  });
  it('counts in columns: the sum is the number of spikes, each in its column', async () => {
    const answer = await density({ sort: 'id', direction: 'asc' });
    expect(answer.density.shape).toEqual([5, 10]);
    expect(answer.density.data.reduce((a, b) => a + b, 0)).toBe(3000);
    for (const [row, id] of ids.entries()) {
      const wanted = Array.from({ length: 10 }, () => 0);
      for (const spike of context.clusters.spikesOf(id)) wanted[Math.floor(train.samples[spike] / 3000)]++;
      expect(Array.from(answer.density.data.subarray(10 * row, 10 * row + 10))).toEqual(wanted);
    }
  });
  it('sorts and filters as the cluster view', async () => {
    const sorted = await density({ sort: 'quality', direction: 'asc' });
    // Missing values come last, ties by decreasing number of spikes.
    expect(Array.from(sorted.clusterIds.data)).toEqual([4, 1, ...bySize.filter((id) => id !== 4 && id !== 1)]);
    const filtered = await density({ filter: "group == 'good' || quality == 3.5", sort: 'id', direction: 'desc' });
    expect(Array.from(filtered.clusterIds.data)).toEqual([1, 0]);
    const nothing = await density({ filter: 'n_spikes > 1000000' });
    expect([nothing.clusterIds.data.length, nothing.density.shape]).toEqual([0, [0, 10]]);
  });
  it('refuses unknown columns, unreadable filters and empty intervals in a sentence', async () => {
    await expect(density({ sort: 'x' })).rejects.toThrow('There is no column x. Columns: id, ');
    await expect(density({ filter: 'n_spikes = 3' })).rejects.toThrow(/^“=” cannot compare\. Write n_spikes == 3\.$/);
    await expect(density({ startSeconds: 2, endSeconds: 2 })).rejects.toThrow('The interval from 2 s to 2 s is empty.');
    await expect(density({ startSeconds: 31 })).rejects.toThrow('The interval from 31 s to 30 s is empty.');
  });
  it('takes in a spike at the very end of the recording, and only there', async () => {
    const last = train.samples[2999] / rate;
    const short = queryContext(fakeDataset(spikes, rate));
    const ask = async (given: Record<string, unknown>): Promise<number> => {
      const answer = await raster.run(short, parseParams(raster.params, given), ids);
      return isDensity(answer) ? -1 : answer.spikeIds.data.length;
    };
    const atLast = train.samples.filter((sample) => sample === train.samples[2999]).length;
    expect(await ask({ endSeconds: last })).toBe(3000);
    expect(await ask({ endSeconds: last - 0.0005 })).toBe(3000 - atLast);
    const at = train.samples[1500];
    const before = train.samples.filter((sample) => sample < at).length;
    expect(await ask({ endSeconds: at / rate })).toBe(before);
  });
});

const askTemplate = (given: Record<string, unknown>, clusters: readonly number[] = ids) =>
  template.run(context, parseParams(template.params, given), clusters);

describe('template', () => {
  it('has the dominant template of each cluster, best channel first', async () => {
    const answer = await askTemplate({});
    expect(Array.from(answer.clusterIds.data)).toEqual(bySize);
    expect(answer.clusters.map(({ clusterId, templateId }) => [clusterId, templateId])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 1],
      [4, 7],
    ]);
    const [first] = answer.clusters;
    expect(Array.from(first.channelIds.data)).toEqual([1, 0]);
    expect([first.waveform.shape, Array.from(first.waveform.data)]).toEqual([
      [3, 2],
      [0, 0, -8, 1, 2, 0],
    ]);
    expect(answer.clusters[4].channelIds.data).toEqual(none);
    expect(answer.clusters[4].waveform.shape).toEqual([3, 0]);
  });
  it('scales by the median over clusters of the extremes', async () => {
    // Lowest values -8, -4, -2, -4: median -4; highest 2, 3, 5, 3: median 3.
    expect((await askTemplate({})).yMax).toBe(4);
    expect((await askTemplate({}, [2])).yMax).toBe(5);
    expect((await askTemplate({}, [4])).yMax).toBe(1);
  });
  it('keeps the order asked for beside that of the table, and filters', async () => {
    const answer = await askTemplate({ sort: 'id', direction: 'asc', filter: 'id != 1' }, [3, 1, 0]);
    expect(Array.from(answer.clusterIds.data)).toEqual([0, 3]);
    expect(answer.clusters.map((cluster) => cluster.clusterId)).toEqual([3, 0]);
  });
  it('knows all channels and says when templates are missing', async () => {
    const answer = await askTemplate({});
    expect(answer.channelLabels).toEqual(['0', '1', '2', '3']);
    expect(answer.channelPositions.shape).toEqual([4, 2]);
    expect(template.missing(fakeDataset(spikes, rate), parseParams(template.params, {}))).toEqual(['templates']);
  });
});

const askScatter = (given: Record<string, unknown>, clusters: readonly number[] = ids) =>
  clusterScatter.run(context, parseParams(clusterScatter.params, given), clusters);

describe('clusterScatter', () => {
  it('has the parameters and defaults of spec/commands.md 2', () => {
    const { markerSize, colorScheme, ...sent } = parseParams(clusterScatter.params, {});
    expect([markerSize, colorScheme]).toEqual([1, 'firing_rate']);
    expect(sent).toEqual({
      x: 'amp',
      y: 'depth',
      size: 'fr',
      xLog: false,
      yLog: false,
      sizeLog: true,
      filter: '',
    });
  });
  it('takes rates for amplitudes, which a klusta dataset does not have', () => {
    const values = parseParams(clusterScatter.params, {});
    expect(clusterScatter.inForce?.(fakeDataset(spikes, rate, { format: 'kwik' }), values)).toEqual({
      ...values,
      x: 'fr',
    });
    expect(clusterScatter.inForce?.(fakeDataset(spikes, rate), values)).toEqual(values);
  });
  it('offers the columns of numbers, whichever cluster has one', async () => {
    const { fields } = await askScatter({});
    expect(fields).toEqual(['amp', 'depth', 'fr', 'id', 'is_masked', 'n_spikes', 'quality', 'sh']);
  });
  it('takes columns of the table; a cluster without a value is at 0, of size 1, and counted', async () => {
    const answer = await askScatter({ x: 'quality', y: 'n_spikes', size: 'quality' });
    expect(Array.from(answer.clusterIds.data)).toEqual([0, 1, 2, 3, 4]);
    expect(Array.from(answer.x.data)).toEqual([0, 3.5, 0, 0, -1]);
    expect(Array.from(answer.y.data)).toEqual(ids.map(sizeOf));
    expect(Array.from(answer.size.data)).toEqual([1, 3.5, 1, 1, -1]);
    expect(answer.missing).toEqual({ x: 3, y: 0, size: 3 });
  });
  it('shows switches as 0 and 1, filters, and refuses columns of text', async () => {
    const answer = await askScatter({ x: 'is_masked', filter: 'quality < 10 || is_masked' }, [4, 2, 1]).catch(String);
    expect(answer).toContain('is_masked');
    const masked = await askScatter({ x: 'is_masked', filter: 'id > 1' }, [4, 2, 1]);
    expect([Array.from(masked.clusterIds.data), Array.from(masked.x.data)]).toEqual([
      [4, 2],
      [0, 1],
    ]);
    await expect(askScatter({ y: 'note' })).rejects.toThrow('There is no numeric column note. Columns: amp, ');
    await expect(askScatter({ size: 'ch' })).rejects.toThrow('There is no numeric column ch.');
  });
});
