/** The raster view: gestures, menu, status line, and which part of the recording to ask for (spec/views.md 10c to 10e). */
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { parseParams } from '../../core/base/params.ts';
import { rangeOfCamera } from '../../gui/plot/camera.ts';
import type { Box, Camera } from '../../gui/plot/scene.ts';
import type { PlotClick, PlotPoint, PlotWheel } from '../../gui/plot/stage.ts';
import { STEP, keys, markerActions, multiply } from '../../gui/view/actions.ts';
import { rotateScheme, schemeActions, useClusterColoring } from '../../gui/view/colorSchemes.ts';
import type { FeedOptions } from '../../gui/view/feed.ts';
import type { ViewInstance, ViewSpec } from '../../gui/view/instance.ts';
import { perView } from '../../gui/view/local.ts';
import { pickCluster } from '../../gui/view/pickCluster.ts';
import { countOf, noRows, spikesText } from '../../gui/view/shown.ts';
import { followClusters, useRowCount, useShownClusters } from '../../gui/view/shownClusters.ts';
import { useViewAnswer } from '../../gui/view/useViewAnswer.ts';
import { type DrawContext, PlotTip, ViewBody } from '../../gui/view/ViewBody.tsx';
import { rasterScene, spikesAt } from './draw.ts';
import { type RasterInterval, spikesOnScreen, wantedInterval } from './drawInterval.ts';
import { barWidth, rowIds, secondsOnScreen } from './drawRows.ts';
import { params } from './params.ts';
import type { RasterAnswer } from './query.ts';

/** Where the view looks, from the moment it is on screen. */
interface Place {
  /** Part of plot NDC on screen. */
  readonly visible: Box;
  /** Width of the plot, CSS px. */
  readonly width: number;
}
const placeOf = perView(() => createStore<{ readonly place: Place | null }>(() => ({ place: null })));
/** The last answer about all of the recording: what is seen beside a newer one, until the engine has told more. */
const wholeOf = perView(() => createStore<{ readonly whole: RasterAnswer | null }>(() => ({ whole: null })));

/** While the view moves on, the engine is asked no more often than this. */
const ASK_EVERY_MS = 100;

const optionsOf = perView((view): FeedOptions<RasterAnswer> => {
  const places = placeOf(view);
  let asked: RasterInterval | null = null;
  let answer: RasterAnswer | null = null;
  return {
    follow: 'table',
    overrides() {
      const { place } = places.getState();
      const { dataset } = view.client.mirror.getState();
      if (place === null || dataset === null) return null;
      const { spikeCount, durationSeconds } = dataset;
      asked = wantedInterval({ asked, answer, ...place, spikeCount, durationSeconds });
      // Rows come in the order of their ids: the cluster view is followed when they are drawn.
      return { ...asked, sort: 'id', direction: 'asc', filter: '' };
    },
    watch(changed) {
      let timer: ReturnType<typeof setTimeout> | null = null;
      const stop = places.subscribe(({ place }, before) => {
        if (before.place === null || place === null) return changed();
        timer ??= setTimeout(() => {
          timer = null;
          changed();
        }, ASK_EVERY_MS);
      });
      return () => {
        stop();
        if (timer !== null) clearTimeout(timer);
      };
    },
    sharpening: ['startSeconds', 'endSeconds', 'columns'],
    accepted(picture) {
      answer = picture.answer;
      if (picture.params.endSeconds === null) wholeOf(view).setState({ whole: answer });
    },
    shown: (picture) => shownText(view, picture.answer, picture.clusters),
  };
});

/** `all 10,000,000 spikes`, or how many of them are on screen. Before the order of the rows is known, `order` are those asked for. */
function shownText(view: ViewInstance, answer: RasterAnswer, order: readonly number[]): string {
  const { place } = placeOf(view).getState();
  const { dataset } = view.client.mirror.getState();
  if (place === null || dataset === null) return '';
  return spikesText(spikesOnScreen(answer, order, place.visible), dataset.spikeCount);
}

const actions = [
  ...schemeActions(1),
  ...markerActions(2, 'width of the bars', {
    up: { keys: keys('ctrl+shift++'), aliases: ['increase'] },
    down: { keys: keys('ctrl+shift+-'), aliases: ['decrease'] },
  }),
];

function wheel(view: ViewInstance, { modifiers, notches }: PlotWheel): void {
  if (modifiers === 'ctrl' || modifiers === 'alt') multiply(view, 'markerSize', STEP ** notches);
  if (modifiers === 'shift') rotateScheme(view, notches);
}

/** Seconds with as many decimals as pixels tell apart. */
function secondsText(seconds: number, perPixel: number): string {
  const decimals = Math.min(6, Math.max(0, Math.ceil(-Math.log10(perPixel))));
  return seconds.toFixed(decimals);
}

/** Seconds of a pixel. */
function perPixelOf(answer: RasterAnswer, { visible, width }: Place): number {
  const [from, to] = secondsOnScreen(answer, visible);
  return Math.max(1e-9, to - from) / Math.max(1, width);
}

/** `cluster 12 · 3.214 s`, and the spike or how many are there. */
function tipText(
  answer: RasterAnswer,
  order: readonly number[],
  place: Place,
  size: number,
  point: PlotPoint,
): string | null {
  if (!point.inside) return null;
  const perPixel = perPixelOf(answer, place);
  const found = spikesAt(answer, order, point.data, (barWidth(size) / 2 + 1) * perPixel);
  if (found === null) return null;
  const { clusterId, nearest, count } = found;
  if (nearest !== null) return `cluster ${clusterId} · spike at ${secondsText(nearest, perPixel / 10)} s`;
  const there = count === null ? '' : ` · ${countOf(count, 'spike')}`;
  return `cluster ${clusterId} · ${secondsText(point.data[0], perPixel)} s${there}`;
}

/** The scheme, and the interval when it is not all of the recording. */
function factsOf(scheme: string, answer: RasterAnswer | undefined, place: Place | null): string {
  const facts = `color scheme: ${scheme}`;
  if (answer === undefined || place === null || (place.visible[0] <= -1 && place.visible[2] >= 1)) return facts;
  const perPixel = perPixelOf(answer, place);
  const [from, to] = secondsOnScreen(answer, place.visible);
  return `${facts} · ${secondsText(from, perPixel)}–${secondsText(to, perPixel)} s`;
}

/** How many spikes are on screen, brought up to date as the view moves. */
function useShownText(
  view: ViewInstance,
  answer: RasterAnswer | undefined,
  order: readonly number[],
  place: Place | null,
): void {
  useEffect(() => {
    const { phase, shown } = view.state.getState();
    if (answer === undefined || place === null || phase !== 'ready') return;
    const text = shownText(view, answer, order);
    if (text !== shown) view.state.setState({ shown: text });
  }, [view, answer, order, place]);
}

const INTERACTION = { constraint: [-1, -2, 1, 2] } as const;

function RasterPanel({ view }: { readonly view: ViewInstance }) {
  const answer = useViewAnswer<RasterAnswer>(view, optionsOf(view));
  const all = useStore(view.state, (state) => state.values);
  const autoUpdate = useStore(view.state, (state) => state.autoUpdate);
  const total = useRowCount(view);
  const values = useMemo(() => parseParams(params, all), [all]);
  const { order, selected } = useShownClusters(view);
  const coloring = useClusterColoring(view);
  const place = useStore(placeOf(view), (state) => state.place);
  const whole = useStore(wholeOf(view), (state) => state.whole);
  const [point, setPoint] = useState<PlotPoint | null>(null);
  const picture = answer.picture?.answer;
  useShownText(view, picture, order, place);
  const draw = useCallback(
    ({ style, size, camera }: DrawContext) => {
      if (picture === undefined) throw new Error('draw without a picture');
      const resolution = Math.min(1, globalThis.devicePixelRatio);
      const visible = rangeOfCamera(camera);
      return rasterScene({
        answer: picture,
        whole,
        values,
        style,
        size,
        visible,
        resolution,
        order,
        selected,
        colorOf: coloring(style),
      });
    },
    [picture, whole, values, order, selected, coloring],
  );
  const onPlace = useCallback(
    ({ size, camera }: { readonly size: DrawContext['size']; readonly camera: Camera }) =>
      placeOf(view).setState({ place: { visible: rangeOfCamera(camera), width: size.width } }),
    [view],
  );
  const clusterAt = ({ data: [, y], inside }: PlotPoint): number | undefined => {
    const rows = picture === undefined ? [] : rowIds(picture, order);
    return inside ? rows[Math.floor(rows.length - y)] : undefined;
  };
  const click = (event: PlotClick): void => pickCluster(view.client, event, clusterAt(event));
  const tip =
    picture === undefined || place === null || point === null
      ? null
      : tipText(picture, order, place, values.markerSize, point);
  return (
    <ViewBody
      view={view}
      answer={answer}
      draw={draw}
      facts={factsOf(values.colorScheme, picture, place)}
      legend={null}
      reading="Counting spikes"
      empty={noRows(autoUpdate, total)}
      followsCamera
      onPlace={onPlace}
      interaction={INTERACTION}
      onClick={click}
      onWheel={(event) => wheel(view, event)}
      onHover={setPoint}
    >
      {tip !== null && point !== null && <PlotTip position={point.position} text={tip} />}
    </ViewBody>
  );
}

export const rasterView: ViewSpec = {
  name: 'RasterView',
  timeFrames: () => true,
  query: 'raster',
  params,
  maxClusters: 0,
  actions,
  gestures: [
    { name: 'select_cluster', input: 'ctrl+click', doc: 'Selects the cluster of the row.' },
    {
      name: 'select_more',
      input: 'shift+click, ctrl+shift+click',
      doc: 'Adds the cluster of the row to all that are selected.',
    },
    { name: 'change_marker_size', input: 'ctrl+wheel, alt+wheel', doc: 'Width of the bars.' },
    { name: 'change_color_scheme', input: 'shift+wheel', doc: 'Next or previous color scheme.' },
  ],
  missing: () => null,
  attach: followClusters,
  Component: RasterPanel,
};
