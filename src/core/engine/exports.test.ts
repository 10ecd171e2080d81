import { describe, expect, it } from 'vitest';
import { nd } from '../base/nd.ts';
import { memoryStorage } from '../storage/memory.ts';
import { saveExport } from './exports.ts';

const NOW = new Date(2026, 10, 22, 13, 55, 7).getTime();
const answered = {
  query: 'amplitude',
  params: { type: 'template' },
  answer: {
    clusters: [{ clusterId: 2, x: nd(new Float64Array([0.5, NaN])), waveforms: nd(new Float32Array(8), [2, 2, 2]) }],
    total: 3,
  },
};
const nothing = async (): Promise<void> => undefined;

describe('saveExport', () => {
  it('writes each array under the name of phy query --out, and the answer around them', async () => {
    const home = memoryStorage({}, '/user');
    const said = await saveExport(home, { view: 'AmplitudeView', format: 'npy' }, answered, NOW, nothing);
    const folder = 'exports/phy_export_20261122135507_AmplitudeView';
    expect(said).toBe(`Saved 2 arrays of AmplitudeView as NPY in /user/${folder}.`);
    const names = (await home.list(folder)).map(({ name }) => name);
    expect(names).toEqual(['answer.json', 'clusters_0_waveforms.npy', 'clusters_0_x.npy']);
    const json: unknown = JSON.parse(new TextDecoder().decode(await home.readAll(`${folder}/answer.json`)));
    expect(json).toEqual({
      query: 'amplitude',
      params: { type: 'template' },
      answer: {
        clusters: [
          {
            clusterId: 2,
            x: { dtype: 'float64', shape: [2], npy: 'clusters_0_x.npy' },
            waveforms: { dtype: 'float32', shape: [2, 2, 2], npy: 'clusters_0_waveforms.npy' },
          },
        ],
        total: 3,
      },
    });
  });

  it('writes CSV, and never over an earlier export', async () => {
    const home = memoryStorage({}, '/user');
    for (const _ of [1, 2]) await saveExport(home, { view: 'A (1)', format: 'csv' }, answered, NOW, nothing);
    expect((await home.list('exports')).map(({ name }) => name)).toEqual([
      'phy_export_20261122135507_A_1',
      'phy_export_20261122135507_A_1-1',
    ]);
    const text = await home.readAll('exports/phy_export_20261122135507_A_1/clusters_0_x.csv');
    expect(new TextDecoder().decode(text)).toBe('0.5\nnan\n');
  });
});
