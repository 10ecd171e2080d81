/** The template feature view: gestures, menu, status line, lasso (spec/views.md 4c to 4e). */
import { useCallback, useMemo } from 'react';
import { useStore } from 'zustand';
import { parseParams } from '../../core/base/params.ts';
import type { DatasetSummary } from '../../core/protocol/messages.ts';
import type { PlotWheel } from '../../gui/plot/stage.ts';
import { STEP, markerActions, multiply } from '../../gui/view/actions.ts';
import type { FeedOptions } from '../../gui/view/feed.ts';
import type { ViewInstance, ViewSpec } from '../../gui/view/instance.ts';
import { addLassoPoint } from '../../gui/view/lasso.ts';
import { perView } from '../../gui/view/local.ts';
import { missingText, shownText } from '../../gui/view/shown.ts';
import { useLassoText } from '../../gui/view/useLassoCounts.ts';
import { useViewAnswer } from '../../gui/view/useViewAnswer.ts';
import { type DrawContext, ViewBody } from '../../gui/view/ViewBody.tsx';
import { templateFeatureScene } from './draw.ts';
import { params } from './params.ts';
import type { TemplateFeatureAnswer } from './query.ts';

const optionsOf = perView(
  (view): FeedOptions<TemplateFeatureAnswer> => ({
    accepted({ clusters }) {
      // The axes are made of the two clusters: a lasso drawn between two others means nothing between these, or where there is no plot.
      const { lasso } = view.state.getState();
      if (lasso !== null && String(lasso.request?.clusters) !== String(clusters)) view.setLasso(null);
    },
    shown: ({ answer }) => (answer.clusters.length === 2 ? shownText(answer.clusters) : ''),
  }),
);

function wheel(view: ViewInstance, { modifiers, notches }: PlotWheel): void {
  if (modifiers === 'ctrl' || modifiers === 'alt') multiply(view, 'markerSize', STEP ** notches);
}

/** What to do when there are more clusters than two, or fewer. */
function notTwo(count: number) {
  const detail =
    count === 1
      ? 'One cluster is selected. Select a second one, for example in the similarity view with Space.'
      : `${count} clusters are selected. Select two of them.`;
  return { title: 'TemplateFeatureView shows exactly two clusters', detail };
}

function TemplateFeaturePanel({ view }: { readonly view: ViewInstance }) {
  const answer = useViewAnswer<TemplateFeatureAnswer>(view, optionsOf(view));
  const all = useStore(view.state, (state) => state.values);
  const values = useMemo(() => parseParams(params, all), [all]);
  const phase = useStore(view.state, (state) => state.phase);
  const { picture } = answer;
  const lasso = useLassoText(view, picture?.clusters ?? NONE);
  const draw = useCallback(
    ({ style, size, front }: DrawContext) => {
      if (picture === null) throw new Error('draw without a picture');
      return templateFeatureScene({ answer: picture.answer, values, style, size, front });
    },
    [picture, values],
  );
  // While the answer for another selection takes long, what was said of the one before is no longer true.
  const isPair = picture === null || picture.answer.clusters.length === 2 || phase === 'updating';
  return (
    <ViewBody
      view={view}
      answer={answer}
      draw={draw}
      facts={lasso ?? ''}
      legend={{}}
      reading="Reading template features"
      instead={isPair ? null : notTwo(picture.clusters.length + picture.beyondLimit)}
      onWheel={(event) => wheel(view, event)}
      onLassoPoint={(at) => addLassoPoint(view, at, () => ({ clusters: view.state.getState().drawn }))}
      onLassoClear={() => view.setLasso(null)}
    />
  );
}
const NONE: readonly number[] = [];

function missing({ has, missingBecause }: DatasetSummary) {
  if (has.templateFeatures) return null;
  const detail = missingText('TemplateFeatureView', [missingBecause.templateFeatures]);
  return { title: 'This dataset has no template features', detail };
}

export const templateFeatureView: ViewSpec = {
  name: 'TemplateFeatureView',
  query: 'templateFeature',
  params,
  maxClusters: 8,
  actions: markerActions(1),
  gestures: [
    { name: 'add_lasso_point', input: 'ctrl+left click', doc: 'Adds a point to the lasso.' },
    { name: 'stop_lasso', input: 'ctrl+right click', doc: 'Clears the lasso.' },
    { name: 'change_marker_size', input: 'ctrl+wheel, alt+wheel', doc: 'Diameter of the points.' },
  ],
  missing,
  Component: TemplateFeaturePanel,
};
