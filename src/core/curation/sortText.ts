/** Sorting as it is typed: `depth asc, n_spikes desc`. */
import { PhyError } from '../base/errors.ts';
import type { Direction, SortColumn } from './state.ts';

const TOKEN = /"([^"]*)"|'([^']*)'|(,)|([^\s,]+)/g;

/**
 * Columns between commas, each with asc or desc after it or else `direction`; names with blanks or commas in quotes. Throws `usage` for
 * anything else.
 */
export function parseSortText(text: string, direction: Direction): readonly SortColumn[] {
  const parts: string[][] = [[]];
  for (const [, double, single, comma, word] of text.matchAll(TOKEN)) {
    if (comma === undefined) parts.at(-1)?.push(double ?? single ?? word);
    else parts.push([]);
  }
  return parts.map((words) => {
    const [column, order = direction, ...more] = words;
    if (column !== undefined && (order === 'asc' || order === 'desc') && more.length === 0)
      return { column, direction: order };
    throw new PhyError('usage', `“${text}” is not an order. Write columns between commas, such as depth asc, fr desc.`);
  });
}
