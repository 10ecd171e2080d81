import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PhyError } from '../core/base/errors.ts';
import { memoryStorage } from '../core/storage/memory.ts';
import type { WritableStorage } from '../core/storage/storage.ts';
import { folderStorage, resolveKwik, resolveParams } from './folder.ts';

let folder = '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'phy-folder-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const text = (value: string) => new TextEncoder().encode(value);
const bytesFrom = (length: number) => Uint8Array.from({ length }, (_, k) => (k * 31 + (k >> 8)) & 255);

async function failure(promise: Promise<unknown>): Promise<PhyError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof PhyError)) throw new Error(`expected a PhyError, got ${String(error)}`);
  return error;
}

const kinds: readonly (readonly [string, () => WritableStorage])[] = [
  ['memory', () => memoryStorage()],
  ['folder', () => folderStorage(fs.mkdtempSync(path.join(folder, 'both-')))],
];
describe.each(kinds)('storage in a %s', (_, make) => {
  it('replaces, lists, reads by range and by rows, appends and removes', async () => {
    const storage = make();
    const data = bytesFrom(100_000);
    await storage.replace('data.bin', [data.subarray(0, 7), data.subarray(7)]);
    await storage.replace('.phy/ts/journal.jsonl', text('a\n'));
    await storage.append('.phy/ts/journal.jsonl', text('b\n'));
    expect((await storage.list()).map((entry) => [entry.name, entry.size, entry.isFolder])).toEqual([
      ['.phy', expect.any(Number), true],
      ['data.bin', 100_000, false],
    ]);
    expect((await storage.list('.phy/ts')).map((entry) => entry.name)).toEqual(['journal.jsonl']);
    expect(await storage.list('nowhere')).toEqual([]);
    expect(await storage.stat('nothing')).toBeUndefined();
    expect((await storage.stat('.phy'))?.isFolder).toBe(true);
    expect(new TextDecoder().decode(await storage.readAll('.phy/ts/journal.jsonl'))).toBe('a\nb\n');

    const file = await storage.open('data.bin');
    const part = new Uint8Array(300);
    await file.read(99_700, part);
    expect(part).toEqual(data.subarray(99_700));
    // Adjacent, overlapping, near, far and backwards: every way in which rows are grouped.
    const offsets = Float64Array.of(0, 16, 24, 200, 90_000, 40, 99_984, 99_984);
    const rows = new Uint8Array(offsets.length * 16);
    await file.readRows(offsets, 16, rows);
    offsets.forEach((offset, k) =>
      expect(rows.subarray(k * 16, k * 16 + 16)).toEqual(data.subarray(offset, offset + 16)),
    );
    const short = await failure(file.read(99_999, new Uint8Array(2)));
    expect(short.kind).toBe('input');
    expect(short.message).toContain('data.bin has 100,000 bytes, expected at least 100,001');
    // Also far beyond its end, where a file ends that was cut while it was open.
    expect((await failure(file.read(500_000, new Uint8Array(2)))).message).toContain(
      'data.bin has 100,000 bytes, expected at least 500,002',
    );
    await file.close();

    await storage.remove('data.bin');
    await storage.remove('data.bin');
    expect(await storage.stat('data.bin')).toBeUndefined();
    expect((await failure(storage.open('data.bin'))).message).toBe('data.bin was not found.');
  });
});

describe('folderStorage', () => {
  it('leaves no temporary file and keeps the permissions of the replaced file', async () => {
    const inside = fs.mkdtempSync(path.join(folder, 'mode-'));
    fs.writeFileSync(path.join(inside, 'a.tsv'), 'old', { mode: 0o640 });
    await folderStorage(inside).replace('a.tsv', text('new'));
    expect(fs.readdirSync(inside)).toEqual(['a.tsv']);
    expect(fs.statSync(path.join(inside, 'a.tsv')).mode & 0o777).toBe(0o640);
  });

  it('removes temporary files of this target that a killed process left, and no others', async () => {
    const inside = fs.mkdtempSync(path.join(folder, 'orphans-'));
    const { pid } = spawnSync(process.execPath, ['--version']);
    const kept = [`.a.tsv.${process.pid}-99.tmp`, `.b.tsv.${pid}-0.tmp`, '.a.tsv.mine.tmp', `.a.tsv.${pid}-x.tmp`];
    for (const name of [...kept, `.a.tsv.${pid}-0.tmp`, `.a.tsv.${pid}-17.tmp`]) {
      fs.writeFileSync(path.join(inside, name), 'half');
    }
    await folderStorage(inside).replace('a.tsv', text('new'));
    expect(fs.readdirSync(inside).sort()).toEqual([...kept, 'a.tsv'].sort());
  });

  it('writes through a link', async () => {
    const inside = fs.mkdtempSync(path.join(folder, 'link-'));
    fs.writeFileSync(path.join(inside, 'real.npy'), 'old');
    fs.symlinkSync('real.npy', path.join(inside, 'spike_clusters.npy'));
    await folderStorage(inside).replace('spike_clusters.npy', text('new'));
    expect(fs.readFileSync(path.join(inside, 'real.npy'), 'utf8')).toBe('new');
    expect(fs.lstatSync(path.join(inside, 'spike_clusters.npy')).isSymbolicLink()).toBe(true);
  });

  it('refuses in a sentence and leaves the old file alone when it cannot write', async () => {
    const inside = fs.mkdtempSync(path.join(folder, 'full-'));
    fs.writeFileSync(path.join(inside, 'a.tsv'), 'old');
    // A folder in the way of the target makes the rename fail after the temporary file was written.
    fs.mkdirSync(path.join(inside, 'b.tsv', 'x'), { recursive: true });
    const error = await failure(folderStorage(inside).replace('b.tsv', text('new')));
    expect(error.kind).toBe('refused');
    expect(error.message).toContain('b.tsv could not be written');
    expect(error.message).toContain('nothing you curated is lost');
    expect(fs.readdirSync(inside)).toEqual(['a.tsv', 'b.tsv']);
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe that has the name of a file', async () => {
    const storage = folderStorage(fs.mkdtempSync(path.join(folder, 'pipe-')));
    spawnSync('mkfifo', [path.join(storage.folder, 'amplitudes.npy')]);
    const { kind, message } = await failure(storage.open('amplitudes.npy'));
    expect([kind, message]).toEqual(['input', 'amplitudes.npy is a pipe or a device, expected a file.']);
  });

  it('resolves a folder to its params.py', async () => {
    const inside = fs.mkdtempSync(path.join(folder, 'params-'));
    expect(() => resolveParams(inside)).toThrow(`There is no params.py in ${inside}.`);
    expect(() => resolveParams(path.join(inside, 'other.py'))).toThrow('was not found');
    fs.writeFileSync(path.join(inside, 'params.py'), '');
    const found = { folder: inside, name: 'params.py', path: path.join(inside, 'params.py') };
    expect(resolveParams(inside)).toEqual(found);
    expect(resolveParams(path.join(inside, 'params.py'))).toEqual(found);
    expect((await failure(folderStorage(inside).open('.'))).message).toBe('. is a folder, expected a file.');
  });

  it('resolves a folder to the spike times of ALF, or says in which folder below a sorting is', () => {
    const inside = fs.mkdtempSync(path.join(folder, 'alf-'));
    const below = path.join(inside, 'pykilosort');
    fs.mkdirSync(below);
    fs.mkdirSync(path.join(inside, 'other'));
    const times = 'spikes.times.1e0fd8d4-1c0a-4b5b-9d3e-6f0b4ac1c9aa.npy';
    fs.writeFileSync(path.join(below, times), '');
    fs.writeFileSync(path.join(below, 'spikes.templates.npy'), '');
    expect(resolveParams(below)).toEqual({ folder: below, name: times, path: path.join(below, times) });
    expect(() => resolveParams(inside)).toThrow(`There is a sorting in pykilosort: give ${below}.`);
  });

  it('resolves a folder to its only .kwik file', () => {
    const inside = fs.mkdtempSync(path.join(folder, 'kwik-'));
    expect(() => resolveKwik(inside)).toThrow(`${inside} holds no .kwik files, expected one .kwik file.`);
    fs.writeFileSync(path.join(inside, 'a.kwik'), '');
    const file = path.join(inside, 'a.kwik');
    expect(() => resolveParams(inside)).toThrow(`no params.py in ${inside}. There is a.kwik of klusta: give ${file}.`);
    fs.rmSync(file);
    fs.writeFileSync(path.join(inside, 'a.kwik'), '');
    expect(resolveKwik(inside)).toBe(path.join(inside, 'a.kwik'));
    expect(resolveKwik(path.join(inside, 'a.kwik'))).toBe(path.join(inside, 'a.kwik'));
    fs.writeFileSync(path.join(inside, 'b.kwik'), '');
    expect(() => resolveKwik(inside)).toThrow('holds 2 .kwik files, expected one .kwik file.');
    fs.writeFileSync(path.join(inside, 'params.py'), '');
    expect(() => resolveKwik(path.join(inside, 'params.py'))).toThrow('opened with phy template-gui');
  });
});
