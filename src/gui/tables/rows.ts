/** Copies of rows. */
import type { Row } from '../../core/curation/state.ts';

/** Rows as tab-separated text with a header, every value in full; tabs and line breaks inside values become spaces. */
export function rowsAsTsv(
  columns: readonly string[],
  rows: readonly Row[],
  similarity?: ReadonlyMap<number, number>,
): string {
  const cell = (row: Row, name: string): string => {
    const value = name === 'similarity' ? similarity?.get(row.id) : row[name];
    return value === null || value === undefined ? '' : String(value).replaceAll(/[\t\r\n]+/g, ' ');
  };
  const lines = rows.map((row) => columns.map((name) => cell(row, name)).join('\t'));
  return `${[columns.join('\t'), ...lines].join('\n')}\n`;
}
