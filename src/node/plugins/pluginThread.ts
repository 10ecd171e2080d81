/**
 * The engine's side of a plugin's thread. A plugin cannot hold up the engine: it runs elsewhere, and one that gives no sign of life for a while is
 * ended and named. What fails in it is said with file and line.
 */
import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PhyError } from '../../core/base/errors.ts';
import type { CallHook } from '../../core/plugins/additions.ts';
import type { Declaration } from '../../core/plugins/declare.ts';
import type { Serve } from '../../core/plugins/services.ts';
import type { Failure, FromPlugin, ToPlugin } from '../../core/plugins/talk.ts';
import type { ScriptStart } from '../../core/scripting/mirror.ts';
import { declaredPlace, failureOf, placeIn, plainMessage, syntaxPlace } from './failures.ts';

/** The compiled src/main.plugin.ts. */
const ENTRY = new URL('../../main.plugin.js', import.meta.url);
/** A plugin that gives no sign of life for so long is stuck. `PHY_PLUGIN_PATIENCE_SECONDS` sets another time. */
const PATIENCE_MS = 1000 * (Number(process.env['PHY_PLUGIN_PATIENCE_SECONDS']) || 10);
/** While loading a machine may be busy with all the others. */
const LOAD_PATIENCE_MS = 3 * PATIENCE_MS;
/** A value that everybody waits for: it may take this long, counted from the last thing the plugin asked for. */
const VALUE_PATIENCE_MS = 3 * PATIENCE_MS;
/** Hooks that give such a value. Others may wait for a person or another program. */
const VALUES: readonly string[] = ['metrics', 'similarities', 'status', 'names', 'overlays', 'filters'];
const PING_MS = 500;
/** Between two looks whether anybody still waits. */
const WAIT_MS = 50;
/** Memory of one plugin. */
const MOST_MEGABYTES = 4096;

interface Pending {
  readonly what: string;
  readonly givesValue: boolean;
  /** A person should hear that it is waited for. */
  isToldOf: boolean;
  /** When it was called, or asked for something last. */
  activeAt: number;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class PluginThread {
  readonly declaration: Declaration;
  readonly file: string;
  private readonly worker: Worker;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private serve: Serve | null = null;
  private heardAt = performance.now();
  private watch: ReturnType<typeof setInterval> | null = null;
  /** Why it was ended. */
  private ended: string | null = null;
  private readonly onTrouble: (sentence: string) => void;

  private constructor(file: string, worker: Worker, declaration: Declaration, onTrouble: (sentence: string) => void) {
    this.file = file;
    this.worker = worker;
    this.declaration = declaration;
    this.onTrouble = onTrouble;
    worker.on('message', (message: FromPlugin) => this.receive(message));
    worker.on('error', (error) => this.fail(this.sentence('it failed', failureOf(error))));
    worker.on('exit', () => this.fail(`Plugin ${declaration.name} ended (${basename(file)}), so it is disabled.`));
  }

  /** Loads a module. Rejects with a PhyError that names file and line. `onTrouble` is told when it is disabled later, and when a command takes long. */
  static async load(file: string, onTrouble: (sentence: string) => void): Promise<PluginThread> {
    const worker = new Worker(ENTRY, {
      workerData: file,
      name: `plugin ${basename(file)}`,
      // Standard output is for the answers of phy alone.
      stdout: true,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
    });
    // A program that has nothing else to do does not wait for plugins.
    worker.unref();
    worker.stdout.on('data', (bytes: Uint8Array) => process.stderr.write(bytes));
    try {
      const first = await firstWord(worker, file);
      if (first.kind === 'declared') return new PluginThread(file, worker, first.declaration, onTrouble);
      if (first.kind !== 'broken') throw new Error('a plugin said something else first');
      const { message, stack } = first.failure;
      const where =
        placeIn(stack, file) ?? (await syntaxPlace(file)) ?? (await declaredPlace(message, file)) ?? basename(file);
      throw new PhyError('input', `Plugin ${where} was not loaded: ${plainMessage(message)}.`);
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  /** From here on its functions can be called. */
  attach(start: ScriptStart, serve: Serve): void {
    this.serve = serve;
    this.tell({ kind: 'begin', start });
  }

  /** See CallHook. */
  readonly call: CallHook = async (hook, what, args, progress) => {
    if (this.ended !== null) throw new PhyError('refused', this.ended);
    const id = this.nextId++;
    const [kind] = hook;
    const of = { what, givesValue: VALUES.includes(kind), isToldOf: kind === 'commands', activeAt: performance.now() };
    const result = new Promise<unknown>((resolve, reject) => this.pending.set(id, { ...of, resolve, reject }));
    result.catch(() => undefined);
    this.watchOver();
    this.tell({ kind: 'call', id, hook, args });
    if (progress === undefined) return await result;
    try {
      return await whileWanted(result, progress);
    } finally {
      this.pending.delete(id);
    }
  };

  async close(): Promise<void> {
    this.ended ??= 'The program ends.';
    this.stopWatching();
    await this.worker.terminate();
  }

  /** What is sent comes in order. */
  tell(message: ToPlugin): void {
    this.worker.postMessage(message);
  }

  private receive(message: FromPlugin): void {
    this.heardAt = performance.now();
    switch (message.kind) {
      case 'result':
        return this.take(message.id)?.resolve(message.value);
      case 'failed': {
        const pending = this.take(message.id);
        return pending?.reject(new PhyError('refused', this.sentence(`it failed in ${pending.what}`, message.failure)));
      }
      case 'want':
        for (const pending of this.pending.values()) pending.activeAt = this.heardAt;
        return void this.answer(message);
      case 'declared':
      case 'broken':
      case 'pong':
        return undefined;
    }
  }

  private take(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    if (this.pending.size === 0) this.stopWatching();
    return pending;
  }

  private async answer({ id, ...want }: FromPlugin & { readonly kind: 'want' }): Promise<void> {
    try {
      if (this.serve === null) throw new PhyError('refused', 'The dataset is not open yet.');
      this.tell({ kind: 'reply', id, ok: true, value: await this.serve(want) });
    } catch (error) {
      this.tell({ kind: 'reply', id, ok: false, value: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Asks for a sign of life while something is being computed. */
  private watchOver(): void {
    if (this.watch !== null) return;
    this.heardAt = performance.now();
    this.watch = setInterval(() => {
      this.tell({ kind: 'ping' });
      this.giveUpValues();
      if (performance.now() - this.heardAt < PATIENCE_MS) return;
      const [first] = this.pending.values();
      const seconds = PATIENCE_MS / 1000;
      this.fail(
        `Plugin ${this.declaration.name} (${basename(this.file)}) was stopped: it gave no sign of life for ${seconds} s in ${first?.what ?? 'its work'}. ` +
          'It is disabled until phy is started again.',
      );
    }, PING_MS);
    this.watch.unref();
  }

  /** The thread lives, but what was called waits for something that does not come: a promise that nobody resolves, a server that is away. */
  private giveUpValues(): void {
    for (const [id, pending] of this.pending) {
      const { what, givesValue, isToldOf, activeAt } = pending;
      if (!(givesValue || isToldOf) || performance.now() - activeAt < VALUE_PATIENCE_MS) continue;
      const who = `Plugin ${this.declaration.name} (${basename(this.file)})`;
      const sentence = `${who} gave nothing for ${VALUE_PATIENCE_MS / 1000} s in ${what}.`;
      if (givesValue) this.take(id)?.reject(new PhyError('refused', sentence));
      else this.onTrouble(`${sentence} It is still waited for.`);
      pending.isToldOf = false;
    }
  }

  private stopWatching(): void {
    if (this.watch !== null) clearInterval(this.watch);
    this.watch = null;
  }

  private fail(sentence: string): void {
    if (this.ended !== null) return;
    this.ended = sentence;
    this.stopWatching();
    void this.worker.terminate();
    for (const pending of this.pending.values()) pending.reject(new PhyError('refused', sentence));
    this.pending.clear();
    this.onTrouble(sentence);
  }

  private sentence(what: string, { message, stack }: Failure): string {
    const where = placeIn(stack, this.file) ?? basename(this.file);
    return `Plugin ${this.declaration.name}: ${what} (${where}): ${plainMessage(message)}.`;
  }
}

/** Waits for a result as long as somebody wants it: `progress` throws when nobody does. */
async function whileWanted(result: Promise<unknown>, progress: () => Promise<void>): Promise<unknown> {
  for (;;) {
    const first = await Promise.race([result.then(asDone), pause()]);
    if (first !== null) return first.value;
    await progress();
  }
}

const asDone = (value: unknown) => ({ value });
const pause = (): Promise<null> => new Promise((go) => setTimeout(() => go(null), WAIT_MS));

/** What a plugin says first. */
function firstWord(worker: Worker, file: string): Promise<FromPlugin> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(
          new PhyError(
            'input',
            `Plugin ${basename(file)} was not loaded: it gave no sign of life for ${LOAD_PATIENCE_MS / 1000} s.`,
          ),
        ),
      LOAD_PATIENCE_MS,
    );
    const settle = (): void => clearTimeout(timer);
    worker.once('message', (message: FromPlugin) => {
      settle();
      resolve(message);
    });
    worker.once('error', (error) => {
      settle();
      reject(
        new PhyError(
          'input',
          `Plugin ${placeIn(failureOf(error).stack, file) ?? basename(file)} was not loaded: ${plainMessage(error instanceof Error ? error.message : String(error))}.`,
        ),
      );
    });
    worker.once('exit', () => {
      settle();
      reject(new PhyError('input', `Plugin ${basename(file)} was not loaded: its thread ended.`));
    });
  });
}
