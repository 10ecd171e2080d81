/**
 * ISIView, FiringRateView and TemplateFeatureView as a person uses them, through the real command line and a real browser: keys, snippets
 * and gestures of spec/curation.md 7.3 and 7.4, and what is on screen afterwards, by value.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasGolden, readGolden } from '../fixtures/golden.ts';
import { jsonLines, phy } from './commandLine.ts';
import {
  browserPath,
  copyDataset,
  hasDataset,
  removeFolder,
  sharedData,
  startBrowser,
  temporaryFolder,
} from './harness.ts';
import { ViewSession, kept } from './viewSession.ts';
import { type Picture, click, group, lasso, menu, picturesIn, wheel, whyNot } from './viewWindow.ts';
import { chips, expectSelection, plotBox, snippet, statusLine } from './window.ts';

const canRun = browserPath !== undefined;
const BLUE = '#0892fc';
const RED = '#ff0202';
const HISTOGRAMS = ['ISIView', 'FiringRateView'] as const;

let browser: Browser;
let page: Page;

beforeAll(async () => {
  if (canRun) browser = await startBrowser();
});
afterAll(async () => {
  if (canRun) await browser.close();
});

const session = new ViewSession(
  () => browser,
  (window) => (page = window.page),
  { width: 1920, height: 1080 },
);
const { open, launch, end, close, tidy, user, local, look, status, press, select, refused } = session;

/** Bars of a colour in a row, as [left, width, height] in px. */
function bars(shown: Picture, row: string, color: string): readonly (readonly number[])[] {
  const path = shown
    .frame(row)
    .split('\n')
    .find((line) => line.includes(`fill="${color}"`) && line.includes('z'));
  return [...(path ?? '').matchAll(/M(\d+) (\d+)h(\d+)v(\d+)h-\d+z/g)].map((match) =>
    [1, 3, 4].map((k) => Number(match[k])),
  );
}
/** Counts that the command line gives for a query on mini: a list for each cluster. */
async function counted(query: string, ids: readonly number[], ...set: readonly string[]): Promise<readonly number[][]> {
  const words = [
    'query',
    join(sharedData, 'mini'),
    query,
    '--clusters',
    ids.join(','),
    ...set.flatMap((one) => ['--set', one]),
  ];
  const { stdout } = await phy(words, { config: session.config });
  const { shape, data } = (JSON.parse(stdout) as { answer: { counts: { shape: number[]; data: number[] } } }).answer
    .counts;
  return ids.map((_, row) => data.slice(row * shape[1], (row + 1) * shape[1]));
}
/** Whether the bars of a row are as high as these counts say, empty ones left out. */
function expectBars(shown: Picture, row: string, color: string, counts: readonly number[]): void {
  const drawn = bars(shown, row, color);
  const filled = counts.filter((count) => count > 0);
  expect(drawn.length).toBe(filled.length);
  const full = Math.max(...drawn.map((bar) => bar[2]));
  const highest = Math.max(...filled);
  for (const [k, count] of filled.entries()) {
    expect(Math.abs(drawn[k][2] - Math.max(1, (full * count) / highest))).toBeLessThanOrEqual(1);
  }
}
/** What the tooltip of a view says at a place given as fractions of its plot. */
async function tip(view: string, [x, y]: readonly [number, number]): Promise<string> {
  const box = await plotBox(page, view);
  const shown = page.locator(`section[aria-label="${view}"] [class*=tip]`);
  // A new picture takes the tooltip away, and the status line may be there a moment earlier than the picture.
  await kept(async () => {
    await page.mouse.move(box.x + x * box.width - 3, box.y + y * box.height);
    await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
    await page.waitForTimeout(200);
    return await shown.count();
  }).toBe(1);
  return await shown.innerText();
}
const tab = (name: string) => page.locator('.phy-tab').getByText(name, { exact: true });

describe.skipIf(!canRun || !hasDataset('mini'))('histogram views on mini', () => {
  beforeAll(() => open('mini'));
  afterAll(close);
  afterEach(({ task }) => tidy(task.result?.state === 'fail'));

  it('are there at the first launch, a row per cluster with its own scale, the first one at the bottom', async () => {
    await select(2, 24);
    await status('ISIView', '[0.0ms, 50.0ms] · bin 1 ms', 'shown 3,807 of 3,842');
    await status('FiringRateView', '[0.0s, 20.0s] · bin 0.1 s', 'all 3,844 spikes');
    const isi = await look('ISIView');
    expect(isi.texts).toEqual(expect.arrayContaining(['2', '24', '0.2 % &lt; 2 ms', '0.0 % &lt; 2 ms', 'ms']));
    const [first, second] = await counted('isi', [2, 24]);
    expectBars(isi, '0', BLUE, first);
    expectBars(isi, '1', RED, second);
    // The highest bars of both rows are equally high although there are 370 intervals in one and 102 in the other.
    const heights = [bars(isi, '0', BLUE), bars(isi, '1', RED)].map((row) => Math.max(...row.map((bar) => bar[2])));
    expect(Math.abs(heights[0] - heights[1])).toBeLessThanOrEqual(1);
    // Frames are named by rank; the first one is drawn lowest.
    expect(isi.start('0')[1]).toBeGreaterThan(isi.start('1')[1]);
    const rate = await look('FiringRateView');
    expect(rate.texts).toEqual(expect.arrayContaining(['mean 124.2 Hz', 'mean 68.0 Hz', 's']));
    expect(rate.texts.some((text) => /^[\d,]+ Hz/.test(text))).toBe(true);
    expectBars(rate, '0', BLUE, (await counted('firingRate', [2]))[0]);
    await select(24, 2);
    const filled = second.filter((count) => count > 0).length;
    await expect.poll(async () => bars(await look('ISIView'), '0', BLUE).length, { timeout: 20_000 }).toBe(filled);
    expectBars(await look('ISIView'), '1', RED, first);
  });

  it('ISI: bins and range by snippet, menu and wheel', async () => {
    await select(2);
    await status('ISIView', 'shown 2,481 of 2,482');
    await snippet(page, 'isib 0.5');
    await status('ISIView', '[0.0ms, 50.0ms] · bin 0.5 ms');
    expectBars(await look('ISIView'), '0', BLUE, (await counted('isi', [2], 'binCount=100'))[0]);
    await snippet(page, 'isin 25');
    await status('ISIView', 'bin 2 ms');
    await snippet(page, 'isimax 100');
    await status('ISIView', '[0.0ms, 100.0ms] · bin 4 ms', 'all 2,482 intervals');
    await snippet(page, 'im 20');
    await status('ISIView', '[0.0ms, 20.0ms]');
    await snippet(page, 'isimin 2');
    await status('ISIView', '[2.0ms, 20.0ms]');
    await refused('isimin 20', 'Range maximum must be greater than range minimum.');
    await refused('isin 1', 'Number of bins must be 2 to 1000000.');
    await refused('isin 2.5', 'Number of bins must be a whole number.');
    await status('ISIView', '[2.0ms, 20.0ms]');
    // Nothing lies before 2 ms: no bound is drawn.
    expect((await look('ISIView')).frame('0')).not.toContain('stroke-dasharray');
    await menu(page, 'ISIView', 'Increase');
    await status('ISIView', '[2.0ms, 22.0ms]');
    await menu(page, 'ISIView', 'Decrease');
    await status('ISIView', '[2.0ms, 20.0ms]');
    await wheel(page, 'ISIView', 2, ['Control'], [0.5, 0.5]);
    await status('ISIView', '[2.0ms, 24.2ms]');
    await wheel(page, 'ISIView', 1, ['Shift'], [0.5, 0.5]);
    await status('ISIView', '[2.2ms, 24.2ms]');
    await snippet(page, 'isin 50');
    await wheel(page, 'ISIView', 1, ['Alt'], [0.5, 0.5]);
    await kept(() => local('ISIView').n_bins).toBe(47);
    await wheel(page, 'ISIView', -2, ['Alt'], [0.5, 0.5]);
    await kept(() => local('ISIView').n_bins).toBe(51);
    await menu(page, 'ISIView', 'Reset scaling');
    await status('ISIView', '[2.2ms, 50.0ms]');
    await snippet(page, 'isimin 0');
    // 0 stays 0.
    await wheel(page, 'ISIView', 3, ['Shift'], [0.5, 0.5]);
    await snippet(page, 'isin 50');
    await status('ISIView', '[0.0ms, 50.0ms] · bin 1 ms');
    await kept(() => local('ISIView')).toEqual({ n_bins: 50, x_min: 0, x_max: 0.05 });
    expect(user('ISIView')).not.toHaveProperty('n_bins');
    expect((await look('ISIView')).frame('0')).toContain('stroke-dasharray');
  });

  it('firing rate: the whole recording by default, in seconds, beyond its end too', async () => {
    await snippet(page, 'frb 1');
    await status('FiringRateView', '[0.0s, 20.0s] · bin 1 s', 'all 2,483 spikes');
    expectBars(await look('FiringRateView'), '0', BLUE, (await counted('firingRate', [2], 'binCount=20'))[0]);
    await snippet(page, 'frmax 10');
    await status('FiringRateView', '[0.0s, 10.0s] · bin 0.5 s', 'of 2,483');
    await snippet(page, 'fm 5000');
    await menu(page, 'FiringRateView', 'Increase');
    await status('FiringRateView', '[0.0s, 5500.0s]', 'all 2,483 spikes');
    await menu(page, 'FiringRateView', 'Reset scaling');
    await status('FiringRateView', '[0.0s, 20.0s]');
    await snippet(page, 'frmin 15');
    await refused('frmin 20', 'Range maximum must be greater than range minimum.');
    await menu(page, 'FiringRateView', 'Set x max…');
    const prompt = page.getByRole('dialog').locator('input');
    expect(await prompt.inputValue()).toBe('all');
    await prompt.fill('18');
    await press('Enter');
    await status('FiringRateView', '[15.0s, 18.0s] · bin 0.15 s');
    await snippet(page, 'frmax all');
    await snippet(page, 'frmin 0');
    await snippet(page, 'frn 200');
    await status('FiringRateView', '[0.0s, 20.0s] · bin 0.1 s');
    await kept(() => local('FiringRateView')).toEqual({ n_bins: 200, x_min: 0, x_max: null });
  });

  it('the next violation is one of those that the ISI view counts', async () => {
    await select(2);
    const violations = (bound: string): Promise<void> =>
      page
        .getByText(new RegExp(`^Interval \\d+ of [\\d,]+ shorter than ${bound}, at \\d+\\.\\d{4} s\\.$`))
        .first()
        .waitFor();
    await snippet(page, 'nv');
    await violations('2 ms');
    await snippet(page, 'isir 3');
    await kept(async () => (await look('ISIView')).texts.join(' ')).toContain('% &lt; 3 ms');
    await snippet(page, 'nv');
    await violations('3 ms');
    await snippet(page, 'isir 2');
  });

  it('the tooltip has the bin and its count', async () => {
    await select(2);
    await status('ISIView', 'shown 2,481');
    await status('FiringRateView', 'all 2,483 spikes');
    await snippet(page, 'isin 2');
    await status('ISIView', 'bin 25 ms');
    const [first, second] = [await tip('ISIView', [0.3, 0.7]), await tip('ISIView', [0.8, 0.7])];
    const counted = [first, second].map((text) => Number(/ ms, ([\d,]+)/.exec(text)?.[1].replace(',', '')));
    expect(first).toMatch(/^2: 0 to 25 ms, [\d,]+\n0\.2 % < 2 ms$/);
    expect(second).toMatch(/^2: 25 to 50 ms, /);
    expect(counted[0] + counted[1]).toBe(2481);
    await snippet(page, 'frn 2');
    await status('FiringRateView', 'bin 10 s');
    expect(await tip('FiringRateView', [0.3, 0.7])).toMatch(/^2: 0 to 10 s, [\d,]+ \(\d+\.\d Hz\)\nmean 124\.2 Hz$/);
    await snippet(page, 'frn 200');
    await snippet(page, 'isin 50');
  });

  it('settings ask for bin size and range', async () => {
    await menu(page, 'ISIView', 'View settings');
    const form = page.getByRole('dialog', { name: 'ISIView settings' });
    const field = (name: string) => form.getByRole('textbox', { name });
    expect(await field('Bin size').inputValue()).toBe('1.000000');
    await field('Range maximum').fill('');
    await field('Range maximum').pressSequentially('100');
    await status('ISIView', '[0.0ms, 100.0ms] · bin 1 ms');
    await field('Bin size').fill('0.75');
    await status('ISIView', 'bin 0.752 ms');
    expect(await field('Bin size').inputValue()).toBe('0.75');
    await field('Range minimum').fill('100');
    await form.getByText('Range maximum must be greater than range minimum.').waitFor();
    await status('ISIView', '[0.0ms, 100.0ms]');
    await form.getByRole('button', { name: 'Cancel' }).click();
    await status('ISIView', '[0.0ms, 50.0ms] · bin 1 ms');
    await menu(page, 'FiringRateView', 'View settings');
    const other = page.getByRole('dialog', { name: 'FiringRateView settings' });
    expect(await other.getByRole('textbox', { name: 'Range maximum' }).inputValue()).toBe('20.000000');
    await other.getByRole('textbox', { name: 'Range maximum' }).fill('12');
    await status('FiringRateView', '[0.0s, 12.0s] · bin 0.1 s');
    await other.getByRole('button', { name: 'Reset to defaults' }).click();
    await status('FiringRateView', '[0.0s, 20.0s]');
    expect(await other.getByRole('textbox', { name: 'Range maximum' }).inputValue()).toBe('20.000000');
    await other.getByRole('button', { name: 'Done' }).click();
  });

  it('several of them have settings of their own', async () => {
    await page.getByRole('menubar').getByText('View', { exact: true }).click();
    await page.getByRole('menuitem', { name: 'Add ISIView' }).click();
    await status('ISIView (1)', '[0.0ms, 50.0ms]');
    await wheel(page, 'ISIView (1)', 1, ['Control'], [0.5, 0.5]);
    await status('ISIView (1)', '[0.0ms, 55.0ms]');
    // A snippet means the one in use.
    await tab('ISIView').click();
    await snippet(page, 'isimax 30');
    await status('ISIView', '[0.0ms, 30.0ms]');
    await status('ISIView (1)', '[0.0ms, 55.0ms]');
    await kept(() => [local('ISIView').x_max, local('ISIView (1)').x_max]).toEqual([0.03, expect.closeTo(0.055, 9)]);
    await group(page, 'ISIView (1)').getByLabel('Close').click();
    await page.locator('section[aria-label="ISIView (1)"]').waitFor({ state: 'detached' });
    await snippet(page, 'isimax 50');
  });

  it('show the first 20 of 21 clusters, ids thinned', async () => {
    const many = [2, 24, 4, 12, 34, 27, 31, 1, 20, 22, 0, 33, 14, 35, 10, 17, 6, 9, 26, 16, 28];
    await snippet(page, `c ${many.join(' ')}`);
    for (const view of HISTOGRAMS) {
      await status(view, 'first 20 of 21 clusters');
      const shown = await look(view);
      expect([shown.frames.has('19'), shown.frames.has('20')]).toEqual([true, false]);
      const ids = shown.texts.filter((text) => many.map(String).includes(text));
      expect(ids.length).toBeGreaterThan(5);
    }
    await select(2);
  });

  it('make pictures, and are as they were at the next launch of this dataset only', async () => {
    for (const view of HISTOGRAMS) {
      await menu(page, view, 'Screenshot');
      const isOwn = (name: string): boolean => new RegExp(`^phy_screenshot_\\d{14}_${view}.*\\.png$`).test(name);
      await expect.poll(() => picturesIn(session.config).filter(isOwn).length).toBe(1);
      const png = readFileSync(join(session.config, 'screenshots', picturesIn(session.config).find(isOwn)!));
      expect([...png.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join('')).toBe('PNG');
    }
    await snippet(page, 'isib 2');
    await snippet(page, 'frmax 8');
    await kept(() => local('ISIView').n_bins).toBe(25);
    await kept(() => local('FiringRateView').x_max).toBe(8);
    await end();
    await launch();
    await select(2);
    await status('ISIView', '[0.0ms, 50.0ms] · bin 2 ms');
    await status('FiringRateView', '[0.0s, 8.0s] · bin 0.04 s');
    await session.anotherDataset('mini');
    await select(2);
    await status('ISIView', '[0.0ms, 50.0ms] · bin 1 ms');
    await status('FiringRateView', '[0.0s, 20.0s] · bin 0.1 s');
  });
});

const section = () => page.locator('section[aria-label="TemplateFeatureView"]');
/** Whether all of a notice can be read without scrolling. */
const fits = (notice: Element): boolean => notice.scrollHeight <= notice.clientHeight && notice.clientHeight > 60;
type Points = readonly (readonly [number, number])[];
/** Which of the points is furthest right, and which is furthest up. */
const rightmost = (points: Points): number =>
  points.reduce((best, point, k) => (point[0] > points[best][0] ? k : best), 0);
const highest = (points: Points): number =>
  points.reduce((best, point, k) => (point[1] < points[best][1] ? k : best), 0);

describe.skipIf(!canRun || !hasDataset('mini'))('template feature view on mini', () => {
  beforeAll(() => open('mini'));
  afterAll(close);
  afterEach(({ task }) => tidy(task.result?.state === 'fail'));

  it('shows exactly two clusters, and says what to do about any other number', async () => {
    await select(16);
    await tab('TemplateFeatureView').click();
    await section().getByText('TemplateFeatureView shows exactly two clusters').waitFor();
    await section().getByText('One cluster is selected.').waitFor();
    expect(await whyNot(page, 'TemplateFeatureView', 'Screenshot')).toBe('TemplateFeatureView shows no picture yet.');
    await select(16, 7);
    await status('TemplateFeatureView', 'all 343 spikes');
    const shown = await look('TemplateFeatureView');
    expect([shown.points('scatter', BLUE).length, shown.points('scatter', RED).length]).toEqual([195, 148]);
    expect(shown.texts).toEqual(expect.arrayContaining(['templates of 16', 'templates of 7']));
    await select(16, 7, 2);
    await section().getByText('3 clusters are selected.').waitFor();
    expect(await section().locator('canvas').count()).toBe(0);
    await status('TemplateFeatureView', '');
    expect(await statusLine(page, 'TemplateFeatureView')).not.toContain('spikes');
  });

  it('swaps axes and colours with the clusters', async () => {
    await select(16, 7);
    await status('TemplateFeatureView', 'all 343 spikes');
    const there = await look('TemplateFeatureView');
    await select(7, 16);
    await expect.poll(async () => (await look('TemplateFeatureView')).points('scatter', BLUE).length).toBe(148);
    const back = await look('TemplateFeatureView');
    expect(back.points('scatter', RED).length).toBe(195);
    // Mirrored at the diagonal: the spike furthest right is now the one furthest up.
    expect(highest(back.points('scatter', RED))).toBe(rightmost(there.points('scatter', BLUE)));
  });

  it('has markers of another size by wheel and menu, kept for the user', async () => {
    await wheel(page, 'TemplateFeatureView', 1, ['Control']);
    await wheel(page, 'TemplateFeatureView', 1, ['Alt']);
    await kept(() => user('TemplateFeatureView').marker_size).toBeCloseTo(6.05, 9);
    await menu(page, 'TemplateFeatureView', 'Decrease marker size');
    await kept(() => user('TemplateFeatureView').marker_size).toBeCloseTo(5.5, 9);
    await menu(page, 'TemplateFeatureView', 'Reset marker size');
    await kept(() => user('TemplateFeatureView').marker_size).toBe(5);
  });

  it('a lasso splits over all spikes, and is undone', async () => {
    await select(16, 7);
    await status('TemplateFeatureView', 'all 343 spikes');
    await group(page, 'TemplateFeatureView').getByLabel('View settings').click();
    const form = page.getByRole('dialog', { name: 'TemplateFeatureView settings' });
    await form.getByRole('textbox', { name: 'Spikes per cluster' }).fill('20');
    await form.getByRole('button', { name: 'Done' }).click();
    await status('TemplateFeatureView', 'shown 40 of 343');
    const everything = [
      [0.12, 0.02],
      [0.98, 0.02],
      [0.98, 0.5],
      [0.12, 0.5],
    ] as const;
    await lasso(page, 'TemplateFeatureView', everything.slice(0, 2));
    await status('TemplateFeatureView', 'lasso: 1 more point');
    await press('k');
    await page
      .getByText(/Draw a lasso/)
      .first()
      .waitFor();
    await lasso(page, 'TemplateFeatureView', everything.slice(2, 3));
    await status('TemplateFeatureView', 'of 343 spikes inside, 0 without coordinate');
    const countInside = async (): Promise<number> =>
      Number(/(\d+) of 343 spikes inside/.exec(await statusLine(page, 'TemplateFeatureView'))?.[1]);
    const inTriangle = await countInside();
    // The counts of three vertices stay on screen until those of four are there, which are more.
    await lasso(page, 'TemplateFeatureView', everything.slice(3));
    await kept(countInside).toBeGreaterThan(inTriangle);
    const inside = await countInside();
    expect(inside).toBeGreaterThan(40);
    expect(inside).toBeLessThan(343);
    await press('k');
    await expect.poll(() => chips(page).then((ids) => ids.length), { timeout: 20_000 }).toBeGreaterThan(2);
    const [made] = await chips(page);
    await page.getByText(`(${inside} spikes)`).first().waitFor();
    await select(made);
    await status('FiringRateView', `all ${inside} spikes`);
    await press('Control+z');
    await expectSelection(page, [16, 7]);
    await status('TemplateFeatureView', 'shown 40 of 343');
    expect((await look('TemplateFeatureView')).svg).not.toMatch(/class="lasso"/);
  });

  it('a lasso ends with the pair it was drawn between, or by ctrl+right click', async () => {
    const triangle = [
      [0.3, 0.2],
      [0.8, 0.2],
      [0.8, 0.8],
    ] as const;
    await lasso(page, 'TemplateFeatureView', triangle);
    await status('TemplateFeatureView', 'spikes inside');
    await click(page, 'TemplateFeatureView', [0.5, 0.5], ['Control'], 'right');
    await expect.poll(() => statusLine(page, 'TemplateFeatureView')).not.toContain('inside');
    await lasso(page, 'TemplateFeatureView', triangle);
    await status('TemplateFeatureView', 'spikes inside');
    await select(2);
    await section().getByText('One cluster is selected.').waitFor();
    await press('k');
    await page
      .getByText(/Draw a lasso/)
      .first()
      .waitFor();
    await expectSelection(page, [2]);
  });
});

describe.skipIf(!canRun || !hasDataset('kilosort4-neuropixels'))('a dataset without template features', () => {
  beforeAll(() => open('kilosort4-neuropixels'));
  afterAll(close);

  it('says which file is missing; histograms work', async () => {
    await press('ArrowDown');
    await tab('TemplateFeatureView').click();
    await section().getByText('This dataset has no template features').waitFor();
    await section().getByText('TemplateFeatureView needs template_features.npy, which was not found').waitFor();
    await status('TemplateFeatureView', 'missing data');
    // All of it can be read, not a line at a time.
    expect(await section().locator('[role=status]').first().evaluate(fits)).toBe(true);
    for (const view of HISTOGRAMS) {
      await status(view, '[0.0');
      expect((await look(view)).frames.has('0')).toBe(true);
    }
    await tidy(false);
  });
});

interface Recorded {
  readonly cluster_ids: readonly number[];
  readonly lasso: readonly {
    readonly view: string;
    readonly polygon: readonly (readonly [number, number])[];
    readonly n: number;
  }[];
}

describe.skipIf(!hasDataset('mini') || !hasGolden('views_mini'))('template features on the command line', () => {
  it('`phy run` splits off as many spikes as the reference, and refuses any other number of clusters', async () => {
    const recorded = readGolden('views_mini') as Readonly<Record<string, Recorded>>;
    const data = copyDataset('mini');
    const home = temporaryFolder('config');
    try {
      for (const name of ['pair', 'pair2']) {
        const { cluster_ids, lasso: lassos } = recorded[name];
        const own = lassos.filter(({ view }) => view === 'TemplateFeatureView');
        expect(own.length).toBe(3);
        const splits = own.map(({ polygon }) => JSON.stringify({ view: 'templateFeature', space: 'ndc', polygon }));
        const input = [`c ${cluster_ids.join(' ')}`, ...splits.flatMap((split) => [`split ${split}`, 'undo'])].join(
          '\n',
        );
        const { code, stdout } = await phy(['run', data, '-', '--discard'], { input, config: home });
        expect(code).toBe(0);
        const messages = jsonLines(stdout).flatMap(({ action, message }) =>
          action === 'split' ? [String(message)] : [],
        );
        const sizes = messages.map((message) => Number(/\((\d+) spikes?\)/.exec(message)?.[1]));
        for (const [k, { n }] of own.entries()) {
          // The second polygon has the lowest spike on an edge, which may fall on either side (commands.md 3).
          expect(k === 1 ? [n, n + 1] : [n]).toContain(sizes[k]);
        }
      }
      const lone = 'c 16\nsplit {"view":"templateFeature","polygon":[[0,0],[1,0],[1,1]]}';
      const { code, stdout } = await phy(['run', data, '-', '--discard'], { input: lone, config: home });
      expect(code).toBe(1);
      expect(jsonLines(stdout)[1]).toMatchObject({
        ok: false,
        message: 'TemplateFeatureView shows exactly two clusters, not 1. Select two to split there.',
      });
    } finally {
      removeFolder(data);
      removeFolder(home);
    }
  });
});
