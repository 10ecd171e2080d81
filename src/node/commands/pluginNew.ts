/** `phy plugin new NAME`: a plugin that works, with the types of everything it can do, and a test. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PhyError } from '../../core/base/errors.ts';
import { packageFolder } from '../places.ts';
import { userPlugins } from '../plugins/findPlugins.ts';

/** Makes the folder NAME in the user's plugins, or in `into`. Resolves with what to say. Throws `usage` when it cannot be made. */
export async function pluginNew(name: string, into: string | undefined): Promise<string> {
  if (!/^[a-z][\w-]*$/i.test(name)) {
    throw new PhyError('usage', `${name} is no name for a plugin: use letters, digits, - and _.`);
  }
  const folder = join(into === undefined ? userPlugins() : resolve(into), name);
  if (existsSync(folder)) throw new PhyError('usage', `${folder} exists already.`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.mjs'), moduleText(name));
  await writeFile(join(folder, 'index.test.mjs'), testText(name));
  await writeFile(
    join(folder, 'package.json'),
    `${JSON.stringify({ name, private: true, type: 'module' }, null, 2)}\n`,
  );
  await copyFile(join(packageFolder(), 'dist', 'src', 'core', 'plugins', 'api.d.ts'), join(folder, 'phy.d.ts'));
  const use = into === undefined ? 'It is loaded with every dataset.' : `Load it with --plugin ${folder}.`;
  return `Made the plugin ${name} in ${folder}. ${use} Test it with: node --test ${folder}`;
}

const moduleText = (name: string): string => `// @ts-check
/** What it can do: phy.d.ts beside this file, and docs/guide/plugins.md. */

/** @type {import('./phy.d.ts').Plugin} */
const plugin = {
  name: ${JSON.stringify(name)},

  // A column of the cluster view: a number for each cluster.
  metrics: {
    /** Shortest interval between two spikes, ms. */
    shortest_ms({ times }) {
      let shortest = Infinity;
      for (let i = 1; i < times.length; i++) shortest = Math.min(shortest, times[i] - times[i - 1]);
      return times.length < 2 ? null : 1000 * shortest;
    },
  },

  // An action: an entry of the menu Select, the snippet :big 100, a line of phy run.
  commands: {
    select_big: {
      title: 'Select big clusters',
      doc: 'Selects the clusters with at least so many spikes.',
      menu: 'Select',
      alias: 'big',
      prompt: { text: 'Least number of spikes', example: '1000' },
      async run([least = 1000], { m, s }) {
        const big = [];
        for (const id of await m.cluster_ids()) {
          const { spikeIds } = await m.cluster(id);
          if (spikeIds.length >= Number(least)) big.push(id);
        }
        return big.length === 0 ? \`No cluster has \${least} spikes.\` : await s.select(big);
      },
    },
  },
};

export default plugin;
`;

const testText = (name: string): string => `// Run with: node --test
import assert from 'node:assert/strict';
import { test } from 'node:test';
import plugin from './index.mjs';

test('${name} finds the shortest interval', () => {
  const cluster = { times: Float64Array.of(0, 0.5, 0.502, 3) };
  assert.ok(Math.abs(plugin.metrics.shortest_ms(cluster) - 2) < 1e-9);
  assert.equal(plugin.metrics.shortest_ms({ times: Float64Array.of(1) }), null);
});

test('${name} selects big clusters', async () => {
  const sizes = [10, 2000, 3000];
  const m = { cluster_ids: async () => [0, 1, 2], cluster: async (id) => ({ spikeIds: new Int32Array(sizes[id]) }) };
  const s = { select: async (ids) => ({ message: \`Selected \${ids.join(', ')}.\` }) };
  assert.deepEqual(await plugin.commands.select_big.run([1000], { m, s }), { message: 'Selected 1, 2.' });
});
`;
