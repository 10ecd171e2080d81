/** Facts of clusters that several views and the table need, computed once per cluster (ids are never reused, so nothing goes stale). */

/** Metrics of a row under the reference's names, in table order (spec/data.md 10.1). */
export interface ClusterMetrics {
  readonly ch: string;
  readonly sh: number;
  /** µm */
  readonly depth: number;
  /** Hz */
  readonly fr: number;
  readonly amp: number;
  readonly n_spikes: number;
}

export interface ClusterFacts {
  /** [templateId, spikes] pairs, ascending template id, only templates with spikes. */
  templateCounts(clusterId: number): readonly (readonly [number, number])[];
  /** Most frequent template; lowest id on ties. */
  dominantTemplate(clusterId: number): number;
  /** Channels of the dominant template, decreasing amplitude; [0] without templates. */
  bestChannels(clusterId: number): Int32Array;
  metrics(clusterId: number): ClusterMetrics;
  /** Clusters having the channel among their best channels, ascending. */
  clustersOnChannel(channelId: number): readonly number[];
  /** Similarity of every existing cluster to this one, decreasing, ties by ascending id, at most 100 (spec/data.md 10.1). */
  similar(
    clusterId: number,
    measure: 'template' | 'peak_channel',
  ): readonly { readonly id: number; readonly similarity: number }[];
}
