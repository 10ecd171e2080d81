/** Path text with `/` or `\` between parts, without a file system: core code never knows which machine it runs on. */

/** True for `/x`, `C:\x`, `C:/x` and `\\server\x`. */
export function isAbsolutePath(path: string): boolean {
  return /^([A-Za-z]:[\\/]|[\\/])/.test(path);
}

/**
 * `folder/name`; one of the two alone when the other is empty, `name` alone when it is absolute. `..` goes back as far as there are parts:
 * a folder must have the same text whichever way it was named.
 */
export function joinPath(folder: string, name: string): string {
  if (folder === '' || isAbsolutePath(name)) return name;
  if (name === '') return folder;
  return withoutSteps(`${folder.replace(/[\\/]+$/, '')}/${name.replace(/^(\.[\\/])+/, '')}`);
}

/** The same path without `..` after a part that it takes back. */
function withoutSteps(path: string): string {
  if (!/[\\/]\.\.([\\/]|$)/.test(path)) return path;
  const root = /^([A-Za-z]:)?[\\/]*/.exec(path)?.[0] ?? '';
  const parts: string[] = [];
  for (const part of path.slice(root.length).split(/[\\/]/)) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return root + parts.join('/');
}

/** Last part of a path. */
export function baseName(path: string): string {
  const parts = path.replace(/[\\/]+$/, '').split(/[\\/]/);
  return parts.at(-1) ?? path;
}

/** Everything before the last part; empty for a bare name. */
export function folderOf(path: string): string {
  const trimmed = path.replace(/[\\/]+$/, '');
  const cut = Math.max(trimmed.lastIndexOf('/'), trimmed.lastIndexOf('\\'));
  if (cut < 0) return '';
  return cut === 0 ? trimmed.slice(0, 1) : trimmed.slice(0, cut);
}

/** `.dat` of `a/b.c.dat`, lower case; empty without one. */
export function extensionOf(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot).toLowerCase();
}
