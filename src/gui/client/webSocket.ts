/** A line over a WebSocket of the page's own server; large frames are announced there and fetched over HTTP. */
import { decodeFrame } from '../../core/protocol/frame.ts';
import {
  BLOB_PATH,
  MOVED_CODE,
  SOCKET_PATH,
  type BlobNotice,
  type EngineMessage,
} from '../../core/protocol/messages.ts';
import type { Dial, LineEvents } from './connect.ts';
import { listenToSocket } from './socketLine.ts';

/** Dials the server that sent this page. */
export const dialServer: Dial = (events) => {
  const address = new URL(SOCKET_PATH, location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  const inbox = new Inbox(events, fetchBlob, () => socket.close());
  let opened = false;
  const closed = async (code: number): Promise<void> => {
    if (!opened && (await isRefused())) events.refused();
    else events.closed(code === MOVED_CODE);
  };
  listenToSocket(socket, {
    opened() {
      opened = true;
      events.opened();
    },
    received: (data) => inbox.take(data),
    closed: (code) => void closed(code),
  });
  return { send: (message) => socket.send(JSON.stringify(message)), close: () => socket.close() };
};

/** Over a network that went away no answer ever comes, and the next attempt waits for this. */
const REFUSAL_MS = 5000;

/** A socket does not say why it did not open: a server that is there and refuses the page itself is another start of the program. */
async function isRefused(): Promise<boolean> {
  try {
    const { status } = await fetch('/', { method: 'HEAD', signal: AbortSignal.timeout(REFUSAL_MS) });
    return status === 403;
  } catch {
    return false;
  }
}

async function fetchBlob(id: string): Promise<ArrayBuffer> {
  const response = await fetch(`${BLOB_PATH}${id}`);
  if (!response.ok) throw new Error(`blob ${id}: ${response.status}`);
  return await response.arrayBuffer();
}

/** These say what happened to the state and must be told in the order they were sent. */
const ORDERED: ReadonlySet<EngineMessage['type']> = new Set(['welcome', 'state', 'acted', 'closing']);

/**
 * Puts what arrives in order: a small state frame waits for a large one that was announced before it, answers wait for nobody.
 * A frame that cannot be fetched or read ends the line; dialling again brings a fresh welcome.
 */
export class Inbox {
  private waiting: Promise<void> | null = null;
  private readonly events: Pick<LineEvents, 'received'>;
  private readonly fetchBlob: (id: string) => Promise<ArrayBuffer>;
  private readonly broken: () => void;
  constructor(
    events: Pick<LineEvents, 'received'>,
    fetchBlob: (id: string) => Promise<ArrayBuffer>,
    broken: () => void,
  ) {
    this.events = events;
    this.fetchBlob = fetchBlob;
    this.broken = broken;
  }

  /** One WebSocket message: a binary frame, or the JSON of a BlobNotice. */
  take(data: unknown): void {
    if (typeof data === 'string') return this.fetch(readNotice(data));
    if (!(data instanceof ArrayBuffer)) return this.broken();
    const message = this.decode(data);
    if (message === null) return;
    if (this.waiting !== null && ORDERED.has(message.type)) return this.enqueue(Promise.resolve(data));
    this.events.received(message);
  }

  private fetch({ blob, answer }: BlobNotice): void {
    const frame = this.fetchBlob(blob);
    if (answer) void this.deliver(frame, null);
    else this.enqueue(frame);
  }

  private enqueue(frame: Promise<ArrayBuffer>): void {
    const turn: Promise<void> = this.deliver(frame, this.waiting).then(() => {
      if (this.waiting === turn) this.waiting = null;
      return undefined;
    });
    this.waiting = turn;
  }

  /** Fetches run at the same time, deliveries in order: both are awaited together. */
  private async deliver(frame: Promise<ArrayBuffer>, before: Promise<void> | null): Promise<void> {
    try {
      const [bytes] = await Promise.all([frame, before]);
      const message = this.decode(bytes);
      if (message !== null) this.events.received(message);
    } catch {
      this.broken();
    }
  }

  private decode(frame: ArrayBuffer): EngineMessage | null {
    try {
      return decodeFrame(new Uint8Array(frame));
    } catch {
      this.broken();
      return null;
    }
  }
}

function readNotice(text: string): BlobNotice {
  const notice: unknown = JSON.parse(text);
  const { blob, answer }: Partial<Record<string, unknown>> = typeof notice === 'object' ? { ...notice } : {};
  return { blob: typeof blob === 'string' ? blob : '', answer: answer === true };
}
