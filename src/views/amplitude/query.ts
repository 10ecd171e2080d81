/** Engine side of the amplitude view: spec/views.md 8a, answer of spec/commands.md 2. */
import type { NdArray } from '../../core/base/nd.ts';
import type { SampleFacts } from '../../core/analysis/sampling.ts';
import type { AmplitudeType } from './params.ts';

export interface AmplitudeSpikes extends SampleFacts {
  /** int32 [spike], ascending. */
  readonly spikeIds: NdArray<Int32Array>;
  /** float64 [spike], s. */
  readonly times: NdArray<Float64Array>;
  /** float64 [spike]; NaN = missing. */
  readonly amplitudes: NdArray<Float64Array>;
}
export interface AmplitudeCluster extends AmplitudeSpikes {
  readonly clusterId: number;
}
export interface AmplitudeBackground extends AmplitudeSpikes {
  /** int32 [spike]: whose spikes they are. */
  readonly clusterIds: NdArray<Int32Array>;
}

export interface AmplitudeAnswer {
  readonly type: AmplitudeType;
  /** What the dataset offers, in rotation order. */
  readonly types: readonly AmplitudeType[];
  /** Channel of the feature and raw types. */
  readonly channelId: number;
  readonly pc: number;
  /** s */
  readonly duration: number;
  /** [0, low, duration, high] */
  readonly bounds: readonly [number, number, number, number];
  readonly clusters: readonly AmplitudeCluster[];
  readonly background: AmplitudeBackground;
  /** float64 [100], from low to high. */
  readonly histogramEdges: NdArray<Float64Array>;
  /** float64 [1 + cluster][99]: densities, background first. */
  readonly histograms: NdArray<Float64Array>;
}
