/** Small operations on numeric arrays that several parts need. */

/** True when both hold the same ids in the same order. */
export function sameIds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}

/** `count` values from `start` to `end` with equal steps, both ends included and exact (NumPy's linspace). */
export function linspace(start: number, end: number, count: number): Float64Array {
  const values = new Float64Array(count);
  const step = count > 1 ? (end - start) / (count - 1) : 0;
  for (let i = 0; i < count; i++) values[i] = i * step + start;
  if (count > 1) values[count - 1] = end;
  return values;
}

/** Largest absolute value, NaN left out; 0 for no values. */
export function maxAbs(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]);
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

/** Number of rows of `width` values that contain a NaN. */
export function countRowsWithNaN(values: Float32Array | Float64Array, width: number): number {
  let rows = 0;
  let lastRow = -1;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i])) continue;
    const row = Math.floor(i / width);
    if (row !== lastRow) rows++;
    lastRow = row;
  }
  return rows;
}

/**
 * The value that would be at `rank` after sorting `values[0..count)`, which is reordered (Hoare's selection, about 2 `count` steps).
 * No value may be NaN.
 */
export function selectInPlace(values: Float64Array, count: number, rank: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const swapped = values[i];
      values[i++] = values[j];
      values[j--] = swapped;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank];
}

/** Median of `values[0..count)`, which is reordered; the mean of the middle two for an even count, NaN for none. */
export function medianInPlace(values: Float64Array, count: number = values.length): number {
  if (count === 0) return Number.NaN;
  const middle = count >> 1;
  const upper = selectInPlace(values, count, middle);
  if (count % 2 === 1) return upper;
  let lower = -Infinity;
  for (let i = 0; i < middle; i++) if (values[i] > lower) lower = values[i];
  return (lower + upper) / 2;
}

/** Places where both coordinates are finite; the very same arrays when all are. */
export function finitePoints(x: Float64Array, y: Float64Array): { readonly x: Float64Array; readonly y: Float64Array } {
  const isHere = (i: number): boolean => Number.isFinite(x[i]) && Number.isFinite(y[i]);
  let count = 0;
  for (let i = 0; i < x.length; i++) if (isHere(i)) count++;
  if (count === x.length) return { x, y };
  const kept = { x: new Float64Array(count), y: new Float64Array(count) };
  for (let i = 0, at = 0; i < x.length; i++) {
    if (!isHere(i)) continue;
    kept.x[at] = x[i];
    kept.y[at++] = y[i];
  }
  return kept;
}

/** 0 .. count - 1 with `front` last: the order in which ranks are painted when one of them is held in front (null: none). */
export function paintOrder(count: number, front: number | null): readonly number[] {
  const ranks = Array.from({ length: count }, (_, rank) => rank);
  return front === null
    ? ranks
    : [...ranks.filter((rank) => rank !== front), ...ranks.filter((rank) => rank === front)];
}

/** Widest range of whole numbers that are counted rather than sorted. */
const MOST_COUNTED = 2 ** 16;
/** Shorter lists are sorted faster than counted. */
const FEWEST_COUNTED = 512;

/** Median as `medianInPlace` has it; many whole numbers of a narrow range (raw data as recorded) are counted, several times as fast. */
export function fastMedian(values: Float64Array, count: number = values.length): number {
  const counted = count < FEWEST_COUNTED ? undefined : countedMedian(values, count);
  return counted ?? medianInPlace(values, count);
}

function countedMedian(values: Float64Array, count: number): number | undefined {
  let low = values[0];
  let high = low;
  for (let i = 0; i < count; i++) {
    const value = values[i];
    if (value !== Math.floor(value)) return undefined;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high - low < MOST_COUNTED)) return undefined;
  const counts = new Uint32Array(high - low + 1);
  for (let i = 0; i < count; i++) counts[values[i] - low] += 1;
  const rankOf = (rank: number): number => {
    let at = 0;
    for (let below = counts[0]; below <= rank; below += counts[++at]);
    return low + at;
  };
  return (rankOf((count - 1) >> 1) + rankOf(count >> 1)) / 2;
}
