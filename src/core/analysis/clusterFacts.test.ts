import { describe, expect, it } from 'vitest';
import {
  fakeDataset,
  fakeSimilarity,
  fakeSpikes,
  fakeTemplates,
  readerOf,
} from '../../../tests/fixtures/fakeDataset.ts';
import { createClusterFacts } from './clusterFacts.ts';

const spikes = fakeSpikes({
  samples: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90],
  clusters: [0, 0, 1, 1, 2, 2, 2, 5, 5, 5],
  templates: [0, 0, 1, 1, 2, 2, 1, 0, 9, 9],
  sampleRate: 10,
});
const templates = fakeTemplates(2, [
  {
    channelIds: [0, 1],
    waveform: [
      [0, 0],
      [1, 3],
    ],
  },
  {
    channelIds: [2, 1],
    waveform: [
      [0, 0],
      [5, 4],
    ],
  },
  { channelIds: [3], waveform: [[-1], [1]] },
]);
const similarity = fakeSimilarity([
  [1, 0.2, 0.4],
  [0.3, 1, 0.5],
  [0.4, 0.5, Number.NaN],
]);

describe('cluster facts', () => {
  const dataset = fakeDataset(spikes, 10, { templates, similarity, duration: 9 });
  const facts = createClusterFacts(dataset, () => readerOf(spikes.clusters));

  it('counts templates, the lowest id first', () => {
    expect(facts.templateCounts(2)).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(facts.dominantTemplate(2)).toBe(2);
  });
  it('has channels in the order of the peak-to-peak, and the first channel for a template that does not exist', () => {
    expect(Array.from(facts.bestChannels(0))).toEqual([1, 0]);
    expect(facts.templateCounts(5)).toEqual([
      [0, 1],
      [9, 2],
    ]);
    expect(Array.from(facts.bestChannels(5))).toEqual([0]);
    expect(facts.metrics(5)).toEqual({ ch: '0', sh: 0, depth: 0, fr: 3 / 9, amp: 0, n_spikes: 3 });
  });
  it('has the metrics of spec/data.md 10.1', () => {
    expect(facts.metrics(1)).toEqual({ ch: '2', sh: 0, depth: 40, fr: 2 / 9, amp: 5, n_spikes: 2 });
    expect(Object.keys(facts.metrics(1))).toEqual(['ch', 'sh', 'depth', 'fr', 'amp', 'n_spikes']);
  });
  it('knows the clusters of a channel', () => {
    expect(facts.clustersOnChannel(1)).toEqual([0, 1]);
    expect(facts.clustersOnChannel(0)).toEqual([0, 5]);
    expect(facts.clustersOnChannel(99)).toEqual([]);
  });
  it('is the largest similarity over pairs of templates, rows are those of the cluster', () => {
    expect(facts.similar(1, 'template')).toEqual([
      { id: 1, similarity: 1 },
      { id: 2, similarity: 1 },
      { id: 0, similarity: 0.3 },
      { id: 5, similarity: 0.3 },
    ]);
    expect(facts.similar(0, 'peak_channel')).toEqual([
      { id: 0, similarity: 1 },
      { id: 1, similarity: 1 },
    ]);
  });
  it('throws for a cluster that does not exist', () => {
    expect(() => facts.bestChannels(7)).toThrow(RangeError);
  });
  it('follows the live clusters', () => {
    let assignment = Array.from(spikes.clusters);
    let reader = readerOf(assignment);
    const live = createClusterFacts(dataset, () => reader);
    assignment = assignment.map((c) => (c < 2 ? 6 : c));
    reader = readerOf(assignment);
    expect(live.templateCounts(6)).toEqual([
      [0, 2],
      [1, 2],
    ]);
    expect(live.dominantTemplate(6)).toBe(0);
    expect(live.clustersOnChannel(1)).toEqual([6]);
    expect(live.similar(6, 'template').map((row) => row.id)).toEqual([2, 5, 6]);
    expect(() => live.metrics(0)).toThrow(RangeError);
  });
});

describe('a dataset without templates and similarity', () => {
  const facts = createClusterFacts(fakeDataset(spikes, 10), () => readerOf(spikes.clusters));
  it('uses channel 0, amplitude 0 and similarity 0 in the order of the ids', () => {
    expect(facts.metrics(1)).toEqual({ ch: '0', sh: 0, depth: 0, fr: 2 / 9, amp: 0, n_spikes: 2 });
    expect(facts.similar(2, 'template')).toEqual([0, 1, 2, 5].map((id) => ({ id, similarity: 0 })));
  });
});
