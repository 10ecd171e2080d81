/** What the window and the worker that runs a console's code say to each other. */
import type { ParamValue } from '../../core/base/params.ts';
import type { Change } from '../../core/curation/state.ts';
import type { ActionResult } from '../../core/protocol/messages.ts';
import type { BudgetName, Budgets } from '../../core/scripting/budgets.ts';
import type { ScriptStart, ScriptUpdate } from '../../core/scripting/mirror.ts';
import type { Shown } from './describe.ts';
import type { PlotData } from './plotData.ts';

export type ConsoleOutput =
  | { readonly kind: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | { readonly kind: 'value'; readonly value: Shown }
  | { readonly kind: 'plot'; readonly plot: PlotData }
  /** `line` counts from 1, null when it is not known. */
  | { readonly kind: 'failure'; readonly text: string; readonly line: number | null; readonly source: string };

/** Outputs of one run at most, and what is said about those beyond. */
export const MOST_OUTPUTS = 500;
export const LEFT_OUT = '… the rest is left out.\n';

export interface Completions {
  /** Where the word begins that a candidate stands for. */
  readonly start: number;
  readonly candidates: readonly { readonly label: string; readonly detail: string }[];
}

export type ToWorker =
  /** `names`: values that plugins give to the code. */
  | { readonly type: 'begin'; readonly start: ScriptStart; readonly names?: Readonly<Record<string, unknown>> }
  | { readonly type: 'state'; readonly update: ScriptUpdate; readonly change: Change | null }
  | { readonly type: 'run'; readonly id: number; readonly code: string; readonly budgets: Budgets }
  | { readonly type: 'complete'; readonly id: number; readonly code: string; readonly caret: number }
  | { readonly type: 'inspect'; readonly id: number; readonly code: string; readonly caret: number }
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'acted'; readonly id: number; readonly result: ActionResult }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'output'; readonly id: number; readonly output: ConsoleOutput }
  | { readonly type: 'done'; readonly id: number; readonly ok: boolean }
  | { readonly type: 'completed'; readonly id: number; readonly completions: Completions | null }
  | { readonly type: 'inspected'; readonly id: number; readonly text: string }
  | {
      readonly type: 'ask';
      readonly id: number;
      readonly query: string;
      readonly clusters: readonly number[];
      readonly params: Readonly<Record<string, ParamValue>>;
    }
  | {
      readonly type: 'act';
      readonly id: number;
      readonly action: string;
      readonly args: readonly unknown[] | Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'budget'; readonly name: BudgetName; readonly value: number };
