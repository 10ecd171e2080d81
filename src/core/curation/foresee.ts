/** Clusters as an action would make them, before anybody decides for it: what views will ask then can be computed now. */
import { applyChange, largestRemoved, planMerge, spikesOf } from './clustering.ts';
import { inherit, metadataValue } from './metadata.ts';
import type { CurationState } from './model.ts';
import { selectedIds, type ClusterReader } from './state.ts';

export interface Foreseen {
  /** Ascending ids of the clusters that will be gone. */
  readonly removed: readonly number[];
  /** Id of the cluster that will have their spikes, and be selected. */
  readonly added: number;
  /** Valid for as long as the clusters of the state are those that exist. */
  readonly clusters: ClusterReader;
}

/** What merging the selected clusters will give; null when fewer than two are selected. The state stays as it is. */
export function foreseeMerge({ clustering, metadata, live, selection }: CurationState): Foreseen | null {
  const targets = selectedIds(selection);
  if (targets.length < 2) return null;
  const change = planMerge(clustering, targets);
  const [added] = change.added.keys();
  const { removed } = change;
  const after = applyChange(clustering, change);
  const labels = inherit(metadata, removed.keys(), [added], largestRemoved(change));
  const clusters: ClusterReader = {
    ids: after.ids,
    has: (id) => after.clusters.has(id),
    spikesOf: (id) => spikesOf(after, id),
    clusterOf(spike) {
      const id = live.clusterOf(spike);
      return removed.has(id) ? added : id;
    },
    metadata: (field, id) => metadataValue(labels, field, id),
  };
  return { removed: [...removed.keys()], added, clusters };
}
