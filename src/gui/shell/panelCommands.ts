/** What can be done with every panel: update, picture, settings, floating, another window, close (spec/curation.md 4.6). */
import { isTable } from '../tables/ClusterTables.tsx';
import type { ViewInstance, ViewSpec } from '../view/instance.ts';
import { simpleCommand, type Command } from './command.ts';
import type { Desk } from './desk.ts';
import { exportCommands, noPicture, takeScreenshot } from './pictures.ts';

/** What the reference's menus begin with; then what we add; the view's own sections follow. */
const HEAD = 0;
const MORE = 1;
export const OWN_SECTIONS = 2;

/** Why nothing can be done with a view that is not on screen. */
export const notOpen = (id: string): string => `${id} is not open. Add it from the View menu.`;

/** What can be done with the view of that name, whether it is open or not. */
export function panelCommands(
  desk: Desk,
  { isConsole = false, params, query }: ViewSpec,
  id: string,
): readonly Command[] {
  const view = (): ViewInstance | undefined => desk.shelf.get(id);
  const isOpen = (): true | string => view() !== undefined || notOpen(id);
  const hasPicture = (): true | string => (view()?.picture ? true : noPicture(desk, id));
  const command = (given: Parameters<typeof simpleCommand>[0]): Command => simpleCommand({ enabled: isOpen, ...given });
  const whenOpen = (one: Command): Command => ({
    ...one,
    enabled: () => (isOpen() === true ? one.enabled() : notOpen(id)),
  });
  const settings = command({
    name: 'view_settings',
    scope: id,
    title: 'View settings',
    doc: 'Opens the settings of the view beside it.',
    section: MORE,
    run: () => toggleSettings(desk, id),
  });
  const places = placeCommands(desk, id).map(whenOpen);
  const ofParams = Object.keys(params).length === 0 ? [] : [settings];
  if (isConsole) return [...ofParams, ...places];
  return [
    command({
      name: 'toggle_auto_update',
      scope: id,
      title: 'Toggle auto update',
      doc: 'Follows the selection, or keeps what is shown.',
      section: HEAD,
      checked: () => view()?.state.getState().autoUpdate === true,
      run: () => view()?.setAutoUpdate(view()?.state.getState().autoUpdate !== true),
    }),
    command({
      name: 'screenshot',
      scope: id,
      title: 'Screenshot',
      doc: 'Saves the view as a PNG picture with the pixels of the screen.',
      section: HEAD,
      enabled: hasPicture,
      run: () => takeScreenshot(desk, id, 'screen'),
    }),
    command({
      name: 'screenshot_svg',
      scope: id,
      title: 'Screenshot as SVG',
      doc: 'Saves the view as a drawing of lines and text.',
      section: MORE,
      enabled: hasPicture,
      run: () => takeScreenshot(desk, id, 'svg'),
    }),
    ...exportCommands(desk, id, MORE, query !== '').map(whenOpen),
    ...ofParams,
    command({
      name: 'reset_view',
      scope: id,
      title: 'Reset pan and zoom',
      doc: 'Shows everything again (double-click).',
      section: MORE,
      enabled: hasPicture,
      run: () => view()?.picture?.resetCamera(),
    }),
    ...places,
  ];
}

/** Where a panel is, and what it is called; for tables too. */
export function placeCommands(desk: Desk, id: string): readonly Command[] {
  const isDocked = (): boolean => desk.dock?.isDocked(id) !== false;
  return [
    simpleCommand({
      name: 'maximize',
      scope: id,
      title: 'Maximize',
      doc: 'Fills the window with the panel, or puts the others back (double-click on its tab).',
      section: MORE,
      checked: () => desk.dock?.isMaximized(id) === true,
      enabled: () => isDocked() || 'Only a docked panel fills the window. Put it back first.',
      run: () => desk.dock?.maximize(id),
    }),
    simpleCommand({
      name: 'float',
      scope: id,
      title: 'Float',
      doc: 'Lifts the panel over the others, or puts it back.',
      section: MORE,
      checked: () => !isDocked(),
      run: () => toggleFloat(desk, id),
    }),
    simpleCommand({
      name: 'pop_out',
      scope: id,
      title: 'Open in another window',
      doc: 'Moves the panel into a window of its own.',
      section: MORE,
      run: () => popOut(desk, id),
    }),
    renamePrompt(desk, () => id, { name: 'rename', scope: id, section: MORE }),
    simpleCommand({
      name: 'close',
      scope: id,
      title: 'Close',
      doc: 'Closes the panel; View adds it again.',
      section: HEAD,
      hidden: isTable(id) && id === 'ClusterView',
      run: () => desk.closePanel(id),
    }),
  ];
}

export function toggleFloat(desk: Desk, id: string): void {
  if (desk.dock?.isDocked(id) === true) desk.dock.float(id);
  else desk.dock?.dock(id);
}

export async function popOut(desk: Desk, id: string): Promise<void> {
  const opened = await desk.dock?.popOut(id);
  if (opened === false) desk.client.say('warning', 'The browser did not open a window. Allow pop-ups for this page.');
}

/** Asks for another title of a panel; empty text gives it its own name back. */
export function renamePrompt(
  desk: Desk,
  panel: () => string | null,
  given: Pick<Command, 'name' | 'scope' | 'section'> & Partial<Command>,
): Command {
  return {
    ...simpleCommand({
      title: 'Rename',
      doc: 'Gives the panel a title of your own; without text its own name comes back.',
      usage: '[TITLE]',
      parse: (rest) => [rest],
      run: (args) => {
        const id = panel();
        const [title] = Array.isArray(args) ? args : [];
        if (id !== null) desk.titles.rename(id, typeof title === 'string' ? title : '');
      },
      ...given,
    }),
    prompt: {
      text: 'Title',
      example: '',
      mayBeEmpty: true,
      get initial() {
        return desk.titles.titleOf(panel() ?? '');
      },
    },
  };
}

/** Opens the settings of a view, or closes them with what was set. */
export function toggleSettings(desk: Desk, id: string): void {
  if (desk.ui.getState().settingsOf?.view === id) desk.ui.setState({ settingsOf: null });
  else openSettings(desk, id);
}

/** Opens the settings of a view; `field` is the parameter that gets the focus, by default the first one. */
export function openSettings(desk: Desk, id: string, field: string | null = null): void {
  const before = desk.shelf.get(id)?.state.getState().values;
  desk.ui.setState({ settingsOf: before === undefined ? null : { view: id, field, before } });
}
