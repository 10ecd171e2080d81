/** Engine side of the cluster scatter view: spec/views.md 12a, answer of spec/commands.md 2. */
import { PhyError } from '../../core/base/errors.ts';
import { cellNumber, numericFields } from '../../core/base/fields.ts';
import { nd } from '../../core/base/nd.ts';
import type { NdArray } from '../../core/base/nd.ts';
import type { Values } from '../../core/base/params.ts';
import type { Dataset } from '../../core/dataset/dataset.ts';
import { defineQuery } from '../../core/engine/query.ts';
import type { QueryContext, TableReader } from '../../core/engine/query.ts';
import { params } from './params.ts';

export interface ClusterScatterAnswer {
  /** int32 [cluster], in the order asked for (ascending when all are), without those that the filter leaves out. */
  readonly clusterIds: NdArray<Int32Array>;
  /** float64 [cluster], before any logarithm; 0 where the cluster has no value. */
  readonly x: NdArray<Float64Array>;
  readonly y: NdArray<Float64Array>;
  /** float64 [cluster], before any logarithm; 1 where the cluster has no value. */
  readonly size: NdArray<Float64Array>;
  /** Clusters without a value of each. */
  readonly missing: { readonly x: number; readonly y: number; readonly size: number };
  /** The columns that can be shown, sorted. */
  readonly fields: readonly string[];
}

type ScatterParams = Values<typeof params>;

interface Column {
  readonly values: NdArray<Float64Array>;
  readonly missing: number;
}

/** Numbers of one column. Throws `usage` when there is no such column or it has no numbers. */
function columnOf(
  table: TableReader,
  fields: readonly string[],
  field: string,
  ids: readonly number[],
  instead: number,
): Column {
  if (!fields.includes(field)) {
    throw new PhyError('usage', `There is no numeric column ${field}. Columns: ${fields.join(', ')}.`, { field });
  }
  let missing = 0;
  const values = Float64Array.from(ids, (id) => {
    const number = cellNumber(table.cell(field, id));
    if (number === undefined) missing++;
    return number ?? instead;
  });
  return { values: nd(values), missing };
}

/** A klusta dataset has no amplitudes: rates take their place (spec/curation.md 4.2). */
function inForce({ format }: Dataset, values: ScatterParams): ScatterParams {
  return format === 'kwik' && values.x === params.x.default ? { ...values, x: 'fr' } : values;
}

async function run(
  { table, clusters }: QueryContext,
  values: ScatterParams,
  clusterIds: readonly number[],
): Promise<ClusterScatterAnswer> {
  const fields = numericFields(table.columns, (column) => clusters.ids.map((id) => table.cell(column, id)));
  const shown = new Set(table.arrange(clusterIds, { sort: 'id', direction: 'asc', filter: values.filter }));
  const ids = clusterIds.filter((id) => shown.has(id));
  const [x, y] = [values.x, values.y].map((field) => columnOf(table, fields, field, ids, 0));
  const size = columnOf(table, fields, values.size, ids, 1);
  return {
    clusterIds: nd(Int32Array.from(ids)),
    x: x.values,
    y: y.values,
    size: size.values,
    missing: { x: x.missing, y: y.missing, size: size.missing },
    fields,
  };
}

export const query = defineQuery({
  name: 'clusterScatter',
  params,
  maxClusters: 0,
  showsAll: true,
  missing: () => [],
  inForce,
  run,
});
