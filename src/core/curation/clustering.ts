/**
 * Which spikes belong to which cluster (spec/curation.md 1.1-1.5). A clustering is an immutable value: an action deletes the clusters it
 * touches and adds new ones with new ids, sharing every other spike list. Plans are made first (`planMerge`, `planAssign`) and can be
 * inverted, so undo is the inverse of a recorded change. Nothing here costs more than the spikes and clusters that an action touches.
 */
import { PhyError } from '../base/errors.ts';

/** Cluster id -> spike ids, strictly ascending. The arrays are shared between states: never write to them. */
type SpikeLists = ReadonlyMap<number, Int32Array>;

export interface Clustering {
  /** Non-empty clusters only, in no particular order. */
  readonly clusters: SpikeLists;
  /** Ids of `clusters`, ascending. */
  readonly ids: readonly number[];
  /** Next free id: greater than every id that was ever in use, never going back. */
  readonly newClusterId: number;
  /** All spikes of the dataset, unclustered ones included. */
  readonly spikeCount: number;
}

/** One merge or split, or its inverse. */
export interface ClusterChange {
  /** `merge` when everything ends in one cluster (spec 1.4), otherwise `assign`. */
  readonly description: 'merge' | 'assign';
  /** Clusters that cease to exist, ascending ids. */
  readonly removed: SpikeLists;
  /** Clusters that come into being, ascending ids; together they hold the same spikes as `removed`. */
  readonly added: SpikeLists;
  /** [old, new] pairs that share a spike, ascending. */
  readonly descendants: readonly (readonly [number, number])[];
}

const MAX_ID = 2 ** 31 - 1;

/**
 * Groups spikes by cluster in one counting sort: one Int32Array with a subarray per cluster. `spikeClusters` [spike]; negative ids mean
 * unclustered and are never listed. `storedNewClusterId` is used when it is beyond the ids in use (BUG-16).
 */
export function createClustering(spikeClusters: Int32Array, storedNewClusterId?: number): Clustering {
  const { keys, keyCount, idOf } = denseKeys(spikeClusters);
  const { starts, sorted } = countingSort(keys, keyCount);
  const clusters = new Map<number, Int32Array>();
  for (let key = 0; key < keyCount; key++) {
    if (starts[key + 1] > starts[key]) clusters.set(idOf(key), sorted.subarray(starts[key], starts[key + 1]));
  }
  const ids = [...clusters.keys()];
  const newClusterId = Math.max(storedNewClusterId ?? 0, (ids.at(-1) ?? -1) + 1);
  return { clusters, ids, newClusterId, spikeCount: spikeClusters.length };
}

interface DenseKeys {
  /** [spike]: 0..keyCount-1 in the order of the ids, or negative. */
  readonly keys: Int32Array;
  readonly keyCount: number;
  readonly idOf: (key: number) => number;
}

/** The ids themselves; their ranks when they are so sparse that a table by id would be huge. */
function denseKeys(spikeClusters: Int32Array): DenseKeys {
  const largest = largestId(spikeClusters);
  if (largest <= Math.max(2 ** 20, 4 * spikeClusters.length)) {
    return { keys: spikeClusters, keyCount: largest + 1, idOf: (key) => key };
  }
  const ids = [...new Set(spikeClusters)].filter((id) => id >= 0).sort((a, b) => a - b);
  const ranks = new Map(ids.map((id, rank) => [id, rank]));
  return { keys: spikeClusters.map((id) => ranks.get(id) ?? -1), keyCount: ids.length, idOf: (key) => ids[key] };
}

/** Positions grouped by key: those of key k are sorted[starts[k]..starts[k + 1]), ascending. Plain loops: this runs over every spike. */
function countingSort(
  keys: Int32Array,
  keyCount: number,
): { readonly starts: Int32Array; readonly sorted: Int32Array } {
  const starts = new Int32Array(keyCount + 1);
  for (let i = 0; i < keys.length; i++) if (keys[i] >= 0) starts[keys[i] + 1]++;
  for (let key = 0; key < keyCount; key++) starts[key + 1] += starts[key];
  const cursor = starts.slice();
  const sorted = new Int32Array(starts[keyCount]);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if (key >= 0) sorted[cursor[key]++] = i;
  }
  return { starts, sorted };
}

function largestId(ids: Int32Array): number {
  let largest = -1;
  for (let i = 0; i < ids.length; i++) if (ids[i] > largest) largest = ids[i];
  return largest;
}

/** The spikes of a cluster. Throws RangeError for an id that is not in use. */
export function spikesOf(clustering: Clustering, clusterId: number): Int32Array {
  const spikes = clustering.clusters.get(clusterId);
  if (spikes === undefined) throw new RangeError(`there is no cluster ${clusterId}`);
  return spikes;
}

/** A sentence about unknown ids names so many of them. */
const MOST_NAMED = 12;

/** Checks ids given by a person: throws `usage` naming the unknown ones, otherwise returns them without duplicates in the order given. */
export function knownIds(clustering: Clustering, ids: readonly number[]): readonly number[] {
  const unknown = ids.filter((id) => !clustering.clusters.has(id));
  if (unknown.length > 0) {
    const what = unknown.length === 1 ? 'There is no cluster' : 'There are no clusters';
    const more = unknown.length > MOST_NAMED ? ` and ${unknown.length - MOST_NAMED} more` : '';
    throw new PhyError('usage', `${what} ${unknown.slice(0, MOST_NAMED).join(', ')}${more}.`, { unknown });
  }
  return [...new Set(ids)];
}

/**
 * Plans a merge of existing ids into `to` (default: the next free id; a larger one leaves a gap). A single id is renamed.
 * Throws `usage` for unknown ids or a `to` that was already given out (spec 1.3).
 */
export function planMerge(clustering: Clustering, ids: readonly number[], to = clustering.newClusterId): ClusterChange {
  const sorted = knownIds(clustering, ids).toSorted((a, b) => a - b);
  if (sorted.length === 0) throw new PhyError('usage', 'A merge needs at least one cluster.');
  checkNewId(to);
  if (!Number.isInteger(to) || to < clustering.newClusterId) {
    const expected = `${clustering.newClusterId} or a larger whole number`;
    throw new PhyError('usage', `The new cluster id is ${to}, expected ${expected}.`, { to });
  }
  const lists = sorted.map((id) => spikesOf(clustering, id));
  return {
    description: 'merge',
    removed: new Map(sorted.map((id, i) => [id, lists[i]])),
    added: new Map([[to, union(lists)]]),
    descendants: sorted.map((id) => [id, to] as const),
  };
}

/** Ids are int32 in memory and in the files: a larger one would come back as another. */
function checkNewId(id: number): void {
  if (!(id > MAX_ID)) return;
  const [found, most] = [id, MAX_ID].map((value) => value.toLocaleString('en'));
  const todo =
    'Give the clusters smaller ids, or remove .phy/new_cluster_id.json if it is wrong, and open the dataset again.';
  throw new PhyError('refused', `The new cluster id would be ${found}, expected ${most} at most. ${todo}`, {
    found: id,
  });
}

export interface Assignment {
  /** Any order; duplicates count once. */
  readonly spikes: ArrayLike<number>;
  /** Relative label of each spike: only differences matter, gaps stay gaps. Absent = one group. */
  readonly labels?: ArrayLike<number>;
  /** First new id, for replaying a journal; default the next free one. */
  readonly first?: number;
}

/**
 * Plans a split (spec 1.4): listed spikes go to new clusters by label, and what remains of every touched cluster goes to further new
 * clusters, in ascending order of the old id. `clusterOf` tells the present cluster of a spike. No spikes: undefined.
 * Throws `usage` for spikes that do not exist, belong to no cluster or have two labels.
 */
export function planAssign(
  clustering: Clustering,
  clusterOf: (spikeId: number) => number,
  assignment: Assignment,
): ClusterChange | undefined {
  const { spikes, labels } = orderedAssignment(clustering, assignment);
  if (spikes.length === 0) return undefined;
  const first = assignment.first ?? clustering.newClusterId;
  if (first < clustering.newClusterId) {
    throw new PhyError('usage', `The new cluster id is ${first}, expected ${clustering.newClusterId} or more.`);
  }
  const listed = listedByCluster(spikes, clusterOf);
  const touched = [...listed.keys()];
  const added = labelledLists(spikes, labels, first);
  const pairs = pairsOf(added, touched, clusterOf);
  let next = largestKey(added) + 1;
  for (const id of touched) {
    const rest = difference(spikesOf(clustering, id), listed.get(id)!);
    if (rest.length === 0) continue;
    added.set(next, rest);
    pairs.get(id)!.add(next);
    next += 1;
  }
  checkNewId(next - 1);
  return {
    description: added.size === 1 ? 'merge' : 'assign',
    removed: new Map(touched.map((id) => [id, spikesOf(clustering, id)])),
    added,
    descendants: sortedPairs(pairs),
  };
}

/** Spikes strictly ascending with their labels in step. Throws `usage` for spikes that do not exist or have two labels. */
export function orderedAssignment(clustering: Clustering, { spikes, labels }: Assignment): OrderedAssignment {
  if (labels !== undefined && labels.length !== spikes.length) {
    const found = `${labels.length} labels for ${spikes.length} spikes`;
    throw new PhyError('usage', `The split has ${found}, expected one label per spike.`);
  }
  for (let i = 0; i < spikes.length; i++) {
    const spike = spikes[i];
    if (!Number.isInteger(spike) || spike < 0 || spike >= clustering.spikeCount) {
      throw new PhyError('usage', `There is no spike ${spike}. Spikes are 0 to ${clustering.spikeCount - 1}.`, {
        spike,
      });
    }
    if (labels !== undefined && !Number.isInteger(labels[i])) {
      throw new PhyError('usage', `The label of spike ${spike} is ${labels[i]}, expected a whole number.`, { spike });
    }
  }
  const ids = spikes instanceof Int32Array ? spikes : Int32Array.from(spikes);
  const values = labels === undefined ? undefined : Float64Array.from(labels);
  return isStrictlyAscending(ids) ? { spikes: ids, labels: values } : sortedUnique(ids, values);
}

function isStrictlyAscending(ids: Int32Array): boolean {
  for (let i = 1; i < ids.length; i++) if (ids[i] <= ids[i - 1]) return false;
  return true;
}

export interface OrderedAssignment {
  readonly spikes: Int32Array;
  readonly labels: Float64Array | undefined;
}

function sortedUnique(ids: Int32Array, labels: Float64Array | undefined): OrderedAssignment {
  const order = Uint32Array.from(ids.keys()).sort((a, b) => ids[a] - ids[b]);
  const spikes = new Int32Array(ids.length);
  const values = labels === undefined ? undefined : new Float64Array(ids.length);
  let count = 0;
  for (const i of order) {
    if (count > 0 && spikes[count - 1] === ids[i]) {
      if (values !== undefined && values[count - 1] !== labels![i]) {
        throw new PhyError('usage', `Spike ${ids[i]} has two labels, expected one.`, { spike: ids[i] });
      }
      continue;
    }
    spikes[count] = ids[i]!;
    if (values !== undefined) values[count] = labels![i]!;
    count += 1;
  }
  return { spikes: spikes.subarray(0, count), labels: values?.subarray(0, count) };
}

/** A list of known length that is filled from the front. */
interface Filling {
  readonly spikes: Int32Array;
  filled: number;
}

/**
 * Distributes ascending spikes over lists by a key, in two passes. Neighbours mostly share their key, so the last list is kept at hand.
 */
function grouped(spikes: Int32Array, keyOf: (index: number) => number): Map<number, Int32Array> {
  const counts = new Map<number, number>();
  let key = Number.NaN;
  let count = 0;
  for (let i = 0; i < spikes.length; i++) {
    const next = keyOf(i);
    if (next !== key) {
      if (count > 0) counts.set(key, (counts.get(key) ?? 0) + count);
      key = next;
      count = 0;
    }
    count += 1;
  }
  if (count > 0) counts.set(key, (counts.get(key) ?? 0) + count);
  const lists = new Map<number, Filling>();
  for (const id of [...counts.keys()].sort((a, b) => a - b)) {
    lists.set(id, { spikes: new Int32Array(counts.get(id)!), filled: 0 });
  }
  let list: Filling | undefined;
  key = Number.NaN;
  for (let i = 0; i < spikes.length; i++) {
    const next = keyOf(i);
    if (next !== key || list === undefined) {
      key = next;
      list = lists.get(next)!;
    }
    list.spikes[list.filled++] = spikes[i];
  }
  return new Map([...lists].map(([id, { spikes: filled }]) => [id, filled]));
}

/** Listed spikes of every touched cluster, ascending ids. Throws `usage` for a spike that belongs to no cluster. */
function listedByCluster(spikes: Int32Array, clusterOf: (spikeId: number) => number): Map<number, Int32Array> {
  const lists = grouped(spikes, (i) => clusterOf(spikes[i]));
  for (const [cluster, listed] of lists) {
    if (cluster < 0) throw new PhyError('usage', `Spike ${listed[0]} belongs to no cluster and cannot be split off.`);
  }
  return lists;
}

/** New clusters of the listed spikes in ascending id: id = first + label - smallest label. */
function labelledLists(spikes: Int32Array, labels: Float64Array | undefined, first: number): Map<number, Int32Array> {
  if (labels === undefined) return new Map([[first, spikes.slice()]]);
  let smallest = Infinity;
  let largest = -Infinity;
  for (const label of labels) {
    if (label < smallest) smallest = label;
    if (label > largest) largest = label;
  }
  // The remainders come after the largest new id, one per touched cluster at most.
  if (first + largest - smallest > MAX_ID - spikes.length) {
    throw new PhyError('usage', `The labels span ${largest - smallest}, too far apart for cluster ids.`);
  }
  const lists = grouped(spikes, (i) => labels[i]);
  return new Map([...lists].map(([label, list]) => [first + label - smallest, list]));
}

/** [old, new] pairs of the new clusters that share a spike. */
function pairsOf(
  added: ReadonlyMap<number, Int32Array>,
  touched: readonly number[],
  clusterOf: (spikeId: number) => number,
): Map<number, Set<number>> {
  const pairs = new Map<number, Set<number>>(touched.map((id) => [id, new Set()]));
  for (const [id, spikes] of added) {
    let last = -1;
    for (let i = 0; i < spikes.length; i++) {
      const old = clusterOf(spikes[i]);
      if (old !== last) pairs.get(old)!.add(id);
      last = old;
    }
  }
  return pairs;
}

function sortedPairs(pairs: ReadonlyMap<number, ReadonlySet<number>>): [number, number][] {
  const list: [number, number][] = [];
  for (const [old, news] of pairs) for (const id of [...news].sort((a, b) => a - b)) list.push([old, id]);
  return list;
}

/** The change that takes back `change`: the old ids return with the very same spike lists (spec 1.5). */
export function invertChange(change: ClusterChange): ClusterChange {
  const descendants = change.descendants.map(([old, id]) => [id, old] as const);
  return {
    description: change.removed.size === 1 ? 'merge' : 'assign',
    removed: change.added,
    added: change.removed,
    descendants: descendants.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]),
  };
}

/** The clustering after a change. Costs a copy of the list of clusters, not of spikes. */
export function applyChange(clustering: Clustering, change: ClusterChange): Clustering {
  const clusters = new Map(clustering.clusters);
  for (const id of change.removed.keys()) clusters.delete(id);
  for (const [id, spikes] of change.added) clusters.set(id, spikes);
  const kept = clustering.ids.filter((id) => !change.removed.has(id));
  const ids = [...kept, ...change.added.keys()].sort((a, b) => a - b);
  const newClusterId = Math.max(clustering.newClusterId, largestKey(change.added) + 1);
  return { ...clustering, clusters, ids, newClusterId };
}

function largestKey(lists: SpikeLists): number {
  let largest = -1;
  for (const id of lists.keys()) if (id > largest) largest = id;
  return largest;
}

/** The removed cluster with most spikes, the smallest id on ties: decides inheritance (spec 1.7). */
export function largestRemoved(change: ClusterChange): number {
  let largest = -1;
  let size = -1;
  for (const [id, spikes] of change.removed) {
    if (spikes.length > size || (spikes.length === size && id < largest)) {
      largest = id;
      size = spikes.length;
    }
  }
  return largest;
}

/** Number of spikes that change cluster. */
export function changedSpikeCount(change: ClusterChange): number {
  let count = 0;
  for (const spikes of change.added.values()) count += spikes.length;
  return count;
}

/** Sorted union of disjoint sorted lists, merging pairwise: O(spikes x log lists). */
export function union(lists: readonly Int32Array[]): Int32Array {
  if (lists.length === 0) return new Int32Array(0);
  let level = lists;
  while (level.length > 1) {
    const merged: Int32Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const right = level[i + 1];
      merged.push(right === undefined ? level[i] : mergeTwo(level[i], right));
    }
    level = merged;
  }
  return level[0];
}

function mergeTwo(a: Int32Array, b: Int32Array): Int32Array {
  const out = new Int32Array(a.length + b.length);
  let i = 0;
  let j = 0;
  for (let k = 0; k < out.length; k++) {
    if (j >= b.length || (i < a.length && a[i] <= b[j])) out[k] = a[i++]!;
    else out[k] = b[j++]!;
  }
  return out;
}

/** Sorted `all` without the sorted `taken`, which is part of it. */
function difference(all: Int32Array, taken: Int32Array): Int32Array {
  const rest = new Int32Array(all.length - taken.length);
  for (let i = 0, t = 0, k = 0; i < all.length; i++) {
    if (t < taken.length && taken[t] === all[i]) t += 1;
    else rest[k++] = all[i];
  }
  return rest;
}
