/** Columns of one table as shown: described from the rows, fitted once, narrowed to the room, with the user's choices on top. */
import { useLayoutEffect, useMemo, useState, type RefObject } from 'react';
import type { Row } from '../../core/curation/state.ts';
import {
  columnNames,
  describeColumn,
  fitColumns,
  fitWidth,
  type CellValue,
  type Column,
  type Measure,
} from './columns.ts';
import type { ColumnChoices } from './choices.ts';

export interface ShownColumn extends Column {
  /** CSS px at scale 1. */
  readonly width: number;
}

interface Input {
  readonly given: readonly string[];
  readonly shankCount: number;
  readonly rows: ReadonlyMap<number, Row>;
  /** Present in the similarity view: value by id. */
  readonly similarity: ReadonlyMap<number, number> | null;
  readonly sorted: string;
  readonly choices: ColumnChoices;
  /** Width of the table in CSS px at scale 1; 0 = not known yet. */
  readonly room: number;
  readonly scale: number;
  readonly scroller: RefObject<HTMLElement | null>;
}

type Widths = Readonly<Record<string, number>>;
interface Described {
  readonly column: Column;
  readonly values: Iterable<CellValue>;
}

/** Measures text in the fonts of rows and headers, in px at scale 1. A canvas would not know tabular digits, so an element does it. */
function measureIn(element: HTMLElement, scale: number): { readonly measure: Measure; readonly done: () => void } {
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

/** `widths` with those that are new; the same object when none is. */
function fitMissing(widths: Widths, described: readonly Described[], measure: Measure): Widths {
  const missing = described.filter(({ column }) => !Object.hasOwn(widths, column.name));
  if (missing.length === 0) return widths;
  return {
    ...widths,
    ...Object.fromEntries(missing.map(({ column, values }) => [column.name, fitWidth(column, values, measure)])),
  };
}

export function useColumns(input: Input): readonly ShownColumn[] {
  const { given, shankCount, rows, similarity, sorted, choices, room, scale, scroller } = input;
  const described = useMemo((): readonly Described[] => {
    const valuesOf = (name: string): Iterable<CellValue> =>
      name === 'similarity' ? [...(similarity ?? new Map<number, number>()).values()] : columnValues(rows, name);
    const names = columnNames(given, shankCount, similarity !== null);
    return names.map((name) => ({ column: describeColumn(name, valuesOf(name)), values: valuesOf(name) }));
  }, [given, shankCount, similarity, rows]);

  // Widths are fitted to the first rows and then stay, so that nothing jumps (spec/curation.md 3.7).
  const [fitted, setFitted] = useState<Widths>({});
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || rows.size === 0) return;
    const fit = (): void => {
      const { measure, done } = measureIn(element, scale);
      setFitted(fitMissing(fitted, described, measure));
      done();
    };
    fit();
  }, [scroller, scale, described, rows, fitted]);

  const columns = useMemo(() => {
    const all = described.map(({ column }) => ({
      ...column,
      width: choices.widths[column.name] ?? fitted[column.name] ?? 60,
    }));
    const wanted = all.filter((column) => !choices.hidden.includes(column.name));
    const kept = fitColumns(wanted, room === 0 ? Infinity : room, new Set(['id', sorted, ...choices.pinned]));
    return wanted.filter((column) => kept.has(column.name));
  }, [described, fitted, sorted, choices, room]);
  // Columns are described anew whenever a row changed; rows render again only when that changed them.
  const [last, setLast] = useState(columns);
  if (last === columns || sameColumns(last, columns)) return last;
  setLast(columns);
  return columns;
}

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
