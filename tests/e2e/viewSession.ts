/** The program on a copy of a dataset with its window open, and what tests of views do there all the time. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
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
import { type Picture, keptSettings, picture } from './viewWindow.ts';
import { expectSelection, snippet, statusLine } from './window.ts';

/** Asserts on a value that comes about in its own time. */
export const kept = (read: () => unknown) => expect.poll(read, { timeout: 20_000 });

export class ViewSession {
  folder = '';
  config = '';
  private program: Program | null = null;
  private opened: Window | null = null;
  private readonly browser: () => Browser;
  private readonly onWindow: (window: Window) => void;
  private readonly size: { readonly width: number; readonly height: number };

  /** `onWindow` is told of every window that is opened. */
  constructor(browser: () => Browser, onWindow: (window: Window) => void, size = { width: 1280, height: 720 }) {
    this.browser = browser;
    this.onWindow = onWindow;
    this.size = size;
  }

  private get window(): Window {
    if (this.opened === null) throw new Error('no window is open');
    return this.opened;
  }
  private get page(): Page {
    return this.window.page;
  }

  /** Opens a copy of a dataset for a user without any settings. */
  readonly open = async (dataset: string): Promise<void> => {
    this.copy(dataset);
    await this.launch();
  };
  /** The copy and the empty settings, without starting anything. */
  readonly copy = (dataset: string): void => {
    this.folder = copyDataset(dataset);
    this.config = temporaryFolder('config');
  };
  /** Starts the program on the present folder and settings. */
  readonly launch = async (): Promise<void> => {
    this.program = await startProgram(this.folder, this.config);
    this.opened = await openWindow(this.browser(), this.program.url, this.size);
    this.page.setDefaultTimeout(20_000);
    this.onWindow(this.window);
  };
  readonly end = async (): Promise<void> => {
    await this.window.context.close();
    expect(await this.program?.end()).toBe(0);
  };
  /** Ends the program and starts it on a fresh copy, with the settings of the same user. */
  readonly anotherDataset = async (dataset: string): Promise<void> => {
    await this.end();
    removeFolder(this.folder);
    this.folder = copyDataset(dataset);
    await this.launch();
  };
  readonly close = async (): Promise<void> => {
    await this.end();
    removeFolder(this.folder);
    removeFolder(this.config);
  };

  /** To be called after each test: no dialog stays open, nothing was written to the console as an error. */
  readonly tidy = async (failed: boolean): Promise<void> => {
    if (failed) for (let k = 0; k < 3; k++) await this.page.keyboard.press('Escape');
    expect(this.window.errors.splice(0)).toEqual([]);
  };

  /** What is kept for a view: for the user, and for the dataset. */
  readonly user = (view: string): Readonly<Record<string, unknown>> => {
    return keptSettings(join(this.config, 'ts/TemplateGUI/state.json'), view);
  };
  readonly local = (view: string): Readonly<Record<string, unknown>> => {
    return keptSettings(join(this.folder, '.phy/ts/state.json'), view);
  };
  readonly look = (view: string): Promise<Picture> => {
    return picture(this.page, this.config, view);
  };

  /** Waits until the status line of a view has all of these. */
  readonly status = async (view: string, ...parts: readonly string[]): Promise<void> => {
    for (const part of parts) await kept(() => statusLine(this.page, view)).toContain(part);
  };
  /** Waits until the status line of a view has stayed the same for a while. */
  readonly settled = async (view: string): Promise<void> => {
    const isSettled = async (): Promise<boolean> => {
      const before = await statusLine(this.page, view);
      await this.page.waitForTimeout(700);
      return before === (await statusLine(this.page, view));
    };
    await kept(isSettled).toBe(true);
  };
  readonly press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await this.page.keyboard.press(key);
  };
  readonly select = async (...ids: readonly number[]): Promise<void> => {
    await snippet(this.page, `c ${ids.join(' ')}`);
    await expectSelection(this.page, ids);
  };
  /** Types a snippet that cannot be done: the bar stays open and says why. */
  readonly refused = async (text: string, why: string | RegExp): Promise<void> => {
    await this.page.keyboard.press(':');
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
    await this.page.getByText(why).first().waitFor();
    await this.page.keyboard.press('Escape');
    await this.page.getByLabel('Snippet').waitFor({ state: 'detached' });
  };
}
