/**
 * The window's server: loopback only, a random token, and nothing answered to a page that is not ours (spec/tech-evidence.md 4).
 *
 * - Who knows the token (it is in the printed URL) gets an HttpOnly cookie; everything else needs the cookie.
 * - The Host header must be ours: a name that an attacker points at 127.0.0.1 is refused (DNS rebinding).
 * - The Origin header, where there is one, must be ours: cookies ignore ports, so a page of another local port has the cookie too.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { PhyError } from '../core/base/errors.ts';
import { BLOB_PATH, SOCKET_PATH, type BlobNotice } from '../core/protocol/messages.ts';
import { MAX_MESSAGE_CHARS } from '../core/protocol/validate.ts';
import type { EngineHost } from './engineHost.ts';
import { readStatic } from './staticFiles.ts';
import type { WindowWatch } from './windowWatch.ts';

/** Frames above this size are announced on the socket and fetched over HTTP, which costs the page half the time. */
const BLOB_BYTES = 100_000;
/** A frame that nobody fetches is dropped after this time. */
const BLOB_LIFETIME_MS = 30_000;
const ADDRESS = '127.0.0.1';

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "font-src 'self'",
  "worker-src 'self' blob:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Headers of every answer. */
const HEADERS = {
  'Content-Security-Policy': CSP,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const;

/** The page that a panel moves into when it is popped out; the shell fills it. */
const POPOUT_PAGE =
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>phy</title></head><body></body></html>\n';

export interface GuiServer {
  /** Address with the token, for the person and the browser. */
  readonly url: string;
  readonly port: number;
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
}

interface ServerOptions {
  readonly engine: EngineHost;
  /** Folder of the built GUI (`dist/gui`). */
  readonly guiFolder: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Told of every window that comes and goes. */
  readonly windows?: Pick<WindowWatch, 'joined' | 'left'>;
}

/** Starts serving. Throws `usage` when the port is taken. */
export async function startServer({ engine, guiFolder, port, windows }: ServerOptions): Promise<GuiServer> {
  const server = createServer({ keepAlive: true });
  const boundPort = await listen(server, port);
  const guard = new Guard(boundPort);
  const blobs = new Blobs();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE_CHARS });
  server.on('request', (request, response) => {
    answer(request, response, guard, blobs, guiFolder).catch(() => response.destroy());
  });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (!guard.allowsSocket(request)) return refuseUpgrade(stream);
    sockets.handleUpgrade(request, stream, head, (socket) => attach(socket, engine, blobs, windows));
  });
  return {
    url: `http://${ADDRESS}:${boundPort}/?token=${guard.token}`,
    port: boundPort,
    close: () => close(server, sockets),
  };
}

/** Knows who may come in. */
class Guard {
  readonly token = randomBytes(32).toString('base64url');
  /** Not the token itself, so that the cookie does not give away the URL. */
  private readonly session = randomBytes(32).toString('base64url');
  private readonly cookieName: string;
  private readonly hosts: readonly string[];

  constructor(port: number) {
    this.cookieName = `phy-${port}`;
    this.hosts = [`${ADDRESS}:${port}`, `localhost:${port}`];
  }

  get cookie(): string {
    return `${this.cookieName}=${this.session}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** True when the request names one of our addresses, and comes from no other page. */
  isOurs(request: IncomingMessage): boolean {
    const { host, origin } = request.headers;
    if (host === undefined || !this.hosts.includes(host)) return false;
    return origin === undefined || origin === `http://${host}`;
  }

  hasCookie(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    const value = cookies.find((cookie) => cookie.startsWith(`${this.cookieName}=`));
    return value !== undefined && sameSecret(value.slice(this.cookieName.length + 1), this.session);
  }

  hasToken(url: URL): boolean {
    return sameSecret(url.searchParams.get('token') ?? '', this.token);
  }

  /** A socket is only for a page of ours: it must say so. */
  allowsSocket(request: IncomingMessage): boolean {
    const path = urlOf(request)?.pathname;
    return (
      path === SOCKET_PATH && request.headers.origin !== undefined && this.isOurs(request) && this.hasCookie(request)
    );
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares in a time that says nothing about where two secrets differ. */
function sameSecret(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

/** Large frames on their way to the window. */
class Blobs {
  private readonly frames = new Map<string, Uint8Array>();

  /** Keeps a frame until it is fetched; returns its id. */
  add(frame: Uint8Array): string {
    const id = randomBytes(16).toString('base64url');
    this.frames.set(id, frame);
    setTimeout(() => this.frames.delete(id), BLOB_LIFETIME_MS).unref();
    return id;
  }

  take(id: string): Uint8Array | undefined {
    const frame = this.frames.get(id);
    this.frames.delete(id);
    return frame;
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  guard: Guard,
  blobs: Blobs,
  guiFolder: string,
): Promise<void> {
  const url = urlOf(request);
  if (url === undefined || !guard.isOurs(request))
    return respond(response, 403, 'This address is not for other pages.\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') return respond(response, 405, 'Only GET is answered.\n');
  if (url.pathname === '/' && guard.hasToken(url)) {
    response.writeHead(303, { ...HEADERS, Location: '/', 'Set-Cookie': guard.cookie }).end();
    return;
  }
  if (!guard.hasCookie(request)) {
    return respond(
      response,
      403,
      'Open the address that phy printed in the terminal: it holds the key to this page.\n',
    );
  }
  if (url.pathname === '/popout.html') return respond(response, 200, POPOUT_PAGE, 'text/html; charset=utf-8');
  if (url.pathname.startsWith(BLOB_PATH)) {
    const frame = blobs.take(url.pathname.slice(BLOB_PATH.length));
    if (frame === undefined) return respond(response, 404, 'There is no such answer any more.\n');
    return respond(response, 200, frame, 'application/octet-stream');
  }
  const file = await readStatic(guiFolder, url.pathname);
  if (file === undefined) return respond(response, 404, 'There is no such file.\n');
  return respond(response, 200, file.bytes, file.type);
}

function respond(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  type = 'text/plain; charset=utf-8',
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  response.writeHead(status, { ...HEADERS, 'Content-Type': type, 'Content-Length': bytes.byteLength }).end(bytes);
}

/** undefined for a request line that is no URL. */
function urlOf(request: IncomingMessage): URL | undefined {
  const base = `http://${ADDRESS}`;
  return URL.canParse(request.url ?? '', base) ? new URL(request.url ?? '', base) : undefined;
}

function refuseUpgrade(stream: Duplex): void {
  stream.on('error', () => stream.destroy());
  stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

/** Joins one window's socket to the engine. */
function attach(socket: WebSocket, engine: EngineHost, blobs: Blobs, windows: ServerOptions['windows']): void {
  windows?.joined();
  const peer = engine.join((frame, isAnswer) => {
    if (socket.readyState !== socket.OPEN) return;
    if (frame.byteLength <= BLOB_BYTES) return socket.send(frame);
    const notice: BlobNotice = { blob: blobs.add(frame), answer: isAnswer };
    socket.send(JSON.stringify(notice));
  });
  socket.on('message', (data, isBinary) => {
    if (!isBinary && Buffer.isBuffer(data)) peer.send(data.toString('utf8'));
  });
  socket.on('close', (code) => {
    peer.leave();
    windows?.left(code);
  });
  socket.on('error', () => socket.terminate());
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)));
    server.listen({ host: ADDRESS, port, exclusive: true }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function listenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new PhyError('usage', `Port ${port} is in use. Leave --port out, and a free one is chosen.`);
  }
  if (error.code === 'EACCES') return new PhyError('usage', `Port ${port} needs more rights. Choose one above 1023.`);
  return error;
}

async function close(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  sockets.close();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
