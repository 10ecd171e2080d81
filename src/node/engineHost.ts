/** Starts the engine in its own thread, so that the server never waits for a computation, and relays what is said in both directions. */
import { Worker } from 'node:worker_threads';
import { PhyError, type ErrorKind } from '../core/base/errors.ts';
import type { KwikChoice } from '../core/dataset/readers/kwikModel.ts';
import type { RawChoice } from '../core/dataset/readers/rawRecording.ts';
import type { Opened } from '../core/engine/session.ts';
import type { Next } from '../core/protocol/messages.ts';
import type { PluginModule } from './plugins/loadPlugins.ts';

/** What the engine's thread is started with; must survive structured cloning. */
export interface EngineOptions {
  /** Absolute path of params.py, of a .kwik file, or of a raw file. */
  readonly paramsPath: string;
  /** Which part of a .kwik file to open. */
  readonly kwik?: KwikChoice;
  /** What a person says of a raw file that is opened without a sorting. */
  readonly raw?: RawChoice;
  readonly guiName: string;
  /** Paths of `--plugin`. */
  readonly plugins: readonly string[];
}

export type ToEngine =
  | { readonly kind: 'join'; readonly client: number }
  | { readonly kind: 'text'; readonly client: number; readonly text: string }
  | { readonly kind: 'leave'; readonly client: number }
  | { readonly kind: 'address'; readonly url: string }
  | { readonly kind: 'stop'; readonly reason: string };

export type FromEngine =
  | ({ readonly kind: 'progress' } & OpeningStep)
  | { readonly kind: 'opened'; readonly opened: Opened; readonly modules: readonly PluginModule[] }
  | { readonly kind: 'refused'; readonly error: PlainError }
  | { readonly kind: 'frame'; readonly client: number; readonly frame: Uint8Array; readonly isAnswer: boolean }
  /** The session is closed, everything is on the disk. */
  | ({ readonly kind: 'stopped' } & Ended);

/** What is being read, and how far opening has come, 0 to 1. */
export interface OpeningStep {
  readonly text: string;
  readonly fraction: number;
}

/** How an engine ended. */
export interface Ended {
  /** What the window that closed the dataset wants next; absent when the program is to end. */
  readonly next?: Next;
  readonly clusterCount: number;
  /** Actions that are in the journal only: the next start offers to restore them. */
  readonly unsaved: number;
}

/** An error as it crosses threads. */
export interface PlainError {
  readonly kind: ErrorKind | null;
  readonly message: string;
  readonly stack: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface EnginePeer {
  send(text: string): void;
  leave(): void;
}

/** `isAnswer`: the frame answers a question and says nothing about the state. */
export type ReceiveFrame = (frame: Uint8Array, isAnswer: boolean) => void;

export interface EngineHost {
  readonly opened: Opened;
  /** Files of plugins that windows may fetch. */
  readonly modules: readonly PluginModule[];
  /** Adds a client; `receive` gets every frame for it. */
  join(receive: ReceiveFrame): EnginePeer;
  /** Writes the address into the lock, so that a second start can name it. */
  announce(url: string): void;
  /** Resolves when the engine has ended: on request, by a window, or (rejected) by a defect. */
  readonly ended: Promise<Ended>;
  /** Closes the session and its thread; unsaved actions stay in the journal. Windows are told so after `reason`. */
  stop(reason: string): Promise<Ended>;
}

/** A dataset that is being opened. */
export interface Opening {
  /** Rejects with what opening throws. */
  readonly engine: Promise<EngineHost>;
  /** Nobody waits for it any longer: it is closed as soon as it is open. */
  abandon(): void;
}

/** Opens the dataset in a new thread. `entry` is the compiled main.engine file. */
export function startEngine(entry: URL, options: EngineOptions, onStep: (step: OpeningStep) => void): Opening {
  const worker = new Worker(entry, { workerData: options, name: 'engine' });
  const receivers = new Map<number, ReceiveFrame>();
  const tell = (message: ToEngine): void => worker.postMessage(message);
  worker.on('message', (message: FromEngine) => {
    if (message.kind === 'progress') onStep(message);
  });
  const { opened, ended } = watch(worker, receivers);
  return {
    engine: opened.then((facts) => hostOf(facts, ended, receivers, tell)),
    abandon: () => tell({ kind: 'stop', reason: '' }),
  };
}

function hostOf(
  { opened, modules }: OpenedEngine,
  ended: Promise<Ended>,
  receivers: Map<number, ReceiveFrame>,
  tell: (message: ToEngine) => void,
): EngineHost {
  let nextClient = 1;
  return {
    opened,
    modules,
    join(receive) {
      const client = nextClient++;
      receivers.set(client, receive);
      tell({ kind: 'join', client });
      return {
        send: (text) => tell({ kind: 'text', client, text }),
        leave() {
          receivers.delete(client);
          tell({ kind: 'leave', client });
        },
      };
    },
    announce: (url) => tell({ kind: 'address', url }),
    ended,
    stop(reason) {
      tell({ kind: 'stop', reason });
      return ended;
    },
  };
}

type OpenedEngine = Pick<EngineHost, 'opened' | 'modules'>;

interface Watched {
  readonly opened: Promise<OpenedEngine>;
  readonly ended: Promise<Ended>;
}

function watch(worker: Worker, receivers: ReadonlyMap<number, ReceiveFrame>): Watched {
  const opened = new Promise<OpenedEngine>((resolve, reject) => {
    worker.on('message', (message: FromEngine) => {
      if (message.kind === 'opened') resolve(message);
      if (message.kind === 'refused') reject(reviveError(message.error));
    });
    worker.on('error', (error) => reject(asError(error)));
    worker.on('exit', () => reject(new Error('the engine ended before it had opened the dataset')));
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    let stopped: Ended | null = null;
    worker.on('message', (message: FromEngine) => {
      if (message.kind === 'frame') receivers.get(message.client)?.(message.frame, message.isAnswer);
      if (message.kind === 'stopped') stopped = message;
    });
    worker.on('error', (error) => reject(asError(error)));
    worker.on('exit', () => {
      if (stopped !== null) resolve(stopped);
      else reject(new Error('the engine ended unexpectedly'));
    });
  });
  ended.catch(() => undefined);
  return { opened, ended };
}

/** For crossing to another thread. */
export function plainError(error: unknown): PlainError {
  if (error instanceof PhyError) {
    return { kind: error.kind, message: error.message, stack: error.stack ?? '', facts: error.facts };
  }
  const { message, stack } = asError(error);
  return { kind: null, message, stack: stack ?? '', facts: {} };
}

function reviveError({ kind, message, stack, facts }: PlainError): Error {
  const error = kind === null ? new Error(message) : new PhyError(kind, message, facts);
  error.stack = stack;
  return error;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
