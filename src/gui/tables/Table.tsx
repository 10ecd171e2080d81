/** A table of clusters: filter line, headers, and only the rows in sight. Both tables are projections of the engine's state. */
import { ArrowDown, ArrowUp } from 'lucide-react';
import {
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent as ReactPointerEvent,
} from 'react';
import type { Direction, Row, ShownTable } from '../../core/curation/state.ts';
import { isMac } from '../ui/keyLabel.ts';
import { useScale } from '../ui/useScale.ts';
import { useSize } from '../ui/useSize.ts';
import type { ColumnChoices } from './choices.ts';
import { FilterBox } from './FilterBox.tsx';
import { rowId, TableRow } from './TableRow.tsx';
import { useColumns, type ShownColumn } from './useColumns.ts';
import { useWindow } from './useWindow.ts';
import css from './Table.module.css';

/** What a table asks of the engine. */
export interface TableGestures {
  readonly select: (id: number) => void;
  /** Ctrl+click. */
  readonly toggle: (id: number) => void;
  /** Shift+click: from the last selected row on. */
  readonly extend: (id: number) => void;
  /** Ctrl+right-click: promote or demote. */
  readonly exchange: (id: number) => void;
  readonly sort: (column: string, direction: Direction) => void;
  readonly filter: (text: string) => void;
}

interface TableProps {
  readonly name: string;
  readonly table: ShownTable;
  readonly rows: ReadonlyMap<number, Row>;
  readonly columns: readonly string[];
  readonly shankCount: number;
  readonly similarity: ReadonlyMap<number, number> | null;
  /** What the list belongs to; another value is another list. */
  readonly listOf: number | null;
  readonly selected: readonly number[];
  /** Rank of the first selected row of this table. */
  readonly rankOffset: number;
  /** Ids made by the last action, shown for a moment. */
  readonly fresh: ReadonlySet<number>;
  readonly placeholder: string;
  readonly choices: ColumnChoices;
  readonly onChoices: (choices: ColumnChoices) => void;
  /** The columns that have room, whenever these change. */
  readonly onColumns: (names: readonly string[]) => void;
  /** What is said when there is no row. */
  readonly whenEmpty: string;
  readonly gestures: TableGestures;
}

/** CSS px at scale 1 (look.md 6). */
const ROW_HEIGHT = 22;
const HEADER_HEIGHT = 24;

export function Table(props: TableProps) {
  const { name, table, rows, similarity, selected, rankOffset, fresh, choices, gestures } = props;
  const { shown, settings } = table;
  const scroller = useRef<HTMLDivElement>(null);
  const [width] = useSize(scroller);
  const scale = useScale(scroller);
  const columns = useColumns({
    given: props.columns,
    shankCount: props.shankCount,
    rows,
    similarity,
    sorted: settings.sort.column,
    choices,
    room: width / scale,
    scale,
    scroller,
  });
  const names = columns.map((column) => column.name).join('\n');
  const tellColumns = useEffectEvent((list: string) => props.onColumns(list.split('\n')));
  useEffect(() => tellColumns(names), [names]);
  const [cursor, setCursor] = useState<number | null>(null);
  const rowHeight = Math.round(ROW_HEIGHT * scale);
  const inSight = useWindow(scroller, shown.length, rowHeight, HEADER_HEIGHT * scale);
  const ranks = useMemo(() => new Map(selected.map((id, place) => [id, place + rankOffset])), [selected, rankOffset]);

  // Another list begins at its top: the most similar clusters of a new reference must not be out of sight.
  const { listOf } = props;
  const begin = useEffectEvent((list: number | null) => list !== null && scroller.current?.scrollTo({ top: 0 }));
  useEffect(() => void begin(listOf), [listOf]);
  // Only a new selection scrolls; sorting and filtering leave the view where it is.
  const lastSelected = selected.at(-1);
  const reveal = useEffectEvent((id: number) => inSight.show(shown.indexOf(id)));
  useEffect(() => {
    if (lastSelected !== undefined) reveal(lastSelected);
  }, [lastSelected]);

  const onMouseDown = (event: MouseEvent): void => {
    const id = idOf(event);
    event.preventDefault();
    blurEditor(event);
    if (id === null || event.button !== 0) return;
    const control = isMac() ? event.metaKey : event.ctrlKey;
    if (isMac() && event.ctrlKey) return;
    if (control) gestures.toggle(id);
    else if (event.shiftKey) gestures.extend(id);
    else gestures.select(id);
  };
  const onContextMenu = (event: MouseEvent): void => {
    const id = idOf(event);
    event.preventDefault();
    if (id !== null && event.ctrlKey) gestures.exchange(id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const next = cursorAfter(event.key, cursor, shown);
    if (next !== undefined) {
      setCursor(next);
      if (next !== null) inSight.show(shown.indexOf(next));
    } else if (cursor !== null && event.key === 'Enter') {
      if (event.ctrlKey) gestures.toggle(cursor);
      else if (event.shiftKey) gestures.extend(cursor);
      else gestures.select(cursor);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const total = columns.reduce((sum, column) => sum + column.width, 0);
  const template = columns.map((column) => `${column.width * scale}px`).join(' ');
  const sort = (column: string): void => {
    const ascending = settings.sort.column === column && settings.sort.direction === 'asc';
    gestures.sort(column, ascending ? 'desc' : 'asc');
  };
  const resize = (column: string, to: number): void =>
    props.onChoices({ ...choices, widths: { ...choices.widths, [column]: to } });

  return (
    <div className={css.table}>
      <FilterBox
        label={`${name} filter`}
        placeholder={props.placeholder}
        applied={settings.filter}
        error={table.filterError}
        shown={shown.length}
        total={table.total}
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
        onContextMenu={onContextMenu}
        onKeyDown={onKeyDown}
        onFocus={() => setCursor((last) => last ?? lastSelected ?? shown[0] ?? null)}
        onBlur={() => setCursor(null)}
        style={{ '--columns': template, '--total': `${total * scale}px`, '--row': `${rowHeight}px` } as CSSProperties}
      >
        <Header columns={columns} sort={settings.sort} onSort={sort} onResize={resize} />
        {shown.length === 0 && <p className={css.empty}>{props.whenEmpty}</p>}
        <div className={css.rows} role="rowgroup" style={{ height: shown.length * rowHeight }}>
          {shown.slice(inSight.first, inSight.end).map((id, offset) => {
            const row = rows.get(id);
            const index = inSight.first + offset;
            if (row === undefined) return null;
            return (
              <TableRow
                // Similar rows are all others after every selection: filling the old ones anew costs half of making new ones.
                key={similarity === null ? id : index}
                row={row}
                similarity={similarity?.get(id)}
                columns={columns}
                rank={ranks.get(id) ?? -1}
                place={index + 1}
                top={index * rowHeight}
                cursor={cursor === id}
                fresh={fresh.has(id)}
                table={name}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface HeaderProps {
  readonly columns: readonly ShownColumn[];
  readonly sort: { readonly column: string; readonly direction: Direction };
  readonly onSort: (column: string) => void;
  readonly onResize: (column: string, width: number) => void;
}

function Header({ columns, sort, onSort, onResize }: HeaderProps) {
  return (
    <div className={css.header} role="row">
      {columns.map((column) => {
        const sorted = column.name === sort.column;
        const Arrow = sort.direction === 'asc' ? ArrowUp : ArrowDown;
        const direction = sort.direction === 'asc' ? 'ascending' : 'descending';
        return (
          <span
            key={column.name}
            role="columnheader"
            aria-sort={sorted ? direction : 'none'}
            className={`${css.heading} ${column.align === 'right' ? css.headingRight : ''} ${sorted ? css.sorted : ''}`}
          >
            <button
              type="button"
              className={css.sort}
              tabIndex={-1}
              title={column.name}
              onClick={() => onSort(column.name)}
            >
              {column.name}
              {sorted && <Arrow size={11} strokeWidth={2} />}
            </button>
            <Grip width={column.width} onResize={(width) => onResize(column.name, width)} />
          </span>
        );
      })}
    </div>
  );
}

/** The right edge of a header, to be dragged. */
function Grip({ width, onResize }: { readonly width: number; readonly onResize: (width: number) => void }) {
  const start = (event: ReactPointerEvent<HTMLElement>): void => {
    event.preventDefault();
    event.stopPropagation();
    const grip = event.currentTarget;
    const from = event.clientX;
    grip.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent): void => onResize(Math.max(28, Math.round(width + moved.clientX - from)));
    grip.addEventListener('pointermove', move);
    grip.addEventListener('lostpointercapture', () => grip.removeEventListener('pointermove', move), { once: true });
  };
  return <span className={css.grip} onPointerDown={start} />;
}

function idOf(event: MouseEvent): number | null {
  const element = event.target instanceof Element ? event.target.closest('[data-id]') : null;
  const id = element?.getAttribute('data-id');
  return id === null || id === undefined ? null : Number(id);
}

/** A click anywhere releases a filter box (spec/curation.md 3.4); rows do not take the focus themselves. */
function blurEditor(event: MouseEvent): void {
  const active = event.currentTarget.ownerDocument.activeElement;
  if (active instanceof HTMLElement && active.matches('input, textarea')) active.blur();
}

/** Where the keyboard cursor goes; undefined for a key that does not move it. */
function cursorAfter(key: string, cursor: number | null, shown: readonly number[]): number | null | undefined {
  const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
  const step = steps[key];
  if (step === undefined) return undefined;
  const from = cursor === null ? -1 : shown.indexOf(cursor);
  return shown[Math.min(Math.max(from + step, 0), shown.length - 1)] ?? null;
}
