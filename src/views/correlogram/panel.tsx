/** The correlogram view: gestures, menu, status line (spec/views.md 5c to 5e). */
import { useCallback, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { type ParamValue, parseParams } from '../../core/base/params.ts';
import type { PlotClick, PlotPoint, PlotWheel } from '../../gui/plot/stage.ts';
import { STEP, action, keys, multiply, numberAction, stepAction, toggleAction } from '../../gui/view/actions.ts';
import type { FeedOptions, Picture } from '../../gui/view/feed.ts';
import type { ViewInstance, ViewSpec } from '../../gui/view/instance.ts';
import { count, shownText } from '../../gui/view/shown.ts';
import { useViewAnswer } from '../../gui/view/useViewAnswer.ts';
import { type DrawContext, PlotTip, ViewBody } from '../../gui/view/ViewBody.tsx';
import { type CorrelogramValues, binAt, correlogramScene } from './draw.ts';
import { params } from './params.ts';
import type { CorrelogramAnswer } from './query.ts';

const options: FeedOptions<CorrelogramAnswer> = {
  shown: ({ answer, beyondLimit }) => shownText(answer.clusters, beyondLimit),
};

const inMs = (seconds: number): string => `${(seconds * 1000).toFixed(1)} ms`;

/** A window narrower than its bin, or none. */
function validate(values: Readonly<Record<string, ParamValue>>): string | null {
  const { binSeconds, windowSeconds } = parseParams(params, values);
  if (windowSeconds > binSeconds) return null;
  return `Window must be wider than one bin (${Number((binSeconds * 1000).toPrecision(6))} ms).`;
}

const actions = [
  stepAction('increase', 'windowSeconds', 1, { section: 1, doc: 'Make the window wider.' }),
  stepAction('decrease', 'windowSeconds', -1, { section: 1, doc: 'Make the window narrower.' }),
  action({
    name: 'reset_scaling',
    section: 1,
    doc: 'Window back to 50 ms.',
    run: (view) => view.set({ windowSeconds: params.windowSeconds.default }),
  }),
  toggleAction('toggle_normalization', 'uniform', {
    section: 2,
    keys: keys('n'),
    doc: 'One vertical scale for all correlograms instead of one for each.',
  }),
  toggleAction('toggle_labels', 'labels', { section: 2, doc: 'Show or hide the cluster ids.' }),
  numberAction('set_bin', 'binSeconds', params.binSeconds, { aliases: ['cb'], section: 3, doc: 'Bin size in ms.' }),
  numberAction('set_window', 'windowSeconds', params.windowSeconds, {
    aliases: ['cw'],
    section: 3,
    doc: 'Window size in ms, both sides together.',
  }),
  numberAction(
    'set_refractory_period',
    'refractorySeconds',
    { ...params.refractorySeconds, min: 0.0001, max: 0.1 },
    { aliases: ['cr'], section: 3, doc: 'Refractory period in ms, 0.1 to 100.' },
  ),
];

function wheel(view: ViewInstance, { modifiers, notches }: PlotWheel): void {
  try {
    if (modifiers === 'ctrl') multiply(view, 'windowSeconds', STEP ** notches);
    if (modifiers === 'alt') multiply(view, 'binSeconds', STEP ** notches);
  } catch (error) {
    view.client.say('warning', error instanceof Error ? error.message : String(error));
  }
}

/** Row and column of a frame, null for one that is no cell. */
function cellOf(frame: string): { readonly row: number; readonly column: number } | null {
  const match = /^(\d+),(\d+)$/.exec(frame);
  return match === null ? null : { row: Number(match[1]), column: Number(match[2]) };
}

/** A right drag that zooms can be as short as a click; one that stays within this many px is meant as a click. */
const STILL_PX = 5;

/** Right click on a pair of which one cluster is selected in the cluster view and one in the similarity view: the similar one moves over. */
function promote(view: ViewInstance, clusters: readonly number[], event: PlotClick): void {
  const cell = cellOf(event.frame);
  if (
    event.button !== 'right' ||
    event.travelled > STILL_PX ||
    !event.inside ||
    cell === null ||
    cell.row === cell.column
  )
    return;
  const selection = view.client.mirror.getState().snapshot?.selection;
  if (selection === undefined) return;
  const pair = [clusters[cell.row], clusters[cell.column]];
  const best = pair.filter((id) => selection.clusters.includes(id));
  const similar = pair.filter((id) => selection.similar.includes(id) && !selection.clusters.includes(id));
  if (best.length === 1 && similar.length === 1) void view.client.act('promote_similar', similar);
}

/** Values that only draw, together with those that the picture was computed with. */
function drawValues(values: CorrelogramValues, picture: Picture<CorrelogramAnswer>): CorrelogramValues {
  const used = parseParams(params, picture.params);
  return { ...values, binSeconds: used.binSeconds, windowSeconds: used.windowSeconds };
}

const ms = (seconds: number): string => String(Number((seconds * 1000).toFixed(3))).replace('-', '−');

/** Delays of the bin under the pointer and their number. */
function tipText(picture: Picture<CorrelogramAnswer>, point: PlotPoint): string | null {
  const cell = cellOf(point.frame);
  if (cell === null || !point.inside) return null;
  const { binSeconds } = parseParams(params, picture.params);
  const bin = binAt(picture.answer, binSeconds, cell, point.data[0]);
  if (bin === null) return null;
  const ids = cell.row === cell.column ? [cell.row] : [cell.row, cell.column];
  const names = ids.map((rank) => picture.clusters[rank]).join(' → ');
  const isCentral = bin.from === -bin.to;
  if (isCentral && cell.row === cell.column) return `${names}: below ${ms(bin.to)} ms, left out`;
  const delays = isCentral ? `below ${ms(bin.to)} ms` : `${ms(bin.from)} to ${ms(bin.to)} ms`;
  return `${names}: ${delays}, ${count(bin.count)}`;
}

function CorrelogramPanel({ view }: { readonly view: ViewInstance }) {
  const answer = useViewAnswer<CorrelogramAnswer>(view, options);
  const all = useStore(view.state, (state) => state.values);
  const values = useMemo(() => parseParams(params, all), [all]);
  const [point, setPoint] = useState<PlotPoint | null>(null);
  const { picture } = answer;
  const draw = useCallback(
    ({ style, size }: DrawContext) => {
      if (picture === null) throw new Error('draw without a picture');
      return correlogramScene({ answer: picture.answer, values: drawValues(values, picture), style, size });
    },
    [picture, values],
  );
  const click = (event: PlotClick): void => {
    if (picture !== null) promote(view, picture.clusters, event);
  };
  const tip = picture === null || point === null ? null : tipText(picture, point);
  return (
    <ViewBody
      view={view}
      answer={answer}
      draw={draw}
      facts={`${inMs(values.windowSeconds)} (${inMs(values.binSeconds)}) · refractory ${inMs(values.refractorySeconds)}`}
      legend={null}
      reading="Computing correlograms"
      onClick={click}
      onWheel={(event) => wheel(view, event)}
      onHover={setPoint}
    >
      {tip !== null && point !== null && <PlotTip position={point.position} text={tip} />}
    </ViewBody>
  );
}

export const correlogramView: ViewSpec = {
  name: 'CorrelogramView',
  query: 'correlogram',
  params,
  maxClusters: 20,
  actions,
  gestures: [
    { name: 'change_window_size', input: 'ctrl+wheel', doc: 'Window size.' },
    { name: 'change_bin_size', input: 'alt+wheel', doc: 'Bin size.' },
    {
      name: 'promote_similar',
      input: 'right click',
      doc: 'On a pair: takes the similar cluster into the cluster view.',
    },
  ],
  missing: () => null,
  validate,
  Component: CorrelogramPanel,
};
