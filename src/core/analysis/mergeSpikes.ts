/** Bits of a spike id that one pass of the sort looks at. */
const DIGIT_BITS = 11;

/** Spikes of several clusters in time order. */
export interface MergedSpikes {
  readonly spikeIds: Int32Array;
  /** Index of the list each spike comes from. */
  readonly owners: Int32Array;
}

/**
 * Merges lists of non-negative spike ids into one ascending list (radix sort, the least significant digits first): a few passes without
 * comparisons, whatever the number of lists and however their spikes alternate.
 */
export function mergeSpikes(lists: readonly Int32Array[]): MergedSpikes {
  const all = concatenateWithOwners(lists);
  return lists.length < 2 ? all : sortBySpike(all);
}

/** Radix sort; overwrites what it is given. */
function sortBySpike(all: MergedSpikes): MergedSpikes {
  const count = all.spikeIds.length;
  let from = all;
  let into: MergedSpikes = { spikeIds: new Int32Array(count), owners: new Int32Array(count) };
  let largest = 0;
  for (let i = 0; i < count; i++) if (all.spikeIds[i] > largest) largest = all.spikeIds[i];
  for (let shift = 0; shift < 31 && largest >>> shift > 0; shift += DIGIT_BITS) {
    sortByDigit(from, into, shift);
    [from, into] = [into, from];
  }
  return from;
}

/** Ids ascending: the list itself when they are. Non-negative ids only. */
export function sortIds(ids: Int32Array): Int32Array {
  let ascending = true;
  for (let i = 1; i < ids.length && ascending; i++) ascending = ids[i] >= ids[i - 1];
  return ascending ? ids : sortBySpike({ spikeIds: ids.slice(), owners: new Int32Array(ids.length) }).spikeIds;
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

/** One stable pass: orders by `DIGIT_BITS` bits of the id from `shift` on. */
function sortByDigit(from: MergedSpikes, into: MergedSpikes, shift: number): void {
  const mask = (1 << DIGIT_BITS) - 1;
  const starts = new Int32Array(mask + 2);
  const { spikeIds, owners } = from;
  for (let i = 0; i < spikeIds.length; i++) starts[((spikeIds[i] >>> shift) & mask) + 1]++;
  for (let digit = 0; digit <= mask; digit++) starts[digit + 1] += starts[digit];
  for (let i = 0; i < spikeIds.length; i++) {
    const at = starts[(spikeIds[i] >>> shift) & mask]++;
    into.spikeIds[at] = spikeIds[i];
    into.owners[at] = owners[i];
  }
}
