/** No serious finding of an automated audit anywhere, in both themes; every control within reach of the keyboard, and the focus always seen. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { controls, findings, focusStop, walk } from './audit.ts';
import { smallFolder } from './commandLine.ts';
import {
  type Program,
  type Window,
  browserPath,
  copyDataset,
  hasDataset,
  openPage,
  openWindow,
  removeFolder,
  startBrowser,
  startPhy,
  startProgram,
  temporaryFolder,
} from './harness.ts';
import { lasso } from './viewWindow.ts';
import { expectSelection, snippet } from './window.ts';

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
beforeEach(() => {
  config = temporaryFolder('config');
});
afterEach(async () => {
  await window?.context.close();
  if (program?.process.exitCode === null) await program.end('SIGKILL');
  for (const path of [folder, config]) if (path !== '') removeFolder(path);
  window = undefined;
  program = undefined;
});

/** As if somebody had chosen it in the View menu. */
function keepAppearance(appearance: Readonly<Record<string, unknown>>): void {
  mkdirSync(join(config, 'ts/TemplateGUI'), { recursive: true });
  writeFileSync(join(config, 'ts/TemplateGUI/state.json'), JSON.stringify({ appearance }));
}
async function openData(size?: { width: number; height: number }): Promise<Page> {
  program = await startProgram(folder, config);
  window = await openWindow(browser, program.url, size);
  return window.page;
}
const dialog = (page: Page) => page.getByRole('dialog');
async function closeDialog(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'detached' });
}
async function closeMenus(page: Page): Promise<void> {
  while ((await page.getByRole('menu').count()) > 0) {
    await page.keyboard.press('Escape');
    await page.waitForTimeout(200);
  }
}
const viewButton = (page: Page, view: string, name: string) =>
  page
    .locator('.dv-groupview')
    .filter({ has: page.locator('.phy-tab', { hasText: view }) })
    .getByRole('button', { name, exact: true });
/** Stops where a person would not know where the focus is. */
const unseen = (stops: Awaited<ReturnType<typeof walk>>) => stops.filter(({ isSeen, isGuard }) => !isSeen || isGuard);
const SLOW = { timeout: 20_000 };
/** What the audit finds, under the name of the state it was found in. */
const audit = async (page: Page, state: string): Promise<void> => expect(await findings(page), state).toEqual([]);

describe.skipIf(!canRun).each(['dark', 'light'])('the audit of the start page, %s', (theme) => {
  it('finds nothing serious, whatever is open', async () => {
    folder = smallFolder();
    keepAppearance({ theme });
    program = await startPhy([folder], config);
    window = await openPage(browser, program.url);
    const { page } = window;
    await page.locator('[role=row]').nth(3).waitFor();
    await page.keyboard.press('Control+o');
    const field = page.getByRole('combobox');
    await page.getByRole('list', { name: 'Recent datasets' }).waitFor();
    await audit(page, 'recent datasets');
    await field.fill(`${folder}/..`);
    await page.keyboard.type('/');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await audit(page, 'completions');
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Folders' }).click();
    await page.getByRole('list', { name: /^Folders in / }).waitFor();
    await audit(page, 'folders');
    await field.fill(join(folder, 'nothing'));
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByText(/nothing was not found/).waitFor();
    await audit(page, 'a failure');
    await page.getByRole('button', { name: 'Appearance' }).click();
    await page.getByRole('menuitem', { name: 'Interface scale' }).click();
    await page.getByRole('menuitemcheckbox', { name: '100 %' }).waitFor();
    await audit(page, 'menus');
  });
});

describe.skipIf(!canRun || !hasDataset('mini')).each(['dark', 'light'])('the audit of the window, %s', (theme) => {
  it('finds nothing serious in bars, views and menus', async () => {
    folder = copyDataset('mini');
    keepAppearance({ theme });
    const page = await openData({ width: 1600, height: 900 });
    await audit(page, 'nothing selected');
    await snippet(page, 'c 2 24');
    await expectSelection(page, [2, 24]);
    await page.getByRole('img', { name: 'AmplitudeView of clusters 2, 24' }).waitFor();
    await audit(page, 'a selection');
    await page.getByLabel('ClusterView filter').fill('n_spikes >');
    await page.getByRole('alert').first().waitFor();
    await audit(page, 'a filter that cannot be read');
    await page.getByLabel('ClusterView filter').fill('');
    await page.keyboard.press('Escape');
    for (const name of ['File', 'Edit', 'View']) {
      await page.getByRole('menuitem', { name, exact: true }).click();
      await page.getByRole('menu').waitFor();
      await page.keyboard.press('ArrowDown');
      await audit(page, `the menu ${name}`);
      await closeMenus(page);
    }
    await page.getByRole('menuitem', { name: 'View', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Theme' }).click();
    await page.getByRole('menu').nth(1).waitFor();
    await audit(page, 'a submenu');
    await closeMenus(page);
    await viewButton(page, 'FeatureView', 'View menu').click();
    await page.getByRole('menu').waitFor();
    await audit(page, 'the menu of a view');
    await closeMenus(page);
    await viewButton(page, 'ClusterView', 'Columns').click();
    await page.getByRole('menu').waitFor();
    await audit(page, 'the columns');
  });

  it('finds nothing serious in settings, palette, snippet bar and messages', async () => {
    folder = copyDataset('mini');
    keepAppearance({ theme });
    const page = await openData();
    await snippet(page, 'c 2 24');
    await expectSelection(page, [2, 24]);
    for (const view of ['WaveformView', 'FeatureView', 'CorrelogramView', 'AmplitudeView']) {
      await viewButton(page, view, 'View settings').click();
      await page.getByRole('dialog', { name: `${view} settings` }).waitFor();
      await audit(page, `the settings of ${view}`);
      await closeDialog(page);
    }
    for (const text of ['', 'merge', '=bin', 'nothing like it']) {
      await page.keyboard.press('Control+p');
      await page.keyboard.type(text);
      await audit(page, `the palette with “${text}”`);
      await page.keyboard.press('Escape');
    }
    await page.keyboard.press(':');
    await page.getByLabel('Snippet').waitFor();
    await page.keyboard.type('f');
    await audit(page, 'the snippet bar');
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.getByText('Merge clusters 2, 24 to 36.').first().waitFor();
    await audit(page, 'a message and the save button');
  });

  it('finds nothing serious in any dialog', async () => {
    folder = copyDataset('mini');
    keepAppearance({ theme });
    const page = await openData();
    await page.keyboard.press('F1');
    await page.getByLabel('Search the help').waitFor();
    await audit(page, 'help');
    await dialog(page).getByRole('button', { name: 'Edit shortcuts…' }).click();
    await page.getByRole('region', { name: 'Actions and keys' }).waitFor();
    await audit(page, 'shortcuts');
    await closeDialog(page);
    for (const name of ['About', 'Messages', 'What was found in the dataset']) {
      await page.getByRole('menuitem', { name: 'Help', exact: true }).click();
      await page.getByRole('menuitem', { name }).click();
      await dialog(page).waitFor();
      await audit(page, name);
      await closeDialog(page);
    }
    await page.getByRole('menuitem', { name: 'Edit', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Cluster groups…' }).click();
    await dialog(page).waitFor();
    await audit(page, 'groups');
    await closeDialog(page);
    await page.getByRole('menuitem', { name: 'Select', exact: true }).click();
    await page.getByRole('menuitem', { name: /^Select…/ }).click();
    await dialog(page).getByRole('combobox').waitFor();
    await page.keyboard.type('two');
    await page.keyboard.press('Enter');
    await dialog(page).getByRole('alert').waitFor();
    await audit(page, 'a question with a wrong answer');
    await closeDialog(page);
    await snippet(page, 'c 2 24');
    await page.keyboard.press('g');
    await expectSelection(page, [36]);
    await page.keyboard.press('Control+o');
    await dialog(page).getByText('Save 1 change before opening another dataset?').waitFor();
    await audit(page, 'unsaved changes');
    await closeDialog(page);
    await program?.end('SIGKILL');
    await page.getByText(/^Connection lost\./).waitFor();
    await audit(page, 'a lost connection');
    await window?.context.close();
    const again = await openData();
    await dialog(again).getByRole('button', { name: 'Look first' }).waitFor();
    await audit(again, 'work that was not saved');
  });
});

describe.skipIf(!canRun || !hasDataset('template-sim')).each(['dark', 'light'])('the audit of a split, %s', (theme) => {
  it('finds nothing serious in the question about spikes without a coordinate', async () => {
    folder = copyDataset('template-sim');
    keepAppearance({ theme });
    const page = await openData();
    const status = (text: string) => page.locator('section[aria-label="FeatureView"] footer').getByText(text).last();
    await snippet(page, 'c 34');
    await status('all 4 spikes').waitFor();
    await page.keyboard.press('c');
    await snippet(page, 'c 34 43');
    await status('all 12 spikes · 8 without coordinate').waitFor();
    await lasso(page, 'FeatureView', [
      [0.33, 0.02],
      [0.52, 0.02],
      [0.52, 0.22],
      [0.33, 0.22],
    ]);
    await status('3 of 12 spikes inside').waitFor();
    await page.keyboard.press('k');
    await dialog(page).getByText('8 of 12 spikes have no coordinate').waitFor();
    await audit(page, 'spikes without a coordinate');
  });
});

describe.skipIf(!canRun)('the keyboard alone', () => {
  it('reaches every control of the start page, and the focus is always seen', async () => {
    folder = smallFolder();
    program = await startPhy([folder], config);
    window = await openPage(browser, program.url);
    const { page } = window;
    await page.locator('[role=row]').nth(3).waitFor();
    await page.keyboard.press('Control+o');
    await page.getByRole('list', { name: 'Recent datasets' }).waitFor();
    const stops = await walk(page);
    expect(unseen(stops)).toEqual([]);
    const reached = new Set(stops.map(({ name }) => name));
    expect((await controls(page)).filter((name) => !reached.has(name))).toEqual([]);
    // The other part of the page, chosen with the arrow keys.
    await page.getByRole('tab', { name: 'Recent datasets' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('list', { name: /^Folders in / }).waitFor();
    expect((await focusStop(page))?.name).toBe('tab "Folders"');
  });
});

describe.skipIf(!canRun || !hasDataset('mini'))('the keyboard alone in the window', () => {
  it('reaches every control, also of an open popover, and the focus is always seen', async () => {
    folder = copyDataset('mini');
    const page = await openData({ width: 1600, height: 900 });
    await snippet(page, 'c 2 24');
    await page.keyboard.press('g');
    await expectSelection(page, [36]);
    await page.getByRole('img', { name: 'AmplitudeView of clusters 36' }).waitFor();
    const stops = await walk(page);
    expect(unseen(stops)).toEqual([]);
    expect(stops.length).toBeGreaterThan(40);
    const reached = new Set(stops.map(({ name }) => name));
    expect((await controls(page)).filter((name) => !reached.has(name))).toEqual([]);

    await page.getByRole('img', { name: /^CorrelogramView of/ }).focus();
    await page.keyboard.press('Control+p');
    await page.keyboard.type('=bin size');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'CorrelogramView settings' }).waitFor();
    const inside = await walk(page);
    expect(unseen(inside)).toEqual([]);
    // Tab goes round among its fields and buttons.
    const form = page.getByRole('dialog', { name: 'CorrelogramView settings' });
    const own = await form.locator('button, input:not(:disabled), select').count();
    expect(inside).toHaveLength(own);
    expect(inside.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['button "Reset to defaults"', 'button "Cancel"', 'button "Done"']),
    );
  });

  it('stays inside a dialog while one is open', async () => {
    folder = copyDataset('mini');
    const page = await openData();
    await page.keyboard.press('F1');
    await page.getByLabel('Search the help').waitFor();
    const stops = await walk(page);
    expect(unseen(stops)).toEqual([]);
    expect(stops.map(({ name }) => name)).toEqual([
      'select "Where"',
      'region "Actions and gestures"',
      'button "Edit shortcuts…"',
      'button "Close"',
      'button "Close"',
      'input "Search the help"',
    ]);
  });

  it('keeps a menu open while the focus is in its submenu, also where the page is so busy that timers come late', async () => {
    folder = copyDataset('mini');
    const page = await openData();
    const late = 600;
    await page.getByRole('menuitem', { name: 'View', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Theme' }).evaluate((item, ms) => {
      const { setTimeout: plain } = globalThis;
      Object.assign(globalThis, { setTimeout: (handler: () => void) => plain(handler, ms) });
      item.focus();
      Object.assign(globalThis, { setTimeout: plain });
    }, late);
    await page.keyboard.press('ArrowRight');
    await page.getByRole('menu').nth(1).waitFor();
    await page.waitForTimeout(2 * late);
    expect(await page.getByRole('menu').count()).toBe(2);
  });

  it('goes one step back with Esc, to where the focus was', async () => {
    folder = copyDataset('mini');
    const page = await openData();
    const name = async (): Promise<string> => (await focusStop(page))?.name ?? 'the work';
    // Menu in menu: the submenu closes first, then the menu, then its button still has the focus.
    await page.getByRole('menuitem', { name: 'View', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Theme' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('menu').nth(1).waitFor();
    // Esc closes the menu that has the focus, and the focus comes a moment after the menu.
    const isInside = () =>
      page.evaluate(() => document.querySelectorAll('[role=menu]')[1]?.contains(document.activeElement));
    await expect.poll(isInside, SLOW).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('menu').nth(1).waitFor({ state: 'detached' });
    expect(await page.getByRole('menu').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await expect.poll(name, SLOW).toBe('menuitem "View"');
    // Palette, snippet bar and settings leave the focus where it was.
    for (const [open, label] of [
      ['Control+p', 'Search actions, settings, views, clusters'],
      ['F1', 'Search the help'],
    ] as const) {
      await page.getByLabel('ClusterView filter').focus();
      await page.keyboard.press(open);
      await page.getByLabel(label).first().waitFor();
      await page.keyboard.press('Escape');
      await expect.poll(name, SLOW).toBe('combobox "ClusterView filter"');
    }
    await viewButton(page, 'CorrelogramView', 'View settings').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'CorrelogramView settings' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(name, SLOW).toBe('button "View settings"');
    // A toast stays while the focus is in it; its six seconds are made short here.
    await page.evaluate(() => {
      const { setTimeout: plain } = globalThis;
      const quick = (handler: () => void, ms?: number) => plain(handler, ms === 6000 ? 2000 : ms);
      Object.assign(globalThis, { setTimeout: quick });
    });
    await snippet(page, 'c 2 24');
    await snippet(page, 'g');
    const undo = page.locator('footer').getByRole('button', { name: 'Undo' });
    await undo.focus();
    await page.waitForTimeout(3000);
    expect(await undo.isVisible()).toBe(true);
    await undo.blur();
    await undo.waitFor({ state: 'detached' });
  });
});

describe.skipIf(!canRun || !hasDataset('mini'))('what the system asks for', () => {
  it('is followed: light or dark, more contrast, less motion, its own colours', async () => {
    folder = copyDataset('mini');
    keepAppearance({ theme: 'system' });
    const page = await openData();
    const root = (name: string): Promise<string | null> => page.locator('html').getAttribute(`data-${name}`);
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(() => root('theme'), SLOW).toBe('light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => root('theme'), SLOW).toBe('dark');
    await page.emulateMedia({ colorScheme: 'dark', contrast: 'more' });
    await expect.poll(() => root('contrast'), SLOW).toBe('high');
    const ink = (selector: string, property: string): Promise<string> =>
      page
        .locator(selector)
        .first()
        .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
    expect(await ink('[role=columnheader] button', 'color')).toBe(await ink('body', 'color'));

    await page.emulateMedia({ reducedMotion: 'reduce' });
    const moving = (): Promise<number> =>
      page.evaluate(
        () =>
          [...document.querySelectorAll('*')].filter((element) => {
            const { transitionDuration, animationDuration, animationName } = getComputedStyle(element);
            const parts = animationName === 'none' ? [transitionDuration] : [transitionDuration, animationDuration];
            return parts
              .join()
              .split(',')
              .some((part) => Number.parseFloat(part) > 0);
          }).length,
      );
    await snippet(page, 'c 2 24');
    await page.keyboard.press('g');
    await page.getByText('Merge clusters 2, 24 to 36.').first().waitFor();
    expect(await moving()).toBe(0);

    await page.emulateMedia({ reducedMotion: 'no-preference', forcedColors: 'active', colorScheme: 'light' });
    await expect.poll(() => root('theme'), SLOW).toBe('light');
    const selected = '[role=row][aria-selected=true]';
    const other = '[role=row][aria-selected=false]';
    expect(await ink(selected, 'background-color')).not.toBe(await ink(other, 'background-color'));
    await page.getByRole('menuitem', { name: 'Edit', exact: true }).click();
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('ArrowDown');
    const highlighted = '[role=menu] [data-highlighted]';
    expect(await ink(highlighted, 'background-color')).not.toBe(await ink('[role=menu]', 'background-color'));
  });

  it('takes effect at once when it is chosen in the menu, and is kept', async () => {
    folder = copyDataset('mini');
    const page = await openData();
    const choose = async (path: readonly string[]): Promise<void> => {
      await page.getByRole('menuitem', { name: 'View', exact: true }).click();
      for (const name of path) await page.getByRole('menu').last().getByText(name, { exact: true }).click();
      await page.getByRole('menu').first().waitFor({ state: 'detached' });
    };
    const height = async (): Promise<number> =>
      (await page.locator('[role=row][data-id]').first().boundingBox())?.height ?? 0;
    const before = await height();
    await choose(['Font size', '14 px']);
    await expect.poll(() => page.locator('body').evaluate((body) => getComputedStyle(body).fontSize)).toBe('14px');
    await expect.poll(height).toBeGreaterThan(before);
    await choose(['Theme', 'Light']);
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('light');
    await page.waitForTimeout(400);
    // The page comes in its theme, before any script runs.
    const html = await (await page.request.get(page.url())).text();
    expect(html).toContain('data-theme="light"');
    await page.reload();
    await page.locator('[role=row]').nth(3).waitFor();
    await expect.poll(() => page.locator('body').evaluate((body) => getComputedStyle(body).fontSize)).toBe('14px');
  });
});

describe.skipIf(!canRun || !hasDataset('mini'))('every size', () => {
  it.each([
    [
      { width: 640, height: 360 },
      { scale: 1, fontSize: 12 },
    ],
    [
      { width: 1280, height: 720 },
      { scale: 2, fontSize: 14 },
    ],
    [
      { width: 1280, height: 720 },
      { scale: 1, fontSize: 12 },
    ],
    [
      { width: 3840, height: 2160 },
      { scale: 1, fontSize: 12 },
    ],
  ])('keeps bars on one line and dialogs inside the window: %o, %o', async (size, appearance) => {
    folder = copyDataset('mini');
    keepAppearance(appearance);
    const page = await openData(size);
    await snippet(page, 'c 2 24');
    await page.keyboard.press('g');
    await expectSelection(page, [36]);
    const bars = page.locator('header, [role=toolbar], body footer:not(section footer)');
    const heights = await bars.evaluateAll((found) => found.map((bar) => bar.getBoundingClientRect().height));
    const { scale } = appearance;
    expect(heights).toEqual([64 * scale, 36 * scale, 26 * scale]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(size.width);
    const inside = async (): Promise<void> => {
      const box = await dialog(page).boundingBox();
      expect(box).not.toBeNull();
      if (box === null) return;
      expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(size.width);
      expect(box.y + box.height).toBeLessThanOrEqual(size.height);
    };
    await page.keyboard.press('F1');
    await page.getByLabel('Search the help').waitFor();
    await inside();
    await closeDialog(page);
    await page.keyboard.press('Control+p');
    await dialog(page).waitFor();
    await inside();
    await page.keyboard.type('=bin size');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'CorrelogramView settings' }).waitFor();
    await inside();
    await closeDialog(page);
    await page.keyboard.press('Control+o');
    await dialog(page).getByRole('button', { name: 'Cancel' }).waitFor();
    await inside();
  });
});
