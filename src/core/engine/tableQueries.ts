/** The two tables as queries (spec/commands.md 2): the same rows, order and filter as in the window, for scripts and for checking. */
import { nd, type NdArray } from '../base/nd.ts';
import { choice } from '../base/params.ts';
import { PhyError } from '../base/errors.ts';
import { tableOrder } from '../base/viewParams.ts';
import { cellGetter, columnNames, filterColumns, makeRows, type MetricSource } from '../curation/columns.ts';
import type { CurationState } from '../curation/curation.ts';
import { compileFilter, rowFilter } from '../curation/filter.ts';
import type { MetadataValue } from '../dataset/dataset.ts';
import type { Row } from '../curation/state.ts';
import { parseSortText } from '../curation/sortText.ts';
import { sortIds, sortIdsByAll, type Getter } from '../curation/table.ts';
import { defineQuery, type QueryTable, type TableOrder, type TableReader } from './query.ts';

const clusterParams = tableOrder('n_spikes');
const similarityParams = {
  measure: choice({
    choices: ['template', 'peak_channel'],
    default: 'template',
    label: 'Measure',
    doc: 'What similar means: like templates, or the same best channel.',
  }),
  ...tableOrder('similarity'),
};

type Cells = Readonly<Record<string, MetadataValue>>;

export interface ClusterTableAnswer {
  /** In table order, `id` first. */
  readonly columns: readonly string[];
  /** int32 [row], in shown order. */
  readonly clusterIds: NdArray<Int32Array>;
  /** Rows before the filter. */
  readonly total: number;
  readonly filterError: string | null;
  readonly rows: readonly Cells[];
}

export interface SimilarityTableAnswer extends ClusterTableAnswer {
  /** The last of the clusters asked for; null without any. */
  readonly referenceId: number | null;
  /** float64 [row], unrounded. */
  readonly similarity: NdArray<Float64Array>;
}

/** `cluster` and `similarity`, over the state that `state()` returns. */
export function tableQueries(state: () => CurationState, source: MetricSource): QueryTable {
  const cluster = defineQuery({
    name: 'cluster',
    params: clusterParams,
    maxClusters: 0,
    showsAll: true,
    missing: () => [],
    async run(_, params, clusterIds): Promise<ClusterTableAnswer> {
      const now = state();
      return arrange(now, source, clusterIds, filterColumns(now, source), params);
    },
  });
  const similarity = defineQuery({
    name: 'similarity',
    params: similarityParams,
    maxClusters: 0,
    missing: () => [],
    // Without templates there is one way to compare.
    inForce: ({ format }, params) => (format === 'kwik' ? { ...params, measure: 'peak_channel' as const } : params),
    async run({ facts }, params, clusterIds): Promise<SimilarityTableAnswer> {
      const now = state();
      const referenceId = clusterIds.at(-1) ?? null;
      const found = referenceId === null ? [] : facts.similar(referenceId, params.measure);
      const values = new Map(found.filter(({ id }) => !clusterIds.includes(id)).map((row) => [row.id, row.similarity]));
      const columns = filterColumns(now, source).set('similarity', (id) => values.get(id));
      const table = arrange(now, source, [...values.keys()], columns, params);
      const shown = Float64Array.from(table.clusterIds.data, (id) => values.get(id) ?? Number.NaN);
      return { referenceId, ...table, similarity: nd(shown) };
    },
  });
  return { cluster, similarity };
}

/** Sorts by a column or several. Throws `usage` for one that does not exist. */
function sortBy(
  ids: readonly number[],
  getters: ReadonlyMap<string, Getter>,
  { sort, direction }: TableOrder,
): readonly number[] {
  const columns = getters.has(sort) ? [{ column: sort, direction }] : parseSortText(sort, direction);
  return sortIdsByAll(
    ids,
    columns.map((each) => ({ getter: columnGetter(getters, each.column), direction: each.direction })),
  );
}

/** The order that ties keep: decreasing number of spikes. */
const bySize = (ids: readonly number[], getters: ReadonlyMap<string, Getter>): readonly number[] =>
  sortIds(ids, (id) => getters.get('n_spikes')?.(id), 'desc');

/** The cluster view over a state, for queries about all clusters. */
export function tableReader(state: CurationState, source: MetricSource): TableReader {
  return {
    get columns() {
      return [...columnNames(state), 'group', 'is_masked'];
    },
    cell: (column, clusterId) => cellGetter(state, source, column)?.(clusterId),
    arrange(clusterIds, order) {
      const getters = filterColumns(state, source);
      const sorted = sortBy(bySize(clusterIds, getters), getters, order);
      return sorted.filter(rowFilter(order.filter, getters));
    },
  };
}

/** Ties keep the default order: decreasing number of spikes (clusters), decreasing similarity (similar ones). */
function arrange(
  state: CurationState,
  source: MetricSource,
  ids: readonly number[],
  getters: ReadonlyMap<string, Getter>,
  order: TableOrder,
): ClusterTableAnswer {
  const sorted = sortBy(getters.has('similarity') ? ids : bySize(ids, getters), getters, order);
  const { accept, error } = compileFilter(order.filter, getters);
  const shown = sorted.filter((id) => accept(id));
  const columns = columnNames(state);
  return {
    columns,
    clusterIds: nd(Int32Array.from(shown)),
    total: ids.length,
    filterError: error,
    rows: makeRows(state, source, shown).map((row) => withAllColumns(row, columns)),
  };
}

function columnGetter(getters: ReadonlyMap<string, Getter>, column: string): Getter {
  const getter = getters.get(column);
  if (getter !== undefined) return getter;
  const names = [...getters.keys()].join(', ');
  throw new PhyError('usage', `There is no column ${column}. Columns: ${names}.`, { column });
}

/** Every column in table order, null where a cluster has no value. */
function withAllColumns(row: Row, columns: readonly string[]): Cells {
  const cells = Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
  return { ...cells, group: row.group, is_masked: row.is_masked };
}
