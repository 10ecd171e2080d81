/** Every example plugin does what its first line says: on the command line where that shows it, else in a window with all of them loaded. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, phy, smallFolder } from './commandLine.ts';
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
import { keptSettings, menu, picture, recordRequests, type Asked } from './viewWindow.ts';
import { ConsoleWindow } from './consoleWindow.ts';
import { snippet } from './window.ts';

const examples = join(repo, 'examples/plugins');
const names = readdirSync(examples).sort();
const plugin = (name: string): string => join(examples, `${name}.mjs`);

const folders: string[] = [];
afterAll(() => folders.forEach(removeFolder));
function fresh(make: () => string): string {
  const folder = make();
  folders.push(folder);
  return folder;
}
const newConfig = (): string => fresh(() => temporaryFolder('config'));

/** `phy run` of lines with one example on a dataset of its own. */
async function run(name: string, ...lines: readonly string[]) {
  const folder = fresh(smallFolder);
  const result = await phy(['run', folder, '-', '--keep-going', '--plugin', plugin(name)], {
    input: `${lines.join('\n')}\n`,
    config: newConfig(),
  });
  return { folder, stderr: result.stderr, lines: jsonLines(result.stdout) };
}
async function query(name: string, ...words: readonly string[]): Promise<{ readonly answer: unknown }> {
  const { stdout, stderr } = await phy(['query', fresh(smallFolder), ...words, '--plugin', plugin(name)], {
    config: newConfig(),
  });
  expect(stderr).not.toMatch(/Plugin/);
  return JSON.parse(stdout) as { answer: unknown };
}

describe('an example on the command line', () => {
  it('hello prints changes', async () => {
    const { stderr, lines } = await run('hello', 'merge 2 3', 'save');
    expect(lines).toHaveLength(2);
    expect(stderr).toMatch(/Clusters changed: Merge clusters 2, 3 to \d+\./);
  });
  it('action-status-bar says something, and selects', async () => {
    const { lines } = await run('action-status-bar', 'display_message', 'select_first 3');
    expect(lines[0]['message']).toBe('Hello from a plugin.');
    expect(lines[1]['selection']).toMatchObject({
      clusters: [expect.any(Number), expect.any(Number), expect.any(Number)],
    });
  });
  it('cluster-metadata writes a file when saving', async () => {
    const { folder } = await run('cluster-metadata', 'merge 2 3', 'save', 'c 1');
    const file = join(folder, 'cluster_channel.tsv');
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toMatch(/^cluster_id\tchannel\n0\t\d+\n1\t\d+\n/);
  });
  it('cluster-metrics has a column', async () => {
    const { answer } = await query('cluster-metrics', 'cluster', '--set', 'sort=meanisi');
    const { rows } = answer as { rows: { n_spikes: number; meanisi: number }[] };
    for (const { meanisi } of rows) expect(meanisi).toBeGreaterThan(0);
    const isis = rows.map(({ meanisi }) => meanisi);
    expect(isis).toEqual(isis.toSorted((a, b) => b - a));
  });
  it('cluster-stats and density-view count features', async () => {
    const stats = await query('cluster-stats', 'featureHistogram', '--clusters', '2');
    const { data } = stats.answer as { data: { values: { shape: number[] } }[] };
    expect(data[0].values.shape[0]).toBeGreaterThan(0);
    const density = await query('density-view', 'featureDensity', '--clusters', '2', '--set', 'bins=10');
    const [image] = (density.answer as { data: { counts: { data: number[] } }[] }).data;
    expect(image.counts.data.reduce((sum, count) => sum + count, 0)).toBe(data[0].values.shape[0]);
  });
  it('custom-similarity orders similar clusters', async () => {
    const { lines } = await run('custom-similarity', 'c 1', 'c 1', 'select_n_similar 2');
    expect((lines[2]['selection'] as { similar: number[] }).similar).toHaveLength(2);
  });
  it('custom-split splits by amplitude', async () => {
    const { lines } = await run('custom-split', 'c 2', 'split_amplitude', 'undo');
    expect(lines[1]).toMatchObject({ ok: true, deleted: [2] });
    expect(lines[2]['message']).toBe('Undid: split by Amplitude of 2.');
  });
  it('event-overlay has the events of a file', async () => {
    const folder = fresh(smallFolder);
    const events = async (): Promise<unknown> => {
      const words = ['query', folder, 'overlay_events', '--plugin', plugin('event-overlay')];
      const { stdout } = await phy(words, { config: newConfig() });
      return (JSON.parse(stdout) as { answer: unknown }).answer;
    };
    expect(await events()).toMatchObject({ start: { data: [] }, labels: [] });
    writeFileSync(join(folder, 'events.csv'), 'seconds,label\n0.5, tone\n\n2,\n');
    expect(await events()).toMatchObject({ start: { data: [0.5, 2] }, end: null, labels: ['tone', ''] });
  });
  it('filter-action filters', async () => {
    const { lines } = await run('filter-action', 'fir 1000', 'fir 0');
    expect(lines[0]).toMatchObject({ action: 'filter_firing_rate', ok: true, message: expect.stringMatching(/^0 of/) });
    expect(lines[1]['message']).toMatch(/^5 of 5/);
  });
  it('raw-data-filter is a choice of views that show raw data', async () => {
    const interval = ['--set', 'startSeconds=1', 'endSeconds=1.01'];
    const traces = async (filter: string): Promise<readonly number[]> => {
      const { answer } = await query('raw-data-filter', 'trace', ...interval, `filter=${filter}`);
      return (answer as { traces: { data: number[] } }).traces.data;
    };
    const [raw, smooth, reference] = [await traces('raw'), await traces('smooth'), await traces('common_reference')];
    expect(smooth).toHaveLength(raw.length);
    expect(roughness(smooth)).toBeLessThan(0.7 * roughness(raw));
    expect(reference).not.toEqual(raw);
    const waves = ['waveform', '--clusters', '2', '--set', 'filter=smooth', 'spikesPerCluster=3'];
    const { answer } = await query('raw-data-filter', ...waves);
    expect(answer).toMatchObject({
      type: 'waveforms',
      clusters: [{ waveforms: { shape: [3, expect.any(Number), expect.any(Number)] } }],
    });
  });
  it('template-lines-view and embedding-view answer, and a lasso in the embedding splits', async () => {
    const lines = await query('template-lines-view', 'templateLines', '--clusters', '1,2');
    expect((lines.answer as { data: unknown[] }).data).toHaveLength(2);
    const embedding = await query('embedding-view', 'embedding', '--clusters', '1,2', '--set', 'spikes=20');
    const clouds = (embedding.answer as { data: { x: { data: number[] } }[] }).data;
    expect(clouds).toHaveLength(2);
    expect(new Set(clouds[0].x.data).size).toBeGreaterThan(5);
    const lasso = {
      view: 'embedding',
      params: { spikes: 5000 },
      polygon: [
        [-1e9, -1e9],
        [0, -1e9],
        [0, 1e9],
        [-1e9, 1e9],
      ],
    };
    const split = await run('embedding-view', 'c 2', `split ${JSON.stringify(lasso)}`);
    expect(split.lines[1]).toMatchObject({ action: 'split', ok: true, deleted: [2] });
  });
});

/** How much a value differs from the one 8 places before: the same channel of the sample before. */
const roughness = (values: readonly number[]): number =>
  values.slice(8).reduce((sum, value, k) => sum + Math.abs(value - values[k]), 0);

async function boxOf(page: Page, view: string) {
  const box = await page.locator(`section[aria-label="${view}"]`).boundingBox();
  if (box === null) throw new Error(`${view} is not there`);
  return box;
}

const meansAsked = (asked: readonly Asked[]): number =>
  asked.filter(({ query: name, params }) => name === 'waveform' && params['type'] === 'mean_waveforms').length;

describe.skipIf(browserPath === undefined)('all examples in one window', () => {
  let browser: Browser;
  let program: Program;
  let window: Window;
  let page: Page;
  let asked: Asked[] = [];
  const config = newConfig();

  beforeAll(async () => {
    browser = await startBrowser();
    const words = names.flatMap((name) => ['--plugin', join(examples, name)]);
    program = await startProgram(fresh(smallFolder), config, words);
    window = await openWindow(browser, program.url, { width: 1920, height: 1080 }, (fresh) => {
      asked = recordRequests(fresh);
      return Promise.resolve();
    });
    page = window.page;
  });
  afterAll(async () => {
    await browser.close();
    await program.end();
  });

  it('load without a complaint', () => {
    expect(names).toHaveLength(23);
    expect(program.stderr()).not.toMatch(/Plugin/);
    expect(window.errors).toEqual([]);
  });

  it('layout puts the panels where it says', async () => {
    const [waves, clusters, similar, correlograms] = [
      await boxOf(page, 'WaveformView'),
      await boxOf(page, 'ClusterView'),
      await boxOf(page, 'SimilarityView'),
      await boxOf(page, 'CorrelogramView'),
    ];
    expect(clusters.y).toBeGreaterThan(waves.y + waves.height);
    expect(similar.x).toBeGreaterThan(clusters.x + clusters.width);
    expect(similar.y).toBe(clusters.y);
    expect(correlograms.x).toBeGreaterThan(waves.x + waves.width);
  });

  it('custom-columns, cluster-view-styling and font-size change how it looks at first', async () => {
    const headers = page.locator('section[aria-label="ClusterView"] [role=columnheader]');
    await expect
      .poll(async () => (await headers.allInnerTexts()).map((text) => text.replaceAll(/\W/g, '')))
      .toEqual(['id', 'n_spikes']);
    expect(await headers.first().evaluate((node) => getComputedStyle(node).color)).toBe('rgb(255, 200, 0)');
    expect(
      await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--text-scale')),
    ).not.toBe('1');
  });

  it('n-spikes-views and feature-view-custom-grid set what the views ask and draw', async () => {
    await snippet(page, 'c 1 2');
    await expect.poll(() => asked.find(({ query }) => query === 'waveform')?.params['spikesPerCluster']).toBe(250);
    await expect.poll(() => asked.find(({ query }) => query === 'feature')?.params['spikesPerCluster']).toBe(1000);
    await expect.poll(async () => [...(await picture(page, config, 'FeatureView')).frames.keys()]).toContain('2A,2A');
    expect(keptSettings(join(config, 'ts/TemplateGUI/state.json'), 'FeatureView')).toEqual({});
  });

  it('custom-button goes to the next type of waveforms', async () => {
    expect(meansAsked(asked)).toBe(0);
    await menu(page, 'WaveformView', 'Next type of waveforms');
    await expect.poll(() => meansAsked(asked)).toBe(1);
  });

  it('shortcuts gives other keys, and color-scheme other colours', async () => {
    await page.keyboard.press('Control+Alt+j');
    await expect.poll(async () => await page.getByText(/^Merge clusters 1, 2 to/).count()).toBeGreaterThan(0);
    await page.keyboard.press('g');
    await page.keyboard.press('Control+z');
    await expect.poll(async () => await page.getByText(/^Undid: merge of 1 and 2/).count()).toBeGreaterThan(0);
    await expect.poll(async () => await page.locator('.phy-tab').getByText('ClusterScatterView').count()).toBe(1);
    await page.getByRole('menubar').getByText('View', { exact: true }).click();
    await page.getByRole('menu').last().getByText('Change color field', { exact: true }).click();
    await expect
      .poll(
        async () => await page.getByRole('menuitemcheckbox', { name: 'channel_count' }).getAttribute('aria-checked'),
      )
      .toBe('true');
    for (let open = await page.getByRole('menu').count(); open > 0; open = await page.getByRole('menu').count()) {
      await page.keyboard.press('Escape');
      await page.waitForTimeout(50);
    }
  });

  it('raw-data-filter is reached by alt+r, and kept', async () => {
    await snippet(page, 'c 1 2');
    await expect.poll(() => asked.some(({ query }) => query === 'waveform')).toBe(true);
    for (const title of ['Common median reference', 'Mean of 5 samples', 'Not filtered', 'High-pass 150 Hz']) {
      await page.keyboard.press('Alt+r');
      await expect.poll(async () => await page.getByText(title, { exact: true }).count()).toBe(1);
      if (title === 'Mean of 5 samples') {
        await expect.poll(() => asked.some(({ params }) => params['filter'] === 'smooth')).toBe(true);
      }
    }
    expect(window.errors).toEqual([]);
  });

  it('console-view gives the console a name, and action-status-bar says how many spikes are selected', async () => {
    await snippet(page, 'c 1 2');
    await expect.poll(async () => await page.getByText(/^\d+ spikes selected$/).count()).toBe(1);
    const js = new ConsoleWindow(page, 'ConsoleView', 'JavaScript code');
    expect(await js.run('my_variable.answer')).toBe('42');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await menu(page, 'ConsoleView', 'Close');
  });

  for (const view of ['FeatureHistogramView', 'FeatureDensityView', 'TemplateLinesView', 'EmbeddingView']) {
    it(`${view} is drawn`, async () => {
      await snippet(page, 'c 1 2');
      await snippet(page, `add_${view}`);
      await expect
        .poll(async () => (await picture(page, config, view)).frame('0').length, { timeout: 30_000 })
        .toBeGreaterThan(40);
      await menu(page, view, 'Close');
      expect(window.errors).toEqual([]);
    });
  }
});
