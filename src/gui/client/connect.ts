/**
 * The client over any line: a WebSocket in the program, a channel in memory in tests. A lost line is dialled again with growing pauses;
 * a fresh welcome then restores the whole mirror, and questions still open are asked again.
 */
import { createStore } from 'zustand/vanilla';
import { abortedError, PhyError, type ErrorKind } from '../../core/base/errors.ts';
import type { ParamValue } from '../../core/base/params.ts';
import {
  PROTOCOL_VERSION,
  type ActionResult,
  type ClientMessage,
  type EngineMessage,
  type SavedState,
} from '../../core/protocol/messages.ts';
import { Signal } from '../../core/base/scope.ts';
import type { Answer, Client, KeptElsewhere, Message, Mirror } from './client.ts';
import { emptyMirror, said, updated, welcomed } from './mirrorState.ts';

/** One open line to the engine. */
interface Line {
  send(message: ClientMessage): void;
  close(): void;
}
export interface LineEvents {
  opened(): void;
  received(message: EngineMessage): void;
  /** `moved`: what the page shows is not open any more (MOVED_CODE). */
  closed(moved: boolean): void;
  /** Another start of the program answers, and does not know this page. `closed` is not called then. */
  refused(): void;
}
/** Starts a line. `closed` or `refused` is called once, also when it never opened. */
export type Dial = (events: LineEvents) => Line;

/** A client that can be hung up. */
export interface Connection extends Client {
  close(): void;
}

/** Pauses before each new attempt, in milliseconds; the last one repeats. */
const PAUSES_MS = [500, 1000, 2000, 4000, 8000];

/** What was sent so long before the engine was heard again has arrived. */
const ARRIVED_MS = 5000;

type Keep = ClientMessage & { readonly type: 'keep' };

interface PendingAsk {
  readonly message: ClientMessage & { readonly type: 'ask' };
  readonly resolve: (answer: Answer<unknown>) => void;
  readonly reject: (error: Error) => void;
}

/** What a window says that belongs to an earlier start of the program. */
export const STRANDED = {
  replaced: 'phy was started again. Reload this window to go on with it; it asks there about what was not saved.',
  refused: 'phy was started again. Open the address that it printed; this window belongs to the start before.',
} as const;

const ERROR_KINDS: ReadonlySet<string> = new Set(['input', 'usage', 'missing', 'refused', 'held', 'aborted']);
const isErrorKind = (kind: string): kind is ErrorKind => ERROR_KINDS.has(kind);

/** Loads the page of whatever is open now. Nothing of a dataset can survive into the next one. */
const loadAgain = (): void => location.replace(`/${location.search}`);

/**
 * Dials at once and keeps dialling until `close` or until the engine says that it ends. `reload` is called when another dataset, or none, is
 * open at the other end.
 */
export function connect(dial: Dial, reload: () => void = loadAgain): Connection {
  const mirror = createStore<Mirror>(emptyMirror);
  const asks = new Map<number, PendingAsk>();
  const acts = new Map<number, { readonly action: string; readonly resolve: (result: ActionResult) => void }>();
  const keptElsewhere = new Signal<KeptElsewhere>();
  const kept: Record<KeptElsewhere['scope'], Record<string, unknown>> = { user: {}, dataset: {} };
  // Kept while the line was lost, by scope and key: said once it is back. So is what was sent last: it may not have arrived.
  const unsaid = new Map<string, Keep>();
  const saidLately = new Map<string, { readonly message: Keep; readonly at: number }>();
  // Actions that were on their way when the line was lost: nobody knows here whether they arrived.
  const unheard = new Set<string>();
  let line: Line | null = null;
  let nextId = 1;
  let messageId = 1;
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const isOpen = (): boolean => mirror.getState().connection === 'open';
  const isOver = (): boolean => ['closed', 'replaced', 'refused'].includes(mirror.getState().connection);
  const addMessage = (message: Omit<Message, 'id' | 'at'>): void =>
    mirror.setState((state) => said(state, { ...message, id: messageId++, at: Date.now() }));

  const start = (): void => {
    timer = null;
    line = dial({
      opened: () => line?.send({ type: 'hello', protocol: PROTOCOL_VERSION }),
      received,
      closed: lost,
      refused: () => strand('refused'),
    });
  };

  const lost = (moved: boolean): void => {
    line = null;
    if (isOver()) return;
    for (const [name, { message }] of saidLately) unsaid.set(name, message);
    saidLately.clear();
    if (moved || mirror.getState().connection === 'leaving') return leave();
    const pause = PAUSES_MS[Math.min(attempt++, PAUSES_MS.length - 1)] ?? 0;
    mirror.setState({ connection: 'lost', retryAt: Date.now() + pause, busy: null });
    timer = setTimeout(start, pause);
    for (const { action } of acts.values()) unheard.add(action);
    answerActs('The connection was lost before the answer came. What the journal holds is shown once it is back.');
  };

  /** This window belongs to an earlier start of the program: what it shows is kept in sight, and nothing more is done. */
  const strand = (connection: 'replaced' | 'refused'): void => {
    mirror.setState({ connection, retryAt: null, busy: null });
    addMessage({ level: 'error', text: STRANDED[connection], quiet: true });
    dropRequests(STRANDED[connection]);
    const last = line;
    line = null;
    last?.close();
  };

  /** The page is loaded again; until then nothing is asked and nothing can be done. */
  const leave = (): void => {
    mirror.setState({ connection: 'leaving', retryAt: null, busy: null });
    dropRequests('The dataset was closed.');
    reload();
  };

  const answerActs = (message: string): void => {
    const waiting = [...acts.values()];
    acts.clear();
    mirror.setState({ acting: 0 });
    for (const { action, resolve } of waiting) resolve(refusal(action, message));
  };

  const received = (message: EngineMessage): void => {
    const now = Date.now();
    for (const [name, { at }] of saidLately) if (now - at > ARRIVED_MS) saidLately.delete(name);
    switch (message.type) {
      case 'welcome':
        return greet(message);
      case 'state': {
        mirror.setState((state) => updated(state, message.update));
        // What this window asked for is said when its result comes.
        const { change } = message.update;
        if (acts.size === 0 && change !== null) sayChange({ ok: true, message: change.message, change });
        return;
      }
      case 'answer': {
        const { answer, params, revision, engineMs } = message;
        return take(message.id)?.resolve({ answer, params, revision, engineMs });
      }
      case 'failed': {
        const kind = isErrorKind(message.kind) ? message.kind : 'refused';
        return take(message.id)?.reject(new PhyError(kind, message.message, message.facts));
      }
      case 'acted':
        return acted(message.id, message.result);
      case 'notice':
        return addMessage({ level: message.level, text: message.message });
      case 'keymap':
        return mirror.setState({ keymap: message.keymap });
      case 'busy':
        return mirror.setState({ busy: message.text === null ? null : { ...message, text: message.text } });
      case 'kept': {
        const { scope, key, value } = message;
        kept[scope] = { ...kept[scope], [key]: value };
        return keptElsewhere.emit({ scope, key });
      }
      case 'layouts':
        return mirror.setState({ layouts: message.layouts });
      case 'closing':
        return message.goesOn ? freeze(message.reason) : hangUp(message.reason);
    }
  };

  const take = (id: number): PendingAsk | undefined => {
    const ask = asks.get(id);
    asks.delete(id);
    return ask;
  };

  const greet = (welcome: EngineMessage & { readonly type: 'welcome' }): void => {
    const before = mirror.getState();
    if (before.dataset !== null) {
      if (before.dataset.folder !== welcome.dataset.folder) return leave();
      if (before.startedAt !== welcome.startedAt) return strand('replaced');
    }
    attempt = 0;
    const changed = adoptKept(welcome.kept);
    mirror.setState((state) => welcomed(state, welcome));
    const late = [...unsaid.values()];
    unsaid.clear();
    for (const message of late) tellKept(message);
    for (const { message } of asks.values()) line?.send(message);
    if (before.dataset === null) return;
    for (const change of changed) keptElsewhere.emit(change);
    sayBack();
  };

  const sayBack = (): void => {
    const names = [...unheard].join(', ');
    unheard.clear();
    if (names === '') return addMessage({ level: 'info', text: 'The connection is back. Nothing was lost.' });
    const text = `The connection is back, but no answer to ${names} came: look whether it was done before you do it again.`;
    addMessage({ level: 'warning', text });
  };

  const tellKept = (message: Keep): void => {
    const name = `${message.scope} ${message.key}`;
    if (isOpen()) {
      line?.send(message);
      saidLately.set(name, { message, at: Date.now() });
    } else if (mirror.getState().connection === 'lost') unsaid.set(name, message);
  };

  /** What is kept from now on: as the engine says, but for what this window changed meanwhile. Returns what others changed. */
  const adoptKept = (told: Readonly<Record<KeptElsewhere['scope'], SavedState>>): readonly KeptElsewhere[] => {
    const changed: KeptElsewhere[] = [];
    for (const scope of ['user', 'dataset'] as const) {
      const before = kept[scope];
      kept[scope] = { ...told[scope] };
      for (const own of unsaid.values()) if (own.scope === scope) kept[scope][own.key] = own.value;
      for (const key of new Set([...Object.keys(before), ...Object.keys(kept[scope])]))
        if (JSON.stringify(before[key]) !== JSON.stringify(kept[scope][key])) changed.push({ scope, key });
    }
    return changed;
  };

  const sayChange = (result: Told): void => {
    if (result.message !== '') addMessage(spoken(result, mirror.getState()));
  };

  const acted = (id: number, result: ActionResult): void => {
    const waiting = acts.get(id);
    acts.delete(id);
    mirror.setState({ acting: acts.size });
    sayChange(result);
    waiting?.resolve(result);
  };

  const hangUp = (reason: string): void => {
    mirror.setState({ connection: 'closed', retryAt: null, busy: null });
    if (timer !== null) clearTimeout(timer);
    addMessage({ level: 'info', text: reason });
    dropRequests(reason);
    line?.close();
    line = null;
  };

  /** The dataset is being closed; the line ends when the page can be loaded again. */
  const freeze = (reason: string): void => {
    mirror.setState({ connection: 'leaving', busy: null });
    dropRequests(reason);
  };

  const dropRequests = (reason: string): void => {
    answerActs(reason);
    for (const { reject } of asks.values()) reject(abortedError());
    asks.clear();
  };

  const perform = (action: string, message: (id: number) => ClientMessage): Promise<ActionResult> => {
    if (!isOpen()) {
      const { connection } = mirror.getState();
      const text =
        connection === 'replaced' || connection === 'refused'
          ? `${action} was not done. ${STRANDED[connection]}`
          : `Connection lost: ${action} was not done. It works again once the connection is back.`;
      addMessage({ level: 'warning', text });
      return Promise.resolve(refusal(action, text));
    }
    const id = nextId++;
    return new Promise((resolve) => {
      acts.set(id, { action, resolve });
      mirror.setState({ acting: acts.size });
      line?.send(message(id));
    });
  };

  const ask = <A>(
    query: string,
    clusters: readonly number[],
    params: Readonly<Record<string, ParamValue>>,
    signal: AbortSignal,
  ): Promise<Answer<A>> => {
    if (signal.aborted) return Promise.reject(abortedError());
    const id = nextId++;
    return new Promise((resolve, reject) => {
      const message = { type: 'ask', id, query, clusters, params } as const;
      const abort = (): void => {
        asks.delete(id);
        if (isOpen()) line?.send({ type: 'cancel', id });
        reject(abortedError());
      };
      signal.addEventListener('abort', abort, { once: true });
      const settled = (): void => signal.removeEventListener('abort', abort);
      asks.set(id, {
        message,
        // The caller names the answer's type: the query of that name in views/queries.ts makes it.
        resolve: (answer) => {
          settled();
          resolve(answer as Answer<A>);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
      if (isOpen()) line?.send(message);
    });
  };

  start();
  return {
    mirror,
    ask,
    act: (action, args = []) => perform(action, (id) => ({ type: 'act', id, action, args })),
    kept: (scope): SavedState => kept[scope],
    keep(scope, key, value) {
      kept[scope] = { ...kept[scope], [key]: value };
      tellKept({ type: 'keep', scope, key, value });
    },
    keptElsewhere,
    changeLayouts: (change) => perform('layouts', (id) => ({ type: 'layouts', id, change })),
    export: (request) => perform('export', (id) => ({ type: 'export', id, ...request })),
    allowPlugins: () => perform('allow_plugins', (id) => ({ type: 'allow_plugins', id })),
    stop() {
      if (isOpen()) line?.send({ type: 'stop' });
    },
    async recover(choice) {
      const result = await perform(choice, (id) => ({ type: 'recover', id, choice }));
      if (result.ok) mirror.setState({ recovery: null });
      return result;
    },
    writeKeymap: (before, text) => perform('edit_shortcuts', (id) => ({ type: 'keymap', id, before, text })),
    rereadKeymap() {
      if (isOpen()) line?.send({ type: 'reread_keymap' });
    },
    expect(clusters) {
      if (isOpen()) line?.send({ type: 'expect', clusters });
    },
    tell(text) {
      if (isOpen()) line?.send({ type: 'tell', text });
    },
    screenshot: (view, format, bytes) =>
      perform('screenshot', (id) => ({ type: 'screenshot', id, view, format, data: base64(bytes) })),
    exit: (choice, next) => perform('exit', (id) => ({ type: 'exit', id, choice, next })),
    say: (level, text) => addMessage({ level, text }),
    close() {
      mirror.setState({ connection: 'closed', retryAt: null });
      if (timer !== null) clearTimeout(timer);
      line?.close();
    },
  };
}

function refusal(action: string, message: string): ActionResult {
  return { action, ok: false, message, change: null };
}

type Told = Pick<ActionResult, 'ok' | 'message' | 'change' | 'changedFile'>;

/** The line in Messages for a result: an undo button for what can be undone, quiet for what tables already show. */
function spoken(result: Told, mirror: Mirror): Omit<Message, 'id' | 'at'> {
  const change = result.change;
  // A filter that cannot be read changed the table all the same, and the sentence is under its box.
  if (!result.ok && change === null) {
    return { level: 'warning', text: result.message, ...(result.changedFile !== undefined && { saveOver: true }) };
  }
  const undoable = change !== null && change.description !== null && change.history === null;
  if (undoable) return { level: 'info', text: result.message, undoRevision: mirror.snapshot?.revision ?? 0 };
  const quiet = change !== null && change.description === null && change.history === null;
  return quiet ? { level: 'info', text: result.message, quiet } : { level: 'info', text: result.message };
}

/** Text of bytes for the one message that carries a picture as JSON. */
function base64(bytes: Uint8Array): string {
  const CHUNK = 0x8000;
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK) binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(binary);
}
