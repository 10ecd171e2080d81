/** Splits by lasso when spikes have no coordinate: where they go, in which ids, and that nothing is lost by undo, a crash or a save. */
import { describe, expect, it } from 'vitest';
import { copyOfFiles, curationOf, Disk, openMemorySession, PowerCut } from '../../../tests/fixtures/memorySession.ts';
import { makeSmallDataset } from '../../../tests/fixtures/smallDataset.ts';
import { seededRandom } from '../base/random.ts';
import type { Session } from './session.ts';
import { defineQuery, type LassoCoordinates } from './query.ts';

const small = makeSmallDataset();
const count = small.spikeClusters.length;

/** A view that draws spikes at places made by a seed; about a third have none. */
function viewOf(seed: number) {
  const random = seededRandom(seed);
  const x = Float64Array.from({ length: count }, () => (random.next() < 0.2 ? Number.NaN : random.next()));
  const y = Float64Array.from({ length: count }, () => (random.next() < 0.2 ? Number.NaN : random.next()));
  const query = defineQuery({
    name: 'places',
    params: {},
    maxClusters: 8,
    missing: () => [],
    run: () => Promise.resolve({}),
    lasso: ({ clusters }, _params, ids): Promise<LassoCoordinates> => {
      const spikeIds = Int32Array.from(ids.flatMap((id) => [...clusters.spikesOf(id)]));
      const pick = (values: Float64Array) => Float64Array.from(spikeIds, (id) => values[id]);
      return Promise.resolve({ spikeIds, x: pick(x), y: pick(y), bounds: [0, 0, 1, 1] });
    },
  });
  return { x, y, queries: { places: query } };
}
type View = ReturnType<typeof viewOf>;

const open = (view: View, disk = new Disk(copyOfFiles(small.files))): Promise<Session> =>
  openMemorySession(disk, { queries: view.queries });
const box = (x0: number, y0: number, x1: number, y1: number) => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
];
const assignmentOf = (session: Session): number[] =>
  Array.from({ length: count }, (_, spike) => session.clusters.clusterOf(spike));

/** The clusters after a split by plain computation: lassoed part, then a cluster of spikes without a place for each cluster that is cut, then the rest of each. */
function expected(
  before: readonly number[],
  view: View,
  shown: readonly number[],
  isInside: (spike: number) => boolean,
  next: number,
): number[] {
  const after = [...before];
  const spikes = [...before.keys()].filter((spike) => shown.includes(before[spike]));
  const isMissing = (spike: number): boolean => Number.isNaN(view.x[spike]) || Number.isNaN(view.y[spike]);
  const cut = [
    ...new Set(spikes.filter((spike) => !isMissing(spike) && isInside(spike)).map((spike) => before[spike])),
  ].sort((a, b) => a - b);
  let id = next;
  for (const spike of spikes) if (!isMissing(spike) && isInside(spike)) after[spike] = id;
  if (cut.length > 0) id += 1;
  for (const part of [isMissing, (spike: number) => !isMissing(spike) && !isInside(spike)]) {
    for (const cluster of cut) {
      const own = spikes.filter((spike) => before[spike] === cluster && part(spike));
      for (const spike of own) after[spike] = id;
      if (own.length > 0) id += 1;
    }
  }
  return after;
}

describe('a lasso over spikes without a coordinate', () => {
  it('puts them into clusters of their own: after the lassoed part, before the rest of each cluster', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const view = viewOf(seed);
      const random = seededRandom(seed, 7);
      const session = await open(view);
      const [x0, y0] = [random.next() * 0.7, random.next() * 0.7];
      const [x1, y1] = [x0 + 0.1 + random.next() * 0.6, y0 + 0.1 + random.next() * 0.6];
      const shown = [0, 1, 2, 3, 5].filter(() => random.next() < 0.6);
      const before = assignmentOf(session);
      const inside = (spike: number): boolean =>
        view.x[spike] > x0 && view.x[spike] < x1 && view.y[spike] > y0 && view.y[spike] < y1;
      const request = { view: 'places', polygon: box(x0, y0, x1, y1), clusters: shown, missing: 'own' };
      const result = await session.act('split', request);
      expect(result).toMatchObject({ ok: true, action: 'split' });
      const after = expected(before, view, shown, inside, 6);
      expect(assignmentOf(session)).toEqual(after);
      const missing = [...before.keys()].filter(
        (s) => shown.includes(before[s]) && (Number.isNaN(view.x[s]) || Number.isNaN(view.y[s])),
      );
      expect(result.missing).toBe(missing.length);
      expect(result.change?.added ?? []).toEqual([...new Set(after)].filter((id) => id >= 6).sort((a, b) => a - b));
      if (result.change?.description === null) continue;
      await session.act('undo', []);
      expect(assignmentOf(session)).toEqual(before);
      await session.act('redo', []);
      expect(assignmentOf(session)).toEqual(after);
      await session.close();
    }
  });

  it('tells the numbers in the sentence, and selects what is new', async () => {
    const view = viewOf(3);
    const session = await open(view);
    const result = await session.act('split', {
      view: 'places',
      polygon: box(0, 0, 0.5, 1),
      clusters: [2],
      missing: 'own',
    });
    const sizes = [6, 7, 8].map((id) => session.clusters.spikesOf(id).length);
    expect(result.message).toBe(
      `Split 2 into 6 (${sizes[0]} spikes), 7 (${sizes[1]} spikes) and 8 (${sizes[2]} spikes).`,
    );
    expect(session.clusters.spikesOf(7).every((s) => Number.isNaN(view.x[s]) || Number.isNaN(view.y[s]))).toBe(true);
    expect(session.snapshot().selection.clusters).toEqual([6, 7, 8]);
    await session.close();
  });

  it('leaves clusters alone that it does not cut, and does nothing when it holds nothing', async () => {
    const view = viewOf(4);
    const session = await open(view);
    const before = assignmentOf(session);
    const nothing = await session.act('split', {
      view: 'places',
      polygon: box(5, 5, 6, 6),
      clusters: [0, 1],
      missing: 'own',
    });
    expect(nothing).toMatchObject({ ok: true, message: 'No spikes selected, cannot split.' });
    expect(assignmentOf(session)).toEqual(before);
    // A lasso around one spike of cluster 1: cluster 0 is shown too, and keeps its spikes without a place.
    const one = [...before.keys()].find((s) => before[s] === 1 && view.x[s] >= 0 && view.y[s] >= 0) ?? 0;
    const e = 1e-9;
    const polygon = box(view.x[one] - e, view.y[one] - e, view.x[one] + e, view.y[one] + e);
    const result = await session.act('split', { view: 'places', polygon, clusters: [0, 1], missing: 'own' });
    expect(result.change?.deleted).toEqual([1]);
    expect([...session.clusters.spikesOf(6)]).toEqual([one]);
    await session.close();
  });

  it('of several views: a spike inside one of them is inside, whatever the others say', async () => {
    const [first, second] = [viewOf(5), viewOf(6)];
    const queries = { ...first.queries, others: { ...second.queries.places, name: 'others' } };
    const session = await openMemorySession(new Disk(copyOfFiles(small.files)), { queries });
    const before = assignmentOf(session);
    const lassos = [
      { view: 'places', polygon: box(0, 0, 0.5, 1) },
      { view: 'others', polygon: box(0, 0, 1, 0.5) },
    ];
    await session.act('split', { lassos, clusters: [0], missing: 'own' });
    const spikes = [...before.keys()].filter((spike) => before[spike] === 0);
    const inside = (s: number) => (first.x[s] < 0.5 && first.y[s] >= 0) || (second.y[s] < 0.5 && second.x[s] >= 0);
    const isMissing = (s: number) => [first, second].some(({ x, y }) => Number.isNaN(x[s]) || Number.isNaN(y[s]));
    expect([...session.clusters.spikesOf(6)]).toEqual(spikes.filter(inside));
    expect([...session.clusters.spikesOf(7)]).toEqual(spikes.filter((s) => !inside(s) && isMissing(s)));
    expect([...session.clusters.spikesOf(8)]).toEqual(spikes.filter((s) => !inside(s) && !isMissing(s)));
    await session.close();
  });

  it('survives a power cut after it, and a save', async () => {
    const view = viewOf(8);
    const request = { view: 'places', polygon: box(0, 0, 0.6, 0.6), clusters: [0, 3], missing: 'own' };
    const writes = await (async () => {
      const disk = new Disk(copyOfFiles(small.files));
      const session = await open(view, disk);
      await session.act('split', request);
      await session.act('save', []);
      await session.close();
      return disk.writes;
    })();
    for (let at = 0; at < writes; at++) {
      const stored = copyOfFiles(small.files);
      const session = await open(view, new Disk(stored, at, 'torn'));
      const before = curationOf(session);
      const done = await session.act('split', request);
      const split = curationOf(session);
      if (done.ok) await session.act('save', []);
      await session.close().catch((error: unknown) => expect(error).toBeInstanceOf(PowerCut));
      const again = await open(view, new Disk(stored));
      if (again.recovery() !== null) await again.recover('restore');
      expect([before, split]).toContain(curationOf(again));
      if (done.ok) expect(curationOf(again)).toBe(split);
      await again.close();
    }
  });

  it('is refused by default, with what can be chosen', async () => {
    const session = await open(viewOf(9));
    const result = await session.act('split', { view: 'places', polygon: box(0, 0, 1, 1), clusters: [1] });
    expect(result).toMatchObject({ ok: false, change: null });
    expect(result.message).toMatch(/^\d+ of \d+ spikes have no coordinate here\. Choose where they go\.$/);
    expect(result.missing).toBeGreaterThan(0);
    const wrong = await session.act('split', { view: 'places', polygon: box(0, 0, 1, 1), missing: 'elsewhere' });
    expect(wrong.message).toBe(
      'Invalid action arguments: split expects cancel, remainder, nearest or own for missing.',
    );
    await session.close();
  });
});
