/** The firing rate view: spikes per second over the recording (spec/views.md 9). */
import { oneDecimal } from '../../core/base/numberText.ts';
import { histogramView } from '../../gui/view/histogram/histogramView.ts';
import { firingRateNotes, firingRateScene, ratesOf } from './draw.ts';
import { params } from './params.ts';
import type { FiringRateAnswer } from './query.ts';

export const firingRateView = histogramView<FiringRateAnswer>({
  name: 'FiringRateView',
  query: 'firingRate',
  params,
  names: { count: 'binCount', min: 'minSeconds', max: 'maxSeconds' },
  alias: 'fr',
  maxAliases: ['fm'],
  noun: 'spike',
  reading: 'Counting spikes',
  end: (dataset) => dataset?.durationSeconds ?? Infinity,
  scene: (answer, { style, size, dataset }) =>
    firingRateScene({ answer, duration: dataset.durationSeconds, style, size }),
  tip: (answer, row, bin, { durationSeconds }) => ({
    bin: ` (${oneDecimal(ratesOf(answer, row)[bin])} Hz)`,
    row: firingRateNotes(answer, row, durationSeconds)[0],
  }),
});
