/** `phy trace-gui`: a raw recording in a window without a sorting (spec/data.md 13.6). */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { phy } from './commandLine.ts';
import {
  browserPath,
  fingerprint,
  openPage,
  type Program,
  removeFolder,
  startBrowser,
  startPhy,
  temporaryFolder,
  type Window,
} from './harness.ts';
import { snippet, statusLine } from './window.ts';

const COLUMNS = 9;
const RATE = 5000;
const SAMPLES = 4 * RATE;

/** 8 sites on two shanks and a digital column, four seconds of a wave on each. */
function writeRecording(folder: string): void {
  const data = Int16Array.from({ length: SAMPLES * COLUMNS }, (_, at) => {
    const column = at % COLUMNS;
    return column === 8 ? 64 : Math.round(100 * Math.sin((at / COLUMNS) * (0.01 + 0.002 * column)));
  });
  writeFileSync(join(folder, 'run.ap.bin'), data);
  writeFileSync(join(folder, 'plain.dat'), data);
  const sites = Array.from({ length: 8 }, (_, k) => `(${k >> 2}:27:${20 * (k % 4)}:1)`).join('');
  const meta = [
    'typeThis=imec',
    `imSampRate=${RATE}`,
    `nSavedChans=${COLUMNS}`,
    `fileSizeBytes=${data.byteLength}`,
    'snsApLfSy=8,0,1',
    'snsSaveChanSubset=all',
    'imDatPrb_type=21',
    'imAiRangeMax=0.5',
    'imMaxInt=8192',
    'imChan0apGain=80',
    `~snsGeomMap=(NP2000,2,250,70)${sites}`,
  ];
  writeFileSync(join(folder, 'run.ap.meta'), `${meta.join('\n')}\n`);
}

let browser: Browser;
let folder = '';
let config = '';
let program: Program | undefined;
let window: Window | undefined;

beforeAll(async () => {
  if (browserPath !== undefined) browser = await startBrowser();
});
afterAll(async () => {
  if (browserPath !== undefined) await browser.close();
});
beforeEach(() => {
  folder = temporaryFolder('recording');
  config = temporaryFolder('config');
  mkdirSync(folder, { recursive: true });
  writeRecording(folder);
});
afterEach(async () => {
  await window?.context.close();
  await program?.end();
  window = undefined;
  program = undefined;
  removeFolder(folder);
  removeFolder(config);
});

async function start(...words: readonly string[]): Promise<Page> {
  program = await startPhy(words, config);
  window = await openPage(browser, program.url);
  return window.page;
}

const panels = (page: Page): Promise<string[]> => page.locator('.phy-tab').allInnerTexts();
const menuBar = (page: Page) => page.getByRole('menubar');
const shows = (page: Page, view: string, text: string) =>
  expect.poll(() => statusLine(page, view), { timeout: 20_000 }).toContain(text);

/** Interval of TraceView in the state of each recording, below ~/.phy. */
function keptIntervals(): unknown[] {
  const states = readdirSync(config, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /datasets.*state\.json$/.test(name),
  );
  return states.map((name) => JSON.parse(readFileSync(join(config, name), 'utf8')).TraceView?.interval);
}

async function entriesOf(page: Page, menu: string): Promise<string[]> {
  await menuBar(page).getByText(menu, { exact: true }).click();
  await page.getByRole('menuitem').nth(4).waitFor();
  const names = await page.getByRole('menu').last().getByRole('menuitem').allInnerTexts();
  await page.keyboard.press('Escape');
  await page.getByRole('menu').first().waitFor({ state: 'detached' });
  return names.map((name) => name.split('\n')[0] ?? '');
}

describe.skipIf(browserPath === undefined)('a raw recording in a window', () => {
  it('shows traces, their image and the probe, and nothing about clusters', async () => {
    const before = fingerprint(folder);
    const page = await start('trace-gui', join(folder, 'run.ap.bin'));
    await shows(page, 'TraceView', '9 channels');
    await shows(page, 'TraceImageView', '9 channels');
    await shows(page, 'ProbeView', '9 channels');
    expect(await panels(page)).toEqual(['TraceView', 'TraceImageView', 'ProbeView']);
    // Nothing is filtered unless it is asked for.
    expect(await statusLine(page, 'TraceView')).toContain('raw');
    expect(await page.title()).toBe('run.ap.bin – phy');
    expect(await page.getByRole('toolbar', { name: 'Curation' }).count()).toBe(0);
    expect(await page.getByRole('grid').count()).toBe(0);
    expect(await page.getByText('Nothing to save').count()).toBe(0);
    expect((await menuBar(page).getByRole('menuitem').allInnerTexts()).filter((name) => name !== '')).toEqual([
      'File',
      'View',
      'Help',
    ]);
    expect(await entriesOf(page, 'File')).not.toContain('Save');
    const view = await entriesOf(page, 'View');
    expect(view).toEqual(expect.arrayContaining(['Add TraceView', 'Add TraceImageView', 'Add ProbeView']));
    expect(view.filter((name) => /WaveformView|ClusterView|colormap/.test(name))).toEqual([]);
    // Keys of curation do nothing, those of the trace view work.
    await page.keyboard.press('g');
    await snippet(page, 'tg 1');
    await shows(page, 'TraceView', '0.88–1.13 s');
    await page.keyboard.press('Alt+r');
    await shows(page, 'TraceView', 'high_pass');
    expect(window?.errors).toEqual([]);
    await program?.end();
    expect(fingerprint(folder)).toEqual(before);
  });

  it('needs no probe, keeps settings apart from the data, and leads back to the start page', async () => {
    const before = fingerprint(folder);
    const said = ['-s', String(RATE), '-d', 'int16', '-n', String(COLUMNS), '-h', '0'];
    const page = await start('trace-gui', join(folder, 'plain.dat'), ...said);
    await shows(page, 'TraceView', '9 channels');
    expect(await panels(page)).toEqual(['TraceView', 'TraceImageView']);
    await snippet(page, 'tg 3');
    await shows(page, 'TraceView', '2.88–3.13 s');
    await expect.poll(() => keptIntervals(), { timeout: 10_000 }).toEqual([[2.875, 3.125]]);
    await page.keyboard.press('Control+o');
    const field = page.getByRole('combobox', { name: /^Folder of a dataset/ });
    await field.waitFor();
    // What was said of the file is remembered.
    const recent = page.getByRole('list', { name: 'Recent datasets' }).locator('li');
    await expect.poll(() => recent.first().innerText()).toContain('recording');
    await recent.first().locator('button[data-row]').click();
    await shows(page, 'TraceView', '2.88–3.13 s');
    // A raw file whose description lies beside it can be typed.
    await page.keyboard.press('Control+o');
    await field.waitFor();
    await field.fill(join(folder, 'run.ap.bin'));
    await field.press('Enter');
    await shows(page, 'ProbeView', '9 channels');
    await page.keyboard.press('Control+o');
    await field.waitFor();
    await field.fill(join(folder, 'plain.dat'));
    await field.press('Enter');
    await page.getByText('plain.dat does not say its sample rate').waitFor();
    expect(window?.errors).toEqual([]);
    await program?.end();
    expect(fingerprint(folder)).toEqual(before);
  });
});

it('says in a sentence what is missing or impossible, with exit code 2', async () => {
  const words = ['trace-gui', join(folder, 'plain.dat'), '--no-browser'];
  const bare = await phy(words, { config });
  expect([bare.code, bare.stderr]).toEqual([
    2,
    'plain.dat does not say its sample rate (-s), number of channels (-n) and type of a number (-d), and no plain.meta or plain.ch beside it does. Open it with phy trace-gui and these options.\n',
  ]);
  const odd = await phy([...words, '-s', '5000', '-n', '9', '-d', 'int17'], { config });
  expect([odd.code, odd.stderr]).toEqual([
    2,
    "The type of a number (-d) is int17, expected one of NumPy's such as int16 or float32.\n",
  ]);
  const absent = await phy(['trace-gui', join(folder, 'none.bin'), '--no-browser'], { config });
  expect([absent.code, absent.stderr]).toEqual([2, `${join(folder, 'none.bin')} was not found.\n`]);
});
