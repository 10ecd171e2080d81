import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSmallDataset } from '../../tests/fixtures/smallDataset.ts';
import { openNodeSession } from './openNodeSession.ts';

let root = '';
let configured: string | undefined;
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'phy-session-')));
  configured = process.env['PHY_CONFIG_DIR'];
  process.env['PHY_CONFIG_DIR'] = path.join(root, 'user');
});
afterEach(() => {
  if (configured === undefined) delete process.env['PHY_CONFIG_DIR'];
  else process.env['PHY_CONFIG_DIR'] = configured;
  fs.rmSync(root, { recursive: true, force: true });
});

const open = (paramsPath: string) =>
  openNodeSession({ paramsPath, queries: {}, guiName: 'TemplateGUI', curates: true, usesSettings: true });

/** The data in `sorting/`, and a params.py elsewhere that names that folder by dir_path. */
function makeFolders(dirPath: string): { readonly params: string; readonly data: string } {
  const data = path.join(root, 'sorting');
  const home = path.join(root, 'analysis');
  for (const folder of [data, home]) fs.mkdirSync(folder);
  const { files } = makeSmallDataset();
  for (const [name, bytes] of Object.entries(files)) {
    if (name !== 'params.py') fs.writeFileSync(path.join(data, name), bytes);
  }
  const text = new TextDecoder().decode(files['params.py']);
  fs.writeFileSync(path.join(home, 'params.py'), `${text}\ndir_path = '${dirPath}'\n`);
  return { params: path.join(home, 'params.py'), data };
}

describe('a params.py that names another folder by dir_path', () => {
  it.each(['../sorting', 'absolute'])('curates and saves there (%s)', async (given) => {
    const { params, data } = makeFolders(given === 'absolute' ? path.join(root, 'sorting') : given);
    const session = await open(params);
    expect(session.dataset.folder).toBe(data);
    const merged = await session.act('merge', [[0, 5]]);
    expect(merged).toMatchObject({ ok: true });
    const beside = (name: string): string => path.join(data, '.phy', name);
    expect(fs.readFileSync(beside('ts/journal.jsonl'), 'utf8')).toContain('"op":"merge"');
    expect(fs.existsSync(beside('ts/lock'))).toBe(true);
    expect(fs.existsSync(beside('new_cluster_id.json'))).toBe(true);
    await session.act('move', ['good', [6]]);
    const saved = await session.act('save', []);
    expect(saved).toMatchObject({ ok: true, files: expect.arrayContaining(['cluster_group.tsv']) });
    await session.close();
    expect(fs.existsSync(beside('ts/lock'))).toBe(false);
    expect(fs.readFileSync(path.join(data, 'cluster_group.tsv'), 'utf8')).toMatch(/^6\tgood\r?$/m);
    expect(fs.existsSync(path.join(data, 'cluster_info.tsv'))).toBe(true);
    expect(fs.readdirSync(path.dirname(params))).toEqual(['params.py']);

    const again = await open(params);
    expect(again.recovery()).toBeNull();
    expect(again.clusters.ids).toEqual([1, 2, 3, 6]);
    await again.close();
  });
});
