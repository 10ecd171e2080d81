import type { ReadProgress } from '../dataset/dataset.ts';

/** Most bits of a spike id that one pass of the sort looks at: its counters still fit the processor's nearest cache. */
const MAX_DIGIT_BITS = 12;

/** Spikes of several clusters in time order. */
export interface MergedSpikes {
  readonly spikeIds: Int32Array;
  /** Index of the list each spike comes from. */
  readonly owners: Int32Array;
}

/**
 * Merges ascending lists of non-negative spike ids into one (radix sort, the least significant digits first): a few passes without
 * comparisons, whatever the number of lists and however their spikes alternate.
 */
export async function mergeSpikes(lists: readonly Int32Array[], progress?: ReadProgress): Promise<MergedSpikes> {
  const all = concatenateWithOwners(lists);
  if (lists.length < 2) return all;
  const largest = lists.reduce((max, list) => Math.max(max, list[list.length - 1] ?? 0), 0);
  let merged = all;
  for (const pass of sortPasses(all, largest)) {
    await progress?.();
    merged = pass();
  }
  return merged;
}

/** Ids ascending: the list itself when they are. Non-negative ids only. */
export function sortIds(ids: Int32Array): Int32Array {
  let ascending = true;
  let largest = 0;
  for (let i = 0; i < ids.length; i++) {
    if (i > 0 && ids[i] < ids[i - 1]) ascending = false;
    if (ids[i] > largest) largest = ids[i];
  }
  if (ascending) return ids;
  let sorted: MergedSpikes = { spikeIds: ids.slice(), owners: new Int32Array(ids.length) };
  for (const pass of sortPasses(sorted, largest)) sorted = pass();
  return sorted.spikeIds;
}

function concatenateWithOwners(lists: readonly Int32Array[]): MergedSpikes {
  const count = lists.reduce((sum, list) => sum + list.length, 0);
  const merged = { spikeIds: new Int32Array(count), owners: new Int32Array(count) };
  let at = 0;
  for (const [owner, list] of lists.entries()) {
    merged.spikeIds.set(list, at);
    merged.owners.fill(owner, at, at + list.length);
    at += list.length;
  }
  return merged;
}

/** The passes of a sort up to id `largest`, to be called in order: each returns the spikes as sorted so far. `all` is overwritten. */
function* sortPasses(all: MergedSpikes, largest: number): Generator<() => MergedSpikes> {
  const count = all.spikeIds.length;
  const bits = 32 - Math.clz32(largest);
  const passes = Math.ceil(bits / MAX_DIGIT_BITS);
  const digitBits = Math.ceil(bits / Math.max(passes, 1));
  let from = all;
  let into: MergedSpikes = { spikeIds: new Int32Array(count), owners: new Int32Array(count) };
  for (let pass = 0; pass < passes; pass++) {
    yield () => {
      sortByDigit(from, into, pass * digitBits, digitBits);
      [from, into] = [into, from];
      return from;
    };
  }
}

/** One stable pass: orders by `digitBits` bits of the id from `shift` on. */
function sortByDigit(from: MergedSpikes, into: MergedSpikes, shift: number, digitBits: number): void {
  const mask = (1 << digitBits) - 1;
  const starts = new Int32Array(mask + 2);
  const { spikeIds, owners } = from;
  const { spikeIds: sortedIds, owners: sortedOwners } = into;
  for (let i = 0; i < spikeIds.length; i++) starts[((spikeIds[i] >>> shift) & mask) + 1]++;
  for (let digit = 0; digit <= mask; digit++) starts[digit + 1] += starts[digit];
  for (let i = 0; i < spikeIds.length; i++) {
    const at = starts[(spikeIds[i] >>> shift) & mask]++;
    sortedIds[at] = spikeIds[i];
    sortedOwners[at] = owners[i];
  }
}
