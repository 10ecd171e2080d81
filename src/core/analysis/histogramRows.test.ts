import { describe, expect, it } from 'vitest';
import { fakeDataset, fakeSpikes, randomSpikeTrain, readerOf } from '../../../tests/fixtures/fakeDataset.ts';
import { linspace } from '../base/arrays.ts';
import { countTimes, countValues, histogramRows, intervals, type RowCounter, type Statistic } from './histogramRows.ts';

const rate = 30_000;
/** 60,000 spikes: the largest cluster takes several blocks. */
const train = randomSpikeTrain(3, 60_000, 3, 40);
const assignment = train.clusters.map((cluster, i) => (i === 17 ? 9 : cluster === 2 ? 1 : cluster));
const dataset = fakeDataset(fakeSpikes({ ...train, clusters: assignment, sampleRate: rate }), rate);
const clusters = readerOf(assignment);
const source = { dataset, clusters, progress: () => Promise.resolve() };
const count = (range: readonly [number, number, number], ids: readonly number[], counter: RowCounter) =>
  histogramRows(source, { binCount: range[0], min: range[1], max: range[2] }, ids, counter);

const secondsOf = (cluster: number): number[] =>
  Array.from(clusters.spikesOf(cluster), (spike) => train.samples[spike] / rate);
const differences = (values: readonly number[]): number[] => values.slice(1).map((value, i) => value - values[i]);

/** Counts in the plainest way: for each value the bin whose edges enclose it. */
function plainly(values: readonly number[], bins: number, min: number, max: number): number[] {
  const edges = linspace(min, max, bins + 1);
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of values) {
    for (let bin = 0; bin < bins; bin++) {
      const isLast = bin === bins - 1 && value === edges[bins];
      if ((value >= edges[bin] && value < edges[bin + 1]) || isLast) counts[bin]++;
    }
  }
  return counts;
}

const pairs: Statistic = function* (_, spikeIds) {
  yield Float64Array.of(Number.NaN, spikeIds.length);
  yield Float64Array.of(2, 4, 5);
};

describe('histograms of clusters', () => {
  it('count every interval between successive spikes of a cluster', async () => {
    const answer = await count([7, 0, 0.007], [1, 0, 9], countValues(intervals));
    expect(answer.counts.shape).toEqual([3, 7]);
    const values = [1, 0, 9].map((id) => differences(secondsOf(id)));
    expect(Array.from(answer.counts.data)).toEqual(values.flatMap((list) => plainly(list, 7, 0, 0.007)));
    expect(Array.from(answer.total.data)).toEqual(values.map((list) => list.length));
    // Cluster 9 has one spike and so no interval.
    expect(answer.total.data[2]).toBe(0);
    expect(Array.from(answer.inRange.data)).toEqual(
      values.map((list) => list.filter((value) => value >= 0 && value <= 0.007).length),
    );
    expect(answer.clusters[0]).toEqual({
      clusterId: 1,
      shown: clusters.spikesOf(1).length,
      total: clusters.spikesOf(1).length,
      rule: 'all',
      missing: 0,
    });
  });

  it('count every spike time; a narrower range has the same counts in fewer bins', async () => {
    const end = train.samples[59_999] / rate;
    const whole = await count([100, 0, end], [0], countTimes);
    expect(Array.from(whole.counts.data)).toEqual(plainly(secondsOf(0), 100, 0, end));
    expect([whole.edges.data[0], whole.edges.data[100]]).toEqual([0, end]);
    const part = await count([10, end / 2, end], [0], countTimes);
    expect(Array.from(part.counts.data)).toEqual(plainly(secondsOf(0), 10, end / 2, end));
    expect(part.total.data).toEqual(whole.total.data);
    expect(part.inRange.data[0]).toBe(part.counts.data.reduce((a, b) => a + b, 0));
  });

  it('count times at the edges as NumPy does, those outside not at all, however many bins there are', async () => {
    const samples = Int32Array.of(-30, 0, 0, 10, 10, 11, 19, 20, 20, 30, 30, 30, 31, 40);
    const few = fakeDataset(fakeSpikes({ samples, clusters: new Int32Array(samples.length), sampleRate: 10 }), 10);
    const times = Array.from(samples, (sample) => sample / 10);
    const own = { dataset: few, clusters: readerOf(new Int32Array(samples.length)), progress: source.progress };
    for (const [binCount, min, max] of [
      [3, 0, 3],
      [1, 0, 3],
      [7, 1, 2.9],
      [1000, -3, 4],
      [2, 5, 6],
      [2, -9, -8],
    ]) {
      const answer = await histogramRows(own, { binCount, min, max }, [0], countTimes);
      expect(Array.from(answer.counts.data)).toEqual(plainly(times, binCount, min, max));
      expect(answer.inRange.data[0]).toBe(times.filter((time) => time >= min && time <= max).length);
      expect(answer.total.data[0]).toBe(times.length);
    }
  });

  it('take any statistic, and leave out what is not a number', async () => {
    const answer = await count([2, 0, 4], [9], countValues(pairs));
    expect(Array.from(answer.counts.data)).toEqual([1, 2]);
    expect([answer.total.data[0], answer.inRange.data[0]]).toEqual([5, 3]);
  });

  it('give up the thread within a cluster', async () => {
    let calls = 0;
    const progress = (): Promise<void> => {
      calls++;
      return calls > 2 ? Promise.reject(new Error('aborted')) : Promise.resolve();
    };
    const range = { binCount: 2, min: 0, max: 1 };
    await expect(histogramRows({ ...source, progress }, range, [1], countValues(intervals))).rejects.toThrow('aborted');
  });

  it('refuse an empty range and more bins than an answer holds', async () => {
    await expect(count([2, 1, 1], [0], countTimes)).rejects.toThrow(
      'Range maximum must be greater than range minimum.',
    );
    await expect(count([1_000_000, 0, 1], [0, 1, 9], countTimes)).rejects.toThrow('Widen the bins.');
    expect((await count([5, 0, 1], [], countTimes)).counts.shape).toEqual([0, 5]);
  });
});
