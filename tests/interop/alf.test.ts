/**
 * `phy alf-convert` beside the reference's converter, value by value, on a curated copy of a dense sorting. Needs a Python with phylib, named by
 * PHY_TEST_PYTHON; skipped without one.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alfConvert } from '../../src/node/commands/alfConvert.ts';
import { openDataset } from '../../src/core/dataset/open.ts';
import { folderStorage } from '../../src/node/folder.ts';
import { datasetFolders, hasReference } from '../fixtures/golden.ts';
import { memoryLog } from '../fixtures/memoryLog.ts';

const python = process.env['PHY_TEST_PYTHON'] ?? '';

function hasPhylib(): boolean {
  if (python === '') return false;
  try {
    execFileSync(python, ['-c', 'import phylib'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const runPython = (script: string, ...args: string[]) =>
  execFileSync(python, ['-c', script, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Merges two clusters, splits another one: cluster ids beyond the templates, and empty ones. */
const curate = `
import sys
import numpy as np
c = np.load(sys.argv[1] + '/spike_clusters.npy').astype(np.int32).ravel()
ids, counts = np.unique(c, return_counts=True)
big = ids[np.argsort(-counts)]
top = c.max() + 1
c[np.isin(c, big[:2])] = top
one = np.flatnonzero(c == big[2])
c[one[::2]] = top + 1
c[one[1::2]] = top + 2
np.save(sys.argv[1] + '/spike_clusters.npy', c)
`;
/** NumPy leaves the order of equal distances open; both programs have the lower channel first here. */
const convert = `
import sys, logging
import numpy as np
logging.disable(logging.CRITICAL)
argsort = np.argsort
np.argsort = lambda a, *args, **more: argsort(a, *args, **{**more, 'kind': 'stable'})
from pathlib import Path
from phylib.io.model import load_model
from phylib.io.alf import EphysAlfCreator
EphysAlfCreator(load_model(sys.argv[1] + '/params.py')).convert(Path(sys.argv[2]))
`;
/** Largest difference of each array, relative to its largest value; waveforms by channel, as equal distances may be in any order. */
const compare = `
import sys, json
import numpy as np
ours, theirs = sys.argv[1:]
load = lambda folder, name: np.load(f'{folder}/{name}.npy')
result = {}
def put(name, a, b):
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    same = np.isnan(a) == np.isnan(b)
    ok = ~np.isnan(a) & ~np.isnan(b)
    top = np.abs(b[ok]).max() if ok.any() else 1
    result[name] = [list(a.shape) == list(b.shape) and bool(same.all()), float(np.abs(a[ok] - b[ok]).max() / max(top, 1e-12)) if ok.any() else 0.]
for name in ['spikes.times', 'spikes.samples', 'spikes.amps', 'spikes.depths', 'spikes.clusters', 'spikes.templates',
             'clusters.amps', 'clusters.depths', 'clusters.peakToTrough', 'channels.rawInd', 'channels.localCoordinates',
             '_kilosort_whitening.matrix']:
    put(name, load(ours, name), load(theirs, name))
used = ~np.isnan(load(theirs, 'clusters.depths'))
put('clusters.channels', load(ours, 'clusters.channels')[used], load(theirs, 'clusters.channels')[used])
amps = load(theirs, 'templates.amps')
put('templates.amps', load(ours, 'templates.amps')[:len(amps)], amps)
for what, rows in [('templates', np.flatnonzero(~np.isnan(amps))), ('clusters', np.flatnonzero(used))]:
    nc = 1 + load(ours, f'{what}.waveformsChannels').max()
    full = []
    for folder in (ours, theirs):
        w, c = load(folder, f'{what}.waveforms'), load(folder, f'{what}.waveformsChannels')
        out = np.zeros((len(rows), w.shape[1], max(nc, 1 + c.max())))
        for k, row in enumerate(rows):
            out[k][:, c[row]] = w[row]
        full.append(out)
    # A channel that only one of the two kept, at an equal distance, is left out.
    both = (np.abs(full[0]).max(1) > 0) & (np.abs(full[1]).max(1) > 0)
    put(what + '.waveforms', full[0].transpose(0, 2, 1)[both], full[1].transpose(0, 2, 1)[both])
    result[what + '.shared'] = [True, float(1 - both.sum() / (np.abs(full[1]).max(1) > 0).sum())]
dtypes = {n: str(load(ours, n).dtype) for n in ['spikes.times', 'spikes.samples', 'spikes.amps', 'spikes.depths', 'spikes.clusters',
  'templates.waveforms', 'templates.waveformsChannels', 'templates.amps', 'clusters.channels', 'channels.rawInd']}
theirs = {n: str(load(theirs, n).dtype) for n in dtypes}
print(json.dumps({'result': result, 'dtypes': dtypes, 'theirs': theirs}))
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'phy-alf-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasPhylib() || !hasReference)('beside the converter of phylib', () => {
  it('writes the same values, and what it writes opens in both programs', async () => {
    const source = path.join(folder, 'source');
    cpSync(datasetFolders['mini'], source, { recursive: true });
    runPython(curate, source);
    const ours = path.join(folder, 'ours');
    await alfConvert([source, ours], memoryLog().stream);
    const copy = path.join(folder, 'copy');
    cpSync(source, copy, { recursive: true });
    const theirs = path.join(folder, 'theirs');
    runPython(convert, copy, theirs);
    const { result, dtypes, theirs: expected } = JSON.parse(runPython(compare, ours, theirs));
    expect(dtypes).toEqual(expected);
    for (const [name, [sameShape, difference]] of Object.entries<[boolean, number]>(result)) {
      expect([name, sameShape]).toEqual([name, true]);
      expect(difference, name).toBeLessThan(1e-5);
    }
    const dataset = await openDataset(folderStorage(ours), 'params.py');
    const loaded = JSON.parse(
      runPython(
        "import sys, json, logging; logging.disable(50); from phylib.io.model import load_model; m = load_model(sys.argv[1] + '/params.py'); print(json.dumps([m.n_spikes, m.n_templates, m.spike_clusters.tolist()]))",
        ours,
      ),
    );
    expect(loaded).toEqual([dataset.spikes.count, dataset.templates?.count, [...dataset.spikes.clusters]]);
    await dataset.close();
  });
});
