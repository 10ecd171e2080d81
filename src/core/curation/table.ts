/** The order of table rows and moving about in it, without a DOM (spec/curation.md 2.5, 3.3, 3.4). */
import type { MetadataValue } from '../dataset/dataset.ts';
import { sortBy, sortColumns, type Direction, type TableSort } from './state.ts';

/** Value of one column for a cluster; undefined = empty cell. */
export type Getter = (clusterId: number) => MetadataValue | undefined;

/**
 * What a value sorts by: numbers and numeric strings (class 0, by value) before other text (class 1, by code points) before missing values
 * and NaN (class 2). This single order agrees with comparing numbers as numbers and, when either side is text, by text key.
 */
export interface SortKey {
  readonly rank: 0 | 1 | 2;
  readonly number: number;
  readonly text: string;
}

const NUMERIC = /^\s*[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+)?\s*$/i;
const INFINITE = /^\s*([+-]?)inf(?:inity)?\s*$/i;

/** The number that a text stands for (`"10"`, `" 7 "`, `"1e3"`, `"inf"`), or undefined (`""`, `"nan"`, `"abc"`). */
export function numericText(text: string): number | undefined {
  if (NUMERIC.test(text)) return Number(text.replaceAll('_', ''));
  const infinite = INFINITE.exec(text);
  if (infinite === null) return undefined;
  return infinite[1] === '-' ? -Infinity : Infinity;
}

/** The sort key of a cell. */
export function sortKey(value: MetadataValue | undefined): SortKey {
  if (value === null || value === undefined || Number.isNaN(value)) return { rank: 2, number: 0, text: '' };
  if (typeof value === 'string') {
    const number = numericText(value);
    return number === undefined ? { rank: 1, number: 0, text: value } : { rank: 0, number, text: '' };
  }
  return { rank: 0, number: Number(value), text: '' };
}

function compareKeys(a: SortKey, b: SortKey): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.rank === 0) return a.number === b.number ? 0 : a.number < b.number ? -1 : 1;
  return a.text === b.text ? 0 : a.text < b.text ? -1 : 1;
}

/** Sorts ids by a column; equal ones keep the order in which they are given, in both directions. */
export function sortIds(ids: readonly number[], getter: Getter, direction: Direction): number[] {
  return sortIdsByAll(ids, [{ getter, direction }]);
}

interface SortStep {
  readonly getter: Getter;
  readonly direction: Direction;
}

/** Sorts ids by several columns, the most important first; ids equal in all of them keep the order in which they are given. */
export function sortIdsByAll(ids: readonly number[], steps: readonly SortStep[]): number[] {
  const keyed = ids.map((id) => ({ id, keys: steps.map(({ getter }) => sortKey(getter(id))) }));
  const signs = steps.map(({ direction }) => (direction === 'asc' ? 1 : -1));
  keyed.sort((a, b) => {
    for (let k = 0; k < signs.length; k++) {
      const order = compareKeys(a.keys[k], b.keys[k]);
      if (order !== 0) return signs[k] * order;
    }
    return 0;
  });
  return keyed.map((entry) => entry.id);
}

/** What a click on a column header sorts by: that column alone, ascending first, then the other way round (spec 3.3). */
export function headerSort(current: TableSort, column: string): TableSort {
  const descending = current.column === column && current.direction === 'asc';
  return { column, direction: descending ? 'desc' : 'asc' };
}

/**
 * What a click with Shift on a header sorts by: a column that was not among those sorted by comes last, ascending; one that was is turned
 * round in its place, and taken out by the next click. The only column is turned round for ever.
 */
export function addedSort(current: TableSort, column: string): TableSort {
  const columns = sortColumns(current);
  const found = columns.find((each) => each.column === column);
  if (found === undefined) return sortBy([...columns, { column, direction: 'asc' }]);
  if (found.direction === 'desc' && columns.length > 1) return sortBy(columns.filter((each) => each !== found));
  const direction = found.direction === 'asc' ? 'desc' : 'asc';
  return sortBy(columns.map((each) => (each === found ? { column, direction } : each)));
}

/** Visible rows of one table, with the rows that the keyboard may land on. */
export interface Rows {
  /** Visible ids in displayed order. */
  readonly shown: readonly number[];
  isNavigable(clusterId: number): boolean;
}

/** First navigable row. */
export function firstRow(rows: Rows): number | undefined {
  return rows.shown.find((id) => rows.isNavigable(id));
}

/** Last navigable row. */
export function lastRow(rows: Rows): number | undefined {
  return rows.shown.findLast((id) => rows.isNavigable(id));
}

/**
 * The nearest navigable row after (`step` 1) or before (-1) the first visible element of the selection, which may itself be masked.
 * With nothing visible selected it is the first row in both directions; undefined at the end of the table.
 */
export function neighbour(rows: Rows, selected: readonly number[], step: 1 | -1): number | undefined {
  const start = selected.find((id) => rows.shown.includes(id));
  if (start === undefined) return firstRow(rows);
  for (let i = rows.shown.indexOf(start) + step; i >= 0 && i < rows.shown.length; i += step) {
    if (rows.isNavigable(rows.shown[i])) return rows.shown[i];
  }
  return undefined;
}

/** The first `count` navigable rows. */
export function firstRows(rows: Rows, count: number): number[] {
  const ids: number[] = [];
  for (const id of rows.shown) {
    if (ids.length >= count) break;
    if (rows.isNavigable(id)) ids.push(id);
  }
  return ids;
}

/** What `select` makes of a list of ids: in order, once each, visible ones only. */
export function visibleOnly(shown: readonly number[], ids: readonly number[]): number[] {
  const visible = new Set(shown);
  return [...new Set(ids)].filter((id) => visible.has(id));
}

/** Ctrl-click: added at the end, or removed. */
export function toggled(selected: readonly number[], id: number): number[] {
  return selected.includes(id) ? selected.filter((other) => other !== id) : [...selected, id];
}

/**
 * Shift-click: every row from the last selected visible row to the clicked one is appended in displayed order; rows already selected keep
 * their rank. Without an anchor the row alone is selected.
 */
export function extended(shown: readonly number[], selected: readonly number[], id: number): number[] {
  const visible = new Set(shown);
  const anchor = selected.findLast((other) => visible.has(other));
  if (anchor === undefined) return [id];
  const from = shown.indexOf(anchor);
  const to = shown.indexOf(id);
  const range = shown.slice(Math.min(from, to), Math.max(from, to) + 1);
  return [...new Set([...selected, ...range])];
}
