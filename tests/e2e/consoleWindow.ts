/** A console in the window: how tests open one, run code in it and read what it shows. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Adds a view from the View menu. */
export async function addView(page: Page, name: string): Promise<void> {
  await page.getByRole('menuitem', { name: 'View', exact: true }).click();
  await page.getByRole('menuitem', { name: `Add ${name}` }).click();
  await page.locator(`section[aria-label="${name}"]`).waitFor();
}

export class ConsoleWindow {
  private readonly page: Page;
  private readonly view: string;
  private readonly field: string;

  /** `field`: label of the text field. */
  constructor(page: Page, view: string, field: string) {
    this.page = page;
    this.view = view;
    this.field = field;
  }

  get input() {
    return this.panel.getByLabel(this.field);
  }
  get panel() {
    return this.page.locator(`section[aria-label="${this.view}"]`);
  }
  private get cells() {
    return this.panel.getByRole('log').locator('section');
  }

  /** Gives the keys back to the clusters. */
  async leave(): Promise<void> {
    await this.input.press('Escape');
  }

  /** Types code as it is and presses Enter. */
  async enter(code: string): Promise<void> {
    await this.input.click();
    await this.page.keyboard.insertText(code);
    await this.page.keyboard.press('Enter');
  }

  /** What the last cell shows once nothing runs. */
  async shown(): Promise<string> {
    await expect.poll(() => this.cells.last().getAttribute('aria-busy'), { timeout: 60_000 }).toBe('false');
    const text = await this.cells.last().locator('> div').innerText();
    return text.replaceAll('\u00a0', ' ').trim();
  }

  /** Runs code; what it shows. */
  async run(code: string): Promise<string> {
    return await this.after(() => this.enter(code));
  }
  /** What the cell shows that something begins. */
  async after(begin: () => Promise<void>): Promise<string> {
    const before = await this.cells.count();
    await begin();
    await expect.poll(() => this.cells.count()).toBe(before + 1);
    return await this.shown();
  }

  /** The right side of the status line. */
  async status(): Promise<string> {
    return (await this.panel.locator('footer > span').last().innerText()).trim();
  }

  /** What completion offers now. */
  async offered(): Promise<string[]> {
    const options = this.panel.getByRole('option');
    await options.first().waitFor();
    return await options.locator('span:first-child').allInnerTexts();
  }
}
