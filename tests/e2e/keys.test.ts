/** Keys, keymap.json and its editor, the help, menus that say why not, snippets, and how the window is opened: all in real Chromium. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MENU_ENTRIES } from '../api/referenceActions.ts';
import {
  type Program,
  type Window,
  browserPath,
  copyDataset,
  hasDataset,
  openWindow,
  removeFolder,
  repo,
  startBrowser,
  startProgram,
  temporaryFolder,
} from './harness.ts';
import { expectSelection, snippet, topRows } from './window.ts';

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
  expect(windows.flatMap(({ errors }) => errors)).toEqual([]);
  for (const { context } of windows) await context.close();
  if (program?.process.exitCode === null) await program.end('SIGKILL');
  for (const path of [folder, config]) if (path !== '') removeFolder(path);
  windows = [];
  program = undefined;
});

const keymapPath = (): string => join(config, 'ts/keymap.json');
const keymap = (): string => readFileSync(keymapPath(), 'utf8');
function writeKeymap(value: unknown): void {
  mkdirSync(join(config, 'ts'), { recursive: true });
  writeFileSync(keymapPath(), typeof value === 'string' ? value : JSON.stringify(value));
}

/** The program on a copy of dataset mini, with this keymap.json. */
async function open(bindings?: unknown): Promise<Page> {
  folder = copyDataset('mini');
  config = temporaryFolder('config');
  if (bindings !== undefined) writeKeymap(bindings);
  program = await startProgram(folder, config);
  return await another();
}
/** One window more on the same program. */
async function another(): Promise<Page> {
  const window = await openWindow(browser, program?.url ?? '');
  windows.push(window);
  return window.page;
}

const dialog = (page: Page) => page.getByRole('dialog');
const row = (page: Page, action: string) => dialog(page).locator(`tr[data-action="${action}"]`);
/** Keys of an action as the open help or editor shows them. */
const keysOf = (page: Page, action: string): Promise<string[]> => row(page, action).locator('kbd').allInnerTexts();
const toast = (page: Page) => page.getByRole('contentinfo').getByRole('alert');

async function openHelp(page: Page): Promise<void> {
  await page.keyboard.press('F1');
  await page.getByLabel('Search the help').waitFor();
}
async function openEditor(page: Page): Promise<void> {
  await page.getByRole('menuitem', { name: 'View', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Edit shortcuts…' }).click();
  await page.getByLabel('Search the shortcuts').waitFor();
}
/** Keys belong to a menu until it is gone. */
async function menuGone(page: Page): Promise<void> {
  await page.getByRole('menu').first().waitFor({ state: 'detached' });
}
async function closeDialog(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'detached' });
}
/** Finds one action in the editor and begins to record keys for it. */
async function record(page: Page, action: string): Promise<void> {
  await page.getByLabel('Search the shortcuts').fill(action);
  await row(page, action).focus();
  await page.keyboard.press('Enter');
  await dialog(page).getByText('Press the keys.').waitFor();
}

const entriesOf = (menu: string) => MENU_ENTRIES.filter((one) => one.menu === menu && !one.text.startsWith('Add '));
const bar = (page: Page) => page.getByLabel('Snippet');
const suggestions = (page: Page) => page.getByRole('listbox', { name: 'Suggestions' });
const options = async (page: Page): Promise<string[]> =>
  await suggestions(page).locator('[role=option] code').allInnerTexts();

/** A folder of programs: `google-chrome` runs `script`, and the default browser notes what it is asked to open. */
function programs(script: string | null): string {
  const bin = join(config, 'bin');
  mkdirSync(bin, { recursive: true });
  const write = (name: string, text: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  if (script !== null) write('google-chrome', script);
  write('default-browser', `printf '%s\\n' "$@" > ${join(config, 'tab')}`);
  // What the opener of tabs needs.
  for (const name of ['grep', 'sed', 'cut', 'head', 'tr', 'uname', 'awk', 'basename', 'dirname', 'readlink']) {
    const tool = ['/bin', '/usr/bin'].map((place) => join(place, name)).find((path) => existsSync(path));
    if (tool !== undefined) symlinkSync(tool, join(bin, name));
  }
  return bin;
}

const linesOf = (name: string): string[] =>
  existsSync(join(config, name)) ? readFileSync(join(config, name), 'utf8').trim().split('\n') : [];
const noteInto = (file: string): string => `printf '%s\\n' "$@" > ${file}`;

async function begin(page: Page, text: string): Promise<void> {
  await page.keyboard.press(':');
  await bar(page).waitFor();
  await page.keyboard.type(text);
}

describe.skipIf(!canRun)('keymap.json', () => {
  it('gives keys to actions of the program and of views, takes keys away, and swaps them', async () => {
    const page = await open({
      bindings: {
        'Edit.merge': 'x',
        'Select.next': 'down',
        'Select.next_best': ['space', 'j'],
        'Select.clear_filter': null,
        'CorrelogramView.toggle_normalization': 'ctrl+shift+u',
        'WaveformView.screenshot': 'f9',
      },
    });
    await page.keyboard.press('j');
    await expectSelection(page, [2]);
    await page.keyboard.press('Space');
    await expectSelection(page, [24]);
    await page.keyboard.press('ArrowDown');
    await expectSelection(page, [24, 29]);
    await page.keyboard.press('g');
    await page.keyboard.press('Escape');
    await page.keyboard.press('x');
    await expectSelection(page, [36]);
    await openHelp(page);
    expect(await keysOf(page, 'Edit.merge')).toEqual(['X']);
    expect(await keysOf(page, 'Select.next_best')).toEqual(['Space', 'J']);
    expect(await keysOf(page, 'Select.clear_filter')).toEqual([]);
    expect(await keysOf(page, 'WaveformView.screenshot')).toEqual(['F9']);
    await dialog(page).getByText(`Keys of phy 2.0, 6 actions changed in ${keymapPath()}.`).waitFor();
    await closeDialog(page);
    await page.getByRole('menuitem', { name: 'Edit', exact: true }).click();
    expect(await page.getByRole('menuitem', { name: /^Merge/ }).innerText()).toMatch(/X$/);
    await page.keyboard.press('Escape');
    await menuGone(page);
    await page.keyboard.press('F9');
    await page
      .getByText(/^Saved the picture as .*WaveformView\.png\.$/)
      .first()
      .waitFor();
  });

  it.each([
    ['unknown actions', { 'Edit.marge': 'x' }, ['Edit.marge is not an action']],
    ['unknown actions of views', { 'WaveformView.widn': 'x' }, ['WaveformView.widn is not an action']],
    ['collisions', { 'Edit.merge': 'ctrl+z' }, ['Edit.undo and Edit.merge both want ctrl+z']],
    [
      'several of them',
      { 'FeatureView.clear_channels': 'o', 'Help.abot': 'f8' },
      ['WaveformView.toggle_waveform_overlap and FeatureView.clear_channels both want o', 'Help.abot is not an action'],
    ],
  ])('with %s is not in force at all, and says so', async (_, wrong, sentences) => {
    const page = await open({ bindings: { 'Select.next_best': 'j', ...wrong } });
    for (const sentence of sentences) {
      await expect.poll(() => toast(page).innerText()).toContain(sentence);
      await expect.poll(() => program?.stderr()).toContain(sentence);
    }
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowDown');
    await expectSelection(page, [2]);
    await openHelp(page);
    for (const sentence of sentences) expect(await dialog(page).getByRole('alert').innerText()).toContain(sentence);
    expect(await keysOf(page, 'Select.next_best')).toEqual(['Down']);
    await closeDialog(page);
    // A second window says it too, the terminal has it once.
    const second = await another();
    await expect.poll(() => toast(second).innerText()).toContain(sentences[0]);
    expect(program?.stderr().split(sentences[0])).toHaveLength(2);
  });

  it('that is no JSON keeps the program from nothing, and stays as it is', async () => {
    const broken = '{\n  "bindings": {"Edit.merge": "x"\n}\n';
    const page = await open(broken);
    const sentence = `The keys of ${keymapPath()} are not in force: it is not valid JSON (line 4, column 1: expected “,” or “}”).`;
    expect(program?.stderr()).toContain(sentence);
    await expect.poll(() => toast(page).innerText()).toContain(sentence);
    await page.keyboard.press('ArrowDown');
    await expectSelection(page, [2]);
    await openEditor(page);
    expect(keymap()).toBe(broken);
    await dialog(page).getByRole('button', { name: 'Set it aside and begin a new one' }).click();
    await expect.poll(() => dialog(page).getByRole('alert').count()).toBe(0);
    expect(JSON.parse(keymap())).toEqual({ profile: 'mission', bindings: {} });
    const aside = readdirSync(join(config, 'ts')).filter((name) => /^keymap-\d{8}T\d{6}Z\.json$/.test(name));
    expect(aside.map((name) => readFileSync(join(config, 'ts', name), 'utf8'))).toEqual([broken]);
  });

  it('is followed when it is edited by hand, in every window', async () => {
    const page = await open();
    const second = await another();
    writeKeymap({ bindings: { 'Select.next_best': 'j' } });
    await page.evaluate(() => globalThis.dispatchEvent(new Event('focus')));
    for (const one of [page, second]) {
      await openHelp(one);
      await expect.poll(() => keysOf(one, 'Select.next_best')).toEqual(['J']);
      await closeDialog(one);
    }
    await second.keyboard.press('j');
    await expectSelection(page, [2]);
  });

  it('keeps the profile that the View menu chose, and everything else in it as it was written', async () => {
    const mine = '{"bindings": { "Edit.merge":"x"  ,\n\n "Help.about": ["?","f8"] } }\n';
    const page = await open(mine);
    await page.getByRole('menuitem', { name: 'View', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Key profile' }).hover();
    await page.getByRole('menuitemcheckbox', { name: 'phy 2.1' }).click();
    await menuGone(page);
    await expect
      .poll(keymap)
      .toBe('{"bindings": { "Edit.merge":"x"  ,\n\n "Help.about": ["?","f8"] }, "profile": "phy-2.1" }\n');
    await openHelp(page);
    await page.getByLabel('Search the help').fill('featureview marker');
    const gesture = dialog(page).locator('tr[data-action^="FeatureView change_marker_size"]');
    await expect.poll(() => gesture.innerText()).toContain('Alt+wheel');
    expect(await gesture.innerText()).not.toContain('Ctrl+wheel');
    expect(await keysOf(page, 'Edit.merge')).toEqual([]);
    await page.getByLabel('Search the help').fill('edit merge');
    await expect.poll(() => keysOf(page, 'Edit.merge')).toEqual(['X']);
  });
});

describe.skipIf(!canRun)('the editor of shortcuts', () => {
  it('records keys, asks about those that are taken, and writes them for every window', async () => {
    const page = await open();
    const second = await another();
    await openEditor(page);
    await record(page, 'Edit.merge');
    await page.keyboard.press('Control+Shift+m');
    await expect.poll(() => keysOf(page, 'Edit.merge')).toEqual(['Ctrl+Shift+M']);
    expect(JSON.parse(keymap())).toEqual({ profile: 'mission', bindings: { 'Edit.merge': 'ctrl+shift+m' } });

    // Esc leaves the recording, not the dialog; Tab is not for it.
    await record(page, 'Edit.split');
    await page.keyboard.press('Tab');
    await dialog(page).getByText('Tab moves the focus.').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => keysOf(page, 'Edit.split')).toEqual(['K']);

    // Taken keys: who has them is said at once, and nothing is written before it is answered.
    await record(page, 'Edit.split');
    await page.keyboard.press('Control+z');
    await dialog(page).getByText('Ctrl+Z is “Undo” (Edit.undo).').waitFor();
    expect(Object.keys(JSON.parse(keymap()).bindings)).toEqual(['Edit.merge']);
    await page.keyboard.press('Escape');
    await dialog(page).getByRole('button', { name: 'Take over' }).waitFor({ state: 'detached' });
    await record(page, 'Select.next');
    await page.keyboard.press('ArrowDown');
    await dialog(page).getByRole('button', { name: 'Swap with Space' }).click();
    await expect
      .poll(() => JSON.parse(keymap()).bindings)
      .toEqual({
        'Edit.merge': 'ctrl+shift+m',
        'Select.next': 'down',
        'Select.next_best': 'space',
      });
    await record(page, 'WaveformView.widen');
    await page.keyboard.press('w');
    await dialog(page).getByRole('button', { name: 'Take over' }).click();
    await expect.poll(() => JSON.parse(keymap()).bindings['WaveformView.next_waveforms_type']).toBe(null);
    expect(JSON.parse(keymap()).bindings['WaveformView.widen']).toBe('w');

    // The other window has them.
    await second.keyboard.press('Space');
    await expectSelection(second, [2]);
    await second.keyboard.press('ArrowDown');
    await expectSelection(second, [2, 0]);

    // Back, one by one and all; and back again.
    await page.getByLabel('Search the shortcuts').fill('Edit.merge');
    await row(page, 'Edit.merge').hover();
    await row(page, 'Edit.merge').getByRole('button', { name: 'Back to G' }).click();
    await expect.poll(() => keysOf(page, 'Edit.merge')).toEqual(['G']);
    const before = keymap();
    await dialog(page).getByRole('button', { name: 'Reset all' }).click();
    await expect.poll(keymap).toBe('{\n  "profile": "mission",\n  "bindings": {}\n}\n');
    await dialog(page).getByRole('button', { name: 'Undo', exact: true }).click();
    await expect.poll(keymap).toBe(before);
    await closeDialog(page);
    // What was pressed in the editor changed no cluster.
    await page.getByText('Nothing to save').waitFor();
  });

  it('adds a second key, removes keys, and finds actions by name and by key with the keyboard alone', async () => {
    const page = await open();
    await openEditor(page);
    await page.keyboard.type('unselect');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+Enter');
    await dialog(page).getByText('Press the keys.').waitFor();
    await page.keyboard.press('F7');
    await expect.poll(() => keysOf(page, 'Select.unselect_similar')).toEqual(['Backspace', 'F7']);
    expect(JSON.parse(keymap()).bindings).toEqual({ 'Select.unselect_similar': ['backspace', 'f7'] });
    await page.keyboard.press('Delete');
    await expect.poll(() => JSON.parse(keymap()).bindings).toEqual({ 'Select.unselect_similar': null });
    await page.getByLabel('Search the shortcuts').fill('ctrl+shift+z');
    await expect.poll(() => dialog(page).locator('tr[data-action]').count()).toBe(1);
    expect(await keysOf(page, 'Edit.redo')).toEqual(['Ctrl+Shift+Z', 'Ctrl+Y']);
  });

  it('takes out what keeps the file from being in force', async () => {
    const page = await open({ bindings: { 'Edit.marge': 'x', 'Select.next_best': 'j' } });
    await openEditor(page);
    await dialog(page).getByRole('button', { name: 'Take out Edit.marge' }).click();
    await expect.poll(() => dialog(page).getByRole('alert').count()).toBe(0);
    expect(JSON.parse(keymap())).toEqual({ bindings: { 'Select.next_best': 'j' } });
    await page.getByLabel('Search the shortcuts').fill('Select.next_best');
    await expect.poll(() => keysOf(page, 'Select.next_best')).toEqual(['J']);
  });

  it('does not overwrite what was written meanwhile', async () => {
    const page = await open();
    await openEditor(page);
    writeKeymap({ bindings: { 'Select.next_best': 'j' } });
    await record(page, 'Edit.merge');
    await page.keyboard.press('x');
    await dialog(page)
      .getByText(/was changed meanwhile\. What it holds now is shown: change it again\./)
      .waitFor();
    expect(JSON.parse(keymap())).toEqual({ bindings: { 'Select.next_best': 'j' } });
    await record(page, 'Edit.merge');
    await page.keyboard.press('x');
    await expect.poll(() => JSON.parse(keymap()).bindings).toEqual({ 'Select.next_best': 'j', 'Edit.merge': 'x' });
  });
});

describe.skipIf(!canRun)('the help', () => {
  it('lists the program, tables and every view, open or not, and is searched with the keyboard', async () => {
    const page = await open();
    await page.locator('.dv-groupview', { hasText: 'CorrelogramView' }).getByRole('button', { name: 'Close' }).click();
    await page.locator('section[aria-label="CorrelogramView"]').waitFor({ state: 'detached' });
    await openHelp(page);
    const groups = await dialog(page).locator('th[scope=rowgroup]').allInnerTexts();
    expect(groups.slice(0, 7)).toEqual(['File', 'Edit', 'Select', 'View', 'Help', 'Tables', 'Every view']);
    expect(groups.find((text) => text.startsWith('CorrelogramView'))).toMatch(/not open$/);
    expect(groups).toContain('WaveformView');
    const shown = (): Promise<string[]> => dialog(page).locator('tr[data-action] td:first-child').allInnerTexts();
    const gesture = (view: string, name: string): Promise<string[]> =>
      dialog(page).locator(`tr[data-action^="${view} ${name}"] td:nth-child(2)`).allInnerTexts();
    expect(await gesture('FeatureView', 'add_lasso_point')).toEqual(['Ctrl+left click']);
    expect(await gesture('FeatureView', 'select_x_dim')).toEqual(['Alt+left click, Shift+left click']);
    expect(await gesture('FeatureView', 'change_marker_size')).toEqual(['Ctrl+wheel, Alt+wheel']);
    expect(await gesture('WaveformView', 'change_box_size')).toEqual(['Ctrl+wheel']);
    expect(await gesture('CorrelogramView', 'change_window_size')).toEqual(['Ctrl+wheel']);
    const list = dialog(page).locator('table').locator('..');
    await page.keyboard.press('PageDown');
    await expect.poll(() => list.evaluate((element) => element.scrollTop)).toBeGreaterThan(100);
    await page.keyboard.type('merge');
    await expect.poll(shown).toContain('merge');
    expect(await shown()).not.toContain('undo');
    await page.getByLabel('Search the help').fill(':cb');
    await expect.poll(shown).toEqual(['set_bin']);
    await page.getByLabel('Search the help').fill('');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Tab');
    await expect.poll(shown).toHaveLength(10);
    const box = await dialog(page).boundingBox();
    expect(box !== null && box.y >= 0 && box.y + box.height <= 720).toBe(true);
    const sideways = await list.evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(sideways).toBe(0);
  });

  it('does nothing to clusters while something is typed or pressed in it', async () => {
    const page = await open();
    await page.keyboard.press('Space');
    await expectSelection(page, [2]);
    await openHelp(page);
    for (const keys of ['Alt+g', 'Control+Alt+n', 'Space', 'ArrowDown', 'Control+z']) await page.keyboard.press(keys);
    await closeDialog(page);
    await expectSelection(page, [2]);
    await page.getByText('Nothing to save').waitFor();
  });
});

describe.skipIf(!canRun)('the menus', () => {
  it('have every entry of the reference with its key, and say why an entry cannot be used', async () => {
    const page = await open();
    const entry = (label: string) =>
      page.getByRole('menuitem', { name: label }).or(page.getByRole('menuitemcheckbox', { name: label }));
    for (const menu of ['File', 'Edit', 'Select', 'View', 'Help']) {
      await page.getByRole('menuitem', { name: menu, exact: true }).click();
      await page.getByRole('menu').waitFor();
      const texts = (await page.getByRole('menu').locator('[role^=menuitem]').allInnerTexts()).map((text) =>
        text.replaceAll('\n', ' '),
      );
      for (const { text, key } of entriesOf(menu)) {
        const found = texts.filter((one) => one.toLowerCase().replace('…', '').startsWith(text.toLowerCase()));
        expect(found, text).not.toEqual([]);
        // In a tab the key that the browser leaves to pages is shown.
        const shown = key === 'ctrl+q' ? 'Alt+Shift+Q' : key;
        expect(found.join('|').toLowerCase(), text).toContain(shown.toLowerCase());
      }
      await page.keyboard.press('Escape');
      await menuGone(page);
    }
    await page.getByRole('menuitem', { name: 'Edit', exact: true }).click();
    expect(await entry('Undo').getAttribute('title')).toBe('There is nothing to undo.');
    expect(await entry('Merge').getAttribute('title')).toBe('Select two clusters or more first.');
    expect(await entry('Copy selected rows').getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('Escape');
    await menuGone(page);
    await snippet(page, 'last');
    await page.getByRole('menuitem', { name: 'Select', exact: true }).click();
    expect(await entry('Next best').getAttribute('title')).toBe('There is no cluster after this one.');
    expect(await page.getByRole('menuitemcheckbox', { name: 'Skip noise and MUA' }).getAttribute('aria-checked')).toBe(
      'true',
    );
    await page.keyboard.press('Escape');
    await menuGone(page);
    await snippet(page, 'skip_noise_and_mua false');
    await page.getByRole('menuitem', { name: 'Select', exact: true }).click();
    expect(await page.getByRole('menuitemcheckbox', { name: 'Skip noise and MUA' }).getAttribute('aria-checked')).toBe(
      'false',
    );
    await page.keyboard.press('Escape');
  });

  it('in a tab show the second keys, which is said once', async () => {
    const page = await open();
    const said = page.getByText(
      'In a tab Ctrl+N and Ctrl+Q belong to the browser: press Alt+Shift+N and Alt+Shift+Q instead.',
    );
    await said.first().waitFor();
    await page.getByRole('menuitem', { name: 'Edit', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Move similar to', exact: true }).hover();
    await page.getByRole('menuitem', { name: 'Move similar to noise' }).getByText('Alt+Shift+N').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await menuGone(page);
    await snippet(page, 'c 2');
    await page.keyboard.press('Space');
    await expectSelection(page, [2, 0]);
    await page.keyboard.press('Alt+Shift+n');
    await expectSelection(page, [2, 22]);
    await page.reload();
    await page.locator('[role=row]').nth(3).waitFor();
    await page.getByText('1 unsaved change').waitFor();
    expect(await said.count()).toBe(0);
  });
});

describe.skipIf(!canRun)('snippets', () => {
  it('take ranges, lists, quoted text, negative numbers and blanks', async () => {
    const page = await open();
    await snippet(page, 'c   3-5   8,10');
    await expectSelection(page, [3, 4, 5, 8, 10]);
    await snippet(page, "f group == 'good'");
    await expect.poll(() => topRows(page, 'ClusterView', 1)).toEqual([0]);
    await snippet(page, 'f depth > -5 and n_spikes<200');
    await expect.poll(() => topRows(page, 'ClusterView', 1)).not.toEqual([0]);
    await snippet(page, 'clear_filter');
    // Arguments say what is meant, whatever is selected.
    await snippet(page, 'label note "to check" 2 24');
    await page.getByText(/note/).first().waitFor();
    await snippet(page, 'c 0');
    await snippet(page, 'g 2 24');
    await expectSelection(page, [36]);
  });

  it('lose no key that comes while they run, and send none to what a mistake left selected', async () => {
    const page = await open();
    const { keyboard } = page;
    const atOnce = async (...keys: readonly string[]) => await Promise.all(keys.map((key) => keyboard.press(key)));
    await begin(page, 'c 2 24');
    // Enter is held a little long, and the next keys are faster than the engine.
    await atOnce('Enter', 'Enter', 'g');
    await expectSelection(page, [36]);
    await page.getByText('1 unsaved change').waitFor();
    await begin(page, 'c 999');
    // In one go: after the answer Alt+N would be meant for what is selected, also from a text field.
    await bar(page).evaluate((field) => {
      for (const pressed of [{ key: 'Enter' }, { key: 'n', code: 'KeyN', altKey: true }, { key: 'g', code: 'KeyG' }]) {
        field.dispatchEvent(new KeyboardEvent('keydown', { ...pressed, bubbles: true, cancelable: true }));
      }
    });
    await suggestions(page).getByRole('alert').getByText(/999/).waitFor();
    await keyboard.press('Escape');
    // The next snippet may begin before the last one is done.
    await begin(page, 'c 4');
    await atOnce('Enter', ':', 'c', 'Space', '5');
    await expect.poll(() => bar(page).inputValue()).toBe('c 5');
    await keyboard.press('Enter');
    await expectSelection(page, [5]);
    await page.getByText('1 unsaved change').waitFor();
  });

  it('complete columns, values, groups and clusters, and say what they do', async () => {
    const page = await open();
    await begin(page, 'c 3');
    await suggestions(page).getByText('Selects clusters in the cluster view.').waitFor();
    expect((await options(page)).slice(0, 2)).toEqual([':c 34', ':c 31']);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await bar(page).inputValue()).toBe('c 31');
    await page.keyboard.press('Shift+Tab');
    expect(await bar(page).inputValue()).toBe('c 34');
    await page.keyboard.press('Enter');
    await bar(page).waitFor({ state: 'detached' });
    await expectSelection(page, [34]);
    await begin(page, 'f KSL');
    await page.keyboard.press('Tab');
    await page.keyboard.type(' == ');
    await expect.poll(() => options(page)).toEqual([":f KSLabel == 'good'", ":f KSLabel == 'mua'"]);
    await page.keyboard.press('Tab');
    expect(await bar(page).inputValue()).toBe("f KSLabel == 'good'");
    await page.keyboard.press('Escape');
    await bar(page).waitFor({ state: 'detached' });
    await begin(page, 'move go');
    await page.keyboard.press('Tab');
    await page.keyboard.type(' b');
    await page.keyboard.press('Tab');
    expect(await bar(page).inputValue()).toBe('move good best');
    await page.keyboard.press('Escape');
  });

  it('say what is wrong in the bar and keep the text; Up and Down go through what was run', async () => {
    const page = await open();
    await snippet(page, 'c 2');
    await snippet(page, 'c 24');
    for (const [text, error] of [
      ['bogus 3', "Couldn't find action `bogus`."],
      ['c two', /^Invalid action arguments: select expects/],
      ['c 999', /999/],
      ['cb 0', /^Bin/],
    ] as const) {
      await begin(page, text);
      await page.keyboard.press('Enter');
      await suggestions(page).getByRole('alert').getByText(error).waitFor();
      expect(await bar(page).inputValue()).toBe(text);
      await page.keyboard.press('Escape');
      await bar(page).waitFor({ state: 'detached' });
    }
    await page.locator('.dv-groupview', { hasText: 'CorrelogramView' }).getByRole('button', { name: 'Close' }).click();
    await begin(page, 'cw 100');
    await page.keyboard.press('Enter');
    await suggestions(page)
      .getByText('`cw` belongs to CorrelogramView, which is not open. Add it from the View menu.')
      .waitFor();
    await page.keyboard.press('ArrowUp');
    expect(await bar(page).inputValue()).toBe('c 24');
    await page.keyboard.press('ArrowUp');
    expect(await bar(page).inputValue()).toBe('c 2');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await bar(page).inputValue()).toBe('cw 100');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expectSelection(page, [2]);
  });
});

/** Ids of the processes in whose command line a text stands (Linux). */
function processesWith(text: string): readonly string[] {
  return readdirSync('/proc').filter((id) => {
    if (!/^\d+$/.test(id)) return false;
    try {
      return readFileSync(join('/proc', id, 'cmdline'), 'utf8').includes(text);
    } catch {
      // It ended meanwhile.
      return false;
    }
  });
}

describe.skipIf(!canRun || process.platform !== 'linux')('opening the window', () => {
  let child: ChildProcess | undefined;
  afterEach(async () => {
    if (child?.exitCode === null) {
      const ended = new Promise((done) => child?.on('exit', done));
      child.kill('SIGKILL');
      await ended;
    }
    child = undefined;
  });

  /** Starts the program with these words; its address and what it says at the terminal. */
  async function start(bin: string, words: readonly string[]): Promise<{ url: string; stderr: () => string }> {
    const main = join(repo, 'dist/src/main.node.js');
    const env = {
      PATH: bin,
      HOME: config,
      DISPLAY: ':99',
      BROWSER: join(bin, 'default-browser'),
      PHY_CONFIG_DIR: config,
    };
    child = spawn(process.execPath, [main, 'template-gui', folder, ...words], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stderr?.on('data', (bytes: Buffer) => (err += bytes.toString()));
    child.stdout?.on('data', (bytes: Buffer) => (out += bytes.toString()));
    await expect.poll(() => out, { timeout: 60_000 }).toMatch(/^http:\S+\n/);
    return { url: out.trim(), stderr: () => err };
  }
  it('is a window of its own with a profile folder of its own, and closes with the program', async () => {
    folder = copyDataset('mini');
    config = temporaryFolder('config');
    const bin = programs(`${noteInto(join(config, 'app'))}\nexec /bin/sleep 60`);
    const { url } = await start(bin, []);
    await expect
      .poll(() => linesOf('app'))
      .toEqual([
        `--app=${url}`,
        `--user-data-dir=${join(config, 'ts/browser')}`,
        '--no-first-run',
        '--no-default-browser-check',
      ]);
    expect(linesOf('tab')).toEqual([]);
  });

  it.each([
    ['asked for', 'app', ['--tab'], ''],
    [
      'the browser does not start',
      'exit 1',
      [],
      /google-chrome did not open a window\. A tab of the default browser is opened/,
    ],
    ['there is none', null, [], /No Chrome, Edge or Chromium was found\. A tab of the default browser is opened/],
  ] as const)('is a tab when %s', async (_, script, words, said) => {
    folder = copyDataset('mini');
    config = temporaryFolder('config');
    const bin = programs(script === 'app' ? noteInto(join(config, 'app')) : script);
    const { url, stderr } = await start(bin, words);
    await expect.poll(() => linesOf('tab')).toEqual([url]);
    expect(stderr()).toMatch(said);
    expect(linesOf('app')).toEqual([]);
  });

  it('is none with --no-browser', async () => {
    folder = copyDataset('mini');
    config = temporaryFolder('config');
    const bin = programs(noteInto(join(config, 'app')));
    await start(bin, ['--no-browser']);
    await expect.poll(() => child?.exitCode).toBe(null);
    expect([linesOf('app'), linesOf('tab')]).toEqual([[], []]);
  });

  it('has every key in a window of its own', async () => {
    folder = copyDataset('mini');
    config = temporaryFolder('config');
    const flags = '--headless=new --no-sandbox --disable-gpu --disable-background-networking --remote-debugging-port=0';
    const bin = programs(`exec ${browserPath ?? ''} ${flags} "$@"`);
    await start(bin, []);
    const portFile = join(config, 'ts/browser/DevToolsActivePort');
    await expect.poll(() => existsSync(portFile), { timeout: 60_000 }).toBe(true);
    const [port] = readFileSync(portFile, 'utf8').split('\n');
    const app = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    const page = app.contexts()[0].pages()[0];
    await page.locator('[role=row]').nth(3).waitFor({ timeout: 60_000 });
    expect(await page.evaluate(() => matchMedia('(display-mode: browser)').matches)).toBe(false);
    await page.keyboard.press('Space');
    await page.keyboard.press('Space');
    await expectSelection(page, [2, 0]);
    await page.keyboard.press('Control+n');
    await expectSelection(page, [2, 22]);
    expect(app.contexts()[0].pages()).toHaveLength(1);
    await openHelp(page);
    expect(await keysOf(page, 'Edit.move_similar_to_noise')).toEqual(['Ctrl+N', 'Alt+Shift+N']);
    const control = await app.newBrowserCDPSession();
    await control.send('Browser.close');
    // Whoever removes the profile too early meets files that processes of the browser still write.
    const profile = join(config, 'ts/browser');
    await expect.poll(() => processesWith(profile), { timeout: 60_000 }).toEqual([]);
  });
});
