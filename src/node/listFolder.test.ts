import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listFolder, typedPath } from './listFolder.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'phy-list-'));
  for (const name of ['run10', 'run2', 'Run3', 'other', '.hidden', 'run2/inner']) mkdirSync(join(root, name));
  for (const name of ['run2/params.py', 'params_ks4.py', 'notes.txt', 'spike_times.npy', 'session.kwik', 'session.kwx'])
    writeFileSync(join(root, name), 'x');
  symlinkSync(join(root, 'run2'), join(root, 'runlink'));
  symlinkSync(join(root, 'nowhere'), join(root, 'runbroken'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const names = async (text: string, whole = false): Promise<readonly string[]> =>
  (await listFolder(text, whole)).entries.map(({ name, isDataset }) => (isDataset ? `${name}*` : name));

describe('a typed path', () => {
  it('may be quoted, begin at home, be an address or relative', () => {
    expect(typedPath(` "${root}" `)).toBe(root);
    expect(typedPath(`'${root}'`)).toBe(root);
    expect(typedPath('~')).toBe(homedir());
    expect(typedPath('~/data')).toBe(join(homedir(), 'data'));
    expect(typedPath('~other')).toBe(join(process.cwd(), '~other'));
    expect(typedPath(pathToFileURL(join(root, 'a b')).href)).toBe(join(root, 'a b'));
    expect(typedPath('x/../y', root)).toBe(join(root, 'y'));
  });
});

describe('names in a folder', () => {
  it('are folders and params files in natural order, datasets marked; nothing else, nothing hidden', async () => {
    const all = ['other', 'params_ks4.py', 'run2*', 'Run3', 'run10', 'runlink*', 'session.kwik'];
    expect(await names(`${root}/`)).toEqual(all);
    expect(await names(root, true)).toEqual(all);
    expect(await names(`"${root}/"`)).toEqual(all);
  });

  it('complete what is typed, whatever the case', async () => {
    expect(await names(join(root, 'run'))).toEqual(['run2*', 'Run3', 'run10', 'runlink*']);
    expect(await names(join(root, 'RUN1'))).toEqual(['run10']);
    expect(await names(join(root, '.h'))).toEqual(['.hidden']);
    expect(await names(join(root, 'zzz'))).toEqual([]);
  });

  it('come with the way to the folder, and whether it is a dataset itself', async () => {
    const listing = await listFolder(join(root, 'run2'), true);
    expect(listing).toMatchObject({ folder: join(root, 'run2'), isDataset: true, total: 2, error: null });
    expect(listing.entries.map(({ name, kind }) => [name, kind])).toEqual([
      ['inner', 'folder'],
      ['params.py', 'file'],
    ]);
    expect(listing.crumbs.at(0)).toEqual({ name: '/', path: '/' });
    expect(listing.crumbs.at(-2)?.path).toBe(root);
  });

  it('are 200 at most, and how many there are is said', async () => {
    const many = join(root, 'other');
    for (let at = 0; at < 250; at++) mkdirSync(join(many, `d${at}`));
    const listing = await listFolder(many, true);
    expect([listing.entries.length, listing.total]).toEqual([200, 250]);
    expect(listing.entries[10]?.name).toBe('d10');
  });

  it('are a sentence where there are none', async () => {
    expect((await listFolder(join(root, 'gone') + '/', false)).error).toBe(`${join(root, 'gone')} was not found.`);
    expect((await listFolder(`${join(root, 'notes.txt')}/`, false)).error).toBe(
      `${join(root, 'notes.txt')} is not a folder.`,
    );
    expect(await listFolder(join(root, 'gone'), true)).toMatchObject({ isThere: false, entries: [] });
  });

  it('of a file are those beside it', async () => {
    const listing = await listFolder(join(root, 'run2/params.py'), true);
    expect(listing).toMatchObject({ folder: join(root, 'run2'), isThere: true, error: null });
  });
});
