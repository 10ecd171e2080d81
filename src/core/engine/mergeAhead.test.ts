import { describe, expect, it } from 'vitest';
import { copyOfFiles, Disk, openMemorySession } from '../../../tests/fixtures/memorySession.ts';
import { makeSmallDataset } from '../../../tests/fixtures/smallDataset.ts';
import { seededRandom } from '../base/random.ts';
import { defineQuery, type QueryContext } from './query.ts';

const never = new AbortController().signal;

/** Everything that a query can see of clusters, as text. */
function census({ clusters, facts, dataset }: QueryContext, ids: readonly number[]): string {
  const assignment = Array.from({ length: dataset.spikes.count }, (_, spike) => clusters.clusterOf(spike));
  const about = ids.map((id) => [
    Array.from(clusters.spikesOf(id)),
    facts.templateCounts(id),
    Array.from(facts.bestChannels(id)),
    facts.metrics(id),
    facts.similar(id, 'template'),
    clusters.metadata('group', id),
  ]);
  return JSON.stringify([clusters.ids, assignment, about]);
}

const nothing = (): [] => [];

/** The same question twice: with a cache, and never answered but anew. */
function queriesCounting(count: { computed: number }) {
  const parts = { params: {}, maxClusters: 0, missing: nothing };
  const cached = defineQuery({
    ...parts,
    name: 'cached',
    async run(context, _, ids) {
      count.computed += 1;
      await context.progress();
      return { text: census(context, ids) };
    },
  });
  const anew = defineQuery({
    ...parts,
    name: 'anew',
    uncached: true,
    run: async (context, _, ids) => ({ text: census(context, ids) }),
  });
  return { cached, anew };
}

describe('looking ahead', () => {
  it('never answers anything but what asking anew does, through 300 random actions', async () => {
    const count = { computed: 0 };
    const rests: (() => void)[] = [];
    const queries = queriesCounting(count);
    const rest = (): Promise<void> => new Promise((go) => rests.push(go));
    const session = await openMemorySession(new Disk(copyOfFiles(makeSmallDataset().files)), { queries, rest });
    const source = seededRandom(20_261_125);
    const random = (): number => source.next();
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
    const some = (list: readonly number[]): readonly number[] => list.filter(() => random() < 0.4).slice(0, 3);
    let known = 0;
    const check = async (): Promise<void> => {
      const { clusters, similar } = session.snapshot().selection;
      const ids = [...clusters, ...similar];
      if (ids.length === 0) return;
      const before = count.computed;
      const answers = await Promise.all(['cached', 'anew'].map((query) => session.ask(query, ids, {}, never)));
      expect(answers[0].answer).toEqual(answers[1].answer);
      if (count.computed === before) known += 1;
    };
    const actions: readonly (() => Promise<unknown>)[] = [
      () => session.act('merge', []),
      () => session.act('merge', []),
      () => session.act('merge', [some(session.clusters.ids)]),
      () => session.act('next', []),
      () => session.act('next_best', []),
      () => session.act('undo', []),
      () => session.act('redo', []),
      () => session.act('move', [pick(['good', 'mua', 'noise']), 'best']),
      () => session.act('split', { spikes: some(Array.from({ length: 200 }, (_, spike) => spike)) }),
      () => session.act('select', [some(session.clusters.ids)]),
      () => session.act('select', [some(session.clusters.ids)]),
    ];
    for (let step = 0; step < 300; step += 1) {
      await check();
      if (random() < 0.8) {
        for (const go of rests.splice(0)) go();
        const turns = Math.floor(random() * 30);
        for (let turn = 0; turn < turns; turn += 1) await new Promise((go) => void setImmediate(go));
      }
      await pick(actions)();
    }
    await check();
    // A check that never met an answer made ahead would prove nothing.
    expect(known).toBeGreaterThan(30);
    await session.close();
  });
});
