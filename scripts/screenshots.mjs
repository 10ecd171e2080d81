// Remakes the pictures in docs/images from the small demo dataset, in headless Chromium (PHY_CHROMIUM names another browser).
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const repo = fileURLToPath(new URL('..', import.meta.url));
const images = join(repo, 'docs/images');
const main = join(repo, 'dist/src/main.node.js');
const executablePath = process.env.PHY_CHROMIUM ?? '/usr/bin/chromium';
const flags =
  '--headless=new --no-sandbox --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --use-gl=angle --use-angle=swiftshader --enable-unsafe-swiftshader';

/** A copy of the demo dataset in a folder called `demo`, made when it is not there yet. */
async function demoCopy(temporary) {
  const source = join(repo, 'demo-data/small');
  if (!existsSync(join(source, 'params.py')))
    await ended(spawn(process.execPath, [main, 'demo', '--size', 'small', '--out', source], { stdio: 'inherit' }));
  const folder = join(temporary, 'demo');
  cpSync(source, folder, { recursive: true, filter: (path) => !path.includes('.phy') });
  return folder;
}
const ended = (child) => new Promise((done) => child.on('exit', done));

async function firstUrl(child) {
  let seen = '';
  for await (const bytes of child.stdout) {
    seen += bytes;
    const url = seen.split('\n').find((line) => /^http:\/\/127\.0\.0\.1:\d+\/\S*$/.test(line.trim()));
    if (url !== undefined) return url.trim();
  }
  throw new Error('the program ended before it printed its URL');
}

async function snippet(page, text) {
  await page.keyboard.press(':');
  await page.getByLabel('Snippet').waitFor();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await page.getByLabel('Snippet').waitFor({ state: 'detached' });
  await page.waitForTimeout(2500);
}

const temporary = mkdtempSync(join(tmpdir(), 'phy-pictures-'));
mkdirSync(images, { recursive: true });
const folder = await demoCopy(temporary);
const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8'));
const pair = truth.oversplit_random[0];
const three = [...pair, truth.contaminated_clusters[0]].join(' ');
const child = spawn(process.execPath, [main, 'template-gui', folder, '--no-browser'], {
  env: { ...process.env, PHY_CONFIG_DIR: join(temporary, 'config') },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const browser = await chromium.launch({ executablePath, headless: false, args: flags.split(' ') });
try {
  const url = await firstUrl(child);
  const pictures = [
    { name: 'three-clusters-1920', viewport: { width: 1920, height: 1080 }, select: `c ${three}`, theme: '' },
    {
      name: 'three-clusters-light-1920',
      viewport: { width: 1920, height: 1080 },
      select: `c ${three}`,
      theme: 'light',
    },
    { name: 'one-cluster-1280', viewport: { width: 1280, height: 720 }, select: `c ${pair[0]}`, theme: '' },
    { name: 'three-clusters-1280', viewport: { width: 1280, height: 720 }, select: `c ${three}`, theme: '' },
  ];
  for (const { name, viewport, select, theme } of pictures) {
    const page = await (await browser.newContext({ viewport })).newPage();
    await page.goto(url);
    await page.locator('[role=row]').nth(3).waitFor();
    await snippet(page, select);
    if (theme !== '') await page.evaluate((value) => document.documentElement.setAttribute('data-theme', value), theme);
    await page.waitForTimeout(1500);
    await page.screenshot({ path: join(images, `${name}.png`) });
    await page.context().close();
  }
} finally {
  await browser.close();
  child.kill('SIGTERM');
  await ended(child);
  rmSync(temporary, { recursive: true, force: true });
}
