import { describe, expect, it } from 'vitest';
import { LookAhead, type Prediction, type Question } from './lookAhead.ts';

const feature: Question = { query: 'feature', params: { channels: '1,2' } };
const isi: Question = { query: 'isi', params: {} };
const never = new Promise<never>(() => undefined);

/** A look-ahead that rests until `rested` is called; computed questions are noted. */
function start(predicted: readonly (readonly number[])[], compute?: (signal: AbortSignal) => Promise<unknown>) {
  const state = { selected: [3] as readonly number[] };
  const computed: string[] = [];
  const rests: (() => void)[] = [];
  const prediction = (clusters: readonly number[]): Prediction => ({
    clusters,
    compute: async ({ query }, signal) => {
      computed.push(`${query} ${clusters.join(',')}`);
      await compute?.(signal);
    },
  });
  const ahead = new LookAhead({
    selected: () => state.selected,
    isWorthwhile: (query) => query !== 'plugin',
    predicted: () => predicted.map(prediction),
    rest: () => new Promise((go) => rests.push(go)),
  });
  const rested = async (): Promise<void> => {
    for (const go of rests.splice(0)) go();
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return { ahead, state, computed, rested, prediction };
}
const answered = async (): Promise<string> => 'answer';

describe('looking ahead', () => {
  it('asks what was asked about the selection for those that may come next, the likeliest first', async () => {
    const { ahead, computed, rested } = start([[3, 9], [4]]);
    expect(await ahead.during(feature, [3], answered)).toBe('answer');
    await ahead.during(isi, [3], answered);
    await ahead.during(isi, [3], answered);
    expect(computed).toEqual([]);
    await rested();
    expect(computed).toEqual(['feature 3,9', 'isi 3,9', 'feature 4', 'isi 4']);
  });

  it('leaves out what has nothing to do with the selection, and the selection itself', async () => {
    const { ahead, computed, rested } = start([[3], [], [4]]);
    await ahead.during({ query: 'raster', params: {} }, [], answered);
    await ahead.during({ query: 'template', params: {} }, [7], answered);
    await ahead.during({ query: 'plugin', params: {} }, [3], answered);
    await ahead.during(isi, [3], answered);
    await rested();
    expect(computed).toEqual(['isi 4']);
  });

  it('follows views that show the first clusters of a long selection', async () => {
    const { ahead, state, computed, rested } = start([[4, 5, 6]]);
    state.selected = [3, 1, 2];
    await ahead.during(isi, [3, 1], answered);
    await rested();
    expect(computed).toEqual(['isi 4,5,6']);
  });

  it('forgets views that did not ask about the present selection', async () => {
    const { ahead, state, computed, rested } = start([[4]]);
    await ahead.during(feature, [3], answered);
    state.selected = [8];
    await ahead.during(isi, [8], answered);
    await rested();
    expect(computed).toEqual(['isi 4']);
  });

  it('does nothing while somebody waits, and stops at once when somebody asks or acts', async () => {
    const signals: AbortSignal[] = [];
    const { ahead, computed, rested } = start([[4], [5]], async (signal) => {
      signals.push(signal);
      await never;
    });
    await ahead.during(isi, [3], answered);
    void ahead.during(feature, [3], () => never);
    await rested();
    expect(computed).toEqual([]);
    const second = start([[4], [5]], async (signal) => {
      signals.push(signal);
      await never;
    });
    await second.ahead.during(isi, [3], answered);
    await second.rested();
    expect(second.computed).toEqual(['isi 4']);
    second.ahead.interrupt();
    expect(signals[0].aborted).toBe(true);
  });

  it('takes what a person points at first, without a rest, unless somebody waits', async () => {
    const { ahead, computed, rested, prediction } = start([[4]]);
    await ahead.during(isi, [3], answered);
    ahead.expect(prediction([7]));
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    expect(computed).toEqual(['isi 7', 'isi 4']);
    void ahead.during(isi, [3], () => never);
    ahead.expect(prediction([8]));
    await rested();
    expect(computed).toEqual(['isi 7', 'isi 4']);
  });

  it('goes on after a question that fails, and ends when the session closes', async () => {
    const failing = start([[4], [5]], async () => {
      throw new Error('no such view');
    });
    await expect(
      failing.ahead.during(feature, [3], async () => {
        throw new Error('missing');
      }),
    ).rejects.toThrow('missing');
    await failing.ahead.during(isi, [3], answered);
    await failing.rested();
    expect(failing.computed).toEqual(['isi 4', 'isi 5']);
    const closed = start([[4]]);
    await closed.ahead.during(isi, [3], answered);
    closed.ahead.close();
    await closed.rested();
    expect(closed.computed).toEqual([]);
  });
});
