/** The four queries on a small dataset read from files: what they say must follow from the files by plain computation. */
import { beforeAll, describe, expect, it } from 'vitest';
import { maxDifference } from '../../tests/fixtures/golden.ts';
import { queryContext } from '../../tests/fixtures/queryContext.ts';
import { openSmallDataset, smallSizes } from '../../tests/fixtures/smallDataset.ts';
import type { SmallDataset } from '../../tests/fixtures/smallDataset.ts';
import { lassoCounts, resolveMissing } from '../core/analysis/lassoSplit.ts';
import { parseParams } from '../core/base/params.ts';
import type { Dataset } from '../core/dataset/dataset.ts';
import type { QueryContext } from '../core/engine/query.ts';
import { query as amplitude } from './amplitude/query.ts';
import { query as correlogram } from './correlogram/query.ts';
import { query as feature } from './feature/query.ts';
import { query as waveform } from './waveform/query.ts';

const { templateSamples, channels: channelCount, rawColumns, sampleRate, spikes: spikeCount } = smallSizes;

/** Features are stored on channels 2 t .. 2 t + 5 (modulo 8) of template t. */
const isStored = (template: number, channel: number): boolean => (channel - 2 * template + 8) % 8 < 6;

/** Sample of the lowest value in the first column of [sample][channel]. */
const trough = (values: Float32Array, width: number): number => {
  let lowest = 0;
  for (let i = 0; i < values.length; i += width) if (values[i] < values[lowest]) lowest = i;
  return lowest / width;
};

describe('the small dataset', () => {
  let small: SmallDataset & { readonly dataset: Dataset };
  let context: QueryContext;
  beforeAll(async () => {
    small = await openSmallDataset();
    context = queryContext(small.dataset, small.spikeClusters);
  });
  const spikesOf = (cluster: number): number[] => Array.from(context.clusters.spikesOf(cluster));

  it('has best channels by the peak-to-peak of the unwhitened template', () => {
    for (const cluster of context.clusters.ids) {
      const counts = [0, 1, 2, 3].map((t) => spikesOf(cluster).filter((s) => small.spikeTemplates[s] === t).length);
      const template = counts.indexOf(Math.max(...counts));
      expect(context.facts.dominantTemplate(cluster)).toBe(template);
      const peakToPeak = Array.from({ length: channelCount }, (_, c) => {
        const column = Array.from(
          { length: templateSamples },
          (__, s) => small.templates[(template * templateSamples + s) * channelCount + c],
        );
        return Math.max(...column) - Math.min(...column);
      });
      expect(context.facts.bestChannels(cluster)[0]).toBe(2 * template + 1);
      expect(context.facts.metrics(cluster).amp).toBeCloseTo(2 * Math.max(...peakToPeak), 5);
      expect(context.facts.metrics(cluster).ch).toBe(String([0, 1, 2, 3, 5, 6, 7, 8][2 * template + 1]));
    }
  });
  it('shows waveforms cut from the raw data', async () => {
    const given = { filter: 'raw', channels: [6, 1], spikesPerCluster: 'all' };
    const answer = await waveform.run(context, parseParams(waveform.params, given), [5]);
    const [entry] = answer.clusters;
    expect(Array.from(entry.spikeIds.data)).toEqual(spikesOf(5));
    for (const [i, spike] of spikesOf(5).entries()) {
      for (const [c, column] of [7, 1].entries()) {
        const start = small.spikeSamples[spike] - 10;
        const window = Array.from({ length: templateSamples }, (_, s) => small.raw[(start + s) * rawColumns + column]);
        const sorted = window.slice().sort((a, b) => a - b);
        const median = (sorted[9] + sorted[10]) / 2;
        const ours = window.map((_, s) => entry.waveforms.data[(i * templateSamples + s) * 2 + c]);
        expect(ours).toEqual(window.map((value) => value - median));
      }
    }
  });
  it('aligns mean waveform and template (users-and-rivals B8)', async () => {
    const mean = await waveform.run(
      context,
      parseParams(waveform.params, { type: 'mean_waveforms', filter: 'raw' }),
      [3],
    );
    const template = await waveform.run(context, parseParams(waveform.params, { type: 'templates' }), [3]);
    const [a] = mean.clusters;
    const [b] = template.clusters;
    expect(template.alignSample).toBeUndefined();
    const inMean = trough(a.waveforms.data, a.channelIds.data.length);
    expect(inMean).toBe(mean.spikeSample);
    expect(trough(b.waveforms.data, b.channelIds.data.length)).toBe(inMean);
  });
  it('says NaN for features that the file does not store, and never lassoes them', async () => {
    const everything = [
      [-1e9, -1e9],
      [1e9, -1e9],
      [1e9, 1e9],
      [-1e9, 1e9],
    ] as const;
    for (const channel of [0, 3, 7]) {
      const values = parseParams(feature.params, { channels: [channel], spikesPerCluster: 'all' });
      const [entry] = (await feature.run(context, values, [5])).clusters;
      const without = spikesOf(5).filter((s) => !isStored(small.spikeTemplates[s], channel));
      expect(entry.missing).toBe(without.length);
      const coordinates = await feature.lasso!(context, values, [5], { x: 'time', y: '0A' });
      const counts = await lassoCounts(coordinates, everything);
      const { inside, missing } = counts;
      expect(Array.from(missing)).toEqual(without);
      expect(Array.from(inside)).toEqual(spikesOf(5).filter((s) => !without.includes(s)));
      expect(Array.from(resolveMissing('remainder', coordinates, counts))).toEqual(Array.from(inside));
    }
  });
  it('splits exactly, whatever is drawn (users-and-rivals B1, B2)', async () => {
    const shown = parseParams(feature.params, { channels: [3, 5], spikesPerCluster: 3 });
    const all = parseParams(feature.params, { channels: [3, 5], spikesPerCluster: 'all' });
    const polygon = [
      [-5, -9],
      [8, -2],
      [1, 7],
    ] as const;
    for (const cluster of context.clusters.ids) {
      const few = await lassoCounts(await feature.lasso!(context, shown, [cluster], { x: '0A', y: '1C' }), polygon);
      const [entry] = (await feature.run(context, all, [cluster])).clusters;
      const expected = spikesOf(cluster).filter((_, i) => {
        const [x, y] = [entry.features.data[i * 6], entry.features.data[i * 6 + 5]];
        // The three edges by the sign of the cross product.
        const sides = polygon.map(([ax, ay], k) => {
          const [bx, by] = polygon[(k + 1) % 3];
          return (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0;
        });
        return !Number.isNaN(x) && !Number.isNaN(y) && sides.every((side) => side === sides[0]);
      });
      expect(Array.from(few.inside)).toEqual(expected);
    }
  });
  it('multiplies amplitudes with those of the unwhitened template', async () => {
    const answer = await amplitude.run(context, parseParams(amplitude.params, {}), [5]);
    const [entry] = answer.clusters;
    const expected = spikesOf(5).map(
      (s) => small.amplitudes[s] * small.dataset.templates!.peakToPeak(small.spikeTemplates[s]),
    );
    expect(maxDifference(entry.amplitudes.data, expected)).toBeLessThan(1e-12);
    expect(
      maxDifference(
        entry.times.data,
        spikesOf(5).map((s) => small.spikeSamples[s] / sampleRate),
      ),
    ).toBe(0);
    const template = context.facts.dominantTemplate(5);
    const others = context.clusters.ids.filter(
      (id) => id !== 5 && context.facts.bestChannels(id).includes(2 * template + 1),
    );
    expect(answer.background.total).toBe(others.reduce((sum, id) => sum + spikesOf(id).length, 0));
  });
  it('counts every pair once in the correlograms', async () => {
    const given = { binSeconds: 0.01, windowSeconds: 0.5 };
    const ids = context.clusters.ids;
    const answer = await correlogram.run(context, parseParams(correlogram.params, given), ids);
    const size = 2 * answer.half + 1;
    let pairs = 0;
    for (let i = 0; i < spikeCount; i++)
      for (let j = i + 1; j < spikeCount; j++)
        if (Math.floor((small.spikeSamples[j] - small.spikeSamples[i]) / 100) <= answer.half) pairs++;
    let counted = 0;
    for (let row = 0; row < ids.length ** 2; row++)
      for (let k = answer.half + 1; k < size; k++) counted += answer.counts.data[row * size + k];
    // Spikes are at least 150 samples apart, so no pair falls into the central bin.
    expect(counted).toBe(pairs);
  });
});

describe('small datasets with parts missing', () => {
  it('answer what they can', async () => {
    const { dataset, spikeClusters } = await openSmallDataset({
      'templates.npy': undefined,
      'pc_features.npy': undefined,
      'raw.dat': undefined,
      'amplitudes.npy': undefined,
      'similar_templates.npy': undefined,
      'template_features.npy': undefined,
    });
    const context = queryContext(dataset, spikeClusters);
    expect(waveform.missing(dataset, parseParams(waveform.params, {}))).toEqual(['traces', 'templates']);
    expect(feature.missing(dataset, parseParams(feature.params, {}))).toEqual(['features']);
    expect(amplitude.missing(dataset, parseParams(amplitude.params, {}))).toEqual(['amplitudes']);
    expect(correlogram.missing(dataset, parseParams(correlogram.params, {}))).toEqual([]);
    const answer = await correlogram.run(context, parseParams(correlogram.params, {}), [0, 5]);
    expect(answer.counts.shape).toEqual([2, 2, 51]);
    expect(context.facts.metrics(0)).toMatchObject({ ch: '0', amp: 0 });
    expect(context.facts.similar(0, 'template').map((row) => row.similarity)).toEqual([0, 0, 0, 0, 0]);
  });
});
