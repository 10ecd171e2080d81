/** Raw recordings without a sorting (spec/data.md 13.6): what is read beside them, what is refused, and that nothing can be curated. */
import { describe, expect, it } from 'vitest';
import { memoryLock } from '../../../../tests/fixtures/memorySession.ts';
import { nd } from '../../base/nd.ts';
import { openSession } from '../../engine/openSession.ts';
import { encodeNpy } from '../../files/npy.ts';
import { joinBytes, memoryStorage } from '../../storage/memory.ts';
import { openDataset } from '../open.ts';
import type { RawChoice } from './rawRecording.ts';

const COLUMNS = 5;
const SAMPLES = 400;
const values = Int16Array.from(
  { length: SAMPLES * COLUMNS },
  (_, at) => (at % COLUMNS) * 100 + Math.floor(at / COLUMNS),
);
const interleaved = new Uint8Array(values.buffer);
const byChannel = new Uint8Array(
  Int16Array.from(values, (_, at) => values[(at % SAMPLES) * COLUMNS + Math.floor(at / SAMPLES)]).buffer,
);
const meta = [
  'typeThis=imec',
  'imSampRate=2000',
  `nSavedChans=${COLUMNS}`,
  `fileSizeBytes=${interleaved.length}`,
  'snsApLfSy=4,0,1',
  'snsSaveChanSubset=all',
  'imDatPrb_type=21',
  'imAiRangeMax=0.5',
  'imMaxInt=8192',
  'imChan0apGain=80',
  '~snsGeomMap=(NP2000,2,250,70)(0:27:0:1)(0:59:20:1)(1:27:0:1)(1:59:20:1)',
].join('\n');

const open = (files: Readonly<Record<string, Uint8Array | string>>, path: string, raw?: RawChoice) =>
  openDataset(memoryStorage(files), path, { raw });

describe('a raw recording', () => {
  it('is read with what is said of it', async () => {
    const dataset = await open({ 'rec.dat': interleaved }, 'rec.dat', {
      sampleRate: 1000,
      dtype: 'int16',
      channelCount: COLUMNS,
      offset: 2 * COLUMNS,
    });
    expect(dataset).toMatchObject({
      format: 'raw',
      name: 'rec.dat',
      duration: (SAMPLES - 1) / 1000,
      rawChannelCount: COLUMNS,
      knowsSites: false,
    });
    expect([dataset.spikes.count, dataset.templateCount, dataset.metadata.size]).toEqual([0, 0, 0]);
    expect([...((await dataset.traces?.read(0, 2, [0, 4])) ?? [])]).toEqual([1, 401, 2, 402]);
    // Channels stand in their order where nothing says where they are.
    expect([...dataset.channels.positions]).toEqual([0, 0, 0, 1, 0, 2, 0, 3, 0, 4]);
    expect(dataset.report.warnings).toEqual([]);
  });

  it('takes rate, channels, type, gains and sites from the file of SpikeGLX beside it', async () => {
    const dataset = await open({ 'rec.ap.bin': interleaved, 'rec.ap.meta': meta }, 'rec.ap.bin');
    expect(dataset).toMatchObject({ sampleRate: 2000, rawChannelCount: COLUMNS, rawDtype: 'int16', knowsSites: true });
    expect([...dataset.channels.positions]).toEqual([27, 0, 59, 20, 277, 0, 309, 20, 27, -40]);
    expect([...dataset.channels.shanks]).toEqual([0, 0, 1, 1, 0]);
    expect(dataset.traces?.microvolts?.[0]).toBeCloseTo((1e6 * 0.5) / 8192 / 80, 9);
    expect(dataset.report.files.find(({ name }) => name === 'rec.ap.bin')?.note).toBe(
      'Column 4 has no site; it is drawn below the probe.',
    );
    expect(dataset.report.warnings).toEqual([]);
  });

  it('says so when the file is not as long as SpikeGLX wrote it, or when it was told otherwise', async () => {
    const files = { 'rec.bin': interleaved.subarray(0, 997 * 2), 'rec.meta': meta };
    const { report, sampleRate } = await open(files, 'rec.bin', { sampleRate: 3000 });
    expect(sampleRate).toBe(3000);
    expect(report.warnings).toEqual([
      'The sample rate was given as 3000, rec.meta has 2000. What was given is used.',
      'rec.bin has 1,994 bytes of data, expected a multiple of 10 (5 channels of int16); the last 4 are left out. Check the number of channels and the type.',
      'rec.bin has 1,994 bytes, expected 4,000 by rec.meta. It may have been cut short.',
    ]);
  });

  it('reads Fortran order, in a flat file and in a .npy', async () => {
    const said = { sampleRate: 1000, dtype: 'int16', channelCount: COLUMNS };
    const flat = await open({ 'rec.dat': byChannel }, 'rec.dat', { ...said, fortran: true });
    const plain = await open({ 'rec.dat': interleaved }, 'rec.dat', said);
    const expected = await plain.traces?.read(37, 90, [3, 1]);
    expect(await flat.traces?.read(37, 90, [3, 1])).toEqual(expected);
    const npy = joinBytes(encodeNpy(nd(values, [SAMPLES, COLUMNS])));
    const array = await open({ 'rec.npy': npy }, 'rec.npy', { sampleRate: 1000, channelCount: 7 });
    expect(await array.traces?.read(37, 90, [3, 1])).toEqual(expected);
    expect(array.report.warnings).toEqual(['rec.npy has 5 channels; the number given (7) is not used.']);
  });

  it('is what a params.py names first, by its columns and not by its channel map', async () => {
    const params = `dat_path = ['rec.dat', 'more.dat']\nn_channels_dat = ${COLUMNS}\ndtype = 'int16'\nsample_rate = 500.`;
    const dataset = await open({ 'params.py': params, 'rec.dat': interleaved }, 'params.py', { sampleRate: 9 });
    expect(dataset).toMatchObject({ name: 'rec.dat', sampleRate: 500, rawChannelCount: COLUMNS });
    expect(dataset.report.warnings).toEqual(['params.py names 2 raw files; only rec.dat is shown.']);
  });

  it.each([
    [
      {},
      'rec.dat does not say its sample rate (-s), number of channels (-n) and type of a number (-d), and no rec.meta or rec.ch beside it does. Open it with phy trace-gui and these options.',
    ],
    [
      { sampleRate: 1, channelCount: 5 },
      'rec.dat does not say its type of a number (-d), and no rec.meta or rec.ch beside it does. Open it with phy trace-gui and these options.',
    ],
    [{ dtype: 'text' }, "The type of a number (-d) is text, expected one of NumPy's such as int16 or float32."],
    [{ channelCount: 0 }, 'The number of channels (-n) is 0, expected 1 or more.'],
    [
      { sampleRate: 1, channelCount: 5000, dtype: 'int16' },
      'rec.dat has 4,000 bytes, expected 10,000 or more (5000 channels of int16). Check -n, -d and -h.',
    ],
  ])('is refused in a sentence: %o', async (raw, sentence) => {
    await expect(open({ 'rec.dat': interleaved }, 'rec.dat', raw)).rejects.toThrow(sentence);
  });

  it('is refused when its description is given instead', async () => {
    await expect(open({ 'rec.meta': meta }, 'rec.meta', {})).rejects.toThrow(
      'rec.meta describes a recording. Give the raw file beside it.',
    );
  });
});

it('a session of a raw recording has no clusters, refuses to curate, and keeps nothing beside the data', async () => {
  const storage = memoryStorage({ 'rec.bin': interleaved, 'rec.meta': meta });
  const elsewhere: boolean[] = [];
  const scopes: string[] = [];
  const session = await openSession({
    storage,
    paramsName: 'rec.bin',
    places: async (_folder, scope, isElsewhere) => {
      scopes.push(scope);
      elsewhere.push(isElsewhere);
      return {
        data: storage,
        home: memoryStorage({}, '/home'),
        isBeside: false,
        lock: memoryLock(),
        presence: memoryLock(),
      };
    },
    userHome: memoryStorage({}, '/user'),
    queries: {},
    guiName: 'TraceGUI',
    version: '0',
    now: () => 0,
    yieldThread: () => new Promise((resolve) => void setImmediate(resolve)),
    curates: true,
    usesSettings: true,
  });
  expect([scopes, elsewhere]).toEqual([['raw/rec.bin'], [true]]);
  expect(session.snapshot()).toMatchObject({ clusterTable: { shown: [] }, dirty: false });
  expect(session.opened().summary).toMatchObject({ format: 'raw', spikeCount: 0, knowsSites: true });
  for (const action of ['merge', 'save', 'undo', 'move_best_to_good', 'select', 'filter']) {
    expect(await session.act(action, [])).toMatchObject({
      ok: false,
      message: 'This is a raw recording: there are no clusters to curate.',
    });
  }
  await session.warmUp();
  await session.close();
  expect((await storage.list()).map(({ name }) => name)).toEqual(['rec.bin', 'rec.meta']);
});
