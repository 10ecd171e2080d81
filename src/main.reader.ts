/** A thread that reads ahead: started by src/node/readAhead.ts. */
import { parentPort } from 'node:worker_threads';
import type { AheadRows } from './node/readAhead.ts';
import { fetchRows } from './node/readAheadThread.ts';

parentPort?.on('message', (rows: AheadRows) => fetchRows(rows));
