/** `phy` without a command: the start page, or a dataset whose path is given instead of a command. */
import { existsSync } from 'node:fs';
import { PhyError } from '../../core/base/errors.ts';
import { resolveParams } from '../folder.ts';
import { typedPath } from '../listFolder.ts';
import { runWindow, type WindowOptions } from './templateGui.ts';

/** Resolves with the exit code (runWindow). Throws `usage` for a word that is neither a command nor a path. */
export async function start(path: string | undefined, options: WindowOptions): Promise<number> {
  if (path === undefined) return await runWindow(options, null);
  if (!existsSync(typedPath(path))) {
    throw new PhyError('usage', `${path} is neither a command nor a file or folder. Add --help for the commands.`);
  }
  return await runWindow(options, { path: resolveParams(typedPath(path)).path });
}
