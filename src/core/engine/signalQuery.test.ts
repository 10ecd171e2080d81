import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOfFiles, Disk, openMemorySession } from '../../../tests/fixtures/memorySession.ts';
import { queryContext } from '../../../tests/fixtures/queryContext.ts';
import { makeSmallDataset, smallSizes } from '../../../tests/fixtures/smallDataset.ts';
import { readTrace } from '../analysis/signal.ts';
import { samplesPerTile, type SignalAnswer } from '../base/tiles.ts';
import { defaults } from '../base/params.ts';
import type { Session } from './session.ts';
import { signalQuery } from './signalQuery.ts';

const small = makeSmallDataset();
const never = new AbortController().signal;

describe('the query `signal`', () => {
  let session: Session;
  beforeAll(async () => {
    session = await openMemorySession(new Disk(copyOfFiles(small.files)));
  });
  afterAll(() => session.close());

  const ask = async (params: Readonly<Record<string, unknown>>): Promise<SignalAnswer> =>
    (await session.ask('signal', [], params, never)).answer as SignalAnswer;

  it('answers samples of all channels, and columns of them', async () => {
    const { traces, sampleRate } = session.dataset;
    if (traces === undefined) throw new Error('no traces');
    const channelIds = Int32Array.from({ length: smallSizes.channels }, (_, c) => c);
    const source = { traces, sampleRate, channelIds, filter: 'high_pass' } as const;
    const samples = await readTrace(source, [512, 768], () => Promise.resolve());
    const fine = await ask({ level: 0, first: 2, count: 1 });
    expect(fine.stage).toBe('done');
    expect(fine.tiles[0].upper).toBeUndefined();
    expect(fine.tiles[0].lower.shape).toEqual([256, smallSizes.channels]);
    expect(fine.tiles[0].lower.data).toEqual(samples);
    expect([...fine.tiles[0].read.data]).toEqual(Array.from({ length: 256 }, () => 1));
    const coarse = await ask({ level: 4, first: 0, count: 16 });
    expect(coarse.tiles.map((tile) => tile.index)).toEqual(
      Array.from({ length: Math.ceil(smallSizes.rawSamples / samplesPerTile(4)) }, (_, k) => k),
    );
    const [tile] = coarse.tiles;
    const own = samples.subarray(0, 16 * 8).filter((_, i) => i % 8 === 3);
    expect(tile.lower.data[32 * 8 + 3]).toBeCloseTo(Math.min(...own), 4);
    expect(tile.upper?.data[32 * 8 + 3]).toBeCloseTo(Math.max(...own), 4);
    // All sites of the small dataset have a depth of their own.
    expect(new Set(coarse.rows.data).size).toBe(8);
  });

  it('says how many µV a raw unit is, where that is known', async () => {
    const { dataset } = session;
    const asked = async (microvolts: Float64Array | undefined) => {
      const { traces } = dataset;
      const query = signalQuery({ ...dataset, ...(traces !== undefined && { traces: { ...traces, microvolts } }) });
      const { microvolts: answered } = await query.run(queryContext(dataset), defaults(query.params), []);
      return answered?.data;
    };
    const gains = new Float64Array(smallSizes.channels).fill(2.34375);
    expect(await asked(gains)).toEqual(gains);
    expect(await asked(undefined)).toBeUndefined();
  });

  it('refuses what makes no sense and says what is missing', async () => {
    await expect(ask({ level: 1.5 })).rejects.toThrow('level is 1.5, expected a whole number.');
    expect((await ask({ level: 99, first: 0, count: 1 })).level).toBe(32);
    expect((await ask({ level: 0, first: 1_000_000 })).tiles).toEqual([]);
    const bare = await openMemorySession(new Disk(copyOfFiles(makeSmallDataset({ 'raw.dat': undefined }).files)));
    await expect(bare.ask('signal', [], {}, never)).rejects.toThrow('This dataset has no raw data.');
    await bare.close();
  });
});
