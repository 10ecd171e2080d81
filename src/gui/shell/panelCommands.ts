/** What can be done with every panel: update, picture, settings, floating, another window, close (spec/curation.md 4.6). */
import { isTable } from '../tables/ClusterTables.tsx';
import type { ViewInstance } from '../view/instance.ts';
import { simpleCommand, type Command } from './command.ts';
import type { Desk } from './desk.ts';

/** What the reference's menus begin with; then what we add; the view's own sections follow. */
const HEAD = 0;
const MORE = 1;
export const OWN_SECTIONS = 2;

export function panelCommands(desk: Desk, view: ViewInstance): readonly Command[] {
  const scope = view.id;
  return [
    simpleCommand({
      name: 'toggle_auto_update',
      scope,
      title: 'Toggle auto update',
      doc: 'Follows the selection, or keeps what is shown.',
      section: HEAD,
      checked: () => view.state.getState().autoUpdate,
      run: () => view.setAutoUpdate(!view.state.getState().autoUpdate),
    }),
    simpleCommand({
      name: 'screenshot',
      scope,
      title: 'Screenshot',
      doc: 'Saves the view as a PNG picture.',
      section: HEAD,
      run: () => takeScreenshot(desk, view, 'png'),
    }),
    simpleCommand({
      name: 'screenshot_svg',
      scope,
      title: 'Screenshot as SVG',
      doc: 'Saves the view as a drawing of lines and text.',
      section: MORE,
      run: () => takeScreenshot(desk, view, 'svg'),
    }),
    simpleCommand({
      name: 'view_settings',
      scope,
      title: 'View settings',
      doc: 'Opens the settings of the view beside it.',
      section: MORE,
      run: () => toggleSettings(desk, view.id),
    }),
    simpleCommand({
      name: 'reset_view',
      scope,
      title: 'Reset pan and zoom',
      doc: 'Shows everything again (double-click).',
      section: MORE,
      run: () => view.picture?.resetCamera(),
    }),
    ...placeCommands(desk, view.id),
  ];
}

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
  desk.ui.setState({ settingsOf: open ? null : id });
}

export async function takeScreenshot(desk: Desk, view: ViewInstance, format: 'png' | 'svg'): Promise<void> {
  const { picture } = view;
  if (picture === null) return desk.client.say('warning', `${view.id} shows no picture yet.`);
  const bytes =
    format === 'png'
      ? new Uint8Array(await (await picture.png(2)).arrayBuffer())
      : new TextEncoder().encode(picture.svg());
  await desk.client.screenshot(view.spec.name, format, bytes);
}
