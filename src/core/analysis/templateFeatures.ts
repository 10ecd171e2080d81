/** Where spikes lie between two clusters by their template features (spec/views.md 4a). */
import { unionOf } from '../base/sortedIds.ts';
import type { ReadProgress, TemplateFeatures } from '../dataset/dataset.ts';

/** Weights of one axis: [templateId, number of the cluster's spikes that came from it] pairs. */
export type TemplateWeights = readonly (readonly [number, number])[];

/** Numbers read at a time, which bounds the memory of a split over all spikes of a cluster made of many templates. */
const BLOCK_NUMBERS = 2 ** 18;

/**
 * Mean template feature of each spike over the templates of two clusters, weighted with the number of spikes: x for the first, y for the
 * second. NaN for a spike without a row, and everywhere on an axis without weights. Reads only the rows asked for, in blocks.
 */
export async function templateFeatureCoordinates(
  source: TemplateFeatures,
  [weightsX, weightsY]: readonly [TemplateWeights, TemplateWeights],
  spikeIds: Int32Array,
  progress: ReadProgress,
): Promise<{ readonly x: Float64Array; readonly y: Float64Array }> {
  const templates = unionOf([weightsX, weightsY].map((weights) => weights.map(([template]) => template)));
  const x = new Float64Array(spikeIds.length);
  const y = new Float64Array(spikeIds.length);
  const block = Math.max(1, Math.floor(BLOCK_NUMBERS / Math.max(1, templates.length)));
  const [meanX, meanY] = [weightsX, weightsY].map((weights) => weightedMean(weights, templates));
  for (let first = 0; first < spikeIds.length; first += block) {
    await progress(first / spikeIds.length);
    const values = await source.read(spikeIds.subarray(first, first + block), templates, progress);
    const count = Math.min(block, spikeIds.length - first);
    for (let i = 0; i < count; i++) {
      x[first + i] = meanX(values, i * templates.length);
      y[first + i] = meanY(values, i * templates.length);
    }
  }
  return { x, y };
}

/** The mean of values[from + k] over the templates k that have weight. */
function weightedMean(weights: TemplateWeights, templates: Int32Array): (values: Float64Array, from: number) => number {
  const columns = Int32Array.from(weights, ([template]) => templates.indexOf(template));
  const factors = Float64Array.from(weights, ([, count]) => count);
  const total = factors.reduce((a, b) => a + b, 0);
  return (values, from) => {
    let sum = 0;
    for (let k = 0; k < columns.length; k++) sum += factors[k] * values[from + columns[k]];
    return sum / total;
  };
}
