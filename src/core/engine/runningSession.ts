/** The session of one open dataset: questions, actions in turn, and what everybody is told. `openSession` makes it. */
import type { Kept, KeptValues, Notice, Opened, Places, Session, SessionOptions } from './session.ts';
import { PhyError } from '../base/errors.ts';
import { Signal } from '../base/scope.ts';
import { withRawFilters } from '../base/viewParams.ts';
import type { ClusterFacts } from '../analysis/clusterFacts.ts';
import {
  clusterReader,
  clusterTable,
  columns,
  isDirty,
  redoLabel,
  rows,
  rowsAfter,
  selectionAfter,
  similarityTable,
  undoLabel,
  unsavedCount,
  type CurationSource,
} from '../curation/curation.ts';
import { counted, listed } from '../curation/sentences.ts';
import { selectedIds, type Change, type ClusterReader, type Row } from '../curation/state.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { scopeOfDataset } from '../dataset/open.ts';
import type {
  ActionResult,
  EngineMessage,
  KeymapFile,
  PluginSummary,
  Recovery,
  Snapshot,
  StateUpdate,
} from '../protocol/messages.ts';
import { findAction, keymapSentence, NOTHING_TO_CURATE, readKeymap, type ActionArguments } from '../actions/index.ts';
import { performAction, refusedResult, type ActionContext } from './actions.ts';
import type { AddedValues } from './addedValues.ts';
import type { ActionTools, AddedAction, Additions } from './additions.ts';
import { writeGroups } from './config.ts';
import { createAnswerer, type Answered, type AnswerSource } from './answer.ts';
import type { Curator } from './curator.ts';
import type { KeymapHolder } from './keymapFile.ts';
import { saveExport, type ExportRequest } from './exports.ts';
import { changeLayouts, readLayouts, type LayoutChange, type NamedLayouts } from './layouts.ts';
import { LookAhead, type Prediction } from './lookAhead.ts';
import { MergeAhead } from './mergeAhead.ts';
import { createLassoSource, lassoQuery, type LassoSource } from './lasso.ts';
import { LongWorks } from './longWork.ts';
import { makeProgress, oneByOne } from './progress.ts';
import type { QueryContext, QueryTable } from './query.ts';
import { rawFileQuery } from './rawFileQuery.ts';
import { saveScreenshot } from './screenshots.ts';
import { signalQuery } from './signalQuery.ts';
import type { Settings } from './settings.ts';
import { splitPreviewQuery } from './splitPreview.ts';
import { summarize } from './summary.ts';
import { scriptQueries } from './scriptQueries.ts';
import { tableQueries, tableReader } from './tableQueries.ts';
import { keepSelection, keepTables } from './tableSettings.ts';

/** Whoever goes on within this time is not held up by what is done ahead. */
const LOOK_AHEAD_AFTER_MS = 120;
const CACHE_BYTES = 256 * 2 ** 20;
/** So long saving waits for values of plugins. */
const WAIT_FOR_VALUES_MS = 5000;
/** What is said of clusters whose values of plugins were not known when saving. */
function missingSentence(count: number, names: readonly string[]): string {
  if (count === 0) return '';
  const columnsText = names.length === 1 ? `${names[0]} is` : `${listed(names)} are`;
  return `In cluster_info.tsv ${columnsText} still empty for ${counted(count, 'cluster')}; the next save fills the values in.`;
}

const NO_PLUGINS: PluginSummary = { plugins: [], troubles: [], asking: null };
const NO_KEYMAP: KeymapFile = { path: '', text: null, trouble: null };
/** A window that goes wild must not fill the terminal. */
const MOST_TOLD = 100;

/** Settings of the user, and those kept beside the data. */
export interface BothSettings {
  readonly user: Settings;
  readonly dataset: Settings;
}

/** What a session is made of. */
export interface Parts {
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

export class RunningSession implements Session {
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
      journalTrouble: this.parts.curator.trouble,
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
        const { message, files } = await curator.save(await this.waitForValues());
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
      // A plugin works on in its thread, and what a person asks would wait behind it.
      isWorthwhile: (query) => !Object.hasOwn(this.parts.additions.queries, query),
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
      waitForValues: () => this.waitForValues(),
    };
  }

  /**
   * Before saving: what plugins compute of new clusters belongs into cluster_info.tsv. Waits for it, but not for ever; a sentence when something
   * is missing still, else ''.
   */
  private async waitForValues(): Promise<string> {
    const { added, curator } = this.parts;
    const missing = (): number => added.missing(curator.state.clustering.ids);
    if (missing() === 0) return '';
    const settled = added.settled();
    const { rest } = this.options;
    await (rest === undefined ? settled : Promise.race([settled, rest(WAIT_FOR_VALUES_MS)]));
    return missingSentence(missing(), added.names);
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
