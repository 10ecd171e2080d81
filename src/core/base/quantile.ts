import { selectInPlace } from './arrays.ts';

/** Quantiles of the values with linear interpolation between ranks (NumPy's default), NaN left out; NaN without values. */
export function quantiles(values: ArrayLike<number>, levels: readonly number[]): number[] {
  const finite = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) finite[count++] = values[i];
  if (count === 0) return levels.map(() => Number.NaN);
  return levels.map((level) => {
    const position = level * (count - 1);
    const rank = Math.floor(position);
    const low = selectInPlace(finite, count, rank);
    if (rank === position) return low;
    return interpolate(low, selectInPlace(finite, count, rank + 1), position - rank);
  });
}

/** NumPy computes from the nearer end, which decides the last bit. */
function interpolate(low: number, high: number, fraction: number): number {
  const step = high - low;
  return fraction < 0.5 ? low + step * fraction : high - step * (1 - fraction);
}
