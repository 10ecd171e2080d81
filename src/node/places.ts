/** Where things lie on this machine: the package, the user's folder, a dataset's folder of ours (DESIGN: what is stored where). */
import { createHash } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

/** Names under which the settings of the window are kept (spec/curation.md 4.7). */
export const GUI_NAME = 'TemplateGUI';
const KWIK_GUI_NAME = 'KwikGUI';
const RAW_GUI_NAME = 'TraceGUI';

/** The name for datasets of a format. */
export const guiNameOf = (format: 'template' | 'kwik' | 'raw'): string =>
  format === 'raw' ? RAW_GUI_NAME : format === 'kwik' ? KWIK_GUI_NAME : GUI_NAME;

/** Folder of package.json, from the sources and from `dist/src` alike. */
export function packageFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** Version of this program. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8'));
  const hasVersion = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return hasVersion ? String(manifest.version) : 'unknown';
}

/** `~/.phy`, or the folder that PHY_CONFIG_DIR names instead. */
export function userFolder(): string {
  const configured = process.env['PHY_CONFIG_DIR'];
  return configured === undefined || configured === '' ? join(homedir(), '.phy') : resolve(configured);
}

/** A name for a dataset that is the same at every start: its folder's name, and something that tells folders of that name apart. */
export function datasetKey(dataFolder: string): string {
  return `${basename(dataFolder)}-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 12)}`;
}

/**
 * The folder of ours for a dataset: `.phy/ts` beside the data, or one below the user's folder when that cannot be written. `scope` is a
 * folder below it where the data folder may hold several datasets. With `elsewhere` nothing of ours is to be beside the data.
 */
export async function datasetHome(
  dataFolder: string,
  scope = '',
  elsewhere = false,
): Promise<{ readonly path: string; readonly isBeside: boolean }> {
  const beside = join(dataFolder, '.phy', 'ts', scope);
  if (!elsewhere && (await canWriteBelow(beside))) return { path: beside, isBeside: true };
  return { path: join(userFolder(), 'ts', 'datasets', datasetKey(dataFolder), scope), isBeside: false };
}

/** True when `path`, or the nearest of its parents that exists, can be written. */
async function canWriteBelow(path: string): Promise<boolean> {
  if (!existsSync(path)) return canWriteBelow(dirname(path));
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
