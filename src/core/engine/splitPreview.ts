/**
 * What a split would come to, before it is made: the sizes of the parts, or any view of them. A view is asked about clusters that do not exist
 * yet, so its answer has the usual form and is drawn by the usual code.
 */
import type { ClusterFacts } from '../analysis/clusterFacts.ts';
import { PhyError } from '../base/errors.ts';
import { text } from '../base/params.ts';
import type { ClusterReader } from '../curation/state.ts';
import { isSplitAnswer, type SplitAnswer, type SplitPart } from './additions.ts';
import { checkParams, findQuery, refuseMissing } from './answer.ts';
import { defineQuery, type Query, type QueryContext, type QueryTable } from './query.ts';

/** Answer of the query `split_preview` without a view. */
export interface SplitPreview {
  readonly parts: readonly SplitPart[];
  readonly note: string;
}

const params = {
  request: text({
    default: '',
    required: true,
    label: 'Request',
    doc: 'The JSON text of what to split by: splitter, params, and optionally view and viewParams.',
    hidden: true,
  }),
};

type Ask = (query: string, clusters: readonly number[], params: Readonly<Record<string, unknown>>) => Promise<unknown>;
type Json = Readonly<Record<string, unknown>>;

interface Request {
  readonly splitter: string;
  readonly params: Json;
  readonly view: string | null;
  readonly viewParams: Json;
  /** Id of the first part. */
  readonly first: number;
  /** Parts to show. */
  readonly most: number;
}

/** The query `split_preview`. The parts are asked for with `ask`, so that the split that may follow finds them in the cache. */
export function splitPreviewQuery(queries: () => QueryTable, ask: Ask): Query<typeof params, unknown> {
  return defineQuery({
    name: 'split_preview',
    service: true,
    doing: 'Trying the split',
    params,
    maxClusters: 0,
    uncached: true,
    missing: () => [],
    async run(context, given, clusterIds): Promise<unknown> {
      const request = readRequest(given.request);
      const split = await ask(request.splitter, clusterIds, request.params);
      if (!isSplitAnswer(split)) throw new PhyError('usage', `${request.splitter} is no splitter.`);
      if (request.view === null) return { parts: split.parts, note: split.note } satisfies SplitPreview;
      return await viewOfParts(queries(), context, { ...request, view: request.view }, split, clusterIds);
    },
  });
}

async function viewOfParts(
  queries: QueryTable,
  context: QueryContext,
  { view, viewParams, first, most }: Request & { readonly view: string },
  split: SplitAnswer,
  clusterIds: readonly number[],
): Promise<unknown> {
  const query = findQuery(queries, view);
  const checked = checkParams(query, viewParams);
  refuseMissing(query, context.dataset, checked);
  const values = query.inForce?.(context.dataset, checked) ?? checked;
  const clusters = partsAsClusters(context.clusters, split, first);
  const ids = clusters.ids.slice(0, query.maxClusters === 0 ? most : Math.min(most, query.maxClusters));
  const facts = factsOfParts(context.facts, clusterIds[0]);
  return await query.run({ ...context, clusters, facts }, values, ids);
}

/** Parts under ids from `first` on. */
function partsAsClusters(
  reader: ClusterReader,
  { spikeIds, labels, parts }: SplitAnswer,
  first: number,
): ClusterReader {
  const lists = new Map(parts.map(({ label, spikeCount }) => [label, new Int32Array(spikeCount)]));
  const filled = new Map<number, number>();
  for (let i = 0; i < spikeIds.data.length; i++) {
    const label = labels.data[i];
    const at = filled.get(label) ?? 0;
    lists.get(label)?.fill(spikeIds.data[i], at, at + 1);
    filled.set(label, at + 1);
  }
  const byId = new Map([...lists.values()].map((list, place) => [first + place, list]));
  return {
    ids: [...byId.keys()],
    has: (id) => byId.has(id),
    spikesOf(id) {
      const list = byId.get(id);
      if (list === undefined) throw new RangeError(`there is no part ${id}`);
      return list;
    },
    clusterOf: (spike) => reader.clusterOf(spike),
    metadata: () => null,
  };
}

/** Every part is shown on the channels of the cluster that is split, so that parts can be compared. */
function factsOfParts(facts: ClusterFacts, parent: number): ClusterFacts {
  return {
    templateCounts: () => facts.templateCounts(parent),
    dominantTemplate: () => facts.dominantTemplate(parent),
    bestChannels: () => facts.bestChannels(parent),
    metrics: () => facts.metrics(parent),
    clustersOnChannel: (channel) => facts.clustersOnChannel(channel),
    similar: (_, measure) => facts.similar(parent, measure),
  };
}

function readRequest(json: string): Request {
  const value = parsed(json);
  const { splitter, params: given, view, viewParams, first, most } = value;
  if (typeof splitter !== 'string') {
    throw new PhyError('usage', 'request names no splitter, expected JSON text such as {"splitter":"split_kmeans"}.');
  }
  return {
    splitter,
    params: isObject(given) ? given : {},
    view: typeof view === 'string' ? view : null,
    viewParams: isObject(viewParams) ? viewParams : {},
    first: typeof first === 'number' ? first : 0,
    most: typeof most === 'number' ? most : Infinity,
  };
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(json: string): Json {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
