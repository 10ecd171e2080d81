/** `phy template-gui`: the engine in its thread, the server, the window; until somebody ends it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PhyError } from '../../core/base/errors.ts';
import type { KwikChoice } from '../../core/dataset/readers/kwikModel.ts';
import { startEngine, type EngineHost } from '../engineHost.ts';
import { resolveParams } from '../folder.ts';
import { packageFolder } from '../places.ts';
import { printReport } from '../printReport.ts';
import { startServer } from '../server.ts';
import { clearCaches, clearStates } from '../clear.ts';
import { openWindow, type WindowKind } from '../openWindow.ts';
import { unsavedSentence } from '../unsavedSentence.ts';
import { watchWindows } from '../windowWatch.ts';

export interface TemplateGuiOptions {
  readonly params: string | undefined;
  readonly clearCache: boolean;
  readonly clearState: boolean;
  readonly window: WindowKind;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly guiName: string;
  /** Which part of a .kwik file to open. */
  readonly kwik?: KwikChoice;
}

/**
 * Resolves with the exit code once the program was ended: by the Exit action, SIGTERM or the closing of its last window (0), or by
 * Ctrl+C (130). Windows that somebody else opened (`--no-browser`) may come and go.
 */
export async function templateGui(options: TemplateGuiOptions): Promise<number> {
  const params = resolveParams(options.params ?? '.');
  const guiFolder = join(packageFolder(), 'dist', 'gui');
  if (!existsSync(join(guiFolder, 'index.html'))) {
    throw new PhyError('usage', `The window is not built: ${guiFolder} holds no index.html. Run npm run build.`);
  }
  const { guiName, kwik } = options;
  if (options.clearCache) await clearCaches(params, kwik);
  if (options.clearState) await clearStates(params, guiName, kwik);
  const entry = new URL('../../main.engine.js', import.meta.url);
  const engine = await startEngine(entry, { paramsPath: params.path, guiName, kwik });
  printReport(engine.opened);
  const signal = nextSignal();
  try {
    return await serveUntilEnded(engine, guiFolder, options, signal);
  } catch (error) {
    await stopQuietly(engine);
    throw error;
  }
}

async function serveUntilEnded(
  engine: EngineHost,
  guiFolder: string,
  options: TemplateGuiOptions,
  signal: Promise<number>,
): Promise<number> {
  const windows = watchWindows();
  const server = await startServer({ engine, guiFolder, port: options.port, windows });
  engine.announce(`http://127.0.0.1:${server.port}/`);
  process.stdout.write(`${server.url}\n`);
  const window = await openWindow(server.url, options.window);
  const ended = engine.ended.then(() => ({ code: 0, why: '' }));
  const gone = windows.gone.then(() => ({ code: 0, why: 'The last window was closed, so phy has ended.' }));
  const interrupted = signal.then((code) => ({ code, why: '' }));
  const { code, why } = await Promise.race([interrupted, ended, ...(window.isOpen ? [gone] : [])]);
  const { unsaved } = await engine.stop('phy has ended. This window can be closed.');
  await server.close();
  windows.stop();
  window.close();
  if (why !== '') process.stderr.write(`${why}\n`);
  if (unsaved > 0) process.stderr.write(`${unsavedSentence(unsaved)}\n`);
  return code;
}

async function stopQuietly(engine: EngineHost): Promise<void> {
  await engine.stop('phy has ended.').catch(() => undefined);
}

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
