/** Gives the window the modules of plugins that are loaded, and nothing else of the folders they lie in. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { PLUGIN_PATH } from '../../core/protocol/messages.ts';
import { readStatic, type StaticFile } from '../staticFiles.ts';
import type { PluginModule } from './loadPlugins.ts';
import { PHY_MODULE } from './phyModule.ts';

const JAVASCRIPT = 'text/javascript; charset=utf-8';
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

/** TypeScript without its types, and `phy` as an address: workers know no import maps. Lines stay, so that what fails is named rightly. */
async function asJavaScript(path: string, file: StaticFile | undefined): Promise<StaticFile | undefined> {
  if (file === undefined || !/\.m?[jt]s$/.test(path)) return file;
  const text = Buffer.from(file.bytes).toString('utf8');
  const code = /\.m?ts$/.test(path) ? (await import('./typescript.ts')).withoutTypes(text, path) : text;
  return { ...file, bytes: Buffer.from(code.replaceAll(IMPORT_PHY, `$1$2${PLUGIN_PATH}phy.js$2`)) };
}

/** `import { definePlugin } from 'phy'` */
const IMPORT_PHY = /(\bimport\b[^'"`;]*\bfrom\s*)(['"])phy\2/g;
