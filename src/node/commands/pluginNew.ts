/** `phy plugin new NAME`: a plugin that works, with the types of everything it can do, and a test. `phy plugin test` runs such a test. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PhyError } from '../../core/base/errors.ts';
import { packageFolder } from '../places.ts';
import { userPlugins } from '../plugins/findPlugins.ts';

export interface NewPlugin {
  readonly name: string;
  /** Folder to make it in; the user's plugins unless stated. */
  readonly into: string | undefined;
  readonly typescript: boolean;
}

/** Makes the folder of the plugin. Resolves with what to say. Throws `usage` when it cannot be made. */
export async function pluginNew({ name, into, typescript }: NewPlugin): Promise<string> {
  if (!/^[a-z][\w-]*$/i.test(name)) {
    throw new PhyError('usage', `${name} is no name for a plugin: use letters, digits, - and _.`);
  }
  const folder = join(into === undefined ? userPlugins() : resolve(into), name);
  if (existsSync(folder)) throw new PhyError('usage', `${folder} exists already.`);
  await mkdir(folder, { recursive: true });
  const files = { ...(typescript ? typescriptFiles(name) : javascriptFiles(name)), 'phy.d.ts': await pluginTypes() };
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  const use = into === undefined ? 'It is loaded with every dataset.' : `Load it with --plugin ${folder}.`;
  return `Made the plugin ${name} in ${folder}. ${use} Test it with: phy plugin test ${folder}`;
}

/** Types of plugins, and of `m`, `c` and `s`, in one file that imports nothing. */
async function pluginTypes(): Promise<string> {
  const core = join(packageFolder(), 'dist', 'src', 'core');
  const texts = await Promise.all(
    ['scripting', 'plugins'].map((area) => readFile(join(core, area, 'api.d.ts'), 'utf8')),
  );
  return texts.map((text) => text.replaceAll(/^import type .*\n|^\/\/# source.*\n?/gm, '')).join('\n');
}

/**
 * Runs the tests in a folder, or one test, with Node, which then reads TypeScript and `phy` as phy does. Resolves with the exit code. Throws `usage`
 * when there are none.
 */
export async function pluginTest(path: string): Promise<number> {
  const tests = testsAt(resolve(path));
  if (tests.length === 0) {
    throw new PhyError(
      'usage',
      `There is no test at ${path}: a test is a file such as index.test.mjs or index.test.ts.`,
    );
  }
  const reader = new URL('../../main.modules.js', import.meta.url);
  const words = ['--import', reader.href, '--test', ...tests];
  const child = spawn(process.execPath, words, { stdio: 'inherit' });
  return await new Promise((done, refuse) => {
    child.once('error', refuse);
    child.once('exit', (code) => done(code === 0 ? 0 : 1));
  });
}

const IS_TEST = /\.test\.m?[jt]s$/;

function testsAt(path: string): readonly string[] {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined) throw new PhyError('usage', `${path} was not found.`);
  if (facts.isFile()) return IS_TEST.test(path) ? [path] : [];
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => IS_TEST.test(name) && !/(^|[/\\])node_modules[/\\]/.test(name))
    .sort()
    .map((name) => join(path, name));
}

const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const javascriptFiles = (name: string): Readonly<Record<string, string>> => ({
  'index.mjs': moduleText({
    head: "// @ts-check\n/** What it can do: phy.d.ts beside this file, and docs/guide/plugins.md. */\n\n/** @type {import('./phy.d.ts').Plugin} */\nconst plugin = {",
    name,
    tail: '};\n\nexport default plugin;',
    ids: 'const big = [];',
  }),
  'index.test.mjs': testText(name, 'index.mjs', { types: '', cluster: '', tools: '' }),
  'package.json': jsonText({ name, private: true, type: 'module', scripts: { test: 'phy plugin test .' } }),
});

/** `npm install` and `npx tsc` check its types; phy itself needs neither. */
const typescriptFiles = (name: string): Readonly<Record<string, string>> => ({
  'index.ts': moduleText({
    head: "/** What it can do: phy.d.ts beside this file, and docs/guide/plugins.md. */\nimport { definePlugin } from 'phy';\n\nexport default definePlugin({",
    name,
    tail: '});',
    ids: 'const big: number[] = [];',
  }),
  'index.test.ts': testText(name, 'index.ts', {
    types: "import type { Cluster, Tools } from 'phy';\n",
    cluster: ' as Cluster',
    tools: ' as unknown as Tools',
  }),
  'package.json': jsonText({
    name,
    private: true,
    type: 'module',
    scripts: { test: 'phy plugin test .', check: 'tsc' },
    devDependencies: { '@types/node': '^20', typescript: '^5.8' },
  }),
  'tsconfig.json': jsonText({
    compilerOptions: {
      strict: true,
      noEmit: true,
      target: 'ES2023',
      module: 'NodeNext',
      types: ['node'],
      allowImportingTsExtensions: true,
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      skipLibCheck: true,
      paths: { phy: ['./phy.d.ts'] },
    },
  }),
});

interface Parts {
  readonly head: string;
  readonly name: string;
  readonly tail: string;
  readonly ids: string;
}

/** Names of what it adds begin with this, so that they are no one else's. */
const idOf = (name: string): string => name.replaceAll('-', '_');

const moduleText = ({ head, name, tail, ids }: Parts): string => `${head}
  name: '${name}',

  // A column of the cluster view: a number for each cluster.
  metrics: {
    /** Shortest interval between two spikes, ms. */
    ${idOf(name)}_ms({ times }) {
      let shortest = Infinity;
      for (let i = 1; i < times.length; i++) shortest = Math.min(shortest, times[i] - times[i - 1]);
      return times.length < 2 ? null : 1000 * shortest;
    },
  },

  // An action: an entry of the menu Select, the snippet :${idOf(name)} 100, a line of phy run.
  commands: {
    ${idOf(name)}_big: {
      title: 'Select big clusters',
      doc: 'Selects the clusters with at least so many spikes.',
      menu: 'Select',
      alias: '${idOf(name)}',
      prompt: { text: 'Least number of spikes', example: '1000' },
      async run([least = 1000], { s }) {
        ${ids}
        for (const [id, count] of s.clustering.cluster_counts) if (count >= Number(least)) big.push(id);
        return big.length === 0 ? \`No cluster has \${least} spikes.\` : await s.select(big);
      },
    },
  },
${tail}
`;

/** Words that only TypeScript needs: a test hands a hook no more than it uses. */
interface TestTypes {
  readonly types: string;
  readonly cluster: string;
  readonly tools: string;
}

const testText = (
  name: string,
  module: string,
  { types, cluster, tools }: TestTypes,
): string => `// Run with: phy plugin test .
import assert from 'node:assert/strict';
import { test } from 'node:test';
${types}import plugin from './${module}';

test('${name} finds the shortest interval', () => {
  const at = (...times${cluster === '' ? '' : ': number[]'}) => ({ times: Float64Array.from(times) })${cluster};
  const shortest = plugin.metrics.${idOf(name)}_ms(at(0, 0.5, 0.502, 3));
  assert.ok(shortest !== null && Math.abs(shortest - 2) < 1e-9);
  assert.equal(plugin.metrics.${idOf(name)}_ms(at(1)), null);
});

test('${name} selects big clusters', async () => {
  const clustering = { cluster_counts: new Map([[0, 10], [1, 2000], [2, 3000]]) };
  const select = async (ids${tools === '' ? '' : ': number[]'}) => ({ message: \`Selected \${ids.join(', ')}.\` });
  const tools = { s: { clustering, select } }${tools};
  assert.deepEqual(await plugin.commands.${idOf(name)}_big.run([1000], tools), { message: 'Selected 1, 2.' });
});
`;
