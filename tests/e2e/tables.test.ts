/**
 * The tables and the groups in a real browser: columns, sorting by several of them, filters with completion, copies, the keyboard, groups of
 * the user in two windows, and what is left of all that after a restart, an undo and a killed process.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { phy } from './commandLine.ts';
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
import { chips, expectSelection, selectedRows, snippet, topRows } from './window.ts';

let browser: Browser;
let folder = '';
let config = '';
let program: Program | undefined;
let windows: Window[] = [];

const canRun = browserPath !== undefined && hasDataset('mini');
beforeAll(async () => {
  if (canRun) browser = await startBrowser();
});
afterAll(async () => {
  if (canRun) await browser.close();
});
afterEach(async () => {
  for (const window of windows) {
    expect(window.errors).toEqual([]);
    await window.context.close();
  }
  windows = [];
  if (program?.process.exitCode === null) await program.end('SIGKILL');
  for (const path of [folder, config]) if (path !== '') removeFolder(path);
  program = undefined;
});

const stateFile = (): string => join(config, 'ts/TemplateGUI/state.json');
const configFile = (): string => join(config, 'ts/config.json');
const tsv = (field: string): string => readFileSync(join(folder, `cluster_${field}.tsv`), 'utf8');

/** Opens the dataset with nothing but the two tables, side by side. */
async function open(given: { readonly config?: string } = {}): Promise<Page> {
  folder = copyDataset('mini');
  config = temporaryFolder('config');
  mkdirSync(join(config, 'ts/TemplateGUI'), { recursive: true });
  const children = ['ClusterView', 'SimilarityView'].map((name) => ({
    kind: 'tabs',
    size: 1,
    panels: [name],
    active: name,
  }));
  const layout = { version: 1, root: { kind: 'row', size: 1, children }, floating: [] };
  writeFileSync(stateFile(), JSON.stringify({ layout }));
  if (given.config !== undefined) writeFileSync(configFile(), given.config);
  return await start();
}
async function start(): Promise<Page> {
  program = await startProgram(folder, config);
  return await anotherWindow();
}
async function anotherWindow(): Promise<Page> {
  const window = await openWindow(browser, program?.url ?? '');
  windows.push(window);
  return window.page;
}
async function restart(signal: NodeJS.Signals = 'SIGTERM'): Promise<Page> {
  await program?.end(signal);
  for (const window of windows) await window.context.close();
  windows = [];
  return await start();
}

const grid = (page: Page, table = 'ClusterView'): Locator => page.locator(`[role="grid"][aria-label="${table}"]`);
const header = (page: Page, column: string, table = 'ClusterView'): Locator =>
  grid(page, table).locator(`[data-column="${column}"]`);
const columns = async (page: Page, table = 'ClusterView'): Promise<string> =>
  (
    await grid(page, table)
      .locator('[data-column]')
      .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-column') ?? ''))
  ).join(' ');
const row = (page: Page, id: number, table = 'ClusterView'): Locator => grid(page, table).locator(`[data-id="${id}"]`);
const cells = (page: Page, id: number): Promise<string[]> => row(page, id).getByRole('gridcell').allInnerTexts();
const filterBox = (page: Page, table = 'ClusterView'): Locator => page.getByLabel(`${table} filter`);
const counted = (page: Page): Promise<string> =>
  filterBox(page).locator('xpath=ancestor::label/following-sibling::span').innerText();
const options = (page: Page): Promise<string[]> =>
  page.getByRole('option').evaluateAll((list) => list.map((option) => option.firstElementChild?.textContent ?? ''));
const dialog = (page: Page): Locator => page.getByRole('dialog');
const width = async (locator: Locator): Promise<number> => Math.round((await locator.boundingBox())?.width ?? 0);

const ascending = (ids: readonly number[]): number[] => ids.toSorted((a, b) => a - b);
/** Rows that pass the filter, few enough to be all in sight. */
const shownIds = async (page: Page): Promise<number[]> => ascending(await topRows(page, 'ClusterView', 36));

/** Presses at the middle of an element and lets go elsewhere. */
async function drag(
  page: Page,
  from: Locator,
  by: number,
  at: 'middle' | 'right edge' = 'middle',
  onTheWay: () => Promise<void> = async () => undefined,
): Promise<void> {
  const box = await from.boundingBox();
  if (box === null) throw new Error('nothing to drag');
  const x = at === 'middle' ? box.x + box.width / 2 : box.x + box.width - 1;
  const y = box.y + box.height / 2;
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + by / 2, y);
  await page.mouse.move(x + by, y);
  await onTheWay();
  await page.mouse.up();
}
async function columnsMenu(page: Page, table: string): Promise<void> {
  await page
    .locator('.dv-groupview', { has: page.locator('.phy-tab').getByText(table, { exact: true }) })
    .getByRole('button', { name: 'Columns' })
    .click();
  await page.getByRole('menu').waitFor();
}
async function closeMenus(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByRole('menu').first().waitFor({ state: 'detached' });
}
async function chooseEdit(page: Page, label: string): Promise<void> {
  await page.getByRole('menuitem', { name: 'Edit', exact: true }).click();
  await page.getByRole('menuitem', { name: label }).click();
}
/** Waits for the answer to an action: the page has it when nothing is on its way. */
const said = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

const ALL = 'id ch depth fr amp n_spikes Amplitude ContamPct KSLabel group';
const ALL_SIMILAR = 'id ch depth fr amp n_spikes similarity Amplitude ContamPct KSLabel group';

describe.skipIf(!canRun)('columns', () => {
  it('are moved, hidden and made wider by hand, in each table for itself and for the next launch', async () => {
    const page = await open();
    expect(await columns(page)).toBe(ALL);
    expect(await columns(page, 'SimilarityView')).toBe(ALL_SIMILAR);

    // Past the middle of ch, to its left; and a press that moves nowhere sorts instead.
    await drag(page, header(page, 'n_spikes'), -250);
    await expect.poll(() => columns(page)).toBe('id n_spikes ch depth fr amp Amplitude ContamPct KSLabel group');
    expect(await header(page, 'n_spikes').getAttribute('aria-sort')).toBe('descending');
    await drag(page, header(page, 'id'), 200);
    await drag(page, header(page, 'depth'), 200, 'middle', () => page.keyboard.press('Escape'));
    expect(await columns(page)).toBe('id n_spikes ch depth fr amp Amplitude ContamPct KSLabel group');

    await columnsMenu(page, 'ClusterView');
    for (const name of ['fr', 'Amplitude']) await page.getByRole('menuitemcheckbox', { name, exact: true }).click();
    await expect
      .poll(() => page.getByRole('menuitemcheckbox', { name: 'fr', exact: true }).getAttribute('aria-checked'))
      .toBe('false');
    await closeMenus(page);
    const chosen = 'id n_spikes ch depth amp ContamPct KSLabel group';
    await expect.poll(() => columns(page)).toBe(chosen);
    expect(await columns(page, 'SimilarityView')).toBe(ALL_SIMILAR);

    const fitted = await width(header(page, 'depth'));
    await drag(page, header(page, 'depth'), 40, 'right edge');
    await expect.poll(() => width(header(page, 'depth'))).toBe(fitted + 40);
    await drag(page, header(page, 'amp'), -15, 'right edge');
    const narrow = await width(header(page, 'amp'));

    const again = await restart();
    expect(await columns(again)).toBe(chosen);
    expect(await columns(again, 'SimilarityView')).toBe(ALL_SIMILAR);
    expect(await width(header(again, 'depth'))).toBe(fitted + 40);
    expect(await width(header(again, 'amp'))).toBe(narrow);
    await header(again, 'depth')
      .getByTitle(/double-click/)
      .dblclick();
    await expect.poll(() => width(header(again, 'depth'))).toBe(fitted);

    await columnsMenu(again, 'ClusterView');
    await again.getByRole('menuitem', { name: 'Default columns and widths' }).click();
    await expect.poll(() => columns(again)).toBe(ALL);
  });

  it('need no mouse: the keyboard walks along the headers, moves them and opens their menu', async () => {
    const page = await open();
    await page.keyboard.press('Space');
    await expectSelection(page, [2]);
    await grid(page).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('depth');
    await page.keyboard.press('Control+Shift+ArrowLeft');
    await expect.poll(() => columns(page)).toBe('id depth ch fr amp n_spikes Amplitude ContamPct KSLabel group');
    await page.keyboard.press('Control+Shift+ArrowLeft');
    await page.keyboard.press('Enter');
    await expect.poll(() => header(page, 'depth').getAttribute('aria-sort')).toBe('ascending');
    expect(await columns(page)).toBe('id depth ch fr amp n_spikes Amplitude ContamPct KSLabel group');

    await page.keyboard.press('Shift+F10');
    await page.getByRole('menu').waitFor();
    const before = await width(header(page, 'depth'));
    const highlighted = (): Promise<string> => page.getByRole('menu').locator('[data-highlighted]').innerText();
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[role=menu]') !== null)).toBe(true);
    await page.keyboard.press('w');
    await expect.poll(highlighted).toBe('Wider');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await expect.poll(() => width(header(page, 'depth'))).toBe(before + 24);
    for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowDown');
    await expect.poll(highlighted).toBe('Hide depth');
    await page.keyboard.press('Enter');
    await expect.poll(() => columns(page)).toBe('id ch fr amp n_spikes Amplitude ContamPct KSLabel group');
    await expectSelection(page, [2]);
  });

  it('have one for a label at once', async () => {
    const page = await open();
    await snippet(page, 'c 2');
    await snippet(page, 'l quality 3');
    await expect
      .poll(() => columns(page))
      .toBe('id ch depth fr amp n_spikes Amplitude ContamPct KSLabel quality group');
    expect((await cells(page, 2)).at(-2)).toBe('3');
    await page.keyboard.press('Control+z');
    await expect.poll(async () => (await cells(page, 2)).at(-2)).toBe('');
  });
});

type Cells = Readonly<Record<string, string | number | boolean | null>>;
/** Rows of the table as the command line gives them. */
async function queried(...settings: readonly string[]): Promise<readonly Cells[]> {
  const { stdout } = await phy(['query', folder, 'cluster', ...settings.flatMap((set) => ['--set', set])], { config });
  return (JSON.parse(stdout) as { answer: { rows: readonly Cells[] } }).answer.rows;
}
const sortedBy = async (sort: string): Promise<readonly unknown[]> =>
  (await queried(`sort=${sort}`)).map((cell) => cell.id);

describe.skipIf(!canRun)('sorting', () => {
  it('takes one column at a click, one more with Shift, and keeps all of it for the next launch', async () => {
    const page = await open();
    await header(page, 'depth').click();
    await expect.poll(() => header(page, 'depth').getAttribute('aria-sort')).toBe('ascending');
    await header(page, 'depth').click();
    await expect.poll(() => header(page, 'depth').getAttribute('aria-sort')).toBe('descending');
    await header(page, 'depth').click();
    // Faster than the engine answers: each click counts all the same.
    const atOnce = (column: string, shiftKey: boolean) =>
      header(page, column).getByRole('button').dispatchEvent('click', { shiftKey });
    await Promise.all([atOnce('KSLabel', false), atOnce('Amplitude', true)]);
    await expect.poll(() => header(page, 'Amplitude').innerText()).toMatch(/Amplitude\s*2/);
    await header(page, 'Amplitude').click({ modifiers: ['Shift'] });
    await expect
      .poll(() => header(page, 'Amplitude').getByRole('img').getAttribute('aria-label'))
      .toBe('descending, 2');
    expect(await header(page, 'KSLabel').innerText()).toMatch(/KSLabel\s*1/);
    expect(await header(page, 'depth').innerText()).toBe('depth');
    const wanted = (await sortedBy('KSLabel asc, Amplitude desc')).slice(0, 20);
    expect(await topRows(page, 'ClusterView', 20)).toEqual(wanted);

    const kept = JSON.parse(readFileSync(stateFile(), 'utf8')) as { ClusterView: object };
    expect(kept.ClusterView).toMatchObject({ current_sort: ['KSLabel', 'asc'], further_sort: [['Amplitude', 'desc']] });
    const again = await restart();
    expect(await topRows(again, 'ClusterView', 20)).toEqual(wanted);
    expect(await header(again, 'Amplitude').innerText()).toMatch(/Amplitude\s*2/);

    // A third click with Shift takes the column out; a plain one leaves a single column.
    await header(again, 'Amplitude').click({ modifiers: ['Shift'] });
    await expect.poll(() => header(again, 'Amplitude').innerText()).toBe('Amplitude');
    expect(await header(again, 'KSLabel').innerText()).toBe('KSLabel');
  });

  it('can be typed, also as a prompt that completes', async () => {
    const page = await open();
    await snippet(page, 's ch asc, Amplitude desc');
    await said(page, 'Sorted clusters by ch, ascending, then Amplitude, descending.');
    expect(await topRows(page, 'ClusterView', 20)).toEqual((await sortedBy('ch asc, Amplitude desc')).slice(0, 20));
    await page.getByRole('menuitem', { name: 'Select', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Sort…', exact: true }).click();
    await page.getByRole('combobox').waitFor();
    await page.keyboard.type('ch desc, A');
    expect(await options(page)).toEqual(['Amplitude']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.type(' a');
    expect(await options(page)).toEqual(['asc']);
    await page.keyboard.press('Tab');
    await expect.poll(() => page.getByRole('combobox').inputValue()).toBe('ch desc, Amplitude asc');
    await page.keyboard.press('Enter');
    await dialog(page).waitFor({ state: 'detached' });
    await said(page, 'Sorted clusters by ch, descending, then Amplitude, ascending.');
  });
});

describe.skipIf(!canRun)('filters', () => {
  it('complete columns, comparisons and values from the keyboard, count rows, and say what is wrong', async () => {
    const page = await open();
    await filterBox(page).click();
    await page.keyboard.type('KS');
    expect(await options(page)).toEqual(['KSLabel']);
    await page.keyboard.press('Tab');
    expect((await options(page)).slice(0, 2)).toEqual(['==', '!=']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await options(page)).toEqual(expect.arrayContaining(["'good'", "'mua'"]));
    await page.getByRole('option', { name: "'mua'" }).click();
    await page.keyboard.type('a');
    await page.keyboard.press('Tab');
    await page.keyboard.type('n_spikes > 300');
    expect(await filterBox(page).inputValue()).toBe("KSLabel != 'mua' and n_spikes > 300");
    expect(await counted(page)).toBe('36 of 36');
    await page.keyboard.press('Enter');
    const passing = (await queried("filter=KSLabel != 'mua' and n_spikes > 300")).map((cell) => cell.id);
    expect(passing.length).toBeGreaterThan(2);
    await expect.poll(() => counted(page)).toBe(`${passing.length} of 36`);
    expect(await topRows(page, 'ClusterView', 36)).toEqual(passing);
    // Enter let go of the box: keys are the wizard's again.
    await page.keyboard.press('Home');
    await expectSelection(page, [Number(passing[0])]);

    await filterBox(page).click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('size > 3');
    await page.keyboard.press('Enter');
    await said(page, /There is no column size\..* All rows are shown\./);
    expect(await filterBox(page).getAttribute('aria-invalid')).toBe('true');
    await expect.poll(() => counted(page)).toBe('36 of 36');
    await filterBox(page).click();
    await page.keyboard.press('Escape');
    await expect.poll(() => filterBox(page).inputValue()).toBe('');
    await expect.poll(() => filterBox(page).getAttribute('aria-invalid')).toBe('false');
    // A click on a button lets go of the box too.
    await filterBox(page).click();
    await page.getByRole('button', { name: 'Next best' }).click();
    await page.keyboard.press('Home');
    await expectSelection(page, [Number(passing[0])]);
  });

  it('Esc first leaves the suggestions that the arrow keys went to', async () => {
    const page = await open();
    await filterBox(page).click();
    await page.keyboard.type('n');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.getByRole('option', { selected: true }).count()).toBe(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('option').count()).toBe(0);
    expect(await filterBox(page).inputValue()).toBe('n');
    await page.keyboard.press('Escape');
    await expect.poll(() => filterBox(page).inputValue()).toBe('');
  });
});

describe.skipIf(!canRun)('copies of rows', () => {
  it('have the columns on screen in their order, and every value in full', async () => {
    const page = await open();
    await windows[0].context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
    await drag(page, header(page, 'n_spikes'), -250);
    await columnsMenu(page, 'ClusterView');
    for (const name of ['ch', 'depth', 'amp', 'ContamPct'])
      await page.getByRole('menuitemcheckbox', { name, exact: true }).click();
    await closeMenus(page);
    await snippet(page, 'c 24 2');
    await page.keyboard.press('Control+c');
    await said(page, 'Copied 2 rows.');
    const rows = await queried();
    const names = ['id', 'n_spikes', 'fr', 'Amplitude', 'KSLabel', 'group'];
    const line = (id: number): string => {
      const found = rows.find((each) => each.id === id);
      return names.map((name) => String(found?.[name] ?? '')).join('\t');
    };
    expect(await clipboard()).toBe(`${[names.join('\t'), line(24), line(2)].join('\n')}\n`);

    await snippet(page, 'f n_spikes > 500');
    await page
      .locator('.dv-groupview', { has: page.locator('.phy-tab').getByText('ClusterView', { exact: true }) })
      .getByRole('button', { name: 'View menu' })
      .click();
    await page.getByRole('menuitem', { name: 'Copy all rows shown' }).click();
    const shown = await topRows(page, 'ClusterView', 36);
    await said(page, `Copied ${shown.length} rows.`);
    expect(await clipboard()).toBe(`${[names.join('\t'), ...shown.map(line)].join('\n')}\n`);
  });
});

describe.skipIf(!canRun)('the keyboard in a table', () => {
  it('leaves arrow keys and Space to the wizard, and has a cursor with keys of its own', async () => {
    const page = await open();
    const shown = await topRows(page, 'ClusterView', 12);
    await page.keyboard.press('Home');
    await expectSelection(page, [shown[0]]);
    await grid(page).focus();
    const cursor = (): Promise<string | null> => grid(page).getAttribute('aria-activedescendant');
    expect(await cursor()).toBe(`ClusterView-${shown[0]}`);
    await page.keyboard.press('ArrowDown');
    const at = 1;
    await expectSelection(page, [shown[at]]);
    await expect.poll(cursor).toBe(`ClusterView-${shown[at]}`);
    for (let step = 0; step < 3; step++) await page.keyboard.press('Control+Shift+ArrowDown');
    await expect.poll(cursor).toBe(`ClusterView-${shown[at + 3]}`);
    await expectSelection(page, [shown[at]]);
    await page.keyboard.press('Control+Enter');
    await expectSelection(page, [shown[at], shown[at + 3]]);
    await page.keyboard.press('Control+Shift+ArrowUp');
    await page.keyboard.press('Enter');
    await expectSelection(page, [shown[at + 2]]);
    await page.keyboard.press('Control+Shift+ArrowDown');
    await page.keyboard.press('Control+Shift+ArrowDown');
    await page.keyboard.press('Shift+Enter');
    await expectSelection(page, [shown[at + 2], shown[at + 3], shown[at + 4]]);
    await page.keyboard.press('Control+Shift+Enter');
    await expectSelection(page, [shown[at + 2], shown[at + 3], shown[at + 4]]);
    await expect.poll(() => selectedRows(page, 'SimilarityView')).toEqual([shown[at + 4]]);
    await page.keyboard.press('Space');
    await expect.poll(async () => (await selectedRows(page, 'SimilarityView')).length).toBe(1);
  });
});

describe.skipIf(!canRun)('what may be selected next', () => {
  it('is told to the engine while the pointer rests on a row and while ids are typed, and selects nothing', async () => {
    const page = await open();
    const sent: string[] = [];
    page.on('websocket', (line) =>
      line.on('framesent', ({ payload }) => {
        if (String(payload).includes('"expect"')) sent.push(String(payload));
      }),
    );
    await page.reload();
    await expect.poll(async () => (await topRows(page, 'ClusterView', 4)).length).toBe(4);
    const shown = await topRows(page, 'ClusterView', 4);
    await page.keyboard.press('Home');
    await expectSelection(page, [shown[0]]);
    await page.locator(`#ClusterView-${shown[2]}`).hover();
    await expect.poll(() => sent.at(-1)).toBe(JSON.stringify({ type: 'expect', clusters: [shown[2]] }));
    // What a click would do with the keys that are held.
    await page.keyboard.down('Control');
    await expect.poll(() => sent.at(-1)).toBe(JSON.stringify({ type: 'expect', clusters: [shown[0], shown[2]] }));
    await page.keyboard.up('Control');
    await page.keyboard.down('Shift');
    await expect.poll(() => sent.at(-1)).toBe(JSON.stringify({ type: 'expect', clusters: shown.slice(0, 3) }));
    await page.keyboard.up('Shift');
    await expect.poll(() => sent.at(-1)).toBe(JSON.stringify({ type: 'expect', clusters: [shown[2]] }));
    // A row is tinted under a pointer that moves, and none that comes to lie beneath it.
    const tinted = () =>
      page.locator('[role=row]:hover').evaluateAll((rows) => rows.map((row) => getComputedStyle(row).backgroundColor));
    const clear = 'rgba(0, 0, 0, 0)';
    expect(await tinted()).not.toEqual([clear]);
    await page.mouse.wheel(0, 110);
    await expect.poll(tinted).toEqual([clear]);
    await page.mouse.wheel(0, -110);
    await expect.poll(() => topRows(page, 'ClusterView', 1)).toEqual([shown[0]]);
    const [similar] = await topRows(page, 'SimilarityView', 1);
    await page.locator(`#SimilarityView-${similar}`).hover();
    const both = [shown[0], similar];
    await expect.poll(() => sent.at(-1)).toBe(JSON.stringify({ type: 'expect', clusters: both }));
    await page.keyboard.press(':');
    await page.keyboard.type(`c ${shown[1]} ${shown[3]}`);
    const typed = [shown[1], shown[3]];
    await expect.poll(() => sent.at(-1)).toBe(JSON.stringify({ type: 'expect', clusters: typed }));
    await page.keyboard.press('Escape');
    await expectSelection(page, [shown[0]]);
  });
});

const FAST = { name: 'fast spiking', color: '#8fd0f0', key: 'f' };
const JUNK = { name: 'junk', color: '#aa5500', masked: true };

describe.skipIf(!canRun)('groups of the user', () => {
  it('are moved to by key, menu and snippet, told by mark and word, skipped when masked, filtered, undone and saved', async () => {
    const page = await open({ config: JSON.stringify({ groups: [FAST, JUNK] }) });
    await page.keyboard.press('Home');
    const first = 2;
    await expectSelection(page, [first]);
    await page.keyboard.press('Alt+f');
    await said(page, `Moved cluster ${first} to fast spiking.`);
    expect((await cells(page, first)).at(-1)).toBe('fast spiking');
    expect(await row(page, first).locator('svg').count()).toBe(1);
    expect(await row(page, first).evaluate((element) => getComputedStyle(element).color)).toBe('rgb(143, 208, 240)');

    // Similar, then all of them, by the other two keys; the tab has a second key for ctrl.
    await expect.poll(() => chips(page)).not.toEqual([first]);
    const [second] = await chips(page);
    await page.keyboard.press('Space');
    await expect.poll(async () => (await chips(page)).length).toBe(2);
    const [, similar] = await chips(page);
    await page.keyboard.press('Alt+Shift+f');
    await said(page, `Moved cluster ${similar} to fast spiking.`);
    await expect.poll(async () => (await cells(page, similar)).at(-1)).toBe('fast spiking');
    await page.keyboard.press('Control+z');
    await expect.poll(async () => (await cells(page, similar)).at(-1)).not.toBe('fast spiking');
    await expectSelection(page, [second, similar]);
    await page.keyboard.press('Control+Alt+f');
    await said(page, /^Moved clusters \d+ and \d+ to fast spiking\.$/);
    await page.keyboard.press('Control+z');
    await expectSelection(page, [second, similar]);

    // Junk is masked: the wizard goes past it.
    await snippet(page, 'move_best_to_junk');
    await said(page, `Moved cluster ${second} to junk.`);
    await expect.poll(async () => (await chips(page))[0]).not.toBe(second);
    const [third] = await chips(page);
    await page.keyboard.press('ArrowUp');
    await expectSelection(page, [first]);
    await page.keyboard.press('ArrowDown');
    await expectSelection(page, [third]);
    await page.getByRole('button', { name: 'Move to group' }).click();
    await page.getByRole('menuitem', { name: 'Move best to', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Move best to junk' }).click();
    await said(page, `Moved cluster ${third} to junk.`);
    await page.getByRole('menu').first().waitFor({ state: 'detached' });
    await snippet(page, 'move "something else" 7');

    await snippet(page, "f group == 'junk' or group == 'fast spiking'");
    await expect.poll(() => shownIds(page)).toEqual(ascending([first, second, third]));
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+s');
    await said(page, /^Saved /);
    const saved = tsv('group').split('\r\n');
    expect(saved).toEqual(
      expect.arrayContaining([`${first}\tfast spiking`, `${second}\tjunk`, `${third}\tjunk`, '7\tsomething else']),
    );
    // A value that is no group is shown as it is, with the neutral mark.
    await snippet(page, 'c 7');
    expect((await cells(page, 7)).at(-1)).toBe('something else');

    const again = await restart();
    expect((await cells(again, first)).at(-1)).toBe('fast spiking');
    // A button of its own where there is room for one.
    const button = again.getByRole('button', { name: 'Move best to fast spiking' });
    expect(await button.isVisible()).toBe(false);
    await again.setViewportSize({ width: 1920, height: 1080 });
    await snippet(again, 'c 24');
    await button.click();
    await said(again, 'Moved cluster 24 to fast spiking.');
  });

  it('are in the journal before anything else: a killed process loses none of them', async () => {
    const page = await open({ config: JSON.stringify({ groups: [FAST] }) });
    await snippet(page, 'c 2');
    await page.keyboard.press('Alt+f');
    await said(page, 'Moved cluster 2 to fast spiking.');
    // Without the group in the configuration the value comes back all the same.
    writeFileSync(configFile(), '{}');
    const again = await restart('SIGKILL');
    await dialog(again).getByText('Moved cluster 2 to fast spiking.').waitFor();
    await dialog(again).getByRole('button', { name: 'Restore' }).click();
    await dialog(again).waitFor({ state: 'detached' });
    await expect.poll(async () => (await cells(again, 2)).at(-1)).toBe('fast spiking');
    await again.keyboard.press('Control+s');
    await said(again, /^Saved /);
    expect(tsv('group')).toContain('2\tfast spiking\r\n');
  });

  it('are set in a form, and are in force in every window at once', async () => {
    const page = await open();
    const other = await anotherWindow();
    await snippet(page, 'move odd 7');
    await chooseEdit(page, 'Cluster groups…');
    const form = dialog(page);
    expect(await form.getByRole('button', { name: /^Remove/ }).count()).toBe(0);
    await form.getByRole('button', { name: 'Add a group' }).click();
    await page.keyboard.type('Good');
    await page.keyboard.press('Enter');
    await form.getByText('Group Good can be taken for good. Give it another name.').waitFor();
    await form.getByLabel('Name of Good').fill('odd');
    await form.getByLabel('Key of odd').fill('s');
    await page.keyboard.press('Enter');
    await form.getByText(/The key s of group odd would take .* Choose another letter\.$/).waitFor();
    await form.getByLabel('Key of odd').fill('l');
    await page.keyboard.press('Enter');
    await form.getByText(/The key l of group odd would take (ctrl|alt)\+l from “(Waveform|Trace)View: /).waitFor();
    await form.getByLabel('Key of odd').fill('g');
    await page.keyboard.press('Enter');
    await form.getByText('The key g of group odd is the key of good. Choose another letter.').waitFor();
    expect(existsSync(configFile())).toBe(false);
    await form.getByLabel('Key of odd').fill('j');
    await form.getByLabel('Colour of odd').fill('#c02080');
    await form.getByRole('row', { name: 'odd' }).getByRole('checkbox').click();
    await form.getByRole('row', { name: 'mua' }).getByRole('checkbox').click();
    await form.getByRole('button', { name: 'Save groups' }).click();
    await form.waitFor({ state: 'detached' });
    await said(page, 'Groups: noise, mua, good, unsorted, odd.');
    const groups = [
      { name: 'mua', masked: false },
      { name: 'odd', color: '#c02080', key: 'j', masked: true },
    ];
    expect(JSON.parse(readFileSync(configFile(), 'utf8'))).toEqual({ groups });

    // The other window has it without being told: row, key, wizard.
    for (const each of [page, other]) {
      const color = (): Promise<string> => row(each, 7).evaluate((element) => getComputedStyle(element).color);
      await expect.poll(color).not.toBe('rgb(236, 239, 242)');
    }
    await snippet(other, 'c 24');
    await other.keyboard.press('Alt+j');
    await said(other, 'Moved cluster 24 to odd.');
    await expect.poll(async () => (await cells(page, 24)).at(-1)).toBe('odd');
    // It is no part of the curation: undo takes back the move, not the form.
    await page.keyboard.press('Control+z');
    await expect.poll(async () => (await cells(other, 24)).at(-1)).toBe('');
    await snippet(page, 'skip_noise_and_mua');
    await said(page, 'The wizard stops at noise and odd clusters.');

    const again = await restart();
    await dialog(again).getByRole('button', { name: 'Discard' }).click();
    await dialog(again).waitFor({ state: 'detached' });
    await chooseEdit(again, 'Cluster groups…');
    await dialog(again).getByRole('button', { name: 'Remove odd' }).click();
    await dialog(again).getByRole('button', { name: 'Save groups' }).click();
    await dialog(again).waitFor({ state: 'detached' });
    expect(JSON.parse(readFileSync(configFile(), 'utf8'))).toEqual({ groups: [{ name: 'mua', masked: false }] });
  });

  it('a broken config.json is said, left as it is, and keeps nobody from working', async () => {
    const broken = '{ "groups": [ {"name": "fast"';
    const page = await open({ config: broken });
    const said = page.getByRole('button', { name: /note/ });
    await said.first().click();
    await dialog(page)
      .getByText(/config\.json was not used\. It is not valid JSON\. The groups of phy are in force/)
      .waitFor();
    await page.keyboard.press('Escape');
    await snippet(page, 'c 2');
    await page.keyboard.press('Alt+g');
    await expect.poll(async () => (await cells(page, 2)).at(-1)).toBe('good');
    expect(readFileSync(configFile(), 'utf8')).toBe(broken);
  });

  it('a key that a view has is not given to a group of config.json', async () => {
    const page = await open({ config: JSON.stringify({ groups: [{ name: 'loud', key: 'l' }] }) });
    await said(page, /The key l of group loud would take .* Edit > Cluster groups changes it\./);
    await snippet(page, 'c 2');
    await page.keyboard.press('Alt+l');
    await snippet(page, 'move_best_to_loud');
    await said(page, 'Moved cluster 2 to loud.');
  });
});

describe.skipIf(!canRun)('the prompt for a label', () => {
  it('completes known fields and the values they have', async () => {
    const page = await open();
    await snippet(page, 'l celltype "narrow spike" [2,24]');
    await snippet(page, 'c 29');
    await page.keyboard.press('l');
    await dialog(page).getByRole('combobox').waitFor();
    await page.keyboard.type('cell');
    expect(await options(page)).toEqual(['celltype']);
    await page.keyboard.press('Tab');
    await page.keyboard.type(' n');
    expect(await options(page)).toEqual(["'narrow spike'"]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => dialog(page).getByRole('combobox').inputValue()).toBe("celltype 'narrow spike'");
    await page.keyboard.press('Enter');
    await dialog(page).waitFor({ state: 'detached' });
    await said(page, 'Set celltype of cluster 29 to narrow spike.');
    await page.keyboard.press('Control+z');
    await said(page, 'Undid: label celltype of 29.');
    await snippet(page, "f celltype == 'narrow spike'");
    await expect.poll(() => shownIds(page)).toEqual([2, 24]);
  });
});
