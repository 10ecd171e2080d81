/** What a person does with the mouse in a view, and what the view shows: its picture as SVG, its kept settings, its requests. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { plotBox } from './window.ts';

export type Key = 'Control' | 'Shift' | 'Alt';
type Fraction = readonly [number, number];

/** The dock group whose tab in front or behind is the view. */
export function group(page: Page, view: string): Locator {
  return page.locator('.dv-groupview', { has: page.locator('.phy-tab').getByText(view, { exact: true }) });
}

/** Runs an entry of the view's own menu; `path` leads through submenus. */
export async function menu(page: Page, view: string, ...path: readonly string[]): Promise<void> {
  await group(page, view).getByLabel('View menu').click();
  for (const name of path) await page.getByRole('menu').last().getByText(name, { exact: true }).click();
  await page.getByRole('menu').first().waitFor({ state: 'detached' });
}

/** Why a dimmed entry of the view's own menu cannot be used now. */
export async function whyNot(page: Page, view: string, entry: string): Promise<string | null> {
  await group(page, view).getByLabel('View menu').click();
  const reason = await page.getByRole('menuitem', { name: entry, exact: true, disabled: true }).getAttribute('title');
  await page.keyboard.press('Escape');
  await page.getByRole('menu').first().waitFor({ state: 'detached' });
  return reason;
}

/** Page pixels of a place in the plot given as fractions (x right, y down). */
async function place(page: Page, view: string, [x, y]: Fraction): Promise<Fraction> {
  const box = await plotBox(page, view);
  return [box.x + x * box.width, box.y + y * box.height];
}

async function holding(page: Page, keys: readonly string[], act: () => Promise<void>): Promise<void> {
  for (const key of keys) await page.keyboard.down(key);
  await act();
  for (const key of [...keys].reverse()) await page.keyboard.up(key);
}

/** A click with keys held. Press and release are sent together: a busy page must not make them two things (spec/views.md 1.5). */
export async function click(
  page: Page,
  view: string,
  at: Fraction,
  keys: readonly string[] = [],
  button: 'left' | 'right' = 'left',
): Promise<void> {
  const [x, y] = await place(page, view, at);
  await holding(page, keys, async () => {
    await page.mouse.move(x, y);
    await Promise.all([page.mouse.down({ button }), page.mouse.up({ button })]);
  });
}

/** Ctrl+clicks the vertices of a lasso. Texts change a moment before the picture that they belong to is on screen, so frames are awaited first. */
export async function lasso(page: Page, view: string, vertices: readonly Fraction[]): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  for (const at of vertices) await click(page, view, at, ['Control']);
}

/** Notches of the wheel, positive is up. */
export async function wheel(
  page: Page,
  view: string,
  notches: number,
  keys: readonly Key[] = [],
  at: Fraction = [0.4, 0.4],
): Promise<void> {
  const [x, y] = await place(page, view, at);
  await holding(page, keys, async () => {
    await page.mouse.move(x, y);
    for (let k = 0; k < Math.abs(notches); k++) await page.mouse.wheel(0, -120 * Math.sign(notches));
  });
}

export async function drag(
  page: Page,
  view: string,
  from: Fraction,
  by: Fraction,
  button: 'left' | 'right' = 'left',
  keys: readonly Key[] = [],
): Promise<void> {
  const [x, y] = await place(page, view, from);
  await holding(page, keys, async () => {
    await page.mouse.move(x, y);
    await page.mouse.down({ button });
    await page.mouse.move(x + by[0] / 2, y + by[1] / 2);
    await page.mouse.move(x + by[0], y + by[1]);
    // Longer than a click.
    await page.waitForTimeout(300);
    await page.mouse.up({ button });
  });
}

export async function doubleClick(page: Page, view: string): Promise<void> {
  const [x, y] = await place(page, view, [0.5, 0.5]);
  await page.mouse.dblclick(x, y);
}

export const picturesIn = (config: string): readonly string[] => {
  const folder = join(config, 'screenshots');
  return existsSync(folder) ? readdirSync(folder).sort() : [];
};

/** The picture of a view as it is now, taken as a person takes it. */
export async function picture(page: Page, config: string, view: string): Promise<Picture> {
  const before = new Set(picturesIn(config));
  await menu(page, view, 'Screenshot as SVG');
  for (let tries = 0; tries < 200; tries++) {
    const name = picturesIn(config).find((file) => !before.has(file) && file.endsWith('.svg'));
    if (name !== undefined) return new Picture(readFileSync(join(config, 'screenshots', name), 'utf8'));
    await page.waitForTimeout(25);
  }
  throw new Error(`no picture of ${view} was saved`);
}

/** An SVG picture: texts, and the marks of each frame. */
export class Picture {
  readonly svg: string;
  readonly texts: readonly string[];
  readonly frames: ReadonlyMap<string, string>;
  readonly width: number;
  readonly height: number;
  constructor(svg: string) {
    this.svg = svg;
    this.texts = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);
    const marks = [...svg.matchAll(/<g clip-path="[^"]*" data-frame="([^"]*)">\n([\s\S]*?)\n<\/g>/g)];
    this.frames = new Map(marks.map((match) => [match[1], match[2]]));
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    this.width = Number(width);
    this.height = Number(height);
  }

  frame(id: string): string {
    const marks = this.frames.get(id);
    if (marks === undefined) throw new Error(`no frame ${id} among ${[...this.frames.keys()].join(' ')}`);
    return marks;
  }
  /** The first number of each kind in the first path of a frame: where its first vertex lies, CSS px. */
  start(id: string): Fraction {
    const found = /M(-?[\d.]+) (-?[\d.]+)/.exec(this.frame(id));
    if (found === null) throw new Error(`no path in frame ${id}`);
    return [Number(found[1]), Number(found[2])];
  }
  /** The same as a fraction of the picture. */
  fraction(id: string): Fraction {
    const [x, y] = this.start(id);
    return [x / this.width, y / this.height];
  }
  /** Centres of the points of one colour in a frame, CSS px. */
  points(id: string, color: string): readonly Fraction[] {
    const groups = [...this.frame(id).matchAll(/<g fill="(#[0-9a-f]+)"[^>]*>(.*?)<\/g>/g)];
    const own = groups.find((match) => match[1] === color);
    return [...(own?.[2] ?? '').matchAll(/cx="([^"]+)" cy="([^"]+)"/g)].map((match) => [
      Number(match[1]),
      Number(match[2]),
    ]);
  }
  /** Colours of the groups of marks and bars of a frame, in painting order. */
  colors(id: string): readonly string[] {
    return [...this.frame(id).matchAll(/(?:<g|z") (?:fill="none" )?(?:fill|stroke)="(#[0-9a-f]{6})"/g)].map(
      (match) => match[1],
    );
  }
}

/** What a state file holds for a view, an empty object while there is none. */
export function keptSettings(file: string, view: string): Readonly<Record<string, unknown>> {
  if (!existsSync(file)) return {};
  const state = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, unknown> | undefined>;
  return state[view] ?? {};
}

export interface Asked {
  readonly query: string;
  readonly clusters: readonly number[];
  readonly params: Readonly<Record<string, unknown>>;
}
/** Follows the requests that the page sends from its next load on. */
export function recordRequests(page: Page): Asked[] {
  const asked: Asked[] = [];
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const message = JSON.parse(String(payload)) as Asked & { readonly type: string };
      if (message.type === 'ask') asked.push(message);
    }),
  );
  return asked;
}
