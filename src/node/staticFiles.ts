/** Files of the built GUI. Only what lies below its folder is ever read, whatever the path of the request says. */
import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

export interface StaticFile {
  readonly bytes: Uint8Array;
  readonly type: string;
}

/** The file for the path of a URL (`/` is index.html); undefined when there is none, or when it lies outside `folder`. `more` types by extension. */
export async function readStatic(
  folder: string,
  urlPath: string,
  more: Readonly<Record<string, string>> = {},
): Promise<StaticFile | undefined> {
  const path = decodePath(urlPath);
  if (path === undefined) return undefined;
  const type = { ...TYPES, ...more }[extname(path)];
  if (type === undefined) return undefined;
  try {
    const root = await realpath(folder);
    const file = await realpath(join(root, path));
    if (!file.startsWith(root + sep)) return undefined;
    return { bytes: await readFile(file), type };
  } catch {
    return undefined;
  }
}

const isPlain = (name: string): boolean => /^[\w@$-][\w.@$-]*$/.test(name);

/** Relative path with plain names only, or undefined. */
function decodePath(urlPath: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(urlPath);
  } catch {
    return undefined;
  }
  if (path === '/') return 'index.html';
  const names = path.split('/').slice(1);
  return names.every(isPlain) ? names.join(sep) : undefined;
}
