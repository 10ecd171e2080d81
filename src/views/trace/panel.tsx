/** The trace view: moving about, spikes, channels, menu, status line (spec/views.md 6c to 6e). */
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { parseParams } from '../../core/base/params.ts';
import type { Camera, Rgba } from '../../gui/plot/scene.ts';
import type { PlotClick, PlotPoint, PlotWheel } from '../../gui/plot/stage.ts';
import { STEP, action, keys, multiply, stepAction, toggleAction } from '../../gui/view/actions.ts';
import { rotateScheme, schemeActions, useClusterColoring } from '../../gui/view/colorSchemes.ts';
import type { FeedOptions, Picture } from '../../gui/view/feed.ts';
import type { ViewInstance, ViewSpec } from '../../gui/view/instance.ts';
import { perView } from '../../gui/view/local.ts';
import { shareText } from '../../gui/view/shown.ts';
import { type CoverState, traceCoverOf } from '../../gui/view/signalCover.ts';
import { type SignalScale, scaleOf, steadyScale } from '../../gui/view/signalScale.ts';
import { step, timeActions } from '../../gui/view/timeActions.ts';
import { TimeStrip } from '../../gui/view/TimeStrip.tsx';
import {
  attachTimeView,
  busyOf,
  chooseChannel,
  rawDataMissing,
  signalText,
  timeTipText,
  useSignalFailure,
  useTimeTip,
  zoomRows,
} from '../../gui/view/timeView.ts';
import { intervalText, timeWindowOf } from '../../gui/view/timeWindow.ts';
import { useTimeCamera } from '../../gui/view/useTimeCamera.ts';
import { useViewAnswer } from '../../gui/view/useViewAnswer.ts';
import { type DrawContext, PlotTip, ViewBody } from '../../gui/view/ViewBody.tsx';
import { channelAt, gutterLeft, nearestSpike, traceScene } from './draw.ts';
import { params } from './params.ts';
import type { NeighbourSpike, TraceSpikes } from './query.ts';

const valuesOf = (view: ViewInstance) => parseParams(params, view.state.getState().values);

/** What is on screen and how much of it, for the right side of the status line. */
function shownText(view: ViewInstance, spikes: TraceSpikes | undefined): string {
  const signal = signalText(view, traceCoverOf(view).state.getState());
  if (spikes === undefined || spikes.shown === spikes.total) return signal;
  return `${signal} · ${shareText(spikes.shown / spikes.total)} of the spikes`;
}

const optionsOf = perView((view): FeedOptions<TraceSpikes> => {
  const cover = traceCoverOf(view);
  return {
    follow: 'optionalSelection',
    query: 'traceSpikes',
    quiet: true,
    also: [cover.state],
    // Spikes for all that the tiles lie in, so that moving about asks for nothing; filter and channels do not matter to them.
    overrides() {
      const [start, end] = spikeRegion(view, cover.state.getState());
      return { startSeconds: start, endSeconds: end, filter: params.filter.default, channels: null, columns: null };
    },
    shown: ({ answer }) => shownText(view, answer),
  };
});

function spikeRegion(view: ViewInstance, { region }: CoverState): readonly [number, number] {
  const { sampleRate, interval } = timeWindowOf(view);
  return region[1] > region[0] ? [region[0] / sampleRate, region[1] / sampleRate] : interval;
}

// ---- actions

/** To the next or the previous spike of the first selected cluster, round and round. Presses wait for each other, however fast they come. */
const spikeQueueOf = perView(() => ({ last: Promise.resolve() }));

function goToSpike(view: ViewInstance, direction: 1 | -1): Promise<string | void> {
  const queue = spikeQueueOf(view);
  const gone = queue.last.then(() => findSpike(view, direction));
  queue.last = gone.then(
    () => undefined,
    () => undefined,
  );
  return gone;
}

/** What is selected, also before it is drawn; without automatic update what is drawn. */
function followed(view: ViewInstance): readonly number[] {
  const { autoUpdate, drawn } = view.state.getState();
  const selection = view.client.mirror.getState().snapshot?.selection;
  return autoUpdate && selection !== undefined ? [...selection.clusters, ...selection.similar] : drawn;
}

async function findSpike(view: ViewInstance, direction: 1 | -1): Promise<string | void> {
  const [cluster] = followed(view);
  if (cluster === undefined) return 'No cluster is selected: there is no spike to go to.';
  const time = timeWindowOf(view);
  const { moves } = time.state.getState();
  const { signal } = new AbortController();
  const asked = { seconds: time.spikeSeconds, direction };
  const { answer } = await view.client.ask<NeighbourSpike | null>('traceNeighbour', [cluster], asked, signal);
  if (answer === null) return `Cluster ${cluster} has no spikes.`;
  // Whoever went elsewhere in the meantime wants to be there.
  if (time.state.getState().moves !== moves) return undefined;
  time.goToSpike(answer.seconds);
  return undefined;
}

const actions = [
  ...schemeActions(1),
  stepAction('increase', 'scaling', 1, {
    section: 2,
    keys: keys('alt+up'),
    spareKeys: ['ctrl+alt+up'],
    doc: 'Make the traces higher. Without a trace image view Ctrl+Alt+Up does so too, as in later versions.',
  }),
  stepAction('decrease', 'scaling', -1, {
    section: 2,
    keys: keys('alt+down'),
    spareKeys: ['ctrl+alt+down'],
    doc: 'Make the traces lower. Without a trace image view Ctrl+Alt+Down does so too, as in later versions.',
  }),
  action({
    name: 'reset_scaling',
    section: 2,
    doc: 'Height of the traces back to that of the rows.',
    run: (view) => view.set({ scaling: 1 }),
  }),
  toggleAction('toggle_show_labels', 'labels', {
    section: 3,
    keys: keys('alt+l'),
    doc: 'Show or hide the channel numbers.',
  }),
  toggleAction('toggle_highlighted_spikes', 'allSpikes', {
    section: 3,
    keys: keys('alt+s'),
    doc: 'Colour the spikes of all clusters, or of the selected ones only.',
  }),
  toggleAction('toggle_auto_scale', 'autoScale', {
    section: 3,
    doc: 'Fit the rows to what is shown, or keep the scale.',
  }),
  toggleAction('toggle_linked', 'linked', { section: 3, doc: 'Follow the trace image view in time, or stay.' }),
  action({
    name: 'switch_origin',
    section: 3,
    keys: keys('alt+o'),
    doc: 'Begin with the lowest channel at the bottom or at the top.',
    run: (view) => view.set({ origin: valuesOf(view).origin === 'top' ? 'bottom' : 'top' }),
  }),
  ...timeActions(
    4,
    {
      go_to: 'alt+t',
      go_to_start: 'alt+home',
      go_to_end: 'alt+end',
      go_right: 'alt+right',
      go_left: 'alt+left',
      jump_right: 'shift+alt+right',
      jump_left: 'shift+alt+left',
      widen: 'alt+-',
      narrow: 'alt++',
    },
    { goTo: 'tg', shift: 'ts' },
  ),
  action({
    name: 'go_to_next_spike',
    section: 6,
    keys: keys('alt+pgdown'),
    doc: 'To the next spike of the first selected cluster; after the last one to the first.',
    run: (view) => goToSpike(view, 1),
  }),
  action({
    name: 'go_to_previous_spike',
    section: 6,
    keys: keys('alt+pgup'),
    doc: 'To the previous spike of the first selected cluster; before the first one to the last.',
    run: (view) => goToSpike(view, -1),
  }),
];

// ---- gestures

function wheel(view: ViewInstance, event: PlotWheel): void {
  const { modifiers, notches } = event;
  switch (modifiers) {
    case 'ctrl':
      return multiply(view, 'scaling', STEP ** notches);
    case 'alt':
      return step(view, -notches);
    case 'shift':
      return rotateScheme(view, notches);
    case 'ctrl+shift':
      return zoomRows(view, event);
  }
}

/** The channel whose row is under the pointer; undefined before there are rows. */
function channelUnder(view: ViewInstance, point: PlotPoint): number | undefined {
  const { ranks } = traceCoverOf(view).state.getState();
  return ranks === null ? undefined : channelAt(ranks, valuesOf(view).origin, point.ndc[1]);
}

/** Shift+click chooses the row's channel for the feature view; ctrl+click selects the cluster of the nearest spike in the row. */
function click(view: ViewInstance, spikes: TraceSpikes | undefined, event: PlotClick): void {
  const channelId = channelUnder(view, event);
  if (channelId === undefined || chooseChannel(view, channelId, event)) return;
  const { ctrl, alt } = event.modifiers;
  if (!ctrl || alt || event.button !== 'left' || spikes === undefined) return;
  const { sampleRate, interval } = timeWindowOf(view);
  // Spikes are known for three screens: those beside the one that is seen are not meant (spec/views.md 6c FIX).
  const onScreen = [interval[0] * sampleRate, interval[1] * sampleRate] as const;
  const spike = nearestSpike(spikes, channelId, event.data[0] * sampleRate, onScreen);
  if (spike !== undefined) void view.client.act('select', [spikes.spikeClusters.data[spike]]);
}

// ---- the panel

/** Scale of what is on screen: the same as long as it hardly changes, or for good without automatic scale. */
const lastScaleOf = perView((): { scale: SignalScale | null } => ({ scale: null }));

function useScale(view: ViewInstance, pieces: CoverState['pieces'], filter: string, auto: boolean): SignalScale {
  return useMemo(() => {
    const last = lastScaleOf(view);
    const next = scaleOf(pieces, filter);
    if (next === null) return last.scale ?? NO_SCALE;
    const kept = auto || last.scale === null ? steadyScale(last.scale, next) : { ...last.scale, offsets: next.offsets };
    last.scale = kept;
    return kept;
  }, [view, pieces, filter, auto]);
}
const NO_SCALE: SignalScale = { low: -1, high: 1, offsets: null };

function useScene(view: ViewInstance, picture: Picture<TraceSpikes> | null, zoomY: number, home: Camera) {
  const all = useStore(view.state, (state) => state.values);
  const values = useMemo(() => parseParams(params, all), [all]);
  const { pieces, ranks } = useStore(traceCoverOf(view).state);
  const scale = useScale(view, pieces, values.filter, values.autoScale);
  const dataset = useStore(view.client.mirror, (mirror) => mirror.dataset);
  const colorsIn = useClusterColoring(view);
  return useCallback(
    ({ style, size, front }: DrawContext) => {
      if (picture === null || dataset === null) throw new Error('draw without a picture');
      return traceScene({
        pieces,
        ranks: ranks ?? NO_RANKS,
        channelLabels: dataset.channelLabels,
        sampleRate: dataset.sampleRate,
        duration: dataset.durationSeconds,
        scale,
        spikes: picture.answer,
        clusters: picture.clusters,
        colorOf: values.allSpikes ? colorsIn(style) : noColor,
        values,
        style,
        size,
        front,
        zoomY,
        home,
      });
    },
    [picture, dataset, pieces, ranks, scale, values, colorsIn, zoomY, home],
  );
}
const NO_RANKS = new Int32Array(0);
const noColor = (): Rgba => [0, 0, 0, 0];

/** How much is shown, said anew whenever tiles come in. */
function useShownText(view: ViewInstance, spikes: TraceSpikes | undefined): void {
  useEffect(() => {
    const say = (): void => {
      const { phase, shown } = view.state.getState();
      const text = shownText(view, spikes);
      if (phase === 'ready' && text !== shown) view.state.setState({ shown: text });
    };
    say();
    return traceCoverOf(view).state.subscribe(say);
  }, [view, spikes]);
}

/** Channel, time, and the value of the sample that is nearest, as it is drawn. */
function tipText(view: ViewInstance, point: PlotPoint): string | null {
  const [seconds] = point.data;
  return timeTipText(view, channelUnder(view, point), seconds, {
    pieces: traceCoverOf(view).state.getState().pieces,
    sample: Math.round(seconds * timeWindowOf(view).sampleRate),
    offsets: lastScaleOf(view).scale?.offsets ?? null,
  });
}

function TracePanel({ view }: { readonly view: ViewInstance }) {
  const answer = useViewAnswer<TraceSpikes>(view, optionsOf(view));
  const spikes = answer.picture?.answer;
  const cover = traceCoverOf(view);
  useEffect(() => cover.start(), [cover]);
  useShownText(view, spikes);
  const [zoomY, setZoomY] = useState(1);
  const camera = useTimeCamera(view, cover, setZoomY);
  const draw = useScene(view, answer.picture, zoomY, camera.home);
  const [point, hover] = useTimeTip(view);
  const time = timeWindowOf(view);
  const interval = useStore(time.state, (state) => state.interval);
  const busy = useStore(cover.state, busyOf);
  const { filter, allSpikes, colorScheme, labels } = useStore(view.state, (state) => state.values);
  const facts = [intervalText(interval), String(filter), ...(allSpikes === true ? [String(colorScheme)] : [])];
  const tip = point === null ? null : tipText(view, point);
  return (
    <ViewBody
      view={view}
      answer={answer}
      draw={draw}
      facts={facts.join(' · ')}
      legend={{}}
      reading="Reading raw data"
      busy={busy}
      failure={useSignalFailure(view)}
      strip={<TimeStrip time={time} density={spikes?.density ?? null} left={gutterLeft(labels !== false)} />}
      interaction={camera.interaction}
      onCamera={camera.onCamera}
      startCamera={camera.startCamera}
      onResize={({ width }) => cover.setWidth(width)}
      onClick={(event) => click(view, spikes, event)}
      onWheel={(event) => wheel(view, event)}
      onHover={hover}
    >
      {tip !== null && point !== null && <PlotTip position={point.position} text={tip} />}
    </ViewBody>
  );
}

export const traceView: ViewSpec = {
  name: 'TraceView',
  timeFrames: () => true,
  query: 'trace',
  params,
  maxClusters: 0,
  actions,
  gestures: [
    { name: 'navigate', input: 'alt+wheel', doc: 'Earlier or later by a tenth of the interval.' },
    { name: 'zoom_time', input: 'wheel', doc: 'Zooms in time about the pointer.' },
    {
      name: 'zoom_rows',
      input: 'ctrl+shift+wheel, wheel over the channel numbers',
      doc: 'Zooms the rows about the pointer.',
    },
    { name: 'change_trace_size', input: 'ctrl+wheel', doc: 'Height of the traces.' },
    { name: 'change_color_scheme', input: 'shift+wheel', doc: 'Next or previous color scheme.' },
    { name: 'select_spike', input: 'ctrl+left click', doc: 'Selects the cluster of the nearest spike in the row.' },
    { name: 'select_channel_pcA', input: 'shift+left click', doc: 'Channel of the x dimension in the feature view.' },
    { name: 'select_channel_pcB', input: 'shift+right click', doc: 'Channel of the y dimension in the feature view.' },
  ],
  missing: (dataset) => rawDataMissing('TraceView', dataset),
  attach: attachTimeView,
  Component: TracePanel,
};
