/** What queries check before they start: channels that exist, work that fits. */
import { unionOf } from '../base/sortedIds.ts';
import { PhyError } from '../base/errors.ts';
import type { Dataset, Spikes } from '../dataset/dataset.ts';

/** Largest array of an answer: beyond it neither the protocol nor the window could carry it. */
const MAX_ANSWER_BYTES = 2 ** 30;

/** The channels asked for, without repetitions, in the order given. Throws `usage` naming one that does not exist. */
export function checkChannels(dataset: Dataset, channelIds: readonly number[]): Int32Array {
  const { count } = dataset.channels;
  const wrong = channelIds.find((id) => id >= count);
  if (wrong !== undefined) {
    throw new PhyError('usage', `There is no channel ${wrong}. Channels are 0 to ${count - 1}.`, { channel: wrong });
  }
  return Int32Array.from(new Set(channelIds));
}

/** Labels as people see them. */
export function labelsOf(dataset: Dataset, channelIds: Int32Array): string[] {
  return Array.from(channelIds, (id) => dataset.channels.labels[id]);
}

/** Sorted union of lists of channels, and their positions: float64 [channel][x, y] in µm. */
export function unionOfChannels(
  dataset: Dataset,
  lists: readonly Int32Array[],
): { readonly channelIds: Int32Array; readonly positions: Float64Array } {
  const channelIds = unionOf(lists);
  const positions = new Float64Array(2 * channelIds.length);
  for (const [i, id] of channelIds.entries()) {
    positions[2 * i] = dataset.channels.positions[2 * id];
    positions[2 * i + 1] = dataset.channels.positions[2 * id + 1];
  }
  return { channelIds, positions };
}

/** Throws `refused` when an answer of so many numbers of 4 bytes would be larger than a gigabyte; `todo` says what to ask for instead. */
export function requireRoom(numbers: number, what: string, todo = 'Ask for fewer spikes.'): void {
  if (4 * numbers <= MAX_ANSWER_BYTES) return;
  const gigabytes = (4 * numbers) / 2 ** 30;
  throw new PhyError('refused', `${what} would take ${gigabytes.toFixed(1)} GB, the limit is 1 GB. ${todo}`);
}

/** Spike times in seconds; those of spike_times_reordered.npy when asked for and present. */
export function spikeSeconds(spikes: Spikes, spikeIds: Int32Array, reordered: boolean): Float64Array {
  const { reorderedSeconds } = spikes;
  if (!reordered || reorderedSeconds === undefined) return spikes.secondsOf(spikeIds);
  return Float64Array.from(spikeIds, (id) => reorderedSeconds[id]);
}
