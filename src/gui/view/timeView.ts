/** What the panels of trace and trace image views have in common. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { PhyError } from '../../core/base/errors.ts';
import { type Dispose, Scope } from '../../core/base/scope.ts';
import type { DatasetSummary } from '../../core/protocol/messages.ts';
import { zoomByWheel } from '../plot/camera.ts';
import type { PlotClick, PlotPoint, PlotWheel } from '../plot/stage.ts';
import type { Picture } from './feed.ts';
import type { ViewInstance } from './instance.ts';
import { clickChannel, followRawFilter } from './links.ts';
import { countOf, missingText, shareText } from './shown.ts';
import type { CoverState, SignalCover } from './signalCover.ts';
import { signalStoreOf } from './signalStore.ts';
import { type Piece, valuesAt } from './signalTiles.ts';
import { decimalsOf, type Interval, timeWindowOf } from './timeWindow.ts';
import type { ViewAnswer } from './useViewAnswer.ts';

/** The interval, its links with other views, and the raw data filter. */
export function attachTimeView(view: ViewInstance): Dispose {
  const scope = new Scope();
  scope.add(followRawFilter(view));
  scope.add(timeWindowOf(view).attach());
  return () => scope.dispose();
}

/** What such a view says of a dataset without raw data; null with them. */
export function rawDataMissing(name: string, { has, missingBecause }: DatasetSummary) {
  if (has.traces) return null;
  return { title: 'This dataset has no raw data', detail: missingText(name, [missingBecause.traces]) };
}

/** Why raw data could not be read, and how to try again; null while all is well. */
export function useSignalFailure(view: ViewInstance): { readonly error: PhyError; retry(): void } | null {
  const store = signalStoreOf(view.client);
  const error = useStore(store.state, (state) => state.error);
  return useMemo(() => (error === null ? null : { error, retry: () => store.retry() }), [error, store]);
}

/** What ViewBody is to say about data that are still on their way: until the picture is as sharp as it will get. */
export function busyOf({ pieces, sharp }: CoverState): 'partly' | 'wholly' | null {
  if (sharp) return null;
  return pieces.length === 0 ? 'wholly' : 'partly';
}

/** `384 channels · shown 3 % of the samples` */
export function signalText(view: ViewInstance, { share }: CoverState): string {
  const channels = countOf(view.client.mirror.getState().dataset?.channelCount ?? 0, 'channel');
  return share < 1 ? `${channels} · shown ${shareText(share)} of the samples` : channels;
}

/** Zooms the rows about the pointer, as ctrl+shift+wheel does. */
export function zoomRows({ picture }: ViewInstance, { notches, ndc }: PlotWheel): void {
  if (picture === null) return;
  const { camera } = picture;
  const at = [0, (ndc[1] + camera.pan[1]) * camera.zoom[1]] as const;
  let zoomed = camera;
  for (let k = 0; k < Math.abs(notches); k++) zoomed = zoomByWheel(zoomed, notches, at, ROW_LIMITS, 'y');
  picture.setCamera({ pan: [camera.pan[0], zoomed.pan[1]], zoom: [camera.zoom[0], zoomed.zoom[1]] });
}
/** Along time the plot's own limits hold. */
const ROW_LIMITS = { mostZoom: [Infinity, 1e3] } as const;

/** Shift+click chooses the channel of a row for the feature view. False for another click. */
export function chooseChannel(view: ViewInstance, channelId: number, { modifiers, button }: PlotClick): boolean {
  const { ctrl, shift, alt } = modifiers;
  if (!shift || ctrl || alt) return false;
  clickChannel(view.client, { channelId, key: null, button, source: 'trace' }, view.state.getState().drawn);
  return true;
}

/** What the pointer is on, as long as nothing moved under it; and what to call when it moves. */
export function useTimeTip(view: ViewInstance): readonly [PlotPoint | null, (point: PlotPoint | null) => void] {
  const interval = useStore(timeWindowOf(view).state, (state) => state.interval);
  const [at, setAt] = useState<{ readonly point: PlotPoint; readonly interval: Interval } | null>(null);
  const hover = useCallback(
    (point: PlotPoint | null) => setAt(point === null ? null : { point, interval: timeWindowOf(view).interval }),
    [view],
  );
  return [at !== null && at.interval === interval && at.point.inside ? at.point : null, hover];
}

/** One decimal below 100, with a true minus. */
const valueText = (value: number): string =>
  String(Number(value.toFixed(Math.abs(value) < 100 ? 1 : 0))).replace('-', '−');

/** What is drawn where the pointer is. */
interface Drawn {
  readonly pieces: readonly Piece[];
  readonly sample: number;
  /** Taken off each channel; null for nothing. */
  readonly offsets: Float64Array | null;
}

/** `15 · 9.98732 s · −43 µV`, or from the smallest to the largest value where a column holds many samples. */
export function timeTipText(
  view: ViewInstance,
  channelId: number | undefined,
  seconds: number,
  { pieces, sample, offsets }: Drawn,
): string | null {
  if (channelId === undefined) return null;
  const label = view.client.mirror.getState().dataset?.channelLabels[channelId] ?? String(channelId);
  const place = `${label} · ${seconds.toFixed(decimalsOf(timeWindowOf(view).length) + 2)} s`;
  const found = valuesAt(pieces, channelId, sample);
  if (found === null) return place;
  const { microvolts } = signalStoreOf(view.client).state.getState();
  const [low, high] = found.map((value) =>
    valueText((value - (offsets?.[channelId] ?? 0)) * (microvolts?.[channelId] ?? 1)),
  );
  return `${place} · ${low === high ? low : `${low} to ${high}`} ${microvolts === null ? 'raw units' : 'µV'}`;
}

/** For a view that asks about no clusters: ready as soon as the dataset has what it needs. */
export function useNoAnswer(view: ViewInstance, cover: SignalCover): ViewAnswer<null> {
  const dataset = useStore(view.client.mirror, (mirror) => mirror.dataset);
  const shown = useStore(cover.state, (state) => signalText(view, state));
  useEffect(() => {
    if (dataset === null) return;
    if (view.spec.missing(dataset) !== null) view.state.setState({ phase: 'missing', shown: '' });
    else view.state.setState({ phase: 'ready', shown });
  }, [view, dataset, shown]);
  return NO_ANSWER;
}
const NO_PICTURE: Picture<null> = { answer: null, clusters: [], beyondLimit: 0, params: {}, revision: 0 };
const NO_ANSWER: ViewAnswer<null> = { picture: NO_PICTURE, error: null, slow: false, retry: () => undefined };
