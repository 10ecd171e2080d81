/**
 * Tiles of raw data that this window has, shared by all views that show them, and the one place that asks the engine for more: what is visible
 * first, then what lies beside it, then a coarse picture of everything, then better tiles where something was only read in part. One request is
 * under way at a time; it is given up when nobody wants it any more.
 */
import { type StoreApi, createStore } from 'zustand/vanilla';
import { PhyError, isAborted } from '../../core/base/errors.ts';
import { ByteLru } from '../../core/base/lru.ts';
import { columnsOfTile, samplesPerTile, type SignalAnswer, TILE_COLUMNS } from '../../core/base/tiles.ts';
import type { Client } from '../client/client.ts';
import { type SignalTile, type TileLookup, tileOf } from './signalTiles.ts';

/** What one view has on screen. */
export interface SignalWant {
  readonly filter: string;
  readonly level: number;
  /** Samples [start, end). */
  readonly start: number;
  readonly end: number;
}

export interface SignalState {
  /** Grows with every answer. */
  readonly version: number;
  /** Rank of each channel by depth, lowest first; null before the first answer. */
  readonly ranks: Int32Array | null;
  /** µV per raw unit of each channel; null where nothing says it. */
  readonly microvolts: Float64Array | null;
  /** Why the last request failed; nothing more is asked for until `retry`. */
  readonly error: PhyError | null;
}

const KEPT_BYTES = 160 * 2 ** 20;
/** Most tiles of one request. */
const MOST_TILES = 8;
/** What three screens of a large window take. */
const ROOMY_TILES = 40;

/** From the most urgent on. */
const URGENCIES = ['visible', 'beside', 'overview', 'better'] as const;
type Urgency = (typeof URGENCIES)[number];

interface Job {
  readonly urgency: Urgency;
  readonly filter: string;
  readonly level: number;
  readonly first: number;
  readonly count: number;
}

export class SignalStore {
  readonly state: StoreApi<SignalState>;
  private readonly client: Client;
  private readonly tiles = new ByteLru<SignalTile>(KEPT_BYTES);
  private readonly wants = new Map<object, SignalWant>();
  private current: { readonly job: Job; readonly abort: AbortController } | null = null;

  constructor(client: Client) {
    this.client = client;
    this.state = createStore<SignalState>(() => ({ version: 0, ranks: null, microvolts: null, error: null }));
  }

  /** What `owner` shows now; null when it shows nothing. */
  want(owner: object, want: SignalWant | null): void {
    if (want === null) this.wants.delete(owner);
    else this.wants.set(owner, want);
    this.next();
  }

  lookup(filter: string): TileLookup {
    return (level, index) => this.tiles.get(keyOf(filter, level, index));
  }

  retry(): void {
    this.state.setState({ error: null });
    this.next();
  }

  private get sampleCount(): number {
    const dataset = this.client.mirror.getState().dataset;
    return dataset === null ? 0 : Math.round(dataset.durationSeconds * dataset.sampleRate);
  }

  /** False for so many channels that tiles beside the visible ones would push these out. */
  private get isRoomy(): boolean {
    const channels = this.client.mirror.getState().dataset?.channelCount ?? 0;
    return ROOMY_TILES * TILE_COLUMNS * channels * 8 <= KEPT_BYTES;
  }

  /** Starts the most urgent request, unless it is under way, or one as urgent that is still wanted. */
  private next(): void {
    const { current } = this;
    const job = this.mostUrgent();
    if (current !== null) {
      if (job !== null && isPartOf(job, current.job)) return;
      const wanted = this.isWanted(current.job);
      if (wanted && (job === null || rank(job) >= rank(current.job))) return;
      current.abort.abort();
      this.current = null;
    }
    if (job !== null && this.state.getState().error === null) this.start(job);
  }

  private start(job: Job): void {
    const abort = new AbortController();
    const current = { job, abort };
    this.current = current;
    const { filter, level, first, count, urgency } = job;
    const params = { filter, level, first, count, refine: urgency === 'better', background: urgency !== 'visible' };
    this.client
      .ask<SignalAnswer>('signal', [], params, abort.signal)
      .then(({ answer }) => this.current === current && this.receive(job, answer))
      .catch((error: unknown) => this.current === current && this.fail(error));
  }

  private receive({ filter }: Job, { level, tiles, stage, rows, microvolts }: SignalAnswer): void {
    this.current = null;
    for (const data of tiles) {
      const tile = tileOf(level, data, stage);
      if (tile !== undefined) this.tiles.set(keyOf(filter, level, tile.index), tile, tile.bytes);
    }
    const { version } = this.state.getState();
    this.state.setState({ version: version + 1, ranks: rows.data, microvolts: microvolts?.data ?? null });
    this.next();
  }

  private fail(error: unknown): void {
    this.current = null;
    if (isAborted(error)) return this.next();
    const message = error instanceof Error ? error.message : String(error);
    this.state.setState({ error: error instanceof PhyError ? error : new PhyError('refused', message) });
  }

  private mostUrgent(): Job | null {
    for (const urgency of URGENCIES) {
      if (!this.isRoomy && (urgency === 'beside' || urgency === 'overview')) continue;
      for (const want of this.wants.values()) {
        const job = this.jobFor(want, urgency);
        if (job !== null) return job;
      }
    }
    return null;
  }

  private jobFor(want: SignalWant, urgency: Urgency): Job | null {
    const { filter, level, start, end } = want;
    const tile = (sample: number): number => Math.floor(sample / samplesPerTile(level));
    const [first, last] = [tile(start), tile(end - 1)];
    const run = (from: number, to: number, at = level): Job | null => this.run(urgency, filter, at, from, to);
    switch (urgency) {
      case 'visible':
      case 'better':
        return run(first, last);
      case 'beside':
        return run(last + 1, tile(2 * end - start)) ?? run(tile(2 * start - end), first - 1);
      case 'overview':
        return run(0, 0, Math.max(0, Math.ceil(Math.log2(this.sampleCount / TILE_COLUMNS))));
    }
  }

  /** The first tiles in a range that are not good enough, as many neighbours as one request may have. */
  private run(urgency: Urgency, filter: string, level: number, from: number, to: number): Job | null {
    const needs = (index: number): boolean => {
      const stage = this.tiles.get(keyOf(filter, level, index))?.stage ?? 'glance';
      return urgency === 'better' ? stage !== 'done' : stage === 'glance';
    };
    const exists = (index: number): boolean => columnsOfTile(level, index, this.sampleCount) > 0;
    let first = Math.max(0, from);
    while (first <= to && exists(first) && !needs(first)) first += 1;
    if (first > to || !exists(first)) return null;
    let count = 1;
    while (count < MOST_TILES && first + count <= to && exists(first + count) && needs(first + count)) count += 1;
    return { urgency, filter, level, first, count };
  }

  /** Whether a request under way is about something that some view has on screen or beside it. */
  private isWanted({ filter, level, first, count, urgency }: Job): boolean {
    if (urgency === 'overview') return this.wants.size > 0;
    for (const want of this.wants.values()) {
      if (want.filter !== filter || want.level !== level) continue;
      const reach = urgency === 'beside' ? want.end - want.start : 0;
      const size = samplesPerTile(level);
      if (first * size < want.end + reach && (first + count) * size > want.start - reach) return true;
    }
    return false;
  }
}

const keyOf = (filter: string, level: number, index: number): string => `${filter} ${level} ${index}`;
const rank = ({ urgency }: Job): number => URGENCIES.indexOf(urgency);

/** True when an answer to `whole` also serves `job`. */
function isPartOf(job: Job, whole: Job): boolean {
  return (
    job.filter === whole.filter &&
    job.level === whole.level &&
    job.urgency === whole.urgency &&
    job.first >= whole.first &&
    job.first < whole.first + whole.count
  );
}

const stores = new WeakMap<Client, SignalStore>();

/** The tiles of a connection, made at first use. */
export function signalStoreOf(client: Client): SignalStore {
  const existing = stores.get(client);
  if (existing !== undefined) return existing;
  const store = new SignalStore(client);
  stores.set(client, store);
  return store;
}
