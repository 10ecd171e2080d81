/**
 * Answers of scatter views: coordinates of sampled spikes of each cluster (spec/views.md 14a). What makes the coordinates (a file, a plugin)
 * hands them in; everything that is said of them is worked out here.
 */
import { nd } from '../base/nd.ts';
import type { NdArray } from '../base/nd.ts';
import type { SampleFacts, SamplingRule } from './sampling.ts';
import type { SpikeCoordinates } from './spikeAttributes.ts';

export interface ScatterCluster extends SampleFacts {
  readonly clusterId: number;
  /** int32 [spike], ascending. */
  readonly spikeIds: NdArray<Int32Array>;
  /** float64 [spike]; NaN = missing. */
  readonly x: NdArray<Float64Array>;
  /** float64 [spike]; NaN = missing. */
  readonly y: NdArray<Float64Array>;
}

/** [xMin, yMin, xMax, yMax] in data units. */
export type Bounds = readonly [number, number, number, number];

/** One entry of an answer. `total`: number of spikes of the cluster. */
export function scatterCluster(
  clusterId: number,
  spikeIds: Int32Array,
  { x, y }: SpikeCoordinates,
  total: number,
  rule: SamplingRule,
): ScatterCluster {
  let missing = 0;
  for (let i = 0; i < x.length; i++) if (Number.isNaN(x[i]) || Number.isNaN(y[i])) missing++;
  return {
    clusterId,
    shown: spikeIds.length,
    total,
    rule: spikeIds.length === total ? 'all' : rule,
    missing,
    spikeIds: nd(spikeIds),
    x: nd(x),
    y: nd(y),
  };
}

/** An axis with less extent than this is drawn as [-1, 1] (spec/views.md 1.3). */
const LEAST_EXTENT = 1e-8;

/** Smallest and largest coordinates of the spikes that have both; an axis without extent, or without spikes, is [-1, 1]. */
export function scatterBounds(points: Iterable<SpikeCoordinates>): Bounds {
  let [xMin, yMin, xMax, yMax] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    for (let i = 0; i < x.length; i++) {
      if (Number.isNaN(x[i]) || Number.isNaN(y[i])) continue;
      if (x[i] < xMin) xMin = x[i];
      if (x[i] > xMax) xMax = x[i];
      if (y[i] < yMin) yMin = y[i];
      if (y[i] > yMax) yMax = y[i];
    }
  }
  const [x0, x1] = xMax - xMin >= LEAST_EXTENT ? [xMin, xMax] : [-1, 1];
  const [y0, y1] = yMax - yMin >= LEAST_EXTENT ? [yMin, yMax] : [-1, 1];
  return [x0, y0, x1, y1];
}
