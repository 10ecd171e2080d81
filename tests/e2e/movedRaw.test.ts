/** A raw file that moved: offered, chosen, remembered over a restart, forgotten; params.py stays as it is. */
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  browserPath,
  copyDataset,
  hasDataset,
  openWindow,
  type Program,
  removeFolder,
  startBrowser,
  startProgram,
  temporaryFolder,
  type Window,
} from './harness.ts';
import { statusLine } from './window.ts';

const canRun = browserPath !== undefined && hasDataset('mini');

let browser: Browser;
let folder = '';
let config = '';
let elsewhere = '';
let program: Program | undefined;
let window: Window | undefined;

beforeAll(async () => {
  if (canRun) browser = await startBrowser();
});
afterAll(async () => {
  if (canRun) await browser.close();
});
beforeEach(() => {
  if (!canRun) return;
  folder = copyDataset('mini');
  config = temporaryFolder('config');
  elsewhere = temporaryFolder('raw');
});
afterEach(async () => {
  await close();
  for (const each of [folder, config, elsewhere]) if (each !== '') removeFolder(each);
});

async function start(): Promise<Page> {
  program = await startProgram(folder, config);
  window = await openWindow(browser, program.url, { width: 1920, height: 1080 });
  return window.page;
}
async function close(): Promise<void> {
  await window?.context.close();
  await program?.end();
  window = undefined;
  program = undefined;
}
const traces = (page: Page) => expect.poll(() => statusLine(page, 'TraceView'), { timeout: 20_000 });

describe.skipIf(!canRun)('raw data that moved', () => {
  it('are offered where a file beside params.py can be them, and read once chosen', async () => {
    renameSync(join(folder, 'recording.dat'), join(folder, 'moved.dat'));
    const params = readFileSync(join(folder, 'params.py'), 'utf8');
    const page = await start();
    expect(program?.stderr()).toContain(`recording.dat may have moved; ${join(folder, 'moved.dat')} may be it.`);
    await page.getByRole('button', { name: 'Locate raw data' }).click();
    await page.getByRole('list', { name: 'Files that may be it' }).getByRole('button', { name: 'Use' }).click();
    await traces(page).toContain('32 channels');
    expect(program?.stderr()).toContain(`${join(folder, 'moved.dat')} is read instead, as you chose.`);
    expect(await page.getByRole('button', { name: 'Locate raw data' }).count()).toBe(0);
    expect(readFileSync(join(folder, 'params.py'), 'utf8')).toBe(params);
  });

  it('are found by a typed path, which is checked, remembered, and can be forgotten', async () => {
    const file = join(elsewhere, 'session3.bin');
    renameSync(join(folder, 'recording.dat'), file);
    let page = await start();
    await page.getByText('This dataset has no raw data').first().waitFor();
    const dialog = page.getByRole('dialog');
    const openDialog = async (): Promise<void> => {
      await page.getByRole('menubar').getByText('File', { exact: true }).click();
      await page.getByRole('menuitem', { name: 'Locate raw data…' }).click();
      await dialog.waitFor();
    };
    await openDialog();
    const path = dialog.getByLabel('Path of the file');
    await path.fill(join(folder, 'amplitudes.npy'));
    await path.press('Enter');
    await dialog.getByRole('alert').getByText('amplitudes.npy has').waitFor();
    await path.fill(`"${file}"`);
    await dialog.getByRole('button', { name: 'Use this file' }).click();
    await traces(page).toContain('32 channels');
    await close();
    page = await start();
    await traces(page).toContain('32 channels');
    await page.getByRole('menubar').getByText('File', { exact: true }).click();
    await page.getByRole('menuitem', { name: 'Locate raw data…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Forget it' }).click();
    await page.getByText('This dataset has no raw data').first().waitFor();
    expect(window?.errors).toEqual([]);
  });
});
