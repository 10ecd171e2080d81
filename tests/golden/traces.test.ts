/** Traces of mini against what the reference program shows (golden `traces`, and TraceView of `views_mini`). */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseParams } from '../../src/core/base/params.ts';
import { openDataset } from '../../src/core/dataset/open.ts';
import type { QueryContext } from '../../src/core/engine/query.ts';
import { folderStorage } from '../../src/node/folder.ts';
import { query as trace, type TraceAnswer } from '../../src/views/trace/query.ts';
import { query as traceImage } from '../../src/views/traceImage/query.ts';
import { queryContext } from '../fixtures/queryContext.ts';
import { datasetFolders, goldenValues, hasGolden, maxDifference, readGolden } from '../fixtures/golden.ts';

type NpyOrData = { readonly data?: readonly (number | null)[]; readonly npy?: string };
interface GoldenTraces {
  readonly interval: readonly [number, number];
  readonly channels: readonly number[];
  readonly raw: NpyOrData;
  readonly high_pass: NpyOrData;
  readonly spikes: readonly {
    readonly spike_id: number;
    readonly cluster: number;
    readonly start_time: number;
    readonly spike_time: number;
    readonly channel_ids: readonly number[];
    readonly shape: readonly [number, number];
  }[];
}
interface GoldenView {
  readonly data_bounds: readonly [number, number, number, number];
  readonly channel_y: NpyOrData;
}

const present = hasGolden('mini') && existsSync(datasetFolders['mini']);

describe.skipIf(!present)('traces of mini', () => {
  let context: QueryContext;
  let golden: GoldenTraces;
  let view: GoldenView;
  beforeAll(async () => {
    golden = (readGolden('mini') as { readonly traces: GoldenTraces }).traces;
    view = (readGolden('views_mini') as { readonly one: { readonly TraceView: GoldenView } }).one.TraceView;
    const dataset = await openDataset(folderStorage(datasetFolders['mini']), 'params.py');
    context = queryContext(dataset);
  });
  afterAll(() => context.dataset.close());

  const ask = async (
    given: Readonly<Record<string, unknown>>,
    clusters: readonly number[] = [],
  ): Promise<TraceAnswer> =>
    trace.run(context, trace.inForce!(context.dataset, parseParams(trace.params, given)), clusters);
  const asGolden = () => ({
    startSeconds: golden.interval[0],
    endSeconds: golden.interval[1],
    channels: golden.channels,
  });

  it.each(['raw', 'high_pass'] as const)('has the same samples, filter %s', async (filter) => {
    const answer = await ask({ ...asGolden(), filter });
    expect([answer.startSample, answer.endSample, answer.sampleRate]).toEqual([238_500, 241_500, 30_000]);
    expect(answer.traces?.shape).toEqual([3000, 5]);
    expect(Array.from(answer.channelIds.data)).toEqual(golden.channels);
    expect(maxDifference(answer.traces?.data ?? [], goldenValues(golden[filter]))).toBeLessThan(1e-4);
  });

  it('has the same spikes, whatever channels are asked for', async () => {
    const answer = await ask({ ...asGolden(), allSpikes: true });
    const { spikeIds, spikeClusters, spikeTimes, spikeStartSamples, spikeChannelIds, spikeChannelOffsets } = answer;
    expect(golden.spikes.length).toBeGreaterThan(10);
    expect(Array.from(spikeIds.data)).toEqual(golden.spikes.map((spike) => spike.spike_id));
    expect(Array.from(spikeClusters.data)).toEqual(golden.spikes.map((spike) => spike.cluster));
    expect(
      maxDifference(
        spikeTimes.data,
        golden.spikes.map((spike) => spike.spike_time),
      ),
    ).toBeLessThan(1e-9);
    for (const [k, spike] of golden.spikes.entries()) {
      expect(spikeStartSamples.data[k]).toBe(Math.round(spike.start_time * 30_000));
      expect(answer.spikeSampleCount).toBe(spike.shape[0]);
      const channels = spikeChannelIds.data.subarray(spikeChannelOffsets.data[k], spikeChannelOffsets.data[k + 1]);
      expect(Array.from(channels), `channels of spike ${spike.spike_id}`).toEqual(spike.channel_ids);
    }
    const [first] = golden.spikes;
    const own = await ask(asGolden(), [first.cluster]);
    expect(Array.from(own.spikeIds.data)).toEqual(
      golden.spikes.filter((spike) => spike.cluster === first.cluster).map((spike) => spike.spike_id),
    );
    expect((await ask(asGolden())).spikeIds.data.length).toBe(0);
  });

  it('shows a quarter of a second around the middle first, scaled and ordered as the reference', async () => {
    const answer = await ask({});
    expect([answer.startSample, answer.endSample]).toEqual([9.875 * 30_000, 10.125 * 30_000]);
    const [, low, , high] = view.data_bounds;
    expect(maxDifference(answer.range, [low, high])).toBeLessThan(1e-4);
    // The reference breaks ties of depth at random; ours go by x, then by channel id (views.md 6a FIX).
    const theirs = goldenValues(view.channel_y);
    const { positions } = context.dataset.channels;
    const ranks = answer.rows.data;
    for (const [channel, rank] of ranks.entries()) {
      const other = theirs.indexOf(rank);
      expect(positions[2 * other + 1]).toBe(positions[2 * channel + 1]);
    }
    const byRank = Array.from(ranks.keys()).sort((a, b) => ranks[a] - ranks[b]);
    for (let k = 1; k < byRank.length; k++) {
      const [a, b] = [byRank[k - 1], byRank[k]];
      const [ax, ay, bx, by] = [positions[2 * a], positions[2 * a + 1], positions[2 * b], positions[2 * b + 1]];
      expect(ay < by || (ay === by && (ax < bx || (ax === bx && a < b)))).toBe(true);
    }
  });

  it('sums samples up in columns without losing any extreme', async () => {
    const samples = (await ask(asGolden())).traces?.data ?? new Float32Array(0);
    const wrong: unknown[] = [];
    for (const columns of [1, 7, 2999, 50_000]) {
      const answer = await ask({ ...asGolden(), columns });
      const count = Math.min(columns, 3000);
      expect(answer.lower?.shape).toEqual([count, 5]);
      expect(answer.traces).toBeUndefined();
      for (let k = 0; k < count; k++) {
        for (let c = 0; c < 5; c++) {
          const own: number[] = [];
          for (let s = Math.floor((k * 3000) / count); s < Math.floor(((k + 1) * 3000) / count); s++)
            own.push(samples[5 * s + c]);
          const found = [answer.lower?.data[5 * k + c], answer.upper?.data[5 * k + c]];
          if (found[0] !== Math.min(...own) || found[1] !== Math.max(...own)) wrong.push([columns, k, c]);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('shows the same as an image, one row per channel from the bottom', async () => {
    const given = { startSeconds: 7.95, endSeconds: 8.05, scaling: 2 };
    const image = await traceImage.run(context, parseParams(traceImage.params, given), []);
    const answer = await ask({ startSeconds: 7.95, endSeconds: 8.05 });
    const samples = answer.traces?.data ?? new Float32Array(0);
    expect(image.values.shape).toEqual([32, 3000]);
    expect(maxDifference(image.limits, [2 * answer.range[0], 2 * answer.range[1]])).toBeLessThan(1e-6);
    for (const [row, channel] of image.rowChannelIds.data.entries()) {
      expect(answer.rows.data[channel]).toBe(row);
      const values = image.values.data.subarray(3000 * row, 3000 * (row + 1));
      expect(values).toEqual(samples.filter((_, i) => i % 32 === channel));
    }
    const columns = await traceImage.run(context, parseParams(traceImage.params, { ...given, columns: 100 }), []);
    expect(columns.values.shape).toEqual([32, 100]);
    const first = image.values.data.subarray(0, 30);
    const furthest = first.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
    expect(columns.values.data[0]).toBe(furthest);
    expect(columns.limits).toEqual(image.limits);
  });

  it('refuses an interval without samples, and takes one that sticks out as the reference does', async () => {
    await expect(ask({ startSeconds: 3, endSeconds: 3 })).rejects.toThrow('There is no sample from 3 to 3 s.');
    await expect(ask({ startSeconds: 3, endSeconds: 2 })).rejects.toThrow('There is no sample');
    const late = await ask({ startSeconds: 19.9, endSeconds: 20.1, channels: [] });
    expect([late.startSample, late.endSample]).toEqual([19.8 * 30_000, 600_000]);
    const only = await ask({ startSeconds: 5, channels: [3] });
    expect([only.startSample, only.endSample]).toEqual([150_000, 157_500]);
  });
});
