import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isDemoFolder, runDemo } from './demo.ts';

const options = { channels: '8', units: '8', spikes: '400', duration: '2' };

describe('phy demo', () => {
  let folder: string;
  let said = '';
  const stderr = new Writable({
    write(chunk, _encoding, done) {
      said += String(chunk);
      done();
    },
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'phy-demo-'));
    said = '';
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('makes a dataset, replaces an older one and says so', async () => {
    const out = path.join(folder, 'inner', 'demo');
    expect(await runDemo({ ...options, out }, stderr)).toBe(path.join(out, 'params.py'));
    expect(said).toContain('Made a demo dataset of 400 spikes, 8 units, 8 channels, 2 s, with raw data');
    expect(await isDemoFolder(out)).toBe(true);
    expect(readdirSync(path.dirname(out))).toEqual(['demo']);
    writeFileSync(path.join(out, 'cluster_info.tsv'), 'old');
    await runDemo({ ...options, out, raw: false }, stderr);
    expect(said).toContain(`The demo dataset in ${out} is replaced.`);
    expect(existsSync(path.join(out, 'cluster_info.tsv'))).toBe(false);
    expect(existsSync(path.join(out, 'recording.dat'))).toBe(false);
    expect(readdirSync(path.dirname(out))).toEqual(['demo']);
  });

  it('does not replace one that was curated', async () => {
    const out = path.join(folder, 'demo');
    await runDemo({ ...options, out }, stderr);
    mkdirSync(path.join(out, '.phy', 'ts'), { recursive: true });
    writeFileSync(path.join(out, '.phy', 'ts', 'journal.jsonl'), '{}\n');
    await expect(runDemo({ ...options, out }, stderr)).rejects.toMatchObject({
      kind: 'refused',
      message: `The demo dataset in ${out} was curated. Remove the folder, or choose another one with --out.`,
    });
    expect(existsSync(path.join(out, '.phy', 'ts', 'journal.jsonl'))).toBe(true);
    expect(readdirSync(folder)).toEqual(['demo']);
  });

  it('refuses a folder that holds something else, and wrong options', async () => {
    const out = path.join(folder, 'mine');
    mkdirSync(out);
    writeFileSync(path.join(out, 'thesis.txt'), 'text');
    await expect(runDemo({ ...options, out }, stderr)).rejects.toMatchObject({
      kind: 'refused',
      message: `${out} is not empty and no demo dataset. Choose another folder with --out.`,
    });
    expect(readFileSync(path.join(out, 'thesis.txt'), 'utf8')).toBe('text');
    await expect(runDemo({ size: 'huge', out }, stderr)).rejects.toThrow(
      '--size is huge, expected one of small, medium',
    );
    await expect(runDemo({ spikes: 'many', out }, stderr)).rejects.toThrow('--spikes is many, expected a number.');
  });

  it('refuses a dataset larger than the disk before it writes anything', async () => {
    const out = path.join(folder, 'demo');
    const huge = { ...options, out, channels: 10_000, spikes: 480_000, duration: 60_000, withRaw: true };
    await expect(runDemo(huge, stderr)).rejects.toThrow(/needs \d+\.\d GB, but .* has \d+\.\d GB free/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves nothing behind when it is interrupted', async () => {
    const out = path.join(folder, 'demo');
    const running = runDemo({ out, spikes: 20_000 }, stderr);
    setTimeout(() => process.emit('SIGINT'), 100);
    await expect(running).rejects.toMatchObject({ kind: 'aborted' });
    expect(readdirSync(folder)).toEqual([]);
  });
});
