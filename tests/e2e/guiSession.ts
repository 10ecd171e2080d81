/** One program with one window on a copy of a dataset, put away after each test; and what tests of the desk ask of it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import {
  type Program,
  type Window,
  copyDataset,
  openWindow,
  removeFolder,
  startProgram,
  temporaryFolder,
} from './harness.ts';

const SIZE = { width: 1280, height: 720 };

const leaf = (id: string) => ({ kind: 'tabs', size: 1, panels: [id], active: id });
const column = (...ids: readonly string[]) => ({ kind: 'column', size: 1, children: ids.map(leaf) });
const columns = [
  column('ClusterView', 'SimilarityView'),
  column('WaveformView', 'AmplitudeView'),
  column('FeatureView', 'CorrelogramView'),
];
const fourViews = { version: 1, root: { kind: 'row', size: 1, children: columns }, floating: [] };
/** The layout of `openFourViews`, as `keptLayout` says it. */
export const FOUR_VIEWS =
  'row[column[ClusterView, SimilarityView], column[WaveformView, AmplitudeView], column[FeatureView, CorrelogramView]]';

export class GuiSession {
  folder = '';
  config = '';
  program: Program | undefined;
  readonly windows: Window[] = [];
  /** Set by a test that breaks something: errors in the console are then as they should be. */
  expectsErrors = false;
  private readonly browser: () => Browser;

  constructor(browser: () => Browser) {
    this.browser = browser;
  }

  /** A copy of the dataset and an empty user folder; nothing is started. */
  prepare(dataset: string): void {
    this.folder = copyDataset(dataset);
    this.config = temporaryFolder('config');
  }

  /** What was kept for the user before the start: where the panels are, or anything else. */
  prepareUser(state: Readonly<Record<string, unknown>>): void {
    const folder = join(this.config, 'ts/TemplateGUI');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'state.json'), JSON.stringify(state));
  }

  /** Program and window with both tables and four views at `FOUR_VIEWS`, whatever other views a first launch would show. */
  async openFourViews(dataset: string): Promise<Page> {
    this.prepare(dataset);
    this.prepareUser({ layout: fourViews });
    return await this.open();
  }

  /** Program and window on a copy of the dataset, or on the folder that was prepared. */
  async open(dataset?: string, size = SIZE): Promise<Page> {
    if (dataset !== undefined) this.prepare(dataset);
    await this.start();
    return await this.window(size);
  }

  /** The program alone. */
  async start(args: readonly string[] = [], environment?: Readonly<Record<string, string>>): Promise<void> {
    this.program = await startProgram(this.folder, this.config, args, environment);
  }

  /** Waits until the program ends by itself; its exit code. */
  async exitCode(): Promise<number | null> {
    const { process } = this.program ?? {};
    if (process === undefined || process.exitCode !== null) return process?.exitCode ?? null;
    return await new Promise((done) => process.on('exit', (code) => done(code)));
  }

  /** Another window on the running program. `before` may change what its page will get to see. */
  async window(size = SIZE, before?: (page: Page) => Promise<void>): Promise<Page> {
    const opened = await openWindow(this.browser(), this.program?.url ?? '', size, before);
    await opened.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    this.windows.push(opened);
    return opened.page;
  }

  /** Ends the program as SIGTERM does and starts another one. */
  async reopen(size = SIZE): Promise<Page> {
    for (const { context } of this.windows.splice(0)) await context.close();
    if (this.program?.process.exitCode === null) await this.program.end();
    return await this.open(undefined, size);
  }

  /** Says what the windows wrote to their consoles as errors, and puts everything away. */
  async end(): Promise<void> {
    const errors = this.windows.flatMap((window) => window.errors);
    for (const { context } of this.windows.splice(0)) await context.close();
    if (this.program?.process.exitCode === null) await this.program.end('SIGKILL');
    for (const path of [this.folder, this.config]) if (path !== '') removeFolder(path);
    this.folder = this.config = '';
    this.program = undefined;
    const isFine = this.expectsErrors || errors.length === 0;
    this.expectsErrors = false;
    expect(isFine ? [] : errors).toEqual([]);
  }

  /** What is kept for the user (or, with `dataset`, beside the data); an empty object while there is no file. */
  kept(where: 'user' | 'dataset' = 'user'): Readonly<Record<string, unknown>> {
    const file =
      where === 'user' ? join(this.config, 'ts/TemplateGUI/state.json') : join(this.folder, '.phy/ts/state.json');
    if (!existsSync(file)) return {};
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  }
}

interface Node {
  readonly kind: string;
  readonly panels?: readonly string[];
  readonly children?: readonly Node[];
}
/** `row[column[ClusterView, SimilarityView], WaveformView+TraceView]` */
function shapeOf(node: Node): string {
  if (node.kind === 'tabs') return (node.panels ?? []).join('+');
  return `${node.kind}[${(node.children ?? []).map(shapeOf).join(', ')}]`;
}

/** Where the panels are, as it is kept, without sizes: what is docked, then what floats. */
export function keptLayout(session: GuiSession): string {
  const layout = session.kept().layout as
    | { readonly root: Node; readonly floating: readonly { root: Node }[] }
    | undefined;
  if (layout === undefined) return '';
  return [layout.root, ...layout.floating.map(({ root }) => root)].map(shapeOf).join(' | ');
}

export const tab = (page: Page, title: string): Locator => page.locator('.phy-tab').getByText(title, { exact: true });

/** Makes a panel the one in use. */
export async function use(page: Page, title: string): Promise<void> {
  await tab(page, title).click();
}

export const tabs = async (page: Page): Promise<string[]> => (await page.locator('.phy-tab').allInnerTexts()).sort();

export const panel = (page: Page, id: string): Locator => page.locator(`section[aria-label="${id}"]`);

/** Where a panel is, in page pixels. */
export async function placeOf(
  page: Page,
  id: string,
): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await panel(page, id).boundingBox();
  if (box === null) throw new Error(`${id} is not on screen`);
  return box;
}

/** Runs an entry of a menu of the menu bar; `path` leads through submenus. */
export async function choose(page: Page, menu: string, ...path: readonly (string | RegExp)[]): Promise<void> {
  await page.getByRole('menuitem', { name: menu, exact: true }).click();
  for (const name of path) {
    const exact = typeof name === 'string';
    const items = page.getByRole('menuitem', { name, exact }).or(page.getByRole('menuitemcheckbox', { name, exact }));
    await items.last().click();
  }
  await page.getByRole('menu').first().waitFor({ state: 'detached' });
}

/** Lines of text that the window says: toast, status, or anywhere else. */
export const says = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();

/** Different colours among the pixels of a view's canvas: more than a few when something is drawn. */
export async function coloursOf(page: Page, id: string): Promise<number> {
  return await panel(page, id)
    .locator('canvas')
    .first()
    .evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const context = (canvas as HTMLCanvasElement).getContext('2d');
      const pixels = context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
      const seen = new Set<number>();
      for (let at = 0; at < pixels.length; at += 16)
        seen.add((pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2]);
      return seen.size;
    });
}
