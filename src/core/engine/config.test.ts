import { describe, expect, it } from 'vitest';
import { copyOfFiles, Disk, openMemorySession } from '../../../tests/fixtures/memorySession.ts';
import { makeSmallDataset } from '../../../tests/fixtures/smallDataset.ts';
import { BUILT_IN_GROUPS } from '../curation/groups.ts';
import { memoryStorage } from '../storage/memory.ts';
import type { WritableStorage } from '../storage/storage.ts';
import { readConfig } from './config.ts';

const small = makeSmallDataset();
const textOf = async (storage: WritableStorage, name: string): Promise<string> =>
  new TextDecoder().decode(await storage.readAll(name));
const open = (user: WritableStorage) => openMemorySession(new Disk(copyOfFiles(small.files)), {}, user);
const CONFIG = 'ts/config.json';
const fast = { name: 'fast', color: '#12ab9f', key: 'f', masked: true };

describe('config.json', () => {
  it('is not needed, and not made by opening', async () => {
    const user = memoryStorage({}, '/user');
    const session = await open(user);
    expect(session.snapshot().groups).toEqual(BUILT_IN_GROUPS);
    await session.close();
    expect(await user.stat(CONFIG)).toBeUndefined();
  });

  it.each([
    ['{"groups": [', '/user/ts/config.json was not used. It is not valid JSON.'],
    ['[]', '/user/ts/config.json was not used. It holds no object.'],
    ['{"groups": [{"name": "a", "key": "n"}]}', 'The key n of group a is the key of noise. Choose another letter.'],
    ['{"groups": [{"name": "a", "key": "s"}]}', 'The key s of group a would take ctrl+s from “Save”.'],
  ])('%s does not keep a dataset from being opened, and is left as it is', async (text, sentence) => {
    const user = memoryStorage({ [CONFIG]: text }, '/user');
    const session = await open(user);
    expect(session.snapshot().groups).toEqual(BUILT_IN_GROUPS);
    const said = session.welcome().report.warnings.join('\n');
    expect(said).toContain(sentence);
    expect(said).toContain('The groups of phy are in force; the file is left as it is.');
    expect((await session.act('move', ['good', [1]])).ok).toBe(true);
    await session.close();
    expect(await textOf(user, CONFIG)).toBe(text);
  });

  it('gives groups to move clusters to, skipped by the wizard and saved as they are called', async () => {
    const user = memoryStorage({ [CONFIG]: JSON.stringify({ Plugins: { dirs: [] }, groups: [fast] }) }, '/user');
    const session = await open(user);
    expect(session.welcome().report.warnings).toEqual([]);
    await session.act('select', [[1]]);
    expect((await session.act('move_best_to_fast', [])).message).toBe('Moved cluster 1 to fast.');
    const { rows } = session.welcome().state;
    expect(rows.find(({ id }) => id === 1)).toMatchObject({ group: 'fast', is_masked: true });
  });

  it('keeps what the window sets, beside what else it holds, and tells every window at once', async () => {
    const user = memoryStorage({ [CONFIG]: '{\n "Plugins": {"dirs": ["x"]}\n}' }, '/user');
    const session = await open(user);
    await session.act('move', ['fast', [1]]);
    const seen: (readonly number[])[] = [];
    session.updates.listen(({ rows }) => seen.push(rows.filter((row) => row.is_masked).map(({ id }) => id)));
    const result = await session.act('set_groups', { groups: [{ name: 'noise', masked: false }, fast] });
    expect(result).toMatchObject({ ok: true, message: 'Groups: noise, mua, good, unsorted, fast.' });
    expect(seen).toEqual([[1]]);
    expect(session.snapshot()).toMatchObject({ unsavedCount: 1, undo: 'move of 1 to fast' });
    expect(JSON.parse(await textOf(user, CONFIG))).toEqual({
      Plugins: { dirs: ['x'] },
      groups: [{ name: 'noise', masked: false }, fast],
    });
    expect((await readConfig(user)).groups).toEqual(session.snapshot().groups);
    await session.act('set_groups', { groups: [] });
    expect(JSON.parse(await textOf(user, CONFIG))).toEqual({ Plugins: { dirs: ['x'] } });
  });

  it('that cannot be read is set aside when it would be overwritten', async () => {
    const user = memoryStorage({ [CONFIG]: '{oops' }, '/user');
    const session = await open(user);
    const { message } = await session.act('set_groups', { groups: [fast] });
    expect(message).toContain('The file that could not be read is now /user/ts/config-20261123T015512Z.json.');
    expect(await textOf(user, 'ts/config-20261123T015512Z.json')).toBe('{oops');
    expect((await readConfig(user)).groups.at(-1)).toEqual(fast);
  });

  it('that cannot be written leaves the groups as they were', async () => {
    const user: WritableStorage = {
      ...memoryStorage({}, '/user'),
      replace: () => Promise.reject(new Error('ENOSPC')),
    };
    const session = await open(user);
    expect((await session.act('set_groups', { groups: [fast] })).ok).toBe(false);
    expect(session.snapshot().groups).toEqual(BUILT_IN_GROUPS);
  });

  it.each([
    [{ groups: [{ name: 'a', key: 's' }] }, 'would take ctrl+s'],
    [{ groups: [{ name: '7' }] }, 'groups[0] is called 7, expected a word.'],
    [{}, 'set_groups expects an object with the list “groups”.'],
  ])('groups that do not fit are refused: %j', async (args, sentence) => {
    const user = memoryStorage({}, '/user');
    const session = await open(user);
    const result = await session.act('set_groups', args);
    expect(result.ok).toBe(false);
    expect(result.message).toContain(sentence);
    expect(await user.stat(CONFIG)).toBeUndefined();
  });
});
