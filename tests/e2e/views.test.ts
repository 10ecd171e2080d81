/**
 * The four views as a person uses them, through the real command line and a real browser: every key, snippet and gesture of
 * spec/curation.md 7.3 (with 7.4), and what is on screen afterwards, by value: status lines, kept settings, the painted marks.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { nd } from '../../src/core/base/nd.ts';
import { encodeNpy } from '../../src/core/files/npy.ts';
import { browserPath, hasDataset, startBrowser } from './harness.ts';
import { ViewSession, kept } from './viewSession.ts';
import {
  type Asked,
  type Picture,
  click,
  doubleClick,
  drag,
  group,
  lasso,
  menu,
  picturesIn,
  recordRequests,
  wheel,
} from './viewWindow.ts';
import { chips, expectSelection, snippet, statusLine } from './window.ts';

const canRun = browserPath !== undefined;
const BLUE = '#0892fc';
const RED = '#ff0202';
const VIEWS = ['WaveformView', 'FeatureView', 'CorrelogramView', 'AmplitudeView'] as const;

let browser: Browser;
let page: Page;
let asked: Asked[] = [];

beforeAll(async () => {
  if (canRun) browser = await startBrowser({ webgl: true });
});
afterAll(async () => {
  if (canRun) await browser.close();
});

const session = new ViewSession(
  () => browser,
  (window) => (page = window.page),
);
const { open, launch, end, close, tidy, user, local, look, status, settled, press, select, refused } = session;

/** The highest bar of a correlogram, CSS px from the top; the refractory band, painted first, is left out. */
function tops(shown: Picture, cell: string): number {
  const bars = [...shown.frame(cell).matchAll(/M\d+ (\d+)h\d+v\d+h-\d+z/g)].slice(1);
  return Math.min(...bars.map((match) => Number(match[1])));
}
/** Pixels of a view's canvas in the colour of the first cluster, or close to it. */
async function bluePixels(view: string): Promise<number> {
  return await page.locator(`section[aria-label="${view}"] canvas`).evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let k = 0; k < data.length; k += 4) if (data[k + 2] > 150 && data[k + 2] > 2 * data[k]) count += 1;
    return count;
  });
}
/** Requests of feature views for these clusters. */
const featuresAsked = (ids: string): number =>
  asked.filter((ask) => ask.query === 'feature' && String(ask.clusters) === ids).length;

describe.skipIf(!canRun || !hasDataset('mini'))('the four views on mini', () => {
  beforeAll(() => open('mini'));
  afterAll(close);
  afterEach(({ task }) => tidy(task.result?.state === 'fail'));

  it('waveforms: types, number, overlap, labels, box sizes', async () => {
    await select(2);
    await status('WaveformView', 'waveforms · high_pass', 'shown 100 of 2,483');
    for (const [key, type] of [
      ['w', 'mean_waveforms'],
      ['w', 'templates'],
      ['w', 'waveforms'],
      ['Shift+w', 'templates'],
      ['m', 'mean_waveforms'],
      ['m', 'waveforms'],
    ]) {
      await press(key);
      await status('WaveformView', `${type} · high_pass`);
    }
    await snippet(page, 'wn 50');
    await status('WaveformView', 'shown 50 of 2,483');
    await refused('wn 0', /Spikes per cluster must be 1 to/);
    await status('WaveformView', 'shown 50 of 2,483');

    await select(2, 24);
    await status('WaveformView', 'shown 100 of 3,844');
    const beside = await look('WaveformView');
    expect(beside.texts).toContain('15');
    expect(beside.start('15:24')[0]).toBeGreaterThan(beside.start('15:2')[0] + 30);
    await press('o', 'Control+l');
    const over = await look('WaveformView');
    expect(over.start('15:24')).toEqual(over.start('15:2'));
    expect(over.texts).not.toContain('15');
    await press('o', 'Control+l');
    await kept(() => user('WaveformView')).toMatchObject({
      overlap: false,
      do_show_labels: true,
      n_spikes_waveforms: 50,
    });

    await press('Control+ArrowUp', 'Control+ArrowUp', 'Control+ArrowDown', 'Control+ArrowRight', 'Control+ArrowRight');
    await press('Control+ArrowLeft', 'Shift+ArrowRight', 'Shift+ArrowUp', 'Shift+ArrowUp', 'Shift+ArrowLeft');
    await press('Shift+ArrowDown');
    await kept(() => local('WaveformView')).toMatchObject({
      box_scaling: [expect.closeTo(1.1, 9), expect.closeTo(1.1, 9)],
      probe_scaling: [expect.closeTo(1, 9), expect.closeTo(1.1, 9)],
    });
    expect(user('WaveformView')).not.toHaveProperty('box_scaling');
    await wheel(page, 'WaveformView', 2, ['Control']);
    await kept(() => (local('WaveformView').box_scaling as number[])[1]).toBeCloseTo(1.1 ** 3, 9);
    await menu(page, 'WaveformView', 'Reset scaling');
    await kept(() => (local('WaveformView').box_scaling as number[])[1]).toBe(1);
    await press('Control+ArrowLeft', 'Shift+ArrowDown');
  });

  it('a channel clicked in the waveform view becomes a dimension of the feature view, with a swap', async () => {
    await select(2);
    await status('FeatureView', 'channels: 15, 13');
    await status('WaveformView', 'shown 50');
    const boxes = await look('WaveformView');
    const on = (channel: number) => boxes.fraction(`${channel}:2`);
    await click(page, 'WaveformView', on(13), ['Control']);
    await status('FeatureView', 'channels: 13, 15');
    await click(page, 'WaveformView', on(17), ['Control'], 'right');
    await status('FeatureView', 'channels: 13, 17');
    await click(page, 'WaveformView', on(11), ['1']);
    await status('FeatureView', 'channels: 11, 17');
    await click(page, 'WaveformView', on(11), ['2']);
    await status('FeatureView', 'channels: 17, 11');
    await click(page, 'WaveformView', on(9));
    await menu(page, 'FeatureView', 'Clear channels');
    await status('FeatureView', 'channels: 15, 13');
  });

  it('features: channels that stay, scaling, marker size, dimensions for the amplitude view', async () => {
    await press('c');
    await select(4);
    await status('FeatureView', 'all 960 spikes', 'channels: 15, 13');
    await press('c');
    await select(2);
    await status('FeatureView', 'channels: 15, 13', 'all 2,483 spikes');
    await kept(() => user('FeatureView').fixed_channels).toBe(false);

    await press('Control++', 'Control++', 'Control+-');
    await kept(() => user('FeatureView').feature_scaling).toBeCloseTo(1.1, 9);
    await wheel(page, 'FeatureView', 1, ['Control', 'Shift']);
    await kept(() => user('FeatureView').feature_scaling).toBeCloseTo(1.21, 9);
    const cell = '1A,0A';
    const large = (await look('FeatureView')).points(cell, BLUE);
    await menu(page, 'FeatureView', 'Reset scaling');
    const plain = (await look('FeatureView')).points(cell, BLUE);
    const [width, wider] = [plain, large].map((points) => Math.max(...points.map(([x]) => x)) - points[0][0]);
    expect(plain.length).toBe(2483);
    expect(wider / width).toBeGreaterThan(1.15);
    await wheel(page, 'FeatureView', 2, ['Control']);
    await wheel(page, 'FeatureView', -1, ['Alt']);
    await kept(() => user('FeatureView').marker_size).toBeCloseTo(2.2, 9);
    await menu(page, 'FeatureView', 'Reset marker size');
    await kept(() => user('FeatureView').marker_size).toBe(2);

    await status('AmplitudeView', 'template');
    // Cell `1B,0A`: x is PC B of channel 13, y PC A of channel 15.
    await click(page, 'FeatureView', [0.88, 0.12], ['Alt']);
    await status('AmplitudeView', 'feature · 13B');
    await click(page, 'FeatureView', [0.88, 0.12], ['Alt'], 'right');
    await status('AmplitudeView', 'feature · 15A');
    await click(page, 'FeatureView', [0.65, 0.35], ['Shift']);
    await status('AmplitudeView', 'feature · 15B');
    // `time` takes the channel of the other dimension, first PC.
    await click(page, 'FeatureView', [0.4, 0.35], ['Alt']);
    await status('AmplitudeView', 'feature · 13A');
    await select(24);
    await status('AmplitudeView', 'feature · 14A');
    await menu(page, 'AmplitudeView', 'Change amplitudes type', 'template');
  });

  it('lasso: one cell, counts over all spikes, cleared by ctrl+right click, two points do not split', async () => {
    await select(2);
    await status('FeatureView', 'all 2,483 spikes');
    await lasso(page, 'FeatureView', [
      [0.4, 0.03],
      [0.9, 0.12],
      [0.52, 0.03],
    ]);
    await status('FeatureView', 'lasso: 1 more point');
    await press('k');
    await page
      .getByText(/Draw a lasso/)
      .first()
      .waitFor();
    await expectSelection(page, [2]);
    await lasso(page, 'FeatureView', [
      [0.52, 0.21],
      [0.4, 0.21],
    ]);
    await status('FeatureView', '2,483 of 2,483 spikes inside, 0 without coordinate');
    expect((await look('FeatureView')).svg).toMatch(/class="lasso"/);
    await click(page, 'FeatureView', [0.7, 0.7], ['Control'], 'right');
    await status('FeatureView', 'channels: 15, 13');
    expect((await look('FeatureView')).svg).not.toMatch(/class="lasso"/);
    const boxes = await look('WaveformView');
    await click(page, 'WaveformView', boxes.fraction('17:2'), ['Control'], 'right');
    await status('FeatureView', 'channels: 15, 17');
    await lasso(page, 'AmplitudeView', [
      [0.15, 0.05],
      [0.4, 0.05],
      [0.4, 0.9],
      [0.15, 0.9],
    ]);
    await status('AmplitudeView', 'of 2,483 spikes inside, 0 without coordinate');
    // The counts of three vertices stay on screen until those of four are there.
    await settled('AmplitudeView');
    const inside = Number(/([\d,]+) of 2,483/.exec(await statusLine(page, 'AmplitudeView'))?.[1].replace(',', ''));
    await press('k');
    await expect.poll(async () => (await chips(page)).length, { timeout: 20_000 }).toBe(2);
    await status('AmplitudeView', 'all 2,483 spikes');
    expect(inside).toBeGreaterThan(0);
    // New clusters are looked at on the channels where they were made; the next selection has its own again.
    await status('FeatureView', 'all 2,483 spikes', 'channels: 15, 17');
    const [made] = await chips(page);
    await select(made);
    await status('FeatureView', 'channels: 15, 13');
    await status('FeatureView', `all ${inside.toLocaleString('en-US')} spikes`);
    expect((await look('AmplitudeView')).svg).not.toMatch(/class="lasso"/);
    await press('Control+z');
    await expectSelection(page, [2]);
  });

  it('correlograms: normalisation, bin, window, refractory period, refusals, wheel, tints', async () => {
    await select(2, 24);
    await status('CorrelogramView', '50.0 ms (1.0 ms) · refractory 2.0 ms', 'all 3,844 spikes');
    const first = await look('CorrelogramView');
    expect([...first.frames.keys()]).toEqual(['0,0', '0,1', '1,0', '1,1']);
    expect(first.frame('0,0')).toContain(`fill="${BLUE}"`);
    expect(first.frame('1,1')).toContain(`fill="${RED}"`);
    expect(first.frame('0,1')).not.toContain(BLUE);
    expect(first.texts.filter((text) => text === '2' || text === '24')).toHaveLength(4);
    expect(first.texts.filter((text) => text === '−20')).toHaveLength(2);
    const own = tops(first, '1,1');
    await press('n');
    const uniform = await look('CorrelogramView');
    expect(tops(uniform, '1,1')).toBeGreaterThan(own + 20);
    await press('n');
    await kept(() => user('CorrelogramView').uniform_normalization).toBe(false);

    await snippet(page, 'cw 100');
    await status('CorrelogramView', '100.0 ms (1.0 ms)');
    await snippet(page, 'cb 0.1');
    await status('CorrelogramView', '100.0 ms (0.1 ms)');
    await snippet(page, 'cr 3');
    await status('CorrelogramView', 'refractory 3.0 ms');
    await refused('cb 100', 'Window must be wider than one bin (100 ms).');
    await status('CorrelogramView', '100.0 ms (0.1 ms)');
    await menu(page, 'CorrelogramView', 'Set window…');
    const prompt = page.getByRole('dialog').locator('input');
    expect(await prompt.inputValue()).toBe('100');
    await prompt.fill('50');
    await press('Enter');
    await prompt.waitFor({ state: 'detached' });
    await status('CorrelogramView', '50.0 ms (0.1 ms)');
    await snippet(page, 'cb 1');
    await wheel(page, 'CorrelogramView', 1, ['Control']);
    await status('CorrelogramView', '55.0 ms (1.0 ms)');
    await wheel(page, 'CorrelogramView', -2, ['Alt']);
    await status('CorrelogramView', '55.0 ms (0.8 ms)');
    await menu(page, 'CorrelogramView', 'Decrease');
    await status('CorrelogramView', '50.0 ms (0.8 ms)');
    await menu(page, 'CorrelogramView', 'Increase');
    await menu(page, 'CorrelogramView', 'Reset scaling');
    await snippet(page, 'cb 1');
    await status('CorrelogramView', '50.0 ms (1.0 ms)');
    await menu(page, 'CorrelogramView', 'Toggle labels');
    expect((await look('CorrelogramView')).texts).not.toContain('24');
    await menu(page, 'CorrelogramView', 'Toggle labels');
    await kept(() => local('CorrelogramView')).toEqual({
      bin_size: 0.001,
      window_size: 0.05,
      refractory_period: 0.003,
    });
  });

  it('correlograms: a right click takes a similar cluster into the cluster view', async () => {
    await select(24);
    await page.getByRole('grid', { name: 'SimilarityView' }).locator('[role=row][data-id="29"]').click();
    await expectSelection(page, [24, 29]);
    await status('CorrelogramView', 'all 1,546 spikes');
    await click(page, 'CorrelogramView', [0.3, 0.3], [], 'right');
    await status('SimilarityView', 'similar clusters: 29');
    await click(page, 'CorrelogramView', [0.7, 0.3], [], 'right');
    await status('ClusterView', 'clusters: 29, 24');
    await expectSelection(page, [29, 24]);
  });

  it('amplitudes: types, marker size, and a click that picks a time', async () => {
    await select(2);
    await menu(page, 'AmplitudeView', 'Change amplitudes type', 'template');
    await status('AmplitudeView', 'template', 'all 2,483 spikes');
    for (const [key, type] of [
      ['a', 'template_feature'],
      ['a', 'feature · 15A'],
      ['a', 'raw · channel 15 · high_pass'],
      ['a', 'template'],
      ['Shift+a', 'raw · channel 15 · high_pass'],
      ['a', 'template'],
    ]) {
      await press(key);
      await status('AmplitudeView', type);
    }
    await kept(() => user('AmplitudeView').amplitudes_type).toBe('template');
    await wheel(page, 'AmplitudeView', 1, ['Control']);
    await wheel(page, 'AmplitudeView', 1, ['Alt']);
    await kept(() => user('AmplitudeView').marker_size).toBeCloseTo(6.05, 9);
    await menu(page, 'AmplitudeView', 'Reset marker size');
    await kept(() => user('AmplitudeView').marker_size).toBe(5);
    await click(page, 'AmplitudeView', [0.4, 0.4], ['Alt']);
    await click(page, 'AmplitudeView', [0.4, 0.4], ['Shift']);
    const shown = await look('AmplitudeView');
    expect(shown.points('scatter', BLUE).length).toBe(2483);
    expect(shown.texts).toEqual(expect.arrayContaining(['0', '20', 's', 'density']));
  });

  it('pans, zooms about the pointer, resets', async () => {
    await select(2);
    const places: Readonly<Record<string, (shown: Picture) => readonly (readonly [number, number])[]>> = {
      WaveformView: (shown) => [shown.start('15:2')],
      FeatureView: (shown) => shown.points('1A,0A', BLUE),
      CorrelogramView: (shown) => [shown.start('0,0')],
      AmplitudeView: (shown) => shown.points('scatter', BLUE),
    };
    for (const view of VIEWS) {
      await status(view, '2,483');
      const find = places[view];
      const before = await look(view);
      const home = find(before);
      const [x, y] = home[Math.floor(home.length / 2)];
      await drag(page, view, [0.5, 0.5], [30, 12]);
      await wheel(page, view, 1, [], [(x + 30) / before.width, (y + 12) / before.height]);
      const moved = await look(view);
      const distances = find(moved).map((point) => Math.hypot(point[0] - x - 30, point[1] - y - 12));
      expect(Math.min(...distances), view).toBeLessThan(1);
      expect(moved.svg, view).not.toBe(before.svg);
      await drag(page, view, [0.5, 0.5], [40, 0], 'right');
      await drag(page, view, [0.5, 0.5], [40, 40], 'left', ['Shift']);
      await doubleClick(page, view);
      expect(find(await look(view)), view).toEqual(home);
    }
  });
});

const tabs = (...panels: readonly string[]) => ({ kind: 'tabs', size: 1, panels, active: panels[0] });
const column = (...children: readonly object[]) => ({ kind: 'column', size: 1, children });
const LAYOUT = {
  version: 1,
  floating: [],
  root: {
    kind: 'row',
    size: 1,
    children: [
      column(tabs('ClusterView'), tabs('SimilarityView')),
      column(tabs('FeatureView'), tabs('CorrelogramView')),
      column(tabs('WaveformView', 'FeatureView (1)'), tabs('AmplitudeView')),
    ],
  },
};

describe.skipIf(!canRun || !hasDataset('mini'))('views among each other on mini', () => {
  beforeAll(async () => {
    session.copy('mini');
    // Every spike as long before the end as it is after the beginning.
    const times = new BigUint64Array(readFileSync(join(session.folder, 'spike_times.npy')).buffer.slice(128));
    const reordered = nd(Float64Array.from(times, (sample) => 30_000 * 20 - Number(sample)));
    writeFileSync(join(session.folder, 'spike_times_reordered.npy'), Buffer.concat(encodeNpy(reordered)));
    // A second feature view waits behind the waveforms.
    mkdirSync(join(session.config, 'ts/TemplateGUI'), { recursive: true });
    writeFileSync(join(session.config, 'ts/TemplateGUI/state.json'), JSON.stringify({ layout: LAYOUT }));
    await launch();
    asked = recordRequests(page);
    await page.reload();
    await page.locator('[role=row]').nth(3).waitFor();
  });
  afterAll(close);
  afterEach(({ task }) => tidy(task.result?.state === 'fail'));

  it('follows the raw data filter, and keeps still where automatic update is off', async () => {
    await select(2);
    await status('WaveformView', 'waveforms · high_pass', 'shown 100');
    const before = await look('WaveformView');
    await press('Alt+r');
    await status('WaveformView', 'waveforms · raw');
    await page.getByText('Raw data filter: none.').first().waitFor();
    await expect
      .poll(async () => (await look('WaveformView')).frame('15:2:waves'))
      .not.toBe(before.frame('15:2:waves'));
    await group(page, 'WaveformView').getByLabel('Automatic update: on').click();
    await press('Alt+r');
    await select(24);
    await status('FeatureView', 'all 1,361 spikes');
    await status('WaveformView', 'Automatic update off · shows 2', 'of 2,483');
    expect((await look('WaveformView')).frames.has('15:2')).toBe(true);
    await kept(() => user('WaveformView').auto_update).toBe(false);
    await menu(page, 'WaveformView', 'Toggle auto update');
    await status('WaveformView', 'waveforms · high_pass', 'shown 100 of 1,361');
    await status('WaveformView', 'of 1,361');
  });

  it('shows the first 8 of 9 clusters and 20 of 21 correlograms; the order of the selection is the colour', async () => {
    await select(2, 24);
    await status('FeatureView', 'all 3,844 spikes');
    for (const [view, frame] of [
      ['FeatureView', '1A,0A'],
      ['AmplitudeView', 'scatter'],
    ]) {
      expect((await look(view)).points(frame, BLUE).length, view).toBe(2483);
    }
    expect((await look('WaveformView')).colors('15:2:waves')).toContain(BLUE);
    await select(24, 2);
    for (const view of VIEWS) await status(view, '3,844');
    for (const [view, frame] of [
      ['FeatureView', '1A,0A'],
      ['AmplitudeView', 'scatter'],
    ]) {
      const shown = await look(view);
      expect([shown.points(frame, BLUE).length, shown.points(frame, RED).length], view).toEqual([1361, 2483]);
    }
    expect((await look('WaveformView')).colors('15:2:waves')).toContain(RED);
    expect((await look('CorrelogramView')).frame('0,0')).toContain(BLUE);

    const many = [2, 24, 4, 12, 34, 27, 31, 1, 20, 22, 0, 33, 14, 35, 10, 17, 6, 9, 26, 16, 28];
    await select(...many.slice(0, 9));
    for (const view of ['WaveformView', 'FeatureView', 'AmplitudeView']) await status(view, 'first 8 of 9 clusters');
    await status('CorrelogramView', 'all 8,');
    expect((await look('CorrelogramView')).frames.size).toBeGreaterThanOrEqual(81);
    const legend = page.locator('section[aria-label="WaveformView"] [title^="Hold to bring cluster"]');
    expect(await legend.allInnerTexts()).toEqual(many.slice(0, 8).map(String));
    await snippet(page, `c ${many.join(' ')}`);
    await status('ClusterView', '21 selected');
    await status('CorrelogramView', 'first 20 of 21 clusters');
    const grid = await look('CorrelogramView');
    expect([grid.frames.has('19,19'), grid.frames.has('20,20')]).toEqual([true, false]);
    await select(2);
    for (const view of VIEWS) await status(view, '2,483');
  });

  it('asks nothing while its tab is hidden, and then only for the last selection', async () => {
    asked.length = 0;
    const tab = (name: string) => page.locator('.phy-tab').getByText(name, { exact: true });
    await select(4);
    await status('FeatureView', 'all 960 spikes');
    await select(24);
    await status('FeatureView', 'all 1,361 spikes');
    await page.waitForTimeout(300);
    expect([featuresAsked('4'), featuresAsked('24')]).toEqual([1, 1]);
    await tab('FeatureView (1)').click();
    await status('FeatureView (1)', 'all 1,361 spikes');
    expect([featuresAsked('4'), featuresAsked('24')]).toEqual([1, 2]);

    // Keys act on the one that was clicked last, and each keeps its own settings.
    await press('Control++');
    await kept(() => user('FeatureView (1)').feature_scaling).toBeCloseTo(1.1, 9);
    expect(user('FeatureView')).not.toHaveProperty('feature_scaling');
    await wheel(page, 'FeatureView (1)', 1, ['Control']);
    await kept(() => user('FeatureView (1)').marker_size).toBeCloseTo(2.2, 9);
    expect(user('FeatureView')).not.toHaveProperty('marker_size');
    await menu(page, 'FeatureView (1)', 'Increase');
    await kept(() => user('FeatureView (1)').feature_scaling).toBeCloseTo(1.21, 9);
    await tab('FeatureView').click();
    await press('Control++');
    await kept(() => user('FeatureView').feature_scaling).toBeCloseTo(1.1, 9);
    expect(user('FeatureView (1)').feature_scaling).toBeCloseTo(1.21, 9);
    await tab('FeatureView (1)').click();

    await page.getByRole('menubar').getByText('View', { exact: true }).click();
    await page.getByRole('menuitem', { name: 'Add FeatureView' }).click();
    await status('FeatureView (2)', 'all 1,361 spikes');
    await group(page, 'FeatureView (2)').getByLabel('Close').click();
    await group(page, 'FeatureView (1)').getByLabel('Close').click();
    await page.locator('section[aria-label="FeatureView (1)"]').waitFor({ state: 'detached' });
    await menu(page, 'FeatureView', 'Reset scaling');
  });

  it('ctrl+r takes reordered times in feature and amplitude views, and nowhere else', async () => {
    await select(2);
    for (const view of VIEWS) await status(view, '2,483');
    const views = [
      ['FeatureView', 'time,0A'],
      ['AmplitudeView', 'scatter'],
    ] as const;
    const places = async () => {
      const points = [];
      for (const [view, frame] of views) points.push((await look(view)).points(frame, BLUE).map(([x]) => x));
      return points;
    };
    const before = await places();
    asked.length = 0;
    await press('Control+r');
    await page.getByText('Time axes show spike_times_reordered.npy.').first().waitFor();
    await kept(() => asked.map(({ query, params }) => `${query} ${String(params.reordered)}`).sort()).toEqual([
      'amplitude true',
      'feature true',
    ]);
    for (const [view] of views) await settled(view);
    const after = await places();
    for (const [k, xs] of before.entries()) {
      // Mirrored: the first is as far from the last as it was.
      const sums = xs.map((x, i) => x + after[k][i]);
      expect(Math.max(...sums) - Math.min(...sums), views[k][0]).toBeLessThan(1);
    }
    // A reordered time is no place that trace views could go to.
    await click(page, 'AmplitudeView', [0.4, 0.4], ['Alt']);
    await page
      .getByText(/Reordered times are no places in the recording/)
      .first()
      .waitFor();
    await press('Control+r');
    await page.getByText('Time axes show the times of the spikes.').first().waitFor();
    for (const [view] of views) await settled(view);
    expect(await places()).toEqual(before);
  });

  it('settings apply at once and are taken back by Cancel; pictures are files; all is there at the next launch', async () => {
    await select(2);
    await status('AmplitudeView', 'all 2,483 spikes');
    await group(page, 'AmplitudeView').getByLabel('View settings').click();
    const form = page.getByRole('dialog', { name: 'AmplitudeView settings' });
    await form.getByRole('textbox', { name: 'Spikes per cluster' }).fill('100');
    await status('AmplitudeView', 'shown 100 of 2,483');
    await form.getByRole('textbox', { name: 'Spikes per cluster' }).fill('-1');
    await form.getByRole('alert').waitFor();
    await form.getByRole('button', { name: 'Cancel' }).click();
    await status('AmplitudeView', 'all 2,483 spikes');
    await group(page, 'AmplitudeView').getByLabel('View settings').click();
    await form.getByRole('textbox', { name: 'Spikes per cluster' }).fill('200');
    await form.getByRole('button', { name: 'Done' }).click();
    await status('AmplitudeView', 'shown 200 of 2,483');
    await snippet(page, 'cw 80');
    await press('n', 'o', 'm', 'Control+ArrowUp', 'Alt+r');
    await status('WaveformView', 'mean_waveforms · raw');
    await menu(page, 'AmplitudeView', 'Increase marker size');

    await group(page, 'CorrelogramView').getByLabel('Screenshot').click();
    await expect
      .poll(
        () =>
          picturesIn(session.config).filter((name) => /^phy_screenshot_\d{14}_CorrelogramView.*\.png$/.test(name))
            .length,
      )
      .toBe(1);
    await page
      .getByText(/Saved the picture as .*CorrelogramView/)
      .first()
      .waitFor();

    await kept(() => user('AmplitudeView')).toMatchObject({ n_spikes_amplitudes: 200, marker_size: 5.5 });
    await kept(() => local('CorrelogramView').window_size).toBe(0.08);
    await end();
    await launch();
    await select(2);
    await status('AmplitudeView', 'shown 200 of 2,483');
    await status('CorrelogramView', '80.0 ms (1.0 ms)');
    await status('WaveformView', 'mean_waveforms · raw');
    // Another dataset: what belongs to the user is there, what belongs to the dataset is not.
    await session.anotherDataset('mini');
    await select(2);
    await status('AmplitudeView', 'shown 200 of 2,483');
    await status('CorrelogramView', '50.0 ms (1.0 ms)');
    await status('WaveformView', 'mean_waveforms · raw');
    expect(user('CorrelogramView').uniform_normalization).toBe(true);
    expect(local('WaveformView')).toEqual({});
  });

  it.each(['canvas', 'webgl'])('draws with ?renderer=%s', async (renderer) => {
    const address = new URL(page.url());
    address.searchParams.set('renderer', renderer);
    await page.addInitScript(() => {
      // It runs once more for every test that added it.
      if (Reflect.has(globalThis, 'linkedPrograms')) return;
      Reflect.set(globalThis, 'linkedPrograms', 0);
      const plain: unknown = Reflect.get(WebGL2RenderingContext.prototype, 'linkProgram');
      if (typeof plain !== 'function') return;
      const counted = new Proxy(plain, {
        apply(target, self, args) {
          Reflect.set(globalThis, 'linkedPrograms', Number(Reflect.get(globalThis, 'linkedPrograms')) + 1);
          return Reflect.apply(target, self, args);
        },
      });
      Reflect.set(WebGL2RenderingContext.prototype, 'linkProgram', counted);
    });
    const linked = () => page.evaluate(() => Number(Reflect.get(globalThis, 'linkedPrograms')));
    await page.goto(address.href);
    await page.locator('[role=row]').nth(3).waitFor();
    // All programs of the graphics processor are made before the first selection waits for them, and once.
    const programs = renderer === 'webgl' ? 9 : 0;
    await expect.poll(linked, { timeout: 20_000 }).toBe(programs);
    await select(2);
    for (const view of VIEWS) {
      await status(view, '2,483');
      await expect.poll(() => bluePixels(view), { timeout: 20_000 }).toBeGreaterThan(300);
    }
    expect(await linked()).toBe(programs);
  });
});

describe.skipIf(!canRun || !hasDataset('kilosort4-neuropixels'))('views of a dataset without their files', () => {
  beforeAll(() => open('kilosort4-neuropixels'));
  afterAll(close);

  it('say what is missing and where; the others work', async () => {
    await press('ArrowDown');
    for (const [view, title, file] of [
      ['WaveformView', 'This dataset has no waveforms', 'templates.npy'],
      ['FeatureView', 'This dataset has no features', 'pc_features.npy'],
    ]) {
      const text = await page.locator(`section[aria-label="${view}"]`).innerText();
      expect(text).toContain(title);
      expect(text).toContain(file);
      await status(view, 'missing data');
    }
    await status('CorrelogramView', '50.0 ms (1.0 ms)', 'spikes');
    await press('w', 'c', 'm', 'o');
    expect((await look('CorrelogramView')).frames.has('0,0')).toBe(true);
    await tidy(false);
  });
});

describe.skipIf(!canRun || !hasDataset('template-sim'))('spikes without a coordinate', () => {
  beforeAll(() => open('template-sim'));
  afterAll(close);

  it('are counted, never assigned silently', async () => {
    // Features are stored on 12 of 32 channels: those of cluster 43 lack the channels of cluster 34.
    await select(34);
    await status('FeatureView', 'all 4 spikes');
    await press('c');
    await select(34, 43);
    await status('FeatureView', 'all 12 spikes · 8 without coordinate');
    await lasso(page, 'FeatureView', [
      [0.33, 0.02],
      [0.52, 0.02],
      [0.52, 0.22],
      [0.33, 0.22],
    ]);
    await status('FeatureView', '3 of 12 spikes inside, 8 without coordinate');
    await press('k');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('8 of 12 spikes have no coordinate').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expectSelection(page, [34, 43]);
    await status('FeatureView', '3 of 12 spikes inside');
    await press('k');
    await dialog.getByRole('button', { name: 'Keep with the rest' }).click();
    await page.getByText('Split 34 into 64 (3 spikes) and 65 (1 spike).').first().waitFor();
    await expectSelection(page, [64, 65]);
    await tidy(false);
  });
});
