/** The JavaScript console: the very actions of the window, in a worker that can be stopped and reaches nothing else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findings } from './audit.ts';
import { addView, ConsoleWindow } from './consoleWindow.ts';
import { smallFolder } from './commandLine.ts';
import {
  browserPath,
  openWindow,
  type Program,
  removeFolder,
  startBrowser,
  startProgram,
  temporaryFolder,
  type Window,
} from './harness.ts';
import { keptSettings, menu } from './viewWindow.ts';
import { expectSelection, snippet, statusLine } from './window.ts';

describe.skipIf(browserPath === undefined)('the console', () => {
  let browser: Browser;
  let program: Program;
  let window: Window;
  let js: ConsoleWindow;
  let folder = '';
  let config = '';

  const launch = async (): Promise<void> => {
    program = await startProgram(folder, config);
    window = await openWindow(browser, program.url);
    window.page.setDefaultTimeout(10_000);
    js = new ConsoleWindow(window.page, 'ConsoleView', 'JavaScript code');
  };
  const end = async (): Promise<void> => {
    await window.context.close();
    expect(await program.end()).toBe(0);
  };
  beforeAll(async () => {
    browser = await startBrowser();
    folder = smallFolder();
    config = temporaryFolder('config');
    await launch();
    await addView(window.page, 'ConsoleView');
  });
  afterAll(async () => {
    await end();
    await browser.close();
    removeFolder(folder);
    removeFolder(config);
  });
  afterEach(() => {
    expect(window.errors.splice(0)).toEqual([]);
  });

  test('shows values, tables, arrays and prints', async () => {
    await expect.poll(() => js.status()).toBe('idle');
    expect(await js.run('1 + 1')).toBe('2');
    expect(await js.run('const times = await m.spike_times; times')).toMatch(/^Float64Array \[200\] \[0\.0/);
    expect(await js.run('times.length')).toBe('200');
    expect(await js.run('print("n", m.n_spikes); await m.get_features([1, 2], [0])')).toMatch(
      /^n 200\s+float32 \[2\]\[1\]\[3\]/,
    );
    expect(await js.run('s.cluster_info')).toContain('5 rows');
    expect(await js.run('await m.get_template(2)')).toContain('float32 [20]');
  });

  test('keys typed in it are text and never act', async () => {
    await js.leave();
    await snippet(window.page, 'c 0 1');
    await js.input.click();
    for (const key of ['g', 'k', ':', ' ', 'Space', 'Delete', 'Control+s', 'Alt+g', 'Control+m', 'Control+z', 'F1']) {
      await window.page.keyboard.press(key);
    }
    await expectSelection(window.page, [0, 1]);
    expect(await window.page.getByRole('dialog').count()).toBe(0);
    expect(await js.input.inputValue()).not.toBe('');
    await js.input.fill('');
    expect(await js.run('[s.dirty, s.clustering.n_clusters]')).toBe('[false, 5]');
  });

  test('actions are those of the window, with one undo', async () => {
    const { page } = window;
    expect(await js.run('await s.select([0, 1]); (await s.merge()).message')).toBe("'Merge clusters 0, 1 to 6.'");
    await expectSelection(page, [6]);
    expect(await js.run('[s.selected, s.clustering.cluster_ids]')).toBe('[[6], [2, 3, 5, 6]]');
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await expectSelection(page, [0, 1]);
    expect(await js.run('s.clustering.cluster_ids')).toBe('[0, 1, 2, 3, 5]');
    expect(await js.run('await s.redo()')).toContain('Redid');
    await expectSelection(page, [6]);
    expect(await js.run('await s.label("quality", 3, 6); s.cluster_meta.get("quality", 6)')).toBe('3');
    expect(await js.run('await s.merge([6, 99])')).toBe('There is no cluster 99.\nline 1: await s.merge([6, 99])');
    expect(await js.run('await s.undo(); await s.undo(); s.clustering.n_clusters')).toBe('5');
  });

  test('limits of the views are read and set, and the views follow', async () => {
    const { page } = window;
    await js.leave();
    await snippet(page, 'c 2');
    expect(await js.run('c.n_spikes_waveforms')).toBe('100');
    await js.run('c.n_spikes_waveforms = 5; c.batch_size_waveforms = 1');
    await expect.poll(() => statusLine(page, 'WaveformView')).toContain('shown 5 of');
    await expect
      .poll(() => keptSettings(join(config, 'ts/TemplateGUI/state.json'), 'WaveformView'))
      .toMatchObject({ n_spikes_waveforms: 5, batch_size_waveforms: 1 });
    expect(await js.run('c.n_spikes_waveforms = -1')).toContain('expected a whole number of 1 or more');
  });

  test('draws quick plots', async () => {
    await js.run('plot.hist(await m.amplitudes, 20, { title: "Amplitudes" })');
    await js.panel.getByRole('img', { name: 'Amplitudes' }).locator('canvas').first().waitFor();
    await js.run('plot.line([1, 3, 2]); plot.scatter([1, 2], [3, 4]); plot.image([[1, 2], [3, 4]])');
    for (const kind of ['line', 'scatter', 'image'])
      await js.panel.getByRole('img', { name: `${kind} plot` }).waitFor();
  });

  test('a view shows the last plot, until it is told to keep one', async () => {
    const { page } = window;
    await addView(page, 'PlotView');
    await expect.poll(() => statusLine(page, 'PlotView')).toBe('image');
    await js.run('plot.hist([1, 2, 2])');
    await expect.poll(() => statusLine(page, 'PlotView')).toBe('histogram');
    await menu(page, 'PlotView', 'Toggle auto update');
    await js.run('plot.line([1, 2])');
    await js.panel.getByRole('img', { name: 'line plot' }).nth(1).waitFor();
    expect(await statusLine(page, 'PlotView')).toBe('histogram');
    await menu(page, 'PlotView', 'Close');
  });

  test('shows the newest, unless one reads further up', async () => {
    const { page } = window;
    const log = js.panel.getByRole('log');
    const fromEnd = (): Promise<number> =>
      log.evaluate((view) => view.scrollHeight - view.scrollTop - view.clientHeight);
    await js.run('for (let k = 0; k < 100; k++) print(k)');
    await expect.poll(fromEnd).toBeLessThan(24);
    // The browser moves it when something above goes away; nobody has left the end by that.
    await js.enter('setTimeout(() => print("one more"), 300)');
    await log.evaluate((view) => view.scrollBy(0, -200));
    await js.panel.getByText('one more', { exact: true }).waitFor();
    await expect.poll(fromEnd).toBeLessThan(24);
    await js.enter('setTimeout(() => print("and another"), 300)');
    await log.hover();
    await page.mouse.wheel(0, -300);
    await js.panel.getByText('and another', { exact: true }).waitFor();
    expect(await fromEnd()).toBeGreaterThan(200);
    // Who runs something sees what comes of it.
    expect(await js.run('6 * 7')).toBe('42');
    await expect.poll(fromEnd).toBeLessThan(24);
  });

  test('an error that nobody waits for is shown and ends nothing', async () => {
    await js.run('const stays = 1; setTimeout(() => null.x); Promise.reject(new Error("unheard"))');
    await js.panel.getByText('Error: unheard').first().waitFor();
    await js.panel.getByText('TypeError: Cannot read properties of null').first().waitFor();
    expect(await js.run('stays')).toBe('1');
  });

  test('is named and readable for everybody, and Tab leaves an empty field', async () => {
    const { page } = window;
    await js.run('print("out"); console.warn("warned"); s.cluster_info.slice(0, 2)');
    await js.run('null.x');
    // With something to see in the other views.
    await js.run('await s.select([0, 1])');
    expect(await findings(page)).toEqual([]);
    await js.input.click();
    await page.keyboard.press('Tab');
    expect(await js.input.evaluate((field) => field === document.activeElement)).toBe(false);
    await js.input.click();
    await page.keyboard.type('s.m');
    await page.keyboard.press('Tab');
    await js.offered();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await js.input.fill('');
  });

  test('says the line of an error', async () => {
    expect(await js.run('const a = 1\nnull.x\na')).toMatch(/^TypeError: .*\nline 2: null\.x$/);
    expect(await js.run('let b =\n  ;')).toMatch(/^SyntaxError: Unexpected token ';'\nline 2: ;$/);
  });

  test('Enter runs what is complete, Shift+Enter and an open bracket go on', async () => {
    const { page } = window;
    await js.enter('const f = (x) => {');
    expect(await js.input.inputValue()).toBe('const f = (x) => {\n  ');
    await page.keyboard.insertText('return x * 2');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.press('Backspace');
    await page.keyboard.insertText('}');
    expect(await js.input.inputValue()).toBe('const f = (x) => {\n  return x * 2\n}');
    await page.keyboard.press('Enter');
    expect(await js.run('f(21)')).toBe('42');
    await page.keyboard.press('ArrowUp');
    expect(await js.input.inputValue()).toBe('f(21)');
    await page.keyboard.press('ArrowUp');
    expect(await js.input.inputValue()).toContain('return x * 2');
    await js.input.fill('');
  });

  test('completes names and members, and explains them', async () => {
    const { page } = window;
    await js.input.click();
    await page.keyboard.type('await s.clustering.spikes_');
    await page.keyboard.press('Tab');
    expect(await js.offered()).toEqual(['spikes_in_clusters', 'spikes_per_cluster']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await js.input.inputValue()).toBe('await s.clustering.spikes_per_cluster');
    await js.input.fill('s.mer');
    await page.keyboard.press('Tab');
    await expect.poll(() => js.input.inputValue()).toBe('s.merge');
    await page.keyboard.press('Shift+Tab');
    await js.panel.getByText('Merges these clusters, or the selected ones.').waitFor();
    await js.input.fill('');
  });

  test('never blocks the window, and is interrupted', async () => {
    const { page } = window;
    await js.enter('let kept = 1; while (true) {}');
    await expect.poll(() => js.status()).toBe('busy');
    await js.leave();
    await snippet(page, 'c 3');
    await expectSelection(page, [3]);
    await js.panel.getByRole('button', { name: 'Interrupt' }).click();
    expect(await js.shown()).toContain('Interrupted.');
    expect(await js.run('typeof kept')).toBe("'undefined'");
    expect(await js.run('s.selected')).toBe('[3]');
  });

  test('reaches no network, and its policy is its own', async () => {
    expect(await js.run('await fetch("/recent").then(() => "read", () => "refused")')).toBe("'refused'");
    const other = 'await fetch("http://127.0.0.1:1/").then(() => "read", () => "refused")';
    expect(await js.run(other)).toBe("'refused'");
    const socket =
      'await new Promise((done) => { try { const w = new WebSocket("ws://" + location.host + "/socket"); w.onopen = () => done("open"); w.onerror = () => done("refused") } catch { done("refused") } })';
    expect(await js.run(socket)).toBe("'refused'");
    // The browser reports what the policy refused; that is what is wanted here.
    window.errors.splice(0);
    const policies = await window.page.evaluate(async () => {
      const [page, worker] = await Promise.all([fetch('/'), fetch('/workers/main.console.js')]);
      const name = 'content-security-policy';
      return { page: page.headers.get(name) ?? '', worker: worker.headers.get(name) ?? '' };
    });
    // Our files and nothing else: code of plugins runs in workers.
    expect(policies.page).toContain("script-src 'self';");
    expect(policies.page).not.toContain('unsafe-eval');
    expect(policies.worker).toContain("'unsafe-eval'");
    expect(policies.worker).toContain("connect-src 'none'");
  });

  test('listens to what is selected', async () => {
    await js.run('let heard = []; const stop = connect("select", (ids) => heard.push(ids.join()))');
    await js.leave();
    await snippet(window.page, 'c 1 2');
    await expectSelection(window.page, [1, 2]);
    expect(await js.run('stop(); heard')).toBe("['1,2']");
  });

  test('works in a window of its own', async () => {
    const { page, context } = window;
    const opened = context.waitForEvent('page');
    await menu(page, 'ConsoleView', 'Open in another window');
    const own = await opened;
    const there = new ConsoleWindow(own, 'ConsoleView', 'JavaScript code');
    await there.input.waitFor();
    expect(await there.run('2 * 21')).toBe('42');
    await own.keyboard.press('g');
    expect(await there.input.inputValue()).toBe('g');
    await own.close({ runBeforeUnload: true });
    await js.input.waitFor();
    await js.input.fill('');
  });

  test('history and place are kept; nothing runs by opening an address', async () => {
    // Unsaved actions would be asked about first.
    await js.run('await s.save()');
    // A plot view that kept its plot has none to keep in the next window.
    await addView(window.page, 'PlotView');
    await expect.poll(() => readFileSync(join(config, 'ts/TemplateGUI/state.json'), 'utf8')).toContain('PlotView');
    await js.run('"the last one"');
    await end();
    program = await startProgram(folder, config);
    const address = `${program.url}&code=s.merge([0,1])&console=print(1)#s.merge([0,1])`;
    window = await openWindow(browser, address);
    window.page.setDefaultTimeout(10_000);
    js = new ConsoleWindow(window.page, 'ConsoleView', 'JavaScript code');
    await expect.poll(() => js.status()).toBe('idle');
    await js.input.click();
    await window.page.keyboard.press('ArrowUp');
    expect(await js.input.inputValue()).toBe('"the last one"');
    await js.input.fill('');
    expect(await js.run('[s.dirty, s.clustering.n_clusters]')).toBe('[false, 5]');
    for (const code of ['plot.line([1, 2])', 'plot.hist([1])']) {
      await js.run(code);
      await expect.poll(() => statusLine(window.page, 'PlotView')).toBe('lines');
    }
  });
});
