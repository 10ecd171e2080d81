/**
 * The assignment spike -> cluster as one array that follows the newest state. States are complete without it; it only makes "which cluster
 * is this spike in" a single look-up, and gives queries one reader that stays valid while states come and go.
 */
import type { Metadata, MetadataValue } from '../dataset/dataset.ts';
import type { Clustering } from './clustering.ts';
import { spikesOf } from './clustering.ts';
import { metadataValue } from './metadata.ts';
import type { ClusterReader } from './state.ts';

export class LiveClusters implements ClusterReader {
  /** [spike] -> cluster id, negative = unclustered. Read it, never write to it. */
  readonly spikeClusters: Int32Array;
  private clustering: Clustering;
  private fields: Metadata;

  /** Takes over `spikeClusters`: the caller gives a copy that belongs to nobody else. */
  constructor(spikeClusters: Int32Array, clustering: Clustering, metadata: Metadata) {
    this.spikeClusters = spikeClusters;
    this.clustering = clustering;
    this.fields = metadata;
  }

  get ids(): readonly number[] {
    return this.clustering.ids;
  }
  has(clusterId: number): boolean {
    return this.clustering.clusters.has(clusterId);
  }
  spikesOf(clusterId: number): Int32Array {
    return spikesOf(this.clustering, clusterId);
  }
  clusterOf(spikeId: number): number {
    return this.spikeClusters[spikeId];
  }
  metadata(field: string, clusterId: number): MetadataValue {
    return metadataValue(this.fields, field, clusterId);
  }

  /** Makes this show the given state: writes only the spikes of clusters that differ. */
  follow(clustering: Clustering, metadata: Metadata): void {
    this.fields = metadata;
    if (clustering === this.clustering) return;
    const shown = this.clustering.clusters;
    for (const [id, spikes] of clustering.clusters)
      if (shown.get(id) !== spikes) assign(this.spikeClusters, spikes, id);
    this.clustering = clustering;
  }
}

/** A plain loop: clusters have hundreds of thousands of spikes, and an iterator takes several times as long. */
function assign(spikeClusters: Int32Array, spikes: Int32Array, id: number): void {
  for (let i = 0; i < spikes.length; i++) spikeClusters[spikes[i]] = id;
}
