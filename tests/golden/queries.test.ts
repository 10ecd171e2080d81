/**
 * The queries and facts on the reference's datasets, against the numbers the reference computes. Every departure names the rule of
 * spec/ that demands it (see shared/golden/README.md).
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { lassoCounts, polygonFromNdc } from '../../src/core/analysis/lassoSplit.ts';
import { parseParams } from '../../src/core/base/params.ts';
import { openDataset } from '../../src/core/dataset/open.ts';
import type { QueryContext } from '../../src/core/engine/query.ts';
import { folderStorage } from '../../src/node/folder.ts';
import { query as amplitude } from '../../src/views/amplitude/query.ts';
import { query as correlogram } from '../../src/views/correlogram/query.ts';
import { query as feature } from '../../src/views/feature/query.ts';
import { query as firingRate } from '../../src/views/firingRate/query.ts';
import { query as isi } from '../../src/views/isi/query.ts';
import { query as templateFeature } from '../../src/views/templateFeature/query.ts';
import { query as waveform } from '../../src/views/waveform/query.ts';
import { goldenValues, hasGolden, maxDifference, readGolden, shared } from '../fixtures/golden.ts';
import type { GoldenArray } from '../fixtures/golden.ts';
import { queryContext } from '../fixtures/queryContext.ts';

const sets = {
  mini: 'mini',
  ks4: 'kilosort4-neuropixels',
  template: 'template-sim',
  mountainsort: 'mountainsort-4ch',
} as const;
type Name = keyof typeof sets;

async function openContext(name: Name): Promise<QueryContext> {
  return queryContext(await openDataset(folderStorage(path.join(shared, 'data', sets[name])), 'params.py'));
}
const present = (name: Name): boolean => hasGolden(name) && existsSync(path.join(shared, 'data', sets[name]));

type NpyOrData = {
  readonly data?: readonly (number | null)[];
  readonly npy?: string;
  readonly shape: readonly number[];
};
interface ViewWaveforms {
  readonly spike_ids: NpyOrData;
  readonly channel_ids: NpyOrData;
  readonly channel_positions: NpyOrData;
  readonly shape: readonly number[];
  readonly first5: NpyOrData;
  readonly mean: NpyOrData;
}
interface FeatureView {
  readonly channel_ids: NpyOrData;
  readonly spike_ids_sum: number;
  readonly n: number;
  readonly first: NpyOrData;
  readonly last?: NpyOrData;
  readonly sum: number;
}
interface Golden {
  readonly chosen: { readonly clusters: readonly number[] };
  readonly model: { readonly duration: number };
  readonly best_channels: Readonly<
    Record<
      string,
      {
        readonly best_channels: readonly number[];
        readonly template: number;
        readonly depth: number;
        readonly fr: number;
        readonly amp: number;
        readonly channel_label: string;
      }
    >
  >;
  readonly clusters_on_channel: Readonly<Record<string, readonly number[]>>;
  readonly template_amplitudes?: Readonly<Record<string, number>>;
  readonly feature_view?: Readonly<Record<string, FeatureView>>;
  readonly template_waveforms_view?: Readonly<
    Record<string, { readonly data: NpyOrData; readonly channel_ids: NpyOrData; readonly masks: NpyOrData }>
  >;
  readonly amplitude_view?: Readonly<
    Record<string, readonly { readonly n: number; readonly spike_ids: NpyOrData; readonly amplitudes: NpyOrData }[]>
  >;
  readonly waveforms?: Readonly<
    Record<string, { readonly view_raw: ViewWaveforms; readonly view_high_pass: ViewWaveforms }>
  >;
  readonly correlograms: readonly {
    readonly cluster_ids: readonly number[];
    readonly bin_size: number;
    readonly window_size: number;
    readonly ccg: GoldenArray;
    readonly rate: NpyOrData;
  }[];
  readonly histograms: Readonly<
    Record<
      string,
      {
        readonly isi: GoldenArray;
        readonly isi_counts: GoldenArray;
        readonly fr: GoldenArray;
        readonly fr_counts: GoldenArray;
      }
    >
  >;
  readonly template_feature_view?: readonly {
    readonly n: number;
    readonly x_first: GoldenArray;
    readonly y_first: GoldenArray;
    readonly x_sum: number;
    readonly y_sum: number;
    readonly spike_ids_first: GoldenArray;
  }[];
  readonly similarity: Readonly<
    Record<
      string,
      {
        readonly template: readonly (readonly [number, number])[];
        readonly peak_channel: readonly (readonly [number, number])[];
      }
    >
  >;
}

/**
 * On mini the reference breaks ties of distance at the 12th nearest site with an unstable sort; ours is stable by index (data.md 8.1 step
 * 4). These templates then have another set of channels.
 */
const tiedTemplates: ReadonlySet<number> = new Set([2, 3, 8, 9, 11, 21, 22, 23, 34]);
const isTied = (name: Name, template: number): boolean => name === 'mini' && tiedTemplates.has(template);

const density = (counts: Int32Array, range: number): number[] => {
  const total = counts.reduce((a, b) => a + b, 0);
  return Array.from(counts, (count) => (total === 0 ? 0 : (count * counts.length) / (total * range)));
};

describe.each(['mini', 'ks4', 'template', 'mountainsort'] as const)('%s', (name) => {
  describe.skipIf(!present(name))('against the reference', () => {
    let context: QueryContext;
    let golden: Golden;
    beforeAll(async () => {
      golden = readGolden(name) as Golden;
      context = await openContext(name);
    });

    it('has the same template, channels and metrics of each cluster', () => {
      const { facts } = context;
      expect(Object.keys(golden.best_channels).length).toBeGreaterThan(5);
      for (const [key, expected] of Object.entries(golden.best_channels)) {
        const id = Number(key);
        const best = Array.from(facts.bestChannels(id));
        expect(facts.dominantTemplate(id)).toBe(expected.template);
        const common = best.filter((channel) => expected.best_channels.includes(channel));
        if (isTied(name, expected.template)) expect(common.length).toBeGreaterThanOrEqual(10);
        else expect(best).toEqual(expected.best_channels);
        expect(expected.best_channels.filter((channel) => best.includes(channel))).toEqual(common);
        const { ch, depth, fr, amp } = facts.metrics(id);
        expect([ch, depth]).toEqual([expected.channel_label, expected.depth]);
        expect(fr).toBeCloseTo(expected.fr, 9);
        expect(Math.abs(amp - expected.amp)).toBeLessThanOrEqual(1e-5 * expected.amp);
      }
    });
    it('has the same amplitude of each template', () => {
      for (const [id, expected] of Object.entries(golden.template_amplitudes ?? {})) {
        const ours = context.dataset.templates?.peakToPeak(Number(id)) ?? 0;
        expect(Math.abs(ours - expected)).toBeLessThanOrEqual(1e-5 * expected);
      }
    });
    it('has the same clusters on a channel, up to ties of distance', () => {
      for (const [channel, expected] of Object.entries(golden.clusters_on_channel)) {
        const untied = (ids: readonly number[]): number[] =>
          ids.filter((id) => !isTied(name, context.facts.dominantTemplate(id)));
        expect(untied(context.facts.clustersOnChannel(Number(channel)))).toEqual(untied(expected));
      }
    });
    it('has the same similarities in the same order', () => {
      for (const [id, { template, peak_channel }] of Object.entries(golden.similarity)) {
        const ours = context.facts.similar(Number(id), 'template');
        expect(ours.map((row) => row.id)).toEqual(template.map(([other]) => other));
        expect(
          maxDifference(
            ours.map((row) => row.similarity),
            template.map(([, value]) => value),
          ),
        ).toBeLessThan(1e-12);
        const untied = (ids: readonly number[]): number[] =>
          ids.filter((other) => !isTied(name, context.facts.dominantTemplate(other)));
        const peak = context.facts.similar(Number(id), 'peak_channel');
        expect(untied(peak.map((row) => row.id))).toEqual(untied(peak_channel.map(([other]) => other)));
        expect(peak.every((row) => row.similarity === 1)).toBe(true);
      }
    });
    it('has the same correlograms, apart from the centre of the diagonal (views.md 5a RES)', async () => {
      expect(golden.correlograms.length).toBe(14);
      for (const { cluster_ids, bin_size, window_size, ccg, rate } of golden.correlograms) {
        const given = { binSeconds: bin_size, windowSeconds: window_size, spikesTotal: null };
        const answer = await correlogram.run(context, parseParams(correlogram.params, given), cluster_ids);
        expect(answer.counts.shape).toEqual(ccg.shape);
        const expected = Int32Array.from(goldenValues(ccg));
        const size = ccg.shape[2];
        for (let i = 0; i < cluster_ids.length; i++) expected[(i * cluster_ids.length + i) * size + answer.half] = 0;
        expect(answer.counts.data).toEqual(expected);
        expect(maxDifference(answer.baseline.data, goldenValues(rate))).toBeLessThan(1e-6);
      }
    });
    it('has the same histograms of intervals and spike times (views.md 9 FIX: its n_bins is one more than its bars)', async () => {
      const ids = Object.keys(golden.histograms).map(Number);
      expect(ids.length).toBeGreaterThan(3);
      const intervals = await isi.run(context, parseParams(isi.params, { binCount: 49 }), ids);
      const spikes = await firingRate.run(context, parseParams(firingRate.params, { binCount: 199 }), ids);
      for (const [row, id] of ids.entries()) {
        const expected = golden.histograms[id];
        const isiCounts = intervals.counts.data.subarray(49 * row, 49 * (row + 1));
        expect(Array.from(isiCounts)).toEqual(expected.isi_counts.data);
        expect(maxDifference(density(isiCounts, 0.05), goldenValues(expected.isi))).toBeLessThan(1e-9);
        const counts = spikes.counts.data.subarray(199 * row, 199 * (row + 1));
        expect(Array.from(counts)).toEqual(expected.fr_counts.data);
        const { duration } = context.dataset;
        expect(maxDifference(density(counts, duration), goldenValues(expected.fr))).toBeLessThan(1e-9);
        const hertz = Array.from(counts, (count) => (count * 199) / duration);
        expect(maxDifference(spikes.rate.data.subarray(199 * row, 199 * (row + 1)), hertz)).toBeLessThan(1e-9);
      }
    });
    it('has the same template features of the first two clusters', async () => {
      const expected = golden.template_feature_view;
      const values = parseParams(templateFeature.params, { spikesPerCluster: 'all' });
      if (expected === undefined || expected === null) {
        expect(templateFeature.missing(context.dataset, values)).toEqual(['templateFeatures']);
        return;
      }
      const answer = await templateFeature.run(context, values, golden.chosen.clusters.slice(0, 2));
      for (const [i, { n, x_first, y_first, x_sum, y_sum, spike_ids_first }] of expected.entries()) {
        const entry = answer.clusters[i];
        expect([entry.shown, entry.missing, entry.rule]).toEqual([n, 0, 'all']);
        const few = x_first.data.length;
        expect(Array.from(entry.spikeIds.data.subarray(0, few))).toEqual(spike_ids_first.data);
        expect(maxDifference(entry.x.data.subarray(0, few), x_first.data)).toBeLessThan(1e-9);
        expect(maxDifference(entry.y.data.subarray(0, few), y_first.data)).toBeLessThan(1e-9);
        expect(entry.x.data.reduce((a, b) => a + b, 0)).toBeCloseTo(x_sum, 6);
        expect(entry.y.data.reduce((a, b) => a + b, 0)).toBeCloseTo(y_sum, 6);
      }
    });
    it('has the same features, missing where the reference has 0 for a channel that is not stored (views.md 3a FIX)', async () => {
      const view = golden.feature_view;
      if (view === undefined || Object.keys(view).length === 0) {
        expect(feature.missing(context.dataset, parseParams(feature.params, {}))).toEqual(['features']);
        return;
      }
      for (const id of golden.chosen.clusters.slice(0, 2)) {
        const expected = view[String(id)];
        if (expected === undefined) continue;
        const channels = Array.from(goldenValues(expected.channel_ids));
        const given = { spikesPerCluster: 'all', channels, backgroundSpikes: 2500 };
        const answer = await feature.run(context, parseParams(feature.params, given), [id]);
        const [entry] = answer.clusters;
        expect([entry.shown, entry.rule]).toEqual([expected.n, 'all']);
        expect(entry.spikeIds.data.reduce((a, b) => a + b, 0)).toBe(expected.spike_ids_sum);
        const zeros = entry.features.data.map((value) => (Number.isNaN(value) ? 0 : value));
        const first = goldenValues(expected.first);
        expect(maxDifference(zeros.subarray(0, first.length), first)).toBeLessThan(1e-5);
        expect(zeros.reduce((a, b) => a + b, 0)).toBeCloseTo(expected.sum, 1);
        const { background } = view;
        expect(answer.background.shown).toBe(background.n);
        const ids = Array.from(answer.background.spikeIds.data);
        expect(ids.slice(0, 10)).toEqual(Array.from(goldenValues(background.first)));
        if (background.last !== undefined) expect(ids.slice(-5)).toEqual(Array.from(goldenValues(background.last)));
      }
    });
    it('has the same amplitudes; the template type is multiplied (views.md 8a RES)', async () => {
      const { dataset, facts } = context;
      const { templates } = dataset;
      const ids = golden.chosen.clusters.slice(0, 2);
      for (const type of ['feature', 'template', 'template_feature'] as const) {
        const bunches = golden.amplitude_view?.[type];
        if (bunches === undefined) continue;
        const answer = await amplitude.run(
          context,
          parseParams(amplitude.params, { type, spikesPerCluster: 10_000 }),
          ids,
        );
        const scale = (id: number): number =>
          type === 'template' && templates !== undefined ? templates.peakToPeak(dataset.spikes.templates[id]) : 1;
        // The background follows from lists of channels, so it differs where distances tie (data.md 8.1 step 4).
        const clusters = [0, 1, ...(name === 'mini' ? [] : [2])];
        for (const i of clusters) {
          const entry = i < 2 ? answer.clusters[i] : answer.background;
          expect(Array.from(entry.spikeIds.data)).toEqual(Array.from(goldenValues(bunches[i].spike_ids)));
          const expected = goldenValues(bunches[i].amplitudes).map((value, s) => value * scale(entry.spikeIds.data[s]));
          const zeros = entry.amplitudes.data.map((value) => (Number.isNaN(value) ? 0 : value));
          const largest = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 1);
          expect(maxDifference(zeros, expected)).toBeLessThan(1e-6 * largest);
        }
        expect(answer.channelId).toBe(facts.bestChannels(ids[0])[0]);
      }
    });
    it('has the same waveforms, evenly sampled', async () => {
      for (const [key, views] of Object.entries(golden.waveforms ?? {})) {
        if (views.view_raw === undefined) continue;
        for (const filter of ['raw', 'high_pass'] as const) {
          const expected = filter === 'raw' ? views.view_raw : views.view_high_pass;
          const channels = Array.from(goldenValues(expected.channel_ids));
          const given = { sampling: 'even', filter, channels };
          const answer = await waveform.run(context, parseParams(waveform.params, given), [Number(key)]);
          const [entry] = answer.clusters;
          expect(entry.waveforms.shape).toEqual(expected.shape);
          expect(Array.from(entry.spikeIds.data)).toEqual(Array.from(goldenValues(expected.spike_ids)));
          const [, sampleCount, channelCount] = expected.shape;
          const size = sampleCount * channelCount;
          const first = goldenValues(expected.first5);
          const few = expected.first5.shape[2];
          const ours = entry.waveforms.data.subarray(0, 5 * size).filter((_, i) => i % channelCount < few);
          expect(maxDifference(ours, first)).toBeLessThan(1e-3);
          const mean = await waveform.run(context, parseParams(waveform.params, { ...given, type: 'mean_waveforms' }), [
            Number(key),
          ]);
          expect(maxDifference(mean.clusters[0].waveforms.data, goldenValues(expected.mean))).toBeLessThan(1e-3);
        }
      }
    });
    it('has the same template waveforms', async () => {
      for (const [key, expected] of Object.entries(golden.template_waveforms_view ?? {})) {
        const channels = Array.from(goldenValues(expected.channel_ids));
        if (context.dataset.templates === undefined) break;
        const given = { type: 'templates', channels };
        const [entry] = (await waveform.run(context, parseParams(waveform.params, given), [Number(key)])).clusters;
        expect(entry.waveforms.shape).toEqual(expected.data.shape);
        const template = context.facts.dominantTemplate(Number(key));
        if (!isTied(name, template)) {
          expect(maxDifference(entry.waveforms.data, goldenValues(expected.data))).toBeLessThan(1e-4);
        }
        expect(entry.masks.data[0]).toBeCloseTo(goldenValues(expected.masks)[0], 6);
      }
    });
  });
});

interface Lasso {
  readonly view: string;
  readonly box?: readonly [number, number];
  readonly polygon: readonly (readonly [number, number])[];
  readonly channel_ids?: readonly number[];
  readonly lim?: number;
  readonly data_bounds?: readonly [number, number, number, number];
  readonly n: number;
  readonly sum: number;
}
interface HistogramView {
  readonly x_min: number;
  readonly x_max: number;
  readonly n_bins: number;
  readonly bunchs: readonly { readonly ylim: number; readonly histogram: GoldenArray }[];
}
interface Selection {
  readonly cluster_ids: readonly number[];
  readonly WaveformView: Readonly<
    Record<
      string,
      {
        readonly channel_ids: readonly number[];
        readonly data_bounds: readonly number[];
        readonly box_pos: NpyOrData;
        readonly box_size: readonly [number, number];
        readonly bunchs: readonly { readonly shape: readonly number[]; readonly channel_ids: readonly number[] }[];
      }
    >
  >;
  readonly CorrelogramView: readonly {
    readonly pair: readonly [number, number];
    readonly ccg: GoldenArray;
    readonly fr: number;
  }[];
  readonly ISIView: HistogramView;
  readonly FiringRateView: HistogramView;
  readonly TemplateFeatureView: {
    readonly data_bounds: readonly [number, number, number, number];
    readonly bunchs: readonly {
      readonly cluster_id: number;
      readonly n: number;
      readonly first: GoldenArray;
      readonly sum: GoldenArray;
    }[];
  } | null;
  readonly FeatureView: {
    readonly grid_dim: readonly (readonly string[])[];
    readonly channel_ids: readonly number[];
    readonly lim: number;
    readonly bunchs: readonly { readonly n: number; readonly spike_ids_sum: number; readonly sum: number }[];
  };
  readonly AmplitudeView: Readonly<
    Record<
      string,
      {
        readonly data_bounds: readonly [number, number, number, number];
        readonly bunchs: readonly {
          readonly cluster_id: number | null;
          readonly n: number;
          readonly histogram: GoldenArray;
        }[];
      }
    >
  >;
  readonly lasso: readonly Lasso[];
}

// The reference draws one bar less than its n_bins, and densities (views.md 9 FIX).
/** The reference draws one bar less than its n_bins, and densities (views.md 9 FIX). */
const binsOf = ({ n_bins, x_min, x_max }: HistogramView) => ({
  binCount: n_bins - 1,
  minSeconds: x_min,
  maxSeconds: x_max,
});

describe.skipIf(!hasGolden('views_mini') || !present('mini'))('views on mini', () => {
  let context: QueryContext;
  let views: Readonly<Record<string, Selection>>;
  beforeAll(async () => {
    views = readGolden('views_mini') as Readonly<Record<string, Selection>>;
    context = await openContext('mini');
  });
  const names = ['one', 'pair', 'contaminated', 'five', 'pair2'] as const;

  it.each(names)('places the boxes of %s', async (selection) => {
    const { cluster_ids, WaveformView } = views[selection];
    for (const type of ['waveforms', 'mean_waveforms', 'templates'] as const) {
      const expected = WaveformView[type];
      // The union of the reference's lists, which differ where distances tie (data.md 8.1 step 4).
      const channels = expected.channel_ids;
      const given = { type, channels, sampling: 'even' };
      const answer = await waveform.run(context, parseParams(waveform.params, given), cluster_ids);
      expect(Array.from(answer.channelIds.data)).toEqual(channels);
      expect(maxDifference(answer.boxPositions.data, goldenValues(expected.box_pos))).toBeLessThan(1e-8);
      expect(maxDifference(answer.boxSize, expected.box_size)).toBeLessThan(1e-8);
      expect(answer.clusters.map((entry) => entry.waveforms.shape[0])).toEqual(
        expected.bunchs.map((bunch) => bunch.shape[0]),
      );
    }
    const untied = cluster_ids.every((id) => !isTied('mini', context.facts.dominantTemplate(id)));
    if (!untied) return;
    const given = { sampling: 'even' };
    const answer = await waveform.run(context, parseParams(waveform.params, given), cluster_ids);
    expect(Array.from(answer.channelIds.data)).toEqual(WaveformView.waveforms.channel_ids);
    expect(answer.yMax).toBeCloseTo(WaveformView.waveforms.data_bounds[3], 4);
  });

  it.each(names)('counts the correlograms of %s', async (selection) => {
    const { cluster_ids, CorrelogramView } = views[selection];
    const answer = await correlogram.run(context, parseParams(correlogram.params, {}), cluster_ids);
    const count = cluster_ids.length;
    for (const { pair, ccg, fr } of CorrelogramView) {
      const at = pair[0] * count + pair[1];
      const expected = Array.from(ccg.data);
      // views.md 5a RES
      if (pair[0] === pair[1]) expected[25] = 0;
      expect(Array.from(answer.counts.data.subarray(51 * at, 51 * at + 51))).toEqual(expected);
      expect(answer.baseline.data[at]).toBeCloseTo(fr, 9);
    }
  });

  it.each(names)('counts the intervals and spikes of %s', async (selection) => {
    const { cluster_ids, ISIView, FiringRateView } = views[selection];
    const intervals = await isi.run(context, parseParams(isi.params, binsOf(ISIView)), cluster_ids);
    const spikes = await firingRate.run(context, parseParams(firingRate.params, binsOf(FiringRateView)), cluster_ids);
    for (const [answer, { n_bins, x_min, x_max, bunchs }] of [
      [intervals, ISIView],
      [spikes, FiringRateView],
    ] as const) {
      for (const [row, { ylim, histogram }] of bunchs.entries()) {
        const bins = n_bins - 1;
        const scale = bins / (answer.inRange.data[row] * (x_max - x_min));
        const counts = answer.counts.data.subarray(bins * row, bins * (row + 1));
        const density = Array.from(counts, (count) => count * scale);
        expect(maxDifference(density, goldenValues(histogram))).toBeLessThan(1e-9 * ylim);
        expect(Math.max(...density)).toBeCloseTo(ylim, 9);
      }
    }
  });

  it.each(names)('places the spikes of %s by their template features', async (selection) => {
    const { cluster_ids, TemplateFeatureView, lasso } = views[selection];
    const values = parseParams(templateFeature.params, {});
    const answer = await templateFeature.run(context, values, cluster_ids);
    expect(answer.clusters.length).toBe(cluster_ids.length === 2 ? 2 : 0);
    if (TemplateFeatureView === null) return;
    expect(maxDifference(answer.bounds, TemplateFeatureView.data_bounds)).toBeLessThan(1e-9);
    for (const [i, { cluster_id, n, first, sum }] of TemplateFeatureView.bunchs.entries()) {
      const { clusterId, shown, x, y } = answer.clusters[i];
      expect([clusterId, shown]).toEqual([cluster_id, n]);
      const pairs = Array.from({ length: first.shape[0] }, (_, k) => [x.data[k], y.data[k]]).flat();
      expect(maxDifference(pairs, first.data)).toBeLessThan(1e-9);
      const sums = [x, y].map(({ data }) => data.reduce((a, b) => a + b, 0));
      expect(maxDifference(sums, sum.data)).toBeLessThan(1e-6);
    }
    const polygons = lasso.filter(({ view }) => view === 'TemplateFeatureView');
    expect(polygons.length).toBe(3);
    const coordinates = await templateFeature.lasso!(context, values, cluster_ids, {});
    for (const { polygon, n, sum } of polygons) {
      const { inside, missing } = await lassoCounts(coordinates, polygonFromNdc(polygon, coordinates.bounds));
      // The lowest spike lies on an edge of one polygon, and may fall on either side of it (commands.md 3).
      const lowest = coordinates.spikeIds[coordinates.y.indexOf(coordinates.bounds[1])];
      const within = inside.filter((spike) => spike !== lowest);
      expect([within.length, within.reduce((a, b) => a + b, 0), missing.length]).toEqual([n, sum, 0]);
    }
  });

  it.each(names)('reads the features of %s', async (selection) => {
    const { cluster_ids, FeatureView } = views[selection];
    const answer = await feature.run(context, parseParams(feature.params, {}), cluster_ids);
    for (const [i, entry] of answer.clusters.entries()) {
      const { n, spike_ids_sum } = FeatureView.bunchs[i];
      expect([entry.shown, entry.spikeIds.data.reduce((a, b) => a + b, 0)]).toEqual([n, spike_ids_sum]);
    }
    if (selection === 'one' || selection === 'contaminated') {
      const channels = FeatureView.channel_ids;
      const fixed = await feature.run(context, parseParams(feature.params, { channels }), cluster_ids);
      expect(fixed.limit).toBeCloseTo(FeatureView.lim, 5);
      expect(fixed.clusters[0].features.data.reduce((a, b) => a + b, 0)).toBeCloseTo(FeatureView.bunchs[0].sum, 1);
    }
    // The first cluster's order, common channels first (views.md 3a FIX); the reference orders by the last one.
    const first = Array.from(context.facts.bestChannels(cluster_ids[0]));
    const common = first.filter((c) => cluster_ids.every((id) => context.facts.bestChannels(id).includes(c)));
    expect(Array.from(answer.channelIds.data)).toEqual([...common, ...first.filter((c) => !common.includes(c))]);
  });

  it.each(names)('bounds and counts the amplitudes of %s', async (selection) => {
    const { cluster_ids, AmplitudeView } = views[selection];
    for (const type of ['feature', 'template_feature'] as const) {
      const expected = AmplitudeView[type];
      const given = { type, spikesPerCluster: 10_000 };
      const answer = await amplitude.run(context, parseParams(amplitude.params, given), cluster_ids);
      const sameBackground = answer.background.shown === expected.bunchs[0].n;
      expect(answer.clusters.map((entry) => entry.shown)).toEqual(expected.bunchs.slice(1).map((bunch) => bunch.n));
      // Where distances tie the background has other clusters (data.md 8.1 step 4), and with it bounds and bins.
      if (!sameBackground) continue;
      expect(maxDifference(answer.bounds, expected.data_bounds)).toBeLessThan(1e-4);
      for (const [i, { histogram }] of expected.bunchs.entries()) {
        const ours = answer.histograms.data.subarray(99 * i, 99 * i + 99);
        const largest = Math.max(...histogram.data);
        expect(maxDifference(ours, histogram.data)).toBeLessThan(1e-4 * largest);
      }
    }
  });

  it("finds a selection whose background is the reference's", async () => {
    const same: string[] = [];
    for (const selection of names) {
      const { cluster_ids, AmplitudeView } = views[selection];
      const answer = await amplitude.run(context, parseParams(amplitude.params, { type: 'feature' }), cluster_ids);
      if (answer.background.shown === AmplitudeView.feature.bunchs[0].n) same.push(selection);
    }
    expect(same.length).toBeGreaterThan(0);
  });

  it.each(names)('lassoes the spikes of %s', async (selection) => {
    const { cluster_ids, lasso, FeatureView } = views[selection];
    let compared = 0;
    for (const { view, box, polygon, channel_ids, lim, n, sum } of lasso) {
      // `five` reads clusters on channels of their own there, 0 elsewhere (views.md 3a FIX).
      if (view !== 'FeatureView' || box === undefined || channel_ids === undefined || lim === undefined) continue;
      if (selection === 'five') continue;
      const [x, y] = FeatureView.grid_dim[box[0]][box[1]].split(',');
      const values = parseParams(feature.params, { channels: channel_ids });
      const coordinates = await feature.lasso!(context, values, cluster_ids, { x, y });
      const { duration } = context.dataset;
      const range = (dim: string): readonly [number, number] => (dim === 'time' ? [0, duration] : [-lim, lim]);
      const bounds = [range(x)[0], range(y)[0], range(x)[1], range(y)[1]] as const;
      const { inside, missing } = await lassoCounts(coordinates, polygonFromNdc(polygon, bounds));
      expect([inside.length, inside.reduce((a, b) => a + b, 0), missing.length]).toEqual([n, sum, 0]);
      compared++;
    }
    if (selection !== 'five') expect(compared).toBeGreaterThan(5);
    for (const { view, polygon, data_bounds, n, sum } of lasso) {
      if (view !== 'AmplitudeView' || data_bounds === undefined) continue;
      const coordinates = await amplitude.lasso!(context, parseParams(amplitude.params, {}), cluster_ids, {});
      // Recorded on amplitudes.npy alone; ours are those times the template's (views.md 8a RES), so compare divided by it again.
      const { templates, spikes } = context.dataset;
      const y = coordinates.y.map(
        (value, i) => value / (templates?.peakToPeak(spikes.templates[coordinates.spikeIds[i]]) ?? 1),
      );
      const { inside } = await lassoCounts({ ...coordinates, y }, polygonFromNdc(polygon, data_bounds));
      expect([inside.length, inside.reduce((a, b) => a + b, 0)]).toEqual([n, sum]);
    }
  });
});
