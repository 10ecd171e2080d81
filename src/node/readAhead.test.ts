import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderStorage } from './folder.ts';
import { type AheadRows, NEXT_ROW, STOPPED } from './readAhead.ts';
import { fetchRows } from './readAheadThread.ts';

let folder = '';
let file = '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'phy-ahead-'));
  file = path.join(folder, 'rows.bin');
  fs.writeFileSync(file, new Uint8Array(4000));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function rowsOf(name: string, count: number): AheadRows {
  const offsets = new Float64Array(new SharedArrayBuffer(8 * count));
  for (let k = 0; k < count; k++) offsets[k] = 40 * k;
  return { file: name, rowBytes: 40, offsets, state: new Int32Array(new SharedArrayBuffer(8)) };
}

const unwanted = (): Float64Array => {
  throw new Error('nobody needs them');
};

describe('reading ahead', () => {
  it('takes every row once, several threads in turn', () => {
    const rows = rowsOf(file, 100);
    fetchRows(rows);
    expect(Atomics.load(rows.state, NEXT_ROW)).toBeGreaterThanOrEqual(100);
    const before = Atomics.load(rows.state, NEXT_ROW);
    fetchRows(rows);
    expect(Atomics.load(rows.state, NEXT_ROW) - before).toBeLessThanOrEqual(16);
  });

  it('takes none when nobody wants them any more', () => {
    const rows = rowsOf(file, 100);
    Atomics.store(rows.state, STOPPED, 1);
    fetchRows(rows);
    expect(Atomics.load(rows.state, NEXT_ROW)).toBe(0);
  });

  it('leaves failures to the one who asks for the rows', () => {
    expect(() => fetchRows(rowsOf(path.join(folder, 'absent.bin'), 100))).not.toThrow();
    expect(() => fetchRows(rowsOf(folder, 100))).not.toThrow();
    // Rows beyond the end.
    expect(() => fetchRows(rowsOf(file, 1000))).not.toThrow();
  });

  it('is not offered for a file of which nothing was read yet', async () => {
    const access = await folderStorage(folder).open('rows.bin');
    expect(access.ahead?.(unwanted, 40)).toBeUndefined();
    await access.close();
  });
});
