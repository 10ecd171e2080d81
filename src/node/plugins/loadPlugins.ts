/** Loads the plugins of a dataset, each in its thread, and joins them to its session. */
import { basename, dirname } from 'node:path';
import { isAborted, PhyError, sentenceOf } from '../../core/base/errors.ts';
import type { Additions } from '../../core/engine/additions.ts';
import type { Session } from '../../core/engine/session.ts';
import { pluginAdditions, type TakenNames } from '../../core/plugins/additions.ts';
import type { Change } from '../../core/plugins/api.ts';
import { pluginServices } from '../../core/plugins/services.ts';
import type { DatasetPath, PluginSummary, WindowPlugin } from '../../core/protocol/messages.ts';
import { PLUGIN_PATH } from '../../core/protocol/messages.ts';
import { followSession, scriptStart } from '../../core/scripting/overSession.ts';
import { allowPlugins, findPlugins, type PluginFile } from './findPlugins.ts';
import { PluginThread } from './pluginThread.ts';

/** A plugin's files as the server shows them to the window: everything below `root`, or the file alone. */
export interface PluginModule extends PluginFile {
  /** First part of the path of its address. */
  readonly key: string;
}

export interface LoadedPlugins {
  readonly additions: readonly Additions[];
  /** What windows are told. */
  readonly summary: PluginSummary;
  readonly modules: readonly PluginModule[];
  /** The person allowed the plugins beside the data: they are loaded when the dataset is opened the next time. */
  allow(): Promise<void>;
  /** Gives the plugins the dataset, and tells them of changes. */
  attach(session: Session): void;
  /** Resolves when the plugins have done with what they were told. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** What a plugin does with the last change must not keep the program from ending. */
const LAST_WORDS_MS = 5000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms).unref());

interface Loaded {
  readonly thread: PluginThread;
  readonly module: PluginModule;
}

/** Never rejects for a plugin: those that cannot be loaded are named in the summary. `given` are the paths of `--plugin`. */
export async function loadPlugins(
  dataset: DatasetPath,
  given: readonly string[],
  taken: TakenNames,
): Promise<LoadedPlugins> {
  const { files, asking } = findPlugins(dirname(dataset.path), given);
  const troubles: string[] = [];
  let onTrouble = (sentence: string): void => void troubles.push(sentence);
  const loaded = await loadAll(files, (sentence) => onTrouble(sentence));
  const names = {
    queries: [...taken.queries],
    actions: [...taken.actions],
    columns: [...taken.columns],
    filters: [...taken.filters],
  };
  const additions: Additions[] = [];
  const kept: Loaded[] = [];
  const telling = new Set<Promise<void>>();
  for (const each of loaded) {
    try {
      if (kept.some(({ thread }) => thread.declaration.name === each.thread.declaration.name)) {
        throw new PhyError(
          'input',
          `Plugin ${each.thread.declaration.name} was found twice; ${each.module.file} was not loaded.`,
        );
      }
      const own = pluginAdditions(each.thread.declaration, each.thread.call, names);
      names.queries.push(...Object.keys(own.queries));
      names.actions.push(...own.actions.map(({ spec }) => spec.name));
      names.filters.push(...own.filters.map(({ name }) => name));
      names.columns.push(...own.columns.map(({ name }) => name));
      additions.push(own);
      kept.push(each);
    } catch (error) {
      troubles.push(sentenceOf(error));
      await each.thread.close();
    }
  }
  return {
    additions,
    modules: kept.map(({ module }) => module),
    summary: {
      plugins: kept.map(windowPlugin),
      troubles,
      asking: asking === null ? null : { folder: asking.folder, names: asking.files, open: dataset },
    },
    allow: async () => (asking === null ? undefined : await allowPlugins(asking)),
    attach(session) {
      onTrouble = (sentence) => session.trouble(sentence);
      for (const { thread } of kept) join(thread, session, telling);
    },
    settled: async () => void (await Promise.race([Promise.all(telling), pause(LAST_WORDS_MS)])),
    close: async () => void (await Promise.all(kept.map(({ thread }) => thread.close()))),
  };
}

async function loadAll(
  files: readonly PluginFile[],
  onTrouble: (sentence: string) => void,
): Promise<readonly Loaded[]> {
  const all = await Promise.all(
    files.map(async (found, place): Promise<readonly Loaded[]> => {
      try {
        const thread = await PluginThread.load(found.file, onTrouble);
        return [{ thread, module: { ...found, key: `${place}-${basename(found.root).replaceAll(/[^\w.-]/g, '_')}` } }];
      } catch (error) {
        onTrouble(sentenceOf(error));
        return [];
      }
    }),
  );
  return all.flat();
}

function windowPlugin({ thread, module }: Loaded): WindowPlugin {
  const { file, root, key } = module;
  const path = file === root ? basename(file) : file.slice(root.length + 1).replaceAll('\\', '/');
  return { declaration: thread.declaration, file, module: `${PLUGIN_PATH}${key}/${path}` };
}

/** `telling` holds what the plugin is being told. */
function join(thread: PluginThread, session: Session, telling: Set<Promise<void>>): void {
  thread.attach(scriptStart(session), pluginServices(session));
  followSession(session, {
    update: (update) => thread.tell({ kind: 'state', update }),
    budgets: (budgets) => thread.tell({ kind: 'budgets', budgets }),
  });
  const { declaration, call } = thread;
  const tell = (hook: 'changed' | 'saved', what: unknown): void => {
    const told = tellHook(session, () => call([hook], `its hook ${hook}`, [what])).finally(() => telling.delete(told));
    telling.add(told);
  };
  session.updates.listen(({ change, snapshot }) => {
    if (change === null) return;
    if (declaration.hears.saved && change.action === 'save') tell('saved', snapshot.savedFiles);
    if (!declaration.hears.changed || change.description === null) return;
    const { action, message, added: ids, deleted, changed, history } = change;
    tell('changed', { action, message, added: ids, deleted, changed, history } satisfies Change);
  });
}

/** Nobody waits for the answer, so a failure is said. */
async function tellHook(session: Session, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!isAborted(error)) session.trouble(sentenceOf(error));
  }
}
