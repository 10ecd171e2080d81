/** Pictures of views and of the whole window, and the numbers behind a view, as files of the user's folder or on the clipboard. */
import { readPicture } from '../ui/pictureItems.ts';
import { windowPng, windowSvg, type PlotPicture, type WindowPicture } from '../ui/pictureFiles.ts';
import { simpleCommand, type Command } from './command.ts';
import type { Desk } from './desk.ts';

/** How a picture is made: pixels of the screen, twice as many per CSS px, or vectors. */
export type PictureKind = 'screen' | 'double' | 'svg';

/** Pixels per CSS px. */
function scaleOf(desk: Desk, kind: 'screen' | 'double'): number {
  const ratio = desk.windowInUse().devicePixelRatio;
  return kind === 'screen' ? ratio : 2 * ratio;
}

export async function takeScreenshot(desk: Desk, id: string, kind: PictureKind): Promise<void> {
  const view = desk.shelf.get(id);
  const picture = view?.picture ?? null;
  if (view === undefined || picture === null) return desk.client.say('warning', noPicture(desk, id));
  await save(
    desk,
    view.spec.name,
    kind,
    () => picture.svg(),
    (scale) => picture.png(scale),
  );
}

/** Why there is no picture of a view. */
export const noPicture = (desk: Desk, id: string): string => `${desk.titles.titleOf(id)} shows no picture yet.`;

async function save(
  desk: Desk,
  name: string,
  kind: PictureKind,
  svg: () => string,
  png: (scale: number) => Promise<Blob>,
): Promise<void> {
  if (kind === 'svg') {
    await desk.client.screenshot(name, 'svg', new TextEncoder().encode(svg()));
    return;
  }
  const blob = await png(scaleOf(desk, kind));
  await desk.client.screenshot(name, 'png', new Uint8Array(await blob.arrayBuffer()));
}

/** Puts a picture on the clipboard; the browser takes only those of the window with the focus. */
async function copyImage(desk: Desk, what: string, png: (scale: number) => Promise<Blob>): Promise<void> {
  const { navigator, ClipboardItem } = desk.windowInUse();
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png(scaleOf(desk, 'screen')) })]);
  } catch {
    return desk.client.say('warning', 'The browser refused the clipboard. Take a screenshot instead.');
  }
  desk.client.say('info', `Copied the picture of ${what}.`);
}

/** Commands of the view of that name beside its plain screenshot. `section`: of its menu; `hasData`: the numbers come from a query. */
export function exportCommands(desk: Desk, id: string, section: number, hasData: boolean): readonly Command[] {
  const shared = {
    scope: id,
    section,
    submenu: 'Export',
    enabled: () => (desk.shelf.get(id)?.picture ? true : noPicture(desk, id)),
  } as const;
  return [
    simpleCommand({
      ...shared,
      name: 'screenshot_double',
      title: 'Screenshot at twice the resolution',
      doc: 'Saves the view as a PNG picture with twice the pixels of the screen.',
      run: () => takeScreenshot(desk, id, 'double'),
    }),
    simpleCommand({
      ...shared,
      name: 'copy_image',
      title: 'Copy image',
      doc: 'Puts a picture of the view on the clipboard.',
      run: async () => {
        const picture = desk.shelf.get(id)?.picture ?? null;
        if (picture === null) return desk.client.say('warning', noPicture(desk, id));
        await copyImage(desk, desk.titles.titleOf(id), (scale) => picture.png(scale));
      },
    }),
    ...(hasData ? (['csv', 'npy'] as const) : []).map((format) =>
      simpleCommand({
        ...shared,
        name: `export_${format}`,
        title: `Data as ${format.toUpperCase()}`,
        doc: `Writes the numbers behind the picture as ${format.toUpperCase()} files, named as phy query --out names them.`,
        run: () => exportData(desk, id, format),
      }),
    ),
  ];
}

/** The arrays behind the picture that is on screen, not those of a selection that came since. */
async function exportData(desk: Desk, id: string, format: 'csv' | 'npy'): Promise<void> {
  const view = desk.shelf.get(id);
  const answered = view?.state.getState().answered ?? null;
  if (view === undefined || answered === null) return desk.client.say('warning', noPicture(desk, id));
  await desk.client.export({ view: id, query: view.spec.query, ...answered, format });
}

/** Pictures of all that is in this window. `section`: of the View menu. */
export function windowPictureCommands(desk: Desk, section: number): readonly Command[] {
  const shared = { scope: 'View', section, submenu: 'Picture of the window' } as const;
  const saved = (name: string, title: string, doc: string, kind: PictureKind): Command =>
    simpleCommand({ ...shared, name, title, doc, run: () => pictureOfWindow(desk, kind) });
  return [
    saved('screenshot_window', 'PNG', 'Saves the whole window as a PNG picture.', 'screen'),
    saved(
      'screenshot_window_double',
      'PNG at twice the resolution',
      'Saves the whole window as a PNG picture with twice the pixels of the screen.',
      'double',
    ),
    saved('screenshot_window_svg', 'SVG', 'Saves the whole window as a drawing of lines and text.', 'svg'),
    simpleCommand({
      ...shared,
      name: 'copy_window_image',
      title: 'Copy image',
      doc: 'Puts a picture of the whole window on the clipboard.',
      run: () => copyImage(desk, 'the window', (scale) => windowPng(readWindow(desk), scale)),
    }),
  ];
}

async function pictureOfWindow(desk: Desk, kind: PictureKind): Promise<void> {
  const picture = readWindow(desk);
  const title = desk.client.mirror.getState().dataset?.name ?? 'phy';
  await save(
    desk,
    'Window',
    kind,
    () => windowSvg(picture, title),
    (scale) => windowPng(picture, scale),
  );
}

/** Reads what stands in the window of the docks, without the line that asked for it; panels in windows of their own are not in it. */
function readWindow(desk: Desk): WindowPicture {
  const root = document.getElementById('root');
  if (root === null) throw new Error('the window has no root');
  const { width, height } = root.getBoundingClientRect();
  return { width, height, items: readPicture(root, '[data-snippet]'), plotOf: (canvas) => plotOf(desk, canvas) };
}

function plotOf(desk: Desk, canvas: Element): PlotPicture | null {
  const id = canvas.closest('section[aria-label]')?.getAttribute('aria-label') ?? '';
  return desk.shelf.get(id)?.picture ?? null;
}
