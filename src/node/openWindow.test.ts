import { expect, test } from 'vitest';
import { browserPaths } from './openWindow.ts';

test('Chrome, Edge, Chromium where each system installs them', () => {
  expect(browserPaths('linux', { PATH: '/usr/local/bin:/usr/bin:' }, '/home/me')).toEqual([
    '/usr/local/bin/google-chrome',
    '/usr/bin/google-chrome',
    '/usr/local/bin/google-chrome-stable',
    '/usr/bin/google-chrome-stable',
    '/usr/local/bin/microsoft-edge',
    '/usr/bin/microsoft-edge',
    '/usr/local/bin/microsoft-edge-stable',
    '/usr/bin/microsoft-edge-stable',
    '/usr/local/bin/chromium',
    '/usr/bin/chromium',
    '/usr/local/bin/chromium-browser',
    '/usr/bin/chromium-browser',
  ]);
  expect(browserPaths('darwin', {}, '/Users/me')).toEqual(
    ['Google Chrome', 'Microsoft Edge', 'Chromium'].flatMap((name) => [
      `/Applications/${name}.app/Contents/MacOS/${name}`,
      `/Users/me/Applications/${name}.app/Contents/MacOS/${name}`,
    ]),
  );
  const windows = { ProgramFiles: 'C:\\Program Files', LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local' };
  expect(browserPaths('win32', windows, 'C:\\Users\\me')).toEqual([
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Users\\me\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe',
    'C:\\Users\\me\\AppData\\Local\\Microsoft\\Edge\\Application\\msedge.exe',
    'C:\\Program Files\\Chromium\\Application\\chrome.exe',
    'C:\\Users\\me\\AppData\\Local\\Chromium\\Application\\chrome.exe',
  ]);
  expect(browserPaths('linux', {}, '/home/me')).toEqual([]);
});
