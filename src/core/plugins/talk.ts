/** What engine and plugin say to each other; all of it survives structured cloning. */
import type { BudgetName, Budgets } from '../scripting/budgets.ts';
import type { ScriptStart, ScriptUpdate } from '../scripting/mirror.ts';
import type { Declaration } from './declare.ts';

/** Where a function stands in the default export: `['metrics', 'snr', 'value']`. */
export type HookPath = readonly string[];

export type ToPlugin =
  | { readonly kind: 'begin'; readonly start: ScriptStart }
  | { readonly kind: 'state'; readonly update: ScriptUpdate }
  | { readonly kind: 'budgets'; readonly budgets: Budgets }
  | { readonly kind: 'call'; readonly id: number; readonly hook: HookPath; readonly args: readonly unknown[] }
  | { readonly kind: 'reply'; readonly id: number; readonly ok: boolean; readonly value: unknown }
  /** Any answer will do: it shows that the thread is not stuck. */
  | { readonly kind: 'ping' };

export type FromPlugin =
  | { readonly kind: 'declared'; readonly declaration: Declaration }
  | { readonly kind: 'broken'; readonly failure: Failure }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure }
  | ({ readonly kind: 'want'; readonly id: number } & Want)
  | { readonly kind: 'pong' };

/**
 * Something that a plugin wants of the engine. `mayAct`: a command wants it, or nobody waits for the hook. Others compute something that an action
 * or a table may be waiting for, so that they must not wait for these, and cannot act.
 */
export type Want = { readonly mayAct: boolean } & (
  | {
      readonly service: 'ask';
      readonly query: string;
      readonly clusters: readonly number[];
      readonly params: Readonly<Record<string, unknown>>;
    }
  | {
      readonly service: 'act';
      readonly action: string;
      readonly args: readonly unknown[] | Readonly<Record<string, unknown>>;
    }
  | { readonly service: 'budget'; readonly name: BudgetName; readonly value: number }
);

export interface Failure {
  readonly message: string;
  readonly stack: string;
}
