/** Klusta datasets as they come: other types, missing facts, raw data that cannot be read. The reference's file is in tests/golden. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KwikVariant, writeSmallKwik } from '../../tests/fixtures/smallKwik.ts';
import { PhyError } from '../core/base/errors.ts';
import { queries } from '../views/queries.ts';
import { openDataset } from '../core/dataset/open.ts';
import type { Session } from '../core/engine/session.ts';
import { folderStorage } from './folder.ts';
import { openHdf5 } from './hdf5.ts';
import { openNodeSession } from './openNodeSession.ts';

let root = '';
beforeAll(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'phy-kwik-'));
  process.env['PHY_CONFIG_DIR'] = path.join(root, 'config');
});
afterAll(() => {
  delete process.env['PHY_CONFIG_DIR'];
  fs.rmSync(root, { recursive: true, force: true });
});

async function make(variant: KwikVariant = {}): Promise<string> {
  const file = path.join(fs.mkdtempSync(path.join(root, 'set-')), 'small.kwik');
  await writeSmallKwik(file, variant);
  return file;
}

const openFile = (file: string) => openDataset(folderStorage(path.dirname(file)), path.basename(file));
const session = (paramsPath: string): Promise<Session> =>
  openNodeSession({ paramsPath, queries, guiName: 'KwikGUI', curates: true, usesSettings: false });

async function clustersIn(file: string): Promise<readonly number[]> {
  const opened = await openHdf5(file, 'small.kwik');
  try {
    return [...opened.rows('/channel_groups/0/spikes/clusters/main', 0, 60)];
  } finally {
    opened.close();
  }
}

describe('clusters of spikes', () => {
  it.each(['<i', '<q', '<Q', '<B'] as const)('are saved in their own type (%s)', async (clusterType) => {
    const file = await make({ clusterType });
    const open = await session(file);
    expect(await open.act('merge', [1, 2])).toMatchObject({ ok: true, change: { added: [4] } });
    expect(await open.act('save', [])).toMatchObject({ ok: true });
    await open.close();
    expect(await clustersIn(file)).toEqual(Array.from({ length: 60 }, (_, k) => (k % 3 === 2 ? 3 : 4)));
  });

  it('are not cut to a type that cannot hold them: the save is refused and the file stays', async () => {
    const file = await make({ clusterType: '<B' });
    fs.mkdirSync(path.join(path.dirname(file), '.phy'));
    fs.writeFileSync(path.join(path.dirname(file), '.phy', 'new_cluster_id.json'), '{"new_cluster_id": 256}');
    const before = fs.readFileSync(file);
    const open = await session(file);
    expect(await open.act('merge', [1, 2])).toMatchObject({ change: { added: [256] } });
    const saved = await open.act('save', []);
    expect(saved).toMatchObject({ ok: false });
    expect(saved.message).toContain('holds whole numbers from 0 to 255, and 256 does not fit.');
    await open.close();
    expect(fs.readFileSync(file).equals(before)).toBe(true);
  });
});

it('a group that did not change is left as it is stored', async () => {
  const file = await make({ group: 'array' });
  const open = await session(file);
  expect(await open.act('move', ['good', [2]])).toMatchObject({ ok: true });
  expect(await open.act('save', [])).toMatchObject({ ok: true });
  await open.close();
  const saved = await openHdf5(file, 'small.kwik');
  const group = (id: number) => saved.attribute(`/channel_groups/0/clusters/main/${id}`, 'cluster_group');
  expect([group(1), group(2), group(3)]).toEqual([[2], 2, 3]);
  saved.close();
});

describe('what a file does not say, or says wrongly', () => {
  it('no sample rate: times are counted in samples, with a warning', async () => {
    const dataset = await openFile(await make({ sampleRate: null }));
    expect(dataset.sampleRate).toBe(1);
    expect(dataset.report.warnings).toContain(
      'small.kwik has no sample_rate. Times are counted in samples, as if it were 1 Hz.',
    );
    await dataset.close();
  });

  it('a position that is no number: the channel stands in line', async () => {
    const dataset = await openFile(await make({ position: [Number.NaN, Number.NaN] }));
    expect([...dataset.channels.positions]).toEqual([0, 0, 0, 20, 0, 2, 0, 60]);
    await dataset.close();
  });
});

it('a file that is damaged inside is refused in a sentence, wherever that is', async () => {
  const bytes = fs.readFileSync(await make());
  const found = new Set<string>();
  // The first 96 bytes tell what the file is; after them come the tables of its contents.
  for (let at = 96; at < bytes.length; at += 48) {
    const file = path.join(fs.mkdtempSync(path.join(root, 'bad-')), 'small.kwik');
    fs.writeFileSync(file, Buffer.concat([bytes.subarray(0, at), Buffer.alloc(16, 0xa5), bytes.subarray(at + 16)]));
    try {
      await (await openFile(file)).close();
    } catch (error) {
      if (!(error instanceof PhyError)) throw error;
      found.add(error.message);
    }
  }
  expect([...found].filter((message) => !/^small\.kwik|^.channel_groups.* of small\.kwik/.test(message))).toEqual([]);
  expect([...found].some((message) => message.startsWith('small.kwik has damaged data at '))).toBe(true);
});

describe('raw data that are there', () => {
  const cases: readonly (readonly [string, string, Uint8Array, string])[] = [
    ['and no HDF5', 'small.raw.kwd', new Uint8Array(100).fill(7), 'small.raw.kwd cannot be read as HDF5.'],
    ['and empty', 'small.dat', new Uint8Array(0), 'small.dat has no samples, expected raw data.'],
  ];
  it.each(cases)('%s: the sorting opens without', async (_, name, bytes, sentence) => {
    const file = await make();
    fs.writeFileSync(path.join(path.dirname(file), name), bytes);
    const dataset = await openFile(file);
    expect(dataset.traces).toBeUndefined();
    expect(dataset.duration).toBeCloseTo(2.95);
    const said = dataset.report.warnings.find((warning) => warning.includes(sentence));
    expect(said).toMatch(/The sorting is open without raw data\.$/);
    expect(dataset.report.files.find((note) => note.name === name)?.status).toBe('bad');
    await dataset.close();
  });

  it('and cut off, or shorter than the spikes: both are said', async () => {
    const file = await make();
    fs.writeFileSync(path.join(path.dirname(file), 'small.dat'), new Uint8Array(8 * 1000 + 3));
    const dataset = await openFile(file);
    expect(dataset.traces?.sampleCount).toBe(1000);
    expect(dataset.report.warnings).toEqual([
      'small.dat has 8,003 bytes, expected a multiple of 8 (4 columns of int16); the last 3 are left out. Check that it is the right file.',
      '40 of 60 spikes lie after the end of the raw data (small.dat). Check that it is the right file.',
    ]);
    await dataset.close();
  });
});
