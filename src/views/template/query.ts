/** Engine side of the template view: spec/views.md 11a, answer of spec/commands.md 2. */
import { medianInPlace } from '../../core/base/arrays.ts';
import { nd } from '../../core/base/nd.ts';
import type { NdArray } from '../../core/base/nd.ts';
import type { Values } from '../../core/base/params.ts';
import type { MissingPart, QueryContext } from '../../core/engine/query.ts';
import { defineQuery } from '../../core/engine/query.ts';
import { params } from './params.ts';

export interface TemplateCluster {
  readonly clusterId: number;
  /** The template that most of its spikes were found with; -1 when they have none. */
  readonly templateId: number;
  /** int32 [channel], largest amplitude first; empty without a template. */
  readonly channelIds: NdArray<Int32Array>;
  /** float32 [sample][channel], unwhitened. */
  readonly waveform: NdArray<Float32Array>;
}

export interface TemplateAnswer {
  /** int32 [column], in the order of the table. */
  readonly clusterIds: NdArray<Int32Array>;
  /** M of spec/views.md 11a: full scale of a row; 1 when there is no template. */
  readonly yMax: number;
  readonly sampleCount: number;
  /** All channels, in the order of their ids. */
  readonly channelLabels: readonly string[];
  /** float64 [channel][2], µm. */
  readonly channelPositions: NdArray<Float64Array>;
  /** In the order asked for, without those that the filter leaves out. */
  readonly clusters: readonly TemplateCluster[];
}

function templateOf({ dataset, facts }: QueryContext, clusterId: number, sampleCount: number): TemplateCluster {
  const templateId = facts.dominantTemplate(clusterId);
  const template = dataset.templates?.get(templateId);
  const channelIds = template?.channelIds ?? new Int32Array(0);
  const waveform = template?.waveform ?? new Float32Array(0);
  return {
    clusterId,
    templateId,
    channelIds: nd(channelIds),
    waveform: nd(waveform, [sampleCount, channelIds.length]),
  };
}

/** Lowest and highest value; a plain loop, there are millions. */
function extremes(values: Float32Array): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return [low, high];
}

/** The larger size of the median over clusters of the lowest value, and of that of the highest one. */
function fullScale(clusters: readonly TemplateCluster[]): number {
  const all = clusters.map(({ waveform }) => waveform.data).filter((data) => data.length > 0);
  const ranges = all.map(extremes);
  const medianOf = (end: 0 | 1): number => Math.abs(medianInPlace(Float64Array.from(ranges, (range) => range[end])));
  const scale = Math.max(medianOf(0), medianOf(1));
  return scale > 0 && Number.isFinite(scale) ? scale : 1;
}

async function run(
  context: QueryContext,
  values: Values<typeof params>,
  clusterIds: readonly number[],
): Promise<TemplateAnswer> {
  const { dataset, table, progress } = context;
  const { labels, positions, count } = dataset.channels;
  const sampleCount = dataset.templates?.sampleCount ?? 0;
  const columns = table.arrange(clusterIds, values);
  const shown = new Set(columns);
  const clusters: TemplateCluster[] = [];
  for (const id of clusterIds) {
    if (!shown.has(id)) continue;
    clusters.push(templateOf(context, id, sampleCount));
    await progress(clusters.length / columns.length);
  }
  return {
    clusterIds: nd(Int32Array.from(columns)),
    yMax: fullScale(clusters),
    sampleCount,
    channelLabels: labels,
    channelPositions: nd(positions, [count, 2]),
    clusters,
  };
}

const needed: readonly MissingPart[] = ['templates'];

export const query = defineQuery({
  name: 'template',
  params,
  maxClusters: 0,
  showsAll: true,
  uncached: true,
  missing: (dataset) => (dataset.templates === undefined ? needed : []),
  run,
});
