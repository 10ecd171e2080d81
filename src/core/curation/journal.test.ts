import { describe, expect, it } from 'vitest';
import { fixture, Session } from '../../../tests/fixtures/curation.ts';
import { isDirty, savedState } from './curation.ts';
import type { ActionEntry, JournalEntry, JournalLine } from './journal.ts';
import {
  decodeInts,
  describeEntry,
  encodeEntry,
  encodeInts,
  fingerprint,
  parseJournal,
  unsavedEntries,
} from './journal.ts';
import { replay } from './replay.ts';

const entryOf = (line: JournalLine, seq: number): JournalEntry => ({ ...line, seq, time: 1000 + seq });
const journalOf = (lines: readonly JournalLine[]): string =>
  lines.map((line, seq) => encodeEntry(entryOf(line, seq))).join('');
const actionsOf = (session: Session): ActionEntry[] =>
  session.records.map((record, seq) => ({ ...record, seq, time: 0 }));
const open = (base: string): JournalLine => ({ op: 'open', version: 1, base });
const save = (phase: 'begin' | 'done', generation: number): JournalLine => ({
  op: 'save',
  phase,
  generation,
  base: `files ${generation}`,
});

describe('numbers as text', () => {
  it.each([
    [[]],
    [[0]],
    [[5, 7, 9, 11]],
    [[3, 3, 3, 10, 2]],
    [[0, 1, 2, 3, 100, 101, 102]],
    [[2 ** 31 - 1, 0]],
    [[-3, -1]],
  ])('%j comes back', (values) => {
    expect(decodeInts(encodeInts(values))).toEqual(values);
  });
  it('is short for runs', () => {
    const every = Int32Array.from({ length: 10_000 }, (_, i) => 2 * i);
    expect(encodeInts(every).length).toBeLessThan(10);
    expect(encodeInts(Int32Array.from({ length: 10_000 }, () => 4)).length).toBeLessThan(10);
  });
  it('refuses other text', () => {
    for (const text of ['a b', '1,,2', '1*', '*2', '1.5']) expect(() => decodeInts(text)).toThrow('expected numbers');
  });
});

describe('reading a journal', () => {
  const merge = fixture().select([30], [20]).merge().records[0];
  it('gives back what was written', () => {
    const lines = [open('files'), merge, save('begin', 1), save('done', 1)];
    const { entries, torn } = parseJournal(journalOf(lines));
    expect(entries).toEqual(lines.map(entryOf));
    expect(torn).toBe(false);
  });
  it('leaves out a last line that was cut anywhere', () => {
    const whole = journalOf([open('files'), merge]);
    const before = journalOf([open('files')]);
    for (let length = before.length + 1; length < whole.length - 1; length += 7) {
      const { entries, torn } = parseJournal(whole.slice(0, length));
      expect(entries).toEqual([entryOf(open('files'), 0)]);
      expect(torn).toBe(true);
    }
    expect(parseJournal(whole.slice(0, -1)).entries).toHaveLength(2);
  });
  it('goes on after a cut line with the next session', () => {
    const torn = `${journalOf([open('files'), merge])}{"op":"mer`;
    const { entries } = parseJournal(torn + encodeEntry(entryOf(open('files'), 2)) + encodeEntry(entryOf(merge, 3)));
    expect(entries.map((entry) => entry.op)).toEqual(['open', 'merge', 'open', 'merge']);
  });
  it('refuses a line that is no entry in the middle, and names it', () => {
    const text = `${journalOf([open('files')])}garbage\n${encodeEntry(entryOf(merge, 1))}`;
    expect(() => parseJournal(text)).toThrow('journal.jsonl line 3 is not a journal entry');
    expect(() => parseJournal(`{"op":"other","seq":1}\n${encodeEntry(entryOf(merge, 1))}`)).toThrow('line 1');
  });
  it('refuses entries that lack something', () => {
    for (const part of ['ids', 'to', 'before', 'after', 'action', 'time']) {
      const line = JSON.stringify({ ...entryOf(merge, 1), [part]: undefined });
      expect(() => parseJournal(`${line}\n${encodeEntry(entryOf(merge, 2))}`), part).toThrow(
        'line 1 is not a journal entry',
      );
    }
  });
  it('an empty file holds nothing', () => {
    expect(parseJournal('')).toEqual({ entries: [], torn: false });
    expect(unsavedEntries([])).toEqual({ entries: [], base: null });
  });
});

function unsaved(lines: readonly JournalLine[], found?: string): unknown[] {
  const { entries, base } = unsavedEntries(lines.map(entryOf), found);
  return [entries.length, base];
}

describe('what is unsaved', () => {
  const a = fixture().select([30], [20]).merge().records[0];
  it('counts from the last save', () => {
    expect(unsaved([open('files'), a, a])).toEqual([2, 'files']);
    expect(unsaved([open('files'), a, save('begin', 1), save('done', 1)])).toEqual([0, 'files 1']);
    expect(unsaved([open('files'), a, save('begin', 1), save('done', 1), a])).toEqual([1, 'files 1']);
  });
  it('a session that restored them goes on with the same files', () => {
    expect(unsaved([open('files'), a, open('other'), a])).toEqual([2, 'files']);
    expect(unsaved([open('files'), open('changed meanwhile'), a])).toEqual([1, 'changed meanwhile']);
  });
  it('what was set aside does not count', () => {
    expect(unsaved([open('files'), a, { op: 'discard', count: 1, base: 'files' }, a])).toEqual([1, 'files']);
  });
  it('a save that died halfway counts when the files are there', () => {
    const lines = [open('files'), a, save('begin', 1)];
    expect(unsaved(lines, 'files 1')).toEqual([0, 'files 1']);
    expect(unsaved(lines, 'files')).toEqual([1, 'files']);
    expect(unsaved([...lines, a], 'files 1')).toEqual([2, 'files']);
  });
});

describe('undo across a save', () => {
  it('writes the whole effect, and the clusters come back with their labels', () => {
    const live = fixture().label('q', 7, [20]).select([30], [20]).merge();
    const { spikeClusters } = live.state.live;
    const files = { spikeClusters: spikeClusters.slice(), metadata: new Map([['group', new Map([[1, 'good']])]]) };
    live.state = savedState(live.state);
    live.records.length = 0;
    live.do('undo');
    expect(isDirty(live.state)).toBe(true);
    expect(live.records[0]).toMatchObject({
      op: 'undo',
      of: 'merge',
      effect: { removed: [31], metadata: { q: [[20, 7]] } },
    });
    const reopened = new Session(files);
    reopened.state = replay(reopened.state, actionsOf(live), reopened.source);
    expect([...reopened.state.live.spikeClusters]).toEqual([...spikeClusters]);
    expect(reopened.get('q', 20)).toBe(7);
    expect(reopened.both).toEqual([[30], [20]]);
    reopened.do('redo');
    expect(reopened.state.clustering.ids).toEqual([0, 1, 2, 10, 11, 31]);
    expect(isDirty(reopened.state)).toBe(false);
  });
  it('an undo after the save of an action after the save is one short line', () => {
    const live = fixture().merge([1, 2]);
    live.state = savedState(live.state);
    live.merge([10, 11]).do('undo', 'redo');
    expect(live.records.slice(-2).map((record) => 'effect' in record)).toEqual([false, false]);
  });
});

describe('replay', () => {
  it('names the action that does not fit, and leaves the state alone', () => {
    const live = fixture().merge([20, 30]);
    const other = new Session({ spikeClusters: Int32Array.of(0, 0, 1) });
    const { state } = other;
    expect(() => replay(state, actionsOf(live), other.source)).toThrow(
      'Unsaved action 0 (merge) does not fit these files: There are no clusters 20, 30.',
    );
    expect(other.state.live.ids).toEqual([0, 1]);
  });
  it('gives out the recorded ids although the stored counter is beyond them', () => {
    const live = fixture().merge([20, 30]).do('undo').split([10]);
    expect(live.state.clustering.newClusterId).toBe(34);
    const reopened = fixture({ storedNewClusterId: 34 });
    reopened.state = replay(reopened.state, actionsOf(live), reopened.source);
    expect(reopened.state.clustering.ids).toEqual(live.state.clustering.ids);
    expect(reopened.state.clustering.newClusterId).toBe(34);
  });
});

describe('sentences', () => {
  it('describes every entry', () => {
    const session = fixture()
      .select([30], [20])
      .merge()
      .split([4])
      .move('good', [11])
      .label('q', 3, [10, 11])
      .label('q', null, [10]);
    session.do('undo', 'redo');
    expect(session.records.map(describeEntry)).toEqual([
      'Merged 20 and 30 into 31.',
      'Split 2 into 32 and 33 (1 spike listed).',
      'Moved cluster 11 to good.',
      'Set q of clusters 10 and 11 to 3.',
      'Removed q of cluster 10.',
      'Undid: label q of 10.',
      'Redid: label q of 10.',
    ]);
    expect([open('x'), save('begin', 2), save('done', 2)].map(describeEntry)).toEqual([
      'Opened the dataset.',
      'Began to save.',
      'Saved (generation 2).',
    ]);
    expect(describeEntry({ op: 'discard', count: 2, base: '' })).toBe('Set aside 2 unsaved actions.');
  });
  it('the status bar says what was done', () => {
    const session = fixture();
    const said = (act: () => unknown): string => {
      act();
      return session.change.message;
    };
    expect(said(() => session.merge([30, 20]))).toBe('Merge clusters 20, 30 to 31.');
    expect(said(() => session.split([4]))).toBe('Split 2 into 32 (1 spike) and 33 (1 spike).');
    expect(said(() => session.move('mua', [11]))).toBe('Moved cluster 11 to mua.');
    expect(said(() => session.label('q', 3, [10, 11]))).toBe('Set q of clusters 10 and 11 to 3.');
    expect(said(() => session.do('undo'))).toBe('Undid: label q of 10 and 11.');
    expect(said(() => session.do('undo'))).toBe('Undid: move of 11 to mua.');
    expect(said(() => session.do('undo', 'undo'))).toBe('Undid: merge of 20 and 30.');
    expect(said(() => session.do('undo'))).toBe('There is nothing to undo.');
    expect(said(() => session.do('redo'))).toBe('Redid: merge of 20 and 30.');
    expect(said(() => session.split([]))).toBe('No spikes selected, cannot split.');
    expect(said(() => session.select([31], [11]))).toBe('Selected 31, similar 11.');
    expect(said(() => session.do({ type: 'filter', table: 'clusters', text: 'id > 5' }))).toBe(
      '3 of 6 clusters shown.',
    );
  });
});

describe('fingerprint', () => {
  it('changes with one spike or one letter', async () => {
    const spikes = Int32Array.of(1, 2, 3);
    const all = await Promise.all([
      fingerprint(spikes, ['a', 'b']),
      fingerprint(Int32Array.of(1, 2, 4), ['a', 'b']),
      fingerprint(Int32Array.of(2, 1, 3), ['a', 'b']),
      fingerprint(spikes, ['a', 'c']),
      fingerprint(spikes, ['ab']),
    ]);
    expect(new Set(all).size).toBe(all.length);
    expect(await fingerprint(spikes.slice(), ['a', 'b'])).toBe(all[0]);
  });
  it('stays what journals hold, and lets others run', async () => {
    const spikes = Int32Array.from({ length: 1_700_000 }, (_, i) => ((i * 7919) % 613) - 1);
    let pauses = 0;
    const found = await fingerprint(spikes, ['x\t1\n', 'é☃'], async () => void pauses++);
    expect(found).toBe('1700000-d0fc81909b78d63a');
    expect(await fingerprint(new Int32Array(0), [])).toBe('0-811c9dc59e3779b9');
    expect(pauses).toBe(3);
  });
});
