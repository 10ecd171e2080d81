/** What clicks and copies make of rows: pure functions over ids. */
import type { Row } from '../../core/curation/state.ts';

/**
 * Shift+click: everything from the last selected visible row to the clicked one is added in displayed order; ids that were selected keep
 * their rank. Without a visible anchor only the clicked row is selected (spec/curation.md 3.4).
 */
export function extendSelection(
  shown: readonly number[],
  selected: readonly number[],
  clicked: number,
): readonly number[] {
  const anchor = selected.findLast((id) => shown.includes(id));
  if (anchor === undefined) return [clicked];
  const [from, to] = [shown.indexOf(anchor), shown.indexOf(clicked)].sort((a, b) => a - b);
  const already = new Set(selected);
  return [...selected, ...shown.slice(from, to + 1).filter((id) => !already.has(id))];
}

/** Ctrl+click: appended at the end, or removed. */
export function toggleSelection(selected: readonly number[], clicked: number): readonly number[] {
  return selected.includes(clicked) ? selected.filter((id) => id !== clicked) : [...selected, clicked];
}

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
