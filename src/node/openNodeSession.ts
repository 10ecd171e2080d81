/** A session on a folder of this machine. */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { KwikChoice } from '../core/dataset/readers/kwikModel.ts';
import { isRaw } from '../core/dataset/open.ts';
import type { RawChoice } from '../core/dataset/readers/rawRecording.ts';
import { allActions } from '../core/actions/index.ts';
import { joinAdditions } from '../core/engine/additions.ts';
import { openSession } from '../core/engine/openSession.ts';
import type { Session, SessionOptions, Places } from '../core/engine/session.ts';
import type { QueryTable } from '../core/engine/query.ts';
import { tools } from '../core/tools/index.ts';
import { loadPlugins, type LoadedPlugins, type PluginModule } from './plugins/loadPlugins.ts';
import { folderStorage, resolveParams } from './folder.ts';
import { datasetLocks } from './datasetLocks.ts';
import { whileLocked } from './lockFile.ts';
import { chosenRawFiles } from './rawFiles.ts';
import { datasetHome, packageVersion, userFolder } from './places.ts';

export interface NodeSessionOptions {
  /** A params.py, or its folder. */
  readonly paramsPath: string;
  readonly queries: QueryTable;
  /** Paths of `--plugin`; undefined where no plugins are loaded at all. */
  readonly plugins?: readonly string[];
  readonly guiName: string;
  /** False for readers: nothing is ever written, and another engine may have the dataset open. */
  readonly curates: boolean;
  /** False where the settings of the window play no part. */
  readonly usesSettings: boolean;
  /** Which part of a .kwik file to open. */
  readonly kwik?: KwikChoice;
  /** What a person says of a raw file that is opened without a sorting. */
  readonly raw?: RawChoice;
  readonly onProgress?: (text: string, fraction: number) => void;
  readonly onTold?: (sentence: string) => void;
}

/** A session, and the plugin files that windows may fetch. */
export interface NodeSession {
  readonly session: Session;
  readonly modules: readonly PluginModule[];
}

/** Opens the session with its plugins. Throws as openNodeSession does, and `usage` when a path of `--plugin` is none. */
export async function openWithPlugins(options: NodeSessionOptions): Promise<NodeSession> {
  const { path } = resolveParams(options.paramsPath);
  const dataset = { path, kwik: options.kwik };
  const queries = [...Object.keys(options.queries), ...OWN_QUERIES, ...Object.keys(tools.queries)];
  const actions = [...allActions(), ...tools.actions.map(({ spec }) => spec)].map((spec) => spec.name);
  // Plugins are for sortings.
  const given = isRaw(path, options.raw) ? undefined : options.plugins;
  const loaded =
    given === undefined ? null : await loadPlugins(dataset, given, { queries, actions, columns: [], filters: [] });
  try {
    const session = await openSession({ ...(await sessionOptions(options)), ...pluginOptions(loaded) });
    loaded?.attach(session);
    return { session, modules: loaded?.modules ?? [] };
  } catch (error) {
    await loaded?.close();
    throw error;
  }
}

/** Queries of every session. */
const OWN_QUERIES = ['cluster', 'similarity', 'lasso', 'signal', 'rawFile', 'split_preview'];

function pluginOptions(loaded: LoadedPlugins | null): Partial<SessionOptions> {
  if (loaded === null) return { additions: tools };
  return {
    additions: joinAdditions([tools, ...loaded.additions]),
    plugins: loaded.summary,
    allowPlugins: () => loaded.allow(),
    onClosing: () => loaded.settled(),
    onClosed: () => loaded.close(),
  };
}

/** Opens the session. Throws `input` when the dataset cannot be read, `held` when another engine has it. */
export async function openNodeSession(options: NodeSessionOptions): Promise<Session> {
  return (await openWithPlugins(options)).session;
}

async function sessionOptions(options: NodeSessionOptions): Promise<SessionOptions> {
  const { folder, name, path } = resolveParams(options.paramsPath);
  return {
    storage: folderStorage(folder),
    paramsName: name,
    kwik: options.kwik,
    raw: options.raw,
    chosenFiles: await chosenRawFiles(path),
    places: findPlaces,
    userHome: folderStorage(userFolder()),
    exclusively: (write) => whileLocked(join(userFolder(), 'ts', 'settings.lock'), write),
    queries: options.queries,
    guiName: options.guiName,
    version: packageVersion(),
    now: Date.now,
    yieldThread: () => new Promise((resolve) => void setImmediate(resolve)),
    rest: options.usesSettings ? (milliseconds) => setTimeout(milliseconds, undefined, { ref: false }) : undefined,
    curates: options.curates,
    usesSettings: options.usesSettings,
    onProgress: options.onProgress,
    onTold: options.onTold,
  };
}

async function findPlaces(dataFolder: string, scope: string, elsewhere: boolean): Promise<Places> {
  const { path, isBeside } = await datasetHome(dataFolder, scope, elsewhere);
  return {
    data: folderStorage(dataFolder),
    home: folderStorage(path),
    isBeside,
    ...datasetLocks(dataFolder, path, scope),
  };
}
