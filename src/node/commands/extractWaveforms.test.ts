import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSmallDataset, smallSizes } from '../../../tests/fixtures/smallDataset.ts';
import { openDataset } from '../../core/dataset/open.ts';
import { folderStorage } from '../folder.ts';
import { extractWaveforms } from './extractWaveforms.ts';

const quiet = new Writable({ write: (_chunk, _encoding, done) => done() });
const subset = (folder: string): readonly string[] => readdirSync(folder).filter((name) => name.includes('subset'));

const contents = (folder: string): readonly string[] =>
  subset(folder).map((name) => `${name} ${readFileSync(path.join(folder, name)).toString('base64')}`);
/** Presses ctrl+c as soon as somebody listens. */
const interrupt = (event: string | symbol): void => {
  if (event === 'SIGINT') queueMicrotask(() => process.emit('SIGINT'));
};

describe('phy extract-waveforms (spec/data.md 13.8)', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'phy-extract-'));
    const { files } = makeSmallDataset();
    for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(folder, name), bytes);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const extract = (spikesPerTemplate: number, channels = 16): Promise<string> =>
    extractWaveforms({ params: folder, spikesPerTemplate, channels }, quiet);

  it('writes the windows of the raw data, on at least 12 channels, and reads them back', async () => {
    expect(await extract(10, 4)).toBe(`Extracted 40 waveforms on 12 channels each into ${folder}.`);
    const dataset = await openDataset(folderStorage(folder), 'params.py');
    const { waveformSubset, traces, templates, spikes } = dataset;
    if (waveformSubset === undefined || traces === undefined || templates === undefined) throw new Error('parts');
    expect(waveformSubset.sampleCount).toBe(smallSizes.templateSamples);
    const perTemplate = new Map<number, number>();
    for (const id of waveformSubset.spikeIds) {
      const template = spikes.templates[id];
      perTemplate.set(template, (perTemplate.get(template) ?? 0) + 1);
      const channels = templates.get(template)?.channelIds ?? new Int32Array();
      const read = await waveformSubset.read(Int32Array.of(id), channels);
      const raw = await traces.windows([spikes.samples[id]], 10, 20, channels);
      expect(read).toEqual(raw);
    }
    expect(Object.fromEntries(perTemplate)).toEqual({ 0: 10, 1: 10, 2: 10, 3: 10 });
    await dataset.close();
  });

  it('takes all spikes where there are fewer, and replaces an earlier extraction', async () => {
    await extract(5);
    await extract(1000);
    const dataset = await openDataset(folderStorage(folder), 'params.py');
    expect(dataset.waveformSubset?.spikeIds.length).toBe(smallSizes.spikes);
    expect(dataset.report.warnings.filter((warning) => warning.includes('subset'))).toEqual([]);
    expect(subset(folder)).toHaveLength(3);
    await dataset.close();
  });

  it('says what is missing, and leaves nothing behind when it cannot be done', async () => {
    rmSync(path.join(folder, 'raw.dat'));
    await expect(extract(10)).rejects.toThrow('Waveforms cannot be extracted: the raw data are not there.');
    await expect(extract(0)).rejects.toThrow('At least 1 spike per template');
    expect(subset(folder)).toEqual([]);
  });

  it('never leaves files of two extractions that would be read together', async () => {
    await extract(5);
    // As if it was killed between two renames: the second one does not happen.
    const channels = path.join(folder, '_phy_spikes_subset.channels.npy');
    const former = readFileSync(channels);
    rmSync(channels);
    mkdirSync(channels);
    await expect(extract(6)).rejects.toThrow(folder);
    rmSync(channels, { recursive: true });
    writeFileSync(channels, former);
    const dataset = await openDataset(folderStorage(folder), 'params.py');
    expect(dataset.waveformSubset).toBeUndefined();
    expect(dataset.report.warnings.join()).toContain('_phy_spikes_subset.spikes.npy is missing. Extract them again.');
    await dataset.close();
    expect(subset(folder)).toHaveLength(2);
  });

  it('an interruption keeps the former files', async () => {
    await extract(5);
    const before = contents(folder);
    process.on('newListener', interrupt);
    await expect(extract(50)).rejects.toMatchObject({
      kind: 'aborted',
      message: 'Stopped. Nothing was written, nothing was left behind.',
    });
    process.off('newListener', interrupt);
    expect(contents(folder)).toEqual(before);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });
});
