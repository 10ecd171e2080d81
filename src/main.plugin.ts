/** The thread of one plugin: started by `PluginThread` in src/node/plugins/pluginThread.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { runPlugin } from './node/plugins/runPlugin.ts';

if (parentPort !== null) {
  const file: string = workerData;
  await runPlugin(parentPort, file);
}
