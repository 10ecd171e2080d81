/** Sets of ids as ascending Int32Arrays without duplicates. */

/** Index of the first id (or other ascending number) that is not below `value`. */
export function lowerBound(ids: Int32Array | Float64Array, value: number, from = 0): number {
  let low = from;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** True when the id is in the list. */
export function hasId(ids: Int32Array, value: number): boolean {
  return ids[lowerBound(ids, value)] === value;
}

/** Ids in both. The shorter list is looked up in the longer one, so a small cluster in a large recording costs little. */
export function intersectIds(a: Int32Array, b: Int32Array): Int32Array {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  const common = new Int32Array(few.length);
  const gallop = few.length * 16 < many.length;
  let count = 0;
  let at = 0;
  for (const id of few) {
    if (gallop) at = lowerBound(many, id, at);
    else while (at < many.length && many[at] < id) at++;
    if (at === many.length) break;
    if (many[at] === id) common[count++] = id;
  }
  return common.subarray(0, count);
}

/** Ids of `ids` that are not in `others`; the list itself when none of them is. */
export function withoutIds(ids: Int32Array, others: Int32Array): Int32Array {
  const common = intersectIds(ids, others);
  if (common.length === 0) return ids;
  const rest = new Int32Array(ids.length - common.length);
  let at = 0;
  let next = 0;
  for (const id of ids) {
    if (common[next] === id) next++;
    else rest[at++] = id;
  }
  return rest;
}

/** Sorted union of lists of small non-negative ids in any order (channels, clusters). */
export function unionOf(lists: Iterable<ArrayLike<number>>): Int32Array {
  const union = new Set<number>();
  for (const list of lists) for (let i = 0; i < list.length; i++) union.add(list[i]);
  return Int32Array.from(union).sort();
}
