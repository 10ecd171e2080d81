/**
 * Holds the curation state of a session and everything that makes it durable: each accepted action is in the journal, flushed, before the
 * new state is seen by anybody; saving replaces the files one by one and can be taken back as a whole.
 */
import { PhyError } from '../base/errors.ts';
import { Signal } from '../base/scope.ts';
import type { Command } from '../curation/command.ts';
import {
  followState,
  isDirty,
  reduce,
  refreshed,
  savedState,
  unsavedCount,
  type CurationSource,
  type CurationState,
} from '../curation/curation.ts';
import {
  describeEntry,
  unsavedEntries,
  type ActionEntry,
  type JournalLine,
  type JournalRecord,
} from '../curation/journal.ts';
import { replay } from '../curation/replay.ts';
import { counted, listed } from '../curation/sentences.ts';
import type { Change } from '../curation/state.ts';
import type { Recovery } from '../protocol/messages.ts';
import { finishGeneration, restoreGeneration, unfinishedSave, type Generation } from '../dataset/generations.ts';
import { nameOnDisk, saveDataset, writtenFiles, type SavedFile } from '../dataset/save.ts';
import { joinBytes } from '../storage/memory.ts';
import type { WritableStorage } from '../storage/storage.ts';
import { changedFiles, compareFingerprints, curationFingerprint, fileSigns } from './fingerprint.ts';
import { JOURNAL_NAME, openJournal, type JournalStore } from './journalStore.ts';
import { heldError, type Lock } from './lock.ts';

export interface CuratorOptions {
  readonly state: CurationState;
  readonly source: CurationSource;
  /** Assignment as loaded from the files. */
  readonly loadedClusters: Int32Array;
  /** Folder of the dataset. */
  readonly storage: WritableStorage;
  /** `.phy/ts` of the dataset, or what stands for it. */
  readonly home: WritableStorage;
  /** Tells datasets in one folder apart (generations.ts). */
  readonly scope: string;
  readonly lock: Lock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Files for a state, in the order in which they are written. */
  readonly filesFor: (state: CurationState) => readonly SavedFile[];
  /** Called with the next free id when clusters were created, before the action is accepted. */
  readonly onNewClusters: (newClusterId: number) => Promise<void>;
  /** Gives up the thread for a moment. */
  readonly pause: () => Promise<void>;
}

/** What changed at once: the new state is in force when this is emitted. */
export interface Publication {
  /** The state that was in force before. */
  readonly before: CurationState;
  readonly change: Change | null;
  /** True when the rows of all clusters are others than before. */
  readonly replaced: boolean;
  /** Clusters whose rows hold values that were not known before. */
  readonly rows?: readonly number[];
}

export interface SaveResult {
  readonly message: string;
  readonly files: readonly string[];
}

export class Curator {
  readonly published = new Signal<Publication>();
  /** Grows with every state. */
  revision = 1;
  /** Grows when spikes change cluster, already before the new state is published. */
  clusteringRevision = 1;
  /** Grows when spikes change cluster or metadata changes. */
  contentRevision = 1;
  /** Milliseconds since 1970; null when not saved in this session. */
  savedAt: number | null = null;
  savedFiles: readonly string[] = [];
  /** Resolves when the newest change is in the journal, or was taken back. */
  settled: Promise<void> = Promise.resolve();
  state: CurationState;
  /** True once this engine is the one that writes. */
  isReady = false;
  private readonly options: CuratorOptions;
  private readonly journal: JournalStore;
  /** Signs of the files when they were read or written here, and size of the journal: others must not have curated since. */
  private signs: ReadonlyMap<string, string>;
  private readonly journalSize: number;
  private pending: readonly ActionEntry[];
  /** Why the unsaved actions cannot be replayed; null when they can. */
  private readonly unfit: string | null;
  /** Save that was cut short: its generation holds the files as they were before. */
  private interrupted: Generation | null;
  /** Generation of a save that took place although the program ended before it could note so. */
  private readonly completed: string | null;
  private base: string | null;
  private baseOnItsWay: Promise<string> | null = null;
  /** Lines that should be in the journal but could not be written. */
  private owed: JournalLine[];

  private constructor(options: CuratorOptions, opened: OpenedJournal) {
    this.options = options;
    this.state = options.state;
    this.journal = opened.journal;
    this.signs = opened.signs;
    this.journalSize = opened.journalSize;
    this.pending = opened.pending;
    this.unfit = opened.unfit;
    this.interrupted = opened.interrupted;
    this.base = opened.base;
    this.owed = [...opened.owed];
    this.completed = opened.completed;
  }

  static async open(options: CuratorOptions, interrupted: Generation | null): Promise<Curator> {
    const curator: { current: Curator | null } = { current: null };
    const base = (): Promise<string> | string => curator.current?.baseFingerprint() ?? '';
    const journal = await openJournal(options.home, options.now, base);
    curator.current = new Curator(options, await readPending(options, journal, interrupted));
    return curator.current;
  }

  /** A sentence about the journal that the person should read; null when all is well. */
  get trouble(): string | null {
    return this.journal.damage;
  }

  /** When the journal last grew; null before the first action. */
  get journalAt(): number | null {
    return this.journal.lastAt;
  }

  /** Unsaved actions of an earlier session about which nothing was decided yet. */
  get recovery(): Recovery | null {
    const last = this.pending.at(-1);
    if (last === undefined) return null;
    const actions = this.pending.slice(0, 50).map((entry) => describeEntry(entry));
    return { count: this.pending.length, lastAt: last.time, actions };
  }

  /** Performs a command. Throws PhyError when it is refused; the state is then as before. Callers take turns. */
  async commit(command: Command): Promise<Change> {
    const { source } = this.options;
    const before = this.state;
    const { state, change, record } = reduce(before, command, source);
    if (record !== null) {
      if (change.added.length > 0) this.clusteringRevision += 1;
      this.contentRevision += 1;
      const recorded = this.record(record, state, change);
      this.settled = recorded.catch(() => followState(before));
      await recorded;
    }
    // Other groups: every row may be masked otherwise.
    this.publish(state, change, command.type === 'set_groups');
    return change;
  }

  /** Shows values of metrics that became known. Callers take turns. */
  refresh(rows: readonly number[], similar: boolean): void {
    this.contentRevision += 1;
    const before = this.state;
    this.state = refreshed(before, this.options.source, similar);
    this.revision += 1;
    this.published.emit({ before, change: null, replaced: false, rows });
  }

  /**
   * Writes the files; `note` is said with what was saved. Throws `refused` when they could not be written, or when another program changed
   * one of them and they are not to be written `over`; they are then as before, and nothing is lost.
   */
  async save(note = '', over = false): Promise<SaveResult> {
    await this.prepare();
    const { storage, now, pause } = this.options;
    const count = unsavedCount(this.state);
    const files = this.options.filesFor(this.state);
    if (!over) await this.refuseOver(files);
    const generation = this.state.history.generation + 1;
    const tables = writtenFiles(files)
      .filter((file) => file.name.endsWith('.tsv'))
      .map(({ name, parts }) => [name, joinBytes(parts)] as const);
    const base = await curationFingerprint(this.state.live.spikeClusters, storage, new Map(tables), pause);
    const names = await this.writing(async () => {
      await this.settleGeneration();
      await this.append([{ op: 'save', phase: 'begin', generation, base }]);
      return await saveDataset(storage, files, new Date(now()), this.options.scope);
    });
    this.base = base;
    await this.appendLater({ op: 'save', phase: 'done', generation, base });
    this.savedAt = now();
    this.savedFiles = names;
    const saved = saveSentence(count, names);
    const message = note === '' ? saved : `${saved} ${note}`;
    this.publish(savedState(this.state), actionChange('save', message, this.state), false);
    return { message, files: names };
  }

  /** Replays the unsaved actions of an earlier session, or sets them aside in the journal. Throws `refused` when they do not fit. */
  async recover(choice: 'restore' | 'discard'): Promise<Change> {
    const { pending } = this;
    if (pending.length === 0) return actionChange('recover', 'There is nothing to restore.', this.state);
    const actions = counted(pending.length, 'unsaved action');
    if (choice === 'restore' && this.unfit !== null) throw new PhyError('refused', this.unfit);
    const restored = choice === 'restore' ? replay(this.state, pending, this.options.source) : this.state;
    try {
      await this.takeLock();
      if (this.interrupted !== null) {
        const { storage, scope } = this.options;
        const { name } = this.interrupted;
        await this.writing(() => restoreGeneration(storage, name, scope));
      }
      if (choice === 'discard') {
        await this.journal.append([{ op: 'discard', count: pending.length, base: await this.baseFingerprint() }]);
      }
    } catch (error) {
      followState(this.state);
      throw error;
    }
    this.interrupted = null;
    this.pending = [];
    const done = choice === 'restore' ? `Restored ${actions}.` : `Set ${actions} aside; they stay in ${JOURNAL_NAME}.`;
    const change = actionChange('recover', done, restored);
    if (choice === 'restore') {
      this.clusteringRevision += 1;
      this.contentRevision += 1;
    }
    this.publish(restored, change, choice === 'restore');
    return change;
  }

  /** Replays the unsaved actions without writing anything. Throws `refused` when they do not fit. */
  replayInMemory(): void {
    if (this.unfit !== null) throw new PhyError('refused', this.unfit);
    const restored = replay(this.state, this.pending, this.options.source);
    this.pending = [];
    this.clusteringRevision += 1;
    this.contentRevision += 1;
    this.publish(restored, null, true);
  }

  /** Sets everything that is not saved aside in the journal, before the program ends. */
  async discard(): Promise<void> {
    if (!isDirty(this.state)) return;
    await this.append([{ op: 'discard', count: unsavedCount(this.state), base: await this.baseFingerprint() }]);
  }

  /** Makes sure that this engine is the one that writes. Throws `held`, or `refused` when others changed the files meanwhile. */
  async takeLock(): Promise<void> {
    if (this.isReady) return;
    const { lock, storage, home } = this.options;
    const holder = await lock.take();
    if (holder !== null) throw heldError(holder, lock.path);
    const journalSize = (await home.stat(JOURNAL_NAME))?.size ?? 0;
    const [changed] =
      journalSize === this.journalSize ? changedFiles(this.signs, await fileSigns(storage)) : [JOURNAL_NAME];
    if (changed !== undefined) {
      await lock.release();
      throw new PhyError(
        'refused',
        `${changed} was changed by another program since the dataset was opened. Close phy and open the dataset again.`,
        { file: changed },
      );
    }
    this.isReady = true;
  }

  /** Throws `refused` when one of the files was changed by others since it was read or saved: saving would replace what they wrote. */
  private async refuseOver(files: readonly SavedFile[]): Promise<void> {
    const { storage } = this.options;
    const written = await Promise.all(files.map(({ name }) => nameOnDisk(storage, name)));
    const file = changedFiles(this.signs, await fileSigns(storage)).find((name) => written.includes(name));
    if (file === undefined) return;
    const count = unsavedCount(this.state);
    throw new PhyError(
      'refused',
      `${file} was changed by another program after phy read or saved it. Nothing was saved; ${counted(count, 'change')} ` +
        `${count === 1 ? 'stays' : 'stay'} in the journal. “save over” replaces the file; a copy of it is kept in .phy/ts.`,
      { file, changedFile: file },
    );
  }

  /** Writes files that curation starts from. However that ends, they are then as this engine left them. */
  private async writing<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } finally {
      this.signs = await fileSigns(this.options.storage).catch(() => this.signs);
    }
  }

  /** Before anything is written: the earlier session must be settled, and the dataset ours. */
  private async prepare(): Promise<void> {
    if (this.pending.length > 0) {
      const actions = counted(this.pending.length, 'unsaved action');
      const isOne = this.pending.length === 1;
      throw new PhyError(
        'refused',
        `${isOne ? 'There is' : 'There are'} ${actions} of an earlier session. Restore or discard ${isOne ? 'it' : 'them'} first.`,
        {
          unsaved: this.pending.length,
        },
      );
    }
    await this.takeLock();
  }

  private async record(record: JournalRecord, state: CurationState, change: Change): Promise<void> {
    await this.prepare();
    const { newClusterId } = state.clustering;
    if (change.added.length > 0 && newClusterId !== this.state.clustering.newClusterId) {
      await this.options.onNewClusters(newClusterId);
    }
    await this.append([record]);
  }

  private async append(lines: readonly JournalLine[]): Promise<void> {
    await this.journal.append([...this.owed, ...lines]);
    this.owed = [];
  }

  /** For a line that says what is already true: when it cannot be written now, it goes before the next one. */
  private async appendLater(line: JournalLine): Promise<void> {
    try {
      await this.append([line]);
    } catch (error) {
      if (!(error instanceof PhyError)) throw error;
      this.owed.push(line);
    }
  }

  /** What an earlier save left half done is put back first: it would otherwise be kept as the state before this one. */
  private async settleGeneration(): Promise<void> {
    const { storage, scope } = this.options;
    const open = await unfinishedSave(storage, scope);
    if (open === undefined) return;
    if (open.name === this.completed) await finishGeneration(storage, open.name, scope);
    else await restoreGeneration(storage, open.name, scope);
  }

  /** Fingerprint of the files that the journal's next actions apply to. Looks at every spike the first time. */
  baseFingerprint(): Promise<string> {
    if (this.base !== null) return Promise.resolve(this.base);
    this.baseOnItsWay ??= this.computeBase().finally(() => {
      this.baseOnItsWay = null;
    });
    return this.baseOnItsWay;
  }

  private async computeBase(): Promise<string> {
    const { loadedClusters, storage, pause } = this.options;
    const found = await curationFingerprint(loadedClusters, storage, undefined, pause);
    this.base ??= found;
    return this.base;
  }

  private publish(state: CurationState, change: Change | null, replaced: boolean): void {
    const before = this.state;
    this.state = state;
    this.revision += 1;
    this.published.emit({ before, change, replaced });
  }
}

interface OpenedJournal {
  readonly journal: JournalStore;
  readonly signs: ReadonlyMap<string, string>;
  readonly journalSize: number;
  readonly pending: readonly ActionEntry[];
  readonly unfit: string | null;
  readonly interrupted: Generation | null;
  readonly base: string | null;
  readonly owed: readonly JournalLine[];
  readonly completed: string | null;
}

/** What an earlier session left, and whether it fits the files. Reads the metadata files only when there is something. */
async function readPending(
  options: CuratorOptions,
  journal: JournalStore,
  interrupted: Generation | null,
): Promise<OpenedJournal> {
  const { home, storage, loadedClusters } = options;
  const signs = await fileSigns(storage);
  const journalSize = (await home.stat(JOURNAL_NAME))?.size ?? 0;
  const nothing = {
    journal,
    signs,
    journalSize,
    interrupted,
    pending: [],
    unfit: null,
    base: null,
    owed: [],
    completed: null,
  };
  if (unsavedEntries(journal.entries).entries.length === 0) return nothing;
  const found = await curationFingerprint(loadedClusters, storage);
  const { entries, base } = unsavedEntries(journal.entries, found);
  if (entries.length === 0) {
    const completed = (await unfinishedSave(storage, options.scope))?.name ?? null;
    return { ...nothing, base: found, owed: doneMarker(journal, found), completed };
  }
  if (interrupted !== null) return { ...nothing, pending: entries, base };
  const unfit = base === null ? null : unfitSentence(found, base, entries);
  return { ...nothing, pending: entries, unfit, base: found };
}

/** A save that began and, as the files show, took place; the program ended before it could say so. */
function doneMarker(journal: JournalStore, base: string): readonly JournalLine[] {
  const begun = journal.entries.findLast((entry) => entry.op === 'save');
  return begun === undefined ? [] : [{ op: 'save', phase: 'done', generation: begun.generation, base }];
}

/** Labels set to values fit any labels; clusters fit only the assignment that they were made on. */
function unfitSentence(found: string, base: string, entries: readonly ActionEntry[]): string | null {
  if (compareFingerprints(found, base) !== 'clusters differ') return null;
  const last = entries.at(-1);
  const day = last === undefined ? '' : ` (last one ${new Date(last.time).toISOString().slice(0, 10)})`;
  return (
    `spike_clusters.npy is not the file that the ${entries.length} unsaved actions${day} were made on. ` +
    'Put the former file back and open the dataset again to restore them, or discard them.'
  );
}

/** `Saved 3 changes to spike_clusters.npy, cluster_group.tsv and 2 more.`: what people look for comes first. */
function saveSentence(count: number, names: readonly string[]): string {
  const known = names.filter((name) => /clusters\.npy$|^cluster_group\.tsv$/.test(name));
  const files = listed([...new Set([...known, ...names])], Math.max(known.length, 1));
  return count === 0 ? `Nothing had changed. Wrote ${files}.` : `Saved ${counted(count, 'change')} to ${files}.`;
}

/** The change of an action that is not a command of the reducer. */
export function actionChange(action: string, message: string, { selection }: CurationState): Change {
  return {
    action,
    message,
    description: null,
    history: null,
    added: [],
    deleted: [],
    descendants: [],
    changed: [],
    spikeCount: 0,
    selectionBefore: selection,
    selection,
  };
}
