/** Raw files that are not where params.py says: what may be it by name and size, and what is read when one was chosen. */
import { describe, expect, it } from 'vitest';
import { makeSmallDataset } from '../../../../tests/fixtures/smallDataset.ts';
import { memoryStorage } from '../../storage/memory.ts';
import { openDataset } from '../open.ts';

const { files, raw } = makeSmallDataset();
const bytes = new Uint8Array(raw.buffer);
const elsewhere = '/memory/raw.dat';

/** Without raw.dat, with other files. */
function storageWith(more: Readonly<Record<string, Uint8Array | string>>) {
  const { 'raw.dat': _left, ...rest } = files;
  return memoryStorage({ ...rest, ...more });
}
const open = (more: Readonly<Record<string, Uint8Array | string>>, chosenFiles?: Readonly<Record<string, string>>) =>
  openDataset(storageWith(more), 'params.py', { chosenFiles });

describe('raw data that moved', () => {
  it('may be files of that name with another extension, then others of that extension, of a size that fits', async () => {
    const dataset = await open({
      'raw.bin': bytes,
      'b.dat': bytes,
      'a.dat': bytes.subarray(0, bytes.length - 18),
      'odd.dat': bytes.subarray(0, 1001),
      'short.dat': bytes.subarray(0, 18 * 100),
      'notes.txt': 'nothing',
    });
    expect(dataset.movedFiles).toEqual([
      { named: elsewhere, chosen: null, candidates: ['/memory/raw.bin', '/memory/a.dat', '/memory/b.dat'] },
    ]);
    expect(dataset.traces).toBeUndefined();
    expect(dataset.report.warnings).toContain(
      'raw.dat may have moved; one of these may be it: /memory/raw.bin, /memory/a.dat, /memory/b.dat. Choose it with File > Locate raw data… in the window.',
    );
  });

  it('are read from the file that was chosen, and the report says so', async () => {
    const dataset = await open({ 'b.dat': bytes }, { [elsewhere]: '/memory/b.dat' });
    expect(dataset.movedFiles).toEqual([{ named: elsewhere, chosen: '/memory/b.dat', candidates: [] }]);
    expect(await dataset.traces?.read(0, 2, [0])).toEqual(Float32Array.of(raw[0], raw[9]));
    expect(dataset.dataFiles).toEqual([{ path: '/memory/b.dat', exists: true, sampleCount: 40_000 }]);
    expect(dataset.report.warnings[0]).toBe(
      '/memory/raw.dat (dat_path in params.py) does not exist; /memory/b.dat is read instead, as you chose. Choose another one or forget it with File > Locate raw data…',
    );
  });

  it.each([
    [{ 'b.dat': bytes.subarray(0, 1800) }, 'b.dat ends at 0.0 s, but the last spike is at 4.0 s.'],
    [
      { 'b.dat': bytes.subarray(1) },
      'b.dat has 719,999 bytes of data, expected a multiple of 18 (9 columns of int16).',
    ],
    [{}, '/memory/b.dat was not found.'],
  ])('are not read from a chosen file that cannot be it', async (more, fault) => {
    const dataset = await open(more, { [elsewhere]: '/memory/b.dat' });
    expect(dataset.traces).toBeUndefined();
    expect(dataset.movedFiles?.[0]?.chosen).toBeNull();
    expect(dataset.report.warnings).toContain(`The file chosen in place of /memory/raw.dat is not read: ${fault}`);
  });

  it('a choice counts for nothing while the file is where params.py says', async () => {
    const dataset = await openDataset(memoryStorage({ ...files, 'b.dat': bytes }), 'params.py', {
      chosenFiles: { [elsewhere]: '/memory/b.dat' },
    });
    expect(dataset.movedFiles).toBeUndefined();
    expect(dataset.dataFiles[0]?.path).toBe(elsewhere);
    expect(dataset.report.warnings).toEqual([]);
  });

  it('of several files only the absent one is looked for, not among the others, which are left out without it', async () => {
    const params = new TextDecoder().decode(files['params.py']).replace("'raw.dat'", "['a.dat', 'b.dat']");
    const dataset = await open({ 'params.py': params, 'a.dat': bytes, 'part2.dat': bytes });
    expect(dataset.movedFiles).toEqual([{ named: '/memory/b.dat', chosen: null, candidates: ['/memory/part2.dat'] }]);
    const notes = dataset.report.files.filter(({ name }) => name.endsWith('.dat'));
    expect(notes.map(({ name, status, note }) => [name, status, note])).toEqual([
      ['a.dat', 'ignored', 'It is not read without b.dat.'],
      ['b.dat', 'missing', 'There are no raw traces and no raw waveforms.'],
    ]);
  });

  it('a file that is there and cannot be used has the reason beside it', async () => {
    const dataset = await open({ 'raw.dat': new Uint8Array(4) });
    expect(dataset.report.files.find(({ name }) => name === 'raw.dat')).toMatchObject({
      status: 'bad',
      note: 'raw.dat has no samples, expected raw data. Copy the whole file again. The sorting is open without raw data.',
    });
  });
});
