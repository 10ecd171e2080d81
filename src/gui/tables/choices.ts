/** What the user decided about the columns of each table, kept per user under `tables`. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Client } from '../client/client.ts';

export interface ColumnChoices {
  readonly hidden: readonly string[];
  /** Shown even when there is no room. */
  readonly pinned: readonly string[];
  /** CSS px at scale 1. */
  readonly widths: Readonly<Record<string, number>>;
  /** Columns in the user's order; names of other datasets keep their place in it. Empty = as they come. */
  readonly order: readonly string[];
}

export const NO_CHOICES: ColumnChoices = { hidden: [], pinned: [], widths: {}, order: [] };

const KEY = 'tables';

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');

function isWidths(value: unknown): value is Readonly<Record<string, number>> {
  return (
    typeof value === 'object' && value !== null && Object.values(value).every((width) => typeof width === 'number')
  );
}

const keptTables = (client: Client): Readonly<Record<string, unknown>> => {
  const kept = client.kept('user')[KEY];
  return typeof kept === 'object' && kept !== null ? { ...kept } : {};
};

/** The kept choices for one table; anything unreadable counts as no choice. */
function readChoices(kept: unknown): ColumnChoices {
  if (typeof kept !== 'object' || kept === null) return NO_CHOICES;
  return {
    hidden: 'hidden' in kept && isNames(kept.hidden) ? kept.hidden : [],
    pinned: 'pinned' in kept && isNames(kept.pinned) ? kept.pinned : [],
    widths: 'widths' in kept && isWidths(kept.widths) ? kept.widths : {},
    order: 'order' in kept && isNames(kept.order) ? kept.order : [],
  };
}

type AllChoices = Readonly<Record<string, ColumnChoices>>;
const stores = new WeakMap<Client, StoreApi<AllChoices>>();

/** The choices for every table, as this window or another one made them. */
export function choicesOf(client: Client): StoreApi<AllChoices> {
  const existing = stores.get(client);
  if (existing !== undefined) return existing;
  const store = createStore<AllChoices>(() => readAll(client));
  client.keptElsewhere.listen(({ key }) => key === KEY && store.setState(readAll(client), true));
  stores.set(client, store);
  return store;
}

function readAll(client: Client): AllChoices {
  const kept = Object.entries(keptTables(client)).map(([name, value]) => [name, readChoices(value)] as const);
  return Object.fromEntries(kept);
}

/** Changes them at once. */
export function showChoices(client: Client, table: string, choices: ColumnChoices): void {
  choicesOf(client).setState({ [table]: choices });
}

/** Changes them at once and for the next launch. */
export function setChoices(client: Client, table: string, choices: ColumnChoices): void {
  showChoices(client, table, choices);
  client.keep('user', KEY, choicesOf(client).getState());
}

/** Shows or hides a column: one that is asked for stays even without room. `isShown`: whether it is on screen now. */
export function toggleColumn(choices: ColumnChoices, column: string, isShown: boolean): ColumnChoices {
  const hidden = choices.hidden.filter((name) => name !== column);
  const pinned = choices.pinned.filter((name) => name !== column);
  return isShown
    ? { ...choices, hidden: [...hidden, column], pinned }
    : { ...choices, hidden, pinned: [...pinned, column] };
}

/** Columns at other widths, by name. */
export function withWidths(choices: ColumnChoices, widths: Readonly<Record<string, number>>): ColumnChoices {
  return { ...choices, widths: { ...choices.widths, ...widths } };
}

/** `names` in the user's order: those it lists as it lists them, any other one behind the one it follows in `names`; `id` stays first. */
export function inOrder(names: readonly string[], order: readonly string[]): readonly string[] {
  return fullOrder(names, order).filter((name) => names.includes(name));
}

function fullOrder(names: readonly string[], order: readonly string[]): string[] {
  const result = ['id', ...order.filter((name) => name !== 'id')];
  names.forEach((name, place) => {
    if (result.includes(name)) return;
    result.splice(result.indexOf(names[place - 1] ?? 'id') + 1, 0, name);
  });
  return result;
}

/** Puts a column before another one, or at the end (`null`). `names`: the columns of the table as they come. Nothing goes before `id`. */
export function moveColumn(
  choices: ColumnChoices,
  names: readonly string[],
  column: string,
  before: string | null,
): ColumnChoices {
  if (column === 'id' || before === column) return choices;
  const others = fullOrder(names, choices.order).filter((name) => name !== column);
  const at = before === null ? others.length : Math.max(1, others.indexOf(before));
  return { ...choices, order: others.toSpliced(at, 0, column).slice(1) };
}

const onScreen = new WeakMap<Client, StoreApi<Readonly<Record<string, readonly string[]>>>>();

/** The columns that each table of a window has room for now, by table. */
export function shownColumnsOf(client: Client): StoreApi<Readonly<Record<string, readonly string[]>>> {
  const existing = onScreen.get(client);
  if (existing !== undefined) return existing;
  const store = createStore<Readonly<Record<string, readonly string[]>>>(() => ({}));
  onScreen.set(client, store);
  return store;
}
