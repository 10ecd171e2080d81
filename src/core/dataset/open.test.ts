import { describe, expect, it } from 'vitest';
import { makeSmallDataset, openSmallDataset, smallSizes } from '../../../tests/fixtures/smallDataset.ts';
import { PhyError } from '../base/errors.ts';
import { nd, type NdArray } from '../base/nd.ts';
import { encodeNpy, npyHeader } from '../files/npy.ts';
import { joinBytes, memoryStorage } from '../storage/memory.ts';
import { openDataset } from './open.ts';

type Changes = Readonly<Record<string, Uint8Array | string | undefined>>;
const npy = (array: NdArray) => joinBytes(encodeNpy(array));
const ints = (...values: number[]) => npy(nd(Int32Array.from(values)));

const params = (path: string) => `dat_path = ${path}\nn_channels_dat = 9\ndtype = 'int16'\nsample_rate = 1e4`;
const folderParams = (folder: string) => `dir_path = '${folder}'\nsample_rate = 1e4`;
const value = (row: number, pc: number, column: number) => 100 * row + 10 * pc + column;

/** The sentence with which opening ends. */
async function refusal(changes: Changes): Promise<string> {
  const error: unknown = await openSmallDataset(changes).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof PhyError)) throw new Error(`expected a PhyError, got ${String(error)}`);
  expect(error.kind).toBe('input');
  return error.message;
}
async function warnings(changes: Changes): Promise<readonly string[]> {
  return (await openSmallDataset(changes)).dataset.report.warnings;
}

describe('a complete dataset', () => {
  it('opens without a warning and changes nothing', async () => {
    const small = makeSmallDataset();
    const dataset = await openDataset(small.storage, 'params.py');
    expect(dataset.report.warnings).toEqual([]);
    expect(dataset.report.files.map((file) => file.status).filter((status) => status !== 'read')).toEqual([]);
    expect((await small.storage.list()).map((entry) => entry.name)).toEqual(Object.keys(small.files).sort());
    expect(dataset.spikes.clusters).toEqual(small.spikeClusters);
    expect(dataset.spikes.templates).toEqual(small.spikeTemplates);
    expect(dataset.spikes.amplitudes).toEqual(small.amplitudes);
    expect(dataset.spikes.seconds(0)).toBe(small.spikeSamples[0] / smallSizes.sampleRate);
    expect(dataset.channels.labels).toEqual(['0', '1', '2', '3', '5', '6', '7', '8']);
    expect(dataset.duration).toBe(4);
    expect(dataset.dataFiles).toEqual([{ path: '/memory/raw.dat', exists: true, sampleCount: 40_000 }]);
    const positions = dataset.spikeAttributes.get('positions');
    expect(positions).toMatchObject({ dtype: 'float32', shape: [200, 2] });
    const stored = new Float32Array(small.files['spike_positions.npy'].slice(128).buffer);
    expect(await positions?.read(Int32Array.of(3, 150, 7), [1, 0])).toEqual(
      Float64Array.from([3, 150, 7].flatMap((spike) => [stored[2 * spike + 1], stored[2 * spike]])),
    );
    expect([...dataset.floatText.columns].sort()).toEqual(['amp', 'depth', 'fr']);
    expect([...(dataset.floatText.labels.get('ContamPct') ?? [])]).toEqual([100, 7]);
    expect(dataset.storedNewClusterId).toBeUndefined();
    await dataset.close();
  });

  it.each([
    ['fit 32 bits', 2147483647n],
    ['do not', 2147483648n],
  ])('reads 64-bit spike times that %s', async (_, last) => {
    const { spikeSamples } = makeSmallDataset();
    const expected = [...Array.from(spikeSamples).slice(0, -1), Number(last)];
    for (const [type, array] of [
      ['<i8', BigInt64Array.from(expected.map(BigInt))],
      ['<u8', BigUint64Array.from(expected.map(BigInt))],
    ] as const) {
      const header = npyHeader('int64', [200]);
      const text = new TextDecoder('latin1').decode(header).replace('<i8', type);
      const bytes = joinBytes([Uint8Array.from(text, (c) => c.charCodeAt(0)), new Uint8Array(array.buffer)]);
      const dataset = await openDataset(makeSmallDataset({ 'spike_times.npy': bytes }).storage, 'params.py');
      expect(Array.from(dataset.spikes.samples)).toEqual(expected);
      expect(dataset.spikes.samples instanceof Int32Array).toBe(last < 2147483648n);
    }
  });

  it('refuses unsigned times beyond what a double holds instead of taking them for negative ones', async () => {
    const header = new TextDecoder('latin1').decode(npyHeader('int64', [200])).replace('<i8', '<u8');
    const values = new BigUint64Array(200).fill(0xffff_ffff_ffff_fff0n);
    const bytes = joinBytes([Uint8Array.from(header, (c) => c.charCodeAt(0)), new Uint8Array(values.buffer)]);
    const { storage } = makeSmallDataset({ 'spike_times.npy': bytes });
    await expect(openDataset(storage, 'params.py')).rejects.toThrow('a value beyond 2^53');
  });

  it('tells how far opening has come and lets others run', async () => {
    const steps: number[] = [];
    let pauses = 0;
    await openDataset(makeSmallDataset().storage, 'params.py', {
      onProgress: (_, fraction) => steps.push(fraction),
      progress: async () => void pauses++,
    });
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps.at(-1)).toBe(1);
    expect(pauses).toBeGreaterThan(5);
  });

  it('unwhitens templates and finds their channels', async () => {
    const { dataset, templates } = await openSmallDataset();
    const template = dataset.templates?.get(1);
    expect([...(template?.channelIds ?? [])].slice(0, 5)).toEqual([3, 2, 4, 1, 5]);
    expect(template?.channelIds.length).toBe(8);
    const peak = Array.from({ length: 20 }, (_, s) => 2 * templates[(20 + s) * 8 + 3]);
    expect(dataset.templates?.peakToPeak(1)).toBeCloseTo(Math.max(...peak) - Math.min(...peak), 6);
    expect(dataset.templates?.get(1, 0.5)?.channelIds.length).toBe(3);
  });

  it('says which rows of features come next where they come slowly, once, and when nobody wants them any more', async () => {
    const small = makeSmallDataset();
    const hints: { readonly offsets: readonly number[]; stopped: boolean }[] = [];
    const storage: typeof small.storage = {
      ...small.storage,
      open: async (name) => ({
        ...(await small.storage.open(name)),
        ahead: (offsets, rowBytes) => {
          expect([name, rowBytes]).toEqual(['pc_features.npy', 3 * 6 * 4]);
          const hint = { offsets: Array.from(offsets()), stopped: false };
          hints.push(hint);
          return () => {
            hint.stopped = true;
          };
        },
      }),
    };
    const dataset = await openDataset(storage, 'params.py');
    const spikeIds = Int32Array.from({ length: 150 }, (_, k) => k + 20);
    const plain = await (await openDataset(small.storage, 'params.py')).features?.read(spikeIds, [0, 3]);
    expect(await dataset.features?.read(spikeIds, [0, 3])).toEqual(plain);
    const following = Array.from(spikeIds.subarray(64), (spikeId) => 128 + spikeId * 3 * 6 * 4);
    expect(hints).toEqual([{ offsets: following, stopped: true }]);
    let calls = 0;
    const cancelled = async (): Promise<void> => {
      calls++;
      if (calls > 1) throw new Error('cancelled');
    };
    await expect(dataset.features?.read(spikeIds, [0], cancelled)).rejects.toThrow('cancelled');
    expect(hints.map(({ stopped }) => stopped)).toEqual([true, true]);
    // Few rows are read before a hint would help.
    await dataset.features?.read(spikeIds.subarray(0, 64), [0]);
    expect(hints).toHaveLength(2);
  });

  it('reads features of the wanted channels; what is not stored is NaN', async () => {
    const small = await openSmallDataset();
    const stored = new Float32Array(small.files['pc_features.npy'].slice(128).buffer);
    const spikeIds = Int32Array.of(3, 150, 7, 7);
    const wanted = [4, 0, -1, 99];
    const features = (await small.dataset.features?.read(spikeIds, wanted)) ?? new Float32Array();
    spikeIds.forEach((spikeId, k) => {
      const channels = Array.from({ length: 6 }, (_, j) => (2 * small.spikeTemplates[spikeId] + j) % 8);
      wanted.forEach((channelId, w) => {
        const column = channels.indexOf(channelId);
        for (let pc = 0; pc < 3; pc++) {
          const expected = column < 0 ? NaN : stored[(spikeId * 3 + pc) * 6 + column];
          expect(features[(k * 4 + w) * 3 + pc]).toBe(expected);
        }
      });
    });
    const templateFeatures = await small.dataset.templateFeatures?.read(Int32Array.of(5), [0, 1, 2, 3]);
    const zero = [...(templateFeatures ?? [])].findIndex((x) => x === 0);
    expect(zero).toBe((small.spikeTemplates[5] + 3) % 4);
  });

  it('cuts windows and intervals out of the mapped columns of the raw data', async () => {
    const { dataset, raw, spikeSamples } = await openSmallDataset();
    const windows = (await dataset.traces?.windows(spikeSamples, 10, 20, [4, 0])) ?? new Float32Array();
    expect(windows[(17 * 20 + 3) * 2]).toBe(raw[(spikeSamples[17] - 10 + 3) * 9 + 5]);
    expect(windows[(199 * 20 + 19) * 2 + 1]).toBe(raw[(spikeSamples[199] + 9) * 9]);
    const interval = (await dataset.traces?.read(100, 103, [7])) ?? [];
    expect([...interval]).toEqual([raw[908], raw[917], raw[926]]);
    expect([...(dataset.traces?.chunkBounds ?? [])]).toEqual([0, 40_000]);
  });
});

describe('core files that are absent or wrong end the opening with a sentence', () => {
  it.each<readonly [string, Changes, string]>([
    ['no times', { 'spike_times.npy': undefined }, 'spike_times.npy was not found in /memory.'],
    ['empty file', { 'spike_clusters.npy': '' }, 'spike_clusters.npy is empty, expected a NumPy file.'],
    [
      'truncated',
      { 'spike_templates.npy': npyHeader('int32', [200]) },
      'spike_templates.npy has 128 bytes, expected 928 for shape (200).',
    ],
    [
      'length',
      { 'spike_templates.npy': ints(1, 2) },
      'spike_templates.npy has 2 values, expected 200 (one per spike of spike_times.npy). Export the sorting again.',
    ],
    [
      'cluster length',
      { 'spike_clusters.npy': ints(1) },
      'spike_clusters.npy has 1 value, expected 200 (one per spike).',
    ],
    [
      'fractions',
      { 'spike_times.npy': npy(nd(Float64Array.of(0.0037, 0.2))) },
      'spike_times.npy has the value 0.0037, expected whole numbers.',
    ],
    [
      'NaN',
      { 'spike_times.npy': npy(nd(Float64Array.of(3, NaN))) },
      'spike_times.npy has the value NaN, expected whole numbers.',
    ],
    [
      'order',
      { 'spike_times.npy': ints(5, 4) },
      'spike_times.npy is not in time order (4 after 5 at spike 1), expected increasing times.',
    ],
    [
      'map',
      { 'channel_map.npy': ints(0, 1, 2, 3, 4, 5, 6, 9) },
      'channel_map.npy refers to raw column 9, expected 0 to 8 (n_channels_dat = 9).',
    ],
    [
      'positions',
      { 'channel_positions.npy': ints(1, 2) },
      'channel_positions.npy has 2 values, expected (8, 2): x and y of each channel of the channel map (channel_map.npy).',
    ],
    [
      'no positions',
      { 'channel_positions.npy': undefined },
      'channel_positions.npy was not found in /memory. It holds where the channels are',
    ],
    [
      'matrix for a vector',
      { 'spike_templates.npy': npy(nd(new Int32Array(400), [200, 2])) },
      'spike_templates.npy has shape (200, 2), expected one axis.',
    ],
    [
      'two cluster files',
      { 'spikes.clusters.npy': ints(1) },
      'spike_clusters.npy and spikes.clusters.npy both exist, expected one of them.',
    ],
    ['objects', { 'channel_map.npy': npyObject() }, 'channel_map.npy holds Python objects, expected numbers.'],
    ['no params', { 'params.py': undefined }, 'params.py was not found.'],
  ])('%s', async (_, changes, sentence) => {
    expect(await refusal(changes)).toContain(sentence);
  });
});

/** Spikes of the small dataset from a sample on. */
const beyond = (sample: number) => makeSmallDataset().spikeSamples.filter((at) => at >= sample).length;

function npyObject(): Uint8Array {
  const bytes = npyHeader('int32', [200]);
  const text = new TextDecoder('latin1').decode(bytes).replace("'<i4'", "'|O' ");
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

describe('optional files that are wrong count as absent, with a warning', () => {
  it.each<readonly [string, Changes, string]>([
    [
      'amplitudes',
      { 'amplitudes.npy': ints(1, 2, 3) },
      'amplitudes.npy has 3 values, expected 200 (one per spike). It is not used. Export the sorting again.',
    ],
    [
      'similarity',
      { 'similar_templates.npy': npy(nd(new Float32Array(9), [3, 3])) },
      'similar_templates.npy has shape (3, 3), expected (4, 4): templates by templates. It is not used.',
    ],
    [
      'templates',
      { 'templates.npy': npy(nd(new Float32Array(24), [4, 2, 3])) },
      'templates.npy has shape (4, 2, 3), expected (any, any, 8): templates, samples, channels. It is not used.',
    ],
    [
      'features',
      { 'pc_features.npy': npy(nd(new Float32Array(36), [2, 3, 6])) },
      'pc_features.npy has shape (2, 3, 6), expected 200 rows (one per spike). It is not used.',
    ],
    [
      'feature index',
      { 'pc_feature_ind.npy': npy(nd(new Int32Array(8), [4, 2])) },
      'pc_feature_ind.npy has shape (4, 2), expected (4, 6): channels of each template. It is not used.',
    ],
    [
      'attribute of objects',
      { 'spike_foo.npy': npyObject() },
      'spike_foo.npy holds Python objects, expected numbers. It is not used.',
    ],
    [
      'attribute of another length',
      { 'spike_bar.npy': ints(1, 2) },
      'spike_bar.npy has 2 values, expected 200 rows (one per spike). It is not used.',
    ],
    [
      'rows without a cluster',
      { 'cluster_x.tsv': 'cluster_id\tx\n0\t1\nabc\t2\n' },
      'cluster_x.tsv has 1 row without a whole number as cluster_id (the first begins with “abc”). What stands there is not used, and not written at the next save.',
    ],
    [
      'rows of the same cluster',
      { 'cluster_x.tsv': 'cluster_id\tx\n0\t1\n0\t2\n' },
      'cluster_x.tsv has several rows for the same cluster (0). The last one counts.',
    ],
    [
      'table without clusters',
      { 'cluster_x.tsv': 'unit\tx\n0\t1\n' },
      'cluster_x.tsv has no column cluster_id, expected one. It is not used. Give the column with the clusters that name.',
    ],
    [
      'features that nobody can place',
      { 'pc_feature_ind.npy': ints(1, 2) },
      'What is in pc_features.npy is not known, as pc_feature_ind.npy is broken. It is not used. Export the sorting again.',
    ],
    [
      'table',
      { 'cluster_x.tsv': '' },
      'cluster_x.tsv is empty, expected a table with cluster_id. It is not used. Write it again or remove it.',
    ],
    [
      'raw data elsewhere',
      { 'raw.dat': undefined },
      '/memory/raw.dat does not exist. Correct dat_path in params.py or bring the file back. The sorting is open without raw data.',
    ],
    [
      'raw data cut short',
      { 'raw.dat': new Uint8Array(18 * 50_000 + 5) },
      'raw.dat has 900,005 bytes of data, expected a multiple of 18 (9 columns of int16); the last 5 are left out.',
    ],
    [
      'empty raw data',
      { 'raw.dat': '' },
      'raw.dat has no samples, expected raw data. Copy the whole file again. The sorting is open without raw data.',
    ],
    [
      'spikes beyond the raw data',
      { 'raw.dat': new Uint8Array(18 * 20_000) },
      `${beyond(20_000)} of 200 spikes lie after the end of the raw data (raw.dat).`,
    ],
    [
      'same position',
      { 'channel_positions.npy': npy(nd(new Float64Array(16), [8, 2])) },
      'channel_positions.npy puts channels 0 and 1 at the same position; all channels are shown on one line instead.',
    ],
    [
      'new cluster id',
      { '.phy/new_cluster_id.json': '{"new_cluster_id": "x"}' },
      '.phy/new_cluster_id.json does not hold {"new_cluster_id": number}.',
    ],
    [
      'template ids',
      { 'spike_templates.npy': npy(nd(new Int32Array(200).fill(7))) },
      'spike_templates.npy names templates beyond the 4 of templates.npy for 200 of 200 spikes; these have no template.',
    ],
    [
      'whitening',
      { 'whitening_mat_inv.npy': undefined, 'whitening_mat.npy': npy(nd(new Float64Array(64), [8, 8])) },
      'whitening_mat.npy has no inverse, expected an invertible matrix. It is not used.',
    ],
    [
      'dtype',
      { 'params.py': "dat_path='raw.dat'\nn_channels_dat=9\nsample_rate=1e4\ndtype='text'" },
      'params.py has dtype = text, expected a number type such as int16. Correct it there.',
    ],
    [
      'no channel count',
      { 'params.py': "dat_path='raw.dat'\ndtype='int16'\nsample_rate=1e4" },
      'params.py does not give n_channels_dat, the number of columns of the raw data.',
    ],
    [
      'no rate',
      { 'params.py': 'dat_path=[]' },
      'params.py has no sample_rate. Times are counted in samples, as if it were 1 Hz.',
    ],
    [
      'exported waveforms of another sorting',
      {
        '_phy_spikes_subset.waveforms.npy': npy(nd(new Float32Array(120), [2, 20, 3])),
        '_phy_spikes_subset.channels.npy': npy(nd(new Int32Array(6), [2, 3])),
        '_phy_spikes_subset.spikes.npy': ints(3, 200),
      },
      '_phy_spikes_subset.spikes.npy names spike 200, expected 0 to 199: it is of another sorting. It is not used. Give phy extract-waveforms this one.',
    ],
    [
      'a rate below 0',
      { 'params.py': 'dat_path=[]\nsample_rate = -3' },
      'params.py has sample_rate = -3, expected more than 0. Times are counted in samples, as if it were 1 Hz.',
    ],
    [
      'no channel of templates',
      { 'params.py': 'dat_path=[]\nsample_rate = 1e4\nn_closest_channels = 0' },
      'params.py has n_closest_channels = 0, expected a whole number from 1 on. It is not used.',
    ],
    [
      'an offset beyond the raw data',
      { 'params.py': "dat_path='raw.dat'\ndtype='int16'\nn_channels_dat=9\nsample_rate=1e4\noffset=1000000" },
      'raw.dat has 720,000 bytes, expected more than the offset of 1,000,000 in params.py. Correct it there.',
    ],
    [
      'a line that is no value',
      { 'params.py': 'dat_path = somewhere.dat\nsample_rate = 1e4' },
      'params.py, line 1: dat_path = somewhere.dat is not a plain value and was skipped.',
    ],
  ])('%s', async (_, changes, sentence) => {
    expect((await warnings(changes)).filter((warning) => warning.startsWith(sentence))).toHaveLength(1);
  });

  it('tells a file that cannot be read from one that is not there', async () => {
    const { storage } = makeSmallDataset();
    const locked = (file: string) => ({
      ...storage,
      open: async (name: string) => {
        if (name === file) throw new PhyError('input', `${name} cannot be read: permission denied.`, { file: name });
        return storage.open(name);
      },
    });
    const dataset = await openDataset(locked('amplitudes.npy'), 'params.py');
    expect(dataset.report.warnings).toEqual(['amplitudes.npy cannot be read: permission denied. It is not used.']);
    await expect(openDataset(locked('spike_times.npy'), 'params.py')).rejects.toThrow('permission denied');
    const withoutRaw = await openDataset(locked('/memory/raw.dat'), 'params.py');
    expect(withoutRaw.report.warnings).toEqual([
      '/memory/raw.dat cannot be read: permission denied. The sorting is open without raw data.',
    ]);
  });

  it('leaves the rest usable', async () => {
    const { dataset } = await openSmallDataset({
      'templates.npy': undefined,
      'pc_features.npy': undefined,
      'raw.dat': undefined,
      'amplitudes.npy': undefined,
      'similar_templates.npy': undefined,
      'spike_clusters.npy': undefined,
    });
    expect(dataset.templates).toBeUndefined();
    expect(dataset.features).toBeUndefined();
    expect(dataset.traces).toBeUndefined();
    expect(dataset.spikes.amplitudes).toBeUndefined();
    expect(dataset.similarity).toBeUndefined();
    expect(dataset.templateCount).toBe(4);
    expect(dataset.spikes.clusters).toEqual(dataset.spikes.templates);
    expect(dataset.duration).toBe(dataset.spikes.seconds(199));
    const missing = dataset.report.files.filter((file) => file.status === 'missing').map((file) => file.name);
    expect(missing).toEqual([
      'spike_clusters.npy',
      'amplitudes.npy',
      'templates.npy',
      'similar_templates.npy',
      'raw.dat',
      'pc_features.npy',
    ]);
    await dataset.close();
  });
});

describe('repairs', () => {
  it('replaces NaN in amplitudes by 0 and in templates, and says how many', async () => {
    const amplitudes = new Float32Array(200).fill(3);
    amplitudes[5] = NaN;
    amplitudes[6] = Infinity;
    const templates = makeSmallDataset().templates.slice();
    templates.fill(NaN, 160, 320);
    templates[0] = NaN;
    const { dataset } = await openSmallDataset({
      'amplitudes.npy': npy(nd(amplitudes)),
      'templates.npy': npy(nd(templates, [4, 20, 8])),
    });
    expect(Array.from(dataset.spikes.amplitudes ?? []).slice(4, 8)).toEqual([3, 0, 0, 3]);
    expect(dataset.templates?.get(1)).toBeUndefined();
    expect(dataset.templates?.peakToPeak(1)).toBe(0);
    expect(dataset.templates?.peakToPeak(0)).toBeGreaterThan(0);
    expect(dataset.report.warnings).toEqual([
      'amplitudes.npy has 2 of 200 values that are NaN or infinite; they count as 0.',
      'templates.npy is NaN or infinite at 1 place, taken as 0.',
      'templates.npy is NaN everywhere in 1 template, taken as absent.',
    ]);
    const status = Object.fromEntries(dataset.report.files.map((file) => [file.name, file.status]));
    expect([status['amplitudes.npy'], status['templates.npy']]).toEqual(['repaired', 'repaired']);
  });

  it('computes the inverse of a whitening matrix in memory', async () => {
    const mixing = Float64Array.from({ length: 64 }, (_, k) =>
      k % 9 === 0 ? 0.5 : k % 9 === 1 && k % 8 !== 0 ? 0.1 : 0,
    );
    const { dataset, storage, templates } = await openSmallDataset({
      'whitening_mat_inv.npy': undefined,
      'whitening_mat.npy': npy(nd(mixing, [8, 8])),
    });
    expect((await storage.list()).map((entry) => entry.name)).not.toContain('whitening_mat_inv.npy');
    // The unwhitened template times the whitening matrix is the stored one.
    const template = dataset.templates?.onChannels(2, [0, 1, 2, 3, 4, 5, 6, 7]) ?? new Float32Array();
    for (let s = 0; s < 20; s++) {
      for (let c = 0; c < 8; c++) {
        let sum = 0;
        for (let k = 0; k < 8; k++) sum += template[s * 8 + k] * mixing[k * 8 + c];
        expect(sum).toBeCloseTo(templates[(40 + s) * 8 + c], 5);
      }
    }
  });

  it('reads the waveforms that were exported for some spikes', async () => {
    const waveforms = Float32Array.from({ length: 2 * 20 * 3 }, (_, k) => k);
    const { dataset } = await openSmallDataset({
      '_phy_spikes_subset.waveforms.npy': npy(nd(waveforms, [2, 20, 3])),
      '_phy_spikes_subset.channels.npy': npy(nd(Int32Array.of(4, 2, -1, 0, 1, 2), [2, 3])),
      '_phy_spikes_subset.spikes.npy': ints(10, 20),
    });
    const data = (await dataset.waveformSubset?.read(Int32Array.of(20, 11, 10), [2, 4])) ?? new Float32Array();
    expect([...(dataset.waveformSubset?.spikeIds ?? [])]).toEqual([10, 20]);
    expect([...data.subarray(0, 4)]).toEqual([62, 0, 65, 0]);
    expect([...data.subarray(40, 80)].every((x) => x === 0)).toBe(true);
    expect([...data.subarray(80, 84)]).toEqual([1, 0, 4, 3]);
    expect(dataset.report.warnings).toEqual([]);
    const partial = await openSmallDataset({ '_phy_spikes_subset.spikes.npy': ints(10, 20) });
    expect(partial.dataset.waveformSubset).toBeUndefined();
    expect(partial.dataset.report.warnings[0]).toContain('The exported waveforms are not used');
  });

  it('finds raw data beside params.py and by the literal text of a Windows path', async () => {
    const moved = await openSmallDataset({ 'params.py': params(String.raw`'D:\data\raw.dat'`) });
    expect(moved.dataset.traces?.sampleCount).toBe(40_000);
    expect(moved.dataset.report.warnings).toEqual([
      'D:\\data\\raw.dat does not exist; raw.dat beside params.py is read instead.',
    ]);
    const several = await openSmallDataset({
      'params.py': params("['raw.dat', 'raw2.dat']"),
      'raw2.dat': new Uint8Array(18 * 100),
    });
    expect(several.dataset.traces?.sampleCount).toBe(40_100);
    expect(several.dataset.dataFiles.map((file) => file.sampleCount)).toEqual([40_000, 100]);
    const half = await openSmallDataset({ 'params.py': params("['raw.dat', 'gone.dat']") });
    expect(half.dataset.traces).toBeUndefined();
    expect(half.dataset.report.warnings[0]).toContain('/memory/gone.dat does not exist.');
    const array = await openSmallDataset({
      'params.py': params("'raw.npy'"),
      'raw.npy': npy(nd(new Int16Array(90).fill(4), [10, 9])),
    });
    expect([...((await array.dataset.traces?.read(9, 12, [7])) ?? [])]).toEqual([4]);
  });

  it('reads dir_path, and falls back to the folder of params.py', async () => {
    const { files } = makeSmallDataset();
    const inside = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`sub/${name}`, bytes]));
    const dataset = await openDataset(memoryStorage({ ...inside, 'params.py': folderParams('sub') }), 'params.py');
    expect([dataset.folder, dataset.name, dataset.paramsPath]).toEqual(['/memory/sub', 'sub', '/memory/params.py']);
    const moved = await openSmallDataset({ 'params.py': folderParams('/gone') });
    expect(moved.dataset.folder).toBe('/memory');
    expect(moved.dataset.report.warnings[0]).toBe(
      '/gone (dir_path in params.py) does not exist; the folder of params.py is read instead.',
    );
  });

  it('reads the next cluster id of the Python program', async () => {
    const { dataset } = await openSmallDataset({ '.phy/new_cluster_id.json': '{\n  "new_cluster_id": 314\n}' });
    expect(dataset.storedNewClusterId).toBe(314);
  });
});

describe('features in other shapes', () => {
  it('reads Fortran order, listed rows in any order, and double channels (data.md 8.4)', async () => {
    // 3 rows for spikes 9, 2, 5; 2 components; 3 columns of which the last repeats channel 0 as padding.
    const fortran = new Float32Array(18);
    for (let row = 0; row < 3; row++) {
      for (let pc = 0; pc < 2; pc++) {
        for (let column = 0; column < 3; column++) fortran[row + 3 * (pc + 2 * column)] = value(row, pc, column);
      }
    }
    const header = npyHeader('float32', [3, 2, 3]);
    const text = new TextDecoder('latin1').decode(header).replace('False, ', 'True,  ');
    const { dataset, spikeTemplates } = await openSmallDataset({
      'pc_features.npy': joinBytes([
        Uint8Array.from(text, (char) => char.charCodeAt(0)),
        new Uint8Array(fortran.buffer),
      ]),
      'pc_feature_ind.npy': npy(nd(Float64Array.of(0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0), [4, 3])),
      'pc_feature_spike_ids.npy': ints(9, 2, 5),
    });
    expect(dataset.report.warnings).toEqual([]);
    expect([...(dataset.features?.spikeIds ?? [])]).toEqual([2, 5, 9]);
    const own = spikeTemplates[2] + 1;
    const read = await dataset.features?.read(Int32Array.of(2, 3, 9), [own, 0]);
    const other = spikeTemplates[9] + 1 === own ? [value(0, 0, 1), value(0, 1, 1)] : [NaN, NaN];
    expect([...(read ?? [])]).toEqual([
      value(1, 0, 1),
      value(1, 1, 1),
      value(1, 0, 0),
      value(1, 1, 0),
      NaN,
      NaN,
      NaN,
      NaN,
      ...other,
      value(0, 0, 0),
      value(0, 1, 0),
    ]);
  });

  it('reads template features of listed rows; a spike without a row is NaN, another template 0', async () => {
    const { dataset, spikeTemplates } = await openSmallDataset({
      'template_features.npy': npy(nd(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])),
      'template_feature_spike_ids.npy': ints(8, 4),
    });
    const read = await dataset.templateFeatures?.read(Int32Array.of(4, 5), [
      spikeTemplates[4],
      (spikeTemplates[4] + 3) % 4,
    ]);
    expect([...(read ?? [])]).toEqual([4, 0, NaN, NaN]);
  });

  it('takes columns as channels without an index file', async () => {
    const { dataset, files } = await openSmallDataset({ 'pc_feature_ind.npy': undefined });
    const stored = new Float32Array(files['pc_features.npy'].slice(128).buffer);
    const read = await dataset.features?.read(Int32Array.of(11), [5, 6]);
    expect([...(read ?? [])]).toEqual([stored[203], stored[209], stored[215], NaN, NaN, NaN]);
  });

  it('are not shown when the file that says what they are of cannot be read: columns would be taken for others', async () => {
    const cut = makeSmallDataset().files['pc_feature_ind.npy'].slice(0, 130);
    for (const [index, parts] of [
      ['pc_feature_ind.npy', 'features'],
      ['pc_feature_spike_ids.npy', 'features'],
      ['template_feature_ind.npy', 'templateFeatures'],
      ['template_feature_spike_ids.npy', 'templateFeatures'],
      ['template_ind.npy', 'templates'],
    ] as const) {
      const { dataset } = await openSmallDataset({ [index]: cut });
      expect(dataset[parts], index).toBeUndefined();
      expect(dataset.report.files.find(({ name }) => name === index)?.status).toBe('bad');
      await dataset.close();
    }
  });

  it('of channels and spikes that do not exist are said to be left out', async () => {
    const { dataset } = await openSmallDataset({
      'pc_feature_ind.npy': npy(
        nd(
          Int32Array.from({ length: 24 }, (_, k) => (k === 3 ? 8 : k % 6)),
          [4, 6],
        ),
      ),
      'pc_feature_spike_ids.npy': npy(nd(Int32Array.from({ length: 200 }, (_, k) => k + 5))),
    });
    expect(dataset.report.warnings).toEqual([
      'pc_feature_spike_ids.npy has 5 of 200 entries that are no spike, expected 0 to 199; they are left out.',
      'pc_feature_ind.npy has 1 of 24 entries that are no channel, expected 0 to 7; they are left out.',
    ]);
    await dataset.close();
  });
});

it('a column whose name every object has is no label', async () => {
  const table = 'cluster_id\tconstructor\t__proto__\tquality\n0\t1\t2\t3\n';
  const { dataset } = await openSmallDataset({ 'cluster_odd.tsv': table });
  expect(dataset.metadata.get('quality')?.get(0)).toBe(3);
  expect([dataset.metadata.has('constructor'), dataset.metadata.has('__proto__')]).toEqual([false, false]);
  expect(dataset.report.warnings).toEqual([
    'cluster_odd.tsv has a column constructor, which cannot be a label. It is not used.',
    'cluster_odd.tsv has a column __proto__, which cannot be a label. It is not used.',
  ]);
  await dataset.close();
});
