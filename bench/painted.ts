/** Promise: from the key to the last painted view 100 ms for one or two clusters; no frame is blocked for more than 50 ms. Real program, real Chromium. */
import type { Page } from 'playwright-core';
import { inWindow, pageProcessor, TIMEOUT_MS } from './browser.ts';
import { duration, median, printTable, quantile, verdict } from './measure.ts';
import { REFERENCE_PAINTED, scaleOf } from './reference.ts';
import { makeWorkspace, openEngine, pickSelections } from './workspace.ts';

const PROMISE_MS = 100;
const PROMISE_FRAME_MS = 50;
/** A selection is complete when every view has painted and nothing was painted for so long; when some view has not, for longer. */
const QUIET_MS = 250;
const SETTLING_MS = 3000;

/** A key that counts, perhaps after typing a snippet, or a click on a row of the cluster view. */
type Step =
  | { readonly name: string; readonly key: string; readonly snippet?: string; readonly keyMs?: number }
  | { readonly name: string; readonly row: number; readonly held?: 'Control' };

export async function painted(dataset: string): Promise<void> {
  const workspace = makeWorkspace(dataset);
  try {
    const { spikes, steps } = await plan(workspace.folder);
    await inWindow(workspace.folder, LISTEN, async (page, ready) =>
      report(spikes, ready, await measureSteps(page, steps)),
    );
  } finally {
    workspace.remove();
  }
}

/** Between two keys of a person who types fast. Without it a snippet comes as fast as a script can send it. */
const TYPING_MS = 100;
const REPETITIONS = 5;

const typed = (name: string, clusters: readonly number[], keyMs?: number): Step => ({
  name,
  snippet: `c ${clusters.join(' ')}`,
  key: 'Enter',
  ...(keyMs !== undefined && { keyMs }),
});

/** Rows of the cluster view that were not selected before, of the biggest clusters: one alone, another beside it. */
const CLICKS: readonly Step[] = [8, 11, 14].flatMap((row): readonly Step[] => [
  { name: 'click on a row', row },
  { name: 'ctrl+click on another', row: row + 1, held: 'Control' },
]);
/** A person's pointer rests on a row for at least so long before the click. */
const POINTING_MS = 150;

/** Which clusters to show, and which keys to press. */
async function plan(folder: string): Promise<{ readonly spikes: number; readonly steps: readonly Step[] }> {
  const session = await openEngine(folder);
  const picked = pickSelections(session, REPETITIONS);
  const steps = picked.flatMap(({ name, selections }) => selections.map((clusters) => typed(name, clusters)));
  // Others than those, so that nothing is known of them.
  const others = pickSelections(session, 2 * REPETITIONS).filter(({ name }) => name.endsWith('mid'));
  const byHand = others.flatMap(({ name, selections }) =>
    selections.slice(REPETITIONS).map((clusters) => typed(`${name}, typed by hand`, clusters, TYPING_MS)),
  );
  const spikes = session.dataset.spikes.count;
  await session.close();
  const times = (count: number, step: Step): readonly Step[] => Array.from({ length: count }, () => step);
  const wizard = [...times(6, { name: 'next_best', key: 'ArrowDown' }), ...times(6, { name: 'next', key: 'Space' })];
  const curation = [
    { name: 'merge', key: 'g' },
    { name: 'undo', key: 'Control+z' },
  ];
  return { spikes, steps: [...steps, ...byHand, ...wizard, ...CLICKS, ...curation] };
}

const SUDDEN: readonly string[] = ['1 mid', '1 biggest', '2 mid', '2 biggest'];
const BY_HAND: readonly string[] = [
  '1 mid, typed by hand',
  '2 mid, typed by hand',
  'next_best',
  'next',
  'click on a row',
  'ctrl+click on another',
];

/** Runs in the page before its scripts: the log that views write to, the time of the last key, tasks that block the page. */
const LISTEN = `
  globalThis.__phyPainted = [];
  globalThis.__phyBench = { keyAt: 0, longest: 0 };
  for (const type of ['keydown', 'mousedown'])
    addEventListener(type, (event) => { __phyBench.keyAt = event.timeStamp; }, { capture: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries())
      if (__phyBench.keyAt > 0) __phyBench.longest = Math.max(__phyBench.longest, duration);
  }).observe({ entryTypes: ['longtask'] });
`;

/** How long the page was blocked at most since this was asked last. */
const longestTask = (page: Page): Promise<number> =>
  page.evaluate<number>('[__phyBench.longest, (__phyBench.longest = 0)][0]');

type Times = Record<string, { readonly painted: number[]; readonly cpu: number[]; readonly blocked: number[] }>;

/** Milliseconds from each key to the last view that painted the new state. */
async function measureSteps(page: Page, steps: readonly Step[]): Promise<Times> {
  const times: Times = {};
  const cpu = await pageProcessor(page);
  await perform(page, steps[0]);
  const views = (await painting(page, [], SETTLING_MS)).views;
  for (const step of steps) {
    const before = await cpu();
    await perform(page, step);
    const { views: seen, last } = await painting(page, views, QUIET_MS);
    if (seen.length === 0) continue;
    times[step.name] ??= { painted: [], cpu: [], blocked: [] };
    times[step.name].painted.push(last);
    times[step.name].cpu.push((await cpu()) - before);
    times[step.name].blocked.push(await longestTask(page));
  }
  return times;
}

async function perform(page: Page, step: Step): Promise<void> {
  await page.evaluate('__phyPainted.length = 0');
  if ('row' in step) return click(page, step.row, step.held);
  if (step.snippet !== undefined) {
    await page.keyboard.press(':');
    await page.keyboard.type(step.snippet, { delay: step.keyMs ?? 0 });
    if (step.keyMs !== undefined) await page.waitForTimeout(step.keyMs);
  }
  await page.keyboard.press(step.key);
}

async function click(page: Page, row: number, held?: 'Control'): Promise<void> {
  const shown = page.locator('section[aria-label="ClusterView"]').getByRole('row').nth(row);
  await shown.hover();
  if (held !== undefined) await page.keyboard.down(held);
  await page.waitForTimeout(POINTING_MS);
  await page.mouse.down();
  await page.mouse.up();
  if (held !== undefined) await page.keyboard.up(held);
}

interface Seen {
  /** Views that painted the newest state. */
  readonly views: readonly string[];
  /** Milliseconds from the key to the last of them. */
  readonly last: number;
  /** Milliseconds since the last painting of all, or since the key. */
  readonly quiet: number;
}
const SEEN = `(() => {
  const newest = Math.max(...__phyPainted.map(({ revision }) => revision));
  const first = new Map();
  for (const { view, revision, at } of __phyPainted) if (revision === newest && !first.has(view)) first.set(view, at);
  const { keyAt } = __phyBench;
  const latest = Math.max(keyAt, ...__phyPainted.map(({ at }) => at));
  return { views: [...first.keys()], last: Math.max(...first.values()) - keyAt, quiet: performance.now() - latest };
})()`;

/** Waits until all the given views have painted the newest state and nothing was painted for `quietMs`. */
async function painting(page: Page, expected: readonly string[], quietMs: number): Promise<Seen> {
  const limit = performance.now() + TIMEOUT_MS;
  for (;;) {
    await page.waitForTimeout(50);
    const seen = await page.evaluate<Seen>(SEEN);
    const complete = expected.every((view) => seen.views.includes(view));
    // A view whose answer did not change does not paint again: then waiting longer is all one can do.
    if (seen.quiet > (complete ? quietMs : SETTLING_MS)) return seen;
    if (performance.now() > limit) throw new Error('the views did not come to rest');
  }
}

function report(spikes: number, ready: number, times: Times): void {
  const scale = scaleOf(spikes);
  const theirs = (name: string): string => (scale === null ? '–' : duration(REFERENCE_PAINTED[name]?.[scale]));
  const rows = Object.entries(times).map(([name, all]) => [
    name,
    duration(median(all.painted)),
    duration(quantile(all.painted, 0.95)),
    duration(median(all.cpu)),
    Math.max(...all.blocked) === 0 ? '–' : duration(Math.max(...all.blocked)),
    theirs(name),
  ]);
  printTable(`From key to painted, ${spikes.toLocaleString('en')} spikes, 1920 × 1080`, [
    ['', 'p50', 'p95', 'page processor', 'blocked', 'phy 2.1'],
    ['start to table', duration(ready), '–', '–', '–', theirs('start')],
    ...rows,
  ]);
  const slowest = (names: readonly string[]): number =>
    quantile(
      names.flatMap((name) => times[name]?.painted ?? []),
      0.95,
    );
  const slow = slowest(BY_HAND);
  verdict(
    slow <= PROMISE_MS,
    `one or two clusters that a person selects are painted after ${duration(slow)} (p95), ${PROMISE_MS} ms promised.`,
  );
  const sudden = slowest(SUDDEN);
  verdict(
    sudden <= PROMISE_MS,
    `those that nothing announces, by a script, are painted after ${duration(sudden)} (p95), ${PROMISE_MS} ms wanted.`,
  );
  const longest = Math.max(0, ...Object.values(times).flatMap(({ blocked }) => blocked));
  const sentence = `the page was blocked for ${duration(longest)} at most, ${PROMISE_FRAME_MS} ms promised.`;
  verdict(longest <= PROMISE_FRAME_MS, sentence);
}
