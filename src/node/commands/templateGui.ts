/** `phy template-gui`, and `phy` without a command: the server, the window, the engine in its thread; until somebody ends it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PhyError } from '../../core/base/errors.ts';
import { isKwik, isRaw } from '../../core/dataset/open.ts';
import type { KwikChoice } from '../../core/dataset/readers/kwikModel.ts';
import type { DatasetPath } from '../../core/protocol/messages.ts';
import { clearCaches, clearStates } from '../clear.ts';
import { startEngine } from '../engineHost.ts';
import { resolveParams } from '../folder.ts';
import { openLog } from '../log.ts';
import { openWindow, type WindowKind } from '../openWindow.ts';
import { guiNameOf, packageFolder, packageVersion } from '../places.ts';
import { Program } from '../program.ts';
import { startServer } from '../server.ts';
import { unsavedSentence } from '../unsavedSentence.ts';
import { watchWindows } from '../windowWatch.ts';

export interface WindowOptions {
  readonly window: WindowKind;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Paths of `--plugin`. */
  readonly plugins: readonly string[];
}

export interface TemplateGuiOptions extends WindowOptions {
  readonly params: string | undefined;
  readonly clearCache: boolean;
  readonly clearState: boolean;
  readonly guiName: string;
  /** Which part of a .kwik file to open. */
  readonly kwik?: KwikChoice;
}

/** Opens a dataset in a window. Resolves with the exit code (runWindow); throws what opening throws. */
export async function templateGui(options: TemplateGuiOptions): Promise<number> {
  const params = resolveParams(options.params ?? '.');
  const { guiName, kwik } = options;
  if (options.clearCache) await clearCaches(params, kwik);
  if (options.clearState) await clearStates(params, guiName, kwik);
  return await runWindow(options, { path: params.path, kwik });
}

/**
 * Shows a dataset, or the start page when it is null. Resolves with the exit code once the program was ended: by the Exit action, SIGTERM or
 * the closing of its last window (0), or by Ctrl+C (130). Windows that somebody else opened (`--no-browser`) may come and go.
 */
export async function runWindow(options: WindowOptions, dataset: DatasetPath | null): Promise<number> {
  const guiFolder = join(packageFolder(), 'dist', 'gui');
  if (!existsSync(join(guiFolder, 'index.html'))) {
    throw new PhyError('usage', `The window is not built: ${guiFolder} holds no index.html. Run npm run build.`);
  }
  const entry = new URL('../../main.engine.js', import.meta.url);
  const log = openLog();
  log.write('info', `phy ${packageVersion()} was started with Node ${process.versions.node} on ${process.platform}.`);
  const program = new Program(({ path, kwik, raw }, onStep) => {
    const guiName = guiNameOf(isRaw(path, raw) ? 'raw' : isKwik(path) ? 'kwik' : 'template');
    return startEngine(entry, { paramsPath: path, kwik, raw, guiName, plugins: options.plugins }, onStep);
  }, log);
  try {
    if (dataset !== null) await program.open(dataset);
    return await serveUntilEnded(program, guiFolder, options, nextSignal());
  } catch (error) {
    await program.stop('phy has ended.').catch(() => undefined);
    throw error;
  } finally {
    await log.settled();
  }
}

async function serveUntilEnded(
  program: Program,
  guiFolder: string,
  options: WindowOptions,
  signal: Promise<number>,
): Promise<number> {
  const windows = watchWindows();
  const server = await startServer({ program, guiFolder, port: options.port, windows });
  program.announce(`http://127.0.0.1:${server.port}/`);
  process.stdout.write(`${server.url}\n`);
  const window = await openWindow(server.url, options.window);
  const ended = program.ended.then(() => ({ code: 0, why: '' }));
  const gone = windows.gone.then(() => ({ code: 0, why: 'The last window was closed, so phy has ended.' }));
  const interrupted = signal.then((code) => ({ code, why: '' }));
  const { code, why } = await Promise.race([interrupted, ended, ...(window.isOpen ? [gone] : [])]);
  const unsaved = await program.stop(GOODBYE);
  await server.close(GOODBYE);
  windows.stop();
  window.close();
  if (why !== '') process.stderr.write(`${why}\n`);
  if (unsaved > 0) process.stderr.write(`${unsavedSentence(unsaved)}\n`);
  return code;
}

const GOODBYE = 'phy has ended. This window can be closed.';

/** Exit code for the first signal that asks us to end; a second Ctrl+C does not wait any longer. */
function nextSignal(): Promise<number> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => {
      process.once('SIGINT', () => process.exit(130));
      resolve(130);
    });
    process.once('SIGTERM', () => resolve(0));
    process.once('SIGHUP', () => resolve(0));
  });
}
