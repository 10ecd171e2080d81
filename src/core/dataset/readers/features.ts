/**
 * PC features and template features (spec/data.md 8.4, 8.5, views.md 1.17): never in memory as a whole, rows are read when asked for.
 * What the file does not store is NaN, never 0.
 */
import { type NpyFile, readRows } from '../../files/npy.ts';
import type { Features, ReadProgress, TemplateFeatures } from '../dataset.ts';
import { checkShape, checkVector, optional, type Reading, readIdMatrix, readIds, wrongShape } from './reading.ts';

/** Rows are read in blocks of this many, which bounds memory and how long the thread is held. */
const blockRows = 4096;

/** Which row of a file belongs to a spike. */
interface RowIndex {
  /** Ascending; undefined when every spike has the row of its own number. */
  readonly spikeIds?: Int32Array;
  /** -1 when there is none. */
  rowOf(spikeId: number): number;
}

function allRows(count: number): RowIndex {
  return { rowOf: (spikeId) => (spikeId < count ? spikeId : -1) };
}

/** `ids` may come in any order (SpyKING CIRCUS groups them by template). */
function listedRows(ids: Int32Array): RowIndex {
  const order = Int32Array.from(ids.keys()).sort((a, b) => ids[a] - ids[b]);
  const spikeIds = ids.slice().sort();
  return {
    spikeIds,
    rowOf: (spikeId) => {
      let low = 0;
      let high = spikeIds.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (spikeIds[middle] < spikeId) low = middle + 1;
        else high = middle;
      }
      return spikeIds[low] === spikeId ? order[low] : -1;
    },
  };
}

/** Row ids of a file with `rowCount` rows. Throws `input` when rows and spikes cannot be matched. */
async function readRowIndex(reading: Reading, npy: NpyFile, idFile: string, spikeCount: number): Promise<RowIndex> {
  const rowCount = npy.header.shape[0];
  const ids = await optional(reading, [idFile], async (idNpy) => {
    checkVector(idNpy, rowCount, `row of ${npy.name}`);
    return readIds(idNpy);
  });
  if (ids !== undefined) return listedRows(ids);
  const expected = `${spikeCount.toLocaleString('en')} rows (one per spike)`;
  if (rowCount !== spikeCount) throw wrongShape(npy.name, npy.header.shape, expected);
  return allRows(spikeCount);
}

/** For each template, which stored column belongs to each of the wanted ids; -1 when none does. */
class ColumnMap {
  private readonly known = new Map<number, Int32Array>();
  private readonly stored: Int32Array | undefined;
  private readonly width: number;
  private readonly templateCount: number;
  private readonly wanted: ArrayLike<number>;
  constructor(stored: Int32Array | undefined, width: number, templateCount: number, wanted: ArrayLike<number>) {
    this.stored = stored;
    this.width = width;
    this.templateCount = templateCount;
    this.wanted = wanted;
  }
  of(templateId: number): Int32Array {
    const known = this.known.get(templateId);
    if (known !== undefined) return known;
    const columns = Int32Array.from(this.wanted, (id) => this.find(templateId, id));
    this.known.set(templateId, columns);
    return columns;
  }
  /** The first column with this id counts: later ones are padding (spec/data.md 8.4). */
  private find(templateId: number, id: number): number {
    if (id < 0 || templateId < 0) return -1;
    if (this.stored === undefined) return id < this.width ? id : -1;
    if (templateId >= this.templateCount) return -1;
    const start = templateId * this.width;
    const found = this.stored.subarray(start, start + this.width).indexOf(id);
    return found;
  }
}

interface FeatureSource {
  readonly npy: NpyFile;
  readonly rows: RowIndex;
  /** [template][column] */
  readonly columns: Int32Array | undefined;
  readonly width: number;
  readonly templateCount: number;
  readonly spikeTemplates: Int32Array;
}

/**
 * Reads `parts` numbers for each spike and wanted column: put(spike, wanted, part, value). Part p of column c is flattened column
 * p * width + c of the file.
 */
async function readStored(
  source: FeatureSource,
  spikeIds: Int32Array,
  wanted: ArrayLike<number>,
  parts: number,
  put: (spike: number, wanted: number, part: number, value: number) => void,
  progress?: ReadProgress,
): Promise<void> {
  const map = new ColumnMap(source.columns, source.width, source.templateCount, wanted);
  for (let first = 0; first < spikeIds.length; first += blockRows) {
    const last = Math.min(first + blockRows, spikeIds.length);
    const spikes: number[] = [];
    const rows: number[] = [];
    for (let k = first; k < last; k++) {
      const row = source.rows.rowOf(spikeIds[k]);
      if (row < 0) continue;
      spikes.push(k);
      rows.push(row);
    }
    const columnsOf = (spike: number) => map.of(source.spikeTemplates[spikeIds[spike]]);
    if (source.npy.header.fortran) await readByColumn(source, spikes, rows, columnsOf, wanted.length, parts, put);
    else await readByRow(source, spikes, rows, columnsOf, parts, put);
    if (last < spikeIds.length) await progress?.();
  }
}

type Put = (spike: number, wanted: number, part: number, value: number) => void;

async function readByRow(
  source: FeatureSource,
  spikes: readonly number[],
  rows: readonly number[],
  columnsOf: (spike: number) => Int32Array,
  parts: number,
  put: Put,
): Promise<void> {
  const values = await readRows(source.npy, rows);
  const rowLength = parts * source.width;
  spikes.forEach((spike, k) => {
    const columns = columnsOf(spike);
    for (let w = 0; w < columns.length; w++) {
      if (columns[w] < 0) continue;
      for (let part = 0; part < parts; part++) {
        put(spike, w, part, values[k * rowLength + part * source.width + columns[w]]);
      }
    }
  });
}

/** A Fortran-ordered file keeps each column together: only the columns that hold a wanted id are touched. */
async function readByColumn(
  source: FeatureSource,
  spikes: readonly number[],
  rows: readonly number[],
  columnsOf: (spike: number) => Int32Array,
  wantedCount: number,
  parts: number,
  put: Put,
): Promise<void> {
  const byColumn = new Map<number, { readonly k: number; readonly w: number }[]>();
  spikes.forEach((spike, k) => {
    const columns = columnsOf(spike);
    for (let w = 0; w < wantedCount; w++) {
      if (columns[w] < 0) continue;
      const list = byColumn.get(columns[w]);
      if (list === undefined) byColumn.set(columns[w], [{ k, w }]);
      else list.push({ k, w });
    }
  });
  const partColumns = (column: number) => Int32Array.from({ length: parts }, (_, part) => part * source.width + column);
  for (const [column, cells] of byColumn) {
    const cellRows = cells.map(({ k }) => rows[k]);
    const values = await readRows(source.npy, cellRows, partColumns(column));
    cells.forEach(({ k, w }, cell) => {
      for (let part = 0; part < parts; part++) put(spikes[k], w, part, values[cell * parts + part]);
    });
  }
}

/** pc_features.npy with its two index files. */
export async function readFeatures(
  reading: Reading,
  spikeTemplates: Int32Array,
  templateCount: number,
): Promise<Features | undefined> {
  return optional(
    reading,
    ['pc_features.npy'],
    async (npy) => {
      const shape = checkShape(npy, [undefined, undefined, undefined], 'spikes, principal components, channels');
      const [, pcCount, width] = shape;
      const rows = await readRowIndex(reading, npy, 'pc_feature_spike_ids.npy', spikeTemplates.length);
      const columns = await readIndex(reading, 'pc_feature_ind.npy', templateCount, width, 'channels');
      const source = { npy, rows, columns, width, templateCount, spikeTemplates };
      return {
        pcCount,
        spikeIds: rows.spikeIds,
        read: async (spikeIds: Int32Array, channelIds: ArrayLike<number>, progress?: ReadProgress) => {
          const data = new Float32Array(spikeIds.length * channelIds.length * pcCount).fill(NaN);
          const put: Put = (spike, w, part, value) => {
            data[(spike * channelIds.length + w) * pcCount + part] = value;
          };
          await readStored(source, spikeIds, channelIds, pcCount, put, progress);
          return data;
        },
      };
    },
    { keepOpen: true, whenMissing: 'FeatureView has nothing to show.' },
  );
}

/** template_features.npy with its two index files. */
export async function readTemplateFeatures(
  reading: Reading,
  spikeTemplates: Int32Array,
  templateCount: number,
): Promise<TemplateFeatures | undefined> {
  return optional(
    reading,
    ['template_features.npy'],
    async (npy) => {
      const [, width] = checkShape(npy, [undefined, undefined], 'spikes, templates');
      const rows = await readRowIndex(reading, npy, 'template_feature_spike_ids.npy', spikeTemplates.length);
      const columns = await readIndex(reading, 'template_feature_ind.npy', templateCount, width, 'templates');
      const source = { npy, rows, columns, width, templateCount, spikeTemplates };
      return {
        spikeIds: rows.spikeIds,
        read: async (spikeIds: Int32Array, templateIds: ArrayLike<number>, progress?: ReadProgress) => {
          const size = templateIds.length;
          const data = new Float64Array(spikeIds.length * size);
          spikeIds.forEach((spikeId, k) => {
            if (rows.rowOf(spikeId) < 0) data.fill(NaN, k * size, (k + 1) * size);
          });
          const put: Put = (spike, w, _, value) => {
            data[spike * size + w] = value;
          };
          await readStored(source, spikeIds, templateIds, 1, put, progress);
          return data;
        },
      };
    },
    { keepOpen: true, whenMissing: 'TemplateFeatureView has nothing to show.' },
  );
}

/** Index matrix of which ids a template's columns stand for. One that is there but wrong makes the features unusable. */
async function readIndex(
  reading: Reading,
  name: string,
  templateCount: number,
  width: number,
  what: string,
): Promise<Int32Array | undefined> {
  let fault: unknown;
  const ids = await optional(reading, [name], async (npy) => {
    try {
      checkShape(npy, [templateCount, width], `${what} of each template`);
      return await readIdMatrix(npy);
    } catch (error) {
      fault = error;
      throw error;
    }
  });
  if (fault !== undefined) throw fault;
  return ids;
}
