/** Runs queries: validates, bounds, caches, cancels, measures. Every answer that leaves the engine was made here. */
import { abortedError, PhyError } from '../base/errors.ts';
import { ByteLru } from '../base/lru.ts';
import { isNdArray } from '../base/nd.ts';
import { parseParams, type ParamSpecs, type ParamValue } from '../base/params.ts';
import type { ClusterFacts } from '../analysis/clusterFacts.ts';
import type { ClusterReader } from '../curation/state.ts';
import type { Dataset } from '../dataset/dataset.ts';
import type { LongWorks, Work } from './longWork.ts';
import { makeProgress } from './progress.ts';
import type { MissingPart, Query, QueryTable, TableReader } from './query.ts';

/** What queries see of the session at this moment. */
export interface AnswerSource {
  readonly dataset: Dataset;
  readonly clusters: ClusterReader;
  readonly facts: ClusterFacts;
  readonly table: TableReader;
  /** Grows with every state. */
  readonly revision: number;
  /** Grows when spikes change cluster: a computation that began before must not go on. */
  readonly clusteringRevision: number;
  /** Grows when spikes change cluster or metadata changes. */
  readonly contentRevision: number;
}

export interface Answered {
  /** Of the state it was computed on. */
  readonly revision: number;
  /** Every parameter with the value in force. */
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly answer: unknown;
  readonly engineMs: number;
}

export interface Answerer {
  /**
   * Answers a query. Throws `usage` for unknown names, wrong parameters and clusters that do not exist, `missing` with the fact
   * `missing: MissingPart[]` when the dataset lacks what it needs, `aborted` when cancelled.
   */
  ask(
    query: string,
    clusters: readonly number[],
    params: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
    options?: AskOptions,
  ): Promise<Answered>;
  /**
   * Computes an answer on clusters that may come to be, and gives what puts it into the cache; to be called once they are exactly that, and
   * nothing else has changed.
   */
  foresee(
    clusters: Pick<AnswerSource, 'clusters' | 'facts'>,
    query: string,
    clusterIds: readonly number[],
    params: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<() => void>;
}

export interface AskOptions {
  /** True for what nobody waits for yet: it gives way to all questions, and nobody is told that it takes long. */
  readonly ahead?: boolean;
}

interface AnswererOptions {
  readonly queries: QueryTable;
  readonly source: () => AnswerSource;
  readonly yieldThread: () => Promise<void>;
  /** Resolves when no change of clusters is being written down: until then the state that `source` shows belongs to nobody. */
  readonly settled: () => Promise<void>;
  /** Limit of the answer cache. */
  readonly cacheBytes: number;
  /** Where answers that take long are shown and can be stopped. */
  readonly works: LongWorks;
}

/** An answer that takes longer than this and says how far it has come is worth a progress bar; another one is shown later. */
const LONG_MS = 300;
const VERY_LONG_MS = 1000;

export function createAnswerer(options: AnswererOptions): Answerer {
  const { queries, source, yieldThread, settled, cacheBytes } = options;
  const cache = new ByteLru<unknown>(cacheBytes);
  const traffic = new Traffic(yieldThread);

  const keep = (key: string, query: Query<ParamSpecs, unknown>, answer: unknown): void => {
    if (query.uncached !== true) cache.set(key, answer, answerBytes(answer));
  };

  const compute = async (
    query: Query<ParamSpecs, unknown>,
    params: Readonly<Record<string, ParamValue>>,
    clusterIds: readonly number[],
    signal: AbortSignal,
    ahead: boolean,
  ): Promise<unknown> => {
    const now = source();
    const key = cacheKey(query, params, clusterIds, now);
    const known = query.uncached === true ? undefined : cache.get(key);
    if (known !== undefined) return known;
    const answer = await run(now, query, params, clusterIds, signal, ahead);
    keep(key, query, answer);
    return answer;
  };

  /** Without the cache. Throws `aborted` when spikes change cluster meanwhile. */
  const run = async (
    { dataset, clusters, facts, table, clusteringRevision }: AnswerSource,
    query: Query<ParamSpecs, unknown>,
    params: Readonly<Record<string, ParamValue>>,
    clusterIds: readonly number[],
    signal: AbortSignal,
    ahead: boolean,
  ): Promise<unknown> => {
    const isStale = (): boolean => source().clusteringRevision !== clusteringRevision;
    const lane = traffic.enter(ahead || query.background?.(params) === true);
    const work = options.works.begin(query.doing ?? `Computing ${query.name}`, { stoppable: true, quiet: true });
    const onProgress = ahead ? undefined : sayWhenLong(work);
    const yieldNow = (): Promise<void> => lane.yieldThread();
    const progress = makeProgress({ signal, yieldThread: yieldNow, isStale, stop: work.signal, onProgress });
    let answer: unknown;
    try {
      // Requests that arrive together begin in turns of their own: whatever comes between them does not wait for all.
      await lane.yieldThread();
      answer = await query.run({ dataset, clusters, facts, table, progress }, params, clusterIds);
    } finally {
      lane.leave();
      work.end();
    }
    if (isStale()) throw abortedError();
    return answer;
  };

  /** The query and its parameters in force. Throws `usage`, and `missing` when the dataset lacks what it needs. */
  const prepare = (name: string, given: Readonly<Record<string, unknown>>) => {
    const query = findQuery(queries, name);
    const checked = checkParams(query, given);
    refuseMissing(query, source().dataset, checked);
    return { query, params: query.inForce?.(source().dataset, checked) ?? checked };
  };

  return {
    async ask(name, clusters, given, signal, { ahead = false } = {}) {
      const started = performance.now();
      const { query, params } = prepare(name, given);
      for (;;) {
        await settled();
        const { revision, clusteringRevision } = source();
        const { shown, dropped } = boundClusters(query, clusters, source().clusters);
        try {
          const answer = await compute(query, params, shown, signal, ahead);
          return { revision, params, answer: withDropped(answer, dropped), engineMs: performance.now() - started };
        } catch (error) {
          // Spikes changed cluster meanwhile: what was computed belongs to no state. Ask the new one, unless nobody waits any more.
          if (signal.aborted || source().clusteringRevision === clusteringRevision) throw error;
          if (!clusters.every((id) => source().clusters.has(id))) throw abortedError();
        }
      }
    },

    async foresee(foreseen, name, clusters, given, signal) {
      const { query, params } = prepare(name, given);
      await settled();
      const { shown } = boundClusters(query, clusters, foreseen.clusters);
      const answer = await run({ ...source(), ...foreseen }, query, params, shown, signal, true);
      return () => keep(cacheKey(query, params, shown, source()), query, answer);
    },
  };
}

/** Lets background requests go on only while no other one is on its way. */
class Traffic {
  private readonly giveTurn: () => Promise<void>;
  private others = 0;
  private waiting: (() => void)[] = [];

  constructor(giveTurn: () => Promise<void>) {
    this.giveTurn = giveTurn;
  }

  /** A request begins; `leave` when it has ended, however. */
  enter(isBackground: boolean): { yieldThread(): Promise<void>; leave(): void } {
    if (isBackground) return { yieldThread: () => this.giveWay(), leave: () => undefined };
    this.others += 1;
    return { yieldThread: this.giveTurn, leave: () => this.left() };
  }

  private left(): void {
    this.others -= 1;
    if (this.others > 0) return;
    for (const go of this.waiting.splice(0)) go();
  }

  private async giveWay(): Promise<void> {
    await this.giveTurn();
    while (this.others > 0) await new Promise<void>((go) => this.waiting.push(go));
  }
}

/** Shows work only once it has taken long. */
function sayWhenLong(work: Work): (fraction: number | null) => void {
  const started = performance.now();
  let latest: number | null = null;
  return (fraction) => {
    latest = fraction ?? latest;
    if (performance.now() - started >= (latest === null ? VERY_LONG_MS : LONG_MS)) work.say(latest);
  };
}

/** The query of that name. Throws `usage` with the list of names. */
export function findQuery(queries: QueryTable, name: string): Query<ParamSpecs, unknown> {
  const query = Object.hasOwn(queries, name) ? queries[name] : undefined;
  if (query === undefined) {
    throw new PhyError('usage', `There is no view ${name}. Known: ${Object.keys(queries).join(', ')}.`, {
      query: name,
    });
  }
  return query;
}

/** Parameters with their values in force; those that only change the drawing are not known here. Throws `usage`. */
export function checkParams(
  query: Query<ParamSpecs, unknown>,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, ParamValue>> {
  const specs = engineParams(query);
  const params: Readonly<Record<string, ParamValue>> = parseParams(specs, given);
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.kind === 'text' && spec.required === true && params[name] === '') {
      throw new PhyError('usage', `${query.name} needs the parameter ${name}. ${spec.doc}`, { name });
    }
  }
  return params;
}

/** The declarations that concern the engine. */
function engineParams(query: Query<ParamSpecs, unknown>): ParamSpecs {
  return Object.fromEntries(Object.entries(query.params).filter(([, spec]) => spec.drawOnly !== true));
}

/** Throws `missing` when the dataset lacks what the query needs. */
export function refuseMissing(
  query: Query<ParamSpecs, unknown>,
  dataset: Dataset,
  params: Readonly<Record<string, ParamValue>>,
): void {
  const missing: readonly MissingPart[] = query.missing(dataset, params);
  if (missing.length === 0) return;
  throw new PhyError('missing', `This dataset has no ${missing.map(describePart).join(', no ')}.`, { missing });
}

function describePart(part: MissingPart): string {
  const words: Readonly<Record<MissingPart, string>> = {
    traces: 'raw data',
    templates: 'templates',
    features: 'features',
    templateFeatures: 'template features',
    amplitudes: 'amplitudes',
    spikeAttribute: 'spike attribute of that name',
  };
  return words[part];
}

/** Throws `usage` naming the first id that is no cluster. */
export function requireClusters(clusters: readonly number[], reader: ClusterReader): void {
  const unknown = clusters.find((id) => !reader.has(id));
  if (unknown !== undefined) throw new PhyError('usage', `There is no cluster ${unknown}.`, { cluster: unknown });
}

/** The clusters that the view can show, without duplicates, and those beyond its limit. A view of all clusters takes none for every one. */
function boundClusters(
  query: Query<ParamSpecs, unknown>,
  clusters: readonly number[],
  reader: ClusterReader,
): { readonly shown: readonly number[]; readonly dropped: readonly number[] } {
  requireClusters(clusters, reader);
  const all = query.showsAll === true && clusters.length === 0;
  const unique = all ? reader.ids : [...new Set(clusters)];
  const limit = query.maxClusters === 0 ? unique.length : query.maxClusters;
  return { shown: unique.slice(0, limit), dropped: unique.slice(limit) };
}

function withDropped(answer: unknown, dropped: readonly number[]): unknown {
  if (dropped.length === 0 || typeof answer !== 'object' || answer === null) return answer;
  return { ...answer, dropped };
}

/**
 * Ids are never used again and clusters never change, so ids and spike counts say everything about clusters; an answer that looks at
 * other clusters too (a background, a whole table) also depends on all the rest of the curation.
 */
function cacheKey(
  query: Query<ParamSpecs, unknown>,
  params: Readonly<Record<string, ParamValue>>,
  clusterIds: readonly number[],
  { clusters, contentRevision }: AnswerSource,
): string {
  const sized = clusterIds.map((id) => [id, clusters.spikesOf(id).length]);
  const others = query.ownClustersOnly === true ? null : contentRevision;
  return JSON.stringify([query.name, params, sized, others]);
}

/** About how much memory an answer takes: its arrays, and something for each other value. */
function answerBytes(value: unknown): number {
  if (typeof value === 'string') return 2 * value.length + 16;
  if (typeof value !== 'object' || value === null) return 16;
  if (isNdArray(value)) return value.data.byteLength + 128;
  return Object.values(value).reduce<number>((sum, member) => sum + answerBytes(member), 64);
}
