/**
 * Cuts waveforms of some spikes of every template out of the raw data, for `_phy_spikes_subset.*` (spec/data.md 13.8): with these a dataset
 * shows waveforms where its raw data are slow to read (compressed) or elsewhere.
 */
import { PhyError } from '../base/errors.ts';
import { nd } from '../base/nd.ts';
import { spikeSampleOf } from '../analysis/windows.ts';
import { keptChunks, sampleRandom, spikesInChunks } from '../analysis/sampling.ts';
import type { Dataset, Templates, Traces } from '../dataset/dataset.ts';
import { bytesOf } from '../files/elements.ts';
import { encodeNpy, npyHeader } from '../files/npy.ts';
import { writeAll, type FileSink } from '../storage/sink.ts';

/** Names of the three files; a reader needs all of them. */
export const SUBSET_FILES = {
  waveforms: '_phy_spikes_subset.waveforms.npy',
  channels: '_phy_spikes_subset.channels.npy',
  spikes: '_phy_spikes_subset.spikes.npy',
} as const;

/** A template has at least so many channels, whatever is asked for (spec/data.md 13.8 step 2). */
const LEAST_CHANNELS = 12;
/** Successive spikes that are read together: neighbours on the disk, whichever template they have. */
const BLOCK = 512;

export interface SubsetPlan {
  /** Ascending. */
  readonly spikeIds: Int32Array;
  /** Channels per spike, -1 where a template has fewer. */
  readonly channelCount: number;
  /** int32 [template][channel], best channel first. */
  readonly templateChannels: ReadonlyMap<number, Int32Array>;
}

interface Parts {
  readonly traces: Traces;
  readonly templates: Templates;
}

/** What the work needs. Throws `missing` when the dataset lacks it. */
function requireParts({ traces, templates }: Dataset): Parts {
  if (traces === undefined) {
    const message =
      'Waveforms cannot be extracted: the raw data are not there. Bring the file that params.py names (dat_path) back.';
    throw new PhyError('missing', message, { missing: ['traces'] });
  }
  if (templates === undefined) {
    const message =
      'Waveforms cannot be extracted: there is no templates.npy, which says on which channels and how long they are.';
    throw new PhyError('missing', message, { missing: ['templates'] });
  }
  return { traces, templates };
}

/** Which spikes are cut out: at random, at most `perTemplate` of each template, of the chunks that waveforms are taken from. */
export function planSubset(dataset: Dataset, perTemplate: number, channelCount: number): SubsetPlan {
  const { traces, templates } = requireParts(dataset);
  const width = Math.max(channelCount, LEAST_CHANNELS);
  const intervals = keptChunks(traces.chunkBounds);
  const chosen: number[] = [];
  const templateChannels = new Map<number, Int32Array>();
  for (const [template, spikes] of spikesByTemplate(dataset.spikes.templates)) {
    const kept = spikesInChunks(spikes, dataset.spikes.samples, intervals);
    for (const spike of sampleRandom(kept, perTemplate, template)) chosen.push(spike);
    const channels = new Int32Array(width).fill(-1);
    channels.set(templates.get(template)?.channelIds.subarray(0, width) ?? []);
    templateChannels.set(template, channels);
  }
  return { spikeIds: Int32Array.from(chosen).sort(), channelCount: width, templateChannels };
}

/** Ascending spikes of each template that has some; spikes without a template are left out. */
function spikesByTemplate(templates: Int32Array): ReadonlyMap<number, Int32Array> {
  const counts = new Map<number, number>();
  for (let spike = 0; spike < templates.length; spike++) {
    const template = templates[spike];
    if (template >= 0) counts.set(template, (counts.get(template) ?? 0) + 1);
  }
  const ids = [...counts.keys()].sort((a, b) => a - b);
  const lists = new Map(ids.map((id) => [id, { spikes: new Int32Array(counts.get(id) ?? 0), filled: 0 }]));
  for (let spike = 0; spike < templates.length; spike++) {
    const list = lists.get(templates[spike]);
    if (list !== undefined) list.spikes[list.filled++] = spike;
  }
  return new Map([...lists].map(([id, { spikes }]) => [id, spikes]));
}

/**
 * Writes the three files into the sink, waveforms float32 [spike][sample][channel] in raw units, unfiltered, zero on channels -1 and
 * outside the recording. `progress` is told how many spikes are done.
 */
export async function writeSubset(
  dataset: Dataset,
  { spikeIds, channelCount, templateChannels }: SubsetPlan,
  sink: FileSink,
  progress: (spikes: number) => Promise<void>,
): Promise<void> {
  const { traces, templates } = requireParts(dataset);
  const samples = templates.sampleCount;
  const size = samples * channelCount;
  const channels = new Int32Array(spikeIds.length * channelCount).fill(-1);
  const file = await sink.create(SUBSET_FILES.waveforms);
  await file.append(npyHeader('float32', [spikeIds.length, samples, channelCount]));
  for (let start = 0; start < spikeIds.length; start += BLOCK) {
    const block = spikeIds.subarray(start, start + BLOCK);
    const out = new Float32Array(block.length * size);
    for (const [template, places] of placesByTemplate(block, dataset.spikes.templates)) {
      await progress(start);
      const own = templateChannels.get(template);
      if (own === undefined) continue;
      const at = Float64Array.from(places, (place) => dataset.spikes.samples[block[place]]);
      const windows = await traces.windows(at, spikeSampleOf(samples), samples, own);
      for (const [k, place] of places.entries()) {
        out.set(windows.subarray(k * size, (k + 1) * size), place * size);
        channels.set(own, (start + place) * channelCount);
      }
    }
    await file.append(bytesOf(out));
  }
  await file.close();
  await writeAll(sink, SUBSET_FILES.channels, encodeNpy(nd(channels, [spikeIds.length, channelCount])));
  await writeAll(sink, SUBSET_FILES.spikes, [npyHeader('int64', [spikeIds.length]), int64Bytes(spikeIds)]);
  await progress(spikeIds.length);
}

function placesByTemplate(block: Int32Array, templates: Int32Array): ReadonlyMap<number, readonly number[]> {
  const places = new Map<number, number[]>();
  for (const [place, spike] of block.entries()) {
    const list = places.get(templates[spike]);
    if (list === undefined) places.set(templates[spike], [place]);
    else list.push(place);
  }
  return places;
}

/** Non-negative ids as little-endian int64, as the reference writes them. */
function int64Bytes(ids: Int32Array): Uint8Array {
  const words = new Int32Array(2 * ids.length);
  for (const [k, id] of ids.entries()) words[2 * k] = id;
  return bytesOf(words);
}
