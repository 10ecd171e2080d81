/** Engine side of the waveform view: spec/views.md 2a, answer of spec/commands.md 2. */
import type { NdArray } from '../../core/base/nd.ts';
import type { SampleFacts } from '../../core/analysis/sampling.ts';
import type { WaveformType } from './params.ts';

export interface WaveformCluster extends SampleFacts {
  readonly clusterId: number;
  /** int32 [wave]; type `mean_waveforms`: the averaged spikes; type `templates`: empty. */
  readonly spikeIds: NdArray<Int32Array>;
  /** int32 [wave], ascending; only type `templates`, else empty. */
  readonly templateIds: NdArray<Int32Array>;
  /** int32 [channel]: the cluster's best channels, best first, or the channels asked for. */
  readonly channelIds: NdArray<Int32Array>;
  /** float32 [wave][sample][channel] over this entry's channelIds, in `unit`. */
  readonly waveforms: NdArray<Float32Array>;
  /** float32 [wave]: 1, for templates their spike count relative to the largest. */
  readonly masks: NdArray<Float32Array>;
}

export interface WaveformAnswer {
  /** The type in force: `templates` where there is no raw data. */
  readonly type: WaveformType;
  /** What the dataset offers, in rotation order. */
  readonly types: readonly WaveformType[];
  /** int32 [channel]: sorted union of the channels of all entries. */
  readonly channelIds: NdArray<Int32Array>;
  readonly channelLabels: readonly string[];
  /** float64 [channel][2], µm. */
  readonly channelPositions: NdArray<Float64Array>;
  /** float64 [channel][2]: centres of the boxes in [-1, 1] (views.md 1.6). */
  readonly boxPositions: NdArray<Float64Array>;
  /** Half width and half height of a box. */
  readonly boxSize: readonly [number, number];
  readonly sampleRate: number;
  readonly sampleCount: number;
  /** Index of the spike's sample in a window of raw data: floor(sampleCount / 2). */
  readonly spikeSample: number;
  /** Index of the spike's sample in the templates where it differs from `spikeSample` (users-and-rivals.md B8). */
  readonly alignSample?: number;
  /** M of views.md 2a: largest absolute value shown; 1 when nothing is. */
  readonly yMax: number;
  readonly unit: 'raw';
  readonly clusters: readonly WaveformCluster[];
}
