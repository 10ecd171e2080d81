/** The plugin's side of its thread: loads the module, says what it declares, and calls its functions when the engine asks. */
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import type { Model, Result, Supervisor, Tools } from '../../core/plugins/api.ts';
import { declarationOf, hookOf } from '../../core/plugins/declare.ts';
import type { Failure, FromPlugin, ModelFacts, Service, ToPlugin } from '../../core/plugins/talk.ts';

/** `import { definePlugin } from 'phy'` works wherever the plugin lies. */
const RESOLVE_PHY = `export async function resolve(specifier, context, next) {
  if (specifier !== 'phy') return next(specifier, context);
  return { url: 'data:text/javascript,export const definePlugin = (plugin) => plugin;', format: 'module', shortCircuit: true };
}`;

/** Runs until the engine ends the thread. */
export async function runPlugin(port: MessagePort, file: string): Promise<void> {
  const tell = (message: FromPlugin): void => port.postMessage(message);
  let exported: unknown;
  try {
    register(`data:text/javascript,${encodeURIComponent(RESOLVE_PHY)}`);
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
  let tools: Tools | null = null;
  port.on('message', (message: ToPlugin) => {
    switch (message.kind) {
      case 'dataset':
        tools = toolsOf(message.facts, message.actions, wants);
        return;
      case 'call':
        return void answer(message.id, () => hookOf(exported, message.hook)(...message.args, tools), tell);
      case 'reply':
        return wants.take(message.id, message.ok, message.value);
      case 'ping':
        return tell({ kind: 'pong' });
    }
  });
}

async function answer(id: number, call: () => unknown, tell: (message: FromPlugin) => void): Promise<void> {
  try {
    const value: unknown = await call();
    tell({ kind: 'result', id, value });
  } catch (error) {
    tell({ kind: 'failed', id, failure: failureOf(error) });
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof Error) return { message: error.message, stack: error.stack ?? '' };
  return { message: String(error), stack: '' };
}

/** Questions to the engine on their way. */
class Wants {
  private next = 1;
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private readonly tell: (message: FromPlugin) => void;

  constructor(tell: (message: FromPlugin) => void) {
    this.tell = tell;
  }

  ask(service: Service, args: readonly unknown[]): Promise<unknown> {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.tell({ kind: 'want', id, service, args });
    });
  }

  take(id: number, ok: boolean, value: unknown): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (ok) waiting?.resolve(value);
    else waiting?.reject(new Error(String(value)));
  }
}

/** `m`, `c` and `s`. What the engine answers has the type of its service (core/plugins/services.ts). */
function toolsOf(facts: ModelFacts, actions: readonly string[], wants: Wants): Tools {
  const typed = async <T>(service: Service, ...args: readonly unknown[]): Promise<T> =>
    (await wants.ask(service, args)) as T;
  const m: Model = {
    ...facts,
    cluster_ids: () => typed('clusterIds'),
    cluster: (id) => typed('cluster', id),
    get_features: (spikes, channels) => typed('features', spikes, channels),
    get_waveforms: (spikes, channels, before, count) => typed('waveforms', spikes, channels, before, count),
    get_cluster_template: (id) => typed('template', id),
  };
  const act = async (name: string, ...words: readonly unknown[]): Promise<Result> => ({
    message: await typed<string>('act', name, words),
  });
  const byName = actions.map((name) => [name, (...words: readonly unknown[]) => act(name, ...words)] as const);
  const s: Supervisor = {
    actions: Object.fromEntries(byName),
    state: () => typed('state'),
    select: (ids, ...more) => act('select', { ids: [...listOf(ids), ...more] }),
    merge: (ids) => act('merge', ...(ids === undefined ? [] : [{ ids }])),
    split: (spikes, labels) =>
      act('split', { spikes: Array.from(spikes), ...(labels === undefined ? {} : { labels: Array.from(labels) }) }),
    label: (name, value, ids) => act('label', { name, value, ...(ids === undefined ? {} : { ids: listOf(ids) }) }),
    move: (group, which = 'best') => act('move', { group, which }),
    filter: (text) => act('filter', { text }),
    sort: (column, direction = 'desc') => act('sort', { column, direction }),
    undo: () => act('undo'),
    redo: () => act('redo'),
    save: () => act('save'),
  };
  return { m, c: { query: (name, clusters = [], params = {}) => typed('ask', name, clusters, params) }, s };
}

const listOf = (ids: readonly number[] | number): readonly number[] => (typeof ids === 'number' ? [ids] : ids);
