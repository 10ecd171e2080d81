/** What a view may ask of the engine: the one type behind every panel, `phy query` and the lasso split. */
import type { ParamSpecs, Values } from '../base/params.ts';
import type { Dataset, MetadataValue, ReadProgress } from '../dataset/dataset.ts';
import type { ClusterFacts } from '../analysis/clusterFacts.ts';
import type { ClusterReader, Direction } from '../curation/state.ts';

/** Names of spec/commands.md 2 for data that a dataset lacks. */
export type MissingPart = 'traces' | 'templates' | 'features' | 'templateFeatures' | 'amplitudes' | 'spikeAttribute';

/** Sorting and filter of the cluster view (core/base/viewParams.ts, `tableOrder`). */
export interface TableOrder {
  readonly sort: string;
  readonly direction: Direction;
  /** Empty = no filter. */
  readonly filter: string;
}

/** The cluster view as queries see it. */
export interface TableReader {
  /** Columns in table order, `id` first, `group` and `is_masked` last. */
  readonly columns: readonly string[];
  /** undefined = empty cell, or no such column. */
  cell(column: string, clusterId: number): MetadataValue | undefined;
  /**
   * The clusters that the filter keeps, sorted; ties by decreasing number of spikes, then as given. Throws `usage` for a column that does not
   * exist and for a filter that cannot be read.
   */
  arrange(clusterIds: readonly number[], order: TableOrder): readonly number[];
}

export interface QueryContext {
  readonly dataset: Dataset;
  readonly clusters: ClusterReader;
  readonly table: TableReader;
  /** Cached facts of clusters: best channels, dominant template, metrics. */
  readonly facts: ClusterFacts;
  /**
   * Gives up the thread when this request has held it for more than about 8 ms, and throws `aborted` when it was superseded.
   * Long loops call it every few thousand items.
   */
  readonly progress: ReadProgress;
}

/** Coordinates of *every* spike of the given clusters, for an exact split. NaN = the spike has no coordinate there. */
export interface LassoCoordinates {
  readonly spikeIds: Int32Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** [xMin, yMin, xMax, yMax] in data units that the view's NDC stand for. */
  readonly bounds: readonly [number, number, number, number];
}

export interface Query<S extends ParamSpecs, A> {
  /** Folder name in src/views, and the name for `phy query`. */
  readonly name: string;
  readonly params: S;
  /** What it does, for the progress bar of a long answer; `Computing NAME` unless stated. */
  readonly doing?: string;
  /** Clusters beyond this number are not shown (spec/views.md 1.11); 0 = unlimited. */
  readonly maxClusters: number;
  /** True when the answer depends on nothing but the clusters asked for (no background, no table): it then stays cached when others change. */
  readonly ownClustersOnly?: boolean;
  /** True for a view of all clusters: asked without any it answers for every one, and it has nothing to do with the selection. */
  readonly showsAll?: boolean;
  /** True for a query that serves windows only: it is not offered by `phy query`, and nobody waits for it in the moment of opening. */
  readonly service?: boolean;
  /** True when windows do not ask it at once, so that it is not worth doing ahead. */
  readonly onDemand?: boolean;
  /** True when answers are not kept: they are large and quickly made again, or the same question may be answered better the next time. */
  readonly uncached?: boolean;
  /** Whether this question gives way to all others: it goes on only while no other question is being answered. */
  background?(params: Values<S>): boolean;
  /** What the dataset lacks for this query with these parameters; empty when it can be answered. */
  missing(dataset: Dataset, params: Values<S>): readonly MissingPart[];
  /** The parameters that a dataset's parts leave in force (templates stand in for missing waveforms); absent = as given. */
  inForce?(dataset: Dataset, params: Values<S>): Values<S>;
  /** `clusterIds` are existing ids in selection order, at most maxClusters. Arrays in the answer are NdArrays. */
  run(context: QueryContext, params: Values<S>, clusterIds: readonly number[]): Promise<A>;
  /** Present when the view offers a lasso. `dims` only for feature: `{x: '0A', y: 'time'}`. */
  lasso?(
    context: QueryContext,
    params: Values<S>,
    clusterIds: readonly number[],
    dims: { readonly x?: string; readonly y?: string },
  ): Promise<LassoCoordinates>;
}

/** A table of queries by name, as `views/queries.ts` exports it. */
export type QueryTable = Readonly<Record<string, Query<ParamSpecs, unknown>>>;

/** Keeps the types of the parameters while fitting into a QueryTable. */
export function defineQuery<const S extends ParamSpecs, A>(query: Query<S, A>): Query<S, A> {
  return query;
}
