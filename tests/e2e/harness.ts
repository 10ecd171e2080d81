/** Starts the real command line and a real browser, on a copy of a dataset, and puts everything away again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';
import { watch } from './lastSight.ts';

export const repo = resolve(import.meta.dirname, '../..');
export const sharedData = resolve(repo, '../shared/data');
const main = join(repo, 'dist/src/main.node.js');

/** Path of Chromium or Chrome, undefined when there is none (the tests are then skipped and counted as skipped). */
export const browserPath = [
  process.env.PHY_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => path !== undefined && existsSync(path));

export const hasDataset = (name: string): boolean => existsSync(join(sharedData, name, 'params.py'));

/** A writable copy of a dataset in a temporary folder. */
export function copyDataset(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `phy-${name}-`));
  cpSync(join(sharedData, name), folder, { recursive: true });
  return folder;
}

export interface Program {
  readonly url: string;
  readonly process: ChildProcess;
  readonly stderr: () => string;
  /** Sends a signal and waits for the end; the exit code, or null when a signal ended it. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * `phy template-gui FOLDER --no-browser`, ready when it has printed its URL. `config` replaces ~/.phy. With an environment of its own it
 * opens the browser that it finds there.
 */
export async function startProgram(
  folder: string,
  config: string,
  args: readonly string[] = [],
  environment?: Readonly<Record<string, string>>,
): Promise<Program> {
  return await startPhy(['template-gui', folder, ...args], config, environment);
}

/** `phy WORDS --no-browser`, ready when it has printed its URL; with an environment of its own it opens the browser that it finds there. */
export async function startPhy(
  words: readonly string[],
  config: string,
  environment?: Readonly<Record<string, string>>,
): Promise<Program> {
  const all = environment === undefined ? [...words, '--no-browser'] : words;
  const child = spawn(process.execPath, [main, ...all], {
    env: { ...process.env, ...environment, PHY_CONFIG_DIR: config },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithTests(child);
  let out = '';
  let err = '';
  child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()));
  const url = await new Promise<string>((done, failed) => {
    const timer = setTimeout(() => failed(new Error(`no URL within 60 s\n${err}`)), 60_000);
    child.stdout.on('data', (bytes: Buffer) => {
      out += bytes.toString();
      const line = out.split('\n').find((text) => /^http:\/\/127\.0\.0\.1:\d+\/\S*$/.test(text.trim()));
      if (line === undefined) return;
      clearTimeout(timer);
      done(line.trim());
    });
    child.on('exit', (code) => failed(new Error(`ended with ${code}\n${err}`)));
  });
  const ended = new Promise<number | null>((done) => child.on('exit', (code) => done(code)));
  return {
    url,
    process: child,
    stderr: () => err,
    end: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return await ended;
    },
  };
}

const running = new Set<ChildProcess>();

function endWithTests(child: ChildProcess): void {
  running.add(child);
  child.on('exit', () => running.delete(child));
}

/** Ends what a failed test did not get to end: no program outlives the tests of a file (setup.ts). */
export function endPrograms(): void {
  for (const left of running) left.kill('SIGKILL');
}

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** WebGL without a graphics processor. */
const WEBGL_FLAGS = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
/** Composed without it, pages take less time. */
const PLAIN_FLAGS = ['--disable-gpu'];

export async function startBrowser({ webgl = false } = {}): Promise<Browser> {
  if (browserPath === undefined) throw new Error('no Chromium found');
  const args = [...FLAGS, ...(webgl ? WEBGL_FLAGS : PLAIN_FLAGS)];
  return await chromium.launch({ executablePath: browserPath, headless: false, args });
}

export interface Window {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Everything the page wrote to its console as an error, and every exception. */
  readonly errors: string[];
}

/** What is done to a page before it is loaded. */
type Prepare = (page: Page) => Promise<void>;

/** Opens the GUI and waits until both tables have rows. `before` may change what the page will get to see. */
export async function openWindow(
  browser: Browser,
  url: string,
  size = { width: 1280, height: 720 },
  before?: Prepare,
): Promise<Window> {
  const window = await openPage(browser, url, size, before);
  await window.page.locator('[role=row]').nth(3).waitFor({ timeout: 30_000 });
  return window;
}

/** Opens whatever the program shows. */
export async function openPage(
  browser: Browser,
  url: string,
  size = { width: 1280, height: 720 },
  before?: Prepare,
): Promise<Window> {
  const context = await browser.newContext({ viewport: size });
  watch(context);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.addInitScript('window.__phyPainted = [];');
  await before?.(page);
  await page.goto(url);
  return { context, page, errors };
}

export function temporaryFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `phy-${name}-`));
}
export function removeFolder(folder: string): void {
  // A browser that was just closed may still be writing into its profile.
  rmSync(folder, { recursive: true, force: true, maxRetries: 30, retryDelay: 100 });
}

/** Names, sizes and times of every file below a folder, to show that nothing was written. */
export function fingerprint(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => {
    const { size, mtimeMs } = statSync(join(folder, name));
    return `${name} ${size} ${mtimeMs}`;
  });
}
