/** Raw data of a .kwik file that moved: offered, chosen, remembered over a restart; neither the .kwik nor anything beside it changes. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  browserPath,
  copyDataset,
  openWindow,
  type Program,
  removeFolder,
  sharedData,
  startBrowser,
  startPhy,
  temporaryFolder,
  type Window,
} from './harness.ts';
import { statusLine } from './window.ts';

const canRun = browserPath !== undefined && existsSync(join(sharedData, 'kwik-hybrid'));
const SAMPLES = 200_000;
const CHANNELS = 32;

let browser: Browser;
let folder = '';
let config = '';
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
  folder = copyDataset('kwik-hybrid');
  config = temporaryFolder('config');
  const raw = Int16Array.from({ length: SAMPLES * CHANNELS }, (_, k) => ((k * 7919) % 201) - 100);
  writeFileSync(join(folder, 'session.dat'), new Uint8Array(raw.buffer));
  writeFileSync(join(folder, 'odd.dat'), new Uint8Array(1001));
});
afterEach(async () => {
  await close();
  for (const each of [folder, config]) if (each !== '') removeFolder(each);
});

async function start(): Promise<Page> {
  const words = ['kwik-gui', join(folder, 'hybrid_10sec.kwik'), '--channel-group', '0'];
  program = await startPhy(words, config);
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
/** Every file of the folder with its contents. */
const contents = (): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const bytes = readFileSync(join(parentPath, name));
      return `${name} ${createHash('sha1').update(bytes).digest('hex')}`;
    })
    .sort();

describe.skipIf(!canRun)('raw data of a .kwik file that moved', () => {
  it('are offered where a file beside it can be them, read once chosen, remembered, and can be forgotten', async () => {
    const before = contents();
    let page = await start();
    const moved = join(folder, 'session.dat');
    expect(program?.stderr()).toContain(`hybrid_10sec.dat may have moved; ${moved} may be it.`);
    await page.getByRole('button', { name: 'Locate raw data' }).click();
    await page.getByText('the .kwik file stays as it is').waitFor();
    await page.getByRole('list', { name: 'Files that may be it' }).getByRole('button', { name: 'Use' }).click();
    await traces(page).toContain('32 channels');
    expect(program?.stderr()).toContain(
      `(named in hybrid_10sec.kwik) does not exist; ${moved} is read instead, as you chose.`,
    );
    await close();
    page = await start();
    await traces(page).toContain('32 channels');
    await page.getByRole('menubar').getByText('File', { exact: true }).click();
    await page.getByRole('menuitem', { name: 'Locate raw data…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Forget it' }).click();
    await page.getByText('This dataset has no raw data').first().waitFor();
    expect(contents()).toEqual(before);
    expect(window?.errors).toEqual([]);
  });

  it('are found by a typed path, which is checked', async () => {
    const elsewhere = join(config, 'elsewhere.bin');
    renameSync(join(folder, 'session.dat'), elsewhere);
    const page = await start();
    await page.getByText('This dataset has no raw data').first().waitFor();
    await page.getByRole('menubar').getByText('File', { exact: true }).click();
    await page.getByRole('menuitem', { name: 'Locate raw data…' }).click();
    const path = page.getByRole('dialog').getByLabel('Path of the file');
    await path.fill(join(folder, 'odd.dat'));
    await path.press('Enter');
    const fault = 'odd.dat has 1,001 bytes of data, expected a multiple of 64 (32 columns of int16).';
    await page.getByRole('dialog').getByRole('alert').getByText(fault).waitFor();
    await path.fill(elsewhere);
    await path.press('Enter');
    await traces(page).toContain('32 channels');
  });
});
