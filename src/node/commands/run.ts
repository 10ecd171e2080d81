/** `phy run`: one action or snippet per line, one JSON line each (spec/commands.md 3). */
import { once } from 'node:events';
import { accessSync, constants, createReadStream, existsSync, statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { parseLine, type ActionArguments } from '../../core/actions/index.ts';
import { PhyError } from '../../core/base/errors.ts';
import type { KwikChoice } from '../../core/dataset/readers/kwikModel.ts';
import type { Session } from '../../core/engine/session.ts';
import { refusedResult } from '../../core/engine/actions.ts';
import type { ActionResult } from '../../core/protocol/messages.ts';
import { jsonText } from '../../core/base/json.ts';
import type { Scripting } from '../../core/scripting/api.ts';
import { ScriptMirror } from '../../core/scripting/mirror.ts';
import { followSession, scriptStart } from '../../core/scripting/overSession.ts';
import { queries } from '../../views/queries.ts';
import { refuseUnreadable } from '../openForReading.ts';
import { openNodeSession } from '../openNodeSession.ts';
import { GUI_NAME } from '../places.ts';
import { printPlugins, printTold } from '../printPlugins.ts';
import { failureOf, placeIn, plainMessage, syntaxPlace } from '../plugins/failures.ts';
import { readPluginModules } from '../plugins/readPluginModules.ts';
import { printReport } from '../printReport.ts';
import { printAnswer } from '../output.ts';

export interface RunOptions {
  readonly params: string;
  /** A file, or `-` for stdin. */
  readonly script: string;
  readonly keepGoing: boolean;
  /** What to do with the unsaved actions of an earlier session. */
  readonly unsaved: 'refuse' | 'recover' | 'discard';
  /** Paths of `--plugin`. */
  readonly plugins: readonly string[];
  readonly kwik?: KwikChoice;
}

/** Resolves with the exit code: 1 when a line failed, 130 when interrupted. Throws `held` when earlier actions are not settled. */
export async function run(options: RunOptions): Promise<number> {
  const script = options.script === '-' ? '-' : resolve(options.script);
  if (script !== '-') checkScript(script, options.script);
  const session = await openNodeSession({
    paramsPath: options.params,
    kwik: options.kwik,
    queries,
    guiName: GUI_NAME,
    curates: true,
    usesSettings: false,
    plugins: options.plugins,
    onTold: printTold,
  });
  printPlugins(session.plugins);
  try {
    await settleUnsaved(session, options.unsaved);
    printReport(session.opened());
    const runner = new Runner(session, options.keepGoing);
    const work = ['.js', '.mjs', '.ts', '.mts'].includes(extname(script))
      ? runModule(runner, script)
      : runLines(runner, script);
    try {
      return await Promise.race([work.then(() => (runner.failed ? 1 : 0)), interrupted(runner)]);
    } finally {
      sayUnsaved(session);
    }
  } finally {
    await session.close();
  }
}

async function settleUnsaved(session: Session, choice: RunOptions['unsaved']): Promise<void> {
  const recovery = session.recovery();
  if (choice === 'recover') refuseUnreadable(session.opened());
  if (recovery === null) return;
  if (choice === 'refuse') {
    const actions = recovery.count === 1 ? '1 action' : `${recovery.count} actions`;
    const when = new Date(recovery.lastAt).toISOString().slice(0, 16).replace('T', ' ');
    throw new PhyError(
      'held',
      `${actions} (last one ${when} UTC) of an earlier session ${recovery.count === 1 ? 'is' : 'are'} not saved. ` +
        'Add --recover to replay them first, or --discard to set them aside.',
      { unsaved: recovery.count },
    );
  }
  const result = await session.recover(choice === 'recover' ? 'restore' : 'discard');
  process.stderr.write(`${result.message}\n`);
  if (!result.ok) throw new PhyError('refused', result.message);
}

function sayUnsaved(session: Session): void {
  const { unsavedCount } = session.snapshot();
  if (unsavedCount === 0) return;
  const actions = unsavedCount === 1 ? '1 change is' : `${unsavedCount} changes are`;
  process.stderr.write(`${actions} in the journal and not saved. The next session can restore or discard them.\n`);
}

/** Performs lines and prints what came of them. */
class Runner {
  failed = false;
  /** The action that is being done, with its line. */
  doing: { readonly name: string; readonly number: number } | null = null;
  readonly session: Session;
  private readonly keepGoing: boolean;

  constructor(session: Session, keepGoing: boolean) {
    this.session = session;
    this.keepGoing = keepGoing;
  }

  get isOver(): boolean {
    return this.failed && !this.keepGoing;
  }

  async line(text: string, number: number): Promise<void> {
    await this.print(await this.perform(text, number), number);
  }

  async action(name: string, args: ActionArguments, number: number): Promise<ActionResult> {
    const result = await this.act(name, args, number);
    await this.print(result, number);
    return result;
  }

  private async act(name: string, args: ActionArguments, number: number): Promise<ActionResult> {
    this.doing = { name, number };
    const result = await this.session.act(name, args);
    this.doing = null;
    return result;
  }

  private async perform(text: string, number: number): Promise<ActionResult> {
    try {
      const { columns, groups, actions } = this.session.snapshot();
      const { spec, args } = parseLine(text, columns, groups, actions);
      return await this.act(spec.name, args, number);
    } catch (error) {
      return refusedResult(text.trim().replace(/^:/, '').split(/\s/)[0] ?? '', error);
    }
  }

  private async print(result: ActionResult, number: number): Promise<void> {
    const line = printedLine(result, this.session, number);
    if (!result.ok) this.failed = true;
    await printAnswer([`${jsonText(line)}\n`]);
  }
}

/** The object of spec/commands.md 3, keys in its order. */
function printedLine(
  { action, ok, message, change, files, missing }: ActionResult,
  session: Session,
  line: number,
): object {
  const { selection, dirty, newClusterId } = session.snapshot();
  return {
    action,
    ok,
    message,
    added: change?.added ?? [],
    deleted: change?.deleted ?? [],
    selection,
    dirty,
    description: change?.description ?? null,
    history: change?.history ?? null,
    changed: change?.changed ?? [],
    newClusterId,
    line,
    ...(files === undefined ? {} : { files }),
    ...(missing === undefined ? {} : { missing }),
  };
}

/** Throws `usage` for a script that is not there, or cannot be read. */
function checkScript(script: string, given: string): void {
  const refuse = (why: string): never => {
    throw new PhyError('usage', `${given} ${why}`);
  };
  if (!existsSync(script)) refuse('was not found.');
  if (statSync(script).isDirectory()) refuse('is a folder, expected a script.');
  try {
    accessSync(script, constants.R_OK);
  } catch {
    refuse('cannot be read: permission denied. Give yourself the right to read it.');
  }
}

async function runLines(runner: Runner, script: string): Promise<void> {
  const input = script === '-' ? process.stdin : createReadStream(script);
  const lines = createInterface({ input, crlfDelay: Infinity });
  let number = 0;
  for await (const text of lines) {
    number += 1;
    if (text.trim() === '' || text.trimStart().startsWith('#')) continue;
    await runner.line(number === 1 ? text.replace(/^\uFEFF/, '') : text, number);
    if (runner.isOver) break;
  }
  lines.close();
}

/** Rejects with the sentence of a refusal, or with file and line of what failed in the script. */
async function runModule(runner: Runner, script: string): Promise<void> {
  readPluginModules();
  try {
    const loaded: unknown = await import(pathToFileURL(script).href);
    const main = typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined;
    if (typeof main !== 'function') {
      throw new PhyError(
        'usage',
        `${script} has no default export, expected export default async ({ m, c, s }) => ...`,
      );
    }
    await orTrouble(Promise.resolve(main(scriptingOf(runner))));
  } catch (error) {
    if (error instanceof PhyError && error.kind === 'usage') throw error;
    throw new PhyError('refused', await scriptFailure(error, script));
  }
}

/** Rejects too when nothing is left that the script could be waiting for, and with an error that nobody in it waits for. */
async function orTrouble(work: Promise<unknown>): Promise<void> {
  const trouble = new AbortController();
  const fail = (error: unknown): void => trouble.abort(error);
  const idle = (): void => fail(new Error('It waits for something that never comes, so it was ended'));
  process.once('beforeExit', idle);
  process.once('unhandledRejection', fail);
  process.once('uncaughtException', fail);
  try {
    await Promise.race([work, once(trouble.signal, 'abort')]);
    trouble.signal.throwIfAborted();
  } finally {
    process.off('beforeExit', idle);
    process.off('unhandledRejection', fail);
    process.off('uncaughtException', fail);
  }
}

async function scriptFailure(error: unknown, script: string): Promise<string> {
  const { message, stack } = failureOf(error);
  const isUnreadable = error instanceof SyntaxError && script.endsWith('js');
  const place = placeIn(stack, script) ?? (isUnreadable ? await syntaxPlace(script) : undefined) ?? basename(script);
  return `${place}: ${plainMessage(message)}.`;
}

/** `m`, `c` and `s` whose actions print their lines. Limits of views are those of the script: no window shows them. */
function scriptingOf(runner: Runner): Scripting {
  const { session } = runner;
  let number = 0;
  const mirror = new ScriptMirror(scriptStart(session), {
    ask: async (query, clusters, params) =>
      (await session.ask(query, clusters, params, new AbortController().signal)).answer,
    async act(action, args) {
      number += 1;
      const result = await runner.action(action, args, number);
      if (runner.isOver) throw new PhyError('refused', `${action} failed, and the script ended there.`);
      return result;
    },
    setBudget: () => undefined,
  });
  followSession(session, { update: (update) => mirror.update(update), budgets: () => undefined });
  return mirror.scripting;
}

/** 130 at Ctrl+C or SIGTERM: what was accepted is in the journal. What did not come to an end is named. */
async function interrupted(runner: Runner): Promise<number> {
  await new Promise<void>((done) => {
    process.once('SIGINT', () => done());
    process.once('SIGTERM', () => done());
  });
  const { doing, session } = runner;
  if (doing === null) return 130;
  const plugin = session.plugins.plugins.find(({ declaration }) =>
    declaration.commands.some(({ name }) => name === doing.name),
  );
  const whose = plugin === undefined ? '' : ` of plugin ${plugin.declaration.name}`;
  process.stderr.write(`Interrupted in line ${doing.number}, in ${doing.name}${whose}.\n`);
  return 130;
}
