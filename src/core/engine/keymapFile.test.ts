import { describe, expect, test } from 'vitest';
import { PhyError } from '../base/errors.ts';
import { memoryStorage } from '../storage/memory.ts';
import type { KeymapFile } from '../protocol/messages.ts';
import type { WritableStorage } from '../storage/storage.ts';
import { openKeymap } from './keymapFile.ts';

const NOW = Date.UTC(2026, 10, 22, 13, 55);
const MINE = '{"bindings": {"Edit.merge": "x"}}';
const TEXT = '{"bindings": {"Edit.merge": "y"}}';

async function open(files: Readonly<Record<string, Uint8Array | string>> = {}) {
  const storage = memoryStorage(files, '/user');
  const holder = await openKeymap(storage, () => NOW);
  const seen: KeymapFile[] = [];
  holder.changed.listen((file) => seen.push(file));
  return { storage, holder, seen };
}
const write = (storage: WritableStorage, text: string) =>
  storage.replace('ts/keymap.json', new TextEncoder().encode(text));
const read = async (storage: WritableStorage, name = 'ts/keymap.json'): Promise<string> =>
  new TextDecoder().decode(await storage.readAll(name));

describe('keymap.json', () => {
  test('is not made by looking', async () => {
    const { storage, holder } = await open();
    expect(holder.file).toEqual({ path: '/user/ts/keymap.json', text: null, trouble: null });
    await holder.reread();
    expect(await storage.list()).toEqual([]);
  });

  test('is replaced from what it holds, and every window hears of it', async () => {
    const { storage, holder, seen } = await open();
    await holder.replace(null, MINE);
    await holder.replace(MINE, TEXT);
    expect(await read(storage)).toBe(TEXT);
    expect(seen.map((file) => file.text)).toEqual([MINE, TEXT]);
    expect((await storage.list('ts')).map(({ name }) => name)).toEqual(['keymap.json']);
  });

  test('is not replaced when it was edited meanwhile; the newer text is shown', async () => {
    const { storage, holder, seen } = await open({ 'ts/keymap.json': MINE });
    await write(storage, TEXT);
    await expect(holder.replace(MINE, '{}')).rejects.toThrow(
      '/user/ts/keymap.json was changed meanwhile. What it holds now is shown: change it again.',
    );
    expect(seen).toEqual([{ path: '/user/ts/keymap.json', text: TEXT, trouble: null }]);
    expect(await read(storage)).toBe(TEXT);
  });

  test('of two windows that change the same text one is refused', async () => {
    const { storage, holder } = await open({ 'ts/keymap.json': MINE });
    const results = await Promise.allSettled([holder.replace(MINE, TEXT), holder.replace(MINE, '{}')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await read(storage)).toBe(TEXT);
  });

  test('never becomes something that is no keymap', async () => {
    const { storage, holder } = await open({ 'ts/keymap.json': MINE });
    await expect(holder.replace(MINE, '{"bindings": 3}')).rejects.toThrow(
      'The keys were not changed: “bindings” must be an object {...}.',
    );
    expect(await read(storage)).toBe(MINE);
  });

  test('that was no keymap is untouched until it is replaced, and is then kept under another name', async () => {
    const { storage, holder } = await open({ 'ts/keymap.json': '{"bindings": ' });
    expect(await read(storage)).toBe('{"bindings": ');
    await holder.replace('{"bindings": ', TEXT);
    expect(await read(storage)).toBe(TEXT);
    expect(await read(storage, 'ts/keymap-20261122T135500Z.json')).toBe('{"bindings": ');
  });

  test('that cannot be read counts as none and says so', async () => {
    const { holder } = await open({ 'ts/keymap.json': new Uint8Array([0xff, 0xfe, 0x7b]) });
    expect(holder.file).toEqual({
      path: '/user/ts/keymap.json',
      text: null,
      trouble: '/user/ts/keymap.json is not UTF-8 text.',
    });
    await expect(holder.replace(null, TEXT)).rejects.toThrow(
      'The keys were not changed. /user/ts/keymap.json is not UTF-8 text.',
    );
    const storage: WritableStorage = {
      ...memoryStorage({ 'ts/keymap.json': MINE }, '/user'),
      readAll: () => Promise.reject(new PhyError('input', '/user/ts/keymap.json cannot be read: permission denied.')),
    };
    const { file } = await openKeymap(storage, () => NOW);
    expect(file.trouble).toBe('/user/ts/keymap.json cannot be read: permission denied.');
  });
});
