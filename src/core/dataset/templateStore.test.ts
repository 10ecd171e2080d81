import { describe, expect, it } from 'vitest';
import { randomUint32s } from '../base/random.ts';
import type { Channels } from './dataset.ts';
import { columnLists } from './readers/whitening.ts';
import { nearestChannels, type PackedTemplate, templateStore } from './templateStore.ts';

const CHANNELS = 40;
const SAMPLES = 9;
const NEAREST = 6;

/** Numbers in [-1, 1). */
function uniform(count: number, seed: number): Float64Array {
  return Float64Array.from(randomUint32s(count, seed), (draw) => draw / 2 ** 31 - 1);
}

const probe: Channels = {
  count: CHANNELS,
  map: Int32Array.from({ length: CHANNELS }, (_, i) => i),
  positions: Float64Array.from({ length: 2 * CHANNELS }, (_, i) => (i % 2 === 0 ? (i / 2) % 3 : i * 10)),
  shanks: new Float64Array(CHANNELS),
  probes: new Float64Array(CHANNELS),
  labels: Array.from({ length: CHANNELS }, String),
};

function makeTemplates(seed: number): PackedTemplate[] {
  return Array.from({ length: 20 }, (_, template) => {
    const first = (template * 7) % (CHANNELS - 5);
    const channelIds = Int32Array.from({ length: 1 + (template % 5) }, (_, k) => first + k);
    return { channelIds, values: Float32Array.from(uniform(channelIds.length * SAMPLES, seed + template)) };
  });
}

/** Every channel of a template times the matrix, in doubles. */
function product({ channelIds, values }: PackedTemplate, matrix: ArrayLike<number>, scaling: number): Float32Array[] {
  return Array.from({ length: CHANNELS }, (_, target) =>
    Float32Array.from({ length: SAMPLES }, (_, sample) => {
      let sum = 0;
      channelIds.forEach((channelId, k) => {
        sum += matrix[channelId * CHANNELS + target] * values[k * SAMPLES + sample];
      });
      return sum * scaling;
    }),
  );
}

const peakToPeak = (row: Float32Array): number => Math.fround(Math.max(...row) - Math.min(...row));

describe.each([
  ['a matrix without zeros', (value: number) => value, 1],
  ['a matrix without zeros, near the identity', (value: number) => value * 0.01, 1],
  ['a negative scaling', (value: number) => value * 0.01, -3.5],
  ['a matrix with zeros', (value: number) => (Math.abs(value) < 0.5 ? 0 : value), 2],
  ['a sparse matrix', (value: number) => (Math.abs(value) < 0.9 ? 0 : value), 2],
  ['a diagonal matrix', () => 0, 7],
])('unwhitening with %s', (_, change, scaling) => {
  const matrix = uniform(CHANNELS * CHANNELS, 5).map((value, k) => change(value) + (k % (CHANNELS + 1) === 0 ? 1 : 0));
  const packed = makeTemplates(100);
  const store = (sparse: boolean) =>
    templateStore(
      {
        sampleCount: SAMPLES,
        sparse,
        localChannelCount: CHANNELS,
        packed,
        inverse: columnLists(matrix, CHANNELS),
        scaling,
        closestChannelCount: NEAREST,
        defaultThreshold: 0,
      },
      probe,
    );

  it('gives the channels nearest to the peak, as if all had been computed', () => {
    const templates = store(false);
    for (const [id, template] of packed.entries()) {
      const rows = product(template, matrix, scaling);
      const sizes = rows.map(peakToPeak);
      const peak = sizes.indexOf(Math.max(...sizes));
      const near = Array.from(nearestChannels(probe, peak, NEAREST)).sort((a, b) => sizes[b] - sizes[a]);
      const found = templates.get(id);
      expect(found?.channelIds).toEqual(Int32Array.from(near));
      near.forEach((channelId, column) => {
        expect(found?.amplitudes[column]).toBeCloseTo(sizes[channelId], 4);
        for (let sample = 0; sample < SAMPLES; sample++) {
          expect(found?.waveform[sample * NEAREST + column]).toBeCloseTo(rows[channelId][sample], 4);
        }
      });
      expect(templates.peakToPeak(id)).toBe(found?.amplitudes[0]);
    }
  });

  it('stays on the stored channels of sparse templates', () => {
    const templates = store(true);
    for (const [id, template] of packed.entries()) {
      const sizes = product(template, matrix, scaling).map(peakToPeak);
      const order = Array.from(template.channelIds).sort((a, b) => sizes[b] - sizes[a]);
      expect(templates.get(id)?.channelIds).toEqual(Int32Array.from(order));
      order.forEach((channelId, column) =>
        expect(templates.get(id)?.amplitudes[column]).toBeCloseTo(sizes[channelId], 4),
      );
    }
  });
});
