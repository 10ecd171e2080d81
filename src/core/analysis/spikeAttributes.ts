/** Values that a file `spike_<name>.npy` keeps for every spike, as coordinates in a plane (spec/views.md 14a). */
import type { Dataset, ReadProgress, SpikeAttribute } from '../dataset/dataset.ts';

/** Spikes read at a time: bounds memory and how long the thread is held. */
const BLOCK = 16_384;

/** 1 for one value per spike, drawn over time; 2 for two or more, of which the first two are drawn; undefined for what has no place in a plane. */
export function attributeDimensions({ shape }: SpikeAttribute): 1 | 2 | undefined {
  if (shape.length === 1) return 1;
  return shape.length === 2 && shape[1] >= 2 ? 2 : undefined;
}

/** Names of the attributes that can be drawn, in the order of their files. */
export function drawableAttributes({ spikeAttributes }: Dataset): readonly string[] {
  return [...spikeAttributes].flatMap(([name, attribute]) =>
    attributeDimensions(attribute) === undefined ? [] : [name],
  );
}

/** Coordinates of spikes; NaN = the file has no finite value there. */
export interface SpikeCoordinates {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** (seconds, value) of spikes, or the first two columns. Reads only the rows asked for. */
export async function attributeCoordinates(
  { spikes }: Dataset,
  attribute: SpikeAttribute,
  spikeIds: Int32Array,
  progress: ReadProgress,
): Promise<SpikeCoordinates> {
  const isFlat = attributeDimensions(attribute) === 1;
  const columns = isFlat ? [0] : [0, 1];
  const x = isFlat ? spikes.secondsOf(spikeIds) : new Float64Array(spikeIds.length);
  const y = new Float64Array(spikeIds.length);
  for (let start = 0; start < spikeIds.length; start += BLOCK) {
    await progress(start / spikeIds.length);
    const block = spikeIds.subarray(start, start + BLOCK);
    const values = await attribute.read(block, columns, progress);
    for (let i = 0; i < block.length; i++) {
      if (!isFlat) x[start + i] = finiteOrMissing(values[2 * i]);
      y[start + i] = finiteOrMissing(values[isFlat ? i : 2 * i + 1]);
    }
  }
  return { x, y };
}

/** An infinite value has no place in a plot: it counts as missing. */
const finiteOrMissing = (value: number): number => (Number.isFinite(value) ? value : Number.NaN);
