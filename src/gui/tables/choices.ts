/** What the user decided about the columns of each table, kept per user under `tables`. */
import type { Client } from '../client/client.ts';

export interface ColumnChoices {
  readonly hidden: readonly string[];
  /** Shown even when there is no room. */
  readonly pinned: readonly string[];
  /** CSS px. */
  readonly widths: Readonly<Record<string, number>>;
}

export const NO_CHOICES: ColumnChoices = { hidden: [], pinned: [], widths: {} };

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

/** The choices for one table; anything unreadable counts as no choice. */
export function readChoices(client: Client, table: string): ColumnChoices {
  const kept = keptTables(client)[table];
  if (typeof kept !== 'object' || kept === null) return NO_CHOICES;
  return {
    hidden: 'hidden' in kept && isNames(kept.hidden) ? kept.hidden : [],
    pinned: 'pinned' in kept && isNames(kept.pinned) ? kept.pinned : [],
    widths: 'widths' in kept && isWidths(kept.widths) ? kept.widths : {},
  };
}

export function keepChoices(client: Client, table: string, choices: ColumnChoices): void {
  client.keep('user', KEY, { ...keptTables(client), [table]: choices });
}
