/** The command palette finds settings too, flips switches at once, remembers what was used, and says why something cannot be done. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
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

let browser: Browser;
let folder = '';
let config = '';
let program: Program | undefined;
let window: Window | undefined;

const canRun = browserPath !== undefined && hasDataset('mini');
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
});

const option = (page: Page) => page.getByRole('option');
const lines = async (page: Page): Promise<readonly string[]> =>
  (await option(page).allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
const group = (page: Page, heading: string) => page.getByRole('group', { name: heading }).getByRole('option');
async function search(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+p');
  await page.getByRole('dialog', { name: /^Search/ }).waitFor();
  await page.keyboard.type(text);
}
/** Label of the field that has the focus, and what it holds. */
const focusedField = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const active = document.activeElement;
    const label = active?.id === '' ? null : document.querySelector(`label[for="${CSS.escape(active?.id ?? '')}"]`);
    const name = label?.textContent ?? active?.getAttribute('aria-label') ?? active?.textContent ?? '';
    return active !== null && 'value' in active ? `${name}: ${String(active.value)}` : name;
  });

describe.skipIf(!canRun)('the palette', () => {
  it('opens the settings of a view at the one that was chosen, and flips a switch at once', async () => {
    folder = copyDataset('mini');
    config = temporaryFolder('config');
    program = await startProgram(folder, config);
    window = await openWindow(browser, program.url);
    const { page } = window;
    await search(page, '=bin size');
    await expect.poll(async () => (await lines(page))[0]).toBe('Bin size CorrelogramView · 1.000 ms');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'CorrelogramView settings' }).waitFor();
    await expect.poll(() => focusedField(page)).toBe('Bin size: 1.000');
    await page.keyboard.type('2');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await search(page, '=bin size');
    await expect.poll(async () => (await lines(page))[0]).toBe('Bin size CorrelogramView · 2.000 ms');
    await page.keyboard.press('Escape');

    await search(page, 'renderer nothing');
    await page.getByText('Nothing is called').waitFor();
    await page.keyboard.press('Escape');
    await search(page, '=labels');
    const labels = group(page, 'Settings').filter({ hasText: 'WaveformView' }).first();
    const isOn = async (): Promise<number> => await labels.getByLabel('on', { exact: true }).count();
    const before = await isOn();
    await labels.click();
    await page
      .getByText(/ in WaveformView: (on|off)\.$/)
      .first()
      .waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await search(page, '=labels');
    await expect.poll(isOn).toBe(1 - before);
    await page.keyboard.press('Escape');

    // The settings of the program are there as well, with a sign when they are on.
    await search(page, '=dark');
    await expect.poll(async () => (await lines(page)).some((line) => line.startsWith('Dark View · Theme'))).toBe(true);
    expect(
      await option(page).filter({ hasText: 'View · Theme' }).first().getByLabel('on', { exact: true }).count(),
    ).toBe(1);
    await page.keyboard.press('Escape');

    // A view that was closed says so; closing is undone by choosing the view.
    await search(page, 'close');
    await option(page).filter({ hasText: 'AmplitudeView' }).first().click();
    await page.locator('section[aria-label="AmplitudeView"]').waitFor({ state: 'detached' });
    await search(page, '=background spikes');
    await expect
      .poll(async () => (await lines(page)).filter((line) => line.includes('AmplitudeView is not open.')).length)
      .toBeGreaterThan(0);
    await page.keyboard.press('Escape');
    await search(page, '@amp');
    await expect.poll(() => lines(page)).toEqual(['AmplitudeView open']);
    await page.keyboard.press('Enter');
    await page.locator('section[aria-label="AmplitudeView"]').waitFor();
  });

  it('lists what was used last before everything else, also after the next start', async () => {
    folder = copyDataset('mini');
    config = temporaryFolder('config');
    program = await startProgram(folder, config);
    window = await openWindow(browser, program.url);
    const { page } = window;
    await search(page, '');
    expect(await page.getByText('Used last').count()).toBe(0);
    await page.keyboard.type('messages');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Messages' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await search(page, '@corr');
    await page.keyboard.press('Enter');
    // Clusters differ from dataset to dataset and are not remembered.
    await search(page, '#2');
    await page.keyboard.press('Enter');
    await search(page, '');
    const used = async (): Promise<readonly string[]> =>
      (await group(page, 'Used last').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
    await expect.poll(used).toEqual(['CorrelogramView go to', 'Messages Help']);
    // Nothing can be merged: the reason stands beside it, and choosing it says so and does nothing.
    await page.keyboard.type('merge');
    await expect.poll(async () => (await lines(page))[0]).toMatch(/^Merge Select two clusters or more/);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.getByText('Select two clusters or more').first().waitFor();
    expect(await program.end()).toBe(0);
    await window.context.close();
    program = await startProgram(folder, config);
    window = await openWindow(browser, program.url);
    const again = window.page;
    await search(again, '');
    await expect.poll(() => group(again, 'Used last').count()).toBe(2);
  });
});
