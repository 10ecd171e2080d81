/**
 * Keeps one view's picture up to date without React: which clusters, when to ask, and the one place where an answer that came too late is
 * dropped. The phases and their timings are those of look.md 7.
 */
import { type StoreApi, createStore } from 'zustand/vanilla';
import { sameIds } from '../../core/base/arrays.ts';
import { PhyError, isAborted } from '../../core/base/errors.ts';
import type { ParamSpecs, ParamValue } from '../../core/base/params.ts';
import type { Dispose } from '../../core/base/scope.ts';
import { Scope } from '../../core/base/scope.ts';
import type { Snapshot } from '../../core/protocol/messages.ts';
import type { Answer } from '../client/client.ts';
import { arrivalsOf } from './arrivals.ts';
import type { ViewInstance, ViewState } from './instance.ts';
import { type Links, linksOf } from './links.ts';
import { clustersText } from './shown.ts';

type Params = Readonly<Record<string, ParamValue>>;

/** What is on screen: an answer and what it answers. */
export interface Picture<A> {
  readonly answer: A;
  readonly clusters: readonly number[];
  /** Clusters selected beyond the view's limit, 0 when all are shown. */
  readonly beyondLimit: number;
  readonly params: Params;
  readonly revision: number;
}
export interface FeedState<A> {
  readonly picture: Picture<A> | null;
  readonly error: PhyError | null;
  /** True once a request without any picture has taken so long that a line of text is due. */
  readonly slow: boolean;
}

/**
 * Parameters for the engine, beside those of the view's values, for the clusters about to be asked for. null: not known yet (the size of a
 * plot that is about to appear), so nothing is asked.
 */
export type Overrides = (values: Params, links: Links, clusters: readonly number[]) => Params | null;

/** The values the engine gets: everything that does not only change the drawing. */
export function askParams(specs: ParamSpecs, values: Params): Params {
  return Object.fromEntries(Object.entries(values).filter(([name]) => specs[name]?.drawOnly !== true));
}

/** Clusters then similar ones, each once: the order is the colour. */
function selected(snapshot: Snapshot): readonly number[] {
  return [...new Set([...snapshot.selection.clusters, ...snapshot.selection.similar])];
}

const DIM_AFTER_MS = 120;
const TEXT_AFTER_MS = 300;

/**
 * Which clusters a view asks for: those selected (an empty selection leaves the picture as it is), those selected or none at all, or every
 * row that the cluster view shows, ascending (sorting the table then asks for nothing).
 */
export type Follow = 'selection' | 'optionalSelection' | 'table';

export interface FeedOptions<A> {
  /** `selection` unless stated. */
  readonly follow?: Follow;
  /** The query to ask where it is not that of the view. */
  readonly query?: string;
  /** Stores that `overrides` reads beside those of the view: a change there may ask again. */
  readonly also?: readonly StoreApi<unknown>[];
  /** True when a picture of the same clusters needs no dimming while other data for them are on their way (another part of the recording). */
  readonly quiet?: boolean;
  readonly overrides?: Overrides;
  /** Calls back when something else changed that `overrides` reads, until disposed. */
  watch?(changed: () => void): Dispose;
  /** True when the answer is made of cells of the cluster view: then it is asked for again whenever a row changes. */
  readonly cells?: boolean;
  /** Parameters that only say which part and how finely: while these alone differ, the picture is replaced without being dimmed. */
  readonly sharpening?: readonly string[];
  /** Called for every accepted answer, before it is shown. */
  accepted?(picture: Picture<A>): void;
  /** Right side of the status line for a picture (shown.ts). */
  shown(picture: Picture<A>): string;
}

export class AnswerFeed<A> {
  readonly state: StoreApi<FeedState<A>>;
  private readonly view: ViewInstance;
  private readonly options: FeedOptions<A>;
  /** The selection that the view follows, complete; frozen while automatic update is off. */
  private followed: readonly number[] = [];
  /** Rows of the cluster view that `followed` was made of. */
  private shownRows: readonly number[] = [];
  /** Grows when clusters changed, so that grey background spikes follow although the selection stayed. */
  private epoch = 0;
  private lastChange: unknown = null;
  private lastRows: unknown = null;
  private lastRevision = 0;
  private askedKey = '';
  /** What the picture shows, apart from the parameters that only sharpen it. */
  private picturedKey = '';
  private number = 0;
  private abort: AbortController | null = null;
  private timers: ReturnType<typeof setTimeout>[] = [];

  constructor(view: ViewInstance, options: FeedOptions<A>) {
    this.view = view;
    this.options = options;
    this.state = createStore<FeedState<A>>(() => ({ picture: null, error: null, slow: false }));
  }

  /** Follows selection, parameters, links and visibility until disposed. */
  start(): Dispose {
    const scope = new Scope();
    const evaluate = (): void => this.evaluate();
    scope.add(this.view.client.mirror.subscribe(evaluate));
    scope.add(this.view.state.subscribe(evaluate));
    scope.add(linksOf(this.view.client).subscribe(evaluate));
    if (this.options.watch !== undefined) scope.add(this.options.watch(evaluate));
    for (const store of this.options.also ?? []) scope.add(store.subscribe(evaluate));
    scope.add(() => this.cancel());
    this.evaluate();
    return () => scope.dispose();
  }

  /** Asks again for what is selected, after an error or when the view wants another draw of the same clusters. */
  retry(): void {
    this.askedKey = '';
    this.evaluate();
  }

  private evaluate(): void {
    const { dataset, snapshot } = this.view.client.mirror.getState();
    if (dataset === null || snapshot === null) return;
    if (this.view.spec.missing(dataset) !== null) return this.setView({ phase: 'missing' });
    this.follow(snapshot);
    if (!this.view.state.getState().visible) return;
    const clusters = this.asked();
    if (clusters.length === 0 && this.options.follow !== 'optionalSelection') {
      if (this.state.getState().picture === null && this.abort === null) this.setView({ phase: 'empty', shown: '' });
      return;
    }
    const params = this.params(clusters);
    if (params === null) {
      if (this.state.getState().picture === null) this.setView({ phase: 'loading' });
      return;
    }
    const key = JSON.stringify([clusters, params, this.epoch]);
    if (key === this.askedKey) return;
    this.askedKey = key;
    this.ask(clusters, params, snapshot.revision);
  }

  /** Takes over selection and clustering changes unless automatic update is off. An empty selection leaves the picture as it is. */
  private follow(snapshot: Snapshot): void {
    if (!this.view.state.getState().autoUpdate) return;
    const { lastChange, rows } = this.view.client.mirror.getState();
    const restarted = snapshot.revision < this.lastRevision;
    this.lastRevision = snapshot.revision;
    if (restarted || (lastChange !== this.lastChange && (lastChange?.added.length ?? 0) > 0)) this.epoch += 1;
    else if (this.options.cells === true && rows !== this.lastRows) this.epoch += 1;
    this.lastChange = lastChange;
    this.lastRows = rows;
    const wanted = this.wanted(snapshot);
    if (wanted.length > 0 || this.options.follow === 'optionalSelection') this.followed = wanted;
  }

  private wanted(snapshot: Snapshot): readonly number[] {
    if (this.options.follow !== 'table') return selected(snapshot);
    const { shown } = snapshot.clusterTable;
    if (shown === this.shownRows) return this.followed;
    this.shownRows = shown;
    return shown.toSorted((a, b) => a - b);
  }

  /** The followed clusters up to the view's limit, without those that a change took away while the view was frozen. */
  private asked(): readonly number[] {
    const { rows } = this.view.client.mirror.getState();
    const limit = this.view.spec.maxClusters;
    const shown = limit > 0 ? this.followed.slice(0, limit) : this.followed;
    return shown.filter((id) => rows.has(id));
  }

  private params(clusters: readonly number[]): Params | null {
    const { values } = this.view.state.getState();
    const links = linksOf(this.view.client).getState();
    const overrides = this.options.overrides?.(values, links, clusters);
    if (overrides === null) return null;
    return { ...askParams(this.view.spec.params, values), ...overrides };
  }

  /** Clusters and parameters without those that only sharpen. */
  private contentKey(clusters: readonly number[], params: Params): string {
    const sharpening = this.options.sharpening ?? [];
    const content = Object.entries(params).filter(([name]) => !sharpening.includes(name));
    return JSON.stringify([clusters, content, this.epoch]);
  }

  private ask(clusters: readonly number[], params: Params, revision: number): void {
    this.cancel();
    const number = ++this.number;
    const abort = new AbortController();
    this.abort = abort;
    const contentKey = this.contentKey(clusters, params);
    this.announce(clusters, contentKey);
    const limit = this.view.spec.maxClusters;
    const beyondLimit = limit > 0 ? Math.max(0, this.followed.length - limit) : 0;
    // What only sharpens the picture comes while the view is moved: it does not wait for others.
    const expected = contentKey === this.picturedKey ? null : arrivalsOf(this.view.client).expect();
    abort.signal.addEventListener('abort', () => expected?.gone());
    const receive = (answer: Answer<A>): void => {
      if (number === this.number) this.stopTimers();
      const show = (): void => {
        try {
          this.receive(number, revision, answer, { clusters, beyondLimit }, contentKey);
        } catch (error) {
          this.fail(number, error);
        }
      };
      if (expected === null) show();
      else expected.arrived(show);
    };
    this.view.client
      .ask<A>(this.options.query ?? this.view.spec.query, clusters, params, abort.signal)
      .then(receive)
      .catch((error: unknown) => this.fail(number, error))
      .finally(() => expected?.gone());
  }

  /** The only place that decides whether an answer is still wanted: newest request, and no older state than when it was asked. */
  private receive(
    number: number,
    revision: number,
    answer: Answer<A>,
    of: { readonly clusters: readonly number[]; readonly beyondLimit: number },
    contentKey: string,
  ): void {
    if (number !== this.number || answer.revision < revision) return;
    this.settle();
    this.picturedKey = contentKey;
    const picture = { answer: answer.answer, params: answer.params, revision: answer.revision, ...of };
    this.options.accepted?.(picture);
    this.state.setState({ picture, error: null, slow: false });
    const answered = { clusters: of.clusters, params: answer.params };
    this.setView({ phase: 'ready', drawn: of.clusters, answered, shown: this.options.shown(picture) });
  }

  private fail(number: number, error: unknown): void {
    if (number !== this.number || isAborted(error)) return;
    this.settle();
    const known = error instanceof PhyError ? error : new PhyError('refused', describe(error));
    this.state.setState({ error: known, slow: false });
    this.setView({ phase: known.kind === 'missing' ? 'missing' : 'error', answered: null, shown: '' });
  }

  /**
   * Header and axes at once, dimming after 120 ms, words after 300 ms: an answer that comes sooner changes nothing but the picture. One
   * that only sharpens what is on screen, or shows another part of the same, is not announced.
   */
  private announce(clusters: readonly number[], contentKey: string): void {
    if (contentKey === this.picturedKey) return;
    const shown = `updating for ${clustersText(clusters)}`;
    const { picture } = this.state.getState();
    if (picture !== null && this.options.quiet === true && sameIds(picture.clusters, clusters)) return;
    if (picture === null) {
      // In a task of its own for each view: plots that appear all at once would block the page.
      this.later(0, () => this.setView({ phase: 'loading' }));
      this.later(TEXT_AFTER_MS, () => {
        this.state.setState({ slow: true });
        this.setView({ shown });
      });
    } else this.later(DIM_AFTER_MS, () => this.setView({ phase: 'updating', shown }));
  }

  private later(milliseconds: number, run: () => void): void {
    this.timers.push(setTimeout(run, milliseconds));
  }

  private settle(): void {
    this.stopTimers();
    this.abort = null;
  }

  private stopTimers(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
  }

  private cancel(): void {
    this.abort?.abort();
    this.number += 1;
    this.settle();
  }

  private setView(change: Partial<ViewState>): void {
    const state = this.view.state.getState();
    const changed =
      (change.phase !== undefined && change.phase !== state.phase) ||
      (change.shown !== undefined && change.shown !== state.shown) ||
      change.drawn !== undefined ||
      (change.answered !== undefined && change.answered !== state.answered);
    // Setting nothing new would call every subscriber, this feed among them, for nothing.
    if (changed) this.view.state.setState(change);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
