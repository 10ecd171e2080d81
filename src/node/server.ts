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
import { KERNEL_PATH } from '../core/protocol/kernel.ts';
import {
  API_PATH,
  BLOB_PATH,
  MOVED_CODE,
  PING,
  PLUGIN_PATH,
  PONG,
  SOCKET_PATH,
  type BlobNotice,
} from '../core/protocol/messages.ts';
import { RECENT_PATH, START_PATH } from '../core/protocol/start.ts';
import { MAX_MESSAGE_CHARS } from '../core/protocol/validate.ts';
import { answerApi } from './httpApi.ts';
import { keptTheme } from './appearance.ts';
import type { EngineHost } from './engineHost.ts';
import { kernels } from './kernelConversation.ts';
import { guiNameOf } from './places.ts';
import { pluginFile } from './plugins/servePlugins.ts';
import type { Program } from './program.ts';
import { startConversation, type StartConversation } from './startConversation.ts';
import { readStatic, type StaticFile } from './staticFiles.ts';
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

/** The worker of the console may make code from text, which no page may. It may ask for nothing, wherever, and nor may those that draw for plugins. */
const CONSOLE_PATH = '/workers/main.console.js';
const WORKER_PATH = '/workers/';
const WORKER_CSP = "default-src 'none'; script-src 'self'; connect-src 'none'; frame-ancestors 'none'";
const CONSOLE_CSP = "default-src 'none'; script-src 'self' 'unsafe-eval'; connect-src 'none'; frame-ancestors 'none'";

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
  /** Tells the windows of the start page why, ends every connection and frees the port. */
  close(reason: string): Promise<void>;
}

interface ServerOptions {
  /** What it shows: the start page, or the dataset that is open. */
  readonly program: Program;
  /** Folder of the built GUI (`dist/gui`). */
  readonly guiFolder: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Told of every window that comes and goes. */
  readonly windows?: Pick<WindowWatch, 'joined' | 'left'>;
}

/** Starts serving. Throws `usage` when the port is taken. */
export async function startServer({ program, guiFolder, port, windows }: ServerOptions): Promise<GuiServer> {
  const server = createServer({ keepAlive: true });
  const boundPort = await listen(server, port);
  const guard = new Guard(boundPort);
  const site: Site = { program, guard, guiFolder, windows, blobs: new Blobs() };
  const lines = new Lines(site);
  server.on('request', (request, response) => {
    answer(request, response, site).catch(() => response.destroy());
  });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (!guard.allowsSocket(request)) return refuseUpgrade(stream);
    lines.take(request, stream, head);
  });
  return {
    url: `http://${ADDRESS}:${boundPort}/?token=${guard.token}`,
    port: boundPort,
    async close(reason) {
      await lines.close(reason);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** What requests are answered from. */
interface Site {
  readonly program: Program;
  readonly guard: Guard;
  readonly guiFolder: string;
  readonly windows: ServerOptions['windows'];
  readonly blobs: Blobs;
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
    if (path !== SOCKET_PATH && path !== START_PATH && path !== KERNEL_PATH) return false;
    return request.headers.origin !== undefined && this.isOurs(request) && this.hasCookie(request);
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

async function answer(request: IncomingMessage, response: ServerResponse, site: Site): Promise<void> {
  const { guard, blobs, program } = site;
  const url = urlOf(request);
  if (url === undefined || !guard.isOurs(request))
    return respond(response, 403, 'This address is not for other pages.\n');
  const isApi = url.pathname.startsWith(API_PATH);
  if (request.method !== 'GET' && request.method !== 'HEAD' && !(isApi && request.method === 'POST')) {
    return respond(response, 405, 'Only GET is answered.\n');
  }
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
  if (isApi) {
    const engine = program.place.kind === 'open' ? program.place.engine : undefined;
    return await answerApi(request, response, url.pathname, engine, HEADERS);
  }
  if (url.pathname === '/popout.html') return respond(response, 200, POPOUT_PAGE, 'text/html; charset=utf-8');
  if (url.pathname === RECENT_PATH) {
    const { datasets } = await program.recent.list();
    return respond(response, 200, JSON.stringify(datasets), 'application/json; charset=utf-8');
  }
  if (url.pathname.startsWith(BLOB_PATH)) {
    const frame = blobs.take(url.pathname.slice(BLOB_PATH.length));
    if (frame === undefined) return respond(response, 404, 'There is no such answer any more.\n');
    return respond(response, 200, frame, 'application/octet-stream');
  }
  if (url.pathname.startsWith(PLUGIN_PATH)) {
    const modules = program.place.kind === 'open' ? program.place.engine.modules : [];
    const file = await pluginFile(modules, url.pathname.slice(PLUGIN_PATH.length));
    if (file === undefined) return respond(response, 404, 'There is no such file of a plugin.\n');
    return respond(response, 200, file.bytes, file.type);
  }
  const file = url.pathname === '/' ? await readPage(site) : await readStatic(site.guiFolder, url.pathname);
  if (file === undefined) return respond(response, 404, 'There is no such file.\n');
  return respond(response, 200, file.bytes, file.type, policyOf(url.pathname));
}

function policyOf(path: string): string {
  if (path === CONSOLE_PATH) return CONSOLE_CSP;
  return path.startsWith(WORKER_PATH) ? WORKER_CSP : CSP;
}

/** The page for what is open, in the theme it will have: nothing may flash before its scripts run. */
async function readPage({ program, guiFolder }: Site): Promise<StaticFile | undefined> {
  const { place } = program;
  const file = await readStatic(guiFolder, place.kind === 'open' ? '/index.html' : '/start.html');
  if (file === undefined) return undefined;
  const guiName = guiNameOf(place.kind === 'open' ? place.engine.opened.summary.format : 'template');
  const html = Buffer.from(file.bytes)
    .toString('utf8')
    .replace('data-theme="dark"', `data-theme="${await keptTheme(guiName)}"`);
  return { bytes: Buffer.from(html), type: file.type };
}

function respond(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  type = 'text/plain; charset=utf-8',
  policy = CSP,
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const own = { 'Content-Security-Policy': policy, 'Content-Type': type, 'Content-Length': bytes.byteLength };
  response.writeHead(status, { ...HEADERS, ...own }).end(bytes);
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

/** The open sockets: of windows of the dataset, and of the start page. */
class Lines {
  private readonly sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_CHARS,
  });
  private readonly site: Site;
  private readonly start: StartConversation;
  private readonly kernels = kernels();
  /** Those that show the dataset that is open. */
  private readonly shown = new Set<WebSocket>();

  constructor(site: Site) {
    this.site = site;
    this.start = startConversation(site.program);
    site.program.moved.listen(({ kind }) => {
      if (kind === 'open') return;
      for (const socket of this.shown) socket.close(MOVED_CODE);
      this.shown.clear();
    });
  }

  take(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const path = urlOf(request)?.pathname;
    this.sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', () => socket.terminate());
      // A view's line beside that of its window: only the latter says whether the window is there.
      if (path === KERNEL_PATH) return this.takeKernel(socket);
      const { windows } = this.site;
      windows?.joined();
      socket.on('close', (code) => windows?.left(code));
      if (path === START_PATH) this.takeStart(socket);
      else this.takeWindow(socket);
    });
  }

  async close(reason: string): Promise<void> {
    this.start.close(reason);
    this.kernels.close();
    const clients = [...this.sockets.clients];
    for (const socket of clients) socket.close(1001);
    await Promise.race([Promise.all(clients.map(closed)), new Promise((resolve) => setTimeout(resolve, CLOSE_MS))]);
    for (const socket of clients) socket.terminate();
    this.sockets.close();
  }

  private takeStart(socket: WebSocket): void {
    const peer = this.start.join((message) => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    });
    onText(socket, (text) => peer.receive(text));
    socket.on('close', () => peer.leave());
  }

  private takeKernel(socket: WebSocket): void {
    const { place } = this.site.program;
    if (place.kind !== 'open') return socket.close(MOVED_CODE);
    const peer = this.kernels.join(place.engine, (message) => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    });
    onText(socket, (text) => peer.receive(text));
    socket.on('close', () => peer.leave());
  }

  /** A window that shows a dataset while none is open has slept over its end. */
  private takeWindow(socket: WebSocket): void {
    const { program, blobs } = this.site;
    if (program.place.kind !== 'open') return socket.close(MOVED_CODE);
    this.shown.add(socket);
    socket.on('close', () => this.shown.delete(socket));
    attach(socket, program.place.engine, blobs);
  }
}

/** Windows get so long to take what was said last. */
const CLOSE_MS = 300;

const closed = (socket: WebSocket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState === socket.CLOSED) resolve();
    else socket.once('close', () => resolve());
  });

function onText(socket: WebSocket, take: (text: string) => void): void {
  socket.on('message', (data, isBinary) => {
    if (isBinary || !Buffer.isBuffer(data)) return;
    const text = data.toString('utf8');
    // Answered here: the engine may be busy for longer than a page waits for a sign of life.
    if (text === PING) socket.send(PONG);
    else take(text);
  });
}

/** Joins one window's socket to the engine. */
function attach(socket: WebSocket, engine: EngineHost, blobs: Blobs): void {
  const peer = engine.join((frame, isAnswer) => {
    if (socket.readyState !== socket.OPEN) return;
    if (frame.byteLength <= BLOB_BYTES) return socket.send(frame);
    const notice: BlobNotice = { blob: blobs.add(frame), answer: isAnswer };
    socket.send(JSON.stringify(notice));
  });
  onText(socket, (text) => peer.send(text));
  socket.on('close', () => peer.leave());
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
