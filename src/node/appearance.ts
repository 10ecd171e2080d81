/** How the window looks, as the user's settings hold it: for pages that are shown before an engine has read them. */
import { openSettings, type Settings } from '../core/engine/settings.ts';
import { folderStorage } from './folder.ts';
import { GUI_NAME, userFolder } from './places.ts';

/** Under which the window keeps it (gui/shell/desk.ts). */
const KEY = 'appearance';

/** The kept value; undefined when there is none. Never fails. */
export async function keptAppearance(): Promise<unknown> {
  return await keptIn(GUI_NAME);
}

/** Keeps it for the next page. `onTrouble` is told when it could not be written. */
export async function keepAppearance(value: unknown, onTrouble: (message: string) => void): Promise<void> {
  const file = await openFile(GUI_NAME, onTrouble);
  file.keep(KEY, value);
  await file.settled();
}

const keptIn = async (guiName: string): Promise<unknown> => (await openFile(guiName, () => undefined)).values[KEY];

/** `dark`, `light` or `system`, for the page before its scripts run. */
export async function keptTheme(guiName: string): Promise<string> {
  const appearance = await keptIn(guiName);
  const has = typeof appearance === 'object' && appearance !== null && 'theme' in appearance;
  return has && (appearance.theme === 'light' || appearance.theme === 'system') ? appearance.theme : 'dark';
}

function openFile(guiName: string, onTrouble: (message: string) => void): Promise<Settings> {
  const name = `ts/${guiName}/state.json`;
  return openSettings({ storage: folderStorage(userFolder()), name, now: Date.now, onTrouble });
}
