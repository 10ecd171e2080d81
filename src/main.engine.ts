/** The engine's thread: started by `startEngine` in src/node/engineHost.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import type { EngineOptions } from './node/engineHost.ts';
import { runEngineWorker } from './node/engineWorker.ts';
import { queries } from './views/queries.ts';

if (parentPort !== null) {
  const options: EngineOptions = workerData;
  await runEngineWorker(parentPort, options, queries);
}
