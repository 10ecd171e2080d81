/** The worker of a console: started by `startConsole` in src/gui/console/session.ts, served with a policy of its own. */
import { consoleRuntime } from './gui/console/runtime.ts';
import type { FromWorker, ToWorker } from './gui/console/workerMessages.ts';

const receive = consoleRuntime(globalThis, (message: FromWorker) => globalThis.postMessage(message));
globalThis.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => receive(data));
