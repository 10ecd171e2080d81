/** The cluster scatter view: fields, gestures, lasso, menu, status line (spec/views.md 12c to 12e). */
import { useCallback, useDeferredValue, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { PhyError } from '../../core/base/errors.ts';
import { cellNumber, numericFields } from '../../core/base/fields.ts';
import { type ChoiceParam, type TextParam, defaults, parseParams } from '../../core/base/params.ts';
import { insidePolygon } from '../../core/base/polygon.ts';
import { Scope } from '../../core/base/scope.ts';
import { rangeOfCamera } from '../../gui/plot/camera.ts';
import type { PlotClick, PlotPoint, PlotWheel } from '../../gui/plot/stage.ts';
import { STEP, action, markerActions, multiply, toggleAction } from '../../gui/view/actions.ts';
import { rotateScheme, schemeActions, useClusterColoring } from '../../gui/view/colorSchemes.ts';
import type { FeedOptions } from '../../gui/view/feed.ts';
import type { LassoState, SettingsFields, ViewAction, ViewInstance, ViewSpec } from '../../gui/view/instance.ts';
import { addLassoPoint, begunText, endLassoWith } from '../../gui/view/lasso.ts';
import { perView } from '../../gui/view/local.ts';
import { isStillClick, selectCluster } from '../../gui/view/pickCluster.ts';
import { count, countOf, noRows } from '../../gui/view/shown.ts';
import { followClusters, useRowCount, useShownClusters } from '../../gui/view/shownClusters.ts';
import { useViewAnswer } from '../../gui/view/useViewAnswer.ts';
import { type DrawContext, PlotTip, ViewBody } from '../../gui/view/ViewBody.tsx';
import type { Metrics, Places, ScatterInput, ScatterValues, SizeRange } from './draw.ts';
import { isOnePlace, metricsOf, nearestPoint, placesOf, rangeOf, scatterScene, unitOf, valueText } from './draw.ts';
import { params } from './params.ts';
import type { ClusterScatterAnswer } from './query.ts';

/** What a column of the table can stand for: parameter, name in menus (the reference's), and snippet. */
const AXES = [
  { param: 'x', log: 'xLog', name: 'x_axis', alias: 'csx', what: 'x axis' },
  { param: 'y', log: 'yLog', name: 'y_axis', alias: 'csy', what: 'y axis' },
  { param: 'size', log: 'sizeLog', name: 'size', alias: 'css', what: 'size of the points' },
] as const;
type Axis = (typeof AXES)[number]['param'];

/** Of the rows as they are, for as long as they stay: every message asks for the fields, and few change a row. */
const fieldsOfRows = new WeakMap<object, { readonly columns: unknown; readonly fields: readonly string[] }>();

/** Columns that can be shown now, sorted. */
function fieldsOf({ client }: ViewInstance): readonly string[] {
  const { snapshot, rows } = client.mirror.getState();
  const columns = snapshot?.columns ?? NO_COLUMNS;
  const known = fieldsOfRows.get(rows);
  if (known?.columns === columns) return known.fields;
  const cells = (column: string): readonly unknown[] => Array.from(rows.values(), (row) => row[column]);
  const fields = numericFields([...columns, 'is_masked'], cells);
  fieldsOfRows.set(rows, { columns, fields });
  return fields;
}
const NO_COLUMNS: readonly string[] = [];

/** The chosen column, where the dataset has it. */
const fieldInForce = (view: ViewInstance, axis: Axis): string =>
  firstPresent(view, [String(view.state.getState().values[axis] ?? ''), params[axis].default]);

/** The first of some columns that the dataset has, else rates, else ids. */
function firstPresent(view: ViewInstance, wanted: readonly string[]): string {
  const fields = fieldsOf(view);
  return [...wanted, 'fr'].find((field) => fields.includes(field)) ?? 'id';
}

/** The range that sizes stand for: it stays when clusters come and go, so that the others keep their sizes (spec/views.md 12a). */
interface Sizes {
  readonly key: string;
  readonly range: SizeRange;
}
const sizesOf = perView(() => createStore<Sizes>(() => ({ key: '', range: [0, 0] })));

const optionsOf = perView(
  (view): FeedOptions<ClusterScatterAnswer> => ({
    follow: 'table',
    cells: true,
    overrides: () => ({
      x: fieldInForce(view, 'x'),
      y: fieldInForce(view, 'y'),
      size: fieldInForce(view, 'size'),
      filter: '',
    }),
    accepted({ answer, params: used }) {
      const key = JSON.stringify([used.size, used.sizeLog]);
      if (key !== sizesOf(view).getState().key) sizesOf(view).setState({ key, range: rangeOf(answer.size.data) });
    },
    shown({ answer, params: used }) {
      const total = view.client.mirror.getState().snapshot?.clusterTable.total ?? 0;
      return shownText(answer, used, total);
    },
  }),
);

/** `36 clusters`, `16 of 36 clusters`, and how many are drawn at 0 because they have no value, or all at one place. */
function shownText(answer: ClusterScatterAnswer, used: Readonly<Record<string, unknown>>, total: number): string {
  const shown = answer.clusterIds.data.length;
  const all = shown === total ? countOf(total, 'cluster') : `${count(shown)} of ${countOf(total, 'cluster')}`;
  const without = AXES.flatMap(({ param }) => {
    const missing = answer.missing[param];
    return missing === 0 ? [] : [`${count(missing)} without ${String(used[param])}`];
  });
  return [all, ...(isOnePlace(answer) ? ['all at one place'] : []), ...new Set(without)].join(' · ');
}

/** Shows another column. Throws `usage` with the list of columns for one that cannot be shown; the view then stays as it is. */
function setField(view: ViewInstance, axis: Axis, field: unknown): void {
  const fields = fieldsOf(view);
  if (typeof field !== 'string' || !fields.includes(field)) {
    const name = typeof field === 'string' ? field : JSON.stringify(field);
    const fault = name === undefined ? 'The name of a column is missing' : `There is no numeric column ${name}`;
    throw new PhyError('usage', `${fault}. Columns: ${fields.join(', ')}.`, { axis });
  }
  view.set({ [axis]: field });
}

const fieldActions = AXES.flatMap(({ param, log, name, alias, what }): readonly ViewAction[] => [
  toggleAction(`toggle_log_scale_for_${name}`, log, {
    title: `Toggle log scale for ${name}`,
    section: 3,
    submenu: `Change ${name}`,
    doc: `Logarithmic ${what}.`,
  }),
  action({
    name: `set_${name}`,
    aliases: [alias],
    section: 4,
    usage: 'COLUMN',
    doc: `Shows a column of the cluster view as ${what}.`,
    prompt: { text: `Column for the ${what}`, value: (view) => fieldInForce(view, param) },
    run: (view, args) => setField(view, param, args[0]),
  }),
]);

/** An entry for every column that can be shown. */
function moreActions(view: ViewInstance): readonly ViewAction[] {
  return AXES.flatMap(({ param, name, what }) =>
    fieldsOf(view).map((field) =>
      action({
        name: `change_${name}_to_${field}`,
        title: field,
        section: 3,
        submenu: `Change ${name}`,
        doc: `Shows ${field} as ${what}.`,
        checked: () => fieldInForce(view, param) === field,
        run: () => setField(view, param, field),
      }),
    ),
  );
}

const ofAxes = (field: (axis: Axis) => string) => Object.fromEntries(AXES.map(({ param }) => [param, field(param)]));

/** The settings form, with the columns as choices. */
function fields(view: ViewInstance): SettingsFields {
  const choices = fieldsOf(view);
  const asChoice = ({ label, doc, default: initial }: TextParam): ChoiceParam => ({
    kind: 'choice',
    label,
    doc,
    default: initial,
    choices,
  });
  return {
    specs: { ...params, x: asChoice(params.x), y: asChoice(params.y), size: asChoice(params.size) },
    values: () => ({ ...view.state.getState().values, ...ofAxes((axis) => fieldInForce(view, axis)) }),
    defaults: () => ({ ...defaults(params), ...ofAxes((axis) => firstPresent(view, [params[axis].default])) }),
    change: (name, value) => view.set({ [name]: value }),
  };
}

const actions = [...schemeActions(1), ...markerActions(2, 'factor on the diameter of the points'), ...fieldActions];

function wheel(view: ViewInstance, { modifiers, notches }: PlotWheel): void {
  if (modifiers === 'ctrl' || modifiers === 'alt') multiply(view, 'markerSize', STEP ** notches);
  if (modifiers === 'shift') rotateScheme(view, notches);
}

/** A click selects the nearest cluster, however far it is; with shift it is added. Ctrl draws a lasso. */
function click(view: ViewInstance, answer: ClusterScatterAnswer, drawn: Drawn | null, event: PlotClick): void {
  const { ctrl, shift, alt, meta } = event.modifiers;
  if (drawn === null || ctrl || alt || meta || !isStillClick(event)) return;
  const nearest = nearestPoint(drawn.places, event.data, drawn.metrics.pxPerUnit);
  if (nearest !== null) selectCluster(view.client, answer.clusterIds.data[nearest.place], shift);
}

/** Clusters in the lasso, ascending. */
function enclosed(answer: ClusterScatterAnswer, { x, y }: Places, { polygon }: LassoState): readonly number[] {
  const inside = insidePolygon(x, y, polygon);
  return Array.from(answer.clusterIds.data.filter((_, place) => inside[place] === 1)).toSorted((a, b) => a - b);
}

/** From its third vertex on a lasso selects what it holds. */
function addVertex(
  view: ViewInstance,
  answer: ClusterScatterAnswer,
  places: Places,
  at: Parameters<typeof addLassoPoint>[1],
): void {
  addLassoPoint(view, at, () => null);
  const { lasso } = view.state.getState();
  const ids = lasso === null || lasso.polygon.length < 3 ? [] : enclosed(answer, places, lasso);
  if (ids.length > 0) void view.client.act('select', ids);
}

function attach(view: ViewInstance) {
  const scope = new Scope();
  scope.add(followClusters(view));
  scope.add(endLassoWith(view, ['x', 'y', 'xLog', 'yLog']));
  return () => scope.dispose();
}

const withLog = (field: string, log: boolean): string => (log ? `${field} (log)` : field);

/** `depth by amp · size: fr (log) · color scheme: random` */
function factsOf({ x, y, size, xLog, yLog, sizeLog }: ScatterValues, scheme: string): string {
  return `${withLog(y, yLog)} by ${withLog(x, xLog)} · size: ${withLog(size, sizeLog)} · color scheme: ${scheme}`;
}

/** What a lasso holds, or how many points it still needs. */
function lassoText(lasso: LassoState, answer: ClusterScatterAnswer, places: Places): string {
  return lasso.polygon.length < 3
    ? begunText(lasso)
    : `lasso: ${countOf(enclosed(answer, places, lasso).length, 'cluster')}`;
}

/** What the plot was drawn with last. */
interface Drawn {
  readonly places: Places;
  readonly metrics: Metrics;
}

/** The pointer may be so many px beside a point. */
const NEAR_PX = 5;

/** `cluster 2 · amp 3.925 · depth 140 µm · fr 124.15 Hz` for the point under the pointer. */
function tipText(
  view: ViewInstance,
  values: ScatterValues,
  answer: ClusterScatterAnswer,
  drawn: Drawn,
  point: PlotPoint,
): string | null {
  const nearest = nearestPoint(drawn.places, point.data, drawn.metrics.pxPerUnit);
  if (nearest === null || nearest.distance > drawn.places.sizes[nearest.place] / 2 + NEAR_PX) return null;
  const id = answer.clusterIds.data[nearest.place];
  const row = view.client.mirror.getState().rows.get(id);
  const facts = AXES.map(({ param }) => {
    const field = values[param];
    const isMissing = row !== undefined && cellNumber(row[field]) === undefined;
    return `${field} ${isMissing ? '–' : valueText(answer[param].data[nearest.place]) + unitOf(field)}`;
  });
  return [`cluster ${id}`, ...new Set(facts)].join(' · ');
}

function ScatterPanel({ view }: { readonly view: ViewInstance }) {
  const answer = useViewAnswer<ClusterScatterAnswer>(view, optionsOf(view));
  const all = useStore(view.state, (state) => state.values);
  const autoUpdate = useStore(view.state, (state) => state.autoUpdate);
  const total = useRowCount(view);
  const lasso = useStore(view.state, (state) => state.lasso);
  const sizeRange = useStore(sizesOf(view), (sizes) => sizes.range);
  // Hundreds of large points are painted after everything else that a selection changes.
  const selected = useDeferredValue(useShownClusters(view).selected);
  const coloring = useDeferredValue(useClusterColoring(view));
  const [point, setPoint] = useState<PlotPoint | null>(null);
  const drawn = useRef<Drawn | null>(null);
  const { picture } = answer;
  // Columns and logarithms as the answer has them; until another one is there, the old axes stay.
  const values = useMemo(() => ({ ...parseParams(params, all), ...usedValues(picture?.params) }), [all, picture]);
  const places = useMemo(
    () => (picture === null ? null : placesOf({ answer: picture.answer, values, sizeRange })),
    [picture, values, sizeRange],
  );
  const draw = useCallback(
    ({ style, size, camera }: DrawContext) => {
      if (picture === null) throw new Error('draw without a picture');
      const visible = rangeOfCamera(camera);
      const input: ScatterInput = {
        answer: picture.answer,
        values,
        sizeRange,
        style,
        size,
        visible,
        selected,
        colorOf: coloring(style),
      };
      drawn.current = { places: placesOf(input), metrics: metricsOf(input) };
      return scatterScene(input);
    },
    [picture, values, sizeRange, selected, coloring],
  );
  const [tip, setTip] = useState<string | null>(null);
  const hover = (at: PlotPoint | null): void => {
    setPoint(at);
    const { current } = drawn;
    setTip(
      picture === null || current === null || at === null ? null : tipText(view, values, picture.answer, current, at),
    );
  };
  const facts =
    lasso !== null && picture !== null && places !== null
      ? lassoText(lasso, picture.answer, places)
      : factsOf(values, values.colorScheme);
  return (
    <ViewBody
      view={view}
      answer={answer}
      draw={draw}
      facts={facts}
      legend={null}
      reading="Reading the cluster table"
      empty={noRows(autoUpdate, total)}
      followsCamera
      onClick={(event) => picture !== null && click(view, picture.answer, drawn.current, event)}
      onWheel={(event) => wheel(view, event)}
      onHover={hover}
      onLassoPoint={(at) => picture !== null && places !== null && addVertex(view, picture.answer, places, at)}
      onLassoClear={() => view.setLasso(null)}
    >
      {tip !== null && point !== null && <PlotTip position={point.position} text={tip} />}
    </ViewBody>
  );
}

/** What an answer was computed with. */
function usedValues(used: Readonly<Record<string, unknown>> | undefined): Partial<ScatterValues> {
  if (used === undefined) return {};
  const { x, y, size, xLog, yLog, sizeLog } = parseParams(params, used);
  return { x, y, size, xLog, yLog, sizeLog };
}

export const clusterScatterView: ViewSpec = {
  name: 'ClusterScatterView',
  query: 'clusterScatter',
  params,
  maxClusters: 0,
  actions,
  moreActions,
  fields,
  gestures: [
    { name: 'select_cluster', input: 'click', doc: 'Selects the nearest cluster.' },
    { name: 'select_more', input: 'shift+click', doc: 'Adds the nearest cluster to all that are selected.' },
    {
      name: 'add_lasso_point',
      input: 'ctrl+left click',
      doc: 'Adds a point to the lasso; from the third on it selects the clusters inside.',
    },
    { name: 'stop_lasso', input: 'ctrl+right click', doc: 'Clears the lasso.' },
    { name: 'change_marker_size', input: 'ctrl+wheel, alt+wheel', doc: 'Diameter of the points.' },
    { name: 'change_color_scheme', input: 'shift+wheel', doc: 'Next or previous color scheme.' },
  ],
  missing: () => null,
  attach,
  Component: ScatterPanel,
};
