/** The queries on a small dataset made in memory, against values computed here in the plainest way. */
import { describe, expect, it } from 'vitest';
import {
  fakeDataset,
  fakeFeatures,
  fakeSpikes,
  fakeTemplateFeatures,
  fakeTemplates,
  fakeTraces,
  randomSpikeTrain,
} from '../../tests/fixtures/fakeDataset.ts';
import { maxDifference } from '../../tests/fixtures/golden.ts';
import { queryContext } from '../../tests/fixtures/queryContext.ts';
import { parseParams } from '../core/base/params.ts';
import type { Dataset } from '../core/dataset/dataset.ts';
import type { QueryContext } from '../core/engine/query.ts';
import { query as amplitude } from './amplitude/query.ts';
import { query as correlogram } from './correlogram/query.ts';
import { query as feature } from './feature/query.ts';
import { query as firingRate } from './firingRate/query.ts';
import { query as isi } from './isi/query.ts';
import { queries } from './queries.ts';
import { query as templateFeature } from './templateFeature/query.ts';
import { query as waveform } from './waveform/query.ts';

const rate = 1000;
const train = randomSpikeTrain(4, 3000, 4, 6);
/** Spikes of cluster 3 have template 0, 1 or 7, which does not exist. */
const templateOf = train.clusters.map((cluster, i) => (cluster === 3 ? [0, 1, 1, 7][i % 4] : cluster));
const amplitudes = Float64Array.from(train.samples, (_, i) => 10 + (i % 7));
const spikes = fakeSpikes({ ...train, templates: templateOf, amplitudes, sampleRate: rate });
const ramp = (peak: number): number[][] =>
  Array.from({ length: 6 }, (_, s) => [s === 1 ? peak : 0, s === 1 ? peak / 2 : 0]);
const templates = fakeTemplates(6, [
  { channelIds: [1, 0], waveform: ramp(-8) },
  { channelIds: [1, 2], waveform: ramp(-4) },
  { channelIds: [3, 2], waveform: ramp(2) },
]);
const featureValue = (spike: number, channel: number, pc: number): number =>
  templateOf[spike] === 7 || channel === 3 ? Number.NaN : ((spike * 13 + channel * 7 + pc * 3) % 29) - 14;
const trace = (sample: number, channel: number): number => ((sample * 31 + channel * 17) % 41) - 20;
const lastSample = train.samples[2999];
const parts: Partial<Dataset> = {
  templates,
  features: fakeFeatures(featureValue),
  templateFeatures: fakeTemplateFeatures((spike, template) => spike + 1000 * template),
  traces: fakeTraces(lastSample + 3, trace),
  duration: (lastSample + 3) / rate,
};

const full = queryContext(fakeDataset(spikes, rate, parts));
const bare = queryContext(fakeDataset(fakeSpikes({ ...train, sampleRate: rate }), rate));
const spikesOf = (cluster: number): number[] => Array.from(full.clusters.spikesOf(cluster));
const sizes = [0, 1, 2, 3].map((cluster) => spikesOf(cluster).length);

/** Sample indices after the round trip through seconds (views.md 5a). */
const trip = (spike: number): number => Math.trunc((spikes.samples[spike] / rate) * rate);
const missingIn = (context: QueryContext, type?: string): string[][] => [
  [...waveform.missing(context.dataset, parseParams(waveform.params, {}))],
  [...waveform.missing(context.dataset, parseParams(waveform.params, { type: 'templates' }))],
  [...feature.missing(context.dataset, parseParams(feature.params, {}))],
  [...correlogram.missing(context.dataset, parseParams(correlogram.params, {}))],
  [...amplitude.missing(context.dataset, parseParams(amplitude.params, type === undefined ? {} : { type }))],
  [...isi.missing(context.dataset, parseParams(isi.params, {}))],
  [...firingRate.missing(context.dataset, parseParams(firingRate.params, {}))],
  [...templateFeature.missing(context.dataset, parseParams(templateFeature.params, {}))],
];
const sent = (query: { params: Readonly<Record<string, { drawOnly?: boolean; default: unknown }>> }): unknown =>
  Object.fromEntries(
    Object.entries(query.params)
      .filter(([, spec]) => spec.drawOnly !== true)
      .map(([name, spec]) => [name, spec.default]),
  );
const runWaveform = (given: Record<string, unknown>, ids: number[], context = full) =>
  waveform.run(context, parseParams(waveform.params, given), ids);
const runFeature = (given: Record<string, unknown>, ids: number[], context = full) =>
  feature.run(context, parseParams(feature.params, given), ids);
const runCorrelogram = (given: Record<string, unknown>, ids: number[]) =>
  correlogram.run(full, parseParams(correlogram.params, given), ids);
const runAmplitude = (given: Record<string, unknown>, ids: number[], context = full) =>
  amplitude.run(context, parseParams(amplitude.params, given), ids);
const pairs = (first: number, second: number, d: number): number => {
  let count = 0;
  for (let i = 0; i < 3000; i++)
    for (let j = i + 1; j < 3000 && trip(j) - trip(i) < 12; j++)
      if (train.clusters[i] === first && train.clusters[j] === second && Math.floor((trip(j) - trip(i)) / 2) === d)
        count++;
  return count;
};
const scale = (spike: number): number => [8, 4, 2][templateOf[spike]] ?? Number.NaN;
const quantile = (values: number[], level: number): number => {
  const sorted = values.filter((v) => !Number.isNaN(v)).sort((a, b) => a - b);
  const position = level * (sorted.length - 1);
  const low = Math.floor(position);
  return sorted[low] + (position - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
};

describe('the registry', () => {
  it('has the queries under their names', () => {
    for (const [name, query] of Object.entries(queries)) expect(query.name).toBe(name);
    const limits = Object.fromEntries(Object.entries(queries).map(([name, query]) => [name, query.maxClusters]));
    expect(limits).toMatchObject({
      waveform: 8,
      feature: 8,
      templateFeature: 8,
      correlogram: 20,
      amplitude: 8,
      isi: 20,
      firingRate: 20,
      probe: 20,
      spikeAttribute: 8,
      clusterScatter: 0,
      raster: 0,
      template: 0,
      trace: 0,
      traceSpikes: 0,
      traceNeighbour: 1,
      traceImage: 0,
    });
  });
  it('says what a dataset lacks', () => {
    expect(missingIn(full)).toEqual([[], [], [], [], [], [], [], []]);
    expect(missingIn(bare)).toEqual([
      ['traces', 'templates'],
      ['templates'],
      ['features'],
      [],
      ['amplitudes'],
      [],
      [],
      ['templateFeatures'],
    ]);
    expect(missingIn(bare, 'raw')[4]).toEqual(['traces']);
    expect(missingIn(bare, 'feature')[4]).toEqual(['features']);
    expect(missingIn(bare, 'template_feature')[4]).toEqual(['templateFeatures']);
  });
  it('has the parameters and defaults of spec/commands.md 2', () => {
    expect(sent(waveform)).toEqual({
      type: 'waveforms',
      spikesPerCluster: 100,
      spikesTotal: null,
      batches: 10,
      sampling: 'batches',
      filter: 'high_pass',
      filterOver: 'window',
      channels: null,
    });
    expect(sent(feature)).toEqual({ spikesPerCluster: 2500, backgroundSpikes: 1000, channels: null, reordered: false });
    expect(sent(correlogram)).toEqual({
      binSeconds: 0.001,
      windowSeconds: 0.05,
      refractorySeconds: 0.002,
      spikesPerCluster: 100_000,
      spikesTotal: 100_000,
    });
    expect(sent(isi)).toEqual({ binCount: 50, minSeconds: 0, maxSeconds: 0.05, refractorySeconds: 0.002 });
    expect(sent(firingRate)).toEqual({ binCount: 200, minSeconds: 0, maxSeconds: null });
    expect(sent(templateFeature)).toEqual({ spikesPerCluster: 2500 });
    expect(sent(amplitude)).toEqual({
      type: 'template',
      spikesPerCluster: 5000,
      spikesTotal: null,
      backgroundSpikes: 10_000,
      channel: null,
      pc: 0,
      filter: 'high_pass',
      reordered: false,
    });
  });
});

describe('waveform query', () => {
  it('cuts windows around the spikes and removes their median', async () => {
    const answer = await runWaveform({ filter: 'raw', spikesPerCluster: 50 }, [1, 0]);
    expect(answer).toMatchObject({ type: 'waveforms', sampleCount: 6, spikeSample: 3, unit: 'raw', sampleRate: rate });
    expect(answer.types).toEqual(['waveforms', 'mean_waveforms', 'templates']);
    expect(answer.alignSample).toBeUndefined();
    expect(Array.from(answer.channelIds.data)).toEqual([0, 1, 2]);
    expect(answer.channelLabels).toEqual(['0', '1', '2']);
    expect(Array.from(answer.channelPositions.data)).toEqual([0, 0, 0, 20, 0, 40]);
    const [first] = answer.clusters;
    expect(first).toMatchObject({ clusterId: 1, shown: 50, total: sizes[1], rule: 'batches', missing: 0 });
    expect(Array.from(first.channelIds.data)).toEqual([1, 2]);
    expect(first.waveforms.shape).toEqual([50, 6, 2]);
    const spike = first.spikeIds.data[20];
    const window = [1, 2].map((c) => [-3, -2, -1, 0, 1, 2].map((s) => trace(spikes.samples[spike] + s, c)));
    const expected = window.map((values) => {
      const sorted = values.slice().sort((a, b) => a - b);
      return values.map((value) => value - (sorted[2] + sorted[3]) / 2);
    });
    const ours = Array.from(first.waveforms.data.subarray(20 * 12, 21 * 12));
    expect(ours).toEqual([0, 1, 2, 3, 4, 5].flatMap((s) => [expected[0][s], expected[1][s]]));
    const largest = Math.max(...answer.clusters.flatMap((entry) => Array.from(entry.waveforms.data, Math.abs)));
    expect(answer.yMax).toBe(largest);
  });
  it('samples evenly on request, and shows every spike where the budget allows', async () => {
    const even = await runWaveform({ sampling: 'even', spikesPerCluster: 5 }, [2]);
    const all = spikesOf(2);
    const positions = [0, 1, 2, 3, 4].map((k) => all[Math.floor((k * (all.length - 1)) / 4)]);
    expect(Array.from(even.clusters[0].spikeIds.data)).toEqual(positions);
    expect(even.clusters[0].rule).toBe('even');
    const whole = await runWaveform({ spikesPerCluster: 'all' }, [2]);
    expect(whole.clusters[0]).toMatchObject({ shown: sizes[2], rule: 'all' });
  });
  it('shares a total over the clusters', async () => {
    const answer = await runWaveform({ spikesTotal: 30, spikesPerCluster: null }, [0, 1, 2, 3]);
    expect(answer.clusters.map((entry) => entry.shown)).toEqual([8, 8, 7, 7]);
  });
  it('averages exactly the sample', async () => {
    const single = (await runWaveform({}, [0])).clusters[0];
    const mean = (await runWaveform({ type: 'mean_waveforms' }, [0])).clusters[0];
    expect(mean.waveforms.shape).toEqual([1, 6, 2]);
    expect(mean.spikeIds).toEqual(single.spikeIds);
    const expected = Array.from({ length: 12 }, (_, i) => {
      let sum = 0;
      for (let wave = 0; wave < 100; wave++) sum += single.waveforms.data[wave * 12 + i];
      return sum / 100;
    });
    expect(maxDifference(mean.waveforms.data, expected)).toBeLessThan(1e-5);
  });
  it('shows the templates of a cluster, weighted, without those that do not exist', async () => {
    const answer = await runWaveform({ type: 'templates' }, [3]);
    const [entry] = answer.clusters;
    const counts = [0, 1, 7].map((t) => spikesOf(3).filter((s) => templateOf[s] === t).length);
    expect(Array.from(entry.templateIds.data)).toEqual([0, 1]);
    expect(entry.spikeIds.data.length).toBe(0);
    expect(entry).toMatchObject({ shown: counts[0] + counts[1], total: sizes[3], missing: counts[2], rule: 'all' });
    const most = Math.max(counts[0], counts[1]);
    expect(maxDifference(entry.masks.data, [counts[0] / most, counts[1] / most])).toBeLessThan(1e-6);
    // The spike lies at sample 1 of every template but at sample 3 of a window.
    expect(answer).toMatchObject({ spikeSample: 3, alignSample: 1, yMax: 8 });
    // Best channels [1, 2] of template 1, the most frequent one; template 0 has no channel 2.
    expect(Array.from(entry.channelIds.data)).toEqual([1, 2]);
    expect(Array.from(entry.waveforms.data.subarray(2, 4))).toEqual([-8, 0]);
    expect(Array.from(entry.waveforms.data.subarray(14, 16))).toEqual([-4, -2]);
  });
  it('takes the channels asked for, for every cluster', async () => {
    const answer = await runWaveform({ channels: [3, 0, 3], filter: 'raw' }, [0, 2]);
    for (const entry of answer.clusters) expect(Array.from(entry.channelIds.data)).toEqual([3, 0]);
    expect(Array.from(answer.channelIds.data)).toEqual([0, 3]);
    await expect(runWaveform({ channels: [4] }, [0])).rejects.toThrow('There is no channel 4. Channels are 0 to 3.');
  });
  it('says that templates are in force without raw data, whatever was asked for', () => {
    const asked = parseParams(waveform.params, { type: 'mean_waveforms' });
    const withTraces = fakeDataset(spikes, rate, parts);
    const without = fakeDataset(spikes, rate, { ...parts, traces: undefined });
    expect(waveform.inForce?.(without, asked).type).toBe('templates');
    expect(waveform.inForce?.(withTraces, asked).type).toBe('mean_waveforms');
  });

  it('falls back to templates without raw data', async () => {
    const context = queryContext(fakeDataset(spikes, rate, { ...parts, traces: undefined }));
    const answer = await runWaveform({}, [0], context);
    expect([answer.type, answer.types]).toEqual(['templates', ['templates']]);
    expect(answer.clusters[0].waveforms.shape).toEqual([1, 6, 2]);
  });
  it('shows raw data without templates', async () => {
    const context = queryContext(fakeDataset(spikes, rate, { traces: parts.traces }));
    const answer = await runWaveform({ filter: 'raw', channels: [2] }, [0], context);
    expect(answer.sampleCount).toBe(3);
    expect(answer.types).toEqual(['waveforms', 'mean_waveforms']);
    expect(answer.clusters[0].waveforms.shape).toEqual([100, 3, 1]);
  });
  it('takes exported waveforms instead of raw data, of the exported spikes only', async () => {
    const exported = Int32Array.from(spikesOf(0).slice(10, 20));
    const context = queryContext(
      fakeDataset(spikes, rate, {
        ...parts,
        traces: undefined,
        waveformSubset: {
          spikeIds: exported,
          spikesOn: () => new Int32Array(0),
          sampleCount: 2,
          read: (ids, channels) =>
            Promise.resolve(
              Float32Array.from(
                Array.from(ids).flatMap((id) => [0, 1].flatMap((s) => Array.from(channels, (c) => s * id + c))),
              ),
            ),
        },
      }),
    );
    const answer = await runWaveform({ filter: 'raw', spikesPerCluster: 3 }, [0], context);
    const [entry] = answer.clusters;
    expect(Array.from(entry.spikeIds.data)).toEqual([exported[0], exported[4], exported[9]]);
    expect([entry.rule, entry.waveforms.shape]).toEqual(['even', [3, 2, 2]]);
    expect(entry.waveforms.data[2]).toBe(exported[0] / 2);
  });
  it('answers an empty selection', async () => {
    const answer = await runWaveform({}, []);
    expect(answer.clusters).toEqual([]);
    expect([answer.channelPositions.shape, answer.yMax]).toEqual([[0, 2], 1]);
  });
});

describe('feature query', () => {
  it('reads every cluster on the channels of the first one, common ones first', async () => {
    const answer = await runFeature({ spikesPerCluster: 40, backgroundSpikes: 100 }, [0, 1]);
    expect(Array.from(answer.channelIds.data)).toEqual([1, 0]);
    expect([answer.pcCount, answer.channelLabels]).toEqual([3, ['1', '0']]);
    const swapped = await runFeature({ spikesPerCluster: 40 }, [1, 2]);
    // Best channels [1, 2] and [3, 2]: 2 is shared.
    expect(Array.from(swapped.channelIds.data)).toEqual([2, 1]);
    for (const entry of answer.clusters) {
      expect(entry).toMatchObject({ shown: 40, total: sizes[entry.clusterId], rule: 'random', missing: 0 });
      expect(entry.features.shape).toEqual([40, 2, 3]);
      for (const [i, spike] of entry.spikeIds.data.entries()) {
        expect(train.clusters[spike]).toBe(entry.clusterId);
        expect(entry.times.data[i]).toBe(spikes.samples[spike] / rate);
        expect(entry.features.data[i * 6 + 4]).toBe(featureValue(spike, 0, 1));
      }
    }
    const values = answer.clusters.flatMap((entry) => Array.from(entry.features.data, Math.abs));
    expect(answer.limit).toBe(Math.max(...values));
    expect(answer.background).toMatchObject({ shown: 100, total: 3000, rule: 'stride' });
    expect(Array.from(answer.background.spikeIds.data.subarray(0, 3))).toEqual([0, 30, 60]);
  });
  it('counts what is missing instead of drawing zeros (views.md 3a FIX)', async () => {
    const answer = await runFeature({ channels: [3, 1] }, [3]);
    const [entry] = answer.clusters;
    // Channel 3 is stored for no spike.
    expect(entry.missing).toBe(sizes[3]);
    expect(entry.rule).toBe('all');
    for (let i = 0; i < entry.shown; i++) expect(entry.features.data[6 * i]).toBeNaN();
    const one = (await runFeature({ channels: [1] }, [3])).clusters[0];
    expect(one.missing).toBe(spikesOf(3).filter((s) => templateOf[s] === 7).length);
  });
  it('samples among the spikes that have a row', async () => {
    const rows = Int32Array.from(spikesOf(0).filter((_, i) => i % 10 === 0));
    const context = queryContext(
      fakeDataset(spikes, rate, { ...parts, features: fakeFeatures(featureValue, { spikeIds: rows }) }),
    );
    const [entry] = (await runFeature({}, [0], context)).clusters;
    expect(entry.spikeIds.data).toEqual(rows);
    expect(entry).toMatchObject({
      shown: rows.length,
      total: sizes[0],
      rule: 'random',
      missing: sizes[0] - rows.length,
    });
  });
  it('is the same every time, and reads no more rows than it shows', async () => {
    const reads: number[] = [];
    const context = queryContext(
      fakeDataset(spikes, rate, { ...parts, features: fakeFeatures(featureValue, { reads }) }),
    );
    const first = await runFeature({ spikesPerCluster: 100, backgroundSpikes: 50 }, [0, 1], context);
    expect(reads).toEqual([100, 100, 50]);
    expect(await runFeature({ spikesPerCluster: 100, backgroundSpikes: 50 }, [0, 1], context)).toEqual(first);
  });
  it('takes reordered times when asked for', async () => {
    const reorderedSeconds = Float64Array.from(train.samples, (_, i) => 3000 - i);
    const context = queryContext(
      fakeDataset(fakeSpikes({ ...train, sampleRate: rate, reorderedSeconds }), rate, parts),
    );
    const plain = (await runFeature({ spikesPerCluster: 5 }, [0], context)).clusters[0];
    const swapped = (await runFeature({ spikesPerCluster: 5, reordered: true }, [0], context)).clusters[0];
    expect(Array.from(swapped.times.data)).toEqual(Array.from(plain.spikeIds.data, (id) => 3000 - id));
  });
  it('gives a split every spike, with NaN for those without a coordinate', async () => {
    const values = parseParams(feature.params, { spikesPerCluster: 10 });
    const shown = await runFeature({ spikesPerCluster: 10 }, [3, 0]);
    const { spikeIds, x, y, bounds } = await feature.lasso!(full, values, [3, 0], { x: 'time', y: '3B' });
    expect(Array.from(spikeIds)).toEqual([...spikesOf(3), ...spikesOf(0)]);
    // The list of cluster 3 is [1, 2]: channel 3 of it is the second one again.
    expect(Array.from(x)).toEqual(Array.from(spikeIds, (id) => spikes.samples[id] / rate));
    expect(Array.from(y)).toEqual(Array.from(spikeIds, (id) => featureValue(id, shown.channelIds.data[1], 1)));
    expect(bounds).toEqual([0, -shown.limit, full.dataset.duration, shown.limit]);
    expect(Array.from(y).some(Number.isNaN)).toBe(true);
    const beyond = await feature.lasso!(full, values, [0], { x: '0A', y: '0D' });
    expect(Array.from(beyond.y).every(Number.isNaN)).toBe(true);
    await expect(feature.lasso!(full, values, [0], { x: '0A' })).rejects.toThrow('A dimension is missing');
    await expect(feature.lasso!(full, values, [0], { x: '0A', y: '0Z' })).rejects.toThrow('"0Z"');
  });
});

describe('correlogram query', () => {
  it('has counts, edges, baseline and what was used', async () => {
    const answer = await runCorrelogram({ binSeconds: 0.002, windowSeconds: 0.02 }, [2, 0]);
    expect([answer.half, answer.counts.shape]).toEqual([5, [2, 2, 11]]);
    expect(
      maxDifference(
        answer.delays.data,
        [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5].map((k) => k / 500),
      ),
    ).toBeLessThan(1e-15);
    expect(Array.from(answer.usedSpikes.data)).toEqual([sizes[2], sizes[0]]);
    expect(answer.clusters).toEqual(
      [2, 0].map((clusterId) => ({
        clusterId,
        shown: sizes[clusterId],
        total: sizes[clusterId],
        rule: 'all',
        missing: 0,
      })),
    );
    expect(answer.baseline.data[1]).toBeCloseTo((sizes[2] * sizes[0] * 0.002) / full.dataset.duration, 9);
    const at = (i: number, j: number, d: number): number => answer.counts.data[(i * 2 + j) * 11 + 5 + d];
    expect([at(0, 1, 3), at(0, 1, -3), at(1, 0, 3)]).toEqual([pairs(2, 0, 3), pairs(0, 2, 3), pairs(0, 2, 3)]);
    expect(at(0, 0, 2)).toBe(pairs(2, 2, 2));
    expect([at(0, 0, 0), at(1, 1, 0)]).toEqual([0, 0]);
    expect(at(0, 1, 0)).toBe(Math.max(pairs(2, 0, 0), pairs(0, 2, 0)));
  });
  it('keeps both limits', async () => {
    const answer = await runCorrelogram({ spikesTotal: 101, spikesPerCluster: 40 }, [0, 1, 2]);
    expect(Array.from(answer.usedSpikes.data)).toEqual([34, 34, 33]);
    expect(answer.clusters[0]).toMatchObject({ shown: 34, total: sizes[0], rule: 'random' });
    expect(await runCorrelogram({ spikesTotal: 101, spikesPerCluster: 40 }, [0, 1, 2])).toEqual(answer);
  });
  it('refuses a bin as wide as the window and more bins than fit', async () => {
    await expect(runCorrelogram({ binSeconds: 0.05 }, [0])).rejects.toThrow(
      'Window must be wider than one bin (50 ms).',
    );
    await expect(runCorrelogram({ binSeconds: 1e-5, windowSeconds: 1000 }, [0])).rejects.toThrow('Widen the bins.');
  });
  it('answers an empty selection', async () => {
    expect((await runCorrelogram({}, [])).counts.shape).toEqual([0, 0, 51]);
  });
});

describe('amplitude query', () => {
  it('multiplies amplitudes by those of the templates (views.md 8a RES)', async () => {
    const answer = await runAmplitude({ spikesPerCluster: 50, backgroundSpikes: 60 }, [3, 2]);
    expect(answer.types).toEqual(['feature', 'raw', 'template', 'template_feature']);
    expect([answer.type, answer.channelId, answer.pc]).toEqual(['template', 1, 0]);
    for (const entry of [...answer.clusters, answer.background]) {
      const expected = Array.from(entry.spikeIds.data, (id) => amplitudes[id] * scale(id));
      expect(Array.from(entry.amplitudes.data)).toEqual(expected);
      expect(Array.from(entry.times.data)).toEqual(Array.from(entry.spikeIds.data, (id) => spikes.samples[id] / rate));
      expect(entry.missing).toBe(expected.filter(Number.isNaN).length);
    }
    expect(answer.clusters[0]).toMatchObject({ clusterId: 3, shown: 50, total: sizes[3], rule: 'even' });
    // Clusters with channel 1 among their best ones: 0 and 1, and 3 itself, which is selected.
    const { background } = answer;
    expect(background).toMatchObject({ shown: 60, total: sizes[0] + sizes[1], rule: 'even' });
    expect(Array.from(background.clusterIds.data)).toEqual(
      Array.from(background.spikeIds.data, (id) => train.clusters[id]),
    );
    expect(background.spikeIds.data.filter((id) => train.clusters[id] === 0).length).toBe(30);
    expect(background.spikeIds.data).toEqual(background.spikeIds.data.slice().sort());
  });
  it('has bounds from quantiles and histograms over them, background first', async () => {
    const answer = await runAmplitude({ type: 'feature', backgroundSpikes: 'all' }, [0]);
    const bunches = [answer.background, ...answer.clusters].map((entry) => Array.from(entry.amplitudes.data));
    const low = Math.min(0, ...bunches.map((values) => quantile(values, 0.01)));
    const high = Math.max(...bunches.map((values) => quantile(values, 0.99)));
    expect(maxDifference(answer.bounds, [0, low, full.dataset.duration, high])).toBeLessThan(1e-12);
    expect([answer.histogramEdges.shape, answer.histograms.shape]).toEqual([[100], [2, 99]]);
    const width = (high - low) / 99;
    for (const [i, values] of bunches.entries()) {
      const density = answer.histograms.data.subarray(99 * i, 99 * i + 99);
      expect(density.reduce((a, b) => a + b, 0) * width).toBeCloseTo(1, 9);
      const inside = values.filter((v) => v !== 0 && v >= low && v <= high).length;
      const count = values.filter((v) => v !== 0 && v >= low + 40 * width && v < low + 41 * width).length;
      expect(density[40] * inside * width).toBeCloseTo(count, 6);
    }
  });
  it('takes a feature on the channel and component asked for', async () => {
    const answer = await runAmplitude({ type: 'feature', channel: 2, pc: 1, spikesPerCluster: 20 }, [0]);
    const [entry] = answer.clusters;
    expect([answer.channelId, answer.pc]).toEqual([2, 1]);
    expect(Array.from(entry.amplitudes.data)).toEqual(Array.from(entry.spikeIds.data, (id) => featureValue(id, 2, 1)));
    const beyond = await runAmplitude({ type: 'feature', pc: 3 }, [0]);
    expect(beyond.clusters[0].missing).toBe(sizes[0]);
    await expect(runAmplitude({ type: 'feature', channel: 9 }, [0])).rejects.toThrow('There is no channel 9.');
  });
  it('measures raw waveforms of a fifth of the spikes, only where the channel belongs to the cluster', async () => {
    const answer = await runAmplitude(
      { type: 'raw', filter: 'raw', spikesPerCluster: 100, backgroundSpikes: 50 },
      [0, 2],
    );
    const [near, far] = answer.clusters;
    expect(near).toMatchObject({ shown: 20, rule: 'random', missing: 0 });
    expect(answer.background.shown).toBe(10);
    expect(far).toMatchObject({ shown: 20, missing: 20 });
    for (const [i, spike] of near.spikeIds.data.entries()) {
      const window = [-3, -2, -1, 0, 1, 2].map((s) => trace(spikes.samples[spike] + s, 1));
      const first = spikes.samples[spike] - 3 < 0;
      if (!first) expect(near.amplitudes.data[i]).toBe(Math.max(...window) - Math.min(...window));
    }
  });
  it('takes the template feature of the first cluster', async () => {
    const answer = await runAmplitude({ type: 'template_feature', spikesPerCluster: 10 }, [2, 0]);
    for (const entry of answer.clusters) {
      expect(Array.from(entry.amplitudes.data)).toEqual(Array.from(entry.spikeIds.data, (id) => id + 2000));
    }
  });
  it('uses amplitudes as they are without templates', async () => {
    const context = queryContext(fakeDataset(spikes, rate));
    const answer = await runAmplitude({}, [1], context);
    expect(Array.from(answer.clusters[0].amplitudes.data)).toEqual(spikesOf(1).map((id) => amplitudes[id]));
    expect(answer.types).toEqual(['template']);
    // Without templates every cluster has channel 0, so all others are the background.
    expect(answer.background.total).toBe(3000 - sizes[1]);
  });
  it('gives a split every spike of the selected clusters', async () => {
    const values = parseParams(amplitude.params, { spikesPerCluster: 10 });
    const { spikeIds, x, y, bounds } = await amplitude.lasso!(full, values, [3, 1], {});
    expect(Array.from(spikeIds)).toEqual([...spikesOf(3), ...spikesOf(1)]);
    expect(Array.from(x)).toEqual(Array.from(spikeIds, (id) => spikes.samples[id] / rate));
    expect(Array.from(y)).toEqual(Array.from(spikeIds, (id) => amplitudes[id] * scale(id)));
    expect(bounds).toEqual((await runAmplitude({ spikesPerCluster: 10 }, [3, 1])).bounds);
    const raw = await amplitude.lasso!(full, parseParams(amplitude.params, { type: 'raw' }), [1, 2], {});
    expect(raw.y.filter(Number.isNaN).length).toBe(sizes[2]);
  });
  it('answers an empty selection', async () => {
    const answer = await runAmplitude({}, []);
    expect(answer).toMatchObject({ clusters: [], bounds: [0, 0, full.dataset.duration, 1] });
    expect(answer.background.shown).toBe(0);
    expect(answer.histograms.shape).toEqual([1, 99]);
  });
});

/** Numbers of values in [k width, (k + 1) width), the last bin closed. */
const countsOf = (values: readonly number[], bins: number, width: number): number[] =>
  Array.from(
    { length: bins },
    (_, k) =>
      values.filter((v) => v >= k * width && (v < (k + 1) * width || (k === bins - 1 && v === bins * width))).length,
  );
const secondsOf = (cluster: number): number[] => spikesOf(cluster).map((spike) => spikes.samples[spike] / rate);

describe('isi query', () => {
  const given = { binCount: 16, maxSeconds: 0.0625 };
  const run = (ids: number[]) => isi.run(full, parseParams(isi.params, given), ids);
  it('counts the intervals of every spike, and those shorter than 2 ms', async () => {
    const answer = await run([2, 0]);
    const values = [2, 0].map((id) => secondsOf(id).map((time, i, all) => time - all[i - 1]));
    for (const list of values) list.shift();
    expect(Array.from(answer.counts.data)).toEqual(values.flatMap((list) => countsOf(list, 16, 0.0625 / 16)));
    expect(answer.edges.shape).toEqual([17]);
    expect(Array.from(answer.total.data)).toEqual([sizes[2] - 1, sizes[0] - 1]);
    expect(answer.clusters).toEqual(
      [2, 0].map((clusterId, i) => ({
        clusterId,
        shown: sizes[clusterId],
        total: sizes[clusterId],
        rule: 'all',
        missing: 0,
        shortIntervals: values[i].filter((value) => value < 0.002).length,
      })),
    );
    expect(answer.clusters[0].shortIntervals).toBeGreaterThan(0);
  });
  it('takes another refractory period', async () => {
    const answer = await isi.run(full, parseParams(isi.params, { ...given, refractorySeconds: 0.004 }), [2]);
    const short = secondsOf(2).filter((time, i, all) => i > 0 && time - all[i - 1] < 0.004).length;
    expect([answer.refractorySeconds, answer.clusters[0].shortIntervals]).toEqual([0.004, short]);
    expect(short).toBeGreaterThan((await run([2])).clusters[0].shortIntervals);
  });
  it('answers an empty selection', async () => {
    const answer = await run([]);
    expect([answer.counts.shape, answer.clusters]).toEqual([[0, 16], []]);
  });
});

describe('firing rate query', () => {
  it('counts spikes over the recording, in Hz too', async () => {
    const answer = await firingRate.run(full, parseParams(firingRate.params, { binCount: 8 }), [1, 3]);
    const { duration } = full.dataset;
    expect([answer.edges.data[0], answer.edges.data[8]]).toEqual([0, duration]);
    const expected = [1, 3].flatMap((id) => countsOf(secondsOf(id), 8, duration / 8));
    expect(Array.from(answer.counts.data)).toEqual(expected);
    expect(
      maxDifference(
        answer.rate.data,
        expected.map((n) => n / (duration / 8)),
      ),
    ).toBeLessThan(1e-9);
    expect(Array.from(answer.inRange.data)).toEqual([sizes[1], sizes[3]]);
  });
  it('takes a part of the recording, and refuses none', async () => {
    const part = { binCount: 2, minSeconds: 1, maxSeconds: 2 };
    const answer = await firingRate.run(full, parseParams(firingRate.params, part), [0]);
    const times = secondsOf(0);
    expect(answer.inRange.data[0]).toBe(times.filter((time) => time >= 1 && time <= 2).length);
    expect(answer.total.data[0]).toBe(sizes[0]);
    const none = { minSeconds: full.dataset.duration };
    await expect(firingRate.run(full, parseParams(firingRate.params, none), [0])).rejects.toThrow(
      'Range maximum must be greater than range minimum.',
    );
  });
});

const runTemplateFeature = (given: Record<string, unknown>, ids: number[], context = full) =>
  templateFeature.run(context, parseParams(templateFeature.params, given), ids);
/** Mean feature over the templates of a cluster, weighted with its spikes of each. */
const along = (cluster: number, spike: number): number => {
  const from = spikesOf(cluster).map((other) => templateOf[other]);
  return from.reduce((sum, template) => sum + spike + 1000 * template, 0) / from.length;
};

describe('template feature query', () => {
  it('places a sample of both clusters along the templates of the first and of the second', async () => {
    const answer = await runTemplateFeature({ spikesPerCluster: 60 }, [3, 1]);
    for (const [i, cluster] of [3, 1].entries()) {
      const { clusterId, shown, total, rule, missing, spikeIds, x, y } = answer.clusters[i];
      expect([clusterId, shown, total, rule, missing]).toEqual([cluster, 60, sizes[cluster], 'random', 0]);
      expect(spikeIds.data.every((spike) => train.clusters[spike] === cluster)).toBe(true);
      const expected = (axis: number) => Array.from(spikeIds.data, (spike) => along(axis, spike));
      expect(maxDifference(x.data, expected(3))).toBeLessThan(1e-6);
      expect(maxDifference(y.data, expected(1))).toBeLessThan(1e-6);
    }
    const all = (axis: 'x' | 'y') => answer.clusters.flatMap((entry) => Array.from(entry[axis].data));
    expect(answer.bounds).toEqual([
      Math.min(...all('x')),
      Math.min(...all('y')),
      Math.max(...all('x')),
      Math.max(...all('y')),
    ]);
  });
  it('swaps its axes with the clusters', async () => {
    const [there, back] = [await runTemplateFeature({}, [3, 1]), await runTemplateFeature({}, [1, 3])];
    expect(back.clusters[1].x.data).toEqual(there.clusters[0].y.data);
    expect(back.clusters[1].y.data).toEqual(there.clusters[0].x.data);
  });
  it('shows exactly two clusters', async () => {
    const nothing = { clusters: [], bounds: [-1, -1, 1, 1] };
    for (const ids of [[], [1], [0, 1, 2]]) expect(await runTemplateFeature({}, ids)).toEqual(nothing);
    const values = parseParams(templateFeature.params, {});
    await expect(templateFeature.lasso!(full, values, [1], {})).rejects.toThrow('exactly two clusters, not 1.');
  });
  it('counts spikes without a row, and gives a split every spike', async () => {
    const rows = Int32Array.from([...spikesOf(0).slice(5, 25), ...spikesOf(1)]).sort();
    const source = fakeTemplateFeatures((spike, template) =>
      rows.includes(spike) ? spike + 1000 * template : Number.NaN,
    );
    const context = queryContext(
      fakeDataset(spikes, rate, { ...parts, templateFeatures: { ...source, spikeIds: rows } }),
    );
    const answer = await runTemplateFeature({ spikesPerCluster: 10 }, [0, 1], context);
    expect(answer.clusters.map(({ shown, missing }) => [shown, missing])).toEqual([
      [10, sizes[0] - 20],
      [10, 0],
    ]);
    const values = parseParams(templateFeature.params, { spikesPerCluster: 10 });
    const { spikeIds, x, y, bounds } = await templateFeature.lasso!(context, values, [0, 1], {});
    expect(Array.from(spikeIds)).toEqual([...spikesOf(0), ...spikesOf(1)]);
    expect(Array.from(x, Number.isNaN)).toEqual(Array.from(spikeIds, (spike) => !rows.includes(spike)));
    expect(Array.from(y, Number.isNaN)).toEqual(Array.from(x, Number.isNaN));
    expect(bounds).toEqual(answer.bounds);
  });
  it('samples as the feature view does', async () => {
    const ours = (await runTemplateFeature({ spikesPerCluster: 40 }, [0, 1])).clusters;
    const theirs = (await runFeature({ spikesPerCluster: 40 }, [0, 1])).clusters;
    expect(ours.map((entry) => entry.spikeIds)).toEqual(theirs.map((entry) => entry.spikeIds));
  });
});
