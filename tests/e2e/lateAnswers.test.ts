/** Answers that come late and in any order: no view ever goes back to an older selection (spec/views.md 1.11). */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/base/random.ts';
import {
  browserPath,
  copyDataset,
  hasDataset,
  openWindow,
  removeFolder,
  startBrowser,
  startProgram,
  temporaryFolder,
} from './harness.ts';
import type { Asked } from './viewWindow.ts';
import { chips, snippet } from './window.ts';

const FOLLOWERS = [
  'WaveformView',
  'FeatureView',
  'TemplateFeatureView',
  'CorrelogramView',
  'AmplitudeView',
  'ISIView',
  'FiringRateView',
  'TraceView',
  'ProbeView',
  'SpikeHelloView',
];
/** Views of all clusters: what they draw does not depend on the selection, but their answers are late too. */
const OTHERS = ['RasterView', 'TemplateView', 'ClusterScatterView'];
const LATEST_MS = 400;
const STEPS = 40;
/** Questions about more clusters are about all of them. */
const MOST = 4;

type Sample = readonly [view: string, text: string];

/**
 * Every answer of the engine arrives up to so many ms late; what windows are told of the state stays in order. The clusters of the questions
 * are noted, in the order of asking: the selections that the views followed.
 */
async function delayAnswers(page: Page, random: () => number, asked: string[]): Promise<void> {
  await page.routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      server.send(message);
      const { type, clusters = [] } = JSON.parse(String(message)) as Partial<Asked> & { readonly type: string };
      const ids = clusters.join(', ');
      if (type === 'ask' && clusters.length > 0 && clusters.length <= MOST && asked.at(-1) !== ids) asked.push(ids);
    });
    server.onMessage((message) => {
      // Large answers are announced by a line of text, others begin with their kind.
      const isAnswer = typeof message === 'string' || message.subarray(0, 400).includes('"type":"answer"');
      if (isAnswer) setTimeout(() => socket.send(message), random() * LATEST_MS);
      else socket.send(message);
    });
  });
}

/** From now on notes, frame after frame, what every view says that it draws. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const samples: [string, string][] = [];
    const last = new Map<string, string>();
    const note = (view: string, text: string): void => {
      if (last.get(view) !== text) samples.push([view, text]);
      last.set(view, text);
    };
    const look = (): void => {
      for (const plot of document.querySelectorAll('[role=img][aria-label]')) {
        const [view, clusters] = (plot.getAttribute('aria-label') ?? '').split(/ of clusters /);
        if (clusters !== undefined) note(view, clusters);
      }
      requestAnimationFrame(look);
    };
    Object.assign(window, { samples });
    look();
  });
}

const noted = (page: Page): Promise<readonly Sample[]> => page.evaluate<readonly Sample[]>('samples');

/** A place of the layout with one panel. */
const tabs = (panel: string) => ({ kind: 'tabs', size: 1, panels: [panel], active: panel });

/** All views side by side. */
function writeLayout(config: string): void {
  const column = (...panels: readonly string[]) => ({ kind: 'column', size: 1, children: panels.map(tabs) });
  const [a, b, c] = [FOLLOWERS.slice(0, 4), FOLLOWERS.slice(4, 8), [...FOLLOWERS.slice(8), ...OTHERS]];
  const root = { kind: 'row', size: 1, children: [tabs('ClusterView'), column(...a), column(...b), column(...c)] };
  mkdirSync(join(config, 'ts/layouts'), { recursive: true });
  writeFileSync(join(config, 'ts/layouts/all.json'), JSON.stringify({ version: 1, root, floating: [] }));
}

describe.skipIf(browserPath === undefined || !hasDataset('mini'))('answers that come late', () => {
  const [folder, config] = [hasDataset('mini') ? copyDataset('mini') : '', temporaryFolder('config')];
  let browser: Browser;
  beforeAll(async () => {
    copyFileSync(join(folder, 'amplitudes.npy'), join(folder, 'spike_hello.npy'));
    writeLayout(config);
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    for (const one of [folder, config]) if (one !== '') removeFolder(one);
  });

  it('never bring back an older selection, in no view', async () => {
    const program = await startProgram(folder, config);
    const random = seededRandom(9, 6, 25);
    const next = (): number => random.next();
    const selections: string[] = [];
    const { page, errors } = await openWindow(browser, program.url, { width: 1920, height: 1080 }, (made) =>
      delayAnswers(made, next, selections),
    );
    page.setDefaultTimeout(30_000);
    await snippet(page, 'use_layout all');
    await snippet(page, 'c 2');
    await watch(page);
    for (let step = 0; step < STEPS; step++) {
      // Down the cluster table, now and then with a similar cluster: no selection comes twice.
      await page.keyboard.press(step % 3 === 2 ? 'Space' : 'ArrowDown');
      await page.waitForTimeout(next() * 150);
    }
    // A pair at the end: TemplateFeatureView shows nothing else.
    await snippet(page, 'c 2 24');
    await expect.poll(async () => (await chips(page)).join(', ')).toBe('2, 24');
    const lastOf = async (view: string) => (await noted(page)).findLast(([name]) => name === view)?.[1];
    for (const view of FOLLOWERS)
      await expect.poll(() => lastOf(view), { timeout: 30_000, message: view }).toBe('2, 24');

    const samples = await noted(page);
    expect(new Set(selections).size).toBe(selections.length);
    expect(selections.length).toBeGreaterThan(STEPS / 2);
    for (const view of FOLLOWERS) {
      const places = samples.filter(([name]) => name === view).map(([, ids]) => selections.indexOf(ids));
      const unknown = samples.filter(([name, ids]) => name === view && !selections.includes(ids));
      expect(unknown, `${view}, of the selections ${selections.join(' | ')}`).toEqual([]);
      expect(places, view).toEqual(places.toSorted((a, b) => a - b));
    }
    expect(errors).toEqual([]);
    await program.end();
  });
});
