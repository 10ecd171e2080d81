/** Engine side of the trace image view: spec/views.md 7a, answer of spec/commands.md 2. */
import { nd } from '../../core/base/nd.ts';
import type { NdArray } from '../../core/base/nd.ts';
import type { Values } from '../../core/base/params.ts';
import { depthRanks } from '../../core/analysis/depth.ts';
import { throughForeign } from '../../core/analysis/foreignFilter.ts';
import { excerptRange, readEnvelopes, readExcerpt, sampleQuantiles } from '../../core/analysis/signal.ts';
import type { Envelopes, SampleRange } from '../../core/analysis/signal.ts';
import type { Dataset } from '../../core/dataset/dataset.ts';
import { defineQuery } from '../../core/engine/query.ts';
import type { QueryContext } from '../../core/engine/query.ts';
import { params } from './params.ts';

export interface TraceImageAnswer {
  /** int32 [row]: channel of each row, bottom first. */
  readonly rowChannelIds: NdArray<Int32Array>;
  /** float32 [row][sample], or with columns the value of each column that is furthest from zero. */
  readonly values: NdArray<Float32Array>;
  /** 1 % and 99 % quantile of all samples, times the scaling. */
  readonly limits: readonly [number, number];
  /** Half-open, samples. */
  readonly startSample: number;
  readonly endSample: number;
}

type TraceImageParams = Values<typeof params>;

const LEVELS = [0.01, 0.99];

const rangeOf = (dataset: Dataset, { startSeconds, endSeconds }: TraceImageParams): SampleRange =>
  excerptRange(dataset, dataset.traces?.sampleCount ?? 0, startSeconds, endSeconds);

/** Of each column the value that is furthest from zero. */
function extremes({ lower, upper }: Envelopes): Float32Array {
  return lower.map((low, i) => (-low > upper[i] ? low : upper[i]));
}

/** [sample][row] to [row][sample]. */
function transposed(values: Float32Array, rows: number): Float32Array {
  const columns = rows === 0 ? 0 : values.length / rows;
  const out = new Float32Array(values.length);
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) out[row * columns + column] = values[column * rows + row];
  }
  return out;
}

async function run({ dataset, progress }: QueryContext, values: TraceImageParams): Promise<TraceImageAnswer> {
  const { traces, channels, sampleRate } = dataset;
  if (traces === undefined) throw new Error(`no traces for ${channels.count} channels`);
  const range = rangeOf(dataset, values);
  const channelIds = new Int32Array(channels.count);
  for (const [channelId, rank] of depthRanks(channels).entries()) channelIds[rank] = channelId;
  const source = throughForeign({ traces, sampleRate, channelIds, filter: values.filter }, dataset);
  const columns = values.columns === null ? null : Math.min(values.columns, range[1] - range[0]);
  const envelopes = columns === null ? null : await readEnvelopes(source, range, columns, LEVELS, progress);
  const shown = envelopes === null ? await readExcerpt(source, range, progress) : extremes(envelopes);
  const [low, high] = envelopes?.quantiles ?? sampleQuantiles(shown, LEVELS);
  return {
    rowChannelIds: nd(channelIds),
    values: nd(transposed(shown, channels.count), [channels.count, columns ?? range[1] - range[0]]),
    limits: [values.scaling * low, values.scaling * high],
    startSample: range[0],
    endSample: range[1],
  };
}

export const query = defineQuery({
  name: 'traceImage',
  params,
  maxClusters: 0,
  onDemand: true,
  ownClustersOnly: true,
  missing: ({ traces }) => (traces === undefined ? ['traces'] : []),
  inForce(dataset, values) {
    const [start, end] = rangeOf(dataset, values);
    return { ...values, startSeconds: start / dataset.sampleRate, endSeconds: end / dataset.sampleRate };
  },
  run,
});
