/** The real program and real Chromium, for measuring from the key to the picture. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Page } from 'playwright-core';
import { packageFolder } from '../src/node/places.ts';

const BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
/** Nothing about graphics: without a graphics processor the browser then composes in software, as on any such machine. */
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const TIMEOUT_MS = 20_000;

/**
 * Starts the program on a folder and opens its window. `script` runs in the page before its own; `work` gets the page and the milliseconds
 * from the start to the first row of a table. Without a browser it says so and measures nothing.
 */
export async function inWindow(
  folder: string,
  script: string,
  work: (page: Page, ready: number) => Promise<void>,
): Promise<void> {
  const browserPath = [process.env.PHY_CHROMIUM, ...BROWSERS].find((file) => file !== undefined && existsSync(file));
  if (browserPath === undefined) {
    process.stdout.write('\nNo Chromium was found: set PHY_CHROMIUM to its path.\n');
    return;
  }
  const main = path.join(packageFolder(), 'dist', 'src', 'main.node.js');
  const started = performance.now();
  const program = spawn(process.execPath, [main, 'template-gui', folder, '--no-browser'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const browser = await chromium.launch({ executablePath: browserPath, args: FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    await page.addInitScript(script);
    await page.goto(await address(program));
    await page.getByRole('row').nth(1).waitFor({ timeout: TIMEOUT_MS });
    const ready = performance.now() - started;
    await page.waitForTimeout(1000);
    await work(page, ready);
  } finally {
    await browser.close();
    await ended(program);
  }
}

/** The line of stdout that is the address. */
function address(program: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (program.stdout === null) return reject(new Error('the program has no output'));
    createInterface({ input: program.stdout }).on('line', (line) => line.startsWith('http') && resolve(line));
    program.on('exit', (code) => reject(new Error(`the program ended with ${code} before it said its address`)));
  });
}

/** Asks the program to end, and waits until it has written what it writes. */
function ended(program: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (program.exitCode !== null) return resolve();
    program.on('exit', () => resolve());
    program.kill('SIGTERM');
  });
}

/** Processor time of the page's main thread so far, in milliseconds: other work on the machine hardly changes it. */
export async function pageProcessor(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
  };
}
