/** `m`, `c` and `s` where the engine is elsewhere: what is known of its state is what it said last. */
import type { ActionResult, DatasetSummary } from '../protocol/messages.ts';
import type { ScriptModelAnswer } from '../engine/scriptQueries.ts';
import type { ScriptRow, Scripting, SettingValue } from './api.ts';
import { checkBudget, type BudgetName, type Budgets } from './budgets.ts';
import { createScripting, type ScriptState } from './create.ts';

/** All that is said at first. */
export interface ScriptStart {
  readonly dataset: DatasetSummary;
  readonly model: ScriptModelAnswer;
  readonly actions: readonly string[];
  readonly state: ScriptState;
  readonly rows: readonly ScriptRow[];
  readonly budgets: Budgets;
}
/** What is other than before. */
export interface ScriptUpdate {
  readonly state: ScriptState;
  readonly rows: readonly ScriptRow[];
  readonly removed: readonly number[];
}

/** The way to the engine. */
export interface ScriptLine {
  /** Rejects with the sentence of the failure. */
  ask(query: string, clusters: readonly number[], params: Readonly<Record<string, SettingValue>>): Promise<unknown>;
  act(action: string, args: readonly unknown[] | Readonly<Record<string, unknown>>): Promise<ActionResult>;
  setBudget(name: BudgetName, value: number): void;
}

export class ScriptMirror {
  readonly scripting: Scripting;
  /** Limits of the views in force. */
  budgets: Budgets;
  private state: ScriptState;
  private readonly rows: Map<number, ScriptRow>;

  constructor({ dataset, model, actions, state, rows, budgets }: ScriptStart, line: ScriptLine) {
    this.state = state;
    this.budgets = budgets;
    this.rows = new Map(rows.map((row) => [row.id, row]));
    this.scripting = createScripting({
      dataset,
      model,
      actions,
      snapshot: () => this.state,
      rows: () => this.rows,
      ask: (query, clusters, params) => line.ask(query, clusters, params),
      act: (action, args) => line.act(action, args),
      budget: (name) => this.budgets[name],
      setBudget: (name, value) => {
        checkBudget(name, value);
        this.budgets = { ...this.budgets, [name]: value };
        line.setBudget(name, value);
      },
    });
  }

  update({ state, rows, removed }: ScriptUpdate): void {
    this.state = state;
    for (const id of removed) this.rows.delete(id);
    for (const row of rows) this.rows.set(row.id, row);
  }
}

/** The part of a state that scripts see. */
export const scriptStateOf = ({
  selection,
  columns,
  clusterTable,
  similarityTable,
  dirty,
  newClusterId,
}: ScriptState): ScriptState => ({ selection, columns, clusterTable, similarityTable, dirty, newClusterId });
