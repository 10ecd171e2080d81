/** CSV and TSV tables with one row per cluster (spec/data.md 5), read and written as Python's csv module does. */
import { parsePythonNumber } from './pythonText.ts';

/** One field of a table: values by cluster id, empty cells left out. */
export interface TableField {
  readonly name: string;
  readonly values: ReadonlyMap<number, string | number>;
  /** Whole numbers that the file writes as floats (`100.0`), so that they can be written back as such. */
  readonly floatValues: ReadonlySet<number>;
}
export interface ClusterTable {
  readonly fields: readonly TableField[];
  /** False when no column is called cluster_id: the file is not about clusters. */
  readonly hasClusterIds: boolean;
  readonly rowCount: number;
  /** First cells of the rows that hold something, but no whole number as cluster id; they count for nothing. */
  readonly strayRows: readonly string[];
  /** Cluster ids that several rows give a value of the same field; the last row counts. */
  readonly repeatedIds: readonly number[];
}

/**
 * Splits text into rows of cells by Python's csv rules: quotes count only at the start of a cell, doubled quotes stand for one, any line
 * ending ends a row outside quotes. Blank lines give empty rows.
 */
export function parseCells(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  let started = false;
  const endRow = () => {
    if (started || row.length > 0) row.push(cell);
    rows.push(row);
    row = [];
    cell = '';
    started = false;
  };
  for (let k = 0; k < text.length; k++) {
    const char = text[k];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[k + 1] === '"') cell += text[k++];
      else quoted = false;
    } else if (char === '"' && cell === '') {
      quoted = true;
      started = true;
    } else if (char === delimiter) {
      row.push(cell);
      cell = '';
      started = true;
    } else if (char === '\n' || char === '\r') {
      if (char === '\r' && text[k + 1] === '\n') k++;
      endRow();
    } else {
      cell += char;
      started = true;
    }
  }
  if (started || row.length > 0) endRow();
  return rows;
}

/** Reads the fields of a table, its header naming them. Throws RangeError (bytes that are no UTF-8) or when the file is empty. */
export function readClusterTable(bytes: Uint8Array): ClusterTable {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RangeError('is not UTF-8 text');
  }
  const firstLine = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const [header, ...rows] = parseCells(text, firstLine.includes('\t') ? '\t' : ',');
  if (header === undefined || header.length === 0) throw new RangeError('is empty');
  return tableOf(header, rows);
}

function tableOf(header: readonly string[], rows: readonly string[][]): ClusterTable {
  const idColumn = header.lastIndexOf('cluster_id');
  const rowCount = rows.length;
  if (idColumn < 0) return { fields: [], hasClusterIds: false, rowCount, strayRows: [], repeatedIds: [] };
  const ids = rows.map((row) => clusterIdOf(row[idColumn]));
  const columns = new Map(header.map((name, column) => [name, column]));
  columns.delete('cluster_id');
  const repeated = new Set<number>();
  const fields = [...columns].map(([name, column]) => {
    const values = new Map<number, string | number>();
    const floatValues = new Set<number>();
    for (const [k, row] of rows.entries()) {
      const id = ids[k];
      const cell = row[column] ?? '';
      if (id === undefined || cell === '') continue;
      if (values.has(id)) repeated.add(id);
      const number = parsePythonNumber(cell);
      if (number?.isFloat === true && Number.isInteger(number.value)) floatValues.add(number.value);
      values.set(id, number?.value ?? cell);
    }
    return { name, values, floatValues };
  });
  const stray = rows.filter((row, k) => ids[k] === undefined && row.some((cell) => cell !== ''));
  const strayRows = stray.map((row) => row[0]);
  return { fields, hasClusterIds: true, rowCount, strayRows, repeatedIds: [...repeated] };
}

/** The whole number in a cell; undefined for anything else. */
function clusterIdOf(cell: string | undefined): number | undefined {
  const id = parsePythonNumber(cell ?? '')?.value;
  return Number.isInteger(id) ? id : undefined;
}

/** A cell by csv's minimal quoting. */
function quotedCell(cell: string, delimiter: string): string {
  const needs = cell.includes(delimiter) || /["\r\n]/.test(cell);
  return needs ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** A table as the reference writes it: CRLF on every platform, minimal quoting, tabs unless told otherwise. */
export function writeTable(rows: Iterable<readonly string[]>, delimiter = '\t'): Uint8Array {
  const lines: string[] = [];
  for (const row of rows) {
    const isEmptyCell = row.length === 1 && row[0] === '';
    lines.push(isEmptyCell ? '""\r\n' : `${row.map((cell) => quotedCell(cell, delimiter)).join(delimiter)}\r\n`);
  }
  return new TextEncoder().encode(lines.join(''));
}
