/** Marks and gestures in real Chromium: regions and values, never exact pixels. Skipped where no browser is installed. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GalleryPage } from './plot/gallery.tsx';
import type { Gallery } from './plot/page.ts';
import { CHROMIUM, startGallery } from './plot/page.ts';

declare global {
  interface Window {
    readonly gallery: GalleryPage;
    stray: Window | null;
  }
}
/** Rectangle in shares of the plot (y down) and the mean colour that it must have. */
type Region = readonly [x0: number, y0: number, x1: number, y1: number, color: readonly number[]];
type ShowOptions = Parameters<GalleryPage['show']>[2];

const near = (color: readonly number[], wanted: readonly number[], slack = 12) =>
  color.length === 3 && color.every((value, k) => Math.abs(value - wanted[k]) <= slack);
const BLACK = [0, 0, 0];
const RED = [255, 0, 0];
const GREEN = [0, 255, 0];
const BLUE = [0, 0, 255];
const WHITE = [255, 255, 255];

const show = async (page: Page, id: string, name: string, options: ShowOptions = {}) => {
  const before = await page.evaluate((plot) => window.gallery.painted(plot), id);
  await page.evaluate(([plot, scene, more]) => window.gallery.show(plot, scene, more), [id, name, options] as const);
  await page.waitForFunction(([plot, n]) => window.gallery.painted(plot) > n, [id, before] as const);
};
const color = (page: Page, id: string, x0: number, y0: number, x1: number, y1: number) =>
  page.evaluate(([plot, ...box]) => window.gallery.meanColor(plot, ...box), [id, x0, y0, x1, y1] as const);
/** One frame after the last change. */
const settle = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => setTimeout(() => resolve(), 30));
      }),
  );

/** Where plot NDC that was at pixel `px` lies after `pan` and a zoom of two. */
const moved = (px: number, origin: number, length: number, pan: number) =>
  origin + ((((2 * (px - origin)) / length - 1 + pan) * 2 + 1) / 2) * length;

describe.skipIf(CHROMIUM === undefined)('plots in a browser', () => {
  let gallery: Gallery;
  beforeAll(async () => {
    gallery = await startGallery();
  });
  afterAll(async () => {
    await gallery?.close();
  });

  for (const renderer of ['webgl', 'canvas'] as const) {
    for (const ratio of [1, 2]) {
      describe(`${renderer} at ${ratio} device pixels per px`, () => {
        let page: Page;
        beforeAll(async () => {
          page = await gallery.open({ deviceScaleFactor: ratio }, `?renderer=${renderer}`);
        });
        afterAll(async () => {
          await page?.context().close();
        });

        const expectations: Readonly<Record<string, readonly Region[]>> = {
          points: [
            [0.18, 0.18, 0.22, 0.22, RED],
            [0.78, 0.78, 0.82, 0.82, RED],
            [0.4, 0.4, 0.6, 0.6, BLACK],
            [0.18, 0.78, 0.22, 0.82, BLACK],
          ],
          squares: [
            [0.43, 0.43, 0.57, 0.57, RED],
            [0.62, 0.4, 0.7, 0.6, BLACK],
          ],
          huge: [
            [0.2, 0.45, 0.8, 0.55, RED],
            [0.02, 0.02, 0.1, 0.1, BLACK],
          ],
          ownColors: [
            [0.19, 0.49, 0.21, 0.51, RED],
            [0.75, 0.45, 0.85, 0.55, BLUE],
            [0.25, 0.45, 0.4, 0.55, BLACK],
          ],
          wideLines: [
            [0.295, 0.49, 0.305, 0.51, RED],
            [0.695, 0.49, 0.705, 0.51, RED],
            [0.49, 0.4, 0.51, 0.6, BLACK],
          ],
          stripColors: [
            [0.1, 0.695, 0.9, 0.705, GREEN],
            [0.1, 0.295, 0.9, 0.305, BLUE],
            [0.1, 0.4, 0.9, 0.6, BLACK],
          ],
          segments: [
            [0.496, 0.05, 0.504, 0.7, RED],
            [0.005, 0.795, 0.045, 0.805, RED],
            [0.055, 0.795, 0.095, 0.805, GREEN],
            [0.1, 0.1, 0.4, 0.6, BLACK],
          ],
          bars: [
            [0.11, 0.61, 0.29, 0.99, RED],
            [0.31, 0.21, 0.49, 0.99, RED],
            [0.11, 0.1, 0.29, 0.59, BLACK],
            [0.51, 0.1, 0.69, 0.98, BLACK],
            [0.8, 0.1, 0.99, 0.99, BLACK],
          ],
          image: [
            [0.05, 0.05, 0.45, 0.45, RED],
            [0.55, 0.05, 0.95, 0.45, GREEN],
            [0.05, 0.55, 0.45, 0.95, BLUE],
            [0.55, 0.55, 0.95, 0.95, WHITE],
          ],
          spans: [
            // The first row, from 2.5 to 4.5: three columns, a gap, one column.
            [0.11, 0.56, 0.39, 0.74, GREEN],
            [0.41, 0.56, 0.49, 0.74, BLACK],
            [0.51, 0.56, 0.59, 0.74, GREEN],
            [0.11, 0.76, 0.6, 0.9, BLACK],
            // The second row: 5.5 to 6.5, then 8.5 to 9.5 and down to its neighbour.
            [0.11, 0.36, 0.19, 0.44, BLUE],
            [0.11, 0.02, 0.19, 0.33, BLACK],
            [0.21, 0.06, 0.29, 0.34, BLUE],
            [0.62, 0.02, 0.98, 0.98, BLACK],
          ],
          samples: [
            [0.11, 0.735, 0.49, 0.765, GREEN],
            [0.52, 0.7, 0.98, 0.8, BLACK],
            [0.11, 0.235, 0.89, 0.265, BLUE],
            [0.1, 0.3, 0.9, 0.7, BLACK],
          ],
          denseSamples: [
            // Strokes of neighbouring samples join: no ground between them, in the band or along the climb.
            ...Array.from({ length: 9 }, (_, k): Region => [0.05 + k / 10, 0.68, 0.1 + k / 10, 0.82, GREEN]),
            ...Array.from({ length: 9 }, (_, k): Region => {
              const y = 1 - (5.5 + 0.4 * (k + 0.75)) / 10;
              return [0.05 + k / 10, y - 0.025, 0.1 + k / 10, y + 0.025, [0, 0, 40]];
            }),
            [0.05, 0.87, 0.95, 0.98, BLACK],
          ],
          someColumns: [
            [0.31, 0.66, 0.59, 0.84, GREEN],
            [0.31, 0.16, 0.59, 0.34, BLUE],
            [0.02, 0.02, 0.29, 0.98, BLACK],
            [0.61, 0.02, 0.98, 0.98, BLACK],
          ],
          // The later mark is over the earlier one: a quarter of the red is left under half of the blue.
          blending: [
            [0.1, 0.1, 0.3, 0.9, [128, 0, 0]],
            [0.45, 0.1, 0.55, 0.9, [64, 0, 128]],
            [0.7, 0.1, 0.9, 0.9, [0, 0, 128]],
          ],
          clipping: [
            [0.26, 0.26, 0.74, 0.74, RED],
            [0, 0, 1, 0.24, BLACK],
            [0, 0.3, 0.24, 0.7, BLACK],
            [0.76, 0.3, 1, 0.7, BLACK],
            [0, 0.76, 1, 1, BLACK],
          ],
          window: [
            [0, 0, 0.49, 1, RED],
            [0.51, 0, 1, 1, BLACK],
          ],
        };
        for (const [name, regions] of Object.entries(expectations)) {
          it(`lights the right regions: ${name}`, async () => {
            await show(page, 'one', name, { width: 200, height: 200 });
            const found: unknown[] = [];
            for (const [x0, y0, x1, y1, wanted] of regions) {
              const mean = await color(page, 'one', x0, y0, x1, y1);
              if (!near(mean, wanted)) found.push({ region: [x0, y0, x1, y1], wanted, mean });
            }
            expect(found).toEqual([]);
          });
        }

        it('draws thin lines at their place and breaks them where there is no number', async () => {
          await show(page, 'one', 'lines');
          const level = await color(page, 'one', 0.2, 0.48, 0.8, 0.52);
          // One CSS px of eight that were looked at.
          expect(level[0]).toBeGreaterThan(20);
          expect(level[0]).toBeLessThan(60);
          expect((await color(page, 'one', 0.08, 0.65, 0.12, 0.85))[0]).toBeGreaterThan(20);
          expect(near(await color(page, 'one', 0.2, 0.55, 0.8, 0.95), BLACK)).toBe(true);
        });

        it('uses the renderer that was asked for', async () => {
          expect(await page.evaluate(() => window.gallery.kind())).toBe(renderer);
        });

        it('keeps times exact when ten hours are zoomed in to half a second', async () => {
          await show(page, 'one', 'hours', { width: 1000, height: 100 });
          const [from, to] = [9999.9, 10000.3];
          const zoom = 36000 / (to - from);
          await page.evaluate(([pan, z]) => window.gallery.setCamera('one', [pan, 0], [z, 1]), [
            1 - (from + to) / 36000,
            zoom,
          ] as const);
          await settle(page);
          const share = (t: number) => (t - from) / (to - from);
          const [x0, x1] = [share(10000.0123), share(10000.0163)];
          const px = 1 / 1000;
          expect(near(await color(page, 'one', x0 + px, 0.2, x1 - px, 0.8), RED)).toBe(true);
          expect(near(await color(page, 'one', x0 - 9 * px, 0.2, x0 - px, 0.8), BLACK)).toBe(true);
          expect(near(await color(page, 'one', x1 + px, 0.2, x1 + 9 * px, 0.8), BLACK)).toBe(true);
          await page.evaluate(() => window.gallery.setCamera('one', [0, 0], [1, 1]));
          await page.evaluate(() => window.gallery.show('one', 'bars', { width: 200, height: 200 }));
          await settle(page);
        });
      });
    }
  }

  it('draws both renderers alike on scenes of real views', async () => {
    const page = await gallery.open();
    for (const name of ['waves', 'amplitude', 'feature', 'correlogram', 'shapes', 'traces', 'envelopes']) {
      const shares: number[] = [];
      for (const renderer of ['webgl', 'canvas'] as const) {
        await page.evaluate((choice) => window.gallery.setRenderer(choice), renderer);
        await show(page, 'one', name, { width: 420, height: 320 });
        shares.push(await page.evaluate(() => window.gallery.litShare('one')));
      }
      expect(shares[0]).toBeGreaterThan(0.02);
      expect(Math.abs(shares[0] - shares[1]) / shares[0]).toBeLessThan(0.12);
    }
    await page.context().close();
  });

  it('recovers from a lost context, with Canvas2D in the meantime', async () => {
    const page = await gallery.open({}, '?renderer=webgl');
    await show(page, 'one', 'bars');
    const isDrawn = async () => near(await color(page, 'one', 0.31, 0.21, 0.49, 0.99), RED);
    expect(await page.evaluate(() => window.gallery.kind())).toBe('webgl');
    await page.evaluate(() => window.gallery.loseContext());
    await settle(page);
    expect(await page.evaluate(() => window.gallery.kind())).toBe('canvas');
    expect(await isDrawn()).toBe(true);
    await show(page, 'two', 'bars');
    expect(near(await color(page, 'two', 0.31, 0.21, 0.49, 0.99), RED)).toBe(true);
    await page.evaluate(() => window.gallery.restoreContext());
    await page.waitForFunction(() => window.gallery.kind() === 'webgl');
    await settle(page);
    expect(await isDrawn()).toBe(true);
    await show(page, 'one', 'stripColors');
    expect(near(await color(page, 'one', 0.1, 0.695, 0.9, 0.705), GREEN)).toBe(true);
    await page.context().close();
  });

  it('draws twenty plots at once with one context', async () => {
    const page = await gallery.open({}, '?renderer=webgl');
    await page.evaluate(() => {
      for (let k = 0; k < 20; k++) window.gallery.show(`p${k}`, 'bars', { width: 150, height: 120 });
    });
    for (let k = 0; k < 20; k++) {
      await page.waitForFunction((id) => window.gallery.painted(id) > 0, `p${k}`);
      expect(near(await color(page, `p${k}`, 0.32, 0.25, 0.48, 0.98), RED)).toBe(true);
    }
    await page.context().close();
  });

  describe('gestures', () => {
    let page: Page;
    beforeAll(async () => {
      page = await gallery.open();
    });
    afterAll(async () => {
      await page?.context().close();
    });
    const place = async (id: string) => {
      const box = await page.locator(`[data-plot="${id}"]`).boundingBox();
      if (box === null) throw new Error('The plot is not on the page.');
      return (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
    };
    const camera = () => page.evaluate(() => window.gallery.camera('g'));
    type Logged = { readonly kind: string; readonly event: Record<string, unknown> | null };
    const events = async (kind: string) => {
      const all = await page.evaluate(() => window.gallery.events('g'));
      return (all as Logged[]).filter((entry) => entry.kind === kind).map((entry) => entry.event ?? {});
    };
    const fresh = async (name = 'feature', options: ShowOptions = {}) => {
      await page.evaluate(() => window.gallery.clear());
      await show(page, 'g', name, { width: 400, height: 300, ...options });
      return place('g');
    };

    it('pans by a left drag, zooms by a right drag, goes home by a double click', async () => {
      const to = await fresh('points');
      await page.mouse.move(...to(0.5, 0.5));
      await page.mouse.down();
      await page.mouse.move(...to(0.75, 0.5));
      await page.mouse.up();
      // A quarter of the width is half a unit of NDC.
      expect((await camera())?.pan[0]).toBeCloseTo(0.5, 2);
      expect((await camera())?.pan[1]).toBeCloseTo(0, 2);
      await page.mouse.dblclick(...to(0.3, 0.3));
      expect(await camera()).toEqual({ pan: [0, 0], zoom: [1, 1] });
      await page.mouse.move(...to(0.5, 0.5));
      await page.mouse.down({ button: 'right' });
      await page.mouse.move(...to(0.6, 0.5));
      await page.mouse.up({ button: 'right' });
      expect((await camera())?.zoom[0]).toBeCloseTo(Math.exp(1.5 * 0.03 * 20 * 0.2), 2);
      expect((await camera())?.zoom[1]).toBeCloseTo(1, 6);
    });

    it('zooms by the wheel about the pointer, one step a notch', async () => {
      const to = await fresh('points');
      await page.mouse.move(...to(0.2, 0.2));
      await page.mouse.wheel(0, -120);
      await page.waitForFunction(() => (window.gallery.camera('g')?.zoom[0] ?? 1) > 1);
      expect((await camera())?.zoom[0]).toBeCloseTo(1.1618, 3);
      // The point under the pointer stays: the disc at (2, 8) lies there.
      await settle(page);
      expect(near(await color(page, 'g', 0.19, 0.19, 0.21, 0.21), RED)).toBe(true);
    });

    it('keeps the camera when another scene comes', async () => {
      const to = await fresh('points');
      await page.mouse.move(...to(0.5, 0.5));
      await page.mouse.wheel(0, -120);
      await page.waitForFunction(() => (window.gallery.camera('g')?.zoom[0] ?? 1) > 1);
      const before = await camera();
      await show(page, 'g', 'bars');
      expect(await camera()).toEqual(before);
    });

    it('tells clicks with frame, data, button, modifiers and digit', async () => {
      const to = await fresh('feature');
      await page.keyboard.down('3');
      await page.keyboard.down('Alt');
      await page.mouse.click(...to(0.5, 0.2), { button: 'right' });
      await page.keyboard.up('Alt');
      await page.keyboard.up('3');
      const [click] = await events('click');
      expect(click['frame']).toBe('0,1');
      expect(click['button']).toBe('right');
      expect(click['digitKey']).toBe(3);
      expect(click['modifiers']).toEqual({ ctrl: false, shift: false, alt: true, meta: false });
      const [x, y] = click['data'] as [number, number];
      expect(Math.abs(x)).toBeLessThan(1);
      expect(Math.abs(y)).toBeLessThan(1);
    });

    it('takes a slow press for a click only when it cannot be a drag', async () => {
      const to = await fresh('feature');
      await page.mouse.move(...to(0.5, 0.2));
      await page.mouse.down();
      await page.waitForTimeout(400);
      await page.mouse.up();
      expect(await events('click')).toHaveLength(0);
      await page.keyboard.down('Control');
      await page.mouse.down();
      await page.waitForTimeout(400);
      await page.mouse.up();
      await page.keyboard.up('Control');
      expect(await events('click')).toHaveLength(1);
    });

    it('tells wheels with modifiers, which never zoom', async () => {
      const to = await fresh('feature');
      await page.mouse.move(...to(0.5, 0.5));
      for (const keys of [['Control'], ['Alt'], ['Shift'], ['Control', 'Shift'], ['Control', 'Alt']]) {
        for (const key of keys) await page.keyboard.down(key);
        await page.mouse.wheel(0, -120);
        await settle(page);
        for (const key of keys) await page.keyboard.up(key);
      }
      const wheels = await events('wheel');
      expect(wheels.map((event) => [event['modifiers'], event['notches']])).toEqual([
        ['ctrl', 1],
        ['alt', 1],
        ['shift', 1],
        ['ctrl+shift', 1],
      ]);
      expect(await camera()).toEqual({ pan: [0, 0], zoom: [1, 1] });
    });

    it('draws a lasso whose vertices are where the clicks were, at any camera', async () => {
      const to = await fresh('feature');
      const corners = [
        [0.35, 0.3],
        [0.45, 0.32],
        [0.4, 0.42],
      ] as const;
      await page.keyboard.down('Control');
      for (const [x, y] of corners) {
        await page.mouse.click(...to(x, y));
        await settle(page);
      }
      // Another cell does not count.
      await page.mouse.click(...to(0.9, 0.9));
      await page.keyboard.up('Control');
      await settle(page);
      const lasso = await page.evaluate(() => window.gallery.lasso('g'));
      expect(lasso?.frame).toBe('1,1');
      expect(lasso?.polygon.length).toBe(3);
      const drawn = async () => {
        const text = await page.locator('[data-plot="g"] polygon.lasso').getAttribute('points');
        return (text ?? '').split(' ').map((pair) => pair.split(',').map(Number));
      };
      const first = await drawn();
      for (const [k, [x, y]] of corners.entries()) {
        expect(Math.abs(first[k][0] - x * 400)).toBeLessThan(1);
        expect(Math.abs(first[k][1] - y * 300)).toBeLessThan(1);
      }
      await page.evaluate(() => window.gallery.setCamera('g', [0.3, 0.1], [2, 2]));
      await settle(page);
      const second = await drawn();
      // Plot area 360 x 276 from (34, 6): screen NDC = (NDC + pan) * zoom.
      expect(Math.abs(second[0][0] - moved(first[0][0], 34, 360, 0.3))).toBeLessThan(0.1);
      expect(Math.abs(second[0][1] - moved(first[0][1], 6, 276, -0.1))).toBeLessThan(0.1);
      await page.keyboard.down('Control');
      await page.mouse.click(...to(0.4, 0.4), { button: 'right' });
      await page.keyboard.up('Control');
      expect(await page.evaluate(() => window.gallery.lasso('g'))).toBeNull();
    });

    it('tells where the pointer is and when it left', async () => {
      const to = await fresh('bars');
      await page.mouse.move(...to(0.25, 0.5));
      await page.mouse.move(1200, 850);
      await settle(page);
      const hovers = await page.evaluate(() => window.gallery.events('g'));
      const all = (hovers as Logged[]).filter((entry) => entry.kind === 'hover').map((entry) => entry.event);
      expect(all.some((event) => event !== null && Math.abs((event['data'] as number[])[0] - 2.5) < 0.05)).toBe(true);
      expect(all[all.length - 1]).toBeNull();
    });

    it('tells again what is under a pointer that rests when the picture is another', async () => {
      const to = await fresh('bars');
      await page.mouse.move(...to(0.25, 0.5));
      const places = async () =>
        ((await page.evaluate(() => window.gallery.events('g'))) as Logged[])
          .filter((entry) => entry.kind === 'hover')
          .map((entry) => (entry.event === null ? null : (entry.event['data'] as number[])[0]));
      const before = (await places()).length;
      await page.getByRole('img').first().focus();
      await page.keyboard.press('ArrowLeft');
      await settle(page);
      const moved = await places();
      expect(moved.length).toBe(before + 1);
      expect(moved[before]).not.toBeCloseTo(Number(moved[before - 1]), 3);
      await show(page, 'g', 'points');
      await settle(page);
      expect((await places()).length).toBe(before + 2);
      await settle(page);
      expect((await places()).length).toBe(before + 2);
    });

    it('says nothing of a place while the picture is dragged', async () => {
      const to = await fresh('bars');
      await page.mouse.move(...to(0.25, 0.5));
      await page.mouse.down();
      await page.mouse.move(...to(0.35, 0.5));
      await settle(page);
      const during = (await page.evaluate(() => window.gallery.events('g'))) as Logged[];
      expect(during.filter(({ kind }) => kind === 'hover').at(-1)?.event).toBeNull();
      await page.mouse.up();
      await settle(page);
      const after = (await page.evaluate(() => window.gallery.events('g'))) as Logged[];
      expect(after.filter(({ kind }) => kind === 'hover').at(-1)?.event).not.toBeNull();
    });

    it('moves by keys when it has the focus, and has a name', async () => {
      await fresh('points', { label: 'Amplitudes of 2 clusters' });
      const plot = page.getByRole('img', { name: 'Amplitudes of 2 clusters' });
      await plot.focus();
      await page.keyboard.press('ArrowLeft');
      expect((await camera())?.pan[0]).toBeCloseTo(0.1, 6);
      await page.keyboard.press('+');
      expect((await camera())?.zoom[0]).toBeCloseTo(Math.exp(0.075), 6);
      await page.keyboard.press('r');
      expect(await camera()).toEqual({ pan: [0, 0], zoom: [1, 1] });
    });

    it('dims the old picture under a progress line', async () => {
      await fresh('bars', { dimmed: true });
      const opacity = await page
        .locator('[data-plot="g"] canvas')
        .evaluate((element) => getComputedStyle(element).opacity);
      expect(opacity).toBe('0.38');
    });

    it('makes pictures as PNG and SVG', async () => {
      await fresh('correlogram');
      const [width, height, bytes] = await page.evaluate(() => window.gallery.png('g', 3));
      expect([width, height]).toEqual([1200, 900]);
      expect(bytes).toBeGreaterThan(5000);
      const svg = await page.evaluate(() => window.gallery.svg('g'));
      const facts = await page.evaluate((text) => {
        const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
        return [parsed.querySelectorAll('parsererror').length, parsed.querySelectorAll('g[data-frame]').length];
      }, svg);
      expect(facts).toEqual([0, 9]);
    });
  });

  it('follows its size and the device ratio', async () => {
    const page = await gallery.open({ deviceScaleFactor: 2 });
    await show(page, 'one', 'bars', { width: 200, height: 150 });
    const size = () =>
      page
        .locator('[data-plot="one"] canvas')
        .evaluate((canvas) => [(canvas as HTMLCanvasElement).width, (canvas as HTMLCanvasElement).height]);
    expect(await size()).toEqual([400, 300]);
    await page.evaluate(() => window.gallery.show('one', 'bars', { width: 300, height: 250 }));
    await settle(page);
    expect(await size()).toEqual([600, 500]);
    expect(near(await color(page, 'one', 0.31, 0.21, 0.49, 0.99), RED)).toBe(true);
    await page.context().close();
  });

  it('lives on in another window and after that window has closed', async () => {
    const page = await gallery.open();
    await show(page, 'one', 'bars');
    await page.evaluate(() => {
      const other = window.open('', '', 'width=400,height=300');
      const cell = window.gallery.cell('one');
      window.stray = other;
      if (other !== null && cell !== null) other.document.body.append(cell);
    });
    const drawn = async () => {
      await page.waitForFunction(() => window.gallery.meanColor('one', 0.31, 0.21, 0.49, 0.99)[0] > 240);
      return near(await color(page, 'one', 0.31, 0.21, 0.49, 0.99), RED);
    };
    const elsewhere = await page.evaluate(() => window.gallery.cell('one')?.ownerDocument === window.stray?.document);
    expect(elsewhere).toBe(true);
    expect(await drawn()).toBe(true);
    await page.evaluate(() => {
      const cell = window.gallery.cell('one');
      if (cell !== null) document.querySelector('#plots')?.append(cell);
      window.stray?.close();
    });
    await page.evaluate(() => window.gallery.show('one', 'stripColors'));
    await page.waitForFunction(() => window.gallery.meanColor('one', 0.1, 0.695, 0.9, 0.705)[1] > 240);
    expect(near(await color(page, 'one', 0.1, 0.695, 0.9, 0.705), GREEN)).toBe(true);
    await page.context().close();
  });
});
