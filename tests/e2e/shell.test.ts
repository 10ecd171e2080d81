/** The window around the views, in a real browser: menus, help, palette, prompts, focus, layout, leaving, coming back, and a lost line. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
import { group } from './viewWindow.ts';
import { expectSelection, snippet, topRows } from './window.ts';

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

async function open(dataset: string): Promise<Page> {
  folder = copyDataset(dataset);
  config = temporaryFolder('config');
  return await reopen();
}
/** Another program on the same folder, with a window of its own. */
async function reopen(): Promise<Page> {
  await window?.context.close();
  program = await startProgram(folder, config);
  window = await openWindow(browser, program.url);
  return window.page;
}
const exitCode = (): Promise<number | null> => {
  const { process } = program ?? {};
  if (process === undefined) return Promise.resolve(null);
  return process.exitCode === null
    ? new Promise((done) => process.on('exit', (code) => done(code)))
    : Promise.resolve(process.exitCode);
};

const clusters = (): Buffer => readFileSync(join(folder, 'spike_clusters.npy'));
const dialog = (page: Page) => page.getByRole('dialog');
const inMenuBar = (page: Page, menu: string) => page.getByRole('menuitem', { name: menu, exact: true });
const entry = (page: Page, label: string | RegExp) =>
  page.getByRole('menuitem', { name: label }).or(page.getByRole('menuitemcheckbox', { name: label }));
/** Ctrl+Q belongs to the browser in a tab; this is the other key of the action. */
const LEAVE = 'Alt+Shift+q';

/** The entries of the open menus, innermost last: labels without keys, `---` for a separator, `>` after a submenu. */
async function entries(page: Page): Promise<string[]> {
  return await page
    .getByRole('menu')
    .last()
    .evaluate((menu) =>
      [...menu.children].map((item) => {
        if (item.getAttribute('role') === 'separator') return '---';
        const label = [...item.children].find((part) => part.textContent !== '' && part.tagName === 'SPAN');
        return `${label?.textContent ?? ''}${item.hasAttribute('aria-haspopup') ? ' >' : ''}`;
      }),
    );
}
async function menu(page: Page, name: string): Promise<string[]> {
  await inMenuBar(page, name).click();
  await page.getByRole('menu').waitFor();
  const found = await entries(page);
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  return found;
}
async function submenu(page: Page, name: string, inside: string): Promise<string[]> {
  await inMenuBar(page, name).click();
  await page.getByRole('menuitem', { name: inside, exact: true }).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('menu').nth(1).waitFor();
  const found = await entries(page);
  await page.keyboard.press('Escape');
  await page.getByRole('menu').nth(1).waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  return found;
}
async function choose(page: Page, name: string, label: string | RegExp): Promise<void> {
  await inMenuBar(page, name).click();
  await entry(page, label).click();
}
const button = (page: Page, view: string, name: string) =>
  page
    .locator('.dv-groupview')
    .filter({ has: page.locator('.phy-tab', { hasText: view }) })
    .getByRole('button', { name, exact: true });
const tabs = async (page: Page): Promise<string[]> => (await page.locator('.phy-tab').allInnerTexts()).sort();
/** What has the focus, in words. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const active = document.activeElement;
    if (active === null || active === document.body) return 'the work';
    return active.getAttribute('aria-label') ?? active.textContent ?? '';
  });

/** Panels on top of each other, the last one in front, as layouts are kept. */
const stack = (...panels: string[]) => ({ kind: 'tabs', size: 1, panels, active: panels.at(-1) });

/** Among the tabs of the first launch. */
const DEFAULT_TABS = [
  'AmplitudeView',
  'ClusterScatterView',
  'ClusterView',
  'CorrelogramView',
  'FeatureView',
  'FiringRateView',
  'ISIView',
  'SimilarityView',
  'TemplateFeatureView',
  'WaveformView',
];

describe.skipIf(!canRun || !hasDataset('mini'))('the window', () => {
  it('has every menu of spec/curation.md 4.6, in its order', async () => {
    const page = await open('mini');
    expect(await menu(page, 'File')).toEqual([
      'Open another dataset…',
      'Locate raw data…',
      '---',
      'Export mean waveforms',
      '---',
      'Enable snippet mode',
      'Save',
      'Exit',
    ]);
    expect(await menu(page, 'Edit')).toEqual([
      'Undo',
      'Redo',
      '---',
      'Merge',
      'Split',
      '---',
      'Move…',
      'Move best to >',
      'Move similar to >',
      'Move all to >',
      '---',
      'Label…',
      'Quality…',
      'Comment…',
      '---',
      'Split init',
      'Split by >',
      '---',
      'Copy selected rows',
      'Cluster groups…',
    ]);
    expect(await menu(page, 'Select')).toEqual([
      'Select…',
      'Select first similar',
      'Select n similar…',
      'Unselect similar',
      'Skip noise and MUA',
      '---',
      'Filter…',
      'Sort…',
      'Clear filter',
      'Sort by >',
      '---',
      'First',
      'Last',
      '---',
      'Reset wizard',
      '---',
      'Next',
      'Previous',
      '---',
      'Next best',
      'Previous best',
      '---',
      'Next refractory violation',
      'Previous refractory violation',
    ]);
    const viewMenu = await menu(page, 'View');
    const added = viewMenu.filter((title) => title.startsWith('Add '));
    expect(added).toEqual(added.toSorted());
    expect(viewMenu.slice(0, 8 + added.length)).toEqual([
      'Toggle spike reorder',
      'Switch raw data filter',
      '---',
      ...added,
      '---',
      'Change color field >',
      'Change colormap >',
      'Toggle categorical colormap',
      'Toggle logarithmic colormap',
    ]);
    for (const name of [...DEFAULT_TABS, 'ProbeView', 'RasterView', 'TemplateView'])
      expect(added).toContain(`Add ${name}`);
    expect((await menu(page, 'Help')).slice(0, 2)).toEqual(['Show all shortcuts', 'About']);
    for (const which of ['best', 'similar', 'all']) {
      const groups = ['noise', 'mua', 'good', 'unsorted'].map((group) => `Move ${which} to ${group}`);
      expect(await submenu(page, 'Edit', `Move ${which} to`)).toEqual(groups);
    }
    const sorts = ['ch', 'sh', 'depth', 'fr', 'amp', 'n spikes', 'Amplitude', 'ContamPct', 'KSLabel'];
    expect(await submenu(page, 'Select', 'Sort by')).toEqual(sorts.map((column) => `Sort by ${column}`));
    for (const view of ['WaveformView', 'FeatureView', 'CorrelogramView', 'AmplitudeView']) {
      await button(page, view, 'View menu').click();
      await page.getByRole('menu').waitFor();
      expect((await entries(page)).slice(0, 4)).toEqual(['Toggle auto update', 'Screenshot', 'Close', '---']);
      await page.keyboard.press('Escape');
      await page.getByRole('menu').waitFor({ state: 'detached' });
    }
  });

  it('finds help, actions, views, clusters and snippets by their names', async () => {
    const page = await open('mini');
    const rows = dialog(page).locator('tr[data-action]');
    for (const key of ['F1', 'h']) {
      await page.keyboard.press(key);
      await page.getByLabel('Search the help').waitFor();
      expect(await rows.count()).toBeGreaterThan(100);
      await page.keyboard.type('lasso');
      await expect.poll(() => rows.count()).toBeLessThan(20);
      for (const text of await rows.allInnerTexts()) expect(text).toContain('lasso');
      expect(await rows.nth(1).innerText()).toContain('Ctrl+left click');
      await page.keyboard.press('Escape');
      await dialog(page).waitFor({ state: 'detached' });
    }
    const found = page.getByRole('option');
    const search = async (text: string): Promise<void> => {
      await page.keyboard.press('Control+p');
      await page.keyboard.type(text);
    };
    await search('merge');
    await expect.poll(() => found.first().innerText()).toContain('Select two clusters or more');
    await page.keyboard.press('Escape');
    await search('#24');
    await expect.poll(() => found.first().innerText()).toContain('Select cluster 24');
    await page.keyboard.press('Enter');
    await expectSelection(page, [24]);
    await search('@corr');
    await expect.poll(() => found.allInnerTexts()).toHaveLength(1);
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('CorrelogramView');
    await search(':c 2 22');
    await expect.poll(() => found.first().innerText()).toContain('Run :c 2 22');
    await page.keyboard.press('Enter');
    await expectSelection(page, [2, 22]);
    await search(':clo');
    await expect
      .poll(async () => (await found.allInnerTexts()).filter((text) => /^:close\b(?!_)/.test(text)))
      .toHaveLength(1);
    await page.keyboard.press('Escape');
  });

  it('takes a key that is typed while a menu fades away', async () => {
    const page = await open('mini');
    await group(page, 'WaveformView').getByLabel('View menu').click();
    await page.getByRole('menuitem', { name: 'Screenshot', exact: true }).waitFor();
    // Sent together: the second one comes before the menu is gone.
    await Promise.all([page.keyboard.press('Escape'), page.keyboard.press(':')]);
    await page.getByLabel('Snippet').waitFor();
    await page.keyboard.press('Escape');
  });

  it('asks for arguments, keeps them when they are wrong, and gives the focus back to the work', async () => {
    const page = await open('mini');
    await choose(page, 'Select', /^Select…/);
    await dialog(page).getByRole('combobox').waitFor();
    await page.keyboard.type('two');
    await page.keyboard.press('Enter');
    await dialog(page).getByRole('alert').waitFor();
    expect(await dialog(page).getByRole('combobox').inputValue()).toBe('two');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('2 24');
    await page.keyboard.press('Enter');
    await expectSelection(page, [2, 24]);
    await choose(page, 'Edit', /^Move…/);
    await dialog(page).getByRole('combobox').fill('good best');
    await page.keyboard.press('Enter');
    await expectSelection(page, [24]);
    // A menu, then a dialog, then Esc: Space is the next similar cluster again and opens no menu.
    await choose(page, 'Help', 'Messages');
    await dialog(page).getByText('Moved clusters 2 and 24 to good.').waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toBe('the work');
    await page.keyboard.press('Space');
    await expectSelection(page, [24, 29]);
    // The one chosen from may still be fading away.
    await page.getByRole('menu').waitFor({ state: 'detached' });
    // What had the focus before a dialog has it again.
    await page.getByLabel('ClusterView filter').focus();
    await page.keyboard.press('F1');
    await page.getByLabel('Search the help').waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toBe('ClusterView filter');
    // With the keyboard alone Esc goes one step back, to the menu bar.
    await inMenuBar(page, 'File').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toBe('File');
  });

  it('leads Tab through header and content of each place, and out again', async () => {
    const page = await open('mini');
    await page.keyboard.press('Space');
    await expectSelection(page, [2]);
    await page.getByRole('button', { name: 'Move best to noise' }).focus();
    const walk = async (key: string, count: number): Promise<string[]> => {
      const seen: string[] = [];
      for (let step = 0; step < count; step++) {
        await page.keyboard.press(key);
        seen.push(await focused(page));
      }
      return seen;
    };
    // The table itself, then the first of its headers.
    const cluster = ['ClusterView', 'Columns', 'View menu', 'ClusterView filter', 'ClusterView', 'id'];
    const similarity = 'SimilarityView, Columns, View menu, Close, SimilarityView filter, SimilarityView, id'.split(
      ', ',
    );
    const forward = await walk('Tab', 15);
    expect(forward.slice(0, 14)).toEqual([...cluster, ...similarity, 'WaveformView']);
    expect(await walk('Shift+Tab', 4)).toEqual(['WaveformView', 'id', 'SimilarityView', 'SimilarityView filter']);
    await page.getByRole('img', { name: /^CorrelogramView of/ }).focus();
    expect(['Automatic update: on', 'ClusterView']).not.toContain((await walk('Tab', 1))[0]);
  });

  it('keeps the layout, also for the next launch, and takes it back', async () => {
    const page = await open('mini');
    const first = await tabs(page);
    expect(first).toEqual(expect.arrayContaining(DEFAULT_TABS));
    await button(page, 'AmplitudeView', 'Close').click();
    await choose(page, 'View', 'Add CorrelogramView');
    const changed = [...first.filter((name) => name !== 'AmplitudeView'), 'CorrelogramView (1)'].toSorted();
    await expect.poll(() => tabs(page)).toEqual(changed);
    await button(page, 'FeatureView', 'View menu').click();
    await entry(page, 'Float').click();
    await page.locator('.dv-resize-container').waitFor();
    await page.waitForTimeout(600);
    await page.reload();
    await page.locator('.dv-resize-container').waitFor();
    expect(await tabs(page)).toEqual(changed);
    await page.keyboard.press('Space');
    await expectSelection(page, [2]);
    expect(await program?.end()).toBe(0);
    const again = await reopen();
    await again.locator('.dv-resize-container').waitFor();
    expect(await tabs(again)).toEqual(changed);
    await snippet(again, 'reset_layout');
    await expect.poll(() => tabs(again)).toEqual(first);
    expect(await again.locator('.dv-resize-container').count()).toBe(0);
  });

  it('asks nothing for a view behind another tab until it is uncovered', async () => {
    folder = copyDataset('mini');
    config = temporaryFolder('config');
    const state = join(config, 'ts/TemplateGUI');
    const root = {
      kind: 'row',
      size: 1,
      children: [stack('ClusterView'), stack('FeatureView', 'AmplitudeView')],
    };
    mkdirSync(state, { recursive: true });
    writeFileSync(join(state, 'state.json'), JSON.stringify({ layout: { version: 1, root, floating: [] } }));
    const page = await reopen();
    expect(await tabs(page)).toEqual(['AmplitudeView', 'ClusterView', 'FeatureView']);
    await page.keyboard.press('Space');
    await page.getByRole('img', { name: 'AmplitudeView of clusters 2' }).waitFor();
    const asked: string[] = [];
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => asked.push(...(/"query":"\w+"/.exec(String(payload)) ?? []))),
    );
    await page.reload();
    await page.getByRole('img', { name: 'AmplitudeView of clusters 2' }).waitFor();
    expect(asked).toEqual(['"query":"amplitude"']);
    await page.locator('.phy-tab', { hasText: 'FeatureView' }).click();
    await page.getByRole('img', { name: 'FeatureView of clusters 2' }).waitFor();
    expect(asked).toEqual(['"query":"amplitude"', '"query":"feature"']);
  });

  it('takes keys in a window of its own, whose panel comes back when it is closed', async () => {
    const page = await open('mini');
    const opened = page.context().waitForEvent('page');
    await button(page, 'WaveformView', 'View menu').click();
    await entry(page, 'Open in another window').click();
    const other = await opened;
    await other.locator('section[aria-label="WaveformView"]').waitFor();
    await other.bringToFront();
    await other.keyboard.press('ArrowDown');
    await expectSelection(page, [2]);
    await other.getByRole('img', { name: 'WaveformView of clusters 2' }).waitFor();
    await other.close();
    await page.locator('section[aria-label="WaveformView"]').waitFor();
  });

  it('shows a colour of its own for every place in the selection, the same in rows, chips and legends', async () => {
    const page = await open('mini');
    await snippet(page, 'c 0-9');
    await expectSelection(page, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const colors = await page
      .getByLabel('Selected clusters')
      .locator('svg path')
      .evaluateAll((marks) => marks.map((mark) => getComputedStyle(mark).fill));
    expect(new Set(colors).size).toBe(10);
    expect(colors[8]).toBe('rgb(0, 254, 207)');
    // Another reference, another list: it begins with the most similar cluster.
    await snippet(page, 'c 2');
    await snippet(page, 'select_first_similar');
    const scrolled = () => page.getByRole('grid', { name: 'SimilarityView' }).evaluate((grid) => grid.scrollTop);
    await expect.poll(scrolled).toBeGreaterThan(0);
    await page.keyboard.press('ArrowDown');
    await expectSelection(page, [24]);
    await expect.poll(scrolled).toBe(0);
    await snippet(page, 'c 0-9');
    await expectSelection(page, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await snippet(page, 'light_theme');
    await expect
      .poll(() =>
        page
          .getByLabel('Selected clusters')
          .locator('svg path')
          .nth(8)
          .evaluate((mark) => getComputedStyle(mark).fill),
      )
      .toBe('rgb(0, 168, 137)');
  });
});

describe.skipIf(!canRun || !hasDataset('mini'))('leaving and coming back', () => {
  it('does what Cancel, Save and Discard say, in every window', async () => {
    const page = await open('mini');
    const original = clusters();
    await snippet(page, 'c 2 22');
    await page.keyboard.press('g');
    await expectSelection(page, [36]);
    // Right after an action, before its answer: it is asked about all the same.
    await page.keyboard.press('Alt+m');
    await page.keyboard.press(LEAVE);
    await dialog(page).getByText('Save 2 changes before closing?').waitFor();
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    expect(program?.process.exitCode).toBeNull();
    expect(clusters().equals(original)).toBe(true);
    await page.keyboard.press('Control+z');
    await expectSelection(page, [36]);
    const second = await openWindow(browser, program?.url ?? '');
    // Another program wrote the file meanwhile: it is replaced only when that is asked for.
    const theirs = Buffer.from(original).fill(0, original.length - 4);
    writeFileSync(join(folder, 'spike_clusters.npy'), theirs);
    await page.keyboard.press('Control+s');
    await page.getByRole('button', { name: 'Save over it' }).waitFor();
    await page.keyboard.press(LEAVE);
    await dialog(page).getByRole('button', { name: 'Save', exact: true }).click();
    await dialog(page).getByRole('alert').getByText('spike_clusters.npy was changed by another program').waitFor();
    expect(clusters().equals(theirs)).toBe(true);
    await dialog(page).getByRole('button', { name: 'Save over it' }).click();
    expect(await exitCode()).toBe(0);
    await page.getByText('phy was closed').waitFor();
    await second.page.getByText('phy was closed').waitFor();
    await second.context.close();
    const saved = clusters();
    expect(saved.equals(original)).toBe(false);

    const again = await reopen();
    expect(await dialog(again).count()).toBe(0);
    await snippet(again, 'c 36 24');
    await again.keyboard.press('g');
    await expectSelection(again, [37]);
    await again.keyboard.press(LEAVE);
    await dialog(again).getByRole('button', { name: 'Discard' }).click();
    expect(await exitCode()).toBe(0);
    expect(clusters().equals(saved)).toBe(true);
    const third = await reopen();
    expect(await topRows(third, 'ClusterView', 2)).toEqual([36, 24]);
    expect(await dialog(third).count()).toBe(0);
    // Nothing to save: it ends at once.
    await third.keyboard.press(LEAVE);
    expect(await exitCode()).toBe(0);
  });

  it('says that the line is lost, does nothing meanwhile, and asks what to do with the work at the next start', async () => {
    const page = await open('mini');
    const original = clusters();
    await page.getByText('Nothing to save').waitFor();
    await snippet(page, 'c 2 22');
    await page.keyboard.press('g');
    await expectSelection(page, [36]);
    await page.getByText('1 unsaved change', { exact: true }).waitFor();
    await program?.end('SIGKILL');
    await page
      .getByText(/Connection lost\. Trying again( in \d s)?\. Your last action \(\d\d:\d\d:\d\d\) is in the journal\./)
      .waitFor();
    await page.keyboard.press('Alt+n');
    await page.getByText(/^Connection lost: .* was not done/).waitFor();
    expect(await topRows(page, 'ClusterView', 1)).toEqual([36]);
    window?.errors.splice(0);

    const again = await reopen();
    await dialog(again)
      .getByText(/^1 action from .* was not saved\. Restore it\?$/)
      .waitFor();
    await dialog(again).getByRole('button', { name: 'Look first' }).click();
    await dialog(again).waitFor({ state: 'detached' });
    expect(await topRows(again, 'ClusterView', 2)).toEqual([2, 24]);
    await again.keyboard.press('Space');
    await expectSelection(again, [2]);
    await again.keyboard.press('Alt+n');
    await again
      .getByText(/Restore or discard/)
      .first()
      .waitFor();
    await expectSelection(again, [2]);
    await again.getByRole('button', { name: '1 action not saved earlier' }).click();
    await dialog(again).getByRole('button', { name: 'Discard' }).click();
    await again.getByRole('button', { name: '1 action not saved earlier' }).waitFor({ state: 'detached' });
    await again.keyboard.press('Alt+n');
    await expectSelection(again, [24]);
    expect(clusters().equals(original)).toBe(true);
    expect(existsSync(join(folder, '.phy/ts/journal.jsonl'))).toBe(true);
  });
});

describe.skipIf(!canRun || !hasDataset('kilosort4-neuropixels'))('a dataset without templates and features', () => {
  it('says in each view what can be done, and explains the columns that say nothing', async () => {
    const page = await open('kilosort4-neuropixels');
    const features = page.locator('section[aria-label="FeatureView"]');
    await features.getByRole('button', { name: 'What was found' }).click();
    await dialog(page)
      .getByText(/the columns ch, amp and depth hold the same/)
      .waitFor();
    expect(await dialog(page).locator('tbody tr').first().innerText()).toContain('missing');
    await page.keyboard.press('Escape');
    await features.getByRole('button', { name: 'Close view' }).click();
    await features.waitFor({ state: 'detached' });
    await page.keyboard.press('Space');
    await expect.poll(() => page.getByLabel('Selected clusters').innerText()).toContain('126');
  });
});
