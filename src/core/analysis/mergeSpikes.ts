/** Spikes of several clusters in time order. */
export interface MergedSpikes {
  readonly spikeIds: Int32Array;
  /** Index of the list each spike comes from. */
  readonly owners: Int32Array;
}

/** Merges ascending, disjoint lists of spike ids, two by two. */
export function mergeSpikes(lists: readonly Int32Array[]): MergedSpikes {
  let parts = lists.map((spikeIds, i): MergedSpikes => ({ spikeIds, owners: new Int32Array(spikeIds.length).fill(i) }));
  while (parts.length > 1) {
    const next: MergedSpikes[] = [];
    for (let i = 0; i < parts.length; i += 2)
      next.push(i + 1 < parts.length ? mergeTwo(parts[i], parts[i + 1]) : parts[i]);
    parts = next;
  }
  return parts[0] ?? { spikeIds: new Int32Array(0), owners: new Int32Array(0) };
}

function mergeTwo(a: MergedSpikes, b: MergedSpikes): MergedSpikes {
  const count = a.spikeIds.length + b.spikeIds.length;
  const spikeIds = new Int32Array(count);
  const owners = new Int32Array(count);
  let i = 0;
  let j = 0;
  for (let at = 0; at < count; at++) {
    const fromA = j >= b.spikeIds.length || (i < a.spikeIds.length && a.spikeIds[i] < b.spikeIds[j]);
    spikeIds[at] = fromA ? a.spikeIds[i] : b.spikeIds[j];
    owners[at] = fromA ? a.owners[i++] : b.owners[j++];
  }
  return { spikeIds, owners };
}
