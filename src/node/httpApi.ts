/**
 * Actions, questions and changes over plain HTTP, for programs in any language (docs/protocol.md). Whoever comes here has passed the guard of
 * the server; bodies must be JSON and say so, which no page of another origin can do without being asked first.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { jsonText } from '../core/base/json.ts';
import { PhyError, sentenceOf } from '../core/base/errors.ts';
import { decodeFrame } from '../core/protocol/frame.ts';
import { API_PATH, type EngineMessage } from '../core/protocol/messages.ts';
import type { EngineHost, EnginePeer } from './engineHost.ts';

type Headers = Readonly<Record<string, string>>;

const MOST_BYTES = 16 * 2 ** 20;
/** Between two lines that only show that the stream is alive. */
const HEARTBEAT_MS = 15_000;

/** Answers what lies below API_PATH. `headers` are those of every answer. */
export async function answerApi(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  engine: EngineHost | undefined,
  headers: Headers,
): Promise<void> {
  const respond = (status: number, value: unknown): void => {
    const body = Buffer.from(`${jsonText(value)}\n`);
    response.writeHead(status, {
      ...headers,
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': body.length,
    });
    response.end(body);
  };
  if (engine === undefined) return respond(409, { error: 'No dataset is open.' });
  const method = `${request.method ?? ''} ${path.slice(API_PATH.length)}`;
  if (method === 'GET events') return sendEvents(response, engine, headers);
  if (method !== 'POST act' && method !== 'POST ask') return respond(404, { error: `There is no ${method}.` });
  try {
    const given = await readBody(request);
    const message =
      method === 'POST act'
        ? { type: 'act', id: 1, ...given }
        : { type: 'ask', id: 1, clusters: [], params: {}, ...given };
    const answer = await once(engine, method === 'POST act' ? { args: [], ...message } : message);
    if (answer.type === 'acted') return respond(200, answer.result);
    if (answer.type === 'answer') return respond(200, { params: answer.params, answer: answer.answer });
    respond(400, { error: 'message' in answer ? answer.message : 'The engine did not answer.' });
  } catch (error) {
    respond(400, { error: sentenceOf(error) });
  }
}

/** One message and what the engine says to it. */
function once(engine: EngineHost, message: object): Promise<EngineMessage> {
  return new Promise((resolve) => {
    const peer: EnginePeer = engine.join((frame) => {
      const answer = decodeFrame(frame);
      // Only these are for this client: it never said hello.
      if (!['acted', 'answer', 'failed', 'notice'].includes(answer.type)) return;
      peer.leave();
      resolve(answer);
    });
    peer.send(JSON.stringify(message));
  });
}

/** Server-sent events: `state` at once, then `change` for every action that changed something, `selection` for the others. */
function sendEvents(response: ServerResponse, engine: EngineHost, headers: Headers): void {
  response.writeHead(200, { ...headers, 'Content-Type': 'text/event-stream; charset=utf-8' });
  const send = (event: string, value: unknown): void =>
    void response.write(`event: ${event}\ndata: ${jsonText(value)}\n\n`);
  const peer = engine.join((frame) => {
    const message = decodeFrame(frame);
    if (message.type === 'welcome') {
      const { selection, dirty, newClusterId } = message.state.snapshot;
      send('state', { dataset: message.dataset.name, selection, dirty, newClusterId });
    } else if (message.type === 'state') {
      const { change } = message.update;
      if (change !== null) send(change.description === null ? 'selection' : 'change', change);
    } else if (message.type === 'closing') response.end();
  });
  peer.send(JSON.stringify({ type: 'hello', protocol: 1 }));
  const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
  response.on('close', () => {
    clearInterval(heartbeat);
    peer.leave();
  });
}

async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    throw new PhyError('usage', 'The request must be application/json.');
  }
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) continue;
    size += part.length;
    if (size > MOST_BYTES) throw new PhyError('usage', 'The request is too long.');
    parts.push(part);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below.
  }
  throw new PhyError('usage', 'The request holds no JSON object.');
}
