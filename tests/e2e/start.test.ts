/** The start page: what `phy` shows without a command, how a dataset is opened from it, and the way back to it. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { phy, smallFolder } from './commandLine.ts';
import {
  type Program,
  type Window,
  browserPath,
  fingerprint,
  openPage,
  removeFolder,
  sharedData,
  startBrowser,
  startPhy,
  temporaryFolder,
} from './harness.ts';
import { expectSelection, snippet, topRows } from './window.ts';

let browser: Browser;
let folder = '';
let config = '';
let others: string[] = [];
let program: Program | undefined;
let window: Window | undefined;

const klusta = join(sharedData, 'kwik-hybrid');
const canRun = browserPath !== undefined;
beforeAll(async () => {
  if (canRun) browser = await startBrowser();
});
afterAll(async () => {
  if (canRun) await browser.close();
});
beforeEach(() => {
  folder = smallFolder();
  config = temporaryFolder('config');
  others = [];
});
afterEach(async () => {
  expect(window?.errors ?? []).toEqual([]);
  await window?.context.close();
  if (program?.process.exitCode === null) await program.end('SIGKILL');
  for (const path of [folder, config, ...others]) removeFolder(path);
  window = undefined;
  program = undefined;
});

/** Starts `phy WORDS` and opens its page. */
async function start(...words: readonly string[]): Promise<Page> {
  program = await startPhy(words, config);
  window = await openPage(browser, program.url);
  return window.page;
}
function otherFolder(): string {
  const made = smallFolder();
  others.push(made);
  return made;
}

const field = (page: Page) => page.getByRole('combobox', { name: /^Folder of a dataset/ });
const option = (page: Page) => page.getByRole('option');
const recentRows = (page: Page) => page.getByRole('list', { name: 'Recent datasets' }).locator('li');
const dialog = (page: Page) => page.getByRole('dialog');
const recentFile = (): string => join(config, 'ts/recent.json');
const wholeTable = (page: Page) => page.locator('[role=row]').nth(3);
const title = (name: string): RegExp => new RegExp(`^${name} – phy$`);
async function showsDataset(page: Page, path: string): Promise<void> {
  await wholeTable(page).waitFor();
  await expect.poll(() => page.title(), { timeout: 20_000 }).toMatch(title(basename(path)));
}
async function showsStart(page: Page): Promise<void> {
  await field(page).waitFor();
  await expect.poll(() => page.title(), { timeout: 20_000 }).toBe('phy');
}

describe.skipIf(!canRun)('phy without a command', () => {
  it('opens a dataset by its path, completed while it is typed, in the same window', async () => {
    const before = fingerprint(folder);
    const page = await start();
    await page.getByText('Nothing was opened yet.').waitFor();
    const address = page.url();
    expect(new URL(address).search).toBe('');
    expect(await field(page).evaluate((element) => element === document.activeElement)).toBe(true);
    // A folder beside it, so that there is something to choose from.
    const parent = temporaryFolder('sortings');
    others.push(parent);
    const dataset = join(parent, 'run2');
    for (const name of ['run10', 'analysis', '.hidden']) mkdirSync(join(parent, name));
    renameSync(folder, dataset);
    folder = dataset;
    await page.keyboard.type(`${parent}/`);
    await expect.poll(() => option(page).allInnerTexts()).toHaveLength(3);
    expect((await option(page).allInnerTexts()).map((text) => text.split('\n').join(' '))).toEqual([
      'analysis',
      'run2 dataset',
      'run10',
    ]);
    await page.keyboard.type('an');
    await expect.poll(() => option(page).allInnerTexts()).toEqual(['analysis']);
    await page.keyboard.press('Tab');
    await expect.poll(() => field(page).inputValue()).toBe(`${join(parent, 'analysis')}/`);
    for (let key = 0; key < 'analysis/'.length; key++) await page.keyboard.press('Backspace');
    await page.keyboard.type('run');
    await expect.poll(() => option(page).allInnerTexts()).toHaveLength(2);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await showsDataset(page, dataset);
    expect(page.url()).toBe(address);
    expect(await topRows(page, 'ClusterView', 1)).toHaveLength(1);
    // Opening writes nothing beside the data; the list is the user's.
    expect(fingerprint(dataset)).toEqual(before);
    const [entry] = Object.values<Readonly<Record<string, unknown>>>(
      JSON.parse(readFileSync(recentFile(), 'utf8')),
    ).filter((value) => typeof value === 'object');
    expect(entry).toMatchObject({ name: 'run2', folder: dataset, spikeCount: 200, clusterCount: 5, pinned: false });
    expect(program?.stderr()).toContain('200 spikes');
  });

  it('opens what was typed before the page was connected', async () => {
    program = await startPhy([], config);
    const gate: { open?: () => void } = {};
    window = await openPage(browser, program.url, undefined, async (page) => {
      await page.routeWebSocket(/\/start$/, async (line) => {
        await new Promise<void>((resolve) => (gate.open = resolve));
        line.connectToServer();
      });
    });
    const { page } = window;
    await field(page).waitFor();
    await page.keyboard.type(folder);
    await page.keyboard.press('Enter');
    gate.open?.();
    await showsDataset(page, folder);
  });

  it('says what is wrong in one sentence, as the command line does, and keeps the text', async () => {
    const page = await start();
    const absent = join(folder, 'nothing');
    await field(page).fill(absent);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await expect.poll(() => page.getByRole('alert').innerText()).toBe(`${absent} was not found.`);
    expect(await field(page).inputValue()).toBe(absent);
    expect(await field(page).getAttribute('aria-invalid')).toBe('true');
    expect((await phy(['template-gui', absent, '--no-browser'], { config })).stderr.trim()).toBe(
      `${absent} was not found.`,
    );

    rmSync(join(folder, 'spike_times.npy'));
    const { stderr } = await phy(['template-describe', folder], { config });
    await field(page).fill(folder);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('alert').innerText()).toBe(stderr.trim());
    expect(await field(page).inputValue()).toBe(folder);
    // Typing on takes the sentence away; nothing of what failed is among the recent datasets.
    await page.keyboard.type('x');
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.getByText('Nothing was opened yet.').waitFor();
    expect(existsSync(recentFile())).toBe(false);
  });

  it('walks through folders, with the mouse and with the keyboard', async () => {
    const parent = temporaryFolder('sortings');
    others.push(parent);
    mkdirSync(join(parent, 'day1/probe0'), { recursive: true });
    renameSync(folder, join(parent, 'day1/probe0/ks4'));
    folder = join(parent, 'day1/probe0/ks4');
    const page = await start();
    await field(page).fill(parent);
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Folders' }).click();
    const rows = page.getByRole('list', { name: /^Folders in / }).getByRole('button');
    await expect.poll(() => rows.allInnerTexts()).toEqual(['Folder above', 'day1']);
    await rows.nth(1).click();
    await expect.poll(() => field(page).inputValue()).toBe(join(parent, 'day1'));
    await rows.getByText('probe0').waitFor();
    await rows.first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await rows.getByText('ks4').waitFor();
    await rows.first().focus();
    await page.keyboard.press('Backspace');
    await rows.getByText('probe0').waitFor();
    await rows.getByText('probe0').click();
    await page.getByRole('button', { name: 'Look inside ks4' }).click();
    await page.getByText('This folder holds a sorting.').waitFor();
    await page.getByRole('navigation').getByRole('button', { name: 'probe0' }).click();
    await rows.getByText('ks4').click();
    await showsDataset(page, folder);
  });

  it('takes a path that is dropped, and says what it needs when only files are', async () => {
    const page = await start();
    const drop = async (type: string, data: string): Promise<void> => {
      await page.getByRole('heading').evaluate(
        (element, [kind, text]) => {
          const dataTransfer = new DataTransfer();
          if (kind === 'Files') dataTransfer.items.add(new File([''], 'params.py'));
          else dataTransfer.setData(kind, text);
          element.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
        },
        [type, data] as const,
      );
    };
    await drop('Files', '');
    await page.getByText(/^The browser does not tell where a dropped folder lies\./).waitFor();
    await drop('text/plain', `"${folder}"`);
    await showsDataset(page, folder);
  });

  it('ends when it is asked to', async () => {
    const page = await start();
    await page.getByRole('button', { name: 'Quit phy' }).click();
    await page.getByText('phy was closed').waitFor();
    const child = program?.process;
    expect(
      await new Promise((done) => (child?.exitCode === null ? child.on('exit', done) : done(child?.exitCode))),
    ).toBe(0);
  });

  it('stops waiting for a dataset that does not open, and opens another one', async () => {
    if (process.platform === 'win32') return;
    const slow = temporaryFolder('slow');
    others.push(slow);
    const silent = join(slow, 'params.py');
    writeFileSync(silent, '');
    execFileSync('mkfifo', [`${silent}.pipe`]);
    const loaded = fileURLToPath(new URL('../fixtures/silentDisk.cjs', import.meta.url));
    const environment = { NODE_OPTIONS: `--require "${loaded}"`, PHY_TEST_SILENT_FILE: silent };
    program = await startPhy(['--no-browser'], config, environment);
    window = await openPage(browser, program.url);
    const { page } = window;
    await field(page).fill(slow);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Open', exact: true }).waitFor();
    expect(await field(page).inputValue()).toBe(slow);
    await field(page).fill(folder);
    await page.keyboard.press('Enter');
    await showsDataset(page, folder);
    // Nobody waits where the test goes wrong: a program that does not read ends this at once.
    closeSync(openSync(`${silent}.pipe`, constants.O_WRONLY | constants.O_NONBLOCK));
  });
});

describe.skipIf(!canRun)('recent datasets', () => {
  it('are those that were opened, from the command line too, and say what waits and what is gone', async () => {
    const second = otherFolder();
    const third = otherFolder();
    for (const path of [folder, second, third]) {
      const page = await start(path);
      await showsDataset(page, path);
      if (path === second) {
        await snippet(page, 'c 0 5');
        await page.keyboard.press('g');
        await expectSelection(page, [6]);
      }
      await window?.context.close();
      await program?.end();
    }
    rmSync(third, { recursive: true });
    const page = await start();
    await expect.poll(() => recentRows(page).count()).toBe(3);
    const texts = async (): Promise<readonly string[]> => await recentRows(page).allInnerTexts();
    await expect.poll(async () => (await texts())[0]).toContain('not found');
    expect((await texts())[0]).toContain(third);
    await expect
      .poll(async () => (await texts())[1])
      .toMatch(/1 action not saved[^]*200 spikes, 4 clusters[^]*today, \d\d:\d\d/);
    await expect.poll(async () => (await texts())[2]).toMatch(/200 spikes, 5 clusters/);
    expect((await texts())[2]).not.toMatch(/not (saved|found)/);

    await page.getByRole('button', { name: `Pin ${basename(folder)}` }).click();
    await expect.poll(async () => (await texts())[0]).toContain(folder);
    await page.getByRole('button', { name: `Remove ${basename(third)} from the list` }).click();
    await expect.poll(() => recentRows(page).count()).toBe(2);
    await recentRows(page)
      .last()
      .getByRole('button', { name: basename(second) })
      .first()
      .focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await showsDataset(page, folder);
    expect(readdirSync(dirname(recentFile()))).toContain('recent.json');
  });

  it('lead from one dataset to the next, after asking about unsaved changes', async () => {
    const second = otherFolder();
    const page = await start(second);
    await showsDataset(page, second);
    const openRecent = async (name: string): Promise<void> => {
      await page.getByRole('menuitem', { name: 'File', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Open recent' }).click();
      await page.getByRole('menu').last().getByText(name, { exact: true }).click();
    };
    // Nothing to save: it goes at once.
    await page.keyboard.press('Control+o');
    await showsStart(page);
    await field(page).fill(folder);
    await page.keyboard.press('Enter');
    await showsDataset(page, folder);

    await snippet(page, 'c 0 5');
    await page.keyboard.press('g');
    await expectSelection(page, [6]);
    await openRecent(basename(second));
    await dialog(page).getByText('Save 1 change before opening another dataset?').waitFor();
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    await expectSelection(page, [6]);
    const unsaved = readFileSync(join(folder, 'spike_clusters.npy'));
    await openRecent(basename(second));
    await dialog(page).getByRole('button', { name: 'Save', exact: true }).click();
    await showsDataset(page, second);
    expect(readFileSync(join(folder, 'spike_clusters.npy')).equals(unsaved)).toBe(false);
    expect(existsSync(join(folder, '.phy/ts/lock'))).toBe(false);
    // Nothing of the other dataset is left in the window.
    expect(await topRows(page, 'ClusterView', 9)).not.toContain(6);
    await expectSelection(page, []);

    await page.keyboard.press('Control+p');
    await page.keyboard.type(basename(folder));
    await page.getByRole('option', { name: new RegExp(basename(folder)) }).click();
    await showsDataset(page, folder);
    expect(await topRows(page, 'ClusterView', 9)).toContain(6);
  });

  it('that do not open any more end on the start page, with the sentence and the path', async () => {
    const second = otherFolder();
    const page = await start(second);
    await showsDataset(page, second);
    await page.keyboard.press('Control+o');
    await showsStart(page);
    await field(page).fill(folder);
    await page.keyboard.press('Enter');
    await showsDataset(page, folder);
    rmSync(second, { recursive: true });
    await page.getByRole('menuitem', { name: 'File', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Open recent' }).click();
    await page.getByRole('menu').last().getByText(basename(second), { exact: true }).click();
    await showsStart(page);
    const params = join(second, 'params.py');
    await expect.poll(() => page.getByRole('alert').innerText()).toBe(`${params} was not found.`);
    expect(await field(page).inputValue()).toBe(params);
  });

  it.skipIf(!existsSync(klusta))('remember which part of a .kwik file was open', async () => {
    const home = temporaryFolder('klusta');
    others.push(home);
    cpSync(klusta, home, { recursive: true });
    const file = join(home, 'hybrid_10sec.kwik');
    const page = await start('kwik-gui', file, '--clustering', 'original');
    const shows = async (): Promise<void> => {
      await wholeTable(page).waitFor();
      await expect.poll(() => page.title(), { timeout: 20_000 }).toBe('hybrid_10sec – phy');
    };
    await shows();
    await page.keyboard.press('Control+o');
    await showsStart(page);
    await page.getByRole('button', { name: /^hybrid_10sec · original/ }).click();
    await shows();
    // The same file as it is opened by its path: another dataset of the list.
    await page.keyboard.press('Control+o');
    await showsStart(page);
    await field(page).fill(file);
    await page.keyboard.press('Enter');
    await shows();
    await page.keyboard.press('Control+o');
    await showsStart(page);
    const names = async (): Promise<readonly string[]> =>
      (await recentRows(page).allInnerTexts()).map((text) => text.split('\n')[0] ?? '');
    await expect.poll(names).toEqual(['hybrid_10sec', 'hybrid_10sec · original']);
  });

  it('begin anew when their file is broken', async () => {
    mkdirSync(dirname(recentFile()), { recursive: true });
    writeFileSync(recentFile(), 'not JSON');
    const page = await start();
    await page.getByText(/recent\.json is not valid JSON\./).waitFor();
    await field(page).fill(folder);
    await page.keyboard.press('Enter');
    await showsDataset(page, folder);
    const names = readdirSync(dirname(recentFile()));
    const aside = names.find((name) => /^recent-.+\.json$/.test(name)) ?? '';
    expect(readFileSync(join(dirname(recentFile()), aside), 'utf8')).toBe('not JSON');
    expect(readFileSync(recentFile(), 'utf8')).toContain(folder);
  });

  it('follow every window: what one opens or closes, all show', async () => {
    const page = await start();
    const second = await openPage(browser, program?.url ?? '');
    await showsStart(second.page);
    await field(page).fill(folder);
    await page.keyboard.press('Enter');
    await showsDataset(page, folder);
    await showsDataset(second.page, folder);
    await second.page.keyboard.press('Control+o');
    await showsStart(page);
    await showsStart(second.page);
    expect(second.errors).toEqual([]);
    await second.context.close();
  });
});

describe('words of the command line', () => {
  it('a word that is neither a command nor a path is exit code 2 and one sentence', async () => {
    const { code, stdout, stderr } = await phy(['template-gii'], { config });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe('template-gii is neither a command nor a file or folder. Add --help for the commands.\n');
    const empty = temporaryFolder('empty');
    others.push(empty);
    expect((await phy([empty, '--no-browser'], { config })).stderr).toContain('There is no params.py in');
  });

  it('--help explains the commands', async () => {
    const { code, stdout } = await phy(['--help'], { config });
    expect(code).toBe(0);
    for (const command of ['start', 'template-gui', 'template-describe', 'query', 'run', 'demo']) {
      expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    }
  });
});
