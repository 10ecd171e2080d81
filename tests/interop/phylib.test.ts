/**
 * Both ways through the reference library: what is saved here loads there, what is saved there loads here. Needs a Python with phylib,
 * named by PHY_TEST_PYTHON; skipped without one.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MetadataValue } from '../../src/core/dataset/dataset.ts';
import { openDataset } from '../../src/core/dataset/open.ts';
import { newClusterIdFile, saveDataset, savedFiles } from '../../src/core/dataset/save.ts';
import { openMtscomp } from '../../src/core/files/mtscomp.ts';
import { folderStorage } from '../../src/node/folder.ts';
import { makeSmallDataset } from '../fixtures/smallDataset.ts';
import { datasetFolders, hasReference } from '../fixtures/golden.ts';

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

const load = `
import json, sys, logging
logging.disable(logging.CRITICAL)
from phylib.io.model import load_model
m = load_model(sys.argv[1])
meta = {f: {str(int(k)): v for k, v in d.items()} for f, d in m.metadata.items()}
print(json.dumps({'clusters': m.spike_clusters.tolist(), 'metadata': meta, 'dtype': str(m.spike_clusters.dtype)}))
`;
const change = `
import sys, logging
import numpy as np
logging.disable(logging.CRITICAL)
from phylib.io.model import load_model
m = load_model(sys.argv[1])
clusters = m.spike_clusters.copy()
clusters[::3] = 4000
m.save_spike_clusters(clusters)
m.save_metadata('group', {4000: 'good', 1: 'mua', 2: None})
m.save_metadata('quality', {4000: 3, 1: 2.0, 2: 'a\\tb "c"', 3: True, 5: 1e-7})
`;
const compress = `
import sys
import numpy as np
import mtscomp
data = np.random.default_rng(1).integers(-32768, 32768, (70123, 7)).astype(np.int16)
data.tofile(sys.argv[1])
mtscomp.compress(*sys.argv[1:], sample_rate=30000., n_channels=7, dtype=np.int16, do_spatial_diff=True)
`;
const runPython = (script: string, ...args: string[]) =>
  execFileSync(python, ['-c', script, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'phy-interop-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of mini where it is there, else the small dataset. */
async function copyDataset(name: string): Promise<string> {
  const copy = path.join(folder, name);
  if (hasReference) cpSync(datasetFolders['mini'], copy, { recursive: true });
  else {
    const storage = folderStorage(copy);
    for (const [file, bytes] of Object.entries(makeSmallDataset().files)) await storage.replace(file, bytes);
  }
  return copy;
}

describe.skipIf(!hasPhylib())('with phylib', () => {
  it('loads there what is saved here', async () => {
    const copy = await copyDataset('ours');
    const storage = folderStorage(copy);
    const dataset = await openDataset(storage, 'params.py');
    const spikeClusters = dataset.spikes.clusters.slice();
    for (let k = 0; k < spikeClusters.length; k += 2) spikeClusters[k] = 1000 + (k % 6);
    const clusterIds = [...new Set(spikeClusters)].sort((a, b) => a - b);
    const quality = new Map<number, MetadataValue>([
      [1000, 3],
      [1002, 'say "x"\ttab'],
      [1004, 2.5],
      [0, true],
    ]);
    const metadata = new Map([...dataset.metadata, ['quality', quality]]);
    metadata.set('group', new Map([...(dataset.metadata.get('group') ?? []), [1000, 'good']]));
    const files = savedFiles({
      spikeClusters,
      clusterIds,
      metadata,
      clusterInfoRows: { columns: [], rows: clusterIds.map((id) => ({ id, fr: 1 })) },
      floatText: dataset.floatText,
    });
    await saveDataset(storage, [...files, newClusterIdFile(1010)], new Date(0));
    await dataset.close();
    const loaded: unknown = JSON.parse(runPython(load, path.join(copy, 'params.py')));
    const expected = Object.fromEntries(
      [...metadata].map(([field, values]) => [
        field,
        Object.fromEntries(
          [...values].filter(([id]) => clusterIds.includes(id)).map(([id, v]) => [id, v === true ? 'True' : v]),
        ),
      ]),
    );
    expect(loaded).toEqual({ clusters: [...spikeClusters], metadata: expected, dtype: 'int32' });
  });

  it('loads here what is saved there', async () => {
    const copy = await copyDataset('theirs');
    runPython(change, path.join(copy, 'params.py'));
    const dataset = await openDataset(folderStorage(copy), 'params.py');
    const expected: unknown = JSON.parse(runPython(load, path.join(copy, 'params.py')));
    const metadata = Object.fromEntries(
      [...dataset.metadata].map(([field, values]) => [field, Object.fromEntries(values)]),
    );
    expect({ clusters: [...dataset.spikes.clusters], metadata, dtype: 'int32' }).toEqual(expected);
    expect(dataset.metadata.get('group')).toEqual(
      new Map([
        [1, 'mua'],
        [4000, 'good'],
      ]),
    );
    expect(dataset.metadata.get('quality')?.get(2)).toBe('a\tb "c"');
    await dataset.close();
  });

  it('reads losslessly what mtscomp compressed there', async () => {
    const names = ['random.dat', 'random.cbin', 'random.ch'].map((name) => path.join(folder, name));
    runPython(compress, ...names);
    const storage = folderStorage(folder);
    const { source } = await openMtscomp(storage, 'random.cbin');
    const bytes = await storage.readAll('random.dat');
    const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
    const columns = Array.from({ length: source.columnCount }, (_, column) => column);
    expect(await source.read(0, source.sampleCount, columns)).toEqual(Float32Array.from(samples));
    await source.close();
  });
});
