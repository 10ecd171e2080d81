/** Where things lie on this machine: the package, the user's folder, a dataset's folder of ours (DESIGN: what is stored where). */
import { createHash } from 'node:crypto';
import { access, constants, stat } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { PhyError } from '../core/base/errors.ts';

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

/** The params.py that words on the command line stand for: a file, a folder, or nothing (the current folder). Throws `usage`. */
export async function findParams(given: string | undefined): Promise<string> {
  const path = resolve(given ?? '.');
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    throw new PhyError('usage', `${given ?? path} does not exist. Give the path of a params.py.`);
  if (!found.isDirectory()) return path;
  const inside = join(path, 'params.py');
  if (existsSync(inside)) return inside;
  const where = given === undefined ? `the current folder (${path})` : given;
  throw new PhyError('usage', `There is no params.py in ${where}. Give the path of a params.py, or of its folder.`);
}

/** The folder of ours for a dataset: `.phy/ts` beside the data, or one below the user's folder when that cannot be written. */
export async function datasetHome(folder: string): Promise<string> {
  const beside = join(folder, '.phy', 'ts');
  if (await canWriteBelow(beside)) return beside;
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  return join(userFolder(), 'ts', 'datasets', `${basename(folder)}-${key}`);
}

/** True when `path`, or the nearest of its parents that exists, can be written. */
async function canWriteBelow(path: string): Promise<boolean> {
  if (!existsSync(path)) return canWriteBelow(dirname(path));
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
