/** The plugin's side of its thread: loads the module, says what it declares, and calls its functions when the engine asks. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { pathToFileURL } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { PhyError } from '../../core/base/errors.ts';
import { isTypedArray } from '../../core/base/nd.ts';
import type { FilterFacts } from '../../core/plugins/api.ts';
import { declarationOf, hookOf } from '../../core/plugins/declare.ts';
import type { FromPlugin, HookPath, ToPlugin, Want } from '../../core/plugins/talk.ts';
import type { ActionResult } from '../../core/protocol/messages.ts';
import type { Scripting } from '../../core/scripting/api.ts';
import type { BudgetName } from '../../core/scripting/budgets.ts';
import { ScriptMirror, type ScriptLine } from '../../core/scripting/mirror.ts';
import { failureOf } from './failures.ts';
import { readPluginModules } from './readPluginModules.ts';

/** Runs until the engine ends the thread. */
export async function runPlugin(port: MessagePort, file: string): Promise<void> {
  const tell = (message: FromPlugin): void => port.postMessage(message);
  let exported: unknown;
  try {
    readPluginModules();
    const module: unknown = await import(pathToFileURL(file).href);
    exported = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
    tell({ kind: 'declared', declaration: declarationOf(exported) });
  } catch (error) {
    tell({ kind: 'broken', failure: failureOf(error) });
    // The engine ends the thread once it has heard; a thread that ends by itself may take its last words along.
    port.on('message', () => undefined);
    return;
  }
  const wants = new Wants(tell);
  let mirror: ScriptMirror | null = null;
  // What is called before the dataset is there waits for it.
  const early: (() => void)[] = [];
  port.on('message', (message: ToPlugin) => {
    switch (message.kind) {
      case 'begin':
        mirror = new ScriptMirror(message.start, wants);
        return early.splice(0).forEach((begin) => begin());
      case 'state':
        return mirror?.update(message.update);
      case 'budgets':
        if (mirror !== null) mirror.budgets = message.budgets;
        return;
      case 'call': {
        const { id, hook, args } = message;
        const call = (): unknown => callHook(exported, hook, args, mirror?.scripting);
        const begin = (): void => void caller.run(hook, () => answer(id, call, tell));
        return mirror === null ? void early.push(begin) : begin();
      }
      case 'reply':
        return wants.take(message.id, message);
      case 'ping':
        return tell({ kind: 'pong' });
    }
  });
}

function callHook(exported: unknown, hook: HookPath, args: readonly unknown[], tools: Scripting | undefined): unknown {
  const call = hookOf(exported, hook);
  const [windows, facts] = args;
  return hook[0] === 'filters' ? filterWindows(call, windows, facts) : call(...args, tools);
}

/** A filter sees one window after the other. Throws PhyError when one comes back with another number of values. */
async function filterWindows(
  filter: (...args: readonly unknown[]) => unknown,
  windows: unknown,
  facts: unknown,
): Promise<Float32Array> {
  // They come from `filterOf` in core/plugins/additions.ts.
  const all = windows as Float32Array;
  const { sampleCount, channelCount } = facts as FilterFacts;
  const size = sampleCount * channelCount;
  for (let start = 0; start < all.length; start += size) {
    const shown: unknown = await filter(all.slice(start, start + size), facts);
    if (!isTypedArray(shown) && !Array.isArray(shown)) throw new PhyError('refused', 'it returned no list of samples');
    if (shown.length !== size) {
      throw new PhyError(
        'refused',
        `it returned ${shown.length} values for ${sampleCount} samples of ${channelCount} channels`,
      );
    }
    all.set(shown, start);
  }
  return all;
}

async function answer(id: number, call: () => unknown, tell: (message: FromPlugin) => void): Promise<void> {
  try {
    const value: unknown = await call();
    tell({ kind: 'result', id, value });
  } catch (error) {
    tell({ kind: 'failed', id, failure: failureOf(error) });
  }
}

/** The hook that is being called, wherever in it. */
const caller = new AsyncLocalStorage<HookPath>();
const ACTING: readonly string[] = ['commands', 'changed', 'saved'];

type WantOf<S extends Want['service']> = Omit<Want & { readonly service: S }, 'mayAct' | 'service'>;

interface Reply {
  readonly ok: boolean;
  readonly value: unknown;
}

/** The line to the engine, and questions on their way. */
class Wants implements ScriptLine {
  private next = 1;
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private readonly tell: (message: FromPlugin) => void;

  constructor(tell: (message: FromPlugin) => void) {
    this.tell = tell;
  }

  ask(query: string, clusters: readonly number[], params: WantOf<'ask'>['params']): Promise<unknown> {
    return this.want({ service: 'ask', query, clusters: Array.from(clusters), params, mayAct: mayAct() });
  }

  async act(action: string, args: WantOf<'act'>['args']): Promise<ActionResult> {
    return (await this.want({ service: 'act', action, args, mayAct: mayAct() })) as ActionResult;
  }

  setBudget(name: BudgetName, value: number): void {
    // It was checked here already; nobody waits for it.
    this.want({ service: 'budget', name, value, mayAct: mayAct() }).catch(() => undefined);
  }

  take(id: number, reply: Reply): void {
    this.waiting.get(id)?.(reply);
    this.waiting.delete(id);
  }

  /** An error is made where it is waited for, so that its stack has the line of the plugin. */
  private async want(want: Want): Promise<unknown> {
    const id = this.next++;
    const reply = new Promise<Reply>((resolve) => this.waiting.set(id, resolve));
    this.tell({ kind: 'want', id, ...want });
    const { ok, value } = await reply;
    if (!ok) throw new PhyError('refused', String(value));
    return value;
  }
}

/** What runs by itself, after a timer, may act too. */
const mayAct = (): boolean => ACTING.includes(caller.getStore()?.[0] ?? 'commands');
