/**
 * Promise: with 10,000 clusters, sorting and filtering take the engine under 50 ms and the page under 50 ms, of processor time, so that other
 * work on the machine does not decide; selecting a row costs the page no more than with few clusters; rows scroll at the frame rate.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Session } from '../src/core/engine/session.ts';
import { encodeFrame } from '../src/core/protocol/frame.ts';
import { PROTOCOL_VERSION } from '../src/core/protocol/messages.ts';
import { serve } from '../src/core/protocol/serve.ts';
import { inWindow, pageProcessor, TIMEOUT_MS } from './browser.ts';
import { writeManyClusters } from './manyClusters.ts';
import { duration, median, printTable, quantile, verdict } from './measure.ts';
import { makeWorkspace, openEngine } from './workspace.ts';

const PROMISE_MS = 50;
const CLUSTERS = [200, 10_000];
const REPETITIONS = 7;
/** As CSS px of a wheel notch and notches per second of a hand in a hurry. */
const NOTCH = 120;
const NOTCHES = 60;

/** Snippets, run in turn so that something changes every time; in the window the same is done by hand. */
const STEPS: readonly { readonly name: string; readonly snippets: readonly [string, string] }[] = [
  { name: 'sort by a number', snippets: ['s depth asc', 's fr desc'] },
  { name: 'sort by text', snippets: ['s note asc', 's note desc'] },
  { name: 'filter by numbers', snippets: ['f n_spikes > 20 and fr < 5', 'f n_spikes > 25'] },
  { name: 'filter by text', snippets: ["f group != 'noise' and /drift|7/.test(note)", "f KSLabel == 'good'"] },
  { name: 'clear the filter', snippets: ['f n_spikes > 20', 'clear_filter'] },
];
const SELECT = 'select a row';
const MOVE = 'move to good';

export async function tables(): Promise<void> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'phy-bench-'));
  const results: Results = { engine: {}, page: {} };
  try {
    for (const count of CLUSTERS) {
      const folder = path.join(root, String(count));
      mkdirSync(folder);
      writeManyClusters(folder, count);
      results.engine[count] = await inWorkspace(folder, measureEngine);
      results.page[count] = await inWorkspace(folder, measurePage);
    }
    report(results);
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function inWorkspace<T>(folder: string, measure: (folder: string) => Promise<T>): Promise<T> {
  const workspace = makeWorkspace(folder);
  try {
    return await measure(workspace.folder);
  } finally {
    workspace.remove();
  }
}

interface Results {
  readonly engine: Record<number, Record<string, EngineCost>>;
  readonly page: Record<number, PageCosts>;
}

/** Medians. */
interface EngineCost {
  readonly ms: number;
  readonly cpu: number;
  /** Bytes sent to a window, and the time to encode them. */
  readonly bytes: number;
}

/** The engine with one window, which gets frames as over a socket. */
async function measureEngine(folder: string): Promise<Record<string, EngineCost>> {
  const session = await openEngine(folder);
  await session.warmUp();
  let bytes = 0;
  const window = serve(session, () => undefined).join({
    send: (message) => (bytes += encodeFrame(message).byteLength),
  });
  window.receive(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION }));
  const costs: Record<string, EngineCost> = {};
  const measure = async (name: string, lines: readonly string[]): Promise<void> => {
    const taken: EngineCost[] = [];
    for (let i = 0; i < 2 * REPETITIONS; i++) {
      bytes = 0;
      const before = process.cpuUsage();
      const start = performance.now();
      await act(session, lines[i % lines.length]);
      const ms = performance.now() - start;
      const { user, system } = process.cpuUsage(before);
      taken.push({ ms, cpu: (user + system) / 1000, bytes });
    }
    const middle = (of: (cost: EngineCost) => number): number => median(taken.map(of));
    costs[name] = {
      ms: middle((cost) => cost.ms),
      cpu: middle((cost) => cost.cpu),
      bytes: middle((cost) => cost.bytes),
    };
  };
  for (const { name, snippets } of STEPS) await measure(name, snippets);
  await act(session, 'first');
  await measure(SELECT, ['next_best']);
  await measure(MOVE, ['move_best_to_good']);
  await session.close();
  return costs;
}

async function act(session: Session, line: string): Promise<void> {
  const [name, ...rest] = line.split(' ');
  const result = await session.act(name, name === 'f' ? [rest.join(' ')] : rest);
  if (!result.ok) throw new Error(`${line}: ${result.message}`);
}

interface PageCosts {
  readonly ready: number;
  readonly steps: Record<string, { readonly painted: readonly number[]; readonly cpu: readonly number[] }>;
  /** Milliseconds between frames while scrolling, and processor time per frame. */
  readonly frames: readonly number[];
  readonly frameCpu: number;
}

/** Tells when the cluster table shows something else than at the last key: a mutation, then the frame that paints it. */
const LISTEN = `
  globalThis.__tables = { keyAt: 0, paintedAt: 0, frames: [] };
  addEventListener('keydown', (event) => { __tables.keyAt = event.timeStamp; __tables.paintedAt = 0; }, { capture: true });
  addEventListener('DOMContentLoaded', () => {
    const painted = () => requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { __tables.paintedAt = performance.now(); };
      channel.port2.postMessage(null);
    });
    new MutationObserver((records) => {
      if (records.some(({ target }) => target.parentElement?.closest('[aria-label=ClusterView]') != null)) painted();
    }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  });
`;

/** Only the two tables, so that nothing else takes the page's time. */
const LAYOUT = {
  version: 1,
  floating: [],
  root: {
    kind: 'row',
    size: 1,
    children: ['ClusterView', 'SimilarityView'].map((name) => ({
      kind: 'tabs',
      size: 1,
      panels: [name],
      active: name,
    })),
  },
};

async function measurePage(folder: string): Promise<PageCosts> {
  const state = path.join(process.env.PHY_CONFIG_DIR ?? folder, 'ts', 'TemplateGUI');
  mkdirSync(state, { recursive: true });
  writeFileSync(path.join(state, 'state.json'), JSON.stringify({ layout: LAYOUT }));
  const costs: { ready: number; steps: PageCosts['steps']; frames: readonly number[]; frameCpu: number } = {
    ready: Number.NaN,
    steps: {},
    frames: [],
    frameCpu: Number.NaN,
  };
  await inWindow(folder, LISTEN, async (page, ready) => {
    costs.ready = ready;
    const cpu = await pageProcessor(page);
    const measure = async (name: string, prepare: (turn: number) => Promise<string>): Promise<void> => {
      const painted: number[] = [];
      const used: number[] = [];
      for (let i = 0; i < 2 * REPETITIONS; i++) {
        const key = await prepare(i);
        const before = await cpu();
        await page.keyboard.press(key);
        painted.push(await atRest(page));
        used.push((await cpu()) - before);
      }
      costs.steps[name] = { painted, cpu: used };
    };
    for (const { name, snippets } of STEPS) await measure(name, (turn) => prepareByHand(page, snippets[turn % 2]));
    await page.keyboard.press('Home');
    await atRest(page);
    await measure(SELECT, async () => 'ArrowDown');
    await measure(MOVE, async () => 'Alt+g');
    Object.assign(costs, await scroll(page, cpu));
  });
  return costs;
}

/** Goes where a snippet's work is done by hand: to a header or into the filter box. Returns the key that then does it. */
async function prepareByHand(page: Page, line: string): Promise<string> {
  const [action, ...rest] = line.split(' ');
  if (action === 's') await page.locator(`[aria-label=ClusterView] [data-column="${rest[0]}"] button`).focus();
  else if (action === 'f') await page.getByLabel('ClusterView filter').fill(rest.join(' '));
  else await page.getByLabel('ClusterView filter').focus();
  await page.waitForTimeout(200);
  return action === 'clear_filter' ? 'Escape' : 'Enter';
}

/** Milliseconds from the key to the last frame that the cluster table changed in. */
async function atRest(page: Page): Promise<number> {
  const limit = performance.now() + TIMEOUT_MS;
  for (;;) {
    await page.waitForTimeout(60);
    const { ms, quiet } = await page.evaluate<{ ms: number; quiet: number }>(
      '({ ms: __tables.paintedAt - __tables.keyAt, quiet: performance.now() - __tables.paintedAt })',
    );
    if (ms > 0 && quiet > 200) return ms;
    if (performance.now() > limit) throw new Error('the table did not change');
  }
}

/** A hand in a hurry: the wheel turns one notch per frame. */
async function scroll(
  page: Page,
  cpu: () => Promise<number>,
): Promise<{ readonly frames: readonly number[]; readonly frameCpu: number }> {
  const box = await page.getByRole('grid', { name: 'ClusterView' }).boundingBox();
  if (box === null) throw new Error('there is no cluster table');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.evaluate(`(() => {
    let last = performance.now();
    const tick = () => { const now = performance.now(); __tables.frames.push(now - last); last = now; __tables.timer = requestAnimationFrame(tick); };
    __tables.timer = requestAnimationFrame(tick);
  })()`);
  const before = await cpu();
  for (let notch = 0; notch < NOTCHES; notch++) {
    await page.mouse.wheel(0, 3 * NOTCH);
    await page.waitForTimeout(16);
  }
  const used = (await cpu()) - before;
  const frames = await page.evaluate<readonly number[]>('(cancelAnimationFrame(__tables.timer), __tables.frames)');
  return { frames, frameCpu: used / frames.length };
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

function report({ engine, page }: Results): void {
  const most = CLUSTERS[CLUSTERS.length - 1];
  const names = [...STEPS.map(({ name }) => name), SELECT, MOVE];
  const few = CLUSTERS[0];
  const counts = `${few.toLocaleString('en')} and ${most.toLocaleString('en')} clusters`;
  printTable(`Engine, ${counts}`, [
    ['', `${few}`, `${most}`, 'processor', 'sent'],
    ...names.map((name) => {
      const cost = engine[most][name];
      return [name, duration(engine[few][name].ms), duration(cost.ms), duration(cost.cpu), kilobytes(cost.bytes)];
    }),
  ]);
  const row = (name: string): readonly string[] => {
    const [a, b] = [page[few].steps[name], page[most].steps[name]];
    return [
      name,
      duration(median(a.painted)),
      duration(median(a.cpu)),
      duration(median(b.painted)),
      duration(median(b.cpu)),
    ];
  };
  printTable(`From key to painted, only the two tables, ${counts}`, [
    ['', `${few}`, 'page processor', `${most}`, 'page processor'],
    ['start to table', duration(page[few].ready), '–', duration(page[most].ready), '–'],
    ...names.map(row),
  ]);
  const { frames, frameCpu } = page[most];
  printTable(`Scrolling ${most.toLocaleString('en')} rows`, [
    ['', 'p50', 'p95', 'processor'],
    ['frame', duration(median(frames)), duration(quantile(frames, 0.95)), duration(frameCpu)],
  ]);
  const arranging = STEPS.map(({ name }) => name);
  const slowest = (of: (cost: EngineCost) => number): number =>
    Math.max(...arranging.map((name) => of(engine[most][name])));
  const [processor, clock] = [slowest(({ cpu }) => cpu), slowest(({ ms }) => ms)].map(duration);
  const sentence = `sorting or filtering ${most} clusters takes the engine ${processor} of processor time, ${clock} by the clock, at most.`;
  verdict(slowest(({ cpu }) => cpu) <= PROMISE_MS, sentence);
  const used = Math.max(...arranging.map((name) => median(page[most].steps[name].cpu)));
  verdict(used <= PROMISE_MS, `the page shows it with ${duration(used)} of processor time at most.`);
}
