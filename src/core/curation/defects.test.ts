/** The defects of the reference (spec/curation.md 0.2) that concern the model, each with the behaviour we have instead. */
import { describe, expect, it } from 'vitest';
import { fixture } from '../../../tests/fixtures/curation.ts';
import { createClustering } from './clustering.ts';
import { columns, isDirty, savedState, similarityTable, unsavedCount } from './curation.ts';

describe('defects of the reference', () => {
  it('BUG-3 dirty means another position than at the last save', () => {
    const session = fixture().select([30], [20]).merge();
    expect([isDirty(session.state), unsavedCount(session.state)]).toEqual([true, 1]);
    expect(isDirty(session.do('undo').state)).toBe(false);
    session.do('redo').state = savedState(session.state);
    expect(isDirty(session.state)).toBe(false);
    expect(unsavedCount(session.label('q', 1).state)).toBe(1);
    expect(unsavedCount(session.do('undo').state)).toBe(0);
    expect(unsavedCount(session.do('undo').state)).toBe(1);
    expect(unsavedCount(session.label('q', 2, [20]).state)).toBe(2);
    expect(unsavedCount(session.do('undo').state)).toBe(1);
  });
  it('BUG-4 undo of a merge restores groups as they were', () => {
    const session = fixture().merge([1, 2]);
    expect(session.get('group', 31)).toBe('good');
    session.do('undo');
    expect(session.groups([1, 2])).toEqual(['good', null]);
    expect(session.do('redo').get('group', 31)).toBe('good');
  });
  it('BUG-5 undo of a move restores what was inherited', () => {
    const session = fixture().merge([1, 11]).move('mua', [31]);
    expect(session.get('group', 31)).toBe('mua');
    expect(session.do('undo').get('group', 31)).toBe('good');
    expect(session.do('undo', 'redo').get('group', 31)).toBe('good');
  });
  it('BUG-6 what is selected is what is acted on', () => {
    const session = fixture().select([30], [20]).select([20]);
    expect(session.selected).toEqual([20]);
    session.merge();
    expect(session.change.added).toEqual([]);
    expect(session.change.message).toBe('A merge needs two clusters or more, only 20 is selected.');
  });
  it('BUG-7 actions without effect do not swallow the next one', () => {
    const session = fixture().do({ type: 'filter', table: 'clusters', text: '' }, 'undo').merge().do('next');
    expect(session.selected).toEqual([30]);
  });
  it('BUG-8 several undos restore every selection', () => {
    const session = fixture().select([30], [20]).move('good', 'similar').move('good', 'similar');
    expect(session.both).toEqual([[30], [2]]);
    expect(session.do('undo').both).toEqual([[30], [11]]);
    expect(session.do('undo').both).toEqual([[30], [20]]);
    expect(session.do('redo').both).toEqual([[30], [11]]);
    expect(session.do('redo').both).toEqual([[30], [2]]);
  });
  it('BUG-12 similarity is a number', () => {
    const session = fixture().select([30]).do({ type: 'filter', table: 'similar', text: 'similarity > 45' });
    expect(similarityTable(session.state)).toMatchObject({ shown: [20], total: 6, referenceId: 30 });
    expect(similarityTable(session.state).similarity[0]).toBeCloseTo(50.3, 10);
  });
  it('BUG-16 a stale counter is not used', () => {
    expect(createClustering(Int32Array.of(7), 3).newClusterId).toBe(8);
  });
  it('BUG-17 what a merge makes is selected even when a filter hides it', () => {
    const session = fixture().do({ type: 'filter', table: 'clusters', text: 'id < 31' }).merge([20, 30]);
    expect(session.selected).toEqual([31]);
    expect(session.shown).not.toContain(31);
    expect(session.do('next_best').selected).toEqual([11]);
  });
  it('BUG-19 a new label keeps sort and selection and is a column of both tables', () => {
    const session = fixture().do({ type: 'sort', table: 'clusters', column: 'id', direction: 'asc' });
    session.select([20], [10]).label('quality', 3);
    expect(session.both).toEqual([[20], [10]]);
    expect(session.shown).toEqual([0, 1, 2, 10, 11, 20, 30]);
    expect(columns(session.state)).toContain('quality');
    session.do('undo');
    expect([session.get('quality', 20), columns(session.state).includes('quality')]).toEqual([null, true]);
    session.do({ type: 'filter', table: 'similar', text: 'quality == null' });
    expect(similarityTable(session.state).filterError).toBeNull();
  });
  it('filters and sorting never change what is selected (3.5)', () => {
    const session = fixture().select([30, 20]).do({ type: 'filter', table: 'clusters', text: 'id < 5' });
    expect(session.selected).toEqual([30, 20]);
    expect(session.merge().change.deleted).toEqual([20, 30]);
  });
  it('labels cannot stand for columns of their own, nor be no file name', () => {
    for (const name of ['id', 'n_spikes', 'cluster_id', 'similarity', '', ' ', 'a/b', 'a\tb', '..']) {
      expect(() => fixture().label(name, 1, [20])).toThrow(/label/);
    }
    expect(fixture().label('group', 'xyz', [20]).get('group', 20)).toBe('xyz');
  });
  it('a long label is kept whole but said in short, and one beyond all measure is refused', () => {
    const comment = 'bursts '.repeat(1000);
    const session = fixture().label('comment', comment, [20]);
    expect(session.get('comment', 20)).toBe(comment);
    expect(session.change.message).toHaveLength('Set comment of cluster 20 to '.length + 102);
    expect(() => session.label('comment', 'x'.repeat(10_001), [20])).toThrow(
      'The value of comment has 10,001 characters, expected 10,000 at most.',
    );
  });
});
