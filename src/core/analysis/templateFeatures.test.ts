import { describe, expect, it } from 'vitest';
import { fakeTemplateFeatures } from '../../../tests/fixtures/fakeDataset.ts';
import { templateFeatureCoordinates } from './templateFeatures.ts';

const value = (spike: number, template: number): number => ((spike * 7 + template * 11) % 23) / 3;
const source = fakeTemplateFeatures((spike, template) => (spike === 5 ? Number.NaN : value(spike, template)));
const none = (): Promise<void> => Promise.resolve();

describe('template feature coordinates', () => {
  it('are means over the templates of each cluster, weighted with their spikes', async () => {
    const weights = [
      [
        [2, 3],
        [40, 1],
      ],
      [[40, 10]],
    ] as const;
    const { x, y } = await templateFeatureCoordinates(source, weights, Int32Array.of(0, 4, 5, 9), none);
    for (const [i, spike] of [0, 4, 9].entries()) {
      const at = [0, 1, 3][i];
      expect(x[at]).toBeCloseTo((3 * value(spike, 2) + value(spike, 40)) / 4, 12);
      expect(y[at]).toBeCloseTo(value(spike, 40), 12);
    }
    expect([x[2], y[2]]).toEqual([Number.NaN, Number.NaN]);
  });

  it('are read in blocks, however many templates a cluster is made of', async () => {
    const reads: number[] = [];
    const many = Array.from({ length: 2 ** 14 }, (_, template) => [template, 1] as const);
    const counting = {
      read: (spikeIds: Int32Array, templateIds: ArrayLike<number>) => {
        reads.push(spikeIds.length);
        return Promise.resolve(new Float64Array(spikeIds.length * templateIds.length).fill(2));
      },
    };
    const spikeIds = Int32Array.from({ length: 40 }, (_, i) => i);
    const { x, y } = await templateFeatureCoordinates(counting, [many, [[3, 5]]], spikeIds, none);
    expect(reads).toEqual([16, 16, 8]);
    expect([...x, ...y].every((coordinate) => coordinate === 2)).toBe(true);
  });

  it('are missing on an axis without weights', async () => {
    const { x, y } = await templateFeatureCoordinates(source, [[], [[1, 1]]], Int32Array.of(1), none);
    expect(x[0]).toBeNaN();
    expect(y[0]).toBeCloseTo(value(1, 1), 12);
  });
});
