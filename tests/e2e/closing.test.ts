/** How the program ends, what two windows share, and what is kept between launches (spec/curation.md 4.7, 4.8). */
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GuiSession, choose, panel, says, tab, tabs, use } from './guiSession.ts';
import {
  browserPath,
  fingerprint,
  hasDataset,
  removeFolder,
  startBrowser,
  startProgram,
  temporaryFolder,
} from './harness.ts';
import { keptSettings, menu } from './viewWindow.ts';
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
const clusters = (): Buffer => readFileSync(join(session.folder, 'spike_clusters.npy'));
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const names = (folder: string): readonly string[] => fingerprint(folder).map((line) => line.split(' ')[0] ?? '');

/** A browser that opens nothing: it notes its number and what it was asked for, and waits to be ended. */
function stubBrowser(folder: string): Readonly<Record<string, string>> {
  const path = join(folder, 'google-chrome');
  writeFileSync(path, `#!/bin/sh\necho $$ "$1" > "${join(folder, 'asked')}"\nexec sleep 600\n`);
  chmodSync(path, 0o755);
  return { PATH: `${folder}:${process.env.PATH ?? ''}`, DISPLAY: ':99' };
}

/** Makes one merge that is not saved. */
async function merge(page: Page): Promise<void> {
  await snippet(page, 'c 2 22');
  await page.keyboard.press('g');
  await expectSelection(page, [36]);
  await page.getByText('1 unsaved change', { exact: true }).waitFor();
}

describe.skipIf(!canRun || process.platform === 'win32')('the last window', () => {
  it('ends the program and its browser, but not when it is only loaded anew; what is not saved is offered again', async () => {
    session.prepare('mini');
    const stub = temporaryFolder('browser');
    await session.start([], stubBrowser(stub));
    await expect.poll(() => existsSync(join(stub, 'asked'))).toBe(true);
    const [number, asked] = readFileSync(join(stub, 'asked'), 'utf8').trim().split(' ');
    expect(asked).toBe(`--app=${session.program?.url}`);
    const page = await session.window();
    await merge(page);
    const second = await session.window();
    await page.context().close();
    // The other one is open still, and one that is loaded anew comes back in time.
    await second.reload();
    await expectSelection(second, [36]);
    await second.waitForTimeout(6000);
    expect(session.program?.process.exitCode).toBeNull();
    await second.keyboard.press('Alt+n');
    await second.getByText('2 unsaved changes', { exact: true }).waitFor();
    await second.context().close();
    expect(await session.exitCode()).toBe(0);
    expect(session.program?.stderr()).toContain('The last window was closed, so phy has ended.');
    expect(session.program?.stderr()).toContain(
      '2 unsaved actions stay in the journal; the next start offers to restore them.',
    );
    await expect.poll(() => isAlive(Number(number))).toBe(false);
    expect(existsSync(join(session.folder, '.phy/ts/lock'))).toBe(false);
    removeFolder(stub);
    session.windows.length = 0;
    const again = await session.open();
    await dialog(again)
      .getByText(/^2 actions from .* were not saved\. Restore them\?$/)
      .waitFor();
    await dialog(again).getByRole('button', { name: 'Restore' }).click();
    await again.getByText('2 unsaved changes', { exact: true }).waitFor();
  });

  it('that somebody opened by hand may go: the program goes on until Ctrl+C, and says what stays in the journal', async () => {
    const page = await session.open('mini');
    await merge(page);
    const context = page.context();
    const other = await session.window();
    await context.close();
    await other.context().close();
    await new Promise((done) => setTimeout(done, 6000));
    expect(session.program?.process.exitCode).toBeNull();
    session.windows.length = 0;
    const back = await session.window();
    await expectSelection(back, [36]);
    expect(await session.program?.end('SIGINT')).toBe(130);
    await says(back, 'phy was closed');
    await says(back, /An unsaved action stays in the journal; the next start offers to restore it\.$/);
    expect(session.program?.stderr()).toContain('An unsaved action stays in the journal');
    expect(existsSync(join(session.folder, '.phy/ts/lock'))).toBe(false);
  });
});

describe.skipIf(!canRun)('leaving a window with unsaved changes', () => {
  it('is asked about by the browser; who stays may save, discard or go on', async () => {
    const page = await session.open('mini');
    const original = clusters();
    await merge(page);
    const opened = page.context().waitForEvent('page');
    await menu(page, 'WaveformView', 'Open in another window');
    const other = await opened;
    await panel(other, 'WaveformView').waitFor();
    const asked = page.waitForEvent('dialog');
    const leaving = page.close({ runBeforeUnload: true });
    const question = await asked;
    expect(question.type()).toBe('beforeunload');
    await question.dismiss();
    await leaving;
    await dialog(page).getByText('Save 1 change before closing?').waitFor();
    // The panel in a window of its own stayed where it was.
    expect(other.isClosed()).toBe(false);
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    expect(clusters().equals(original)).toBe(true);
    expect(session.program?.process.exitCode).toBeNull();
    // Who leaves all the same loses nothing: the journal holds it.
    page.once('dialog', (last) => void last.accept());
    const closed = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await closed;
    await expect.poll(() => other.isClosed()).toBe(true);
    const back = await session.window();
    await expectSelection(back, [36]);
    await back.getByText('1 unsaved change', { exact: true }).waitFor();
    await back.keyboard.press('Control+s');
    await says(back, /^Saved 1 change/);
    expect(clusters().equals(original)).toBe(false);
    let questions = 0;
    back.on('dialog', (unexpected) => {
      questions += 1;
      void unexpected.accept();
    });
    await back.close({ runBeforeUnload: true });
    expect(questions).toBe(0);
  });
});

describe.skipIf(!canRun)('two windows', () => {
  it('show the same state, settings, looks and titles at once; where panels are is each one’s own', async () => {
    const page = await session.open('mini');
    const other = await session.window();
    await snippet(page, 'c 2 22');
    await expectSelection(other, [2, 22]);
    await other.getByRole('img', { name: 'CorrelogramView of clusters 2, 22' }).waitFor();
    await snippet(page, 'cb 2.5');
    await expect.poll(() => statusLine(other, 'CorrelogramView')).toContain('(2.5 ms)');
    await snippet(other, 'cw 80');
    await expect.poll(() => statusLine(page, 'CorrelogramView')).toContain('80.0 ms (2.5 ms)');
    await expect
      .poll(() => session.kept('dataset').CorrelogramView)
      .toMatchObject({ bin_size: 0.0025, window_size: 0.08 });
    await snippet(other, 'light_theme');
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('light');
    await snippet(page, 'switch_raw_data_filter');
    await other.getByText('Not filtered').waitFor();
    await use(other, 'FeatureView');
    await snippet(other, 'rename_panel PCs');
    await tab(page, 'PCs').waitFor();
    await snippet(page, 'keys_phy-2.1');
    await expect.poll(() => readFileSync(join(session.config, 'ts/keymap.json'), 'utf8')).toContain('"phy-2.1"');
    await other.getByRole('menuitem', { name: 'View', exact: true }).click();
    await other.getByRole('menuitem', { name: 'Key profile' }).click();
    await other.getByRole('menuitemcheckbox', { name: 'phy 2.1', checked: true }).waitFor();
    await other.keyboard.press('Escape');
    await other.keyboard.press('Escape');
    await use(page, 'AmplitudeView');
    await snippet(page, 'close_panel');
    await expect.poll(() => tabs(page)).not.toContain('AmplitudeView');
    expect(await tabs(other)).toContain('AmplitudeView');
    await page.keyboard.press('g');
    await expectSelection(other, [36]);
    await other.keyboard.press('Control+z');
    await expectSelection(page, [2, 22]);
  });
});

describe.skipIf(!canRun)('what is kept', () => {
  /** Everything that a state file may hold, as nothing can use it. */
  const nonsense = {
    layout: { version: 1, root: { kind: 'row', size: -3, children: 'x' } },
    layout_name: 7,
    appearance: 'purple',
    titles: ['a'],
    tables: { ClusterView: { hidden: 3, widths: { id: 'wide' } } },
    snippet_history: 'c 2',
    color_selector: [1],
    raw_data_filter_name: 'none',
    ClusterView: { current_sort: ['no such column', 'sideways'] },
    WaveformView: 'x',
    CorrelogramView: { uniform_normalization: 'yes', auto_update: 'maybe' },
    AmplitudeView: { amplitudes_type: 'loudness', marker_size: 'huge' },
    n_similar_clusters_to_select: -4,
    skip_masked_clusters: 'no',
  };

  it('a state file that is broken, newer or holds nonsense never keeps the program from starting', async () => {
    session.prepare('mini');
    const folder = join(session.config, 'ts/TemplateGUI');
    const file = join(folder, 'state.json');
    mkdirSync(folder, { recursive: true });
    const dataset = join(session.folder, '.phy/ts');
    mkdirSync(dataset, { recursive: true });
    for (const text of ['{"layout": ', '{"GUI_VERSION": 9, "WaveformView": {}}', JSON.stringify(nonsense)]) {
      // The program before must not read what is half written.
      if (session.program?.process.exitCode === null) await session.program.end();
      writeFileSync(file, text);
      writeFileSync(join(dataset, 'state.json'), text);
      const page = await session.reopen();
      for (const id of ['ClusterView', 'SimilarityView', 'WaveformView']) expect(await tabs(page)).toContain(id);
      const isUsable = text.includes('snippet_history');
      if (!isUsable) {
        await page.getByRole('button', { name: /^\d+ notes?$/ }).click();
        const sentences = await dialog(page).innerText();
        expect(sentences).toMatch(/state\.json (is not valid JSON|was written by a newer version of phy)\./);
        expect(sentences).toContain('the file is set aside at the next change');
        await page.keyboard.press('Escape');
        await dialog(page).waitFor({ state: 'detached' });
      }
      await snippet(page, 'light_theme');
      await expect.poll(() => session.kept().appearance).toMatchObject({ theme: 'light' });
      const aside = readdirSync(folder).filter((name) => /^state-\d{8}T\d{6}Z\.json$/.test(name));
      expect(aside.map((name) => readFileSync(join(folder, name), 'utf8')).includes(text)).toBe(!isUsable);
      await snippet(page, 'c 2');
      await page.getByRole('img', { name: 'WaveformView of clusters 2' }).waitFor();
    }
  });

  it('is split between user and dataset; the Python program’s own files stay as they are', async () => {
    session.prepare('mini');
    const python = {
      'TemplateGUI/state.json': '{"GUI_VERSION": 2, "WaveformView": {"overlap": true}}',
      'phy_config.py': "c = get_config()\nc.Plugins.dirs = ['~/.phy/plugins']\n",
      'plugins/mine.py': 'class Mine: pass\n',
    };
    for (const [name, text] of Object.entries(python)) {
      mkdirSync(join(session.config, name, '..'), { recursive: true });
      writeFileSync(join(session.config, name), text);
    }
    mkdirSync(join(session.folder, '.phy'));
    writeFileSync(join(session.folder, '.phy/state.json'), '{"CorrelogramView": {"bin_size": 0.5}}');
    const own = () => [
      ...fingerprint(session.config).filter((line) => !/^(ts|screenshots)/.test(line) && !line.startsWith('ts/')),
      ...fingerprint(join(session.folder, '.phy')).filter((line) => line.startsWith('state.json')),
    ];
    const before = own();
    const page = await session.open();
    await snippet(page, 'c 2 22');
    await expectSelection(page, [2, 22]);
    expect(await statusLine(page, 'CorrelogramView')).toContain('(1.0 ms)');
    await snippet(page, 'cb 2');
    await snippet(page, 'toggle_waveform_overlap');
    await snippet(page, 'toggle_normalization');
    await menu(page, 'WaveformView', 'Toggle auto update');
    await choose(page, 'View', 'Theme', 'Light');
    await page.keyboard.press('g');
    await expectSelection(page, [36]);
    await snippet(page, 'screenshot');
    await says(page, /^Saved the picture/);
    await session.program?.end();
    const user = join(session.config, 'ts/TemplateGUI/state.json');
    const dataset = join(session.folder, '.phy/ts/state.json');
    expect(keptSettings(user, 'WaveformView')).toMatchObject({ overlap: true, auto_update: false });
    expect(keptSettings(user, 'CorrelogramView')).toEqual({ uniform_normalization: true });
    expect(keptSettings(dataset, 'CorrelogramView')).toMatchObject({ bin_size: 0.002 });
    expect(keptSettings(dataset, 'CorrelogramView')).not.toHaveProperty('uniform_normalization');
    expect(keptSettings(dataset, 'ClusterView')).toEqual({ selected: [36] });
    expect(session.kept().GUI_VERSION).toBe(2);
    expect(own()).toEqual(before);
  });

  it('--clear-state and --clear-cache remove what they say and nothing else', async () => {
    const page = await session.open('mini');
    await merge(page);
    await page.keyboard.press('Control+s');
    await says(page, /^Saved 1 change/);
    await snippet(page, 'cb 2');
    await snippet(page, 'save_layout mine');
    await says(page, 'Saved the layout “mine”.');
    await expect.poll(() => existsSync(join(session.folder, '.phy/ts/state.json'))).toBe(true);
    await session.program?.end();
    for (const { context } of session.windows.splice(0)) await context.close();
    mkdirSync(join(session.folder, '.phy/ts/cache'), { recursive: true });
    mkdirSync(join(session.folder, '.phy/memcache'));
    for (const name of [
      '.phy/ts/cache/a.bin',
      '.phy/memcache/b.pkl',
      '.phy/spikes_per_cluster.pkl',
      '.phy/other.txt',
    ]) {
      writeFileSync(join(session.folder, name), 'x');
    }
    const all = () =>
      [...names(session.folder), ...names(session.config)].filter((name) => !name.startsWith('ts/open'));
    const before = all();
    for (const args of [['--clear-state'], ['--clear-cache']]) {
      const program = await startProgram(session.folder, session.config, args);
      expect(await program.end()).toBe(0);
      expect(program.stderr()).toMatch(
        args[0] === '--clear-state' ? /^Deleted .*state\.json\.$/m : /caches of this dataset were deleted/,
      );
    }
    const removed = before.filter((name) => !all().includes(name));
    expect(removed.sort()).toEqual([
      '.phy/memcache',
      '.phy/memcache/b.pkl',
      '.phy/spikes_per_cluster.pkl',
      '.phy/ts/cache',
      '.phy/ts/cache/a.bin',
      '.phy/ts/state.json',
      'ts/TemplateGUI/state.json',
    ]);
    expect(existsSync(join(session.config, 'ts/layouts/mine.json'))).toBe(true);
    expect(existsSync(join(session.folder, '.phy/ts/journal.jsonl'))).toBe(true);
  });

  it('two programs at once keep each other’s settings', async () => {
    const page = await session.open('mini');
    const config = session.config;
    const second = new GuiSession(() => browser);
    second.prepare('mini');
    removeFolder(second.config);
    second.config = config;
    const other = await second.open();
    await snippet(page, 'toggle_waveform_overlap');
    await snippet(other, 'toggle_show_labels');
    await snippet(page, 'light_theme');
    await snippet(other, 'scale_115');
    await snippet(page, 'save_layout from the first');
    await expect.poll(() => session.kept().appearance).toMatchObject({ theme: 'light', scale: 1.15 });
    await expect.poll(() => session.kept().WaveformView).toMatchObject({ overlap: true, do_show_labels: false });
    // A layout that another program saved is there once the window has the focus again.
    await other.evaluate(() => window.dispatchEvent(new Event('focus')));
    await snippet(other, 'use_layout from the first');
    await says(other, 'This is the layout “from the first”.');
    second.config = '';
    await second.end();
  });
});
