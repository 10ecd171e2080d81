/** Columns of one table as shown: described from the rows, fitted once, narrowed to the room, with the user's choices on top. */
import { useEffectEvent, useLayoutEffect, useMemo, useState, type RefObject } from 'react';
import { sortColumns, type Row, type TableSort } from '../../core/curation/state.ts';
import {
  columnNames,
  ColumnDescriber,
  fitColumns,
  fitWidth,
  type CellValue,
  type Column,
  type Measure,
} from './columns.ts';
import { inOrder, type ColumnChoices } from './choices.ts';
import { scaleAt } from '../ui/useScale.ts';

export interface ShownColumn extends Column {
  /** CSS px at scale 1. */
  readonly width: number;
}

interface Input {
  readonly given: readonly string[];
  readonly shankCount: number;
  readonly rows: ReadonlyMap<number, Row>;
  /** Present in the similarity view: its values. */
  readonly similarity: readonly number[] | null;
  /** Names that the column `group` has room for. */
  readonly groups: readonly string[];
  /** Columns that rows are sorted by are shown even without room. */
  readonly sort: TableSort;
  readonly choices: ColumnChoices;
  /** Width of the table in CSS px at scale 1; 0 = not known yet. */
  readonly room: number;
  readonly scroller: RefObject<HTMLElement | null>;
}

/** Until the content is measured. */
const UNKNOWN_WIDTH = 60;

type Widths = Readonly<Record<string, number>>;
type ValuesOf = (name: string) => Iterable<CellValue>;

/** Measures text in the fonts of rows and headers, in px at scale 1. A canvas would not know tabular digits, so an element does it. */
function measureIn(element: HTMLElement): { readonly measure: Measure; readonly done: () => void } {
  // Not the scale of the last rendering: widths are fitted once, and before the first one was read.
  const scale = scaleAt(element);
  const ruler = element.ownerDocument.createElement('span');
  ruler.setAttribute('aria-hidden', 'true');
  ruler.style.cssText = 'position: absolute; visibility: hidden; white-space: pre; font-weight: 500;';
  element.append(ruler);
  const measure: Measure = (text, header) => {
    ruler.style.fontSize = header ? 'var(--fs-sm)' : 'var(--fs-md)';
    ruler.textContent = text;
    return ruler.getBoundingClientRect().width / scale;
  };
  return { measure, done: () => ruler.remove() };
}

interface Columns {
  readonly shown: readonly ShownColumn[];
  /** Width in CSS px at scale 1 that fits what a column holds now. */
  readonly fit: (name: string) => number;
}

export function useColumns(input: Input): Columns {
  const { given, shankCount, rows, similarity, groups, sort, choices, room, scroller } = input;
  const { order } = choices;
  const withSimilarity = similarity !== null;
  const [describer] = useState(() => new ColumnDescriber());
  const described = useMemo((): readonly Column[] => {
    const names = inOrder(columnNames(given, shankCount, withSimilarity), order);
    return describer.describe(names, rows);
  }, [describer, given, shankCount, withSimilarity, rows, order]);
  const valuesOf: ValuesOf = (name) => {
    if (name === 'similarity') return similarity ?? [];
    return name === 'group' ? [...groups, ...columnValues(rows, name)] : columnValues(rows, name);
  };
  // Other groups need another width; every other column keeps the one it has.
  const groupKey = `group ${groups.join('\n')}`;

  // Widths are fitted to the first rows and then stay, so that nothing jumps (spec/curation.md 3.7).
  const [fitted, setFitted] = useState<Widths>({});
  const presentValues = useEffectEvent(valuesOf);
  useLayoutEffect(() => {
    const element = scroller.current;
    const missing = described.filter(({ name }) => !Object.hasOwn(fitted, fittedAs(name, groupKey)));
    if (element === null || rows.size === 0 || missing.length === 0) return;
    const fit = (): void => {
      const { measure, done } = measureIn(element);
      const widths = missing.map((column) => {
        const width = fitWidth(column, presentValues(column.name), measure);
        return [fittedAs(column.name, groupKey), width] as const;
      });
      setFitted({ ...fitted, ...Object.fromEntries(widths) });
      done();
    };
    fit();
  }, [scroller, described, rows, fitted, groupKey]);

  const columns = useMemo(() => {
    const all = described.map((column) => ({
      ...column,
      width: choices.widths[column.name] ?? fitted[fittedAs(column.name, groupKey)] ?? UNKNOWN_WIDTH,
    }));
    const wanted = all.filter((column) => !choices.hidden.includes(column.name));
    const sorted = sortColumns(sort).map(({ column }) => column);
    const kept = fitColumns(wanted, room === 0 ? Infinity : room, new Set(['id', ...sorted, ...choices.pinned]));
    return wanted.filter((column) => kept.has(column.name));
  }, [described, fitted, groupKey, sort, choices, room]);
  // Columns are described anew whenever a row changed; rows render again only when that changed them.
  const [last, setLast] = useState(columns);
  const same = last === columns || sameColumns(last, columns);
  if (!same) setLast(columns);
  const fit = (name: string): number => {
    const found = described.find((column) => column.name === name);
    const element = scroller.current;
    if (found === undefined || element === null) return UNKNOWN_WIDTH;
    const { measure, done } = measureIn(element);
    const width = fitWidth(found, valuesOf(name), measure);
    done();
    return width;
  };
  return { shown: same ? last : columns, fit };
}

/** Under which name the width of a column is remembered. */
const fittedAs = (name: string, groupKey: string): string => (name === 'group' ? groupKey : name);

function sameColumns(last: readonly ShownColumn[], next: readonly ShownColumn[]): boolean {
  const same = ({ name, width, align, decimals }: ShownColumn, other: ShownColumn): boolean =>
    other.name === name && other.width === width && other.align === align && other.decimals === decimals;
  return last.length === next.length && last.every((column, k) => same(column, next[k]));
}

/** Values of one column; can be walked more than once. */
function columnValues(rows: ReadonlyMap<number, Row>, name: string): Iterable<CellValue> {
  return {
    *[Symbol.iterator]() {
      for (const row of rows.values()) yield row[name];
    },
  };
}
