import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { summary } from '../../tests/fixtures/fakeClient.ts';
import type { Opened } from '../core/engine/session.ts';
import type { RecentDataset, RecentFacts } from '../core/protocol/start.ts';
import { lockFile } from './lockFile.ts';
import { datasetKey } from './places.ts';
import { recentDatasets } from './recent.ts';
import { lookAt } from './recentFacts.ts';

let root = '';
let configured: string | undefined;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'phy-recent-'));
  configured = process.env['PHY_CONFIG_DIR'];
  process.env['PHY_CONFIG_DIR'] = join(root, 'config');
});
afterEach(() => {
  if (configured === undefined) delete process.env['PHY_CONFIG_DIR'];
  else process.env['PHY_CONFIG_DIR'] = configured;
  rmSync(root, { recursive: true, force: true });
});

const file = (): string => join(root, 'config', 'ts', 'recent.json');

const opened = (name: string, clusterCount = 10): Opened => ({
  summary: { ...summary, name, folder: join(root, name) },
  paramsPath: join(root, name, 'params.py'),
  scope: '',
  clusterCount,
  report: { files: [], warnings: [] },
  recoverable: 0,
  journalTrouble: null,
});
const key = (name: string): string => datasetKey(join(root, name, 'params.py'));

describe('recent datasets', () => {
  const troubles: string[] = [];
  const recent = recentDatasets((message) => troubles.push(message));
  const names = async (): Promise<readonly string[]> => (await recent.list()).datasets.map(({ name }) => name);

  it('are listed newest first, pinned ones before them, each once, with the clusters of the last time', async () => {
    expect(await recent.list()).toEqual({ datasets: [], trouble: null });
    for (const name of ['a', 'b', 'c', 'a']) {
      await recent.opened(opened(name));
      await new Promise((resolve) => void setTimeout(resolve, 2));
    }
    expect(await names()).toEqual(['a', 'c', 'b']);
    await recent.pin(key('b'), true);
    expect(await names()).toEqual(['b', 'a', 'c']);
    await recent.opened(opened('b'));
    await recent.closed(opened('c'), 7);
    await recent.closed(opened('never'), 7);
    const { datasets } = await recent.list();
    expect(datasets.map(({ name, pinned, clusterCount }) => [name, pinned, clusterCount])).toEqual([
      ['b', true, 10],
      ['a', false, 10],
      ['c', false, 7],
    ]);
    await recent.remove(key('a'));
    expect(await names()).toEqual(['b', 'c']);
    expect(troubles).toEqual([]);
    expect(readdirSync(join(root, 'config', 'ts'))).toEqual(['recent.json']);
    expect(readdirSync(root)).toEqual(['config']);
  });

  it('are at most 30: the oldest goes, unless it is pinned', async () => {
    for (let at = 0; at < 32; at++) {
      await recent.opened(opened(`d${at}`));
      if (at === 0) await recent.pin(key('d0'), true);
    }
    const found = await names();
    expect(found).toHaveLength(30);
    expect(found[0]).toBe('d0');
    expect(found).toContain('d31');
    expect(found).not.toContain('d1');
  });

  it('begin anew when the file is broken, which is set aside at the next change', async () => {
    mkdirSync(join(root, 'config', 'ts'), { recursive: true });
    writeFileSync(file(), '{"half');
    const { datasets, trouble } = await recent.list();
    expect(datasets).toEqual([]);
    expect(trouble).toMatch(
      /recent\.json is not valid JSON\. The list of recent datasets is empty; the file is set aside at the next change\.$/,
    );
    expect(readFileSync(file(), 'utf8')).toBe('{"half');
    await recent.opened(opened('a'));
    expect(await names()).toEqual(['a']);
    const aside = readdirSync(join(root, 'config', 'ts')).find((name) => /^recent-\d+T\d+Z\.json$/.test(name));
    expect(readFileSync(join(root, 'config', 'ts', aside ?? ''), 'utf8')).toBe('{"half');
  });

  it('leave out what is no entry', async () => {
    mkdirSync(join(root, 'config', 'ts'), { recursive: true });
    writeFileSync(file(), JSON.stringify({ x: 1, y: { folder: '/a' }, z: { folder: '/a', params: '/a/params.py' } }));
    expect((await recent.list()).datasets).toEqual([
      {
        key: 'z',
        name: '',
        folder: '/a',
        params: '/a/params.py',
        kwik: undefined,
        scope: '',
        openedAt: 0,
        spikeCount: 0,
        clusterCount: 0,
        pinned: false,
      },
    ]);
  });
});

const dataset = (name: string): RecentDataset => ({
  key: name,
  name,
  folder: join(root, name),
  params: join(root, name, 'params.py'),
  scope: '',
  openedAt: 0,
  spikeCount: 0,
  clusterCount: 0,
  pinned: false,
});
const make = (name: string, journal?: string): void => {
  mkdirSync(join(root, name, '.phy', 'ts'), { recursive: true });
  writeFileSync(join(root, name, 'params.py'), '');
  if (journal !== undefined) writeFileSync(join(root, name, '.phy', 'ts', 'journal.jsonl'), journal);
};
const line = (entry: object): string => `${JSON.stringify({ seq: 1, time: 1, ...entry })}\n`;

const look = async (...names: readonly string[]): Promise<readonly RecentFacts[]> => {
  const found: RecentFacts[] = [];
  await lookAt(names.map(dataset), (facts) => found.push(facts), new AbortController().signal);
  return found;
};

describe('what the disk says about them', () => {
  const selection = { clusters: [], similar: [] };
  const merge = line({ op: 'merge', action: 'merge', before: selection, after: selection, ids: [1, 2], to: 3 });
  const saved = line({ op: 'save', phase: 'done', generation: 1, base: 'x' });

  it('is whether they are there, and how many actions wait', async () => {
    make('plain');
    make('waiting', `${line({ op: 'open', version: 1, base: 'x' })}${merge}${saved}${merge}${merge}{"torn`);
    make('settled', `${merge}${saved}`);
    expect(await look('plain', 'gone', 'waiting', 'settled')).toEqual([
      { key: 'plain', place: 'there', unsaved: 0, isAll: true, isHeld: false },
      { key: 'gone', place: 'gone', unsaved: 0, isAll: true, isHeld: false },
      { key: 'waiting', place: 'there', unsaved: 2, isAll: true, isHeld: false },
      { key: 'settled', place: 'there', unsaved: 0, isAll: true, isHeld: false },
    ]);
  });

  it('of a long journal only the end is read', async () => {
    make('long', saved + merge.repeat(4000));
    const [facts] = await look('long');
    expect(facts).toMatchObject({ isAll: false });
    expect(facts?.unsaved).toBeGreaterThan(1000);
    expect(facts?.unsaved).toBeLessThan(4000);
  });

  it('and whether another program has them open; this one does not count', async () => {
    make('mine');
    make('other');
    expect(await lockFile(join(root, 'mine', '.phy', 'ts', 'lock')).take()).toBeNull();
    const holder = { pid: process.ppid, host: 'elsewhere', processStart: null, since: 0, url: null };
    writeFileSync(join(root, 'other', '.phy', 'ts', 'lock'), JSON.stringify(holder));
    expect((await look('mine', 'other')).map(({ isHeld }) => isHeld)).toEqual([false, true]);
  });
});
