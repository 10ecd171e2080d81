/**
 * Where plugins come from, and nowhere else: the user's folder, the dataset's folder once the person allowed what lies there, and `--plugin`.
 * A plugin is a module (`name.ts`, `name.mjs`, `name.js`), or a folder with such an `index`.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { PhyError } from '../../core/base/errors.ts';
import { userFolder } from '../places.ts';

/** A module to load. */
export interface PluginFile {
  /** Absolute. */
  readonly file: string;
  /** What the window may fetch: everything below it for a plugin that is a folder, else the file itself. */
  readonly root: string;
}

/** Plugins beside the data about which nothing was decided. */
export interface Unallowed {
  readonly folder: string;
  readonly files: readonly string[];
  /** Of all they consist of: another content is another question. */
  readonly hash: string;
}

export interface FoundPlugins {
  readonly files: readonly PluginFile[];
  readonly asking: Unallowed | null;
}

const MODULES = ['.mjs', '.js', '.ts', '.mts'];
const INDEX = MODULES.map((extension) => `index${extension}`);

/** Where the user's plugins lie. */
export const userPlugins = (): string => join(userFolder(), 'ts', 'plugins');
const allowedFile = (): string => join(userFolder(), 'ts', 'plugins-allowed.json');

/** `given`: the paths of `--plugin`. Throws `usage` when one of these is no plugin. */
export function findPlugins(dataFolder: string, given: readonly string[]): FoundPlugins {
  const beside = join(dataFolder, '.phy', 'ts', 'plugins');
  const files = pluginsIn(beside);
  const hash = files.length === 0 ? '' : contentHash(beside);
  const isAllowed = files.length > 0 && readAllowed()[keyOf(beside)] === hash;
  const all = [...pluginsIn(userPlugins()), ...(isAllowed ? files : []), ...given.map(givenPlugin)];
  return {
    files: all.filter(({ file }, place) => all.findIndex((other) => other.file === file) === place),
    asking:
      isAllowed || files.length === 0
        ? null
        : {
            folder: beside,
            files: files.map(({ file }) =>
              basename(dirname(file)) === 'plugins' ? basename(file) : basename(dirname(file)),
            ),
            hash,
          },
  };
}

/** Notes that the person allowed what lies there now. */
export async function allowPlugins({ folder, hash }: Unallowed): Promise<void> {
  const allowed = { ...readAllowed(), [keyOf(folder)]: hash };
  const file = allowedFile();
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(allowed, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

const keyOf = (folder: string): string => (existsSync(folder) ? realpathSync(folder) : folder);

/** A file that cannot be read allows nothing. */
function readAllowed(): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(readFileSync(allowedFile(), 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Modules and folders in name order; tests, declarations of types, hidden files and helpers that begin with `_` are none. */
function pluginsIn(folder: string): readonly PluginFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .filter((name) => !/^[._]|\.test\.m?[jt]s$|\.d\.m?ts$|^(node_modules|tests?)$/.test(name))
    .flatMap((name) => pluginAt(join(folder, name)));
}

function pluginAt(path: string): readonly PluginFile[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    return MODULES.includes(extname(path)) && existsSync(path)
      ? [{ file: realpathSync(path), root: realpathSync(path) }]
      : [];
  }
  const index = INDEX.map((name) => join(path, name)).find((file) => existsSync(file));
  return index === undefined ? [] : [{ file: realpathSync(index), root: realpathSync(path) }];
}

function givenPlugin(path: string): PluginFile {
  const found = pluginAt(resolve(path))[0];
  if (found !== undefined) return found;
  const why = existsSync(path) ? 'is neither a module (.ts, .mjs, .js) nor a folder with an index' : 'was not found';
  throw new PhyError('usage', `--plugin ${path} ${why}.`);
}

/** SHA-256 over the names and contents of all files of a folder. */
function contentHash(folder: string): string {
  const hash = createHash('sha256');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names) {
    const path = join(folder, name);
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) continue;
    const bytes = readFileSync(path);
    hash.update(`${name.replaceAll('\\', '/')}\0${bytes.length}\0`);
    hash.update(bytes);
  }
  return hash.digest('hex');
}
