import { mkdtempSync, readdirSync, readFileSync, rmSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryLog } from '../../../tests/fixtures/memoryLog.ts';
import { makeSmallDataset } from '../../../tests/fixtures/smallDataset.ts';
import { nd, type TypedArray } from '../../core/base/nd.ts';
import type { Dataset } from '../../core/dataset/dataset.ts';
import { openDataset } from '../../core/dataset/open.ts';
import { encodeNpy, openNpy, readArray } from '../../core/files/npy.ts';
import { joinBytes } from '../../core/storage/memory.ts';
import { folderStorage } from '../folder.ts';
import { alfConvert } from './alfConvert.ts';
import { run } from './run.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'phy-alf-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** Presses ctrl+c as soon as somebody listens. */
const interrupt = (event: string | symbol): void => {
  if (event === 'SIGINT') queueMicrotask(() => process.emit('SIGINT'));
};

type Changes = Parameters<typeof makeSmallDataset>[0];

function write(name: string, changes: Changes = {}): string {
  const folder = path.join(parent, name);
  mkdirSync(folder);
  for (const [file, bytes] of Object.entries(makeSmallDataset(changes).files)) {
    writeFileSync(path.join(folder, file), bytes);
  }
  return folder;
}
const convert = (...folders: readonly string[]): Promise<string> => alfConvert(folders, memoryLog().stream);
const out = (): string => path.join(parent, 'alf');
const fingerprint = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => `${name} ${statSync(path.join(folder, name)).mtimeMs}`);

async function array(
  folder: string,
  name: string,
): Promise<{ readonly data: TypedArray; readonly shape: readonly number[] }> {
  const npy = await openNpy(folderStorage(folder), name);
  try {
    return await readArray(npy);
  } finally {
    await npy.file.close();
  }
}
const open = (folder: string): Promise<Dataset> => openDataset(folderStorage(folder), 'params.py');
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** The same templates on three channels each, padded with -1. */
function sparse(): Changes {
  const { templates } = makeSmallDataset();
  const channels = Int32Array.from([0, 1, 2, -1, 2, 3, 4, 1, 4, 5, 6, -1, 7, 6, 5, 4]);
  const data = Float32Array.from({ length: 4 * 20 * 4 }, (_, k) => {
    const [template, sample, slot] = [Math.floor(k / 80), Math.floor(k / 4) % 20, k % 4];
    const channelId = channels[template * 4 + slot];
    return channelId < 0 ? 0 : (templates[(template * 20 + sample) * 8 + channelId] ?? 0);
  });
  return {
    'templates.npy': joinBytes(encodeNpy(nd(data, [4, 20, 4]))),
    'template_ind.npy': joinBytes(encodeNpy(nd(channels, [4, 4]))),
  };
}

describe('phy alf-convert (spec/data.md 15)', () => {
  it.each([
    ['dense', {}],
    ['sparse', sparse()],
  ])('scales %s templates to the raw data, and leaves the source as it is', async (_kind, changes) => {
    const source = write('source', changes);
    const before = fingerprint(source);
    expect(await convert(source, out())).toBe(`Converted the sorting to ALF files in ${out()}.`);
    expect(fingerprint(source)).toEqual(before);
    expect(readdirSync(parent).sort()).toEqual(['alf', 'source']);
    const { spikes, templates, channels } = await open(source);
    const waveforms = await array(out(), 'templates.waveforms.npy');
    const listed = await array(out(), 'templates.waveformsChannels.npy');
    const amplitudes = await array(out(), 'spikes.amps.npy');
    expect([waveforms.shape, listed.shape]).toEqual([
      [4, 20, 8],
      [4, 8],
    ]);
    for (let id = 0; id < 4; id++) {
      const own = [...spikes.templates.keys()].filter((spike) => spikes.templates[spike] === id);
      const peak = templates?.peakToPeak(id) ?? 0;
      for (const spike of own) {
        expect(amplitudes.data[spike]).toBeCloseTo(peak * (spikes.amplitudes?.[spike] ?? 0), 3);
      }
      const scale = mean(own.map((spike) => spikes.amplitudes?.[spike] ?? 0));
      for (let slot = 0; slot < 8; slot++) {
        const channelId = listed.data[id * 8 + slot];
        const expected = templates?.onChannels(id, [channelId]) ?? new Float32Array(0);
        for (let s = 0; s < 20; s++) {
          expect(waveforms.data[(id * 20 + s) * 8 + slot]).toBeCloseTo(expected[s] * scale, 2);
        }
      }
    }
    const times = await array(out(), 'spikes.times.npy');
    expect([...times.data]).toEqual([...spikes.secondsOf(Int32Array.from(spikes.samples.keys()))]);
    expect([...(await array(out(), 'channels.rawInd.npy')).data]).toEqual([...channels.map]);
    // Five clusters up to id 5: number 4 has no spikes.
    const depths = await array(out(), 'clusters.depths.npy');
    expect([...depths.data].map((depth) => Number.isNaN(depth))).toEqual([false, false, false, false, true, false]);
    const uuids = readFileSync(path.join(out(), 'clusters.uuids.csv'), 'utf8').split('\n');
    expect([uuids.length, new Set(uuids).size, uuids[0]]).toEqual([7, 7, 'uuids']);
  });

  it('makes a folder that opens, is curated, and is saved under its own names', async () => {
    const source = write('source', { 'raw.dat': undefined });
    await convert(source, out());
    const before = await open(out());
    expect([...before.spikes.samples]).toEqual([...(await open(source)).spikes.samples]);
    expect(before.spikes.clusters.filter((id) => id === 5).length).toBeGreaterThan(0);
    const script = path.join(parent, 'script.txt');
    writeFileSync(script, 'merge 0 5\nmove good [1]\nlabel quality 3 [2]\nsave\n');
    expect(await run({ params: out(), script, keepGoing: false, unsaved: 'refuse', kwik: {}, plugins: [] })).toBe(0);
    expect(readdirSync(out())).not.toContain('spike_clusters.npy');
    const after = await open(out());
    expect([...after.spikes.clusters]).toEqual(
      Array.from(before.spikes.clusters, (id) => (id === 0 || id === 5 ? 6 : id)),
    );
    expect(after.metadata.get('group')?.get(1)).toBe('good');
    expect(after.metadata.get('quality')?.get(2)).toBe(3);
  });

  it('puts probes together: spikes in time order, ids and channels one after the other', async () => {
    const first = write('probe00');
    const second = write('probe01', sparse());
    const before = [fingerprint(first), fingerprint(second)];
    expect(await convert(first, second, out())).toContain(`Converted 2 probes to ALF files in ${out()}.`);
    expect([fingerprint(first), fingerprint(second)]).toEqual(before);
    const merged = await open(path.join(out(), '_tmp_merged'));
    const [a, b] = [await open(first), await open(second)];
    expect(merged.rawChannelCount).toBe(18);
    expect([...merged.channels.map]).toEqual([...a.channels.map, ...[...b.channels.map].map((column) => column + 9)]);
    expect([...merged.channels.probes]).toEqual([...Array(8).fill(0), ...Array(8).fill(1)]);
    // Both probes have the same spikes: each comes twice, first that of the first probe.
    const { spikes } = merged;
    expect(spikes.count).toBe(400);
    for (let k = 0; k < 200; k++) {
      expect([spikes.samples[2 * k], spikes.samples[2 * k + 1]]).toEqual([a.spikes.samples[k], a.spikes.samples[k]]);
      expect([spikes.templates[2 * k], spikes.templates[2 * k + 1]]).toEqual([
        a.spikes.templates[k],
        4 + b.spikes.templates[k],
      ]);
      // Cluster ids go up to 5.
      expect([spikes.clusters[2 * k], spikes.clusters[2 * k + 1]]).toEqual([
        a.spikes.clusters[k],
        6 + b.spikes.clusters[k],
      ]);
    }
    for (let id = 0; id < 4; id++) {
      const near = [0, 1, 2, 3, 4, 5, 6, 7];
      expect(merged.templates?.onChannels(id, near)).toEqual(a.templates?.onChannels(id, near));
      const there = merged.templates?.get(4 + id)?.channelIds ?? [];
      expect(Array.from(there).every((channelId) => channelId >= 8)).toBe(true);
      expect(merged.templates?.peakToPeak(4 + id)).toBeCloseTo(b.templates?.peakToPeak(id) ?? 0, 3);
    }
    expect(merged.metadata.get('KSLabel')?.get(6 + 2)).toBe('mua');
    expect(merged.metadata.get('group')?.get(6)).toBe('good');
    expect(merged.similarity?.data[4 * 8 + 5]).toBeCloseTo(0.8, 6);
    expect(merged.similarity?.data[4]).toBe(0);
    expect([...(await array(out(), 'channels.rawInd.npy')).data]).toEqual([...a.channels.map, ...b.channels.map]);
    expect([...(await array(out(), 'channels.probes.npy')).data]).toEqual([...merged.channels.probes]);
    const description = readFileSync(path.join(out(), '_tmp_merged', 'probes.description.tsv'), 'utf8');
    expect(description).toBe('label\r\nprobe00\r\nprobe01\r\n');
  });

  it.each([
    ['channels', { 'pc_feature_ind.npy': joinBytes(encodeNpy(nd(new Int32Array(28), [4, 7]))) }],
    ['numbers', { 'pc_features.npy': new Uint8Array(50) }],
  ])('takes depths of clusters where features have no usable %s', async (_what, changes) => {
    await convert(write('source', changes), out());
    const { spikes } = await open(path.join(parent, 'source'));
    const ofClusters = await array(out(), 'clusters.depths.npy');
    const expected = Float32Array.from(spikes.clusters, (id) => ofClusters.data[id]);
    expect((await array(out(), 'spikes.depths.npy')).data).toEqual(expected);
  });

  it('refuses ids that would fill the disk with empty rows', async () => {
    const ids = makeSmallDataset().spikeClusters.map((id) => (id === 3 ? 2_000_000_000 : id));
    const source = write('source', { 'spike_clusters.npy': joinBytes(encodeNpy(nd(ids))) });
    await expect(convert(source, out())).rejects.toThrow(
      'Cluster ids go up to 2,000,000,000, expected less than 1,000,000',
    );
    expect(readdirSync(parent)).toEqual(['source']);
  });

  it('says what does not fit, and leaves nothing behind', async () => {
    const source = write('source');
    await expect(convert(source, source)).rejects.toThrow(
      'is what is to be converted. Choose another folder to write.',
    );
    await expect(convert(source)).rejects.toThrow('Give one folder or more to convert, and then the folder to write.');
    const other = write('other', { 'amplitudes.npy': undefined });
    await expect(convert(other, out())).rejects.toThrow('The sorting has no amplitudes.npy');
    await expect(convert(source, other)).rejects.toThrow('is not empty');
    const slow = write('slow', { 'params.py': "dat_path = ''\nn_channels_dat = 9\nsample_rate = 20000." });
    await expect(convert(source, slow, out())).rejects.toThrow(
      'slow has sample_rate 20000, expected 10000 as in source.',
    );
    expect(readdirSync(parent).sort()).toEqual(['other', 'slow', 'source']);
  });

  it('stops cleanly at ctrl+c', async () => {
    const source = write('source');
    process.on('newListener', interrupt);
    await expect(convert(source, out())).rejects.toMatchObject({
      kind: 'aborted',
      message: 'Stopped. Nothing was written, nothing was left behind.',
    });
    process.off('newListener', interrupt);
    expect(readdirSync(parent)).toEqual(['source']);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });
});
