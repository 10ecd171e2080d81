/** The klusta dataset against the reference (golden/kwik.json) and, where Python is present, the saved file object by object with h5py. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { designBandPass, filterMirrored } from '../../src/core/analysis/bandPass.ts';
import { readWaveforms } from '../../src/core/analysis/windows.ts';
import { createClusterFacts } from '../../src/core/analysis/clusterFacts.ts';
import { createCuration, clusterReader } from '../../src/core/curation/curation.ts';
import type { Dataset } from '../../src/core/dataset/dataset.ts';
import { openDataset } from '../../src/core/dataset/open.ts';
import { folderStorage } from '../../src/node/folder.ts';
import { openNodeSession } from '../../src/node/openNodeSession.ts';
import { at, hasGolden, keysOf, maxDifference, numbersOf, readGoldenJson, shared } from '../fixtures/golden.ts';
import { queryContext } from '../fixtures/queryContext.ts';
import { nd } from '../../src/core/base/nd.ts';
import { encodeNpy } from '../../src/core/files/npy.ts';
import { joinBytes } from '../../src/core/storage/memory.ts';
import { parseParams } from '../../src/core/base/params.ts';
import { params as waveformParams } from '../../src/views/waveform/params.ts';
import { queries } from '../../src/views/queries.ts';

const source = path.join(shared, 'data', 'kwik-hybrid');
const FILE = 'hybrid_10sec.kwik';
const python = process.env['PHY_TEST_PYTHON'] ?? '';
const canRunH5py = ((): boolean => {
  if (python === '') return false;
  try {
    execFileSync(python, ['-c', 'import h5py'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Prints every object of an HDF5 file with its attributes and contents. */
const DUMP = `
import sys, json, hashlib
import h5py, numpy as np
out = {}
def text(v):
    a = np.asarray(v)
    return [str(a.dtype), list(a.shape), hashlib.sha1(a.tobytes()).hexdigest()]
def visit(name, o):
    out[name] = {'attrs': {k: text(v) for k, v in o.attrs.items()}, 'data': text(o[()]) if isinstance(o, h5py.Dataset) else None}
with h5py.File(sys.argv[1], 'r') as f:
    f.visititems(visit)
    out['/'] = {'attrs': {k: text(v) for k, v in f.attrs.items()}, 'data': None}
print(json.dumps(out))
`;
type Dump = Readonly<Record<string, { readonly attrs: Readonly<Record<string, unknown>>; readonly data: unknown }>>;
const dump = (file: string): Dump =>
  JSON.parse(execFileSync(python, ['-c', DUMP, file], { encoding: 'utf8', maxBuffer: 1e8 }));

/** Everything else in the file is as it was: only clusters, groups and what is new differ. */
function expectOnly(before: Dump, after: Dump): void {
  const changed = Object.keys(after).filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]));
  expect(Object.keys(before).filter((name) => !(name in after))).toEqual([]);
  expect(changed.sort()).toEqual(
    [
      'channel_groups/0/cluster_groups/main/4',
      'channel_groups/0/clusters/main/15',
      'channel_groups/0/clusters/main/16',
      'channel_groups/0/clusters/main/18',
      'channel_groups/0/spikes/clusters/main',
    ].sort(),
  );
  expect(after['channel_groups/0/clusters/main/18']?.attrs).toEqual({
    cluster_group: ['int64', [], expect.any(String)],
  });
}

describe.skipIf(!hasGolden('kwik') || !existsSync(source))('kwik', () => {
  let folder: string;
  let golden: ReturnType<typeof readGoldenJson>;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'phy-kwik-'));
    cpSync(source, folder, { recursive: true });
    golden = readGoldenJson('kwik');
    process.env['PHY_CONFIG_DIR'] = path.join(folder, 'config');
  });
  afterEach(() => {
    delete process.env['PHY_CONFIG_DIR'];
    rmSync(folder, { recursive: true, force: true });
  });
  const open = (): Promise<Dataset> => openDataset(folderStorage(folder), FILE);

  it('facts of the model', async () => {
    const dataset = await open();
    const { klusta, spikes, channels } = dataset;
    const model = at(golden, 'kwik');
    expect(klusta?.model).toMatchObject({
      channelGroups: numbersOf(at(model, 'channel_groups')),
      channelGroup: 0,
      clusterings: ['main', 'original'],
      clustering: 'main',
    });
    expect([spikes.count, channels.count, dataset.sampleRate]).toEqual([1653, 32, 20_000]);
    expect([...channels.positions]).toEqual(numbersOf(at(model, 'channel_positions')));
    expect([...channels.map]).toEqual(numbersOf(at(model, 'channel_order')));
    expect(Array.from(spikes.samples.subarray(0, 20))).toEqual(numbersOf(at(model, 'spike_samples_first')));
    // golden/README.md: without raw data a .kwik lasts until its last spike.
    expect(dataset.duration).toBeCloseTo(9.8835, 10);
    expect(dataset.metadata.get('group')?.get(3)).toBe('unsorted');
    expect(dataset.report.warnings).toHaveLength(1);
    await dataset.close();
  });

  it('features and masks', async () => {
    const dataset = await open();
    const given = at(golden, 'kwik', 'features');
    const spikeIds = Int32Array.from(numbersOf(at(given, 'spike_ids')));
    const channels = numbersOf(at(given, 'channel_ids'));
    const features = await dataset.features!.read(spikeIds, channels);
    expect(features).toEqual(Float32Array.from(numbersOf(at(given, 'values'))));
    const masks = await dataset.klusta!.masks!.read(Int32Array.of(0, 1652), [0, 31, 5]);
    expect(masks).toHaveLength(6);
    await dataset.close();
  });

  it('best channels of every cluster', async () => {
    const dataset = await open();
    const state = createCuration({ spikeClusters: dataset.spikes.clusters, metadata: dataset.metadata, metrics: [] });
    const facts = createClusterFacts(dataset, () => clusterReader(state));
    const best = at(golden, 'best_channels');
    for (const id of keysOf(best)) {
      expect([...facts.bestChannels(Number(id))], id).toEqual(numbersOf(at(best, id, 'best_channels')));
      expect(facts.metrics(Number(id)).ch).toBe(at(best, id, 'channel_label'));
    }
    await dataset.close();
  });

  it('histograms of intervals and spike times', async () => {
    const dataset = await open();
    const context = queryContext(dataset);
    const ids = keysOf(at(golden, 'histograms')).map(Number);
    const range = { binCount: 49, minSeconds: 0, maxSeconds: 0.05, refractorySeconds: 0.002 };
    const intervals = await queries.isi.run(context, range, ids);
    const spikes = await queries.firingRate.run(context, { binCount: 199, minSeconds: 0, maxSeconds: null }, ids);
    for (const [row, id] of ids.entries()) {
      const counts = intervals.counts.data.subarray(49 * row, 49 * (row + 1));
      expect([...counts]).toEqual(numbersOf(at(golden, 'histograms', id, 'isi_counts')));
      // Recorded with a duration of 0, so without any spike; ours lasts until the last spike (data.md 12.3).
      expect(spikes.inRange.data[row]).toBe(context.clusters.spikesOf(id).length);
    }
    expect(queries.templateFeature.missing(dataset, { spikesPerCluster: null, markerSize: 5 })).toEqual([
      'templateFeatures',
    ]);
    await dataset.close();
  });

  it('curates, saves into the .kwik alone, keeps the first state as .bak, and opens again', async () => {
    const file = path.join(folder, FILE);
    const before = readFileSync(file);
    const objects = canRunH5py ? dump(file) : {};
    const session = await openNodeSession({
      paramsPath: file,
      queries,
      guiName: 'KwikGUI',
      curates: true,
      usesSettings: false,
    });
    expect(readdirSync(folder).sort()).toEqual([FILE, 'hybrid_10sec.kwx', 'hybrid_10sec.prm'].concat('config').sort());
    const lines: readonly (readonly [string, readonly unknown[]])[] = [
      ['select', [3, 4]],
      ['merge', []],
      ['move', ['good', 'best']],
      ['move', ['noise', 15]],
      ['move', ['interesting', 16]],
      ['label', ['quality', 3, [18, 12]]],
    ];
    for (const [action, args] of lines) expect(await session.act(action, args), action).toMatchObject({ ok: true });
    const saved = await session.act('save', []);
    expect(saved.files).toEqual([FILE, 'cluster_quality.tsv', 'cluster_info.tsv']);
    await session.close();
    expect(readFileSync(path.join(folder, `${FILE}.bak`)).equals(before)).toBe(true);
    const again = await open();
    const groups = again.metadata.get('group');
    expect([18, 15, 16, 12].map((id) => groups?.get(id))).toEqual(['good', 'noise', 'interesting', 'unsorted']);
    expect(again.metadata.get('quality')?.get(18)).toBe(3);
    expect(again.spikes.clusters.filter((id) => id === 18)).toHaveLength(607 + 47);
    expect(again.klusta?.model.groupNames.get(4)).toBe('Interesting');
    await again.close();
    if (canRunH5py) expectOnly(objects, dump(file));
  });

  it('a group or clustering that is not there, and a file that is none', async () => {
    const storage = folderStorage(folder);
    await expect(openDataset(storage, FILE, { kwik: { channelGroup: 7 } })).rejects.toThrow(
      'no channel group 7. It has 0.',
    );
    await expect(openDataset(storage, FILE, { kwik: { clustering: 'x' } })).rejects.toThrow('It has main, original.');
    const other = await openDataset(storage, FILE, { kwik: { clustering: 'original' } });
    expect(other.spikes.clusters).toHaveLength(1653);
    await other.close();
    await storage.replace('none.kwik', new Uint8Array(100));
    await expect(openDataset(storage, 'none.kwik')).rejects.toThrow('none.kwik cannot be read as HDF5.');
    await expect(openDataset(storage, 'absent.kwik')).rejects.toMatchObject({ kind: 'input' });
  });

  it("waveforms of the raw data beside it, through klusta's filter", async () => {
    const raw = Int16Array.from({ length: 198_000 * 32 }, (_, k) =>
      Math.round(1000 * Math.sin(k * 12.9898 + (k % 97))),
    );
    writeFileSync(path.join(folder, 'hybrid_10sec.dat'), new Uint8Array(raw.buffer));
    const dataset = await open();
    expect([dataset.traces?.sampleCount, dataset.duration]).toEqual([198_000, 9.9]);
    const filter = designBandPass(3, 500 / 10_000, 0.95);
    const spike = 400;
    const channels = Int32Array.of(7, 0);
    const waves = await readWaveforms(dataset, Int32Array.of(spike), channels, 'high_pass', async () => undefined);
    expect(waves).toHaveLength(32 * 2);
    for (const [c, channel] of channels.entries()) {
      const start = dataset.spikes.samples[spike] - 16 - 4;
      const signal = Float64Array.from({ length: 41 }, (_, s) => raw[(start + s) * 32 + channel]);
      const wanted = filterMirrored(filter!, signal).slice(4, 36);
      const found = Float64Array.from({ length: 32 }, (_, s) => waves[2 * s + c]);
      expect(maxDifference(found, wanted)).toBeLessThan(1e-3);
    }
    // A filter of a plugin comes before it: klusta's is always on.
    const halving = { context: 0, apply: async (windows: Float32Array) => windows.map((value) => value / 2) };
    const through = { ...dataset, filters: new Map([['halving', halving]]) };
    const halves = await readWaveforms(through, Int32Array.of(spike), channels, 'halving', async () => undefined);
    expect(
      maxDifference(
        halves,
        Float64Array.from(waves, (value) => value / 2),
      ),
    ).toBeLessThan(1e-3);
    await dataset.close();
  });

  it('waves with the masks of their spikes, channels by masked amplitude (data.md 12.4)', async () => {
    const raw = Int16Array.from({ length: 198_000 * 32 }, (_, k) =>
      Math.round(500 * Math.sin(k * 12.9898) * (1 + (k % 32) / 8)),
    );
    writeFileSync(path.join(folder, 'hybrid_10sec.dat'), new Uint8Array(raw.buffer));
    const dataset = await open();
    const context = queryContext(dataset, dataset.spikes.clusters);
    const ask = (type: 'waveforms' | 'mean_waveforms') =>
      queries.waveform.run(context, parseParams(waveformParams, { type, spikesPerCluster: 20 }), [3]);
    const [single] = (await ask('waveforms')).clusters;
    const [mean] = (await ask('mean_waveforms')).clusters;
    const ids = [...single.channelIds.data];
    expect(new Set(ids).size).toBe(32);
    const masks = await dataset.klusta!.masks!.read(single.spikeIds.data, ids);
    expect([...single.channelMasks!.data]).toEqual([...masks]);
    const meanOf = (k: number): number => {
      const own = Array.from(single.spikeIds.data, (_, wave) => masks[wave * 32 + k]);
      return own.reduce((sum, m) => sum + m, 0) / own.length;
    };
    for (const k of ids.keys()) {
      const place = mean.channelIds.data.indexOf(ids[k]);
      expect(mean.channelMasks!.data[place]).toBeCloseTo(meanOf(k) ** 0.1, 5);
    }
    const sizes = ids.map((id, k) => {
      const place = mean.channelIds.data.indexOf(id);
      const wave = Array.from({ length: 32 }, (_, s) => mean.waveforms.data[s * 32 + place]);
      return (Math.max(...wave) - Math.min(...wave)) * meanOf(k);
    });
    for (let k = 1; k < 32; k++) expect(sizes[k]).toBeLessThanOrEqual(sizes[k - 1] + 1e-3);
    await dataset.close();
  });

  it('raw data chosen in place of those it names: flat, .npy and .raw.kwd', async () => {
    const raw = Int16Array.from({ length: 198_000 * 32 }, (_, k) => (k * 7919) % 1001);
    writeFileSync(path.join(folder, 'a.dat'), new Uint8Array(raw.buffer));
    writeFileSync(path.join(folder, 'b.npy'), joinBytes(encodeNpy(nd(raw, [198_000, 32]))));
    const files = ['a.dat', 'b.npy'];
    if (canRunH5py) {
      const script =
        "import sys, h5py, numpy as np; f = h5py.File(sys.argv[2], 'w'); f['recordings/0/data'] = np.load(sys.argv[1])";
      execFileSync(python, ['-c', script, path.join(folder, 'b.npy'), path.join(folder, 'c.raw.kwd')]);
      files.push('c.raw.kwd');
    }
    const named = path.join(folder, 'hybrid_10sec.dat');
    const first = await openDataset(folderStorage(folder), FILE);
    expect(first.movedFiles).toEqual([{ named, chosen: null, candidates: [path.join(folder, 'a.dat')] }]);
    await first.close();
    for (const file of files) {
      const chosen = path.join(folder, file);
      const dataset = await openDataset(folderStorage(folder), FILE, { chosenFiles: { [named]: chosen } });
      expect(dataset.movedFiles, file).toEqual([{ named, chosen, candidates: [] }]);
      const columns = [...dataset.channels.map.subarray(0, 2)];
      expect([...(await dataset.traces!.read(500, 501, [0, 1]))]).toEqual(columns.map((c) => raw[500 * 32 + c]));
      await dataset.close();
    }
    const wrong = await openDataset(folderStorage(folder), FILE, {
      chosenFiles: { [named]: path.join(folder, 'none.dat') },
    });
    expect(wrong.report.warnings.join(' ')).toContain('none.dat was not found.');
    expect(wrong.traces).toBeUndefined();
    await wrong.close();
  });

  it('without the .kwx there are no features, and the dataset opens', async () => {
    rmSync(path.join(folder, 'hybrid_10sec.kwx'));
    const dataset = await open();
    expect(dataset.features).toBeUndefined();
    expect([...dataset.klusta!.bestChannels(Int32Array.of(0))]).toEqual([0, 1, 2, 3]);
    await dataset.close();
  });
});
