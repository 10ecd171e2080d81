/** The probe view: gestures, menu, status line (spec/views.md 13c to 13e). */
import { useCallback, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { nd } from '../../core/base/nd.ts';
import { parseParams } from '../../core/base/params.ts';
import type { DatasetSummary } from '../../core/protocol/messages.ts';
import type { Camera } from '../../gui/plot/scene.ts';
import type { PlotClick, PlotPoint } from '../../gui/plot/stage.ts';
import { toggleAction } from '../../gui/view/actions.ts';
import type { FeedOptions } from '../../gui/view/feed.ts';
import type { ViewInstance, ViewSpec } from '../../gui/view/instance.ts';
import { clickChannel } from '../../gui/view/links.ts';
import { countOf } from '../../gui/view/shown.ts';
import { useViewAnswer } from '../../gui/view/useViewAnswer.ts';
import { type DrawContext, PlotTip, ViewBody } from '../../gui/view/ViewBody.tsx';
import { isPlaceholder, probeLayout, probeScene, siteAt } from './draw.ts';
import type { ProbeInput } from './drawLayout.ts';
import { params } from './params.ts';
import type { ProbeAnswer } from './query.ts';

const options: FeedOptions<ProbeAnswer> = {
  follow: 'optionalSelection',
  shown({ answer, beyondLimit }) {
    const { length } = answer.clusters;
    return beyondLimit > 0
      ? `first ${length} of ${length + beyondLimit} clusters`
      : countOf(answer.channelIds.data.length, 'channel');
  },
};

const actions = [
  toggleAction('toggle_show_labels', 'labels', { section: 1, doc: 'Show or hide the channel labels.' }),
  toggleAction('toggle_true_aspect', 'trueAspect', {
    section: 1,
    title: 'Toggle true aspect ratio',
    doc: 'Draw a micrometre as long in one direction as in the other, or fill the view.',
  }),
];

/** Ctrl+click, or a click while a digit key is held, tells the other views which channel is meant; as in the waveform view. */
function selectChannel(view: ViewInstance, input: ProbeInput, event: PlotClick): void {
  const { ctrl, shift, alt, meta } = event.modifiers;
  const withDigit = event.digitKey !== null && !shift && !alt && !meta;
  if (!ctrl && !withDigit) return;
  const channelId = siteAt(input.answer, probeLayout(input), event.frame, event.data);
  if (channelId === undefined) return;
  const click = { channelId, key: event.digitKey, button: event.button, source: 'probe' } as const;
  clickChannel(view.client, click, view.state.getState().drawn);
}

const um = (value: number): string => String(Number(value.toFixed(1))).replace('-', '−');

/** Label, position and clusters of the site under the pointer; one line each, because the view is usually narrow. */
function tipText(input: ProbeInput, point: PlotPoint): string | null {
  const { answer } = input;
  const site = siteAt(answer, probeLayout(input), point.frame, point.data);
  if (site === undefined) return null;
  const [x, y] = answer.positions.data.subarray(2 * site, 2 * site + 2);
  const clusters = answer.clusters.filter(({ channelIds }) => channelIds.data.includes(site));
  const several = new Set(answer.shanks.data).size > 1;
  const lines = [`channel ${answer.channelLabels[site]}${several ? `, shank ${answer.shanks.data[site]}` : ''}`];
  if (!isPlaceholder(answer)) lines.push(`x ${um(x)}, y ${um(y)} µm`);
  if (clusters.length > 0) {
    const ids = clusters.map(({ clusterId }) => clusterId).join(', ');
    lines.push(`${clusters.length === 1 ? 'cluster' : 'clusters'} ${ids}`);
  }
  return lines.join('\n');
}

/** False where nobody knows on which channels a cluster is: its best channel is then the first one of all (spec/data.md 8.8). */
const knowsChannels = ({ format, has }: DatasetSummary): boolean => has.templates || format === 'kwik';

/** The answer as it is drawn: no cluster on a channel that stands for `unknown`. */
function drawnOf(answer: ProbeAnswer, known: boolean): ProbeAnswer {
  if (known) return answer;
  return { ...answer, clusters: answer.clusters.map((one) => ({ ...one, channelIds: nd(new Int32Array()) })) };
}

/** What the vertical axis is, and why no cluster is on it. */
function factsOf(answer: ProbeAnswer | null, known: boolean): string {
  if (!known && answer !== null && answer.clusters.length > 0) return 'channels unknown: no templates.npy';
  return answer !== null && isPlaceholder(answer) ? 'channels in order' : 'depth (µm)';
}

/** Words beside the pointer, and the picture they are about. */
interface Tip {
  readonly picture: unknown;
  readonly position: PlotPoint['position'];
  readonly text: string;
}

function ProbePanel({ view }: { readonly view: ViewInstance }) {
  const answer = useViewAnswer<ProbeAnswer>(view, options);
  const all = useStore(view.state, (state) => state.values);
  const values = useMemo(() => parseParams(params, all), [all]);
  const camera = useMemo(() => createStore<Pick<Camera, 'zoom'>>(() => ({ zoom: [1, 1] })), []);
  // Only labels depend on the zoom: without them the same scene serves all.
  const zoomX = useStore(camera, ({ zoom }) => (values.labels ? zoom[0] : 1));
  const zoomY = useStore(camera, ({ zoom }) => (values.labels ? zoom[1] : 1));
  const onScreen = useRef<ProbeInput | null>(null);
  const [tip, setTip] = useState<Tip | null>(null);
  const { picture } = answer;
  const known = useStore(view.client.mirror, ({ dataset }) => dataset === null || knowsChannels(dataset));
  const shown = useMemo(() => (picture === null ? null : drawnOf(picture.answer, known)), [picture, known]);
  const draw = useCallback(
    ({ style, size }: DrawContext) => {
      if (shown === null) throw new Error('draw without a picture');
      onScreen.current = { answer: shown, values, style, size, zoom: [zoomX, zoomY] };
      return probeScene(onScreen.current);
    },
    [shown, values, zoomX, zoomY],
  );
  const click = (event: PlotClick): void => {
    if (onScreen.current !== null) selectChannel(view, onScreen.current, event);
  };
  const hover = (point: PlotPoint | null): void => {
    const text = point === null || onScreen.current === null ? null : tipText(onScreen.current, point);
    setTip(point === null || text === null ? null : { picture, position: point.position, text });
  };
  return (
    <ViewBody
      view={view}
      answer={answer}
      draw={draw}
      facts={factsOf(picture?.answer ?? null, known)}
      legend={{}}
      reading="Reading the probe"
      onClick={click}
      onHover={hover}
      onCamera={({ zoom }) => camera.setState({ zoom })}
    >
      {tip?.picture === picture && tip !== null && <PlotTip position={tip.position} text={tip.text} />}
    </ViewBody>
  );
}

export const probeView: ViewSpec = {
  name: 'ProbeView',
  query: 'probe',
  params,
  maxClusters: 20,
  actions,
  gestures: [
    { name: 'select_channel', input: 'ctrl+left click', doc: 'Channel of the x dimension in the feature view.' },
    { name: 'select_channel', input: 'ctrl+right click', doc: 'Channel of the y dimension in the feature view.' },
    { name: 'select_channel', input: 'digit+click', doc: 'Channel at that place in the feature view.' },
  ],
  missing: () => null,
  Component: ProbePanel,
};
