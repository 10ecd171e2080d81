/** Features of a dataset that has exported waveforms instead of pc_features.npy. */
import { describe, expect, it } from 'vitest';
import { makeSmallDataset, openSmallDataset, smallSizes } from '../../../../tests/fixtures/smallDataset.ts';
import { query as amplitude } from '../../../views/amplitude/query.ts';
import { query as feature } from '../../../views/feature/query.ts';
import { lassoCounts } from '../../analysis/lassoSplit.ts';
import { nd, type NdArray } from '../../base/nd.ts';
import { parseParams } from '../../base/params.ts';
import { principalComponents } from '../../base/principalComponents.ts';
import type { QueryContext } from '../../engine/query.ts';
import { encodeNpy } from '../../files/npy.ts';
import { joinBytes } from '../../storage/memory.ts';
import { summarize } from '../../engine/summary.ts';
import { queryContext } from '../../../../tests/fixtures/queryContext.ts';

const { spikes: count, rawColumns } = smallSizes;
const samples = 16;
const npy = (array: NdArray): Uint8Array => joinBytes(encodeNpy(array));

/** Two of three spikes were exported, on four channels from twice the template on; the last of them is sometimes not used. */
const exported = Int32Array.from({ length: count }, (_, k) => k).filter((k) => k % 3 !== 1);
const { raw, spikeSamples, spikeTemplates, spikeClusters } = makeSmallDataset();
const channelsOf = (spike: number): number[] =>
  [0, 1, 2, 3]
    .map((k) => (k === 3 && spike % 2 === 0 ? -1 : Math.min(7, 2 * spikeTemplates[spike]) + k))
    .map((c) => (c > 7 ? -1 : c));
const rawAt = (spike: number, channel: number): number[] => {
  const column = channel < 4 ? channel : channel + 1;
  return Array.from({ length: samples }, (_, s) => raw[(spikeSamples[spike] - 8 + s) * rawColumns + column]);
};
function subsetFiles(): Record<string, Uint8Array | undefined> {
  const channels = Int32Array.from([...exported].flatMap(channelsOf));
  const waveforms = new Int16Array(exported.length * samples * 4);
  for (const [row, spike] of exported.entries()) {
    for (const [c, channel] of channelsOf(spike).entries()) {
      if (channel >= 0) rawAt(spike, channel).forEach((value, s) => (waveforms[(row * samples + s) * 4 + c] = value));
    }
  }
  return {
    'pc_features.npy': undefined,
    'pc_feature_ind.npy': undefined,
    '_phy_spikes_subset.spikes.npy': npy(nd(exported)),
    '_phy_spikes_subset.channels.npy': npy(nd(channels, [exported.length, 4])),
    '_phy_spikes_subset.waveforms.npy': npy(nd(waveforms, [exported.length, samples, 4])),
  };
}
async function open(changes = subsetFiles()): Promise<QueryContext> {
  const { dataset } = await openSmallDataset(changes);
  return queryContext(dataset, spikeClusters);
}

describe('computed features', () => {
  it('are projections on one set of components for each channel, fitted to all exported spikes that have it', async () => {
    const { dataset } = await open();
    const features = dataset.features!;
    expect(features.pcCount).toBe(3);
    expect([...features.spikeIds!]).toEqual([...exported]);
    const spikeIds = Int32Array.from({ length: 40 }, (_, k) => 5 * k);
    const channelIds = [3, 5];
    const values = await features.read(spikeIds, channelIds);
    for (const [c, channel] of channelIds.entries()) {
      const having = [...exported].filter((spike) => channelsOf(spike).includes(channel));
      const vectors = Float64Array.from(having.flatMap((spike) => rawAt(spike, channel)));
      const components = await principalComponents(vectors, samples, 3, async () => undefined);
      for (const [k, spike] of spikeIds.entries()) {
        for (let pc = 0; pc < 3; pc++) {
          const value = values[(k * 2 + c) * 3 + pc];
          const expected = rawAt(spike, channel).reduce((sum, v, s) => sum + v * components[pc * samples + s], 0);
          if (having.includes(spike)) expect(Math.abs(value - expected)).toBeLessThan(1e-2);
          else expect(value).toBeNaN();
        }
      }
    }
  });

  it('do not depend on what is asked together: clusters, background and split share a space', async () => {
    const { dataset } = await open();
    const ids = Int32Array.from({ length: count }, (_, k) => k);
    const all = await dataset.features!.read(ids, [2, 3, 4]);
    const fresh = (await open()).dataset.features!;
    const one = await fresh.read(Int32Array.of(6), [3]);
    expect([...one]).toEqual([...all.subarray((6 * 3 + 1) * 3, (6 * 3 + 2) * 3)]);
    const again = await dataset.features!.read(ids, [2, 3, 4]);
    expect(again).toEqual(all);
  });

  it('stand behind the feature view, feature amplitudes and their lassos; spikes without a waveform are missing', async () => {
    const context = await open();
    const answer = await feature.run(context, parseParams(feature.params, { spikesPerCluster: null }), [0]);
    const [cluster] = answer.clusters;
    const spikes = [...spikeClusters.keys()].filter((k) => spikeClusters[k] === 0);
    const here = spikes.filter((k) => k % 3 !== 1);
    expect([...cluster.spikeIds.data]).toEqual(here);
    expect(answer.pcCount).toBe(3);
    const best = context.facts.bestChannels(0)[0];
    const amplitudes = await amplitude.run(context, parseParams(amplitude.params, { type: 'feature' }), [0]);
    expect(amplitudes).toMatchObject({ channelId: best, pc: 0 });
    expect(amplitudes.types).toContain('feature');
    const coordinates = await feature.lasso!(context, parseParams(feature.params, {}), [0], { x: '0A', y: 'time' });
    expect([...coordinates.spikeIds]).toEqual(spikes);
    const box = [
      [-1e9, -1],
      [1e9, -1],
      [1e9, 9],
      [-1e9, 9],
    ] as const;
    const { inside, missing } = await lassoCounts(coordinates, box);
    const stored = here.filter((spike) => channelsOf(spike).includes(best));
    expect([...inside]).toEqual(stored);
    expect(inside.length + missing.length).toBe(spikes.length);
    expect(cluster.missing).toBeGreaterThanOrEqual(spikes.length - here.length);
  });

  it('are said to be computed, and are not there without exported waveforms', async () => {
    const { dataset } = await open();
    expect(dataset.report.files.find(({ name }) => name === 'pc_features.npy')).toMatchObject({
      status: 'missing',
      note: `Features of ${exported.length} spikes are computed from the exported waveforms.`,
    });
    // Curated where the recording is not.
    const away = summarize({ ...dataset, traces: undefined });
    expect(away.has).toMatchObject({ traces: false, waveforms: true, features: true });
    expect(summarize(dataset).missingBecause.features).toBeUndefined();
    const bare = (await open({ 'pc_features.npy': undefined })).dataset;
    expect(bare.features).toBeUndefined();
    expect(summarize(bare).missingBecause.features).toBe('pc_features.npy was not found beside params.py.');
    // Stored features win.
    const { 'pc_features.npy': _, 'pc_feature_ind.npy': __, ...subset } = subsetFiles();
    expect((await open(subset)).dataset.features?.spikeIds).toBeUndefined();
  });

  it('are cancelled while components are fitted; what was cancelled is done anew the next time', async () => {
    const { dataset } = await open();
    let calls = 0;
    const stop = async (): Promise<void> => {
      if (++calls > 5) throw new Error('aborted');
    };
    const ids = Int32Array.of(0, 2, 3);
    await expect(dataset.features!.read(ids, [1], stop)).rejects.toThrow('aborted');
    const values = await dataset.features!.read(ids, [1]);
    expect(values).toEqual(await (await open()).dataset.features!.read(ids, [1]));
  });
});
