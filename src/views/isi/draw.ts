/** Interspike intervals as a scene (spec/views.md 9b, look.md 5): counts per bin, the refractory bound, the share of intervals below it. */
import { millisecondsText, oneDecimal } from '../../core/base/numberText.ts';
import type { PlotStyle } from '../../gui/colors/style.ts';
import type { Scene } from '../../gui/plot/scene.ts';
import { barsOfRows, stackedBarsScene } from '../../gui/plot/stackedBars.ts';
import type { IsiAnswer } from './query.ts';

interface IsiInput {
  readonly answer: IsiAnswer;
  readonly style: PlotStyle;
  /** CSS px of the whole plot, gutters included. */
  readonly size: { readonly width: number; readonly height: number };
}

/** `0.2 % < 2 ms`, and in short `0.2 %`: how many of all intervals of a cluster are shorter than the refractory bound. */
export function isiNotes(answer: IsiAnswer, row: number): readonly string[] {
  const total = answer.total.data[row];
  if (total === 0) return ['no intervals'];
  const share = `${oneDecimal((100 * answer.clusters[row].shortIntervals) / total)} %`;
  return [`${share} < ${millisecondsText(answer.refractorySeconds)}`, share];
}

/** Counts of one cluster (a view, not a copy). */
function countsOf(answer: IsiAnswer, row: number): Int32Array {
  const bins = answer.counts.shape[1];
  return answer.counts.data.subarray(row * bins, (row + 1) * bins);
}

/** The scene of an answer. The id of a row's frame is its rank; data units are seconds and intervals. */
export function isiScene({ answer, style, size }: IsiInput): Scene {
  const edges = answer.edges.data;
  const range = [edges[0], edges[edges.length - 1]] as const;
  const counts = answer.clusters.map((_, row) => countsOf(answer, row));
  const bars = barsOfRows(answer, style, edges, counts);
  const rows = answer.clusters.map(({ clusterId }, row) => ({
    label: String(clusterId),
    bars: bars[row],
    top: counts[row].reduce((a, b) => Math.max(a, b), 0),
    bound: answer.refractorySeconds,
    notes: isiNotes(answer, row),
  }));
  return stackedBarsScene({ rows, range, xAxis: { unit: 'ms', unitScale: 0.001 }, style, size });
}
