/** The amplitude view: gestures, menu, status line, lasso (spec/views.md 8c to 8e). */
import { useCallback, useMemo } from 'react';
import { useStore } from 'zustand';
import { type ParamValue, parseParams } from '../../core/base/params.ts';
import { Scope } from '../../core/base/scope.ts';
import type { DatasetSummary } from '../../core/protocol/messages.ts';
import type { PlotClick, PlotWheel } from '../../gui/plot/stage.ts';
import { STEP, action, keys, markerActions, multiply } from '../../gui/view/actions.ts';
import type { FeedOptions } from '../../gui/view/feed.ts';
import type { LassoState, ViewInstance, ViewSpec } from '../../gui/view/instance.ts';
import { addLassoPoint, endLassoWith, lassoRefresh } from '../../gui/view/lasso.ts';
import { followRawFilter, linksOf, rememberingChoice, selectTime } from '../../gui/view/links.ts';
import { perView } from '../../gui/view/local.ts';
import { missingText, shownText } from '../../gui/view/shown.ts';
import { useCalm } from '../../gui/view/useCalm.ts';
import { useLassoText } from '../../gui/view/useLassoCounts.ts';
import { useViewAnswer } from '../../gui/view/useViewAnswer.ts';
import { type DrawContext, ViewBody } from '../../gui/view/ViewBody.tsx';
import { SCATTER, amplitudeScene } from './draw.ts';
import { type AmplitudeType, amplitudeTypes, params } from './params.ts';
import type { AmplitudeAnswer } from './query.ts';

const valuesOf = (view: ViewInstance) => parseParams(params, view.state.getState().values);

/** What the answer on screen was computed with, for the split. */
interface Used {
  params: Readonly<Record<string, ParamValue>>;
}
const usedOf = perView((): Used => ({ params: {} }));

const optionsOf = perView((view): FeedOptions<AmplitudeAnswer> => {
  const used = usedOf(view);
  const choice = rememberingChoice();
  return {
    overrides(values, links, clusters) {
      const { filter } = parseParams(params, values);
      const type = typeInForce(view);
      const { channelId, pc } = choice(links.chosenChannel, type, clusters);
      // Only raw amplitudes depend on the filter: the others must not be asked for again when it changes.
      return {
        type,
        channel: channelId,
        pc,
        reordered: links.reordered,
        filter: type === 'raw' ? filter : params.filter.default,
      };
    },
    accepted({ answer, params: given, clusters }) {
      const { type, channelId, pc } = answer;
      const { filter, reordered } = given;
      used.params = { type, channel: channelId, pc, filter, reordered };
      lassoRefresh(view, () => requestOf(view, clusters));
    },
    shown: ({ answer, beyondLimit }) => shownText(answer.clusters, beyondLimit),
  };
});

function requestOf(view: ViewInstance, clusters = view.state.getState().drawn): LassoState['request'] {
  return { clusters, params: usedOf(view).params };
}

/** What a dataset must have for each type. */
const NEEDS: Readonly<Record<AmplitudeType, readonly (keyof DatasetSummary['has'])[]>> = {
  feature: ['features'],
  raw: ['waveforms'],
  template: ['amplitudes'],
  template_feature: ['templateFeatures'],
};
const offers = (dataset: DatasetSummary | null, type: AmplitudeType): boolean =>
  dataset !== null && NEEDS[type].every((part) => dataset.has[part]);

/** The types that this dataset offers, in rotation order. */
function typesOf(view: ViewInstance): readonly AmplitudeType[] {
  const { dataset } = view.client.mirror.getState();
  return amplitudeTypes.filter((type) => offers(dataset, type));
}

/** The chosen type, or the first one that the dataset offers. */
function typeInForce(view: ViewInstance): AmplitudeType {
  const { type } = valuesOf(view);
  const types = typesOf(view);
  return types.includes(type) ? type : (types[0] ?? type);
}

/** true, or why there is nothing to rotate among. */
function hasTypes(view: ViewInstance): true | string {
  const types = typesOf(view);
  return types.length > 1 || `This dataset only has ${types[0] ?? 'no'} amplitudes.`;
}

function rotateType(view: ViewInstance, step: 1 | -1): void {
  const types = typesOf(view);
  const place = types.indexOf(typeInForce(view));
  view.set({ type: types[(place + step + types.length) % types.length] });
}

const LACKS: Readonly<Record<AmplitudeType, string>> = {
  feature: 'This dataset has no features.',
  raw: 'This dataset has no raw data.',
  template: 'This dataset has no amplitudes.',
  template_feature: 'This dataset has no template features.',
};

const actions = [
  ...markerActions(1),
  ...amplitudeTypes.map((type) =>
    action({
      name: `change_amplitudes_type_to_${type}`,
      title: type,
      section: 2,
      submenu: 'Change amplitudes type',
      doc: `Show amplitudes of type ${type}.`,
      checked: (view) => typeInForce(view) === type,
      enabled: (view) => (offers(view.client.mirror.getState().dataset, type) ? true : LACKS[type]),
      run: (view) => view.set({ type }),
    }),
  ),
  action({
    name: 'next_amplitudes_type',
    aliases: ['next_amplitude_type'],
    section: 2,
    keys: keys('a'),
    doc: 'Feature, raw, template, template feature: show the next type.',
    enabled: hasTypes,
    run: (view) => rotateType(view, 1),
  }),
  action({
    name: 'previous_amplitudes_type',
    aliases: ['previous_amplitude_type'],
    section: 2,
    keys: keys('shift+a'),
    doc: 'Feature, raw, template, template feature: show the previous type.',
    enabled: hasTypes,
    run: (view) => rotateType(view, -1),
  }),
];

function wheel(view: ViewInstance, { modifiers, notches }: PlotWheel): void {
  if (modifiers === 'ctrl' || modifiers === 'alt') multiply(view, 'markerSize', STEP ** notches);
}

const REORDERED = 'Reordered times are no places in the recording. Ctrl+R shows the times of the spikes again.';

/** Alt+left click, or shift+click: trace views go to that time. */
function pickTime(view: ViewInstance, event: PlotClick): void {
  const { alt, shift, ctrl } = event.modifiers;
  const wanted = !ctrl && ((alt && event.button === 'left') || shift);
  if (!wanted || event.frame !== SCATTER) return;
  if (linksOf(view.client).getState().reordered) view.client.say('info', REORDERED);
  else selectTime(view.client, event.data[0]);
}

/** A dimension picked in a feature view turns every amplitude view to features; alt+r changes the filter of raw amplitudes. */
function attach(view: ViewInstance) {
  const scope = new Scope();
  scope.add(followRawFilter(view));
  scope.add(endLassoWith(view, ['type']));
  scope.add(
    linksOf(view.client).subscribe((state, before) => {
      if (state.featureClick !== before.featureClick && state.featureClick !== null) view.set({ type: 'feature' });
    }),
  );
  return () => scope.dispose();
}

/** The type, and for those that depend on it the channel (with the PC letter for features). */
function factsOf(view: ViewInstance, answer: AmplitudeAnswer | undefined, type: AmplitudeType): string {
  if (answer === undefined) return type;
  if (answer.type !== 'feature' && answer.type !== 'raw') return answer.type;
  const labels = view.client.mirror.getState().dataset?.channelLabels;
  const channel = labels?.[answer.channelId] ?? String(answer.channelId);
  return answer.type === 'raw'
    ? `raw · channel ${channel} · ${valuesOf(view).filter}`
    : `feature · ${channel}${String.fromCharCode(65 + answer.pc)}`;
}

/** While traces are dragged their bar here moves ten times a second: drawing all points for every pointer move would slow the dragging. */
const BAR_MS = 100;

function AmplitudePanel({ view }: { readonly view: ViewInstance }) {
  const answer = useViewAnswer<AmplitudeAnswer>(view, optionsOf(view));
  const all = useStore(view.state, (state) => state.values);
  const values = useMemo(() => parseParams(params, all), [all]);
  const timeRange = useCalm(
    useStore(linksOf(view.client), (state) => state.timeRange),
    BAR_MS,
  );
  const { picture } = answer;
  const isReordered = picture?.params.reordered === true;
  const lasso = useLassoText(view, picture?.clusters ?? NONE);
  const draw = useCallback(
    ({ style, size, front }: DrawContext) => {
      if (picture === null) throw new Error('draw without a picture');
      return amplitudeScene({
        answer: picture.answer,
        values,
        style,
        size,
        front,
        timeRange: isReordered ? null : timeRange,
      });
    },
    [picture, values, timeRange, isReordered],
  );
  return (
    <ViewBody
      view={view}
      answer={answer}
      draw={draw}
      facts={lasso ?? factsOf(view, picture?.answer, values.type)}
      legend={{ background: 'other clusters' }}
      reading="Reading amplitudes"
      onClick={(event) => pickTime(view, event)}
      onWheel={(event) => wheel(view, event)}
      onLassoPoint={(at) => addLassoPoint(view, at, () => requestOf(view))}
      onLassoClear={() => view.setLasso(null)}
    />
  );
}
const NONE: readonly number[] = [];

function missing(dataset: DatasetSummary) {
  if (amplitudeTypes.some((type) => offers(dataset, type))) return null;
  const detail = missingText('AmplitudeView', [dataset.missingBecause.amplitudes]);
  return { title: 'This dataset has no amplitudes', detail };
}

export const amplitudeView: ViewSpec = {
  name: 'AmplitudeView',
  // Where times are other ones, a moment of the recording has no place.
  timeFrames: (frame, { reordered }) => frame === SCATTER && reordered !== true,
  query: 'amplitude',
  params,
  maxClusters: 8,
  actions,
  choices: (view) => ({ type: typesOf(view) }),
  gestures: [
    { name: 'add_lasso_point', input: 'ctrl+left click', doc: 'Adds a point to the lasso.' },
    { name: 'stop_lasso', input: 'ctrl+right click', doc: 'Clears the lasso.' },
    { name: 'select_time', input: 'alt+left click, shift+click', doc: 'Trace views go to that time.' },
    { name: 'change_marker_size', input: 'ctrl+wheel, alt+wheel', doc: 'Diameter of the points.' },
  ],
  missing,
  attach,
  Component: AmplitudePanel,
};
