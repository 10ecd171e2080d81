// What `npm run demo|start|test|bench|screenshots` do: whatever set-up is missing first, then the thing itself. Plain JavaScript without
// dependencies, because nothing may be installed yet. Its own words go to stderr: stdout carries only the answer.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const OLDEST_NODE = [20, 19];
const BUILT = join(root, 'dist', '.built');
const MAIN = join(root, 'dist', 'src', 'main.node.js');
const SOURCES = [
  'src',
  'bench',
  'public',
  'index.html',
  'start.html',
  'package.json',
  'vite.config.ts',
  'tsconfig.base.json',
];
const BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const say = (text) => process.stderr.write(`${text}\n`);
const tool = (...parts) => join(root, 'node_modules', ...parts);

/** Ends everything with a sentence. */
function stop(text) {
  say(text);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  stop(
    `This is Node ${process.versions.node}, phy needs ${OLDEST_NODE.join('.')} or newer. Get it from https://nodejs.org.`,
  );
}

/** Runs a step of the set-up; what it prints goes to stderr. Resolves with its exit code. */
function step(command, args) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.pipe(process.stderr, { end: false });
    child.on('error', () => done(1));
    child.on('close', (code) => done(code ?? 1));
  });
}

const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** Newest change of a file, or of anything below a folder; tests are not built. */
function newest(path) {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return /\.test\.tsx?$/.test(path) ? 0 : modified(path);
  const below = readdirSync(path).map((name) => newest(join(path, name)));
  return Math.max(0, ...below);
}

/** `npm ci` when there are no packages, or others than the lock file asks for. */
async function install() {
  const marker = tool('.package-lock.json');
  if (modified(marker) >= modified(join(root, 'package-lock.json'))) return;
  say('Installing packages (npm ci) ...');
  const npm = process.env.npm_execpath;
  const code =
    npm === undefined
      ? spawnSync('npm', ['ci'], { cwd: root, stdio: ['ignore', 2, 2], shell: true }).status
      : await step(process.execPath, [npm, 'ci']);
  if (code !== 0) stop('The packages could not be installed. What npm said is above.');
}

/** Compiles the program and bundles the window when a source is newer than what was built last. */
async function build() {
  const sources = Math.max(...SOURCES.map((name) => newest(join(root, name))));
  if (modified(BUILT) >= sources && existsSync(MAIN) && existsSync(join(root, 'dist', 'gui', 'index.html'))) return;
  say('Building ...');
  const [program, window] = await Promise.all([
    step(process.execPath, [tool('typescript', 'bin', 'tsc'), '-b', 'tsconfig.node.json']),
    step(process.execPath, [tool('vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn']),
  ]);
  if (program !== 0 || window !== 0) stop('The build failed. What it said is above.');
  mkdirSync(dirname(BUILT), { recursive: true });
  writeFileSync(BUILT, '');
}

/** Makes the small demo dataset once. */
async function makeDemo() {
  const params = join(root, 'demo-data', 'small', 'params.py');
  if (!existsSync(params)) {
    say('Making the demo dataset ...');
    const code = await step(process.execPath, [MAIN, 'demo', '--size', 'small', '--out', dirname(params)]);
    if (code !== 0) stop('The demo dataset could not be made. Why is said above.');
  }
  return params;
}

const hasBrowser = () => [process.env.PHY_CHROMIUM, ...BROWSERS].some((path) => path !== undefined && existsSync(path));
const aptGet = (...args) => spawnSync('apt-get', args, { stdio: ['ignore', 2, 2] });

/** Browser tests need Chromium: installed where that is possible without asking, else named. */
function findBrowser() {
  if (hasBrowser()) return;
  const isDebian = process.platform === 'linux' && existsSync('/usr/bin/apt-get');
  if (isDebian && process.getuid?.() === 0) {
    say('Installing Chromium for the browser tests ...');
    aptGet('update', '-qq');
    aptGet('install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation');
    if (hasBrowser()) return;
  }
  const how = isDebian
    ? 'sudo apt-get install chromium'
    : 'install Chrome or Chromium, or set PHY_CHROMIUM to its path';
  say(`No Chromium was found: the browser tests are skipped, and counted as skipped. To run them: ${how}.`);
}

/** Runs the thing itself in our place: same terminal, same signals, same exit code. */
function become(args) {
  const child = spawn(process.execPath, args, { cwd: process.env.INIT_CWD ?? root, stdio: 'inherit' });
  const forward = (signal) => void child.kill(signal);
  // A terminal sends Ctrl+C to the child as well; it only must not end us before the child has put everything away.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => forward('SIGTERM'));
  process.on('SIGHUP', () => forward('SIGHUP'));
  const parent = process.ppid;
  const orphaned = setInterval(() => process.ppid !== parent && forward('SIGTERM'), 500);
  orphaned.unref();
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

const commands = {
  async demo(words) {
    await install();
    await build();
    become([MAIN, 'template-gui', await makeDemo(), ...words]);
  },
  async start(words) {
    await install();
    await build();
    become([MAIN, ...words]);
  },
  async test(words) {
    await install();
    findBrowser();
    await build();
    become([tool('vitest', 'vitest.mjs'), 'run', '--root', root, ...words]);
  },
  async bench(words) {
    await install();
    await build();
    become([join(root, 'dist', 'bench', 'main.js'), ...words]);
  },
  async screenshots(words) {
    await install();
    findBrowser();
    await build();
    become([join(root, 'scripts', 'screenshots.mjs'), ...words]);
  },
};

checkNode();
const [name, ...words] = process.argv.slice(2);
const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
if (command === undefined) stop(`Say one of: ${Object.keys(commands).join(', ')}.`);
else await command(words);
