import { describe, expect, it } from 'vitest';
import { copyOfFiles, Disk, openMemorySession } from '../../../tests/fixtures/memorySession.ts';
import { makeSmallDataset } from '../../../tests/fixtures/smallDataset.ts';
import { defineQuery } from './query.ts';
import { makeProgress, oneByOne } from './progress.ts';

const small = makeSmallDataset();
const never = new AbortController().signal;
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('giving up the thread', () => {
  it('lets one request on at a time, with a turn for everybody else in between', async () => {
    const log: string[] = [];
    const yieldThread = oneByOne(turn);
    const work = async (name: string): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        await yieldThread();
        log.push(name);
      }
    };
    const others = async (): Promise<void> => {
      for (let i = 0; i < 9; i++) {
        await turn();
        log.push('-');
      }
    };
    await Promise.all([work('a'), work('b'), work('c'), others()]);
    expect(log.join('')).not.toMatch(/[abc]{2}/);
    expect(log.filter((entry) => entry !== '-')).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c']);
  });

  it('stops a request that was cancelled or belongs to another state', async () => {
    const controller = new AbortController();
    let stale = false;
    const fractions: (number | null)[] = [];
    const options = { signal: controller.signal, yieldThread: turn, isStale: () => stale };
    const progress = makeProgress({ ...options, onProgress: (fraction) => fractions.push(fraction) });
    await progress();
    await progress(0.5);
    expect(fractions).toEqual([null, 0.5]);
    stale = true;
    await expect(progress()).rejects.toThrow();
    stale = false;
    await progress();
    controller.abort();
    await expect(progress()).rejects.toThrow();
  });
});

describe('a question in the background', () => {
  it('goes on only while no other one is being answered', async () => {
    const log: string[] = [];
    const work = (name: string, steps: number, isBackground: boolean) =>
      defineQuery({
        name,
        params: {},
        maxClusters: 0,
        uncached: true,
        background: () => isBackground,
        missing: () => [],
        async run({ progress }) {
          for (let step = 0; step < steps; step++) {
            log.push(name);
            const until = performance.now() + 8;
            while (performance.now() < until);
            await progress();
          }
          return { name };
        },
      });
    const queries = { slow: work('slow', 6, true), quick: work('quick', 3, false) };
    const session = await openMemorySession(new Disk(copyOfFiles(small.files)), { queries });
    const slow = session.ask('slow', [], {}, never);
    await turn();
    await turn();
    await turn();
    await Promise.all([session.ask('quick', [], {}, never), session.ask('quick', [], {}, never)]);
    const meanwhile = log.slice(log.indexOf('quick'), log.lastIndexOf('quick') + 1);
    expect(meanwhile.filter((name) => name === 'slow').length).toBeLessThanOrEqual(1);
    expect(log.filter((name) => name === 'quick')).toHaveLength(6);
    await slow;
    expect(log.filter((name) => name === 'slow')).toHaveLength(6);
    const cancelled = new AbortController();
    const again = session.ask('slow', [], {}, cancelled.signal);
    cancelled.abort();
    await expect(again).rejects.toThrow();
    await session.close();
  });
});

describe('warming up', () => {
  const asked: string[] = [];
  let hurry: (() => void) | undefined;
  const view = (name: string) =>
    defineQuery({
      name,
      params: {},
      maxClusters: 0,
      ownClustersOnly: true,
      missing: () => (name === 'absent' ? ['traces'] : []),
      async run({ progress }, _, ids) {
        asked.push(`${name} ${ids.join()}`);
        hurry?.();
        await progress();
        return {};
      },
    });
  const queries = {
    absent: view('absent'),
    first: view('first'),
    service: { ...view('service'), service: true },
    later: { ...view('later'), onDemand: true },
    second: view('second'),
  };

  it('asks what the window asks first, and writes nothing', async () => {
    const disk = new Disk(copyOfFiles(small.files));
    const session = await openMemorySession(disk, { queries });
    const [top] = session.snapshot().clusterTable.shown;
    await session.warmUp();
    expect(asked).toEqual([`first ${top}`, `second ${top}`]);
    await session.ask('first', [top], {}, never);
    expect(asked).toHaveLength(2);
    await session.close();
    expect(disk.writes).toBe(0);
  });

  it('ends when somebody asks', async () => {
    asked.length = 0;
    const session = await openMemorySession(new Disk(copyOfFiles(small.files)), { queries });
    hurry = () => {
      hurry = undefined;
      // Closing stops it; nobody is left to hear of that.
      session.ask('second', [1], {}, never).catch(() => undefined);
    };
    await session.warmUp();
    expect(asked.filter((entry) => entry !== 'second 1')).toHaveLength(1);
    await session.close();
  });
});
