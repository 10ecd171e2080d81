/** What one view draws of the raw data at this moment: tiles for the interval on screen and what lies beside it, kept up to date. */
import { type StoreApi, createStore } from 'zustand/vanilla';
import { type Dispose, Scope } from '../../core/base/scope.ts';
import { samplesPerTile } from '../../core/base/tiles.ts';
import type { ViewInstance } from './instance.ts';
import { perView } from './local.ts';
import { signalStoreOf } from './signalStore.ts';
import { columnStart, coverTiles, covers, isSharp, levelFor, type Piece } from './signalTiles.ts';
import { timeWindowOf } from './timeWindow.ts';

export interface CoverState {
  /** The same list as long as nothing about it changed. */
  readonly pieces: readonly Piece[];
  /** Rank of each channel by depth; null before the first answer. */
  readonly ranks: Int32Array | null;
  /** Samples [start, end) that the pieces were looked for in: about three times what is on screen. */
  readonly region: readonly [number, number];
  /** False while better data are on their way for part of what is on screen: there are none yet, coarser ones, or not all that will be read. */
  readonly sharp: boolean;
  /** Share of the samples on screen that was read, 0 to 1. */
  readonly share: number;
}

const NOTHING: readonly Piece[] = [];

export class SignalCover {
  readonly state: StoreApi<CoverState>;
  private readonly view: ViewInstance;
  private readonly leastColumnPx: number;
  private width = 0;

  /** Columns are at least `leastColumnPx` CSS px wide and less than twice as much. */
  constructor(view: ViewInstance, leastColumnPx: number) {
    this.view = view;
    this.leastColumnPx = leastColumnPx;
    const state: CoverState = { pieces: NOTHING, ranks: null, region: [0, 0], sharp: false, share: 1 };
    this.state = createStore<CoverState>(() => state);
  }

  /** Width of the plot in CSS px. */
  setWidth(width: number): void {
    if (width === this.width) return;
    this.width = width;
    this.evaluate();
  }

  /** Follows the interval, the filter and whatever arrives until disposed. */
  start(): Dispose {
    const scope = new Scope();
    const store = signalStoreOf(this.view.client);
    const evaluate = (): void => this.evaluate();
    scope.add(timeWindowOf(this.view).state.subscribe(evaluate));
    scope.add(store.state.subscribe(evaluate));
    scope.add(
      this.view.state.subscribe((state, before) => {
        if (state.visible !== before.visible || state.values.filter !== before.values.filter) evaluate();
      }),
    );
    scope.add(() => store.want(this, null));
    evaluate();
    return () => scope.dispose();
  }

  /** Whether the whole of an interval can be drawn, with whatever there is. */
  holds([start, end]: readonly [number, number]): boolean {
    const { sampleRate, sampleCount } = timeWindowOf(this.view);
    const level = this.levelOf(end - start);
    const size = samplesPerTile(level);
    const [from, to] = [start * sampleRate, Math.min(end * sampleRate, sampleCount)];
    const lookup = signalStoreOf(this.view.client).lookup(this.filter);
    return covers(coverTiles(lookup, level, Math.floor(from / size), Math.floor(to / size), sampleCount), from, to);
  }

  private get filter(): string {
    return String(this.view.state.getState().values.filter);
  }

  private levelOf(seconds: number): number {
    const { sampleRate } = timeWindowOf(this.view);
    return levelFor((seconds * sampleRate) / Math.max(1, this.width), this.leastColumnPx);
  }

  private evaluate(): void {
    const store = signalStoreOf(this.view.client);
    const { visible } = this.view.state.getState();
    if (!visible || this.width === 0) return store.want(this, null);
    const time = timeWindowOf(this.view);
    const [start, end] = time.interval.map((seconds) => seconds * time.sampleRate);
    const level = this.levelOf(time.length);
    store.want(this, { filter: this.filter, level, start: Math.floor(start), end: Math.max(Math.ceil(end), 1) });
    const size = samplesPerTile(level);
    const first = Math.max(0, Math.floor((2 * start - end) / size));
    const last = Math.floor(Math.min(2 * end - start, time.sampleCount - 1) / size);
    const found = coverTiles(store.lookup(this.filter), level, first, last, time.sampleCount);
    const before = this.state.getState();
    const next: CoverState = {
      pieces: same(before.pieces, found) ? before.pieces : found,
      ranks: store.state.getState().ranks,
      region: [first * size, Math.min((last + 1) * size, time.sampleCount)],
      sharp: isSharp(found, level, start, Math.min(end, time.sampleCount)),
      share: shareOf(found, start, end),
    };
    if (changed(before, next)) this.state.setState(next);
  }
}

function same(a: readonly Piece[], b: readonly Piece[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ tile, from, to }, i) => tile === b[i].tile && from === b[i].from && to === b[i].to)
  );
}

function changed(a: CoverState, b: CoverState): boolean {
  return (
    a.pieces !== b.pieces ||
    a.ranks !== b.ranks ||
    a.sharp !== b.sharp ||
    a.share !== b.share ||
    a.region[0] !== b.region[0] ||
    a.region[1] !== b.region[1]
  );
}

/** Share of the samples of an interval that was read. */
function shareOf(pieces: readonly Piece[], start: number, end: number): number {
  let read = 0;
  let all = 0;
  for (const { tile, from, to } of pieces) {
    const length = Math.min(end, columnStart(tile, to)) - Math.max(start, columnStart(tile, from));
    if (length <= 0) continue;
    read += length * tile.share;
    all += length;
  }
  return all === 0 ? 1 : read / all;
}

/** The cover of a trace view, made when first wanted. */
export const traceCoverOf = perView((view) => new SignalCover(view, 0.7));
/** The cover of a trace image view: no column may be narrower than a pixel, it would be left out. */
export const imageCoverOf = perView((view) => new SignalCover(view, 1));
