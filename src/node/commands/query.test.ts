import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nd } from '../../core/base/nd.ts';
import { arrayWriter } from './query.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'phy-query-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('writes arrays into a folder that it makes, whole', () => {
  const out = path.join(folder, 'a', 'b');
  const said = arrayWriter(out)(nd(Int32Array.of(1, 2)), ['answer', 'clusters', '0', 'spikeIds']);
  expect(said).toEqual({ dtype: 'int32', shape: [2], npy: 'clusters_0_spikeIds.npy' });
  expect(readdirSync(out)).toEqual(['clusters_0_spikeIds.npy']);
  expect(readFileSync(path.join(out, 'clusters_0_spikeIds.npy'))).toHaveLength(136);
});

it('says in a sentence why it cannot', () => {
  const taken = path.join(folder, 'taken');
  writeFileSync(taken, '');
  expect(() => arrayWriter(taken)(nd(Int32Array.of(1)), ['answer', 'x'])).toThrow(
    `The arrays could not be written to ${taken}: a file is in the way.`,
  );
});
