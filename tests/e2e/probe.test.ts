/** The probe view as a person uses it: sites and shanks, clusters on their channels, labels, a click that chooses a channel; and `phy query probe`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nd } from '../../src/core/base/nd.ts';
import { encodeNpy } from '../../src/core/files/npy.ts';
import { joinBytes } from '../../src/core/storage/memory.ts';
import { phy, smallFolder } from './commandLine.ts';
import {
  type Program,
  type Window,
  browserPath,
  openWindow,
  removeFolder,
  startBrowser,
  startProgram,
  temporaryFolder,
} from './harness.ts';
import { type Picture, click, keptSettings, menu, picture } from './viewWindow.ts';
import { expectSelection, plotBox, snippet, statusLine } from './window.ts';

const VIEW = 'ProbeView';
const GREY = '#4b545d';
const COLORS = ['#0892fc', '#ff0202', '#98ff00'];

let folder = '';
let config = '';

/** Sites 0 to 3 on shank 0 (two columns 16 µm apart), 4 to 7 on shank 2, 200 µm further. */
beforeAll(() => {
  folder = smallFolder();
  config = temporaryFolder('config');
  const positions = Float64Array.from(
    Array.from({ length: 8 }, (_, k) => [16 * (k % 2) + (k < 4 ? 0 : 200), 20 * (k % 4)]).flat(),
  );
  writeFileSync(join(folder, 'channel_positions.npy'), joinBytes(encodeNpy(nd(positions, [8, 2]))));
  writeFileSync(join(folder, 'channel_shanks.npy'), joinBytes(encodeNpy(nd(Int32Array.of(0, 0, 0, 0, 2, 2, 2, 2)))));
});
afterAll(() => {
  removeFolder(folder);
  removeFolder(config);
});

interface Answer {
  readonly channelIds: { readonly data: readonly number[] };
  readonly channelLabels: readonly string[];
  readonly shanks: { readonly data: readonly number[] };
  readonly positions: { readonly shape: readonly number[]; readonly data: readonly number[] };
  readonly drawn: { readonly dtype: string; readonly shape: readonly number[]; readonly data: readonly number[] };
  readonly clusters: readonly {
    readonly clusterId: number;
    readonly channelIds: { readonly data: readonly number[] };
  }[];
}

async function ask(...words: readonly string[]): Promise<Answer> {
  const { code, stdout } = await phy(['query', folder, 'probe', ...words], { config });
  expect(code).toBe(0);
  const { query, params, answer } = JSON.parse(stdout) as { query: string; params: object; answer: Answer };
  expect([query, params]).toEqual(['probe', {}]);
  return answer;
}

describe('phy query probe', () => {
  it('prints every site, and the best channels of the clusters asked for, best first', async () => {
    const answer = await ask('--clusters', '2,0');
    expect(answer.channelIds.data).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(answer.channelLabels).toEqual(['0', '1', '2', '3', '5', '6', '7', '8']);
    expect(answer.shanks.data).toEqual([0, 0, 0, 0, 2, 2, 2, 2]);
    expect(answer.positions.shape).toEqual([8, 2]);
    expect(answer.drawn).toMatchObject({ dtype: 'float64', shape: [8, 2] });
    expect(Math.max(...answer.drawn.data.map(Math.abs))).toBeLessThan(1);
    // Template t peaks on channel 2 t + 1; a template only has channels of its own shank.
    expect(answer.clusters.map(({ clusterId, channelIds }) => [clusterId, channelIds.data[0]])).toEqual([
      [2, 5],
      [0, 1],
    ]);
    expect(answer.clusters[1].channelIds.data.every((channel) => channel < 4)).toBe(true);
    expect((await ask()).clusters).toEqual([]);
  });
});

/** Rectangles of one colour in a frame, CSS px. */
function bars(
  shown: Picture,
  frame: string,
  color: string,
): readonly { x: number; y: number; width: number; height: number }[] {
  const paths = [...shown.frame(frame).matchAll(/<path d="([^"]*)" fill="(#[0-9a-f]{6})"/g)];
  const own = paths
    .filter((match) => match[2] === color)
    .map((match) => match[1])
    .join('');
  return [...own.matchAll(/M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)/g)].map((match) => {
    const [x, y, width, height] = match.slice(1).map(Number);
    return { x, y, width, height };
  });
}
const allBars = (shown: Picture, color: string) => ['shank 0', 'shank 2'].flatMap((frame) => bars(shown, frame, color));

/** Horizontal distance of the two columns of sites on shank 2, CSS px. */
const columnDistance = (shown: Picture): number => {
  const x = bars(shown, 'shank 2', GREY).map((bar) => bar.x);
  return Math.max(...x) - Math.min(...x);
};

describe.skipIf(browserPath === undefined)('the probe view', () => {
  let browser: Browser;
  let program: Program;
  let window: Window;
  let page: Page;
  beforeAll(async () => {
    browser = await startBrowser();
    program = await startProgram(folder, config);
    window = await openWindow(browser, program.url, { width: 1920, height: 1080 });
    page = window.page;
    page.setDefaultTimeout(20_000);
  });
  afterAll(async () => {
    expect(window.errors).toEqual([]);
    await window.context.close();
    expect(await program.end()).toBe(0);
    await browser.close();
  });

  const look = (): Promise<Picture> => picture(page, config, VIEW);
  async function select(...ids: readonly number[]): Promise<void> {
    await snippet(page, `c ${ids.join(' ')}`);
    await expectSelection(page, ids);
    await expect
      .poll(() => page.locator(`section[aria-label="${VIEW}"] [role=img]`).getAttribute('aria-label'), {
        timeout: 8000,
      })
      .toContain(ids.join(', '));
  }

  it('shows the sites before anything is selected, each shank by itself and named', async () => {
    const shown = await look();
    expect(bars(shown, 'shank 0', GREY)).toHaveLength(4);
    expect(bars(shown, 'shank 2', GREY)).toHaveLength(4);
    const right = Math.max(...bars(shown, 'shank 0', GREY).map(({ x, width }) => x + width));
    expect(Math.min(...bars(shown, 'shank 2', GREY).map(({ x }) => x))).toBeGreaterThan(right);
    expect(shown.texts.filter((text) => ['0', '2', 'shank 0', 'shank 2'].includes(text)).length).toBeGreaterThanOrEqual(
      2,
    );
    expect(await statusLine(page, VIEW)).toContain('8 channels');
  });

  it('marks the best channels of each selected cluster in its colour, side by side', async () => {
    await select(0, 1, 2);
    const shown = await look();
    const { clusters } = await ask('--clusters', '0,1,2');
    for (const [rank, { channelIds }] of clusters.entries()) {
      expect(allBars(shown, COLORS[rank])).toHaveLength(channelIds.data.length);
    }
    const marked = new Set(clusters.flatMap(({ channelIds }) => channelIds.data));
    expect(allBars(shown, GREY)).toHaveLength(8 - marked.size);
    const all = [GREY, ...COLORS].flatMap((color) => allBars(shown, color));
    for (const [i, a] of all.entries()) {
      for (const b of all.slice(i + 1)) {
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart, JSON.stringify([a, b])).toBe(true);
      }
    }
  });

  it('tells label, place and clusters of the site under the pointer', async () => {
    const [site] = bars(await look(), 'shank 2', COLORS[2]);
    const box = await plotBox(page, VIEW);
    await page.mouse.move(box.x + site.x + site.width / 2, box.y + site.y + site.height / 2);
    const tip = page.locator(`section[aria-label="${VIEW}"]`).getByText(/^channel \d+, shank 2/);
    await tip.waitFor();
    expect(await tip.innerText()).toMatch(/^channel \d, shank 2\nx 2\d\d, y \d+ µm\nclusters? .*2/);
    await page.mouse.move(5, 5);
    await tip.waitFor({ state: 'detached' });
  });

  it('a ctrl+click on a site chooses the channel of the feature view, the right button its second one', async () => {
    await select(0);
    const shown = await look();
    const sites = [...bars(shown, 'shank 0', COLORS[0]), ...bars(shown, 'shank 0', GREY)].toSorted((a, b) => b.y - a.y);
    expect(sites).toHaveLength(4);
    const at = (k: number) =>
      [(sites[k].x + sites[k].width / 2) / shown.width, (sites[k].y + sites[k].height / 2) / shown.height] as const;
    await click(page, VIEW, at(0), ['Control']);
    await expect.poll(() => statusLine(page, 'FeatureView'), { timeout: 20_000 }).toContain('channels: 0, ');
    await click(page, VIEW, at(3), ['Control'], 'right');
    await expect.poll(() => statusLine(page, 'FeatureView'), { timeout: 20_000 }).toContain('channels: 0, 3');
  });

  it('labels and aspect ratio are kept for the next launch', async () => {
    // Channel 4 is labelled 5, which is a depth too.
    const labelled = ['6', '7', '8'];
    const labels = async (): Promise<number> => {
      const { texts } = await look();
      return labelled.filter((label) => texts.includes(label)).length;
    };
    expect(await labels()).toBe(0);
    await menu(page, VIEW, 'Toggle show labels');
    expect(await labels()).toBe(3);
    const stretched = columnDistance(await look());
    await menu(page, VIEW, 'Toggle true aspect ratio');
    expect(columnDistance(await look())).toBeLessThan(stretched);
    await expect
      .poll(() => keptSettings(join(config, 'ts/TemplateGUI/state.json'), VIEW), { timeout: 20_000 })
      .toMatchObject({ do_show_labels: true, true_aspect: true });
    await menu(page, VIEW, 'Toggle true aspect ratio');
    await menu(page, VIEW, 'Toggle show labels');
  });
});
