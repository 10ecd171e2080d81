/**
 * Moving about in the recording: the interval that one trace or trace image view shows, how commands and the pointer change it, what other views
 * are told, and when it is kept for the next launch (spec/views.md 6a, 6c, 1.15).
 */
import { type StoreApi, createStore } from 'zustand/vanilla';
import { FIRST_INTERVAL_SECONDS, sampleInterval } from '../../core/base/interval.ts';
import { type Dispose, Scope } from '../../core/base/scope.ts';
import type { Camera } from '../plot/scene.ts';
import type { ViewInstance } from './instance.ts';
import { forgetTimeRange, linksOf, setTimeRange } from './links.ts';
import { perView } from './local.ts';

/** Seconds. */
export type Interval = readonly [start: number, end: number];

export interface TimeState {
  readonly interval: Interval;
  /** The interval that a command set last: a double click returns to it. */
  readonly home: Interval;
  /** Grows when the interval was set by anything but the plot itself, which then has to move there. */
  readonly moves: number;
}

/** No interval is shorter, s. */
export const SHORTEST_SECONDS = 0.001;
/** What is left of the interval after the pointer has rested so long is kept. */
const KEEP_AFTER_MS = 250;

export class TimeWindow {
  readonly state: StoreApi<TimeState>;
  private readonly view: ViewInstance;
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** The spike that one came to last, s, and the interval that was then shown: from there the next one is looked for. */
  private spike: { readonly seconds: number; readonly interval: Interval } | null = null;

  constructor(view: ViewInstance) {
    this.view = view;
    const { values } = view.state.getState();
    const interval = this.inside(keptInterval(values) ?? this.first());
    this.state = createStore<TimeState>(() => ({ interval, home: interval, moves: 0 }));
  }

  get duration(): number {
    return this.dataset()?.durationSeconds ?? 0;
  }
  get sampleRate(): number {
    return this.dataset()?.sampleRate ?? 1;
  }
  /** Samples of the recording. */
  get sampleCount(): number {
    return Math.round(this.duration * this.sampleRate);
  }
  get interval(): Interval {
    return this.state.getState().interval;
  }
  get center(): number {
    const [start, end] = this.interval;
    return (start + end) / 2;
  }
  get length(): number {
    const [start, end] = this.interval;
    return end - start;
  }

  /** Shows an interval, moved or cut so that it lies inside the recording, in whole samples. */
  show(interval: Interval): void {
    this.spike = null;
    this.set(this.inside(interval), true);
  }
  goTo(seconds: number): void {
    this.show([seconds - this.length / 2, seconds + this.length / 2]);
  }
  /** Moves by seconds. At an end of the recording the interval keeps its length. */
  shift(seconds: number): void {
    const [start, end] = this.interval;
    this.show([start + seconds, end + seconds]);
  }
  /** Makes the interval longer (above 1) or shorter about its middle. */
  scale(factor: number): void {
    const length = Math.min(this.duration, Math.max(SHORTEST_SECONDS, this.length * factor));
    this.show([this.center - length / 2, this.center + length / 2]);
  }
  /** Centres on a spike, from which the next one will be looked for. */
  goToSpike(seconds: number): void {
    this.goTo(seconds);
    this.spike = { seconds, interval: this.interval };
  }
  /** Where the next spike is looked for: the one that was gone to, as long as nothing moved since, else the middle. */
  get spikeSeconds(): number {
    const { spike, interval } = this;
    return spike !== null && same(spike.interval, interval) ? spike.seconds : this.center;
  }

  /** The plot has moved: what it shows now. Nothing is rounded, so that the picture does not jump under the pointer. */
  follow(interval: Interval): void {
    const state = this.state.getState();
    if (same(interval, state.interval)) return;
    this.state.setState({ ...state, interval });
    this.tell();
  }

  /** Follows other views until disposed; tells them what is shown. */
  attach(): Dispose {
    const scope = new Scope();
    const { view } = this;
    const links = linksOf(view.client);
    if (this.dataset()?.has.traces !== true) return () => undefined;
    scope.add(
      links.subscribe((state, before) => {
        if (state.selectTime !== before.selectTime && state.selectTime !== null) this.goTo(state.selectTime.seconds);
        if (state.timeRange !== before.timeRange || state.timeRangeOf !== before.timeRangeOf) this.followLinked();
      }),
    );
    scope.add(
      view.state.subscribe((state, before) => {
        if (state.values.linked !== before.values.linked) this.link();
        this.followValues(state.values, before.values);
      }),
    );
    scope.add(() => this.keepNow());
    scope.add(() => forgetTimeRange(view.client, view.id));
    if (links.getState().timeRange === null) this.announce();
    else this.followLinked();
    return () => scope.dispose();
  }

  /** Tells amplitude views, and views linked in time, what is shown. */
  announce(): void {
    const { client, id, spec } = this.view;
    setTimeRange(client, this.interval, { view: id, kind: spec.name, linked: this.isLinked() });
  }

  private dataset() {
    return this.view.client.mirror.getState().dataset;
  }

  private first(): Interval {
    const middle = this.duration / 2;
    return [middle - FIRST_INTERVAL_SECONDS / 2, middle + FIRST_INTERVAL_SECONDS / 2];
  }

  private inside([start, end]: Interval): Interval {
    const { sampleRate, sampleCount } = this;
    const [from, to] = sampleInterval(start, Math.max(end, start + SHORTEST_SECONDS), sampleRate, sampleCount);
    return [from / sampleRate, to / sampleRate];
  }

  private set(interval: Interval, tell: boolean): void {
    const { moves } = this.state.getState();
    this.state.setState({ interval, home: interval, moves: moves + 1 });
    if (tell) this.tell();
  }

  private tell(): void {
    this.announce();
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keepNow(), KEEP_AFTER_MS);
  }

  private keepNow(): void {
    if (this.timer === null) return;
    clearTimeout(this.timer);
    this.timer = null;
    const [startSeconds, endSeconds] = this.inside(this.interval);
    this.view.set({ startSeconds, endSeconds });
  }

  /** Another interval was set from outside (settings reset). */
  private followValues(values: Values, before: Values): void {
    if (values.startSeconds === before.startSeconds && values.endSeconds === before.endSeconds) return;
    const wanted = this.inside(keptInterval(values) ?? this.first());
    if (!same(wanted, this.inside(this.interval))) this.set(wanted, false);
  }

  private isLinked(): boolean {
    return this.view.state.getState().values.linked !== false;
  }

  /** Was linked or unlinked: says so when it moved last, else goes where the other is. */
  private link(): void {
    if (linksOf(this.view.client).getState().timeRangeOf?.view === this.view.id) this.announce();
    else this.followLinked();
  }

  /** Shows what a view of the other kind shows, when it moved last and both are linked. */
  private followLinked(): void {
    const { timeRange, timeRangeOf } = linksOf(this.view.client).getState();
    if (timeRange === null || timeRangeOf?.linked !== true || !this.isLinked()) return;
    if (timeRangeOf.kind === this.view.spec.name || same(timeRange, this.interval)) return;
    this.set(timeRange, false);
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keepNow(), KEEP_AFTER_MS);
  }
}

type Values =
  ViewInstance['state'] extends StoreApi<infer S> ? (S extends { readonly values: infer V } ? V : never) : never;

/** The interval that was kept, null when there is none or it makes no sense. */
function keptInterval({ startSeconds, endSeconds }: Values): Interval | null {
  if (typeof startSeconds !== 'number' || typeof endSeconds !== 'number' || !(endSeconds > startSeconds)) return null;
  return [startSeconds, endSeconds];
}

/** Less than this is rounding, s. */
const TINY = 1e-9;
const same = (a: Interval, b: Interval): boolean => Math.abs(a[0] - b[0]) < TINY && Math.abs(a[1] - b[1]) < TINY;

/** The interval of a view, made when first wanted. */
export const timeWindowOf = perView((view) => new TimeWindow(view));

// ---- the plot over the whole recording, of which the camera shows the interval

/** Time zoom and pan that show an interval; the other axis stays as it is. */
export function cameraOfInterval([start, end]: Interval, duration: number, { pan, zoom }: Camera): Camera {
  return {
    pan: [1 - (start + end) / duration, pan[1]],
    zoom: [duration / (end - start), zoom[1]],
  };
}

/** What a camera shows, s. */
export function intervalOfCamera({ pan, zoom }: Camera, duration: number): Interval {
  const middle = ((1 - pan[0]) * duration) / 2;
  const half = duration / (2 * zoom[0]);
  return [Math.max(0, middle - half), Math.min(duration, middle + half)];
}

/** Decimals with which both ends of an interval are told apart from what is near them. */
export function decimalsOf(length: number): number {
  return Math.min(6, Math.max(2, Math.ceil(-Math.log10(Math.max(length, 1e-9)) - 1e-6) + 1));
}

/** `9.95–10.05 s` */
export function intervalText([start, end]: Interval): string {
  const decimals = decimalsOf(end - start);
  return `${start.toFixed(decimals)}–${end.toFixed(decimals)} s`;
}
