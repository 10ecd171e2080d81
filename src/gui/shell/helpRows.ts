/** The lines of the help: all commands, the gestures of the tables, and those of every view. */
import { keyLabel } from '../ui/keyLabel.ts';
import type { Gesture, ViewSpec } from '../view/instance.ts';
import { snippetOf, type Command } from './command.ts';

export interface HelpRow {
  readonly id: string;
  readonly scope: string;
  readonly name: string;
  readonly keys: readonly string[];
  /** A mouse gesture in words, null for an action. */
  readonly gesture: string | null;
  readonly snippet: string | null;
  readonly doc: string;
}

const TABLE_GESTURES: readonly Gesture[] = [
  { name: 'select', input: 'click on a row', doc: 'Selects only this cluster.' },
  { name: 'toggle', input: 'Ctrl+click on a row', doc: 'Adds the cluster to the selection, or takes it out.' },
  { name: 'extend', input: 'Shift+click on a row', doc: 'Selects the rows from the last selected one to this one.' },
  {
    name: 'demote_cluster',
    input: 'Ctrl+right click in ClusterView',
    doc: 'Moves a selected cluster to the similar ones.',
  },
  {
    name: 'promote_similar',
    input: 'Ctrl+right click in SimilarityView',
    doc: 'Moves a similar cluster to the selected ones.',
  },
  {
    name: 'sort',
    input: 'click on a column header',
    doc: 'Sorts by the column; a second click turns the order round.',
  },
];

export function helpRows(commands: readonly Command[], specs: readonly ViewSpec[]): readonly HelpRow[] {
  const actions = commands.map(
    (command): HelpRow => ({
      id: `${command.scope}.${command.name}`,
      scope: command.scope,
      name: command.name,
      keys: command.keys,
      gesture: null,
      snippet: `:${snippetOf(command)}${command.usage === '' ? '' : ` ${command.usage}`}`,
      doc: command.doc,
    }),
  );
  const tables = TABLE_GESTURES.map((gesture) => gestureRow('tables', gesture));
  const views = specs.flatMap((spec) => spec.gestures.map((gesture) => gestureRow(spec.name, gesture)));
  return [...actions, ...tables, ...views];
}

function gestureRow(scope: string, { name, input, doc }: Gesture): HelpRow {
  return { id: `${scope} ${name} ${input}`, scope, name, keys: [], gesture: withKeyNames(input), snippet: null, doc };
}

/** `ctrl+left click` -> `Ctrl+left click`, as keys are written elsewhere. */
const withKeyNames = (input: string): string =>
  input.replaceAll(/\b(ctrl|alt|shift)\+/g, (key) => `${key.charAt(0).toUpperCase()}${key.slice(1)}`);

/** True when every word of `text` stands somewhere in the row; keys are found as they are shown and as they are spelt. */
export function matchesHelp(row: HelpRow, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const keys = row.keys.flatMap((key) => [key, keyLabel(key)]);
  const all = [row.scope, row.name, row.name.replaceAll('_', ' '), ...keys, row.gesture, row.snippet, row.doc];
  const haystack = all.join('\n').toLowerCase();
  return words.every((word) => haystack.includes(word));
}
