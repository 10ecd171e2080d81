/**
 * The views of all clusters as a person uses them, through the real command line and a real browser: raster, templates and cluster scatter
 * follow the cluster view, select by click and lasso, share colour schemes, and come back as they were (spec/views.md 10 to 12).
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { browserPath, hasDataset, startBrowser } from './harness.ts';
import { ViewSession, kept } from './viewSession.ts';
import {
  type Asked,
  type Key,
  click,
  doubleClick,
  group,
  lasso,
  menu,
  picturesIn,
  recordRequests,
  wheel,
} from './viewWindow.ts';
import { chips, expectSelection, plotBox, snippet, statusLine } from './window.ts';

const canRun = browserPath !== undefined;
const BLUE = '#0892fc';
const RED = '#ff0202';
const CUSTOM = 'color scheme: custom';

const tabs = (size: number, ...panels: readonly string[]) => ({ kind: 'tabs', size, panels, active: panels[0] });
const LAYOUT = {
  version: 1,
  floating: [],
  root: {
    kind: 'row',
    size: 1,
    children: [
      {
        kind: 'column',
        size: 0.3,
        children: [tabs(0.5, 'ClusterView', 'SimilarityView'), tabs(0.5, 'ClusterScatterView')],
      },
      tabs(0.35, 'RasterView'),
      tabs(0.35, 'TemplateView'),
    ],
  },
};

let browser: Browser;
let page: Page;
let asked: Asked[] = [];

beforeAll(async () => {
  if (canRun) browser = await startBrowser();
});
afterAll(async () => {
  if (canRun) await browser.close();
});

const session = new ViewSession(
  () => browser,
  (window) => (page = window.page),
  { width: 1600, height: 900 },
);
const { copy, launch, end, close, tidy, user, local, look, status, press, select, refused } = session;

/** A copy of mini for a user whose window has the tables and the views of all clusters. */
function prepare(): void {
  copy('mini');
  mkdirSync(join(session.config, 'ts/TemplateGUI'), { recursive: true });
  writeFileSync(join(session.config, 'ts/TemplateGUI/state.json'), JSON.stringify({ layout: LAYOUT }));
}

/** Labels of a gutter in order: rows of the raster from the top, columns of the template view from the left. */
async function rasterRows(view = 'RasterView'): Promise<readonly number[]> {
  const { svg, height } = await look(view);
  const labels = [...svg.matchAll(/<text x="[\d.]+" y="([\d.]+)"[^>]*text-anchor="end"[^>]*>(\d+)<\/text>/g)];
  return labels.filter(([, y]) => Number(y) < height - 18).map(([, , id]) => Number(id));
}
/** The middle of a cluster's row in the raster, found by its id in the gutter, as fractions of the plot. */
async function rowAt(id: number): Promise<readonly [number, number]> {
  const { svg, height } = await look('RasterView');
  const label = new RegExp(`<text x="[\\d.]+" y="([\\d.]+)"[^>]*text-anchor="end"[^>]*>${id}</text>`).exec(svg);
  if (label === null) throw new Error(`no row ${id}`);
  return [0.5, (Number(label[1]) - 3.7) / height];
}
/** Bottom labels of the template view: the ids of columns and where they are, in px. */
async function columnLabels(): Promise<readonly (readonly [number, number])[]> {
  const { svg, height } = await look('TemplateView');
  const labels = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*text-anchor="start"[^>]*>(\d+)<\/text>/g)];
  return labels.filter(([, , y]) => Number(y) > height - 18).map(([, x, , id]) => [Number(id), Number(x)]);
}
/** The discs of the scatter view, in painting order: colours, and places as fractions of the plot. */
async function discs(): Promise<readonly { readonly color: string; readonly at: readonly [number, number] }[]> {
  const shown = await look('ClusterScatterView');
  const groups = [...shown.frame('scatter').matchAll(/<g fill="(#[0-9a-f]+)"[^>]*>(.*?)<\/g>/g)];
  return groups.flatMap(([, shared, inside]) =>
    [...inside.matchAll(/<circle cx="([^"]+)" cy="([^"]+)" r="[^"]+"(?: fill="(#[0-9a-f]+)")?/g)].map(
      ([, x, y, own]) => ({
        color: own ?? shared,
        at: [Number(x) / shown.width, Number(y) / shown.height] as const,
      }),
    ),
  );
}
/** How far down the first selected cluster lies in the scatter view. */
const heightOfFirst = async (): Promise<number> => (await discs()).filter(({ color }) => color === BLUE)[0].at[1];
/** Colours of the marks of a frame: of each element its own one, or that of its group. */
async function colorsIn(view: string, frame: string): Promise<ReadonlySet<string>> {
  const marks = (await look(view)).frame(frame);
  const own = /(?:fill|stroke)="(#[0-9a-f]{6})"/;
  const elements = marks.replaceAll(/<g ([^>]*)>(.*?)<\/g>/g, (_, shared: string, inside: string) =>
    inside.replaceAll(/<\w+ [^>]*?(?=\/>)/g, (element) => (own.test(element) ? element : `${element} ${shared}`)),
  );
  return new Set([...elements.matchAll(/<\w+ [^>]*>/g)].flatMap(([element]) => own.exec(element)?.[1] ?? []));
}
const askedFor = (query: string): readonly Asked[] => asked.filter((one) => one.query === query);

describe.skipIf(!canRun || !hasDataset('mini'))('views of all clusters on mini', () => {
  beforeAll(async () => {
    prepare();
    await launch();
    // The requests of the very first window too.
    asked = recordRequests(page);
    await page.reload();
    await page.locator('[role=row]').nth(3).waitFor();
  });
  afterAll(close);
  afterEach(({ task }) => tidy(task.result?.state === 'fail'));

  it('have a row, a column and a point for each cluster, in the order of the cluster view', async () => {
    await status('RasterView', 'all 13,986 spikes');
    await status('TemplateView', '36 clusters');
    const rows = await rasterRows();
    expect(rows).toHaveLength(36);
    expect(rows.slice(0, 6)).toEqual([2, 24, 4, 12, 34, 27]);
    await status('RasterView', 'color scheme: random');
    await status('ClusterScatterView', 'depth by amp · size: fr (log) · color scheme: firing_rate', '36 clusters');
    expect(await discs()).toHaveLength(36);
    const shown = await look('TemplateView');
    expect(shown.texts).toEqual(expect.arrayContaining(['0', '31', '2']));
  });

  it('follow sorting and selecting without asking the engine again', async () => {
    const before = asked.filter(({ query }) => ['raster', 'template', 'clusterScatter'].includes(query)).length;
    await snippet(page, 's depth asc');
    await kept(async () => (await rasterRows()).slice(0, 3)).not.toEqual([2, 24, 4]);
    const byDepth = await rasterRows();
    expect(byDepth).toHaveLength(36);
    const columns = (await columnLabels()).map(([id]) => id);
    expect(columns).toEqual(byDepth.filter((id) => columns.includes(id)));
    await select(24, 4);
    await kept(() => colorsIn('TemplateView', 'templates')).toContain(RED);
    const after = asked.filter(({ query }) => ['raster', 'template', 'clusterScatter'].includes(query)).length;
    expect(after).toBe(before);
    await snippet(page, 's n_spikes');
    await kept(async () => (await rasterRows()).slice(0, 3)).toEqual([2, 24, 4]);
  });

  it('follow the filter; one that keeps nothing keeps the picture', async () => {
    await snippet(page, 'f n_spikes > 274');
    await status('RasterView', 'shown ');
    await kept(rasterRows).toEqual([2, 24, 4, 12, 34, 27, 31, 1, 20, 22, 0, 33, 14, 35, 10, 17]);
    await status('TemplateView', '16 clusters');
    await status('ClusterScatterView', '16 of 36 clusters');
    // Selected points have a ring.
    expect(await discs()).toHaveLength(16 + 2);
    await snippet(page, 'f n_spikes > 1000000');
    await kept(() => page.getByText('0 of 36').first().isVisible()).toBe(true);
    expect(await rasterRows()).toHaveLength(16);
    await press('Escape');
    await status('RasterView', 'all 13,986 spikes');
    await kept(async () => (await rasterRows()).length).toBe(36);
  });

  it('raster: ctrl+click selects the row, shift+click adds; other clicks do nothing', async () => {
    await select(2);
    const [first, second, third] = (await rasterRows()).slice(3);
    await click(page, 'RasterView', await rowAt(first), ['Control']);
    await expectSelection(page, [first]);
    await click(page, 'RasterView', await rowAt(second), ['Shift']);
    await expectSelection(page, [first, second]);
    await click(page, 'RasterView', await rowAt(third), ['Control', 'Shift']);
    await expectSelection(page, [first, second, third]);
    await click(page, 'RasterView', await rowAt(2));
    await click(page, 'RasterView', await rowAt(2), ['Control'], 'right');
    await click(page, 'RasterView', await rowAt(2), ['Alt']);
    await click(page, 'RasterView', await rowAt(2), ['Control']);
    await expectSelection(page, [2]);
  });

  it('template view: ctrl+click selects the column, shift+click adds', async () => {
    await select(2);
    const shown = await look('TemplateView');
    const labels = await columnLabels();
    const place = (k: number): readonly [number, number] => [(labels[k][1] + 4) / shown.width, 0.5];
    await click(page, 'TemplateView', place(5), ['Control']);
    await expectSelection(page, [labels[5][0]]);
    await click(page, 'TemplateView', place(7), ['Shift']);
    await expectSelection(page, [labels[5][0], labels[7][0]]);
    const tip = page.locator('section[aria-label="TemplateView"]').getByText(`cluster ${labels[7][0]} · template`);
    await tip.waitFor();
  });

  it('cluster scatter: a click selects the nearest, shift adds, right clicks and drags do not', async () => {
    await select(4);
    const points = await discs();
    const [own] = points.filter(({ color }) => color === BLUE);
    await select(2);
    await click(page, 'ClusterScatterView', own.at);
    await expectSelection(page, [4]);
    const [other] = (await discs()).filter(({ color }) => color === BLUE);
    await select(2);
    await click(page, 'ClusterScatterView', [other.at[0] + 0.02, other.at[1]], ['Shift']);
    await expectSelection(page, [2, 4]);
    await select(2);
    await click(page, 'ClusterScatterView', own.at, [], 'right');
    const box = await plotBox(page, 'ClusterScatterView');
    const [x, y] = [box.x + own.at[0] * box.width, box.y + own.at[1] * box.height];
    await page.mouse.move(x, y);
    await Promise.all([page.mouse.down(), page.mouse.move(x + 9, y), page.mouse.up()]);
    await page.waitForTimeout(300);
    expect(await chips(page)).toEqual([2]);
    await doubleClick(page, 'ClusterScatterView');
  });

  it('cluster scatter: a lasso selects live from its third point on, and never splits', async () => {
    await select(2);
    const corners = [
      [0.2, 0.03],
      [0.98, 0.03],
      [0.98, 0.88],
      [0.2, 0.88],
    ] as const;
    await lasso(page, 'ClusterScatterView', corners.slice(0, 2));
    await status('ClusterScatterView', 'lasso: 1 more point');
    expect(await chips(page)).toEqual([2]);
    await lasso(page, 'ClusterScatterView', corners.slice(2, 3));
    const held = async (): Promise<number> => {
      const text = await statusLine(page, 'ClusterScatterView');
      return Number(/lasso: (\d+) clusters/.exec(text)?.[1]);
    };
    await kept(held).toBeGreaterThan(3);
    const three = await held();
    await status('ClusterView', `${three} selected`);
    const ids = await chips(page);
    expect(ids.slice(0, 4)).toEqual(ids.slice(0, 4).toSorted((a, b) => a - b));
    await lasso(page, 'ClusterScatterView', corners.slice(3));
    await kept(held).toBeGreaterThan(three);
    const four = await held();
    await status('ClusterView', `${four} selected`);
    // Each selected point is two discs: itself over its ring.
    await kept(async () => (await discs()).length).toBe(36 + four);
    await press('k');
    await page
      .getByText(/Draw a lasso/)
      .first()
      .waitFor();
    await click(page, 'ClusterScatterView', [0.5, 0.5], ['Control'], 'right');
    await status('ClusterScatterView', 'depth by amp');
    // A lasso goes with its axes.
    await lasso(page, 'ClusterScatterView', corners.slice(0, 2));
    await status('ClusterScatterView', 'lasso: 1 more point');
    await snippet(page, 'csx n_spikes');
    await status('ClusterScatterView', 'depth by n_spikes');
  });

  it('cluster scatter: columns and logarithms by snippet, menu and form', async () => {
    await snippet(page, 'csy fr');
    await snippet(page, 'css is_masked');
    await status('ClusterScatterView', 'fr by n_spikes · size: is_masked (log)');
    await refused('csx KSLabel', /There is no numeric column KSLabel. Columns: Amplitude, ContamPct, amp, depth/);
    await menu(page, 'ClusterScatterView', 'Change x_axis', 'Toggle log scale for x_axis');
    await menu(page, 'ClusterScatterView', 'Change size', 'n_spikes');
    await status('ClusterScatterView', 'fr by n_spikes (log) · size: n_spikes (log)');
    expect((await look('ClusterScatterView')).texts).toEqual(expect.arrayContaining(['n_spikes', 'fr', '1,000']));
    await group(page, 'ClusterScatterView').getByLabel('View settings').click();
    await page.getByLabel('y axis', { exact: true }).selectOption('depth');
    await page.getByRole('checkbox', { name: 'Logarithmic x axis' }).click();
    await page.getByRole('button', { name: 'Done' }).click();
    await status('ClusterScatterView', 'depth by n_spikes · size: n_spikes (log)');
    await kept(() => user('ClusterScatterView')).toMatchObject({
      x_axis: 'n_spikes',
      y_axis: 'depth',
      size: 'n_spikes',
      x_axis_log_scale: false,
    });
  });

  it('a label that becomes a number can be shown, and moves its point at once', async () => {
    await select(2, 24);
    await snippet(page, 'l quality 3');
    await snippet(page, 'csy quality');
    await status('ClusterScatterView', 'quality by n_spikes', '34 without quality');
    const before = await heightOfFirst();
    await snippet(page, 'l quality 6 24');
    await kept(heightOfFirst).toBeGreaterThan(before + 0.1);
    await press('Control+z', 'Control+z');
    await snippet(page, 'csy depth');
    await status('ClusterScatterView', 'depth by n_spikes', '36 clusters');
  });

  it('merge and undo: rows come and go with their spikes, selected ones in their colours', async () => {
    await snippet(page, 'f n_spikes < 70');
    await select(8, 11);
    await kept(() => colorsIn('RasterView', 'raster')).toContain(RED);
    await press('Escape');
    await status('RasterView', 'all 13,986 spikes');
    const before = askedFor('raster').length;
    await press('g');
    await expectSelection(page, [36]);
    await kept(rasterRows).toContain(36);
    const rows = await rasterRows();
    expect([rows.length, rows.includes(8), rows.includes(11)]).toEqual([35, false, false]);
    await status('RasterView', 'all 13,986 spikes');
    await status('TemplateView', '35 clusters');
    await status('ClusterScatterView', '35 clusters');
    expect(askedFor('raster').length).toBe(before + 1);
    expect(askedFor('raster').at(-1)?.clusters).toContain(36);
    await press('Control+z');
    await kept(async () => (await rasterRows()).length).toBe(36);
    await press('Control+y');
    await kept(rasterRows).toContain(36);
    await press('Control+z');
    await expectSelection(page, [8, 11]);
    await kept(async () => (await rasterRows()).length).toBe(36);
  });

  it('zooming the raster asks for what is on screen; double-click shows everything again', async () => {
    const before = askedFor('raster').length;
    await wheel(page, 'RasterView', 10, [], [0.5, 0.5]);
    await status('RasterView', 'shown ', ' s');
    await kept(() => statusLine(page, 'RasterView')).toMatch(/random · [\d.]+–[\d.]+ s shown [\d,]+ of 13,986/);
    const spikes = async () =>
      Number(/shown ([\d,]+) of/.exec(await statusLine(page, 'RasterView'))?.[1].replaceAll(',', ''));
    expect(await spikes()).toBeLessThan(3000);
    // Few spikes in all: every one is known, so that zooming asks for nothing more.
    expect(askedFor('raster').length).toBe(before);
    const box = await plotBox(page, 'RasterView');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page
      .locator('section[aria-label="RasterView"]')
      .getByText(/^cluster \d+ · /)
      .waitFor();
    await doubleClick(page, 'RasterView');
    await status('RasterView', 'all 13,986 spikes');
  });

  it('marker size and scaling by key, wheel and menu', async () => {
    await press('Control+Shift+Equal', 'Control+Shift+Equal');
    await kept(() => user('RasterView').marker_size).toBeCloseTo(6.05, 9);
    await press('Control+Shift+Minus');
    await wheel(page, 'RasterView', 1, ['Control']);
    await wheel(page, 'RasterView', 1, ['Alt']);
    await kept(() => user('RasterView').marker_size).toBeCloseTo(5 * 1.1 ** 3, 9);
    await menu(page, 'RasterView', 'Reset marker size');
    await kept(() => user('RasterView').marker_size).toBe(5);
    await press('Control+Alt+=', 'Control+Alt+=', 'Control+Alt+-');
    await wheel(page, 'TemplateView', 2, ['Control']);
    await kept(() => local('TemplateView').scaling).toBeCloseTo(1.1 ** 3, 9);
    expect(user('TemplateView')).not.toHaveProperty('scaling');
    await menu(page, 'ClusterScatterView', 'Increase marker size');
    await wheel(page, 'ClusterScatterView', -2, ['Control']);
    await kept(() => user('ClusterScatterView').marker_size).toBeCloseTo(1 / 1.1, 9);
  });

  it('colour schemes: shift+wheel and menu for one view, the View menu for all; groups recolour at once', async () => {
    // Clusters 8 and 11: few enough spikes for bars of their own.
    await snippet(page, 'f n_spikes < 70');
    await select(11);
    await wheel(page, 'RasterView', 1, ['Shift']);
    await status('RasterView', 'color scheme: cluster_group');
    await wheel(page, 'RasterView', -2, ['Shift']);
    await status('RasterView', 'color scheme: blank');
    expect(await colorsIn('RasterView', 'raster')).toEqual(new Set(['#bfbfbf', BLUE]));
    await menu(page, 'TemplateView', 'Change color scheme', 'cluster_group');
    await status('TemplateView', 'color scheme: cluster_group');
    expect(await colorsIn('TemplateView', 'templates')).toEqual(new Set(['#ffffff', BLUE]));
    await snippet(page, 'move good 8');
    await select(11);
    await kept(() => colorsIn('TemplateView', 'templates')).toContain('#86d16d');

    await snippet(page, 'cfgr');
    for (const view of ['RasterView', 'TemplateView', 'ClusterScatterView']) await status(view, CUSTOM);
    await snippet(page, 'cmcl');
    await kept(() => colorsIn('RasterView', 'raster')).toEqual(new Set(['#86d16d', BLUE]));
    await kept(async () => new Set((await discs()).map(({ color }) => color))).toContain('#86d16d');
    await snippet(page, 'move mua 8');
    await select(11);
    await kept(() => colorsIn('RasterView', 'raster')).toEqual(new Set(['#808080', BLUE]));
    await press('Control+z', 'Control+z');
    await menu(page, 'RasterView', 'Next color scheme');
    await status('RasterView', 'color scheme: blank');
    await press('Escape');
    await kept(async () => (await rasterRows()).length).toBe(36);
  });

  it('automatic update off keeps order, filter and selection of one view', async () => {
    await select(2);
    await group(page, 'RasterView').getByLabel('Automatic update: on').click();
    await status('RasterView', 'Automatic update off');
    await snippet(page, 's depth asc');
    await snippet(page, 'f n_spikes > 274');
    await status('TemplateView', '16 clusters');
    expect((await rasterRows()).slice(0, 3)).toEqual([2, 24, 4]);
    expect(await rasterRows()).toHaveLength(36);
    await group(page, 'RasterView').getByLabel('Automatic update is off').click();
    await kept(async () => (await rasterRows()).length).toBe(16);
    await press('Escape');
    await snippet(page, 's n_spikes');
    await kept(async () => (await rasterRows()).slice(0, 3)).toEqual([2, 24, 4]);
  });

  it('several of one kind, each with its own settings; pictures; a view opened when nothing passes the filter', async () => {
    await page
      .getByRole('button', { name: 'View', exact: true })
      .or(page.getByRole('menuitem', { name: 'View' }))
      .first()
      .click();
    await page.getByRole('menu').last().getByText('Add RasterView', { exact: true }).click();
    await status('RasterView (1)', 'color scheme: random');
    await wheel(page, 'RasterView (1)', 2, ['Shift'] satisfies readonly Key[]);
    await status('RasterView (1)', 'color scheme: depth');
    await kept(() => user('RasterView (1)').color_scheme).toBe('depth');
    expect(user('RasterView').color_scheme).toBe('blank');
    expect(await rasterRows('RasterView (1)')).toHaveLength(36);
    const before = picturesIn(session.config).length;
    await group(page, 'RasterView (1)').getByLabel('Screenshot').click();
    await kept(() => picturesIn(session.config).length).toBe(before + 1);
    await group(page, 'RasterView (1)').getByLabel('Close', { exact: true }).last().click();
    await snippet(page, 'f n_spikes > 1000000');
    await snippet(page, 'add_RasterView');
    await page.getByText('No cluster passes the filter', { exact: true }).waitFor();
    await press('Escape');
    await status('RasterView (2)', 'all 13,986 spikes');
    await group(page, 'RasterView (2)').getByLabel('Close', { exact: true }).last().click();
  });

  it('come back after a restart as they were', async () => {
    await kept(() => local('TemplateView').scaling).toBeCloseTo(1.1 ** 3, 9);
    await end();
    await launch();
    // Merges and labels were undone, but never saved.
    await page.getByRole('button', { name: 'Discard', exact: true }).click();
    await status('RasterView', 'color scheme: blank', 'all 13,986 spikes');
    await status('TemplateView', CUSTOM, '36 clusters');
    await status('ClusterScatterView', `depth by n_spikes · size: n_spikes (log) · ${CUSTOM}`);
    // The colours of the scheme `custom` are kept too: by group, on the colormap of groups.
    await kept(() => colorsIn('TemplateView', 'templates')).toContain('#86d16d');
  });
});

describe.skipIf(!canRun || !hasDataset('mini'))('views of all clusters without templates', () => {
  beforeAll(async () => {
    prepare();
    rmSync(join(session.folder, 'templates.npy'));
    await launch();
  });
  afterAll(close);

  it('the template view says what it needs, the others work', async () => {
    await page.getByText('This dataset has no templates').waitFor();
    await page.getByText(/TemplateView needs templates.npy, which was not found beside params.py/).waitFor();
    await status('RasterView', 'all 13,986 spikes');
    await status('ClusterScatterView', '36 clusters · all at one place');
    await tidy(false);
  });
});
