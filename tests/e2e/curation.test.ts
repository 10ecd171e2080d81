/**
 * Curation in a real browser through the real command line: everything that a person does in the first half hour, a killed process,
 * and what the files hold afterwards.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type Program,
  type Window,
  browserPath,
  copyDataset,
  fingerprint,
  hasDataset,
  openWindow,
  removeFolder,
  startBrowser,
  startProgram,
  temporaryFolder,
} from './harness.ts';
import { lasso } from './viewWindow.ts';
import { chips, expectSelection, paintedRevisions, selectedRows, snippet, statusLine, topRows } from './window.ts';

let browser: Browser;
let folder = '';
let config = '';
let program: Program | undefined;
let window: Window | undefined;

const canRun = browserPath !== undefined;
beforeAll(async () => {
  if (canRun) browser = await startBrowser();
});
afterAll(async () => {
  if (canRun) await browser.close();
});
afterEach(async () => {
  expect(window?.errors ?? []).toEqual([]);
  await window?.context.close();
  if (program?.process.exitCode === null) await program.end('SIGKILL');
  for (const path of [folder, config]) if (path !== '') removeFolder(path);
  window = undefined;
  program = undefined;
});

async function open(dataset: string): Promise<Window> {
  folder = copyDataset(dataset);
  config = temporaryFolder('config');
  return await reopen();
}
async function reopen(): Promise<Window> {
  program = await startProgram(folder, config);
  window = await openWindow(browser, program.url);
  return window;
}
async function killAndReopen(): Promise<Window> {
  await program?.end('SIGKILL');
  await window?.context.close();
  return await reopen();
}

/** Spikes per cluster in a saved or original spike_clusters.npy. */
function counts(): Map<number, number> {
  const bytes = readFileSync(join(folder, 'spike_clusters.npy'));
  const start = 10 + bytes.readUInt16LE(8);
  const found = new Map<number, number>();
  for (const cluster of new Int32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length)))
    found.set(cluster, (found.get(cluster) ?? 0) + 1);
  return found;
}
const tsv = (field: string): string => readFileSync(join(folder, `cluster_${field}.tsv`), 'utf8');

describe.skipIf(!canRun || !hasDataset('mini'))('mini', () => {
  it('opens without writing anything into the folder', async () => {
    folder = copyDataset('mini');
    config = temporaryFolder('config');
    const before = fingerprint(folder);
    const { page } = await reopen();
    await page.keyboard.press('ArrowDown');
    await expectSelection(page, [2]);
    await page.waitForTimeout(500);
    expect(await program?.end()).toBe(0);
    expect(fingerprint(folder)).toEqual(before);
  });

  it('walks the wizard with the keyboard alone', async () => {
    const { page } = await open('mini');
    await page.keyboard.press('Space');
    await expectSelection(page, [2]);
    await page.keyboard.press('Space');
    await expectSelection(page, [2, 0]);
    await page.keyboard.press('Space');
    await expectSelection(page, [2, 22]);
    await page.keyboard.press('Shift+Space');
    await expectSelection(page, [2, 0]);
    expect(await selectedRows(page, 'SimilarityView')).toEqual([0]);
    await page.keyboard.press('Backspace');
    await expectSelection(page, [2]);
    await page.keyboard.press('ArrowDown');
    await expectSelection(page, [24]);
    await page.keyboard.press('End');
    await expectSelection(page, [11]);
    await page.keyboard.press('Home');
    await expectSelection(page, [2]);
    await page.keyboard.press('ArrowUp');
    await expectSelection(page, [2]);
    await page.keyboard.press('Control+Alt+Space');
    await expectSelection(page, [2]);
  });

  it('merges, moves, labels, undoes, redoes, saves, and finds it all again', async () => {
    const { page } = await open('mini');
    await snippet(page, 'c 2 22');
    await expectSelection(page, [2, 22]);
    await page.keyboard.press('g');
    await expectSelection(page, [36]);
    await page.keyboard.press('Control+z');
    await expectSelection(page, [2, 22]);
    await page.keyboard.press('Control+y');
    await expectSelection(page, [36]);
    await snippet(page, 'l quality 3');
    await page.keyboard.press('Alt+g');
    await expectSelection(page, [24]);
    await page.keyboard.press('Control+Alt+n');
    await page.keyboard.press('Control+z');
    await expectSelection(page, [24]);
    expect(existsSync(join(folder, 'cluster_quality.tsv'))).toBe(false);
    await page.keyboard.press('Control+s');
    await page.getByText(/^Saved 3 changes/).waitFor();
    expect(counts().get(36)).toBe(2879);
    expect(counts().has(2)).toBe(false);
    expect(tsv('quality')).toBe('cluster_id\tquality\r\n36\t3\r\n');
    expect(tsv('group')).toContain('36\tgood\r\n');
    const again = await killAndReopen();
    await expect.poll(() => topRows(again.page, 'ClusterView', 2)).toEqual([36, 24]);
    expect(await again.page.getByText('not saved').count()).toBe(0);
  });

  it('loses nothing when it is killed, and restores on request', async () => {
    const { page } = await open('mini');
    await snippet(page, 'c 2 22');
    await page.keyboard.press('g');
    await expectSelection(page, [36]);
    await page.keyboard.press('Alt+m');
    await expectSelection(page, [24]);
    const before = counts();
    const again = await killAndReopen();
    expect(counts()).toEqual(before);
    await again.page.getByRole('button', { name: 'Restore' }).click();
    await expect.poll(() => topRows(again.page, 'ClusterView', 1)).toEqual([36]);
    await again.page.keyboard.press('Control+s');
    await again.page.getByText(/^Saved 2 changes/).waitFor();
    expect(counts().get(36)).toBe(2879);
    expect(tsv('group')).toContain('36\tmua\r\n');
  });

  it('splits by lasso in the feature view and in the amplitude view, over all spikes', async () => {
    const { page } = await open('mini');
    await snippet(page, 'c 2 24');
    await expect.poll(() => statusLine(page, 'FeatureView')).toContain('all 3,844 spikes');
    // The upper part of the third cell in the first row, where each of the two clusters lies half in and half out.
    await lasso(page, 'FeatureView', [
      [0.55, 0.02],
      [0.7, 0.02],
      [0.7, 0.095],
      [0.55, 0.095],
    ]);
    const inside = /^[12],\d{3} of 3,844 spikes inside/;
    await expect.poll(() => statusLine(page, 'FeatureView')).toMatch(inside);
    await page.keyboard.press('k');
    await expectSelection(page, [36, 37, 38]);
    await expect.poll(() => statusLine(page, 'AmplitudeView')).toContain('all 3,844 spikes');
    await lasso(page, 'AmplitudeView', [
      [0.15, 0.1],
      [0.6, 0.1],
      [0.6, 0.6],
      [0.15, 0.6],
    ]);
    await page.keyboard.press('k');
    await expect.poll(async () => (await chips(page))[0]).toBe(39);
    const ids = await chips(page);
    await page.keyboard.press('Control+s');
    await page.getByText(/^Saved 2 changes/).waitFor();
    const saved = counts();
    expect(ids.map((id) => saved.get(id) ?? 0).every((count) => count > 0)).toBe(true);
    expect(ids.reduce((sum, id) => sum + (saved.get(id) ?? 0), 0)).toBe(3844);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await expectSelection(page, [2, 24]);
    await page.keyboard.press('Control+s');
    await page
      .getByText(/^Saved .* to spike_clusters/)
      .last()
      .waitFor();
    await expect.poll(() => counts().get(2)).toBe(2483);
    expect(counts().get(24)).toBe(1361);
  });

  it('says what a split needs', async () => {
    const { page } = await open('mini');
    await page.keyboard.press('ArrowDown');
    await expectSelection(page, [2]);
    await page.keyboard.press('k');
    await page
      .getByText(/Draw a lasso/)
      .first()
      .waitFor();
  });

  it('filters and sorts, and explains a filter it cannot read', async () => {
    const { page } = await open('mini');
    await page
      .getByLabel(/filter/i)
      .first()
      .click();
    await page.keyboard.type("group = 'good'");
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText("Write group == 'good'").waitFor();
    await page.getByText('36 of 36', { exact: true }).waitFor();
    await page
      .getByLabel(/filter/i)
      .first()
      .click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type("group == 'good'");
    await page.keyboard.press('Enter');
    await page.getByText('2 of 36', { exact: true }).waitFor();
    expect(await topRows(page, 'ClusterView', 3)).toEqual([0, 30]);
    await page.keyboard.press('Escape');
    await page.getByText('36 of 36', { exact: true }).waitFor();
    await page.getByRole('grid', { name: 'ClusterView' }).getByRole('columnheader', { name: /depth/ }).click();
    await expect.poll(() => topRows(page, 'ClusterView', 4)).toEqual([35, 15, 25, 5]);
    await page.getByRole('grid', { name: 'ClusterView' }).getByRole('columnheader', { name: /depth/ }).click();
    await expect.poll(() => topRows(page, 'ClusterView', 2)).toEqual([31, 6]);
  });

  it('shows one state in two windows', async () => {
    const { page } = await open('mini');
    const second = await openWindow(browser, program?.url ?? '');
    await snippet(page, 'c 4 12');
    await expectSelection(second.page, [4, 12]);
    await second.page.keyboard.press('g');
    await expectSelection(page, [36]);
    await page.keyboard.press('Control+z');
    await expectSelection(second.page, [4, 12]);
    expect(second.errors).toEqual([]);
    await second.context.close();
  });

  it('ends on the last of many quick key presses, with every view on it', async () => {
    const { page } = await open('mini');
    for (let i = 0; i < 25; i++) await page.keyboard.press('ArrowDown');
    await expectSelection(page, [21]);
    for (const view of ['WaveformView', 'FeatureView', 'CorrelogramView', 'AmplitudeView']) {
      await expect
        .poll(async () => (await paintedRevisions(page, view)).length, { timeout: 20_000 })
        .toBeGreaterThan(0);
      const revisions = await paintedRevisions(page, view);
      expect(revisions.toSorted((a, b) => a - b)).toEqual(revisions);
    }
    expect(await statusLine(page, 'ClusterView')).toContain('clusters: 21');
  });
});

describe.skipIf(!canRun || !hasDataset('kilosort4-neuropixels'))(
  'a Kilosort 4 export without templates, features and raw data',
  () => {
    it('opens, is curated, saved, killed and reopened', async () => {
      const { page } = await open('kilosort4-neuropixels');
      await page.getByText('pc_features.npy').first().waitFor();
      await page.keyboard.press('Space');
      await page.keyboard.press('Space');
      await expect.poll(async () => (await chips(page)).length).toBe(2);
      const pair = await chips(page);
      await page.keyboard.press('g');
      await expectSelection(page, [403]);
      await page.keyboard.press('Alt+g');
      await expectSelection(page, [115]);
      const again = await killAndReopen();
      await again.page.getByRole('button', { name: 'Restore' }).click();
      await expect.poll(() => topRows(again.page, 'ClusterView', 1)).toEqual([403]);
      await again.page.keyboard.press('Control+s');
      await again.page.getByText(/^Saved 2 changes/).waitFor();
      expect(counts().has(403)).toBe(true);
      for (const id of pair) expect(counts().has(id)).toBe(false);
      expect(tsv('group')).toContain('403\tgood');
      const third = await killAndReopen();
      expect(await third.page.getByText('not saved').count()).toBe(0);
      await expect.poll(() => topRows(third.page, 'ClusterView', 1)).toEqual([403]);
    });
  },
);
