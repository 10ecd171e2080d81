/** The waveform view: gestures, menu, status line (spec/views.md 2c to 2e). */
import { useCallback, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { parseParams } from '../../core/base/params.ts';
import type { DatasetSummary } from '../../core/protocol/messages.ts';
import { nearestBox } from '../../gui/plot/layouts.ts';
import type { Camera } from '../../gui/plot/scene.ts';
import type { PlotClick, PlotPoint, PlotWheel } from '../../gui/plot/stage.ts';
import { STEP, action, keys, multiply, numberAction, stepAction, toggleAction } from '../../gui/view/actions.ts';
import type { FeedOptions } from '../../gui/view/feed.ts';
import type { ViewAction, ViewInstance, ViewSpec } from '../../gui/view/instance.ts';
import { clickChannel, followRawFilter } from '../../gui/view/links.ts';
import { perView } from '../../gui/view/local.ts';
import { missingText, shownText } from '../../gui/view/shown.ts';
import { useViewAnswer } from '../../gui/view/useViewAnswer.ts';
import { type DrawContext, PlotTip, ViewBody } from '../../gui/view/ViewBody.tsx';
import { unitText, waveformScene } from './draw.ts';
import { placedBoxes } from './drawBoxes.ts';
import { NO_SCALE, type Scale, nextScale, renewedScale } from './drawScale.ts';
import { alignmentOf } from './drawWaves.ts';
import { type WaveformType, params, waveformTypes } from './params.ts';
import type { WaveformAnswer } from './query.ts';

const scaleOf = perView(() => createStore<Scale>(() => NO_SCALE));

const optionsOf = perView((view): FeedOptions<WaveformAnswer> => {
  const scale = scaleOf(view);
  return {
    overrides: () => ({ type: typeInForce(view) }),
    accepted({ answer, params: used }) {
      scale.setState(nextScale(scale.getState(), answer, String(used.filter)));
    },
    shown: ({ answer, beyondLimit }) => shownText(answer.clusters, beyondLimit),
  };
});

const valuesOf = (view: ViewInstance) => parseParams(params, view.state.getState().values);

/** The types that this dataset offers, in rotation order. */
function typesOf(view: ViewInstance): readonly WaveformType[] {
  const has = view.client.mirror.getState().dataset?.has;
  return waveformTypes.filter((type) => (type === 'templates' ? has?.templates : has?.waveforms) === true);
}

/** The chosen type, or the first one that the dataset offers: the choice is kept for all datasets. */
function typeInForce(view: ViewInstance): WaveformType {
  const { type } = valuesOf(view);
  const types = typesOf(view);
  return types.includes(type) ? type : (types[0] ?? type);
}

/** true, or why there is nothing to rotate among. */
function hasTypes(view: ViewInstance): true | string {
  const types = typesOf(view);
  return types.length > 1 || `This dataset only has ${types[0] ?? 'no waveforms'}.`;
}

function rotateType(view: ViewInstance, step: 1 | -1): void {
  const types = typesOf(view);
  const place = types.indexOf(typeInForce(view));
  view.set({ type: types[(place + step + types.length) % types.length] });
}

/** Shows `type`, or single waveforms when it is shown already. */
function toggleType(type: WaveformType): Pick<ViewAction, 'checked' | 'enabled' | 'run'> {
  const wanted = (view: ViewInstance): WaveformType => (typeInForce(view) === type ? 'waveforms' : type);
  return {
    checked: (view) => typeInForce(view) === type,
    enabled: (view) => typesOf(view).includes(wanted(view)) || `This dataset has no ${wanted(view)}.`,
    run: (view) => view.set({ type: wanted(view) }),
  };
}

function resetScaling(view: ViewInstance): void {
  const scale = scaleOf(view);
  scale.setState(renewedScale(scale.getState()));
  view.set({ boxScaleY: 1 });
}

const actions = [
  numberAction('change_n_spikes_waveforms', 'spikesPerCluster', params.spikesPerCluster, {
    aliases: ['wn'],
    section: 1,
    doc: 'Number of waveforms shown of each cluster.',
  }),
  stepAction('increase', 'boxScaleY', 1, { section: 2, keys: keys('ctrl+up'), doc: 'Make the waveforms higher.' }),
  stepAction('decrease', 'boxScaleY', -1, { section: 2, keys: keys('ctrl+down'), doc: 'Make the waveforms lower.' }),
  action({
    name: 'reset_scaling',
    section: 2,
    doc: 'Height of the waveforms back to 1, scale anew for what is shown.',
    run: resetScaling,
  }),
  toggleAction('toggle_waveform_overlap', 'overlap', {
    section: 3,
    keys: keys('o'),
    doc: 'Draw the clusters on top of each other or side by side.',
  }),
  toggleAction('toggle_show_labels', 'labels', {
    section: 3,
    keys: keys('ctrl+l'),
    doc: 'Show or hide the channel numbers.',
  }),
  action({
    name: 'next_waveforms_type',
    section: 4,
    keys: keys('w'),
    doc: 'Waveforms, mean waveforms, templates: show the next type.',
    enabled: hasTypes,
    run: (view) => rotateType(view, 1),
  }),
  action({
    name: 'previous_waveforms_type',
    section: 4,
    keys: keys('shift+w'),
    doc: 'Waveforms, mean waveforms, templates: show the previous type.',
    enabled: hasTypes,
    run: (view) => rotateType(view, -1),
  }),
  action({
    name: 'toggle_mean_waveforms',
    section: 4,
    keys: keys('m'),
    doc: 'Show mean waveforms, or single waveforms again.',
    ...toggleType('mean_waveforms'),
  }),
  action({
    name: 'toggle_templates',
    section: 4,
    doc: 'Show templates, or single waveforms again.',
    ...toggleType('templates'),
  }),
  toggleAction('toggle_mean_on_top', 'meanOnTop', {
    section: 4,
    doc: 'Draw single waveforms faintly with their mean on top.',
  }),
  stepAction('widen', 'boxScaleX', 1, { section: 5, keys: keys('ctrl+right'), doc: 'Make the boxes wider.' }),
  stepAction('narrow', 'boxScaleX', -1, { section: 5, keys: keys('ctrl+left'), doc: 'Make the boxes narrower.' }),
  stepAction('extend_horizontally', 'probeScaleX', 1, {
    section: 5,
    keys: keys('shift+right'),
    doc: 'Move the channels apart horizontally.',
  }),
  stepAction('shrink_horizontally', 'probeScaleX', -1, {
    section: 5,
    keys: keys('shift+left'),
    doc: 'Move the channels together horizontally.',
  }),
  stepAction('extend_vertically', 'probeScaleY', 1, {
    section: 5,
    keys: keys('shift+up'),
    doc: 'Move the channels apart vertically.',
  }),
  stepAction('shrink_vertically', 'probeScaleY', -1, {
    section: 5,
    keys: keys('shift+down'),
    doc: 'Move the channels together vertically.',
  }),
];

/** Ctrl+click, or a click while a digit key is held, tells the other views which channel is meant. */
function selectChannel(view: ViewInstance, answer: WaveformAnswer, event: PlotClick, height: number): void {
  const { ctrl, shift, alt, meta } = event.modifiers;
  const withDigit = event.digitKey !== null && !shift && !alt && !meta;
  if (!ctrl && !withDigit) return;
  const place = nearestBox(placedBoxes(answer, valuesOf(view), height), event.ndc[0], event.ndc[1]);
  if (place < 0) return;
  const channelId = answer.channelIds.data[place];
  const click = { channelId, key: event.digitKey, button: event.button, source: 'waveform' } as const;
  clickChannel(view.client, click, view.state.getState().drawn);
}

function wheel(view: ViewInstance, event: PlotWheel): void {
  if (event.modifiers === 'ctrl') multiply(view, 'boxScaleY', STEP ** event.notches);
}

const signed = (value: number, digits: number): string => {
  const text = Math.abs(value).toPrecision(digits);
  return `${value < 0 ? '−' : ''}${Number(text)}`;
};

/** Channel, cluster, time from the spike and value at the pointer; null beside the boxes. */
function tipText(answer: WaveformAnswer, overlap: boolean, { frame, data, inside }: PlotPoint): string | null {
  const [channelId, clusterId] = frame.split(':').map(Number);
  const place = answer.channelIds.data.indexOf(channelId);
  if (!inside || place < 0) return null;
  const milliseconds = ((data[0] - alignmentOf(answer).spike) / answer.sampleRate) * 1000;
  const whose = overlap ? '' : `, cluster ${clusterId}`;
  return `channel ${answer.channelLabels[place]}${whose}\n${signed(milliseconds, 2)} ms, ${signed(data[1], 3)} ${unitText(answer)}`;
}

/** klusta's filter is always on; a plugin's comes before it. */
const klustaFilter = (name: string): string =>
  ['raw', 'high_pass'].includes(name) ? "klusta's band-pass" : `${name}, klusta's band-pass`;

/** `waveforms · high_pass · spike at sample 41`, and how far templates were moved to lie there. */
function factsOf(answer: WaveformAnswer, filter: string): string {
  const { spike, shift } = alignmentOf(answer);
  const moved = shift === 0 ? '' : `, moved by ${signed(shift, 3)} samples`;
  return `${answer.type} · ${filter} · spike at sample ${spike}${moved}`;
}

/** Words beside the pointer, and the picture they are about. */
interface Tip {
  readonly picture: unknown;
  readonly position: PlotPoint['position'];
  readonly text: string;
}

function WaveformPanel({ view }: { readonly view: ViewInstance }) {
  const answer = useViewAnswer<WaveformAnswer>(view, optionsOf(view));
  const all = useStore(view.state, (state) => state.values);
  const values = useMemo(() => parseParams(params, all), [all]);
  const yMax = useStore(scaleOf(view), (scale) => scale.yMax);
  const zoom = useMemo(() => createStore<{ readonly zoom: Camera['zoom'] }>(() => ({ zoom: [1, 1] })), []);
  const [zoomX, zoomY] = useStore(zoom, (state) => state.zoom);
  const height = useRef(0);
  const { picture } = answer;
  const isKlusta = view.client.mirror.getState().dataset?.format === 'kwik';
  const filter = isKlusta ? klustaFilter(values.filter) : values.filter;
  const draw = useCallback(
    ({ style, size, front }: DrawContext) => {
      height.current = size.height;
      if (picture === null) throw new Error('draw without a picture');
      const { answer: drawn } = picture;
      return waveformScene({
        answer: drawn,
        values,
        style,
        size,
        front,
        yMax: yMax ?? drawn.yMax,
        zoom: [zoomX, zoomY],
      });
    },
    [picture, values, yMax, zoomX, zoomY],
  );
  const [tip, setTip] = useState<Tip | null>(null);
  const hover = (point: PlotPoint | null): void => {
    const text = point === null || picture === null ? null : tipText(picture.answer, values.overlap, point);
    setTip(point === null || text === null ? null : { picture, position: point.position, text });
  };
  return (
    <ViewBody
      view={view}
      answer={answer}
      draw={draw}
      facts={picture === null ? `${typeInForce(view)} · ${filter}` : factsOf(picture.answer, filter)}
      legend={{}}
      reading="Reading waveforms"
      onClick={(event) => picture !== null && selectChannel(view, picture.answer, event, height.current)}
      onWheel={(event) => wheel(view, event)}
      onHover={hover}
      onCamera={(camera) => zoom.setState({ zoom: camera.zoom })}
    >
      {tip !== null && tip.picture === picture && <PlotTip position={tip.position} text={tip.text} />}
    </ViewBody>
  );
}

function missing({ has, missingBecause }: DatasetSummary) {
  if (has.waveforms || has.templates) return null;
  const detail = missingText('WaveformView', [missingBecause.traces, missingBecause.templates]);
  return { title: 'This dataset has no waveforms', detail };
}

export const waveformView: ViewSpec = {
  name: 'WaveformView',
  query: 'waveform',
  params,
  maxClusters: 8,
  actions,
  choices: (view) => ({ type: typesOf(view) }),
  gestures: [
    { name: 'change_box_size', input: 'ctrl+wheel', doc: 'Height of the waveforms.' },
    { name: 'select_channel', input: 'ctrl+left click', doc: 'Channel of the x dimension in the feature view.' },
    { name: 'select_channel', input: 'ctrl+right click', doc: 'Channel of the y dimension in the feature view.' },
    { name: 'select_channel', input: 'digit+click', doc: 'Channel at that place in the feature view.' },
  ],
  missing,
  attach: followRawFilter,
  Component: WaveformPanel,
};
