/** A table of clusters: filter line, headers, and only the rows in sight. Both tables are projections of the engine's state. */
import {
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
} from 'react';
import type { Row, ShownTable, TableSort } from '../../core/curation/state.ts';
import type { Complete } from '../ui/completion.ts';
import { isHtml } from '../ui/dom.ts';
import type { GroupLook } from '../ui/groupLooks.ts';
import { isMac } from '../ui/keyLabel.ts';
import type { MenuEntry } from '../ui/Menu.tsx';
import { useScale } from '../ui/useScale.ts';
import { useSize } from '../ui/useSize.ts';
import type { ColumnChoices } from './choices.ts';
import type { HeaderTable } from './columnMenu.ts';
import { FilterBox } from './FilterBox.tsx';
import { Header, narrowed } from './Header.tsx';
import { placesOf } from './places.ts';
import { rowId, TableRow } from './TableRow.tsx';
import { rowGesture, rowIdAt, useRest, type RowGesture } from './useRest.ts';
import { useColumns, type ShownColumn } from './useColumns.ts';
import { usePointing } from './usePointing.ts';
import { useWindow } from './useWindow.ts';
import css from './Table.module.css';

/** What a table asks of the engine. */
export interface TableGestures {
  readonly select: (id: number) => void;
  /** The pointer rests on a row; a click would do this with it. */
  readonly expect: (id: number, gesture: RowGesture) => void;
  /** Ctrl+click. */
  readonly toggle: (id: number) => void;
  /** Shift+click: from the last selected row on. */
  readonly extend: (id: number) => void;
  /** Ctrl+right-click: promote or demote. */
  readonly exchange: (id: number) => void;
  /** Makes the next sort out of the one asked for last. */
  readonly sort: (next: (sort: TableSort) => TableSort) => void;
  readonly filter: (text: string) => void;
}

/** What a table does with its columns; all of it is kept for the next launch. */
export interface ColumnGestures {
  readonly choices: ColumnChoices;
  /** Widths by column, CSS px at scale 1; `keep` when they are final. */
  readonly resize: (widths: Readonly<Record<string, number>>, keep: boolean) => void;
  /** Puts a column before another one shown, or at the end. */
  readonly move: (column: string, before: string | null) => void;
  /** The columns that have room, whenever these change. */
  readonly shown: (names: readonly string[]) => void;
  readonly entries: (column: string, table: HeaderTable) => readonly MenuEntry[];
  readonly watch: (onChange: () => void) => () => void;
}

interface TableProps {
  readonly name: string;
  readonly table: ShownTable;
  readonly rows: ReadonlyMap<number, Row>;
  readonly columns: readonly string[];
  readonly shankCount: number;
  /** In the similarity view: aligned with `table.shown`. */
  readonly similarity: readonly number[] | null;
  /** What the list belongs to; another value is another list. */
  readonly listOf: number | null;
  readonly selected: readonly number[];
  /** Rank of the first selected row of this table. */
  readonly rankOffset: number;
  /** Ids made by the last action, shown for a moment. */
  readonly fresh: ReadonlySet<number>;
  readonly looks: (group: string) => GroupLook;
  readonly groups: readonly string[];
  readonly placeholder: string;
  readonly complete: Complete;
  readonly columnGestures: ColumnGestures;
  /** What is said when there is no row. */
  readonly whenEmpty: string;
  readonly gestures: TableGestures;
}

/** CSS px at scale 1 (look.md 6). */
const ROW_HEIGHT = 22;
const HEADER_HEIGHT = 24;

export function Table(props: TableProps) {
  const { name, table, rows, similarity, selected, rankOffset, fresh, looks, gestures, columnGestures } = props;
  const { shown, settings } = table;
  const scroller = useRef<HTMLDivElement>(null);
  const [width] = useSize(scroller);
  const scale = useScale(scroller);
  const { shown: columns, fit } = useColumns({
    given: props.columns,
    shankCount: props.shankCount,
    rows,
    similarity,
    groups: props.groups,
    sort: settings.sort,
    choices: columnGestures.choices,
    room: width / scale,
    scroller,
  });
  const names = columns.map((column) => column.name).join('\n');
  const tellColumns = useEffectEvent((list: string) => columnGestures.shown(list.split('\n')));
  useEffect(() => tellColumns(names), [names]);
  const lastSelected = selected.at(-1);
  const [cursor, setCursor] = useCursor(lastSelected);
  const rowHeight = Math.round(ROW_HEIGHT * scale);
  const inSight = useWindow(scroller, shown.length, rowHeight, HEADER_HEIGHT * scale);
  const ranks = useMemo(() => new Map(selected.map((id, place) => [id, place + rankOffset])), [selected, rankOffset]);

  // Another list begins at its top: the most similar clusters of a new reference must not be out of sight.
  const { listOf } = props;
  const begin = useEffectEvent((list: number | null) => list !== null && inSight.begin());
  useEffect(() => void begin(listOf), [listOf]);
  // Only a new selection scrolls; sorting and filtering leave the view where it is.
  const reveal = useEffectEvent((id: number) => inSight.show(placesOf(shown).get(id) ?? -1));
  useEffect(() => {
    if (lastSelected !== undefined) reveal(lastSelected);
  }, [lastSelected]);

  const onMouseDown = (event: MouseEvent): void => {
    const id = rowIdAt(event);
    event.preventDefault();
    blurEditor(event);
    if (id !== null && event.button === 0 && !(isMac() && event.ctrlKey)) gestures[rowGesture(event)](id);
  };
  const rest = useRest(scroller, gestures.expect);
  usePointing(scroller, shown);
  const onContextMenu = (event: MouseEvent): void => {
    const id = rowIdAt(event);
    event.preventDefault();
    if (id !== null && event.ctrlKey) gestures.exchange(id);
  };
  // Arrow keys, Space, Home and End stay with the wizard here too (spec/curation.md 3.4); the cursor has keys of its own.
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const step = cursorStep(event, inSight.page);
    if (step !== null) {
      const at = cursor === null ? -1 : (placesOf(shown).get(cursor) ?? -1);
      const next = Math.min(Math.max(at + step, 0), shown.length - 1);
      setCursor(shown[next] ?? null);
      inSight.show(next);
    } else if (cursor !== null && event.key === 'Enter') {
      if (event.ctrlKey && event.shiftKey) gestures.exchange(cursor);
      else gestures[rowGesture(event)](cursor);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onFocus = (event: FocusEvent): void => {
    if (event.target === event.currentTarget) setCursor(cursor ?? lastSelected ?? shown[0] ?? null);
  };

  const total = columns.reduce((sum, column) => sum + column.width, 0);
  const template = columns.map((column, place) => track(column, scale, place === columns.length - 1)).join(' ');
  const fitAll = (list: readonly string[]): void =>
    columnGestures.resize(Object.fromEntries(list.map((column) => [column, fit(column)])), true);
  const headerTable: HeaderTable = {
    sort: settings.sort,
    onSort: gestures.sort,
    onFit: fitAll,
    onWiden: (column, by) => {
      const wide = columns.find((each) => each.name === column)?.width ?? 0;
      columnGestures.resize({ [column]: narrowed(wide + by) }, true);
    },
  };

  return (
    <div className={css.table}>
      <FilterBox
        label={`${name} filter`}
        placeholder={props.placeholder}
        applied={settings.filter}
        error={table.filterError}
        shown={shown.length}
        total={table.total}
        complete={props.complete}
        onFilter={gestures.filter}
      />
      <div
        ref={scroller}
        className={css.scroller}
        role="grid"
        aria-label={name}
        aria-multiselectable
        aria-rowcount={shown.length + 1}
        aria-activedescendant={cursor === null ? undefined : rowId(name, cursor)}
        tabIndex={0}
        onMouseDown={onMouseDown}
        {...rest}
        onContextMenu={onContextMenu}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
        onBlur={() => setCursor(null)}
        style={{ '--columns': template, '--total': `${total * scale}px`, '--row': `${rowHeight}px` } as CSSProperties}
      >
        <Header
          columns={columns}
          sort={settings.sort}
          scale={scale}
          onSort={gestures.sort}
          onMove={columnGestures.move}
          onResize={(column, to, done) => columnGestures.resize({ [column]: to }, done)}
          onFit={(column) => fitAll([column])}
          entries={(column) => columnGestures.entries(column, headerTable)}
          watch={columnGestures.watch}
        />
        {shown.length === 0 && <p className={css.empty}>{props.whenEmpty}</p>}
        <div className={css.rows} role="rowgroup" style={{ height: shown.length * rowHeight }}>
          {shown.slice(inSight.first, inSight.end).map((id, offset) => {
            const row = rows.get(id);
            const index = inSight.first + offset;
            if (row === undefined) return null;
            return (
              <TableRow
                // Rows that come into sight, or all of them after sorting, fill those that are there: that costs half of making new ones.
                key={index % inSight.size}
                row={row}
                similarity={similarity?.[index]}
                columns={columns}
                rank={ranks.get(id) ?? -1}
                place={index + 1}
                top={index * rowHeight}
                cursor={cursor === id}
                fresh={fresh.has(id)}
                table={name}
                looks={looks}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** Words in the last column may use the room that is left. */
function track({ width, align }: ShownColumn, scale: number, isLast: boolean): string {
  const px = `${width * scale}px`;
  return isLast && align === 'left' ? `minmax(${px}, 1fr)` : px;
}

/** The row that the keyboard is at while the table has the focus, null otherwise. A row that is selected meanwhile takes it along. */
function useCursor(lastSelected: number | undefined): readonly [number | null, (id: number | null) => void] {
  const [cursor, setCursor] = useState({ id: null as number | null, lastSelected });
  const isBehind = cursor.lastSelected !== lastSelected;
  const id = isBehind && cursor.id !== null ? (lastSelected ?? cursor.id) : cursor.id;
  if (isBehind) setCursor({ id, lastSelected });
  return [id, (next) => setCursor({ id: next, lastSelected })];
}

/** A click anywhere releases a filter box (spec/curation.md 3.4); rows do not take the focus themselves. */
function blurEditor(event: MouseEvent): void {
  const active = event.currentTarget.ownerDocument.activeElement;
  if (isHtml(active) && active.matches('input, textarea')) active.blur();
}

/** By how many rows a key moves the cursor; null for any other key. */
function cursorStep({ key, ctrlKey, shiftKey, altKey, metaKey }: KeyboardEvent, page: number): number | null {
  if (altKey || metaKey) return null;
  if (ctrlKey && shiftKey) return { ArrowDown: 1, ArrowUp: -1 }[key] ?? null;
  return ctrlKey || shiftKey ? null : ({ PageDown: page, PageUp: -page }[key] ?? null);
}
