/**
 * What the waveform view gets of a .kwik file, beside h5py, NumPy and SciPy: masks of spikes and of means, waves through klusta's filter, and
 * the order of channels (spec/data.md 12.3, 12.4). Needs a Python with them, named by PHY_TEST_PYTHON; skipped without one.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseParams } from '../../src/core/base/params.ts';
import { openDataset } from '../../src/core/dataset/open.ts';
import { folderStorage } from '../../src/node/folder.ts';
import { queries } from '../../src/views/queries.ts';
import { params } from '../../src/views/waveform/params.ts';
import { shared } from '../fixtures/golden.ts';
import { queryContext } from '../fixtures/queryContext.ts';

const source = path.join(shared, 'data', 'kwik-hybrid');
const python = process.env['PHY_TEST_PYTHON'] ?? '';

function hasScipy(): boolean {
  if (python === '' || !existsSync(source)) return false;
  try {
    execFileSync(python, ['-c', 'import h5py, scipy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Raw data that hold the spikes of the file as far as their masks reach. */
const makeRaw = `
import sys, h5py, numpy as np
d = sys.argv[1]
g = h5py.File(d + '/hybrid_10sec.kwik', 'r')['channel_groups/0']
fm = h5py.File(d + '/hybrid_10sec.kwx', 'r')['channel_groups/0/features_masks'][:]
t, order, masks = g['spikes/time_samples'][:].astype(int), g.attrs['channel_order'][:], fm[:, ::3, 1]
raw = np.random.default_rng(1).normal(0, 12, (200000, 32))
shape = -np.exp(-0.5 * ((np.arange(32) - 16) / 2.2) ** 2)
for s in range(len(t)):
    a = t[s] - 16
    if a < 0 or a + 32 > len(raw): continue
    raw[a:a + 32, order] += shape[:, None] * (80 * masks[s] * (1 + np.arange(32) % 5))
raw.round().astype(np.int16).tofile(d + '/hybrid_10sec.dat')
`;
const compare = `
import sys, json, h5py, numpy as np
from scipy.signal import butter, filtfilt
d = sys.argv[1]
ours = json.load(open(d + '/ours.json'))
g = h5py.File(d + '/hybrid_10sec.kwik', 'r')['channel_groups/0']
t, order = g['spikes/time_samples'][:].astype(int), g.attrs['channel_order'][:]
M = h5py.File(d + '/hybrid_10sec.kwx', 'r')['channel_groups/0/features_masks'][:, ::3, 1]
raw = np.fromfile(d + '/hybrid_10sec.dat', 'int16').reshape(-1, 32)[:, order].astype(float)
b, a = butter(3, (500 / 10000, .95), 'bandpass')
def wave(s):
    i, j = t[s] - 20, t[s] + 21
    x = np.zeros((j - i, 32))
    lo, hi = max(i, 0), min(j, len(raw))
    x[lo - i:hi - i] = raw[lo:hi]
    return filtfilt(b, a, x, axis=0)[4:-5]
arr = lambda x: np.array(x['data'], dtype=float).reshape(x['shape'])
s, ch, mch = (arr(ours[k]).astype(int) for k in ('spikeIds', 'channelIds', 'meanChannelIds'))
W = np.array([wave(x) for x in s])
mean, mask = W.mean(0), M[s].mean(0)
print(json.dumps({
    'masks': float(abs(arr(ours['masks']) - M[s][:, ch]).max()),
    'waves': float(abs(arr(ours['waves']) - W[:, :, ch]).max()),
    'mean': float(abs(arr(ours['mean'])[0] - mean[:, mch]).max()),
    'meanMasks': float(abs(arr(ours['meanMasks'])[0] - mask[mch] ** .1).max()),
    'order': np.argsort(-np.ptp(mean * mask, axis=0), kind='stable').tolist(),
}))
`;

const plain = (array: { readonly data: ArrayLike<number>; readonly shape: readonly number[] } | undefined) =>
  array === undefined ? null : { shape: array.shape, data: Array.from(array.data) };

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'phy-kwik-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasScipy())('waveforms of klusta beside SciPy', () => {
  it('have the masks of the .kwx, the same waves and the same order of channels', async () => {
    cpSync(source, folder, { recursive: true });
    execFileSync(python, ['-c', makeRaw, folder]);
    const dataset = await openDataset(folderStorage(folder), 'hybrid_10sec.kwik');
    const context = queryContext(dataset, dataset.spikes.clusters);
    const ask = async (type: string) =>
      (await queries.waveform.run(context, parseParams(params, { type, spikesPerCluster: 40 }), [15])).clusters[0];
    const [single, mean] = [await ask('waveforms'), await ask('mean_waveforms')];
    const ours = {
      spikeIds: plain(single?.spikeIds),
      channelIds: plain(single?.channelIds),
      masks: plain(single?.channelMasks),
      waves: plain(single?.waveforms),
      meanChannelIds: plain(mean?.channelIds),
      mean: plain(mean?.waveforms),
      meanMasks: plain(mean?.channelMasks),
    };
    writeFileSync(path.join(folder, 'ours.json'), JSON.stringify(ours));
    await dataset.close();
    const found = JSON.parse(execFileSync(python, ['-c', compare, folder], { encoding: 'utf8' }));
    expect(found.masks).toBe(0);
    for (const what of ['waves', 'mean']) expect(found[what], what).toBeLessThan(1e-3);
    expect(found.meanMasks).toBeLessThan(1e-6);
    expect(found.order).toEqual([...(single?.channelIds.data ?? [])]);
  });
});
