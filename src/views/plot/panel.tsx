/** The plot that the JavaScript console drew last, as large as the panel; with automatic update off it keeps what it shows. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { type LastPlot, lastPlotOf } from '../../gui/console/lastPlot.ts';
import { plotScene } from '../../gui/console/plotScene.ts';
import type { ViewInstance, ViewSpec } from '../../gui/view/instance.ts';
import type { ViewAnswer } from '../../gui/view/useViewAnswer.ts';
import { type DrawContext, emptyScene, ViewBody } from '../../gui/view/ViewBody.tsx';
import { params } from './params.ts';

const EMPTY = {
  title: 'No plot yet',
  detail: 'What plot.line, plot.hist, plot.scatter and plot.image of ConsoleView draw is shown here.',
};
const KINDS = { line: 'lines', scatter: 'points', hist: 'histogram', image: 'image' } as const;

function PlotPanel({ view }: { readonly view: ViewInstance }) {
  const { plot, number } = useShownPlot(view);
  useEffect(() => view.state.setState({ phase: plot === null ? 'empty' : 'ready' }), [view, plot]);
  const answer = useMemo((): ViewAnswer<LastPlot> => {
    const picture =
      plot === null ? null : { answer: { plot, number }, clusters: [], beyondLimit: 0, params: {}, revision: number };
    return { picture, error: null, slow: false, retry: () => undefined };
  }, [plot, number]);
  const draw = useCallback(
    ({ style }: DrawContext) => (plot === null ? emptyScene(style) : plotScene(plot, style)),
    [plot],
  );
  return (
    <ViewBody
      view={view}
      answer={answer}
      draw={draw}
      facts={plot === null ? '' : KINDS[plot.kind]}
      legend={null}
      reading=""
      empty={EMPTY}
    />
  );
}

/** The last plot, or the one that was there when automatic update was turned off; the first one where there was none. */
function useShownPlot(view: ViewInstance): LastPlot {
  const store = lastPlotOf(view.client);
  const last = useStore(store);
  const autoUpdate = useStore(view.state, (state) => state.autoUpdate);
  const [kept, setKept] = useState(last);
  const follows = autoUpdate || kept.plot === null;
  if (follows && kept !== last) setKept(last);
  return follows ? last : kept;
}

export const plotView: ViewSpec = {
  name: 'PlotView',
  query: '',
  params,
  maxClusters: 0,
  actions: [],
  gestures: [],
  missing: () => null,
  Component: PlotPanel,
};
