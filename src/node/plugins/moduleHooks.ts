/** What Node asks when it imports a module in a thread that called `readPluginModules`. Node runs this file in a thread of its own. */
import { readFile } from 'node:fs/promises';
import type { LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { PHY_MODULE } from './phyModule.ts';

/** `import { definePlugin } from 'phy'` works wherever the plugin lies. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  if (specifier !== 'phy') return await next(specifier, context);
  const url = `data:text/javascript,${encodeURIComponent(PHY_MODULE)}`;
  return { url, format: 'module', shortCircuit: true };
};

/** TypeScript is read as JavaScript with the same lines. */
export const load: LoadHook = async (url, context, next) => {
  if (!/^file:.*\.m?ts$/.test(url)) return await next(url, context);
  const file = fileURLToPath(url);
  const { withoutTypes } = await import('./typescript.ts');
  const source = withoutTypes(await readFile(file, 'utf8'), file);
  return { format: 'module', source, shortCircuit: true };
};
