import { describe, expect, it } from 'vitest';
import { fakeSpikes, randomSpikeTrain, readerOf } from '../../../tests/fixtures/fakeDataset.ts';
import { seededRandom } from '../base/random.ts';
import type { TimeInterval } from './spikeDensity.ts';
import { spikeDensity, spikesOfClusters, spikesWithin } from './spikeDensity.ts';

const sampleRate = 20_000;
const train = randomSpikeTrain(9, 20_000, 7, 40);
const spikes = fakeSpikes({ ...train, sampleRate });
const dataset = { spikes, sampleRate };
const clusters = readerOf(train.clusters);
const last = train.samples[train.samples.length - 1] / sampleRate;
const none = () => Promise.resolve();
const stop = () => Promise.reject(new Error('superseded'));

/** The column of a time by the edges alone: the last edge that is not above it. */
function columnOf(time: number, { start, end, closed }: TimeInterval, columns: number): number {
  if (time < start || time > end || (time === end && !closed)) return -1;
  let column = 0;
  for (let c = 1; c < columns; c++) if (c * ((end - start) / columns) + start <= time) column = c;
  return column;
}
function bruteForce(ids: readonly number[], interval: TimeInterval, columns: number): number[] {
  const density = Array.from({ length: ids.length * columns }, () => 0);
  for (let i = 0; i < train.samples.length; i++) {
    const row = ids.indexOf(train.clusters[i]);
    const column = columnOf(train.samples[i] / sampleRate, interval, columns);
    if (row >= 0 && column >= 0) density[row * columns + column]++;
  }
  return density;
}
const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

describe('spikeDensity', () => {
  it('has every spike of the recording exactly once', async () => {
    const whole: TimeInterval = { start: 0, end: last, closed: true };
    const density = await spikeDensity(dataset, clusters, clusters.ids, whole, 50, none);
    expect(sum(density)).toBe(20_000);
    expect(Array.from(density)).toEqual(bruteForce(clusters.ids, whole, 50));
  });

  it('has every spike in its column, whatever the interval and the order of the clusters', async () => {
    const random = seededRandom(3);
    for (let turn = 0; turn < 12; turn++) {
      // Half of the intervals begin and end exactly at spikes, where rounding shows.
      const at = () => {
        const sample = train.samples[random.below(20_000)];
        return (turn % 2 === 0 ? sample : sample + 0.37) / sampleRate;
      };
      const [start, end] = [at(), at()].sort((a, b) => a - b);
      const interval: TimeInterval = { start, end, closed: turn % 3 === 0 };
      const columns = 1 + random.below(97);
      const density = await spikeDensity(dataset, clusters, [5, 0, 3], interval, columns, none);
      expect(Array.from(density)).toEqual(bruteForce([5, 0, 3], interval, columns));
    }
  });

  it('is 0 everywhere after the recording, and does not mind an end far behind it', async () => {
    const after = await spikeDensity(dataset, clusters, [1], { start: last + 1, end: 1e300, closed: true }, 3, none);
    expect(Array.from(after)).toEqual([0, 0, 0]);
    const all = await spikeDensity(dataset, clusters, [1], { start: 0, end: 1e300, closed: true }, 3, none);
    expect(sum(all)).toBe(clusters.spikesOf(1).length);
  });

  it('counts a cluster once, also when others have changed since', async () => {
    const interval: TimeInterval = { start: 0.125, end: 1, closed: false };
    const first = await spikeDensity(dataset, clusters, [0, 1, 2], interval, 64, none);
    // A reader whose clusters 0 and 1 are merged; the ids of 2 are never looked at again, only how many they are.
    const merged = readerOf(train.clusters.map((id) => (id < 2 ? 9 : id)));
    const asked: number[] = [];
    const watched = {
      ...merged,
      spikesOf: (id: number) =>
        new Proxy(merged.spikesOf(id), {
          get(list, key) {
            if (key !== 'length') asked.push(id);
            const value: unknown = Reflect.get(list, key, list);
            return value;
          },
        }),
    };
    const second = await spikeDensity(dataset, watched, [2, 9], interval, 64, none);
    expect(new Set(asked)).toEqual(new Set([9]));
    expect(second.subarray(0, 64)).toEqual(first.subarray(128));
    expect(Array.from(second.subarray(64))).toEqual(Array.from(first.subarray(0, 64), (n, c) => n + first[64 + c]));
  });

  it('stops when the request was superseded', async () => {
    const interval: TimeInterval = { start: 0, end: 0.5, closed: false };
    await expect(spikeDensity(dataset, clusters, clusters.ids, interval, 10, stop)).rejects.toThrow('superseded');
  });

  it('has no spikes without spikes', async () => {
    const nothing = fakeSpikes({ samples: [], clusters: [], sampleRate });
    const whole: TimeInterval = { start: 0, end: 0, closed: true };
    expect(spikesWithin(nothing, sampleRate, whole)).toEqual([0, 0]);
    expect(await spikeDensity({ spikes: nothing, sampleRate }, readerOf([]), [], whole, 4, none)).toHaveLength(0);
  });
});

it('spikesOfClusters gives the spikes of each cluster in the interval', () => {
  const interval: TimeInterval = { start: 0.2, end: 0.9, closed: false };
  const lists = spikesOfClusters(dataset, clusters, [6, 2], interval);
  for (const [k, id] of [6, 2].entries()) {
    const wanted = Array.from(clusters.spikesOf(id)).filter((spike) => {
      const time = train.samples[spike] / sampleRate;
      return time >= 0.2 && time < 0.9;
    });
    expect(Array.from(lists[k])).toEqual(wanted);
  }
});
