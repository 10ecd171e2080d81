/** One row. It renders again only when its own values, rank, cursor or freshness change. */
import { memo } from 'react';
import type { Row } from '../../core/curation/state.ts';
import type { GroupLook } from '../ui/groupLooks.ts';
import { GroupMark, NewMark, RankMark, rankColor } from '../ui/marks.tsx';
import { formatCell, fullValue, type CellValue } from './columns.ts';
import type { ShownColumn } from './useColumns.ts';
import css from './Table.module.css';

interface TableRowProps {
  readonly row: Row;
  readonly similarity: number | undefined;
  readonly columns: readonly ShownColumn[];
  /** Place in the whole selection, -1 when not selected. */
  readonly rank: number;
  /** 1-based place in the table. */
  readonly place: number;
  readonly top: number;
  readonly cursor: boolean;
  /** Made by the last action. */
  readonly fresh: boolean;
  /** Name of the table. */
  readonly table: string;
  readonly looks: (group: string) => GroupLook;
}

/** Names the element of a row, so that a screen reader follows the keyboard cursor. */
export const rowId = (table: string, id: number): string => `${table}-${id}`;

export const TableRow = memo(function TableRow(props: TableRowProps) {
  const { row, similarity, columns, rank, place, top, cursor, fresh, table, looks } = props;
  const selected = rank >= 0;
  const style: Record<string, string> = { top: `${top}px` };
  const group = groupText(row);
  const look = looks(group === '' ? 'unsorted' : group);
  if (selected) style['--rank'] = rankColor(rank);
  else style.color = look.color;
  const classes = [
    css.row,
    selected ? css.selected : '',
    row.is_masked && !selected ? css.masked : '',
    cursor ? css.cursor : '',
  ];
  return (
    <div
      role="row"
      id={rowId(table, row.id)}
      className={classes.join(' ')}
      style={style}
      data-id={row.id}
      aria-rowindex={place + 1}
      aria-selected={selected}
    >
      {columns.map((column) => {
        const value = column.name === 'similarity' ? similarity : row[column.name];
        if (column.name === 'group') return <GroupCell key="group" group={group} look={look} />;
        return column.name === 'id' ? (
          <span
            key="id"
            role="gridcell"
            className={`${css.id} ${String(row.id).length * DIGIT + MARKS > column.width ? css.tight : ''}`}
          >
            <span className={css.mark}>
              {selected ? <RankMark rank={rank} outlined={fresh} /> : fresh && <NewMark />}
            </span>
            {row.id}
          </span>
        ) : (
          <Cell key={column.name} column={column} value={value} />
        );
      })}
    </div>
  );
});

/** CSS px at scale 1: a digit, and what a cell has beside its text. */
const DIGIT = 7;
const BESIDE = 12;
const MARKS = 34;

function Cell({ column, value }: { readonly column: ShownColumn; readonly value: CellValue }) {
  const text = formatCell(column, value);
  const isTight = text.length * DIGIT + BESIDE > column.width;
  return (
    <span
      role="gridcell"
      className={`${column.align === 'right' ? css.number : css.word} ${isTight ? css.tight : ''}`}
      title={fullValue(column, value, !isTight)}
    >
      {text}
    </span>
  );
}

/** The group as it is shown: nothing for an unsorted cluster (look.md 4). */
function groupText({ group }: Row): string {
  return group === null || group === 'unsorted' ? '' : String(group);
}

function GroupCell({ group, look }: { readonly group: string; readonly look: GroupLook }) {
  return (
    <span role="gridcell" className={css.group} title={group === '' ? undefined : group}>
      {group !== '' && <GroupMark look={look} />}
      <span className={css.tight}>{group}</span>
    </span>
  );
}
