/** The template view: gestures, menu, status line (spec/views.md 11c to 11e). */
import { useCallback, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { parseParams } from '../../core/base/params.ts';
import type { DatasetSummary } from '../../core/protocol/messages.ts';
import { rangeOfCamera } from '../../gui/plot/camera.ts';
import type { PlotPoint, PlotWheel } from '../../gui/plot/stage.ts';
import { STEP, action, keys, multiply, stepAction } from '../../gui/view/actions.ts';
import { rotateScheme, schemeActions, useClusterColoring } from '../../gui/view/colorSchemes.ts';
import type { FeedOptions } from '../../gui/view/feed.ts';
import type { ViewInstance, ViewSpec } from '../../gui/view/instance.ts';
import { pickCluster } from '../../gui/view/pickCluster.ts';
import { countOf, missingText, noRows } from '../../gui/view/shown.ts';
import { followClusters, useRowCount, useShownClusters } from '../../gui/view/shownClusters.ts';
import { useViewAnswer } from '../../gui/view/useViewAnswer.ts';
import { type DrawContext, PlotTip, ViewBody } from '../../gui/view/ViewBody.tsx';
import { templateAt, templateScene } from './draw.ts';
import { params } from './params.ts';
import type { TemplateAnswer } from './query.ts';

const options: FeedOptions<TemplateAnswer> = {
  follow: 'table',
  // Columns come in the order of their ids: the cluster view is followed when they are drawn.
  overrides: () => ({ sort: 'id', direction: 'asc', filter: '' }),
  shown: ({ answer }) => shownText(answer),
};

/** `600 clusters`, and how many of them have no template. */
function shownText({ clusters }: TemplateAnswer): string {
  const without = clusters.filter((cluster) => cluster.channelIds.data.length === 0).length;
  const all = countOf(clusters.length, 'cluster');
  return without === 0 ? all : `${all} · ${without} without a template`;
}

const actions = [
  ...schemeActions(1),
  stepAction('increase', 'scaling', 1, { section: 2, keys: keys('ctrl+alt++'), doc: 'Make the waveforms higher.' }),
  stepAction('decrease', 'scaling', -1, { section: 2, keys: keys('ctrl+alt+-'), doc: 'Make the waveforms lower.' }),
  action({
    name: 'reset_scaling',
    section: 2,
    doc: 'Height of the waveforms back to 1.',
    run: (view) => view.set({ scaling: params.scaling.default }),
  }),
  action({
    name: 'toggle_channels_by_depth',
    section: 3,
    doc: 'Rows from the top of the probe to its tip, or in the order of the channels.',
    checked: (view) => view.state.getState().values.channelOrder === 'depth',
    run: (view) => {
      const { channelOrder } = view.state.getState().values;
      view.set({ channelOrder: channelOrder === 'depth' ? 'index' : 'depth' });
    },
  }),
];

function wheel(view: ViewInstance, { modifiers, notches }: PlotWheel): void {
  if (modifiers === 'ctrl') multiply(view, 'scaling', STEP ** notches);
  if (modifiers === 'shift') rotateScheme(view, notches);
}

function TemplatePanel({ view }: { readonly view: ViewInstance }) {
  const answer = useViewAnswer<TemplateAnswer>(view, options);
  const all = useStore(view.state, (state) => state.values);
  const autoUpdate = useStore(view.state, (state) => state.autoUpdate);
  const total = useRowCount(view);
  const values = useMemo(() => parseParams(params, all), [all]);
  const { order, selected } = useShownClusters(view);
  const coloring = useClusterColoring(view);
  const [point, setPoint] = useState<PlotPoint | null>(null);
  const picture = answer.picture?.answer;
  const draw = useCallback(
    ({ style, size, camera }: DrawContext) => {
      if (picture === undefined) throw new Error('draw without a picture');
      const colorOf = coloring(style);
      return templateScene({
        answer: picture,
        values,
        style,
        size,
        visible: rangeOfCamera(camera),
        order,
        selected,
        colorOf,
      });
    },
    [picture, values, order, selected, coloring],
  );
  const at = ({ data, inside }: PlotPoint) =>
    picture === undefined || !inside ? null : templateAt(picture, order, values.channelOrder, data);
  const found = point === null ? null : at(point);
  return (
    <ViewBody
      view={view}
      answer={answer}
      draw={draw}
      facts={`color scheme: ${values.colorScheme}`}
      legend={null}
      reading="Reading templates"
      empty={noRows(autoUpdate, total)}
      followsCamera
      onClick={(event) => pickCluster(view.client, event, at(event)?.cluster.clusterId)}
      onWheel={(event) => wheel(view, event)}
      onHover={setPoint}
    >
      {found !== null && point !== null && (
        <PlotTip
          position={point.position}
          text={`cluster ${found.cluster.clusterId} · template ${found.cluster.templateId} · channel ${found.channelLabel}`}
        />
      )}
    </ViewBody>
  );
}

function missing({ has, missingBecause }: DatasetSummary) {
  if (has.templates) return null;
  return { title: 'This dataset has no templates', detail: missingText('TemplateView', [missingBecause.templates]) };
}

export const templateView: ViewSpec = {
  name: 'TemplateView',
  query: 'template',
  params,
  maxClusters: 0,
  actions,
  gestures: [
    { name: 'select_cluster', input: 'ctrl+click', doc: 'Selects the cluster of the column.' },
    {
      name: 'select_more',
      input: 'shift+click, ctrl+shift+click',
      doc: 'Adds the cluster of the column to all that are selected.',
    },
    { name: 'change_template_size', input: 'ctrl+wheel', doc: 'Height of the waveforms.' },
    { name: 'change_color_scheme', input: 'shift+wheel', doc: 'Next or previous color scheme.' },
  ],
  missing,
  attach: followClusters,
  Component: TemplatePanel,
};
