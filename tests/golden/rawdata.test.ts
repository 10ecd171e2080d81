import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/core/dataset/dataset.ts';
import { openDataset } from '../../src/core/dataset/open.ts';
import { folderStorage } from '../../src/node/folder.ts';
import {
  at,
  datasetFolders,
  goldenArray,
  hasReference,
  type Json,
  keysOf,
  numbersOf,
  readGoldenJson,
} from '../fixtures/golden.ts';

describe.skipIf(!hasReference)('raw data of mini', () => {
  let golden: Json = null;
  let dataset: Dataset;
  beforeAll(async () => {
    golden = readGoldenJson('mini');
    dataset = await openDataset(folderStorage(datasetFolders['mini']), 'params.py');
  });
  afterAll(() => dataset.close());

  it('cuts the waveforms of the reference (data.md 6.4)', async () => {
    const waveforms = at(golden, 'waveforms');
    const clusters = keysOf(waveforms).filter((key) => /^\d+$/.test(key));
    expect(clusters.length).toBeGreaterThan(0);
    for (const cluster of clusters) {
      const spikeIds = Int32Array.from(numbersOf(at(waveforms, cluster, 'spike_ids')));
      const samples = Float64Array.from(spikeIds, (id) => dataset.spikes.samples[id]);
      const channelIds = numbersOf(at(waveforms, cluster, 'channel_ids'));
      const windows = await dataset.traces?.windows(samples, 41, 82, channelIds);
      const expected = await goldenArray(at(waveforms, cluster, 'waveforms'));
      expect(windows).toEqual(Float32Array.from(expected));
    }
  });

  it('pads with zeros at both ends of the recording', async () => {
    const edges = at(golden, 'waveforms', 'edges');
    const samples = numbersOf(at(edges, 'samples'));
    const windows = await dataset.traces?.windows(samples, 41, 82, numbersOf(at(edges, 'channel_ids')));
    expect(windows).toEqual(Float32Array.from(numbersOf(at(edges, 'waveforms'))));
  });

  it('has the chunks of the reference', () => {
    const expected = numbersOf(at(golden, 'waveforms', 'chunk_bounds'));
    expect(Array.from(dataset.traces?.chunkBounds ?? [])).toEqual(expected);
  });

  it('reads the interval of the reference', async () => {
    const [t0, t1] = numbersOf(at(golden, 'traces', 'interval'));
    const channelIds = numbersOf(at(golden, 'traces', 'channels'));
    const rate = dataset.sampleRate;
    const data = await dataset.traces?.read(Math.round(t0 * rate), Math.round(t1 * rate), channelIds);
    expect(data).toEqual(Float32Array.from(await goldenArray(at(golden, 'traces', 'int16'))));
  });
});
