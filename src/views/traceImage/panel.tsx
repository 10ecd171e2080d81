/** The trace image view: moving about, contrast, menu, status line (spec/views.md 7c to 7e). */
import { useCallback, useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { parseParams } from '../../core/base/params.ts';
import { palettes } from '../../gui/colors/palettes.ts';
import type { Camera } from '../../gui/plot/scene.ts';
import type { PlotClick, PlotPoint, PlotWheel } from '../../gui/plot/stage.ts';
import { STEP, action, keys, multiply, stepAction, toggleAction } from '../../gui/view/actions.ts';
import type { ViewInstance, ViewSpec } from '../../gui/view/instance.ts';
import { perView } from '../../gui/view/local.ts';
import { type CoverState, imageCoverOf } from '../../gui/view/signalCover.ts';
import { limitsOf, type SignalScale, steadyScale } from '../../gui/view/signalScale.ts';
import { step, timeActions } from '../../gui/view/timeActions.ts';
import { TimeStrip } from '../../gui/view/TimeStrip.tsx';
import {
  attachTimeView,
  busyOf,
  chooseChannel,
  rawDataMissing,
  timeTipText,
  useNoAnswer,
  useSignalFailure,
  useTimeTip,
  zoomRows,
} from '../../gui/view/timeView.ts';
import { intervalText, timeWindowOf } from '../../gui/view/timeWindow.ts';
import { useTimeCamera } from '../../gui/view/useTimeCamera.ts';
import { type DrawContext, PlotTip, ViewBody } from '../../gui/view/ViewBody.tsx';
import { GUTTER_LEFT, rankAt, traceImageScene } from './draw.ts';
import { params } from './params.ts';

const valuesOf = (view: ViewInstance) => parseParams(params, view.state.getState().values);

const actions = [
  stepAction('increase', 'scaling', 1, {
    section: 1,
    keys: keys('ctrl+alt+up'),
    doc: 'Spread the colours over a wider range: less contrast.',
  }),
  stepAction('decrease', 'scaling', -1, {
    section: 1,
    keys: keys('ctrl+alt+down'),
    doc: 'Spread the colours over a narrower range: more contrast.',
  }),
  action({
    name: 'reset_scaling',
    section: 1,
    doc: 'Range of the colours back to that of what is shown.',
    run: (view) => view.set({ scaling: 1 }),
  }),
  toggleAction('toggle_auto_scale', 'autoScale', {
    section: 2,
    doc: 'Fit the colours to what is shown, or keep them.',
  }),
  toggleAction('toggle_linked', 'linked', { section: 2, doc: 'Follow the trace view in time, or stay.' }),
  action({
    name: 'switch_origin',
    section: 2,
    keys: keys('ctrl+alt+o'),
    doc: 'Begin with the lowest channel at the bottom or at the top.',
    run: (view) => view.set({ origin: valuesOf(view).origin === 'top' ? 'bottom' : 'top' }),
  }),
  ...timeActions(
    3,
    {
      go_to: 'ctrl+alt+t',
      go_to_start: 'ctrl+alt+home',
      go_to_end: 'ctrl+alt+end',
      go_right: 'ctrl+alt+right',
      go_left: 'ctrl+alt+left',
      jump_right: 'ctrl+shift+alt+right',
      jump_left: 'ctrl+shift+alt+left',
      widen: 'ctrl+alt+shift+-',
      narrow: 'ctrl+alt+shift++',
    },
    { goTo: 'tig', shift: 'tis' },
  ),
];

function wheel(view: ViewInstance, event: PlotWheel): void {
  const { modifiers, notches } = event;
  if (modifiers === 'ctrl') multiply(view, 'scaling', STEP ** notches);
  if (modifiers === 'alt') step(view, -notches);
  if (modifiers === 'ctrl+shift') zoomRows(view, event);
}

/** The channel whose row is under the pointer; undefined before there are rows. */
function channelUnder(view: ViewInstance, point: PlotPoint): number | undefined {
  const { ranks } = imageCoverOf(view).state.getState();
  if (ranks === null) return undefined;
  const channel = ranks.indexOf(rankAt(point.data[1], ranks.length, valuesOf(view).origin));
  return channel < 0 ? undefined : channel;
}

function click(view: ViewInstance, event: PlotClick): void {
  const channelId = channelUnder(view, event);
  if (channelId !== undefined) chooseChannel(view, channelId, event);
}

/** Limits of what is on screen: the same as long as they hardly change, or for good without automatic scale. */
const lastLimitsOf = perView((): { limits: SignalScale | null } => ({ limits: null }));

function useLimits(view: ViewInstance, pieces: CoverState['pieces'], filter: string, auto: boolean): SignalScale {
  return useMemo(() => {
    const last = lastLimitsOf(view);
    const next = limitsOf(pieces, filter);
    if (next === null) return last.limits ?? NO_LIMITS;
    const kept =
      auto || last.limits === null ? steadyScale(last.limits, next) : { ...last.limits, offsets: next.offsets };
    last.limits = kept;
    return kept;
  }, [view, pieces, filter, auto]);
}
const NO_LIMITS: SignalScale = { low: -1, high: 1, offsets: null };

const byte = (part: number): number => Math.round(255 * part);
/** The palette as pixels: red in the lowest byte, opaque. */
const PALETTE = Uint32Array.from(
  palettes.diverging,
  ([r, g, b]) => (byte(r) | (byte(g) << 8) | (byte(b) << 16) | (255 << 24)) >>> 0,
);
const NO_RANKS = new Int32Array(0);

function useScene(view: ViewInstance, home: Camera) {
  const all = useStore(view.state, (state) => state.values);
  const values = useMemo(() => parseParams(params, all), [all]);
  const { pieces, ranks } = useStore(imageCoverOf(view).state);
  const limits = useLimits(view, pieces, values.filter, values.autoScale);
  const dataset = useStore(view.client.mirror, (mirror) => mirror.dataset);
  return useCallback(
    ({ style }: DrawContext) => {
      if (dataset === null) throw new Error('draw without a dataset');
      const { sampleRate, durationSeconds: duration } = dataset;
      return traceImageScene({
        pieces,
        ranks: ranks ?? NO_RANKS,
        sampleRate,
        duration,
        limits,
        palette: PALETTE,
        values,
        style,
        home,
      });
    },
    [dataset, pieces, ranks, limits, values, home],
  );
}

/** Channel, time, and the value that has its colour there: a sample lasts until the next one. */
function tipText(view: ViewInstance, point: PlotPoint): string | null {
  const [seconds] = point.data;
  return timeTipText(view, channelUnder(view, point), seconds, {
    pieces: imageCoverOf(view).state.getState().pieces,
    sample: Math.floor(seconds * timeWindowOf(view).sampleRate),
    offsets: lastLimitsOf(view).limits?.offsets ?? null,
  });
}

const ignoreZoom = (): void => undefined;

function TraceImagePanel({ view }: { readonly view: ViewInstance }) {
  const cover = imageCoverOf(view);
  useEffect(() => cover.start(), [cover]);
  const answer = useNoAnswer(view, cover);
  const camera = useTimeCamera(view, cover, ignoreZoom);
  const draw = useScene(view, camera.home);
  const [point, hover] = useTimeTip(view);
  const time = timeWindowOf(view);
  const interval = useStore(time.state, (state) => state.interval);
  const filter = useStore(view.state, (state) => String(state.values.filter));
  const busy = useStore(cover.state, busyOf);
  const tip = point === null ? null : tipText(view, point);
  return (
    <ViewBody
      view={view}
      answer={answer}
      draw={draw}
      facts={`${intervalText(interval)} · ${filter}`}
      legend={null}
      reading="Reading raw data"
      busy={busy}
      failure={useSignalFailure(view)}
      strip={<TimeStrip time={time} density={null} left={GUTTER_LEFT} />}
      interaction={camera.interaction}
      onCamera={camera.onCamera}
      startCamera={camera.startCamera}
      onResize={({ width }) => cover.setWidth(width)}
      onClick={(event) => click(view, event)}
      onWheel={(event) => wheel(view, event)}
      onHover={hover}
    >
      {tip !== null && point !== null && <PlotTip position={point.position} text={tip} />}
    </ViewBody>
  );
}

export const traceImageView: ViewSpec = {
  name: 'TraceImageView',
  query: 'traceImage',
  params,
  maxClusters: 0,
  actions,
  gestures: [
    { name: 'navigate', input: 'alt+wheel', doc: 'Earlier or later by a tenth of the interval.' },
    { name: 'zoom_time', input: 'wheel', doc: 'Zooms in time about the pointer.' },
    { name: 'zoom_rows', input: 'ctrl+shift+wheel', doc: 'Zooms the rows about the pointer.' },
    { name: 'change_trace_size', input: 'ctrl+wheel', doc: 'Range of the colours: wider is less contrast.' },
    { name: 'select_channel_pcA', input: 'shift+left click', doc: 'Channel of the x dimension in the feature view.' },
    { name: 'select_channel_pcB', input: 'shift+right click', doc: 'Channel of the y dimension in the feature view.' },
  ],
  missing: (dataset) => rawDataMissing('TraceImageView', dataset),
  attach: attachTimeView,
  Component: TraceImagePanel,
};
