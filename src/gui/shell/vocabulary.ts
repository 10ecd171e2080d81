/** The words of the dataset that snippets can name: columns, groups, values of labels, clusters. */
import type { Row } from '../../core/curation/state.ts';
import type { Mirror } from '../client/client.ts';
import { filterWords, type FilterWords } from '../tables/filterCompletion.ts';
import { grouped } from '../ui/numbers.ts';

export interface Vocabulary {
  readonly columns: readonly string[];
  /** Columns that are labels: they can be set. */
  readonly labels: readonly string[];
  /** What filters are made of. */
  readonly filter: FilterWords;
  /** Text that a column holds somewhere; of `group`, the names of all groups too. */
  valuesOf(column: string): readonly string[];
  /** Ids in the order of the cluster view. */
  readonly clusters: readonly number[];
  /** What tells a cluster from others: `good, 1,361 spikes`. */
  describe(clusterId: number): string;
}

/** Columns that the engine computes. */
const METRICS: ReadonlySet<string> = new Set(['id', 'ch', 'sh', 'depth', 'fr', 'amp', 'n_spikes']);
const MOST_VALUES = 50;

export function vocabularyOf({ snapshot, rows }: Pick<Mirror, 'snapshot' | 'rows'>): Vocabulary {
  const columns = snapshot?.columns ?? [];
  const groups = snapshot?.groups.map(({ name }) => name) ?? [];
  return {
    columns,
    filter: filterWords({ snapshot, rows }),
    labels: columns.filter((name) => !METRICS.has(name)),
    valuesOf: (column) =>
      column === 'group' ? [...new Set([...groups, ...texts(rows, column)])] : texts(rows, column),
    clusters: snapshot?.clusterTable.shown ?? [],
    describe: (id) => describeRow(rows.get(id)),
  };
}

function texts(rows: ReadonlyMap<number, Row>, column: string): readonly string[] {
  const found = new Set<string>();
  for (const row of rows.values()) {
    const value = row[column];
    if (typeof value === 'string' && value !== '') found.add(value);
    if (found.size >= MOST_VALUES) break;
  }
  return [...found].sort();
}

function describeRow(row: Row | undefined): string {
  if (row === undefined) return '';
  const group = typeof row.group === 'string' ? row.group : 'unsorted';
  const spikes = row['n_spikes'];
  return typeof spikes === 'number' ? `${group}, ${grouped(spikes)} spikes` : group;
}
