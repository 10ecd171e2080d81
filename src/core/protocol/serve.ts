/** Joins one session to any number of clients: everybody sees the same state, each gets the answers to its own questions. */
import { isAborted, PhyError, sentenceOf } from '../base/errors.ts';
import type { Session } from '../engine/session.ts';
import type {
  ActionResult,
  ClientMessage,
  EngineMessage,
  Next,
  Snapshot,
  SnapshotChange,
  StateUpdate,
} from './messages.ts';
import { PROTOCOL_VERSION } from './messages.ts';
import { parseClientMessage } from './validate.ts';

/** The way to one client, in order. */
export interface Channel {
  send(message: EngineMessage): void;
}

/** One client, as the transport sees it. */
export interface Peer {
  /** A message as it came in; anything that is not one is answered with a notice. */
  receive(text: string): void;
  /** The line is gone: its questions are cancelled. */
  leave(): void;
}

export interface Served {
  join(channel: Channel): Peer;
  /** Tells every client that the engine ends, whether the program goes on without it, and forgets them. */
  close(reason: string, goesOn: boolean): void;
}

/** Called after a client closed the dataset: by the Exit action without `next`, else to go on with that. */
type OnExit = (next: Next | undefined) => void;

export function serve(session: Session, onExit: OnExit): Served {
  const clients = new Set<Client>();
  const broadcast = (message: EngineMessage): void => {
    for (const client of clients) if (client.greeted) client.send(message);
  };
  const stopListening = [
    session.updates.listen((update) => {
      for (const client of clients) if (client.greeted) client.update(update);
    }),
    session.notices.listen((notice) => broadcast({ type: 'notice', ...notice })),
    session.keymaps.listen((keymap) => broadcast({ type: 'keymap', keymap })),
    session.busy.listen((busy) => broadcast({ type: 'busy', ...busy })),
    session.keeping.listen(({ scope, key, value, by }) => {
      for (const client of clients) {
        if (client !== by && client.greeted) client.send({ type: 'kept', scope, key, value });
      }
    }),
    session.layouts.listen((layouts) => broadcast({ type: 'layouts', layouts })),
  ];
  return {
    join(channel) {
      const client = new Client(session, channel, onExit);
      clients.add(client);
      return {
        receive: (text) => client.receive(text),
        leave() {
          clients.delete(client);
          client.cancelAll();
        },
      };
    },
    close(reason, goesOn) {
      broadcast({ type: 'closing', reason, goesOn });
      for (const stop of stopListening) stop();
      for (const client of clients) client.cancelAll();
      clients.clear();
    },
  };
}

class Client {
  /** True once it has the whole state; only then do changes make sense to it. */
  greeted = false;
  /** The state that it has. */
  private known: Snapshot | null = null;
  private readonly session: Session;
  private readonly channel: Channel;
  private readonly onExit: OnExit;
  private readonly requests = new Map<number, AbortController>();

  constructor(session: Session, channel: Channel, onExit: OnExit) {
    this.session = session;
    this.channel = channel;
    this.onExit = onExit;
  }

  send(message: EngineMessage): void {
    this.channel.send(message);
  }

  /** Sends what is other than it knows: most actions leave the long lists of the tables as they are. */
  update(update: StateUpdate): void {
    const snapshot = changesFrom(this.known, update.snapshot);
    this.known = update.snapshot;
    this.send({ type: 'state', update: { ...update, snapshot } });
  }

  cancelAll(): void {
    for (const request of this.requests.values()) request.abort();
    this.requests.clear();
  }

  receive(text: string): void {
    let message: ClientMessage;
    try {
      message = parseClientMessage(text);
    } catch (error) {
      return this.send({ type: 'notice', level: 'error', message: sentenceOf(error) });
    }
    this.handle(message);
  }

  private handle(message: ClientMessage): void {
    switch (message.type) {
      case 'hello':
        return this.greet(message.protocol);
      case 'ask':
        return void this.answer(message);
      case 'cancel':
        return this.cancel(message.id);
      case 'act':
        return void this.reply(message.id, message.action, this.session.act(message.action, message.args));
      case 'keep':
        return this.session.keep(message.scope, message.key, message.value, this);
      case 'export':
        return void this.reply(message.id, 'export', this.session.export(message));
      case 'layouts':
        return void this.reply(message.id, 'layouts', this.session.changeLayouts(message.change));
      case 'allow_plugins':
        return void this.reply(message.id, 'allow_plugins', this.session.allowPlugins());
      case 'stop':
        return this.session.stop();
      case 'keymap':
        return void this.reply(message.id, 'edit_shortcuts', this.session.writeKeymap(message.before, message.text));
      case 'reread_keymap':
        return void this.session.rereadKeymap();
      case 'expect':
        return this.session.expect(message.clusters);
      case 'tell':
        return this.session.tell(message.text);
      case 'recover':
        return void this.reply(message.id, 'recover', this.session.recover(message.choice));
      case 'screenshot':
        return void this.reply(
          message.id,
          'screenshot',
          this.session.screenshot(message.view, message.format, message.data),
        );
      case 'exit':
        return void this.exit(message);
    }
  }

  private greet(protocol: number): void {
    if (protocol !== PROTOCOL_VERSION) {
      const reason = 'This window belongs to another version of phy. Reload it.';
      return this.send({ type: 'notice', level: 'error', message: reason });
    }
    this.greeted = true;
    const welcome = this.session.welcome();
    this.known = welcome.state.snapshot;
    this.send(welcome);
    // The file may have been edited since; whoever sees another one is told.
    void this.session.rereadKeymap();
  }

  private cancel(id: number): void {
    this.requests.get(id)?.abort();
    this.requests.delete(id);
  }

  /** The one place where an answer is dropped: it was cancelled, or asked again under the same id, while it was computed. */
  private async answer({ id, query, clusters, params }: ClientMessage & { readonly type: 'ask' }): Promise<void> {
    this.cancel(id);
    const request = new AbortController();
    this.requests.set(id, request);
    const message = await this.compute(id, () => this.session.ask(query, clusters, params, request.signal));
    if (request.signal.aborted) return;
    this.requests.delete(id);
    this.send(message);
  }

  private async compute(id: number, ask: () => ReturnType<Session['ask']>): Promise<EngineMessage> {
    try {
      return { type: 'answer', id, ...(await ask()) };
    } catch (error) {
      if (error instanceof PhyError) {
        return { type: 'failed', id, kind: error.kind, message: error.message, facts: error.facts };
      }
      const kind = isAborted(error) ? 'aborted' : 'defect';
      return { type: 'failed', id, kind, message: sentenceOf(error), facts: {} };
    }
  }

  private async reply(id: number, action: string, result: Promise<ActionResult>): Promise<ActionResult> {
    const settled = await result.catch((error: unknown) => refusal(action, error));
    this.send({ type: 'acted', id, result: settled });
    return settled;
  }

  private async exit({ id, choice, next }: ClientMessage & { readonly type: 'exit' }): Promise<void> {
    const result = await this.reply(id, 'exit', this.session.finish(choice));
    if (result.ok) this.onExit(next);
  }
}

/** Parts of an immutable state that are not the very same as before. */
function changesFrom(known: Snapshot | null, next: Snapshot): SnapshotChange {
  if (known === null) return next;
  const before = new Map<string, unknown>(Object.entries(known));
  const changed = Object.entries(next).filter(([key, value]) => !Object.is(value, before.get(key)));
  return { ...Object.fromEntries(changed), revision: next.revision };
}

function refusal(action: string, error: unknown): ActionResult {
  return { action, ok: false, message: sentenceOf(error), change: null };
}
