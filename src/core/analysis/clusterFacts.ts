/** Facts of clusters that several views and the table need, computed once per cluster (ids are never reused, so nothing goes stale). */
import type { ClusterReader } from '../curation/state.ts';
import type { Dataset, Klusta } from '../dataset/dataset.ts';

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

/** [templateId, spikes] pairs, ascending template id, only templates with spikes. */
type TemplateCounts = readonly (readonly [number, number])[];

export interface ClusterFacts {
  /** [templateId, spikes] pairs, ascending template id, only templates with spikes. */
  templateCounts(clusterId: number): TemplateCounts;
  /** Most frequent template; lowest id on ties. */
  dominantTemplate(clusterId: number): number;
  /** Channels of the dominant template, decreasing amplitude; [0] without templates. */
  bestChannels(clusterId: number): Int32Array;
  metrics(clusterId: number): ClusterMetrics;
  /** Clusters having the channel among their best channels, ascending. */
  clustersOnChannel(channelId: number): readonly number[];
  /**
   * Similarity of existing clusters to this one, itself included, decreasing, ties by ascending id (spec/data.md 10.1): `template` of all
   * of them, cut at 100; `peak_channel` is 1 for the clusters having this one's best channel, the others are left out.
   */
  similar(
    clusterId: number,
    measure: 'template' | 'peak_channel',
  ): readonly { readonly id: number; readonly similarity: number }[];
}

/** Longest list of similar clusters, as in the reference (spec/data.md 10.1). */
const MAX_SIMILAR = 100;

interface Entry {
  readonly spikeCount: number;
  readonly templateCounts: TemplateCounts;
  readonly dominantTemplate: number;
}

/**
 * Facts of the clusters that `clusters()` returns at the time of the call. Counts the templates of every cluster once at creation, and
 * later only of clusters it has not seen; an entry is also checked against the number of spikes, so it cannot describe another cluster.
 * All methods throw RangeError for an unknown cluster id.
 */
export function createClusterFacts(dataset: Dataset, clusters: () => ClusterReader): ClusterFacts {
  const { facts, entries, templateLimit } = lazyFacts(dataset, clusters);
  for (const [id, templateCounts] of countAll(dataset.spikes.templates, templateLimit, clusters())) {
    const spikeCount = clusters().spikesOf(id).length;
    entries.set(id, { spikeCount, templateCounts, dominantTemplate: mostFrequent(templateCounts) });
  }
  return facts;
}

/** Facts of clusters of which all but a few are those of `known`: templates are counted for the others only. */
export function extendClusterFacts(
  dataset: Dataset,
  clusters: ClusterReader,
  known: ClusterReader,
  facts: ClusterFacts,
): ClusterFacts {
  const extended = lazyFacts(dataset, () => clusters);
  for (const id of clusters.ids) {
    if (!known.has(id)) continue;
    const [templateCounts, dominantTemplate] = [facts.templateCounts(id), facts.dominantTemplate(id)];
    extended.entries.set(id, { spikeCount: clusters.spikesOf(id).length, templateCounts, dominantTemplate });
  }
  return extended.facts;
}

/** Facts that count templates when they are first asked for, and what they have counted. */
function lazyFacts(dataset: Dataset, clusters: () => ClusterReader) {
  const entries = new Map<number, Entry>();
  const templateLimit = largestOf(dataset.spikes.templates) + 1;
  const countTemplates = templateCounter(dataset.spikes.templates, templateLimit);
  const noTemplate = Int32Array.of(0);
  let channelIndex: { readonly ids: readonly number[]; readonly byChannel: Map<number, number[]> } | undefined;

  const entryOf = (clusterId: number): Entry => {
    const spikes = clusters().spikesOf(clusterId);
    const known = entries.get(clusterId);
    if (known !== undefined && known.spikeCount === spikes.length) return known;
    const templateCounts = countTemplates(spikes);
    const entry = { spikeCount: spikes.length, templateCounts, dominantTemplate: mostFrequent(templateCounts) };
    entries.set(clusterId, entry);
    return entry;
  };
  const bestChannels = (clusterId: number): Int32Array => {
    if (dataset.klusta !== undefined) return ownChannels(dataset.klusta, clusterId);
    const channelIds = dataset.templates?.get(entryOf(clusterId).dominantTemplate)?.channelIds;
    return channelIds === undefined || channelIds.length === 0 ? noTemplate : channelIds;
  };
  const channelsByCluster = new Map<number, { readonly spikeCount: number; readonly channelIds: Int32Array }>();
  /** klusta tells a cluster's channels by the masks of its spikes. */
  const ownChannels = (klusta: Klusta, clusterId: number): Int32Array => {
    const spikes = clusters().spikesOf(clusterId);
    const known = channelsByCluster.get(clusterId);
    if (known?.spikeCount === spikes.length) return known.channelIds;
    const channelIds = klusta.bestChannels(spikes);
    channelsByCluster.set(clusterId, { spikeCount: spikes.length, channelIds });
    return channelIds;
  };
  const clustersByChannel = (): Map<number, number[]> => {
    const { ids } = clusters();
    if (channelIndex?.ids !== ids) channelIndex = { ids, byChannel: indexChannels(ids, bestChannels) };
    return channelIndex.byChannel;
  };
  const similarityTo = (clusterId: number): ((other: number) => number) => {
    const rows = entryOf(clusterId).templateCounts;
    const best = bestSimilarities(dataset.similarity, rows);
    return (other) => bestOver(best, entryOf(other).templateCounts);
  };

  const facts: ClusterFacts = {
    templateCounts: (clusterId) => entryOf(clusterId).templateCounts,
    dominantTemplate: (clusterId) => entryOf(clusterId).dominantTemplate,
    bestChannels,
    metrics(clusterId) {
      const { spikeCount, dominantTemplate } = entryOf(clusterId);
      const best = bestChannels(clusterId)[0];
      const { channels } = dataset;
      return {
        ch: channels.labels[best] ?? String(best),
        sh: channels.shanks[best] ?? 0,
        depth: channels.positions[2 * best + 1] ?? 0,
        fr: spikeCount / Math.max(1, dataset.duration),
        amp: dataset.templates?.peakToPeak(dominantTemplate) ?? 0,
        n_spikes: spikeCount,
      };
    },
    clustersOnChannel: (channelId) => clustersByChannel().get(channelId) ?? [],
    similar(clusterId, measure) {
      if (measure === 'peak_channel') {
        return facts.clustersOnChannel(bestChannels(clusterId)[0]).map((id) => ({ id, similarity: 1 }));
      }
      const similarity = similarityTo(clusterId);
      const rows = clusters().ids.map((id) => ({ id, similarity: similarity(id) }));
      return rows.sort((a, b) => b.similarity - a.similarity || a.id - b.id).slice(0, MAX_SIMILAR);
    },
  };
  return { facts, entries, templateLimit };
}

/** Largest table of clusters by templates that is counted in one go: 64 MB. */
const MAX_TABLE = 2 ** 24;

/**
 * Template counts of every cluster in one pass over the spikes in the order they lie in memory, ten times faster than cluster by cluster.
 * Empty when the table would be too large; clusters are then counted when they are first asked for.
 */
function countAll(templates: Int32Array, width: number, reader: ClusterReader): Map<number, TemplateCounts> {
  const { ids } = reader;
  const lastCluster = ids[ids.length - 1] ?? -1;
  const counted = new Map<number, TemplateCounts>();
  if (ids.length * width > MAX_TABLE || lastCluster >= MAX_TABLE) return counted;
  const rows = new Int32Array(lastCluster + 1);
  for (const [row, id] of ids.entries()) rows[id] = row * width;
  const table = new Int32Array(ids.length * width);
  for (let spike = 0; spike < templates.length; spike++) {
    const template = templates[spike];
    const cluster = reader.clusterOf(spike);
    if (template >= 0 && cluster >= 0) table[rows[cluster] + template]++;
  }
  for (const [row, id] of ids.entries()) {
    const counts: (readonly [number, number])[] = [];
    for (let t = 0; t < width; t++) if (table[row * width + t] > 0) counts.push([t, table[row * width + t]]);
    counted.set(id, counts);
  }
  return counted;
}

function largestOf(values: Int32Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > largest) largest = values[i];
  return largest;
}

/** Counts the templates of a list of spikes with one scratch array for all calls; negative ids (no template) are left out. */
function templateCounter(templates: Int32Array, width: number): (spikes: Int32Array) => TemplateCounts {
  const counts = new Int32Array(width);
  return (spikes) => {
    const seen: number[] = [];
    for (let i = 0; i < spikes.length; i++) {
      const template = templates[spikes[i]];
      if (template < 0) continue;
      if (counts[template]++ === 0) seen.push(template);
    }
    seen.sort((a, b) => a - b);
    const pairs = seen.map((template) => [template, counts[template]] as const);
    for (const template of seen) counts[template] = 0;
    return pairs;
  };
}

/** Template with the most spikes, the lowest id on ties, -1 for no template. */
function mostFrequent(pairs: TemplateCounts): number {
  let best = -1;
  let most = 0;
  for (const [template, count] of pairs) {
    if (count > most) {
      best = template;
      most = count;
    }
  }
  return best;
}

function indexChannels(ids: readonly number[], bestChannels: (id: number) => Int32Array): Map<number, number[]> {
  const byChannel = new Map<number, number[]>();
  for (const id of ids) {
    for (const channel of bestChannels(id)) {
      const list = byChannel.get(channel);
      if (list === undefined) byChannel.set(channel, [id]);
      else list.push(id);
    }
  }
  return byChannel;
}

/**
 * For each template b, the largest similarity of a template of the cluster (a row) to b; -Infinity where the matrix says nothing.
 * Computing it once makes the similarity to every other cluster a look-up per template.
 */
function bestSimilarities(similarity: Dataset['similarity'], templateCounts: TemplateCounts): Float64Array {
  if (similarity === undefined) return new Float64Array(0);
  const { count, data } = similarity;
  const best = new Float64Array(count).fill(-Infinity);
  for (const [template] of templateCounts) {
    if (template >= count) continue;
    const row = template * count;
    for (let b = 0; b < count; b++) if (data[row + b] > best[b]) best[b] = data[row + b];
  }
  return best;
}

/** Largest value over the cluster's templates; 0 when there is none. */
function bestOver(best: Float64Array, templateCounts: TemplateCounts): number {
  let largest = -Infinity;
  for (const [template] of templateCounts) {
    const value = best[template];
    if (value !== undefined && value > largest) largest = value;
  }
  return largest === -Infinity ? 0 : largest;
}
