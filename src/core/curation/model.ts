/** What a curation state consists of, and how the first one is made. All other states come from `reduce` (curation.ts). */
import type { Metadata } from '../dataset/dataset.ts';
import type { Clustering } from './clustering.ts';
import { createClustering, spikesOf } from './clustering.ts';
import type { MetricSource } from './columns.ts';
import { BUILT_IN_GROUPS, type ClusterGroup } from './groups.ts';
import type { Effect, History } from './history.ts';
import { NO_HISTORY } from './history.ts';
import type { JournalRecord } from './journal.ts';
import { LiveClusters } from './live.ts';
import { createMetadata } from './metadata.ts';
import { NOTHING } from './selection.ts';
import type { Selection, TableSettings, WizardSettings } from './state.ts';
import { sortIds } from './table.ts';
import * as wizard from './wizard.ts';

/** What the engine knows about clusters. Both are asked about clusters of `live`, also in the middle of `reduce`. */
export interface CurationSource extends MetricSource {
  /** Decreasing similarity; may contain the cluster itself. */
  similar(clusterId: number): readonly { readonly id: number; readonly similarity: number }[];
  /** [spike] -> original template, for `split_init`. */
  readonly spikeTemplates?: ArrayLike<number>;
}

export interface TableState {
  readonly settings: TableSettings;
  /** All rows in displayed order, before the filter. */
  readonly order: readonly number[];
  /** Rows that the filter keeps. */
  readonly shown: readonly number[];
  readonly filterError: string | null;
}
export interface SimilarState extends TableState {
  readonly referenceId: number | null;
  readonly values: ReadonlyMap<number, number>;
}

export interface CurationState {
  readonly clustering: Clustering;
  readonly metadata: Metadata;
  readonly metrics: readonly string[];
  readonly groups: readonly ClusterGroup[];
  readonly selection: Selection;
  readonly wizard: WizardSettings;
  readonly clusters: TableState;
  readonly similar: SimilarState;
  readonly history: History;
  readonly live: LiveClusters;
}

export interface CurationOptions {
  /** [spike] as loaded; copied. Negative = unclustered. */
  readonly spikeClusters: Int32Array;
  readonly metadata: Metadata;
  readonly storedNewClusterId?: number;
  /** Names of metrics in table order, without `n_spikes` (it is always the last one). */
  readonly metrics: readonly string[];
  /** Default: the built-in ones. */
  readonly groups?: readonly ClusterGroup[];
  /** Throws `usage` when they are invalid (T17). */
  readonly wizard?: WizardSettings;
}

const CLUSTER_SETTINGS: TableSettings = { sort: { column: 'n_spikes', direction: 'desc' }, filter: '' };
const SIMILAR_SETTINGS: TableSettings = { sort: { column: 'similarity', direction: 'desc' }, filter: '' };
export const NO_SIMILAR: SimilarState = {
  settings: SIMILAR_SETTINGS,
  order: [],
  shown: [],
  filterError: null,
  referenceId: null,
  values: new Map(),
};

/** The state at opening: nothing selected, sorted by decreasing `n_spikes`, no filter. The only work proportional to all spikes. */
export function createCuration(options: CurationOptions): CurationState {
  const settings = options.wizard ?? wizard.DEFAULT_WIZARD;
  wizard.checkSimilarCount(settings.similarCount);
  wizard.checkSkipMasked(settings.skipMasked);
  const clustering = createClustering(options.spikeClusters, options.storedNewClusterId);
  const metadata = createMetadata(options.metadata);
  const order = sortIds(clustering.ids, (id) => spikesOf(clustering, id).length, 'desc');
  return {
    clustering,
    metadata,
    metrics: [...options.metrics.filter((name) => name !== 'n_spikes'), 'n_spikes'],
    groups: options.groups ?? BUILT_IN_GROUPS,
    selection: NOTHING,
    wizard: settings,
    clusters: { settings: CLUSTER_SETTINGS, order, shown: order, filterError: null },
    similar: NO_SIMILAR,
    history: NO_HISTORY,
    live: new LiveClusters(options.spikeClusters.slice(), clustering, metadata),
  };
}

/**
 * Makes `live` show this state. `reduce` does so itself; needed only to go back to an earlier state, as when the journal could not be
 * written.
 */
export function followState(state: CurationState): void {
  state.live.follow(state.clustering, state.metadata);
}

/** What a command came to: everything of the change that cannot be read off the two states. */
export interface Step {
  readonly state: CurationState;
  readonly message: string;
  readonly effect?: Effect;
  readonly history?: 'undo' | 'redo';
  readonly record?: JournalRecord;
}
