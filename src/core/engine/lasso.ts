/**
 * From lassos to spikes. The same request serves the preview (query `lasso`) and the split, so what is shown before is what happens
 * (spec/users-and-rivals.md B1).
 */
import type { ActionSpec } from '../actions/action.ts';
import { argumentsOf, findAction, parseArguments, type ActionArguments, type LassoRequest } from '../actions/index.ts';
import { PhyError } from '../base/errors.ts';
import { ByteLru } from '../base/lru.ts';
import { text, type ParamSpecs } from '../base/params.ts';
import { intersectIds, withoutIds } from '../base/sortedIds.ts';
import { lassoCounts, polygonFromNdc, resolveMissing } from '../analysis/lassoSplit.ts';
import { mergeSpikes, sortIds } from '../analysis/mergeSpikes.ts';
import { checkParams, findQuery, refuseMissing, requireClusters } from './answer.ts';
import { defineQuery, type LassoCoordinates, type Query, type QueryContext, type QueryTable } from './query.ts';

export interface LassoSpikes {
  /** Ascending: the spikes inside, and those that go into clusters of their own. Empty when no spike is inside. */
  readonly spikeIds: Int32Array;
  /**
   * [spike] as a split takes them: 0 = inside; 1, 2, ... = without a coordinate, of the first, second, ... cluster that loses spikes, in the order
   * of their ids. undefined when all are inside.
   */
  readonly labels: Int32Array | undefined;
  /** Spikes without a coordinate, over all lassos. */
  readonly missing: number;
}

/** Answer of the query `lasso`. */
export interface LassoPreview {
  readonly total: number;
  readonly inside: number;
  readonly missing: number;
  readonly clusters: readonly {
    readonly clusterId: number;
    readonly total: number;
    readonly inside: number;
    readonly missing: number;
  }[];
}

/**
 * The lassos in the arguments of `split`: one, or `lassos` of several views whose spikes are taken together. undefined when the arguments
 * are no lasso. Throws `usage` with what was expected.
 */
export function parseLassos(args: ActionArguments): readonly LassoRequest[] | undefined {
  if (isList(args) || !('polygon' in args || 'lassos' in args)) return undefined;
  const spec = findAction('split');
  if (spec === undefined) throw new Error('there is no action split');
  if (!('lassos' in args)) return [oneLasso(spec, args)];
  const { lassos, ...common } = args;
  if (!Array.isArray(lassos) || lassos.length === 0) {
    throw new PhyError('usage', 'Invalid action arguments: split expects a list of lassos.');
  }
  return lassos.map((lasso: unknown) => oneLasso(spec, { ...common, ...(typeof lasso === 'object' ? lasso : {}) }));
}

function oneLasso(spec: ActionSpec, args: Readonly<Record<string, unknown>>): LassoRequest {
  const call = parseArguments(spec, args);
  if (call.kind === 'lasso') return call.request;
  throw new PhyError('usage', 'Invalid action arguments: a lasso needs view and polygon.');
}

const isList = (args: ActionArguments): args is readonly unknown[] => Array.isArray(args);

/** Turns lassos into spikes. Coordinates are kept, so that moving a vertex, and the split after it, need not read them again. */
export interface LassoSource {
  /** Spikes inside any of the lassos, over all spikes of the clusters shown. Throws `refused` when some have no coordinate and `cancel` is chosen. */
  spikes(context: QueryContext, selected: readonly number[], lassos: readonly LassoRequest[]): Promise<LassoSpikes>;
  /** How many spikes a split would take, before it is made. `missing` counts spikes that lack a coordinate in some view. */
  preview(context: QueryContext, selected: readonly number[], lassos: readonly LassoRequest[]): Promise<LassoPreview>;
}

/** Coordinates of a few lassos over the largest clusters. */
const KEPT_BYTES = 128 * 2 ** 20;

/** `selected` are the clusters of a request that names none. */
export function createLassoSource(queries: () => QueryTable): LassoSource {
  const kept = new ByteLru<LassoCoordinates>(KEPT_BYTES);
  const locate = (context: QueryContext, selected: readonly number[], lasso: LassoRequest): Promise<Located> =>
    locateIn(queries(), kept, context, selected, lasso);
  return {
    async spikes(context, selected, lassos) {
      const inside: Int32Array[] = [];
      const apart: Int32Array[] = [];
      let missing = 0;
      for (const lasso of lassos) {
        const { coordinates, polygon } = await locate(context, selected, lasso);
        const counts = await lassoCounts(coordinates, polygon, context.progress);
        missing += counts.missing.length;
        inside.push(resolveMissing(lasso.missing, coordinates, counts));
        if (lasso.missing === 'own') apart.push(sortIds(counts.missing));
      }
      return { ...(await withOwnClusters(context, await union(inside), await union(apart))), missing };
    },
    async preview(context, selected, lassos) {
      const inside: Int32Array[] = [];
      const missing: Int32Array[] = [];
      const shown = new Set<number>();
      for (const lasso of lassos) {
        const { coordinates, polygon, clusterIds } = await locate(context, selected, lasso);
        const counts = await lassoCounts(coordinates, polygon, context.progress);
        inside.push(sortIds(counts.inside));
        missing.push(sortIds(counts.missing));
        for (const id of clusterIds) shown.add(id);
        await context.progress();
      }
      return countByCluster(context, [...shown], await union(inside), await union(missing));
    },
  };
}

/**
 * Spikes inside, and beside them those `without` a coordinate that belong to the clusters which lose spikes: each such cluster gets one of its
 * own, because nothing is known that would put spikes of two clusters together. Other clusters stay as they are.
 */
async function withOwnClusters(
  { clusters, progress }: QueryContext,
  inside: Int32Array,
  without: Int32Array,
): Promise<Pick<LassoSpikes, 'spikeIds' | 'labels'>> {
  const touched = new Set<number>();
  for (const spike of inside) touched.add(clusters.clusterOf(spike));
  await progress();
  const lists = [...touched]
    .sort((a, b) => a - b)
    .map((id) => withoutIds(intersectIds(clusters.spikesOf(id), without), inside))
    .filter((list) => list.length > 0);
  if (lists.length === 0) return { spikeIds: inside, labels: undefined };
  const { spikeIds, owners } = await mergeSpikes([inside, ...lists], progress);
  return { spikeIds, labels: owners };
}

function countByCluster(
  { clusters: reader }: QueryContext,
  ids: readonly number[],
  inside: Int32Array,
  missing: Int32Array,
): LassoPreview {
  const clusters = ids.map((clusterId) => {
    const spikes = reader.spikesOf(clusterId);
    const count = (list: Int32Array): number => intersectIds(spikes, list).length;
    return { clusterId, total: spikes.length, inside: count(inside), missing: count(missing) };
  });
  const total = clusters.reduce((sum, cluster) => sum + cluster.total, 0);
  return { total, inside: inside.length, missing: missing.length, clusters };
}

const previewParams = {
  request: text({
    default: '',
    required: true,
    label: 'Request',
    doc: 'The JSON text of what split takes: view, polygon, params, or lassos.',
    hidden: true,
  }),
};

/** The query `lasso`: counts for a request, over all spikes. Its clusters are those of the view when the request names none. */
export function lassoQuery(source: LassoSource): Query<typeof previewParams, LassoPreview> {
  return defineQuery({
    name: 'lasso',
    service: true,
    doing: 'Counting spikes inside the lasso',
    params: previewParams,
    maxClusters: 0,
    missing: () => [],
    run: (context, { request }, clusterIds) => source.preview(context, clusterIds, parseRequest(request)),
  });
}

interface Located {
  readonly coordinates: LassoCoordinates;
  /** In data units. */
  readonly polygon: LassoRequest['polygon'];
  readonly clusterIds: readonly number[];
}

async function locateIn(
  queries: QueryTable,
  kept: ByteLru<LassoCoordinates>,
  context: QueryContext,
  selected: readonly number[],
  lasso: LassoRequest,
): Promise<Located> {
  const query = findQuery(queries, lasso.view);
  const clusterIds = clustersOf(query, context, lasso.clusters ?? selected);
  const params = checkParams(query, lasso.params);
  refuseMissing(query, context.dataset, params);
  if (query.lasso === undefined)
    throw new PhyError('usage', `There is no lasso in ${lasso.view}.`, { view: lasso.view });
  const sizes = clusterIds.map((id) => [id, context.clusters.spikesOf(id).length]);
  const key = JSON.stringify([query.name, params, sizes, lasso.x, lasso.y]);
  // Bounds may depend on the background, which other clusters make; only a polygon in data units does not need them.
  const known = lasso.space === 'ndc' ? undefined : kept.get(key);
  const coordinates = known ?? (await query.lasso(context, params, clusterIds, { x: lasso.x, y: lasso.y }));
  if (known === undefined) kept.set(key, coordinates, coordinates.spikeIds.length * 20);
  const polygon = lasso.space === 'ndc' ? polygonFromNdc(lasso.polygon, coordinates.bounds) : lasso.polygon;
  return { coordinates, polygon, clusterIds };
}

/** The clusters that the view shows: its limit counts here too. */
function clustersOf(
  query: Query<ParamSpecs, unknown>,
  context: QueryContext,
  clusters: readonly number[],
): readonly number[] {
  requireClusters(clusters, context.clusters);
  return query.maxClusters === 0 ? clusters : clusters.slice(0, query.maxClusters);
}

/** Sorted union of sorted lists. */
async function union(lists: readonly Int32Array[]): Promise<Int32Array> {
  if (lists.length === 0) return new Int32Array(0);
  if (lists.length === 1) return lists[0];
  const { spikeIds } = await mergeSpikes(lists);
  return spikeIds.filter((id, i) => i === 0 || id !== spikeIds[i - 1]);
}

/** Lassos from JSON text. */
function parseRequest(request: string): readonly LassoRequest[] {
  const split = findAction('split');
  const args = split === undefined || !request.startsWith('{') ? [] : argumentsOf(split, request);
  return parseLassos(args) ?? refuseRequest();
}

function refuseRequest(): never {
  throw new PhyError(
    'usage',
    'request is no lasso, expected JSON text such as {"view":"feature","polygon":[[0,0],[1,0],[1,1]]}.',
  );
}
