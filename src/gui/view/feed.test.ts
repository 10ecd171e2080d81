import { describe, expect, test, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { fakeClient, snapshotOf } from '../../../tests/fixtures/fakeClient.ts';
import { PhyError, abortedError } from '../../core/base/errors.ts';
import { number, toggle } from '../../core/base/params.ts';
import type { ParamValue } from '../../core/base/params.ts';
import { Signal } from '../../core/base/scope.ts';
import type { Answer, Client } from '../client/client.ts';
import { createViewInstance } from './createView.ts';
import { AnswerFeed, type FeedOptions } from './feed.ts';
import type { ViewSpec } from './instance.ts';

interface Asked {
  readonly query: string;
  readonly clusters: readonly number[];
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly signal: AbortSignal;
  answer(revision?: number): void;
  fail(error: Error): void;
}
/** What the fake engine answers: the clusters it was asked for. */
interface Echo {
  readonly clusters: readonly number[];
}

const spec: ViewSpec = {
  name: 'TestView',
  query: 'test',
  params: {
    budget: number({ default: 10, label: 'Budget', doc: 'Spikes.' }),
    size: number({ default: 5, label: 'Size', doc: 'Size.', drawOnly: true }),
    scaleX: number({ default: 1, label: 'X', doc: 'X.', keep: 'user', stateKey: 'scaling.0', drawOnly: true }),
    scaleY: number({ default: 1, label: 'Y', doc: 'Y.', keep: 'user', stateKey: 'scaling.1', drawOnly: true }),
    wide: toggle({ default: false, label: 'Wide', doc: 'Wide.', keep: 'user', stateKey: 'is_wide' }),
  },
  maxClusters: 3,
  actions: [],
  gestures: [],
  missing: () => null,
  Component: () => null,
};

const options: FeedOptions<Echo> = { shown: (picture) => `shown ${picture.clusters.length}` };

/** A view on a fake engine. `asked` lists the requests; `select` moves the mirror as the engine would. */
function setUp(viewSpec: ViewSpec = spec, given: FeedOptions<Echo> = options) {
  const asked: Asked[] = [];
  const fake = fakeClient();
  const { mirror } = fake;
  const client: Client = {
    ...fake,
    ask<A>(query: string, clusters: readonly number[], params: Asked['params'], signal: AbortSignal) {
      return new Promise<Answer<A>>((resolve, reject) => {
        const revisionNow = mirror.getState().snapshot?.revision ?? 0;
        signal.addEventListener('abort', () => reject(abortedError()));
        asked.push({
          query,
          clusters,
          params,
          signal,
          answer: (revision = revisionNow) => resolve({ answer: { clusters } as A, params, revision, engineMs: 1 }),
          fail: reject,
        });
      });
    },
  };
  const view = createViewInstance(viewSpec, viewSpec.name, client);
  const feed = new AnswerFeed<Echo>(view, given);
  const stop = feed.start();
  const select = (...clusters: readonly number[]): void => fake.select(clusters);
  return { asked, view, feed, stop, mirror, select };
}

const refuseOne = (values: Readonly<Record<string, ParamValue>>): string | null =>
  values.budget === 1 ? 'Budget must be more than one.' : null;
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('AnswerFeed', () => {
  test('asks for the selection up to the limit, similar ones last, without the values that only draw', async () => {
    const { asked, view, feed, mirror } = setUp();
    expect(view.state.getState().phase).toBe('empty');
    mirror.setState({ snapshot: snapshotOf(2, [4, 2], [7, 4, 9]) });
    expect(asked.map((a) => a.clusters)).toEqual([[4, 2, 7]]);
    expect(asked[0].params).toEqual({ budget: 10, wide: false });
    await settle();
    expect(view.state.getState().phase).toBe('loading');
    asked[0].answer();
    await settle();
    const { picture } = feed.state.getState();
    expect(picture?.answer.clusters).toEqual([4, 2, 7]);
    expect(picture?.beyondLimit).toBe(1);
    expect(view.state.getState()).toMatchObject({ phase: 'ready', drawn: [4, 2, 7], shown: 'shown 3' });
  });

  test('a newer selection aborts the older request; a stale answer is never shown, whatever the order of arrival', async () => {
    const { asked, feed, select } = setUp();
    const shown: (readonly number[])[] = [];
    feed.state.subscribe((state, before) => {
      if (state.picture !== null && state.picture !== before.picture) shown.push(state.picture.answer.clusters);
    });
    let seed = 7;
    const random = (): number => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
    const answers: Promise<void>[] = [];
    const last: (readonly number[])[] = [];
    for (let i = 0; i < 60; i++) {
      select(i % 11, 11 + (i % 5));
      const request = asked.at(-1)!;
      last[0] = request.clusters;
      const delay = Math.floor(random() * 12);
      answers.push(new Promise<void>((done) => setTimeout(() => (request.answer(), done()), delay)));
      if (random() < 0.5) await new Promise<void>((done) => setTimeout(done, Math.floor(random() * 6)));
    }
    await Promise.all(answers);
    await settle();
    expect(asked.slice(0, -1).every((a) => a.signal.aborted || shown.includes(a.clusters))).toBe(true);
    expect(shown.at(-1)).toEqual(last[0]);
    // Pictures appear in the order of their requests: none is ever followed by an older one.
    const order = shown.map((clusters) => asked.findIndex((a) => a.clusters === clusters));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  test('an answer computed on an older state than the one it was asked in is dropped', async () => {
    const { asked, feed, select } = setUp();
    select(1);
    asked[0].answer(1);
    await settle();
    expect(feed.state.getState().picture).toBeNull();
  });

  test('a hidden view asks nothing and then only for the latest selection', async () => {
    const { asked, view, select } = setUp();
    view.setVisible(false);
    select(1);
    select(2);
    select(3, 4);
    expect(asked).toHaveLength(0);
    view.setVisible(true);
    expect(asked.map((a) => a.clusters)).toEqual([[3, 4]]);
  });

  test('automatic update off freezes the clusters, parameters still apply; on again shows the selection', async () => {
    const { asked, view, select } = setUp();
    select(1, 2);
    asked[0].answer();
    await settle();
    view.setAutoUpdate(false);
    select(3);
    expect(asked).toHaveLength(1);
    view.set({ budget: 20 });
    expect(asked[1].clusters).toEqual([1, 2]);
    expect(asked[1].params.budget).toBe(20);
    view.setAutoUpdate(true);
    expect(asked[2].clusters).toEqual([3]);
  });

  test('an empty selection keeps the picture; drawing-only values and messages ask nothing', async () => {
    const { asked, view, feed, mirror, select } = setUp();
    select(5);
    asked[0].answer();
    await settle();
    select();
    view.set({ size: 9 });
    mirror.setState({ busy: { text: 'Saving', fraction: null, stoppable: false } });
    expect(asked).toHaveLength(1);
    expect(feed.state.getState().picture?.clusters).toEqual([5]);
    expect(view.state.getState().phase).toBe('ready');
  });

  test('asks again when clusters changed although the selection stayed', async () => {
    const { asked, mirror, select } = setUp();
    select(5);
    asked[0].answer();
    await settle();
    const selection = { clusters: [5], similar: [] };
    const lastChange = {
      action: 'merge',
      message: '',
      description: 'merge',
      history: null,
      added: [12],
      deleted: [7, 8],
      descendants: [],
      changed: [],
      spikeCount: 3,
      selectionBefore: selection,
      selection,
    };
    mirror.setState({ snapshot: snapshotOf(9, [5]), lastChange });
    expect(asked.map((a) => a.clusters)).toEqual([[5], [5]]);
  });

  test('phases: dims only after 120 ms, speaks after 300 ms, error with its sentence, try again', async () => {
    vi.useFakeTimers();
    try {
      const { asked, view, feed, select } = setUp();
      select(2);
      vi.advanceTimersByTime(299);
      expect(feed.state.getState().slow).toBe(false);
      vi.advanceTimersByTime(2);
      expect(feed.state.getState().slow).toBe(true);
      asked[0].answer();
      await vi.advanceTimersByTimeAsync(0);
      expect(view.state.getState().phase).toBe('ready');
      select(2, 3);
      vi.advanceTimersByTime(119);
      expect(view.state.getState().phase).toBe('ready');
      vi.advanceTimersByTime(2);
      expect(view.state.getState()).toMatchObject({ phase: 'updating', shown: 'updating for 2, 3', drawn: [2] });
      asked[1].fail(new PhyError('input', 'recording.dat has 5 bytes, expected 6.', { file: 'recording.dat' }));
      await vi.advanceTimersByTimeAsync(0);
      expect(view.state.getState().phase).toBe('error');
      expect(feed.state.getState().error?.message).toBe('recording.dat has 5 bytes, expected 6.');
      feed.retry();
      asked[2].answer();
      await vi.advanceTimersByTimeAsync(0);
      expect(view.state.getState().phase).toBe('ready');
      expect(feed.state.getState().error).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  test('a dataset without what the view needs is never asked', () => {
    const { asked, view, select } = setUp({ ...spec, missing: () => ({ title: 'No', detail: 'No.' }) });
    select(1);
    expect(asked).toHaveLength(0);
    expect(view.state.getState().phase).toBe('missing');
  });
});

describe('createViewInstance', () => {
  test('keeps what is declared under its name in the state file, refuses what does not fit', () => {
    const { view } = setUp();
    const kept = () => view.client.kept('user');
    view.set({ wide: true, budget: 3 });
    expect(kept()).toEqual({ TestView: { is_wide: true } });
    view.set({ scaleY: 2 });
    expect(kept()).toEqual({ TestView: { is_wide: true, scaling: [1, 2] } });
    const again = createViewInstance(spec, 'TestView', view.client);
    expect(again.state.getState().values).toMatchObject({ wide: true, budget: 10, scaleX: 1, scaleY: 2 });
    expect(() => view.set({ width: 3 })).toThrow('There is no parameter width. Known: budget, size, scaleX,');
    expect(() => view.set({ wide: 'yes' })).toThrow(PhyError);
    view.resetToDefaults();
    expect(view.state.getState().values).toMatchObject({ budget: 10, size: 5, wide: false, scaleY: 1 });
  });

  test('a contradiction between values is refused and changes nothing', () => {
    const { view } = setUp({ ...spec, validate: refuseOne });
    expect(() => view.set({ budget: 1 })).toThrow('Budget must be more than one.');
    expect(view.state.getState().values.budget).toBe(10);
  });

  test('a view of the whole table asks for its rows, ascending: not when they are sorted or others are selected', () => {
    const { asked, view, mirror } = setUp({ ...spec, maxClusters: 0 }, { ...options, follow: 'table' });
    const show = (shown: readonly number[], selected: readonly number[] = []): void => {
      const next = snapshotOf((mirror.getState().snapshot?.revision ?? 0) + 1, selected);
      mirror.setState({ snapshot: { ...next, clusterTable: { ...next.clusterTable, shown } } });
    };
    show([7, 2, 11]);
    show([2, 7, 11]);
    show([2, 7, 11], [7]);
    expect(asked.map((a) => a.clusters)).toEqual([[2, 7, 11]]);
    // A filter that lets nothing through keeps the picture; automatic update off keeps the rows.
    show([]);
    view.setAutoUpdate(false);
    show([4]);
    expect(asked).toHaveLength(1);
    view.setAutoUpdate(true);
    expect(asked.map((a) => a.clusters)).toEqual([[2, 7, 11], [4]]);
  });

  test('waits for what it must know first, and looks again when told that it changed', async () => {
    let budget: number | null = null;
    const told = new Signal<null>();
    const { asked, view, stop } = setUp(spec, {
      ...options,
      follow: 'optionalSelection',
      overrides: () => (budget === null ? null : { budget }),
      watch: (changed) => told.listen(changed),
    });
    expect([asked.length, view.state.getState().phase]).toEqual([0, 'loading']);
    budget = 3;
    told.emit(null);
    told.emit(null);
    expect(asked.map((a) => a.params.budget)).toEqual([3]);
    stop();
    budget = 4;
    told.emit(null);
    expect(asked).toHaveLength(1);
  });

  test('what only sharpens the picture is neither dimmed nor said; other clusters are', async () => {
    vi.useFakeTimers();
    try {
      const { asked, view, select } = setUp(spec, { ...options, sharpening: ['budget'] });
      select(2);
      asked[0].answer();
      await vi.advanceTimersByTimeAsync(0);
      view.set({ budget: 20 });
      vi.advanceTimersByTime(500);
      expect(asked).toHaveLength(2);
      expect(view.state.getState()).toMatchObject({ phase: 'ready', shown: 'shown 1' });
      select(...Array.from({ length: 3 }, (_, id) => id));
      vi.advanceTimersByTime(500);
      expect(view.state.getState()).toMatchObject({ phase: 'updating', shown: 'updating for 0, 1, 2' });
      // Not even when it is asked for at another budget meanwhile.
      view.set({ budget: 30 });
      vi.advanceTimersByTime(500);
      expect(view.state.getState().phase).toBe('updating');
      asked.at(-1)?.answer();
      await vi.advanceTimersByTimeAsync(0);
      expect(view.state.getState().phase).toBe('ready');
    } finally {
      vi.useRealTimers();
    }
  });

  test('a view made of cells asks again when a row changed, others do not', async () => {
    for (const [cells, times] of [
      [true, 2],
      [false, 1],
    ] as const) {
      const { asked, mirror, select } = setUp(spec, { ...options, cells });
      select(2);
      asked[0].answer();
      await settle();
      const rows = new Map(mirror.getState().rows).set(9, { id: 9, is_masked: true, group: 'mua' });
      mirror.setState({ rows });
      select(2);
      expect(asked).toHaveLength(times);
    }
  });

  test('a view that needs no selection asks without one', () => {
    const { asked, select } = setUp(spec, { ...options, follow: 'optionalSelection' });
    select(3);
    select();
    expect(asked.map((a) => a.clusters)).toEqual([[], [3], []]);
  });

  test('asks another query when one is named, and again when a store that its parameters come from changes', async () => {
    const place = createStore<{ readonly at: number }>(() => ({ at: 3 }));
    const overrides = () => ({ budget: place.getState().at });
    const { asked, select } = setUp(spec, { ...options, query: 'other', also: [place], overrides });
    select(4);
    expect(asked.map(({ query, params }) => [query, params.budget])).toEqual([['other', 3]]);
    asked[0].answer();
    await settle();
    place.setState({ at: 3 });
    expect(asked).toHaveLength(1);
    place.setState({ at: 5 });
    expect(asked.map(({ params }) => params.budget)).toEqual([3, 5]);
  });

  test('does not dim a quiet view while other data for the same clusters come, but for other clusters', async () => {
    vi.useFakeTimers();
    const { asked, view, select } = setUp(spec, { ...options, quiet: true });
    select(4);
    asked[0].answer();
    await vi.advanceTimersByTimeAsync(0);
    view.set({ budget: 11 });
    expect(asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(500);
    expect(view.state.getState().phase).toBe('ready');
    select(5);
    await vi.advanceTimersByTimeAsync(500);
    expect(view.state.getState()).toMatchObject({ phase: 'updating', shown: 'updating for 5' });
    vi.useRealTimers();
  });
});
