/** Menus about columns: which there are, and all that can be done with one, so that nothing needs a mouse. */
import { sortColumns, type TableSort } from '../../core/curation/state.ts';
import { addedSort } from '../../core/curation/table.ts';
import type { Client } from '../client/client.ts';
import type { MenuEntry } from '../ui/Menu.tsx';
import {
  choicesOf,
  inOrder,
  moveColumn,
  NO_CHOICES,
  setChoices,
  shownColumnsOf,
  toggleColumn,
  type ColumnChoices,
} from './choices.ts';
import { columnNames } from './columns.ts';

/** Every column that a table can show, as they come and in the user's order. */
function namesOf(
  client: Client,
  table: string,
): { readonly given: readonly string[]; readonly ordered: readonly string[] } {
  const { snapshot, dataset } = client.mirror.getState();
  if (snapshot === null || dataset === null) return { given: [], ordered: [] };
  const given = columnNames(snapshot.columns, dataset.shankCount, table === 'SimilarityView');
  return { given, ordered: inOrder(given, choicesOfTable(client, table).order) };
}

const choicesOfTable = (client: Client, table: string) => choicesOf(client).getState()[table] ?? NO_CHOICES;
export const shownNames = (client: Client, table: string): readonly string[] =>
  shownColumnsOf(client).getState()[table] ?? [];

/** Calls back whenever the entries of `columnEntries` are others. */
export function watchColumns(client: Client): (onChange: () => void) => () => void {
  return (onChange) => {
    const stops = [choicesOf(client).subscribe(onChange), shownColumnsOf(client).subscribe(onChange)];
    return () => {
      for (const stop of stops) stop();
    };
  };
}

/**
 * One entry per column, checked when it is on screen: one that has no room can be asked for as one that was hidden. The menu stays open while
 * several are switched.
 */
export function columnEntries(client: Client, table: string): readonly MenuEntry[] {
  const columns = namesOf(client, table)
    .ordered.filter((name) => name !== 'id')
    .map((name): MenuEntry => {
      const isShown = shownNames(client, table).includes(name);
      const run = (): void => setChoices(client, table, toggleColumn(choicesOfTable(client, table), name, isShown));
      return { kind: 'item', id: name, label: name, checked: isShown, stays: true, run };
    });
  return [...columns, { kind: 'separator', id: 'reset' }, defaults(client, table)];
}

const isAsUsual = ({ order, hidden, pinned, widths }: ColumnChoices): boolean =>
  order.length + hidden.length + pinned.length + Object.keys(widths).length === 0;

const defaults = (client: Client, table: string): MenuEntry => ({
  kind: 'item',
  id: 'defaults',
  label: 'Default columns and widths',
  reason: isAsUsual(choicesOfTable(client, table)) ? 'Columns and widths are the default ones.' : undefined,
  run: () => setChoices(client, table, NO_CHOICES),
});

/** What the header of one column needs of its table. */
export interface HeaderTable {
  readonly sort: TableSort;
  readonly onSort: (next: (sort: TableSort) => TableSort) => void;
  readonly onFit: (columns: readonly string[]) => void;
  readonly onWiden: (column: string, by: number) => void;
}

/** CSS px by which one step in the menu widens a column. */
const STEP = 12;

const item = (id: string, label: string, run: () => void, reason?: string, stays = false): MenuEntry => ({
  kind: 'item',
  id,
  label,
  reason,
  stays,
  run,
});

/** Everything that the mouse can do with a header. */
export function headerEntries(
  client: Client,
  table: string,
  column: string,
  { sort, onSort, onFit, onWiden }: HeaderTable,
): readonly MenuEntry[] {
  const others = sortColumns(sort).filter((each) => each.column !== column);
  const shown = shownNames(client, table);
  const at = shown.indexOf(column);
  const isId = column === 'id' ? 'The id always comes first.' : undefined;
  const move = (before: string | null): void =>
    setChoices(client, table, moveColumn(choicesOfTable(client, table), namesOf(client, table).given, column, before));
  const hide = (): void => setChoices(client, table, toggleColumn(choicesOfTable(client, table), column, true));
  const isLast = at === shown.length - 1 ? 'This column is the last one.' : undefined;
  return [
    item('asc', 'Sort ascending', () => onSort(() => ({ column, direction: 'asc' }))),
    item('desc', 'Sort descending', () => onSort(() => ({ column, direction: 'desc' }))),
    item(
      'also',
      others.length === 0 ? 'Sort also by this column' : `Sort by ${others.at(-1)?.column ?? ''}, then by this column`,
      () => onSort((present) => addedSort(present, column)),
      others.length === 0 ? 'Rows are sorted by this column alone.' : undefined,
    ),
    { kind: 'separator', id: 'before places' },
    item(
      'left',
      'Move left',
      () => move(shown[at - 1] ?? null),
      isId ?? (at <= 1 ? 'This column is the first one.' : undefined),
    ),
    item('right', 'Move right', () => move(shown[at + 2] ?? null), isId ?? isLast),
    item('wider', 'Wider', () => onWiden(column, STEP), undefined, true),
    item('narrower', 'Narrower', () => onWiden(column, -STEP), undefined, true),
    item('fit', 'Fit width', () => onFit([column])),
    item('fit all', 'Fit all widths', () => onFit(shown)),
    item('hide', `Hide ${column}`, hide, column === 'id' ? 'The id cannot be hidden.' : undefined),
    { kind: 'separator', id: 'before columns' },
    { kind: 'submenu', id: 'columns', label: 'Columns', entries: columnEntries(client, table) },
  ];
}
