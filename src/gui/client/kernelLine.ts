/** The window's line to the kernel of the IPython view: one for all views of the window, dialled again when it is lost. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  KERNEL_PATH,
  type KernelAnswer,
  type KernelCell,
  type KernelMessage,
  type KernelRequest,
  type KernelState,
} from '../../core/protocol/kernel.ts';
import { withOutput } from '../../core/protocol/kernelCells.ts';
import type { Client } from './client.ts';
import { listenToSocket } from './socketLine.ts';

export interface KernelMirror {
  readonly line: 'connecting' | 'open' | 'lost';
  readonly state: KernelState;
  /** Oldest first. */
  readonly cells: readonly KernelCell[];
  /** The running code waits for a line of text. */
  readonly prompt: { readonly text: string; readonly isPassword: boolean } | null;
}

type Question = KernelRequest & { readonly type: 'complete' | 'inspect' | 'isComplete' | 'history' };
/** `Omit` for each member of a union. */
type WithoutId<Q> = Q extends unknown ? Omit<Q, 'id'> : never;

export interface KernelLine {
  readonly mirror: StoreApi<KernelMirror>;
  send(request: KernelRequest): void;
  /** The answer, or null when none came in time: a busy kernel answers later. */
  ask(question: WithoutId<Question>): Promise<KernelAnswer | null>;
}

const PAUSE_MS = 1500;
/** A question is given up after this long: whoever types does not wait for a kernel that computes. */
const PATIENCE_MS = 4000;

const lines = new WeakMap<Client, KernelLine>();

/** The line of the client's window; dialled at the first call. */
export function kernelLineOf(client: Client): KernelLine {
  const line = lines.get(client) ?? dialKernel(client);
  lines.set(client, line);
  return line;
}

function dialKernel(client: Client): KernelLine {
  const mirror = createStore<KernelMirror>(() => ({
    line: 'connecting',
    state: { kind: 'off' },
    cells: [],
    prompt: null,
  }));
  const questions = new Map<number, (answer: KernelAnswer | null) => void>();
  let nextId = 1;
  let socket: WebSocket | null = null;

  const answered = (answer: KernelAnswer): void => {
    questions.get(answer.id)?.(answer);
    questions.delete(answer.id);
  };
  const received = (message: KernelMessage): void => {
    switch (message.type) {
      case 'state':
        return mirror.setState({ state: message.state });
      case 'cells':
        return mirror.setState({ cells: message.cells });
      case 'cell':
        return mirror.setState(({ cells }) => ({ cells: [...cells, message.cell] }));
      case 'mark': {
        const { type: _, ...mark } = message;
        return mirror.setState(({ cells }) => ({
          cells: cells.map((cell) => (cell.id === mark.id ? { ...cell, ...mark } : cell)),
        }));
      }
      case 'output':
        return mirror.setState(({ cells }) => ({
          cells: cells.map((cell) => (cell.id === message.id ? withOutput(cell, message.output) : cell)),
        }));
      case 'prompt':
        return mirror.setState({ prompt: message.prompt });
      case 'completed':
      case 'inspected':
      case 'isComplete':
      case 'history':
        return answered(message);
    }
  };
  const dial = (): void => {
    const address = new URL(KERNEL_PATH, location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const dialled = new WebSocket(address);
    socket = dialled;
    listenToSocket(dialled, {
      opened: () => mirror.setState({ line: 'open' }),
      // The program that sent this page is the only one at the other end.
      received(data) {
        if (typeof data === 'string') received(JSON.parse(data) as KernelMessage);
      },
      closed: lost,
    });
  };
  const lost = (): void => {
    mirror.setState({ line: 'lost' });
    for (const settle of questions.values()) settle(null);
    questions.clear();
    const { connection } = client.mirror.getState();
    if (connection === 'open' || connection === 'lost' || connection === 'connecting') setTimeout(dial, PAUSE_MS);
  };
  const send = (request: KernelRequest): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request));
  };
  dial();
  return {
    mirror,
    send,
    ask(question) {
      const id = nextId++;
      return new Promise((resolve) => {
        const timer = setTimeout(() => settle(null), PATIENCE_MS);
        const settle = (answer: KernelAnswer | null): void => {
          clearTimeout(timer);
          questions.delete(id);
          resolve(answer);
        };
        questions.set(id, settle);
        if (mirror.getState().line === 'open') send({ ...question, id });
        else settle(null);
      });
    },
  };
}
