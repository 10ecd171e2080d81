/** Panels and where they are: moved, stacked, enlarged, floated, in windows of their own, named, kept, saved as layouts (spec/curation.md 4.2, 4.3). */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  FOUR_VIEWS,
  GuiSession,
  choose,
  coloursOf,
  keptLayout,
  panel,
  placeOf,
  says,
  tab,
  tabs,
  use,
} from './guiSession.ts';
import { browserPath, hasDataset, startBrowser } from './harness.ts';
import { group, menu } from './viewWindow.ts';
import { expectSelection, snippet, statusLine } from './window.ts';

let browser: Browser;
const session = new GuiSession(() => browser);
const canRun = browserPath !== undefined && hasDataset('mini');
beforeAll(async () => {
  if (canRun) browser = await startBrowser();
});
afterAll(async () => {
  if (canRun) await browser.close();
});
afterEach(() => session.end());

const dialog = (page: Page) => page.getByRole('dialog');
const layout = () => keptLayout(session);
/** Whether the docks are larger than the room for them. */
const scrolls = async (page: Page): Promise<boolean> =>
  await page
    .locator('main')
    .evaluate((docks) => docks.scrollWidth > docks.clientWidth || docks.scrollHeight > docks.clientHeight);
/** One place with one panel, as layouts are kept. */
const leaf = (size: number, id: string) => ({ kind: 'tabs', size, panels: [id], active: id });
/** Moves a panel into a window of its own. */
async function popOut(page: Page, id: string): Promise<Page> {
  const opened = page.context().waitForEvent('page');
  await menu(page, id, 'Open in another window');
  const other = await opened;
  await panel(other, id).waitFor();
  await other.bringToFront();
  return other;
}

describe.skipIf(!canRun)('panels', () => {
  it('are moved, stacked and taken apart with keys and commands', async () => {
    const page = await session.openFourViews('mini');
    await use(page, 'AmplitudeView');
    // Past the neighbour, then along the whole edge, then no further.
    await page.keyboard.press('Control+Shift+ArrowUp');
    await expect.poll(layout).toBe(FOUR_VIEWS.replace('WaveformView, AmplitudeView', 'AmplitudeView, WaveformView'));
    await page.keyboard.press('Control+Shift+ArrowUp');
    const rest = 'row[column[ClusterView, SimilarityView], WaveformView, column[FeatureView, CorrelogramView]]';
    await expect.poll(layout).toBe(`column[AmplitudeView, ${rest}]`);
    await page.keyboard.press('Control+Shift+ArrowUp');
    await says(page, 'AmplitudeView is at the top edge already.');
    // The menu says so before it is tried.
    await page.getByRole('menuitem', { name: 'View', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Panel', exact: true }).click();
    const reason = async (name: RegExp) => await page.getByRole('menuitem', { name }).getAttribute('title');
    expect(await reason(/^Move up/)).toBe('AmplitudeView is at the top edge already.');
    expect(await reason(/^Tab with upper/)).toBe('AmplitudeView has no neighbour at its top.');
    expect(await reason(/^Next tab/)).toBe('AmplitudeView has no other tab beside it.');
    expect(await reason(/^Move right/)).toMatch(/^Moves the panel in use .* \(:move_panel_right\)$/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('menu').first().waitFor({ state: 'detached' });
    await page.keyboard.press('Control+Shift+ArrowRight');
    await expect.poll(layout).toBe(rest.replace(/]$/, ', AmplitudeView]'));
    const [amplitude, feature] = [await placeOf(page, 'AmplitudeView'), await placeOf(page, 'FeatureView')];
    expect(amplitude.x).toBeGreaterThan(feature.x + feature.width - 1);
    expect(amplitude.height).toBeGreaterThan(500);
    // Into the tabs of a neighbour, to the next tab, and out again.
    await snippet(page, 'tab_panel_left');
    await expect.poll(layout).toMatch(/AmplitudeView/);
    const stacked = layout();
    expect(stacked).toMatch(/column\[FeatureView(\+AmplitudeView)?, CorrelogramView(\+AmplitudeView)?]/);
    await page.keyboard.press('Control+PageDown');
    await expect.poll(() => panel(page, 'AmplitudeView').isVisible()).toBe(false);
    await page.keyboard.press('Control+PageUp');
    await panel(page, 'AmplitudeView').waitFor();
    await choose(page, 'View', 'Panel', /^Move left/);
    await expect.poll(layout).not.toBe(stacked);
    expect(await tabs(page)).toHaveLength(6);
    // A key on a tab that has the focus acts on the clusters; none closes the panel.
    await use(page, 'AmplitudeView');
    await page.keyboard.press('Space');
    await expectSelection(page, [2]);
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Delete');
    expect(await tabs(page)).toHaveLength(6);
    await snippet(page, 'close_panel');
    await expect.poll(() => tabs(page)).toHaveLength(5);
    await use(page, 'ClusterView');
    await page.keyboard.press(':');
    await page.keyboard.type('close_panel');
    await page.keyboard.press('Enter');
    await says(page, /Without the cluster view nothing can be selected/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    // A window that is closed at once keeps what was done last.
    await snippet(page, 'add_RasterView');
    await tab(page, 'RasterView').waitFor();
    await page.close({ runBeforeUnload: true });
    await expect.poll(layout).toContain('RasterView');
  });

  it('are moved with the mouse, and fill the window at a double click', async () => {
    const page = await session.openFourViews('mini');
    await tab(page, 'AmplitudeView').dragTo(panel(page, 'CorrelogramView'));
    await expect.poll(layout).toContain('CorrelogramView+AmplitudeView');
    await tab(page, 'WaveformView').dblclick();
    await expect.poll(async () => (await placeOf(page, 'WaveformView')).width).toBeGreaterThan(1200);
    expect(await panel(page, 'ClusterView').isVisible()).toBe(false);
    const kept = layout();
    await page.keyboard.press('Space');
    await page.getByRole('img', { name: 'WaveformView of clusters 2' }).waitFor();
    await page.keyboard.press('Control+Shift+Enter');
    await panel(page, 'ClusterView').waitFor();
    expect((await placeOf(page, 'WaveformView')).width).toBeLessThan(600);
    await expect.poll(layout).toBe(kept);
    await menu(page, 'FeatureView', 'Maximize');
    await expect.poll(async () => (await placeOf(page, 'FeatureView')).width).toBeGreaterThan(1200);
    // What is moved while one fills the window puts the others back.
    await page.keyboard.press('Control+Shift+ArrowLeft');
    await panel(page, 'ClusterView').waitFor();
  });

  it('several of one kind, with titles of their own, at the next launch too', async () => {
    const page = await session.openFourViews('mini');
    await choose(page, 'View', 'Add CorrelogramView');
    await choose(page, 'View', 'Add CorrelogramView');
    const ids = ['CorrelogramView', 'CorrelogramView (1)', 'CorrelogramView (2)'];
    await expect.poll(async () => (await tabs(page)).filter((name) => name.startsWith('Corr'))).toEqual(ids);
    await use(page, 'CorrelogramView (1)');
    await menu(page, 'CorrelogramView (1)', 'Rename…');
    expect(await dialog(page).getByRole('textbox').inputValue()).toBe('CorrelogramView (1)');
    await dialog(page).locator('input').fill('  wide   window ');
    await page.keyboard.press('Enter');
    await tab(page, 'wide window').waitFor();
    // The id stays: it keys the settings.
    await snippet(page, 'set_window 80');
    await panel(page, 'CorrelogramView (1)').waitFor();
    await page.keyboard.press('Control+p');
    await page.keyboard.type('@wide');
    await expect
      .poll(() => page.getByRole('option').first().innerText())
      .toContain('wide window (CorrelogramView (1))');
    await page.keyboard.press('Escape');
    expect(session.kept().titles).toEqual({ 'CorrelogramView (1)': 'wide window' });
    const again = await session.reopen();
    await tab(again, 'wide window').waitFor();
    await use(again, 'wide window');
    await snippet(again, 'rename_panel ');
    await tab(again, 'CorrelogramView (1)').waitFor();
    await expect.poll(() => session.kept().titles).toBeUndefined();
  });

  it('narrow headers keep name and menu, and drop screenshot, settings and update in this order', async () => {
    session.prepare('mini');
    const folder = join(session.config, 'ts/layouts');
    mkdirSync(folder, { recursive: true });
    const widths = Array.from({ length: 12 }, (_, step) => 300 - 13 * step);
    for (const width of widths) {
      const box = { left: 500, top: 100, width, height: 300 };
      const several = { kind: 'tabs', size: 1, panels: ['TraceView', 'ProbeView', 'FeatureView'], active: 'ProbeView' };
      const floating = [
        { root: leaf(1, 'WaveformView'), box },
        { root: several, box: { ...box, top: 420, height: 200 } },
      ];
      const layout = { version: 1, root: leaf(1, 'ClusterView'), floating };
      writeFileSync(join(folder, `w${width}.json`), JSON.stringify(layout));
    }
    const page = await session.open();
    const names = ['Screenshot', 'View settings', 'Automatic update: on', 'View menu', 'Close'];
    const shown = async (): Promise<string> => {
      const buttons = names.map((name) => group(page, 'WaveformView').getByRole('button', { name, exact: true }));
      const seen = await Promise.all(buttons.map((button) => button.isVisible()));
      return names.filter((_, place) => seen[place]).join(', ');
    };
    const seen: string[] = [];
    for (const width of widths) {
      await snippet(page, `use_layout w${width}`);
      await expect.poll(async () => Math.abs((await placeOf(page, 'WaveformView')).width - width)).toBeLessThan(4);
      seen.push(await shown());
      const name = await tab(page, 'WaveformView').boundingBox();
      expect(name?.width ?? 0, `name at ${width}`).toBeGreaterThan(55);
      // However many tabs there are, no button is cut off.
      const header = group(page, 'ProbeView').locator('.dv-tabs-and-actions-container');
      const beyond = await header.evaluate((bar) =>
        Math.max(...[...bar.querySelectorAll('button')].map((each) => each.getBoundingClientRect().right)),
      );
      const edge = await header.evaluate((bar) => bar.getBoundingClientRect().right);
      expect(beyond, `buttons at ${width}`).toBeLessThanOrEqual(edge);
      expect(await group(page, 'ProbeView').getByRole('button', { name: 'View menu' }).isVisible()).toBe(true);
    }
    expect([...new Set(seen)]).toEqual([
      'Screenshot, View settings, Automatic update: on, View menu, Close',
      'View settings, Automatic update: on, View menu, Close',
      'Automatic update: on, View menu, Close',
      'View menu, Close',
      'View menu',
    ]);
  });
});

describe.skipIf(!canRun)('layouts', () => {
  it('tabs that floated or had a window of their own are the same tab again', async () => {
    const page = await session.openFourViews('mini');
    await use(page, 'CorrelogramView');
    await snippet(page, 'tab_panel_up');
    const before = FOUR_VIEWS.replace('FeatureView, CorrelogramView', 'FeatureView+CorrelogramView').replace(
      /column\[(FeatureView\S*)]/,
      '$1',
    );
    await expect.poll(layout).toBe(before);
    await use(page, 'FeatureView');
    await snippet(page, 'float_panel');
    await expect.poll(layout).toContain('| FeatureView');
    await snippet(page, 'float_panel');
    await expect.poll(layout).toBe(before);
    const other = await popOut(page, 'FeatureView');
    await expect.poll(layout).toContain('| FeatureView');
    await other.close({ runBeforeUnload: true });
    await expect.poll(layout).toBe(before);
  });

  it('floats come back where they were, windows of their own as floats, and go back to their places', async () => {
    const page = await session.openFourViews('mini');
    await page.keyboard.press('Space');
    await expectSelection(page, [2]);
    await menu(page, 'FeatureView', 'Float');
    await expect.poll(layout).toContain('| FeatureView');
    const isOver = async (): Promise<boolean> => (await placeOf(page, 'FeatureView')).x < 120;
    await expect.poll(isOver).toBe(true);
    const before = await placeOf(page, 'FeatureView');
    const other = await popOut(page, 'AmplitudeView');
    await expect.poll(layout).toContain('| AmplitudeView');
    await other.evaluate(() => document.title).then((title) => expect(title).toBe('AmplitudeView – phy'));
    const again = await session.reopen();
    await expect.poll(() => again.locator('.dv-resize-container').count()).toBe(2);
    expect(again.context().pages()).toHaveLength(1);
    const moved = async (): Promise<number> => {
      const after = await placeOf(again, 'FeatureView');
      return Math.abs(after.x - before.x) + Math.abs(after.width - before.width);
    };
    await expect.poll(moved).toBeLessThan(4);
    // A tab that floats keeps keys going to the clusters.
    await use(again, 'FeatureView');
    await again.keyboard.press('ArrowDown');
    await expectSelection(again, [2]);
    await snippet(again, 'float_panel');
    await expect.poll(layout).toMatch(/FeatureView.*\| AmplitudeView$/);
    await choose(again, 'View', 'Layout', 'Reset layout');
    await expect.poll(layout).toMatch(/^row\[column\[ClusterView, [^|]*AmplitudeView[^|]*FeatureView[^|]*]$/);
  });

  it('a floating panel goes back to its place beside its former neighbours', async () => {
    const page = await session.openFourViews('mini');
    for (const id of ['CorrelogramView', 'AmplitudeView']) {
      await menu(page, id, 'Float');
      await expect.poll(layout).toContain(`| ${id}`);
      await menu(page, id, 'Float');
      await expect.poll(layout).toBe(FOUR_VIEWS);
    }
  });

  it('are saved under names, used, renamed and deleted, in all windows', async () => {
    const page = await session.openFourViews('mini');
    const second = await session.window();
    const folder = join(session.config, 'ts/layouts');
    await choose(page, 'View', 'Layout', /^Save layout/);
    await dialog(page).locator('input').fill('a/b');
    await page.keyboard.press('Enter');
    await dialog(page)
      .getByText(/The name of a layout has none of/)
      .waitFor();
    await dialog(page).locator('input').fill('everything');
    await page.keyboard.press('Enter');
    await says(page, 'Saved the layout “everything”.');
    await use(page, 'AmplitudeView');
    await snippet(page, 'close_panel');
    await menu(page, 'FeatureView', 'Float');
    await expect.poll(layout).toContain('| FeatureView');
    await snippet(page, 'save_layout two views');
    await says(page, 'Saved the layout “two views”.');
    expect(readdirSync(folder)).toEqual(['everything.json', 'two views.json']);
    await choose(page, 'View', 'Layout', 'everything');
    await expect.poll(layout).toBe(FOUR_VIEWS);
    // The other window has them at once, and its own layout until it uses one.
    expect(await second.locator('.dv-resize-container').count()).toBe(0);
    await choose(second, 'View', 'Layout', 'two views');
    await second.locator('.dv-resize-container').waitFor();
    await expect.poll(() => tabs(second)).not.toContain('AmplitudeView');
    expect(await page.locator('.dv-resize-container').count()).toBe(0);
    await choose(page, 'View', 'Layout', /^Manage layouts/);
    await dialog(page).getByLabel('Rename two views').click();
    await dialog(page).locator('input').fill('everything');
    await page.keyboard.press('Enter');
    await dialog(page)
      .getByText(/There is a layout “everything” already/)
      .waitFor();
    await dialog(page).locator('input').fill('without amplitudes');
    await page.keyboard.press('Enter');
    await dialog(page).getByText('without amplitudes').waitFor();
    await dialog(page).getByLabel('Delete everything').click();
    await dialog(page).getByRole('button', { name: 'Delete', exact: true }).click();
    await expect.poll(() => readdirSync(folder)).toEqual(['without amplitudes.json']);
    await dialog(page).getByRole('button', { name: 'Use' }).click();
    await page.locator('.dv-resize-container').waitFor();
    const again = await session.reopen();
    await again.locator('.dv-resize-container').waitFor();
    await snippet(again, 'reset_layout');
    await snippet(again, 'use_layout without amplitudes');
    await again.locator('.dv-resize-container').waitFor();
  });

  it('a file that holds none is said and changes nothing; views that are gone are left out', async () => {
    session.prepare('mini');
    const folder = join(session.config, 'ts/layouts');
    mkdirSync(folder, { recursive: true });
    const old = { kind: 'tabs', size: 1, panels: ['PluginView', 'WaveformView', 'FeatureView'], active: 'PluginView' };
    writeFileSync(join(folder, 'old.json'), JSON.stringify({ version: 1, root: old, floating: [] }));
    writeFileSync(join(folder, 'odd.json'), '{"version": 7}');
    writeFileSync(join(folder, 'broken.json'), '{');
    const page = await session.open();
    const first = await tabs(page);
    // A tab that was not in front yet takes no room.
    expect(await scrolls(page)).toBe(false);
    await use(page, 'WaveformView');
    await snippet(page, 'close_panel');
    await expect.poll(() => tabs(page)).toEqual(first.filter((name) => name !== 'WaveformView'));
    await snippet(page, 'reset_layout');
    await expect.poll(() => tabs(page)).toEqual(first);
    await page.keyboard.press(':');
    await page.keyboard.type('use_layout odd');
    await page.keyboard.press('Enter');
    await says(page, /layouts\/odd\.json holds no layout that this version of phy can show/);
    await page.keyboard.press('Escape');
    expect(await tabs(page)).toEqual(first);
    await snippet(page, 'use_layout old');
    await expect.poll(() => tabs(page)).toEqual(['ClusterView', 'FeatureView', 'WaveformView']);
    expect(readFileSync(join(folder, 'broken.json'), 'utf8')).toBe('{');
  });

  it('a view that is added becomes a column while there is room for one, then a tab of the largest place', async () => {
    session.prepare('mini');
    const page = await session.open();
    const before = (await placeOf(page, 'ClusterView')).width;
    for (let k = 0; k < 4; k++) await snippet(page, 'add_CorrelogramView');
    await page.locator('section[aria-label="CorrelogramView (4)"]').waitFor();
    expect((await placeOf(page, 'ClusterView')).width).toBeGreaterThan(0.5 * before);
    expect((await placeOf(page, 'CorrelogramView (4)')).width).toBeGreaterThan(200);
    expect(await group(page, 'ClusterView').getByText('CorrelogramView (4)').count()).toBe(0);
  });

  it('one of a large window opens sensibly in a small one', async () => {
    session.prepare('mini');
    const names = ['CorrelogramView (1)', 'CorrelogramView (2)', 'CorrelogramView (3)', 'AmplitudeView'];
    const root = {
      kind: 'row',
      size: 1,
      children: [
        leaf(0.3, 'ClusterView'),
        leaf(0.42, 'WaveformView'),
        ...names.map((name, place) => leaf([0.05, 0.07, 0.08, 0.08][place] ?? 1, name)),
      ],
    };
    const float = { root: leaf(1, 'FeatureView'), box: { left: 2800, top: 1500, width: 900, height: 900 } };
    session.prepareUser({ layout: { version: 1, root, floating: [float] } });
    const page = await session.open();
    for (const name of names) expect((await placeOf(page, name)).width, name).toBeGreaterThan(140);
    expect((await placeOf(page, 'ClusterView')).width).toBeGreaterThan(210);
    const floating = await placeOf(page, 'FeatureView');
    expect(floating.x + floating.width).toBeLessThanOrEqual(1280);
    expect(floating.y + floating.height).toBeLessThanOrEqual(720);
    // Where even that is too much, the docks scroll.
    await page.setViewportSize({ width: 640, height: 400 });
    await expect.poll(async () => (await placeOf(page, 'CorrelogramView (1)')).width).toBeGreaterThan(140);
    expect(await scrolls(page)).toBe(true);
  });
});

describe.skipIf(!canRun)('a window of its own', () => {
  it('shares selection, keys, looks, bars and dialogs; its panel draws there, and again when it comes back', async () => {
    const page = await session.openFourViews('mini');
    await page.keyboard.press('Space');
    await expectSelection(page, [2]);
    await page.getByRole('img', { name: 'WaveformView of clusters 2' }).waitFor();
    const other = await popOut(page, 'WaveformView');
    await other.getByRole('img', { name: 'WaveformView of clusters 2' }).waitFor();
    await expect.poll(() => coloursOf(other, 'WaveformView')).toBeGreaterThan(10);
    await other.keyboard.press('ArrowDown');
    await expectSelection(page, [24]);
    await other.getByRole('img', { name: 'WaveformView of clusters 24' }).waitFor();
    // What a key opens is opened there, and what is typed is typed there.
    await snippet(other, 'c 2 22');
    await expectSelection(page, [2, 22]);
    await other.keyboard.press('Control+p');
    await other.getByPlaceholder('Search actions, settings, views, clusters').waitFor();
    await other.keyboard.type('#24');
    await expect.poll(() => other.getByRole('option').first().innerText()).toContain('Select cluster 24');
    await other.keyboard.press('Enter');
    await expectSelection(page, [24]);
    await other.keyboard.press('F1');
    await other.getByLabel('Search the help').waitFor();
    await other.keyboard.type('gg');
    expect(await other.getByLabel('Search the help').inputValue()).toBe('gg');
    await other.keyboard.press('Escape');
    await dialog(other).waitFor({ state: 'detached' });
    expect(await dialog(page).count()).toBe(0);
    await expectSelection(page, [24]);
    // Typing in its settings is no key for the clusters.
    await other.getByLabel('View settings').click();
    const field = dialog(other).getByRole('textbox').first();
    await field.click();
    await other.keyboard.press('Control+a');
    await other.keyboard.type('77');
    await expect.poll(() => statusLine(other, 'WaveformView')).toContain('shown 77 of');
    await other.keyboard.press('Escape');
    await snippet(page, 'light_theme');
    await expect.poll(() => other.evaluate(() => document.documentElement.dataset.theme)).toBe('light');
    // Closed by its own button: the panel is where it was, on a canvas that draws.
    await other.close({ runBeforeUnload: true });
    await panel(page, 'WaveformView').waitFor();
    await page.getByRole('img', { name: 'WaveformView of clusters 24' }).waitFor();
    await expect.poll(() => coloursOf(page, 'WaveformView')).toBeGreaterThan(10);
    await expect.poll(layout).toBe(FOUR_VIEWS);
    await page.keyboard.press('ArrowUp');
    await page.getByRole('img', { name: 'WaveformView of clusters 2' }).waitFor();
    await expect.poll(() => coloursOf(page, 'WaveformView')).toBeGreaterThan(10);
  });

  it('may hold a table whose rows can be clicked, and goes with the main window', async () => {
    const page = await session.openFourViews('mini');
    await page.keyboard.press('Space');
    await expectSelection(page, [2]);
    const other = await popOut(page, 'SimilarityView');
    await other.locator('[role=row][data-id="24"]').click();
    await expectSelection(page, [2, 24]);
    await page.bringToFront();
    await menu(page, 'FeatureView', 'Float');
    const closed = other.waitForEvent('close');
    await page.reload();
    await closed;
    await panel(page, 'SimilarityView').waitFor();
    expect(page.context().pages()).toHaveLength(1);
    await expectSelection(page, [2, 24]);
    expect(existsSync(join(session.config, 'ts/TemplateGUI/state.json'))).toBe(true);
  });
});
