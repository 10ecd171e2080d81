/**
 * TraceView and TraceImageView as a person uses them: every key, snippet and gesture of spec/curation.md 7.3, what they say to other views, what
 * is drawn (by value), what is kept.
 */
import { closeSync, ftruncateSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readTrace } from '../../src/core/analysis/signal.ts';
import type { Dataset } from '../../src/core/dataset/dataset.ts';
import { openDataset } from '../../src/core/dataset/open.ts';
import { folderStorage } from '../../src/node/folder.ts';
import {
  browserPath,
  copyDataset,
  hasDataset,
  openWindow,
  type Program,
  removeFolder,
  startBrowser,
  startProgram,
  temporaryFolder,
  type Window,
} from './harness.ts';
import {
  click,
  doubleClick,
  drag,
  keptSettings,
  menu,
  type Picture,
  picture,
  picturesIn,
  wheel,
} from './viewWindow.ts';
import { expectSelection, plotBox, snippet, statusLine } from './window.ts';

const canRun = browserPath !== undefined && hasDataset('mini');
const TRACE = 'TraceView';
const IMAGE = 'TraceImageView';
const BLUE = '#0892fc';
const RED = '#ff0202';
const SIZE = { width: 1920, height: 1080 };

let browser: Browser;
let folder = '';
let config = '';
let program: Program;
let window: Window;
let page: Page;

beforeAll(async () => {
  if (canRun) browser = await startBrowser();
});
afterAll(async () => {
  if (canRun) await browser.close();
});

async function launch(): Promise<void> {
  program = await startProgram(folder, config);
  window = await openWindow(browser, program.url, SIZE);
  page = window.page;
  page.setDefaultTimeout(20_000);
}
async function open(): Promise<void> {
  folder = copyDataset('mini');
  config = temporaryFolder('config');
  await launch();
}
async function end(): Promise<void> {
  await window.context.close();
  expect(await program.end()).toBe(0);
}
async function close(): Promise<void> {
  await end();
  removeFolder(folder);
  removeFolder(config);
}

const user = (view: string) => keptSettings(join(config, 'ts/TemplateGUI/state.json'), view);
const local = (view: string) => keptSettings(join(folder, '.phy/ts/state.json'), view);
const look = (view: string): Promise<Picture> => picture(page, config, view);
const soon = (read: () => unknown) => expect.poll(read, { timeout: 20_000 });
const press = async (...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
async function select(...ids: readonly number[]): Promise<void> {
  await snippet(page, `c ${ids.join(' ')}`);
  await expectSelection(page, ids);
}
async function status(view: string, ...parts: readonly string[]): Promise<void> {
  for (const part of parts) await soon(() => statusLine(page, view)).toContain(part);
}

/** The interval that a status line says, s. */
async function interval(view: string): Promise<readonly [number, number]> {
  const match = /([\d.]+)–([\d.]+) s/.exec(await statusLine(page, view));
  return match === null ? [Number.NaN, Number.NaN] : [Number(match[1]), Number(match[2])];
}
const near = (a: readonly [number, number], slack = 0.0051) =>
  a.map((value) => expect.closeTo(value, -Math.log10(2 * slack)));
const shows = (view: string, start: number, end: number, slack?: number) =>
  soon(() => interval(view)).toEqual(near([start, end], slack));

/** The plot area of a picture of the trace view, CSS px: inside its gutters. */
const area = (shown: Picture) => ({ left: 30, right: shown.width - 8, top: 8, bottom: shown.height - 20 });
const GROUP = /<g (?:fill="none" )?[^>]*?stroke-width="([\d.]+)"[^>]*>(.*?)<\/g>/g;
const PATH = /<path d="([^"]*)"[^>]*?stroke="(#[0-9a-f]+)"/g;

interface Line {
  readonly width: number;
  readonly color: string;
  readonly points: readonly (readonly [number, number])[];
}
/** Lines of a frame in painting order: a list for each mark. */
function marksOf(shown: Picture): readonly (readonly Line[])[] {
  return [...shown.frame('traces').matchAll(GROUP)].map(([, width, paths]) =>
    [...paths.matchAll(PATH)].map(([, path, color]) => ({
      width: Number(width),
      color,
      points: [...path.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(
        (match) => [Number(match[1]), Number(match[2])] as const,
      ),
    })),
  );
}
/** Spikes over the traces, in painting order. */
const spikesOf = (shown: Picture, width: number, color?: string): readonly Line[] =>
  marksOf(shown)
    .flat()
    .filter((line) => line.width === width && (color === undefined || line.color === color));

/** Shows 0.2 s about a time, or as near to it as the recording goes. */
const around = (time: number) => {
  const start = Math.min(Math.max(0, time - 0.1), 19.8);
  return shows(TRACE, start, start + 0.2);
};
/** From the lowest to the highest point of the trace of channel 5, px. */
const rowHeight = (shown: Picture): number => {
  const ys = marksOf(shown)[0][5].points.map(([, y]) => y);
  return Math.max(...ys) - Math.min(...ys);
};
/** Where the trace of channel 1 begins, px from the top. */
const firstY = (shown: Picture): number => marksOf(shown)[0][1].points[0][1];
/** Marks that are traces. */
const traceMarks = (shown: Picture): number => marksOf(shown).filter((mark) => mark.length === 32).length;
/** Spikes of clusters that are not selected: over the traces, under the selected ones. */
const otherSpikes = (shown: Picture): readonly Line[] =>
  marksOf(shown)
    .slice(0, -1)
    .filter((mark) => mark.length !== 32)
    .flat();
/** Where the bar in the amplitude view begins, a share of the width: it is the first mark of the scatter plot. */
const barAt = async (): Promise<number> => {
  const amplitude = await look('AmplitudeView');
  return Number(/M(-?[\d.]+) /.exec(amplitude.frame('scatter'))?.[1]) / amplitude.width;
};
/** The picture within the picture, base64. */
const image = (shown: Picture): string => /href="data:image\/png;base64,([^"]+)"/.exec(shown.svg)?.[1] ?? '';

/** Many notches of the wheel over the middle of the plot, without a picture for each. */
const spin = (notches: number): Promise<void> =>
  page
    .locator(`section[aria-label="${TRACE}"] canvas`)
    .first()
    .evaluate((canvas, count) => {
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, cancelable: true };
      for (let k = 0; k < Math.abs(count); k++)
        canvas.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: -120 * Math.sign(count) }));
    }, notches);

async function openMini(): Promise<Dataset> {
  return await openDataset(folderStorage(folder), 'params.py');
}

describe.skipIf(!canRun)('TraceView on mini', () => {
  beforeAll(open);
  afterAll(close);
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') for (let k = 0; k < 3; k++) await press('Escape');
    expect(window.errors.splice(0)).toEqual([]);
  });

  it('shows a quarter of a second around the middle, all channels, nothing selected; looking writes nothing', async () => {
    await status(TRACE, '9.88–10.13 s · high_pass', '32 channels');
    const shown = await look(TRACE);
    for (const text of ['30', '1', '10.0', 's']) expect(shown.texts).toContain(text);
    expect(spikesOf(shown, 1.4)).toEqual([]);
    expect(local(TRACE)).toEqual({});
  });

  it('draws the filtered trace: each sample where it belongs, spikes as the same samples', async () => {
    await select(2, 24);
    await snippet(page, 'tg 9.9');
    for (let k = 0; k < 16; k++) await press('Alt++');
    await soon(() => interval(TRACE).then(([a, b]) => b - a)).toBeLessThan(0.008);
    await status(TRACE, '32 channels');
    // What is kept is exact; the status line rounds.
    const said = await interval(TRACE);
    await soon(() => local(TRACE).interval).toEqual(said.map((value) => expect.closeTo(value, 3)));
    const [t0, t1] = local(TRACE).interval as readonly [number, number];
    const shown = await look(TRACE);
    const { left, right } = area(shown);
    const dataset = await openMini();
    const rate = dataset.sampleRate;
    const range = [Math.ceil(t0 * rate), Math.floor(t1 * rate)] as const;
    const source = {
      traces: dataset.traces!,
      sampleRate: rate,
      channelIds: Int32Array.from({ length: 32 }, (_, c) => c),
      filter: 'high_pass',
    } as const;
    const samples = await readTrace(source, range, () => Promise.resolve());
    const lines = marksOf(shown).filter((mark) => mark[0]?.width === 1 && mark.length === 32);
    /** Sample and y of every vertex of a channel. */
    const drawn = (channel: number): ReadonlyMap<number, number> =>
      new Map(
        lines
          .flatMap((mark) => mark[channel].points)
          .map(([x, y]) => [Math.round((t0 + ((x - left) / (right - left)) * (t1 - t0)) * rate), y] as const),
      );
    // One scale for all rows, an offset of its own for each.
    let pixels = Number.NaN;
    for (const channel of [0, 11, 15, 31]) {
      const points = drawn(channel);
      const values = Array.from({ length: range[1] - range[0] }, (_, s) => samples[32 * s + channel]);
      const ys = values.map((_, s) => points.get(range[0] + s) ?? Number.NaN);
      const [low, high] = [values.indexOf(Math.min(...values)), values.indexOf(Math.max(...values))];
      const slope = (ys[low] - ys[high]) / (values[low] - values[high]);
      if (Number.isNaN(pixels)) pixels = slope;
      expect(slope / pixels).toBeCloseTo(1, 2);
      for (const [s, value] of values.entries())
        expect(Math.abs(ys[s] - ys[low] - slope * (value - values[low]))).toBeLessThan(0.1);
    }
    expect(pixels).toBeLessThan(0);
    // Spikes of the selected clusters that lie inside: on the channels of the query, vertex on vertex.
    const colored = [...spikesOf(shown, 1.4, BLUE), ...spikesOf(shown, 1.4, RED)];
    expect(colored.length).toBeGreaterThan(5);
    const all = new Set(lines.flat().flatMap((line) => line.points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`)));
    const inside = colored.flatMap((line) => line.points).filter(([x]) => x > left && x < right);
    expect(inside.length).toBeGreaterThan(50);
    for (const [x, y] of inside) expect(all.has(`${x.toFixed(1)} ${y.toFixed(1)}`)).toBe(true);
    await dataset.close();
  });

  it('moves by keys and snippets', async () => {
    await menu(page, TRACE, 'Go to start');
    for (let k = 0; k < 16; k++) await press('Alt+-');
    await shows(TRACE, 0, 0.25);
    await press('Alt+End');
    await shows(TRACE, 19.75, 20);
    await press('Alt+Home');
    await shows(TRACE, 0, 0.25);
    for (let k = 0; k < 10; k++) await press('Alt+ArrowRight');
    await shows(TRACE, 0.25, 0.5);
    await press('Alt+ArrowLeft');
    await shows(TRACE, 0.225, 0.475);
    await press('Shift+Alt+ArrowRight');
    await shows(TRACE, 2.225, 2.475);
    await press('Shift+Alt+ArrowLeft');
    await shows(TRACE, 0.225, 0.475);
    await snippet(page, 'tg 5');
    await shows(TRACE, 4.875, 5.125);
    await snippet(page, 'ts -1.5');
    await shows(TRACE, 3.375, 3.625);
    await press('Alt+-');
    await shows(TRACE, 3.34, 3.66);
    await press('Alt++', 'Alt++');
    await shows(TRACE, 3.4, 3.6);
    await press('Alt+t');
    const prompt = page.getByRole('dialog').locator('input');
    expect(await prompt.inputValue()).toBe('3.5');
    await prompt.fill('12');
    await press('Enter');
    await prompt.waitFor({ state: 'detached' });
    await shows(TRACE, 11.9, 12.1);
    await press(':');
    await page.keyboard.type('tg soon');
    await press('Enter');
    await page.getByText('go_to takes a number of seconds.').first().waitFor();
    await press('Escape');
    await page.getByLabel('Snippet').waitFor({ state: 'detached' });
    await shows(TRACE, 11.9, 12.1);
    await soon(() => local(TRACE).interval).toEqual([expect.closeTo(11.9, 2), expect.closeTo(12.1, 2)]);
  });

  it('goes from spike to spike of the first selected cluster, round and round', async () => {
    const dataset = await openMini();
    const times = [...dataset.spikes.clusters.keys()]
      .filter((spike) => dataset.spikes.clusters[spike] === 29)
      .map((spike) => dataset.spikes.seconds(spike));
    await dataset.close();
    await select(29, 2);
    await snippet(page, 'tg 10');
    const next = times.findIndex((time) => time > 10);
    await press('Alt+PageDown');
    await around(times[next]);
    await press('Alt+PageDown', 'Alt+PageDown', 'Alt+PageDown');
    await around(times[next + 3]);
    await press('Alt+PageUp');
    await around(times[next + 2]);
    await press('Alt+Home');
    // The first spikes lie where the interval cannot be centred: no spike is left out all the same.
    await press('Alt+PageUp');
    await snippet(page, 'tg 0');
    await press('Alt+PageUp');
    const before = times.filter((time) => time < 0.1).at(-1);
    await around(before ?? times[times.length - 1]);
    await snippet(page, 'tg 20');
    const last = times.findIndex((time) => time > 19.9);
    for (const time of last < 0 ? [times[0]] : [...times.slice(last), times[0]]) {
      await press('Alt+PageDown');
      await around(time);
    }
    await press('Alt+PageUp');
    await around(times[times.length - 1]);
  });

  it('is moved by the pointer: drags and wheels keep what is under it, a double click goes back', async () => {
    await snippet(page, 'tg 10');
    await shows(TRACE, 9.9, 10.1);
    const box = await plotBox(page, TRACE);
    const perPixel = 0.2 / (box.width - 38);
    await drag(page, TRACE, [0.5, 0.5], [-120, 0]);
    await shows(TRACE, 9.9 + 120 * perPixel, 10.1 + 120 * perPixel, 0.007);
    // On beyond what was loaded, and to the end of the recording, which is a wall.
    await snippet(page, 'tg 19.5');
    await drag(page, TRACE, [0.8, 0.5], [-250, 0]);
    await drag(page, TRACE, [0.8, 0.5], [-250, 0]);
    await drag(page, TRACE, [0.8, 0.5], [-250, 0]);
    await shows(TRACE, 19.8, 20);
    await snippet(page, 'tg 10');
    const at = (30 + 0.25 * (box.width - 38)) / box.width;
    await wheel(page, TRACE, 4, [], [at, 0.5]);
    const width = 0.2 / 1.161834 ** 4;
    await shows(TRACE, 9.95 - 0.25 * width, 9.95 + 0.75 * width);
    await wheel(page, TRACE, -4, [], [at, 0.5]);
    await shows(TRACE, 9.9, 10.1);
    await wheel(page, TRACE, 2, ['Alt']);
    await shows(TRACE, 9.86, 10.06);
    await doubleClick(page, TRACE);
    await shows(TRACE, 9.86, 10.06);
    await drag(page, TRACE, [0.5, 0.5], [60, 0], 'right');
    await soon(() => interval(TRACE).then(([a, b]) => b - a)).toBeLessThan(0.15);
    await doubleClick(page, TRACE);
    await shows(TRACE, 9.86, 10.06);
    await drag(page, TRACE, [0.5, 0.5], [90, 0], 'left', ['Shift']);
    await shows(TRACE, 9.86, 10.06);
  });

  it('zooms the rows with ctrl+shift+wheel and over the channel numbers; numbers follow and never touch', async () => {
    const before = await look(TRACE);
    await wheel(page, TRACE, 6, ['Control', 'Shift'], [0.5, 0.97]);
    const zoomed = await look(TRACE);
    expect(zoomed.texts).toContain('1');
    expect(zoomed.texts).not.toContain('30');
    await wheel(page, TRACE, -6, [], [0.02, 0.97]);
    await soon(async () => (await look(TRACE)).texts).toEqual(before.texts);
    await doubleClick(page, TRACE);
    await shows(TRACE, 9.86, 10.06);
  });

  it('scales, shows labels, turns over, keeps the scale', async () => {
    const plain = await look(TRACE);
    await press('Alt+ArrowUp', 'Alt+ArrowUp');
    await wheel(page, TRACE, 1, ['Control']);
    await soon(() => local(TRACE).scaling).toBeCloseTo(1.331, 6);
    expect(rowHeight(await look(TRACE)) / rowHeight(plain)).toBeCloseTo(1.331, 1);
    await press('Alt+ArrowDown');
    await soon(() => local(TRACE).scaling).toBeCloseTo(1.21, 6);
    // The keys of later versions, as long as no trace image has them.
    await press('Control+Alt+ArrowDown');
    await soon(() => local(TRACE).scaling).toBeCloseTo(1.1, 6);
    await menu(page, TRACE, 'Reset scaling');
    await soon(() => local(TRACE).scaling).toBe(1);
    await press('Alt+l');
    await soon(() => user(TRACE).do_show_labels).toBe(false);
    expect((await look(TRACE)).texts).not.toContain('30');
    await press('Alt+l');
    const bottom = firstY(await look(TRACE));
    await press('Alt+o');
    await soon(() => user(TRACE).origin).toBe('top');
    expect(firstY(await look(TRACE))).toBeLessThan(bottom - 300);
    await press('Alt+o');
    await menu(page, TRACE, 'Toggle auto scale');
    await soon(() => user(TRACE).auto_scale).toBe(false);
    await press('Shift+Alt+ArrowRight');
    await status(TRACE, '32 channels');
    await menu(page, TRACE, 'Toggle auto scale');
    await soon(() => user(TRACE)).toMatchObject({ do_show_labels: true, origin: 'bottom', auto_scale: true });
    expect(user(TRACE)).not.toHaveProperty('scaling');
    expect(user(TRACE)).not.toHaveProperty('interval');
  });

  it('colours the spikes of all clusters, by scheme', async () => {
    await select(2);
    await snippet(page, 'tg 10');
    await soon(async () => spikesOf(await look(TRACE), 1.4, BLUE).length).toBeGreaterThan(20);
    expect(otherSpikes(await look(TRACE))).toEqual([]);
    await press('Alt+s');
    await status(TRACE, 'high_pass · depth');
    await soon(async () => otherSpikes(await look(TRACE)).length).toBeGreaterThan(100);
    const depth = await look(TRACE);
    expect(traceMarks(depth)).toBeGreaterThan(0);
    expect(otherSpikes(depth).some((line) => line.color === BLUE)).toBe(false);
    await wheel(page, TRACE, 1, ['Shift']);
    await status(TRACE, 'high_pass · firing_rate');
    await wheel(page, TRACE, -2, ['Shift']);
    await status(TRACE, 'high_pass · cluster_group');
    await menu(page, TRACE, 'Change color scheme', 'random');
    await status(TRACE, 'high_pass · random');
    await soon(() => user(TRACE)).toMatchObject({ show_all_spikes: true, color_scheme: 'random' });
    const colors = new Set(otherSpikes(await look(TRACE)).map((line) => line.color));
    expect(colors.size).toBeGreaterThan(10);
    await press('Alt+s');
    await soon(() => statusLine(page, TRACE)).not.toContain('random');
  });

  it('selects the cluster of a spike by ctrl+click, and a channel for the feature view by shift+click', async () => {
    await select(2, 24);
    await snippet(page, 'tg 9.9');
    await soon(async () => spikesOf(await look(TRACE), 1.4, RED).length).toBeGreaterThan(5);
    const shown = await look(TRACE);
    const red = spikesOf(shown, 1.4, RED).filter(({ points: [[x]] }) => x > 60 && x < shown.width - 60);
    const blue = spikesOf(shown, 1.4, BLUE);
    // A red spike with no blue one near it in time.
    const alone = red.find(({ points: [[x]] }) => blue.every(({ points: [[other]] }) => Math.abs(other - x) > 12))!;
    const ys = alone.points.map(([, at]) => at);
    const [x, y] = [alone.points[Math.floor(ys.length / 2)][0], (Math.min(...ys) + Math.max(...ys)) / 2];
    await click(page, TRACE, [x / shown.width, y / shown.height], ['Control']);
    await expectSelection(page, [24]);
    await status('FeatureView', 'channels: 14, 12');
    const row = (label: string): number => {
      const match = new RegExp(`y="([\\d.]+)"[^>]*>${label}</text>`).exec(shown.svg);
      return Number(match?.[1]) - 4;
    };
    await click(page, TRACE, [0.5, row('10') / shown.height], ['Shift']);
    await status('FeatureView', 'channels: 10, 12');
    await click(page, TRACE, [0.5, row('15') / shown.height], ['Shift'], 'right');
    await status('FeatureView', 'channels: 10, 15');
    await expectSelection(page, [24]);
  });

  it('is marked in the amplitude view, and goes where one alt+clicks there', async () => {
    await select(2);
    await snippet(page, 'tg 5');
    const before = await barAt();
    await press('Shift+Alt+ArrowRight');
    await soon(barAt).toBeGreaterThan(before + 0.04);
    await click(page, 'AmplitudeView', [0.6, 0.4], ['Alt']);
    await soon(() => interval(TRACE).then(([a]) => a)).toBeGreaterThan(9);
    const [a, b] = await interval(TRACE);
    await soon(barAt).toBeCloseTo(0.6, 2);
    await snippet(page, 'tg 2');
    await click(page, 'AmplitudeView', [0.6, 0.4], ['Alt']);
    await shows(TRACE, a, b);
  });

  it('follows the raw data filter; raw data lose the median of each channel', async () => {
    await press('Alt+r');
    await status(TRACE, '· raw');
    await soon(async () => (await statusLine(page, TRACE)).includes('32 channels')).toBe(true);
    const shown = await look(TRACE);
    const rows = marksOf(shown).filter((mark) => mark.length === 32);
    const middles = Array.from({ length: 32 }, (_, channel) => {
      const ys = rows.flatMap((mark) => mark[channel].points.map(([, y]) => y)).sort((p, q) => p - q);
      return ys[ys.length >> 1];
    }).sort((p, q) => p - q);
    const steps = middles.slice(1).map((y, k) => y - middles[k]);
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.8);
    await press('Alt+r');
    await status(TRACE, '· high_pass');
  });

  it('has the whole recording in a strip: click, drag, keys', async () => {
    await snippet(page, 'tg 10');
    const strip = page
      .locator(`section[aria-label="${TRACE}"]`)
      .getByRole('slider', { name: 'Place in the recording' });
    const box = (await strip.boundingBox())!;
    const x = (seconds: number): number => box.x + (seconds / 20) * box.width;
    const y = box.y + box.height / 2;
    await page.mouse.click(x(4), y);
    const [start, end] = await interval(TRACE);
    expect((start + end) / 2).toBeCloseTo(4, 1);
    await page.mouse.move(x(4), y);
    await page.mouse.down();
    await page.mouse.move(x(9), y);
    await page.mouse.move(x(15), y);
    await page.mouse.up();
    await soon(() => interval(TRACE).then(([a, b]) => (a + b) / 2)).toBeCloseTo(15, 1);
    expect(await strip.getAttribute('aria-valuetext')).toMatch(/^1[45]\.\d\d–15\.\d\d s of 20 s$/);
    await strip.focus();
    await press('Home');
    await shows(TRACE, 0, 0.2);
    await press('ArrowRight', 'ArrowRight');
    await shows(TRACE, 0.04, 0.24);
    await press('PageDown');
    await shows(TRACE, 0.24, 0.44);
    await press('End');
    await shows(TRACE, 19.8, 20);
    await page.locator('body').click({ position: { x: 700, y: 12 } });
  });

  it('shows everything, from one millisecond to the whole recording', async () => {
    await snippet(page, 'tg 10');
    await spin(60);
    await soon(() => interval(TRACE).then(([a, b]) => b - a)).toBeCloseTo(0.001, 5);
    expect(marksOf(await look(TRACE)).flat().length).toBeGreaterThan(31);
    await spin(-80);
    await shows(TRACE, 0, 20);
    await status(TRACE, '32 channels');
    await soon(() => statusLine(page, TRACE)).not.toContain('of the samples');
    const shown = await look(TRACE);
    const { left, right } = area(shown);
    const xs = marksOf(shown)
      .filter((mark) => mark.length === 32)
      .flatMap((mark) => mark[7].points.map(([x]) => x));
    expect(Math.min(...xs)).toBeLessThan(left + 3);
    expect(Math.max(...xs)).toBeGreaterThan(right - 4);
    await menu(page, TRACE, 'Screenshot');
    await soon(() => picturesIn(config).filter((name) => name.endsWith('TraceView.png')).length).toBe(1);
  });
});

describe.skipIf(!canRun)('TraceImageView on mini, beside the trace view', () => {
  beforeAll(open);
  afterAll(close);
  afterEach(() => expect(window.errors.splice(0)).toEqual([]));

  it('has its own keys; both views move together', async () => {
    await snippet(page, 'add_TraceImageView');
    await status(IMAGE, '9.88–10.13 s · high_pass', '32 channels');
    await press('Control+Alt+End');
    await shows(IMAGE, 19.75, 20);
    await shows(TRACE, 19.75, 20);
    await press('Control+Alt+Home');
    for (let k = 0; k < 10; k++) await press('Control+Alt+ArrowRight');
    await shows(IMAGE, 0.25, 0.5);
    await press('Control+Alt+ArrowLeft');
    await shows(IMAGE, 0.225, 0.475);
    await press('Control+Shift+Alt+ArrowRight');
    await shows(IMAGE, 2.225, 2.475);
    await press('Control+Shift+Alt+ArrowLeft');
    await shows(IMAGE, 0.225, 0.475);
    await press('Control+Alt+Shift+-');
    await shows(IMAGE, 0.19, 0.51);
    await press('Control+Alt+Shift++');
    await shows(IMAGE, 0.225, 0.475);
    await snippet(page, 'tig 7');
    await shows(IMAGE, 6.875, 7.125);
    await snippet(page, 'tis 1');
    await shows(IMAGE, 7.875, 8.125);
    await shows(TRACE, 7.875, 8.125);
    await press('Control+Alt+t');
    const prompt = page.getByRole('dialog').locator('input');
    expect(await prompt.inputValue()).toBe('8');
    await press('Escape');
    await snippet(page, 'tg 3');
    await shows(IMAGE, 2.875, 3.125);
    await drag(page, IMAGE, [0.5, 0.5], [-80, 0]);
    const moved = await interval(IMAGE);
    expect(moved[0]).toBeGreaterThan(2.9);
    await shows(TRACE, moved[0], moved[1]);
    await wheel(page, IMAGE, -1, ['Alt']);
    await shows(TRACE, moved[0] + 0.025, moved[1] + 0.025, 0.01);
    await menu(page, IMAGE, 'Toggle linked');
    await snippet(page, 'tg 12');
    await shows(TRACE, 11.875, 12.125);
    await shows(IMAGE, moved[0] + 0.025, moved[1] + 0.025, 0.01);
    await menu(page, IMAGE, 'Toggle linked');
    await shows(IMAGE, 11.875, 12.125);
  });

  it('goes where one alt+clicks in the amplitude view, and is marked there', async () => {
    await menu(page, IMAGE, 'Toggle linked');
    await select(2);
    await click(page, 'AmplitudeView', [0.5, 0.4], ['Alt']);
    await soon(() => interval(IMAGE).then(([a]) => a)).not.toBeCloseTo(11.875, 2);
    const there = await interval(IMAGE);
    await shows(TRACE, there[0], there[1]);
    await menu(page, IMAGE, 'Toggle linked');
  });

  it('draws one row of pixels per channel, by depth; range and origin change them', async () => {
    await snippet(page, 'tg 10');
    await status(IMAGE, '32 channels');
    await soon(async () => image(await look(IMAGE)).length).toBeGreaterThan(1000);
    const before = image(await look(IMAGE));
    await press('Control+Alt+ArrowUp', 'Control+Alt+ArrowUp');
    await soon(() => local(IMAGE).scaling).toBeCloseTo(1.21, 6);
    expect(local(TRACE).scaling ?? 1).toBe(1);
    expect(image(await look(IMAGE))).not.toBe(before);
    await wheel(page, IMAGE, -2, ['Control']);
    await soon(() => local(IMAGE).scaling).toBeCloseTo(1, 6);
    expect(image(await look(IMAGE))).toBe(before);
    await press('Control+Alt+ArrowDown');
    await menu(page, IMAGE, 'Reset scaling');
    await press('Control+Alt+o');
    await soon(() => user(IMAGE).origin).toBe('top');
    expect(image(await look(IMAGE))).not.toBe(before);
    await press('Control+Alt+o');
    expect(image(await look(IMAGE))).toBe(before);
    await select(2);
    await status('FeatureView', 'channels: 15, 13');
    // The middle of the topmost of 32 rows.
    const { height } = await plotBox(page, IMAGE);
    await click(page, IMAGE, [0.5, (8 + (height - 28) / 64) / height], ['Shift']);
    await status('FeatureView', 'channels: 30, 13');
  });

  it('keeps intervals and scales for the dataset, looks for the user, over a restart', async () => {
    await menu(page, TRACE, 'Toggle linked');
    await snippet(page, 'tg 6');
    await snippet(page, 'tig 14');
    await press('Alt+-', 'Alt+ArrowUp', 'Alt+o');
    await soon(() => local(IMAGE).interval).toEqual([expect.closeTo(13.875, 4), expect.closeTo(14.125, 4)]);
    await soon(() => local(TRACE)).toEqual({
      interval: [expect.closeTo(5.84375, 4), expect.closeTo(6.15625, 4)],
      scaling: expect.closeTo(1.1, 9),
    });
    await end();
    await launch();
    await shows(TRACE, 5.84, 6.16);
    await shows(IMAGE, 13.875, 14.125);
    await press('Alt+ArrowDown');
    await soon(() => local(TRACE).scaling).toBeCloseTo(1, 9);
    expect(user(TRACE)).toMatchObject({ origin: 'top', linked: false });
  });
});

describe.skipIf(!canRun)('traces of two hours', () => {
  /** mini with raw data that go on for two hours; the file has holes, so that it takes no room. */
  beforeAll(async () => {
    folder = copyDataset('mini');
    config = temporaryFolder('config');
    const file = openSync(join(folder, 'recording.dat'), 'r+');
    ftruncateSync(file, 7200 * 30_000 * 33 * 2);
    closeSync(file);
    await launch();
  });
  afterAll(close);

  it('are seen at once, in part, and better while one waits', async () => {
    await status(TRACE, '3599.88–3600.13 s');
    await snippet(page, 'tg 10');
    await shows(TRACE, 9.875, 10.125);
    await spin(-100);
    await shows(TRACE, 0, 7200);
    await status(TRACE, 'shown ', '% of the samples');
    const share = async (): Promise<number> =>
      Number(/shown (?:less than )?([\d.]+) % of the samples/.exec(await statusLine(page, TRACE))?.[1]);
    const before = await share();
    // No more than eight stretches of 256 samples of each column are read.
    const most = (100 * 8 * 256) / 2 ** 17;
    await expect.poll(share, { timeout: 40_000 }).toBeGreaterThan(Math.min(before, most / 2));
    // The progress line goes when nothing will be added: the share is then what it stays.
    const busy = () => page.locator(`section[aria-label="${TRACE}"] [aria-busy]`).getAttribute('aria-busy');
    await expect.poll(busy, { timeout: 60_000 }).toBe('false');
    const last = await share();
    await page.waitForTimeout(500);
    expect(await share()).toBe(last);
    // Moving on is not kept waiting by what goes on in the background.
    await press('Alt+Home');
    await snippet(page, 'tg 10');
    await spin(62);
    await soon(() => interval(TRACE).then(([a, b]) => b - a)).toBeLessThan(1);
    await soon(() => statusLine(page, TRACE)).not.toContain('of the samples');
  });
});

describe.skipIf(!canRun)('traces without raw data', () => {
  afterEach(close);

  it('say which file is missing and stay open', async () => {
    folder = copyDataset('mini');
    config = temporaryFolder('config');
    renameSync(join(folder, 'recording.dat'), join(folder, 'elsewhere.dat'));
    await launch();
    await status(TRACE, 'missing data');
    const panel = page.locator(`section[aria-label="${TRACE}"]`);
    await panel.getByText('This dataset has no raw data').waitFor();
    await panel.getByText(/recording\.dat was not found/).waitFor();
    await snippet(page, 'add_TraceImageView');
    await status(IMAGE, 'missing data');
    expect(window.errors).toEqual([]);
  });

  it('say what happened when the file gets lost while they are open, and go on once it is back', async () => {
    folder = copyDataset('mini');
    config = temporaryFolder('config');
    // A second file that is cut off later.
    const params = readFileSync(join(folder, 'params.py'), 'utf8');
    writeFileSync(join(folder, 'params.py'), params.replace("'recording.dat'", "['recording.dat', 'second.dat']"));
    const whole = readFileSync(join(folder, 'recording.dat'));
    writeFileSync(join(folder, 'second.dat'), whole);
    await launch();
    await status(TRACE, '32 channels');
    writeFileSync(join(folder, 'second.dat'), whole.subarray(0, 1000));
    await snippet(page, 'tg 35');
    const panel = page.locator(`section[aria-label="${TRACE}"]`);
    await panel
      .getByText(/second\.dat/)
      .first()
      .waitFor();
    writeFileSync(join(folder, 'second.dat'), whole);
    await panel.getByRole('button', { name: 'Try again' }).click();
    await shows(TRACE, 34.875, 35.125);
    await status(TRACE, '32 channels');
    expect(marksOf(await look(TRACE)).length).toBeGreaterThan(1);
  });
});
