/**
 * PC features and template features (spec/data.md 8.4, 8.5, views.md 1.17): never in memory as a whole, rows are read when asked for.
 * What the file does not store is NaN, never 0.
 */
import type { TypedArray } from '../../base/nd.ts';
import { type NpyFile, readRows, readRowsAhead } from '../../files/npy.ts';
import type { Features, ReadProgress, TemplateFeatures } from '../dataset.ts';
import {
  checkShape,
  checkVector,
  explaining,
  optional,
  type Reading,
  readIdMatrix,
  readIds,
  wrongShape,
} from './reading.ts';

/** Rows are read in blocks of this many, which bounds memory and how long the thread is held: 1 to 2 ms. */
const blockRows = 512;
/** The first block only shows how fast they come. */
const firstRows = 64;

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
  const { value: ids, refuse } = await explaining(reading, [idFile], async (idNpy) => {
    checkVector(idNpy, rowCount, `row of ${npy.name}`);
    const rowIds = await readIds(idNpy);
    noteStrangers(reading, idNpy, rowIds, 'spike', spikeCount);
    return rowIds;
  });
  refuse(npy);
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

/** Where the numbers go: `out` is [spike][wanted][part]. */
interface Target {
  readonly wanted: ArrayLike<number>;
  readonly parts: number;
  readonly out: Float32Array | Float64Array;
}

/** Some spikes of a request that have a row: their positions in it, and their rows. */
interface Block {
  readonly positions: Int32Array;
  readonly rows: Int32Array;
  /** Columns of the wanted ids for the spike at a position, -1 where there is none. */
  readonly columnsAt: (position: number) => Int32Array;
}

/**
 * Reads `parts` numbers for each spike and wanted column. Part p of column c is flattened column p * width + c of the file. What the file
 * does not store stays as it is in `out`.
 */
async function readStored(
  source: FeatureSource,
  spikeIds: Int32Array,
  target: Target,
  progress?: ReadProgress,
): Promise<void> {
  const map = new ColumnMap(source.columns, source.width, source.templateCount, target.wanted);
  const columnsAt = (position: number): Int32Array => map.of(source.spikeTemplates[spikeIds[position]]);
  const count = spikeIds.length;
  let scratch: TypedArray | undefined;
  let stopAhead: (() => void) | undefined;
  try {
    for (let first = 0, last = Math.min(firstRows, count); first < count; ) {
      await progress?.();
      const block = { ...rowsOf(source.rows, spikeIds, first, last), columnsAt };
      if (source.npy.header.fortran) await readByColumn(source, block, target);
      else scratch = await readByRow(source, block, target, scratch);
      first = last;
      last = Math.min(first + blockRows, count);
      if (first < count)
        stopAhead ??= readRowsAhead(source.npy, () => rowsOf(source.rows, spikeIds, first, count).rows);
    }
  } finally {
    stopAhead?.();
  }
}

/** The spikes at positions first..last-1 that have a row. */
function rowsOf(index: RowIndex, spikeIds: Int32Array, first: number, last: number): Omit<Block, 'columnsAt'> {
  const positions = new Int32Array(last - first);
  const rows = new Int32Array(last - first);
  let count = 0;
  for (let position = first; position < last; position++) {
    const row = index.rowOf(spikeIds[position]);
    if (row < 0) continue;
    positions[count] = position;
    rows[count++] = row;
  }
  return { positions: positions.subarray(0, count), rows: rows.subarray(0, count) };
}

/** Returns the rows as they were read, for the next block to overwrite. */
async function readByRow(
  source: FeatureSource,
  { positions, rows, columnsAt }: Block,
  { wanted, parts, out }: Target,
  scratch: TypedArray | undefined,
): Promise<TypedArray> {
  const values = await readRows(source.npy, rows, undefined, undefined, scratch);
  const { width } = source;
  const rowLength = parts * width;
  const size = wanted.length * parts;
  for (let k = 0; k < positions.length; k++) {
    const columns = columnsAt(positions[k]);
    const to = positions[k] * size;
    const from = k * rowLength;
    for (let w = 0; w < columns.length; w++) {
      const column = columns[w];
      if (column < 0) continue;
      for (let part = 0; part < parts; part++) out[to + w * parts + part] = values[from + part * width + column];
    }
  }
  return values.length > (scratch?.length ?? 0) ? values : (scratch ?? values);
}

/** A Fortran-ordered file keeps each column together: only the columns that hold a wanted id are touched. */
async function readByColumn(
  source: FeatureSource,
  { positions, rows, columnsAt }: Block,
  { wanted, parts, out }: Target,
): Promise<void> {
  const byColumn = new Map<number, { readonly k: number; readonly w: number }[]>();
  positions.forEach((position, k) => {
    const columns = columnsAt(position);
    for (let w = 0; w < wanted.length; w++) {
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
      const to = (positions[k] * wanted.length + w) * parts;
      for (let part = 0; part < parts; part++) out[to + part] = values[cell * parts + part];
    });
  }
}

/** pc_features.npy with its two index files. */
export async function readFeatures(
  reading: Reading,
  spikeTemplates: Int32Array,
  templateCount: number,
  channelCount: number,
): Promise<Features | undefined> {
  return optional(
    reading,
    ['pc_features.npy'],
    async (npy) => {
      const shape = checkShape(npy, [undefined, undefined, undefined], 'spikes, principal components, channels');
      const [, pcCount, width] = shape;
      const rows = await readRowIndex(reading, npy, 'pc_feature_spike_ids.npy', spikeTemplates.length);
      const columns = await readIndex(
        reading,
        npy,
        'pc_feature_ind.npy',
        [templateCount, width],
        'channel',
        channelCount,
      );
      const source = { npy, rows, columns, width, templateCount, spikeTemplates };
      const repeated = repeatedChannels(columns, width);
      return {
        pcCount,
        spikeIds: rows.spikeIds,
        read: async (spikeIds: Int32Array, channelIds: ArrayLike<number>, progress?: ReadProgress) => {
          const out = new Float32Array(spikeIds.length * channelIds.length * pcCount).fill(NaN);
          await readStored(source, spikeIds, { wanted: channelIds, parts: pcCount, out }, progress);
          if (repeated.size > 0)
            clearPadding(out, spikeIds, channelIds, pcCount, (id) => repeated.get(spikeTemplates[id]));
          return out;
        },
      };
    },
    { keepOpen: true, whenMissing: 'FeatureView has nothing to show.' },
  );
}

/** Template -> channels that it lists more than once: an exporter pads with a channel instead of -1 (SpyKING CIRCUS with 0). */
function repeatedChannels(columns: Int32Array | undefined, width: number): ReadonlyMap<number, ReadonlySet<number>> {
  const repeated = new Map<number, ReadonlySet<number>>();
  if (columns === undefined) return repeated;
  for (let template = 0; template * width < columns.length; template++) {
    const ids = columns.subarray(template * width, (template + 1) * width);
    const twice = ids.filter((id, k) => id >= 0 && ids.indexOf(id) !== k);
    if (twice.length > 0) repeated.set(template, new Set(twice));
  }
  return repeated;
}

/** What is 0 in every component on a channel that is listed more than once is padding: nothing is stored there. */
function clearPadding(
  out: Float32Array,
  spikeIds: Int32Array,
  channelIds: ArrayLike<number>,
  pcCount: number,
  repeatedOf: (spikeId: number) => ReadonlySet<number> | undefined,
): void {
  for (let k = 0; k < spikeIds.length; k++) {
    const repeated = repeatedOf(spikeIds[k]);
    if (repeated === undefined) continue;
    for (let c = 0; c < channelIds.length; c++) {
      if (!repeated.has(channelIds[c])) continue;
      const values = out.subarray((k * channelIds.length + c) * pcCount, (k * channelIds.length + c + 1) * pcCount);
      if (values.every((value) => value === 0)) values.fill(NaN);
    }
  }
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
      const columns = await readIndex(
        reading,
        npy,
        'template_feature_ind.npy',
        [templateCount, width],
        'template',
        templateCount,
      );
      const source = { npy, rows, columns, width, templateCount, spikeTemplates };
      return {
        spikeIds: rows.spikeIds,
        read: async (spikeIds: Int32Array, templateIds: ArrayLike<number>, progress?: ReadProgress) => {
          const size = templateIds.length;
          const out = new Float64Array(spikeIds.length * size);
          spikeIds.forEach((spikeId, k) => {
            if (rows.rowOf(spikeId) < 0) out.fill(NaN, k * size, (k + 1) * size);
          });
          await readStored(source, spikeIds, { wanted: templateIds, parts: 1, out }, progress);
          return out;
        },
      };
    },
    { keepOpen: true, whenMissing: 'TemplateFeatureView has nothing to show.' },
  );
}

/** Says so when ids are none of `count` (-1 is padding): nothing is ever asked for them. */
function noteStrangers(reading: Reading, npy: NpyFile, ids: Int32Array, what: string, count: number): void {
  const strangers = ids.reduce((sum, id) => sum + Number(id < -1 || id >= count), 0);
  if (strangers === 0) return;
  const share = `${strangers.toLocaleString('en')} of ${ids.length.toLocaleString('en')} entries`;
  const expected = `0 to ${(count - 1).toLocaleString('en')}`;
  const sentence = `${npy.name} has ${share} that are no ${what}, expected ${expected}; they are left out.`;
  reading.report.repaired(npy.name, sentence, npy.header);
}

/** Index matrix of which ids a template's columns stand for. Throws `input` when it is there but broken. */
async function readIndex(
  reading: Reading,
  npy: NpyFile,
  name: string,
  [templateCount, width]: readonly [number, number],
  what: 'channel' | 'template',
  count: number,
): Promise<Int32Array | undefined> {
  const use = async (index: NpyFile): Promise<Int32Array> => {
    checkShape(index, [templateCount, width], `${what}s of each template`);
    const ids = await readIdMatrix(index);
    noteStrangers(reading, index, ids, what, count);
    return ids;
  };
  // Columns of a matrix that has all need no index.
  const whenMissing = width === count ? undefined : `Column k of ${npy.name} is taken as ${what} k.`;
  const { value, refuse } = await explaining(reading, [name], use, whenMissing);
  refuse(npy);
  return value;
}
