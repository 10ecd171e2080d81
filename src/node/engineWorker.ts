/** The engine's side of its thread: opens the session, serves it to the clients that the other side announces, and closes it at the end. */
import type { MessagePort } from 'node:worker_threads';
import type { QueryTable } from '../core/engine/query.ts';
import { encodeFrame } from '../core/protocol/frame.ts';
import type { Next } from '../core/protocol/messages.ts';
import { serve, type Peer } from '../core/protocol/serve.ts';
import { unsavedSentence } from './unsavedSentence.ts';
import { plainError, type EngineOptions, type FromEngine, type ToEngine } from './engineHost.ts';
import { openLog } from './log.ts';
import { logAnswer, logSession } from './logSession.ts';
import { printPlugins, printTold } from './printPlugins.ts';
import { openWithPlugins, type NodeSession } from './openNodeSession.ts';

/** Runs until it is told to stop, or until a client ends the program. */
export async function runEngineWorker(port: MessagePort, options: EngineOptions, queries: QueryTable): Promise<void> {
  const tell = (message: FromEngine, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  let session: NodeSession['session'];
  let modules: NodeSession['modules'];
  try {
    ({ session, modules } = await openWithPlugins({
      ...options,
      queries,
      curates: true,
      usesSettings: true,
      onTold: printTold,
      onProgress: (text, fraction) => tell({ kind: 'progress', text, fraction }),
    }));
  } catch (error) {
    tell({ kind: 'refused', error: plainError(error) });
    port.close();
    return;
  }

  printPlugins(session.plugins);
  const log = openLog();
  logSession(session, log);
  const peers = new Map<number, Peer>();
  let stopping = false;
  const stop = async (reason: string, next?: Next): Promise<void> => {
    if (stopping) return;
    stopping = true;
    peers.clear();
    const unsaved = session.unsaved();
    served.close(unsaved === 0 ? reason : `${reason} ${unsavedSentence(unsaved)}`, next !== undefined);
    const { clusterCount } = session.opened();
    await session.close();
    await log.settled();
    tell({ kind: 'stopped', next, clusterCount, unsaved });
    port.close();
  };
  const served = serve(session, (next) => {
    void stop(next === undefined ? 'phy has ended. This window can be closed.' : 'The dataset was closed.', next);
  });
  const join = (client: number): Peer =>
    served.join({
      send(message) {
        logAnswer(message, log);
        const frame = encodeFrame(message);
        tell({ kind: 'frame', client, frame, isAnswer: message.type === 'answer' }, [frame.buffer]);
      },
    });

  port.on('message', (message: ToEngine) => {
    switch (message.kind) {
      case 'join':
        return void peers.set(message.client, join(message.client));
      case 'text':
        return peers.get(message.client)?.receive(message.text);
      case 'leave':
        peers.get(message.client)?.leave();
        return void peers.delete(message.client);
      case 'address':
        return void session.announce(message.url);
      case 'stop':
        return void stop(message.reason);
    }
  });
  tell({ kind: 'opened', opened: session.opened(), modules });
  // What fails here fails again, and is said, when the first action needs it.
  await session.warmUp().catch(() => undefined);
}
