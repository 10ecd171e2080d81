/** The feature view: gestures, menu, status line, lasso (spec/views.md 3c to 3e). */
import { sentenceOf } from '../../core/base/errors.ts';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { parseParams } from '../../core/base/params.ts';
import { Scope } from '../../core/base/scope.ts';
import type { DatasetSummary } from '../../core/protocol/messages.ts';
import type { PlotClick, PlotPoint, PlotWheel } from '../../gui/plot/stage.ts';
import { STEP, action, keys, markerActions, multiply, stepAction } from '../../gui/view/actions.ts';
import { clickedPlace, withChannel } from '../../gui/view/channelList.ts';
import type { FeedOptions } from '../../gui/view/feed.ts';
import type { LassoState, ViewInstance, ViewSpec } from '../../gui/view/instance.ts';
import { addLassoPoint, endLassoWith, lassoRefresh } from '../../gui/view/lasso.ts';
import { clickFeature, linksOf } from '../../gui/view/links.ts';
import { perView } from '../../gui/view/local.ts';
import { missingText, shownText } from '../../gui/view/shown.ts';
import { useLassoText } from '../../gui/view/useLassoCounts.ts';
import { useViewAnswer } from '../../gui/view/useViewAnswer.ts';
import { type DrawContext, PlotTip, ViewBody } from '../../gui/view/ViewBody.tsx';

import { type FeatureInput, cellDimensions, featureScene, parseDimension, readGrid, unsaidWords } from './draw.ts';
import { params } from './params.ts';
import type { FeatureAnswer } from './query.ts';

/** The channels on screen, to hold on to when they are to stay. */
interface Shown {
  channels: readonly number[];
}
const shownOf = perView((): Shown => ({ channels: [] }));

const optionsOf = perView((view): FeedOptions<FeatureAnswer> => {
  const shown = shownOf(view);
  return {
    overrides: (_values, links) => ({ reordered: links.reordered }),
    accepted({ answer, clusters }) {
      shown.channels = [...answer.channelIds.data];
      lassoRefresh(view, (frame) => requestOf(view, frame, clusters));
    },
    shown: ({ answer, beyondLimit }) => shownText(answer.clusters, beyondLimit),
  };
});

const valuesOf = (view: ViewInstance) => parseParams(params, view.state.getState().values);

/** What a split needs to know of a lasso in the cell `frame`: dimensions, and the channels they are counted on. */
function requestOf(view: ViewInstance, frame: string, clusters = view.state.getState().drawn): LassoState['request'] {
  const [x, y] = cellDimensions(frame);
  const { reordered } = linksOf(view.client).getState();
  return { x, y, clusters, params: { channels: shownOf(view).channels, reordered } };
}

const actions = [
  stepAction('increase', 'featureScaling', 1, { section: 1, keys: keys('ctrl++'), doc: 'Draw features larger.' }),
  stepAction('decrease', 'featureScaling', -1, { section: 1, keys: keys('ctrl+-'), doc: 'Draw features smaller.' }),
  action({
    name: 'reset_scaling',
    section: 1,
    doc: 'Feature scaling back to 1.',
    run: (view) => view.set({ featureScaling: 1 }),
  }),
  ...markerActions(2),
  action({
    name: 'toggle_automatic_channel_selection',
    section: 3,
    keys: keys('c'),
    doc: 'Choose the channels anew at every selection, or keep them.',
    checked: (view) => !valuesOf(view).fixedChannels,
    run: (view) => {
      const fixedChannels = !valuesOf(view).fixedChannels;
      const { channels } = shownOf(view);
      view.set({ fixedChannels, channels: fixedChannels && channels.length > 0 ? channels : null });
    },
  }),
  action({
    name: 'clear_channels',
    section: 3,
    doc: 'Choose the channels anew for the clusters shown.',
    run: (view) => view.set({ channels: null }),
  }),
];

/** ctrl and alt change the marker size, ctrl+shift the scaling; profile phy-2.1 has the scaling on ctrl (spec/curation.md 7.4). */
function wheel(view: ViewInstance, { modifiers, notches }: PlotWheel): void {
  const { keyProfile } = linksOf(view.client).getState();
  const scaling = modifiers === 'ctrl+shift' || (keyProfile === 'phy-2.1' && modifiers === 'ctrl');
  if (scaling) multiply(view, 'featureScaling', STEP ** notches);
  else if (modifiers === 'ctrl' || modifiers === 'alt') multiply(view, 'markerSize', STEP ** notches);
}

/** Alt or shift and a click: left picks the x dimension, right the y dimension, for the amplitude views. */
function pickDimension(view: ViewInstance, event: PlotClick): void {
  const { alt, shift, ctrl } = event.modifiers;
  if (!(alt || shift) || ctrl || event.button === 'middle') return;
  const [x, y] = cellDimensions(event.frame);
  const [dim, other] = event.button === 'left' ? [x, y] : [y, x];
  const parsed = parseDimension(dim);
  const withChannelOf = parsed !== undefined && 'attribute' in parsed ? parseDimension(other) : parsed;
  const { channels } = shownOf(view);
  if (parsed === undefined || withChannelOf === undefined || 'attribute' in withChannelOf || channels.length === 0)
    return;
  const channelId = channels[withChannelOf.relative % channels.length];
  const pc = 'attribute' in parsed ? null : parsed.pc;
  clickFeature(view.client, { dim, channelId, pc }, view.state.getState().drawn);
}

/** Takes over channel clicks, and decides at every new selection whether the channels stay. */
function attach(view: ViewInstance) {
  const scope = new Scope();
  const links = linksOf(view.client);
  scope.add(endLassoWith(view, ['grid']));
  scope.add(
    links.subscribe(({ channelClick }, before) => {
      if (channelClick === null || channelClick === before.channelClick) return;
      const { channels } = shownOf(view);
      const next = withChannel(channels, channelClick.channelId, clickedPlace(channelClick, channels.length));
      if (next !== channels) view.set({ channels: next });
    }),
  );
  scope.add(
    view.client.mirror.subscribe(({ snapshot, lastChange }, before) => {
      const selection = snapshot?.selection;
      const last = before.snapshot?.selection;
      if (selection === undefined || !view.state.getState().autoUpdate) return;
      if (JSON.stringify(selection) === JSON.stringify(last)) return;
      // New clusters of a merge or split are looked at on the channels where they were made; undo goes back to where it came from.
      const isNew = lastChange !== before.lastChange && lastChange?.history === null;
      const made = isNew && lastChange.added.length > 0;
      const stay = made || valuesOf(view).fixedChannels;
      const { channels } = shownOf(view);
      const next = stay && channels.length > 0 ? channels : null;
      if (next !== null || valuesOf(view).channels !== null) view.set({ channels: next });
    }),
  );
  return () => scope.dispose();
}

/** `channels: 165, 164`: the first two of the list. */
function factsOf(answer: FeatureAnswer | undefined): string {
  if (answer === undefined) return '';
  const labels = [...new Set(answer.channelLabels.slice(0, 2))];
  return `channels: ${labels.join(', ')}`;
}

/** What a low cell cannot say itself, beside the pointer. */
interface Tip {
  readonly position: PlotPoint['position'];
  readonly text: string;
}

function FeaturePanel({ view }: { readonly view: ViewInstance }) {
  const answer = useViewAnswer<FeatureAnswer>(view, optionsOf(view));
  const all = useStore(view.state, (state) => state.values);
  const values = useMemo(() => parseParams(params, all), [all]);
  const { picture } = answer;
  const drawn = useRef<FeatureInput | null>(null);
  const lasso = useLassoText(view, picture?.clusters ?? NONE);
  const draw = useCallback(
    ({ style, size, front }: DrawContext) => {
      if (picture === null) throw new Error('draw without a picture');
      drawn.current = { answer: picture.answer, values, style, size, front };
      return featureScene(drawn.current);
    },
    [picture, values],
  );
  const [tip, setTip] = useState<Tip | null>(null);
  const hover = (point: PlotPoint | null): void => {
    const text = point === null || drawn.current === null ? null : unsaidWords(drawn.current, point.frame);
    setTip(point === null || text === null || !point.inside ? null : { position: point.position, text });
  };
  return (
    <ViewBody
      view={view}
      answer={answer}
      draw={draw}
      facts={lasso ?? factsOf(picture?.answer)}
      legend={{ background: 'all spikes' }}
      reading="Reading features"
      onClick={(event) => pickDimension(view, event)}
      onWheel={(event) => wheel(view, event)}
      onHover={hover}
      onLassoPoint={(at) => addLassoPoint(view, at, (frame) => requestOf(view, frame))}
      onLassoClear={() => view.setLasso(null)}
    >
      {tip !== null && lasso === null && <PlotTip position={tip.position} text={tip.text} />}
    </ViewBody>
  );
}
const NONE: readonly number[] = [];

function missing({ has, missingBecause }: DatasetSummary) {
  if (has.features) return null;
  return { title: 'This dataset has no features', detail: missingText('FeatureView', [missingBecause.features]) };
}

export const featureView: ViewSpec = {
  name: 'FeatureView',
  query: 'feature',
  params,
  maxClusters: 8,
  validate({ grid }) {
    try {
      readGrid(String(grid));
      return null;
    } catch (error) {
      return sentenceOf(error);
    }
  },
  actions,
  gestures: [
    { name: 'add_lasso_point', input: 'ctrl+left click', doc: 'Adds a point to the lasso.' },
    { name: 'stop_lasso', input: 'ctrl+right click', doc: 'Clears the lasso.' },
    {
      name: 'select_x_dim',
      input: 'alt+left click, shift+left click',
      doc: 'Amplitude views show the x dimension of the cell.',
    },
    {
      name: 'select_y_dim',
      input: 'alt+right click, shift+right click',
      doc: 'Amplitude views show the y dimension of the cell.',
    },
    {
      name: 'change_marker_size',
      input: { mission: 'ctrl+wheel, alt+wheel', 'phy-2.1': 'alt+wheel' },
      doc: 'Diameter of the points.',
    },
    {
      name: 'change_feature_scaling',
      input: { mission: 'ctrl+shift+wheel', 'phy-2.1': 'ctrl+wheel, ctrl+shift+wheel' },
      doc: 'Feature scaling.',
    },
  ],
  missing,
  attach,
  Component: FeaturePanel,
};
