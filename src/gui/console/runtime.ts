/**
 * Runs the code of a console in its worker. Nothing here can reach the network (the worker's own policy forbids it) or the window: data and
 * actions are asked for by message, and the window passes them on to the engine.
 */
import { PhyError } from '../../core/base/errors.ts';
import type { ActionResult } from '../../core/protocol/messages.ts';
import type { Scripting, SettingValue } from '../../core/scripting/api.ts';
import { ScriptMirror } from '../../core/scripting/mirror.ts';
import { arrayHelpers } from './arrays.ts';
import { complete, inspect, type Known } from './complete.ts';
import { describe, describeTable, printed } from './describe.ts';
import { bodiesOf } from './jsText.ts';
import { histData, imageData, lineData, scatterData } from './plotData.ts';
import { LEFT_OUT, MOST_OUTPUTS, type ConsoleOutput, type FromWorker, type ToWorker } from './workerMessages.ts';

type Post = (message: FromWorker) => void;
type Names = Record<string, unknown>;
type Body = () => Promise<unknown>;
type Listener = (...values: readonly unknown[]) => unknown;
interface Reply {
  readonly ok: boolean;
  readonly value: unknown;
}

// The only way to make code from text: this worker's policy allows it, that of the window does not.
const AsyncFunction = (async () => undefined).constructor as new (body: string) => Body;

interface Runtime {
  /** Answers a message of the window. */
  readonly take: (message: ToWorker) => void;
  /** Shows what failed in code that goes on after its run: a timer, a promise that nobody waits for. */
  readonly failed: (error: unknown) => void;
}

/** `scope` is where the names of the code live. */
export function consoleRuntime(scope: Names, post: Post): Runtime {
  let session: ConsoleRuntime | null = null;
  return {
    take(message) {
      if (message.type === 'begin') {
        session = new ConsoleRuntime(scope, post, message);
        post({ type: 'ready' });
      } else session?.take(message);
    },
    failed: (error) => session?.failed(error),
  };
}

class ConsoleRuntime {
  private readonly scope: Names;
  private readonly post: Post;
  private readonly mirror: ScriptMirror;
  private readonly scripting: Scripting;
  private readonly known: Known;
  private nextId = 1;
  /** The run that prints now: the last one that began. */
  private current = 0;
  /** Failures since it began that no run was told of. */
  private late = 0;
  /** What was run, by number: an error says its line long after. */
  private readonly codes = new Map<number, string>();
  private readonly outputs: Outputs;
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(scope: Names, post: Post, begin: ToWorker & { readonly type: 'begin' }) {
    this.scope = scope;
    this.post = post;
    this.outputs = new Outputs(post);
    this.mirror = new ScriptMirror(begin.start, {
      ask: (query, clusters, params) => this.ask(query, clusters, params),
      act: async (action, args) => (await this.request({ type: 'act', action, args })) as ActionResult,
      setBudget: (name, value) => post({ type: 'budget', name, value }),
    });
    this.scripting = this.mirror.scripting;
    this.known = { scope, builtIn: new Set(Object.getOwnPropertyNames(scope)) };
    Object.assign(scope, begin.names, this.names());
  }

  take(message: Exclude<ToWorker, { type: 'begin' }>): void {
    switch (message.type) {
      case 'state':
        return this.update(message);
      case 'run':
        this.mirror.budgets = message.budgets;
        return void this.run(message.id, message.code);
      case 'complete':
        return this.post({
          type: 'completed',
          id: message.id,
          completions: complete(this.known, message.code, message.caret),
        });
      case 'inspect':
        return this.post({ type: 'inspected', id: message.id, text: inspect(this.known, message.code, message.caret) });
      case 'answer':
        return this.settle(message.id, { ok: true, value: message.answer });
      case 'acted':
        return this.settle(message.id, { ok: true, value: message.result });
      case 'failed':
        return this.settle(message.id, { ok: false, value: message.message });
    }
  }

  private names(): Names {
    const { m, c, s } = this.scripting;
    const show = (output: ConsoleOutput): void => this.output(output);
    const print = (name: 'stdout' | 'stderr', values: readonly unknown[]): void =>
      show({ kind: 'stream', name, text: `${values.map(printed).join(' ')}\n` });
    const log = (...values: readonly unknown[]): void => print('stdout', values);
    const warn = (...values: readonly unknown[]): void => print('stderr', values);
    const table = (value: unknown): void => this.show(describeTable(value));
    return {
      m,
      c,
      s,
      model: m,
      controller: c,
      supervisor: s,
      array: arrayHelpers,
      plot: {
        line: (...args: readonly unknown[]) => show({ kind: 'plot', plot: lineData(...args) }),
        hist: (...args: readonly unknown[]) => show({ kind: 'plot', plot: histData(...args) }),
        scatter: (...args: readonly unknown[]) => show({ kind: 'plot', plot: scatterData(...args) }),
        image: (...args: readonly unknown[]) => show({ kind: 'plot', plot: imageData(...args) }),
      },
      print: log,
      display: (value: unknown) => this.show(describe(value)),
      console: { log, info: log, debug: log, warn, error: warn, table },
      connect: (event: string, listener: Listener) => this.listen(event, listener),
      emit: (event: string, ...values: readonly unknown[]) => this.emit(event, ...values),
      gui: Object.freeze({ actions: s.actions }),
    };
  }

  /** A timer that fails every time is shown some times. */
  failed(error: unknown): void {
    this.late += 1;
    if (this.late <= MOST_LATE) this.output(this.failureOf(error, this.current));
  }

  /** `connect('select', f)` calls f with the selected clusters, `connect('cluster', f)` with every change, other events are those of `emit`; returns how to stop. */
  private listen(event: string, listener: Listener): () => void {
    if (typeof event !== 'string' || typeof listener !== 'function') {
      throw new TypeError('connect expects the name of an event and a function.');
    }
    const all = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, all.add(listener));
    return () => void all.delete(listener);
  }

  /** What the listeners of this console return. */
  private emit(event: string, ...values: readonly unknown[]): readonly unknown[] {
    return Array.from(this.listeners.get(event) ?? [], (listener) => {
      // A listener that fails must not keep the others from hearing.
      try {
        return listener(...values);
      } catch (error) {
        this.failed(error);
        return undefined;
      }
    });
  }

  private update({ update, change }: ToWorker & { readonly type: 'state' }): void {
    const before = this.scripting.s.selected;
    this.mirror.update(update);
    if (change !== null && change.description !== null) this.emit('cluster', change);
    const { selected } = this.scripting.s;
    if (selected.join() !== before.join()) this.emit('select', selected);
  }

  private async run(id: number, code: string): Promise<void> {
    this.current = id;
    this.late = 0;
    this.codes.set(id, code);
    this.codes.delete(id - MOST_CODES);
    this.outputs.begin();
    let ok = true;
    try {
      const value = await compile(code, id)();
      this.current = id;
      if (value !== undefined) this.scope['_'] = value;
      this.show(describe(value));
    } catch (error) {
      ok = false;
      this.current = id;
      this.output(this.failureOf(error, id));
    }
    this.outputs.flush();
    this.post({ type: 'done', id, ok });
  }

  private failureOf(error: unknown, id: number): ConsoleOutput {
    const text = error instanceof Error ? errorText(error) : `Thrown: ${printed(error)}`;
    const { line, code } = placeOf(error, this.codes, id);
    const source = line === null ? '' : (code.split('\n')[line - 1] ?? '').trim();
    return { kind: 'failure', text, line, source };
  }

  private show(value: ReturnType<typeof describe>): void {
    if (value !== null) this.output({ kind: 'value', value });
  }

  private output(output: ConsoleOutput): void {
    this.outputs.add(this.current, output);
  }

  private ask(
    query: string,
    clusters: readonly number[],
    params: Readonly<Record<string, SettingValue>>,
  ): Promise<unknown> {
    return this.request({ type: 'ask', query, clusters, params });
  }

  /** An error is made where it is waited for, so that its stack has the line of the code. */
  private async request(
    message: Omit<FromWorker & { readonly type: 'ask' }, 'id'> | Omit<FromWorker & { readonly type: 'act' }, 'id'>,
  ): Promise<unknown> {
    const id = this.nextId++;
    const reply = new Promise<Reply>((resolve) => this.waiting.set(id, resolve));
    this.post({ ...message, id });
    const { ok, value } = await reply;
    if (!ok) throw new PhyError('refused', String(value));
    return value;
  }

  private settle(id: number, reply: Reply): void {
    this.waiting.get(id)?.(reply);
    this.waiting.delete(id);
  }
}

/** At most so often a print goes to the window, and of one run at most so many characters. */
const PAUSE_MS = 50;
const MOST_CHARACTERS = 500_000;

/** Keeps a loop that prints without end from burying the window in messages. */
class Outputs {
  private readonly post: Post;
  private printed: (ConsoleOutput & { readonly kind: 'stream' }) | null = null;
  private id = 0;
  private sentAt = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private characters = 0;
  private others = 0;

  constructor(post: Post) {
    this.post = post;
  }

  /** A new run has new limits. */
  begin(): void {
    this.characters = 0;
    this.others = 0;
  }

  add(id: number, output: ConsoleOutput): void {
    if (output.kind === 'stream') return this.print(id, output);
    this.others += 1;
    // One more than the window shows, which then says so.
    if (this.others > MOST_OUTPUTS + 1 && output.kind !== 'failure') return;
    this.flush();
    this.post({ type: 'output', id, output });
  }

  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.printed === null) return;
    this.post({ type: 'output', id: this.id, output: this.printed });
    this.printed = null;
    this.sentAt = performance.now();
  }

  private print(id: number, output: ConsoleOutput & { readonly kind: 'stream' }): void {
    if (this.characters > MOST_CHARACTERS) return;
    this.characters += output.text.length;
    const isOver = this.characters > MOST_CHARACTERS;
    const text = isOver ? `${output.text.slice(0, MOST_CHARACTERS)}\n${LEFT_OUT}` : output.text;
    if (this.printed !== null && (this.id !== id || this.printed.name !== output.name)) this.flush();
    this.id = id;
    this.printed = { ...output, text: (this.printed?.text ?? '') + text };
    // A loop lets no timer through: it is the prints themselves that look at the clock.
    if (performance.now() - this.sentAt >= PAUSE_MS) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), PAUSE_MS);
  }
}

const MOST_LATE = 50;
/** Runs whose code is kept for the lines of errors. */
const MOST_CODES = 300;

const sourceOf = (id: number): string => `phy-console-${id}.js`;

/** The first body that the browser can read; else what it says of the code as it is. */
function compile(code: string, id: number): Body {
  let trouble: unknown = null;
  for (const body of [...bodiesOf(code), code]) {
    try {
      return new AsyncFunction(`${body}\n//# sourceURL=${sourceOf(id)}`);
    } catch (error) {
      trouble = error;
    }
  }
  throw trouble;
}

/** Lines that the wrapper of an async function has before its body. */
const WRAPPER_LINES = 2;

/** What phy refuses is a sentence. */
const errorText = (error: Error): string =>
  error instanceof PhyError ? error.message : `${error.name}: ${error.message}`;

/** The line of this run, else of an earlier one, whose function failed. */
function placeOf(
  error: unknown,
  codes: ReadonlyMap<number, string>,
  id: number,
): { readonly line: number | null; readonly code: string } {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frames = Array.from(
    stack.matchAll(/phy-console-(\d+)\.js:(\d+):\d+/g),
    ([, run, line]) => [+run, +line] as const,
  );
  const [run, line] = frames.find(([number]) => number === id) ?? frames[0] ?? [id, null];
  const code = codes.get(run) ?? '';
  if (line !== null) return { line: Math.min(code.split('\n').length, Math.max(1, line - WRAPPER_LINES)), code };
  return { line: error instanceof SyntaxError ? syntaxLine(code, error.message) : null, code };
}

/** The browser does not say where: the first line at which the code so far fails for the same reason. */
function syntaxLine(code: string, message: string): number | null {
  const lines = code.split('\n');
  for (let count = 1; count <= lines.length; count++) {
    try {
      void new AsyncFunction(lines.slice(0, count).join('\n'));
    } catch (error) {
      if (error instanceof Error && error.message === message) return count;
    }
  }
  return lines.length;
}
