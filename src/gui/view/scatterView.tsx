/**
 * Makes a scatter view of any query that answers with coordinates (ScatterAnswer) and can give those of all spikes for a split: gestures,
 * menu, legend, lasso (spec/views.md 14c). Views of spike attributes are made by it, and scatter views of plugins can be.
 */
import { useCallback, useMemo } from 'react';
import { useStore } from 'zustand';
import type { NumberParam, ParamSpecs, ParamValue } from '../../core/base/params.ts';
import type { PlotWheel } from '../plot/stage.ts';
import { STEP, markerActions, multiply, numberOf } from './actions.ts';
import type { FeedOptions } from './feed.ts';
import type { LassoState, ViewInstance, ViewSpec } from './instance.ts';
import { addLassoPoint, lassoRefresh } from './lasso.ts';
import { perView } from './local.ts';
import { type ScatterAnswer, type ScatterInput, scatterFacts, scatterScene } from './scatter.ts';
import { shownText } from './shown.ts';
import { useLassoText } from './useLassoCounts.ts';
import { useViewAnswer } from './useViewAnswer.ts';
import { type DrawContext, ViewBody } from './ViewBody.tsx';

export interface ScatterKind<A extends ScatterAnswer> extends Pick<ViewSpec, 'name' | 'query' | 'missing'> {
  readonly params: ParamSpecs & { readonly markerSize: NumberParam };
  /** What the axes of an answer are. */
  axes(answer: A): ScatterInput['axes'];
  /** What is written while the first answer takes long: `Reading positions`. */
  readonly reading: string;
}

/** Parameters of the answer on screen, for the split. */
interface Used {
  params: Readonly<Record<string, ParamValue>>;
}
const usedOf = perView((): Used => ({ params: {} }));

const optionsOf = perView((view): FeedOptions<ScatterAnswer> => {
  const used = usedOf(view);
  return {
    accepted({ params, clusters }) {
      used.params = params;
      lassoRefresh(view, () => requestOf(view, clusters));
    },
    shown: ({ answer, beyondLimit }) => shownText(answer.clusters, beyondLimit),
  };
});

function requestOf(view: ViewInstance, clusters = view.state.getState().drawn): LassoState['request'] {
  return { clusters, params: usedOf(view).params };
}

function wheel(view: ViewInstance, { modifiers, notches }: PlotWheel): void {
  if (modifiers === 'ctrl' || modifiers === 'alt') multiply(view, 'markerSize', STEP ** notches);
}

const NONE: readonly number[] = [];

/** At most 8 clusters, as spec/views.md 1.11 says of all scatter views. */
export function scatterView<A extends ScatterAnswer>(kind: ScatterKind<A>): ViewSpec {
  const { name, query, params, missing } = kind;
  function ScatterPanel({ view }: { readonly view: ViewInstance }) {
    const answer = useViewAnswer<A>(view, optionsOf(view));
    const markerSize = useStore(view.state, () => numberOf(view, 'markerSize'));
    const { picture } = answer;
    const axes = useMemo(() => (picture === null ? null : kind.axes(picture.answer)), [picture]);
    const lasso = useLassoText(view, picture?.clusters ?? NONE);
    const draw = useCallback(
      ({ style, size, front }: DrawContext) => {
        if (picture === null || axes === null) throw new Error('draw without a picture');
        return scatterScene({ answer: picture.answer, axes, markerSize, style, size, front });
      },
      [picture, axes, markerSize],
    );
    return (
      <ViewBody
        view={view}
        answer={answer}
        draw={draw}
        facts={lasso ?? (axes === null ? '' : scatterFacts(axes))}
        legend={{}}
        reading={kind.reading}
        onWheel={(event) => wheel(view, event)}
        onLassoPoint={(at) => addLassoPoint(view, at, () => requestOf(view))}
        onLassoClear={() => view.setLasso(null)}
      />
    );
  }
  return {
    name,
    query,
    params,
    maxClusters: 8,
    actions: markerActions(1),
    gestures: [
      { name: 'add_lasso_point', input: 'ctrl+left click', doc: 'Adds a point to the lasso.' },
      { name: 'stop_lasso', input: 'ctrl+right click', doc: 'Clears the lasso.' },
      { name: 'change_marker_size', input: 'ctrl+wheel, alt+wheel', doc: 'Diameter of the points.' },
    ],
    missing,
    Component: ScatterPanel,
  };
}
