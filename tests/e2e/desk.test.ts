/** Settings, long work, failures, lost lines, pictures and exports, through the real command line (spec/views.md 1.13, look.md 2 and 7). */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeLongDataset } from '../fixtures/longDataset.ts';
import { BrokenLine } from './brokenLine.ts';
import { phy } from './commandLine.ts';
import { GuiSession, choose, panel, says, use } from './guiSession.ts';
import { browserPath, hasDataset, startBrowser, startProgram, temporaryFolder } from './harness.ts';
import { group, lasso, menu, picturesIn } from './viewWindow.ts';
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
const field = (page: Page, label: string) => dialog(page).getByLabel(label, { exact: true });
/** What the correlogram view says of its parameters. */
const facts = (page: Page) => statusLine(page, 'CorrelogramView');

describe.skipIf(!canRun)('the settings of a view', () => {
  it('apply at once, in their units, say what contradicts, go back one by one, all together or with Esc', async () => {
    const page = await session.open('mini');
    await page.keyboard.press('Space');
    await expectSelection(page, [2]);
    await use(page, 'CorrelogramView');
    await page.keyboard.press('Control+,');
    await field(page, 'Bin size').waitFor();
    await expect.poll(() => field(page, 'Bin size').evaluate((input) => input === document.activeElement)).toBe(true);
    expect(await field(page, 'Bin size').inputValue()).toBe('1.000');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('2');
    await expect.poll(() => facts(page)).toContain('50.0 ms (2.0 ms)');
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => facts(page)).toContain('(2.1 ms)');
    expect(session.kept('user').CorrelogramView).toBeUndefined();
    // A contradiction is said under the field; the form stays until it is settled.
    await field(page, 'Window size').fill('0.5');
    await dialog(page).getByText('Window must be wider than one bin (2.1 ms).').waitFor();
    await page.keyboard.press('Enter');
    await field(page, 'Window size').waitFor();
    expect(await facts(page)).toContain('50.0 ms (2.1 ms)');
    await field(page, 'Window size').fill('x');
    await dialog(page).getByText('Window size must be a number.').waitFor();
    await field(page, 'Window size').fill('30');
    await expect.poll(() => facts(page)).toContain('30.0 ms (2.1 ms)');
    await dialog(page).getByLabel('Reset Bin size to 1.000 ms').click();
    await expect.poll(() => facts(page)).toContain('30.0 ms (1.0 ms)');
    await dialog(page).getByRole('checkbox', { name: 'Shared total spikes' }).click();
    await dialog(page).getByText('Reset to defaults').click();
    await expect.poll(() => facts(page)).toContain('50.0 ms (1.0 ms)');
    expect(await dialog(page).getByRole('checkbox', { name: 'Shared total spikes' }).getAttribute('aria-checked')).toBe(
      'true',
    );
    // Tab stays among the fields; Esc takes everything back to how it was when the form was opened.
    await dialog(page).getByRole('button', { name: 'Done' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    await snippet(page, 'cb 3');
    await use(page, 'CorrelogramView');
    await page.keyboard.press('Control+,');
    await field(page, 'Bin size').fill('4');
    await field(page, 'Refractory period').fill('5');
    await expect.poll(() => facts(page)).toBe((await facts(page)).replace(/refractory \S+/, 'refractory 5.0'));
    for (let stop = 0; stop < 14; stop++) await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true);
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await expect.poll(() => facts(page)).toContain('50.0 ms (3.0 ms) · refractory 2.0 ms');
    // Also when the focus is back at the work.
    await group(page, 'CorrelogramView').getByLabel('View settings').click();
    await field(page, 'Bin size').fill('6');
    await expect.poll(() => facts(page)).toContain('(6.0 ms)');
    await use(page, 'FeatureView');
    await page.keyboard.press('Escape');
    await expect.poll(() => facts(page)).toContain('(3.0 ms)');
    await dialog(page).waitFor({ state: 'detached' });
    await expect
      .poll(() => session.kept('dataset').CorrelogramView)
      .toMatchObject({
        bin_size: 0.003,
        window_size: 0.05,
        refractory_period: 0.002,
      });
  });
});

describe.skipIf(!canRun)('long work', () => {
  it('shows how far it has come, and stops at Esc or the button with nothing changed', async () => {
    session.folder = temporaryFolder('long');
    session.config = temporaryFolder('config');
    writeLongDataset(session.folder);
    // Raw amplitudes of all spikes take longest.
    session.prepareUser({ AmplitudeView: { amplitudes_type: 'raw' } });
    const page = await session.open();
    await snippet(page, 'c 0');
    await expectSelection(page, [0]);
    await page.getByRole('img', { name: 'AmplitudeView of clusters 0' }).waitFor();
    await lasso(page, 'AmplitudeView', [
      [0.2, 0.2],
      [0.6, 0.2],
      [0.6, 0.9],
    ]);
    const progress = page.getByRole('progressbar', { name: 'Counting spikes inside the lasso' });
    await progress.waitFor();
    await expect.poll(async () => Number(await progress.getAttribute('value'))).toBeGreaterThan(0);
    await page.keyboard.press('Escape');
    await expect
      .poll(() => statusLine(page, 'AmplitudeView'))
      .toContain('Stopped counting spikes inside the lasso. Nothing was changed.');
    await progress.waitFor({ state: 'detached' });
    await page.keyboard.press('k');
    await page.getByRole('progressbar', { name: 'Splitting' }).waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await says(page, 'Stopped splitting. Nothing was changed.');
    await expectSelection(page, [0]);
    expect(existsSync(join(session.folder, '.phy/ts/journal.jsonl'))).toBe(false);
    // Ending the program does not wait for such work either.
    await page.keyboard.press('k');
    await page.getByRole('progressbar', { name: 'Splitting' }).waitFor();
    expect(await session.program?.end('SIGINT')).toBe(130);
  });

  it('says that saving cannot be stopped', async () => {
    session.prepare('mini');
    await session.start();
    const line = new BrokenLine();
    const page = await session.window(undefined, (opened) => line.join(opened));
    line.say({ type: 'busy', text: 'Saving', fraction: null, stoppable: false });
    await page.getByRole('progressbar', { name: 'Saving' }).waitFor();
    await says(page, 'cannot be stopped');
    expect(await page.getByRole('button', { name: 'Stop' }).count()).toBe(0);
    line.say({ type: 'busy', text: null, fraction: null, stoppable: false });
    await page.getByRole('progressbar', { name: 'Saving' }).waitFor({ state: 'detached' });
  });
});

describe.skipIf(!canRun)('failures', () => {
  it('stay in their view, which can be tried again and whose details can be copied', async () => {
    session.expectsErrors = true;
    session.prepare('mini');
    await session.start();
    const line = new BrokenLine();
    const page = await session.window(undefined, (opened) => line.join(opened));
    // An answer that makes no sense breaks the drawing.
    line.answer('correlogram', (answer) => ({ ...answer, answer: { clusters: null } }));
    await page.keyboard.press('Space');
    await expectSelection(page, [2]);
    const broken = panel(page, 'CorrelogramView');
    await broken.getByRole('button', { name: 'Try again' }).waitFor();
    await broken.getByRole('button', { name: 'Copy details' }).click();
    await broken.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^CorrelogramView\n/);
    // The others go on.
    await page.keyboard.press('Space');
    await expectSelection(page, [2, 0]);
    await page.getByRole('img', { name: 'WaveformView of clusters 2, 0' }).waitFor();
    await snippet(page, 'move good 2');
    await says(page, /^Moved cluster 2 to good/);
    line.answer('correlogram');
    await broken.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('img', { name: /^CorrelogramView of clusters/ }).waitFor();
    // An engine that says what is wrong.
    const text = 'recording.dat has 39,583,744 bytes, expected 39,600,000.';
    line.answer('correlogram', ({ id }) => ({
      type: 'failed',
      id,
      kind: 'input',
      message: text,
      facts: { file: 'recording.dat', expected: '39,600,000 bytes', found: '39,583,744 bytes' },
    }));
    await page.keyboard.press('ArrowDown');
    await broken.getByText(text).waitFor();
    expect(await broken.innerText()).toContain('39,600,000 bytes');
    await broken.getByRole('button', { name: 'Copy details' }).click();
    await broken.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('found: 39,583,744 bytes');
    line.answer('correlogram');
    await broken.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('img', { name: /^CorrelogramView of clusters/ }).waitFor();
  });

  it('a lost line is announced, tried again, and comes back with everything as it was', async () => {
    session.prepare('mini');
    await session.start();
    const line = new BrokenLine();
    const page = await session.window(undefined, (opened) => line.join(opened));
    await snippet(page, 'c 2 22');
    await page.keyboard.press('g');
    await expectSelection(page, [36]);
    await line.cut();
    await says(page, /Connection lost\. Trying again/);
    await page.keyboard.press('Alt+g');
    await says(page, /was not done\. It works again once the connection is back\./);
    line.mend();
    await says(page, 'The connection is back. Nothing was lost.');
    await expectSelection(page, [36]);
    await page.getByText('1 unsaved change', { exact: true }).waitFor();
    await page.keyboard.press('Control+z');
    await expectSelection(page, [2, 22]);
    await page.getByRole('img', { name: 'WaveformView of clusters 2, 22' }).waitFor();
  });

  it('a line on which nothing comes any more is given up; what was set meanwhile is kept, what was done is not', async () => {
    session.prepare('mini');
    await session.start();
    const line = new BrokenLine();
    const page = await session.window(undefined, (opened) => line.join(opened));
    await snippet(page, 'c 2 22');
    await expectSelection(page, [2, 22]);
    line.die();
    await page.keyboard.press('g');
    await choose(page, 'View', 'Theme', 'Light');
    await page.getByText(/Connection lost\. Trying again/).waitFor({ timeout: 40_000 });
    line.mend();
    await says(page, /^The connection is back, but no answer to merge came: look whether it was done/);
    // The merge was never heard, and is not done behind anybody's back.
    await expectSelection(page, [2, 22]);
    await expect.poll(() => session.kept('user').appearance).toMatchObject({ theme: 'light' });
    await page.keyboard.press('g');
    await expectSelection(page, [36]);
  });

  it('another start of the program is another program: the window says so and keeps what it shows in sight', async () => {
    session.expectsErrors = true;
    session.prepare('mini');
    await session.start();
    const port = Number(new URL(session.program?.url ?? '').port);
    const page = await session.window();
    await snippet(page, 'c 2 22');
    await page.keyboard.press('g');
    await expectSelection(page, [36]);
    await session.program?.end('SIGKILL');
    await says(page, /Connection lost/);
    session.program = await startProgram(session.folder, session.config, ['--port', String(port)]);
    await says(
      page,
      'phy was started again. Open the address that it printed; this window belongs to the start before.',
    );
    await expectSelection(page, [36]);
    await page.keyboard.press('Alt+g');
    await says(page, /^move_best_to_good was not done\. phy was started again/);
    // The same browser goes on with the new start: the old page may be loaded anew.
    const next = await page.context().newPage();
    await next.goto(session.program.url);
    await next.getByText(/1 action from .* was not saved/).waitFor();
    await page.reload();
    await page.getByText(/1 action from .* was not saved/).waitFor();
  });
});

/** Width and height in the header of a PNG file. */
const pngSize = (file: string): readonly [number, number] => {
  const bytes = readFileSync(file);
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
};
const newest = async (count: number): Promise<string> => {
  await expect.poll(() => picturesIn(session.config).length).toBe(count);
  return join(session.config, 'screenshots', picturesIn(session.config).at(-1) ?? '');
};

describe.skipIf(!canRun)('pictures and exports', () => {
  it('of a view: pixels of the screen, twice as many, vectors, the clipboard', async () => {
    const page = await session.open('mini');
    await page.keyboard.press('Space');
    await page.getByRole('img', { name: 'WaveformView of clusters 2' }).waitFor();
    const box = await panel(page, 'WaveformView').locator('canvas').boundingBox();
    const size = [Math.round(box?.width ?? 0), Math.round(box?.height ?? 0)];
    await group(page, 'WaveformView').getByRole('button', { name: 'Screenshot', exact: true }).click();
    await says(page, /^Saved the picture as /);
    const plain = await newest(1);
    expect(pngSize(plain)).toEqual(size);
    expect(plain).toMatch(/phy_screenshot_\d{14}_WaveformView\.png$/);
    await menu(page, 'WaveformView', 'Export', 'Screenshot at twice the resolution');
    await expect.poll(() => picturesIn(session.config).length).toBe(2);
    const sizes = picturesIn(session.config).map((name) => pngSize(join(session.config, 'screenshots', name))[0]);
    expect(sizes.sort((a, b) => a - b)).toEqual([size[0], 2 * (size[0] ?? 0)]);
    await menu(page, 'WaveformView', 'Export', 'Copy image');
    await says(page, 'Copied the picture of WaveformView.');
    const types = await page.evaluate(async () => (await navigator.clipboard.read()).flatMap((item) => item.types));
    expect(types).toEqual(['image/png']);
  });

  it('of the whole window: plots, tables as text, no line that asked for it', async () => {
    const page = await session.openFourViews('mini');
    await page.keyboard.press('Space');
    await page.getByRole('img', { name: 'WaveformView of clusters 2' }).waitFor();
    await expect.poll(() => statusLine(page, 'FeatureView')).toContain('spikes');
    await choose(page, 'View', 'Picture of the window', 'PNG');
    expect(pngSize(await newest(1))).toEqual([1280, 720]);
    await snippet(page, 'screenshot_window_svg');
    await expect.poll(() => picturesIn(session.config).filter((name) => name.endsWith('.svg')).length).toBe(1);
    const name = picturesIn(session.config).find((file) => file.endsWith('.svg')) ?? '';
    expect(name).toMatch(/_Window\.svg$/);
    const svg = readFileSync(join(session.config, 'screenshots', name), 'utf8');
    const texts = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);
    for (const text of ['ClusterView', 'n_spikes', '2,483', 'WaveformView', 'Merge', 'clusters: 2', 'similarity']) {
      expect(texts, text).toContain(text);
    }
    expect(texts.join(' ')).not.toContain('screenshot_window');
    // Four plots, each with clip paths of its own.
    expect(svg.match(/<svg /g)).toHaveLength(5);
    const ids = [...svg.matchAll(/id="(\w+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    const drawn = await page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
      return parsed.querySelector('parsererror') === null;
    }, svg);
    expect(drawn).toBe(true);
  });

  it('the numbers behind a view, as phy query writes them', async () => {
    const page = await session.open('mini');
    await snippet(page, 'c 2 24');
    await expectSelection(page, [2, 24]);
    await page.getByRole('img', { name: 'CorrelogramView of clusters 2, 24' }).waitFor();
    await snippet(page, 'cb 2');
    await expect.poll(() => facts(page)).toContain('(2.0 ms)');
    await expect.poll(() => facts(page)).toContain('all');
    const exports = join(session.config, 'exports');
    const folders = () => (existsSync(exports) ? readdirSync(exports).sort() : []);
    await menu(page, 'CorrelogramView', 'Export', 'Data as NPY');
    await says(page, /^Saved \d+ arrays? of CorrelogramView as NPY in /);
    const [folder] = folders();
    const saved = join(exports, folder ?? '');
    const out = temporaryFolder('out');
    const words = [
      'query',
      session.folder,
      'correlogram',
      '--clusters',
      '2,24',
      '--set',
      'binSeconds=0.002',
      '--out',
      out,
    ];
    const printed = await phy(words, { config: temporaryFolder('config') });
    expect(printed.code).toBe(0);
    expect(JSON.parse(readFileSync(join(saved, 'answer.json'), 'utf8'))).toEqual(JSON.parse(printed.stdout));
    const files = readdirSync(out).sort();
    expect(readdirSync(saved).sort()).toEqual(['answer.json', ...files].sort());
    for (const file of files)
      expect(readFileSync(join(saved, file)).equals(readFileSync(join(out, file))), file).toBe(true);
    await menu(page, 'CorrelogramView', 'Export', 'Data as CSV');
    await expect.poll(() => folders().length).toBe(2);
    const csv = folders().find((name) => name !== folder) ?? '';
    await expect.poll(() => existsSync(join(exports, csv, 'answer.json'))).toBe(true);
    expect(readdirSync(join(exports, csv)).filter((name) => name.endsWith('.csv'))).toEqual(
      files.map((file) => file.replace('.npy', '.csv')),
    );
  });
});
