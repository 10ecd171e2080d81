/** The whole recording in a strip: where the interval of a view lies and where there are spikes; drag it, click, or use the keys. */
import { type KeyboardEvent, type PointerEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { toCss } from '../colors/convert.ts';
import { usePlotStyle } from '../colors/usePlotStyle.ts';
import { useSize } from '../ui/useSize.ts';
import { intervalText, type Interval, type TimeWindow } from './timeWindow.ts';
import css from './TimeStrip.module.css';

/** Counts [cluster][bin] of spikes in equal parts of the recording; clusters in the order of the selection. */
export interface Density {
  readonly data: Int32Array;
  readonly shape: readonly number[];
}

/** Part of the interval that one press of an arrow key moves by, as go_left and go_right do. */
const STEP = 0.1;

interface TimeStripProps {
  readonly time: TimeWindow;
  readonly density: Density | null;
  /** Left gutter of the plot above, CSS px at scale 1: the strip is as wide as the plot. */
  readonly left: number;
}

export function TimeStrip({ time, density, left }: TimeStripProps) {
  const host = useRef<HTMLDivElement>(null);
  const interval = useStore(time.state, (state) => state.interval);
  const { duration } = time;
  /** From the pointer to the middle of the interval while it is dragged, s. */
  const grip = useRef(0);

  const secondsAt = (event: PointerEvent): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return ((event.clientX - box.left) / Math.max(1, box.width)) * duration;
  };
  const press = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = secondsAt(event);
    const inside = isOnThumb(at, interval, duration, event.currentTarget.clientWidth);
    grip.current = inside ? time.center - at : 0;
    if (!inside) time.goTo(at);
  };
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) time.goTo(secondsAt(event) + grip.current);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || !moveByKey(time, event.key)) return;
    event.preventDefault();
  };
  const [start, end] = interval;
  const share = (seconds: number): string => `${(100 * seconds) / Math.max(duration, 1e-9)}%`;
  return (
    <div
      ref={host}
      className={css.strip}
      style={{ marginLeft: `calc(${left}px * var(--ui-scale))` }}
      role="slider"
      tabIndex={0}
      aria-label="Place in the recording"
      aria-valuemin={0}
      aria-valuemax={duration}
      aria-valuenow={(start + end) / 2}
      aria-valuetext={`${intervalText(interval)} of ${Number(duration.toPrecision(6))} s`}
      title="The whole recording: click or drag to go there, arrow keys to move on"
      onPointerDown={press}
      onPointerMove={drag}
      onKeyDown={key}
    >
      <DensityCanvas density={density} />
      <div className={css.thumb} style={{ left: `min(${share(start)}, 100% - 3px)`, width: share(end - start) }} />
    </div>
  );
}

/** Pixels that the drawn interval has at least, and a little more for the hand. */
const LEAST_THUMB_PX = 7;

function isOnThumb(at: number, [start, end]: Interval, duration: number, width: number): boolean {
  const slack = Math.max(0, ((LEAST_THUMB_PX / Math.max(1, width)) * duration - (end - start)) / 2);
  return at >= start - slack && at <= end + slack;
}

/** Does what a key means; false for one without a meaning. */
function moveByKey(time: TimeWindow, key: string): boolean {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      time.shift(-STEP * time.length);
      return true;
    case 'ArrowRight':
    case 'ArrowUp':
      time.shift(STEP * time.length);
      return true;
    case 'PageUp':
      time.shift(-time.length);
      return true;
    case 'PageDown':
      time.shift(time.length);
      return true;
    case 'Home':
      time.goTo(0);
      return true;
    case 'End':
      time.goTo(time.duration);
      return true;
    default:
      return false;
  }
}

/** One lane per cluster in its colour, stronger where there are more spikes. */
function DensityCanvas({ density }: { readonly density: Density | null }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [place, setPlace] = useState<HTMLCanvasElement | null>(null);
  const [width, height] = useSize(canvas);
  const style = usePlotStyle(place);
  const lanes = useMemo(() => (density === null ? [] : lanesOf(density)), [density]);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === null || context === undefined || width === 0) return;
    const ratio = element.ownerDocument.defaultView?.devicePixelRatio ?? 1;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    const pad = Math.round(2 * ratio);
    const each = (element.height - 2 * pad) / Math.max(1, lanes.length);
    for (const [rank, lane] of lanes.entries()) {
      const [r, g, b] = style.clusterColor(rank);
      for (const [bin, share] of lane.entries()) {
        const left = Math.round((bin * element.width) / lane.length);
        const right = Math.round(((bin + 1) * element.width) / lane.length);
        context.fillStyle = toCss([r, g, b, share]);
        const top = Math.round(pad + rank * each);
        context.fillRect(left, top, right - left, Math.max(1, Math.round(pad + (rank + 1) * each) - top));
      }
    }
  }, [lanes, width, height, style]);
  const hold = useCallback((element: HTMLCanvasElement | null) => {
    canvas.current = element;
    setPlace(element);
  }, []);
  return <canvas ref={hold} className={css.density} aria-hidden />;
}

/** Opacity of each bin of each cluster: 0 without spikes, the fullest bin 0.85; a single spike is still seen. */
function lanesOf({ data, shape: [clusters, bins] }: Density): readonly (readonly number[])[] {
  return Array.from({ length: clusters }, (_, cluster) => {
    const counts = data.subarray(cluster * bins, (cluster + 1) * bins);
    const most = counts.reduce((a, b) => Math.max(a, b), 1);
    return Array.from(counts, (count) => (count === 0 ? 0 : 0.12 + 0.73 * (count / most)));
  });
}
