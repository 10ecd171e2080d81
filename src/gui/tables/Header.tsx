/**
 * The headers of a table. A click sorts, Shift+click sorts by one more column, a drag moves the column, its right edge makes it wider or
 * fits it. All of it is in the menu at the pointer too, which the keyboard opens with Shift+F10.
 */
import { ArrowDown, ArrowUp } from 'lucide-react';
import {
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent as ReactPointerEvent,
  type ReactNode,
} from 'react';
import { sortColumns, type TableSort } from '../../core/curation/state.ts';
import { addedSort, headerSort } from '../../core/curation/table.ts';
import { elementOf } from '../ui/dom.ts';
import { MenuArea, type MenuEntry } from '../ui/Menu.tsx';
import { columnDoc } from './columns.ts';
import type { ShownColumn } from './useColumns.ts';
import css from './Header.module.css';

interface HeaderProps {
  readonly columns: readonly ShownColumn[];
  readonly sort: TableSort;
  readonly scale: number;
  readonly onSort: (next: (sort: TableSort) => TableSort) => void;
  /** Puts a column before another one shown, or at the end. */
  readonly onMove: (column: string, before: string | null) => void;
  /** `width` in CSS px at scale 1; `done` when the edge is let go. */
  readonly onResize: (column: string, width: number, done: boolean) => void;
  readonly onFit: (column: string) => void;
  readonly entries: (column: string) => readonly MenuEntry[];
  readonly watch: (onChange: () => void) => () => void;
}

/** Where a dragged header would go: before a column, or at the end. */
interface Drop {
  readonly column: string;
  readonly before: string | null;
}

export function Header(props: HeaderProps) {
  const { columns, sort, scale, onSort, onMove, onResize, onFit } = props;
  const sortBy = (name: string, more: boolean): void =>
    onSort((present) => (more ? addedSort : headerSort)(present, name));
  const row = useRef<HTMLDivElement>(null);
  const [drop, setDrop] = useState<Drop | null>(null);
  // The header that Tab reaches; arrow keys go on from there.
  const [stop, setStop] = useState('id');
  const stopAt = columns.some(({ name }) => name === stop) ? stop : 'id';
  const [menuOf, setMenuOf] = useState('id');

  const focus = (name: string | undefined): void => {
    if (name === undefined) return;
    setStop(name);
    row.current?.querySelector<HTMLElement>(`[data-column="${CSS.escape(name)}"] button`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const name = columnOf(event.target);
    if (name === null) return;
    const at = columns.findIndex((column) => column.name === name);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.altKey || event.metaKey) return;
    if (step !== undefined && event.ctrlKey && event.shiftKey) {
      const before = columns[step < 0 ? at - 1 : at + 2]?.name ?? null;
      if (name !== 'id' && before !== 'id' && (step < 0 || at < columns.length - 1)) onMove(name, before);
    } else if (step !== undefined && !event.ctrlKey && !event.shiftKey) focus(columns[at + step]?.name);
    else if (event.key === 'Enter' && !event.ctrlKey) sortBy(name, event.shiftKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const sorted = sortColumns(sort);

  return (
    <MenuArea
      entries={() => props.entries(menuOf)}
      watch={props.watch}
      area={
        <div
          ref={row}
          className={css.header}
          role="row"
          aria-rowindex={1}
          onKeyDown={onKeyDown}
          onContextMenuCapture={(event) => setMenuOf(columnOf(event.target) ?? 'id')}
        >
          {columns.map(({ name, align, width }) => {
            const rank = sorted.findIndex(({ column }) => column === name);
            return (
              <span
                key={name}
                role="columnheader"
                data-column={name}
                aria-sort={rank === 0 ? ARIA_SORT[sort.direction] : 'none'}
                className={[
                  css.heading,
                  align === 'right' ? css.right : '',
                  rank < 0 ? '' : css.sorted,
                  rank >= 0 && sorted.length > 1 ? css.several : '',
                  drop?.column === name ? css.dragged : '',
                ].join(' ')}
              >
                <Mover
                  name={name}
                  columns={columns}
                  scale={scale}
                  row={row}
                  tabIndex={stopAt === name ? 0 : -1}
                  onClick={(event) => sortBy(name, event.shiftKey)}
                  onFocus={() => setStop(name)}
                  onDrop={onMove}
                  onDrag={setDrop}
                >
                  {name}
                  {rank >= 0 && <SortMark direction={sorted[rank].direction} rank={sorted.length > 1 ? rank : null} />}
                </Mover>
                <Grip
                  width={width}
                  scale={scale}
                  onResize={(to, done) => onResize(name, to, done)}
                  onFit={() => onFit(name)}
                />
              </span>
            );
          })}
          {drop !== null && <DropMark columns={columns} scale={scale} before={drop.before} />}
        </div>
      }
    />
  );
}

const ARIA_SORT = { asc: 'ascending', desc: 'descending' } as const;

/** The arrow, and the place among several columns sorted by. */
function SortMark({ direction, rank }: { readonly direction: 'asc' | 'desc'; readonly rank: number | null }) {
  const Arrow = direction === 'asc' ? ArrowUp : ArrowDown;
  return (
    <span className={css.mark} role="img" aria-label={`${ARIA_SORT[direction]}${rank === null ? '' : `, ${rank + 1}`}`}>
      <Arrow size={rank === null ? 11 : 9} strokeWidth={2} />
      {rank !== null && <i className={css.rank}>{rank + 1}</i>}
    </span>
  );
}

/** Left edge of each column in CSS px, and the right edge of the last one. */
function edgesOf(columns: readonly ShownColumn[], scale: number): readonly number[] {
  let edge = 0;
  return [0, ...columns.map(({ width }) => (edge += width * scale))];
}

function DropMark({
  columns,
  scale,
  before,
}: {
  readonly columns: readonly ShownColumn[];
  readonly scale: number;
  readonly before: string | null;
}) {
  const edges = edgesOf(columns, scale);
  const at = before === null ? columns.length : columns.findIndex(({ name }) => name === before);
  const style: CSSProperties = { left: `${edges[at] ?? 0}px` };
  return <i className={css.drop} style={style} aria-hidden="true" />;
}

interface MoverProps {
  readonly name: string;
  readonly columns: readonly ShownColumn[];
  readonly scale: number;
  readonly row: { readonly current: HTMLElement | null };
  readonly tabIndex: number;
  readonly children: ReactNode;
  readonly onClick: (event: MouseEvent) => void;
  readonly onFocus: () => void;
  readonly onDrag: (drop: Drop | null) => void;
  readonly onDrop: (column: string, before: string | null) => void;
}

/** Px that the pointer may move before a press becomes a drag. */
const SLACK = 4;

/** The button of a header: pressed it sorts, dragged it moves the column. */
function Mover({ name, columns, scale, row, tabIndex, children, onClick, onFocus, onDrag, onDrop }: MoverProps) {
  const wasDragged = useRef(false);
  const before = (clientX: number): string | null => {
    const x = clientX - (row.current?.getBoundingClientRect().left ?? 0);
    const edges = edgesOf(columns, scale);
    const at = columns.findIndex((_, k) => k > 0 && x < (edges[k] + edges[k + 1]) / 2);
    return at < 0 ? null : columns[at].name;
  };
  const start = (event: ReactPointerEvent<HTMLElement>): void => {
    wasDragged.current = false;
    if (event.button !== 0 || name === 'id') return;
    const button = event.currentTarget;
    const window = button.ownerDocument.defaultView;
    const from = event.clientX;
    button.setPointerCapture(event.pointerId);
    const move = ({ clientX }: PointerEvent): void => {
      if (!wasDragged.current && Math.abs(clientX - from) <= SLACK) return;
      wasDragged.current = true;
      onDrag({ column: name, before: before(clientX) });
    };
    const release = ({ clientX }: PointerEvent): void => {
      if (wasDragged.current) onDrop(name, before(clientX));
      end();
    };
    const cancel = (key: globalThis.KeyboardEvent): void => {
      if (key.key !== 'Escape') return;
      key.preventDefault();
      key.stopPropagation();
      end();
    };
    const end = (): void => {
      onDrag(null);
      button.removeEventListener('pointermove', move);
      button.removeEventListener('pointerup', release);
      button.removeEventListener('pointercancel', end);
      window?.removeEventListener('keydown', cancel, true);
    };
    button.addEventListener('pointermove', move);
    button.addEventListener('pointerup', release);
    button.addEventListener('pointercancel', end);
    window?.addEventListener('keydown', cancel, true);
  };
  const doc = columnDoc(name);
  return (
    <button
      type="button"
      className={css.sort}
      tabIndex={tabIndex}
      title={`${name}: ${doc}\nClick sorts, Shift+click sorts by one more column, drag moves the column.`}
      onPointerDown={start}
      onFocus={onFocus}
      onClick={(event) => {
        // What ends a drag is a click to the browser.
        if (!wasDragged.current) onClick(event);
        wasDragged.current = false;
      }}
    >
      {children}
    </button>
  );
}

/** CSS px at scale 1: narrower columns cannot be grasped any more. */
const NARROWEST = 28;
export const narrowed = (width: number): number => Math.max(NARROWEST, Math.round(width));

interface GripProps {
  readonly width: number;
  readonly scale: number;
  readonly onResize: (width: number, done: boolean) => void;
  readonly onFit: () => void;
}

/** The right edge of a header, to be dragged; a double-click fits the column. */
function Grip({ width, scale, onResize, onFit }: GripProps) {
  const start = (event: ReactPointerEvent<HTMLElement>): void => {
    event.preventDefault();
    event.stopPropagation();
    const grip = event.currentTarget;
    const from = event.clientX;
    let last: number | null = null;
    grip.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent): void => {
      last = narrowed(width + (moved.clientX - from) / scale);
      onResize(last, false);
    };
    const end = (): void => {
      grip.removeEventListener('pointermove', move);
      if (last !== null) onResize(last, true);
    };
    grip.addEventListener('pointermove', move);
    grip.addEventListener('lostpointercapture', end, { once: true });
  };
  return (
    <span
      className={css.grip}
      title="Drag to make wider, double-click to fit"
      onPointerDown={start}
      onDoubleClick={onFit}
    />
  );
}

const columnOf = (target: EventTarget): string | null =>
  elementOf(target)?.closest('[data-column]')?.getAttribute('data-column') ?? null;
