/** The lines of the help: every action with keys and snippet, and the gestures of tables, plots and views. Pure. */
import type { KeyProfile } from '../../core/actions/action.ts';
import { keyLabel } from '../ui/keyLabel.ts';
import type { Gesture, ViewSpec } from '../view/instance.ts';
import { snippetOf, type Command } from './command.ts';

export interface HelpRow {
  readonly id: string;
  readonly group: string;
  readonly name: string;
  readonly keys: readonly string[];
  /** keymap.json gives it other keys than the profile. */
  readonly changed: boolean;
  /** A mouse gesture in words, null for an action. */
  readonly gesture: string | null;
  readonly snippet: string | null;
  readonly doc: string;
}
export interface HelpGroup {
  readonly name: string;
  /** `not open` for a view of which there is none. */
  readonly note: string | null;
  readonly rows: readonly HelpRow[];
}

/** The menus of the program, in their order. */
export const MENUS: readonly string[] = ['File', 'Edit', 'Select', 'View', 'Help'];
export const TABLES = 'Tables';
export const EVERY_VIEW = 'Every view';

/** What a click does in a table. */
export const TABLE_GESTURES: readonly Gesture[] = [
  { name: 'select', input: 'click on a row', doc: 'Selects only this cluster.' },
  { name: 'toggle', input: 'ctrl+click on a row', doc: 'Adds the cluster to the selection, or takes it out.' },
  { name: 'extend', input: 'shift+click on a row', doc: 'Selects the rows from the last selected one to this one.' },
  {
    name: 'demote_cluster',
    input: 'ctrl+right click in ClusterView',
    doc: 'Moves a selected cluster to the similar ones.',
  },
  {
    name: 'promote_similar',
    input: 'ctrl+right click in SimilarityView',
    doc: 'Moves a similar cluster to the selected ones.',
  },
  {
    name: 'sort',
    input: 'click on a column header',
    doc: 'Sorts by the column; a second click turns the order round.',
  },
  {
    name: 'sort_also',
    input: 'Shift+click on a column header',
    doc: 'Sorts by one more column, then turns its order round, then takes it out.',
  },
  { name: 'move_column', input: 'drag a column header', doc: 'Moves the column.' },
  {
    name: 'resize_column',
    input: 'drag the edge of a column header',
    doc: 'Makes the column wider or narrower; a double-click fits it.',
  },
  {
    name: 'column_menu',
    input: 'right click on a column header, or Shift+F10 on it',
    doc: 'Sorts, moves, resizes and hides columns.',
  },
];

/** What the mouse, and the keys of a plot that has the focus, do in every view (spec/curation.md 7.3). */
export const PLOT_GESTURES: readonly Gesture[] = [
  { name: 'pan', input: 'left drag', doc: 'Moves the picture; so do Left and Right in a plot with the focus.' },
  { name: 'zoom', input: 'right drag', doc: 'Zooms each axis around the place where the drag began.' },
  { name: 'zoom', input: 'wheel', doc: 'Zooms around the pointer; so do + and − in a plot with the focus.' },
  { name: 'reset_view', input: 'double-click', doc: 'Shows everything again; so does R in a plot with the focus.' },
];

/** What stands in the menus first, in their order; the rest as it is. */
export function inMenuOrder(commands: readonly Command[]): readonly Command[] {
  return [...commands].sort((a, b) => menuPlace(a) - menuPlace(b));
}

const menuPlace = ({ scope }: Command): number => (MENUS.includes(scope) ? MENUS.indexOf(scope) : MENUS.length);

interface HelpSource {
  /** Of the program, and of each class of views. */
  readonly commands: readonly Command[];
  readonly specs: readonly ViewSpec[];
  /** Classes of which a view is open. */
  readonly open: readonly string[];
  readonly profile: KeyProfile;
}

/** Every action and gesture, by where it belongs. What every view has stands there once, and with a view only where it has a key. */
export function helpGroups({ commands, specs, open, profile }: HelpSource): readonly HelpGroup[] {
  const classes = specs.map((spec) => spec.name);
  const program = inMenuOrder(commands.filter(({ scope }) => !classes.includes(scope)));
  const scopes = [...new Set(program.map(({ scope }) => scope))];
  const common = commonNames(commands, specs);
  const [first = ''] = classes;
  const everyView = commands.filter(({ scope, name }) => scope === first && common.has(name));
  const gestures = (group: string, list: readonly Gesture[]): readonly HelpRow[] =>
    list.map((gesture) => gestureRow(group, gesture, profile));
  return [
    ...scopes.map((name) => group(name, actionRows(program.filter(({ scope }) => scope === name)))),
    group(TABLES, gestures(TABLES, TABLE_GESTURES)),
    group(EVERY_VIEW, [
      ...everyView.map((command) => ({ ...actionRow(command, EVERY_VIEW), keys: [], changed: false })),
      ...gestures(EVERY_VIEW, PLOT_GESTURES),
    ]),
    ...specs.flatMap((spec) => {
      const own = commands.filter(
        ({ scope, name, keys }) => scope === spec.name && (!common.has(name) || keys.length > 0),
      );
      const rows = [...actionRows(own), ...gestures(spec.name, spec.gestures)];
      // A view may have nothing beside what every view has.
      return rows.length === 0 ? [] : [group(spec.name, rows, open.includes(spec.name) ? null : 'not open')];
    }),
  ];
}

const group = (name: string, rows: readonly HelpRow[], note: string | null = null): HelpGroup => ({ name, note, rows });

/** Names of actions that views have beside their own. */
function commonNames(commands: readonly Command[], specs: readonly ViewSpec[]): ReadonlySet<string> {
  const [first] = specs;
  if (first === undefined) return new Set();
  const own = new Set(first.actions.map(({ name }) => name));
  return new Set(commands.flatMap(({ scope, name }) => (scope === first.name && !own.has(name) ? [name] : [])));
}

const actionRows = (commands: readonly Command[]): readonly HelpRow[] =>
  commands.map((command) => actionRow(command, command.scope));

function actionRow(command: Command, where: string): HelpRow {
  return {
    id: `${where}.${command.name}`,
    group: where,
    name: command.name,
    keys: command.keys,
    changed: command.keys.join(' ') !== command.defaultKeys.join(' '),
    gesture: null,
    snippet: `:${snippetOf(command)}${command.usage === '' ? '' : ` ${command.usage}`}`,
    doc: command.doc,
  };
}

function gestureRow(where: string, { name, input, doc }: Gesture, profile: KeyProfile): HelpRow {
  const words = typeof input === 'string' ? input : input[profile];
  const id = `${where} ${name} ${words}`;
  return { id, group: where, name, keys: [], changed: false, gesture: withKeyNames(words), snippet: null, doc };
}

/** `ctrl+left click` -> `Ctrl+left click`, as keys are written elsewhere. */
const withKeyNames = (input: string): string =>
  input.replaceAll(/\b(ctrl|alt|shift)\+/g, (key) => `${key.charAt(0).toUpperCase()}${key.slice(1)}`);

/** The groups with the rows that have every word of `text` somewhere; keys are found as they are shown and as they are spelt. */
export function searchHelp(groups: readonly HelpGroup[], text: string, scope: string | null): readonly HelpGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return groups.flatMap((one) => {
    if (scope !== null && one.name !== scope) return [];
    const rows = one.rows.filter((row) => matches(row, words));
    return rows.length === 0 ? [] : [{ ...one, rows }];
  });
}

function matches(row: HelpRow, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const keys = row.keys.flatMap((key) => [key, keyLabel(key)]);
  const all = [row.group, row.name, row.name.replaceAll('_', ' '), ...keys, row.gesture, row.snippet, row.doc];
  const haystack = all.join('\n').toLowerCase();
  return words.every((word) => haystack.includes(word));
}
