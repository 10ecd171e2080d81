// Remakes the documents that come from the code (docs/shortcuts.md, docs/settings.md, docs/scripting.md, docs/reference-actions.md).
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const result = spawnSync(process.execPath, [vitest, 'run', '--project', 'unit', 'tests/api/generated.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, PHY_MAKE_DOCS: '1' },
});
process.exitCode = result.status ?? 1;
