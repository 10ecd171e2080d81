/**
 * What can be added to a session beside what it is made with: columns, questions and actions, whether they come with the program (the splitters
 * of core/tools) or from plugins (core/plugins). They join the same registries as ours: one table of queries, one list of actions.
 */
import type { ActionSpec } from '../actions/action.ts';
import type { ActionArguments } from '../actions/index.ts';
import { PhyError } from '../base/errors.ts';
import { nd, type NdArray } from '../base/nd.ts';
import type { ParamSpecs, ParamValue, Values } from '../base/params.ts';
import { mergeSpikes } from '../analysis/mergeSpikes.ts';
import type { SplitBy } from '../curation/journal.ts';
import type { Dataset, ForeignFilter, MetadataValue, ReadProgress } from '../dataset/dataset.ts';
import type { ExportRequest } from './exports.ts';
import { defineQuery, type MissingPart, type Query, type QueryContext, type QueryTable } from './query.ts';

/** A column of the cluster view. */
export interface AddedColumn {
  readonly name: string;
  /** Value of one cluster; asked once, because clusters never change. Throws PhyError when it cannot be said. */
  value(context: QueryContext, clusterId: number): Promise<MetadataValue>;
}

/** Another order of the similarity view. */
export interface AddedSimilarity {
  readonly name: string;
  /** [cluster id, similarity] pairs; clusters that are left out are not shown. Asked once for each cluster. */
  values(context: QueryContext, clusterId: number): Promise<readonly (readonly [number, number])[]>;
}

/** What an added action can do to the session. Each of these waits for the actions before it. */
export interface ActionTools {
  /** Ids in selection order. */
  selected(): readonly number[];
  /** Answers a question of the session. */
  ask(query: string, clusters: readonly number[], params: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Runs another action. Throws `refused` with its sentence when it did not succeed. */
  act(action: string, args: ActionArguments): Promise<string>;
  /** Splits these clusters by labels, one for each of their spikes, as one action. Throws `refused` when one of them is gone. */
  split(
    action: string,
    clusterIds: readonly number[],
    spikes: Int32Array,
    labels: Int32Array,
    by: SplitBy,
  ): Promise<string>;
  /** Writes the answer of a question into the user's folder. Returns the sentence that says where. */
  export(request: ExportRequest): Promise<string>;
  readonly context: QueryContext;
}

/** An action beside those of core/actions. */
export interface AddedAction {
  readonly spec: ActionSpec;
  /** Shown while it runs, where it may take long. */
  readonly doing?: string;
  /** Returns the sentence for the status bar. Throws PhyError for wrong arguments and when it is refused. */
  run(args: ActionArguments, tools: ActionTools): Promise<string>;
}

/** A filter of raw data: a choice beside our own wherever raw data are shown. */
export interface AddedFilter {
  readonly name: string;
  /** What it sees on either side of what is wanted, s. */
  readonly contextSeconds: number;
  /** True when it wants all channels together. */
  readonly allChannels: boolean;
  /** float32 [window][sample][channel] -> as many values. Throws PhyError when it fails. */
  apply(windows: Float32Array, facts: WindowFacts, progress: ReadProgress): Promise<Float32Array>;
}
export interface WindowFacts {
  readonly sampleCount: number;
  readonly channelCount: number;
  /** Hz */
  readonly sampleRate: number;
}

export interface Additions {
  readonly queries: QueryTable;
  readonly columns: readonly AddedColumn[];
  readonly similarities: readonly AddedSimilarity[];
  readonly actions: readonly AddedAction[];
  readonly filters: readonly AddedFilter[];
}

export const NO_ADDITIONS: Additions = { queries: {}, columns: [], similarities: [], actions: [], filters: [] };

/** Several additions as one. */
export function joinAdditions(list: readonly Additions[]): Additions {
  return {
    queries: Object.fromEntries(list.flatMap(({ queries }) => Object.entries(queries))),
    columns: list.flatMap(({ columns }) => columns),
    similarities: list.flatMap(({ similarities }) => similarities),
    actions: list.flatMap(({ actions }) => actions),
    filters: list.flatMap(({ filters }) => filters),
  };
}

/** The dataset with the filters beside our own. */
export function withFilters(dataset: Dataset, filters: readonly AddedFilter[]): Dataset {
  if (filters.length === 0) return dataset;
  const { sampleRate, channels } = dataset;
  const all = Int32Array.from({ length: channels.count }, (_, id) => id);
  const entries = filters.map((filter): [string, ForeignFilter] => [
    filter.name,
    {
      context: Math.ceil(filter.contextSeconds * sampleRate),
      ...(filter.allChannels ? { allChannels: all } : {}),
      apply: (windows, sampleCount, channelCount, progress) =>
        filter.apply(windows, { sampleCount, channelCount, sampleRate }, progress),
    },
  ]);
  return { ...dataset, filters: new Map(entries) };
}

/** Parts of the spikes that a splitter was given, before it is decided whether the clusters are split so. */
export interface SplitAnswer {
  /** Ascending: every spike of the clusters. */
  readonly spikeIds: NdArray<Int32Array>;
  /** [spike]: its part, -1 where nothing is known that would put it into one. */
  readonly labels: NdArray<Int32Array>;
  /** In order; those of -1 come last. */
  readonly parts: readonly SplitPart[];
  /** A sentence about how it went; empty when there is nothing to say. */
  readonly note: string;
}
export interface SplitPart {
  readonly label: number;
  /** What tells it from the others (`inliers`), else `part 1`. */
  readonly name: string;
  readonly spikeCount: number;
}

/** A rule from spikes to parts. */
export interface Splitter<S extends ParamSpecs> {
  /** `kmeans`: of the action `split_kmeans` and of the query of the same name. */
  readonly name: string;
  /** `K-means` */
  readonly title: string;
  /** One sentence. */
  readonly doc: string;
  readonly aliases?: readonly string[];
  readonly keys?: readonly string[];
  readonly params: S;
  /** What the dataset lacks. */
  missing?(context: QueryContext['dataset']): readonly MissingPart[];
  /**
   * A label for each spike, any whole numbers; negative for a spike that it knows nothing about. `spikeIds` ascend and are all spikes of the clusters.
   * The same input gives the same labels: what is random is seeded by a parameter.
   */
  split(
    context: QueryContext,
    params: Values<S>,
    input: { readonly spikeIds: Int32Array; readonly clusterIds: readonly number[] },
  ): Promise<{
    readonly labels: ArrayLike<number>;
    readonly names?: Readonly<Record<number, string>>;
    readonly note?: string;
  }>;
}

/** Keeps the types of the parameters. */
export function defineSplitter<const S extends ParamSpecs>(splitter: Splitter<S>): Additions {
  return splitterAdditions(splitter);
}

/** Name of the action and of the query of a splitter. */
const splitName = (name: string): string => `split_${name}`;

/** The question what a splitter would do, and the action that does it. Both get the same answer: it stays in the cache between them. */
function splitterAdditions<S extends ParamSpecs>(splitter: Splitter<S>): Additions {
  const name = splitName(splitter.name);
  const query: Query<S, SplitAnswer> = defineQuery({
    name,
    params: splitter.params,
    doing: `Splitting by ${splitter.title}`,
    maxClusters: 0,
    ownClustersOnly: true,
    onDemand: true,
    missing: (dataset) => splitter.missing?.(dataset) ?? [],
    async run(context, params, clusterIds): Promise<SplitAnswer> {
      const lists = clusterIds.map((id) => context.clusters.spikesOf(id));
      const { spikeIds } = await mergeSpikes(lists, context.progress);
      const { labels, names = {}, note = '' } = await splitter.split(context, params, { spikeIds, clusterIds });
      return splitAnswer(splitter.title, spikeIds, labels, names, note);
    },
  });
  const spec: ActionSpec = {
    name,
    aliases: splitter.aliases ?? [],
    title: splitter.title,
    doc: splitter.doc,
    group: 'Edit',
    section: 4,
    submenu: 'Split by',
    keys: { mission: splitter.keys ?? [] },
    usage: usageOf(splitter.params),
    needs: 'selection',
    form: { query: name, params: splitter.params },
  };
  return {
    ...NO_ADDITIONS,
    queries: { [name]: query },
    actions: [{ spec, run: (args, tools) => runSplit(spec, args, tools) }],
  };
}

function splitAnswer(
  title: string,
  spikeIds: Int32Array,
  given: ArrayLike<number>,
  names: Readonly<Record<number, string>>,
  note: string,
): SplitAnswer {
  if (given.length !== spikeIds.length) {
    throw new PhyError('refused', `${title} gave ${given.length} labels for ${spikeIds.length} spikes.`);
  }
  const labels = Int32Array.from(given);
  const counts = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    if (!Number.isInteger(given[i]))
      throw new PhyError('refused', `${title} gave ${given[i]} as a label, expected a whole number.`);
    if (labels[i] < 0) labels[i] = -1;
    counts.set(labels[i], (counts.get(labels[i]) ?? 0) + 1);
  }
  const order = [...counts.keys()].sort((a, b) => Number(a < 0) - Number(b < 0) || a - b);
  const parts = order.map((label, place) => ({
    label,
    name: names[label] ?? (label < 0 ? 'not classified' : `part ${place + 1}`),
    spikeCount: counts.get(label) ?? 0,
  }));
  return { spikeIds: nd(spikeIds), labels: nd(labels), parts, note };
}

/** `[clusters=2] [seed=0]` */
const usageOf = (params: ParamSpecs): string =>
  Object.entries(params)
    .map(([name, { default: value }]) => `[${name}=${String(value)}]`)
    .join(' ');

async function runSplit(spec: ActionSpec, args: ActionArguments, tools: ActionTools): Promise<string> {
  const { clusters, ...given } = namedValues(spec, args);
  const ids = clusters === undefined ? tools.selected() : idList(spec, clusters);
  if (ids.length === 0) throw new PhyError('refused', 'No clusters selected, cannot split.');
  const params = paramsInForce(spec, given);
  const answer = await tools.ask(spec.name, ids, params);
  if (!isSplitAnswer(answer)) throw new Error(`${spec.name} did not answer with parts`);
  if (answer.parts.length < 2) {
    return `${spec.title} finds one part only, nothing was split.${answer.note === '' ? '' : ` ${answer.note}`}`;
  }
  const by: SplitBy = { splitter: spec.title, params };
  // Consecutive, so that no id is left out.
  const places = new Map(answer.parts.map(({ label }, place) => [label, place]));
  const labels = answer.labels.data.map((label) => places.get(label) ?? 0);
  return await tools.split(spec.name, ids, answer.spikeIds.data, labels, by);
}

/** Every parameter, so that what is recorded says all that is needed to do it again. */
function paramsInForce(
  spec: ActionSpec,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, ParamValue>> {
  const params = Object.entries(spec.form?.params ?? {}).map(([name, param]) => [name, param.default] as const);
  return { ...Object.fromEntries(params), ...given } as Readonly<Record<string, ParamValue>>;
}

/** Arguments by name: one object, or words `name=value`. Throws `usage`. */
export function namedValues(spec: ActionSpec, args: ActionArguments): Readonly<Record<string, unknown>> {
  if (!isWordList(args)) return args;
  return Object.fromEntries(
    args.map((word) => {
      const found = typeof word === 'string' ? /^(\w+)=(.*)$/s.exec(word) : null;
      if (found === null) {
        throw new PhyError(
          'usage',
          `Invalid action arguments: ${spec.name} expects ${spec.usage === '' ? 'no arguments' : spec.usage}.`,
        );
      }
      return [found[1], parsed(found[2])];
    }),
  );
}

/** True for words, false for named arguments. */
export const isWordList = (args: ActionArguments): args is readonly unknown[] => Array.isArray(args);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function idList(spec: ActionSpec, value: unknown): readonly number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const ids = list.filter((id): id is number => typeof id === 'number' && Number.isInteger(id) && id >= 0);
  if (ids.length === list.length) return ids;
  throw new PhyError('usage', `Invalid action arguments: ${spec.name} expects a list of cluster ids as clusters.`);
}

/** True for the answer of a splitter. */
export function isSplitAnswer(answer: unknown): answer is SplitAnswer {
  return (
    typeof answer === 'object' && answer !== null && 'labels' in answer && 'parts' in answer && 'spikeIds' in answer
  );
}
