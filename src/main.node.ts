#!/usr/bin/env node
import { explainOldNode } from './node/nodeVersion.ts';

const tooOld = explainOldNode(process.versions.node);
if (tooOld === null) {
  const { runCli } = await import('./node/cli.ts');
  await runCli(process.argv);
} else {
  process.stderr.write(`${tooOld}\n`);
  process.exitCode = 2;
}
