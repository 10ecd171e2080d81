/** Names of folders, params files and .kwik files, for the path field of the start page. Only names are read: no file is opened. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, parse, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alfNameOf } from '../core/dataset/readers/alf.ts';
import type { ListedEntry, Listing } from '../core/protocol/start.ts';
import { withDeadline } from './deadline.ts';

const MOST_ENTRIES = 200;
/** A disk that does not answer within this time is given up. */
const LIST_MS = 5000;
/** Which folders are datasets is worth waiting this long for, not longer. */
const MARK_MS = 400;

/**
 * The absolute path for what a person typed or pasted: quotes around it, `~` and `file://` are understood; relative paths begin at
 * `base`.
 */
export function typedPath(text: string, base = process.cwd()): string {
  const bare = text.trim().replace(/^(["'])(.*)\1$/, '$2');
  if (/^file:\/\//i.test(bare) && URL.canParse(bare)) return pathOfUrl(bare) ?? resolve(base, bare);
  if (bare === '~' || /^~[/\\]/.test(bare)) return join(homedir(), bare.slice(1));
  return resolve(base, bare);
}

function pathOfUrl(url: string): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

/**
 * Names that complete `text`; with `whole` the text is a folder (or a file in it), else its last name may be unfinished. Hidden names only when they are
 * asked for with a dot. Never throws: what went wrong is in `error`.
 */
export async function listFolder(text: string, whole: boolean): Promise<Listing> {
  const path = typedPath(text === '' ? '~' : text);
  const isFolder = whole || text === '' || /[/\\]["']?$/.test(text.trim()) || text.trim() === '~';
  const folder = isFolder ? path : dirname(path);
  const start = isFolder ? '' : path.slice(folder.length).replace(/^[/\\]+/, '');
  try {
    const found = await withDeadline(readdir(folder, { withFileTypes: true }), LIST_MS);
    if (found !== null) return await listingOf(folder, start, found);
    return emptyListing(folder, true, `${folder} does not answer. Check the disk or the connection.`);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOTDIR' && whole && dirname(folder) !== folder) return await listFolder(dirname(folder), true);
    return emptyListing(folder, code !== 'ENOENT' && code !== 'ENOTDIR', listError(folder, code));
  }
}

async function listingOf(folder: string, start: string, found: readonly Dirent[]): Promise<Listing> {
  const isWanted = ({ name }: Dirent): boolean =>
    name.toLowerCase().startsWith(start.toLowerCase()) && (start.startsWith('.') || !name.startsWith('.'));
  const wanted = found.filter(isWanted).sort((a, b) => NATURAL.compare(a.name, b.name));
  const kinds = await withDeadline(Promise.all(wanted.map((entry) => kindOf(folder, entry))), LIST_MS);
  const named = wanted.flatMap((entry, at): readonly ListedEntry[] => {
    const kind = kinds?.[at] ?? null;
    return kind === null ? [] : [{ name: entry.name, path: join(folder, entry.name), kind, isDataset: false }];
  });
  const entries = await marked(named.slice(0, MOST_ENTRIES));
  const isDataset = isDatasetFolder(found.map(({ name }) => name));
  return { folder, crumbs: crumbsOf(folder), isDataset, entries, total: named.length, isThere: true, error: null };
}

const NATURAL = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** null for what cannot be opened as a dataset. A link is what it points to. */
async function kindOf(folder: string, entry: Dirent): Promise<ListedEntry['kind'] | null> {
  const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await isFolderAt(join(folder, entry.name))));
  if (isFolder) return 'folder';
  return /^params.*\.py$|\.kwik$/i.test(entry.name) ? 'file' : null;
}

const isFolderAt = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );

const isDatasetFolder = (names: readonly string[]): boolean =>
  names.includes('params.py') || alfNameOf(names) !== undefined;

/** Says which folders hold a params.py or ALF files, as far as the disk tells in time. */
async function marked(entries: readonly ListedEntry[]): Promise<readonly ListedEntry[]> {
  const datasets = new Set<string>();
  const looks = entries
    .filter((entry) => entry.kind === 'folder')
    .map(({ path }) =>
      readdir(path).then(
        (names) => isDatasetFolder(names) && datasets.add(path),
        () => undefined,
      ),
    );
  await withDeadline(Promise.all(looks), MARK_MS);
  return entries.map((entry) => ({ ...entry, isDataset: datasets.has(entry.path) }));
}

function crumbsOf(folder: string): Listing['crumbs'] {
  const { root } = parse(folder);
  const names = folder.slice(root.length).split(sep).filter(Boolean);
  const below = names.map((name, at) => ({ name, path: join(root, ...names.slice(0, at + 1)) }));
  return [{ name: root, path: root }, ...below];
}

function emptyListing(folder: string, isThere: boolean, error: string): Listing {
  return { folder, crumbs: crumbsOf(folder), isDataset: false, entries: [], total: 0, isThere, error };
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

function listError(folder: string, code: string): string {
  if (code === 'ENOENT') return `${folder} was not found.`;
  if (code === 'ENOTDIR') return `${folder} is not a folder.`;
  if (code === 'EACCES' || code === 'EPERM') return `${folder} cannot be read: permission denied.`;
  return `${folder} cannot be read${code === '' ? '' : ` (${code})`}.`;
}
