/**
 * One open sorting: the dataset, its curation, the answers to questions about it. The same object stands behind the window, `phy query` and
 * `phy run`. Nothing here knows a view by name: queries are handed in.
 */
import { PhyError } from '../base/errors.ts';
import { Signal } from '../base/scope.ts';
import { withRawFilters } from '../base/viewParams.ts';
import type { ClusterFacts } from '../analysis/clusterFacts.ts';
import { createClusterFacts } from '../analysis/clusterFacts.ts';
import {
  clusterReader,
  clusterTable,
  columns,
  createCuration,
  isDirty,
  redoLabel,
  rows,
  rowsAfter,
  selectionAfter,
  similarityTable,
  undoLabel,
  unsavedCount,
  type CurationSource,
  type CurationState,
} from '../curation/curation.ts';
import { unsavedEntries } from '../curation/journal.ts';
import { selectedIds, type Change, type ClusterReader, type Row } from '../curation/state.ts';
import { restoreWizard } from '../curation/wizard.ts';
import type { Dataset, OpenReport } from '../dataset/dataset.ts';
import { unfinishedSave, type Generation } from '../dataset/generations.ts';
import { isKwik, openDataset, scopeOfDataset, type OpenOptions } from '../dataset/open.ts';
import { kwikIdFile } from '../dataset/readers/kwik.ts';
import type { KwikChoice } from '../dataset/readers/kwikModel.ts';
import type { RawChoice } from '../dataset/readers/rawRecording.ts';
import { newClusterIdFile, savedFiles, type SavedFile, type SaveInput } from '../dataset/save.ts';
import { savedKwikFiles } from '../dataset/saveKwik.ts';
import type {
  ActionResult,
  DatasetSummary,
  EngineMessage,
  KeymapFile,
  PluginSummary,
  Recovery,
  SavedState,
  Snapshot,
  StateUpdate,
} from '../protocol/messages.ts';
import type { Storage, WritableStorage } from '../storage/storage.ts';
import { findAction, keymapSentence, NOTHING_TO_CURATE, readKeymap, type ActionArguments } from '../actions/index.ts';
import { performAction, refusedResult, type ActionContext } from './actions.ts';
import { AddedValues } from './addedValues.ts';
import { NO_ADDITIONS, withFilters, type ActionTools, type AddedAction, type Additions } from './additions.ts';
import { readConfig, writeGroups } from './config.ts';
import { createAnswerer, type Answered, type AnswerSource } from './answer.ts';
import { Curator } from './curator.ts';
import { curationFingerprint } from './fingerprint.ts';
import { storageBeforeSave } from './beforeSave.ts';
import { openKeymap, type KeymapHolder } from './keymapFile.ts';
import { saveExport, type ExportRequest } from './exports.ts';
import { openJournal } from './journalStore.ts';
import { changeLayouts, readLayouts, type LayoutChange, type NamedLayouts } from './layouts.ts';
import { LookAhead, type Prediction } from './lookAhead.ts';
import { MergeAhead } from './mergeAhead.ts';
import { createLassoSource, lassoQuery, type LassoSource } from './lasso.ts';
import { heldError, type Lock } from './lock.ts';
import { LongWorks, type Busy } from './longWork.ts';
import { makeProgress, oneByOne } from './progress.ts';
import type { QueryContext, QueryTable } from './query.ts';
import { rawFileQuery } from './rawFileQuery.ts';
import { saveScreenshot } from './screenshots.ts';
import { signalQuery } from './signalQuery.ts';
import { openSettings, type Settings } from './settings.ts';
import { splitPreviewQuery } from './splitPreview.ts';
import { summarize } from './summary.ts';
import { scriptQueries } from './scriptQueries.ts';
import { tableQueries, tableReader } from './tableQueries.ts';
import { keepSelection, keepTables, withKeptTables } from './tableSettings.ts';

/** Where the files of one dataset are. */
export interface Places {
  /** Folder of the data: what is saved goes there. */
  readonly data: WritableStorage;
  /** `.phy/ts` beside the data, or what stands for it when that cannot be written. */
  readonly home: WritableStorage;
  /** True when `home` is beside the data. */
  readonly isBeside: boolean;
  /** Held while this engine curates. */
  readonly lock: Lock;
  /** Held in the user's folder while the dataset is open, so that a second start is told; nothing is written beside the data for it. */
  readonly presence: Lock;
}

export interface SessionOptions {
  /** Folder of params.py. */
  readonly storage: Storage;
  /** Name of the params file in it. */
  readonly paramsName: string;
  /** Which part of a .kwik file to open. */
  readonly kwik?: KwikChoice;
  /** What a person says of a raw file that is opened without a sorting. */
  readonly raw?: RawChoice;
  /** Files that a person chose in place of raw files that are not where params.py says, by the path there. */
  readonly chosenFiles?: Readonly<Record<string, string>>;
  /**
   * Says where the files of the dataset are, once its folder is known. `scope` tells several datasets of one folder apart; with `elsewhere`
   * nothing is kept beside the data.
   */
  readonly places: (dataFolder: string, scope: string, elsewhere: boolean) => Promise<Places>;
  /** The user's folder (`~/.phy`). */
  readonly userHome: WritableStorage;
  /** Runs a change of the user's settings while no other program makes one. */
  readonly exclusively?: (write: () => Promise<void>) => Promise<void>;
  readonly queries: QueryTable;
  /** Splitters, and what plugins bring. */
  readonly additions?: Additions;
  /** What windows are told of plugins. */
  readonly plugins?: PluginSummary;
  /** Notes that the person allows the plugins beside the data. */
  readonly allowPlugins?: () => Promise<void>;
  /** Waited for before anything is closed. */
  readonly onClosing?: () => Promise<void>;
  /** Called when the session has ended. */
  readonly onClosed?: () => Promise<void>;
  readonly guiName: string;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Lets everything else that waits run once. */
  readonly yieldThread: () => Promise<void>;
  /** Resolves after so many milliseconds; without it nothing is computed before it is asked for. */
  readonly rest?: (milliseconds: number) => Promise<void>;
  /** False for readers such as `phy query`: another engine may hold the dataset, and saved settings are not looked at. */
  readonly curates: boolean;
  /** False where settings of the window play no part (`phy run`). */
  readonly usesSettings: boolean;
  /** Limit of the answer cache in bytes. */
  readonly cacheBytes?: number;
  readonly onProgress?: (text: string, fraction: number) => void;
  /** A sentence for whoever started the program: at the terminal. */
  readonly onTold?: (sentence: string) => void;
}

export interface Notice {
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
}

export interface Kept {
  readonly scope: 'user' | 'dataset';
  readonly key: string;
  readonly value: unknown;
  /** Who keeps it, where that is known. */
  readonly by?: object;
}
export interface KeptValues {
  readonly user: SavedState;
  readonly dataset: SavedState;
}

/** What a starting program wants to say. */
export interface Opened {
  readonly summary: DatasetSummary;
  /** Absolute. */
  readonly paramsPath: string;
  /** Tells several datasets of one folder apart. */
  readonly scope: string;
  readonly clusterCount: number;
  readonly report: OpenReport;
  /** Unsaved actions of an earlier session. */
  readonly recoverable: number;
}

export interface Session {
  readonly dataset: Dataset;
  readonly facts: ClusterFacts;
  /** The clusters as they are now. */
  readonly clusters: ClusterReader;
  /** All queries by name, those of the tables among them. */
  readonly queries: QueryTable;
  readonly updates: Signal<StateUpdate>;
  readonly notices: Signal<Notice>;
  readonly busy: Signal<Busy>;
  /** keymap.json, when it holds something else. */
  readonly keymaps: Signal<KeymapFile>;
  /** All of them, after each change. */
  readonly layouts: Signal<NamedLayouts>;
  /** A setting that somebody keeps. */
  readonly keeping: Signal<Kept>;
  /** What windows are told of plugins. */
  readonly plugins: PluginSummary;
  opened(): Opened;
  /** The whole state, for a client that has just come. */
  welcome(): EngineMessage & { readonly type: 'welcome' };
  snapshot(): Snapshot;
  /** One for each cluster. */
  rows(): readonly Row[];
  recovery(): Recovery | null;
  /** See Answerer.ask. */
  ask(
    query: string,
    clusters: readonly number[],
    params: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Answered>;
  /** Some selection may be about to come: computes ahead what views would ask about it, while nobody waits. */
  expect(clusters: readonly number[]): void;
  /** As `ask`, for a plugin: waits for no action and no value of a plugin, because the question may come from what these wait for. */
  askAtOnce(
    query: string,
    clusters: readonly number[],
    params: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Answered>;
  /** Runs an action, after those before it. Never rejects for what a person did: `ok` is false and `message` says why. */
  act(action: string, args: readonly unknown[] | Readonly<Record<string, unknown>>): Promise<ActionResult>;
  /** Replays the unsaved actions of an earlier session, or sets them aside in the journal. */
  recover(choice: 'restore' | 'discard'): Promise<ActionResult>;
  /** Replays them without writing anything, for a reader. Throws `refused` when they do not fit. */
  replayInMemory(): void;
  /** Settings between launches; empty where they play no part. */
  kept(): KeptValues;
  /** `by` is left out when others are told. */
  keep(scope: 'user' | 'dataset', key: string, value: unknown, by?: object): void;
  /** Replaces keymap.json, unless it holds something else than `before` by now. */
  writeKeymap(before: string | null, text: string): Promise<ActionResult>;
  /** Looks whether keymap.json was edited. */
  rereadKeymap(): Promise<void>;
  /** Says something to whoever started the program; the same sentence only once. */
  tell(sentence: string): void;
  /** `data` is base64. */
  screenshot(view: string, format: 'png' | 'svg', data: string): Promise<ActionResult>;
  /** Answers a query and writes what it holds into the user's folder. */
  export(request: ExportRequest): Promise<ActionResult>;
  changeLayouts(change: LayoutChange): Promise<ActionResult>;
  /** Remembers that the plugins beside the data may run; they do from the next opening on. */
  allowPlugins(): Promise<ActionResult>;
  /** Something went wrong that nobody asked for: said in every window, and at the terminal. */
  trouble(sentence: string): void;
  /** Stops whatever `busy` says can be stopped. */
  stop(): void;
  /** Actions that are in the journal only, and that the next session will be asked about. */
  unsaved(): number;
  /** Before the program ends: saves, or sets what is not saved aside in the journal. */
  finish(choice: 'save' | 'discard'): Promise<ActionResult>;
  /**
   * Does ahead, after opening, what the first table, action and selection would have to wait for, a few milliseconds at a time; the last part
   * ends when the first question comes. Writes nothing.
   */
  warmUp(): Promise<void>;
  /** Puts the address of the window where a second start finds it. */
  announce(url: string): Promise<void>;
  /** Writes what is still to be written and gives the dataset free. Unsaved actions stay in the journal. */
  close(): Promise<void>;
}

/** Whoever goes on within this time is not held up by what is done ahead. */
const LOOK_AHEAD_AFTER_MS = 120;
const CACHE_BYTES = 256 * 2 ** 20;
/** Metrics in table order. A klusta dataset has neither shanks nor templates (spec/data.md 10.1). */
const metricsOf = ({ format }: Dataset): readonly string[] =>
  format === 'kwik' ? ['ch', 'depth', 'fr'] : ['ch', 'sh', 'depth', 'fr', 'amp'];

const NO_PLUGINS: PluginSummary = { plugins: [], troubles: [], asking: null };
const NO_KEYMAP: KeymapFile = { path: '', text: null, trouble: null };
/** A window that goes wild must not fill the terminal. */
const MOST_TOLD = 100;

/** Opens a dataset for curation or for reading. Throws `input` when it cannot be read, `held` when another engine has it. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const opening = { onProgress: options.onProgress, ...whatOf(options) };
  const first = await openDataset(options.storage, options.paramsName, opening);
  const places = await options.places(first.folder, scopeOfDataset(first), first.format === 'raw');
  if (options.curates) await refuseIfHeld(places);
  const { dataset: opened, interrupted } = await takeBackInterruptedSave(options, places, first);
  const additions = options.additions ?? NO_ADDITIONS;
  const dataset = withFilters(opened, additions.filters);

  const notices: Notice[] = [];
  const settings = await openBothSettings(options, places, (message) => notices.push({ level: 'warning', message }));
  const keymap = options.usesSettings ? await openKeymap(options.userHome, options.now) : null;
  const { wizard, warnings } = restoreWizard(settings?.user.values ?? {});
  for (const message of warnings) notices.push({ level: 'warning', message });
  const { groups, trouble } = await readConfig(options.userHome);
  if (trouble !== null) notices.push({ level: 'warning', message: trouble });

  const added = new AddedValues(additions);
  const fresh = createCuration({
    spikeClusters: dataset.spikes.clusters,
    metadata: dataset.metadata,
    storedNewClusterId: dataset.storedNewClusterId,
    metrics: [...metricsOf(dataset), ...added.names],
    groups,
    wizard,
  });
  const facts = createClusterFacts(dataset, () => clusterReader(fresh));
  const source: CurationSource = {
    metrics: (id) => added.over(id, facts.metrics(id)),
    similar: (id) => added.similarTo(id) ?? facts.similar(id, dataset.format === 'kwik' ? 'peak_channel' : 'template'),
    spikeTemplates: dataset.format === 'kwik' ? undefined : dataset.spikes.templates,
  };
  const layouts = settings === null ? {} : await layoutsOrNone(options.userHome, notices);
  const kept = { user: settings?.user.values ?? {}, dataset: settings?.dataset.values ?? {} };
  const state = withKeptTables(fresh, source, kept);
  const idNote = newIdWriter(places, newIdName(options), (message) => notices.push({ level: 'warning', message }));
  const curator = await Curator.open(
    {
      state,
      source,
      loadedClusters: dataset.spikes.clusters,
      storage: places.data,
      home: places.home,
      scope: scopeOfDataset(dataset),
      lock: places.lock,
      now: options.now,
      filesFor: (current) => filesOf(dataset, current, source),
      onNewClusters: idNote,
      pause: options.yieldThread,
    },
    interrupted,
  );
  if (curator.trouble !== null) notices.push({ level: 'error', message: curator.trouble });
  const parts = { dataset, facts, source, curator, settings, layouts, keymap, notices, additions, added };
  return new OpenSession(options, places, parts);
}

/** Which part of what is opened. */
const whatOf = ({ kwik, raw, chosenFiles }: SessionOptions): OpenOptions => ({ kwik, raw, chosenFiles });

async function refuseIfHeld({ lock, presence }: Places): Promise<void> {
  for (const each of [lock, presence]) {
    const holder = await each.holder();
    if (holder !== null) throw heldError(holder, each.path);
  }
  const holder = await presence.take().catch(() => null);
  if (holder !== null) throw heldError(holder, presence.path);
}

/**
 * When a save was interrupted between its files, the dataset is read as it was before that save: its copies stand for the files that may
 * have been replaced.
 */
async function takeBackInterruptedSave(
  options: SessionOptions,
  { data, home }: Places,
  dataset: Dataset,
): Promise<{ readonly dataset: Dataset; readonly interrupted: Generation | null }> {
  const scope = scopeOfDataset(dataset);
  const generation = await unfinishedSave(data, scope);
  if (generation === undefined) return { dataset, interrupted: null };
  const { entries } = await openJournal(home, options.now, () => '');
  const found = await curationFingerprint(dataset.spikes.clusters, data);
  const unsaved = unsavedEntries(entries, found);
  if (unsaved.entries.length === 0 || unsaved.base === found) return { dataset, interrupted: null };
  await dataset.close();
  const before = storageBeforeSave(options.storage, data.folder, generation, scope);
  return { dataset: await openDataset(before, options.paramsName, whatOf(options)), interrupted: generation };
}

/** A folder that cannot be read is no reason not to open a dataset. */
async function layoutsOrNone(userHome: WritableStorage, notices: Notice[]): Promise<NamedLayouts> {
  try {
    return await readLayouts(userHome);
  } catch (error) {
    if (!(error instanceof PhyError)) throw error;
    notices.push({ level: 'warning', message: error.message });
    return {};
  }
}

interface BothSettings {
  readonly user: Settings;
  readonly dataset: Settings;
}

async function openBothSettings(
  { usesSettings, userHome, guiName, now, exclusively }: SessionOptions,
  { home, lock }: Places,
  onTrouble: (message: string) => void,
): Promise<BothSettings | null> {
  if (!usesSettings) return null;
  const beforeWrite = async (): Promise<void> => {
    const holder = await lock.take();
    if (holder !== null) throw heldError(holder, lock.path);
  };
  const name = `ts/${guiName}/state.json`;
  const user = await openSettings({ storage: userHome, name, now, onTrouble, exclusively });
  const dataset = await openSettings({ storage: home, name: 'state.json', now, onTrouble, beforeWrite });
  return { user, dataset };
}

/** Name of the file of the next free id, undefined for the usual one. */
const newIdName = ({ paramsName, kwik }: SessionOptions): string | undefined =>
  isKwik(paramsName) ? kwikIdFile(kwik ?? {}) : undefined;

/** Writes `.phy/new_cluster_id.json`, which the Python program needs to open the dataset afterwards (spec/data.md 11). */
function newIdWriter(
  { data, isBeside }: Places,
  fileName: string | undefined,
  onTrouble: (message: string) => void,
): (id: number) => Promise<void> {
  let failed = false;
  return async (newClusterId) => {
    if (!isBeside || failed) return;
    const { name, parts } = newClusterIdFile(newClusterId, fileName);
    try {
      await data.replace(name, parts);
    } catch (error) {
      failed = true;
      onTrouble(error instanceof Error ? error.message : String(error));
    }
  };
}

/** What saving writes for a state. */
function filesOf(dataset: Dataset, state: CurationState, source: CurationSource): readonly SavedFile[] {
  const input: SaveInput = {
    spikeClusters: state.live.spikeClusters,
    clusterIds: state.clustering.ids,
    metadata: state.metadata,
    clusterInfoRows: { columns: [...columns(state), 'group'], rows: rows(state, source) },
    floatText: dataset.floatText,
  };
  const { klusta, paramsPath } = dataset;
  return klusta === undefined ? savedFiles(input) : savedKwikFiles(paramsPath, klusta, input);
}

interface Parts {
  readonly dataset: Dataset;
  readonly facts: ClusterFacts;
  readonly source: CurationSource;
  readonly curator: Curator;
  readonly settings: BothSettings | null;
  readonly keymap: KeymapHolder | null;
  readonly layouts: NamedLayouts;
  readonly additions: Additions;
  readonly added: AddedValues;
  /** What was found out while opening; said to the first client. */
  readonly notices: Notice[];
}

/** Questions about raw data, which then may name the filters of plugins. */
function withFilterChoices(queries: QueryTable, names: readonly string[]): QueryTable {
  const entries = Object.entries(queries).map(([name, query]) => [
    name,
    { ...query, params: withRawFilters(query.params, names) },
  ]);
  return Object.fromEntries(entries);
}

class OpenSession implements Session {
  readonly dataset: Dataset;
  readonly facts: ClusterFacts;
  readonly queries: QueryTable;
  readonly plugins: PluginSummary;
  readonly updates = new Signal<StateUpdate>();
  readonly notices = new Signal<Notice>();
  readonly keymaps: Signal<KeymapFile>;
  readonly layouts = new Signal<NamedLayouts>();
  readonly keeping = new Signal<Kept>();
  private readonly works = new LongWorks();
  readonly busy = this.works.busy;
  private readonly startedAt: number;
  private namedLayouts: NamedLayouts;
  /** Of the additions; the same list for as long as the session lives. */
  private readonly actionSpecs: Snapshot['actions'];
  private readonly options: SessionOptions;
  private readonly places: Places;
  private readonly parts: Parts;
  private readonly lassos: LassoSource;
  private readonly answerer: ReturnType<typeof createAnswerer>;
  private readonly ahead: LookAhead | null;
  private readonly mergeAhead = new MergeAhead();
  private readonly yieldThread: () => Promise<void>;
  /** Aborted by the first question of a client. */
  private readonly untilAsked = new AbortController();
  /** The last of the actions that wait for each other. */
  private tail: Promise<unknown> = Promise.resolve();
  private readonly told = new Set<string>();
  /** What is not saved was set aside, because the program ends. */
  private discarded = false;
  /** Ids whose rows every client has. */
  private knownIds: readonly number[];

  constructor(options: SessionOptions, places: Places, parts: Parts) {
    this.options = options;
    this.places = places;
    this.parts = parts;
    this.dataset = parts.dataset;
    this.facts = parts.facts;
    this.plugins = options.plugins ?? NO_PLUGINS;
    this.startedAt = options.now();
    this.namedLayouts = parts.layouts;
    this.yieldThread = oneByOne(options.yieldThread);
    this.keymaps = parts.keymap?.changed ?? new Signal();
    this.tellUnreadableKeymap();
    const { curator, source } = parts;
    this.knownIds = curator.state.clustering.ids;
    this.lassos = createLassoSource(() => this.queries);
    const lasso = lassoQuery(this.lassos);
    const signal = signalQuery(parts.dataset);
    const rawFile = rawFileQuery(parts.dataset, options.storage);
    const preview = splitPreviewQuery(
      () => this.queries,
      async (query, clusters, params) =>
        (await this.answerer.ask(query, clusters, params, new AbortController().signal)).answer,
    );
    const filters = parts.additions.filters.map(({ name }) => name);
    this.queries = {
      ...withFilterChoices(options.queries, filters),
      ...tableQueries(() => curator.state, source),
      ...parts.additions.queries,
      ...scriptQueries,
      lasso,
      ...withFilterChoices({ signal }, filters),
      rawFile,
      split_preview: preview,
    };
    this.answerer = createAnswerer({
      queries: this.queries,
      source: () => this.answerSource(),
      yieldThread: this.yieldThread,
      settled: () => curator.settled,
      cacheBytes: options.cacheBytes ?? CACHE_BYTES,
      works: this.works,
    });
    this.ahead = this.lookAhead();
    curator.published.listen(({ before, change, replaced, rows: known }) => {
      this.mergeAhead.follow(change, this.answerSource());
      if (parts.settings !== null) keepTables(parts.settings.user, before, curator.state);
      this.updates.emit(this.update(change, replaced, known));
      parts.added.follow(curator.state.clustering.ids);
    });
    this.actionSpecs = parts.additions.actions.map(({ spec }) => spec);
    this.startAdded();
  }

  opened(): Opened {
    return {
      summary: summarize(this.dataset, this.options.kwik),
      paramsPath: this.dataset.paramsPath,
      scope: scopeOfDataset(this.dataset),
      clusterCount: this.clusters.ids.length,
      report: this.dataset.report,
      recoverable: this.recovery()?.count ?? 0,
    };
  }

  welcome(): EngineMessage & { readonly type: 'welcome' } {
    const { notices } = this.parts;
    const warnings = [...notices.splice(0).map((notice) => notice.message), ...this.dataset.report.warnings];
    return {
      type: 'welcome',
      protocol: 1,
      version: this.options.version,
      guiName: this.options.guiName,
      startedAt: this.startedAt,
      dataset: summarize(this.dataset, this.options.kwik),
      report: { ...this.dataset.report, warnings },
      state: { snapshot: this.snapshot(), rows: this.rows(), removedRows: [], change: null },
      kept: this.kept(),
      keymap: this.parts.keymap?.file ?? NO_KEYMAP,
      layouts: this.namedLayouts,
      recovery: this.recovery(),
      plugins: this.plugins,
    };
  }

  snapshot(): Snapshot {
    const { curator } = this.parts;
    const { state } = curator;
    return {
      revision: curator.revision,
      selection: state.selection,
      columns: columns(state),
      clusterTable: clusterTable(state),
      similarityTable: similarityTable(state),
      wizard: state.wizard,
      groups: state.groups,
      actions: this.actionSpecs,
      undo: undoLabel(state),
      redo: redoLabel(state),
      dirty: isDirty(state),
      unsavedCount: unsavedCount(state),
      savedAt: curator.savedAt,
      savedFiles: curator.savedFiles,
      journalAt: curator.journalAt,
      newClusterId: state.clustering.newClusterId,
    };
  }

  rows(): readonly Row[] {
    return rows(this.parts.curator.state, this.parts.source);
  }

  recovery(): Recovery | null {
    return this.parts.curator.recovery;
  }

  get clusters(): ClusterReader {
    return clusterReader(this.parts.curator.state);
  }

  ask(
    query: string,
    clusters: readonly number[],
    params: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Answered> {
    this.untilAsked.abort();
    const answer = (): Promise<Answered> => this.askWhenKnown(query, clusters, params, signal);
    return this.ahead?.during({ query, params }, clusters, answer) ?? answer();
  }

  askAtOnce(
    query: string,
    clusters: readonly number[],
    params: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Answered> {
    return this.answerer.ask(query, clusters, params, signal);
  }

  act(action: string, args: readonly unknown[] | Readonly<Record<string, unknown>>): Promise<ActionResult> {
    this.ahead?.interrupt();
    const { state } = this.parts.curator;
    const name = findAction(action, columns(state), state.groups, this.actionSpecs)?.name;
    const added = this.parts.additions.actions.find(({ spec }) => spec.name === name);
    if (added !== undefined) return this.caught(action, () => this.runAdded(added, args));
    const perform = (): Promise<ActionResult> =>
      this.inTurn(action, () => performAction(this.actionContext(), action, args));
    return this.options.usesSettings ? perform() : this.parts.added.settled().then(perform);
  }

  expect(clusters: readonly number[]): void {
    if (clusters.every((id) => this.clusters.has(id))) this.ahead?.expect(this.prediction(clusters));
  }

  recover(choice: 'restore' | 'discard'): Promise<ActionResult> {
    return this.inTurn('recover', async () => {
      const change = await this.parts.curator.recover(choice);
      return { action: 'recover', ok: true, message: change.message, change };
    });
  }

  replayInMemory(): void {
    this.parts.curator.replayInMemory();
  }

  unsaved(): number {
    const { state } = this.parts.curator;
    if (this.discarded) return 0;
    return isDirty(state) ? unsavedCount(state) : (this.recovery()?.count ?? 0);
  }

  finish(choice: 'save' | 'discard'): Promise<ActionResult> {
    return this.inTurn('exit', async () => {
      const { curator } = this.parts;
      if (choice === 'save' && isDirty(curator.state)) {
        const { message, files } = await curator.save();
        return { action: 'exit', ok: true, message, change: null, files };
      }
      if (choice === 'discard') {
        await curator.discard();
        this.discarded = isDirty(curator.state);
      }
      return { action: 'exit', ok: true, message: '', change: null };
    });
  }

  kept(): KeptValues {
    const { settings } = this.parts;
    return { user: settings?.user.values ?? {}, dataset: settings?.dataset.values ?? {} };
  }

  keep(scope: 'user' | 'dataset', key: string, value: unknown, by?: object): void {
    const { settings } = this.parts;
    if (settings === null) return;
    settings[scope].keep(key, value);
    this.keeping.emit({ scope, key, value, by });
  }

  writeKeymap(before: string | null, text: string): Promise<ActionResult> {
    return this.caught('edit_shortcuts', async () => {
      await this.parts.keymap?.replace(before, text);
      return { action: 'edit_shortcuts', ok: true, message: '', change: null };
    });
  }

  async rereadKeymap(): Promise<void> {
    await this.parts.keymap?.reread();
  }

  tell(sentence: string): void {
    // It comes from a window: nothing in it may move the cursor of a terminal.
    const plain = sentence.replaceAll(/\p{C}+/gu, ' ').trim();
    if (plain === '' || this.told.has(plain) || this.told.size >= MOST_TOLD) return;
    this.told.add(plain);
    this.options.onTold?.(plain);
  }

  /** Without a window nobody knows which actions there are, but what is no keymap at all can be said at once. */
  private tellUnreadableKeymap(): void {
    const { path, text, trouble } = this.parts.keymap?.file ?? NO_KEYMAP;
    if (trouble !== null) return this.tell(trouble);
    const written = readKeymap(text ?? '{}');
    const { profile, problems } = written;
    if (problems.length > 0) this.tell(keymapSentence(path, { profile: profile ?? 'mission', problems }));
  }

  screenshot(view: string, format: 'png' | 'svg', data: string): Promise<ActionResult> {
    return this.caught('screenshot', async () => {
      const message = await saveScreenshot(this.options.userHome, view, format, data, this.options.now());
      return { action: 'screenshot', ok: true, message, change: null };
    });
  }

  export(request: ExportRequest): Promise<ActionResult> {
    return this.caught('export', async () => {
      const { query, clusters } = request;
      const { params, answer } = await this.ask(query, clusters, request.params, new AbortController().signal);
      const { userHome, now } = this.options;
      const message = await this.whileBusy('Writing files', true, ({ progress }) =>
        saveExport(userHome, request, { query, params, answer }, now(), progress),
      );
      return { action: 'export', ok: true, message, change: null };
    });
  }

  changeLayouts(change: LayoutChange): Promise<ActionResult> {
    return this.inTurn('layouts', async () => {
      const { userHome } = this.options;
      const message = await changeLayouts(userHome, change);
      const layouts = await readLayouts(userHome);
      const isNew = JSON.stringify(layouts) !== JSON.stringify(this.namedLayouts);
      this.namedLayouts = layouts;
      if (isNew) this.layouts.emit(layouts);
      return { action: 'layouts', ok: true, message, change: null };
    });
  }

  allowPlugins(): Promise<ActionResult> {
    return this.caught('allow_plugins', async () => {
      await this.options.allowPlugins?.();
      const message = 'The plugins beside the data are allowed.';
      return { action: 'allow_plugins', ok: true, message, change: null };
    });
  }

  trouble(message: string): void {
    this.tell(message);
    this.notices.emit({ level: 'error', message });
  }

  stop(): void {
    this.works.stopAll();
  }

  async warmUp(): Promise<void> {
    const { curator } = this.parts;
    const signal = new AbortController().signal;
    const progress = makeProgress({ signal, yieldThread: this.yieldThread, isStale: () => false });
    for (const id of curator.state.clustering.ids) {
      await progress();
      if (this.clusters.has(id)) this.facts.metrics(id);
    }
    await curator.baseFingerprint();
    await this.warmQueries();
  }

  private prediction(clusters: readonly number[]): Prediction {
    return {
      clusters,
      compute: ({ query, params }, signal) => this.answerer.ask(query, clusters, params, signal, { ahead: true }),
    };
  }

  /** Looks ahead along the wizard: the next candidate, a merge, the next cluster. */
  private lookAhead(): LookAhead | null {
    const { rest } = this.options;
    if (rest === undefined) return null;
    const { curator, source } = this.parts;
    const after = (step: 'next' | 'next_best'): Prediction =>
      this.prediction(selectedIds(selectionAfter(curator.state, source, step)));
    const merged = (): readonly Prediction[] => {
      const prediction = this.mergeAhead.predict(curator.state, this.answerSource(), this.answerer);
      return prediction === null ? [] : [prediction];
    };
    return new LookAhead({
      selected: () => selectedIds(curator.state.selection),
      predicted: () => [after('next'), ...merged(), after('next_best')],
      rest: () => rest(LOOK_AHEAD_AFTER_MS),
    });
  }

  /** Asks what a window asks first: what is selected, else the top of the table. The answers stay in the cache. */
  private async warmQueries(): Promise<void> {
    const { state } = this.parts.curator;
    const selected = selectedIds(state.selection);
    const clusters = selected.length > 0 ? selected : state.clusters.shown.slice(0, 1);
    for (const [name, { service, onDemand, showsAll }] of Object.entries(this.options.queries)) {
      if (this.untilAsked.signal.aborted) return;
      if (service === true || onDemand === true || showsAll === true) continue;
      await this.answerer.ask(name, clusters, {}, this.untilAsked.signal).catch(() => undefined);
    }
  }

  async announce(url: string): Promise<void> {
    await this.places.lock.announce(url);
    await this.places.presence.announce(url).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.untilAsked.abort();
    this.ahead?.close();
    this.works.stopAll(true);
    this.parts.added.close();
    await this.tail;
    await this.options.onClosing?.();
    const { settings, curator } = this.parts;
    // Looking around alone writes nothing beside the data.
    if (settings !== null && curator.isReady) keepSelection(settings.dataset, curator.state);
    await settings?.user.settled();
    await settings?.dataset.settled();
    await this.places.lock.release();
    await this.places.presence.release();
    await this.dataset.close();
    await this.options.onClosed?.();
  }

  /** Actions wait for each other; what a person did wrong becomes a result, not an exception. */
  private inTurn(action: string, perform: () => Promise<ActionResult>): Promise<ActionResult> {
    const result = this.tail.then(() => this.caught(action, perform));
    this.tail = result.catch(() => undefined);
    return result;
  }

  private async caught(action: string, perform: () => Promise<ActionResult>): Promise<ActionResult> {
    try {
      return await perform();
    } catch (error) {
      return refusedResult(action, error);
    } finally {
      this.sayNotices();
    }
  }

  /** Trouble that came up on the way and refused nothing. */
  private sayNotices(): void {
    for (const notice of this.parts.notices.splice(0)) this.notices.emit(notice);
  }

  private actionContext(): ActionContext {
    const { curator } = this.parts;
    const { userHome, now } = this.options;
    return {
      curator,
      lassos: this.lassos,
      added: this.actionSpecs,
      nothingToCurate: this.dataset.format === 'raw' ? NOTHING_TO_CURATE : null,
      keepGroups: (groups) => writeGroups(userHome, groups, now()),
      whileBusy: (text, stoppable, run) => this.whileBusy(text, stoppable, run),
    };
  }

  /** Runs something that may take long, shown from its beginning to its end. */
  private async whileBusy<T>(text: string, stoppable: boolean, run: (query: QueryContext) => Promise<T>): Promise<T> {
    const work = this.works.begin(text, { stoppable });
    const progress = makeProgress({
      signal: new AbortController().signal,
      yieldThread: this.yieldThread,
      isStale: () => false,
      stop: work.signal,
      onProgress: (fraction) => fraction !== null && work.say(fraction),
    });
    const { clusters, facts, table } = this.answerSource();
    try {
      return await run({ dataset: this.dataset, clusters, facts, table, progress });
    } finally {
      work.end();
    }
  }

  /** Without a window nobody sees a value come later: what is asked about tables waits for it. */
  private async askWhenKnown(
    query: string,
    clusters: readonly number[],
    params: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Answered> {
    if (!this.options.usesSettings) {
      await this.parts.added.settled();
      await this.tail;
    }
    return await this.answerer.ask(query, clusters, params, signal);
  }

  private startAdded(): void {
    const { added, curator } = this.parts;
    added.start(
      {
        context: () => this.freeContext(),
        known: (ids, similar) =>
          void this.inTurn('refresh', async () => {
            curator.refresh(ids, similar);
            return { action: 'refresh', ok: true, message: '', change: null };
          }),
        trouble: (message) => this.trouble(message),
      },
      curator.state.clustering.ids,
    );
  }

  /** What additions see: the clusters as they are at each moment. */
  private freeContext(): QueryContext {
    const signal = new AbortController().signal;
    const progress = makeProgress({ signal, yieldThread: this.yieldThread, isStale: () => false });
    const { clusters, facts, table } = this.answerSource();
    return { dataset: this.dataset, clusters, facts, table, progress };
  }

  /** An added action goes on beside the others and takes its turn for each thing that it does. */
  private async runAdded(added: AddedAction, args: ActionArguments): Promise<ActionResult> {
    await this.tail;
    let change: Change | null = null;
    const inTurn = async (name: string, perform: () => Promise<ActionResult>): Promise<string> => {
      const result = await this.inTurn(name, perform);
      if (!result.ok) throw new PhyError('refused', result.message);
      change = result.change ?? change;
      return result.message;
    };
    const tools: ActionTools = {
      selected: () => selectedIds(this.parts.curator.state.selection),
      context: this.freeContext(),
      ask: async (query, clusters, params) =>
        (await this.ask(query, clusters, params, new AbortController().signal)).answer,
      act: async (name, given) => {
        const result = await this.act(name, given);
        if (!result.ok) throw new PhyError('refused', result.message);
        change = result.change ?? change;
        return result.message;
      },
      split: (name, clusterIds, spikes, labels, by) =>
        inTurn(name, async () => {
          const gone = clusterIds.find((id) => !this.clusters.has(id));
          if (gone !== undefined) throw new PhyError('refused', `Cluster ${gone} is not there any more.`);
          const made = await this.parts.curator.commit({ type: 'split', spikes, labels, by, action: name });
          return { action: name, ok: true, message: made.message, change: made };
        }),
      export: async (request) => {
        const result = await this.export(request);
        if (!result.ok) throw new PhyError('refused', result.message);
        return result.message;
      },
    };
    const message = await added.run(args, tools);
    return { action: added.spec.name, ok: true, message, change };
  }

  private answerSource(): AnswerSource {
    const { curator, source } = this.parts;
    const { dataset, facts } = this;
    const { revision, clusteringRevision, contentRevision } = curator;
    const clusters = clusterReader(curator.state);
    const table = tableReader(curator.state, source);
    return { dataset, clusters, facts, table, revision, clusteringRevision, contentRevision };
  }

  private update(change: Change | null, replaced: boolean, known: readonly number[] = []): StateUpdate {
    const { curator, source } = this.parts;
    const { state } = curator;
    const before = this.knownIds;
    this.knownIds = state.clustering.ids;
    const snapshot = this.snapshot();
    if (replaced) {
      const removedRows = before.filter((id) => !state.clustering.clusters.has(id));
      return { snapshot, rows: rows(state, source), removedRows, change };
    }
    if (change === null) {
      const ids = known.filter((id) => state.clustering.clusters.has(id));
      return { snapshot, rows: rows(state, source, ids), removedRows: [], change };
    }
    return { snapshot, ...rowsAfter(state, source, change), change };
  }
}
