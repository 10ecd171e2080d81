/** The window's side of a console: its worker, what was run in it, and the questions of the code, passed on to the engine. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { sentenceOf } from '../../core/base/errors.ts';
import { fromAnswer } from '../../core/plugins/wire.ts';
import { allActions } from '../../core/actions/index.ts';
import type { Row } from '../../core/curation/state.ts';
import type { ScriptModelAnswer } from '../../core/engine/scriptQueries.ts';
import { budgetsIn, withBudget, type BudgetName } from '../../core/scripting/budgets.ts';
import { scriptStateOf } from '../../core/scripting/mirror.ts';
import type { Client, Mirror } from '../client/client.ts';
import { History } from './history.ts';
import { lastPlotOf } from './lastPlot.ts';
import type { PlotData } from './plotData.ts';
import {
  LEFT_OUT,
  MOST_OUTPUTS,
  type Completions,
  type ConsoleOutput,
  type FromWorker,
  type ToWorker,
} from './workerMessages.ts';

export interface ConsoleCell {
  readonly id: number;
  readonly code: string;
  readonly phase: 'waiting' | 'running' | 'done';
  readonly ok: boolean;
  readonly outputs: readonly ConsoleOutput[];
}

export interface ConsoleMirror {
  readonly phase: 'starting' | 'idle' | 'busy' | 'failed';
  /** Why there is no worker. */
  readonly trouble: string;
  readonly cells: readonly ConsoleCell[];
}

const HISTORY_KEY = 'console_history';
const MOST_HISTORY = 500;
const MOST_CELLS = 300;
const MOST_TEXT = 500_000;
const PATIENCE_MS = 1500;

export class ConsoleSession {
  readonly mirror: StoreApi<ConsoleMirror> = createStore<ConsoleMirror>(() => ({
    phase: 'starting',
    trouble: '',
    cells: [],
  }));
  readonly history: History;
  private readonly client: Client;
  private worker: Worker | null = null;
  private isReady = false;
  private sentRows: ReadonlyMap<number, Row> = new Map();
  private stopFollowing: () => void = () => undefined;
  private requests = new AbortController();
  private nextId = 1;
  private readonly questions = new Map<number, (message: FromWorker | null) => void>();

  constructor(client: Client) {
    this.client = client;
    this.history = new History(keptHistory(client), MOST_HISTORY);
  }

  /** Starts the worker unless there is one. */
  start(): void {
    if (this.worker !== null) return;
    this.requests = new AbortController();
    this.mirror.setState({ phase: 'starting', trouble: '' });
    const worker = new Worker(new URL('../../main.console.ts', import.meta.url), { type: 'module', name: 'console' });
    this.worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (worker === this.worker) this.take(data);
    });
    worker.addEventListener('error', ({ message }) => {
      if (worker === this.worker)
        this.fail(message === '' ? 'The worker of the console could not be loaded.' : message);
    });
    void this.begin(worker);
  }

  /** Runs code after what runs already. */
  run(code: string): void {
    this.start();
    this.history.add(code);
    this.client.keep('user', HISTORY_KEY, this.history.all.slice(-MOST_HISTORY));
    const cell: ConsoleCell = { id: this.nextId++, code, phase: 'waiting', ok: true, outputs: [] };
    this.setCells((cells) => [...cells.slice(1 - MOST_CELLS), cell]);
    this.runNext();
  }

  /** Stops what runs: the worker is ended with its variables, and another one begins. */
  interrupt(): void {
    if (this.mirror.getState().phase !== 'busy') return;
    this.restart('Interrupted. The console has started anew: its variables are gone.');
  }

  restart(why = 'The console has started anew: its variables are gone.'): void {
    this.end();
    this.setCells((cells) => cells.map((cell) => (cell.phase === 'done' ? cell : stopped(cell, why))));
    this.start();
  }

  clear(): void {
    this.setCells((cells) => cells.filter(({ phase }) => phase !== 'done'));
  }

  async complete(code: string, caret: number): Promise<Completions | null> {
    const answer = await this.question((id) => ({ type: 'complete', id, code, caret }));
    return answer?.type === 'completed' ? answer.completions : null;
  }

  async inspect(code: string, caret: number): Promise<string> {
    const answer = await this.question((id) => ({ type: 'inspect', id, code, caret }));
    return answer?.type === 'inspected' ? answer.text : '';
  }

  /** Ends the worker and every question of its code. */
  end(): void {
    this.worker?.terminate();
    this.worker = null;
    this.isReady = false;
    this.requests.abort();
    this.stopFollowing();
    for (const settle of this.questions.values()) settle(null);
    this.questions.clear();
  }

  private async begin(worker: Worker): Promise<void> {
    try {
      const { answer } = await this.client.ask<ScriptModelAnswer>('scriptModel', [], {}, this.requests.signal);
      const names = await this.pluginNames();
      if (worker !== this.worker) return;
      const { dataset, snapshot, rows } = this.client.mirror.getState();
      if (dataset === null || snapshot === null) throw new Error('The dataset is not open yet.');
      const { groups, columns, actions: added } = snapshot;
      const actions = allActions(groups, columns, added).map(({ name }) => name);
      this.sentRows = rows;
      const state = scriptStateOf(snapshot);
      const budgets = budgetsIn(this.client.kept('user'));
      this.post({
        type: 'begin',
        names,
        start: { dataset, model: answer, actions, state, rows: [...rows.values()], budgets },
      });
      this.stopFollowing = this.client.mirror.subscribe((now, before) => this.follow(now, before));
    } catch (error) {
      if (worker === this.worker) this.fail(sentenceOf(error));
    }
  }

  /** What plugins give to the code; the last one of the same name counts. A plugin that fails is named. */
  private async pluginNames(): Promise<Readonly<Record<string, unknown>>> {
    const plugins = this.client.mirror.getState().plugins?.plugins ?? [];
    const all: Record<string, unknown> = {};
    for (const { declaration } of plugins) {
      if (!declaration.hears.names) continue;
      try {
        const query = `names_${declaration.name}`;
        const { answer } = await this.client.ask<object>(query, [], {}, this.requests.signal);
        Object.assign(all, fromAnswer(answer));
      } catch (error) {
        this.client.say('error', sentenceOf(error));
      }
    }
    return all;
  }

  /** Tells the worker what is other in the state. */
  private follow(now: Mirror, before: Mirror): void {
    if (now.snapshot === null || now.snapshot === before.snapshot) return;
    const known = this.sentRows;
    const rows = now.rows === known ? [] : [...now.rows.values()].filter((row) => known.get(row.id) !== row);
    const removed = now.rows === known ? [] : [...known.keys()].filter((id) => !now.rows.has(id));
    this.sentRows = now.rows;
    this.post({ type: 'state', update: { state: scriptStateOf(now.snapshot), rows, removed }, change: now.lastChange });
  }

  private take(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        this.isReady = true;
        this.mirror.setState({ phase: 'idle' });
        return this.runNext();
      case 'output':
        if (message.output.kind === 'plot') this.plotted(message.output.plot);
        return this.change(message.id, (cell) => ({ ...cell, outputs: withOutput(cell.outputs, message.output) }));
      case 'done':
        this.change(message.id, (cell) => ({ ...cell, phase: 'done', ok: message.ok }));
        this.mirror.setState({ phase: 'idle' });
        return this.runNext();
      case 'completed':
      case 'inspected':
        this.questions.get(message.id)?.(message);
        return;
      case 'ask':
        return void this.ask(message);
      case 'act':
        return void this.act(message);
      case 'budget':
        return this.setBudget(message.name, message.value);
    }
  }

  private plotted(plot: PlotData): void {
    lastPlotOf(this.client).setState(({ number }) => ({ plot, number: number + 1 }));
  }

  private runNext(): void {
    const { cells, phase } = this.mirror.getState();
    const next = cells.find((cell) => cell.phase === 'waiting');
    if (next === undefined || !this.isReady || phase === 'busy') return;
    this.change(next.id, (cell) => ({ ...cell, phase: 'running' }));
    this.mirror.setState({ phase: 'busy' });
    this.post({ type: 'run', id: next.id, code: next.code, budgets: budgetsIn(this.client.kept('user')) });
  }

  private async ask({ id, query, clusters, params }: FromWorker & { readonly type: 'ask' }): Promise<void> {
    const { worker } = this;
    const message: ToWorker = await this.client.ask<unknown>(query, clusters, params, this.requests.signal).then(
      ({ answer }) => ({ type: 'answer', id, answer }),
      (error: unknown) => ({ type: 'failed', id, message: sentenceOf(error) }),
    );
    if (worker === this.worker) this.post(message);
  }

  private async act({ id, action, args }: FromWorker & { readonly type: 'act' }): Promise<void> {
    const { worker } = this;
    const result = await this.client.act(action, args);
    if (worker === this.worker) this.post({ type: 'acted', id, result });
  }

  /** Kept as the settings form keeps it; the views of this window follow as they follow another window. */
  private setBudget(name: BudgetName, value: number): void {
    for (const [id, settings] of withBudget(name, value, this.client.kept('user'))) {
      this.client.keep('user', id, settings);
      this.client.keptElsewhere.emit({ scope: 'user', key: id });
    }
  }

  private question(make: (id: number) => ToWorker): Promise<FromWorker | null> {
    const id = this.nextId++;
    return new Promise((resolve) => {
      const settle = (message: FromWorker | null): void => {
        clearTimeout(timer);
        this.questions.delete(id);
        resolve(message);
      };
      const timer = setTimeout(() => settle(null), PATIENCE_MS);
      this.questions.set(id, settle);
      if (this.isReady) this.post(make(id));
      else settle(null);
    });
  }

  private post(message: ToWorker): void {
    this.worker?.postMessage(message);
  }

  private fail(trouble: string): void {
    this.end();
    this.setCells((cells) => cells.map((cell) => (cell.phase === 'done' ? cell : stopped(cell, trouble))));
    this.mirror.setState({ phase: 'failed', trouble });
  }

  private change(id: number, make: (cell: ConsoleCell) => ConsoleCell): void {
    this.setCells((cells) => cells.map((cell) => (cell.id === id ? make(cell) : cell)));
  }

  private setCells(make: (cells: readonly ConsoleCell[]) => readonly ConsoleCell[]): void {
    this.mirror.setState(({ cells }) => ({ cells: make(cells) }));
  }
}

function keptHistory(client: Client): readonly string[] {
  const kept = client.kept('user')[HISTORY_KEY];
  return Array.isArray(kept) ? kept.filter((entry): entry is string => typeof entry === 'string') : [];
}

const stopped = (cell: ConsoleCell, why: string): ConsoleCell => ({
  ...cell,
  phase: 'done',
  ok: false,
  outputs: [...cell.outputs, { kind: 'failure', text: why, line: null, source: '' }],
});

/** Prints are joined; what is beyond the limits is left out, and that is said. */
export function withOutput(outputs: readonly ConsoleOutput[], output: ConsoleOutput): readonly ConsoleOutput[] {
  const last = outputs.at(-1);
  if (output.kind === 'stream' && last?.kind === 'stream' && last.name === output.name) {
    if (last.text.length > MOST_TEXT) return outputs;
    return [...outputs.slice(0, -1), { ...last, text: last.text + output.text }];
  }
  if (outputs.length < MOST_OUTPUTS || output.kind === 'failure') return [...outputs, output];
  return outputs.length === MOST_OUTPUTS ? [...outputs, { kind: 'stream', name: 'stdout', text: LEFT_OUT }] : outputs;
}
