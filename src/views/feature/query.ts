/** Engine side of the feature view: spec/views.md 3a, answer of spec/commands.md 2. */
import type { NdArray } from '../../core/base/nd.ts';
import type { SampleFacts } from '../../core/analysis/sampling.ts';

export interface FeatureSpikes extends SampleFacts {
  /** int32 [spike], ascending. */
  readonly spikeIds: NdArray<Int32Array>;
  /** float64 [spike], s. */
  readonly times: NdArray<Float64Array>;
  /** float32 [spike][channel][pc] over the answer's channelIds, not scaled; NaN = missing. */
  readonly features: NdArray<Float32Array>;
}
export interface FeatureCluster extends FeatureSpikes {
  readonly clusterId: number;
}

export interface FeatureAnswer {
  /** int32 [channel]: dimension `<r><letter>` reads channelIds[r mod length]. */
  readonly channelIds: NdArray<Int32Array>;
  readonly channelLabels: readonly string[];
  readonly pcCount: number;
  /** L of views.md 3a: every PC axis spans (-L, L); 1 when nothing is shown. */
  readonly limit: number;
  /** s; the time axis spans (0, duration). */
  readonly duration: number;
  readonly clusters: readonly FeatureCluster[];
  readonly background: FeatureSpikes;
}
