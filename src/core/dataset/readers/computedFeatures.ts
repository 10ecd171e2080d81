/**
 * PC features where the sorter stored none, from exported waveforms (spec/data.md 8.4). Each channel has one set of components for the whole
 * dataset, fitted once to a sample of all spikes that have it: clusters and background are then drawn in the same space, and no coordinate
 * depends on what happens to be selected (users-and-rivals B2).
 */
import { principalComponents } from '../../base/principalComponents.ts';
import { hasId } from '../../base/sortedIds.ts';
import type { Features, ReadProgress, WaveformSubset } from '../dataset.ts';

const PC_COUNT = 3;
/** Waveforms that the components of a channel are fitted to, at most: 4 to 8 MB to read. */
const MOST_FITTED = 2000;
/** Spikes projected at a time: bounds memory. */
const BLOCK = 512;

const still: ReadProgress = async () => undefined;

/** Features of the spikes that have an exported waveform, on the channels it has; NaN elsewhere. */
export function computedFeatures(subset: WaveformSubset): Features {
  const known = new Map<number, Float32Array>();
  const componentsOf = async (channelId: number, progress: ReadProgress): Promise<Float32Array> => {
    const before = known.get(channelId);
    if (before !== undefined) return before;
    const spikeIds = evenly(subset.spikesOn(channelId), MOST_FITTED);
    const waveforms = await subset.read(spikeIds, [channelId], progress);
    const components = await principalComponents(waveforms, subset.sampleCount, PC_COUNT, progress);
    known.set(channelId, components);
    return components;
  };
  return {
    pcCount: PC_COUNT,
    spikeIds: subset.spikeIds,
    async read(spikeIds, channelIds, progress = still) {
      const components: Float32Array[] = [];
      for (let c = 0; c < channelIds.length; c++) components.push(await componentsOf(channelIds[c], progress));
      const out = new Float32Array(spikeIds.length * channelIds.length * PC_COUNT).fill(Number.NaN);
      for (let start = 0; start < spikeIds.length; start += BLOCK) {
        await progress();
        await projectBlock(subset, spikeIds, start, channelIds, components, out, progress);
      }
      return out;
    },
  };
}

/** `count` of the ids at even steps; all when there are fewer. */
function evenly(ids: Int32Array, count: number): Int32Array {
  if (ids.length <= count) return ids;
  return Int32Array.from({ length: count }, (_, k) => ids[Math.floor((k * (ids.length - 1)) / (count - 1))]);
}

/** Projects the spikes from `start` on that have a waveform on each channel; `out` is [spike][channel][pc]. */
async function projectBlock(
  subset: WaveformSubset,
  spikeIds: Int32Array,
  start: number,
  channelIds: ArrayLike<number>,
  components: readonly Float32Array[],
  out: Float32Array,
  progress: ReadProgress,
): Promise<void> {
  const positions = Array.from(spikeIds.subarray(start, start + BLOCK).keys(), (k) => start + k).filter((position) =>
    hasId(subset.spikeIds, spikeIds[position]),
  );
  if (positions.length === 0) return;
  const size = subset.sampleCount;
  const width = channelIds.length;
  const waveforms = await subset.read(
    Int32Array.from(positions, (position) => spikeIds[position]),
    channelIds,
    progress,
  );
  for (let c = 0; c < width; c++) {
    const spikesHere = subset.spikesOn(channelIds[c]);
    for (const [k, position] of positions.entries()) {
      if (!hasId(spikesHere, spikeIds[position])) continue;
      for (let pc = 0; pc < PC_COUNT; pc++) {
        let sum = 0;
        for (let s = 0; s < size; s++) sum += components[c][pc * size + s] * waveforms[(k * size + s) * width + c];
        out[(position * width + c) * PC_COUNT + pc] = sum;
      }
    }
  }
}
