/** Which spikes stand for a cluster when there are too many to show (spec/views.md 1.16 and 2a, spec/data.md 9). */

/** How the shown spikes of a cluster were chosen (spec/commands.md 2). */
export type SamplingRule = 'all' | 'even' | 'batches' | 'random' | 'stride';

/** What every entry of an answer says of its sample. */
export interface SampleFacts {
  /** Number of spikes in this entry. */
  readonly shown: number;
  /** Number of spikes they stand for: all of the cluster, or of the recording for a background. */
  readonly total: number;
  readonly rule: SamplingRule;
  /** Spikes without a value: those of the sample with a NaN, and those of the cluster that cannot be in the sample because the file has no row for them. */
  readonly missing: number;
}
