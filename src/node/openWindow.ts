/**
 * Opens the window: by default an app window of an installed Chromium-like browser with a profile of its own, because there every
 * shortcut reaches the page (a tab keeps ctrl+n, ctrl+t and ctrl+w for itself); else a tab of the default browser.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, posix, win32 } from 'node:path';
import { userFolder } from './places.ts';

export type WindowKind = 'app' | 'tab' | 'none';

export interface OpenedWindow {
  /** False when no window was opened: whoever opens the printed address decides when the program ends. */
  readonly isOpen: boolean;
  /** Closes an app window; a tab belongs to the person's browser and stays. */
  close(): void;
}

const NOTHING: OpenedWindow = { isOpen: false, close: () => undefined };

/** Opens `url`. Never fails: where there is nothing to open it with, the printed URL has to do. */
export async function openWindow(url: string, kind: WindowKind): Promise<OpenedWindow> {
  if (kind === 'none' || !hasScreen()) return NOTHING;
  if (kind === 'app') {
    const browser = browserPaths(process.platform, process.env, homedir()).find((path) => existsSync(path));
    const app = browser === undefined ? null : await startApp(browser, url);
    if (app !== null) return { isOpen: true, close: () => void app.kill() };
    const why = browser === undefined ? 'No Chrome, Edge or Chromium was found' : `${browser} did not open a window`;
    process.stderr.write(`${why}. A tab of the default browser is opened; it keeps Ctrl+N and Ctrl+Q for itself.\n`);
  }
  return { isOpen: await openTab(url), close: () => undefined };
}

/** On Linux a program can only open windows where a display is named. */
function hasScreen(): boolean {
  if (process.platform !== 'linux') return true;
  const { DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME } = process.env;
  return [DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME].some((value) => value !== undefined && value !== '');
}

/** Where Chrome, Edge and Chromium are installed, in the order in which they are tried. `home` is the person's folder. */
export function browserPaths(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, home: string): readonly string[] {
  if (platform === 'darwin') {
    const folders = ['/Applications', posix.join(home, 'Applications')];
    const programs = ['Google Chrome', 'Microsoft Edge', 'Chromium'];
    return programs.flatMap((name) => folders.map((folder) => `${folder}/${name}.app/Contents/MacOS/${name}`));
  }
  if (platform === 'win32') {
    const roots = [env['ProgramFiles'], env['ProgramFiles(x86)'], env['LOCALAPPDATA']].filter(
      (root) => root !== undefined,
    );
    const programs = [
      'Google/Chrome/Application/chrome.exe',
      'Microsoft/Edge/Application/msedge.exe',
      'Chromium/Application/chrome.exe',
    ];
    return programs.flatMap((program) => roots.map((root) => win32.join(root, program)));
  }
  const programs = [
    'google-chrome',
    'google-chrome-stable',
    'microsoft-edge',
    'microsoft-edge-stable',
    'chromium',
    'chromium-browser',
  ];
  const folders = (env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return programs.flatMap((program) => folders.map((folder) => posix.join(folder, program)));
}

/** Starts the app window; null when the browser does not start (a browser refuses to run as root, for example). */
async function startApp(browser: string, url: string): Promise<ChildProcess | null> {
  const profile = join(userFolder(), 'ts', 'browser');
  const args = [`--app=${url}`, `--user-data-dir=${profile}`, '--no-first-run', '--no-default-browser-check'];
  try {
    await mkdir(profile, { recursive: true });
    const child = spawn(browser, args, { stdio: 'ignore' });
    const failed = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), 1000);
      child.once('error', () => resolve(true));
      child.once('exit', (code) => {
        clearTimeout(timer);
        resolve(code !== 0);
      });
    });
    return failed ? null : child;
  } catch {
    return null;
  }
}

async function openTab(url: string): Promise<boolean> {
  try {
    const { default: open } = await import('open');
    const child = await open(url);
    child.on('error', () => undefined);
    return true;
  } catch {
    process.stderr.write('No browser could be opened. Open the address above.\n');
    return false;
  }
}
