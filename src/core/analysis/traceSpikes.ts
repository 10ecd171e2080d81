/** Which spikes are drawn over traces, and on which channels (spec/views.md 6a). */
import { lowerBound } from '../base/sortedIds.ts';
import type { Dataset } from '../dataset/dataset.ts';
import type { ClusterFacts } from './clusterFacts.ts';
import type { SampleRange } from './signal.ts';

/** Length of the piece of trace that a spike colours, s. */
const SPIKE_SECONDS = 1e-3;
/** Channels on which a template reaches this share of its peak are coloured. */
const AMPLITUDE_THRESHOLD = 0.5;

/** Number of samples that a spike colours; half of them, rounded down, lie before it. */
export function spikeSampleCount(sampleRate: number): number {
  return Math.max(1, Math.round(SPIKE_SECONDS * sampleRate));
}

/** Ids [first, last) of the spikes whose coloured samples lie entirely inside a range. */
export function spikesInside({ spikes, sampleRate }: Dataset, [start, end]: SampleRange): SampleRange {
  const count = spikeSampleCount(sampleRate);
  const before = Math.floor(count / 2);
  const first = firstAt(spikes.samples, start + before);
  return [first, Math.max(first, firstAt(spikes.samples, end - (count - before) + 1))];
}

/** The first spike at or after a sample. */
export function firstAt(samples: Int32Array | Float64Array, sample: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (samples[middle] < sample) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The part of an ascending list of ids that lies in [first, last). */
export function idsBetween(ids: Int32Array, [first, last]: SampleRange): Int32Array {
  const from = lowerBound(ids, first);
  return ids.subarray(from, lowerBound(ids, last, from));
}

/**
 * Channels that spikes of a cluster are drawn on, best first: those of its dominant template with at least half of the peak's amplitude
 * (all stored ones of a sparse template); the best channels of a klusta dataset (spec/views.md 15). None without a template.
 */
export function spikeChannels({ templates, klusta }: Dataset, facts: ClusterFacts, clusterId: number): Int32Array {
  if (klusta !== undefined) return facts.bestChannels(clusterId);
  return templates?.get(facts.dominantTemplate(clusterId), AMPLITUDE_THRESHOLD)?.channelIds ?? new Int32Array(0);
}
