/** docs/reference-actions.md: everything of the reference program beside its counterpart here, or the reason why there is none. */
import type { KeyProfile } from '../../src/core/actions/action.ts';
import { KEY_PROFILES } from '../../src/core/actions/index.ts';
import { normalizeKey } from '../../src/core/base/keys.ts';
import { addressOf, type Command, snippetOf } from '../../src/gui/shell/command.ts';
import { everyCommand } from '../../src/gui/shell/commands.ts';
import type { Desk } from '../../src/gui/shell/desk.ts';
import { EVERY_VIEW, MENUS, PLOT_GESTURES, TABLE_GESTURES, TABLES } from '../../src/gui/shell/helpRows.ts';
import { menuEntries } from '../../src/gui/shell/menuEntries.ts';
import type { MenuEntry } from '../../src/gui/ui/Menu.tsx';
import type { Gesture } from '../../src/gui/view/instance.ts';
import { ACTIONS, DEPARTURES, GESTURES, MENU_ENTRIES } from './referenceActions.ts';
import type { ReferenceAction, ReferenceGesture, ReferenceMenuEntry } from './referenceActions.ts';

export type State = 'here' | 'not yet' | 'different' | 'missing';

/** One line of the document. */
export interface Line {
  readonly section: 'Menus' | 'Actions' | 'Gestures';
  readonly place: string;
  readonly name: string;
  readonly input: string;
  readonly state: State;
  /** What stands in the last column. */
  readonly here: string;
  /** Name in DEPARTURES. */
  readonly id: string;
}

interface Found {
  /** null when it is as in the reference. */
  readonly trouble: string | null;
  readonly text: string;
}

const code = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join(' ');

/** Everything of the reference with its state in a window of each profile; `withLabels` has the columns that the menus were read with. */
export function referenceLines(mission: Desk, other: Desk, withLabels: Desk): readonly Line[] {
  const isThere = (group: string): boolean =>
    [...MENUS, TABLES, EVERY_VIEW].includes(group) || mission.shelf.specs.some(({ name }) => name === group);
  const line = (
    about: Pick<Line, 'section' | 'place' | 'name' | 'input' | 'id'>,
    group: string,
    found: Found | null,
  ): Line => {
    const reason = Object.hasOwn(DEPARTURES, about.id) ? DEPARTURES[about.id] : undefined;
    if (!isThere(group)) return { ...about, state: 'not yet', here: 'not yet' };
    if (found !== null && found.trouble === null) return { ...about, state: 'here', here: found.text };
    if (reason !== undefined) return { ...about, state: 'different', here: `different: ${reason}` };
    return { ...about, state: 'missing', here: found?.trouble ?? 'nothing of that name' };
  };
  const menus = menusOf(withLabels);
  const commands = [everyCommand(mission), everyCommand(other)];
  return [
    ...MENU_ENTRIES.map((entry) =>
      line(
        {
          section: 'Menus',
          place: entry.menu,
          name: entry.text,
          input: entry.key,
          id: `${entry.menu} > ${entry.text}`,
        },
        viewAddedBy(entry) ?? 'View',
        findEntry(menus, entry),
      ),
    ),
    ...ACTIONS.map((action) =>
      line(
        {
          section: 'Actions',
          place: action.group,
          name: action.name,
          input: [code(action.keys), action.snippet === undefined ? '' : `\`:${action.snippet}\``].join(' ').trim(),
          id: `${action.group}.${action.name}`,
        },
        ours(action.group),
        findAction(commands, action),
      ),
    ),
    ...GESTURES.map((gesture) =>
      line(
        {
          section: 'Gestures',
          place: gesture.group,
          name: gesture.name ?? '',
          input: gesture.only === undefined ? gesture.input : `${gesture.input} (${gesture.only})`,
          id: [`${gesture.group}.${gesture.name ?? ''}`, gesture.input].join(' '),
        },
        gesture.group,
        findGesture(gesture, gesturesOf(mission, gesture.group)),
      ),
    ),
  ];
}

/** Reasons that nothing needs. */
export function uselessDepartures(lines: readonly Line[]): readonly string[] {
  const needed = new Set(lines.filter(({ state }) => state === 'different').map(({ id }) => id));
  return Object.keys(DEPARTURES).filter((id) => !needed.has(id));
}

const ours = (group: string): string => (group === 'Snippets' ? 'File' : group);

// --- menus

interface OurEntry {
  readonly path: string;
  readonly label: string;
  readonly key: string;
  readonly checkable: boolean;
}

function menusOf(desk: Desk): readonly OurEntry[] {
  const flat = (path: string, entries: readonly MenuEntry[]): readonly OurEntry[] =>
    entries.flatMap((entry): readonly OurEntry[] => {
      if (entry.kind === 'separator') return [];
      if (entry.kind === 'submenu') return flat(`${path} > ${entry.label}`, entry.entries);
      const { label, keys = '', checked } = entry;
      return [{ path, label: label.replace(/…$/, ''), key: keys, checkable: checked !== undefined }];
    });
  return MENUS.flatMap((menu) => {
    const commands = desk.commands().filter(({ scope }) => scope === menu);
    return flat(
      menu,
      menuEntries(commands, () => undefined),
    );
  });
}

/** `Add TraceView` needs the view to exist. */
function viewAddedBy({ menu, text }: ReferenceMenuEntry): string | undefined {
  return menu === 'View' ? /^Add (\w+)$/.exec(text)?.[1] : undefined;
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function findEntry(
  menus: readonly OurEntry[],
  { menu, text, key, checkable = false }: ReferenceMenuEntry,
): Found | null {
  const entry = menus.find(({ path, label }) => same(path, menu) && same(label, text));
  if (entry === undefined) return null;
  const shown = key === '' ? '' : normalizeKey(key);
  if (entry.key !== shown) return { trouble: `shows ${entry.key || 'no key'}`, text: '' };
  if (entry.checkable !== checkable) return { trouble: checkable ? 'has no check mark' : 'has a check mark', text: '' };
  return { trouble: null, text: `${entry.path} > ${entry.label}` };
}

// --- actions

/** `commands`: of each profile. */
function findAction(commands: readonly (readonly Command[])[], reference: ReferenceAction): Found | null {
  const found = commands.map((list) => list.find((command) => isCalled(command, reference)));
  const troubles = found.map((command) =>
    command === undefined ? 'nothing of that name' : troubleOf(command, reference),
  );
  const [command] = found;
  if (command === undefined) return null;
  const place = command.submenu === undefined ? command.scope : `${command.scope} > ${command.submenu}`;
  const keys = code(command.keys);
  const text = [`\`${addressOf(command)}\``, keys, `\`:${snippetOf(command)}\``, `in ${place}`]
    .filter(Boolean)
    .join(', ');
  return { trouble: troubles.find((trouble) => trouble !== null) ?? null, text };
}

const isCalled = (command: Command, { group, name }: ReferenceAction): boolean =>
  command.scope === ours(group) && (command.name === name || command.aliases.includes(name));

function troubleOf(command: Command, { keys, snippet }: ReferenceAction): string | null {
  const lacking = keys.map(normalizeKey).filter((key) => !command.keys.includes(key));
  if (lacking.length > 0) return `lacks the keys ${lacking.join(', ')}`;
  const names = [command.name, ...command.aliases];
  return snippet === undefined || names.includes(snippet) ? null : `lacks the snippet :${snippet}`;
}

// --- gestures

function gesturesOf(desk: Desk, group: string): readonly Gesture[] {
  if (group === TABLES) return TABLE_GESTURES;
  if (group === EVERY_VIEW) return PLOT_GESTURES;
  return desk.shelf.specs.find(({ name }) => name === group)?.gestures ?? [];
}

/** Names of 2.1 that are written otherwise here, after those of its actions. */
const OTHER_NAMES: Readonly<Record<string, string>> = { switch_color_scheme: 'change_color_scheme' };

/** The same input under the same name: under profile `mission` for 2.0, `phy-2.1` for 2.1, both where nothing is said. */
function findGesture({ name, input, only }: ReferenceGesture, gestures: readonly Gesture[]): Found | null {
  const profiles = { '2.0': ['mission'], '2.1': ['phy-2.1'] } as const;
  const wanted: readonly KeyProfile[] = only === undefined ? KEY_PROFILES : profiles[only];
  const has = (gesture: Gesture, profile: KeyProfile): boolean => {
    const words = typeof gesture.input === 'string' ? gesture.input : gesture.input[profile];
    return words.split(', ').map(plainClick).includes(plainClick(input));
  };
  const expected = name === null ? null : (OTHER_NAMES[name] ?? name);
  const found = gestures.find(
    (gesture) => (expected ?? gesture.name) === gesture.name && wanted.every((profile) => has(gesture, profile)),
  );
  return found === undefined ? null : { trouble: null, text: name === found.name ? 'the same' : `as ${found.name}` };
}

/** `ctrl+left click` is `ctrl+click`. */
const plainClick = (input: string): string => input.replace('left click', 'click').replaceAll(/\s+/g, ' ').trim();

// --- the document

const cell = (text: string): string => text.replaceAll('|', '\\|');
const HEADS = {
  Menus: '| menu | entry | key | here |\n|---|---|---|---|',
  Actions: '| group | action | keys and snippet | here |\n|---|---|---|---|',
  Gestures: '| where | gesture | input | here |\n|---|---|---|---|',
} as const;

/** docs/reference-actions.md */
export function referenceDocument(head: string, lines: readonly Line[]): string {
  const count = (state: State): number => lines.filter((line) => line.state === state).length;
  const counts = `${lines.length} things: ${count('here')} are here, ${count('different')} are different with a reason, ${count('not yet')} belong to views that are not here yet.`;
  const sections = (['Menus', 'Actions', 'Gestures'] as const).map((section) => {
    const rows = lines.filter((line) => line.section === section);
    const text = rows.map(
      ({ place, name, input, here }) =>
        `| ${place} | ${name} | ${cell(section === 'Menus' && input !== '' ? code([input]) : input)} | ${cell(here)} |`,
    );
    return `## ${section}\n\n${HEADS[section]}\n${text.join('\n')}`;
  });
  return `${head}\n# Actions of phy, and where they are here\n\nEvery menu entry, action, key, snippet and mouse gesture of phy 2.1 (and of 2.0 where it differs) beside its counterpart. ${counts} Names are those of \`keymap.json\`.\n\n${sections.join('\n\n')}\n`;
}
