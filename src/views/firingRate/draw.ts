/** Firing rates as a scene (spec/views.md 9b, look.md 5): Hz over the time of the recording, with the mean of the whole recording. */
import { oneDecimal } from '../../core/base/numberText.ts';
import type { PlotStyle } from '../../gui/colors/style.ts';
import type { Scene } from '../../gui/plot/scene.ts';
import { barsOfRows, stackedBarsScene } from '../../gui/plot/stackedBars.ts';
import type { FiringRateAnswer } from './query.ts';

interface FiringRateInput {
  readonly answer: FiringRateAnswer;
  /** Of the recording, s. */
  readonly duration: number;
  readonly style: PlotStyle;
  /** CSS px of the whole plot, gutters included. */
  readonly size: { readonly width: number; readonly height: number };
}

/** Spikes of a cluster per second of the whole recording; NaN for a recording without duration. */
function meanRate(answer: FiringRateAnswer, row: number, duration: number): number {
  return duration > 0 ? answer.total.data[row] / duration : Number.NaN;
}

/** `mean 68.0 Hz`, and in short `68.0 Hz`. */
export function firingRateNotes(answer: FiringRateAnswer, row: number, duration: number): readonly string[] {
  const mean = meanRate(answer, row, duration);
  const text = `${oneDecimal(mean)} Hz`;
  return Number.isNaN(mean) ? [] : [`mean ${text}`, text];
}

/** Rates of one cluster, Hz (a view, not a copy). */
export function ratesOf(answer: FiringRateAnswer, row: number): Float64Array {
  const bins = answer.rate.shape[1];
  return answer.rate.data.subarray(row * bins, (row + 1) * bins);
}

/** The scene of an answer. The id of a row's frame is its rank; data units are seconds and Hz. */
export function firingRateScene({ answer, duration, style, size }: FiringRateInput): Scene {
  const edges = answer.edges.data;
  const range = [edges[0], edges[edges.length - 1]] as const;
  const rates = answer.clusters.map((_, row) => ratesOf(answer, row));
  const bars = barsOfRows(answer, style, edges, rates);
  const rows = answer.clusters.map(({ clusterId }, row) => ({
    label: String(clusterId),
    bars: bars[row],
    top: rates[row].reduce((a, b) => Math.max(a, b), 0),
    level: meanRate(answer, row, duration),
    notes: firingRateNotes(answer, row, duration),
  }));
  return stackedBarsScene({ rows, range, xAxis: { unit: 's' }, yUnit: 'Hz', style, size });
}
