/** What is drawn over every view that has the time of the recording as its x axis: moments and intervals that plugins name. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Client } from '../client/client.ts';
import { parseColor, withAlpha } from '../colors/convert.ts';
import type { PlotStyle } from '../colors/style.ts';
import type { Mark, Scene } from '../plot/scene.ts';

export interface Overlay {
  readonly name: string;
  readonly title: string;
  readonly shown: boolean;
  /** CSS colour; that of the trace view's interval unless stated. */
  readonly color: string | undefined;
  /** s */
  readonly start: Float64Array;
  /** s; null for moments. */
  readonly end: Float64Array | null;
  readonly labels: readonly string[];
}

const stores = new WeakMap<Client, StoreApi<readonly Overlay[]>>();

/** The overlays of a connection. */
export function overlaysOf(client: Client): StoreApi<readonly Overlay[]> {
  const store = stores.get(client) ?? createStore<readonly Overlay[]>(() => []);
  stores.set(client, store);
  return store;
}

const HIDDEN_KEY = 'hidden_overlays';
const hidden = (client: Client): readonly unknown[] => {
  const kept = client.kept('user')[HIDDEN_KEY];
  return Array.isArray(kept) ? kept : [];
};

/** Adds an overlay, shown unless it was hidden before. */
export function addOverlay(client: Client, overlay: Omit<Overlay, 'shown'>): void {
  const others = overlaysOf(client).getState();
  overlaysOf(client).setState([...others, { ...overlay, shown: !hidden(client).includes(overlay.name) }], true);
}

export function toggleOverlay(client: Client, name: string): void {
  const all = overlaysOf(client)
    .getState()
    .map((each) => (each.name === name ? { ...each, shown: !each.shown } : each));
  overlaysOf(client).setState(all, true);
  client.keep(
    'user',
    HIDDEN_KEY,
    all.filter(({ shown }) => !shown).map((each) => each.name),
  );
}

/** Intervals are a ground for the data; moments would be lost under them. */
const isGround = ({ kind }: Mark): boolean => kind === 'bars';

/** The scene with overlays in the frames that `isTime` names. The same scene when there is nothing to add. */
export function withOverlays(
  scene: Scene,
  overlays: readonly Overlay[],
  isTime: (frame: string) => boolean,
  style: PlotStyle,
): Scene {
  const shown = overlays.filter((overlay) => overlay.shown && overlay.start.length > 0);
  if (shown.length === 0) return scene;
  if (!scene.frames.some(({ id }) => isTime(id))) return scene;
  const frames = scene.frames.map((frame) => {
    if (!isTime(frame.id)) return frame;
    const marks = shown.flatMap((overlay) => marksOf(overlay, style, frame.bounds[1], frame.bounds[3]));
    const [below, above] = [marks.filter(isGround), marks.filter((mark) => !isGround(mark))];
    return { ...frame, marks: [...below, ...frame.marks, ...above] };
  });
  return { ...scene, frames };
}

interface Made {
  readonly style: PlotStyle;
  readonly low: number;
  readonly high: number;
  readonly marks: readonly Mark[];
}
/** The same marks as long as nothing about them changes: renderers keep them by identity. */
const made = new WeakMap<Float64Array, Made>();

function marksOf(overlay: Overlay, style: PlotStyle, low: number, high: number): readonly Mark[] {
  const known = made.get(overlay.start);
  if (known !== undefined && known.style === style && known.low === low && known.high === high) return known.marks;
  const marks = makeMarks(overlay, style, low, high);
  made.set(overlay.start, { style, low, high, marks });
  return marks;
}

/** Beyond the ends of the axis, so that panning never shows where bars end. */
const REACH = 1e3;

function makeMarks(
  { start, end, labels, color }: Overlay,
  style: PlotStyle,
  low: number,
  high: number,
): readonly Mark[] {
  const ink = color === undefined ? style.timeBar : withAlpha(parseColor(color) ?? style.timeBar, 0.8);
  const reach = REACH * Math.max(1e-9, high - low);
  const shape: Mark =
    end === null
      ? { kind: 'segments', ends: verticals(start), color: withAlpha(ink, 0.8), width: 1.5 }
      : {
          kind: 'bars',
          x0: start,
          x1: end,
          y0: new Float64Array(start.length).fill(low - reach),
          y1: new Float64Array(start.length).fill(high + reach),
          color: withAlpha(ink, 0.14),
        };
  if (labels.length !== start.length) return [shape];
  const text: Mark = {
    kind: 'text',
    x: start,
    y: new Float64Array(start.length).fill(high),
    text: labels,
    anchor: [-1, 1],
    offset: [3, 2],
    color: style.text,
    size: style.tickSize,
    halo: style.background,
  };
  return [shape, text];
}

/** [x, -inf, x, inf] for each. */
function verticals(times: Float64Array): Float64Array {
  const ends = new Float64Array(4 * times.length);
  for (let i = 0; i < times.length; i++) ends.set([times[i], -Infinity, times[i], Infinity], 4 * i);
  return ends;
}
