/** Shapes and amplitudes of templates and clusters for ALF files (spec/data.md 8.6, 15.2). */
import { nearestChannels } from '../dataset/templateStore.ts';
import type { Channels, Dataset, StoredTemplate, Templates } from '../dataset/dataset.ts';
import { encodeNpy, npyHeader } from '../files/npy.ts';
import { nd } from '../base/nd.ts';
import { bytesOf } from '../files/elements.ts';
import { type FileSink, writeAll } from '../storage/sink.ts';

/** Is told the fraction that is done, and throws when the work is to stop. */
export type AlfProgress = (fraction: number) => Promise<void>;

/** Channels of a waveform. */
export const WIDTH = 12;

/** What is written of one template or cluster. */
export interface Shape {
  /** undefined where there is nothing: no spikes in a cluster, NaN in a template. */
  readonly stored: StoredTemplate | undefined;
  /** Channel of the largest peak-to-peak of the stored shape, 0 without one. */
  readonly peakChannel: number;
  /** Peak-to-peak of the unwhitened shape. */
  readonly peakToPeak: number;
}

export interface Shapes {
  readonly templates: readonly Shape[];
  /** For ids 0 to the largest. */
  readonly clusters: readonly Shape[];
}

export async function shapesOf(dataset: Dataset, templates: Templates, progress: AlfProgress): Promise<Shapes> {
  const none = new Int32Array(0);
  const shapeOf = (stored: StoredTemplate | undefined): Shape => ({
    stored,
    peakChannel: stored === undefined ? 0 : peakChannelOf(stored, templates.sampleCount),
    peakToPeak: stored === undefined ? 0 : templates.unwhitened(stored, none).peakToPeak,
  });
  const ofTemplates: Shape[] = [];
  for (let id = 0; id < templates.count; id++) {
    ofTemplates.push(shapeOf(templates.stored(id)));
    await progress(0.05 * (id / templates.count));
  }
  const { spikes, channels } = dataset;
  const ofClusters: Shape[] = [];
  for (const counts of countTemplates(spikes.clusters, spikes.templates)) {
    const only = counts.size === 1 ? [...counts.keys()][0] : undefined;
    const known = only === undefined ? undefined : ofTemplates[only];
    ofClusters.push(known ?? shapeOf(meanShape(counts, ofTemplates, templates.sampleCount, channels)));
    await progress(0.05);
  }
  return { templates: ofTemplates, clusters: ofClusters };
}

/** For each cluster id up to the largest: template -> spikes of it. */
function countTemplates(clusters: Int32Array, templates: Int32Array): readonly ReadonlyMap<number, number>[] {
  const counts: Map<number, number>[] = [];
  for (let spike = 0; spike < clusters.length; spike++) {
    const id = clusters[spike];
    if (id < 0) continue;
    while (counts.length <= id) counts.push(new Map());
    counts[id].set(templates[spike], (counts[id].get(templates[spike]) ?? 0) + 1);
  }
  return counts;
}

/**
 * The mean of the templates of a cluster by their spikes, each on the channels near its peak, on those of the most frequent one, as the
 * reference has it.
 */
function meanShape(
  counts: ReadonlyMap<number, number>,
  shapes: readonly Shape[],
  sampleCount: number,
  channels: Channels,
): StoredTemplate | undefined {
  const parts = [...counts].filter(([id]) => shapes[id]?.stored !== undefined).sort(([a, m], [b, n]) => n - m || a - b);
  const [main] = parts;
  if (main === undefined) return undefined;
  const near = (id: number): Int32Array => nearestChannels(channels, shapes[id].peakChannel, WIDTH);
  const channelIds = near(main[0]);
  const total = parts.reduce((sum, [, count]) => sum + count, 0);
  const values = new Float64Array(channelIds.length * sampleCount);
  for (const [id, count] of parts) {
    const stored = shapes[id].stored;
    if (stored === undefined) continue;
    const own = near(id);
    for (const [slot, channelId] of channelIds.entries()) {
      const at = own.includes(channelId) ? stored.channelIds.indexOf(channelId) : -1;
      if (at < 0) continue;
      for (let s = 0; s < sampleCount; s++) {
        values[slot * sampleCount + s] += (stored.values[at * sampleCount + s] * count) / total;
      }
    }
  }
  return { channelIds, values };
}

/** Samples of the largest and the smallest value of a channel of a stored shape, the first of equals. */
export function extremes({ values }: StoredTemplate, slot: number, sampleCount: number): { max: number; min: number } {
  const at = slot * sampleCount;
  let max = 0;
  let min = 0;
  for (let s = 1; s < sampleCount; s++) {
    if (values[at + s] > values[at + max]) max = s;
    if (values[at + s] < values[at + min]) min = s;
  }
  return { max, min };
}

function peakChannelOf(stored: StoredTemplate, sampleCount: number): number {
  let best = 0;
  let largest = -1;
  for (const [slot, channelId] of stored.channelIds.entries()) {
    const { max, min } = extremes(stored, slot, sampleCount);
    const size = stored.values[slot * sampleCount + max] - stored.values[slot * sampleCount + min];
    if (size < largest || (size === largest && channelId > best)) continue;
    best = channelId;
    largest = size;
  }
  return best;
}

/** Amplitude of each spike in raw units, and their mean for each id (NaN without spikes). */
export function amplitudesOf(
  ids: Int32Array,
  amplitudes: Float32Array | Float64Array,
  shapes: readonly Shape[],
): { readonly spikes: Float32Array; readonly means: Float64Array } {
  const spikes = new Float32Array(ids.length);
  const means = new Float64Array(shapes.length);
  const counts = new Float64Array(shapes.length);
  for (let spike = 0; spike < ids.length; spike++) {
    const shape = shapes[ids[spike]];
    if (shape === undefined) continue;
    const amplitude = shape.peakToPeak * amplitudes[spike];
    spikes[spike] = amplitude;
    means[ids[spike]] += amplitude;
    counts[ids[spike]]++;
  }
  for (let id = 0; id < means.length; id++) means[id] = counts[id] === 0 ? Number.NaN : means[id] / counts[id];
  return { spikes, means };
}

/** Amplitudes as factors of templates, also where the file has sizes (ALF); 0 where there is no template. */
export function amplitudeFactors({ spikes, templates }: Dataset): Float32Array | Float64Array | undefined {
  const { amplitudes, amplitudesAreSizes } = spikes;
  if (amplitudes === undefined || amplitudesAreSizes !== true || templates === undefined) return amplitudes;
  return Float64Array.from(amplitudes, (size, spike) => {
    const peakToPeak = templates.peakToPeak(spikes.templates[spike]);
    return peakToPeak > 0 ? size / peakToPeak : 0;
  });
}

/** Waveforms in raw units on the channels nearest to the peak, row by row; zeros for ids without spikes. */
export async function writeShapes(
  { channels }: Dataset,
  templates: Templates,
  what: 'templates' | 'clusters',
  shapes: readonly Shape[],
  means: Float64Array,
  sink: FileSink,
  progress: AlfProgress,
): Promise<void> {
  const width = Math.min(WIDTH, channels.count);
  const near = new Map<number, Int32Array>();
  const nearOf = (channelId: number): Int32Array => {
    const known = near.get(channelId) ?? nearestOnProbe(channels, channelId, width);
    near.set(channelId, known);
    return known;
  };
  const { sampleCount } = templates;
  const file = await sink.create(`${what}.waveforms.npy`);
  await file.append(npyHeader('float32', [shapes.length, sampleCount, width]));
  for (const [id, { stored, peakChannel, peakToPeak }] of shapes.entries()) {
    const scale = means[id] / peakToPeak;
    const row =
      stored === undefined || !Number.isFinite(scale)
        ? new Float32Array(sampleCount * width)
        : templates.unwhitened(stored, nearOf(peakChannel)).waveform.map((value) => value * scale);
    await file.append(bytesOf(row));
    await progress(what === 'templates' ? 0.3 : 0.45);
  }
  await file.close();
  const ids = new Int32Array(shapes.length * width);
  for (const [id, { peakChannel }] of shapes.entries()) ids.set(nearOf(peakChannel), id * width);
  await writeAll(sink, `${what}.waveformsChannels.npy`, encodeNpy(nd(ids, [shapes.length, width])));
}

/** Channels by |dx| + |dy| from one, those of its probe first, ties by id. */
export function nearestOnProbe({ count, positions, probes }: Channels, channelId: number, width: number): Int32Array {
  const distance = Float64Array.from({ length: count }, (_, other) =>
    probes[other] === probes[channelId]
      ? Math.abs(positions[2 * other] - positions[2 * channelId]) +
        Math.abs(positions[2 * other + 1] - positions[2 * channelId + 1])
      : Infinity,
  );
  const order = Array.from({ length: count }, (_, id) => id);
  // Infinity - Infinity is no order.
  order.sort((a, b) => (distance[a] === distance[b] ? a - b : distance[a] - distance[b]));
  return Int32Array.from(order.slice(0, width));
}
