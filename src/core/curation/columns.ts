/** Cells, rows and columns of the tables (spec/curation.md 2.1): metrics of the engine, overlaid by labels where a cluster has one. */
import type { Metadata, MetadataValue } from '../dataset/dataset.ts';
import type { Clustering } from './clustering.ts';
import { maskedTest, type ClusterGroup } from './groups.ts';
import { metadataValue } from './metadata.ts';
import type { Row } from './state.ts';
import type { Getter } from './table.ts';

/** Metrics of one cluster by column name (`ClusterMetrics` of core/analysis, and what plugins add). */
export interface MetricSource {
  /** Called again for the same cluster: the source keeps what is costly. */
  metrics(clusterId: number): object;
}

/** The part of a state that cells are made of. */
export interface CellState {
  readonly clustering: Clustering;
  readonly metadata: Metadata;
  /** Names of metrics in table order; `n_spikes` is among them. */
  readonly metrics: readonly string[];
  /** They say which clusters are masked. */
  readonly groups: readonly ClusterGroup[];
}

/** Fields of a row that no label can replace, nor stand beside. */
export const OWN_FIELDS: readonly string[] = ['id', 'n_spikes', 'is_masked', 'group'];

/** Columns in order: `id`, the metrics, then labels that are not yet there. */
export function columnNames(state: CellState): readonly string[] {
  const taken = new Set([...OWN_FIELDS, ...state.metrics]);
  return ['id', ...state.metrics, ...[...state.metadata.keys()].filter((field) => !taken.has(field))];
}

function metricGetter(source: MetricSource, column: string): Getter {
  return (id) => {
    const value: unknown = Reflect.get(source.metrics(id), column);
    return isCellValue(value) ? value : undefined;
  };
}

const isCellValue = (value: unknown): value is MetadataValue =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Reads one column; undefined when there is no such column. */
export function cellGetter(state: CellState, source: MetricSource, column: string): Getter | undefined {
  const { clustering, metadata } = state;
  if (column === 'id') return (id) => id;
  if (column === 'n_spikes') return (id) => clustering.clusters.get(id)?.length;
  if (column === 'group') return (id) => metadataValue(metadata, 'group', id);
  if (column === 'is_masked') {
    const isMasked = maskedTest(state.groups);
    return (id) => isMasked(metadataValue(metadata, 'group', id));
  }
  const labels = metadata.get(column);
  const metric = state.metrics.includes(column) ? metricGetter(source, column) : undefined;
  if (labels === undefined) return metric;
  return (id) => labels.get(id) ?? metric?.(id);
}

/** Columns that a filter may name: the visible ones and `group` (spec 3.6). */
export function filterColumns(state: CellState, source: MetricSource): Map<string, Getter> {
  const getters = new Map<string, Getter>();
  for (const column of [...columnNames(state), 'group']) {
    const getter = cellGetter(state, source, column);
    if (getter !== undefined) getters.set(column, getter);
  }
  return getters;
}

/** Rows of the given clusters; cells without a value are left out. */
export function makeRows(state: CellState, source: MetricSource, ids: readonly number[]): Row[] {
  const getters = columnNames(state).map((column) => [column, cellGetter(state, source, column)] as const);
  const isMasked = maskedTest(state.groups);
  return ids.map((id) => {
    const cells: Record<string, MetadataValue> = {};
    for (const [column, getter] of getters) {
      const value = getter?.(id);
      if (value !== undefined) cells[column] = value;
    }
    const group = metadataValue(state.metadata, 'group', id);
    return { ...cells, id, group, is_masked: isMasked(group) };
  });
}
