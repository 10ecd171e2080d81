/** Acceptance scenarios T1-T53 of spec/curation.md 2.9. Where a scenario is about timing, focus or pixels, its name says what the model does. */
import { describe, expect, it } from 'vitest';
import { fixture, Session } from '../../../tests/fixtures/curation.ts';
import { cell, clusterTable, columns, createCuration, isDirty, rows, similarityTable } from './curation.ts';
import { restoreWizard } from './wizard.ts';

const ascending = { type: 'sort', table: 'similar', column: 'id', direction: 'asc' } as const;
const descending = { ...ascending, direction: 'desc' } as const;
const filterSimilar = (text: string) => ({ type: 'filter', table: 'similar', text }) as const;
const filterClusters = (text: string) => ({ type: 'filter', table: 'clusters', text }) as const;
const firstSimilar = (count: number) => ({ type: 'select_first_similar', count }) as const;
const skip = (value: boolean) => ({ type: 'skip_noise_and_mua', value }) as const;

describe('selection and wizard', () => {
  it('T1 has no last change before anything', () => {
    const session = fixture();
    expect(session.both).toEqual([[], []]);
    expect(session.records).toEqual([]);
  });
  it('T2 selects clusters, then similar ones', () => {
    expect(fixture().select([30], [20]).selected).toEqual([30, 20]);
  });
  it('T3 the last of several quick selections holds (debouncing is gone: every selection is settled at once)', () => {
    const session = fixture().select([30]).select([20]);
    expect(session.selected).toEqual([20]);
    session.do({ type: 'select_similar', ids: [30] }, { type: 'select_similar', ids: [11] });
    expect(session.both).toEqual([[20], [11]]);
  });
  it('T4 a failed action leaves the state as it was, and the next one works (busy waiting is the engine)', () => {
    const session = fixture().select([30], [20]);
    const before = session.state;
    expect(() => session.merge([30, 999])).toThrow('There is no cluster 999.');
    expect(session.state).toBe(before);
    expect(session.merge().selected).toEqual([31]);
  });
  it('T5 shows a given metric as a column', () => {
    const session = fixture({ metrics: ['my_metrics'] }, { metrics: (id) => ({ my_metrics: id * 10 }) });
    expect(columns(session.state)).toEqual(['id', 'my_metrics', 'n_spikes', 'test_label']);
    expect(cell(session.state, session.source, 'my_metrics', 11)).toBe(110);
  });
  it('T6 a masked cluster can be selected', () => {
    expect(fixture().select([0]).selected).toEqual([0]);
  });
  it('T7 next_best starts with the first row', () => {
    expect(fixture().do('next_best').selected).toEqual([30]);
  });
  it('T8 keeps the order of selection', () => {
    expect(fixture().select([1, 0]).selected).toEqual([1, 0]);
    expect(fixture().select([0, 1]).selected).toEqual([0, 1]);
  });
  it('T9 select_n_similar takes the first navigable rows of the visible order and is remembered', () => {
    const session = fixture().select([30]).do(ascending, filterSimilar('id >= 10'), firstSimilar(2));
    expect(session.both).toEqual([[30], [11, 20]]);
    session.do(descending, 'select_first_similar');
    expect(session.both).toEqual([[30], [20, 11]]);
    session.do(firstSimilar(100));
    expect(session.both).toEqual([[30], [20, 11]]);
    expect(session.state.wizard.similarCount).toBe(100);
  });
  it('T10 next walks in the sorted similarity view (focus of the filter box is the window)', () => {
    expect(fixture().select([30], [2]).do(ascending, 'next').both).toEqual([[30], [11]]);
  });
  it('T11 next_best skips mua', () => {
    expect(fixture().select([11]).do('next_best').selected).toEqual([2]);
  });
  it('T12 next skips mua in the similarity view', () => {
    expect(fixture().select([30], [2]).do(ascending, 'next').both).toEqual([[30], [11]]);
  });
  it('T13 a mua cluster can be selected directly', () => {
    expect(fixture().select([10]).selected).toEqual([10]);
  });
  it('T14 nothing is skipped when skipping is off', () => {
    const session = fixture().do(skip(false)).select([11]).do('next_best');
    expect(session.selected).toEqual([10]);
    expect(session.select([30], [2]).do(ascending, 'next').both).toEqual([[30], [10]]);
  });
  it('T15 select_n_similar with skipping on and off', () => {
    const session = fixture().select([30]).do(ascending, firstSimilar(2));
    expect(session.both).toEqual([[30], [1, 2]]);
    expect(session.do(skip(false), firstSimilar(2)).both).toEqual([[30], [0, 1]]);
  });
  it('T16 select_n_similar without visible rows selects none', () => {
    expect(fixture().select([30]).do(filterSimilar('id > 1000'), firstSimilar(3)).both).toEqual([[30], []]);
  });
  it('T17 a kept count wins over the given one; others than positive integers are errors', () => {
    const given = { skipMasked: true, similarCount: 2 };
    expect(restoreWizard({ n_similar_clusters_to_select: 4 }, given).wizard.similarCount).toBe(4);
    for (const similarCount of [0, 1.5]) {
      const wizard = { skipMasked: true, similarCount };
      expect(() =>
        createCuration({ spikeClusters: new Int32Array(1), metadata: new Map(), metrics: [], wizard }),
      ).toThrow('expected a positive integer');
    }
  });
  it('T18 a kept skip policy wins and can be switched over', () => {
    const { wizard } = restoreWizard({ skip_masked_clusters: false }, { skipMasked: true, similarCount: 15 });
    const session = fixture({ wizard });
    expect(session.state.wizard.skipMasked).toBe(false);
    expect(session.do('skip_noise_and_mua').state.wizard.skipMasked).toBe(true);
  });
  it('T19 an invalid kept policy is ignored with a sentence', () => {
    const { wizard, warnings } = restoreWizard(
      { skip_masked_clusters: 'invalid' },
      { skipMasked: false, similarCount: 15 },
    );
    expect(wizard.skipMasked).toBe(false);
    expect(warnings).toHaveLength(1);
  });
  it('T20 promoting puts a similar cluster before the reference', () => {
    const session = fixture().select([10, 30], [20, 11, 1]).do(ascending, filterSimilar('id >= 1'));
    const events = session.changes.length;
    session.do({ type: 'promote_similar', id: 11 });
    expect(session.changes.length).toBe(events + 1);
    expect(session.both).toEqual([
      [10, 11, 30],
      [20, 1],
    ]);
    expect(session.selected).toEqual([10, 11, 30, 20, 1]);
    expect(session.similarShown).toEqual([1, 2, 20]);
  });
  it('T21 promotes a row that is not selected', () => {
    const session = fixture().select([30], [20, 11]).do({ type: 'promote_similar', id: 1 });
    expect(session.both).toEqual([
      [1, 30],
      [20, 11],
    ]);
  });
  it('T22 demotes a selected cluster only, and never the last one', () => {
    const session = fixture().select([10, 30], [20, 11]).do({ type: 'demote_cluster', id: 10 });
    expect(session.both).toEqual([[30], [20, 11, 10]]);
    for (const id of [30, 1]) {
      expect(session.do({ type: 'demote_cluster', id }).both).toEqual([[30], [20, 11, 10]]);
    }
  });
  it('T23 ctrl-click toggles in either table', () => {
    const session = fixture().select([10, 30], [20]).do({ type: 'toggle', table: 'clusters', id: 10 });
    expect(session.both).toEqual([[30], []]);
    const toggle = { type: 'toggle', table: 'similar', id: 20 } as const;
    expect(session.do(toggle).both).toEqual([[30], [20]]);
    expect(session.do(toggle).both).toEqual([[30], []]);
  });
  it('T24 what does nothing succeeds and keeps the selection', () => {
    const session = fixture()
      .select([0])
      .do('undo', 'redo')
      .merge()
      .merge([])
      .merge([10])
      .split([])
      .move('ignored', []);
    expect(session.selected).toEqual([0]);
    expect(session.records).toEqual([]);
    expect(isDirty(session.state)).toBe(false);
    expect(session.changes.slice(-7).map((change) => change.added.length + change.deleted.length)).toEqual(
      Array(7).fill(0),
    );
  });
  it('T25 next_best five times', () => {
    const session = fixture();
    expect([1, 2, 3, 4, 5].map(() => session.do('next_best').selected[0])).toEqual([30, 20, 11, 2, 1]);
  });
  it('T26 sorts by column and direction', () => {
    const session = fixture();
    expect(clusterTable(session.state).settings.sort).toEqual({ column: 'id', direction: 'desc' });
    session.do({ type: 'sort', table: 'clusters', column: 'n_spikes', direction: 'desc', action: 'sort_by_n_spikes' });
    expect(clusterTable(session.state).settings.sort).toEqual({ column: 'n_spikes', direction: 'desc' });
    expect(session.change.action).toBe('sort_by_n_spikes');
  });
  it('T27 filters and clears', () => {
    const session = fixture().do(filterClusters('5 <= id && id <= 20'));
    expect(session.shown).toEqual([20, 11, 10]);
    expect(session.do(filterClusters('')).shown).toEqual([30, 20, 11, 10, 2, 1, 0]);
  });
});

describe('actions and what is selected afterwards', () => {
  it('T28 merge, undo, redo', () => {
    const session = fixture().select([30], [20]).merge();
    expect(session.selected).toEqual([31]);
    expect(session.do('undo').selected).toEqual([30, 20]);
    expect(session.do('redo').selected).toEqual([31]);
    expect(isDirty(session.state)).toBe(true);
  });
  it('T29 a merge is one change with one selection', () => {
    const session = fixture().select([30], [20]);
    const events = session.changes.length;
    session.merge();
    expect(session.changes.length).toBe(events + 1);
    expect(session.change).toMatchObject({
      action: 'merge',
      message: 'Merge clusters 20, 30 to 31.',
      description: 'merge',
      history: null,
      added: [31],
      deleted: [20, 30],
      descendants: [
        [20, 31],
        [30, 31],
      ],
      changed: [],
      spikeCount: 4,
      selectionBefore: { clusters: [30], similar: [20] },
      selection: { clusters: [31], similar: [] },
    });
  });
  it('T30 a merge replaces each table once (column widths are the window)', () => {
    const session = fixture().select([30], [20]).merge();
    expect(session.shown).toEqual([31, 11, 10, 2, 1, 0]);
    expect(session.similarShown).toEqual([11, 10, 2, 1, 0]);
  });
  it('T31 merge and move on', () => {
    const session = fixture().select([20, 11]).merge();
    expect(session.selected).toEqual([31]);
    expect(session.move('good', 'all').selected).toEqual([30]);
    expect(session.move('good', 'all').selected).toEqual([2]);
  });
  it('T32 split, undo, redo', () => {
    const session = fixture().select([1, 2]).split([1, 2]);
    expect(session.selected).toEqual([31, 32, 33]);
    expect(session.do('undo').selected).toEqual([1, 2]);
    expect(session.do('redo').selected).toEqual([31, 32, 33]);
  });
  it('T33 split selects what is new (the spikes come from a lasso)', () => {
    expect(fixture().select([1]).split([1, 2]).selected).toEqual([31, 32, 33]);
  });
  it('T34 split without any groups', () => {
    expect(new Session({ spikeClusters: Int32Array.of(0, 0, 1) }).split([0]).selected).toEqual([2, 3]);
  });
  it('T35 keeps the sort settings and the order they give', () => {
    const session = fixture().select([1]);
    expect(session.state.clusters.settings.sort).toEqual({ column: 'id', direction: 'desc' });
    session.do({ type: 'sort', table: 'clusters', column: 'n_spikes', direction: 'desc' });
    session.do({ type: 'sort', table: 'clusters', column: 'id', direction: 'desc' });
    expect(session.shown).toEqual([30, 20, 11, 10, 2, 1, 0]);
    expect(session.selected).toEqual([1]);
  });
  it('T36 stores labels and lists the field', () => {
    const session = fixture().select([20]).label('my_field', 3.14).label('my_field', 1.23, [30]);
    expect([session.get('my_field', 20), session.get('my_field', 30)]).toEqual([3.14, 1.23]);
    expect(columns(session.state)).toEqual(['id', 'n_spikes', 'test_label', 'my_field']);
    expect(session.selected).toEqual([20]);
  });
  it('T37 a merge keeps the label of both', () => {
    expect(fixture().select([20, 30]).label('my_field', 3.14).merge().get('my_field', 31)).toBe(3.14);
  });
  it('T38 a merge keeps the label of one', () => {
    expect(fixture().select([20]).label('my_field', 3.14).merge([20, 30]).get('my_field', 31)).toBe(3.14);
  });
  it('T39 the label of the larger cluster wins', () => {
    const session = fixture().select([20, 30]).label('my_field', 3.14).merge().label('my_field', 2.72, [10]);
    expect(session.merge([31, 10]).get('my_field', 32)).toBe(3.14);
  });
  it('T40 move nothing, move all, undo, redo', () => {
    const session = fixture().select([20]).move('', []);
    expect(session.records).toEqual([]);
    expect(session.move('noise', 'all').selected).toEqual([11]);
    expect(session.do('undo').selected).toEqual([20]);
    expect(session.do('redo').selected).toEqual([11]);
  });
  it('T41 undoing a move restores the group in the store and in the row', () => {
    const session = fixture().select([0]).move('good', [0]);
    const groupOf = (): unknown => rows(session.state, session.source, [0])[0].group;
    expect(groupOf()).toBe('good');
    session.do('undo');
    expect([session.get('group', 0), groupOf()]).toEqual(['noise', 'noise']);
  });
  it('T42 move a similar cluster, undo, redo', () => {
    const session = fixture().select([20], [10]).move('noise', [10]);
    expect(session.selected).toEqual([20, 2]);
    expect(session.do('undo').selected).toEqual([20, 10]);
    expect(session.do('redo').selected).toEqual([20, 2]);
  });
  it('T43 walks and moves the best clusters', () => {
    const session = fixture().do('next');
    expect(session.selected).toEqual([30]);
    expect(session.move('noise', 'best').selected).toEqual([20]);
    expect(session.move('mua', 'best').selected).toEqual([11]);
    expect(session.move('good', 'best').selected).toEqual([2]);
    expect(session.groups([30, 20, 11])).toEqual(['noise', 'mua', 'good']);
  });
  it('T44 walks and moves the similar clusters', () => {
    const session = fixture().select([30], [20]);
    expect(session.move('noise', 'similar').selected).toEqual([30, 11]);
    expect(session.move('mua', 'similar').selected).toEqual([30, 2]);
    expect(session.move('good', 'similar').selected).toEqual([30, 1]);
    expect(session.groups([20, 11, 2])).toEqual(['noise', 'mua', 'good']);
  });
  it('T45 walks and moves all until nothing is left', () => {
    const session = fixture().select([30], [20]);
    expect(session.move('noise', 'all').selected).toEqual([11, 2]);
    expect(session.do('next').selected).toEqual([11, 1]);
    expect(session.move('mua', 'all').selected).toEqual([2]);
    expect(session.move('good', 'all').selected).toEqual([]);
    expect(session.groups([30, 20, 11, 1, 10, 2])).toEqual(['noise', 'noise', 'mua', 'mua', 'mua', 'good']);
  });
  it('T46 reset, next, next, previous, unselect similar', () => {
    const session = fixture().select([10, 11]);
    const steps = ['reset_wizard', 'next', 'next', 'previous', 'unselect_similar'] as const;
    expect(steps.map((step) => session.do(step).selected)).toEqual([[30], [30, 20], [30, 11], [30, 20], [30]]);
  });
  it('T47 reset, next best, previous best, first, last', () => {
    const session = fixture();
    const steps = ['reset_wizard', 'next_best', 'previous_best', 'first', 'last'] as const;
    expect(steps.map((step) => session.do(step).selected)).toEqual([[30], [20], [30], [30], [1]]);
  });
  it('T48 every step is settled at once: no similar row stays selected', () => {
    const session = fixture().do('reset_wizard');
    expect(session.both).toEqual([[30], []]);
    expect(session.do('next').both).toEqual([[30], [20]]);
    expect(session.do('next_best').both).toEqual([[20], []]);
    expect(similarityTable(session.state).shown).toEqual([30, 11, 10, 2, 1, 0]);
    expect(session.do('previous_best').both).toEqual([[30], []]);
  });
  it('T49 undo restores both tables, redo the merged cluster', () => {
    const session = fixture().select([0], [10]).merge(undefined, 1000);
    expect(session.both).toEqual([[1000], []]);
    expect(session.do('undo').both).toEqual([[0], [10]]);
    expect(session.do('redo').both).toEqual([[1000], []]);
  });
  it('T50 split selects the new ones; each move goes on in its table', () => {
    const session = fixture().select([20]).split([10], [0]);
    expect(session.selected).toEqual([31, 32]);
    expect(session.select([20 + 10]).move('good', 'best').both).toEqual([[11], []]);
    expect(session.select([30], [11]).move('good', 'similar').both).toEqual([[30], [2]]);
    expect(session.select([30], [2]).move('good', 'all').both).toEqual([[11], [32]]);
    expect(session.select([2]).move('good', [2]).both).toEqual([[1], []]);
  });
  it('T51 a stored sort and selection can be restored', () => {
    const spikeClusters = Int32Array.from({ length: 55 }, (_, i) => Math.floor((Math.sqrt(8 * i + 1) - 1) / 2));
    const session = new Session({ spikeClusters });
    session.do({ type: 'sort', table: 'clusters', column: 'n_spikes', direction: 'asc' }).select([1]);
    expect(session.shown).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    session.do({ type: 'sort', table: 'clusters', column: 'id', direction: 'desc' }).select([2]);
    expect([session.state.clusters.settings.sort, session.selected]).toEqual([
      { column: 'id', direction: 'desc' },
      [2],
    ]);
  });
  it('T52 counts stay numbers in rows (how they are written is the window)', () => {
    const session = fixture({ metrics: ['tags'] }, { metrics: () => ({ tags: 'tag_a, tag_b' }) });
    const [row] = rows(session.state, session.source, [10]);
    expect(row).toEqual({ id: 10, tags: 'tag_a, tag_b', n_spikes: 2, test_label: 123, group: 'mua', is_masked: true });
  });
  it('T53 an empty similarity view clears its rows (widths are the window)', () => {
    const session = fixture().select([30]);
    expect(similarityTable(session.state).total).toBe(6);
    session.select([]);
    expect(similarityTable(session.state)).toMatchObject({ shown: [], total: 0, referenceId: null, similarity: [] });
  });
});

describe('verified navigation (2.6)', () => {
  const table: readonly [readonly number[], readonly number[], string, readonly number[], readonly number[]][] = [
    [[], [], 'next', [30], []],
    [[30], [20], 'next', [30], [11]],
    [[30], [1], 'next', [30], [1]],
    [[30], [20], 'previous', [30], [20]],
    [[30], [], 'previous', [30], [20]],
    [[20, 11], [], 'next', [20, 11], [30]],
    [[20, 2], [], 'next_best', [11], []],
    [[2, 20], [], 'next_best', [1], []],
    [[30], [20, 11, 2], 'next', [30], [11]],
    [[30], [2, 20], 'next', [30], [1]],
    [[1], [], 'next_best', [1], []],
  ];
  it.each(table)('%j / %j %s', (clusters, similar, step, wantedClusters, wantedSimilar) => {
    const steps = { next: 'next', previous: 'previous', next_best: 'next_best' } as const;
    const found = Object.entries(steps).find(([name]) => name === step)?.[1];
    const session = fixture().select(clusters, similar);
    expect(session.do(found ?? 'undo').both).toEqual([wantedClusters, wantedSimilar]);
  });
  it('goes to the first visible row when the selected one is hidden', () => {
    expect(fixture().select([30]).do(filterClusters('id < 20'), 'next_best').both).toEqual([[11], []]);
  });
  it('drops hidden ids from a selection and refuses unknown ones (commands.md 3)', () => {
    const session = fixture().do(filterClusters('id < 20')).select([30, 11]);
    expect(session.selected).toEqual([11]);
    expect(() => session.select([999])).toThrow('There is no cluster 999.');
    expect(session.select([]).do('next').selected).toEqual([11]);
  });
  it('select_more brings everything into the cluster view (BUG-18)', () => {
    const session = fixture()
      .select([30], [20])
      .do({ type: 'select_more', ids: [11] });
    expect(session.both).toEqual([[30, 20, 11], []]);
  });
});

describe('after a move (2.7.3)', () => {
  it.each([
    [[20], [10], 'best', [11], []],
    [[30, 20], [], 'best', [20], []],
    [[20, 30], [], 'best', [11], []],
    [[30], [20, 11], 'similar', [30], [11]],
    [[30], [20], [2], [20], [30]],
    [[30], [20], [20], [30], [11]],
    [[30], [1], 'similar', [30], [1]],
    [[1], [], 'best', [], []],
  ] as const)('%j / %j move good %j', (clusters, similar, which, best, others) => {
    expect(fixture().select(clusters, similar).move('good', which).both).toEqual([best, others]);
  });
  it('[30]/[20] move all to noise', () => {
    expect(fixture().select([30], [20]).move('noise', 'all').both).toEqual([[11], [2]]);
  });
  it('stores unsorted as a word', () => {
    expect(fixture().select([1]).move('unsorted', 'best').get('group', 1)).toBe('unsorted');
    expect(fixture().select([1]).move('', 'best').get('group', 1)).toBe('unsorted');
  });
  it('walks in the new order when the table is sorted by what was changed', () => {
    const session = fixture().do({ type: 'sort', table: 'clusters', column: 'test_label', direction: 'asc' });
    session.label('test_label', 1, [2]).label('test_label', 2, [1]);
    expect(session.shown.slice(0, 3)).toEqual([2, 1, 10]);
  });
});

describe('redo (2.7.6)', () => {
  it('restores the selection that was left by undo, exploration included', () => {
    const session = fixture().select([30], [20]).merge().do('next');
    expect(session.both).toEqual([[31], [11]]);
    expect(session.do('undo').both).toEqual([[30], [20]]);
    expect(session.do('redo').both).toEqual([[31], [11]]);
  });
  it('undo restores the selection even after other selections (2.7.7)', () => {
    expect(fixture().select([30], [20]).merge().do('next_best', 'undo').both).toEqual([[30], [20]]);
  });
});
