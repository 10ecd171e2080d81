/** Which columns a table has, how their values are written, and how wide they are (look.md 6, spec/curation.md 3.1 and 3.2). */
import type { Row } from '../../core/curation/state.ts';
import { fixed, grouped } from '../ui/numbers.ts';

export type CellValue = Row[string];

export interface Column {
  readonly name: string;
  /** Numbers stand on the right, words on the left. */
  readonly align: 'left' | 'right';
  /** null = as it is. */
  readonly decimals: number | null;
}

const DECIMALS: Readonly<Record<string, number>> = {
  fr: 1,
  Amplitude: 1,
  ContamPct: 1,
  depth: 0,
  similarity: 3,
};
/** More digits than this say nothing in a row; the tooltip and copies have them all. */
const MOST_DECIMALS = 3;

/** Names in the order shown: as the engine gives them, `similarity` after `n_spikes`, `group` last; `sh` only with several shanks. */
export function columnNames(given: readonly string[], shankCount: number, withSimilarity: boolean): readonly string[] {
  const shown = given.filter((name) => name !== 'group' && name !== 'similarity' && (name !== 'sh' || shankCount > 1));
  if (withSimilarity) shown.splice(shown.includes('n_spikes') ? shown.indexOf('n_spikes') + 1 : 1, 0, 'similarity');
  return [...shown, 'group'];
}

const DOCS: Readonly<Record<string, string>> = {
  id: 'number of the cluster',
  ch: 'channel with the largest amplitude',
  sh: 'shank of that channel',
  depth: 'position of that channel along the probe, µm',
  fr: 'spikes per second of the recording',
  amp: 'peak-to-peak amplitude of the template on that channel',
  n_spikes: 'number of spikes',
  similarity: 'likeness of the templates, 1 for equal ones',
  group: 'what the cluster was moved to',
};

/** What the tooltip of a header says of a column: labels come from files or from the user. */
export const columnDoc = (name: string): string => DOCS[name] ?? 'label';

/** Names whose values are whole numbers. */
const INTEGERS: ReadonlySet<string> = new Set(['id', 'n_spikes', 'sh']);

/** Alignment and decimals of a column; the values of most of the usual columns need not be looked at. */
export function describeColumn(name: string, values: Iterable<CellValue>): Column {
  const tally = new Tally();
  if (isCounted(name)) for (const value of values) tally.add(value, 1);
  return tally.column(name);
}

/** True for a column whose look depends on what it holds. */
const isCounted = (name: string): boolean => name !== 'group' && !INTEGERS.has(name) && DECIMALS[name] === undefined;

/** How many words a column holds, how many numbers with so many decimals, and how many of each decade below 0.1. */
class Tally {
  private words = 0;
  private readonly decimals = new Int32Array(MOST_DECIMALS + 1);
  private readonly decades = new Int32Array(SMALLEST_DECADE + 1);

  /** `times` is -1 for a value that is gone. */
  add(value: CellValue, times: 1 | -1): void {
    if (isWord(value)) this.words += times;
    else if (typeof value === 'number') {
      this.decimals[decimalsOf(value)] += times;
      if (value !== 0) this.decades[decadeOf(value)] += times;
    }
  }

  column(name: string): Column {
    if (name === 'group') return { name, align: 'left', decimals: null };
    const known = INTEGERS.has(name) ? 0 : name === 'amp' ? this.amplitudeDecimals() : DECIMALS[name];
    if (known !== undefined) return { name, align: 'right', decimals: known };
    const most = this.decimals.findLastIndex((count) => count > 0);
    return { name, align: this.words > 0 ? 'left' : 'right', decimals: Math.max(0, most) };
  }

  /** 2, and where all amplitudes are small (in volts, as in ALF files) as many as give the largest three digits. */
  private amplitudeDecimals(): number {
    return (
      2 +
      Math.max(
        0,
        this.decades.findIndex((count) => count > 0),
      )
    );
  }
}

type Rows = ReadonlyMap<number, Row>;

/** Describes columns as their rows come and go; costs what changed, not what there is. */
export class ColumnDescriber {
  private rows: Rows = new Map();
  private readonly tallies = new Map<string, Tally>();

  describe(names: readonly string[], rows: Rows): readonly Column[] {
    if (rows !== this.rows) this.follow(rows);
    return names.map((name) => this.tallyOf(name).column(name));
  }

  private tallyOf(name: string): Tally {
    const known = this.tallies.get(name);
    if (known !== undefined) return known;
    const tally = new Tally();
    if (isCounted(name)) for (const row of this.rows.values()) tally.add(row[name], 1);
    this.tallies.set(name, tally);
    return tally;
  }

  private follow(rows: Rows): void {
    const before = this.rows;
    this.rows = rows;
    const counted = [...this.tallies].filter(([name]) => isCounted(name));
    const change = (row: Row, times: 1 | -1): void => {
      for (const [name, tally] of counted) tally.add(row[name], times);
    };
    for (const [id, row] of before) if (rows.get(id) !== row) change(row, -1);
    for (const [id, row] of rows) if (before.get(id) !== row) change(row, 1);
  }
}

const SMALLEST_DECADE = 10;

/** 0 from 0.1 on, 4 for 0.00012: so many decimals until the first digit. */
function decadeOf(value: number): number {
  const decade = Math.ceil(-Math.log10(Math.abs(value)));
  return Number.isFinite(decade) ? Math.min(SMALLEST_DECADE, Math.max(0, decade > 1 ? decade : 0)) : 0;
}

const isWord = (value: CellValue): boolean =>
  typeof value === 'boolean' || (typeof value === 'string' && value !== '' && !Number.isFinite(Number(value)));

function decimalsOf(value: number): number {
  if (Number.isInteger(value) || !Number.isFinite(value)) return 0;
  const text = String(value);
  const dot = text.indexOf('.');
  return dot < 0 || text.includes('e') ? MOST_DECIMALS : Math.min(MOST_DECIMALS, text.length - dot - 1);
}

/** What a cell says. Missing is empty, never 0 or NaN. */
export function formatCell(column: Column, value: CellValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'number') return String(value);
  if (!Number.isFinite(value)) return '';
  if (column.name === 'n_spikes') return grouped(value);
  return column.decimals === null ? String(value) : fixed(value, column.decimals);
}

/** The whole value, for the tooltip; undefined when the cell shows it already. `isWhole`: what the cell says has room. */
export function fullValue(column: Column, value: CellValue, isWhole = true): string | undefined {
  if (value === null || value === undefined) return undefined;
  const full = String(value);
  return isWhole && full === formatCell(column, value) ? undefined : full;
}

/** Width of `text` in CSS px. */
export type Measure = (text: string, header: boolean) => number;

const CELL_PADDING = 12;
/** The arrow may stand in the cell's padding. */
const HEADER_ARROW = 8;
/** Edge, shape and their gaps before the id. */
const ID_MARKS = 22;
const GROUP_MARK = 16;
const WIDEST = 220;
/** Names of groups may be long, but must not take the room of other columns; what does not fit is in the tooltip. */
const WIDEST_GROUP = 84;

/** Width that fits the header (with its arrow) and the longest value. */
export function fitWidth(column: Column, values: Iterable<CellValue>, measure: Measure): number {
  let longest = '';
  for (const value of values) {
    const text = formatCell(column, value);
    if (text.length > longest.length) longest = text;
  }
  const marks = column.name === 'id' ? ID_MARKS : column.name === 'group' ? GROUP_MARK : 0;
  const content = Math.max(measure(column.name, true) + HEADER_ARROW, measure(longest, false) + marks);
  return Math.min(Math.ceil(content) + CELL_PADDING, column.name === 'group' ? WIDEST_GROUP : WIDEST);
}

/** From most to least important; columns that are not named come after, in their order. */
const IMPORTANCE = ['id', 'n_spikes', 'similarity', 'group', 'ch', 'amp', 'depth', 'fr'];
const importance = (name: string): number => {
  const place = IMPORTANCE.indexOf(name);
  return place < 0 ? IMPORTANCE.length : place;
};

/**
 * The columns that have room, in their order: the least important ones go first, but never `id` nor one of `pinned`. Returns all pinned
 * ones even when they need more room than there is: the table then scrolls.
 */
export function fitColumns(
  columns: readonly { readonly name: string; readonly width: number }[],
  room: number,
  pinned: ReadonlySet<string>,
): ReadonlySet<string> {
  const kept = new Set(columns.map((column) => column.name));
  let total = columns.reduce((sum, column) => sum + column.width, 0);
  const candidates = columns
    .map((column, place) => ({ ...column, place }))
    .filter((column) => column.name !== 'id' && !pinned.has(column.name))
    .sort((a, b) => importance(b.name) - importance(a.name) || b.place - a.place);
  for (const column of candidates) {
    if (total <= room) break;
    kept.delete(column.name);
    total -= column.width;
  }
  return kept;
}
