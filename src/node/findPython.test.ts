import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPython } from './findPython.ts';

let folder = '';
const at = (...parts: readonly string[]): string => join(folder, ...parts);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'phy-python-'));
  for (const name of ['venv/bin/python', 'conda/bin/python', 'path/python3', 'own/python']) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(at(name), '');
    chmodSync(at(name), 0o755);
  }
  mkdirSync(at('empty'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.skipIf(process.platform === 'win32')('the setting, then the active environment, then the PATH', () => {
  const all = { VIRTUAL_ENV: at('venv'), CONDA_PREFIX: at('conda'), PATH: `${at('empty')}:${at('path')}` };
  expect(findPython(at('own/python'), all)).toBe(at('own/python'));
  expect(findPython('', all)).toBe(at('venv/bin/python'));
  expect(findPython('', { ...all, VIRTUAL_ENV: '' })).toBe(at('conda/bin/python'));
  expect(findPython('', { PATH: all.PATH })).toBe(at('path/python3'));
  expect(findPython('', { ...all, PHY_PYTHON: at('own/python') })).toBe(at('own/python'));
  // The folder of an environment, and a name on the PATH.
  expect(findPython(at('conda'), {})).toBe(at('conda/bin/python'));
  expect(findPython('python3', { PATH: all.PATH })).toBe(at('path/python3'));
});

test('without Python it says what to do', () => {
  expect(() => findPython('', { PATH: at('empty') })).toThrow('No Python was found');
  expect(() => findPython(at('empty'), {})).toThrow(`${at('empty')} is no Python.`);
});
