/** A panel that fills the window leaves those behind it as they were. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserPath, hasDataset, startBrowser } from './harness.ts';
import { ViewSession, kept } from './viewSession.ts';
import { statusLine } from './window.ts';

const canRun = browserPath !== undefined;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  if (canRun) browser = await startBrowser();
});
afterAll(async () => {
  if (canRun) await browser.close();
});

const session = new ViewSession(
  () => browser,
  (window) => (page = window.page),
  { width: 1920, height: 1080 },
);

describe.skipIf(!canRun || !hasDataset('mini'))('a panel that fills the window', () => {
  beforeAll(() => session.open('mini'));
  afterAll(session.close);

  it('leaves the interval of a trace view that it hides, and of views linked to it', async () => {
    await session.status('TraceView', '9.88–10.13 s');
    await page.getByRole('menubar').getByText('View', { exact: true }).click();
    await page.getByRole('menuitem', { name: 'Add TraceImageView' }).click();
    await session.status('TraceImageView', '9.88–10.13 s');
    const interval = (): unknown => session.local('TraceView')['interval'];
    for (const view of ['CorrelogramView', 'TraceImageView']) {
      await page.locator('.phy-tab').getByText(view, { exact: true }).click();
      await session.press('Control+Shift+Enter');
      await page.locator('section[aria-label="TraceView"] canvas').first().waitFor({ state: 'hidden' });
      await session.settled(view);
      if (view === 'TraceImageView') expect(await statusLine(page, view)).toContain('9.88–10.13 s');
      await session.press('Control+Shift+Enter');
      await session.status('TraceView', '9.88–10.13 s');
    }
    expect(interval()).toBe(undefined);
    await kept(() => statusLine(page, 'TraceImageView')).toContain('9.88–10.13 s');
    await session.tidy(false);
  });
});
