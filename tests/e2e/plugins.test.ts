/** Plugins through the real command line and in a real window: what they add, and what happens when they are broken, stuck or not allowed. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, phy, smallFolder, type Finished } from './commandLine.ts';
import {
  browserPath,
  openWindow,
  removeFolder,
  repo,
  startBrowser,
  startProgram,
  temporaryFolder,
  type Program,
  type Window,
} from './harness.ts';
import { group, menu, picture } from './viewWindow.ts';
import { ConsoleWindow } from './consoleWindow.ts';
import { plotBox, snippet, statusLine } from './window.ts';

/** Where a plugin is stuck it is given up after this time, s; elsewhere a busy machine has all the time it needs. */
async function impatiently<T>(seconds: number, run: () => Promise<T>): Promise<T> {
  process.env['PHY_PLUGIN_PATIENCE_SECONDS'] = String(seconds);
  try {
    return await run();
  } finally {
    delete process.env['PHY_PLUGIN_PATIENCE_SECONDS'];
  }
}

const work = temporaryFolder('plugins');
const folders = [work];
afterAll(() => folders.forEach(removeFolder));

function file(name: string, text: string): string {
  const path = join(work, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}
function fresh(make: () => string = () => temporaryFolder('config')): string {
  const folder = make();
  folders.push(folder);
  return folder;
}
const run = (folder: string, lines: readonly string[], config: string, ...words: string[]): Promise<Finished> =>
  phy(['run', folder, '-', '--keep-going', ...words], { input: `${lines.join('\n')}\n`, config });

const everything = file(
  'everything.mjs',
  `import { definePlugin } from 'phy';
export default definePlugin({
  name: 'everything',
  metrics: {
    rank: ({ spikeIds }) => spikeIds[0],
    where: async ({ channels, id }, { m }) => \`\${m.channel_labels[channels[0]]}/\${(await m.cluster(id)).times.length}\`,
  },
  similarities: { numbers: ({ id }, { s }) => s.clustering.cluster_ids.map((other) => [other, -Math.abs(other - id)]) },
  splitters: {
    parity: { title: 'Parity', parameters: { by: { default: 2, min: 2, integer: true } }, split: ({ spikeIds }, { by }) => spikeIds.map((id) => id % by) },
  },
  commands: {
    pick: {
      alias: 'pk',
      menu: 'Select',
      key: 'ctrl+alt+y',
      async run([count = 1], { s }) {
        await s.select(s.shown.slice(0, count));
        return \`Picked \${count}.\`;
      },
    },
    tell_quality: { run: async ([id], { m }) => String((await m.cluster(id)).labels.quality) },
    join_two: { run: async ([a, b], { s }) => await s.merge([a, b]) },
  },
  overlays: { stimuli: { title: 'Stimuli', color: '#00ff00', times: ({ m }) => ({ start: [m.duration / 4, m.duration / 2], labels: ['one', 'two'] }) } },
  views: {
    spans: {
      parameters: { size: { default: 5, label: 'Size' } },
      query: (clusters, { size }) => clusters.map(({ id, times }) => ({ id, times, size })),
      draw: (answer, { color }) => ({
        plots: answer.map(({ id, times, size }, place) => ({
          title: 'cluster ' + id,
          x: { unit: 's' },
          marks: [{ kind: 'points', x: times, y: times.map((_, k) => k), color: color(place), size }],
        })),
      }),
      buttons: [{ name: 'larger', title: 'Larger', press: ({ size }) => ({ size: 2 * size }) }],
    },
  },
  changed: ({ message }, { m }) => import('node:fs').then(({ appendFileSync }) => appendFileSync(process.env.PHY_CONFIG_DIR + '/changes.txt', message + '\\n')),
  saved: (files) => import('node:fs').then(({ writeFileSync }) => writeFileSync(process.env.PHY_CONFIG_DIR + '/saved.txt', files.join())),
  settings: { AmplitudeView: { markerSize: 9 } },
});
`,
);

describe('a plugin on the command line', () => {
  const folder = smallFolder();
  folders.push(folder);
  const config = fresh();

  it('has columns that are sorted and filtered', async () => {
    const { stdout, stderr } = await phy(
      ['query', folder, 'cluster', '--set', 'sort=rank', 'direction=asc', 'filter=rank >= 0', '--plugin', everything],
      { config },
    );
    const { answer } = JSON.parse(stdout) as { answer: { columns: string[]; rows: Record<string, unknown>[] } };
    expect(answer.columns).toContain('where');
    const ranks = answer.rows.map((row) => Number(row['rank']));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(new Set(ranks).size).toBe(5);
    for (const row of answer.rows) expect(row['where']).toBe(`${String(row['ch'])}/${String(row['n_spikes'])}`);
    expect(stderr).not.toMatch(/plugin/i);
  });

  it('does actions, splits and undoes, and hears what changed', async () => {
    const { stdout, code } = await run(
      folder,
      [
        'sort rank asc',
        'pk 2',
        'split_parity {"by":2}',
        'undo',
        'join_two 0 1',
        'save',
        'label quality 4 [5]',
        'tell_quality 5',
      ],
      config,
      '--plugin',
      everything,
    );
    const [, picked, split, undone, joined, , , quality] = jsonLines(stdout);
    expect(quality['message']).toBe('4');
    expect(picked).toMatchObject({ action: 'pick', ok: true, message: 'Picked 2.' });
    expect(split).toMatchObject({ action: 'split_parity', ok: true, description: 'assign' });
    expect(undone['message']).toMatch(/^Undid: split by Parity of /);
    expect(undone['added']).toEqual(split['deleted']);
    expect(joined).toMatchObject({ ok: true, message: expect.stringMatching(/^Merge clusters 0, 1 to /) });
    expect(code).toBe(0);
    const changes = readFileSync(join(config, 'changes.txt'), 'utf8').trim().split('\n');
    expect(changes.map((line) => line.split(' ')[0])).toEqual(['Split', 'Undid:', 'Merge', 'Set']);
    const entries = readFileSync(join(folder, '.phy/ts/journal.jsonl'), 'utf8');
    expect(entries).toContain('"by":{"splitter":"Parity","params":{"by":2}}');
    const info = readFileSync(join(folder, 'cluster_info.tsv'), 'utf8');
    expect(info.split('\n')[0]).toContain('rank');
    expect(existsSync(join(config, 'saved.txt'))).toBe(true);
  });

  it('answers phy query for its views and overlays, and orders the similar clusters', async () => {
    const spans = await phy(['query', folder, 'spans', '--clusters', '2', '--set', 'size=7', '--plugin', everything], {
      config,
    });
    const { params, answer } = JSON.parse(spans.stdout) as {
      params: object;
      answer: { data: { id: number; size: number; times: { shape: number[] } }[] };
    };
    expect(params).toEqual({ size: 7 });
    expect(answer.data[0]).toMatchObject({ id: 2, size: 7 });
    expect(answer.data[0].times.shape[0]).toBeGreaterThan(10);
    const overlay = await phy(['query', folder, 'overlay_stimuli', '--plugin', everything], { config });
    expect(JSON.parse(overlay.stdout)).toMatchObject({ answer: { labels: ['one', 'two'], start: { shape: [2] } } });
    const lines = await run(
      folder,
      ['c 5', 'c 5', 'select_first_similar 1'],
      config,
      '--discard',
      '--plugin',
      everything,
    );
    expect(jsonLines(lines.stdout)[2]['selection']).toMatchObject({ similar: [3] });
  });

  it('is found in the user folder, tests and helpers are not', async () => {
    const own = fresh();
    const plugins = join(own, 'ts', 'plugins');
    mkdirSync(join(plugins, 'mine'), { recursive: true });
    writeFileSync(
      join(plugins, 'mine', 'index.mjs'),
      `import { four } from './_lib.mjs';\nexport default { name: 'mine', metrics: { four } };\n`,
    );
    writeFileSync(join(plugins, 'mine', '_lib.mjs'), 'export const four = () => 4;\n');
    writeFileSync(join(plugins, 'mine.test.mjs'), 'throw new Error("a test was loaded");\n');
    const { stdout, stderr } = await phy(['query', folder, 'cluster'], { config: own });
    expect(stderr).not.toContain('a test was loaded');
    const { answer } = JSON.parse(stdout) as { answer: { rows: Record<string, unknown>[] } };
    expect(answer.rows.map((row) => row['four'])).toEqual([4, 4, 4, 4]);
  });

  for (const [language, words] of [
    ['JavaScript', []],
    ['TypeScript', ['--typescript']],
  ] as const) {
    it(`is made by phy plugin new in ${language}, with right types, and passes its own test`, async () => {
      const own = fresh();
      const made = await phy(['plugin', 'new', 'fresh-one', ...words], { config: own });
      expect(made.code).toBe(0);
      const home = join(own, 'ts', 'plugins', 'fresh-one');
      expect(typeErrorsIn(home)).toBe('');
      const tested = await phy(['plugin', 'test', home], { config: own });
      expect(tested.stdout).toMatch(/# pass 2\n# fail 0/);
      expect(tested.code).toBe(0);
      const { stdout } = await run(folder, ['fresh_one 1', 'sort fresh_one_ms asc'], own, '--discard');
      expect(jsonLines(stdout).map(({ ok }) => ok)).toEqual([true, true]);
      expect((await phy(['plugin', 'new', 'fresh-one'], { config: own })).code).toBe(2);
    });
  }

  it('in TypeScript is named with the right line, in loading and later', async () => {
    const unread = file('unread.ts', "import type { Plugin } from 'phy';\n\nconst a: number = 1 2;\n");
    const more = file('more.ts', '\nenum Kind { a }\nexport default { name: String(Kind) };\n');
    const late = file(
      'lateTyped.ts',
      `import { definePlugin, type Cluster } from 'phy';
interface Facts {
  readonly size: number;
}

export default definePlugin({
  name: 'lateTyped',
  metrics: {
    typed: ({ times }: Cluster): number => ({ size: times.length }) satisfies Facts ? times.length : 0,
    typed_bad: (cluster: Cluster): number => {
      return (cluster as unknown as { missing: Facts }).missing.size;
    },
  },
});
`,
    );
    const words = [unread, more, late].flatMap((path) => ['--plugin', path]);
    const { stdout, stderr } = await phy(['query', folder, 'cluster', '--set', 'sort=typed', ...words], { config });
    expect(stderr).toContain('Plugin unread.ts, line 3 was not loaded: Expected a semicolon.');
    expect(stderr).toContain('Plugin more.ts, line 2 was not loaded: TypeScript enum is not supported');
    expect(stderr).toMatch(/Plugin lateTyped: it failed in metric typed_bad \(lateTyped\.ts, line 11\)/);
    const { answer } = JSON.parse(stdout) as { answer: { rows: Record<string, unknown>[] } };
    for (const row of answer.rows) expect(row['typed']).toBe(row['n_spikes']);
  });

  it('cannot make the same column or action as another', async () => {
    const one = file('one.mjs', "export default { name: 'one', metrics: { same: () => 1 } };\n");
    const two = file('two.mjs', "export default { name: 'two', metrics: { same: () => 2 } };\n");
    const { stderr } = await phy(['query', folder, 'cluster', '--plugin', one, '--plugin', two], { config });
    expect(stderr).toContain('Plugin two was not loaded: its metric same has a name that is taken already.');
  });

  it('has the m, c and s of the consoles, and waits for nothing that waits for it', async () => {
    const tools = file(
      'tools.mjs',
      `export default {
  name: 'tools',
  metrics: {
    rows_seen: async (cluster, { c }) => (await c.query('cluster', [])).rows.length,
    half: async ({ id }, { m, s }) => (await m.get_cluster_spikes(id)).length / s.n_spikes(id),
    acts: async (cluster, { s }) => (await s.merge([0, 1])).message,
  },
  commands: {
    say: {
      async run(words, { m, c, s }) {
        c.n_spikes_waveforms = 7;
        const { added } = await s.merge([0, 1]);
        const [id] = s.selected;
        const cut = await m.get_waveforms([0, 1], [2], 3, 9);
        const { template } = await m.get_cluster_template(id);
        return JSON.stringify([c.n_spikes_waveforms, added[0] === id, s.clustering.cluster_ids.includes(0), cut.shape, template.shape.length]);
      },
    },
  },
};
`,
    );
    const words = ['--discard', '--plugin', tools];
    const { stdout, stderr } = await run(fresh(smallFolder), ['sort half asc', 'say'], config, ...words);
    const [, said] = jsonLines(stdout);
    expect(JSON.parse(String(said['message']))).toEqual([7, true, false, [2, 9, 1], 2]);
    expect(stderr).not.toContain('rows_seen');
    expect(stderr).toMatch(
      /it failed in metric acts \(tools\.mjs, line 6\): Only commands, changed and saved can act\./,
    );
  });
});

/** What the compiler says of a plugin's folder; it has the types of Node from here. */
function typeErrorsIn(home: string): string {
  const names = readdirSync(home).filter((name) => /^index\.(mjs|ts)$|\.test\.ts$/.test(name));
  mkdirSync(join(home, 'node_modules/@types'), { recursive: true });
  for (const name of ['@types/node', 'undici-types']) {
    symlinkSync(join(repo, 'node_modules', name), join(home, 'node_modules', name));
  }
  const flags = existsSync(join(home, 'tsconfig.json'))
    ? ['-p', home]
    : [...names.map((name) => join(home, name)), '--allowJs', '--checkJs', '--strict', '--noEmit', '--types', ''];
  const compiler = join(repo, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, ...flags], { encoding: 'utf8', cwd: home });
  rmSync(join(home, 'node_modules'), { recursive: true });
  return stdout;
}

describe('a broken plugin', () => {
  const folder = smallFolder();
  folders.push(folder);
  const config = fresh();

  it('is named with file and line, and the program goes on without it', async () => {
    const syntax = file('syntax.mjs', 'export default {\n  name: "syntax",\n  metrics: { a: () => 1 2 },\n};\n');
    const early = file('early.mjs', '\n\nthrow new Error("not today");\n');
    const nameless = file('nameless.mjs', 'export default { metrics: {} };\n');
    const taken = file('taken.mjs', 'export default { name: "taken", metrics: { amp: () => 1 } };\n');
    const unknown = file('unknown.mjs', 'export default {\n  name: "unknown",\n  metric: { a: () => 1 },\n};\n');
    const noDraw = file(
      'noDraw.ts',
      "import { definePlugin } from 'phy';\nexport default definePlugin({\n  name: 'noDraw',\n  views: {\n    blank: { query: () => [] },\n  },\n} as never);\n",
    );
    const words = [syntax, early, nameless, taken, unknown, noDraw].flatMap((path) => ['--plugin', path]);
    const { code, stdout, stderr } = await run(folder, ['c 2'], config, ...words);
    expect(code).toBe(0);
    expect(jsonLines(stdout)[0]['ok']).toBe(true);
    expect(stderr).toContain('Plugin syntax.mjs, line 3 was not loaded: Unexpected number.');
    expect(stderr).toContain('Plugin early.mjs, line 3 was not loaded: not today.');
    expect(stderr).toContain('Plugin nameless.mjs was not loaded: its name is missing');
    expect(stderr).toContain('Plugin taken.mjs, line 1 was not loaded: metric amp has the name of a column of phy.');
    expect(stderr).toContain('Plugin unknown.mjs, line 3 was not loaded: there is no hook metric.');
    expect(stderr).toContain('Plugin noDraw.ts, line 5 was not loaded: view blank has no function draw.');
  });

  it('that fails later says where', async () => {
    const late = file(
      'late.mjs',
      `export default {
  name: 'late',
  metrics: {
    good: () => 1,
    bad: ({ id }) => {
      return nothing.here;
    },
  },
  commands: { oops: { run: () => { throw new Error('no luck.'); } } },
  splitters: { short: { split: () => [1, 2] } },
};
`,
    );
    const { stdout, stderr } = await run(
      folder,
      ['oops', 'c 2', 'split_short', 'sort good asc'],
      config,
      '--plugin',
      late,
    );
    const [oops, , short, sorted] = jsonLines(stdout);
    expect(oops).toMatchObject({
      ok: false,
      message: 'Plugin late: it failed in command oops (late.mjs, line 9): no luck.',
    });
    expect(short['message']).toMatch(/^Short gave 2 labels for \d+ spikes\.$/);
    expect(sorted['ok']).toBe(true);
    expect(stderr.match(/it failed in metric bad \(late\.mjs, line 6\): nothing is not defined\./g)).toHaveLength(1);
  });

  it('that never returns is stopped, and curation goes on', async () => {
    const stuck = file(
      'stuck.mjs',
      `export default { name: 'stuck', commands: { spin: { run: () => { for (;;); } } } };\n`,
    );
    const lines = ['spin', 'merge 2 3', 'spin', 'undo'];
    const { stdout } = await impatiently(3, () => run(folder, lines, config, '--plugin', stuck));
    const [spun, merged, again, undone] = jsonLines(stdout);
    const said = 'Plugin stuck (stuck.mjs) was stopped: it gave no sign of life for 3 s in command spin.';
    expect(spun['ok']).toBe(false);
    expect(spun['message']).toContain(said);
    expect(merged['ok']).toBe(true);
    expect(again['message']).toContain(said);
    expect(undone['ok']).toBe(true);
  });

  it('that waits for what never comes is given up in what everybody waits for, and works on elsewhere', async () => {
    const waits = file(
      'waits.mjs',
      `export default { name: 'waits',
  metrics: { never: () => new Promise(() => {}), ids: ({ id }) => id },
  commands: { hello: { run: () => 'Hello.' } } };\n`,
    );
    const lines = ['hello', 'f ids == 3', 'c 3'];
    const { stdout, stderr } = await impatiently(1, () => run(folder, lines, config, '--discard', '--plugin', waits));
    expect(jsonLines(stdout).map((line) => line['ok'])).toEqual([true, true, true]);
    const said = 'Plugin waits (waits.mjs) gave nothing for 3 s in metric never.';
    expect(stderr.split(said)).toHaveLength(2);
  });

  it('that waits in a command is named, and Ctrl+C ends it', async () => {
    const never = '() => new Promise(() => {})';
    const waits = file(
      'waitsToo.mjs',
      `export default { name: 'waits', overlays: { lost: { times: ${never} } }, commands: { endless: { run: ${never} } } };\n`,
    );
    const lost = await impatiently(1, () => phy(['query', folder, 'overlay_lost', '--plugin', waits], { config }));
    expect([lost.code, lost.stderr]).toEqual([1, expect.stringContaining('gave nothing for 3 s in overlay lost.')]);
    // A command may wait for a person or another program, so it is not given up.
    const waiting = 'Plugin waits (waitsToo.mjs) gave nothing for 3 s in command endless. It is still waited for.';
    const ended = await impatiently(1, () =>
      phy(['run', folder, '-', '--discard', '--plugin', waits], {
        config,
        input: 'c 2\nendless\nc 3\n',
        interruptAt: waiting,
      }),
    );
    expect([ended.code, jsonLines(ended.stdout)]).toEqual([130, [expect.objectContaining({ action: 'select' })]]);
    expect(ended.stderr).toContain('Interrupted in line 2, in endless of plugin waits.');
  });

  it('that never finishes loading holds nothing up for long', async () => {
    const slow = file('slow.mjs', 'for (;;);\n');
    const { code, stderr } = await impatiently(1, () => run(folder, ['c 2'], config, '--discard', '--plugin', slow));
    expect(code).toBe(0);
    expect(stderr).toContain('Plugin slow.mjs was not loaded: it gave no sign of life for 3 s.');
  });
});

describe.skipIf(browserPath === undefined)('plugins in the window', () => {
  let browser: Browser;
  let program: Program;
  let window: Window;
  let page: Page;
  const config = fresh();
  const folder = fresh(smallFolder);
  const drawsBadly = file(
    'drawsBadly.mjs',
    `export default {
  name: 'drawsBadly',
  views: { gap: { query: () => null, draw: () => {
    return missing.thing;
  } } },
};
`,
  );

  const spins = file(
    'spins.mjs',
    `import { definePlugin } from 'phy';
export default definePlugin({
  name: 'spins',
  views: { whirl: { query: () => null, draw: () => {
    for (;;);
  } } },
});
`,
  );

  beforeAll(async () => {
    browser = await startBrowser();
    const broken = file('broken.mjs', 'export default {\n  name: "broken",,\n};\n');
    const words = [everything, drawsBadly, spins, broken].flatMap((path) => ['--plugin', path]);
    program = await startProgram(folder, config, words);
    window = await openWindow(browser, program.url, { width: 1600, height: 900 });
    page = window.page;
  });
  afterAll(async () => {
    await browser.close();
    await program.end();
  });

  it('say which one could not be loaded, once', async () => {
    await expect.poll(async () => await page.getByText(/Plugin broken\.mjs, line 2 was not loaded/).count()).toBe(1);
  });

  it('are listed with what they add, and those that were not loaded with why', async () => {
    await page.getByRole('menuitem', { name: 'Help', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Plugins' }).click();
    const list = page.getByRole('dialog', { name: 'Plugins' });
    await list.getByText(/Plugin broken\.mjs, line 2 was not loaded/).waitFor();
    const names = await list.getByRole('heading', { level: 3 }).allInnerTexts();
    expect(names.toSorted()).toEqual(['drawsBadly', 'everything', 'spins']);
    const spinner = list.getByRole('region', { name: 'spins' });
    expect(await spinner.locator('dd').allInnerTexts()).toEqual(['WhirlView', spins]);
    expect(await list.getByRole('region', { name: 'everything' }).locator('dt').allInnerTexts()).toContain('Columns');
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'detached' });
  });

  it('draw views whose buttons and settings work', async () => {
    await snippet(page, 'c 2 3');
    await snippet(page, 'add_SpansView');
    await group(page, 'SpansView').waitFor();
    await expect.poll(async () => (await picture(page, config, 'SpansView')).texts).toContain('cluster 3');
    const before = await picture(page, config, 'SpansView');
    expect([...before.frames.keys()]).toEqual(expect.arrayContaining(['0', '1']));
    await menu(page, 'SpansView', 'Larger');
    await expect.poll(async () => (await picture(page, config, 'SpansView')).frame('0')).not.toBe(before.frame('0'));
  });

  it('that fail in drawing say where, in their place', async () => {
    await snippet(page, 'c 2 3');
    await snippet(page, 'add_GapView');
    await expect
      .poll(async () => (await picture(page, config, 'GapView')).texts.join(' '))
      .toContain('Plugin drawsBadly: it failed in drawing GapView (drawsBadly.mjs, line 4): missing is not defined.');
    await menu(page, 'GapView', 'Close');
  });

  it('that never end drawing are stopped, and the window goes on', async () => {
    await snippet(page, 'add_WhirlView');
    const said = 'Plugin spins (spins.mjs) was stopped: it gave no sign of life for 5 s in drawing WhirlView.';
    await snippet(page, 'c 5');
    await expect
      .poll(async () => (await picture(page, config, 'WhirlView')).texts.join(' '), { timeout: 30_000 })
      .toContain(said);
    await menu(page, 'WhirlView', 'Close');
    await snippet(page, 'c 2 3');
    await expect.poll(async () => (await picture(page, config, 'SpansView')).texts).toContain('cluster 3');
  });

  it('draw over views with the time of the recording, until they are hidden', async () => {
    const scatter = async (): Promise<string> => (await picture(page, config, 'AmplitudeView')).svg;
    await expect.poll(scatter).toContain('>two<');
    await page.getByRole('menubar').getByText('View', { exact: true }).click();
    await page.getByRole('menu').last().getByText('Overlays', { exact: true }).click();
    await page.getByRole('menu').last().getByText('Stimuli', { exact: true }).click();
    await expect.poll(scatter).not.toContain('>two<');
  });

  it('do actions from menus, and split after a preview', async () => {
    await page.keyboard.press('Control+Alt+y');
    await expect.poll(async () => await page.getByText('Picked 1.').count()).toBeGreaterThan(0);
    await snippet(page, 'c 2');
    await snippet(page, 'split_parity');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('part 2').waitFor();
    await dialog.getByRole('textbox', { name: 'By' }).fill('3');
    await dialog.getByText('part 3').waitFor();
    await dialog.getByRole('button', { name: 'Split into 3' }).click();
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(async () => await page.getByText(/^Split 2 into /).count()).toBeGreaterThan(0);
    await page.keyboard.press('Control+z');
    await expect.poll(async () => await page.getByText('Undid: split by Parity of 2.').count()).toBeGreaterThan(0);
    expect(window.errors).toEqual([]);
  });

  it.each([
    ['split_gaussians', 'Gaussian mixture', 'Parts', '2'],
    ['split_kmeans', 'K-means', 'Parts', '3'],
    ['split_outliers', 'Mahalanobis outliers', 'Expected share', '0.2'],
    ['split_short_isi', 'Short intervals', 'Shorter than', '50'],
    ['split_duplicates', 'Duplicate spikes', 'Within', '50'],
  ])('%s comes with the program: a preview of its parts, one split, one undo', async (name, title, field, value) => {
    const rows = async (): Promise<string[]> =>
      await page.locator('section[aria-label="ClusterView"] [role=row]').allInnerTexts();
    await snippet(page, 'c 0 1');
    const before = (await rows()).toSorted();
    await snippet(page, name);
    const dialog = page.getByRole('dialog', { name: `Split by ${title}` });
    await dialog.getByRole('textbox', { name: field }).fill(value);
    // Waveforms and correlograms of the parts, and their sizes, which are those of the clusters.
    await dialog.getByRole('img', { name: /WaveformView/ }).waitFor();
    await dialog.getByRole('img', { name: /CorrelogramView/ }).waitFor();
    const apply = dialog.getByRole('button', { name: /^Split into/, disabled: false });
    await apply.waitFor();
    const wanted = spikeCounts(await dialog.getByRole('cell', { name: /spike/ }).allInnerTexts());
    expect(wanted.length).toBeGreaterThan(1);
    await apply.click();
    await dialog.waitFor({ state: 'detached' });
    const said = page.getByText(/^Split 0 and 1 into /).last();
    await said.waitFor();
    expect(spikeCounts((await said.innerText()).match(/\([\d,]+ spikes?\)/g) ?? [])).toEqual(wanted);
    await page.keyboard.press('Control+z');
    await expect
      .poll(async () => await page.getByText(`Undid: split by ${title} of 0 and 1.`).count())
      .toBeGreaterThan(0);
    await expect.poll(async () => (await rows()).toSorted()).toEqual(before);
    expect(window.errors).toEqual([]);
  });
});

/** `1,546 spikes` -> 1546, ascending. */
const spikeCounts = (texts: readonly string[]): number[] =>
  texts.map((text) => Number(/[\d,]+(?= spike)/.exec(text)?.[0].replace(',', ''))).toSorted((a, b) => a - b);

const tabs = async (page: Page): Promise<string[]> =>
  (await page.locator('.phy-tab').allInnerTexts()).map((text) => text.split('\n')[0] ?? '').sort();

describe.skipIf(browserPath === undefined)('what plugins do to the whole window', () => {
  let browser: Browser;
  let program: Program;
  let window: Window;
  let page: Page;
  const config = fresh();

  beforeAll(async () => {
    browser = await startBrowser();
    const whole = file(
      'whole.ts',
      `import { definePlugin, type Cluster } from 'phy';
const place = (clusters: readonly Cluster[]) => clusters.map(({ times, spikeIds }) => ({ x: times, y: spikeIds.map((id) => id % 10) }));
export default definePlugin({
  name: 'whole',
  status: ({ s }) => (s.selected.length === 0 ? null : \`Mine: \${s.selected.join('+')}\`),
  names: ({ m }) => ({ mine: { rate: m.sample_rate, list: Float64Array.of(1, 2, 3) }, m: 'not this one' }),
  layout: { row: ['ClusterView', { column: ['DigitsView', { tabs: ['ConsoleView', 'ISIView'], size: 0.6 }], size: 2 }] },
  commands: { greet: { key: 'g', run: () => 'Hello.' }, leave: { key: 'w', run: () => 'Bye.' } },
  views: {
    digits: {
      query: place,
      coordinates: place,
      draw: (answer: never, { color }) => ({
        plots: [{ marks: (answer as { x: Float64Array; y: Int32Array }[]).map(({ x, y }, k) => ({ kind: 'points' as const, x, y, color: color(k) })) }],
      }),
    },
  },
});
`,
    );
    program = await startProgram(fresh(smallFolder), config, ['--plugin', whole]);
    window = await openWindow(browser, program.url, { width: 1600, height: 900 });
    page = window.page;
  });
  afterAll(async () => {
    await browser.close();
    await program.end();
  });

  it('the panels are where the plugin puts them', async () => {
    await expect.poll(() => tabs(page)).toEqual(['ClusterView', 'ConsoleView', 'DigitsView', 'ISIView']);
    const table = await group(page, 'ClusterView').boundingBox();
    const digits = await group(page, 'DigitsView').boundingBox();
    expect((digits?.width ?? 0) / (table?.width ?? 1)).toBeGreaterThan(1.6);
  });

  it('a text in the status bar follows the selection', async () => {
    await snippet(page, 'c 2 3');
    await expect.poll(async () => await page.getByText('Mine: 2+3', { exact: true }).count()).toBe(1);
    await snippet(page, 'c 5');
    await expect.poll(async () => await page.getByText('Mine: 5', { exact: true }).count()).toBe(1);
  });

  it('keys that are taken are said, in the dialog of keys too', async () => {
    expect(program.stderr()).toMatch(/“Greet” \(plugin whole\) is also the key of “Merge”.*, which has it\./);
    expect(program.stderr()).toMatch(/“Leave” \(plugin whole\) is also the key of “.*” in WaveformView/);
    await snippet(page, 'edit_shortcuts');
    await page
      .getByRole('dialog')
      .getByText(/“Greet” \(plugin whole\)/)
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('names are there in the console, and none stands for ours', async () => {
    const js = new ConsoleWindow(page, 'ConsoleView', 'JavaScript code');
    expect(await js.run('mine.rate === m.sample_rate && mine.list.length')).toBe('3');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
  });

  it('a lasso splits over all spikes', async () => {
    await snippet(page, 'c 2');
    await expect.poll(async () => (await picture(page, config, 'DigitsView')).frame('0').length).toBeGreaterThan(40);
    const box = await plotBox(page, 'DigitsView');
    const at = (x: number, y: number) => ({ x: box.x + x * box.width, y: box.y + y * box.height });
    for (const [x, y] of [
      [0.05, 0.05],
      [0.95, 0.05],
      [0.95, 0.5],
      [0.05, 0.5],
    ]) {
      const { x: left, y: top } = at(x, y);
      await page.keyboard.down('Control');
      await page.mouse.click(left, top);
      await page.keyboard.up('Control');
    }
    await expect.poll(async () => await statusLine(page, 'DigitsView')).toMatch(/of \d+ spikes inside, 0 without/);
    const [inside, total] = [...(await statusLine(page, 'DigitsView')).matchAll(/\d+/g)].map(Number);
    expect(inside).toBeGreaterThan(0);
    expect(inside).toBeLessThan(total);
    await page.keyboard.press('k');
    await expect.poll(async () => await page.getByText(/^Split 2 into /).count()).toBeGreaterThan(0);
    expect(window.errors).toEqual([]);
  });
});

describe.skipIf(browserPath === undefined)('plugins beside the data', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => await browser.close());

  it('run only once they were allowed, and not when they changed since', async () => {
    const config = fresh();
    const folder = fresh(smallFolder);
    const beside = join(folder, '.phy', 'ts', 'plugins');
    mkdirSync(beside, { recursive: true });
    const proof = join(config, 'ran.txt');
    const code = `import { appendFileSync } from 'node:fs';\nappendFileSync(${JSON.stringify(proof)}, 'ran\\n');\nexport default { name: 'beside', metrics: { seven: () => 7 } };\n`;
    writeFileSync(join(beside, 'beside.mjs'), code);
    const refused = await phy(['query', folder, 'cluster'], { config });
    expect(refused.stderr).toContain('were not run (beside.mjs)');
    expect(existsSync(proof)).toBe(false);

    const program = await startProgram(folder, config);
    const { page, context } = await openWindow(browser, program.url);
    const dialog = page.getByRole('dialog');
    await dialog.getByText('beside.mjs').waitFor();
    expect(existsSync(proof)).toBe(false);
    await dialog.getByRole('button', { name: 'Allow and open again' }).click();
    await expect.poll(() => existsSync(proof), { timeout: 60_000 }).toBe(true);
    await page.locator('[role=row]').nth(3).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await context.close();
    await program.end();

    const allowed = await phy(['query', folder, 'cluster'], { config });
    expect(allowed.stdout).toContain('"seven":7');
    writeFileSync(join(beside, 'beside.mjs'), `${code}// changed\n`);
    const again = await phy(['query', folder, 'cluster'], { config });
    expect(again.stderr).toContain('were not run (beside.mjs)');
    expect(again.stdout).not.toContain('"seven"');
  });
});
