/** `npm run bench -- [PROMISE ...] [--size small|medium|large] [--data DIR]`: measures what the program promises. See README.md. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PhyError } from '../src/core/base/errors.ts';
import { curation } from './curation.ts';
import { demo, demoOne } from './demo.ts';
import { everything } from './everything.ts';
import { machine } from './measure.ts';
import { opening } from './opening.ts';
import { painted } from './painted.ts';
import { selection } from './selection.ts';
import { tables } from './tables.ts';
import { traces } from './traces.ts';
import { datasetFolder, rawDataFolder } from './workspace.ts';

const script = fileURLToPath(import.meta.url);
const PROMISES = ['opening', 'selection', 'everything', 'curation', 'painted', 'tables', 'traces', 'demo'];

interface Options {
  readonly size: string;
  readonly data: string | undefined;
}

/** Measures one promise in this process, so that memory and caches of one do not touch another. */
async function measure(name: string, { size, data }: Options): Promise<void> {
  if (name === 'demo') return demo(script, size);
  if (name === 'demo-one') return demoOne(size);
  if (name === 'tables') {
    process.stdout.write(`\n${name}: ${machine()}\n`);
    return tables();
  }
  const folder = await (name === 'traces' && data === undefined ? rawDataFolder() : datasetFolder(data, size));
  process.stdout.write(`\n${name}: ${machine()}\n`);
  switch (name) {
    case 'opening':
      return opening(folder);
    case 'selection':
      return selection(folder);
    case 'everything':
      return everything(folder);
    case 'curation':
      return curation(folder);
    case 'traces':
      return traces(folder);
    case 'painted':
      return painted(folder);
    default:
      throw new PhyError('usage', `There is no promise ${name}. Known: ${PROMISES.join(', ')}.`);
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { size: { type: 'string', default: 'large' }, data: { type: 'string' } },
  });
  if (positionals.length === 1) return measure(positionals[0], { size: values.size, data: values.data });
  const rest = values.data === undefined ? ['--size', values.size] : ['--size', values.size, '--data', values.data];
  for (const name of positionals.length === 0 ? PROMISES : positionals) {
    const { status } = spawnSync(process.execPath, [script, name, ...rest], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  process.stderr.write(`${error instanceof PhyError ? error.message : error.stack}\n`);
  process.exitCode = 2;
}
