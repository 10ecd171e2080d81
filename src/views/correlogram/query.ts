/** Engine side of the correlogram view: spec/views.md 5a, answer of spec/commands.md 2. */
import type { NdArray } from '../../core/base/nd.ts';
import type { SampleFacts } from '../../core/analysis/sampling.ts';

export interface CorrelogramCluster extends SampleFacts {
  readonly clusterId: number;
}

export interface CorrelogramAnswer {
  /** int32 [cluster][cluster][bin]: counts[i][j][half + d] = pairs with a spike of j in bin d after a spike of i; counts[i][i][half] = 0. */
  readonly counts: NdArray<Int32Array>;
  /** (bins - 1) / 2. */
  readonly half: number;
  /** float64 [bin]: left edges, s. */
  readonly delays: NdArray<Float64Array>;
  /** float64 [cluster][cluster]: counts per bin expected of independent clusters. */
  readonly baseline: NdArray<Float64Array>;
  /** int32 [cluster] */
  readonly usedSpikes: NdArray<Int32Array>;
  /** int32 [cluster] */
  readonly totalSpikes: NdArray<Int32Array>;
  /** s */
  readonly duration: number;
  readonly clusters: readonly CorrelogramCluster[];
}
