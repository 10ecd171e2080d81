/** Commands for where panels are: the panel in use can be moved, stacked, enlarged and named without the mouse. */
import type { DockHandle } from '../dock/handle.ts';
import { DIRECTIONS, type Direction } from '../dock/neighbour.ts';
import { isTable } from '../tables/ClusterTables.tsx';
import { simpleCommand, type Arguments, type Command } from './command.ts';
import type { Desk } from './desk.ts';
import { popOut, renamePrompt, toggleFloat, toggleSettings } from './panelCommands.ts';

/** Submenu of what is done with the panel in use, or leads to another one. */
const PANEL = 'Panel';

/** `section`: of the View menu. */
export function layoutCommands(desk: Desk, section: number): readonly Command[] {
  return [...focusCommands(desk, section), ...inUseCommands(desk, section), ...savedCommands(desk, section)];
}

/** Saved layouts: one entry each to use it, and what can be done with them. */
function savedCommands(desk: Desk, section: number): readonly Command[] {
  const { layouts, ui } = desk;
  const shared = { scope: 'View', section, submenu: 'Layout' } as const;
  return [
    ...layouts.names().map((name) =>
      simpleCommand({
        ...shared,
        name: `use_layout_${name.replaceAll(/\s+/g, '_')}`,
        title: name,
        doc: `Puts the panels where they are in the layout “${name}”.`,
        checked: () => layouts.current() === name,
        run: () => layouts.use(name),
      }),
    ),
    simpleCommand({
      ...shared,
      name: 'use_layout',
      title: 'Use layout',
      doc: 'Puts the panels where they are in a saved layout.',
      usage: 'NAME',
      hidden: true,
      parse: (rest) => [rest],
      run: (args) => layouts.use(wordOf(args)),
    }),
    savePrompt(desk, shared),
    simpleCommand({
      ...shared,
      name: 'manage_layouts',
      title: 'Manage layouts',
      doc: 'Lists the saved layouts, to use, rename or delete them.',
      run: () => ui.setState({ dialog: { kind: 'layouts' } }),
    }),
    simpleCommand({
      ...shared,
      name: 'reset_layout',
      title: 'Reset layout',
      doc: 'Puts every panel where it was at the first launch.',
      run: () => layouts.reset(),
    }),
  ];
}

/** The only argument, as text. */
const wordOf = (args: Arguments): string => (Array.isArray(args) ? String(args[0] ?? '') : '');

/** Asks for the name; that of the layout in use is offered. */
function savePrompt({ layouts }: Desk, shared: Pick<Command, 'scope' | 'section' | 'submenu'>): Command {
  return {
    ...simpleCommand({
      ...shared,
      name: 'save_layout',
      title: 'Save layout',
      doc: 'Saves where the panels are under a name, in place of a layout of the same name.',
      usage: 'NAME',
      parse: (rest) => [rest],
      run: (args) => layouts.save(wordOf(args)),
    }),
    prompt: {
      text: 'Name',
      example: 'two screens',
      get initial() {
        return layouts.current() ?? '';
      },
    },
  };
}

function focusCommands(desk: Desk, section: number): readonly Command[] {
  const step = (
    name: string,
    title: string,
    doc: string,
    key: string,
    run: () => void,
    more: Partial<Command> = {},
  ): Command => simpleCommand({ name, scope: 'View', title, doc, section, submenu: PANEL, keys: [key], run, ...more });
  const next = (by: 1 | -1) => (): void => {
    const id = panelInUse(desk);
    if (id !== null) desk.dock?.nextTab(id, by);
  };
  const enabled = whenInUse(
    desk,
    (id, dock) => dock.tabCount(id) > 1 || `${desk.titles.titleOf(id)} has no other tab beside it.`,
  );
  return [
    step('focus_next_panel', 'Next panel', 'Moves the focus to the next panel.', 'f6', () => desk.dock?.focusNext(1)),
    step('focus_previous_panel', 'Previous panel', 'Moves the focus to the previous panel.', 'shift+f6', () =>
      desk.dock?.focusNext(-1),
    ),
    step('next_tab', 'Next tab', 'Brings the next tab of the panel in use to the front.', 'ctrl+pgdown', next(1), {
      enabled,
    }),
    step(
      'previous_tab',
      'Previous tab',
      'Brings the previous tab of the panel in use to the front.',
      'ctrl+pgup',
      next(-1),
      { enabled },
    ),
  ];
}

const NONE_IN_USE = 'No panel is in use. Click on one first.';
const SIDE: Readonly<Record<Direction, string>> = { left: 'left', right: 'right', up: 'top', down: 'bottom' };

/** What can be done with the panel in use; the menus of the panels have the same for each of them. */
function inUseCommands(desk: Desk, section: number): readonly Command[] {
  const command = (
    name: string,
    title: string,
    doc: string,
    run: (id: string) => void | Promise<void>,
    more: Partial<Command> = {},
  ): Command =>
    simpleCommand({
      name,
      scope: 'View',
      title,
      doc,
      section,
      submenu: PANEL,
      enabled: () => panelInUse(desk) !== null || NONE_IN_USE,
      run: async () => {
        const id = panelInUse(desk);
        if (id !== null) await run(id);
      },
      ...more,
    });
  return [
    ...DIRECTIONS.map((direction) =>
      command(
        `move_panel_${direction}`,
        `Move ${direction}`,
        'Moves the panel in use out of its tabs, then past its neighbour, then along the whole edge.',
        (id) => move(desk, id, direction),
        {
          keys: [`ctrl+shift+${direction}`],
          enabled: whenInUse(desk, (id, dock) => dock.canMove(id, direction) || atEdge(desk, id, direction)),
        },
      ),
    ),
    ...DIRECTIONS.map((direction) =>
      command(
        `tab_panel_${direction}`,
        `Tab with ${direction === 'left' || direction === 'right' ? direction : direction === 'up' ? 'upper' : 'lower'} neighbour`,
        'Puts the panel in use into the tabs of its neighbour.',
        (id) => tabWith(desk, id, direction),
        {
          enabled: whenInUse(
            desk,
            (id, dock) => dock.canTabWith(id, direction) || withoutNeighbour(desk, id, direction),
          ),
        },
      ),
    ),
    command(
      'maximize_panel',
      'Maximize or restore',
      'Fills the window with the panel in use, or puts the others back (double-click on its tab).',
      (id) => desk.dock?.maximize(id),
      { keys: ['ctrl+shift+enter'], checked: () => desk.dock?.isMaximized(panelInUse(desk) ?? '') === true },
    ),
    command('float_panel', 'Float', 'Lifts the panel in use over the others, or puts it back.', (id) =>
      toggleFloat(desk, id),
    ),
    command('pop_out_panel', 'Open in another window', 'Moves the panel in use into a window of its own.', (id) =>
      popOut(desk, id),
    ),
    command(
      'panel_settings',
      'View settings',
      'Opens the settings of the panel in use beside it.',
      (id) => toggleSettings(desk, id),
      {
        keys: ['ctrl+,'],
        enabled: () => {
          const id = panelInUse(desk);
          return (id !== null && !isTable(id)) || 'A table has no settings. Click on a view first.';
        },
      },
    ),
    renamePrompt(desk, () => panelInUse(desk), { name: 'rename_panel', scope: 'View', section, submenu: PANEL }),
    command('close_panel', 'Close', 'Closes the panel in use; View adds it again.', (id) => desk.closePanel(id), {
      enabled: () => {
        const id = panelInUse(desk);
        if (id === null) return NONE_IN_USE;
        return id !== 'ClusterView' || 'Without the cluster view nothing can be selected, so it stays.';
      },
    }),
  ];
}

/** The panel that was clicked or walked to last; the cluster view as long as there was none. */
function panelInUse(desk: Desk): string | null {
  const { activePanel } = desk.ui.getState();
  if (activePanel !== null) return activePanel;
  return desk.dock?.panels().find((id) => isTable(id)) ?? null;
}

/** Whether something can be done with the panel in use. */
const whenInUse = (desk: Desk, may: (id: string, dock: DockHandle) => true | string) => (): true | string => {
  const id = panelInUse(desk);
  return id === null || desk.dock === null ? NONE_IN_USE : may(id, desk.dock);
};

const atEdge = ({ titles }: Desk, id: string, direction: Direction): string =>
  `${titles.titleOf(id)} is at the ${SIDE[direction]} edge already.`;
const withoutNeighbour = ({ titles }: Desk, id: string, direction: Direction): string =>
  `${titles.titleOf(id)} has no neighbour at its ${SIDE[direction]}.`;

function move(desk: Desk, id: string, direction: Direction): void {
  if (desk.dock?.move(id, direction) === false) desk.client.say('info', atEdge(desk, id, direction));
}

function tabWith(desk: Desk, id: string, direction: Direction): void {
  if (desk.dock?.tabWith(id, direction) === false) desk.client.say('info', withoutNeighbour(desk, id, direction));
}
