/** Lets a thread import what plugins are made of: TypeScript, and the module `phy`. */
import { register } from 'node:module';

/** From now on, for this thread. */
export function readPluginModules(): void {
  register('./moduleHooks.js', import.meta.url);
}
