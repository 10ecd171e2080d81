/** Gives the window the modules of plugins that are loaded, and nothing else of the folders they lie in. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { PLUGIN_PATH } from '../../core/protocol/messages.ts';
import { readStatic, type StaticFile } from '../staticFiles.ts';
import type { PluginModule } from './loadPlugins.ts';
import { PHY_MODULE } from './phyModule.ts';

/** `import { definePlugin } from 'phy'` in a window. */
const IMPORT_MAP = JSON.stringify({ imports: { phy: `${PLUGIN_PATH}phy.js` } });
const JAVASCRIPT = 'text/javascript; charset=utf-8';
/** What the Content-Security-Policy says about it: this text, and no other script in a page. */
export const IMPORT_MAP_SOURCE = `'sha256-${createHash('sha256').update(IMPORT_MAP).digest('base64')}'`;

/** The page with the map before every script. */
export function withImportMap(html: string): string {
  return html.replace('<head>', `<head><script type="importmap">${IMPORT_MAP}</script>`);
}

/** The file for `KEY/path` below PLUGIN_PATH; undefined when no plugin has it. */
export async function pluginFile(modules: readonly PluginModule[], address: string): Promise<StaticFile | undefined> {
  if (address === 'phy.js') return { bytes: Buffer.from(PHY_MODULE), type: JAVASCRIPT };
  const cut = address.indexOf('/');
  const module = modules.find(({ key }) => key === address.slice(0, cut));
  if (module === undefined) return undefined;
  const path = address.slice(cut);
  if (module.file !== module.root) return await asJavaScript(path, await readStatic(module.root, path, MORE_TYPES));
  if (path !== `/${basename(module.file)}`) return undefined;
  return await asJavaScript(path, { bytes: await readFile(module.file), type: JAVASCRIPT });
}

const MORE_TYPES = { '.ts': JAVASCRIPT, '.mts': JAVASCRIPT };

/** TypeScript without its types; the lines stay, so that what fails in the window is named rightly. */
async function asJavaScript(path: string, file: StaticFile | undefined): Promise<StaticFile | undefined> {
  if (file === undefined || !/\.m?ts$/.test(path)) return file;
  const { withoutTypes } = await import('./typescript.ts');
  return { ...file, bytes: Buffer.from(withoutTypes(Buffer.from(file.bytes).toString('utf8'), path)) };
}
