/** The program's side of the conversation with the windows of the start page (core/protocol/start.ts). */
import { sentenceOf } from '../core/base/errors.ts';
import { parseStartRequest } from '../core/protocol/validate.ts';
import type { StartMessage, StartPlace, StartRequest } from '../core/protocol/start.ts';
import { keepAppearance, keptAppearance } from './appearance.ts';
import { listFolder } from './listFolder.ts';
import { packageVersion } from './places.ts';
import type { Place, Program } from './program.ts';
import { lookAt } from './recentFacts.ts';

/** One window of the start page, as the server sees it. */
export interface StartPeer {
  receive(text: string): void;
  leave(): void;
}

export interface StartConversation {
  /** A window has come; `send` takes it one message, in order. */
  join(send: (message: StartMessage) => void): StartPeer;
  /** Tells every window that the program ends. */
  close(reason: string): void;
}

export function startConversation(program: Program): StartConversation {
  const windows = new Set<StartWindow>();
  const stop = program.moved.listen((place) => {
    for (const window of windows) window.moved(place);
  });
  /** A change that one window makes is seen by all. */
  const relist = (): void => {
    for (const window of windows) void window.list();
  };
  return {
    join(send) {
      const window = new StartWindow(program, send, relist);
      windows.add(window);
      void window.greet();
      return {
        receive: (text) => window.receive(text),
        leave() {
          windows.delete(window);
          window.leave();
        },
      };
    },
    close(reason) {
      stop();
      for (const window of windows) window.say({ type: 'closing', reason });
      windows.clear();
    },
  };
}

class StartWindow {
  private readonly program: Program;
  readonly say: (message: StartMessage) => void;
  private readonly relist: () => void;
  /** Aborted when the disk need not be looked at any more for the last list. */
  private looking = new AbortController();

  constructor(program: Program, say: (message: StartMessage) => void, relist: () => void) {
    this.program = program;
    this.say = say;
    this.relist = relist;
  }

  async greet(): Promise<void> {
    this.say({ type: 'hello', version: packageVersion(), appearance: await keptAppearance() });
    this.moved(this.program.place);
    await this.list();
  }

  moved(place: Place): void {
    this.say({ type: 'place', place: shown(place) });
  }

  /** The recent datasets, and then what the disk says about each. */
  async list(): Promise<void> {
    this.leave();
    const looking = new AbortController();
    this.looking = looking;
    const { datasets, trouble } = await this.program.recent.list();
    if (looking.signal.aborted) return;
    this.say({ type: 'recent', datasets, trouble });
    await lookAt(datasets, (facts) => this.say({ type: 'facts', facts }), looking.signal);
  }

  leave(): void {
    this.looking.abort();
  }

  receive(text: string): void {
    let request: StartRequest;
    try {
      request = parseStartRequest(text);
    } catch (error) {
      return this.say({ type: 'notice', message: sentenceOf(error) });
    }
    this.handle(request).catch((error: unknown) => this.say({ type: 'notice', message: sentenceOf(error) }));
  }

  private async handle(request: StartRequest): Promise<void> {
    const { program } = this;
    switch (request.type) {
      case 'list': {
        const listing = await listFolder(request.text, request.whole);
        return this.say({ type: 'listed', id: request.id, listing });
      }
      case 'open':
        return await program.openFromPage(request);
      case 'cancel':
        return program.cancel();
      case 'recent':
        return await this.list();
      case 'pin':
        await program.recent.pin(request.key, request.pinned);
        return this.relist();
      case 'remove':
        await program.recent.remove(request.key);
        return this.relist();
      case 'look':
        return await keepAppearance(request.appearance, (message) => this.say({ type: 'notice', message }));
      case 'quit':
        return program.quit();
    }
  }
}

function shown(place: Place): StartPlace {
  return place.kind === 'open' ? { kind: 'open' } : place;
}
