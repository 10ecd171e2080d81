/** The worker of a console: started by `startConsole` in src/gui/console/session.ts, served with a policy of its own. */
import { consoleRuntime } from './gui/console/runtime.ts';
import type { FromWorker, ToWorker } from './gui/console/workerMessages.ts';

const runtime = consoleRuntime(globalThis, (message: FromWorker) => globalThis.postMessage(message));
globalThis.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => runtime.take(data));
// An error that nobody catches would end the console with all its variables.
globalThis.addEventListener('error', (event: ErrorEvent) => {
  event.preventDefault();
  runtime.failed(event.error);
});
globalThis.addEventListener('unhandledrejection', (event: PromiseRejectionEvent) => {
  event.preventDefault();
  runtime.failed(event.reason);
});
