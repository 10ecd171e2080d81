import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/core/dataset/dataset.ts';
import { openDataset } from '../../src/core/dataset/open.ts';
import { folderStorage } from '../../src/node/folder.ts';
import {
  at,
  datasetFolders,
  hasReference,
  type Json,
  keysOf,
  numberOf,
  numbersOf,
  readGoldenJson,
} from '../fixtures/golden.ts';

describe.skipIf(!hasReference).each(Object.keys(datasetFolders))('model facts of %s', (name) => {
  let golden: Json = null;
  let dataset: Dataset;
  beforeAll(async () => {
    golden = readGoldenJson(name);
    dataset = await openDataset(folderStorage(datasetFolders[name]), 'params.py');
  });
  afterAll(() => dataset.close());
  const model = (...keys: readonly (string | number)[]) => at(golden, 'model', ...keys);

  it('has the sizes and rates of the reference', () => {
    expect(dataset.spikes.count).toBe(model('n_spikes'));
    expect(dataset.channels.count).toBe(model('n_channels'));
    expect(dataset.templateCount).toBe(model('n_templates'));
    expect(dataset.templates?.sampleCount ?? 0).toBe(model('n_samples_waveforms'));
    expect(dataset.templates?.localChannelCount ?? 0).toBe(model('n_channels_loc'));
    expect(dataset.templates !== undefined).toBe(model('has_templates'));
    expect(dataset.templates?.sparse ?? false).toBe(model('sparse_templates_cols'));
    expect(dataset.features !== undefined).toBe(model('has_features'));
    expect(dataset.templateFeatures !== undefined).toBe(model('has_template_features'));
    expect(dataset.traces !== undefined).toBe(model('has_traces'));
    expect(dataset.sampleRate).toBe(model('sample_rate'));
    expect(dataset.rawChannelCount).toBe(model('n_channels_dat'));
    expect(dataset.duration).toBeCloseTo(numberOf(model('duration')), 9);
  });

  it('has the channels of the reference', () => {
    expect([...dataset.channels.map]).toEqual(numbersOf(model('channel_mapping')));
    expect([...dataset.channels.positions]).toEqual(numbersOf(model('channel_positions')));
    expect([...dataset.channels.shanks]).toEqual(numbersOf(model('channel_shanks')));
    expect([...dataset.channels.probes]).toEqual(numbersOf(model('channel_probes')));
  });

  it('has the spikes of the reference', () => {
    const { spikes } = dataset;
    const seconds = Float64Array.from({ length: spikes.count }, (_, spikeId) => spikes.seconds(spikeId));
    const first = numbersOf(model('spike_times_first'));
    const last = numbersOf(model('spike_times_last'));
    expect([...seconds.subarray(0, first.length)]).toEqual(first);
    expect([...seconds.subarray(-last.length)]).toEqual(last);
    expect(seconds.reduce((a, b) => a + b, 0)).toBeCloseTo(numberOf(model('spike_times_sum')), 3);
    expect([...spikes.secondsOf(Int32Array.of(0, spikes.count - 1))]).toEqual([seconds[0], seconds[spikes.count - 1]]);
    expect([...new Set(spikes.templates)].sort((a, b) => a - b)).toEqual(numbersOf(model('template_ids')));
    const counts = new Map<number, number>();
    for (const id of spikes.clusters) counts.set(id, (counts.get(id) ?? 0) + 1);
    const clusters = at(golden, 'clusters');
    expect(Object.fromEntries([...counts].map(([id, count]) => [String(id), count]))).toEqual(clusters);
  });

  it('has the labels, attributes and similarities of the reference', () => {
    const metadata = Object.fromEntries(
      [...dataset.metadata].map(([field, values]) => [field, Object.fromEntries(values)]),
    );
    expect(metadata).toEqual(model('metadata'));
    expect([...dataset.spikeAttributes.keys()].sort()).toEqual(keysOf(model('spike_attributes')).sort());
    const sum = Float64Array.from(dataset.similarity?.data ?? []).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(numberOf(model('similar_templates_sum')), 2);
  });

  it('notes every file of the folder and leaves the folder as it was', async () => {
    const entries = (await folderStorage(datasetFolders[name]).list()).map((entry) => entry.name);
    const noted = dataset.report.files.map((file) => file.name);
    const expected = entries.filter((entry) => /\.(npy|tsv|csv|py)$/.test(entry));
    expect(expected.filter((entry) => !noted.includes(entry))).toEqual([]);
    expect(entries).not.toContain('.phy');
    expect(dataset.paramsPath).toBe(path.join(datasetFolders[name], 'params.py'));
    expect(dataset.report.files.filter((file) => file.status === 'bad')).toEqual([]);
  });
});

describe.skipIf(!hasReference)('values of spec/data.md 18', () => {
  it('agrees on template-sim', async () => {
    const dataset = await openDataset(folderStorage(datasetFolders['template']), 'params.py');
    const { spikes } = dataset;
    expect(
      Array.from(spikes.amplitudes ?? [])
        .slice(0, 3)
        .map((x) => x.toFixed(8)),
    ).toEqual(['12.01901245', '12.72438049', '11.26000977']);
    expect([...spikes.templates.subarray(0, 6)]).toEqual([40, 17, 46, 22, 60, 27]);
    expect([...spikes.samples.subarray(0, 3)]).toEqual([1006, 1270, 1687]);
    expect(spikes.samples[spikes.count - 1]).toBe(298403);
    await dataset.close();
  });
});
