/**
 * Views of spike attributes as a person uses them: offered by the files of the dataset, drawn, lassoed over all spikes; spikes without a value are
 * asked about. A split with clusters of their own survives `kill -9`. On a dataset made on the spot, and on real Kilosort 4 output.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nd } from '../../src/core/base/nd.ts';
import { encodeNpy } from '../../src/core/files/npy.ts';
import { joinBytes } from '../../src/core/storage/memory.ts';
import { makeSmallDataset, smallSizes } from '../fixtures/smallDataset.ts';
import { jsonLines, phy, smallFolder } from './commandLine.ts';
import {
  type Program,
  type Window,
  browserPath,
  copyDataset,
  hasDataset,
  openWindow,
  removeFolder,
  startBrowser,
  startProgram,
  temporaryFolder,
} from './harness.ts';
import { click, keptSettings, lasso, menu, picture, wheel } from './viewWindow.ts';
import { expectSelection, plotBox, snippet, statusLine } from './window.ts';

const { spikeClusters, spikeSamples } = makeSmallDataset();
const count = smallSizes.spikes;
/** Every fifth spike has no value; the others rise over the recording. */
const snr = Float32Array.from({ length: count }, (_, k) => (k % 5 === 2 ? Number.NaN : k));
const spikesOf = (...ids: readonly number[]): number[] =>
  [...spikeClusters.keys()].filter((k) => ids.includes(spikeClusters[k]));
const secondsOf = (spike: number): number => spikeSamples[spike] / smallSizes.sampleRate;

function attributeFolder(): string {
  const folder = smallFolder();
  const write = (name: string, values: Float32Array | Int32Array, shape?: readonly number[]): void =>
    writeFileSync(join(folder, name), joinBytes(encodeNpy(nd(values, shape))));
  write('spike_snr.npy', snr);
  write(
    'spike_detection_templates.npy',
    Int32Array.from({ length: count }, (_, k) => k % 4),
    [count, 1],
  );
  write('spike_wrong.npy', new Float32Array(7));
  return folder;
}

/** The cluster of each spike as saved. */
const savedClusters = (folder: string): Int32Array =>
  new Int32Array(Uint8Array.from(readFileSync(join(folder, 'spike_clusters.npy')).subarray(128)).buffer);

interface Answer {
  readonly dimensions: number;
  readonly bounds: readonly number[];
  readonly clusters: readonly {
    readonly clusterId: number;
    readonly shown: number;
    readonly total: number;
    readonly missing: number;
    readonly rule: string;
    readonly spikeIds: { readonly data: readonly number[] };
    readonly x: { readonly dtype: string; readonly data: readonly (number | null)[] };
    readonly y: { readonly data: readonly (number | null)[] };
  }[];
}

/** Adds a view by the palette. */
async function addView(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+p');
  await page.keyboard.type(`Add ${name}`);
  const found = page.getByRole('option').first();
  await expect.poll(() => found.innerText(), { timeout: 20_000 }).toContain(`Add ${name}`);
  await page.keyboard.press('Enter');
  await page.locator(`section[aria-label="${name}"]`).waitFor();
  await page.locator(`section[aria-label="${name}"] canvas`).waitFor();
  await isStill(page, name);
}

/** Waits until the plot of a view no longer moves: its neighbours came or went. */
async function isStill(page: Page, view: string): Promise<void> {
  const place = async (): Promise<string> => JSON.stringify(await plotBox(page, view));
  const stays = async (): Promise<boolean> => {
    const before = await place();
    await page.waitForTimeout(150);
    return before === (await place());
  };
  await expect.poll(stays, { timeout: 20_000 }).toBe(true);
}

describe('phy query spikeAttribute', () => {
  let folder = '';
  let config = '';
  beforeAll(() => {
    folder = attributeFolder();
    config = temporaryFolder('config');
  });
  afterAll(() => {
    removeFolder(folder);
    removeFolder(config);
  });
  const ask = (...words: readonly string[]) => phy(['query', folder, 'spikeAttribute', ...words], { config });

  it('prints times and values, null where a spike has none', async () => {
    const { code, stdout } = await ask('--clusters', '3', '--set', 'attribute=snr');
    expect(code).toBe(0);
    const { params, answer } = JSON.parse(stdout) as { params: object; answer: Answer };
    expect(params).toEqual({ attribute: 'snr', spikesPerCluster: 5000 });
    const spikes = spikesOf(3);
    const [entry] = answer.clusters;
    expect(entry.spikeIds.data).toEqual(spikes);
    expect(entry.x).toMatchObject({ dtype: 'float64', data: spikes.map(secondsOf) });
    expect(entry.y.data).toEqual(spikes.map((k) => (k % 5 === 2 ? null : k)));
    const here = spikes.filter((k) => k % 5 !== 2);
    expect(entry).toMatchObject({
      clusterId: 3,
      shown: spikes.length,
      total: spikes.length,
      rule: 'all',
      missing: spikes.length - here.length,
    });
    expect(answer.bounds).toEqual([secondsOf(here[0]), here[0], secondsOf(here.at(-1)!), here.at(-1)]);
  });

  it('needs the name of an attribute that is there', async () => {
    expect(await ask('--clusters', '3')).toMatchObject({ code: 2 });
    for (const name of ['nothing', 'wrong', 'times']) {
      const { code, stdout } = await ask('--clusters', '3', '--set', `attribute=${name}`);
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ query: 'spikeAttribute', answer: null, missing: ['spikeAttribute'] });
    }
  });

  it('splits by a lasso over it; `own` keeps spikes without a value apart, and undo takes it back', async () => {
    const polygon = [
      [-1, -1],
      [9, -1],
      [9, 99.5],
      [-1, 99.5],
    ];
    const request = { view: 'spikeAttribute', params: { attribute: 'snr' }, clusters: [0, 3], polygon };
    const lines = [request, { ...request, missing: 'own' }].map((line) => `split ${JSON.stringify(line)}`);
    const { code, stdout } = await phy(['run', folder, '-', '--keep-going'], {
      config,
      input: `${lines.join('\n')}\nundo\nredo\n`,
    });
    expect(code).toBe(1);
    const [refused, own, undo, redo] = jsonLines(stdout);
    const spikes = spikesOf(0, 3);
    const missing = spikes.filter((k) => k % 5 === 2).length;
    expect(refused).toMatchObject({
      ok: false,
      missing,
      message: `${missing} of ${spikes.length} spikes have no coordinate here. Choose where they go.`,
    });
    expect(own).toMatchObject({ ok: true, missing, added: [6, 7, 8, 9, 10], deleted: [0, 3] });
    expect(undo).toMatchObject({ ok: true, added: [0, 3], deleted: [6, 7, 8, 9, 10] });
    expect(redo).toMatchObject({
      ok: true,
      added: [6, 7, 8, 9, 10],
      selection: { clusters: [6, 7, 8, 9, 10], similar: [] },
    });
    await phy(['run', folder, '-', '--recover'], { config, input: 'save\n' });
    const saved = savedClusters(folder);
    const expected = [...saved.keys()].map((k) => {
      const cluster = spikeClusters[k];
      if (cluster !== 0 && cluster !== 3) return cluster;
      if (k % 5 === 2) return cluster === 0 ? 7 : 8;
      if (k <= 99) return 6;
      return cluster === 0 ? 9 : 10;
    });
    expect([...saved]).toEqual(expected);
  });
});

describe.skipIf(browserPath === undefined)('views of spike attributes', () => {
  const VIEW = 'SpikeSnrView';
  let browser: Browser;
  let folder = '';
  let config = '';
  let program: Program;
  let window: Window;
  let page: Page;

  async function launch(): Promise<void> {
    program = await startProgram(folder, config);
    window = await openWindow(browser, program.url);
    page = window.page;
    page.setDefaultTimeout(20_000);
  }
  async function end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await window.context.close();
    await program.end(signal);
  }
  beforeAll(async () => {
    browser = await startBrowser();
    folder = attributeFolder();
    config = temporaryFolder('config');
    await launch();
  });
  afterAll(async () => {
    await end();
    removeFolder(folder);
    removeFolder(config);
    await browser.close();
  });

  async function select(...ids: readonly number[]): Promise<void> {
    await snippet(page, `c ${ids.join(' ')}`);
    await expectSelection(page, ids);
  }
  async function status(...parts: readonly string[]): Promise<void> {
    for (const part of parts) await expect.poll(() => statusLine(page, VIEW), { timeout: 20_000 }).toContain(part);
  }
  /** Three vertices: the first counts are already those of the whole lasso. */
  const LOW = [
    [0.12, 0.45],
    [0.97, 0.7],
    [0.12, 0.95],
  ] as const;

  it('one is offered for each file with a value per spike', async () => {
    await page.getByRole('menubar').getByText('View', { exact: true }).click();
    const entries = page
      .getByRole('menu')
      .last()
      .getByText(/^Add Spike/);
    await entries.first().waitFor();
    const names = await entries.allInnerTexts();
    expect(names.map((name) => name.trim())).toEqual([
      'Add SpikeDetection_TemplatesView',
      'Add SpikePositionsView',
      'Add SpikeSnrView',
    ]);
    await page.keyboard.press('Escape');
    await page.getByRole('menu').first().waitFor({ state: 'detached' });
  });

  it('draws values over time, and says how many spikes have none', async () => {
    await select(0, 3);
    await addView(page, VIEW);
    const missing = spikesOf(0, 3).filter((k) => k % 5 === 2).length;
    await status('snr over time (s)', `all ${spikesOf(0, 3).length} spikes`, `${missing} without coordinate`);
    const shown = await picture(page, config, VIEW);
    for (const [rank, color] of ['#0892fc', '#ff0202'].entries()) {
      const spikes = spikesOf([0, 3][rank]).filter((k) => k % 5 !== 2);
      const points = shown.points('scatter', color);
      expect(points).toHaveLength(spikes.length);
      // Later spikes have larger values: further right is higher.
      for (const [k, [x, y]] of points.entries())
        if (k > 0) expect(x > points[k - 1][0] && y < points[k - 1][1]).toBe(true);
    }
  });

  it('a positions file is drawn in the plane, with its axes in µm', async () => {
    await addView(page, 'SpikePositionsView');
    await expect
      .poll(() => statusLine(page, 'SpikePositionsView'), { timeout: 20_000 })
      .toContain('depth (µm) over x (µm)');
    const { frames } = await picture(page, config, 'SpikePositionsView');
    expect([...frames.keys()]).toEqual(['scatter']);
    await menu(page, 'SpikePositionsView', 'Close');
    await page.locator('section[aria-label="SpikePositionsView"]').waitFor({ state: 'detached' });
    await isStill(page, VIEW);
  });

  it('the wheel with ctrl changes the size of its points, kept for this kind of view', async () => {
    await wheel(page, VIEW, 1, ['Control']);
    const state = join(config, 'ts/TemplateGUI/state.json');
    await expect.poll(() => keptSettings(state, VIEW).marker_size, { timeout: 20_000 }).toBeCloseTo(5.5, 9);
    await menu(page, VIEW, 'Reset marker size');
  });

  it('a lasso counts all spikes; those without a value can get a cluster of their own', async () => {
    await lasso(page, VIEW, LOW);
    const spikes = spikesOf(0, 3);
    const missing = spikes.filter((k) => k % 5 === 2).length;
    await status(`of ${spikes.length} spikes inside, ${missing} without coordinate`);
    const inside = Number(/(\d+) of/.exec(await statusLine(page, VIEW))?.[1]);
    await page.keyboard.press('k');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`${missing} of ${spikes.length} spikes have no coordinate here.`).waitFor();
    await dialog.getByRole('button', { name: 'Own cluster' }).click();
    await expectSelection(page, [6, 7, 8, 9, 10]);
    await page.getByText(`Split 0 and 3 into 6 (${inside} spikes), 7 (`).first().waitFor();
    await page.locator(`section[aria-label="${VIEW}"] polygon.lasso`).waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    await expectSelection(page, [0, 3]);
    await status(`all ${spikes.length} spikes`, `${missing} without coordinate`);
    await page.keyboard.press('Control+Shift+z');
    await expectSelection(page, [6, 7, 8, 9, 10]);
  });

  it('survives kill -9: the next start restores it exactly', async () => {
    await end('SIGKILL');
    await launch();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await select(6, 7, 8, 9, 10);
    await status(`all ${spikesOf(0, 3).length} spikes`);
    await page.keyboard.press('Control+s');
    await page
      .getByText(/^Saved \d+ change/)
      .first()
      .waitFor();
    const saved = savedClusters(folder);
    const own = [...saved.keys()].filter((k) => saved[k] === 7 || saved[k] === 8);
    expect(own).toEqual(spikesOf(0, 3).filter((k) => k % 5 === 2));
    expect(own.every((k) => saved[k] === (spikeClusters[k] === 0 ? 7 : 8))).toBe(true);
    expect(window.errors).toEqual([]);
  });

  it('its panel stays in the layout when the file is gone, and says so', async () => {
    await end();
    rmSync(join(folder, 'spike_snr.npy'));
    await launch();
    const panel = page.locator(`section[aria-label="${VIEW}"]`);
    await panel.getByText('SpikeSnrView needs spike_snr.npy, which was not found beside params.py.').waitFor();
    await click(page, 'CorrelogramView', [0.5, 0.5]);
    expect(window.errors).toEqual([]);
  });
});

describe.skipIf(browserPath === undefined || !hasDataset('kilosort4-neuropixels'))('real Kilosort 4 output', () => {
  it('shows where its spikes are, and splits by it over all of them', async () => {
    const browser = await startBrowser();
    const folder = copyDataset('kilosort4-neuropixels');
    const config = temporaryFolder('config');
    const program = await startProgram(folder, config);
    const window = await openWindow(browser, program.url);
    const { page } = window;
    page.setDefaultTimeout(20_000);
    await snippet(page, 'c 126');
    await expectSelection(page, [126]);
    await addView(page, 'SpikePositionsView');
    const line = () => statusLine(page, 'SpikePositionsView');
    await expect.poll(line, { timeout: 20_000 }).toContain('shown 5,000 of 8,159');
    await lasso(page, 'SpikePositionsView', [
      [0.1, 0.02],
      [0.99, 0.02],
      [0.5, 0.9],
    ]);
    await expect.poll(line, { timeout: 20_000 }).toContain('of 8,159 spikes inside, 0 without coordinate');
    const inside = Number(/([\d,]+) of 8,159/.exec(await line())?.[1].replaceAll(',', ''));
    await page.keyboard.press('k');
    await expectSelection(page, [403, 404]);
    await expect
      .poll(
        async () =>
          (
            await page
              .getByText(/^Split 126 into 403/)
              .first()
              .innerText()
          ).replaceAll(',', ''),
        { timeout: 20_000 },
      )
      .toContain(`403 (${inside} spikes)`);
    expect(window.errors).toEqual([]);
    await window.context.close();
    await program.end();
    await browser.close();
    removeFolder(folder);
    removeFolder(config);
  });
});
