import { describe, expect, test } from 'vitest';
import { Disk, openMemorySession } from '../../../tests/fixtures/memorySession.ts';
import { makeSmallDataset } from '../../../tests/fixtures/smallDataset.ts';
import { nd } from '../base/nd.ts';
import { encodeNpy } from '../files/npy.ts';
import { joinBytes } from '../storage/memory.ts';
import { checkDataset, type Finding } from './check.ts';

type Changes = Parameters<typeof makeSmallDataset>[0];

async function findings(changes: Changes = {}): Promise<readonly Finding[]> {
  const session = await openMemorySession(new Disk(makeSmallDataset(changes).storage));
  const { dataset, clusters, facts } = session;
  const found = await checkDataset({ dataset, clusters, facts, progress: async () => undefined });
  await session.close();
  return found;
}
const messages = async (changes: Changes): Promise<readonly string[]> =>
  (await findings(changes)).map(({ level, message }) => `${level}: ${message}`);
const npy = (...list: Parameters<typeof nd>): Uint8Array => joinBytes(encodeNpy(nd(...list)));
const params = (columns: number, offset = 0): string =>
  `dat_path = 'raw.dat'\nn_channels_dat = ${columns}\ndtype = 'int16'\noffset = ${offset}\nsample_rate = 10000.\n`;

describe('phy check', () => {
  test('a sound dataset has nothing to mend', async () => {
    // Spikes without a stored feature are part of the fixture.
    expect((await findings()).filter(({ level }) => level !== 'note')).toEqual([]);
  });

  test('raw data that do not contain the spikes: wrong columns, wrong offset', async () => {
    for (const text of [params(11), params(9, 2000)]) {
      const found = await messages({ 'params.py': text });
      expect(
        found.filter((line) => line.includes('does not seem to contain the spikes')),
        text,
      ).toHaveLength(1);
    }
    const silent = await messages({ 'raw.dat': new Uint8Array(40_000 * 18) });
    expect(silent[0]).toMatch(/^error: .*raw\.dat is 0 wherever it was looked at\./);
  });

  test('duplicates, zero amplitudes, labels of clusters that are gone, uneven similarity', async () => {
    const samples = makeSmallDataset().spikeSamples.slice();
    samples[11] = samples[10];
    const same = new Int32Array(200);
    const found = await messages({
      'spike_times.npy': npy(samples),
      'spike_clusters.npy': npy(same),
      'amplitudes.npy': npy(new Float64Array(200)),
      'cluster_group.tsv': 'cluster_id\tgroup\n0\tgood\n77\tgood\n',
      'channel_map.npy': npy(Int32Array.of(0, 1, 2, 3, 5, 6, 7, 7)),
      'similar_templates.npy': npy(Float32Array.of(1, 0.5, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1), [4, 4]),
    });
    const has = (start: string): void =>
      expect(
        found.filter((line) => line.startsWith(start)),
        start,
      ).toHaveLength(1);
    has('warning: 1 spikes lie at the same sample as another spike of their cluster (clusters 0).');
    has('warning: channel_map.npy has raw column 7 for channels 6 and 7, expected each column once.');
    has('warning: amplitudes.npy is 0 for 200 spikes (100.0 %)');
    has('note: The field group has values for 1 clusters without spikes (77).');
    has('note: similar_templates.npy differs between (a, b) and (b, a) for 1 pairs');
  });

  test('errors come first', async () => {
    const found = await findings({ 'amplitudes.npy': npy(Int32Array.of(1)), 'raw.dat': undefined });
    expect(found[0]).toMatchObject({ level: 'error', file: 'amplitudes.npy' });
    expect(found.map(({ level }) => level)).toContain('warning');
  });
});
