/** Long random sessions: compared with a slow model at every step, and lost and restored from files and journal at any step. */
import { describe, expect, it } from 'vitest';
import { Session } from '../../../tests/fixtures/curation.ts';
import { seededRandom, type Random } from '../base/random.ts';
import type { MetadataValue } from '../dataset/dataset.ts';
import { isDirty, savedState, unsavedCount } from './curation.ts';
import type { JournalEntry, JournalLine } from './journal.ts';
import { encodeEntry, parseJournal, unsavedEntries } from './journal.ts';
import { metadataValue } from './metadata.ts';
import { replay } from './replay.ts';
import { selectedIds } from './state.ts';

const SPIKES = 60;
const FIELDS = ['group', 'quality', 'note'];

class Dice {
  private readonly random: Random;
  constructor(seed: number) {
    this.random = seededRandom(seed);
  }
  below(count: number): number {
    return this.random.below(count);
  }
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }
  some<T>(items: readonly T[], most: number): T[] {
    const count = Math.min(items.length, 1 + this.below(most));
    const left = [...items];
    return Array.from({ length: count }, () => left.splice(this.below(left.length), 1)[0]);
  }
}

/** Assignment and existing metadata, as plain values. */
function contents(session: Session) {
  const { state } = session;
  const { ids } = state.clustering;
  const fields = FIELDS.map((field) => [field, ids.map((id) => metadataValue(state.metadata, field, id))]);
  return { spikes: [...state.live.spikeClusters], ids: [...ids], fields };
}

function randomStart(dice: Dice): Session {
  const spikeClusters = Int32Array.from({ length: SPIKES }, () => dice.pick([-1, 0, 1, 2, 5, 6, 9, 12]));
  const group = new Map<number, MetadataValue>(
    dice.some([0, 1, 2, 5, 6, 9], 6).map((id) => [id, dice.pick(['good', 'mua', 'noise'])]),
  );
  return new Session({ spikeClusters, metadata: new Map([['group', group]]) });
}

function randomAction(dice: Dice, session: Session): void {
  const { ids } = session.state.clustering;
  const clustered = Array.from({ length: SPIKES }, (_, i) => i).filter((i) => session.state.live.clusterOf(i) >= 0);
  switch (dice.below(12)) {
    case 0:
    case 1:
      session.merge(dice.some(ids, 3));
      break;
    case 2: {
      const spikes = dice.some(clustered, 12);
      const labels = dice.below(2) === 0 ? undefined : spikes.map(() => dice.below(4) * 2);
      session.split(spikes, labels);
      break;
    }
    case 3:
      session.move(
        dice.pick(['good', 'mua', 'noise', 'unsorted']),
        dice.pick(['best', 'similar', 'all', dice.some(ids, 3)]),
      );
      break;
    case 4:
      session.label(dice.pick(FIELDS), dice.pick<MetadataValue>([null, 1, 2.5, 'text', true]), dice.some(ids, 3));
      break;
    case 5:
      session.select(dice.some(ids, 3), dice.some(ids, 2));
      break;
    case 6:
      session.do(dice.pick(['next', 'previous', 'next_best', 'previous_best', 'first', 'last']));
      break;
    case 7:
    case 8:
      session.do('redo');
      break;
    default:
      session.do('undo');
  }
}

describe('random sessions', () => {
  it.each(Array.from({ length: 20 }, (_, i) => i))('session %i keeps spikes, ids and history', (seed) => {
    const dice = new Dice(1000 + seed);
    const session = randomStart(dice);
    const start = contents(session);
    const given = new Set(session.state.clustering.ids);
    for (let step = 0; step < 60; step++) {
      const before = contents(session);
      const counter = session.state.clustering.newClusterId;
      randomAction(dice, session);
      checkInvariants(session, start.spikes);
      const { change } = session;
      for (const id of change.history === null ? change.added : []) {
        expect(id).toBeGreaterThanOrEqual(counter);
        expect(given.has(id)).toBe(false);
        given.add(id);
      }
      if (change.description !== null && change.history !== 'undo') expectUndoRestores(session, before);
    }
    while (session.do('undo').change.history === 'undo');
    expect(contents(session)).toEqual(start);
  });
});

const sorted = (ids: Iterable<number>): string => [...ids].sort((a, b) => a - b).join();

/** Every spike is in exactly the cluster that the lists say, none is lost, and only existing clusters are selected and shown. */
function checkInvariants(session: Session, start: readonly number[]): void {
  const { clustering, live, selection, clusters } = session.state;
  const seen = Array.from({ length: SPIKES }, () => -1);
  const problems: string[] = [];
  for (const [id, spikes] of clustering.clusters) {
    if (spikes.length === 0) problems.push(`${id} is empty`);
    spikes.forEach((spike, i) => {
      if (i > 0 && spike <= spikes[i - 1]) problems.push(`${id} is not ascending`);
      if (seen[spike] !== -1) problems.push(`${spike} is in two clusters`);
      seen[spike] = id;
    });
  }
  for (const id of selectedIds(selection)) if (!clustering.clusters.has(id)) problems.push(`${id} is selected`);
  if (Array.from(live.spikeClusters, (id) => Math.max(id, -1)).join() !== seen.join()) problems.push('live differs');
  if (seen.map((id) => id < 0).join() !== start.map((id) => id < 0).join()) problems.push('spikes were lost');
  if (sorted(clustering.clusters.keys()) !== clustering.ids.join()) problems.push('ids differ');
  if (sorted(clusters.order) !== clustering.ids.join()) problems.push('table differs');
  expect(problems).toEqual([]);
}

function expectUndoRestores(session: Session, before: ReturnType<typeof contents>): void {
  const after = { contents: contents(session), both: session.both };
  const { selectionBefore, history } = session.change;
  session.do('undo');
  expect(contents(session)).toEqual(before);
  if (history === null) expect(session.state.selection).toEqual(selectionBefore);
  session.do('redo');
  expect(contents(session)).toEqual(after.contents);
  expect(session.both).toEqual(after.both);
}

/** The files of a dataset and its journal: what survives when the program dies. */
class Disk {
  spikeClusters: Int32Array;
  metadata = new Map<string, ReadonlyMap<number, MetadataValue>>();
  newClusterId = 0;
  text = '';
  private seq = 0;
  private generation = 0;

  constructor(session: Session) {
    this.spikeClusters = session.state.live.spikeClusters.slice();
    this.writeFiles(session);
    this.append({ op: 'open', version: 1, base: 'files' });
  }
  append(line: JournalLine): void {
    const entry: JournalEntry = { ...line, seq: this.seq++, time: 0 };
    this.text += encodeEntry(entry);
  }
  private writeFiles({ state }: Session): void {
    this.spikeClusters = state.live.spikeClusters.slice();
    this.metadata = new Map(
      [...state.metadata].map(([field, values]) => [
        field,
        new Map([...values].filter(([id]) => state.clustering.clusters.has(id))),
      ]),
    );
  }
  save(session: Session): void {
    this.generation += 1;
    this.append({ op: 'save', phase: 'begin', generation: this.generation, base: `files ${this.generation}` });
    this.writeFiles(session);
    this.append({ op: 'save', phase: 'done', generation: this.generation, base: `files ${this.generation}` });
    session.state = savedState(session.state);
  }
  reopen(): Session {
    const session = new Session({
      spikeClusters: this.spikeClusters,
      metadata: this.metadata,
      storedNewClusterId: this.newClusterId,
    });
    const { entries } = unsavedEntries(parseJournal(this.text).entries);
    session.state = replay(session.state, entries, session.source);
    return session;
  }
}

describe('killed sessions', () => {
  it.each(Array.from({ length: 30 }, (_, i) => i))(
    'session %i is restored from the files of the last save and the journal',
    (seed) => {
      const dice = new Dice(5000 + seed);
      let session = randomStart(dice);
      const disk = new Disk(session);
      for (let step = 0; step < 70; step++) {
        if (dice.below(8) === 0) disk.save(session);
        randomAction(dice, session);
        for (const record of session.records.splice(0)) disk.append(record);
        disk.newClusterId = session.state.clustering.newClusterId;
        const reopened = disk.reopen();
        expect(contents(reopened)).toEqual(contents(session));
        expect(reopened.state.clustering.newClusterId).toBe(session.state.clustering.newClusterId);
        expect(isDirty(reopened.state)).toBe(isDirty(session.state));
        expect(unsavedCount(reopened.state)).toBe(unsavedCount(session.state));
        checkInvariants(reopened, [...session.state.live.spikeClusters]);
        // Now and then the person goes on in the restored session: later crashes must restore that one.
        if (dice.below(6) === 0) {
          session = reopened;
          disk.append({ op: 'open', version: 1, base: 'other' });
        }
      }
    },
  );
  it('the restored history can be undone down to the save, and redone', () => {
    const dice = new Dice(9);
    const session = randomStart(dice);
    const disk = new Disk(session);
    for (let step = 0; step < 40; step++) {
      randomAction(dice, session);
      for (const record of session.records.splice(0)) disk.append(record);
    }
    const reopened = disk.reopen();
    while (session.do('undo').change.history === 'undo') {
      reopened.do('undo');
      expect(contents(reopened)).toEqual(contents(session));
    }
    while (session.do('redo').change.history === 'redo') {
      reopened.do('redo');
      expect(contents(reopened)).toEqual(contents(session));
    }
  });
});
