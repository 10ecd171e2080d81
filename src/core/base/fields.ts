/** Which columns of a table can be axes of a plot, and what number a cell stands for there. */

/** A number as it is, a switch as 0 or 1; undefined for text, for nothing and for NaN. */
export function cellNumber(value: unknown): number | undefined {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'number' && !Number.isNaN(value) ? value : undefined;
}

/** The columns whose cells are numbers, switches or empty, with at least one that is not empty; sorted by code units. */
export function numericFields(
  columns: readonly string[],
  cells: (column: string) => Iterable<unknown>,
): readonly string[] {
  const isNumeric = (column: string): boolean => {
    let numbers = 0;
    for (const value of cells(column)) {
      if (typeof value === 'string') return false;
      if (cellNumber(value) !== undefined) numbers++;
    }
    return numbers > 0;
  };
  return columns.filter(isNumeric).toSorted();
}
