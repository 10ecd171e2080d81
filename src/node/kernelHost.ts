/**
 * The kernel of the IPython view: one for the dataset that is open, whichever windows show it. A bridge (kernel/bridge.py), started with the
 * user's Python, runs it. The kernel is a client of the engine like any window: its questions and actions are relayed as they are.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sentenceOf } from '../core/base/errors.ts';
import { Signal } from '../core/base/scope.ts';
import {
  parseBridgeMessage,
  type BridgeMessage,
  type CellMark,
  type KernelAnswer,
  type KernelCell,
  type KernelMessage,
  type KernelRequest,
  type KernelState,
} from '../core/protocol/kernel.ts';
import { withOutput } from '../core/protocol/kernelCells.ts';
import type { EngineHost, EnginePeer } from './engineHost.ts';
import { findPython } from './findPython.ts';
import { packageFolder } from './places.ts';

/** Cells that windows are shown; older ones are dropped. */
const MOST_CELLS = 300;
/** Characters of all outputs together, about. */
const MOST_CHARACTERS = 96 * 2 ** 20;
const HISTORY_ENTRIES = 1000;
/** What a bridge that fails said last. */
const LAST_WORDS = 2000;

type Reply = (answer: KernelAnswer) => void;

export class KernelHost {
  /** Everything that all windows are told. */
  readonly said = new Signal<KernelMessage>();
  private readonly engine: EngineHost;
  private state: KernelState = { kind: 'off' };
  private cells: readonly KernelCell[] = [];
  private prompt: (KernelMessage & { readonly type: 'prompt' })['prompt'] = null;
  private bridge: Bridge | null = null;
  private nextCell = 1;
  private nextQuestion = 1;
  private readonly questions = new Map<number, { readonly id: number; readonly reply: Reply }>();

  constructor(engine: EngineHost) {
    this.engine = engine;
  }

  /** What a window that has just come is told. */
  present(): readonly KernelMessage[] {
    return [
      { type: 'state', state: this.state },
      { type: 'cells', cells: this.cells },
      { type: 'prompt', prompt: this.prompt },
    ];
  }

  /** Does what a window asks; `reply` takes the answer to a question. */
  handle(request: KernelRequest, reply: Reply): void {
    switch (request.type) {
      case 'start':
        if (this.bridge === null) this.start(request.python);
        return;
      case 'restart':
        return this.restart(request.python);
      case 'shutdown':
        this.end();
        return this.move({ kind: 'off' });
      case 'interrupt':
        return this.interrupt();
      case 'clear':
        this.cells = this.cells.filter(({ phase }) => phase !== 'done');
        return this.said.emit({ type: 'cells', cells: this.cells });
      case 'execute':
        return this.execute(request.code);
      case 'input':
        this.ask(null);
        return this.bridge?.send(request);
      case 'history':
      case 'complete':
      case 'inspect':
      case 'isComplete':
        return this.question(request, reply);
    }
  }

  /** Ends the kernel. */
  end(): void {
    this.bridge?.end();
    this.bridge = null;
    this.questions.clear();
    this.ask(null);
    this.finishCells();
  }

  private start(setting: string): void {
    let python: string;
    try {
      python = findPython(setting);
    } catch (error) {
      return this.move({ kind: 'failed', what: 'python', message: sentenceOf(error) });
    }
    this.move({ kind: 'starting', python });
    const bridge: Bridge = new Bridge(python, this.engine, {
      said: (message) => this.bridge === bridge && this.take(message, python),
      ended: (lastWords) => this.bridge === bridge && this.ended(lastWords),
    });
    this.bridge = bridge;
  }

  private restart(setting: string): void {
    this.end();
    this.start(setting);
  }

  private interrupt(): void {
    this.ask(null);
    this.bridge?.send({ type: 'interrupt' });
  }

  private execute(code: string): void {
    if (this.bridge === null || this.state.kind === 'failed') return;
    const id = this.nextCell++;
    const cell: KernelCell = { id, code, count: null, phase: 'waiting', ok: true, outputs: [], clears: false };
    this.cells = [...this.cells, cell];
    this.forgetOldCells();
    this.said.emit({ type: 'cell', cell });
    this.bridge.send({ type: 'execute', id, code });
  }

  private question(request: KernelRequest & { readonly id: number }, reply: Reply): void {
    if (this.bridge === null || this.state.kind !== 'ready') return;
    const id = this.nextQuestion++;
    this.questions.set(id, { id: request.id, reply });
    const more = request.type === 'history' ? { n: HISTORY_ENTRIES } : {};
    this.bridge.send({ ...request, ...more, id });
  }

  private take(message: BridgeMessage, python: string): void {
    switch (message.type) {
      case 'failed':
        this.end();
        return this.move({ kind: 'failed', what: message.what, message: failure(message, python) });
      case 'died':
        this.end();
        return this.move({ kind: 'failed', what: 'kernel', message: 'The kernel has ended.' });
      case 'ready': {
        const trouble = message.trouble === null ? null : noNumpy(message.trouble, python);
        return this.move({ kind: 'ready', python, banner: message.banner, busy: this.isBusy(), trouble });
      }
      case 'count':
        return this.mark(message.id, { count: message.count, phase: 'running' });
      case 'output':
        return this.output(message.id, message.output);
      case 'idle':
        this.ask(null);
        return this.mark(message.id, { phase: 'done' });
      case 'done':
        return this.mark(message.id, { ok: message.ok });
      case 'inputRequest':
        return this.ask({ text: message.prompt, isPassword: message.password });
      case 'completed':
      case 'inspected':
      case 'isComplete':
      case 'history':
        return this.answer(message);
      case 'join':
      case 'ask':
      case 'leave':
        return;
    }
  }

  private answer(message: KernelAnswer): void {
    const question = this.questions.get(message.id);
    this.questions.delete(message.id);
    question?.reply({ ...message, id: question.id });
  }

  private output(id: number, output: (KernelMessage & { readonly type: 'output' })['output']): void {
    if (!this.cells.some((cell) => cell.id === id)) return;
    this.cells = this.cells.map((cell) => (cell.id === id ? withOutput(cell, output) : cell));
    this.said.emit({ type: 'output', id, output });
    this.forgetOldCells();
  }

  private mark(id: number, change: Partial<CellMark>): void {
    const before = this.cells.find((cell) => cell.id === id);
    if (before === undefined) return;
    const cell = { ...before, ...change };
    this.cells = this.cells.map((each) => (each === before ? cell : each));
    const { count, phase, ok } = cell;
    this.said.emit({ type: 'mark', id, count, phase, ok });
    if (this.state.kind === 'ready' && this.state.busy !== this.isBusy()) {
      this.move({ ...this.state, busy: this.isBusy() });
    }
  }

  private isBusy(): boolean {
    return this.cells.some(({ phase }) => phase === 'running');
  }

  private ask(prompt: KernelHost['prompt']): void {
    if (prompt === this.prompt) return;
    this.prompt = prompt;
    this.said.emit({ type: 'prompt', prompt });
  }

  private ended(lastWords: string): void {
    this.end();
    const why = lastWords === '' ? '' : ` ${lastWords}`;
    this.move({ kind: 'failed', what: 'kernel', message: `The program that runs the kernel has ended.${why}` });
  }

  private move(state: KernelState): void {
    this.state = state;
    this.said.emit({ type: 'state', state });
  }

  /** Nothing will come of them any more. */
  private finishCells(): void {
    for (const { id, phase } of this.cells) {
      if (phase !== 'done') this.mark(id, { phase: 'done', ok: false });
    }
  }

  private forgetOldCells(): void {
    const sizes = this.cells.map(sizeOf);
    let total = sizes.reduce((sum, size) => sum + size, 0);
    let dropped = 0;
    while (dropped < this.cells.length - 1 && (this.cells.length - dropped > MOST_CELLS || total > MOST_CHARACTERS)) {
      total -= sizes[dropped];
      dropped += 1;
    }
    if (dropped === 0) return;
    this.cells = this.cells.slice(dropped);
    this.said.emit({ type: 'cells', cells: this.cells });
  }
}

function sizeOf({ code, outputs }: KernelCell): number {
  let size = code.length;
  for (const output of outputs) {
    if (output.kind === 'data') for (const text of Object.values(output.data)) size += text.length;
    else size += output.text.length;
  }
  return size;
}

function failure({ what, message }: BridgeMessage & { readonly type: 'failed' }, python: string): string {
  if (what === 'ipykernel') {
    return `${python} has no IPython kernel. Install it with: ${python} -m pip install ipykernel numpy matplotlib`;
  }
  return `The kernel could not be started: ${message}`;
}

function noNumpy(trouble: string, python: string): string {
  const isNumpy = trouble.includes("'numpy'");
  const how = isNumpy ? ` Install it with: ${python} -m pip install numpy, then restart the kernel.` : '';
  return `There is no m, c and s: ${trouble}.${how}`;
}

interface BridgeEvents {
  said(message: BridgeMessage): void;
  /** It has ended without being told to; `lastWords` is what it said on stderr. */
  ended(lastWords: string): void;
}

/** The process of one bridge, and the kernel's line to the engine. */
class Bridge {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly engine: EngineHost;
  private peer: EnginePeer | null = null;
  private lastWords = '';
  private isOver = false;

  constructor(python: string, engine: EngineHost, events: BridgeEvents) {
    this.engine = engine;
    const { folder } = engine.opened.summary;
    this.child = spawn(python, ['-B', join(packageFolder(), 'kernel', 'bridge.py')], {
      cwd: existsSync(folder) ? folder : undefined,
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      env: { ...process.env, PYTHONUNBUFFERED: '1', PYTHONIOENCODING: 'utf-8' },
    });
    // What cannot be written any more is of no use to anybody.
    this.child.stdin.on('error', () => undefined);
    this.child.stderr.setEncoding('utf8');
    this.child.stderr.on('data', (text: string) => {
      this.lastWords = (this.lastWords + text).slice(-LAST_WORDS);
    });
    createInterface({ input: this.child.stdout, crlfDelay: Infinity }).on('line', (line) => {
      const message = parseBridgeMessage(line);
      if (message === null || this.isOver) return;
      this.relay(message);
      events.said(message);
    });
    const over = (why: string): void => {
      if (this.isOver) return;
      this.end();
      events.ended(why);
    };
    this.child.on('error', (error) => over(error.message));
    this.child.on('close', () => over(lastLine(this.lastWords)));
  }

  send(command: Readonly<Record<string, unknown>>): void {
    if (!this.isOver) this.child.stdin.write(`${JSON.stringify(command)}\n`);
  }

  /** The bridge ends its kernel when nobody speaks to it any more. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.peer?.leave();
    this.peer = null;
    this.child.stdin.end();
  }

  private relay(message: BridgeMessage): void {
    if (message.type === 'ask') return this.peer?.send(message.text);
    if (message.type !== 'join' && message.type !== 'leave') return;
    this.peer?.leave();
    this.peer = message.type === 'join' ? this.engine.join((frame) => this.frame(frame)) : null;
  }

  private frame(frame: Uint8Array): void {
    if (this.isOver) return;
    this.child.stdin.write(`${JSON.stringify({ type: 'frame', bytes: frame.byteLength })}\n`);
    this.child.stdin.write(frame);
  }
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';
