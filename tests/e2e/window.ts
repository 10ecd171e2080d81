/** What a person reads in the window, for tests. */
import type { Page } from 'playwright-core';

/** Ids of selected rows of a table (`ClusterView`, `SimilarityView`), in displayed order. Only rows near the visible part exist. */
export async function selectedRows(page: Page, table: string): Promise<number[]> {
  return await page
    .getByRole('grid', { name: table })
    .locator('[role=row][aria-selected=true]')
    .evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-id'))));
}

/** Ids in the toolbar: the whole selection in its order. */
export async function chips(page: Page): Promise<number[]> {
  const text = await page.getByLabel('Selected clusters').innerText();
  return [...text.matchAll(/\d+/g)].map((match) => Number(match[0]));
}

/** Waits until the toolbar shows exactly this selection. */
export async function expectSelection(page: Page, ids: readonly number[]): Promise<void> {
  const wanted = ids.join(' ');
  try {
    await page.waitForFunction(
      (expected) => {
        const shown = document.querySelector<HTMLElement>('[aria-label="Selected clusters"]');
        return (shown?.innerText ?? '').replaceAll(/\D+/g, ' ').trim() === expected;
      },
      wanted,
      { timeout: 20_000 },
    );
  } catch {
    throw new Error(`expected the selection ${wanted}, found ${(await chips(page)).join(' ')}`);
  }
}

/** Types a snippet (`c 2 22`) and runs it. */
export async function snippet(page: Page, text: string): Promise<void> {
  await page.keyboard.press(':');
  await page.getByLabel('Snippet').waitFor();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await page.getByLabel('Snippet').waitFor({ state: 'detached' });
}

/** Ids of the first rows of a table from the top. */
export async function topRows(page: Page, table: string, count: number): Promise<number[]> {
  const ids = await page
    .getByRole('grid', { name: table })
    .locator('[role=row][data-id]')
    .evaluateAll((rows) =>
      rows
        .map((row) => [Number(row.getAttribute('aria-rowindex')), Number(row.getAttribute('data-id'))] as const)
        .sort((a, b) => a[0] - b[0])
        .map(([, id]) => id),
    );
  return ids.slice(0, count);
}

/** The plot of a view, as a rectangle in page pixels. */
export async function plotBox(
  page: Page,
  view: string,
): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await page.locator(`section[aria-label="${view}"] canvas`).first().boundingBox();
  if (box === null) throw new Error(`${view} has no plot on screen`);
  return box;
}

/** The status line below a view. */
export async function statusLine(page: Page, view: string): Promise<string> {
  return (await page.locator(`section[aria-label="${view}"] footer`).first().innerText()).replaceAll(/\s+/g, ' ');
}

/** Revisions of the answers that a view has painted, oldest first. */
export async function paintedRevisions(page: Page, view: string): Promise<number[]> {
  return await page.evaluate((name) => {
    const log: unknown = Reflect.get(globalThis, '__phyPainted');
    if (!Array.isArray(log)) return [];
    return log.filter((paint) => paint.view === name).map((paint) => Number(paint.revision));
  }, view);
}
