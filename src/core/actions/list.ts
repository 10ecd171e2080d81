/** The declarations (spec/curation.md 4.6, 7.1, 7.2, 7.4). Order within a group is menu order. */
import { BUILT_IN_GROUPS, type ClusterGroup } from '../curation/groups.ts';
import type { ActionSpec } from './action.ts';

type Given = Partial<ActionSpec> & Pick<ActionSpec, 'name' | 'doc'>;

/** `move_best_to_good` -> `Move best to good`. */
function titleOf(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function declare(group: ActionSpec['group'], section: number, given: Given): ActionSpec {
  return { aliases: [], title: titleOf(given.name), group, section, keys: { mission: [] }, usage: '', ...given };
}

const keys = (...mission: string[]): ActionSpec['keys'] => ({ mission });

const TARGETS = [
  { target: 'best', modifiers: 'alt', who: 'the clusters selected in the cluster view' },
  { target: 'similar', modifiers: 'ctrl', who: 'the similar clusters selected' },
  { target: 'all', modifiers: 'ctrl+alt', who: 'all selected clusters' },
] as const;

/** The actions that move selected clusters to a group: three for each. Blanks in its name are `_` in theirs. */
export function groupActions(groups: readonly ClusterGroup[]): readonly ActionSpec[] {
  return TARGETS.flatMap(({ target, modifiers, who }) =>
    groups.map(({ name: group, key }) =>
      declare('Edit', 2, {
        name: `move_${target}_to_${group.replaceAll(' ', '_')}`,
        title: `Move ${target} to ${group}`,
        doc: `Moves ${who} to ${group} and goes on to the next one.`,
        submenu: `Move ${target} to`,
        move: { group, which: target },
        keys: key === null ? keys() : keys(`${modifiers}+${key}`),
        // A browser tab opens a window at ctrl+n before the page sees the key; the other three follow the same pattern.
        ...(target === 'similar' && key !== null ? { tabKeys: [`alt+shift+${key}`] } : {}),
      }),
    ),
  );
}

const FILE: readonly ActionSpec[] = [
  declare('File', 0, {
    name: 'enable_snippet_mode',
    doc: 'Opens the line for snippets such as :c 47 49.',
    keys: keys(':'),
  }),
  declare('File', 0, {
    name: 'save',
    doc: 'Writes clusters, groups and labels into the dataset folder; with “over” also over files that another program changed meanwhile.',
    usage: '[over]',
    keys: keys('ctrl+s'),
    icon: 'save',
  }),
  declare('File', 0, {
    name: 'exit',
    doc: 'Ends the program; asks when something is not saved.',
    keys: keys('ctrl+q'),
    tabKeys: ['alt+shift+q'],
  }),
];

const BEFORE_MOVES: readonly ActionSpec[] = [
  declare('Edit', 0, { name: 'undo', doc: 'Takes back the last action.', keys: keys('ctrl+z'), icon: 'undo-2' }),
  declare('Edit', 0, {
    name: 'redo',
    doc: 'Repeats the action that was undone last.',
    keys: keys('ctrl+shift+z', 'ctrl+y'),
    icon: 'redo-2',
  }),
  declare('Edit', 1, {
    name: 'merge',
    doc: 'Merges the selected clusters into a new one.',
    aliases: ['g'],
    keys: keys('g'),
    usage: '[ID...]',
    icon: 'merge',
  }),
  declare('Edit', 1, {
    name: 'split',
    doc: 'Splits the spikes inside the lasso off into a new cluster.',
    aliases: ['k'],
    keys: keys('k'),
    usage: '[SPIKE...|JSON]',
    icon: 'split',
  }),
  declare('Edit', 2, {
    name: 'move',
    doc: 'Moves clusters to a group.',
    usage: 'GROUP best|similar|all|ID...',
    prompt: { text: 'Group, then best, similar, all or cluster ids', example: 'good best' },
  }),
];

const AFTER_MOVES: readonly ActionSpec[] = [
  declare('Edit', 3, {
    name: 'label',
    doc: 'Sets a label of the selected clusters, or of the given ones.',
    aliases: ['l'],
    keys: keys('l'),
    usage: 'NAME VALUE [ID...]',
    prompt: { text: 'Name and value of the label', example: 'neurontype interneuron' },
    icon: 'tag',
  }),
  declare('Edit', 4, {
    name: 'split_init',
    doc: 'Splits the selected clusters by the template that found each spike.',
    keys: keys('ctrl+shift+k'),
  }),
  declare('Edit', 5, {
    name: 'set_groups',
    doc: 'Sets the groups that clusters are moved to, with their colours and keys, and keeps them in config.json.',
    usage: 'JSON',
    hidden: true,
  }),
];

const SELECT: readonly ActionSpec[] = [
  declare('Select', 0, {
    name: 'select',
    doc: 'Selects clusters in the cluster view.',
    aliases: ['c'],
    usage: 'ID...',
    prompt: { text: 'Cluster ids', example: '47 49' },
  }),
  declare('Select', 0, {
    name: 'select_first_similar',
    doc: 'Selects the first similar clusters.',
    keys: keys('ctrl+space'),
    macKeys: ['meta+space'],
    usage: '[COUNT]',
  }),
  declare('Select', 0, {
    name: 'select_n_similar',
    doc: 'Selects so many similar clusters, and as many the next time.',
    usage: 'COUNT',
    prompt: { text: 'Number of similar clusters', example: '15' },
  }),
  declare('Select', 0, {
    name: 'unselect_similar',
    doc: 'Selects no similar cluster.',
    keys: keys('backspace'),
  }),
  declare('Select', 0, {
    name: 'skip_noise_and_mua',
    doc: 'Leaves masked groups (noise and mua, unless set otherwise) out when going from one cluster to the next.',
    title: 'Skip noise and MUA',
    aliases: ['set_skip_masked_clusters'],
    usage: '[true|false]',
    checkable: true,
  }),
  declare('Select', 1, {
    name: 'filter',
    doc: 'Shows only clusters for which the expression holds.',
    aliases: ['f'],
    usage: 'EXPRESSION',
    prompt: { text: 'Expression', example: "n_spikes > 100 and group != 'noise'" },
  }),
  declare('Select', 1, {
    name: 'sort',
    doc: 'Sorts the cluster view by one column or several, the most important first.',
    aliases: ['s'],
    usage: 'COLUMN [asc|desc], ...',
    prompt: { text: 'Columns between commas, each with asc or desc', example: 'depth asc, n_spikes desc' },
  }),
  declare('Select', 1, { name: 'clear_filter', doc: 'Shows all clusters.', keys: keys('esc') }),
  declare('Select', 2, { name: 'first', doc: 'Selects the first cluster.', keys: keys('home') }),
  declare('Select', 2, { name: 'last', doc: 'Selects the last cluster.', keys: keys('end') }),
  declare('Select', 3, {
    name: 'reset_wizard',
    doc: 'Starts again at the first cluster.',
    aliases: ['reset'],
    keys: keys('ctrl+alt+space'),
    icon: 'house',
  }),
  declare('Select', 4, {
    name: 'next',
    doc: 'Selects the next similar cluster.',
    keys: keys('space'),
    icon: 'arrow-right',
  }),
  declare('Select', 4, {
    name: 'previous',
    doc: 'Selects the previous similar cluster.',
    keys: keys('shift+space'),
    icon: 'arrow-left',
  }),
  declare('Select', 5, {
    name: 'next_best',
    doc: 'Selects the next cluster of the cluster view.',
    keys: keys('down'),
    icon: 'arrow-down',
  }),
  declare('Select', 5, {
    name: 'previous_best',
    doc: 'Selects the previous cluster of the cluster view.',
    keys: keys('up'),
    icon: 'arrow-up',
  }),
];

/** What clicks on rows and other views do; not in menus. */
const GESTURES: readonly ActionSpec[] = [
  ['select_similar', 'Selects clusters in the similarity view.', 'ID...'],
  ['toggle', 'Adds a row to the selection of its table or takes it out (ctrl+click).', 'ID [clusters|similar]'],
  ['extend', 'Selects the rows from the last selected one to this one (shift+click).', 'ID [clusters|similar]'],
  ['promote_similar', 'Moves a similar cluster into the cluster view, before the reference (ctrl+right-click).', 'ID'],
  ['demote_cluster', 'Moves a selected cluster into the similarity view (ctrl+right-click).', 'ID'],
  ['select_more', 'Adds clusters to all that are selected.', 'ID...'],
].map(([name, doc, usage]) =>
  declare('Select', 6, {
    name,
    doc,
    usage,
    hidden: true,
    ...(name === 'toggle' ? { aliases: ['toggle_cluster_selection'] } : {}),
  }),
);

const VIEW: readonly ActionSpec[] = [
  declare('View', 0, {
    name: 'toggle_spike_reorder',
    doc: 'Shows spikes at their reordered times.',
    keys: keys('ctrl+r'),
    checkable: true,
  }),
  declare('View', 0, {
    name: 'switch_raw_data_filter',
    doc: 'Shows raw data as recorded or high-pass filtered.',
    keys: keys('alt+r'),
  }),
];

const HELP: readonly ActionSpec[] = [
  declare('Help', 0, {
    name: 'show_all_shortcuts',
    doc: 'Lists actions, keys, snippets and gestures.',
    keys: keys('f1', 'h'),
  }),
  declare('Help', 0, { name: 'about', doc: 'Says which version this is.', keys: keys('?') }),
];

/** Every action with these groups, columns and additions (core/engine/additions.ts), in the order in which snippets are looked up and keys are given out. */
export function allActions(
  groups: readonly ClusterGroup[] = BUILT_IN_GROUPS,
  columns: readonly string[] = [],
  added: readonly ActionSpec[] = [],
): readonly ActionSpec[] {
  const edit = [...BEFORE_MOVES, ...groupActions(groups), ...AFTER_MOVES];
  return [...FILE, ...VIEW, ...HELP, ...edit, ...SELECT, ...GESTURES, ...added, ...sortActions(columns)];
}

/** Every declared action, as it is with the built-in groups only. */
export const ACTIONS: readonly ActionSpec[] = Object.freeze(allActions());

/** `n_spikes` -> `sns`: `s` and the first two letters without `_`. */
function sortAlias(column: string): string {
  return `s${column.replaceAll('_', '').slice(0, 2)}`;
}

/** The entries of the submenu "Sort by": one for each column but `id`. Of two with the same snippet the later one has it. */
export function sortActions(columns: readonly string[]): readonly ActionSpec[] {
  const sortable = columns.filter((column) => column !== 'id');
  return sortable.map((column, index) => {
    const alias = sortAlias(column);
    const isTaken = sortable.slice(index + 1).some((later) => sortAlias(later) === alias);
    return declare('Select', 1, {
      name: `sort_by_${column}`,
      doc: `Sorts the cluster view by decreasing ${column}.`,
      submenu: 'Sort by',
      aliases: isTaken ? [] : [alias],
    });
  });
}
