import { describe, expect, it } from 'vitest';
import { makeSmallDataset, openSmallDataset } from '../../../tests/fixtures/smallDataset.ts';
import { PhyError } from '../base/errors.ts';
import { nd } from '../base/nd.ts';
import { encodeNpy } from '../files/npy.ts';
import { joinBytes, memoryStorage } from '../storage/memory.ts';
import type { WritableStorage } from '../storage/storage.ts';
import type { Metadata, MetadataValue } from './dataset.ts';
import { describeDataset, reportLines } from './describe.ts';
import { listGenerations, restoreGeneration, unfinishedSave } from './generations.ts';
import { openDataset } from './open.ts';
import { newClusterIdFile, saveDataset, savedFiles, type SavedFile, type WrittenFile } from './save.ts';

const labels = (fields: Record<string, Record<number, MetadataValue>>): Metadata =>
  new Map(
    Object.entries(fields).map(([field, values]) => [
      field,
      new Map(Object.entries(values).map(([id, value]) => [Number(id), value])),
    ]),
  );
const textOf = (file: WrittenFile | undefined) => new TextDecoder().decode(joinBytes(file?.parts ?? []));
const clusters = Int32Array.of(1, 2, 3, 5, 7, 9);
const noRows = { columns: [], rows: [] };
const time = (second: number) => new Date(Date.UTC(2026, 0, 2, 3, 4, second));

describe('savedFiles', () => {
  it('writes labels as the reference does (data.md 18)', () => {
    const metadata = labels({ foo: { 3: 1.23456789012, 1: null, 2: 'a\tb', 5: true, 4: 1e-7, 7: '' } });
    const files = savedFiles({
      spikeClusters: clusters,
      clusterIds: [7, 1, 2, 3, 4, 5],
      metadata,
      clusterInfoRows: noRows,
    });
    expect(files.map((file) => file.name)).toEqual([
      'spike_clusters.npy',
      'cluster_foo.tsv',
      'cluster_group.tsv',
      'cluster_info.tsv',
    ]);
    expect(textOf(files[1])).toBe('cluster_id\tfoo\r\n2\t"a\tb"\r\n3\t1.23456789012\r\n4\t1e-07\r\n5\tTrue\r\n7\t\r\n');
    expect(textOf(files[2])).toBe('cluster_id\tgroup\r\n');
  });

  it('leaves out vanished clusters and next_cluster, sorts by code point, and keeps floats floats', () => {
    const metadata = labels({
      amp2: { 1: 3, 99: 4 },
      Zeta: { 1: 100, 2: 7, 3: 2.5 },
      next_cluster: { 1: 5 },
      'a/b': { 1: 1 },
    });
    const floatText = { columns: new Set(['fr', 'sh']), labels: new Map([['Zeta', new Set([100])]]) };
    const rows = [
      { id: 2, fr: 4, sh: 0, ch: '7', Zeta: 7, is_masked: false, group: null },
      { id: 1, fr: 0.5, sh: 1, ch: '3', Zeta: 100, is_masked: true, group: 'good', b: true },
    ];
    const files = savedFiles({
      spikeClusters: clusters,
      clusterIds: [1, 2, 3],
      metadata,
      clusterInfoRows: { columns: ['id', 'ch', 'none'], rows },
      floatText,
    });
    expect(files.map((file) => file.name)).toEqual([
      'spike_clusters.npy',
      'cluster_Zeta.tsv',
      'cluster_a_b.tsv',
      'cluster_amp2.tsv',
      'cluster_group.tsv',
      'cluster_info.tsv',
    ]);
    expect(textOf(files[1])).toBe('cluster_id\tZeta\r\n1\t100.0\r\n2\t7\r\n3\t2.5\r\n');
    expect(textOf(files[3])).toBe('cluster_id\tamp2\r\n1\t3\r\n');
    expect(textOf(files[5])).toBe(
      'cluster_id\tZeta\tb\tch\tfr\tgroup\tnone\tsh\r\n' +
        '1\t100.00000000\tTrue\t3\t0.50000000\tgood\t\t1.00000000\r\n' +
        '2\t7\t\t7\t4.00000000\t\t\t0.00000000\r\n',
    );
  });

  it('gives every label a file of its own, whatever it is called', () => {
    const metadata = labels({ 'a/b': { 1: 1 }, 'a:b': { 1: 2 }, info: { 1: 3 } });
    const files = savedFiles({ spikeClusters: clusters, clusterIds: [1], metadata, clusterInfoRows: noRows });
    expect(files.slice(1).map((file) => [file.name, textOf(file).split('\r\n')[0]])).toEqual([
      ['cluster_a_b.tsv', 'cluster_id\ta/b'],
      ['cluster_a_b_.tsv', 'cluster_id\ta:b'],
      ['cluster_group.tsv', 'cluster_id\tgroup'],
      ['cluster_info_.tsv', 'cluster_id\tinfo'],
      ['cluster_info.tsv', 'cluster_id'],
    ]);
  });

  it('writes the id file of the Python program', () => {
    const file = newClusterIdFile(314);
    expect([file.name, textOf(file)]).toEqual(['.phy/new_cluster_id.json', '{\n  "new_cluster_id": 314\n}']);
  });
});

const spikeClusters = (id: number) => new Int32Array(200).fill(id);
function filesOf(id: number, extra: Record<string, Record<number, MetadataValue>> = {}): SavedFile[] {
  const metadata = labels({ group: { [id]: 'good' }, ...extra });
  return savedFiles({ spikeClusters: spikeClusters(id), clusterIds: [id], metadata, clusterInfoRows: noRows });
}
async function contents(storage: WritableStorage): Promise<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const entry of await storage.list()) {
    if (entry.isFolder || !/^(spikes?[_.]clusters|cluster_)/.test(entry.name)) continue;
    result[entry.name] = new TextDecoder('latin1').decode(await storage.readAll(entry.name));
  }
  return result;
}
/** Storage whose k-th replacement of a file in the dataset folder fails, once or for good. */
function failing(storage: WritableStorage, at: number, forGood: boolean): WritableStorage {
  let count = 0;
  return {
    ...storage,
    replace: async (name, parts) => {
      const isOurs = !name.startsWith('.phy/');
      if (isOurs) count++;
      if (isOurs && (forGood ? count >= at : count === at))
        throw new PhyError('refused', `${name} could not be written.`);
      await storage.replace(name, parts);
    },
  };
}

describe('saveDataset', () => {
  it('replaces the files, and a reader finds what was saved', async () => {
    const small = makeSmallDataset();
    const written = await saveDataset(small.storage, filesOf(6, { note: { 6: 'x' } }), time(0));
    expect(written).toEqual(['spike_clusters.npy', 'cluster_group.tsv', 'cluster_note.tsv', 'cluster_info.tsv']);
    const dataset = await openDataset(small.storage, 'params.py');
    expect(dataset.spikes.clusters).toEqual(spikeClusters(6));
    expect(dataset.metadata.get('group')).toEqual(new Map([[6, 'good']]));
    expect(dataset.metadata.get('note')).toEqual(new Map([[6, 'x']]));
    expect(dataset.report.warnings).toEqual([]);
    expect(await unfinishedSave(small.storage)).toBeUndefined();
  });

  it('what failed saves copied takes no place among the last ten, nor stays', async () => {
    const { storage } = makeSmallDataset();
    const full: WritableStorage = {
      ...storage,
      replace: async (name, bytes) => {
        if (name.includes('generations') && name.endsWith('cluster_group.tsv')) throw new PhyError('refused', 'full');
        await storage.replace(name, bytes);
      },
    };
    const cutShort = '.phy/ts/generations/1999-01-01T00-00-00.000Z/spike_clusters.npy';
    await storage.replace(cutShort, new Uint8Array(3));
    for (let k = 0; k < 3; k++) await saveDataset(storage, filesOf(10 + k), time(k));
    for (let k = 3; k < 15; k++) await expect(saveDataset(full, filesOf(30), time(k))).rejects.toThrow('full');
    await saveDataset(storage, filesOf(13), time(15));
    const kept = [15, 2, 1, 0].map((k) => time(k).toISOString());
    expect((await listGenerations(storage)).map((generation) => generation.time)).toEqual(kept);
    expect(await storage.list('.phy/ts/generations')).toHaveLength(4);
  });

  it('keeps the last ten generations and restores any of them', async () => {
    const { storage } = makeSmallDataset();
    const first = await contents(storage);
    for (let k = 0; k < 12; k++) {
      await saveDataset(storage, filesOf(10 + k, k < 11 ? {} : { late: { 21: 1 } }), time(k));
    }
    const generations = await listGenerations(storage);
    expect(generations.map((generation) => generation.time)).toEqual(
      Array.from({ length: 10 }, (_, k) => time(11 - k).toISOString()),
    );
    await restoreGeneration(storage, generations[0].name);
    expect(Object.keys(await contents(storage))).not.toContain('cluster_late.tsv');
    expect((await contents(storage))['spike_clusters.npy']).toBe(
      new TextDecoder('latin1').decode(joinBytes(encodeNpy(nd(spikeClusters(20))))),
    );
    await restoreGeneration(storage, generations[9].name);
    const oldest = await contents(storage);
    expect(oldest['spike_clusters.npy']).toContain(String.fromCharCode(11));
    expect(oldest['cluster_KSLabel.tsv']).toBe(first['cluster_KSLabel.tsv']);
    await expect(restoreGeneration(storage, 'never')).rejects.toThrow('There is no kept set of files from never.');
  });

  it.each([1, 2, 3, 4])('puts everything back when file %i cannot be written', async (at) => {
    const { storage } = makeSmallDataset();
    const before = await contents(storage);
    const saving = saveDataset(failing(storage, at, false), filesOf(6, { note: { 6: 'x' } }), time(0));
    await expect(saving).rejects.toThrow('could not be written');
    expect(await contents(storage)).toEqual(before);
    expect(await listGenerations(storage)).toEqual([]);
  });

  it.each([2, 3, 4])('can be restored later when the program ends before file %i', async (at) => {
    const { storage } = makeSmallDataset();
    const before = await contents(storage);
    await saveDataset(failing(storage, at, true), filesOf(6, { note: { 6: 'x' } }), time(0)).catch(() => {});
    expect(await contents(storage)).not.toEqual(before);
    const unfinished = await unfinishedSave(storage);
    expect(unfinished?.time).toBe(time(0).toISOString());
    await restoreGeneration(storage, unfinished?.name ?? '');
    expect(await contents(storage)).toEqual(before);
    expect(await unfinishedSave(storage)).toBeUndefined();
  });

  it('changes nothing when a kept copy is damaged, and ignores manifests that are no manifests', async () => {
    const { storage } = makeSmallDataset();
    await saveDataset(storage, filesOf(6), time(0));
    const after = await contents(storage);
    const [{ name }] = await listGenerations(storage);
    await storage.replace(`.phy/ts/generations/${name}/spike_clusters.npy`, new Uint8Array(3));
    await expect(restoreGeneration(storage, name)).rejects.toThrow('The kept copy of spike_clusters.npy');
    expect(await contents(storage)).toEqual(after);
    const bad = '{"version":1,"time":"x","finished":false,"files":[{"name":"../x","existed":true,"size":1}]}';
    await storage.replace('.phy/ts/generations/zzz/manifest.json', new TextEncoder().encode(bad));
    await storage.replace('.phy/ts/generations/zzzz/manifest.json', new TextEncoder().encode('{'));
    expect((await listGenerations(storage)).map((generation) => generation.name)).toEqual([name]);
  });

  it('writes clusters to the ALF file they came from, and makes the file where there is none', async () => {
    const { files } = makeSmallDataset();
    const { 'spike_clusters.npy': bytes, ...rest } = files;
    const alf = memoryStorage({ ...rest, 'spikes.clusters.probe1.npy': bytes });
    expect((await saveDataset(alf, filesOf(6), time(0)))[0]).toBe('spikes.clusters.probe1.npy');
    expect((await openDataset(alf, 'params.py')).spikes.clusters).toEqual(spikeClusters(6));
    const none = memoryStorage(rest);
    expect((await saveDataset(none, filesOf(6), time(0)))[0]).toBe('spike_clusters.npy');
    const [{ name }] = await listGenerations(none);
    await restoreGeneration(none, name);
    expect(await none.stat('spike_clusters.npy')).toBeUndefined();
  });
});

describe('describeDataset', () => {
  const extra = {
    clusterCount: 5,
    newClusterId: 6,
    unsavedActions: 0,
    columns: ['id'],
    groups: { good: 1 },
    labels: [],
  };

  it('tells what there is (commands.md 4)', async () => {
    const { dataset } = await openSmallDataset();
    const { description, lines } = describeDataset(dataset, extra);
    expect(description).toMatchObject({
      format: 'template',
      folder: '/memory',
      paramsPath: '/memory/params.py',
      durationSeconds: 4,
      sampleRate: 10_000,
      dtype: 'int16',
      offset: 0,
      channelCount: 8,
      rawChannelCount: 9,
      templateCount: 4,
      usedTemplateCount: 4,
      spikeCount: 200,
      clusterCount: 5,
      newClusterId: 6,
      waveformSampleCount: 20,
      templateChannelCount: 8,
      featuresPerChannel: 3,
      shanks: [0],
      probes: [0],
      spikeAttributes: ['positions'],
      warnings: [],
    });
    expect(description.has).toEqual({
      traces: true,
      templates: true,
      sparseTemplates: false,
      features: true,
      templateFeatures: true,
      amplitudes: true,
      similarity: true,
      whitening: true,
      waveformSubset: false,
      reorderedTimes: false,
    });
    expect(lines).toEqual([
      'Data files              /memory/raw.dat',
      'Directory               /memory',
      'Duration                4.0s',
      'Sample rate             10.0 kHz',
      'Data type               int16',
      '# of channels           8',
      '# of channels (raw)     9',
      '# of templates          4',
      '# of spikes             200',
    ]);
    expect(reportLines(dataset.report)).toEqual(['Read 21 files.']);
  });

  it('tells what is missing', async () => {
    const { dataset } = await openSmallDataset({ 'pc_features.npy': undefined, 'params.py': 'sample_rate = 1e4' });
    const { description, lines } = describeDataset(dataset, extra);
    expect(description).toMatchObject({ featuresPerChannel: null, rawChannelCount: null, dataFiles: [] });
    expect(lines.slice(0, 1)).toEqual(['Data files']);
    expect(lines).toContain('# of channels (raw)');
    expect(reportLines(dataset.report)).toEqual([
      'Warning: params.py names no raw data (dat_path). The sorting is open without raw data.',
      'Read 18 files.',
      'Missing: pc_features.npy (FeatureView has nothing to show)',
      'Ignored: pc_feature_ind.npy (pc_features.npy is not there)',
    ]);
  });
});
