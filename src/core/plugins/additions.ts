/** Makes of a plugin what the engine takes: columns, questions, actions. Its functions are called where they are (`CallHook`). */
import { PhyError } from '../base/errors.ts';
import type { Param, ParamSpecs, ParamValue } from '../base/params.ts';
import type { MetadataValue } from '../dataset/dataset.ts';
import { isWordList } from '../engine/additions.ts';
import {
  defineSplitter,
  joinAdditions,
  NO_ADDITIONS,
  type AddedAction,
  type AddedColumn,
  type AddedFilter,
  type AddedSimilarity,
  type Additions,
} from '../engine/additions.ts';
import { defineQuery, type LassoCoordinates, type Query, type QueryContext } from '../engine/query.ts';
import { scriptClusterOf, spikeFactsOf } from '../engine/scriptQueries.ts';
import type {
  Declaration,
  FilterDeclaration,
  OverlayDeclaration,
  SplitterDeclaration,
  ViewDeclaration,
} from './declare.ts';
import type { HookPath } from './talk.ts';
import { toAnswer } from './wire.ts';

/**
 * Calls a function of the plugin with plain arguments; the tools are added there. `what` names it in sentences: `metric snr`. With `progress` the
 * wait can be given up. Throws PhyError in a sentence that names plugin, file and line.
 */
export type CallHook = (
  hook: HookPath,
  what: string,
  args: readonly unknown[],
  progress?: QueryContext['progress'],
) => Promise<unknown>;

/** Names that questions, actions and columns of other plugins have already; a plugin cannot take them. */
export interface TakenNames {
  readonly queries: readonly string[];
  readonly actions: readonly string[];
  readonly columns: readonly string[];
  readonly filters: readonly string[];
}

export function pluginAdditions(declaration: Declaration, call: CallHook, taken: TakenNames): Additions {
  const { name, metrics, similarities, splitters, filters, commands, overlays, views } = declaration;
  const refuse = (what: string): never => {
    throw new PhyError('input', `Plugin ${name} was not loaded: its ${what} has a name that is taken already.`);
  };
  for (const view of views) if (taken.queries.includes(view.name)) refuse(`view ${view.name}`);
  for (const command of commands) if (taken.actions.includes(command.name)) refuse(`command ${command.name}`);
  for (const each of splitters) if (taken.actions.includes(`split_${each.name}`)) refuse(`splitter ${each.name}`);
  for (const metric of metrics) if (taken.columns.includes(metric)) refuse(`metric ${metric}`);
  for (const filter of filters) if (taken.filters.includes(filter.name)) refuse(`filter ${filter.name}`);
  const queries = [
    ...views.map((view) => viewQuery(view, call)),
    ...overlays.map((each) => overlayQuery(each, call)),
    ...windowServices(declaration, call),
  ];
  return joinAdditions([
    ...splitters.map((splitter) => splitterOf(splitter, call)),
    {
      ...NO_ADDITIONS,
      queries: Object.fromEntries(queries.map((query) => [query.name, query])),
      columns: metrics.map((metric) => columnOf(metric, call)),
      similarities: similarities.map((each) => similarityOf(each, call)),
      actions: commands.map((spec) => actionOf(spec, call)),
      filters: filters.map((each) => filterOf(each, call)),
    },
  ]);
}

function columnOf(name: string, call: CallHook): AddedColumn {
  return {
    name,
    async value(context, clusterId): Promise<MetadataValue> {
      const cluster = scriptClusterOf(context, clusterId, context.table.columns);
      const value = await call(['metrics', name, 'value'], `metric ${name}`, [cluster]);
      if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return null;
      if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        return value;
      throw new PhyError('refused', `Metric ${name} gave something else than a number, text, true or false.`);
    },
  };
}

function similarityOf(name: string, call: CallHook): AddedSimilarity {
  return {
    name,
    async values(context, clusterId) {
      const cluster = scriptClusterOf(context, clusterId, context.table.columns);
      const pairs = await call(['similarities', name, 'similar'], `similarity ${name}`, [cluster]);
      if (!Array.isArray(pairs)) throw new PhyError('refused', `Similarity ${name} gave no list of pairs.`);
      return pairs.map((pair: unknown) => {
        if (Array.isArray(pair) && typeof pair[0] === 'number' && typeof pair[1] === 'number')
          return [pair[0], pair[1]] as const;
        throw new PhyError('refused', `Similarity ${name} gave something else than [cluster id, similarity].`);
      });
    },
  };
}

function splitterOf({ name, title, doc, alias, key, params }: SplitterDeclaration, call: CallHook): Additions {
  return defineSplitter<ParamSpecs>({
    name,
    title,
    doc,
    aliases: alias === undefined ? [] : [alias],
    keys: key === undefined ? [] : [key],
    params,
    async split(context, values, { spikeIds, clusterIds }) {
      const spikes = {
        spikeIds: spikeIds.slice(),
        ...spikeFactsOf(context.dataset, spikeIds),
        channels: context.facts.bestChannels(clusterIds[0]).slice(),
        clusterIds,
        clusters: spikeIds.map((spike) => context.clusters.clusterOf(spike)),
      };
      const labels = await call(['splitters', name, 'split'], `splitter ${name}`, [spikes, values], context.progress);
      if (!isNumbers(labels)) throw new PhyError('refused', `Splitter ${name} gave no list of labels.`);
      return { labels };
    },
  });
}

const isNumbers = (value: unknown): value is ArrayLike<number> =>
  (ArrayBuffer.isView(value) && 'length' in value) ||
  (Array.isArray(value) && value.every((item) => typeof item === 'number'));

function filterOf({ name, context, allChannels }: FilterDeclaration, call: CallHook): AddedFilter {
  return {
    name,
    contextSeconds: context,
    allChannels,
    async apply(windows, facts, progress) {
      if (windows.length === 0) return windows;
      const args = [windows, facts] as const;
      const filtered = await call(['filters', name, 'filter'], `filter ${name}`, args, progress);
      if (filtered instanceof Float32Array && filtered.length === windows.length) return filtered;
      throw new PhyError('refused', `Filter ${name} gave something else than the filtered samples.`);
    },
  };
}

function actionOf(spec: AddedAction['spec'], call: CallHook): AddedAction {
  return {
    spec,
    async run(args) {
      const words = isWordList(args) ? args : [args];
      const said = await call(['commands', spec.name, 'run'], `command ${spec.name}`, [words]);
      return sentenceIn(said);
    },
  };
}

/** The sentence that a command returned, or that of a result. */
function sentenceIn(said: unknown): string {
  if (typeof said === 'string') return said;
  const hasMessage = typeof said === 'object' && said !== null && 'message' in said;
  return hasMessage && typeof said.message === 'string' ? said.message : '';
}

/** What a view needs beside its answer is known to the window; drawing parameters are not told apart. */
function viewQuery(
  { name, params, maxClusters, hasLasso }: ViewDeclaration,
  call: CallHook,
): Query<ParamSpecs, unknown> {
  return defineQuery<ParamSpecs, unknown>({
    name,
    params,
    maxClusters,
    onDemand: true,
    missing: () => [],
    async run(context, values, clusterIds) {
      const clusters = clusterIds.map((id) => scriptClusterOf(context, id, context.table.columns));
      const answer = await call(
        ['views', name, 'query'],
        `view ${name}`,
        [clusters, plainValues(values)],
        context.progress,
      );
      return { clusterIds, data: toAnswer(answer) };
    },
    ...(hasLasso
      ? {
          async lasso(context: QueryContext, values: Readonly<Record<string, ParamValue>>, ids: readonly number[]) {
            const clusters = ids.map((id) => scriptClusterOf(context, id, context.table.columns));
            const args = [clusters, plainValues(values)];
            const given = await call(['views', name, 'coordinates'], `lasso of view ${name}`, args, context.progress);
            return coordinatesOf(name, clusters, given);
          },
        }
      : {}),
  });
}

/** Of every spike: NaN for those that the plugin left out. Throws `refused` for what are no coordinates of these clusters. */
function coordinatesOf(
  view: string,
  clusters: readonly { readonly id: number; readonly spikeIds: Int32Array }[],
  given: unknown,
): LassoCoordinates {
  const refuse = (what: string): never => {
    throw new PhyError('refused', `View ${view} gave ${what}.`);
  };
  const lists: readonly unknown[] = Array.isArray(given) ? given : refuse('no list of coordinates');
  if (lists.length !== clusters.length) refuse(`coordinates of ${lists.length} clusters for ${clusters.length}`);
  const parts = clusters.map(({ id, spikeIds }, place) => {
    const list = lists[place];
    const facts: Readonly<Record<string, unknown>> = typeof list === 'object' && list !== null ? { ...list } : {};
    const { x, y, spikeIds: some = spikeIds } = facts;
    if (!isNumbers(x) || !isNumbers(y) || !isNumbers(some) || x.length !== some.length || y.length !== some.length) {
      return refuse(`coordinates of cluster ${id} that are no x and y for each of its spikes`);
    }
    return placed(spikeIds, some, x, y);
  });
  const [x, y] = [parts.flatMap((part) => [...part.x]), parts.flatMap((part) => [...part.y])];
  const spikeIds = Int32Array.from(clusters.flatMap((cluster) => [...cluster.spikeIds]));
  return { spikeIds, x: Float64Array.from(x), y: Float64Array.from(y), bounds: boundsOf(x, y) };
}

/** Coordinates of all spikes from those of some of them. */
function placed(
  spikeIds: Int32Array,
  some: ArrayLike<number>,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): { readonly x: Float64Array; readonly y: Float64Array } {
  const places = new Map(Array.from(some, (id, k) => [id, k]));
  const take = (values: ArrayLike<number>): Float64Array =>
    Float64Array.from(spikeIds, (id) => {
      const place = places.get(id);
      return place === undefined ? Number.NaN : values[place];
    });
  return { x: take(x), y: take(y) };
}

/** Smallest and largest, NaN left out. */
function endsOf(values: readonly number[]): readonly [number, number] {
  const known = values.filter((value) => !Number.isNaN(value));
  return [known.reduce((a, b) => Math.min(a, b), Infinity), known.reduce((a, b) => Math.max(a, b), -Infinity)];
}

function boundsOf(x: readonly number[], y: readonly number[]): LassoCoordinates['bounds'] {
  const [[x0, x1], [y0, y1]] = [endsOf(x), endsOf(y)];
  return [x0, y0, x1, y1];
}

/** Name of the question for the text of a plugin in the status bar, and for its names in the console. */
export const statusQueryName = (plugin: string): string => `status_${plugin}`;
export const namesQueryName = (plugin: string): string => `names_${plugin}`;

const serviceOf = (
  name: string,
  run: (context: QueryContext) => Promise<unknown>,
): Query<Readonly<Record<string, Param>>, unknown> =>
  defineQuery({
    name,
    params: {},
    maxClusters: 0,
    service: true,
    onDemand: true,
    uncached: true,
    missing: () => [],
    run,
  });

/** What windows ask of a plugin beside its views. */
function windowServices({ name, hears }: Declaration, call: CallHook): readonly Query<ParamSpecs, unknown>[] {
  const status = serviceOf(statusQueryName(name), async ({ progress }) => {
    const text = await call(['status'], 'its hook status', [], progress);
    return { text: typeof text === 'string' ? text : '' };
  });
  const names = serviceOf(namesQueryName(name), async ({ progress }) => {
    const given = await call(['names'], 'its hook names', [], progress);
    return toAnswer(typeof given === 'object' && given !== null ? given : {});
  });
  return [...(hears.status ? [status] : []), ...(hears.names ? [names] : [])];
}

const plainValues = (values: Readonly<Record<string, ParamValue>>): Readonly<Record<string, ParamValue>> => ({
  ...values,
});

/** Name of the question for the moments of an overlay. */
export const overlayQueryName = (name: string): string => `overlay_${name}`;

function overlayQuery({ name }: OverlayDeclaration, call: CallHook): Query<Readonly<Record<string, Param>>, unknown> {
  return defineQuery({
    name: overlayQueryName(name),
    params: {},
    maxClusters: 0,
    onDemand: true,
    missing: () => [],
    async run({ progress }) {
      const times = await call(['overlays', name, 'times'], `overlay ${name}`, [], progress);
      if (typeof times !== 'object' || times === null || !('start' in times) || !isNumbers(times.start)) {
        throw new PhyError('refused', `Overlay ${name} gave no list of times as start.`);
      }
      const end = 'end' in times && isNumbers(times.end) ? Float64Array.from(times.end) : null;
      const labels = 'labels' in times && Array.isArray(times.labels) ? times.labels.map(String) : [];
      const start = Float64Array.from(times.start);
      if (end !== null && end.length !== start.length) {
        throw new PhyError('refused', `Overlay ${name} gave ${start.length} starts and ${end.length} ends.`);
      }
      return toAnswer({ start, end, labels });
    },
  });
}
