/** Spike attributes read from files, against plain computation over all spikes. */
import { describe, expect, it } from 'vitest';
import { openSmallDataset, smallSizes } from '../../../tests/fixtures/smallDataset.ts';
import { lassoCounts, resolveMissing } from '../../core/analysis/lassoSplit.ts';
import { drawableAttributes } from '../../core/analysis/spikeAttributes.ts';
import { nd, type NdArray } from '../../core/base/nd.ts';
import { parseParams } from '../../core/base/params.ts';
import { seededRandom } from '../../core/base/random.ts';
import type { Dataset } from '../../core/dataset/dataset.ts';
import type { QueryContext } from '../../core/engine/query.ts';
import { encodeNpy } from '../../core/files/npy.ts';
import { joinBytes } from '../../core/storage/memory.ts';
import { query } from './query.ts';
import { queryContext } from '../../../tests/fixtures/queryContext.ts';

const count = smallSizes.spikes;
const npy = (array: NdArray): Uint8Array => joinBytes(encodeNpy(array));
const valuesOf = (attribute: string, spikesPerCluster: number | null = 5000) =>
  parseParams(query.params, { attribute, spikesPerCluster });

/** The same numbers as a file in Fortran order says. */
function fortran(text: Uint8Array): Uint8Array {
  const head = new TextDecoder('latin1')
    .decode(text.subarray(0, 128))
    .replace("'fortran_order': False,", "'fortran_order': True, ");
  return joinBytes([Uint8Array.from(head, (c) => c.charCodeAt(0)), text.subarray(128)]);
}

const random = seededRandom(4);
/** Every seventh value is missing, one is infinite. */
const snr = Float32Array.from({ length: count }, (_, k) =>
  k % 7 === 3 ? Number.NaN : k === 5 ? Infinity : random.next() * 10,
);
const place = Float64Array.from({ length: 3 * count }, () => random.next());

async function openAttributes(): Promise<{
  context: QueryContext;
  dataset: Dataset;
  clusters: Int32Array;
  samples: Int32Array;
}> {
  const { dataset, spikeClusters, spikeSamples } = await openSmallDataset({
    'spike_snr.npy': npy(nd(snr, [1, count])),
    'spike_place.npy': npy(nd(place, [count, 3])),
    // [column][spike] in C order is [spike][column] in Fortran order.
    'spike_turned.npy': fortran(
      npy(
        nd(
          Float64Array.from({ length: 3 * count }, (_, i) => place[3 * (i % count) + Math.floor(i / count)]),
          [count, 3],
        ),
      ),
    ),
    'spike_flag.npy': npy(
      nd(
        Uint8Array.from({ length: count }, (_, k) => k % 2),
        [count, 1],
      ),
    ),
    'spike_cube.npy': npy(nd(new Float32Array(4 * count), [count, 2, 2])),
    'spike_short.npy': npy(nd(new Float32Array(3))),
  });
  const context = queryContext(dataset, spikeClusters);
  return { context, dataset, clusters: spikeClusters, samples: spikeSamples };
}

describe('spike attributes', () => {
  it('are those with one value per spike or two and more; others are skipped with a warning or not drawn', async () => {
    const { dataset } = await openAttributes();
    expect([...drawableAttributes(dataset)].sort()).toEqual(['flag', 'place', 'positions', 'snr', 'turned']);
    expect(dataset.report.warnings.join('\n')).toContain('spike_short.npy');
    const missing = (attribute: string) => query.missing(dataset, valuesOf(attribute));
    expect(['snr', 'place', 'cube', 'short', 'nothing'].map(missing)).toEqual([
      [],
      [],
      ['spikeAttribute'],
      ['spikeAttribute'],
      ['spikeAttribute'],
    ]);
  });

  it('one value per spike: over time, missing ones counted', async () => {
    const { context, clusters, samples } = await openAttributes();
    const { dimensions, clusters: entries, bounds } = await query.run(context, valuesOf('snr'), [0, 5]);
    expect(dimensions).toBe(1);
    const all: number[][] = [];
    for (const { clusterId, spikeIds, x, y, shown, total, missing, rule } of entries) {
      const spikes = [...clusters.keys()].filter((k) => clusters[k] === clusterId);
      expect([...spikeIds.data]).toEqual(spikes);
      expect([...x.data]).toEqual(spikes.map((k) => samples[k] / smallSizes.sampleRate));
      const expected = spikes.map((k) => (Number.isFinite(snr[k]) ? snr[k] : Number.NaN));
      expect([...y.data]).toEqual(expected);
      expect({ shown, total, missing, rule }).toEqual({
        shown: spikes.length,
        total: spikes.length,
        missing: expected.filter(Number.isNaN).length,
        rule: 'all',
      });
      all.push(
        ...spikes.filter((k) => Number.isFinite(snr[k])).map((k) => [samples[k] / smallSizes.sampleRate, snr[k]]),
      );
    }
    const extreme = (of: (...v: number[]) => number, axis: number): number => of(...all.map((point) => point[axis]));
    expect(bounds).toEqual([extreme(Math.min, 0), extreme(Math.min, 1), extreme(Math.max, 0), extreme(Math.max, 1)]);
  });

  it('two and more: the first two columns, in either order of the file', async () => {
    const { context, clusters } = await openAttributes();
    for (const attribute of ['place', 'turned']) {
      const answer = await query.run(context, valuesOf(attribute), [2]);
      expect(answer.dimensions).toBe(2);
      const spikes = [...clusters.keys()].filter((k) => clusters[k] === 2);
      expect([...answer.clusters[0].x.data]).toEqual(spikes.map((k) => place[3 * k]));
      expect([...answer.clusters[0].y.data]).toEqual(spikes.map((k) => place[3 * k + 1]));
    }
  });

  it('an axis without extent is [-1, 1]; so are both without spikes', async () => {
    const { context } = await openAttributes();
    expect((await query.run(context, valuesOf('flag'), [])).bounds).toEqual([-1, -1, 1, 1]);
    const one = await query.run(context, valuesOf('flag', 1), [2]);
    expect(one.bounds).toEqual([-1, -1, 1, 1]);
    expect(one.clusters[0]).toMatchObject({ shown: 1, rule: 'random' });
  });

  it('a sample is the same every time, ascending, and reads only its rows', async () => {
    const { context } = await openAttributes();
    const [a, b] = await Promise.all([0, 1].map(() => query.run(context, valuesOf('place', 10), [0])));
    expect(a).toEqual(b);
    const ids = [...a.clusters[0].spikeIds.data];
    expect(ids).toEqual(ids.toSorted((p, q) => p - q));
    expect(ids).toHaveLength(10);
    expect(a.clusters[0].total).toBeGreaterThan(10);
  });

  it('a lasso considers all spikes, whatever was drawn; those without a value are never inside', async () => {
    const { context, clusters, samples } = await openAttributes();
    const coordinates = await query.lasso!(context, valuesOf('snr', 5), [0, 1], {});
    expect(coordinates.spikeIds.length).toBe([...clusters].filter((id) => id < 2).length);
    const polygon = [
      [-1, 2],
      [2.5, 2],
      [2.5, 8],
      [-1, 8],
    ] as const;
    const counts = await lassoCounts(coordinates, polygon);
    const mine = [...clusters.keys()].filter((k) => clusters[k] < 2);
    const inside = mine.filter((k) => samples[k] / smallSizes.sampleRate < 2.5 && snr[k] > 2 && snr[k] < 8);
    const missing = mine.filter((k) => !Number.isFinite(snr[k]));
    expect([...counts.inside].sort((a, b) => a - b)).toEqual(inside);
    expect([...counts.missing].sort((a, b) => a - b)).toEqual(missing);
    expect(() => resolveMissing('cancel', coordinates, counts)).toThrow(
      `${missing.length} of ${mine.length} spikes have no coordinate`,
    );
    expect([...resolveMissing('remainder', coordinates, counts)]).toEqual(inside);
  });

  it('can be cancelled', async () => {
    const { context } = await openAttributes();
    const stop = { ...context, progress: () => Promise.reject(new Error('aborted')) };
    await expect(query.run(stop, valuesOf('snr'), [0])).rejects.toThrow('aborted');
    await expect(query.lasso!(stop, valuesOf('snr'), [0], {})).rejects.toThrow('aborted');
  });
});
