/** Datasets with a SpikeGLX file beside their raw data: µV everywhere, and raw units as before where the gain is not known. */
import { describe, expect, it } from 'vitest';
import { maxDifference } from '../../../../tests/fixtures/golden.ts';
import { makeSmallDataset, openSmallDataset, smallSizes } from '../../../../tests/fixtures/smallDataset.ts';
import { query as amplitude } from '../../../views/amplitude/query.ts';
import { query as waveform } from '../../../views/waveform/query.ts';
import { designHighPass, filterPair } from '../../analysis/filter.ts';
import { medianInPlace } from '../../base/arrays.ts';
import { nd } from '../../base/nd.ts';
import { parseParams } from '../../base/params.ts';
import type { QueryContext } from '../../engine/query.ts';
import { encodeNpy } from '../../files/npy.ts';
import { joinBytes } from '../../storage/memory.ts';
import { queryContext } from '../../../../tests/fixtures/queryContext.ts';

const { rawColumns, sampleRate } = smallSizes;

/** Nine columns of which the last is digital unless `analog` says nine; the gain of column 2 is half of the others'. */
function metaOf(analog = 9, change: Readonly<Record<string, string>> = {}): string {
  const lines = {
    typeThis: 'imec',
    imAiRangeMax: '0.6',
    imMaxInt: '512',
    imDatPrb_type: '0',
    acqApLfSy: `${analog},0,${9 - analog}`,
    snsApLfSy: `${analog},0,${9 - analog}`,
    snsSaveChanSubset: 'all',
    '~imroTbl': `(0,${analog})${Array.from({ length: analog }, (_, k) => `(${k} 0 0 ${k === 2 ? 250 : 500} 250 1)`).join('')}`,
    ...change,
  };
  return Object.entries(lines)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');
}
const UNIT = 2.34375;

async function contextOf(changes: Parameters<typeof openSmallDataset>[0]): Promise<QueryContext> {
  const { dataset, spikeClusters } = await openSmallDataset(changes);
  return queryContext(dataset, spikeClusters);
}
const all = (type: string, filter = 'high_pass') =>
  parseParams(waveform.params, { type, filter, spikesPerCluster: null, channels: [0, 1, 2, 3] });

describe('gains of the raw data', () => {
  it('scale waveforms, their mean and raw amplitudes channel by channel; templates stay as they are', async () => {
    const raw = await contextOf({});
    const known = await contextOf({ 'raw.meta': metaOf() });
    expect([...(known.dataset.traces?.microvolts ?? [])]).toEqual([UNIT, UNIT, 2 * UNIT, UNIT, UNIT, UNIT, UNIT, UNIT]);
    expect(known.dataset.report.files.find(({ name }) => name === 'raw.meta')).toMatchObject({
      status: 'read',
      note: 'One raw unit is 2.344 to 4.688 µV.',
    });
    for (const type of ['waveforms', 'mean_waveforms']) {
      const [a, b] = await Promise.all([raw, known].map((context) => waveform.run(context, all(type), [0, 2])));
      expect([a.unit, b.unit]).toEqual(['raw', 'uV']);
      for (const [k, { waveforms }] of a.clusters.entries()) {
        const scaled = waveforms.data.map((value, i) => value * (i % 4 === 2 ? 2 * UNIT : UNIT));
        expect(maxDifference(b.clusters[k].waveforms.data, scaled)).toBeLessThan(1e-3);
      }
    }
    const [a, b] = await Promise.all([raw, known].map((context) => waveform.run(context, all('templates'), [0])));
    expect(b).toEqual(a);
    const rawAmplitude = parseParams(amplitude.params, {
      type: 'raw',
      channel: 2,
      backgroundSpikes: 0,
      spikesPerCluster: null,
    });
    const [c, d] = await Promise.all([raw, known].map((context) => amplitude.run(context, rawAmplitude, [0])));
    expect([c.unit, d.unit]).toEqual([undefined, 'uV']);
    expect(
      maxDifference(
        d.clusters[0].amplitudes.data,
        c.clusters[0].amplitudes.data.map((value) => value * 2 * UNIT),
      ),
    ).toBeLessThan(1e-2);
    const template = parseParams(amplitude.params, { type: 'template' });
    expect((await amplitude.run(known, template, [0])).unit).toBeUndefined();
  });

  it('an injected spike of 100 µV reads 100 µV', async () => {
    const { files, spikeSamples } = makeSmallDataset();
    const data = new Int16Array(files['raw.dat'].slice().buffer).fill(0);
    const peak = Math.round(100 / UNIT);
    for (const sample of spikeSamples) {
      for (let s = -3; s <= 3; s++) data[(sample + s) * rawColumns + 1] -= Math.round(peak * (1 - Math.abs(s) / 4));
    }
    const context = await contextOf({ 'raw.dat': new Uint8Array(data.buffer), 'raw.meta': metaOf() });
    const { clusters } = await waveform.run(context, all('mean_waveforms', 'raw'), [0]);
    const mean = clusters[0].waveforms.data.filter((_, i) => i % 4 === 1);
    expect(Math.abs(Math.min(...mean) + 100)).toBeLessThan(1.2);
    const raw = parseParams(amplitude.params, {
      type: 'raw',
      channel: 1,
      filter: 'raw',
      backgroundSpikes: 0,
      spikesPerCluster: null,
    });
    const { amplitudes } = (await amplitude.run(context, raw, [0])).clusters[0];
    const median = [...amplitudes.data].sort((x, y) => x - y)[amplitudes.data.length >> 1];
    expect(Math.abs(median - 100)).toBeLessThan(1.2);
  });

  it.each([
    [
      'a digital column in the map',
      { 'raw.meta': metaOf(8) },
      'raw.meta: the channel map has a column without a gain.',
    ],
    [
      'another number of columns',
      { 'raw.meta': metaOf(9, { snsSaveChanSubset: '0:3' }) },
      'raw.meta: there are 4 columns, params.py has n_channels_dat = 9.',
    ],
    [
      'a table that is cut off',
      { 'raw.meta': metaOf(9, { '~imroTbl': '(0,9)(0 0 0 500 250 1)' }) },
      'raw.meta has 1 entries with gains in imroTbl, expected 9.',
    ],
  ])('are not used with %s, and it is said why', async (_, change, warning) => {
    const { dataset } = await contextOf(change);
    expect(dataset.traces?.microvolts).toBeUndefined();
    expect(dataset.report.warnings).toContain(`${warning} Values are shown in raw units.`);
  });

  it('a .meta file of another program is left alone', async () => {
    const { dataset } = await contextOf({ 'raw.meta': 'something else' });
    expect(dataset.traces?.microvolts).toBeUndefined();
    expect(dataset.report.warnings).toEqual((await contextOf({})).dataset.report.warnings);
    expect(dataset.report.files.find(({ name }) => name === 'raw.meta')).toMatchObject({ status: 'ignored' });
  });

  it('several raw files need the same gains', async () => {
    const { files } = makeSmallDataset();
    const params = new TextDecoder().decode(files['params.py']).replace("'raw.dat'", "['raw.dat', 'more.dat']");
    const two = { 'params.py': params, 'more.dat': files['raw.dat'], 'raw.meta': metaOf() };
    expect((await contextOf({ ...two, 'more.meta': metaOf() })).dataset.traces?.microvolts).toHaveLength(8);
    const only = (await contextOf(two)).dataset;
    expect(only.report.warnings.join()).toContain('raw.meta, more.meta: only 1 of 2 raw files have gains.');
    const other = (await contextOf({ ...two, 'more.meta': metaOf(9, { imAiRangeMax: '0.5' }) })).dataset;
    expect(other.report.warnings.join()).toContain('gains differ between the raw files');
    expect([only, other].map((dataset) => dataset.traces?.microvolts)).toEqual([undefined, undefined]);
  });
});

/** Whole channels of raw data, filtered: what a trace view of everything would show. */
function filteredTraces(stored: Int16Array, columns: readonly number[]): readonly Float64Array[] {
  const total = stored.length / rawColumns;
  return columns.map((column) => {
    const trace = Float64Array.from({ length: total }, (_, t) => stored[t * rawColumns + column]);
    const median = medianInPlace(trace.slice());
    const pair = new Float64Array(2 * total);
    const entry = { first: 0, base: median };
    filterPair(designHighPass(sampleRate), trace, 1, [entry, entry], total, pair);
    return trace.map((_, t) => pair[2 * t]);
  });
}

describe('a filter over the trace', () => {
  const channels = [1, 4];
  const columns = [1, 5];

  /** Largest difference between drawn waveforms and the filtered trace: in the recording, and in its first and last 20 ms. */
  async function differences(
    driftUnits: number,
    filterOver: 'window' | 'trace',
  ): Promise<{ inner: number; ends: number }> {
    const stored = new Int16Array(makeSmallDataset().files['raw.dat'].slice().buffer);
    const total = stored.length / rawColumns;
    // A slow drift of the potential, which a short window cannot tell from a spike.
    const drift = (t: number, c: number): number =>
      Math.round(driftUnits * Math.sin((2 * Math.PI * 8 * t) / sampleRate + c));
    for (let i = 0; i < stored.length; i++) stored[i] += drift(Math.floor(i / rawColumns), i % rawColumns);
    const samples = Int32Array.from({ length: 200 }, (_, k) => (k === 0 ? 4 : k === 199 ? total - 3 : 60 + 199 * k));
    const changes = { 'raw.dat': new Uint8Array(stored.buffer), 'spike_times.npy': joinBytes(encodeNpy(nd(samples))) };
    const context = await contextOf(changes);
    const values = parseParams(waveform.params, { spikesPerCluster: null, channels, filterOver });
    const { clusters, sampleCount, spikeSample } = await waveform.run(context, values, context.clusters.ids);
    const traces = filteredTraces(stored, columns);
    const found = { inner: 0, ends: 0 };
    for (const { spikeIds, waveforms } of clusters) {
      for (const [k, value] of waveforms.data.entries()) {
        const wave = Math.floor(k / (2 * sampleCount));
        const t = samples[spikeIds.data[wave]] - spikeSample + (Math.floor(k / 2) % sampleCount);
        const difference = Math.abs(value - (traces[k % 2][t] ?? 0));
        const where = t < 0.02 * sampleRate || t >= total - 0.02 * sampleRate ? 'ends' : 'inner';
        found[where] = Math.max(found[where], difference);
      }
    }
    expect(clusters.reduce((sum, { shown }) => sum + shown, 0)).toBe(200);
    return found;
  }

  it('makes a waveform the very slice of the filtered trace', async () => {
    expect((await differences(60, 'trace')).inner).toBeLessThan(0.1);
    // The reference filters each window by itself.
    expect((await differences(60, 'window')).inner).toBeGreaterThan(5);
  });

  it('also at both ends of the recording, where the filter starts from rest', async () => {
    const { inner, ends } = await differences(0, 'trace');
    expect(inner).toBeLessThan(0.1);
    expect(ends).toBeLessThan(1);
  });

  it('changes nothing where there is no filter', async () => {
    const context = await contextOf({});
    const [a, b] = await Promise.all(
      (['window', 'trace'] as const).map((filterOver) =>
        waveform.run(context, { ...all('waveforms', 'raw'), filterOver }, [0]),
      ),
    );
    expect(a).toEqual(b);
  });
});
