import { describe, expect, test } from 'vitest';
import { fakeClient, summary } from '../../../tests/fixtures/fakeClient.ts';
import { abortedError, PhyError } from '../../core/base/errors.ts';
import { nd } from '../../core/base/nd.ts';
import { columnsOfTile, type SignalAnswer, type SignalStage } from '../../core/base/tiles.ts';
import type { Answer, Client } from '../client/client.ts';
import { SignalStore } from './signalStore.ts';

interface Asked {
  readonly filter: string;
  readonly level: number;
  readonly first: number;
  readonly count: number;
  readonly refine: boolean;
  readonly background: boolean;
}
interface Pending {
  readonly asked: Asked;
  readonly signal: AbortSignal;
  answer(stage?: SignalStage, read?: number): void;
  fail(error: Error): void;
}

/** 30 s at 10 kHz on four channels. */
const dataset = { ...summary, sampleRate: 10_000, durationSeconds: 30 };
const SAMPLES = 300_000;

function setUp() {
  const pending: Pending[] = [];
  const client: Client = {
    ...fakeClient(dataset),
    ask<A>(_query: string, _clusters: readonly number[], params: unknown, signal: AbortSignal) {
      return new Promise<Answer<A>>((resolve, reject) => {
        const asked = params as Asked;
        signal.addEventListener('abort', () => reject(abortedError()));
        const answer = (stage: SignalStage = 'done', read = 1): void => {
          const made: SignalAnswer = {
            level: asked.level,
            stage,
            rows: nd(Int32Array.of(3, 2, 1, 0)),
            tiles: Array.from({ length: asked.count }, (_, k) => {
              const columns = columnsOfTile(asked.level, asked.first + k, SAMPLES);
              const values = (): ReturnType<typeof nd<Float32Array>> => nd(new Float32Array(columns * 4), [columns, 4]);
              return {
                index: asked.first + k,
                lower: values(),
                upper: values(),
                read: nd(new Float32Array(columns).fill(read)),
              };
            }),
          };
          resolve({ answer: made as A, params: {}, revision: 1, engineMs: 1 });
        };
        pending.push({ asked, signal, answer, fail: reject });
      });
    },
  };
  return { store: new SignalStore(client), pending };
}
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const brief = ({ level, first, count, refine, background }: Asked) =>
  `${level}: ${first} + ${count}${refine ? ' refine' : ''}${background ? ' background' : ''}`;

describe('SignalStore', () => {
  test('asks for what is visible, then beside it, then for everything, and then for nothing more', async () => {
    const { store, pending } = setUp();
    const view = {};
    // Level 4: 4,096 samples a tile. Tiles 2 and 3 are visible, 0 and 1, 4 and 5 beside them.
    store.want(view, { filter: 'high_pass', level: 4, start: 10_000, end: 16_000 });
    for (let k = 0; k < pending.length && k < 10; k++) {
      pending[k].answer();
      await settle();
    }
    expect(pending.map(({ asked }) => brief(asked))).toEqual([
      '4: 2 + 2',
      '4: 4 + 2 background',
      '4: 0 + 2 background',
      // 300,000 samples are 147 columns of 2,048.
      '11: 0 + 1 background',
    ]);
    expect(store.lookup('high_pass')(4, 3)?.stage).toBe('done');
    expect(store.lookup('raw')(4, 3)).toBeUndefined();
    expect([...(store.state.getState().ranks ?? [])]).toEqual([3, 2, 1, 0]);
    expect(store.state.getState().version).toBe(4);
  });

  test('asks again for what was only glanced at, and refines what was read in part last', async () => {
    const { store, pending } = setUp();
    store.want({}, { filter: 'raw', level: 13, start: 0, end: SAMPLES });
    pending[0].answer('glance', 0.1);
    await settle();
    expect(brief(pending[1].asked)).toBe('13: 0 + 1');
    pending[1].answer('shown', 0.2);
    await settle();
    expect(brief(pending[2].asked)).toBe('11: 0 + 1 background');
    pending[2].answer();
    await settle();
    expect(brief(pending[3].asked)).toBe('13: 0 + 1 refine background');
    pending[3].answer('done', 0.5);
    await settle();
    expect(pending).toHaveLength(4);
    expect(store.lookup('raw')(13, 0)?.share).toBeCloseTo(0.5, 6);
  });

  test('gives up a request that nobody wants any more, and drops it although it is answered', async () => {
    const { store, pending } = setUp();
    const view = {};
    store.want(view, { filter: 'raw', level: 0, start: 0, end: 256 });
    store.want(view, { filter: 'raw', level: 0, start: 10, end: 250 });
    expect(pending).toHaveLength(1);
    store.want(view, { filter: 'raw', level: 0, start: 90_000, end: 90_200 });
    expect(pending[0].signal.aborted).toBe(true);
    expect(brief(pending[1].asked)).toBe('0: 351 + 2');
    pending[0].answer();
    await settle();
    expect(store.lookup('raw')(0, 0)).toBeUndefined();
    store.want(view, null);
    expect(pending[1].signal.aborted).toBe(true);
    expect(pending).toHaveLength(2);
  });

  test('puts what another view has on screen before what lies beside', async () => {
    const { store, pending } = setUp();
    store.want({}, { filter: 'raw', level: 0, start: 512, end: 700 });
    pending[0].answer();
    await settle();
    expect(brief(pending[1].asked)).toBe('0: 3 + 1 background');
    store.want({}, { filter: 'raw', level: 2, start: 0, end: 1000 });
    expect(pending[1].signal.aborted).toBe(true);
    expect(brief(pending[2].asked)).toBe('2: 0 + 1');
  });

  test('stops at an error until it is told to try again', async () => {
    const { store, pending } = setUp();
    const view = {};
    store.want(view, { filter: 'raw', level: 0, start: 0, end: 200 });
    pending[0].fail(new PhyError('input', 'recording.dat was not found.'));
    await settle();
    expect(store.state.getState().error?.message).toBe('recording.dat was not found.');
    store.want(view, { filter: 'raw', level: 0, start: 5000, end: 5200 });
    expect(pending).toHaveLength(1);
    store.retry();
    expect(store.state.getState().error).toBeNull();
    expect(brief(pending[1].asked)).toBe('0: 19 + 2');
  });
});
