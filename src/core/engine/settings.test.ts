import { describe, expect, it } from 'vitest';
import { PhyError } from '../base/errors.ts';
import { memoryStorage } from '../storage/memory.ts';
import type { WritableStorage } from '../storage/storage.ts';
import { openSettings } from './settings.ts';

const NOW = Date.UTC(2026, 10, 22, 13, 55);

async function open(storage: WritableStorage, messages: string[] = []) {
  return openSettings({ storage, name: 'ts/state.json', now: () => NOW, onTrouble: (text) => messages.push(text) });
}
const textOf = async (storage: WritableStorage, name: string): Promise<string> =>
  new TextDecoder().decode(await storage.readAll(name));

describe('openSettings', () => {
  it('keeps values for the next launch, sorted, without writing before there is a change', async () => {
    const storage = memoryStorage();
    const settings = await open(storage);
    expect(await storage.stat('ts/state.json')).toBeUndefined();
    settings.keep('WaveformView', { overlap: true, box: [1, 2] });
    settings.keep('ClusterView', { b: 1, a: 2 });
    await settings.settled();
    expect(await textOf(storage, 'ts/state.json')).toBe(
      '{\n  "ClusterView": {\n    "a": 2,\n    "b": 1\n  },\n  "GUI_VERSION": 2,\n  "WaveformView": {\n    "box": [\n      1,\n      2\n    ],\n    "overlap": true\n  }\n}\n',
    );
    expect((await open(storage)).values).toEqual({
      WaveformView: { overlap: true, box: [1, 2] },
      ClusterView: { b: 1, a: 2 },
    });
  });

  it('removes a value that is set to null', async () => {
    const storage = memoryStorage();
    const settings = await open(storage);
    settings.keep('a', 1);
    settings.keep('b', 2);
    settings.keep('a', null);
    await settings.settled();
    expect((await open(storage)).values).toEqual({ b: 2 });
  });

  it('keeps what another window wrote meanwhile', async () => {
    const storage = memoryStorage();
    const [mine, theirs] = [await open(storage), await open(storage)];
    theirs.keep('theirs', 1);
    await theirs.settled();
    mine.keep('mine', 2);
    await mine.settled();
    expect((await open(storage)).values).toEqual({ theirs: 1, mine: 2 });
  });

  it('changes only the members of an object that were changed here', async () => {
    const storage = memoryStorage();
    const [mine, theirs] = [await open(storage), await open(storage)];
    theirs.keep('WaveformView', { overlap: true });
    theirs.keep('layout', { version: 1, root: 'theirs', floating: ['a'] });
    await theirs.settled();
    mine.keep('WaveformView', { marker: 3 });
    mine.keep('layout', { version: 1, root: 'mine', floating: [] });
    await mine.settled();
    const layout = { version: 1, root: 'mine', floating: [] };
    expect((await open(storage)).values).toEqual({ WaveformView: { overlap: true, marker: 3 }, layout });
    theirs.keep('WaveformView', { other: 1 });
    await theirs.settled();
    expect((await open(storage)).values).toEqual({ WaveformView: { marker: 3, other: 1 }, layout });
    mine.keep('WaveformView', null);
    await mine.settled();
    expect((await open(storage)).values).toEqual({ layout });
  });

  it('reads and writes while no other program does', async () => {
    const storage = memoryStorage();
    const log: string[] = [];
    const settings = await openSettings({
      storage: { ...storage, replace: async (...write) => (log.push('write'), await storage.replace(...write)) },
      name: 'a.json',
      now: () => NOW,
      onTrouble: () => undefined,
      exclusively: async (write) => {
        log.push('begin');
        await write();
        log.push('end');
      },
    });
    settings.keep('a', 1);
    await settings.settled();
    expect(log).toEqual(['begin', 'write', 'end']);
  });

  it('sets a broken or newer file aside when it would be overwritten, and says so', async () => {
    for (const text of ['{"a": ', '[1]', '{"GUI_VERSION": 3}']) {
      const messages: string[] = [];
      const storage = memoryStorage({ 'ts/state.json': text });
      const settings = await open(storage, messages);
      expect(settings.values).toEqual({});
      expect(messages).toHaveLength(1);
      expect(messages[0]).toContain('/memory/ts/state.json');
      expect(await textOf(storage, 'ts/state.json')).toBe(text);
      settings.keep('b', 1);
      await settings.settled();
      expect(await textOf(storage, 'ts/state-20261122T135500Z.json')).toBe(text);
      expect((await open(storage)).values).toEqual({ b: 1 });
    }
  });

  it('says once that it could not write, and goes on', async () => {
    const messages: string[] = [];
    const storage: WritableStorage = {
      ...memoryStorage(),
      replace: () => Promise.reject(new PhyError('refused', 'ts/state.json could not be written: the disk is full.')),
    };
    const settings = await open(storage, messages);
    settings.keep('a', 1);
    await settings.settled();
    settings.keep('a', 2);
    await settings.settled();
    expect(settings.values).toEqual({ a: 2 });
    expect(messages).toEqual(['Settings were not kept. ts/state.json could not be written: the disk is full.']);
  });
});
