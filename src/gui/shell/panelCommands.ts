/** What can be done with every panel: update, picture, settings, floating, another window, close (spec/curation.md 4.6). */
import { isTable } from '../tables/ClusterTables.tsx';
import type { ViewInstance } from '../view/instance.ts';
import { simpleCommand, type Command } from './command.ts';
import type { Desk } from './desk.ts';

/** What the reference's menus begin with; then what we add; the view's own sections follow. */
const HEAD = 0;
const MORE = 1;
export const OWN_SECTIONS = 2;

/** Why nothing can be done with a view that is not on screen. */
export const notOpen = (id: string): string => `${id} is not open. Add it from the View menu.`;

/** What can be done with the view of that name, whether it is open or not. */
export function panelCommands(desk: Desk, id: string): readonly Command[] {
  const view = (): ViewInstance | undefined => desk.shelf.get(id);
  const isOpen = (): true | string => view() !== undefined || notOpen(id);
  const hasPicture = (): true | string => (view()?.picture ? true : noPicture(id));
  const command = (given: Parameters<typeof simpleCommand>[0]): Command => simpleCommand({ enabled: isOpen, ...given });
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
      doc: 'Saves the view as a PNG picture.',
      section: HEAD,
      enabled: hasPicture,
      run: () => takeScreenshot(desk, id, 'png'),
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
    command({
      name: 'view_settings',
      scope: id,
      title: 'View settings',
      doc: 'Opens the settings of the view beside it.',
      section: MORE,
      run: () => toggleSettings(desk, id),
    }),
    command({
      name: 'reset_view',
      scope: id,
      title: 'Reset pan and zoom',
      doc: 'Shows everything again (double-click).',
      section: MORE,
      enabled: hasPicture,
      run: () => view()?.picture?.resetCamera(),
    }),
    ...placeCommands(desk, id).map((one) => ({ ...one, enabled: isOpen })),
  ];
}

const noPicture = (id: string): string => `${id} shows no picture yet.`;

/** Where a panel is; for tables too. */
export function placeCommands(desk: Desk, id: string): readonly Command[] {
  return [
    simpleCommand({
      name: 'float',
      scope: id,
      title: 'Float',
      doc: 'Lifts the panel over the others, or puts it back.',
      section: MORE,
      checked: () => desk.dock?.isDocked(id) === false,
      run: () => (desk.dock?.isDocked(id) === true ? desk.dock.float(id) : desk.dock?.dock(id)),
    }),
    simpleCommand({
      name: 'pop_out',
      scope: id,
      title: 'Open in another window',
      doc: 'Moves the panel into a window of its own.',
      section: MORE,
      run: async () => {
        const opened = await desk.dock?.popOut(id);
        if (opened === false)
          desk.client.say('warning', 'The browser did not open a window. Allow pop-ups for this page.');
      },
    }),
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

export function toggleSettings(desk: Desk, id: string): void {
  const open = desk.ui.getState().settingsOf === id;
  desk.ui.setState({ settingsOf: open ? null : id, settingsField: null });
}

export async function takeScreenshot(desk: Desk, id: string, format: 'png' | 'svg'): Promise<void> {
  const view = desk.shelf.get(id);
  const picture = view?.picture ?? null;
  if (view === undefined || picture === null) return desk.client.say('warning', noPicture(id));
  const bytes =
    format === 'png'
      ? new Uint8Array(await (await picture.png(2)).arrayBuffer())
      : new TextEncoder().encode(picture.svg());
  await desk.client.screenshot(view.spec.name, format, bytes);
}
