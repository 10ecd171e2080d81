/** The start page's way to the program: a mirror of what it says, and requests. A lost line is dialled again. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DatasetPath } from '../../core/protocol/messages.ts';
import {
  START_PATH,
  type Listing,
  type RecentDataset,
  type RecentFacts,
  type StartMessage,
  type StartPlace,
  type StartRequest,
} from '../../core/protocol/start.ts';
import { listenToSocket } from '../client/socketLine.ts';
import { DEFAULT_APPEARANCE, readAppearance, type Appearance } from '../theme/appearance.ts';

export interface StartState {
  readonly connection: 'connecting' | 'open' | 'lost' | 'closed';
  readonly version: string;
  readonly place: StartPlace;
  /** null until the list has come. */
  readonly recent: readonly RecentDataset[] | null;
  /** Why the list is empty though there is a file. */
  readonly trouble: string | null;
  /** By key; those that are not here yet are still being looked for. */
  readonly facts: ReadonlyMap<string, RecentFacts>;
  readonly appearance: Appearance;
  /** The last thing that went wrong beside opening. */
  readonly notice: string | null;
}

export interface StartClient {
  readonly state: StoreApi<StartState>;
  /** Names that complete `text`; with `whole` the text is a folder. Resolves with null when the line is lost. */
  list(text: string, whole: boolean): Promise<Listing | null>;
  open(dataset: DatasetPath): void;
  cancel(): void;
  pin(key: string, pinned: boolean): void;
  remove(key: string): void;
  /** Asks what the disk says about the recent datasets now. */
  refresh(): void;
  setAppearance(change: Partial<Appearance>): void;
  quit(): void;
}

const PAUSE_MS = 2000;

/** Connects to the program that served this page. `reload` loads the page again once a dataset is open. */
export function connectStart(reload: () => void): StartClient {
  const state = createStore<StartState>(() => ({
    connection: 'connecting',
    version: '',
    place: { kind: 'start', failure: null },
    recent: null,
    trouble: null,
    facts: new Map(),
    appearance: DEFAULT_APPEARANCE,
    notice: null,
  }));
  let socket: WebSocket | null = null;
  let nextId = 1;
  const waiting = new Map<number, (listing: Listing | null) => void>();
  // The field has the focus before the first line is up: what is asked for then is said as soon as it is.
  let early: StartRequest[] = [];

  /** Whether it was sent, or will be. */
  const send = (request: StartRequest): boolean => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request));
    else if (state.getState().connection === 'connecting') early.push(request);
    else return false;
    return true;
  };
  const opened = (): void => {
    const requests = early;
    early = [];
    for (const request of requests) send(request);
  };
  const received = (message: StartMessage): void => {
    if (message.type === 'listed') {
      waiting.get(message.id)?.(message.listing);
      return void waiting.delete(message.id);
    }
    state.setState((before) => updated(before, message));
    if (message.type === 'place' && message.place.kind === 'open') reload();
  };
  const lost = (): void => {
    socket = null;
    early = [];
    for (const resolve of waiting.values()) resolve(null);
    waiting.clear();
    if (state.getState().connection === 'closed') return;
    state.setState({ connection: 'lost' });
    setTimeout(dial, PAUSE_MS);
  };
  const dial = (): void => {
    const address = new URL(START_PATH, location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    socket = new WebSocket(address);
    listenToSocket(socket, { opened, received: (data) => received(JSON.parse(String(data))), closed: lost });
  };
  dial();
  return {
    state,
    list(text, whole) {
      const id = nextId++;
      return new Promise((resolve) => {
        if (send({ type: 'list', id, text, whole })) waiting.set(id, resolve);
        else resolve(null);
      });
    },
    open({ path, kwik, raw }) {
      state.setState({ notice: null });
      send({ type: 'open', path, kwik, raw });
    },
    cancel: () => void send({ type: 'cancel' }),
    pin: (key, pinned) => void send({ type: 'pin', key, pinned }),
    remove: (key) => void send({ type: 'remove', key }),
    refresh: () => void send({ type: 'recent' }),
    setAppearance(change) {
      const appearance = { ...state.getState().appearance, ...change };
      state.setState({ appearance });
      send({ type: 'look', appearance: { ...appearance } });
    },
    quit: () => void send({ type: 'quit' }),
  };
}

/** The state after a message. */
function updated(state: StartState, message: StartMessage): StartState {
  switch (message.type) {
    case 'hello': {
      const { version, appearance } = message;
      return { ...state, connection: 'open', version, appearance: readAppearance(appearance) };
    }
    case 'place':
      return { ...state, place: message.place };
    case 'recent':
      return { ...state, recent: message.datasets, trouble: message.trouble };
    case 'facts':
      return { ...state, facts: new Map(state.facts).set(message.facts.key, message.facts) };
    case 'notice':
      return { ...state, notice: message.message };
    case 'closing':
      return { ...state, connection: 'closed', notice: message.reason };
    case 'listed':
      return state;
  }
}
